"""What a cell's number format shows of what the cell holds.

A format has up to four parts, for numbers above nought, below it, nought itself, and text. A part may show nothing
(``;;;``), other digits than the number's (``"5"``), the number in thousands (``#,##0,``), or another sign. None of
that can be read as it is shown, and none of it is what a figure is to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

HIDDEN, OTHERWISE = "hidden by its format", "shown as another number by its format"

_PIECE = re.compile(r'"([^"]*)"|\\(.)|[_*].|(\[[^\]]*\])|(;)|(.)', re.DOTALL)
_CONDITION = re.compile(r"\[(?:[<>=]|white\]|yellow\]|colou?r ?(?:2|6|19|20|27|34|35|36)\])", re.IGNORECASE)
"""What holds for some numbers only, or is written in a colour that is almost that of the paper."""
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_LIKE_DIGITS = re.compile(r"(?<![A-Za-z])[IlOo|](?![A-Za-z])")
_MULTIPLIED = re.compile(
    r"(?<![a-z])(?:k|m|mn|bn|tn|dozens?|hundreds?|thousands?|millions?|billions?)(?![a-z])", re.IGNORECASE
)
_DASHES = ("-", "–", "—", "\u2212")


@dataclass(frozen=True)
class _Part:
    """A part of a format: its placeholders, the words in it, and whether it holds only under a condition."""

    code: str
    literal: str
    conditional: bool

    def number(self, number: Decimal, *, signed: bool) -> str:
        """Return how a number is not shown as it is, or nothing; ``signed`` says that the sign comes by itself."""
        general = "general" in self.code.lower()
        if not general and not re.search("[0#?]", self.code):
            return "" if not number and self.literal.strip() in _DASHES else HIDDEN
        if not number and self.literal.strip() in _DASHES:
            return ""  # as an accountant writes nought
        optional = not general and not re.search("[0/]", self.code)  # of digits that nought does not need
        if optional and not round(number, len(self.code.partition(".")[2])):
            return HIDDEN
        signs = self.literal + re.sub("[eE][-+]", "", self.code)
        minus = any(sign in signs for sign in (*_DASHES, "("))
        digits = any(map(str.isnumeric, self.literal)) or _LIKE_DIGITS.search(self.literal)
        multiplied = _SCALED.search(self.code) or _MULTIPLIED.search(f"{self.literal} {self.code}")
        odd = self.code.count(".") > 1 or re.search(r"/ *[1-9]", self.code)  # two points, or so many twelfths
        if digits or multiplied or odd or minus == (signed or number >= 0):
            return OTHERWISE
        return ""


@lru_cache(maxsize=500)
def _parts(code: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    plain, literal, conditional = "", "", False
    for match in _PIECE.finditer(f"{code};"):
        quoted, escaped, bracket, end, other = match.groups()
        if end:
            parts.append(_Part(plain, literal, conditional))
            plain, literal, conditional = "", "", False
        literal += quoted or escaped or ""
        plain += other or ""
        conditional = conditional or bool(bracket and _CONDITION.match(bracket))
    return tuple(parts)


def not_as_it_is(code: str, content: Decimal | str) -> str:
    """Return how a format does not show a number or a text as it is, or nothing where it does.

    >>> not_as_it_is(";;;", Decimal(5))
    'hidden by its format'
    >>> not_as_it_is("#,##0", Decimal(1240))
    ''
    """
    parts = _parts(code)
    if isinstance(content, str):
        shown = len(parts) < 4 or "@" in parts[3].code or "general" in parts[3].code.lower()
        words = "".join(part.literal for part in parts if "@" in part.code)
        return HIDDEN if not shown else OTHERWISE if any(map(str.isnumeric, words)) else ""
    if any(part.conditional for part in parts[:3]):
        return OTHERWISE  # which part shows it depends on the number, or it is written in white
    numbers = [part for part in parts[:3] if "@" not in part.code] or [_Part("General", "", False)]
    if content < 0:
        own = len(numbers) > 1
        return numbers[1 if own else 0].number(content, signed=not own)
    return numbers[2 if not content and len(numbers) > 2 else 0].number(content, signed=False)
