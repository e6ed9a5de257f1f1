"""Each measure that is known by ward, as a map and a table."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.sheet import tables_or
from priority_two.report.tables.area_tables import by_area
from priority_two.report.tables.measure_tables import shown_measures


def areas(paper: Paper) -> list[Block]:
    """Return the measures by ward."""
    material, catalogue = paper.material, paper.catalogue
    tables = (
        by_area(material.book, catalogue, material.boundaries, measure, material.period)
        for measure in shown_measures(catalogue)
    )
    return tables_or("No figures by ward were received.", *tables)
