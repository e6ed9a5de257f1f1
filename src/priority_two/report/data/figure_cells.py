"""Figures, rates and changes as cells of a table."""

from __future__ import annotations

from collections.abc import Iterable

from priority_two.charts.exhibit import Cell
from priority_two.measures.breaks import Break
from priority_two.measures.change import compare, in_words
from priority_two.measures.evidence import printed
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure


def figure_cell(one: Figure | Rate, unit: str) -> Cell:
    """Return a figure as it is printed, with its flags; or why there is none.

    Parameters
    ----------
    one
        A roll-up or a rate.
    unit
        Its unit.
    """
    gap = one.value is None and bool(one.flags)
    marked = one.synthetic and (one.value is not None or gap)
    return Cell(printed(one, unit), one.value, synthetic=marked, gap=gap)


def change_cell(now: Figure | Rate, before: Figure | Rate, breaks: Iterable[Break], unit: str) -> Cell:
    """Return the change from one figure to a later one in words: ``up 12 (3.1%)``; or that there is no comparison.

    Why a figure is lacking stands in its own cell; a break in series stands in none, and is said here.

    Parameters
    ----------
    now, before
        The later and the earlier figure.
    breaks
        Breaks in series.
    unit
        Their unit.
    """
    change = compare(now, before, breaks, unit=unit)
    if change.difference is None:
        broken = change.reason.startswith("break in series")
        return Cell(f"no comparison: {change.reason}" if broken else "no comparison", words=True)
    return Cell(in_words(change, unit), synthetic=now.synthetic or before.synthetic, words=True)
