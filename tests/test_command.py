"""The command, as people and scripts call it: what it refuses, what it leaves behind, and what it does not believe.

Reports are made by the command itself where that is the point, and that is as seldom as may be: each takes a kernel,
Great Expectations and a PDF.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from conftest import COMMAND, ROOT, WORKSPACE, here, lean_copy, run, whole_copy
from priority_two.cli import main
from priority_two.errors import Refused, WrongCall
from priority_two.periods import parse
from priority_two.publish.pdf import pdf_from_html
from priority_two.publish.run import check_parameters, render
from priority_two.record.drafts import place_all
from priority_two.report import open_report
from priority_two.report.kinds import KINDS, Kind
from priority_two.report.request import Request

UPDATES = "updates/2020-21-Q4"
HEAVY = ("pandas", "great_expectations", "weasyprint", "matplotlib", "papermill", "nbconvert", "jupyter_client")
DRAFT = "drafts/2020-21-Q4/quarterly-progress-board"
ENDINGS = (".html", ".pdf", ".ipynb", ".manifest.json")


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} no longer stands in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, hidden ones included."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def imported(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Read which modules were imported from what ``-X importtime`` wrote, and take that out of standard error."""
    times = re.compile(r"^import time:.*\|\s+([\w.]+)\n", re.MULTILINE)
    found = set(times.findall(done.stderr))
    done.stderr = re.sub(r"^import time:.*\n", "", done.stderr, flags=re.MULTILINE)
    return found


def timed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as :func:`run` does, and have Python say what it imports."""
    return subprocess.run(
        [sys.executable, "-I", "-X", "importtime", COMMAND, *arguments],
        cwd=WORKSPACE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


# Wrong calls ------------------------------------------------------------------------------------------------

QUARTERLY = ("report", "quarterly-progress")
ANNUAL = ("report", "annual-achievements")
WRONG = [
    (("report", "newsletter", "--period", "2020-21-Q4"), "newsletter"),
    (("report", "QUARTERLY-PROGRESS", "--period", "2020-21-Q4"), "QUARTERLY-PROGRESS"),
    (("report", "", "--period", "2020-21-Q4"), "kind"),
    (("report", "../quarterly-progress", "--period", "2020-21-Q4"), "kind"),
    ((*QUARTERLY, "--period", "2020-21-Q5"), "2020-21-Q5"),
    ((*QUARTERLY, "--period", "2020-21-q4"), "2020-21-q4"),
    ((*QUARTERLY, "--period", "2020-22"), "2020-22"),
    ((*QUARTERLY, "--period", "2020-22-Q4"), "2020-22-Q4"),
    ((*QUARTERLY, "--period", "../x"), "../x"),
    ((*QUARTERLY, "--period", ""), "period"),
    ((*QUARTERLY, "--period", " "), "period"),
    ((*QUARTERLY, "--period", " 2020-21-Q4"), "period"),
    ((*QUARTERLY, "--period", "2020-21-Q4\n"), "period"),
    ((*QUARTERLY, "--period", "2020-21-Q\u0664"), "period"),
    ((*QUARTERLY, "--period", "2020-21"), "a financial quarter such as 2020-21-Q4"),
    ((*QUARTERLY, "--period", "2021-03"), "a financial quarter such as 2020-21-Q4"),
    ((*QUARTERLY, "--period", "2021-01..2021-03"), "a financial quarter such as 2020-21-Q4"),
    ((*ANNUAL, "--period", "2020-21-Q4"), "a financial year such as 2020-21"),
    ((*ANNUAL, "--period", ""), "period"),
    (("report", "--period", "2020-21"), "a financial quarter such as 2020-21-Q4"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "yesterday"), "yesterday"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "2021-02-30"), "2021-02-30"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "25/03/2021"), "25/03/2021"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "20210325"), "20210325"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "2021-03-25T00:00"), "as-at"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--edition", "public"), "disclosure control"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--edition", "private"), "private"),
    ((*QUARTERLY, "--period", "2020-21-Q4", "--edition", ""), "edition"),
    (("report", "--edition", "public"), "disclosure control"),
    (("batch", "--to", "2020-21-Q4"), "--from"),
    (("batch", "--from", "2020", "--to", "2020-21-Q4"), "from: found '2020'"),
    (("batch", "--from", "2020-21-Q4", "--to", "2020-21-Q3"), "a period that ends after 2020-21-Q4 begins"),
    (("batch", "--from", "2020-21-Q4", "--to", "2020-21-Q4", "--kind", "newsletter"), "newsletter"),
    (("batch", "--from", "2020-21-Q4", "--to", "2020-21-Q4", "--jobs", "0"), "--jobs"),
    (("audit", "--jobs", "many"), "--jobs"),
    (("validate", "--period", "2020-21"), "a financial quarter such as 2020-21-Q4"),
    (("validate", "--period", "2020-21-Q5"), "2020-21-Q5"),
    (("validate", "--period", ""), "period"),
    (("report", "quarterly-progress", "--colour", "red"), "--colour"),
    (("report", "quarterly-progress", "annual-achievements"), "annual-achievements"),
    (("report", "quarterly-progress", "--period"), "--period"),
    (("validate", "everything"), "everything"),
    (("publish",), "publish"),
    (("--colour",), "--colour"),
    ((*QUARTERLY, "--period", "\x1b[2Kdone\n2020\u2028\x9b"), "period"),
    (("report", "\x1b[2Kdone\nquarterly", "--period", "2020-21-Q4"), "kind"),
]


@pytest.mark.parametrize(("call", "said"), WRONG, ids=lambda part: " ".join(part) if isinstance(part, tuple) else "")
def test_a_wrong_call_is_one_line_and_exit_status_2(call: tuple[str, ...], said: str, tmp_path: Path) -> None:
    # No data lie there: a call is judged before anything is read, and nothing can be made should it be accepted.
    folders = ["--data", str(tmp_path / "nowhere")] if call[0] in ("report", "validate") else []
    folders += ["--reports", str(tmp_path / "reports")] if call[0] == "report" else []
    done = here(call[0], *folders, *call[1:])
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert said in line
    assert line.isprintable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "call",
    [
        ("--help",),
        ("--version",),
        ("report", "--help"),
        ("validate", "--help"),
        ("publish",),
        ("report", "newsletter"),
        (*QUARTERLY, "--period", "2020-21-Q5"),
        ("report", "--edition", "public"),
        (*QUARTERLY, "--period", "2020-21-Q4", "--as-at", "soon"),
        (*QUARTERLY, "--colour", "red"),
        ("validate", "--period", "2020-21-Q5"),
    ],
    ids=" ".join,
)
def test_help_and_wrong_calls_import_nothing_that_is_slow_or_could_start_a_kernel(call: tuple[str, ...]) -> None:
    done = timed(*call)
    found = imported(done)
    assert "click" in found, "Python did not say what it imports"
    assert found & set(HEAVY) == set()
    assert done.returncode == (0 if call[-1] in ("--help", "--version") else 2)


@pytest.mark.parametrize("call", [("--help",), ("--version",), ("validate", "--help"), ("publish",)], ids=" ".join)
def test_the_front_door_imports_what_it_needs_to_answer(call: tuple[str, ...]) -> None:
    ours = {name for name in imported(timed(*call)) if name.startswith("priority_two")}
    assert ours <= {
        *("priority_two", "priority_two.isolated", "priority_two.environment", "priority_two.cli"),
        *("priority_two.on_use", "priority_two.characters", "priority_two.errors", "priority_two.workspace"),
        *("priority_two.paths", "priority_two.report"),  # of which the package alone
    }


def test_a_shell_completes_commands_and_options() -> None:
    for words, number, expected in (
        ("priority-two val", "1", ["plain,validate"]),
        ("priority-two audit --f", "2", ["plain,--fast"]),
    ):
        asked = {"_PRIORITY_TWO_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": number}
        done = subprocess.run([COMMAND], env={**os.environ, **asked}, capture_output=True, text=True, check=False)
        assert (done.stdout.splitlines(), done.stderr) == (expected, "")


def test_a_default_period_of_the_wrong_kind_is_a_fault_of_the_data(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    swap(data / "reference/partnership.yaml", "default_period: 2020-21-Q4", "default_period: 2021-03")
    done = here(*QUARTERLY, "--data", str(data), "--reports", str(tmp_path / "reports"))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("data/reference/partnership.yaml, row 5, column default_period: found 2021-03; expected ")


@pytest.mark.parametrize("command", ["report", "validate"])
def test_a_folder_that_is_not_there_is_one_line_and_exit_status_1(command: str, tmp_path: Path) -> None:
    done = run(command, "--data", str(tmp_path / "no where"))
    assert (done.returncode, done.stdout) == (1, "")
    where = "name it with --data (in a notebook: data), or run where it lies"
    assert done.stderr == f"no where: expected a data folder; {where}\n"


# A refused run leaves what was there ------------------------------------------------------------------------


def break_checks(data: Path) -> None:
    """Break the data critically: a value that is no number, and an update that nobody wrote."""
    swap(data / "returns/2021-03-25_sel-ccg/observations.csv", "HLT01,,,38", "HLT01,,,thirty-eight")
    (data / UPDATES / "4b.md").unlink()


def break_figures(data: Path) -> None:
    """Take away what a binding is bound to, and what a headline shows."""
    swap(data / UPDATES / "6b.md", 'value("HLT03")', 'value("HLT03", "mobile")')
    swap(data / "reference/partnership.yaml", "    measure: GOV01\n", "    measure: GOV02\n")


def break_yaml(data: Path) -> None:
    """Break two files so that they are not YAML any more."""
    swap(data / "returns/2021-03-25_lbb/terms.yaml", "permission: publish", "permission: [publish")
    swap(data / UPDATES / "7b.md", "basis: transcribed", "basis: [transcribed")


REFUSED = {
    "checks": (
        break_checks,
        [
            r"data/returns/2021-03-25_sel-ccg/observations\.csv, row 2, column value: found thirty-eight; expected ",
            r"data/updates/2020-21-Q4/4b\.md, column commitment: expected an update for every commitment",
        ],
    ),
    "figures": (
        break_figures,
        [
            r"data/reference/partnership\.yaml(, row \d+)?, column headlines: found no observation of GOV02 2020-21-Q4",
            r"data/updates/2020-21-Q4/6b\.md, row 20, column value: found no observation of HLT03 mobile 2020-21-Q4",
        ],
    ),
    "yaml": (
        break_yaml,
        [
            r"data/returns/2021-03-25_lbb/terms\.yaml, row \d+: found .*; expected plain YAML",
            r"data/updates/2020-21-Q4/7b\.md, row \d+: found .*; expected plain YAML",
        ],
    ),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[subprocess.CompletedProcess[str], Path]]:
    """Run the command on each kind of broken data; beside the drafts of an earlier run, save one.

    Of the one that is judged, and so comes the farthest, Python says what it imports.
    """

    def go(name: str) -> tuple[subprocess.CompletedProcess[str], Path]:
        folder = tmp_path_factory.mktemp(name)
        data = lean_copy(folder)
        REFUSED[name][0](data)
        if name != "yaml":
            before = {ending: f"earlier {ending}".encode() for ending in ENDINGS}
            place_all([(folder / "reports" / DRAFT, before)])
        call = (*QUARTERLY, "--period", "2020-21-Q4", "--data", str(data), "--reports", str(folder / "reports"))
        return timed(*call) if name == "checks" else here(*call), folder / "reports"

    return {name: go(name) for name in REFUSED}


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_run_says_a_line_a_fault_and_nothing_else(
    name: str, refused: dict[str, tuple[subprocess.CompletedProcess[str], Path]]
) -> None:
    done, _ = refused[name]
    # The data are judged beside the kernel: what it makes meanwhile is not even looked at.
    found = imported(done)
    assert not found & {"nbconvert", "weasyprint"} and (found or name != "checks")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    for wanted in REFUSED[name][1]:
        assert [line for line in lines if re.match(wanted, line)], f"{wanted} is not among {lines}"
    assert all(line.startswith("data/") and "expected " in line for line in lines)
    assert len(lines) == len(set(lines)) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_run_leaves_behind_what_was_there_before(
    name: str, refused: dict[str, tuple[subprocess.CompletedProcess[str], Path]]
) -> None:
    _, reports = refused[name]
    if name == "yaml":
        assert not reports.exists()
    else:
        folder = "drafts/2020-21-Q4/quarterly-progress-board"
        assert contents(reports) == {f"{folder}{ending}": f"earlier {ending}".encode() for ending in ENDINGS}
        assert sorted(path.name for path in (reports / "drafts/2020-21-Q4").iterdir()) == sorted(
            f"quarterly-progress-board{ending}" for ending in ENDINGS
        )


@pytest.mark.parametrize("blocked", ENDINGS)
def test_a_draft_that_cannot_be_put_in_its_place_leaves_the_earlier_one_whole(blocked: str, tmp_path: Path) -> None:
    stem = tmp_path / DRAFT
    place_all([(stem, dict.fromkeys(ENDINGS, b"earlier"))])
    stem.with_name(stem.name + blocked).unlink()
    (stem.with_name(stem.name + blocked) / "in the way").mkdir(parents=True)
    before = contents(tmp_path)
    with pytest.raises(Refused):
        place_all([(stem, dict.fromkeys(ENDINGS, b"later"))])
    assert contents(tmp_path) == before


def test_drafts_that_are_put_in_one_place_at_once_are_whole(tmp_path: Path) -> None:
    stem = tmp_path / DRAFT
    texts = [f"{number}".encode() * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: place_all([(stem, dict.fromkeys(ENDINGS, text))]), texts))
    left = contents(tmp_path)
    assert set(left) == {f"drafts/2020-21-Q4/quarterly-progress-board{ending}" for ending in ENDINGS}
    assert set(left.values()) <= set(texts)


def test_reports_where_a_file_lies_are_refused(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file", encoding="utf-8")
    with pytest.raises(Refused, match="expected a folder that can be written to"):
        place_all([(tmp_path / "reports" / DRAFT, {".html": b""})])
    assert contents(tmp_path) == {"reports": b"a file"}


# Notebooks that make no paper -------------------------------------------------------------------------------

MASTHEAD = """\
from IPython.display import display

display(
    {"application/vnd.priority-two.blocks+json": {"section": "masthead", "blocks": [
        {"block": "heading", "level": 1, "spans": [{"text": "Small paper"}]}]}},
    raw=True,
    metadata={"priority_two": {"title": "Small", "running_header": "", "status": "", "as_at": "2021-03-25",
        "helplines": [], "quick_exit": {"label": "Leave", "address": "https://example.org/"},
        "inputs": {}, "checks": []}},
)"""


def small_notebook(
    path: Path, *cells: str, parameters: str = 'period = ""\nas_at = ""\nedition = ""\ndata = ""'
) -> None:
    """Write a notebook that makes a small paper, with further cells."""
    sources = ['period = ""\nas_at = ""\nedition = ""\ndata = ""', MASTHEAD, *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


class Small(Kind):
    """A small paper."""

    name, notebook, period_kind = "small", "small.ipynb", "quarter"


SMALL = Request(Small(), parse("2020-21-Q4"))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder from which notebooks are taken, with a data folder in it."""
    monkeypatch.setattr("priority_two.paths.NOTEBOOKS", tmp_path)
    (tmp_path / "data").mkdir()
    return tmp_path


def test_a_small_notebook_makes_a_paper_and_leaves_nothing_in_the_data_folder(
    small: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Without this, the refusals below would show nothing. What lies beside the data while a notebook runs would be
    # in the way of the next one that starts.
    # Native code writes to the process's own standard error, also when the kernel is about to end.
    dying = "import atexit; _ = atexit.register(os.write, 2, b'the last words of a library')"
    small_notebook(small / "small.ipynb", "import os", "assert os.listdir() == [], os.listdir()", dying)
    rendered = render(SMALL, small / "data")
    assert set(rendered.files) == {".ipynb", ".html"}
    assert b"<h1>Small paper</h1>" in rendered.files[".html"]
    assert pdf_from_html(rendered.html).startswith(b"%PDF-")
    assert list((small / "data").iterdir()) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('raise ValueError("one\\ntwo")', "ValueError: one"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("import os; os._exit(0)", "kernel"),
    ],
)
def test_a_cell_that_raises_or_ends_the_kernel_makes_no_paper(cell: str, said: str, small: Path) -> None:
    small_notebook(small / "small.ipynb", cell)
    with pytest.raises(Refused) as refused:
        render(SMALL, small / "data")
    assert said in str(refused.value.errors[0])
    assert all(len(str(error).splitlines()) == 1 for error in refused.value.errors)


def test_each_cell_that_prints_or_warns_is_named_with_its_notebook_and_makes_no_paper(small: Path) -> None:
    # A kernel takes seconds to start: what goes on after it has been said is said in one.
    said = {
        'print("left over")': "found printed text",
        'import warnings; warnings.warn("careful", stacklevel=1)': "careful",
        'import warnings; warnings.warn("old", DeprecationWarning, stacklevel=1)': "old",
    }
    small_notebook(small / "small.ipynb", *said)
    with pytest.raises(Refused) as refused:
        render(SMALL, small / "data")
    errors = [str(error) for error in refused.value.errors]
    assert len(errors) == len(said)
    for error, words in zip(errors, said.values(), strict=True):
        assert re.match(r"notebooks/small\.ipynb.*cell", error) and words in error and len(error.splitlines()) == 1


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_parameter_that_the_notebook_does_not_know_is_refused(name: str) -> None:
    notebook = ROOT / "notebooks" / KINDS[name].notebook
    sheet = name == "data-sheet"
    names = ["period", "as_at", "edition", *(["boundaries"] if sheet else []), "data", "filing"]
    names += [] if sheet else ["proof"]
    known, expected = dict.fromkeys(names, ""), ", ".join(names)
    check_parameters(notebook, known)
    with pytest.raises(WrongCall, match=f"parameter: found 'colour', expected one of {expected}$"):
        check_parameters(notebook, {**known, "colour": "red"})


def test_an_unknown_parameter_starts_no_kernel(small: Path) -> None:
    small_notebook(small / "small.ipynb", f"open({str(small / 'ran')!r}, 'w').close()")
    with pytest.raises(WrongCall, match="parameter: found 'proof'"):
        render(replace(SMALL, proof=True), small / "data")
    assert not (small / "ran").exists()


# What lies about takes no part ------------------------------------------------------------------------------


def test_start_up_scripts_and_settings_of_whoever_runs_it_take_no_part(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # matplotlib would complain of these settings, and what it says in a notebook stops the paper.
    (small / "data" / "matplotlibrc").write_text("no.such.key: 1\nlines.linewidth: thick\n", encoding="utf-8")
    profile = small / "home/.ipython/profile_default/startup/00.py"
    for script in (small / "startup.py", profile):
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f"open({str(small)!r} + '/ran', 'a').write(__file__)", encoding="utf-8")
    monkeypatch.setenv("PYTHONSTARTUP", str(small / "startup.py"))
    monkeypatch.setenv("HOME", str(small / "home"))
    small_notebook(small / "small.ipynb", "import matplotlib")
    render(SMALL, small / "data")
    assert not (small / "ran").exists(), (small / "ran").read_text(encoding="utf-8")


def test_a_kernel_of_another_environment_does_not_run_the_paper(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever works with JupyterLab elsewhere may have a kernel of the same name, of another Python and other libraries.
    spec = small / "elsewhere/kernels/python3/kernel.json"
    spec.parent.mkdir(parents=True)
    program = f"open({str(small / 'ran')!r}, 'w').close()"
    spec.write_text(json.dumps({"argv": ["python", "-c", program], "display_name": "", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(small / "elsewhere"))
    small_notebook(small / "small.ipynb")
    with contextlib.suppress(Refused):
        render(SMALL, small / "data")
    assert not (small / "ran").exists()


# Hostile text -----------------------------------------------------------------------------------------------

HOSTILE = """<script>alert("1")</script><b onclick='x()'>&amp; "two" 'three' {{ 7*7 }} {% set x %}"""
LABEL = """<b onclick='x()'>{{ 7*7 }} "&amp;"""  # where a chart has room for no more
IN_CSV = '"' + HOSTILE.replace('"', '""') + '"'
SHORT_IN_CSV = '"<b>{{ 7*7 }} ""&amp;"" \'x\'"'
LABEL_IN_CSV = '"' + LABEL.replace('"', '""') + '"'
IN_YAML = '"' + HOSTILE.replace('"', '\\"') + '"'
WORDS = """" onclick='x()' style="x" javascript:x() R&D <5 > 'three' %41 \\x41 """.strip()  # markup is refused there
IN_WORDS = '"' + WORDS.replace("\\", "\\\\").replace('"', '\\"') + '"'
FOLDER = "da'ta & {{ 7*7 }}" + (' <b>"' if os.name == "posix" else "")


def put_hostile_text(data: Path) -> None:
    """Put hostile text wherever a partner, a lead or an analyst writes text that a paper shows."""
    reference = data / "reference"
    swap(reference / "sections.csv", "2,Communicate,", f"2,{LABEL_IN_CSV},{SHORT_IN_CSV}")
    for table, short in (
        ("commitments", "Map prevalence"),
        ("measures", "IRIS-accredited practices"),
        ("partners", "Police"),
    ):
        swap(reference / f"{table}.csv", f",{short},", f",{SHORT_IN_CSV},")
    swap(reference / "commitments.csv", "Put the lessons of domestic homicide reviews into practice", IN_CSV)
    swap(reference / "measures.csv", "Newsletters due and issued", IN_CSV)
    swap(reference / "breakdowns.csv", "COM01,printed,,Printed", f"COM01,printed,,{LABEL_IN_CSV}")
    swap(reference / "calendar.csv", '"Quarter Four 2020-21, End of Year"', IN_CSV)
    swap(reference / "rag.csv", "green,Green,", f"green,{LABEL_IN_CSV},")
    swap(reference / "abbreviations.csv", "ANI,Action Needed Immediately", f"{IN_CSV},{IN_CSV}")
    swap(reference / "partners.csv", "police,Metropolitan Police Service", f"police,{IN_CSV}")
    settings = reference / "partnership.yaml"
    for old in (
        "name: Safer Bromley Partnership",
        "board: Safer Bromley Partnership Board",
        "title: Violence against women and girls",
        "label: Information cards distributed to date",
        "name: Police, in an emergency",
        "note: If you or someone else is in danger now",
        'number: "999"',
        "label: Leave this page now",
    ):
        swap(settings, old, f"{old.split(':')[0]}: {IN_YAML}")
    swap(
        settings,
        "address: https://www.bbc.co.uk/weather",
        "address: 'https://example.org/\"><script>alert(1)</script>'",
    )
    swap(settings, "  - Community Safety\n", f"  - {IN_YAML}\n")
    lbb = data / "returns/2021-03-25_lbb"
    rows = lbb / "observations.csv"
    text = rows.read_text(encoding="utf-8")
    rows.write_text(re.sub(r'(distributed,9300,,)".*"', lambda match: match[1] + IN_CSV, text), encoding="utf-8")
    swap(lbb / "terms.yaml", "contact_post: DVA VAWG Strategic Lead", f"contact_post: {IN_YAML}")
    updates = data / UPDATES
    for document, key in (("2a.md", "qualifier"), ("appendices/3.md", "title"), ("appendices/3.md", "owner")):
        text = (updates / document).read_text(encoding="utf-8")
        text = re.sub(rf"(?m)^({key}:) .*$", lambda match: f"{match[1]} {IN_WORDS}", text, count=1)
        (updates / document).write_text(text, encoding="utf-8")
    swap(updates / "2a.md", "title: Directory of support reviewed", f"title: {IN_WORDS}")
    swap(updates / "2a.md", "  - Publish the fourth newsletter.", f"  - {IN_WORDS}")
    swap(updates / "7b.md", "reason: Data from partners is required", f"reason: {IN_WORDS}")
    swap(updates / "2b.md", "- The forums", f"- {WORDS} The forums")


def by_hand(data: Path) -> str:
    """Make the HTML of the quarterly paper in this process, section by section, as its notebook names them."""
    from priority_two.publish.exporters import PaperHTMLExporter

    paper = open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    notebook = nbformat.read(ROOT / "notebooks" / KINDS["quarterly-progress"].notebook, as_version=4)
    for cell in notebook.cells:
        if section := re.fullmatch(r"paper\.(\w+)\(\)", cell.source):
            bundle, metadata = getattr(paper, section[1])()._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("display_data", bundle, metadata=metadata)]
    html, _ = PaperHTMLExporter().from_notebook_node(notebook)
    return str(html)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the HTML of a paper from data that hold hostile text."""
    data = lean_copy(tmp_path_factory.mktemp("hostile"), FOLDER)
    put_hostile_text(data)
    return by_hand(data)


def test_hostile_text_is_shown_and_does_nothing(hostile: str) -> None:
    soup = BeautifulSoup(hostile, "html.parser")
    assert soup.find_all(["script", "iframe", "object", "embed", "base", "form", "link"]) == []
    assert [tag.name for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []
    assert {str(tag["src"])[:5] for tag in soup.find_all(src=True)} == {"data:"}
    links = [str(tag["href"]) for tag in soup.find_all(href=True)]
    assert {re.split("[:/]", link)[0][:1] if link.startswith("#") else link.split(":")[0] for link in links} == {
        "#",
        "tel",
        "https",
    }
    assert soup.find_all("b") == []
    text = " ".join(soup.get_text().split())
    assert "49" not in re.findall(r"\b\d+\b", text.replace(",", "")), "a value was taken for a template"
    assert soup.title is not None and HOSTILE in soup.title.get_text()
    (exit_,) = soup.select("a.exit")
    assert exit_["href"] == 'https://example.org/"><script>alert(1)</script>'
    assert exit_.get_text() == HOSTILE
    # Once in each place, at the least: what is not shown has not been shown to be safe.
    for place_ in (
        "h1", "h3", "h4", ".qualifier", ".publisher", ".rating", "caption", "th", "td", "dd", "dt", "li",
        ".headlines th", ".note", ".safety",
    ):  # fmt: skip
        said = [" ".join(tag.get_text().split()) for tag in soup.select(place_)]
        assert any(HOSTILE in one or LABEL in one or WORDS in one for one in said), place_
    running = f"Progress report: {HOSTILE}"[:40]  # a line at the head of a page holds no more
    assert soup.body is not None and str(soup.body["data-running"]).startswith(running)
    assert [tag for tag in soup.find_all("img", class_="spark") if HOSTILE in str(tag.get("alt"))]
    assert any(FOLDER in tag.get_text() for tag in soup.select(".path"))


def test_hostile_text_reaches_the_pdf_as_text(hostile: str) -> None:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf_from_html(hostile))) as pdf:
        assert HOSTILE in str(pdf.docinfo["/Title"])
        assert "/JavaScript" not in pdf.Root.get("/Names", {}) and "/OpenAction" not in pdf.Root
        actions = [str(one.S) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/URI")]
        assert set(actions) <= {"/URI"}


def html_or_refusal(data: Path) -> tuple[str, list[str]]:
    """Return the HTML of those sections of the quarterly paper that show what people wrote, or why there are none."""
    try:
        paper = open_report("quarterly-progress", "2020-21-Q4", data=str(data))
        return "".join(part().html for part in (paper.masthead, paper.commitments, paper.how_made)), []
    except Refused as refused:
        return "", [str(error) for error in refused.errors]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("returns/2021-03-25_lbb/observations.csv", '700,,"Transcribed', '700,,"Tran\x00\x07\x1b[31m\x85scribed'),
        (f"{UPDATES}/1b.md", "qualifier: Complete", 'qualifier: "Com\\0\\x07\\e[31mplete" #'),
        (f"{UPDATES}/1b.md", "- Public Protection", "- Public\x07\x1b[31m\x7f Protection"),
        ("reference/partnership.yaml", "abbreviation: SBP", 'abbreviation: "S\\0\\x07\\e[31mBP"'),
        ("reference/partnership.yaml", "abbreviation: SBP", "abbreviation: S\x07\x1b[31mBP"),
        ("returns/2021-03-25_lbb/terms.yaml", "publish\n", "publish\n# \x07 a comment\n"),
    ],
    ids=["csv", "front matter", "narrative", "settings, escaped", "settings", "a comment"],
)
def test_no_control_character_reaches_a_paper(file: str, old: str, new: str, tmp_path: Path) -> None:
    # Neither HTML nor PDF can hold them. Whether they are dropped or refused, nothing else may happen.
    data = lean_copy(tmp_path)
    swap(data / file, old, new)
    html, errors = html_or_refusal(data)
    assert html or any(error.startswith(f"data/{file}, row ") for error in errors), errors
    assert set(re.findall(r"[^\n\t -~\xa0-\U0010ffff]", html)) == set()
    assert all(error.isprintable() for error in errors)


def test_text_that_looks_like_a_mark_of_the_template_is_text(tmp_path: Path) -> None:
    # The frame of a paper holds two marks, which fonts and contents are put in place of.
    data = lean_copy(tmp_path)
    swap(data / "reference/partnership.yaml", "name: Safer", "name: /* fonts */ <!-- contents --> Safer")
    soup = BeautifulSoup(by_hand(data), "html.parser")
    assert soup.title is not None and "/* fonts */ <!-- contents --> Safer" in soup.title.get_text()
    assert soup.style is not None and soup.style.get_text().count("@font-face") == 3


@pytest.mark.parametrize(
    "title",
    [
        "$\\undefined{$",
        "$x^2$ and $y$",
        "Costs of $5 to $10",
        "_under_ ^caret^ \\frac{1}{2}",
        "沟通 🙂 التواصل",
        "Help children, young people and adults who were harmed, and hold to account all those who did them any harm",
    ],
)
def test_no_title_however_odd_stops_a_chart(title: str) -> None:
    # A warning would be printed in the notebook, and what is printed there stops the paper.
    from decimal import Decimal

    from priority_two.charts.maps import MapTile, tile_map

    areas = [MapTile("E1", title, 1, 1, Decimal(3), "3"), MapTile("E2", "Other", 1, 2, None, "none")]
    assert title in tile_map(title, areas).alt


def test_a_file_whose_name_forges_a_line_is_named_in_one(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    name = "x\ncritical: nothing\x1b[2K<b>.md" if os.name == "posix" else "x y.md"
    (data / UPDATES / name).write_text("no front matter", encoding="utf-8")
    status, _, lines = validated(data)
    assert status == 1 and all(line.isprintable() for line in lines)
    (line,) = [line for line in lines if line.startswith("critical: ")]
    assert line.startswith(f"critical: data/{UPDATES}/x")


# Validate ---------------------------------------------------------------------------------------------------


def validated(data: Path, *arguments: str) -> tuple[int, str, list[str]]:
    """Run ``validate`` in this process, which has Great Expectations already."""
    done = CliRunner().invoke(main, ["validate", "--data", str(data), *arguments])
    return done.exit_code, done.stdout, done.stderr.splitlines()


def test_validate_prints_every_warning_and_accepts(tmp_path: Path) -> None:
    status, said, lines = validated(whole_copy(tmp_path))
    assert status == 0
    counted = re.fullmatch(r"\d+ datasets, \d+ rows, \d+ expectations: 0 critical, (\d+) warnings, (\d+) known\n", said)
    assert counted
    warned = [line for line in lines if line.startswith("warning: data/")]
    known = [line for line in lines if re.match(r"known: data/.* \(waived: .+\)$", line)]
    assert warned + known == lines  # those that are known come last
    assert (len(warned), len(known)) == tuple(map(int, counted.groups()))
    assert len(warned) > 10 and len(known) > 5


def test_validate_prints_every_finding_and_refuses_where_one_is_critical(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    break_checks(data)
    status, said, lines = validated(data)
    assert status == 1
    critical = [line for line in lines if line.startswith("critical: ")]
    for wanted in REFUSED["checks"][1]:
        assert [line for line in critical if re.match(f"critical: {wanted}", line)]
    warned = [line for line in lines if line.startswith("warning: ")]
    known = [line for line in lines if line.startswith("known: ")]
    assert len(warned) > 10 and critical + warned + known == lines  # what stops a paper comes first
    assert said.endswith(f": {len(critical)} critical, {len(warned)} warnings, {len(known)} known\n")


def test_validate_refuses_figures_that_are_not_there(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    break_figures(data)
    status, said, lines = validated(data)
    assert status == 1 and ": 2 critical, " in said
    for wanted in REFUSED["figures"][1]:
        assert [line for line in lines if re.match(f"critical: {wanted}", line)]


def test_validate_says_what_cannot_be_read_before_anything_is_judged(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    break_yaml(data)
    (data / "updates/2020-21-Q4/4b.md").unlink()
    done = timed("validate", "--data", str(data))
    lines = done.stderr.splitlines()
    judging = next(place for place, line in enumerate(lines) if re.search(r"\| +great_expectations\b", line))
    early = [line for line in lines[:judging] if line.startswith("critical: ")]
    assert len(early) == len(REFUSED["yaml"][1])
    imported(done)
    _, summary, later = validated(data)
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (1, summary, later)
    assert early == later[: len(early)] and any("4b.md" in line for line in later[len(early) :])
    _, text, silent = validated(data, "--json", "-")
    assert silent == [] and [each["file"] for each in json.loads(text)["findings"]][: len(early)] == [
        line.removeprefix("critical: ").split(",")[0] for line in early
    ]


def test_validate_takes_the_period_that_it_is_given(tmp_path: Path) -> None:
    # Nobody wrote an update in that quarter, which is said once and not for each of the seventeen.
    status, _, lines = validated(lean_copy(tmp_path), "--period", "2019-20-Q3")
    assert status == 1
    (line,) = [line for line in lines if "2019-20-Q3" in line]
    assert line.startswith("critical: data/updates/2019-20-Q3: found none; expected the updates of the quarter; ")
    assert line.endswith("priority-two new-period 2019-20-Q3")
