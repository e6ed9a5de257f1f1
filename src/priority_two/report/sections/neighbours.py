"""The borough beside the others of its area, where there are figures."""

from __future__ import annotations

from priority_two.blocks import Block, Details, spans
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or
from priority_two.report.tables.area_tables import boroughs, by_borough, side_by_side
from priority_two.report.tables.measure_tables import shown_measures


def neighbours(paper: Paper) -> list[Block]:
    """Return the measures that neighbouring boroughs have too."""
    material, catalogue = paper.material, paper.catalogue
    pairs = [
        (measure, table)
        for measure in shown_measures(catalogue)
        if (table := by_borough(material.book, catalogue, measure, material.period))
    ]
    measures = [measure for measure, _ in pairs]
    tables = (boroughs(material.book, catalogue, each, material.period) for each in side_by_side(measures))
    blocks = tables_or("No figures of neighbouring boroughs were received.", *tables)
    full = tuple(table for _, table in pairs)
    return [*blocks, Details(summary=spans("All figures by borough"), blocks=full)] if full else blocks
