"""Figures, rates and changes as cells of a table."""

from __future__ import annotations

from priority_two.evidence import FLAGS, number
from priority_two.figures.exhibit import Cell
from priority_two.measures.compare import Change
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure

BROKEN = " [b]"


def figure_cell(one: Figure | Rate, unit: str) -> Cell:
    """Return a figure as it is printed, with its flags; or why there is none.

    Parameters
    ----------
    one
        A roll-up or a rate.
    unit
        Its unit.
    """
    synthetic = is_synthetic(one)
    if one.value is None:
        mark = f" [{one.flags}]" if one.flags in ("x", "z") else ""
        return Cell(f"{one.reason}{mark}", synthetic=synthetic and bool(mark))
    flags = "".join(FLAGS.get(flag, BROKEN) for flag in one.flags)
    return Cell(number(one.value, unit) + flags, one.value, synthetic=synthetic)


def is_synthetic(one: Figure | Rate) -> bool:
    """Whether any observation that a figure or rate is made of is illustrative."""
    figures = one.figures if isinstance(one, Rate) else (one,)
    return any(source.terms.synthetic for figure in figures for source in figure.sources)


def change_cell(change: Change, unit: str) -> Cell:
    """Return a change in words: ``up 12 (3.1%)``; or why there is no comparison."""
    if change.difference is None:
        return Cell(f"no comparison: {change.reason}", words=True)
    if change.difference == 0:
        return Cell("no change", words=True)
    size = number(abs(change.difference), "count" if unit == "percent" else unit)
    way = "up" if change.difference > 0 else "down"
    if unit == "percent":
        points = "percentage point" if abs(change.difference) == 1 else "percentage points"
        return Cell(f"{way} {size} {points}", words=True)
    if change.percent is None:
        return Cell(f"{way} {size}", words=True)
    return Cell(f"{way} {size} ({number(abs(change.percent), 'percent')})", words=True)
