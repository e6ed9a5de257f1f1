"""A figure beside the one a year before.

The same quarter of the year before carries the same season, which the quarter before does not. Two points still make
no trend (:mod:`priority_two.measures.xmr` looks for that). There is no comparison where either figure is incomplete
or missing, or where a break in series lies between or inside them: the change says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from priority_two.measures.breaks import Break, between
from priority_two.measures.evidence import number
from priority_two.measures.exact import ratio
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure

PLACES = 1
SMALLEST_BASE = 20
"""A percentage of fewer would say much of little: from 7 to 1 is "down 86%"."""


@dataclass(frozen=True)
class Change:
    """A difference between two figures.

    Parameters
    ----------
    difference
        The later less the earlier, in the measure's unit; for shares, percentage points.
    percent
        The difference as a percentage of the earlier figure, to one decimal, half to even; None for shares and where
        the earlier figure is under :data:`SMALLEST_BASE`.
    reason
        Why there is no comparison, or, beside a difference, no percentage; blank where both are there.
    """

    difference: Decimal | None
    percent: Decimal | None
    reason: str


def compare(now: Figure | Rate, before: Figure | Rate, breaks: Iterable[Break] = (), *, unit: str = "count") -> Change:
    """Return the change from one figure to a later one of the same series.

    The breaks of a rate are those of the measures that it is made of, under the rate's own measure.
    """
    broken = between(breaks, now.measure, before.window, now.window)
    if broken:
        return Change(None, None, f"break in series in {broken[0].first.label}: {broken[0].title}")
    if now.value is None or before.value is None:
        lacking = now if now.value is None else before
        return Change(None, None, f"{lacking.period.label}: {lacking.reason}")
    difference = now.value - before.value
    if unit == "percent":
        return Change(difference, None, "a difference in percentage points")
    if before.value == 0:
        return Change(difference, None, "no percentage of nought")
    if unit == "count" and abs(before.value) < SMALLEST_BASE:
        return Change(difference, None, f"no percentage of fewer than {SMALLEST_BASE}")
    return Change(difference, ratio(difference, before.value, 100, PLACES), "")


def in_words(change: Change, unit: str) -> str:
    """Return the difference of a change in words: ``up 12 (3.1%)``, ``down 2 percentage points``, ``no change``."""
    difference = change.difference or Decimal(0)
    if difference == 0:
        return "no change"
    size = number(abs(difference), "count" if unit == "percent" else unit)
    way = "up" if difference > 0 else "down"
    if unit == "percent":
        return f"{way} {size} {'percentage point' if abs(difference) == 1 else 'percentage points'}"
    return f"{way} {size}" if change.percent is None else f"{way} {size} ({number(abs(change.percent), 'percent')})"
