"""Intake: a return comes in whole or not at all, whatever people send."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkers import FOREVER
from conftest import COMMAND, DATA, here, run
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.atomic import new_file
from priority_two.files.data_folder import DataFolder
from priority_two.measures.book import read_definitions
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.encoding import decoded, spoilt
from priority_two.returns.store import latest, observations, read_returns
from priority_two.returns.submit.acceptance import OBSERVATIONS, store_return
from priority_two.returns.submit.acceptance import TERMS as STORED_TERMS
from priority_two.returns.submit.delimited import read_csv, read_observations
from priority_two.returns.submit.submission import Words, partner_named
from priority_two.returns.submit.template import template
from priority_two.returns.submit.terms import terms_beside
from priority_two.returns.submit.xlsx import read_xlsx

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
    folder = DataFolder(DATA)
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
    shipped = {path.name for path in (DATA / "returns").iterdir()}
    return sorted(path.name for path in (data / "returns").iterdir() if path.name not in shipped)


def kept(data: Path, name: str = "2021-07-05_police") -> list[list[str]]:
    text = (data / "returns" / name / "observations.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))[1:]


def plain(folder: Path, rows: str, terms: str = TERMS, name: str = "police") -> Path:
    (folder / f"{name}.csv").write_text(f"{COLUMNS}\n{rows}", encoding="utf-8")
    (folder / f"{name}.terms.yaml").write_text(terms, encoding="utf-8")
    return folder / f"{name}.csv"


# Accepted ---------------------------------------------------------------------------------------------------


def test_a_filled_in_template_is_kept_with_its_terms_and_its_values(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    sheet = book["Figures"]
    sheet["F4"], sheet["F5"], sheet["F6"] = "1,240 ", 1200, 40
    sheet["G4"], sheet["G5"], sheet["G6"] = "Tbc", "not applicable", None
    sheet["J4"], sheet["K4"] = "yes", " May is still being counted "
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
    as_it_came = hashlib.sha256((tmp_path / "drive.xlsx").read_bytes()).hexdigest()
    assert (folder / "original.sha256").read_text(encoding="utf-8") == f"{as_it_came}\n"
    copy, sent = openpyxl.load_workbook(folder / "original.xlsx"), openpyxl.load_workbook(tmp_path / "drive.xlsx")
    assert copy.sheetnames == ["Terms", "Figures"]
    for name in copy.sheetnames:
        assert {c.coordinate: c.value for row in copy[name] for c in row if c.value is not None} == {
            c.coordinate: c.value for row in sent[name] for c in row if c.value is not None
        }
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
        '2021-04,pol01,Bromley,Total,"1,240",,\n2021-04,POL01,Bickley,,z,,\n2021-05,POL04,,Charge or summons,12.0,,\n'
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


def test_of_returns_on_the_same_day_each_is_kept_and_the_last_wins(data: Path, tmp_path: Path) -> None:
    for number in range(1, 13):
        done = ingest(plain(tmp_path, f"2021-04,POL01,,,{number},,\n"), data)
        assert (done.returncode, done.stderr) == (0, "")
        name = f"2021-07-05_police{f'_{number}' if number > 1 else ''}"
        assert done.stdout.endswith(f"accepted: data/returns/{name}, 1 figure\n")
        assert kept(data, name)[0][4] == str(number)
        changed = "1 figure differs from what was sent before, to be shown as revised: POL01 2021-04\n"
        assert (changed in done.stdout) == (number > 1)
    done = ingest(plain(tmp_path, "2021-04,POL01,,,7,,\n"), data)
    assert done.stdout == (
        "police.csv: 1 figure differs from a later return, which counts (to send these anew, say so in the terms' "
        "explanation): POL01 2021-04\naccepted before, and left as it is: data/returns/2021-07-05_police_7\n"
    )
    (one,) = [
        one
        for one in latest(observations(read_returns(DataFolder(data))))
        if one.key == ("2021-04", "POL01", "", "") and one.terms.partner == "police"
    ]
    assert (one.value, one.status) == (12, "r") and one.file.endswith("2021-07-05_police_12/observations.csv")
    judged = CliRunner().invoke(main, ["validate", "--data", str(data)])
    assert judged.exit_code == 0, judged.output


def test_what_a_later_return_changes_is_said_in_a_line(data: Path, tmp_path: Path) -> None:
    before = "2021-04,POL04,,charge,4,,\n2021-04,POL01,,,10,,\n2021-05,POL01,,,10,p,\n2021-06,POL01,,,10,,\n"
    assert ingest(plain(tmp_path, before), data).returncode == 0
    after = "2021-04,POL04,,charge,,x,\n2021-04,POL01,,,11,r,\n2021-05,POL01,,,12,,\n2021-06,POL01,,,10,,\n"
    done = ingest(plain(tmp_path, after), data, received="2021-07-06")
    assert (done.returncode, done.stderr) == (0, "")
    said = "2 figures differ from what was sent before, to be shown as revised: POL04 charge 2021-04, POL01 2021-05"
    assert done.stdout == f"police.csv: {said}\naccepted: data/returns/2021-07-06_police, 4 figures\n"


def test_a_return_that_came_before_one_in_the_store_says_which_of_its_figures_do_not_count(
    data: Path, tmp_path: Path
) -> None:
    late = "2021-04,POL01,,,11,,\n2021-05,POL01,,,12,,\n2021-06,POL01,,,,x,\n"
    assert ingest(plain(tmp_path, late), data, received="2021-07-06").returncode == 0
    early = "2021-04,POL01,,,10,,\n2021-05,POL01,,,12,,\n2021-06,POL01,,,13,,\n"
    done = ingest(plain(tmp_path, early), data)
    assert done.stdout == (
        "police.csv: 2 figures differ from a later return, which counts: POL01 2021-04, POL01 2021-06\n"
        "accepted: data/returns/2021-07-05_police, 3 figures\n"
    )


# Refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["05/07/2021", "5 July 2021", "2021-07-05T09:30:00", "2021/07/05"])
def test_the_day_of_receipt_is_read_as_people_write_it(data: Path, tmp_path: Path, written: str) -> None:
    done = ingest(plain(tmp_path, "2021-04,POL01,,,10,,\n"), data, received=written)
    assert (done.returncode, done.stderr) == (0, "") and taken_in(data) == ["2021-07-05_police"]


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
    book["Figures"]["F4"] = "<5"
    book.save(tmp_path / "d.xlsx")
    assert ingest(tmp_path / "d.xlsx", data).returncode == 1
    copy = openpyxl.load_workbook(tmp_path / "d-to-mend.xlsx")
    copy["Figures"]["F4"] = 0
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
    notes = [f"K{row}" for row in range(4, 4 + len(SECRETS))]
    for cell, secret in zip(notes, SECRETS, strict=True):
        sheet[cell] = secret
    sheet["F12"] = 7700900123
    extra = book.create_sheet("workings")
    extra["C7"] = "rang 07700 900123"
    extra["C8"].comment = openpyxl.comments.Comment("see other@example.org", "a")
    book["Terms"]["B12"] = "someone@example.org"
    book.save(tmp_path / "h.xlsx")
    done = ingest(tmp_path / "h.xlsx", data)
    assert done.returncode == 1 and taken_in(data) == []
    for cell in notes:
        assert f"sheet Figures, row {cell[1:]}, column K: found a" in done.stderr
    assert "sheet Figures, row 12, column F: found a telephone number" in done.stderr
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


def test_what_stands_in_a_cell_and_beside_it_is_said_once(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    sheet = book.create_sheet("ask someone@example.org")
    for column, text in enumerate(("Week", "rang 020 8464 3333"), start=1):
        sheet.cell(1, column).value, sheet.cell(2, column).value = text, 1
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="Calls", ref="A1:B2"))
    book.save(tmp_path / "drive.xlsx")
    done = ingest(tmp_path / "drive.xlsx", data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 2
    assert "found personal data in its name" in done.stderr and "row 1, column B: found a telephone" in done.stderr


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
        ("2021-04,POL01,,,5,,a\x1b[31mb", "column G: found U+001B; expected words without control characters"),
        ("2021-04,POL01,,,5,,a\x7fb", "column G: found U+007F; expected words without control characters"),
        ("2021-04,POL01,,,5,,a\uffffb", "column G: found U+FFFF; expected words without control characters"),
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
    assert "row 4, column E: found z; expected a figure, or x, where its parts are counted" in done.stderr
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
    assert revised.returncode == 0 and "have the whole and its parts sent anew" in revised.stdout + revised.stderr


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
            row[5].value = 5  # its tenures are all nought
    book.save(tmp_path / "h.xlsx")
    assert "expected a total that is the sum of its breakdowns" in ingest(tmp_path / "h.xlsx", data).stderr
    book = workbook("lbb")
    for row in book["Figures"].iter_rows(min_row=HEAD + 1):
        if row[1].value == "printed":
            row[8].value = 5
        if row[1].value == "issued":
            row[8].value = 5
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
        (
            "contact_post: Analyst on duty",
            'contact_post: "a \\ud800 b"',
            "row 6: found U+D800, written as an escape",
        ),
        (
            "contact_post: Analyst on duty",
            'contact_post: "a \\u202e b"',
            "row 6: found U+202E, written as an escape",
        ),
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
        ["/dev/null", "--received", RECEIVED],
        ["README.md", "--received", RECEIVED, "--partner", "nobody"],
        ["README.md"],
    ],
)
def test_a_wrong_call_is_said_in_a_line(words: list[str]) -> None:
    done = here("ingest", *words)
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
    said = [process.communicate(timeout=FOREVER) for process in running]
    assert [process.returncode for process in running] == [0] * 6
    assert [err for _, err in said] == [""] * 6
    assert sorted(out.split(":")[0] for out, _ in said) == ["accepted"] * 3 + ["accepted before, and left as it is"] * 3
    assert taken_in(data) == [f"{RECEIVED}_{name}" for name in ("drive", "housing", "lbb")]


def test_of_different_returns_at_once_each_is_kept_whole(data: Path, tmp_path: Path) -> None:
    files = [plain(tmp_path, f"2021-04,POL01,,,{n},,\n", name=f"police{n}") for n in range(4)]
    command = [str(COMMAND), "ingest", "--received", RECEIVED, "--data", str(data)]
    running = [subprocess.Popen([*command, str(file)], stderr=subprocess.PIPE, text=True) for file in files]
    said = [process.communicate(timeout=FOREVER)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4 and said == [""] * 4
    assert taken_in(data) == [f"2021-07-05_police{number}" for number in ("", "_2", "_3", "_4")]
    assert sorted(kept(data, name)[0][4] for name in taken_in(data)) == list("0123")


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal of POSIX")
def test_killed_half_way_nothing_half_is_seen_and_the_next_attempt_succeeds(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,5,,\n")
    before = len(list((data / "returns").iterdir()))
    code = (
        "import sys, time\n"
        "from priority_two.files import atomic\n"
        "from priority_two.cli import main\n"
        "put = atomic.put\n"
        "def slowly(path, content):\n"
        "    put(path, content)\n"
        "    print('written', flush=True)\n"
        f"    time.sleep({FOREVER})\n"
        "atomic.put = slowly\n"
        f"main(['ingest', {str(file)!r}, '--received', '{RECEIVED}', '--data', {str(data)!r}])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "written\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=FOREVER)
    process.stdout.close()
    (left,) = taken_in(data)
    assert left.startswith(".2021-07-05_police-") and list((data / "returns" / left).iterdir())
    folder = DataFolder(data)
    assert not any(left in name for name in folder.names("returns", "*"))
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


def test_what_the_store_would_not_read_as_it_was_sent_is_not_accepted(data: Path) -> None:
    terms = f"received: 2021-07-05\n{TERMS}"
    good = {OBSERVATIONS: f"{COLUMNS}\n2021-04,POL01,,,5,,\n".encode(), STORED_TERMS: terms.encode()}
    bad = {
        "a control character": ({OBSERVATIONS: good[OBSERVATIONS].replace(b",,\n", b",,a\x1bb\n")}, True),
        "a surrogate by escape": ({STORED_TERMS: good[STORED_TERMS].replace(b"Analyst", b'"\\ud800"')}, True),
        "a row that is too short": ({OBSERVATIONS: good[OBSERVATIONS] + b"2021-04\n"}, True),
        "no terms": ({STORED_TERMS: b""}, True),
        "other figures": ({}, False),
    }
    for case, (changed, same) in bad.items():
        with pytest.raises(Refused, match="returns/2021-07-05_police: found another; expected a return that the store"):
            store_return(DataFolder(data), RECEIVED, "police", good | changed, lambda _, same=same: same)
        assert taken_in(data) == [] and not list((data / "returns").glob(".*")), case
    store_return(DataFolder(data), RECEIVED, "police", good, lambda received: received.terms.partner == "police")
    assert taken_in(data) == ["2021-07-05_police"]


def test_a_store_with_a_poisoned_return_takes_others_in_and_says_what_they_change(data: Path, tmp_path: Path) -> None:
    assert ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n"), data).returncode == 0
    shutil.copytree(data / "returns" / "2021-07-05_police", data / "returns" / "2021-07-06_police")
    (data / "returns" / "2021-07-06_police" / "terms.yaml").write_bytes(b"partner: \x1b\n")
    done = ingest(plain(tmp_path, "2021-04,POL01,,,6,,\n"), data, received="2021-07-07")
    assert done.returncode == 0 and "1 figure differs from what was sent before" in done.stdout


def test_a_link_or_a_pipe_of_the_name_of_a_marked_copy_is_left_alone(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,<5,,\n")
    os.mkfifo(tmp_path / "police-to-mend.csv")
    (tmp_path / "police-to-mend-2.csv").symlink_to(tmp_path / "nowhere")
    done = ingest(file, data)
    assert done.stdout.endswith("police-to-mend-3.csv\n") and not (tmp_path / "nowhere").exists()
    (tmp_path / "nowhere").write_bytes((tmp_path / "police-to-mend-3.csv").read_bytes())
    assert ingest(file, data).stdout.endswith("police-to-mend-3.csv\n")  # the same is not written again


def test_of_two_copies_written_at_once_neither_is_lost(tmp_path: Path) -> None:
    target = tmp_path / "police-to-mend.csv"
    with ThreadPoolExecutor(8) as pool:
        free = list(pool.map(lambda number: new_file(target, b"%d" % number), range(8)))
    assert free.count(True) == 1 and target.read_bytes() == b"%d" % free.index(True)
    assert [path.name for path in tmp_path.iterdir()] == ["police-to-mend.csv"]


@pytest.mark.parametrize("what", ["link", "pipe", "device"])
def test_terms_that_are_no_file_of_their_own_are_refused_at_once(data: Path, tmp_path: Path, what: str) -> None:
    file = plain(tmp_path, "2021-04,POL01,,,5,,\n")
    terms = tmp_path / "police.terms.yaml"
    terms.rename(tmp_path / "kept")
    if what == "pipe":
        os.mkfifo(terms)
    else:
        terms.symlink_to("/dev/zero" if what == "device" else tmp_path / "kept")
    done = ingest(file, data)
    assert done.returncode == 1 and taken_in(data) == []
    assert "police.terms.yaml: found " in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_store_that_is_a_link_is_neither_written_nor_read(data: Path, tmp_path: Path) -> None:
    (data / "returns").rename(tmp_path / "elsewhere")
    (data / "returns").symlink_to(tmp_path / "elsewhere")
    before = sorted(path.name for path in (tmp_path / "elsewhere").iterdir())
    refusal = "data/returns: found a link; expected a file or folder of the store itself"
    assert refusal in ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n"), data).stderr
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == before
    with pytest.raises(Refused, match=refusal) as caught:
        read_returns(DataFolder(data))
    assert len(caught.value.errors) == 1


@pytest.mark.parametrize("name", ["", "/terms.yaml", "/observations.csv"])
def test_a_link_in_the_store_is_refused_also_where_it_stays_inside(data: Path, tmp_path: Path, name: str) -> None:
    assert ingest(plain(tmp_path, "2021-04,POL01,,,5,,\n"), data).returncode == 0
    place = data / f"returns/2021-07-05_police{name}"
    place.rename(data / "kept")
    place.symlink_to(data / "kept")
    with pytest.raises(Refused, match=f"2021-07-05_police{name}: found a link"):
        read_returns(DataFolder(data))


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\x1bb", "a\u202eb"])
def test_a_path_that_no_line_can_hold_is_refused_before_work_starts(data: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    shutil.copytree(data / "reference", folder / "reference")
    file = plain(tmp_path, "2021-04,POL01,,,5,,\n")
    (tmp_path / f"{name}.csv").write_bytes(file.read_bytes())
    (tmp_path / f"{name}.terms.yaml").write_text(TERMS, encoding="utf-8")
    template_call = ["template", "drive", "--months", MONTHS, "--data", str(data), "--out", str(folder / "o.xlsx")]
    calls = [
        ["ingest", str(tmp_path / f"{name}.csv"), "--received", RECEIVED, "--data", str(data)],
        ["ingest", str(file), "--received", RECEIVED, "--data", str(folder)],
        ["validate", "--data", str(folder)],
        ["report", "--data", str(data), "--reports", str(folder)],
        template_call,
    ]
    for call in calls:
        done = CliRunner().invoke(main, call)
        assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1, call
        assert "expected a path without line ends and control characters" in done.stderr
    assert taken_in(data) == [] and sorted(path.name for path in folder.iterdir()) == ["reference"]
    with pytest.raises(Refused, match="whose name a manifest can hold"):
        DataFolder(folder)


# How a CSV is written -----------------------------------------------------------------------------------------

SHAPES = {
    "bars": COLUMNS.replace(",", "|") + "\n2021-04|POL01|||10||late, revised\n",
    "a space before quotes": ", ".join(COLUMNS.split(",")) + '\n2021-04, "POL01", "", "", "10", "", "late, revised"\n',
    "a space behind quotes": COLUMNS + '\n"2021-04" ,"POL01" ,"" ,, "10" ,,"late, revised" \n',
    "a title row": "Domestic abuse return,,,,,,\n,,,,,,\n" + COLUMNS + '\n2021-04,POL01,,,10,,"late, revised"\n',
    "a title without commas": "Return of April; with totals\n\n" + COLUMNS + '\n2021-04,POL01,,,10,,"late, revised"\n',
    "blank rows to the end of a sheet": COLUMNS + '\n2021-04,POL01,,,10,,"late, revised"\n' + ",,,,,,\n" * 90_000,
    "lone returns": COLUMNS + '\r2021-04,POL01,,,10,,"late, revised"\r',
    "columns in another order": "note,status,value,breakdown,area,measure,period\n"
    '"late, revised",,10,,,POL01,2021-04\n',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_csv_is_read_in_whatever_shape_it_comes(data: Path, tmp_path: Path, shape: str) -> None:
    file = plain(tmp_path, "")
    file.write_bytes(SHAPES[shape].encode())
    done = ingest(file, data)
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(data) == [["2021-04", "POL01", "", "", "10", "", "late, revised"]]
    said = "police.csv: row 3 is read as the header, and the rows above it are not read\n"
    assert (said in done.stdout) == shape.startswith("a title")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (COLUMNS.replace(",", "~") + "\n2021-04~POL01~~~10~~\n", "row 1, which does not name them"),
        ("2021-04,POL01,,,10,,\n", "row 1, which does not name them"),
        ("month,indicator,ward,type,number,state,remark\n2021-04,POL01,,,10,,\n", "row 1, which does not name them"),
        ("\n\n", "none"),
    ],
)
def test_a_csv_without_the_header_is_one_line(data: Path, tmp_path: Path, text: str, found: str) -> None:
    file = plain(tmp_path, "")
    file.write_text(text, encoding="utf-8")
    done = ingest(file, data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert f"found {found}; expected the columns {COLUMNS.replace(',', ', ')}" in done.stderr


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{COLUMNS},remark\n2021-04,POL01,,,10,,a,b\n", ["row 1, column H: found another; expected only the columns"]),
        (
            "period,measure,value\n2021-04,POL01,<5\n",
            ["row 1: found none; expected the columns area, breakdown, status, note; add them; they may be empty"],
        ),
        (
            "period,measure,area,value,status,note\n2021-04,POL04,,4,,\n2021-04,POL04,,<5,,\nApril,POL04,,4,,\n",
            [
                "row 1: found none; expected the column breakdown; add it; it may be empty",
                "row 3, column D: found a suppressed number",
                "row 4, column A: found no period",
            ],
        ),
    ],
)
def test_columns_that_are_missing_or_unknown_are_said_once(
    data: Path, tmp_path: Path, text: str, lines: list[str]
) -> None:
    file = plain(tmp_path, "")
    file.write_text(text, encoding="utf-8")
    done = ingest(file, data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == len(lines), done.stderr
    assert all(line in done.stderr for line in lines), done.stderr


@pytest.mark.parametrize("area", ["", "Bromley", "E09000006", "Whole borough", " whole  BOROUGH "])
def test_the_whole_borough_is_known_by_the_words_of_the_template(data: Path, tmp_path: Path, area: str) -> None:
    assert ingest(plain(tmp_path, f"2021-04,POL01,{area},,10,,\n"), data).returncode == 0
    assert kept(data) == [["2021-04", "POL01", "", "", "10", "", ""]]


def test_figures_that_stand_above_the_header_are_refused(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "")
    file.write_text(f"2021-05,POL01,,,11,,\n{COLUMNS}\n2021-04,POL01,,,10,,\n", encoding="utf-8")
    done = ingest(file, data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "row 1: found one; expected no figure above the header; put the row of the columns' names" in done.stderr


def test_a_percentage_that_may_be_a_share_is_to_be_looked_at(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    sheet = book["Figures"]
    (row,) = (row[0].row for row in sheet.iter_rows() if row[0].value == "DRV03")
    (column,) = (cell.column for cell in sheet[HEAD] if cell.value == "Quarter One 2021-22")
    for value, number_format, told in ((0.97, "General", True), (0.97, "0%", False), (0, "General", False)):
        sheet.cell(row, column).value, sheet.cell(row, column).number_format = value, number_format
        book.save(tmp_path / "drive.xlsx")
        done = ingest(tmp_path / "drive.xlsx", data)
        assert (done.returncode, done.stderr) == (0, "")
        assert ("expected 97 where 97% is meant; see that no share such as 0.97" in done.stdout) == told


@pytest.mark.parametrize(
    ("xml", "refusal"),
    [
        ('<c r="A4" t="zz"><v>10</v></c>', "row 4, column A: found an error; expected a number or words"),
        ('<c r="A4"><v>10</v></c><c r="A4"><v>11</v></c>', "found two of the address A4"),
    ],
)
def test_no_cell_that_nobody_can_read_is_passed_over(
    data: Path, tmp_path: Path, workbook: Callable[..., Any], xml: str, refusal: str
) -> None:
    book = workbook()
    name = f"xl/worksheets/sheet{book.sheetnames.index('Figures') + 1}.xml"
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(tmp_path / "drive.xlsx", "w") as again:
        for part in parts.namelist():
            text = parts.read(part)
            changed = re.sub(rb'<c r="A4".*?</c>', xml.encode(), text, count=1) if part == name else text
            again.writestr(part, changed)
    done = ingest(tmp_path / "drive.xlsx", data)
    assert done.returncode == 1 and refusal in done.stderr, done.stderr


def test_a_number_that_its_comma_cut_in_two_is_not_taken_for_a_status(data: Path, tmp_path: Path) -> None:
    done = ingest(plain(tmp_path, "2021-04,POL01,,,1,240,\n2021-05,POL01,,,<5,240,\n"), data)
    said = [line.partition(", row ")[2] for line in done.stderr.splitlines()]
    assert [line.partition(":")[0] for line in said] == ["2, column F", "3, column E", "3, column F"]
    assert said[0].endswith("write a number without a comma, or put quotes round it")


@pytest.mark.parametrize(
    "row",
    ["2020-21,POL01,,,9,,", "2021-22-Q4,POL01,,,9,,", "2021-22-Q1,POL08,,,9,,"],
)
def test_a_figure_that_has_to_go_out_is_held_against_nothing_else(data: Path, tmp_path: Path, row: str) -> None:
    terms = TERMS.replace(MONTHS, "2021-04..2022-03")
    months = "".join(f"2021-{month:02d},POL01,,,10,,\n" for month in (4, 5, 6))
    done = ingest(plain(tmp_path, f"{months}{row}\n", terms), data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr


E_ACUTE = {"utf-8": "é".encode(), "cp1252": "é".encode("cp1252")}


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["utf-8", "utf-8", "cp1252"], [4]),
        (["cp1252", "cp1252", "utf-8"], [4]),
        (["cp1252", "utf-8"], [2]),
        (["utf-8", "cp1252", "utf-8", "cp1252", "utf-8"], [3, 5]),
        (["utf-8", "utf-8"], []),
        (["cp1252", "cp1252"], []),
    ],
)
def test_a_row_in_another_encoding_than_the_rest_is_refused(rows: list[str], refused: list[int]) -> None:
    lines = [b'2021-%02d,POL0%d,,,10,,"caf%s"' % (4 + n // 2, 1 + n % 2, E_ACUTE[kind]) for n, kind in enumerate(rows)]
    for end in (b"\n", b"\r\n", b"\r"):
        book = read_csv(end.join([COLUMNS.encode(), *lines, b""]), "a.csv")
        assert [(flaw.row, flaw.found) for flaw in book.flaws] == [(row, "other bytes") for row in refused]
        whole = [row for row in range(2, 2 + len(rows)) if row not in refused]
        assert {book.sheets[0].at(row, 7).content for row in whole} == {"café"}
        assert book.sheets[0].unread == set(refused)


def test_rows_in_another_encoding_are_named_with_all_other_faults(data: Path, tmp_path: Path) -> None:
    file = plain(tmp_path, "", TERMS.replace("board", "perhaps"))
    rows = ["2021-04,POL01,,,10,,café", "2021-04,POL02,,,<5,,", "2021-05,POL01,,,10,,é"]
    file.write_bytes("\n".join([COLUMNS, *rows, ""]).encode() + "2021-06,POL01,,,10,,é\n".encode("cp1252"))
    done = ingest(file, data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 3
    assert "row 5: found other bytes; expected text in the encoding of the other rows" in done.stderr
    assert "row 3, column E: found a suppressed number" in done.stderr and "column permission" in done.stderr


@pytest.mark.parametrize("note", ["cafÃ©", "donâ€™t", "Â£5", "a � b", "voilÃ  tout"])
def test_letters_that_a_wrong_encoding_left_are_refused(data: Path, tmp_path: Path, note: str) -> None:
    terms = TERMS.replace("Analyst on duty", f"Analyst {note}")
    done = ingest(plain(tmp_path, f"2021-04,POL01,,,10,,{note}\n", terms), data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 2
    assert "row 2, column G: found letters of a wrong encoding" in done.stderr
    assert "column contact_post: found letters of a wrong encoding" in done.stderr


@given(
    st.text(st.characters(codec="cp1252", exclude_categories=["Cc"], exclude_characters="ƒˆ˜"), min_size=1, max_size=30)
)
def test_what_was_read_in_a_wrong_encoding_is_known_by_it(text: str) -> None:
    wrong = text.encode().decode("cp1252", errors="replace")
    assert wrong == text or spoilt(wrong)
    assert decoded(text.encode()) == (text, []) and decoded(text.encode("utf-16")) == (text, [])


# Every fault at once, and each once ----------------------------------------------------------------------------


def test_terms_cells_and_totals_are_judged_in_one_round(data: Path, tmp_path: Path) -> None:
    terms = (
        TERMS.replace("police", "plice")
        .replace("2021-04..2021-06", "spring")
        .replace("board", "perhaps")
        .replace("2021-07-01", "tomorrow")
        .replace("Analyst on duty", "someone@example.org")
        .replace("synthetic: true", "synthetic: maybe")
    )
    rows = "2021-04,POL04,,,9,,\n2021-04,POL04,,charge,4,,\n2021-04,POL04,,other,4,,\n2021-04,POL01,,,<5,,\n"
    done = ingest(plain(tmp_path, rows, terms), data)
    assert done.returncode == 1
    for line in [
        "police.terms.yaml, row 1, column partner: found another; expected a partner's code; the codes are police,",
        "police.terms.yaml, row 2, column extract_date: found no date",
        "police.terms.yaml, row 3, column months: found no period; expected months such as 2021-01..2021-03",
        "police.terms.yaml, row 5, column permission: found another",
        "police.terms.yaml, row 6: found an e-mail address",
        "police.terms.yaml, row 7, column synthetic: found another",
        "police.csv, sheet observations, row 2, column E: found another; expected a total that is the sum of",
        "police.csv, sheet observations, row 5, column E: found a suppressed number",
    ]:
        assert line in done.stderr, line
    assert len(done.stderr.splitlines()) == 8


def test_a_template_whose_terms_are_wrong_is_read_all_the_same(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook("housing")
    terms = {row[0].value: row[1] for row in book["Terms"].iter_rows(min_row=HEAD + 1)}
    terms["Partner code"].value, terms["Last month"].value = "housng", "later"
    terms["Post to ask"].value = "someone@example.org"
    book["Figures"]["G6"] = "<5"
    book.save(tmp_path / "h.xlsx")
    done = ingest(tmp_path / "h.xlsx", data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 4
    for line in [
        "found another; expected a partner's code",
        "found no period; expected a month such as 2021-03",
        "found an e-mail address; expected counts only",
        "sheet Figures, row 6, column G: found a suppressed number",
    ]:
        assert line in done.stderr, line


def test_a_heading_that_was_personal_has_no_second_fault(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    (cell,) = (cell for cell in book["Figures"][HEAD] if cell.value == "April 2021")
    cell.value = "jo.exemplar@example.org"
    book.save(tmp_path / "drive.xlsx")
    file = plain(tmp_path, "")
    file.write_text(f"{COLUMNS.replace('note', 'surname')}\n2021-04,POL01,,,10,,late\n", encoding="utf-8")
    for name, kind in (("drive.xlsx", "an e-mail address"), ("police.csv", "a heading for personal data")):
        done = ingest(tmp_path / name, data)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
        assert f"found {kind}; expected counts only" in done.stderr


def test_a_cell_that_was_personal_has_no_second_fault(data: Path, tmp_path: Path) -> None:
    rows = (
        "2021-04,POL01,,,10,,\n2021-04,POL01,943 476 5919,,1,,\n2021-04,someone@example.org,,,1,,\n"
        "2021-04,POL01,Bickley,,943 476 5919,,\n"
    )
    done = ingest(plain(tmp_path, rows), data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 3


# Names as people write them -----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["Police", "POLICE", "Metropolitan  police service"])
def test_a_partner_is_known_by_its_code_and_its_name(data: Path, tmp_path: Path, written: str) -> None:
    names = data / "reference" / "partners.csv"
    rows = list(csv.reader(io.StringIO(names.read_text(encoding="utf-8"))))
    (row,) = [row for row in rows if row[0] == "police"]
    row[1] = "Metropolitan Police Service"
    with names.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    terms = TERMS.replace("partner: police", f"partner: {written}")
    done = ingest(plain(tmp_path, "2021-04,POL01,,,10,,\n", terms), data)
    assert (done.returncode, done.stderr) == (0, "") and taken_in(data) == ["2021-07-05_police"]
    assert "partner: police\n" in (data / "returns" / "2021-07-05_police" / "terms.yaml").read_text(encoding="utf-8")
    done = ingest(plain(tmp_path, "2021-04,POL01,,,10,,\n", TERMS), data, "--partner", written)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_misspelt_partner_is_one_fault(data: Path, tmp_path: Path) -> None:
    done = ingest(plain(tmp_path, "2021-04,POL01,,,10,,\n", TERMS.replace("police", "polcie")), data)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert "row 1, column partner: found another; expected a partner's code" in done.stderr


def test_the_partner_that_is_not_the_one_named_is_one_fault(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    workbook().save(tmp_path / "drive.xlsx")
    for file in (tmp_path / "drive.xlsx", plain(tmp_path, "2021-04,POL01,,,10,,\n")):
        done = ingest(file, data, "--partner", "marac")
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
        assert "expected the partner that --partner names, marac" in done.stderr


def test_a_return_of_another_partners_measures_is_one_fault(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    next(row for row in book["Terms"].iter_rows() if row[0].value == "Partner code")[1].value = "police"
    book.save(tmp_path / "drive.xlsx")
    rows = "".join(f"2021-04,{code},,,1,,\n" for code in ("POL01", "POL02", "POL03"))
    for file, number in (
        (tmp_path / "drive.xlsx", book["Figures"].max_row - HEAD),
        (plain(tmp_path, rows, TERMS.replace("police", "marac")), 3),
    ):
        done = ingest(file, data)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
        assert f"found measures that other partners report, in {number} rows; expected measures that" in done.stderr
        assert "see which partner the terms name" in done.stderr


@pytest.mark.parametrize(
    "months", ["202104 to 202106", "Q1 2021\N{EN DASH}22", "April to June 2021", "2021-04 - 2021-06", "2021-22-Q1"]
)
def test_the_months_of_the_terms_are_read_as_periods_are(data: Path, tmp_path: Path, months: str) -> None:
    terms = TERMS.replace("2021-04..2021-06", months).replace("2021-07-01", "2021-07-01T08:30:00")
    terms = terms.replace("board", "Board").replace("synthetic: true", 'synthetic: "Yes"')
    done = ingest(plain(tmp_path, "202104,POL01,,,10,,\n", terms), data)
    assert (done.returncode, done.stderr) == (0, "")
    text = (data / "returns" / "2021-07-05_police" / "terms.yaml").read_text(encoding="utf-8")
    assert "months: 2021-04..2021-06\n" in text and "extract_date: 2021-07-01\n" in text


def test_a_ward_is_known_by_its_name_in_its_time(data: Path, tmp_path: Path) -> None:
    areas = data / "reference" / "areas.csv"
    text = areas.read_text(encoding="utf-8")
    later = (
        "E05090001,Bickley,ward,E09000006,2022-05-05,,2,6\nE05090002,St Mary’s & Cray,ward,E09000006,2014-05-22,,1,9\n"
    )
    areas.write_text(text + later, encoding="utf-8")
    rows = [
        ("Bickley", "E05000106"),
        ("  BROMLEY   common & Keston ", "E05000108"),
        ("St Marys and Cray", "E05090002"),
        ("st mary's and cray", "E05090002"),
        ("Hayes and Coney Hall Ward", "E05000119"),
        ("e05000107", "E05000107"),
    ]
    file = plain(tmp_path, "".join(f"2021-{4 + n % 3:02d},POL01,{area},,10,,\n" for n, (area, _) in enumerate(rows)))
    done = ingest(file, data)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row[2] for row in kept(data)] == [code for _, code in rows]
    terms = TERMS.replace("2021-04..2021-06", "2022-06..2022-06")
    done = ingest(plain(tmp_path, "2022-06,POL01,Bickley,,10,,\n", terms), data, received="2022-07-05")
    assert (done.returncode, done.stderr) == (0, "")
    assert kept(data, "2022-07-05_police")[0][2] == "E05090001"


# What is not kept ------------------------------------------------------------------------------------------------


def test_a_sender_whose_name_stands_in_the_properties_can_send(
    data: Path, tmp_path: Path, workbook: Callable[..., Any]
) -> None:
    book = workbook()
    book.properties.creator = "Mrs Exemplar"
    book.properties.lastModifiedBy = "someone@example.org"
    book.properties.description = "ring 020 8464 3333"
    book.create_sheet("workings")["A1"] = "a secret sum"
    book["Figures"]["G4"].comment = openpyxl.comments.Comment("counted twice", "the team")
    book.save(tmp_path / "drive.xlsx")
    done = ingest(tmp_path / "drive.xlsx", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "drive.xlsx: the workbook's properties, which may name its author, are not kept\n" in done.stdout
    assert not any(word in done.stdout for word in ("Exemplar", "example.org", "8464"))
    with zipfile.ZipFile(data / "returns" / "2021-07-05_drive" / "original.xlsx") as parts:
        content = b"".join(parts.read(name) for name in parts.namelist())
        assert not [name for name in parts.namelist() if "comment" in name or "drawing" in name]
    for word in (b"Exemplar", b"example.org", b"8464", b"secret", b"counted twice"):
        assert word not in content


# Reference tables ------------------------------------------------------------------------------------------------


def as_excel_saves_it(table: Path) -> None:
    """Save a table as a British Excel does: with its byte order mark, its line ends and its days and months."""
    text = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", table.read_text(encoding="utf-8"))
    text = re.sub(
        r"(?<=,)(\d\d)(\d\d)-(0[1-9]|1[0-2])(?=,)", lambda m: f"{calendar.month_abbr[int(m[3])]}-{m[2]}", text
    )
    table.write_bytes("\ufeff".encode() + text.replace("\n", "\r\n").encode())


def test_days_of_reference_tables_are_read_as_in_returns(data: Path, tmp_path: Path) -> None:
    def read() -> list[object]:
        catalogue = load_catalogue(DataFolder(data))
        stated = read_definitions(DataFolder(data), catalogue.known)
        return [catalogue.area_rows, catalogue.calendar, catalogue.senders, stated.populations, stated.breaks]

    before = read()
    for name in ("areas", "calendar", "populations", "partners", "breaks"):
        as_excel_saves_it(data / "reference" / f"{name}.csv")
    assert read() == before
    assert "22/05/2014" in (data / "reference" / "areas.csv").read_text(encoding="utf-8")
    done = ingest(plain(tmp_path, "2021-04,POL01,E05000106,,5,,\n2021-05,POL01,Bickley,,5,,\n"), data)
    assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "t.xlsx"
    words = ["template", "police", "--months", "2021-04..2021-06", "--out", str(out), "--data", str(data)]
    assert CliRunner().invoke(main, words).exit_code == 0
    assert "Wards" in openpyxl.load_workbook(out).sheetnames


def test_a_day_of_the_areas_that_cannot_be_read_is_named_there(data: Path, tmp_path: Path) -> None:
    areas = data / "reference" / "areas.csv"
    areas.write_text(areas.read_text(encoding="utf-8").replace("2014-05-22", "May 2014", 1), encoding="utf-8")
    file, out = plain(tmp_path, "2021-04,POL01,E05000106,,5,,\n"), str(tmp_path / "t.xlsx")
    for words in (
        ["ingest", str(file), "--received", RECEIVED],
        ["template", "police", "--months", "2021-04..2021-06", "--out", out],
        ["validate"],
    ):
        done = CliRunner().invoke(main, [*words, "--data", str(data)])
        assert done.exit_code == 1 and "Traceback" not in done.output
        assert "data/reference/areas.csv, row 6, column valid_from: " in done.output
        assert "expected a date such as" in done.output and "ward of that time" not in done.output


# Whatever people type --------------------------------------------------------------------------------------------

CATALOGUE = load_catalogue(DataFolder(DATA))
TYPED = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["police", "Police", "2021-04..2021-06", "2021-07-01", "board", "true", "yes", "[]", "{a: 1}", "~"]
    ),
    st.text("0123456789/-.:TZ qQ", max_size=12),
)
KEYS = ("partner", "received", "extract_date", "months", "explanation", "permission", "contact_post", "synthetic", "x")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(KEYS), TYPED), max_size=10))
def test_any_terms_are_read_or_refused_by_line(tmp_path: Path, lines: list[tuple[str, str]]) -> None:
    file = tmp_path / "a.terms.yaml"
    text = "".join(f"{key}: {value}\n" for key, value in lines)
    for content in (text.encode("utf-8", "surrogatepass"), text.encode("utf-16", "surrogatepass")):
        file.write_bytes(content)
        read = terms_beside(file, CATALOGUE, dt.date(2021, 7, 5), "", frozenset())
        assert (read.terms is None) == bool(read.errors)
        assert all("\n" not in str(error) for error in read.errors)
        assert read.partner in ("", *CATALOGUE.partners)


CELL = st.one_of(
    st.sampled_from(
        ["2021-04", "Apr-21", "POL01", "POL04", "Bickley", "E05000106", "charge", "12", "x", "p", "", "n/a"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, max_size=8), max_size=8), st.sampled_from(",;|\t"), st.integers(0, 3))
def test_any_rows_are_figures_or_flaws(rows: list[list[str]], sign: str, above: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign)
    writer.writerows([["a title"]] * above)
    writer.writerow(COLUMNS.split(","))
    writer.writerows(rows)
    content = out.getvalue().encode("utf-8", "surrogatepass")
    try:
        book = read_csv(content, "a.csv")
    except Refused as refused:
        assert "\0" in out.getvalue() or refused.errors
        return
    submission = read_observations(book.sheets[0], Words(CATALOGUE, "police"))
    filled = [row for row in rows if any(text.split() for text in row)]
    assert len(submission.figures) <= len(filled)
    assert all(figure.measure in CATALOGUE.measures for figure in submission.figures)
    assert all(flaw.row is None or flaw.row > above for flaw in submission.flaws)


@given(st.text(max_size=30))
def test_no_words_for_a_partner_or_a_ward_make_the_reader_stumble(text: str) -> None:
    words = Words(CATALOGUE, "police")
    assert partner_named(CATALOGUE, text) in ("", *CATALOGUE.partners)
    assert words.area(text, parse("2021-04")) in (None, "", *CATALOGUE.areas)


def test_every_partner_and_ward_is_known_however_it_is_written() -> None:
    for code, name in CATALOGUE.partners.items():
        for text in (code, code.upper(), name.replace("and", "&"), f"  {name.upper()} ", name.replace(" ", "  ")):
            assert partner_named(CATALOGUE, text) == code
    words = Words(CATALOGUE, "police")
    for area in CATALOGUE.parts_in_force(parse("2021-04")):
        for text in (area.area.lower(), area.name.upper(), area.name.replace(" and ", " & "), f"{area.name} Ward"):
            assert words.area(text, parse("2021-04")) == area.area
