"""Personal data where a workbook can hide it: the return is refused, or nothing of it is in the store."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from test_intake import fill

from conftest import DATA
from priority_two.cli import main
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.submit.template import template

CANARY = "someone.hidden@example.org 943 476 5919"
SIGNS = (b"someone.hidden", b"943 476 5919", b"9434765919")
SHEET, BOOK, STYLES = "xl/worksheets/sheet3.xml", "xl/workbook.xml", "xl/styles.xml"
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def filled() -> Parts:
    folder = DataFolder(DATA)
    book = openpyxl.load_workbook(
        io.BytesIO(template(folder, load_catalogue(folder), "drive", parse("2021-04..2021-06")))
    )
    fill(book)
    mine: Any = book.create_sheet("Mine")
    mine["A1"] = "words of our own"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def zipped(parts: Parts, comment: bytes = b"", extra: bytes = b"", note: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            info.extra, info.comment = extra, note
            archive.writestr(info, content)
        archive.comment = comment
    return out.getvalue()


def put(name: str, pattern: str, new: str) -> Callable[[Parts], bytes]:
    """Put something into a part, at one place."""

    def change(parts: Parts) -> bytes:
        text = re.sub(pattern, lambda match: match.expand(new), parts[name].decode(), count=1)
        assert text != parts[name].decode()
        return zipped({**parts, name: text.encode()})

    return change


def add(name: str, content: str | bytes) -> Callable[[Parts], bytes]:
    """Add a part."""
    return lambda parts: zipped({**parts, name: content.encode() if isinstance(content, str) else content})


EXTENSION = f'<extLst><ext uri="{{1}}"><x1 a="{CANARY}">{CANARY}</x1></ext></extLst></worksheet>'
MINE = "xl/worksheets/sheet6.xml"
CELL = r"<c r=\"A1\".*?</c>"
PLACES: dict[str, Callable[[Parts], bytes]] = {
    "before the archive": lambda parts: CANARY.encode() + zipped(parts),
    "behind the archive": lambda parts: zipped(parts) + CANARY.encode(),
    "the comment of the archive": lambda parts: zipped(parts, comment=CANARY.encode()),
    "an extra field of a part": lambda parts: zipped(
        parts, extra=b"\x99\x99" + len(CANARY).to_bytes(2, "little") + CANARY.encode()
    ),
    "the comment of a part": lambda parts: zipped(parts, note=CANARY.encode()),
    "the name of a part": add(f"xl/worksheets/{CANARY}.xml", "<a/>"),
    "the name of a folder": add(f"{CANARY}/", ""),
    "a part of another kind": add("xl/notes.xml", f"<a>{CANARY}</a>"),
    "a comment of XML in a sheet": put(SHEET, "<sheetData>", f"<!--{CANARY}--><sheetData>"),
    "a comment of XML in the styles": put(STYLES, "<fonts", f"<!--{CANARY}--><fonts"),
    "a processing instruction": put(SHEET, "<sheetData>", f"<?p {CANARY}?><sheetData>"),
    "an attribute of an unknown element": put(SHEET, "<sheetData>", f'<odd a="{CANARY}"/><sheetData>'),
    "an attribute of a row": put(SHEET, "<row ", f'<row odd="{CANARY}" '),
    "an attribute of a cell": put(SHEET, "<c ", f'<c odd="{CANARY}" '),
    "an extension": put(SHEET, "</worksheet>", EXTENSION),
    "custom XML": add("customXml/item1.xml", f"<a>{CANARY}</a>"),
    "an attribute of custom XML": add("customXml/item1.xml", f'<a b="{CANARY}"/>'),
    "custom properties": add("docProps/custom.xml", f"<Properties><property>{CANARY}</property></Properties>"),
    "the author": put("docProps/core.xml", "</cp:coreProperties>", f"<x>{CANARY}</x></cp:coreProperties>"),
    "the company": put("docProps/app.xml", "</Properties>", f"<Company>{CANARY}</Company></Properties>"),
    "a thumbnail": add("docProps/thumbnail.jpeg", CANARY),
    "the settings of a printer": add("xl/printerSettings/printerSettings1.bin", CANARY.encode("utf-16-le")),
    "an address of a relation": add(
        "xl/worksheets/_rels/sheet6.xml.rels",
        f'<Relationships><Relationship Id="r" Type="x" Target="{CANARY}" TargetMode="External"/></Relationships>',
    ),
    "the id of a relation": add(
        "xl/worksheets/_rels/sheet6.xml.rels",
        f'<Relationships><Relationship Id="{CANARY}" Type="x" Target="a.xml"/></Relationships>',
    ),
    "the type of a part that is not there": put(
        "[Content_Types].xml", "</Types>", f'<Override PartName="/{CANARY}" ContentType="x"/></Types>'
    ),
    "a number format": put(STYLES, 'formatCode="[^"]*"', f'formatCode="0&quot;{CANARY}&quot;"'),
    "the name of a style": put(STYLES, 'name="Normal"', f'name="{CANARY}"'),
    "the name of a typeface": put(STYLES, 'name val="Arial"', f'name val="{CANARY}"'),
    "the name of the theme": put("xl/theme/theme1.xml", 'name="Office Theme"', f'name="{CANARY}"'),
    "a defined name": put(
        BOOK, "</workbook>", f'<definedNames><definedName name="a">"{CANARY}"</definedName></definedNames></workbook>'
    ),
    "who may write": put(BOOK, "<sheets>", f'<fileSharing userName="{CANARY}"/><sheets>'),
    "where it was saved": put(BOOK, "<sheets>", f'<absPath url="https://example.org/{CANARY}"/><sheets>'),
    "the name of a sheet": put(BOOK, 'name="Mine"', f'name="{CANARY[:26]}"'),
    "the code name of a sheet": put(SHEET, "<sheetPr>", f'<sheetPr codeName="{CANARY}">'),
    "a list of choices": put(SHEET, "<formula1>[^<]*", f'<formula1>"{CANARY}"'),
    "the prompt of a choice": put(SHEET, 'prompt="[^"]*"', f'prompt="{CANARY}"'),
    "a conditional format": put(
        SHEET,
        "</sheetData>",
        '</sheetData><conditionalFormatting sqref="A1"><cfRule type="expression" priority="1">'
        f'<formula>"{CANARY}"</formula></cfRule></conditionalFormatting>',
    ),
    "a range that is protected": put(
        SHEET, "</sheetData>", f'</sheetData><protectedRanges><protectedRange name="{CANARY}"/></protectedRanges>'
    ),
    "a scenario": put(SHEET, "</sheetData>", f'</sheetData><scenarios><scenario user="{CANARY}"/></scenarios>'),
    "a footer": put(SHEET, "<oddFooter>", f"<oddFooter>{CANARY}"),
    "the tip of a link": put(
        SHEET, "<pageMargins", f'<hyperlinks><hyperlink ref="A1" tooltip="{CANARY}"/></hyperlinks><pageMargins'
    ),
    "a comment on a cell": add(
        "xl/comments1.xml", f'<comments><comment ref="A1"><text><t>{CANARY}</t></text></comment></comments>'
    ),
    "the author of a comment": add(
        "xl/comments1.xml", f"<comments><authors><author>{CANARY}</author></authors></comments>"
    ),
    "a threaded comment": add("xl/threadedComments/threadedComment1.xml", f"<a><text>{CANARY}</text></a>"),
    "a person of comments": add("xl/persons/person.xml", f'<personList><person displayName="{CANARY}"/></personList>'),
    "the name of a table": put("xl/tables/table1.xml", 'displayName="[^"]*"', f'displayName="{CANARY}"'),
    "the description of a drawing": add("xl/drawings/drawing1.xml", f'<d><cNvPr id="1" descr="{CANARY}"/></d>'),
    "the title of a chart": add("xl/charts/chart1.xml", f"<c><t>{CANARY}</t></c>"),
    "a formula of a sheet of one's own": put(MINE, CELL, f'<c r="A1"><f>"{CANARY}"</f><v>1</v></c>'),
    "a link of such a formula": put(MINE, CELL, f'<c r="A1"><f>HYPERLINK("mailto:{CANARY}","x")</f><v>1</v></c>'),
    "a cell of a sheet of one's own": put(MINE, CELL, f'<c r="A1" t="inlineStr"><is><t>{CANARY}</t></is></c>'),
    "how a text is spoken": put(
        MINE, CELL, f'<c r="A1" t="inlineStr"><is><t>x</t><rPh sb="0" eb="1"><t>{CANARY}</t></rPh></is></c>'
    ),
    "another encoding": add(
        "docProps/app.xml", f'<?xml version="1.0" encoding="UTF-16"?><a>{CANARY}</a>'.encode("utf-16")
    ),
    "text that is no markup": put(SHEET, "</worksheet>", f"<x><![CDATA[{CANARY}]]></x></worksheet>"),
    "the name of a namespace": put(SHEET, "<worksheet ", f'<worksheet xmlns:x="{CANARY}" '),
    "a view of one's own": put(
        SHEET, "</sheetData>", f'</sheetData><customSheetViews><customSheetView guid="{CANARY}"/></customSheetViews>'
    ),
    "the order of a list": put(
        SHEET, "</sheetData>", f'</sheetData><sortState ref="A1"><sortCondition customList="{CANARY}"/></sortState>'
    ),
    "a filter": put(
        SHEET,
        "</sheetData>",
        f'</sheetData><autoFilter ref="A1"><filters><filter val="{CANARY}"/></filters></autoFilter>',
    ),
    "what a chart remembers": add("xl/charts/chart1.xml", f"<c><strCache><pt><v>{CANARY}</v></pt></strCache></c>"),
    "a formula of a table": add(
        "xl/tables/table9.xml", f'<table><totalsRowFormula>"{CANARY}"</totalsRowFormula></table>'
    ),
    "a value with parts": add("xl/richData/rdrichvalue.xml", f"<rvData><rv><v>{CANARY}</v></rv></rvData>"),
    "the picture of a file": add("docProps/thumbnail.jpeg", CANARY.encode("utf-16-le")),
    "a number of a formula": put(MINE, CELL, '<c r="A1"><f>9434765919+0</f><v>1</v></c>'),
    "the sheet of a formula": put(MINE, CELL, """<c r="A1"><f>'943 476 5919'!A1</f><v>1</v></c>"""),
    "pieces of a formula": put(MINE, CELL, '<c r="A1"><f>"943 476"&amp;" 5919"</f><v>1</v></c>'),
    "a number with an exponent": put(MINE, CELL, '<c r="A1"><v>9.434765919E9</v></c>'),
    "what a formula last said": put(MINE, CELL, f'<c r="A1" t="str"><f>A2</f><v>{CANARY}</v></c>'),
    "yes or no": put(MINE, CELL, f'<c r="A1" t="b"><v>{CANARY}</v></c>'),
    "characters by number": put(MINE, CELL, '<c r="A1" t="inlineStr"><is><t>&#57;43_x0020_476 5919</t></is></c>'),
    "the words of an error": put(MINE, CELL, f'<c r="A1" t="e"><v>{CANARY}</v></c>'),
    "the letters of a piece of text": put(
        MINE, CELL, f'<c r="A1" t="inlineStr"><is><r><rPr><rFont val="{CANARY}"/></rPr><t>x</t></r></is></c>'
    ),
}


def everything(folder: Path) -> list[bytes]:
    """Return what lies in a folder: names, bytes, and what is packed in them."""
    held: list[bytes] = []
    for path in folder.rglob("*"):
        held.append(path.name.encode())
        if path.is_file():
            held.append(path.read_bytes())
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as parts:
                held += [part for name in parts.namelist() for part in (name.encode(), parts.read(name))]
    return held


@pytest.mark.parametrize("hide", PLACES.values(), ids=PLACES)
def test_nothing_personal_that_a_workbook_hides_is_kept_or_repeated(
    data: Path, tmp_path: Path, filled: Parts, hide: Callable[[Parts], bytes]
) -> None:
    (tmp_path / "drive.xlsx").write_bytes(hide(filled))
    assert any(sign in held for sign in SIGNS for held in (*everything(tmp_path), CANARY.encode()))
    call = ["ingest", str(tmp_path / "drive.xlsx"), "--received", "2021-07-05", "--data", str(data)]
    done = CliRunner().invoke(main, call)
    assert "fault of the program" not in done.stderr and not any(sign.decode() in done.output for sign in SIGNS)
    store = data / "returns" / "2021-07-05_drive"
    assert (done.exit_code == 0) == store.exists()
    assert not any(sign in held for sign in SIGNS for held in everything(data))


@pytest.mark.parametrize("name", ["the name of a part", "a part of another kind"])
def test_a_part_that_is_not_on_the_list_is_refused(data: Path, tmp_path: Path, filled: Parts, name: str) -> None:
    (tmp_path / "drive.xlsx").write_bytes(PLACES[name](filled))
    call = ["ingest", str(tmp_path / "drive.xlsx"), "--received", "2021-07-05", "--data", str(data)]
    done = CliRunner().invoke(main, call)
    assert (
        done.exit_code == 1 and "drive.xlsx: found a part of another kind; expected a workbook of plain" in done.stderr
    )


def test_a_sheet_is_kept_under_a_name_of_ours(data: Path, tmp_path: Path, filled: Parts) -> None:
    (tmp_path / "drive.xlsx").write_bytes(put(BOOK, 'name="Figures"', 'name="Figures of Jo Bloggs"')(filled))
    call = ["ingest", str(tmp_path / "drive.xlsx"), "--received", "2021-07-05", "--data", str(data)]
    assert CliRunner().invoke(main, call).exit_code == 0
    assert openpyxl.load_workbook(data / "returns/2021-07-05_drive/original.xlsx").sheetnames == ["Terms", "Figures"]
