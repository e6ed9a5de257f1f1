"""What later returns changed in the figures that the sheet shows."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.sheet import two_years
from priority_two.report.tables.measure_tables import shown_measures
from priority_two.report.tables.revisions_table import at_a_glance, revised


def revised_figures(paper: Paper) -> list[Block]:
    """Return the revisions of two years."""
    material, catalogue = paper.material, paper.catalogue
    measures = {measure.measure for measure in shown_measures(catalogue)}
    asked = (material.book, catalogue, two_years(material.period), measures)
    short, full = at_a_glance(*asked), revised(*asked, "Revisions")
    if short is None or full is None:
        return [paragraph("No figure was revised.")]
    return [short, Details(summary=spans("Revisions in full: days and kinds"), blocks=(full,))]
