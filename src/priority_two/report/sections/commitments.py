"""Every commitment with its rating, qualifier, narrative, milestones and figures, section by section."""

from __future__ import annotations

from priority_two.blocks import (
    Block,
    Details,
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
    spans,
    styled,
)
from priority_two.reference.catalogue import Commitment, StrategySection
from priority_two.report.documents_shown import exhibits, narrative
from priority_two.report.exhibits import SMALL
from priority_two.report.margin import beside
from priority_two.report.milestones_table import Promise, milestones_of
from priority_two.report.paper import Paper
from priority_two.report.rated import commitment_badge, history
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
    tables = exhibits(paper, document, name, margin=True)
    aside = [table for table in tables if table.role == SMALL]
    head = Group(
        role="head",
        blocks=(
            heading(4, styled("id", name), f" {commitment.title}", name=f"title-{name}"),
            _verdict(commitment, document, paper),
        ),
    )
    qualifier = front.qualifier or ("No word on the rating is given." if commitment.rated == "yes" and not gap else "")
    text: list[Block] = [paragraph(qualifier, role="qualifier")] if qualifier else []
    text += [paragraph(f"{gap[0].upper()}{gap[1:]}.", role="gap")] if gap else []
    text += [facts(given)] if given else []
    text.append(Prose(element=name, title=commitment.title, blocks=_narrative(document, paper)))
    if front.forward:
        steps = paragraph(styled("strong", "Next:"), f" {' '.join(map(_sentence, front.forward))}")
        text.append(Prose(element=name, title=commitment.title, blocks=(steps,)))
    blocks: list[Block] = [head, *beside(text, aside)]
    if front.milestones:
        promises = [Promise(name, milestone, front.basis) for milestone in front.milestones]
        blocks += milestones_of(name, promises, paper.material.as_at)
    blocks += [table for table in tables if table.role != SMALL]
    if commitment.promise:
        blocks.append(
            Details(summary=spans(f"What the strategy promises under {name}"), blocks=(paragraph(commitment.promise),))
        )
    return Group(
        role="commitment",
        name=f"commitment-{name}",
        label=f"title-{name}",
        element=name,
        title=commitment.title,
        entry=_entry(commitment, document, paper),
        blocks=tuple(blocks),
    )


def _sentence(words: str) -> str:
    """Return words with a full stop, so that what follows is told apart from them."""
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words}."


def _entry(commitment: Commitment, document: Update, paper: Paper) -> tuple[Span, ...]:
    """Return a commitment as the contents call it: the shape of its rating, its number and its short name."""
    name = commitment.commitment
    if document.front.rating not in paper.catalogue.ratings:
        return spans(f"{name} {commitment.short}")
    shape = badge(commitment_badge(commitment, document, paper.catalogue))
    number = shape.model_copy(update={"text": name})
    return spans(number, f" {commitment.short}", styled("unseen", f" ({shape.text})"))


def _narrative(document: Update, paper: Paper) -> tuple[Block, ...]:
    achievements: list[list[str | Span]] = [
        [f"{each.text} (", link(f"commitment {each.commitment}", f"commitment-{each.commitment}"), ")"]
        for each in document.front.achievements
    ]
    return narrative(paper, document, level=5) + ((listing(achievements),) if achievements else ())


def _verdict(commitment: Commitment, document: Update, paper: Paper) -> Paragraph:
    """Return the rating of a commitment, and whether it has moved."""
    if document.front.rating in paper.catalogue.ratings:
        shown = badge(commitment_badge(commitment, document, paper.catalogue))
        return paragraph(shown, f", {_move(commitment, paper)}", role="verdict")
    if commitment.rated == "yes":
        return paragraph(styled("gap", "Rating still to write"), role="verdict")
    return paragraph("Not rated", role="verdict quiet")


def _move(commitment: Commitment, paper: Paper) -> str:
    *_, before, now = history(paper.material, commitment.commitment)
    if before is None or now is None:
        return "no rating before"
    return "no change" if now == before else f"was {before.word}"
