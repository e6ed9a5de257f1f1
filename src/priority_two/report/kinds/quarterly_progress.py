"""The quarterly progress report: the one that goes to the Board."""

from __future__ import annotations

from priority_two.periods import QUARTER
from priority_two.report.kinds.kind import Kind


class QuarterlyProgress(Kind):
    """A quarter's progress against the commitments of the strategy."""

    name = "quarterly-progress"
    notebook = "quarterly_progress.ipynb"
    period_kind = QUARTER
    description = "a quarter's progress against the commitments"
    title = "Progress report"
    headlines = "headlines"
    updates = True
    changes = True
