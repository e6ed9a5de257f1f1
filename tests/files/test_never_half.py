"""Whatever happens while files are put in their place, the folder holds a whole set of files, the old or the new."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from checkers import FOREVER
from priority_two.errors import Refused
from priority_two.files.atomic import put, replace_folder, replace_folders, write_file
from priority_two.files.locks import locked, private_folder
from priority_two.files.reads import bounded, read_bytes, sha256_of
from priority_two.record.drafts import MANIFEST, place_all

PROGRAMS = Path(__file__).with_name("never_half.py")
EMPTY = 'period = ""\nas_at = ""\nedition = ""\ndata = ""'
POSIX = pytest.mark.skipif(os.name != "posix", reason="kills, forks and limits as POSIX does")


def driven(scenario: str, base: Path, *arguments: str) -> None:
    """Run one of the programs above."""
    command = [sys.executable, PROGRAMS, scenario, str(base), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=FOREVER)
    assert (done.returncode, done.stderr) == (0, "")


@POSIX
@pytest.mark.parametrize("way", ["one step", "two steps"])
def test_killed_at_any_event_a_draft_is_the_old_or_the_new_and_the_next_run_cleans_up(way: str, tmp_path: Path) -> None:
    driven("drafts_killed_at_every_event", tmp_path, way)


@POSIX
def test_killed_at_random_moments_a_draft_is_whole(tmp_path: Path) -> None:
    driven("drafts_killed_at_random", tmp_path)


@POSIX
def test_killed_at_any_event_a_return_is_in_the_store_or_not_and_the_next_ingest_cleans_up(tmp_path: Path) -> None:
    driven("ingest_killed_at_every_event", tmp_path)


@POSIX
def test_killed_at_any_event_a_file_is_the_old_or_the_new_and_the_next_write_cleans_up(tmp_path: Path) -> None:
    driven("file_killed_at_every_event", tmp_path)


@POSIX
@pytest.mark.parametrize("way", ["locked folder", "locked file"])
def test_two_runs_of_a_report_at_once_are_never_mixed_for_one_who_reads_meanwhile(way: str, tmp_path: Path) -> None:
    driven("runs_at_once", tmp_path, way)


@POSIX
def test_sixteen_runs_at_once_all_arrive(tmp_path: Path) -> None:
    driven("sixteen_at_once", tmp_path)


@POSIX
@pytest.mark.parametrize("way", ["locked folder", "locked file"])
def test_a_killed_process_holds_no_lock_and_leaves_no_trace_of_it(way: str, tmp_path: Path) -> None:
    driven("killed_with_the_lock", tmp_path, way)


@POSIX
def test_a_file_that_may_not_grow_leaves_every_earlier_draft_whole(tmp_path: Path) -> None:
    driven("no_room_for_a_file", tmp_path)


@POSIX
def test_a_folder_that_is_read_only_is_said_and_left(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # the way to tmp_path is closed to others than its owner
        Path(folder).chmod(0o755)
        driven("read_only", Path(folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "small", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk needs the rights of root; the limit of a file's size is tested without")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@POSIX
def test_a_full_disk_is_said_and_what_was_there_stays_whole(small_disk: Path) -> None:
    driven("no_room_on_the_disk", small_disk)


# Processes and private folders that a killed run leaves --------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes where Linux lists them")
def test_a_killed_run_takes_its_worker_and_kernel_with_it_and_the_next_run_its_private_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(EMPTY)])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "empty.ipynb")
    driven("killed_while_its_kernel_starts", tmp_path)


def test_a_private_folder_goes_when_it_is_done_with_and_not_before(tmp_path: Path) -> None:
    (tmp_path / "run-file").write_text("of somebody else", encoding="utf-8")
    with private_folder("run-", tmp_path) as first:
        (first / "pipe").write_text("", encoding="utf-8")
        with private_folder("run-", tmp_path) as second:
            assert first != second and (first / "pipe").exists()
            if os.name == "posix":
                assert first.stat().st_mode & 0o777 == second.stat().st_mode & 0o777 == 0o700
        assert not second.exists() and first.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run-file"]


# What a folder may hold ----------------------------------------------------------------------------------------


def test_what_else_lies_in_a_folder_stays_and_is_not_written_through(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name, text in (("notes.txt", "mine"), ("inner/deep.txt", "deep"), (".hidden", "mine too"), ("old.html", "old")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "inner").chmod(0o700)
    elsewhere = tmp_path / "elsewhere.html"
    os.link(folder / "old.html", elsewhere)
    if os.name == "posix":
        (folder / "link").symlink_to("inner/deep.txt")
        (folder / "dangling").symlink_to("nowhere")
    (tmp_path / ".folder-notes.staging").mkdir()  # names that look nearly like those of what a killed run leaves
    (tmp_path / ".folder-0123abcd.staging").write_text("a file", encoding="utf-8")
    mine = {".folder-notes.staging", ".folder-0123abcd.staging", "folder", "elsewhere.html"}

    def change(copy: Path) -> None:
        put(copy / "old.html", b"new")
        put(copy / "added.html", b"added")

    before = {path.name for path in folder.iterdir()}
    with locked(tmp_path):
        replace_folder(folder, change)
    assert {path.name for path in folder.iterdir()} == before | {"added.html"}
    assert (folder / "old.html").read_bytes() == b"new" and elsewhere.read_bytes() == b"old"
    assert (folder / "inner/deep.txt").read_text(encoding="utf-8") == "deep"
    if os.name == "posix":
        assert (folder / "link").readlink() == Path("inner/deep.txt") and (folder / "dangling").is_symlink()
        assert (folder / "inner").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == mine


def test_a_new_folder_and_its_files_have_the_rights_that_others_made_by_the_same_person_have(tmp_path: Path) -> None:
    with locked(tmp_path):
        replace_folder(tmp_path / "made", lambda copy: put(copy / "file", b""))
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/file").write_bytes(b"")
    for made, plain in (("made", "plain"), ("made/file", "plain/file")):
        assert (tmp_path / made).stat().st_mode == (tmp_path / plain).stat().st_mode


def test_a_change_that_raises_changes_nothing_in_any_folder(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first/file").write_bytes(b"old")

    def fails(copy: Path) -> None:
        put(copy / "file", b"half")
        raise KeyboardInterrupt

    with locked(tmp_path), pytest.raises(KeyboardInterrupt):
        replace_folders([(tmp_path / "first", lambda copy: put(copy / "file", b"new")), (tmp_path / "second", fails)])
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    assert (tmp_path / "first/file").read_bytes() == b"old"


@pytest.mark.parametrize("what", ["a file", "a link"])
def test_what_is_no_folder_is_refused(what: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    if what == "a file":
        target.write_bytes(b"mine")
    elif os.name == "posix":
        (tmp_path / "real").mkdir()
        target.symlink_to("real")
    else:
        pytest.skip("links need a privilege on Windows")
    before = sorted(path.name for path in tmp_path.iterdir())
    with locked(tmp_path), pytest.raises(Refused, match=f"found {what}; expected a folder, or nothing"):
        replace_folder(target, lambda copy: put(copy / "file", b""))
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_workbook_of_an_earlier_run_goes_with_it_and_a_note_stays(tmp_path: Path) -> None:
    stem = tmp_path / "drafts/2021-03/data-sheet-board"
    place_all([(stem, {".html": b"1", ".xlsx": b"1", MANIFEST: b"1"})])
    (stem.parent / "data-sheet-board.notes.txt").write_text("mine", encoding="utf-8")
    placed = place_all([(stem, {MANIFEST: b"2", ".html": b"2"})])
    assert [path.name for path in placed] == ["data-sheet-board.html", "data-sheet-board.manifest.json"]
    left = {path.name: path.read_bytes() for path in stem.parent.iterdir()}
    assert left == {**dict.fromkeys([path.name for path in placed], b"2"), "data-sheet-board.notes.txt": b"mine"}


def test_what_is_no_file_is_not_replaced_and_no_folder_is_made_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "folder", tmp_path / "nowhere" / "page.html"):
        with pytest.raises(OSError):
            write_file(target, b"text")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(OSError):
            write_file(tmp_path / "pipe", b"text")
        with pytest.raises(OSError):
            bounded(tmp_path / "pipe")
    assert {path.name for path in tmp_path.iterdir()} <= {"folder", "pipe"}


def test_a_file_is_read_to_its_limit_and_by_one_byte_more(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert [bounded(file, limit) for limit in (6, 5, 4, 0)] == [b"12345", b"12345", b"12345", b"1"]
    assert read_bytes(file, "a", 5) == b"12345"
    with pytest.raises(Refused, match=r"^a: found a larger file; expected at most 4 bytes; mend it$"):
        read_bytes(file, "a", 4, "mend it")
    for name in ("none", "na\0me", "x" * 5000):
        with pytest.raises(Refused, match=r"^a: found none; expected a file that can be read$"):
            read_bytes(tmp_path / name, "a")
        assert sha256_of(tmp_path / name) == ""
