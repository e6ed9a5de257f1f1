"""Searching what stands in the data folder for personal data: by line, by key and by row; nothing of it is repeated.

What a lead writes, a correction's words and a return that was put into the store by hand are searched as they are read,
before anything else of them is judged, so that no other fault repeats what stands there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from priority_two.errors import Error, Refused, few
from priority_two.files.csv_table import CsvColumn, CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping, load_yaml
from priority_two.personal import BORN_YEARS_BEFORE, personal
from priority_two.reference.partnership import FILE

_EXPECTED = "nothing about a person"
_FIX = "take it out; name a post or a number of people, and no person"
_SHORT = 9  # fewer digits are a figure, and nothing else
_MARKS = re.compile(r"[*_`~\\]+")


def public_numbers(folder: DataFolder) -> frozenset[str]:
    """Return the telephone numbers of the partnership's helplines, in digits only, which everything may name."""
    try:
        return _helplines(folder.text(FILE))
    except Refused:  # whoever reads the partnership says what is wrong with it
        return frozenset()


@lru_cache(maxsize=8)
def _helplines(text: str) -> frozenset[str]:
    lines = load_yaml(text, FILE).values.get("helplines")
    numbers = (line.get("number") for line in lines if isinstance(line, dict)) if isinstance(lines, list) else ()
    return frozenset(re.sub(r"\D", "", str(number)) for number in numbers)


def born_by(written: object) -> int:
    """Return by which year a date in a text is one of birth, which was written on a day; 0 where that is not known."""
    return written.year - BORN_YEARS_BEFORE if isinstance(written, dt.date) else 0


def in_lines(text: str, shown: str, allowed: frozenset[str]) -> list[Error]:
    """Return a fault for each line of a file that is about a person, whatever the file is."""
    lines = enumerate(text.split("\n"), 1)
    return few(shown, [_fault(shown, row, "", kind) for row, line in lines if (kind := _in_words(line, 0, allowed))])


def in_paragraphs(text: str, shown: str, allowed: frozenset[str], first_line: int, born: int) -> list[Error]:
    """Return a fault for each line of a running text that is about a person, and each paragraph that is over lines."""
    errors: list[Error] = []
    row = first_line
    for paragraph in re.split(r"(\n[ \t]*(?:\n[ \t]*)+)", text):
        lines = paragraph.split("\n")
        kinds = {number: kind for number, line in enumerate(lines, row) if (kind := _in_words(line, born, allowed))}
        if not kinds and len(lines) > 1 and (kind := _in_words(" ".join(lines), born, allowed)):
            kinds = {row + next(n for n, line in enumerate(lines) if line.strip()): kind}
        errors += [_fault(shown, number, "", kind) for number, kind in kinds.items()]
        row += len(lines) - 1
    return few(shown, errors)


def in_mapping(mapping: Mapping, allowed: frozenset[str], born: int = 0) -> list[Error]:
    """Return a fault for each key of a YAML file that is about a person: its name, or its value as it was parsed."""
    errors: dict[int, Error] = {}
    for path, value in _leaves(mapping.values, ()):
        top = path[0] if path else ""
        row = mapping.inner.get(".".join(path), mapping.lines.get(top, 1))
        # A key of one word, such as name, is no column of names; whoever reads the record says that it is none of its.
        keys = (key for key in path if not key.isalnum())
        named = next((kind for key in keys if (kind := personal(key, 0, allowed))), "")
        kind = named or _in_words(value, born, allowed)
        if kind and row not in errors:
            errors[row] = _fault(mapping.file, row, "" if named else top, kind)
    return few(mapping.file, list(errors.values()))


def in_table(table: CsvTable, allowed: frozenset[str], born: int = 0) -> list[Error]:
    """Return a fault for each column of a table that holds personal data by its name, and each cell that does."""
    numbered = list(enumerate(table.columns, 1))
    errors = [
        _fault(table.file, 1, f"number {n}", kind) for n, name in numbered if (kind := personal(name, 0, allowed))
    ]
    kinds = {n: _kinds(table.cells[name], allowed, born) for n, name in numbered}
    if any(any(of_column) for of_column in kinds.values()):
        places = {n: table.cells[name].places for n, name in numbered}
        errors += [
            _fault(table.file, line, f"number {n}", kind)
            for row, line in enumerate(table.lines)
            for n, of_column in kinds.items()
            if (kind := of_column[places[n][row]])
        ]
    return few(table.file, errors)


def _kinds(column: CsvColumn, allowed: frozenset[str], born: int) -> list[str]:
    """Return of what kind of personal data each distinct value of a column is."""
    return [
        personal(text, born, allowed, False) if text and not (len(text) < _SHORT and text.isdigit()) else ""
        for text in column.values
    ]


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(number)))
    else:
        yield path, value


def _in_words(value: Any, born: int, allowed: frozenset[str]) -> str:
    """Return of what kind of personal data running text is; also as the page shows it, without the marks of style."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return personal(Decimal(str(value)), born, allowed)
    if not isinstance(value, str):
        return personal(value, born, allowed) if isinstance(value, dt.date) else ""
    return personal(value, born, allowed, False) or (
        personal(plain, born, allowed, False) if (plain := _MARKS.sub("", value)) != value else ""
    )


def _fault(shown: str, row: int, column: str, kind: str) -> Error:
    return Error(shown, _EXPECTED, row, column, kind, _FIX)
