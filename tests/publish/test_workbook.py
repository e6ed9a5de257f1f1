"""The workbook of a paper's tables: numbers that are numbers, text that stays text, a worksheet an accessible table."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checkers
from priority_two.blocks import (
    ALL,
    Block,
    Cell,
    Group,
    Row,
    Section,
    Span,
    Table,
    cell,
    facts,
    heading,
    number_cell,
    paragraph,
)
from priority_two.errors import Refused
from priority_two.publish.workbook import workbook
from priority_two.report.marks import notation

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
MASTHEAD = Group(
    role="masthead",
    blocks=(
        paragraph("Example Partnership", role="publisher"),
        heading(1, "Data sheet: March 2021"),
        paragraph("Priority Two: safety", role="priority"),
        facts([("Period", "1 March 2021 to 31 March 2021"), ("Edition", "Board (restricted)")]),
        paragraph("Figures marked illustrative are made up.", role="notice", synthetic=True),
    ),
)


def row(name: str, *cells: Cell) -> Row:
    return Row(heading=cell(name), cells=cells)


def number(text: str, exact: str = "") -> Cell:
    """Return a cell of figures that prints a text, with the exact number behind it where there is one."""
    return number_cell(text, Decimal(exact) if exact else None)


APRIL = Cell(spans=(Span(text="1,240", href="#a"),), value=Decimal(1240))
INCIDENTS = Table(
    title="Incidents",
    head=("Month", "Number", "Share", "In words"),
    rows=(
        row("April 2020", APRIL, number("12.5%", "12.5"), cell("no\nsignal")),
        row("May 2020", number("1,241 [r]", "1241"), number("not sent [x]"), cell("up 1")),
        row("June 2020", number("0", "0"), number("33.3%", "33.3333333333"), cell("down")),
    ),
    definition=("Reported incidents, crimes included.", "Source: the police."),
    notes=("[r] revised since first reported.", "Rows overlap."),
    synthetic=ALL,
    sheet="POL01",
)
CASES = Table(
    title="Cases",
    head=("Quarter", "Cases"),
    rows=(row("Quarter One", number("−3", "-3")),),
    notes=("Rows overlap.", "Counts each meeting once."),
    sheet="MAR 01.a",
)
NOT_FOR_IT = Table(title="Not for the workbook", head=("Quarter", "Cases"), rows=(row("Quarter One", number("1")),))
BLOCKS = (MASTHEAD, Group(role="measure", blocks=(INCIDENTS,)), CASES, NOT_FOR_IT)


def sections_of(blocks: Sequence[Block]) -> list[Section]:
    return [Section(section="tables", blocks=tuple(blocks))]


def written(*blocks: Block, paper: dict[str, Any] = PAPER) -> bytes:
    return workbook(sections_of(blocks), paper)


def opened(*blocks: Block) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(*blocks)))


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def body(sheet: Any) -> list[list[Any]]:
    """Return the cells of the sheet's table, headings first."""
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in body(sheet)]


def table(
    *rows: Row, head: str = "Value", label: str = "A1", caption: str = "Title", notes: tuple[str, ...] = ()
) -> Table:
    return Table(title=caption, head=("Item", head), rows=rows, notes=notes, sheet=label)


def cell_of(text: str, exact: str = "") -> Any:
    """Return the cell of the workbook that a text, with the exact number behind it, becomes."""
    return body(opened(table(row("row", number(text, exact))))["A1"])[1][1]


@pytest.fixture(scope="module")
def file() -> bytes:
    return written(*BLOCKS)


@pytest.fixture(scope="module")
def book(file: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file))


def test_cover_first_then_contents_notes_and_a_sheet_a_table(book: Any) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", "POL01", "MAR 01.a"]
    assert book.active.title == "Cover"
    assert all(sheet.sheet_state == "visible" for sheet in book)


def test_numbers_are_numbers_and_text_with_shorthand_stays_as_printed(book: Any) -> None:
    assert values(book["POL01"]) == [
        ["Month", "Number", "Share", "In words"],
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
    cover = texts(book["Cover"])
    assert cover[0] == PAPER["title"]
    assert cover[2:6] == [
        "Example Partnership",
        "Priority Two: safety",
        "Period: 1 March 2021 to 31 March 2021",
        "Edition: Board (restricted)",
    ]
    assert "Figures marked illustrative are made up." in cover
    assert "Tables with illustrative figures, which are made up: 1 of 2. Their titles say so." in cover
    assert cover[-2:] == ["National Domestic Abuse Helpline: 0808 2000 247 (Freephone)", "Police, in an emergency: 999"]
    without = texts(opened(CASES)["Cover"])
    assert PAPER["status"] in without and PAPER["running_header"] in without
    assert not any("llustrative" in line for line in without)


def test_a_table_with_an_illustrative_cell_says_so_in_its_title() -> None:
    book = opened(table(row("a", number_cell("5", Decimal(5), synthetic=True))))
    assert book["A1"]["A1"].value == "Title (Some figures are illustrative)"
    assert values(book["A1"])[1] == ["a", "5 illustrative"]
    assert any(line.endswith("made up: 1 of 1. Their titles say so.") for line in texts(book["Cover"]))


def test_it_is_accessible(book: Any) -> None:
    for sheet in book:
        assert not sheet.merged_cells.ranges and sheet["A1"].value
        tables = list(sheet.tables.values())
        assert len(tables) == (0 if sheet.title == "Cover" else 1)
        for entry in (entry for line in sheet.iter_rows() for entry in line):
            assert entry.value is None or (entry.font.name, entry.font.size >= 12) == ("Arial", True)
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
    sheet = opened(table(row("n" * 30, cell(long))))["A1"]
    place = body(sheet)[1][0].row
    assert 30 < sheet.column_dimensions["A"].width < sheet.column_dimensions["B"].width < 100
    assert sheet.row_dimensions[place].height >= 16 * len(long) / 75


def test_properties_name_title_language_and_partnership_and_no_person(file: bytes, book: Any) -> None:
    properties = book.properties
    assert (properties.title, properties.language) == (PAPER["title"], "en-GB")
    assert properties.creator == properties.lastModifiedBy == "Example Partnership"
    assert properties.created.isoformat() == properties.modified.isoformat() == "2021-03-25T00:00:00"
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in parts.namelist():
            content = parts.read(name).decode()
            assert not re.search(r"absPath|/home/|/tmp/|\\Users|<f>|externalLink", content), name


def test_the_same_paper_is_the_same_bytes_in_any_process_and_no_network_is_asked(file: bytes, tmp_path: Path) -> None:
    assert written(*BLOCKS) == file
    (section,) = sections_of(BLOCKS)
    (tmp_path / "section.json").write_text(section.model_dump_json(), encoding="utf-8")
    code = (
        "import sys, json\n"
        "def refuse(event, *_): assert not event.startswith('socket.'), event\n"
        "sys.addaudithook(refuse)  # whoever opens a socket is stopped\n"
        "from pathlib import Path\n"
        "from priority_two.blocks import Section\n"
        "from priority_two.publish.workbook import workbook\n"
        "section = Section.model_validate_json(Path('section.json').read_text(encoding='utf-8'))\n"
        "Path('again.xlsx').write_bytes(workbook([section], json.loads(sys.argv[1])))"
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
    assert (tmp_path / "again.xlsx").read_bytes() == file


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
        ("1234567890123456", "", "1234567890123456", "General"),
        ("2021", "", "2021", "General"),
        ("none reported", "", "none reported", "General"),
    ],
)
def test_a_cell_is_the_number_that_it_prints(text: str, exact: str, value: object, form: str) -> None:
    written_cell = cell_of(text, exact)
    assert (written_cell.value, written_cell.number_format, type(written_cell.value)) == (value, form, type(value))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_what_a_number_shows_is_what_the_paper_prints(exact: Decimal, places: int) -> None:
    text = f"{exact:,.{places}f}"
    written_cell = cell_of(text, str(exact))
    assert abs(Decimal(repr(written_cell.value)) - exact) <= Decimal(10) ** -places / 2
    shown = re.fullmatch(r"#,##0(?:\.(0+))?", written_cell.number_format)
    assert shown and len(shown[1] or "") == places
    assert float(text.replace(",", "")) == pytest.approx(float(written_cell.value), abs=0.5 * 10**-places + 1e-9)


@pytest.mark.parametrize("text", ["[c]", "fewer than 8 [c]", "1,250", "withheld"])
def test_a_number_that_the_text_withholds_is_a_fault_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(Refused) as refused:
        cell_of(text, "4321")
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
    tables = []
    for place, text in enumerate(HOSTILE):
        words = {"cell": "c", "head": "h", "row": "r", "caption": "t", "note": "n", where: text}
        tables.append(
            table(
                row(words["row"], cell(words["cell"])),
                head=words["head"],
                label=f"S{place}",
                caption=words["caption"],
                notes=(words["note"],),
            )
        )
    paper = dict(PAPER)
    if where == "paper":
        paper["title"] = paper["running_header"] = paper["status"] = " ".join(HOSTILE)
        paper["helplines"] = [{"name": text, "number": "1", "note": text} for text in HOSTILE]
    file = written(*tables, paper=paper)
    book = openpyxl.load_workbook(io.BytesIO(file))
    for sheet in book:
        for line in sheet.iter_rows():
            for entry in line:
                assert entry.data_type == "s" or entry.value is None
                assert entry.hyperlink is None or (sheet.title, entry.column) == ("Contents", 1)
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    squeezed = re.sub(r"\s", "", " ".join(text for sheet in book for text in texts(sheet)))
    for text in HOSTILE:
        assert re.sub(r"[\s\u202e\u0007]", "", text) in squeezed


def test_a_workbook_of_hostile_headings_has_tables_whose_columns_are_named_as_their_cells() -> None:
    book = opened(*(table(row("a", cell("b")), head=text, label=f"S{n}") for n, text in enumerate(HOSTILE)))
    for n in range(len(HOSTILE)):
        (listed,) = book[f"S{n}"].tables.values()
        assert [column.name for column in listed.tableColumns] == values(book[f"S{n}"])[0]


ROW = row("a", cell("b"))


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ((), "workbook: found 0 tables; expected 1 to 200 tables for the workbook"),
        ((NOT_FOR_IT,), "workbook: found 0 tables; expected 1 to 200 tables for the workbook"),
        ((paragraph("no"), table(ROW, label="x" * 32)), "expected at most 31 letters"),
        ((table(ROW, label="a/b"),), "expected at most 31 letters"),
        ((table(ROW, label="'a'"),), "expected at most 31 letters"),
        ((table(ROW, label=" "),), "expected at most 31 letters"),
        ((table(ROW, label="Notes"),), "a worksheet's name that no other has"),
        ((table(ROW, label="history"),), "a worksheet's name that no other has"),
        ((table(ROW, label="a"), table(ROW, label="A")), "table 2: found A; expected a worksheet's name"),
        ((table(ROW, caption=" "),), "worksheet A1: found none; expected a caption"),
        ((table(ROW, head="ITEM"),), "no two the same"),
        ((table(ROW, head=" "),), "found a blank cell; expected letters or digits in every cell"),
        ((table(),), "expected 1 to 10000 rows"),
        ((table(row("a", cell(" "))),), "found a blank cell; expected letters or digits"),
        ((table(Row(heading=Cell(), cells=(cell("b"),))),), "found a blank cell; expected letters or digits"),
        ((table(row("a", cell("–"))),), "found –; expected letters or digits"),
        ((table(row("a", number("1", "1e999"))),), "text that says the number"),
        ((table(row("a", cell("b" * 32_768))),), "at most 32767 characters"),
    ],
)  # fmt: skip
def test_a_table_that_makes_no_accessible_sheet_is_refused_in_a_line(blocks: tuple[Block, ...], words: str) -> None:
    with pytest.raises(Refused) as refused:
        written(*blocks)
    assert words in str(refused.value)
    assert all(len(line) < 600 for line in str(refused.value).splitlines())


def test_every_fault_of_every_table_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        written(table(ROW, caption="", label="a"), table(row("a", cell("")), label="b"))
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "workbook, worksheet a",
        "workbook, worksheet b",
    ]


@pytest.mark.slow
def test_libreoffice_opens_it_and_reads_the_same_figures(file: bytes, tmp_path: Path) -> None:
    soffice = checkers.program("soffice")
    (tmp_path / "made.xlsx").write_bytes(file)
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
