"""Partners' own exports, read by layouts: months across, months down, and one row an event. All numbers are made up."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_intake import ingest, taken_in

from conftest import DATA, ROOT, here
from priority_two.commands import validate
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.reference.catalogue import load_catalogue
from priority_two.reference.export_layouts import layout_names, read_layout
from priority_two.returns.store import read_returns
from priority_two.returns.submit.export_rows import Export
from priority_two.returns.submit.spreadsheet import InputCell

CATALOGUE = load_catalogue(DataFolder(DATA))
WARD = "met-ward-crime"
STREET = "police-uk-street"
EXPORTS = ROOT / "tests" / "fixtures" / "exports"
STORED = "2021-07-05_published-police"

# Illustrative, in the columns of "MPS Ward Level Crime (most recent 24 months)".
WARDS = (EXPORTS / "illustrative-ward-crime.csv").read_text(encoding="utf-8")

# Rows of the same file as it was published in July 2025, transcribed. Contains public sector information licensed under
# the Open Government Licence v3.0.
PUBLISHED = (EXPORTS / "transcribed-ward-crime.csv").read_text(encoding="utf-8")

# Illustrative, in the columns of the street-level file of data.police.uk.
STREETS = (EXPORTS / "illustrative-street.csv").read_text(encoding="utf-8")


def export(folder: Path, text: str, name: str = "export.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def stored(data: Path, name: str = STORED) -> list[str]:
    """Return the figures of a return as ``period measure area breakdown value``, blanks as dashes."""
    text = (data / "returns" / name / "observations.csv").read_text(encoding="utf-8")
    return [" ".join(field or "-" for field in row[:5]) for row in csv.reader(io.StringIO(text))][1:]


def layout(data: Path, name: str, **changes: str) -> None:
    """Write a layout of the police's own, changed by whole lines."""
    lines = {
        "title": "Our own system",
        "partner": "police",
        "explanation": "Counts from our own system.",
        "permission": "board",
        "contact_post": "Analyst on duty",
        "synthetic": "yes",
        "file": "csv",
        "columns": "[Month, Place, Offences]",
        "months": "down",
        "month": "Month",
        "value": "Offences",
        "figures": "[{measure: POL02}]",
        **changes,
    }
    (data / "reference" / "layouts").mkdir(exist_ok=True)
    text = "".join(f"{key}: {value}\n" for key, value in lines.items() if value)
    (data / "reference" / "layouts" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_sum_is_provisional_where_any_row_of_it_is(data: Path, tmp_path: Path) -> None:
    layout(data, "ours", areas="{column: Place, words: {North: E09000006, South: E09000006}}")
    rows = ("2021-04,North,3 [p]", "2021-04,South,4 [r]", "2021-05,North,1 [r]", "2021-05,South,1", "2021-06,North,1")
    file = export(tmp_path, "\n".join(["Month,Place,Offences", *rows, ""]))
    done = ingest(file, data, "--layout", "ours")
    assert (done.returncode, done.stderr) == (0, "")
    text = next((data / "returns").glob("2021-07-05_police/observations.csv")).read_text(encoding="utf-8")
    kept_marks = [(row[0], row[4], row[5]) for row in csv.reader(io.StringIO(text))][1:]
    assert kept_marks == [("2021-04", "7", "p"), ("2021-05", "2", "r"), ("2021-06", "1", "")]


# The two that ship -------------------------------------------------------------------------------------------


def test_months_across_by_ward_are_added_up_by_ward_and_for_the_borough(data: Path, tmp_path: Path) -> None:
    file = export(tmp_path, WARDS)
    done = ingest(file, data, "--layout", WARD)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "export.csv: rows passed over, not among the layout's rows: 1",
        "export.csv: rows passed over, ignored by the layout: 1",
        f"accepted: data/returns/{STORED}, 27 figures",
    ]
    rows = stored(data)
    assert [row for row in rows if row.startswith("2021-04 ")] == [
        "2021-04 CRM01 - - 9",
        "2021-04 CRM01 - sexual-offences 1",
        "2021-04 CRM01 - violence-against-the-person 8",
        "2021-04 CRM01 E05000106 - 9",
        "2021-04 CRM01 E05000106 sexual-offences 1",
        "2021-04 CRM01 E05000106 violence-against-the-person 8",
        "2021-04 CRM01 E05000117 - 0",
        "2021-04 CRM01 E05000117 sexual-offences 0",
        "2021-04 CRM01 E05000117 violence-against-the-person 0",
    ]
    assert "2021-05 CRM01 - - 6" in rows and "2021-06 CRM01 E05000106 - 2" in rows
    folder = data / "returns" / STORED
    assert (folder / "original.csv").read_bytes() == file.read_bytes()
    assert (folder / "original.sha256").read_text().strip() == hashlib.sha256(file.read_bytes()).hexdigest()
    (sent,) = [sent for sent in read_returns(DataFolder(data)) if sent.name == STORED]
    assert (sent.terms.partner, sent.terms.months) == ("published-police", "2021-04..2021-06")
    assert (sent.terms.permission, sent.terms.synthetic) == ("publish", False)
    assert "domestic abuse is not said" in sent.terms.explanation


def test_rows_of_the_published_file_are_taken_in_once_the_wards_of_their_months_are_known(
    data: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, PUBLISHED)
    refused = ingest(file, data, "--layout", WARD, received="2025-07-20")
    assert refused.returncode == 1 and len(refused.stderr.splitlines()) == 3  # three wards of 2022
    assert (
        "export.csv, row 5, column D: found another word, here and in 3 more rows; expected an area" in refused.stderr
    )
    new = [
        "E05013994,Clock House,ward,E09000006,2022-05-05,,2,2",
        "E05013995,Crystal Palace & Anerley,ward,E09000006,2022-05-05,,1,1",
        "E05013997,Farnborough & Crofton,ward,E09000006,2022-05-05,,4,6",
    ]
    with (data / "reference" / "areas.csv").open("a", encoding="utf-8") as areas:
        areas.writelines(f"{line}\n" for line in new)
    done = ingest(file, data, "--layout", WARD, received="2025-07-20")
    assert (done.returncode, done.stderr) == (0, "")
    rows = stored(data, "2025-07-20_published-police")
    # Clock House: 1 + 2 + 6 + 12. Crystal Palace and Anerley: 3 + 15. Farnborough and Crofton: none in that month.
    assert [row for row in rows if row.startswith("2023-07 CRM01") and row.split()[3] == "-"] == [
        "2023-07 CRM01 - - 39",
        "2023-07 CRM01 E05013994 - 21",
        "2023-07 CRM01 E05013995 - 18",
        "2023-07 CRM01 E05013997 - 0",
    ]
    assert "2024-07 CRM01 E05013997 - 1" in rows


@pytest.mark.parametrize("value", ["0", ""])
def test_a_month_that_a_long_file_holds_for_nobody_is_no_month_of_noughts(
    data: Path, tmp_path: Path, value: str
) -> None:
    head = "MajorText,MinorText,WardName,WardCode,LookUp_BoroughName,202104,202105"
    row = f"VIOLENCE AGAINST THE PERSON,VIOLENCE WITH INJURY,Abbey,E05014053,Barking and Dagenham,{value},4"
    own = "VIOLENCE AGAINST THE PERSON,VIOLENCE WITH INJURY,Bickley,E05000106,Bromley,0,3"
    few = export(tmp_path, "\n".join([head, *[row] * 40, own]) + "\n", "few.csv")
    assert ingest(few, data, "--layout", WARD).returncode == 0
    many = export(tmp_path, "\n".join([head, *[row] * 60, own]) + "\n", "many.csv")
    refused = ingest(many, data, "--layout", WARD)
    assert refused.returncode == 1
    assert refused.stderr == (
        "many.csv, row 1, column F: found for 2021-04 nothing but noughts and blanks in 61 rows; "
        "expected a month that the file holds; if the month is not in the file, take the column out, or set since in "
        "data/reference/layouts/met-ward-crime.yaml to a later month\n"
    )
    mixed = export(tmp_path, "\n".join([head, *[row] * 60, own.replace(",0,3", ",1,3")]) + "\n", "mixed.csv")
    assert ingest(mixed, data, "--layout", WARD).returncode == 0


def test_one_row_an_incident_is_counted_by_the_code_of_its_area_and_nothing_else_is_kept(
    data: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, STREETS)
    done = ingest(file, data, "--layout", STREET)
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(data) == ["2021-04 CRM02 - - 2", "2021-05 CRM02 - - 0"]
    folder = data / "returns" / STORED
    assert sorted(path.name for path in folder.iterdir()) == ["observations.csv", "original.sha256", "terms.yaml"]
    assert (folder / "original.sha256").read_text().strip() == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_incident_is_placed_by_the_code_of_its_small_area(data: Path, tmp_path: Path) -> None:
    file = data / "reference" / "layouts" / f"{STREET}.yaml"
    text = file.read_text(encoding="utf-8")
    words = "areas:\n  column: LSOA code\n  words: {E01000001: E05000106, E01000002: E05000117}\n  whole_too: yes\n"
    file.write_text(text.replace("\nfigures:", f"\n{words}\nfigures:"), encoding="utf-8")
    assert ingest(export(tmp_path, STREETS), data, "--layout", STREET).returncode == 0
    assert stored(data)[:3] == ["2021-04 CRM02 - - 2", "2021-04 CRM02 E05000106 - 1", "2021-04 CRM02 E05000117 - 1"]
    unknown = STREETS.replace("E01000002", "E01000009")
    done = ingest(export(tmp_path, unknown), data, "--layout", STREET, received="2021-07-06")
    assert done.stderr.startswith("export.csv, row 3, column H: found another word; expected an area; add it to areas")
    assert "E01000009" not in done.stderr and done.returncode == 1


def test_what_was_taken_in_passes_the_gate(data: Path, tmp_path: Path) -> None:

    ingest(export(tmp_path, WARDS), data, "--layout", WARD)
    ingest(export(tmp_path, STREETS), data, "--layout", STREET)
    done = here("validate", "--data", str(data))
    assert done.returncode == 0 and " 0 critical" in done.stdout
    assert not [line for line in done.stderr.splitlines() if "published-police" in line and "extract_date" not in line]


def test_every_layout_that_ships_is_sound() -> None:
    folder = DataFolder(DATA)
    assert layout_names(folder) == [WARD, STREET]
    for name in layout_names(folder):
        assert read_layout(folder, CATALOGUE, name).partner == "published-police"


# A layout that has moved -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("WardName,WardCode", "WardCode,WardName", "column C: found another; expected the heading WardName"),
        ("MinorText,", "", "column B: found another; expected the heading MinorText"),
        ("LookUp_BoroughName,", "LookUp_BoroughName,Detective Smith,", "column F: found another; expected no further"),
        (",LookUp_BoroughName", "", "column H: found none; expected the heading LookUp_BoroughName"),
        ("202105", "202104", "column G: found a month that stands there twice; expected each month once"),
        (",202104,202105,202106", "", "column F: found none; expected a month as heading"),
        ("MajorText", "Crime by ward\nMajorText", "column A: found another; expected the heading MajorText"),
    ],
)
def test_a_file_whose_layout_has_moved_is_refused_in_one_line(
    data: Path, tmp_path: Path, old: str, new: str, where: str
) -> None:
    done = ingest(export(tmp_path, WARDS.replace(old, new, 1)), data, "--layout", WARD)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"export.csv, whose layout has moved, row 1, {where}")
    assert "as data/reference/layouts/met-ward-crime.yaml says" in done.stderr and "Smith" not in done.stderr
    assert taken_in(data) == [] and list(tmp_path.glob("*to-mend*")) == []


def test_an_empty_file_has_moved_too(data: Path, tmp_path: Path) -> None:
    done = ingest(export(tmp_path, ""), data, "--layout", STREET)
    assert done.returncode == 1 and "column A: found none; expected the heading Crime ID" in done.stderr


# Faults name the source cells --------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_listed_by_its_cell_and_a_word_once(data: Path, tmp_path: Path) -> None:
    text = WARDS.replace("SEXUAL OFFENCES,RAPE", "WITCHCRAFT,RAPE").replace(",3,4,0", ",3,*,0")
    text = text.replace("Darwin,E05000117,Bromley,0", "Darwin,E05999999,Bromley,0")
    text += "WITCHCRAFT,OTHER,Darwin,E05000117,Bromley,0,1,0\n"
    text += "VIOLENCE AGAINST THE PERSON,VIOLENCE WITHOUT INJURY,Bickley,E05000106,Bromley,5,1,2\n"
    done = ingest(export(tmp_path, text), data, "--layout", WARD)
    assert (done.returncode, taken_in(data)) == (1, [])
    lines = done.stderr.splitlines()
    assert lines[0].startswith("export.csv, row 2, column G: found a suppressed number; expected the true count")
    assert lines[1].startswith(
        "export.csv, row 4, column A: found another word, here and in 1 more row; expected a word"
    )
    assert "add the word to figures or ignored in data/reference/layouts/met-ward-crime.yaml" in lines[1]
    assert lines[2].startswith("export.csv, row 5, column D: found another word; expected an area")
    assert lines[3].startswith("export.csv, row 9: found it twice; expected each row once; take one of them out; the")
    assert len(lines) == 4 and "WITCHCRAFT" not in done.stderr


def test_the_gate_is_the_same_as_for_any_return(data: Path, tmp_path: Path) -> None:
    done = ingest(export(tmp_path, WARDS), data, "--layout", WARD, received="2021-05-20")
    assert done.returncode == 1 and "expected a period that had begun on the day of receipt" in done.stderr
    future = WARDS.replace("202104,202105,202106", "202304,202305,202306")
    done = ingest(export(tmp_path, future), data, "--layout", WARD, received="2023-07-05")
    assert done.returncode == 1 and "expected a ward in force at the period's end" in done.stderr
    assert ingest(export(tmp_path, WARDS), data, "--layout", WARD).returncode == 0
    assert "accepted before" in ingest(export(tmp_path, WARDS), data, "--layout", WARD).stdout
    later = WARDS.replace("Bickley,E05000106,Bromley,5,", "Bickley,E05000106,Bromley,6,")
    done = ingest(export(tmp_path, later), data, "--layout", WARD, received="2021-08-05")
    assert "figures differ from what was sent before, to be shown as revised" in done.stdout


def test_personal_data_in_a_file_that_is_kept_is_refused(data: Path, tmp_path: Path) -> None:
    text = WARDS.replace("ROBBERY", "x").replace("DOMESTIC BURGLARY", "Call Mrs Smith")
    done = ingest(export(tmp_path, text), data, "--layout", WARD)
    assert (done.returncode, taken_in(data)) == (1, [])
    assert done.stderr.startswith("export.csv, row 6, column B: found a person's name; expected counts only")
    assert "Smith" not in done.stderr and list(tmp_path.glob("*to-mend*")) == []


def test_of_events_the_columns_about_persons_are_not_read_and_nothing_of_them_is_kept(
    data: Path, tmp_path: Path
) -> None:
    layout(
        data,
        "cases",
        columns="[Case, Name of victim, Date of birth, Opened, Kind]",
        months="events",
        month="Opened",
        value="",
        figures="[{measure: POL01}, {measure: POL02, where: [{column: Kind, words: [crime]}]}]",
    )
    text = (
        "Case,Name of victim,Date of birth,Opened,Kind\n"
        "1,Mrs Ada Smith,1980-02-03,14/04/2021,Crime\n"
        "2,Mr Bob Jones,1981-02-03,2021-04-30,incident\n"
    )
    done = ingest(export(tmp_path, text), data, "--layout", "cases")
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(data, "2021-07-05_police") == ["2021-04 POL01 - - 2", "2021-04 POL02 - - 1"]
    for path in (data / "returns" / "2021-07-05_police").iterdir():
        assert b"Smith" not in path.read_bytes() and b"1980" not in path.read_bytes()
    bad = text.replace("2021-04-30", "Mr Bob Jones")
    done = ingest(export(tmp_path, bad), data, "--layout", "cases", received="2021-07-06")
    assert done.returncode == 1 and done.stderr.startswith("export.csv, row 3, column D: found no period;")
    assert "Jones" not in done.stderr


# Other shapes ------------------------------------------------------------------------------------------------


def test_a_workbook_with_months_down_and_words_for_parts(data: Path, tmp_path: Path) -> None:
    layout(
        data,
        "own",
        file="workbook",
        sheet="Offences",
        header_row="3",
        columns="[Month, Kind, Count]",
        value="Count",
        rows="[{column: Month, begins: '2'}]",
        figures="\n  - {measure: POL02, breakdown: sexual-offences, where: [{column: Kind, words: [Sex offence]}]}\n"
        "  - {measure: POL02, breakdown: theft, where: [{column: Kind, words: [Theft, Stolen]}]}",
    )
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Offences"
    rows = [["Our offences"], [], ["Month", "Kind", "Count"], ["2021-04", "sex  OFFENCE", 3], ["2021-04", "Theft", 4]]
    for row in [*rows, ["2021-04", "Stolen", 1], ["Total", None, 8]]:
        sheet.append(row)
    book.create_sheet("Names")["A1"] = "Mrs Smith"
    book.save(tmp_path / "own.xlsx")
    done = ingest(tmp_path / "own.xlsx", data, "--layout", "own")
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(data, "2021-07-05_police") == ["2021-04 POL02 - sexual-offences 3", "2021-04 POL02 - theft 5"]
    kept = openpyxl.load_workbook(data / "returns" / "2021-07-05_police" / "original.xlsx")
    assert kept.sheetnames == ["Offences"]
    sheet["C4"], sheet["C5"] = "=1+2", "many"
    book.save(tmp_path / "own.xlsx")
    done = ingest(tmp_path / "own.xlsx", data, "--layout", "own", received="2021-07-06")
    places = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert places == ["own.xlsx, sheet Offences, row 4, column C", "own.xlsx, sheet Offences, row 5, column C"]


def test_months_before_the_first_that_is_read_are_left_out(data: Path, tmp_path: Path) -> None:
    layout(data, "own", since="2021-05")
    text = "Month;Place;Offences\n2021-04;a;1\n2021-05;a;2\n2021-06;b;3 [p]\n2021-06;a;1\n"
    assert ingest(export(tmp_path, text), data, "--layout", "own").returncode == 0
    assert stored(data, "2021-07-05_police") == ["2021-05 POL02 - - 2", "2021-06 POL02 - - 4"]
    rows = (data / "returns" / "2021-07-05_police" / "observations.csv").read_text(encoding="utf-8")
    assert "2021-06,POL02,,,4,p," in rows


def test_figures_that_cannot_be_added_up_stand_once(data: Path, tmp_path: Path) -> None:
    layout(data, "own", figures="[{measure: POL07}]")
    text = "Month,Place,Offences\n2020-21-Q4,a,20\n2020-21-Q4,b,30\n"
    done = ingest(export(tmp_path, text), data, "--layout", "own")
    expected = "found another; expected one row for each figure of POL07, which cannot be added up"
    assert done.stderr == f"export.csv, row 3, column C: {expected}\n"
    done = ingest(export(tmp_path, text.replace("2020-21-Q4", "2021-04")), data, "--layout", "own")
    assert "expected a quarter for POL07" in done.stderr


def test_nothing_that_is_counted_is_a_fault(data: Path, tmp_path: Path) -> None:
    layout(data, "own", rows="[{column: Place, words: [elsewhere]}]")
    done = ingest(export(tmp_path, "Month,Place,Offences\n2021-04,a,1\n"), data, "--layout", "own")
    assert done.stderr.startswith(
        "export.csv: found none; expected at least one figure; see rows, ignored and since in"
    )


# Calls and layouts that are wrong ----------------------------------------------------------------------------


def test_a_wrong_call_is_a_line(data: Path, tmp_path: Path) -> None:
    file = export(tmp_path, WARDS)
    done = ingest(file, data, "--layout", "no-such")
    assert (done.returncode, done.stderr) == (
        2,
        "layout: found 'no-such', expected met-ward-crime, police-uk-street\n",
    )
    assert ingest(file, data, "--layout", "../partnership").returncode == 2
    done = ingest(file, data, "--layout", WARD, "--partner", "police")
    assert done.returncode == 2 and done.stderr.startswith("partner: the layout met-ward-crime is of published-police;")
    assert ingest(file, data, "--layout", WARD, "--partner", "Published police counts").returncode == 0
    (tmp_path / "export.xlsx").write_bytes(file.read_bytes())
    done = ingest(tmp_path / "export.xlsx", data, "--layout", WARD)
    assert done.returncode == 1 and "expected a .csv, as data/reference/layouts/met-ward-crime.yaml says" in done.stderr


def test_a_folder_of_exports_is_taken_in_by_one_layout(data: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    export(inbox, STREETS, "2021-04.csv")
    export(inbox, STREETS.replace("Crime type", "Kind"), "2021-05.csv")
    done = ingest(inbox, data, "--layout", STREET)
    assert done.returncode == 1 and done.stdout.endswith("1 accepted, 1 refused, 0 passed over\n")


def test_validate_names_a_layout_that_does_not_do_before_an_export_comes(data: Path) -> None:
    layout(data, "own", partner="nobody")
    validation = validate(data)
    flag, *_ = [str(flag) for flag in validation.flags if "layouts" in str(flag)]
    assert flag.startswith("warning: data/reference/layouts/own.yaml, row 2, column partner: found nobody; expected")
    assert not validation.stops


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"partner": "nobody"}, "row 2, column partner: found nobody; expected one of police"),
        ({"permission": "all"}, "row 4, column permission: found all; expected 'publish', 'board' or 'none'"),
        ({"columns": "[Month, Place, Offences, Place]"}, "column columns: found Place; expected each heading once"),
        ({"month": "When"}, "column month: found When; expected one of columns"),
        ({"value": ""}, "column value: found nothing; expected one of columns"),
        ({"months": "across"}, "column month: found Month; expected nothing, where months are across"),
        ({"since": "2021"}, "column since: found 2021"),
        ({"sheet": "One"}, "column sheet: found One; expected nothing: a CSV has no sheet"),
        ({"rows": "[{column: Town, words: [a]}]"}, "column rows.0.column: found Town; expected one of columns"),
        ({"rows": "[{column: Place}]"}, "column rows.0: found neither; expected words, or begins"),
        ({"areas": "{column: Town}"}, "column areas.column: found Town; expected one of columns"),
        ({"areas": "{column: Place, words: {a: E9}}"}, "column areas.words.a: found E9; expected an area of areas.csv"),
        (
            {"figures": "[{measure: POL99}]"},
            "column figures.0.measure: found POL99; expected a measure of measures.csv",
        ),
        ({"figures": "[{measure: MAR01}]"}, "column figures.0.measure: found MAR01; expected a measure that police"),
        ({"figures": "[{measure: POL08}]"}, "column figures.0.breakdown: found none; expected a part: the parts of"),
        ({"figures": "[{measure: POL02, breakdown: x}]"}, "column figures.0.breakdown: found x; expected a breakdown"),
        ({"figures": "[]"}, "column figures: found []"),
        ({"colour": "red"}, "column colour: found colour; expected no such key"),
        ({"contact_post": "Mrs Smith"}, "column contact_post: found a person's name; expected nothing about a person"),
        ({"title": "&a Own"}, ""),
        ({"explanation": "*a"}, ""),
        ({"areas": "{column: Place, words: *x}"}, "expected plain YAML"),
    ],
)
def test_a_layout_that_does_not_do_is_refused_by_its_line(
    data: Path, tmp_path: Path, changes: dict[str, str], fault: str
) -> None:
    layout(data, "own", **changes)
    done = ingest(export(tmp_path, "Month,Place,Offences\n2021-04,a,1\n"), data, "--layout", "own")
    assert "Smith" not in done.stderr
    if fault:
        assert done.returncode == 1 and done.stderr.startswith("data/reference/layouts/own.yaml, ")
        assert fault in done.stderr
    else:
        assert done.returncode == 0


# Whatever comes ----------------------------------------------------------------------------------------------

_CELLS = st.sampled_from(["", "2021-04", "2021-05", "a", "3", "4", "x", "-1", "1,2", "=1", "2020-21-Q4", "31/12/1999"])


@given(st.lists(st.lists(_CELLS, max_size=5), max_size=8), st.sampled_from(["down", "events"]), st.booleans())
def test_any_rows_are_figures_or_faults(rows: list[list[str]], months: str, noughts: bool) -> None:
    folder = DataFolder(DATA)
    known = read_layout(folder, CATALOGUE, STREET)
    shape = {"columns": ["Month", "Place", "Value"], "months": months, "month": "Month", "areas": None}
    counted = [known.figures[0].model_copy(update={"where": []})]
    own = known.model_copy(
        update={**shape, "value": "Value", "rows": [], "ignored": [], "figures": counted, "noughts": noughts}
    )
    table = [["Month", "Place", "Value"], *rows]
    read = Export(own, CATALOGUE, "", "a.csv", "own")
    read.read(
        (number, {column: InputCell(text) for column, text in enumerate(cells, 1) if text})
        for number, cells in enumerate(table, 1)
    )
    assert len({figure.key for figure in read.figures}) == len(read.figures)
    assert all(figure.value is not None and figure.value >= 0 for figure in read.figures)
    filled = sum(any(cells) for cells in rows)
    if months == "events":
        total = sum(int(figure.value or 0) for figure in read.figures)
        assert total <= filled and (total == filled or read.flaws())


@given(st.text(alphabet='a,"\n\r;\t\x00é', max_size=60))
def test_any_text_is_taken_in_or_refused(text: str) -> None:
    from priority_two.returns.submit.partner_export import _book

    known = read_layout(DataFolder(DATA), CATALOGUE, STREET)
    try:
        _, table = _book(text.encode(), ".csv", "a.csv", known, "own")
        Export(known, CATALOGUE, "", "a.csv", "own").read(table())
    except Refused as refused:
        assert all("\n" not in str(error) for error in refused.errors)


def test_a_whole_forces_file_is_read_in_bounded_time(data: Path, tmp_path: Path) -> None:
    head, row, *_ = STREETS.splitlines()
    other = row.replace("Bromley 001A", "Barnet 001A")
    file = export(tmp_path, "\n".join([head, *[other] * 60_000, *[row] * 3000]) + "\n")
    begun = dt.datetime.now(tz=dt.UTC)
    done = ingest(file, data, "--layout", STREET)
    assert (done.returncode, done.stderr) == (0, "") and stored(data) == ["2021-04 CRM02 - - 3000"]
    assert (dt.datetime.now(tz=dt.UTC) - begun).total_seconds() < 60
