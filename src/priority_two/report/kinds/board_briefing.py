"""The Board briefing, standing alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from priority_two.periods import QUARTER, date_label
from priority_two.report.kinds.kind import Kind

if TYPE_CHECKING:
    from priority_two.report.material import Material


class BoardBriefing(Kind):
    """What a quarter's briefings put before the Board, each whole, in the order of their appendices."""

    name = "board-briefing"
    notebook = "board_briefing.ipynb"
    period_kind = QUARTER
    description = "what a quarter's briefings put before the Board"
    title = "Board briefing"
    transcribed = "Dates and figures"
    briefing = True
    presents_priority = False

    def facts(self, material: Material) -> list[tuple[str, str]]:
        """Return what each briefing is about, and when it was written."""
        several = len(material.briefings) > 1
        return [
            (f"{name} of appendix {number}" if several else name, words)
            for number, briefing in material.briefings.items()
            for name, words in (
                ("Subject", briefing.front.subject),
                ("Purpose", briefing.front.purpose),
                ("Written", date_label(briefing.document.front.written)),
            )
            if words
        ]

    def notices(self, material: Material) -> list[str]:
        """Return which sections are empty."""
        sections = [section for briefing in material.briefings.values() for section in briefing.sections]
        empty = [section.title for section in sections if not section.has_text]
        return [f"Nothing was written under: {'; '.join(empty)}."] if empty else []

    def bases(self, material: Material) -> set[str]:
        """Return on what the briefings rest."""
        return {briefing.document.front.basis for briefing in material.briefings.values()}
