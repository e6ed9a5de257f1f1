"""The borough beside the others of its area, where there are figures."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or
from priority_two.report.tables.area_tables import by_borough
from priority_two.report.tables.measure_tables import shown_measures


def neighbours(paper: Paper) -> list[Block]:
    """Return the measures that neighbouring boroughs have too."""
    material, catalogue = paper.material, paper.catalogue
    measures = shown_measures(catalogue)
    tables = (by_borough(material.book, catalogue, measure, material.period) for measure in measures)
    return tables_or("No figures of neighbouring boroughs were received.", *tables)
