"""What the Board is recommended, numbered as minutes cite it."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.briefing_blocks import recommendations_of, under_titles
from priority_two.report.paper import Paper


def briefing_recommendations(paper: Paper) -> list[Block]:
    """Return the recommendations of each briefing."""
    return under_titles(paper, {number: recommendations_of(paper, number) for number in paper.material.briefings})
