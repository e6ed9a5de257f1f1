"""What the strategic group plans and asks: action, owner and due date."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Block, Cell, Group, Prose, Row, Table, cell, styled
from priority_two.report.paper import Paper
from priority_two.report.sections.group_updates import group_report
from priority_two.updates.strategic_group import AskedAction


def actions_of(paper: Paper, title: str) -> list[AskedAction]:
    """Return one of the report's two lists of actions, by its title."""
    return [action for name, action in group_report(paper).actions if name == title]


def actions_table(title: str, actions: Sequence[AskedAction], states: bool) -> list[Block]:
    """Return a list of actions as a table; nothing but its place in the paper as data where there is none.

    Parameters
    ----------
    title
        What the list is called.
    actions
        The actions.
    states
        Whether a column says how far each action is.
    """
    rows = []
    for action in actions:
        texts = [action.owner, action.due.label if action.due else ""]
        texts += [getattr(action, "state", "")] if states else []
        rows.append(Row(heading=cell(action.action), cells=tuple(map(_given, texts))))
    head = ("Action", "Owner", "Due", *(["State"] if states else []))
    table = Table(title=title, head=head, rows=tuple(rows), role="stack")
    text = Prose(element=title, title=title, blocks=(table,) if rows else ())
    return [Group(element=title, title=title, blocks=(text,))]


def _given(text: str) -> Cell:
    return cell(text or styled("em", "not given"))
