"""The strategic group's report to the partnership."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from priority_two.checks.gate import Judgement
from priority_two.files.reads import ReadFile
from priority_two.kinds import Kind
from priority_two.periods import date_label
from priority_two.report.content import Telling, plain
from priority_two.report.fragments import Fragment, safe
from priority_two.report.paper import Material, Paper
from priority_two.updates.headings import HeadedText, says_something
from priority_two.updates.narrative import render
from priority_two.updates.strategic_group import ACTION_PLAN, ASKS, AskedAction, GroupFront, ReportPart

NOTHING = "Nothing was reported under this heading."


@dataclass(frozen=True)
class ShownPart:
    """A heading as it is shown: `name` is its place in the page, `html` is blank where nothing was reported."""

    name: str
    title: str
    html: str
    parts: list[ShownPart]


class StrategicGroup(Paper):
    """What the strategic group reports to the partnership in a quarter."""

    title = "Strategic Group report"
    transcribed = "Dates and figures"
    presents_priority = False

    def __init__(self, kind: Kind, material: Material, judgements: list[Judgement], read: dict[str, ReadFile]) -> None:
        super().__init__(kind, material, judgements, read)
        if material.group is None or material.group.document is None:
            raise ValueError("this paper is opened with a report of the group")
        self.report = material.group
        self.front: GroupFront = material.group.document.front

    def tell(self, telling: Telling) -> None:
        """Tell what stands under each heading with its figures, the action plan, and the asks."""
        for passage in self.report.passages:
            name = " / ".join(part for part in (passage.parent, passage.title) if part) or "introduction"
            telling.element(name, passage.title or self.title)
            telling.text(name, passage.title or self.title, [plain(self.narrative(passage, level=4))])
            telling.bound(name, passage.text)
        for name in (ACTION_PLAN, ASKS):
            telling.element(name, name)
            telling.text(name, name, [_in_line(one) for one in self._of(name)])

    # Sections

    def updates(self) -> Fragment:
        """What the report says under each of its headings; of a heading without content, that nothing was reported."""
        introduction = self.report.introduction
        return self.show(
            "group_updates",
            introduction=self.narrative(introduction, level=3) if introduction else "",
            parts=[self._told(part, number, level=3) for number, part in enumerate(self.report.parts, 1)],
            nothing=NOTHING,
        )

    def action_plan(self) -> Fragment:
        """The items of the action plan: action, owner, due date and state."""
        return self.show("group_action_plan", title=ACTION_PLAN, rows=self._of(ACTION_PLAN), nothing=NOTHING)

    def asks(self) -> Fragment:
        """What the partnership is asked to do: action, owner and due date."""
        return self.show("group_asks", title=ASKS, rows=self._of(ASKS), nothing=NOTHING)

    # What the masthead says

    def facts(self) -> list[tuple[str, str]]:
        """Return when the report was filed, when the group had last met, and the author's post."""
        return [
            ("Date report filed", date_label(self.front.filed)),
            ("Date of last Strategic Group", date_label(self.front.last_group)),
            ("Author", self.front.author),
        ]

    def notices(self) -> list[str]:
        """Return which headings are empty, and that figures may be newer than the report."""
        leaves = [part.title for _, part in self.report.leaves if not part.has_text]
        empty = [*leaves, *(name for name in (ACTION_PLAN, ASKS) if not self._of(name))]
        filed, as_at = self.front.filed, self.material.as_at
        newer = (
            f"The report was filed on {date_label(filed)}. Its figures are as at {date_label(as_at)}: "
            "one that was revised in between is the revised one, and marked."
        )
        return [
            *([f"Nothing was reported under: {'; '.join(empty)}."] if empty else []),
            *([newer] if as_at > filed else []),
        ]

    def bases(self) -> list[str]:
        """Return on what the report rests."""
        return [self.front.basis]

    def illustrative(self) -> bool:
        """Whether any of the figures that the report uses is made up."""
        for passage in self.report.passages:
            self.narrative(passage, level=4)
        return any(one.terms.synthetic for one in self.evidence.sources())

    # What sections are made of

    def narrative(self, passage: HeadedText, level: int) -> Markup:
        """Return what stands under a heading as HTML.

        Raises
        ------
        Refused
            A binding that is not allowed or binds nothing, an image, or a link that could fetch something.
        """
        return safe(render(passage.text, self.report.file, passage.row + 1, self.evidence, set(), level))

    def _told(self, part: ReportPart, number: int, level: int) -> ShownPart:
        html = self.narrative(part.passage, level + 1) if part.passage else Markup("")
        parts = [self._told(one, place, level + 1) for place, one in enumerate(part.parts, 1)]
        shown = html if says_something(html.striptags()) else ""
        name = f"part-{part.section}" if part.section else f"other-part-{number}"
        return ShownPart(name, part.title, shown, parts)

    def _of(self, name: str) -> list[AskedAction]:
        return [one for of, one in self.report.actions if of == name]


def _in_line(one: AskedAction) -> str:
    due = one.due.label if one.due else ""
    said = (one.action, one.owner, due, getattr(one, "state", ""))
    return "; ".join(part for part in said if part)
