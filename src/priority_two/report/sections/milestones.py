"""What was promised by when, what was met, and what slipped by how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from priority_two.blocks import (
    Block,
    Row,
    Table,
    cell,
    chart_cell,
    paragraph,
    styled,
)
from priority_two.charts.slip import Slip, slip, span
from priority_two.periods import month_label, plural, short_months
from priority_two.report.marks import marked_rows
from priority_two.report.milestones_table import Promise, notes_on, outcome, shown_milestone
from priority_two.report.paper import Paper
from priority_two.report.year import has_slipped, milestones_of_year
from priority_two.sentences import agreeing, capital, counted, listed, number_word
from priority_two.updates.documents import Milestone, When

LEGEND = "Ring: promised. Dot: kept. Line to a diamond: slipped, hollow while open. Dots: met, no day given."


def milestones(paper: Paper) -> list[Block]:
    """Return the milestones of the year: those with a date promised by that date, then those without."""
    promises, as_at = milestones_of_year(paper.material), paper.material.as_at
    if not promises:
        return [paragraph("No milestone was reported.")]
    dated = [promise for promise in promises if promise.milestone.baseline]
    undated = [promise for promise in promises if not promise.milestone.baseline]
    tables = [_dated(dated, as_at)] if dated else []
    tables += [_undated(undated, as_at)] if undated else []
    entries = [(f"{promise.commitment} {promise.milestone.title}", promise.milestone.note) for promise in promises]
    return [paragraph(_summary(promises, paper), role="lead-in"), *tables, *notes_on("the milestones", entries)]


def _summary(promises: Sequence[Promise], paper: Paper) -> str:
    """Return how many milestones were met, when, and how many are open: ``Of 21, 13 were met: …``."""
    year = paper.material.period
    met = [promise.milestone.met for promise in promises if promise.milestone.met is not None]
    days = [when.day for when in met if isinstance(when, When)]
    parts = (
        (sum(year.start <= day <= year.end for day in days), "in the year"),
        (sum(day < year.start for day in days), "before it"),
        (sum(day > year.end for day in days), "after it"),
        (len(met) - len(days), "with no day given"),
    )
    when = listed([f"{number_word(count)} {words}" for count, words in parts if count])
    total, still = len(promises), len(promises) - len(met)
    if total == 1:
        return f"There is one milestone. It {'was met ' + when.removeprefix('one ') if met else 'is open'}."
    when = f" {when.removeprefix('one ')}" if len(met) == 1 else f": {when}" if met else ""
    were = f"{number_word(len(met))} {agreeing(len(met), 'was', 'were')} met{when}"
    are = f"{capital(number_word(still))} {agreeing(still, 'is', 'are')} open"
    return f"Of {number_word(total)}, {were}. {are}."


def _dated(promises: Sequence[Promise], as_at: dt.date) -> Table:
    ordered = sorted(promises, key=lambda promise: _first_day(promise.milestone))
    courses = [_course(promise.milestone, as_at) for promise in ordered]
    scale = span(courses)
    rows = []
    for promise, course in zip(ordered, courses, strict=True):
        milestone = promise.milestone
        promised = milestone.baseline.label if milestone.baseline else ""
        now, late = short_months(_now(milestone, as_at)), _slip(milestone, as_at)
        became = cell(f"{now}, ", styled("strong", late)) if late else cell(now)
        alt = f"Promised {promised}. {outcome(milestone, as_at)}. Slip: {milestone.slip_by(as_at)}."
        cells = (cell(short_months(promised)), chart_cell(slip(course, scale), alt), became)
        heading = cell(styled("id", promise.commitment), f" {milestone.title}", synthetic=promise.marked)
        rows.append(Row(heading=heading, cells=cells, milestone=shown_milestone(promise, as_at)))
    ends = [short_months(month_label(month)) for month in dict.fromkeys(scale)]
    return _table(
        _caption([promise.milestone for promise in promises], as_at),
        ("Milestone", "Promised", " to ".join(ends), "Now"),
        rows,
        notes=(LEGEND,),
    )


def _now(milestone: Milestone, as_at: dt.date) -> str:
    """Return what became of a milestone in as few words as a narrow column has room for."""
    if milestone.met == "undated":
        return "Met, no date"
    if milestone.met is not None or milestone.overdue(as_at):
        return outcome(milestone, as_at)
    return f"Due {milestone.current.label}" if milestone.current else "Due"


def _slip(milestone: Milestone, as_at: dt.date) -> str:
    """Return by how many months a milestone is late or was early, in figures; nothing where it is neither."""
    if months := milestone.months_late(as_at):
        return f"{plural(months, 'month')} late{' so far' if milestone.overdue(as_at) else ''}"
    return f"{plural(-milestone.slip, 'month')} early" if (milestone.slip or 0) < 0 and milestone.slip else ""


def _caption(milestones: Sequence[Milestone], as_at: dt.date) -> str:
    """Return how many milestones with a date promised slipped, and by how much at most."""
    late = [milestone for milestone in milestones if has_slipped(milestone, as_at)]
    total = len(milestones)
    of = f"Of {number_word(total)} milestones with a date promised" if total > 1 else "The one milestone with a date"
    if not late:
        return f"{of}, none slipped" if total > 1 else f"{of} promised did not slip"
    most = max(milestone.months_late(as_at) for milestone in late)
    by = counted(most, "month") if most else "less than a month"
    if total == 1:
        return f"{of} promised slipped by {by}"
    return f"{of}, {number_word(len(late))} slipped, by {f'up to {by}' if len(late) > 1 else by}"


def _undated(promises: Sequence[Promise], as_at: dt.date) -> Table:
    count = len(promises)
    has = f"{capital(number_word(count))} {agreeing(count, 'has', 'have')}"
    rows = [
        Row(
            heading=cell(promise.milestone.title, synthetic=promise.marked),
            cells=(cell(styled("id", promise.commitment)), cell(outcome(promise.milestone, as_at))),
            milestone=shown_milestone(promise, as_at),
        )
        for promise in promises
    ]
    title = f"{has} no date promised, so that nobody can tell whether {agreeing(count, 'it', 'they')} slipped"
    return _table(title, ("Milestone", "For", "Now"), rows)


def _table(title: str, head: tuple[str, ...], rows: Sequence[Row], notes: tuple[str, ...] = ()) -> Table:
    return marked_rows(Table(title=title, head=head, rows=tuple(rows), notes=notes, role="dense narrow"))


def _course(milestone: Milestone, as_at: dt.date) -> Slip:
    """Return a milestone with a date promised as it is drawn; what is overdue has slipped as far as the as-at date."""
    promised = _month(_first_day(milestone))
    if milestone.met == "undated":
        return Slip(promised, None, "undated")
    if isinstance(milestone.met, When):
        return Slip(promised, _month(milestone.met.day), "met")
    now = as_at if milestone.overdue(as_at) else milestone.due.day if milestone.due else _first_day(milestone)
    return Slip(promised, _month(now), "open")


def _first_day(milestone: Milestone) -> dt.date:
    if milestone.baseline is None:
        raise ValueError("a milestone with a date promised")
    return milestone.baseline.day


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
