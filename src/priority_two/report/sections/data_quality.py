"""What was checked, what was flagged, and, apart from it, what is known and stays."""

from __future__ import annotations

from priority_two.blocks import Block, Cell, Row, Span, Table, cell, number_cell, paragraph, spans, styled
from priority_two.errors import Error
from priority_two.report.metadata import placed, rows_of
from priority_two.report.paper import Paper

Flags = dict[tuple[str, str, str], list[Error]]
"""Errors by dataset, what was expected, and what to do about it or why it stays."""


def data_quality(paper: Paper) -> list[Block]:
    """Return the data-quality annex of a paper."""
    flags: Flags = {}
    known: Flags = {}
    for judgement in paper.judgements:
        for finding in judgement.findings:
            error = placed(finding.error)
            flagged, last = (known, finding.waived) if finding.waived else (flags, error.fix)
            flagged.setdefault((judgement.dataset, error.expected, last), []).append(error)
    blocks: list[Block] = [
        paragraph(
            "Everything in this paper was judged before it was written. A critical failure would have stopped it; "
            "what follows did not stop it and is for the reader to weigh."
        ),
        _checked(paper),
    ]
    blocks.append(_flagged("What was flagged", flags, "How to mend it") if flags else paragraph("Nothing was flagged."))
    return blocks + ([_flagged("What is known and stays", known, "Why it stays")] if known else [])


def _checked(paper: Paper) -> Table:
    return Table(
        title="What was checked",
        head=("Dataset", "Rows", "Expectations", "Flagged"),
        rows=tuple(
            Row(
                heading=cell(judgement.dataset.capitalize()),
                cells=tuple(
                    number_cell("all" if count is None else str(count))
                    for count in (rows_of(judgement), judgement.expectations, len(judgement.findings))
                ),
            )
            for judgement in paper.judgements
        ),
    )


def _flagged(title: str, flags: Flags, last: str) -> Table:
    return Table(
        title=title,
        head=("Expected", "Where it was not so", last),
        rows=tuple(
            Row(
                heading=cell(f"{dataset.capitalize()}: {expected}"),
                cells=(Cell(lines=tuple(map(_place, errors)), words=True), cell(words)),
            )
            for (dataset, expected, words), errors in flags.items()
        ),
        role="flagged",
    )


def _place(error: Error) -> tuple[Span, ...]:
    row = f", row {error.row}" if error.row and error.row > 1 else ""
    where = styled("path", f"{error.file}{row}")
    return spans(f"{error.found} (", where, ")") if error.found else (where,)
