"""The answer: in a sentence, how many commitments are on plan, and what those lack that are not.

The rating scale is data. A commitment is on plan where its rating needs no action and has a rank; what else it is, the
words of the scale say: ``Ten of the 15 commitments are on plan, one is Yellow, three are Amber and one is Red``.
"""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.reference.catalogue import Commitment, Rating
from priority_two.report.material import Material
from priority_two.report.rated import rated, unrated
from priority_two.sentences import agreeing, capital, counted, lacking, listed, number_word, share, with_articles
from priority_two.updates.documents import Update

GIVEN = {"reason": "reason", "action": "action", "owner": "owner", "due": "due date"}
"""What a commitment gives whose rating needs action, by its key in the update."""


def answer(material: Material) -> str:
    """Return how the commitments stand, in a sentence or two."""
    commitments = rated(material)
    if not commitments:
        return "No commitment is rated."
    scale = material.catalogue.ratings
    off = needing_action(material)
    ratings = [document.front.rating for _, document in commitments]
    points = [(point, ratings.count(name)) for name, point in scale.items()]
    wanting = [(point, count) for point, count in points if point.needs_action == "yes"]
    neither = [each for each in points if each not in wanting and not each[0].is_on_plan and each[1]]
    on = sum(count for point, count in points if point.is_on_plan)
    stand = _on_plan(on, len(ratings), neither, material)
    return f"{stand}{_off_plan(wanting, off)}.{_to_write(material)}"


def needing_action(material: Material) -> list[tuple[Commitment, Update]]:
    """Return the commitments whose rating needs action, with their updates, in the paper's order."""
    scale = material.catalogue.ratings
    return [each for each in rated(material) if scale[each[1].front.rating].needs_action == "yes"]


def not_given(document: Update) -> list[str]:
    """Return what an update does not give of what a rating needs that needs action: ``owner``, ``due date``."""
    return [name for key, name in GIVEN.items() if not getattr(document.front, key)]


def what_they_lack(documents: Sequence[Update]) -> str:
    """Return what commitments that need action lack in common, after the words that name them.

    ``have neither an owner nor a due date``; where they have nothing in common that they lack, what some of them do.
    """
    count = len(documents)
    lacks = [not_given(document) for document in documents]
    if common := [name for name in GIVEN.values() if all(name in each for each in lacks)]:
        return f"{agreeing(count, 'has', 'have')} {lacking(common)}"
    some = [(name, times) for name in GIVEN.values() if (times := sum(name in each for each in lacks))]
    if not some:
        return f"{agreeing(count, 'has', 'have')} {with_articles(list(GIVEN.values()))}" + (
            " each" if count > 1 else ""
        )
    parts = [f"{number_word(times)} {agreeing(times, 'has', 'have')} {lacking([name])}" for name, times in some]
    return f"are not all provided for: {listed(parts)}"


def _on_plan(on: int, total: int, neither: Sequence[tuple[Rating, int]], material: Material) -> str:
    """Return how many commitments are on plan, and how many have a rating that says neither: ``one is Not started``."""
    rest = " that are rated" if unrated(material) else ""
    if total == 1:
        other = neither[0][0].word if neither else "not on plan"
        return f"The one commitment that is rated is {'on plan' if on else other}"
    noun = "commitments" + rest
    others = "".join(f", {number_word(count)} {agreeing(count, 'is', 'are')} {point.word}" for point, count in neither)
    return f"{capital(share(on, total))} {noun} {agreeing(on, 'is', 'are')} on plan{others}"


def _off_plan(wanting: Sequence[tuple[Rating, int]], off: Sequence[tuple[Commitment, Update]]) -> str:
    """Return what the points of the scale that need action have, and what the commitments lack that have them."""
    there = [(point, count) for point, count in wanting if count]
    if not there:
        return ""
    lack = what_they_lack([document for _, document in off])
    if len(there) > 1:
        parts = [f"{number_word(count)} {agreeing(count, 'is', 'are')} {point.word}" for point, count in there]
        return f", {listed(parts)}; the {number_word(len(off))} that need action {lack}"
    (point, count), (worst, _) = there[0], wanting[-1]
    none = "" if point is worst else f" and none is {worst.word}"
    return f"{none}; the {number_word(count)} that {agreeing(count, 'is', 'are')} {point.word} {lack}"


def _to_write(material: Material) -> str:
    left = len(unrated(material))
    return f" {capital(counted(left, 'rating'))} {agreeing(left, 'is', 'are')} still to write." if left else ""
