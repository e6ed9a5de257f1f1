"""The steps of a quarter: which are done, which are open and why, and which comes next."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import DATA, WORKSPACE
from priority_two import commands
from priority_two.cli import main
from priority_two.record.manifest import Entry, Manifest
from priority_two.record.quarter_steps import QuarterSteps

QUARTER = "2026-27-Q1"
ANSWERS: Mapping[str, object] = {
    "name": "Anytown Community Safety Partnership",
    "abbreviation": "ACSP",
    "home_area": {"E07000999": "Anytown"},
    "area_type": "district",
    "priority": "Priority One",
    "priority_title": "Domestic abuse",
    "first_quarter": QUARTER,
    "sections": {"A": "Prevent"},
    "commitments": {"A1": "Train every front-line team"},
    "ratings": {"green": "Green", "red": "Red"},
    "partners": {"police": "Anytown Police", "refuge": "Anytown Refuge"},
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "anytown"
    commands.new_partnership(folder, ANSWERS)
    return folder


def steps(workspace: Path, as_at: str = "2026-07-20") -> QuarterSteps:
    return commands.quarter(QUARTER, as_at, workspace / "data", workspace / "reports")


def done(quarter: QuarterSteps) -> list[bool]:
    return [step.done for step in quarter.steps]


def receive(workspace: Path, partner: str, measure: str) -> None:
    folder = workspace / f"data/returns/2026-07-10_{partner}"
    folder.mkdir()
    rows = "".join(f"2026-{month},{measure},,,{figure},,\n" for month, figure in (("04", 3), ("05", 4), ("06", 5)))
    columns = "period,measure,area,breakdown,value,status,note\n"
    (folder / "observations.csv").write_text(f"{columns}{rows}", encoding="utf-8")
    (folder / "terms.yaml").write_text(
        f"partner: {partner}\nreceived: 2026-07-10\nextract_date: 2026-07-08\nmonths: 2026-04..2026-06\n"
        "explanation: Made up\npermission: publish\ncontact_post: Analyst\nsynthetic: true\n",
        encoding="utf-8",
    )


def write_update(workspace: Path) -> None:
    file = workspace / f"data/updates/{QUARTER}/A1.md"
    text = file.read_text(encoding="utf-8").replace("rating:\n", "rating: green\n", 1)
    text = text.replace("qualifier:\n", "qualifier: As planned\n").replace("written:\n", "written: 2026-07-12\n")
    file.write_text(f"{text}Every team was trained.\n", encoding="utf-8")


def fill_in(workspace: Path) -> None:
    """Write something into every gap of the reference data."""
    for file in (workspace / "data/reference").iterdir():
        text = file.read_text(encoding="utf-8")
        if file.name != "README.md":
            file.write_text(text.replace("To fill in: ", "Made up: "), encoding="utf-8")


def do(workspace: Path, step: int) -> None:
    """Run the command of a step, in the workspace."""
    place = f"templates/{QUARTER}"
    command = steps(workspace).steps[step].command.replace(place, str(workspace / place))
    result = CliRunner().invoke(main, [*command.split()[1:], "--workspace", str(workspace)])
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_new_workspace_begins_with_its_reference_data(workspace: Path) -> None:
    quarter = steps(workspace)
    assert done(quarter) == [False, False, False, True, False, False, False, False, False]
    assert all(step.why and step.command.startswith("priority-two ") for step in quarter.steps)
    assert "still to write: A1" in quarter.steps[4].why
    assert "data/reference/partnership.yaml, row" in quarter.steps[0].why
    assert quarter.lines()[-1] == f"next: priority-two validate --period {QUARTER}"


def test_partners_are_asked_and_then_waited_for(workspace: Path) -> None:
    fill_in(workspace)
    quarter = steps(workspace)
    assert quarter.next_step == quarter.steps[1] and "no workbook for police, refuge" in quarter.steps[1].why
    do(workspace, 1)
    quarter = steps(workspace)
    assert quarter.next_step == quarter.steps[2] and quarter.steps[1].done
    assert quarter.lines()[-1] == "next: priority-two ingest FILE --received DAY"
    (workspace / f"templates/{QUARTER}/refuge_2026-04_2026-06.xlsx").unlink()
    assert "no workbook for refuge" in steps(workspace).steps[1].why
    do(workspace, 1)
    assert steps(workspace).steps[1].done


def test_a_commitment_that_came_later_gets_its_file(workspace: Path) -> None:
    with (workspace / "data/reference/commitments.csv").open("a", encoding="utf-8") as table:
        table.write("A2,A,Listen to those who were hurt,,Everybody will be heard.,yes\n")
    assert "no file for A2" in steps(workspace).steps[3].why
    do(workspace, 3)
    assert steps(workspace).steps[3].done
    assert (workspace / f"data/updates/{QUARTER}/A2.md").is_file()


def test_what_is_still_to_come_holds_nothing_up_once_the_updates_are_written(workspace: Path) -> None:
    receive(workspace, "police", "EXA01")
    write_update(workspace)
    quarter = steps(workspace)
    assert done(quarter)[:6] == [False, False, False, True, True, False]
    assert quarter.next_step == quarter.steps[0]
    assert "to mend, such as critical: data/reference/partnership.yaml" in quarter.steps[5].why
    fill_in(workspace)
    quarter = steps(workspace)
    assert done(quarter)[:6] == [True, False, False, True, True, True]
    assert "refuge" in quarter.steps[2].why and quarter.next_step == quarter.steps[6]
    receive(workspace, "refuge", "EXA02")
    assert done(steps(workspace))[:3] == [True, True, True]


def test_a_draft_is_done_as_long_as_it_was_made_from_what_lies_there(workspace: Path) -> None:
    fill_in(workspace)
    receive(workspace, "police", "EXA01")
    write_update(workspace)
    shipped = WORKSPACE / "reports/filed/2020-21-Q4/quarterly-progress-board/v2/quarterly-progress-board.manifest.json"
    manifest, _ = Manifest.read(shipped, shipped.name)
    contents = {
        path.relative_to(workspace).as_posix(): path.read_bytes()
        for path in sorted((workspace / "data").rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    inputs = {
        name: Entry(sha256=hashlib.sha256(content).hexdigest(), size=len(content)) for name, content in contents.items()
    }
    draft = workspace / f"reports/drafts/{QUARTER}/quarterly-progress-board.manifest.json"
    draft.parent.mkdir(parents=True)
    current = manifest.model_copy(update={"inputs": inputs, "status": "draft", "as_at": "2026-07-20"})
    draft.write_bytes(current.written())
    quarter = steps(workspace)
    assert done(quarter)[5:7] == [True, True] and quarter.next_step == quarter.steps[7]
    assert '--approved-by "Chair of the Board"' in quarter.steps[7].command
    draft.write_bytes(current.model_copy(update={"status": "proof, not complete: 2 missing"}).written())
    assert "is a proof" in steps(workspace).steps[6].why
    draft.write_bytes(current.written())
    receive(workspace, "refuge", "EXA02")
    assert "older than data/returns/2026-07-10_refuge" in steps(workspace).steps[6].why


def test_no_command_that_is_shown_runs_anything_else(workspace: Path) -> None:
    fill_in(workspace)
    settings = workspace / "data/reference/partnership.yaml"
    post = 'The "$(touch bad)" chair\'s `office`'
    text = settings.read_text(encoding="utf-8").replace("- Chair of the Board\n", f"- {json.dumps(post)}\n")
    settings.write_text(text, encoding="utf-8")
    command = steps(workspace).steps[7].command
    assert shlex.split(command)[-2:] == ["--approved-by", post]
    assert shlex.quote(post) in command


def test_what_is_filed_is_verified() -> None:
    quarter = commands.quarter("2020-21-Q4", "2021-04-20", DATA, WORKSPACE / "reports")
    assert done(quarter)[3:] == [True] * 6 and quarter.next_step is None
    assert quarter.steps[-1].why.startswith("identical: 2020-21-Q4/quarterly-progress-board/")


def test_scripts_are_told_the_same(workspace: Path) -> None:
    words = ["quarter", QUARTER, "--as-at", "2026-07-20", "--workspace", str(workspace)]
    result = CliRunner().invoke(main, [*words, "--json"])
    record = json.loads(result.stdout)
    assert (result.exit_code, record["period"], record["next"]) == (0, QUARTER, "reference data")
    assert [step["done"] for step in record["steps"]] == done(steps(workspace))
    told = CliRunner().invoke(main, words)
    assert (told.exit_code, told.stdout.splitlines()) == (0, steps(workspace).lines())


def test_nothing_slow_is_imported_as_long_as_it_is_not_needed(workspace: Path) -> None:
    code = (
        "import sys\nfrom priority_two import commands\nfrom pathlib import Path\n"
        f"commands.quarter('{QUARTER}', '2026-07-20', Path('data'), Path('reports'))\n"
        "print({'great_expectations', 'pandas', 'matplotlib', 'weasyprint'} & {*sys.modules} or 'none')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=workspace, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("none\n", "")


@pytest.mark.parametrize("call", [["2026-27"], ["2026-27-Q5"], ["../x"], [QUARTER, "--as-at", "soon"]])
def test_a_wrong_call_is_one_line(call: list[str], workspace: Path) -> None:
    result = CliRunner().invoke(main, ["quarter", *call, "--workspace", str(workspace)])
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
