"""The milestones that are due by the end of the next quarter: what the next paper will be asked about."""

from __future__ import annotations

from priority_two.blocks import Row, Span, Table, cell, styled
from priority_two.periods import QUARTER, Period
from priority_two.report.material import Material
from priority_two.sentences import agreeing, capital, counted


def due_next(material: Material) -> list[Table]:
    """Return the open milestones that are due by the end of the next quarter, the earliest first."""
    quarter = material.quarter
    following = Period(quarter.first + 3, quarter.last + 3, QUARTER)
    due = [
        (milestone.due, name, milestone)
        for name in material.catalogue.commitments
        if name in material.updates
        for milestone in material.updates[name].front.milestones
        if milestone.met is None and milestone.due and milestone.due.day <= following.end
    ]
    if not due:
        return []
    rows = []
    for when, name, milestone in sorted(due, key=lambda each: each[0].day):
        late = styled("strong", ", overdue") if milestone.overdue(material.as_at) else ""
        place = Span(text=name, href=f"#commitment-{name}", style="id")
        rows.append(Row(heading=cell(place, f" {milestone.title}"), cells=(cell(when.label, late),)))
    count = capital(counted(len(due), "milestone"))
    title = f"{count} {agreeing(len(due), 'is', 'are')} due by the end of {following.label}"
    return [Table(title=title, head=("Milestone", "Due"), rows=tuple(rows), role="dense split")]
