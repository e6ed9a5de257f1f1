"""Slips: when something was promised and what became of it, a row a promise, all on one scale of months.

A ring is what was promised; a dot, that it was kept; a line to a diamond, by how much it slipped, hollow while it is
still open. A dotted line leads on where it was met and nobody wrote down when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from priority_two.charts.pen import LINE, RULED, SIGNAL, Place, dot, drawn, mark, stroke

WIDE, HIGH = 84.0, 15.0
"""How large the drawing of a row is, in points."""
MOST_RULED = 60
"""Of how many months at most a scale has a line at each January, besides those at its ends."""
_ASIDE, _ON, _HAIR = 4.5, 14.0, "#CFD4D8"

State = Literal["met", "undated", "open"]


@dataclass(frozen=True)
class Slip:
    """What became of a promise, in months counted since year 0.

    Parameters
    ----------
    promised
        The month first promised.
    now
        The month in which it was met or, while it is open, is due or has not yet come; None where no day is given.
    state
        Whether it was ``met``, was met on a day that is not given, ``undated``, or is ``open``.
    """

    promised: int
    now: int | None
    state: State


def span(courses: Iterable[Slip]) -> tuple[int, int]:
    """Return the first and the last month of a scale that holds all promises; at least one."""
    months = [month for course in courses for month in (course.promised, course.now) if month is not None]
    return min(months), max(months)


def slip(course: Slip, scale: tuple[int, int]) -> str:
    """Return the drawing of a promise and what became of it, on a scale of months."""
    first, last = scale
    middle, apart = HIGH / 2, (WIDE - 2 * _ASIDE) / max(1, last - first)

    def place(month: int) -> Place:
        return _ASIDE + (month - first) * apart, middle

    promised = place(course.promised)
    years = range(first + -first % 12, last, 12) if last - first <= MOST_RULED else ()
    parts = [
        stroke([(place(month)[0], 0.0), (place(month)[0], HIGH)], _HAIR, 0.6) for month in sorted({first, *years, last})
    ]
    if course.state == "undated":
        parts.append(stroke([promised, (min(promised[0] + _ON, WIDE), middle)], RULED, 1.2, "1.5 2.5"))
    if course.now is None or course.now == course.promised:
        return drawn(WIDE, HIGH, [*parts, dot(promised, 3.0, hollow=course.state != "met")])
    late, hollow = course.now > course.promised, course.state == "open"
    end = mark("diamond", place(course.now), 4.2, hollow=hollow) if late else dot(place(course.now), 3.0, hollow=hollow)
    line = stroke([promised, place(course.now)], SIGNAL if late else LINE, 2.0)
    return drawn(WIDE, HIGH, [*parts, line, dot(promised, 3.0, hollow=True), end])
