"""The papers that go with the report."""

from __future__ import annotations

from priority_two.blocks import Block, Group, Prose, Span, facts, heading, joined, link, paragraph, spans
from priority_two.report.briefing_blocks import briefing_blocks, particulars
from priority_two.report.documents_shown import exhibits, narrative
from priority_two.report.paper import Paper
from priority_two.updates.documents import Appendix
from priority_two.updates.markdown import read


def appendices(paper: Paper) -> list[Block]:
    """Return the appendices of the quarter, in the order of their numbers."""
    groups: list[Block] = [_appendix(number, document, paper) for number, document in paper.material.appendices.items()]
    return groups or [paragraph("This paper has no appendices.")]


def _appendix(number: int, document: Appendix, paper: Paper) -> Group:
    element, title, name = f"appendix {number}", document.front.title, f"appendix-{number}"
    if number in paper.material.briefings:
        blocks = [facts(particulars(paper.material.briefings[number])), *briefing_blocks(paper, number)]
    else:
        text = Prose(element=element, title=title, blocks=narrative(paper, document, level=4))
        blocks = [text, *exhibits(paper, document, element)]
    return Group(
        role="appendix",
        name=name,
        element=element,
        title=title,
        entry=spans(f"Appendix {number}"),
        blocks=(
            heading(3, f"Appendix {number}: {title}", name=f"title-{name}"),
            *_origin(number, document, paper),
            *blocks,
        ),
    )


def _origin(number: int, document: Appendix, paper: Paper) -> list[Block]:
    """Return from whom an appendix is, and which commitments refer to it."""
    cited_by = [
        link(f"commitment {name}", f"commitment-{name}")
        for name, update in paper.material.updates.items()
        if any(
            (each.name, each.arguments.get("number")) == ("appendix", number)
            for each in read(update.narrative).bindings
        )
    ]
    line: list[str | Span] = [f"From: {document.front.owner}. "] if document.front.owner else []
    line += ["Referred to in ", *joined(cited_by), "."] if cited_by else []
    return [paragraph(*line, role="note")] if line else []
