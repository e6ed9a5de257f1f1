"""The annual achievements summary."""

from __future__ import annotations

from priority_two.periods import YEAR
from priority_two.report.kinds.kind import Kind


class AnnualAchievements(Kind):
    """What a financial year achieved, from the updates of its four quarters, as far as they were written."""

    name = "annual-achievements"
    notebook = "annual_achievements.ipynb"
    period_kind = YEAR
    description = "what a financial year achieved"
    title = "Achievements of the year"
    headlines = "annual_headlines"
    updates = True
