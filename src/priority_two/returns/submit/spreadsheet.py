"""What a partner's file holds, whatever its format: sheets of cells, and what is wrong with them.

An ``.xlsx`` and a CSV both become a :class:`Spreadsheet`, so that everything after the reading (what is personal, what
a figure is, what goes back marked) is written once. A :class:`Flaw` is a fault that still knows its cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from priority_two.errors import Error
from priority_two.spellings import Content, Unclear, tidy


@dataclass(frozen=True)
class InputCell:
    """What a cell holds; of a formula, what was last worked out.

    ``error`` says that it shows an error such as #REF!, ``percent`` that it shows its number as a percentage.
    ``unseen`` says how it does not show what it holds, as ``hidden by its colour``, or nothing.
    """

    content: Content = None
    formula: bool = False
    error: bool = False
    percent: bool = False
    unseen: str = ""


NOTHING = InputCell()
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""A spreadsheet's bounds."""


@dataclass
class Sheet:
    """A sheet: its cells by row and column, both from 1, and what is hidden or merged in it.

    ``merged`` holds first row, first column, last row and last column; ``hidden_columns`` first and last column;
    ``spread`` how many rows and cells it has, with those that hold nothing, and its merges and links stretch over;
    ``unread`` rows that could not be read; ``taken_out`` the cells that held personal data, and hold nothing now.
    """

    name: str
    cells: dict[tuple[int, int], InputCell] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    spread: int = 0
    unread: set[int] = field(default_factory=set)
    taken_out: set[tuple[int, int]] = field(default_factory=set)

    def at(self, row: int, column: int) -> InputCell:
        """Return the cell at a row and column."""
        return self.cells.get((row, column), NOTHING)

    def by_row(self) -> dict[int, dict[int, InputCell]]:
        """Return the cells that hold something, by row and then column, in order; spaces are nothing."""
        rows: dict[int, dict[int, InputCell]] = {}
        for (row, column), cell in sorted(self.cells.items(), key=lambda item: item[0]):
            if cell.formula or cell.error or tidy_text(cell):
                rows.setdefault(row, {})[column] = cell
        return rows


@dataclass
class Spreadsheet:
    """A file as it was read, ``shown`` to people by its name.

    ``asides`` are texts that stand in no cell, each with its sheet and where it stands; ``properties`` what programs
    add about the author and the file, by the name of each, which is neither read nor kept; ``flaws`` what could not be
    read at all.
    """

    shown: str
    sheets: list[Sheet]
    asides: list[tuple[Sheet | None, str, str]] = field(default_factory=list)
    delimiter: str = ","
    properties: list[tuple[str, str]] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


@dataclass(frozen=True)
class Flaw:
    """Something wrong with a book; sheet, row and column where there are such.

    ``found`` is a kind in words and never what stands in a cell. ``taken_out`` says that the cell's text must not go
    back to the partner either; ``reformat`` that the cell's number format is in the way of the number that is wanted.
    ``for_sender`` is what was found where it may only be said to whoever sent it: in the marked copy.
    """

    expected: str
    found: str = ""
    fix: str = ""
    sheet: str = ""
    row: int | None = None
    column: int | None = None
    taken_out: bool = False
    reformat: bool = False
    for_sender: str = ""

    def error(self, shown: str) -> Error:
        """Return it as people are told: with the file, the sheet, the row and the letter of the column."""
        file = f"{shown}, sheet {self.sheet}" if self.sheet else shown
        return Error(file, self.expected, self.row, letter(self.column) if self.column else "", self.found, self.fix)


def tidy_text(cell: InputCell) -> str:
    """Return what a cell says, as one line."""
    content = cell.content
    return tidy(content if content is None or isinstance(content, str | Decimal) else str(content))


def flaw(unclear: Unclear, sheet: str, row: int, column: int) -> Flaw:
    """Return what could not be read in a cell as a flaw of that cell."""
    return Flaw(unclear.expected, unclear.found, unclear.fix, sheet, row, column)


def letter(column: int) -> str:
    """Return a column, counted from 1, as a spreadsheet names it: 1 is A, 28 is AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def position(reference: str) -> tuple[int, int]:
    """Return row and column of a reference such as ``AB12``.

    Raises
    ------
    ValueError
        It is none, or lies outside a spreadsheet's bounds.
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", reference, re.ASCII)
    if not match:
        raise ValueError("a reference such as AB12")
    column = 0
    for character in match[1]:
        column = column * 26 + ord(character) - ord("A") + 1
    row = int(match[2])
    if row > LAST_ROW or column > LAST_COLUMN:
        raise ValueError("a reference within a spreadsheet's bounds")
    return row, column
