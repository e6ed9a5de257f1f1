"""Opening a report: examine what it is made from, and hand over the paper."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from priority_two.by_hand import beside
from priority_two.checks.gate import handed_over
from priority_two.files.data_folder import DataFolder
from priority_two.imprint import filing_of
from priority_two.paths import GIVEN
from priority_two.report.handover import examined_before
from priority_two.report.paper import Paper
from priority_two.report.request import kind_named, read_requests


def open_report(
    kind: str,
    period: str,
    as_at: str = "",
    edition: str = "board",
    data: str = "data",
    boundaries: str = "",
    filing: dict[str, Any] | None = None,
    proof: str = "",
) -> Paper:
    """Open a report.

    Parameters
    ----------
    kind
        ``quarterly-progress``, ``annual-achievements``, ``data-sheet``, ``strategic-group`` or ``board-briefing``.
    period
        A financial quarter or year, or a month, as the kind wants; blank for the default of ``partnership.yaml``.
    as_at
        The knowledge cut-off, ``YYYY-MM-DD``; blank for the Board's date in the calendar, else the latest receipt.
    edition
        ``board``.
    data
        The data folder, as a path from the folder of the notebooks or else from the working directory.
    boundaries
        A GeoJSON file of the areas' shapes, as a path from the data folder; blank for that of ``partnership.yaml``.
    filing
        What a filed paper says of its filing; nothing for a draft.
    proof
        ``yes`` for a draft that shows in its place what is still to write and what was not received.

    Raises
    ------
    WrongCall
        An argument is of the wrong form.
    Refused
        The data cannot be read, or a critical expectation failed: every fault.
    """
    folder = beside(data, kind_named(kind).notebook)
    [request] = read_requests(
        folder,
        kind,
        str(period) if period else None,
        as_at=str(as_at or ""),
        edition=edition,
        boundaries=boundaries,
        proof=str(proof or ""),
        filing=filing_of(filing),
        shapes=Path(os.environ.get(GIVEN, folder)),
    )
    opened = DataFolder(folder)
    examined = examined_before(handed_over(), request, opened)
    examined.stop()
    material = replace(examined.sound, filing=request.filing)
    return Paper(request.kind, material, examined.judgements, opened.read, folder)
