"""The Board briefing: an appendix that also stands alone.

An appendix whose front matter has the key ``briefing`` is a briefing. The key says what it is about, whom to ask (by
role and post), and what the Board is recommended. Its narrative has the headings of
``data/reference/briefing_sections.csv``, each with one ``#``: all of them, in that order; without the file, sections of
its own. Nobody writes a number: the sections are numbered by their place, and the recommendations follow as the last
section, so that minutes can cite them. Where there are five sections, they are ``6.1``, ``6.2``.

A heading with nothing under it is kept, so that the paper can say so. Because a briefing stands alone too, its words
bind figures and nothing else: there may be no commitment and no other appendix to lead to.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial

from priority_two.errors import Error, Refused, attempt, few
from priority_two.files.data_folder import DataFolder
from priority_two.personal import personal
from priority_two.updates.documents import Appendix, BriefingFront, Contact, line_of
from priority_two.updates.headings import (
    NARRATIVE,
    HeadedText,
    ListedHeading,
    SectionHeading,
    alike,
    binding_errors,
    cut_at_headings,
    listed_headings,
    says_something,
    underline_errors,
)

MOST_SECTIONS = 50
RECOMMENDATIONS = "Recommendations"
_SECTIONS = "briefing_sections"
_NO_LINKS = "name it in words: a briefing also stands alone, without commitments and appendices"
# An extension or a number without its area code is a telephone number too; no post has so many figures.
_NUMBER = re.compile(r"\d(?:[\s().+/-]*\d){5}")


@dataclass(frozen=True)
class BriefingSection:
    """A section of a briefing.

    ``number`` is its place, from 1. ``row`` is the line of the file on which its heading stands; ``text``, the Markdown
    under it, begins on the line after.
    """

    number: int
    section: str
    title: str
    row: int
    text: str

    @property
    def has_text(self) -> bool:
        """Whether the text says anything."""
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

    ``number`` is that of its appendix, ``document`` the appendix itself.
    """

    number: int
    document: Appendix
    front: BriefingFront
    sections: tuple[BriefingSection, ...]
    recommendations: tuple[Recommendation, ...]

    def line(self, path: str) -> int:
        """Return the line of a key or item of the briefing by its path, or else that of the briefing itself."""
        return line_of(self.document, f"briefing.{path}")


def read_briefings(folder: DataFolder, appendices: dict[int, Appendix]) -> dict[int, Briefing]:
    """Return the briefings among a quarter's appendices, by number.

    The list of sections is read only where there is a briefing.

    Raises
    ------
    Refused
        Every fault of the list and of every briefing. The rest is the other briefings.
    """
    fronts = {number: front for number, document in appendices.items() if (front := document.front.briefing)}
    if not fronts:
        return {}
    headings = listed_headings(folder, _SECTIONS, SectionHeading, 1, MOST_SECTIONS)
    errors: list[Error | str] = []
    briefings: dict[int, Briefing] = {}
    for number, front in fronts.items():
        if briefing := attempt(errors, None, partial(_read, number, appendices[number], front, headings)):
            briefings[number] = briefing
    if errors:
        raise Refused(errors, briefings)
    return briefings


def is_post(contact: Contact) -> bool:
    """Whether a contact names a post and, as far as can be told, neither a person nor an address or a number."""
    for text in (contact.role, contact.post):
        plain = unicodedata.normalize("NFKC", text)
        if "@" in plain or _NUMBER.search(plain) or personal(text, headings=False):
            return False
    return says_something(contact.post)


def _read(number: int, document: Appendix, front: BriefingFront, headings: tuple[ListedHeading, ...]) -> Briefing:
    texts = cut_at_headings(document.narrative, document.line, deepest=1)
    headings = headings or _own_headings(texts, document)
    errors = _heading_errors(document, texts, headings)
    briefing = Briefing(
        number,
        document,
        front,
        tuple(
            BriefingSection(place, heading.section, heading.title, text.row, text.text)
            for place, (heading, text) in enumerate(zip(headings, texts[1:], strict=False), 1)
        ),
        tuple(
            Recommendation(f"{len(headings) + 1}.{n + 1}", line_of(document, f"briefing.recommendations.{n}"), text)
            for n, text in enumerate(front.recommendations)
        ),
    )
    for section in briefing.sections:
        errors += binding_errors(section.text, document.file, section.row + 1, NARRATIVE, _NO_LINKS)
    for recommendation in briefing.recommendations:
        place = document.file, recommendation.row, "recommendations"
        errors += binding_errors(recommendation.text, *place, _NO_LINKS)
    if errors:
        raise Refused(few(document.file, errors))
    return briefing


def _own_headings(texts: list[HeadedText], document: Appendix) -> tuple[ListedHeading, ...]:
    """Return the list of sections of a briefing where the partnership has none: its own headings, each once."""
    titles = list(dict.fromkeys(text.title for text in texts[1:] if says_something(text.title)))
    if not titles:
        expected, fix = "a briefing with sections", "begin each section with a line such as # Summary"
        raise Refused([Error(document.file, expected, document.line, NARRATIVE, "none", fix)])
    return tuple(
        SectionHeading(section=f"section-{number}", title=title)
        for number, title in enumerate(titles[:MOST_SECTIONS], 1)
    )


def _heading_errors(document: Appendix, texts: list[HeadedText], headings: tuple[ListedHeading, ...]) -> list[Error]:
    """Return what is wrong with the headings of a briefing: all of the list must be there, once and in its order."""
    errors = underline_errors(texts, document.file)

    def wrong(row: int, expected: str, line: str, fix: str) -> None:
        errors.append(Error(document.file, expected, row, NARRATIVE, line, fix))

    if texts[0].has_text:
        fix = f"write # {headings[0].title} above it"
        wrong(document.line, "nothing before the first section's heading", "text before it", fix)
    titles = [alike(heading.title) for heading in headings]
    following = titles
    for text in texts[1:]:
        title = alike(text.title)
        if title in following:
            following = following[following.index(title) + 1 :]
        elif title in titles:
            wrong(text.row, "each section once, in the order of the list", text.line, "put it where it belongs, once")
        else:
            fix = f"use ## within a section; the sections are {'; '.join(heading.title for heading in headings)}"
            wrong(text.row, "a section of briefing_sections.csv", text.line, fix)
    written = {alike(text.title) for text in texts[1:]}
    for heading in headings:
        if alike(heading.title) not in written:
            fix = f"write # {heading.title}, and leave it empty where there is nothing to say"
            wrong(document.line, "every section of briefing_sections.csv", f"no # {heading.title}", fix)
    return errors
