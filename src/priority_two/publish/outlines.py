"""Outlines of drawings, worked out once a process.

A chart is full of letters, each an outline, and the letters of every chart of every paper are the same. WeasyPrint
reads an outline anew wherever it stands. What it then writes follows from the outline alone: so it is written again.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

_MOST = 4096
"""Outlines that are remembered: letters come back, the lines of a chart do not."""
_MARKERS = ("marker", "marker-start", "marker-mid", "marker-end")


def remember_outlines() -> None:
    """Let WeasyPrint draw each outline from what it wrote of it before."""
    from weasyprint import svg

    if svg.TAGS["path"] is not _draw:
        svg.TAGS["path"] = _draw


def _draw(drawing: Any, node: Any, font_size: float) -> None:
    from weasyprint.svg.path import path

    if any(name in node.attrib for name in _MARKERS):  # they stand on the points of a line
        path(drawing, node, font_size)
    else:
        drawing.stream.stream.append(_operators(node.get("d", "")))


@lru_cache(_MOST)
def _operators(outline: str) -> bytes:
    """Return the operators of PDF that draw an outline."""
    from pydyf import Stream
    from weasyprint.svg.path import path
    from weasyprint.svg.utils import size

    stream = Stream()
    drawing = SimpleNamespace(stream=stream, point=lambda x, y, _: (size(x), size(y)))
    path(drawing, SimpleNamespace(get=lambda name, other: outline, vertices=deque()), 0)
    return b"\n".join(stream.stream)
