"""A financial year as its quarters' updates have it: what became of milestones, and how ratings moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from priority_two.blocks import Span, badge
from priority_two.periods import Period
from priority_two.reference.catalogue import BETTER, CHANGED, WORSE, Commitment, Rating
from priority_two.report.material import Material
from priority_two.report.milestones_table import Promise
from priority_two.report.rated import commitment_badge, rated, rating_in
from priority_two.updates.documents import Achievement, Milestone, Update


def quarters_of_year(material: Material) -> list[tuple[Period, dict[str, Update]]]:
    """Return the year's quarters that have updates, with these, the last quarter last."""
    updates = {**material.earlier, material.quarter: material.updates}
    return [(quarter, written) for quarter, written in updates.items() if material.period.contains(quarter)]


def name_in_year(quarter: Period) -> str:
    """Return a quarter's name without its year, which the paper names: ``Quarter Four``."""
    return quarter.label.removesuffix(str(quarter.financial_year)).strip()


def are_illustrative(updates: dict[str, Update]) -> bool:
    """Whether any of a quarter's updates is illustrative, so that nobody takes their ratings for reported ones."""
    return any(document.front.basis == "illustrative" for document in updates.values())


# Achievements


@dataclass(frozen=True)
class Achieved:
    """Something achieved in a quarter, as the quarter's update names it."""

    achievement: Achievement
    quarter: Period
    illustrative: bool


def achieved_in_year(material: Material) -> list[Achieved]:
    """Return what was achieved in the year, the first quarter's first."""
    return [
        Achieved(achievement, quarter, document.front.basis == "illustrative")
        for quarter, updates in quarters_of_year(material)
        for document in updates.values()
        for achievement in document.front.achievements
    ]


# Milestones


def milestones_of_year(material: Material) -> list[Promise]:
    """Return the year's milestones by commitment, each as last reported and with the date that was promised first.

    Its basis is ``illustrative``, and its row marked, where only an illustrative update tells of it.
    """
    milestones: dict[tuple[str, str], tuple[bool, Milestone]] = {}
    for _, updates in quarters_of_year(material):
        for name, document in updates.items():
            for milestone in document.front.milestones:
                _, before = milestones.get((name, milestone.id), (True, milestone))
                first = milestone.model_copy(update={"baseline": before.baseline or milestone.baseline})
                milestones[name, milestone.id] = document.front.basis == "illustrative", first
    order = list(material.catalogue.commitments)
    return [
        Promise(name, milestone, "illustrative" if illustrative else "", marked=illustrative)
        for (name, _), (illustrative, milestone) in sorted(milestones.items(), key=lambda item: order.index(item[0][0]))
    ]


def has_slipped(milestone: Milestone, as_at: dt.date) -> bool:
    """Whether a milestone was met, or is due now, later than first promised, or is overdue."""
    return (milestone.slip or 0) > 0 or milestone.overdue(as_at) > 0


# Ratings


@dataclass(frozen=True)
class Shift:
    """Commitments that began the year with one rating, None for no rating, and ended it with one."""

    start: Rating | None
    end: Rating
    commitments: tuple[Commitment, ...]

    @property
    def way(self) -> str:
        """How they moved: one of the :data:`WAYS`, ``new`` where there was no rating before."""
        return (self.start.way_to(self.end) or SAME) if self.start else "new"


SAME = "the same"
WAYS = (BETTER, SAME, WORSE, CHANGED, "new")


def shifts_of_year(material: Material) -> list[Shift]:
    """Return how the ratings of the year's end compare with those of its first quarter that has updates.

    What became better stands first, and within that what ended best.
    """
    _, first = quarters_of_year(material)[0]
    scale = material.catalogue.ratings
    groups: dict[tuple[str, str], list[Commitment]] = {}
    for commitment, document in rated(material):
        before = rating_in(first, commitment.commitment, scale)
        groups.setdefault((before.rating if before else "", document.front.rating), []).append(commitment)
    shifts = [Shift(scale.get(start), scale[end], tuple(names)) for (start, end), names in groups.items()]
    return sorted(shifts, key=_order)


def rating_at_end(material: Material, name: str) -> Span:
    """Return the rating with which a commitment ends the year, as it is shown; in words where it has none."""
    document = material.updates.get(name)
    if document is None or document.front.rating not in material.catalogue.ratings:
        return Span(text="not rated", style="quiet")
    return badge(commitment_badge(material.catalogue.commitments[name], document, material.catalogue))


def _order(shift: Shift) -> tuple[int, float, float]:
    last = float("inf")  # the place of a rating without a rank
    ends = (point and (last if point.rank is None else point.rank) for point in (shift.end, shift.start))
    end, start = (place or 0 for place in ends)
    return WAYS.index(shift.way), end, start
