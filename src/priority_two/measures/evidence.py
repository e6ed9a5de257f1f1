"""The evidence base: every figure that a paper may use.

No figure is typed into a notebook, a template or a narrative; it is asked for here by measure, breakdown, period and
area, and what was asked for is listed in the paper's evidence with its return, received date and row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from priority_two.blocks import Citation
from priority_two.errors import nearest
from priority_two.flags import UNAVAILABLE, behind
from priority_two.measures.exact import decimals
from priority_two.measures.figures import Figures
from priority_two.measures.rates import NO_POPULATION, Rate
from priority_two.measures.rollup import (
    DERIVED,
    NEVER_ADDED,
    NOT_RECEIVED,
    NOT_YET,
    REPORTED_BY,
    WITHOUT_PERMISSION,
    Figure,
    Ledger,
    units,
)
from priority_two.periods import MONTH, QUARTER, RANGE, Period, parse, try_parse
from priority_two.reference.catalogue import SHARES, Catalogue
from priority_two.returns.coverage import expected
from priority_two.returns.history import SeriesIndex
from priority_two.returns.store import Observation

_NAME_ONE = "name one with partner="
_FIXES = {
    NEVER_ADDED: "name the period of one of its figures with period=",
    DERIVED: "take breakdown and partner out: it is worked out for all together",
    NO_POPULATION: "add the population to populations.csv",
}
"""What to do about a figure that has no value, by the reason."""
_COUNTED_FIX = "take it out: the table of who sent what says it"
MOST_LACKING = 3
"""How many months that are missing are named."""


class Missing(Exception):
    """No such figure, or more than one. Says what was asked for, what is lacking, and what to do about it."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


class Several(Missing):
    """More than one partner reports the figure, and none was named."""


@dataclass
class Evidence:
    """The figures that a report may use.

    The observations are those that count at the as-at date; the period is used where a figure's own is not named.
    Without ``figures``, the look-up is that of the observations. ``gaps`` is, in a proof, what was asked for and is not
    there; None where a figure that is not there stops the paper.
    """

    catalogue: Catalogue
    observations: Sequence[Observation]
    period: Period
    figures: Figures | None = None
    gaps: dict[str, None] | None = None

    def __post_init__(self) -> None:
        self._sent = SeriesIndex.of(self.observations)
        self._by_anchor: dict[tuple[str, str], dict[str, Observation]] = {}

    def _of(self, measure: str, area: str | None = None) -> list[Observation]:
        """Return the observations of a measure, in all areas or in one, a series after the other."""
        return [sent for series in self._sent.of_measure(measure, area) for sent in self._sent.sent(series)]

    def _anchored(self, citation: Citation) -> Observation | None:
        """Return the observation whose anchor a citation has; None where that is of a figure made of several."""
        about = citation.measure, citation.area
        if about not in self._by_anchor:
            self._by_anchor[about] = {observation.anchor: observation for observation in self._of(*about)}
        return self._by_anchor[about].get(citation.anchor)

    def gap(self, measure: str, breakdown: str = "", period: str = "", area: str = "", partner: str = "") -> bool:
        """Whether a figure is left as a gap, which is then remembered.

        That is so in a proof, where nothing of it was received yet. It is not so where the catalogue does not have a
        word, or where the figure came and has no value.
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
        if self.gaps is None or measure not in self.catalogue.measures or self._counted(measure):
            return False
        self.gaps[measure] = None
        return True

    def figure(
        self, measure: str, breakdown: str = "", period: str = "", area: str = "", partner: str = ""
    ) -> Figure | Rate:
        """Return the figure asked for as the tables have it.

        It has no value where partners sent it as not available (``x``) or not applicable (``z``). Blank breakdown is
        the total, blank area the home area, blank period the report's own; of a period that is still to come there
        is only what was stated for exactly it. ``partner`` says whose, where several report the same.

        Raises
        ------
        Missing
            There is none, it is not complete, or several partners report it and none was named.
        """
        area = self.catalogue.area_of_figures(area)
        within = try_parse(period) if period else self.period
        within = within and within.plain
        asked = " ".join(part for part in (measure, breakdown, area, period or str(self.period)) if part)
        sent = f" from {partner}" if partner else ""
        nothing = f"no observation of {asked} had been received{sent} by the as-at date"
        if within is None:
            raise Missing(f"{period} is no period", "write one such as 2021-03, 2020-21-Q4 or 2020-21")
        if unknown := self._unknown(measure, breakdown, area, partner):
            raise Missing(f"{nothing}: {unknown[0]}", unknown[1])
        if breakdown and not partner:
            self._of_one_partner(asked, measure, breakdown, area, within)
        figure = self._look_up(measure, within, breakdown, area, partner)
        if figure.value is None and not figure.flags:
            if figure.reason.startswith(REPORTED_BY):
                raise Several(f"{asked} is {figure.reason}; {_NAME_ONE}", _NAME_ONE)
            never = isinstance(figure, Figure) and (figure.reason == NOT_RECEIVED or figure.reason.startswith("0 of "))
            message = nothing if never else f"no figure of {asked} by the as-at date: {_lacking(figure)}"
            raise Missing(message, self._mend(figure, partner))
        return figure

    def number(self, **asked: str) -> Figure | Rate:
        """Return a figure that has a value, as :meth:`figure` does.

        Raises
        ------
        Missing
            There is none, or partners sent it as not available or not applicable.
        """
        figure = self.figure(**asked)
        if figure.value is None:
            named = [*asked.values()] if asked.get("period") else [*asked.values(), str(self.period)]
            message = f"{' '.join(name for name in named if name)} was sent as {figure.reason} ({figure.flags})"
            raise Missing(message, "say so in words of your own, without binding it")
        return figure

    def _look_up(self, measure: str, period: Period, breakdown: str, area: str, partner: str) -> Figure | Rate:
        """Return a figure as the tables have it.

        Of a period that is still to come that is what was stated for exactly this period. What was stated also stands
        for its months where they come to the same: its own row is the nearer source.
        """
        if self.figures is None or not self.figures.ledger.measures:
            known = [observation for observation in self.observations if observation.period.last <= self.period.last]
            self.figures = Figures(Ledger(self.catalogue.measures, known, names=self.catalogue.partners))
        asked = {"breakdown": breakdown, "area": area, "partner": partner}
        sent = self._sent.sent((measure, breakdown, area))
        exact = [observation for observation in sent if observation.period.plain == period.plain]
        stated = Ledger(self.catalogue.measures, exact, self.figures.ledger.breaks, names=self.catalogue.partners)
        if period.last > self.period.last:
            return replace(stated.figure(measure, period, **asked), places=self.figures.ledger.places(measure))
        figure = self.figures.get(measure, period, **asked)
        own = stated.figure(measure, period, **asked) if len(figure.sources) > 1 else figure
        if own.value is None or own.value != figure.value:
            return figure
        # The marks are those of the tables: one provisional month makes what was stated for all of them so.
        return replace(own, flags=figure.flags, places=figure.places) if isinstance(own, Figure) else own

    def _of_one_partner(self, asked: str, measure: str, breakdown: str, area: str, period: Period) -> None:
        """Raise where several partners report a part: nobody says which of them have to."""
        partners = dict.fromkeys(
            observation.terms.partner
            for observation in self._sent.sent((measure, breakdown, area))
            if period.contains(observation.period)
        )
        if len(partners) > 1:
            raise Several(f"{asked} is reported by {', '.join(partners)}; {_NAME_ONE}", _NAME_ONE)

    def _unknown(self, measure: str, breakdown: str, area: str, partner: str) -> tuple[str, str] | None:
        """Return which word the catalogue does not have, and the nearest that it has; None where it has all."""
        parts = list(self.catalogue.parts_of_measures.get(measure, ()))
        if measure in self.catalogue.measures and breakdown and not parts:
            return f"{measure} has no breakdowns", "take the breakdown out"
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
        if self._counted(measure):
            return f"{measure} is counted from the returns that came", _COUNTED_FIX
        senders = self.catalogue.measures[measure].partners
        stranger = partner and senders and partner not in senders
        if stranger and all(observation.terms.partner != partner for observation in self._of(measure)):
            return f"{partner} does not report {measure}", f"name {' or '.join(senders)} with partner="
        if parts and not breakdown and not self.catalogue.measures[measure].has_total:
            return f"the parts of {measure} have no total", f"name one of them: {', '.join(parts)}"
        return None

    def _mend(self, figure: Figure | Rate, partner: str) -> str:
        """Return what to do about a figure that has no value."""
        wanted = self.wanted(figure.measure, partner)
        if WITHOUT_PERMISSION in figure.reason:
            return f"{wanted} with permission to use it"
        return _FIXES.get(figure.reason, wanted)

    def _counted(self, measure: str) -> bool:
        """Whether a measure is counted from the returns themselves, and nobody sent it all the same."""
        return measure in self.catalogue.counted.values() and not self._sent.of_measure(measure)

    def wanted(self, measure: str, partner: str = "") -> str:
        """Return what to do where a measure's figure is missing: whose return would bring it."""
        asked = self.catalogue.measures.get(measure)
        if self._counted(measure):
            return _COUNTED_FIX
        partners = [name for name in asked.partners if name in self.catalogue.partners] if asked else []
        partners = [name for name in partners if not partner or name == partner]
        if asked and asked.aggregation == "derived":
            lacking = self._look_up(measure, self.period, "", "", "").reason
            return _FIXES.get(lacking, "have the figures that it is worked out from sent in a return")
        if not partners:
            return "send the figure in a return"
        return f"have it in a return of {' or '.join(f'{self.catalogue.partners[name]} ({name})' for name in partners)}"

    def cited(self, citation: Citation) -> Observation | Figure | Rate:
        """Return what a citation stands for: an observation, or a figure that is made of several.

        Raises
        ------
        KeyError
            The catalogue does not have the measure.
        """
        if observation := self._anchored(citation):
            return observation
        period = parse(citation.period)
        if citation.rate and self.figures is not None:
            return self.figures.rate(self.figures.definitions[citation.rate], period, area=citation.area)
        return self._look_up(citation.measure, period, citation.breakdown, citation.area, citation.asked_of)

    def of(self, measure: str, within: Period | None = None) -> list[Observation]:
        """Return a measure's observations for the home area, in the catalogue's order, with the marks of the tables.

        A quarter or a year is left out where its months now come to another value: a paper gives each figure one value.
        Their periods lie within the given one, where it is given.
        """
        order = {code: place for place, code in enumerate(self.catalogue.parts_of_measures.get(measure, ()))}
        observations = [
            shown
            for observation in self._of(measure, "")
            if (not within or within.contains(observation.period)) and (shown := self._as_in_tables(observation))
        ]
        return sorted(observations, key=lambda figure: (figure.period, order.get(figure.breakdown, -1)))

    def lacking(self, measure: str, observations: Sequence[Observation]) -> dict[Period, str]:
        """Return the months or quarters that are missing among the observations of a measure, each with why.

        Between the first and the last that were sent none may be missing; before and after them, within the report's
        financial year, none for which the measure's partners were to send a return.
        """
        year, ledger = self.period.financial_year, self.figures.ledger if self.figures else None
        began = ledger.first(measure) if ledger and measure in ledger.measures else None
        missing: dict[Period, str] = {}
        for frequency, kind in (("M", MONTH), ("Q", QUARTER)):
            sent = sorted({each.period for each in observations if each.period.kind == kind})
            if not sent:
                continue
            first = max(year.first, began.first) if began else sent[0].first
            for step in units(
                Period(min(first, sent[0].first), max(self.period.last, sent[-1].last), RANGE), frequency
            ):
                within = sent[0].first < step.first < sent[-1].first
                covered = any(each.period.contains(step) for each in observations)
                if not covered and (within or self._is_expected(measure, step)):
                    missing[step] = self._why_lacking(measure, step)
        return missing

    def _is_expected(self, measure: str, period: Period) -> bool:
        """Whether a partner that reports a measure was to send a return for a period."""
        senders = [self.catalogue.senders.get(name) for name in self.catalogue.measures[measure].partners]
        return any(expected(sender, month) for sender in senders if sender for month in period.months())

    def _why_lacking(self, measure: str, period: Period) -> str:
        """Return why a period has no figure: what came of it may not be used, it is not over, or nothing came."""
        as_at = self.figures.as_at if self.figures else None
        reason = self._look_up(measure, period, "", "", "").reason
        if WITHOUT_PERMISSION in reason:
            return reason
        return NOT_YET if as_at and period.end >= as_at else NOT_RECEIVED

    def worked_out_of(self, measure: str) -> list[Figure | Rate]:
        """Return a derived measure's figures over the report's financial year, those that lack something among them.

        There is one a quarter, or a month, by the measure's frequency; of a yearly one that of the report's own period.
        """
        year = self.period.financial_year
        known = Period(year.first, self.period.last, RANGE)
        steps = units(known, self.catalogue.measures[measure].frequency) or [self.period]
        return [self._look_up(measure, step, "", "", "") for step in steps]

    def _as_in_tables(self, observation: Observation) -> Observation | None:
        """Return an observation with the marks that its figure has; None where its months now come to another value."""
        figure = self._look_up(
            observation.measure, observation.period, observation.breakdown, observation.area, observation.terms.partner
        )
        if observation.value is None or figure.value is None:
            return observation
        return replace(observation, status=figure.flags) if figure.value == observation.value else None

    def unit(self, figure: Observation | Figure | Rate) -> str:
        """Return the unit of a figure: a rate has its own."""
        if isinstance(figure, Rate) and self.figures is not None:
            return self.figures.definitions[figure.rate].unit
        return self.catalogue.measures[figure.measure].unit

    def text(self, figure: Observation | Figure | Rate) -> str:
        """Return a figure as it is printed, with its flags; or why there is none."""
        return printed(figure, self.unit(figure), self.places(figure.measure))

    def places(self, measure: str) -> int:
        """Return how many decimal places the shares of a measure have."""
        return self.figures.ledger.places(measure) if self.figures else 0


def printed(figure: Observation | Figure | Rate, unit: str, places: int = 0) -> str:
    """Return a figure as it is printed, with ``[p]``, ``[r]`` or ``[b]``, or why there is none.

    A share has as many decimals as the others of its measure, or at least as many as `places`.
    """
    flags = figure.status if isinstance(figure, Observation) else figure.flags
    if figure.value is None:
        reason = UNAVAILABLE[flags] if isinstance(figure, Observation) else figure.reason
        return f"{reason} [{flags}]" if flags else reason
    least = places if isinstance(figure, Observation) else max(places, figure.places)
    return number(figure.value, unit, least) + behind(flags)


def _lacking(figure: Figure | Rate) -> str:
    """Return why a figure is not complete, and which months are missing: ``2 of 3 months, without January 2021``."""
    if isinstance(figure, Rate) or not figure.there:
        return figure.reason
    lacking = [month.label for month in figure.period.months() if month not in figure.there]
    return f"{figure.reason}, without {' and '.join(lacking)}" if len(lacking) <= MOST_LACKING else figure.reason


def number(value: Decimal, unit: str, places: int = 0) -> str:
    """Return a number in its unit: ``10,000``, ``8.5%``, ``£15.7bn``, ``2.5``.

    A percentage, rate or ratio has at least so many decimal places: ``67.0%`` beside ``67.2%``.
    """
    if unit == "gbp":
        for size, suffix in ((Decimal(10**9), "bn"), (Decimal(10**6), "m")):
            if abs(value) >= size:
                return f"£{_plain(value / size)}{suffix}"
        return f"£{_plain(value)}"
    text = _plain(value, places if unit in SHARES else 0)
    return f"{text}%" if unit == "percent" else text


def _plain(value: Decimal, places: int = 0) -> str:
    """Return a number without noughts at its end, but with at least so many decimal places."""
    value += 0  # takes the sign from a nought
    return f"{value:,.{max(places, decimals(value))}f}"
