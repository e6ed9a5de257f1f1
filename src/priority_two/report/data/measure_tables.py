"""A measure's tables and its chart: month by month, and rolled up beside the same quarter a year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from priority_two.charts.control_chart import control_chart, limits_in_words, signals_in_words
from priority_two.charts.exhibit import UNITS, Cell, Exhibit, Row, marked, notation
from priority_two.measures.book import Book
from priority_two.measures.breaks import Break, within
from priority_two.measures.rates import Definition, rate_breaks
from priority_two.measures.rollup import Figure, quarter_of, year_before
from priority_two.measures.xmr import HIGH, NEAR, OUTSIDE, SIDE, TREND, Point, Segment, chart
from priority_two.periods import MONTH, QUARTER, RANGE, Period, date_label, month_label, plural
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.report.data.figure_cells import change_cell, figure_cell
from priority_two.report.data.returns_tables import anchor

CHARTED_MONTHS = 36
"""How far back a chart and its table go. Limits are worked out from the whole series, which may be longer."""
_NOTHING = Cell("not charted")
LEAST_POINTS = 3
"""A chart of fewer points would show nothing that its table does not."""

_READINGS = {
    OUTSIDE: {True: "above the upper limit", False: "below the lower limit"},
    SIDE: {True: "in a run above the centre line", False: "in a run below the centre line"},
    TREND: {True: "in a run of rises", False: "in a run of falls"},
    NEAR: {True: "near the upper limit", False: "near the lower limit"},
}


@dataclass(frozen=True)
class Series:
    """The series of a measure that its chart draws: the total, or else what stands nearest to it.

    ``breakdown``, ``partner`` and ``said`` are blank where it is the whole measure, and else say what it is.
    """

    figures: tuple[Figure, ...]
    segments: tuple[Segment, ...]
    breakdown: str
    partner: str
    said: str


@dataclass(frozen=True)
class MeasureSection:
    """A measure with its exhibits.

    ``signals`` is what its chart says of the latest figure, in words, ``when`` the figure's period, and ``synthetic``
    whether anything in the chart is illustrative.
    """

    measure: Measure
    exhibits: tuple[Exhibit, ...]
    signals: tuple[str, ...]
    when: str
    synthetic: bool


def shown_measures(catalogue: Catalogue) -> list[Measure]:
    """Return the measures of the data sheet, in the catalogue's order."""
    return [one for one in catalogue.measures.values() if one.data_sheet == "yes"]


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
    exhibits: list[Exhibit] = []
    signals: tuple[str, ...] = ()
    when, made_up = "", False
    series = lead_series(book, catalogue, measure, period)
    if series:
        exhibits.append(over_time(book, catalogue, measure, series))
        signals = latest_signals(series, period)
        made_up = has_synthetic(series)
        when = latest_period(series).label
    quarters = by_quarter(book, catalogue, measure, period)
    if quarters:
        exhibits.append(quarters)
    if not exhibits:
        return None
    exhibits[0] = replace(exhibits[0], definition=definition(book, catalogue, measure, period))
    return MeasureSection(measure, tuple(exhibits), signals, when, made_up)


def definition(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> tuple[str, ...]:
    """Return what a measure is, whose definition that is, who sent it when, and as at which date it is shown."""
    names = {measure.measure} | {
        term.measure for one in book.definitions.values() if one.measure == measure.measure for term in one.terms
    }
    found = [one for one in book.history if one.measure in names]
    whose = dict.fromkeys(catalogue.partners[one.terms.partner] for one in found)
    said = f"Definition: {measure.source}."
    if found:
        last = max(one.period.last for one in found)
        days = {one.terms.extract_date for one in found if one.period.last == last}
        drawn = " and ".join(date_label(day) if day else "a date not given" for day in sorted(days, key=_given))
        said += f" Figures: {' and '.join(whose)}, the latest drawn on {drawn}."
    return (measure.definition, f"{said} As at {date_label(book.as_at)}.")


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
    partners = [name for name in measure.partner.split(";") if name]
    parts = [code for name, code in catalogue.breakdowns if name == measure.measure]
    ways = [("", "", "")] if measure.has_total or not parts else []
    ways += [("", name, f"{catalogue.partners[name]} alone") for name in partners if ways and len(partners) > 1]
    ways += [(code, "", part_label(catalogue, measure.measure, code)) for code in parts]
    for breakdown, partner, said in ways:
        figures = book.ledger.series(measure.measure, whole, breakdown=breakdown, partner=partner)
        while figures and figures[0].value is None and not figures[0].sources:
            figures = figures[1:]  # months before the series began are no gap in it
        if any(one.value is not None for one in figures):
            breaks = [one for one in book.breaks if one.measure == measure.measure]
            segments = chart([(one.period, one.value) for one in figures], breaks, unit=measure.unit)
            return Series(tuple(figures), tuple(segments), breakdown, partner, said)
    return None


def part_label(catalogue: Catalogue, measure: str, code: str) -> str:
    """Return how a part of a measure is called: ``Right to ask: applications``."""
    part = catalogue.breakdowns[measure, code]
    return f"{part.series}: {part.label}" if part.series else part.label


def latest_signals(series: Series, period: Period) -> tuple[str, ...]:
    """Return what a chart says of its latest figure; nothing where that is older than the period's quarter."""
    points = [point for one in series.segments for point in one.points if point.value is not None]
    if not points or points[-1].period.last < quarter_of(period).first:
        return ()
    return tuple(_readings(points[-1]))


def latest_period(series: Series) -> Period:
    """Return the period of a series' latest figure."""
    return [one.period for one in series.figures if one.value is not None][-1]


def has_synthetic(series: Series) -> bool:
    """Whether any figure of a series is illustrative."""
    return any(one.synthetic for one in series.figures)


def over_time(book: Book, catalogue: Catalogue, measure: Measure, series: Series) -> Exhibit:
    """Return the chart of a series with its table: a row a month, or quarter, of the year, and a column a year."""
    start = series.figures[-1].period.last - CHARTED_MONTHS
    segments = [
        replace(one, points=kept)
        for one in series.segments
        if (kept := tuple(point for point in one.points if point.period.last > start))
    ]
    charted = {point.period for one in segments for point in one.points}
    figures = [one for one in series.figures if one.period in charted]
    about = f"{measure.title}: {series.said}" if series.said else measure.title
    step = "by month" if measure.frequency == "M" else "by quarter"
    synthetic = any(one.synthetic for one in figures)
    drawn = sum(one.value is not None for one in figures) >= LEAST_POINTS
    notes = [f"{limits_in_words(one, measure.unit)}." for one in segments] if drawn else [_too_few(figures)]
    notes += [f"{said}." for said in signals_in_words(segments, measure.direction)] if drawn else []
    notes += [f"{one.first.label}: {one.title}. {one.note}" for one in _breaks_in(book, measure, figures)]
    years = list(dict.fromkeys(one.period.financial_year for one in figures))
    return marked(
        Exhibit(
            title=f"{about}, {step}",
            head=("Month" if measure.frequency == "M" else "Quarter", *(str(one) for one in years)),
            rows=_by_year(figures, years, measure),
            notes=(*notes, *notation(one.flags for one in figures)),
            chart=control_chart(about, segments, measure.unit, direction=measure.direction, synthetic=synthetic)
            if drawn
            else None,
            chart_title=f"{about}, {step}",
            sheet=f"{measure.measure} over time",
        )
    )


def _by_year(figures: Sequence[Figure], years: Sequence[Period], measure: Measure) -> tuple[Row, ...]:
    """Return a row for each month (or quarter) of the financial year."""
    cells = {
        (one.period.first - year.first, year): figure_cell(one, measure.unit)
        for one in figures
        for year in years
        if year.contains(one.period)
    }
    steps = sorted({place for place, _ in cells})
    return tuple(
        Row(
            _name(years[0].first + place, figures[0].period),
            tuple(cells.get((place, year), _NOTHING) for year in years),
        )
        for place in steps
    )


def _name(month: int, like: Period) -> str:
    """Return the name of a month, or of the quarter that begins with it, without its year."""
    if like.kind == MONTH:
        return month_label(month).split()[0]
    return Period(month, month + 2, QUARTER).label.rsplit(" ", 1)[0]


def _too_few(figures: Sequence[Figure]) -> str:
    count = sum(one.value is not None for one in figures)
    return f"{plural(count, 'figure')}: too few for a chart."


def _breaks_in(book: Book, measure: Measure, figures: Sequence[Figure]) -> list[Break]:
    return [one for figure in figures for one in within(book.breaks, measure.measure, figure.period)]


def _readings(point: Point) -> list[str]:
    beyond = {one.towards for one in point.signals if one.kind == OUTSIDE}
    said = (one for one in point.signals if one.kind != NEAR or one.towards not in beyond)
    return [_READINGS[one.kind][one.towards == HIGH] for one in said]


def compared(period: Period) -> tuple[Period, Period, Period]:
    """Return what stands side by side: a quarter a year before, the quarter before, and the quarter."""
    quarter = quarter_of(period)
    return year_before(quarter), Period(quarter.first - 3, quarter.last - 3, QUARTER), quarter


def by_quarter(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Exhibit | None:
    """Return a measure, its parts and its rates by quarter and year, with the change on the same quarter a year before.

    None where nothing of it was sent for any of these periods.
    """
    quarters = compared(period)
    columns = (*quarters, quarters[-1].financial_year)
    rows, flags, notes = [], [], []
    for heading, breakdown, partner in lines_of(book, catalogue, measure):
        figures = [book.ledger.figure(measure.measure, one, breakdown=breakdown, partner=partner) for one in columns]
        if any(one.sources for one in figures):
            cells = (figure_cell(one, measure.unit) for one in figures)
            rows.append(Row(heading, (*cells, change_cell(figures[2], figures[0], book.breaks, measure.unit))))
            flags += [one.flags for one in figures]
            notes += _conflicts(heading, figures)
    for one in rates_of(book, measure):
        rates = [book.rate(one, column) for column in columns]
        change = change_cell(rates[2], rates[0], rate_breaks(one, book.breaks), one.unit)
        rows.append(Row(one.title, (*(figure_cell(rate, one.unit) for rate in rates), change)))
        flags += [rate.flags for rate in rates]
        notes.append(_made_of(one))
    if not rows:
        return None
    return marked(
        Exhibit(
            title=f"{measure.title}, by quarter and year",
            head=(UNITS.get(measure.unit, "Number"), *(one.label for one in columns), "Change on the year before"),
            rows=tuple(rows),
            notes=(*notes, *notation(flags)),
            sheet=f"{measure.measure} by quarter",
        )
    )


def _conflicts(heading: str, figures: Sequence[Figure]) -> list[str]:
    """Return in words where a partner's own figure for a period is not what its months, which are shown, come to."""
    found = dict.fromkeys(conflict.period.plain.label for one in figures for conflict in one.conflicts)
    return [
        f"{heading}, {label}: the partner's own figure is another than its parts come to (see the data quality annex)."
        for label in found
    ]


def overview(book: Book, catalogue: Catalogue, period: Period) -> Exhibit:
    """Return a row a measure: its leading series in the quarter, the quarter before, and the same a year before."""
    quarters = compared(period)
    rows, flags = [], []
    for measure in shown_measures(catalogue):
        series = lead_series(book, catalogue, measure, period)
        if series is None:
            continue
        figures = [
            book.ledger.figure(measure.measure, one, breakdown=series.breakdown, partner=series.partner)
            for one in quarters
        ]
        heading = f"{measure.measure} {measure.title}" + (f": {series.said}" if series.said else "")
        change = change_cell(figures[2], figures[0], book.breaks, measure.unit)
        signals = latest_signals(series, period)
        said = Cell("; ".join(signals) or "no signal", synthetic=bool(signals) and has_synthetic(series), words=True)
        cells = (*(figure_cell(one, measure.unit) for one in figures), change, said)
        partner = series.partner or measure.partner.split(";")[0]
        rows.append(Row(heading, cells, anchor=anchor(partner)))
        flags += [one.flags for one in figures]
    for one in book.definitions.values():
        rates = [book.rate(one, column) for column in quarters]
        change = change_cell(rates[2], rates[0], rate_breaks(one, book.breaks), one.unit)
        cells = (*(figure_cell(rate, one.unit) for rate in rates), change, Cell("not charted", words=True))
        rows.append(Row(f"{one.measure} {one.title}", cells))
        flags += [rate.flags for rate in rates]
    head = ("Measure", *(one.label for one in quarters), "Change on the year before", "Chart, latest figure")
    return marked(Exhibit("Measures by quarter", head, tuple(rows), notes=notation(flags)))


def lines_of(book: Book, catalogue: Catalogue, measure: Measure) -> list[tuple[str, str, str]]:
    """Return heading, breakdown and partner of each line: the total, each partner's where several send it, parts."""
    if measure.aggregation == "derived":
        return []
    partners = [name for name in measure.partner.split(";") if name]
    known = book.ledger.known(measure.measure)
    lines = [("Total", "", "")] if measure.has_total else []
    lines += [(f"From {catalogue.partners[name]}", "", name) for name in partners if lines and len(partners) > 1]
    lines += [
        (part_label(catalogue, measure.measure, code), code, "")
        for name, code in catalogue.breakdowns
        if name == measure.measure and code in known
    ]
    return lines


def rates_of(book: Book, measure: Measure) -> list[Definition]:
    """Return the rates of a measure, in the order of their definitions."""
    return [one for one in book.definitions.values() if one.measure == measure.measure]


def _made_of(one: Definition) -> str:
    above = " ".join(f"{'+' if term.sign > 0 else '-'} {term.code}" for term in one.numerator).removeprefix("+ ")
    below = " ".join(f"{'+' if term.sign > 0 else '-'} {term.code}" for term in one.denominator).removeprefix("+ ")
    size = "" if one.multiplier == 1 else f", times {one.multiplier:,f}"
    over = f" over the {one.window} months to the end of the period" if one.window else ""
    return f"{one.title}: {above}, divided by {below or f'the population ({one.population})'}{size}{over}."
