"""The measures at a glance: those of each month, then those of each quarter, a row a measure."""

from __future__ import annotations

from priority_two.blocks import Block, Details, listing, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or, without_figures
from priority_two.report.tables.figure_cells import shorthand_note
from priority_two.report.tables.glance_tables import each_month, each_quarter, lines_by_partner
from priority_two.sentences import capital, counted, listed

MOST_NAMED = 8
"""So many measures without figures are named; of more it says how many there are, and the names stand one step away."""


def measures_at_a_glance(paper: Paper) -> list[Block]:
    """Return a table of the monthly measures and one of the others, and which measures have no figure."""
    material, groups = paper.material, paper.measures_by_partner
    lines = lines_by_partner(groups, material.book)
    asked = (lines, material.book, paper.catalogue, material.period)
    shown = [table for table in (each_month(*asked), each_quarter(*asked)) if table]
    missing = without_figures(material, groups)
    notes = [
        *shorthand_note(each.text for table in shown for row in table.rows for each in row.cells if not each.chart),
        *(f"{capital(reason)}: {_named(names)}." for reason, names in missing.items()),
    ]
    blocks: list[Block] = tables_or("No figures were received.", *shown)
    if notes:
        blocks.append(paragraph(" ".join(notes), role="note"))
    if any(len(names) > MOST_NAMED for names in missing.values()):
        lists = [name for names in missing.values() for name in names]
        blocks.append(Details(summary=spans("Measures without figures"), blocks=(listing(lists),)))
    return blocks


def _named(names: list[str]) -> str:
    return listed(names) if len(names) <= MOST_NAMED else counted(len(names), "measure")
