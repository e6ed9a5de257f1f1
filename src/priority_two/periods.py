"""Periods: months, financial quarters, financial years and ranges of months.

A financial year runs from 1 April to 31 March: ``2020-21-Q1`` is April to June 2020 and ``2020-21-Q4`` January to
March 2021. Odd windows are explicit ranges (``2019-06..2020-05``) and are never squeezed into a quarter.

``2011-12`` could be read as December 2011 or as the financial year 2011-12. It is always the month: financial years
before 2012-13 have no short form here and are written as a range (``2011-04..2012-03``), which is also how ``str``
writes them, though a reader is told ``Year 2011-12``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

MONTH, QUARTER, YEAR, RANGE = "month", "quarter", "year", "range"
_ORDINALS = ("One", "Two", "Three", "Four")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORT = {month: month[:4] if month == "September" else month[:3] for month in _MONTHS if len(month) > 4}
_EXPECTED = "a period such as 2021-03, 2020-21-Q4, 2020-21 or 2019-06..2020-05"


def _month(text: str) -> int | None:
    """Return a month as a count of months since year 0, or None."""
    match = re.fullmatch(r"(19\d\d|20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    return int(match[1]) * 12 + int(match[2]) - 1 if match else None


@dataclass(frozen=True, order=True)
class Period:
    """A run of whole months.

    Parameters
    ----------
    first, last
        First and last month, inclusive, counted in months since year 0.
    kind
        ``month``, ``quarter``, ``year`` or ``range``.
    """

    first: int
    last: int
    kind: str

    def __str__(self) -> str:
        if self.kind == MONTH:
            return month_text(self.first)
        if self.kind == RANGE:
            return f"{month_text(self.first)}..{month_text(self.last)}"
        if self.kind == QUARTER:
            return f"{self._short_year}-Q{(self.first - 3) % 12 // 3 + 1}"
        if _month(self._short_year) is not None:  # would be read again as a month
            return f"{month_text(self.first)}..{month_text(self.last)}"
        return self._short_year

    @property
    def _short_year(self) -> str:
        """The financial year of the first month in its short form, also where that could be read as a month."""
        year = (self.first - 3) // 12
        return f"{year}-{(year + 1) % 100:02d}"

    @property
    def label(self) -> str:
        """The period as a reader says it: ``Quarter Four 2020-21``, ``March 2021``."""
        if self.kind == MONTH:
            return month_label(self.first)
        if self.kind == RANGE:
            return f"{month_label(self.first)} to {month_label(self.last)}"
        year = self._short_year
        return f"Quarter {_ORDINALS[(self.first - 3) % 12 // 3]} {year}" if self.kind == QUARTER else f"Year {year}"

    @property
    def short_label(self) -> str:
        """The period as an axis or a narrow column has it: ``Mar 2021``, ``Q4 2020-21``, ``2020-21``."""
        if self.kind == MONTH:
            name, year = month_label(self.first).split()
            return f"{name[:3]} {year}"
        if self.kind == QUARTER:
            return f"{str(self)[-2:]} {str(self)[:-3]}"
        return self.label.removeprefix("Year ")

    @property
    def months_label(self) -> str:
        """The months from first to last, the year once where it is one: ``January to March 2021``, ``March 2021``."""
        first, last = month_label(self.first), month_label(self.last)
        if first == last:
            return first
        month, _, year = first.rpartition(" ")
        return f"{month if last.endswith(f' {year}') else first} to {last}"

    @property
    def plain(self) -> Period:
        """The same months by their plainest name: a month, a quarter or a year where they are one, else the range."""
        for kind, length in ((MONTH, 1), (QUARTER, 3), (YEAR, 12)):
            if self.last - self.first + 1 == length and (self.first - 3) % length == 0:
                return Period(self.first, self.last, kind)
        return self

    @property
    def start(self) -> dt.date:
        """First day."""
        return dt.date(self.first // 12, self.first % 12 + 1, 1)

    @property
    def end(self) -> dt.date:
        """Last day."""
        year, month = self.last // 12, self.last % 12 + 1
        return dt.date(year, month, calendar.monthrange(year, month)[1])

    @property
    def financial_year(self) -> Period:
        """The financial year in which the period's first month lies."""
        first = (self.first - 3) // 12 * 12 + 3
        return Period(first, first + 11, YEAR)

    @property
    def before(self) -> Period:
        """The period as long as this one that ends when it begins."""
        length = self.last - self.first + 1
        return Period(self.first - length, self.last - length, self.kind)

    def months(self) -> list[Period]:
        """Each month of the period, in order."""
        return [Period(month, month, MONTH) for month in range(self.first, self.last + 1)]

    def quarters(self) -> list[Period]:
        """The four quarters of a financial year; nothing for other kinds."""
        return [Period(self.first + n, self.first + n + 2, QUARTER) for n in (0, 3, 6, 9)] if self.kind == YEAR else []

    def contains(self, other: Period) -> bool:
        """Whether every month of `other` lies in this period."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether any month of `other` lies in this period."""
        return self.first <= other.last and other.first <= self.last


def parts_of(period: Period) -> list[Period]:
    """Return the parts of a period: a year's quarters, a quarter's months, a range's whole quarters and odd months.

    A month has none.
    """
    if period.kind == MONTH or period.first == period.last:
        return []
    if period.kind == QUARTER:
        return period.months()
    parts, month = [], period.first
    while month <= period.last:
        whole = month % 3 == 0 and month + 2 <= period.last and period.last - period.first > 2
        step = Period(month, month + 2, QUARTER) if whole else Period(month, month, MONTH)
        parts.append(step)
        month = step.last + 1
    return parts


def month_text(month: int) -> str:
    """Return a month counted since year 0 as ``2021-03``."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_label(month: int) -> str:
    """Return a month counted since year 0 as ``March 2021``, whatever the locale."""
    return f"{_MONTHS[month % 12]} {month // 12}"


def date_label(date: dt.date) -> str:
    """Return a date as ``25 March 2021``, whatever the locale."""
    return f"{date.day} {month_label(date.year * 12 + date.month - 1)}"


def short_months(text: str) -> str:
    """Return a label with the names of its months in short, as a narrow column needs them: ``31 Jan 2021``."""
    return re.sub(rf"\b({'|'.join(_SHORT)})\b", lambda name: _SHORT[name[1]], text)


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 month``, ``4 months``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def try_parse(text: str) -> Period | None:
    """Return the period that `text` names, or None."""
    month = _month(text)
    if month is not None:
        return Period(month, month, MONTH)
    if ".." in text:
        first, _, last = text.partition("..")
        ends = _month(first), _month(last)
        if ends[0] is None or ends[1] is None or ends[1] < ends[0]:
            return None
        return Period(ends[0], ends[1], RANGE)
    match = re.fullmatch(r"(19\d\d|20\d\d)-(\d\d)(?:-Q([1-4]))?", text, re.ASCII)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]):
        return None
    april = int(match[1]) * 12 + 3
    if match[3] is None:
        return Period(april, april + 11, YEAR)
    first_month = april + 3 * (int(match[3]) - 1)
    return Period(first_month, first_month + 2, QUARTER)


def parse(text: str) -> Period:
    """Return the period that `text` names.

    Raises
    ------
    ValueError
        With what was expected, in words.
    """
    period = try_parse(text)
    if period is None:
        raise ValueError(_EXPECTED)
    return period


def parse_date(text: str) -> dt.date:
    """Return the date that ``YYYY-MM-DD`` names; only that form.

    Raises
    ------
    ValueError
        With what was expected, in words.
    """
    if not re.fullmatch(r"(19|20)\d\d-\d\d-\d\d", text, re.ASCII):
        raise ValueError("a date such as 2021-03-25")
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 2021-03-25, in the calendar") from None
