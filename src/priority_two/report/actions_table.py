"""What the strategic group plans and asks: action, owner and due date."""

from __future__ import annotations

from priority_two.blocks import Block, Cell, Group, Prose, Row, Table, cell, paragraph, styled
from priority_two.report.paper import Paper
from priority_two.report.sections.group_updates import NOTHING, group_report


def actions_table(paper: Paper, title: str, states: bool) -> list[Block]:
    """Return one of the report's two lists of actions as a table.

    Parameters
    ----------
    paper
        The paper.
    title
        Which of the lists, by its title.
    states
        Whether a column says how far each action is.
    """
    actions = [action for name, action in group_report(paper).actions if name == title]
    rows = []
    for action in actions:
        texts = [action.owner, action.due.label if action.due else ""]
        texts += [getattr(action, "state", "")] if states else []
        rows.append(Row(heading=cell(action.action), cells=tuple(map(_given, texts))))
    head = ("Action", "Owner", "Due", *(["State"] if states else []))
    table = Table(title=title, head=head, rows=tuple(rows))
    text = Prose(element=title, title=title, blocks=(table,) if rows else ())
    group: Block = Group(element=title, title=title, blocks=(text,))
    return [group] if rows else [group, paragraph(NOTHING, role="notice")]


def _given(text: str) -> Cell:
    return cell(text or styled("em", "not given"))
