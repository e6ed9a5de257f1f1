"""The ratings quarter by quarter, and the milestones that the next paper will be asked about."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.due_next import due_next
from priority_two.report.paper import Paper
from priority_two.report.rated import legend, rated, unrated_note
from priority_two.report.ratings_matrix import quarters_shown, ratings_in_words, ratings_matrix


def ratings_by_commitment(paper: Paper) -> list[Block]:
    """Return the ratings of the quarter beside those of the quarters before, and what is due next."""
    material = paper.material
    if not rated(material):
        return [*unrated_note(material), paragraph("No commitment is rated."), *due_next(material)]
    quarters = quarters_shown(material)
    return [
        *unrated_note(material),
        paragraph(ratings_in_words(material, quarters), role="lead-in"),
        ratings_matrix(material, quarters),
        legend(paper.catalogue),
        *due_next(material),
    ]
