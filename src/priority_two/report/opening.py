"""Opening a report: read as at a date, judge, and hand over the paper."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.by_hand import beside
from priority_two.checks.consistency import consistency_datasets
from priority_two.checks.datasets.counted_figures import agreement_dataset, coverage_dataset, figure_dataset
from priority_two.checks.datasets.received_returns import return_datasets
from priority_two.checks.datasets.reference_tables import parameters, reference_datasets
from priority_two.checks.datasets.written_updates import appendix_datasets, group_datasets, update_datasets
from priority_two.checks.gate import MOST_ERRORS, WARNING, Judgement, critical, judge
from priority_two.checks.rules import Rules, read_rules
from priority_two.checks.waivers import read_waivers, waive, waiver_dataset
from priority_two.errors import Error, Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import ReadFile
from priority_two.imprint import filing_of
from priority_two.measures.book import Book, open_book, read_definitions
from priority_two.measures.evidence import Evidence
from priority_two.measures.rollup import quarter_of
from priority_two.paths import GIVEN
from priority_two.periods import MONTH, QUARTER, YEAR, Period, date_label, parse, try_parse
from priority_two.reference.boundaries import Boundaries, joined, read_boundaries
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.reference.partnership import FILE as PARTNERSHIP
from priority_two.report.briefing_blocks import briefing_blocks
from priority_two.report.documents_shown import exhibits, narrative
from priority_two.report.headlines import headline_figures
from priority_two.report.kinds import KINDS
from priority_two.report.kinds.kind import Kind
from priority_two.report.last_report import previous
from priority_two.report.material import Material, Proof
from priority_two.report.paper import Paper
from priority_two.report.rated import quarters_before
from priority_two.report.request import QUARTERLY, Request, default_as_at, default_period, kind_named, read_requests
from priority_two.report.tables.area_tables import WARD, year_to
from priority_two.report.wording import document_faults, reference_faults, sent_dataset
from priority_two.returns.corrections import Correction, correct, load_corrections
from priority_two.returns.coverage import CoveredMonth as Covered
from priority_two.returns.coverage import coverage
from priority_two.returns.store import (
    Observation,
    Return,
    latest,
    latest_receipt,
    observations,
    permitted,
    read_returns,
)
from priority_two.updates.briefing import Briefing, read_briefings
from priority_two.updates.documents import (
    AnyDocument,
    Appendix,
    Update,
    blank_update,
    latest_written,
    read_appendices,
    read_updates,
)
from priority_two.updates.narrative import blocks_of
from priority_two.updates.strategic_group import GroupReport, filed_on, has_group_report, read_group_report

if TYPE_CHECKING:
    import pandas as pd

_MEASURE = re.compile(r"\b[A-Z]{2,4}[0-9]{2}\b")
_RETURN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}_([a-z0-9-]+)", re.ASCII)


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
    examined = examine(opened, request)
    examined.stop()
    material = replace(examined.sound, filing=request.filing)
    return Paper(request.kind, material, examined.judgements, opened.read)


@dataclass(frozen=True)
class Examined:
    """Everything that is known of what a report is made from.

    Parameters
    ----------
    material
        What was read, or None where the reference data cannot be. It may be used only where nothing stops a paper.
    judgements
        What the expectations say of it.
    unreadable, unbound
        What cannot be read, and every figure or appendix that a text, an exhibit or a headline wants and that is not
        there.
    """

    material: Material | None
    judgements: list[Judgement]
    unreadable: list[Error | str]
    unbound: list[Error | str]

    @property
    def stopping(self) -> list[Error | str]:
        """Every fault that stops a paper, each once."""
        failed = [finding.error for finding in critical(self.judgements)]
        return list(dict.fromkeys([*self.unreadable, *failed[:MOST_ERRORS], *self.unbound]))

    def stop(self) -> None:
        """Stop the report where there is a fault.

        Raises
        ------
        Refused
            With every fault.
        """
        if errors := self.stopping:
            raise Refused(errors)

    @property
    def sound(self) -> Material:
        """The material, of which :meth:`stop` has made sure."""
        if self.material is None:
            raise ValueError("there is no material where the reference data cannot be read")
        return self.material


def unbound(material: Material, judgements: list[Judgement], read: dict[str, ReadFile]) -> list[Error | str]:
    """Return every fault of words, narratives, exhibits and headlines: all at once, not the first that a section meets.

    Parameters
    ----------
    material, judgements, read
        What was read and judged, where nothing is wrong with the reference data, and what was read for it.
    """
    kind = KINDS["quarterly-progress" if material.period.kind == QUARTER else "annual-achievements"]
    trial = Paper(kind, replace(material, evidence=material.evidence.fresh()), judgements, read)
    attempts: list[Callable[[], object]] = []
    if material.updates:
        attempts.append(partial(headline_figures, trial))
    documents: dict[str, Update | Appendix] = dict(material.updates)
    documents |= {
        f"appendix {number}": document
        for number, document in material.appendices.items()
        if number not in material.briefings
    }
    # Exhibits that are no measures have been named already.
    judged = {finding.error.file for finding in critical(judgements) if finding.expectation == "exhibits-known"}
    for place, document in documents.items():
        attempts.append(partial(narrative, trial, document, level=4))
        if document.file not in judged:
            attempts.append(partial(exhibits, trial, document, place))
    attempts += [partial(briefing_blocks, trial, number) for number in material.briefings]
    group = material.group
    if group and group.document:
        attempts += [
            partial(blocks_of, passage.text, group.file, passage.row + 1, trial.evidence, set(), level=4)
            for passage in group.passages
        ]
    errors = _unprintable(material)
    for attempt in attempts:
        _kept(errors, None, attempt)
    return errors


def _unprintable(material: Material) -> list[Error | str]:
    """Return the fault of every word that no page can show as it was meant."""
    written = [*material.updates.values(), *material.appendices.values()]
    written += [material.group.document] if material.group and material.group.document else []
    errors: list[Error | str] = [*reference_faults(material.catalogue)]
    for document in written:
        errors += document_faults(document)
    return errors


def examine(folder: DataFolder, request: Request, everything: bool = False) -> Examined:
    """Read everything that a report of a period is made from, have it judged, and look whether all figures are there.

    What cannot be read does not hide what else is wrong. Nor does it make something else wrong: what rests on it is
    not judged by it.

    Parameters
    ----------
    folder
        The data folder.
    request
        The report. A year's updates are those of its last quarter, and a month has none. In a proof, what is still to
        write and what was not received is a gap and stops nothing.
    everything
        Whether all that was written of the period is read, and not only what the kind tells.
    """
    period = request.period
    kind = None if everything else request.kind
    errors: list[Error | str] = []
    catalogue: Catalogue | None = None
    try:
        catalogue = load_catalogue(folder)
        tables = catalogue.tables
    except Refused as refused:
        errors += refused.errors
        catalogue = refused.rest if isinstance(refused.rest, Catalogue) else None
        tables = catalogue.tables if catalogue else refused.rest if isinstance(refused.rest, dict) else {}
        _kept(errors, None, partial(read_rules, folder))
        _kept(errors, None, partial(read_definitions, folder))
    day = request.as_at or _kept(errors, None, partial(default_as_at, folder, period)) or dt.date.max
    ratings = catalogue.rating_spellings if catalogue else {}
    written = _written(errors, folder, period, day, kind, ratings)
    shapes = None
    if kind and kind.maps and catalogue:
        shapes = _kept(errors, None, partial(_boundaries, folder, request.boundaries, catalogue.partnership.boundaries))
    codes = parameters(tables)
    judgements = judge(reference_datasets(tables), codes)
    if catalogue is None:
        return Examined(None, judgements, list(dict.fromkeys(errors)), [])
    return _examined(folder, catalogue, written, shapes, judgements, errors, request.edition, kind, request.proof)


@dataclass(frozen=True)
class _Written:
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


def _written(
    errors: list[Error | str],
    folder: DataFolder,
    period: Period,
    day: dt.date,
    kind: Kind | None,
    ratings: dict[str, str],
) -> _Written:
    quarter = period.financial_year.quarters()[-1] if period.kind == YEAR else quarter_of(period)
    returns = _kept(errors, [], partial(read_returns, folder, day))
    corrections = _kept(errors, [], partial(load_corrections, folder))
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
        updates = _kept(errors, {}, partial(read_updates, folder, quarter, day, ratings))
        for before in quarters_before(quarter):
            if found := _kept(errors, {}, partial(read_updates, folder, before, day, ratings)):
                earlier[before] = found
    if commitments or (kind.briefing if kind else period.kind != MONTH):
        so_far = len(errors)
        appendices = _kept(errors, {}, partial(read_appendices, folder, quarter, day))
        briefings = _kept(errors, {}, partial(read_briefings, folder, appendices))
        if kind and kind.briefing:
            appendices = {number: document for number, document in appendices.items() if document.front.briefing}
            if not appendices and len(errors) == so_far:
                errors.append(_no_briefing(folder, quarter, day))
    if kind.group if kind else has_group_report(folder, period):
        group = _kept(errors, None, partial(read_group_report, folder, period, day))
    return _Written(
        period, quarter, day, commitments, returns, corrections, updates, appendices, briefings, earlier, group
    )


def _examined(
    folder: DataFolder,
    catalogue: Catalogue,
    written: _Written,
    shapes: Boundaries | None,
    judgements: list[Judgement],
    errors: list[Error | str],
    edition: str,
    kind: Kind | None,
    proof: bool,
) -> Examined:
    """Judge what was sent and written, where the reference data can be read."""
    period, quarter, day, returns = written.period, written.quarter, written.day, written.returns
    codes = parameters(catalogue.tables)
    lines = {one.terms_file: one.terms_lines for one in returns}
    lines |= {one.file: one.lines for one in written.documents}
    reference = {folder.shown(PARTNERSHIP), *(table.file for table in catalogue.tables.values())}
    faulty = reference & {error.file for error in errors if isinstance(error, Error)}
    reference_sound = not faulty and not critical(judgements)
    frames = return_datasets(returns, catalogue, folder.shown)
    judgements = judgements + judge(frames, codes, lines)
    waivers = _kept(errors, [], partial(read_waivers, folder))
    unreadable = {error.file for error in errors if isinstance(error, Error)}
    failed = {finding.error.file for finding in critical(judgements)}
    sound = [one for one in returns if not failed & {one.terms_file, one.observations.file}]
    doubted = _doubted(unreadable | failed, folder.shown("returns"), set(parameters(catalogue.tables)["partners"]))
    counted: list[Observation] = []
    covered: list[Covered] = []
    told: dict[str, pd.DataFrame] = {}
    book = Book.empty(day)
    rules: Rules | None = None
    if reference_sound:
        history = _kept(errors, [], lambda: correct(observations(permitted(sound)), written.corrections, day))
        withheld = observations(one for one in sound if one.terms.permission == "none")
        book = _kept(errors, book, lambda: open_book(folder, catalogue, history, withheld, period, day))
        if shapes:
            names = {area.area: area.name for area in catalogue.areas_in_force(period, WARD)}
            _kept(errors, None, partial(joined, shapes, names))
        covered = coverage(sound, catalogue, year_to(period), day)
        within = period if period.kind == MONTH else quarter
        cells = [one for one in covered if within.contains(one.month) and not _in(one.partner, doubted)]
        told = coverage_dataset(cells, catalogue, folder.shown)
        if written.commitments or written.group or written.briefings:
            rules = _kept(errors, None, partial(read_rules, folder, catalogue))
        counted = latest(history)
    told |= figure_dataset(counted, catalogue) | agreement_dataset(counted, catalogue)
    if written.commitments:
        told |= update_datasets(quarter, written.updates, catalogue, day, folder.shown, unreadable)
    if written.commitments or written.appendices:
        told |= appendix_datasets(written.appendices, written.briefings, catalogue)
    if written.group:
        told |= group_datasets(written.group)
    if rules:
        reported = day if kind else _kept([], day, partial(default_as_at, folder, period))
        told |= consistency_datasets(
            quarter, written.updates, written.documents, counted, catalogue, rules, day, book.figures, reported
        )
    told |= sent_dataset(permitted(sound), counted)
    judgements = judgements + judge(told, codes, lines)
    if waivers:
        judgements = waive(judgements, waivers, day, folder.shown)
        files = {name: set(frame["file"]) for name, frame in {**frames, **told}.items()}
        judgements = judgements + judge(waiver_dataset(waivers, judgements, files, day, folder), codes)
    material = Material(
        catalogue=catalogue,
        period=period,
        quarter=quarter,
        as_at=day,
        edition=edition,
        evidence=Evidence(catalogue, counted, quarter, book.figures, gaps={} if proof else None),
        updates=written.updates,
        appendices=written.appendices,
        briefings=written.briefings,
        earlier=written.earlier,
        group=written.group,
        returns=returns,
        covered=covered,
        book=book,
        boundaries=shapes,
    )
    if reference_sound:
        missing = _not_there(material, judgements, folder, unreadable, doubted)
    else:
        missing = _unprintable(material)
    if proof:
        judgements = [_as_gaps(one) for one in judgements]
    examined = Examined(material, judgements, list(dict.fromkeys(errors)), missing)
    if kind and kind.changes and not examined.stopping:
        last = previous(folder, material, written.corrections)
        material = replace(material, last=last)
    return replace(examined, material=_proof(material, judgements, folder) if proof else material)


_GAPS = ("update-written", "all-written")
"""What the dataset ``updates`` is asked, of which a failure is a gap in a proof."""


def _as_gaps(judgement: Judgement) -> Judgement:
    """Return a judgement in which nothing stops a paper that a proof shows as a gap."""
    if judgement.dataset != "updates":
        return judgement
    told = (replace(one, severity=WARNING) if one.expectation in _GAPS else one for one in judgement.findings)
    return replace(judgement, findings=tuple(told))


def _proof(material: Material, judgements: list[Judgement], folder: DataFolder) -> Material:
    """Return a proof's material: an empty update in place of each that is not there, and what is missing."""
    findings = [one for each in judgements if each.dataset == "updates" for one in each.findings]
    to_write = {
        Path(one.error.file).stem: one.error.found or "still to write" for one in findings if one.expectation in _GAPS
    }
    gaps = tuple(material.evidence.gaps or ())
    if not to_write and not gaps:
        return replace(material, evidence=replace(material.evidence, gaps=None))
    updates = dict(material.updates)
    for name in to_write.keys() - updates.keys():
        file = folder.shown(f"updates/{material.quarter}/{name}.md")
        updates[name] = blank_update(name, file)
    return replace(material, updates=updates, proof=Proof(to_write, gaps))


def _not_there(
    material: Material, judgements: list[Judgement], folder: DataFolder, unreadable: set[str], doubted: set[str] | None
) -> list[Error | str]:
    """Return what is not there, but for what may stand in a file that cannot be used."""
    senders = {name: one.partner.split(";") for name, one in material.catalogue.measures.items()}
    appendices = folder.shown(f"updates/{material.quarter}/appendices/")
    some_appendix = any(file.startswith(appendices) for file in unreadable)

    def follows(error: Error | str) -> bool:
        if not isinstance(error, Error):
            return False
        wanted = _MEASURE.findall(error.found)
        sent = any(_in(partner, doubted) for name in wanted for partner in senders.get(name, ()))
        return sent or (error.column == "appendix" and some_appendix)

    return [error for error in unbound(material, judgements, folder.read) if not follows(error)]


def _doubted(files: Iterable[str], returns: str, known: set[str]) -> set[str] | None:
    """Return the partners of whose returns one cannot be used; None where it may be anybody's."""
    partners = set()
    for file in files:
        if file == returns:
            return None
        if file.startswith(f"{returns}/"):
            name = file.removeprefix(f"{returns}/").split("/")[0]
            match = _RETURN.fullmatch(name)
            if not match or match[1] not in known:
                return None
            partners.add(match[1])
    return partners


def _in(partner: str, doubted: set[str] | None) -> bool:
    return doubted is None or partner in doubted


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
        quarters = [one for one in entries if one and one.kind == QUARTER]
        if not quarters:
            raise
        return max(quarters)


def latest_word(folder: DataFolder, period: Period) -> dt.date:
    """Return the day as at which everything is known that was sent and written of a quarter, so that all is judged."""
    errors: list[Error | str] = []  # examining the folder says them
    days = (
        _kept(errors, None, partial(default_as_at, folder, period)),
        _kept(errors, None, partial(latest_receipt, folder)),
        latest_written(folder, period),
        filed_on(folder, period),
    )
    return max((day for day in days if day), default=dt.date.max)


def _kept(errors: list[Error | str], nothing: Any, read: Callable[[], Any]) -> Any:
    """Return what is read; where something is refused keep the faults, and return the rest of it, or nothing."""
    try:
        return read()
    except Refused as refused:
        errors += refused.errors
        return nothing if refused.rest is None else refused.rest


def _no_briefing(folder: DataFolder, quarter: Period, day: dt.date) -> Error:
    file, expected = folder.shown(f"updates/{quarter}/appendices"), f"a briefing written by {date_label(day)}"
    fix = "add the key briefing to an appendix, or name another quarter or a later as-at date"
    return Error(file, expected, column="briefing", found="none", fix=fix)


def _boundaries(folder: DataFolder, given: Path | None, own: str) -> Boundaries | None:
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
    found = read_boundaries(file, shown)
    folder.read[shown] = found.read
    return found
