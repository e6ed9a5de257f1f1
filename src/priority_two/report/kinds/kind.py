"""A kind of report: its name, its notebook, the kind of period it is about, and what it reads."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

from priority_two.paths import NOTEBOOKS, notebook_file

if TYPE_CHECKING:
    from priority_two.reference.partnership import Partnership
    from priority_two.report.material import Material


class Kind:
    """A kind of report. Each is a class of its own, which changes what is other than here.

    Its sections, in order, are those that its notebook calls.

    Attributes
    ----------
    name
        As the command names it.
    notebook
        File name under ``notebooks/``.
    period_kind
        The kind of period it is about.
    description
        What it is, in words.
    title
        The title of the paper in every partnership.
    transcribed
        What of the paper may be transcribed from a published one.
    headlines
        The key of ``partnership.yaml`` under which its headline figures stand; blank where it has none.
    updates
        Whether it reads what was written of the commitments.
    group
        Whether it reads what the strategic group reports.
    briefing
        Whether it reads the quarter's briefings alone.
    changes
        Whether it says what changed since the last report.
    maps
        Whether it draws maps, for which the caller can name boundaries.
    workbook
        Whether its tables also come as a workbook.
    """

    name = ""
    notebook = ""
    period_kind = ""
    description = ""
    title = ""
    transcribed = "Ratings and figures"
    headlines = ""
    updates = False
    group = False
    briefing = False
    changes = False
    maps = False
    workbook = False

    def sections(self, data: Path | None) -> tuple[str, ...]:
        """Return the sections of the paper, in the order in which its notebook calls them.

        `data` is the data folder, whose workspace may have a notebook of its own; None for the notebook that ships.
        """
        notebook = notebook_file(self.notebook, data) if data else NOTEBOOKS / self.notebook
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        return tuple(name for source in sources if (name := called_section(source)))

    def title_in(self, partnership: Partnership) -> str:
        """Return the title of the paper in a partnership; the period follows it."""
        return self.title

    def facts(self, material: Material) -> list[tuple[str, str]]:
        """Return what the masthead has besides, as names and words."""
        return []

    def notices(self, material: Material) -> list[str]:
        """Return what the reader has to bear in mind besides."""
        return []

    def bases(self, material: Material) -> set[str]:
        """Return on what the texts of the paper rest."""
        return {document.front.basis for document in material.updates.values()}


def called_section(source: str) -> str:
    """Return the section that a cell calls, ``paper.at_a_glance()``; blank where it is anything else."""
    match ast.parse(source).body:
        case [ast.Expr(ast.Call(ast.Attribute(ast.Name("paper"), name), [], []))]:
            return name
    return ""
