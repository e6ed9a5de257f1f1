"""What a run leaves behind: a manifest that tells the truth, and the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import COMMAND, ROOT

QUARTERLY = "2020-21-Q4/quarterly-progress-board"


@pytest.fixture(scope="module")
def manifest(drafts: Path) -> dict[str, Any]:
    """Return the quarterly paper's manifest."""
    return dict(json.loads((drafts / f"{QUARTERLY}.manifest.json").read_text(encoding="utf-8")))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_inputs_give_the_same_bytes(drafts: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT / "data", elsewhere / "data")
    settings = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONHASHSEED": "12345",
        "HOME": str(tmp_path / "home"),
        "USER": "somebody-else",
        "COLUMNS": "40",
        "MPLCONFIGDIR": str(tmp_path / "cold-cache"),
    }
    done = subprocess.run(
        [COMMAND, "report", "quarterly-progress", "--period", "2020-21-Q4"],
        cwd=elsewhere,
        env={**os.environ, **settings},
        umask=0o077 if os.name == "posix" else -1,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for ending in (".html", ".pdf", ".ipynb", ".manifest.json"):
        again = elsewhere / "reports" / "drafts" / (QUARTERLY + ending)
        assert again.read_bytes() == (drafts / (QUARTERLY + ending)).read_bytes(), ending


def test_the_manifest_names_every_output_by_its_hash(drafts: Path, manifest: dict[str, Any]) -> None:
    folder = (drafts / QUARTERLY).parent
    assert set(manifest["outputs"]) == {path.name for path in folder.iterdir()} - {
        "quarterly-progress-board.manifest.json"
    }
    for name, said in manifest["outputs"].items():
        assert said == {"sha256": sha256(folder / name), "size": (folder / name).stat().st_size}


def test_the_manifest_names_every_input_that_was_read_and_no_other(manifest: dict[str, Any]) -> None:
    data = ROOT / "data"
    read = [
        "abbreviations",
        "areas",
        "breakdowns",
        "calendar",
        "commitments",
        "identities",
        "measures",
        "partners",
        "rag",
        "sections",
    ]
    wanted = [data / "reference" / f"{name}.csv" for name in read] + [data / "reference" / "partnership.yaml"]
    wanted += [*data.glob("returns/2021-03-25_*/*"), *data.glob("updates/2020-21-Q4/**/*.md")]
    assert manifest["inputs"] == {
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
    }
    assert sum(check["critical"] for check in manifest["checks"]) == 0


def test_runs_at_once_neither_collide_nor_leave_anything_but_their_papers(drafts: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*")}
    command = [COMMAND, "report", "annual-achievements", "--period", "2020-21", "--reports"]
    runs = [subprocess.Popen([*command, f"reports-{n}"], cwd=tmp_path, stderr=subprocess.PIPE) for n in range(3)]
    assert [(run.communicate()[1], run.returncode) for run in runs] == [(b"", 0)] * 3
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "data").rglob("*")} == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "reports-0", "reports-1", "reports-2"}
    for number in range(3):
        for paper in (tmp_path / f"reports-{number}" / "drafts" / "2020-21").iterdir():
            assert paper.read_bytes() == (drafts / "2020-21" / paper.name).read_bytes()
