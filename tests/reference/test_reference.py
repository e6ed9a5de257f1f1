"""Reference tables: each row is read by its model, and every fault is named by file, row and column, all at once."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA, lean_copy
from priority_two.errors import Error, Refused
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import MODELS, Commitment, Measure, Occasion, SectionRow, Sender, load_catalogue
from priority_two.reference.records import (
    LONGEST_SHORT_NAME,
    Day,
    Given,
    MaybeMonth,
    TableRow,
    Whole,
    read_rows,
    sound_rows,
)
from priority_two.report.examination import examine
from priority_two.report.request import QUARTERLY, Request

REFERENCE = DATA / "reference"
COLUMNS = {
    "commitments": "commitment,section,title,rated",
    "measures": "measure,title,unit,partner,frequency,aggregation,direction,disclosure,definition,source,data_sheet,"
    "base,oldest_years,total,parts,areas,change,counts",
    "partners": "partner,name,abbreviation,role,sends,first_month,last_month",
}
"""The columns in which the rows below are written, where they are not the first ones of the table."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with the shipped reference tables and nothing else."""
    shutil.copytree(REFERENCE, tmp_path / "data" / "reference")
    return tmp_path / "data"


def header(table: str) -> list[str]:
    return (REFERENCE / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")


def line(table: str, text: str) -> list[str]:
    """Return a row that is written in the first columns of a table; what is not said is blank."""
    (values,) = csv.reader([text])
    columns = COLUMNS.get(table, ",".join(header(table))).split(",")
    cells = dict(zip(columns, values, strict=False))
    return [cells.get(name, "") for name in header(table)]


def table_of(model: type[TableRow], *rows: dict[str, str], columns: list[str] | None = None) -> CsvTable:
    names = columns or model.columns()
    numbered = [{**dict.fromkeys(names, ""), **row, "row": number} for number, row in enumerate(rows, 2)]
    return CsvTable.of_rows("data/t.csv", names, numbered)


def faults(data: Path) -> list[Error]:
    with pytest.raises(Refused) as refused:
        load_catalogue(DataFolder(data))
    assert all(isinstance(error, Error) for error in refused.value.errors)
    return [error for error in refused.value.errors if isinstance(error, Error)]


# Cells ------------------------------------------------------------------------------------------------------


BROKEN = [
    ("abbreviations", "abbreviation", ",Nobody knows what"),
    ("abbreviations", "expansion", "ZZZ,"),
    ("areas", "area", ",Nowhere,ward,E09000006,2014-05-22,2022-05-04,,"),
    ("areas", "name", "x2,,ward,E09000006,,,,"),
    ("areas", "type", "x3,Three,parish 2,E09000006,,,,"),
    ("areas", "type", "x4,Four,,E09000006,,,,"),
    ("areas", "valid_from", "x6,Six,ward,E09000006,May 2014,2022-05-04,,"),
    ("areas", "valid_to", "x7,Seven,ward,E09000006,2014-05-22,in spring,,"),
    ("areas", "valid_to", "x8,Eight,ward,E09000006,2022-05-04,2014-05-22,,"),
    ("areas", "tile_row", "x10,Ten,ward,E09000006,,,0,9"),
    ("areas", "tile_column", "x11,Eleven,ward,E09000006,,,9,half"),
    ("areas", "tile_column", "x12,Twelve,ward,E09000006,,,9,"),
    ("breakdowns", "measure", ",part,,A part of nothing"),
    ("breakdowns", "breakdown", "POL01,In Stock,,In stock"),
    ("breakdowns", "breakdown", "POL01,,,Without code"),
    ("breakdowns", "label", "POL01,one,,"),
    ("calendar", "period", ",Without period,,,"),
    ("calendar", "period", "soon,Soon,,,"),
    ("calendar", "label", "2018-19-Q4,,,,"),
    ("calendar", "board_date", "2018-19-Q3,Three,25 March,,"),
    ("calendar", "returns_due", "2018-19-Q2,Two,,tomorrow,"),
    ("commitments", "commitment", ",1,Without id,no"),
    ("commitments", "commitment", "3_b,1,Of another form,no"),
    ("commitments", "section", "11,,Without section,no"),
    ("commitments", "title", "12,1,,no"),
    ("commitments", "promise", "15,1,Without promise,yes"),
    ("commitments", "rated", "13,1,Perhaps rated,perhaps"),
    ("commitments", "rated", "14,1,Nobody said,"),
    ("identities", "identity", ",Without id,COM02,=,COM02,warning"),
    ("identities", "title", "i3,,COM02,=,COM02,warning"),
    ("identities", "relation", "i4,Four,COM02,~,COM02,warning"),
    ("identities", "relation", "i5,Five,COM02,,COM02,warning"),
    ("identities", "severity", "i6,Six,COM02,=,COM02,fatal"),
    ("identities", "severity", "i7,Seven,COM02,=,COM02,"),
    ("measures", "measure", ",Without id,count,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "measure", "1POL,Form,count,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "title", "ZZA01,,count,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "definition", "ZZA02,Two,count,lbb,Q,sum,neutral,person,,We,no"),
    ("measures", "unit", "ZZA03,Three,furlong,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "frequency", "ZZA04,Four,count,lbb,W,sum,neutral,person,What it is,We,no"),
    ("measures", "aggregation", "ZZA05,Five,count,lbb,Q,mean,neutral,person,What it is,We,no"),
    ("measures", "direction", "ZZA06,Six,count,lbb,Q,sum,up,person,What it is,We,no"),
    ("measures", "disclosure", "ZZA07,Seven,count,lbb,Q,sum,neutral,secret,What it is,We,no"),
    ("measures", "unit", "ZZB03,Three,,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "frequency", "ZZB04,Four,count,lbb,,sum,neutral,person,What it is,We,no"),
    ("measures", "aggregation", "ZZB05,Five,count,lbb,Q,,neutral,person,What it is,We,no"),
    ("measures", "direction", "ZZB06,Six,count,lbb,Q,sum,,person,What it is,We,no"),
    ("measures", "disclosure", "ZZB07,Seven,count,lbb,Q,sum,neutral,,What it is,We,no"),
    ("measures", "data_sheet", "ZZA08,Eight,count,lbb,Q,sum,neutral,person,What it is,We,maybe"),
    ("measures", "data_sheet", "ZZB08,Eight,count,lbb,Q,sum,neutral,person,What it is,We,"),
    ("partners", "partner", ",Without id,,Role,,,"),
    ("partners", "partner", "The Police,Of another form,,Role,,,"),
    ("partners", "name", "zz,,,Role,,,"),
    ("partners", "sends", "zz-weekly,Each week,,Role,W,,"),
    ("partners", "first_month", "zz-first,First,,Role,M,2020-21-Q4,"),
    ("partners", "last_month", "zz-last,Last,,Role,Q,,March"),
    ("partners", "last_month", "zz-order,Order,,Role,M,2021-03,2021-02"),
    ("rag", "rating", ",Word one,diamond,#00703C,11,no,Meaning"),
    ("rag", "word", "r3,,diamond,#00703C,13,no,Meaning"),
    ("rag", "shape", "r5,Word five,moon,#00703C,15,no,Meaning"),
    ("rag", "shape", "r6,Word six,,#00703C,16,no,Meaning"),
    ("rag", "colour", "r8,Word eight,diamond,red,18,no,Meaning"),
    ("rag", "colour", "r9,Word nine,diamond,,19,no,Meaning"),
    ("rag", "colour", "r10,Word ten,diamond,#FFFF00,20,no,Meaning"),
    ("rag", "needs_action", "r13,Word thirteen,diamond,#00703C,23,perhaps,Meaning"),
    ("rag", "needs_action", "r14,Word fourteen,diamond,#00703C,24,,Meaning"),
    ("rag", "meaning", "r15,Word fifteen,diamond,#00703C,25,no,"),
    ("sections", "section", ",Without id"),
    ("sections", "title", "77,"),
    ("measures", "oldest_years", "ZZD01,One,count,lbb,Q,sum,neutral,person,What it is,We,no,,three"),
    ("measures", "oldest_years", "ZZD02,Two,count,lbb,Q,sum,neutral,person,What it is,We,no,,100"),
    ("measures", "total", "ZZD03,Three,count,lbb,Q,sum,neutral,person,What it is,We,no,,,perhaps"),
    ("measures", "parts", "ZZD04,Four,count,lbb,Q,sum,neutral,person,What it is,We,no,,,,most"),
    ("measures", "parts", "ZZD05,Five,count,lbb,Q,sum,neutral,person,What it is,We,no,,,none,complete"),
    ("measures", "areas", "ZZD06,Six,count,lbb,Q,sum,neutral,person,What it is,We,no,,,,,most"),
    ("measures", "aggregation", "ZZE01,One,percent,lbb,Q,sum,neutral,person,What it is,We,no"),
    ("measures", "aggregation", "ZZE02,Two,rate,lbb,M,sum,neutral,person,What it is,We,no"),
    ("measures", "aggregation", "ZZE03,Three,ratio,lbb,A,sum,neutral,person,What it is,We,no"),
    ("measures", "parts", "ZZE04,Four,percent,lbb,Q,last,neutral,person,What it is,We,no,,,,complete"),
    ("measures", "areas", "ZZE05,Five,rate,lbb,Q,none,neutral,person,What it is,We,no,,,,,some"),
    ("measures", "change", "ZZD07,Seven,count,lbb,Q,sum,neutral,person,What it is,We,no,,,,,,perhaps"),
    ("measures", "counts", "ZZD08,Eight,count,lbb,Q,sum,neutral,person,What it is,We,no,,,,,,,late"),
    ("rag", "rank", "r16,Word sixteen,diamond,#00703C,1.5,no,Meaning"),
    ("rag", "rank", "r17,Word seventeen,diamond,#00703C,01,no,Meaning"),
    ("areas", "tile_row", "x13,Thirteen,ward,E09000006,,,100,9"),
]


@pytest.mark.parametrize(("table", "column", "text"), BROKEN)
def test_a_cell_that_is_not_what_its_column_holds_is_named(table: str, column: str, text: str) -> None:
    cells = dict(zip(header(table), line(table, text), strict=True))
    shipped = DataFolder(DATA).table(f"reference/{table}.csv")
    own = {**cells, "file": shipped.file, "row": 999}
    _, (error,) = sound_rows(CsvTable.of_rows(shipped.file, shipped.columns, [*shipped.rows, own]), MODELS[table])
    assert (error.file, error.row, error.column) == (f"data/reference/{table}.csv", 999, column)
    assert error.found == (cells[column] or "nothing") and error.expected
    assert cells[column] or error.fix in ("fill it in", "write it out", "fill in both, or leave both blank")


def test_every_fault_of_every_table_is_said_at_once_and_those_of_partnership_yaml(data: Path) -> None:
    wanted = []
    for table, column, text in BROKEN:
        path = data / "reference" / f"{table}.csv"
        with path.open("a", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerow(line(table, text))
        row = len(path.read_text(encoding="utf-8").splitlines())
        wanted.append((f"data/reference/{table}.csv", row, column))
    path = data / "reference" / "partnership.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("returns_due_day: 15", "returns_due_day: 30"), encoding="utf-8")
    told = [(error.file, error.row, error.column) for error in faults(data)]
    assert set(wanted) < set(told) and len(told) == len(wanted) + 1


def test_a_fault_says_what_was_expected_and_how_to_mend_it(data: Path) -> None:
    path = data / "reference" / "measures.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("POL01,Domestic abuse incidents,,count", "POL01,,,furlong").replace("MAR02,", "mar-02,"),
        encoding="utf-8",
    )
    assert [str(error) for error in faults(data)] == [
        "data/reference/measures.csv, row 2, column title: found nothing; expected a title; fill it in",
        (
            "data/reference/measures.csv, row 2, column unit: found furlong; "
            "expected count, percent, rate, ratio, gbp or fte"
        ),
        (
            "data/reference/measures.csv, row 11, column measure: found mar-02; expected an id of at most 12 "
            "letters, digits and _; begin it with a letter, such as INC01"
        ),
    ]


@pytest.mark.parametrize("table", MODELS)
def test_a_column_that_is_missing_and_one_that_is_unknown_are_named(table: str, data: Path) -> None:
    path = data / "reference" / f"{table}.csv"
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    last = first.split(",")[-1]
    path.write_text(first.removesuffix(last) + f"other\n{rest}", encoding="utf-8")
    (error,) = faults(data)
    assert str(error) == (
        f"data/reference/{table}.csv, row 1: found no column {last} and an unknown column other; "
        f"expected the columns {first.replace(',', ', ')}; restore the header row"
    )


def test_what_is_wrong_in_a_table_hides_nothing_that_is_wrong_elsewhere(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    lines = []
    for file, text, column in (
        ("reference/measures.csv", ",Without id" + "," * 17, "measure"),
        ("reference/breaks.csv", "POL01,soon,A title,", "from"),
        ("reference/names.csv", "p.9,", "reason"),
        ("returns/2021-03-25_lbb/observations.csv", "2020-21-Q3,COM02,,due,three,,", "value"),
    ):
        path = data / file
        path.write_text(path.read_text(encoding="utf-8") + f"{text}\n", encoding="utf-8")
        row = len(path.read_text(encoding="utf-8").splitlines())
        lines.append(f"data/{file}, row {row}, column {column}: ")
    examined = examine(DataFolder(data), Request(QUARTERLY, parse("2020-21-Q4"), None, "board"), everything=True)
    told = [str(error) for error in examined.unreadable]
    told += [str(finding.error) for one in examined.judgements for finding in one.findings]
    for part in lines:
        assert sum(text.startswith(part) for text in told) == 1, part
    assert "measure-known" not in {finding.expectation for one in examined.judgements for finding in one.findings}


# A short name --------------------------------------------------------------------------------------------


ENOUGH, TOO_MUCH = "x" * LONGEST_SHORT_NAME, "x" * (LONGEST_SHORT_NAME + 1)
NAMED = {Measure: "title", Sender: "name", SectionRow: "title", Commitment: "title"}
"""The tables of things that have a short name, with the column that holds the whole one."""


def sound_row(model: type[TableRow], **cells: str) -> dict[str, str]:
    """Return the first row of a shipped table, with other cells."""
    (table,) = (name for name, of_table in MODELS.items() if of_table is model)
    shipped = DataFolder(DATA).table(f"reference/{table}.csv").rows[0]
    return {**{name: shipped[name] for name in model.columns()}, **cells}


@pytest.mark.parametrize(("model", "column"), NAMED.items())
def test_what_has_no_short_name_is_called_by_its_whole_one(model: type[TableRow], column: str) -> None:
    rows = [
        sound_row(model, **{column: whole, "short": short}) for whole, short in ((ENOUGH, ""), (TOO_MUCH, "In short"))
    ]
    assert [row.short for row in read_rows(table_of(model, *rows), model)] == [ENOUGH, "In short"]


@pytest.mark.parametrize(("model", "column"), NAMED.items())
@pytest.mark.parametrize(
    ("whole", "short", "words"),
    [
        (
            TOO_MUCH,
            "",
            "found nothing; expected a short name of at most 32 characters; shorten it; blank does where the ",
        ),
        (
            ENOUGH,
            TOO_MUCH,
            f"found {TOO_MUCH}; expected a short name of at most 32 characters; shorten it; blank does ",
        ),
        (
            ENOUGH,
            "=1+1",
            "found =1+1; expected words that no spreadsheet takes for a formula; begin with a letter or a",
        ),
    ],
)
def test_a_name_that_is_no_short_one_is_a_fault(
    whole: str, short: str, words: str, model: type[TableRow], column: str
) -> None:
    _, (error,) = sound_rows(table_of(model, sound_row(model, **{column: whole, "short": short})), model)
    assert str(error).startswith(f"data/t.csv, row 2, column short: {words}")


def test_every_commitment_section_measure_and_partner_that_ships_has_a_short_name_of_its_own() -> None:
    catalogue = load_catalogue(DataFolder(DATA))
    for shorts in (
        [commitment.short for commitment in catalogue.promises],
        [section.short for section in catalogue.sections],
        [measure.short for measure in catalogue.measures.values()],
        list(catalogue.partner_short.values()),
    ):
        assert len(set(shorts)) == len(shorts) and all(0 < len(short) <= LONGEST_SHORT_NAME for short in shorts)
    assert catalogue.commitments["3b"].short == "Map prevalence"
    assert catalogue.measures["HLT01"].short == "IRIS-accredited practices"
    assert (
        catalogue.partner_short["bcwa"] == "Women's Aid"
        and catalogue.partner_short["victim-support"] == "Victim Support"
    )


# The reader -------------------------------------------------------------------------------------------------


class Event(TableRow):
    """A row of a table that was made up."""

    KEY = ("name",)

    name: Given
    day: Day
    month: MaybeMonth
    count: Whole


def event(**cells: str) -> dict[str, str]:
    return {"name": "a", "day": "2021-03-25", "month": "", "count": "1", **cells}


def test_what_a_spreadsheet_program_made_of_a_day_or_a_month_is_read() -> None:
    rows = read_rows(table_of(Event, event(day="25/03/2021", month="Mar-21", count="0")), Event)
    assert (rows[0].day, rows[0].month, rows[0].count) == (dt.date(2021, 3, 25), parse("2021-03"), 0)


def test_rows_know_where_they_stand_and_are_told_apart_by_their_key() -> None:
    good, bad = event(), event(day="soon")
    rows, errors = sound_rows(table_of(Event, good, bad, event(name="b"), good), Event)
    assert [(row.file, row.row, row.name) for row in rows] == [
        ("data/t.csv", 2, "a"),
        ("data/t.csv", 4, "b"),
        ("data/t.csv", 5, "a"),
    ]
    assert [(error.row, error.column, error.expected) for error in errors] == [
        (3, "day", "a date such as 2021-03-25"),
        (3, "name", "each name once"),
        (5, "name", "each name once"),
    ]
    with pytest.raises(Refused, match="row 3, column day: found soon; expected a date such as 2021-03-25"):
        read_rows(table_of(Event, good, bad), Event)


@given(st.text(max_size=12))
def test_a_whole_number_is_digits_and_nothing_else(text: str) -> None:
    rows, errors = sound_rows(table_of(Event, event(count=text)), Event)
    plain = text.isascii() and text.isdigit() and len(text) <= 9 and (text == "0" or text[0] != "0")
    assert bool(rows) is plain and bool(errors) is not plain
    if plain:
        assert rows[0].count == int(text)
    else:
        assert len(str(errors[0]).splitlines()) == 1 and errors[0].column == "count"


@given(st.dictionaries(st.sampled_from(Measure.columns()), st.text(max_size=12)))
def test_no_cell_of_any_kind_raises_anything_but_a_fault(cells: dict[str, str]) -> None:
    row = {name: cells.get(name, "") for name in Measure.columns()}
    rows, errors = sound_rows(table_of(Measure, row), Measure)
    assert len(rows) == (not errors)
    assert all(error.column in Measure.columns() and error.expected for error in errors)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_of_the_calendar_is_read_as_it_is_written(day: dt.date) -> None:
    cells = {"period": "2020-21-Q4", "label": "Four", "board_date": day.isoformat(), "returns_due": "", "note": ""}
    (row,) = read_rows(table_of(Occasion, cells), Occasion)
    assert (row.board_date, row.returns_due) == (day, None)
