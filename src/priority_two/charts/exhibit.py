"""Exhibits: a table, with a chart where there is one, as every paper shows it.

An exhibit holds no markup. The paper's HTML is made from it, and from that HTML the PDF and the workbook, so that the
three can only say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from priority_two.charts.charts import Chart
from priority_two.flags import FLAGS

UNITS = {"fte": "Full-time equivalent", "percent": "Per cent", "gbp": "Pounds", "rate": "Rate", "ratio": "Ratio"}
"""What heads a column of figures, by unit; of a count it is ``Number``."""

ALL, SOME = "all", "some"

SHORT_ROWS, SHORT_LINES, LINE = 14, 30, 90
"""A table of at most so many rows and lines, of so many characters across the page, is sure to fit one page."""


@dataclass(frozen=True)
class Cell:
    """A cell.

    Parameters
    ----------
    text
        What it says; never blank.
    value
        The number that it says, or None.
    anchor
        Where its source is listed, or blank.
    synthetic
        Whether it is illustrative.
    words
        Whether it holds words, which stand at the left, and no figure.
    gap
        Whether it says, as a partner sent it, that there is no figure.
    """

    text: str
    value: Decimal | None = None
    anchor: str = ""
    synthetic: bool = False
    words: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Row:
    """A row.

    Parameters
    ----------
    heading, cells
        What it holds.
    anchor
        Where its heading leads, or blank.
    name
        The name under which others lead to it, or blank.
    synthetic
        Whether all its figures are illustrative.
    """

    heading: str
    cells: tuple[Cell, ...]
    anchor: str = ""
    name: str = ""
    synthetic: bool = False


@dataclass(frozen=True)
class Exhibit:
    """A table, with a chart where there is one.

    Parameters
    ----------
    title
        Caption of the table.
    head
        Column headings; the first heads the row headings.
    rows
        Rows; no cell is blank.
    definition
        What the figures are: definition, source, date.
    notes
        What the notation in the table means, and what a reader has to know to read it.
    chart, chart_title
        The chart, or None, and what it draws.
    synthetic
        Whether figures are illustrative: ``all``, ``some`` (then rows or cells say which) or blank.
    sheet
        The name of its sheet in the workbook; blank where it goes into none.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    definition: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    chart_title: str = ""
    synthetic: str = ""
    sheet: str = ""

    @property
    def short(self) -> bool:
        """Whether the table is sure to fit a page, so that it can be kept on one.

        Kept on one, a table that does not fit would leave its caption alone on the page before.
        """
        room = LINE / len(self.head)
        lines = [
            max(ceil(len(text) / room) for text in (row.heading, *(cell.text for cell in row.cells)))
            for row in self.rows
        ]
        return len(lines) <= SHORT_ROWS and sum(lines) <= SHORT_LINES


def marked(exhibit: Exhibit) -> Exhibit:
    """Return an exhibit that says which of its figures are illustrative: in the caption, by column, by row or by cell.

    A mark stands as high as it is true: where every figure is illustrative the caption says so and no cell does.
    """
    figures = _figures(cell for row in exhibit.rows for cell in row.cells)
    if not any(cell.synthetic for cell in figures):
        return exhibit
    if all(cell.synthetic for cell in figures):
        return replace(exhibit, rows=_unmarked(exhibit.rows), synthetic=ALL)
    columns = list(zip(*(row.cells for row in exhibit.rows), strict=True))
    if all(len({cell.synthetic for cell in figures}) <= 1 for column in columns if (figures := _figures(column))):
        heads = [
            f"{head} (illustrative)" if any(cell.synthetic for cell in column) else head
            for head, column in zip(exhibit.head[1:], columns, strict=True)
        ]
        return replace(exhibit, head=(exhibit.head[0], *heads), rows=_unmarked(exhibit.rows), synthetic=SOME)
    return replace(exhibit, rows=tuple(_marked_row(row) for row in exhibit.rows), synthetic=SOME)


def _figures(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.value is not None or cell.synthetic or cell.gap]


def _marked_row(row: Row) -> Row:
    figures = _figures(row.cells)
    if not figures or not all(cell.synthetic for cell in figures):
        return row
    return replace(_unmarked([row])[0], synthetic=True)


def _unmarked(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(replace(row, cells=tuple(replace(cell, synthetic=False) for cell in row.cells)) for row in rows)


def notation(flags: Iterable[str]) -> tuple[str, ...]:
    """Return what the flags of figures mean, in the order of :data:`~priority_two.flags.FLAGS`."""
    seen = set("".join(flags))
    return tuple(f"[{flag}] {meaning}" for flag, meaning in FLAGS.items() if flag in seen)
