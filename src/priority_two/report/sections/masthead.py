"""Title, period, as-at date, edition and status; the priority, its lead partners and objectives."""

from __future__ import annotations

from priority_two.blocks import Block, Group, facts, heading, is_marked, listing, paragraph, walk
from priority_two.periods import date_label
from priority_two.report.material import Material
from priority_two.report.metadata import status, title
from priority_two.report.paper import Paper


def masthead(paper: Paper) -> list[Block]:
    """Return the masthead of a paper."""
    material, partnership = paper.material, paper.catalogue.partnership
    priority = partnership.priority
    blocks: list[Block] = [
        paragraph(partnership.name, role="publisher"),
        heading(1, title(paper)),
        paragraph(f"{priority.name}: {priority.title}", role="priority"),
        facts(_facts(paper)),
        *(paragraph(text, role="notice") for text in _filing_notices(material)),
        *(paragraph(text, role="notice gap") for text in _proof_notices(material)),
        *_notices(paper),
    ]
    if paper.kind.presents_priority:
        blocks += [
            paragraph(priority.statement, role="statement"),
            paragraph(priority.aim),
            Group(
                role="pair",
                blocks=tuple(
                    Group(blocks=(paragraph(words, role="small-heading"), listing(names)))
                    for words, names in (
                        ("Lead partners", partnership.lead_partners),
                        ("Objectives", partnership.objectives),
                        ("Circulation", partnership.circulation),
                    )
                    if names
                ),
            ),
        ]
    return [Group(role="masthead", blocks=tuple(blocks))]


def _facts(paper: Paper) -> list[tuple[str, str]]:
    material, partnership = paper.material, paper.catalogue.partnership
    occasion = paper.catalogue.calendar.get(str(material.period))
    rows = [
        ("Period", f"{date_label(material.period.start)} to {date_label(material.period.end)}"),
        ("Data as at", date_label(material.as_at)),
        ("Edition", f"{material.edition.capitalize()} (restricted)"),
        ("Status", status(material)),
    ]
    if material.filing:
        rows.append(("Approved by", "; ".join(material.filing.approved_by)))
    rows += paper.kind.facts(material)
    if occasion and occasion.board_date:
        rows.append(("Goes to the meeting of", f"{partnership.board}, {date_label(occasion.board_date)}"))
    return rows


def _filing_notices(material: Material) -> list[str]:
    corrects = material.filing.corrects if material.filing else None
    return [f"This corrects version {corrects.version}, as filed before: {corrects.reason}"] if corrects else []


def _proof_notices(material: Material) -> list[str]:
    proof = material.proof
    if not proof:
        return []
    text = "This is a proof and not complete. "
    if proof.to_write:
        text += f"Updates still to write: {', '.join(sorted(proof.to_write))}. "
    return [text + (f"Not received, or not there: {'; '.join(proof.gaps)}." if proof.gaps else "")]


def _notices(paper: Paper) -> list[Block]:
    """Return what a reader has to bear in mind."""
    material, bases = paper.material, paper.kind.bases(paper.material)
    synthetic = is_illustrative(paper)
    notices: list[Block] = []
    if material.as_at < material.period.end:
        day, end = date_label(material.as_at), date_label(material.period.end)
        notices.append(paragraph(f"The data are as at {day}, before the period closed on {end}.", role="notice"))
    if "transcribed" in bases:
        but = ", but for those marked illustrative" if synthetic else ""
        text = f"{paper.kind.transcribed} are transcribed from the partnership’s published paper{but}."
        notices.append(paragraph(f"{text} The wording is this project’s own.", role="notice"))
    if "illustrative" in bases:
        which = "The" if bases == {"illustrative"} else "Some of the"
        text = f"{which} updates are illustrative: they were written to show the paper, not by their owners."
        notices.append(paragraph(text, role="notice", synthetic=True))
    if synthetic:
        text = "Figures marked illustrative are made up. They describe nobody and nothing that happened."
        notices.append(paragraph(text, role="notice", synthetic=True))
    return notices + [paragraph(text, role="notice") for text in paper.kind.notices(material)]


def is_illustrative(paper: Paper) -> bool:
    """Whether the paper shows anything that is marked as illustrative."""
    sections = paper.sections("masthead", "sources", "abbreviations")
    return any(is_marked(block) for section in sections for block in walk(section.blocks))
