"""The strategic group's report to the partnership."""

from __future__ import annotations

from typing import TYPE_CHECKING

from priority_two.periods import QUARTER, date_label
from priority_two.report.kinds.kind import Kind

if TYPE_CHECKING:
    from priority_two.reference.partnership import Partnership
    from priority_two.report.material import Material
    from priority_two.updates.strategic_group import GroupFront


class StrategicGroupReport(Kind):
    """What the strategic group reports in a quarter."""

    name = "strategic-group"
    notebook = "strategic_group.ipynb"
    period_kind = QUARTER
    description = "what the strategic group reports in a quarter"
    transcribed = "Dates and figures"
    group = True

    def title_in(self, partnership: Partnership) -> str:
        """Return whose report it is."""
        return f"{partnership.strategic_group} report"

    def facts(self, material: Material) -> list[tuple[str, str]]:
        """Return when the report was filed, when the group had last met, and the author's post."""
        front = _front(material)
        return [
            ("Date report filed", date_label(front.filed)),
            (f"Date of last {material.catalogue.partnership.strategic_group}", date_label(front.last_group)),
            ("Author", front.author),
        ]

    def notices(self, material: Material) -> list[str]:
        """Return which headings are empty, and that figures may be newer than the report."""
        filed, as_at = _front(material).filed, material.as_at
        empty = _empty_headings(material)
        newer = (
            f"The report was filed on {date_label(filed)}. Its figures are as at {date_label(as_at)}: "
            "one that was revised in between is the revised one, and marked."
        )
        nothing = [f"Nothing was reported under: {'; '.join(empty)}."] if empty else []
        return [*nothing, *([newer] if as_at > filed else [])]

    def bases(self, material: Material) -> set[str]:
        """Return on what the report rests."""
        return {_front(material).basis}


def _front(material: Material) -> GroupFront:
    if material.group is None or material.group.document is None:
        raise ValueError("this paper is opened with a report of the group")
    front: GroupFront = material.group.document.front
    return front


def _empty_headings(material: Material) -> list[str]:
    """Return the headings and lists of the report under which nothing stands."""
    from priority_two.updates.strategic_group import ACTION_PLAN, ASKS

    report = material.group
    if report is None:
        return []
    lists = {name for name, _ in report.actions}
    return [
        *(part.title for _, part in report.leaves if not part.has_text),
        *(name for name in (ACTION_PLAN, ASKS) if name not in lists),
    ]
