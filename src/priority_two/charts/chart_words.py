"""What an XmR chart says, in words: what its values are judged by, its signals, and its alternative text.

A *diamond* is a point outside a limit, a *square* one in a run of seven (on one side of the mean, or rising or
falling), a *triangle* one near a limit; a point of several has the first of these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from priority_two.flags import behind
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
from priority_two.periods import Period, plural
from priority_two.reference.catalogue import SHARES
from priority_two.sentences import listed, lowered

MOST_SIGNALS = 8
"""How many signals the alternative text names."""
SHAPES = {OUTSIDE: "diamond", SIDE: "square", TREND: "square", NEAR: "triangle"}
"""The shape of a point, by the kind of its signal."""
_KINDS = tuple(SHAPES)
_NOUNS = {"month": "month", "quarter": "quarter", "year": "year", "range": "period"}
_THREE = Context(prec=3)


def shape(point: Point) -> str:
    """Return the shape of a point, or nothing where it is part of no signal."""
    kinds = {signal.kind for signal in point.signals}
    return next((shape for kind, shape in SHAPES.items() if kind in kinds), "")


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
    noun = _NOUNS[segment.points[0].period.kind]
    of_shares = f" of the {noun}s\u2019 figures" if unit in SHARES else ""  # and not the share of all of them together
    centre = f"{of_shares} {line_in_words(segment.centre, segment, unit)}".strip()
    if segment.kind == RUN_CHART:
        return f"Run chart: counts average under {FEWEST}, median {centre}"
    if segment.lower is None or segment.upper is None:
        return f"Mean {centre}, from {plural(segment.baseline, noun)}; no limits, for want of two {noun}s running"
    limits = f"{line_in_words(segment.lower, segment, unit)} to {line_in_words(segment.upper, segment, unit)}"
    if segment.trial:
        return f"Mean {centre}, trial limits {limits}, from {plural(segment.baseline, noun)}"
    gap = any(point.value is None for point in segment.points[: segment.baseline])
    return f"Mean {centre}, limits {limits}, from the first {segment.baseline} {noun}s{' with a value' if gap else ''}"


@dataclass(frozen=True)
class Happening:
    """A signal as it happened: one run, or one cluster near a limit.

    Parameters
    ----------
    signal
        What its points are part of.
    segment
        The stretch in which they lie.
    places
        Where in the stretch, in order.
    """

    signal: Signal
    segment: Segment
    places: tuple[int, ...]

    @property
    def words(self) -> str:
        """What it is: ``above the upper limit``."""
        return _signal_in_words(self.signal, self.segment)

    @property
    def when(self) -> str:
        """The periods of its points: ``May to July 2020``."""
        return _periods_in_words(self.segment, self.places)


def happenings(segments: Sequence[Segment]) -> list[Happening]:
    """Return every signal of a chart as it happened, in order of time.

    A cluster near a limit is left out where all its points are outside that limit.
    """
    return [
        happening
        for segment in segments
        for happening in sorted(_of_segment(segment), key=lambda each: (each.places[0], _KINDS.index(each.signal.kind)))
    ]


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
        Such as ``March to September 2020: seven or more running above the mean``; none where chance explains all.
    """
    return [f"{each.when}: {each.words}{verdict(each.signal, direction)}" for each in happenings(segments)]


def reading(signal: Signal, segment: Segment) -> str:
    """Return what a signal says of one point of it: ``near the upper limit``, ``in a run above the mean``."""
    high = signal.towards == HIGH
    trial = "trial " if segment.trial else ""
    side, limit = ("above", "upper") if high else ("below", "lower")
    return {
        OUTSIDE: f"{side} the {limit} {trial}limit",
        SIDE: f"in a run {side} the {_centre_name(segment).lower()}",
        TREND: f"in a run of {'rises' if high else 'falls'}",
        NEAR: f"near the {limit} {trial}limit",
    }[signal.kind]


def verdict(signal: Signal, direction: str) -> str:
    """Return ``, for the better`` or ``, for the worse`` where the catalogue says which is which, else nothing."""
    favoured = favour(signal, direction)
    return f", for the {favoured}" if favoured else ""


def _of_segment(segment: Segment) -> list[Happening]:
    happened = []
    for signal in sorted({signal for _, signal in segment.signals}):
        groups: list[list[int]] = []
        for place in (n for n, point in enumerate(segment.points) if signal in point.signals):
            if groups and _together(segment, signal, groups[-1][-1], place):
                groups[-1].append(place)
            else:
                groups.append([place])
        outside = Signal(OUTSIDE, signal.towards)
        happened += [
            Happening(signal, segment, tuple(group))
            for group in groups
            if signal.kind != NEAR or any(outside not in segment.points[place].signals for place in group)
        ]
    return happened


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
    return listed([_span_in_words(first, last) for first, last in ends])


def _span_in_words(first: Period, last: Period) -> str:
    """Return a run of periods: ``May to July 2020``, ``December 2019 to June 2020``, ``Quarter One 2020-21``."""
    if first == last:
        return first.label
    name, year = first.label.rsplit(" ", 1)
    return f"{name if last.label.endswith(f' {year}') else first.label} to {last.label}"


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


def line_in_words(value: Decimal, segment: Segment, unit: str) -> str:
    """Return a mean or limit to three figures, never less than whole, and counts to a tenth.

    The largest of the stretch's decides, so that all three have as many places.
    """
    largest = max(abs(line) for line in (segment.centre, segment.lower, segment.upper) if line is not None)
    if unit == "gbp" and largest.adjusted() >= 6:  # printed in millions
        return number(_THREE.create_decimal(value), unit)
    most = 1 if unit == "count" else 4
    return number(rounded(Fraction(value), min(most, max(0, 2 - largest.adjusted())) if largest else 0), unit)


def in_words(
    what: str,
    segments: Sequence[Segment],
    unit: str,
    direction: str,
    illustrative: Collection[Period],
    flags: Mapping[Period, str],
) -> str:
    """Return the alternative text of a chart. Parameters are those of the drawing."""
    points = [point for segment in segments for point in segment.points]
    known = [(point.period, point.value) for point in points if point.value is not None]
    noun, missing = _NOUNS[points[0].period.kind], len(points) - len(known)
    run = all(segment.kind == RUN_CHART for segment in segments if segment.baseline)
    across = points[0].period.label if len(points) == 1 else f"{points[0].period.label} to {points[-1].period.label}"
    sentences = [f"{'Run' if run else 'Control'} chart: {what}, {plural(len(points), noun)}, {across}."]
    made_up = [period in illustrative for period, _ in known]
    if any(made_up):
        sentences.append("Illustrative figures." if all(made_up) else "Hollow points are illustrative.")
    if missing:
        sentences.append(f"{plural(missing, noun)} {'has' if missing == 1 else 'have'} no value.")
    latest, value = known[-1]
    sentences.append(f"Latest: {latest.label}, {number(value, unit)}{behind(flags.get(latest, ''))}.")
    if not run and min([value for _, value in known] + [each.lower for each in segments if each.lower is not None]) > 0:
        sentences.append("The vertical scale does not start at nought.")
    for segment in segments:
        limits = limits_in_words(segment, unit)
        if segment.broken:
            since = f"From {segment.points[0].period.label}, after a break in series ({segment.broken.title})"
            limits = f"{since}: {lowered(limits)}"
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
