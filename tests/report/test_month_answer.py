"""The sheet's sentences, worked out from counts and charts: right for none, one, two and many."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from priority_two.measures.change import Change
from priority_two.measures.rollup import Figure
from priority_two.measures.xmr import chart
from priority_two.periods import Period, parse
from priority_two.report.month_answer import month_in_a_sentence
from priority_two.report.tables.area_tables import rises
from priority_two.report.tables.measure_cards import readings
from priority_two.report.tables.measure_tables import MeasureSection, Series, signals_now

MARCH = parse("2021-03")
BASE = (20, 22, 19, 21, 23, 20, 18, 22, 21, 20, 24, 22)  # mean 21, limits 14.7 and 27.3


def measure(direction: str = "neutral", unit: str = "count") -> Any:
    return SimpleNamespace(measure="ABC01", title="Cases", direction=direction, unit=unit, frequency="M")


def series(*values: float | None, last: Period = MARCH, unit: str = "rate") -> Series:
    months = [Period(last.first - n, last.first - n, "month") for n in range(len(values) - 1, -1, -1)]
    exact = [None if value is None else Decimal(str(value)) for value in values]
    figures = tuple(Figure("ABC01", "", "", month, value) for month, value in zip(months, exact, strict=True))
    segments = chart(list(zip(months, exact, strict=True)), unit=unit)
    return Series(figures, tuple(segments), "", "", "")


def quarters(*values: float, last: str) -> Series:
    end = parse(last)
    steps = [Period(end.first - 3 * n, end.last - 3 * n, "quarter") for n in range(len(values) - 1, -1, -1)]
    exact = [Decimal(str(value)) for value in values]
    figures = tuple(Figure("ABC01", "", "", step, value) for step, value in zip(steps, exact, strict=True))
    return Series(figures, tuple(chart(list(zip(steps, exact, strict=True)), unit="rate")), "", "", "")


def section(*values: float, direction: str = "neutral") -> MeasureSection:
    drawn = series(*values)
    return MeasureSection(measure(direction), drawn, (), signals_now(drawn, MARCH))


QUIET, HIGH, LOW = section(*BASE), (*BASE, 40), (*BASE, 2)
BETTER, WORSE = section(*HIGH, direction="higher"), section(*HIGH, direction="lower")
NEITHER = section(*HIGH)


@pytest.mark.parametrize(
    ("expected", "sent", "on_time", "words"),
    [
        (0, 0, 0, "No return was expected for March; "),
        (1, 0, 0, "The one partner has not sent March’s return; "),
        (1, 1, 1, "The one partner has sent March’s return, on time; "),
        (2, 2, 2, "Both partners have sent March’s return, both on time; "),
        (2, 2, 1, "Both partners have sent March’s return, one on time; "),
        (12, 0, 0, "None of the twelve partners has sent March’s return; "),
        (12, 1, 0, "One of twelve partners has sent March’s return, late; "),
        (12, 11, 11, "Eleven of twelve partners have sent March’s return, all on time; "),
        (13, 11, 0, "Eleven of 13 partners have sent March’s return, none on time; "),
        (13, 13, 12, "All 13 partners have sent March’s return, twelve on time; "),
    ],
)
def test_how_many_partners_sent_their_return(expected: int, sent: int, on_time: int, words: str) -> None:
    counts = {"expected": expected, "submitted": sent, "on_time": on_time}
    assert month_in_a_sentence(MARCH, counts, []) == f"{words}no measure has figures."


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ([], "no measure has figures."),
        ([QUIET], "the one measure with figures signals no change."),
        ([WORSE], "the one measure with figures signals a change, for the worse."),
        ([QUIET, QUIET], "none of the two measures with figures signals a change."),
        ([QUIET, NEITHER], "one of two measures with figures signals a change."),
        ([QUIET, BETTER], "one of two measures with figures signals a change, for the better."),
        ([BETTER, BETTER, QUIET], "two of three measures with figures signal a change, both for the better."),
        ([WORSE, WORSE, WORSE], "three of three measures with figures signal a change, all for the worse."),
        (
            [BETTER, WORSE, WORSE, NEITHER, *[QUIET] * 40],
            "four of 44 measures with figures signal a change, one for the better and two for the worse.",
        ),
    ],
)
def test_how_many_measures_signal_a_change(sections: Sequence[MeasureSection], words: str) -> None:
    counts = {"expected": 0, "submitted": 0, "on_time": 0}
    assert month_in_a_sentence(MARCH, counts, sections) == f"No return was expected for March; {words}"


@pytest.mark.parametrize(
    ("drawn", "now", "earlier"),
    [
        (series(*BASE), "No signal in March.", ""),
        (series(*BASE[:8]), "No signal in March, by trial limits.", ""),
        (series(*BASE, 40), "Above the upper limit, for the better.", ""),
        (series(*BASE, 26, 21, 26), "Near the upper limit, for the better.", ""),
        (series(*BASE, 40, 41, 21), "No signal in March.", "Earlier: above the upper limit, January to February 2021."),
        (
            series(*BASE, 26, 21, 26, 21, 40, 21, 21),
            "No signal in March.",
            "Earlier: above the upper limit, January 2021.",  # outside a limit weighs more than near one
        ),
        (
            series(*BASE, 40, 21, 40),
            "Above the upper limit, for the better.",
            "Earlier: above the upper limit, January 2021.",
        ),
        (series(*BASE, None, None, None, None), "No figure since November 2020.", ""),
        (series(*BASE, 22, None), "No signal in February 2021.", ""),
        (quarters(*BASE, last="2020-21-Q4"), "No signal in Quarter Four.", ""),
        (quarters(*BASE, last="2020-21-Q3"), "No figure since Quarter Three 2020-21.", ""),
        (series(1, 2, 1, 3, unit="count"), "Counts under five: a run chart, no limits.", ""),
        (series(*[1, 2] * 6, *[4] * 8, unit="count"), "In a run above the median, for the better.", ""),
        (series(9), "Too few figures to tell a signal from chance.", ""),
    ],
)  # fmt: skip
def test_what_a_card_says_of_its_chart(drawn: Series, now: str, earlier: str) -> None:
    assert readings(measure("higher"), drawn, MARCH) == (now, earlier)


def test_a_quarter_is_not_missed_before_it_is_over() -> None:
    drawn = quarters(*BASE, 40, last="2020-21-Q3")
    now, _ = readings(measure(), drawn, parse("2021-02"))
    assert now == "Above the upper limit." and signals_now(drawn, parse("2021-02"))
    assert not signals_now(drawn, MARCH)


def change(difference: int | None) -> Change:
    return Change(None if difference is None else Decimal(difference), None, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"A": 1, "B": 2, "C": -1}, "up in two of the three wards, most in B"),
        ({"A": 1, "B": 1, "C": -1}, "up in two of the three wards"),
        ({"A": 1, "B": 2}, "up in both wards, most in B"),
        ({"A": 1, "B": 0}, "up in one of the two wards"),
        ({"A": -1, "B": 0}, "up in neither ward"),
        ({"A": -1, "B": 0, "C": 0}, "up in none of the three wards"),
        ({"A": 5}, "up in the one ward"),
        ({"A": -1, "B": None}, ""),
        ({}, ""),
    ],
)
def test_in_how_many_wards_a_figure_rose(changes: dict[str, int | None], words: str) -> None:
    known = {name: change(difference) for name, difference in changes.items()}
    assert rises(known, "ward", "wards", by_share=False) == words
