"""What a revision did to the roll-ups that contain it.

A partner that changes February changes Quarter Four and the year. The effect is worked out by rolling up twice: with
the partner's figures as they stood just before the revision, and just after. Months that came later, and that there was
nothing of before, take part in both, so that a quarter which was not complete on the day of the revision shows what it
did to the quarter once that is. Later revisions take part in neither: the effects of several add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from priority_two.measures.rollup import Figure, Ledger
from priority_two.periods import MONTH, RANGE, YEAR, Period
from priority_two.reference.catalogue import Measure
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

    Parameters
    ----------
    revision
        A revision found in `history`.
    history
        The observations in which :func:`priority_two.returns.revisions.revisions` found it, in the same order.
    measures
        Measures by id.

    Returns
    -------
    list of Effect
        For a month its quarter and year, for a quarter its year, for others nothing. Figures are those of the one
        partner.
    """
    about = (revision.measure, revision.breakdown, revision.area, revision.partner)
    series = [
        (place, observation)
        for place, observation in enumerate(history[: revision.place + 1])
        if (observation.measure, observation.breakdown, observation.area, observation.terms.partner) == about
    ]
    came = _came_later([observation for _, observation in series], history[revision.place + 1 :], about)
    before = Ledger(
        measures, latest([*(observation for place, observation in series if place < revision.place), *came])
    )
    after = Ledger(measures, latest([*(observation for _, observation in series), *came]))
    period_effects = []
    for period in _containing(revision.period):
        old, new = (
            ledger.figure(
                revision.measure,
                period,
                breakdown=revision.breakdown,
                area=revision.area,
                partner=revision.partner,
            )
            for ledger in (before, after)
        )
        difference = None if old.value is None or new.value is None else new.value - old.value
        period_effects.append(Effect(period, old, new, difference))
    return period_effects


def _came_later(
    there: Iterable[Observation], later: Iterable[Observation], about: tuple[str, ...]
) -> list[Observation]:
    """Return the first value of each period of a series that had none."""
    known = {str(observation.period) for observation in there if observation.value is not None}
    first_values = []
    for observation in later:
        same = (observation.measure, observation.breakdown, observation.area, observation.terms.partner) == about
        if same and observation.value is not None and str(observation.period) not in known:
            known.add(str(observation.period))
            first_values.append(observation)
    return first_values


def _containing(period: Period) -> list[Period]:
    if period.kind in (YEAR, RANGE):
        return []
    year = period.financial_year
    quarters = [quarter for quarter in year.quarters() if quarter.contains(period)] if period.kind == MONTH else []
    return [*quarters, year]
