"""The history of a store as columns: what counts is picked out by the numbers of rows.

A store may have millions of rows, of which a paper shows some hundreds. A row becomes an
:class:`~priority_two.returns.store.Observation` when it is asked for; to pick out what was known by a day, what may be
used and what counts, none has to::

    sent = History.of(read_returns(folder, as_at), home_area)
    usable, withheld = sent.corrected(corrections, as_at).in_force()
    counted = usable.latest()

The rules stand in :mod:`~priority_two.returns.store`, :mod:`~priority_two.returns.corrections` and
:mod:`~priority_two.returns.revisions`, an observation at a time, and nowhere else. Here is only told of which rows a
rule has nothing to say: those of a figure that was sent once, or again as it was; those of a partner whose permission
was always the same; those that no record corrects. All others are handed to the rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, repeat
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from priority_two.periods import parse
from priority_two.returns.corrections import Correction, correct
from priority_two.returns.revisions import Revision, revisions
from priority_two.returns.store import (
    COLUMNS,
    NO_PERMISSION,
    Observation,
    Receipt,
    Return,
    in_force,
    latest,
    observations,
    readings,
)

Numbers = NDArray[np.int64]
Series = tuple[str, str, str]
T = TypeVar("T")
_SERIES = ("measure", "breakdown", "area")
_FIGURE = ("period", *_SERIES)
_BITS = 62
"""How long a key and the number of a row may be together, in bits."""


class _Rows:
    """The rows of returns, in the order of receipt, each known by its number from 0."""

    def __init__(self, returns: Iterable[Return], home_area: str) -> None:
        self.returns = sorted(returns, key=lambda received: received.receipt)
        self._home = home_area
        counts = [len(received.observations.lines) for received in self.returns]
        self.starts = np.cumsum([0, *counts])
        self.number = int(self.starts[-1])
        self._columns: dict[str, tuple[dict[Any, int], NDArray[np.int32]]] = {}
        self._values: dict[int, list[list[Any]]] = {}

    def column(self, name: str) -> tuple[dict[Any, int], NDArray[np.int32]]:
        """Return the distinct values of a column, each with its number, and the number of each row's value."""
        if name not in self._columns:
            numbers, numbered = dict[Any, int](), np.empty(self.number, dtype=np.int32)
            for number, received in enumerate(self.returns):
                start, end = self.starts[number : number + 2]
                if start == end:
                    continue
                places = np.asarray(received.observations.cells[name].places)
                own = [numbers.setdefault(value, len(numbers)) for value in self._read(number)[COLUMNS.index(name)]]
                same = own == list(range(len(own)))  # as of most returns: then the places are the numbers
                numbered[start:end] = places if same else np.array(own, dtype=np.int32)[places]
            self._columns[name] = numbers, numbered if len(numbers) > 1 else self._noughts
        return self._columns[name]

    def _read(self, number: int) -> list[list[Any]]:
        """Return the distinct values of each column of a return, as they are read."""
        if number not in self._values:
            cells = self.returns[number].observations.cells
            reads = readings(self._home).items()
            self._values[number] = [[*map(reading, cells[name].values)] for name, reading in reads]
        return self._values[number]

    def of_returns(self, answer: Callable[[Return], T]) -> tuple[dict[T, int], NDArray[np.int32]]:
        """Return the distinct answers of the returns, each with its number, and that of each row's return."""
        numbers: dict[T, int] = {}
        own = [numbers.setdefault(answer(received), len(numbers)) for received in self.returns]
        if len(numbers) == 1:
            return numbers, self._noughts
        return numbers, np.repeat(np.array(own, dtype=np.int32), np.diff(self.starts))

    @property
    def _noughts(self) -> NDArray[np.int32]:
        """What numbers each row where all are alike: it takes no room."""
        return np.broadcast_to(np.int32(0), self.number)

    def key(self, names: Sequence[str], rows: Numbers | None, *more: tuple[int, NDArray[np.int32]]) -> Numbers:
        """Return a number for each row, the same where the columns say the same; ``more`` are numbered from 0 too."""
        columns = [(len(numbers), numbered) for numbers, numbered in map(self.column, names)]
        return _joined([(size, numbered if rows is None else numbered[rows]) for size, numbered in (*columns, *more)])

    @cached_property
    def whole(self) -> list[Observation]:
        """Every row as an observation."""
        return observations(self.returns, self._home)

    def observations(self, rows: Numbers) -> list[Observation]:
        """Return rows as observations."""
        if "whole" in self.__dict__:
            return [self.whole[row] for row in rows.tolist()]
        asked: list[Observation] = []
        of_returns = np.searchsorted(self.starts, rows, side="right") - 1
        for begin, end in pairwise([0, *(np.flatnonzero(np.diff(of_returns)) + 1).tolist(), len(rows)]):
            if begin == end:
                continue
            number = int(of_returns[begin])
            received, places = self.returns[number], rows[begin:end] - self.starts[number]
            table = received.observations
            sent = (
                map(values.__getitem__, np.asarray(table.cells[name].places)[places].tolist())
                for name, values in zip(COLUMNS, self._read(number), strict=True)
            )
            lines = np.asarray(table.lines)[places].tolist()
            asked += map(Observation, *sent, repeat(received.terms), repeat(table.file), lines)
        return asked


@dataclass(frozen=True)
class _Verdicts:
    """What permission holds now: distinct verdicts, and the number of each row's; that of a row as sent is -1."""

    distinct: list[Observation]
    numbered: NDArray[np.int32]

    def on(self, rows: Numbers, sent: Iterable[Observation]) -> list[Observation]:
        """Return observations, each with the terms that hold now."""
        return [
            replace(each, terms=self.distinct[number].terms, narrowed=self.distinct[number].narrowed)
            if number >= 0
            else each
            for each, number in zip(sent, self.numbered[rows].tolist(), strict=True)
        ]


class History(Sequence[Observation]):
    """Observations in the order of receipt: rows by their numbers.

    ``other`` has those that are not as sent: corrected, or revised. ``verdicts`` has the permissions that were
    narrowed.
    """

    def __init__(
        self,
        sent: _Rows,
        rows: Numbers | None = None,
        other: Mapping[int, Observation] | None = None,
        verdicts: _Verdicts | None = None,
    ) -> None:
        self._sent = sent
        self._some = rows  # None: all
        self._other = other or {}
        self._verdicts = verdicts

    @classmethod
    def of(cls, returns: Iterable[Return], home_area: str = "") -> History:
        """Return the history of returns that have passed the gate."""
        return cls(_Rows(returns, home_area))

    @cached_property
    def _rows(self) -> Numbers:
        return np.arange(self._sent.number) if self._some is None else self._some

    def __len__(self) -> int:
        return self._sent.number if self._some is None else len(self._some)

    @overload
    def __getitem__(self, place: int) -> Observation: ...

    @overload
    def __getitem__(self, place: slice) -> list[Observation]: ...

    def __getitem__(self, place: int | slice) -> Observation | list[Observation]:
        if isinstance(place, slice):
            return self._whole[place]
        return self.observations(self._rows[[place]])[0]

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._whole)

    @cached_property
    def _whole(self) -> list[Observation]:
        as_sent = self._some is None and not self._other and not self._verdicts
        return self._sent.whole if as_sent else self.observations(self._rows)

    def observations(self, rows: Numbers) -> list[Observation]:
        """Return rows as observations."""
        asked, other = self._sent.observations(rows), self._other
        if other:
            asked = [other.get(row, each) for row, each in zip(rows.tolist(), asked, strict=True)]
        return self._verdicts.on(rows, asked) if self._verdicts else asked

    def corrected(
        self, corrections: Sequence[Correction], as_at: dt.date | None = None, home_area: str = ""
    ) -> History:
        """Return the history with the corrections applied, as :func:`~priority_two.returns.corrections.correct` does.

        Raises
        ------
        Refused
            As that function.
        """
        if not corrections:
            return self
        sent = self._sent
        rows = self._rows
        partners, partner = sent.of_returns(lambda received: received.terms.partner)
        columns = {name: sent.column(name) for name in _FIGURE}
        matched = np.zeros(len(rows), dtype=bool)
        for record in corrections:
            about = (parse(record.period).plain, record.measure, record.breakdown, record.about(home_area)[2])
            numbers = [columns[name][0].get(value, -1) for name, value in zip(_FIGURE, about, strict=True)]
            same = partner[rows] == partners.get(Receipt.of(record.source).partner, -1)
            for name, number in zip(_FIGURE, numbers, strict=True):
                same &= columns[name][1][rows] == number
            matched |= same
        some = rows[matched]
        before = self.observations(some)
        after = correct(before, corrections, as_at, home_area)
        changed = {row: new for row, old, new in zip(some.tolist(), before, after, strict=True) if new is not old}
        return History(sent, self._some, {**self._other, **changed}, self._verdicts)

    def in_force(self) -> tuple[History, History]:
        """Return what may be used, and what may not, as :func:`~priority_two.returns.store.in_force` tells.

        Permission holds for a return, a measure and a period: the rule is asked of each three once.
        """
        sent = self._sent
        permissions: dict[str, set[str]] = {}
        for received in sent.returns:
            permissions.setdefault(received.terms.partner, set()).add(received.terms.permission)
        if all(len(of_partner) == 1 and NO_PERMISSION not in of_partner for of_partner in permissions.values()):
            return self, History.of(())
        rows = self._rows
        refusals, refusing = sent.of_returns(lambda received: received.terms.permission == NO_PERMISSION)
        varied, varying = sent.of_returns(lambda received: len(permissions[received.terms.partner]) > 1)
        withheld = refusing[rows] == refusals.get(True, -1)
        weighed = np.flatnonzero(varying[rows] == varied.get(True, -1))
        verdicts = self._verdicts
        if len(weighed):
            some = rows[weighed]
            names, name = sent.of_returns(lambda received: received.name)
            _, first, same = np.unique(
                sent.key(("measure", "period"), some, (len(names), name)), return_index=True, return_inverse=True
            )
            order = np.argsort(first)
            allowed, refused = in_force(self.observations(some[first[order]]))
            decided = {(each.file, each.row): each for each in (*allowed, *refused)}
            distinct = [decided[like.file, like.row] for like in self.observations(some[first])]
            withheld[weighed] = np.array([each.terms.permission == NO_PERMISSION for each in distinct])[same]
            numbers = np.array([-1 if each.narrowed is None else number for number, each in enumerate(distinct)])
            verdicts = _Verdicts(distinct, np.full(sent.number, -1, dtype=np.int32))
            verdicts.numbered[some] = numbers[same]
        usable = History(sent, rows[~withheld], self._other, verdicts)
        return usable, History(sent, rows[withheld], self._other, verdicts)

    def where(self, column: str, rule: Callable[[Any], object]) -> History:
        """Return the observations of which a rule holds, which is asked of each distinct value of a column once."""
        known, numbered = self._sent.column(column)
        rows = self._rows
        some = np.array([bool(rule(value)) for value in known], dtype=bool)[numbered[rows]]
        for place, value in self._not_as_sent(column, rows).items():
            some[place] = bool(rule(value))
        return self if some.all() else self._picked(np.flatnonzero(some))

    def of_measures(self, measures: Iterable[str]) -> History:
        """Return the observations of some measures."""
        places = [self.indexed.places(measure) for measure in {*measures}]
        return self._picked(np.sort(np.concatenate(places)) if places else np.zeros(0, dtype=np.int64))

    def _not_as_sent(self, column: str, rows: Numbers) -> dict[int, Any]:
        """Return what stands in a column of those of some rows that are not as sent, by the place of each among them.

        Which figure it is of is never corrected.
        """
        if not self._other or column in _FIGURE:
            return {}
        places = np.flatnonzero(np.isin(rows, [*self._other]))
        return {place: getattr(self._other[int(rows[place])], column) for place in places.tolist()}

    def _picked(self, places: Numbers) -> History:
        return History(self._sent, self._rows[places], self._other, self._verdicts)

    def distinct(self, column: str, places: Numbers | None = None) -> set[Any]:
        """Return what stands in a column, each value once: of all observations, or of those at some places."""
        known, numbered = self._sent.column(column)
        rows = self._rows if places is None else self._rows[places]
        other = self._not_as_sent(column, rows)
        there = np.zeros(len(known), dtype=bool)
        there[numbered[np.delete(rows, [*other]) if other else rows]] = True
        return {value for value, number in known.items() if there[number]} | {*other.values()}

    def partners(self) -> list[str]:
        """Return whose observations they are, in the order of the first of each."""
        names, number = self._sent.of_returns(lambda received: received.terms.partner)
        there, first = np.unique(number[self._rows], return_index=True)
        known = [*names]
        return [known[there[place]] for place in np.argsort(first)]

    def returns(self) -> list[Return]:
        """Return the returns from which they come, in the order of receipt."""
        numbers = np.unique(np.searchsorted(self._sent.starts, self._rows, side="right") - 1)
        return [self._sent.returns[number] for number in numbers]

    @cached_property
    def indexed(self) -> _ColumnIndex:
        """The observations by series."""
        return _ColumnIndex(self)

    def by_series(self) -> tuple[Numbers, dict[Series, slice]]:
        """Return the places of the observations by series, each in the order of receipt, and where among them each is.

        The series of a measure stand together.
        """
        rows = self._rows
        order, begins = _grouped(self._sent.key(_SERIES, self._some))
        ends = np.append(begins, len(rows))[1:]
        columns = (self._sent.column(name) for name in _SERIES)
        some = rows[order[begins]]
        names = (np.array([*known], dtype=object)[numbered[some]].tolist() for known, numbered in columns)
        return order, dict(zip(zip(*names, strict=True), map(slice, begins.tolist(), ends.tolist()), strict=True))

    def at(self, places: Numbers) -> list[Observation]:
        """Return the observations at some places."""
        return self.observations(self._rows[places])

    def latest(self) -> History:
        """Return the observations that count, as :func:`~priority_two.returns.store.latest` tells."""
        order, begins, weighed = self._figures
        if len(begins) == len(self) and not weighed.any():
            return self
        rows = self._rows
        ends = np.append(begins, len(rows))[1:] - 1
        first, last = order[begins], order[ends]  # a figure stands where it was first sent
        counted = np.full(len(rows), -1, dtype=np.int64)
        counted[first] = rows[last]
        other = dict(self._other)
        if weighed.any():
            some = self._of_figures(weighed, order, begins)
            places = np.sort(first[weighed])
            other |= zip(counted[places].tolist(), latest(self.observations(rows[some])), strict=True)
        return History(self._sent, counted[counted >= 0], other, self._verdicts)

    def revisions(self) -> list[Revision]:
        """Return the revisions, as :func:`~priority_two.returns.revisions.revisions` tells."""
        order, begins, weighed = self._figures
        some = self._of_figures(weighed, order, begins)
        revised = revisions(self.observations(self._rows[some]))
        return [replace(revision, place=int(some[revision.place])) for revision in revised]

    @cached_property
    def _figures(self) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
        """Return the places of the history by figure, where each figure begins among them, and which a rule must weigh.

        Nothing is to be weighed of a figure that was sent once or again as it was, and never as revised.
        """
        sent = self._sent
        partners, partner = sent.of_returns(lambda received: received.terms.partner)
        order, begins = _grouped(sent.key(_FIGURE, self._some, (len(partners), partner)))
        weighed = np.zeros(len(self), dtype=bool)
        if not len(begins):
            return order, begins, weighed
        values, value = sent.column("value")
        statuses, status = sent.column("status")
        plain = np.array([text in ("", "p") for text in statuses], dtype=bool)
        if self._other or not plain.all():
            odd = ~plain[status] & (value != values.get(None, -1))
            odd[[*self._other]] = True
            weighed = odd[self._rows[order]]
        if len(begins) < len(self):
            of_figure = value[self._rows[order]]
            differs = np.not_equal(of_figure[1:], of_figure[:-1])
            differs[begins[1:] - 1] = False  # another figure's
            weighed[1:] |= differs
            weighed = np.logical_or.reduceat(weighed, begins)
        return order, begins, weighed

    @staticmethod
    def _of_figures(weighed: NDArray[np.bool_], order: Numbers, begins: Numbers) -> Numbers:
        """Return the places in the history of the rows of the figures to be weighed, in the order of receipt."""
        sizes = np.diff(np.append(begins, len(order)))
        return np.sort(order[np.repeat(weighed, sizes)])


class SeriesIndex:
    """Observations by their series: measure, breakdown and area."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._sent: dict[Series, list[Observation]] = {}
        for each in observations:
            self._sent.setdefault((each.measure, each.breakdown, each.area), []).append(each)

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> SeriesIndex:
        """Return the index of some observations; of a history it makes none that is not asked for."""
        return observations.indexed if isinstance(observations, History) else cls(observations)

    def _series(self) -> Iterable[Series]:
        return self._sent

    @cached_property
    def by_measure(self) -> dict[str, list[Series]]:
        """Each series of which there is anything, by its measure."""
        by_measure: dict[str, list[Series]] = {}
        for series in self._series():
            by_measure.setdefault(series[0], []).append(series)
        return by_measure

    @cached_property
    def _by_area(self) -> dict[tuple[str, str], list[Series]]:
        by_area: dict[tuple[str, str], list[Series]] = {}
        for series in self._series():
            by_area.setdefault((series[0], series[2]), []).append(series)
        return by_area

    def of_measure(self, measure: str, area: str | None = None) -> list[Series]:
        """Return each series of a measure of which there is anything, in all areas or in one."""
        return self.by_measure.get(measure, []) if area is None else self._by_area.get((measure, area), [])

    def sent(self, series: Series) -> list[Observation]:
        """Return what was sent of a series, in the order of the observations."""
        return self._sent.get(series, [])

    def distinct(self, column: str, measure: str) -> set[Any]:
        """Return what stands in a column of a measure, each value once."""
        return {getattr(each, column) for series in self.of_measure(measure) for each in self.sent(series)}


def of_measures(observations: Sequence[Observation], measures: Iterable[str]) -> Sequence[Observation]:
    """Return the observations of some measures, in their order."""
    if isinstance(observations, History):
        return observations.of_measures(measures)
    names = {*measures}
    return [each for each in observations if each.measure in names]


class _ColumnIndex(SeriesIndex):
    """The index of a history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._order, self._places = history.by_series()
        self._sent = {}

    def _series(self) -> Iterable[Series]:
        return self._places

    def sent(self, series: Series) -> list[Observation]:
        if series not in self._sent:
            place = self._places.get(series)
            self._sent[series] = self._history.at(self._order[place]) if place else []
        return self._sent[series]

    def places(self, measure: str) -> Numbers:
        """Return the places of the observations of a measure, a series after the other."""
        slices = [self._places[series] for series in self.of_measure(measure)]
        return self._order[slices[0].start : slices[-1].stop] if slices else self._order[:0]

    def distinct(self, column: str, measure: str) -> set[Any]:
        return self._history.distinct(column, self.places(measure))


def _joined(columns: Iterable[tuple[int, NDArray[np.int32]]]) -> Numbers:
    """Return one number for what stands in several columns; each has so many values, and the number of each row's."""
    key, size = np.zeros(0, dtype=np.int64), 1
    for values, numbered in columns:
        if values == 1 and len(key):
            continue
        if size == 1:
            key, size = numbered.astype(np.int64), values
            continue
        if size * values >= 1 << (_BITS - len(key).bit_length()):
            distinct, key = np.unique(key, return_inverse=True)
            size = len(distinct)
        key *= values
        key += numbered
        size *= values
    return key


def _grouped(key: Numbers) -> tuple[Numbers, Numbers]:
    """Return the places of a key's rows, those of one number together and in their order, and where each begins.

    The key is used up: of millions of rows each copy counts.
    """
    bits = len(key).bit_length()
    key <<= bits
    key |= np.arange(len(key))
    key.sort()
    numbers = key >> bits
    key &= (1 << bits) - 1
    new = np.ones(len(key), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return key, np.flatnonzero(new)
