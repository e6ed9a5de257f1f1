"""The notebooks: thin, committed without outputs, and the same by hand as by the command."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert.exporters import get_export_names, get_exporter

from checkers import program
from conftest import DATA, ROOT, WORKSPACE, lean_copy, run_here
from priority_two.errors import Refused
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.report import open_report
from priority_two.report.kinds import KINDS

NOTEBOOKS = [kind.notebook.removesuffix(".ipynb") for kind in KINDS.values()]
PARAMETERS = {"period": "", "as_at": "", "edition": "board", "data": "../data", "filing": {}}
"""What every notebook can be run with; some have more."""


def load(name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_committed_without_outputs(name: str) -> None:
    raw = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_reads_like_a_table_of_contents(name: str) -> None:
    cells = load(name).cells
    assert cells[0].metadata.tags == ["parameters"]
    lines = [re.fullmatch(r"(\w+) = ([^#]+)  # (.{10,})", line) for line in cells[0].source.splitlines()]
    given = {match[1]: json.loads(match[2]) for match in lines if match}
    assert len(given) == len(lines), "each parameter has a line, which says what it may be"
    assert given | PARAMETERS == given and given.keys() - PARAMETERS <= {"proof", "boundaries"}
    assert "open_report(" in cells[1].source
    for cell in cells[2:]:
        form = r"## [^\n]+" if cell.cell_type == "markdown" else r"paper\.[a-z_]+\(\)"
        assert re.fullmatch(form, cell.source), cell.source


def test_by_hand_a_notebook_shows_the_same_paper_as_the_command(drafts: Path) -> None:
    notebook = run_here("quarterly_progress", DATA)
    html, _ = PaperHTMLExporter().from_notebook_node(notebook)
    by_command = (drafts / "2020-21-Q4/quarterly-progress-board.html").read_text(encoding="utf-8")
    assert html == by_command


def test_both_exporters_are_in_the_export_menu() -> None:
    names = get_export_names()
    assert "priority_two_html" in names and "priority_two_pdf" in names
    assert get_exporter("priority_two_html").export_from_notebook == "Board paper (HTML)"
    assert get_exporter("priority_two_pdf").export_from_notebook == "Board paper (PDF)"


def test_nbconvert_makes_the_same_pages_of_a_run_notebook(drafts: Path, tmp_path: Path) -> None:
    notebook = drafts / "2020-21/annual-achievements-board.ipynb"
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "priority_two_pdf",
        "--output-dir",
        str(tmp_path),
        str(notebook),
    ]
    subprocess.run(command, check=True, capture_output=True)
    # The command's PDF carries its evidence besides; what is on its pages is the same.
    by_hand, by_command = tmp_path / f"{notebook.stem}.pdf", notebook.with_suffix(".pdf")
    words = [
        subprocess.run([program("pdftotext"), "-bbox", pdf, "-"], check=True, capture_output=True).stdout
        for pdf in (by_hand, by_command)
    ]
    assert len(words[0]) > 10_000
    assert hashlib.sha256(words[0]).digest() == hashlib.sha256(words[1]).digest()


def test_a_notebook_that_was_not_run_makes_no_paper() -> None:
    with pytest.raises(Refused, match="run all its cells first"):
        PaperHTMLExporter().from_notebook_node(load("quarterly_progress"))


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("error", ename="ValueError", evalue="broken", traceback=[]),
        nbformat.v4.new_output("stream", name="stderr", text="DeprecationWarning: old"),
        nbformat.v4.new_output("stream", name="stdout", text="left over"),
    ],
    ids=["raised", "warned", "printed"],
)
def test_a_notebook_that_raised_warned_or_printed_makes_no_paper(drafts: Path, output: nbformat.NotebookNode) -> None:
    notebook = nbformat.read(drafts / "2020-21/annual-achievements-board.ipynb", as_version=4)
    next(cell for cell in notebook.cells if cell.id == "achievements").outputs.append(output)
    with pytest.raises(Refused) as refused:
        PaperHTMLExporter().from_notebook_node(notebook)
    assert len(refused.value.errors) == 1


# Looking into the figures


def test_the_notebook_to_explore_runs_and_shows_tidy_tables(tmp_path: Path) -> None:
    lean_copy(tmp_path)
    beside = tmp_path / "notebooks"
    beside.mkdir()
    notebook = load("explore")
    raw = json.loads((ROOT / "notebooks/explore.ipynb").read_text(encoding="utf-8"))
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in raw["cells"])
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(beside)}}).execute()
    shown = {cell.id: output.data for cell in notebook.cells for output in cell.get("outputs", [])}
    assert "text/html" in shown["observations"] and "text/html" in shown["figures"] and "image/png" in shown["chart"]
    assert "remove-cell" in next(cell for cell in notebook.cells if cell.id == "own").metadata.tags
    with pytest.raises(Refused, match="a section of the paper and nothing else"):
        PaperHTMLExporter().from_notebook_node(notebook)


def test_the_tables_of_a_paper_hold_what_was_sent_and_what_is_printed() -> None:
    paper = open_report("quarterly-progress", "2020-21-Q4", data=str(DATA))
    observations, figures, ratings = paper.observations(), paper.figures(), paper.ratings()
    row = observations.query("measure == 'HLT01' and period == '2020-21-Q4'").iloc[0]
    with (WORKSPACE / row.file).open(encoding="utf-8", newline="") as handle:
        sent = list(csv.DictReader(handle))[row.row - 2]
    assert (sent["measure"], float(sent["value"])) == ("HLT01", row.value)
    headline = figures.query("element == 'headlines: HLT01'").iloc[0]
    assert headline.value == row.value and headline.text in paper.at_a_glance().html
    assert len(ratings) == 15 and set(ratings.word) == {"Green", "Amber"}
