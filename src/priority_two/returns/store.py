"""The store of returns: ``data/returns/<received>_<partner>/`` with ``observations.csv`` and ``terms.yaml``.

A return is never edited: a correction is a later return. The second return of a partner on the same day is
``<received>_<partner>_2``, and so on. A report counts only the returns that had been received by its *as-at date*. Of
the observations that one partner sent for the same period, measure, area and breakdown, the latest counts::

    returns = read_returns(folder, as_at=dt.date(2021, 4, 30))
    latest(observations(returns))        # one Observation for each figure

The permission of a return holds for its figures until a later return of the same partner gives the same measure for
any of the same months with a narrower one. From then on that one holds for the earlier figures too, so that a partner
can take back what it had allowed (:func:`in_force`). A wider permission holds only for what is sent anew with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, repeat
from pathlib import Path
from typing import Any, Literal

from priority_two.errors import Error, Refused, attempt, without_values
from priority_two.files.as_written import ProseKeys
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import Period, parse, parse_date
from priority_two.reference.personal_search import born_by, in_mapping, public_numbers
from priority_two.reference.records import Strict, Words, validated
from priority_two.returns.sound_tables import sound_table

NO_PERMISSION, PUBLISH = "none", "publish"
NARROWEST_FIRST = (NO_PERMISSION, "board", PUBLISH)
COLUMNS = ("period", "measure", "area", "breakdown", "value", "status", "note")
_TERMS, _OBSERVATIONS = "terms.yaml", "observations.csv"
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)_([a-z0-9-]+)(?:_([2-9]|[1-9]\d{1,2}))?", re.ASCII)

TERMS_PROSE = ProseKeys(words=frozenset({"explanation", "contact_post"}))
"""The keys of ``terms.yaml`` whose values are words."""


@dataclass(frozen=True, order=True)
class Receipt:
    """What the name of a return's folder says: the day, the partner, and the number of the return on that day.

    Sorted, receipts are in the order of receipt.
    """

    received: dt.date
    partner: str
    number: int = 1

    def __str__(self) -> str:
        return f"{self.received.isoformat()}_{self.partner}{f'_{self.number}' if self.number > 1 else ''}"

    @classmethod
    def of(cls, name: str) -> Receipt:
        """Return what a name says.

        Raises
        ------
        ValueError
            It is not the name of a return.
        """
        match = _NAME.fullmatch(name)
        if not match:
            raise ValueError("a return such as 2021-04-20_helpline")
        return cls(parse_date(match[1]), match[2], int(match[3] or 1))


class Terms(Strict):
    """The terms a return came with: ``terms.yaml``."""

    partner: str
    received: dt.date
    extract_date: dt.date | None
    months: str
    explanation: Words
    permission: Literal["publish", "board", "none"]
    contact_post: Words
    synthetic: bool


@dataclass(frozen=True)
class Return:
    """A return as it stands on disk, under its folder's name, with the line of each key of its terms.

    The observations are its rows as text. The gate checks them before they become observations.
    """

    name: str
    terms: Terms
    terms_file: str
    terms_lines: dict[str, int]
    observations: CsvTable

    @property
    def receipt(self) -> Receipt:
        """What its name says; sorted by it, returns are in the order of receipt."""
        return Receipt.of(self.name)


@dataclass(frozen=True)
class SentFigure:
    """A figure as a partner sent it.

    ``area`` is blank for the home area, ``breakdown`` is blank for the total. ``value`` is None where the status is
    ``x`` (not available) or ``z`` (not applicable). Otherwise the status is blank, ``p`` (provisional), ``r`` (revised)
    or both.
    """

    period: Period
    measure: str
    area: str
    breakdown: str
    value: Decimal | None
    status: str
    note: str


@dataclass(frozen=True)
class Observation(SentFigure):
    """A figure of the store, with the terms of its return, and the file and row in which it stands.

    Where a later return narrowed the permission, the terms have the one that holds now, and ``narrowed`` is the day on
    which it came.
    """

    terms: Terms
    file: str
    row: int
    narrowed: dt.date | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Period, measure, area and breakdown: what the observation is about."""
        return str(self.period), self.measure, self.area, self.breakdown

    @property
    def figure(self) -> tuple[Period, str, str, str, str]:
        """The figure of which this is what its partner sent: period, measure, area, breakdown and partner."""
        return self.period, self.measure, self.area, self.breakdown, self.terms.partner

    @property
    def anchor(self) -> str:
        """The name under which the evidence lists the observation."""
        parts = [self.terms.partner, self.measure, self.breakdown, self.area, str(self.period).replace("..", "-to-")]
        return "source-" + "-".join(part.lower() for part in parts if part)


def read_returns(folder: DataFolder, as_at: dt.date | None = None, partner: str = "") -> list[Return]:
    """Return every return of the store that had been received by the as-at date, in the order of receipt.

    A later return is not opened, so that a fault in it cannot disturb an earlier report; nor is one of another partner,
    where one is named.

    Raises
    ------
    Refused
        Every fault of every return: a file cannot be read, or is about a person; in the terms, a key is missing, is
        unknown or has another type. The last fault of a return says how to take it out. An entry of the store
        whose name is not that of a return is a fault too, whatever its day. ``rest`` holds the returns that could be
        read.
    """
    returns = []
    received, errors = _received(folder)
    public = public_numbers(folder)
    for receipt in _by(received, as_at):
        if partner and receipt.partner != partner:
            continue
        name = str(receipt)
        try:
            returns.append(read_return(folder, name, public))
        except Refused as refused:
            errors += _with_the_way_out(refused.errors, folder.shown(f"returns/{name}"))
    if errors:
        raise Refused(errors, returns)
    return returns


def return_files(folder: DataFolder, as_at: dt.date) -> set[str]:
    """Return the paths of all that :func:`read_returns` would read, told by the names in the store alone.

    Raises
    ------
    Refused
        An entry of the store is not named as a return is.
    """
    receipts = _by(_receipts(folder), as_at)
    return {f"returns/{receipt}/{name}" for receipt in receipts for name in (_TERMS, _OBSERVATIONS)}


def _by(received: Iterable[Receipt], as_at: dt.date | None) -> list[Receipt]:
    return [receipt for receipt in received if as_at is None or receipt.received <= as_at]


def _with_the_way_out(errors: Sequence[Error | str], name: str) -> list[Error | str]:
    """Return the faults of a return; the last says how to take the return out, without a line of its own."""
    *before, last = errors
    if not isinstance(last, Error):
        return list(errors)
    way = f"or move {name} out of the store: the others stay, and the partner sends this one anew"
    return [*before, replace(last, fix=f"{last.fix}; {way}" if last.fix else way)]


def store_of(folder: DataFolder) -> Path:
    """Return the folder of the store, which need not be there.

    Raises
    ------
    Refused
        It is a link: what is accepted would lie elsewhere, and what lies elsewhere would be read.
    """
    return _own(folder, "returns")


def _own(folder: DataFolder, path: str) -> Path:
    """Return a file or folder of the store, which is no link."""
    if (place := folder.root / path).is_symlink():
        fix = "put in its place what it leads to"
        raise Refused([Error(folder.shown(path), "a file or folder of the store itself", found="a link", fix=fix)])
    return place


def read_return(folder: DataFolder, name: str, public: frozenset[str] | None = None) -> Return:
    """Return one return of the store by its folder's name; `public` are the numbers of helplines, if they are known.

    Raises
    ------
    Refused
        Every fault of its terms and of its observations, as of :func:`read_returns`; or one of them is a link.
    """
    errors: list[Error | str] = []
    for path in (f"returns/{name}", f"returns/{name}/{_TERMS}", f"returns/{name}/{_OBSERVATIONS}"):
        _own(folder, path)
    public = public_numbers(folder) if public is None else public
    terms, mapping = attempt(errors, (None, None), lambda: _terms(folder, name, public))
    born = born_by(terms.received) if terms else 0
    observed = attempt(errors, None, lambda: _observed(folder, name, public, born))
    if errors:
        raise Refused(errors)
    return Return(name, terms, mapping.file, mapping.lines, observed)


def _terms(folder: DataFolder, name: str, public: frozenset[str]) -> tuple[Terms, Mapping]:
    mapping = folder.mapping(f"returns/{name}/{_TERMS}", TERMS_PROSE)
    if private := in_mapping(mapping, public, born_by(mapping.values.get("received"))):
        raise Refused(private)
    try:
        return validated(Terms, mapping), mapping
    except Refused as refused:
        raise Refused(without_values(refused.errors)) from None


def _observed(folder: DataFolder, name: str, public: frozenset[str], born: int) -> CsvTable:
    return sound_table(folder, f"returns/{name}/{_OBSERVATIONS}", public, born)


def _received(folder: DataFolder) -> tuple[list[Receipt], list[Error | str]]:
    """Return the receipts by the names of the store's folders, in order, and a fault for each other name.

    An entry with a wrong name is not ignored: a report would lack its figures, and nobody would know.
    """
    received: list[Receipt] = []
    errors: list[Error | str] = []
    store_of(folder)
    for path in folder.names("returns", "*"):
        try:
            received.append(Receipt.of(path.removeprefix("returns/")))
        except ValueError:
            expected = "a folder named <received>_<partner>, such as 2021-03-25_helpline"
            errors.append(Error(folder.shown(path), expected, fix="rename it, or take it out of the store"))
    return sorted(received), errors


def latest_receipt(folder: DataFolder) -> dt.date | None:
    """Return the day of the latest receipt by the names of the store's folders, or None where it is empty.

    Raises
    ------
    Refused
        An entry of the store is not named as a return is.
    """
    return max((receipt.received for receipt in _receipts(folder)), default=None)


def _receipts(folder: DataFolder) -> list[Receipt]:
    received, errors = _received(folder)
    if errors:
        raise Refused(errors)
    return received


def permitted(returns: Iterable[Return]) -> list[Return]:
    """Return the returns that the partnership may use: not those with the permission ``none``.

    A return without permission is checked by the gate and counted as received. Its figures are in no paper.
    """
    return [received for received in returns if received.terms.permission != NO_PERMISSION]


def in_force(history: Sequence[Observation]) -> tuple[list[Observation], list[Observation]]:
    """Return the observations that may be used, and those that may not, by the permission that holds for each now.

    The history is in the order of receipt, all that was received by a day; both lists keep that order.
    """
    rank = NARROWEST_FIRST.index
    usable: list[Observation] = []
    withheld: list[Observation] = []
    later: dict[tuple[str, str], dict[Period, Terms]] = {}  # the narrowest terms since, by measure and months
    for _, sent in groupby(reversed(history), key=lambda observation: observation.file):
        of_return = list(sent)
        for observation in of_return:
            since = later.get((observation.terms.partner, observation.measure), {})
            overlapping = (terms for period, terms in since.items() if period.overlaps(observation.period))
            narrowest = min(overlapping, key=lambda terms: (rank(terms.permission), terms.received), default=None)
            if narrowest and rank(narrowest.permission) < rank(observation.terms.permission):
                terms = observation.terms.model_copy(update={"permission": narrowest.permission})
                observation = replace(observation, terms=terms, narrowed=narrowest.received)
            (withheld if observation.terms.permission == NO_PERMISSION else usable).append(observation)
        for observation in of_return:
            if observation.terms.permission != PUBLISH:
                since = later.setdefault((observation.terms.partner, observation.measure), {})
                known = since.setdefault(observation.period, observation.terms)
                if rank(observation.terms.permission) <= rank(known.permission):
                    since[observation.period] = observation.terms
    return usable[::-1], withheld[::-1]


def readings(home_area: str = "") -> dict[str, Callable[[str], Any]]:
    """Return how the text of each column is read, in the order of :data:`COLUMNS`.

    What means the same is the same from here on: the code of the home area is the whole area, which is blank, and a
    range of months that is a quarter or a year is that quarter or year.
    """
    return dict.fromkeys(COLUMNS, str) | {
        "period": lambda text: parse(text).plain,
        "area": lambda text: "" if text == home_area else text,
        "value": lambda text: Decimal(text) if text else None,
    }


def observations(returns: Iterable[Return], home_area: str = "") -> list[Observation]:
    """Return the observations of returns that have passed the gate, in the order of receipt."""
    read = readings(home_area).items()
    history: list[Observation] = []
    for received in sorted(returns, key=lambda received: received.receipt):
        table = received.observations
        if table.lines:
            cells = (table.cells[name].cells(reading) for name, reading in read)
            history += map(Observation, *cells, repeat(received.terms), repeat(table.file), table.lines)
    return history


def latest(history: Iterable[Observation]) -> list[Observation]:
    """Return the observations that count: for each partner and key, the last.

    A value that differs from an earlier one has the status ``r``, and keeps it when it is sent again. A provisional
    value that has changed is ``pr``. A value where there was none before is the first, and is not revised. The history
    is in the order of receipt.
    """
    current: dict[tuple[Period | str, ...], Observation] = {}
    valued: dict[tuple[Period | str, ...], Observation] = {}
    for observation in history:
        key = observation.figure
        if observation.value is None:
            current[key] = observation
            continue
        before, status = valued.get(key), observation.status
        if before is not None or status:
            changed = before is not None and (before.value != observation.value or "r" in before.status)
            status = ("p" if "p" in status else "") + ("r" if "r" in status or changed else "")
            if status != observation.status:
                observation = replace(observation, status=status)
        current[key] = valued[key] = observation
    return list(current.values())
