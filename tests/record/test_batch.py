"""A batch: what is current is left alone, what changed is made again, and no report stops another."""

from __future__ import annotations

import contextlib
import json
import operator
import os
import re
import shutil
import struct
import subprocess
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from conftest import COMMAND, DATA, WORKSPACE, lean_copy, run, whole_copy
from priority_two import commands
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse, parse_date
from priority_two.record.current import Drafted
from priority_two.report.inputs import read_inputs
from priority_two.report.kinds import KINDS
from priority_two.report.named_inputs import named_inputs, names_itself
from priority_two.report.request import Request
from priority_two.workers import ITEMS_OF_A_PROCESS, spread

QUARTERLY, ANNUAL, SHEET = "quarterly-progress", "annual-achievements", "data-sheet"
PAPERS = {QUARTERLY: "2020-21-Q4", ANNUAL: "2020-21", SHEET: "2021-03"}
"""What the README's commands made. The Board's date of the first two is 25 March; the sheet knows all there is."""
ALL = set(PAPERS)
POLICE = "returns/2021-03-12_police/observations.csv"
LATER = "returns/2021-04-12_police/observations.csv"


def again(data: Path, drafts: Path) -> set[str]:
    """Return the kinds of the papers that a batch would make again."""
    drafted = Drafted(data, drafts.parent)
    requests = [Request(KINDS[kind], parse(period)) for kind, period in PAPERS.items()]
    return {request.kind.name for request in requests if not drafted.is_current(request)}


def append(path: str) -> Callable[[Path], object]:
    return lambda data: (data / path).write_bytes((data / path).read_bytes() + b"\n")


def copied(path: str, to: str) -> Callable[[Path], object]:
    def copy(data: Path) -> None:
        source = data / path
        (shutil.copytree if source.is_dir() else shutil.copy)(source, data / to)

    return copy


def written(path: str) -> Callable[[Path], object]:
    def write(data: Path) -> None:
        (data / path).parent.mkdir(exist_ok=True)
        (data / path).write_text("", encoding="utf-8")

    return write


def touched(data: Path) -> None:
    for path in (POLICE, LATER, "reference/measures.csv"):
        os.utime(data / path, (0, 0))


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda data: None, set()),
    "the time of a file": (touched, set()),
    "a return that all read": (append(POLICE), ALL),
    "a return that came after the Board's date": (append(LATER), {SHEET}),
    "a return that is gone": (lambda data: shutil.rmtree(data / POLICE.partition("/obs")[0]), ALL),
    "a new return of a day before it": (copied("returns/2021-03-12_police", "returns/2021-03-13_police"), ALL),
    "a new return of a day after it": (copied("returns/2021-04-12_police", "returns/2021-04-13_police"), {SHEET}),
    "a new return of the same partner and day": (
        copied("returns/2021-04-12_police", "returns/2021-04-12_police_2"),
        {SHEET},
    ),
    "an update": (append("updates/2020-21-Q4/3b.md"), {QUARTERLY, ANNUAL}),
    "an update of an earlier quarter": (append("updates/2020-21-Q1/3b.md"), {QUARTERLY, ANNUAL}),
    "a new update of an earlier quarter": (
        copied("updates/2020-21-Q1/3b.md", "updates/2020-21-Q1/3z.md"),
        {QUARTERLY, ANNUAL},
    ),
    "a new quarter in the history": (copied("updates/2020-21-Q1", "updates/2019-20-Q3"), {QUARTERLY, ANNUAL}),
    "a quarter to come": (copied("updates/2020-21-Q4", "updates/2021-22-Q1"), set()),
    "a new appendix": (
        copied("updates/2020-21-Q4/appendices/1.md", "updates/2020-21-Q4/appendices/9.md"),
        {QUARTERLY, ANNUAL},
    ),
    "a first appendix of the last report": (written("updates/2020-21-Q3/appendices/1.md"), {QUARTERLY}),
    "an appendix of the report before that": (written("updates/2020-21-Q2/appendices/1.md"), set()),
    "a report of the group": (append("updates/2019-20-Q4/strategic-group/report.md"), set()),
    "first corrections": (written("reference/corrections.yaml"), ALL),
    "waivers that are gone": (lambda data: (data / "reference/waivers.csv").unlink(), ALL),
    "a table that all read": (append("reference/measures.csv"), ALL),
    "a table that only the group reads": (append("reference/group_sections.csv"), set()),
    "a layout of a partner's export": (written("reference/layouts/new.yaml"), set()),
    "a folder that is no return": (lambda data: (data / "returns/police").mkdir(), ALL),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_has_exactly_those_reports_made_again_that_read_it(change: str, drafts: Path, tmp_path: Path) -> None:
    how, wanted = CHANGES[change]
    data = whole_copy(tmp_path)
    how(data)
    assert again(data, drafts) == wanted


MEDDLING: dict[str, Callable[[Path], object]] = {
    "a file is gone": lambda stem: stem.with_suffix(".xlsx").unlink(),
    "a file has other bytes": lambda stem: stem.with_suffix(".pdf").write_bytes(b"%PDF-"),
    "the manifest is gone": lambda stem: stem.with_suffix(".manifest.json").unlink(),
    "the manifest is none": lambda stem: stem.with_suffix(".manifest.json").write_bytes(b"{"),
    "it was made by other code": lambda stem: changed(stem, "code", "notebooks/data_sheet.ipynb", "0" * 64),
    "it was made by code that is no more": lambda stem: changed(stem, "code", "src/gone.py", "0" * 64),
    "it was made with another Python": lambda stem: changed(stem, "environment", "python", "3.1"),
    "it was made with another lock": lambda stem: changed(stem, "environment", "lock", "0" * 64),
    "it was made as at another day": lambda stem: changed(stem, "parameters", "as_at", "2021-03-31"),
    "it is of another edition": lambda stem: changed(stem, "parameters", "edition", "public"),
    "it was made with boundaries": lambda stem: changed(stem, "parameters", "boundaries", "wards.geojson"),
}


def changed(stem: Path, part: str, key: str, value: str) -> None:
    file = stem.with_suffix(".manifest.json")
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest[part][key] = value
    file.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("how", MEDDLING)
def test_a_draft_that_is_not_what_a_run_would_give_is_made_again(how: str, drafts: Path, tmp_path: Path) -> None:
    shutil.copytree(drafts / "2021-03", tmp_path / "drafts/2021-03")
    request = Request(KINDS[SHEET], parse("2021-03"))
    assert Drafted(DATA, tmp_path).is_current(request)
    MEDDLING[how](tmp_path / "drafts/2021-03/data-sheet-board")
    assert not Drafted(DATA, tmp_path).is_current(request)
    assert not Drafted(DATA, tmp_path).is_current(replace(request, as_at=parse_date("2021-03-31")))


@pytest.mark.parametrize(("kind", "period"), [("strategic-group", "2019-20-Q4"), ("board-briefing", "2020-21-Q4")])
def test_what_a_report_would_read_is_named_without_reading_it(kind: str, period: str) -> None:
    folder, day = DataFolder(DATA), parse_date("2021-03-25")
    read_inputs([], folder, parse(period), day, KINDS[kind], {})
    waivers = {folder.shown("reference/waivers.csv")}
    read = set(filter(names_itself, folder.read)) | waivers
    assert named_inputs(folder, KINDS[kind], parse(period), day) == read
    assert any("updates/" in path for path in read)


def test_a_batch_makes_what_is_not_current_and_one_report_stops_no_other(drafts: Path, tmp_path: Path) -> None:
    # Two kernels run side by side, each started anew: one paper cannot be put in its place, the other has the bytes of
    # a single run, whose kernel was forked. They are of the kinds that take the least time.
    reports, blocked = tmp_path / "reports", tmp_path / "reports/drafts/2019-20-Q4/strategic-group-board.html"
    blocked.mkdir(parents=True)
    shutil.copytree(drafts / "2021-03", reports / "drafts/2021-03")
    jobs = ("--reports", str(reports), "--jobs", "2", "--stock-kernels")
    done = run("batch", "--from", "2021-03", "--to", "2021-03", *jobs)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["2021-03/data-sheet-board: current", "1 current"]
    kinds = ["strategic-group", ANNUAL]
    done = run("batch", "--from", "2019-20-Q4", "--to", "2020-21", "--kind", kinds[0], "--kind", kinds[1], *jobs)
    assert done.returncode == 1
    passed_over, *lines = done.stdout.splitlines()
    assert passed_over == "strategic-group: nothing to report of 2020-21-Q1 to 2020-21-Q4"
    assert lines[0] == "2019-20-Q4/strategic-group-board: not made, 1 fault"
    assert lines[1].startswith("2020-21/annual-achievements-board: made, 25 datasets, ")
    assert lines[2:] == ["1 not made, 1 made"]
    fault, listed = done.stderr.splitlines()
    assert "strategic-group-board.html: found a folder; expected a file, or nothing" in fault
    assert listed == lines[0]
    files = sorted((reports / "drafts/2020-21").iterdir())
    assert len(files) == 4
    for file in files:
        assert file.read_bytes() == (drafts / "2020-21" / file.name).read_bytes(), file.name
    batch = commands.batch("2019-20-Q4", "2020-21", kinds, DATA, reports)
    assert [str(request.period) for request in batch.waiting] == ["2019-20-Q4"]


@pytest.mark.skipif(os.name != "posix", reason="a terminal is had by way of pty")
def test_a_terminal_shows_how_many_reports_there_are_still_and_how_long_they_will_take(tmp_path: Path) -> None:
    # No report can be made of these data, which is soon said. In a pipe there is no bar, as the test above holds.
    import pty
    from fcntl import ioctl
    from termios import TIOCSWINSZ

    data = lean_copy(tmp_path)
    next(data.glob("returns/*/observations.csv")).write_text("period\n", encoding="utf-8")
    call = ["batch", "--from", "2021-02", "--to", "2021-03", "--kind", SHEET, "--jobs", "1", "--stock-kernels"]
    folders = ["--data", str(data), "--reports", str(tmp_path / "reports")]
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with os.fdopen(ours, "rb", buffering=0) as screen:
        batch = subprocess.Popen([COMMAND, *call, *folders], cwd=WORKSPACE, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal is closed
            while piece := screen.read(4096):
                shown += piece
    assert batch.wait() == 1
    bar = rb" 50%\|.*\| 1/2 \[\d\d:\d\d<\d\d:\d\d, .*report"
    assert re.search(bar, shown), shown
    assert b" 2/2 [" in shown


def test_periods_without_anything_to_report_are_passed_over_and_named(tmp_path: Path) -> None:
    batch = commands.batch("2011-12-Q1", "2020-21-Q4", [QUARTERLY, ANNUAL, "strategic-group"], DATA, tmp_path)
    assert [request.path.as_posix() for request in batch.waiting] == [
        "2019-20-Q4/strategic-group-board",
        "2020-21-Q1/quarterly-progress-board",
        "2020-21-Q2/quarterly-progress-board",
        "2020-21-Q3/quarterly-progress-board",
        "2020-21/annual-achievements-board",
        "2020-21-Q4/quarterly-progress-board",
    ]
    assert batch.passed_over() == [
        "quarterly-progress: nothing to report of 2011-12-Q1 to 2019-20-Q4",
        "annual-achievements: nothing to report of 2011-04..2012-03 to 2019-20",
        "strategic-group: nothing to report of 2011-12-Q1 to 2019-20-Q3, 2020-21-Q1 to 2020-21-Q4",
    ]
    with pytest.raises(Refused, match=r"something to report from 2011-04\.\.2012-03: data-sheet"):
        commands.batch("2011-12-Q1", "2011-12-Q4", [SHEET], DATA, tmp_path)


def test_a_process_is_replaced_after_so_many_items_and_one_that_is_killed_takes_its_item_alone() -> None:
    ended: list[object] = []

    def finish(item: object, result: object) -> object:
        ended.append(item)
        return result

    calls: list[Callable[[], object]] = [os.getpid, os.abort, *[os.getpid] * (ITEMS_OF_A_PROCESS + 1)]
    first, none, *others = spread(operator.call, calls, 1, finish)
    assert none is None and first not in others
    assert len(set(others)) == 2 and others.count(others[0]) == ITEMS_OF_A_PROCESS
    assert len(ended) == len(calls)
    powers = list(spread(partial(pow, 2), list(range(6)), 2, lambda _, result: result))
    assert powers == [1, 2, 4, 8, 16, 32]


def test_what_is_done_is_not_held_in_memory_until_the_batch_ends() -> None:
    many, size = 24, 4_000_000
    tracemalloc.start()
    try:
        lengths = list(spread(bytes, [size] * many, 2, lambda _, result: len(result or b"")))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert lengths == [size] * many
    assert peak < many / 2 * size
