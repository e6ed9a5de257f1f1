"""What was written for a paper, as blocks: narratives, and the tables that stand under them."""

from __future__ import annotations

from priority_two.blocks import Block, Row, Table, cell
from priority_two.errors import Error, Refused
from priority_two.report.exhibits import exhibit
from priority_two.report.paper import Paper
from priority_two.updates.documents import Appendix, Update
from priority_two.updates.narrative import blocks_of


def narrative(paper: Paper, document: Update | Appendix, level: int) -> tuple[Block, ...]:
    """Return a document's narrative; its first headings have the given level.

    Raises
    ------
    Refused
        Every error of the narrative.
    """
    appendices = set(paper.material.appendices)
    return blocks_of(document.narrative, document.file, document.line, paper.evidence, appendices, level)


def exhibits(paper: Paper, document: Update | Appendix, place: str) -> list[Table]:
    """Return the tables and charts that stand under a document's narrative.

    Parameters
    ----------
    paper, document
        The paper, and what was written.
    place
        What the document is in the paper as data: ``2a``, ``appendix 1``.

    Raises
    ------
    Refused
        A measure that is named there has no observation.
    """
    evidence = paper.evidence
    tables, errors = [], []
    for request in document.front.exhibits:
        table = exhibit(request.measure, request.charted, evidence)
        title = paper.catalogue.measures[request.measure].title
        if table:
            names = {"element": f"{place}: {request.measure}", "element_title": title}
            tables.append(table.model_copy(update=names))
        elif evidence.gap_of(request.measure):
            row = Row(heading=cell(title), cells=(cell("not received"),))
            tables.append(Table(title=title, head=("Measure", "Figure"), rows=(row,)))
        else:
            missing = f"no observation of {request.measure} in {evidence.period.financial_year}"
            fix = f"{evidence.wanted(request.measure)}, or take the exhibit out"
            line = document.lines.get("exhibits")
            errors.append(Error(document.file, "figures for each exhibit", line, "exhibits", missing, fix))
    if errors:
        raise Refused(errors)
    return tables
