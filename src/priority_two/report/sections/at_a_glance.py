"""The first page: the answer, what the Board is asked, ratings by section, exceptions in brief, headline figures."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Block, Row, Span, Table, cell, heading, paragraph, styled
from priority_two.reference.catalogue import BETTER, WORSE, Rating
from priority_two.report.answer import GIVEN, answer, needing_action, not_given
from priority_two.report.board_asks import asked_of_the_board, leading
from priority_two.report.headlines import headline_table
from priority_two.report.matters import StandingRating, exceptional, other_matters, standing_ratings
from priority_two.report.paper import Paper
from priority_two.report.rated import marked_id, moved_since, named, rated, rating_span, unrated_note
from priority_two.sentences import agreeing, capital, counted, listed, number_word, ordinal, share

LONGEST_REASON = 60
"""Characters of a reason that stands on the first page; of a longer one it says where it stands."""


def at_a_glance(paper: Paper) -> list[Block]:
    """Return the quarter at a glance."""
    material = paper.material
    exceptions, others = exceptional(standing_ratings(material), material), other_matters(paper)
    asks = asked_of_the_board(paper, exceptions, others)
    blocks: list[Block] = [
        paragraph(answer(material), role="answer"),
        *unrated_note(material),
    ]
    if asks:
        blocks += [heading(2, "The Board is asked to"), *asks]
    if rated(material):
        blocks.append(_by_section(paper))
    if exceptions:
        blocks.append(_in_brief(exceptions, paper))
    return [*blocks, *headline_table(paper)]


def _by_section(paper: Paper) -> Table:
    """Return which commitments of each section have which rating, and what moved."""
    material, scale = paper.material, paper.catalogue.ratings
    documents = {commitment.commitment: document for commitment, document in rated(material)}
    counts = [sum(document.front.rating == name for document in documents.values()) for name in scale]
    moved = moved_since(material) if material.last else None
    rows = []
    for section in paper.catalogue.sections:
        there = [each for each in section.commitments if each.commitment in documents]
        cells = []
        for name in scale:
            ids = [
                marked_id(commitment, documents[commitment.commitment], paper.catalogue)
                for commitment in there
                if documents[commitment.commitment].front.rating == name
            ]
            cells.append(cell(*_apart(ids)) if ids else cell(styled("quiet", "none")))
        if moved is not None:
            ids_moved = [each.commitment for each in there if each.commitment in moved]
            words = "; ".join(_move(name, *moved[name]) for name in ids_moved)
            cells.append(cell(words or styled("quiet", "no change")))
        if there:
            heading_cell = cell(styled("id", section.section), f" {section.short}")
            rows.append(Row(heading=heading_cell, cells=tuple(cells)))
    points = [f"{point.word}: {count}" for point, count in zip(scale.values(), counts, strict=True)]
    head = ("Section", *points, *(["Since last report"] if moved is not None else []))
    return Table(title=_where(paper), head=head, rows=tuple(rows), role="dense split")


def _apart(ids: Sequence[Span]) -> list[str | Span]:
    return [piece for number, span in enumerate(ids) for piece in ([" "] if number else []) + [span]]


def _move(name: str, before: Rating | None, now: Rating) -> str:
    """Return which way a rating went: ``1a up from Amber``."""
    if before is None:
        return f"{name} newly rated"
    way = {BETTER: "up", WORSE: "down"}.get(before.way_to(now), "changed")
    return f"{name} {way} from {before.word}"


def _where(paper: Paper) -> str:
    """Return in which sections the ratings lie that need action."""
    needing = needing_action(paper.material)
    if not needing:
        return "No rating needs action"
    count = len(needing)
    sections = list(dict.fromkeys(commitment.section for commitment, _ in needing))
    words = {paper.catalogue.ratings[document.front.rating].word for _, document in needing}
    (word,) = words if len(words) == 1 else [""]
    before, after = f"{word} " * bool(word), f" that {agreeing(count, 'needs', 'need')} action" * (not word)
    which = "The" if count == 1 else capital(share(count, count))
    ratings = f"{which} {before}{agreeing(count, 'rating', 'ratings')}{after}"
    place = f"{agreeing(len(sections), 'section', 'sections')} {listed(sections)}"
    return f"{ratings} {agreeing(count, 'lies', 'lie')} in {place}"


def _in_brief(exceptions: Sequence[StandingRating], paper: Paper) -> Table:
    """Return the exceptions, a line each; the next page has them in full."""
    words = {each.point.word for each in exceptions}
    word = words.pop() if len(words) == 1 else ""
    return Table(
        title=_longest(exceptions),
        head=("Commitment", f"{word} for" if word else "Rating", "What is in the way", "Not given"),
        rows=tuple(_exception(each, word, paper) for each in exceptions),
        role="dense split",
    )


def _longest(exceptions: Sequence[StandingRating]) -> str:
    """Return how many exceptions there are, and how long those have stood that have stood longest."""
    longest = max(each.quarters for each in exceptions)
    those = [each for each in exceptions if each.quarters == longest]
    words = {each.point.word for each in those}
    (word,) = words if len(words) == 1 else ["as it is"]
    stood = f"{word} for {counted(longest, 'quarter')}"
    if len(exceptions) == 1:
        return f"Exceptions: one commitment, {stood}"
    which = "each of them" if len(those) == len(exceptions) else f"{number_word(len(those))} of them"
    return f"Exceptions: {number_word(len(exceptions))} commitments, {which} {stood}"


def _exception(each: StandingRating, word: str, paper: Paper) -> Row:
    front = each.document.front
    reason: str | Span = front.reason
    if not reason:
        reason = styled("strong", "no reason given")
    elif len(front.reason) > LONGEST_REASON:
        reason = leading("reason in full", "exceptions")
    stood: list[str | Span] = [counted(each.quarters, "quarter")]
    if not word:
        rating = rating_span(each.commitment, each.document, paper.catalogue)
        stood = [rating, f", {ordinal(each.quarters)} quarter"]
    missing = [name.removeprefix("due ") for name in not_given(each.document) if name != GIVEN["reason"]]
    return Row(
        heading=named(each.commitment),
        cells=(
            cell(*stood),
            cell(reason),
            cell(", ".join(missing) or styled("quiet", "all given")),
        ),
    )
