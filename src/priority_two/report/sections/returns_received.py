"""The returns that the figures came in: how many there are, and each of them for who opens it."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.measures.rollup import quarter_of
from priority_two.report.paper import Paper
from priority_two.report.sheet import two_years
from priority_two.report.tables.returns_tables import by_partner, covering, received
from priority_two.sentences import agreeing, capital, counted, number_word


def returns_received(paper: Paper) -> list[Block]:
    """Return the returns behind the sheet."""
    returns, period = paper.material.returns, paper.material.period
    quarter = quarter_of(period)
    all_of_them, of_quarter = len(covering(returns, two_years(period))), len(covering(returns, quarter))
    return [
        paragraph(
            f"{capital(counted(all_of_them, 'return'))} came on the two years to {period.label}; "
            f"{number_word(of_quarter)} of them {agreeing(of_quarter, 'bears', 'bear')} on {quarter.label}."
        ),
        Details(
            summary=spans("Every return, with its days and permission"),
            blocks=(
                by_partner(returns, paper.catalogue, two_years(period), "Returns by partner"),
                received(returns, paper.catalogue, quarter, "Returns of the quarter"),
            ),
        ),
    ]
