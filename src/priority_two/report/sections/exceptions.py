"""What the subgroup brings before the Board, each matter with its owner and what the Board is asked."""

from __future__ import annotations

from priority_two.blocks import Block, Row, Table, cell, link, paragraph, styled
from priority_two.report import matters
from priority_two.report.paper import Paper


def exceptions(paper: Paper) -> list[Block]:
    """Return the exceptions of the quarter, a table a kind of matter."""
    material = paper.material
    groups = {
        "Ratings": matters.ratings(material),
        "Milestones overdue": matters.milestones(material),
        "Returns not in, late or without permission": matters.returns(material),
        "Statistical signals": matters.signals(material),
        "Checks": matters.checks(paper.judgements, paper.catalogue.partnership.exceptions.checks),
    }
    nothing = [title for title, group in groups.items() if not group]
    if len(nothing) == len(groups):
        return [paragraph("There is no exception this quarter.")]
    text = "What the subgroup brings before the Board, whose it is, and what the Board is asked to do."
    blocks: list[Block] = [
        paragraph(f"{text} Nothing this quarter under: {'; '.join(nothing).lower()}." if nothing else text)
    ]
    for title, group in groups.items():
        if group:
            blocks += [
                _table(title, group),
                paragraph(styled("strong", "Asked of the Board:"), f" {group[0].ask}.", role="ask"),
            ]
    return blocks


def _table(title: str, group: list[matters.Matter]) -> Table:
    rows = tuple(
        Row(heading=cell(link(matter.about, matter.anchor)), cells=(cell(matter.words), cell(matter.owner)))
        for matter in group
    )
    return Table(title=title, head=("About", "Matter", "Owner"), rows=rows, role="asks")
