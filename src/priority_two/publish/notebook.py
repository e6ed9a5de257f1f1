"""A run notebook as a paper: its headings and sections in order, and what the masthead says of it.

A section is an output of the package's own type (:data:`priority_two.blocks.MIME_TYPE`). Nothing else is published: an
output of another kind, such as a table that somebody looked at, is refused by its cell, so that it is in no paper. A
cell with the tag ``remove-cell`` is the analyst's own, and left out whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from priority_two.blocks import (
    MIME_TYPE,
    Block,
    Facts,
    Group,
    Listing,
    Section,
    Span,
    Table,
    citations,
    lines,
    place_of,
    walk,
)
from priority_two.errors import Error, Refused, attempt
from priority_two.periods import parse_date

OWN = "remove-cell"
"""The tag of a cell that is no part of the paper."""

_HEADING = re.compile(r"## ([^\n]+)")


MASTHEAD = "masthead"
DEEPEST = 40
"""So many blocks may stand in one another."""


_Day = Annotated[str, AfterValidator(lambda text: parse_date(text).isoformat())]


class _Line(BaseModel):
    name: str
    number: str
    note: str = ""


class _QuickExit(BaseModel):
    label: str
    address: Annotated[str, Field(pattern=r"^https://[!-~]{1,500}$")]


class _Masthead(BaseModel):
    """What the masthead says of its paper, as far as publishing needs it; the rest is passed on."""

    model_config = ConfigDict(extra="allow")

    title: str
    running_header: str
    status: str
    illustrative: bool = False
    as_at: _Day
    helplines: list[_Line]
    quick_exit: _QuickExit | None = None


@dataclass(frozen=True)
class Chapter:
    """A section with the heading under which it stands; the masthead has none. ``output`` is where it was read from."""

    heading: str
    section: Section
    output: Mapping[str, Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class ContentsEntry:
    """A line of the contents: the place to which it leads, its words, and the lines below it."""

    place: str
    words: tuple[Span, ...]
    below: tuple[ContentsEntry, ...] = ()


@dataclass(frozen=True)
class PublishedPaper:
    """What a run notebook publishes.

    ``metadata`` is what the masthead says of the paper: title, status, as-at date, inputs, checks.
    """

    metadata: dict[str, Any]
    chapters: tuple[Chapter, ...]

    @property
    def sections(self) -> list[Section]:
        """Its sections in order."""
        return [chapter.section for chapter in self.chapters]

    @property
    def contents(self) -> list[ContentsEntry]:
        """Its chapters, as others can lead to them, each with what stands in it that is known by a short name."""
        return [
            ContentsEntry(
                chapter.section.place,
                (Span(text=chapter.heading),),
                tuple(
                    ContentsEntry(block.name, block.entry)
                    for block in walk(chapter.section.blocks)
                    if isinstance(block, Group) and block.name and block.entry
                ),
            )
            for chapter in self.chapters
            if chapter.heading
        ]


def read_paper(notebook: Mapping[str, Any], name: str = "notebook") -> PublishedPaper:
    """Return what a run notebook publishes.

    Parameters
    ----------
    notebook
        The notebook, as nbformat or JSON reads it.
    name
        How it is called in an error.

    Raises
    ------
    Refused
        A cell raised, printed or shows something that is no section, a text is no heading, a heading has no section
        under it, a section stands there twice, a link leads nowhere, or no masthead is there: an error each.
    """
    errors: list[Error | str] = []
    chapters: list[Chapter] = []
    metadata: dict[str, Any] | None = None
    heading: tuple[str, str] | None = None
    without: list[Error] = []
    for cell in notebook["cells"]:
        where = f"cell {cell.get('id', '')}"
        if OWN in (cell.get("metadata", {}).get("tags") or []):
            continue
        if cell["cell_type"] != "code":
            without += _without_section(name, heading)
            match = _HEADING.fullmatch(_text(cell["source"]).strip())
            heading = (match[1].strip(), where) if match else None
            if not match:
                errors.append(_not_a_heading(name, where))
            continue
        for output in cell.get("outputs", []):
            section = attempt(errors, None, partial(_section, output, name, where))
            if section is None:
                continue
            if section.section in [chapter.section.section for chapter in chapters]:
                errors.append(Error(name, "each section once", None, where, section.section, "take one of them out"))
            if section.section == MASTHEAD:
                metadata = attempt(errors, None, partial(_metadata, output, name, where))
            if section.blocks:  # one that has nothing to say is left out, heading and all
                chapters.append(Chapter(section.heading or heading[0] if heading else "", section, output))
            heading = None
    if not errors and metadata is None:
        fix = "run all its cells first; the first of them opens the report and shows its masthead"
        raise Refused([Error(name, "a masthead", fix=fix)])
    errors += [*without, *_without_section(name, heading)]
    if errors or metadata is None:
        raise Refused(errors)
    if lost := sorted(_targets(chapters) - _places(chapters)):
        fix = "call every section of the paper, as the notebook does that came with it"
        raise Refused([Error(name, "links that lead somewhere in the paper", found=", ".join(lost[:5]), fix=fix)])
    return PublishedPaper(metadata, tuple(chapters))


def _section(output: Mapping[str, Any], name: str, where: str) -> Section:
    """Return the section that an output is. What else was shown is not repeated: it may be restricted.

    Raises
    ------
    Refused
        It is none.
    """
    kind = output["output_type"]
    if kind == "error":
        raise Refused([Error(name, "cells that run", None, where, f"{output['ename']}: {output['evalue']}")])
    fix = f"take it out, or give the cell the tag {OWN}"
    if kind == "stream":
        # A warning is the words of a library. What was printed may be of a restricted row, and is not repeated.
        words = _text(output["text"]) if output.get("name") == "stderr" else "printed text"
        raise Refused([Error(name, "no printed text or warning", None, where, words, fix)])
    data = output.get("data", {})
    if MIME_TYPE not in data:
        raise Refused([Error(name, "a section of the paper and nothing else", None, where, ", ".join(data), fix)])
    try:
        section = Section.read(data[MIME_TYPE])
        if _depth(section.blocks) <= DEEPEST:
            return section
    except (RecursionError, ValueError):
        pass
    raise Refused([Error(name, "a section as the package writes it", None, where, fix="run it again")])


def _metadata(output: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    """Return what the masthead says of its paper.

    Raises
    ------
    Refused
        It is not as the package writes it.
    """
    try:
        return _Masthead.model_validate(output.get("metadata", {}).get("priority_two")).model_dump()
    except ValidationError:
        raise Refused([Error(name, "a masthead as the package writes it", None, where, fix="run it again")]) from None


def _depth(blocks: Iterable[Block]) -> int:
    """Return how many blocks stand in one another at most."""
    inner = 0
    for block in blocks:
        items = block.items if isinstance(block, Listing) else [getattr(block, "blocks", ())]
        inner = max([inner, *(1 + _depth(item) for item in items)])
    return inner


def _targets(chapters: Iterable[Chapter]) -> set[str]:
    """Return the places in the paper to which its links lead."""
    blocks = [block for chapter in chapters for block in walk(chapter.section.blocks)]
    links = {span.href for block in blocks for line in lines(block) for span in line}
    return {link[1:] for link in links if link.startswith("#")}


def _places(chapters: Iterable[Chapter]) -> set[str]:
    """Return the places in the paper that have a name."""
    places = {chapter.section.place for chapter in chapters}
    for chapter in chapters:
        for block in walk(chapter.section.blocks):
            places.add(getattr(block, "name", ""))
            places |= {row.name for row in block.rows} if isinstance(block, Table) else set()
            places |= {fact.place for fact in block.facts} if isinstance(block, Facts) else set()
            places |= {place_of(citation.anchor) for citation in citations(block)}
    return places


def _without_section(name: str, heading: tuple[str, str] | None) -> list[Error]:
    """Return the error of a heading under which no section stands."""
    if heading is None:
        return []
    fix = "run the cell below it, or take the heading out"
    return [Error(name, "a section under each heading", None, heading[1], heading[0], fix)]


def _not_a_heading(name: str, where: str) -> Error:
    fix = f"write it in an update, or give the cell the tag {OWN}"
    return Error(name, "one heading, such as ## Ratings, and no other words", None, where, fix=fix)


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
