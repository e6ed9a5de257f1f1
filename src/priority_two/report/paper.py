"""What every paper has: a masthead, the data-quality and sources annexes, abbreviations and helplines."""

from __future__ import annotations

import base64
import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any

from priority_two.catalogue import Catalogue, Commitment, Headline, Rating
from priority_two.checks.datasets import overdue
from priority_two.checks.gate import CRITICAL, WARNING, Judgement
from priority_two.evidence import Evidence, Missing
from priority_two.faults import Fault, Refused
from priority_two.figures.charts import Chart, Mark, ratings_chart, shape_svg
from priority_two.figures.tables import Exhibit, exhibit
from priority_two.folder import Read
from priority_two.kinds import Kind
from priority_two.narrative import render
from priority_two.periods import Period, date_label, plural
from priority_two.report.fragments import Fragment, fragment, safe
from priority_two.updates import Document, Milestone, When


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
    """

    catalogue: Catalogue
    period: Period
    quarter: Period
    as_at: dt.date
    edition: str
    evidence: Evidence
    updates: dict[str, Document]
    appendices: dict[int, Document]


@dataclass(frozen=True)
class Badge:
    """A rating as it is shown: word, shape and colour."""

    word: str
    address: str
    colour: str
    meaning: str


@dataclass(frozen=True)
class Tile:
    """A headline figure."""

    label: str
    text: str
    anchor: str
    synthetic: bool


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

    def __init__(self, kind: Kind, material: Material, judgements: list[Judgement], read: dict[str, Read]) -> None:
        self.kind = kind
        self.material = material
        self.judgements = judgements
        self.inputs = read
        self.catalogue = material.catalogue
        self.evidence = material.evidence
        self.said: dict[str, str] = {}

    # Sections

    def masthead(self) -> Fragment:
        """Title, period, as-at date, edition and status; the priority, its lead partners and objectives."""
        material, partnership = self.material, self.catalogue.partnership
        occasion = self.catalogue.calendar.get(str(material.period))
        label = occasion.label if occasion else material.period.label
        title = f"{self.title}: {label}"
        metadata = {
            "title": f"{title}, {partnership.priority.name} – {partnership.name}",
            "running_header": f"{partnership.name} · {partnership.priority.name} · {label}",
            "status": f"{material.edition.capitalize()} edition · Draft · data as at {date_label(material.as_at)}",
            "as_at": material.as_at.isoformat(),
            "helplines": [helpline.model_dump() for helpline in partnership.helplines],
            "quick_exit": partnership.quick_exit.model_dump(),
            "inputs": {path: asdict(read) for path, read in sorted(self.inputs.items())},
            "checks": [
                {
                    "dataset": one.dataset,
                    "rows": one.rows,
                    "expectations": one.expectations,
                    "critical": sum(f.severity == CRITICAL for f in one.findings),
                    "warnings": sum(f.severity == WARNING for f in one.findings),
                }
                for one in self.judgements
            ],
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
            board_date=occasion.board_date if occasion else None,
            bases=sorted({document.front.basis for document in material.updates.values()}),
            synthetic=any(one.terms.synthetic for one in self.evidence.observations),
        )

    def data_quality(self) -> Fragment:
        """What was checked, and what was flagged."""
        flags: dict[tuple[str, str, str], list[Fault]] = {}
        for one in self.judgements:
            for finding in one.findings:
                fault = finding.fault
                flags.setdefault((one.dataset, fault.expected, fault.mend), []).append(fault)
        return self.show("data_quality", judgements=self.judgements, flags=flags)

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
        return self.show("sources", groups=list(groups.values()), borough=self.catalogue.partnership.borough)

    def abbreviations(self) -> Fragment:
        """What the abbreviations of the sections above stand for."""
        text = re.sub(r"<[^>]*>", " ", " ".join(self.said.values()))
        used = {
            short: long
            for short, long in self.catalogue.abbreviations.items()
            if re.search(rf"(?<!\w){re.escape(short)}s?(?!\w)", text)
        }
        return self.show("abbreviations", abbreviations=used)

    def helplines(self) -> Fragment:
        """Where to get help."""
        return self.show("helplines", helplines=self.catalogue.partnership.helplines)

    # What sections are made of

    def show(self, template: str, metadata: dict[str, Any] | None = None, **values: Any) -> Fragment:
        """Return a section, and remember what it said."""
        made = fragment(template, metadata, **values)
        self.said[template] = made.html
        return made

    def badge(self, rating: str) -> Badge | None:
        """Return a rating as it is shown, or None where there is none."""
        if not rating:
            return None
        point = self.catalogue.ratings[rating]
        return Badge(point.word, _shape(point), point.colour, point.meaning)

    def legend(self) -> list[Badge]:
        """Return the rating scale, best first."""
        return [badge for name in self.catalogue.ratings if (badge := self.badge(name))]

    def rated(self) -> list[tuple[Commitment, Document]]:
        """Return the rated commitments with their updates, in the paper's order."""
        return [
            (commitment, self.material.updates[name])
            for name, commitment in self.catalogue.commitments.items()
            if commitment.rated == "yes"
        ]

    def counts(self) -> list[tuple[Badge, int]]:
        """Return how many commitments have each rating, best first, ratings that none has included."""
        ratings = [document.front.rating for _, document in self.rated()]
        return [(badge, ratings.count(name)) for name in self.catalogue.ratings if (badge := self.badge(name))]

    def ratings_overview(self) -> Chart:
        """Return the chart of all ratings by section."""
        marks = [
            Mark(commitment.commitment, commitment.section, point.word, point.shape, point.colour)
            for commitment, document in self.rated()
            for point in [self.catalogue.ratings[document.front.rating]]
        ]
        used = {mark.section for mark in marks}
        return ratings_chart(marks, [(s.section, s.title) for s in self.catalogue.sections if s.section in used])

    def tiles(self, key: str, headlines: list[Headline]) -> list[Tile]:
        """Return headline figures.

        Parameters
        ----------
        key
            The key of ``partnership.yaml`` under which they stand, for the fault where one is missing.
        headlines
            What is wanted.

        Raises
        ------
        Refused
            A figure is missing: no paper appears with a hole on its front page.
        """
        tiles, faults = [], []
        for wanted in headlines:
            try:
                one = self.evidence.figure(wanted.measure, wanted.breakdown, wanted.period)
                tiles.append(Tile(wanted.label, self.evidence.text(one), one.anchor, one.terms.synthetic))
            except Missing as missing:
                file = next(path for path in self.inputs if path.endswith("/partnership.yaml"))
                mend = "send the figure in a return, or take the headline out"
                faults.append(Fault(file, "a figure for each headline", column=key, found=str(missing), mend=mend))
        if faults:
            raise Refused(faults)
        return tiles

    def narrative(self, document: Document, level: int) -> str:
        """Return a document's narrative as HTML whose first headings have the given level."""
        numbers = set(self.material.appendices)
        return safe(render(document.narrative, document.file, document.line, self.evidence, numbers, level))

    def exhibits(self, document: Document) -> list[Exhibit]:
        """Return the tables and charts that stand under a document's narrative.

        Raises
        ------
        Refused
            A measure that is named there has no observation.
        """
        shown, faults = [], []
        for wanted in document.front.exhibits:
            made = exhibit(wanted.measure, wanted.charted, self.evidence)
            if made:
                shown.append(made)
            else:
                found = f"no observation of {wanted.measure} in {self.evidence.period.financial_year}"
                mend = "send the figures in a return, or take the exhibit out"
                faults.append(Fault(document.file, "figures for each exhibit", None, "exhibits", found, mend))
        if faults:
            raise Refused(faults)
        return shown

    def milestone_rows(self, commitment: str) -> list[dict[str, Any]]:
        """Return a commitment's milestones with what became of each by the as-at date, in words."""
        milestones = self.material.updates[commitment].front.milestones
        return [
            {"commitment": commitment, "milestone": one, "outcome": _outcome(one, self.material.as_at)}
            for one in milestones
        ]

    def _part(self, measure: str, breakdown: str) -> str:
        if not breakdown:
            return ""
        meaning = self.catalogue.breakdowns[measure, breakdown]
        return ", ".join(part for part in (meaning.series, meaning.label) if part)


def _outcome(milestone: Milestone, as_at: dt.date) -> str:
    if milestone.met == "undated":
        return "Met, date not given"
    if isinstance(milestone.met, When):
        return f"Met {milestone.met.label}"
    if days := overdue(milestone, as_at):
        return f"Overdue by {plural(days, 'day')}"
    due = milestone.due.label if milestone.due else "on a date not given"
    return f"Put back to {due}" if milestone.current else f"Due {due}"


def _shape(point: Rating) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(shape_svg(point.shape, point.colour).encode()).decode()
