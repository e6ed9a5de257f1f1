"""Vintages: which figures changed between one return and a later one.

Figures are never edited: a partner sends again, and the later return wins from its receipt on. Comparing what a
partner sent on one key (a period, measure, area and breakdown), in the order of receipt, gives its revisions:

=============  ========================================================================================
kind           what happened
=============  ========================================================================================
``scheduled``  a value that had been marked provisional (``p``) changed, as its mark had said it might
``corrected``  a value that had not been marked provisional changed
``withdrawn``  a value became not available or not applicable, provisional or not
``restored``   a value came back after it was withdrawn, and is not what it was
=============  ========================================================================================

No revision is: the same value sent again, also with another status (a provisional figure that was confirmed); a first
value where there was a gap (a late figure); a value that comes back unchanged after it was withdrawn (the withdrawal
stands in the list). ``10`` and ``10.0`` are the same value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from priority_two.periods import Period
from priority_two.returns.store import Observation

SCHEDULED, CORRECTED, WITHDRAWN, RESTORED = "scheduled", "corrected", "withdrawn", "restored"


@dataclass(frozen=True)
class Revision:
    """A figure that a later return changed.

    Parameters
    ----------
    period, measure, area, breakdown, partner
        Which figure, and whose.
    kind
        ``scheduled``, ``corrected``, ``withdrawn`` or ``restored``.
    old, new
        The values; `new` is None where the figure was withdrawn. Of a figure that was restored, `old` is the value
        before it was withdrawn.
    difference
        New less old, in the measure's unit; None where the figure was withdrawn.
    first_received, received
        When the old and the new value were received.
    file, row
        Where the new value stands.
    place
        The new observation's place in the history, from 0.
    """

    period: Period
    measure: str
    area: str
    breakdown: str
    partner: str
    kind: str
    old: Decimal
    new: Decimal | None
    difference: Decimal | None
    first_received: dt.date
    received: dt.date
    file: str
    row: int
    place: int


def revisions(
    history: Sequence[Observation], as_at: dt.date | None = None, since: dt.date | None = None
) -> list[Revision]:
    """Return the revisions of a history, in the order of receipt.

    Parameters
    ----------
    history
        Observations in the order of receipt (:func:`priority_two.returns.store.observations`).
    as_at
        The knowledge cut-off: nothing received later is looked at.
    since
        Leave out revisions received by this date: those that the last paper could already show.
    """
    now: dict[tuple[str, ...], Observation] = {}
    valued: dict[tuple[str, ...], Observation] = {}
    found = []
    for place, one in enumerate(history):
        if as_at is not None and one.terms.received > as_at:
            continue
        key = (*one.key, one.terms.partner)
        before, figure = now.get(key), valued.get(key)
        now[key] = one
        if one.value is not None:
            valued[key] = one
        if before is None or figure is None or figure.value is None:
            continue  # the first that was heard of it, or a gap that was filled
        if one.value is None:
            kind = WITHDRAWN if before.value is not None else ""
        elif one.value == figure.value:
            kind = ""
        elif before.value is None:
            kind = RESTORED
        else:
            kind = SCHEDULED if "p" in before.status else CORRECTED
        if not kind or (since is not None and one.terms.received <= since):
            continue
        found.append(
            Revision(
                period=one.period,
                measure=one.measure,
                area=one.area,
                breakdown=one.breakdown,
                partner=one.terms.partner,
                kind=kind,
                old=figure.value,
                new=one.value,
                difference=None if one.value is None else one.value - figure.value,
                first_received=figure.terms.received,
                received=one.terms.received,
                file=one.file,
                row=one.row,
                place=place,
            )
        )
    return found
