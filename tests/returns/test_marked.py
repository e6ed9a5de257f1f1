"""The marked copy: what the partner sent, with marks and nothing else changed, and accepted once it is mended."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from test_intake import COLUMNS, HEAD, MONTHS, TERMS, fill, ingest, plain, taken_in

import checkers
from conftest import DATA
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.submit.delimited import read_csv
from priority_two.returns.submit.marked_copy import marked_csv, marked_workbook
from priority_two.returns.submit.spreadsheet import Flaw, tidy_text
from priority_two.returns.submit.template import template
from priority_two.returns.submit.xlsx import read_xlsx

CASE = Path(__file__).parents[1] / "fixtures" / "csv-marked-copy"


@pytest.fixture(scope="module")
def blanks() -> dict[str, bytes]:
    folder = DataFolder(DATA)
    return {
        name: template(folder, load_catalogue(folder), name, parse(MONTHS))
        for name in ("drive", "housing", "public-protection")
    }


@pytest.fixture
def workbook(blanks: dict[str, bytes]) -> Callable[..., Any]:
    def make(partner: str = "drive") -> Any:
        book = openpyxl.load_workbook(io.BytesIO(blanks[partner]))
        fill(book)
        return book

    return make


def cell_of(book: Any, measure: str, month: str, part: str = "total") -> Any:
    """Return the cell of a figure by what its row and column are called."""
    sheet = book["Figures"]
    heads = {cell.value: cell.column for cell in sheet[HEAD]}
    for row in range(HEAD + 1, sheet.max_row + 1):
        codes = tuple(sheet.cell(row, heads[head]).value for head in ("Measure code", "Breakdown code"))
        if codes == (measure, part):
            return sheet.cell(row, heads[month])
    raise AssertionError(f"no row {measure} {part}")


def sent(data: Path, name: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    text = (data / "returns" / name / "observations.csv").read_text(encoding="utf-8")
    return {
        (row["period"], row["measure"], row["breakdown"]): (row["value"], row["status"])
        for row in csv.DictReader(io.StringIO(text))
    }


def refused(file: Path, data: Path) -> tuple[Path, str]:
    """Hand a file in that is to be refused; return its marked copy and what was said."""
    done = ingest(file, data)
    assert done.returncode == 1 and taken_in(data) == [], done.stdout
    return Path(done.stdout.rpartition(": ")[2].strip()), done.stderr


def odd_figures(book: Any) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Type figures that a careless copy would change; return what they are to be read as."""
    rate = cell_of(book, "DRV03", "Quarter One 2021-22")
    rate.value, rate.number_format = 0.975, "0.0%"
    text = cell_of(book, "DRV02", "April 2021")
    text.value, text.number_format = "1,240", "@"
    words = cell_of(book, "DRV02", "May 2021")
    words.value = "Tbc"
    large = cell_of(book, "DRV02", "June 2021")
    large.value, large.number_format = 1234567, "#,##0"
    book["Terms"]["B9"].value, book["Terms"]["B9"].number_format = dt.datetime(2021, 7, 1), "dd mmm yyyy"  # noqa: DTZ001
    return {
        ("2021-22-Q1", "DRV03", ""): ("97.5", ""),
        ("2021-04", "DRV02", ""): ("1240", ""),
        ("2021-05", "DRV02", ""): ("", "x"),
        ("2021-06", "DRV02", ""): ("1234567", ""),
    }


def test_a_mended_marked_copy_brings_every_figure_as_the_partner_typed_it(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    figures = odd_figures(book)
    cell_of(book, "DRV01", "April 2021").value = "<5"
    book.save(tmp_path / "d.xlsx")
    marked, _ = refused(tmp_path / "d.xlsx", data)
    mended = openpyxl.load_workbook(marked)
    cell_of(mended, "DRV01", "April 2021").value = 0
    mended.save(tmp_path / "mended.xlsx")
    done = ingest(tmp_path / "mended.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "accepted: data/returns/2021-07-05_drive, 13 figures\n"  # the list of marks is passed over
    assert figures.items() <= sent(data, "2021-07-05_drive").items()
    terms = (data / "returns" / "2021-07-05_drive" / "terms.yaml").read_text(encoding="utf-8")
    assert "extract_date: 2021-07-01" in terms


def shape(book: Any) -> dict[str, Any]:
    """Return everything of a workbook that a partner can see, but for values and marks."""
    return {
        sheet.title: {
            "formats": {cell.coordinate: cell.number_format for row in sheet.iter_rows() for cell in row},
            "borders": {cell.coordinate: cell.border.left.style for row in sheet.iter_rows() for cell in row},
            "locked": {cell.coordinate: cell.protection.locked for row in sheet.iter_rows() for cell in row},
            "widths": {name: (one.width, one.hidden) for name, one in sheet.column_dimensions.items()},
            "heights": {name: (one.height, one.hidden) for name, one in sheet.row_dimensions.items()},
            "merged": sorted(map(str, sheet.merged_cells.ranges)),
            "panes": sheet.freeze_panes,
            "rules": sorted((rule.type, str(rule.formula1)) for rule in sheet.data_validations.dataValidation),
            "colours": len(sheet.conditional_formatting),
            "tables": sorted(sheet.tables),
            "filter": sheet.auto_filter.ref,
            "protected": (sheet.protection.sheet, sheet.protection.password),
            "state": sheet.sheet_state,
            "print": (
                sheet.print_title_rows,
                sheet.print_area,
                sheet.page_setup.orientation,
                sheet.oddFooter.center.text,
            ),
        }
        for sheet in book
        if sheet.title != "What to mend"
    }


def test_nothing_but_the_marks_is_changed(data: Path, tmp_path: Path, workbook: Callable[..., Any]) -> None:
    book = workbook()
    odd_figures(book)
    sheet = book["Figures"]
    sheet.column_dimensions["C"].width = 71
    sheet.freeze_panes = "E9"
    sheet["C5"].fill = PatternFill("solid", fgColor="00FF00")
    sheet["C5"].border = Border(left=Side("double"))
    sheet.auto_filter.ref = f"A3:{sheet.cell(8, 4).coordinate}"
    sheet.row_dimensions[6].height = 44
    sheet.conditional_formatting.add("D4:D8", CellIsRule(operator="equal", formula=["3"], font=None))
    sheet["D6"].comment = Comment("as counted in the service's own log", "a")
    mine = book.create_sheet("workings", 1)
    for row in (("month", "cases"), ("April", 3), ("May", 4)):
        mine.append(row)
    mine.add_table(Table(displayName="cases", ref="A1:B3"))
    mine["D1"], mine["E1"] = dt.date(2021, 4, 30), 0.25
    mine["D1"].number_format, mine["E1"].number_format = "mmm yy", "0%"
    mine.merge_cells("G1:H2")
    mine.sheet_state = "visible"
    wrong = cell_of(book, "DRV01", "April 2021")
    wrong.value = "<5"
    book.save(tmp_path / "d.xlsx")
    before = openpyxl.load_workbook(tmp_path / "d.xlsx")
    marked, _ = refused(tmp_path / "d.xlsx", data)
    after = openpyxl.load_workbook(marked)
    assert after.sheetnames == ["What to mend", *before.sheetnames] and after.active.title == "What to mend"
    assert shape(after) == shape(before)
    for one in before:
        theirs = {cell.coordinate: cell.value for row in one.iter_rows() for cell in row}
        assert {cell.coordinate: cell.value for row in after[one.title].iter_rows() for cell in row} == theirs
    assert after["Figures"]["D6"].comment.text == "as counted in the service's own log"
    marks = [
        (one.title, cell.coordinate)
        for one in after
        for row in one.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "00F9B27C"
    ]
    assert marks == [("Figures", wrong.coordinate)]
    assert after["Figures"]["C5"].fill.fgColor.rgb == "0000FF00"


def test_a_cell_that_makes_a_date_of_a_number_takes_a_number_when_it_is_typed_again(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    for month, value in (("April 2021", dt.date(2021, 5, 4)), ("May 2021", dt.date(1984, 5, 12)), ("June 2021", 7)):
        cell = cell_of(book, "DRV02", month)
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    percent = cell_of(book, "DRV01", "May 2021")
    percent.value, percent.number_format = 1, "0%"
    book.save(tmp_path / "d.xlsx")
    marked, said = refused(tmp_path / "d.xlsx", data)
    assert said.count("found a date of birth") == 1 and said.count("found a date;") == 2
    unmended, again = refused(marked, data)  # nothing that was refused becomes a figure by itself
    assert unmended.name == "d-to-mend-2.xlsx" and len(again.splitlines()) == 4
    mended = openpyxl.load_workbook(marked)
    for month, value in (("April 2021", 5), ("May 2021", 12), ("June 2021", 7)):
        cell = cell_of(mended, "DRV02", month)
        assert cell.number_format == "General"
        cell.value = value
    cell_of(mended, "DRV01", "May 2021").value = 0
    mended.save(tmp_path / "mended.xlsx")
    done = ingest(tmp_path / "mended.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    figures = sent(data, "2021-07-05_drive")
    assert [figures[f"2021-0{month}", "DRV02", ""][0] for month in (4, 5, 6)] == ["5", "12", "7"]


@pytest.mark.slow
def test_a_formula_stands_as_its_number_and_the_partner_is_told(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    soffice = checkers.program("soffice")
    book = workbook()
    cell_of(book, "DRV02", "April 2021").value = "=20+3"
    cell_of(book, "DRV02", "May 2021").value = "=1/0"
    book.save(tmp_path / "d.xlsx")
    resaved(soffice, tmp_path / "d.xlsx", tmp_path / "saved")
    marked, said = refused(tmp_path / "saved" / "d.xlsx", data)
    assert said.count("found a formula; expected a number or words; put the number in its place") == 2
    mended = openpyxl.load_workbook(marked)
    assert cell_of(mended, "DRV02", "April 2021").value == 23
    assert not any(cell.data_type == "f" for sheet in mended for row in sheet.iter_rows() for cell in row)
    cell_of(mended, "DRV02", "May 2021").value = 4
    mended.save(tmp_path / "mended.xlsx")
    assert ingest(tmp_path / "mended.xlsx", data).returncode == 0
    assert sent(data, "2021-07-05_drive")["2021-04", "DRV02", ""] == ("23", "")


def resaved(soffice: str, file: Path, folder: Path, kind: str = "xlsx:Calc MS Excel 2007 XML") -> None:
    """Save a workbook as LibreOffice does."""
    profile = f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=checkers.FOREVER)


@pytest.mark.slow
def test_a_marked_copy_mended_in_libreoffice_is_accepted(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    soffice = checkers.program("soffice")
    book = workbook()
    figures = odd_figures(book)
    cell_of(book, "DRV01", "April 2021").value = "about 3"
    book.save(tmp_path / "d.xlsx")
    marked, _ = refused(tmp_path / "d.xlsx", data)
    mended = openpyxl.load_workbook(marked)
    cell_of(mended, "DRV01", "April 2021").value = 0
    mended.save(tmp_path / "mended.xlsx")
    resaved(soffice, tmp_path / "mended.xlsx", tmp_path / "saved")
    done = ingest(tmp_path / "saved" / "mended.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert figures.items() <= sent(data, "2021-07-05_drive").items()


PRIVATE = "jo.exemplar@example.org"


def test_personal_data_leaves_the_copy_wherever_it_stood(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    sheet = book["Figures"]
    odd_figures(book)
    cell_of(book, "DRV01", "May 2021").value = PRIVATE
    sheet["D5"].comment = Comment(f"ask {PRIVATE}", PRIVATE)
    sheet["D6"].comment = Comment("counted by hand", PRIVATE)
    sheet["D7"].hyperlink = f"mailto:{PRIVATE}"
    sheet.oddFooter.left.text = PRIVATE
    sheet.data_validations.dataValidation[0].prompt = PRIVATE
    book["Notes"]["B5"] = f'="{PRIVATE}"'
    mine = book.create_sheet("workings")
    for row in ((PRIVATE, "n"), ("a", 1)):
        mine.append(row)
    mine.add_table(Table(displayName="people", ref="A1:B2"))
    book.defined_names["who"] = DefinedName("who", attr_text=f'"{PRIVATE}"')
    book.properties.creator = book.properties.lastModifiedBy = "Jo Exemplar"
    book.save(tmp_path / "d.xlsx")
    marked, said = refused(tmp_path / "d.xlsx", data)
    assert PRIVATE not in said
    with zipfile.ZipFile(marked) as parts:
        for name in parts.namelist():
            assert b"exemplar" not in parts.read(name).lower(), name
    after = openpyxl.load_workbook(marked)
    assert cell_of(after, "DRV01", "May 2021").value == "taken out: personal data"
    assert cell_of(after, "DRV03", "Quarter One 2021-22").number_format == "0.0%"  # still the partner's own
    assert after["Figures"]["D6"].comment.text == "counted by hand"


def test_a_workbook_that_the_library_cannot_open_comes_back_with_its_figures(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    figures = odd_figures(book)
    cell_of(book, "DRV01", "April 2021").value = "<5"
    cell_of(book, "DRV01", "May 2021").value = 0
    book.save(tmp_path / "fine.xlsx")
    with zipfile.ZipFile(tmp_path / "fine.xlsx") as parts, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as odd:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "xl/worksheets/sheet1.xml":  # a merge over all cells that there can be
                content = content.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A40:XFD1048576"/></mergeCells>'
                )
            odd.writestr(name, content)
    marked, _ = refused(tmp_path / "d.xlsx", data)
    mended = openpyxl.load_workbook(marked)
    cell_of(mended, "DRV01", "April 2021").value = 0
    mended.save(tmp_path / "mended.xlsx")
    assert ingest(tmp_path / "mended.xlsx", data).returncode == 0
    assert figures.items() <= sent(data, "2021-07-05_drive").items()


def test_the_marks_of_a_copy_that_comes_back_half_mended_are_those_of_what_is_left(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    for month in ("April 2021", "May 2021"):
        cell_of(book, "DRV01", month).value = "<5"
        cell_of(book, "DRV01", month).comment = Comment("ours", "a")
    book.save(tmp_path / "d.xlsx")
    first, _ = refused(tmp_path / "d.xlsx", data)
    half = openpyxl.load_workbook(first)
    cell_of(half, "DRV01", "April 2021").value = 0
    cell_of(half, "DRV01", "April 2021").fill = PatternFill("solid", fgColor="FFF9B27C")  # as Excel writes it
    half.save(first)
    second, said = refused(first, data)
    assert second.name == "d-to-mend-2.xlsx" and len(said.splitlines()) == 1
    after = openpyxl.load_workbook(second)
    done, left = cell_of(after, "DRV01", "April 2021"), cell_of(after, "DRV01", "May 2021")
    assert done.comment.text == "ours" and done.fill.fgColor.rgb == "00FFF8D6"
    assert left.comment.text.startswith("ours\nTo mend: ") and left.comment.text.count("To mend:") == 1
    assert left.fill.fgColor.rgb == "00F9B27C"
    assert after.sheetnames.count("What to mend") == 1 and after["What to mend"].max_row == 2


# Of a CSV ---------------------------------------------------------------------------------------------------------


def test_the_marked_copy_of_a_csv_is_one_and_is_accepted_once_it_is_mended(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, '2021-04,POL01,,,400,,"as drawn, twice"\n2021-05,POL01,,,4I0,,\n\n2021-06,POL01,,,9,,\n')
    marked, _ = refused(file, data)
    assert marked.name == "police-to-mend.csv"
    rows = list(csv.reader(io.StringIO(marked.read_text(encoding="utf-8-sig"))))
    assert [row[:7] for row in rows] == [
        COLUMNS.split(","),
        ["2021-04", "POL01", "", "", "400", "", "as drawn, twice"],
        ["2021-05", "POL01", "", "", "4I0", "", ""],
        [""] * 7,
        ["2021-06", "POL01", "", "", "9", "", ""],
    ]
    assert [row[7] for row in rows] == [
        "to mend",
        "",
        "value: found text; expected a number, x or z; write digits only, and words into the note",
        "",
        "",
    ]
    marked.write_text(marked.read_text(encoding="utf-8-sig").replace("4I0", "410"), encoding="utf-8")
    done = ingest(marked, data)  # the marks may stay, and the terms are those of the file it is a copy of
    assert (done.returncode, done.stderr) == (0, "")
    assert sent(data, "2021-07-05_police")["2021-05", "POL01", ""] == ("410", "")


def test_a_csv_that_was_mended_in_a_workbook_is_accepted(data: Path, tmp_path: Path) -> None:
    for name in ("mk_mended.xlsx", "c_mk.terms.yaml"):
        shutil.copy(CASE / name, tmp_path)
    done = ingest(tmp_path / "mk_mended.xlsx", data, received="2021-07-12")
    assert (done.returncode, done.stderr) == (0, "")
    assert "taken with the only terms beside it" in done.stdout
    assert [value for value, _ in sent(data, "2021-07-12_police").values()] == ["400", "410"]


def test_a_workbook_in_the_columns_of_a_csv_keeps_its_percentages_and_months(data: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS.split(","))
    sheet.append([dt.date(2021, 4, 1), "DRV02", None, None, 12, None, None])
    sheet.append(["2021-22-Q1", "DRV03", None, None, 0.4, None, None])
    sheet["A2"].number_format, sheet["E3"].number_format = "mmm-yy", "0%"
    book.save(tmp_path / "d.xlsx")
    (tmp_path / "d.terms.yaml").write_text(TERMS.replace("police", "drive"), encoding="utf-8")
    assert ingest(tmp_path / "d.xlsx", data).returncode == 0
    assert sent(data, "2021-07-05_drive") == {
        ("2021-04", "DRV02", ""): ("12", ""),
        ("2021-22-Q1", "DRV03", ""): ("40", ""),
    }
    sheet["E2"] = "=1+1"
    book.save(tmp_path / "e.xlsx")
    (tmp_path / "e.terms.yaml").write_text(TERMS.replace("police", "drive"), encoding="utf-8")
    assert "row 2, column E: found a formula" in ingest(tmp_path / "e.xlsx", data).stderr


def test_a_sheet_of_ones_own_in_those_columns_is_not_read_for_the_template(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    mine = book.create_sheet("our extract", 0)
    mine.append(["period", "measure", "area", "breakdown", "value", "status", "note"])
    mine.append(["2021-04", "DRV02", None, None, 77, None, None])
    book.save(tmp_path / "d.xlsx")
    done = ingest(tmp_path / "d.xlsx", data)
    assert done.returncode == 0 and "1 sheet not of the template: looked through for personal data" in done.stdout
    assert sent(data, "2021-07-05_drive")["2021-04", "DRV02", ""] == ("0", "")


def test_what_was_taken_out_of_a_csv_is_refused_until_it_is_mended(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, f"2021-04,POL01,,,400,,ask {PRIVATE}\n2021-05,POL01,,,4,,=1+1\n2021-06,POL09,,,4,,\n")
    file.write_text(file.read_text(encoding="utf-8").replace("note", "note;", 1).replace("note;", "note"))
    marked, _ = refused(file, data)
    text = marked.read_text(encoding="utf-8-sig")
    assert PRIVATE not in text and "taken out: personal data" in text
    assert ", =1+1," in text  # a text again in whatever opens it
    _, said = refused(marked, data)
    assert [line.partition(": found ")[2].partition(";")[0] for line in said.splitlines()] == [
        "what was taken out",
        "one that begins with =",
        "another word",
    ]


def test_what_concerns_no_row_of_a_csv_stands_below_its_rows(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04;POL01;;4;;\n")
    file.write_text("period;measure;area;value;status;note\n2021-04;POL01;;4;;\n", encoding="utf-8")
    marked, _ = refused(file, data)
    head = marked.read_text(encoding="utf-8-sig").splitlines()[0]
    said = "to mend: found none; expected the column breakdown; add it; it may be empty"
    assert head == f'period;measure;area;value;status;note;"{said}"'


@pytest.mark.parametrize("sign", "|;")
def test_a_copy_whose_marks_name_columns_is_read_by_its_own_delimiter(data: Path, tmp_path: Path, sign: str) -> None:
    file = plain(tmp_path, "")
    names = ["period", "measure", "area", "value", "note", *(f"ours {number}" for number in range(200))]
    file.write_text(f"{sign.join(names)}\n2021-04{sign}POL01{sign}{sign}4{sign}\n", encoding="utf-8")
    marked, before = refused(file, data)
    _, after = refused(marked, data)
    assert [line.partition(", row ")[2] for line in after.splitlines()] == [
        line.partition(", row ")[2] for line in before.splitlines()
    ]


# Both numbers of a disagreement -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "both"),
    [
        (
            "2021-04,POL04,,,9,,\n2021-04,POL04,,charge,4,,\n2021-04,POL04,,other,3,,\n",
            "9, and its breakdowns come to 7",
        ),
        (
            "2021-04,POL04,,,,z,\n2021-04,POL04,,charge,4,,\n2021-04,POL04,,other,3,,\n",
            "z, and its breakdowns come to 7",
        ),
        (
            "2021-04,POL01,,,5,,\n2021-05,POL01,,,6,,\n2021-06,POL01,,,7,,\n2021-22-Q1,POL01,,,19,,\n",
            "19, and its months",
        ),
    ],
)
def test_both_numbers_go_back_to_the_sender_and_nobody_else_reads_restricted_ones(
    data: Path, tmp_path: Path, rows: str, both: str
) -> None:
    marked, said = refused(plain(tmp_path, rows + "2021-06,POL03,,,lots,,\n"), data)
    assert both in marked.read_text(encoding="utf-8-sig")
    assert both not in said and "found text" in said and len(said.splitlines()) == 2  # in the same round as cells


def test_both_numbers_of_what_anybody_may_see_are_said_at_once(
    data: Path, tmp_path: Path, blanks: dict[str, bytes]
) -> None:
    rows = "2021-22-Q1,COM01,,printed,50,,\n2021-22-Q1,COM01,,distributed,20,,\n2021-22-Q1,COM01,,in-stock,40,,\n"
    file = plain(tmp_path, rows, TERMS.replace("police", "lbb").replace("permission: board", "permission: publish"))
    _, said = refused(file, data)
    assert "found 30 against 40; expected figures that agree: Cards printed less cards distributed" in said


def test_a_quarter_is_held_against_the_months_that_were_sent_before(data: Path, tmp_path: Path) -> None:
    months = "2021-04,POL01,,,5,,\n2021-05,POL01,,,6,,\n2021-06,POL01,,,7,,\n"
    assert ingest(plain(tmp_path, months), data).returncode == 0
    file = plain(tmp_path, "2021-22-Q1,POL01,,,999,,\n")
    done = ingest(file, data, received="2021-07-06")
    assert done.returncode == 1 and "expected the sum of its months" in done.stderr
    assert "sent on 2021-07-05" in done.stderr and "999" not in done.stderr
    assert "999, and its months come to 18" in (tmp_path / "police-to-mend.csv").read_text(encoding="utf-8-sig")


def test_a_total_that_parts_do_not_have_is_not_offered_and_is_refused(data: Path, tmp_path: Path) -> None:
    folder = DataFolder(DATA)
    catalogue = load_catalogue(folder)
    for partner in catalogue.partners:
        book = openpyxl.load_workbook(io.BytesIO(template(folder, catalogue, partner, parse("2020-04..2021-03"))))
        offered = {row[0] for row in book["Figures"].iter_rows(min_row=HEAD + 1, values_only=True) if row[1] == "total"}
        parted = {name for name, _ in catalogue.breakdowns}
        assert not {name for name in offered & parted if not catalogue.measures[name].has_total}
    without = next(one for one in catalogue.measures.values() if not one.has_total and "bcwa" in one.partner)
    file = plain(tmp_path, f"2021-22-Q1,{without.measure},,,9,,\n", TERMS.replace("police", "bcwa"))
    _, said = refused(file, data)
    assert "row 2, column E: found a total; expected a figure for a part" in said


# Odd partners -----------------------------------------------------------------------------------------------------


def renamed(book: Any) -> None:
    book["Figures"].title, book["Terms"].title = "Q1 (final)", "T&C"
    book.move_sheet("T&C", 4)


def widened(book: Any) -> None:
    sheet = book["Figures"]
    sheet.insert_rows(5)
    sheet.insert_cols(6)
    sheet.insert_rows(1, 2)


def title_stretched(book: Any) -> None:
    book["Figures"].merge_cells("C1:J1")


def dressed(book: Any) -> None:
    sheet = book["Figures"]
    for row in sheet.iter_rows():
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFC000")
    sheet.freeze_panes, sheet.auto_filter.ref = "B2", "A3:K8"
    sheet.protection.password = "abc"  # noqa: S105
    book.security.lockStructure = True


def thinned(book: Any) -> None:
    book["Figures"].delete_cols(5)
    for name in ("Start here", "Last quarter", "Notes"):
        del book[name]


@pytest.mark.parametrize("odd", [renamed, widened, title_stretched, dressed, thinned])
def test_what_partners_do_to_a_workbook_does_no_harm_and_goes_back_as_it_was(
    data: Path, tmp_path: Path, workbook: Callable[..., Any], odd: Callable[[Any], None]
) -> None:
    book = workbook()
    cell_of(book, "DRV02", "May 2021").value = "12"
    cell_of(book, "DRV01", "April 2021").value = "<5"
    odd(book)
    book.save(tmp_path / "d.xlsx")
    marked, said = refused(tmp_path / "d.xlsx", data)
    assert len(said.splitlines()) == 1 and "found a suppressed number" in said
    mended = openpyxl.load_workbook(marked)
    assert mended.sheetnames == ["What to mend", *book.sheetnames]
    (cell,) = [cell for sheet in mended for row in sheet.iter_rows() for cell in row if cell.value == "<5"]
    cell.value = 0
    mended.save(tmp_path / "mended.xlsx")
    done = ingest(tmp_path / "mended.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert sent(data, "2021-07-05_drive")["2021-05", "DRV02", ""] == ("12", "")


def test_a_column_of_ones_own_is_named_with_what_to_do(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    book["Figures"].insert_cols(6)
    book["Figures"]["F3"], book["Figures"]["F4"] = "our check", "ok"
    book.save(tmp_path / "d.xlsx")
    _, said = refused(tmp_path / "d.xlsx", data)
    assert "row 3, column F: found another; expected a heading of the template; take the column out if it is" in said


@pytest.mark.slow
def test_a_workbook_of_another_kind_is_refused_with_how_to_save_it(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    soffice = checkers.program("soffice")
    workbook().save(tmp_path / "d.xlsx")
    resaved(soffice, tmp_path / "d.xlsx", tmp_path / "saved", "ods")
    done = ingest(tmp_path / "saved" / "d.ods", data)
    assert done.returncode == 1 and "expected an .xlsx workbook or a .csv; save it as .xlsx" in done.stderr
    (tmp_path / "saved" / "d.ods").rename(tmp_path / "saved" / "named.xlsx")
    done = ingest(tmp_path / "saved" / "named.xlsx", data)
    assert done.returncode == 1 and "open it and save it as .xlsx" in done.stderr


# Whatever stands in it --------------------------------------------------------------------------------------------

FORMATS = ["General", "0%", "0.00%", "#,##0", "0.0", "@", "dd/mm/yyyy", "mmm-yy", '#,##0 "cases"', "[$£-809]#,##0.00"]
CONTENTS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 7)),
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20),
    st.booleans(),
    st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CONTENTS, st.sampled_from(FORMATS)), min_size=1, max_size=12))
def test_the_marked_workbook_reads_as_what_was_sent(cells: list[tuple[object, str]]) -> None:
    book = openpyxl.Workbook()
    for row, (content, code) in enumerate(cells, start=1):
        cell = book.active.cell(row, 2)
        cell.value = content
        if isinstance(content, str):
            cell.data_type = "s"
        cell.number_format = code
    raw = io.BytesIO()
    book.save(raw)
    before = read_xlsx(raw.getvalue(), "x")
    flaws = [Flaw("a number", "text", "type it", "Sheet", 1, 5)]
    copy = marked_workbook(before, flaws, raw.getvalue(), lambda text: "", lambda content: True)
    after = read_xlsx(copy, "x")
    assert [sheet.name for sheet in after.sheets] == ["What to mend", "Sheet"]
    assert after.sheets[1].cells == before.sheets[0].cells


FIELDS = st.text(st.characters(codec="utf-8", exclude_categories=("C",), include_characters="\n\t"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(FIELDS, min_size=7, max_size=7), min_size=1, max_size=6), st.sampled_from(",;"))
def test_the_marked_csv_reads_as_what_was_sent(rows: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([COLUMNS.split(","), *rows])
    before = read_csv(text.getvalue().encode(), "x")
    flaws = [Flaw("a number", "text", "type it", "observations", 2, 5), Flaw("the column x", "none", "add it")]
    after = read_csv(marked_csv(before, flaws), "x")
    theirs = {place: tidy_text(cell) for place, cell in before.sheets[0].cells.items() if tidy_text(cell)}
    again = {place: tidy_text(cell) for place, cell in after.sheets[0].cells.items() if tidy_text(cell)}
    assert {place: text for place, text in again.items() if place[1] < 8} == theirs
    marks = {text for place, text in again.items() if place[1] == 8}
    assert marks == {
        "to mend",
        "value: found text; expected a number; type it",
        "found none; expected the column x; add it",
    }


def test_the_column_of_marks_stands_beside_the_header_that_was_read(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,<5,,\n")
    file.write_text("Our return,,\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    marked, _ = refused(file, data)
    assert [line.rpartition(",")[2] for line in marked.read_text(encoding="utf-8-sig").splitlines()[:3]] == [
        "",
        "",
        "to mend",
    ]
    marked.write_text(marked.read_text(encoding="utf-8-sig").replace("<5", "4"), encoding="utf-8")
    assert ingest(marked, data).returncode == 0
    assert sent(data, "2021-07-05_police") == {("2021-04", "POL01", ""): ("4", "")}


def test_a_row_in_two_encodings_comes_back_with_what_can_be_read_of_it(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,5,,Orpington – high street\n2021-05,POL01,,,6,,caf\xa3\n")
    text = file.read_text(encoding="utf-8").encode()
    file.write_bytes(text.replace("\xa3".encode(), b"\xa3"))
    marked, said = refused(file, data)
    assert len(said.splitlines()) == 1 and "row 3" in said
    mended = marked.read_text(encoding="utf-8-sig")
    assert "Orpington – high street" in mended and "2021-05,POL01,,,6" in mended
