"""Each measure: its definition, source and date, its chart, and its tables."""

from __future__ import annotations

from priority_two.blocks import Block, Group, heading, listing, paragraph, styled
from priority_two.report.paper import Paper
from priority_two.report.sheet import without_figures
from priority_two.report.tables.measure_tables import MeasureSection


def measure_by_measure(paper: Paper) -> list[Block]:
    """Return the measures with figures by partner, then those without."""
    groups = paper.measures_by_partner
    blocks: list[Block] = [
        Group(role="part", blocks=(heading(3, partners), *map(_measure, sections))) for partners, sections in groups
    ]
    missing = without_figures(paper.material, groups)
    if not blocks:
        blocks = [paragraph("No figures were received.")]
    if missing:
        blocks += [
            heading(3, "Measures without figures"),
            paragraph("By the as-at date there was nothing that could be shown of:"),
            listing(missing),
        ]
    return blocks


def _measure(section: MeasureSection) -> Group:
    code, title = section.measure.measure, section.measure.title
    return Group(
        role="measure",
        name=f"measure-{code}",
        label=f"title-{code}",
        blocks=(heading(4, styled("id", code), f" {title}", name=f"title-{code}"), *section.tables),
    )
