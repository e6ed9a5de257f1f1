"""Title, period, as-at date, edition and status, and of a proof what it lacks."""

from __future__ import annotations

from priority_two.blocks import Block, Group, facts, heading, paragraph
from priority_two.periods import date_label
from priority_two.report.material import Material
from priority_two.report.metadata import occasion, status, title
from priority_two.report.paper import Paper
from priority_two.sentences import lowered
from priority_two.spellings import natural


def masthead(paper: Paper) -> list[Block]:
    """Return the masthead of a paper: a band with its title, then what is missing in a proof."""
    material, partnership = paper.material, paper.catalogue.partnership
    priority = partnership.priority
    whose = (partnership.name, f"{priority.name}: {priority.title}", occasion(paper))
    band = Group(
        role="masthead",
        blocks=(
            paragraph(" · ".join(filter(None, whose)), role="publisher"),
            heading(1, title(paper)),
            facts(_facts(paper)),
        ),
    )
    return [
        band,
        *(paragraph(text, role="notice gap") for text in _proof_notices(material)),
    ]


def _facts(paper: Paper) -> list[tuple[str, str]]:
    material = paper.material
    board_date = paper.catalogue.board_date(material.period, material.as_at)
    rows = [("For the meeting of", date_label(board_date))] if board_date else []
    rows += [
        ("Covers", material.period.months_label),
        ("Data as at", date_label(material.as_at)),
        ("Edition", f"{material.edition.capitalize()} (restricted), {lowered(status(material))}"),
    ]
    return rows + paper.kind.facts(material)


def _proof_notices(material: Material) -> list[str]:
    proof = material.proof
    if not proof:
        return []
    text = "This is a proof and not complete. "
    if proof.to_write:
        text += f"Updates still to write: {', '.join(sorted(proof.to_write, key=natural))}. "
    return [text + (f"Not received, or not there: {'; '.join(proof.gaps)}." if proof.gaps else "")]
