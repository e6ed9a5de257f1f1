"""The kinds of report: which notebook makes each, and for what kind of period. Cheap to import."""

from __future__ import annotations

from dataclasses import dataclass

from priority_two.periods import MONTH, QUARTER, YEAR, Period


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Parameters
    ----------
    name
        As the command names it.
    notebook
        File name under ``notebooks/``.
    period_kind
        The kind of period it is made for.
    says
        What it is, in words.
    updates
        Whether it tells what was written of the commitments.
    group
        Whether it tells what the strategic group reports.
    briefing
        Whether it tells the quarter's briefings alone.
    changes
        Whether it tells what changed since the last report.
    maps
        Whether it draws maps, for which the caller can name boundaries.
    workbook
        Whether its tables also come as a workbook.
    """

    name: str
    notebook: str
    period_kind: str
    says: str
    updates: bool = True
    group: bool = False
    briefing: bool = False
    changes: bool = False
    maps: bool = False
    workbook: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "quarterly-progress",
            "quarterly_progress.ipynb",
            QUARTER,
            "a quarter's progress against the commitments",
            changes=True,
        ),
        Kind("annual-achievements", "annual_achievements.ipynb", YEAR, "what a financial year achieved"),
        Kind(
            "data-sheet",
            "data_sheet.ipynb",
            MONTH,
            "what partners sent by a month",
            updates=False,
            maps=True,
            workbook=True,
        ),
        Kind(
            "strategic-group",
            "strategic_group.ipynb",
            QUARTER,
            "what the strategic group reports in a quarter",
            updates=False,
            group=True,
        ),
        Kind(
            "board-briefing",
            "board_briefing.ipynb",
            QUARTER,
            "what a quarter's briefings put before the Board",
            updates=False,
            briefing=True,
        ),
    )
}


def due_papers(period: Period) -> list[tuple[Kind, Period]]:
    """Return the papers that a quarter asks for: its progress report and, after Q4, the year's achievements."""
    papers = [(KINDS["quarterly-progress"], period)]
    if period == period.financial_year.quarters()[-1]:
        papers.append((KINDS["annual-achievements"], period.financial_year))
    return papers
