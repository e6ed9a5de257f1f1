"""The Board briefing: an appendix that also stands alone.

An appendix is a briefing where its front matter has the key ``briefing``: what it is about, whom to ask, by role and
post, and what the Board is recommended. Its narrative then has a fixed form: the headings of
``data/reference/briefing_sections.csv``, each with one ``#``, all of them and in that order. They are numbered by
their place, and the recommendations follow them as the last section, numbered ``6.1``, ``6.2`` where five sections
stand before, so that minutes can cite them. No number is written by hand.

A heading with nothing under it is kept, so that the paper can say so. Because a briefing also stands alone, its words
bind figures and nothing else: there may be no commitment and no other appendix to lead to.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from priority_two.errors import Error, Refused, few
from priority_two.files.csv_table import Table
from priority_two.files.data_folder import DataFolder
from priority_two.returns.submit.personal_data import personal
from priority_two.updates.documents import BriefingFront, Contact, Document
from priority_two.updates.narrative import bindings
from priority_two.updates.strategic_group import alike, cut_at_headings, says_something

COLUMNS = ("section", "title")
MOST_SECTIONS = 50
RECOMMENDATIONS = "Recommendations"
_SECTIONS = "reference/briefing_sections.csv"
_CODE = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
# An extension or a number without its area code is a telephone number too; no post has so many figures.
_NUMBER = re.compile(r"\d(?:[\s().+/-]*\d){5}")


@dataclass(frozen=True)
class BriefingSection:
    """A section of a briefing.

    Parameters
    ----------
    number
        Its place among the sections; the first is 1.
    section, title
        Its code and title, as the list has them.
    row
        The line of the file on which its heading stands.
    text
        The Markdown under the heading; it begins on the line after.
    """

    number: int
    section: str
    title: str
    row: int
    text: str

    @property
    def told(self) -> bool:
        """Whether anything is said: a bullet with nothing behind it says nothing."""
        return says_something(self.text)


@dataclass(frozen=True)
class Recommendation:
    """What the Board is recommended: its number as minutes cite it, its line in the file, and its Markdown."""

    number: str
    row: int
    text: str


@dataclass(frozen=True)
class Briefing:
    """A briefing of a quarter.

    Parameters
    ----------
    number
        The number of the appendix that it is.
    document
        Where it stands.
    sections
        Its sections in order.
    recommendations
        What the Board is recommended.
    """

    number: int
    document: Document
    sections: tuple[BriefingSection, ...]
    recommendations: tuple[Recommendation, ...]

    @property
    def front(self) -> BriefingFront:
        """What its front matter says of it as a briefing."""
        front: BriefingFront = self.document.front.briefing
        return front

    def line(self, path: str) -> int:
        """Return the line of a key or item of the briefing by its path, or else that of the briefing itself."""
        return self.document.inner.get(f"briefing.{path}", self.document.lines["briefing"])


def read_briefings(folder: DataFolder, appendices: dict[int, Document]) -> dict[int, Briefing]:
    """Return the briefings among a quarter's appendices, by number.

    Parameters
    ----------
    folder
        The data folder, whose list of sections is read where there is a briefing.
    appendices
        The quarter's appendices by number.

    Raises
    ------
    Refused
        Every fault of the list and of every briefing. The rest is the other briefings.
    """
    documents = {number: document for number, document in appendices.items() if document.front.briefing is not None}
    if not documents:
        return {}
    wanted = read_sections(folder.table(_SECTIONS))
    errors: list[Error | str] = []
    briefings: dict[int, Briefing] = {}
    for number, document in documents.items():
        try:
            briefings[number] = _read(number, document, wanted)
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors, briefings)
    return briefings


def read_sections(table: Table) -> list[tuple[str, str]]:
    """Return the code and the title of each section of ``briefing_sections.csv``, in the file's order.

    Raises
    ------
    Refused
        A column is missing, a code or a title is none or there twice, or there is no section: every fault.
    """
    if set(table.columns) != set(COLUMNS):
        raise Refused([Error(table.file, f"the columns {', '.join(COLUMNS)}", 1, found=", ".join(table.columns))])
    codes = Counter(row["section"] for row in table.rows)
    titles = Counter(alike(row["title"]) for row in table.rows)
    errors = []
    for row in table.rows:
        code, title = row["section"], row["title"]
        wrong = [
            ("section", "a code of small letters, digits and hyphens", not _CODE.fullmatch(code)),
            ("section", "each section once", codes[code] > 1),
            ("title", "a title", not says_something(title)),
            ("title", "each title once", titles[alike(title)] > 1),
        ]
        errors += [Error(table.file, said, row["row"], column, row[column]) for column, said, true in wrong if true]
    if not 1 <= len(table.rows) <= MOST_SECTIONS:
        errors.append(Error(table.file, f"from 1 to {MOST_SECTIONS} sections", found=str(len(table.rows))))
    if errors:
        raise Refused(few(table.file, errors))
    return [(row["section"], row["title"]) for row in table.rows]


def is_post(contact: Contact) -> bool:
    """Whether a contact names a post and, as far as can be told, neither a person nor an address or a number."""
    for text in (contact.role, contact.post):
        plain = unicodedata.normalize("NFKC", text)
        if "@" in plain or _NUMBER.search(plain) or personal(text, headings=False):
            return False
    return says_something(contact.post)


def _read(number: int, document: Document, wanted: list[tuple[str, str]]) -> Briefing:
    errors: list[Error] = []
    sections = _sections(document, wanted, errors)
    front: BriefingFront = document.front.briefing
    inner, place = document.inner, document.lines["briefing"]
    recommendations = tuple(
        Recommendation(f"{len(wanted) + 1}.{n + 1}", inner.get(f"briefing.recommendations.{n}", place), text)
        for n, text in enumerate(front.recommendations)
    )
    told = [(one.row + 1, one.text, "narrative") for one in sections]
    told += [(one.row, one.text, "recommendations") for one in recommendations]
    for first, text, column in told:
        for binding in bindings(text):
            if binding.name != "value":
                expected = "only value(...) between double braces"
                fix = "name it in words: a briefing also stands alone, without commitments and appendices"
                errors.append(Error(document.file, expected, first + binding.line - 1, column, binding.name, fix))
    if errors:
        raise Refused(few(document.file, errors))
    return Briefing(number, document, sections, recommendations)


def _sections(document: Document, wanted: list[tuple[str, str]], errors: list[Error]) -> tuple[BriefingSection, ...]:
    """Return the sections of a briefing; what is wrong with their headings is noted as a fault."""

    def wrong(row: int, expected: str, found: str, fix: str) -> None:
        errors.append(Error(document.file, expected, row, "narrative", found, fix))

    found = cut_at_headings(document.narrative, document.line)
    for piece in found:
        for row, line in piece.underlined:
            wrong(row, "a heading that begins with #", line, "put a blank line above it if it is to be a rule")
    heads = [piece for piece in found if piece.marks == 1]
    before = found[: found.index(heads[0])] if heads else found
    if any(one.marks or says_something(one.text) for one in before):
        fix = f"write # {wanted[0][1]} above it"
        wrong(document.line, "nothing before the first section's heading", "text before it", fix)
    titles = [alike(title) for _, title in wanted]
    at = 0
    for head in heads:
        title = alike(head.words)
        if title in titles[at:]:
            at = titles.index(title) + 1
            continue
        if title in titles:
            wrong(head.row, "each section once, in the order of the list", head.line, "put it where it belongs, once")
        else:
            fix = f"use ## within a section; the sections are {'; '.join(title for _, title in wanted)}"
            wrong(head.row, "a section of briefing_sections.csv", head.line, fix)
    there = {alike(head.words) for head in heads}
    for _, title in wanted:
        if alike(title) not in there:
            fix = f"write # {title}, and leave it empty where there is nothing to say"
            wrong(document.line, "every section of briefing_sections.csv", f"no # {title}", fix)
    if errors:
        return ()
    lines = document.narrative.split("\n")
    ends = [*(head.row for head in heads[1:]), document.line + len(lines)]
    return tuple(
        BriefingSection(n, code, title, head.row, "\n".join(lines[head.row - document.line + 1 : end - document.line]))
        for n, ((code, title), head, end) in enumerate(zip(wanted, heads, ends, strict=True), 1)
    )
