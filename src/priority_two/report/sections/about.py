"""What the paper is: the priority, its partners and objectives, who receives it, and how its figures are marked."""

from __future__ import annotations

from priority_two.blocks import Block, Group, heading, listing, paragraph
from priority_two.periods import date_label
from priority_two.report.material import Material
from priority_two.report.metadata import is_illustrative
from priority_two.report.paper import Paper


def about(paper: Paper) -> list[Block]:
    """Return what a reader may want to know of a paper, after having read it."""
    partnership = paper.catalogue.partnership
    priority = partnership.priority
    lists = (
        ("Lead partners", partnership.lead_partners),
        ("Objectives", partnership.objectives),
        ("Circulation", partnership.circulation),
    )
    board_date = paper.catalogue.board_date(paper.material.period, paper.material.as_at)
    day = date_label(board_date) if board_date else ""
    return [
        *([paragraph(f"This paper goes to the meeting of the {partnership.board} on {day}.")] if day else []),
        paragraph(priority.statement),
        paragraph(priority.aim),
        Group(
            role="pair",
            blocks=tuple(Group(blocks=(heading(3, words), listing(names))) for words, names in lists if names),
        ),
        *_notes(paper),
    ]


def _notes(paper: Paper) -> list[Block]:
    """Return what a reader has to bear in mind."""
    material, bases = paper.material, paper.kind.bases(paper.material)
    synthetic = is_illustrative(paper)
    notes = _filing(material)
    if material.as_at < material.period.end:
        day, end = date_label(material.as_at), date_label(material.period.end)
        notes.append(f"The data are as at {day}, before the period closed on {end}.")
    if "transcribed" in bases:
        but = ", but for those marked illustrative" if synthetic else ""
        text = f"{paper.kind.transcribed} are transcribed from the partnership’s published paper{but}."
        notes.append(f"{text} The wording is this project’s own.")
    if "illustrative" in bases:
        which = "The" if bases == {"illustrative"} else "Some of the"
        notes.append(f"{which} updates are illustrative: they were written to show the paper, not by their owners.")
    if synthetic:
        notes.append(
            "A hatched edge marks figures that are illustrative: made up, about nobody and nothing that happened. "
            "A solid edge marks what was reported."
        )
    notes += paper.kind.notices(material)
    return [heading(3, "How to read it"), *(paragraph(text) for text in notes)] if notes else []


def _filing(material: Material) -> list[str]:
    """Return who approved a filed paper, and what it corrects."""
    if not material.filing:
        return []
    corrects = material.filing.corrects
    text = f"This corrects version {corrects.version}, as filed before: {corrects.reason}" if corrects else ""
    return [f"Approved by {'; '.join(material.filing.approved_by)}.", *([text] if text else [])]
