"""Coverage: which partner sent what, and by which day.

A partner that has agreed to send returns (``sends`` in ``partners.csv``) has a cell for each month. A return **covers**
a month when it holds a row for exactly that month. Of a partner that sends each quarter, it also covers a month when it
holds a row for the quarter in which the month lies. Rows over years and ranges of months cover nothing. Nor do rows
over quarters of a partner that sends each month: they give no figure of the month itself. The cell is in one of these
states:

==================  ================================================================================================
state               when
==================  ================================================================================================
on time             the first return that covers the month came by the due day, that day included
late                it came after the due day
without permission  returns that cover the month came, and what the last of them says of a measure may not be used
missing             the due day has passed and nothing that covers the month has come
not due yet         nothing has come, and there is still time
not expected        no return was agreed for the month: it lies before the first or after the last
==================  ================================================================================================

A return is due on the partnership's day of the month that follows the month, or the quarter, that it is for, unless
the calendar names another day for exactly that period. The **first** return decides between on time and late, whatever
its permission. A later return corrects figures, and does not change on which day the first one came. The permission is
that of the last return on a measure, so a partner can allow what it had refused by sending the return again, and take
back what it had allowed; of several measures the narrowest decides.

A cell is **lacking** the measures of the data sheet that the partner is asked for and that no row gives. A monthly
measure is looked for in the month. A measure of a longer period is looked for with the month in which that period ends
(with the quarter, for a partner that sends each quarter). A row that says not available or not applicable counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from operator import attrgetter

from priority_two.periods import Period, try_parse
from priority_two.reference.catalogue import Catalogue, Measure, Sender
from priority_two.returns.store import NARROWEST_FIRST, NO_PERMISSION, PUBLISH, Return
from priority_two.returns.submit.layout import asked_for, asked_of

ON_TIME, LATE, WITHOUT_PERMISSION = "on time", "late", "without permission"
MISSING, NOT_DUE, NOT_EXPECTED = "missing", "not due yet", "not expected"
_RECEIPT = attrgetter("receipt")


@dataclass(frozen=True)
class CoveredMonth:
    """What one partner sent for one month, and its state, as listed above.

    ``received`` is when the first return that covers the month came, ``days_late`` how many days after the due day (0
    where it was on time or nothing came), ``name`` its folder. ``permission`` is what holds for the month, blank where
    nothing came; ``taken_back`` the day since which there is none, where there was one before. ``lacking`` are measures
    that were expected and of which nothing came, in the catalogue's order.
    """

    partner: str
    month: Period
    due: dt.date
    state: str
    received: dt.date | None = None
    days_late: int = 0
    permission: str = ""
    taken_back: dt.date | None = None
    name: str = ""
    lacking: tuple[str, ...] = ()


_Sent = dict[Period, dict[str, dict[str, Return]]]
"""What a partner sent: by period and measure, the returns that have a row of it, by name in the order of receipt."""


def coverage(returns: Iterable[Return], catalogue: Catalogue, months: Period, as_at: dt.date) -> list[CoveredMonth]:
    """Return a cell for each month of each partner that sends returns, by partner and then by month.

    The returns are all that was received, also without permission; what came after the as-at date is left out.
    """
    sent = _by_partner(returns, as_at)
    cells = []
    for sender in catalogue.senders.values():
        if sender.sends:
            asked = [measure for measure in asked_of(catalogue, sender.partner) if measure.data_sheet == "yes"]
            own = sent.get(sender.partner, {})
            cells += [_cell(sender, month, catalogue, own, asked, as_at) for month in months.months()]
    return cells


def quality(cells: Iterable[CoveredMonth], month: Period) -> dict[str, int]:
    """Return how many partners were ``expected`` to send a return for a month, and what the catalogue can count of it.

    ``submitted`` counts those that sent a return, ``on_time`` those that did by the day on which it was due, and
    ``permitted`` those that sent it with permission to use and publish it.
    """
    due = [cell for cell in cells if cell.month == month and cell.state != NOT_EXPECTED]
    received = [cell for cell in due if cell.received is not None]
    return {
        "expected": len(due),
        "submitted": len(received),
        "on_time": sum(cell.days_late == 0 for cell in received),
        "permitted": sum(cell.permission == PUBLISH for cell in received),
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
    sender: Sender, month: Period, catalogue: Catalogue, sent: _Sent, asked: Iterable[Measure], as_at: dt.date
) -> CoveredMonth:
    quarter = next(quarter for quarter in month.financial_year.quarters() if quarter.contains(month))
    unit = quarter if sender.sends == "Q" else month
    due = due_date(catalogue, unit)
    if not expected(sender, month):
        return CoveredMonth(sender.partner, month, due, NOT_EXPECTED)
    lacking = tuple(
        measure.measure
        for measure in asked
        for periods in [asked_for(measure.frequency, month if measure.frequency == "M" else unit)]
        if any(measure.measure not in sent.get(period, {}) for period in periods)
    )
    covering: dict[str, dict[str, Return]] = {}
    for period in dict.fromkeys((month, unit)):
        for name, returns in sent.get(period, {}).items():
            covering.setdefault(name, {}).update(returns)
    if not covering:
        return CoveredMonth(sender.partner, month, due, MISSING if as_at > due else NOT_DUE, lacking=lacking)
    first = min((received for returns in covering.values() for received in returns.values()), key=_RECEIPT)
    permission, taken_back = _permission(covering.values())
    days_late = max((first.terms.received - due).days, 0)
    return CoveredMonth(
        partner=sender.partner,
        month=month,
        due=due,
        state=WITHOUT_PERMISSION if permission == NO_PERMISSION else LATE if days_late else ON_TIME,
        received=first.terms.received,
        days_late=days_late,
        permission=permission,
        taken_back=taken_back,
        name=first.name,
        lacking=lacking,
    )


def _permission(covering: Iterable[dict[str, Return]]) -> tuple[str, dt.date | None]:
    """Return the permission that holds for a month; where it was taken back, also since when there is none.

    The returns are those on each measure. The last on a measure decides; one without permission decides for the month.
    """
    last, taken_back = [], []
    for returns in covering:
        sent = sorted(returns.values(), key=_RECEIPT)
        last.append(sent[-1].terms.permission)
        refused = list(takewhile(lambda each: each.terms.permission == NO_PERMISSION, reversed(sent)))
        if 0 < len(refused) < len(sent):
            taken_back.append(refused[-1].terms.received)
    return min(last, key=NARROWEST_FIRST.index), min(taken_back, default=None)


def _by_partner(returns: Iterable[Return], as_at: dt.date) -> dict[str, _Sent]:
    partners: dict[str, _Sent] = {}
    for received in sorted(returns, key=_RECEIPT):
        if received.terms.received > as_at:
            continue
        sent = partners.setdefault(received.terms.partner, {})
        cells = received.observations.cells
        if not received.observations.lines:
            continue
        periods, measures = cells["period"], cells["measure"]
        read = [*map(try_parse, periods.values)]
        for place, other in dict.fromkeys(zip(periods.places, measures.places, strict=True)):
            period, measure = read[place], measures.values[other]
            if period is not None:
                sent.setdefault(period, {}).setdefault(measure, {})[received.name] = received
    return partners
