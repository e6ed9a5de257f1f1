"""XmR charts: which points of a series say more than chance.

An XmR chart (individual values and moving ranges; Shewhart's chart in the form that Wheeler teaches) draws a mean and,
on each side of it, a natural process limit at 2.66 times the mean moving range, the moving range being the distance
from one value to the next. 2.66 is 3 ÷ 1.128, and 1.128 the mean range of two draws in standard deviations, so that the
limits stand about three standard deviations out.

**Limits** come from the first :data:`BASELINE` values and are then locked: new points are judged by them and do not
move them. With fewer values the limits are *trial* limits and move with each. A moving range needs two months running;
a month without a value (a gap) is no value of the baseline and has no range on either side. A lower limit under
nought is drawn at nought, since counts and shares cannot be less (of a series with a negative value it is not).

**Signals.** *Outside*: beyond a limit. *Side*: seven or more values running on one side of the mean. *Trend*: seven or
more values running, each higher than the last, or each lower. *Near*: two of three values running near the same limit,
near being the outer third, farther than two thirds of the way from the mean to the limit (or past it). The way to the
lower limit is measured before it is drawn at nought. A value exactly on the mean is on neither side and ends a run: of
seven values one of which lies on the line it is not true that all seven lie above it, and false alarms cost more
than a month's patience. Two equal values end a trend for the same reason. A gap ends every run, since nobody knows on
which side the missing month lay.

**Breaks in series** start a new chart: new baseline, new limits, no range and no run across.

**Small counts.** Moving ranges of counts that average under :data:`FEWEST` mislead. They get a *run chart*: a median
and no limits, and of the signals only side and trend, which need none, the median taking the mean's place. Mean and
median are those of the baseline, so that one later month does not turn one kind of chart into the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

from priority_two.measures.breaks import Break
from priority_two.measures.exact import rounded
from priority_two.periods import Period

BASELINE = 12
FEWEST = 5
RUN = 7
PLACES = 4
_FACTOR = Fraction("2.66")
_NEAR = Fraction(2, 3)
XMR, RUN_CHART = "xmr", "run"
OUTSIDE, SIDE, TREND, NEAR = "outside", "side", "trend", "near"
HIGH, LOW = "high", "low"


@dataclass(frozen=True, order=True)
class Signal:
    """What a point is part of: `kind` is outside, side, trend or near; `towards` is high (or rising) or low."""

    kind: str
    towards: str


@dataclass(frozen=True)
class Point:
    """A point of a chart.

    ``value`` is None at a gap; ``moving_range`` is the distance from the point before, None where there is none next
    to it; ``signals`` are sorted.
    """

    period: Period
    value: Decimal | None
    moving_range: Decimal | None
    signals: tuple[Signal, ...]


@dataclass(frozen=True)
class Segment:
    """A stretch of a chart with one set of limits.

    ``kind`` is ``xmr`` or ``run`` (a run chart: counts that average under 5). ``centre`` is the mean of the baseline,
    or on a run chart its median; None where there is no value. The limits are None on a run chart and where no two
    values stand next to each other. ``trial`` says that the baseline, the values that centre and limits are made of,
    has fewer than 12 of them yet; ``broken`` is the break in series with which the stretch begins.

    Centre, limits and mean range are rounded to four decimals, half to even; signals are judged on exact numbers.
    """

    kind: str
    points: tuple[Point, ...]
    centre: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    mean_range: Decimal | None
    trial: bool
    baseline: int
    broken: Break | None

    @property
    def signals(self) -> tuple[tuple[Period, Signal], ...]:
        """Every signal with the period of its point."""
        return tuple((point.period, signal) for point in self.points for signal in point.signals)


def chart(
    values: Iterable[tuple[Period, Decimal | None]], breaks: Iterable[Break] = (), *, unit: str = "count"
) -> list[Segment]:
    """Return the stretches of an XmR chart, in order.

    Parameters
    ----------
    values
        Periods of one length, in order, with their values; None is a gap, and so is a period left out.
    breaks
        The series' breaks (of its measure only). A new stretch begins with the first period that holds one's month.
    unit
        The measure's unit; only ``count`` can turn into a run chart.

    Raises
    ------
    ValueError
        The periods are not in order or not of one length.
    """
    points = _filled(list(values))
    starts: dict[int, Break] = {}
    for broken in sorted(breaks, key=lambda series_break: series_break.first):
        place = next((n for n, (period, _) in enumerate(points) if period.last >= broken.first.first), None)
        if place is not None and points[0][0].first <= broken.first.first:
            starts[place] = broken
    edges = sorted({0, *starts, len(points)})
    return [_segment(points[first:last], starts.get(first), unit) for first, last in pairwise(edges)]


def favour(signal: Signal, direction: str) -> str:
    """Return ``better``, ``worse`` or nothing (neutral) for a signal of a measure with this direction.

    The direction is ``higher``, ``lower`` or ``neutral``, as the catalogue has it; more reports or referrals can be
    good news, so that those are neutral.
    """
    if direction == "neutral":
        return ""
    return "better" if (signal.towards == HIGH) == (direction == "higher") else "worse"


def _filled(values: list[tuple[Period, Decimal | None]]) -> list[tuple[Period, Decimal | None]]:
    filled: list[tuple[Period, Decimal | None]] = []
    for period, value in values:
        length = period.last - period.first + 1
        if filled:
            before = filled[-1][0]
            if before.last - before.first + 1 != length or period.kind != before.kind:
                raise ValueError("periods of one length")
            if period.first <= before.last or (period.first - before.first) % length:
                raise ValueError("periods in order, each once")
            filled += [
                (Period(month, month + length - 1, period.kind), None)
                for month in range(before.last + 1, period.first, length)
            ]
        filled.append((period, value))
    return filled


def _segment(points: Sequence[tuple[Period, Decimal | None]], broken: Break | None, unit: str) -> Segment:
    values = [None if value is None else Fraction(value) for _, value in points]
    ranges = [None, *(None if a is None or b is None else abs(b - a) for a, b in pairwise(values))]
    base = [n for n, value in enumerate(values) if value is not None][:BASELINE]
    known = [value for n in base if (value := values[n]) is not None]
    spread = [moving_range for n in base if (moving_range := ranges[n]) is not None]
    mean = sum(known, Fraction(0)) / len(known) if known else None
    few = unit == "count" and mean is not None and mean < FEWEST
    centre = Fraction(median(known)) if few else mean
    mean_range = sum(spread, Fraction(0)) / len(spread) if spread else None
    way = None if few or mean_range is None else _FACTOR * mean_range
    signals = _signals(values, centre, way)
    lower = upper = None
    if centre is not None and way is not None:
        lower, upper = centre - way, centre + way
        if min(value for value in values if value is not None) >= 0:
            lower = max(lower, Fraction(0))
    return Segment(
        kind=RUN_CHART if few else XMR,
        points=tuple(
            Point(period, value, _decimal(apart), tuple(sorted(marks)))
            for (period, value), apart, marks in zip(points, ranges, signals, strict=True)
        ),
        centre=_decimal(centre),
        lower=_decimal(lower),
        upper=_decimal(upper),
        mean_range=_decimal(mean_range),
        trial=len(known) < BASELINE,
        baseline=len(known),
        broken=broken,
    )


def _decimal(number: Fraction | None) -> Decimal | None:
    return None if number is None else rounded(number, PLACES)


def _signals(values: list[Fraction | None], centre: Fraction | None, way: Fraction | None) -> list[set[Signal]]:
    signals: list[set[Signal]] = [set() for _ in values]
    if centre is None:
        return signals
    off = [None if value is None else value - centre for value in values]
    steps = [None, *(None if a is None or b is None else b - a for a, b in pairwise(values))]
    for towards, sign in ((HIGH, 1), (LOW, -1)):
        apart = [None if distance is None else sign * distance for distance in off]
        for run in _runs([distance is not None and distance > 0 for distance in apart]):
            _mark(signals, run, RUN, Signal(SIDE, towards))
        for run in _runs([step is not None and sign * step > 0 for step in steps]):
            _mark(signals, range(run.start - 1, run.stop), RUN, Signal(TREND, towards))  # n steps join n + 1 points
        if way is None:
            continue
        for n, distance in enumerate(apart):
            if distance is not None and distance > way:
                signals[n].add(Signal(OUTSIDE, towards))
        near = [distance is not None and distance > _NEAR * way for distance in apart]
        for first in range(len(near) - 2):
            three = range(first, first + 3)
            if sum(near[n] for n in three) >= 2 and all(apart[n] is not None for n in three):
                for n in three:
                    if near[n]:
                        signals[n].add(Signal(NEAR, towards))
    return signals


def _runs(flags: list[bool]) -> list[range]:
    """Return the stretches over which a condition holds."""
    edges = [n for n, (a, b) in enumerate(pairwise([False, *flags, False])) if a != b]
    return [range(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _mark(signals: list[set[Signal]], run: range, least: int, signal: Signal) -> None:
    if len(run) >= least:
        for n in run:
            signals[n].add(signal)
