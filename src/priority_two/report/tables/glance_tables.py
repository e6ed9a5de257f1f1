"""The measures at a glance: a row a measure, with its latest figure, one of a year before, its course, its signal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from priority_two.blocks import Cell, Chart, Row, Span, Table, cell, link, styled
from priority_two.charts.chart_words import limits_in_words, reading, shape
from priority_two.charts.sparkline import WIDE, SparkPoint, sparkline
from priority_two.measures.book import Book
from priority_two.measures.evidence import printed
from priority_two.measures.rates import Definition, Rate
from priority_two.measures.rollup import STEPS, Figure, year_before
from priority_two.measures.xmr import Segment
from priority_two.periods import MONTH, QUARTER, Period
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.report.marks import marked_but
from priority_two.report.tables.figure_cells import short_cell
from priority_two.report.tables.measure_tables import (
    MeasureSection,
    Series,
    closed_quarter,
    latest_period,
    latest_segment,
    rates_of,
)
from priority_two.sentences import counted, listed, lowered

SHOWN_MONTHS = 24
"""How many months a sparkline shows, the last among them."""
LONGEST_LIST = 52
"""As many characters as the names of measures take in a caption; of more measures it says how many there are."""


@dataclass(frozen=True)
class MeasureLine:
    """A row of figures: a measure's leading series, or a rate.

    Parameters
    ----------
    section
        The measure.
    definition
        The rate, or None where it is the measure itself.
    whose
        The partners whose measure it is, to tell groups of rows apart.
    """

    section: MeasureSection
    definition: Definition | None
    whose: str

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.section.measure

    @property
    def unit(self) -> str:
        """The unit of its figures."""
        return self.definition.unit if self.definition else self.measure.unit

    @property
    def series(self) -> Series | None:
        """The series that is drawn; a rate has none."""
        return None if self.definition else self.section.series

    def title(self, catalogue: Catalogue) -> str:
        """Return its short name, and of which part it is where it is not the whole."""
        if self.definition and is_extra(self):
            return self.definition.title
        return short_title(self.measure, self.series, catalogue)

    def figure(self, book: Book, period: Period) -> Figure | Rate:
        """Return its figure for a period."""
        if self.definition:
            return book.rate(self.definition, period)
        breakdown, partner = (self.series.breakdown, self.series.partner) if self.series else ("", "")
        return book.ledger.figure(self.measure.measure, period, breakdown=breakdown, partner=partner)

    def cell(self, book: Book, catalogue: Catalogue, period: Period, *, style: str = "", flags: bool = True) -> Cell:
        """Return its figure for a period as a narrow cell."""
        partner = self.series.partner if self.series else ""
        figure = self.figure(book, period)
        return short_cell(figure, catalogue, partner=partner, unit=self.unit, style=style, flags=flags)


def short_title(measure: Measure, series: Series | None, catalogue: Catalogue) -> str:
    """Return the short name of a measure, and of what part of it its series is: ``Refuge: referrals``."""
    part = part_of(series, catalogue)
    return f"{measure.short}: {part}" if part else measure.short


def part_of(series: Series | None, catalogue: Catalogue) -> str:
    """Return of what part of a measure a series is, in short; blank where it is the whole."""
    if series is None or not series.label:
        return ""
    if series.partner:
        return catalogue.partner_short[series.partner]
    label = series.label.partition(": All ")[0]
    return label if label[1:2].isupper() else lowered(label)


def lines_by_partner(groups: Iterable[tuple[str, Sequence[MeasureSection]]], book: Book) -> list[MeasureLine]:
    """Return a line a leading series and a line a rate, in the catalogue's order."""
    lines = []
    for whose, sections in groups:
        for section in sections:
            if section.series:
                lines.append(MeasureLine(section, None, whose))
            lines += [MeasureLine(section, definition, whose) for definition in rates_of(book, section.measure)]
    return lines


def is_extra(line: MeasureLine) -> bool:
    """Whether a line is a rate that stands beside the measure itself, and has no number of its own."""
    return line.definition is not None and line.measure.aggregation != "derived"


def each_month(lines: Sequence[MeasureLine], book: Book, catalogue: Catalogue, month: Period) -> Table | None:
    """Return the monthly measures: the month, the same a year before, two years' course, the signal."""
    monthly = [line for line in lines if line.measure.frequency == "M" and not line.definition]
    return _table("Each month", monthly, book, catalogue, (month, year_before(month)), "24 months")


def each_quarter(lines: Sequence[MeasureLine], book: Book, catalogue: Catalogue, month: Period) -> Table | None:
    """Return the other measures and the rates: the last quarter that is over, a year before, two years' course."""
    others = [line for line in lines if (line.measure.frequency != "M" or line.definition) and not is_extra(line)]
    quarter = closed_quarter(month)
    return _table("Each quarter", others, book, catalogue, (quarter, year_before(quarter)), "Eight quarters")


def _table(
    what: str,
    lines: Sequence[MeasureLine],
    book: Book,
    catalogue: Catalogue,
    periods: tuple[Period, Period],
    course: str,
) -> Table | None:
    if not lines:
        return None
    rows = []
    for before, line in zip([None, *lines], lines, strict=False):
        figures = (
            line.cell(book, catalogue, periods[0], style="strong"),
            line.cell(book, catalogue, periods[1]),
        )
        rows.append(
            Row(
                heading=cell(styled("id", line.measure.measure), " ", named(line, catalogue)),
                cells=(*figures, _course(line, catalogue), _signal_cell(line, periods[0])),
                new_group=before is not None and before.whose != line.whose,
            )
        )
    plain = all(line.unit == "count" for line in lines)
    return marked_but(
        Table(
            title=f"{what}: {_signals_in_words(lines)}",
            head=(
                f"Measure ({'number' if plain else 'number, or as stated'})",
                *map(shortest_period, periods),
                course,
                "Signal",
            ),
            rows=tuple(rows),
            role="dense split narrow",
        )
    )


def named(line: MeasureLine, catalogue: Catalogue) -> Span:
    """Return the name of a line, which leads to its card, or to its figures where these do not stand on paper."""
    name = link(line.title(catalogue), f"measure-{line.measure.measure}")
    return name if line.section.drawn else name.model_copy(update={"style": "figure"})


def _signals_in_words(lines: Sequence[MeasureLine]) -> str:
    signalling = list(
        dict.fromkeys(line.measure.short for line in lines if line.section.signals and not line.definition)
    )
    if not signalling:
        return "no signal"
    if len(listed(signalling)) <= LONGEST_LIST:
        return f"{'a signal' if len(signalling) == 1 else 'signals'} in {listed(signalling)}"
    return f"signals in {counted(len(signalling), 'measure')}"


def short_period(period: Period) -> str:
    """Return a period as it heads a narrow column: ``Mar 2021``, ``Q4 2020-21``, ``2020-21``."""
    return period.short_label.replace(" ", "\u00a0") if period.kind == MONTH else period.short_label


def shortest_period(period: Period) -> str:
    """Return a period as it heads the narrowest column: ``Mar 2021``, ``Q4 20-21``."""
    name, _, year = short_period(period).partition(" ")
    return f"{name} {year[2:]}" if period.kind == QUARTER else short_period(period)


def _course(line: MeasureLine, catalogue: Catalogue) -> Cell:
    """Return the course of a series as a sparkline; or that there are too few figures to draw."""
    if line.series is None or not line.section.drawn:
        return cell(styled("quiet", "not drawn"))
    drawn = spark(line.measure, line.series, short_title(line.measure, line.series, catalogue))
    if drawn is None:
        return cell(styled("quiet", "not drawn"))
    figures = [figure for figure in line.series.figures if figure.value is not None]
    return Cell(chart=drawn, words=True, synthetic=all(figure.synthetic for figure in figures))


def spark(measure: Measure, series: Series, title: str) -> Chart | None:
    """Return the last two years of a series as a sparkline, or None where there is no figure in them."""
    count = SHOWN_MONTHS // STEPS[measure.frequency]
    shown = series.figures[-count:]
    if not any(figure.value is not None for figure in shown):
        return None
    mixed = len({figure.synthetic for figure in shown if figure.value is not None}) > 1
    shapes = {point.period: shape(point) for segment in series.segments for point in segment.points}
    points = [SparkPoint(None, "none")] * (count - len(shown)) + [
        SparkPoint(
            figure.value,
            "none" if figure.value is None else printed(figure, measure.unit),
            synthetic=mixed and figure.synthetic,
            shape=shapes.get(figure.period, ""),
        )
        for figure in shown
    ]
    segment = _judging(series, shown[0].period)
    limits = (segment.lower, segment.upper) if segment else (None, None)
    judged = [limits_in_words(segment, measure.unit)] if segment else []
    judged += ["Hollow points are illustrative"] if mixed else []
    drawing = sparkline(
        points,
        words=f"{title}, {shown[0].period.label} to {shown[-1].period.label}",
        mean=segment.centre if segment else None,
        limits=(limits[0], limits[1]) if limits[0] is not None and limits[1] is not None else None,
        judged=". ".join(judged),
        step="month" if measure.frequency == "M" else "quarter",
        width=WIDE,
    )
    return Chart(svg=drawing.svg, alt=drawing.alt)


def _judging(series: Series, first: Period) -> Segment | None:
    """Return the stretch by whose mean and limits all of what is shown is judged; None where a break parts it."""
    shown = [segment for segment in series.segments if segment.points[-1].period.last >= first.first]
    return shown[0] if len(shown) == 1 and shown[0].centre is not None else None


def _signal_cell(line: MeasureLine, period: Period) -> Cell:
    if line.definition or not line.section.signals or line.series is None:
        return cell(styled("quiet", "none"))
    latest, segment = latest_period(line.series), latest_segment(line.series)
    words = "; ".join(briefly(reading(signal, segment)) for signal in line.section.signals)
    when = "" if latest == period else f", {short_period(latest)}"
    return cell(styled("strong", f"{words}{when}"))


def briefly(words: str) -> str:
    """Return what a signal says in as few words as tell it: ``near upper limit``, ``run above mean``."""
    return words.removeprefix("in a ").replace("the ", "").replace("trial ", "")
