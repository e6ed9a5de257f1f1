"""Periods: what each form means, that it is written as it is read, and that nothing else is read."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priority_two.periods import MONTH, QUARTER, RANGE, YEAR, Period, date_label, parse, parse_date, try_parse

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)

# Text, kind, first day, last day, how many months, and how a reader says it: from the calendar, by hand.
FORMS = [
    ("2021-03", MONTH, (2021, 3, 1), (2021, 3, 31), 1, "March 2021"),
    ("2020-02", MONTH, (2020, 2, 1), (2020, 2, 29), 1, "February 2020"),
    ("2021-02", MONTH, (2021, 2, 1), (2021, 2, 28), 1, "February 2021"),
    ("2000-02", MONTH, (2000, 2, 1), (2000, 2, 29), 1, "February 2000"),
    ("1900-02", MONTH, (1900, 2, 1), (1900, 2, 28), 1, "February 1900"),
    ("2020-12", MONTH, (2020, 12, 1), (2020, 12, 31), 1, "December 2020"),
    ("2020-21-Q1", QUARTER, (2020, 4, 1), (2020, 6, 30), 3, "Quarter One 2020-21"),
    ("2020-21-Q2", QUARTER, (2020, 7, 1), (2020, 9, 30), 3, "Quarter Two 2020-21"),
    ("2020-21-Q3", QUARTER, (2020, 10, 1), (2020, 12, 31), 3, "Quarter Three 2020-21"),
    ("2020-21-Q4", QUARTER, (2021, 1, 1), (2021, 3, 31), 3, "Quarter Four 2020-21"),
    ("2019-20-Q4", QUARTER, (2020, 1, 1), (2020, 3, 31), 3, "Quarter Four 2019-20"),
    ("1999-00-Q4", QUARTER, (2000, 1, 1), (2000, 3, 31), 3, "Quarter Four 1999-00"),
    ("2011-12-Q1", QUARTER, (2011, 4, 1), (2011, 6, 30), 3, "Quarter One 2011-12"),
    ("2020-21", YEAR, (2020, 4, 1), (2021, 3, 31), 12, "Year 2020-21"),
    ("1999-00", YEAR, (1999, 4, 1), (2000, 3, 31), 12, "Year 1999-00"),
    ("2019-06..2020-05", RANGE, (2019, 6, 1), (2020, 5, 31), 12, "June 2019 to May 2020"),
    ("2020-09..2021-02", RANGE, (2020, 9, 1), (2021, 2, 28), 6, "September 2020 to February 2021"),
    ("2021-01..2021-03", RANGE, (2021, 1, 1), (2021, 3, 31), 3, "January 2021 to March 2021"),
    ("2021-01..2021-01", RANGE, (2021, 1, 1), (2021, 1, 31), 1, "January 2021 to January 2021"),
]

REFUSED = [
    "", " ", "2020", "2020-", "2020-00", "2020-13", "2020-22", "2020-20", "2020-19", "2021-20", "2020-2", "2020-2021",
    "2020/21", "2020_21", "20-21", "FY2020-21", "2020-21-Q0", "2020-21-Q5", "2020-21-Q", "2020-21-Q12", "2020-21-q4",
    "2020-21Q4", "2020-21-4", "2020-22-Q1", "2020-Q4", "Q4", "Q4 2020-21", "2020-21-Q4 ", " 2020-21-Q4",
    "2020-21-Q4\n", "2021-03\n", "2020-21\n", "2019-06..2020-05\n", "\n2021-03", "2021-03\r", "2021-03\x00",
    "2021-03;x",
    "../x", "..", "../2021-03", "2021-03/..", "2021-03..", "..2021-03", "2020-05..2019-06", "2019-06...2020-05",
    "2019-06..2020-05..2020-06", "2019-06.2020-05", "2019-06 .. 2020-05", "2020-21-Q1..2020-21-Q2", "2019-20..2020-21",
    "2019-06..2020-13", "1899-12", "2100-01", "0000-01", "12021-03", "2021-003", "-2021-03", "+2021-03",
    "٢٠٢١-٠٣", "２０２１-０３", "2021-०३", "२०२०-21-Q4", "2020-21-Q٤", "2021\u201303", "2021\u22123",
    "2021-03\u200b", "2021-03-25", "2021-W12", "March 2021", "latest",
]  # fmt: skip

# Years in which the short form of a financial year means something to a month too: 2000-01 to 2011-12.
AMBIGUOUS = [f"{year}-{year + 1 - 2000:02d}" for year in range(2000, 2012)]

years = st.integers(1901, 2098)


@pytest.mark.parametrize(("text", "kind", "first", "last", "count", "label"), FORMS, ids=[form[0] for form in FORMS])
def test_each_form_means_what_the_calendar_says(
    text: str, kind: str, first: tuple[int, int, int], last: tuple[int, int, int], count: int, label: str
) -> None:
    period = parse(text)
    assert (period.kind, period.start, period.end, len(period.months()), period.label) == (
        kind,
        dt.date(*first),
        dt.date(*last),
        count,
        label,
    )
    assert str(period) == text


@pytest.mark.parametrize("text", REFUSED)
def test_nothing_else_is_a_period(text: str) -> None:
    assert try_parse(text) is None
    with pytest.raises(ValueError, match=r"^a period such as 2021-03, 2020-21-Q4, 2020-21 or 2019-06\.\.2020-05$"):
        parse(text)


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_month_wins_over_a_financial_year(text: str) -> None:
    period = parse(text)
    assert (period.kind, period.start) == (MONTH, dt.date(int(text[:4]), int(text[5:]), 1))


def test_the_first_year_that_is_no_month_is_2012_13() -> None:
    assert (parse("2011-12").kind, parse("2012-13").kind) == (MONTH, YEAR)
    assert parse("2012-13").start == dt.date(2012, 4, 1)


def test_a_financial_year_is_never_written_as_a_month() -> None:
    # The short form of these years is a month's: what is written must be read again as the same twelve months.
    read_again = {}
    for text in AMBIGUOUS:
        again = parse(str(parse(f"{text}-Q4").financial_year))
        read_again[text] = (again.start, again.end)
    assert read_again == {text: (dt.date(int(text[:4]), 4, 1), dt.date(int(text[:4]) + 1, 3, 31)) for text in AMBIGUOUS}


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_a_reader_is_told_the_short_form_of_every_year(text: str) -> None:
    assert parse(f"{text}-Q4").financial_year.label == f"Year {text}"
    assert parse(f"{text}-Q2").label == f"Quarter Two {text}"


@STEADY
@given(years, st.integers(1, 12))
def test_a_month_ends_on_the_day_before_the_next_begins(year: int, month: int) -> None:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    period = parse(f"{year}-{month:02d}")
    assert (period.start, period.end) == (dt.date(year, month, 1), following - dt.timedelta(days=1))


@STEADY
@given(years, st.integers(1, 4))
def test_a_quarter_is_three_months_counted_from_april(year: int, number: int) -> None:
    quarter = parse(f"{year}-{(year + 1) % 100:02d}-Q{number}")
    wanted = {1: (4, 5, 6), 2: (7, 8, 9), 3: (10, 11, 12), 4: (1, 2, 3)}[number]
    assert [str(month) for month in quarter.months()] == [f"{year + (number == 4)}-{month:02d}" for month in wanted]
    assert {month.kind for month in quarter.months()} == {MONTH}


@STEADY
@given(years)
def test_four_quarters_fill_a_year_without_gap_or_overlap(year: int) -> None:
    whole = parse(f"{year}-{(year + 1) % 100:02d}-Q1").financial_year
    assert (whole.kind, whole.start, whole.end) == (YEAR, dt.date(year, 4, 1), dt.date(year + 1, 3, 31))
    assert [month for quarter in whole.quarters() for month in quarter.months()] == whole.months()
    assert [str(quarter)[-2:] for quarter in whole.quarters()] == ["Q1", "Q2", "Q3", "Q4"]
    assert all(quarter.financial_year == whole for quarter in whole.quarters())


@STEADY
@given(years, st.integers(1, 12))
def test_january_to_march_belong_to_the_year_that_began_the_april_before(year: int, month: int) -> None:
    began = year if month >= 4 else year - 1
    assert parse(f"{year}-{month:02d}").financial_year.start == dt.date(began, 4, 1)


@STEADY
@given(st.integers(1901 * 12, 2094 * 12), st.integers(0, 60))
def test_a_range_is_kept_as_it_was_said_even_where_it_is_a_quarter_or_a_year(first: int, more: int) -> None:
    ends = [f"{month // 12}-{month % 12 + 1:02d}" for month in (first, first + more)]
    period = parse("..".join(ends))
    assert (period.kind, str(period), len(period.months())) == (RANGE, "..".join(ends), more + 1)
    assert [str(period.months()[0]), str(period.months()[-1])] == ends


@STEADY
@given(
    st.from_regex(r"[12][09][0-9]{2}-[0-9]{2}(-Q[0-9])?(\.\.[12][09][0-9]{2}-[0-9]{2})?", fullmatch=True) | st.text()
)
def test_whatever_is_read_is_written_as_it_was_read(text: str) -> None:
    period = try_parse(text)
    if period is not None:
        assert str(period) == text
        assert parse(str(period)) == period
        assert period.start < period.end


@pytest.mark.parametrize(
    ("whole", "part", "inside"),
    [
        ("2020-21", "2020-04", True), ("2020-21", "2021-03", True), ("2020-21", "2021-04", False),
        ("2020-21", "2020-03", False), ("2020-21", "2020-21-Q4", True), ("2020-21-Q4", "2020-21", False),
        ("2020-21", "2019-06..2020-05", False), ("2019-06..2020-05", "2019-20-Q4", True), ("2020-21", "2020-21", True),
        ("2021-01..2021-03", "2020-21-Q4", True),
    ],
)  # fmt: skip
def test_a_period_contains_what_lies_wholly_within_it(whole: str, part: str, inside: bool) -> None:
    assert parse(whole).contains(parse(part)) is inside


def test_periods_sort_by_time() -> None:
    texts = ["2021-03", "2020-21-Q4", "2019-06..2020-05", "2020-04", "2020-21"]
    assert [str(period) for period in sorted(map(parse, texts))] == [
        "2019-06..2020-05",
        "2020-04",
        "2020-21",
        "2020-21-Q4",
        "2021-03",
    ]


def test_only_a_year_has_quarters() -> None:
    for text in ("2021-03", "2020-21-Q4", "2020-04..2021-03"):
        assert parse(text).quarters() == []


def test_a_period_does_not_change() -> None:
    with pytest.raises(AttributeError):
        parse("2021-03").first = 0  # type: ignore[misc]
    assert parse("2021-03") == Period(2021 * 12 + 2, 2021 * 12 + 2, MONTH)


# Dates ------------------------------------------------------------------------------------------------------


@STEADY
@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_a_date_is_read_as_it_is_written(date: dt.date) -> None:
    assert parse_date(f"{date.year}-{date.month:02d}-{date.day:02d}") == date


@pytest.mark.parametrize(
    "text",
    [
        "", "2021-02-29", "2021-02-30", "2021-04-31", "2021-13-01", "2021-00-10", "2021-03-00", "2021-3-25",
        "20210325", "2021-W12-4", "2021-084", "25/03/2021", "25.03.2021", "2021-03-25\n", " 2021-03-25", "2021-03-25 ",
        "2021-03-25T00:00", "2021-03-25Z", "1899-12-31", "2100-01-01", "２０２１-03-25", "2021-٠٣-25", "today", "../x",
    ],
)  # fmt: skip
def test_a_date_of_another_form_or_outside_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a date such as 2021-03-25(, in the calendar)?$"):
        parse_date(text)


def test_a_date_is_said_in_english_whatever_the_locale() -> None:
    assert date_label(dt.date(2021, 3, 25)) == "25 March 2021"
    assert date_label(dt.date(2020, 12, 1)) == "1 December 2020"


@pytest.mark.parametrize(
    ("period", "label", "short"),
    [
        ("2021-03", "March 2021", "Mar 2021"),
        ("2020-21-Q4", "January to March 2021", "Q4 2020-21"),
        ("2020-21", "April 2020 to March 2021", "2020-21"),
        ("2019-06..2020-05", "June 2019 to May 2020", "June 2019 to May 2020"),
    ],
)
def test_a_period_names_its_months_and_each_year_once_and_has_a_short_name(period: str, label: str, short: str) -> None:
    assert (parse(period).months_label, parse(period).short_label) == (label, short)
