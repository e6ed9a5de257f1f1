"""The charts. Each is a pure function of its data and comes with alternative text worked out from the same data.

A label may have several lines. It is placed line by line and is no tick label or bar label of matplotlib, which sets
the lines of one text apart by the letters that happen to stand in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matplotlib.axes import Axes

from priority_two.charts.style import (
    INK,
    LEADING,
    PALETTE,
    QUIET,
    RULE,
    WIDTH,
    drawable,
    drawing,
    sheet,
    svg,
    text_width,
)
from priority_two.periods import plural

MOST_BARS = 20
"""As many bars as are sure to fit a page."""

# All lengths are points, 72 to the inch.
_BAR, _APART = 18.0, 6.0
_LONGEST_LABEL, _LONGEST_VALUE = 210.0, 130.0
_HIGHEST = 690.0


@dataclass(frozen=True)
class Drawing:
    """A chart.

    Parameters
    ----------
    svg
        The drawing.
    alt
        What it shows, in words.
    """

    svg: str
    alt: str


@dataclass(frozen=True)
class Bar:
    """A bar: its label, its value (None where there is none), and how the value, or its absence, is written."""

    label: str
    value: Decimal | None
    text: str


def drawn_width(svg: str) -> float:
    """Return how wide a drawing is, in points; 0 where it does not say so."""
    width = re.search(r'<svg\b[^>]*?\bwidth="([0-9.]+)(?:pt)?"', svg[:2_000])
    return float(width[1]) if width else 0.0


def bar_chart(what: str, bars: Sequence[Bar]) -> Drawing:
    """Return a horizontal bar chart with direct labels, from zero, in the given order.

    Each bar has its label on its left and its value at its end. Both have their room before the bars are drawn, so that
    neither leaves the picture. A label has two lines, or as many as the page has room for where two would not tell it
    from another.

    Parameters
    ----------
    what
        What the bars count: ``People reached``.
    bars
        From one to :data:`MOST_BARS`. A bar without a value says so in words and is no bar of length zero.
    """
    labels = _labels([bar.label for bar in bars])
    values = [drawable(bar.text, _LONGEST_VALUE, 2) for bar in bars]
    left = max(map(text_width, labels)) + _APART
    room = WIDTH - left - max(map(text_width, values)) - _APART
    longest = max((float(bar.value or 0) for bar in bars), default=0.0) or 1.0
    rows = [max(_BAR, _high(label), _high(value)) + _APART for label, value in zip(labels, values, strict=True)]
    figure, axes = sheet(WIDTH, sum(rows))
    top = 0.0
    for bar, label, value, high in zip(bars, labels, values, rows, strict=True):
        middle, length = top + high / 2, max(0.0, float(bar.value or 0)) / longest * room
        axes.barh(middle, length, left=left, color=PALETTE[0], height=_BAR)
        _text(axes, left - _APART, middle, label, ha="right")
        _text(axes, left + length + _APART, middle, value, color=INK if bar.value is not None else QUIET)
        top += high
    axes.plot([left, left], [0, top], color=RULE, lw=0.8)
    return Drawing(svg(figure), _bars_in_words(what, bars))


def are_distinct(labels: Sequence[str]) -> bool:
    """Whether labels that differ also differ as bars have them."""
    return len(set(_labels(labels))) == len(set(labels))


def _labels(labels: Sequence[str]) -> list[str]:
    two, all_that_fit = 2, int((_HIGHEST / len(labels) - _APART) // LEADING)
    short = [drawable(label, _LONGEST_LABEL, two) for label in labels]
    if len(set(short)) == len(set(labels)):
        return short
    return [drawable(label, _LONGEST_LABEL, max(two, all_that_fit)) for label in labels]


def _text(axes: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Write lines of text whose middle is at a height: each by itself, so that all their lines are as far apart."""
    lines = text.split("\n")
    with drawing():
        for n, line in enumerate(lines):
            here = y + (n - (len(lines) - 1) / 2) * LEADING
            axes.text(x, here, line, va="center_baseline", **how)


def _high(text: str) -> float:
    return LEADING * (text.count("\n") + 1)


def _bars_in_words(what: str, bars: Sequence[Bar]) -> str:
    known = [bar for bar in bars if bar.value is not None]
    absent = [bar for bar in bars if bar.value is None]
    parts = [f"Bar chart: {what}, {plural(len(bars), 'bar')}."]
    if known:
        most = max(known, key=lambda bar: bar.value or 0)
        least = min(known, key=lambda bar: bar.value or 0)
        parts.append(f"Highest: {most.label}, {most.text}.")
        if len(known) > 1:
            parts.append(f"Lowest: {least.label}, {least.text}.")
    parts += [f"{bar.label}: {bar.text}." for bar in absent]
    return " ".join(parts)


def shape_svg(shape: str, colour: str) -> str:
    """Return a rating's shape as a small SVG; its word always stands beside it."""
    points = {
        "triangle": "10,2 19,18 1,18",
        "square": "2,2 18,2 18,18 2,18",
        "diamond": "10,1 19,10 10,19 1,10",
        "hexagon": "6,2 14,2 19,10 14,18 6,18 1,10",
    }
    body = (
        f'<circle cx="10" cy="10" r="9" fill="{colour}"/>'
        if shape == "circle"
        else f'<polygon points="{points[shape]}" fill="{colour}"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20">{body}</svg>'
