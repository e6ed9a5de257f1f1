"""The marked copy: what a partner sent, with what is to be mended marked and explained, and nothing else changed.

Of a workbook it is the partner's own: every value, number format, width, border, choice and sheet stays as it came;
cells to be mended are filled in orange and carry a comment, and a first sheet lists everything, since colour and
comments alone would not reach every reader. Of a CSV it is a CSV with a last column that says what to mend. Either
comes back as it is: the list, the comments and that column are passed over by intake.

Four things are not the partner's any more. What looked like personal data is taken out, and the whole copy is searched
once more before it is handed over. A formula stands as the number it came to, since the copy must not be able to ask
anything of the machine that opens it; links to the outside go for the same reason, and the properties, which name
people. A cell whose number format made a date or a percentage of a number takes the general format, so that what is
typed again is a number.

A workbook that the library cannot open is written anew from the cells that were read, with their values and formats.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy as same
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.scenario import ScenarioList

from priority_two.characters import UNSEEN
from priority_two.personal import BORN_SINCE
from priority_two.returns.submit.delimited import header_row
from priority_two.returns.submit.layout import TO_MEND, TO_MEND_COLUMN
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, InputCell, Sheet, Spreadsheet, letter
from priority_two.returns.submit.submission import TAKEN_OUT
from priority_two.returns.submit.template import FILL_IN, FONT, SIZE, new_workbook, saved
from priority_two.returns.submit.xlsx import MOST_CELLS
from priority_two.spellings import FORMULA_SIGNS, tidy

NO_RESULT = "taken out: a formula without a result"
SHOWN_AS_DAY = "taken out: a number shown as a day"
MOST_WIDE = 60
LONGEST_MARK = 2000
_TITLE = "What to mend in this return"
_MARK = PatternFill("solid", fgColor="F9B27C")
_HEADS = ("Sheet", "Cell", "Found", "Expected", "How to mend it")
_SIGN = "To mend: "

Private = Callable[[str], str]
"""Returns what kind of personal data a text looks like, or nothing."""


def marked_workbook(
    book: Spreadsheet, flaws: Sequence[Flaw], content: bytes, private: Private, clean: Callable[[bytes], bool]
) -> bytes:
    """Return the workbook that goes back to the partner: ``book`` is what was read, less what is personal.

    The flaws that are ``taken_out`` take their cell's text with them. ``content`` are the bytes that were read, which
    :func:`priority_two.returns.submit.xlsx.read_xlsx` found to be within bounds. ``private`` judges texts outside the
    cells; ``clean`` says whether a finished copy can be read and nothing personal is found in it.
    """
    with suppress(Exception):  # a library that reads a stranger's file may stumble over anything in it
        own = _own(book, flaws, content, private)
        if clean(own):
            return own
    return _anew(book, flaws)


def marked_csv(book: Spreadsheet, flaws: Sequence[Flaw]) -> bytes:
    """Return the CSV that goes back to the partner: its rows where they stood, with a last column on what to mend.

    It is UTF-8 with a byte order mark, as spreadsheet programs read best; what concerns no row of it stands below.
    """
    sheet = book.sheets[0]
    width = max((column for _, column in sheet.cells), default=1)
    height = max([row for row, _ in sheet.cells] + [flaw.row or 1 for flaw in flaws], default=1)
    rows = [[""] * width for _ in range(height)]
    for (line, column), cell in sheet.cells.items():
        rows[line - 1][column - 1] = _harmless(str(cell.content or ""))
    head = (header_row(sheet) or next((number for number, row in enumerate(rows, 1) if any(row)), 1)) - 1
    names = [tidy(name).lower() for name in rows[head]]
    old = next((number for number, name in enumerate(names) if name.startswith(TO_MEND_COLUMN)), None)
    marks: dict[int, list[str]] = {}
    below = []
    for flaw in flaws:
        if flaw.row is None:
            below.append(_advice(flaw))
            continue
        column = (flaw.column or 0) - 1
        name = names[column] if 0 <= column < width and flaw.row - 1 != head else ""
        marks.setdefault(flaw.row - 1, []).append(f"{name or letter(flaw.column or 0)}: {_advice(flaw)}".lstrip(": "))
        if flaw.taken_out and 0 <= column < width:
            rows[flaw.row - 1][column] = TAKEN_OUT
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if book.delimiter == "\t" else book.delimiter, lineterminator="\r\n")
    for number, row in enumerate(rows):
        fields = [field for column, field in enumerate(row) if column != old]
        mark = " / ".join(marks.get(number, ()))[:LONGEST_MARK]
        if number == head:
            mark = f"{TO_MEND_COLUMN}: {mark}".rstrip(": ")
        writer.writerow([*fields, mark])
    blank = [""] * (width - (old is not None))
    writer.writerows([*blank, advice] for advice in below)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Return a field that no spreadsheet takes for a formula; a space before it keeps what it says."""
    number = re.fullmatch(r"[-+]?[\d,.]*", text, re.ASCII)
    return f" {text}" if text[:1] and text[0] in FORMULA_SIGNS and not number else text


def _advice(flaw: Flaw) -> str:
    problem = flaw.for_sender or ("" if flaw.taken_out else flaw.found)  # its kind would itself look personal
    parts = [f"found {problem}" if problem else "", f"expected {flaw.expected}", flaw.fix]
    return "; ".join(part for part in parts if part)


# The partner's own workbook ------------------------------------------------------------------------------------


def _own(book: Spreadsheet, flaws: Sequence[Flaw], content: bytes, private: Private) -> bytes:
    if sum(sheet.spread for sheet in book.sheets) > MOST_CELLS:
        raise ValueError("merges or links over more cells than the library can lay out")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copy = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    if len(copy._sheets) != len(book.sheets):
        raise ValueError("other sheets than those that were read")
    pairs = list(zip(book.sheets, list(copy._sheets), strict=True))
    again = any(sheet.name.lower() == TO_MEND.lower() for sheet in book.sheets)
    for sheet, target in pairs:
        if sheet.name.lower() == TO_MEND.lower():  # a copy that came back once more: its list is out of date
            copy.remove(target)
            continue
        if target.title[: len(sheet.name)] != sheet.name:
            target.title = sheet.name  # its own name was personal
        if hasattr(target, "data_validations"):
            places = _places(flaws, sheet.name)
            if again:
                _unmarked(target, places)
            _stripped(target, private)
            _put_back(target, sheet)
            _marked(target, sheet, places)
            _tables(target)
    for name, defined in list(copy.defined_names.items()):
        if _any(private, defined):
            del copy.defined_names[name]
    copy.properties, copy.custom_doc_props = DocumentProperties(), CustomPropertyList()
    copy.properties.title, copy.properties.language, copy.properties.creator = _TITLE, "en-GB", "Priority Two"
    _list(copy.create_sheet(TO_MEND, 0), flaws)
    copy.active = 0
    for target in copy.worksheets:
        target.sheet_view.tabSelected = target.title == TO_MEND
    return saved(copy)


def _stripped(target: Any, private: Private) -> None:
    """Take out of a sheet what stands in no cell and is personal, or leads elsewhere."""
    target.data_validations.dataValidation = [
        rule for rule in target.data_validations.dataValidation if not _any(private, rule)
    ]
    for page in (f"{which}{what}" for which in ("odd", "even", "first") for what in ("Header", "Footer")):
        for side in (getattr(getattr(target.HeaderFooter, page), name) for name in ("left", "center", "right")):
            side.text = None if side.text and private(side.text) else side.text
    for name, defined in list(target.defined_names.items()):
        if _any(private, defined):
            del target.defined_names[name]
    target.scenarios = ScenarioList()
    for cell in target._cells.values():
        if isinstance(cell, MergedCell):
            continue
        if cell.hyperlink and (cell.hyperlink.target or _any(private, cell.hyperlink)):
            cell.hyperlink = None
        if cell.comment:  # written anew in any case: its author may be a person
            comment, cell.comment = cell.comment, None
            if not private(comment.text):
                cell.comment = Comment(comment.text, "Priority Two", comment.height, comment.width)


def _any(private: Private, holder: Any) -> bool:
    """Whether any text that an object of the library holds is personal."""
    return any(private(text) for text in vars(holder).values() if isinstance(text, str))


def _put_back(target: Any, sheet: Sheet) -> None:
    """Put back the numbers that the library takes for days, and rounds, or for days out of its range, and drops."""
    for place, read in sheet.cells.items():
        cell = target._cells.get(place)
        if cell is not None and cell.data_type in "de" and isinstance(read.content, Decimal):
            cell.value = _value(read)


def _unmarked(target: Any, places: dict[tuple[int, int], list[Flaw]]) -> None:
    """Take away the comments of an earlier marked copy, and its fill where nothing is to be mended any more."""
    for place, cell in target._cells.items():
        if isinstance(cell, MergedCell):
            continue
        if place not in places and cell.has_style and _is_mark(cell.fill):
            cell.fill = PatternFill() if cell.protection.locked else same(FILL_IN)
        if cell.comment and _SIGN in cell.comment.text:
            comment, theirs = cell.comment, cell.comment.text.partition(_SIGN)[0].rstrip()
            cell.comment = Comment(theirs, "", comment.height, comment.width) if theirs else None


def _is_mark(fill: Any) -> bool:
    """Whether a fill is that of a mark: programs differ in how they write that a colour is not transparent."""
    colour = fill.fgColor.rgb
    return isinstance(colour, str) and colour[-6:] == _MARK.fgColor.rgb[-6:]


def _marked(target: Any, sheet: Sheet, places: dict[tuple[int, int], list[Flaw]]) -> None:
    for (row, column), flaws in places.items():
        cell = target.cell(row, column)
        if isinstance(cell, MergedCell):
            area = next(area for area in target.merged_cells.ranges if cell.coordinate in area)
            cell = target.cell(area.min_row, area.min_col)
        else:
            _rewrite(cell, sheet.cells.get((row, column), NOTHING), flaws)
        _comment(cell, flaws)


def _rewrite(cell: Any, read: InputCell, flaws: Iterable[Flaw]) -> None:
    """Change the value and the number format of a cell that cannot stay as it is."""
    if any(flaw.taken_out for flaw in flaws):
        _set(cell, TAKEN_OUT)
        cell.number_format = "General"
    elif any(flaw.reformat for flaw in flaws):
        _set(cell, _retyped(read))
        cell.number_format = "General"
    elif read.formula and read.content is None and not read.error:
        _set(cell, NO_RESULT)


def _retyped(cell: InputCell) -> object:
    """Return what a cell showed, as words: sent back unmended, it is refused again."""
    content = cell.content
    if isinstance(content, dt.date):
        return SHOWN_AS_DAY if content.year < BORN_SINCE else content.isoformat()
    return f"{tidy(content * 100)}%" if isinstance(content, Decimal) else content


def _tables(target: Any) -> None:
    """Keep a table whose columns are named as its header cells, as spreadsheet programs demand; none has a formula."""
    for name in list(target.tables):
        table = target.tables[name]
        first, _, _ = table.ref.partition(":")
        head = target[first]
        width = len(table.tableColumns)
        cells = [target.cell(head.row, head.column + offset).value for offset in range(width)]
        if not width or (table.headerRowCount != 0 and [str(text) for text in cells] != table.column_names):
            del target.tables[name]
            continue
        for column in table.tableColumns:
            column.calculatedColumnFormula = column.totalsRowFormula = None


# Written anew ----------------------------------------------------------------------------------------------------


def _anew(book: Spreadsheet, flaws: Sequence[Flaw]) -> bytes:
    copy = new_workbook(_TITLE)
    _list(copy.create_sheet(TO_MEND), flaws)
    titles = {TO_MEND.lower()}
    for sheet in book.sheets:
        if sheet.name.lower() == TO_MEND.lower():
            continue
        target = copy.create_sheet(_title(sheet.name, titles))
        _written(target, sheet)
        _marked(target, sheet, _places(flaws, sheet.name))
    return saved(copy)


def values_only(sheets: Mapping[str, Sheet], title: str) -> bytes:
    """Return a workbook with the values of sheets under these names, in their formats of days and percentages.

    Nothing else is in it: neither what a sheet was called, nor any part of the workbook that came.
    """
    book = new_workbook(title)
    titles: set[str] = set()
    for name, sheet in sheets.items():
        _written(book.create_sheet(_title(name, titles)), sheet)
    return saved(book)


def _written(target: Any, sheet: Sheet) -> None:
    widths: dict[int, int] = {}
    for (row, column), read in sheet.cells.items():
        value = _value(read)
        _put(target, row, column, value)
        if read.percent:
            target.cell(row, column).number_format = "0.00%"
        widths[column] = min(max(widths.get(column, 12), len(str(value)) + 2), MOST_WIDE)
    for column, width in widths.items():
        target.column_dimensions[get_column_letter(column)].width = width


def _value(cell: InputCell) -> object:
    content = cell.content
    if isinstance(content, Decimal):
        return float(content) if content.adjusted() < 300 else str(content)
    return content


def _title(name: str, taken: set[str]) -> str:
    """Return a sheet's name as a workbook can bear it, and none twice."""
    base = re.sub(r"[\[\]:*?/\\]", " ", UNSEEN.sub(" ", name)).strip("' ")[:26] or "Sheet"
    title, number = base, 2
    while title.lower() in taken:
        title, number = f"{base} {number}", number + 1
    taken.add(title.lower())
    return title


# Both --------------------------------------------------------------------------------------------------------------


def _places(flaws: Iterable[Flaw], sheet: str) -> dict[tuple[int, int], list[Flaw]]:
    """Return the flaws of a sheet by the cell that each stands in; that of a row stands in its first."""
    places: dict[tuple[int, int], list[Flaw]] = {}
    for flaw in flaws:
        if flaw.sheet == sheet and flaw.row is not None:
            places.setdefault((flaw.row, flaw.column or 1), []).append(flaw)
    return places


def _comment(cell: Any, flaws: Sequence[Flaw]) -> None:
    cell.fill = _MARK
    theirs = f"{cell.comment.text}\n" if cell.comment else ""
    text = theirs + "\n".join(_SIGN + _advice(flaw) for flaw in flaws)
    cell.comment = Comment(text[:LONGEST_MARK], "Priority Two", width=420, height=160)


def _list(sheet: Any, flaws: Sequence[Flaw]) -> None:
    for column, (head, width) in enumerate(zip(_HEADS, (26, 12, 44, 54, 70), strict=True), start=1):
        _put(sheet, 1, column, head, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, flaw in enumerate(flaws, start=2):
        cell = f"{letter(flaw.column) if flaw.column else ''}{flaw.row or ''}"
        texts = (flaw.sheet, cell, flaw.for_sender or flaw.found, flaw.expected, flaw.fix)
        for column, text in enumerate(texts, start=1):
            _put(sheet, row, column, text or "-")
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _put(sheet: Any, row: int, column: int, value: object, bold: bool = False) -> None:
    cell = sheet.cell(row, column)
    _set(cell, value)
    if isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    cell.font = Font(name=FONT, size=SIZE, bold=bold)
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)


def _set(cell: Any, value: object) -> None:
    if isinstance(value, str):
        # Control characters cannot stand in a workbook; and a text stays one, whatever it begins with.
        cell.value, cell.data_type = UNSEEN.sub(" ", value)[:32_000], "s"
    elif value is not None:
        cell.value = value
