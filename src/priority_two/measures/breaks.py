"""Breaks in series: months from which a measure means something else.

``data/reference/breaks.csv`` has the columns ``measure,from,title,note``; ``from`` is the first month on the new
footing (a change in the middle of a month is dated by that month, which is then the first that is not like those
before). A figure whose period holds that month is marked ``[b]``, no figure is compared with one on the other side,
and an XmR chart starts new limits there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from priority_two.errors import Error, Refused
from priority_two.files.csv_table import Table
from priority_two.periods import MONTH, Period, try_parse

COLUMNS = ("measure", "from", "title", "note")


@dataclass(frozen=True)
class Break:
    """A row of ``breaks.csv``; `first` is the first month on the new footing."""

    measure: str
    first: Period
    title: str
    note: str


def read_breaks(table: Table, measures: Iterable[str]) -> list[Break]:
    """Return the breaks of ``breaks.csv``.

    Parameters
    ----------
    table
        The file, as :meth:`priority_two.files.data_folder.DataFolder.table` reads it.
    measures
        The measures of the catalogue.

    Raises
    ------
    Refused
        A column is missing, a measure is unknown, ``from`` is no month, or a title is blank: every fault.
    """
    if set(table.columns) != set(COLUMNS):
        raise Refused([Error(table.file, f"the columns {', '.join(COLUMNS)}", 1, found=", ".join(table.columns))])
    known, errors, breaks = set(measures), [], []
    for row in table.rows:
        month = try_parse(row["from"])
        wrong = [
            ("measure", "a measure of the catalogue", row["measure"] not in known),
            ("from", "a month such as 2021-07", month is None or month.kind != MONTH),
            ("title", "a title", not row["title"]),
        ]
        bad = [Error(table.file, expected, row["row"], column, row[column]) for column, expected, true in wrong if true]
        errors += bad
        if month is not None and not bad:
            breaks.append(Break(row["measure"], month, row["title"], row["note"]))
    if errors:
        raise Refused(errors)
    return sorted(breaks, key=lambda series_break: (series_break.measure, series_break.first))


def within(breaks: Iterable[Break], measure: str, period: Period) -> list[Break]:
    """Return a measure's breaks whose first month lies in a period."""
    return [
        series_break
        for series_break in breaks
        if series_break.measure == measure and period.contains(series_break.first)
    ]


def between(breaks: Iterable[Break], measure: str, before: Period, now: Period) -> list[Break]:
    """Return a measure's breaks that keep two periods from being compared.

    That is every break after the first month of the earlier period and not after the last of the later: it lies
    between them, or inside one of them.
    """
    return [
        series_break
        for series_break in breaks
        if series_break.measure == measure and before.first < series_break.first.first <= now.last
    ]
