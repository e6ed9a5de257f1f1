"""What was achieved in the year, each tied to the commitment that it serves."""

from __future__ import annotations

from priority_two.blocks import Block, Listing, Prose, Span, paragraph, styled
from priority_two.periods import Period
from priority_two.report.paper import Paper
from priority_two.report.year import quarters_of_year
from priority_two.updates.documents import Achievement, Update


def achievements(paper: Paper) -> list[Block]:
    """Return the achievements of the year, the last quarter's first."""
    quarters = quarters_of_year(paper.material)
    items = [
        _item(achievement, document, quarter if len(quarters) > 1 else None, paper)
        for quarter, updates in reversed(quarters)
        for document in updates.values()
        for achievement in document.front.achievements
    ]
    if not items:
        return [paragraph("No achievement was reported.")]
    return [Listing(items=tuple(items), ordered=True, role="achievements")]


def _item(achievement: Achievement, document: Update, quarter: Period | None, paper: Paper) -> tuple[Block, ...]:
    commitment = paper.catalogue.commitments[achievement.commitment]
    note: list[str | Span] = [f"Commitment {commitment.commitment}: {commitment.title}"]
    note += [f". Told in {quarter.label}"] if quarter else []
    note += [" ", styled("illustrative", "illustrative")] if document.front.basis == "illustrative" else []
    text = Prose(element=commitment.commitment, title=commitment.title, blocks=(paragraph(achievement.text),))
    return text, paragraph(*note, role="note")
