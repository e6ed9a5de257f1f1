"""The charts. Each is a pure function of its data and comes with alternative text worked out from the same data."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from priority_two.catalogue import Rating
from priority_two.figures.style import INK, PALETTE, QUIET, drawable, drawing, new_figure, svg
from priority_two.periods import plural

MARKERS = {"circle": "o", "triangle": "^", "square": "s", "diamond": "D", "hexagon": "h"}


@dataclass(frozen=True)
class Chart:
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

    @property
    def address(self) -> str:
        """The drawing as a ``data:`` address."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()


@dataclass(frozen=True)
class Bar:
    """A bar: its label, its value (None where there is none), and how the value, or its absence, is written."""

    label: str
    value: Decimal | None
    text: str


def bar_chart(what: str, bars: Sequence[Bar]) -> Chart:
    """Return a horizontal bar chart with direct labels, from zero, in the given order.

    Parameters
    ----------
    what
        What the bars count: ``People reached``.
    bars
        At least one. A bar without a value says so in words and is no bar of length zero.
    """
    figure = new_figure(7.2, 0.42 * len(bars) + 0.5)
    with drawing():
        axes = figure.subplots()
        lengths = [float(bar.value or 0) for bar in bars]
        longest = max(lengths) or 1.0
        axes.barh(range(len(bars)), lengths, color=PALETTE[0], height=0.66)
        for place, bar in enumerate(bars):
            here = lengths[place] + longest * 0.012
            axes.text(here, place, drawable(bar.text), va="center", color=INK if bar.value is not None else QUIET)
        axes.set_yticks(range(len(bars)), [drawable(bar.label) for bar in bars])
        axes.set_xlim(0, longest * 1.16)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
    return Chart(svg(figure), _bars_in_words(what, bars))


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


def ratings_chart(marks: Sequence[Mark], sections: Sequence[tuple[str, str]]) -> Chart:
    """Return the ratings overview: a row a section, a mark a commitment, by shape and colour with its id beneath.

    Parameters
    ----------
    marks
        Rated commitments in the paper's order.
    sections
        Id and title of each section that has a rated commitment, in the paper's order.
    """
    rows = {section: n for n, (section, _) in enumerate(sections)}
    widest = max(sum(mark.section == section for mark in marks) for section in rows)
    figure = new_figure(7.2, 0.62 * len(rows) + 0.2)
    with drawing():
        axes = figure.subplots()
        places: dict[str, int] = {}
        for mark in marks:
            x = places[mark.section] = places.get(mark.section, -1) + 1
            y = rows[mark.section]
            axes.scatter(x, y - 0.1, s=230, marker=MARKERS[mark.shape], color=mark.colour, linewidths=0)
            axes.text(
                x, y + 0.42, drawable(f"{mark.commitment} {mark.word}", 16), ha="center", va="center", fontsize=10.5
            )
        axes.set_yticks(
            [row - 0.05 for row in rows.values()], [drawable(f"{name}  {title}") for name, title in sections]
        )
        axes.set_xlim(-0.5, widest - 0.5)
        axes.set_ylim(len(rows) - 0.3, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_visible(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    counts = {word: sum(mark.word == word for mark in marks) for word in dict.fromkeys(mark.word for mark in marks)}
    said = ", ".join(f"{count} {word}" for word, count in counts.items())
    rest = [f"{mark.commitment} {mark.word}" for mark in marks if mark.word != max(counts, key=lambda w: counts[w])]
    others = f" Other than the most common rating: {', '.join(rest)}." if rest else ""
    return Chart(svg(figure), f"Chart of {len(marks)} ratings by section: {said}.{others}")


def history_chart(ratings: Mapping[str, Sequence[Rating | None]], quarters: Sequence[str]) -> Chart:
    """Return ratings over time: a row a commitment, a column a quarter, a mark a rating with its word beside it.

    Parameters
    ----------
    ratings
        Ratings by commitment, one a quarter, None where there was none; in the paper's order.
    quarters
        What the columns are called, the oldest first.
    """
    figure = new_figure(7.2, 0.32 * len(ratings) + 0.5)
    with drawing():
        axes = figure.subplots()
        for y, found in enumerate(ratings.values()):
            for x, one in enumerate(found):
                if one is None:
                    axes.text(x, y, "not rated", ha="center", va="center", color=QUIET, fontsize=10.5)
                    continue
                axes.scatter(x - 0.26, y, s=110, marker=MARKERS[one.shape], color=one.colour, linewidths=0)
                axes.text(x - 0.16, y, drawable(one.word, 14), ha="left", va="center", fontsize=10.5)
        axes.set_yticks(range(len(ratings)), [drawable(name) for name in ratings])
        axes.set_xticks(range(len(quarters)), [drawable(name, 14) for name in quarters])
        axes.xaxis.tick_top()
        axes.set_xlim(-0.5, len(quarters) - 0.5)
        axes.set_ylim(len(ratings) - 0.5, -0.5)
        axes.tick_params(axis="both", length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    return Chart(svg(figure), _history_in_words(ratings, quarters))


def _history_in_words(ratings: Mapping[str, Sequence[Rating | None]], quarters: Sequence[str]) -> str:
    said = [
        f"Chart of {len(ratings)} ratings over {plural(len(quarters), 'quarter')}, {quarters[0]} to {quarters[-1]}."
    ]
    changed = [
        f"{name} {', '.join(one.word if one else 'not rated' for one in found)}"
        for name, found in ratings.items()
        if len(set(found)) > 1
    ]
    same = len(ratings) - len(changed)
    said += [f"Changed: {'; '.join(changed)}."] if changed else ["None changed."]
    said += [f"The other {same} stayed as they were."] if changed and same else []
    return " ".join(said)


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
