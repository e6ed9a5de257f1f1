"""Gaps in provision: what is read, what is refused, what is worked out and how it is said."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.provision import Gap, Service, gaps
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse
from priority_two.reference.catalogue import Measure, load_catalogue
from priority_two.reference.records import table_rows
from priority_two.returns.store import Observation, Terms

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=50)
HEADER = ",".join(Service.columns())
REFUGE = "refuge,Refuge,bcwa,SUP03[referrals],SUP03[placements],,"
AS_AT = dt.date(2021, 3, 25)
QUARTER = ("2021-01", "2021-02", "2021-03")


def measure(name: str, partner: str, frequency: str = "M", unit: str = "count", aggregation: str = "sum") -> Measure:
    return Measure.model_construct(
        measure=name,
        title=name,
        unit=unit,
        partner=partner,
        frequency=frequency,
        aggregation=aggregation,
        direction="neutral",
        disclosure="person",
        definition="",
        source="",
        data_sheet="yes",
    )


MEASURES = {
    one.measure: one
    for one in (
        measure("SUP03", "bcwa"),
        measure("IDV01", "bcwa;victim-support"),
        measure("PER01", "dvip", "Q"),
        measure("EIF02", "eifs", "Q", aggregation="none"),
        measure("IDV03", "bcwa", "Q", "fte", "last"),
        measure("POL05", "", "Q", "percent", "derived"),
    )
}
PARTNERS = {"bcwa", "victim-support", "dvip", "eifs"}


def read(folder: Path, *rows: str, header: str = HEADER) -> list[Service]:
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "reference" / "provision.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return [*table_rows(DataFolder(folder), "provision", Service, {"measures": MEASURES, "partners": PARTNERS})]


def seen(
    period: str, code: str, value: object, status: str = "", *, partner="bcwa", note="", synthetic=False
) -> Observation:
    name, _, breakdown = code.rstrip("]").partition("[")
    terms = Terms(
        partner=partner,
        received=dt.date(2021, 4, 14),
        extract_date=None,
        months="2021-01..2021-03",
        explanation="Made up for a test.",
        permission="publish",
        contact_post="Analyst",
        synthetic=synthetic,
    )
    number = None if value is None else Decimal(str(value))
    return Observation(parse(period), name, "", breakdown, number, status, note, terms, "observations.csv", 2)


def months(code: str, *values: object, **about) -> list[Observation]:
    return [seen(month, code, value, **about) for month, value in zip(QUARTER, values, strict=False)]


@pytest.fixture
def gap(tmp_path):
    def make(row: str, *observations: Observation, as_at: dt.date = AS_AT, period: str = "2020-21-Q4") -> Gap:
        [found] = gaps(read(tmp_path, row), Ledger(MEASURES, observations), parse(period), as_at)
        return found

    return make


def test_services_are_read_in_the_files_order(tmp_path):
    refuge, coda = read(tmp_path, REFUGE, "coda,CODA,eifs,,EIF02,2021-03-31,Attending.")
    assert (refuge.service, refuge.title, refuge.partner, refuge.ends) == ("refuge", "Refuge", "bcwa", None)
    assert [term.code for term in refuge.asked] == ["SUP03[referrals]"]
    assert [term.code for term in refuge.given] == ["SUP03[placements]"]
    assert (coda.asked, coda.ends, coda.note) == ((), dt.date(2021, 3, 31), "Attending.")


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("Refuge!,Refuge,bcwa,SUP03,SUP03,,", "service", "a code such as refuge, once"),
        (",Refuge,bcwa,SUP03,SUP03,,", "service", "a code such as refuge, once"),
        ("refuge,,bcwa,SUP03,SUP03,,", "title", "a title"),
        ("refuge,Refuge,nobody,,SUP03,,", "partner", "a partner of partners.csv"),
        ("refuge,Refuge,bcwa,SUP99,SUP03,,", "asked", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,SUP03 SUP03,SUP03,,", "asked", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,,PER01[starts],,", "given", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,,IDV03,,", "given", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,POL05,SUP03,,", "asked", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,20,SUP03,,", "asked", "counts that this partner reports"),
        ("refuge,Refuge,bcwa,,,,", "given", "what was asked for, what was given, or both"),
        ("refuge,Refuge,bcwa,,SUP03,in spring,", "ends", "a date such as 2021-03-31, or nothing"),
        ("refuge,Refuge,bcwa,,SUP03,2021-02-30,", "ends", "a date such as 2021-03-31, or nothing"),
    ],
)
def test_a_cell_that_cannot_be_used_is_refused_by_row_and_column(tmp_path, row, column, expected):
    with pytest.raises(Refused) as refused:
        read(tmp_path, row)
    said = [str(error) for error in refused.value.errors]
    assert any(f"provision.csv, row 2, column {column}:" in line and expected in line for line in said), said


def test_every_fault_is_named_at_once_and_a_service_stands_once(tmp_path):
    with pytest.raises(Refused) as refused:
        read(tmp_path, REFUGE, REFUGE, "b,,nobody,,x,y,")
    said = [str(error).split(": ")[0].split(", ", 1)[1] for error in refused.value.errors]
    assert said == [
        "row 3, column service",
        "row 4, column title",
        "row 4, column partner",
        "row 4, column given",
        "row 4, column ends",
    ]


@pytest.mark.parametrize("header", [HEADER + ",more", HEADER.removesuffix(",note")])
def test_other_columns_are_refused(tmp_path, header):
    with pytest.raises(Refused, match="expected the columns service, title, partner, asked, given, ends, note"):
        read(tmp_path, header=header)


@pytest.mark.parametrize(
    ("asked", "provided", "share", "said"),
    [
        ((10, 5, 5), (6, 4, 2), "60.0", "8 of 20 asked for were not met."),
        ((1, 0, 1), (1, 0, 0), "50.0", "1 of 2 asked for was not met."),
        ((1, 0, 0), (1, 0, 0), "100.0", "The one asked for was met."),
        ((1, 1, 0), (0, 1, 1), "100.0", "All 2 asked for were met."),
        ((0, 0, 0), (0, 0, 0), None, "None were asked for."),
        ((4, 0, 0), (0, 0, 0), "0.0", "4 of 4 asked for were not met."),
        ((1, 1, 1), (2, 1, 1), "133.3", "More were given (4) than were asked for (3)."),
        ((1000, 500, 500), (0, 1, 0), "0.0", "1,999 of 2,000 asked for were not met."),
        ((5, 5, 6), (0, 0, 1), "6.2", "15 of 16 asked for were not met."),  # 6.25, half to even
    ],
)
def test_what_was_asked_for_and_given_is_compared(gap, asked, provided, share, said):
    found = gap(REFUGE, *months("SUP03[referrals]", *asked), *months("SUP03[placements]", *provided))
    assert (found.asked, found.given) == (sum(asked), sum(provided))
    assert found.share == (Decimal(share) if share else None)
    assert (found.words, found.asked_reason, found.given_reason) == (said, "", "")
    assert len(found.sources) == 6


def test_the_services_note_stands_behind_a_demand_that_was_not_met(gap):
    figures = [*months("SUP03[referrals]", 2, 2, 2), *months("SUP03[placements]", 1, 1, 1)]
    found = gap(f'{REFUGE[:-1]},"Places may come later, as they do"', *figures)
    assert found.words == "3 of 6 asked for were not met. Places may come later, as they do."


@STEADY
@given(
    asked=st.tuples(*[st.integers(0, 400)] * 3),
    provided=st.tuples(*[st.integers(0, 400)] * 3),
    lacking=st.sets(st.integers(0, 5), max_size=2),
)
def test_a_share_is_there_only_where_everything_is_and_is_the_quotient(tmp_path_factory, asked, provided, lacking):
    figures = [*months("SUP03[referrals]", *asked), *months("SUP03[placements]", *provided)]
    ledger = Ledger(MEASURES, [one for place, one in enumerate(figures) if place not in lacking])
    services = read(tmp_path_factory.mktemp("data"), REFUGE)
    [found] = gaps(services, ledger, parse("2020-21-Q4"), AS_AT)
    whole = [not lacking & set(range(first, first + 3)) for first in (0, 3)]
    assert (found.asked is not None, found.given is not None) == tuple(whole)
    if all(whole) and sum(asked):
        expected = (Decimal(100) * sum(provided) / Decimal(sum(asked))).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
        assert found.share == expected
    else:
        assert found.share is None
    assert found.words.endswith(".")


def test_an_expression_adds_up_and_takes_away(gap):
    row = "refuge,Refuge,bcwa,SUP03[placements] + SUP03[declined],SUP03[referrals] - SUP03[declined],,"
    parts = [*months("SUP03[placements]", 1, 1, 1), *months("SUP03[declined]", 2, 2, 2)]
    found = gap(row, *parts, *months("SUP03[referrals]", 3, 3, 3))
    assert (found.asked, found.given, found.share) == (9, 3, Decimal("33.3"))
    found = gap(row, *parts, *months("SUP03[referrals]", 0, 0, 0))
    assert (found.given, found.given_reason) == (None, "they come to less than nought")
    assert found.words == "9 were asked for. No figures of what was given: they come to less than nought."


def test_only_the_figures_of_the_service_s_own_partner_count(gap):
    row = "hospital,Hospital,victim-support,,IDV01,,"
    both = [*months("IDV01", 5, 5, 5), *months("IDV01", 1, 1, 1, partner="victim-support")]
    assert gap(row, *both).given == 3
    assert gap(row, *both[:3]).words == "No figures: 0 of 3 months."


def test_what_is_not_counted_is_said_to_be_so(gap):
    given_only, asked_only = "coda,CODA,eifs,,EIF02,,", "refuge,Refuge,bcwa,SUP03[referrals],,,"
    found = gap(given_only, seen("2020-21-Q4", "EIF02", 9, partner="eifs"))
    assert (found.words, found.share) == ("9 were given; what was asked for is not counted.", None)
    found = gap(given_only, seen("2020-21-Q4", "EIF02", 0, partner="eifs"))
    assert found.words == "None were given; what was asked for is not counted."
    found = gap(asked_only, *months("SUP03[referrals]", 1, 0, 0))
    assert found.words == "1 was asked for; what was given is not counted."


def test_a_service_that_does_not_run_says_why_without_saying_where_the_note_comes_from(gap):
    row = "coda,CODA,eifs,,EIF02,,"
    for note, said in [
        (
            "Illustrative: made up by a program; suspended, as it cannot run online",
            "suspended, as it cannot run online",
        ),
        ("Transcribed: a paper, item 6; it is suspended; until May", "it is suspended; until May"),
        ("Closed: the roof leaks; back in May.", "Closed: the roof leaks; back in May"),
    ]:
        found = gap(row, seen("2020-21-Q4", "EIF02", None, "z", partner="eifs", note=note))
        assert found.words == f"Not running: {said}."
        assert (found.given, found.given_reason, found.share) == (None, "EIF02: not applicable", None)
    for note in ("", "Illustrative: made up by a program", "Illustrative: made up by a program; "):
        found = gap(row, seen("2020-21-Q4", "EIF02", None, "z", partner="eifs", note=note))
        assert found.words == "Not running."


def test_a_hostile_note_is_one_bounded_line(gap):
    note = "Illustrative: made up; closed\u2028for\u2029now " + "x" * 5000
    found = gap("coda,CODA,eifs,,EIF02,,", seen("2020-21-Q4", "EIF02", None, "z", partner="eifs", note=note))
    assert found.words.startswith("Not running: closed for now x")
    assert len(found.words) < 230


def test_months_that_did_not_run_or_did_not_come_are_named(gap):
    asked = months("SUP03[referrals]", 3, 3, 3)
    closed = [seen(month, "SUP03[placements]", None, "z", note="closed for repairs") for month in QUARTER]
    given_in_march = seen("2021-03", "SUP03[placements]", 2)
    assert gap(REFUGE, *asked, *closed).words == "9 were asked for. Not running: closed for repairs."
    assert gap(REFUGE, *asked, *closed[:2], given_in_march).words == (
        "9 were asked for. Figures of what was given are not complete: 1 of 3 months. "
        "Not running in January 2021 to February 2021: closed for repairs."
    )
    assert gap(REFUGE, *asked, closed[0], given_in_march).words == (
        "9 were asked for. Figures of what was given are not complete: 1 of 3 months. "
        "Not running in January 2021: closed for repairs."
    )
    assert gap(REFUGE, *asked[:2], given_in_march).words == (
        "Figures of what was asked for are not complete: 2 of 3 months. "
        "Figures of what was given are not complete: 1 of 3 months."
    )
    assert gap(REFUGE, given_in_march, asked[0]).words == "Figures are not complete: 1 of 3 months."
    assert gap(REFUGE).words == "No figures: 0 of 3 months."
    unknown = [seen(month, "SUP03[placements]", None, "x", note="the system was down") for month in QUARTER]
    assert gap(REFUGE, *asked, *unknown).words == (
        "9 were asked for. No figures of what was given: not available: the system was down."
    )


@pytest.mark.parametrize(
    ("ends", "as_at", "said"),
    [
        ("2021-03-31", "2021-03-25", "The contract ends on 31 March 2021."),
        ("2021-03-31", "2021-03-31", "The contract ends on 31 March 2021."),
        ("2021-03-31", "2021-04-01", "The contract ended on 31 March 2021."),
        ("2021-06-30", "2021-03-25", "The contract ends on 30 June 2021."),
        ("2021-07-01", "2021-03-25", ""),
        ("", "2021-03-25", ""),
    ],
)
def test_a_contract_that_ends_within_a_quarter_of_the_period_is_said_to_end(gap, ends, as_at, said):
    found = gap(f"programme,Programme,dvip,,PER01[starts],{ends},", as_at=dt.date.fromisoformat(as_at))
    assert found.words == f"No figures: not received. {said}".strip()


def test_provisional_and_illustrative_figures_make_a_gap_so(gap):
    asked, provided = months("SUP03[referrals]", 2, 2, 2), months("SUP03[placements]", 1, 1, 1)
    assert (gap(REFUGE, *asked, *provided).flags, gap(REFUGE, *asked, *provided).synthetic) == ("", False)
    provided[2] = seen("2021-03", "SUP03[placements]", 1, "p", synthetic=True)
    found = gap(REFUGE, *asked, *provided)
    assert (found.flags, found.synthetic) == ("p", True)
    assert (found.asked_flags, found.given_flags) == ("", "p")
    assert found.words.startswith("3 of 6 asked for were not met (provisional).")
    asked[0] = seen("2021-01", "SUP03[referrals]", 2, "r")
    assert "were not met (provisional and revised)." in gap(REFUGE, *asked, *provided).words
    assert gap(REFUGE, *asked).words.startswith("6 were asked for (revised).")
    idle = seen("2020-21-Q4", "EIF02", None, "z", partner="eifs", synthetic=True)
    assert gap("coda,CODA,eifs,,EIF02,,", idle).synthetic


def test_the_services_that_ship_can_be_read():
    folder = DataFolder(DATA)
    catalogue = load_catalogue(folder)
    services = table_rows(folder, "provision", Service, catalogue.known)
    codes = {f"{name}[{code}]" if code else name for name, code in catalogue.breakdowns} | set(catalogue.measures)
    for service in services:
        assert {term.code for term in (*service.asked, *service.given)} <= codes, service.service
    ends = {one.partner: one.ends for one in services if one.ends}
    assert ends == {"dvip": dt.date(2021, 3, 31)}
