"""What a PDF carries inside it: everything that the paper says and that stands behind it, as tables and as data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pikepdf
import pytest

from conftest import DATA, WORKSPACE, run_here
from priority_two.errors import Refused
from priority_two.publish.attachments import attachments
from priority_two.publish.exporters import PaperPDFExporter
from priority_two.publish.notebook import read_paper

TABLES = {"ratings.csv", "figures.csv", "milestones.csv", "sources.csv"}


@pytest.fixture(scope="module")
def quarterly(drafts: Path) -> nbformat.NotebookNode:
    """Return the notebook of the quarterly paper that ships, as it was run."""
    return nbformat.read(drafts / "2020-21-Q4/quarterly-progress-board.ipynb", as_version=4)


@pytest.fixture(scope="module")
def carried(quarterly: nbformat.NotebookNode) -> dict[str, bytes]:
    return {file.name: file.content for file in attachments(read_paper(quarterly))}


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_it_carries_what_the_paper_says_and_what_stands_behind_it(carried: dict[str, bytes]) -> None:
    assert set(carried) == {*TABLES, "validation.json"}
    assert sum(map(len, carried.values())) < 1_000_000
    for name in TABLES:
        assert table(carried[name]) and b"\r" not in carried[name]


def test_every_row_of_the_sources_is_a_row_of_a_return_that_may_be_used(carried: dict[str, bytes]) -> None:
    on_disk: dict[str, list[dict[str, str]]] = {}
    rows = table(carried["sources.csv"])
    assert len({(row["file"], row["row"]) for row in rows}) == len(rows) > 400
    for row in rows:
        if row["file"] not in on_disk:
            on_disk[row["file"]] = table((WORKSPACE / row["file"]).read_bytes())
        sent = on_disk[row["file"]][int(row["row"]) - 2]
        for key in ("period", "measure", "area", "breakdown", "note"):
            assert row[key] == sent[key], key
        assert float(row["value"] or 0) == float(sent["value"] or 0)
        terms = (WORKSPACE / row["file"]).with_name("terms.yaml").read_text(encoding="utf-8")
        for key in ("partner", "received", "permission"):
            assert f"\n{key}: {row[key]}" in f"\n{terms}", key
        assert f"synthetic: {'true' if row['synthetic'] == 'yes' else 'false'}" in terms
        assert row["permission"] != "none" and row["figure"]


def test_a_figure_that_is_one_row_stands_among_the_sources(carried: dict[str, bytes]) -> None:
    sources = {(row["file"], row["row"]): row for row in table(carried["sources.csv"])}
    single = [row for row in table(carried["figures.csv"]) if row["file"]]
    assert len(single) > 100
    for row in single:
        assert sources[row["file"], row["row"]]["measure"] == row["measure"]


def test_every_point_stands_in_full_in_the_validation(carried: dict[str, bytes]) -> None:
    validation = json.loads(carried["validation.json"])
    findings = validation["findings"]
    assert len(findings) == sum(check["critical"] + check["warnings"] for check in validation["checks"]) == 69
    assert list(findings[0]) == [
        *("dataset", "expectation", "severity", "file", "row", "column", "found", "expected", "fix", "waived")
    ]
    assert sum(bool(one["waived"]) for one in findings) == 9  # known, and so not flagged
    (late,) = [one for one in findings if one["file"].endswith("/2a.md") and one["expectation"] == "no-slip"]
    assert late["row"] > 1 and "months later" in late["found"] and late["fix"]


def test_the_pdf_from_the_menu_carries_them_too() -> None:
    book = run_here("strategic_group", DATA, period="2019-20-Q4")
    expected = {file.name: file.content for file in attachments(read_paper(book))}
    made, _ = PaperPDFExporter().from_notebook_node(book)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        inside = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert inside == expected and {"figures.csv", "sources.csv", "validation.json"} <= set(inside)
    assert "ratings.csv" not in inside  # it shows none


def masthead(notebook: nbformat.NotebookNode) -> Any:
    return next(
        output["metadata"]["priority_two"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "priority_two" in output.get("metadata", {})
    )


BROKEN: dict[str, Callable[[Any], object]] = {
    "a row too short": lambda paper: paper["sources"].append(["x"]),
    "a table that is none": lambda paper: paper.update(sources="=1+1"),
    "a row that is none": lambda paper: paper["sources"].append(7),
    "an unknown column": lambda paper: paper["sources"][0].__setitem__(0, "macro"),
    "a number as text": lambda paper: paper["sources"][1].__setitem__(13, "=1+1"),
    "a finding that is none": lambda paper: paper["findings"].append("x"),
    "a day that is none": lambda paper: paper.update(as_at="2021-02-30"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_masthead_that_somebody_changed_makes_no_pdf(quarterly: nbformat.NotebookNode, fault: str) -> None:
    book = nbformat.from_dict(json.loads(json.dumps(quarterly)))
    BROKEN[fault](masthead(book))
    with pytest.raises(Refused, match="masthead as the package writes it"):
        attachments(read_paper(book))


def test_a_formula_in_a_note_is_text_in_the_table(quarterly: nbformat.NotebookNode) -> None:
    book = nbformat.from_dict(json.loads(json.dumps(quarterly)))
    sources = masthead(book)["sources"]
    sources[1][sources[0].index("note")] = "=HYPERLINK(1)"
    (content,) = [file.content for file in attachments(read_paper(book)) if file.name == "sources.csv"]
    assert table(content)[0]["note"] == "'=HYPERLINK(1)"


def test_a_notebook_of_before_carries_what_it_has(quarterly: nbformat.NotebookNode) -> None:
    book = nbformat.from_dict(json.loads(json.dumps(quarterly)))
    del masthead(book)["sources"]
    assert "sources.csv" not in {file.name for file in attachments(read_paper(book))}


def test_the_same_notebook_carries_the_same_bytes(quarterly: nbformat.NotebookNode, tmp_path: Path) -> None:
    file = tmp_path / "book.ipynb"
    nbformat.write(quarterly, file)
    again = attachments(read_paper(json.loads(file.read_text(encoding="utf-8"))))
    assert again == attachments(read_paper(quarterly))
