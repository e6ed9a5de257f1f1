"""Expressions over measures: sums and differences of figures and plain numbers.

An expression is a row of terms, each with its sign, the first sign being optional::

    CNT01[printed] - CNT01[distributed]
    INC04[charge] + INC04[other]
    1200

A term is a measure with a breakdown in brackets, a measure alone (its total), or a number. Between two measures that
stand alone a minus has a space before it, since an id may have a hyphen. ``identities.csv``,
``totals.csv``, ``derived.csv`` and ``provision.csv`` are all written in this form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import PlainValidator, ValidationInfo

from priority_two.reference.catalogue import MEASURE_ID, Measure

LONGEST = 2_000
_TERM = re.compile(
    r"\s*(?P<sign>[+-]?)\s*(?:(?P<measure>" + MEASURE_ID + r")(?:\[(?P<breakdown>[a-z0-9-]+)\])?"
    r"|(?P<number>\d+(?:\.\d+)?))\s*",
    re.ASCII,
)


@dataclass(frozen=True)
class Term:
    """A figure, or a number, with its sign (1 or -1)."""

    sign: int
    measure: str = ""
    breakdown: str = ""
    number: Decimal | None = None

    @property
    def code(self) -> str:
        """The term as it is written, without its sign: ``CNT01[printed]``."""
        if self.number is not None:
            return f"{self.number:f}"
        return f"{self.measure}[{self.breakdown}]" if self.breakdown else self.measure


def parse_terms(text: str) -> tuple[Term, ...]:
    """Return the terms of an expression.

    Raises
    ------
    ValueError
        With what was expected, in words.
    """
    terms: list[Term] = []
    position = 0
    while position < len(text) or not terms:
        match = _TERM.match(text, position) if len(text) <= LONGEST else None
        if not match or (terms and not match["sign"]):
            raise ValueError("terms such as CNT01[printed] - CNT01[distributed]")
        number = Decimal(match["number"]) if match["number"] else None
        sign = -1 if match["sign"] == "-" else 1
        terms.append(Term(sign, match["measure"] or "", match["breakdown"] or "", number))
        position = match.end()
    return tuple(terms)


def _read(text: object) -> object:
    return parse_terms(text) if isinstance(text, str) else text


Expression = Annotated[tuple[Term, ...], PlainValidator(_read)]
MaybeExpression = Annotated[tuple[Term, ...], PlainValidator(lambda text: () if text == "" else _read(text))]
"""Cells of tables: an expression, and one that may be blank."""


def are_figures(terms: Iterable[Term], info: ValidationInfo, is_usable: Callable[[Measure], bool]) -> bool:
    """Whether an expression has a figure, and all its figures are of measures that can be used.

    Where the reader of the table does not know the measures, the expression alone is judged.
    """
    measures: Mapping[str, Measure] | None = (info.context or {}).get("measures")
    names = [term.measure for term in terms if term.measure]
    return bool(names) and (measures is None or all(name in measures and is_usable(measures[name]) for name in names))


def total_of(terms: Iterable[Term], value_of: Callable[[Term], Decimal | None]) -> Decimal | None:
    """Return what an expression comes to; None where one of its figures has no value, by the function that gives it."""
    total = Decimal(0)
    for term in terms:
        value = value_of(term) if term.number is None else term.number
        if value is None:
            return None
        total += term.sign * value
    return total
