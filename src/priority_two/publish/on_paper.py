"""A paper's HTML as it is printed, made light to lay out. Nothing on a page looks another way for it.

- Its evidence, and what waits to be opened, are cut out, as the style sheets of paper have it: there is more evidence
  than text, and WeasyPrint would find the style of each of its cells before it left it out.
- Cards stand in a grid of their own two by two. WeasyPrint measures every row of a grid again on each of its pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

_UNPRINTED = re.compile(r'<(?:(div) class="evidence"|(details)(?![^>]*\sopen\b))[^>]*>')
_CARDS = '<div class="cards">'
_CARD = re.compile(r'<article [^>]*?\bclass="card[ "]')


def on_paper(html: str) -> str:
    """Return a page without what is not printed, its cards in pairs."""
    return _paired("".join(_printed(html)))


def _printed(html: str) -> Iterator[str]:
    at = 0
    while match := _UNPRINTED.search(html, at):
        yield html[at : match.start()]
        at = _end(html, match[1] or match[2], match.start())
    yield html[at:]


def _end(html: str, name: str, start: int) -> int:
    """Return where an element ends."""
    depth = 0
    for tag in re.compile(rf"<(/?){name}\b[^>]*>").finditer(html, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return len(html)


def _paired(html: str) -> str:
    """Return a page with each grid of cards parted into grids of two; cards in no such grid stay as they are."""
    first, *grids = html.split(_CARDS)
    return "".join([first, *(f"{_CARDS}{_parted(grid)}" for grid in grids)])


def _parted(grid: str) -> str:
    cards = count(1)
    return _CARD.sub(lambda card: f"</div>{_CARDS}{card[0]}" if (n := next(cards)) > 2 and n % 2 else card[0], grid)
