"""Reading a template that a partner has filled in.

The header row is recognised by its words and a column by its heading, so that an inserted row or a moved column does no
harm. Whatever could hide a figure, or change it unseen, is refused and named by its cell: formulas, hidden rows and
columns, merged cells, figures outside the table, rows and months that are not in the template.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from priority_two.characters import DIRECTION, code_point
from priority_two.periods import Period
from priority_two.reference.catalogue import Measure
from priority_two.returns.submit import layout
from priority_two.returns.submit.parse_cell import read_amount
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, InputCell, Sheet, Spreadsheet, flaw, tidy_text
from priority_two.returns.submit.submission import TOTAL_WORDS, Submission, SubmittedFigure, Words, note_flaw
from priority_two.spellings import Unclear, read_period

_LABELS = (layout.MEASURE, layout.BREAKDOWN, layout.UNIT, layout.DEFINITION)
_OURS = (layout.START, layout.TERMS, layout.FIGURES, layout.AREAS, layout.LAST, layout.NOTES)
_YES_NO = {"": False, "no": False, "n": False, "yes": True, "y": True}


def sheets(book: Spreadsheet, flaws: list[Flaw], areas: str = "") -> tuple[dict[str, Sheet], list[str]]:
    """Return the template's sheets by name, and the names of the other sheets, which are not read.

    The sheet of the areas is called `areas` in the workbook, and goes by the name of the layout here.
    A sheet that was renamed is recognised by what stands in it. A sheet that is missing or hidden is a flaw.
    """
    ours: dict[str, Sheet] = {}
    others = []
    for sheet, name in zip(book.sheets, _names(book, areas), strict=True):
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
    """Whether a workbook has a sheet of the template that is filled in."""
    return any(name in (layout.TERMS, layout.FIGURES, layout.AREAS) for name in _names(book))


def _names(book: Spreadsheet, areas: str = "") -> list[str | None]:
    """Return the template's name of each sheet, by its own name or else by its words; None for any other sheet."""
    names = {name.lower(): name for name in _OURS} | ({areas.lower(): layout.AREAS} if areas else {})
    named = [names.get(" ".join(sheet.name.split()).lower()) for sheet in book.sheets]
    kinds = [_kind(sheet) if name is None else name for sheet, name in zip(book.sheets, named, strict=True)]
    return [name or (kind if kind not in named else None) for name, kind in zip(named, kinds, strict=True)]


def _kind(sheet: Sheet) -> str | None:
    """Return which sheet of the template this is by its words, whatever its name; None where it is none of them."""
    labels = {item.label.lower() for item in layout.QUESTIONS}
    items = set()
    for cells in sheet.by_row().values():
        texts = {tidy_text(cell).lower() for cell in cells.values()}
        if {layout.MEASURE_CODE.lower(), layout.BREAKDOWN_CODE.lower()} <= texts:
            return layout.AREAS if layout.AREA_CODE.lower() in texts else layout.FIGURES
        items |= texts & labels
    return layout.TERMS if len(items) > len(labels) // 2 else None


def unsafe(sheet: Sheet) -> list[Flaw]:
    """Return what could hide a figure or change it unseen.

    These are formulas, errors, formats that do not show what a cell holds, hidden rows and columns, merged cells.
    """
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
            elif cell.unseen:
                fix = "show it plainly (clear its formats), and see whether it is right"
                flaws.append(Flaw("what shows as it is", f"something {cell.unseen}", fix, sheet.name, row, column))
            elif isinstance(cell.content, str) and (turning := DIRECTION.search(cell.content)):
                fix = "type it again: it does not read in the order in which it is shown"
                actual = code_point(turning[0])
                flaws.append(Flaw("words without control characters", actual, fix, sheet.name, row, column))
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


def answers(sheet: Sheet, flaws: list[Flaw]) -> dict[str, tuple[int, int]]:
    """Return the row and column of each answer of the terms sheet, by key; an answer is right of its label."""
    labels = {item.label.lower(): item.key for item in layout.QUESTIONS}
    places: dict[str, tuple[int, int]] = {}
    for row, cells in sheet.by_row().items():
        column = min(cells)
        key = labels.get(tidy_text(cells[column]).lower())
        if key in places:
            flaws.append(Flaw("each item once", "it twice", "take one out", sheet.name, row, column))
        elif key is not None:
            places[key] = (row, column + 1)
    fix = "put its label back into column A, and the answer beside it"
    flaws += [
        Flaw(f"the item {item.label}", "none", fix, sheet.name) for item in layout.QUESTIONS if item.key not in places
    ]
    return places


class EntrySheet:
    """An entry sheet as it is read: where its columns stand, the figures and flaws so far.

    Cells with personal data are blank by now. The form is the one that the partner was asked to fill in; None where the
    terms do not tell which.
    """

    def __init__(self, sheet: Sheet, words: Words, form: layout.Form | None, by_area: bool) -> None:
        self.sheet, self.words, self.form, self.by_area = sheet, words, form, by_area
        self.submission = Submission()
        self.columns: dict[str, int] = {}
        self.periods: dict[int, Period] = {}
        self.rows: dict[tuple[str, str, str], int] = {}
        self.codes = [layout.MEASURE_CODE, layout.BREAKDOWN_CODE, *([layout.AREA_CODE] if by_area else [])]

    def _wrong(self, row: int | None, column: int | None, expected: str, actual: str, fix: str = "") -> None:
        self.submission.flaws.append(Flaw(expected, actual, fix, self.sheet.name, row, column))

    def _text(self, cells: dict[int, InputCell], name: str) -> str:
        return tidy_text(cells.get(self.columns.get(name, 0), NOTHING))

    def read(self) -> Submission:
        """Read the header and then each row; return the figures, and everything that is wrong with them."""
        rows = self.sheet.by_row()
        head = next((row for row, cells in rows.items() if _is_head(cells)), None)
        if head is None:
            fix = "put the header row back, or start from a fresh template"
            self._wrong(None, None, f"a header row with {layout.MEASURE_CODE}", "none", fix)
            return self.submission
        for row, cells in rows.items():
            for column, cell in cells.items():
                if row < head and cell.content is not None and not isinstance(cell.content, str):
                    self._outside(row, column)
        taken_out = self.sheet.taken_out
        headings = rows[head] | {column: NOTHING for row, column in taken_out if row == head}
        self._read_header(head, headings)
        if not all(name in self.columns for name in self.codes):
            return self.submission
        code_columns = [self.columns[name] for name in self.codes]
        for row, cells in rows.items():
            if row > head and not any((row, column) in taken_out for column in code_columns):
                for column in sorted(cells.keys() - headings.keys()):
                    self._outside(row, column)
                if cells.keys() & headings.keys():
                    self._read_row(row, cells)
        return self.submission

    def _outside(self, row: int, column: int) -> None:
        fix = "move it into its row and column, or take it out"
        self._wrong(row, column, "nothing outside the table", "something", fix)

    def _read_header(self, row: int, headings: dict[int, InputCell]) -> None:
        known = {name.lower(): name for name in (*self.codes, *self._labels(), layout.PROVISIONAL, layout.NOTE)}
        for column, cell in headings.items():
            text = tidy_text(cell).lower()
            if text in known and known[text] not in self.columns:
                self.columns[known[text]] = column
            elif text in known:
                self._wrong(row, column, "a heading of the template", "it twice", _FRESH)
            else:
                self._read_period(row, column, cell)
        if NOTHING in headings.values():  # a heading that was taken out may be the one that is missing
            return
        missing = [name for name in (*self.codes, layout.PROVISIONAL, layout.NOTE) if name not in self.columns]
        periods = self.form.periods if self.form else ()
        missing += [period.label for period in periods if period not in self.periods.values()]
        for name in missing:
            self._wrong(row, None, f"the column {name}", "none", _FRESH)

    def _labels(self) -> tuple[str, ...]:
        return (*_LABELS, *([self.words.area_words.part_head] if self.by_area else []))

    def _read_period(self, row: int, column: int, cell: InputCell) -> None:
        try:
            period = read_period(cell.content)
        except Unclear:
            fix = "take the column out if it is yours, or put its heading back"
            self._wrong(row, column, "a heading of the template", "another", fix)
            return
        if self.form and period not in self.form.periods:
            expected = f"months of {layout.months_text(self.form.months)}, and quarters and years that end in them"
            fix = "take the column out; figures for other months are another return"
            self._wrong(row, column, expected, f"another period: {period}", fix)
        elif period in self.periods.values():
            self._wrong(row, column, "each period once", f"{period} twice", "take one out")
        else:
            self.periods[column] = period

    def _read_row(self, row: int, cells: dict[int, InputCell]) -> None:
        """Read what a row is about, and then its figures."""
        column = self.columns[layout.MEASURE_CODE]
        if column not in cells and any(tidy_text(cell).lower() in TOTAL_WORDS for cell in cells.values()):
            fix = "take the row out; a total is sent in the row of its measure"
            self._wrong(row, min(cells), "a row of the template", "a total row", fix)
            return
        measure = self.words.measure(self._text(cells, layout.MEASURE_CODE), self.sheet.name, row, column)
        if isinstance(measure, Flaw):
            self.submission.flaws.append(measure)
            return
        breakdown = self.words.breakdown(measure, self._text(cells, layout.BREAKDOWN_CODE))
        if breakdown is None:
            at = self.columns[layout.BREAKDOWN_CODE]
            self._wrong(row, at, "a breakdown of the measure", "another word", _FRESH)
            return
        areas = dict.fromkeys(self.periods.values(), "")
        if self.by_area:
            text = self._text(cells, layout.AREA_CODE)
            areas = {period: self.words.area(text, period) or "" for period in areas}
            if not any(areas.values()):
                at, expected = self.columns[layout.AREA_CODE], f"the code of {self.words.area_words.a_part}"
                self._wrong(row, at, expected, "another word or none", _FRESH)
                return
        key = (measure.measure, " ".join(dict.fromkeys(areas.values())), breakdown)
        if key in self.rows:
            fix = f"take one of them out; the other is row {self.rows[key]}"
            self._wrong(row, column, "each measure, breakdown and area once", "it twice", fix)
            return
        self.rows[key] = row
        self._read_cells(row, cells, measure, areas, breakdown)

    def _read_cells(
        self, row: int, cells: dict[int, InputCell], measure: Measure, areas: dict[Period, str], breakdown: str
    ) -> None:
        """Read the figures of a row, each of the area that its period has: of two of one name there is one a month."""
        sheet, flaws = self.sheet.name, self.submission.flaws
        provisional = _YES_NO.get(self._text(cells, layout.PROVISIONAL).lower())
        if provisional is None:
            self._wrong(row, self.columns[layout.PROVISIONAL], "yes, no or nothing", "another word", "choose one")
        note = self._text(cells, layout.NOTE)
        problem = note_flaw(note, sheet, row, self.columns.get(layout.NOTE, 1))
        flaws += [problem] if problem else []
        for column, period in self.periods.items():
            cell = cells.get(column, NOTHING)
            if cell.formula or cell.error or tidy_text(cell).lower() == layout.NOT_ASKED:
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
                fix = "move it to a column that the measure is asked for in"
                self._wrong(row, column, f"nothing here, or {layout.NOT_ASKED}", "a figure", fix)
                continue
            status = amount.status or ("p" if provisional else "")
            at = (sheet, row, column)
            figure = SubmittedFigure(period, measure.measure, areas[period], breakdown, amount.value, status, note, *at)
            self.submission.figures.append(figure)


_FRESH = "put it back, or start from a fresh template"


def _is_head(cells: dict[int, InputCell]) -> bool:
    return any(tidy_text(cell).lower() == layout.MEASURE_CODE.lower() for cell in cells.values())
