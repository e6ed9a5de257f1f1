"""Gaps in provision: what services were asked for, what they gave, and what lies between."""

from __future__ import annotations

from decimal import Decimal

from priority_two.blocks import Cell, Row, Table, cell, number_cell
from priority_two.measures.book import Book
from priority_two.measures.evidence import number
from priority_two.measures.provision import Gap, gaps
from priority_two.measures.rollup import quarter_of
from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked


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
    rows = tuple(_row(gap, catalogue) for gap in gaps(book.services, book.ledger, quarter, book.as_at))
    head = ("Service", "Asked for", "Given", "Share met", "What is lacking")
    return marked(Table(title=f"Provision and its gaps, {quarter.label}", head=head, rows=rows, sheet=sheet))


def _row(gap: Gap, catalogue: Catalogue) -> Row:
    return Row(
        heading=cell(f"{gap.service.title} ({catalogue.partners[gap.service.partner]})"),
        cells=(
            _cell(gap.asked, "incomplete" if gap.asked_reason else "not counted", gap.synthetic),
            _cell(gap.given, "incomplete" if gap.given_reason else "not counted", gap.synthetic),
            _cell(gap.share, "not known", gap.synthetic, "percent"),
            cell(gap.words, synthetic=gap.synthetic),
        ),
    )


def _cell(value: Decimal | None, otherwise: str, synthetic: bool, unit: str = "count") -> Cell:
    return number_cell(otherwise if value is None else number(value, unit), value, synthetic=synthetic)
