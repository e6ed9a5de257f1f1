"""Lines and shapes as SVG by hand: for small drawings of which a paper has many, at the size at which they are shown.

All lengths are points, 72 to the inch. How a thing looks stands in attributes, since WeasyPrint reads no style within
a drawing. Text is drawn as outlines of the font that the package brings, so that a drawing needs no font of the
machine; what it says stands beside it as a comment. Numbers are written to a tenth of a point, which no eye can tell
apart and which is short.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from functools import cache

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from priority_two.charts.style import SIZE, known_characters
from priority_two.typeface import font_file

LINE, SIGNAL, BAND, RULED = "#12436D", "#801650", "#DFE7EE", "#484F53"
"""The colours of values, of signals, of what chance alone gives, and of the lines that a chart is read by."""

Place = tuple[float, float]


def at(number: float) -> str:
    """Return a length as it is written: to a tenth, without a nought that says nothing."""
    return f"{round(number, 1) + 0.0:.1f}".removesuffix(".0")


def drawn(width: float, height: float, parts: Iterable[str]) -> str:
    """Return parts as a drawing of a size."""
    size = f'width="{at(width)}pt" height="{at(height)}pt" viewBox="0 0 {at(width)} {at(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def box(left: float, top: float, wide: float, high: float, fill: str, edge: str = "") -> str:
    """Return a rectangle, with an edge a point wide where a colour is named for it."""
    stroke = f' stroke="{edge}"' if edge else ""
    return f'<rect x="{at(left)}" y="{at(top)}" width="{at(wide)}" height="{at(high)}" fill="{fill}"{stroke}/>'


def stroke(places: Sequence[Place | None], colour: str, wide: float, dashes: str = "", name: str = "") -> str:
    """Return a line through places; where there is none the line has a gap."""
    steps, down = [], False
    for place in places:
        if place is not None:
            steps.append(f"{'L' if down else 'M'}{at(place[0])} {at(place[1])}")
        down = place is not None
    called = f' id="{name}"' if name else ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    look = f'fill="none" stroke="{colour}" stroke-width="{at(wide)}"{dashed} stroke-linejoin="round"'
    return f'<path{called} d="{"".join(steps)}" {look}/>'


def dot(place: Place, size: float, *, hollow: bool = False) -> str:
    """Return a point of a series: solid, or hollow where it is illustrative."""
    fill = f'fill="#FFFFFF" stroke="{LINE}"' if hollow else f'fill="{LINE}"'
    return f'<circle cx="{at(place[0])}" cy="{at(place[1])}" r="{at(size)}" {fill}/>'


def mark(shape: str, place: Place, size: float, *, hollow: bool = False) -> str:
    """Return a point of a signal: a ``diamond``, a ``square`` or a ``triangle``, about twice `size` across."""
    x, y = place
    corners = {
        "diamond": ((x, y - size), (x + size, y), (x, y + size), (x - size, y)),
        "square": tuple((x + a * 0.8 * size, y + b * 0.8 * size) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))),
        "triangle": ((x, y - size), (x + size, y + 0.8 * size), (x - size, y + 0.8 * size)),
    }[shape]
    fill, edge = ("#FFFFFF", SIGNAL) if hollow else (SIGNAL, "#FFFFFF")
    points = " ".join(f"{at(a)},{at(b)}" for a, b in corners)
    return f'<polygon points="{points}" fill="{fill}" stroke="{edge}" stroke-width="0.7"/>'


def written(left: float, base: float, text: str, colour: str) -> str:
    """Return a line of text that begins at a place, on its base line."""
    font, pieces, here = _font(), [], 0
    em = font["head"].unitsPerEm
    for character in known_characters(text):
        name = font.getBestCmap()[ord(character)]
        if outline := _outline(name):
            pieces.append(f'<path transform="translate({here})" d="{outline}"/>')
        here += font["hmtx"][name][0]
    says = html.escape(text, quote=False).replace("-", "&#45;")  # two hyphens would end the comment
    place = f"translate({at(left)} {at(base)}) scale({SIZE / em:g} {-SIZE / em:g})"
    return f'<!-- {says} --><g transform="{place}" fill="{colour}">{"".join(pieces)}</g>'


@cache
def _font() -> TTFont:
    return TTFont(font_file("regular"))


@cache
def _outline(name: str) -> str:
    glyphs = _font().getGlyphSet()
    pen = SVGPathPen(glyphs)
    glyphs[name].draw(pen)
    return str(pen.getCommands())
