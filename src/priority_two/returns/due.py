"""What is due: which partner owes which months of a period, by when, and what of them.

It is worked out from :mod:`priority_two.returns.coverage`. Three things can be owed for a month:

=================  ===================================================================================================
owed               when
=================  ===================================================================================================
the return         nothing that covers the month has come
figures            a return came, and figures that the catalogue asks for were not in it. A figure of a quarter or a
                   year is owed in the month in which that period ends
permission         what came may not be used in a paper
=================  ===================================================================================================

Months of one partner that follow each other, have one due day and owe the same thing are one :class:`OwedReturn`. A
month in which no figure is asked for, such as the first of a quarter from a partner with quarterly figures only, is
owed as part of its quarter and never alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from priority_two.periods import MONTH, RANGE, Period, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.coverage import MISSING, NOT_DUE, WITHOUT_PERMISSION, CoveredMonth, coverage
from priority_two.returns.store import Return
from priority_two.returns.submit.layout import asked_for

THE_RETURN, FIGURES, PERMISSION = "return", "figures", "permission"

AskedFigure = tuple[str, Period]
"""A measure, and the period for which it is asked."""


@dataclass(frozen=True)
class OwedReturn:
    """What a partner owes for some months that are due on one day: the return, figures of it, or permission.

    ``figures`` are the measures that have not come, each with its period, in the catalogue's order. ``days_late`` is
    how many days after the due day it was at the as-at date; 0 where there is still time.
    """

    partner: str
    months: Period
    due: dt.date
    owed: str
    days_late: int
    figures: tuple[AskedFigure, ...] = ()

    def measures(self) -> list[str]:
        """Return the measures that have not come, each once."""
        return list(dict.fromkeys(measure for measure, _ in self.figures))


@dataclass(frozen=True)
class DueList:
    """What is owed of a period as at a day, by partner; the partners' names; the files that were written."""

    period: Period
    as_at: dt.date
    owed: dict[str, list[OwedReturn]]
    names: Mapping[str, str]
    files: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return a line for each debt, and one that sums them up."""
        partners = plural(len(self.owed), "partner")
        lines = [debt_line(owes) for debts in self.owed.values() for owes in debts]
        does = "owes" if len(self.owed) == 1 else "owe"
        who = f"{partners} {does} something" if self.owed else "nothing is owed"
        return [*lines, *self.files, f"{who} for {self.period} as at {self.as_at.isoformat()}"]

    def as_json(self) -> str:
        """Return the same for scripts."""
        records = [
            {
                "partner": owes.partner,
                "name": self.names[owes.partner],
                "months": [str(month) for month in owes.months.months()],
                "due": owes.due.isoformat(),
                "days_late": owes.days_late,
                "owed": owes.owed,
                "figures": [{"measure": measure, "period": str(period)} for measure, period in owes.figures],
            }
            for debts in self.owed.values()
            for owes in debts
        ]
        record = {
            "period": str(self.period),
            "as_at": self.as_at.isoformat(),
            "owed": records,
            "files": list(self.files),
        }
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def debt_line(owes: OwedReturn) -> str:
    """Return what a partner owes as a line."""
    if owes.owed == PERMISSION:
        return f"{owes.partner} {owes.months}: received without permission to use it"
    what = "nothing received" if owes.owed == THE_RETURN else f"received without {', '.join(owes.measures())}"
    late = f", {plural(owes.days_late, 'day')} late" if owes.days_late else ""
    return f"{owes.partner} {owes.months}: {what}; due {owes.due.isoformat()}{late}"


def owed_returns(
    returns: Iterable[Return], catalogue: Catalogue, period: Period, as_at: dt.date
) -> dict[str, list[OwedReturn]]:
    """Return what each partner owes of a period, by partner in the catalogue's order; who owes nothing is left out."""
    owed: dict[str, list[OwedReturn]] = {}
    for partner, months in groupby(coverage(returns, catalogue, period, as_at), attrgetter("partner")):
        cells = list(months)
        debts = [
            owes
            for what in (THE_RETURN, FIGURES, PERMISSION)
            for run in _runs([cell for cell in cells if _owes(cell, what, catalogue)])
            if (owes := _owed(run, what, catalogue, as_at))
        ]
        if debts:
            owed[partner] = debts
    return owed


def months_to_send(owed: Iterable[OwedReturn]) -> list[Period]:
    """Return the months for which figures are owed, as runs of months that follow each other."""
    counted = {month for owes in owed if owes.owed != PERMISSION for month in owes.months.months()}
    runs: list[Period] = []
    for month in sorted(counted):
        if runs and month.first == runs[-1].last + 1:
            runs[-1] = span(runs[-1], month)
        else:
            runs.append(month)
    return runs


def span(first: Period, last: Period) -> Period:
    """Return the months from the first of one period to the last of another: a month, or a range."""
    return Period(first.first, last.last, MONTH if first.first == last.last else RANGE)


def _owes(cell: CoveredMonth, what: str, catalogue: Catalogue) -> bool:
    if what == PERMISSION:
        return cell.state == WITHOUT_PERMISSION
    if cell.state in (MISSING, NOT_DUE):
        return what == THE_RETURN
    asked = (asked_for(catalogue.measures[name].frequency, cell.month) for name in cell.lacking)
    return what == FIGURES and any(asked)


def _runs(cells: list[CoveredMonth]) -> list[list[CoveredMonth]]:
    """Return the months of one partner as runs that follow each other and are due on one day."""
    runs: list[list[CoveredMonth]] = []
    for cell in cells:
        before = runs[-1][-1] if runs else None
        if before and cell.month.first == before.month.last + 1 and cell.due == before.due:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _owed(run: list[CoveredMonth], what: str, catalogue: Catalogue, as_at: dt.date) -> OwedReturn | None:
    """Return what is owed for a run of months; None where no figure is asked for in any of them."""
    months = span(run[0].month, run[-1].month)
    figures = [
        (measure.measure, period)
        for measure in catalogue.measures.values()
        for period in asked_for(measure.frequency, months)
        if any(measure.measure in cell.lacking for cell in run if cell.month.last == period.last)
    ]
    if what == PERMISSION:
        figures = []
    elif not figures:
        return None
    late = max((as_at - run[0].due).days, 0)
    return OwedReturn(run[0].partner, months, run[0].due, what, late, tuple(figures))
