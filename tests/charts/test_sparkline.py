"""Small charts: what is drawn, read out of the SVG itself, and what their alternative text says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pytest

from priority_two.blocks import Chart
from priority_two.charts.sparkline import HIGH, NARROW, WIDE, SparkPoint, columns, sparkline
from priority_two.reference.catalogue import contrast

QUARTERS = "Quarters One to Four"


def points(*values, synthetic=()):
    exact = [None if value is None else Decimal(str(value)) for value in values]
    return [
        SparkPoint(value, "[x]" if value is None else f"{value:,}", n in synthetic) for n, value in enumerate(exact)
    ]


def tags(svg, name):
    return [one.attrib for one in ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")]  # noqa: S314


def line(svg):
    """The places of the line through the values, and of how many pieces it is."""
    path = next(one for one in tags(svg, "path") if one["stroke-width"] == "1.2")["d"]
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path)], path.count("M")


def test_reported_points_are_solid_illustrative_ones_hollow_and_the_last_is_larger():
    svg = sparkline(points(30, 33, 36, 38, synthetic=(0, 1, 2)), words=QUARTERS).svg
    dots = tags(svg, "circle")
    assert [dot["fill"] for dot in dots] == ["#FFFFFF"] * 3 + ["#12436D"]
    assert float(dots[-1]["r"]) == max(float(dot["r"]) for dot in dots) > float(dots[0]["r"])
    heights = [float(dot["cy"]) for dot in dots]
    assert heights == sorted(heights, reverse=True)
    assert [(float(dot["cx"]), float(dot["cy"])) for dot in dots] == line(svg)[0]


def test_it_has_the_size_at_which_it_is_shown_and_nothing_stands_outside():
    svg = sparkline(points(30, 33, 36, 38), words=QUARTERS).svg
    assert svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" width="{NARROW:.0f}pt" height="{HIGH:.0f}pt"')
    wide = sparkline(points(*range(24)), words="Two years", step="month", width=WIDE).svg
    for drawing, width in ((svg, NARROW), (wide, WIDE)):
        for dot in tags(drawing, "circle"):
            x, y, r = (float(dot[name]) for name in ("cx", "cy", "r"))
            assert r <= x <= width - r and r <= y <= HIGH - r
    assert len(tags(wide, "circle")) == 1  # of many points only the last is drawn


def test_a_period_without_a_value_is_a_gap_and_a_point_between_two_gaps_is_still_seen():
    assert line(sparkline(points(1, 2, None, 3), words=QUARTERS).svg)[1] == 2
    many = [1, 2, 3, 4, None, 5, None, 6, 7, 8]
    svg = sparkline(points(*many), words="x", step="month", width=WIDE).svg
    assert len(tags(svg, "circle")) == 2


def test_mean_and_limits_are_a_line_in_a_band_and_signals_have_shapes():
    shapes = ("", "diamond", "square", "triangle", "diamond")
    series = [SparkPoint(Decimal(n), str(n), shape=shape) for n, shape in enumerate(shapes)]
    svg = sparkline(series, words="x", mean=Decimal(2), limits=(Decimal("0.5"), Decimal("3.5"))).svg
    (band,) = tags(svg, "rect")
    ruled = next(one["d"] for one in tags(svg, "path") if one["stroke-width"] == "0.6")
    middle = float(re.search(r"M0 ([\d.]+)", ruled)[1])
    assert float(band["y"]) < middle < float(band["y"]) + float(band["height"])
    signals = tags(svg, "polygon")
    assert [len(one["points"].split()) for one in signals] == [4, 4, 3, 4]
    assert len({one["points"] for one in signals}) == 4 and len(tags(svg, "circle")) == 1
    assert all(contrast(one["fill"]) >= 4.5 for one in signals)


@pytest.mark.parametrize(
    ("values", "alt"),
    [
        ((30, 33, 36, 38), f"{QUARTERS}: 30, 33, 36, 38. Up each quarter."),
        ((9, 8, 7, 2), f"{QUARTERS}: 9, 8, 7, 2. Down each quarter."),
        ((3, 3, 3, 3), f"{QUARTERS}: 3, 3, 3, 3. The same each quarter."),
        ((2, 3, 3, 3), f"{QUARTERS}: 2, 3, 3, 3."),
        ((None, None, None, 12), f"{QUARTERS}: [x], [x], [x], 12. No other figure."),
        ((None, 1, 2, 3), f"{QUARTERS}: [x], 1, 2, 3. Up each quarter."),
        ((1, None, 2, 3), f"{QUARTERS}: 1, [x], 2, 3."),
        ((1, 2, 3, None), f"{QUARTERS}: 1, 2, 3, [x]."),
        ((1200, 4700), f"{QUARTERS}: 1,200, 4,700. Up."),
        ((5,), f"{QUARTERS}: 5."),
    ],
)
def test_alternative_text_gives_few_numbers_each_and_says_how_they_move(values, alt):
    assert sparkline(points(*values), words=QUARTERS).alt == alt
    assert columns(points(*values), words=QUARTERS).alt == alt


def test_alternative_text_names_the_period_of_each_number_where_it_is_known():
    named = zip(points(30, 33, None, 38), ("One", "Two", "Three", "Four"), strict=True)
    series = [replace(point, period=f"Quarter {name}") for point, name in named]
    said = columns(series, words="Posts, 2020-21").alt
    assert said == "Posts, 2020-21: Quarter One 30, Quarter Two 33, Quarter Three [x], Quarter Four 38."


def test_alternative_text_of_two_years_of_quarters_is_language_and_no_row_of_numbers():
    two_years = "Quarter One 2019-20 to Quarter Four 2020-21"
    ends = "latest 8, lowest 1, highest 8."
    assert sparkline(points(*range(1, 9)), words=two_years).alt == f"{two_years}: {ends} Up each quarter."
    said = sparkline(points(None, *range(1, 8)), words=two_years).alt
    assert said == f"{two_years}: latest 7, lowest 1, highest 7. 1 quarter without a value. Up each quarter."


def test_alternative_text_of_many_gives_the_latest_and_the_ends_and_what_they_are_judged_by():
    said = sparkline(
        points(*range(20, 31), None, 26), words="13 months", step="month", judged="Mean 25, limits 20 to 30", width=WIDE
    ).alt
    assert said == "13 months: latest 26, lowest 20, highest 30. 1 month without a value. Mean 25, limits 20 to 30."


def test_columns_stand_on_nought_and_illustrative_ones_are_outlined():
    svg = columns(points(0, 1, 2, 3, synthetic=(0, 1, 2)), words=QUARTERS).svg
    bars = tags(svg, "rect")
    assert [bar["fill"] for bar in bars] == ["#FFFFFF"] * 3 + ["#12436D"]
    assert [("stroke" in bar) for bar in bars] == [True] * 3 + [False]
    feet = [float(bar["y"]) + float(bar["height"]) for bar in bars]
    assert max(feet) - min(feet) <= 0.6
    tops = [float(bar["y"]) for bar in bars]
    assert tops == sorted(tops, reverse=True) and tops[-1] >= 0
    centres = [float(bar["x"]) + float(bar["width"]) / 2 for bar in bars]
    assert centres == pytest.approx([126 * (n + 0.5) / 4 for n in range(4)], abs=0.1)
    assert len(tags(columns(points(None, 4), words="x").svg, "rect")) == 1


@pytest.mark.parametrize("draw", [sparkline, columns])
def test_they_are_the_same_bytes_again_and_pass_as_a_block(draw):
    values = points("1E+40", -3, None, 0, "0.000001")
    first, again = (draw(values, words="A & <b>") for _ in range(2))
    assert first == again and len(first.svg) < 2000
    assert Chart(svg=first.svg, alt=first.alt).svg == first.svg
    with pytest.raises(ValueError, match="at least one value"):
        draw(points(None), words="x")
