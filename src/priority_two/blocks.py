"""Blocks: what a section of a paper is made of, as data without markup.

A section is a function that returns blocks, and everything else is a walk over them: the HTML of the paper
(:mod:`priority_two.report.html`), the workbook, the paper as data, its sources, its abbreviations. So no two of these
can say different things, and none of them has to work a section out again.

    >>> paragraph("Eleven commitments are on plan.").spans[0].text
    'Eleven commitments are on plan.'

A figure in a block is a :class:`Span` or a :class:`Cell` with a :class:`Citation`: the observations that it comes from
and all that a program has to know of it.

In a run notebook a section is an output of the type :data:`MIME_TYPE`, the JSON of its blocks as a text: an object
would be copied, checked and indented by everything that a notebook passes through. JSON that is read back came from
outside: it has the forms below, to the key, or it is refused.

Deliberately absent: raw HTML. What a block cannot say, a paper cannot show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

Synthetic = Literal["", "all", "some"]
"""How much of a table or chart is illustrative."""
ALL: Synthetic = "all"
SOME: Synthetic = "some"

MIME_TYPE = "application/vnd.priority-two.blocks+json"
"""The type of a section's output in a notebook: JSON as text, an object with the keys ``section`` and ``blocks``."""

Role = Annotated[str, Field(pattern=r"^[a-z -]*$", max_length=40)]
"""What a block is for, as the style sheet names it; blank where its kind says it all."""

Number = Annotated[str, Field(pattern=r"^(-?[0-9]{1,30}(\.[0-9]{1,30})?)?$")]
"""An exact number as text, or blank."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]*$", max_length=300)]
"""The place of a block in the page, to which others lead."""

Address = Annotated[str, Field(pattern=r"^(#[A-Za-z0-9_.-]+|https://[^\s\"<>]+|tel:[0-9+]+|)$", max_length=2_000)]
"""Where words lead: within the paper, to a page, to a telephone number, or nowhere."""


_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ACTIVE = re.compile(
    r"<!|<\s*(?:script|foreignObject|image|iframe)\b|@import|\son\w+\s*=|href\s*=\s*[\"'](?!#)", re.IGNORECASE
)


def _drawing(svg: str) -> str:
    """Refuse a drawing that could run or fetch something; what stands in comments does neither."""
    if _ACTIVE.search(_COMMENT.sub("", svg)) or not svg.startswith("<svg"):
        raise ValueError("a drawing without scripts, documents within it and addresses outside it")
    return svg


Svg = Annotated[str, Field(max_length=4_000_000), AfterValidator(_drawing)]
"""A drawing: bounded, and without anything that runs or fetches."""


class Part(BaseModel):
    """What all parts of a block have: no key but those named, and no change once it is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kinded(Part):
    """What all blocks have: the name of their kind, which stands in what is written of them although by default."""

    block: str

    @model_serializer(mode="wrap")
    def _with_its_kind(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"block": self.block, **written(self)}


class Citation(Part):
    """What a figure is, and where it comes from.

    Parameters
    ----------
    measure, breakdown, area, period
        What it is of, in the catalogue's codes; blank breakdown is the total, blank area the whole area.
    rate
        The id of the rate where it is a rate, or blank.
    asked_of
        Whose figure was asked for where several partners send it, or blank.
    label
        What it is called.
    value
        The exact number as text; blank where there is none.
    unrounded
        The same before it was rounded, where it was; else blank.
    text
        What is printed, flags included; why there is no figure where there is none.
    unit
        Its unit.
    status
        Those of ``p``, ``r``, ``b``, ``x`` and ``z`` that apply.
    anchor
        Its place in the evidence, or blank where that does not list it.
    partner
        Who sent its observations.
    received
        The day on which the last of them was received, or blank.
    file, row
        Where it stands, if it is a single observation; else blank and 0.
    synthetic
        Whether any of its observations is illustrative.
    record
        The record of corrections that changed it, or blank.
    """

    measure: str
    breakdown: str = ""
    area: str = ""
    period: str
    rate: str = ""
    asked_of: str = ""
    label: str
    value: Number = ""
    unrounded: Number = ""
    text: str
    unit: str
    status: str = ""
    anchor: Name = ""
    partner: str = ""
    received: str = ""
    file: str = ""
    row: int = 0
    synthetic: bool = False
    record: str = ""


class ShownRating(Part):
    """The rating of a commitment, and what stands beside it.

    ``rating`` is the code, ``word`` what is printed, ``rank`` its place on the scale: 0 is the best, None
    is neither better nor worse than any other.
    """

    commitment: str
    title: str
    section: str
    rating: str
    word: str
    rank: Annotated[int, Field(ge=0, le=1_000)] | None
    reason: str
    action: str
    owner: str
    due: str
    qualifier: str
    basis: str


class ShownMilestone(Part):
    """A milestone: ``baseline``, ``current`` and ``met`` are dates or months as text, ``met`` also ``undated``."""

    commitment: str
    id: str
    title: str
    baseline: str
    current: str
    met: str
    outcome: str
    basis: str

    @property
    def due(self) -> str:
        """The date that holds now: the current one, else the baseline."""
        return self.current or self.baseline


class Badge(Part):
    """A rating as it is shown: a word with a shape and a colour; `rating` is the one of a commitment, or None."""

    word: str
    shape: Literal["circle", "triangle", "square", "diamond", "hexagon", "star", "cross", "wedge", "bar"]
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
    rating: ShownRating | None = None


class Span(Part):
    """Words in a line.

    Parameters
    ----------
    text
        The words.
    href
        Where they lead, or blank.
    style
        How they are set: ``strong``, ``em``, ``code`` or a role of the style sheet; blank for plain words.
    citation
        What figure they are, or None.
    badge
        The rating that they are, or None; then the text is its word, or the name of what has it.
    """

    text: str
    href: Address = ""
    style: Role = ""
    citation: Citation | None = None
    badge: Badge | None = None


class Chart(Kinded):
    """A chart: `svg` is the drawing, `alt` says what it shows, `synthetic` is ``all``, ``some`` or blank."""

    block: Literal["chart"] = "chart"
    svg: Svg
    alt: str
    title: str = ""
    synthetic: Synthetic = ""


class Cell(Part):
    """A cell of a table.

    Parameters
    ----------
    spans
        What it says; never blank.
    lines
        What it says as a list, in place of `spans`.
    value
        The number that it says, or None.
    synthetic
        Whether it is illustrative, where neither its column nor its row says so.
    words
        Whether it holds words, which stand at the left, and no figure.
    gap
        Whether it says, as a partner sent it, that there is no figure.
    chart
        A small chart that it shows instead of words, or None. What the chart says in words is what the cell says.
    bar
        How long the bar behind its number is, in per cent of the longest; 0 where there is none.
    """

    spans: tuple[Span, ...] = ()
    lines: tuple[tuple[Span, ...], ...] = ()
    value: Decimal | None = None
    synthetic: bool = False
    words: bool = False
    gap: bool = False
    chart: Chart | None = None
    bar: Annotated[float, Field(ge=0, le=100)] = 0

    @property
    def text(self) -> str:
        """What it says, without links and marks."""
        text = "; ".join(words(line) for line in self.lines) or words(self.spans)
        return text or (self.chart.alt if self.chart else "")


class Row(Part):
    """A row of a table.

    Parameters
    ----------
    heading
        What its cells are of.
    cells
        Its cells, one a further heading of the table.
    name
        Its place in the page, or blank.
    milestone
        The milestone that it tells of, or None.
    new_group
        Whether it begins a group of rows, which a darker line parts from those above.
    """

    heading: Cell
    cells: tuple[Cell, ...]
    name: Name = ""
    milestone: ShownMilestone | None = None
    new_group: bool = False


class Fact(Part):
    """A name and what is said of it; `place` is its place in the page, or blank."""

    name: tuple[Span, ...]
    spans: tuple[Span, ...]
    place: Name = ""


class Tile(Part):
    """A headline figure: what it is called, and the figure, or None where a proof has not received it."""

    label: str
    citation: Citation | None


class Count(Part):
    """A number of a badge row: how many, of which rating, or of what in words."""

    number: int
    badge: Badge | None = None
    words: str = ""


class Heading(Kinded):
    """A heading; `level` 1 is the title of the paper."""

    block: Literal["heading"] = "heading"
    level: Annotated[int, Field(ge=1, le=6)]
    spans: tuple[Span, ...]
    name: Name = ""


class Paragraph(Kinded):
    """A paragraph; its role says whether it is a note, a notice, a promise and so on."""

    block: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]
    role: Role = ""
    synthetic: bool = False


class Code(Kinded):
    """Text that is set as it is written."""

    block: Literal["code"] = "code"
    text: str


class Listing(Kinded):
    """A list; each item is a row of blocks, and `start` is the number of the first where it is ordered."""

    block: Literal["listing"] = "listing"
    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: Annotated[int, Field(ge=0, le=999_999_999)] = 1
    role: Role = ""


class Quotation(Kinded):
    """Blocks that are quoted."""

    block: Literal["quotation"] = "quotation"
    blocks: tuple[Block, ...]


class Rule(Kinded):
    """A line that parts what stands above it from what stands below."""

    block: Literal["rule"] = "rule"


class Prose(Kinded):
    """What somebody wrote, as against what the paper works out.

    Parameters
    ----------
    blocks
        What it says; there may be none.
    element
        What it is in the paper as data: ``2a``, ``appendix 1``. Several pieces of one element are one text.
    title
        What the element is called.
    """

    block: Literal["prose"] = "prose"
    blocks: tuple[Block, ...]
    element: str
    title: str


class Facts(Kinded):
    """Names, and beside each what is said of it."""

    block: Literal["facts"] = "facts"
    facts: tuple[Fact, ...]
    role: Role = "facts"
    label: str = ""


class Badges(Kinded):
    """How many there are of each rating, or of what else is counted."""

    block: Literal["badges"] = "badges"
    counts: tuple[Count, ...]


class Tiles(Kinded):
    """Headline figures side by side."""

    block: Literal["tiles"] = "tiles"
    tiles: tuple[Tile, ...]


class Table(Kinded):
    """A table, with a chart where there is one.

    Parameters
    ----------
    title
        Its caption.
    head
        Column headings; the first heads the row headings.
    rows
        At least one; each has as many cells as there are further headings, and none is blank.
    definition
        What the figures are: definition, source, date.
    notes
        What the shorthand in the table means, and what a reader has to know to read it.
    chart
        The chart that draws it, or None.
    synthetic
        Whether its figures are illustrative: ``all``, ``some`` (then columns, rows or cells say which) or blank.
    illustrative
        The columns that are illustrative from top to bottom, by number; 0 is that of the row headings.
    sheet
        The name of its sheet in the workbook; blank where it goes into none.
    element
        What it is in the paper as data: ``2a: CNT01``; blank where it is none of its own.
    element_title
        What that is called.
    role
        How the style sheet sets it; blank for most.
    """

    block: Literal["table"] = "table"
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    definition: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    synthetic: Synthetic = ""
    illustrative: tuple[Annotated[int, Field(ge=0, le=1_000)], ...] = ()
    sheet: str = ""
    element: str = ""
    element_title: str = ""
    role: Role = ""

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        if any(len(row.cells) != len(self.head) - 1 for row in self.rows):
            raise ValueError("as many cells in each row as there are headings")
        return self


class Group(Kinded):
    """Blocks that belong together.

    Parameters
    ----------
    blocks
        What stands in it.
    role
        What it is: ``commitment``, ``appendix``, ``measure``, ``masthead`` and so on.
    name
        Its place in the page, or blank.
    label
        The place of the heading that names it, or blank.
    element
        What it is in the paper as data: ``2a``, ``appendix 1``; blank where that is what it stands in.
    title
        What that is called.
    entry
        How the contents beside the paper call it, which lead to its name; empty where they leave it out.
    """

    block: Literal["group"] = "group"
    blocks: tuple[Block, ...]
    role: Role = ""
    name: Name = ""
    label: Name = ""
    element: str = ""
    title: str = ""
    entry: tuple[Span, ...] = ()


class Details(Kinded):
    """Blocks that a reader opens: the evidence behind what stands above. On paper they are left out."""

    block: Literal["details"] = "details"
    summary: tuple[Span, ...]
    blocks: tuple[Block, ...]
    role: Role = ""
    name: Name = ""


Block = Annotated[
    Heading
    | Paragraph
    | Code
    | Listing
    | Quotation
    | Rule
    | Prose
    | Facts
    | Badges
    | Tiles
    | Chart
    | Table
    | Group
    | Details,
    Field(discriminator="block"),
]
"""A piece of a section."""

for _model in (Listing, Quotation, Prose, Group, Details):
    _model.model_rebuild()


class Section(Part):
    """A section of a paper: its name, which is its place in the page, and its blocks.

    ``heading`` is how it is headed in a partnership's own words, blank where the notebook's heading does.
    """

    section: Name
    blocks: tuple[Block, ...]
    heading: str = ""

    @property
    def place(self) -> str:
        """Its place in the page: ``at-a-glance``."""
        return self.section.replace("_", "-")

    def written(self) -> str:
        """Return it as JSON, without what is as it is by default, which is most of a table."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def read(cls, output: object) -> Section:
        """Return the section of an output: JSON as text, or, as an earlier version wrote it, as an object.

        Raises
        ------
        ValueError, RecursionError
            It is not as the package writes it.
        """
        return cls.model_validate_json(output if isinstance(output, str) else json.dumps(output))


# How blocks are written down


def figure(citation: Citation) -> Span:
    """Return a figure in a line: it leads to its place in the evidence."""
    return Span(
        text=citation.text, href=_source(citation), style="figure" if citation.anchor else "", citation=citation
    )


def spans(*pieces: str | Span) -> tuple[Span, ...]:
    """Return pieces of a line, strings as plain words; blank ones are left out."""
    return tuple(Span(text=piece) if isinstance(piece, str) else piece for piece in pieces if piece != "")


def link(text: str, name: str) -> Span:
    """Return words that lead to a place in the paper."""
    return Span(text=text, href=f"#{name}" if name else "")


def styled(style: str, text: str) -> Span:
    """Return words that the style sheet sets in their own way."""
    return Span(text=text, style=style)


def badge(rating: Badge) -> Span:
    """Return a rating in a line."""
    return Span(text=rating.word, badge=rating)


def joined(pieces: Iterable[Span], mark: str = ", ") -> list[str | Span]:
    """Return pieces of a line with a mark between each two."""
    line: list[str | Span] = []
    for piece in pieces:
        line += [mark, piece] if line else [piece]
    return line


def paragraph(*pieces: str | Span, role: str = "", synthetic: bool = False) -> Paragraph:
    """Return a paragraph."""
    return Paragraph(spans=spans(*pieces), role=role, synthetic=synthetic)


def heading(level: int, *pieces: str | Span, name: str = "") -> Heading:
    """Return a heading."""
    return Heading(level=level, spans=spans(*pieces), name=name)


def listing(items: Iterable[str | Span | Iterable[str | Span]], *, ordered: bool = False, role: str = "") -> Listing:
    """Return a list, an item a line of words."""
    lines = (spans(item) if isinstance(item, str | Span) else spans(*item) for item in items)
    return Listing(items=tuple((Paragraph(spans=line),) for line in lines), ordered=ordered, role=role)


def facts(rows: Iterable[tuple[str, str]], role: str = "facts") -> Facts:
    """Return names and what is said of them."""
    return Facts(facts=tuple(Fact(name=spans(name), spans=spans(text)) for name, text in rows), role=role)


def cell(*pieces: str | Span, synthetic: bool = False) -> Cell:
    """Return a cell of words."""
    return Cell(spans=spans(*pieces), words=True, synthetic=synthetic)


def chart_cell(svg: str, alt: str) -> Cell:
    """Return a cell that shows a small chart."""
    return Cell(chart=Chart(svg=svg, alt=alt), words=True)


def number_cell(text: str, value: Decimal | None = None, *, synthetic: bool = False) -> Cell:
    """Return a cell of a column of numbers whose number has no source of its own, or why there is none."""
    return Cell(spans=spans(text), value=value, synthetic=synthetic)


def figure_cell(citation: Citation, *, gap: bool = False) -> Cell:
    """Return a cell of a figure; `gap` says that a partner sent, in place of a figure, that there is none."""
    number = Decimal(citation.value) if citation.value else None
    synthetic = citation.synthetic and (number is not None or gap)
    return Cell(spans=(figure(citation),), value=number, synthetic=synthetic, gap=gap)


def place_of(anchor: str) -> str:
    """Return the name of the first place in a paper where the figure of an anchor stands."""
    return f"at-{anchor}"


def _source(citation: Citation) -> str:
    return f"#{citation.anchor}" if citation.anchor else ""


# Walks


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks and those that stand in them, in the order of the paper."""
    for block in blocks:
        yield block
        if isinstance(block, Group | Details | Prose | Quotation):
            yield from walk(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from walk(item)
        elif isinstance(block, Table):
            yield from [block.chart] if block.chart else []
            yield from (cell.chart for row in block.rows for cell in (row.heading, *row.cells) if cell.chart)


def lines(block: Block) -> Iterator[tuple[Span, ...]]:
    """Yield the lines of words that a block itself has, without those of the blocks in it."""
    match block:
        case Heading() | Paragraph():
            yield block.spans
        case Code():
            yield (Span(text=block.text, style="code"),)
        case Facts():
            for fact in block.facts:
                yield (*fact.name, Span(text=": "), *fact.spans)
        case Badges():
            for count in block.counts:
                yield spans(f"{count.number} {count.badge.word if count.badge else count.words}")
        case Tiles():
            for tile in block.tiles:
                yield spans(figure(tile.citation) if tile.citation else "not received", f" {tile.label}")
        case Chart():
            yield from (spans(block.title), spans(block.alt))
        case Table():
            yield spans(block.title)
            yield from (spans(text) for text in (*block.definition, *block.head))
            for row in block.rows:
                for entry in (row.heading, *row.cells):
                    yield from entry.lines or ([entry.spans] if entry.spans else [])
            yield from (spans(text) for text in block.notes)
        case Details():
            yield block.summary
        case _:
            return


def citations(block: Block) -> Iterator[Citation]:
    """Yield the figures that a block itself shows, in order."""
    for line in lines(block):
        for piece in line:
            if piece.citation is not None:
                yield piece.citation


def is_marked(block: Block) -> bool:
    """Whether a block itself, or a figure in it, is marked as illustrative."""
    if isinstance(block, Table | Chart | Paragraph) and block.synthetic:
        return True
    cells = [cell for row in block.rows for cell in (row.heading, *row.cells)] if isinstance(block, Table) else []
    marks = [piece.style == "illustrative" for line in lines(block) for piece in line]
    return any(cell.synthetic for cell in cells) or any(marks) or any(each.synthetic for each in citations(block))


def words(line: Iterable[Span]) -> str:
    """Return the words of a line."""
    return "".join(piece.text for piece in line)


def plain(blocks: Iterable[Block]) -> list[str]:
    """Return the words of blocks, a line of words a paragraph, heading, item or row; charts are left out."""
    texts = [text for block in walk(blocks) if not isinstance(block, Chart) for text in _texts(block)]
    return [line for text in texts if (line := " ".join(text.split()))]


def _texts(block: Block) -> Iterator[str]:
    if not isinstance(block, Table):
        yield from map(words, lines(block))
        return
    yield from (block.title, *block.definition, "; ".join(block.head))
    yield from ("; ".join(cell.text for cell in (row.heading, *row.cells)) for row in block.rows)
    yield from block.notes
