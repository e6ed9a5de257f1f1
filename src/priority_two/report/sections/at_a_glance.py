"""How many commitments have each rating, and headline figures."""

from __future__ import annotations

from priority_two.blocks import Block, link, paragraph
from priority_two.report.headlines import headline_figures
from priority_two.report.paper import Paper
from priority_two.report.rated import counts, legend, rated, unrated_note


def at_a_glance(paper: Paper) -> list[Block]:
    """Return the quarter at a glance."""
    total = len(rated(paper.material))
    flags = sum(not finding.waived for judgement in paper.judgements for finding in judgement.findings)
    return [
        counts(paper.material),
        paragraph(
            f"{total} {'commitment is' if total == 1 else 'commitments are'} rated. ",
            link(f"{flags} points on data quality", "data-quality"),
            " were flagged for the reader.",
        ),
        *unrated_note(paper.material),
        legend(paper.catalogue),
        *headline_figures(paper),
    ]
