"""What later returns changed: old value, new value, and what that did to the quarter and the year."""

from __future__ import annotations

from priority_two.blocks import Cell, Row, Table, cell, number_cell, styled
from priority_two.measures.book import Book
from priority_two.measures.effects import Effect
from priority_two.measures.evidence import number, printed
from priority_two.measures.rollup import Figure
from priority_two.periods import Period, date_label
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked, notation
from priority_two.report.tables.figure_cells import shorthand_note
from priority_two.report.tables.glance_tables import short_period
from priority_two.returns.revisions import CORRECTED, RESTORED, SCHEDULED, WITHDRAWN, Revision
from priority_two.sentences import capital, counted, listed

_KINDS = {
    SCHEDULED: "scheduled: it had been provisional",
    CORRECTED: "correction: it had not been provisional",
    WITHDRAWN: "withdrawn",
    RESTORED: "restored",
}


_IN_SHORT = {
    SCHEDULED: "figures that had been provisional",
    CORRECTED: "corrections of figures that had not been provisional",
    WITHDRAWN: "figures withdrawn",
    RESTORED: "figures restored",
}
MOST_SHOWN = 12
"""So many revisions stand in print."""


def revised(book: Book, catalogue: Catalogue, within: Period, measures: set[str], sheet: str = "") -> Table | None:
    """Return the revisions of figures for months of a period; None where there is none.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    within
        The period in which the revised figure's months lie.
    measures
        The measures of which they are shown.
    sheet
        The name of the sheet in the workbook.
    """
    revisions = [each for each in book.revisions if each.measure in measures and within.contains(each.period)]
    if not revisions:
        return None
    rows = tuple(_row(revision, book, catalogue) for revision in revisions)
    head = ("Figure", "First received", "Revised", "Old value", "New value", "Kind", "Effect")
    notes = notation(figure.flags for each in revisions for effect in book.effects(each) for figure in _shown(effect))
    return marked(Table(title="Revisions of figures already received", head=head, rows=rows, notes=notes, sheet=sheet))


def at_a_glance(book: Book, catalogue: Catalogue, within: Period, measures: set[str]) -> Table | None:
    """Return the latest revisions in short: the figure, what it was and is, and what that did to quarter and year.

    At most :data:`MOST_SHOWN`; how many more there are stands in a note. Parameters and result are those of
    :func:`revised`.
    """
    revisions = [each for each in book.revisions if each.measure in measures and within.contains(each.period)]
    if not revisions:
        return None
    shown = revisions[-MOST_SHOWN:]
    rows = []
    for revision in shown:
        effects = book.effects(revision)
        unit = catalogue.measures[revision.measure].unit
        synthetic = _synthetic(revision, effects, book)
        new = "withdrawn" if revision.new is None else number(revision.new, unit)
        changes = "; ".join(filter(None, (_effect_in_short(effect, unit) for effect in effects)))
        rows.append(
            Row(
                heading=cell(styled("id", revision.measure), f" {_short(revision, catalogue)}"),
                cells=(
                    number_cell(number(revision.old, unit), revision.old, synthetic=synthetic),
                    number_cell(new, revision.new, synthetic=synthetic),
                    cell(changes or "none that is complete"),
                ),
            )
        )
    days = listed(list(dict.fromkeys(date_label(revision.received) for revision in shown)))
    kinds = listed(list(dict.fromkeys(_IN_SHORT[revision.kind] for revision in shown)))
    notes = [f"Received on {days}: {kinds}."]
    if len(revisions) > len(shown):
        notes.append(f"{capital(counted(len(revisions) - len(shown), 'earlier revision'))} are not shown here.")
    many = len(revisions)
    title = f"{capital(counted(many, 'figure'))} {'was' if many == 1 else 'were'} revised"
    head = ("Figure", "First", "Revised", "Quarter and year")
    note = " ".join([*notes, *shorthand_note(each.text for row in rows for each in row.cells)])
    return marked(Table(title=title, head=head, rows=tuple(rows), notes=(note,), role="dense stack"))


def _shown(effect: Effect) -> tuple[Figure, ...]:
    """Return the two figures of an effect where both are shown; none where one is lacking."""
    return () if effect.difference is None else (effect.before, effect.after)


def _effect_in_short(effect: Effect, unit: str) -> str:
    """Return what a revision did to a quarter or a year, where that is complete; else nothing."""
    if effect.difference is None:
        return ""
    return f"{short_period(effect.period)}: {printed(effect.before, unit)} to {printed(effect.after, unit)}"


def _short(revision: Revision, catalogue: Catalogue) -> str:
    """Return what a revision is of: the part, or else the measure, the area, and the month."""
    key = (revision.measure, revision.breakdown)
    what = catalogue.breakdowns[key].title if revision.breakdown else catalogue.measures[revision.measure].short
    names = (what, catalogue.areas.get(revision.area, ""), _whose(revision, catalogue), short_period(revision.period))
    return ", ".join(name for name in names if name)


def _row(revision: Revision, book: Book, catalogue: Catalogue) -> Row:
    effects = book.effects(revision)
    synthetic = _synthetic(revision, effects, book)
    return Row(heading=cell(_about(revision, catalogue)), cells=_cells(revision, effects, catalogue, synthetic))


def _synthetic(revision: Revision, effects: list[Effect], book: Book) -> bool:
    """Whether the new value, or anything that its effect is worked out from, is illustrative."""
    figures = [*(effect.before for effect in effects), *(effect.after for effect in effects)]
    return book.history[revision.place].terms.synthetic or any(figure.synthetic for figure in figures)


def _about(revision: Revision, catalogue: Catalogue) -> str:
    measure, breakdown = revision.measure, revision.breakdown
    part = catalogue.breakdowns[measure, breakdown].title if breakdown else ""
    area, whose = catalogue.areas.get(revision.area, ""), _whose(revision, catalogue)
    names = (f"{measure} {catalogue.measures[measure].title}", part, area, whose, revision.period.label)
    return ", ".join(name for name in names if name)


def _whose(revision: Revision, catalogue: Catalogue) -> str:
    """Return whose figure a revision is of, where several partners send it: their sum is another figure."""
    several = len(catalogue.measures[revision.measure].partners) > 1
    return f"from {catalogue.partner_short[revision.partner]}" if several else ""


def _cells(revision: Revision, effects: list[Effect], catalogue: Catalogue, synthetic: bool) -> tuple[Cell, ...]:
    unit = catalogue.measures[revision.measure].unit
    new = "withdrawn" if revision.new is None else number(revision.new, unit)
    changes = "; ".join(_effect(effect, unit) for effect in effects)
    return (
        cell(date_label(revision.first_received)),
        cell(date_label(revision.received)),
        number_cell(number(revision.old, unit), revision.old, synthetic=synthetic),
        number_cell(new, revision.new, synthetic=synthetic),
        cell(_KINDS[revision.kind]),
        cell(changes or "on no quarter or year", synthetic=synthetic and bool(changes)),
    )


def _effect(effect: Effect, unit: str) -> str:
    if effect.difference is None:
        return f"{effect.period.label}: {effect.after.reason or effect.before.reason}"
    return f"{effect.period.label}: {printed(effect.before, unit)} to {printed(effect.after, unit)}"
