"""The strategic group's report, which its lead writes to the partnership between the Board's papers.

``data/updates/<period>/strategic-group/report.md`` has YAML front matter: when it was filed, when the group last met,
who wrote it, the action plan, and what the partnership is asked to do. Its narrative has two levels of headings: ``#``
for a part, ``##`` for what stands in it. Their list and its order are data: ``data/reference/group_sections.csv``;
without the file a report has the headings that it has.

A heading of the list that the report leaves out, or leaves empty, is kept, so that the paper can say so. A heading that
is not in the list keeps its text, and stands after those of the list.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated

from priority_two.errors import Error, Refused, attempt, few
from priority_two.files.data_folder import DataFolder
from priority_two.periods import Period
from priority_two.reference.records import Strict, Words
from priority_two.updates.documents import Basis, Day, Document, MaybeMany, MaybeWhen, MaybeWords, day_in, read_document
from priority_two.updates.headings import (
    NARRATIVE,
    HeadedText,
    ListedHeading,
    alike,
    binding_errors,
    cut_at_headings,
    listed_headings,
    underline_errors,
)

MOST_HEADINGS = 100
ACTION_PLAN, ASKS = "Action plan", "Actions asked of the partnership"
_SECTIONS = "group_sections"
_NO_LINKS = "name it in words: this paper has no commitments and no appendices"


class AskedAction(Strict):
    """Something that is to be done: what, by which post, and by when."""

    action: Words
    owner: MaybeWords = ""
    due: MaybeWhen = None


class Planned(AskedAction):
    """An item of the action plan, and how far it has come."""

    state: MaybeWords = ""


class GroupFront(Strict):
    """The front matter of the group's report."""

    filed: Day
    last_group: Day
    author: MaybeWords
    basis: Basis
    action_plan: Annotated[list[Planned], MaybeMany]
    asks: Annotated[list[AskedAction], MaybeMany]


@dataclass(frozen=True)
class ReportPart:
    """A heading of the paper.

    ``section`` is its code, blank where the list does not have it; ``passage`` the text under it, or None where the
    report does not have it; ``parts`` are the headings that stand in it.
    """

    section: str
    title: str
    passage: HeadedText | None
    parts: tuple[ReportPart, ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether there is any text under the heading or under those that stand in it."""
        return (self.passage is not None and self.passage.has_text) or any(part.has_text for part in self.parts)


@dataclass(frozen=True)
class GroupReport:
    """The group's report of a period.

    ``document`` is None where none had been filed by the as-at date; ``introduction`` stands before the first heading;
    ``parts`` are those of the list, then those that only the report has; ``listed`` says whether there is a list.
    """

    file: str
    document: Document[GroupFront] | None = None
    introduction: HeadedText | None = None
    parts: tuple[ReportPart, ...] = ()
    listed: bool = True

    @property
    def leaves(self) -> list[tuple[str, ReportPart]]:
        """The headings under which something should stand, each with the title of the part in which it stands."""
        leaves = []
        for part in self.parts:
            if not part.parts or not part.section:
                leaves.append(("", part))
            leaves += [(part.title, inner) for inner in part.parts]
        return leaves

    @property
    def actions(self) -> list[tuple[str, AskedAction]]:
        """Each item of the action plan and each ask, with the name of its list."""
        if self.document is None:
            return []
        front = self.document.front
        return [*((ACTION_PLAN, item) for item in front.action_plan), *((ASKS, item) for item in front.asks)]

    @property
    def passages(self) -> list[HeadedText]:
        """What the report says, in the paper's order."""
        parts = [inner for part in self.parts for inner in (part, *part.parts)]
        passages = [self.introduction, *(part.passage for part in parts)]
        return [passage for passage in passages if passage is not None]


def has_group_report(folder: DataFolder, period: Period) -> bool:
    """Whether a period has a report of the group, whenever it was filed."""
    return bool(folder.names(f"updates/{period}/strategic-group", "report.md"))


def filed_on(folder: DataFolder, period: Period) -> dt.date | None:
    """Return the day on which a period's report of the group was filed, or None where there is none."""
    if not has_group_report(folder, period):
        return None
    return day_in(folder, _path(period), GroupFront, lambda front: front.filed, period)


def read_group_report(folder: DataFolder, period: Period, as_at: dt.date) -> GroupReport:
    """Return the group's report of a period, as far as it had been filed by the as-at date.

    Raises
    ------
    Refused
        Every fault of the report and of the list of its headings.
    """
    errors: list[Error | str] = []
    document: Document[GroupFront] | None = None
    headings = attempt(errors, (), lambda: listed_headings(folder, _SECTIONS, ListedHeading, 0, MOST_HEADINGS))
    if has_group_report(folder, period):
        document = attempt(errors, None, lambda: read_document(folder, _path(period), GroupFront))
    passages = attempt(errors, [], lambda: _passages(document)) if document else []
    if errors:
        raise Refused(errors)
    if document is None or document.front.filed > as_at:
        return GroupReport(folder.shown(_path(period)))
    introduction = next((passage for passage in passages if not passage.title), None)
    return GroupReport(document.file, document, introduction, _parts(headings, passages), bool(headings))


def _passages(document: Document[GroupFront]) -> list[HeadedText]:
    """Return a report's headings with the text under each, in its order.

    Raises
    ------
    Refused
        A heading of another level or form, or given twice, and a binding to something that only other papers have:
        every fault, with its line.
    """
    texts = cut_at_headings(document.narrative, document.line)
    errors = underline_errors(texts, document.file)

    def wrong(row: int, expected: str, line: str, fix: str) -> None:
        errors.append(Error(document.file, expected, row, NARRATIVE, line, fix))

    seen: set[tuple[str, str]] = set()
    for text in texts:
        place = alike(text.parent), alike(text.title)
        if text.level and (not text.title or re.search(r"\{[{%#]", text.line)):
            wrong(text.row, "a heading in plain words", text.line, "write what stands under it")
        elif text.level > 2 or (text.level == 2 and not text.parent):
            expected = "# for a part of the report and ## for what stands in it"
            wrong(text.row, expected, text.line, "use ## within a part, and bold text below that")
        elif place in seen:
            wrong(text.row, "each heading once", text.line, "put what stands under it with the other")
        seen.add(place)
    passages = [text for text in texts if text.level or text.has_text]
    if len(passages) > MOST_HEADINGS:
        wrong(document.line, f"at most {MOST_HEADINGS} headings", str(len(passages)), "put some of them together")
    for passage in passages[:MOST_HEADINGS]:
        errors += binding_errors(passage.text, document.file, passage.row + 1, NARRATIVE, _NO_LINKS)
    if errors:
        raise Refused(few(document.file, errors))
    return passages


def _parts(headings: tuple[ListedHeading, ...], passages: list[HeadedText]) -> tuple[ReportPart, ...]:
    """Return the headings of the paper: at each level first those of the list, then those that only the report has."""
    by_place = {(alike(passage.parent), alike(passage.title)): passage for passage in passages if passage.title}

    def inside(part: str, section: str | None, *, deeper: bool = False) -> tuple[ReportPart, ...]:
        listed = [(heading.section, heading.title) for heading in headings if heading.parent == section]
        known = {alike(title) for _, title in listed}
        others = [
            ("", passage.title)
            for (parent, title), passage in by_place.items()
            if parent == alike(part) and title not in known
        ]
        return tuple(
            ReportPart(
                code, title, by_place.get((alike(part), alike(title))), inside(title, code or None) if deeper else ()
            )
            for code, title in listed + others
        )

    return inside("", "", deeper=True)


def _path(period: Period) -> str:
    return f"updates/{period}/strategic-group/report.md"
