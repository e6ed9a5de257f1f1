"""The form of a dataset: text as it was read, with a few columns that are worked out beside it.

A worked-out column (its name begins with an underscore) says what a suite alone could not know: how many days lie
between two dates. In every dataset ``file`` and ``row`` say where a failure stands
(``row`` is blank where nothing was sent or written), ``_subject`` says what the row is about where the row does not,
and ``_restricted`` tells the gate to print no value of the row::

    framed([{"measure": "INC01", "_months": 3, "file": "data/returns/…", "row": 7}], ["measure", "_months"])
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Row = dict[str, Any]

_ALWAYS: Row = {"file": None, "row": None, "_subject": None, "_restricted": False}
CONTENT = "content"
"""Where a dataset of many rows holds, among its ``attrs``, a hash of its cells."""
_NUMBERS = ("_slip", "_days_overdue", "_days_to_receipt", "_months", "_words")


def framed(rows: Iterable[Row], columns: Iterable[str], numbers: Iterable[str] = _NUMBERS) -> pd.DataFrame:
    """Return rows as a dataset: these columns and those of every dataset, blank where a row says nothing.

    What rows hold beyond the columns is left out; `numbers` are those of the columns that are judged as numbers.
    """
    names = list(dict.fromkeys([*columns, *_ALWAYS]))
    return _finished(pd.DataFrame([{**_ALWAYS, **row} for row in rows], columns=names, dtype=object), numbers)


@dataclass(frozen=True)
class Cells:
    """A column of a dataset as its distinct values, and each row's place among them: what is the same is kept once."""

    values: Sequence[Any]
    places: NDArray[Any]

    @classmethod
    def alike(cls, value: Any, rows: int) -> Cells:
        """Return the cells of so many rows that have all the same value."""
        return cls([value], np.zeros(rows, dtype=np.uint8))

    @property
    def each(self) -> NDArray[Any]:
        """Each row's value; None where it is blank."""
        values = np.empty(len(self.values), dtype=object)
        values[:] = [None if value == "" else value for value in self.values]
        each: NDArray[Any] = values[self.places]
        return each


def framed_columns(parts: Sequence[Mapping[str, Cells]], rows: Sequence[int], columns: Iterable[str]) -> pd.DataFrame:
    """Return a dataset, as :func:`framed` does, of parts by their columns, with so many rows each.

    Many rows take less time and room so. Its ``attrs`` hold a hash of its cells.
    """
    names = list(dict.fromkeys([*columns, *_ALWAYS]))
    content, series = hashlib.sha256(), {}
    for name in names:
        blank = _ALWAYS.get(name)
        cells = [part.get(name) or Cells.alike(blank, number) for part, number in zip(parts, rows, strict=True)]
        for each in cells:
            content.update(repr((name, len(each.places), each.places.dtype.str, each.values)).encode())
            content.update(each.places.tobytes())
        series[name] = np.concatenate([np.empty(0, dtype=object), *(each.each for each in cells)])
    frame = _with_numbers(pd.DataFrame(series, columns=names, dtype=object), _NUMBERS)
    frame.attrs[CONTENT] = content.hexdigest()
    return frame


def _finished(frame: pd.DataFrame, numbers: Iterable[str]) -> pd.DataFrame:
    return _with_numbers(frame.where(frame.notna() & (frame != ""), None), numbers)


def _with_numbers(frame: pd.DataFrame, numbers: Iterable[str]) -> pd.DataFrame:
    for name in frame.columns.intersection(list(numbers)):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    return frame


def yes(true: bool) -> str:
    """Return a truth as the suites read it."""
    return "yes" if true else "no"
