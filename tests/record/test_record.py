"""What a run leaves behind: a manifest that tells the truth."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import DATA, ROOT, WORKSPACE
from priority_two.paths import PACKAGE
from priority_two.record.provenance import imports_in, imports_of

QUARTERLY = "2020-21-Q4/quarterly-progress-board"
SHEET = "2021-03/data-sheet-board"


@pytest.fixture(scope="module")
def manifest(drafts: Path) -> dict[str, Any]:
    """Return the quarterly paper's manifest."""
    return manifest_of(drafts, QUARTERLY)


def manifest_of(drafts: Path, paper: str) -> dict[str, Any]:
    return dict(json.loads((drafts / f"{paper}.manifest.json").read_text(encoding="utf-8")))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_manifest_names_every_output_by_its_hash(drafts: Path, manifest: dict[str, Any]) -> None:
    folder = (drafts / QUARTERLY).parent
    assert set(manifest["outputs"]) == {path.name for path in folder.iterdir()} - {
        "quarterly-progress-board.manifest.json"
    }
    for name, said in manifest["outputs"].items():
        assert said == {"sha256": sha256(folder / name), "size": (folder / name).stat().st_size}


def test_the_manifest_names_every_input_that_was_read_and_no_other(drafts: Path) -> None:
    data = DATA
    # A layout is of a partner's export, which a return is made from before it is sent: no paper reads one.
    reference = {path for path in (data / "reference").iterdir() if path.is_file() and not path.name.startswith(".")}
    returns = {path for path in data.glob("returns/*/*") if path.name in ("observations.csv", "terms.yaml")}
    updates = set(data.glob("updates/2020-21-Q?/**/*.md"))  # those of earlier quarters, for the history of ratings
    of_group = {data / "reference" / "group_sections.csv"}
    rules = ("attributions", "bodies", "briefing_sections", "names", "placeholders", "related", "totals")
    of_words = {data / "reference" / f"{name}.csv" for name in rules}
    received = {path for path in returns if path.parent.name[:10] <= "2021-03-25"}
    assert len(returns) > len(received) > 200 and len(updates) == 3 * 17 + 20
    # A data sheet tells of no commitment: it reads no update, and no rule on words. Returns that came after the as-at
    # date are not read.
    quarterly, sheet = reference - of_group | received | updates, reference - of_group - of_words | returns
    for paper, wanted in ((QUARTERLY, quarterly), (SHEET, sheet)):
        assert manifest_of(drafts, paper)["inputs"] == {
            path.relative_to(WORKSPACE).as_posix(): {"sha256": sha256(path), "size": path.stat().st_size}
            for path in sorted(wanted)
        }


def test_the_manifest_names_the_code_that_took_part(manifest: dict[str, Any]) -> None:
    code = manifest["code"]
    for path in (
        "notebooks/quarterly_progress.ipynb",
        "expectations/figures.json",
        "src/priority_two/publish/paper/paper.css",
        "src/priority_two/report/sections/commitments.py",
        "src/priority_two/report/templates/table.html.j2",
    ):
        assert code[path] == sha256(ROOT / path)
    assert "src/priority_two/report/sections/year_at_a_glance.py" not in code
    assert "notebooks/annual_achievements.ipynb" not in code
    assert not [path for path in code if path.startswith(("tests/", "data/", "tools/")) or "__pycache__" in path]


def test_what_a_module_imports_is_told_by_its_lines_as_by_all_of_it() -> None:
    sources = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    assert all(set(imports_of(source)) == set(imports_in(ast.parse(source))) for source in sources)
    assert sum(map(len, map(imports_of, sources))) > 1_000


def test_the_manifest_says_when_with_what_and_what_the_checks_said(manifest: dict[str, Any]) -> None:
    assert manifest["schema"] == "priority-two/manifest/1"
    assert (manifest["kind"], manifest["status"], manifest["as_at"]) == ("quarterly-progress", "draft", "2021-03-25")
    assert manifest["parameters"] == {
        "period": "2020-21-Q4",
        "as_at": "2021-03-25",
        "edition": "board",
        "data": "../data",
    }
    assert manifest["environment"]["lock"] == sha256(ROOT / "requirements.lock")
    assert {"Pango", "HarfBuzz", "fontconfig"} <= set(manifest["environment"]["native"])
    assert {check["dataset"] for check in manifest["checks"]} == {
        path.stem for path in (ROOT / "expectations").glob("*.json")
    } - {"group", "headings", "actions", "characters"}  # the Strategic Group's report alone; characters without a glyph
    assert sum(check["critical"] for check in manifest["checks"]) == 0


def test_a_run_notebook_holds_each_section_once_and_no_hash_of_an_input(drafts: Path, manifest: dict[str, Any]) -> None:
    text = (drafts / f"{QUARTERLY}.ipynb").read_text(encoding="utf-8")
    outputs = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", [])]
    assert len(outputs) > 8
    for output in outputs:
        assert len("".join(output["data"]["text/html"])) > 100 > len("".join(output["data"]["text/plain"]))
    assert not [path for path, one in manifest["inputs"].items() if one["sha256"] in text]
