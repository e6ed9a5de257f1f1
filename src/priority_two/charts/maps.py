"""Maps of areas: as tiles, a square an area, or by their outlines.

A tile map gives every area the same room, so that a large empty area does not shout down a small crowded one, and
there is room to write each figure in. A map by outlines looks like the place; its areas are numbered by name, since
a small one cannot hold its figure, and the table beneath it says which is which.

**Classes.** The areas fall into at most :data:`MOST_CLASSES` classes of about equally many, as quartiles do, equal
values always in the same class. A class is stated by the lowest and highest value in it: where no area lies between 20
and 25, the classes are "12 to 20" and "25 to 40".

**More than colour.** Classes are shades of one hue, dark for high. On tiles the figure itself is written. On outlines
neighbouring classes differ by pattern too (plain, dots, lines, plain and dark); an area without a figure is white,
with a broken outline on tiles and crossed lines on outlines, and never looks like a low one.

**Geometry.** Outlines are simplified and numbered here and not by shapely. A file may hold outlines that cross
themselves; shapely first mends such an outline, which took 38 seconds for 4,000 points in no order, or leaves every
point of it. Here the time grows with the number of points, whatever their order, and the drawing is bounded.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from priority_two.charts.canvas import Axes, Figure, Line, Patch, PathPatch, Rectangle, drawing, sheet, svg
from priority_two.charts.charts import Drawing
from priority_two.charts.style import (
    INK,
    LEADING,
    PALETTE,
    QUIET,
    SIZE,
    WIDTH,
    drawable,
    key_columns,
    known_characters,
    text_width,
    wrapped,
)
from priority_two.measures.evidence import number
from priority_two.periods import plural
from priority_two.reference.boundaries import Polygon, Position, Ring, Shape, enclosed, in_degrees, rings
from priority_two.typeface import font_file

MOST_CLASSES = 4
MOST_TILES = 99  # rows, and columns, of a tile map: the gate lets no more through
MOST_NAMED = 3
MOST_DRAWN = 12_000  # points of all outlines together: they are drawn twice, at some twenty bytes a point

# All lengths are points, 72 to the inch.
WIDEST_TILE, NARROWEST_TILE, GAP, INSET = 86.0, 45.0, 3.0, 2.0
NAME_LINES = 3
SWATCH, ENTRY = 22.0, 20.0
MARGIN, TALLEST = 6.0, 540.0
LONGEST_LABEL = WIDTH - 2 * MARGIN - SWATCH - 6
FINEST = 0.075  # a tenth of a pixel

WHITE = "#FFFFFF"


@dataclass(frozen=True)
class Shade:
    """How a class looks: its fill, the colour of text on it, and on outlines a pattern with its colour."""

    fill: str
    text: str
    pattern: str = ""
    lines: str = INK


SHADES = (
    Shade("#E3E8ED", INK),
    Shade("#A5B8C8", INK, "..", PALETTE[0]),
    Shade("#547896", WHITE, "//", WHITE),
    Shade(PALETTE[0], WHITE),
)
NONE = Shade(WHITE, INK, "xx", QUIET)
# Which shades so many classes take: as far apart as there is room for, plain beside patterned or light beside dark.
_TAKEN = {0: (), 1: (0,), 2: (0, 3), 3: (0, 1, 3), 4: (0, 1, 2, 3)}
_SHORTHAND = re.compile(r"\[[^][]+\]$")


@dataclass(frozen=True)
class MapTile:
    """An area on a tile map: its value (None where there is none), and how that, or its absence, is written."""

    area: str
    name: str
    row: int
    column: int
    value: Decimal | None
    text: str


@dataclass(frozen=True)
class Outline:
    """An area on a map by outlines: its value (None where there is none), and how that, or its absence, is written."""

    area: str
    name: str
    shape: Shape
    value: Decimal | None
    text: str


Areas = Sequence[MapTile] | Sequence[Outline]
KeyItem = tuple[Shade, str]


def classes(values: Iterable[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Return the lowest and highest value of each class, from low to high.

    Each value lies in exactly one class, and there are as many classes as different values, up to
    :data:`MOST_CLASSES`. A class ends where its size comes nearest to an equal share of the values that are left.

    Parameters
    ----------
    values
        The values of the areas, in any order; none makes no class.
    """
    counts = [(value, len(list(same))) for value, same in groupby(sorted(values))]
    left, ranges = sum(count for _, count in counts), []
    for more in range(min(MOST_CLASSES, len(counts)), 0, -1):
        size, taken = counts[0][1], 1
        spare = len(counts) - more  # each class after this one takes a value at least
        while taken <= spare and (more == 1 or abs(more * (size + counts[taken][1]) - left) < abs(more * size - left)):
            size, taken = size + counts[taken][1], taken + 1
        ranges.append((counts[0][0], counts[taken - 1][0]))
        counts, left = counts[taken:], left - size
    return ranges


def numbered(areas: Mapping[str, str]) -> dict[str, int]:
    """Return the number of each area on a map by outlines: 1 for the first by name.

    Parameters
    ----------
    areas
        Names by code.
    """
    order = sorted(areas, key=lambda code: (areas[code].casefold(), code))
    return {code: place for place, code in enumerate(order, 1)}


def tile_map(what: str, tiles: Sequence[MapTile], *, unit: str = "count") -> Drawing:
    """Return a map of one tile an area, with its name, shortened where it must be, and its figure.

    Parameters
    ----------
    what
        What the figures count: ``Incidents by district, 2020-21``.
    tiles
        At least one, each in a place of its own.
    unit
        The measure's unit, in which the key states the classes.

    Raises
    ------
    ValueError
        There is no tile, there are two in one place, or they are spread too far.
    """
    places = {(tile.row, tile.column) for tile in tiles}
    if not places or len(places) < len(tiles):
        raise ValueError("at least one tile, each in a place of its own")
    first_row, first_column = min(row for row, _ in places), min(column for _, column in places)
    down = max(row for row, _ in places) - first_row + 1
    across = max(column for _, column in places) - first_column + 1
    if max(down, across) > MOST_TILES:
        raise ValueError(f"at most {MOST_TILES} rows and columns of tiles")
    wide = min(max(WIDTH / across, NARROWEST_TILE), WIDEST_TILE)
    names = [_short(tile.name, wide - GAP - 2 * INSET, NAME_LINES) for tile in tiles]
    high = (max(map(len, names)) + 1) * LEADING + GAP + 2 * INSET
    room = max(WIDTH, across * wide)
    figure, axes, top = _canvas(room, down * high, _key(tiles, unit), patterned=False)
    left = (room - across * wide) / 2
    shades = _shades(tiles)
    with drawing():
        for tile, name in zip(tiles, names, strict=True):
            x, y = left + (tile.column - first_column) * wide, top + (tile.row - first_row) * high
            _tile(axes, tile, name, shades[tile.area], (x + GAP / 2, y + GAP / 2, wide - GAP, high - GAP))
    return Drawing(svg(figure), f"Tile map: {_in_words(what, tiles, unit)}")


def shape_map(what: str, areas: Sequence[Outline], *, unit: str = "count") -> Drawing:
    """Return a map of areas by their outlines, north up, each with its number (:func:`numbered`).

    Parameters
    ----------
    what
        What the figures count: ``Incidents by district, 2020-21``.
    areas
        At least one. Coordinates in degrees are drawn as wide as they are at the map's middle latitude.
    unit
        The measure's unit, in which the key states the classes.

    Raises
    ------
    ValueError
        There is no area.
    """
    if not areas:
        raise ValueError("at least one area")
    shapes, height = _placed([outline.shape for outline in areas])
    figure, axes, top = _canvas(WIDTH, height, _key(areas, unit), patterned=True)
    numbers, shades = numbered({outline.area: outline.name for outline in areas}), _shades(areas)
    with drawing():
        lines = [_line(_moved(shape, top)) for shape in shapes]
        for outline, line in zip(areas, lines, strict=True):
            look = _look(shades[outline.area], patterned=True)
            axes.add_patch(PathPatch(line, edgecolor=WHITE, linewidth=2.6, gid=outline.area, **look))
        # One thin dark line over a broad white one: it shows on the lightest shade, and the white on the darkest.
        axes.add_patch(PathPatch(Line.make_compound_path(*lines), fill=False, edgecolor=INK, linewidth=0.8))
        for outline, shape in zip(areas, shapes, strict=True):
            x, y = _inside(shape)
            shade = shades[outline.area]
            axes.text(
                x,
                y + top,
                str(numbers[outline.area]),
                size=SIZE,
                color=shade.text,
                ha="center",
                va="center_baseline",
                bbox={"facecolor": shade.fill, "edgecolor": "none", "boxstyle": "square,pad=0.12"},
            )
    return Drawing(svg(figure), f"Map: {_in_words(what, areas, unit)}")


def _shades(areas: Areas) -> dict[str, Shade]:
    """Return how each area looks, by code."""
    ranges = classes(area.value for area in areas if area.value is not None)
    taken = [SHADES[n] for n in _TAKEN[len(ranges)]]
    return {
        area.area: NONE
        if area.value is None
        else next(shade for shade, (_, high) in zip(taken, ranges, strict=True) if area.value <= high)
        for area in areas
    }


def _key(areas: Areas, unit: str) -> list[KeyItem]:
    """Return the key: each class with its range in words, and why areas have no figure."""
    ranges = classes(area.value for area in areas if area.value is not None)
    taken = (SHADES[n] for n in _TAKEN[len(ranges)])
    items = [(shade, _range(low, high, unit)) for shade, (low, high) in zip(taken, ranges, strict=True)]
    absent = list(dict.fromkeys(area.text for area in areas if area.value is None))
    if absent:
        marked = [text for text in absent if _SHORTHAND.search(text)][:MOST_NAMED]
        items.append((NONE, ": ".join(["no figure", "; ".join(marked)] if marked else ["no figure"])))
    return [(shade, drawable(label, LONGEST_LABEL, 1)) for shade, label in items]


def _range(low: Decimal, high: Decimal, unit: str) -> str:
    return number(low, unit) if low == high else f"{number(low, unit)} to {number(high, unit)}"


def _canvas(across: float, height: float, key: list[KeyItem], *, patterned: bool) -> tuple[Figure, Axes, float]:
    """Return a figure with a key, whose coordinates are points from its upper left, and where the map begins."""
    top = MARGIN
    columns = key_columns([label for _, label in key], SWATCH, across)
    total = top + height + 2 * MARGIN + math.ceil(len(key) / columns) * ENTRY + MARGIN
    figure, axes = sheet(across, total)
    with drawing():
        swatches = [
            Patch(edgecolor=INK, linewidth=1, label=label, **_look(shade, patterned=patterned)) for shade, label in key
        ]
        figure.legend(
            handles=swatches, loc="lower left", ncols=columns, handlelength=SWATCH / SIZE, handleheight=LEADING / SIZE
        )
    return figure, axes, top


def _tile(axes: Axes, tile: MapTile, name: list[str], shade: Shade, box: tuple[float, float, float, float]) -> None:
    x, y, wide, high = box
    look = _look(shade, patterned=False)
    axes.add_patch(Rectangle((x, y), wide, high, edgecolor=INK, linewidth=1, gid=tile.area, **look))
    words = tile.text
    if tile.value is None and (short := _SHORTHAND.search(words)):
        words = short[0]  # the key says what it stands for
    room = wide - 2 * INSET
    figure = known_characters(words)
    face, size = "bold", SIZE
    lines = [figure]
    if tile.value is None:
        face, lines = "regular", _short(words, room, max(1, NAME_LINES + 1 - len(name)))
    else:
        size *= min(1, room / max(text_width(figure, face), 1))  # a figure is never cut
    first = y + high / 2 - (len(name) + len(lines)) * LEADING / 2 + LEADING / 2
    for place, text in enumerate([*name, *lines]):
        own = place >= len(name)
        axes.text(
            x + wide / 2,
            first + place * LEADING,
            text,
            color=shade.text,
            ha="center",
            va="center_baseline",
            font=font_file(face if own else "regular"),
            size=size if own else SIZE,
        )


def _look(shade: Shade, *, patterned: bool) -> dict[str, Any]:
    """Return how a patch of a shade is drawn."""
    if patterned:
        return {"facecolor": shade.fill, "hatch": shade.pattern, "hatchcolor": shade.lines}
    return {"facecolor": shade.fill, "linestyle": "dashed" if shade is NONE else "solid"}


def _in_words(what: str, areas: Areas, unit: str) -> str:
    known = [(area.name, area.value, area.text) for area in areas if area.value is not None]
    parts = [f"{what}, {plural(len(areas), 'area')}."]
    if known:
        low, high = min(value for _, value, _ in known), max(value for _, value, _ in known)
        if low == high and len(known) > 1:
            parts.append(f"The same in {'all' if len(known) == len(areas) else len(known)} areas: {number(low, unit)}.")
        else:
            ends = [("Highest", high), ("Lowest", low)] if len(known) > 1 else [("Only figure", high)]
            for word, end in ends:
                holders = [holder for holder in known if holder[1] == end]
                parts.append(f"{word}: {_holders(holders, number(end, unit))}.")
    absent = Counter(area.text for area in areas if area.value is None)
    if absent:
        reasons = [f"{reason} in {count}" for reason, count in list(absent.items())[:MOST_NAMED]]
        others = "; other reasons" if len(absent) > MOST_NAMED else ""
        parts.append(f"Without a figure: {plural(absent.total(), 'area')} ({'; '.join(reasons)}{others}).")
    return " ".join(parts)


def _holders(holders: list[tuple[str, Decimal, str]], figure: str) -> str:
    """Return who has a value: ``Darwin, 12 [p]``, ``Bickley and Darwin, 12 each``, ``12, in 5 areas``."""
    names = sorted((name for name, _, _ in holders), key=str.casefold)
    if len(names) == 1:
        return f"{names[0]}, {holders[0][2]}"
    if len(names) > MOST_NAMED:
        return f"{figure}, in {len(names)} areas"
    return f"{', '.join(names[:-1])} and {names[-1]}, {figure} each"


def _short(name: str, room: float, lines: int) -> list[str]:
    """Return a name in lines that fit: ``and`` becomes ``&``, words too long are cut, and so are lines too many."""
    words = known_characters(name).split()
    shown = wrapped(words, room)
    if len(shown) > lines or any(text_width(word) > room for word in words):
        shown = wrapped([_cut("&" if word == "and" else word, room) for word in words], room)
    if len(shown) > lines:
        shown = [*shown[: lines - 1], _cut(shown[lines - 1], room - text_width(" …")).removesuffix(".") + " …"]
    return shown


def _cut(word: str, room: float) -> str:
    """Return a word that fits: whole, or its beginning up to a consonant, with a full stop."""
    if text_width(word) <= room:
        return word
    beginning = word
    while len(beginning) > 1 and text_width(f"{beginning}.") > room:
        beginning = beginning[:-1]
    return f"{beginning.rstrip('aeiou') or beginning}."


def _placed(shapes: list[Shape]) -> tuple[list[Shape], float]:
    """Return shapes in points on the page, without the points that nobody could see, and how high they reach."""
    points = [point for shape in shapes for ring in rings(shape) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.01) if in_degrees(shapes) else 1.0
    long, high = (east - west) * narrow, north - south
    room = WIDTH - 2 * MARGIN
    scale = min(room / long, TALLEST / high)
    left = MARGIN + (room - long * scale) / 2

    def placed(point: Position) -> Position:
        return round(left + (point[0] - west) * narrow * scale, 2), round((north - point[1]) * scale, 2)

    drawn = [tuple(tuple(tuple(map(placed, ring)) for ring in polygon) for polygon in shape) for shape in shapes]
    apart = FINEST
    simple = [_simpler(shape, apart) for shape in drawn]
    while sum(len(ring) for shape in simple for ring in rings(shape)) > MOST_DRAWN and apart < WIDTH:
        apart *= 2
        simple = [_simpler(shape, apart) for shape in drawn]
    return simple, high * scale


def _simpler(shape: Shape, apart: float) -> Shape:
    """Return a shape whose lines keep to within so much of their course.

    A ring that is smaller than that is left out, unless it is all there is.
    """
    polygons = tuple(
        tuple(_straighter(ring, apart) for ring in polygon if _across(ring) > apart)
        for polygon in shape
        if _across(polygon[0]) > apart
    )
    return polygons or ((_straighter(max(shape, key=lambda polygon: _across(polygon[0]))[0], apart),),)


def _across(ring: Ring) -> float:
    return max(
        max(x for x, _ in ring) - min(x for x, _ in ring),
        max(y for _, y in ring) - min(y for _, y in ring),
    )


def _straighter(ring: Ring, apart: float) -> Ring:
    """Return a ring without the points that its line passes within `apart` of, in one pass.

    Seen from the last corner, each of the next points gives a wedge of directions in which a line passes it closely
    enough. The first point that lies outside what the wedges have in common makes the point before it a corner.
    """
    corners = [ring[0]]
    before = ring[0]
    middle, low, high = 0.0, -math.pi, math.pi
    fresh = True
    for point in ring[1:]:
        x, y = point[0] - corners[-1][0], point[1] - corners[-1][1]
        far = math.hypot(x, y)
        if not fresh:
            turned = math.remainder(math.atan2(y, x) - middle, math.tau)
            farthest = math.dist(before, corners[-1])
            if not low <= turned <= high or far < farthest:
                corners.append(before)
                fresh = True
                x, y = point[0] - before[0], point[1] - before[1]
                far = math.hypot(x, y)
        if far > apart:
            half = math.asin(apart / far)
            if fresh:
                middle, low, high, fresh = math.atan2(y, x), -half, half, False
            else:
                low, high = max(low, turned - half), min(high, turned + half)
            before = point
    if before not in (corners[-1], ring[-1]):
        corners.append(before)
    return (*corners, ring[-1])


def _moved(shape: Shape, down: float) -> Shape:
    return tuple(tuple(tuple((x, round(y + down, 2)) for x, y in ring) for ring in polygon) for polygon in shape)


def _line(shape: Shape) -> Line:
    """Return a shape as a line to fill: outer rings one way round and holes the other, whatever way the file has."""
    lines = []
    for polygon in shape:
        for place, ring in enumerate(polygon):
            way = ring if (enclosed(ring) > 0) == (place == 0) else ring[::-1]
            lines.append(Line(way, [Line.MOVETO, *[Line.LINETO] * (len(way) - 2), Line.CLOSEPOLY]))
    return Line.make_compound_path(*lines)


def _inside(shape: Shape) -> Position:
    """Return a point well inside a shape's largest polygon, for its number.

    Of seventeen lines across, each has its longest stretch inside. Of the middles of these, the one that is farthest
    from any boundary, holes among them; of several the one nearest to half the height.
    """
    polygon = max(shape, key=lambda part: abs(enclosed(part[0])))
    ring = polygon[0]
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    heights = [south + (north - south) * (2 * n + 1) / 34 for n in sorted(range(17), key=lambda n: abs(n - 8))]
    longest = [(max(reach, key=lambda ends: ends[1] - ends[0]), y) for y in heights if (reach := _reach(polygon, y))]
    points = [((left + right) / 2, y) for (left, right), y in longest]
    return max(points, key=lambda point: _clear(polygon, point), default=ring[0])


def _clear(polygon: Polygon, point: Position) -> float:
    """Return how far a point is from the nearest boundary of a polygon, to a hundredth of a point."""
    return round(min(_apart(point, *side) for ring in polygon for side in pairwise(ring)), 2)


def _apart(point: Position, start: Position, end: Position) -> float:
    """Return how far a point is from the line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = point[0] - start[0], point[1] - start[1]
    along = min(max((px * dx + py * dy) / ((dx * dx + dy * dy) or 1), 0), 1)
    return math.hypot(px - along * dx, py - along * dy)


def _reach(polygon: Polygon, y: float) -> list[tuple[float, float]]:
    """Return the stretches of a line from west to east that lie inside a polygon and outside its holes."""
    crossed = sorted(
        ax + (y - ay) * (bx - ax) / (by - ay)
        for ring in polygon
        for (ax, ay), (bx, by) in pairwise(ring)
        if (ay <= y) != (by <= y)
    )
    return list(zip(crossed[::2], crossed[1::2], strict=True))
