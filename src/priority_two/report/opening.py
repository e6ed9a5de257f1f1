"""Opening a report: read as at a date, judge, and hand over the paper."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.boundaries import Boundaries, joined, read_boundaries
from priority_two.briefing import Briefing, read_briefings
from priority_two.catalogue import load_catalogue
from priority_two.checks.consistency import consistency_datasets
from priority_two.checks.datasets import (
    agreement_dataset,
    appendix_datasets,
    coverage_dataset,
    figure_dataset,
    group_datasets,
    parameters,
    reference_datasets,
    return_datasets,
    update_datasets,
)
from priority_two.checks.gate import Judgement, critical, judge, stop_if_critical
from priority_two.checks.rules import Rules, read_rules
from priority_two.evidence import Evidence
from priority_two.faults import Fault, Refused, WrongCall
from priority_two.filing import filing_of
from priority_two.folder import DataFolder, Read
from priority_two.group import GroupReport, has_group_report, read_group_report
from priority_two.kinds import KINDS, Kind, check_edition, check_period, default_as_at, default_period
from priority_two.measures.book import Book, open_book
from priority_two.measures.rollup import quarter_of
from priority_two.periods import MONTH, QUARTER, YEAR, Period, date_label, parse_date
from priority_two.places import GIVEN
from priority_two.report.annual import AnnualAchievements
from priority_two.report.board_briefing import BoardBriefing
from priority_two.report.board_briefing import told as told_briefing
from priority_two.report.data.areas import WARD, year_to
from priority_two.report.data_sheet import DataSheet
from priority_two.report.paper import Material, Paper
from priority_two.report.previous import previous
from priority_two.report.progress import ProgressPaper
from priority_two.report.quarterly import QuarterlyProgress
from priority_two.report.ratings import quarters_before
from priority_two.report.strategic_group import StrategicGroup
from priority_two.report.wording import document_faults, reference_faults, sent_dataset
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
    "strategic-group": StrategicGroup,
    "board-briefing": BoardBriefing,
}


def open_report(
    kind: str,
    period: str,
    as_at: str = "",
    edition: str = "board",
    data: str = "data",
    boundaries: str = "",
    filing: dict[str, Any] | None = None,
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
        The data folder.
    boundaries
        A GeoJSON file of the areas' shapes, as a path from the data folder; blank for that of ``partnership.yaml``.
    filing
        What a filed paper says of its filing; nothing for a draft.

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
    filed = filing_of(filing)
    material, judgements = gather(folder, wanted, as_at, edition, boundaries, KINDS[kind])
    material = replace(material, filing=filed)
    stop_if_critical(judgements)
    if faults := unbound(material, judgements, folder.read):
        raise Refused(faults)
    return _PAPERS[kind](KINDS[kind], material, judgements, folder.read)


def unbound(material: Material, judgements: list[Judgement], read: dict[str, Read]) -> list[Fault | str]:
    """Return every fault of words, narratives, exhibits and headlines: all at once, not the first that a section meets.

    Parameters
    ----------
    material, judgements, read
        What :func:`gather` returned, where no critical expectation failed, and what was read for it.
    """
    evidence = Evidence(material.catalogue, material.evidence.observations, material.quarter)
    material = replace(material, evidence=evidence)
    trial = ProgressPaper(KINDS["quarterly-progress"], material, judgements, read)
    partnership = material.catalogue.partnership
    key = "headlines" if material.period.kind == QUARTER else "annual_headlines"
    attempts: list[Callable[[], object]] = []
    if material.updates:
        attempts.append(partial(trial.tiles, key, getattr(partnership, key)))
    appendices = (document for number, document in material.appendices.items() if number not in material.briefings)
    for document in (*material.updates.values(), *appendices):
        attempts.append(partial(trial.narrative, document, level=4))
        attempts.append(partial(trial.exhibits, document))
    attempts += [partial(told_briefing, trial, number) for number in material.briefings]
    if material.group:
        group = StrategicGroup(KINDS["strategic-group"], material, judgements, read)
        attempts += [partial(group.narrative, passage, level=4) for passage in material.group.passages]
    faults: list[Fault | str] = [*reference_faults(material.catalogue)]
    written = [*material.updates.values(), *material.appendices.values()]
    written += [material.group.document] if material.group and material.group.document else []
    for document in written:
        faults += document_faults(document)
    for attempt in attempts:
        _kept(faults, None, attempt)
    return faults


def gather(
    folder: DataFolder,
    period: Period,
    as_at: str,
    edition: str,
    boundaries: str = "",
    kind: Kind | None = None,
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
    kind
        The kind of report, of which only what it tells is read; without one, whatever was written of the period.

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
    briefings: dict[int, Briefing] = {}
    earlier: dict[Period, dict[str, Document]] = {}
    group: GroupReport | None = None
    written_of = bool(folder.names(f"updates/{quarter}", "*.md")) or not has_group_report(folder, period)
    commitments = kind.updates if kind else period.kind != MONTH and written_of
    if commitments:
        updates = _kept(faults, {}, lambda: read_updates(folder, quarter, day, catalogue.rating_spellings))
        for before in quarters_before(quarter):
            if found := _kept(faults, {}, partial(read_updates, folder, before, day, catalogue.rating_spellings)):
                earlier[before] = found
    if commitments or (kind.briefing if kind else period.kind != MONTH):
        appendices = _kept(faults, {}, lambda: read_appendices(folder, quarter, day))
        briefings = _kept(faults, {}, lambda: read_briefings(folder, appendices))
    if kind and kind.briefing:
        appendices = {number: document for number, document in appendices.items() if document.front.briefing}
        if not appendices and not faults:
            faults.append(_no_briefing(folder, quarter, day))
    if kind.group if kind else has_group_report(folder, period):
        group = _kept(faults, None, lambda: read_group_report(folder, period, day))
    shapes = None
    if kind and kind.maps:
        shapes = _kept(faults, None, lambda: _boundaries(folder, boundaries, catalogue.partnership.boundaries))
    if faults:
        raise Refused(faults)
    codes = parameters(catalogue)
    lines = {one.terms_file: one.terms_lines for one in returns}
    written = [*updates.values(), *appendices.values(), *([group.document] if group and group.document else [])]
    lines |= {one.file: one.lines for one in written}
    judgements = judge(
        {**reference_datasets(catalogue), **return_datasets(returns, catalogue, folder.shown)}, codes, lines
    )
    history: list[Observation] = []
    covered: list[Covered] = []
    told: dict[str, pd.DataFrame] = {}
    book = Book.empty(day)
    rules: Rules | None = None
    if not critical(judgements):
        history = correct(observations(permitted(returns)), corrections, day)
        withheld = observations(one for one in returns if one.terms.permission == "none")
        book = open_book(folder, catalogue, history, withheld, period, day)
        if shapes:
            joined(shapes, {area.area: area.name for area in catalogue.areas_in_force(period, WARD)})
        covered = coverage(returns, catalogue, year_to(period), day)
        within = period if period.kind == MONTH else quarter
        told = coverage_dataset([one for one in covered if within.contains(one.month)], catalogue, folder.shown)
        rules = read_rules(folder, catalogue) if commitments or group or briefings else None
    counted = latest(history)
    told |= figure_dataset(counted, catalogue) | agreement_dataset(counted, catalogue)
    if commitments:
        told |= update_datasets(quarter, updates, catalogue, day, folder.shown)
    if commitments or appendices:
        told |= appendix_datasets(appendices, briefings, catalogue)
    if group:
        told |= group_datasets(group)
    if rules:
        told |= consistency_datasets(quarter, updates, written, counted, catalogue, rules, day)
    told |= sent_dataset(permitted(returns), counted)
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
        briefings=briefings,
        earlier=earlier,
        group=group,
        returns=returns,
        covered=covered,
        book=book,
        boundaries=shapes,
    )
    if kind and kind.changes and not critical(judgements):
        material = replace(material, last=previous(folder, material, corrections))
    return material, judgements


def _kept(faults: list[Fault | str], nothing: Any, read: Callable[[], Any]) -> Any:
    """Return what is read; or nothing, where it is refused, and keep the faults."""
    try:
        return read()
    except Refused as refused:
        faults += refused.faults
        return nothing


def _no_briefing(folder: DataFolder, quarter: Period, day: dt.date) -> Fault:
    file, expected = folder.shown(f"updates/{quarter}/appendices"), f"a briefing written by {date_label(day)}"
    mend = "add the key briefing to an appendix, or name another quarter or a later as-at date"
    return Fault(file, expected, column="briefing", found="none", mend=mend)


def _boundaries(folder: DataFolder, given: str, own: str) -> Boundaries | None:
    """Return the shapes of a boundary file, and remember that it was read.

    One that the data name stays inside the data folder. One that the caller names may lie anywhere; it is known by its
    name and hash, and where it lies on this machine is said nowhere.
    """
    if given:
        file, shown = Path(os.environ.get(GIVEN, folder.root)) / given, f"boundaries/{Path(given).name}"
    elif own:
        file, shown = folder.inside(own), folder.shown(own)
    else:
        return None
    found = read_boundaries(file, shown)
    folder.read[shown] = found.read
    return found
