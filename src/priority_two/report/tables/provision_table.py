"""Gaps in provision: what services were asked for, what they gave, and what lies between."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from priority_two.blocks import Cell, Row, Table, cell, number_cell
from priority_two.flags import behind
from priority_two.measures.book import Book
from priority_two.measures.evidence import number
from priority_two.measures.provision import PLACES, Gap, gaps
from priority_two.measures.rollup import quarter_of
from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked, notation
from priority_two.report.tables.figure_cells import shorthand_note


def provision(book: Book, catalogue: Catalogue, period: Period, sheet: str = "") -> Table:
    """Return each service in the quarter in which a period ends: asked for, given, share met, and the gap in words.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    period
        The period of the paper.
    sheet
        The name of the sheet in the workbook.
    """
    quarter = quarter_of(period)
    known = gaps(book.services, book.ledger, quarter, book.as_at)
    rows = tuple(_row(gap, catalogue) for gap in known)
    head = ("Service", "Asked for", "Given", "Share met", "What is lacking")
    notes = notation(gap.flags for gap in known)
    return marked(
        Table(title=f"Provision and its gaps, {quarter.label}", head=head, rows=rows, notes=notes, sheet=sheet)
    )


def at_a_glance(book: Book, catalogue: Catalogue, period: Period) -> Table:
    """Return the same in short: numbers, and of the words what the numbers do not say.

    Parameters are those of :func:`provision`.
    """
    quarter = quarter_of(period)
    known = gaps(book.services, book.ledger, quarter, book.as_at)
    rows = tuple(_short_row(gap, catalogue) for gap in known)
    head = ("Service", "Asked for", "Given", "Met", "To know when reading it")
    notes = shorthand_note(each.text for row in rows for each in row.cells[:-1])
    title = f"{quarter.label.rsplit(' ', 1)[0]}: {_in_words(known)}"
    return marked(Table(title=title, head=head, rows=rows, notes=notes, role="dense stack"))


def _in_words(known: Sequence[Gap]) -> str:
    """Return which services met the least of what was asked of them: at most two, of those of which it is known."""
    shares = sorted(
        (gap.share, gap.service.title, behind(gap.flags))
        for gap in known
        if gap.share is not None and gap.share < Decimal(100)
    )
    if not any(gap.share is not None for gap in known):
        return "of no service is it known what share of what was asked for was met"
    if not shares:
        return "every service of which it is known met what was asked for"
    (share, title, marks), *others = shares[:2]
    also = "".join(f", {name} {number(rest, 'percent', PLACES)}{its}" for rest, name, its in others)
    return f"{title} met {number(share, 'percent', PLACES)}{marks} of what was asked for{also}"


def _row(gap: Gap, catalogue: Catalogue) -> Row:
    return Row(
        heading=cell(f"{gap.service.title} ({catalogue.partners[gap.service.partner]})"),
        cells=(
            _cell(gap.asked, gap.asked_flags, "incomplete" if gap.asked_reason else "not counted", gap.synthetic),
            _cell(gap.given, gap.given_flags, "incomplete" if gap.given_reason else "not counted", gap.synthetic),
            _cell(gap.share, gap.flags, "not known", gap.synthetic, "percent"),
            cell(gap.words, synthetic=gap.synthetic),
        ),
    )


def _cell(value: Decimal | None, flags: str, otherwise: str, synthetic: bool, unit: str = "count") -> Cell:
    text = otherwise if value is None else f"{number(value, unit, PLACES)}{behind(flags)}"
    return number_cell(text, value, synthetic=synthetic)


def _short_row(gap: Gap, catalogue: Catalogue) -> Row:
    reading = gap.words.partition(". ")[2] if gap.share is not None else ""
    cells = [
        _cell(value, flags, "[x]" if terms and reason else "[z]", gap.synthetic, unit)
        for value, flags, terms, reason, unit in (
            (gap.asked, gap.asked_flags, gap.service.asked, gap.asked_reason, "count"),
            (gap.given, gap.given_flags, gap.service.given, gap.given_reason, "count"),
            (gap.share, gap.flags, (), "", "percent"),
        )
    ]
    return Row(heading=cell(gap.service.title), cells=(*cells, cell(reading or gap.words)))
