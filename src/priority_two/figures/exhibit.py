"""Exhibits: a table, with a chart where there is one, as every paper shows it.

An exhibit holds no markup. The paper's HTML is made from it, and from that HTML the PDF and the workbook, so that the
three can only say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from priority_two.figures.charts import Chart

NOTATION = {
    "x": "[x] not available: the partner has not supplied the figure.",
    "z": "[z] not applicable.",
    "p": "[p] provisional.",
    "r": "[r] revised since first reported.",
    "b": "[b] a break in series: not to be compared with earlier figures.",
}
"""What the shorthand in a table means."""

UNITS = {"fte": "Full-time equivalent", "percent": "Per cent", "gbp": "Pounds", "rate": "Rate", "ratio": "Ratio"}
"""What heads a column of figures, by unit; of a count it is ``Number``."""

ALL, SOME = "all", "some"


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
    """

    text: str
    value: Decimal | None = None
    anchor: str = ""
    synthetic: bool = False
    words: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its heading, its cells, where its heading leads, and whether all its figures are illustrative."""

    heading: str
    cells: tuple[Cell, ...]
    anchor: str = ""
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


def marked(made: Exhibit) -> Exhibit:
    """Return an exhibit that says which of its figures are illustrative: in the caption, or by row, or by cell.

    A mark stands as high as it is true: where every figure is illustrative the caption says so and no cell does.
    """
    figures = [cell for row in made.rows for cell in row.cells if cell.value is not None or cell.synthetic]
    if not any(cell.synthetic for cell in figures):
        return made
    if all(cell.synthetic for cell in figures):
        rows = tuple(
            replace(row, cells=tuple(replace(cell, synthetic=False) for cell in row.cells)) for row in made.rows
        )
        return replace(made, rows=rows, synthetic=ALL)
    return replace(made, rows=tuple(_marked_row(row) for row in made.rows), synthetic=SOME)


def _marked_row(row: Row) -> Row:
    figures = [cell for cell in row.cells if cell.value is not None or cell.synthetic]
    if not figures or not all(cell.synthetic for cell in figures):
        return row
    return replace(row, synthetic=True, cells=tuple(replace(cell, synthetic=False) for cell in row.cells))


def notation(flags: Iterable[str]) -> tuple[str, ...]:
    """Return what the flags of figures mean, in the order of :data:`NOTATION`."""
    seen = set("".join(flags))
    return tuple(text for flag, text in NOTATION.items() if flag in seen)
