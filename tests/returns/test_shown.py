"""A workbook says what it shows: what is hidden, or shown otherwise than it is, is refused by its cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, Rule
from openpyxl.styles import Alignment, Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.submit.cell_styles import contrast
from priority_two.returns.submit.completed_form import unsafe
from priority_two.returns.submit.number_format import not_as_it_is
from priority_two.returns.submit.parse_cell import read_amount
from priority_two.returns.submit.template import template
from priority_two.returns.submit.xlsx import read_xlsx
from priority_two.spellings import plain

FIGURES = "xl/worksheets/sheet3.xml"
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def blank() -> bytes:
    folder = DataFolder(DATA)
    return template(folder, load_catalogue(folder), "drive", parse("2021-04..2021-06"))


def said(content: bytes) -> list[str]:
    """Return what is wrong with the sheet of figures, a line a cell."""
    book = read_xlsx(content, "a.xlsx")
    (sheet,) = (sheet for sheet in book.sheets if sheet.name == "Figures")
    return [str(flaw.error("a.xlsx")) for flaw in unsafe(sheet)]


def changed(blank: bytes, change: Change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book["Figures"]
    sheet["F4"], sheet["G4"] = 12, 0
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(content: bytes, pattern: str, new: str) -> bytes:
    """Return a workbook in whose sheet of figures the XML is another at one place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as again:
        for name in parts.namelist():
            text = parts.read(name)
            if name == FIGURES:
                text = re.sub(pattern, new, text.decode(), count=1).encode()
                assert text != parts.read(name)
            again.writestr(name, text)
    return out.getvalue()


def formatted(code: str) -> Change:
    def change(sheet: Any) -> None:
        sheet["F4"].number_format = code

    return change


def lettered(fill: Any = "", **font: Any) -> Change:
    def change(sheet: Any) -> None:
        sheet["F4"].font = Font(**font)
        sheet["F4"].fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()

    return change


def patterned(front: str, back: str) -> Change:
    def change(sheet: Any) -> None:
        sheet["F4"].font = Font(color="FF00AA00")
        sheet["F4"].fill = PatternFill("darkGrid", fgColor=front, bgColor=back)

    return change


def graded(*stops: str) -> Change:
    def change(sheet: Any) -> None:
        sheet["F4"].font = Font(color="FF00AA00")
        sheet["F4"].fill = GradientFill(stop=stops)

    return change


def aligned(**alignment: Any) -> Change:
    def change(sheet: Any) -> None:
        sheet["F4"].alignment = Alignment(**alignment)

    return change


def ruled(rule: Rule) -> Change:
    return lambda sheet: sheet.conditional_formatting.add("F4:F6", rule)


in_thousands = DifferentialStyle(numFmt=NumberFormat(numFmtId=201, formatCode="0,"))
BLANK_FORMAT = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=";;;"))
HIDDEN: dict[str, tuple[Change, str]] = {
    "a format that shows nothing": (formatted(";;;"), "hidden by its format"),
    "one that shows other digits": (formatted('"1"0'), "shown as another number"),
    "white letters": (lettered(color="FFFFFFFF"), "hidden by its colour"),
    "letters in the white of the theme": (lettered(color=Color(theme=0)), "hidden by its colour"),
    "letters in the white of the palette": (lettered(color=Color(indexed=9)), "hidden by its colour"),
    "black made white by a tint": (lettered(color=Color(theme=1, tint=1.0)), "hidden by its colour"),
    "letters in the ground of the system": (lettered(color=Color(indexed=65)), "hidden by its colour"),
    "letters and ground in the ink of the system": (
        lettered(color=Color(indexed=64), fill=Color(indexed=64)),
        "hidden by its colour",
    ),
    "letters in the colours of a pattern": (patterned("FF00AA00", "FF00AA00"), "hidden by its colour"),
    "letters in the colours of a gradient": (graded("FF00AA00", "FF01AA00"), "hidden by its colour"),
    "letters that are signs": (lettered(name="Wingdings 2"), "written in signs"),
    "letters of a set of signs": (lettered(name="Anything", charset=2), "written in signs"),
    "a cell that repeats what it holds": (aligned(horizontal="fill"), "shown otherwise by its alignment"),
    "a cell that pushes it out": (aligned(indent=200), "shown otherwise by its alignment"),
    "almost white": (lettered(color="FFFEFEFE"), "hidden by its colour"),
    "letters in the colour of the cell": (lettered("FF00AA01", color="FF00AA00"), "hidden by its colour"),
    "letters of one point": (lettered(size=1), "too small to read"),
    "struck through": (lettered(strike=True), "struck through"),
    "a rule that writes in white": (ruled(FormulaRule(["TRUE"], font=Font(color="FFFFFFFF"))), "a rule may hide"),
    "a rule with a format that shows nothing": (
        ruled(Rule(type="expression", formula=["TRUE"], dxf=BLANK_FORMAT)),
        "a rule may hide",
    ),
    "a rule with a format that shows thousands": (
        ruled(Rule(type="expression", formula=["TRUE"], dxf=in_thousands)),
        "a rule may hide",
    ),
    "a scale of colours that is black": (
        ruled(ColorScaleRule(start_type="min", start_color="FF000000", end_type="max", end_color="FFFFFFFF")),
        "a rule may hide",
    ),
    "a bar in place of the value": (
        ruled(DataBarRule("num", 0, "num", 9, color="FF00FF00", showValue=False)),
        "a rule may hide",
    ),
}
SEEN: dict[str, Change] = {
    "as the template has it": lambda sheet: None,
    "a thousands separator": formatted("#,##0"),
    "decimals": formatted("0.00"),
    "as an accountant writes it": formatted('_-* #,##0_-;\\-* #,##0_-;_-* "-"??_-;_-@_-'),
    "negatives in red": formatted("#,##0;[Red]-#,##0"),
    "text": formatted("@"),
    "an exponent": formatted("0.00E+00"),
    "grey": lettered(color="FFBFBFBF"),
    "white on blue": lettered("FF12436D", color="FFFFFFFF"),
    "a pattern": patterned("FFFF0000", "FFFFFFFF"),
    "a gradient": graded("FFFFFFFF", "FFFFC000"),
    "an indent": aligned(indent=2),
    "letters on their side": aligned(textRotation=90),
    "a scale of colours": ruled(
        ColorScaleRule(start_type="min", start_color="FFFFFFFF", end_type="max", end_color="FF63BE7B")
    ),
    "a rule that writes in red": ruled(CellIsRule("lessThan", ["3"], font=Font(color="FFFF0000"))),
    "a rule that writes white on red": ruled(
        CellIsRule("lessThan", ["3"], font=Font(color="FFFFFFFF"), fill=PatternFill("solid", bgColor="FFB10E1E"))
    ),
}
BAR = '<x14:cfRule type="dataBar" id="a"><x14:dataBar showValue="0"/></x14:cfRule>'
WHITE = (
    '<x14:cfRule type="expression" id="a"><xm:f>TRUE</xm:f><x14:dxf><font><color rgb="FFFFFFFF"/></font></x14:dxf>'
    "</x14:cfRule>"
)
EXTENDED = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="a">'
    '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/'
    'main">{}<xm:sqref>F4</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>'
)
IN_XML: dict[str, tuple[str, str, str]] = {
    "a row without height": (r'(<row r="4"[^>]*?) ht="[\d.]*"', r'\g<1> ht="0"', "row 4: found one that holds"),
    "a row of two points": (r'(<row r="4"[^>]*?) ht="[\d.]*"', r'\g<1> ht="2"', "row 4: found one that holds"),
    "rows that have none by default": (
        r'(<sheetFormatPr[^>]*?) defaultRowHeight="15"(.*<row r="4"[^>]*?) ht="[\d.]*"',
        r'\g<1> defaultRowHeight="0"\g<2>',
        "row 4: found one that holds",
    ),
    "a column of half a character": (r'<col width="12"([^>]* min="6")', r'<col width="0.5"\1', "column F: found one"),
    "columns that have none by default": (
        r'(<sheetFormatPr )(.*?)<col width="12"[^>]* min="6"[^>]*/>',
        r'\g<1>defaultColWidth="0.4" \g<2>',
        "column F: found one",
    ),
    "a row of five points": (r'(<row r="4"[^>]*?) ht="[\d.]*"', r'\g<1> ht="5"', "row 4: found one that holds"),
    "a text beside a text": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><is><t>1</t><t>2</t></is>',
        "column F: found an error",
    ),
    "two texts of a cell": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><is><t>1</t></is><is><t>2</t></is>',
        "column F: found an error",
    ),
    "a value within a value": (
        r'(<c r="F4"[^>]*>)<v>12</v>',
        r"\1<v>1<x>2</x></v>",
        "column F: found an error",
    ),
    "signs within a text": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><is><r><rPr><rFont val="Webdings"/></rPr><t>12</t></r></is>',
        "column F: found something written in signs",
    ),
    "a rule of a later kind that hides the value": ("</worksheet>", EXTENDED.format(BAR), "a rule may hide"),
    "a rule of a later kind that writes in white": ("</worksheet>", EXTENDED.format(WHITE), "a rule may hide"),
    "noughts that are blank": (
        "<sheetView ",
        '<sheetView showZeros="0" ',
        "row 4, column G: found something hidden by its format",
    ),
    "two values": (r'(<c r="F4"[^>]*>)<v>12</v>', r"\1<v>1</v><v>2</v>", "column F: found an error"),
    "an unknown kind of cell": (r'<c r="F4"([^>]*?) t="n">', r'<c r="F4"\1 t="zz">', "column F: found an error"),
    "a value and a text": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><v>12</v><is><t>13</t></is>',
        "column F: found an error",
    ),
    "white letters within a text": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><is><r><t>1</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>2</t></r></is>',
        "column F: found something hidden by its colour",
    ),
    "a raised digit": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        r'<c r="F4"\1 t="inlineStr"><is><r><t>1</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></is>',
        "column F: found something with digits above or below the line",
    ),
    "digits in the other direction": (
        r'<c r="F4"([^>]*?) t="n"><v>12</v>',
        '<c r="F4"\\1 t="inlineStr"><is><t>\u202e21</t></is>',
        "column F: found U+202E",
    ),
}


@pytest.mark.parametrize(("change", "how"), HIDDEN.values(), ids=HIDDEN)
def test_a_figure_that_cannot_be_seen_is_refused(blank: bytes, change: Change, how: str) -> None:
    lines = said(changed(blank, change))
    assert any("sheet Figures, row 4, column F: found something" in line and how in line for line in lines), lines


@pytest.mark.parametrize("change", SEEN.values(), ids=SEEN)
def test_a_figure_that_can_be_seen_is_read(blank: bytes, change: Change) -> None:
    content = changed(blank, change)
    assert said(content) == []
    (sheet,) = (sheet for sheet in read_xlsx(content, "a.xlsx").sheets if sheet.name == "Figures")
    assert sheet.at(4, 6).content == 12


@pytest.mark.parametrize(("pattern", "new", "line"), IN_XML.values(), ids=IN_XML)
def test_what_a_program_may_show_otherwise_is_refused(blank: bytes, pattern: str, new: str, line: str) -> None:
    lines = said(rewritten(changed(blank, lambda sheet: None), pattern, new))
    assert any(line in each for each in lines), lines


def drawn(content: bytes, corner: int) -> bytes:
    """Return a workbook with a shape over two columns and rows of the sheet of figures, from a corner on."""
    place = "<{0}><col>{1}</col><row>{1}</row></{0}>"
    anchor = place.format("from", corner) + place.format("to", corner + 2)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as again:
        rels = FIGURES.replace("worksheets/", "worksheets/_rels/") + ".rels"
        for name in parts.namelist():
            text = parts.read(name).decode()
            if name == rels:
                relation = '<Relationship Id="d" Type="x/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
                text = text.replace("</Relationships>", relation)
            again.writestr(name, text)
        again.writestr("xl/drawings/drawing1.xml", f"<wsDr><twoCellAnchor>{anchor}<sp/></twoCellAnchor></wsDr>")
        if rels not in parts.namelist():
            relation = '<Relationship Id="d" Type="x/drawing" Target="../drawings/drawing1.xml"/>'
            relation = f"<Relationships>{relation}</Relationships>"
            again.writestr(rels, relation)
    return out.getvalue()


def test_what_lies_under_a_drawing_is_refused(blank: bytes) -> None:
    content = changed(blank, lambda sheet: None)
    assert said(drawn(content, 100)) == []
    lines = said(drawn(content, 3))
    assert any("row 4, column F: found something that a drawing may cover" in line for line in lines), lines


def test_a_style_of_a_table_that_hides_is_refused(blank: bytes) -> None:
    content = changed(blank, ruled(FormulaRule(["FALSE"], font=Font(color="FFFFFFFF"))))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w") as again:
        for name in parts.namelist():
            text = parts.read(name)
            if name == "xl/styles.xml":
                number = text.count(b"<dxf>") - 1
                style = f'<tableStyle name="a"><tableStyleElement type="wholeTable" dxfId="{number}"/></tableStyle>'
                text = re.sub(rb"<tableStyles[^>]*/>", f"<tableStyles>{style}</tableStyles>".encode(), text)
                assert b"tableStyleElement" in text
            again.writestr(name, text)
    with pytest.raises(Refused, match="expected tables whose styles show what they hold"):
        read_xlsx(out.getvalue(), "a.xlsx")


def test_rows_that_are_hidden_below_the_table_hide_nothing(blank: bytes) -> None:
    content = changed(blank, lambda sheet: None)
    assert said(rewritten(content, "<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')) == []


def test_letters_of_their_own_that_can_be_seen_are_read(blank: bytes) -> None:
    pieces = r'<c r="F4"\1 t="inlineStr"><is><r><rPr><b/></rPr><t>1</t></r><r><t>2</t></r></is>'
    content = rewritten(changed(blank, lambda sheet: None), r'<c r="F4"([^>]*?) t="n"><v>12</v>', pieces)
    assert said(content) == []


@pytest.mark.parametrize(
    ("pattern", "new", "line"),
    [
        (r'(<c r="F4".*?</c>)', r'\1<c r="F4"><v>99</v></c>', "found two of the address F4; expected each cell"),
        ('<c r="F4"', '<c r="F19"', "found a damaged part"),
    ],
    ids=["two cells of one address", "a cell in the row of others"],
)
def test_a_sheet_in_which_cells_overlap_is_refused(blank: bytes, pattern: str, new: str, line: str) -> None:
    with pytest.raises(Refused, match=line):
        said(rewritten(changed(blank, lambda sheet: None), pattern, new))


@pytest.mark.parametrize("content", [Decimal("-0"), Decimal("-0.0"), Decimal("0E9"), "-0", "−0", "(0)"])
def test_minus_nought_is_nought(content: Decimal | str) -> None:
    amount = read_amount(content, "count", change=True)
    assert plain(Decimal("-0.00")) == "0"
    assert amount is not None and amount.value is not None and plain(amount.value) == "0"


CODES = {
    # what it shows of:           12     0     -3
    "General": ("", "", ""),
    "0": ("", "", ""),
    "#,##0.00;(#,##0.00)": ("", "", ""),
    "[$£-809]#,##0": ("", "", ""),
    '0 "cases"': ("", "", ""),
    "#": ("", "hidden", ""),
    "0;-0;;@": ("", "hidden", ""),
    "# ?/?": ("", "", ""),
    "0.0E-00": ("", "", ""),
    ";;": ("hidden", "hidden", "hidden"),
    '"5"': ("hidden", "hidden", "hidden"),
    "0;0": ("", "", "shown"),
    "(0)": ("shown", "shown", "shown"),
    "#,##0,": ("shown", "shown", "shown"),
    '0.0,,"m"': ("shown", "shown", "shown"),
    r"\10": ("shown", "shown", "shown"),
    "[<10]0;0": ("shown", "shown", "shown"),
    "[White]0": ("shown", "shown", "shown"),
    "[Yellow]0": ("shown", "shown", "shown"),
    "[Color19]0": ("shown", "shown", "shown"),
    "[Color10]0": ("", "", ""),
    '"I"0': ("shown", "shown", "shown"),
    '0"O"': ("shown", "shown", "shown"),
    '0"½"': ("shown", "shown", "shown"),
    '0"²"': ("shown", "shown", "shown"),
    '0"k"': ("shown", "shown", "shown"),
    '0.0" million"': ("shown", "shown", "shown"),
    "0/12": ("shown", "shown", "shown"),
    "0.0.0": ("shown", "shown", "shown"),
    "# ##0": ("", "", ""),
    '0" kits"': ("", "", ""),
    '0" Offences"': ("", "", ""),
}


@pytest.mark.parametrize("code", CODES)
def test_a_format_shows_a_number_as_it_is_or_is_said_not_to(code: str) -> None:
    words = [not_as_it_is(code, Decimal(number)) for number in (12, 0, -3)]
    assert [word.partition(" ")[0] for word in words] == list(CODES[code])


def test_a_format_shows_a_text_or_is_said_not_to() -> None:
    assert [not_as_it_is(code, "x") for code in ("General", "@", "0;-0;0;@", "0")] == [""] * 4
    assert not_as_it_is(";;;", "x") == not_as_it_is("0;0;0;", "x") == "hidden by its format"
    assert not_as_it_is('@"0"', "x") == "shown as another number by its format"


@given(st.text(max_size=30), st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.text(max_size=5))
def test_any_format_shows_a_content_as_it_is_or_is_said_not_to(code: str, content: Decimal | str) -> None:
    assert not_as_it_is(code, content) in ("", "hidden by its format", "shown as another number by its format")


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)
