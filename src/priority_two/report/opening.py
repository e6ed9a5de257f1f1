"""Opening a report: read as at a date, judge, and hand over the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.boundaries import Boundaries, read_boundaries
from priority_two.catalogue import load_catalogue
from priority_two.checks.datasets import (
    coverage_dataset,
    figure_dataset,
    parameters,
    reference_datasets,
    return_datasets,
    update_datasets,
)
from priority_two.checks.gate import Judgement, critical, judge, stop_if_critical
from priority_two.evidence import Evidence
from priority_two.faults import Fault, Refused, WrongCall
from priority_two.folder import DataFolder, Read
from priority_two.kinds import KINDS, check_edition, check_period, default_as_at, default_period
from priority_two.measures.book import Book, open_book
from priority_two.measures.rollup import quarter_of
from priority_two.periods import MONTH, QUARTER, RANGE, YEAR, Period, parse_date
from priority_two.report.annual import AnnualAchievements
from priority_two.report.data_sheet import DataSheet
from priority_two.report.paper import Material, Paper
from priority_two.report.progress import ProgressPaper
from priority_two.report.quarterly import QuarterlyProgress
from priority_two.returns.corrections import correct, load_corrections
from priority_two.returns.coverage import Cell as Covered
from priority_two.returns.coverage import coverage
from priority_two.returns.store import Observation, latest, observations, permitted, read_returns
from priority_two.updates import Document, read_appendices, read_updates

if TYPE_CHECKING:
    import pandas as pd

_PAPERS: dict[str, type[Paper]] = {
    "quarterly-progress": QuarterlyProgress,
    "annual-achievements": AnnualAchievements,
    "data-sheet": DataSheet,
}


def open_report(
    kind: str, period: str, as_at: str = "", edition: str = "board", data: str = "data", boundaries: str = ""
) -> Paper:
    """Open a report.

    Parameters
    ----------
    kind
        ``quarterly-progress``, ``annual-achievements`` or ``data-sheet``.
    period
        A financial quarter or year, or a month, as the kind wants; blank for the default of ``partnership.yaml``.
    as_at
        The knowledge cut-off, ``YYYY-MM-DD``; blank for the Board's date in the calendar, else the latest receipt.
    edition
        ``board``.
    data
        The data folder.
    boundaries
        A GeoJSON file of the areas' shapes, as a path from the data folder; blank for that of ``partnership.yaml``.

    Raises
    ------
    WrongCall
        An argument is of the wrong form.
    Refused
        The data cannot be read, or a critical expectation failed: every fault.
    """
    if kind not in KINDS:
        raise WrongCall(f"kind: found {kind!r}, expected {' or '.join(KINDS)}")
    check_edition(edition)
    folder = DataFolder(Path(data))
    wanted = check_period(KINDS[kind], period or default_period(folder, KINDS[kind]))
    material, judgements = gather(folder, wanted, as_at, edition, boundaries)
    stop_if_critical(judgements)
    if KINDS[kind].updates and (faults := unbound(material, judgements, folder.read)):
        raise Refused(faults)
    return _PAPERS[kind](KINDS[kind], material, judgements, folder.read)


def unbound(material: Material, judgements: list[Judgement], read: dict[str, Read]) -> list[Fault | str]:
    """Return every fault of every narrative, exhibit and headline: all at once, not the first that a section meets.

    Parameters
    ----------
    material, judgements, read
        What :func:`gather` returned, where no critical expectation failed, and what was read for it.
    """
    evidence = Evidence(material.catalogue, material.evidence.observations, material.quarter)
    trial = ProgressPaper(KINDS["quarterly-progress"], replace(material, evidence=evidence), judgements, read)
    partnership = material.catalogue.partnership
    key = "headlines" if material.period.kind == QUARTER else "annual_headlines"
    attempts: list[Callable[[], object]] = [partial(trial.tiles, key, getattr(partnership, key))]
    for document in (*material.updates.values(), *material.appendices.values()):
        attempts.append(partial(trial.narrative, document, level=4))
        attempts.append(partial(trial.exhibits, document))
    faults: list[Fault | str] = []
    for attempt in attempts:
        _kept(faults, None, attempt)
    return faults


def gather(
    folder: DataFolder, period: Period, as_at: str, edition: str, boundaries: str = ""
) -> tuple[Material, list[Judgement]]:
    """Read everything that a report of a period is made from, and have it judged.

    Parameters
    ----------
    folder
        The data folder.
    period
        The report's period; a year's updates are those of its last quarter, and a month has none.
    as_at
        The knowledge cut-off, or blank for the default.
    edition
        The edition.
    boundaries
        A file of the areas' shapes, as a path from the data folder, or blank for the partnership's own.

    Returns
    -------
    Material and list of Judgement
        What was read, and what the expectations say of it. The material may be used only where no critical
        expectation failed.

    Raises
    ------
    Refused
        Something cannot be read: every fault that could be found.
    WrongCall
        The as-at date is no date.
    """
    catalogue = load_catalogue(folder)
    try:
        day = parse_date(as_at) if as_at else default_as_at(folder, period)
    except ValueError as error:
        raise WrongCall(f"as-at: found {as_at!r}, expected {error}") from None
    quarter = period.financial_year.quarters()[-1] if period.kind == YEAR else quarter_of(period)
    faults: list[Fault | str] = []
    returns = _kept(faults, [], lambda: read_returns(folder, day))
    corrections = _kept(faults, [], lambda: load_corrections(folder))
    updates: dict[str, Document] = {}
    appendices: dict[int, Document] = {}
    if period.kind != MONTH:
        updates = _kept(faults, {}, lambda: read_updates(folder, quarter, day))
        appendices = _kept(faults, {}, lambda: read_appendices(folder, quarter, day))
    shapes = _kept(faults, None, lambda: _boundaries(folder, boundaries, catalogue.partnership.boundaries))
    if faults:
        raise Refused(faults)
    codes = parameters(catalogue)
    lines = {one.terms_file: one.terms_lines for one in returns}
    lines |= {one.file: one.lines for one in (*updates.values(), *appendices.values())}
    judgements = judge(
        {**reference_datasets(catalogue), **return_datasets(returns, catalogue, folder.shown)}, codes, lines
    )
    history: list[Observation] = []
    covered: list[Covered] = []
    told: dict[str, pd.DataFrame] = {}
    book = Book.empty(day)
    if not critical(judgements):
        history = correct(observations(permitted(returns)), corrections, day)
        book = open_book(folder, catalogue, history, period, day)
        covered = coverage(returns, catalogue, Period(period.last - 11, period.last, RANGE), day)
        within = period if period.kind == MONTH else quarter
        told = coverage_dataset([one for one in covered if within.contains(one.month)], catalogue, folder.shown)
    counted = latest(history)
    told |= figure_dataset(counted, catalogue)
    if period.kind != MONTH:
        told |= update_datasets(quarter, updates, appendices, catalogue, day, folder.shown)
    judgements += judge(told, codes, lines)
    material = Material(
        catalogue=catalogue,
        period=period,
        quarter=quarter,
        as_at=day,
        edition=edition,
        evidence=Evidence(catalogue, counted, quarter),
        updates=updates,
        appendices=appendices,
        returns=returns,
        covered=covered,
        book=book,
        boundaries=shapes,
    )
    return material, judgements


def _kept(faults: list[Fault | str], nothing: Any, read: Callable[[], Any]) -> Any:
    """Return what is read; or nothing, where it is refused, and keep the faults."""
    try:
        return read()
    except Refused as refused:
        faults += refused.faults
        return nothing


def _boundaries(folder: DataFolder, given: str, own: str) -> Boundaries | None:
    """Return the shapes of a boundary file, and remember that it was read.

    One that the data name stays inside the data folder; one that the caller names may lie anywhere.
    """
    path = given or own
    if not path:
        return None
    file = folder.root / given if given else folder.inside(own)
    found = read_boundaries(file, folder.shown(path))
    folder.read[folder.shown(path)] = found.read
    return found
