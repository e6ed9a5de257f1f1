"""Slips: what is drawn of a promise and what became of it, read out of the SVG itself."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from priority_two.blocks import Chart
from priority_two.charts.slip import HIGH, MOST_RULED, WIDE, Slip, slip, span

AUGUST, MARCH = 2020 * 12 + 7, 2021 * 12 + 2
SCALE = (AUGUST, MARCH + 2)


def tags(svg, name):
    return [each.attrib for each in ET.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{name}")]  # noqa: S314


def lines(svg, wide):
    return [path for path in tags(svg, "path") if path["stroke-width"] == wide]


def ends(path):
    return [float(x) for x in re.findall(r"[ML]([-\d.]+) ", path["d"])]


def test_what_was_met_on_time_is_one_solid_dot_and_what_is_open_one_ring():
    for state, fill in (("met", "#12436D"), ("open", "#FFFFFF")):
        svg = slip(Slip(MARCH, MARCH, state), SCALE)
        (dot,) = tags(svg, "circle")
        assert dot["fill"] == fill
        assert not tags(svg, "polygon") and not lines(svg, "2")


@pytest.mark.parametrize(("state", "fill"), [("met", "#801650"), ("open", "#FFFFFF")])
def test_what_slipped_is_a_line_from_the_promise_to_a_diamond_hollow_while_it_is_open(state, fill):
    svg = slip(Slip(AUGUST, MARCH, state), SCALE)
    (diamond,), (ring,), (line,) = tags(svg, "polygon"), tags(svg, "circle"), lines(svg, "2")
    assert (diamond["fill"], ring["fill"], line["stroke"]) == (fill, "#FFFFFF", "#801650")
    begin, end = ends(line)
    assert begin == float(ring["cx"]) < end


def test_what_came_early_is_a_line_back_to_a_dot_and_is_no_signal():
    svg = slip(Slip(MARCH, AUGUST, "met"), SCALE)
    (line,) = lines(svg, "2")
    begin, end = ends(line)
    assert end < begin and line["stroke"] == "#12436D" and not tags(svg, "polygon")
    assert [dot["fill"] for dot in tags(svg, "circle")] == ["#FFFFFF", "#12436D"]


def test_what_was_met_on_a_day_not_given_leads_on_in_dots():
    svg = slip(Slip(SCALE[1], None, "undated"), SCALE)
    (dotted,) = [path for path in tags(svg, "path") if path.get("stroke-dasharray")]
    assert max(ends(dotted)) <= WIDE
    (ring,) = tags(svg, "circle")
    assert ring["fill"] == "#FFFFFF"


def test_all_rows_stand_on_one_scale_which_has_its_ends_and_each_january():
    courses = [Slip(AUGUST, MARCH, "met"), Slip(AUGUST, None, "undated"), Slip(MARCH, MARCH + 2, "open")]
    assert span(courses) == SCALE
    drawn = [[ends(path)[0] for path in lines(slip(course, SCALE), "0.6")] for course in courses]
    assert drawn[0] == drawn[1] == drawn[2] and len(drawn[0]) == 3
    assert len(lines(slip(Slip(MARCH, MARCH, "met"), (MARCH, MARCH)), "0.6")) == 1


def test_a_scale_of_many_years_has_as_few_lines_and_nothing_stands_outside():
    scale = (0, 9999 * 12)
    for course in (Slip(0, 9999 * 12, "open"), Slip(9999 * 12, 0, "met"), Slip(0, None, "undated")):
        svg = slip(course, scale)
        assert len(lines(svg, "0.6")) == 2
        assert all(0 <= x <= WIDE for path in tags(svg, "path") for x in ends(path))
        assert all(float(dot["r"]) <= float(dot["cx"]) <= WIDE - float(dot["r"]) for dot in tags(svg, "circle"))
        Chart(svg=svg, alt="x")
    assert len(lines(slip(Slip(0, 0, "met"), (0, MOST_RULED)), "0.6")) == 6
    assert HIGH == 15
