"""Gaps: what somebody has still to write into the reference data, where it stands and in words.

A cell, or a value of ``partnership.yaml``, that begins with ``To fill in:`` is a gap, and says what belongs there::

    promise
    To fill in: the promise in full, as the strategy has it

A workspace that is new is full of them. Its files can be read all the same, so that a proof shows how far it is. No
paper is made with a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from priority_two.errors import Error
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.partnership import FILE

TO_FILL_IN = "To fill in: "
_FIX = "write it in place of the words that stand there"


def reference_gaps(folder: DataFolder, catalogue: Catalogue) -> list[Error]:
    """Return a fault for each gap: those of ``partnership.yaml``, then by table and row."""
    mapping = folder.mapping(FILE)
    errors = [
        Error(mapping.file, text.removeprefix(TO_FILL_IN), _line(mapping, path), ".".join(path), "nothing yet", _FIX)
        for path, text in _texts((), mapping.values)
        if text.startswith(TO_FILL_IN)
    ]
    for table in catalogue.tables.values():
        errors += [
            Error(table.file, row[column].removeprefix(TO_FILL_IN), row["row"], column, "nothing yet", _FIX)
            for row in table.rows
            for column in table.columns
            if row[column].startswith(TO_FILL_IN)
        ]
    return errors


def _texts(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give every text within a value, with the keys and places that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts((*path, str(name)), inner)


def _line(mapping: Mapping, path: tuple[str, ...]) -> int:
    return mapping.inner.get(".".join(path), mapping.lines[path[0]])
