"""A CSV as a table of text: strict, bounded, and with every fault named.

A row with a field too many is a fault, not a guess. Of very many faults so many are named, and how many more there are.
"""

from __future__ import annotations

import csv
import io
import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from operator import methodcaller
from typing import Any, TypeVar

from priority_two.errors import Error, Refused, few

MOST_ROWS = 200_000
LONGEST_FIELD = 10_000
MOST_COLUMNS = 200
_NAME = re.compile("[a-z_]+")
_OWN = ("row", "file")  # columns that reading adds
_COMMAS = methodcaller("count", ",")
_PIECE = 32 * 1024
T = TypeVar("T")


@dataclass(frozen=True)
class CsvColumn:
    """A column as its distinct values, in the order in which they first stand in it, and each row's place among them.

    So that whatever is asked of a value is asked once, however many rows have it.
    """

    values: list[str]
    places: array[int]

    @classmethod
    def of(cls, cells: Sequence[str]) -> CsvColumn:
        """Return the column of these cells, each without the blanks around it."""
        growing = _GrowingColumn()
        growing.add(cells)
        return growing.column()

    def cells(self, read: Callable[[str], T]) -> Iterator[T]:
        """Return each row's value as it is read, one after the other; of each distinct value that is done once."""
        return map(list(map(read, self.values)).__getitem__, self.places)


class _GrowingColumn:
    """A column of which a part comes after the other."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._places: list[int] = []

    def add(self, cells: Sequence[str]) -> None:
        for value in dict.fromkeys(cells):
            self._number.setdefault(value, len(self._number))
        self._places += map(self._number.__getitem__, cells)

    def column(self) -> CsvColumn:
        """Return the whole column, each cell without the blanks around it."""
        values, places = [*self._number], self._places
        plain = [value.strip() for value in values]
        if plain != values:
            number: dict[str, int] = {}
            own = [number.setdefault(value, len(number)) for value in plain]
            values, places = [*number], [own[place] for place in places]
        return CsvColumn(values, array("B" if len(values) <= 2**8 else "H" if len(values) <= 2**16 else "I", places))


@dataclass
class CsvTable:
    """A CSV as it stands: its header, and each column as text.

    ``lines`` has the line of each row in the file. ``rows`` has each row as a dict of text, with its line in ``row``
    and the file in ``file``.
    """

    file: str
    columns: list[str]
    cells: dict[str, CsvColumn]
    lines: array[int]

    @classmethod
    def of(cls, file: str, names: list[str], lines: Iterable[int], columns: Iterable[CsvColumn]) -> CsvTable:
        """Return the table of these columns."""
        return cls(file, names, dict(zip(names, columns, strict=True)), array("I", lines))

    @classmethod
    def of_rows(cls, file: str, names: list[str], rows: Sequence[Mapping[str, Any]]) -> CsvTable:
        """Return the table of rows as they stand in ``rows``."""
        columns = (CsvColumn.of([row[name] for row in rows]) for name in names)
        return cls.of(file, names, [row["row"] for row in rows], columns)

    def packed(self) -> bytes:
        """Return the table as bytes, for :meth:`unpacked` on the same machine: its values as JSON, then its numbers."""
        cells = [self.cells[name] for name in self.columns]
        numbers = [self.lines, *(column.places for column in cells)]
        head = {
            "columns": self.columns,
            "rows": len(self.lines),
            "types": [each.typecode for each in numbers],
            "values": [column.values for column in cells],
        }
        return b"".join([json.dumps(head).encode(), b"\n", *(each.tobytes() for each in numbers)])

    @classmethod
    def unpacked(cls, content: bytes, file: str) -> CsvTable:
        """Return the table of a file that :meth:`packed` gave.

        Raises
        ------
        ValueError, TypeError, KeyError
            It is none that it gave.
        """
        end = content.index(b"\n")
        head = json.loads(content[:end])
        numbers, begin = [array(typecode) for typecode in head["types"]], end + 1
        for each in numbers:
            each.frombytes(content[begin : begin + head["rows"] * each.itemsize])
            begin += head["rows"] * each.itemsize
        if begin != len(content):
            raise ValueError("another number of rows")
        lines, *places = numbers
        cells = dict(zip(head["columns"], map(CsvColumn, head["values"], places), strict=True))
        return cls(file, head["columns"], cells, lines)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Each row as a dict."""
        names = [*self.columns, "file", "row"]
        cells = [self.cells[name].cells(str) for name in self.columns]
        return [dict(zip(names, row, strict=True)) for row in zip(*cells, repeat(self.file), self.lines, strict=False)]


def read_table(text: str, shown: str, *, private: bool = False) -> CsvTable:
    """Return a CSV as text, its blank rows left out.

    The lines of the text end with line feeds. Of a `private` file no fault repeats what stands in the header.

    Raises
    ------
    Refused
        There is no header, it names a column twice or as no column may be named, or a row has another length.
    """
    begins = text.find("\n") + 1
    if '"' not in text and text.count("\n") <= MOST_ROWS:
        header = [name.strip() for name in text[:begins].split(",")]
        if not _header_errors(shown, header, private=private) and (
            columns := _plain_columns(text, begins, len(header))
        ):
            return CsvTable.of(shown, header, range(2, len(columns[0].places) + 2), columns)
    return _read_records(text, shown, private)


def _plain_columns(text: str, begins: int, width: int) -> list[CsvColumn]:
    """Return the columns of a text in which, from `begins` on, each line is a record as it should be.

    None where that is not so, or where one line may be blank, or too long: then the reader of records says what it is.
    """
    columns, commas, end = [_GrowingColumn() for _ in range(width)], {width - 1}, len(text.rstrip("\n"))
    while begins < end:
        stop = text.find("\n", begins + _PIECE, end)  # a piece at a time, since what is small is soon done
        lines = text[begins : stop if stop >= 0 else end].split("\n")
        if set(map(_COMMAS, lines)) != commas or max(map(len, lines)) > LONGEST_FIELD:
            return []
        flat = ",".join(lines).split(",")
        for number, column in enumerate(columns):
            column.add(flat[number::width])
        begins = stop + 1 if stop >= 0 else end
    whole = [column.column() for column in columns]
    return whole if whole[0].values and all(whole[0].values) else []


def _read_records(text: str, shown: str, private: bool) -> CsvTable:
    """Return a CSV whose records may be quoted, blank, or wrong, and say of each wrong one where it is."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1  # the row in which the record that is being read begins
    errors: list[Error] = []
    records: list[list[str]] = []
    lines: list[int] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        errors += _header_errors(shown, header, private=private)
        if len(header) > MOST_COLUMNS:
            raise Refused(errors)
        begins = reader.line_num + 1
        for number, fields in enumerate(_filled(reader), 1):
            if number > MOST_ROWS or any(len(value) > LONGEST_FIELD for value in fields):
                limit = f"at most {MOST_ROWS} rows, and {LONGEST_FIELD} characters in a field"
                raise Refused([*few(shown, errors), Error(shown, limit, reader.line_num, found="more")])
            if len(fields) != len(header):
                expected = f"{len(header)} fields"
                errors.append(Error(shown, expected, reader.line_num, found=f"{len(fields)} fields"))
            else:
                records.append(fields)
                lines.append(reader.line_num)
            begins = reader.line_num + 1
    except csv.Error as error:
        row = _unclosed(text, begins)
        errors.append(Error(shown, "well-formed CSV", row, found=str(error), fix="see the quotes of the row"))
    if errors:
        raise Refused(few(shown, errors))
    cells = zip(*records, strict=True) if records else [()] * len(header)
    return CsvTable.of(shown, header, lines, map(CsvColumn.of, cells))


def _filled(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """Pass the blank records over."""
    return (fields for fields in records if any(value.strip() for value in fields))


def _unclosed(text: str, begins: int) -> int:
    """Return the line on which a quote opens that never closes, in the record that begins on the line `begins`.

    A reader notices it at the end of the file, which helps nobody. The line `begins` where every quote closes.
    """
    record = text.split("\n", begins - 1)[-1]
    opened = record.find('"')
    while opened >= 0:
        closed = record.find('"', opened + 1)
        while closed >= 0 and record.startswith('""', closed):
            closed = record.find('"', closed + 2)
        if closed < 0:
            return begins + record.count("\n", 0, opened)
        if record[closed + 1 : closed + 2] not in ("", ",", "\n"):  # what the reader stumbles over
            return begins + record.count("\n", 0, opened)
        opened = record.find('"', closed + 1)
    return begins


def _header_errors(shown: str, header: list[str], *, private: bool) -> list[Error]:
    """Return what is wrong with a header.

    A private file may have been sent without its header; then what stands here is a row of figures and notes, which
    no fault repeats. Its columns go by their numbers. Only a name that reading or judging takes for itself is said,
    and only where every other is a name too, so that this is a header.
    """
    if not any(header):
        return [Error(shown, "a header row", 1, found="none")]
    if len(header) > MOST_COLUMNS:
        return [Error(shown, f"at most {MOST_COLUMNS} columns", 1, found=str(len(header)))]
    counts = Counter(header)
    named = all(map(_NAME.fullmatch, header))
    errors = []
    for name in sorted(name for name in counts if name and counts[name] > 1):
        column = f"number {header.index(name) + 1}" if private else name
        errors.append(Error(shown, "each column once", 1, column, "it twice"))
    for number, name in enumerate(header, 1):
        if name in _OWN or name.startswith("_"):
            column = name if named or not private else f"number {number}"
            errors.append(Error(shown, "no column of this name", 1, column, fix="take it out, or name it otherwise"))
        elif not _NAME.fullmatch(name):
            column = name if name and not private else f"number {number}"
            errors.append(Error(shown, "a column's name, of small letters and _", 1, column, "another" * bool(name)))
    return errors
