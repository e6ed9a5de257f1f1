"""The kinds of report, a class each. Cheap to import: what a kind shows stands in ``sections/``."""

from __future__ import annotations

from priority_two.periods import Period
from priority_two.report.kinds.annual_achievements import AnnualAchievements
from priority_two.report.kinds.board_briefing import BoardBriefing
from priority_two.report.kinds.data_sheet import DataSheet
from priority_two.report.kinds.kind import Kind
from priority_two.report.kinds.quarterly_progress import QuarterlyProgress
from priority_two.report.kinds.strategic_group_report import StrategicGroupReport

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (QuarterlyProgress(), AnnualAchievements(), DataSheet(), StrategicGroupReport(), BoardBriefing())
}
"""Every kind by its name."""


def due_papers(period: Period) -> list[tuple[Kind, Period]]:
    """Return the papers that a quarter asks for: its progress report and, after Q4, the year's achievements."""
    papers = [(KINDS["quarterly-progress"], period)]
    if period == period.financial_year.quarters()[-1]:
        papers.append((KINDS["annual-achievements"], period.financial_year))
    return papers
