"""What figures say together: each once, within their months, and whole and parts in agreement.

Where a return gives a total and all its parts, they have to agree.

Three kinds of whole can be told from the catalogue alone, for measures that may be added up (``aggregation`` sum):

- a measure's total is the sum of its breakdowns, where those are one plain list: one series, none within another;
- a breakdown whose code begins another's is its whole: ``starts`` of ``starts-online`` and ``starts-in-person``;
- the whole borough is the sum of the wards in force at the period's end.

A part that is missing, or has no value, leaves nothing to compare. What a catalogue's ``identities.csv`` says beyond
this is judged where identities are (:mod:`priority_two.checks.identities`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from priority_two.catalogue import Catalogue
from priority_two.periods import Period
from priority_two.returns.grid import Flaw
from priority_two.returns.layout import covers, months_text, wards_in_force
from priority_two.returns.store import Observation, Terms
from priority_two.returns.submission import Figure

Identities = Callable[[Iterable[dict[str, Any]], Iterable[Observation]], list[dict[str, Any]]]
"""How identities are worked out: rows of ``identities.csv`` and observations to two sides each."""

_MEND = "mend the total or a part; where they are no parts of that total, leave the total blank"
_ADDS_UP = ("count", "gbp", "fte")


def together(
    figures: Sequence[Figure],
    terms: Terms,
    months: Period,
    catalogue: Catalogue,
    identities: Identities | None = None,
) -> tuple[list[Flaw], list[Flaw]]:
    """Return what is wrong with the figures of a return as a whole, and what a person should look at all the same.

    Parameters
    ----------
    figures
        The figures, in the order in which they stand.
    terms, months
        The terms they came with, and the months those name.
    catalogue
        What the words mean.
    identities
        Works out the equations of ``identities.csv``; left out, they are not judged.
    """
    flaws: list[Flaw] = []
    seen: dict[tuple[Period, str, str, str], Figure] = {}
    wards = {row["area"] for row in catalogue.tables["areas"].rows if row["type"] == "ward"}
    in_force: dict[dt.date, dict[str, str]] = {}
    for one in figures:
        if not covers(months, one.period):
            expected = f"a period within {months_text(months)}"
            flaws.append(one.flaw(expected, f"another: {one.period}", "take the row out, or mend months in the terms"))
        elif one.period.start > terms.received:
            mend = "take it out until the month has begun"
            flaws.append(one.flaw("a period that had begun on the day of receipt", "a later one", mend))
        if one.key in seen:
            other = seen[one.key]
            mend = f"take one of them out; the other is row {other.row} of {other.sheet}"
            flaws.append(one.flaw("each period, measure, area and breakdown once", "it twice", mend))
        seen.setdefault(one.key, one)
        end = one.period.end
        if one.area in wards and one.area not in in_force.setdefault(end, wards_in_force(catalogue, end)):
            flaws.append(one.flaw("a ward in force at the period's end", "another", "use the ward of that time"))
    flaws += disagreements(seen.values(), catalogue)
    if identities is not None:
        more, notices = _identities(terms, catalogue, list(seen.values()), identities)
        return flaws + more, notices
    return flaws, []


def _identities(
    terms: Terms, catalogue: Catalogue, figures: Sequence[Figure], identities: Identities
) -> tuple[list[Flaw], list[Flaw]]:
    """Return what breaks a critical identity, and what breaks another: that stands in the paper as a warning."""
    at: dict[tuple[str, str], list[Figure]] = {}
    known = []
    for one in figures:
        at.setdefault((str(one.period), one.area), []).append(one)
        text = (one.period, one.measure, one.area, one.breakdown, one.value, one.status, one.note)
        known.append(Observation(*text, terms, one.sheet, one.row))
    holds: dict[str, Callable[[float, float], bool]] = {
        "=": lambda left, right: left == right,
        ">=": lambda left, right: left >= right,
        "<=": lambda left, right: left <= right,
    }
    flaws: list[Flaw] = []
    notices: list[Flaw] = []
    for result in identities(catalogue.tables["identities"].rows, known):
        relation = holds.get(result["relation"])
        if relation is None or relation(result["left"], result["right"]):
            continue
        places = at[result["period"], result["area"]]
        place = next((one for one in places if one.measure in result["measures"]), places[0])
        found = place.flaw(f"figures that agree: {result['title']}", "others", "see which of them is wrong")
        (flaws if result["severity"] == "critical" else notices).append(found)
    return flaws, notices


def disagreements(figures: Iterable[Figure], catalogue: Catalogue) -> list[Flaw]:
    """Return a flaw, at the total's cell, for each total that all its parts do not add up to."""
    known = {one.key: one for one in figures}
    flaws = []
    for one in known.values():
        measure = catalogue.measures[one.measure]
        if one.value is None or measure.aggregation != "sum" or measure.unit not in _ADDS_UP:
            continue
        wholes: list[tuple[str, list[Figure | None]]] = []
        codes = _parts(catalogue, one.measure, one.breakdown)
        if codes:
            sent = [known.get((one.period, one.measure, one.area, code)) for code in codes]
            wholes.append(("the sum of its breakdowns", sent))
        if not one.area:
            wards = wards_in_force(catalogue, one.period.end)
            sent = [known.get((one.period, one.measure, code, one.breakdown)) for code in wards]
            wholes.append(("the sum of all wards", sent))
        for expected, parts in wholes:
            total = _sum(parts)
            if total is not None and total != one.value:
                flaws.append(one.flaw(f"a total that is {expected}", "another", _MEND))
    return flaws


def _parts(catalogue: Catalogue, measure: str, whole: str) -> list[str]:
    """Return the codes that make up a total (blank) or a breakdown, or none where the catalogue does not tell."""
    parts = {code: part for (name, code), part in catalogue.breakdowns.items() if name == measure}
    if whole:
        series = parts[whole].series if whole in parts else None
        return [code for code, part in parts.items() if code.startswith(f"{whole}-") and part.series == series]
    nested = any(_parts(catalogue, measure, code) for code in parts)
    return [] if nested or len({part.series for part in parts.values()}) > 1 else list(parts)


def _sum(parts: Sequence[Figure | None]) -> Decimal | None:
    values = [part.value for part in parts if part is not None and part.value is not None]
    return sum(values, Decimal(0)) if values and len(values) == len(parts) else None
