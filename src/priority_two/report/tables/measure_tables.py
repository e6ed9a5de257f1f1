"""A measure's tables and its chart: month by month, and rolled up beside the same quarter a year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from priority_two.blocks import Chart, Row, Table, cell, number_cell
from priority_two.charts.chart_words import limits_in_words, reading, signals_in_words
from priority_two.charts.control_chart import control_chart
from priority_two.measures.book import Book
from priority_two.measures.breaks import Break, within
from priority_two.measures.change import is_rounded_apart
from priority_two.measures.expressions import Term
from priority_two.measures.rates import Definition, Rate, rate_breaks
from priority_two.measures.rollup import NOT_YET, Figure, quarter_of, year_before
from priority_two.measures.xmr import NEAR, OUTSIDE, Segment, Signal, chart
from priority_two.periods import MONTH, QUARTER, RANGE, Period, date_label, month_label, plural
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.report.marks import UNITS, marked, notation
from priority_two.report.tables.figure_cells import change_cell, change_heading, figure_cell, rate_cell
from priority_two.sentences import listed

CHARTED_MONTHS = 36
"""How far back a chart and its table go. Limits are worked out from the whole series, which may be longer."""
_NOTHING, _LATER = number_cell("not charted"), number_cell(NOT_YET)
ROUNDED_ONCE = "The change is worked out from the figures before they were rounded."
LEAST_POINTS = 3
"""A chart of fewer points would show nothing that its table does not."""


@dataclass(frozen=True)
class Series:
    """The series of a measure that its chart draws: the total, or else what stands nearest to it.

    ``breakdown``, ``partner`` and ``label`` are blank where it is the whole measure, and else say what it is.
    """

    figures: tuple[Figure, ...]
    segments: tuple[Segment, ...]
    breakdown: str
    partner: str
    label: str


@dataclass(frozen=True)
class MeasureSection:
    """A measure with something to show.

    Parameters
    ----------
    measure
        The measure.
    series
        The series that its chart draws, or None.
    tables
        All of its figures: over time, by quarter and year.
    signals
        What the chart says of the latest figure.
    """

    measure: Measure
    series: Series | None
    tables: tuple[Table, ...]
    signals: tuple[Signal, ...]

    @property
    def drawn(self) -> bool:
        """Whether its series has as many figures as make a chart."""
        return (
            self.series is not None and sum(figure.value is not None for figure in self.series.figures) >= LEAST_POINTS
        )


def shown_measures(catalogue: Catalogue) -> list[Measure]:
    """Return the measures of the data sheet, in the catalogue's order."""
    return [measure for measure in catalogue.measures.values() if measure.data_sheet == "yes"]


def measure_section(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> MeasureSection | None:
    """Return a measure's section, or None where nothing of it was sent that could be shown.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    measure
        The measure.
    period
        The period of the paper: what is shown ends with it.
    """
    tables: list[Table] = []
    signals: tuple[Signal, ...] = ()
    series = lead_series(book, catalogue, measure, period)
    if series:
        tables.append(over_time(book, catalogue, measure, series))
        signals = signals_now(series, period)
    quarters = by_quarter(book, catalogue, measure, period)
    if quarters:
        tables.append(quarters)
    if not tables:
        return None
    tables[0] = tables[0].model_copy(
        update={
            "element": f"measure {measure.measure}",
            "element_title": measure.title,
            "definition": definition(book, catalogue, measure, period),
        }
    )
    return MeasureSection(measure, series, tuple(tables), signals)


def definition(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> tuple[str, ...]:
    """Return what a measure is, whose definition that is, who sent it when, and as at which date it is shown."""
    names = {measure.measure} | {
        term.measure for rate in book.definitions.values() if rate.measure == measure.measure for term in rate.terms
    }
    sent = book.history.of_measures(names)
    whose = dict.fromkeys(catalogue.partners[received.terms.partner] for received in sent.returns())
    source = f"Definition: {measure.source}."
    if sent:
        last = max(period.last for period in sent.distinct("period"))
        days = {received.terms.extract_date for received in sent.where("period", lambda p: p.last == last).returns()}
        drawn = " and ".join(date_label(day) if day else "a date not given" for day in sorted(days, key=_given))
        source += f" Figures: {' and '.join(whose)}, the latest drawn on {drawn}."
    return (measure.definition, f"{source} As at {date_label(book.as_at)}.")


def _given(day: dt.date | None) -> tuple[bool, dt.date]:
    return day is None, day or dt.date.min


def lead_series(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Series | None:
    """Return the series that a measure's chart draws, up to the end of a period, or None where there is none.

    That is the measure's total; where none was sent, the total of the first of its partners that sent one, or else its
    first part in the catalogue's order.
    """
    if measure.aggregation == "derived":
        return None
    first = book.ledger.first(measure.measure)
    if first is None or first.first > period.last:
        return None
    whole = Period(first.first, period.last, RANGE)
    partners = measure.partners
    parts = list(catalogue.parts_of_measures.get(measure.measure, ()))
    ways = [("", "", "")] if measure.has_total or not parts else []
    ways += [("", name, f"{catalogue.partners[name]} alone") for name in partners if ways and len(partners) > 1]
    ways += [(code, "", catalogue.breakdowns[measure.measure, code].title) for code in parts]
    for breakdown, partner, label in ways:
        figures = book.ledger.series(measure.measure, whole, breakdown=breakdown, partner=partner)
        while figures and figures[0].value is None and not figures[0].sources:
            figures = figures[1:]  # months before the series began are no gap in it
        if any(figure.value is not None for figure in figures):
            breaks = [each for each in book.breaks if each.measure == measure.measure]
            points = [(figure.period, figure.value) for figure in figures]
            segments = chart(points, breaks, unit=measure.unit)
            return Series(tuple(figures), tuple(segments), breakdown, partner, label)
    return None


def is_out_of_date(latest: Period, period: Period) -> bool:
    """Whether the latest figure of a measure is older than a paper on a period needs.

    A month is, where it is older than the quarter in which the period ends, since some partners send by quarter; a
    quarter or a year, where it is older than the last quarter that is over.
    """
    due = quarter_of(period) if latest.kind == MONTH else closed_quarter(period)
    return latest.last < due.first


def signals_now(series: Series, period: Period) -> tuple[Signal, ...]:
    """Return what the latest figure of a series is part of; nothing where that is out of date."""
    points = [point for segment in series.segments for point in segment.points if point.value is not None]
    if not points or is_out_of_date(points[-1].period, period):
        return ()
    signals = points[-1].signals
    beyond = {signal.towards for signal in signals if signal.kind == OUTSIDE}
    return tuple(signal for signal in signals if signal.kind != NEAR or signal.towards not in beyond)


def latest_signals(series: Series, period: Period) -> tuple[str, ...]:
    """Return in words what a chart says of its latest figure; nothing where that is out of date."""
    return tuple(reading(signal, latest_segment(series)) for signal in signals_now(series, period))


def latest_segment(series: Series) -> Segment:
    """Return the stretch of a series' chart in which its latest figure lies."""
    return [segment for segment in series.segments if segment.baseline][-1]


def latest_period(series: Series) -> Period:
    """Return the period of a series' latest figure."""
    return [figure.period for figure in series.figures if figure.value is not None][-1]


def has_synthetic(series: Series) -> bool:
    """Whether any figure of a series is illustrative."""
    return any(figure.synthetic for figure in series.figures)


def over_time(book: Book, catalogue: Catalogue, measure: Measure, series: Series) -> Table:
    """Return the table of a series: a row a month, or quarter, of the year, and a column a year."""
    segments = charted(series)
    periods = {point.period for segment in segments for point in segment.points}
    figures = [figure for figure in series.figures if figure.period in periods]
    about = f"{measure.title}: {series.label}" if series.label else measure.title
    step = "by month" if measure.frequency == "M" else "by quarter"
    drawn = sum(figure.value is not None for figure in figures) >= LEAST_POINTS
    notes = [f"{limits_in_words(segment, measure.unit)}." for segment in segments] if drawn else [_too_few(figures)]
    notes += [f"{words}." for words in signals_in_words(segments, measure.direction)] if drawn else []
    notes += [f"{each.first.label}: {each.title}. {each.note}" for each in _breaks_in(book, measure, figures)]
    years = list(dict.fromkeys(figure.period.financial_year for figure in figures))
    title = f"{about}, {step}"
    return marked(
        Table(
            title=title,
            head=("Month" if measure.frequency == "M" else "Quarter", *(str(year) for year in years)),
            rows=_by_year(figures, years, catalogue, series.partner),
            notes=(*notes, *notation(figure.flags for figure in figures)),
            sheet=f"{measure.measure} over time",
        )
    )


def charted(series: Series) -> list[Segment]:
    """Return the stretches of a series that a chart draws: those of the last :data:`CHARTED_MONTHS` months."""
    start = series.figures[-1].period.last - CHARTED_MONTHS
    return [
        replace(segment, points=points)
        for segment in series.segments
        if (points := tuple(point for point in segment.points if point.period.last > start))
    ]


def picture(measure: Measure, series: Series) -> Chart:
    """Return the chart of a series, which has at least one value."""
    segments = charted(series)
    periods = {point.period for segment in segments for point in segment.points}
    illustrative = {figure.period for figure in series.figures if figure.synthetic and figure.period in periods}
    about = f"{measure.title}: {series.label}" if series.label else measure.title
    flags = {figure.period: figure.flags for figure in series.figures if figure.value is not None}
    drawing = control_chart(
        about, segments, measure.unit, direction=measure.direction, illustrative=illustrative, flags=flags
    )
    return Chart(svg=drawing.svg, alt=drawing.alt)


def _by_year(figures: Sequence[Figure], years: Sequence[Period], catalogue: Catalogue, partner: str) -> tuple[Row, ...]:
    """Return a row for each month (or quarter) of the financial year."""
    cells = {
        (figure.period.first - year.first, year): figure_cell(figure, catalogue, partner)
        for figure in figures
        for year in years
        if year.contains(figure.period)
    }
    steps, last = sorted({place for place, _ in cells}), figures[-1].period.last
    return tuple(
        Row(
            heading=cell(_name(years[0].first + place, figures[0].period)),
            cells=tuple(
                cells.get((place, year)) or (_LATER if year.first + place > last else _NOTHING) for year in years
            ),
        )
        for place in steps
    )


def _name(month: int, like: Period) -> str:
    """Return the name of a month, or of the quarter that begins with it, without its year."""
    if like.kind == MONTH:
        return month_label(month).split()[0]
    return Period(month, month + 2, QUARTER).label.rsplit(" ", 1)[0]


def _too_few(figures: Sequence[Figure]) -> str:
    count = sum(figure.value is not None for figure in figures)
    return f"{plural(count, 'figure')}: too few for a chart."


def _breaks_in(book: Book, measure: Measure, figures: Sequence[Figure]) -> list[Break]:
    return [each for figure in figures for each in within(book.breaks, measure.measure, figure.period)]


def closed_quarter(period: Period) -> Period:
    """Return the last quarter that is over by the end of a period."""
    quarter = quarter_of(period)
    return quarter if quarter.last == period.last else Period(quarter.first - 3, quarter.last - 3, QUARTER)


def compared(period: Period) -> tuple[Period, Period, Period]:
    """Return what stands side by side: a quarter a year before, the quarter before, and the quarter."""
    quarter = quarter_of(period)
    return year_before(quarter), Period(quarter.first - 3, quarter.last - 3, QUARTER), quarter


def by_quarter(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Table | None:
    """Return a measure, its parts and its rates by quarter and year, with the change on the same quarter a year before.

    None where nothing of it was sent for any of these periods.
    """
    quarters = compared(period)
    columns = (*quarters, quarters[-1].financial_year)
    rows, flags, notes = [], [], []
    for heading, breakdown, partner in lines_of(book, catalogue, measure):
        figures = [
            book.ledger.figure(measure.measure, column, breakdown=breakdown, partner=partner) for column in columns
        ]
        if any(figure.sources for figure in figures):
            cells = (figure_cell(figure, catalogue, partner) for figure in figures)
            change = change_cell(figures[2], figures[0], book.breaks, measure.unit)
            rows.append(Row(heading=cell(heading), cells=(*cells, change)))
            flags += [figure.flags for figure in figures]
            notes += _conflicts(heading, figures)
    notes += _unlike_partners(book, catalogue, measure, columns)
    for rate_definition in rates_of(book, measure):
        rates = [book.rate(rate_definition, column) for column in columns]
        breaks = rate_breaks(rate_definition, book.breaks)
        change = change_cell(rates[2], rates[0], breaks, rate_definition.unit)
        cells = (rate_cell(rate, rate_definition, catalogue) for rate in rates)
        rows.append(Row(heading=cell(rate_definition.title), cells=(*cells, change)))
        flags += [rate.flags for rate in rates]
        notes += [_formula(rate_definition), *_population_note(rates)]
        notes += [ROUNDED_ONCE] if is_rounded_apart(rates[2], rates[0]) else []
    if not rows:
        return None
    return marked(
        Table(
            title=f"{measure.title}, by quarter and year",
            head=(
                UNITS.get(measure.unit, "Number"),
                *(column.label for column in columns),
                change_heading(quarters[2], quarters[0]),
            ),
            rows=tuple(rows),
            notes=(*notes, *notation(flags)),
            sheet=f"{measure.measure} by quarter",
        )
    )


def _conflicts(heading: str, figures: Sequence[Figure]) -> list[str]:
    """Return in words where a partner's own figure for a period is not what its months, which are shown, come to."""
    labels = dict.fromkeys(conflict.period.plain.label for figure in figures for conflict in figure.conflicts)
    return [
        f"{heading}, {label}: the partner's own figure is another than its parts come to (see what was flagged)."
        for label in labels
    ]


def _unlike_partners(book: Book, catalogue: Catalogue, measure: Measure, columns: Sequence[Period]) -> list[str]:
    """Return in words where one of several partners gives a total without parts, or parts without a total."""
    parts = [code for code in book.ledger.known(measure.measure) if code]
    if len(measure.partners) < 2 or not parts or not measure.has_total:
        return []

    def gives(name: str, codes: Sequence[str]) -> bool:
        figures = (
            book.ledger.figure(measure.measure, column, breakdown=code, partner=name)
            for code in codes
            for column in columns
        )
        return any(figure.value is not None for figure in figures)

    whole = {name for name in measure.partners if gives(name, [""])}
    parted = {name for name in measure.partners if gives(name, parts)}
    lacking = {
        "sends a total without parts: no part holds anything of it": whole - parted if parted else set(),
        "sends parts without a total: no total holds them": parted - whole if whole else set(),
    }
    return [
        f"{catalogue.partners[name]} {words}."
        for words, names in lacking.items()
        for name in measure.partners
        if name in names
    ]


def lines_of(book: Book, catalogue: Catalogue, measure: Measure) -> list[tuple[str, str, str]]:
    """Return heading, breakdown and partner of each line: the total, each partner's where several send it, parts."""
    if measure.aggregation == "derived":
        return []
    partners = measure.partners
    known = book.ledger.known(measure.measure)
    lines = [("Total", "", "")] if measure.has_total else []
    lines += [(f"From {catalogue.partners[name]}", "", name) for name in partners if lines and len(partners) > 1]
    lines += [
        (catalogue.breakdowns[measure.measure, code].title, code, "")
        for name, code in catalogue.breakdowns
        if name == measure.measure and code in known
    ]
    return lines


def rates_of(book: Book, measure: Measure) -> list[Definition]:
    """Return the rates of a measure, in the order of their definitions."""
    return [each for each in book.definitions.values() if each.measure == measure.measure]


def _formula(definition: Definition) -> str:
    above, below = _sum(definition.numerator), _sum(definition.denominator)
    size = "" if definition.multiplier == 1 else f", times {definition.multiplier:,f}"
    over = f" over the {definition.window} months to the end of the period" if definition.window else ""
    divisor = below or f"the population ({definition.population})"
    return f"{definition.title}: {above}, divided by {divisor}{size}{over}."


def _population_note(rates: Sequence[Rate]) -> list[str]:
    """Return over which populations rates are, and which of these are made up; nothing where they are over none."""
    used = {rate.population.year: rate.population for rate in rates if rate.population and rate.value is not None}
    words = [
        f"{each.value:,f} in mid-{each.year} ({'illustrative' if each.synthetic else each.source})"
        for _, each in sorted(used.items())
    ]
    return [f"Population: {listed(words)}."] if words else []


def _sum(terms: Sequence[Term]) -> str:
    return " ".join(f"{'+' if term.sign > 0 else '-'} {term.code}" for term in terms).removeprefix("+ ")
