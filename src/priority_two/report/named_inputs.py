"""Which files a report would read of what comes in by itself, told by their names.

Whatever else it reads, the data name, and a report that was made has a hash of it. A return, an update, an appendix or
one of the tables that need not be there names itself by being there: nothing that was read before tells of it.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from priority_two.checks.waivers import FILE as WAIVERS
from priority_two.errors import attempt
from priority_two.files.data_folder import DataFolder
from priority_two.measures.rollup import quarter_of
from priority_two.periods import MONTH, QUARTER, YEAR, Period, try_parse
from priority_two.report.kinds.kind import Kind
from priority_two.report.last_report import is_written
from priority_two.report.rated import quarters_before
from priority_two.returns.corrections import FILE as CORRECTIONS
from priority_two.returns.store import return_files
from priority_two.updates.documents import Update, read_appendices, read_updates
from priority_two.updates.strategic_group import has_group_report

_OPTIONAL = (WAIVERS, CORRECTIONS)


def named_inputs(folder: DataFolder, kind: Kind, period: Period, day: dt.date) -> set[str]:
    """Return the paths, as people are shown them, of what a report would read that names itself by being there.

    Raises
    ------
    Refused
        An entry of the store is not named as a return is.
    """
    quarter = quarter_of(period)
    paths = return_files(folder, day)
    if kind.updates:
        for written in (*quarters_before(quarter), quarter):
            paths.update(folder.names(f"updates/{written}", "*.md"))
    if kind.updates or kind.briefing:
        paths.update(folder.names(f"updates/{quarter}/appendices", "*.md"))
    if kind.changes and (last := _last_written(folder, quarter, day)):
        paths.update(folder.names(f"updates/{last}/appendices", "*.md"))
    if kind.group:
        paths.update(folder.names(f"updates/{period}/strategic-group", "report.md"))
    paths.update(path for path in _OPTIONAL if folder.names(*path.rsplit("/", 1)))
    return {folder.shown(path) for path in paths}


def names_itself(path: str) -> bool:
    """Whether a path, as people are shown it, is that of something that :func:`named_inputs` would name."""
    inner = path.partition("/")[2]
    return inner.startswith(("returns/", "updates/")) or inner in _OPTIONAL


def _last_written(folder: DataFolder, quarter: Period, day: dt.date) -> Period | None:
    """Return the quarter of the last report, in which a report at hand says what changed since."""
    for before in reversed(quarters_before(quarter)):
        nothing: dict[str, Update] = {}
        if is_written(attempt([], nothing, partial(read_updates, folder, before, day))):
            return before
    return None


def periods_to_report(folder: DataFolder, kind: Kind, within: Period) -> tuple[list[Period], list[Period]]:
    """Return the periods of a kind that lie within a span: those with something to report, and those without.

    Of a quarter or a year that is what was written of it, and of a month a figure of that month, or of its quarter.
    """
    if kind.period_kind == MONTH:
        periods = within.months()
        sent = _sent_months(folder)
        there = [period for period in periods if period.first in sent]
    else:
        years = {month.financial_year for month in within.months()}
        parts = [[year] if kind.period_kind == YEAR else year.quarters() for year in sorted(years)]
        periods = [period for part in parts for period in part if within.contains(period)]
        there = [period for period in periods if _is_written_of(folder, kind, period)]
    return there, [period for period in periods if period not in there]


def _is_written_of(folder: DataFolder, kind: Kind, period: Period) -> bool:
    quarter = quarter_of(period)
    if kind.group:
        return has_group_report(folder, period)
    if kind.briefing:
        appendices = attempt([], None, partial(read_appendices, folder, quarter, dt.date.max))
        return appendices is None or any(appendix.front.briefing for appendix in appendices.values())
    return bool(folder.names(f"updates/{quarter}", "*.md"))


def _sent_months(folder: DataFolder) -> set[int]:
    """Return the months of which a return has a row, or a row of the quarter in which they lie."""
    months: set[int] = set()
    for path in folder.names("returns", "*/observations.csv"):
        table = attempt([], None, partial(folder.table, path))  # the reports that read it say what is wrong with it
        periods = {row.get("period", "") for row in table.rows} if table else set()
        for period in filter(None, map(try_parse, periods)):
            if period.kind in (MONTH, QUARTER):
                months.update(range(period.first, period.last + 1))
    return months
