"""Figures of which a wrong sum is easily made: rates, marked months, partners unlike each other.

What each table should say is worked out here from the rows alone, with fractions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.blocks import Table
from priority_two.charts.chart_words import limits_in_words
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.measures.book import Book, Definitions, read_definitions
from priority_two.measures.evidence import Evidence
from priority_two.measures.rollup import Ledger
from priority_two.measures.xmr import chart
from priority_two.periods import parse
from priority_two.publish.workbook import sheets_of
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.report.exhibits import exhibit
from priority_two.report.tables.area_tables import areas_side_by_side, by_area
from priority_two.report.tables.figure_tables import by_month
from priority_two.report.tables.figure_tables import by_quarter as short_by_quarter
from priority_two.report.tables.glance_tables import lines_by_partner
from priority_two.report.tables.measure_tables import by_quarter, measure_section, picture
from priority_two.report.tables.provision_table import at_a_glance, provision
from priority_two.report.tables.revisions_table import at_a_glance as revisions_in_short
from priority_two.report.tables.revisions_table import revised
from priority_two.returns.history import History
from priority_two.returns.store import COLUMNS, Observation, latest
from sent_returns import return_terms, sent_return

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=40)
MARCH, Q4, YEAR = parse("2021-03"), parse("2020-21-Q4"), parse("2020-21")
HOW = ("unit", "partner", "frequency", "aggregation")
OTHERS = {"POLS": "percent,police,Q,last", "POLB": "count,police;housing,M,sum"}
PLACES = count(2)


@cache
def catalogue() -> Catalogue:
    """Return the shipped catalogue with a share by ward, and a count of two partners that has parts."""
    shipped = load_catalogue(DataFolder(DATA))
    about = {"direction": "neutral", "disclosure": "person", "data_sheet": "yes", "definition": "A test."}
    measures = [
        {"measure": name, "title": f"Measure {name}", **dict(zip(HOW, words.split(","), strict=True)), **about}
        for name, words in OTHERS.items()
    ]
    parts = [{"measure": "POLB", "breakdown": code, "label": f"Part {code}"} for code in ("one", "two")]
    return replace(shipped, tables={**shipped.tables, **_longer(shipped, measures=measures, breakdowns=parts)})


def _longer(shipped: Catalogue, **more: list[dict[str, str]]) -> dict[str, CsvTable]:
    """Return tables with further rows, whose other cells are blank."""
    return {
        name: CsvTable.of_rows(
            table.file,
            table.columns,
            [*table.rows, *({**dict.fromkeys(table.columns, ""), **row, "row": 999} for row in rows)],
        )
        for name, rows in more.items()
        for table in [shipped.tables[name]]
    }


@cache
def definitions() -> Definitions:
    return read_definitions(DataFolder(DATA))


def seen(
    period: str,
    name: str,
    value: object,
    status: str = "",
    *,
    part="",
    area="",
    partner="police",
    received="2021-04-10",
) -> Observation:
    terms = return_terms(received, partner)
    number = None if value is None else Decimal(str(value))
    file = f"data/returns/{received}_{partner}/observations.csv"
    return Observation(parse(period), name, area, part, number, status, "", terms, file, next(PLACES))


def book(*history: Observation) -> Book:
    counted = latest(history)
    ledger = Ledger(catalogue().measures, counted, definitions().breaks, names=catalogue().partners)
    about = (definitions().rates, definitions().populations, definitions().breaks, definitions().services)
    known = as_received(history)
    return Book(ledger, *about, known, known.revisions(), dt.date(2021, 4, 20))


def as_received(sent: Iterable[Observation]) -> History:
    """Return observations as the history of the returns in which they came."""
    by_file: dict[str, list[Observation]] = {}
    for each in sent:
        by_file.setdefault(each.file, []).append(each)
    returns = [sent_return(own[0].terms, map(as_row, own)) for own in by_file.values()]
    return History.of(returns)


def as_row(each: Observation) -> dict[str, object]:
    texts = {name: str(getattr(each, name)) for name in COLUMNS}
    return {**texts, "value": "" if each.value is None else texts["value"], "row": each.row}


def evidence(*history: Observation) -> Evidence:
    return Evidence(catalogue(), latest(history), Q4, book(*history).figures)


def cells(table: Table | None) -> dict[str, list[str]]:
    """Return the cells of a table as text, by the heading of their row."""
    assert table is not None
    return {row.heading.text: [each.text for each in row.cells] for row in table.rows}


def months(name: str, *values: object, **about: str) -> list[Observation]:
    return [seen(f"2021-0{n}", name, value, **about) for n, value in enumerate(values, 1)]


# A rate is made of what it is a rate of -------------------------------------------------------------------------


def one_decimal(share: Fraction) -> str:
    return f"{round(share * 1000) / 10:.1f}%"


@STEADY
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 400)), min_size=12, max_size=12))
def test_a_rate_of_a_quarter_or_a_year_is_of_its_sums_wherever_it_stands(sent: list[tuple[int, int]]) -> None:
    rows = [
        seen(str(month), name, value)
        for month, pair in zip(YEAR.months(), sent, strict=True)
        for name, value in zip(("POL04", "POL02"), pair, strict=True)
    ]
    known, base = book(*rows), evidence(*rows)
    share = {
        str(period): one_decimal(Fraction(sum(above for above, _ in own), sum(below for _, below in own)))
        for period, own in (
            *((quarter, sent[3 * n : 3 * n + 3]) for n, quarter in enumerate(YEAR.quarters())),
            (YEAR, sent),
        )
    }
    measure = catalogue().measures["POL05"]
    for period, expected in share.items():
        assert base.text(base.figure("POL05", period=period)) == expected
    full = cells(by_quarter(known, catalogue(), measure, MARCH))["Outcome rate"]
    assert full[1:4] == [share["2020-21-Q3"], share["2020-21-Q4"], share["2020-21"]]
    section = measure_section(known, catalogue(), measure, MARCH)
    assert section is not None and section.series is None  # no chart of rates, and so no mean of them
    lines = lines_by_partner([("Police", [section])], known)
    (short,) = cells(short_by_quarter(lines, known, catalogue(), Q4, count=4, title="By quarter")).values()
    assert short == [share[str(quarter)] for quarter in YEAR.quarters()]
    assert [row for (row,) in cells(exhibit("POL05", "", base)).values()] == short


def test_a_share_that_partners_state_is_added_up_over_no_area_and_no_year() -> None:
    wards = [area.area for area in catalogue().parts_in_force(MARCH)]
    rows = [seen(str(quarter), "POLS", 40, area=ward) for quarter in YEAR.quarters() for ward in wards]
    rows += [seen(str(quarter), "POLS", 40) for quarter in YEAR.quarters()]
    (table,) = by_area(book(*rows), catalogue(), None, catalogue().measures["POLS"], MARCH)
    assert "The wards are not added up to Bromley: the figure of each is a share or a rate of its own." in table.notes
    assert not any("880" in note or "add up to" in note for note in table.notes)
    (short,) = areas_side_by_side(book(*rows), catalogue(), None, [catalogue().measures["POLS"]], MARCH)
    assert all(row[0] == "40%" for row in cells(short).values())


def test_a_chart_of_shares_says_that_its_mean_is_one_of_figures_and_not_the_share_of_all() -> None:
    points = [(quarter, Decimal(share)) for quarter, share in zip(YEAR.quarters(), (10, 20, 30, 40), strict=True)]
    assert limits_in_words(chart(points, unit="percent")[0], "percent").startswith("Mean of the quarters’ figures 25%")
    assert limits_in_words(chart(points, unit="count")[0], "count").startswith("Mean 25,")


# Marks of months are marks of their sum -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "marks"), [(("", "p", ""), " [p]"), (("r", "", "p"), " [p] [r]"), (("",) * 3, "")]
)
def test_a_sum_has_the_marks_of_its_months_wherever_it_stands(statuses: tuple[str, ...], marks: str) -> None:
    rows = [seen(f"2021-0{n}", "POL01", 100, status) for n, status in enumerate(statuses, 1)]
    rows += [seen(str(month), "POL01", 100) for month in YEAR.months()[:9]]
    stated = seen("2020-21-Q4", "POL01", 300)
    known, base = book(*rows, stated), evidence(*rows, stated)
    measure = catalogue().measures["POL01"]
    assert base.text(base.figure("POL01")) == f"300{marks}"
    assert cells(by_quarter(known, catalogue(), measure, MARCH))["Total"][2:4] == [f"300{marks}", f"1,200{marks}"]
    section = measure_section(known, catalogue(), measure, MARCH)
    assert section is not None and section.series is not None
    lines = lines_by_partner([("Police", [section])], known)
    assert cells(by_month(lines, known, catalogue(), MARCH))["POL01 2020-21"][-1] == f"1,200{marks}"
    assert cells(exhibit("POL01", "", base))["Quarter Four 2020-21"] == [f"300{marks}"]
    latest_marks = f"[{statuses[2]}]" if statuses[2] else "."
    assert f"Latest: March 2021, 100{' ' * bool(statuses[2])}{latest_marks}" in picture(measure, section.series).alt


def test_a_sum_over_wards_is_marked_in_its_sentence() -> None:
    wards = [area.area for area in catalogue().parts_in_force(MARCH)]
    rows = [seen(str(month), "POL01", 1, area=ward) for month in YEAR.months() for ward in wards[1:]]
    rows += [seen(str(month), "POL01", 1, "p" * (month == MARCH), area=wards[0]) for month in YEAR.months()]
    rows += [seen(str(month), "POL01", len(wards), "r" * (month == MARCH)) for month in YEAR.months()]
    (table,) = by_area(book(*rows), catalogue(), None, catalogue().measures["POL01"], MARCH)
    total = f"{12 * len(wards)}"
    sentence = f"Over the twelve months the wards add up to {total} (provisional), the figure for Bromley."
    assert sentence in table.notes


def test_what_was_asked_for_and_given_is_marked_in_cells_caption_and_workbook() -> None:
    rows = [seen(f"2021-0{n}", "SUP03", 10, "p", part="referrals", partner="bcwa") for n in (1, 2, 3)]
    rows += [seen(f"2021-0{n}", "SUP03", 4, "r", part="placements", partner="bcwa") for n in (1, 2, 3)]
    known = (book(*rows), catalogue(), MARCH)
    full, short = provision(*known, sheet="Provision"), at_a_glance(*known)
    (refuge,) = (row for name, row in cells(full).items() if name.startswith("Refuge"))
    assert refuge[:3] == ["30 [p]", "12 [r]", "40.0% [p] [r]"]
    assert refuge[3].startswith("18 of 30 asked for were not met (provisional and revised).")
    assert cells(short)["Refuge"][:3] == refuge[:3]
    assert "Refuge met 40.0% [p] [r] of what was asked for" in short.title
    assert {note[:3] for note in full.notes} == {"[p]", "[r]"}
    (sheet,) = sheets_of([full])
    assert any([cell.value for cell in row[1:4]] == refuge[:3] for row in sheet.rows)
    assert "[p] provisional. [r] revised" in short.notes[0]


# Several partners ---------------------------------------------------------------------------------------------------


def test_what_a_total_and_parts_are_made_of_is_said_where_partners_send_unlike_things() -> None:
    measure = catalogue().measures["POLB"]
    police, housing = (catalogue().partners[name] for name in ("police", "housing"))
    ours = [*months("POLB", 1, 2, 3), *months("POLB", 1, 1, 1, part="one"), *months("POLB", 0, 1, 2, part="two")]
    theirs = months("POLB", 10, 10, 10, partner="housing")
    table = by_quarter(book(*ours, *theirs), catalogue(), measure, MARCH)
    shown = cells(table)
    assert (shown["Total"][2], shown[f"From {police}"][2], shown[f"From {housing}"][2]) == ("36", "6", "30")
    assert (shown["Part one"][2], shown["Part two"][2]) == ("3", "3")
    assert f"{housing} sends a total without parts: no part holds anything of it." in table.notes
    parts_alone = [each for each in ours if each.breakdown]
    table = by_quarter(book(*parts_alone, *theirs), catalogue(), measure, MARCH)
    assert cells(table)["Total"][2] == f"not from {police}"
    assert f"{police} sends parts without a total: no total holds them." in table.notes
    both = [*ours, *theirs, *months("POLB", 4, 4, 4, part="one", partner="housing")]
    both += months("POLB", 6, 6, 6, part="two", partner="housing")
    table = by_quarter(book(*both), catalogue(), measure, MARCH)
    shown = cells(table)
    assert int(shown["Part one"][2]) + int(shown["Part two"][2]) == int(shown["Total"][2])
    assert not any("sends" in note for note in table.notes)


def test_in_a_table_of_what_was_sent_a_total_says_whose_it_is() -> None:
    police, housing = (catalogue().partners[name] for name in ("police", "housing"))
    parts = [seen("2020-21-Q4", "POLB", 3, part=part) for part in ("one", "two")]
    table = exhibit("POLB", "", evidence(seen("2020-21-Q4", "POLB", 30, partner="housing"), *parts))
    assert table is not None
    words = " ".join([*table.head, *cells(table)])
    assert police in words and housing in words
    table = exhibit("POLB", "", evidence(seen("2020-21-Q4", "POLB", 30, partner="housing")))
    assert table is not None and housing in " ".join([*table.head, *cells(table)])
    alone = exhibit("POLB", "", evidence(*parts))
    assert alone is not None and police not in " ".join([*alone.head, *cells(alone)])


def test_a_revision_of_one_of_several_partners_says_whose_sums_it_changed() -> None:
    first = [seen(f"2021-0{n}", "POLB", 10, received="2021-04-05", partner="housing") for n in (1, 2, 3)]
    again = [seen("2021-02", "POLB", 12, received="2021-04-12", partner="housing")]
    known = book(*first, *months("POLB", 1, 1, 1, received="2021-04-05"), *again)
    assert cells(by_quarter(known, catalogue(), catalogue().measures["POLB"], MARCH))["Total"][2] == "35 [r]"
    full, short = (table(known, catalogue(), YEAR, {"POLB"}) for table in (revised, revisions_in_short))
    (heading,) = cells(full)
    assert f"from {catalogue().partner_short['housing']}, February 2021" in heading
    assert "Quarter Four 2020-21: 30 to 32 [r]" in cells(full)[heading][-1]
    (heading,) = cells(short)
    assert f"from {catalogue().partner_short['housing']}" in heading
    assert "Q4 2020-21: 30 to 32 [r]" in cells(short)[heading][-1]
    assert short is not None and "[r] revised" in short.notes[0]


def test_shares_of_unlike_bases_are_not_said_to_overlap() -> None:
    shares = [seen("2020-21-Q4", "CTX04", 8, partner="lbb"), seen("2020-21-Q4", "CTX04", 3, part="men", partner="lbb")]
    shares += [seen("2020-21-Q4", "CTX04", 9, part="women", partner="lbb")]
    table = exhibit("CTX04", "", evidence(*shares))
    assert table is not None and not any("add up" in note for note in table.notes)
