"""Identities between figures: parts and wholes, and what cannot exceed what.

A row of ``data/reference/identities.csv`` says, for every period in which all its figures are there, that one side
stands in a relation to the other::

    COM01[printed] - COM01[distributed]   =    COM01[in-stock]
    COM03[impressions]                    >=   COM03[reach]

A side is a sum of terms, each a measure with a breakdown in brackets (or without, for the total) or a plain number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from priority_two.periods import Period
from priority_two.returns.store import Observation

_TERM = re.compile(r"\s*([+-]?)\s*(?:([A-Z]{2,4}\d{2})(?:\[([a-z0-9-]+)\])?|(\d+(?:\.\d+)?))\s*", re.ASCII)


@dataclass(frozen=True)
class Term:
    """A figure, or a number, with its sign (1 or -1)."""

    sign: int
    measure: str = ""
    breakdown: str = ""
    number: Decimal | None = None


def parse_side(text: str) -> list[Term]:
    """Return the terms of one side of an identity.

    Raises
    ------
    ValueError
        With what was expected, in words.
    """
    terms: list[Term] = []
    position = 0
    while position < len(text) or not terms:
        match = _TERM.match(text, position)
        if not match or (terms and not match[1]):
            raise ValueError("terms such as COM01[printed] - COM01[distributed]")
        number = Decimal(match[4]) if match[4] else None
        terms.append(Term(-1 if match[1] == "-" else 1, match[2] or "", match[3] or "", number))
        position = match.end()
    return terms


def evaluate(rows: Iterable[dict[str, Any]], found: Iterable[Observation]) -> list[dict[str, Any]]:
    """Return each identity at each period and area in which all its figures are there.

    Parameters
    ----------
    rows
        Rows of ``identities.csv``; those that cannot be read are passed over (the gate refuses them by name).
    found
        The observations that count.

    Returns
    -------
    list of dict
        ``identity, title, severity, relation, period, area, left, right, file, row, measures``.
    """
    values: dict[tuple[Period, str], dict[tuple[str, str], Decimal]] = {}
    for one in found:
        if one.value is not None:
            values.setdefault((one.period, one.area), {})[one.measure, one.breakdown] = one.value
    results = []
    for row in rows:
        try:
            sides = parse_side(row["left"]), parse_side(row["right"])
        except ValueError:
            continue
        for (period, area), known in sorted(values.items()):
            left, right = (_sum(side, known) for side in sides)
            if left is None or right is None:
                continue
            results.append(
                {
                    **{name: row[name] for name in ("identity", "title", "severity", "relation", "file", "row")},
                    "period": str(period),
                    "area": area,
                    "left": float(left),
                    "right": float(right),
                    "measures": sorted({term.measure for side in sides for term in side if term.measure}),
                }
            )
    return results


def _sum(terms: list[Term], known: dict[tuple[str, str], Decimal]) -> Decimal | None:
    total = Decimal(0)
    for term in terms:
        value = term.number if term.number is not None else known.get((term.measure, term.breakdown))
        if value is None:
            return None
        total += term.sign * value
    return total
