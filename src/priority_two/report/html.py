"""Blocks as HTML: a walk over them, with a template a block and everything escaped.

The templates stand in ``templates/``, named after the blocks. How every table looks is one file, ``table.html.j2``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from math import ceil

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from priority_two.blocks import ALL, SOME, Badge, Block, Citation, Listing, Span, Table, place_of, plain
from priority_two.charts.charts import shape_svg
from priority_two.report.columns import layout
from priority_two.report.marks import marks

TINT, DUSK = 0.12, 0.3
"""How much of a rating's colour is behind it in a cell that it fills, on a light page and on a dark one."""
DARK = "#14191d"
"""The page of the style sheet where a reader asks for dark."""
BRIEF_ITEMS, BRIEF_LENGTH = 6, 120
"""A list of at least so many items, none longer than so many characters, is brief."""
SHORT_ROWS, SHORT_LINES, LINE = 9, 18, 90
"""A table of at most so many rows and lines, of so many characters across the page, is sure to fit one page."""
MATRIX_ROWS = 24
"""A table of ratings side by side, a line a row, fits a page of its own with so many."""


def get_ready() -> None:
    """Read the templates."""
    environment = _environment()
    for name in environment.list_templates():
        environment.get_template(name)


def html(blocks: Iterable[Block], places: set[str] | None = None) -> str:
    """Return blocks as HTML, each by the template of its name.

    Parameters
    ----------
    blocks
        The blocks.
    places
        The anchors of the figures that have stood in the paper so far, to which those of the blocks are added; None for
        blocks that are looked at by themselves. The first place where a figure stands has a name, ``at-`` and the
        figure's anchor, so that its evidence can lead back there.
    """
    return str(_html(blocks, places))


def line_html(line: Iterable[Span]) -> str:
    """Return words in a line as HTML."""
    return str(_environment().get_template("_line.html.j2").make_module({"places": None}).line(tuple(line)))  # type: ignore[attr-defined]


def _html(blocks: Iterable[Block], places: set[str] | None) -> Markup:
    environment = _environment()
    pieces = (
        environment.get_template(f"{block.block}.html.j2").render(block=block, places=places).strip("\n")
        for block in blocks
    )
    return Markup("\n").join(Markup(piece) for piece in pieces)  # noqa: S704 -- rendered with escaping on


@pass_context
def _inner(context: Context, blocks: Iterable[Block]) -> Markup:
    return _html(blocks, context["places"])


@pass_context
def _first_place(context: Context, citation: Citation) -> str:
    """Return the name of the place where a figure stands, where it is the first of its places; else nothing."""
    places: set[str] | None = context["places"]
    if places is None or not citation.anchor or citation.anchor in places:
        return ""
    places.add(citation.anchor)
    return place_of(citation.anchor)


def picture(svg: str) -> str:
    """Return a drawing as a ``data:`` address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def fit(table: Table) -> str:
    """Return ``short`` for a table that is sure to fit a page, so that it can be kept on one, and else nothing.

    Kept on one, a table that does not fit would leave its caption alone on the page before.
    """
    if "matrix" in table.role.split():  # a line a row
        return "short" if len(table.rows) <= MATRIX_ROWS else ""
    room = LINE / len(table.head)
    heights = [max(ceil(len(cell.text) / room) for cell in (row.heading, *row.cells)) for row in table.rows]
    return "short" if len(heights) <= SHORT_ROWS and sum(heights) <= SHORT_LINES else ""


def key(table: Table) -> str:
    """Return what of a table the hatched edge marks, in words."""
    if table.synthetic == ALL:
        return "Illustrative"
    if not table.illustrative:
        return "Hatched rows and figures are illustrative"
    if len(table.illustrative) == len(table.head):
        return "Illustrative, but for figures with a solid bar"
    return "The hatched column is illustrative" if len(table.illustrative) == 1 else "Hatched columns are illustrative"


def has_marked_rows(table: Table) -> bool:
    """Whether rows or figures of a table bear an edge of their own, as no column is illustrative from top to bottom."""
    return table.synthetic == SOME and not table.illustrative


def is_brief(block: Listing) -> bool:
    """Whether a list has many short items, which stand in two columns on paper."""
    texts = plain([block])
    return len(block.items) >= BRIEF_ITEMS and len(texts) == len(block.items) and max(map(len, texts)) <= BRIEF_LENGTH


def tint(spans: Iterable[Span]) -> tuple[str, str] | None:
    """Return the colour behind a rating that fills a cell: its own, pale on white and dim on the dark page; or None."""
    pieces = list(spans)
    if len(pieces) != 1 or not pieces[0].badge:
        return None
    colour = pieces[0].badge.colour
    return _mixed(colour, "#ffffff", TINT), _mixed(colour, DARK, DUSK)


def _mixed(colour: str, ground: str, part: float) -> str:
    """Return a ground with some of a colour in it."""
    pairs = zip(*(bytes.fromhex(each.lstrip("#")) for each in (colour, ground)), strict=True)
    return "#" + "".join(f"{round(under + (over - under) * part):02x}" for over, under in pairs)


@cache
def _shape(shape: str, colour: str) -> str:
    return picture(shape_svg(shape, colour))


def _address_of_shape(badge: Badge) -> str:
    return _shape(badge.shape, badge.colour)


def _breakable(path: str) -> Markup:
    """Return a path that may break after each slash, so that it fits a phone."""
    return Markup("/<wbr>").join(path.split("/"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("priority_two.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "blocks": _inner,
        "layout": layout,
        "first_place": _first_place,
        "fit": fit,
        "has_marked_rows": has_marked_rows,
        "is_brief": is_brief,
        "key": key,
        "marks": marks,
        "path": _breakable,
        "picture": picture,
        "shape": _address_of_shape,
        "tint": tint,
    }
    return environment
