"""Figures, rates and changes as cells of a table."""

from __future__ import annotations

from collections.abc import Iterable

from priority_two.blocks import Cell, cell
from priority_two.blocks import figure_cell as cited_cell
from priority_two.measures.breaks import Break
from priority_two.measures.change import compare, in_words
from priority_two.measures.citations import cite
from priority_two.measures.rates import Definition, Rate
from priority_two.measures.rollup import Figure
from priority_two.reference.catalogue import Catalogue


def figure_cell(figure: Figure, catalogue: Catalogue, partner: str = "") -> Cell:
    """Return a figure as it is printed, with its flags; or why there is none.

    Parameters
    ----------
    figure
        A roll-up.
    catalogue
        What the measures mean.
    partner
        Whose figure was asked for, where several partners send it.
    """
    return cited_cell(cite(figure, catalogue, partner=partner), gap=_is_gap(figure))


def rate_cell(rate: Rate, definition: Definition, catalogue: Catalogue) -> Cell:
    """Return a rate as it is printed, with its flags; or why there is none."""
    return cited_cell(cite(rate, catalogue, label=definition.title, unit=definition.unit), gap=_is_gap(rate))


def change_cell(now: Figure | Rate, before: Figure | Rate, breaks: Iterable[Break], unit: str) -> Cell:
    """Return the change from one figure to a later one in words: ``up 12 (3.1%)``; or that there is no comparison.

    Why a figure is lacking stands in its own cell; a break in series stands in none, and is named here.

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
        return cell(f"no comparison: {change.reason}" if broken else "no comparison")
    return cell(in_words(change, unit), synthetic=now.synthetic or before.synthetic)


def _is_gap(figure: Figure | Rate) -> bool:
    """Whether a partner sent, in place of a figure, that there is none."""
    return figure.value is None and bool(figure.flags)
