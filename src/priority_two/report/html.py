"""Blocks as HTML: a walk over them, with a template a block and everything escaped.

The templates stand in ``templates/``, named after the blocks. How every table looks is one file, ``table.html.j2``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from math import ceil

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from priority_two.blocks import Badge, Block, Table
from priority_two.charts.charts import shape_svg
from priority_two.report.columns import measured
from priority_two.report.marks import marks

SHORT_ROWS, SHORT_LINES, LINE = 14, 30, 90
"""A table of at most so many rows and lines, of so many characters across the page, is sure to fit one page."""


def html(blocks: Iterable[Block]) -> str:
    """Return blocks as HTML, each by the template of its name."""
    return str(_html(blocks))


def _html(blocks: Iterable[Block]) -> Markup:
    environment = _environment()
    pieces = (environment.get_template(f"{block.block}.html.j2").render(block=block).strip("\n") for block in blocks)
    return Markup("\n").join(Markup(piece) for piece in pieces)  # noqa: S704 -- rendered with escaping on


def picture(svg: str) -> str:
    """Return a drawing as a ``data:`` address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def fit(table: Table) -> str:
    """Return ``short`` for a table that is sure to fit a page, so that it can be kept on one, and else nothing.

    Kept on one, a table that does not fit would leave its caption alone on the page before.
    """
    room = LINE / len(table.head)
    heights = [max(ceil(len(cell.text) / room) for cell in (row.heading, *row.cells)) for row in table.rows]
    return "short" if len(heights) <= SHORT_ROWS and sum(heights) <= SHORT_LINES else ""


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
        "blocks": _html,
        "columns": measured,
        "fit": fit,
        "marks": marks,
        "path": _breakable,
        "picture": picture,
        "shape": _address_of_shape,
    }
    return environment
