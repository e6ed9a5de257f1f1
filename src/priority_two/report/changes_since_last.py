"""What changed since the last report, in short: the two papers told as data and compared, without the wording itself.

The command ``priority-two compare`` shows every word; the paper says which updates were rewritten and which are word
for word what they were, since an update that nobody touched may be one that nobody read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from priority_two.comparison.content import TABLE, Content
from priority_two.comparison.diff import (
    GONE,
    LEVEL,
    NEW,
    NEW_PERIOD,
    REWRITTEN,
    ElementChange,
    FigureChange,
    MilestoneChange,
    RatingChange,
    changes,
)
from priority_two.errors import Refused
from priority_two.kinds import Kind
from priority_two.report.content import DATA, HEADLINES, statement
from priority_two.report.paper import Material, Paper

_EVERY_TIME = "qualifier"  # is written anew each time, and says little by having been


@dataclass(frozen=True)
class Place:
    """A place in the paper: how it is called, and where its heading is."""

    name: str
    anchor: str


@dataclass(frozen=True)
class FigureRow:
    """A figure that changed, and every place where the paper shows it."""

    change: FigureChange
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Since:
    """What changed since the last report.

    Parameters
    ----------
    ratings
        Ratings that moved, came or went; ``level`` counts those that did not.
    beside
        Ratings that stayed where they were, and what beside them reads otherwise: reason, action, owner or due.
    figures
        Headlines and figures in texts that changed, and corrected or revised ones in the tables of updates.
    new_figures, gone_figures
        How many figures of headlines and texts are new, and are no longer shown.
    same_figures
        How many figures of a new period are what they were.
    milestones, promised
        Milestones that the last report had and that were met, moved or went; and how many it did not have.
    rewritten, same
        Updates that were rewritten, and those that are word for word what they were.
    elements
        What only one of the two has.
    """

    ratings: tuple[RatingChange, ...]
    level: int
    beside: tuple[tuple[Place, tuple[str, ...]], ...]
    figures: tuple[FigureRow, ...]
    new_figures: int
    gone_figures: int
    same_figures: int
    milestones: tuple[MilestoneChange, ...]
    promised: tuple[tuple[Place, int], ...]
    rewritten: tuple[Place, ...]
    same: tuple[Place, ...]
    elements: tuple[ElementChange, ...]


def compared(kind: Kind, last: Material, paper: Paper) -> Since | None:
    """Return what changed since the last report; None where that can no longer be told.

    Parameters
    ----------
    kind
        The kind of both.
    last
        What the last report was made from.
    paper
        The paper at hand.
    """
    try:
        old = statement(type(paper)(kind, last, [], paper.inputs))
    except Refused:  # a figure that its texts are bound to has gone since
        return None
    return in_short(old, statement(paper))


def in_short(old: Content, new: Content) -> Since:
    """Return what the section tells of what changed from one paper to another."""
    found = changes(old, new)
    moved = tuple(one for one in found.ratings if one.direction != LEVEL)
    told = [one for one in found.figures if one.shown_in != TABLE]
    promised = Counter(one.commitment for one in found.milestones if one.what[0] == NEW)
    return Since(
        ratings=moved,
        level=len(new.ratings) - sum(one.direction != GONE for one in moved),
        beside=tuple(
            (_place(one.commitment), names)
            for one in found.ratings
            if one.direction == LEVEL and (names := tuple(d.name for d in one.details if d.name != _EVERY_TIME))
        ),
        figures=_rows(found.figures),
        new_figures=sum(one.reason == NEW for one in told),
        gone_figures=sum(one.reason == GONE for one in told),
        same_figures=found.same_figures,
        milestones=tuple(one for one in found.milestones if one.what[0] != NEW),
        promised=tuple((_place(name), count) for name, count in promised.items()),
        rewritten=tuple(_place(one.element) for one in found.texts if one.state == REWRITTEN),
        same=tuple(_place(element) for element, _ in found.same_texts),
        elements=found.elements,
    )


def _rows(figures: tuple[FigureChange, ...]) -> tuple[FigureRow, ...]:
    """Return the figures that the section lists, each once with all its places."""
    kept: dict[tuple[str, ...], list[FigureChange]] = {}
    for one in figures:
        again = one.shown_in == TABLE and (one.reason == NEW_PERIOD or one.place == DATA)
        if not again and one.reason not in (NEW, GONE):
            key = (one.measure, one.breakdown, one.area, one.before_period, one.after_period, one.before, one.after)
            kept.setdefault(key, []).append(one)
    return tuple(
        FigureRow(many[0], tuple(_place(name) for name in dict.fromkeys(one.place for one in many)))
        for many in kept.values()
    )


def _place(name: str) -> Place:
    if name == HEADLINES:
        return Place("at a glance", "at-a-glance")
    if name.startswith("appendix "):
        return Place(name, name.replace(" ", "-"))
    return Place(name, f"commitment-{name}")
