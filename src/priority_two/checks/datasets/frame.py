"""The form of a dataset: text as it was read, with a few columns that are worked out beside it.

A worked-out column (its name begins with an underscore) says what a suite alone could not know: how many days lie
between two dates. In every dataset ``file`` and ``row`` say where a failure stands
(``row`` is blank where nothing was sent or written), ``_subject`` says what the row is about where the row does not,
and ``_restricted`` tells the gate to print no value of the row::

    framed([{"measure": "INC01", "_months": 3, "file": "data/returns/…", "row": 7}], ["measure", "_months"])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

Row = dict[str, Any]

_ALWAYS: Row = {"file": None, "row": None, "_subject": None, "_restricted": False}
_NUMBERS = ("_slip", "_days_overdue", "_days_to_receipt", "_months", "_words")


def framed(rows: Iterable[Row], columns: Iterable[str], numbers: Iterable[str] = _NUMBERS) -> pd.DataFrame:
    """Return rows as a dataset: these columns and those of every dataset, blank where a row says nothing.

    What rows hold beyond the columns is left out; `numbers` are those of the columns that are judged as numbers.
    """
    names = list(dict.fromkeys([*columns, *_ALWAYS]))
    return _finished(pd.DataFrame([{**_ALWAYS, **row} for row in rows], columns=names, dtype=object), numbers)


def framed_columns(cells: Mapping[str, list[Any]], rows: int, columns: Iterable[str]) -> pd.DataFrame:
    """Return so many rows as a dataset, as :func:`framed` does, by their columns: many rows take less room so."""
    names = list(dict.fromkeys([*columns, *_ALWAYS]))
    series = {name: pd.Series(cells.get(name, [_ALWAYS.get(name)] * rows), dtype=object) for name in names}
    return _finished(pd.DataFrame(series, columns=names, dtype=object), _NUMBERS)


def _finished(frame: pd.DataFrame, numbers: Iterable[str]) -> pd.DataFrame:
    frame = frame.where(frame.notna() & (frame != ""), None)
    for name in frame.columns.intersection(list(numbers)):
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    return frame


def yes(true: bool) -> str:
    """Return a truth as the suites read it."""
    return "yes" if true else "no"
