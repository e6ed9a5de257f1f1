"""What tests share: the project's root, its command, and the papers, made once a test run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).with_name("priority-two")

LONGEST_FIRST = (
    "test_readme",  # sets a whole environment up, beside which everything else has room
    "test_papers",  # makes the papers that several files look at, while nobody else waits for them
    "test_record",
    "test_command",
    "test_data_sheet",
    "test_data_sheet_as_at",
    "test_strategic_group",
    "test_new_period",
    "test_consistency",
    "test_gate",
    "test_notebooks",
    "test_intake",
    "test_folder",
    "test_checkers",
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order of files below: pytest-xdist would put those with the most tests first, which are quick."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take longest, so that no worker ends the run alone."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's root."""
    return ROOT


@pytest.fixture(scope="session")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the drafts of 2020-21-Q4, 2020-21 and 2021-03, made by the command, once for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    reports = shared / "papers"
    try:
        reports.mkdir()
    except FileExistsError:  # another worker is at it
        wait_until = time.monotonic() + 400
        while not (shared / "papers-made").exists():
            assert time.monotonic() < wait_until, "the other worker did not make the papers"
            time.sleep(0.2)
    else:
        done = run("report", "--period", "2020-21-Q4", "--reports", str(reports))
        sheet = run("report", "data-sheet", "--period", "2021-03", "--reports", str(reports))
        (shared / "papers-made").write_text(done.stderr + sheet.stderr, encoding="utf-8")
    assert (shared / "papers-made").read_text(encoding="utf-8") == "", "the command had something to complain of"
    return reports / "drafts"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the shipped data folder without the illustrative returns, to be broken."""
    return lean_copy(tmp_path)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return a copy of the shipped data folder, illustrative returns and all, to be broken."""
    return whole_copy(tmp_path)


def lean_copy(folder: Path, name: str = "data") -> Path:
    """Copy the shipped data folder without the illustrative returns, which are many, into a folder."""
    return _copy(folder / name, _illustrative)


def whole_copy(folder: Path, name: str = "data") -> Path:
    """Copy the shipped data folder, illustrative returns and all, into a folder."""
    return _copy(folder / name, None)


def _copy(target: Path, left_out: Callable[[str, list[str]], list[str]] | None) -> Path:
    for part in ("reference", "returns", "updates"):  # and no socket of a report that somebody is running
        shutil.copytree(ROOT / "data" / part, target / part, ignore=left_out)
    return target


def _illustrative(folder: str, names: list[str]) -> list[str]:
    terms = {name: Path(folder) / name / "terms.yaml" for name in names}
    return [name for name, file in terms.items() if file.is_file() and "synthetic: true" in file.read_text("utf-8")]


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the priority-two command in the project's root, with further environment variables."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
