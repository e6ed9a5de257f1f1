"""Cells: what people write, what is made of it, and what is recognised as personal."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priority_two.personal import nhs_number, personal
from priority_two.returns.ranges import out_of_range
from priority_two.returns.submit.parse_cell import Amount, read_amount
from priority_two.returns.submit.spreadsheet import letter, position
from priority_two.spellings import Unclear, read_date, read_period

EITHER = "a word that means not available or not applicable"


@pytest.mark.parametrize(
    ("written", "unit", "value", "status"),
    [
        ("1240", "count", "1240", ""),
        ("1,240", "count", "1240", ""),
        ("1 240", "count", "1240", ""),
        ("1\N{NO-BREAK SPACE}240", "count", "1240", ""),
        ("12,345,678", "count", "12345678", ""),
        ("  7 ", "count", "7", ""),
        ("12.0", "count", "12", ""),
        ("2.5", "fte", "2.5", ""),
        ("£1,240.50", "gbp", "1240.5", ""),
        ("97%", "percent", "97", ""),
        ("nil", "count", "0", ""),
        ("0", "count", "0", ""),
        ("12 [p]", "count", "12", "p"),
        ("Tbc", "count", None, "x"),
        ("To be confirmed", "count", None, "x"),
        ("x", "count", None, "x"),
        ("12 (p)", "count", "12", "p"),
        ("12 [r]", "count", "12", "r"),
        (".5", "fte", "0.5", ""),
        ("1.250", "fte", "1.25", ""),
        ("20210401", "count", "20210401", ""),
        ("Not applicable", "count", None, "z"),
    ],
)
def test_what_can_mean_one_thing_only_is_read(written: str, unit: str, value: str | None, status: str) -> None:
    assert read_amount(written, unit) == Amount(None if value is None else Decimal(value), status)


@pytest.mark.parametrize(
    ("written", "unit", "found"),
    [
        ("<5", "count", "a suppressed number"),
        ("< 5", "count", "a suppressed number"),
        ("fewer than 5", "count", "a suppressed number"),
        ("1-4", "count", "a suppressed number"),
        ("*", "count", "a suppressed number"),
        ("[c]", "count", "a suppressed number"),
        ("over 34", "count", "an estimate"),
        ("~12", "count", "an estimate"),
        ("100+", "count", "an estimate"),
        ("-3", "count", "a negative number"),
        ("(3)", "count", "a negative number"),
        ("-", "count", "a dash or a word for nothing"),
        ("none", "count", "a dash or a word for nothing"),
        ("--", "count", "a dash or a word for nothing"),
        ("\N{EM DASH}", "count", "a dash or a word for nothing"),
        (".", "count", "a dash or a word for nothing"),
        ("null", "count", "a dash or a word for nothing"),
        ("NaN", "count", "a dash or a word for nothing"),
        ("?", "count", "a dash or a word for nothing"),
        ("n/a", "count", EITHER),
        ("N/A ", "percent", EITHER),
        ("na", "count", EITHER),
        ("n.a.", "count", EITHER),
        ("N / A", "count", EITHER),
        ("(n/a)", "count", EITHER),
        ("#N/A", "count", EITHER),
        ("#REF!", "count", "an error"),
        ("TRUE", "count", "true or false"),
        ("1/2", "count", "a fraction, or a share of a whole"),
        ("12/40", "percent", "a fraction, or a share of a whole"),
        ("10-12", "count", "a suppressed number"),
        ("10\N{EN DASH}12", "count", "a suppressed number"),
        ("10-Dec", "count", "a date"),
        ("Dec-10", "count", "a date"),
        ("10/12/2021", "count", "a date"),
        ("2021-12-10 00:00:00", "count", "a date"),
        ("5*", "count", "a number with a mark"),
        ("5 (a)", "count", "a number with a mark"),
        ("5\N{DAGGER}", "count", "a number with a mark"),
        ("12p", "count", "a number with a mark"),
        ("1.240", "gbp", "a number with decimals"),
        ("1,5", "count", "a number with a comma, a point or a space in an odd place"),
        ("1,24", "count", "a number with a comma, a point or a space in an odd place"),
        ("1,24,000", "count", "a number with a comma, a point or a space in an odd place"),
        ("1.240", "count", "a number with decimals"),
        ("1.000", "count", "a number with decimals"),
        ("2.5", "count", "a number with decimals"),
        ("=SUM(A1:A2)", "count", "a formula"),
        ("about a dozen", "count", "text"),
        ("12 cases", "count", "text"),
        ("12²", "count", "a number with a mark"),
        ("97%", "count", "text"),
        ("1e3", "count", "text"),
        ("٣", "count", "text"),
        ("9434765919", "count", "a number of more than 9 digits"),
        (True, "count", "true or false"),
        (dt.date(2021, 4, 3), "count", "a date"),
        (Decimal("2.5"), "count", "a number with decimals"),
        (Decimal(-1), "count", "a negative number"),
        ("105", "percent", "a percentage over 100"),
        ("105%", "percent", "a percentage over 100"),
        (Decimal("1.05") * 100, "percent", "a percentage over 100"),
        ("-1%", "percent", "a negative number"),
        ("2.125", "fte", "a number with decimals"),
        ("1.005", "gbp", "a number with decimals"),
        (Decimal("1e300"), "count", "a number of more than 9 digits"),
    ],
)
def test_what_can_mean_two_things_is_refused_by_its_kind(
    written: str | bool | dt.date | Decimal, unit: str, found: str
) -> None:
    with pytest.raises(Unclear) as caught:
        read_amount(written, unit)
    assert caught.value.found == found


def test_a_blank_cell_is_no_figure() -> None:
    assert [read_amount(blank, "count") for blank in (None, "", "  ", "\N{ZERO WIDTH SPACE}")] == [None] * 4


def test_a_percentage_is_what_the_cell_shows() -> None:
    assert read_amount(Decimal("0.97"), "percent", percent=True) == Amount(Decimal(97))
    with pytest.raises(Unclear):
        read_amount(Decimal("0.97"), "count", percent=True)


def test_what_floating_point_adds_is_rounded_off() -> None:
    assert read_amount(Decimal("33.299999999999997"), "percent") == Amount(Decimal("33.3"))


@given(st.integers(0, 999_999_999))
def test_a_count_is_read_with_and_without_separators(number: int) -> None:
    for written in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f" {number} ", f"{number}.0"):
        assert read_amount(written, "count") == Amount(Decimal(number))


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_stumble_or_repeat_it(text: str) -> None:
    for unit in ("count", "percent", "gbp"):
        try:
            amount = read_amount(text, unit)
        except Unclear as unclear:
            assert unclear.expected and (len(text.strip()) < 6 or text.strip() not in str(unclear) + unclear.fix)
        else:
            assert amount is None or (amount.value is None) == (amount.status in ("x", "z"))
    personal(text, 2000)
    for read in (read_period, read_date):
        with contextlib.suppress(Unclear):
            read(text)


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2021-04", "2021-04"),
        ("Apr-21", "2021-04"),
        ("apr 2021", "2021-04"),
        ("April 2021", "2021-04"),
        ("Sept-20", "2020-09"),
        ("04/2021", "2021-04"),
        ("01/04/2021", "2021-04"),
        ("30/04/2021", "2021-04"),
        ("29/02/2020", "2020-02"),
        (dt.date(2021, 4, 1), "2021-04"),
        (dt.datetime.fromisoformat("2021-04-01"), "2021-04"),
        ("202104", "2021-04"),
        (Decimal(202104), "2021-04"),
        ("2021/04", "2021-04"),
        ("2021/4", "2021-04"),
        ("2021 April", "2021-04"),
        ("Apr. 2021", "2021-04"),
        ("Apr '21", "2021-04"),
        ("April, 2021", "2021-04"),
        ("2021-04-01T00:00:00", "2021-04"),
        ("2021-04-01T00:00:00.000Z", "2021-04"),
        ("2021-04-01 00:00", "2021-04"),
        ("01/04/2021 00:00:00", "2021-04"),
        ("20210401", "2021-04"),
        ("Q1 2021-22", "2021-22-Q1"),
        ("Q1 2021\N{EN DASH}22", "2021-22-Q1"),
        ("Q1 2021 \N{EM DASH} 22", "2021-22-Q1"),
        ("q1 2021\N{NON-BREAKING HYPHEN}22", "2021-22-Q1"),
        ("Q1 - 2021/22", "2021-22-Q1"),
        ("Q1 2021/2022", "2021-22-Q1"),
        ("Q1 21/22", "2021-22-Q1"),
        ("2021/22 Q1", "2021-22-Q1"),
        ("2021-22-q1", "2021-22-Q1"),
        ("Qtr 1 FY2021/22", "2021-22-Q1"),
        ("2021\N{EN DASH}22", "2021-22"),
        ("2021-2022", "2021-22"),
        ("FY 2021/22", "2021-22"),
        ("2021-04 to 2021-06", "2021-04..2021-06"),
        ("2021-04 \N{EN DASH} 2021-06", "2021-04..2021-06"),
        ("April to June 2021", "2021-04..2021-06"),
        ("Apr-Jun 2021", "2021-04..2021-06"),
        ("April 2021 - June 2021", "2021-04..2021-06"),
        ("2020-21-Q4", "2020-21-Q4"),
        ("Q4 2020/21", "2020-21-Q4"),
        ("Quarter Four 2020-21", "2020-21-Q4"),
        ("2020/21", "2020-21"),
        ("Year 2020-21", "2020-21"),
        ("2019-06..2020-05", "2019-06..2020-05"),
    ],
)
def test_a_period_is_read_as_people_write_it(written: str | dt.date, period: str) -> None:
    assert str(read_period(written)) == period


@pytest.mark.parametrize(
    "written",
    [
        "Q1 2022",
        "2022 Q1",
        "2010/11",
        "2021-04-01 09:30",
        "2021-03-31T23:00:00Z",
        dt.datetime.fromisoformat("2021-03-31T23:00"),
        "202122",
        "June to April 2021",
        "44287",
        "2021-00",
        "03/04/2021",
        dt.date(2026, 4, 21),
        "2021",
        "21-Apr",
        "Smarch 21",
        "Q4 2020/22",
        "",
        "13/2021",
    ],
)
def test_a_period_that_may_be_two_is_refused(written: str | dt.date) -> None:
    with pytest.raises(Unclear):
        read_period(written)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_read_in_each_form(day: dt.date) -> None:
    name = calendar.month_name[day.month]
    for text in (
        day.isoformat(),
        f"{day.day:02d}/{day.month:02d}/{day.year}",
        f"{day.day}.{day.month}.{day.year % 100:02d}",
        f"{day.day} {name} {day.year}",
        f"{day.day}-{name[:3]}-{day.year % 100:02d}",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()}T09:30:00",
        f"{day:%Y/%m/%d}",
        f"{day.day}\N{EN DASH}{name[:3]}\N{EN DASH}{day.year}",
    ):
        assert read_date(text) == day


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_a_cells_name_leads_back_to_it(row: int, column: int) -> None:
    assert position(f"{letter(column)}{row}") == (row, column)


@given(st.integers(2001 * 12, 2098 * 12))
def test_a_month_a_quarter_and_a_year_are_read_in_each_form(number: int) -> None:
    year, month = number // 12, number % 12 + 1
    name = calendar.month_name[month]
    for text in (
        f"{year}-{month:02d}",
        f"{year}{month:02d}",
        f"{month:02d}/{year}",
        f"{name} {year}",
        f"{name[:3]}-{year}",
        f"{year} {name}",
        f"{year}-{month:02d}-01T00:00:00",
    ):
        assert str(read_period(text)) == f"{year}-{month:02d}", text
    following, quarter = f"{(year + 1) % 100:02d}", month % 4 + 1
    start = f"{year}-{3 * quarter + 1:02d}" if quarter < 4 else f"{year + 1}-01"
    for dash in "-/\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{MINUS SIGN}":
        for text in (f"Q{quarter} {year}{dash}{following}", f"{year}{dash}{following} q{quarter}"):
            period = read_period(text)
            assert (f"{period.start:%Y-%m}", period.last - period.first, period.kind) == (start, 2, "quarter")


@given(st.text("0123456789/-.:TZ qQJanFebMytoFYr\N{EN DASH}", max_size=24))
def test_what_looks_like_a_period_is_one_or_refused(text: str) -> None:
    for read in (read_period, read_date):
        with contextlib.suppress(Unclear):
            read(text)
    with contextlib.suppress(Unclear):
        assert read_period(str(read_period(text))) == read_period(text)


# Personal data ----------------------------------------------------------------------------------------------

PERSONAL = [
    ("943 476 5919", "an NHS number"),
    ("9434765919", "an NHS number"),
    ("patient 943-476-5919 seen", "an NHS number"),
    (Decimal(9434765919), "an NHS number"),
    ("NI AB123456C of the victim", "a National Insurance number"),
    ("ab 12 34 56 c", "a National Insurance number"),
    ("BR1 3UH", "a full postcode"),
    ("lives near br13uh", "a full postcode"),
    ("SW1A 1AA", "a full postcode"),
    ("ask someone@example.org", "an e-mail address"),
    ("020 8464 3333", "a telephone number"),
    ("+44 (0)7700 900123", "a telephone number"),
    ("07700900123", "a telephone number"),
    (Decimal(7700900123), "a telephone number"),
    ("DOB 1/2/80", "a date of birth"),
    ("born 3 May 1984", "a date of birth"),
    ("03/05/1984", "a date of birth"),
    (dt.date(1984, 5, 3), "a date of birth"),
    ("Mrs Example", "a person's name"),
    ("Surname", "a heading for personal data"),
    ("Client name", "a heading for personal data"),
    ("victim_name", "a heading for personal data"),
    ("Date of birth:", "a heading for personal data"),
    ("NHS No.", "a heading for personal data"),
    ("Home address", "a heading for personal data"),
]


@pytest.mark.parametrize(("content", "kind"), PERSONAL)
def test_personal_data_is_recognised(content: str | Decimal | dt.date, kind: str) -> None:
    assert personal(content, born_by=2015) == kind


@pytest.mark.parametrize(
    "content",
    [
        "GB123456A",  # no letters that are given out
        "AB1234567C",
        dt.date(1900, 2, 9),  # the number 40, in a cell that shows dates
        "9434765918",  # the check digit is wrong
        "E05000106",
        "2020-21-Q4",
        "Q2 2nd return",
        "BR1",
        "the service is 020 strong",
        "0808 2000 247",  # a helpline, named below
        "25/03/2021",
        "01-02-2021 12:30",
        "victims born abroad",
        "names are not held",
        "Domestic abuse incidents",
        Decimal(1240),
        Decimal("15700000000"),
        dt.date(2021, 3, 25),
        None,
        True,
    ],
)
def test_ordinary_words_and_numbers_are_not(content: str | Decimal | dt.date | bool | None) -> None:
    assert personal(content, born_by=2015, allowed=frozenset({"08082000247"})) == ""


@given(st.integers(0, 999_999_999))
def test_an_nhs_number_has_the_check_digit_that_the_sum_asks_for(body: int) -> None:
    digits = [int(digit) for digit in f"{body:09d}"]
    good = [last for last in range(10) if nhs_number(f"{body:09d}{last}")]
    # The check digit makes the whole weighted sum, itself counted once, a multiple of 11.
    total = sum(digit * weight for digit, weight in zip(digits, (10, 9, 8, 7, 6, 5, 4, 3, 2), strict=True))
    expected = [last for last in range(10) if (total + last) % 11 == 0]
    assert good == ([] if len({*digits, *expected}) == 1 else expected)


@pytest.mark.parametrize(("written", "value"), [("120%", "120"), ("-8", "-8"), (Decimal("120.5"), "120.5")])
def test_a_change_may_be_over_100_per_cent_and_below_nought(written: str | Decimal, value: str) -> None:
    assert read_amount(written, "percent", change=True) == Amount(Decimal(value))


@given(st.decimals("-1000", "1000", places=3), st.sampled_from(["count", "percent", "rate", "ratio", "gbp", "fte"]))
def test_what_intake_takes_is_what_the_gate_takes(value: Decimal, unit: str) -> None:
    try:
        amount = read_amount(value, unit)
    except Unclear:
        assert out_of_range(value, unit)
    else:
        assert amount and not out_of_range(value, unit)
    steps = {"count": 0, "gbp": 2, "fte": 2}.get(unit, 3)
    whole = value * 10**steps % 1 == 0
    assert bool(out_of_range(value, unit)) == (value < 0 or not whole or (unit == "percent" and value > 100))
