"""What figures say together: each figure once, within the months of the return, and totals that agree with their parts.

A total has to agree with its parts (:mod:`priority_two.returns.agreement`), also with parts that the partner sent
before. Where the parts of a measure have no total (``total`` is none), none can be sent. The equations of
``identities.csv`` are worked out by :mod:`priority_two.checks.identities`, which the caller passes in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue, Identity
from priority_two.returns.agreement import MONTHS, Disagreement, disagreements, is_overtaken
from priority_two.returns.store import Observation, SentFigure, Terms
from priority_two.returns.submit.layout import covers, months_text
from priority_two.returns.submit.spreadsheet import Flaw, letter
from priority_two.returns.submit.submission import SubmittedFigure
from priority_two.spellings import plain

Identities = Callable[[Iterable[Identity], Iterable[Observation]], list[dict[str, Any]]]
"""Works out identities: from rows of ``identities.csv`` and observations, the two sides of each."""

_MEND = "mend the total or a part{where}; where they are no parts of that total, leave the total blank"
_MEND_PERIOD = "mend it or its months{where}; where the months are sent, it can be left blank"
MOST_ROWS = 12
OPEN, PUBLISH = "public_nonperson", "publish"
"""The disclosure policy and the permission under which anybody may see a figure."""

_HOLDS: dict[str, Callable[[float, float], bool]] = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
_NO_TOTAL = "leave it blank, or take its row out: the parts of this measure have no total"


def together(
    figures: Sequence[SubmittedFigure],
    terms: Terms,
    months: Period,
    catalogue: Catalogue,
    identities: Identities | None = None,
    before: Sequence[Observation] = (),
) -> tuple[list[Flaw], list[Flaw]]:
    """Return what is wrong with the figures of a return as a whole, and what a person should look at all the same.

    The figures are in the order in which they stand; ``before`` is what the partner had sent before, in the order of
    receipt. Without ``identities``, the equations of ``identities.csv`` are not judged.
    """
    flaws: list[Flaw] = []
    first: dict[tuple[Period, str, str, str], SubmittedFigure] = {}
    compared: list[SubmittedFigure] = []
    for figure in figures:
        other, area = first.setdefault(figure.key, figure), catalogue.area_rows.get(figure.area)
        if not covers(months, figure.period):
            expected, fix = f"a period within {months_text(months)}", "take the row out, or mend months in the terms"
            flaws.append(figure.flaw(expected, f"another: {figure.period}", fix))
        elif figure.period.start > terms.received:
            fix = "take it out until the month has begun"
            flaws.append(figure.flaw("a period that had begun on the day of receipt", "a later one", fix))
        elif not figure.breakdown and not catalogue.measures[figure.measure].has_total:
            flaws.append(figure.flaw("a figure for a part", "a total", _NO_TOTAL))
        elif other is figure:
            compared.append(figure)  # a figure that has to be taken out is compared with nothing
        if other is not figure:
            fix = f"take one of them out; the other is row {other.row} of {other.sheet}"
            flaws.append(figure.flaw("each period, measure, area and breakdown once", "it twice", fix))
        if area and area.area in catalogue.parts_of_home and not area.in_force(figure.period.end):
            words = catalogue.area_words
            expected, fix = f"{words.a_part} in force at the period's end", f"use the {words.part} of that time"
            flaws.append(figure.flaw(expected, "another", fix))
    broken: list[Disagreement[SentFigure]] = disagreements([*before, *compared], catalogue)
    notices = []
    for disagreement in broken:
        whole, parts = disagreement.whole, disagreement.parts
        sent_together = disagreement.what == MONTHS or all(isinstance(part, SubmittedFigure) for part in parts)
        if isinstance(whole, SubmittedFigure) and sent_together:
            flaws.append(_disagreement(whole, disagreement, _open([whole.measure], terms, catalogue)))
        elif disagreement.what == MONTHS and not is_overtaken(whole, [*before, *compared], catalogue):
            flaws += _against_stated(whole, disagreement, _open([whole.measure], terms, catalogue))
        else:
            notices += _overtaken(disagreement)
    for figure in compared:
        measure = catalogue.measures[figure.measure]
        if measure.unit == "percent" and not measure.is_change and figure.value is not None and 0 < figure.value < 1:
            notices.append(figure.flaw("97 where 97% is meant", fix="see that no share such as 0.97 was typed"))
    if identities is not None:
        broken_identities, weak_identities = _identities(terms, catalogue, compared, identities)
        return flaws + broken_identities, notices + weak_identities
    return flaws, notices


def _open(measures: Iterable[str], terms: Terms, catalogue: Catalogue) -> bool:
    """Whether anybody may see figures of these measures."""
    return terms.permission == PUBLISH and all(catalogue.measures[name].disclosure == OPEN for name in measures)


def _disagreement(whole: SubmittedFigure, disagreement: Disagreement[SentFigure], shown: bool) -> Flaw:
    """Return the flaw of a whole: where its parts stand, and both numbers, for anybody or for the sender alone."""
    stated = whole.status if whole.value is None else plain(whole.value)
    both = f"{stated}, and {disagreement.what} come to {plain(disagreement.summed)}"
    actual = both if shown else (whole.status if whole.value is None else "another")
    parts = disagreement.parts
    cells = sorted({(part.row, part.column) for part in parts if isinstance(part, SubmittedFigure)})
    before = [part for part in parts if isinstance(part, Observation)]
    there = [_cells(cells, whole.row)] if cells else []
    there += [f"sent on {' and '.join(map(str, sorted({part.terms.received for part in before})))}"] if before else []
    where = f" ({'; '.join(there)})" if there else ""
    fix = (_MEND_PERIOD if disagreement.what == MONTHS else _MEND).format(where=where)
    fix += f"; those sent before are {_places(before)}" if before else ""
    return replace(whole.flaw(disagreement.expected, actual, fix), for_sender=both)


def _against_stated(whole: SentFigure, disagreement: Disagreement[SentFigure], shown: bool) -> list[Flaw]:
    """Return the flaw of the first of some months that never came to what had been stated for all of them before."""
    figures = [part for part in disagreement.parts if isinstance(part, SubmittedFigure)]
    if not figures or not isinstance(whole, Observation) or whole.value is None:
        return []
    both = f"months that come to {plain(disagreement.summed)}, and {plain(whole.value)} stated for {whole.period}"
    expected = f"months that fit the figure stated for {whole.period}"
    cells = sorted({(part.row, part.column) for part in figures})
    fix = f"mend them ({_cells(cells, cells[0][0])}), or send that figure anew beside them; it is {_places([whole])}"
    return [replace(figures[0].flaw(expected, both if shown else "others", fix), for_sender=both)]


def _cells(cells: Sequence[tuple[int, int]], beside: int) -> str:
    """Return where some cells stand: by their rows; by their letters too where one stands in the row named."""
    some = cells[:MOST_ROWS]
    if len({column for _, column in cells}) > 1 and any(row == beside for row, _ in cells):
        return f"cell {', '.join(f'{letter(column)}{row}' for row, column in some)}"
    return f"row {', '.join(map(str, dict.fromkeys(row for row, _ in some)))}"


def _places(sent: Iterable[Observation]) -> str:
    """Return in which rows of which returns some figures stand."""
    rows: dict[str, list[int]] = {}
    for figure in sent:
        rows.setdefault(figure.file, []).append(figure.row)
    return " and ".join(f"row {', '.join(map(str, sorted(each)[:MOST_ROWS]))} of {file}" for file, each in rows.items())


def _overtaken(disagreement: Disagreement[SentFigure]) -> list[Flaw]:
    """Return a notice where a whole and parts no longer agree, of which some were sent before; else nothing."""
    whole = disagreement.whole
    both = (whole, *disagreement.parts)
    figures = [figure for figure in both if isinstance(figure, SubmittedFigure)]
    days = [figure.terms.received for figure in both if isinstance(figure, Observation)]
    if not figures or not days or (disagreement.what == MONTHS and isinstance(whole, SubmittedFigure)):
        return []
    sent = f"with what was sent on {max(days)}"
    expected = f"{whole.measure} of {whole.period} to be what its parts come to, {sent}"
    return [figures[0].flaw(expected, "another", "have the whole and its parts sent anew together")]


def _identities(
    terms: Terms, catalogue: Catalogue, figures: Sequence[SubmittedFigure], identities: Identities
) -> tuple[list[Flaw], list[Flaw]]:
    """Return what breaks a critical identity, and what breaks any other, which is a warning in the paper."""
    at: dict[tuple[str, str], list[SubmittedFigure]] = {}
    known = []
    for figure in figures:
        at.setdefault((str(figure.period), figure.area), []).append(figure)
        about = (figure.period, figure.measure, figure.area, figure.breakdown)
        known.append(Observation(*about, figure.value, figure.status, figure.note, terms, figure.sheet, figure.row))
    flaws: list[Flaw] = []
    notices: list[Flaw] = []
    for result in identities(catalogue.identities, known):
        holds = _HOLDS.get(result["relation"])
        if holds is None or holds(result["left"], result["right"]):
            continue
        places = at[result["period"], result["area"]]
        place = next((figure for figure in places if figure.measure in result["measures"]), places[0])
        both = f"{result['left']:g} against {result['right']:g}"
        actual = both if _open(result["measures"], terms, catalogue) else "others"
        flaw = place.flaw(f"figures that agree: {result['title']}", actual, "see which of them is wrong")
        (flaws if result["severity"] == "critical" else notices).append(replace(flaw, for_sender=both))
    return flaws, notices
