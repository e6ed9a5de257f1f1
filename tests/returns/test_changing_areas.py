"""Where areas change within the months asked for, each month has its own: in template, intake and paper."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

import second_partnership
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.publish.workbook import sheets_of
from priority_two.reference.catalogue import load_catalogue
from priority_two.report.opening import open_report
from priority_two.report.tables.area_tables import runs
from priority_two.returns.submit.template import template
from second_partnership import MONTH, NEW_PARTS, PARTS

COLUMNS = "period,measure,area,breakdown,value,status,note\n"
TERMS = """\
partner: lifeboat
extract_date: 2024-04-10
months: 2023-11..2023-12
explanation: Sent again for a test.
permission: publish
contact_post: Figures desk
synthetic: true
"""
ANSWERS = {
    "What the figures are": "Sent again for a test.",
    "Permission": "publish",
    "Post to ask": "Figures desk",
    "Made-up figures": "yes",
}
HEAD = 3
_OLD, _NEW = (sorted(codes.keys() - others.keys()) for codes, others in ((PARTS, NEW_PARTS), (NEW_PARTS, PARTS)))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the data of a partnership whose areas changed on 6 December 2023."""
    return second_partnership.build(tmp_path, changing=True)


def sent(file: Path, data: Path) -> Result:
    return CliRunner().invoke(main, ["ingest", str(file), "--received", "2024-04-10", "--data", str(data)])


def stored(data: Path) -> dict[tuple[str, str], str]:
    """Return what was stored of launches: the value by month and area."""
    file = data / "returns" / "2024-04-10_lifeboat" / "observations.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        return {
            (row["period"], row["area"]): row["value"] for row in csv.DictReader(handle) if row["measure"] == "LB_1"
        }


def template_of(data: Path, months: str, target: Path) -> openpyxl.Workbook:
    folder = DataFolder(data)
    target.write_bytes(template(folder, load_catalogue(folder), "lifeboat", parse(months)))
    return openpyxl.load_workbook(target)


def test_a_template_asks_each_month_of_its_own_areas(data: Path, tmp_path: Path) -> None:
    sheet = template_of(data, "2023-11..2024-01", tmp_path / "blank.xlsx")["LSOAs"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]
    assert rows[0][3:][:1] == ["Measure"] and "LSOA" in rows[0]
    at = rows[0].index("November 2023")
    asked = {row[1]: [value != "not asked" for value in row[at : at + 3]] for row in rows[1:]}
    old, new, always = [True, False, False], [False, True, True], [True, True, True]
    assert asked == {
        "E01900001": always,
        "E01900002": always,
        "E01900003": old,
        "E01900004": new,
        "E01900005": new,
    }
    places = {row[1]: row[rows[0].index("LSOA")] for row in rows[1:]}
    assert places["E01900003"] == "Fenmoor 002A (to November 2023)"
    assert places["E01900004"] == "Fenmoor 002A (from December 2023)"


def test_names_in_a_csv_are_matched_by_the_month_of_the_row(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "lifeboat.csv"
    rows = [
        "2023-11,LB_1,Fenmoor 002A,,3,,",
        "01/12/2023,LB_1,Fenmoor 002A LSOA,,4,,",
        "2023-12,LB_1,Fenmoor 002C,,5,,",
    ]
    file.write_text(COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    file.with_suffix(".terms.yaml").write_text(TERMS, encoding="utf-8")
    done = sent(file, data)
    assert done.exit_code == 0, done.stderr
    assert stored(data) == {("2023-11", "E01900003"): "3", ("2023-12", "E01900004"): "4", ("2023-12", "E01900005"): "5"}


def test_an_area_that_was_none_in_the_month_is_refused(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "lifeboat.csv"
    file.write_text(COLUMNS + "2023-11,LB_1,Fenmoor 002C,,3,,\n2023-12,LB_1,E01900003,,3,,\n", encoding="utf-8")
    file.with_suffix(".terms.yaml").write_text(TERMS, encoding="utf-8")
    done = sent(file, data)
    assert done.exit_code == 1 and not (data / "returns" / "2024-04-10_lifeboat").exists()
    wrong = [line for line in done.stderr.splitlines() if "expected an LSOA in force at the period's end" in line]
    assert [line.split("row ")[1].split(",")[0] for line in wrong] == ["2", "3"]
    assert all("use the LSOA of that time" in line for line in wrong)


@pytest.mark.parametrize("by_name", [False, True])
def test_a_filled_template_gives_each_month_its_own_areas(data: Path, tmp_path: Path, by_name: bool) -> None:
    book = template_of(data, "2023-11..2023-12", tmp_path / "filled.xlsx")
    for row in book["Terms"].iter_rows(min_row=HEAD + 1):
        row[1].value = ANSWERS.get(row[0].value, row[1].value)
    sheet = book["LSOAs"]
    heads = [cell.value for cell in sheet[HEAD]]
    first = heads.index("November 2023")
    for number, row in enumerate(sheet.iter_rows(min_row=HEAD + 1)):
        for place in (first, first + 1):
            if row[place].value != "not asked":
                row[place].value = 10 * number + place - first
        if by_name:  # somebody may write the name in place of the code, once for both areas of that name
            row[1].value = (PARTS | NEW_PARTS)[row[1].value]
    if by_name:
        merged = {"E01900003": HEAD + 3, "E01900004": HEAD + 4}
        sheet.cell(merged["E01900003"], first + 2).value = sheet.cell(merged["E01900004"], first + 2).value
        sheet.cell(merged["E01900004"], first + 2).value = None
        for cell in sheet[merged["E01900004"]]:
            cell.value = None
    book.save(tmp_path / "filled.xlsx")
    done = sent(tmp_path / "filled.xlsx", data)
    assert done.exit_code == 0, done.stderr
    assert stored(data) == {
        ("2023-11", "E01900001"): "0",
        ("2023-12", "E01900001"): "1",
        ("2023-11", "E01900002"): "10",
        ("2023-12", "E01900002"): "11",
        ("2023-11", "E01900003"): "20",
        ("2023-12", "E01900004"): "31",
        ("2023-12", "E01900005"): "41",
    }


def test_a_paper_shows_each_month_with_its_areas_and_a_break(data: Path) -> None:
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    months = [(str(run.months), run.codes) for run in runs(catalogue, parse("2023-04..2024-03"))]
    assert months == [("2023-12..2024-03", NEW_PARTS.keys()), ("2023-04..2023-11", PARTS.keys())]
    paper = open_report("data-sheet", MONTH, data=str(data))
    part = BeautifulSoup(paper.areas().html, "lxml")
    shown = [
        (
            table.caption.get_text(" ", strip=True).removesuffix(" Illustrative"),
            [cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in table.select("thead th")],
            [row.th.get_text(strip=True) for row in table.select("tbody tr")],
        )
        for table in part.find_all("table")
    ]
    new, old = list(NEW_PARTS.values()), list(PARTS.values())
    assert [(title, heads) for title, heads, _ in shown] == [
        ("Launches by LSOA, Dec\xa02023 to Mar\xa02024", ["LSOA", "LB_1 Dec 2023 to Mar 2024"]),
        ("Launches by LSOA, Apr\xa02023 to Nov\xa02023", ["LSOA", "LB_1 Apr 2023 to Nov 2023"]),
        ("Launches of the lifeboat by LSOA", ["LSOA", "March 2024", "December 2023 to March 2024"]),
        ("Launches of the lifeboat by LSOA until November 2023", ["LSOA", "April 2023 to November 2023"]),
    ]
    assert [sorted(names) for _, _, names in shown] == [sorted([*new, "Fenmoor"]), sorted([*old, "Fenmoor"]), new, old]
    says = " ".join(part.get_text(" ").split())
    for span in ("December 2023 to March 2024", "April to November 2023"):
        changed = f"The LSOAs changed within the twelve months. This table has those of {span} and their figures for"
        assert says.count(f"{changed} these months alone") == 2
    assert says.count("Over these months the LSOAs add up to") == 2 and "not all of their figures" not in says
    assert "up in" not in says
    by_lsoa = [sheet.label for sheet in sheets_of(paper.areas().section.blocks)]
    assert by_lsoa == ["LB_1 by LSOA", "LB_1 by LSOA to 2023-11"]


def test_the_year_after_says_that_there_was_no_such_area_before(data: Path) -> None:
    areas = data / "reference" / "areas.csv"
    text = areas.read_text(encoding="utf-8")
    areas.write_text(text.replace("05/12/2023", "31/03/2023").replace("6 December 2023", "1-Apr-23"), encoding="utf-8")
    for file in sorted((data / "returns").glob("2023-*_lifeboat/observations.csv")):
        if file.parent.name >= "2023-05":
            rows = file.read_text(encoding="utf-8").replace("E01900003", "E01900004").splitlines()
            file.write_text("\n".join([*rows, ""]), encoding="utf-8")
    paper = open_report("data-sheet", MONTH, data=str(data))
    tables = BeautifulSoup(paper.areas().html, "lxml").find_all("table")
    full = next(table for table in tables if "Change, 2023-24 on 2022-23" in table.get_text())
    rows = {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row("td")]
        for row in full.select("tbody tr")
    }
    assert rows["Fenmoor 002A"][2:] == ["no such LSOA then", "no comparison"]
    assert rows["Fenmoor 001A"][2] != "no such LSOA then"


def test_a_quarter_is_not_held_against_areas_that_changed_in_it(data: Path) -> None:
    file = data / "returns" / "2024-01-08_lifeboat" / "observations.csv"
    with file.open("a", encoding="utf-8", newline="") as handle:
        handle.write(
            "".join(f"2023-24-Q3,LB_1,{code},,1,,\n" for code in ("E01900001", "E01900002", "E01900004", "E01900005"))
        )
    with pytest.raises(Refused) as refused:
        open_report("data-sheet", MONTH, data=str(data))
    assert refused.value.errors and all("its months" in str(error) for error in refused.value.errors)


@pytest.mark.parametrize("written", ["2023-12-05", "05/12/2023", "5 December 2023", "05-Dec-23", "5.12.2023"])
def test_a_date_in_a_reference_file_is_read_as_in_a_return(data: Path, written: str) -> None:
    file = data / "reference" / "areas.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("05/12/2023", written), encoding="utf-8")
    old = load_catalogue(DataFolder(data)).area_rows["E01900003"]
    assert old.valid_to is not None and old.valid_to.isoformat() == "2023-12-05"


@pytest.mark.parametrize("written", ["12/2023", "31/11/2023", "05/13/2023", "2023", "45265", "the fifth"])
def test_a_date_that_is_none_is_refused_by_file_row_and_column(data: Path, written: str) -> None:
    file = data / "reference" / "areas.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("05/12/2023", written), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_catalogue(DataFolder(data))
    (error,) = map(str, refused.value.errors)
    assert error.startswith(
        f"data/reference/areas.csv, row 7, column valid_to: found {written}; expected a date such as"
    )
