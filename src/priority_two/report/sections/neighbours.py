"""The home area beside the others of its parent, where there are figures."""

from __future__ import annotations

from priority_two.blocks import Block, Details, spans
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or
from priority_two.report.tables.area_tables import by_neighbour, neighbours_side_by_side, side_by_side
from priority_two.report.tables.measure_tables import shown_measures


def neighbours(paper: Paper) -> list[Block]:
    """Return the measures that the neighbours have too."""
    material, catalogue = paper.material, paper.catalogue
    words = catalogue.area_words
    pairs = [
        (measure, table)
        for measure in shown_measures(catalogue)
        if (table := by_neighbour(material.book, catalogue, measure, material.period))
    ]
    measures = [measure for measure, _ in pairs]
    tables = (
        neighbours_side_by_side(material.book, catalogue, each, material.period) for each in side_by_side(measures)
    )
    blocks = tables_or(f"No figures of neighbouring {words.homes} were received.", *tables)
    full = tuple(table for _, table in pairs)
    return [*blocks, Details(summary=spans(f"All figures by {words.home}"), blocks=full)] if full else blocks
