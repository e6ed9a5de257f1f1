"""The one look-up of figures: what narrative, headlines, tables and charts say of a figure comes from here.

A measure that partners send is rolled up (:mod:`priority_two.measures.rollup`); one that is worked out from others
(``aggregation`` derived) is the rate of ``derived.csv`` that is defined for it (:mod:`priority_two.measures.rates`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from priority_two.measures.rates import Definition, Population, Rate, rate
from priority_two.measures.rollup import NOT_DEFINED, Figure, Ledger
from priority_two.periods import Period


@dataclass(frozen=True)
class Figures:
    """Everything that figures are made from; ``as_at`` is the knowledge cut-off for populations, or None."""

    ledger: Ledger
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    populations: Sequence[Population] = ()
    as_at: dt.date | None = None

    def get(
        self, measure: str, period: Period, *, breakdown: str = "", area: str = "", partner: str = ""
    ) -> Figure | Rate:
        """Return a measure's figure for a period: stated, rolled up, or worked out.

        Parameters and errors are those of :meth:`priority_two.measures.rollup.Ledger.figure`.
        """
        if self.ledger.measures[measure].aggregation != "derived":
            return self.ledger.figure(measure, period, breakdown=breakdown, area=area, partner=partner)
        definitions = [definition for definition in self.definitions.values() if definition.measure == measure]
        if len(definitions) == 1 and not breakdown and not partner:
            return self.rate(definitions[0], period, area=area)
        figure = self.ledger.figure(measure, period, breakdown=breakdown, area=area)
        return replace(figure, reason=NOT_DEFINED) if not definitions else figure

    def rate(self, definition: Definition, period: Period, *, area: str = "") -> Rate:
        """Return a rate for a period and area."""
        return rate(definition, self.ledger, period, area=area, populations=self.populations, as_at=self.as_at)
