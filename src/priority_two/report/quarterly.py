"""The quarterly progress paper."""

from __future__ import annotations

from priority_two.report import changes_since_last as since
from priority_two.report import exceptions
from priority_two.report.board_briefing import NOTHING, tell_briefing, told
from priority_two.report.content import Telling
from priority_two.report.data.coverage_tables import by_month
from priority_two.report.data.measure_tables import compared, lead_series, over_time, overview, shown_measures
from priority_two.report.data.returns_tables import behind
from priority_two.report.data.revisions_table import revised
from priority_two.report.fragments import Fragment
from priority_two.report.progress import ProgressPaper
from priority_two.returns.coverage import quality
from priority_two.updates.briefing import RECOMMENDATIONS
from priority_two.updates.narrative import bindings


class QuarterlyProgress(ProgressPaper):
    """A quarter's progress against the commitments of the strategy."""

    title = "Progress report"

    def tell(self, telling: Telling) -> None:
        """Tell headlines, ratings, every update with its figures and milestones, partners' data, and appendices."""
        material = self.material
        telling.headlines(self.catalogue.partnership.headlines)
        self.tell_ratings(telling)
        for name, commitment in self.catalogue.commitments.items():
            document = material.updates.get(name)
            if document is None:
                continue
            telling.element(name, commitment.title)
            self.tell_document(telling, name, commitment.title, document)
            for one in document.front.milestones:
                telling.milestone(name, one, self.outcome(one), document.front.basis)
        for number, document in material.appendices.items():
            telling.element(f"appendix {number}", document.front.title)
            if number in material.briefings:
                tell_briefing(telling, self, number)
            else:
                self.tell_document(telling, f"appendix {number}", document.front.title, document)
        telling.coverage(material.covered, material.period.months())
        telling.overview()
        telling.charted(self.catalogue.partnership.quarterly_charts)

    def at_a_glance(self) -> Fragment:
        """How many commitments have each rating, and headline figures."""
        return self.show(
            "at_a_glance",
            counts=self.counts(),
            total=len(self.rated()),
            unrated=self.unrated(),
            tiles=self.tiles("headlines", self.catalogue.partnership.headlines),
            flags=sum(not finding.waived for one in self.judgements for finding in one.findings),
            legend=self.legend(),
        )

    def exceptions(self) -> Fragment:
        """What the subgroup brings before the Board, each with its owner and what the Board is asked."""
        rated = [(commitment, document, self.history(commitment.commitment)) for commitment, document in self.rated()]
        asks = self.catalogue.partnership.exceptions
        groups = [
            ("Ratings", exceptions.ratings(rated, self.catalogue)),
            ("Milestones overdue", exceptions.milestones(self.material)),
            ("Returns not in, late or without permission", exceptions.returns(self.material)),
            ("Statistical signals", exceptions.signals(self.material)),
            ("Checks", exceptions.checks(self.judgements, asks.checks)),
        ]
        return self.show(
            "exceptions",
            groups=[(title, matters) for title, matters in groups if matters],
            nothing=[title for title, matters in groups if not matters],
        )

    def changes(self) -> Fragment:
        """What changed since the last report: ratings, figures, milestones, updates, and what there is at all."""
        last = self.material.last
        bases = {document.front.basis for document in last.updates.values()} if last else set()
        return self.show(
            "changes",
            last=last,
            found=since.compared(self.kind, last, self) if last else None,
            illustrative="all" if bases == {"illustrative"} else "some" if "illustrative" in bases else "",
        )

    def ratings(self) -> Fragment:
        """Every rating by section with its direction of travel, what needs action, and the ratings over time."""
        rows = [
            {
                "commitment": commitment,
                "front": document.front,
                "badge": self.badge(document.front.rating),
                "direction": self.direction(commitment.commitment),
            }
            for commitment, document in self.rated()
        ]
        action = [row for row in rows if self.catalogue.ratings[row["front"].rating].needs_action == "yes"]
        return self.show(
            "ratings",
            chart=self.ratings_overview(),
            rows=rows,
            unrated=self.unrated(),
            action=action,
            history=self.ratings_over_time(),
        )

    def commitments(self) -> Fragment:
        """Every commitment with its rating, qualifier, narrative, milestones and figures, section by section."""
        sections = [
            {
                "section": section,
                "commitments": [
                    {
                        "commitment": commitment,
                        "document": document,
                        "front": document.front,
                        "gap": self.gap(commitment.commitment),
                        "badge": self.badge(document.front.rating),
                        "direction": self.direction(commitment.commitment),
                        "narrative": self.narrative(document, level=5),
                        "milestones": self.milestone_rows(commitment.commitment),
                        "exhibits": self.exhibits(document),
                    }
                    for commitment in section.commitments
                    for document in [self.material.updates[commitment.commitment]]
                ],
            }
            for section in self.catalogue.sections
        ]
        return self.show("commitments", sections=sections)

    def data(self) -> Fragment:
        """What partners sent: who by when, the measures by quarter, charts of some, and what was revised."""
        material, catalogue = self.material, self.catalogue
        months = material.period.months()
        charted = [
            over_time(material.book, catalogue, measure, series)
            for measure in (catalogue.measures[name] for name in catalogue.partnership.quarterly_charts)
            if (series := lead_series(material.book, catalogue, measure, material.period))
        ]
        shown = {one.measure for one in shown_measures(catalogue)}
        return self.show(
            "data",
            month=months[-1],
            summaries=[(month, quality(material.covered, month)) for month in months],
            coverage=by_month(material.covered, catalogue, months),
            overview=overview(material.book, catalogue, material.period),
            charted=charted,
            revised=revised(material.book, catalogue, material.period.financial_year, shown),
            received=behind(material.returns, catalogue, compared(material.period)),
        )

    def appendices(self) -> Fragment:
        """The papers that go with the report."""
        appendices = [
            {
                "number": number,
                "front": document.front,
                "briefing": told(self, number) if number in self.material.briefings else None,
                "narrative": "" if number in self.material.briefings else self.narrative(document, level=4),
                "exhibits": [] if number in self.material.briefings else self.exhibits(document),
                "cited_by": [
                    name
                    for name, update in self.material.updates.items()
                    if any(b.name == "appendix" and b.arguments["number"] == number for b in bindings(update.narrative))
                ],
            }
            for number, document in self.material.appendices.items()
        ]
        return self.show("appendices", appendices=appendices, nothing=NOTHING, recommendations=RECOMMENDATIONS)
