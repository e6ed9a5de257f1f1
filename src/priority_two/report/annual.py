"""The annual achievements summary."""

from __future__ import annotations

from priority_two.periods import Period
from priority_two.report.content import Telling
from priority_two.report.fragments import Fragment
from priority_two.report.progress import ProgressPaper
from priority_two.updates.documents import Document, Milestone, When


class AnnualAchievements(ProgressPaper):
    """What a financial year achieved: made from the updates of its four quarters, as far as they were written."""

    title = "Achievements of the year"

    def tell(self, telling: Telling) -> None:
        """Tell headlines, the ratings at the year's end, milestones, achievements, and what goes forward."""
        telling.headlines(self.catalogue.partnership.annual_headlines)
        self.tell_ratings(telling)
        for name, illustrative, one in self._promised():
            telling.milestone(name, one, self.outcome(one), "illustrative" if illustrative else "")
        for name, commitment in self.catalogue.commitments.items():
            achieved = [
                one.text
                for _, updates in self._quarters()
                for document in updates.values()
                for one in document.front.achievements
                if one.commitment == name
            ]
            forward = self.material.updates[name].front.forward
            telling.text(name, commitment.title, [*achieved, *forward])

    def at_a_glance(self) -> Fragment:
        """The year in numbers: ratings at its end, milestones, headline figures."""
        milestones = [one for _, _, one in self._promised()]
        return self.show(
            "year_at_a_glance",
            counts=self.counts(),
            total=len(self.rated()),
            unrated=self.unrated(),
            met=sum(isinstance(one.met, When) and self._in_year(one.met) for one in milestones),
            undated=sum(one.met == "undated" for one in milestones),
            open=sum(one.met is None for one in milestones),
            slipped=sum((one.slip or 0) > 0 or one.overdue(self.material.as_at) > 0 for one in milestones),
            tiles=self.tiles("annual_headlines", self.catalogue.partnership.annual_headlines),
            legend=self.legend(),
            quarter=self.material.quarter,
        )

    def _in_year(self, when: When) -> bool:
        return self.material.period.start <= when.day <= self.material.period.end

    def achievements(self) -> Fragment:
        """What was achieved, each tied to the commitment it serves."""
        rows = [
            {
                "text": achievement.text,
                "commitment": self.catalogue.commitments[achievement.commitment],
                "quarter": quarter,
                "illustrative": document.front.basis == "illustrative",
            }
            for quarter, updates in reversed(self._quarters())
            for document in updates.values()
            for achievement in document.front.achievements
        ]
        return self.show("achievements", rows=rows, several=len(self._quarters()) > 1)

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
            unrated=self.unrated(),
            rows=rows,
            words=[badge.word for badge in self.legend()],
            history=self.ratings_over_time(),
            rated=[
                {"commitment": commitment, "front": document.front, "badge": self.badge(document.front.rating)}
                for commitment, document in self.rated()
            ],
        )

    def milestones(self) -> Fragment:
        """What was promised by when, what was met, and what slipped by how long."""
        rows = [self.milestone_row(name, one, illustrative) for name, illustrative, one in self._promised()]
        return self.show("milestones", rows=rows)

    def _quarters(self) -> list[tuple[Period, dict[str, Document]]]:
        """Return the year's quarters that have updates, with these, the last quarter last."""
        material = self.material
        told = {**material.earlier, material.quarter: material.updates}
        return [(quarter, updates) for quarter, updates in told.items() if material.period.contains(quarter)]

    def _promised(self) -> list[tuple[str, bool, Milestone]]:
        """Return the year's milestones by commitment, each as last told and with the date that was promised first.

        The second part says whether only an illustrative update tells of it.
        """
        found: dict[tuple[str, str], tuple[bool, Milestone]] = {}
        for _, updates in self._quarters():
            for name, document in updates.items():
                for one in document.front.milestones:
                    _, before = found.get((name, one.id), (True, one))
                    told = one.model_copy(update={"baseline": before.baseline or one.baseline})
                    found[name, one.id] = document.front.basis == "illustrative", told
        order = list(self.catalogue.commitments)
        return [
            (name, illustrative, one)
            for (name, _), (illustrative, one) in sorted(found.items(), key=lambda item: order.index(item[0][0]))
        ]

    def going_forward(self) -> Fragment:
        """What goes forward into the next year, by commitment."""
        rows = [
            {"commitment": self.catalogue.commitments[name], "items": document.front.forward}
            for name, document in self.material.updates.items()
            if document.front.forward
        ]
        return self.show("going_forward", rows=rows)
