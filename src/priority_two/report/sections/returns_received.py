"""The returns that the figures came in: by partner over two years, and each of the quarter's."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.measures.rollup import quarter_of
from priority_two.report.paper import Paper
from priority_two.report.sheet import two_years
from priority_two.report.tables.returns_tables import by_partner, received


def returns_received(paper: Paper) -> list[Block]:
    """Return the returns behind the sheet."""
    returns, period = paper.material.returns, paper.material.period
    return [
        by_partner(returns, paper.catalogue, two_years(period), "Returns by partner"),
        received(returns, paper.catalogue, quarter_of(period), "Returns of the quarter"),
    ]
