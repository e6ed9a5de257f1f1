"""A return in the columns of ``observations.csv``, as spreadsheet programs save it: a CSV, or a sheet of a workbook.

Read are UTF-8 with and without a byte order mark, UTF-16 with one, and otherwise cp1252, the old code page of British
machines (:mod:`priority_two.returns.encoding`; a row in another encoding than the rest is refused); commas, semicolons,
tabs or bars between the fields; spaces beside quotation marks; a first line ``sep=;``; rows above the header; blank
rows and empty fields at a row's end. The columns may stand in any order. A row is counted as a spreadsheet counts it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Collection
from dataclasses import replace

from priority_two.errors import Error, Refused
from priority_two.reference.catalogue import Measure
from priority_two.returns.encoding import UTF_16, decoded
from priority_two.returns.store import COLUMNS
from priority_two.returns.submit.layout import TO_MEND_COLUMN
from priority_two.returns.submit.parse_cell import Amount, read_amount
from priority_two.returns.submit.spreadsheet import (
    LAST_ROW,
    NOTHING,
    Flaw,
    InputCell,
    Sheet,
    Spreadsheet,
    flaw,
    tidy_text,
)
from priority_two.returns.submit.submission import Submission, SubmittedFigure, Words, note_flaw
from priority_two.returns.submit.xlsx import LONGEST_TEXT, MOST_CELLS
from priority_two.spellings import Unclear, read_period

OBSERVATIONS = "observations"
MOST_ABOVE = 20
"""Rows among which the header is looked for."""
_NEEDED = {"period", "measure", "value"}
MIN_NAMED = 4
"""Columns that a row has to name to be taken for the header: more than half."""
STATUSES = ("", "p", "r", "x", "z")


def read_csv(content: bytes, shown: str) -> Spreadsheet:
    """Return a CSV as a book of one sheet, ``observations``, every cell as text.

    A row with bytes of another encoding is a flaw of the book, and no figure.

    Raises
    ------
    Refused
        It is no text, no CSV, or goes beyond a bound.
    """
    if b"\0" in content and not content.startswith(UTF_16):
        row = content[: content.index(b"\0")].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        raise Refused([Error(shown, "text", row, found="other bytes", fix="save it as CSV UTF-8")])
    text, odd = decoded(content)
    delimiter, skip = _delimiter(text)
    try:
        return _read(text, odd, delimiter, skip, shown)
    except csv.Error:
        pass
    try:  # once more, without the spaces behind a quotation mark that closes
        return _read(re.sub(rf'" +(?=[{re.escape(delimiter)}\n]|$)', '"', text), odd, delimiter, skip, shown)
    except csv.Error as error:
        fix = "close every quotation mark, and save it as CSV again"
        raise Refused([Error(shown, "well-formed CSV", error.args[1], fix=fix)]) from None


def _read(text: str, odd: Collection[int], delimiter: str, skip: bool, shown: str) -> Spreadsheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    sheet = Sheet(OBSERVATIONS)
    book = Spreadsheet(shown, [sheet], delimiter=delimiter)
    room, number, line = MOST_CELLS, 0, 0
    try:
        for number, fields in enumerate(reader, start=1):
            filled = {column: value for column, value in enumerate(fields, 1) if value}
            room -= len(filled)
            beyond = room < 0 or len(fields) > MOST_CELLS or number > LAST_ROW
            if beyond or any(len(value) > LONGEST_TEXT for value in filled.values()):
                limit = f"at most {MOST_CELLS} cells, and {LONGEST_TEXT} characters in a cell"
                raise Refused([Error(shown, limit, number, found="more")])
            first, line = line + 1, reader.line_num
            if any(first <= place <= line for place in odd):
                fix = "type the row again, and save the file as CSV UTF-8"
                expected = "text in the encoding of the other rows"
                book.flaws.append(Flaw(expected, "other bytes", fix, OBSERVATIONS, number))
                sheet.unread.add(number)
            if not (skip and number == 1):
                sheet.cells.update({(number, column): InputCell(value) for column, value in filled.items()})
    except csv.Error as error:
        raise csv.Error(str(error), number + 1) from None
    return book


def _delimiter(text: str) -> tuple[str, bool]:
    """Return what stands between the fields, and whether a first line says so (as Excel writes it)."""
    head = text[:8000].split("\n")[:MOST_ABOVE]
    if len(head[0].strip()) == 5 and head[0].lower().startswith("sep=") and head[0][4] not in "\"'":
        return head[0].strip()[4], True
    return max(",;\t|", key=lambda sign: (max(_known(line, sign) for line in head), sign == ",")), False


def _known(line: str, sign: str) -> int:
    names = line.lower().partition(TO_MEND_COLUMN)[0]  # what a marked copy says behind it names columns too
    return sum(part.strip().strip('"').strip() in COLUMNS for part in names.split(sign))


def observations_sheet(book: Spreadsheet) -> Sheet | None:
    """Return the one sheet of a workbook that is laid out as ``observations.csv``, or None."""
    laid_out = [sheet for sheet in book.sheets if header_row(sheet) is not None]
    return laid_out[0] if len(laid_out) == 1 else None


def read_observations(sheet: Sheet, words: Words) -> Submission:
    """Return the figures of a CSV, less what must not be looked at, and everything that is wrong with it."""
    submission = Submission()
    rows = sheet.by_row()
    head = header_row(sheet)
    if head is None:
        problem = f"row {min(rows)}, which does not name them" if rows else "none"
        fix = "begin with a row of their names, a comma between each"
        submission.flaws.append(Flaw(f"the columns {', '.join(COLUMNS)}", problem, fix, sheet.name))
        return submission
    if head > min(rows):
        submission.notices.append(f"row {head} is read as the header, and the rows above it are not read")
    mark = next(
        (column for column, cell in rows[head].items() if tidy_text(cell).lower().startswith(TO_MEND_COLUMN)), None
    )
    for cells in rows.values():
        cells.pop(mark or 0, None)  # what a marked copy said is not part of the return
    rows[head] |= {column: NOTHING for row, column in sheet.taken_out if row == head}
    columns = _columns(sheet.name, head, rows[head], submission)
    if not {*_NEEDED, "status"} <= columns.keys():
        return submission
    for row, cells in rows.items():
        if row < head and tidy_text(cells.get(columns["measure"], NOTHING)).upper() in words.catalogue.measures:
            fix = "put the row of the columns' names above it"
            submission.flaws.append(Flaw("no figure above the header", "one", fix, sheet.name, row))
    key = [columns[name] for name in ("period", "measure", "area", "breakdown") if name in columns]
    for row, cells in rows.items():
        if row <= head or row in sheet.unread or any((row, column) in sheet.taken_out for column in key):
            continue
        beyond = [column for column in cells if column > max(rows[head])]
        if beyond:
            fix = "put quotes round a number with a comma in it"
            submission.flaws.append(Flaw("no field beyond those of the header", "one", fix, sheet.name, row, beyond[0]))
        elif any(column in cells for column in columns.values()):
            fields = {name: cells.get(columns.get(name, 0), NOTHING) for name in COLUMNS}
            _read_row(fields, columns, sheet.name, row, words, submission)
    if len(columns) < len(COLUMNS):
        submission.figures.clear()  # without a part or an area they would be taken for totals
    return submission


def header_row(sheet: Sheet) -> int | None:
    """Return the row that names the columns: of the first rows the one that names most of them, if it names enough."""
    named = {row: _names(cells) for row, cells in list(sheet.by_row().items())[:MOST_ABOVE]}
    head = max(named, key=lambda row: (len(named[row]), -row), default=0)
    names = named.get(head, set())
    return head if len(names) >= MIN_NAMED or names >= _NEEDED else None


def _names(cells: dict[int, InputCell]) -> set[str]:
    return {name for cell in cells.values() if (name := tidy_text(cell).lower()) in COLUMNS}


def _columns(sheet: str, row: int, head: dict[int, InputCell], submission: Submission) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, cell in head.items():
        name = tidy_text(cell).lower()
        if name in COLUMNS and name not in columns:
            columns[name] = column
        else:
            problem = "it twice" if name in COLUMNS else "another"
            fix = "take the column out"
            submission.flaws.append(Flaw(f"only the columns {', '.join(COLUMNS)}", problem, fix, sheet, row, column))
    missing = [name for name in COLUMNS if name not in columns]
    if missing and NOTHING not in head.values():  # a heading that was taken out may be the one that is missing
        several = len(missing) > 1
        expected = f"the {'columns' if several else 'column'} {', '.join(missing)}"
        fix = "add them; they may be empty" if several else "add it; it may be empty"
        submission.flaws.append(Flaw(expected, "none", fix, sheet, row))
    return columns


def _read_row(
    fields: dict[str, InputCell], columns: dict[str, int], sheet: str, row: int, words: Words, submission: Submission
) -> None:
    flaws: list[Flaw] = []
    texts = {name: tidy_text(cell) for name, cell in fields.items()}
    measure = words.measure(texts["measure"], sheet, row, columns["measure"])
    if isinstance(measure, Flaw):
        submission.flaws.append(measure)  # nothing else of the row can be told
        return
    period = None
    try:
        period = read_period(fields["period"].content).plain
    except Unclear as unclear:
        flaws.append(flaw(unclear, sheet, row, columns["period"]))
    breakdown = words.breakdown(measure, texts["breakdown"])
    if breakdown is None:
        fix = f"use a code of {measure.measure} in breakdowns.csv, or leave it blank for the total"
        flaws.append(Flaw("a breakdown of the measure", "another word", fix, sheet, row, columns.get("breakdown", 0)))
    area = words.area(texts["area"], period)
    if area is None:
        fix = f"use its code, or leave it blank for {words.area_words.whole}"
        flaws.append(Flaw("an area of areas.csv", "another word", fix, sheet, row, columns.get("area", 0)))
    amount = _amount(fields, columns, sheet, row, measure, flaws)
    wrong = note_flaw(texts["note"], sheet, row, columns.get("note", 0))
    flaws += [wrong] if wrong else []
    submission.flaws += flaws
    if period is not None and breakdown is not None and area is not None and amount is not None:
        figure = (period, measure.measure, area, breakdown, amount.value, amount.status, texts["note"])
        submission.figures.append(SubmittedFigure(*figure, sheet, row, columns["value"]))


def _amount(
    fields: dict[str, InputCell], columns: dict[str, int], sheet: str, row: int, measure: Measure, flaws: list[Flaw]
) -> Amount | None:
    """Return the figure of a row, from its value and its status, which may say the same but no two things."""
    status, value = tidy_text(fields["status"]).lower().strip("[]"), fields["value"]
    if status not in STATUSES:
        digits = re.fullmatch(r"\d+", status, re.ASCII)
        fix = "write a number without a comma, or put quotes round it" if digits else "choose one"
        flaws.append(Flaw("blank, p, r, x or z", "another word", fix, sheet, row, columns["status"]))
    try:
        amount = read_amount(value.content, measure.unit, value.percent, measure.is_change)
    except Unclear as unclear:
        wrong_format = value.percent or isinstance(value.content, dt.date)
        flaws.append(replace(flaw(unclear, sheet, row, columns["value"]), reformat=wrong_format))
        return None
    if status not in STATUSES:
        return None
    if amount is None and status in ("x", "z"):
        return Amount(None, status)
    if amount is not None and (amount.status in ("", status) and (amount.value is None or status not in ("x", "z"))):
        return Amount(amount.value, status or amount.status)
    if amount is not None and amount.status and not status:
        return amount
    problem = "neither" if amount is None else "a value and a status that disagree"
    fix = "fill in the value, or status x (not available) or z (not applicable)"
    flaws.append(Flaw("a value, or status x or z", problem, fix, sheet, row, columns["value"]))
    return None
