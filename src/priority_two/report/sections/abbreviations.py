"""What the abbreviations of the other sections stand for."""

from __future__ import annotations

import re

from priority_two.blocks import Block, facts, paragraph, plain
from priority_two.report.paper import Paper


def abbreviations(paper: Paper) -> list[Block]:
    """Return the abbreviations that a paper uses, and what they stand for."""
    text = " ".join(line for section in paper.sections("abbreviations") for line in plain(section.blocks))
    used = [
        (short, long)
        for short, long in paper.catalogue.abbreviations.items()
        if re.search(rf"(?<!\w){re.escape(short)}s?(?!\w)", text)
    ]
    return [facts(used, role="abbreviations") if used else paragraph("This paper has no abbreviation to explain.")]
