"""The store of returns: ``data/returns/<received>_<partner>/`` with ``observations.csv`` and ``terms.yaml``.

A return is never edited: a correction is a later return. What a report uses is decided by the *as-at date*, the
knowledge cut-off: only returns received by then count, and for one observation (a period, measure, area and
breakdown of one partner) the latest wins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from priority_two.catalogue import Strict, Words, validated
from priority_two.folder import DataFolder, Table
from priority_two.periods import Period, parse

COLUMNS = ("period", "measure", "area", "breakdown", "value", "status", "note")
UNAVAILABLE = {"x": "not available", "z": "not applicable"}


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

    ``value`` is None where the status is ``x`` (not available) or ``z`` (not applicable).
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
        parts = [self.measure, self.breakdown, self.area, str(self.period).replace("..", "-to-")]
        return "source-" + "-".join(part.lower() for part in parts if part)


def read_returns(folder: DataFolder, as_at: dt.date | None = None) -> list[Return]:
    """Return every return of the store that had been received by the as-at date, in the order of receipt.

    A later return is not even opened, so that one which is faulty cannot disturb an earlier report.

    Raises
    ------
    Refused
        A file cannot be read, or terms lack a key, have one too many or another type.
    """
    returns = []
    for path in folder.names("returns", "*"):
        name = path.removeprefix("returns/")
        if as_at is not None and name[:10] > as_at.isoformat():
            continue
        mapping = folder.mapping(f"{path}/terms.yaml")
        terms: Terms = validated(Terms, mapping)
        returns.append(Return(name, terms, mapping.file, mapping.lines, folder.table(f"{path}/observations.csv")))
    return returns


def latest_receipt(folder: DataFolder) -> dt.date | None:
    """Return the day of the latest receipt by the names of the store's folders, or None where it is empty."""
    days = []
    for path in folder.names("returns", "*"):
        try:
            days.append(dt.date.fromisoformat(path.removeprefix("returns/")[:10]))
        except ValueError:
            continue
    return max(days, default=None)


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
        for one in sorted(returns, key=lambda one: (one.terms.received, one.name))
        for row in one.observations.rows
    ]


def latest(history: Iterable[Observation]) -> list[Observation]:
    """Return the observations that count: of each partner's on one key the last, marked ``r`` where it changed a value.

    Parameters
    ----------
    history
        Observations in the order of receipt.
    """
    current: dict[tuple[str, ...], Observation] = {}
    for one in history:
        key = (*one.key, one.terms.partner)
        before = current.get(key)
        revised = before is not None and before.value != one.value and not one.status
        current[key] = replace(one, status="r") if revised else one
    return list(current.values())
