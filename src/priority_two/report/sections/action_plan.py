"""The items of the strategic group's action plan: action, owner, due date and state."""

from __future__ import annotations

from priority_two.blocks import Block, paragraph
from priority_two.report.actions_table import actions_of, actions_table
from priority_two.report.paper import Paper
from priority_two.report.sections.group_updates import NOTHING
from priority_two.updates.strategic_group import ACTION_PLAN


def action_plan(paper: Paper) -> list[Block]:
    """Return the action plan."""
    actions = actions_of(paper, ACTION_PLAN)
    nothing = [] if actions else [paragraph(NOTHING, role="notice")]
    return [*actions_table(ACTION_PLAN, actions, states=True), *nothing]
