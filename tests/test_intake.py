"""Intake: a return comes in whole or not at all, whatever people send."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from conftest import COMMAND, ROOT, run
from priority_two.catalogue import load_catalogue
from priority_two.cli import main
from priority_two.folder import DataFolder
from priority_two.periods import parse
from priority_two.returns.store import read_returns
from priority_two.returns.template import template
from priority_two.returns.xlsx import read_xlsx

HEAD = 3
RECEIVED = "2021-07-05"
MONTHS = "2021-04..2021-06"
ANSWERS = {
    "Date the figures were drawn": "01/07/2021",
    "What the figures are": "Counts from the service's own log.",
    "Permission": "publish",
    "Post to ask": "Service manager",
}
COLUMNS = "period,measure,area,breakdown,value,status,note"
TERMS = """partner: police
extract_date: 2021-07-01
months: 2021-04..2021-06
explanation: An extract of the crime recording system.
permission: board
contact_post: Analyst on duty
synthetic: true
"""


@pytest.fixture(scope="module")
def blanks() -> dict[str, bytes]:
    folder = DataFolder(ROOT / "data")
    catalogue = load_catalogue(folder)
    return {name: template(folder, catalogue, name, parse(MONTHS)) for name in ("drive", "lbb", "housing")}


def fill(book: Any, value: object = 0) -> None:
    """Fill in every cell that is to be filled in; totals with a value that their parts, all nought, add up to."""
    for row in book["Terms"].iter_rows(min_row=HEAD + 1):
        if row[0].value in ANSWERS:
            row[1].value = ANSWERS[row[0].value]
    sheet = book["Figures"]
    for row in sheet.iter_rows(min_row=HEAD + 1, max_col=sheet.max_column - 2):
        for cell in row:
            if not cell.protection.locked:
                cell.value = value


@pytest.fixture
def workbook(blanks: dict[str, bytes]) -> Callable[..., Any]:
    def make(partner: str = "drive", value: object = 0) -> Any:
        book = openpyxl.load_workbook(io.BytesIO(blanks[partner]))
        fill(book, value)
        return book

    return make


@dataclass(frozen=True)
class Done:
    """What the command said."""

    returncode: int
    stdout: str
    stderr: str


def ingest(file: Path, data: Path, *more: str, received: str = RECEIVED) -> Done:
    """Call the command in this process: a process of its own takes a second, and is tested below."""
    result = CliRunner().invoke(main, ["ingest", str(file), "--received", received, "--data", str(data), *more])
    assert "Traceback" not in result.stderr and "a fault of the program" not in result.stderr
    return Done(result.exit_code, result.stdout, result.stderr)


def taken_in(data: Path) -> list[str]:
    shipped = {path.name for path in (ROOT / "data" / "returns").iterdir()}
    return sorted(path.name for path in (data / "returns").iterdir() if path.name not in shipped)


def kept(data: Path, name: str = "2021-07-05_police") -> list[list[str]]:
    text = (data / "returns" / name / "observations.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))[1:]


def plain(folder: Path, rows: str, terms: str = TERMS, name: str = "police") -> Path:
    (folder / f"{name}.csv").write_text(f"{COLUMNS}\n{rows}", encoding="utf-8")
    (folder / f"{name}.terms.yaml").write_text(terms, encoding="utf-8")
    return folder / f"{name}.csv"


# Accepted ---------------------------------------------------------------------------------------------------


def test_a_filled_in_template_is_kept_with_its_terms_and_as_it_came(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    sheet = book["Figures"]
    sheet["G4"], sheet["G5"], sheet["G6"] = "1,240 ", 1200, 40
    sheet["H4"], sheet["H5"], sheet["H6"] = "Tbc", "n/a", None
    sheet["K4"], sheet["L4"] = "yes", " May is still being counted "
    book.save(tmp_path / "drive.xlsx")
    done = ingest(tmp_path / "drive.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "accepted: data/returns/2021-07-05_drive, 12 figures\n"
    rows = kept(data, "2021-07-05_drive")
    assert rows[:5] == [
        ["2021-04", "DRV01", "", "", "1240", "p", "May is still being counted"],
        ["2021-05", "DRV01", "", "", "", "x", "May is still being counted"],
        ["2021-06", "DRV01", "", "", "0", "p", "May is still being counted"],
        ["2021-04", "DRV01", "", "accepted", "1200", "", ""],
        ["2021-05", "DRV01", "", "accepted", "", "z", ""],
    ]
    folder = data / "returns" / "2021-07-05_drive"
    assert (folder / "original.xlsx").read_bytes() == (tmp_path / "drive.xlsx").read_bytes()
    assert (folder / "terms.yaml").read_text(encoding="utf-8") == (
        "partner: drive\nreceived: 2021-07-05\nextract_date: 2021-07-01\nmonths: 2021-04..2021-06\n"
        "explanation: Counts from the service's own log.\npermission: publish\ncontact_post: Service manager\n"
        "synthetic: false\n"
    )
    assert not (tmp_path / "drive-to-mend.xlsx").exists()
    store = DataFolder(data)
    (one,) = [one for one in read_returns(store) if one.name == "2021-07-05_drive"]
    assert one.terms.partner == "drive" and len(one.observations.rows) == 12
    assert not any("original" in name for name in store.read)  # a report never opens what came


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: ("sep=;\n" + text.replace(",", ";")).encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", ",,\n").encode(),
        lambda text: text.replace("\n", "\n\n,,,,,,\n").encode(),
        lambda text: text.replace(",", " , ").upper().replace("VICTIM’S CAFÉ", "victim’s café").encode(),
        lambda text: text.replace("2021-04", "Apr-21").encode(),
        lambda text: text.replace("2021-04", "01/04/2021").encode(),
    ],
    ids=["bom", "cp1252", "utf16", "semicolon", "sep", "tab", "crlf", "ends", "blank", "spaces", "apr-21", "ddmm"],
)
def test_a_csv_is_read_as_spreadsheets_save_it(data: Path, tmp_path: Path, encoded: Callable[[str], bytes]) -> None:
    file = plain(tmp_path, "")
    text = (
        f"{COLUMNS}\n2021-04,POL01,,,1240,,victim’s café\n2021-04,POL01,E05000106,,12,p,\n2021-04,POL04,,charge,,x,\n"
    )
    file.write_bytes(encoded(text))
    done = ingest(file, data)
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(data) == [
        ["2021-04", "POL01", "", "", "1240", "", "victim’s café"],
        ["2021-04", "POL01", "E05000106", "", "12", "p", ""],
        ["2021-04", "POL04", "", "charge", "", "x", ""],
    ]
    assert (data / "returns" / "2021-07-05_police" / "original.csv").read_bytes() == encoded(text)


def test_words_of_the_catalogue_are_read_for_their_codes(data: Path, tmp_path: Path) -> None:
    rows = (
        '2021-04,pol01,Bromley,Total,"1,240",,\n2021-04,POL01,Bickley,,n/a,,\n2021-05,POL04,,Charge or summons,12.0,,\n'
        "Q1 2021/22,POL07,,,33.3,,\n"
    )
    done = ingest(plain(tmp_path, rows), data)
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(data) == [
        ["2021-04", "POL01", "", "", "1240", "", ""],
        ["2021-04", "POL01", "E05000106", "", "", "z", ""],
        ["2021-05", "POL04", "", "charge", "12", "", ""],
        ["2021-22-Q1", "POL07", "", "", "33.3", "", ""],
    ]


def test_what_is_accepted_passes_the_gate(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,1240,,\n2021-04,POL02,,,800,p,why\n")
    done = run("ingest", str(file), "--received", RECEIVED, "--data", str(data))
    assert (done.returncode, done.stderr) == (0, "")
    judged = CliRunner().invoke(main, ["validate", "--data", str(data)])
    assert judged.exit_code == 0 and " 0 critical" in judged.stdout


def test_sheets_of_ones_own_are_passed_over_and_said(data: Path, tmp_path: Path, workbook: Callable[..., Any]) -> None:
    book = workbook()
    book.create_sheet("workings")["A1"] = "=1+1"
    book["Notes"]["A30"] = "=1+1"
    book["Figures"].insert_rows(1)  # moved down: the table is found by its headings
    book.move_sheet("Figures", -2)
    book.save(tmp_path / "drive.xlsx")
    done = ingest(tmp_path / "drive.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "drive.xlsx: 1 sheet not of the template: looked through for personal data, not read" in done.stdout


def test_the_same_file_twice_is_a_no_op_that_says_so(data: Path, tmp_path: Path, workbook: Callable[..., Any]) -> None:
    workbook().save(tmp_path / "drive.xlsx")
    assert ingest(tmp_path / "drive.xlsx", data).returncode == 0
    folder = data / "returns" / "2021-07-05_drive"
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    for received in (RECEIVED, "2021-07-09"):
        done = ingest(tmp_path / "drive.xlsx", data, received=received)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "accepted before, and left as it is: data/returns/2021-07-05_drive\n"
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert taken_in(data) == ["2021-07-05_drive"]


def test_another_return_on_the_same_day_is_refused_and_a_later_one_kept(data: Path, tmp_path: Path) -> None:
    assert ingest(plain(tmp_path, "2021-04,POL01,,,10,,\n"), data).returncode == 0
    second = plain(tmp_path, "2021-04,POL01,,,11,,\n")
    done = ingest(second, data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert (
        "2021-07-05_police: expected no other return of this partner on this day; receive a correction" in done.stderr
    )
    assert kept(data)[0][4] == "10"
    assert ingest(second, data, received="2021-07-06").returncode == 0
    assert taken_in(data) == ["2021-07-05_police", "2021-07-06_police"]


# Refused ----------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_listed_at_once_by_sheet_and_cell(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook("housing")
    sheet, terms = book["Figures"], book["Terms"]
    terms["B10"], terms["B11"] = None, "maybe"
    head = {cell.value: cell.column_letter for cell in sheet[HEAD]}
    april, note = head["April 2021"], head["Note"]
    for row, value in enumerate(["<5", "=1+1", -3, "lots", "over 30", 2.5, True, "#REF!"], start=4):
        sheet[f"{april}{row}"] = value
    sheet[f"{note}12"] = "=1+1"
    sheet["A13"] = "POL01"
    sheet["B14"] = "no-such-part"
    for column in "AB":
        sheet[f"{column}15"] = sheet[f"{column}16"].value
    sheet["C40"], sheet[f"{april}40"] = "Total", 7
    sheet["T5"] = 12
    sheet[f"{head['May 2021']}3"] = "July 2021"
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions[head["Unit"]].hidden = True
    sheet.merge_cells(f"{head['June 2021']}4:{head['June 2021']}5")
    book.create_sheet("spare")["B2"] = "something"
    book["spare"].sheet_state = "hidden"
    book.save(tmp_path / "h.xlsx")
    done = ingest(tmp_path / "h.xlsx", data)
    assert done.returncode == 1 and taken_in(data) == []
    for line in [
        "h.xlsx, sheet Terms, row 10, column B: found nothing; expected what the figures are",
        "h.xlsx, sheet Terms, row 11, column B: found another; expected publish or board or none",
        f"h.xlsx, sheet Figures, row 4, column {april}: found a suppressed number; expected the true count",
        f"h.xlsx, sheet Figures, row 5, column {april}: found a formula",
        f"h.xlsx, sheet Figures, row 6, column {april}: found a negative number",
        f"h.xlsx, sheet Figures, row 7, column {april}: found text",
        f"h.xlsx, sheet Figures, row 8, column {april}: found an estimate",
        f"h.xlsx, sheet Figures, row 9, column {april}: found a number with decimals",
        f"h.xlsx, sheet Figures, row 10, column {april}: found true or false",
        f"h.xlsx, sheet Figures, row 11, column {april}: found an error",
        f"h.xlsx, sheet Figures, row 12, column {note}: found a formula",
        "h.xlsx, sheet Figures, row 13, column A: found POL01; expected a measure that this partner reports",
        "h.xlsx, sheet Figures, row 14, column B: found another word; expected a breakdown of the measure",
        "h.xlsx, sheet Figures, row 16, column A: found it twice",
        "h.xlsx, sheet Figures, row 40, column C: found a total row",
        "h.xlsx, sheet Figures, row 5, column T: found something; expected nothing outside the table",
        f"h.xlsx, sheet Figures, row 3, column {head['May 2021']}: found another period: 2021-07",
        "h.xlsx, sheet Figures, row 3: found none; expected the column May 2021",
        "h.xlsx, sheet Figures, row 7: found one that holds something; expected no hidden row",
        f"h.xlsx, sheet Figures, column {head['Unit']}: found one that holds something; expected no hidden column",
        f"h.xlsx, sheet Figures, row 4, column {head['June 2021']}: found some; expected no merged cells",
        "h.xlsx, sheet spare: found one; expected no hidden sheet",
    ]:
        assert line in done.stderr, line
    assert len(done.stderr.splitlines()) == 22
    marked = openpyxl.load_workbook(tmp_path / "h-to-mend.xlsx")
    assert done.stdout == f"marked copy to send back: {(tmp_path / 'h-to-mend.xlsx').as_posix()}\n"
    assert marked["What to mend"].max_row == 1 + 22
    cell = marked["Figures"][f"{april}4"]
    assert cell.value == "<5" and cell.fill.fgColor.rgb == "00F9B27C" and "true count" in cell.comment.text
    assert marked["Figures"][f"{april}20"].comment is None
    texts = [cell for one in marked for row in one.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in texts)
    assert marked["Figures"][f"{april}5"].value == "taken out: a formula without a result"  # blank would be no figure


def test_a_marked_copy_that_was_mended_is_accepted(data: Path, tmp_path: Path, workbook: Callable[..., Any]) -> None:
    book = workbook()
    book["Figures"]["G4"] = "<5"
    book.save(tmp_path / "d.xlsx")
    assert ingest(tmp_path / "d.xlsx", data).returncode == 1
    copy = openpyxl.load_workbook(tmp_path / "d-to-mend.xlsx")
    copy["Figures"]["G4"] = 0
    copy.save(tmp_path / "again.xlsx")
    done = ingest(tmp_path / "again.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")


SECRETS = [
    "943 476 5919",
    "BR1 3UH",
    "someone@example.org",
    "020 8464 3333",
    "DOB 12/05/1984",
    "Client name",
    "Mrs Exemplar",
    9434765919,
]


def test_personal_data_is_refused_by_cell_and_repeated_nowhere(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook("housing")
    sheet = book["Figures"]
    notes = [f"L{row}" for row in range(4, 4 + len(SECRETS))]
    for cell, secret in zip(notes, SECRETS, strict=True):
        sheet[cell] = secret
    sheet["G12"] = 7700900123
    extra = book.create_sheet("workings")
    extra["C7"] = "rang 07700 900123"
    extra["C8"].comment = openpyxl.comments.Comment("see other@example.org", "a")
    book["Terms"]["B12"] = "someone@example.org"
    book.save(tmp_path / "h.xlsx")
    done = ingest(tmp_path / "h.xlsx", data)
    assert done.returncode == 1 and taken_in(data) == []
    for cell in notes:
        assert f"sheet Figures, row {cell[1:]}, column L: found a" in done.stderr
    assert "sheet Figures, row 12, column G: found a telephone number" in done.stderr
    assert "sheet workings, row 7, column C: found a telephone number" in done.stderr
    assert "sheet workings: found an e-mail address in the comment on C8" in done.stderr
    assert "sheet Terms, row 12, column B: found an e-mail address" in done.stderr
    copy = read_xlsx((tmp_path / "h-to-mend.xlsx").read_bytes(), "copy")
    texts = [str(cell.content) for one in copy.sheets for cell in one.cells.values()]
    texts += [text for _, _, text in copy.asides]
    assert texts.count("taken out: personal data") == len(SECRETS) + 3
    for secret in [*map(str, SECRETS), "7700900123", "900123", "other@example.org", "Exemplar"]:
        assert secret not in done.stderr + done.stdout
        assert not any(secret in text for text in texts)


def test_personal_data_in_a_csv_and_its_terms_is_refused(data: Path, tmp_path: Path) -> None:
    rows = "2021-04,POL01,,,10,,call 020 8464 3333\n2021-04,POL01,943 476 5919,,1,,\nSurname,,,,,,\n"
    terms = TERMS.replace("Analyst on duty", "analyst@example.org")
    done = ingest(plain(tmp_path, rows, terms), data)
    assert done.returncode == 1 and taken_in(data) == []
    assert "police.terms.yaml, row 6: found an e-mail address" in done.stderr
    assert "police.csv, sheet observations, row 2, column G: found a telephone number" in done.stderr
    assert "police.csv, sheet observations, row 3, column C: found an NHS number" in done.stderr
    assert "police.csv, sheet observations, row 4, column A: found a heading for personal data" in done.stderr
    assert not any(secret in done.stderr for secret in ("8464", "5919", "example.org", "urname"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2021-04,POL01,,,<5,,", "column E: found a suppressed number"),
        ("2021-04,POL01,,,-5,,", "column E: found a negative number"),
        ("2021-04,POL01,,,=2+2,,", "column E: found a formula"),
        ("2021-04,POL01,,,5,x,", "column E: found a value and a status that disagree"),
        ("2021-04,POL01,,,,,", "column E: found neither; expected a value, or status x or z"),
        ("2021-04,POL01,,,5,q,", "column F: found another word; expected blank, p, r, x or z"),
        ("2021-04,POL01,,,5,,=HYPERLINK(1)", "column G: found one that begins with ="),
        ("2021-04,POL01,,,5,,@SUM", "column G: found one that begins with @"),
        ("2021-04,POL01,Atlantis,,5,,", "column C: found another word; expected an area"),
        ("2021-04,POL01,,theft,5,,", "column D: found another word; expected a breakdown"),
        ("2021-04,HOU01,,,5,,", "column B: found HOU01; expected a measure that this partner reports"),
        ("2021-04,POL05,,,5,,", "column B: found POL05; expected a measure that is reported"),
        ("2021-04,POL99,,,5,,", "column B: found another word; expected the code of a measure"),
        ("2021-04,Total,,,5,,", "column B: found a total row"),
        ("Q1 2022,POL01,,,5,,", "column A: found a quarter of a year that may be calendar or financial"),
        ("2021-07,POL01,,,5,,", "column E: found another: 2021-07; expected a period within 2021-04..2021-06"),
        ("2020-21-Q4,POL08,,,5,,", "column E: found another: 2020-21-Q4"),
        ("2021-04,POL01,,,1,240,,", "column F: found another word; expected blank, p, r, x or z"),
        ("2021-04,POL01,,,5,,a,b", "column H: found one; expected no field beyond"),
        ("2021-04,POL01,,,5,,\n2021-04,POL01,,,6,,", "row 3, column E: found it twice"),
        ("2021-04,POL01,,,5,," + "é" * 12000, "10000 characters in a cell"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(data: Path, tmp_path: Path, row: str, said: str) -> None:
    done = ingest(plain(tmp_path, row + "\n"), data)
    assert done.returncode == 1 and said in done.stderr and len(done.stderr.splitlines()) == 1
    assert taken_in(data) == []


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        (["POL04,,,9", "POL04,,charge,4", "POL04,,other,4"], "row 2"),
        (["POL04,,,7", "POL04,,charge,8"], "row 2"),
        (["POL04,,,9", "POL04,,charge,4"], ""),
        (["POL04,,,8", "POL04,,charge,4", "POL04,,other,4"], ""),
        (["POL01,,,23"] + [f"POL01,E05000{code},,1" for code in range(106, 128)], "row 2"),
        (["POL01,,,22"] + [f"POL01,E05000{code},,1" for code in range(106, 128)], ""),
        (["POL01,,,99"] + [f"POL01,E05000{code},,1" for code in range(106, 127)], ""),
        (["POL01,,,20"] + [f"POL01,E05000{code},,1" for code in range(106, 127)], "row 2"),
        # Some offences have no place, as measures.csv says, and no total is less than its wards.
        (["POL02,,,23"] + [f"POL02,E05000{code},,1" for code in range(106, 128)], ""),
        (["POL02,,,21"] + [f"POL02,E05000{code},,1" for code in range(106, 128)], "row 2"),
    ],
)
def test_a_total_and_all_its_parts_agree(data: Path, tmp_path: Path, rows: list[str], total: str) -> None:
    done = ingest(plain(tmp_path, "".join(f"2021-04,{row},,\n" for row in rows)), data)
    assert (done.returncode == 1) == bool(total)
    expected = r"expected a total that is (the|not below the) sum of"
    assert re.search(f"{total}, column E: found another; {expected}", done.stderr) if total else not done.stderr


def test_a_total_that_the_parts_do_not_have_is_refused(data: Path, tmp_path: Path) -> None:
    done = ingest(plain(tmp_path, "2021-04,POL08,,right-to-ask-applications,4,,\n2021-04,POL08,,,9,,\n"), data)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "row 3, column E: found a total; expected a figure for a part; leave it blank" in line


def test_a_total_is_not_inapplicable_beside_parts_that_are_counted(data: Path, tmp_path: Path) -> None:
    rows = "2021-04,POL04,,charge,4,,\n2021-04,POL04,,other,4,,\n2021-04,POL04,,,,{},\n"
    done = ingest(plain(tmp_path, rows.format("z")), data)
    assert done.returncode == 1
    assert "row 4, column E: found another; expected a figure, or x, where its parts are counted" in done.stderr
    assert ingest(plain(tmp_path, rows.format("x")), data).returncode == 0


QUARTER = "".join(f"2021-0{month},POL04,,,{count},,\n" for month, count in ((4, 50), (5, 50), (6, 60)))


def test_a_quarter_that_is_stated_is_what_its_months_come_to(data: Path, tmp_path: Path) -> None:
    done = ingest(plain(tmp_path, f"{QUARTER}2021-22-Q1,POL04,,,999,,\n"), data)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "row 5, column E: found another; expected the sum of its months; mend it or its months (row 2, 3, 4)" in line
    assert "999" not in line and "160" not in line
    assert ingest(plain(tmp_path, f"{QUARTER}2021-22-Q1,POL04,,,160,,\n"), data).returncode == 0


def test_a_quarter_is_held_against_the_months_that_came_before_it(data: Path, tmp_path: Path) -> None:
    assert ingest(plain(tmp_path, QUARTER), data, received="2021-07-01").returncode == 0
    stated = "2021-22-Q1,POL04,,,{},,\n"
    done = ingest(plain(tmp_path, stated.format(999)), data, received="2021-07-12")
    assert done.returncode == 1 and "its months (sent on 2021-07-01)" in done.stderr
    assert ingest(plain(tmp_path, stated.format(160)), data, received="2021-07-12").returncode == 0
    revised = ingest(plain(tmp_path, "2021-05,POL04,,,55,,\n"), data, received="2021-07-14")
    assert revised.returncode == 0 and "have the whole sent anew" in revised.stdout + revised.stderr


def test_both_numbers_are_given_where_anybody_may_see_them(data: Path, tmp_path: Path) -> None:
    rows = "2021-22-Q1,HLT04,,,9,,\n" + "".join(
        f"2021-22-Q1,HLT04,,{part},3,,\n" for part in ("gp", "nurse", "pharmacist", "other")
    )
    terms = re.sub("permission: .*", "permission: publish", TERMS.replace("police", "sel-ccg"))
    done = ingest(plain(tmp_path, rows, terms), data)
    assert "found 9, and its breakdowns come to 12; expected a total that is the sum of its breakdowns" in done.stderr


def test_parts_of_a_part_agree_and_so_do_the_identities_of_the_catalogue(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook("housing")
    for row in book["Figures"].iter_rows(min_row=HEAD + 1):
        if row[1].value == "referrals":
            row[6].value = 5  # its tenures are all nought
    book.save(tmp_path / "h.xlsx")
    assert "expected a total that is the sum of its breakdowns" in ingest(tmp_path / "h.xlsx", data).stderr
    book = workbook("lbb")
    for row in book["Figures"].iter_rows(min_row=HEAD + 1):
        if row[1].value == "printed":
            row[9].value = 5
        if row[1].value == "issued":
            row[9].value = 5
    book.save(tmp_path / "l.xlsx")
    done = ingest(tmp_path / "l.xlsx", data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "figures that agree: Cards printed less cards distributed are the cards in stock" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("partner: police", "partner: nobody", "column partner: found another; expected a partner's code"),
        ("months: 2021-04..2021-06", "months: spring", "column months"),
        ("permission: board", "permission: perhaps", "column permission"),
        ("synthetic: true\n", "", "column synthetic: found none"),
        ("synthetic: true", "synthetic: true\nsecret: 1", "column secret: found another; expected no such key"),
        ("extract_date: 2021-07-01", "extract_date: 2021-07-06", "found a later day"),
        ("extract_date: 2021-07-01", "received: 2021-07-06\nextract_date: ", "column received: found another day"),
        ("explanation: An extract of the crime recording system.", "explanation: ''", "expected a few words"),
        ("partner: police", "partner: [", "expected plain YAML"),
        ("partner: police", "partner: police\npartner: drive", "the key partner twice"),
    ],
)
def test_terms_that_do_not_do_are_refused(data: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    done = ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n", TERMS.replace(old, new)), data)
    assert done.returncode == 1 and said in done.stderr and taken_in(data) == []


def test_a_csv_without_its_terms_is_refused(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,5,,\n")
    (tmp_path / "police.terms.yaml").unlink()
    done = ingest(file, data)
    assert done.returncode == 1 and "police.terms.yaml: found no such file; expected the terms" in done.stderr


def test_terms_may_leave_out_what_the_command_says(data: Path, tmp_path: Path) -> None:
    terms = TERMS.replace("partner: police\n", "").replace("2021-07-01", "01/07/2021")
    done = ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n", terms), data, "--partner", "police")
    assert (done.returncode, done.stderr) == (0, "")
    text = (data / "returns" / "2021-07-05_police" / "terms.yaml").read_text(encoding="utf-8")
    assert "partner: police\nreceived: 2021-07-05\nextract_date: 2021-07-01\n" in text


def test_the_file_of_another_partner_than_the_one_named_is_refused(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    workbook().save(tmp_path / "drive.xlsx")
    done = ingest(tmp_path / "drive.xlsx", data, "--partner", "police")
    assert done.returncode == 1 and "expected the partner that --partner names, police" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.xlsx", "--received", RECEIVED],
        ["README.md", "--received", "5 July"],
        ["README.md", "--received", "2021-02-30"],
        [".", "--received", RECEIVED],
        ["README.md", "--received", RECEIVED, "--partner", "nobody"],
        ["README.md"],
    ],
)
def test_a_wrong_call_is_said_in_a_line(words: list[str]) -> None:
    done = run("ingest", *words)
    assert done.returncode == 2 and "Traceback" not in done.stderr


# At once, and half-way --------------------------------------------------------------------------------------


def test_two_at_once_lose_none(data: Path, tmp_path: Path, blanks: dict[str, bytes]) -> None:
    files = []
    for partner, content in blanks.items():
        book = openpyxl.load_workbook(io.BytesIO(content))
        fill(book)
        book.save(tmp_path / f"{partner}.xlsx")
        files += [tmp_path / f"{partner}.xlsx"] * 2  # each twice, at the same time
    command = [str(COMMAND), "ingest", "--received", RECEIVED, "--data", str(data)]
    running = [
        subprocess.Popen([*command, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for file in files
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 6
    assert [err for _, err in said] == [""] * 6
    assert sorted(out.split(":")[0] for out, _ in said) == ["accepted"] * 3 + ["accepted before, and left as it is"] * 3
    assert taken_in(data) == [f"{RECEIVED}_{name}" for name in ("drive", "housing", "lbb")]


def test_of_two_different_returns_at_once_one_is_kept_whole_and_the_other_told(data: Path, tmp_path: Path) -> None:
    files = [plain(tmp_path, f"2021-04,POL01,,,{n},,\n", name=f"police{n}") for n in range(4)]
    command = [str(COMMAND), "ingest", "--received", RECEIVED, "--data", str(data)]
    running = [subprocess.Popen([*command, str(file)], stderr=subprocess.PIPE, text=True) for file in files]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert sorted(process.returncode for process in running) == [0, 1, 1, 1]
    assert sum("no other return of this partner" in err for err in said) == 3
    (winner,) = [n for n, process in enumerate(running) if process.returncode == 0]
    assert kept(data)[0][4] == str(winner)
    assert taken_in(data) == ["2021-07-05_police"]


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal of POSIX")
def test_killed_half_way_nothing_half_is_seen_and_the_next_attempt_succeeds(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,5,,\n")
    before = len(list((data / "returns").iterdir()))
    code = (
        "import sys, time\n"
        "from priority_two.returns import append\n"
        "from priority_two.cli import main\n"
        "write = append._write\n"
        "def slowly(path, content):\n"
        "    write(path, content)\n"
        "    print('written', flush=True)\n"
        "    time.sleep(60)\n"
        "append._write = slowly\n"
        f"main(['ingest', {str(file)!r}, '--received', '{RECEIVED}', '--data', {str(data)!r}])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    process.stdout.close()
    (left,) = taken_in(data)
    assert left.startswith(".incoming-") and list((data / "returns" / left).iterdir())
    folder = DataFolder(data)
    assert not any("incoming" in name for name in folder.names("returns", "*"))
    assert len(read_returns(folder)) == before
    assert ingest(file, data).returncode == 0
    assert "2021-07-05_police" in taken_in(data)


def test_a_store_that_cannot_be_written_is_said(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data / "returns")
    (data / "returns").write_text("no folder", encoding="utf-8")
    done = ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n"), data)
    assert done.returncode == 1 and done.stderr == "data/returns: expected a folder that can be written\n"


def test_the_same_marked_copy_is_written_once_and_no_file_is_overwritten(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,<5,,\n")
    assert ingest(file, data).returncode == 1
    first = (tmp_path / "police-to-mend.csv").read_bytes()
    assert ingest(file, data).returncode == 1
    assert (tmp_path / "police-to-mend.csv").read_bytes() == first  # the same fault, the same bytes
    files = ["police-to-mend.csv", "police.csv", "police.terms.yaml"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == files
    plain(tmp_path, "2021-04,POL01,,,<6,,\n")
    done = ingest(file, data)
    assert done.stdout.endswith("police-to-mend-2.csv\n")
    assert (tmp_path / "police-to-mend.csv").read_bytes() == first  # somebody may be mending it
    done = ingest(tmp_path / "police-to-mend.csv", data)  # sent back unmended
    assert done.returncode == 1 and "found a suppressed number" in done.stderr
    assert done.stdout.endswith("police-to-mend.csv\n")
    shutil.rmtree(data)
