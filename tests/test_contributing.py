"""The recipes of CONTRIBUTING.md, done as they stand there in a copy of the project, with the files that each costs."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, copy_of_the_project

PERIOD = "2020-21-Q4"
LOOK = "src/priority_two/report/templates/table.html.j2"
_BLOCK = re.compile(r"```\w+\n# ([\w./-]+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, in which git sees what a recipe changes."""
    folder = tmp_path_factory.mktemp("contributing") / "project"
    copy_of_the_project(folder)
    return folder


@dataclass(frozen=True)
class Grown:
    """What recipes cost, by recipe: the files that changed; and what the copy then shows."""

    cost: dict[str, set[str]]
    shown: dict[str, Any]


def recipe(path: str) -> str:
    """Return what CONTRIBUTING.md has for a file."""
    return dict(_BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))[path]


def changed(project: Path) -> set[str]:
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    done = subprocess.run(status, cwd=project, capture_output=True, text=True, check=True)
    return {line[3:] for line in done.stdout.splitlines() if "__pycache__" not in line}


def run(project: Path, code: str) -> str:
    """Run Python with the copy's own package, and return what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "PYTHONWARNINGS": "error::SyntaxWarning"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def add_cells(notebook: Path, heading: str, call: str) -> None:
    book = json.loads(notebook.read_text(encoding="utf-8"))
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    book["cells"] += [
        {"cell_type": "markdown", "id": "heading", "metadata": {}, "source": heading},
        {**empty, "id": "call", "source": call},
    ]
    notebook.write_text(json.dumps(book), encoding="utf-8")


@pytest.fixture(scope="module")
def grown(project: Path) -> Grown:
    """Follow the recipes one after the other, and run the copy once with all that they added."""
    cost, before = {}, set[str]()
    recipes = {"section": _add_a_section, "measure": _add_a_measure, "kind": _add_a_kind, "look": _change_the_look}
    for name, follow in recipes.items():
        follow(project)
        cost[name], before = changed(project) - before, changed(project)
    code = (  # notebooks are run here and not in a kernel, which would have the package that is installed
        "import json\nfrom pathlib import Path\n"
        "import nbformat\n"
        "from priority_two.publish.exporters import PaperHTMLExporter\n"
        "from priority_two.record.provenance import took_part\n"
        "from priority_two.report import open_report\n"
        "from priority_two.report.request import kind_named\n"
        f"paper = open_report('quarterly-progress', '{PERIOD}', data='data')\n"
        "section = [paper.order[-1], paper.commitments_promised().html]\n"
        "code = [path.name for path in took_part(Path('notebooks', paper.kind.notebook), [])]\n"
        "sheet = open_report('data-sheet', '2021-03', data='data').measures_at_a_glance().html\n"
        "book = nbformat.read('notebooks/ratings_card.ipynb', 4)\n"
        f"given = {{'period': '{PERIOD}', 'as_at': '', 'edition': 'board', 'data': 'data'}}\n"
        "names = {}\n"
        "for cell in book.cells:\n"
        "    if cell.cell_type == 'code' and cell.source.startswith('paper.'):\n"
        "        data, metadata = eval(cell.source, names)._repr_mimebundle_()\n"
        "        cell.outputs = [nbformat.v4.new_output('display_data', data, metadata=metadata)]\n"
        "    elif cell.cell_type == 'code':\n"
        "        exec(cell.source, names)\n"
        "        names |= given\n"
        "card = PaperHTMLExporter().from_notebook_node(book)[0]\n"
        "sections = kind_named('ratings-card').sections(None)\n"
        "from priority_two.blocks import Group, Row, Table, cell\n"
        "from priority_two.report.html import html\n"
        "table = Table(title='a', head=('b', 'c'), rows=(Row(heading=cell('d'), cells=(cell('e'),)),))\n"
        "page = html([table, Group(blocks=(table,))])\n"
        "look = [page.count('<table'), page.count('data-look')]\n"
        "shown = {'section': section, 'code': code, 'sheet': sheet, 'card': card, 'sections': sections, 'look': look}\n"
        "print(json.dumps(shown))\n"
    )
    return Grown(cost, json.loads(run(project, code)))


def _add_a_section(project: Path) -> None:
    path = "src/priority_two/report/sections/commitments_promised.py"
    (project / path).write_text(recipe(path), encoding="utf-8")
    add_cells(project / "notebooks/quarterly_progress.ipynb", "## Commitments promised", "paper.commitments_promised()")


def _add_a_measure(project: Path) -> None:
    path = "data/reference/measures.csv"
    table = project / path
    table.write_text(table.read_text(encoding="utf-8") + recipe(path), encoding="utf-8")


def _add_a_kind(project: Path) -> None:
    path = "src/priority_two/report/kinds/ratings_card.py"
    (project / path).write_text(recipe(path), encoding="utf-8")
    registry = project / "src/priority_two/report/kinds/__init__.py"
    text = registry.read_text(encoding="utf-8")
    first = "from priority_two.report.kinds.quarterly_progress import QuarterlyProgress\n"
    text = text.replace(first, f"{first}from priority_two.report.kinds.ratings_card import RatingsCard\n")
    text = text.replace("BoardBriefing())", "BoardBriefing(), RatingsCard())")
    registry.write_text(text, encoding="utf-8")
    book = json.loads((project / "notebooks/quarterly_progress.ipynb").read_text(encoding="utf-8"))
    places = ("exceptions", "commitments", "data", "appendices")  # to which the first page leads
    wanted = ("masthead", "at-a-glance", *places, "how-made", "helplines")
    cells = [cell for cell in book["cells"] if cell["id"].removeprefix("h-") in ("parameters", "open", *wanted)]
    for cell in cells:
        cell["source"] = "".join(cell["source"]).replace("quarterly-progress", "ratings-card")
    notebook = project / "notebooks/ratings_card.ipynb"
    notebook.write_text(json.dumps({**book, "cells": cells}), encoding="utf-8")


def _change_the_look(project: Path) -> None:
    template = project / LOOK
    template.write_text(template.read_text(encoding="utf-8").replace("<table", '<table data-look="new"'), "utf-8")


def test_a_section_costs_two_files(grown: Grown) -> None:
    path = "src/priority_two/report/sections/commitments_promised.py"
    assert grown.cost["section"] == {path, "notebooks/quarterly_progress.ipynb"}
    assert grown.shown["section"] == ["commitments_promised", "<p>The strategy makes 17 commitments.</p>"]
    assert "commitments_promised.py" in grown.shown["code"]


def test_a_measure_costs_no_code(grown: Grown) -> None:
    assert grown.cost["measure"] == {"data/reference/measures.csv"}
    assert "LIB01 Library visits on safety weeks" in grown.shown["sheet"]


def test_a_kind_costs_three_files(grown: Grown) -> None:
    kinds = "src/priority_two/report/kinds"
    assert grown.cost["kind"] == {f"{kinds}/ratings_card.py", f"{kinds}/__init__.py", "notebooks/ratings_card.ipynb"}
    page = grown.shown["card"]
    assert "<h1>Ratings: " in page and "Eleven of the 15 commitments are on plan" in page
    assert grown.shown["sections"][:2] == ["masthead", "at_a_glance"]


def test_the_look_of_every_table_is_one_file(grown: Grown) -> None:
    assert grown.cost["look"] == {LOOK}
    others = [file for file in (PACKAGE / "report").rglob("*.j2") if "<table" in file.read_text(encoding="utf-8")]
    assert [file.name for file in others] == ["table.html.j2"]
    assert grown.shown["look"] == [2, 2]


# The shape of the package -------------------------------------------------------------------------------------------

PACKAGE = ROOT / "src" / "priority_two"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def test_a_folder_knows_those_above_it_in_the_guide_and_none_below() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    order = re.findall(r"^\| `(\w+)/` \|", guide, re.MULTILINE)
    assert sorted(order) == sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file())
    for path, tree in TREES.items():
        own = path.relative_to(PACKAGE).parts[0]
        imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        for name in {module.split(".")[1] for module in imported if module.startswith("priority_two.")}:
            if own in order and name in order:
                assert order.index(name) <= order.index(own), f"{path} imports {name}"


def test_no_two_modules_and_no_two_classes_have_one_name() -> None:
    modules = [path.stem for path in TREES if path.stem != "__init__"]
    classes = [node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert [name for names in (modules, classes) for name, count in Counter(names).items() if count > 1] == []


def test_a_variable_is_named_after_what_it_holds() -> None:
    """What an error ``found`` is the field's word for what stood there, and names no variable."""
    errors = {"errors.py", "model.py", "spellings.py", "spreadsheet.py", "xlsx.py"}
    empty = {"one", "said", "told", "found", "made", "kept"}
    for path, tree in TREES.items():
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not (names & empty) - ({"found"} if path.name in errors else set()), path
