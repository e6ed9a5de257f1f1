"""The template that comes back, read by what stands in it and not by where it once stood.

The header row is found by its words and a column by its heading, so that an inserted row or a moved column does no
harm. What could hide a figure or change it unseen is refused, cell by cell: formulas, hidden rows and columns, merged
cells, figures outside the table, rows and months that are not the template's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from priority_two.periods import Period
from priority_two.reference.catalogue import Measure
from priority_two.returns.submit import layout
from priority_two.returns.submit.parse_cell import read_amount
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, InputCell, Sheet, Spreadsheet, flaw, tidy_text
from priority_two.returns.submit.submission import TOTAL_WORDS, Submission, SubmittedFigure, Words, note_flaw
from priority_two.spellings import Content, Unclear, read_period

_LABELS = (layout.MEASURE, layout.BREAKDOWN, layout.AREA, layout.UNIT, layout.DEFINITION)
_OURS = (layout.START, layout.TERMS, layout.FIGURES, layout.WARDS, layout.LAST, layout.NOTES)
_YES_NO = {"": False, "no": False, "n": False, "yes": True, "y": True}


def sheets(book: Spreadsheet, flaws: list[Flaw]) -> tuple[dict[str, Sheet], list[str]]:
    """Return the template's sheets by name, and the names of those that are not the template's and are passed over.

    A sheet that bears another name by now is known by what stands in it. One that is missing or hidden is a flaw.
    """
    ours: dict[str, Sheet] = {}
    others = []
    for sheet, name in zip(book.sheets, _names(book), strict=True):
        if sheet.hidden and sheet.by_row():
            flaws.append(Flaw("no hidden sheet", "one", "show it, or take it out", sheet.name))
        if sheet.name.lower() == layout.TO_MEND.lower():
            continue  # the list of a marked copy that comes back
        if name is None:
            others.append(sheet.name)
        elif name in ours:
            flaws.append(Flaw("each sheet of the template once", "it twice", "take one out", sheet.name))
        else:
            ours[name] = sheet
    for name in (layout.TERMS, layout.FIGURES):
        if name not in ours:
            flaws.append(Flaw(f"the sheet {name} of the template", "none", "start from a fresh template"))
    return ours, others


def is_template(book: Spreadsheet) -> bool:
    """Whether any sheet of a workbook is one that a template is filled in on."""
    return any(name in (layout.TERMS, layout.FIGURES, layout.WARDS) for name in _names(book))


def _names(book: Spreadsheet) -> list[str | None]:
    """Return the template's name of each sheet, by its own name, else by its words; None where it is none of them."""
    names = {name.lower(): name for name in _OURS}
    named = [names.get(" ".join(sheet.name.split()).lower()) for sheet in book.sheets]
    kinds = [_kind(sheet) if name is None else name for sheet, name in zip(book.sheets, named, strict=True)]
    return [name or (kind if kind not in named else None) for name, kind in zip(named, kinds, strict=True)]


def _kind(sheet: Sheet) -> str | None:
    """Return which sheet of the template one is by its words, whatever its name; None where it is none."""
    labels = {item.label.lower() for item in layout.QUESTIONS}
    found = set()
    for cells in sheet.by_row().values():
        texts = {tidy_text(cell).lower() for cell in cells.values()}
        if {layout.MEASURE_CODE.lower(), layout.BREAKDOWN_CODE.lower()} <= texts:
            return layout.WARDS if layout.AREA_CODE.lower() in texts else layout.FIGURES
        found |= texts & labels
    return layout.TERMS if len(found) > len(labels) // 2 else None


def unsafe(sheet: Sheet) -> list[Flaw]:
    """Return what could hide or change something unseen: formulas, errors, hidden rows and columns, merged cells."""
    flaws = []
    rows = sheet.by_row()
    for row, cells in rows.items():
        if row in sheet.hidden_rows:
            fix = "show the row, and see whether it belongs"
            flaws.append(Flaw("no hidden row", "one that holds something", fix, sheet.name, row))
        for column, cell in cells.items():
            if cell.formula:
                fix = "put the number in its place (copy, then paste values only); in the marked copy it stands there"
                flaws.append(Flaw("a number or words", "a formula", fix, sheet.name, row, column))
            elif cell.error:
                flaws.append(Flaw("a number or words", "an error", "type it again", sheet.name, row, column))
    used = {column for cells in rows.values() for column in cells}
    for first, last in sheet.hidden_columns:
        for column in sorted(column for column in used if first <= column <= last):
            fix = "show the column, and see whether it belongs"
            flaws.append(Flaw("no hidden column", "one that holds something", fix, sheet.name, None, column))
    end_row, end_column = max(rows, default=0), max(used, default=0)
    head = next((row for row, cells in rows.items() if _is_head(cells)), 0)  # a title above it may stretch
    for top, left, bottom, _ in sheet.merged:
        if head <= bottom and top <= end_row and left <= end_column:
            fix = "take the merge apart, and fill in each cell"
            flaws.append(Flaw("no merged cells", "some", fix, sheet.name, top, left))
    return flaws


def answers(sheet: Sheet, flaws: list[Flaw]) -> dict[str, tuple[Content, int, int]]:
    """Return the answers of the terms sheet by key, each with its row and column; the answer is right of its label."""
    labels = {item.label.lower(): item.key for item in layout.QUESTIONS}
    found: dict[str, tuple[Content, int, int]] = {}
    for row, cells in sheet.by_row().items():
        for column, cell in cells.items():
            key = labels.get(tidy_text(cell).lower())
            if key is None or any(other < column for other in cells):
                continue
            if key in found:
                flaws.append(Flaw("each item once", "it twice", "take one out", sheet.name, row, column))
            else:
                found[key] = (sheet.at(row, column + 1).content, row, column + 1)
    for item in layout.QUESTIONS:
        if item.key not in found:
            fix = "put its label back into column A, and the answer beside it"
            flaws.append(Flaw(f"the item {item.label}", "none", fix, sheet.name))
    return found


def read_figures(sheet: Sheet, words: Words, form: layout.Form | None, by_ward: bool) -> Submission:
    """Return the figures of an entry sheet, and everything that is wrong with them.

    Parameters
    ----------
    sheet
        The sheet, less what must not be looked at.
    words
        The words of the catalogue.
    form
        The form that the partner was asked to fill in; None where the terms do not tell which.
    by_ward
        Whether each row is a ward's.
    """
    submission = Submission()
    rows = sheet.by_row()
    head = next((row for row, cells in rows.items() if _is_head(cells)), None)
    if head is None:
        fix = "put the header row back, or start from a fresh template"
        submission.flaws.append(Flaw(f"a header row with {layout.MEASURE_CODE}", "none", fix, sheet.name))
        return submission
    for row, cells in rows.items():
        if row < head:
            submission.flaws += [_outside(sheet.name, row, c) for c, cell in cells.items() if _is_figure(cell)]
    rows[head] |= {column: NOTHING for row, column in sheet.taken_out if row == head}
    table = _Table(sheet.name, head, rows[head], form, by_ward, submission.flaws)
    if table.usable:
        seen: dict[tuple[str, str, str], int] = {}
        key = [table.columns[name] for name in table.named]
        for row, cells in rows.items():
            if row > head and not any((row, column) in sheet.taken_out for column in key):
                _read_row(table, row, cells, words, seen, submission)
    return submission


class _Table:
    """Where the columns of an entry sheet stand."""

    def __init__(
        self,
        sheet: str,
        row: int,
        head: dict[int, InputCell],
        form: layout.Form | None,
        by_ward: bool,
        flaws: list[Flaw],
    ) -> None:
        self.sheet, self.by_ward = sheet, by_ward
        self.columns: dict[str, int] = {}
        self.periods: dict[int, Period] = {}
        self.all = set(head)
        self.months = form.months if form else None
        self.named = named = [layout.MEASURE_CODE, layout.BREAKDOWN_CODE, *([layout.AREA_CODE] if by_ward else [])]
        known = {name.lower(): name for name in (*named, *_LABELS, layout.PROVISIONAL, layout.NOTE)}
        for column, cell in head.items():
            text = tidy_text(cell).lower()
            if text in known and known[text] not in self.columns:
                self.columns[known[text]] = column
                continue
            try:
                period = read_period(cell.content)
            except Unclear as unclear:
                expected = "a heading of the template"
                advice = _FRESH if text in known else "take the column out if it is yours, or put its heading back"
                found = "it twice" if text in known else "another"
                flaws.append(replace(flaw(unclear, sheet, row, column), expected=expected, found=found, fix=advice))
                continue
            if form and period not in form.periods:
                expected = f"months of {layout.months_text(form.months)}, and quarters and years that end in them"
                fix = "take the column out; figures for other months are another return"
                flaws.append(Flaw(expected, f"another period: {period}", fix, sheet, row, column))
            elif period in self.periods.values():
                flaws.append(Flaw("each period once", f"{period} twice", "take one out", sheet, row, column))
            else:
                self.periods[column] = period
        missing = [name for name in (*named, layout.PROVISIONAL, layout.NOTE) if name not in self.columns]
        missing += [period.label for period in form.periods if period not in self.periods.values()] if form else []
        if NOTHING not in head.values():  # a heading that was taken out may be the one that is missing
            flaws += [Flaw(f"the column {name}", "none", _FRESH, sheet, row) for name in missing]
        self.usable = all(name in self.columns for name in named)

    def text(self, cells: dict[int, InputCell], name: str) -> str:
        column = self.columns.get(name)
        return tidy_text(cells[column]) if column in cells else ""


_FRESH = "put it back, or start from a fresh template"


def _read_row(
    table: _Table,
    row: int,
    cells: dict[int, InputCell],
    words: Words,
    seen: dict[tuple[str, str, str], int],
    submission: Submission,
) -> None:
    flaws, sheet = submission.flaws, table.sheet
    flaws += [_outside(sheet, row, column) for column in cells if column not in table.all]
    if not any(column in table.all for column in cells):
        return
    code_column = table.columns[layout.MEASURE_CODE]
    if code_column not in cells and any(tidy_text(cell).lower() in TOTAL_WORDS for cell in cells.values()):
        fix = "take the row out; a total is sent in the row of its measure"
        flaws.append(Flaw("a row of the template", "a total row", fix, sheet, row, min(cells)))
        return
    measure = words.measure(table.text(cells, layout.MEASURE_CODE), sheet, row, code_column)
    if isinstance(measure, Flaw):
        flaws.append(measure)
        return
    breakdown = words.breakdown(measure, table.text(cells, layout.BREAKDOWN_CODE))
    if breakdown is None:
        column = table.columns[layout.BREAKDOWN_CODE]
        flaws.append(Flaw("a breakdown of the measure", "another word", _FRESH, sheet, row, column))
        return
    area = (words.area(table.text(cells, layout.AREA_CODE), table.months) or "") if table.by_ward else ""
    if table.by_ward and not area:
        column = table.columns[layout.AREA_CODE]
        flaws.append(Flaw("the code of a ward", "another word or none", _FRESH, sheet, row, column))
        return
    key = (measure.measure, area, breakdown)
    if key in seen:
        fix = f"take one of them out; the other is row {seen[key]}"
        flaws.append(Flaw("each measure, breakdown and area once", "it twice", fix, sheet, row, code_column))
        return
    seen[key] = row
    _read_cells(table, row, cells, measure, key, submission)


def _read_cells(
    table: _Table,
    row: int,
    cells: dict[int, InputCell],
    measure: Measure,
    key: tuple[str, str, str],
    submission: Submission,
) -> None:
    flaws, sheet = submission.flaws, table.sheet
    provisional = _YES_NO.get(table.text(cells, layout.PROVISIONAL).lower())
    if provisional is None:
        column = table.columns[layout.PROVISIONAL]
        flaws.append(Flaw("yes, no or nothing", "another word", "choose one", sheet, row, column))
    note = table.text(cells, layout.NOTE)
    wrong = note_flaw(note, sheet, row, table.columns.get(layout.NOTE, 1))
    flaws += [wrong] if wrong else []
    for column, period in table.periods.items():
        cell = cells.get(column)
        if cell is None or cell.formula or cell.error or tidy_text(cell).lower() == layout.NOT_ASKED:
            continue
        try:
            amount = read_amount(cell.content, measure.unit, cell.percent, measure.is_change)
        except Unclear as unclear:
            wrong_format = cell.percent or isinstance(cell.content, dt.date)
            flaws.append(replace(flaw(unclear, sheet, row, column), reformat=wrong_format))
            continue
        if amount is None:
            continue
        if period not in layout.asked_for(measure.frequency, period):
            found, fix = "a figure", "move it to a column that the measure is asked for in"
            flaws.append(Flaw(f"nothing here, or {layout.NOT_ASKED}", found, fix, sheet, row, column))
            continue
        status = amount.status or ("p" if provisional else "")
        name, area, breakdown = key
        figure = SubmittedFigure(period, name, area, breakdown, amount.value, status, note, sheet, row, column)
        submission.figures.append(figure)


def _is_head(cells: dict[int, InputCell]) -> bool:
    return any(tidy_text(cell).lower() == layout.MEASURE_CODE.lower() for cell in cells.values())


def _is_figure(cell: InputCell) -> bool:
    return cell.content is not None and not isinstance(cell.content, str)


def _outside(sheet: str, row: int, column: int) -> Flaw:
    fix = "move it into its row and column, or take it out"
    return Flaw("nothing outside the table", "something", fix, sheet, row, column)
