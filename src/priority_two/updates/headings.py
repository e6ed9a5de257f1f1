r"""Headings: a narrative that follows a list of headings, such as a Board briefing or the strategic group's report.

The list is a table of ``data/reference/``, a heading a row. The narrative is cut at its headings, and each text keeps
its line::

    cut_at_headings("# Summary\nAll is well.\n", 9)[1]  # level=1, title="Summary", row=9, text="All is well.\n"

Only a line that begins with ``#`` is a heading here. A line of ``===`` or ``---`` under words would make them one too;
it is named as an error.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from priority_two.errors import Error, Refused, few
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.reference.records import TableRow, is_there, sound_rows
from priority_two.updates.markdown import PlainWords, read

NARRATIVE = "narrative"
MOST_UNDERLINES = 100
"""How many lines that would make a heading are named."""


def _title(text: str) -> str:
    if not says_something(text):
        raise ValueError("a title")
    return text


class ListedHeading(TableRow):
    """A row of a list of headings; `parent` is the code of the section that it stands in, or blank."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "section": "its id",
        "title": "the heading, as it is written in the text",
        "parent": "the section that it stands in; blank at the top",
    }

    KEY = ("section",)

    section: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="a code of small letters, digits and hyphens")
    title: Annotated[str, AfterValidator(_title)] = Field(description="a title")
    parent: str = ""


class SectionHeading(ListedHeading):
    """A row of a list whose headings do not stand in each other."""

    @classmethod
    def columns(cls) -> list[str]:
        """Return the columns of the table."""
        return ["section", "title"]


@dataclass(frozen=True)
class HeadedText:
    """A heading of a narrative, and the text under it.

    ``level`` is how many ``#`` the heading has, 0 for what stands before the first; ``parent`` the title of the part in
    which it stands, blank for a part. ``row`` is its line of the file, ``line`` that line as it is written. ``text``,
    the Markdown under it up to the next heading, begins on the line after; ``underlines`` are lines in it that would
    make a heading of the words above them, each with its row.
    """

    level: int
    title: str
    parent: str
    row: int
    line: str
    text: str
    underlines: tuple[tuple[int, str], ...] = ()

    @property
    def has_text(self) -> bool:
        """Whether the text says anything."""
        return says_something(self.text)


def read_headings(table: CsvTable, model: type[ListedHeading], least: int, most: int) -> tuple[ListedHeading, ...]:
    """Return a list of headings, in the file's order.

    Raises
    ------
    Refused
        Other columns; a code that is none or there twice; a title that is blank, or there twice in one part; a parent
        that is no part above; too many or too few headings: every fault.
    """
    headings, errors = sound_rows(table, model)
    if not errors and not least <= len(headings) <= most:
        errors.append(Error(table.file, f"from {least} to {most} sections", found=str(len(headings))))
    for number, heading in enumerate(headings[:most]):
        above = headings[:number]
        if alike(heading.title) in [alike(other.title) for other in above if other.parent == heading.parent]:
            expected = "each title once in the part that it stands in"
            errors.append(Error(table.file, expected, heading.row, "title", heading.title))
        if heading.parent and heading.parent not in [other.section for other in above if not other.parent]:
            expected = "blank, or a section above that is a part itself"
            errors.append(Error(table.file, expected, heading.row, "parent", heading.parent))
    if errors:
        raise Refused(few(table.file, errors))
    return headings


def listed_headings(
    folder: DataFolder, name: str, model: type[ListedHeading], least: int, most: int
) -> tuple[ListedHeading, ...]:
    """Return the headings of ``data/reference/<name>.csv``, as :func:`read_headings` does; none without the file."""
    table = f"reference/{name}.csv"
    return read_headings(folder.table(table), model, least, most) if is_there(folder, name) else ()


def cut_at_headings(markdown: str, first: int, deepest: int = 6) -> list[HeadedText]:
    """Return a narrative cut at its headings.

    The narrative begins on the line `first` of its file, and is cut at no heading deeper than the level `deepest`.

    Returns
    -------
    list of HeadedText
        First what stands before the first heading, then each heading.
    """
    lines = markdown.split("\n")
    cuts = [(-1, 0, "")]
    underlines: list[int] = []
    for node in read(markdown, line=0).nodes:
        marked = lines[node.line].lstrip().startswith("#")
        if node.kind == "heading" and marked and node.level <= deepest:
            words = "".join(piece.text for piece in node.words if isinstance(piece, PlainWords))
            cuts.append((node.line, node.level, words.rstrip(" :")))
        elif node.kind == "heading" and not marked and len(underlines) < MOST_UNDERLINES:
            underlines.append(next(n for n in range(node.line + 1, len(lines)) if not lines[n].strip(" \t=-")))
    texts, part = [], ""
    for (number, level, title), end in zip(cuts, [*(cut[0] for cut in cuts[1:]), len(lines)], strict=True):
        part = title if level == 1 else part
        row, line = first + number, lines[number].strip() if level else ""
        inside = tuple((first + place, lines[place].strip()) for place in underlines if number < place < end)
        text = "\n".join(lines[number + 1 : end])
        texts.append(HeadedText(level, title, part if level > 1 else "", row, line, text, inside))
    return texts


def underline_errors(texts: Iterable[HeadedText], file: str) -> list[Error]:
    """Return an error for each line that would make a heading of the words above it."""
    expected, fix = "a heading that begins with #", "put a blank line above it if it is to be a rule"
    return [Error(file, expected, row, NARRATIVE, line, fix) for text in texts for row, line in text.underlines]


def binding_errors(text: str, file: str, row: int, column: str, fix: str) -> list[Error]:
    """Return an error for each binding of a text that is no figure: the paper has nothing else to lead to."""
    return [
        Error(file, "only value(...) between double braces", binding.line, column, binding.name, fix)
        for binding in read(text, line=row).bindings
        if binding.name != "value"
    ]


def alike(title: str) -> str:
    """Return a title without what people write differently: capitals, spaces, a colon at the end."""
    return " ".join(title.rstrip(" :").split()).casefold()


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in a text: a bullet with nothing behind it says nothing."""
    return any(character.isalnum() for character in html.unescape(text))
