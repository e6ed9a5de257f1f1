"""A run notebook as a paper: its headings and sections in order, and what the masthead says of it.

A section is an output of the package's own type (:data:`priority_two.blocks.MIME_TYPE`). Nothing else is published: an
output of another kind, such as a table that somebody looked at, is refused by its cell, so that it is in no paper. A
cell with the tag ``remove-cell`` is the analyst's own, and left out whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from priority_two.blocks import MIME_TYPE, Heading, Section, walk
from priority_two.errors import Error, Refused, one_line

OWN = "remove-cell"
"""The tag of a cell that is no part of the paper."""

_HEADING = re.compile(r"## ([^\n]+)")


@dataclass(frozen=True)
class Chapter:
    """A section with the heading under which it stands; the masthead has none."""

    heading: str
    section: Section


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
    def contents(self) -> list[tuple[int, str, str]]:
        """Its headings that others can lead to: level (2 or 3), place and words."""
        entries = []
        for chapter in self.chapters:
            entries += [(2, chapter.section.place, chapter.heading)] if chapter.heading else []
            entries += [
                (3, block.name, "".join(span.text for span in block.spans).strip())
                for block in walk(chapter.section.blocks)
                if isinstance(block, Heading) and block.level == 3 and block.name
            ]
        return entries


def read_paper(notebook: Mapping[str, Any], name: str = "notebook") -> PublishedPaper:
    """Return what a run notebook publishes.

    The notebook is as nbformat or JSON reads it; an error calls it by `name`.

    Raises
    ------
    Refused
        A cell raised, printed or shows something that is no section, a text is no heading, or no masthead is there: an
        error each.
    """
    errors: list[Error] = []
    chapters: list[Chapter] = []
    metadata: dict[str, Any] | None = None
    heading = ""
    for cell in notebook["cells"]:
        where = f"cell {cell.get('id', '')}"
        if OWN in cell.get("metadata", {}).get("tags", []):
            continue
        if cell["cell_type"] != "code":
            match = _HEADING.fullmatch(_text(cell["source"]).strip())
            heading = match[1].strip() if match else ""
            if not match:
                errors.append(_not_a_heading(name, where, _text(cell["source"])))
            continue
        for output in cell.get("outputs", []):
            try:
                section = _section(output, name, where)
            except Refused as refused:
                errors += [error for error in refused.errors if isinstance(error, Error)]
                continue
            chapters.append(Chapter(heading, section))
            heading = ""
            metadata = output.get("metadata", {}).get("priority_two", metadata)
    if not errors and metadata is None:
        fix = "run all its cells first; the first of them opens the report and shows its masthead"
        errors.append(Error(name, "a masthead", fix=fix))
    if errors:
        raise Refused(errors)
    return PublishedPaper(dict(metadata or {}), tuple(chapters))


def _section(output: Mapping[str, Any], name: str, where: str) -> Section:
    """Return the section that an output is.

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
        raise Refused([Error(name, "no printed text or warning", None, where, _text(output["text"]), fix)])
    data = output.get("data", {})
    if MIME_TYPE not in data:
        shown = _text(data.get("text/plain", "")) or ", ".join(data)
        raise Refused([Error(name, "a section of the paper and nothing else", None, where, shown, fix)])
    try:
        return Section.model_validate(data[MIME_TYPE])
    except (ValidationError, RecursionError):
        raise Refused([Error(name, "a section as the package writes it", None, where, fix="run it again")]) from None


def _not_a_heading(name: str, where: str, text: str) -> Error:
    fix = f"write it in an update, or give the cell the tag {OWN}"
    return Error(name, "one heading, such as ## Ratings", None, where, one_line(text), fix)


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
