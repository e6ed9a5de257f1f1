"""Figures, rates and changes as cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from priority_two.blocks import Cell, Span, cell, number_cell
from priority_two.blocks import figure_cell as cited_cell
from priority_two.flags import SHORTHAND, behind
from priority_two.measures.breaks import Break
from priority_two.measures.change import compare, in_words, size_of
from priority_two.measures.citations import cite
from priority_two.measures.evidence import number
from priority_two.measures.rates import Definition, Rate
from priority_two.measures.rollup import NEVER_ADDED, Figure
from priority_two.periods import Period, short_months
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


def change_heading(now: Period, before: Period) -> str:
    """Return what heads a column of changes: of which period, on which: ``Change, Q4 2020-21 on Q4 2019-20``."""
    after, earlier = (short_months(period.plain.short_label) for period in (now, before))
    return f"Change, {after} on {earlier}"


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


def short_cell(
    figure: Figure | Rate,
    catalogue: Catalogue,
    *,
    partner: str = "",
    unit: str = "",
    style: str = "",
    flags: bool = True,
) -> Cell:
    """Return a figure in a narrow column: its number, or in shorthand why there is none.

    Shorthand behind a number takes no room of its own, so that digits stand below digits.

    Parameters
    ----------
    figure
        A roll-up or a rate.
    catalogue
        What the measures mean.
    partner
        Whose figure was asked for, where several partners send it.
    unit
        The unit of a rate; that of the measure where it is blank.
    style
        How the number is set: ``strong``.
    flags
        Whether the shorthand stands behind the number.
    """
    unit = unit or catalogue.measures[figure.measure].unit
    if figure.value is None:
        gap = _is_gap(figure)
        return Cell(
            spans=(Span(text=_lacking(figure, catalogue, partner), style="quiet"),),
            gap=gap,
            synthetic=gap and figure.synthetic,
        )
    citation = cite(figure, catalogue, partner=partner, unit=unit)
    spans = [Span(text=number(figure.value, unit, figure.places), style=style, citation=citation)]
    if flags and figure.flags:
        spans.append(Span(text=behind(figure.flags), style="flag"))
    return Cell(spans=tuple(spans), value=figure.value, synthetic=figure.synthetic)


def signed_cell(now: Figure | Rate, before: Figure | Rate, breaks: Iterable[Break], unit: str) -> Cell:
    """Return the change from one figure to a later one as a number: ``+37``, ``−8``, ``+3.1 points``.

    Where there is no comparison there is shorthand. Parameters are those of :func:`change_cell`.
    """
    change = compare(now, before, breaks, unit=unit)
    if change.difference is None:
        broken = change.reason.startswith("break in series")
        return Cell(spans=(Span(text="[b]" if broken else "[z]", style="quiet"),))
    difference = change.difference
    size = size_of(change, unit)
    points = " points" if unit == "percent" and difference else ""
    return number_cell(f"{_sign(difference)}{size}{points}", difference, synthetic=now.synthetic or before.synthetic)


def percent_cell(now: Figure | Rate, before: Figure | Rate, breaks: Iterable[Break], unit: str) -> Cell:
    """Return the change as a share of the earlier figure, or by itself where that is too small to take a share of.

    Parameters are those of :func:`change_cell`.
    """
    percent = compare(now, before, breaks, unit=unit).percent
    if percent is None:
        return signed_cell(now, before, breaks, unit)
    return number_cell(f"{_sign(percent)}{abs(percent)}%", percent, synthetic=now.synthetic or before.synthetic)


def _sign(change: Decimal) -> str:
    return "+" if change > 0 else "−" if change < 0 else ""


def shorthand_note(texts: Iterable[str]) -> tuple[str, ...]:
    """Return in one line what the shorthand of :func:`short_cell` and :func:`signed_cell` means, where it stands."""
    shown = " ".join(texts)
    meanings = [f"[{flag}] {meaning}" for flag, meaning in SHORTHAND.items() if f"[{flag}]" in shown]
    if _PART.search(shown):
        meanings.append("2 of 3: so many of its months, or quarters, had come")
    return (f"{'. '.join(meanings)}.",) if meanings else ()


_PART = re.compile(r"\d+ of \d+")


def _lacking(figure: Figure | Rate, catalogue: Catalogue, partner: str) -> str:
    if match := _PART.match(figure.reason):
        return match[0] if not figure.reason.startswith("0 ") else "[x]"
    if "z" in figure.flags or figure.reason == NEVER_ADDED:
        return "[z]"
    names = [partner] if partner else catalogue.measures[figure.measure].partners
    senders = [catalogue.senders[name] for name in names]
    asked = [
        sender
        for sender in senders
        if not (sender.first_month and sender.first_month.first > figure.period.last)
        and not (sender.last_month and sender.last_month.last < figure.period.first)
    ]
    return "[x]" if asked or not senders else "[z]"


def _is_gap(figure: Figure | Rate) -> bool:
    """Whether a partner sent, in place of a figure, that there is none."""
    return figure.value is None and bool(figure.flags)
