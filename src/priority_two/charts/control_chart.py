"""Drawing XmR charts: what a series did, what it usually does, and which of its points say more than chance.

The margins of a chart are worked out in points (72 to the inch) before anything is drawn, so that no label meets
another: values on the left; the names of mean and limits on the right, spread apart where the lines are close and tied
to them by a thin leader; months beneath, thinned until they have room; breaks in series and the word that figures are
illustrative in rows of their own above; the key of the signals below.

Which ticks there are is worked out here and not by a locator of matplotlib. Its locators for numbers work in floating
point, in which a large value has no place; those for dates begin a year in January and know no quarters.

Nothing is said by colour alone. The mean is a solid line and a limit a dashed one, each with its name. A point of a
signal has a shape: a *diamond* outside a limit, a *square* in a run of seven (on one side of the mean, or rising or
falling), a *triangle* near a limit; a point of several has the first of these. The words beneath the chart and in its
alternative text name every signal with its periods.

A month without a value is a gap in the line, and no line crosses a break in series.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from statistics import fmean

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from priority_two.charts.charts import Drawing
from priority_two.charts.style import (
    INK,
    PALETTE,
    QUIET,
    SIZE,
    WIDTH,
    drawable,
    drawing,
    key_columns,
    new_figure,
    svg,
    text_width,
)
from priority_two.measures.evidence import number
from priority_two.measures.exact import rounded
from priority_two.measures.xmr import (
    FEWEST,
    HIGH,
    NEAR,
    OUTSIDE,
    RUN,
    RUN_CHART,
    SIDE,
    TREND,
    Point,
    Segment,
    Signal,
    favour,
)
from priority_two.periods import MONTH, QUARTER, RANGE, Period, month_label, plural

MOST_SIGNALS = 8
"""How many signals the alternative text names; the words beneath the chart name all."""
_PLOT = 150.0
_NARROWEST = 200.0
_LONGEST_TITLE = 240.0
_ROW, _APART = 18.0, 15.0
_MARK = 9.0
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400)
_APRIL = 3
_MARKERS = {OUTSIDE: "D", SIDE: "s", TREND: "s", NEAR: "^"}
_NOUNS = {"month": "month", "quarter": "quarter", "year": "year", "range": "period"}
_SHARES = ("percent", "rate", "ratio")
_THREE = Context(prec=3)


# The words -----------------------------------------------------------------------------------------------------


def limits_in_words(segment: Segment, unit: str) -> str:
    """Return what a stretch of a chart is judged by: ``Mean 398, limits 345 to 451, from the first 12 months``.

    Parameters
    ----------
    segment
        A stretch of :func:`priority_two.measures.xmr.chart`.
    unit
        The measure's unit.
    """
    if segment.centre is None:
        return "No value, so that there is no mean and there are no limits"
    centre = _rounded(segment.centre, segment, unit)
    if segment.kind == RUN_CHART:
        return f"Run chart: counts average under {FEWEST}, median {centre}"
    noun = _NOUNS[segment.points[0].period.kind]
    if segment.lower is None or segment.upper is None:
        return f"Mean {centre}, from {plural(segment.baseline, noun)}; no limits, for want of two {noun}s running"
    limits = f"{_rounded(segment.lower, segment, unit)} to {_rounded(segment.upper, segment, unit)}"
    if segment.trial:
        return f"Mean {centre}, trial limits {limits}, from {plural(segment.baseline, noun)}"
    gap = any(point.value is None for point in segment.points[: segment.baseline])
    return f"Mean {centre}, limits {limits}, from the first {segment.baseline} {noun}s{' with a value' if gap else ''}"


def signals_in_words(segments: Sequence[Segment], direction: str = "neutral") -> list[str]:
    """Return every signal of a chart with its periods, in order of time.

    Parameters
    ----------
    segments
        The stretches of :func:`priority_two.measures.xmr.chart`.
    direction
        ``higher``, ``lower`` or ``neutral``: which way is better, as the catalogue has it. Where neither is, nothing is
        said of better or worse.

    Returns
    -------
    list of str
        Such as ``March 2020 to September 2020: seven or more running above the mean``; none where chance explains all.
    """
    phrases = []
    for segment in segments:
        groups = sorted(_groups(segment), key=lambda group: (group[0][0], list(_MARKERS).index(group[1].kind)))
        for places, signal in groups:
            verdict = favour(signal, direction)
            phrases.append(
                f"{_periods_in_words(segment, places)}: {_signal_in_words(signal, segment)}"
                + (f", for the {verdict}" if verdict else "")
            )
    return phrases


def _groups(segment: Segment) -> list[tuple[list[int], Signal]]:
    """Return the points of each signal as it happened: one run, or one cluster near a limit.

    A cluster near a limit is left out where all its points are outside that limit.
    """
    signal_groups = []
    for signal in sorted({signal for _, signal in segment.signals}):
        groups: list[list[int]] = []
        for place in (n for n, point in enumerate(segment.points) if signal in point.signals):
            if groups and _together(segment, signal, groups[-1][-1], place):
                groups[-1].append(place)
            else:
                groups.append([place])
        outside = Signal(OUTSIDE, signal.towards)
        signal_groups += [
            (group, signal)
            for group in groups
            if signal.kind != NEAR or any(outside not in segment.points[place].signals for place in group)
        ]
    return signal_groups


def _together(segment: Segment, signal: Signal, before: int, place: int) -> bool:
    """Whether two marked points, with none of the same mark between them, are part of one signal."""
    first, last = segment.points[before].value, segment.points[place].value
    if signal.kind == TREND and first is not None and last is not None:  # one rise can follow another after one fall
        return place == before + 1 and first != last and (last > first) == (signal.towards == HIGH)
    if signal.kind == NEAR and place == before + 2:  # the third of three, in the middle
        return segment.points[before + 1].value is not None
    return place == before + 1


def _periods_in_words(segment: Segment, places: Sequence[int]) -> str:
    stretches: list[list[int]] = []
    for place in places:
        if stretches and place == stretches[-1][-1] + 1:
            stretches[-1].append(place)
        else:
            stretches.append([place])
    ends = [(segment.points[stretch[0]].period, segment.points[stretch[-1]].period) for stretch in stretches]
    labels = [first.label if first == last else f"{first.label} to {last.label}" for first, last in ends]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _signal_in_words(signal: Signal, segment: Segment) -> str:
    high = signal.towards == HIGH
    limit = f"the {'upper' if high else 'lower'} {'trial ' if segment.trial else ''}limit"
    return {
        OUTSIDE: f"{'above' if high else 'below'} {limit}",
        SIDE: f"seven or more running {'above' if high else 'below'} the {_centre_name(segment).lower()}",
        TREND: f"seven or more running, each {'higher' if high else 'lower'} than the last",
        NEAR: f"two of three running near {limit}",
    }[signal.kind]


def _centre_name(segment: Segment) -> str:
    return "Median" if segment.kind == RUN_CHART else "Mean"


def _rounded(value: Decimal, segment: Segment, unit: str) -> str:
    """Return a mean or limit to three figures, never less than whole, and counts to a tenth; the largest decides."""
    largest = max(abs(line) for line in (segment.centre, segment.lower, segment.upper) if line is not None)
    if unit == "gbp" and largest.adjusted() >= 6:  # printed in millions
        return number(_THREE.create_decimal(value), unit)
    most = 1 if unit == "count" else 4
    return number(rounded(Fraction(value), min(most, max(0, 2 - largest.adjusted())) if largest else 0), unit)


def _in_words(
    what: str, segments: Sequence[Segment], unit: str, direction: str, synthetic: bool, start: Fraction
) -> str:
    points = [point for segment in segments for point in segment.points]
    known = [(point.period, point.value) for point in points if point.value is not None]
    noun, missing = _NOUNS[points[0].period.kind], len(points) - len(known)
    name = (
        "Run chart" if all(segment.kind == RUN_CHART for segment in segments if segment.baseline) else "Control chart"
    )
    across = points[0].period.label if len(points) == 1 else f"{points[0].period.label} to {points[-1].period.label}"
    sentences = [f"{name}: {what}, {plural(len(points), noun)}, {across}."]
    if synthetic:
        sentences.append("Illustrative figures.")
    if missing:
        sentences.append(f"{plural(missing, noun)} {'has' if missing == 1 else 'have'} no value.")
    sentences.append(f"Latest: {known[-1][0].label}, {number(known[-1][1], unit)}.")
    if start > 0:
        sentences.append(f"The vertical axis starts at {number(rounded(start, 12), unit)}.")
    for segment in segments:
        limits = limits_in_words(segment, unit)
        if segment.broken:
            since = f"From {segment.points[0].period.label}, after a break in series ({segment.broken.title})"
            limits = f"{since}: {limits[0].lower()}{limits[1:]}"
        sentences.append(f"{limits}.")
    signals = signals_in_words(segments, direction)
    sentences += [f"{signal}." for signal in signals[:MOST_SIGNALS]]
    if len(signals) > MOST_SIGNALS:
        sentences.append(f"And {plural(len(signals) - MOST_SIGNALS, 'more signal')}.")
    if not signals:
        sentences.append(_no_signal(segments))
    return " ".join(sentences)


def _no_signal(segments: Sequence[Segment]) -> str:
    values = [[point.value for point in segment.points if point.value is not None] for segment in segments]
    if not any(segment.lower is not None or len(known) >= RUN for segment, known in zip(segments, values, strict=True)):
        return "Too few values to tell a signal from chance."
    if len({value for known in values for value in known}) == 1:
        return "No signal: every value is the same."
    return "No signal: the ups and downs are what chance alone gives."


# The sheet -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """The vertical scale: its ends and the numbers written beside it, exact."""

    low: Fraction
    high: Fraction
    ticks: tuple[Fraction, ...]

    def up(self, value: Decimal | Fraction) -> float:
        """Return how far above the axis a value stands, in points: exact, so that no value is too large to draw."""
        return float((Fraction(value) - self.low) / (self.high - self.low)) * _PLOT


def _scale(segments: Sequence[Segment], unit: str) -> _Scale:
    """Return a scale that holds every value and limit.

    It starts at nought; a share or a rate whose ups and downs are small beside itself starts nearer to them.
    """
    values = [Fraction(point.value) for segment in segments for point in segment.points if point.value is not None]
    lines = [
        Fraction(end)
        for segment in segments
        for end in (segment.centre, segment.lower, segment.upper)
        if end is not None
    ]
    low, high = min(values + lines), max(values + lines)
    if not (unit in _SHARES and 0 < high / 2 < low < high):
        low, high = min(low, Fraction(0)), max(high, Fraction(0))
    if low == high:
        high = low + 1
    step = _round_step((high - low) / 5)
    step = max(step, Fraction(1)) if unit == "count" else step
    low = math.floor(low / step) * step
    ticks = tuple(low + n * step for n in range(math.floor((high - low) / step) + 1))
    return _Scale(low, high + (high - low) / 25, ticks)


def _round_step(least: Fraction) -> Fraction:
    """Return the least of 1, 2, 5, 10, 20 … (or 0.5, 0.2 …) that is as large as `least`."""
    power = Fraction(1)
    while power * 10 <= least:
        power *= 10
    while power > least:
        power /= 10
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least)


def _short(period: Period) -> str:
    """Return a period as it stands on an axis: ``Apr 2019``, ``Q1 2019-20``, ``2019-20``, ``to May 2020``."""
    name, year = month_label(period.last).split()
    if period.kind == MONTH:
        return f"{name[:3]} {year}"
    if period.kind == QUARTER:
        return f"{str(period)[-2:]} {str(period)[:-3]}"
    return f"to {name[:3]} {year}" if period.kind == RANGE else period.label.removeprefix("Year ")


def _labelled(periods: Sequence[Period], step: float) -> list[int]:
    """Return which periods are named on the axis: as many as have room, counted from the first April."""
    length = periods[0].last - periods[0].first + 1
    room = max(text_width(_short(period)) for period in periods) + 12
    ranges = periods[0].kind == RANGE
    start = periods[0].first + (0 if ranges else (_APRIL - periods[0].first) % 12)
    months = [n * length if ranges else n for n in _STEPS if ranges or n % length == 0]
    every = next((n for n in months if n / length * step >= room), months[-1])
    return [n for n, period in enumerate(periods) if (period.first - start) % every == 0] or [0]


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


# The drawing ---------------------------------------------------------------------------------------------------


def control_chart(
    what: str, segments: Sequence[Segment], unit: str, *, direction: str = "neutral", synthetic: bool = False
) -> Drawing:
    """Return the chart of a series: its values, mean, limits, breaks and signals.

    Parameters
    ----------
    what
        What the values are: ``Domestic abuse incidents``.
    segments
        The stretches of :func:`priority_two.measures.xmr.chart`.
    unit
        The measure's unit.
    direction
        Which way is better, if either; it is said in the alternative text and not drawn.
    synthetic
        Whether any value is illustrative, which the drawing then says.

    Raises
    ------
    ValueError
        There is no value, and so nothing to draw.
    """
    if not any(segment.baseline for segment in segments):
        raise ValueError("at least one value")
    scale = _scale(segments, unit)
    return Drawing(
        svg(_drawn(segments, unit, scale, synthetic)),
        _in_words(what, segments, unit, direction, synthetic, scale.ticks[0]),
    )


def _drawn(segments: Sequence[Segment], unit: str, scale: _Scale, synthetic: bool) -> Figure:
    periods = [point.period for segment in segments for point in segment.points]
    starts = [sum(len(earlier.points) for earlier in segments[:n]) for n in range(len(segments))]
    ticks = [number(rounded(tick, 12), unit) for tick in scale.ticks]
    named = next(n for n in range(len(segments) - 1, -1, -1) if segments[n].centre is not None)
    lines = _lines(segments[named], unit)
    left = max(28.0, max(map(text_width, ticks)) + 12)
    margin = max(28.0, max(text_width(text) for *_, text in lines) + 20)
    across = max(WIDTH - left - margin, _NARROWEST)
    width, step = left + across + margin, across / len(periods)
    titles = [
        (start * step, drawable(segment.broken.title, _LONGEST_TITLE, 1))
        for start, segment in zip(starts, segments, strict=True)
        if segment.broken
    ]
    rows = _title_rows(titles, 4 - left, width - left - 4)
    key = _key(segments)
    columns = key_columns(key.values(), _MARK, width)
    bottom = 26 + _ROW * math.ceil(len(key) / columns)
    over = 8 + _ROW * (max((row for row, _ in rows), default=-1) + 1)
    height = bottom + _PLOT + over + _ROW * synthetic
    figure = new_figure(width, height)
    with drawing():
        axes = figure.add_axes((left / width, bottom / height, across / width, _PLOT / height))
        axes.set(xlim=(-0.5, len(periods) - 0.5), ylim=(0, _PLOT))
        axes.spines[:].set_color(QUIET)
        axes.tick_params(color=QUIET, length=4)
        axes.set_yticks([scale.up(tick) for tick in scale.ticks], ticks)
        places = _labelled(periods, step)
        axes.set_xticks(places, [_short(periods[place]) for place in places])
        _draw_breaks(axes, titles, rows, step)
        for n, (start, segment) in enumerate(zip(starts, segments, strict=True), start=1):
            _draw_segment(axes, scale, start, segment, n, step)
        _draw_names(axes, scale, starts[named] + len(segments[named].points) - 0.5, lines, across)
        _draw_signals(axes, scale, segments, key, step)
        if key:
            legend = figure.legend(loc="lower left", ncols=columns, handlelength=_MARK / SIZE)
            for kind, mark in zip(key, legend.get_lines(), strict=True):
                mark.set(gid=f"key-{kind}", markersize=_MARK)
        if synthetic:
            axes.set_title("Illustrative figures", loc="left", size=SIZE, pad=over, gid="illustrative")
    return figure


def _lines(segment: Segment, unit: str) -> list[tuple[Decimal, str]]:
    """Return the mean and limits of a stretch with their names, from below."""
    trial = "Trial " if segment.trial else ""
    named = (
        (segment.lower, f"{trial}lower limit".capitalize()),
        (segment.centre, _centre_name(segment)),
        (segment.upper, f"{trial}upper limit".capitalize()),
    )
    return [(value, f"{name} {_rounded(value, segment, unit)}") for value, name in named if value is not None]


def _draw_segment(axes: Axes, scale: _Scale, start: int, segment: Segment, n: int, step: float) -> None:
    ends = [start - 0.5, start + len(segment.points) - 0.5]
    for name, value, dashes in (
        ("centre", segment.centre, "-"),
        ("lower", segment.lower, (0, (5, 3))),
        ("upper", segment.upper, (0, (5, 3))),
    ):
        if value is not None:
            axes.plot(ends, [scale.up(value)] * 2, color=QUIET, lw=1.4, ls=dashes, gid=f"{name}-{n}", clip_on=False)
    axes.plot(
        range(start, start + len(segment.points)),
        [math.nan if point.value is None else scale.up(point.value) for point in segment.points],
        color=PALETTE[0],
        lw=1.8,
        marker="o",
        markersize=min(4.5, max(2.0, step * 0.4)),
        gid=f"values-{n}",
        clip_on=False,
    )


def _draw_names(axes: Axes, scale: _Scale, end: float, lines: Sequence[tuple[Decimal, str]], across: float) -> None:
    heights = [scale.up(value) for value, _ in lines]
    for (_, text), line, place in zip(lines, heights, _spread(heights, 0, _PLOT), strict=True):
        axes.annotate(
            text,
            (end, line),
            (across + 14, place),
            textcoords="axes points",
            va="center_baseline",
            arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.7, "relpos": (0, 0.5), "shrinkB": 0},
        )


def _draw_breaks(
    axes: Axes, titles: Sequence[tuple[float, str]], rows: Sequence[tuple[int, float]], step: float
) -> None:
    for n, ((line, title), (row, here)) in enumerate(zip(titles, rows, strict=True), start=1):
        base = _PLOT + 8 + row * _ROW
        axes.plot(
            [line / step - 0.5] * 2, [0, base], color=INK, lw=1.2, ls=(0, (1, 2)), gid=f"break-{n}", clip_on=False
        )
        # White behind the words, since the line of another break may pass there on its way up.
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.annotate(title, (here, base + 5), xycoords="axes points", zorder=4, bbox=white)


def _title_rows(titles: Sequence[tuple[float, str]], least: float, most: float) -> list[tuple[int, float]]:
    """Return the row (from below) and the left end of each title, so that none meets another or leaves the sheet.

    From the right, so that a title stands beneath those that begin before it and their lines pass on its left.
    """
    taken: list[list[tuple[float, float]]] = []
    places = []
    for line, title in reversed(titles):
        size = text_width(title)
        here = max(least, min(line - 2, most - size))
        for row in range(len(taken) + 1):
            if row == len(taken):
                taken.append([])
            if all(here + size + 8 <= first or last + 8 <= here for first, last in taken[row]):
                break
        taken[row].append((here, here + size))
        places.append((row, here))
    return places[::-1]


def _draw_signals(axes: Axes, scale: _Scale, segments: Sequence[Segment], key: Mapping[str, str], step: float) -> None:
    points = [point for segment in segments for point in segment.points]
    for kind, words in key.items():
        marked = [
            (n, scale.up(point.value))
            for n, point in enumerate(points)
            if point.value is not None and _shape(point) == _MARKERS[kind]
        ]
        axes.plot(
            *zip(*marked, strict=True),
            ls="none",
            marker=_MARKERS[kind],
            markersize=min(9.0, max(6.0, step * 0.8)),
            color=PALETTE[2],
            mec="white",
            mew=0.6,
            zorder=5,
            gid=f"signal-{kind}",
            label=words,
            clip_on=False,
        )


def _shape(point: Point) -> str:
    """Return the shape of a point, or nothing where it is part of no signal."""
    kinds = {signal.kind for signal in point.signals}
    return next((shape for kind, shape in _MARKERS.items() if kind in kinds), "")


def _key(segments: Sequence[Segment]) -> dict[str, str]:
    """Return the kinds whose shapes stand in the chart, and what each shape means there."""
    points = [(segment, point) for segment in segments for point in segment.points]
    shapes = {_shape(point) for _, point in points}
    runs = [
        (segment, signal) for segment, point in points if _shape(point) == _MARKERS[SIDE] for signal in point.signals
    ]
    lines = dict.fromkeys(_centre_name(segment).lower() for segment, signal in runs if signal.kind == SIDE)
    runs_in_words = [f"on one side of the {' or '.join(lines)}"] if lines else []
    runs_in_words += ["rising or falling"] if any(signal.kind == TREND for _, signal in runs) else []
    key = {
        OUTSIDE: "Outside a limit",
        SIDE: f"Seven or more {', or '.join(runs_in_words)}",
        NEAR: "Two of three near a limit",
    }
    return {kind: words for kind, words in key.items() if _MARKERS[kind] in shapes}
