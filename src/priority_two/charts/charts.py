"""The charts. Each is a pure function of its data and comes with alternative text worked out from the same data.

A label may have several lines. It is placed line by line and is no tick label or bar label of matplotlib, which sets
the lines of one text apart by the letters that happen to stand in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
from priority_two.reference.catalogue import Rating

MARKERS = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "hexagon": "h"}
MOST_BARS = 20
"""As many bars as are sure to fit a page."""

# All lengths are points, 72 to the inch.
_ROW, _BAR, _SYMBOL, _APART = 14.0, 18.0, 20.0, 6.0
_LONGEST_LABEL, _LONGEST_VALUE, _LONGEST_MARK = 210.0, 130.0, 80.0
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


@dataclass(frozen=True)
class Mark:
    """A commitment's mark: its id, its section, and the rating's word, shape and colour."""

    commitment: str
    section: str
    word: str
    shape: str
    colour: str


def ratings_chart(marks: Sequence[Mark], sections: Sequence[tuple[str, str]]) -> Drawing:
    """Return the ratings overview: a row a section, a mark a commitment, by shape and colour with its id beneath.

    Parameters
    ----------
    marks
        Rated commitments in the paper's order.
    sections
        Id and title of each section that has a rated commitment, in the paper's order.
    """
    titles = [drawable(f"{name}  {title}", _LONGEST_LABEL) for name, title in sections]
    left = max(map(text_width, titles)) + _APART
    labels = {mark.commitment: drawable(f"{mark.commitment} {mark.word}", _LONGEST_MARK) for mark in marks}
    column = max(*map(text_width, labels.values()), _SYMBOL) + _APART
    most = max(sum(mark.section == section for mark in marks) for section, _ in sections)
    across = min(int((WIDTH - left) // column), most)  # a section of more commitments has several lines of them
    column = (WIDTH - left) / across
    lines = [
        [section_marks[n : n + across] for n in range(0, len(section_marks), across)]
        for section, _ in sections
        for section_marks in [[mark for mark in marks if mark.section == section]]
    ]
    high = _SYMBOL + max(map(_high, labels.values())) + _APART
    figure, axes = sheet(
        WIDTH, sum(max(len(rows) * high, _high(title) + _APART) for rows, title in zip(lines, titles, strict=True))
    )
    top = 0.0
    for rows, title in zip(lines, titles, strict=True):
        for n, row in enumerate(rows):
            for place, mark in enumerate(row):
                x, y = left + (place + 0.5) * column, top + n * high + _SYMBOL / 2
                axes.scatter(x, y, s=230, marker=MARKERS[mark.shape], color=mark.colour, linewidths=0)
                label = labels[mark.commitment]
                _text(axes, x, y + (_SYMBOL + _high(label)) / 2, label, ha="center")
        _text(axes, left - _APART, top + max(high, _high(title)) / 2, title, ha="right")
        top += max(len(rows) * high, _high(title) + _APART)
    counts = {word: sum(mark.word == word for mark in marks) for word in dict.fromkeys(mark.word for mark in marks)}
    tally = ", ".join(f"{count} {word}" for word, count in counts.items())
    rest = [f"{mark.commitment} {mark.word}" for mark in marks if mark.word != max(counts, key=lambda w: counts[w])]
    others = f" Other than the most common rating: {', '.join(rest)}." if rest else ""
    return Drawing(svg(figure), f"Drawing of {len(marks)} ratings by section: {tally}.{others}")


def history_chart(ratings: Mapping[str, Sequence[Rating | None]], quarters: Sequence[str]) -> Drawing:
    """Return ratings over time: a row a commitment, a column a quarter, a mark a rating with its word beside it.

    Parameters
    ----------
    ratings
        Ratings by commitment, one a quarter, None where there was none; in the paper's order.
    quarters
        What the columns are called, the oldest first.
    """
    names = [drawable(name, _LONGEST_MARK, 1) for name in ratings]
    left = max(map(text_width, names)) + _APART
    column = (WIDTH - left) / len(quarters)
    heads = [drawable(name, column - _APART, 2) for name in quarters]
    words = {
        point: drawable(point.word, column - _SYMBOL - _APART, 2) for row in ratings.values() for point in row if point
    }
    absent = drawable("not rated", column - _APART, 2)
    high = max(map(_high, [*words.values(), absent])) + _ROW
    first = max(map(_high, heads)) + _ROW
    figure, axes = sheet(WIDTH, first + high * len(ratings))
    for x, head in enumerate(heads):
        _text(axes, left + (x + 0.5) * column, first / 2, head, ha="center")
    for y, (name, row) in enumerate(zip(names, ratings.values(), strict=True)):
        middle = first + (y + 0.5) * high
        _text(axes, left - _APART, middle, name, ha="right")
        for x, point in enumerate(row):
            centre = left + (x + 0.5) * column
            if point is None:
                _text(axes, centre, middle, absent, ha="center", color=QUIET)
                continue
            begin = centre - (_SYMBOL + text_width(words[point])) / 2
            axes.scatter(
                begin + _SYMBOL / 3, middle, s=110, marker=MARKERS[point.shape], color=point.colour, linewidths=0
            )
            _text(axes, begin + _SYMBOL, middle, words[point])
    return Drawing(svg(figure), _history_in_words(ratings, quarters))


def _history_in_words(ratings: Mapping[str, Sequence[Rating | None]], quarters: Sequence[str]) -> str:
    sentences = [
        f"Drawing of {len(ratings)} ratings over {plural(len(quarters), 'quarter')}, {quarters[0]} to {quarters[-1]}."
    ]
    changed = [
        f"{name} {', '.join(rating.word if rating else 'not rated' for rating in row)}"
        for name, row in ratings.items()
        if len(set(row)) > 1
    ]
    same = len(ratings) - len(changed)
    sentences += [f"Changed: {'; '.join(changed)}."] if changed else ["None changed."]
    sentences += [f"The other {same} stayed as they were."] if changed and same else []
    return " ".join(sentences)


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
