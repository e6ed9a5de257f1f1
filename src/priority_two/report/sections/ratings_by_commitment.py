"""Every rating by section with its direction of travel, what needs action, and the ratings over time."""

from __future__ import annotations

from priority_two.blocks import Block, Cell, Row, Table, badge, cell, heading, link, paragraph, styled
from priority_two.reference.catalogue import Commitment
from priority_two.report.paper import Paper
from priority_two.report.rated import commitment_badge, direction, over_time, overview, rated, unrated_note
from priority_two.updates.documents import Update


def ratings_by_commitment(paper: Paper) -> list[Block]:
    """Return the ratings of the quarter."""
    material, catalogue = paper.material, paper.catalogue
    commitments = rated(material)
    blocks: list[Block] = [*unrated_note(material)]
    if not commitments:
        blocks.append(paragraph("No commitment is rated."))
    else:
        blocks += [*overview(material), _all(paper, commitments), heading(3, "Ratings that need action")]
        needing = [each for each in commitments if catalogue.ratings[each[1].front.rating].needs_action == "yes"]
        blocks += _action(paper, needing) if needing else [paragraph("No commitment has a rating that needs action.")]
    history = over_time(material)
    return blocks + ([heading(3, "Ratings over time"), *history] if history else [])


def _all(paper: Paper, commitments: list[tuple[Commitment, Update]]) -> Table:
    return Table(
        title="Rating of each commitment",
        head=("Commitment", "Rating", "Direction of travel", "Qualifier"),
        rows=tuple(
            Row(
                heading=_commitment(commitment),
                cells=(
                    _rating(commitment, document, paper),
                    cell(direction(paper.material, commitment.commitment)),
                    cell(document.front.qualifier or styled("em", "none given")),
                ),
            )
            for commitment, document in commitments
        ),
    )


def _action(paper: Paper, commitments: list[tuple[Commitment, Update]]) -> list[Block]:
    rows = []
    for commitment, document in commitments:
        front = document.front
        texts = (front.reason, front.action, front.owner, front.due.label if front.due else "")
        cells = (cell(text or styled("em", "not given")) for text in texts)
        rows.append(Row(heading=_commitment(commitment), cells=(_rating(commitment, document, paper), *cells)))
    return [
        paragraph(
            "A commitment whose rating needs action should give a reason, an action, an owner and a date. What is "
            "missing is said."
        ),
        Table(
            title="Commitments whose rating needs action",
            head=("Commitment", "Rating", "Reason", "Action", "Owner", "Due"),
            rows=tuple(rows),
        ),
    ]


def _commitment(commitment: Commitment) -> Cell:
    return cell(link(commitment.commitment, f"commitment-{commitment.commitment}"), f" {commitment.title}")


def _rating(commitment: Commitment, document: Update, paper: Paper) -> Cell:
    return cell(badge(commitment_badge(commitment, document, paper.catalogue)))
