"""The workbook of a paper's tables: numbers that are numbers, text that stays text, a worksheet an accessible table."""

from __future__ import annotations

import csv
import html as html_module
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checkers
from priority_two.charts.exhibit import notation
from priority_two.errors import Refused
from priority_two.publish.workbook import workbook_from_html

PAPER: dict[str, Any] = {
    "title": "Data sheet: March 2021, Priority Two – Example Partnership",
    "running_header": "Example Partnership · Priority Two · March 2021",
    "status": "Board edition · Draft · data as at 25 March 2021",
    "as_at": "2021-03-25",
    "helplines": [
        {"name": "National Domestic Abuse Helpline", "number": "0808 2000 247", "note": "Freephone"},
        {"name": "Police, in an emergency", "number": "999", "note": ""},
    ],
}
MASTHEAD = """<header class="masthead"><p class="publisher">Example Partnership</p><h1>Data sheet: March 2021</h1>
<p class="priority">Priority Two: safety</p>
<dl class="facts"><div><dt>Period</dt><dd>1 March 2021 to 31 March 2021</dd></div>
<div><dt>Edition</dt><dd>Board (restricted)</dd></div></dl>
<p class="notice illustrative">Figures marked illustrative are made up.</p></header>"""
INCIDENTS = """<div class="exhibit" data-sheet="POL01">
<p class="definition">Reported incidents, crimes included.</p><p class="definition">Source: the police.</p>
<div class="scroll"><table><caption>Incidents <strong class="illustrative">Illustrative figures</strong></caption>
<thead><tr><th scope="col">Month</th><th scope="col" class="n">Number</th><th scope="col" class="n">Share</th>
<th scope="col">Said</th></tr></thead><tbody>
<tr><th scope="row">April 2020</th><td class="n" data-value="1240"><a href="#a">1,240</a></td>
<td class="n" data-value="12.5">12.5%</td><td>no<br>signal</td></tr>
<tr><th scope="row">May 2020</th><td class="n" data-value="1241">1,241 [r]</td><td class="n">not sent [x]</td>
<td>up 1</td></tr>
<tr><th scope="row">June 2020</th><td class="n" data-value="0">0</td><td class="n" data-value="33.3333333333">33.3%</td>
<td>down</td></tr>
</tbody></table></div>
<p class="note">[r] revised since first reported.</p><p class="note">Rows overlap.</p></div>"""
CASES = """<div class="exhibit" data-sheet="MAR 01.a"><table><caption>Cases</caption>
<thead><tr><th scope="col">Quarter</th><th scope="col">Cases</th></tr></thead>
<tbody><tr><th scope="row">Quarter One</th><td class="n" data-value="-3">−3</td></tr></tbody></table>
<p class="note">Rows overlap.</p><p class="note">Counts each meeting once.</p></div>"""
HTML = (
    MASTHEAD + INCIDENTS + CASES + '<div class="exhibit"><table><caption>Not for the workbook</caption></table></div>'
)


def opened(html: str, paper: dict[str, Any] = PAPER) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook_from_html(html, paper)))


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def body(sheet: Any) -> list[list[Any]]:
    """Return the cells of the sheet's one table, headings first."""
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in body(sheet)]


def one_table(cells: str, head: str = "Value", label: str = "A1", caption: str = "Title", note: str = "") -> str:
    return (
        f'<div class="exhibit" data-sheet="{label}"><table><caption>{caption}</caption><thead><tr><th scope="col">Item'
        f'</th><th scope="col">{head}</th></tr></thead><tbody>{cells}</tbody></table><p class="note">{note}</p></div>'
    )


def one_cell(text: str, exact: str | None = None) -> Any:
    """Return the cell that a text, with the exact number behind it, becomes."""
    value = "" if exact is None else f' data-value="{exact}"'
    html = one_table(f'<tr><th scope="row">row</th><td class="n"{value}>{html_module.escape(text)}</td></tr>')
    return body(opened(html)["A1"])[1][1]


@pytest.fixture(scope="module")
def made() -> bytes:
    return workbook_from_html(HTML, PAPER)


@pytest.fixture(scope="module")
def book(made: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made))


def test_cover_first_then_contents_notes_and_a_sheet_a_table(book: Any) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", "POL01", "MAR 01.a"]
    assert book.active.title == "Cover"
    assert all(sheet.sheet_state == "visible" for sheet in book)


def test_numbers_are_numbers_and_text_with_shorthand_stays_as_printed(book: Any) -> None:
    assert values(book["POL01"]) == [
        ["Month", "Number", "Share", "Said"],
        ["April 2020", 1240, 12.5, "no signal"],
        ["May 2020", "1,241 [r]", "not sent [x]", "up 1"],
        ["June 2020", 0, 33.3333333333, "down"],
    ]
    april = body(book["POL01"])[1]
    assert [cell.number_format for cell in april[1:3]] == ["#,##0", '#,##0.0"%"']
    assert values(book["MAR 01.a"])[1] == ["Quarter One", -3]
    assert {cell.alignment.horizontal for row in body(book["POL01"]) for cell in row[1:3]} == {"right"}


def test_title_definition_and_source_stand_above_the_table(book: Any) -> None:
    above = [book["POL01"].cell(row, 1).value for row in range(1, body(book["POL01"])[0][0].row)]
    assert above == [
        "Incidents (Illustrative figures)",
        "Reported incidents, crimes included.",
        "Source: the police.",
        "This worksheet contains one table. On the worksheet Notes, see [note 1].",
        "[x] Not available: the partner has not supplied the figure.",
        "[r] Revised since first reported.",
        "Source: Example Partnership · Priority Two · March 2021. Board edition · Draft · data as at 25 March 2021.",
    ]
    assert book["MAR 01.a"]["A2"].value.endswith("see [note 1], [note 2].")


def test_the_notes_explain_all_shorthand_and_number_each_line_once(book: Any) -> None:
    rows = values(book["Notes"])
    assert rows[0] == ["Marker", "Meaning", "Worksheets"]
    assert [row[0] for row in rows[1:]] == ["[x]", "[z]", "[p]", "[r]", "[b]", "[c]", "[note 1]", "[note 2]"]
    by_marker = {row[0]: row[1:] for row in rows[1:]}
    assert by_marker["[r]"] == ["Revised since first reported.", "POL01"]  # as the paper says it
    for mark, meaning in (text.split(" ", 1) for text in notation("xzpbc")):  # as every paper says it
        assert by_marker[mark][0].lower() == meaning
    assert by_marker["[c]"][1] == "Not used here" and "withheld" in by_marker["[c]"][0]
    assert by_marker["[note 1]"] == ["Rows overlap.", "POL01, MAR 01.a"]
    assert by_marker["[note 2]"] == ["Counts each meeting once.", "MAR 01.a"]


def test_the_contents_link_to_every_other_sheet(book: Any) -> None:
    rows = body(book["Contents"])[1:]
    assert [[cell.value for cell in row] for row in rows] == [
        ["Notes", "Notes"],
        ["POL01", "Incidents (Illustrative figures)"],
        ["MAR 01.a", "Cases"],
    ]
    for name, _ in rows:
        assert name.hyperlink.location == f"'{name.value}'!A1" and name.hyperlink.target is None
        assert name.value in book.sheetnames


def test_the_cover_says_what_the_paper_says(book: Any) -> None:
    said = texts(book["Cover"])
    assert said[0] == PAPER["title"]
    assert said[2:6] == [
        "Example Partnership",
        "Priority Two: safety",
        "Period: 1 March 2021 to 31 March 2021",
        "Edition: Board (restricted)",
    ]
    assert "Figures marked illustrative are made up." in said
    assert "Tables with illustrative figures, which are made up: 1 of 2. Their titles say so." in said
    assert said[-2:] == ["National Domestic Abuse Helpline: 0808 2000 247 (Freephone)", "Police, in an emergency: 999"]
    without = texts(opened(CASES)["Cover"])
    assert PAPER["status"] in without and PAPER["running_header"] in without
    assert not any("llustrative" in line for line in without)


def test_a_table_with_an_illustrative_cell_says_so_in_its_title() -> None:
    row = '<tr><th scope="row">a</th><td data-value="5">5 <span class="illustrative">illustrative</span></td></tr>'
    book = opened(one_table(row))
    assert book["A1"]["A1"].value == "Title (Some figures are illustrative)"
    assert values(book["A1"])[1] == ["a", "5 illustrative"]
    assert any(line.endswith("made up: 1 of 1. Their titles say so.") for line in texts(book["Cover"]))


def test_it_is_accessible(book: Any) -> None:
    for sheet in book:
        assert not sheet.merged_cells.ranges and sheet["A1"].value
        tables = list(sheet.tables.values())
        assert len(tables) == (0 if sheet.title == "Cover" else 1)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or (cell.font.name, cell.font.size >= 12) == ("Arial", True)
        if tables:
            (table,) = tables
            assert table.headerRowCount == 1 and table.name not in {sheet.title, "POL01"}
            assert table.ref.split(":")[1] == sheet.cell(sheet.max_row, sheet.max_column).coordinate
            cells = [cell for row in body(sheet) for cell in row]
            assert all(cell.value not in (None, "") and cell.alignment.wrap_text for cell in cells)
            assert [column.name for column in table.tableColumns] == values(sheet)[0]
    assert len({table.name for sheet in book for table in sheet.tables.values()}) == 4


def test_columns_fit_what_stands_in_them_and_long_text_wraps() -> None:
    long = " ".join(["word"] * 100)
    sheet = opened(one_table(f'<tr><th scope="row">{"n" * 30}</th><td>{long}</td></tr>'))["A1"]
    row = body(sheet)[1][0].row
    assert 30 < sheet.column_dimensions["A"].width < sheet.column_dimensions["B"].width < 100
    assert sheet.row_dimensions[row].height >= 16 * len(long) / 75


def test_properties_name_title_language_and_partnership_and_no_person(made: bytes, book: Any) -> None:
    properties = book.properties
    assert (properties.title, properties.language) == (PAPER["title"], "en-GB")
    assert properties.creator == properties.lastModifiedBy == "Example Partnership"
    assert properties.created.isoformat() == properties.modified.isoformat() == "2021-03-25T00:00:00"
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in parts.namelist():
            content = parts.read(name).decode()
            assert not re.search(r"absPath|/home/|/tmp/|\\Users|<f>|externalLink", content), name


def test_the_same_paper_is_the_same_bytes_in_any_process_and_no_network_is_asked(made: bytes, tmp_path: Path) -> None:
    assert workbook_from_html(HTML, PAPER) == made
    (tmp_path / "paper.html").write_text(HTML, encoding="utf-8")
    code = (
        "import sys, json\n"
        "def refuse(event, *_): assert not event.startswith('socket.'), event\n"
        "sys.addaudithook(refuse)  # whoever opens a socket is stopped\n"
        "from pathlib import Path; from priority_two.publish.workbook import workbook_from_html\n"
        "html = Path('paper.html').read_text(encoding='utf-8')\n"
        "Path('made.xlsx').write_bytes(workbook_from_html(html, json.loads(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, json.dumps(PAPER)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "made.xlsx").read_bytes() == made


@pytest.mark.parametrize(
    ("text", "exact", "value", "form"),
    [
        ("1,240", "1240", 1240, "#,##0"),
        ("1,240", "1.24E+3", 1240, "#,##0"),
        ("2021", "2021", 2021, "0"),
        ("0.50", "0.5", 0.5, "#,##0.00"),
        ("8%", "8", 8, '#,##0"%"'),
        ("£34,015", "34015", 34015, '"£"#,##0'),
        ("£15.7bn", "15700000000", 15_700_000_000, '"£"#,##0.0,,,"bn"'),
        ("£2m", "2000000", 2_000_000, '"£"#,##0,,"m"'),
        ("+5", "5", 5, "+#,##0;-#,##0;#,##0"),
        ("-5", "-5", -5, "#,##0"),
        ("33.3", "33.25000000000000000000000000000000000001", 33.25, "#,##0.0"),
        ("12.2", "12.25", 12.2, "#,##0.0"),  # half to even in the paper: a spreadsheet would show 12.3
        ("12.3", "12.25", 12.25, "#,##0.0"),
        ("1,240 [r]", "1240", "1,240 [r]", "General"),
        ("1,240 illustrative", "1240", "1,240 illustrative", "General"),
        ("at least 100", "100", "at least 100", "General"),
        ("10 months", "10", "10 months", "General"),
        ("1234567890123456", None, "1234567890123456", "General"),
        ("2021", None, "2021", "General"),
        ("none reported", None, "none reported", "General"),
    ],
)
def test_a_cell_is_the_number_that_it_prints(text: str, exact: str | None, value: object, form: str) -> None:
    cell = one_cell(text, exact)
    assert (cell.value, cell.number_format, type(cell.value)) == (value, form, type(value))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_what_a_number_shows_is_what_the_paper_prints(number: Decimal, places: int) -> None:
    text = f"{number:,.{places}f}"
    cell = one_cell(text, str(number))
    assert abs(Decimal(repr(cell.value)) - number) <= Decimal(10) ** -places / 2
    shown = re.fullmatch(r"#,##0(?:\.(0+))?", cell.number_format)
    assert shown and len(shown[1] or "") == places
    assert float(text.replace(",", "")) == pytest.approx(float(cell.value), abs=0.5 * 10**-places + 1e-9)


@pytest.mark.parametrize("text", ["[c]", "fewer than 8 [c]", "1,250", "withheld"])
def test_a_number_that_the_text_withholds_is_a_fault_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(Refused) as refused:
        one_cell(text, "4321")
    (line,) = str(refused.value).splitlines()
    assert line.startswith("workbook, worksheet A1, row 1, column Value: found") and "4321" not in line


HOSTILE = [
    "=1+1",
    "=HYPERLINK(A1)",
    "{=SUM(A1)}",
    "+1 and more",
    "-1 and more",
    "@SUM(1)",
    "https://example.org/",
    "mailto:someone",
    "internal:Sheet!A1",
    "external:c:\\x",
    "[words](https://example.org/)",
    "[a](b) [c](d)",
    "[r](note)",
    "$$note$$",
    "$$$$$a$$$",
    "_x000D_",
    "<b>&amp;</b>",
    "\u202eabc\u0007",
    "𝒳 a" * 50,
]


@pytest.mark.parametrize("where", ["cell", "head", "row", "caption", "note", "paper"])
def test_text_stays_text_wherever_it_stands(where: str) -> None:
    """Each hostile text in one workbook, in one place: no formula, no link, and nothing lost but what cannot print."""
    sheets = []
    for number, text in enumerate(HOSTILE):
        given = {"cell": "c", "head": "h", "row": "r", "caption": "t", "note": "n", where: html_module.escape(text)}
        cells = f'<tr><th scope="row">{given["row"]}</th><td>{given["cell"]}</td></tr>'
        sheets.append(one_table(cells, given["head"], f"S{number}", given["caption"], given["note"]))
    paper = dict(PAPER)
    if where == "paper":
        paper["title"] = paper["running_header"] = paper["status"] = " ".join(HOSTILE)
        paper["helplines"] = [{"name": text, "number": "1", "note": text} for text in HOSTILE]
    made = workbook_from_html("".join(sheets), paper)
    book = openpyxl.load_workbook(io.BytesIO(made))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type == "s" or cell.value is None
                assert cell.hyperlink is None or (sheet.title, cell.column) == ("Contents", 1)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    squeezed = re.sub(r"\s", "", " ".join(text for sheet in book for text in texts(sheet)))
    for text in HOSTILE:
        assert re.sub(r"[\s\u202e\u0007]", "", text) in squeezed


def test_a_workbook_of_hostile_headings_has_tables_whose_columns_are_named_as_their_cells() -> None:
    html = "".join(
        one_table('<tr><th scope="row">a</th><td>b</td></tr>', html_module.escape(text), f"S{number}")
        for number, text in enumerate(HOSTILE)
    )
    book = opened(html)
    for number in range(len(HOSTILE)):
        (table,) = book[f"S{number}"].tables.values()
        assert [column.name for column in table.tableColumns] == values(book[f"S{number}"])[0]


ROW = '<tr><th scope="row">a</th><td>b</td></tr>'


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("", "workbook: found 0 tables; expected 1 to 200 tables for the workbook"),
        ("<p>no</p>" + one_table(ROW, label="x" * 32), "expected at most 31 letters"),
        (one_table(ROW, label="a/b"), "expected at most 31 letters"),
        (one_table(ROW, label="'a'"), "expected at most 31 letters"),
        (one_table(ROW, label=""), "expected at most 31 letters"),
        (one_table(ROW, label="Notes"), "a worksheet's name that no other has"),
        (one_table(ROW, label="history"), "a worksheet's name that no other has"),
        (one_table(ROW, label="a") + one_table(ROW, label="A"), "table 2: found A; expected a worksheet's name"),
        (one_table(ROW, caption=" "), "worksheet A1: found none; expected a caption"),
        (one_table(ROW, head="ITEM"), "no two the same"),
        (one_table(ROW, head=" "), "found a blank cell; expected letters or digits in every cell"),
        (one_table(""), "expected 1 to 10000 rows"),
        (one_table(ROW + '<tr><th scope="row">a</th></tr>'), "row 2: found 1; expected 2 cells"),
        (one_table("<tr><td>a</td><td>b</td></tr>"), "row 1, column Item: found a; expected a heading (th) first"),
        (one_table('<tr><th scope="row" colspan="2">a</th></tr>'), "no cell that spans"),
        (one_table('<tr><th scope="row">a</th><td> </td></tr>'), "found a blank cell; expected letters or digits"),
        (one_table('<tr><th scope="row">a</th><td>–</td></tr>'), "found –; expected letters or digits"),
        (one_table('<tr><th scope="row">a</th><td data-value="1e999">1</td></tr>'), "text that says the number"),
        (one_table(f'<tr><th scope="row">a</th><td>{"b" * 32_768}</td></tr>'), "at most 32767 characters"),
        ('<div data-sheet="a"></div>', "expected one table"),
        (f'<div data-sheet="a">{one_table(ROW)}</div>', "expected one table"),
    ],
)
def test_a_table_that_makes_no_accessible_sheet_is_refused_in_a_line(html: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        workbook_from_html(html, PAPER)
    assert said in str(refused.value)
    assert all(len(line) < 600 for line in str(refused.value).splitlines())


def test_every_fault_of_every_table_is_named_at_once() -> None:
    html = one_table(ROW, caption="", label="a") + one_table('<tr><th scope="row">a</th><td></td></tr>', label="b")
    with pytest.raises(Refused) as refused:
        workbook_from_html(html, PAPER)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "workbook, worksheet a",
        "workbook, worksheet b",
    ]


@pytest.mark.slow
def test_libreoffice_opens_it_and_reads_the_same_figures(made: bytes, tmp_path: Path) -> None:
    soffice = checkers.program("soffice")
    (tmp_path / "made.xlsx").write_bytes(made)
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            every_sheet,
            "--outdir",
            str(tmp_path),
            str(tmp_path / "made.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=checkers.FOREVER,
    )
    with (tmp_path / "made-POL01.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    # As they are shown: LibreOffice applies the formats, and so prints what the paper prints.
    assert rows[-3:] == [
        ["April 2020", "1,240", "12.5%", "no signal"],
        ["May 2020", "1,241 [r]", "not sent [x]", "up 1"],
        ["June 2020", "0", "33.3%", "down"],
    ]
    assert (tmp_path / "made-Cover.csv").exists() and (tmp_path / "made-MAR 01.a.csv").exists()
