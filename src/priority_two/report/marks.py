"""Marks on tables: which figures are illustrative, and what the shorthand of flags means.

A mark is an edge: hatched where figures are made up, solid where they were reported. How it looks is the style sheet's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from priority_two.blocks import ALL, SOME, Cell, Row, Span, Synthetic, Table
from priority_two.flags import FLAGS

UNITS = {"fte": "Full-time equivalent", "percent": "Per cent", "gbp": "Pounds", "rate": "Rate", "ratio": "Ratio"}
"""What heads a column of figures, by unit; of a count it is ``Number``."""


def marked(table: Table) -> Table:
    """Return a table that says which of its figures are illustrative: in the caption, by column, by row or by cell.

    A mark stands as high as it is true: where every figure is illustrative the caption says so and no cell does.
    """
    figures = _figures(cell for row in table.rows for cell in row.cells)
    if not any(cell.synthetic for cell in figures):
        return table
    if all(cell.synthetic for cell in figures):
        return _changed(table, _unmarked(table.rows), ALL)
    columns = list(zip(*(row.cells for row in table.rows), strict=True))
    if all(len({cell.synthetic for cell in figures}) <= 1 for column in columns if (figures := _figures(column))):
        numbers = tuple(number for number, column in enumerate(columns, 1) if any(cell.synthetic for cell in column))
        return _changed(table, _unmarked(table.rows), SOME, numbers)
    return _changed(table, tuple(_marked_row(row) for row in table.rows), SOME)


def marked_columns(table: Table, columns: Sequence[int], *, whole: bool = False) -> Table:
    """Return a table whose columns of these numbers are illustrative; `whole` says that everything in it is."""
    synthetic: Synthetic = ALL if whole else SOME if columns else ""
    illustrative = tuple(columns) if synthetic == SOME else ()
    return table.model_copy(update={"synthetic": synthetic, "illustrative": illustrative})


def marked_rows(table: Table) -> Table:
    """Return a table of words whose illustrative row headings say so, or, where all are, whose caption does."""
    illustrative = [row.heading.synthetic for row in table.rows]
    if not all(illustrative):
        return table.model_copy(update={"synthetic": SOME if any(illustrative) else ""})
    rows = tuple(
        row.model_copy(update={"heading": row.heading.model_copy(update={"synthetic": False})}) for row in table.rows
    )
    return table.model_copy(update={"rows": rows, "synthetic": ALL})


def marked_but(table: Table) -> Table:
    """Return a table of figures that are illustrative but for a few: those few have the mark, a solid bar.

    A table of which the columns or all figures are illustrative is marked as by :func:`marked`, and so is one of which
    no more than half of the figures are.
    """
    whole = marked(table)
    figures = _figures(cell for row in table.rows for cell in row.cells)
    made_up = sum(cell.synthetic for cell in figures)
    if whole.synthetic != SOME or whole.illustrative or 2 * made_up <= len(figures):
        return whole
    return _changed(table, tuple(map(_reported_row, table.rows)), SOME, tuple(range(len(table.head))))


def _reported_row(row: Row) -> Row:
    (plain,) = _unmarked([row])
    cells = tuple(
        bare.model_copy(update={"spans": _reported(bare.spans)})
        if was.value is not None and not was.synthetic and bare.spans
        else bare
        for was, bare in zip(row.cells, plain.cells, strict=True)
    )
    return plain.model_copy(update={"cells": cells})


def _reported(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    first, *rest = spans
    bar = first.model_copy(update={"style": f"{first.style} reported".strip()})
    return (bar, *rest, Span(text=" (reported)", style="unseen"))


def headed(table: Table) -> tuple[str, ...]:
    """Return the headings of a table in words alone, where no edge can be seen: the illustrative ones say so."""
    return tuple(
        f"{head} (illustrative)" if number in table.illustrative else head for number, head in enumerate(table.head)
    )


def _changed(table: Table, rows: Sequence[Row], synthetic: Synthetic, columns: tuple[int, ...] = ()) -> Table:
    chart = table.chart.model_copy(update={"synthetic": synthetic}) if table.chart else None
    changes = {"rows": tuple(rows), "synthetic": synthetic, "illustrative": columns, "chart": chart}
    return table.model_copy(update=changes)


def _figures(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.value is not None or cell.synthetic or cell.gap]


def _marked_row(row: Row) -> Row:
    figures = _figures(row.cells)
    if not figures or not all(cell.synthetic for cell in figures):
        return row
    (plain,) = _unmarked([row])
    return plain.model_copy(update={"heading": row.heading.model_copy(update={"synthetic": True})})


def _unmarked(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(
        row.model_copy(update={"cells": tuple(cell.model_copy(update={"synthetic": False}) for cell in row.cells)})
        for row in rows
    )


def marks(synthetic: Synthetic) -> str:
    """Return in words how much of a table or chart is illustrative."""
    return "Some figures are illustrative" if synthetic == SOME else "Illustrative figures"


def notation(flags: Iterable[str]) -> tuple[str, ...]:
    """Return what the flags of figures mean, in the order of :data:`~priority_two.flags.FLAGS`."""
    seen = set("".join(flags))
    return tuple(f"[{flag}] {meaning}" for flag, meaning in FLAGS.items() if flag in seen)
