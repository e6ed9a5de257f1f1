"""Coverage: who sent what by when.

A partner that has agreed to send returns (``sends`` in ``partners.csv``) has a cell a month. A return **covers** a
month when it holds a row for exactly that month; of a partner that sends each quarter, also when it holds a row for
the quarter in which the month lies. Rows over years and ranges of months cover nothing, nor do a monthly sender's rows
over quarters: they say nothing of the month itself.

==================  ================================================================================================
state               when
==================  ================================================================================================
on time             the first return that covers the month came by the due day, that day included
late                it came after the due day
without permission  returns that cover the month came, and none of them may be used
missing             the due day has passed and nothing that covers the month has come
not due yet         nothing has come, and there is still time
not expected        no return was agreed for the month: it lies before the first or after the last
==================  ================================================================================================

A return is due on the partnership's day of the month that follows the month, or the quarter, that it is for, unless
the calendar names another day for exactly that period. The **first** return decides between on time and late, whatever
its permission; a later one corrects figures and does not make up for lost days. The permission is the widest that any
return for the month came with, so a partner mends a refusal by sending again.

What a cell is **lacking** are the measures of the data sheet that the partner is asked for and of which not one row
came: a monthly measure for the month, and a measure of a longer period with the month, or for a partner that sends each
quarter with the quarter, in which that period ends. A row that says not available or not applicable is an answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from priority_two.periods import Period, try_parse
from priority_two.reference.catalogue import Catalogue, Measure, Sender
from priority_two.returns.store import Receipt, Return
from priority_two.returns.submit.layout import asked_for, asked_of

ON_TIME, LATE, WITHOUT_PERMISSION = "on time", "late", "without permission"
MISSING, NOT_DUE, NOT_EXPECTED = "missing", "not due yet", "not expected"
PUBLISH = "publish"
_NARROWEST_FIRST = ("none", "board", PUBLISH)


@dataclass(frozen=True)
class CoveredMonth:
    """What one partner sent for one month.

    Parameters
    ----------
    partner, month
        Whose cell, and for which month.
    due
        The day by which the return was due, that day included.
    state
        ``on time``, ``late``, ``without permission``, ``missing``, ``not due yet`` or ``not expected``.
    received
        When the first return that covers the month came, or None.
    days_late
        How many days after the due day it came; 0 where it was on time or nothing came.
    permission
        The widest permission of the returns that cover the month: ``publish``, ``board`` or ``none``; blank where
        there is no return.
    name
        The first return's folder; blank where there is none.
    lacking
        Measures that were expected and of which nothing came, in the catalogue's order.
    """

    partner: str
    month: Period
    due: dt.date
    state: str
    received: dt.date | None = None
    days_late: int = 0
    permission: str = ""
    name: str = ""
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """Counts of partner-months.

    ``expected`` is ``received`` and ``missing`` and ``not_due``; ``received`` is ``on_time`` and ``late``, with or
    without permission. ``with_permission`` counts what may be used and published.
    """

    expected: int
    received: int
    on_time: int
    late: int
    missing: int
    not_due: int
    with_permission: int


@dataclass
class _Sent:
    """What a partner sent for one period: returns by name, in the order of receipt, and measures with permissions."""

    returns: dict[str, Return] = field(default_factory=dict)
    measures: dict[str, set[str]] = field(default_factory=dict)


def coverage(returns: Iterable[Return], catalogue: Catalogue, months: Period, as_at: dt.date) -> list[CoveredMonth]:
    """Return a cell for each month of each partner that sends returns: partners in the catalogue's order, then months.

    Parameters
    ----------
    returns
        What was received, also without permission; what came after the as-at date is not looked at.
    catalogue
        Who sends what, and when it is due.
    months
        The months to look at.
    as_at
        The knowledge cut-off.
    """
    sent = _by_partner_and_period(returns, as_at)
    cells = []
    for sender in catalogue.senders.values():
        if sender.sends:
            asked = [one for one in asked_of(catalogue, sender.partner) if one.data_sheet == "yes"]
            held = sent.get(sender.partner, {})
            cells += [_cell(sender, month, catalogue, held, asked, as_at) for month in months.months()]
    return cells


def summary(cells: Iterable[CoveredMonth]) -> Summary:
    """Return how many of the cells were expected, received, on time, late, missing, not due, and with permission."""
    expected = [one for one in cells if one.state != NOT_EXPECTED]
    received = [one for one in expected if one.received is not None]
    return Summary(
        expected=len(expected),
        received=len(received),
        on_time=sum(one.days_late == 0 for one in received),
        late=sum(one.days_late > 0 for one in received),
        missing=sum(one.state == MISSING for one in expected),
        not_due=sum(one.state == NOT_DUE for one in expected),
        with_permission=sum(one.permission == PUBLISH for one in received),
    )


def quality(cells: Iterable[CoveredMonth], month: Period) -> dict[str, int]:
    """Return how many partners were ``expected`` to send a return for a month, and what the catalogue can count of it.

    ``submitted`` counts those that sent a return, ``on_time`` those that did by the day on which it was due, and
    ``permitted`` those that sent it with permission to use and publish it.
    """
    counts = summary(cell for cell in cells if cell.month == month)
    return {
        "expected": counts.expected,
        "submitted": counts.received,
        "on_time": counts.on_time,
        "permitted": counts.with_permission,
    }


def expected(sender: Sender, month: Period) -> bool:
    """Return whether a return of a partner is agreed for a month."""
    first, last = sender.first_month or month, sender.last_month or month
    return bool(sender.sends) and first.first <= month.first <= last.first


def due_date(catalogue: Catalogue, period: Period) -> dt.date:
    """Return the day on which returns for a month or a quarter are due."""
    occasion = catalogue.calendar.get(str(period))
    if occasion and occasion.returns_due:
        return occasion.returns_due
    after = period.last + 1
    return dt.date(after // 12, after % 12 + 1, catalogue.partnership.returns_due_day)


def _cell(
    sender: Sender,
    month: Period,
    catalogue: Catalogue,
    sent: dict[Period, _Sent],
    asked: Sequence[Measure],
    as_at: dt.date,
) -> CoveredMonth:
    quarter = _quarter(month)
    unit = quarter if sender.sends == "Q" else month
    due = due_date(catalogue, unit)
    if not expected(sender, month):
        return CoveredMonth(sender.partner, month, due, NOT_EXPECTED)
    lacking = tuple(one.measure for one in asked if _lacks(one, month, unit, sent))
    covering = {name: one for period in (month, unit) if period in sent for name, one in sent[period].returns.items()}
    if not covering:
        return CoveredMonth(sender.partner, month, due, MISSING if as_at > due else NOT_DUE, lacking=lacking)
    first = min(covering.values(), key=_receipt)
    permission = _permission(sent, (month, unit))
    days_late = max((first.terms.received - due).days, 0)
    return CoveredMonth(
        partner=sender.partner,
        month=month,
        due=due,
        state=WITHOUT_PERMISSION if permission == "none" else LATE if days_late else ON_TIME,
        received=first.terms.received,
        days_late=days_late,
        permission=permission,
        name=first.name,
        lacking=lacking,
    )


def _lacks(measure: Measure, month: Period, unit: Period, sent: dict[Period, _Sent]) -> bool:
    """Whether a period of the measure for which the month, or the unit that is sent at once, answers has no row."""
    periods = asked_for(measure.frequency, month if measure.frequency == "M" else unit)
    return any(period not in sent or measure.measure not in sent[period].measures for period in periods)


def _permission(sent: dict[Period, _Sent], periods: Iterable[Period]) -> str:
    """Return the permission that holds for all that was sent: of each measure the widest, of these the narrowest.

    A measure that came twice, once with permission, may be used; one that came without it makes the month one without.
    """
    widest = [
        max(permissions, key=_NARROWEST_FIRST.index)
        for period in dict.fromkeys(periods)
        if period in sent
        for permissions in sent[period].measures.values()
    ]
    return min(widest, key=_NARROWEST_FIRST.index)


def _by_partner_and_period(returns: Iterable[Return], as_at: dt.date) -> dict[str, dict[Period, _Sent]]:
    found: dict[str, dict[Period, _Sent]] = {}
    for one in sorted(returns, key=_receipt):
        if one.terms.received > as_at:
            continue
        held = found.setdefault(one.terms.partner, {})
        for row in one.observations.rows:
            period = try_parse(row["period"])
            if period is not None:
                sent = held.setdefault(period, _Sent())
                sent.returns[one.name] = one
                sent.measures.setdefault(row["measure"], set()).add(one.terms.permission)
    return found


def _receipt(one: Return) -> Receipt:
    return Receipt.of(one.name)


def _quarter(month: Period) -> Period:
    return next(quarter for quarter in month.financial_year.quarters() if quarter.contains(month))
