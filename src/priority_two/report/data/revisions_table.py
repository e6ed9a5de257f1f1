"""What later returns changed: old value, new value, and what that did to the quarter and the year."""

from __future__ import annotations

from priority_two.charts.exhibit import Cell, Exhibit, Row, marked
from priority_two.measures.book import Book
from priority_two.measures.effects import Effect
from priority_two.measures.evidence import number
from priority_two.periods import Period, date_label
from priority_two.reference.catalogue import Catalogue
from priority_two.report.data.measure_tables import part_label
from priority_two.returns.revisions import CORRECTED, RESTORED, SCHEDULED, WITHDRAWN, Revision

_KINDS = {
    SCHEDULED: "scheduled: it had been provisional",
    CORRECTED: "correction: it had not been provisional",
    WITHDRAWN: "withdrawn",
    RESTORED: "restored",
}


def revised(book: Book, catalogue: Catalogue, within: Period, measures: set[str], sheet: str = "") -> Exhibit | None:
    """Return the revisions of figures for months of a period; None where there is none.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    within
        The period in which the revised figure's months lie.
    measures
        The measures to tell of.
    sheet
        The name of the sheet in the workbook.
    """
    found = [one for one in book.revisions if one.measure in measures and within.contains(one.period)]
    if not found:
        return None
    rows = tuple(_row(one, book, catalogue) for one in found)
    head = ("Figure", "First received", "Revised", "Old value", "New value", "Kind", "Effect")
    return marked(Exhibit("Revisions of figures already received", head, rows, sheet=sheet))


def _row(one: Revision, book: Book, catalogue: Catalogue) -> Row:
    effects = book.effects(one)
    return Row(_about(one, catalogue), _cells(one, effects, catalogue, _synthetic(one, effects, book)))


def _synthetic(one: Revision, effects: list[Effect], book: Book) -> bool:
    """Whether the new value, or anything that its effect is worked out from, is illustrative."""
    there = [*(effect.before for effect in effects), *(effect.after for effect in effects)]
    return book.history[one.place].terms.synthetic or any(figure.synthetic for figure in there)


def _about(one: Revision, catalogue: Catalogue) -> str:
    part = part_label(catalogue, one.measure, one.breakdown) if one.breakdown else ""
    names = (f"{one.measure} {catalogue.measures[one.measure].title}", part, catalogue.areas.get(one.area, ""))
    return ", ".join(name for name in (*names, one.period.label) if name)


def _cells(one: Revision, effects: list[Effect], catalogue: Catalogue, synthetic: bool) -> tuple[Cell, ...]:
    unit = catalogue.measures[one.measure].unit
    new = (
        Cell("withdrawn", synthetic=synthetic)
        if one.new is None
        else Cell(number(one.new, unit), one.new, synthetic=synthetic)
    )
    said = [_effect(effect, unit) for effect in effects]
    return (
        Cell(date_label(one.first_received), words=True),
        Cell(date_label(one.received), words=True),
        Cell(number(one.old, unit), one.old, synthetic=synthetic),
        new,
        Cell(_KINDS[one.kind], words=True),
        Cell("; ".join(said) or "on no quarter or year", synthetic=synthetic and bool(said), words=True),
    )


def _effect(effect: Effect, unit: str) -> str:
    old, new = effect.before.value, effect.after.value
    if old is None or new is None:
        return f"{effect.period.label}: {effect.after.reason or effect.before.reason}"
    return f"{effect.period.label}: {number(old, unit)} to {number(new, unit)}"
