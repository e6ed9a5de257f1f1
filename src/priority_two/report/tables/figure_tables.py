"""The figures behind the charts: a row a measure and year with its months, a row a measure with its quarters."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Cell, Row, Span, Table, cell, styled
from priority_two.measures.book import Book
from priority_two.measures.rates import rate_breaks
from priority_two.measures.rollup import year_before
from priority_two.periods import QUARTER, Period, month_label
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked_but
from priority_two.report.tables.figure_cells import shorthand_note, signed_cell
from priority_two.report.tables.glance_tables import MeasureLine, named, part_of, short_period, shortest_period
from priority_two.sentences import listed

MOST_NAMED = 6
"""So many provisional or revised figures are named; of more it says how many there are."""


def by_month(lines: Sequence[MeasureLine], book: Book, catalogue: Catalogue, month: Period) -> Table | None:
    """Return the monthly measures by month, two rows a measure: the year before, and the year to the month.

    Parameters
    ----------
    lines
        The measures; those that are not monthly, and rates, are left out.
    book, catalogue
        What was measured, and what it means.
    month
        The last month that is shown.
    """
    year = month.financial_year
    rows: list[Row] = []
    flagged: dict[str, list[tuple[str, Period]]] = {"p": [], "r": []}
    before = ""
    monthly = [line for line in lines if line.measure.frequency == "M" and not line.definition]
    for line in monthly:
        for each in (year_before(year), year):
            months = [step for step in each.months() if step.last <= month.last]
            figures = [line.figure(book, step) for step in months]
            if not any(figure.value is not None for figure in figures):
                continue
            cells = [line.cell(book, catalogue, step, flags=False) for step in months]
            cells += [_later()] * (12 - len(months))
            heading = cell(styled("id", line.measure.measure), f" {short_period(each)}")
            total = line.cell(book, catalogue, each, style="strong")
            rows.append(Row(heading=heading, cells=(*cells, total), new_group=bool(before) and before != line.whose))
            before = line.whose
            for flag, places in flagged.items():
                places += [(line.measure.measure, step.period) for step in figures if flag in step.flags]
    if not rows:
        return None
    head = ("Measure and year", *(month_label(step.first)[:3] for step in year.months()), "Year")
    parts = [f"{line.measure.measure}: {part}." for line in monthly if (part := part_of(line.series, catalogue))]
    notes = (
        *([" ".join(parts)] if parts else []),
        *shorthand_note(each.text for row in rows for each in row.cells),
        *([f"{words}."] if (words := _flagged(flagged)) else []),
    )
    areas = catalogue.area_words.parts
    title = f"By month, with the year\u2019s total; parts and {areas} are in the workbook"
    return marked_but(Table(title=title, head=head, rows=tuple(rows), notes=notes, role="dense months narrow scrolls"))


def _later() -> Cell:
    return Cell(spans=(Span(text="[z]", style="quiet"),))


def _flagged(flagged: dict[str, list[tuple[str, Period]]]) -> str:
    """Return which figures are provisional and which revised, for a table that has no room for it in its cells."""
    sentences = []
    for word, places in zip(("Provisional", "Revised"), flagged.values(), strict=True):
        if len(places) > MOST_NAMED:
            sentences.append(f"{word}: {len(places)} figures, which the workbook names")
        elif places:
            months: dict[Period, list[str]] = {}
            for measure, month in places:
                months.setdefault(month, []).append(measure)
            named_places = [
                f"{listed(list(dict.fromkeys(names)))} for {month.label}" for month, names in months.items()
            ]
            sentences.append(f"{word}: {listed(named_places)}")
    return ". ".join(sentences)


def by_quarter(
    lines: Sequence[MeasureLine],
    book: Book,
    catalogue: Catalogue,
    last: Period,
    *,
    count: int,
    title: str,
    with_change: bool = False,
) -> Table | None:
    """Return measures and rates by quarter, a row each.

    Parameters
    ----------
    lines
        The measures.
    book, catalogue
        What was measured, and what it means.
    last
        The last quarter that is shown.
    count
        How many quarters are shown.
    title
        What the table shows.
    with_change
        Whether the change on the same quarter of the year before stands in a last column.
    """
    quarters = [Period(last.first - 3 * n, last.last - 3 * n, QUARTER) for n in range(count - 1, -1, -1)]
    rows: list[Row] = []
    before = ""
    empty: list[str] = []
    for line in lines:
        if all(line.figure(book, quarter).value is None for quarter in quarters):
            empty.append(f"{line.measure.measure} {line.title(catalogue)}")
            continue
        cells = [line.cell(book, catalogue, quarter, style="strong" if quarter == last else "") for quarter in quarters]
        if with_change:
            now, then = (line.figure(book, period) for period in (last, year_before(last)))
            breaks = rate_breaks(line.definition, book.breaks) if line.definition else book.breaks
            cells.append(signed_cell(now, then, breaks, line.unit))
        heading = cell(styled("id", line.measure.measure), " ", named(line, catalogue))
        rows.append(Row(heading=heading, cells=tuple(cells), new_group=bool(before) and before != line.whose))
        before = line.whose
    if not rows:
        return None
    head = (
        "Measure",
        *map(shortest_period, quarters),
        *([f"Change, {str(last)[-2:]} on {shortest_period(year_before(last))}"] if with_change else []),
    )
    notes = " ".join(
        [
            *shorthand_note(each.text for row in rows for each in row.cells),
            *([f"No figure of these quarters: {listed(empty)}."] if empty else []),
        ]
    )
    return marked_but(
        Table(title=title, head=head, rows=tuple(rows), notes=(notes,) if notes else (), role="dense narrow scrolls")
    )
