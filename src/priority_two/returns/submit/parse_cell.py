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
===============================================  ==================================================

What could not be read is told by its kind ("a suppressed number") and never by its text, since the text may be a
value that is restricted.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from priority_two.returns.ranges import out_of_range
from priority_two.spellings import MONTH_NAMES, Content, Unclear, dashes, plain, read_date, tidy

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
_RANGE = re.compile(r"(?:<|≤|<=|=<|fewer than|less than|under|below|up to)\s*\d[\d,]*|\d[\d,]*\s*(?:-|to)\s*\d[\d,]*")
_ESTIMATE = re.compile(
    r"(?:>|≥|>=|~|≈|c\.?|ca\.?|circa|over|about|around|approx\.?|approximately|more than|at least|nearly|almost)"
    r"\s*[\d,.]+|[\d,.]+\s*(?:\+|\?|or so|approx\.?)"
)
_MADE_A_DATE = "the spreadsheet may have turned the number into a date: format the cell as a number, and type it again"


@dataclass(frozen=True)
class Amount:
    """A figure: its value, or None with status ``x`` or ``z``; status ``p`` marks a provisional value."""

    value: Decimal | None
    status: str = ""


def read_amount(content: Content, unit: str, percent: bool = False, change: bool = False) -> Amount | None:
    """Return the figure that a cell holds, or None where it is blank.

    The unit is that of the measure, and so is whether the figure is a change (:mod:`priority_two.returns.ranges`).
    ``percent`` says that the cell shows its number as a percentage: 0.97 is seen as 97%.

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
        fix = "write x if the figure is not available, z if there can be none"
        raise Unclear("a word that means not available or not applicable", expected, fix)
    if lower in _NOUGHT:
        return Amount(Decimal(0))
    if lower.startswith("="):
        raise Unclear("a formula", "a number", "put the number in its place")
    if re.fullmatch(r"#[a-z0-9/]+[!?]?", lower):
        raise Unclear("an error", "a number", "type it again")
    if lower in ("true", "false"):
        raise Unclear("true or false", "a number")
    if dashes(lower) in _SUPPRESSED or _RANGE.fullmatch(dashes(lower)):
        raise Unclear(
            "a suppressed number",
            "the true count",
            "write the true count, which is suppressed before anything is published, or x if you cannot send it",
        )
    if dashes(lower) in _NOTHING:
        fix = "write 0 for a true nought, x for not available, z for not applicable"
        raise Unclear("a dash or a word for nothing", "0, x or z", fix)
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
    if number is None and re.search(r"\d", lower) and _ESTIMATE.fullmatch(lower):
        raise Unclear("an estimate", "the count", "write the count alone, and the words into the note")
    if number is None:
        raise Unclear("text", "a number, x or z", "write digits only, and words into the note")
    return Amount(_checked(number, unit, change), status)


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
        number = number.quantize(DECIMALS) + 0  # minus nought is nought
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


def _is_day(lower: str) -> bool:
    """Whether a text is what a spreadsheet makes of ``10-12``: ``10-Dec``, ``Dec-10``, ``2021-12-10``."""
    match = re.fullmatch(r"\d{1,2}[- /]([a-z]+)|([a-z]+)[- /]\d{1,2}", lower, re.ASCII)
    if match and (match[1] or match[2]) in MONTH_NAMES:
        return True
    try:
        read_date("" if lower.isdecimal() else lower)
    except Unclear:
        return False
    return True
