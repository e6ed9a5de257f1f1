"""Whether the totals that a partner sends agree with their parts.

If a partner sends 120 calls in total, 70 of them by telephone and 45 online, and the catalogue says that the two are
all there is, the total disagrees with its breakdowns: they add up to 115. A whole and its parts are compared in three
ways, as far as the catalogue says how the parts and the whole belong together:

- a total and its breakdowns: they add up to it where ``parts`` is ``complete``, and are not more than it where it is
  ``some``. A breakdown whose code begins with the code of another is a part of it (``starts-online`` of ``starts``);
- the home area and the areas in it that are in force at the period's end, by ``areas``, in the same way; of a period in
  which they changed no areas are a part of the whole, since each has its own months;
- a quarter, a year or a range of months and the months (or quarters) in it, by the measure's ``aggregation``: their sum
  (``sum``), or the value at the end (``last``).

Where a part is missing, the whole only has to be no less than the parts that are there; a figure that is taken at the
end of a period only needs the last. A whole that is marked as not applicable (``z``) although one of its parts has a
value disagrees too.

A quarter and its months that never agreed are a contradiction. Where they agreed once, and a month was revised since,
the quarter is overtaken (:func:`is_overtaken`): the months count, and a person is told.

Intake uses this for a return together with what the partner sent before, and the gate uses it for the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from typing import Generic, TypeVar

from priority_two.periods import MONTH, Period, parts_of
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.returns.store import SentFigure

_BREAKDOWNS, MONTHS = "its breakdowns", "its months"


F = TypeVar("F", bound=SentFigure)
_Months = tuple[int, int]  # the first and the last month of a period
_Series = tuple[str, str, str]  # measure, area and breakdown


@dataclass(frozen=True)
class Disagreement(Generic[F]):
    """A whole that disagrees with its parts, as they were sent; ``expected`` is what it should have been, in words.

    ``summed`` is what the parts add up to; of months, what they come to by the measure's aggregation. ``what`` says
    what the parts are: ``its breakdowns``, ``all districts`` (as areas are called) or ``its months``.
    """

    whole: F
    parts: tuple[F, ...]
    expected: str
    summed: Decimal
    what: str


def disagreements(figures: Iterable[F], catalogue: Catalogue) -> list[Disagreement[F]]:
    """Return each whole that disagrees with its parts, in the order of the wholes.

    The figures are those of one partner. Of two with the same period, measure, area and breakdown, the later counts.
    """
    sent: dict[_Series, dict[_Months, F]] = {}
    wholes: dict[tuple[_Series, _Months], None] = {}
    is_whole = cache(partial(has_parts, catalogue))
    for figure in figures:
        series, months = (figure.measure, figure.area, figure.breakdown), _months(figure.period)
        sent.setdefault(series, {})[months] = figure
        if is_whole(figure.measure, figure.breakdown, not figure.area, figure.period.kind != MONTH):
            wholes[series, months] = None
    areas: dict[_Months, list[str]] = {}
    all_areas = f"all {catalogue.area_words.parts}"
    nothing: dict[_Months, F] = {}
    disagreeing = []
    for (name, area, breakdown), months in wholes:
        measure, of_series = catalogue.measures[name], sent[name, area, breakdown]
        whole = of_series[months]
        if measure.adds_up:
            codes = parts_of_breakdown(catalogue, measure, breakdown)
            parts = [sent.get((name, area, code), nothing).get(months) for code in codes]
            kind = "complete" if breakdown else measure.parts
            disagreeing += _compared(whole, parts, kind, _BREAKDOWNS)
            if not area and measure.areas:
                if months not in areas:
                    areas[months] = _areas_throughout(catalogue, whole.period)
                parts = [sent.get((name, part, breakdown), nothing).get(months) for part in areas[months]]
                disagreeing += _compared(whole, parts, measure.areas, all_areas)
        if whole.period.kind != MONTH:
            disagreeing += _over_time(whole, measure, of_series)
    return disagreeing


def has_parts(catalogue: Catalogue, name: str, breakdown: str, home: bool, long: bool) -> bool:
    """Whether a figure may have parts: it is of more than a month, of the home area, or has breakdowns."""
    measure = catalogue.measures[name]
    if measure.aggregation not in ("sum", "last"):
        return False
    parted = (home and measure.areas) or parts_of_breakdown(catalogue, measure, breakdown)
    return long or (measure.adds_up and bool(parted))


def _areas_throughout(catalogue: Catalogue, period: Period) -> list[str]:
    """Return the areas in the home area that are in force in every month of a period; none where they changed in it."""
    by_month = [[area.area for area in catalogue.parts_in_force(month)] for month in period.months()]
    return by_month[-1] if all(areas == by_month[-1] for areas in by_month) else []


def _months(period: Period) -> _Months:
    return period.first, period.last


def _compared(whole: F, sent: Sequence[F | None], kind: str, what: str) -> list[Disagreement[F]]:
    parts = tuple(part for part in sent if part is not None and part.value is not None)
    if not parts or not kind:
        return []
    summed = _total(parts)
    if whole.value is None:
        return _inapplicable(whole, parts, summed, what)
    if kind == "complete" and len(parts) == len(sent) and summed != whole.value:
        return [Disagreement(whole, parts, f"a total that is the sum of {what}", summed, what)]
    if summed > whole.value:
        return [Disagreement(whole, parts, f"a total that is not below the sum of {what}", summed, what)]
    return []


def _total(parts: Iterable[F]) -> Decimal:
    return sum((part.value for part in parts if part.value is not None), Decimal(0))


def _over_time(whole: F, measure: Measure, sent: Mapping[_Months, F]) -> list[Disagreement[F]]:
    parts = _finest_parts(whole.period, sent)
    if whole.value is None:
        single = (sent.get(_months(month)) for month in whole.period.months())
        there = parts or tuple(part for part in single if part and part.value is not None)
        return _inapplicable(whole, there, _rolled(there, measure if parts else None), MONTHS)
    if measure.aggregation == "last":
        parts = parts or _at_the_end(whole.period, sent)
        expected = "the figure of its last month"
    elif parts:
        expected = "the sum of its months"
    else:
        parts = _parts_there(whole.period, sent) if measure.adds_up and not measure.is_change else ()
        expected = "a figure that is not below the sum of its months"
        if _total(parts) <= whole.value:
            return []
    if not parts or (summed := _rolled(parts, measure)) == whole.value:
        return []
    return [Disagreement(whole, parts, expected, summed, MONTHS)]


def _inapplicable(whole: F, parts: tuple[F, ...], summed: Decimal, what: str) -> list[Disagreement[F]]:
    if whole.status != "z" or not parts:
        return []
    return [Disagreement(whole, parts, "a figure, or x, where its parts are counted", summed, what)]


def _rolled(parts: Sequence[F], measure: Measure | None) -> Decimal:
    """Return what parts of a period come to: by the measure's aggregation; without a measure, their sum."""
    return _total(parts[-1:] if measure and measure.aggregation == "last" else parts)


def _finest_parts(period: Period, sent: Mapping[_Months, F]) -> tuple[F, ...]:
    """Return the figures of the shortest periods that together are the whole period; none where a part is missing."""
    parts: tuple[F, ...] = ()
    for part in parts_of(period):
        finer = _finest_parts(part, sent)
        if not finer:
            figure = sent.get(_months(part))
            if figure is None or figure.value is None:
                return ()
            finer = (figure,)
        parts += finer
    return parts


def _at_the_end(period: Period, sent: Mapping[_Months, F]) -> tuple[F, ...]:
    """Return the figure of the shortest period with which a period ends; none where there is none."""
    for part in parts_of(period)[-1:]:
        figure = sent.get(_months(part))
        return _at_the_end(part, sent) or ((figure,) if figure is not None and figure.value is not None else ())
    return ()


def _parts_there(period: Period, sent: Mapping[_Months, F]) -> tuple[F, ...]:
    """Return the figures within a period that do not overlap and together are the most that is known of it."""
    parts: tuple[F, ...] = ()
    for part in parts_of(period):
        finer, figure = _parts_there(part, sent), sent.get(_months(part))
        parts += (figure,) if figure and figure.value is not None and figure.value > _total(finer) else finer
    return parts


def is_overtaken(whole: F, history: Iterable[F], catalogue: Catalogue) -> bool:
    """Whether a whole agreed with its months when all of them were first there, so that revisions set them apart.

    The history is what the partner sent, in the order of receipt, the whole among it.
    """
    measure, about = catalogue.measures[whole.measure], (whole.measure, whole.area, whole.breakdown)
    series = [figure for figure in history if (figure.measure, figure.area, figure.breakdown) == about]
    sent: dict[_Months, F] = {}
    for _, of_return in groupby(series, key=lambda figure: getattr(figure, "file", "")):
        sent |= {_months(figure.period): figure for figure in of_return}
        known = sent.get(_months(whole.period))
        if known is not None and known.value == whole.value and _finest_parts(whole.period, sent):
            return not _over_time(known, measure, sent)
    return False


def parts_of_breakdown(catalogue: Catalogue, measure: Measure, whole: str) -> list[str]:
    """Return the codes that make up a total (blank) or a breakdown, the smallest ones; none where it has no parts."""
    parts = catalogue.parts_of_measures.get(measure.measure, {})
    if whole:
        series = parts[whole].series if whole in parts else None
        return [code for code, part in parts.items() if code.startswith(f"{whole}-") and part.series == series]
    return [code for code in parts if not parts_of_breakdown(catalogue, measure, code)]
