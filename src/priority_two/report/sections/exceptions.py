"""What is brought before the Board: the ratings that are exceptions in full, and what else is to be noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from priority_two.blocks import Block, Cell, Paragraph, Row, Span, Table, cell, link, paragraph, styled
from priority_two.report.answer import what_they_lack
from priority_two.report.matters import (
    MatterGroup,
    StandingRating,
    exceptional,
    other_matters,
    standing_ratings,
)
from priority_two.report.paper import Paper
from priority_two.report.rated import named, rating_span
from priority_two.sentences import agreeing, capital, counted, listed, number_word, ordinal

_NONE_OF = {
    "Milestones overdue": "no milestone is overdue",
    "Returns not in, late or without permission": "no return of the quarter is overdue, late or held",
    "Statistical signals": "no chart shows a signal",
    "Data quality": "nothing was flagged",
}
"""What is said of a kind of matter of which there is none."""


def exceptions(paper: Paper) -> list[Block]:
    """Return the exceptions of the quarter."""
    material = paper.material
    ratings, groups = standing_ratings(material), other_matters(paper)
    exceptional_ratings = exceptional(ratings, material)
    others = [each for each in ratings if each not in exceptional_ratings and each.point.needs_action == "yes"]
    there = [group for group in groups if group.matters]
    if not (exceptional_ratings or others or there):
        return [paragraph("There is no exception this quarter.")]
    blocks: list[Block] = [paragraph(*_summary(paper, exceptional_ratings, groups))]
    if exceptional_ratings:
        wanted = paper.catalogue.partnership.exceptions.rating
        blocks += [
            _table(f"{_those(exceptional_ratings)} {_lack(exceptional_ratings)}", exceptional_ratings, paper),
            paragraph(f"{wanted.ask}. Until an owner is named: {wanted.owner}.", role="ask"),
        ]
    if others:
        title = f"Needing action, and no exception yet: {number_word(len(others))} that {_lack(others)}"
        blocks.append(_table(title, others, paper))
    return [*blocks, *map(_noted, there)]


def _summary(paper: Paper, ratings: Sequence[StandingRating], groups: Iterable[MatterGroup]) -> list[str]:
    """Return which ratings are exceptions, for how long, and of what there is nothing."""
    scale, least = paper.catalogue.ratings, paper.catalogue.partnership.exceptions.ratings
    clauses: list[str] = []
    absent: list[str] = []
    for name in sorted(least, key=lambda rating: -(scale[rating].rank or 0)):
        count = sum(each.point.rating == name for each in ratings)
        if not count:
            absent.append(f"none is {scale[name].word}" if least[name] == 1 else "")
            continue
        those = number_word(count) if clauses else counted(count, "commitment")
        stood = f"have been {scale[name].word} for {counted(least[name], 'quarter')} or more"
        if count == 1:
            stood = stood.replace("have", "has", 1)
        clauses.append(
            f"{those} {agreeing(count, 'is', 'are')} {scale[name].word}" if least[name] == 1 else f"{those} {stood}"
        )
    absent = [*filter(None, absent), *(_NONE_OF[group.title] for group in groups if not group.matters)]
    sentences = [listed(clauses) or "no rating is an exception", listed(absent)]
    return [" ".join(f"{capital(sentence)}." for sentence in sentences if sentence)]


def _those(ratings: Sequence[StandingRating]) -> str:
    return f"The {number_word(len(ratings))}" if len(ratings) > 1 else "It"


def _lack(ratings: Iterable[StandingRating]) -> str:
    return what_they_lack([each.document for each in ratings])


def _table(title: str, ratings: Iterable[StandingRating], paper: Paper) -> Table:
    return Table(
        title=title,
        head=("Commitment", "Reason", "Action", "Owner", "Due"),
        rows=tuple(_row(each, paper) for each in ratings),
        role="dense stack",
    )


def _row(each: StandingRating, paper: Paper) -> Row:
    front = each.document.front
    text = f"{each.point.word}, {ordinal(each.quarters)} quarter"
    rating = rating_span(each.commitment, each.document, paper.catalogue, text)
    given = [_given(text, "none given") for text in (front.reason, front.action)]
    given += [_given(text, "none") for text in (front.owner, front.due.label if front.due else "")]
    heading_cell = named(each.commitment, " ", rating.model_copy(update={"style": "note"}))
    return Row(heading=heading_cell, cells=tuple(given))


def _given(text: str, absent: str) -> Cell:
    return cell(text or styled("strong", absent))


def _noted(group: MatterGroup) -> Paragraph:
    """Return the matters of a kind in a paragraph: what is the matter, whose it is, and what the Board is asked."""
    line: list[str | Span] = [styled("strong", f"{group.title}.")]
    for matter in group.matters:
        line += [" ", link(listed(matter.about), matter.anchor), f": {matter.words}."]
    owners = list(dict.fromkeys(matter.owner for matter in group.matters))
    line.append(f" {group.ask}. {agreeing(len(owners), 'Owner', 'Owners')}: {'; '.join(owners)}.")
    return paragraph(*line, synthetic=any(matter.synthetic for matter in group.matters))
