"""The items of the strategic group's action plan: action, owner, due date and state."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.actions_table import actions_table
from priority_two.report.paper import Paper
from priority_two.updates.strategic_group import ACTION_PLAN


def action_plan(paper: Paper) -> list[Block]:
    """Return the action plan."""
    return actions_table(paper, ACTION_PLAN, states=True)
