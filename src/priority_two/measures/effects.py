"""What a revision did to the roll-ups that contain it.

A partner that changes February changes Quarter Four and the year. The effect is worked out by rolling up twice: with
the partner's figures as they stood just before the revision, and just after. Months that came later, and that there was
nothing of before, take part in both, so that a quarter which was not complete on the day of the revision shows what it
did to the quarter once that is. Later revisions take part in neither: the effects of several add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from priority_two.measures.rollup import Figure, Ledger
from priority_two.periods import MONTH, RANGE, YEAR, Period
from priority_two.reference.catalogue import Measure
from priority_two.returns.history import SeriesIndex
from priority_two.returns.revisions import Revision
from priority_two.returns.store import Observation, latest


@dataclass(frozen=True)
class Effect:
    """A roll-up before and after a revision.

    ``difference`` is None where either has no value: the figure's reason says why.
    """

    period: Period
    before: Figure
    after: Figure
    difference: Decimal | None


def effects(revision: Revision, history: Sequence[Observation], measures: Mapping[str, Measure]) -> list[Effect]:
    """Return the effect of a revision on the quarter and the financial year that contain it.

    That is for a month its quarter and year, for a quarter its year, for others nothing. Figures are those of the one
    partner. ``history`` is the one in which the revision was found, in the same order.
    """
    asked = {"breakdown": revision.breakdown, "area": revision.area, "partner": revision.partner}
    series = (revision.measure, revision.breakdown, revision.area)
    sent = [each for each in SeriesIndex.of(history).sent(series) if each.terms.partner == revision.partner]
    place = next(place for place, each in enumerate(sent) if (each.file, each.row) == (revision.file, revision.row))
    until, later = sent[: place + 1], sent[place + 1 :]
    known = {str(observation.period) for observation in until if observation.value is not None}
    came: dict[str, Observation] = {}
    for observation in later:
        if observation.value is not None and str(observation.period) not in known:
            came.setdefault(str(observation.period), observation)
    before, after = (Ledger(measures, latest([*part, *came.values()])) for part in (until[:-1], until))
    period_effects = []
    for period in _containing(revision.period):
        old, new = (ledger.figure(revision.measure, period, **asked) for ledger in (before, after))
        difference = None if old.value is None or new.value is None else new.value - old.value
        period_effects.append(Effect(period, old, new, difference))
    return period_effects


def _containing(period: Period) -> list[Period]:
    if period.kind in (YEAR, RANGE):
        return []
    year = period.financial_year
    quarters = [quarter for quarter in year.quarters() if quarter.contains(period)] if period.kind == MONTH else []
    return [*quarters, year]
