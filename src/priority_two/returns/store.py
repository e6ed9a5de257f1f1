"""The store of returns: ``data/returns/<received>_<partner>/`` with ``observations.csv`` and ``terms.yaml``.

A return is never edited: a correction is a later return. The second return of a partner on one day is
``<received>_<partner>_2``, and so on. What a report uses is decided by the *as-at date*, the
knowledge cut-off: only returns received by then count, and for one observation (a period, measure, area and
breakdown of one partner) the latest wins.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from priority_two.errors import Error, Refused
from priority_two.files.as_written import Prose
from priority_two.files.csv_table import Table
from priority_two.files.data_folder import DataFolder
from priority_two.periods import Period, parse, parse_date
from priority_two.reference.catalogue import Strict, Words, validated

COLUMNS = ("period", "measure", "area", "breakdown", "value", "status", "note")
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)_([a-z0-9-]+)(?:_([2-9]|[1-9]\d{1,2}))?", re.ASCII)

TERMS_PROSE = Prose(words=frozenset({"explanation", "contact_post"}))
"""The keys of ``terms.yaml`` whose values are words."""


@dataclass(frozen=True, order=True)
class Receipt:
    """What the name of a return's folder says: the day, the partner, and the how manieth it was on that day.

    In order they are in the order of receipt.
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
            raise ValueError("a return such as 2021-04-20_police")
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
    """A return as it stands on disk.

    Parameters
    ----------
    name
        Its folder's name.
    terms
        Its terms.
    terms_file, terms_lines
        Where they stand, for people, and the line of each key.
    observations
        Its rows as text, for the gate.
    """

    name: str
    terms: Terms
    terms_file: str
    terms_lines: dict[str, int]
    observations: Table


@dataclass(frozen=True)
class Observation:
    """One tidy row, typed, with where it came from.

    ``value`` is None where the status is ``x`` (not available) or ``z`` (not applicable); else the status is blank,
    ``p`` (provisional), ``r`` (revised) or both.
    """

    period: Period
    measure: str
    area: str
    breakdown: str
    value: Decimal | None
    status: str
    note: str
    terms: Terms
    file: str
    row: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Period, measure, area and breakdown: what the observation is about."""
        return str(self.period), self.measure, self.area, self.breakdown

    @property
    def anchor(self) -> str:
        """The name under which the sources annex lists the observation."""
        parts = [self.terms.partner, self.measure, self.breakdown, self.area, str(self.period).replace("..", "-to-")]
        return "source-" + "-".join(part.lower() for part in parts if part)


def read_returns(folder: DataFolder, as_at: dt.date | None = None) -> list[Return]:
    """Return every return of the store that had been received by the as-at date, in the order of receipt.

    A later return is not even opened, so that one which is faulty cannot disturb an earlier report.

    Raises
    ------
    Refused
        Every fault of every return: a file cannot be read, or terms lack a key, have one too many or another type; also
        an entry of the store that is not named as a return is, whenever it came. The rest is the other returns.
    """
    returns = []
    received, errors = _received(folder)
    for receipt in received:
        if as_at is not None and receipt.received > as_at:
            continue
        name = str(receipt)
        terms: Terms | None = None
        observed: Table | None = None
        try:
            mapping = folder.mapping(f"returns/{name}/terms.yaml", TERMS_PROSE)
            terms = validated(Terms, mapping)
        except Refused as refused:
            errors += refused.errors
        try:
            observed = folder.table(f"returns/{name}/observations.csv")
        except Refused as refused:
            errors += refused.errors
        if terms and observed:
            returns.append(Return(name, terms, mapping.file, mapping.lines, observed))
    if errors:
        raise Refused(errors, returns)
    return returns


def _received(folder: DataFolder) -> tuple[list[Receipt], list[Error | str]]:
    """Return the returns in the order of receipt by their names, and a fault for each entry that is none.

    A misnamed entry cannot be passed over: what is in it would be missing from a report, and nobody would know.
    """
    received: list[Receipt] = []
    errors: list[Error | str] = []
    for path in folder.names("returns", "*"):
        try:
            received.append(Receipt.of(path.removeprefix("returns/")))
        except ValueError:
            expected = "a folder named <received>_<partner>, such as 2021-03-25_police"
            errors.append(Error(folder.shown(path), expected, fix="rename it, or take it out of the store"))
    return sorted(received), errors


def latest_receipt(folder: DataFolder) -> dt.date | None:
    """Return the day of the latest receipt by the names of the store's folders, or None where it is empty.

    Raises
    ------
    Refused
        An entry of the store is not named as a return is.
    """
    received, errors = _received(folder)
    if errors:
        raise Refused(errors)
    return max((receipt.received for receipt in received), default=None)


def permitted(returns: Iterable[Return]) -> list[Return]:
    """Return the returns whose partner lets the partnership use them: not those with the permission ``none``.

    What was sent without permission is judged by the gate and counted as received, and stands in no paper.
    """
    return [one for one in returns if one.terms.permission != "none"]


def observations(returns: Iterable[Return]) -> list[Observation]:
    """Return the observations of returns that have passed the gate, in the order of receipt."""
    return [
        Observation(
            period=parse(row["period"]),
            measure=row["measure"],
            area=row["area"],
            breakdown=row["breakdown"],
            value=Decimal(row["value"]) if row["value"] else None,
            status=row["status"],
            note=row["note"],
            terms=one.terms,
            file=row["file"],
            row=row["row"],
        )
        for one in sorted(returns, key=lambda one: Receipt.of(one.name))
        for row in one.observations.rows
    ]


def latest(history: Iterable[Observation]) -> list[Observation]:
    """Return the observations that count: of each partner's on one key the last.

    A value that differs from an earlier one carries ``r`` from then on, also when it is sent again; a provisional one
    that has moved is ``pr``. A value that comes where there was none is the first, and no revision.

    Parameters
    ----------
    history
        Observations in the order of receipt.
    """
    current: dict[tuple[str, ...], Observation] = {}
    valued: dict[tuple[str, ...], Observation] = {}
    for one in history:
        key = (*one.key, one.terms.partner)
        if one.value is None:
            current[key] = one
            continue
        before = valued.get(key)
        moved = "r" in one.status or (before is not None and (before.value != one.value or "r" in before.status))
        status = ("p" if "p" in one.status else "") + ("r" if moved else "")
        current[key] = valued[key] = replace(one, status=status)
    return list(current.values())
