from __future__ import annotations

import csv
import html
import math
import random
import re
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Line
from matplotlib.textpath import TextPath

from conftest import DATA
from priority_two.charts.maps import MOST_TILES, NONE, SHADES, MapTile, Outline, classes, numbered, shape_map, tile_map
from priority_two.charts.style import font_file

WHAT = "Incidents by ward, 2020-21"
ABSENT = "not available [x]"
SPACE = {"svg": "http://www.w3.org/2000/svg"}


def wards() -> list[dict[str, str]]:
    with (DATA / "reference" / "areas.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["tile_row"]]


def tiles(*values: int | str | None, absent: str = ABSENT) -> list[MapTile]:
    return [
        MapTile(
            row["area"],
            row["name"],
            int(row["tile_row"]),
            int(row["tile_column"]),
            None if value is None else Decimal(value),
            absent if value is None else str(value),
        )
        for row, value in zip(wards(), values, strict=False)
    ]


def square(x: float, y: float, side: float = 1.0) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))


def outline(code: str, name: str, *polygons: tuple, value: int | None = 1) -> Outline:
    number = None if value is None else Decimal(value)
    return Outline(code, name, polygons, number, ABSENT if value is None else str(value))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- our own drawing


def paths(svg: str) -> dict[str, list[list[tuple[float, float]]]]:
    """Return the corners of what is drawn for each area, a list a ring."""
    found = {}
    for group in parsed(svg).iterfind(".//svg:g[@id]", SPACE):
        if re.fullmatch("[EX][0-9]{8}", group.get("id", "")):
            path = group.find("svg:path", SPACE)
            rings = re.sub("[MLz]", lambda match: "|" * (match[0] == "M"), path.get("d")).split("|")[1:]
            numbers = [[float(number) for number in ring.split()] for ring in rings]
            found[group.get("id")] = [list(zip(ring[::2], ring[1::2], strict=True)) for ring in numbers]
    return found


def fills(svg: str) -> dict[str, str]:
    """Return the fill of each area, patterns by the colour beneath them."""
    root = parsed(svg)
    beneath = {
        f"url(#{pattern.get('id')})": pattern.find("svg:rect", SPACE).get("fill")
        for pattern in root.iterfind(".//svg:pattern", SPACE)
    }
    found = {}
    for area in paths(svg):
        style = root.find(f".//svg:g[@id='{area}']/svg:path", SPACE).get("style")
        fill = re.search(r"fill: ([^;]+)", style)[1]
        found[area] = beneath.get(fill, fill).upper()
    return found


def texts(svg: str) -> list[str]:
    return [html.unescape(text) for text in re.findall("<!-- (.*?) -->", svg)]


def placed(svg: str) -> dict[str, tuple[float, float]]:
    """Return the middle of each number that is drawn."""
    found = {}
    for number, x, y in re.findall(r"<!-- (\d+) -->\s*<g [^>]*translate\(([\d.]+) ([\d.]+)\)", svg):
        box = TextPath((0, 0), number, size=12, prop=FontProperties(fname=str(font_file("regular")))).get_extents()
        found.setdefault(
            number, (float(x) + (box.x0 + box.x1) / 2, float(y) - (box.y0 + box.y1) / 2)
        )  # the key comes last
    return found


def within(point: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    return sum(Line([*ring, ring[0]]).contains_point(point) for ring in rings) % 2 == 1


def ring_area(ring: list[tuple[float, float]]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*ring, ring[0]])) / 2


@settings(max_examples=50)
@given(st.lists(st.one_of(st.integers(0, 6), st.decimals(-1000, 1000, places=2)).map(Decimal), max_size=60))
def test_each_value_lies_in_exactly_one_class(values: list[Decimal]) -> None:
    found = classes(values)
    assert len(found) == min(4, len(set(values)))
    assert all(sum(low <= value <= high for low, high in found) == 1 for value in values)
    assert all(low in values and high in values for low, high in found)
    assert found == sorted(found) == classes(reversed(values))
    sizes = [sum(low <= value <= high for value in values) for low, high in found]
    if len(values) >= 4 and len(set(values)) == len(values):
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([7, 7, 7], [(7, 7)]),
        ([1, 2, 3], [(1, 1), (2, 2), (3, 3)]),
        (range(1, 9), [(1, 2), (3, 4), (5, 6), (7, 8)]),
        ([0] * 20 + [1, 2, 3, 4, 5], [(0, 0), (1, 2), (3, 3), (4, 5)]),  # shares of 25/4, then of 5/3, 3/2, 2
        (["1", "1.0", "1.00"], [(1, 1)]),
    ],
)
def test_classes_are_those_worked_out_by_hand(values: list, expected: list) -> None:
    assert classes(Decimal(value) for value in values) == expected


def test_shades_hold_their_text_and_stand_apart() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, other: str) -> float:
        low, high = sorted((light(one), light(other)))
        return (high + 0.05) / (low + 0.05)

    assert all(contrast(shade.fill, shade.text) >= 4.5 for shade in (*SHADES, NONE))
    lights = [light(shade.fill) for shade in SHADES]
    assert lights == sorted(lights, reverse=True)
    # A pattern is seen on its shade; of two plain shades one is far darker; next to each other they differ by pattern.
    assert all(contrast(shade.fill, shade.lines) >= 3 for shade in (*SHADES, NONE) if shade.pattern)
    assert contrast(SHADES[0].fill, SHADES[3].fill) >= 3
    assert all(one.pattern != other.pattern for one, other in pairwise([NONE, *SHADES]))
    # The outline: dark on the three lighter shades, white within it on the darkest.
    assert all(contrast(shade.fill, "#0B0C0C") >= 3 for shade in (*SHADES[:3], NONE))
    assert contrast(SHADES[3].fill, "#FFFFFF") >= 3


def test_darker_tiles_have_higher_figures_and_equal_figures_the_same_shade() -> None:
    values = [(n * 37) % 23 for n in range(21)]
    svg = tile_map(WHAT, tiles(*values, None)).svg
    found = fills(svg)
    order = [shade.fill for shade in SHADES]
    ranks = [(one.value, order.index(found[one.area])) for one in tiles(*values)]
    assert all(a[1] <= b[1] for a, b in pairwise(sorted(ranks)))
    assert all(4 <= count <= 6 for count in Counter(rank for _, rank in ranks).values())
    assert found["E05000127"] == "#FFFFFF"
    dashed = parsed(svg).findall(".//svg:g[@id='E05000127']/svg:path", SPACE)
    assert "stroke-dasharray" in dashed[0].get("style")


def test_tiles_lie_as_their_rows_and_columns_say_and_do_not_touch() -> None:
    shown = tiles(*range(22))
    found = {area: ring for area, (ring,) in paths(tile_map(WHAT, shown).svg).items()}
    assert len(found) == 22
    left = {one.area: min(x for x, _ in found[one.area]) for one in shown}
    top = {one.area: min(y for _, y in found[one.area]) for one in shown}
    wide = max(x for x, _ in found["E05000106"]) - left["E05000106"]
    high = max(y for _, y in found["E05000106"]) - top["E05000106"]
    for one in shown:
        for other in shown:
            across, down = left[other.area] - left[one.area], top[other.area] - top[one.area]
            assert (across > wide) == (other.column > one.column)
            assert (down > high) == (other.row > one.row)


def test_each_tile_says_its_name_and_figure_within_its_bounds() -> None:
    svg = tile_map(WHAT, tiles(*[1240 + n for n in range(21)], None)).svg
    said = texts(svg)
    for text in ("Bickley", "1240", "Crystal", "Palace", "[x]", "1240 [p]"):
        assert (text in said) == (text != "1240 [p]")
    assert "no figure: not available [x]" in said
    (corner,) = paths(svg)["E05000106"]
    wide = max(x for x, _ in corner) - min(x for x, _ in corner)
    key = [text for text in said if " to " in text or "no figure" in text]
    assert len(key) == 5
    for text in set(said) - set(key):
        assert (
            TextPath((0, 0), text, size=12, prop=FontProperties(fname=str(font_file("bold")))).get_extents().x1 < wide
        )


def test_the_key_states_the_classes_in_the_unit() -> None:
    said = texts(tile_map(WHAT, tiles("0", "0.5", "1", "2.5", "2.5", "3", "4", "4"), unit="percent").svg)
    assert said[-4:] == ["0% to 0.5%", "1%", "2.5%", "3% to 4%"]
    said = texts(tile_map(WHAT, tiles(*range(1000, 9000, 1000))).svg)
    assert said[-4:] == ["1,000 to 2,000", "3,000 to 4,000", "5,000 to 6,000", "7,000 to 8,000"]


def test_names_too_long_for_a_tile_are_shortened_and_never_the_figure() -> None:
    name, value = "Llanfairpwllgwyngyll and Ystradgynlais upon the Wold Extra", 10**12
    wide = [MapTile(f"X{n:08d}", name, 1, n, Decimal(value), f"{value:,} [p]") for n in range(12)]
    said = texts(tile_map(WHAT, wide).svg)
    assert said.count("1,000,000,000,000 [p]") == 12
    assert any(re.fullmatch(r"Llan\w*\. &", text) for text in said)
    assert any(text.endswith(" …") for text in said)


def test_alternative_text_says_how_many_which_is_highest_and_lowest_and_how_many_lack_a_figure() -> None:
    alt = tile_map(WHAT, tiles(40, 12, 12, 300, None, None, 5, 6, 7)).alt
    assert alt == (
        "Tile map: Incidents by ward, 2020-21, 9 areas. Highest: Bromley Town, 300. Lowest: Clock House, 5. "
        "Without a figure: 2 areas (not available [x] in 2)."
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((9, 9, 1, 1, 1, 1), "Highest: Bickley and Biggin Hill, 9 each. Lowest: 1, in 4 areas."),
        ((2, 1, 2, 2), "Highest: Bickley, Bromley Common and Keston and Bromley Town, 2 each. Lowest: Biggin Hill, 1."),
        ((0, 0), "The same in all areas: 0."),
        ((0, 0, None), "The same in 2 areas: 0. Without a figure: 1 area (not available [x] in 1)."),
        ((3,), "Only figure: Bickley, 3."),
        ((None, 4), "Only figure: Biggin Hill, 4. Without a figure: 1 area (not available [x] in 1)."),
        ((None, None), "2020-21, 2 areas. Without a figure: 2 areas (not available [x] in 2)."),
    ],
)
def test_ties_are_said_in_alternative_text(values: tuple, said: str) -> None:
    assert tile_map(WHAT, tiles(*values)).alt.endswith(said)


def test_many_reasons_are_bounded() -> None:
    lacking = [
        MapTile(f"X{n:08d}", f"Ward {n}", n // 5, n % 5, None, f"{n} of 12 months") for n in range(12)
    ]  # what a roll-up says of a year that is not complete
    assert tile_map(WHAT, lacking).alt.endswith(
        "12 areas (0 of 12 months in 1; 1 of 12 months in 1; 2 of 12 months in 1; other reasons)."
    )


def test_equal_data_give_equal_bytes() -> None:
    shown = tiles(3, None, 5)
    shapes = [outline("X00000001", "One", (square(0, 0),)), outline("X00000002", "Two", (square(1, 0),), value=None)]
    for draw, areas in ((tile_map, shown), (shape_map, shapes)):
        assert draw(WHAT, areas) == draw(WHAT, areas)


def test_hostile_words_stay_words() -> None:
    name = "--><script>alert(1)</script> $x^2$ \u202e\x1b中文 ]]>"
    odd = [
        MapTile("X1", name, -5, 3, None, name),
        MapTile("X2", "", 0, 0, Decimal(1), ""),
        MapTile("X3", "&", 1, 1, None, ""),
    ]
    for chart in (
        tile_map(name, odd),
        shape_map(name, [Outline(one.area, one.name, ((square(one.row, 0),),), one.value, one.text) for one in odd]),
    ):
        root = parsed(chart.svg)
        assert not root.findall(".//svg:script", SPACE)
        assert "<script" not in chart.svg


@pytest.mark.parametrize(
    "places", [[], [(1, 1), (1, 1)], [(0, 0), (0, MOST_TILES)], [(-(10**9), 0), (10**9, 0)]], ids=str
)
def test_tiles_that_cannot_be_laid_out_are_an_error(places: list) -> None:
    with pytest.raises(ValueError, match="tile"):
        tile_map(WHAT, [MapTile(str(place), "Ward", *place, Decimal(1), "1") for place in places])
    with pytest.raises(ValueError, match="area"):
        shape_map(WHAT, [])


def test_areas_are_numbered_by_name() -> None:
    assert numbered({"c": "beta", "b": "Alpha", "a": "Beta"}) == {"b": 1, "a": 2, "c": 3}


C_SHAPE = ((0, 0), (6, 0), (6, 1), (1, 1), (1, 5), (6, 5), (6, 6), (0, 6), (0, 0))  # its centre of mass is outside it
RING = (square(10, 0, 6), square(11, 1, 4))  # and so is this one's, in the hole
CLOCKWISE = tuple(tuple(reversed(ring)) for ring in RING)
SLOPE = ((20, 0), (26, 6), (26, 5.5), (20.5, 0), (20, 0))


@pytest.mark.parametrize(
    "polygons",
    [(RING,), (CLOCKWISE,), ((RING[0], CLOCKWISE[1]),), ((C_SHAPE,),), ((SLOPE,), (square(0, 0, 0.5),))],
    ids=["hole", "clockwise", "hole the other way", "C", "two parts"],
)
def test_a_number_stands_inside_its_area_and_holes_are_left_open(polygons: tuple) -> None:
    other = outline("X00000002", "Zed", (square(30, 0),), value=9)
    svg = shape_map(WHAT, [outline("X00000001", "Able", *polygons), other]).svg
    drawn, numbers = paths(svg), placed(svg)
    assert within(numbers["1"], drawn["X00000001"])
    assert within(numbers["2"], drawn["X00000002"])
    assert len(drawn["X00000001"]) == sum(map(len, polygons))
    if len(polygons[0]) == 2:  # the two run opposite ways round, so that no rule of filling fills the hole
        outer, hole = map(ring_area, drawn["X00000001"])
        assert outer * hole < 0


def test_a_map_is_north_up_and_degrees_are_as_wide_as_they_are_there() -> None:
    def sides(x: float, y: float, side: float) -> float:
        one = outline("X00000001", "South", (square(x, y, side),))
        two = outline("X00000002", "North", (square(x, y + side, side),))
        found = paths(shape_map(WHAT, [one, two]).svg)
        assert min(y for _, y in found["X00000001"][0]) > min(y for _, y in found["X00000002"][0])
        xs, ys = zip(*found["X00000001"][0], strict=True)
        return (max(xs) - min(xs)) / (max(ys) - min(ys))

    assert sides(540000, 160000, 4000) == pytest.approx(1, abs=0.01)
    assert sides(10, 59.9, 0.1) == pytest.approx(0.5, abs=0.01)  # the cosine of 60 degrees


def test_neighbouring_classes_differ_by_pattern_and_the_key_shows_it() -> None:
    areas = [outline(f"X{n:08d}", f"Ward {n}", (square(n, 0),), value=n or None) for n in range(9)]
    chart = shape_map(WHAT, areas)
    assert len(parsed(chart.svg).findall(".//svg:pattern", SPACE)) == 3
    order = ["#FFFFFF", *(shade.fill for shade in SHADES for _ in range(2))]
    assert list(fills(chart.svg).values()) == order
    assert {"1 to 2", "3 to 4", "5 to 6", "7 to 8", "no figure: not available [x]"} <= set(texts(chart.svg))
    assert chart.alt == (
        "Map: Incidents by ward, 2020-21, 9 areas. Highest: Ward 8, 8. Lowest: Ward 1, 1. "
        "Without a figure: 1 area (not available [x] in 1)."
    )


def test_a_fine_outline_is_drawn_in_few_points_and_nobody_sees_the_difference() -> None:
    steps = [math.tau * n / 20_000 for n in range(20_000)]
    circle = [(540_000 + 5_000 * math.cos(step), 160_000 + 5_000 * math.sin(step)) for step in steps]
    svg = shape_map(WHAT, [outline("X00000001", "Round", ((*circle, circle[0]),))]).svg
    (ring,) = paths(svg)["X00000001"]
    xs, ys = zip(*ring, strict=True)
    middle, radius = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2), (max(xs) - min(xs)) / 2
    assert 20 < len(ring) < 400
    halves = [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in pairwise(ring)]
    assert all(abs(math.dist(point, middle) - radius) < 0.2 for point in [*ring, *halves])


def test_a_very_detailed_file_makes_a_small_drawing() -> None:
    # A coast so jagged that every point of it would show.
    teeth = [(n / 100, 50 + (n % 2) * 0.4) for n in range(60_000)]
    jagged = ((*((x / 10, y) for x, y in teeth), (60, 0), (0, 0), (0, 50)),)
    svg = shape_map(WHAT, [outline("X00000001", "Jagged", jagged)]).svg
    assert len(svg) < 1_000_000
    xs, ys = zip(*paths(svg)["X00000001"][0], strict=True)
    assert max(ys) - min(ys) > 300
    assert max(xs) - min(xs) > 300


def test_an_outline_that_crosses_itself_everywhere_makes_a_small_drawing() -> None:
    draw = random.Random(20210331)
    points = [(draw.uniform(530_000, 540_000), draw.uniform(160_000, 170_000)) for _ in range(20_000)]
    svg = shape_map(WHAT, [outline("X00000001", "Scribble", ((*points, points[0]),))]).svg
    assert len(svg) < 1_000_000
    assert "1" in placed(svg)


@pytest.mark.parametrize(("side", "height"), [(1, 9), (9, 1), (3, 3)], ids=["tall", "wide", "square"])
def test_the_number_of_a_plain_area_stands_in_its_middle(side: float, height: float) -> None:
    corners = ((0, 0), (side, 0), (side, height), (0, height), (0, 0))
    svg = shape_map(WHAT, [outline("X00000001", "Plain", (corners,))]).svg
    xs, ys = zip(*paths(svg)["X00000001"][0], strict=True)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    assert placed(svg)["1"] == pytest.approx(middle, abs=1.5)


def test_an_area_too_small_to_see_is_drawn_and_numbered_all_the_same() -> None:
    speck = outline("X00000002", "Speck", (square(540_000, 160_000, 0.001),))
    svg = shape_map(WHAT, [outline("X00000001", "Large", (square(530_000, 160_000, 9_000),)), speck]).svg
    assert {"X00000001", "X00000002"} == set(paths(svg))
    assert "2" in placed(svg)
