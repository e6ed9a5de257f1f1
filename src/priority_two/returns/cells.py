"""What people write in a cell, and what is made of it.

A partner's figures are typed by people, so a reader has to say which spellings it understands. The rule: what can
mean one thing only is read, what can mean two is refused with the question that settles it. Nothing is guessed.

===============================================  ==================================================
written                                          read as
===============================================  ==================================================
``1240``, ``1,240``, ``1 240``, `` 1240 ``       1240
``12.0`` in a count                              12
``£1,240`` where the unit is pounds              1240
``97%`` where the unit is per cent               97
``nil``, ``zero``                                0, a true nought
``12 [p]``                                       12, provisional
blank                                            no figure: nothing is sent
``x``, ``tbc``, ``tba``, ``not available`` …     status x, not available
``z``, ``n/a``, ``not applicable`` …             status z, not applicable
``<5``, ``1-4``, ``*``, ``c``, ``[c]``           refused: a suppressed number; send the true count, or x
``over 34``, ``100+``, ``about 100``, ``~12``    refused: an estimate; send the count, and the words as a note
``-3``, ``(3)``                                  refused: negative
``-``, ``none``                                  refused: 0 or x?
``1,24``, ``1.240`` in a count, ``2.5`` cases    refused: thousands or decimals?
a formula, an error, a date, TRUE                refused
any other words                                  refused
``2021-04``, ``Apr-21``, ``April 2021``          the month 2021-04
``04/2021``, ``01/04/2021``, ``30/04/2021``      the month 2021-04 (a day is its first or its last)
``2020-21-Q4``, ``Q4 2020/21``, ``2020/21``      the quarter and the year
``Q4 2021``                                      refused: whose quarter?
``25/03/2021``, ``25-Mar-21``, ``2021-03-25``    25 March 2021; a day stands before its month
===============================================  ==================================================

What could not be read is told by its kind ("a suppressed number") and never by its text, since the text may be a
value that is restricted.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from priority_two.periods import MONTH, QUARTER, YEAR, Period, try_parse
from priority_two.returns.ranges import out_of_range

Content = str | Decimal | dt.date | bool | None
"""What a cell holds: text, a number, a date, true or false, nothing."""

MOST_DIGITS = {"gbp": 13}
USUAL_DIGITS = 9
DECIMALS = Decimal("0.000001")

_WHOLE = "write it without separators: 1240"
_UNAVAILABLE = {
    "x",
    "[x]",
    "..",
    "tbc",
    "tba",
    "to be confirmed",
    "to follow",
    "awaited",
    "not available",
    "not yet available",
    "unavailable",
    "unknown",
    "not known",
    "no data",
    "not recorded",
    "missing",
}
_NOT_APPLICABLE = {"z", "[z]", "n/a", "na", "n.a.", "not applicable"}
_NOUGHT = {"nil", "zero", "nought"}
_SUPPRESSED = {"c", "[c]", "*", "**", "suppressed", "supp", "s"}
_MONTH_NAMES = {
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
    mend
        What to write instead.
    """

    def __init__(self, found: str, expected: str, mend: str = "") -> None:
        super().__init__(f"{found}; expected {expected}")
        self.found, self.expected, self.mend = found, expected, mend


@dataclass(frozen=True)
class Amount:
    """A figure: its value, or None with status ``x`` or ``z``; status ``p`` marks a provisional value."""

    value: Decimal | None
    status: str = ""


def tidy(content: Content) -> str:
    """Return what a cell says as one line: no spaces at its ends, none twice, invisible characters gone."""
    if content is None:
        return ""
    if isinstance(content, Decimal):
        return plain(content)
    # No compatibility forms are folded: a raised 2 after a number marks a footnote, and would join its digits.
    return " ".join("".join(ch for ch in str(content) if unicodedata.category(ch) != "Cf").split())


def plain(value: Decimal) -> str:
    """Return a number without exponent, separators or trailing noughts: ``1240``, ``2.5``."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def read_amount(content: Content, unit: str, percent: bool = False, change: bool = False) -> Amount | None:
    """Return the figure that a cell holds, or None where it is blank.

    Parameters
    ----------
    content
        What the cell holds.
    unit
        The measure's unit: ``count, percent, rate, ratio, gbp`` or ``fte``. A count is a whole number.
    percent
        The cell shows its number as a percentage: 0.97 is seen as 97%.
    change
        The figure is a change (:mod:`priority_two.returns.ranges`).

    Raises
    ------
    Unclear
        It can be read in two ways, or in none.
    """
    if content is None or (isinstance(content, str) and not tidy(content)):
        return None
    if isinstance(content, bool):
        raise Unclear("true or false", "a number")
    if isinstance(content, dt.date):
        raise Unclear("a date", "a number", "the spreadsheet may have turned the number into a date: type it again")
    if isinstance(content, Decimal):
        if percent and unit != "percent":
            raise Unclear("a percentage", "a number that is no percentage", "format the cell as a plain number")
        return Amount(_checked(content * 100 if percent else content, unit, change))
    return _amount_in_words(tidy(content), unit, change)


def _amount_in_words(text: str, unit: str, change: bool) -> Amount:
    lower = text.lower()
    if lower in _UNAVAILABLE:
        return Amount(None, "x")
    if lower in _NOT_APPLICABLE:
        return Amount(None, "z")
    if lower in _NOUGHT:
        return Amount(Decimal(0))
    if lower.startswith("="):
        raise Unclear("a formula", "a number", "put the number in its place")
    if _is_suppressed(lower):
        raise Unclear(
            "a suppressed number",
            "the true count",
            "write the true count, which is suppressed before anything is published, or x if you cannot send it",
        )
    if lower in ("-", "–", "—", "none", "no"):
        raise Unclear("a dash or a word for nothing", "0 or x", "write 0 for a true nought, x for not available")
    status = ""
    if lower.endswith("[p]"):
        lower, status = lower[:-3].strip(), "p"
    number = _number(lower, unit)
    if number is None and re.search(r"\d", lower) and _is_estimate(lower):
        raise Unclear("an estimate", "the count", "write the count alone, and the words into the note")
    if number is None:
        raise Unclear("text", "a number, x or z", "write digits only, and words into the note")
    return Amount(_checked(number, unit, change), status)


def _is_suppressed(lower: str) -> bool:
    numeral = r"\d[\d,]*"
    return (
        lower in _SUPPRESSED
        or re.fullmatch(
            rf"(?:<|≤|<=|=<|fewer than|less than|under|below|up to)\s*{numeral}|{numeral}\s*(?:-|–|to)\s*{numeral}",
            lower,
        )
        is not None
    )


def _is_estimate(lower: str) -> bool:
    words = (
        r"(?:>|≥|>=|~|≈|c\.?|ca\.?|circa|over|about|around|approx\.?|approximately|more than|at least|nearly|almost)"
    )
    return re.fullmatch(rf"{words}\s*[\d,.]+|[\d,.]+\s*(?:\+|\?|or so|approx\.?)", lower) is not None


def _number(lower: str, unit: str) -> Decimal | None:
    if unit == "gbp":
        lower = lower.removeprefix("£").strip()
    if unit == "percent":
        lower = lower.removesuffix("%").strip()
    negative = re.fullmatch(r"[-−–]\s*(\d.*)|\((\d.*)\)", lower)  # −: the minus sign proper
    if negative:
        lower = negative[1] or negative[2]
    if re.fullmatch(r"\d+(?:\.\d+)?", lower, re.ASCII):
        if unit == "count" and re.fullmatch(r"\d{1,3}\.\d{3}", lower, re.ASCII):
            raise Unclear("a number with decimals", "a whole number", _WHOLE)
        number = Decimal(lower)
    elif re.fullmatch(r"\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?", lower, re.ASCII):
        number = Decimal(lower.replace(",", "").replace(" ", ""))
    elif re.fullmatch(r"[\d., ]+", lower, re.ASCII):
        raise Unclear(
            "a number with a comma, a point or a space in an odd place",
            "a plain number",
            "write it without separators, and a point for decimals",
        )
    else:
        return None
    return -number if negative else number


def _checked(number: Decimal, unit: str, change: bool) -> Decimal:
    """Return a number that is in bounds; what a spreadsheet adds at the sixteenth digit is rounded off."""
    most = MOST_DIGITS.get(unit, USUAL_DIGITS)
    if abs(number) >= Decimal(10) ** most:
        raise Unclear(f"a number of more than {most} digits", "a figure", "see whether it is an identifier or a date")
    try:
        number = number.quantize(DECIMALS)
    except InvalidOperation:
        raise Unclear("no finite number", "a figure") from None
    if expected := out_of_range(number, unit, change):
        if number < 0 and not change:
            raise Unclear("a negative number", expected, "write a count")
        if unit == "percent":
            raise Unclear("a percentage over 100", expected, "write the share, such as 97 for 97%")
        whole = unit == "count"
        raise Unclear("a number with decimals", expected, _WHOLE if whole else "round it")
    return Decimal(plain(number))


def read_period(content: Content) -> Period:
    """Return the month, quarter, financial year or range that a cell names.

    Raises
    ------
    Unclear
        It names none, or may name two.
    """
    expected, mend = "a period such as 2021-03, 2020-21-Q4 or 2020-21", "write it in one of these forms"
    if isinstance(content, dt.date):
        return _month_of_day(content)
    text = tidy(content) if isinstance(content, str) else ""
    known = try_parse(text)
    if known is not None:
        return known
    lower = text.lower()
    match = re.fullmatch(r"(?:(\d{4})-(\d\d)-?q([1-4])|q([1-4]) (\d{4})[-/](\d\d))", lower, re.ASCII)
    if match:
        return _quarter(match[1] or match[5], match[2] or match[6], int(match[3] or match[4]))
    match = re.fullmatch(r"quarter (one|two|three|four|[1-4]) (\d{4})[-/](\d\d)", lower, re.ASCII)
    if match:
        return _quarter(match[2], match[3], _ORDINALS.get(match[1]) or int(match[1]))
    match = re.fullmatch(r"(?:year )?(\d{4})[-/](\d\d)", lower, re.ASCII)
    if match and (int(match[1]) + 1) % 100 == int(match[2]):
        return Period(int(match[1]) * 12 + 3, int(match[1]) * 12 + 14, YEAR)
    match = re.fullmatch(r"([a-z]+)[- /]?(\d{4}|\d{2})", lower, re.ASCII)
    if match and match[1] in _MONTH_NAMES:
        return _month(_year(match[2]), _MONTH_NAMES[match[1]])
    match = re.fullmatch(r"(0?[1-9]|1[0-2])[/-](\d{4})", lower, re.ASCII)
    if match:
        return _month(int(match[2]), int(match[1]))
    if re.fullmatch(r"q[1-4][- /]?\d{4}", lower, re.ASCII):
        raise Unclear(
            "a quarter of a year that may be calendar or financial", expected, "write the financial year: 2020-21-Q4"
        )
    try:
        return _month_of_day(read_date(content))
    except Unclear:
        raise Unclear("no period" if text else "nothing", expected, mend) from None


def _year(text: str) -> int:
    year = int(text)
    return year + 2000 if len(text) == 2 else year


def _month(year: int, month: int) -> Period:
    if not 1900 <= year <= 2099:
        raise Unclear("a year out of range", "a year such as 2021")
    return Period(year * 12 + month - 1, year * 12 + month - 1, MONTH)


def _quarter(year: str, following: str, number: int) -> Period:
    if (int(year) + 1) % 100 != int(following):
        raise Unclear("a year that runs over no two years", "a financial year such as 2020-21")
    first = int(year) * 12 + 3 * number
    return Period(first, first + 2, QUARTER)


def _month_of_day(day: dt.date) -> Period:
    if day.day not in (1, calendar.monthrange(day.year, day.month)[1]):
        raise Unclear(
            "a day within a month", "a month", "write the month such as 2021-03; a spreadsheet may have made it a day"
        )
    return _month(day.year, day.month)


def read_date(content: Content) -> dt.date:
    """Return the day that a cell names; in figures the day stands first, then the month.

    Raises
    ------
    Unclear
        It names none.
    """
    if isinstance(content, dt.date):
        return content
    lower = re.sub(r" 00:00(:00)?$", "", tidy(content).lower()) if isinstance(content, str) else ""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", lower, re.ASCII)
    parts = (int(match[1]), int(match[2]), int(match[3])) if match else None
    match = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", lower, re.ASCII)
    if match:
        parts = (_year(match[4]), int(match[3]), int(match[1]))
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[- ]([a-z]+)[- ,]+(\d{4}|\d{2})", lower, re.ASCII)
    if match and match[2] in _MONTH_NAMES:
        parts = (_year(match[3]), _MONTH_NAMES[match[2]], int(match[1]))
    try:
        if parts is not None and 1900 <= parts[0] <= 2099:
            return dt.date(*parts)
    except ValueError:
        pass
    raise Unclear("no date" if lower else "nothing", "a date such as 2021-03-25", "write it as year, month and day")
