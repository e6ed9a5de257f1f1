"""The returns that a paper rests on: who sent them when, under which terms, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.blocks import Row, Table, cell, number_cell
from priority_two.periods import Period, date_label, try_parse
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.coverage import expected
from priority_two.returns.store import Return

PERMISSIONS = {"publish": "to use and publish", "board": "for the Board alone", "none": "none: used in no table"}
"""What a partner lets the partnership do with its figures, in words."""


def received(returns: list[Return], catalogue: Catalogue, within: Period, sheet: str = "") -> Table:
    """Return the returns that cover any month of a period, in the order of receipt.

    Parameters
    ----------
    returns
        The returns.
    catalogue
        The partners' names.
    within
        The period.
    sheet
        The name of the sheet in the workbook.
    """
    rows = []
    for sent in covering(returns, within):
        terms = sent.terms
        months = try_parse(terms.months)
        texts = (
            date_label(terms.received),
            months.plain.label if months else terms.months,
            date_label(terms.extract_date) if terms.extract_date else "date not given",
            PERMISSIONS[terms.permission],
            _kind([sent]),
            sent.name,
        )
        rows.append(Row(heading=cell(catalogue.partners[terms.partner]), cells=tuple(map(cell, texts))))
    head = ("Partner", "Received", "Months", "Drawn", "Permission", "Figures", "Kept under")
    return Table(title=f"Returns on {within.label}", head=head, rows=tuple(rows), sheet=sheet)


def behind(returns: list[Return], catalogue: Catalogue, quarters: Sequence[Period]) -> Table:
    """Return the returns that the figures of some quarters may come from: a row a partner, a column a quarter."""
    rows = []
    for name in _concerned(returns, catalogue, quarters):
        names = [
            [
                sent.name
                for sent in covering(returns, quarter)
                if sent.terms.partner == name and sent.terms.permission != "none"
            ]
            for quarter in quarters
        ]
        cells = tuple(cell(", ".join(in_quarter) or "none") for in_quarter in names)
        rows.append(Row(heading=cell(catalogue.partners[name]), cells=cells, name=anchor(name)))
    head = ("Partner", *(quarter.label for quarter in quarters))
    title = "Returns behind the figures, by the name under which they are kept"
    return Table(title=title, head=head, rows=tuple(rows))


def anchor(partner: str) -> str:
    """Return the name under which a partner's returns are listed."""
    return f"returns-{partner}"


def by_partner(returns: list[Return], catalogue: Catalogue, within: Period, sheet: str = "") -> Table:
    """Return how many returns each partner sent on the months of a period, and when. Parameters as of `received`."""
    rows = []
    on_it = covering(returns, within)
    for name in _concerned(returns, catalogue, [within]):
        theirs = [sent for sent in on_it if sent.terms.partner == name]
        days = [date_label(sent.terms.received) for sent in theirs] or ["nothing received"]
        permissions = dict.fromkeys(PERMISSIONS[sent.terms.permission] for sent in theirs)
        words = (days[0], days[-1], "; ".join(permissions) or "nothing received", _kind(theirs))
        count = number_cell(str(len(theirs)), Decimal(len(theirs)))
        rows.append(Row(heading=cell(catalogue.partners[name]), cells=(count, *map(cell, words))))
    head = ("Partner", "Returns", "First received", "Last received", "Permission", "Figures")
    return Table(title=f"Returns by partner on {within.label}", head=head, rows=tuple(rows), sheet=sheet)


def _concerned(returns: list[Return], catalogue: Catalogue, periods: Sequence[Period]) -> list[str]:
    """Return the partners that have sent anything, or that are expected to send something on one of some periods."""
    partners = {sent.terms.partner for sent in returns}
    return [
        name
        for name, sender in catalogue.senders.items()
        if name in partners or any(expected(sender, month) for period in periods for month in period.months())
    ]


def covering(returns: list[Return], within: Period) -> list[Return]:
    """Return the returns that cover any month of a period, in the order of receipt."""
    those = []
    for sent in sorted(returns, key=lambda sent: (sent.terms.received, sent.name)):
        months = try_parse(sent.terms.months)
        if months is not None and months.first <= within.last and within.first <= months.last:
            those.append(sent)
    return those


def _kind(returns: list[Return]) -> str:
    kinds = {sent.terms.synthetic for sent in returns}
    if not kinds:
        return "none"
    return "some illustrative" if len(kinds) > 1 else "illustrative" if True in kinds else "as sent"
