"""What exporters, manifest and comparison must know of a paper besides its sections, and how the paper names itself."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from priority_two.blocks import is_marked, walk
from priority_two.charts.style import PAGE_WIDTH, line
from priority_two.checks.gate import CRITICAL, WARNING, Finding, Judgement
from priority_two.content.model import ShownFlag
from priority_two.errors import Error, one_line
from priority_two.measures.rates import rate_breaks
from priority_two.reference.catalogue import TABLES
from priority_two.report.material import Material
from priority_two.sentences import lowered

if TYPE_CHECKING:
    from priority_two.report.paper import Paper

WITHOUT_FIGURES = ("masthead", "about", "how_made", "abbreviations")
"""The sections that show no figure of their own."""

_REFERENCE = "/reference/"
LONGEST = 300
"""Characters of a text that came from outside, and is carried as data."""


def metadata(paper: Paper) -> dict[str, Any]:
    """Return what the exporters, the manifest and the comparison must know of a paper.

    Its keys are ``kind``, ``period``, ``edition``, ``title``, ``heading``, ``running_header``, ``status``, ``as_at``,
    ``missing``, ``helplines``, ``quick_exit``, ``inputs``, ``checks``, ``findings`` and ``breaks``.
    """
    material, partnership = paper.material, paper.catalogue.partnership
    return {
        "kind": paper.kind.name,
        "period": str(material.period),
        "edition": material.edition,
        "heading": title(paper),
        "title": f"{title(paper)}, {partnership.priority.name} – {partnership.name}",
        "running_header": _running_header(paper),
        "status": f"{material.edition.capitalize()} edition (restricted), {lowered(status(material))}",
        "as_at": material.as_at.isoformat(),
        "missing": material.proof.missing if material.proof else 0,
        "helplines": [helpline.model_dump() for helpline in partnership.helplines],
        "quick_exit": partnership.quick_exit.model_dump() if partnership.quick_exit else None,
        "inputs": {path: asdict(read) for path, read in sorted(paper.inputs.items())},
        "checks": [
            {
                "dataset": judgement.dataset,
                "rows": rows_of(judgement),
                "expectations": judgement.expectations,
                "critical": sum(finding.severity == CRITICAL for finding in judgement.findings),
                "warnings": sum(finding.severity == WARNING for finding in judgement.findings),
            }
            for judgement in paper.judgements
        ],
        "findings": [
            _flag(judgement.dataset, finding).model_dump()
            for judgement in paper.judgements
            for finding in judgement.findings
        ],
        "breaks": [{"measure": measure, "first": first, "title": words} for measure, first, words in _breaks(material)],
    }


def _flag(dataset: str, finding: Finding) -> ShownFlag:
    """Return a point that was flagged as the PDF carries it; the gate has left out what is restricted."""
    error = placed(finding.error)
    return ShownFlag(
        dataset=dataset,
        expectation=finding.expectation,
        severity=finding.severity,
        file=one_line(error.file, LONGEST),
        row=error.row,
        column=one_line(error.column),
        found=one_line(error.found),
        expected=one_line(error.expected, LONGEST),
        fix=one_line(error.fix, LONGEST),
        waived=one_line(finding.waived, LONGEST),
    )


def label(paper: Paper) -> str:
    """Return the period as the calendar calls it."""
    occasion = paper.catalogue.calendar.get(str(paper.material.period))
    return occasion.label if occasion else paper.material.period.label


def title(paper: Paper) -> str:
    """Return the title with the period."""
    kind = paper.kind.title_in(paper.catalogue.partnership)
    return f"{kind}: {paper.material.period.label if occasion(paper) else label(paper)}"


def occasion(paper: Paper) -> str:
    """Return what the calendar adds to the name of the period, such as ``End of Year``; or nothing."""
    name, _, added = label(paper).partition(", ")
    return added if name == paper.material.period.label else ""


def status(material: Material) -> str:
    """Return whether it is a proof, a draft or filed, in words."""
    filing, proof = material.filing, material.proof
    if proof:
        return f"Proof, not complete: {proof.missing} missing"
    return f"Filed, version {filing.version}" if filing else "Draft"


def rows_of(judgement: Judgement) -> int | None:
    """Return how many rows of a dataset were judged; None for a reference table.

    Such a table grows by rows for later papers, which would otherwise reach this one by their number.
    """
    return None if judgement.dataset in (*TABLES, "waivers") else judgement.rows


def placed(error: Error) -> Error:
    """Return an error without the row where that is one of a reference table: rows before it may come and go."""
    return replace(error, row=None) if _REFERENCE in error.file else error


def is_illustrative(paper: Paper) -> bool:
    """Whether the paper shows anything that is marked as illustrative."""
    sections = paper.sections(*WITHOUT_FIGURES)
    return any(is_marked(block) for section in sections for block in walk(section.blocks))


def _running_header(paper: Paper) -> str:
    """Return what stands at the head of each page, on half a line: what does not fit is cut."""
    return line(title(paper), PAGE_WIDTH / 2)


def _breaks(material: Material) -> list[tuple[str, str, str]]:
    """Return the breaks in series, those that rates inherit among them: measure, first month, title."""
    book = material.book
    inherited = [each for definition in book.definitions.values() for each in rate_breaks(definition, book.breaks)]
    return sorted({(each.measure, str(each.first), each.title) for each in (*book.breaks, *inherited)})
