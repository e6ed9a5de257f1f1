"""Whom to ask about a briefing, by role and post."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.briefing_blocks import contacts_of, under_titles
from priority_two.report.paper import Paper


def briefing_contacts(paper: Paper) -> list[Block]:
    """Return the contacts of each briefing."""
    return under_titles(paper, {number: [contacts_of(each)] for number, each in paper.material.briefings.items()})
