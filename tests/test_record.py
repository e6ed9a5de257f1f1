"""What a run leaves behind: a manifest that tells the truth, and the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from matplotlib import get_cachedir

from conftest import COMMAND, ROOT, whole_copy

QUARTERLY = "2020-21-Q4/quarterly-progress-board"
SHEET = "2021-03/data-sheet-board"
ENDINGS = (".html", ".pdf", ".ipynb", ".manifest.json")


@pytest.fixture(scope="module")
def manifest(drafts: Path) -> dict[str, Any]:
    """Return the quarterly paper's manifest."""
    return manifest_of(drafts, QUARTERLY)


def manifest_of(drafts: Path, paper: str) -> dict[str, Any]:
    return dict(json.loads((drafts / f"{paper}.manifest.json").read_text(encoding="utf-8")))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Again:
    """What became of two papers that were made once more: at once, from one data folder, in other surroundings."""

    folder: Path
    said: list[tuple[str, str, int]]
    data_before: dict[Path, int]
    data_after: dict[Path, int]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Again:
    """Make two papers once more. A run takes half a minute of a processor, so one pair shows all that it can."""
    base = tmp_path_factory.mktemp("again")
    folder = base / "a folder with spaces"
    data = whole_copy(folder)
    before = times(data)
    runs = [
        subprocess.Popen(
            [COMMAND, "report", kind, "--period", period],
            cwd=folder,
            env={**os.environ, "HOME": str(base / "home"), "USER": "somebody-else", "COLUMNS": "40", **settings},
            umask=0o077 if os.name == "posix" else -1,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind, period, settings in (
            (
                "quarterly-progress",
                "2020-21-Q4",
                {
                    "TZ": "Pacific/Kiritimati",
                    "LC_ALL": "C",
                    "LANG": "C",
                    "PYTHONHASHSEED": "12345",
                    "MPLCONFIGDIR": str(base / "cold-cache"),
                },
            ),
            (
                "data-sheet",
                "2021-03",
                {"TZ": "America/St_Johns", "PYTHONHASHSEED": "54321", "MPLCONFIGDIR": get_cachedir()},
            ),
        )
    ]
    said = [(*run.communicate(), run.returncode) for run in runs]
    return Again(folder, said, before, times(data))


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_same_inputs_give_the_same_bytes(drafts: Path, again: Again) -> None:
    for paper, endings in ((QUARTERLY, ENDINGS), (SHEET, (*ENDINGS, ".xlsx"))):
        for ending in endings:
            made = again.folder / "reports" / "drafts" / (paper + ending)
            assert made.read_bytes() == (drafts / (paper + ending)).read_bytes(), paper + ending


def test_runs_at_once_neither_collide_nor_leave_anything_but_their_papers(again: Again) -> None:
    assert [(stderr, status) for _, stderr, status in again.said] == [("", 0)] * 2
    assert again.data_after == again.data_before
    assert {path.name for path in again.folder.iterdir()} == {"data", "reports"}
    made = {path.relative_to(again.folder).as_posix() for path in (again.folder / "reports").rglob("*.*")}
    assert made == {line for stdout, _, _ in again.said for line in stdout.splitlines()}
    assert made == {
        f"reports/drafts/{paper}{ending}"
        for paper, endings in ((QUARTERLY, ENDINGS), (SHEET, (*ENDINGS, ".xlsx")))
        for ending in endings
    }


def test_the_manifest_names_every_output_by_its_hash(drafts: Path, manifest: dict[str, Any]) -> None:
    folder = (drafts / QUARTERLY).parent
    assert set(manifest["outputs"]) == {path.name for path in folder.iterdir()} - {
        "quarterly-progress-board.manifest.json"
    }
    for name, said in manifest["outputs"].items():
        assert said == {"sha256": sha256(folder / name), "size": (folder / name).stat().st_size}


def test_the_manifest_names_every_input_that_was_read_and_no_other(drafts: Path) -> None:
    data = ROOT / "data"
    reference = {path for path in (data / "reference").iterdir() if not path.name.startswith(".")}
    returns = {path for path in data.glob("returns/*/*") if path.name in ("observations.csv", "terms.yaml")}
    updates = set(data.glob("updates/2020-21-Q?/**/*.md"))  # those of earlier quarters, for the history of ratings
    of_group = {data / "reference" / "group_sections.csv"}
    rules = ("attributions", "bodies", "names", "placeholders", "related", "totals")
    of_words = {data / "reference" / f"{name}.csv" for name in rules}
    received = {path for path in returns if path.parent.name[:10] <= "2021-03-25"}
    assert len(returns) > len(received) > 200 and len(updates) == 3 * 17 + 20
    # A data sheet tells of no commitment: it reads no update, and no rule on words. Returns that came after the as-at
    # date are not read.
    quarterly, sheet = reference - of_group | received | updates, reference - of_group - of_words | returns
    for paper, wanted in ((QUARTERLY, quarterly), (SHEET, sheet)):
        assert manifest_of(drafts, paper)["inputs"] == {
            path.relative_to(ROOT).as_posix(): {"sha256": sha256(path), "size": path.stat().st_size}
            for path in sorted(wanted)
        }


def test_the_manifest_names_the_code_that_took_part(manifest: dict[str, Any]) -> None:
    code = manifest["code"]
    for path in (
        "notebooks/quarterly_progress.ipynb",
        "expectations/figures.json",
        "requirements.lock",
        "src/priority_two/publish/paper/paper.css",
        "src/priority_two/report/sections/commitments.html.j2",
    ):
        assert code[path] == sha256(ROOT / path)
    assert "notebooks/annual_achievements.ipynb" not in code
    assert not [path for path in code if path.startswith(("tests/", "data/", "tools/")) or "__pycache__" in path]


def test_the_manifest_says_when_with_what_and_what_the_checks_said(manifest: dict[str, Any]) -> None:
    assert manifest["schema"] == "priority-two/manifest/1"
    assert (manifest["kind"], manifest["status"], manifest["as_at"]) == ("quarterly-progress", "draft", "2021-03-25")
    assert manifest["parameters"] == {
        "period": "2020-21-Q4",
        "as_at": "2021-03-25",
        "edition": "board",
        "data": "../data",
    }
    assert {"Pango", "HarfBuzz", "fontconfig"} <= set(manifest["environment"]["native"])
    assert {check["dataset"] for check in manifest["checks"]} == {
        path.stem for path in (ROOT / "expectations").glob("*.json")
    } - {"group", "headings", "actions"}  # what the Strategic Group's report alone has
    assert sum(check["critical"] for check in manifest["checks"]) == 0
