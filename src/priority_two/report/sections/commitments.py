"""Every commitment with its rating, qualifier, narrative, milestones and figures, section by section."""

from __future__ import annotations

from priority_two.blocks import (
    Block,
    Group,
    Paragraph,
    Prose,
    Span,
    badge,
    facts,
    heading,
    link,
    listing,
    paragraph,
    styled,
)
from priority_two.reference.catalogue import Commitment, StrategySection
from priority_two.report.documents_shown import exhibits, narrative
from priority_two.report.milestones_table import Promise, milestones_table
from priority_two.report.paper import Paper
from priority_two.report.rated import commitment_badge, direction
from priority_two.updates.documents import Update


def commitments(paper: Paper) -> list[Block]:
    """Return the commitments of the strategy, section by section; of an earlier quarter those that have an update."""
    return [_section(section, paper) for section in paper.catalogue.sections if section.commitments]


def _section(section: StrategySection, paper: Paper) -> Group:
    title = heading(3, f"{section.section}. {section.title}", name=f"section-{section.section}")
    updates = paper.material.updates
    articles = (
        _commitment(commitment, updates[commitment.commitment], paper)
        for commitment in section.commitments
        if commitment.commitment in updates
    )
    return Group(role="strategy-section", blocks=(title, *articles))


def _commitment(commitment: Commitment, document: Update, paper: Paper) -> Group:
    name, front = commitment.commitment, document.front
    proof = paper.material.proof
    gap = proof.to_write.get(name, "") if proof else ""
    due = front.due.label if front.due else ""
    particulars = [("Reason", front.reason), ("Action", front.action), ("Owner", front.owner), ("Due", due)]
    given = [(label, text) for label, text in particulars if text]
    blocks: list[Block] = [heading(4, styled("id", name), f" {commitment.title}", name=f"title-{name}")]
    blocks += [paragraph(commitment.promise, role="promise")] if commitment.promise else []
    blocks.append(_verdict(commitment, document, paper))
    blocks += [paragraph(f"{gap[0].upper()}{gap[1:]}.", role="gap")] if gap else []
    blocks += [facts(given)] if given else []
    blocks.append(Prose(element=name, title=commitment.title, blocks=_narrative(document, paper)))
    if front.milestones:
        promises = [Promise(name, milestone, front.basis) for milestone in front.milestones]
        title = f"Milestones of commitment {name}"
        blocks.append(milestones_table(title, promises, paper.material.as_at, commitments=False))
    blocks += exhibits(paper, document, name)
    if front.forward:
        items = Prose(element=name, title=commitment.title, blocks=(listing(front.forward),))
        blocks += [paragraph("Going forward", role="small-heading"), items]
    return Group(
        role="commitment",
        name=f"commitment-{name}",
        label=f"title-{name}",
        element=name,
        title=commitment.title,
        blocks=tuple(blocks),
    )


def _narrative(document: Update, paper: Paper) -> tuple[Block, ...]:
    achievements: list[list[str | Span]] = [
        [f"{each.text} (", link(f"commitment {each.commitment}", f"commitment-{each.commitment}"), ")"]
        for each in document.front.achievements
    ]
    return narrative(paper, document, level=5) + ((listing(achievements),) if achievements else ())


def _verdict(commitment: Commitment, document: Update, paper: Paper) -> Paragraph:
    """Return the rating of a commitment with its direction and qualifier."""
    front = document.front
    qualifier: list[str | Span] = [" ", styled("qualifier", front.qualifier)] if front.qualifier else []
    if front.rating in paper.catalogue.ratings:
        shown = badge(commitment_badge(commitment, document, paper.catalogue))
        travel = styled("direction", f"({direction(paper.material, commitment.commitment)})")
        missing: list[str | Span] = [" ", styled("em", "No qualifier given")]
        return paragraph(shown, " ", travel, *(qualifier or missing), role="verdict")
    if commitment.rated == "yes":
        return paragraph(styled("gap", "Rating still to write"), role="verdict")
    return paragraph(styled("rating", "Not rated"), *qualifier, role="verdict")
