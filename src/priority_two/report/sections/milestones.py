"""What was promised by when, what was met, and what slipped by how long."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.milestones_table import milestones_table
from priority_two.report.paper import Paper
from priority_two.report.year import milestones_of_year


def milestones(paper: Paper) -> list[Block]:
    """Return the milestones of the year."""
    promises = milestones_of_year(paper.material)
    if not promises:
        return [paragraph("No milestone was reported.")]
    return [milestones_table("Milestones against their dates", promises, paper.material.as_at, commitments=True)]
