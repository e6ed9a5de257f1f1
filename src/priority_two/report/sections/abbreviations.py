"""What the abbreviations of the other sections stand for."""

from __future__ import annotations

import re

from priority_two.blocks import Block, facts, paragraph, plain
from priority_two.report.paper import Paper


def abbreviations(paper: Paper) -> list[Block]:
    """Return the abbreviations that a paper uses, and what they stand for."""
    text = " ".join(line for section in paper.sections("abbreviations") for line in plain(section.blocks))
    used = [(short, long) for short, long in paper.catalogue.abbreviations.items() if _stands(short, text)]
    return [facts(used, role="abbreviations") if used else paragraph("This paper has no abbreviation to explain.")]


def _stands(short: str, text: str) -> bool:
    """Whether an abbreviation stands in a text as a word. What a pattern begins with is found at once."""
    word = re.escape(short)
    return bool(re.search(rf"{word}(?<!\w{word})s?(?!\w)", text))
