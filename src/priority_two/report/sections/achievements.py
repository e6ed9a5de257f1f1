"""What was achieved in the year, under the commitment that it serves: a line a quarter, and how it is rated now."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Block, Group, Paragraph, Prose, heading, paragraph, styled
from priority_two.reference.catalogue import Commitment
from priority_two.report.paper import Paper
from priority_two.report.rated import rating_in
from priority_two.report.year import (
    Achieved,
    achieved_in_year,
    are_illustrative,
    name_in_year,
    quarters_of_year,
    rating_at_end,
)
from priority_two.sentences import agreeing, capital, counted, number_word


def achievements(paper: Paper) -> list[Block]:
    """Return the achievements of the year, commitment by commitment."""
    named = achieved_in_year(paper.material)
    if not named:
        return [paragraph("No achievement was reported.")]
    served: dict[str, list[Achieved]] = {name: [] for name in paper.catalogue.commitments}
    for achieved in named:
        served[achieved.achievement.commitment].append(achieved)
    groups = [_commitment(paper.catalogue.commitments[name], lines, paper) for name, lines in served.items() if lines]
    return [paragraph(_summary(named, len(groups))), *groups]


def _summary(named: Sequence[Achieved], commitments: int) -> str:
    """Return how many there are, under how many commitments, and which of them are illustrative."""
    total, invented = len(named), sum(achieved.illustrative for achieved in named)
    are, under = agreeing(total, "is", "are"), counted(commitments, "commitment")
    text = f"{capital(counted(total, 'achievement'))} {are} named in the updates of the year, under {under}."
    if not invented:
        return text
    if invented == total:
        return f"{text} {agreeing(total, 'It is', 'All are')} illustrative."
    return (
        f"{text} A solid edge marks the {number_word(total - invented)} reported, a hatched edge the "
        f"{number_word(invented)} that {agreeing(invented, 'is', 'are')} illustrative."
    )


def _commitment(commitment: Commitment, lines: Sequence[Achieved], paper: Paper) -> Group:
    name, document = commitment.commitment, paper.material.updates.get(commitment.commitment)
    head = Group(
        role="head",
        blocks=(
            heading(3, styled("id", name), f" {commitment.short}", name=f"achieved-{name}"),
            paragraph(rating_at_end(paper.material, name), role="verdict"),
        ),
    )
    text: list[Block] = [Prose(element=name, title=commitment.title, blocks=tuple(map(_line, lines)))]
    text += [paragraph(document.front.qualifier, role="qualifier")] if document and document.front.qualifier else []
    margin = Group(role="margin", blocks=tuple(_start(commitment, paper)))
    beside = Group(role="beside", blocks=(Group(role="text", blocks=tuple(text)), margin))
    return Group(role="achieved-for", label=f"achieved-{name}", blocks=(head, beside))


def _line(achieved: Achieved) -> Paragraph:
    quarter, text = styled("quiet", name_in_year(achieved.quarter)), styled("strong", achieved.achievement.text)
    role = "achieved" if achieved.illustrative else "achieved reported"
    return paragraph(quarter, " ", text, role=role, synthetic=achieved.illustrative)


def _start(commitment: Commitment, paper: Paper) -> list[Paragraph]:
    """Return how it was rated at the start of the year; nothing where the year has no earlier quarter."""
    quarters = quarters_of_year(paper.material)
    if len(quarters) == 1 or commitment.rated != "yes":
        return []
    quarter, updates = quarters[0]
    rating = rating_in(updates, commitment.commitment, paper.catalogue.ratings)
    text = f"{name_in_year(quarter)}: {rating.word if rating else 'not rated'}"
    return [paragraph(text, synthetic=are_illustrative(updates))]
