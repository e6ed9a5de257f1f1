"""Ratings over time: the one before, the direction of travel in words, and what has stood for how long."""

from __future__ import annotations

from collections.abc import Mapping

from priority_two.periods import QUARTER, Period
from priority_two.reference.catalogue import Rating
from priority_two.updates.documents import Document

HISTORY = 8
"""How many quarters the history of a rating goes back, the report's own included."""


def quarters_before(quarter: Period) -> list[Period]:
    """Return the quarters before one that its history shows, the oldest first."""
    return [Period(quarter.first - 3 * back, quarter.last - 3 * back, QUARTER) for back in range(HISTORY - 1, 0, -1)]


def rating_in(updates: Mapping[str, Document], commitment: str, scale: Mapping[str, Rating]) -> Rating | None:
    """Return a commitment's rating by a quarter's updates; None where it had none of today's scale."""
    document = updates.get(commitment)
    return scale.get(document.front.rating) if document else None


def direction(now: Rating, before: Rating | None) -> str:
    """Return the direction of travel in words: ``better: it was Amber``."""
    if before is None:
        return "no rating last quarter"
    if now.rank == before.rank:
        return f"no change: it was {before.word}"
    return f"{'better' if now.rank < before.rank else 'worse'}: it was {before.word}"


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
    for one in reversed(ratings):
        if one != ratings[-1]:
            break
        count += 1
    return count
