"""How charts look: one typeface, one palette, and the same bytes every time.

The palette and the limit of four categories are those of the Government Analysis Function's guidance on colour in
charts. Text is drawn as outlines of the font that the package brings, so a chart needs no font of the machine; the
salt for the ids inside the SVG is fixed, so that equal data give equal bytes.
"""

from __future__ import annotations

import io
import textwrap
from functools import cache
from typing import Any

import matplotlib as mpl
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.figure import Figure

from priority_two.typeface import FACES, font_file

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25")
INK, QUIET, RULE = "#0B0C0C", "#505A5F", "#B1B4B6"


@cache
def _settings() -> Any:
    for face in FACES:
        font_manager.fontManager.addfont(font_file(face))
    family = font_manager.FontProperties(fname=str(font_file("regular"))).get_name()
    plain = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    return {
        **plain,  # no settings file of the machine or of the working directory takes part
        "font.family": [family],
        "font.size": 12,
        "text.color": INK,
        "axes.edgecolor": RULE,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "text.language": "en",  # otherwise that of the locale, in which an i can be another glyph
        "text.parse_math": False,  # a dollar sign in a label is a dollar sign
        "svg.fonttype": "path",
        "svg.hashsalt": "priority-two",
    }


@cache
def _drawn_characters() -> frozenset[int]:
    with TTFont(font_file("regular")) as font:
        return frozenset(font.getBestCmap())


def drawable(label: str, width: int = 42, lines: int = 3) -> str:
    """Return a label as a chart can hold it: wrapped, of at most so many lines, and in characters of the font.

    The table beneath the chart has the label whole.
    """
    known = "".join(character if ord(character) in _drawn_characters() else "?" for character in label)
    wrapped = textwrap.wrap(known, width)
    return "\n".join(wrapped if len(wrapped) <= lines else [*wrapped[: lines - 1], f"{wrapped[lines - 1]} …"])


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches, free of any state that another chart left behind."""
    with mpl.rc_context(_settings()):
        return Figure(figsize=(width, height), layout="constrained")


def drawing() -> Any:
    """Return a context in which everything drawn takes this style."""
    return mpl.rc_context(_settings())


def svg(figure: Figure) -> str:
    """Return a figure as SVG, from the ``<svg`` tag on, without date or creator."""
    buffer = io.StringIO()
    with mpl.rc_context(_settings()):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
