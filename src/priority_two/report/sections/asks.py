"""What the partnership is asked to do: action, owner and due date."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.actions_table import actions_table
from priority_two.report.paper import Paper
from priority_two.updates.strategic_group import ASKS


def asks(paper: Paper) -> list[Block]:
    """Return what is asked of the partnership."""
    return actions_table(paper, ASKS, states=False)
