"""What every chart is: a drawing and what it shows in words; how wide one is, and the shapes of ratings."""

from __future__ import annotations

import re
from dataclasses import dataclass


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


def drawn_width(svg: str) -> float:
    """Return how wide a drawing is, in points; 0 where it does not say so."""
    width = re.search(r'<svg\b[^>]*?\bwidth="([0-9.]+)(?:pt)?"', svg[:2_000])
    return float(width[1]) if width else 0.0


def shape_svg(shape: str, colour: str) -> str:
    """Return a rating's shape as a small SVG; its word always stands beside it."""
    points = {
        "triangle": "10,2 19,18 1,18",
        "square": "2,2 18,2 18,18 2,18",
        "diamond": "10,1 19,10 10,19 1,10",
        "hexagon": "6,2 14,2 19,10 14,18 6,18 1,10",
        "star": "10,0.7 12.59,7.14 19.51,7.61 14.18,12.06 15.88,18.79 "
        "10,15.1 4.122,18.79 5.815,12.06 0.4894,7.61 7.414,7.14",
        "cross": "7,1 13,1 13,7 19,7 19,13 13,13 13,19 7,19 7,13 1,13 1,7 7,7",
        "wedge": "1,2 19,2 10,18",
        "bar": "1,6 19,6 19,14 1,14",
    }
    body = (
        f'<circle cx="10" cy="10" r="9" fill="{colour}"/>'
        if shape == "circle"
        else f'<polygon points="{points[shape]}" fill="{colour}"/>'
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20">{body}</svg>'
