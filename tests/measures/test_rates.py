from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.breaks import Break
from priority_two.measures.change import compare, in_words, is_rounded_apart
from priority_two.measures.exact import ratio
from priority_two.measures.expressions import parse_terms
from priority_two.measures.rates import (
    Definition,
    Population,
    rate,
    rate_breaks,
)
from priority_two.measures.rollup import Ledger, year_before
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.reference.records import read_rows, table_rows
from priority_two.returns.store import Observation, Terms

Q4, YEAR = parse("2020-21-Q4"), parse("2020-21")


def seen(name, period, value, status="", *, breakdown="", area="", partner="police"):
    terms = Terms(
        partner=partner,
        received=dt.date(2021, 4, 20),
        extract_date=None,
        months="2020-04..2021-03",
        explanation="",
        permission="publish",
        contact_post="",
        synthetic=True,
    )
    number = None if value is None else Decimal(str(value))
    file = f"data/returns/2021-04-20_{partner}/observations.csv"
    return Observation(parse(period), name, area, breakdown, number, status, "", terms, file, 2)


def monthly(name, months, *values, **about):
    return [seen(name, str(month), value, **about) for month, value in zip(parse(months).months(), values, strict=True)]


@pytest.fixture(scope="module")
def folder():
    return DataFolder(DATA)


@pytest.fixture(scope="module")
def measures(folder):
    return load_catalogue(folder).measures


@pytest.fixture(scope="module")
def definitions(folder, measures):
    return {row.rate: row for row in table_rows(folder, "derived", Definition, {"measures": measures})}


def people(value, year=2020, group="aged-16-and-over", area="", published="2021-06-25", synthetic=""):
    return Population(
        area=area,
        group=group,
        year=year,
        value=Decimal(value),
        source="an estimate",
        published=dt.date.fromisoformat(published),
        synthetic=synthetic,
    )


def worked(definitions, measures, name, rows, period=Q4, **more):
    return rate(definitions[name], Ledger(measures, rows), period, **more)


def test_the_outcome_rate_is_outcomes_over_offences_of_the_same_months(definitions, measures):
    rows = monthly("POL02", "2021-01..2021-03", 250, 240, 260) + monthly("POL04", "2021-01..2021-03", 30, 25, 32)
    found = worked(definitions, measures, "outcome-rate", rows)
    assert (found.value, found.numerator, found.denominator) == (Decimal("11.6"), 87, 750)
    assert (found.measure, found.flags, found.reason) == ("POL05", "", "")


def test_there_is_no_rate_where_a_month_is_lacking_above_or_below(definitions, measures):
    offences = monthly("POL02", "2021-01..2021-03", 250, 240, 260)
    outcomes = monthly("POL04", "2021-01..2021-03", 30, 25, 32)
    above = worked(definitions, measures, "outcome-rate", offences + outcomes[:2])
    below = worked(definitions, measures, "outcome-rate", offences[1:] + outcomes)
    assert (above.value, above.reason) == (None, "POL04: 2 of 3 months")
    assert (below.value, below.reason) == (None, "POL02: 2 of 3 months")


def test_a_rate_is_provisional_or_revised_where_any_of_its_figures_is(definitions, measures):
    rows = [
        *monthly("POL02", "2021-01..2021-03", 250, 240, 260, status="p"),
        *monthly("POL04", "2021-01..2021-03", 30, 25, 32, status="r"),
    ]
    assert worked(definitions, measures, "outcome-rate", rows).flags == "pr"


def test_there_is_no_rate_over_nought(definitions, measures):
    rows = monthly("POL02", "2021-01..2021-03", 0, 0, 0) + monthly("POL04", "2021-01..2021-03", 0, 0, 0)
    found = worked(definitions, measures, "outcome-rate", rows)
    assert (found.value, found.reason) == (None, "nothing to divide by")


def test_a_rate_can_be_of_an_area(definitions, measures):
    rows = monthly("POL02", "2021-01..2021-03", 10, 10, 10, area="E05000106")
    rows += monthly("POL04", "2021-01..2021-03", 1, 2, 0, area="E05000106")
    found = worked(definitions, measures, "outcome-rate", rows, area="E05000106")
    assert (found.value, found.area) == (Decimal("10.0"), "E05000106")
    assert worked(definitions, measures, "outcome-rate", rows).value is None


def test_the_incident_rate_is_per_thousand_residents_of_the_year(definitions, measures):
    rows = monthly("POL01", "2020-04..2021-03", *[400] * 12)
    found = worked(definitions, measures, "incident-rate", rows, YEAR, populations=[people(250_000)])
    assert (found.value, found.numerator, found.denominator) == (Decimal("19.2"), 4800, 250_000)
    assert worked(definitions, measures, "incident-rate", rows, YEAR).reason == "no population"
    by_area = worked(definitions, measures, "incident-rate", rows, YEAR, populations=[people(9, area="E05000106")])
    assert by_area.reason == "no population"


def test_a_rolling_rate_runs_over_the_twelve_months_up_to_the_periods_end(definitions, measures):
    rows = monthly("MAR01", "2019-10..2020-12", *[999] * 3, *range(10, 22), partner="marac")
    women = [people(100_000, group="women-aged-18-and-over")]
    found = worked(definitions, measures, "marac-case-rate", rows, parse("2020-21-Q3"), populations=women)
    assert str(found.window) == "2020-01..2020-12"
    assert (found.numerator, found.value) == (186, Decimal("18.6"))
    short = worked(definitions, measures, "marac-case-rate", rows[4:], parse("2020-21-Q3"), populations=women)
    assert short.reason == "MAR01: 11 of 12 months"


def test_the_population_is_that_of_the_june_in_the_window_else_the_newest_before(definitions, measures):
    rows = monthly("POL01", "2020-04..2021-03", *[1000] * 12)

    def year(*known, as_at=None):
        found = worked(definitions, measures, "incident-rate", rows, YEAR, populations=known, as_at=as_at)
        return found.population and found.population.year

    both = people(200_000, 2019, published="2020-06-24"), people(250_000, 2020)
    assert year(*both) == 2020
    assert year(*both, people(1, 2021, published="2022-06-30")) == 2020
    assert year(*both, as_at=dt.date(2021, 3, 25)) == 2019
    assert year(people(200_000, 2018)) == 2018
    assert year(people(200_000, 2017)) is None


def test_repeat_cases_are_a_share_of_cases_and_engaged_of_closed(definitions, measures):
    rows = monthly("MAR01", "2021-01..2021-03", 30, 31, 29, partner="marac")
    rows += monthly("MAR03", "2021-01..2021-03", 9, 8, 10, partner="marac")
    assert worked(definitions, measures, "marac-repeat-share", rows).value == Decimal("30.0")
    rows = monthly("IDV02", "2021-01..2021-03", 10, 10, 10, breakdown="closed", partner="bcwa")
    rows += monthly("IDV02", "2021-01..2021-03", 6, 7, 8, breakdown="engaged", partner="bcwa")
    assert worked(definitions, measures, "idva-engaged-share", rows).value == Decimal("70.0")


def test_referrals_are_over_the_posts_at_the_end_of_the_twelve_months(definitions, measures):
    rows = []
    for term in definitions["referrals-per-idva"].numerator:
        partner = "victim-support" if term.breakdown.startswith(("pruh", "iris")) else "bcwa"
        rows += monthly("IDV01", "2020-04..2021-03", *[5] * 12, breakdown=term.breakdown, partner=partner)
    posts = [("custody-suite", "1", "3"), ("eifs", "1", "1"), ("csc-asc", "1", "0.5"), ("pruh", "1", "2.5")]
    for site, before, now in posts:
        rows += [seen("IDV03", "2020-21-Q3", before, breakdown=site), seen("IDV03", "2020-21-Q4", now, breakdown=site)]
    found = worked(definitions, measures, "referrals-per-idva", rows)
    assert (found.numerator, found.denominator, found.value) == (480, 7, Decimal("68.6"))
    assert str(found.window) == "2020-04..2021-03"
    gone = worked(definitions, measures, "referrals-per-idva", rows[:-1])
    assert (gone.value, gone.reason) == (None, "IDV03[pruh]: not received")
    assert worked(definitions, measures, "referrals-per-idva", rows, parse("2021-02")).value is None


def test_a_rate_inherits_the_breaks_of_its_terms_and_is_not_compared_across_them(definitions, measures):
    broken = [
        Break(measure="POL02", first=parse("2020-06"), title="Counting rules", note=""),
        Break(measure="HOU02", first=parse("2020-06"), title="Other", note=""),
    ]
    inherited = rate_breaks(definitions["outcome-rate"], broken)
    assert [(one.measure, one.title) for one in inherited] == [("POL05", "Counting rules")]
    rows = []
    for year in ("2020", "2021"):
        rows += monthly("POL02", f"{year}-01..{year}-03", 100, 100, 100)
        rows += monthly("POL04", f"{year}-01..{year}-03", 10, 20, 30 if year == "2021" else 0)
    now, before = (worked(definitions, measures, "outcome-rate", rows, one) for one in (Q4, year_before(Q4)))
    assert compare(now, before, inherited, unit="percent").reason == "break in series in June 2020: Counting rules"
    assert compare(now, before, [], unit="percent").difference == Decimal("10.0")


def test_a_rate_over_a_population_that_is_made_up_is_made_up_itself(definitions, measures):
    rows = [
        replace(row, terms=row.terms.model_copy(update={"synthetic": False}))
        for row in monthly("POL01", "2020-04..2021-03", *[400] * 12)
    ]
    for made_up in ("", "yes"):
        known = [people(250_000, synthetic=made_up)]
        found = worked(definitions, measures, "incident-rate", rows, YEAR, populations=known)
        assert (found.value, found.synthetic) == (Decimal("19.2"), bool(made_up))


SHARE = st.tuples(st.integers(0, 400), st.integers(1, 400))


@given(SHARE, SHARE)
def test_the_change_of_a_rate_is_worked_out_before_it_is_rounded(definitions, measures, now, before):
    rows = []
    for (outcomes, offences), period in ((now, "2021-03"), (before, "2020-03")):
        rows += [seen("POL04", period, outcomes), seen("POL02", period, offences)]
    later, earlier = (worked(definitions, measures, "outcome-rate", rows, parse(f"{y}-03")) for y in (2021, 2020))
    apart = Fraction(100 * now[0], now[1]) - Fraction(100 * before[0], before[1])
    tenths = round(apart * 10)  # half to even
    assert compare(later, earlier, unit="percent").difference == Decimal(tenths) / 10


def test_two_rates_that_round_apart_are_as_far_apart_as_they_are(definitions, measures):
    rows = [*monthly("POL04", "2021-03", 1649), *monthly("POL02", "2021-03", 10_000)]
    rows += [*monthly("POL04", "2020-03", 1651), *monthly("POL02", "2020-03", 10_000)]
    now, before = (worked(definitions, measures, "outcome-rate", rows, parse(one)) for one in ("2021-03", "2020-03"))
    assert (now.value, before.value) == (Decimal("16.5"), Decimal("16.5"))
    rows[0] = seen("POL04", "2021-03", 1644)
    now = worked(definitions, measures, "outcome-rate", rows, parse("2021-03"))
    change = compare(now, before, unit="percent")
    assert (now.value, change.difference) == (Decimal("16.4"), Decimal("-0.1"))
    rows[0], rows[2] = seen("POL04", "2021-03", 1555), seen("POL04", "2020-03", 1544)
    now, before = (worked(definitions, measures, "outcome-rate", rows, parse(one)) for one in ("2021-03", "2020-03"))
    change = compare(now, before, unit="percent")
    assert (now.value, before.value, change.difference) == (Decimal("15.6"), Decimal("15.4"), Decimal("0.1"))
    assert is_rounded_apart(now, before) and not is_rounded_apart(now, now)
    assert in_words(change, "percent") == "up 0.1 percentage points"


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [(1, 8, "12.5"), (1, 16, "6.2"), (3, 16, "18.8"), (1, 3, "33.3"), (2, 3, "66.7"), (0, 7, "0.0"), (9, 4, "225.0")],
)
def test_percentages_keep_one_decimal_half_to_even(above, below, said):
    # 1/16 is 6.25 %, which goes down to the even 6.2; 3/16 is 18.75 %, which goes up to the even 18.8
    assert str(ratio(Decimal(above), Decimal(below), 100, 1)) == said


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.sampled_from([1, 100, 1000, 10_000]), st.integers(0, 4))
def test_division_agrees_with_decimals_at_a_high_precision(above, below, multiplier, places):
    with localcontext(prec=120):
        wide = Decimal(above) * multiplier / Decimal(below)
        expected = wide.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    found = ratio(Decimal(above), Decimal(below), multiplier, places)
    assert found == expected
    assert abs(Fraction(found) - Fraction(above * multiplier, below)) * 2 * 10**places <= 1


# --- expressions, and the tables they stand in

NAMES = st.from_regex(r"[A-Z]{2,4}[0-9]{2}", fullmatch=True)
CODES = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)
WRITTEN = st.one_of(NAMES, st.builds("{}[{}]".format, NAMES, CODES), st.integers(0, 9999).map(str))


@given(st.lists(st.tuples(st.sampled_from("+-"), WRITTEN), min_size=1, max_size=6))
def test_an_expression_reads_back_as_it_was_written(parts):
    text = " ".join(f"{sign} {code}" for sign, code in parts)
    assert [("+" if one.sign > 0 else "-", one.code) for one in parse_terms(text)] == parts


def written(tmp_path, name, columns, *rows):
    file = tmp_path / "data" / "reference" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")
    return DataFolder(tmp_path / "data").table(f"reference/{name}.csv")


GOOD = "a-rate,POL05,A rate,percent,POL04,POL02,,100,,1"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A rate,POL05,A rate,percent,POL04,POL02,,100,,1", "rate"),
        ("a-rate,POL99,A rate,percent,POL04,POL02,,100,,1", "measure"),
        ("a-rate,POL05,,percent,POL04,POL02,,100,,1", "title"),
        ("a-rate,POL05,A rate,share,POL04,POL02,,100,,1", "unit"),
        ("a-rate,POL05,A rate,percent,POL04 POL03,POL02,,100,,1", "numerator"),
        ("a-rate,POL05,A rate,percent,POL99,POL02,,100,,1", "numerator"),
        ("a-rate,POL05,A rate,percent,POL07,POL02,,100,,1", "numerator"),  # never added up
        ("a-rate,POL05,A rate,percent,POL05,POL02,,100,,1", "numerator"),  # derived itself
        ("a-rate,POL05,A rate,percent,DHR02 + DHR02,POL02,,100,,1", "numerator"),  # a share
        ("a-rate,POL05,A rate,percent,POL02,DHR02,,100,,1", "denominator"),
        ("a-rate,POL05,A rate,percent,POL04,12,,100,,1", "denominator"),
        ("a-rate,POL05,A rate,percent,POL04,,,100,,1", "population"),
        ("a-rate,POL05,A rate,percent,POL04,POL02,adults,100,12,1", "population"),
        ("a-rate,POL05,A rate,percent,POL04,,adults,100,,1", "window"),
        ("a-rate,POL05,A rate,percent,POL04,POL02,,0,,1", "multiplier"),
        ("a-rate,POL05,A rate,percent,POL04,POL02,,1e9,,1", "multiplier"),
        ("a-rate,POL05,A rate,percent,POL04,POL02,,100,0,1", "window"),
        ("a-rate,POL05,A rate,percent,POL04,POL02,,100,,x", "places"),
    ],
)
def test_a_rate_that_cannot_be_worked_out_is_refused_by_row_and_column(tmp_path, measures, row, column):
    with pytest.raises(Refused) as refused:
        read_rows(
            written(tmp_path, "derived", Definition.columns(), GOOD.replace("a-rate", "good"), row),
            Definition,
            {"measures": measures},
        )
    assert [(one.row, one.column) for one in refused.value.errors] == [(3, column)]


def test_a_rate_given_twice_or_a_column_that_is_missing_is_refused(tmp_path, measures):
    with pytest.raises(Refused, match="row 3, column rate"):
        read_rows(written(tmp_path, "derived", Definition.columns(), GOOD, GOOD), Definition, {"measures": measures})
    with pytest.raises(Refused, match="expected the columns rate, measure"):
        read_rows(written(tmp_path, "derived", Definition.columns()[1:]), Definition, {"measures": measures})


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("E99,adults,2020,9,s,2021-06-25,", "area"),
        (",Adults,2020,9,s,2021-06-25,", "group"),
        (",adults,20,9,s,2021-06-25,", "year"),
        (",adults,2020,0,s,2021-06-25,", "value"),
        (",adults,2020,1.5,s,2021-06-25,", "value"),
        (",adults,2020,9,,2021-06-25,", "source"),
        (",adults,2020,9,s,June 2021,", "published"),
        (",adults,2020,9,s,2021-06-25,perhaps", "synthetic"),
    ],
)
def test_a_population_that_cannot_be_used_is_refused_by_row_and_column(tmp_path, row, column):
    with pytest.raises(Refused) as refused:
        read_rows(written(tmp_path, "populations", Population.columns(), row), Population, {"areas": ["E05000106"]})
    assert [(one.row, one.column) for one in refused.value.errors] == [(2, column)]


def test_populations_are_read_and_one_given_twice_is_refused(tmp_path):
    row = "E05000106,adults,2020,12000,Office,2021-06-25,"
    known = {"areas": ["E05000106"]}
    (found,) = read_rows(written(tmp_path, "populations", Population.columns(), row), Population, known)
    wanted = people(12_000, group="adults", area="E05000106", published="2021-06-25")
    assert found.model_dump(exclude={"source", "file", "row"}) == wanted.model_dump(exclude={"source", "file", "row"})
    assert (found.source, found.row) == ("Office", 2)
    with pytest.raises(Refused, match="row 3, column year"):
        read_rows(written(tmp_path, "populations", Population.columns(), row, row), Population, known)


def test_the_tables_that_ship_are_read_and_cover_every_derived_measure(folder, measures, definitions):
    table_rows(folder, "populations", Population, load_catalogue(folder).known)
    derived = {name for name, one in measures.items() if one.aggregation == "derived"}
    assert derived <= {one.measure for one in definitions.values()}
    breakdowns = load_catalogue(folder).breakdowns
    terms = [term for one in definitions.values() for term in one.terms]
    assert all((term.measure, term.breakdown) in breakdowns for term in terms if term.breakdown)
