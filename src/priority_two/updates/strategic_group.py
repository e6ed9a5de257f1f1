"""The group's report: what the strategic group's lead writes to the partnership between the Board's papers.

``data/updates/<period>/strategic-group/report.md`` is YAML front matter (when it was filed, when the group last met,
who wrote it, the action plan, what the partnership is asked to do), then the narrative in Markdown under two levels of
headings: ``#`` for a part, ``##`` for what stands in it. Which headings there are, and in which order, is data:
``data/reference/group_sections.csv``. A heading of that list which the report leaves out or leaves empty is kept as
such, so that the paper can say so; a heading that the list lacks keeps its text, and stands after those of the list.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BeforeValidator

from priority_two.errors import Error, Refused, few
from priority_two.files.csv_table import Table
from priority_two.files.data_folder import DataFolder
from priority_two.periods import Period
from priority_two.reference.catalogue import Strict, Words
from priority_two.updates.documents import Basis, Day, Document, MaybeWhen, MaybeWords, read_document
from priority_two.updates.narrative import bindings

COLUMNS = ("section", "title", "parent")
MOST_HEADINGS = 100
DEEPEST_INDENT = 3  # what begins further in is code to Markdown
ACTION_PLAN, ASKS = "Action plan", "Actions asked of the partnership"
_SECTIONS = "reference/group_sections.csv"
_CODE = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_BLANK_IS_EMPTY = BeforeValidator(lambda value: [] if value is None else value)


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
    action_plan: Annotated[list[Planned], _BLANK_IS_EMPTY]
    asks: Annotated[list[AskedAction], _BLANK_IS_EMPTY]


@dataclass(frozen=True)
class Heading:
    """A row of ``group_sections.csv``; `parent` is the section that it stands in, or blank."""

    section: str
    title: str
    parent: str


@dataclass(frozen=True)
class ReportPassage:
    """A heading as it stands in the report, and the text under it.

    Parameters
    ----------
    title
        The heading; blank for what stands before the first one.
    parent
        The part in which it stands; blank for a part.
    row
        The line of the file on which the heading stands.
    text
        The Markdown under it, up to the next heading; it begins on the line after.
    """

    title: str
    parent: str
    row: int
    text: str

    @property
    def told(self) -> bool:
        """Whether anything is said: a bullet with nothing behind it says nothing."""
        return says_something(self.text)


@dataclass(frozen=True)
class ReportPart:
    """A heading of the paper.

    Parameters
    ----------
    section
        Its code, or blank where the list does not have it.
    title
        Its title.
    passage
        What the report has under it, or None where it lacks the heading.
    parts
        What stands in it.
    """

    section: str
    title: str
    passage: ReportPassage | None
    parts: tuple[ReportPart, ...] = ()

    @property
    def told(self) -> bool:
        """Whether anything is said under the heading or in what stands in it."""
        return (self.passage is not None and self.passage.told) or any(one.told for one in self.parts)


@dataclass(frozen=True)
class GroupReport:
    """The group's report of a period.

    Parameters
    ----------
    file
        Where it stands, or should, for people.
    document
        The report, or None where none had been filed by the as-at date.
    introduction
        What stands before the first heading, or None.
    parts
        The headings in the paper's order: those of the list, then those that only the report has.
    """

    file: str
    document: Document | None = None
    introduction: ReportPassage | None = None
    parts: tuple[ReportPart, ...] = ()

    @property
    def leaves(self) -> list[tuple[str, ReportPart]]:
        """The headings under which something should stand, each with the title of the part in which it stands."""
        found = []
        for part in self.parts:
            if not part.parts or not part.section:
                found.append(("", part))
            found += [(part.title, one) for one in part.parts]
        return found

    @property
    def actions(self) -> list[tuple[str, AskedAction]]:
        """Each item of the action plan and each ask, with the name of its list."""
        if self.document is None:
            return []
        front = self.document.front
        return [*((ACTION_PLAN, one) for one in front.action_plan), *((ASKS, one) for one in front.asks)]

    @property
    def passages(self) -> list[ReportPassage]:
        """What the report says, in the paper's order."""
        parts = [one for part in self.parts for one in (part, *part.parts)]
        found = [self.introduction, *(one.passage for one in parts)]
        return [one for one in found if one is not None]


def has_group_report(folder: DataFolder, period: Period) -> bool:
    """Whether a period has a report of the group, whenever it was filed."""
    return bool(folder.names(f"updates/{period}/strategic-group", "report.md"))


def filed_on(folder: DataFolder, period: Period) -> dt.date | None:
    """Return the day on which a period's report of the group was filed, or None where there is none to be read.

    A day more than a year after the period is a slip of the pen and does not count.
    """
    if not has_group_report(folder, period):
        return None
    try:
        filed: dt.date = read_document(folder, _path(period), GroupFront).front.filed
    except Refused:  # which reading it for the report will say
        return None
    return filed if (filed - period.end).days <= 366 else None


def read_group_report(folder: DataFolder, period: Period, as_at: dt.date) -> GroupReport:
    """Return the group's report of a period, as far as it had been filed by the as-at date.

    Raises
    ------
    Refused
        Every fault of the report and of the list of its headings.
    """
    errors: list[Error | str] = []
    headings: list[Heading] = []
    document: Document | None = None
    passages: list[ReportPassage] = []
    try:
        headings = read_headings(folder.table(_SECTIONS))
    except Refused as refused:
        errors += refused.errors
    if has_group_report(folder, period):
        try:
            document = read_document(folder, _path(period), GroupFront)
            passages = read_passages(document)
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors)
    if document is None or document.front.filed > as_at:
        return GroupReport(folder.shown(_path(period)))
    introduction = next((one for one in passages if not one.title), None)
    return GroupReport(document.file, document, introduction, _laid_out(headings, passages))


def read_headings(table: Table) -> list[Heading]:
    """Return the headings of ``group_sections.csv``, in the file's order.

    Raises
    ------
    Refused
        A column is missing, a code is no code or there twice, a title is blank or there twice in one place, or a parent
        is no part above: every fault.
    """
    if set(table.columns) != set(COLUMNS):
        raise Refused([Error(table.file, f"the columns {', '.join(COLUMNS)}", 1, found=", ".join(table.columns))])
    errors: list[Error] = []
    headings: list[Heading] = []
    codes: set[str] = set()
    parts: set[str] = set()
    titles: set[tuple[str, str]] = set()
    for row in table.rows:
        code, title, parent = row["section"], row["title"], row["parent"]
        wrong = [
            ("section", "a code of small letters, digits and hyphens", not _CODE.fullmatch(code)),
            ("section", "each section once", code in codes),
            ("title", "a title", not says_something(title)),
            ("title", "each title once in the part that it stands in", (parent, alike(title)) in titles),
            ("parent", "blank, or a section above that is a part itself", bool(parent) and parent not in parts),
        ]
        errors += [Error(table.file, said, row["row"], column, row[column]) for column, said, true in wrong if true]
        headings.append(Heading(code, title, parent))
        codes.add(code)
        titles.add((parent, alike(title)))
        if not parent:
            parts.add(code)
    if len(headings) > MOST_HEADINGS:
        errors.append(Error(table.file, f"at most {MOST_HEADINGS} headings", found=str(len(headings))))
    if errors:
        raise Refused(few(table.file, errors))
    return headings


def read_passages(document: Document) -> list[ReportPassage]:
    """Return a report's headings with the text under each, in its order.

    Raises
    ------
    Refused
        A heading of another level or form, or given twice, and a binding to something that only other papers have:
        every fault, with its line.
    """
    errors: list[Error] = []

    def wrong(row: int, expected: str, found: str, fix: str) -> None:
        errors.append(Error(document.file, expected, row, "narrative", found, fix))

    passages: list[ReportPassage] = []
    seen: set[tuple[str, str]] = set()
    part = ""
    for one in cut_at_headings(document.narrative, document.line):
        if one.marks == 1:
            part = one.words
        parent = part if one.marks > 1 else ""
        key = alike(parent), alike(one.words)
        if one.marks and (not one.words or re.search(r"\{[{%#]", one.words)):
            wrong(one.row, "a heading in plain words", one.line, "write what stands under it")
        elif one.marks > 2 or (one.marks == 2 and not part):
            expected = "# for a part of the report and ## for what stands in it"
            wrong(one.row, expected, one.line, "use ## within a part, and bold text below that")
        elif key in seen:
            wrong(one.row, "each heading once", one.line, "put what stands under it with the other")
        for row, line in one.underlined:
            wrong(row, "a heading that begins with #", line, "put a blank line above it if it is to be a rule")
        seen.add(key)
        if one.marks or says_something(one.text):
            passages.append(ReportPassage(one.words, parent, one.row, one.text))
    if len(passages) > MOST_HEADINGS:
        wrong(document.line, f"at most {MOST_HEADINGS} headings", str(len(passages)), "put some of them together")
    for passage in passages[:MOST_HEADINGS]:
        for binding in bindings(passage.text):
            if binding.name != "value":
                fix = "name it in words: this paper has no commitments and no appendices"
                wrong(passage.row + binding.line, "only value(...) between double braces", binding.name, fix)
    if errors:
        raise Refused(few(document.file, errors))
    return passages


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in a text."""
    return any(character.isalnum() for character in html.unescape(text))


def _path(period: Period) -> str:
    return f"updates/{period}/strategic-group/report.md"


def _laid_out(headings: list[Heading], passages: list[ReportPassage]) -> tuple[ReportPart, ...]:
    there = {(alike(one.parent), alike(one.title)): one for one in passages if one.title}

    def others(parent: str, listed: Iterable[str]) -> list[ReportPassage]:
        known = {alike(title) for title in listed}
        return [one for (of, title), one in there.items() if of == alike(parent) and title not in known]

    parts = []
    tops = [one for one in headings if not one.parent]
    for top in tops:
        under = [one for one in headings if one.parent == top.section]
        known = [ReportPart(one.section, one.title, there.get((alike(top.title), alike(one.title)))) for one in under]
        unknown = [ReportPart("", one.title, one) for one in others(top.title, [one.title for one in under])]
        parts.append(ReportPart(top.section, top.title, there.get(("", alike(top.title))), (*known, *unknown)))
    for one in others("", [top.title for top in tops]):
        parts.append(
            ReportPart("", one.title, one, tuple(ReportPart("", sub.title, sub) for sub in others(one.title, [])))
        )
    return tuple(parts)


def alike(title: str) -> str:
    """Return a title without what people write differently: capitals, spaces, a colon at the end."""
    return " ".join(title.rstrip(" :").split()).casefold()


@dataclass
class HeadedText:
    """A heading's marks, words, line and row, the text under it, and lines of it that would make a heading above."""

    marks: int
    words: str
    line: str
    row: int
    text: str = ""
    underlined: list[tuple[int, str]] = field(default_factory=list)


def cut_at_headings(markdown: str, first: int) -> list[HeadedText]:
    """Return a narrative cut at its headings; what stands before the first of them has no marks."""
    pieces = [HeadedText(0, "", "", first - 1)]
    texts: list[list[str]] = [[]]
    above, fence = "", ""
    for row, line in enumerate(markdown.split("\n"), first):
        marks, words = (0, "") if fence else _heading(line)
        if marks:
            pieces.append(HeadedText(marks, words, line.strip(), row))
            texts.append([])
            above = ""
            continue
        if not fence and above.strip() and _underlines(line):
            pieces[-1].underlined.append((row, line.strip()))
        fence = _fence(line, fence)
        above = "" if fence else line
        texts[-1].append(line)
    for piece, lines in zip(pieces, texts, strict=True):
        piece.text = "\n".join(lines)
    return pieces


def _heading(line: str) -> tuple[int, str]:
    """Return how many marks a heading begins with, and its words; 0 where the line is no heading."""
    bare = line.strip()
    marks = len(bare) - len(bare.lstrip("#"))
    if _indent(line) > DEEPEST_INDENT or not 1 <= marks <= 6 or bare[marks : marks + 1].strip():
        return 0, ""
    words = bare[marks:].strip()
    without = words.rstrip("#")
    words = without if not without or without[-1].isspace() else words
    return marks, words.strip().strip("*_").rstrip(" :")


def _underlines(line: str) -> bool:
    """Whether a line would make a heading of the line above it."""
    bare = line.strip()
    return bool(bare) and set(bare) in ({"="}, {"-"}) and _indent(line) <= DEEPEST_INDENT


def _fence(line: str, fence: str) -> str:
    """Return the fence in force after a line: that of the code that the line opens or stands in, or nothing."""
    bare = line.strip()
    marks = bare[: len(bare) - len(bare.lstrip(bare[0]))] if bare[:1] in ("`", "~") else ""
    if fence:
        return "" if marks and bare == marks and marks.startswith(fence) else fence
    opens = len(marks) >= 3 and _indent(line) <= DEEPEST_INDENT and "`" not in bare[len(marks) :]
    return marks if opens else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
