"""The measures that are known by area: a map, a table, and the figures of each for who opens it."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.tables.area_tables import areas_side_by_side, by_area, is_sent_by_area, side_by_side
from priority_two.report.tables.measure_tables import shown_measures


def headed(paper: Paper) -> str:
    """Return what the areas are called, as the heading of the section."""
    return paper.catalogue.area_words.parts_head


def areas(paper: Paper) -> list[Block]:
    """Return the measures by area, as the catalogue calls the areas."""
    material, catalogue, book = paper.material, paper.catalogue, paper.material.book
    part = catalogue.area_words.part
    sent = [each for each in shown_measures(catalogue) if is_sent_by_area(book, catalogue, each, material.period)]
    if not sent:
        return [paragraph(f"No figures by {part} were received.")]
    boundaries = material.boundaries
    return [
        *(
            table
            for measures in side_by_side(sent)
            for table in areas_side_by_side(book, catalogue, boundaries, measures, material.period)
        ),
        Details(
            summary=spans(f"All figures by {part}"),
            blocks=tuple(
                table for measure in sent for table in by_area(book, catalogue, boundaries, measure, material.period)
            ),
        ),
    ]
