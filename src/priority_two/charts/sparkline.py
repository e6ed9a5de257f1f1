"""Small charts: a sparkline in a cell of a table, and columns that stand on a little table of their own.

They show a course and carry no number: the numbers stand beside them, and in their alternative text.

A point that a partner reported is solid, one that is illustrative is hollow where the caller says so; a period without
a value is a gap in the line. The last point is larger. A point of a signal has its shape: a diamond outside a limit, a
square in a run of seven, a triangle near a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from priority_two.charts.charts import Drawing
from priority_two.charts.pen import BAND, LINE, RULED, Place, box, dot, drawn, mark, stroke

NARROW, WIDE = 62.0, 94.0
"""How wide a sparkline is, in points: of a year's quarters, and of two years' months."""
HIGH = 15.0
COLUMNS_WIDE, COLUMNS_HIGH = 126.0, 34.0
FEW = 8
"""As many points as are drawn each."""
NAMED = 4
"""As many points as the alternative text gives each: of more it gives the latest, the lowest and the highest."""
_ASIDE, _ABOVE, _BAR, _BASE = 4.5, 3.0, 17.6, 0.4


@dataclass(frozen=True)
class SparkPoint:
    """A point of a small chart.

    Parameters
    ----------
    value
        Its value, or None.
    text
        What is printed of it: the number, or why there is none.
    synthetic
        Whether it is drawn as illustrative.
    shape
        The shape of its signal: ``diamond``, ``square`` or ``triangle``; blank where it has none.
    period
        What it is of, as the alternative text names it before its number: ``Quarter One``; blank where it need not.
    """

    value: Decimal | None
    text: str
    synthetic: bool = False
    shape: str = ""
    period: str = ""


def sparkline(
    points: Sequence[SparkPoint],
    *,
    words: str,
    mean: Decimal | None = None,
    limits: tuple[Decimal, Decimal] | None = None,
    judged: str = "",
    step: str = "quarter",
    width: float = NARROW,
) -> Drawing:
    """Return a line as high as a line of text.

    Parameters
    ----------
    points
        The points, in order, with a value or without.
    words
        What they are of, as the alternative text begins: ``Quarters One to Four``.
    mean, limits
        What the values are judged by, where there is that: a line, and a band about it.
    judged
        The same in words, with what it says of the values: ``Mean 395, limits 347 to 444``.
    step
        What lies between two points: ``quarter``, ``month``.
    width
        How wide it is, in points.

    Raises
    ------
    ValueError
        There is no value, and so nothing to draw.
    """
    values = [Fraction(point.value) for point in points if point.value is not None]
    if not values:
        raise ValueError("at least one value")
    ends = [Fraction(end) for end in (mean, *(limits or ())) if end is not None]
    low, high = min(values + ends), max(values + ends)

    def down(value: Decimal) -> float:
        """Return how far below the top a value stands: exact, so that no value is too large to draw."""
        share = (Fraction(value) - low) / (high - low) if high > low else Fraction(1, 2)
        return HIGH - _ABOVE - float(share) * (HIGH - 2 * _ABOVE)

    apart = (width - 2 * _ASIDE) / max(1, len(points) - 1)
    begin = _ASIDE if len(points) > 1 else width - _ASIDE
    places: list[Place | None] = [
        None if point.value is None else (begin + n * apart, down(point.value)) for n, point in enumerate(points)
    ]
    parts = []
    if limits:
        parts.append(box(0, down(limits[1]), width, down(limits[0]) - down(limits[1]), BAND))
    if mean is not None:
        parts.append(stroke([(0, down(mean)), (width, down(mean))], RULED, 0.6))
    parts.append(stroke(places, LINE, 1.2))
    last = max(n for n, place in enumerate(places) if place)
    for n, (point, place) in enumerate(zip(points, places, strict=True)):
        if place is None:
            continue
        if point.shape:
            parts.append(mark(point.shape, place, 3.0 if n == last else min(2.3, 0.4 * apart), hollow=point.synthetic))
        elif n == last:
            parts.append(dot(place, 2.6, hollow=point.synthetic))
        elif len(points) <= FEW:
            parts.append(dot(place, 2.0 if point.synthetic else 1.6, hollow=point.synthetic))
        elif _alone(places, n):
            parts.append(dot(place, 1.0, hollow=point.synthetic))
    return Drawing(drawn(width, HIGH, parts), _in_words(points, words, step, judged))


def columns(points: Sequence[SparkPoint], *, words: str, step: str = "quarter") -> Drawing:
    """Return a column a point, from nought, outlined where it is illustrative, as wide as the margin of a page.

    Under each column there is room for its name and number, as cells of a table of equal columns. Parameters and errors
    are those of :func:`sparkline`.
    """
    values = [Fraction(point.value) for point in points if point.value is not None]
    if not values:
        raise ValueError("at least one value")
    low, high = min(*values, Fraction(0)), max(*values, Fraction(0))
    room, each = COLUMNS_HIGH - 2 - _BASE, COLUMNS_WIDE / len(points)
    wide = min(_BAR, 0.7 * each)

    def down(value: Fraction) -> float:
        share = (value - low) / (high - low) if high > low else Fraction(0)
        return COLUMNS_HIGH - _BASE - float(share) * room

    base, parts = down(Fraction(0)), []
    for n, point in enumerate(points):
        if point.value is None:
            continue
        end = down(Fraction(point.value))
        tall = max(0.8, abs(base - end))  # nought is a line that can be seen
        top = base if end > base else base - tall
        edge = 0.5 if point.synthetic else 0.0  # half of a line lies outside its rectangle
        parts.append(
            box(
                (n + 0.5) * each - wide / 2 + edge,
                top + edge,
                wide - 2 * edge,
                max(0.1, tall - 2 * edge),
                "#FFFFFF" if edge else LINE,
                LINE if edge else "",
            )
        )
    parts.append(stroke([(0, base), (COLUMNS_WIDE, base)], RULED, 0.8))
    return Drawing(drawn(COLUMNS_WIDE, COLUMNS_HIGH, parts), _in_words(points, words, step, ""))


def _alone(places: Sequence[Place | None], n: int) -> bool:
    """Whether a point has a gap on either side: no line leads to it, and without a dot it could not be seen."""
    around = [places[near] for near in (n - 1, n + 1) if 0 <= near < len(places)]
    return not any(around)


def _in_words(points: Sequence[SparkPoint], words: str, step: str, judged: str) -> str:
    known = [(point.value, point.text) for point in points if point.value is not None]
    if len(points) <= NAMED:
        each = ", ".join(f"{point.period} {point.text}".strip() for point in points)
        sentences = [f"{words}: {each}."]
    else:
        least, most = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
        missing = len(points) - len(known)
        sentences = [f"{words}: latest {known[-1][1]}, lowest {least[1]}, highest {most[1]}."]
        if missing:
            sentences.append(f"{missing} {step}{'' if missing == 1 else 's'} without a value.")
    sentences.append(_course(points, step) if len(points) <= FEW else "")
    sentences.append(f"{judged}." if judged else "")
    return " ".join(filter(None, sentences))


def _course(points: Sequence[SparkPoint], step: str) -> str:
    """Say how values move from each to the next; nothing where they go up and down, or one is lacking among them."""
    values = [point.value for point in points]
    while values and values[0] is None:
        values = values[1:]
    known = [value for value in values if value is not None]
    if len(known) == 1:
        return "No other figure." if len(points) > 1 else ""
    if len(known) < len(values):
        return ""
    steps = [(later > earlier) - (later < earlier) for earlier, later in pairwise(known)]
    way = steps[0]
    if any(step_way != way for step_way in steps):
        return ""
    if len(steps) == 1:
        return {1: "Up.", -1: "Down.", 0: "No change."}[way]
    return {1: f"Up each {step}.", -1: f"Down each {step}.", 0: f"The same each {step}."}[way]
