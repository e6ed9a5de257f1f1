"""The paper as data: a walk over the blocks of its sections.

What a figure, rating or milestone is stands beside the words in the blocks, so that nothing is worked out again here. A
thing is named once, by the first place that shows it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from priority_two.blocks import (
    Block,
    Citation,
    Details,
    Group,
    Listing,
    Prose,
    Quotation,
    Section,
    ShownMilestone,
    ShownRating,
    Span,
    Table,
    Tiles,
    lines,
    plain,
)
from priority_two.content.model import (
    HEADLINE,
    SCHEMA,
    TABLE,
    TEXT,
    Content,
    ShownBreak,
)
from priority_two.errors import Error, Refused
from priority_two.spellings import FORMULA_SIGNS

HEADLINES, DATA = "headlines", "data"
TABLES = ("ratings", "figures", "milestones")
"""The parts of a paper's content that are tables; its texts stand in the paper."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def content(paper: dict[str, Any], sections: Iterable[Section]) -> Content:
    """Return what a paper says.

    Parameters
    ----------
    paper
        What its masthead says of it: ``kind``, ``heading``, ``period``, ``as_at``, ``edition`` and ``breaks``.
    sections
        Its sections, in order.

    Raises
    ------
    Refused
        There is more in it than is kept of a paper as data.
    """
    try:
        facts = _Facts.model_validate(paper)
        walk = _Walk(facts.period)
        for section in sections:
            walk.blocks(section.blocks, DATA)
        measures = {figure["measure"] for figure in walk.figures.values()}
        return Content.model_validate(
            {
                "schema": SCHEMA,
                "kind": facts.kind,
                "title": facts.heading,
                "period": facts.period,
                "as_at": facts.as_at,
                "edition": facts.edition,
                "ratings": list(walk.ratings.values()),
                "figures": list(walk.figures.values()),
                "milestones": list(walk.milestones.values()),
                "texts": [
                    {"element": element, "title": title, "text": "\n".join(text)}
                    for (element, title), text in walk.texts.items()
                    if text
                ],
                "elements": [{"id": element, "heading": title} for element, title in walk.elements.items()],
                "breaks": [each for each in facts.breaks if each.measure in measures],
            }
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in (error.title.lower(), *first["loc"]))
        expected = "a paper within the bounds of what is kept of it as data"
        raise Refused([Error("", expected, None, where, first["msg"], "say it in fewer words")]) from None


def tables(paper: Content) -> dict[str, bytes]:
    """Return the tables of a paper's content as CSV by file name; none that is empty."""
    rows = {name: as_table(getattr(paper, name)) for name in TABLES}
    return {f"{name}.csv": as_csv(table) for name, table in rows.items() if table}


def as_table(records: Sequence[BaseModel]) -> list[list[Any]]:
    """Return records of one form as rows, headings first; nothing where there is none."""
    rows = [record.model_dump() for record in records]
    return [list(rows[0]), *(list(row.values()) for row in rows)] if rows else []


def as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV: RFC 4180, UTF-8, line feeds.

    A text that a spreadsheet would take for a formula has an apostrophe put before it.
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue().encode()


class _Facts(BaseModel):
    """What the masthead says of a paper, as far as its content needs it."""

    kind: str
    heading: str
    period: str
    as_at: str
    edition: str
    breaks: list[ShownBreak]


class _Walk:
    """What the blocks have said so far, each thing by its name."""

    def __init__(self, period: str) -> None:
        self.period = period
        self.ratings: dict[str, ShownRating] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self.milestones: dict[tuple[str, str], ShownMilestone] = {}
        self.texts: dict[tuple[str, str], list[str]] = {}
        self.elements: dict[str, str] = {}

    def blocks(self, blocks: Sequence[Block], place: str) -> None:
        """Add what blocks say that stand at a place: ``2a``, ``appendix 2``, ``data``."""
        for block in blocks:
            self._block(block, place)

    def _block(self, block: Block, place: str) -> None:
        match block:
            case Group() | Prose():
                inner = block.element or place
                if isinstance(block, Prose):
                    self.texts.setdefault((block.element, block.title), []).extend(plain(block.blocks))
                elif block.element:
                    self.elements.setdefault(block.element, block.title)
                self.blocks(block.blocks, inner)
            case Details() | Quotation():
                self.blocks(block.blocks, place)
            case Listing():
                for item in block.items:
                    self.blocks(item, place)
            case Tiles():
                for tile in block.tiles:
                    if tile.citation:
                        self._figure(tile.citation, HEADLINES, HEADLINE)
            case Table():
                if block.element:
                    self.elements.setdefault(block.element, block.element_title)
                for row in block.rows:
                    if row.milestone:
                        self.milestones.setdefault((row.milestone.commitment, row.milestone.id), row.milestone)
                if HEADLINES in block.role.split():
                    self._headlines(block)
                else:
                    self._spans(block, place, TABLE)
            case _:
                self._spans(block, place, TABLE if place == DATA else TEXT)

    def _headlines(self, table: Table) -> None:
        """Keep the figures of a table of headlines: the last of a row is the headline, those before it lead to it."""
        for row in table.rows:
            figures = [span.citation for cell in row.cells for span in cell.spans if span.citation]
            for place, citation in enumerate(reversed(figures)):
                self._figure(citation, HEADLINES, TABLE if place else HEADLINE)

    def _spans(self, block: Block, place: str, shown_in: str) -> None:
        for line in lines(block):
            for span in line:
                self._span(span, place, shown_in)

    def _span(self, span: Span, place: str, shown_in: str) -> None:
        if span.citation:
            self._figure(span.citation, place, shown_in)
        if span.badge and span.badge.rating:
            self.ratings.setdefault(span.badge.rating.commitment, span.badge.rating)

    def _figure(self, citation: Citation, place: str, shown_in: str) -> None:
        """Keep a figure once; one of another period that has the same name gets its period to tell them apart."""
        element = _element(citation, place, self.period)
        known = self.figures.get(element)
        if known and known["period"] != citation.period:
            element = f"{element} {citation.period}"
        if element not in self.figures:
            shown = {name: value for name, value in citation if name not in ("rate", "asked_of", "anchor")}
            self.figures[element] = {"element": element, "shown_in": shown_in, **shown}


def _element(citation: Citation, place: str, own: str) -> str:
    """Return the name of a figure: where it stands, what it is of, and its period where that is not the paper's own."""
    name = citation.rate if citation.rate and place == DATA else citation.measure
    element = f"{place}: {name}" + (f"[{citation.breakdown}]" if citation.breakdown else "")
    if place == HEADLINES:
        return element
    element += f" in {citation.area}" if citation.area else ""
    element += f" from {citation.asked_of}" if citation.asked_of else ""
    return element if citation.period == own else f"{element} {citation.period}"


def _harmless(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    formula = text.lstrip()[:1] in tuple(FORMULA_SIGNS) or text[:1] in ("\t", "\r")
    return f"'{text}" if formula and not _NUMBER.fullmatch(text) else text
