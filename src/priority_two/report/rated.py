"""The rated commitments: their ratings as they are shown, how these moved, and what has stood for how long."""

from __future__ import annotations

from collections.abc import Mapping

from priority_two.blocks import (
    Badge,
    Cell,
    Fact,
    Facts,
    Paragraph,
    ShownRating,
    Span,
    cell,
    joined,
    link,
    paragraph,
    spans,
)
from priority_two.blocks import badge as badge_span
from priority_two.periods import QUARTER, Period
from priority_two.reference.catalogue import Catalogue, Commitment, Rating
from priority_two.report.material import Material
from priority_two.updates.documents import Update

HISTORY = 8
"""How many quarters the history of a rating goes back, the report's own included."""


def rated(material: Material) -> list[tuple[Commitment, Update]]:
    """Return the commitments that have a rating on the scale with their updates, in the paper's order.

    Of an earlier quarter not every commitment has one.
    """
    return [
        (commitment, document)
        for name, commitment in material.catalogue.commitments.items()
        if commitment.rated == "yes"
        and (document := material.updates.get(name))
        and document.front.rating in material.catalogue.ratings
    ]


def unrated(material: Material) -> list[Commitment]:
    """Return the commitments whose rating is still to write: none but in a proof."""
    names = {commitment.commitment for commitment, _ in rated(material)}
    commitments = material.catalogue.commitments.items()
    return [commitment for name, commitment in commitments if commitment.rated == "yes" and name not in names]


def unrated_note(material: Material, *, leads: bool = True) -> list[Paragraph]:
    """Return which ratings are still to write, in words; nothing where none is. Each leads to its commitment."""
    links = [
        link(f"{commitment.commitment} {commitment.title}", f"commitment-{commitment.commitment}" if leads else "")
        for commitment in unrated(material)
    ]
    return [paragraph("Still to write: the rating of ", *joined(links, "; "), ".", role="gap")] if links else []


# A rating as it is shown


def badge(point: Rating) -> Badge:
    """Return a point of the rating scale as it is shown."""
    return Badge(word=point.word, shape=point.shape, colour=point.colour)


def commitment_badge(commitment: Commitment, document: Update, catalogue: Catalogue) -> Badge:
    """Return the rating of a commitment as it is shown, with all that its update says of it."""
    front, point = document.front, catalogue.ratings[document.front.rating]
    rating = ShownRating(
        commitment=commitment.commitment,
        title=commitment.title,
        section=commitment.section,
        rating=point.rating,
        word=point.word,
        rank=None if point.rank is None else list(catalogue.ratings).index(point.rating),
        reason=front.reason,
        action=front.action,
        owner=front.owner,
        due=front.due.label if front.due else "",
        qualifier=front.qualifier,
        basis=front.basis,
    )
    return badge(point).model_copy(update={"rating": rating})


def rating_span(commitment: Commitment, document: Update, catalogue: Catalogue, text: str = "") -> Span:
    """Return the rating of a commitment in a line: its shape, and its word or another `text`."""
    shown = commitment_badge(commitment, document, catalogue)
    return badge_span(shown).model_copy(update={"text": text or shown.word})


def named(commitment: Commitment, *more: str | Span) -> Cell:
    """Return the id and the short name of a commitment, which lead to it, as the heading of a row."""
    return cell(Span(text=commitment.commitment, href=_place(commitment), style="id"), f" {commitment.short}", *more)


def marked_id(commitment: Commitment, document: Update, catalogue: Catalogue) -> Span:
    """Return the id of a commitment with the shape of its rating, which leads to the commitment."""
    shown = rating_span(commitment, document, catalogue, commitment.commitment)
    return shown.model_copy(update={"href": _place(commitment)})


def _place(commitment: Commitment) -> str:
    return f"#commitment-{commitment.commitment}"


def legend(catalogue: Catalogue) -> Facts:
    """Return what each point of the rating scale means, best first."""
    points = catalogue.ratings.values()
    rows = tuple(Fact(name=(badge_span(badge(point)),), spans=spans(point.meaning)) for point in points)
    return Facts(facts=rows, role="legend", label="What the ratings mean")


# Over time


def quarters_before(quarter: Period) -> list[Period]:
    """Return the quarters before one that its history shows, the oldest first."""
    return [Period(quarter.first - 3 * back, quarter.last - 3 * back, QUARTER) for back in range(HISTORY - 1, 0, -1)]


def rating_in(updates: Mapping[str, Update], commitment: str, scale: Mapping[str, Rating]) -> Rating | None:
    """Return a commitment's rating by a quarter's updates; None where it had none of today's scale."""
    document = updates.get(commitment)
    return scale.get(document.front.rating) if document else None


def history(material: Material, commitment: str) -> list[Rating | None]:
    """Return a commitment's ratings over the quarters of its history, the oldest first, the report's own last."""
    updates = {**material.earlier, material.quarter: material.updates}
    quarters = (*quarters_before(material.quarter), material.quarter)
    return [rating_in(updates.get(quarter, {}), commitment, material.catalogue.ratings) for quarter in quarters]


def moved_since(material: Material) -> dict[str, tuple[Rating | None, Rating]]:
    """Return by commitment the ratings that are not what they were in the last report: what they were, and are."""
    scale, last = material.catalogue.ratings, material.last
    pairs = {
        commitment.commitment: (
            rating_in(last.updates if last else {}, commitment.commitment, scale),
            scale[document.front.rating],
        )
        for commitment, document in rated(material)
    }
    return {name: (before, now) for name, (before, now) in pairs.items() if before != now}


def standing(ratings: list[Rating | None]) -> int:
    """Return for how many quarters running the last rating has stood; 0 where there is none.

    Parameters
    ----------
    ratings
        Ratings of quarters that follow one another, the oldest first; None where there was none.
    """
    if not ratings or ratings[-1] is None:
        return 0
    count = 0
    for rating in reversed(ratings):
        if rating != ratings[-1]:
            break
        count += 1
    return count
