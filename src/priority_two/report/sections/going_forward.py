"""What goes forward into the next year, by commitment."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Block, Cell, Prose, Row, Table, cell, paragraph, spans, styled
from priority_two.periods import Period
from priority_two.report.paper import Paper
from priority_two.report.rated import rated
from priority_two.report.year import rating_at_end
from priority_two.sentences import agreeing, capital, counted, listed


def going_forward(paper: Paper) -> list[Block]:
    """Return what each commitment takes into the next year, and which that have a rating name nothing."""
    catalogue, updates = paper.catalogue, paper.material.updates
    rows = tuple(
        Row(
            heading=cell(styled("id", name), f" {catalogue.commitments[name].short}"),
            cells=(cell(rating_at_end(paper.material, name)), _steps(document.front.forward)),
        )
        for name, document in updates.items()
        if document.front.forward
    )
    if not rows:
        return [paragraph("Nothing was carried forward.")]
    year = paper.material.period
    into = str(Period(year.first + 12, year.last + 12, year.kind))
    table = Table(title=_caption(rows, into), head=("Commitment", "Rated", f"Into {into}"), rows=rows, role="dense")
    silent = [commitment.commitment for commitment, document in rated(paper.material) if not document.front.forward]
    note = [paragraph(_silent(silent), role="note")] if silent else []
    return [Prose(element="going forward", title="What goes forward", blocks=(table,)), *note]


def _caption(rows: Sequence[Row], into: str) -> str:
    count, steps = len(rows), sum(len(row.cells[-1].lines) or 1 for row in rows)
    takes = f"{capital(counted(count, 'commitment'))} {agreeing(count, 'takes', 'take')}"
    return f"{takes} {counted(steps, 'step')} into {into}"


def _silent(names: Sequence[str]) -> str:
    return f"{listed(names)} {agreeing(len(names), 'names', 'name')} no step."


def _steps(forward: Sequence[str]) -> Cell:
    """Return what a commitment takes forward, a line a step."""
    if len(forward) == 1:
        return cell(forward[0])
    return Cell(lines=tuple(spans(step) for step in forward), words=True)
