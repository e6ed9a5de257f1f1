"""Each measure as a card with its chart; those that are too few to draw, and all figures of all, one step away."""

from __future__ import annotations

from priority_two.blocks import Block, Group, paragraph
from priority_two.report.paper import Paper
from priority_two.report.tables.measure_cards import card, evidence

READING = (
    "Band: the limits within which chance alone moves a measure. Line: its mean, or of small counts the median. "
    "Diamond: outside a limit. Square: in a run of seven. Triangle: near a limit. Scales with a band need not start at "
    "nought. More reports or referrals can be good news."
)


def measure_by_measure(paper: Paper) -> list[Block]:
    """Return the measures with a chart as cards, then the figures of the others."""
    material = paper.material
    sections = [section for _, group in paper.measures_by_partner for section in group]
    drawn = [section for section in sections if section.drawn]
    if not sections:
        return [paragraph("No figures were received.")]
    cards = tuple(card(section, material.book, paper.catalogue, material.period) for section in drawn)
    blocks: list[Block] = [paragraph(READING, role="note"), Group(role="cards", blocks=cards)] if cards else []
    return blocks + [evidence(section, named=True) for section in sections if not section.drawn]
