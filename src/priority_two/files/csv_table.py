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
from typing import Any, TypeVar

from priority_two.errors import Error, Refused, few

MOST_ROWS = 200_000
LONGEST_FIELD = 10_000
MOST_COLUMNS = 200
_NAME = re.compile("[a-z_]+")
_OWN = ("row", "file")  # columns that reading adds
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column as its distinct values, in the order in which they first stand in it, and each row's place among them.

    So that whatever is asked of a value is asked once, however many rows have it.
    """

    values: list[str]
    places: array[int]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Column:
        """Return the column of these cells, each without the blanks around it."""
        values = list(dict.fromkeys(cells))
        if any(value != value.strip() for value in values):
            return cls.of([cell.strip() for cell in cells])
        place = {value: number for number, value in enumerate(values)}
        places = map(place.__getitem__, cells)
        if len(values) <= 2**8:
            return cls(values, array("B", bytes(places)))
        return cls(values, array("H" if len(values) <= 2**16 else "I", list(places)))

    def cells(self, read: Callable[[str], T]) -> Iterator[T]:
        """Return each row's value as it is read, one after the other; of each distinct value that is done once."""
        return map(list(map(read, self.values)).__getitem__, self.places)


@dataclass
class CsvTable:
    """A CSV as it stands: its header, and each column as text.

    ``lines`` has the line of each row in the file. ``rows`` has each row as a dict of text, with its line in ``row``
    and the file in ``file``.
    """

    file: str
    columns: list[str]
    cells: dict[str, Column]
    lines: array[int]

    @classmethod
    def of(cls, file: str, columns: list[str], lines: Iterable[int], cells: Iterable[Sequence[str]]) -> CsvTable:
        """Return the table of the cells of each column."""
        return cls(file, columns, dict(zip(columns, map(Column.of, cells), strict=True)), array("I", lines))

    @classmethod
    def of_rows(cls, file: str, columns: list[str], rows: Sequence[Mapping[str, Any]]) -> CsvTable:
        """Return the table of rows as they stand in ``rows``."""
        return cls.of(file, columns, [row["row"] for row in rows], [[row[name] for row in rows] for name in columns])

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
        cells = dict(zip(head["columns"], map(Column, head["values"], places), strict=True))
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
    if '"' not in text[:begins]:
        header = [name.strip() for name in text[:begins].split(",")]
        if not _header_errors(shown, header, private=private) and (cells := _plain_cells(text[begins:], len(header))):
            rows = len(cells[0])
            return CsvTable.of(shown, header, range(2, rows + 2), cells)
    return _read_records(text, shown, private)


def _plain_cells(text: str, columns: int) -> list[list[str]]:
    """Return the cells of each column of a text in which each line is a record as it should be, and none is quoted.

    None where that is not so, or where one line may be blank, or too long: then the reader of records says what it is.
    """
    if '"' in text:
        return []
    lines = text.rstrip("\n").split("\n")
    commas = columns - 1
    if len(lines) > MOST_ROWS or any(line.count(",") != commas or len(line) > LONGEST_FIELD for line in lines):
        return []
    flat = ",".join(lines).split(",")
    cells = [flat[column::columns] for column in range(columns)]
    return cells if all(value.strip() for value in set(cells[0])) else []


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
    return CsvTable.of(shown, header, lines, zip(*records, strict=True) if records else [()] * len(header))


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
