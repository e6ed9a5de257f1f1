"""The returns that a paper rests on: who sent them when, under which terms, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.charts.exhibit import Cell, Exhibit, Row
from priority_two.periods import Period, date_label, try_parse
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.coverage import expected
from priority_two.returns.store import Return

PERMISSIONS = {"publish": "to use and publish", "board": "for the Board alone", "none": "none: used in no table"}
"""What a partner lets the partnership do with its figures, in words."""


def received(returns: list[Return], catalogue: Catalogue, within: Period, sheet: str = "") -> Exhibit:
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
    for one in _covering(returns, within):
        drawn = date_label(one.terms.extract_date) if one.terms.extract_date else "date not given"
        months = try_parse(one.terms.months)
        cells = (
            date_label(one.terms.received),
            months.plain.label if months else one.terms.months,
            drawn,
            PERMISSIONS[one.terms.permission],
            _kind([one]),
            one.name,
        )
        heading = catalogue.partners[one.terms.partner]
        rows.append(Row(heading, tuple(Cell(text, words=True) for text in cells)))
    head = ("Partner", "Received", "Months", "Drawn", "Permission", "Figures", "Kept under")
    return Exhibit(f"Returns on {within.label}", head, tuple(rows), sheet=sheet)


def behind(returns: list[Return], catalogue: Catalogue, quarters: Sequence[Period]) -> Exhibit:
    """Return the returns that the figures of some quarters may come from: a row a partner, a column a quarter."""
    rows = []
    for name in _concerned(returns, catalogue, quarters):
        found = [
            [
                one.name
                for one in _covering(returns, quarter)
                if one.terms.partner == name and one.terms.permission != "none"
            ]
            for quarter in quarters
        ]
        cells = tuple(Cell(", ".join(names) or "none", words=True) for names in found)
        rows.append(Row(catalogue.partners[name], cells, name=anchor(name)))
    head = ("Partner", *(one.label for one in quarters))
    return Exhibit("Returns behind the figures, by the name under which they are kept", head, tuple(rows))


def anchor(partner: str) -> str:
    """Return the name under which a partner's returns are listed."""
    return f"returns-{partner}"


def by_partner(returns: list[Return], catalogue: Catalogue, within: Period, sheet: str = "") -> Exhibit:
    """Return how many returns each partner sent on the months of a period, and when. Parameters as of `received`."""
    rows = []
    found = _covering(returns, within)
    for name in _concerned(returns, catalogue, [within]):
        theirs = [one for one in found if one.terms.partner == name]
        days = [date_label(one.terms.received) for one in theirs] or ["nothing received"]
        permissions = dict.fromkeys(PERMISSIONS[one.terms.permission] for one in theirs)
        words = (days[0], days[-1], "; ".join(permissions) or "nothing received", _kind(theirs))
        count = Cell(str(len(theirs)), Decimal(len(theirs)))
        rows.append(Row(catalogue.partners[name], (count, *(Cell(text, words=True) for text in words))))
    head = ("Partner", "Returns", "First received", "Last received", "Permission", "Figures")
    return Exhibit(f"Returns by partner on {within.label}", head, tuple(rows), sheet=sheet)


def _concerned(returns: list[Return], catalogue: Catalogue, periods: Sequence[Period]) -> list[str]:
    """Return the partners that have sent anything, or that are expected to send something on one of some periods."""
    sent = {one.terms.partner for one in returns}
    return [
        name
        for name, sender in catalogue.senders.items()
        if name in sent or any(expected(sender, month) for period in periods for month in period.months())
    ]


def _covering(returns: list[Return], within: Period) -> list[Return]:
    found = []
    for one in sorted(returns, key=lambda one: (one.terms.received, one.name)):
        months = try_parse(one.terms.months)
        if months is not None and months.first <= within.last and within.first <= months.last:
            found.append(one)
    return found


def _kind(returns: list[Return]) -> str:
    kinds = {one.terms.synthetic for one in returns}
    if not kinds:
        return "none"
    return "some illustrative" if len(kinds) > 1 else "illustrative" if True in kinds else "as sent"
