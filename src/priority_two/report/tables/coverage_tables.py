"""Who sent what by when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.blocks import Cell, Row, Span, Table, cell, figure, number_cell
from priority_two.measures.citations import cite
from priority_two.measures.evidence import number
from priority_two.measures.exact import ratio
from priority_two.measures.rollup import Figure
from priority_two.periods import Period, date_label, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.report.tables.returns_tables import PERMISSIONS
from priority_two.returns.coverage import LATE, NOT_EXPECTED, WITHOUT_PERMISSION, CoveredMonth, quality

QUALITY = {"submitted": "Submitting", "on_time": "On time", "permitted": "With permission"}
"""What is counted of the returns for a month, and how a column of each is headed."""


NOTES = (
    "On time: received by the day on which it was due. Late: received after it.",
    "Missing: the due day has passed and nothing was received.",
    "Without permission: received, but its partner does not let the partnership use it, so that it stands in no table.",
    "Not expected: no return was agreed for the month.",
)


def by_month(cells: Sequence[CoveredMonth], catalogue: Catalogue, months: Sequence[Period], sheet: str = "") -> Table:
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
    known = {(covered.partner, covered.month): covered for covered in cells}
    partners = list(dict.fromkeys(covered.partner for covered in cells if covered.state != NOT_EXPECTED))
    rows = tuple(
        Row(
            heading=cell(catalogue.partners[name]),
            cells=tuple(cell(_state(known[name, month])) for month in months),
        )
        for name in partners
    )
    first, last = months[0].label, months[-1].label
    title = f"Returns by partner, {first} to {last}" if len(months) > 1 else f"Returns by partner, {first}"
    head = ("Partner", *(month.label for month in months))
    return Table(title=title, head=head, rows=rows, notes=NOTES, sheet=sheet)


def of_month(cells: Sequence[CoveredMonth], catalogue: Catalogue, month: Period, sheet: str = "") -> Table:
    """Return what each partner sent for one month: when it was due, when it came, and what it lacks."""
    rows = tuple(
        Row(
            heading=cell(catalogue.partners[covered.partner]),
            cells=tuple(
                cell(text)
                for text in (
                    _state(covered),
                    date_label(covered.due),
                    date_label(covered.received) if covered.received else "nothing received",
                    _permission(covered),
                    _lacking(covered, catalogue),
                )
            ),
        )
        for covered in cells
        if covered.month == month and covered.state != NOT_EXPECTED
    )
    head = ("Partner", "State", "Due", "First received", "Permission", "Measures lacking")
    return Table(title=f"Returns for {month.label}", head=head, rows=rows, sheet=sheet)


def over_months(
    cells: Sequence[CoveredMonth], catalogue: Catalogue, months: Sequence[Period], sheet: str = ""
) -> Table:
    """Return partners expected, submitting, on time and with permission by month, the latter in per cent too.

    No partner sends these measures: they are counted from the returns themselves, under the ids of the catalogue.
    """
    rows = []
    for month in months:
        counts = quality(cells, month)
        columns = [number_cell(str(counts["expected"]), Decimal(counts["expected"]))]
        for what in QUALITY:
            columns += [_count(what, month, counts[what], catalogue), _share(counts[what], counts["expected"])]
        rows.append(Row(heading=cell(month.label), cells=tuple(columns)))
    measures = {what: catalogue.measures[name] for what, name in catalogue.counted.items()}
    heads = []
    for what, label in QUALITY.items():
        heads += [f"{label} ({measures[what].measure})" if what in measures else label, f"{label}, per cent"]
    notes = tuple(f"{measures[what].measure} {measures[what].definition}" for what in QUALITY if what in measures)
    return Table(
        title="Partners submitting data, by month",
        head=("Month", "Partners expected", *heads),
        rows=tuple(rows),
        notes=notes,
        sheet=sheet,
    )


def count_span(what: str, month: Period, count: int, catalogue: Catalogue) -> Span:
    """Return in a line what is counted of the returns for a month: a figure where the catalogue has a measure of it."""
    if what not in catalogue.counted:
        return Span(text=str(count))
    return figure(cite(Figure(catalogue.counted[what], "", "", month, Decimal(count)), catalogue))


def _count(what: str, month: Period, count: int, catalogue: Catalogue) -> Cell:
    return Cell(spans=(count_span(what, month, count, catalogue),), value=Decimal(count))


def _share(part: int, whole: int) -> Cell:
    if not whole:
        return number_cell("nobody expected")
    share = ratio(Decimal(part), Decimal(whole), 100, 1)
    return number_cell(number(share, "percent"), share)


def _state(covered: CoveredMonth) -> str:
    late = plural(covered.days_late, "day") + " late" if covered.days_late > 0 else ""
    if covered.state == LATE:
        return late
    if covered.state == WITHOUT_PERMISSION:
        since = f" since {date_label(covered.taken_back)}" if covered.taken_back else ""
        return f"{covered.state}{since}, {late}" if late else f"{covered.state}{since}"
    return covered.state


def _permission(covered: CoveredMonth) -> str:
    return PERMISSIONS[covered.permission] if covered.received else "nothing received"


def _lacking(covered: CoveredMonth, catalogue: Catalogue) -> str:
    if not covered.received:
        return "all"
    return ", ".join(f"{name} {catalogue.measures[name].title}" for name in covered.lacking) or "none"
