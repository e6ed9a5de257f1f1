"""What the partnership is asked to do, in a sentence and as a table: action, owner and due date."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Block, paragraph
from priority_two.report.actions_table import actions_of, actions_table
from priority_two.report.paper import Paper
from priority_two.sentences import agreeing, capital, counted, number_word
from priority_two.updates.strategic_group import ASKS, AskedAction


def asks(paper: Paper) -> list[Block]:
    """Return what is asked of the partnership."""
    actions = actions_of(paper, ASKS)
    return [paragraph(_answer(actions), role="answer"), *actions_table(ASKS, actions, states=False)]


def _answer(actions: Sequence[AskedAction]) -> str:
    """Return how much is asked of the partnership, by when, and whether all of it has an owner and a date."""
    if not actions:
        return "No action is asked of the partnership: nothing was reported under this heading."
    count, dates = len(actions), [action.due for action in actions if action.due]
    asked = f"{capital(counted(count, 'action'))} {agreeing(count, 'is', 'are')}"
    first = min(dates, key=lambda due: due.day).label if dates else ""
    due = f", {agreeing(count, 'due', 'the first due')} {first}" if first else ""
    return f"{asked} asked of the partnership{due}{_lacking(actions)}."


def _lacking(actions: Sequence[AskedAction]) -> str:
    """Return how many actions have no owner or no date: ``, two without an owner and one without a due date``."""
    count = len(actions)
    without = {
        "an owner": sum(not action.owner for action in actions),
        "a due date": sum(action.due is None for action in actions),
    }
    parts = [f"{_which(number, count)}without {name}" for name, number in without.items() if number]
    return f", {' and '.join(parts)}" if parts else ""


def _which(number: int, count: int) -> str:
    return "" if count == 1 else "all " if number == count else f"{number_word(number)} "
