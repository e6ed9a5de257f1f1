"""What figures say together: each once, within their months, and whole and parts in agreement.

Where a return gives a whole and its parts, they have to agree (:mod:`priority_two.returns.agreement`), also with what
the partner had sent before. Where the parts of a measure have no total (``total`` is none), none can be sent. What a
catalogue's ``identities.csv`` says beyond this is judged where identities are (:mod:`priority_two.checks.identities`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.agreement import MONTHS, Disagreement, disagreements
from priority_two.returns.store import Observation, Terms
from priority_two.returns.submit.layout import covers, months_text, wards_in_force
from priority_two.returns.submit.spreadsheet import Flaw
from priority_two.returns.submit.submission import SubmittedFigure
from priority_two.spellings import plain

Identities = Callable[[Iterable[dict[str, Any]], Iterable[Observation]], list[dict[str, Any]]]
"""How identities are worked out: rows of ``identities.csv`` and observations to two sides each."""

_MEND = "mend the total or a part{where}; where they are no parts of that total, leave the total blank"
_MEND_PERIOD = "mend it or its months{where}; where the months are sent, it can be left blank"
MOST_ROWS = 12
OPEN, PUBLISH = "public_nonperson", "publish"
"""The disclosure policy and the permission under which anybody may see a figure."""

_NO_TOTAL = "leave it blank, or take its row out: the parts of this measure have no total"


def together(
    figures: Sequence[SubmittedFigure],
    terms: Terms,
    months: Period,
    catalogue: Catalogue,
    identities: Identities | None = None,
    before: Iterable[Observation] = (),
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
    before
        What the partner had sent before, in the order of receipt.
    """
    flaws: list[Flaw] = []
    seen: dict[tuple[Period, str, str, str], SubmittedFigure] = {}
    compared: list[SubmittedFigure] = []
    wards = {row["area"] for row in catalogue.tables["areas"].rows if row["type"] == "ward"}
    in_force: dict[dt.date, dict[str, str]] = {}
    for one in figures:
        if not covers(months, one.period):
            expected = f"a period within {months_text(months)}"
            flaws.append(one.flaw(expected, f"another: {one.period}", "take the row out, or mend months in the terms"))
        elif one.period.start > terms.received:
            fix = "take it out until the month has begun"
            flaws.append(one.flaw("a period that had begun on the day of receipt", "a later one", fix))
        elif not one.breakdown and not catalogue.measures[one.measure].has_total:
            flaws.append(one.flaw("a figure for a part", "a total", _NO_TOTAL))
        elif one.key not in seen:
            compared.append(one)  # what has to go out is held against nothing
        if one.key in seen:
            other = seen[one.key]
            fix = f"take one of them out; the other is row {other.row} of {other.sheet}"
            flaws.append(one.flaw("each period, measure, area and breakdown once", "it twice", fix))
        seen.setdefault(one.key, one)
        end = one.period.end
        if one.area in wards and one.area not in in_force.setdefault(end, wards_in_force(catalogue, end)):
            flaws.append(one.flaw("a ward in force at the period's end", "another", "use the ward of that time"))
    broken: list[Disagreement[SubmittedFigure | Observation]] = disagreements([*before, *compared], catalogue)
    for unlike in broken:
        together_sent = unlike.what == MONTHS or all(isinstance(part, SubmittedFigure) for part in unlike.parts)
        if isinstance(unlike.whole, SubmittedFigure) and together_sent:
            shown = terms.permission == PUBLISH and catalogue.measures[unlike.whole.measure].disclosure == OPEN
            flaws.append(_disagreement(unlike.whole, unlike, shown))
    notices = [flaw for unlike in broken if (flaw := _overtaken(unlike)) is not None]
    notices += [_small_share(one) for one in compared if _is_small_share(one, catalogue)]
    if identities is not None:
        more, to_look_at = _identities(terms, catalogue, compared, identities)
        return flaws + more, notices + to_look_at
    return flaws, notices


def _is_small_share(one: SubmittedFigure, catalogue: Catalogue) -> bool:
    """Whether a percentage is below one, as that of somebody who wrote 0.97 for 97%."""
    measure = catalogue.measures[one.measure]
    return measure.unit == "percent" and not measure.is_change and one.value is not None and 0 < one.value < 1


def _small_share(one: SubmittedFigure) -> Flaw:
    return one.flaw("97 where 97% is meant", fix="see that no share such as 0.97 was typed")


def _open(measures: Iterable[str], terms: Terms, catalogue: Catalogue) -> bool:
    """Whether anybody may see figures of these measures."""
    return terms.permission == PUBLISH and all(catalogue.measures[name].disclosure == OPEN for name in measures)


def _disagreement(whole: SubmittedFigure, one: Disagreement[SubmittedFigure | Observation], shown: bool) -> Flaw:
    """Return the flaw of a whole: where its parts stand, and both numbers, to anybody or to the sender alone."""
    stated = whole.status if whole.value is None else plain(whole.value)
    both = f"{stated}, and {one.what} come to {plain(one.summed)}"
    found = both if shown else (whole.status if whole.value is None else "another")
    rows = [part.row for part in one.parts if isinstance(part, SubmittedFigure) and part.sheet == whole.sheet]
    sent = sorted({part.terms.received for part in one.parts if isinstance(part, Observation)})
    there = [f"row {', '.join(map(str, sorted(set(rows))[:MOST_ROWS]))}"] if rows else []
    there += [f"sent on {' and '.join(map(str, sent))}"] if sent else []
    where = f" ({'; '.join(there)})" if there else ""
    flaw = whole.flaw(one.expected, found, (_MEND_PERIOD if one.what == MONTHS else _MEND).format(where=where))
    return replace(flaw, for_sender=both)


def _overtaken(one: Disagreement[SubmittedFigure | Observation]) -> Flaw | None:
    """Return what is to be said of a whole and parts of which some were sent before and no longer fit, or None."""
    figures = [each for each in (one.whole, *one.parts) if isinstance(each, SubmittedFigure)]
    before = [each for each in (one.whole, *one.parts) if isinstance(each, Observation)]
    if not figures or not before or (one.what == MONTHS and isinstance(one.whole, SubmittedFigure)):
        return None
    day = max(each.terms.received for each in before)
    expected = f"{one.whole.measure} of {one.whole.period} to be what its parts come to, with what was sent on {day}"
    return figures[0].flaw(expected, "another", "have the whole and its parts sent anew together")


def _identities(
    terms: Terms, catalogue: Catalogue, figures: Sequence[SubmittedFigure], identities: Identities
) -> tuple[list[Flaw], list[Flaw]]:
    """Return what breaks a critical identity, and what breaks another: that stands in the paper as a warning."""
    at: dict[tuple[str, str], list[SubmittedFigure]] = {}
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
        both = f"{result['left']:g} against {result['right']:g}"
        found = both if _open(result["measures"], terms, catalogue) else "others"
        flaw = place.flaw(f"figures that agree: {result['title']}", found, "see which of them is wrong")
        (flaws if result["severity"] == "critical" else notices).append(replace(flaw, for_sender=both))
    return flaws, notices
