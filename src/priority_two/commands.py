"""What the commands do, to be called without a terminal: nothing here prints, or ends the process.

Each returns what came of it. What is wrong is raised: :class:`Refused` where the data or a check says no,
:class:`WrongCall` where the call itself is wrong. ``data`` is the data folder, and ``reports`` the folder in which
drafts and filed reports lie. What takes seconds to import is imported by the command that needs it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.errors import Refused, WrongCall, one_line
from priority_two.files.data_folder import DataFolder
from priority_two.paths import LOCK, WORKSPACE_FILE
from priority_two.periods import MONTH, QUARTER, RANGE, Period, parse_date, try_parse
from priority_two.report.kinds import KINDS
from priority_two.report.request import QUARTERLY, Request, check_edition, kind_named, period_of
from priority_two.workspace import find_workspace, from_here

if TYPE_CHECKING:
    from priority_two.comparison.reports import ComparedPaper
    from priority_two.content.diff import Changes
    from priority_two.record.audit import Verdict
    from priority_two.record.batch import Batch
    from priority_two.record.build import Build
    from priority_two.record.quarter_steps import QuarterSteps
    from priority_two.report.points import Flag
    from priority_two.returns.due import DueList
    from priority_two.returns.submit.inbox import InboxFile
    from priority_two.returns.submit.intake import Accepted


def report(requests: Sequence[Request], data: Path, reports: Path) -> tuple[list[Path], list[str]]:
    """Make reports, and put their files among the drafts: all of them, or none.

    Returns
    -------
    list of Path
        The files.
    list of str
        Of each report, what the checks said, in a line.

    Raises
    ------
    Refused
        A report cannot be made: the faults of all of them, each once.
    """
    from priority_two.record.drafts import DRAFTS, MANIFEST, place_all
    from priority_two.workers import KILLED, spread

    if len(requests) == 1:
        results = [_built(requests[0], data, beside=True)]
    else:
        work = spread(partial(_built, data=data), requests, len(requests), lambda _, result: result)
        results = [Refused([KILLED]) if result is None else result for result in work]
    if errors := [error for result in results if isinstance(result, Refused) for error in result.errors]:
        raise Refused(dict.fromkeys(errors))
    builds = [
        (request, result) for request, result in zip(requests, results, strict=True) if not isinstance(result, Refused)
    ]
    files = place_all(
        [
            (reports / DRAFTS / request.path, {**build.files, MANIFEST: build.manifest.written()})
            for request, build in builds
        ]
    )
    return files, [f"{request.kind.name} {request.period}: {build.summary}" for request, build in builds]


def _built(request: Request, data: Path, beside: bool = False) -> Build | Refused:
    """Return a report; or why there is none, so that the faults of others are said too."""
    from priority_two.files.result_cache import build_folder, reusing
    from priority_two.record.build import build

    try:
        with reusing(build_folder(data)):
            return build(request, data, beside=beside)
    except Refused as refused:
        return refused


def batch(first: str, last: str, kinds: Sequence[str], data: Path, reports: Path) -> Batch:
    """Return the reports of a span of periods, to be made: :class:`priority_two.record.batch.Batch`.

    Parameters
    ----------
    first, last
        The span: the first month of the one period to the last month of the other.
    kinds
        Which kinds of report; none for all.

    Raises
    ------
    WrongCall
        A period is none, the last ends before the first begins, or there is no such kind.
    Refused
        There is nothing to report.
    """
    ends = []
    for name, text in (("from", first), ("to", last)):
        if (period := try_parse(text)) is None:
            raise WrongCall(f"{name}: found '{one_line(text)}', expected a period such as 2011-12-Q1 or 2021-03")
        ends.append(period)
    if ends[1].last < ends[0].first:
        raise WrongCall(f"to: found '{one_line(last)}', expected a period that ends after {ends[0]} begins")
    wanted = [kind_named(name) for name in dict.fromkeys(kinds)] or list(KINDS.values())
    from priority_two.record.batch import plan

    return plan(Period(ends[0].first, ends[1].last, RANGE), wanted, data, reports)


def file(request: Request, data: Path, reports: Path, approved_by: Sequence[str], corrects: str = "") -> list[Path]:
    """File a report for ever, and return its files: :func:`priority_two.record.filing.file_report`."""
    from priority_two.record.filing import file_report

    return sorted(file_report(request, data, reports, approved_by, corrects).iterdir())


def audit(
    reports: Path,
    data: str = "",
    kind: str | None = None,
    period: str = "",
    edition: str = "",
    *,
    fast: bool = False,
    jobs: int | None = None,
) -> Iterator[Verdict]:
    """Audit what is filed, and give a verdict a filing, as soon as there is one.

    Parameters
    ----------
    data
        Blank for the folder that each filing names.
    kind, period, edition
        Which filings. None or blank for all.
    fast
        Whether to verify hashes and chain alone, and make nothing again.
    jobs
        How many are made again at once; None for as many as there are processors.

    Raises
    ------
    WrongCall
        There is no such kind, period, edition or folder.
    """
    if kind is not None:
        of_this = kind_named(kind)
        if period:
            period_of(of_this, period, Path(data) if data else reports.parent / "data")
    if edition:
        check_edition(edition)
    if reports != Path("reports") and not reports.is_dir():  # a misspelt name is not to pass for "nothing is filed"
        raise WrongCall(f"reports: found '{one_line(reports)}', expected a folder")
    if data and not Path(data).is_dir():
        raise WrongCall(f"data: found '{one_line(data)}', expected a folder")
    from priority_two.record.audit import audit as audited

    def wanted(name: str) -> bool:
        of_period, stem, *_ = [*name.split("/"), ""]
        of_kind, _, of_edition = stem.rpartition("-")
        return all(
            not asked or asked == own for asked, own in ((kind, of_kind), (period, of_period), (edition, of_edition))
        )

    return audited(reports, data, wanted, fast=fast, jobs=jobs or os.cpu_count() or 1)


def lock(folder: Path, repository: str | None = None) -> Path:
    """Write the ``priority-two.lock`` of the workspace in which a folder lies, or of a new one, and return its path.

    `repository` is where the code of earlier commits is found; None for what stands in the file.

    Raises
    ------
    WrongCall
        There is no such folder, or it cannot be written to.
    Refused
        No commit of the code that runs is known, or the repository is none.
    """
    from priority_two.files.atomic import write_file
    from priority_two.record.pin import pin_text

    if not folder.is_dir():
        raise WrongCall(f"workspace: found '{one_line(folder)}', expected a folder")
    workspace = find_workspace(folder)
    root = from_here(workspace) if workspace else folder
    text = pin_text(repository, root)
    try:
        write_file(root / WORKSPACE_FILE, text.encode())
    except OSError:
        raise WrongCall(f"workspace: {WORKSPACE_FILE} cannot be written in '{one_line(root)}'") from None
    return root / WORKSPACE_FILE


def requirements(out: Path) -> Path:
    """Write the libraries with which the code that runs is meant to run, by version and hash, and return the path.

    Raises
    ------
    WrongCall
        There is such a file, or it cannot be written.
    """
    from priority_two.files.atomic import new_file

    try:
        if new_file(out, LOCK.read_bytes()):
            return out
    except (OSError, ValueError):
        raise WrongCall(f"requirements: {one_line(out)} cannot be written") from None
    raise WrongCall(f"requirements: {one_line(out)} is there already, and is not written over; name another")


@dataclass(frozen=True)
class Validation:
    """What the expectations say of a quarter: every flag, all of it in one line, and whether that is a no."""

    period: Period
    flags: list[Flag]
    summary: str
    stops: bool

    def as_json(self) -> str:
        """Return the same for scripts."""
        from priority_two.report.points import as_records

        record = {
            "period": str(self.period),
            "summary": self.summary,
            "stops": self.stops,
            "findings": as_records(self.flags),
        }
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def validate(
    data: Path,
    period: Period | None = None,
    first: Callable[[Flag], None] | None = None,
    *,
    strict: bool = False,
    waivers: Path | None = None,
) -> Validation:
    """Judge everything that was sent and written of a quarter (by default that of ``partnership.yaml``).

    `first` is called with each fault of what cannot be read, before anything is judged: they are the first of the
    flags. What stops a paper is a no; so is, where it is `strict`, a warning that no waiver knows. `waivers` is a file
    of waivers besides those of the data folder.

    Raises
    ------
    Refused
        There is no data folder, or no quarter in it, or the further waivers cannot be read.
    """
    folder = DataFolder(data)
    from priority_two.checks.gate import WARNING
    from priority_two.checks.waivers import further_waivers
    from priority_two.files.result_cache import build_folder, reusing
    from priority_two.reference.export_layouts import layout_faults
    from priority_two.report.examination import examine
    from priority_two.report.inputs import latest_quarter, latest_word
    from priority_two.report.points import Flag, points, summary, unreadable
    from priority_two.startup import without_collection

    quarter = period or latest_quarter(folder)
    further = further_waivers(waivers) if waivers else {}
    request = Request(QUARTERLY, quarter, latest_word(folder, quarter))
    with without_collection(), reusing(build_folder(data)):
        unread = (lambda error: first(unreadable(error))) if first else None
        examined = examine(folder, request, everything=True, unread=unread, further=further)
    flags = points(examined)
    if examined.material:  # a layout that does not do stops no paper, but the next export of its partner
        faults = layout_faults(folder, examined.material.catalogue)
        known = next((place for place, flag in enumerate(flags) if flag.waived), len(flags))
        flags[known:known] = [Flag(WARNING, "", (fault,)) for fault in faults]
    unknown = strict and any(flag.severity == WARNING for flag in flags)
    return Validation(quarter, flags, summary(examined, flags), bool(examined.stopping) or unknown)


def quarter(period: str, as_at: str, data: Path, reports: Path) -> QuarterSteps:
    """Return the steps of a quarter, each done or open: :mod:`priority_two.record.quarter_steps`.

    ``as_at`` is the day as at which returns are owed, ``YYYY-MM-DD``; blank for today.

    Raises
    ------
    WrongCall
        The period is no financial quarter, or the day is none.
    Refused
        The reference tables, the store or an update cannot be read.
    """
    from priority_two.record.quarter_steps import quarter_steps
    from priority_two.reference.catalogue import load_catalogue

    asked = period_of(QUARTERLY, period, data)
    day = _day(as_at)
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)

    def judge() -> tuple[bool, str]:
        validation = validate(data, asked)
        stops = [str(flag) for flag in validation.flags if flag.severity == "critical"]
        return not validation.stops, f"{len(stops)} to mend, such as {stops[0]}" if stops else validation.summary

    def verify(name: str) -> tuple[bool, str]:
        from priority_two.record.audit import audit as audited

        verdicts = list(audited(reports, data.as_posix(), lambda other: other == name, fast=True))
        return all(verdict.identical for verdict in verdicts), "; ".join(verdict.lines()[0] for verdict in verdicts)

    return quarter_steps(folder, catalogue, asked, day, reports, judge, verify)


def _day(as_at: str) -> dt.date:
    """Return the day as at which something is owed: today where none is named."""
    try:
        return parse_date(as_at) if as_at else dt.datetime.now().astimezone().date()
    except ValueError as error:
        raise WrongCall(f"as-at: found '{one_line(as_at)}', expected {error}") from None


def new_period(period: str, data: Path, *, missing: bool = False) -> list[str]:
    """Lay out the update files of a quarter from those of the last one. Return them, and what is to do, a line each.

    With `missing`, those that a quarter lacks.

    Raises
    ------
    WrongCall
        The period is no financial quarter.
    Refused
        There is nothing to lay it out from, or a file is there already.
    """
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.updates.new_period import lay_out

    quarter = try_parse(period)
    if quarter is None or quarter.kind != QUARTER:
        raise WrongCall(f"period: found '{one_line(period)}', expected a financial quarter such as 2020-21-Q4")
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    laid = lay_out(folder, catalogue, quarter, missing=missing)
    lines = [*laid.files]
    if laid.source:
        asked = "what stands in comments is from then, for you to answer"
        lines.append(f"laid out from {laid.source}; write each file: {asked}")
    if laid.source and laid.unwritten:
        lines.append(f"nothing was written in {laid.source} on {', '.join(laid.unwritten)}")
    if laid.dropped:
        lines.append(f"left out, for the catalogue no longer has them: {', '.join(map(one_line, laid.dropped))}")
    calendar = catalogue.tables["calendar"]
    occasion = catalogue.calendar.get(str(quarter))
    if occasion is None or occasion.board_date is None:
        cells = {"period": str(quarter), "label": quarter.label, "board_date": "YYYY-MM-DD"}
        row = "" if occasion else f", as a row {','.join(cells.get(name, '') for name in calendar.columns)}"
        lines.append(f"enter the Board's date for {quarter} in {calendar.file}, once it is known{row}")
    where = "" if data == Path("data") else f" --data {one_line(data)}"
    return [*lines, f"then see what is still to write: priority-two validate --period {quarter}{where}"]


def given_answers(directory: Path, options: Mapping[str, Any], file: Path | None) -> dict[str, Any]:
    """Return the answers of a new partnership by question: those of options, then those of a YAML file.

    An option that is given several times has texts ``ID=TEXT``, and so has the home area.

    Raises
    ------
    WrongCall
        A text has no id, the file cannot be read, or the workspace cannot lie in that folder.
    """
    from priority_two.adoption.answers import LISTS, answers_of_file, split_pairs
    from priority_two.adoption.first_workspace import check_new

    check_new(directory)
    given = answers_of_file(file) if file else {}
    for question, value in options.items():
        if value and question in LISTS:
            given[question] = split_pairs(question, [value] if isinstance(value, str) else value)
        elif value:
            given[question] = value
    return given


def new_partnership(directory: Path, given: Mapping[str, Any]) -> list[str]:
    """Lay out a workspace from answers, and return what to say of it: a line each.

    Raises
    ------
    WrongCall
        An answer is missing or is not what it may be, or something stands in the folder already.
    """
    from priority_two.adoption.answers import read_answers

    answers = read_answers(given)
    from priority_two.adoption.first_workspace import new_workspace

    return new_workspace(directory, answers)


def template(partner: str, months: str, out: Path, data: Path) -> Path:
    """Write the workbook that a partner fills in, and return its path. No file is overwritten.

    Raises
    ------
    WrongCall
        An argument is not what it may be, or the file cannot be written.
    """
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.returns.submit.submission import partner_named
    from priority_two.returns.submit.template import template as laid_out

    period, name = try_parse(months), one_line(out)
    expected = "expected at most a year's, such as 2021-04..2021-06"
    if period is None:
        first, _, last = months.partition("..")
        turned = ", whose last month comes before its first" if try_parse(f"{last}..{first}") else ""
        raise WrongCall(f"months: found '{one_line(months)}'{turned}, {expected}")
    if period.last - period.first >= 12:
        raise WrongCall(f"months: found '{one_line(months)}', {period.last - period.first + 1} months, {expected}")
    if out.suffix.lower() != ".xlsx":
        raise WrongCall(f"out: found {name!r}, expected a name that ends in .xlsx")
    if not out.parent.is_dir():
        raise WrongCall(f"out: found {name!r}, whose folder is not there; make it, or name another")
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    if not (known := partner_named(catalogue, partner)):
        raise WrongCall(f"partner: found '{one_line(partner)}', expected {', '.join(catalogue.partners)}")
    content = laid_out(folder, catalogue, known, period)
    try:
        with out.open("xb") as handle:
            handle.write(content)
    except FileExistsError:
        raise WrongCall(f"out: {name} is there already, and may have been filled in; name another") from None
    except OSError:
        raise WrongCall(f"out: {name} cannot be written") from None
    return out


def ingest(path: Path, received: str, partner: str, data: Path, layout: str = "") -> Accepted:
    """Accept a return into the store whole, or refuse it whole: :func:`priority_two.returns.submit.intake.ingest`.

    A partner's own export is read by the layout of a name.

    Raises
    ------
    WrongCall
        The day is none.
    Refused
        Every fault of the return. Of a ``Faulty`` return there may be a marked copy to send back.
    """
    return _intake(received, partner, data, layout)(path)


def ingest_folder(inbox: Path, received: str, partner: str, data: Path, layout: str = "") -> Iterator[InboxFile]:
    """Take in a folder of returns, each by itself: :func:`priority_two.returns.submit.inbox.take_in`.

    Raises
    ------
    WrongCall
        The day is none, the partner is none, or the folder cannot be read.
    Refused
        The reference tables cannot be read. What is wrong with a file is among what is returned.
    """
    from priority_two.returns.submit.inbox import take_in

    return take_in(inbox, _intake(received, partner, data, layout))


def _intake(received: str, partner: str, data: Path, layout: str) -> Callable[[Path], Accepted]:
    """Return what takes in a single file, after checking the day, the partner and the layout."""
    from priority_two.checks.identities import evaluate
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.returns.submit.intake import ingest
    from priority_two.returns.submit.submission import partner_named
    from priority_two.spellings import Unclear, read_date

    try:
        day = read_date(received)
    except Unclear as unclear:
        raise WrongCall(f"received: found '{one_line(received)}', expected {unclear.expected}") from None
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    if partner and not partner_named(catalogue, partner):
        raise WrongCall(f"partner: found another word, expected {', '.join(catalogue.partners)}")
    if not layout:
        return lambda file: ingest(folder, catalogue, file, day, partner, evaluate)
    from priority_two.reference.export_layouts import read_layout
    from priority_two.returns.submit.partner_export import ingest_export

    known = read_layout(folder, catalogue, layout)
    return lambda file: ingest_export(folder, catalogue, known, layout, file, day, partner, evaluate)


def due(period: str, as_at: str, out: Path | None, data: Path) -> DueList:
    """Return who owes which months of a period, and write a message and workbooks for each partner into a new folder.

    ``as_at`` is a day ``YYYY-MM-DD``, blank for today; ``out`` None writes nothing.

    Raises
    ------
    WrongCall
        An argument is not what it may be; of the folder: something stands in it, or it cannot be written.
    Refused
        The reference tables or the store cannot be read.
    """
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.returns.due import DueList, owed_returns
    from priority_two.returns.store import read_returns

    asked = try_parse(period)
    if asked is None or asked.kind not in (MONTH, QUARTER):
        expected = "a month such as 2021-03 or a financial quarter such as 2020-21-Q4"
        raise WrongCall(f"period: found '{one_line(period)}', expected {expected}")
    day = _day(as_at)
    if out is not None:
        _check_new(out)
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    returns = read_returns(folder, day)
    owed = owed_returns(returns, catalogue, asked, day)
    if out is None or not owed:
        return DueList(asked, day, owed, catalogue.partners)
    from priority_two.returns.submit.reminder import reminders

    files = reminders(folder, catalogue, returns, owed, day)
    _put_new(out, files)
    return DueList(asked, day, owed, catalogue.partners, tuple((out / name).as_posix() for name in files))


def _check_new(out: Path) -> None:
    name = one_line(out)
    if os.path.lexists(out) and (out.is_symlink() or not out.is_dir() or any(out.iterdir())):
        raise WrongCall(f"out: {name} is there already, and nothing in it is written over; name a new folder")
    if not out.absolute().parent.is_dir():
        raise WrongCall(f"out: found {name!r}, whose folder is not there; make it, or name another")


def _put_new(out: Path, files: dict[str, bytes]) -> None:
    """Write a folder of files, all of them or none."""
    from priority_two.files.atomic import new_folder
    from priority_two.files.locks import locked

    target = out.absolute()
    try:
        with locked(target.parent):
            new = new_folder(target, files)
    except OSError:
        raise WrongCall(f"out: {one_line(out)} cannot be written") from None
    if not new:
        raise WrongCall(f"out: {one_line(out)} is there by now; name a new folder")


def compare(old: str, new: str, reports: Path) -> tuple[ComparedPaper, ComparedPaper, Changes]:
    """Return two reports, each named by a path or as ``2020-21-Q4/quarterly-progress-board@v1``, and what changed.

    Raises
    ------
    WrongCall
        There is no such report, or they are not of one kind.
    Refused
        A report cannot be read.
    """
    from priority_two.comparison.reports import find, read_paper
    from priority_two.content.diff import changes

    before, after = (read_paper(find(name, reports)) for name in (old, new))
    return before, after, changes(before.content, after.content)
