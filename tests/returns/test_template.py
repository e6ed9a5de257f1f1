"""The template: what a partner gets, that it opens clean elsewhere, and that it comes back as it was filled in."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

import checkers
from conftest import DATA, here, lean_copy, run
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.personal import personal
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.submit.layout import asked_for, form
from priority_two.returns.submit.template import template
from priority_two.returns.submit.xlsx import read_xlsx

HEAD = 3
SHEETS = ["Start here", "Terms", "Figures", "Last quarter", "Notes"]


@pytest.fixture(scope="module")
def folder() -> DataFolder:
    return DataFolder(DATA)


def made(folder: DataFolder, partner: str, months: str) -> bytes:
    return template(folder, load_catalogue(folder), partner, parse(months))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]


def filled(content: bytes, target: Path) -> None:
    """Fill a template in as a partner would, and save it with another program's library."""
    book = opened(content)
    for row in book["Terms"].iter_rows(min_row=HEAD + 1):
        answers = {
            "Date the figures were drawn": "01/07/2021",
            "What the figures are": "Counts from the service's own log.",
            "Permission": "publish",
            "Post to ask": "Service manager",
        }
        if row[0].value in answers:
            row[1].value = answers[row[0].value]
    sheet = book["Figures"]
    for row in sheet.iter_rows(min_row=HEAD + 1, max_col=sheet.max_column - 2):
        for cell in row:
            if not cell.protection.locked:
                cell.value = {"DRV01": {"total": 9, "accepted": 5, "not-accepted": 4}}.get(row[0].value, {}).get(
                    row[1].value, 30
                )
    book.save(target)


@pytest.mark.parametrize("months", ["2021-04..2021-06", "2041-04..2041-06"])
def test_nothing_that_stands_in_a_template_is_taken_for_personal_data_in_any_year(months: str, tmp_path: Path) -> None:
    lean_copy(tmp_path)
    file = tmp_path / "byc.xlsx"
    file.write_bytes(made(DataFolder(tmp_path / "data"), "byc", months))
    received = f"{months[:4]}-07-05"
    result = CliRunner().invoke(main, ["ingest", str(file), "--received", received, "--data", str(tmp_path / "data")])
    assert result.exit_code == 1 and "about a person" not in result.stderr  # it is blank, and no more is wrong with it


def test_the_template_asks_for_the_partners_own_measures_in_the_months_named(folder: DataFolder) -> None:
    table = rows(opened(made(folder, "drive", "2021-04..2021-06"))["Figures"])
    assert table[0] == [
        "Measure code",
        "Breakdown code",
        "Measure",
        "Breakdown",
        "Unit",
        "April 2021",
        "May 2021",
        "June 2021",
        "Quarter One 2021-22",
        "Provisional",
        "Note",
    ]
    assert [(row[0], row[1], row[5] or "", row[8] or "") for row in table[1:]] == [
        ("DRV01", "total", "", "not asked"),
        ("DRV01", "accepted", "", "not asked"),
        ("DRV01", "not-accepted", "", "not asked"),
        ("DRV02", "total", "", "not asked"),
        ("DRV03", "total", "not asked", ""),
    ]


def test_a_definition_shows_where_its_figure_is_typed_and_stands_among_the_notes(folder: DataFolder) -> None:
    book = opened(made(folder, "drive", "2021-04..2021-06"))
    definition = "Perpetrators on the DRIVE caseload at the end of the month."
    assert ["DRV02: Active DRIVE cohort", definition] in rows(book["Notes"])
    rule = next(
        rule for rule in book["Figures"].data_validations.dataValidation if rule.promptTitle == "Active DRIVE cohort"
    )
    assert rule.prompt == f"Type a whole number, x or z. {definition}"
    assert str(rule.sqref) == "F7 G7 H7"


@pytest.mark.parametrize("months", ["2021-01..2021-03", "2020-04..2021-03"])
@pytest.mark.parametrize("partner", ["police", "bcwa", "lbb"])
def test_what_a_row_is_about_stays_in_view_and_the_cells_to_fill_in_begin_beside_it(
    folder: DataFolder, partner: str, months: str
) -> None:
    book = opened(made(folder, partner, months))
    for sheet in (book[name] for name in ("Figures", "Wards") if name in book.sheetnames):
        heads = [cell.value for cell in sheet[HEAD]]
        first = next(cell for cell in sheet[HEAD] if cell.value[-4:].isdigit())
        assert sheet.freeze_panes == f"{first.column_letter}{HEAD + 1}"
        assert heads[first.column - 2] == "Unit" and "Breakdown" in heads[: first.column - 2]
        seen = sum(sheet.column_dimensions[cell.column_letter].width for cell in sheet[HEAD][: first.column - 1])
        assert seen <= 135 and sheet.column_dimensions[first.column_letter].width <= 12
        open_cells = [cell for row in sheet.iter_rows(min_row=HEAD + 1) for cell in row if not cell.protection.locked]
        assert open_cells and all(cell.border.left.style == "thin" == cell.border.bottom.style for cell in open_cells)
        assert {cell.fill.fgColor.rgb for cell in open_cells} == {"00FFF8D6"}
        assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
        assert sheet.page_setup.fitToHeight == 0 and sheet.page_setup.fitToWidth in (1, 2)
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}" and "&P" in sheet.oddFooter.right.text
        printed = heads[sheet[sheet.print_area.split("!")[-1].split(":")[0].replace("$", "")].column - 1 :]
        assert printed[0] == "Measure" and printed[-1] == "Note"


def test_a_cell_is_grey_where_nothing_is_asked_and_nowhere_else(folder: DataFolder) -> None:
    catalogue = load_catalogue(folder)
    for months in ("2021-04..2021-06", "2021-05..2021-07", "2021-06", "2020-04..2021-03"):
        for partner in ("bcwa", "lbb", "byc"):
            sheet = opened(made(folder, partner, months))["Figures"]
            labels = {period.label: period for kind in "MQA" for period in asked_for(kind, parse(months))}
            for row in sheet.iter_rows(min_row=HEAD + 1):
                measure = catalogue.measures[row[0].value]
                for cell in row:
                    period = labels.get(sheet.cell(HEAD, cell.column).value)
                    if period is not None:
                        wanted = period in asked_for(measure.frequency, parse(months))
                        assert wanted == (cell.fill.fgColor.rgb == "00FFF8D6") == (cell.value != "not asked")


def test_a_quarter_is_asked_for_in_the_return_that_holds_its_last_month() -> None:
    assert [str(period) for period in asked_for("Q", parse("2021-04..2021-05"))] == []
    assert [str(period) for period in asked_for("Q", parse("2021-06"))] == ["2021-22-Q1"]
    assert [str(period) for period in asked_for("Q", parse("2021-03..2021-09"))] == [
        "2020-21-Q4",
        "2021-22-Q1",
        "2021-22-Q2",
    ]
    assert [str(period) for period in asked_for("A", parse("2021-01..2021-03"))] == ["2020-21"]
    assert [str(period) for period in asked_for("M", parse("2021-12..2022-01"))] == ["2021-12", "2022-01"]


def test_every_figure_of_every_partner_is_asked_for_once(folder: DataFolder) -> None:
    catalogue = load_catalogue(folder)
    asked = [
        (partner, line.key)
        for partner in catalogue.partners
        for line in form(catalogue, partner, parse("2020-21")).lines
    ]
    assert len(set(asked)) == len(asked)
    wanted = {
        (partner, name, code)
        for (name, code) in catalogue.breakdowns
        for partner in catalogue.measures[name].partner.split(";")
        if partner
    }
    assert wanted <= {(partner, name, code) for partner, (name, _, code) in asked}
    assert not any(catalogue.measures[name].aggregation == "derived" for _, (name, _, _) in asked)


def test_last_quarters_figures_stand_beside_for_reference(folder: DataFolder) -> None:
    table = rows(opened(made(folder, "byc", "2021-04..2021-06"))["Last quarter"])
    by_key = {(row[0], row[2]): row for row in table}
    assert table[0][4:] == ["January 2021", "February 2021", "March 2021", "Quarter Four 2020-21", "Received"]
    assert by_key["COM03", "Monthly posts: Posts"][4:] == ["4", "6", "not sent", "not asked", "25 March 2021"]
    assert by_key["COM03", "Monthly posts: Likes"][4:6] == ["44", "[x]"]
    assert by_key["BYC01", "All"][7] == "58"


def sent_by_ward(data: Path) -> None:
    target = data / "returns" / "2021-04-02_police"
    target.mkdir()
    terms = (data / "returns" / "2021-03-25_police" / "terms.yaml").read_text(encoding="utf-8")
    (target / "terms.yaml").write_text(terms.replace("2021-03-25", "2021-04-02", 1), encoding="utf-8")
    (target / "observations.csv").write_text(
        "period,measure,area,breakdown,value,status,note\n2021-03,POL01,E05000106,,12,,\n", encoding="utf-8"
    )


def test_a_partner_that_sent_wards_is_asked_for_wards(data: Path) -> None:
    sent_by_ward(data)
    book = opened(made(DataFolder(data), "police", "2021-04..2021-06"))
    assert book.sheetnames == ["Start here", "Terms", "Figures", "Wards", "Last quarter", "Notes"]
    table = rows(book["Wards"])
    assert len(table) == 1 + 22
    assert table[1][:6] == ["POL01", "E05000106", "total", "Domestic abuse incidents", "Bickley", "All"]


def test_wards_that_change_within_the_months_are_asked_for_while_they_are_in_force(data: Path) -> None:
    areas = data / "reference" / "areas.csv"
    new = "E05009999,Bickley,ward,E09000006,2022-05-05,,2,6\n"
    areas.write_text(areas.read_text(encoding="utf-8") + new, encoding="utf-8")
    sent_by_ward(data)
    table = rows(opened(made(DataFolder(data), "police", "2022-04..2022-06"))["Wards"])
    months = [table[0].index(f"{month} 2022") for month in ("April", "May", "June")]
    of_one = {row[1]: (row[4], [row[month] for month in months]) for row in table[1:] if row[0] == "POL01"}
    assert of_one["E05000106"] == ("Bickley (to April 2022)", [None, "not asked", "not asked"])
    assert of_one["E05009999"] == ("Bickley (from May 2022)", ["not asked", None, None])


def test_areas_whose_days_cannot_be_read_are_the_fault_of_areas(data: Path) -> None:
    areas = data / "reference" / "areas.csv"
    areas.write_text(areas.read_text(encoding="utf-8").replace("2014-05-22", "May 2014"), encoding="utf-8")
    with pytest.raises(Refused, match=r"areas.csv, row 6, column valid_from: found May 2014; expected a date such as"):
        made(DataFolder(data), "police", "2021-04..2021-06")


@pytest.mark.parametrize("partner", ["police", "bcwa", "lbb", "eifs"])
def test_the_template_is_accessible(folder: DataFolder, partner: str) -> None:
    book = opened(made(folder, partner, "2021-01..2021-03"))
    wards = ["Wards"] if partner == "police" else []  # what a partner sent by ward is asked for by ward
    assert book.sheetnames == [*SHEETS[:3], *wards, *SHEETS[3:]]
    assert book.properties.language == "en-GB" and book.properties.title.startswith("Data return of ")
    for sheet in book:
        assert sheet.sheet_state == "visible" and sheet.freeze_panes and sheet.protection.sheet
        assert not sheet.protection.password and not sheet.merged_cells.ranges and len(sheet.tables) == 1
        (table,) = sheet.tables.values()
        assert table.ref == f"A3:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert cell.font.name == "Arial" and cell.font.size >= 12
                if cell.row >= HEAD and cell.protection.locked:
                    assert cell.value is not None, f"{sheet.title} {cell.coordinate} is blank, and not to be filled in"
    assert not any(dimension.hidden for sheet in book for dimension in sheet.row_dimensions.values())
    lists = {rule.formula1 for rule in book["Terms"].data_validations.dataValidation}
    assert lists == {'"publish,board,none"', '"no,yes"'}
    kinds = {rule.type for rule in book["Figures"].data_validations.dataValidation}
    assert kinds == {"custom", "list", "textLength"}


def test_every_cell_to_be_filled_in_takes_only_a_figure(folder: DataFolder) -> None:
    sheet = opened(made(folder, "bcwa", "2021-01..2021-03"))["Figures"]
    custom = [rule for rule in sheet.data_validations.dataValidation if rule.type == "custom"]
    covered = {cell for rule in custom for part in rule.sqref.ranges for cell in part.cells}
    last = sheet.max_column - 2
    open_cells = {
        (cell.row, cell.column)
        for row in sheet.iter_rows(min_row=HEAD + 1, max_col=last)
        for cell in row
        if not cell.protection.locked
    }
    assert covered == open_cells
    assert {"INT(" in rule.formula1 for rule in custom} == {True, False}  # posts may be halves, people may not


def test_the_template_is_the_same_bytes_each_time(folder: DataFolder) -> None:
    assert made(folder, "csc", "2021-04..2021-06") == made(folder, "csc", "2021-04..2021-06")
    with zipfile.ZipFile(io.BytesIO(made(folder, "csc", "2021-04..2021-06"))) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_that_the_template_says_is_taken_for_personal_data(folder: DataFolder) -> None:
    catalogue = load_catalogue(folder)
    ours = {part.label for part in catalogue.breakdowns.values()} | {code for _, code in catalogue.breakdowns}
    for partner in catalogue.partners:
        book = read_xlsx(made(folder, partner, "2021-01..2021-03"), "template.xlsx")
        texts = [cell.content for sheet in book.sheets for cell in sheet.cells.values()]
        assert [text for _, _, text in book.asides if personal(text, headings=False)] == []
        assert [text for text in texts if text not in ours and personal(text, 2016)] == []


def test_a_partner_of_whom_nothing_is_asked_gets_no_template(data: Path) -> None:
    measures = data / "reference" / "measures.csv"
    measures.write_text(measures.read_text(encoding="utf-8").replace(",dvip,", ",drive,"), encoding="utf-8")
    with pytest.raises(Refused, match=r"found none for dvip in 2021-04\.\.2021-06"):
        made(DataFolder(data), "dvip", "2021-04..2021-06")


def test_the_command_writes_a_template_and_overwrites_none(tmp_path: Path) -> None:
    out = tmp_path / "drive.xlsx"
    done = run("template", "drive", "--months", "2021-04..2021-06", "--out", str(out))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, out.as_posix(), "")
    before = out.read_bytes()
    done = here("template", "drive", "--months", "2021-04..2021-06", "--out", str(out))
    assert done.returncode == 2 and "is there already" in done.stderr
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody", "--months", "2021-04", "--out", "x.xlsx"], "partner: found 'nobody', expected police"),
        (["drive", "--months", "spring", "--out", "x.xlsx"], "months: found 'spring', expected"),
        (["drive", "--months", "2021-04..2020-04", "--out", "x.xlsx"], "whose last month comes before its first"),
        (["drive", "--months", "2001-04..2021-04", "--out", "x.xlsx"], "241 months, expected at most a year's"),
        (["drive", "--months", "2021-04", "--out", "x.xls"], "out: found 'x.xls', expected a name that ends in .xlsx"),
        (
            ["drive", "--months", "2021-04", "--out", "nowhere/x.xlsx"],
            "out: found 'nowhere/x.xlsx', whose folder is not",
        ),
    ],
)
def test_a_wrong_call_writes_nothing(words: list[str], said: str) -> None:
    done = here("template", *words)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_libreoffice_opens_it_clean_and_what_it_saves_is_accepted(data: Path, tmp_path: Path) -> None:
    soffice = checkers.program("soffice")
    folder = DataFolder(data)
    content = made(folder, "drive", "2021-04..2021-06")
    (tmp_path / "as-made.xlsx").write_bytes(content)
    filled(content, tmp_path / "filled.xlsx")
    out = tmp_path / "saved"
    for name in ("as-made.xlsx", "filled.xlsx"):
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "xlsx:Calc MS Excel 2007 XML",
                "--outdir",
                str(out),
                str(tmp_path / name),
            ],
            check=True,
            capture_output=True,
            timeout=checkers.FOREVER,
        )
    ours, theirs = opened(content), openpyxl.load_workbook(out / "as-made.xlsx")
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours:
        other = theirs[sheet.title]
        values = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
        again = {cell.coordinate: cell.value for row in other.iter_rows() for cell in row if cell.value is not None}
        assert again == values
        assert other.protection.sheet  # frozen panes belong to a window, and a conversion without one drops them
        locked = [cell.protection.locked for row in sheet.iter_rows() for cell in row]
        assert [other[cell.coordinate].protection.locked for row in sheet.iter_rows() for cell in row] == locked
        kinds = sorted({rule.type for rule in sheet.data_validations.dataValidation})
        assert sorted({rule.type for rule in other.data_validations.dataValidation}) == kinds
    done = here("ingest", str(out / "filled.xlsx"), "--received", "2021-07-05", "--data", str(data))
    assert (done.returncode, done.stderr) == (0, "")
    kept = data / "returns" / "2021-07-05_drive"
    figures = [openpyxl.load_workbook(file)["Figures"] for file in (kept / "original.xlsx", out / "filled.xlsx")]
    assert [cell.value for row in figures[0].iter_rows(min_row=4) for cell in row] == [
        cell.value for row in figures[1].iter_rows(min_row=4) for cell in row
    ]
    assert (kept / "observations.csv").read_text(encoding="utf-8").splitlines()[:4] == [
        "period,measure,area,breakdown,value,status,note",
        "2021-04,DRV01,,,9,,",
        "2021-05,DRV01,,,9,,",
        "2021-06,DRV01,,,9,,",
    ]
    assert len((kept / "observations.csv").read_text(encoding="utf-8").splitlines()) == 1 + 4 * 3 + 1
