"""What the papers on commitments have in common: ratings, headline figures, narrative, milestones."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any

from priority_two.charts.charts import Chart, Mark, history_chart, ratings_chart, shape_svg
from priority_two.charts.exhibit import Cell, Exhibit, Row
from priority_two.errors import Error, Refused
from priority_two.measures.evidence import Missing, Several
from priority_two.periods import plural
from priority_two.reference.catalogue import Commitment, Rating
from priority_two.reference.partnership import Headline
from priority_two.report.content import Telling, plain
from priority_two.report.fragments import safe
from priority_two.report.paper import Paper
from priority_two.report.ratings import direction, quarters_before, rating_in
from priority_two.updates.documents import Document, Milestone, When
from priority_two.updates.narrative import render


@dataclass(frozen=True)
class Badge:
    """A rating as it is shown: word, shape and colour."""

    word: str
    address: str
    colour: str
    meaning: str


@dataclass(frozen=True)
class Tile:
    """A headline figure; in a proof one that is not there has no anchor."""

    label: str
    text: str
    anchor: str
    synthetic: bool


class ProgressPaper(Paper):
    """A paper on the commitments and what was written of them."""

    def tell_ratings(self, telling: Telling) -> None:
        """Tell every rating that is on the scale; of an earlier quarter not every commitment may have one."""
        for name, commitment in self.catalogue.commitments.items():
            document = self.material.updates.get(name)
            if commitment.rated == "yes" and document and document.front.rating in self.catalogue.ratings:
                telling.rating(commitment, document)

    def tell_document(self, telling: Telling, place: str, title: str, document: Document) -> None:
        """Tell an update or an appendix: its text as it is printed, and its figures."""
        front = document.front
        items = [one.text for one in getattr(front, "achievements", [])] + getattr(front, "forward", [])
        telling.text(place, title, [plain(self.narrative(document, level=4)), *items])
        telling.document(place, document)

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
        """Return the commitments that have a rating with their updates, in the paper's order."""
        return [
            (commitment, self.material.updates[name])
            for name, commitment in self.catalogue.commitments.items()
            if commitment.rated == "yes" and self.material.updates[name].front.rating
        ]

    def unrated(self) -> list[Commitment]:
        """Return the commitments whose rating is still to write: none but in a proof."""
        rated = {commitment.commitment for commitment, _ in self.rated()}
        return [one for name, one in self.catalogue.commitments.items() if one.rated == "yes" and name not in rated]

    def gap(self, commitment: str) -> str:
        """Return in words what is still to write of a commitment: nothing but in a proof."""
        return self.material.proof.to_write.get(commitment, "") if self.material.proof else ""

    def counts(self) -> list[tuple[Badge, int]]:
        """Return how many commitments have each rating, best first, ratings that none has included."""
        ratings = [document.front.rating for _, document in self.rated()]
        return [(badge, ratings.count(name)) for name in self.catalogue.ratings if (badge := self.badge(name))]

    def history(self, commitment: str) -> list[Rating | None]:
        """Return a commitment's ratings over the quarters of its history, the oldest first, the report's own last."""
        told = {**self.material.earlier, self.material.quarter: self.material.updates}
        scale = self.catalogue.ratings
        return [
            rating_in(told.get(quarter, {}), commitment, scale)
            for quarter in (*quarters_before(self.material.quarter), self.material.quarter)
        ]

    def direction(self, commitment: str) -> str:
        """Return in words how a commitment's rating moved since last quarter."""
        *_, before, now = self.history(commitment)
        return direction(now, before) if now else ""

    def ratings_over_time(self) -> Exhibit | None:
        """Return the ratings of the quarters that have any, as a chart and a table; None where none was earlier."""
        quarters = [*self.material.earlier, self.material.quarter]
        if len(quarters) == 1 or not self.rated():
            return None
        told = {**self.material.earlier, self.material.quarter: self.material.updates}
        scale = self.catalogue.ratings
        found = {
            one.commitment: [rating_in(told[quarter], one.commitment, scale) for quarter in quarters]
            for one, _ in self.rated()
        }
        titles = {one.commitment: f"{one.commitment} {one.title}" for one, _ in self.rated()}
        bases = {document.front.basis for quarter in quarters for document in told[quarter].values()}
        illustrative = [
            quarter
            for quarter in quarters
            if any(document.front.basis == "illustrative" for document in told[quarter].values())
        ]
        head = [f"{one.label} (illustrative)" if one in illustrative else one.label for one in quarters]
        made = "all" if bases == {"illustrative"} else "some" if illustrative else ""
        return Exhibit(
            title="Ratings over time",
            head=("Commitment", *head),
            rows=tuple(
                Row(titles[name], tuple(Cell(one.word if one else "not rated", words=True) for one in ratings))
                for name, ratings in found.items()
            ),
            chart=history_chart(found, [str(one) for one in quarters]),
            chart_title="Ratings over time",
            synthetic=made,
        )

    def ratings_overview(self) -> Chart | None:
        """Return the chart of all ratings by section, or None where no commitment is rated."""
        marks = [
            Mark(commitment.commitment, commitment.section, point.word, point.shape, point.colour)
            for commitment, document in self.rated()
            for point in [self.catalogue.ratings[document.front.rating]]
        ]
        if not marks:
            return None
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
        tiles, errors = [], []
        for wanted in headlines:
            if not wanted.stands_in(self.material.period):
                continue
            try:
                one = self.evidence.figure(wanted.measure, wanted.breakdown, wanted.period, partner=wanted.partner)
                tiles.append(Tile(wanted.label, self.evidence.text(one), one.anchor, one.synthetic))
            except Missing as missing:
                asked = (wanted.measure, wanted.breakdown, wanted.period)
                if self.evidence.gap(*asked, partner=wanted.partner):
                    tiles.append(Tile(wanted.label, "not received", "", False))
                    continue
                file = next(path for path in self.inputs if path.endswith("/partnership.yaml"))
                several = isinstance(missing, Several)
                fix = "add the key partner" if several else self._headline_wanted(missing)
                errors.append(Error(file, "a figure for each headline", column=key, found=str(missing), fix=fix))
        if errors:
            raise Refused(errors)
        return tiles

    def _headline_wanted(self, missing: Missing) -> str:
        last = self.material.period.before
        return f"{missing.fix}, or add until: {last} to end the headline with that paper"

    def narrative(self, document: Document, level: int) -> str:
        """Return a document's narrative as HTML whose first headings have the given level."""
        numbers = set(self.material.appendices)
        return safe(render(document.narrative, document.file, document.line, self.evidence, numbers, level))

    def milestone_rows(self, commitment: str) -> list[dict[str, Any]]:
        """Return a commitment's milestones with what became of each by the as-at date, in words."""
        return [self.milestone_row(commitment, one) for one in self.material.updates[commitment].front.milestones]

    def milestone_row(self, commitment: str, milestone: Milestone, illustrative: bool = False) -> dict[str, Any]:
        """Return a row of a table of milestones: what was promised, what became of it, and by how much it slipped."""
        return {
            "commitment": commitment,
            "milestone": milestone,
            "outcome": self.outcome(milestone),
            "slip": milestone.slip_by(self.material.as_at),
            "illustrative": illustrative,
        }

    def outcome(self, milestone: Milestone) -> str:
        """Return what became of a milestone by the as-at date, in words."""
        return _outcome(milestone, self.material.as_at)


def _outcome(milestone: Milestone, as_at: dt.date) -> str:
    if milestone.met == "undated":
        return "Met, date not given"
    if isinstance(milestone.met, When):
        return f"Met {milestone.met.label}"
    if days := milestone.overdue(as_at):
        return f"Overdue by {plural(days, 'day')}"
    due = milestone.due.label if milestone.due else "on a date not given"
    return f"Put back to {due}" if milestone.current else f"Due {due}"


def _shape(point: Rating) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(shape_svg(point.shape, point.colour).encode()).decode()
