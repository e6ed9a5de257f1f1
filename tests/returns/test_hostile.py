"""Hostile files: refused in one line and within bounded memory, whatever they are made of."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkers import FOREVER
from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.submit.delimited import read_csv
from priority_two.returns.submit.spreadsheet import Spreadsheet
from priority_two.returns.submit.template import template
from priority_two.returns.submit.xlsx import read_xlsx

SHEET = "xl/worksheets/sheet1.xml"
MEMORY = 450 * 1024 * 1024  # address space; the command takes some 150 MB of it before it reads anything


def _made() -> bytes:
    folder = DataFolder(DATA)
    return template(folder, load_catalogue(folder), "drive", parse("2021-04..2021-06"))


GOOD = _made()


def with_parts(changed: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a workbook with parts put in or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts, zipfile.ZipFile(out, "w", how) as again:
        for name in parts.namelist():
            if name not in changed:
                again.writestr(name, parts.read(name))
        for name, part in changed.items():
            again.writestr(name, part)
    return out.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        return parts.read(name)


def sheet(body: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{body}</worksheet>"
    ).encode()


def bomb() -> bytes:
    out = io.BytesIO()
    info = zipfile.ZipInfo(SHEET, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w") as parts, parts.open(info, "w") as one:
        for _ in range(700):
            one.write(bytes(1024 * 1024))
    return out.getvalue()


def lying_bomb() -> bytes:
    """Return a workbook whose sheet says that it is small, and is 60 MB."""
    inner = b"<worksheet>" + b" " * (60 * 1024 * 1024)
    content = bytearray(with_parts({SHEET: inner}))
    size = len(inner).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def entities() -> str:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{lines}]>'


def encrypted() -> bytes:
    content = bytearray(GOOD)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def macros() -> bytes:
    types = part("[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return with_parts({"[Content_Types].xml": types})


def many_sheets() -> bytes:
    book = openpyxl.Workbook()
    for number in range(60):
        book.create_sheet(f"s{number}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


LONG = "x" * 20_000
CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
ROW = '<row hidden="1"/>'
ROWS = "".join(f'<row r="{row}">' + "<c><v>1</v></c>" * 50 + "</row>" for row in range(1, 3001))
FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an .xlsm": ("a.xlsm", lambda: GOOD, "another kind of file"),
    "an .xlsb": ("a.xlsb", lambda: GOOD, "another kind of file"),
    "an .xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "another kind of file"),
    "an old or encrypted workbook": (
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "an encrypted workbook, or one of an older kind",
    ),
    "macros under another name": ("a.xlsx", macros, "found one with macros"),
    "a macro part": ("a.xlsx", lambda: with_parts({"xl/vbaProject.bin": b"x"}), "found macros or controls"),
    "a link to a workbook": (
        "a.xlsx",
        lambda: with_parts({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "found links to other files",
    ),
    "an embedded file": ("a.xlsx", lambda: with_parts({"xl/embeddings/o.bin": b"x"}), "found an embedded file"),
    "a picture": ("a.xlsx", lambda: with_parts({"xl/media/image1.png": b"x"}), "found a picture"),
    "a pivot table": (
        "a.xlsx",
        lambda: with_parts({"xl/pivotCache/pivotCacheRecords1.xml": b"<a/>"}),
        "found a pivot table",
    ),
    "another part": ("a.xlsx", lambda: with_parts({"xl/other.bin": b"x"}), "found a part of another kind"),
    "a zip bomb": ("a.xlsx", bomb, "found a zip bomb, or something like it"),
    "a zip bomb that lies": ("a.xlsx", lying_bomb, "expected"),
    "entities": ("a.xlsx", lambda: with_parts({SHEET: sheet("&e11;", entities())}), "without a document type"),
    "entities in UTF-16": (
        "a.xlsx",
        lambda: with_parts({"docProps/app.xml": f"{entities()}<a>&e11;</a>".encode("utf-16")}),
        "without a document type",
    ),
    "an outside entity": (
        "a.xlsx",
        lambda: with_parts({SHEET: sheet("&x;", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>')}),
        "without a document type",
    ),
    "depth": ("a.xlsx", lambda: with_parts({SHEET: sheet("<a>" * 100_000)}, zipfile.ZIP_STORED), "at most 60 levels"),
    "too many cells": (
        "a.xlsx",
        lambda: with_parts({SHEET: sheet(f"<sheetData>{ROWS}</sheetData>")}, zipfile.ZIP_STORED),
        "60000 cells",
    ),
    "too many rows": (
        "a.xlsx",
        lambda: with_parts({SHEET: sheet(f"<sheetData>{ROW * 70_000}</sheetData>")}, zipfile.ZIP_STORED),
        "60000 cells and rows",
    ),
    "too many sheets": ("a.xlsx", many_sheets, "1 to 30 sheets"),
    "a long text": (
        "a.xlsx",
        lambda: with_parts({SHEET: sheet(CELL.format("A1").replace(">x<", f">{LONG}<"))}),
        "10000 characters",
    ),
    "a row out of bounds": (
        "a.xlsx",
        lambda: with_parts({SHEET: sheet('<sheetData><row r="99999999999"/></sheetData>')}),
        "a damaged part",
    ),
    "an encrypted part": ("a.xlsx", encrypted, "a workbook without a password"),
    "half a file": ("a.xlsx", lambda: GOOD[: len(GOOD) // 2], "an .xlsx workbook"),
    "no workbook": ("a.xlsx", lambda: b"PK\x05\x06" + bytes(18), "an .xlsx workbook"),
    "words": ("a.xlsx", lambda: b"measure,value\n", "an .xlsx workbook"),
    "a damaged part": ("a.xlsx", lambda: with_parts({SHEET: b"<worksheet><sheetData>"}), "a damaged part"),
    "too large a file": ("a.xlsx", lambda: GOOD + bytes(33 * 1024 * 1024), "at most 33554432 bytes"),
    "a CSV of commas": ("a.csv", lambda: b"," * (8 * 1024 * 1024), "at most 60000 cells"),
    "a CSV of rows": ("a.csv", lambda: b"a\n" * (4 * 1024 * 1024), "at most 60000 cells"),
    "a CSV with an open quotation": ("a.csv", lambda: b'period,"' + b"x" * 7_000_000, "expected"),
    "a CSV that is none": ("a.csv", lambda: bytes(range(256)) * 100, "found other bytes"),
}
CHILD = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
except ImportError:
    pass
from priority_two.cli import main
from click.testing import CliRunner
for name in sys.argv[3:]:
    done = CliRunner().invoke(main, ["ingest", name, "--received", "2021-07-05", "--data", sys.argv[2]])
    print(name, done.exit_code, ascii(done.output), sep="\\t", flush=True)
"""


def bounded(data: Path, *files: Path) -> dict[str, tuple[int, str]]:
    """Offer files to the command in a process that may take no more than a little memory."""
    command = [sys.executable, "-c", CHILD, str(MEMORY), str(data), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=FOREVER, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (int(status), said) for name, status, said in lines}


def test_each_hostile_file_is_refused_in_a_line_within_bounded_memory(data: Path, tmp_path: Path) -> None:
    before = sorted((data / "returns").iterdir())
    files = {}
    for number, (case, (name, make, _)) in enumerate(FILES.items()):
        (tmp_path / f"{number}").mkdir()
        file = tmp_path / f"{number}" / name
        file.write_bytes(make())
        if file.suffix == ".csv":
            file.with_suffix(".terms.yaml").write_text("partner: police\n", encoding="utf-8")
        files[case] = file
    said = bounded(data, *files.values())
    for case, (_, _, expected) in FILES.items():
        status, output = said[str(files[case])]
        assert status == 1 and expected in output, f"{case}: {output}"
        assert "fault of the program" not in output and output.count("\\n") == 1, f"{case}: {output}"
        assert not list(files[case].parent.glob("*-to-mend.xlsx"))
    assert sorted((data / "returns").iterdir()) == before


def test_a_cell_in_the_last_corner_and_a_merge_of_everything_cost_nothing(data: Path, tmp_path: Path) -> None:
    """They make a grid of seventeen thousand million cells for a program that fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    number = book.sheetnames.index("Figures") + 1
    name = f"xl/worksheets/sheet{number}.xml"
    text = part(name).decode()
    corner = f'<row r="1048576">{CELL.format("XFD1048576")}</row></sheetData>'
    end = text.index("</sheetData>") + len("</sheetData>")
    text = text[:end].replace("</sheetData>", corner) + text[end:]
    at = text.index("<dataValidations") if "<dataValidations" in text else text.index("<pageMargins")
    text = text[:at] + '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>' + text[at:]
    (tmp_path / "a.xlsx").write_bytes(with_parts({name: text.encode()}))
    ((status, said),) = bounded(data, tmp_path / "a.xlsx").values()
    assert status == 1 and "row 1048576, column XFD: found something" in said
    assert "row 1, column A: found some; expected no merged cells" in said


def test_what_stands_outside_the_cells_is_looked_through() -> None:
    text_found = "someone@example.org"
    comment = f'<comment ref="B7"><text><t>{text_found}</t></text></comment>'
    link = f'<Relationship Id="r" Type="x/hyperlink" Target="mailto:{text_found}" TargetMode="External"/>'
    footer = f"<headerFooter><oddFooter>&amp;L{text_found}</oddFooter></headerFooter>"
    cases = {
        "xl/comments1.xml": (f"<comments>{comment}</comments>", "the comment on B7"),
        "xl/drawings/drawing1.xml": (
            f"<d><t>some</t><t>one@example.org</t><p/>{text_found}</d>",
            "text outside the cells",
        ),
        "xl/worksheets/_rels/sheet9.xml.rels": (f"<Relationships>{link}</Relationships>", "a link"),
        SHEET: (sheet(footer).decode(), "header, footer or link"),
    }
    for name, (text, where) in cases.items():
        book = read_xlsx(with_parts({name: text.encode()}), "a.xlsx")
        assert any(place == where and text_found in said for _, place, said in book.asides), name
    strings = "<sst><si><t>shown</t></si><si><r><t>someone@</t></r><r><t>example.org</t></r></si></sst>"
    relation = b'<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    relations = part("xl/_rels/workbook.xml.rels").replace(b"</Relationships>", relation)
    shared = sheet('<sheetData><row><c t="s"><v>0</v></c></row></sheetData>')
    only = {name: sheet("") for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist() if "worksheets/sheet" in name}
    parts = {**only, SHEET: shared, "xl/sharedStrings.xml": strings.encode(), "xl/_rels/workbook.xml.rels": relations}
    book = read_xlsx(with_parts(parts), "a.xlsx")
    assert book.sheets[0].at(1, 1).content == "shown"
    assert (None, "a text that no cell shows", text_found) in book.asides


def test_words_in_attributes_are_looked_through() -> None:
    """Each is written by a program or typed in a dialogue, and shown in no cell."""
    text = "someone@example.org"
    drawing = f'<wsDr><cNvPr id="2" name="Chart 1" descr="rung 020 8464 3333, asked for {text}"/></wsDr>'
    workbook = part("xl/workbook.xml").decode()
    named = f'<definedNames><definedName name="a" comment="{text}">1</definedName></definedNames></workbook>'
    saved = f'<absPath url="https://example.org/personal/{text}/"/></workbook>'
    rule = "<dataValidation{}><formula1>{}</formula1></dataValidation>"
    formula = '<sheetData><row><c r="A1"><f>{}</f><v>1</v></c></row></sheetData>'
    cases = {
        ("xl/drawings/drawing1.xml", drawing): "the description of a drawing",
        ("xl/persons/person.xml", f'<personList><person userId="{text}"/></personList>'): "the author of a comment",
        ("xl/workbook.xml", workbook.replace("</workbook>", named)): "a defined name",
        ("xl/workbook.xml", workbook.replace("</workbook>", saved)): "the address at which it was saved",
        (SHEET, sheet(rule.format("", f'"{text}"')).decode()): "a choice or rule of cells",
        (SHEET, sheet(rule.format(f' prompt="ask {text}"', "1")).decode()): "a choice or rule of cells",
        (SHEET, sheet(formula.format(f'HYPERLINK("mailto:{text}","x")')).decode()): "a formula",
        (SHEET, sheet(formula.format(f'IF(B1="he said ""{text}""",1,0)')).decode()): "a formula",
        ("xl/tables/table9.xml", f'<table><tableColumn name="{text}"/></table>'): "text outside the cells",
    }
    for (name, xml), where in cases.items():
        book = read_xlsx(with_parts({name: xml.encode()}), "a.xlsx")
        assert any(place == where and text in said for _, place, said in book.asides), name


def test_the_words_of_a_formula_take_room_once() -> None:
    cells = "".join(
        f'<row r="{row}">' + '<c><f>IF(A1="","",IF(A1&gt;5,"greater","less"))</f><v>1</v></c>' * 5 + "</row>"
        for row in range(1, 11001)
    )
    book = read_xlsx(with_parts({SHEET: sheet(f"<sheetData>{cells}</sheetData>")}, zipfile.ZIP_STORED), "a.xlsx")
    assert len(book.sheets[0].cells) == 55_000
    assert [text.split() for _, place, text in book.asides if place == "a formula"] == [["greater", "less"]]


def test_what_programs_write_about_the_author_is_set_apart() -> None:
    text = "someone@example.org"
    for name in ("docProps/core.xml", "docProps/custom.xml", "customXml/item1.xml", "docMetadata/LabelInfo.xml"):
        book = read_xlsx(with_parts({name: f'<a><creator>{text}</creator><b c="{text}"/></a>'.encode()}), "a.xlsx")
        assert ("creator", text) in book.properties and ("b", text) in book.properties
        assert not any(text in said for _, _, said in book.asides)


def renamed(change: Callable[[str], str], types: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in parts.namelist():
            content = types if types and name == "[Content_Types].xml" else parts.read(name)
            info = zipfile.ZipInfo("x")
            info.filename = change(name)
            again.writestr(info, content)
    return out.getvalue()


def test_a_workbook_is_read_however_its_parts_are_named() -> None:
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    sheets = [one.cells for one in read_xlsx(GOOD, "a.xlsx").sheets]
    types = part("[Content_Types].xml")
    default = re.sub(rb'<Override[^>]*PartName="/xl/workbook.xml"[^>]*/>', b"", types)
    default = re.sub(rb'<Default[^>]*Extension="xml"[^>]*/>', b"", default)
    default = default.replace(b"</Types>", b'<Default Extension="XML" ContentType="%b"/></Types>' % kind)
    assert default.count(kind) == 1 and b"/xl/workbook.xml" not in default
    for content in (
        renamed(lambda name: name, default),
        renamed(lambda name: name.replace("/", "\\")),
        renamed(str.upper),
        renamed(lambda name: f"/{name}"),
        renamed(lambda name: name, types.replace(b"/xl/workbook.xml", b"/XL/Workbook.xml")),
    ):
        assert [one.cells for one in read_xlsx(content, "a.xlsx").sheets] == sheets


def test_a_sheet_styled_to_its_end_is_read_and_costs_little(data: Path, tmp_path: Path) -> None:
    """A million rows with nothing in them: what is left when somebody gives whole rows a colour."""
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    name = f"xl/worksheets/sheet{book.sheetnames.index('Figures') + 1}.xml"
    text = part(name).decode()
    cells = "".join(f'<c r="{column}{{0}}" s="1"/>' for column in "ABCDEF")
    row = '<row r="{0}" spans="1:6" s="1" customFormat="1" x14ac:dyDescent="0.25">{1}</row>'
    styled = "".join(row.format(number, cells.format(number) if number % 8 else "") for number in range(200, 300_000))
    styled += "".join(f'<row r="{number}" s="1" customFormat="1"/>' for number in range(300_000, 1_048_577))
    text = text.replace("</sheetData>", styled + "</sheetData>")
    text = text.replace("<worksheet ", '<worksheet xmlns:x14ac="http://example.org/x14ac" ', 1)
    file = tmp_path / "a.xlsx"
    file.write_bytes(with_parts({name: text.encode()}))
    del text, styled
    ((status, said),) = bounded(data, file).values()
    assert status == 1 and "sheet Terms" in said and "at most" not in said  # nothing was filled in
    assert read_xlsx(file.read_bytes(), "a.xlsx").sheets[2].cells == read_xlsx(GOOD, "a.xlsx").sheets[2].cells


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_damage_is_refused_or_read_and_nothing_else(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for at, value in changes:
        content[at] = value
    read_or_refused(lambda: read_xlsx(bytes(content), "a.xlsx"))


XML = st.recursive(
    st.sampled_from(["text", "&#65;", "1", "-1", "9" * 400, "_xD800_", ""]),
    lambda inside: st.builds(
        lambda name, key, value, parts: f'<{name} {key}="{value}">{"".join(parts)}</{name}>',
        st.sampled_from(["row", "c", "v", "f", "is", "t", "col", "mergeCell", "sheetData", "hyperlink", "oddHeader"]),
        st.sampled_from(["r", "t", "s", "ref", "min", "hidden", "ht"]),
        st.sampled_from(["A1", "s", "1", "-1", "1e9", "A1:B2", "", "b", "e", "d", "inlineStr", "9" * 5000]),
        st.lists(inside, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(XML)
def test_any_sheet_is_read_or_refused(body: str) -> None:
    read_or_refused(lambda: read_xlsx(with_parts({SHEET: sheet(body)}), "a.xlsx"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_csv_or_refused(content: bytes) -> None:
    read_or_refused(lambda: read_csv(content, "a.csv"))
    read_or_refused(lambda: read_csv(b"period;measure;area;breakdown;value;status;note\n" + content, "a.csv"))


def read_or_refused(read: Callable[[], Spreadsheet]) -> None:
    try:
        book = read()
    except Refused as refused:
        assert refused.errors and "\n" not in str(refused.errors[0])
    else:
        assert book.sheets


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_that_is_none_is_a_wrong_call(data: Path, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    ((status, said),) = bounded(data, tmp_path / name).values()
    assert status == 2 and "is no file that can be read" in said
