"""The ratings of the year, quarter by quarter."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.paper import Paper
from priority_two.report.rated import legend, rated
from priority_two.report.ratings_matrix import ratings_in_words, ratings_matrix
from priority_two.report.year import quarters_of_year


def ratings_of_year(paper: Paper) -> list[Block]:
    """Return the ratings of the year's quarters side by side, and what they came to."""
    material = paper.material
    if not rated(material):
        return [paragraph("No commitment is rated.")]
    quarters = [quarter for quarter, _ in quarters_of_year(material)]
    return [
        paragraph(ratings_in_words(material, quarters, of_year=True), role="lead-in"),
        ratings_matrix(material, quarters, of_year=True),
        legend(paper.catalogue),
    ]
