"""What matplotlib draws, which are the maps: in one style, and the same bytes every time.

The salt for the ids inside the SVG is fixed, so that equal data give equal bytes. Nothing else draws with matplotlib,
which takes its time to import.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from priority_two.charts.style import INK, RULE
from priority_two.font_list import import_matplotlib
from priority_two.typeface import FACES, font_file

import_matplotlib()  # before anything here does

import matplotlib as mpl  # noqa: E402
from matplotlib import font_manager  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Patch, PathPatch, Rectangle  # noqa: E402
from matplotlib.path import Path as Line  # noqa: E402

__all__ = ["Axes", "Figure", "Line", "Patch", "PathPatch", "Rectangle", "drawing", "new_figure", "sheet", "svg"]


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
        "hatch.linewidth": 0.8,
        "legend.borderpad": 0,
        "legend.borderaxespad": 0.6,
        "legend.handletextpad": 0.5,
        "legend.columnspacing": 1.6,
        "legend.labelspacing": 0.5,
        "legend.frameon": False,
        "text.parse_math": False,  # a dollar sign in a label is a dollar sign
        "svg.fonttype": "path",
        "svg.hashsalt": "priority-two",
    }


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in points, free of any state that another chart left behind."""
    with mpl.rc_context(_settings()):
        return Figure(figsize=(width / 72, height / 72))


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of a size in points, whose coordinates are points from its upper left."""
    figure = new_figure(width, height)
    with drawing():
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.autoscale(enable=False)
    return figure, axes


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
