"""What goes forward into the next year, by commitment."""

from __future__ import annotations

from priority_two.blocks import Block, Prose, heading, listing, paragraph
from priority_two.report.paper import Paper


def going_forward(paper: Paper) -> list[Block]:
    """Return what each commitment takes into the next year."""
    blocks: list[Block] = []
    for name, document in paper.material.updates.items():
        if document.front.forward:
            title = paper.catalogue.commitments[name].title
            items = Prose(element=name, title=title, blocks=(listing(document.front.forward),))
            blocks += [heading(3, f"{name} {title}"), items]
    return blocks or [paragraph("Nothing was carried forward.")]
