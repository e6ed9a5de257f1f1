"""What of a paper's HTML is printed: all but its evidence, and what waits to be opened.

The style sheets of paper say the same of both, so nothing on a page changes when they are cut out beforehand; but there
is more evidence in a paper than text, and WeasyPrint would find the style of each of its cells before it left it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_UNPRINTED = re.compile(r'<(?:(div) class="evidence"|(details)(?![^>]*\sopen\b))[^>]*>')


def on_paper(html: str) -> str:
    """Return a page without what is not printed."""
    return "".join(_printed(html))


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
