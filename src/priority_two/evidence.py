"""The evidence base: every figure a paper may use, and which of them it did use.

No figure is typed into a notebook, a template or a narrative; it is asked for here by measure, breakdown, period and
area, and what was asked for is listed in the paper's sources annex with its return, received date and row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from priority_two.catalogue import Catalogue
from priority_two.periods import Period, try_parse
from priority_two.returns.store import UNAVAILABLE, Observation

FLAGS = {"p": " [p]", "r": " [r]"}
"""How a figure says that it is provisional or revised."""


class Missing(Exception):
    """No such figure, or more than one. Says what was asked for."""


class Several(Missing):
    """More than one partner reports the figure, and none was named."""


@dataclass
class Evidence:
    """The observations that a report may use.

    Parameters
    ----------
    catalogue
        What the measures mean.
    observations
        The observations that count at the as-at date.
    period
        The report's period, used where a figure's own is not named.
    """

    catalogue: Catalogue
    observations: list[Observation]
    period: Period
    used: dict[str, Observation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key: dict[tuple[str, str, str, str], list[Observation]] = {}
        for one in self.observations:
            self._by_key.setdefault(one.key, []).append(one)

    def figure(
        self, measure: str, breakdown: str = "", period: str = "", area: str = "", partner: str = ""
    ) -> Observation:
        """Return the one observation asked for, and remember that it was used.

        Parameters
        ----------
        measure, breakdown, area
            Codes of the catalogue; blank breakdown is the total, blank area the whole borough.
        period
            A period; blank is the report's own.
        partner
            Whose figure, where several partners report the same.

        Raises
        ------
        Missing
            There is none, or several partners report it and none was named.
        """
        if period and try_parse(period) is None:
            raise Missing(f"{period} is no period")
        found = self._by_key.get((period or str(self.period), measure, area, breakdown), [])
        found = [one for one in found if not partner or one.terms.partner == partner]
        asked = " ".join(part for part in (measure, breakdown, area, period or str(self.period)) if part)
        if not found:
            sent = f" from {partner}" if partner else ""
            raise Missing(f"no observation of {asked} had been received{sent} by the as-at date")
        if len(found) > 1:
            partners = ", ".join(one.terms.partner for one in found)
            raise Several(f"{asked} is reported by {partners}; name one with partner=")
        return self.use(found[0])

    def wanted(self, measure: str) -> str:
        """Return what to do where a measure's figure is missing: whose return would bring it."""
        asked = self.catalogue.measures.get(measure)
        partners = [one for one in asked.partner.split(";") if one in self.catalogue.partners] if asked else []
        if not partners:
            return "send the figure in a return"
        return f"have it in a return of {' or '.join(f'{self.catalogue.partners[one]} ({one})' for one in partners)}"

    def use(self, one: Observation) -> Observation:
        """Remember that an observation was used, and return it."""
        self.used[one.anchor] = one
        return one

    def of(self, measure: str, within: Period | None = None) -> list[Observation]:
        """Return a measure's observations for the whole borough, in the catalogue's order.

        Parameters
        ----------
        measure
            The measure's id.
        within
            Where the periods must lie; anywhere by default.
        """
        order = list(self.catalogue.breakdowns)
        found = [
            one
            for one in self.observations
            if one.measure == measure and not one.area and (not within or within.contains(one.period))
        ]
        return sorted(
            found,
            key=lambda one: (
                one.period,
                order.index((measure, one.breakdown)) if (measure, one.breakdown) in order else -1,
                one.area,
            ),
        )

    def text(self, one: Observation) -> str:
        """Return an observation's value as it is printed, with its flag."""
        return printed(one, self.catalogue.measures[one.measure].unit)

    def sources(self) -> list[Observation]:
        """Return the observations used so far, as they stand in the returns: by file and row."""
        return sorted(self.used.values(), key=lambda one: (one.file, one.row))


def printed(one: Observation, unit: str) -> str:
    """Return an observation's value as it is printed, with ``[p]`` or ``[r]``, or why there is none."""
    if one.value is None:
        return f"{UNAVAILABLE[one.status]} [{one.status}]"
    return number(one.value, unit) + "".join(FLAGS[flag] for flag in one.status)


def number(value: Decimal, unit: str) -> str:
    """Return a number in its unit: ``10,000``, ``8.5%``, ``£15.7bn``, ``2.5``."""
    if unit == "gbp":
        for size, suffix in ((Decimal(10**9), "bn"), (Decimal(10**6), "m")):
            if abs(value) >= size:
                return f"£{_plain(value / size)}{suffix}"
        return f"£{_plain(value)}"
    return f"{_plain(value)}%" if unit == "percent" else _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value + 0:,f}"  # adding nought takes the sign from a nought
    return text.rstrip("0").rstrip(".") if "." in text else text
