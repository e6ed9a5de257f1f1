"""What later returns changed in the figures that the sheet shows."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or, two_years
from priority_two.report.tables.measure_tables import shown_measures
from priority_two.report.tables.revisions_table import revised


def revised_figures(paper: Paper) -> list[Block]:
    """Return the revisions of two years."""
    material, catalogue = paper.material, paper.catalogue
    measures = {measure.measure for measure in shown_measures(catalogue)}
    table = revised(material.book, catalogue, two_years(material.period), measures, "Revisions")
    return tables_or("No figure was revised.", table)
