"""What every paper has: a masthead, the data-quality and sources annexes, abbreviations and helplines."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from priority_two.charts.exhibit import Cell, Exhibit, Row
from priority_two.charts.style import PAGE_WIDTH, SIZE, ems, line
from priority_two.charts.tables import exhibit
from priority_two.checks.gate import CRITICAL, WARNING, Judgement
from priority_two.errors import Error, Refused
from priority_two.files.reads import ReadFile
from priority_two.imprint import Filing
from priority_two.kinds import Kind
from priority_two.measures.book import Book
from priority_two.measures.evidence import Evidence
from priority_two.periods import Period, date_label
from priority_two.reference.boundaries import Boundaries
from priority_two.reference.catalogue import TABLES, Catalogue
from priority_two.report.content import Telling, content
from priority_two.report.fragments import Fragment, fragment
from priority_two.returns.coverage import CoveredMonth as Covered
from priority_two.returns.store import Return
from priority_two.updates.briefing import Briefing
from priority_two.updates.documents import Document
from priority_two.updates.strategic_group import GroupReport

_REFERENCE = "/reference/"


@dataclass(frozen=True)
class Proof:
    """What a proof lacks: a draft that shows its gaps, for whoever writes it.

    Parameters
    ----------
    to_write
        What is still to write of a commitment in words, by commitment.
    gaps
        Figures that were not received, and appendices that are not there.
    """

    to_write: dict[str, str]
    gaps: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many parts are missing."""
        return len(self.to_write) + len(self.gaps)


@dataclass(frozen=True)
class Material:
    """What a report is made from.

    Parameters
    ----------
    catalogue
        The reference data.
    period
        The report's period.
    quarter
        The quarter whose updates it tells: the period itself, or a year's last.
    as_at
        The knowledge cut-off.
    edition
        The edition.
    evidence
        The observations that count.
    updates
        The quarter's updates by commitment.
    appendices
        The quarter's appendices by number.
    briefings
        Those of them that are briefings, by number.
    earlier
        The updates of the quarters before, by quarter, the oldest first; quarters without any are left out.
    group
        The group's report of the quarter, or None where the paper does not tell it.
    returns
        Every return that had been received, those without permission among them.
    covered
        Who sent what by when, over the year to the period's end.
    book
        What was measured.
    boundaries
        The areas' shapes, or None where the map is one of tiles.
    filing
        What is said of its filing, or None in a draft.
    proof
        What is missing in a proof; None where nothing is.
    last
        What the last report was made from, or None where there was none or the paper does not tell what changed.
    """

    catalogue: Catalogue
    period: Period
    quarter: Period
    as_at: dt.date
    edition: str
    evidence: Evidence
    updates: dict[str, Document]
    appendices: dict[int, Document]
    briefings: dict[int, Briefing]
    earlier: dict[Period, dict[str, Document]]
    group: GroupReport | None
    returns: list[Return]
    covered: list[Covered]
    book: Book
    boundaries: Boundaries | None = None
    filing: Filing | None = None
    proof: Proof | None = None
    last: Material | None = None


class Paper:
    """A report that has passed the gate.

    Parameters
    ----------
    kind
        Its kind.
    material
        What it is made from.
    judgements
        What the expectations said.
    read
        The files that were read, with SHA-256 and size.
    """

    title = ""
    transcribed = "Ratings and figures"
    presents_priority = True

    def __init__(self, kind: Kind, material: Material, judgements: list[Judgement], read: dict[str, ReadFile]) -> None:
        self.kind = kind
        self.material = material
        self.judgements = judgements
        self.inputs = read
        self.catalogue = material.catalogue
        self.evidence = material.evidence
        self.said: list[str] = []

    # Sections

    def masthead(self) -> Fragment:
        """Title, period, as-at date, edition and status; the priority, its lead partners and objectives."""
        material, partnership = self.material, self.catalogue.partnership
        occasion = self.catalogue.calendar.get(str(material.period))
        label, title = self.label(), self.heading()
        metadata = {
            "title": f"{title}, {partnership.priority.name} – {partnership.name}",
            "running_header": self._running_header(label),
            "status": " · ".join(
                (f"{material.edition.capitalize()} edition", self.status(), f"data as at {date_label(material.as_at)}")
            ),
            "as_at": material.as_at.isoformat(),
            "missing": material.proof.missing if material.proof else 0,
            "helplines": [helpline.model_dump() for helpline in partnership.helplines],
            "quick_exit": partnership.quick_exit.model_dump(),
            "inputs": {path: asdict(read) for path, read in sorted(self.inputs.items())},
            "checks": [
                {
                    "dataset": one.dataset,
                    "rows": rows_of(one),
                    "expectations": one.expectations,
                    "critical": sum(f.severity == CRITICAL for f in one.findings),
                    "warnings": sum(f.severity == WARNING for f in one.findings),
                }
                for one in self.judgements
            ],
            "findings": [
                {"dataset": one.dataset, "severity": finding.severity, "said": str(_placed(finding.error))}
                for one in self.judgements
                for finding in one.findings
            ],
            "content": content(self),
        }
        return self.show(
            "masthead",
            metadata,
            title=title,
            partnership=partnership,
            period=material.period,
            quarter=material.quarter,
            as_at=material.as_at,
            before_close=material.as_at < material.period.end,
            edition=material.edition,
            status=self.status(),
            filing=material.filing,
            proof=material.proof,
            board_date=occasion.board_date if occasion else None,
            bases=self.bases(),
            transcribed=self.transcribed,
            synthetic=self.illustrative(),
            facts=self.facts(),
            notices=self.notices(),
            presents_priority=self.presents_priority,
        )

    def data_quality(self) -> Fragment:
        """What was checked, what was flagged, and, apart from it, what is known and stays."""
        flags: dict[tuple[str, str, str], list[Error]] = {}
        known: dict[tuple[str, str, str], list[Error]] = {}
        for one in self.judgements:
            for finding in one.findings:
                error = _placed(finding.error)
                flagged, last = (known, finding.waived) if finding.waived else (flags, error.fix)
                flagged.setdefault((one.dataset, error.expected, last), []).append(error)
        checked = [(one, rows_of(one)) for one in self.judgements]
        return self.show("data_quality", checked=checked, flags=flags, known=known)

    def sources(self) -> Fragment:
        """Every figure that the sections above used: its return, received date and row."""
        groups: dict[str, dict[str, Any]] = {}
        for one in self.evidence.sources():
            name = self.catalogue.partners[one.terms.partner]
            group = groups.setdefault(one.file, {"partner": name, "terms": one.terms, "file": one.file, "rows": []})
            group["rows"].append(
                {
                    "one": one,
                    "measure": self.catalogue.measures[one.measure],
                    "part": self._part(one.measure, one.breakdown),
                    "text": self.evidence.text(one),
                    "area": self.catalogue.areas.get(one.area, ""),
                }
            )
        worked_out = [
            {
                "one": one,
                "measure": self.catalogue.measures[one.measure],
                "part": self._part(one.measure, one.breakdown),
                "text": self.evidence.text(one),
                "area": self.catalogue.areas.get(one.area, ""),
            }
            for _, one in sorted(self.evidence.worked_out.items())
        ]
        return self.show(
            "sources", groups=list(groups.values()), worked_out=worked_out, borough=self.catalogue.partnership.borough
        )

    def abbreviations(self) -> Fragment:
        """What the abbreviations of the sections above stand for."""
        text = re.sub(r"<[^>]*>", " ", " ".join(self.said))
        used = {
            short: long
            for short, long in self.catalogue.abbreviations.items()
            if re.search(rf"(?<!\w){re.escape(short)}s?(?!\w)", text)
        }
        return self.show("abbreviations", abbreviations=used)

    def helplines(self) -> Fragment:
        """Where to get help."""
        return self.show("helplines", helplines=self.catalogue.partnership.helplines)

    # What it says, as data

    def tell(self, telling: Telling) -> None:
        """Tell what the sections of this paper say: its ratings, figures, milestones and texts."""

    # What sections are made of

    def label(self) -> str:
        """Return the period as the calendar calls it."""
        occasion = self.catalogue.calendar.get(str(self.material.period))
        return occasion.label if occasion else self.material.period.label

    def _running_header(self, label: str) -> str:
        """Return what stands at the head of each page, on one line: what does not fit is cut, the period last."""
        partnership = self.catalogue.partnership
        period = line(label, PAGE_WIDTH / 2)
        whose = line(f"{partnership.name} · {partnership.priority.name}", PAGE_WIDTH - SIZE * ems(f" · {period}"))
        return f"{whose} · {period}"

    def heading(self) -> str:
        """Return the title with the period."""
        return f"{self.title}: {self.label()}"

    def status(self) -> str:
        """Return whether it is a proof, a draft or filed, in words."""
        filing, proof = self.material.filing, self.material.proof
        if proof:
            return f"Proof, not complete: {proof.missing} missing"
        return f"Filed, version {filing.version}" if filing else "Draft"

    def facts(self) -> list[tuple[str, str]]:
        """Return what the masthead says of this paper besides, as names and words."""
        return []

    def notices(self) -> list[str]:
        """Return what the masthead tells the reader to bear in mind besides."""
        return []

    def bases(self) -> list[str]:
        """Return on what the texts of the paper rest, each once."""
        return sorted({document.front.basis for document in self.material.updates.values()})

    def illustrative(self) -> bool:
        """Whether any of the figures that the paper may use is made up."""
        return any(one.terms.synthetic for one in self.evidence.observations)

    def exhibits(self, document: Document) -> list[Exhibit]:
        """Return the tables and charts that stand under a document's narrative.

        Raises
        ------
        Refused
            A measure that is named there has no observation.
        """
        shown, errors = [], []
        for wanted in document.front.exhibits:
            made = exhibit(wanted.measure, wanted.charted, self.evidence)
            if made:
                shown.append(made)
            elif self.evidence.gap_of(wanted.measure):
                title = self.catalogue.measures[wanted.measure].title
                shown.append(Exhibit(title, ("Measure", "Figure"), (Row(title, (Cell("not received", words=True),)),)))
            else:
                found = f"no observation of {wanted.measure} in {self.evidence.period.financial_year}"
                fix = f"{self.evidence.wanted(wanted.measure)}, or take the exhibit out"
                row = document.lines.get("exhibits")
                errors.append(Error(document.file, "figures for each exhibit", row, "exhibits", found, fix))
        if errors:
            raise Refused(errors)
        return shown

    def show(self, template: str, metadata: dict[str, Any] | None = None, **values: Any) -> Fragment:
        """Return a section, and remember what it said."""
        made = fragment(template, metadata, **values)
        self.said.append(made.html)
        return made

    def _part(self, measure: str, breakdown: str) -> str:
        if not breakdown:
            return ""
        meaning = self.catalogue.breakdowns[measure, breakdown]
        return ", ".join(part for part in (meaning.series, meaning.label) if part)


def rows_of(one: Judgement) -> int | None:
    """Return how many rows of a dataset were judged; None for a reference table.

    Such a table grows by rows for later papers, which would otherwise reach this one by their number.
    """
    return None if one.dataset in (*TABLES, "waivers") else one.rows


def _placed(error: Error) -> Error:
    """Return a fault without the row where that is one of a reference table: rows before it may come and go."""
    return replace(error, row=None) if _REFERENCE in error.file else error
