"""Who sent what by when."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.tables.area_tables import year_to
from priority_two.report.tables.coverage_tables import by_month, of_month, over_months

MONTHS_SIDE_BY_SIDE = 6
"""As many months as a page holds as columns."""


def partner_coverage(paper: Paper) -> list[Block]:
    """Return the coverage of the month, and of the year to it."""
    covered, catalogue, month = paper.material.covered, paper.catalogue, paper.material.period
    months = year_to(month).months()
    halves = months[:MONTHS_SIDE_BY_SIDE], months[MONTHS_SIDE_BY_SIDE:]
    return [
        of_month(covered, catalogue, month, "Returns for the month"),
        over_months(covered, catalogue, months, "Returns by month"),
        *(by_month(covered, catalogue, half, f"Coverage {half[0]} to {half[-1]}") for half in halves),
    ]
