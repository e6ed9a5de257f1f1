"""Title, period, as-at date, edition and status; the priority, its lead partners and objectives."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from priority_two.blocks import Block, Group, facts, heading, is_marked, listing, paragraph, walk
from priority_two.charts.style import PAGE_WIDTH, SIZE, ems, line
from priority_two.checks.gate import CRITICAL, WARNING, Judgement
from priority_two.errors import Error
from priority_two.measures.rates import rate_breaks
from priority_two.periods import date_label
from priority_two.reference.catalogue import TABLES
from priority_two.report.material import Material

if TYPE_CHECKING:
    from priority_two.report.paper import Paper

_REFERENCE = "/reference/"


def masthead(paper: Paper) -> list[Block]:
    """Return the masthead of a paper."""
    material, partnership = paper.material, paper.catalogue.partnership
    priority = partnership.priority
    blocks: list[Block] = [
        paragraph(partnership.name, role="publisher"),
        heading(1, title(paper)),
        paragraph(f"{priority.name}: {priority.title}", role="priority"),
        facts(_facts(paper)),
        *(paragraph(text, role="notice") for text in _filing_notices(material)),
        *(paragraph(text, role="notice gap") for text in _proof_notices(material)),
        *_notices(paper),
    ]
    if paper.kind.presents_priority:
        blocks += [
            paragraph(priority.statement, role="statement"),
            paragraph(priority.aim),
            Group(
                role="pair",
                blocks=tuple(
                    Group(blocks=(paragraph(words, role="small-heading"), listing(names)))
                    for words, names in (
                        ("Lead partners", partnership.lead_partners),
                        ("Objectives", partnership.objectives),
                        ("Circulation", partnership.circulation),
                    )
                    if names
                ),
            ),
        ]
    return [Group(role="masthead", blocks=tuple(blocks))]


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
        "status": " · ".join(
            (f"{material.edition.capitalize()} edition", status(material), f"data as at {date_label(material.as_at)}")
        ),
        "as_at": material.as_at.isoformat(),
        "missing": material.proof.missing if material.proof else 0,
        "helplines": [helpline.model_dump() for helpline in partnership.helplines],
        "quick_exit": partnership.quick_exit.model_dump(),
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
            {"dataset": judgement.dataset, "severity": finding.severity, "said": str(placed(finding.error))}
            for judgement in paper.judgements
            for finding in judgement.findings
        ],
        "breaks": [{"measure": measure, "first": first, "title": words} for measure, first, words in _breaks(material)],
    }


def label(paper: Paper) -> str:
    """Return the period as the calendar calls it."""
    occasion = paper.catalogue.calendar.get(str(paper.material.period))
    return occasion.label if occasion else paper.material.period.label


def title(paper: Paper) -> str:
    """Return the title with the period."""
    return f"{paper.kind.title}: {label(paper)}"


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


def _running_header(paper: Paper) -> str:
    """Return what stands at the head of each page, on one line: what does not fit is cut, the period last."""
    partnership = paper.catalogue.partnership
    period = line(label(paper), PAGE_WIDTH / 2)
    whose = line(f"{partnership.name} · {partnership.priority.name}", PAGE_WIDTH - SIZE * ems(f" · {period}"))
    return f"{whose} · {period}"


def _breaks(material: Material) -> list[tuple[str, str, str]]:
    """Return the breaks in series, those that rates inherit among them: measure, first month, title."""
    book = material.book
    inherited = [each for definition in book.definitions.values() for each in rate_breaks(definition, book.breaks)]
    return sorted({(each.measure, str(each.first), each.title) for each in (*book.breaks, *inherited)})


def _facts(paper: Paper) -> list[tuple[str, str]]:
    material, partnership = paper.material, paper.catalogue.partnership
    occasion = paper.catalogue.calendar.get(str(material.period))
    rows = [
        ("Period", f"{date_label(material.period.start)} to {date_label(material.period.end)}"),
        ("Data as at", date_label(material.as_at)),
        ("Edition", f"{material.edition.capitalize()} (restricted)"),
        ("Status", status(material)),
    ]
    if material.filing:
        rows.append(("Approved by", "; ".join(material.filing.approved_by)))
    rows += paper.kind.facts(material)
    if occasion and occasion.board_date:
        rows.append(("Goes to the meeting of", f"{partnership.board}, {date_label(occasion.board_date)}"))
    return rows


def _filing_notices(material: Material) -> list[str]:
    corrects = material.filing.corrects if material.filing else None
    return [f"This corrects version {corrects.version}, as filed before: {corrects.reason}"] if corrects else []


def _proof_notices(material: Material) -> list[str]:
    proof = material.proof
    if not proof:
        return []
    text = "This is a proof and not complete. "
    if proof.to_write:
        text += f"Updates still to write: {', '.join(sorted(proof.to_write))}. "
    return [text + (f"Not received, or not there: {'; '.join(proof.gaps)}." if proof.gaps else "")]


def _notices(paper: Paper) -> list[Block]:
    """Return what a reader has to bear in mind."""
    material, bases = paper.material, paper.kind.bases(paper.material)
    synthetic = is_illustrative(paper)
    notices: list[Block] = []
    if material.as_at < material.period.end:
        day, end = date_label(material.as_at), date_label(material.period.end)
        notices.append(paragraph(f"The data are as at {day}, before the period closed on {end}.", role="notice"))
    if "transcribed" in bases:
        but = ", but for those marked illustrative" if synthetic else ""
        text = f"{paper.kind.transcribed} are transcribed from the partnership’s published paper{but}."
        notices.append(paragraph(f"{text} The wording is this project’s own.", role="notice"))
    if "illustrative" in bases:
        which = "The" if bases == {"illustrative"} else "Some of the"
        text = f"{which} updates are illustrative: they were written to show the paper, not by their owners."
        notices.append(paragraph(text, role="notice", synthetic=True))
    if synthetic:
        text = "Figures marked illustrative are made up. They describe nobody and nothing that happened."
        notices.append(paragraph(text, role="notice", synthetic=True))
    return notices + [paragraph(text, role="notice") for text in paper.kind.notices(material)]


def is_illustrative(paper: Paper) -> bool:
    """Whether the paper shows anything that is marked as illustrative."""
    sections = paper.sections("masthead", "sources", "abbreviations")
    return any(is_marked(block) for section in sections for block in walk(section.blocks))
