"""The measures that are known by ward: a map, a table, and the figures of each for who opens it."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.tables.area_tables import by_area, is_sent_by_ward, side_by_side, wards
from priority_two.report.tables.measure_tables import shown_measures


def areas(paper: Paper) -> list[Block]:
    """Return the measures by ward."""
    material, catalogue, book = paper.material, paper.catalogue, paper.material.book
    sent = [each for each in shown_measures(catalogue) if is_sent_by_ward(book, catalogue, each, material.period)]
    if not sent:
        return [paragraph("No figures by ward were received.")]
    boundaries = material.boundaries
    tables = [wards(book, catalogue, boundaries, measures, material.period) for measures in side_by_side(sent)]
    full = (by_area(book, catalogue, boundaries, measure, material.period) for measure in sent)
    return [
        *(table for table in tables if table),
        Details(
            summary=spans("All figures by ward"),
            blocks=tuple(table for table in full if table),
        ),
    ]
