"""Examining what a report is made from: read all of it, have it judged, and look whether every figure is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from priority_two.checks.consistency import consistency_datasets
from priority_two.checks.datasets.counted_figures import agreement_dataset, coverage_dataset, figure_dataset
from priority_two.checks.datasets.received_returns import return_datasets
from priority_two.checks.datasets.reference_tables import parameters, reference_datasets
from priority_two.checks.datasets.written_updates import appendix_datasets, group_datasets, update_datasets
from priority_two.checks.gate import MOST_ERRORS, Judgement, critical, judge
from priority_two.checks.rules import Rules, read_rules
from priority_two.checks.waivers import FILE as WAIVERS
from priority_two.checks.waivers import Waiver, read_waivers, waive, waiver_dataset
from priority_two.errors import Error, Refused, attempt
from priority_two.files.data_folder import DataFolder
from priority_two.measures.book import Book, open_book, read_definitions
from priority_two.measures.evidence import Evidence
from priority_two.periods import MONTH
from priority_two.reference.boundaries import Boundaries, joined
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.reference.gaps import reference_gaps
from priority_two.reference.partnership import FILE as PARTNERSHIP
from priority_two.report.inputs import Inputs, read_inputs, read_shapes
from priority_two.report.kinds.kind import Kind
from priority_two.report.last_report import previous
from priority_two.report.material import Material
from priority_two.report.missing import among, doubted_partners, not_there, nothing_received, unprintable
from priority_two.report.proof import as_gaps, proof_material
from priority_two.report.request import QUARTERLY, Request, default_as_at
from priority_two.report.tables.area_tables import year_to
from priority_two.report.wording import sent_dataset
from priority_two.returns.coverage import CoveredMonth, coverage
from priority_two.returns.history import History
from priority_two.returns.store import permitted

if TYPE_CHECKING:
    import pandas as pd


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


def examine(
    folder: DataFolder,
    request: Request,
    everything: bool = False,
    unread: Callable[[Error | str], None] | None = None,
    further: Mapping[str, Sequence[Waiver]] | None = None,
) -> Examined:
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
    unread
        Is called with each fault of what cannot be read as soon as all is read, before anything is judged: judging
        takes its time. They are the first of what is unreadable.
    further
        Waivers besides those of the data folder, by the file in which they stand.
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
        attempt(errors, None, partial(read_rules, folder))
        attempt(errors, None, partial(read_definitions, folder))
    day = request.as_at or attempt(errors, None, partial(default_as_at, folder, period)) or dt.date.max
    ratings = catalogue.rating_spellings if catalogue else {}
    inputs = read_inputs(errors, folder, period, day, kind, ratings)
    shapes = None
    if kind and kind.maps and catalogue:
        shapes = attempt(
            errors, None, partial(read_shapes, folder, request.boundaries, catalogue.partnership.boundaries)
        )
    if unread:
        for error in dict.fromkeys(errors):
            unread(error)
    codes = parameters(tables)
    judgements = judge(reference_datasets(tables), codes)
    if catalogue is None:
        return Examined(None, judgements, list(dict.fromkeys(errors)), [])
    if not request.proof:
        errors += nothing_received(folder, catalogue, inputs.quarter)
    examined = _examined(
        folder, catalogue, inputs, shapes, judgements, errors, request.edition, kind, request.proof, further or {}
    )
    if request.proof:
        return examined
    return replace(examined, unreadable=[*reference_gaps(folder, catalogue), *examined.unreadable])


def _examined(
    folder: DataFolder,
    catalogue: Catalogue,
    inputs: Inputs,
    shapes: Boundaries | None,
    judgements: list[Judgement],
    errors: list[Error | str],
    edition: str,
    kind: Kind | None,
    proof: bool,
    further: Mapping[str, Sequence[Waiver]],
) -> Examined:
    """Judge what was sent and written, where the reference data can be read."""
    period, quarter, day, returns = inputs.period, inputs.quarter, inputs.day, inputs.returns
    codes = parameters(catalogue.tables)
    lines = {sent.terms_file: sent.terms_lines for sent in returns}
    lines |= {document.file: document.lines for document in inputs.documents}
    reference = {folder.shown(PARTNERSHIP), *(table.file for table in catalogue.tables.values())}
    faulty = reference & {error.file for error in errors if isinstance(error, Error)}
    reference_sound = not faulty and not critical(judgements)
    frames = return_datasets(returns, catalogue, folder.shown)
    judgements = judgements + judge(frames, codes, lines)
    waivers = {folder.shown(WAIVERS): attempt(errors, [], partial(read_waivers, folder)), **further}
    unreadable = {error.file for error in errors if isinstance(error, Error)}
    failed = {finding.error.file for finding in critical(judgements)}
    sound = [sent for sent in returns if not failed & {sent.terms_file, sent.observations.file}]
    doubted = doubted_partners(
        unreadable | failed, folder.shown("returns"), set(parameters(catalogue.tables)["partners"])
    )
    counted = as_sent = History.of(())
    covered: list[CoveredMonth] = []
    datasets: dict[str, pd.DataFrame] = {}
    book = Book.empty(day)
    rules: Rules | None = None
    if reference_sound:
        home = catalogue.partnership.home_area
        as_sent = History.of(sound, home)
        corrected = attempt(errors, counted, lambda: as_sent.corrected(inputs.corrections, day, home))
        history, withheld = corrected.in_force()
        book = attempt(errors, book, lambda: open_book(folder, catalogue, history, withheld, period, day))
        if shapes:
            names = {area.area: area.name for area in catalogue.parts_in_force(period)}
            attempt(errors, None, partial(joined, shapes, names))
        covered = coverage(sound, catalogue, year_to(period), day)
        within = period if period.kind == MONTH else quarter
        cells = [cell for cell in covered if within.contains(cell.month) and not among(cell.partner, doubted)]
        datasets = coverage_dataset(cells, catalogue, folder.shown)
        if inputs.commitments or inputs.group or inputs.briefings:
            rules = attempt(errors, None, partial(read_rules, folder, catalogue))
        counted = history.latest()
    datasets |= figure_dataset(counted, catalogue) | agreement_dataset(counted, catalogue, as_sent)
    if inputs.commitments:
        datasets |= update_datasets(quarter, inputs.updates, catalogue, day, folder.shown, unreadable)
    if inputs.commitments or inputs.appendices:
        datasets |= appendix_datasets(inputs.appendices, inputs.briefings, catalogue)
    if inputs.group:
        datasets |= group_datasets(inputs.group)
    if rules:
        reported = day if kind else attempt([], day, partial(default_as_at, folder, period))
        datasets |= consistency_datasets(
            quarter, inputs.updates, inputs.documents, counted, catalogue, rules, day, book.figures, reported
        )
    datasets |= sent_dataset(permitted(sound), counted)
    judgements = judgements + judge(datasets, codes, lines)
    if any(waivers.values()):
        judgements = waive(judgements, chain.from_iterable(waivers.values()), day, folder.shown)
        files = {name: set(frame["file"]) for name, frame in {**frames, **datasets}.items()}
        judgements = judgements + judge(waiver_dataset(waivers, judgements, files, day, folder), codes)
    material = Material(
        catalogue=catalogue,
        period=period,
        quarter=quarter,
        as_at=day,
        edition=edition,
        evidence=Evidence(catalogue, counted, quarter, book.figures, gaps={} if proof else None),
        updates=inputs.updates,
        appendices=inputs.appendices,
        briefings=inputs.briefings,
        earlier=inputs.earlier,
        group=inputs.group,
        returns=returns,
        covered=covered,
        book=book,
        boundaries=shapes,
    )
    missing = unprintable(material)
    if reference_sound:
        missing = not_there(kind or QUARTERLY, material, judgements, folder, unreadable, doubted)
    if proof:
        judgements = [as_gaps(judgement) for judgement in judgements]
    examined = Examined(material, judgements, list(dict.fromkeys(errors)), missing)
    if kind and kind.changes and not examined.stopping:
        last = previous(folder, material, inputs.corrections)
        material = replace(material, last=last)
    return replace(examined, material=proof_material(material, judgements, folder) if proof else material)
