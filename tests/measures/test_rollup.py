from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.measures.breaks import Break
from priority_two.measures.change import compare
from priority_two.measures.rollup import Conflict, Figure, Ledger, merged, units, year_before
from priority_two.periods import parse
from priority_two.reference.catalogue import Measure, load_catalogue
from priority_two.reference.records import read_rows, table_rows
from priority_two.returns.store import Observation, Terms

Q4, YEAR = parse("2020-21-Q4"), parse("2020-21")


def measure(aggregation="sum", frequency="M", partner="police", unit="count", name="POL01"):
    return Measure.model_construct(
        measure=name, title=name, unit=unit, partner=partner, frequency=frequency, aggregation=aggregation
    )


def seen(period, value, status="", *, name="POL01", breakdown="", area="", partner="police", received="2021-04-20"):
    day = dt.date.fromisoformat(received)
    terms = Terms(
        partner=partner,
        received=day,
        extract_date=None,
        months="2021-01..2021-03",
        explanation="",
        permission="publish",
        contact_post="",
        synthetic=True,
    )
    number = None if value is None else Decimal(str(value))
    file = f"data/returns/{received}_{partner}/observations.csv"
    return Observation(parse(period), name, area, breakdown, number, status, "", terms, file, 2)


def figure(period, *observations, rule=None, breaks=(), **about) -> Figure:
    return Ledger({"POL01": rule or measure()}, observations, breaks).figure("POL01", parse(period), **about)


def quarter(*values):
    return [seen(f"2021-0{n}", value) for n, value in enumerate(values, 1)]


def test_a_quarter_is_the_sum_of_its_three_months():
    found = figure("2020-21-Q4", *quarter(10, 0, 7))
    assert (found.value, found.flags, found.reason) == (17, "", "")
    assert [str(month) for month in found.there] == ["2021-01", "2021-02", "2021-03"]
    assert len(found.sources) == 3


def test_a_quarter_that_lacks_a_month_has_no_value_and_says_which_months_are_there():
    found = figure("2020-21-Q4", seen("2021-01", 10), seen("2021-03", 7))
    assert (found.value, found.reason) == (None, "2 of 3 months")
    assert [str(month) for month in found.there] == ["2021-01", "2021-03"]
    assert [one.value for one in found.sources] == [10, 7]


@pytest.mark.parametrize("status", ["x", "z"])
def test_a_month_without_a_value_is_a_gap_and_not_a_nought(status):
    found = figure("2020-21-Q4", seen("2021-01", 10), seen("2021-02", None, status), seen("2021-03", 7))
    assert (found.value, found.reason) == (None, "2 of 3 months")
    assert figure("2020-21-Q4", *quarter(10, 0, 7)).value == 17


@pytest.mark.parametrize(("status", "said"), [("x", "not available"), ("z", "not applicable")])
def test_a_quarter_whose_every_month_is_unavailable_or_inapplicable_is_so_itself(status, said):
    found = figure("2020-21-Q4", *(seen(f"2021-0{n}", None, status) for n in (1, 2, 3)))
    assert (found.value, found.flags, found.reason) == (None, status, said)


def test_what_was_never_sent_is_neither_unavailable_nor_nought():
    assert figure("2021-03").reason == "not received"
    assert (figure("2020-21-Q4").value, figure("2020-21-Q4").flags) == (None, "")
    assert figure("2020-21-Q4").reason == "0 of 3 months"


def test_one_provisional_or_revised_month_marks_the_whole():
    months = quarter(1, 2, 3)
    provisional, revised = seen("2021-02", 2, "p"), seen("2021-03", 3, "r")
    assert figure("2020-21-Q4", months[0], provisional, months[2]).flags == "p"
    assert figure("2020-21-Q4", months[0], months[1], revised).flags == "r"
    assert figure("2020-21", months[0], provisional, revised, *_nine_months()).flags == "pr"
    assert figure("2021-02", seen("2021-02", 2, "pr")).flags == "pr"


def _nine_months():
    return [seen(str(month), 1) for month in parse("2020-04..2020-12").months()]


def test_a_year_is_the_sum_of_its_months_and_lacks_none_of_them():
    months = [*_nine_months(), *quarter(10, 20, 30)]
    assert figure("2020-21", *months).value == 69
    found = figure("2020-21", *months[1:])
    assert (found.value, found.reason, len(found.there)) == (None, "11 of 12 months", 11)


def test_an_odd_window_is_added_up_from_whole_quarters_and_odd_months():
    months = [seen(str(month), n) for n, month in enumerate(parse("2019-06..2020-05").months())]
    assert figure("2019-06..2020-05", *months).value == sum(range(12))


def test_a_stock_is_its_value_at_the_end_of_the_period():
    rule = measure("last")
    assert figure("2020-21-Q4", *quarter(10, 20, 15), rule=rule).value == 15
    assert figure("2020-21-Q4", *quarter(10, 20)[:2], rule=rule).reason == "2 of 3 months"


def test_what_must_not_be_added_up_never_is():
    rule = measure("none")
    assert figure("2020-21-Q4", *quarter(10, 20, 15), rule=rule).reason == "never added up"
    assert figure("2020-21-Q4", *quarter(10, 20, 15), seen("2020-21-Q4", 31), rule=rule).value == 31
    assert figure("2021-02", *quarter(10, 20, 15), rule=rule).value == 20
    assert figure("2020-21-Q4", *quarter(1, 1, 1), rule=measure("derived")).value is None


def test_a_quarterly_measure_counts_quarters_and_a_quarter_as_stated():
    rule = measure(frequency="Q")
    quarters = [seen(f"2020-21-Q{n}", n) for n in (1, 2, 3, 4)]
    assert figure("2020-21", *quarters, rule=rule).value == 10
    assert figure("2020-21", *quarters[:3], rule=rule).reason == "3 of 4 quarters"
    assert figure("2020-21-Q4", rule=rule).reason == "not received"
    assert figure("2020-21-Q4", *quarter(1, 1, 1), rule=rule).value == 3
    stated = figure("2020-21-Q4", *quarter(1, 1, 1), quarters[3], rule=rule)
    assert (stated.value, stated.conflicts) == (4, (Conflict(Q4, Decimal(4), Decimal(3)),))


def test_of_a_monthly_measure_the_months_are_the_record_and_a_conflict_is_reported():
    own = seen("2020-21-Q4", 12)
    found = figure("2020-21-Q4", *quarter(4, 4, 5), own)
    assert (found.value, found.conflicts) == (13, (Conflict(Q4, Decimal(12), Decimal(13)),))
    year = figure("2020-21", *_nine_months(), *quarter(4, 4, 5), own)
    assert (year.value, year.conflicts) == (22, (Conflict(Q4, Decimal(12), Decimal(13)),))
    assert figure("2020-21-Q4", *quarter(4, 4, 4), own).conflicts == ()


def test_the_stated_quarter_stands_in_where_a_month_is_lacking():
    found = figure("2020-21-Q4", *quarter(4, 4), seen("2020-21-Q4", 12))
    assert (found.value, found.reason, len(found.there)) == (12, "", 3)
    assert figure("2020-21", *_nine_months(), seen("2020-21-Q4", 12)).value == 21
    assert figure("2020-21-Q4", *quarter(4, 4, 4), seen("2020-21-Q4", None, "x")).value == 12


def test_a_range_that_is_a_quarter_is_that_quarter_and_the_later_receipt_counts():
    assert figure("2020-21-Q4", seen("2021-01..2021-03", 12)).value == 12
    older, newer = seen("2020-21-Q4", 11), seen("2021-01..2021-03", 12, received="2021-05-20")
    assert figure("2020-21-Q4", older, newer).value == figure("2020-21-Q4", newer, older).value == 12


def test_areas_and_breakdowns_are_kept_apart():
    rows = [*quarter(1, 1, 1), *(seen(f"2021-0{n}", 5, area="E05000106") for n in (1, 2, 3))]
    rows += [seen(f"2021-0{n}", 9, breakdown="theft") for n in (1, 2)]
    assert figure("2020-21-Q4", *rows).value == 3
    assert figure("2020-21-Q4", *rows, area="E05000106").value == 15
    assert figure("2020-21-Q4", *rows, breakdown="theft").reason == "2 of 3 months"


def test_a_total_of_two_partners_needs_both_and_a_breakdown_those_that_report_it():
    rule = measure(partner="police;housing")
    ours = quarter(1, 2, 3)
    theirs = [seen(f"2021-0{n}", 10, partner="housing") for n in (1, 2, 3)]
    assert figure("2020-21-Q4", *ours, *theirs, rule=rule).value == 36
    assert figure("2020-21-Q4", *ours, *theirs[:2], rule=rule).reason == "2 of 3 months"
    assert figure("2021-03", *ours, rule=rule).reason == "not from housing"
    assert figure("2020-21-Q4", *ours, *theirs, rule=rule, partner="housing").value == 30
    parts = [seen(f"2021-0{n}", n, breakdown="gp") for n in (1, 2, 3)]
    assert figure("2020-21-Q4", *parts, rule=rule, breakdown="gp").value == 6


def test_a_part_needs_each_partner_that_gave_it_in_the_year_before():
    rule = measure(partner="police;housing")
    last_year = seen("2020-03", 7, breakdown="gp", partner="housing")
    once = seen("2020-01", 7, breakdown="gp", partner="housing")
    ours = [seen(f"2021-0{n}", n, breakdown="gp") for n in (1, 2, 3)]
    assert figure("2021-03", *ours, last_year, rule=rule, breakdown="gp").reason == "not from housing"
    assert figure("2020-21-Q4", *ours, last_year, rule=rule, breakdown="gp").reason == "not from housing"
    assert figure("2021-03", *ours, last_year, rule=rule, breakdown="gp", partner="police").value == 3
    assert figure("2021-03", *ours, once, rule=rule, breakdown="gp").value == 3  # more than a year before
    stopped = [last_year, seen("2020-04", None, "z", breakdown="gp", partner="housing")]
    assert figure("2021-03", *ours, *stopped, rule=rule, breakdown="gp").value == 3
    assert figure("2021-03", *ours, last_year, rule=measure(), breakdown="gp").value == 3  # nobody asks it of housing


def test_one_partners_months_and_anothers_quarter_are_added_up():
    rule = measure(partner="police;housing")
    theirs = seen("2020-21-Q4", 10, "p", partner="housing")
    together = figure("2020-21-Q4", *quarter(1, 2, 3), theirs, rule=rule)
    assert (together.value, together.flags, len(together.sources)) == (16, "p", 4)
    assert figure("2020-21-Q4", *quarter(1, 2), theirs, rule=rule).value is None
    assert figure(
        "2020-21-Q4", seen("2020-21-Q4", 4), seen("2020-21-Q4", None, "x", partner="housing"), rule=rule
    ).flags
    shares = measure("last", "Q", "police;housing", "percent")
    assert figure("2020-21-Q4", seen("2020-21-Q4", 40), seen("2020-21-Q4", 50, partner="housing"), rule=shares).reason


def test_the_months_of_each_partner_can_come_from_its_own_parts():
    def total(*theirs):
        rule = measure(partner="police;housing")
        known = [*quarter(1, 2, 3), *theirs]
        return Ledger({"POL01": rule}, known, parts={"POL01": ("charge", "other")}).figure("POL01", Q4)

    lacking = [seen(f"2021-0{n}", None, "x", partner="housing") for n in (1, 2, 3)]
    parts = [
        seen(f"2021-0{n}", 5, breakdown=code, partner="housing") for n in (1, 2, 3) for code in ("charge", "other")
    ]
    assert total(*lacking, *parts).value == 36
    assert total(*lacking, *parts[1:]).value is None
    assert total(*parts).reason == "not from housing"  # parts alone are not taken for a total


def test_a_service_that_changed_hands_is_complete_once_each_says_which_months_are_not_theirs():
    rule = measure(partner="police;housing")
    rows = [seen("2021-01", 4), seen("2021-02", None, "z"), seen("2021-03", None, "z")]
    rows += [seen("2021-01", None, "z", partner="housing")]
    rows += [seen(f"2021-0{n}", 5, partner="housing") for n in (2, 3)]
    assert figure("2020-21-Q4", *rows, rule=rule).value == 14
    rows[1] = seen("2021-02", None, "x")
    assert figure("2020-21-Q4", *rows, rule=rule).reason == "2 of 3 months"


def test_shares_of_two_partners_are_not_added_up():
    rule = measure("none", "Q", "police;housing", "percent")
    rows = [seen("2020-21-Q4", 40), seen("2020-21-Q4", 50, partner="housing")]
    assert figure("2020-21-Q4", *rows, rule=rule).reason == "reported by police and housing"


@pytest.mark.parametrize("status", ["x", "z"])
def test_a_total_that_is_not_given_gives_way_to_parts_that_add_up_to_it(status):
    parts = [seen(f"2021-0{n}", n, breakdown=code) for n in (1, 2, 3) for code in ("charge", "other")]
    months = [seen("2021-01", 2), seen("2021-02", None, status), seen("2021-03", 6)]

    def total(*observations, complete=True):
        known = {"POL01": ("charge", "other")} if complete else {}
        return Ledger({"POL01": measure()}, observations, parts=known).figure("POL01", Q4)

    assert (total(*parts, *months).value, total(*parts, *months).flags) == (12, "")
    assert total(*parts[:-4], *parts[-3:], *months).reason == "2 of 3 months"  # a part of February is missing
    assert total(*parts, *months, complete=False).reason == "2 of 3 months"
    assert total(*parts, *(one for one in months if one.value)).reason == "2 of 3 months"  # none was said to be lacking


def test_a_series_steps_at_the_measures_own_frequency_and_keeps_its_gaps():
    ledger = Ledger({"POL01": measure()}, [seen("2021-01", 1), seen("2021-03", 3)])
    found = ledger.series("POL01", Q4)
    assert [(str(one.period), one.value) for one in found] == [("2021-01", 1), ("2021-02", None), ("2021-03", 3)]
    assert list(map(str, units(parse("2020-02..2021-03"), "Q"))) == [f"2020-21-Q{n}" for n in (1, 2, 3, 4)]
    assert list(map(str, units(parse("2019-04..2021-03"), "A"))) == ["2019-20", "2020-21"]
    assert units(parse("2020-05..2020-07"), "Q") == []


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=12, max_size=12), st.sampled_from(["sum", "last"])
)
def test_a_year_of_months_is_what_counting_by_hand_gives(values, rule):
    rows = [seen(str(month), value) for month, value in zip(YEAR.months(), values, strict=True) if value is not None]
    ledger = Ledger({"POL01": measure(rule)}, rows)
    found = ledger.figure("POL01", YEAR)
    if None in values:
        assert found.value is None
        assert found.reason == f"{12 - values.count(None)} of 12 months"
    else:
        assert found.value == (sum(values) if rule == "sum" else values[-1])
    for n, step in enumerate(YEAR.quarters()):
        three = values[3 * n : 3 * n + 3]
        part = ledger.figure("POL01", step)
        assert (part.value is None) == (None in three)
        if None not in three:
            assert part.value == (sum(three) if rule == "sum" else three[-1])


@given(st.lists(st.text("prbxz", max_size=3)))
def test_flags_of_a_whole_are_those_of_its_parts_each_once(flags):
    assert merged(flags) == "".join(one for one in "prb" if any(one in flag for flag in flags))


# --- comparison with the year before, and breaks in series


def months_of(year, *values):
    return [seen(f"{year}-0{n}", value) for n, value in enumerate(values, 1)]


def change(*rows, breaks=(), unit="count"):
    ledger = Ledger({"POL01": measure(unit=unit)}, rows, breaks)
    now, before = ledger.figure("POL01", Q4), ledger.figure("POL01", year_before(Q4))
    return compare(now, before, breaks, unit=unit)


def test_a_quarter_is_compared_with_the_same_quarter_a_year_before():
    assert str(year_before(Q4)) == "2019-20-Q4"
    found = change(*months_of(2021, 50, 50, 25), *months_of(2020, 40, 40, 20))
    assert (found.difference, found.percent, found.reason) == (25, Decimal("25.0"), "")
    fell = change(*months_of(2021, 10, 0, 0), *months_of(2020, 10, 10, 10))
    assert (fell.difference, fell.percent) == (-20, Decimal("-66.7"))


def test_of_a_small_figure_no_percentage_is_taken():
    few = change(*months_of(2021, 1, 0, 0), *months_of(2020, 4, 1, 2))
    assert (few.difference, few.percent, few.reason) == (-6, None, "no percentage of fewer than 20")
    assert change(*months_of(2021, 1, 0, 0), *months_of(2020, 10, 5, 5)).percent == Decimal("-95.0")


def test_what_came_without_permission_is_said_and_a_partner_that_is_lacking_is_named():
    held = [seen("2021-03", 4), seen("2021-02", 4)]
    ledger = Ledger({"POL01": measure()}, [seen("2021-01", 4)], withheld=held)
    assert ledger.figure("POL01", Q4).reason == "1 of 3 months, the rest without permission"
    assert ledger.figure("POL01", Q4.months()[1]).reason == "without permission"
    assert ledger.figure("POL01", year_before(Q4)).reason == "0 of 3 months"
    rule = {"POL01": measure(partner="police;housing")}
    one = Ledger(rule, quarter(1, 2, 3), names={"housing": "Bromley Housing"})
    assert one.figure("POL01", Q4).reason == "not from Bromley Housing"


def test_percentages_round_half_to_even():
    assert change(*months_of(2021, 2009, 0, 0), *months_of(2020, 2000, 0, 0)).percent == Decimal("0.4")  # 0.45
    assert change(*months_of(2021, 2011, 0, 0), *months_of(2020, 2000, 0, 0)).percent == Decimal("0.6")  # 0.55


def test_an_incomplete_quarter_is_not_compared_and_says_why():
    found = change(*months_of(2021, 50, 50), *months_of(2020, 40, 40, 20))
    assert (found.difference, found.percent, found.reason) == (None, None, "Quarter Four 2020-21: 2 of 3 months")
    assert change(*months_of(2021, 1, 1, 1)).reason == "Quarter Four 2019-20: 0 of 3 months"


def test_nought_has_a_difference_and_no_percentage():
    found = change(*months_of(2021, 1, 1, 1), *months_of(2020, 0, 0, 0))
    assert (found.difference, found.percent, found.reason) == (3, None, "no percentage of nought")


def test_shares_differ_by_percentage_points_alone():
    found = change(*months_of(2021, 1, 1, 1), *months_of(2020, 2, 2, 2), unit="percent")
    assert (found.difference, found.percent, found.reason) == (-3, None, "a difference in percentage points")


@pytest.mark.parametrize(
    ("month", "compared"),
    [
        ("2020-01", True),
        ("2020-02", False),
        ("2020-09", False),
        ("2021-01", False),
        ("2021-03", False),
        ("2021-04", True),
    ],
)
def test_nothing_is_compared_across_a_break_in_series(month, compared):
    broken = [
        Break(measure="POL01", first=parse(month), title="New counting", note=""),
        Break(measure="POL02", first=parse("2020-09"), title="Of another", note=""),
    ]
    found = change(*months_of(2021, 1, 1, 1), *months_of(2020, 1, 1, 1), breaks=broken)
    assert (found.difference is not None) == compared
    if not compared:
        assert found.reason == f"break in series in {parse(month).label}: New counting"


def test_a_period_that_holds_a_break_is_marked():
    broken = [Break(measure="POL01", first=parse("2021-02"), title="New counting", note="")]
    rows = quarter(1, 2, 3)
    assert figure("2020-21-Q4", *rows, breaks=broken).flags == "b"
    assert [figure(f"2021-0{n}", *rows, breaks=broken).flags for n in (1, 2, 3)] == ["", "b", ""]


def table(*rows, columns="measure,from,title,note"):
    names = columns.split(",")
    numbered = [{**dict(zip(names, row, strict=True)), "row": number} for number, row in enumerate(rows, 2)]
    return CsvTable.of_rows("data/reference/breaks.csv", names, numbered)


def test_every_fault_of_a_breaks_table_is_listed_with_its_row_and_column():
    with pytest.raises(Refused) as refused:
        read_rows(table(("POL99", "2021-07", "t", ""), ("POL01", "2021-22", "", "")), Break, {"measures": ["POL01"]})
    assert [(one.row, one.column) for one in refused.value.errors] == [(2, "measure"), (3, "from"), (3, "title")]
    with pytest.raises(Refused, match="the columns measure, from, title, note"):
        read_rows(table(columns="measure,month"), Break)


def test_the_breaks_that_ship_are_the_two_that_the_domain_names():
    folder = DataFolder(DATA)
    found = table_rows(folder, "breaks", Break, load_catalogue(folder).known)
    assert {(one.measure, str(one.first)) for one in found} >= {("HOU02", "2021-07"), ("POL02", "2023-06")}
    assert {str(one.first) for one in found} == {"2021-07", "2023-06"}


def test_the_shipped_year_of_incidents_is_what_the_paper_states():
    from priority_two.returns.store import latest, observations, read_returns

    folder = DataFolder(DATA)
    ledger = Ledger(load_catalogue(folder).measures, latest(observations(read_returns(folder))))
    window = parse("2019-06..2020-05")
    assert (ledger.figure("POL01", window).value, ledger.figure("POL02", window).value) == (4776, 3037)
    assert ledger.figure("COM03", Q4, breakdown="reach").value is None
