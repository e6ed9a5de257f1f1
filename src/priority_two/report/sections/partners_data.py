"""What partners sent: who by when, the measures by quarter, charts of some, and what was revised."""

from __future__ import annotations

from priority_two.blocks import Block, Span, heading, listing, paragraph
from priority_two.periods import Period
from priority_two.report.paper import Paper
from priority_two.report.tables.coverage_tables import QUALITY, by_month, count_span
from priority_two.report.tables.measure_tables import compared, lead_series, over_time, overview, shown_measures
from priority_two.report.tables.returns_tables import behind
from priority_two.report.tables.revisions_table import revised
from priority_two.returns.coverage import quality


def partners_data(paper: Paper) -> list[Block]:
    """Return what partners sent for the quarter."""
    material, catalogue, book = paper.material, paper.catalogue, paper.material.book
    months = material.period.months()
    charts = [
        over_time(book, catalogue, measure, series)
        for measure in (catalogue.measures[name] for name in catalogue.partnership.quarterly_charts)
        if (series := lead_series(book, catalogue, measure, material.period))
    ]
    measures = {measure.measure for measure in shown_measures(catalogue)}
    revisions = revised(book, catalogue, material.period.financial_year, measures)
    over_time_blocks: list[Block] = [heading(3, "Measures over time"), *charts] if charts else []
    return [
        heading(3, "Who sent what by when"),
        listing(_summary(month, paper) for month in months),
        by_month(material.covered, catalogue, months),
        heading(3, "Measures by quarter"),
        paragraph(
            "A quarter is complete when all its months are in; until then the table says how many are. Each measure "
            "leads to the returns that it comes from. Definitions, charts and parts stand in the monthly data sheet."
        ),
        overview(book, catalogue, material.period),
        *over_time_blocks,
        heading(3, "Revisions in the year"),
        revisions or paragraph("No figure was revised."),
        heading(3, "Returns behind these figures"),
        behind(material.returns, catalogue, compared(material.period)),
    ]


def _summary(month: Period, paper: Paper) -> list[str | Span]:
    counts = quality(paper.material.covered, month)
    submitted, on_time, permitted = (count_span(what, month, counts[what], paper.catalogue) for what in QUALITY)
    return [
        f"{month.label}: {counts['expected']} partners were expected to send a return; ",
        submitted,
        " had by the as-at date, ",
        on_time,
        " of them on time and ",
        permitted,
        " with permission to publish.",
    ]
