"""The briefings of a quarter, each whole: what is recommended and whom to ask, beside what it says."""

from __future__ import annotations

from priority_two.blocks import Block, Group, heading
from priority_two.report.briefing_blocks import briefing_blocks
from priority_two.report.paper import Paper


def briefing_sections(paper: Paper) -> list[Block]:
    """Return each briefing, under its title where there is more than one."""
    briefings = paper.material.briefings
    several = len(briefings) > 1
    groups: list[Block] = []
    for number, briefing in briefings.items():
        title = briefing.document.front.title
        groups += [heading(3, f"Appendix {number}: {title}")] if several else []
        blocks = briefing_blocks(paper, number, level=4 if several else 3)
        groups.append(Group(element=f"appendix {number}", title=title, blocks=tuple(blocks)))
    return groups
