"""Breaks in series: months from which a measure means something else.

``data/reference/breaks.csv`` has the columns ``measure,from,title,note``; ``from`` is the first month on the new
footing (a change in the middle of a month is dated by that month, which is then the first that is not like those
before). A figure whose period holds that month is marked ``[b]``, no figure is compared with one on the other side,
and an XmR chart starts new limits there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field

from priority_two.periods import Period
from priority_two.reference.records import Given, Month, TableRow, one_of


class Break(TableRow):
    """A row of ``breaks.csv``; `first` is the first month on the new footing."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "measure": "a measure of `measures.csv`",
        "from": "the first month on the new footing; figures before and after it are not compared",
        "title": "what has changed, in a few words, for charts",
        "note": "the same in a sentence, for tables",
    }

    measure: Annotated[str, one_of("measures", "a measure of the catalogue")]
    first: Month = Field(validation_alias="from", description="a month such as 2021-07")
    title: Given = Field(description="a title")
    note: str = ""


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
