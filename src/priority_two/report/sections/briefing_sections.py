"""What each briefing says, section by section; of an empty one, that nothing was written."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.briefing_blocks import exhibits_of, sections_of, under_titles
from priority_two.report.paper import Paper


def briefing_sections(paper: Paper) -> list[Block]:
    """Return the sections of each briefing, with the tables and charts that stand under them."""
    briefings = paper.material.briefings
    level = 4 if len(briefings) > 1 else 3
    return under_titles(
        paper, {number: [*sections_of(paper, number, level), *exhibits_of(paper, number)] for number in briefings}
    )
