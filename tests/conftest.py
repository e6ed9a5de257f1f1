"""What tests share: the project's root, its command, and the papers, made once a test run."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from checkers import not_checked
from own_settings import HOME, settings_of, write_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from priority_two.checks.gate import Judgement
    from priority_two.files.data_folder import DataFolder
    from priority_two.periods import Period
    from priority_two.report.kinds import Kind
    from priority_two.report.material import Material

ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = ROOT / "tests" / "fixtures" / "workspace"
"""Whose data, updates and filings the tests look at: those that shipped once, whatever the project holds today."""
DATA = WORKSPACE / "data"
COMMAND = Path(sys.executable).with_name("priority-two")

# Python keeps what it compiles, also where the shell says otherwise: without that each of the many processes that tests
# start would compile every library anew, for seconds.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test depends on how fast a machine is.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

LONGEST_FIRST = (
    "test_readme",  # makes, in a fresh copy of the project, the papers that other files look at
    "test_by_hand",
    "test_adopting",
    "test_command",
    "test_second_partnership",
    "test_intake",
    "test_gate",
    "test_contributing",
    "test_template",
    "test_strategic_group",
    "test_next_quarter",
    "test_data_sheet_as_at",
    "test_warm_kernels",
    "test_filing",  # from here on files look at the papers
    "test_deterministic",
    "test_batch",
    "test_cluster",
    "test_papers",
    "test_page",
    "test_notebooks",
    "test_compare",
    "test_data_sheet",
    "test_record",
    "test_checkers",  # and from here on they do not
    "test_screen",
    "test_narrative",
    "test_hostile",
    "test_blocks",
    "test_never_half",
    "test_consistency",
    "test_folder",
    "test_scale",
)
"""The longest files first; what looks at the papers behind what keeps the other worker busy until they are made."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order of files below: pytest-xdist would put those with the most tests first, which are quick."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take longest, so that no worker ends the run alone, or waits for the other."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end, in one block, what was not checked, and the one command that brings what that takes."""
    reasons = [report.longrepr[2] for report in terminalreporter.getreports("skipped")]
    lines = not_checked([reason.removeprefix("Skipped: ") for reason in reasons])
    if lines:
        terminalreporter.section("not checked on this machine")
        for line in lines:
            terminalreporter.line(line)


OF_A_FORK = tuple(ROOT / name for name in ("data", "reports"))
"""What a fork of the project replaces by its own."""
WATCHED = tuple(f"{folder}{os.sep}" for folder in OF_A_FORK)


def watch(event: str, given_: tuple[Any, ...]) -> None:
    """Fail a test that reads what a fork replaces: it would fail there, or say nothing of the code.

    A relative path leads there from no place where a test is; it may be one of an open folder that is removed.
    """
    if event not in ("open", "os.listdir", "os.scandir") or not isinstance(given_[0], str | bytes | os.PathLike):
        return
    path = os.fsdecode(given_[0])
    if os.path.isabs(path):  # noqa: PTH117 -- quick, and looks at no disk
        place = os.path.abspath(path) + os.sep  # noqa: PTH100 -- the same
        assert not place.startswith(WATCHED), f"{place}: the tests look at {WORKSPACE}, and not here"


sys.addaudithook(watch)


@pytest.fixture(scope="session", autouse=True)
def in_the_workspace() -> Iterator[None]:
    """Run every test in the tests' workspace: a command or a path from there leads to its data."""
    with contextlib.chdir(WORKSPACE):
        yield


@dataclass(frozen=True)
class Clone:
    """A copy of the project as a clone would have it, in which every command of the README has run.

    ``ran`` holds command, exit status, standard output and standard error, in the README's order. That for the data
    sheet was run in the ``home`` of somebody who has set whatever can be set.
    """

    folder: Path
    home: Path
    ran: list[tuple[str, int, str, str]]


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Return a fresh copy of the project after the README's commands, made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, said, home = shared / "fresh" / "clone", shared / "readme.json", shared / "fresh" / "home"
    with FileLock(shared / "readme.lock"):  # another worker may be at it, for as long as that takes
        if not said.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a worker left that came to no end
            copy_of_the_project(folder)
            write_all(home, HOME)
            own = {command: settings_of(home) for command in readme_commands() if "data-sheet" in command}
            for each in own.values():
                del each["LC_ALL"]  # of a locale that is not there the shell complains itself
            ran = [(command, *_ran(command, folder, own.get(command, {}))) for command in commands_of_the_clone()]
            said.write_text(json.dumps(ran), encoding="utf-8")
    return Clone(folder, home, [tuple(one) for one in json.loads(said.read_text(encoding="utf-8"))])


@pytest.fixture(scope="session")
def drafts(clone: Clone) -> Path:
    """Return the folder with the drafts of 2020-21-Q4, 2020-21 and 2021-03 that the README's commands made."""
    made_by = [ran for ran in clone.ran if ran[0].startswith(("make report", "make data-sheet"))]
    assert [ran for ran in made_by if ran[1]] == []
    return clone.folder / "reports" / "drafts"


def gather(
    folder: DataFolder, period: Period, as_at: str, edition: str, kind: Kind | None = None
) -> tuple[Material, list[Judgement]]:
    """Return what a report is made from, and what the expectations say of it; without a kind, of all of a period."""
    from priority_two.errors import Refused
    from priority_two.periods import parse_date
    from priority_two.report.examination import examine
    from priority_two.report.request import QUARTERLY, Request

    request = Request(kind or QUARTERLY, period, parse_date(as_at) if as_at else None, edition)
    examined = examine(folder, request, everything=kind is None)
    if examined.unreadable:
        raise Refused(examined.unreadable)
    return examined.sound, examined.judgements


def readme_commands() -> list[str]:
    """Return the README's commands in its order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def commands_of_the_clone() -> list[str]:
    """Return those of the README's commands that are run in a clone.

    All but `make test`, which brings the tests here, and but the audit that makes again what ships as filed, each with
    an environment of its own: ``.ci/run`` does that of all of them, and ``test_filing.py`` of what is filed there.
    """
    return [command for command in readme_commands() if not re.search("make test$|audit (?!--fast)", command)]


def copy_of_the_project(folder: Path) -> None:
    """Clone the project, and commit on top what git tracks, or would if it were added, as it lies here.

    Its data and its reports are those of the tests' workspace, which the copy holds in no other place.
    """
    subprocess.run(["git", "clone", "-q", "--no-checkout", ROOT, folder], check=True)
    tell = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(tell, capture_output=True, check=True)
    apart = (*OF_A_FORK, WORKSPACE)
    for file in (ROOT / name for name in listed.stdout.decode().split("\0") if name):
        if file.is_file() and not any(map(file.is_relative_to, apart)):
            copied = folder / file.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copied)
    shutil.copytree(WORKSPACE, folder, dirs_exist_ok=True)
    commit(folder)


def commit(folder: Path) -> None:
    """Commit whatever has changed in a clone."""
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
    subprocess.run([*git, "add", "--all"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "As it lies here"], cwd=folder, check=True)


def _ran(command: str, folder: Path, own: dict[str, str]) -> tuple[int, str, str]:
    # The same Python as runs the tests, since a manifest says with which one a paper was made.
    given = {**os.environ, "PYTHON": sys._base_executable, **own}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=given, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the shipped data folder without the illustrative returns, to be broken."""
    return lean_copy(tmp_path)


def run_here(kind: str, data: Path, **parameters: Any) -> NotebookNode:
    """Return the notebook of a paper, its cells run here one after the other."""
    import nbformat

    book = nbformat.read(ROOT / "notebooks" / f"{kind}.ipynb", 4)
    names: dict[str, Any] = {}
    given_ = {"data": str(data), **parameters}
    for number, cell in enumerate(book.cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 -- our own notebook
        if number == 0:
            names |= given_
        if last:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 -- our own notebook
            bundle, metadata = shown._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("display_data", bundle, metadata=metadata)]
    return book


def lean_copy(folder: Path, name: str = "data") -> Path:
    """Copy the shipped data folder without the illustrative returns, which are many, into a folder."""
    return _copy(folder / name, _illustrative)


def whole_copy(folder: Path, name: str = "data") -> Path:
    """Copy the shipped data folder, illustrative returns and all, into a folder."""
    return _copy(folder / name, None)


def _copy(target: Path, left_out: Callable[[str, list[str]], list[str]] | None) -> Path:
    for part in ("reference", "returns", "updates"):  # and no socket of a report that somebody is running
        shutil.copytree(DATA / part, target / part, ignore=left_out)
    return target


def _illustrative(folder: str, names: list[str]) -> list[str]:
    terms = {name: Path(folder) / name / "terms.yaml" for name in names}
    return [name for name, file in terms.items() if file.is_file() and "synthetic: true" in file.read_text("utf-8")]


def here(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as :func:`run` does, but in this process, where a process of its own is not what is looked at."""
    from click.testing import CliRunner

    from priority_two.cli import main

    with contextlib.chdir(WORKSPACE):
        done = CliRunner().invoke(main, arguments)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the priority-two command in the workspace, with further environment variables."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=WORKSPACE,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
