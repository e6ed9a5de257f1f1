"""Who sent what by when."""

from __future__ import annotations

from priority_two.blocks import Block, Details, spans
from priority_two.report.paper import Paper
from priority_two.report.tables.area_tables import year_to
from priority_two.report.tables.coverage_tables import at_a_glance, by_month, of_month, over_months

MONTHS_SIDE_BY_SIDE = 6
"""As many months as a page holds as columns when a state is told in full."""


def partner_coverage(paper: Paper) -> list[Block]:
    """Return the coverage of the year to the month at a glance, and, for who opens it, in full."""
    material, catalogue, month = paper.material, paper.catalogue, paper.material.period
    covered, months = material.covered, year_to(month).months()
    halves = months[:MONTHS_SIDE_BY_SIDE], months[MONTHS_SIDE_BY_SIDE:]
    return [
        *at_a_glance(covered, material.returns, catalogue, months),
        Details(
            summary=spans("Returns in full: due days, permissions, what is lacking"),
            blocks=(
                of_month(covered, catalogue, month, "Returns for the month"),
                over_months(covered, catalogue, months, "Returns by month"),
                *(by_month(covered, catalogue, half, f"Coverage {half[0]} to {half[-1]}") for half in halves),
            ),
        ),
    ]
