"""Who sent what by when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.catalogue import Catalogue
from priority_two.figures.exhibit import Cell, Exhibit, Row
from priority_two.periods import Period, date_label, plural
from priority_two.returns.coverage import LATE, NOT_EXPECTED, WITHOUT_PERMISSION, quality
from priority_two.returns.coverage import Cell as Covered

NOTES = (
    "On time: received by the day on which it was due. Late: received after it.",
    "Missing: the due day has passed and nothing was received.",
    "Without permission: received, but its partner does not let the partnership use it, so that it stands in no table.",
    "Not expected: no return was agreed for the month.",
)


def by_month(cells: Sequence[Covered], catalogue: Catalogue, months: Sequence[Period], sheet: str = "") -> Exhibit:
    """Return the coverage matrix: a row a partner, a column a month.

    Parameters
    ----------
    cells
        The coverage of at least these months.
    catalogue
        The partners' names.
    months
        The months to show, in order.
    sheet
        The name of the sheet in the workbook.
    """
    known = {(one.partner, one.month): one for one in cells}
    partners = list(dict.fromkeys(one.partner for one in cells))
    rows = tuple(
        Row(catalogue.partners[name], tuple(Cell(_state(known[name, month]), words=True) for month in months))
        for name in partners
    )
    first, last = months[0].label, months[-1].label
    title = f"Returns by partner, {first} to {last}" if len(months) > 1 else f"Returns by partner, {first}"
    return Exhibit(title, ("Partner", *(month.label for month in months)), rows, notes=NOTES, sheet=sheet)


def of_month(cells: Sequence[Covered], catalogue: Catalogue, month: Period, sheet: str = "") -> Exhibit:
    """Return what each partner sent for one month: when it was due, when it came, and what it lacks."""
    rows = tuple(
        Row(
            catalogue.partners[one.partner],
            tuple(
                Cell(text, words=True)
                for text in (
                    _state(one),
                    date_label(one.due),
                    date_label(one.received) if one.received else "nothing received",
                    _permission(one),
                    _lacking(one, catalogue),
                )
            ),
        )
        for one in cells
        if one.month == month and one.state != NOT_EXPECTED
    )
    head = ("Partner", "State", "Due", "First received", "Permission", "Measures lacking")
    return Exhibit(f"Returns for {month.label}", head, rows, sheet=sheet)


def over_months(cells: Sequence[Covered], months: Sequence[Period], sheet: str = "") -> Exhibit:
    """Return the counts by month: partners expected, submitting, on time, with permission."""
    rows = []
    for month in months:
        found = quality(cells, month)
        counts = (found[name] for name in ("expected", "DQ01", "DQ02", "DQ03"))
        rows.append(Row(month.label, tuple(Cell(str(count), Decimal(count)) for count in counts)))
    head = ("Month", "Partners expected", "Submitting", "On time", "With permission to publish")
    return Exhibit("Partners submitting data, by month", head, tuple(rows), sheet=sheet)


def _state(one: Covered) -> str:
    late = plural(one.days_late, "day") + " late" if one.days_late > 0 else ""
    if one.state == LATE:
        return late
    return f"{one.state}, {late}" if one.state == WITHOUT_PERMISSION and late else one.state


def _permission(one: Covered) -> str:
    return _PERMISSIONS[one.permission] if one.received else "nothing received"


def _lacking(one: Covered, catalogue: Catalogue) -> str:
    if not one.received:
        return "all"
    return ", ".join(f"{name} {catalogue.measures[name].title}" for name in one.lacking) or "none"


_PERMISSIONS = {"publish": "to use and publish", "board": "for the Board alone", "none": "none"}
