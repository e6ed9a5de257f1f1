"""The returns that the figures came in: how many there are, and each of them for who opens it."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.measures.rollup import quarter_of
from priority_two.report.paper import Paper
from priority_two.report.sheet import two_years
from priority_two.report.tables.returns_tables import by_partner, covering, received
from priority_two.sentences import capital, counted, number_word


def returns_received(paper: Paper) -> list[Block]:
    """Return the returns behind the sheet."""
    returns, period = paper.material.returns, paper.material.period
    quarter = quarter_of(period)
    all_of_them, of_quarter = len(covering(returns, two_years(period))), len(covering(returns, quarter))
    return [
        paragraph(_in_words(all_of_them, of_quarter, period.label, quarter.label)),
        Details(
            summary=spans("Every return, with its days and permission"),
            blocks=(
                by_partner(returns, paper.catalogue, two_years(period), "Returns by partner"),
                received(returns, paper.catalogue, quarter, "Returns of the quarter"),
            ),
        ),
    ]


def _in_words(total: int, recent: int, period: str, quarter: str) -> str:
    """Return how many returns there are on two years, and how many of them on the quarter."""
    which = "none" if not recent else {1: "it", 2: "both"}.get(total, "all") if recent == total else number_word(recent)
    words = f"{capital(counted(total, 'return'))} came on the two years to {period}"
    return f"{words}." if total < 2 else f"{words}, {which} of them on {quarter}."
