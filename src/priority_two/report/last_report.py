"""What the last report was made from: the data folder as it was known then.

Reports that were made are not read: the last one is worked out again from the returns that had been received by its day
and from the updates that had been written. Everything in it was judged with the report at hand, of which it is a part,
so that it is not judged again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from priority_two.files.data_folder import DataFolder
from priority_two.measures.book import open_book
from priority_two.measures.evidence import Evidence
from priority_two.periods import Period
from priority_two.report.material import Material
from priority_two.report.tables.area_tables import year_to
from priority_two.returns.corrections import Correction
from priority_two.returns.coverage import coverage
from priority_two.returns.history import History
from priority_two.updates.briefing import read_briefings
from priority_two.updates.documents import Update, read_appendices


def previous(folder: DataFolder, material: Material, corrections: Sequence[Correction]) -> Material | None:
    """Return what the report of the last quarter with written updates was made from; None where there is no such one.

    Parameters
    ----------
    folder
        The data folder.
    material
        What the report at hand is made from; it has passed the gate.
    corrections
        The records of corrections.

    Raises
    ------
    Refused
        An appendix of that quarter cannot be read, or a correction does not fit what was known then.
    """
    written = [quarter for quarter, updates in material.earlier.items() if is_written(updates)]
    if not written:
        return None
    quarter = written[-1]
    updates = material.earlier[quarter]
    catalogue, day = material.catalogue, min(_day(material, quarter, updates), material.as_at)
    returns = [sent for sent in material.returns if sent.terms.received <= day]
    home = catalogue.partnership.home_area
    history, withheld = History.of(returns, home).corrected(corrections, day, home).in_force()
    appendices = read_appendices(folder, quarter, day)
    book = open_book(folder, catalogue, history, withheld, quarter, day)
    return replace(
        material,
        period=quarter,
        quarter=quarter,
        as_at=day,
        evidence=Evidence(catalogue, history.latest(), quarter, book.figures),
        updates={name: update for name, update in updates.items() if (on := _written(update)) and on <= day},
        appendices=appendices,
        briefings=read_briefings(folder, appendices),
        earlier={},
        group=None,
        returns=returns,
        covered=coverage(returns, catalogue, year_to(quarter), day),
        book=book,
        boundaries=None,
        filing=None,
        last=None,
    )


def is_written(updates: dict[str, Update]) -> bool:
    """Whether any of a quarter's updates was written, so that there was a report of it."""
    return any(map(_written, updates.values()))


def _day(material: Material, quarter: Period, updates: dict[str, Update]) -> dt.date:
    """Return the Board's date on a quarter by the calendar, else the day on which the last of its updates was written.

    The day of the latest receipt would be that of the report at hand, and no revision could be told.
    """
    occasion = material.catalogue.calendar.get(str(quarter))
    if occasion and occasion.board_date:
        return occasion.board_date
    return max(on for update in updates.values() if (on := _written(update)))


def _written(update: Update) -> dt.date | None:
    """Return the day on which an update was written; None for one that was laid out and left."""
    on: dt.date | None = update.front.written
    return on
