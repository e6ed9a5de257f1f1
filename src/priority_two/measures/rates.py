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
is reported quarterly. A measure that is never added up, or is itself derived, cannot be a term.

``data/reference/populations.csv`` has the columns ``area,group,year,value,source,published``: the residents of a group
(blank area is the whole borough) on 30 June of the year, as the statistics office estimates them, and the day on which
it did, so that a report as at an earlier date does not know them. A rate over a population runs over twelve months,
which hold one 30 June, and takes that year's estimate or, until it is published, the newest before it, at most
:data:`OLDEST` years older; the rate names the year. Where there is none it has no value and says ``no population``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from priority_two.errors import Error, Refused
from priority_two.files.csv_table import Table
from priority_two.measures.breaks import Break
from priority_two.measures.exact import ratio
from priority_two.measures.expressions import Term, parse_terms, total_of
from priority_two.measures.rollup import Figure, Ledger, merged, units, worked_out_anchor
from priority_two.periods import RANGE, Period, parse_date
from priority_two.reference.catalogue import Measure
from priority_two.returns.store import Observation

DERIVED_COLUMNS = (
    "rate",
    "measure",
    "title",
    "unit",
    "numerator",
    "denominator",
    "population",
    "multiplier",
    "window",
    "places",
)
POPULATION_COLUMNS = ("area", "group", "year", "value", "source", "published")
UNITS = ("percent", "rate", "ratio")
NO_POPULATION = "no population"
YEAR_LONG = 12
OLDEST = 2
"""By how many years a population may be older than the window asks for."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_JUNE = 5


@dataclass(frozen=True)
class Definition:
    """A row of ``derived.csv``; `window` is 0 where the rate runs over the period itself."""

    rate: str
    measure: str
    title: str
    unit: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    population: str
    multiplier: Decimal
    window: int
    places: int

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms above and below the line that are measures."""
        return tuple(term for term in (*self.numerator, *self.denominator) if term.measure)


@dataclass(frozen=True)
class Population:
    """A row of ``populations.csv``: residents of a group of an area on 30 June of a year."""

    area: str
    group: str
    year: int
    value: Decimal
    source: str
    published: dt.date


@dataclass(frozen=True)
class Rate:
    """A rate for a period.

    Parameters
    ----------
    rate, measure, area
        What it is about.
    period, window
        The period asked for, and the months that the rate is made of.
    value
        In the definition's unit, rounded half to even to its places; None where there is none.
    flags, reason
        As of a :class:`~priority_two.measures.rollup.Figure`.
    numerator, denominator
        What was divided by what (unrounded); None where incomplete.
    population
        The population used, or None.
    figures
        The roll-ups that it is made of.
    breakdown
        Blank: a rate has no parts.
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
    breakdown: str = ""

    @property
    def sources(self) -> tuple[Observation, ...]:
        """The observations that it is made of, or would be."""
        return tuple(source for figure in self.figures for source in figure.sources)

    @property
    def synthetic(self) -> bool:
        """Whether any observation that it is made of is illustrative."""
        return any(figure.synthetic for figure in self.figures)

    @property
    def anchor(self) -> str:
        """The name under which the sources annex lists it."""
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
    """Return a rate for a period and area.

    Parameters
    ----------
    definition
        What it is made of.
    ledger
        The observations.
    period
        The period; the window ends with it.
    area
        An area's code; blank is the whole borough.
    populations
        Populations.
    as_at
        The knowledge cut-off for populations; none by default.
    """
    window = _window(period, definition.window)
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
    marks = [figure.flags for figure in figures.values() if figure.value is not None]
    blank = Rate(
        definition.rate,
        definition.measure,
        area,
        period,
        window,
        None,
        "",
        "",
        above,
        below,
        used,
        tuple(figures.values()),
    )
    lacking = next((code for code, figure in figures.items() if figure.value is None), "")
    if lacking:
        return replace(blank, reason=f"{lacking}: {figures[lacking].reason}")
    if above is None or below is None:
        return replace(blank, reason=NO_POPULATION)
    if below == 0:
        return replace(blank, reason="nothing to divide by")
    value = ratio(above, below, definition.multiplier, definition.places)
    return replace(blank, value=value, flags=merged(marks))


def rate_breaks(definition: Definition, breaks: Iterable[Break]) -> list[Break]:
    """Return the breaks that a rate inherits from its terms, under its own measure, in order and each once."""
    measures = {term.measure for term in definition.terms} | {definition.measure}
    inherited = {
        replace(series_break, measure=definition.measure) for series_break in breaks if series_break.measure in measures
    }
    return sorted(inherited, key=lambda series_break: (series_break.first, series_break.title, series_break.note))


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


def read_definitions(table: Table, measures: dict[str, Measure]) -> dict[str, Definition]:
    """Return the rates of ``derived.csv`` by id, in the file's order.

    Raises
    ------
    Refused
        A column is missing or a cell cannot be used: every fault.
    """
    _columns(table, DERIVED_COLUMNS)
    errors: list[Error] = []
    definitions: dict[str, Definition] = {}
    for row in table.rows:
        sides = {name: _side(row[name], measures) for name in ("numerator", "denominator")}
        either = bool(row["denominator"]) != bool(row["population"])
        over_people = bool(row["population"])
        checks = [
            (
                "rate",
                "a code such as outcome-rate, once",
                _CODE.fullmatch(row["rate"]) and row["rate"] not in definitions,
            ),
            ("measure", "a measure of the catalogue", row["measure"] in measures),
            ("title", "a title", row["title"]),
            ("unit", " or ".join(UNITS), row["unit"] in UNITS),
            ("numerator", "terms of measures that add up, such as POL04[charge]", sides["numerator"]),
            ("denominator", "terms of measures that add up", sides["denominator"] or not row["denominator"]),
            ("population", "a denominator or a population, and not both", either),
            ("population", "a group's code", not over_people or _CODE.fullmatch(row["population"])),
            ("multiplier", "a number above 0", _number(row["multiplier"])),
            ("window", "months from 1 to 60, or nothing", re.fullmatch(r"|[1-9]|[1-5]\d|60", row["window"], re.A)),
            ("window", "12 for a rate over a population", not over_people or row["window"] == str(YEAR_LONG)),
            ("places", "0 to 6", re.fullmatch(r"[0-6]", row["places"], re.ASCII)),
        ]
        bad = [
            Error(table.file, expected, row["row"], column, row[column])
            for column, expected, good in checks
            if not good
        ]
        errors += bad
        if bad:
            continue
        definitions[row["rate"]] = Definition(
            rate=row["rate"],
            measure=row["measure"],
            title=row["title"],
            unit=row["unit"],
            numerator=sides["numerator"],
            denominator=sides["denominator"],
            population=row["population"],
            multiplier=Decimal(row["multiplier"]),
            window=int(row["window"] or 0),
            places=int(row["places"]),
        )
    if errors:
        raise Refused(errors)
    return definitions


def read_populations(table: Table, areas: Iterable[str]) -> list[Population]:
    """Return the populations of ``populations.csv``.

    Raises
    ------
    Refused
        A column is missing, a cell cannot be used, or a population stands there twice: every fault.
    """
    _columns(table, POPULATION_COLUMNS)
    known = {"", *areas}
    errors: list[Error] = []
    populations: dict[tuple[str, str, str, str], Population] = {}
    for row in table.rows:
        key = row["area"], row["group"], row["year"], row["published"]
        checks = [
            ("area", "an area's code, or nothing for the whole borough", row["area"] in known),
            ("group", "a group's code such as aged-16-and-over", _CODE.fullmatch(row["group"])),
            ("year", "a year", re.fullmatch(r"(19|20)\d\d", row["year"], re.ASCII)),
            ("value", "a whole number of residents above 0", re.fullmatch(r"[1-9]\d{0,9}", row["value"], re.ASCII)),
            ("source", "where the figure is from", row["source"]),
            ("published", "the date on which it was published, such as 2021-06-25", _date(row["published"])),
            ("year", "an area, group and year once a publication", key not in populations),
        ]
        bad = [
            Error(table.file, expected, row["row"], column, row[column])
            for column, expected, good in checks
            if not good
        ]
        errors += bad
        if not bad:
            populations[key] = Population(
                area=row["area"],
                group=row["group"],
                year=int(row["year"]),
                value=Decimal(row["value"]),
                source=row["source"],
                published=parse_date(row["published"]),
            )
    if errors:
        raise Refused(errors)
    return list(populations.values())


def _columns(table: Table, columns: tuple[str, ...]) -> None:
    if set(table.columns) != set(columns):
        raise Refused([Error(table.file, f"the columns {', '.join(columns)}", 1, found=", ".join(table.columns))])


def _side(text: str, measures: dict[str, Measure]) -> tuple[Term, ...]:
    """Return the terms of an expression, or none where it cannot be used."""
    try:
        terms = parse_terms(text)
    except ValueError:
        return ()
    named = [measures.get(term.measure) for term in terms if term.measure]
    usable = bool(named) and all(measure is not None and measure.aggregation in ("sum", "last") for measure in named)
    return terms if usable else ()


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII)) and Decimal(text) > 0


def _date(text: str) -> bool:
    try:
        parse_date(text)
    except ValueError:
        return False
    return True
