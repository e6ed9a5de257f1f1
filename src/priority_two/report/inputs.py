"""What a report is made from, as far as it can be read: returns, corrections, updates, briefings, boundaries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from priority_two.errors import Error, Refused, attempt
from priority_two.files.data_folder import DataFolder
from priority_two.measures.rollup import quarter_of
from priority_two.periods import MONTH, QUARTER, YEAR, Period, date_label, parse, try_parse
from priority_two.reference.boundaries import Boundaries, read_boundaries
from priority_two.report.kinds.kind import Kind
from priority_two.report.rated import quarters_before
from priority_two.report.request import QUARTERLY, default_as_at, default_period
from priority_two.returns.corrections import Correction, load_corrections
from priority_two.returns.store import (
    Return,
    latest_receipt,
    read_returns,
)
from priority_two.updates.briefing import Briefing, read_briefings
from priority_two.updates.documents import AnyDocument, Appendix, Update, latest_written, read_appendices, read_updates
from priority_two.updates.strategic_group import GroupReport, filed_on, has_group_report, read_group_report


@dataclass(frozen=True)
class Inputs:
    """What was sent and written, as far as it can be read."""

    period: Period
    quarter: Period
    day: dt.date
    commitments: bool
    returns: list[Return]
    corrections: list[Correction]
    updates: dict[str, Update]
    appendices: dict[int, Appendix]
    briefings: dict[int, Briefing]
    earlier: dict[Period, dict[str, Update]]
    group: GroupReport | None

    @property
    def documents(self) -> list[AnyDocument]:
        """Everything that was written for the paper."""
        group = [self.group.document] if self.group and self.group.document else []
        return [*self.updates.values(), *self.appendices.values(), *group]


def read_inputs(
    errors: list[Error | str],
    folder: DataFolder,
    period: Period,
    day: dt.date,
    kind: Kind | None,
    ratings: dict[str, str],
) -> Inputs:
    """Return what was sent and written for a period; what cannot be read is added to `errors`.

    Without a `kind` that is whatever was written of the period.
    """
    quarter = period.financial_year.quarters()[-1] if period.kind == YEAR else quarter_of(period)
    returns = attempt(errors, [], partial(read_returns, folder, day))
    corrections = attempt(errors, [], partial(load_corrections, folder))
    updates: dict[str, Update] = {}
    appendices: dict[int, Appendix] = {}
    briefings: dict[int, Briefing] = {}
    earlier: dict[Period, dict[str, Update]] = {}
    group: GroupReport | None = None
    there = bool(folder.names(f"updates/{quarter}", "*.md"))
    commitments = kind.updates if kind else period.kind != MONTH and (there or not has_group_report(folder, period))
    if commitments and not there:
        shown, fix = folder.shown(f"updates/{quarter}"), f"lay them out: priority-two new-period {quarter}"
        errors.append(Error(shown, "the updates of the quarter", found="none", fix=fix))
        commitments = False
    if commitments:
        updates = attempt(errors, {}, partial(read_updates, folder, quarter, day, ratings))
        for before in quarters_before(quarter):
            if written := attempt(errors, {}, partial(read_updates, folder, before, day, ratings)):
                earlier[before] = written
    if commitments or (kind.briefing if kind else period.kind != MONTH):
        so_far = len(errors)
        appendices = attempt(errors, {}, partial(read_appendices, folder, quarter, day))
        briefings = attempt(errors, {}, partial(read_briefings, folder, appendices))
        if kind and kind.briefing:
            appendices = {number: document for number, document in appendices.items() if document.front.briefing}
            if not appendices and len(errors) == so_far:
                errors.append(_no_briefing(folder, quarter, day))
    if kind.group if kind else has_group_report(folder, period):
        group = attempt(errors, None, partial(read_group_report, folder, period, day))
    return Inputs(
        period, quarter, day, commitments, returns, corrections, updates, appendices, briefings, earlier, group
    )


def _no_briefing(folder: DataFolder, quarter: Period, day: dt.date) -> Error:
    file, expected = folder.shown(f"updates/{quarter}/appendices"), f"a briefing written by {date_label(day)}"
    fix = "add the key briefing to an appendix, or name another quarter or a later as-at date"
    return Error(file, expected, column="briefing", found="none", fix=fix)


def read_shapes(folder: DataFolder, given: Path | None, own: str) -> Boundaries | None:
    """Return the shapes of a boundary file, and remember that it was read.

    One that the data name stays inside the data folder. One that the caller names may lie anywhere; it is known by its
    name and hash, and where it lies on this machine is said nowhere.
    """
    if given:
        file, shown = given, f"boundaries/{given.name}"
    elif own:
        file, shown = folder.inside(own), folder.shown(own)
    else:
        return None
    boundaries = read_boundaries(file, shown)
    folder.read[shown] = boundaries.read
    return boundaries


def latest_quarter(folder: DataFolder) -> Period:
    """Return the partnership's default quarter; where that cannot be read, the last of which something was written.

    Raises
    ------
    Refused
        There is neither.
    """
    try:
        return parse(default_period(folder, QUARTERLY))
    except Refused:
        entries = (try_parse(path.removeprefix("updates/")) for path in folder.names("updates", "*"))
        quarters = [period for period in entries if period and period.kind == QUARTER]
        if not quarters:
            raise
        return max(quarters)


def latest_word(folder: DataFolder, period: Period) -> dt.date:
    """Return the day as at which everything is known that was sent and written of a quarter, so that all is judged."""
    errors: list[Error | str] = []  # examining the folder says them
    days = (
        attempt(errors, None, partial(default_as_at, folder, period)),
        attempt(errors, None, partial(latest_receipt, folder)),
        latest_written(folder, period),
        filed_on(folder, period),
    )
    return max((day for day in days if day), default=dt.date.max)
