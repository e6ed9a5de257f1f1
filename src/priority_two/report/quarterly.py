"""The quarterly progress paper."""

from __future__ import annotations

from priority_two.narrative import bindings
from priority_two.report.fragments import Fragment
from priority_two.report.paper import Paper


class QuarterlyProgress(Paper):
    """A quarter's progress against the commitments of the strategy."""

    title = "Progress report"

    def at_a_glance(self) -> Fragment:
        """How many commitments have each rating, exceptions, headline figures."""
        exceptions = [
            {"commitment": commitment, "front": document.front, "badge": self.badge(document.front.rating)}
            for commitment, document in self.rated()
            if self.catalogue.ratings[document.front.rating].needs_action == "yes"
        ]
        return self.show(
            "at_a_glance",
            counts=self.counts(),
            total=len(self.rated()),
            exceptions=exceptions,
            tiles=self.tiles("headlines", self.catalogue.partnership.headlines),
            flags=sum(len(one.findings) for one in self.judgements),
            legend=self.legend(),
        )

    def ratings(self) -> Fragment:
        """Every rating by section, as a chart and as the table beneath it."""
        rows = [
            {
                "commitment": commitment,
                "front": document.front,
                "badge": self.badge(document.front.rating),
            }
            for commitment, document in self.rated()
        ]
        return self.show("ratings", chart=self.ratings_overview(), rows=rows)

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
                        "badge": self.badge(document.front.rating),
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

    def appendices(self) -> Fragment:
        """The papers that go with the report."""
        appendices = [
            {
                "number": number,
                "front": document.front,
                "narrative": self.narrative(document, level=4),
                "exhibits": self.exhibits(document),
                "cited_by": [
                    name
                    for name, update in self.material.updates.items()
                    if any(b.name == "appendix" and b.arguments["number"] == number for b in bindings(update.narrative))
                ],
            }
            for number, document in self.material.appendices.items()
        ]
        return self.show("appendices", appendices=appendices)
