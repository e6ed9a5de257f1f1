"""The figures behind the charts: by month with the year, and by quarter."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or
from priority_two.report.tables.figure_tables import by_month, by_quarter
from priority_two.report.tables.glance_tables import lines_by_partner
from priority_two.report.tables.measure_tables import closed_quarter

QUARTERS_SHOWN = 8


def figures_by_period(paper: Paper) -> list[Block]:
    """Return the monthly measures by month, and the others by quarter."""
    material, catalogue, book = paper.material, paper.catalogue, paper.material.book
    lines = lines_by_partner(paper.measures_by_partner, book)
    others = [line for line in lines if line.measure.frequency != "M" or line.definition]
    last = closed_quarter(material.period)
    return tables_or(
        "No figures were received.",
        by_month(lines, book, catalogue, material.period),
        by_quarter(others, book, catalogue, last, count=QUARTERS_SHOWN, title="By quarter"),
    )
