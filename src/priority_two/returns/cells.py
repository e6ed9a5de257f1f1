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
``12 [p]``, ``12 (r)``                           12, provisional or revised
blank                                            no figure: nothing is sent
``x``, ``tbc``, ``tba``, ``not available`` …     status x, not available
``z``, ``not applicable``                        status z, not applicable
``n/a``, ``na``, ``#N/A``                        refused: not available (x) or not applicable (z)?
``-``, ``.``, ``none``, ``null``, ``?``          refused: 0, x or z?
``<5``, ``1-4``, ``*``, ``c``, ``[c]``           refused: a suppressed number; send the true count, or x
``over 34``, ``100+``, ``about 100``, ``~12``    refused: an estimate; send the count, and the words as a note
``-3``, ``(3)``                                  refused: negative
``1,24``, ``1.240`` in a count, ``2.5`` cases    refused: thousands or decimals?
``5*``, ``5 (a)``, ``5†``                        refused: a number with a mark, whose meaning is a note
``1/2``, ``10-Dec``, a date                      refused: a fraction, or a number made a date?
a formula, an error, TRUE                        refused
any other words                                  refused
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

from priority_two.periods import MONTH, QUARTER, RANGE, YEAR, Period, try_parse
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
_NOT_APPLICABLE = {"z", "[z]", "not applicable"}
_EITHER = re.compile(r"[(\[#]?n ?[/\\.]? ?a\.?[)\]]?")
_NOTHING = {"-", "--", ".", ":", "…", "...", "?", "none", "no", "null", "nan", "nothing", "blank", "empty", "n"}
_NOUGHT = {"nil", "zero", "nought"}
_MARKED = re.compile(r"([\d,]+(?:\.\d+)?) ?(?:[*†‡§#^¹²³⁴⁵⁶⁷⁸⁹]+|[(\[][a-z0-9]{1,3}[)\]]|[epr])")
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


_MADE_A_DATE = "the spreadsheet may have turned the number into a date: format the cell as a number, and type it again"
_TIME = r"[t ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(z|[+-]\d\d:?\d\d)?"


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
        raise Unclear("a date", "a number", _MADE_A_DATE)
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
    if _EITHER.fullmatch(lower):
        expected = "not available (x) or not applicable (z)"
        mend = "write x if the figure is not available, z if there can be none"
        raise Unclear("a word that means not available or not applicable", expected, mend)
    if lower in _NOUGHT:
        return Amount(Decimal(0))
    if lower.startswith("="):
        raise Unclear("a formula", "a number", "put the number in its place")
    if re.fullmatch(r"#[a-z0-9/]+[!?]?", lower):
        raise Unclear("an error", "a number", "type it again")
    if lower in ("true", "false"):
        raise Unclear("true or false", "a number")
    if _is_suppressed(lower):
        raise Unclear(
            "a suppressed number",
            "the true count",
            "write the true count, which is suppressed before anything is published, or x if you cannot send it",
        )
    if _dashes(lower) in _NOTHING:
        mend = "write 0 for a true nought, x for not available, z for not applicable"
        raise Unclear("a dash or a word for nothing", "0, x or z", mend)
    if _is_day(lower):
        raise Unclear("a date", "a number", _MADE_A_DATE)
    if re.fullmatch(r"\d+ ?[/⁄] ?\d+", lower):
        raise Unclear(
            "a fraction, or a share of a whole", "a number", "write the number alone, and the whole as a note"
        )
    status = ""
    if lower.endswith(("[p]", "(p)", "[r]", "(r)")):
        lower, status = lower[:-3].strip(), lower[-2]
    number = _number(lower, unit)
    if number is None and _MARKED.fullmatch(lower):
        raise Unclear("a number with a mark", "a number", "write digits only, and what the mark means into the note")
    if number is None and re.search(r"\d", lower) and _is_estimate(lower):
        raise Unclear("an estimate", "the count", "write the count alone, and the words into the note")
    if number is None:
        raise Unclear("text", "a number, x or z", "write digits only, and words into the note")
    return Amount(_checked(number, unit, change), status)


def _is_suppressed(lower: str) -> bool:
    numeral = r"\d[\d,]*"
    lower = _dashes(lower)
    return (
        lower in _SUPPRESSED
        or re.fullmatch(
            rf"(?:<|≤|<=|=<|fewer than|less than|under|below|up to)\s*{numeral}|{numeral}\s*(?:-|to)\s*{numeral}",
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
        if unit in ("count", "gbp") and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", lower, re.ASCII):
            expected = "a whole number" if unit == "count" else "a number of pounds"
            raise Unclear("a number with decimals", expected, _WHOLE)
        number = Decimal(lower)
    elif re.fullmatch(r"\d{1,3}(?:([, ])\d{3})(?:\1\d{3})*(?:\.\d+)?", lower, re.ASCII):
        number = Decimal(lower.replace(",", "").replace(" ", ""))
    elif re.fullmatch(r"\.\d+", lower, re.ASCII) and unit != "count":
        number = Decimal(lower)
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
    text = _dashes(tidy(content)) if isinstance(content, str | Decimal) else ""
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
        raise Unclear("no period" if text else "nothing", expected, mend) from None
    if (time := re.search(_TIME, tidy(content).lower())) and any(part.strip("0") for part in time.groups("")[:3]):
        raise Unclear("a time of day", expected, mend)
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
            mend = f"write {match[1]}-{match[2]} for the month, {match[1]}-04..{int(match[1]) + 1}-03 for the year"
            raise Unclear("a period that may be a month or a financial year", "one of them", mend)
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
    if match and match[1] in _MONTH_NAMES:
        return _month(_year(match[2]), _MONTH_NAMES[match[1]])
    match = re.fullmatch(r"(\d{4})[- /]?([a-z]+)", lower, re.ASCII)
    if match and match[2] in _MONTH_NAMES:
        return _month(int(match[1]), _MONTH_NAMES[match[2]])
    match = re.fullmatch(r"(0?[1-9]|1[0-2])[/-](\d{4})", lower, re.ASCII)
    if match:
        return _month(int(match[2]), int(match[1]))
    match = re.fullmatch(r"((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])|((?:19|20)\d\d)[-/]([1-9])", lower, re.ASCII)
    return _month(int(match[1] or match[3]), int(match[2] or match[4])) if match else None


def _named_range(lower: str) -> Period | None:
    """Read ``2021-04 to 2021-06``, ``april to june 2021``, ``apr-jun 2021``."""
    names = "|".join(_MONTH_NAMES)
    match = re.fullmatch(rf"({names})(?: to | until |-|/|\.\.)({names})[- /]?(\d{{4}})", lower, re.ASCII)
    if match:
        first, last = _MONTH_NAMES[match[1]], _MONTH_NAMES[match[2]]
        before = int(match[3]) * 12 - 1
        return Period(before + first, before + last, RANGE) if first <= last else None
    parts = re.split(r" ?\.\. ?| to | until |(?<=\d{4}-\d\d)-(?=\d{4}-\d\d$)|(?<=[a-z] \d{4})-(?=[a-z])", lower)
    if len(parts) != 2:
        return None
    ends = [_named_month(part) for part in parts]
    if ends[0] is None or ends[1] is None or ends[1].last < ends[0].first:
        return None
    return Period(ends[0].first, ends[1].last, RANGE)


def _dashes(text: str) -> str:
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
        found = "a day within a month" if within else "a time of day"
        mend = "write the month such as 2021-03; a spreadsheet may have made it a day"
        raise Unclear(found, "a month", mend)
    return _month(day.year, day.month)


def _is_day(lower: str) -> bool:
    """Whether a text is what a spreadsheet makes of ``10-12``: ``10-Dec``, ``Dec-10``, ``2021-12-10``."""
    match = re.fullmatch(r"\d{1,2}[- /]([a-z]+)|([a-z]+)[- /]\d{1,2}", lower, re.ASCII)
    if match and (match[1] or match[2]) in _MONTH_NAMES:
        return True
    try:
        read_date("" if lower.isdecimal() else lower)
    except Unclear:
        return False
    return True


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
    lower = _dashes(tidy(content).lower()) if isinstance(content, str) else ""
    time = re.search(_TIME + "$", lower, re.ASCII)
    if time and re.match(r"\d", lower):
        lower = lower[: time.start()]
        elsewhere = (time[4] or "") not in ("", "z", "+00:00", "+0000", "+01:00", "+0100")
        if elsewhere or (time[4] and time[1] == "23"):  # in summer an hour before midnight is the next day here
            mend = "write the day alone"
            raise Unclear("a moment whose day depends on the time zone", "a date such as 2021-03-25", mend)
    match = re.fullmatch(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)", lower, re.ASCII)
    parts = (int(match[1]), int(match[3]), int(match[4])) if match else None
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
