"""The annual achievements summary."""

from __future__ import annotations

from priority_two.report.fragments import Fragment
from priority_two.report.progress import ProgressPaper
from priority_two.updates import When


class AnnualAchievements(ProgressPaper):
    """What a financial year achieved: made from the updates of its last quarter."""

    title = "Achievements of the year"

    def at_a_glance(self) -> Fragment:
        """The year in numbers: ratings at its end, milestones, headline figures."""
        milestones = [one for document in self.material.updates.values() for one in document.front.milestones]
        return self.show(
            "year_at_a_glance",
            counts=self.counts(),
            total=len(self.rated()),
            met=sum(isinstance(one.met, When) and self._in_year(one.met) for one in milestones),
            undated=sum(one.met == "undated" for one in milestones),
            open=sum(one.met is None for one in milestones),
            slipped=sum((one.slip or 0) > 0 for one in milestones),
            tiles=self.tiles("annual_headlines", self.catalogue.partnership.annual_headlines),
            legend=self.legend(),
            quarter=self.material.quarter,
        )

    def _in_year(self, when: When) -> bool:
        return self.material.period.start <= when.day <= self.material.period.end

    def achievements(self) -> Fragment:
        """What was achieved, each tied to the commitment it serves."""
        rows = [
            {"text": achievement.text, "commitment": self.catalogue.commitments[achievement.commitment]}
            for document in self.material.updates.values()
            for achievement in document.front.achievements
        ]
        return self.show("achievements", rows=rows)

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
        return self.show(
            "ratings_by_section",
            chart=self.ratings_overview(),
            rows=rows,
            words=[badge.word for badge in self.legend()],
            rated=[
                {"commitment": commitment, "front": document.front, "badge": self.badge(document.front.rating)}
                for commitment, document in self.rated()
            ],
        )

    def milestones(self) -> Fragment:
        """What was promised by when, what was met, and what slipped by how long."""
        rows = [row for name in self.material.updates for row in self.milestone_rows(name)]
        return self.show("milestones", rows=rows)

    def going_forward(self) -> Fragment:
        """What goes forward into the next year, by commitment."""
        rows = [
            {"commitment": self.catalogue.commitments[name], "items": document.front.forward}
            for name, document in self.material.updates.items()
            if document.front.forward
        ]
        return self.show("going_forward", rows=rows)
