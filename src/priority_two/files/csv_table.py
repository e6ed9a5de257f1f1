"""A CSV as a table of text: strict, bounded, and with every fault named.

A row with a field too many is a fault, not a guess. Of very many faults so many are named, and how many more there are.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from priority_two.errors import Error, Refused, few

MOST_ROWS = 200_000
LONGEST_FIELD = 10_000
MOST_COLUMNS = 200
_NAME = re.compile("[a-z_]+")
_OWN = ("row", "file")  # columns that reading adds


@dataclass
class CsvTable:
    """A CSV as it stands: its header, and its rows as text.

    Each row is a dict of text, with the file's line in ``row`` and the file in ``file``.
    """

    file: str
    columns: list[str]
    rows: list[dict[str, Any]]


def read_table(text: str, shown: str, *, private: bool = False) -> CsvTable:
    """Return a CSV as text, its blank rows left out.

    The lines of the text end with line feeds. Of a `private` file no fault repeats what stands in the header.

    Raises
    ------
    Refused
        There is no header, it names a column twice or as no column may be named, or a row has another length.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1  # the row in which the record that is being read begins
    errors: list[Error] = []
    rows: list[dict[str, Any]] = []
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
                values = dict(zip(header, (value.strip() for value in fields), strict=True))
                rows.append({**values, "file": shown, "row": reader.line_num})
            begins = reader.line_num + 1
    except csv.Error as error:
        row = _unclosed(text, begins)
        errors.append(Error(shown, "well-formed CSV", row, found=str(error), fix="see the quotes of the row"))
    if errors:
        raise Refused(few(shown, errors))
    return CsvTable(shown, header, rows)


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
