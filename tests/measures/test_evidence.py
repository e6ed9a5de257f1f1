"""Figures: how they are written, how they are asked for, and that none is lost, doubled or made up on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.files.data_folder import DataFolder
from priority_two.measures.book import read_definitions
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Evidence, Missing, number, printed
from priority_two.measures.figures import Figures
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.report.exhibits import beside, exhibit
from priority_two.returns.store import Observation, Terms

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)
UNITS = ("count", "percent", "rate", "ratio", "gbp", "fte")


def observed(
    measure: str,
    value: str | None,
    breakdown: str = "",
    period: str = "2020-21-Q4",
    area: str = "",
    status: str = "",
    partner: str = "lbb",
    row: int = 2,
) -> Observation:
    """Make an observation as a return of 25 March 2021 brings it."""
    terms = Terms(
        partner=partner,
        received=dt.date(2021, 3, 25),
        extract_date=None,
        months="2021-01..2021-03",
        explanation="Made up for a test.",
        permission="publish",
        contact_post="Analyst",
        synthetic=True,
    )
    file = f"data/returns/2021-03-25_{partner}/observations.csv"
    amount = None if value is None else Decimal(value)
    return Observation(parse(period), measure, area, breakdown, amount, status, "", terms, file, row)


def evidence(*observations: Observation, period: str = "2020-21-Q4") -> Evidence:
    return Evidence(catalogue(), list(observations), parse(period))


def catalogue() -> Catalogue:
    return load_catalogue(DataFolder(DATA))


# How numbers are written ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0", "count", "0"), ("7", "count", "7"), ("999", "count", "999"), ("1000", "count", "1,000"),
        ("10000", "count", "10,000"), ("1316800", "count", "1,316,800"), ("1E+3", "count", "1,000"),
        ("38.0", "count", "38"), ("100", "count", "100"), ("0.00", "count", "0"),
        ("8.5", "percent", "8.5%"), ("97", "percent", "97%"), ("100", "percent", "100%"), ("0", "percent", "0%"),
        ("4.50", "percent", "4.5%"), ("0.05", "percent", "0.05%"),
        ("2.5", "fte", "2.5"), ("1", "fte", "1"), ("1.0", "fte", "1"), ("10", "fte", "10"),
        ("40.25", "rate", "40.25"), ("1234.5", "rate", "1,234.5"), ("100", "ratio", "100"),
        ("34015", "gbp", "£34,015"), ("0", "gbp", "£0"), ("999999", "gbp", "£999,999"), ("1000000", "gbp", "£1m"),
        ("2500000", "gbp", "£2.5m"), ("15700000000", "gbp", "£15.7bn"), ("66000000000", "gbp", "£66bn"),
        ("1000000000", "gbp", "£1bn"), ("1250000000000", "gbp", "£1,250bn"),
    ],
)  # fmt: skip
def test_a_number_is_written_in_its_unit(value: str, unit: str, text: str) -> None:
    assert number(Decimal(value), unit) == text


@STEADY
@given(st.decimals("0", "1e12", places=3) | st.integers(0, 10**15).map(Decimal), st.sampled_from(UNITS))
def test_a_written_number_says_neither_more_nor_less_than_the_value(value: Decimal, unit: str) -> None:
    text = number(value, unit)
    size = {"n": 10**9, "m": 10**6}.get(text[-1], 1) if unit == "gbp" else 1
    digits = text.removeprefix("£").removesuffix("%").removesuffix("bn").removesuffix("m")
    assert Fraction(digits.replace(",", "")) * size == Fraction(value)
    whole, _, part = digits.partition(".")
    assert [len(group) for group in whole.split(",")[1:]] == [3] * whole.count(",")
    assert not part.endswith("0")
    assert not digits.endswith(".")


def test_nought_has_no_sign() -> None:
    # "-0" is a plain number to the gate, and is not below nought.
    assert [number(Decimal(text), "count") for text in ("-0", "-0.0")] == ["0", "0"]


@pytest.mark.parametrize(
    ("value", "status", "text"),
    [
        ("10", "", "10"),
        ("10", "p", "10 [p]"),
        ("1000", "r", "1,000 [r]"),
        ("10", "pr", "10 [p] [r]"),
        ("0", "", "0"),
        (None, "x", "not available [x]"),
        (None, "z", "not applicable [z]"),
    ],
)
def test_a_flag_stands_beside_the_figure_and_a_gap_says_why(value: str | None, status: str, text: str) -> None:
    one = observed("HLT01", value, status=status)
    assert printed(one, "count") == text
    assert evidence(one).text(one) == text


# How figures are asked for ----------------------------------------------------------------------------------


def test_a_figure_takes_the_period_of_the_report_where_it_names_none() -> None:
    now, before = observed("HLT01", "38"), observed("HLT01", "31", period="2019-20-Q4")
    base = evidence(before, now)
    assert base.figure("HLT01").value == 38
    assert base.figure("HLT01", period="2019-20-Q4").value == 31
    assert evidence(before, now, period="2019-20-Q4").figure("HLT01").value == 31


def test_a_figure_is_the_one_that_was_asked_for() -> None:
    base = evidence(
        observed("POL01", "100", partner="police"),
        observed("POL01", "7", area="E05000106", partner="police"),
        observed("POL01", "30", period="2021-01", partner="police"),
        observed("COM01", "10000", "printed"),
        observed("COM01", "9300", "distributed"),
    )
    assert base.figure("POL01").value == 100
    assert base.figure("POL01", area="E05000106").value == 7
    assert base.figure("POL01", period="2021-01").value == 30
    assert base.figure("COM01", "printed").value == 10000
    assert base.figure("COM01", breakdown="distributed").value == 9300


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "HLT99"}, "no observation of HLT99 2020-21-Q4 had been received by the as-at date"),
        ({"measure": "HLT01", "breakdown": "gp"}, "no observation of HLT01 gp 2020-21-Q4 had been"),
        ({"measure": "HLT01", "period": "2019-20-Q4"}, "no observation of HLT01 2019-20-Q4 had been"),
        ({"measure": "HLT01", "period": "2021-01..2021-02"}, "no observation of HLT01 2021-01..2021-02 had been"),
        ({"measure": "HLT01", "area": "E05000106"}, "no observation of HLT01 E05000106 2020-21-Q4 had been"),
        (
            {"measure": "HLT01", "partner": "police"},
            "no observation of HLT01 2020-21-Q4 had been received from police",
        ),
        ({"measure": "hlt01"}, "no observation of hlt01 "),
        ({"measure": ""}, "no observation of 2020-21-Q4 had been"),
        ({"measure": "HLT01", "period": "2020-21-Q5"}, "2020-21-Q5 is no period"),
        ({"measure": "HLT01", "period": "Q4"}, "Q4 is no period"),
    ],
)
def test_what_is_missing_is_said_as_it_was_asked_for(asked: dict[str, str], said: str) -> None:
    base = evidence(observed("HLT01", "38", partner="sel-ccg"))
    with pytest.raises(Missing) as caught:
        base.figure(**asked)
    assert str(caught.value).startswith(said)


def test_a_figure_that_is_not_available_is_there_and_says_so() -> None:
    base = evidence(observed("COM03", None, "reach", status="x", partner="byc"))
    assert base.text(base.figure("COM03", "reach")) == "not available [x]"


# The one look-up: stated, rolled up, worked out ---------------------------------------------------------------


def months(*counts: str | None, measure: str = "POL01", partner: str = "police") -> list[Observation]:
    """Return the months of the quarter from January, those that are None left out."""
    return [
        observed(measure, count, period=f"2021-0{month}", partner=partner, row=month)
        for month, count in enumerate(counts, 1)
        if count
    ]


def test_a_quarter_of_a_monthly_measure_is_the_sum_that_the_tables_show() -> None:
    base = evidence(*months("50", "50", "60"))
    found = base.figure("POL01")
    assert (found.value, base.text(found)) == (160, "160")
    assert [one.period.label for one in found.sources] == ["January 2021", "February 2021", "March 2021"]
    assert found.anchor == "source-police-pol01-2020-21-q4-worked-out"
    assert base.cited(cite(found, catalogue(), listed=True)) == found
    assert base.figure("POL01", period="2021-02").anchor == "source-police-pol01-2021-02"


def test_a_stated_quarter_that_its_months_come_to_leads_to_its_own_row() -> None:
    stated = observed("POL01", "160", partner="police", row=9)
    base = evidence(*months("50", "50", "60"), stated)
    found = base.figure("POL01")
    assert found.anchor == stated.anchor and base.cited(cite(found, catalogue(), listed=True)) == stated
    assert evidence(*months("50", "50"), stated).figure("POL01").value == 160


def test_a_stated_quarter_is_marked_as_its_months_are_in_the_tables() -> None:
    provisional = replace(observed("POL01", "60", period="2021-03", partner="police", row=4), status="p")
    stated = observed("POL01", "160", partner="police", row=5)
    base = evidence(*months("50", "50"), provisional, stated)
    found = base.figure("POL01")
    assert (base.text(found), found.sources) == ("160 [p]", (stated,))


def test_what_is_incomplete_says_which_month_and_whose_return_would_bring_it() -> None:
    base = evidence(*months(None, "50", "60"))
    with pytest.raises(Missing) as caught:
        base.figure("POL01")
    assert str(caught.value) == "no figure of POL01 2020-21-Q4 by the as-at date: 2 of 3 months, without January 2021"
    assert caught.value.fix == "have it in a return of Metropolitan Police Service (police)"


def test_a_measure_that_is_worked_out_is_the_rate_of_its_definition() -> None:
    folder = DataFolder(DATA)
    rates = read_definitions(folder, catalogue().known).rates
    sent = [*months("50", "50", "60", measure="POL02"), *months("10", "10", "12", measure="POL04")]
    ledger = Ledger(catalogue().measures, sent)
    base = Evidence(catalogue(), sent, parse("2020-21-Q4"), Figures(ledger, rates))
    found = base.figure("POL05")
    assert base.text(found) == "20.0%" == number(Decimal(100 * 32) / 160, "percent", 1)
    assert len(found.sources) == 6 and base.cited(cite(found, catalogue(), listed=True)) == found
    with pytest.raises(Missing, match=r"^no figure of POL05 2020-21-Q3 by the as-at date: POL04"):
        base.figure("POL05", period="2020-21-Q3")


def test_a_total_of_several_partners_is_theirs_together_as_in_the_tables() -> None:
    theirs = [*months("1", "2", "3", measure="IDV01", partner="bcwa")]
    others = [*months("10", "20", "30", measure="IDV01", partner="victim-support")]
    assert evidence(*theirs, *others).figure("IDV01").value == 66
    with pytest.raises(Missing, match=r"not from Victim Support"):
        evidence(*theirs).figure("IDV01")
    assert evidence(*theirs).figure("IDV01", partner="bcwa").value == 6


def test_of_a_period_to_come_what_was_stated_counts() -> None:
    planned = observed("GOV02", "3", "strategic-board-planned", period="2021-22")
    assert evidence(planned).figure("GOV02", "strategic-board-planned", period="2021-22").value == 3
    ahead = [observed("POL01", "9", period=f"2021-0{month}", partner="police") for month in (4, 5, 6)]
    with pytest.raises(Missing):
        evidence(*ahead).figure("POL01", period="2021-22-Q1")


@STEADY
@given(st.lists(st.none() | st.integers(0, 99), min_size=3, max_size=3))
def test_a_binding_says_what_the_ledger_says(counts: list[int | None]) -> None:
    sent = months(*(None if count is None else str(count) for count in counts))
    base, ledger = evidence(*sent), Ledger(catalogue().measures, sent)
    told = ledger.figure("POL01", parse("2020-21-Q4"))
    if told.value is None:
        with pytest.raises(Missing):
            base.figure("POL01")
    else:
        assert base.figure("POL01").value == told.value == sum(count for count in counts if count is not None)


# Two partners, and areas -------------------------------------------------------------------------------------


def both_partners() -> Evidence:
    return evidence(
        observed("HLT04", "100", "gp", partner="lbb"),
        observed("HLT04", "7", "gp", partner="sel-ccg"),
        observed("HLT04", "3", "nurse", partner="lbb", row=3),
    )


def test_of_two_partners_one_must_be_named() -> None:
    base = both_partners()
    with pytest.raises(Missing, match=r"^HLT04 gp 2020-21-Q4 is reported by lbb, sel-ccg; name one with partner=$"):
        base.figure("HLT04", "gp")
    assert base.figure("HLT04", "gp", partner="lbb").value == 100
    assert base.figure("HLT04", "gp", partner="sel-ccg").value == 7
    assert base.figure("HLT04", "nurse").value == 3


def test_the_figures_of_two_partners_have_a_source_each() -> None:
    base = both_partners()
    found = [base.figure("HLT04", "gp", partner=name) for name in ("lbb", "sel-ccg")]
    assert len({one.anchor for one in found}) == 2
    cited = [
        base.cited(cite(figure, catalogue(), partner=figure.sources[0].terms.partner, listed=True)) for figure in found
    ]
    assert [each.terms.partner for each in cited if isinstance(each, Observation)] == ["lbb", "sel-ccg"]


def texts(measure: str, base: Evidence) -> list[str]:
    """Return what the cells of a measure's table say."""
    made = exhibit(measure, "", base)
    assert made is not None
    return sorted(cell.text for row in made.rows for cell in row.cells)


def test_a_table_loses_no_partners_figure() -> None:
    assert {"100", "7", "3"} <= set(texts("HLT04", both_partners()))


def test_the_figure_of_a_ward_does_not_take_the_place_of_the_boroughs() -> None:
    whole = observed("POL01", "100", partner="police")
    base = evidence(
        whole,
        observed("POL01", "7", area="E05000106", partner="police", row=3),
        observed("POL01", "9", area="E05000107", partner="police", row=4),
    )
    made = exhibit("POL01", "", base)
    assert made is not None
    assert [
        cell.text
        for row in made.rows
        for cell in row.cells
        if any(span.href == f"#{whole.anchor}" for span in cell.spans)
    ] == ["100"]


def test_a_table_has_the_months_of_the_year_and_of_no_other() -> None:
    base = evidence(
        *(observed("HLT02", "5", period=month, partner="victim-support") for month in ("2020-03", "2021-04")),
        *(observed("HLT02", "6", period=month, partner="victim-support") for month in ("2020-04", "2021-03")),
    )
    made = exhibit("HLT02", "", base)
    assert made is not None
    said = {row.heading.text: cell.text for row in made.rows for cell in row.cells}
    months = [month.label for month in parse("2020-21").months()]
    assert list(said) == months
    assert said == {month: "6" if month in ("April 2020", "March 2021") else "not received" for month in months}
    assert exhibit("HLT01", "", base) is None


def test_a_month_that_is_missing_is_said_in_a_table_and_never_skipped() -> None:
    sent = [observed("POL01", "5", period=month, partner="police") for month in ("2020-11", "2021-01")]
    withheld = [observed("POL01", "5", period="2020-12", partner="police")]
    known, as_at = catalogue(), dt.date(2021, 3, 25)
    ledger = Ledger(known.measures, sent, withheld=withheld)
    base = Evidence(known, sent, parse("2020-21-Q4"), Figures(ledger, as_at=as_at))
    made = exhibit("POL01", "", base)
    assert made is not None
    assert [(row.heading.text, row.cells[0].text) for row in made.rows] == [
        ("November 2020", "5"),
        ("December 2020", "without permission"),
        ("January 2021", "5"),
        ("February 2021", "not received"),
        ("March 2021", "not yet"),
    ]


def test_a_quarter_that_is_missing_has_a_column_and_is_not_drawn_over() -> None:
    sent = [
        observed("COM01", str(count), part, period=f"2020-21-Q{quarter}")
        for quarter in (1, 3, 4)
        for part, count in (("printed", 9), ("distributed", 4), ("in-stock", 5))
    ]
    made = exhibit("COM01", "", evidence(*sent))
    assert made is not None
    assert made.head == ("Item", "Q1", "Q2", "Q3", "Q4")
    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        [count, "not received", count, count] for count in ("9", "4", "5")
    ]
    assert beside("COM01", evidence(*sent)) == []
    whole = [*sent, *(replace(each, period=parse("2020-21-Q2")) for each in sent[:3])]
    assert len(beside("COM01", evidence(*whole))) == 3


def test_of_a_part_that_nobody_agreed_to_send_only_what_lies_between_is_missing() -> None:
    months = ("2020-09", "2020-11")
    sent = [observed("COM03", "4", "posts", period=month, partner="byc") for month in months]
    made = exhibit("COM03", "", evidence(*sent))
    assert made is not None
    assert [cell.text for row in made.rows for cell in row.cells] == ["4", "not received", "4"]


def test_shares_of_a_measure_have_as_many_decimals_as_each_other() -> None:
    sent = [
        observed("DHR02", "67", period="2020-21-Q3", partner="public-protection"),
        observed("DHR02", "67.2", partner="public-protection", row=3),
        observed("DHR01", "3", partner="public-protection", row=4),
    ]
    base = evidence(*sent)
    assert [base.text(base.figure("DHR02", period=f"2020-21-Q{n}")) for n in (3, 4)] == ["67.0%", "67.2%"]
    made = exhibit("DHR02", "", base)
    assert made is not None
    assert [cell.text for row in made.rows for cell in row.cells][-2:] == ["67.0%", "67.2%"]
    assert base.text(base.figure("DHR01")) == "3"


# Order, and sums -------------------------------------------------------------------------------------


def test_the_observations_of_a_measure_come_in_the_order_of_time_and_catalogue() -> None:
    base = evidence(
        observed("COM01", "1", "in-stock"),
        observed("COM01", "2", "printed"),
        observed("COM01", "3", "printed", period="2020-21-Q3"),
        observed("COM01", "4", "distributed"),
        observed("COM01", "5", "printed", period="2019-20-Q4"),
        observed("HLT01", "6"),
    )
    assert [one.value for one in base.of("COM01")] == [5, 3, 2, 4, 1]
    assert [one.value for one in base.of("COM01", within=parse("2020-21"))] == [3, 2, 4, 1]
