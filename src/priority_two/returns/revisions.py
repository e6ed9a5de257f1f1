"""Revisions: the figures that a later return changed.

Figures are never edited. A partner sends a figure again, and the later return counts from the day on which it came. A
figure is known by its period, measure, area, breakdown and partner. What a partner sent for the same figure is compared
in the order of receipt, which gives its revisions. If a partner sent 412 in April as provisional and 421 in July, that
is a ``scheduled`` revision by 9. The kinds are:

=============  ========================================================================================
kind           what happened
=============  ========================================================================================
``scheduled``  a value that was marked as provisional (``p``) changed
``corrected``  a value that was not marked as provisional changed
``withdrawn``  a value became not available or not applicable, provisional or not
``restored``   a value came back after it was withdrawn, and is another value than before
=============  ========================================================================================

These are not revisions: the same value sent again, also with another status (a provisional figure that is confirmed); a
first value where there was a gap (a late figure); a value that comes back unchanged after it was withdrawn (the
withdrawal is in the list). ``10`` and ``10.0`` are the same value.
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

    `new` and `difference` (new less old, in the measure's unit) are None where the figure was withdrawn. Of a figure
    that was restored, `old` is the value before it was withdrawn. The old value was received on `first_received`. The
    new one stands in a `row` of a `file`, and has its `place` in the history, from 0.
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

    Nothing received later than the as-at date is looked at. Revisions received by ``since``, those that the last paper
    could already show, are left out.
    """
    now: dict[tuple[str, ...], Observation] = {}
    valued: dict[tuple[str, ...], Observation] = {}
    changed = []
    for place, observation in enumerate(history):
        received, value = observation.terms.received, observation.value
        if as_at is not None and received > as_at:
            continue
        key = (*observation.key, observation.terms.partner)
        before, figure = now.get(key), valued.get(key)
        now[key] = observation
        if value is not None:
            valued[key] = observation
        if before is None or figure is None or figure.value is None:
            continue  # the first value, or a gap that was filled
        if value is None:
            kind = WITHDRAWN if before.value is not None else ""
        elif value == figure.value:
            kind = ""
        elif before.value is None:
            kind = RESTORED
        else:
            kind = SCHEDULED if "p" in before.status else CORRECTED
        if not kind or (since is not None and received <= since):
            continue
        changed.append(
            Revision(
                period=observation.period,
                measure=observation.measure,
                area=observation.area,
                breakdown=observation.breakdown,
                partner=observation.terms.partner,
                kind=kind,
                old=figure.value,
                new=value,
                difference=None if value is None else value - figure.value,
                first_received=figure.terms.received,
                received=received,
                file=observation.file,
                row=observation.row,
                place=place,
            )
        )
    return changed
