"""Identities: equations between figures, such as parts and their whole.

A row of ``data/reference/identities.csv`` says how its two sides compare in every period that has all its figures::

    CNT01[printed] - CNT01[distributed]   =    CNT01[in-stock]
    CNT03[impressions]                    >=   CNT03[reach]

A side is a sum of terms, each a measure with a breakdown in brackets (or without, for the total) or a plain number.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from priority_two.measures.expressions import Term, parse_terms, total_of
from priority_two.periods import Period
from priority_two.reference.catalogue import Identity
from priority_two.returns.store import Observation

Known = dict[tuple[str, str], Decimal]
"""Values by measure and breakdown."""
Place = tuple[Period, str]
"""A period and an area."""
Sides = tuple[tuple[Term, ...], tuple[Term, ...]]


def evaluate(identities: Iterable[Identity], observations: Iterable[Observation]) -> list[dict[str, Any]]:
    """Return each identity at each period and area in which all its figures are there.

    An identity whose sides cannot be read is passed over: the gate refuses it by name.

    Returns
    -------
    list of dict
        ``identity, title, severity, relation, period, area, left, right, file, row, measures``.
    """
    values: dict[Place, dict[str, Known]] = {}
    places_of: dict[tuple[str, str], set[Place]] = {}
    for observation in observations:
        if observation.value is not None:
            place, figure = (observation.period, observation.area), (observation.measure, observation.breakdown)
            values.setdefault(place, {}).setdefault(observation.terms.partner, {})[figure] = observation.value
            places_of.setdefault(figure, set()).add(place)
    senders = cache(lambda place: _senders(values[place]))
    results = []
    for identity in identities:
        if not (sides := _sides(identity)):
            continue
        measures = sorted(measures_of(identity))
        wanted = {(term.measure, term.breakdown) for side in sides for term in side if term.measure}
        there = [places_of.get(figure, set()) for figure in wanted] or [set(values)]
        for period, area in sorted(set.intersection(*there)):
            alone, together = senders((period, area))
            results += [
                {
                    **identity.model_dump(exclude={"left", "right"}),
                    "period": str(period),
                    "area": area,
                    "left": float(left),
                    "right": float(right),
                    "measures": measures,
                }
                for left, right in _both(sides, alone, together)
            ]
    return results


def measures_of(identity: Identity) -> set[str]:
    """Return the measures that an identity names."""
    return {term.measure for side in _sides(identity) for term in side if term.measure}


def _sides(identity: Identity) -> Sides | tuple[()]:
    """Return the sides of an identity; nothing where they cannot be read."""
    with contextlib.suppress(ValueError):
        return parse_terms(identity.left), parse_terms(identity.right)
    return ()


def _senders(sent: Mapping[str, Known]) -> tuple[list[Known], Known]:
    """Return what each partner sent, and what they sent together. A figure that several sent is in no sum of theirs."""
    senders = Counter(key for known in sent.values() for key in known)
    together = {key: value for known in sent.values() for key, value in known.items() if senders[key] == 1}
    return list(sent.values()), together


def _both(sides: Sides, alone: Iterable[Known], together: Known) -> list[tuple[Decimal, Decimal]]:
    """Return both sides for each partner that sent all the figures; where none did, for the partners together.

    So the figures of one partner cannot hide the error of another.
    """
    wanted = {(term.measure, term.breakdown) for side in sides for term in side if term.measure}
    whole = [known for known in alone if wanted <= known.keys()]
    if not whole and wanted <= together.keys():
        whole = [together]
    return [(_sum(sides[0], known), _sum(sides[1], known)) for known in whole]


def _sum(side: Iterable[Term], known: Known) -> Decimal:
    return total_of(side, lambda term: known[term.measure, term.breakdown]) or Decimal(0)
