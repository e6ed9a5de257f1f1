"""A measure as a card: its latest figure, what its chart says of it, the chart, and its figures one step away."""

from __future__ import annotations

from priority_two.blocks import (
    Block,
    Details,
    Group,
    Span,
    figure,
    heading,
    paragraph,
    spans,
    styled,
)
from priority_two.charts.chart_words import SHAPES, Happening, happenings, reading, verdict
from priority_two.measures.book import Book
from priority_two.measures.citations import cite
from priority_two.measures.rollup import Figure, year_before
from priority_two.measures.xmr import FEWEST, RUN, RUN_CHART
from priority_two.periods import MONTH, Period
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.report.tables.glance_tables import short_period
from priority_two.report.tables.measure_tables import (
    MeasureSection,
    Series,
    charted,
    closed_quarter,
    is_out_of_date,
    latest_period,
    latest_segment,
    picture,
    signals_now,
)
from priority_two.sentences import capital, listed, number_word

_KINDS = tuple(SHAPES)


def card(section: MeasureSection, book: Book, catalogue: Catalogue, period: Period) -> Group:
    """Return a measure with its chart as a card, with all of its figures as evidence.

    Parameters
    ----------
    section
        A measure that is drawn.
    book, catalogue
        What was measured, and what it means.
    period
        The period of the paper.

    Raises
    ------
    ValueError
        The measure has no series, and so no chart.
    """
    measure, series = section.measure, section.series
    if series is None:
        raise ValueError("a measure with a series")
    latest = next(each for each in reversed(series.figures) if each.value is not None)
    edge, marks = _edge(series, latest)
    now, earlier = readings(measure, series, period)
    value = paragraph(figure(cite(latest, catalogue, partner=series.partner)), role="value")
    title = spans(styled("id", measure.measure), f" {measure.short}", *marks)
    words = [
        styled("quiet", f"{_part(series, catalogue)}. ") if series.label else "",
        styled("strong", now) if section.signals else now,
        f" {earlier}" if earlier else "",
    ]
    return Group(
        role=f"card {edge}".strip(),
        name=f"measure-{measure.measure}",
        blocks=(
            Group(role="top", blocks=(heading(3, *title), value)),
            paragraph(*words, role="reading"),
            picture(measure, series),
            paragraph(*_foot(measure, series, latest, book, catalogue), role="quiet"),
            evidence(section),
        ),
    )


def evidence(section: MeasureSection, *, named: bool = False) -> Details:
    """Return all figures of a measure, with its definition, for a reader to open.

    Parameters
    ----------
    section
        The measure.
    named
        Whether links to the measure lead here, as it has no card.
    """
    code, title = section.measure.measure, section.measure.title
    blocks: tuple[Block, ...] = section.tables
    summary = spans(f"{code} {title}") if named else spans(f"All figures of {code}")
    return Details(summary=summary, blocks=blocks, name=f"measure-{code}" if named else "")


def readings(measure: Measure, series: Series, period: Period) -> tuple[str, str]:
    """Return what a chart says of its latest figure, and the weightiest of what it says of earlier ones.

    Parameters
    ----------
    measure, series
        The measure, and what is drawn of it.
    period
        The period of the paper.

    Returns
    -------
    tuple of str
        Such as ``No signal in March.`` and ``Earlier: above the upper limit, May to July 2020.``; the second may be
        blank.
    """
    segment, latest = latest_segment(series), latest_period(series)
    signals = signals_now(series, period)
    words_now = listed([f"{reading(signal, segment)}{verdict(signal, measure.direction)}" for signal in signals])
    if is_out_of_date(latest, period):
        now = f"No figure since {latest.label}."
    elif words_now:
        now = f"{capital(words_now)}."
    elif segment.kind == RUN_CHART:
        now = f"Counts under {number_word(FEWEST)}: a run chart, no limits."
    elif segment.lower is None and segment.baseline < RUN:
        now = "Too few figures to tell a signal from chance."
    else:
        now = f"No signal in {_name(latest, period)}{', by trial limits' if segment.trial else ''}."
    if segment.broken:
        now += f" Break in series, {segment.points[0].period.label}."
    past = [each for each in happenings(charted(series)) if _end(each) != latest]
    if not past:
        return now, ""
    weightiest = min(past, key=lambda each: (_KINDS.index(each.signal.kind), -_end(each).last))
    return now, f"Earlier: {reading(weightiest.signal, weightiest.segment)}, {weightiest.when}."


def _end(happening: Happening) -> Period:
    return happening.segment.points[happening.places[-1]].period


def _name(latest: Period, period: Period) -> str:
    """Return a period without its year where that is the paper's own: ``March``, ``Quarter Four``."""
    name, year = latest.label.rsplit(" ", 1)
    near = period.contains(latest) or latest == closed_quarter(period)
    return name if near and year else latest.label


def _part(series: Series, catalogue: Catalogue) -> str:
    """Return of what part of a measure its chart is."""
    return f"From {catalogue.partner_short[series.partner]} alone" if series.partner else series.label


def _edge(series: Series, latest: Figure) -> tuple[str, tuple[Span, ...]]:
    """Return the edge of a card, and the same in words for who does not see it."""
    made_up = [each.synthetic for each in series.figures if each.value is not None]
    if not any(made_up):
        return "", ()
    if all(made_up):
        return "ill", (styled("unseen", " (illustrative)"),)
    edge = "ill" if latest.synthetic else "mixed"
    return edge, (styled("unseen", " (hollow points are illustrative)"),)


def _foot(measure: Measure, series: Series, latest: Figure, book: Book, catalogue: Catalogue) -> list[str | Span]:
    """Return whose figures they are, the one of a year before, and the one of the year."""
    names = [series.partner] if series.partner else list(measure.partners)
    words: list[str | Span] = [f"{' and '.join(catalogue.partner_short[name] for name in names)}."]
    before, year = year_before(latest.period), latest.period.financial_year
    for period in (before, *((year,) if latest.period.last == year.last else ())):
        label = period.label if period.kind == MONTH else short_period(period)
        each = book.ledger.figure(measure.measure, period, breakdown=series.breakdown, partner=series.partner)
        if each.value is not None and (period == before or measure.aggregation == "sum"):
            words += [f" {label}: ", figure(cite(each, catalogue, partner=series.partner)), "."]
        elif period == before:
            words.append(f" {label}: no figure.")
    return words
