"""What the checks flagged and did not stop: by kind, as a reader needs it, and point by point, as evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from priority_two.blocks import Cell, Row, Span, Table, cell, number_cell, spans, styled
from priority_two.checks.gate import Judgement
from priority_two.checks.suite_words import suite_words
from priority_two.errors import Error
from priority_two.report.metadata import placed, rows_of
from priority_two.sentences import agreeing, capital, listed, number_word

MOST_NAMED = 2
"""So many failures of a kind are named in its line; of the others there is the number."""


@dataclass(frozen=True)
class FlaggedKind:
    """What was flagged in a dataset: what it is called, what is lacking, each with its number, and what to do."""

    kind: str
    points: int
    lacking: tuple[tuple[str, int], ...]
    remedy: str

    @property
    def words(self) -> str:
        """What is lacking, the most frequent first: ``no unit (3), no base (2) and four others``."""
        if len(self.lacking) == 1:
            return self.lacking[0][0]
        named = [f"{words} ({count})" for words, count in self.lacking[:MOST_NAMED]]
        others = sum(count for _, count in self.lacking[MOST_NAMED:])
        return listed([*named, f"{number_word(others)} other{'s' * (others > 1)}"]) if others else ", ".join(named)


def flagged_kinds(judgements: Iterable[Judgement]) -> list[FlaggedKind]:
    """Return what was flagged and is not known, a kind a dataset, that with the most points first."""
    kinds = []
    for judgement in judgements:
        words = suite_words(judgement.dataset)
        lacking = Counter(words.short[finding.expectation] for finding in judgement.findings if not finding.waived)
        if lacking:
            kinds.append(FlaggedKind(words.kind, lacking.total(), tuple(lacking.most_common()), words.remedy))
    return sorted(kinds, key=lambda kind: -kind.points)


def known(judgements: Iterable[Judgement]) -> str:
    """Return what is known and stays: ``Nine more points are known …: day drawn not given.``; or nothing."""
    lacking = Counter(
        suite_words(judgement.dataset).short[finding.expectation]
        for judgement in judgements
        for finding in judgement.findings
        if finding.waived
    )
    count = lacking.total()
    if not count:
        return ""
    points = f"{number_word(count)} {agreeing(count, 'point is', 'points are')}"
    return f"{capital(points)} known and {agreeing(count, 'stays', 'stay')}: {listed(list(lacking))}."


def summed_up(kinds: list[FlaggedKind]) -> str:
    """Return how much was flagged: ``69 points in eight kinds, none of which stopped the paper``."""
    points = sum(kind.points for kind in kinds)
    if points == 1:
        return "one point, which did not stop the paper"
    where = "of one kind" if len(kinds) == 1 else f"in {number_word(len(kinds))} kinds"
    return f"{number_word(points)} points {where}, {'neither' if points == 2 else 'none'} of which stopped the paper"


def by_kind(kinds: list[FlaggedKind], known: str) -> Table:
    """Return what was flagged, a line a kind, and in a note what is known."""
    return Table(
        title=f"What was flagged: {summed_up(kinds)}",
        head=("Kind", "Points", "In the main", "To put it right"),
        rows=tuple(
            Row(
                heading=cell(kind.kind),
                cells=(number_cell(str(kind.points), Decimal(kind.points)), cell(kind.words), cell(kind.remedy)),
            )
            for kind in kinds
        ),
        notes=(known,) if known else (),
        role="dense split",
    )


def in_full(judgements: Iterable[Judgement]) -> list[Table]:
    """Return every point with its file and row: what was flagged, and, apart from it, what is known and stays."""
    flags: dict[tuple[str, str, str], list[Error]] = {}
    staying: dict[tuple[str, str, str], list[Error]] = {}
    for judgement in judgements:
        for finding in judgement.findings:
            error = placed(finding.error)
            flagged, last = (staying, finding.waived) if finding.waived else (flags, error.fix)
            kind = suite_words(judgement.dataset).kind
            flagged.setdefault((kind, error.expected, last), []).append(error)
    tables = [("What was flagged", flags, "How to mend it"), ("What is known and stays", staying, "Why it stays")]
    return [_in_full(title, errors, last) for title, errors, last in tables if errors]


def _in_full(title: str, flags: dict[tuple[str, str, str], list[Error]], last: str) -> Table:
    return Table(
        title=title,
        head=("Expected", "Where it was not so", last),
        rows=tuple(
            Row(
                heading=cell(f"{kind}: {expected}"),
                cells=(Cell(lines=tuple(map(_place, errors)), words=True), cell(words)),
            )
            for (kind, expected, words), errors in flags.items()
        ),
        role="flagged",
    )


def _place(error: Error) -> tuple[Span, ...]:
    row = f", row {error.row}" if error.row and error.row > 1 else ""
    where = styled("path", f"{error.file}{row}")
    return spans(f"{error.found} (", where, ")") if error.found else (where,)


def checked(judgements: Iterable[Judgement]) -> Table:
    """Return what was checked, a line a dataset."""
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
            for judgement in judgements
        ),
    )
