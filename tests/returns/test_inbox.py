"""A folder of returns: each file is accepted or refused by itself, and whatever else lies there is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_intake import TERMS, blanks, ingest, plain, taken_in, workbook

__all__ = ["blanks", "workbook"]  # fixtures of the tests of a single file


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def test_each_return_is_accepted_or_refused_by_itself_in_the_order_of_names(
    data: Path, inbox: Path, workbook: Callable[..., Any]
) -> None:
    workbook("lbb").save(inbox / "c.xlsx")
    plain(inbox, "2021-04,POL01,,,many,,\n2021-05,POL01,,,12,,\n", name="b")
    workbook("drive").save(inbox / "a.xlsx")
    done = ingest(inbox, data)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("a.xlsx: accepted: data/returns/2021-07-05_drive, ")
    assert lines[1] == f"b.csv: refused, 1 fault; marked copy to send back: {(inbox / 'b-to-mend.csv').as_posix()}"
    assert lines[2].startswith("c.xlsx: accepted: data/returns/2021-07-05_lbb, ")
    assert lines[3:] == ["2 accepted, 1 refused, 0 passed over"]
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("b.csv, sheet observations, row 2, column E: found text; expected a number, x or z;")
    assert taken_in(data) == ["2021-07-05_drive", "2021-07-05_lbb"]


def test_a_folder_that_is_taken_in_twice_adds_nothing(data: Path, inbox: Path) -> None:
    plain(inbox, "2021-04,POL01,,,12,,\n", name="a")
    plain(inbox, "2021-05,POL01,,,12,,\n", name="b")
    assert ingest(inbox, data).stdout.endswith("2 accepted, 0 refused, 0 passed over\n")
    before = taken_in(data)
    done = ingest(inbox, data)
    assert (done.returncode, taken_in(data)) == (0, before)
    assert done.stdout.splitlines()[0] == f"a.csv: accepted before, and left as it is: data/returns/{before[0]}"


def test_what_is_no_return_is_named_and_passed_over(data: Path, inbox: Path) -> None:
    plain(inbox, "2021-04,POL01,,,12,,\n")
    for name in ("letter.docx", ".DS_Store", "lonely.terms.yaml", "readme"):
        (inbox / name).write_text("x", encoding="utf-8")
    (inbox / "older.xlsx").mkdir()
    plain(inbox / "older.xlsx", "2021-05,POL01,,,12,,\n")
    done = ingest(inbox, data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        ".DS_Store: no return, passed over: a file of another kind",
        "letter.docx: no return, passed over: a file of another kind",
        "lonely.terms.yaml: no return, passed over: terms without their return beside them",
        "older.xlsx: no return, passed over: a folder",
        "police.csv: accepted: data/returns/2021-07-05_police, 1 figure",
        "readme: no return, passed over: a file of another kind",
        "1 accepted, 0 refused, 5 passed over",
    ]


def test_a_spreadsheet_of_a_kind_that_cannot_be_read_is_refused(data: Path, inbox: Path) -> None:
    (inbox / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    done = ingest(inbox, data)
    assert done.returncode == 1 and done.stdout == "old.xls: refused, 1 fault\n0 accepted, 1 refused, 0 passed over\n"
    assert "save it as .xlsx without macros or password" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
def test_links_and_pipes_are_not_opened(data: Path, inbox: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,12,,\n")
    (inbox / "a.csv").symlink_to(file)
    (inbox / "a.terms.yaml").write_text(TERMS, encoding="utf-8")
    os.mkfifo(inbox / "b.csv")
    plain(inbox, "2021-04,POL01,,,12,,\n", name="c")
    (inbox / "c.terms.yaml").unlink()
    (inbox / "c.terms.yaml").symlink_to(file.with_name("police.terms.yaml"))
    (inbox / "d").symlink_to(tmp_path)
    os.mkfifo(inbox / "e")
    done = ingest(inbox, data)
    assert done.returncode == 1 and taken_in(data) == []
    assert done.stderr.splitlines() == [
        "a.csv: found a link; expected a file; put the file itself into the folder",
        "b.csv: found a pipe or a device; expected a file; put the file itself into the folder",
        "c.csv: found a link; expected terms that are a file; put the file itself into the folder",
    ]
    assert done.stdout.splitlines()[3:] == [
        "d: no return, passed over: a link",
        "e: no return, passed over: a pipe or a device",
        "0 accepted, 3 refused, 2 passed over",
    ]


def test_a_name_that_is_personal_data_or_no_plain_line_is_not_repeated(data: Path, inbox: Path) -> None:
    plain(inbox, "2021-04,POL01,,,many,,\n", name="Mrs Smith")
    (inbox / "two\nlines.txt").write_text("x", encoding="utf-8")
    done = ingest(inbox, data)
    assert "Smith" not in done.stderr and "Smith" not in done.stdout.replace("Mrs Smith-to-mend.csv", "")
    assert done.stdout.splitlines()[0].startswith("file 1, whose name is personal data: refused, 1 fault")
    assert r"two\nlines.txt: no return, passed over: a file of another kind" in done.stdout.splitlines()


def test_an_empty_folder_and_a_wrong_call(data: Path, inbox: Path) -> None:
    assert ingest(inbox, data) == type(ingest(inbox, data))(0, "0 accepted, 0 refused, 0 passed over\n", "")
    plain(inbox, "2021-04,POL01,,,12,,\n")
    done = ingest(inbox, data, "--partner", "nobody")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("partner: ")
    done = ingest(inbox, data, received="soon")
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("received: ")
    done = ingest(inbox, data, "--partner", "marac")  # whose each of them has to be
    assert done.returncode == 1 and "police.csv: refused" in done.stdout
