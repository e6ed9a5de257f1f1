"""The annual achievements summary."""

from __future__ import annotations

from priority_two.checks.datasets import overdue
from priority_two.periods import plural
from priority_two.report.fragments import Fragment, fragment
from priority_two.report.paper import Paper
from priority_two.updates import Milestone, When


class AnnualAchievements(Paper):
    """What a financial year achieved: made from the updates of its last quarter."""

    title = "Achievements of the year"

    def at_a_glance(self) -> Fragment:
        """The year in numbers: ratings at its end, milestones, headline figures."""
        states = [self._state(milestone) for milestone in self._milestones()]
        return fragment(
            "year_at_a_glance",
            counts=self.counts(),
            total=len(self.rated()),
            met=sum(state.startswith("Met") for state in states),
            milestones=len(states),
            slipped=sum((milestone.slip or 0) > 0 for milestone in self._milestones()),
            tiles=self.tiles("annual_headlines", self.catalogue.partnership.annual_headlines),
            legend=self.legend(),
            quarter=self.material.quarter,
        )

    def achievements(self) -> Fragment:
        """What was achieved, each tied to the commitment it serves."""
        rows = [
            {"text": achievement.text, "commitment": self.catalogue.commitments[achievement.commitment]}
            for document in self.material.updates.values()
            for achievement in document.front.achievements
        ]
        return fragment("achievements", rows=rows)

    def ratings(self) -> Fragment:
        """Ratings by section at the end of the year, as a chart and as the table beneath it."""
        names = {commitment.commitment: document.front.rating for commitment, document in self.rated()}
        rows = [
            {
                "section": section,
                "counts": [
                    sum(names.get(commitment.commitment) == rating for commitment in section.commitments)
                    for rating in self.catalogue.ratings
                ],
                "total": sum(commitment.commitment in names for commitment in section.commitments),
            }
            for section in self.catalogue.sections
            if any(commitment.commitment in names for commitment in section.commitments)
        ]
        return fragment(
            "ratings_by_section",
            chart=self.ratings_overview(),
            rows=rows,
            words=[badge.word for badge in self.legend()],
            rated=[
                {"commitment": commitment, "badge": self.badge(document.front.rating)}
                for commitment, document in self.rated()
            ],
        )

    def milestones(self) -> Fragment:
        """What was promised by when, what was met, and what slipped by how long."""
        rows = [
            {"commitment": name, "milestone": milestone, "state": self._state(milestone)}
            for name, document in self.material.updates.items()
            for milestone in document.front.milestones
        ]
        return fragment("milestones", rows=rows)

    def going_forward(self) -> Fragment:
        """What goes forward into the next year, by commitment."""
        rows = [
            {"commitment": self.catalogue.commitments[name], "items": document.front.forward}
            for name, document in self.material.updates.items()
            if document.front.forward
        ]
        return fragment("going_forward", rows=rows)

    def _milestones(self) -> list[Milestone]:
        return [one for document in self.material.updates.values() for one in document.front.milestones]

    def _state(self, milestone: Milestone) -> str:
        if milestone.met == "undated":
            return "Met, date not given"
        if isinstance(milestone.met, When):
            return "Met late" if (milestone.slip or 0) > 0 else "Met"
        if days := overdue(milestone, self.material.as_at):
            return f"Overdue by {plural(days, 'day')}"
        return "Put back, not yet due" if (milestone.slip or 0) > 0 else "Not yet due"
