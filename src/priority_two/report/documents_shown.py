"""What was written for a paper, as blocks: narratives, and the tables that stand under them."""

from __future__ import annotations

from priority_two.blocks import Block, Row, Table, cell
from priority_two.errors import Error, Refused
from priority_two.report.exhibits import beside, exhibit
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


def exhibits(paper: Paper, document: Update | Appendix, place: str, *, margin: bool = False) -> list[Table]:
    """Return the tables that stand under a document's narrative.

    Parameters
    ----------
    paper, document
        The paper, and what was written.
    place
        What the document is in the paper as data: ``2a``, ``appendix 1``.
    margin
        Whether there is a margin beside the text: then what can be drawn small is a table with the role ``small``.

    Raises
    ------
    Refused
        A measure that is named there has no observation.
    """
    evidence = paper.evidence
    tables, errors = [], []
    for request in document.front.exhibits:
        small = beside(request.measure, evidence) if margin else []
        table = None if small else exhibit(request.measure, request.charted, evidence)
        title = paper.catalogue.measures[request.measure].title
        if shown := small or ([table] if table else []):
            names = {"element": f"{place}: {request.measure}", "element_title": title}
            tables += [each.model_copy(update=names) for each in shown]
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
