"""Boundaries: the outlines of areas, from a GeoJSON file that somebody downloaded.

The file is a FeatureCollection of polygons, in degrees of longitude and latitude or in metres of a national grid; the
numbers tell which. It is hostile until checked: how large it is, how deep it nests and how many parts it has are
known before it is read as JSON, so that no file takes more than seconds or some hundred megabytes; what JSON proper
does not know (NaN, a key twice, digits without end) is refused.

Which feature is which area is told by its GSS code (the nine characters by which the Office for National Statistics
names an area: ``E05000106``). No name of a property is set, since each year's file calls it otherwise (``WD20CD``,
``WD21CD``): the property meant is the only one that holds a code in every feature, and never the same code twice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from priority_two.errors import Error, Refused, few, one_line
from priority_two.files.reads import ReadFile, read_bytes, utf8

LARGEST_FILE = 32 * 1024 * 1024
MOST_FEATURES = 2_000
MOST_POINTS = 500_000
MOST_TEXTS = 500_000  # keys, and values between quotes
MOST_PARTS = 8 * MOST_POINTS  # brackets and commas: a point has five at most, and features have properties
DEEPEST = 32
LONGEST_NUMBER = 40
LARGEST_COORDINATE = 1e7
FEWEST_POSITIONS = 4
LONGEST_LIST = 220

Position = tuple[float, float]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]
Shape = tuple[Polygon, ...]

_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_OPEN, _CLOSE, _COMMA = b"[{", b"]}", b","
_OTHER = bytes(set(range(256)) - set(_OPEN + _CLOSE + _COMMA))
_CODE = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True)
class Boundaries:
    """The outlines that a file holds.

    ``column`` is the property that holds the codes. ``shapes`` are by code, in the file's order: a shape is its
    polygons, a polygon its rings, outer ring first.
    """

    file: str
    column: str
    shapes: dict[str, Shape]
    read: ReadFile


def read_boundaries(path: Path, shown: str) -> Boundaries:
    """Return the boundaries of a GeoJSON file.

    That the file lies inside the data folder is for the caller to see to.

    Raises
    ------
    Refused
        The file cannot be read, is too large, is no GeoJSON of polygons, or does not say which area is which.
    """
    fix = "take a generalised version of the boundaries, and only the areas of the partnership"
    content = read_bytes(path, shown, LARGEST_FILE, fix)
    features = _features(_parsed(content, shown), shown)
    errors: list[Error] = []
    shapes: list[Shape] = []
    left = MOST_POINTS
    for number, feature in enumerate(features, 1):
        try:
            shape = _shape(feature.get("geometry"), left)
        except ValueError as error:
            expected, problem = error.args
            errors.append(Error(shown, expected, found=f"{problem} in feature {number}"))
        else:
            left -= sum(len(ring) for polygon in shape for ring in polygon)
            shapes.append(shape)
    column = _column([feature["properties"] for feature in features], shown, errors)
    if errors:
        raise Refused(few(shown, errors))
    codes = [feature["properties"][column] for feature in features]
    return Boundaries(shown, column, dict(zip(codes, shapes, strict=True)), ReadFile.of(content))


def joined(boundaries: Boundaries, areas: Mapping[str, str]) -> dict[str, Shape]:
    """Return the shape of each area, in the areas' order.

    `areas` has the names by code of the areas in force that a map is to show.

    Raises
    ------
    Refused
        The file lacks an area, or has one that is not in force: both are listed.
    """
    lacking = [f"{code} {one_line(name, 60)}" for code, name in areas.items() if code not in boundaries.shapes]
    strange = sorted(set(boundaries.shapes) - set(areas))
    errors = []
    for expected, problem, fix in (
        (
            "the boundary of each area in force",
            f"none for {len(lacking)} of {len(areas)} areas" * bool(lacking),
            f"add {listed(lacking)}",
        ),
        (
            "boundaries of areas in force only",
            f"{len(strange)} of {len(boundaries.shapes)} boundaries for no such area" * bool(strange),
            f"take out {listed(strange)}",
        ),
    ):
        if problem:
            errors.append(Error(boundaries.file, expected, None, boundaries.column, problem, fix))
    if errors:
        raise Refused(errors)
    return {code: boundaries.shapes[code] for code in areas}


def in_degrees(shapes: Iterable[Shape]) -> bool:
    """Tell whether coordinates are longitudes and latitudes: no other grid stays within 180 and 90 of its origin."""
    return all(abs(x) <= 180 and abs(y) <= 90 for shape in shapes for ring in rings(shape) for x, y in ring)


def rings(shape: Shape) -> Iterator[Ring]:
    """Yield every ring of a shape."""
    return (ring for polygon in shape for ring in polygon)


def enclosed(ring: Sequence[Position]) -> float:
    """Return the area that a closed ring encloses: positive where it runs anticlockwise, negative where clockwise."""
    x0, y0 = ring[0]  # seen from the first position, since a grid's origin lies far off
    return sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairwise(ring)) / 2


def listed(items: Sequence[str], longest: int = LONGEST_LIST) -> str:
    """Return items with commas between them, as many as fit, and how many more there are."""
    lengths = accumulate(len(item) + 2 for item in items)
    shown = max(sum(length <= longest for length in lengths), 1)
    more = f" … and {len(items) - shown} more" if len(items) > shown else ""
    return ", ".join(items[:shown]) + more


def _parsed(content: bytes, shown: str) -> Any:
    text = utf8(content, shown)
    body = text.encode()
    # Brackets and commas alone, without those that stand in text.
    bare, texts = _TEXT.subn(b"", body, count=MOST_TEXTS)
    marks = bare.translate(None, _OTHER)
    if texts == MOST_TEXTS:
        raise Refused([Error(shown, f"fewer than {MOST_TEXTS} names and texts", found="more")])
    if len(marks) > MOST_PARTS:
        raise Refused([Error(shown, f"at most {MOST_POINTS} points", found="more")])
    steps = (1 if mark in _OPEN else -1 if mark in _CLOSE else 0 for mark in marks)
    if any(depth > DEEPEST for depth in accumulate(steps)):
        raise Refused([Error(shown, "GeoJSON", found=f"lists or objects more than {DEEPEST} deep")])
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        problem = f"{error.msg} at character {error.colno}"
        raise Refused([Error(shown, "well-formed JSON", error.lineno, found=problem)]) from None
    except (ValueError, RecursionError) as error:
        raise Refused([Error(shown, "plain JSON", found=str(error))]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"the key {one_line(key, 60)} twice in one object")
            seen.add(key)
    return members


def _constant(name: str) -> Any:
    raise ValueError(f"{name}, which is no number in JSON")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a whole number of more than {LONGEST_NUMBER} digits")
    return int(digits)


def _features(collection: Any, shown: str) -> list[dict[str, Any]]:
    kind = collection.get("type") if isinstance(collection, dict) else None
    features = collection.get("features") if isinstance(collection, dict) else None
    if kind != "FeatureCollection" or not isinstance(features, list):
        type_name = str(kind) if isinstance(kind, str) else "another thing"
        raise Refused([Error(shown, "a GeoJSON FeatureCollection with features", found=type_name)])
    if not 1 <= len(features) <= MOST_FEATURES:
        raise Refused([Error(shown, f"1 to {MOST_FEATURES} features", found=str(len(features)))])
    errors = [
        Error(shown, "a Feature with properties", found=f"another thing as feature {number}")
        for number, feature in enumerate(features, 1)
        if not isinstance(feature, dict)
        or feature.get("type") != "Feature"
        or not isinstance(feature.get("properties"), dict)
    ]
    if errors:
        raise Refused(few(shown, errors))
    return features


def _shape(geometry: Any, left: int) -> Shape:
    """Return the shape of a geometry of at most so many points, or raise with what was expected and what was found."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError("a Polygon or MultiPolygon", kind if isinstance(kind, str) else "no geometry")
    coordinates = geometry.get("coordinates")
    polygons = _filled([coordinates] if kind == "Polygon" else coordinates, "polygons")
    shape = []
    for polygon in polygons:
        polygon_rings = []
        for ring in _filled(polygon, "rings"):
            left -= len(_filled(ring, "positions"))
            if left < 0:
                raise ValueError(f"at most {MOST_POINTS} points in all", "more")
            polygon_rings.append(_ring(ring))
        shape.append(tuple(polygon_rings))
    if not any(enclosed(polygon[0]) for polygon in shape):
        raise ValueError("an outline that encloses an area", "none")
    return tuple(shape)


def _filled(items: Any, what: str) -> list[Any]:
    if not isinstance(items, list) or not items:
        raise ValueError(f"a list of {what}", "none")
    return items


def _ring(positions: list[Any]) -> Ring:
    ring = tuple(_position(position) for position in positions)
    if len(ring) < FEWEST_POSITIONS:
        raise ValueError(f"rings of at least {FEWEST_POSITIONS} positions", f"a ring of {len(ring)}")
    if ring[0] != ring[-1]:
        raise ValueError("rings that end where they begin", "an open ring")
    return ring


def _position(numbers: Any) -> Position:
    """Return the first two numbers of a position; a third is a height, which a map does not show."""
    if (
        not isinstance(numbers, list)
        or not 2 <= len(numbers) <= 3
        or any(type(number) not in (int, float) for number in numbers)
    ):
        raise ValueError("positions of two or three numbers", "another thing")
    if not all(abs(number) <= LARGEST_COORDINATE and math.isfinite(number) for number in numbers):
        raise ValueError(f"coordinates from -{LARGEST_COORDINATE:.0f} to {LARGEST_COORDINATE:.0f}", "one beyond them")
    return float(numbers[0]), float(numbers[1])


def _column(properties: list[dict[str, Any]], shown: str, errors: list[Error]) -> str:
    """Return the property that holds the codes, or add to the faults."""
    names = list(dict.fromkeys(name for values in properties for name in values))
    codes = [name for name in names if _identifies([values.get(name) for values in properties])]
    if len(codes) == 1:
        return codes[0]
    expected = "one property with the area's GSS code (a letter and eight digits), in every feature another"
    short = [one_line(name, 30) for name in codes or names]
    candidates = listed(short, 80) if short else "no property"
    fix = "keep only one of them" if codes else "take boundaries that carry the codes of the areas"
    errors.append(Error(shown, expected, found=candidates, fix=fix))
    return ""


def _identifies(values: list[Any]) -> bool:
    codes = {value for value in values if isinstance(value, str) and _CODE.fullmatch(value)}
    return len(codes) == len(values)
