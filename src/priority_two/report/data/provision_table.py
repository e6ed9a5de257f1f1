"""Gaps in provision: what services were asked for, what they gave, and what lies between."""

from __future__ import annotations

from decimal import Decimal

from priority_two.charts.exhibit import Cell, Exhibit, Row, marked
from priority_two.measures.book import Book
from priority_two.measures.evidence import number
from priority_two.measures.provision import Gap, gaps
from priority_two.measures.rollup import quarter_of
from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue


def provision(book: Book, catalogue: Catalogue, period: Period, sheet: str = "") -> Exhibit:
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
    rows = tuple(_row(one, catalogue) for one in gaps(book.services, book.ledger, quarter, book.as_at))
    head = ("Service", "Asked for", "Given", "Share met", "What is lacking")
    return marked(Exhibit(f"Provision and its gaps, {quarter.label}", head, rows, sheet=sheet))


def _row(one: Gap, catalogue: Catalogue) -> Row:
    return Row(
        f"{one.service.title} ({catalogue.partners[one.service.partner]})",
        (
            _cell(one.asked, "incomplete" if one.asked_reason else "not counted", one.synthetic),
            _cell(one.given, "incomplete" if one.given_reason else "not counted", one.synthetic),
            _cell(one.share, "not known", one.synthetic, "percent"),
            Cell(one.words, synthetic=one.synthetic, words=True),
        ),
    )


def _cell(value: Decimal | None, otherwise: str, synthetic: bool, unit: str = "count") -> Cell:
    return (
        Cell(otherwise, synthetic=synthetic) if value is None else Cell(number(value, unit), value, synthetic=synthetic)
    )
