"""Drawn XmR charts: what the drawing holds, read out of the SVG itself, and what the words say, worked out again."""

from __future__ import annotations

import html
import random
import re
import statistics
import xml.etree.ElementTree as ET
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, groupby, pairwise

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from priority_two.blocks import Chart
from priority_two.charts.chart_words import limits_in_words, signals_in_words
from priority_two.charts.control_chart import CARD, control_chart
from priority_two.charts.style import font_file
from priority_two.measures.breaks import Break
from priority_two.measures.xmr import chart
from priority_two.periods import Period, parse
from priority_two.reference.catalogue import contrast

STEADY = settings(derandomize=True, database=None, deadline=None)
BASE = (20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 24, 22)  # mean 21, limits 14.7127 and 27.2873 by hand (test_xmr)
SIZE = 12


def numbers(*values):
    return [None if value is None else Decimal(str(value)) for value in values]


def months(*values):
    return list(zip(parse("2019-04..2060-03").months(), numbers(*values), strict=False))


def quarters(*values):
    steps = [quarter for year in ("2019-20", "2020-21", "2021-22") for quarter in parse(year).quarters()]
    return list(zip(steps, numbers(*values), strict=False))


def across(first, last):
    """From one month to another as people say it: a year that both share stands once."""
    if first == last:
        return first.label
    return f"{first.label.split()[0] if first.label[-4:] == last.label[-4:] else first.label} to {last.label}"


def broken(month, title="Automatic priority need"):
    return Break(measure="X", first=parse(month), title=title, note="A note.")


# Reading a drawing ------------------------------------------------------------------------------------------


def advances():
    with TTFont(font_file("regular")) as font:
        table, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        return {code: widths[name][0] / em for code, name in table.items()}


ADVANCES = advances()


def labels(svg):
    """Every text drawn with its box (left, top, right, bottom) in points, its width from the font file itself."""
    found = []
    for text, x, y in re.findall(r"<!-- (.*?) --><g transform=\"translate\(([-\d.]+) ([-\d.]+)\)", svg):
        said = html.unescape(text)
        wide = SIZE * sum(ADVANCES[ord(character)] for character in said)
        found.append((said, float(x), float(y) - 0.7 * SIZE, float(x) + wide, float(y) + 0.2 * SIZE))
    return found


def texts(svg):
    return [label[0] for label in labels(svg)]


def sheet(svg):
    return [float(number) for number in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()]


def line(svg, name):
    """The places of a line, and of how many pieces it is."""
    path = re.search(rf'<path id="{name}" d="([^"]*)"', svg)[1]
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path)], path.count("M")


def dots(svg):
    """The points that are part of no signal: place, size, and whether it is hollow."""
    return [
        ((float(x), float(y)), float(r), "FFFFFF" in fill)
        for x, y, r, fill in re.findall(r'<circle cx="([-\d.]+)" cy="([-\d.]+)" r="([\d.]+)" fill="#(\w+)"', svg)
    ]


def marks(svg):
    """The points of signals: the shape (of how many corners, and whether it stands on one), and the middle."""
    found = []
    for corners, fill in re.findall(r'<polygon points="([^"]*)" fill="(#\w+)"', svg):
        places = [tuple(map(float, corner.split(","))) for corner in corners.split()]
        across, down = zip(*places, strict=True)
        middle = ((min(across) + max(across)) / 2, (min(down) + max(down)) / 2)
        shape = {3: "triangle", 4: "diamond" if len(set(across)) == 3 else "square"}[len(places)]
        found.append((shape, middle, fill))
    return found


def collisions(svg):
    width, height = sheet(svg)
    found = labels(svg)
    outside = [one for one in found if one[1] < 0 or one[2] < 0 or one[3] > width or one[4] > height]
    return outside, [
        (a[0], b[0])
        for a, b in combinations([one for one in found if one[0]], 2)
        if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
    ]


def scale_of(svg, segment, n=1):
    """From a value to its height in the drawing, by the places of mean and upper limit."""
    (_, centre), (_, upper) = line(svg, f"centre-{n}")[0][0], line(svg, f"upper-{n}")[0][0]
    slope = (upper - centre) / float(segment.upper - segment.centre)
    return lambda value: centre + (float(value) - float(segment.centre)) * slope


# The drawing ------------------------------------------------------------------------------------------------


def test_it_is_as_wide_as_a_card_and_values_stand_where_mean_and_limits_say():
    values = [398, 412, 377, 405, 391, 420, 402, 366, 410, 399, 385, 415, 430, 371, 404]
    (segment,) = chart(months(*values))
    drawing = control_chart("Incidents", [segment], "count")
    svg = drawing.svg
    assert sheet(svg)[0] == pytest.approx(CARD, abs=0.05)
    place = scale_of(svg, segment)
    points, pieces = line(svg, "values-1")
    assert pieces == 1
    assert [y for _, y in points] == pytest.approx([place(value) for value in values], abs=0.15)
    gaps = [b[0] - a[0] for a, b in pairwise(points)]
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.15)
    assert line(svg, "lower-1")[0][0][1] == pytest.approx(place(segment.lower), abs=0.15)
    assert "The vertical scale does not start at nought." in drawing.alt
    assert "vertical scale" not in control_chart("x", chart(months(0, 90, 95, 99)), "count").alt


def test_a_run_chart_starts_at_nought():
    drawing = control_chart("x", chart(months(*[3, 4, 3, 5] * 4)), "count")
    places = {value: y for value, (_, y) in zip((3, 4, 3, 5), line(drawing.svg, "values-1")[0], strict=False)}
    each = places[4] - places[5]
    assert places[3] + 3 * each == pytest.approx(sheet(drawing.svg)[1] - 20, abs=0.5)  # where the plot ends
    assert "vertical scale" not in drawing.alt
    assert [text for text, *_ in labels(drawing.svg)][:2] == ["5", "3.5"]  # its highest value, and its median


def test_mean_is_solid_and_limits_are_dashed_with_a_band_between_and_each_has_its_value_at_its_end():
    (segment,) = chart(months(*BASE))
    svg = control_chart("Referrals", [segment], "count").svg
    drawn = {name: re.search(rf'<path id="{name}-1"[^>]*>', svg)[0] for name in ("centre", "lower", "upper")}
    assert ["stroke-dasharray" in drawn[name] for name in ("centre", "lower", "upper")] == [False, True, True]
    place = scale_of(svg, segment)
    boxes = {text: (left, top, bottom) for text, left, top, _, bottom in labels(svg)}
    end = line(svg, "centre-1")[0][-1][0]
    for text, value in (("21", segment.centre), ("27.3", segment.upper), ("14.7", segment.lower)):
        left, top, bottom = boxes[text]
        assert top < place(value) < bottom and end < left
    y, high = (float(text) for text in re.search(r'<rect [^>]*y="([\d.]+)"[^>]*height="([\d.]+)"', svg).groups())
    assert (y, y + high) == pytest.approx((place(segment.upper), place(segment.lower)), abs=0.15)


def test_gaps_are_gaps_and_no_line_crosses_a_break():
    whole = control_chart("Referrals", chart(months(*BASE, 21, 22)), "count").svg
    gappy = control_chart("Referrals", chart(months(*BASE, None, 22, None, None, 20, 21)), "count").svg
    assert (line(whole, "values-1")[1], line(gappy, "values-1")[1]) == (1, 3)
    assert (len(dots(whole)), len(dots(gappy))) == (14, 15)
    segments = chart(months(*BASE, *BASE), [broken("2020-04")])
    svg = control_chart("Referrals", segments, "count").svg
    before, after = line(svg, "values-1")[0], line(svg, "values-2")[0]
    assert (len(before), len(after)) == (12, 12)
    (x, _), (same, _) = line(svg, "break-1")[0]
    assert x == same and before[-1][0] < x < after[0][0]
    assert "Automatic priority need" in texts(svg)


SIGNALS = {
    "outside": ((*BASE, 28), [12], "diamond"),
    "side": ((*BASE, *[22, 23] * 3, 22), range(10, 19), "square"),
    "trend": ((*BASE[:-1], *range(18, 25)), range(11, 18), "square"),
    "near": ((*BASE, 26, 21, 26), [12, 14], "triangle"),
}


@pytest.mark.parametrize("kind", SIGNALS)
def test_points_of_a_signal_have_its_shape_where_they_stand(kind):
    values, places, shape = SIGNALS[kind]
    (segment,) = chart(months(*values), unit="rate")
    assert {signal.kind for _, signal in segment.signals} - {"near"} | {kind} == {kind}
    svg = control_chart("Referrals", [segment], "rate").svg
    points = line(svg, "values-1")[0]
    found = [one for one in marks(svg) if one[0] == shape]
    assert len(found) == len(places) == len(marks(svg))
    for (_, middle, _), place in zip(found, places, strict=True):
        assert middle == pytest.approx(points[place], abs=0.6)
    assert len(dots(svg)) == len(points) - len(places)


def test_shapes_differ_and_colours_stand_out_from_the_paper_and_from_the_band():
    values = (*BASE, 40, 21, 26, 26, 21, *[22, 23] * 4)
    svg = control_chart("Referrals", chart(months(*values), unit="rate"), "rate").svg
    assert {shape for shape, *_ in marks(svg)} == {"diamond", "square", "triangle"}
    (band,) = set(re.findall(r'<rect [^>]*fill="(#\w+)"', svg))
    inks = set(re.findall(r'(?:fill|stroke)="(#[0-9A-F]{6})"', svg)) - {"#FFFFFF", band}
    assert inks and all(contrast(one) / contrast(band) >= 4.5 for one in inks)


def test_the_last_point_is_the_largest():
    sizes = [size for _, size, _ in dots(control_chart("Referrals", chart(months(*BASE)), "count").svg)]
    assert sizes[-1] > max(sizes[:-1]) and len(set(sizes[:-1])) == 1
    assert not marks(control_chart("Referrals", chart(months(*BASE)), "count").svg)


def test_illustrative_points_are_hollow_where_others_are_not_and_words_say_so():
    series = months(*BASE)
    every = [period for period, _ in series]
    plain, some, whole = (
        control_chart("Referrals", chart(series), "count", illustrative=periods) for periods in ((), every[:5], every)
    )
    assert [sum(hollow for *_, hollow in dots(one.svg)) for one in (plain, some, whole)] == [0, 5, 0]
    assert plain.svg == whole.svg  # the card has the mark of that
    assert "Hollow points are illustrative." in some.alt and "Illustrative figures." in whole.alt
    assert "llustrative" not in plain.alt
    outside = months(*BASE, 60)
    svg = control_chart("Referrals", chart(outside), "count", illustrative=[outside[-1][0]]).svg
    assert [(shape, fill) for shape, _, fill in marks(svg)] == [("diamond", "#FFFFFF")]


def test_same_data_give_the_same_bytes_and_xml_that_asks_for_nothing():
    values, breaks = (*BASE, None, 40, *BASE), [broken("2020-09")]
    first, again = (control_chart("Referrals", chart(months(*values), breaks), "count") for _ in range(2))
    assert first == again
    assert ET.fromstring(first.svg).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314
    assert not re.search(r'href="(?!#)|url\((?!#)|<script|<image|style', first.svg)
    assert Chart(svg=first.svg, alt=first.alt).svg == first.svg


# Labels -----------------------------------------------------------------------------------------------------

DRAW = random.Random(20210331)
NORMAL = [round(DRAW.gauss(398, 15)) for _ in range(24)]
CASES = {
    "24 months": (months(*NORMAL), [], "count"),
    "10 years": (months(*[round(DRAW.gauss(1400, 60)) for _ in range(120)]), [], "count"),
    "every signal": (months(*BASE, 40, 21, 26, 26, 21, *[22, 23] * 4, *range(18, 26)), [], "rate"),
    "breaks": (months(*NORMAL), [broken("2020-06"), broken("2021-01", "Counting rules")], "count"),
    "breaks side by side": (months(*NORMAL), [broken(f"2020-{month:02d}") for month in range(6, 13)], "count"),
    "break at the end": (months(*NORMAL), [broken("2021-03", "A longer title than there is room for there")], "count"),
    "nothing since the break": (months(*NORMAL[:20], *[None] * 6), [broken("2020-12")], "count"),
    "quarters": (quarters(31, 35, 29, 33, 36, 30, 31, 40), [], "count"),
    "small counts": (months(*[0, 1, 3, 2] * 6), [], "count"),
    "percentages": (months(*[round(DRAW.gauss(92, 1), 1) for _ in range(30)]), [], "percent"),
    "constant": (months(*[50] * 20), [], "count"),
    "noughts": (months(*[0] * 14), [], "count"),
    "one value": (months(7), [], "count"),
    "money": (months(*[15_700_000 + n * 1000 for n in range(9)]), [], "gbp"),
    "under nought": (months(*[-5, 3, -8, 2, -1, 4, 0, -3]), [], "rate"),
    "beyond floating point": (months("1E+400", "2E+400", "1E+400"), [], "rate"),
    "tiny": (months("0.00001", "0.00002", "0.000015"), [], "rate"),
    "one value in years": (list(zip([parse("2019-20"), parse("2020-21")], numbers(4, 9), strict=True)), [], "count"),
    "rolling": ([(Period(m, m + 4, "range"), Decimal(9 + m % 3)) for m in range(24236, 24336, 5)], [], "count"),
}


@pytest.mark.parametrize("case", CASES)
def test_no_label_meets_another_or_leaves_the_sheet(case):
    values, breaks, unit = CASES[case]
    svg = control_chart("Referrals", chart(values, breaks, unit=unit), unit).svg
    assert collisions(svg) == ([], [])
    assert {broken.title for broken in breaks} <= set(texts(svg)) or case == "break at the end"


@settings(STEADY, max_examples=10)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 3000)), min_size=1, max_size=70),
    st.sets(st.integers(0, 70), max_size=4),
)
def test_no_label_meets_another_whatever_the_data(values, places):
    breaks = [broken(str(parse("2019-04..2060-03").months()[place]), f"Break number {place}") for place in places]
    segments = chart(months(7, *values), breaks)
    assert collisions(control_chart("Referrals", segments, "count").svg) == ([], [])


def test_the_first_the_last_and_a_middle_april_are_named_as_people_say_them():
    said = texts(control_chart("Referrals", chart(months(*NORMAL)), "count").svg)
    assert [text for text in said if text.startswith(("Apr", "Mar"))] == ["Apr 2019", "Apr 2020", "Mar 2021"]
    said = texts(control_chart("Referrals", chart(quarters(*range(30, 38))), "count").svg)
    assert [text for text in said if text.startswith("Q")] == ["Q1 2019-20", "Q4 2020-21"]  # no room
    assert texts(control_chart("Referrals", chart(months(7)), "count").svg) == ["7", "Apr 2019"]


def test_large_numbers_have_separators_and_shares_their_sign():
    assert "2,012" in texts(control_chart("x", chart(months(2000, 2100, 1900, 2050)), "count").svg)
    shares = texts(control_chart("x", chart(months(20, 30, 25), unit="percent"), "percent").svg)
    assert "25%" in shares


# The words --------------------------------------------------------------------------------------------------


def test_alternative_text_says_what_the_chart_shows():
    values = [398, 412, 377, 405, 391, 420, 402, 366, 410, 399, 385, 415, 430, None, 604]
    mean = statistics.fmean(values[:12])
    way = 2.66 * statistics.fmean(abs(b - a) for a, b in pairwise(values[:12]))
    said = control_chart("Incidents <b>", chart(months(*values)), "count").alt
    assert said == (
        "Control chart: Incidents <b>, 15 months, April 2019 to June 2020. 1 month has no value. "
        f"Latest: June 2020, 604. The vertical scale does not start at nought. "
        f"Mean {mean:.0f}, limits {mean - way:.0f} to {mean + way:.0f}, from the first 12 "
        "months. June 2020: above the upper limit."
    )


def test_alternative_text_says_when_there_is_no_signal_or_could_be_none():
    assert control_chart("x", chart(months(*BASE)), "count").alt.endswith(
        "No signal: the ups and downs are what chance alone gives."
    )
    assert control_chart("x", chart(months(*[9] * 12)), "count").alt.endswith("No signal: every value is the same.")
    few = control_chart("x", chart(months(9)), "count").alt
    assert few == (
        "Control chart: x, 1 month, April 2019. Latest: April 2019, 9. The vertical scale does not start at nought. "
        "Mean 9, from 1 month; no limits, for want of "
        "two months running. Too few values to tell a signal from chance."
    )


def test_alternative_text_of_a_break_gives_both_stretches():
    said = control_chart("x", chart(months(*BASE, *[30, 34] * 3), [broken("2020-04")]), "count").alt
    assert "Mean 21, limits 14.7 to 27.3, from the first 12 months. From April 2020, after a break in series " in said
    assert "(Automatic priority need): mean 32, trial limits 21.4 to 42.6, from 6 months." in said  # 32 and 2.66 * 4


def test_alternative_text_stays_short_and_says_how_many_signals_it_left_out():
    segments = chart(months(*BASE, *[60, 21] * 10), unit="rate")
    whole, said = signals_in_words(segments), control_chart("x", segments, "rate").alt
    assert len(whole) == 10  # one a point outside, and none for being near the limit too
    assert said.endswith("And 2 more signals.") and said.count(": above the upper limit.") == 8
    assert all(f"{one}." in said for one in whole[:8])


@pytest.mark.parametrize(
    ("values", "unit", "said"),
    [
        (months(*BASE), "count", "Mean 21, limits 14.7 to 27.3, from the first 12 months"),
        (months(None, *BASE), "count", "Mean 21, limits 14.7 to 27.3, from the first 12 months"),
        (months(*[2000, 2200] * 4), "count", "Mean 2,100, trial limits 1,568 to 2,632, from 8 months"),
        (quarters(20, 30), "percent", "Mean of the quarters’ figures 25%, trial limits 0% to 51.6%, from 2 quarters"),
        (months(1, 4, 3, 2, 9), "count", "Run chart: counts average under 5, median 3"),
        (months(1, 4), "count", "Run chart: counts average under 5, median 2.5"),
        (
            months("1.234", "1.236"),
            "rate",
            "Mean of the months’ figures 1.24, trial limits 1.23 to 1.24, from 2 months",
        ),  # 1.235 to even
        (months(15_000_000, 16_000_000), "gbp", "Mean £15.5m, trial limits £12.8m to £18.2m, from 2 months"),
        (months(7, None, 9), "count", "Mean 8, from 2 months; no limits, for want of two months running"),
        (months(None), "count", "No value, so that there is no mean and there are no limits"),
    ],
)
def test_limits_in_words(values, unit, said):
    (segment,) = chart(values, unit=unit)
    if values[0][1] is None and segment.centre is not None:
        said += " with a value"
    assert limits_in_words(segment, unit) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((*BASE, 28, 29, 14), ["April to May 2020: above the upper limit", "June 2020: below the lower limit"]),
        ((*BASE, 26, 21, 26), ["April 2020 and June 2020: two of three running near the upper limit"]),
        ((*BASE, 26, 21, 21, 26), []),
        ((*BASE, 26, None, 26), []),
        (
            (*BASE, 15, 16, 21, 15.5),
            ["April to May 2020 and July 2020: two of three running near the lower limit"],
        ),
        # Two rises with one fall between them are two signals, though their points stand side by side.
        (
            (*BASE[:-1], *range(17, 24), *range(17, 24)),
            [
                "March to September 2020: seven or more running, each higher than the last",
                "October 2020 to April 2021: seven or more running, each higher than the last",
            ],
        ),
    ],
)  # fmt: skip
def test_signals_in_words(values, said):
    assert signals_in_words(chart(months(*values), unit="rate")) == said


def test_signals_of_a_run_chart_and_of_trial_limits_name_what_they_are_judged_by():
    small = signals_in_words(chart(months(*[1, 2, 1, 2, 1, 2], *[1] * 6, *[6] * 8)))
    assert small == ["April to November 2020: seven or more running above the median"]
    trial = signals_in_words(chart(months(*[20, 21] * 5, 60), unit="rate"))
    assert "February 2020: above the upper trial limit" in trial


@pytest.mark.parametrize(
    ("direction", "end"), [("neutral", ""), ("higher", ", for the better"), ("lower", ", for the worse")]
)
def test_better_and_worse_are_said_only_where_the_catalogue_says_which_is_which(direction, end):
    segments = chart(months(*BASE, 28))
    assert signals_in_words(segments, direction) == [f"April 2020: above the upper limit{end}"]
    assert control_chart("x", segments, "count", direction=direction).alt.endswith(f"above the upper limit{end}.")


@settings(STEADY, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.sampled_from([-1, 1, 1, 1, -30, 40])), min_size=1, max_size=60))
def test_runs_and_points_outside_agree_with_a_plain_reading_of_the_rules(steps):
    level, values = 500, [500]
    for step in steps:
        level = max(0, level + (step or 0))
        values.append(None if step is None else level)
    series = months(*values)
    (segment,) = chart(series, unit="rate")
    known = [(n, Fraction(value)) for n, value in enumerate(values) if value is not None][:12]
    mean = sum(value for _, value in known) / len(known)
    ranges = [abs(b - a) for (m, a), (n, b) in pairwise(known) if n == m + 1]
    way = Fraction("2.66") * sum(ranges) / len(ranges) if ranges else None
    expected = set()

    def runs(key, least, words):
        for side, group in groupby(range(len(values)), key=key):
            places = list(group)
            if side and len(places) >= least:
                expected.add(f"{across(series[places[0]][0], series[places[-1]][0])}: {words[side]}")

    def sign(number):
        return 0 if number is None else (number > 0) - (number < 0)

    limit = "trial limit" if len(known) < 12 else "limit"
    runs(
        lambda n: sign(None if values[n] is None else values[n] - mean),
        7,
        {1: "seven or more running above the mean", -1: "seven or more running below the mean"},
    )
    if way is not None:
        runs(
            lambda n: 0 if values[n] is None or abs(values[n] - mean) <= way else sign(values[n] - mean),
            1,
            {1: f"above the upper {limit}", -1: f"below the lower {limit}"},
        )
    for first in range(len(values)):  # a longest stretch in which each is higher (lower) than the last
        for way_up, name in ((1, "higher"), (-1, "lower")):

            def climbs(n, way_up=way_up):
                return (
                    0 < n < len(values)
                    and None not in values[n - 1 : n + 1]
                    and (values[n] - values[n - 1]) * way_up > 0
                )

            last = first
            while climbs(last + 1):
                last += 1
            if not climbs(first) and last - first >= 6:
                ends = across(series[first][0], series[last][0])
                expected.add(f"{ends}: seven or more running, each {name} than the last")
    assert {one for one in signals_in_words([segment]) if "near" not in one} == expected


# Hostile input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["--><script>alert(1)</script>", "$\\undefined{$", "沟通 🙂", "x" * 5000, "   ", "]]>&amp;"]
)
def test_no_name_or_title_however_odd_stops_a_chart_or_gets_out_of_it(text):
    made = control_chart(text, chart(months(*BASE, *BASE), [broken("2020-04", text)]), "count")
    assert ET.fromstring(made.svg) is not None and "<script" not in made.svg  # noqa: S314
    assert text in made.alt and len(made.svg) < 200_000


def test_a_chart_of_no_value_is_refused():
    for values in ([], months(None, None)):
        with pytest.raises(ValueError, match="at least one value"):
            control_chart("x", chart(values), "count")


def test_two_hundred_years_can_be_drawn():
    values = [(parse("1900-01"), Decimal(7)), (parse("2099-12"), Decimal(9))]
    made = control_chart("x", chart(values), "count")
    assert "2400 months" in made.alt.replace(",", "") and collisions(made.svg) == ([], [])
