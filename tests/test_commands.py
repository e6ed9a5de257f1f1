"""What the commands do, called without a terminal; and options, which are refused alike wherever they come in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import DATA, WORKSPACE, lean_copy
from priority_two import commands
from priority_two.cli import main
from priority_two.errors import Refused, WrongCall
from priority_two.periods import parse
from priority_two.record.manifest import Manifest
from priority_two.record.rebuild import rebuild
from priority_two.report import open_report
from priority_two.report.request import QUARTERLY, Request, read_requests

QUARTER = "2020-21-Q4"
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a kind that there is not": ("newsletter", {"period": QUARTER}),
    "a kind that looks like a path": ("../data-sheet", {"period": "2021-03"}),
    "a period that is none": ("quarterly-progress", {"period": "2020-21-Q5"}),
    "a period with a control character": ("quarterly-progress", {"period": "2020-21-Q4\n\x1b[2K"}),
    "a period of another kind": ("annual-achievements", {"period": QUARTER}),
    "a quarter for a month": ("data-sheet", {"period": QUARTER}),
    "a date of another form": ("quarterly-progress", {"period": QUARTER, "as_at": "25/03/2021"}),
    "a date that is none": ("quarterly-progress", {"period": QUARTER, "as_at": "2021-02-30"}),
    "an edition that there is not": ("quarterly-progress", {"period": QUARTER, "edition": "private"}),
    "no edition": ("quarterly-progress", {"period": QUARTER, "edition": ""}),
    "the edition that would leak": ("quarterly-progress", {"period": QUARTER, "edition": "public"}),
    "a proof of another word": ("quarterly-progress", {"period": QUARTER, "proof": "maybe"}),
    "a proof of what nobody writes": ("data-sheet", {"period": "2021-03", "proof": "yes"}),
    "boundaries for a paper without maps": ("quarterly-progress", {"period": QUARTER, "boundaries": "a.geojson"}),
    "boundaries that are not there": ("data-sheet", {"period": "2021-03", "boundaries": "a.geojson"}),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_option_is_refused_in_the_same_words_by_the_command_and_by_a_notebook(
    case: str, tmp_path: Path
) -> None:
    kind, options = WRONG[case]
    data = str(DATA)
    call = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", value)]
    done = CliRunner().invoke(main, ["report", kind, *call, "--data", data, "--reports", str(tmp_path)])
    with pytest.raises(WrongCall) as wrong:
        open_report(kind, data=data, **options)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{wrong.value}\n")
    assert str(wrong.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_refused_period_names_those_that_are_there(data: Path) -> None:
    with pytest.raises(WrongCall, match=r"; there are 2020-21-Q1, .*, 2020-21-Q4$"):
        read_requests(data, "quarterly-progress", "2020-21")
    with pytest.raises(WrongCall, match=r"for annual-achievements$"):
        read_requests(data / "nowhere", "annual-achievements", "2020")


def test_a_quarter_asks_for_its_paper_and_after_the_last_for_that_of_the_year() -> None:
    data = DATA
    assert [request.path.as_posix() for request in read_requests(data, None, QUARTER)] == [
        "2020-21-Q4/quarterly-progress-board",
        "2020-21/annual-achievements-board",
    ]
    assert read_requests(data, None, "2020-21-Q3") == [Request(QUARTERLY, parse("2020-21-Q3"))]
    assert read_requests(data, "quarterly-progress") == [Request(QUARTERLY, parse(QUARTER))]


def test_a_quarter_is_validated_without_a_terminal(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    validation = commands.validate(data, parse(QUARTER))
    assert not validation.stops
    assert re.fullmatch(
        r"\d+ datasets, \d+ rows, \d+ expectations: 0 critical, \d+ warnings, \d+ known", validation.summary
    )
    record = json.loads(validation.as_json())
    assert (record["period"], record["summary"]) == (QUARTER, validation.summary)
    assert len(record["findings"]) == sum(len(flag.errors) for flag in validation.flags) > 0
    assert capfd.readouterr() == ("", "")


def test_the_faults_of_two_reports_are_raised_together_each_once_and_nothing_is_written(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    (data / "reference/partnership.yaml").write_text("{{{", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        commands.report(read_requests(data, None, QUARTER), data, tmp_path / "reports")
    lines = [str(error) for error in refused.value.errors]
    assert lines[0].startswith("data/reference/partnership.yaml, row 1") and len(lines) == len(set(lines))
    assert not (tmp_path / "reports").exists()


def test_what_is_asked_of_an_audit_is_looked_at_before_anything_is_read(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"kind": "newsletter"},
        {"kind": "data-sheet", "period": QUARTER},
        {"edition": "public"},
    ]
    for options in wrong:
        with pytest.raises(WrongCall):
            commands.audit(tmp_path, **options)
    with pytest.raises(WrongCall, match="reports: found"):
        commands.audit(tmp_path / "nowhere")
    assert list(commands.audit(tmp_path)) == []


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        ("colour", "red", "expected a parameter that there is"),
        ("as_at", "soon", "as-at: found 'soon'"),
        ("period", "2020-21", "a financial quarter such as 2020-21-Q4"),
        ("boundaries", "wards.geojson", "a report of the data folder alone"),
        ("proof", "yes", "what is filed is whole"),
    ],
)
def test_what_a_manifest_asks_for_is_checked_like_any_request(parameter: str, value: str, words: str) -> None:
    folder = WORKSPACE / "reports/filed/2020-21-Q4/quarterly-progress-board/v1"
    manifest, _ = Manifest.read(folder / "quarterly-progress-board.manifest.json", "")
    parameters = {**manifest.parameters, parameter: value}
    with pytest.raises(Refused) as refused:
        rebuild(manifest.model_copy(update={"parameters": parameters}), DATA)
    (error,) = refused.value.errors
    assert words in str(error)


def test_to_have_the_commands_at_hand_imports_neither_a_terminal_nor_what_takes_seconds() -> None:
    slow = ("click", "pandas", "great_expectations", "weasyprint", "matplotlib", "papermill", "nbconvert")
    program = f"import sys, priority_two.commands; print(sys.modules.keys() & {set(slow)!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
