"""Rates and ratios: one expression over another, or over a population, times a multiplier.

What a rate is made of is data. A row of ``data/reference/derived.csv`` has the columns

``rate``
    Its id, such as ``outcome-rate``.
``measure``
    The measure of the catalogue that it is, or beside which it stands.
``title``
    What a table calls it.
``unit``
    ``percent``, ``rate`` or ``ratio``.
``numerator``
    An expression (:mod:`priority_two.measures.expressions`).
``denominator``, ``population``
    An expression, or a population group; one of the two.
``multiplier``
    100 for a percentage, 1000 for a rate per 1,000.
``window``
    Over how many months, up to the end of the period asked for; blank is the period itself.
``places``
    Decimal places: 1 for percentages.

Every term is rolled up over the same window by its own rule (:mod:`priority_two.measures.rollup`), and the rate has no
value unless all are complete there: the same months stand above and below the line. A term that is a stock
(aggregation ``last``, such as posts) is taken at the end of the window: of its last month, or its last quarter where it
is reported quarterly. A measure that is never added up, a share, or one that is itself
derived, cannot be a term: there is no rate of rates.

``data/reference/populations.csv`` has the columns ``area,group,year,value,source,published,synthetic``: the residents
of a group (blank area is the home area) on 30 June of the year, as the statistics office estimates them, and the
day on which it did, so that a report as at an earlier date does not know them. ``synthetic`` is ``yes`` where the
number is made up, and then so is each rate over it. A rate over a population runs over twelve months, which hold one 30
June, and takes that year's estimate or, until it is published, the newest before it, at most :data:`OLDEST` years
older; the rate names the year. Where there is none it has no value and says ``no population``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from priority_two.measures.breaks import Break
from priority_two.measures.exact import ratio
from priority_two.measures.expressions import Expression, MaybeExpression, Term, are_figures, total_of
from priority_two.measures.rollup import Figure, Ledger, merged, units, worked_out_anchor
from priority_two.periods import RANGE, Period
from priority_two.reference.catalogue import Measure
from priority_two.reference.records import (
    CODE,
    WHOLE,
    Code,
    Day,
    Given,
    MaybeWhole,
    Number,
    TableRow,
    Whole,
    misfit,
    one_of,
)
from priority_two.returns.store import Observation

NO_POPULATION = "no population"
YEAR_LONG = 12
OLDEST = 2
"""By how many years a population may be older than the window asks for."""
_JUNE = 5


class Definition(TableRow):
    """A row of ``derived.csv``; `window` is None where the rate runs over the period itself."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "rate": "its id",
        "measure": "the measure of `measures.csv` that it is, or beside which it stands",
        "title": "what it is called in tables",
        "unit": "what it is told in",
        "numerator": "a sum of figures",
        "denominator": "a sum of figures; or blank, and a population",
        "population": "a group of `populations.csv`; or blank, and a denominator",
        "multiplier": "100 for a percentage, 1000 for a rate per 1,000",
        "window": "over how many months, up to the end of the period; blank for the period itself, 12 over a "
        "population",
        "places": "how many decimal places are shown",
    }

    KEY = ("rate",)

    rate: Code = Field(description="a code such as outcome-rate, once")
    measure: Annotated[str, one_of("measures", "a measure of the catalogue")]
    title: Given = Field(description="a title")
    unit: Literal["percent", "rate", "ratio"]
    numerator: Expression
    denominator: MaybeExpression
    population: str
    multiplier: Number = Field(gt=0, description="a number above 0")
    window: MaybeWhole = Field(ge=1, le=60, description="months from 1 to 60, or nothing")
    places: Whole = Field(le=6, description="0 to 6")

    @field_validator("numerator", "denominator")
    @classmethod
    def _adds_up(cls, terms: tuple[Term, ...], info: ValidationInfo) -> tuple[Term, ...]:
        if terms and not are_figures(
            terms, info, lambda measure: measure.aggregation in ("sum", "last") and measure.adds_up
        ):
            raise misfit("", "terms of measures that add up, such as INC04[charge]")
        return terms

    @model_validator(mode="after")
    def _divided_by_one_thing(self) -> Definition:
        if bool(self.denominator) == bool(self.population):
            raise misfit("population", "a denominator or a population, and not both")
        if self.population and not re.fullmatch(CODE, self.population):
            raise misfit("population", "a group's code")
        if self.population and self.window != YEAR_LONG:
            raise misfit("window", "12 for a rate over a population")
        return self

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms above and below the line that are measures."""
        return tuple(term for term in (*self.numerator, *self.denominator) if term.measure)


class Population(TableRow):
    """A row of ``populations.csv``: residents of a group of an area on 30 June of a year."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "area": "the area; blank for the home area",
        "group": "the group of residents, by which `derived.csv` names it",
        "year": "the year, on whose 30 June they were counted",
        "value": "how many there were",
        "source": "where the figure is from; it stands under the rate",
        "published": "since when it is known: a paper as at an earlier day does not use it",
        "synthetic": "whether it is made up; then so is each rate over it, which is marked",
    }

    KEY = ("area", "group", "published", "year")

    area: Annotated[str, one_of("areas", "an area's code, or nothing for the home area", or_blank=True)]
    group: Code = Field(description="a group's code such as aged-16-and-over")
    year: Whole = Field(ge=1900, le=2099, description="a year")
    value: Annotated[Decimal, WHOLE] = Field(gt=0, description="a whole number of residents above 0")
    source: Given = Field(description="where the figure is from")
    published: Day = Field(description="the date on which it was published, such as 2021-06-25")
    synthetic: Literal["yes", ""] = Field(description="yes, or blank; write yes where the number is made up")

    @field_validator("area")
    @classmethod
    def _as_in_figures(cls, area: str, info: ValidationInfo) -> str:
        return "" if area in (info.context or {}).get("home_area", ()) else area


@dataclass(frozen=True)
class Rate:
    """A rate for a period; ``window`` has the months that it is made of.

    ``value`` is in the definition's unit, rounded half to even to its places; ``numerator`` and ``denominator`` are not
    rounded, and None where incomplete. Flags and reason are as of a :class:`~priority_two.measures.rollup.Figure`. A
    rate has no parts: ``breakdown`` is blank.
    """

    rate: str
    measure: str
    area: str
    period: Period
    window: Period
    value: Decimal | None
    flags: str
    reason: str
    numerator: Decimal | None
    denominator: Decimal | None
    population: Population | None
    figures: tuple[Figure, ...]
    multiplier: Decimal
    places: int
    breakdown: str = ""

    @property
    def exact(self) -> Fraction | None:
        """Its value before it was rounded."""
        if self.value is None or self.numerator is None or not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator) * Fraction(self.multiplier)

    @property
    def sources(self) -> tuple[Observation, ...]:
        """The observations that it is made of, or would be."""
        return tuple(source for figure in self.figures for source in figure.sources)

    @property
    def synthetic(self) -> bool:
        """Whether any observation that it is made of, or the population, is illustrative."""
        made_up = self.population is not None and self.population.synthetic == "yes"
        return made_up or any(figure.synthetic for figure in self.figures)

    @property
    def anchor(self) -> str:
        """The name under which the evidence lists it."""
        return worked_out_anchor(self.rate, "", self.area, self.period, self.sources)


def rate(
    definition: Definition,
    ledger: Ledger,
    period: Period,
    *,
    area: str = "",
    populations: Iterable[Population] = (),
    as_at: dt.date | None = None,
) -> Rate:
    """Return a rate for a period, with which its window ends, and an area (blank: the home area).

    ``as_at`` is the knowledge cut-off for populations; by default there is none.
    """
    window = _window(period, definition.window or 0)
    figures: dict[str, Figure] = {}
    for term in definition.terms:
        months = _end(window, ledger.measures[term.measure])
        figures[term.code] = ledger.figure(term.measure, months, breakdown=term.breakdown, area=area)
    above = total_of(definition.numerator, lambda term: figures[term.code].value)
    below = total_of(definition.denominator, lambda term: figures[term.code].value) if definition.denominator else None
    used = None
    if definition.population:
        used = population(populations, definition.population, area, window, as_at)
        below = used.value if used else None
    about = (definition.rate, definition.measure, area, period, window)
    blank = Rate(
        *about, None, "", "", above, below, used, tuple(figures.values()), definition.multiplier, definition.places
    )
    lacking = next((code for code, figure in figures.items() if figure.value is None), "")
    if lacking:
        return replace(blank, reason=f"{lacking}: {figures[lacking].reason}")
    if above is None or below is None:
        return replace(blank, reason=NO_POPULATION)
    if below == 0:
        return replace(blank, reason="nothing to divide by")
    value = ratio(above, below, definition.multiplier, definition.places)
    return replace(blank, value=value, flags=merged(figure.flags for figure in figures.values()))


def rate_breaks(definition: Definition, breaks: Iterable[Break]) -> list[Break]:
    """Return the breaks that a rate inherits from its terms, under its own measure, in order and each once."""
    measures = {term.measure for term in definition.terms} | {definition.measure}
    inherited = {(known.first, known.title, known.note): known for known in breaks if known.measure in measures}
    return [inherited[about].model_copy(update={"measure": definition.measure}) for about in sorted(inherited)]


def population(
    populations: Iterable[Population], group: str, area: str, window: Period, as_at: dt.date | None = None
) -> Population | None:
    """Return the population for a window: that of the 30 June in it, else the newest before, at most two years older.

    A window without a June takes the June before it.
    """
    june = window.last - (window.last - _JUNE) % 12
    wanted = june // 12
    fitting = [
        estimate
        for estimate in populations
        if (estimate.group, estimate.area) == (group, area)
        and wanted - OLDEST <= estimate.year <= wanted
        and (as_at is None or estimate.published <= as_at)
    ]
    return max(fitting, key=lambda estimate: (estimate.year, estimate.published), default=None)


def _window(period: Period, months: int) -> Period:
    if not months or period.last - period.first + 1 == months:
        return period
    return Period(period.last - months + 1, period.last, RANGE)


def _end(window: Period, measure: Measure) -> Period:
    """Return the months of a window over which a term is taken: of a stock its last step, of a flow all."""
    steps = units(window, measure.frequency) if measure.aggregation == "last" else []
    return steps[-1] if steps and steps[-1].last == window.last else window
