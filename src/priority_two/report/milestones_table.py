"""Milestones: what was promised, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from priority_two.blocks import Block, Details, Row, ShownMilestone, Table, cell, facts, spans
from priority_two.periods import date_label, plural
from priority_two.sentences import number_word
from priority_two.updates.documents import Milestone, When


@dataclass(frozen=True)
class Promise:
    """A milestone of a commitment, the basis of the update that tells of it, and whether a row says that."""

    commitment: str
    milestone: Milestone
    basis: str
    marked: bool = False


def milestones_of(commitment: str, promises: Sequence[Promise], as_at: dt.date) -> list[Block]:
    """Return the milestones of a commitment in short, those with no date promised last; notes on them open below.

    Parameters
    ----------
    commitment
        Its id.
    promises
        At least one.
    as_at
        The knowledge cut-off.
    """
    dated = [promise for promise in promises if promise.milestone.baseline]
    undated = [promise for promise in promises if not promise.milestone.baseline]
    rows = [_short_row(promise, as_at) for promise in (*dated, *undated)]
    if dated and undated:
        rows[len(dated)] = rows[len(dated)].model_copy(update={"new_group": True})
    title = f"Milestones of {commitment}: {summary([promise.milestone for promise in promises], as_at)}"
    table = Table(title=title, head=("Milestone", "Promised", "Outcome"), rows=tuple(rows), role="dense stack")
    entries = [(promise.milestone.title, promise.milestone.note) for promise in (*dated, *undated)]
    return [table, *notes_on(f"the milestones of {commitment}", entries)]


def notes_on(what: str, entries: Iterable[tuple[str, str]]) -> list[Details]:
    """Return the notes on milestones, for a reader to open; nothing where none has a note."""
    notes = [(name, note) for name, note in entries if note]
    return [Details(summary=spans(f"Notes on {what}"), blocks=(facts(notes),))] if notes else []


def summary(milestones: Iterable[Milestone], as_at: dt.date) -> str:
    """Return how many milestones were met, put back, overdue and are due, in words: ``two met, one put back``."""
    states = [_state(milestone, as_at) for milestone in milestones]
    counts = [(states.count(state), state) for state in ("met", "overdue", "put back", "due")]
    return ", ".join(f"{number_word(count)} {state}" for count, state in counts if count)


def _state(milestone: Milestone, as_at: dt.date) -> str:
    if milestone.met is not None:
        return "met"
    if milestone.overdue(as_at):
        return "overdue"
    return "put back" if milestone.current else "due"


def _short_row(promise: Promise, as_at: dt.date) -> Row:
    milestone = promise.milestone
    state = outcome(milestone, as_at)
    late = milestone.slip_by(as_at) if (milestone.slip or 0) > 0 else ""
    words = f"{state}, {late} late" if late and milestone.met else state
    promised = milestone.baseline.label if milestone.baseline else "no date"
    return Row(
        heading=cell(milestone.title), cells=(cell(promised), cell(words)), milestone=shown_milestone(promise, as_at)
    )


def shown_milestone(promise: Promise, as_at: dt.date) -> ShownMilestone:
    """Return a milestone as it is kept of a paper as data."""
    milestone = promise.milestone
    return ShownMilestone(
        commitment=promise.commitment,
        id=milestone.id,
        title=milestone.title,
        baseline=_day(milestone.baseline),
        current=_day(milestone.current),
        met=milestone.met if isinstance(milestone.met, str) else _day(milestone.met),
        outcome=outcome(milestone, as_at),
        basis=promise.basis,
    )


def outcome(milestone: Milestone, as_at: dt.date) -> str:
    """Return what became of a milestone by the as-at date, in words."""
    if milestone.met == "undated":
        return "Met, date not given"
    if isinstance(milestone.met, When):
        return f"Met {milestone.met.label}"
    if days := milestone.overdue(as_at):
        return f"Overdue by {plural(days, 'day')}"
    due = milestone.due.label if milestone.due else "on a date not given"
    return f"Put back to {due}" if milestone.current else f"Due {due}"


def _day(when: When | None) -> str:
    """Return a day as ``2021-05-31``, and a month as ``2021-05``."""
    if when is None:
        return ""
    return when.day.isoformat() if when.label == date_label(when.day) else f"{when.day:%Y-%m}"
