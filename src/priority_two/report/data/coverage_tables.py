"""Who sent what by when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.charts.exhibit import Cell, Exhibit, Row
from priority_two.measures.evidence import number
from priority_two.measures.exact import ratio
from priority_two.periods import Period, date_label, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.report.data.returns_tables import PERMISSIONS
from priority_two.returns.coverage import LATE, NOT_EXPECTED, WITHOUT_PERMISSION, quality
from priority_two.returns.coverage import CoveredMonth as Covered

QUALITY = {"submitted": "Submitting", "on_time": "On time", "permitted": "With permission"}
"""What is counted of the returns for a month, and how a column of each is headed."""


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
        The coverage of at least these months; who is expected in none of the months that they are about has no row.
    catalogue
        The partners' names.
    months
        The months to show, in order.
    sheet
        The name of the sheet in the workbook.
    """
    known = {(one.partner, one.month): one for one in cells}
    partners = list(dict.fromkeys(one.partner for one in cells if one.state != NOT_EXPECTED))
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


def over_months(cells: Sequence[Covered], catalogue: Catalogue, months: Sequence[Period], sheet: str = "") -> Exhibit:
    """Return partners expected, submitting, on time and with permission by month, the latter in per cent too.

    No partner sends these measures: they are counted from the returns themselves, under the ids of the catalogue.
    """
    rows = []
    for month in months:
        counts = quality(cells, month)
        shown = [_count(counts["expected"])]
        for what in QUALITY:
            shown += [_count(counts[what]), _share(counts[what], counts["expected"])]
        rows.append(Row(month.label, tuple(shown)))
    measures = {what: catalogue.measures[name] for what, name in catalogue.counted.items()}
    heads = []
    for what, label in QUALITY.items():
        heads += [f"{label} ({measures[what].measure})" if what in measures else label, f"{label}, per cent"]
    notes = tuple(f"{measures[what].measure} {measures[what].definition}" for what in QUALITY if what in measures)
    return Exhibit(
        "Partners submitting data, by month",
        ("Month", "Partners expected", *heads),
        tuple(rows),
        notes=notes,
        sheet=sheet,
    )


def _count(count: int) -> Cell:
    return Cell(str(count), Decimal(count))


def _share(part: int, whole: int) -> Cell:
    if not whole:
        return Cell("nobody expected")
    share = ratio(Decimal(part), Decimal(whole), 100, 1)
    return Cell(number(share, "percent"), share)


def _state(one: Covered) -> str:
    late = plural(one.days_late, "day") + " late" if one.days_late > 0 else ""
    if one.state == LATE:
        return late
    return f"{one.state}, {late}" if one.state == WITHOUT_PERMISSION and late else one.state


def _permission(one: Covered) -> str:
    return PERMISSIONS[one.permission] if one.received else "nothing received"


def _lacking(one: Covered, catalogue: Catalogue) -> str:
    if not one.received:
        return "all"
    return ", ".join(f"{name} {catalogue.measures[name].title}" for name in one.lacking) or "none"
