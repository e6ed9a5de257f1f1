"""Opening a report: read as at a date, judge, and hand over the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from priority_two.catalogue import load_catalogue
from priority_two.checks.datasets import (
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
from priority_two.periods import QUARTER, Period, parse_date
from priority_two.report.annual import AnnualAchievements
from priority_two.report.paper import Material, Paper
from priority_two.report.quarterly import QuarterlyProgress
from priority_two.returns.store import Return, latest, observations, permitted, read_returns
from priority_two.updates import Document, read_appendices, read_updates

_PAPERS: dict[str, type[Paper]] = {
    "quarterly-progress": QuarterlyProgress,
    "annual-achievements": AnnualAchievements,
}


def open_report(kind: str, period: str, as_at: str = "", edition: str = "board", data: str = "data") -> Paper:
    """Open a report.

    Parameters
    ----------
    kind
        ``quarterly-progress`` or ``annual-achievements``.
    period
        A financial quarter or year, as the kind wants; blank for the default of ``partnership.yaml``.
    as_at
        The knowledge cut-off, ``YYYY-MM-DD``; blank for the Board's date in the calendar, else the latest receipt.
    edition
        ``board``.
    data
        The data folder.

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
    material, judgements = gather(folder, wanted, as_at, edition)
    stop_if_critical(judgements)
    if faults := unbound(material, judgements, folder.read):
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
    trial = Paper(KINDS["quarterly-progress"], replace(material, evidence=evidence), judgements, read)
    partnership = material.catalogue.partnership
    key = "headlines" if material.period.kind == QUARTER else "annual_headlines"
    attempts: list[Callable[[], object]] = [partial(trial.tiles, key, getattr(partnership, key))]
    for document in (*material.updates.values(), *material.appendices.values()):
        attempts.append(partial(trial.narrative, document, level=4))
        attempts.append(partial(trial.exhibits, document))
    faults: list[Fault | str] = []
    for attempt in attempts:
        try:
            attempt()
        except Refused as refused:
            faults += refused.faults
    return faults


def gather(folder: DataFolder, period: Period, as_at: str, edition: str) -> tuple[Material, list[Judgement]]:
    """Read everything that a report of a period is made from, and have it judged.

    Parameters
    ----------
    folder
        The data folder.
    period
        The report's period; a year's updates are those of its last quarter.
    as_at
        The knowledge cut-off, or blank for the default.
    edition
        The edition.

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
    quarter = period if period.kind == QUARTER else period.financial_year.quarters()[-1]
    faults: list[Fault | str] = []
    returns: list[Return] = []
    updates: dict[str, Document] = {}
    appendices: dict[int, Document] = {}
    try:
        returns = read_returns(folder, day)
    except Refused as refused:
        faults += refused.faults
    try:
        updates, appendices = read_updates(folder, quarter, day), read_appendices(folder, quarter, day)
    except Refused as refused:
        faults += refused.faults
    if faults:
        raise Refused(faults)
    codes = parameters(catalogue)
    lines = {one.terms_file: one.terms_lines for one in returns}
    lines |= {one.file: one.lines for one in (*updates.values(), *appendices.values())}
    judgements = judge(
        {**reference_datasets(catalogue), **return_datasets(returns, catalogue, folder.shown)}, codes, lines
    )
    counted = [] if critical(judgements) else latest(observations(permitted(returns)))
    judgements += judge(
        {
            **figure_dataset(counted, catalogue),
            **update_datasets(quarter, updates, appendices, catalogue, day, folder.shown),
        },
        codes,
        lines,
    )
    evidence = Evidence(catalogue, counted, quarter)
    return Material(catalogue, period, quarter, day, edition, evidence, updates, appendices), judgements
