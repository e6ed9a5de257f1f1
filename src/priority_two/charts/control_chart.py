"""Drawing XmR charts: what a series did, what it usually does, and which of its points say more than chance.

A chart is as wide as a card, half a page, and drawn at the size at which it is shown, so that its text is as large as
that of the page. What it is of, its latest value and what it says stand beside it in words; the drawing repeats none
of that. It has no axis of values: mean and limits are labelled at their ends, spread apart where they are close.
Beneath stand the first period, the last, and between them the April that is nearest the middle; above, in rows of
their own, breaks in series, each with its line.

The scale holds values and limits and need not start at nought, which its alternative text says. A run chart, which has
no limits to be read by, starts there.

Nothing is said by colour alone. A band lies between the limits, which are dashed; the mean, or the median of a run
chart, is a solid line. A point of a signal has a shape (:data:`~priority_two.charts.chart_words.SHAPES`). Illustrative
points are hollow where others are not. A period without a value is a gap, and no line crosses a break in series.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import fmean

from priority_two.charts.chart_words import in_words, line_in_words, shape
from priority_two.charts.charts import Drawing
from priority_two.charts.pen import BAND, LINE, RULED, Place, box, dot, drawn, mark, stroke, written
from priority_two.charts.style import INK, PAGE_WIDTH, known_characters, line, text_width
from priority_two.measures.evidence import number
from priority_two.measures.xmr import RUN_CHART, Point, Segment
from priority_two.periods import MONTH, RANGE, Period

CARD = (PAGE_WIDTH - 20) / 2
"""How wide a chart is, in points: half a page, less what lies between two cards."""
_PLOT, _ROW, _APART = 97.0, 16.0, 13.0
_ASIDE, _ABOVE, _BELOW = 5.0, 6.0, 20.0
_NARROWEST, _LONGEST_TITLE = 120.0, 235.0
_APRIL = 3
_MOST_CHARACTERS = 200
"""More than have room, however narrow they are."""


def control_chart(
    what: str,
    segments: Sequence[Segment],
    unit: str,
    *,
    direction: str = "neutral",
    illustrative: Collection[Period] = (),
    flags: Mapping[Period, str] | None = None,
) -> Drawing:
    """Return the chart of a series: its values, mean, limits, breaks and signals.

    Parameters
    ----------
    what
        What the values are: ``Calls to the helpline``.
    segments
        The stretches of :func:`priority_two.measures.xmr.chart`.
    unit
        The measure's unit.
    direction
        Which way is better, if either; it is said in the alternative text and not drawn.
    illustrative
        The periods whose values are illustrative.
    flags
        The marks of the values; that of the latest is said in the alternative text.

    Raises
    ------
    ValueError
        There is no value, and so nothing to draw.
    """
    if not any(segment.baseline for segment in segments):
        raise ValueError("at least one value")
    return Drawing(
        _drawn(segments, unit, illustrative), in_words(what, segments, unit, direction, illustrative, flags or {})
    )


def _drawn(segments: Sequence[Segment], unit: str, illustrative: Collection[Period]) -> str:
    points = [point for segment in segments for point in segment.points]
    starts = [sum(len(earlier.points) for earlier in segments[:n]) for n in range(len(segments) + 1)]
    named = max(n for n, segment in enumerate(segments) if segment.centre is not None)
    labels = _labels(segments[named], unit)
    margin = 7 + max(text_width(text) for text, _ in labels)
    across = max(CARD - margin, _NARROWEST)
    width, step = across + margin, (across - 2 * _ASIDE) / max(1, len(points) - 1)
    begin = _ASIDE if len(points) > 1 else across / 2
    edges = [0.0, *(begin + (start - 0.5) * step for start in starts[1:-1]), across]
    titles = [
        (edge, line(known_characters(segment.broken.title[:_MOST_CHARACTERS]), _LONGEST_TITLE))
        for edge, segment in zip(edges, segments, strict=False)
        if segment.broken
    ]
    rows = _title_rows(titles, 0, width - 1)
    top = _ABOVE + _ROW * (max((row for row, _ in rows), default=-1) + 1)
    low, high = _ends(segments)

    def down(value: Decimal | Fraction) -> float:
        """Return how far below the top a value stands: exact, so that no value is too large to draw."""
        return top + _PLOT - float((Fraction(value) - low) / (high - low)) * _PLOT

    places: list[Place | None] = [
        None if point.value is None else (begin + n * step, down(point.value)) for n, point in enumerate(points)
    ]
    parts = []
    for n, segment in enumerate(segments):
        parts += _judged_by(segment, n + 1, edges[n], edges[n + 1], down)
    for n, ((edge, title), (row, here)) in enumerate(zip(titles, rows, strict=True), start=1):
        base = top - _ABOVE - row * _ROW
        parts.append(stroke([(edge, base), (edge, top + _PLOT)], INK, 1.0, "1 2", f"break-{n}"))
        # White behind the words, since the line of another break may pass there on its way up.
        parts += [box(here, base - 12, text_width(title), 14, "#FFFFFF"), written(here, base - 2, title, INK)]
    for n in range(len(segments)):
        parts.append(stroke(places[starts[n] : starts[n + 1]], LINE, 1.4, name=f"values-{n + 1}"))
    parts += _dots(points, places, illustrative, step)
    parts += _names([(text, down(value)) for text, value in labels], edges[named + 1], across, top)
    parts += _dates([point.period for point in points], begin, step, across, top + _PLOT + 3)
    return drawn(width, top + _PLOT + _BELOW, parts)


def _ends(segments: Sequence[Segment]) -> tuple[Fraction, Fraction]:
    """Return the ends of the scale: of values, means and limits; of run charts from nought."""
    values = [Fraction(point.value) for segment in segments for point in segment.points if point.value is not None]
    lines = [line for segment in segments for line in (segment.centre, segment.lower, segment.upper)]
    values += [Fraction(line) for line in lines if line is not None]
    if all(segment.kind == RUN_CHART for segment in segments if segment.baseline):
        values.append(Fraction(0))
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 1, high + 1)


def _labels(segment: Segment, unit: str) -> list[tuple[str, Decimal]]:
    """Return the mean and limits of a stretch as they are labelled, from above; lines that meet have one label.

    A run chart has no limits: to show its scale its highest value is labelled.
    """
    lines = [end for end in (segment.upper, segment.centre, segment.lower) if end is not None]
    labels = [(line_in_words(end, segment, unit), end) for end in dict.fromkeys(lines)]
    highest = max(point.value for point in segment.points if point.value is not None)
    if segment.kind == RUN_CHART and highest not in lines:
        labels = sorted([(number(highest, unit), highest), *labels], key=lambda label: -label[1])
    return labels


def _judged_by(
    segment: Segment, n: int, left: float, right: float, down: Callable[[Decimal | Fraction], float]
) -> list[str]:
    """Return band, limits and mean of a stretch."""
    parts = []
    if segment.lower is not None and segment.upper is not None:
        top, foot = down(segment.upper), down(segment.lower)
        parts.append(box(left, top, right - left, foot - top, BAND))
        parts += [
            stroke([(left, y), (right, y)], RULED, 0.8, "3 2", f"{name}-{n}")
            for name, y in (("upper", top), ("lower", foot))
        ]
    elif segment.kind == RUN_CHART and segment.baseline:
        highest = down(max(point.value for point in segment.points if point.value is not None))
        parts.append(stroke([(left, highest), (right, highest)], RULED, 0.5, "1 3"))
    if segment.centre is not None:
        y = down(segment.centre)
        parts.append(stroke([(left, y), (right, y)], RULED, 1.0, name=f"centre-{n}"))
    return parts


def _dots(
    points: Sequence[Point], places: Sequence[Place | None], illustrative: Collection[Period], step: float
) -> list[str]:
    """Return the points of a series, the last larger; those of signals last, above the others."""
    known = [n for n, place in enumerate(places) if place]
    mixed = len({points[n].period in illustrative for n in known}) > 1
    plain, signals = [], []
    size = min(2.2, max(0.6, 0.35 * step))
    for n in known:
        place, hollow = places[n], mixed and points[n].period in illustrative
        if place is None:
            continue
        if name := shape(points[n]):
            signals.append(mark(name, place, 4.6 if n == known[-1] else min(3.8, max(2.4, 0.6 * step)), hollow=hollow))
        else:
            plain.append(dot(place, 3.4 if n == known[-1] else size, hollow=hollow))
    return plain + signals


def _names(labels: Sequence[tuple[str, float]], end: float, across: float, top: float) -> list[str]:
    """Return the labels of the lines at their ends; one that has had to give way is tied to its line."""
    heights = [height for _, height in labels]
    parts = []
    for (text, height), place in zip(labels, _spread(heights, top, top + _PLOT), strict=True):
        if abs(place - height) > 1 or end < across:
            parts.append(stroke([(end, height), (across + 3, place)], RULED, 0.6))
        parts.append(written(across + 6, place + 4, text, RULED))
    return parts


def _dates(periods: Sequence[Period], begin: float, step: float, across: float, axis: float) -> list[str]:
    """Return the axis of periods with its first, its last, and between them the April nearest to the middle."""
    last = len(periods) - 1
    room = across - text_width(_short(periods[last]))
    ends = {0: 0.0, last: room} if last and room >= text_width(_short(periods[0])) + 8 else {last: room}
    aprils = [n for n, period in enumerate(periods) if 0 < n < last and period.first % 12 == _APRIL]
    for n in sorted(aprils, key=lambda n: abs(n - last / 2))[:1]:
        wide = text_width(_short(periods[n]))
        left = begin + n * step - wide / 2
        if left >= text_width(_short(periods[0])) + 12 and left + wide + 12 <= room:
            ends[n] = left
    parts = [stroke([(0, axis), (across, axis)], RULED, 0.8)]
    for n, left in sorted(ends.items()):
        parts.append(stroke([(begin + n * step, axis), (begin + n * step, axis + 3)], RULED, 0.8))
        parts.append(written(left, axis + 14, _short(periods[n]), RULED))
    return parts


def _short(period: Period) -> str:
    """Return a period as it stands on an axis: ``Apr 2019``, ``Q1 2019-20``, ``2019-20``, ``to May 2020``."""
    if period.kind == RANGE:
        return f"to {Period(period.last, period.last, MONTH).short_label}"
    return period.short_label


def _spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Return places as near as can be to those wanted (which ascend), a line of text apart, from `low` to `high`.

    Less its share of the lines beneath it, each place need only be no lower than the one before: neighbours that are
    too low are pooled and share their average.
    """
    pools: list[list[float]] = []
    for n, want in enumerate(wanted):
        pools.append([want - n * _APART])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    even = [fmean(pool) for pool in pools for _ in pool]
    ceiling = high - (len(even) - 1) * _APART
    return [max(low, min(ceiling, place)) + n * _APART for n, place in enumerate(even)]


def _title_rows(titles: Sequence[tuple[float, str]], least: float, most: float) -> list[tuple[int, float]]:
    """Return the row (from below) and the left end of each title, so that none meets another or leaves the sheet.

    From the right, so that a title stands beneath those that begin before it and their lines pass on its left.
    """
    taken: list[list[tuple[float, float]]] = []
    places = []
    for edge, title in reversed(titles):
        size = text_width(title)
        here = max(least, min(edge - 2, most - size))
        for row in range(len(taken) + 1):
            if row == len(taken):
                taken.append([])
            if all(here + size + 8 <= first or last + 8 <= here for first, last in taken[row]):
                break
        taken[row].append((here, here + size))
        places.append((row, here))
    return places[::-1]
