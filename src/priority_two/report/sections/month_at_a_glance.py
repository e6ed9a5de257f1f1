"""The month in a sentence."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.month_answer import month_in_a_sentence
from priority_two.report.paper import Paper
from priority_two.returns.coverage import quality


def month_at_a_glance(paper: Paper) -> list[Block]:
    """Return what the sheet says, before all else."""
    month = paper.material.period
    sections = [section for _, group in paper.measures_by_partner for section in group]
    counts = quality(paper.material.covered, month)
    return [paragraph(month_in_a_sentence(month, counts, sections), role="answer")]
