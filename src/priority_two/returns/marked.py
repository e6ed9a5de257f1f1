"""The marked copy: a partner's own workbook, with what is to be mended filled in orange and explained beside it.

It is a new workbook, written from the values that were read: no formula, macro, link, picture or hidden part of the
file that came can be in it. What looked like personal data is not in it either; its cell says so. The first sheet lists
everything, since colour and comments alone would not reach every reader.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from priority_two.returns.grid import Book, Cell, Flaw, Sheet, letter
from priority_two.returns.template import FONT, SIZE, settled, titled

TO_MEND = "What to mend"
TAKEN_OUT = "taken out: personal data"
MOST_WIDE = 60
_MARK = PatternFill("solid", fgColor="F9B27C")
_HEADS = ("Sheet", "Cell", "Found", "Expected", "How to mend it")


def marked_copy(book: Book, flaws: Sequence[Flaw]) -> bytes:
    """Return the workbook that goes back to the partner.

    Parameters
    ----------
    book
        What was read.
    flaws
        What is wrong with it; those that are ``taken_out`` take their cell's text with them.
    """
    copy = Workbook()
    copy.remove(copy.active)
    titled(copy, "What to mend in this return")
    listed = copy.create_sheet(TO_MEND)
    for column, (head, width) in enumerate(zip(_HEADS, (26, 12, 44, 54, 70), strict=True), start=1):
        _put(listed, 1, column, head, bold=True)
        listed.column_dimensions[get_column_letter(column)].width = width
    for row, flaw in enumerate(flaws, start=2):
        cell = f"{letter(flaw.column) if flaw.column else ''}{flaw.row or ''}"
        for column, text in enumerate((flaw.sheet, cell, flaw.found, flaw.expected, flaw.mend), start=1):
            _put(listed, row, column, text or "-")
    listed.freeze_panes = "A2"
    titles = {TO_MEND.lower()}
    for sheet in book.sheets:
        if sheet.name.lower() != TO_MEND.lower():  # a copy that came back once more: its list is out of date
            _copied(copy.create_sheet(_title(sheet.name, titles)), sheet, [f for f in flaws if f.sheet == sheet.name])
    return settled(copy)


def _copied(target: Any, sheet: Sheet, flaws: Sequence[Flaw]) -> None:
    places: dict[tuple[int, int], list[Flaw]] = {}
    for flaw in flaws:
        if flaw.row is not None:
            places.setdefault((flaw.row, flaw.column or 1), []).append(flaw)
    widths: dict[int, int] = {}
    for (row, column), cell in sheet.cells.items():
        out = any(flaw.taken_out for flaw in places.get((row, column), ()))
        value = TAKEN_OUT if out else _value(cell)
        _put(target, row, column, value)
        widths[column] = min(max(widths.get(column, 12), len(str(value)) + 2), MOST_WIDE)
    for (row, column), found in places.items():
        cell = target.cell(row, column)
        cell.fill = _MARK
        text = "\n".join(f"Expected {flaw.expected}; {flaw.mend}" if flaw.mend else flaw.expected for flaw in found)
        cell.comment = Comment(text[:2000], "Priority Two", width=420, height=160)
    for column, width in widths.items():
        target.column_dimensions[get_column_letter(column)].width = width


def _value(cell: Cell) -> object:
    content = cell.content
    if isinstance(content, Decimal):
        return float(content) if content.adjusted() < 300 else str(content)
    return content


def _put(sheet: Any, row: int, column: int, value: object, bold: bool = False) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        # Control characters cannot stand in a workbook; and a text stays one, whatever it begins with.
        cell.value, cell.data_type = re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", " ", value)[:32_000], "s"
    elif value is not None:
        cell.value = value
    if isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    cell.font = Font(name=FONT, size=SIZE, bold=bold)
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)


def _title(name: str, taken: set[str]) -> str:
    """Return a sheet's name as a workbook can bear it, and none twice."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip("' ")[:26] or "Sheet"
    title, number = base, 2
    while title.lower() in taken:
        title, number = f"{base} {number}", number + 1
    taken.add(title.lower())
    return title
