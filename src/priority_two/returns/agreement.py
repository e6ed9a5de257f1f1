"""Whether what a partner states as a whole is what its parts come to, wherever figures enter.

A whole and its parts are compared in three ways, each as far as the catalogue says how they stand to each other:

- a total and its breakdowns: they add up to it where ``parts`` is ``complete``, and are not more than it where it is
  ``some``; a breakdown whose code begins another's is its whole (``starts`` of ``starts-online``);
- the whole borough and the wards in force at the period's end, by ``wards``, in the same way;
- a quarter, a year or a range of months and the months (or quarters) in it, by the measure's ``aggregation``: their sum
  (``sum``), or the value at the end (``last``).

A part that is missing leaves nothing to compare, but that no whole is less than the parts that are there. A whole that
is said not to be applicable (``z``) while a part of it is counted disagrees too.

Intake calls this for a return beside what the partner had sent before, and the gate for the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from priority_two.periods import MONTH, Period, parts_of
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.returns.submit.layout import wards_in_force

_ADDS_UP = ("count", "gbp", "fte")
_BREAKDOWNS, _WARDS, MONTHS = "its breakdowns", "all wards", "its months"


class Sent(Protocol):
    """A figure as it was sent: one of a return that comes in, or an observation of the store."""

    @property
    def period(self) -> Period:
        """Its period."""

    @property
    def measure(self) -> str:
        """The measure's id."""

    @property
    def area(self) -> str:
        """An area's code, or blank."""

    @property
    def breakdown(self) -> str:
        """A breakdown's code, or blank for the total."""

    @property
    def value(self) -> Decimal | None:
        """Its value, or None."""

    @property
    def status(self) -> str:
        """Its status."""


S = TypeVar("S", bound=Sent)


@dataclass(frozen=True)
class Disagreement(Generic[S]):
    """A whole that its parts do not come to.

    Parameters
    ----------
    whole, parts
        The figures as they were sent.
    expected
        What the whole should have been, in words.
    summed
        What the parts come to.
    what
        What the parts are: ``its breakdowns``, ``its wards`` or ``its months``.
    """

    whole: S
    parts: tuple[S, ...]
    expected: str
    summed: Decimal
    what: str


def disagreements(figures: Iterable[S], catalogue: Catalogue) -> list[Disagreement[S]]:
    """Return each whole that its parts do not come to, in the order of the wholes.

    Parameters
    ----------
    figures
        Figures of one partner. Of two that are about the same, the later counts.
    catalogue
        What the words mean.
    """
    known = {(one.measure, one.area, one.breakdown, one.period.first, one.period.last): one for one in figures}
    wards: dict[Period, list[str]] = {}
    broken = []
    for one in known.values():
        measure = catalogue.measures[one.measure]

        def at(breakdown: str, area: str, period: Period, name: str = one.measure) -> S | None:
            return known.get((name, area, breakdown, period.first, period.last))

        if measure.aggregation in ("sum", "last") and measure.unit in _ADDS_UP:
            codes = parts_of_breakdown(catalogue, measure, one.breakdown)
            kind = "complete" if one.breakdown else measure.parts
            sent = [at(code, one.area, one.period) for code in codes]
            broken += _compared(one, sent, kind, _BREAKDOWNS)
            if not one.area and measure.wards:
                end = one.period.plain
                if end not in wards:
                    wards[end] = list(wards_in_force(catalogue, one.period.end))
                sent = [at(one.breakdown, code, one.period) for code in wards[end]]
                broken += _compared(one, sent, measure.wards, _WARDS)
        if measure.aggregation in ("sum", "last") and one.period.kind != MONTH:
            here = one.breakdown, one.area

            def when(period: Period, here: tuple[str, str] = here, find: Callable[..., S | None] = at) -> S | None:
                return find(*here, period)

            broken += _over_time(one, measure, when)
    return broken


def _compared(whole: S, sent: Sequence[S | None], kind: str, what: str) -> list[Disagreement[S]]:
    parts = tuple(part for part in sent if part is not None and part.value is not None)
    if not parts or not kind:
        return []
    summed = _total(parts)
    if whole.value is None:
        return _inapplicable(whole, parts, summed, what)
    if kind == "complete" and len(parts) == len(sent) and summed != whole.value:
        return [Disagreement(whole, parts, f"a total that is the sum of {what}", summed, what)]
    if summed > whole.value:
        return [Disagreement(whole, parts, f"a total that is not below the sum of {what}", summed, what)]
    return []


def _total(parts: Iterable[S]) -> Decimal:
    return sum((part.value for part in parts if part.value is not None), Decimal(0))


def _over_time(whole: S, measure: Measure, when: Callable[[Period], S | None]) -> list[Disagreement[S]]:
    rolled = _rolled(whole.period, measure, when)
    if rolled is None:
        there = tuple(part for month in whole.period.months() if (part := when(month)) and part.value is not None)
        return _inapplicable(whole, there, _total(there), MONTHS) if whole.value is None else []
    summed, parts = rolled
    if whole.value is None:
        return _inapplicable(whole, parts, summed, MONTHS)
    if summed == whole.value:
        return []
    expected = "the figure of its last month" if measure.aggregation == "last" else "the sum of its months"
    return [Disagreement(whole, parts, expected, summed, MONTHS)]


def _inapplicable(whole: S, parts: tuple[S, ...], summed: Decimal, what: str) -> list[Disagreement[S]]:
    if whole.status != "z" or not parts:
        return []
    return [Disagreement(whole, parts, "a figure, or x, where its parts are counted", summed, what)]


def _rolled(
    period: Period, measure: Measure, when: Callable[[Period], S | None]
) -> tuple[Decimal, tuple[S, ...]] | None:
    """Return what the finest parts that are all there come to, with them; None where one is missing."""
    total = Decimal(0)
    used: tuple[S, ...] = ()
    for part in parts_of(period):
        rolled = _rolled(part, measure, when)
        if rolled is None:
            stated = when(part)
            if stated is None or stated.value is None:
                return None
            rolled = stated.value, (stated,)
        total = rolled[0] if measure.aggregation == "last" else total + rolled[0]
        used += rolled[1]
    return (total, used) if used else None


def parts_of_breakdown(catalogue: Catalogue, measure: Measure, whole: str) -> list[str]:
    """Return the codes that make up a total (blank) or a breakdown, the smallest ones; none where it has no parts."""
    parts = {code: part for (name, code), part in catalogue.breakdowns.items() if name == measure.measure}
    if whole:
        series = parts[whole].series if whole in parts else None
        return [code for code, part in parts.items() if code.startswith(f"{whole}-") and part.series == series]
    return [code for code in parts if not parts_of_breakdown(catalogue, measure, code)]
