"""The rows of a partner's own export: which are counted, as what, and what is wrong with them by cell.

The heading row has to be the one that the layout knows: of a file whose layout has moved nothing is read. Of each row
only the cells that the layout names are looked at. A row is passed over where it is not one of ``rows``, or is
``ignored``; any other row has to be counted, so that a word that nobody knew of is a fault and never a lost figure.
Rows that are counted as the same figure are added up.

Published files keep a column for a month that they no longer hold, or do not hold yet, with a nought in each row. Of a
long file such a column is a fault: read as it stands, it would say that nothing happened anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from priority_two.errors import Refused
from priority_two.periods import Period, parse, plural
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.reference.export_layouts import ACROSS, EVENTS, Condition, CountedAs, ExportLayout
from priority_two.returns.submit.layout import asked_for
from priority_two.returns.submit.parse_cell import Amount, read_amount
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, InputCell, flaw, tidy_text
from priority_two.returns.submit.submission import SubmittedFigure, Words, plainly
from priority_two.spellings import Content, Unclear, read_date, read_period

MOST_FLAWS = 1_000
LONG = 50
"""Rows, of those of other areas and of other kinds too, that cannot all be nought by chance."""
MENDED = "see what has changed in the export, and mend the layout"

Cells = dict[int, InputCell]
Rows = Iterator[tuple[int, Cells]]
"""The rows of a table from its first on, each with its number and its cells by column, both from 1."""


@dataclass
class _Sum:
    """A figure as it is added up, and the first cell that is in it."""

    value: Decimal
    status: str
    row: int
    column: int


@dataclass
class Export:
    """What is read of an export: its figures, added up, and what is wrong by cell."""

    layout: ExportLayout
    catalogue: Catalogue
    sheet: str
    shown: str
    place: str
    figures: list[SubmittedFigure] = field(default_factory=list)
    elsewhere: int = 0
    ignored: int = 0

    def __post_init__(self) -> None:
        self._sums: dict[tuple[Period, str, str, str], _Sum] = {}
        self._faults: dict[tuple[object, ...], tuple[Flaw, list[int | None]]] = {}
        self._months: dict[Period, tuple[int, int]] = {}
        self._rows: dict[str, int] = {}
        self._words = Words(self.catalogue, self.layout.partner)
        self._area = cache(self._area_named)
        since = self.layout.since
        self._since = parse(since).first if since else 0

    def read(self, rows: Rows) -> None:
        """Read the header, and then each row."""
        first, head = next(((row, cells) for row, cells in rows if row >= self.layout.header_row), (0, {}))
        columns, periods = self._header(head if first == self.layout.header_row else {})
        tests = _Tests(self.layout, columns)
        silent, length = set(periods), 0
        for row, cells in rows:
            if not cells:
                continue
            length += 1
            silent -= {column for column in silent if _says_something(cells.get(column, NOTHING))}
            if not tests.is_read(cells):
                self.elsewhere += 1
                continue
            if tests.is_ignored(cells):
                self.ignored += 1
                self._note_month(row, cells, columns)
                continue
            self._count(row, cells, columns, periods, tests)
        if length >= LONG:
            for column in sorted(silent):
                self._not_held(column, periods[column], length)
        if self.layout.noughts:
            self._add_noughts()
        order = {name: number for number, name in enumerate(self.catalogue.measures)}
        for key, summed in sorted(self._sums.items(), key=lambda item: (item[0][0], order[item[0][1]], item[0][2:])):
            at = (self.sheet, summed.row, summed.column)
            self.figures.append(SubmittedFigure(*key, summed.value, summed.status, "", *at))

    def flaws(self) -> list[Flaw]:
        """Return what is wrong, each word once at its first cell, with the number of rows in which it stands again."""
        return [
            replace(wrong, found=f"{wrong.found}, here and in {plural(len(rows) - 1, 'more row')}")
            if rows[1:]
            else wrong
            for wrong, rows in self._faults.values()
        ]

    def notices(self) -> list[str]:
        """Return how many rows were passed over."""
        counted = [("not among the layout's rows", self.elsewhere), ("ignored by the layout", self.ignored)]
        return [f"{self.shown}: rows passed over, {why}: {number}" for why, number in counted if number]

    def _wrong(self, wrong: Flaw, *word: object) -> None:
        """Note a flaw; one of the same word in the same column is counted with it."""
        key = (wrong.column, wrong.expected, wrong.found, *(word or (wrong.row,)))
        if key in self._faults or len(self._faults) < MOST_FLAWS:
            _, rows = self._faults.setdefault(key, (wrong, []))
            if rows[-1:] != [wrong.row]:  # a cell may be counted as several figures
                rows.append(wrong.row)

    def _header(self, head: Cells) -> tuple[dict[str, int], dict[int, Period]]:
        """Return the column of each heading, and the month of each column of months.

        Raises
        ------
        Refused
            The heading row is another one: the layout has moved.
        """
        row, wanted = self.layout.header_row, iter(self.layout.columns)
        columns: dict[str, int] = {}
        periods: dict[int, Period] = {}
        for column in range(1, max(head, default=0) + 1):
            cell = head.get(column, NOTHING)
            if self.layout.months == ACROSS and (month := _month(cell)):
                if month in periods.values():
                    raise self._moved(row, column, "each month once", "a month that stands there twice")
                periods[column] = month
                continue
            heading = next(wanted, None)
            text = tidy_text(cell)
            if heading is None or text.casefold() != heading.casefold():
                expected = f"the heading {heading}" if heading else "no further column"
                raise self._moved(row, column, expected, "another" if text else "none")
            columns[heading] = column
        if (heading := next(wanted, None)) is not None:
            raise self._moved(row, max(head, default=0) + 1, f"the heading {heading}", "none")
        if self.layout.months == ACROSS and not periods:
            raise self._moved(row, max(head, default=0) + 1, "a month as heading", "none")
        kept_months = {column: month for column, month in periods.items() if month.first >= self._since}
        self._months |= {month: (row, column) for column, month in kept_months.items()}
        return columns, kept_months

    def _moved(self, row: int, column: int, expected: str, actual: str) -> Refused:
        about = Flaw(f"{expected}, as {self.place} says", actual, MENDED, self.sheet, row, column)
        return Refused([about.error(f"{self.shown}, whose layout has moved")])

    def _not_held(self, column: int, month: Period, length: int) -> None:
        fix = f"if the month is not in the file, take the column out, or set since in {self.place} to a later month"
        actual = f"for {month} nothing but noughts and blanks in {plural(length, 'row')}"
        row = self.layout.header_row
        self._wrong(Flaw("a month that the file holds", actual, fix, self.sheet, row, column))

    def _count(
        self, row: int, cells: Cells, columns: dict[str, int], periods: dict[int, Period], tests: _Tests
    ) -> None:
        counted = tests.counted(cells)
        if not counted:
            column = tests.unknown(cells)
            fix = f"add the word to figures or ignored in {self.place}"
            actual = "another word" if column in cells else "nothing"
            word = tidy_text(cells.get(column, NOTHING))
            self._wrong(Flaw("a word that the layout knows", actual, fix, self.sheet, row, column), word)
            return
        if self.layout.months != EVENTS and self._twice(row, cells, columns):
            return
        values = self._values(row, cells, columns, periods)
        for column, period, cell in values:
            areas = self._areas(row, cells, columns, period)
            for rule in counted if areas else ():
                measure = self.catalogue.measures[rule.measure]
                amount = self._amount(row, column, cell, measure, period)
                for area in areas if amount else ():
                    self._add((period, rule.measure, area, rule.breakdown), amount, row, column)

    def _twice(self, row: int, cells: Cells, columns: dict[str, int]) -> bool:
        """Whether a row says what another row says, so that its figures would be counted twice."""
        about = "\n".join(
            plainly(tidy_text(cells.get(column, NOTHING)))
            for heading, column in columns.items()
            if heading != self.layout.value
        )
        other = self._rows.setdefault(about, row)
        if other != row:
            fix = f"take one of them out; the other is row {other}"
            self._wrong(Flaw("each row once", "it twice", fix, self.sheet, row))
        return other != row

    def _values(
        self, row: int, cells: Cells, columns: dict[str, int], periods: dict[int, Period]
    ) -> list[tuple[int, Period, InputCell]]:
        """Return the cells of a row that hold a figure, each with its column and its period; of an event, a 1."""
        if self.layout.months == ACROSS:
            return [(column, month, cells.get(column, NOTHING)) for column, month in periods.items()]
        column = columns[self.layout.month]
        try:
            period = self._period(cells.get(column, NOTHING))
        except Unclear as unclear:
            self._wrong(flaw(unclear, self.sheet, row, column), tidy_text(cells.get(column, NOTHING)))
            return []
        if period.first < self._since:
            return []
        self._months.setdefault(period, (row, column))
        if self.layout.months == EVENTS:
            return [(column, period, InputCell(Decimal(1)))]
        return [(columns[self.layout.value], period, cells.get(columns[self.layout.value], NOTHING))]

    def _note_month(self, row: int, cells: Cells, columns: dict[str, int]) -> None:
        """Note that the file has a month, also where none of its rows is counted: it has noughts then."""
        if self.layout.month:
            column = columns[self.layout.month]
            with suppress(Unclear):
                period = self._period(cells.get(column, NOTHING))
                if period.first >= self._since:
                    self._months.setdefault(period, (row, column))

    def _period(self, cell: InputCell) -> Period:
        return _month_of(cell.content) if self.layout.months == EVENTS else read_period(cell.content)

    def _areas(self, row: int, cells: Cells, columns: dict[str, int], period: Period) -> list[str]:
        """Return the areas for which a row is counted; none, and a fault, where its word is not known."""
        if self.layout.areas is None:
            return [""]
        column = columns[self.layout.areas.column]
        text = tidy_text(cells.get(column, NOTHING))
        area = self._area(text, period)
        if area is None:
            fix = f"add it to areas.csv, or its word to areas in {self.place}"
            self._wrong(Flaw("an area", "another word" if text else "nothing", fix, self.sheet, row, column), text)
            return []
        return list(dict.fromkeys((area, "") if self.layout.areas.whole_too else (area,)))

    def _area_named(self, text: str, period: Period) -> str | None:
        words = {plainly(word): area for word, area in (self.layout.areas.words if self.layout.areas else {}).items()}
        if plainly(text) in words:
            return self.catalogue.area_of_figures(words[plainly(text)])
        return self._words.area(text, period) if text else None

    def _amount(self, row: int, column: int, cell: InputCell, measure: Measure, period: Period) -> Amount | None:
        if cell.formula or cell.error:
            return None  # which is said of the sheet
        try:
            amount = read_amount(cell.content, measure.unit, cell.percent, measure.is_change)
        except Unclear as unclear:
            self._wrong(flaw(unclear, self.sheet, row, column))
            return None
        if amount is None:
            return None
        if amount.value is None:
            self._wrong(Flaw("a number", "a word for none", "leave the cell blank", self.sheet, row, column))
            return None
        if period not in asked_for(measure.frequency, period):
            expected = {"M": "a month", "Q": "a quarter", "A": "a year"}[measure.frequency]
            self._wrong(Flaw(f"{expected} for {measure.measure}", "another period", "", self.sheet, row, column))
            return None
        return amount

    def _add(self, key: tuple[Period, str, str, str], amount: Amount | None, row: int, column: int) -> None:
        if amount is None or amount.value is None:
            return
        before = self._sums.get(key)
        if before is None:
            self._sums[key] = _Sum(amount.value, amount.status, row, column)
        elif not self.catalogue.measures[key[1]].adds_up:
            expected = f"one row for each figure of {key[1]}, which cannot be added up"
            self._wrong(Flaw(expected, "another", "", self.sheet, row, column))
        else:
            before.value += amount.value
            # Of two marks a row has room for one: what is provisional in part may still change.
            before.status = next((mark for mark in ("p", "r") if mark in (before.status, amount.status)), "")

    def _add_noughts(self) -> None:
        """Add a nought where a month, a figure and an area of the file do not meet in it."""
        areas = dict.fromkeys(area for _, _, area, _ in self._sums) or {"": None}
        for period, (row, column) in self._months.items():
            for rule in self.layout.figures:
                for area in areas:
                    known = self.catalogue.area_rows.get(area)
                    if known is None or known.in_force(period.end):
                        key = (period, rule.measure, area, rule.breakdown)
                        self._sums.setdefault(key, _Sum(Decimal(0), "", row, column))


class _Tests:
    """The conditions of a layout, on the columns of a file."""

    def __init__(self, layout: ExportLayout, columns: dict[str, int]) -> None:
        self._rows = [_Test(condition, columns) for condition in layout.rows]
        self._ignored = [_Test(condition, columns) for condition in layout.ignored]
        self._figures = [(rule, [_Test(each, columns) for each in rule.where]) for rule in layout.figures]

    def is_read(self, cells: Cells) -> bool:
        return all(test(cells) for test in self._rows)

    def is_ignored(self, cells: Cells) -> bool:
        return any(test(cells) for test in self._ignored)

    def counted(self, cells: Cells) -> list[CountedAs]:
        return [rule for rule, tests in self._figures if all(test(cells) for test in tests)]

    def unknown(self, cells: Cells) -> int:
        """Return the column whose word no figure knows; of several that are known, but not together, the first."""
        tests = [test for _, where in self._figures for test in where]
        columns = dict.fromkeys(test.column for test in tests)
        strange = [column for column in columns if not any(test(cells) for test in tests if test.column == column)]
        return (strange or list(columns))[0]


class _Test:
    """A condition on the cells of a row."""

    def __init__(self, condition: Condition, columns: dict[str, int]) -> None:
        self.column = columns[condition.column]
        self._begins = condition.begins.casefold()
        words = {plainly(word) for word in condition.words}
        self._among = cache(lambda text: plainly(text) in words)

    def __call__(self, cells: Cells) -> bool:
        text = tidy_text(cells.get(self.column, NOTHING))
        return text.casefold().startswith(self._begins) if self._begins else self._among(text)


def _says_something(cell: InputCell) -> bool:
    """Whether a cell holds anything but a nought."""
    return bool(tidy_text(cell).strip("0."))


def _month(cell: InputCell) -> Period | None:
    try:
        period = read_period(cell.content)
    except Unclear:
        return None
    return period if period.first == period.last else None


def _month_of(content: Content) -> Period:
    """Return the month of an event, from a month or a day."""
    try:
        day = read_date(content)
    except Unclear:
        period = read_period(content)
        if period.first != period.last:
            raise Unclear("a longer period", "a month or a day") from None
        return period
    return read_period(day.replace(day=1))
