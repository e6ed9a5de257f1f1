"""Periods and days as people spell them, and texts of cells as one line.

What can mean one thing only is read, what can mean two is refused with the question that settles it.

===============================================  ==================================================
written                                          read as
===============================================  ==================================================
``2021-04``, ``202104``, ``2021/04``             the month 2021-04
``Apr-21``, ``April 2021``, ``2021 April``       the month 2021-04
``04/2021``, ``01/04/2021``, ``30/04/2021``      the month 2021-04 (a day is its first or its last)
``2021-04-01T00:00:00``                          the month 2021-04; another time of day is refused
``2020-21-Q4``, ``Q4 2020/21``, ``2020/21``      the quarter and the year, with whatever dash
``2011/12``                                      refused: December 2011 or the financial year?
``Q4 2021``                                      refused: whose quarter?
``2021-04 to 2021-06``, ``April to June 2021``   the range 2021-04..2021-06
``25/03/2021``, ``25-Mar-21``, ``2021-03-25``    25 March 2021; a day stands before its month
===============================================  ==================================================

The same spellings are read in a partner's file, in its terms, in updates and in reference tables.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from decimal import Decimal

from priority_two.periods import MONTH, QUARTER, RANGE, YEAR, Period, try_parse

Content = str | Decimal | dt.date | bool | None
"""What a cell holds: text, a number, a date, true or false, nothing."""
FORMULA_SIGNS = "=+-@"
"""What a spreadsheet program takes for the beginning of a formula."""

_TIME = r"[t ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(z|[+-]\d\d:?\d\d)?"
MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_ORDINALS = {"one": 1, "two": 2, "three": 3, "four": 4}


class Unclear(ValueError):
    """What stands in a cell cannot be read.

    Parameters
    ----------
    found
        Its kind, in words; never its text.
    expected
        What was expected.
    fix
        What to write instead.
    """

    def __init__(self, found: str, expected: str, fix: str = "") -> None:
        super().__init__(f"{found}; expected {expected}")
        self.found, self.expected, self.fix = found, expected, fix


def tidy(content: Content) -> str:
    """Return what a cell says as one line: no spaces at its ends, none twice, invisible characters gone."""
    if content is None:
        return ""
    if isinstance(content, Decimal):
        return plain(content)
    # No compatibility forms are folded: a raised 2 after a number marks a footnote, and would join its digits.
    return " ".join("".join(ch for ch in str(content) if unicodedata.category(ch) != "Cf").split())


def plain(value: Decimal) -> str:
    """Return a number without exponent, separators, trailing noughts or a minus before nought: ``1240``, ``2.5``."""
    text = "0" if not value else format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def read_period(content: Content) -> Period:
    """Return the month, quarter, financial year or range that a cell names.

    Raises
    ------
    Unclear
        It names none, or may name two.
    """
    expected, fix = "a period such as 2021-03, 2020-21-Q4 or 2020-21", "write it in one of these forms"
    if isinstance(content, dt.date):
        return _month_of_day(content)
    text = dashes(tidy(content)) if isinstance(content, str | Decimal) else ""
    known = try_parse(text.upper())
    if known is not None:
        return known
    lower = re.sub(r" ?([-/]) ?", r"\1", text.lower().replace(",", " ")).replace("'", "").replace("’", "").strip()
    lower = re.sub(r"(?<=[a-z])\.", "", " ".join(lower.split()))
    for read in (_named_quarter, _named_year, _named_month, _named_range):
        period = read(lower)
        if period is not None:
            return period
    if re.fullmatch(rf"(?:{_QUARTER_WORD}) ?[-/]?\d{{4}}|\d{{4}}[- /]?(?:{_QUARTER_WORD})", lower, re.ASCII):
        raise Unclear(
            "a quarter of a year that may be calendar or financial", expected, "write the financial year: 2020-21-Q4"
        )
    try:
        day = read_date(content)
    except Unclear as unclear:
        if unclear.found.startswith("a moment"):
            raise
        raise Unclear("no period" if text else "nothing", expected, fix) from None
    if (time := re.search(_TIME, tidy(content).lower())) and any(part.strip("0") for part in time.groups("")[:3]):
        raise Unclear("a time of day", expected, fix)
    return _month_of_day(day)


_QUARTER_WORD = r"(?:q|qtr|quarter) ?(?:[1-4]|one|two|three|four)"
_YEARS = r"(?:fy ?|year )?(\d{4}|\d\d)[-/](\d{4}|\d\d)"


def _named_quarter(lower: str) -> Period | None:
    """Read ``q1 2021-22``, ``quarter one 2021/22``, ``2021/22 q1``."""
    before = re.fullmatch(rf"({_QUARTER_WORD})(?: of)?[- /]?{_YEARS}", lower, re.ASCII)
    after = re.fullmatch(rf"{_YEARS}[- /]?({_QUARTER_WORD})", lower, re.ASCII)
    if before:
        word, year, following = before.groups()
    elif after:
        year, following, word = after.groups()
    else:
        return None
    ordinal = re.sub(r"^(?:quarter|qtr|q) ?", "", word)
    first = _financial_year(year, following)
    if first is None:
        raise Unclear("a year that runs over no two years", "a financial year such as 2020-21")
    first += 3 * ((_ORDINALS.get(ordinal) or int(ordinal)) - 1)
    return Period(first, first + 2, QUARTER)


def _named_year(lower: str) -> Period | None:
    """Read ``2021/22``, ``2021-2022``, ``fy 2021/22``; what may be a month of 2001 to 2012 is refused."""
    match = re.fullmatch(_YEARS, lower, re.ASCII)
    if not match or len(match[1]) == 2:
        return None
    named = lower.startswith(("fy", "year"))
    first = _financial_year(match[1], match[2])
    if first is None or (len(match[2]) == 2 and not named and 1 <= int(match[2]) <= 12):
        if first is not None:
            fix = f"write {match[1]}-{match[2]} for the month, {match[1]}-04..{int(match[1]) + 1}-03 for the year"
            raise Unclear("a period that may be a month or a financial year", "one of them", fix)
        return None
    return Period(first, first + 11, YEAR)


def _financial_year(year: str, following: str) -> int | None:
    """Return the April in which a financial year begins, in months since year 0; None where the two do not follow."""
    first = _year(year)
    if not 1900 <= first <= 2098 or (first + 1) % 10 ** len(following) != int(following):
        return None
    return first * 12 + 3


def _named_month(lower: str) -> Period | None:
    """Read ``apr-21``, ``april 2021``, ``2021 april``, ``04/2021``, ``2021/04``, ``202104``."""
    match = re.fullmatch(r"([a-z]+)[- /]?(\d{4}|\d{2})", lower, re.ASCII)
    if match and match[1] in MONTH_NAMES:
        return _month(_year(match[2]), MONTH_NAMES[match[1]])
    match = re.fullmatch(r"(\d{4})[- /]?([a-z]+)", lower, re.ASCII)
    if match and match[2] in MONTH_NAMES:
        return _month(int(match[1]), MONTH_NAMES[match[2]])
    match = re.fullmatch(r"(0?[1-9]|1[0-2])[/-](\d{4})", lower, re.ASCII)
    if match:
        return _month(int(match[2]), int(match[1]))
    match = re.fullmatch(r"((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])|((?:19|20)\d\d)[-/]([1-9])", lower, re.ASCII)
    return _month(int(match[1] or match[3]), int(match[2] or match[4])) if match else None


def _named_range(lower: str) -> Period | None:
    """Read ``2021-04 to 2021-06``, ``april to june 2021``, ``apr-jun 2021``."""
    names = "|".join(MONTH_NAMES)
    match = re.fullmatch(rf"({names})(?: to | until |-|/|\.\.)({names})[- /]?(\d{{4}})", lower, re.ASCII)
    if match:
        first, last = MONTH_NAMES[match[1]], MONTH_NAMES[match[2]]
        before = int(match[3]) * 12 - 1
        return Period(before + first, before + last, RANGE) if first <= last else None
    parts = re.split(r" ?\.\. ?| to | until |(?<=\d{4}-\d\d)-(?=\d{4}-\d\d$)|(?<=[a-z] \d{4})-(?=[a-z])", lower)
    if len(parts) != 2:
        return None
    ends = [_named_month(part) for part in parts]
    if ends[0] is None or ends[1] is None or ends[1].last < ends[0].first:
        return None
    return Period(ends[0].first, ends[1].last, RANGE)


def natural(code: str) -> list[tuple[bool, int, str]]:
    """Return the key by which codes are sorted as people count: ``A2`` before ``A10``, and figures before letters."""
    pieces = re.findall(r"\d+|\D+", code)
    return [(False, int(piece), "") if piece.isdecimal() else (True, 0, piece) for piece in pieces]


def dashes(text: str) -> str:
    """Return a text whose every dash, and the minus sign proper, is a hyphen."""
    return "".join("-" if ch == "\u2212" or unicodedata.category(ch) == "Pd" else ch for ch in text)


def _year(text: str) -> int:
    year = int(text)
    return year + 2000 if len(text) == 2 else year


def _month(year: int, month: int) -> Period:
    if not 1900 <= year <= 2099:
        raise Unclear("a year out of range", "a year such as 2021")
    return Period(year * 12 + month - 1, year * 12 + month - 1, MONTH)


def _month_of_day(day: dt.date) -> Period:
    within = day.day not in (1, calendar.monthrange(day.year, day.month)[1])
    if within or (isinstance(day, dt.datetime) and day.time() != dt.time()):
        form = "a day within a month" if within else "a time of day"
        fix = "write the month such as 2021-03; a spreadsheet may have made it a day"
        raise Unclear(form, "a month", fix)
    return _month(day.year, day.month)


def read_date(content: Content) -> dt.date:
    """Return the day that a cell names; in figures the day stands first, then the month. A time of day is left out.

    Raises
    ------
    Unclear
        It names none, or a moment whose day depends on the time zone.
    """
    if isinstance(content, dt.datetime):
        return content.date()
    if isinstance(content, dt.date):
        return content
    lower = dashes(tidy(content).lower()) if isinstance(content, str) else ""
    time = re.search(_TIME + "$", lower, re.ASCII)
    if time and re.match(r"\d", lower):
        lower = lower[: time.start()]
        elsewhere = (time[4] or "") not in ("", "z", "+00:00", "+0000", "+01:00", "+0100")
        if elsewhere or (time[4] and time[1] == "23"):  # in summer an hour before midnight is the next day here
            fix = "write the day alone"
            raise Unclear("a moment whose day depends on the time zone", "a date such as 2021-03-25", fix)
    match = re.fullmatch(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)", lower, re.ASCII)
    parts = (int(match[1]), int(match[3]), int(match[4])) if match else None
    match = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", lower, re.ASCII)
    if match:
        parts = (_year(match[4]), int(match[3]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[- ]([a-z]+)[- ,]+(\d{4}|\d{2})", lower, re.ASCII)
    if match and match[2] in MONTH_NAMES:
        parts = (_year(match[3]), MONTH_NAMES[match[2]], int(match[1]))
    try:
        if parts is not None and 1900 <= parts[0] <= 2099:
            return dt.date(*parts)
    except ValueError:
        pass
    raise Unclear("no date" if lower else "nothing", "a date such as 2021-03-25", "write it as year, month and day")
