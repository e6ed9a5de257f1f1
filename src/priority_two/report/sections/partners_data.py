"""What partners sent: the measures by quarter, who sent what by when, measures with a signal, and revisions."""

from __future__ import annotations

from priority_two.blocks import Block, Details, Group, heading, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.sections.measure_by_measure import READING
from priority_two.report.tables.area_tables import year_to
from priority_two.report.tables.coverage_tables import at_a_glance
from priority_two.report.tables.figure_tables import by_quarter
from priority_two.report.tables.glance_tables import lines_by_partner
from priority_two.report.tables.measure_cards import card, evidence
from priority_two.report.tables.measure_tables import compared, shown_measures
from priority_two.report.tables.returns_tables import behind
from priority_two.report.tables.revisions_table import at_a_glance as revisions_at_a_glance
from priority_two.report.tables.revisions_table import revised
from priority_two.sentences import agreeing, counted

QUARTERS_SHOWN = 5


def partners_data(paper: Paper) -> list[Block]:
    """Return what partners sent for the quarter."""
    return [
        *_measures(paper),
        *at_a_glance(
            paper.material.covered, paper.material.returns, paper.catalogue, year_to(paper.material.period).months()
        ),
        *_charts(paper),
        *_revisions(paper),
        Details(
            summary=spans("Returns behind these figures"),
            blocks=(behind(paper.material.returns, paper.catalogue, compared(paper.material.period)),),
        ),
    ]


def _measures(paper: Paper) -> list[Block]:
    material, catalogue = paper.material, paper.catalogue
    lines = lines_by_partner(paper.measures_by_partner, material.book)
    signalling = sum(bool(section.signals) for _, group in paper.measures_by_partner for section in group)
    change = agreeing(signalling, "signals a change", "signal a change")
    title = f"Measures, {material.period.label}: {counted(signalling, 'measure')} {change}"
    table = by_quarter(
        lines, material.book, catalogue, material.period, count=QUARTERS_SHOWN, title=title, with_change=True
    )
    return [table] if table else [paragraph("No figures were received.")]


def _charts(paper: Paper) -> list[Block]:
    """Return the cards of the measures with a signal and of those that are always shown; the others' figures closed."""
    material, catalogue = paper.material, paper.catalogue
    sections = [section for _, group in paper.measures_by_partner for section in group]
    always = set(catalogue.partnership.quarterly_charts)
    shown = [each for each in sections if each.drawn and (each.signals or each.measure.measure in always)]
    cards = tuple(card(section, material.book, catalogue, material.period) for section in shown)
    blocks: list[Block] = []
    if cards:
        blocks += [heading(3, "Measures over time"), paragraph(READING, role="note"), Group(role="cards", blocks=cards)]
    return blocks + [evidence(section, named=True) for section in sections if section not in shown]


def _revisions(paper: Paper) -> list[Block]:
    material, catalogue = paper.material, paper.catalogue
    measures = {measure.measure for measure in shown_measures(catalogue)}
    asked = (material.book, catalogue, material.period.financial_year, measures)
    short, full = revisions_at_a_glance(*asked), revised(*asked)
    if short is None or full is None:
        return [paragraph("No figure was revised.")]
    return [short, Details(summary=spans("Revisions in full: days and kinds"), blocks=(full,))]
