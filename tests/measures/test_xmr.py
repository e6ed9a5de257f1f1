from __future__ import annotations

import random
import statistics
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from priority_two.measures.breaks import Break
from priority_two.measures.xmr import Signal, chart, favour
from priority_two.periods import parse


def months(*values):
    steps = parse("2019-04..2029-03").months()
    return [
        (month, None if value is None else Decimal(str(value))) for month, value in zip(steps, values, strict=False)
    ]


def signals(*values, kind, towards=None, unit="rate"):
    (segment,) = chart(months(*values), unit=unit)
    return [
        n
        for n, point in enumerate(segment.points)
        if any(one.kind == kind and towards in (None, one.towards) for one in point.signals)
    ]


def test_limits_are_those_worked_out_by_hand():
    # Values 20 22 19 21 23 20 18 22 21 20 24 22: sum 252, mean 21. Ranges 2 3 2 2 3 2 4 1 1 4 2: sum 26, mean 26/11 =
    # 2.3636..., times 2.66 = 6.2873; limits 21 - 6.2873 = 14.7127 and 27.2873.
    (segment,) = chart(months(20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 24, 22))
    assert (segment.centre, segment.mean_range) == (Decimal("21.0000"), Decimal("2.3636"))
    assert (segment.lower, segment.upper) == (Decimal("14.7127"), Decimal("27.2873"))
    assert (segment.kind, segment.trial, segment.baseline) == ("xmr", False, 12)
    assert [point.moving_range for point in segment.points][:4] == [None, 2, 3, 2]
    assert segment.signals == ()


def test_limits_are_locked_after_twelve_values_and_later_points_are_judged_by_them():
    base = (20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 24, 22)
    (segment,) = chart(months(*base, 28, 14, 21))
    assert (segment.lower, segment.upper) == (Decimal("14.7127"), Decimal("27.2873"))
    outside = [(str(period), one.towards) for period, one in segment.signals if one.kind == "outside"]
    assert outside == [("2020-04", "high"), ("2020-05", "low")]


def test_under_twelve_values_the_limits_are_trial_limits_and_move():
    eleven, twelve = chart(months(*range(10, 21))), chart(months(*range(10, 22)))
    assert (eleven[0].trial, twelve[0].trial) == (True, False)
    assert (eleven[0].centre, eleven[0].baseline) == (Decimal("15.0000"), 11)
    assert (twelve[0].centre, twelve[0].baseline) == (Decimal("15.5000"), 12)


def independent(values):
    """Return mean, lower and upper limit by the definition, in floating point, over values and gaps."""
    array = np.array([np.nan if value is None else float(value) for value in values])
    known = np.flatnonzero(~np.isnan(array))[:12]
    mean = statistics.fmean(array[known])
    ranges = [abs(array[n] - array[n - 1]) for n in known if n > 0 and not np.isnan(array[n - 1])]
    way = 2.66 * statistics.fmean(ranges) if ranges else None
    return mean, way, array


def test_limits_and_points_outside_agree_with_an_independent_calculation():
    draw = random.Random(20210331)
    for _ in range(60):
        values = [
            None if draw.random() < 0.1 else round(draw.gauss(200, 40 if draw.random() < 0.9 else 150))
            for _ in range(draw.randint(2, 40))
        ]
        values[0] = 200
        mean, way, array = independent(values)
        if mean < 5:
            continue
        (segment,) = chart(months(*values))
        assert float(segment.centre) == pytest.approx(mean, abs=1e-3)
        if way is None:
            assert segment.upper is None
            continue
        assert float(segment.upper) == pytest.approx(mean + way, abs=1e-3)
        floor = 0 if min(one for one in values if one is not None) >= 0 else -1e9
        assert float(segment.lower) == pytest.approx(max(floor, mean - way), abs=1e-3)
        expected = [n for n, value in enumerate(array) if abs(value - mean) > way]
        found = [n for n, point in enumerate(segment.points) if any(one.kind == "outside" for one in point.signals)]
        assert found == expected


def side_by_definition(values, mean):
    marked = set()
    for start in range(len(values)):
        for stop in range(start + 7, len(values) + 1):
            run = values[start:stop]
            if None not in run and (all(v > mean for v in run) or all(v < mean for v in run)):
                marked |= set(range(start, stop))
    return sorted(marked)


def trend_by_definition(values):
    marked = set()
    for start in range(len(values)):
        for stop in range(start + 7, len(values) + 1):
            run = values[start:stop]
            if None not in run and (all(a < b for a, b in pairwise(run)) or all(a > b for a, b in pairwise(run))):
                marked |= set(range(start, stop))
    return sorted(marked)


def near_by_definition(values, mean, way):
    marked = set()
    for start in range(len(values) - 2):
        three = values[start : start + 3]
        if None in three:
            continue
        for sign in (1, -1):
            near = [n for n, v in enumerate(three, start) if sign * (v - mean) * 3 > 2 * way]
            if len(near) >= 2:
                marked |= set(near)
    return sorted(marked)


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=26))
def test_runs_trends_and_near_points_are_those_of_the_definitions(values):
    (segment,) = chart(months(*values), unit="rate")
    known = [(n, value) for n, value in enumerate(values) if value is not None][:12]
    if not known:
        assert segment.signals == ()
        return
    mean = Fraction(sum(value for _, value in known), len(known))
    ranges = [abs(value - values[n - 1]) for n, value in known if n and values[n - 1] is not None]
    assert signals(*values, kind="side") == side_by_definition(values, mean)
    assert signals(*values, kind="trend") == trend_by_definition(values)
    if ranges:
        way = Fraction(266, 100) * Fraction(sum(ranges), len(ranges))
        assert signals(*values, kind="near") == near_by_definition(values, mean, way)


def test_seven_on_one_side_of_the_mean_signal_and_six_do_not():
    base = [20, 22] * 6  # mean 21
    assert signals(*base, *[22.5] * 6, kind="side") == [*range(11, 18)]  # the last of the base is high too
    assert signals(*base, 20, *[22.5] * 6, kind="side") == []
    assert signals(*base, 20, *[22.5] * 7, kind="side", towards="high") == [*range(13, 20)]


def test_a_point_on_the_mean_ends_a_run_and_joins_none():
    base = [20, 22] * 6
    assert signals(*base, 20, 22.5, 22.5, 22.5, 21, 22.5, 22.5, 22.5, 22.5, kind="side") == []


def test_seven_rising_or_falling_signal_and_an_equal_pair_ends_them():
    base = [20, 22] * 6
    assert signals(*base, 19, 19.5, 20, 20.5, 21, 21.5, 22, kind="trend", towards="high") == [*range(12, 19)]
    assert signals(*base, 22.5, 22, 21.5, 21, 20.5, 20, 19.5, kind="trend", towards="low") == [*range(12, 19)]
    assert signals(*base, 19, 19.5, 20, 20, 20.5, 21, 21.5, 22, kind="trend") == []


def test_two_of_three_in_the_outer_third_signal_on_the_same_side_only():
    base = [20, 22] * 6  # mean 21, mean range 2, limits 15.68 and 26.32; the outer third begins beyond 24.5467
    assert signals(*base, 24.6, 21, 24.6, kind="near") == [12, 14]
    assert signals(*base, 24.5, 21, 24.6, kind="near") == []
    assert signals(*base, 24.6, 21, 17.4, kind="near") == []
    assert signals(*base, 24.6, 21, 20, 24.6, kind="near") == []
    assert signals(*base, 17.4, 17.4, 21, kind="near", towards="low") == [12, 13]
    assert signals(*base, 30, 21, 25, kind="near") == [12, 14]


def test_a_gap_ends_runs_and_has_no_range_on_either_side():
    base = [20, 22] * 6
    assert signals(*base, 20, 22.5, 22.5, 22.5, None, 22.5, 22.5, 22.5, 22.5, kind="side") == []
    assert signals(*base, 24.6, None, 24.6, kind="near") == []
    (segment,) = chart(months(10, 12, None, 20, 23))
    assert [point.moving_range for point in segment.points] == [None, 2, None, None, 3]
    assert (segment.mean_range, segment.centre) == (Decimal("2.5000"), Decimal("16.2500"))


def test_a_month_that_is_left_out_is_a_gap_like_one_without_a_value():
    with_gap = chart(months(10, 12, None, 20, 23))
    left_out = chart([one for one in months(10, 12, None, 20, 23) if one[1] is not None])
    assert with_gap == left_out


def test_the_lower_limit_is_not_under_nought():
    (segment,) = chart(months(0, 20, 0, 20))
    assert (segment.lower, segment.upper) == (Decimal("0.0000"), Decimal("63.2000"))


def test_counts_that_average_under_five_get_a_run_chart_with_a_median_and_no_limits():
    values = (0, 4, 9, 1, 4, 8, 2, 4, 7, 3, 4, 13)  # sum 59, mean 4.9167, sorted 0 1 2 3 4 4 4 4 7 8 9 13: median 4
    (segment,) = chart(months(*values, 40))
    assert (segment.kind, segment.centre) == ("run", Decimal("4.0000"))
    assert (segment.lower, segment.upper) == (None, None)
    assert not [one for _, one in segment.signals if one.kind in ("outside", "near")]
    five = chart(months(0, 4, 9, 1, 4, 8, 2, 4, 7, 3, 4, 14))  # sum 60, mean 5: not under 5
    assert five[0].kind == "xmr"
    assert chart(months(*values), unit="rate")[0].kind == "xmr"


def test_a_run_chart_keeps_the_signals_that_need_no_limits():
    assert signals(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, *[2] * 7, kind="side", unit="count") == [*range(11, 19)]


def test_a_break_in_series_starts_new_limits_and_no_run_crosses_it():
    values = [20, 22] * 6 + [120, 122] * 6
    broken = Break(measure="POL02", first=parse("2020-04"), title="Counting rules", note="")
    before, after = chart(months(*values), [broken])
    assert (before.centre, after.centre) == (Decimal("21.0000"), Decimal("121.0000"))
    assert (before.broken, after.broken) == (None, broken)
    assert after.points[0].moving_range is None
    assert before.signals == after.signals == ()
    assert len(chart(months(*values), [Break(measure="POL02", first=parse("2030-04"), title="Later", note="")])) == 1
    assert len(chart(months(*values), [Break(measure="POL02", first=parse("2018-04"), title="Earlier", note="")])) == 1


def test_one_value_or_none_or_a_constant_series_makes_no_nonsense():
    assert chart([]) == []
    (alone,) = chart(months(30))
    assert (alone.centre, alone.upper, alone.trial) == (Decimal("30.0000"), None, True)
    (empty,) = chart(months(None, None))
    assert (empty.centre, empty.signals) == (None, ())
    (same,) = chart(months(*[30] * 14))
    assert (same.lower, same.upper, same.signals) == (Decimal("30.0000"), Decimal("30.0000"), ())


def test_quarters_are_charted_like_months_and_a_mixture_is_refused():
    quarters = [(step, Decimal(10 + n)) for n, step in enumerate(parse("2020-21").quarters())]
    (segment,) = chart(quarters)
    assert segment.centre == Decimal("11.5000")
    with pytest.raises(ValueError, match="one length"):
        chart([*quarters, (parse("2021-04"), Decimal(1))])
    with pytest.raises(ValueError, match="in order"):
        chart(quarters[::-1])


def test_a_quarter_that_holds_the_break_is_the_first_of_the_new_stretch():
    steps = [step for year in ("2019-20", "2020-21") for step in parse(year).quarters()]
    quarters = [(step, Decimal(10 + n)) for n, step in enumerate(steps)]
    before, after = chart(quarters, [Break(measure="HOU02", first=parse("2020-05"), title="Priority need", note="")])
    assert (len(before.points), str(after.points[0].period)) == (4, "2020-21-Q1")
    (whole,) = chart(quarters, [Break(measure="HOU02", first=parse("2019-04"), title="At its very start", note="")])
    assert whole.broken is not None


def test_a_signal_is_good_or_bad_news_only_where_the_catalogue_gives_a_direction():
    high, low = Signal("side", "high"), Signal("outside", "low")
    assert [favour(high, one) for one in ("neutral", "higher", "lower")] == ["", "better", "worse"]
    assert [favour(low, one) for one in ("neutral", "higher", "lower")] == ["", "worse", "better"]
