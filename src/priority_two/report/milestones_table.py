"""Milestones: what was promised, what became of it, and by how much it slipped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from priority_two.blocks import Row, ShownMilestone, Span, Table, cell, styled
from priority_two.periods import date_label, plural
from priority_two.updates.documents import Milestone, When


@dataclass(frozen=True)
class Promise:
    """A milestone of a commitment, the basis of the update that tells of it, and whether a row says that."""

    commitment: str
    milestone: Milestone
    basis: str
    marked: bool = False


def milestones_table(title: str, promises: Iterable[Promise], as_at: dt.date, commitments: bool) -> Table:
    """Return milestones with what became of each by the as-at date.

    Parameters
    ----------
    title
        The caption.
    promises
        At least one.
    as_at
        The knowledge cut-off.
    commitments
        Whether a column names the commitments.
    """
    head = ("Milestone", *(["Commitment"] if commitments else []), "First due", "Outcome", "Slip")
    return Table(title=title, head=head, rows=tuple(_row(promise, as_at, commitments) for promise in promises))


def _row(promise: Promise, as_at: dt.date, commitments: bool) -> Row:
    milestone = promise.milestone
    state = outcome(milestone, as_at)
    mark: list[str | Span] = [" ", styled("illustrative", "illustrative")] if promise.marked else []
    note: list[str | Span] = [" ", styled("note", milestone.note)] if milestone.note else []
    texts = (
        *([promise.commitment] if commitments else []),
        milestone.baseline.label if milestone.baseline else "no date given",
        state,
        milestone.slip_by(as_at),
    )
    return Row(
        heading=cell(milestone.title, *mark, *note),
        cells=tuple(map(cell, texts)),
        milestone=ShownMilestone(
            commitment=promise.commitment,
            id=milestone.id,
            title=milestone.title,
            baseline=_day(milestone.baseline),
            current=_day(milestone.current),
            met=milestone.met if isinstance(milestone.met, str) else _day(milestone.met),
            outcome=state,
            basis=promise.basis,
        ),
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
