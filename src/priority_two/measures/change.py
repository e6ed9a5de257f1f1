"""A figure beside the one a year before.

The same quarter of the year before carries the same season, which the quarter before does not. Two points still make
no trend (:mod:`priority_two.measures.xmr` looks for that). There is no comparison where either figure is incomplete
or missing, or where a break in series lies between or inside them: the change says why. The change of a rate is worked
out from both rates as they were before they were rounded, and then rounded once, to as many places as they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from priority_two.measures.breaks import Break, between
from priority_two.measures.evidence import number
from priority_two.measures.exact import decimals, rounded
from priority_two.periods import Period

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
    places
        How many decimal places the two figures have, and so their difference.
    """

    difference: Decimal | None
    percent: Decimal | None
    reason: str
    places: int = 0


class Comparable(Protocol):
    """A figure that can stand beside another: a roll-up, a rate, or what a paper shows of one."""

    @property
    def measure(self) -> str:
        """The measure."""

    @property
    def window(self) -> Period:
        """The months that it covers."""

    @property
    def period(self) -> Period:
        """The period that it is of."""

    @property
    def value(self) -> Decimal | None:
        """Its value as it is printed, or None."""

    @property
    def exact(self) -> Fraction | None:
        """Its value before it was rounded, or None."""

    @property
    def places(self) -> int:
        """How many decimal places it has at least."""

    @property
    def reason(self) -> str:
        """Why it has no value."""


def compare(now: Comparable, before: Comparable, breaks: Iterable[Break] = (), *, unit: str = "count") -> Change:
    """Return the change from one figure to a later one of the same series.

    The breaks of a rate are those of the measures that it is made of, under the rate's own measure.
    """
    broken = between(breaks, now.measure, before.window, now.window)
    if broken:
        return Change(None, None, f"break in series in {broken[0].first.label}: {broken[0].title}")
    if now.value is None or before.value is None or now.exact is None or before.exact is None:
        lacking = now if now.value is None else before
        return Change(None, None, f"{lacking.period.label}: {lacking.reason}")
    apart = now.exact - before.exact
    places = max(now.places, before.places, decimals(now.value), decimals(before.value))
    difference = rounded(apart, places)
    if unit == "percent":
        return Change(difference, None, "a difference in percentage points", places)
    if before.value == 0:
        return Change(difference, None, "no percentage of nought", places)
    if unit == "count" and abs(before.value) < SMALLEST_BASE:
        return Change(difference, None, f"no percentage of fewer than {SMALLEST_BASE}", places)
    return Change(difference, rounded(apart / before.exact * 100, PLACES), "", places)


def is_rounded_apart(now: Comparable, before: Comparable) -> bool:
    """Whether two figures differ by another amount than what is printed of them does, so that a reader wonders."""
    difference = compare(now, before, unit="rate").difference
    return difference is not None and difference != (now.value or Decimal(0)) - (before.value or Decimal(0))


def in_words(change: Change, unit: str) -> str:
    """Return the difference of a change in words: ``up 12 (3.1%)``, ``down 2 percentage points``, ``no change``."""
    difference = change.difference or Decimal(0)
    if difference == 0:
        return "no change"
    size = size_of(change, unit)
    way = "up" if difference > 0 else "down"
    if unit == "percent":
        return f"{way} {size} {'percentage point' if abs(difference) == 1 else 'percentage points'}"
    if change.percent is None:
        return f"{way} {size}"
    return f"{way} {size} ({number(abs(change.percent), 'percent', PLACES)})"


def size_of(change: Change, unit: str) -> str:
    """Return how large a difference is, without its sign, and without that of per cent: shares differ by points."""
    return number(abs(change.difference or Decimal(0)), "rate" if unit == "percent" else unit, change.places)
