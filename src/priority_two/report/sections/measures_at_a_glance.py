"""The measures at a glance: those of each month, then those of each quarter, a row a measure."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or, without_figures
from priority_two.report.tables.figure_cells import shorthand_note
from priority_two.report.tables.glance_tables import each_month, each_quarter, lines_by_partner


def measures_at_a_glance(paper: Paper) -> list[Block]:
    """Return a table of the monthly measures and one of the others, and which measures have no figure."""
    material, groups = paper.material, paper.measures_by_partner
    lines = lines_by_partner(groups, material.book)
    asked = (lines, material.book, paper.catalogue, material.period)
    shown = [table for table in (each_month(*asked), each_quarter(*asked)) if table]
    missing = without_figures(material, groups)
    notes = [
        *shorthand_note(each.text for table in shown for row in table.rows for each in row.cells if not each.chart),
        f"Without figures: {'; '.join(missing)}." if missing else "",
    ]
    words = " ".join(filter(None, notes))
    return [*tables_or("No figures were received.", *shown), *([paragraph(words, role="note")] if words else [])]
