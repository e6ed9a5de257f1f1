"""Who sent what by when."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.blocks import (
    Block,
    Cell,
    Fact,
    Facts,
    Row,
    Span,
    Table,
    cell,
    figure,
    number_cell,
    spans,
)
from priority_two.measures.change import PLACES
from priority_two.measures.citations import cite
from priority_two.measures.evidence import number
from priority_two.measures.exact import ratio
from priority_two.measures.rollup import Figure
from priority_two.periods import Period, date_label, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked
from priority_two.report.tables.returns_tables import PERMISSIONS
from priority_two.returns.coverage import (
    LATE,
    MISSING,
    NOT_DUE,
    NOT_EXPECTED,
    ON_TIME,
    WITHOUT_PERMISSION,
    CoveredMonth,
    quality,
)
from priority_two.returns.store import Return
from priority_two.sentences import number_word

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


_WORDS = {
    ON_TIME: ("in", "received on time"),
    LATE: ("late", "after its due day"),
    MISSING: ("no", "not received"),
    WITHOUT_PERMISSION: ("held", "no permission to use it"),
    NOT_DUE: ("due", "day not yet come"),
    NOT_EXPECTED: ("[z]", "none expected"),
}
"""A state in a word, which stands beside its shape, and what it means."""
_COUNTS = {"submitted": "Sent", "on_time": "Sent on time", "permitted": "With permission", "expected": "Expected"}
"""What is counted of the partners below their returns."""


def at_a_glance(
    cells: Sequence[CoveredMonth], returns: Sequence[Return], catalogue: Catalogue, months: Sequence[Period]
) -> list[Block]:
    """Return the returns of partners by month: a word with its shape each, the counts of the months, and the key.

    Parameters
    ----------
    cells
        The coverage of at least these months.
    returns
        The returns, which say what of it is illustrative.
    catalogue
        The partners' names.
    months
        The months to show, in order: at most twelve.
    """
    illustrative = {sent.name for sent in returns if sent.terms.synthetic}
    known = {(covered.partner, covered.month): covered for covered in cells if covered.month in months}
    shown = list(dict.fromkeys(name for (name, _), covered in known.items() if covered.state != NOT_EXPECTED))
    rows = [
        Row(
            heading=cell(catalogue.partner_short[name]),
            cells=tuple(
                Cell(spans=(_mark(each.state),), words=True, synthetic=each.name in illustrative)
                for month in months
                for each in [known[name, month]]
            ),
        )
        for name in shown
    ]
    counts = [quality(cells, month) for month in months]
    for place, (what, words) in enumerate(_COUNTS.items()):
        lines = [
            (count_span(what, month, count[what], catalogue),) for month, count in zip(months, counts, strict=True)
        ]
        rows.append(
            Row(
                heading=cell(words),
                cells=tuple(Cell(spans=line, words=True) for line in lines),
                new_group=not place,
            )
        )
    states = [covered.state for (name, _), covered in known.items() if name in shown]
    table = Table(
        title=f"Returns, {months[0].label} to {months[-1].label}: {_in_words(list(known.values()))}",
        head=("Partner", *(month.label[:3] for month in months)),
        rows=tuple(rows),
        role="dense coverage even",
    )
    key = tuple(
        Fact(name=(_mark(state),), spans=spans(meaning)) for state, (_, meaning) in _WORDS.items() if state in states
    )
    return [marked(table), Facts(facts=key, role="legend run-in")]


def _mark(state: str) -> Span:
    word = _WORDS[state][0]
    return Span(text=word, style="quiet" if state == NOT_EXPECTED else f"state {word}")


def _in_words(cells: Sequence[CoveredMonth]) -> str:
    """Return of how many partners a return is missing, may not be used or came late: ``one missing, two held``."""
    clauses = [
        f"{number_word(partners)} {words}"
        for state, words in ((MISSING, "missing"), (WITHOUT_PERMISSION, "held"), (LATE, "late"))
        if (partners := len({covered.partner for covered in cells if covered.state == state}))
    ]
    return ", ".join(clauses) or "all in on time"


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
    share = ratio(Decimal(part), Decimal(whole), 100, PLACES)
    return number_cell(number(share, "percent", PLACES), share)


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
