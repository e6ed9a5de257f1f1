"""The evidence base: every figure a paper may use, and which of them it did use.

No figure is typed into a notebook, a template or a narrative; it is asked for here by measure, breakdown, period and
area, and what was asked for is listed in the paper's sources annex with its return, received date and row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from priority_two.measures.figures import Figures
from priority_two.measures.rates import NO_POPULATION, Rate
from priority_two.measures.rollup import (
    DERIVED,
    NEVER_ADDED,
    NOT_RECEIVED,
    REPORTED_BY,
    WITHOUT_PERMISSION,
    Figure,
    Ledger,
    units,
)
from priority_two.periods import RANGE, Period, try_parse
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.store import UNAVAILABLE, Observation

FLAGS = {"p": " [p]", "r": " [r]", "b": " [b]"}
"""How a figure says that it is provisional or revised, or that a break in series falls in its period."""

_NAME_ONE = "name one with partner="
MOST_LACKING = 3
"""How many months that are missing are named."""


class Missing(Exception):
    """No such figure, or more than one. Says what was asked for.

    Parameters
    ----------
    said
        What was asked for, and what is lacking.
    fix
        What to do about it.
    """

    def __init__(self, said: str, fix: str = "") -> None:
        super().__init__(said)
        self.fix = fix


class Several(Missing):
    """More than one partner reports the figure, and none was named."""


@dataclass
class Evidence:
    """The figures that a report may use.

    Parameters
    ----------
    catalogue
        What the measures mean.
    observations
        The observations that count at the as-at date.
    period
        The report's period, used where a figure's own is not named.
    figures
        The one look-up of what had been measured by the period's end; without one, that of the observations.
    gaps
        In a proof, what was asked for and is not there; None where a figure that is not there stops the paper.
    """

    catalogue: Catalogue
    observations: list[Observation]
    period: Period
    figures: Figures | None = None
    used: dict[str, Observation] = field(default_factory=dict, init=False)
    worked_out: dict[str, Figure | Rate] = field(default_factory=dict, init=False)
    gaps: dict[str, None] | None = None

    def __post_init__(self) -> None:
        self._of: dict[str, list[Observation]] = {}
        for one in self.observations:
            self._of.setdefault(one.measure, []).append(one)

    def fresh(self) -> Evidence:
        """Return the same figures, of which none has been used."""
        return Evidence(self.catalogue, self.observations, self.period, self.figures, gaps=self.gaps)

    def gap(self, measure: str, breakdown: str = "", period: str = "", area: str = "", partner: str = "") -> bool:
        """Whether a figure is left as a gap, which is then remembered.

        That is so in a proof, where nothing of it was received yet: not where a word is none of the catalogue, or where
        it came and has no value.
        """
        unknown = self._unknown(measure, breakdown, area, partner) or (period and try_parse(period) is None)
        if self.gaps is None or unknown:
            return False
        try:
            self.figure(measure, breakdown, period, area, partner)
        except Several:
            return False
        except Missing:
            self.gaps[" ".join(part for part in (measure, breakdown, area, period, partner) if part)] = None
            return True
        return False

    def gap_of(self, measure: str) -> bool:
        """Whether a whole measure of which nothing was received is left as a gap, which is then remembered."""
        if self.gaps is None or measure not in self.catalogue.measures:
            return False
        self.gaps[measure] = None
        return True

    def figure(
        self, measure: str, breakdown: str = "", period: str = "", area: str = "", partner: str = ""
    ) -> Figure | Rate:
        """Return the figure asked for as the tables have it, and remember that it was used.

        It has no value where partners sent it as not available (``x``) or not applicable (``z``).

        Parameters
        ----------
        measure, breakdown, area
            Codes of the catalogue; blank breakdown is the total, blank area the whole borough.
        period
            A period; blank is the report's own. What is told of a period that is still to come is what was stated.
        partner
            Whose figure, where several partners report the same.

        Raises
        ------
        Missing
            There is none, it is not complete, or several partners report it and none was named.
        """
        within = try_parse(period) if period else self.period
        asked = " ".join(part for part in (measure, breakdown, area, period or str(self.period)) if part)
        sent = f" from {partner}" if partner else ""
        nothing = f"no observation of {asked} had been received{sent} by the as-at date"
        if within is None:
            raise Missing(f"{period} is no period", "write one such as 2021-03, 2020-21-Q4 or 2020-21")
        if unknown := self._unknown(measure, breakdown, area, partner):
            raise Missing(f"{nothing}: {unknown[0]}", unknown[1])
        if breakdown and not partner:
            self._of_one_partner(asked, measure, breakdown, area, within)
        found = self._look_up(measure, within, breakdown, area, partner)
        if found.value is None and not found.flags:
            if found.reason.startswith(REPORTED_BY):
                raise Several(f"{asked} is {found.reason}; {_NAME_ONE}", _NAME_ONE)
            never = isinstance(found, Figure) and (found.reason == NOT_RECEIVED or found.reason.startswith("0 of "))
            said = nothing if never else f"no figure of {asked} by the as-at date: {_lacking(found)}"
            raise Missing(said, self._mend(found, partner))
        return self.use_all(found)

    def number(self, **asked: str) -> Figure | Rate:
        """Return a figure that has a value, as :meth:`figure` does.

        Raises
        ------
        Missing
            There is none, or partners sent it as not available or not applicable.
        """
        found = self.figure(**asked)
        if found.value is None:
            named = [*asked.values()] if asked.get("period") else [*asked.values(), str(self.period)]
            said = f"{' '.join(name for name in named if name)} was sent as {found.reason} ({found.flags})"
            raise Missing(said, "say so in words of your own, without binding it")
        return found

    def _look_up(self, measure: str, period: Period, breakdown: str, area: str, partner: str) -> Figure | Rate:
        """Return a figure as the tables have it.

        Of a period that is still to come that is what was stated for exactly this period. What was stated also stands
        for its months where they come to the same: its own row is the nearer source.
        """
        if self.figures is None or not self.figures.ledger.measures:
            known = [one for one in self.observations if one.period.last <= self.period.last]
            self.figures = Figures(Ledger(self.catalogue.measures, known, names=self.catalogue.partners))
        asked = {"breakdown": breakdown, "area": area, "partner": partner}
        exact = [one for one in self._of.get(measure, []) if one.period.plain == period.plain]
        stated = Ledger(self.catalogue.measures, exact, self.figures.ledger.breaks, names=self.catalogue.partners)
        if period.last > self.period.last:
            return stated.figure(measure, period, **asked)
        told = self.figures.get(measure, period, **asked)
        own = stated.figure(measure, period, **asked) if len(told.sources) > 1 else told
        return own if own.value is not None and own.value == told.value else told

    def _of_one_partner(self, asked: str, measure: str, breakdown: str, area: str, period: Period) -> None:
        """Raise where several partners report a part: nobody says which of them have to."""
        partners = dict.fromkeys(
            one.terms.partner
            for one in self._of.get(measure, [])
            if (one.breakdown, one.area) == (breakdown, area) and period.contains(one.period)
        )
        if len(partners) > 1:
            raise Several(
                f"{asked} is reported by {', '.join(partners)}; name one with partner=", "name one with partner="
            )

    def _unknown(self, measure: str, breakdown: str, area: str, partner: str) -> tuple[str, str] | None:
        """Return which word the catalogue does not have, and the nearest that it has; None where it has all."""
        parts = [code for name, code in self.catalogue.breakdowns if name == measure]
        for what, word, known in (
            ("measure", measure, list(self.catalogue.measures)),
            (f"breakdown of {measure}", breakdown, ["", *parts]),
            ("area", area, ["", *self.catalogue.areas]),
            ("partner", partner, ["", *self.catalogue.partners]),
        ):
            if word not in known:
                names = {name.lower(): code for code, name in self.catalogue.areas.items()} if what == "area" else {}
                near = names.get(word.lower()) or nearest(word, known)
                those = f"; it has {', '.join(parts)}" if what.startswith("breakdown") and parts and not near else ""
                fix = f"write {near}" if near else f"name one of the catalogue{those}"
                return f"{word or 'nothing'} is no {what}", fix
        if parts and not breakdown and not self.catalogue.measures[measure].has_total:
            return f"the parts of {measure} have no total", f"name one of them: {', '.join(parts)}"
        return None

    def _mend(self, found: Figure | Rate, partner: str) -> str:
        """Return what to do about a figure that has no value."""
        wanted = self.wanted(found.measure, partner)
        if WITHOUT_PERMISSION in found.reason:
            return f"{wanted} with permission to use it"
        mends = {
            NEVER_ADDED: "name the period of one of its figures with period=",
            DERIVED: "take breakdown and partner out: it is worked out for all together",
            NO_POPULATION: "add the population to populations.csv",
        }
        return mends.get(found.reason, wanted)

    def wanted(self, measure: str, partner: str = "") -> str:
        """Return what to do where a measure's figure is missing: whose return would bring it."""
        asked = self.catalogue.measures.get(measure)
        partners = [one for one in asked.partner.split(";") if one in self.catalogue.partners] if asked else []
        partners = [one for one in partners if not partner or one == partner]
        if asked and asked.aggregation == "derived":
            return "have the figures that it is worked out from sent in a return"
        if not partners:
            return "send the figure in a return"
        return f"have it in a return of {' or '.join(f'{self.catalogue.partners[one]} ({one})' for one in partners)}"

    def use(self, one: Observation) -> Observation:
        """Remember that an observation was used, and return it."""
        self.used[one.anchor] = one
        return one

    def use_all(self, found: Figure | Rate) -> Figure | Rate:
        """Remember that a figure was used, and every observation that it is made of; return it."""
        if found.anchor not in (one.anchor for one in found.sources):
            self.worked_out[found.anchor] = found
        for one in found.sources:
            self.use(one)
        return found

    def of(self, measure: str, within: Period | None = None) -> list[Observation]:
        """Return a measure's observations for the whole borough, in the catalogue's order.

        A quarter or a year that the months have overtaken is left out: a paper says one thing of one figure.

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
            for one in self._of.get(measure, [])
            if not one.area and (not within or within.contains(one.period)) and not self._overtaken(one)
        ]
        return sorted(
            found,
            key=lambda one: (
                one.period,
                order.index((measure, one.breakdown)) if (measure, one.breakdown) in order else -1,
                one.area,
            ),
        )

    def worked_out_of(self, measure: str) -> list[Figure | Rate]:
        """Return a derived measure's figures over the report's financial year, those that lack something among them.

        There is one a quarter, or a month, by the measure's frequency; of a yearly one that of the report's own period.
        """
        year = self.period.financial_year
        known = Period(year.first, self.period.last, RANGE)
        steps = units(known, self.catalogue.measures[measure].frequency) or [self.period]
        return [self._look_up(measure, step, "", "", "") for step in steps]

    def _overtaken(self, one: Observation) -> bool:
        told = self._look_up(one.measure, one.period, one.breakdown, one.area, one.terms.partner)
        return one.value is not None and told.value is not None and told.value != one.value

    def text(self, one: Observation | Figure | Rate) -> str:
        """Return a figure as it is printed, with its flags; or why there is none."""
        if isinstance(one, Rate) and self.figures is not None:
            return printed(one, self.figures.definitions[one.rate].unit)
        return printed(one, self.catalogue.measures[one.measure].unit)

    def sources(self) -> list[Observation]:
        """Return the observations used so far, as they stand in the returns: by file and row."""
        return sorted(self.used.values(), key=lambda one: (one.file, one.row))


def printed(one: Observation | Figure | Rate, unit: str) -> str:
    """Return a figure as it is printed, with ``[p]``, ``[r]`` or ``[b]``, or why there is none."""
    flags = one.status if isinstance(one, Observation) else one.flags
    if one.value is None:
        reason = UNAVAILABLE[flags] if isinstance(one, Observation) else one.reason
        return f"{reason} [{flags}]" if flags else reason
    return number(one.value, unit) + "".join(FLAGS[flag] for flag in flags)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another, whatever its case; blank where none is."""
    lower = {one.lower(): one for one in known if one}
    near = difflib.get_close_matches(word.lower(), list(lower), n=1)
    return lower[near[0]] if near else ""


def _lacking(found: Figure | Rate) -> str:
    """Return why a figure is not complete, and which months are missing: ``2 of 3 months, without January 2021``."""
    if isinstance(found, Rate) or not found.there:
        return found.reason
    lacking = [month.label for month in found.period.months() if month not in found.there]
    return f"{found.reason}, without {' and '.join(lacking)}" if len(lacking) <= MOST_LACKING else found.reason


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
