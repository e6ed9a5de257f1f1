"""What is printed to a terminal is one clean line: what cannot be seen, or moves what is, is shown escaped."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from priority_two.cli import main
from priority_two.errors import Error, Refused, one_line, printable
from priority_two.files.data_folder import DataFolder
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.store import read_returns

HOSTILE = "a\x1b[31m\nb\u202ec\x9bd\u2028e"
SHOWN = r"a\x1b[31m\nb\u202ec\x9bd\u2028e"
CANARY = "Qwertz"


def told(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Run the command in this process; return its exit status, and the lines that it printed."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    printed = capfd.readouterr()
    lines = (printed.out + printed.err).split("\n")
    assert all(unicodedata.category(ch)[0] != "C" and ch not in "\u2028\u2029" for line in lines for ch in line), lines
    return int(str(ended.value.code or 0)), [line for line in lines if line]


CALLS = [
    ("report", HOSTILE),
    ("report", "quarterly-progress", "--period", HOSTILE),
    ("report", "quarterly-progress", "--period", "2020-21-Q4", "--as-at", HOSTILE),
    ("report", "quarterly-progress", "--period", "2020-21-Q4", "--edition", HOSTILE),
    ("report", "quarterly-progress", "--period", "2020-21-Q4", "--proof", HOSTILE),
    ("report", "quarterly-progress", "--period", "2020-21-Q4", "--data", HOSTILE),
    ("report", "data-sheet", "--period", "2021-03", "--boundaries", HOSTILE),
    ("file", HOSTILE, "--period", "2020-21-Q4"),
    ("file", "quarterly-progress", "--period", HOSTILE),
    ("file", "quarterly-progress", "--period", "2020-21-Q4", "--approved-by", HOSTILE),
    ("audit", HOSTILE),
    ("audit", "--reports", HOSTILE),
    ("audit", "--data", HOSTILE),
    ("audit", "--edition", HOSTILE),
    ("validate", "--data", HOSTILE),
    ("validate", "--period", HOSTILE),
    ("validate", "--json", f"{HOSTILE}/x"),
    ("new-period", HOSTILE),
    ("template", HOSTILE, "--months", "2021-04..2021-06", "--out", "x.xlsx"),
    ("template", "drive", "--months", HOSTILE, "--out", "x.xlsx"),
    ("template", "drive", "--months", "2021-04..2021-06", "--out", HOSTILE),
    ("template", "drive", "--months", "2021-04..2021-06", "--out", f"{HOSTILE}/x.xlsx"),
    ("ingest", HOSTILE, "--received", "2021-07-12"),
    ("ingest", "x.csv", "--received", HOSTILE),
    ("ingest", "x.csv", "--received", "2021-07-12", "--partner", HOSTILE),
    ("compare", HOSTILE, "x"),
    ("compare", "x", f"{HOSTILE}.ipynb"),
    (HOSTILE,),
    ("report", f"--{HOSTILE}"),
]


@pytest.mark.parametrize("call", CALLS, ids=[" ".join(call).replace(HOSTILE, "HOSTILE") for call in CALLS])
def test_an_argument_is_shown_in_one_line_without_what_a_terminal_obeys(
    call: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    status, lines = told(capfd, *call)
    assert status in (1, 2) and len(lines) == 1


def test_what_cannot_be_seen_is_shown_escaped() -> None:
    assert printable(HOSTILE) == one_line(HOSTILE) == SHOWN
    assert str(Error(HOSTILE, "x")) == f"{SHOWN}: expected x"
    assert printable("It’s £5 – Müller, 中, 👩\u200d🚒") == "It’s £5 – Müller, 中, 👩\\u200d🚒"


@given(st.text())
def test_every_line_is_one_line_that_can_be_printed(text: str) -> None:
    for line in (printable(text), one_line(text), str(Error(text, text, 1, text, text, text))):
        assert "\n" not in line and all(ch.isprintable() or ch.isspace() for ch in line)
        line.encode()


@pytest.mark.skipif(os.name != "posix", reason="such names are no names there")
def test_names_of_files_and_folders_are_shown_escaped(
    data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (data / "returns" / HOSTILE).mkdir()
    shutil.copy2(data / "updates/2020-21-Q4/2a.md", data / "updates/2020-21-Q4" / f"{HOSTILE}.md")
    status, lines = told(capfd, "validate", "--data", str(data), "--period", "2020-21-Q4")
    assert status == 1
    assert any(f"data/returns/{SHOWN}: expected a folder named" in line for line in lines)
    assert any(f"data/updates/2020-21-Q4/{SHOWN}.md, row " in line for line in lines)
    book = openpyxl.Workbook()
    book.active.title = "a\u202eb"
    book.active["A1"] = "x"
    book.save(tmp_path / f"{HOSTILE}.xlsx")
    status, lines = told(
        capfd, "ingest", str(tmp_path / f"{HOSTILE}.xlsx"), "--received", "2021-07-12", "--data", str(data)
    )
    assert status in (1, 2) and any(SHOWN in line for line in lines)
    assert not any("\u202e" in line for line in lines)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("--approved-by", f"Mrs {CANARY}"), "approved-by: found another word, expected 'Strategic Lead"),
        (("--approved-by", CANARY), "approved-by: found another word, expected 'Strategic Lead"),
        (
            ("--corrects", f"Told by Mrs {CANARY}"),
            "corrects: found a person's name, expected a reason",
        ),
        (("--corrects", f"{CANARY}: 943 476 5919"), "corrects: found an NHS number, expected a reason"),
        (("--corrects", f"{CANARY}@example.org"), "corrects: found an e-mail address, expected a reason"),
        (("--corrects", f"{CANARY}\x00"), "corrects: found another text, expected at most 2000 printable characters"),
    ],
)
def test_what_is_typed_to_file_a_paper_is_searched_and_not_repeated(
    call: tuple[str, str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    status, lines = told(capfd, "file", "quarterly-progress", "--period", "2020-21-Q4", *call)
    assert status == 2 and len(lines) == 1 and lines[0].startswith(words)
    assert CANARY not in lines[0]


@pytest.mark.parametrize("key", ["received", "extract_date", "permission", "synthetic", "partner", "months"])
def test_no_fault_of_terms_in_the_store_repeats_what_stood_there(
    data: Path, key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    target = data / "returns" / "2021-03-26_sel-ccg"
    shutil.copytree(data / "returns" / "2021-03-25_sel-ccg", target)
    lines = (target / "terms.yaml").read_text(encoding="utf-8").replace("2021-03-25", "2021-03-26").splitlines()
    lines = [*(line for line in lines if not line.startswith(f"{key}:")), f"{key}: {CANARY}"]
    (target / "terms.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        read_returns(DataFolder(data))
    except Refused as refused:
        told_lines = [str(error) for error in refused.errors]
        assert CANARY.lower() not in " ".join(told_lines).lower()
        assert told_lines[0].startswith("data/returns/2021-03-26_sel-ccg/terms.yaml, row ")
    else:  # the gate judges these
        from priority_two.checks.datasets.received_returns import return_datasets
        from priority_two.checks.datasets.reference_tables import parameters
        from priority_two.checks.gate import judge

        folder = DataFolder(data)
        catalogue, sent = load_catalogue(folder), read_returns(folder, dt.date(2021, 12, 31))
        frames = return_datasets(sent, catalogue, folder.shown)
        judged = judge(
            {"terms": frames["terms"]}, parameters(catalogue.tables), {x.terms_file: x.terms_lines for x in sent}
        )
        told_lines = [str(finding.error) for judgement in judged for finding in judgement.findings]
        assert any("2021-03-26_sel-ccg/terms.yaml" in line for line in told_lines)
        assert CANARY not in " ".join(told_lines)
