"""Many reports in one go: every period and kind of a span, each made where its draft is not current.

A report that cannot be made stops no other. Each is put among the drafts as soon as it is there, so that a batch that
was stopped half-way goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from priority_two.cluster import spread_on
from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.files.data_folder import DataFolder
from priority_two.files.result_cache import build_folder, reusing
from priority_two.periods import Period, plural
from priority_two.record.build import Build, build
from priority_two.record.current import Drafted
from priority_two.record.drafts import DRAFTS, MANIFEST, place_all
from priority_two.report.kinds.kind import Kind
from priority_two.report.named_inputs import periods_to_report
from priority_two.report.request import Request
from priority_two.workers import KILLED, spread

CURRENT, NEW, NOT_THERE = "current", "made", "not made"


@dataclass(frozen=True)
class Attempt:
    """What became of a report of a batch: it was ``current``, is ``made``, or could not be made, and why.

    ``summary`` is what the checks said, in a line.
    """

    request: Request
    state: str
    summary: str = ""
    errors: tuple[Error | str, ...] = ()

    def __str__(self) -> str:
        more = plural(len(self.errors), "fault") if self.errors else self.summary
        return f"{self.request.path.as_posix()}: {self.state}{f', {more}' if more else ''}"


@dataclass(frozen=True)
class Batch:
    """Reports to make: all that a span asks for.

    ``current`` are those of ``requests`` that need not be made; ``empty`` are, by the name of their kind, the periods
    of which there is nothing to report.
    """

    data: Path
    reports: Path
    drafted: Drafted
    requests: list[Request]
    current: list[Request] = field(default_factory=list)
    empty: dict[str, list[Period]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[Request]:
        """The reports that are to be made."""
        return [request for request in self.requests if request not in self.current]

    def passed_over(self) -> list[str]:
        """Return in a line a kind of which periods there is nothing to report."""
        return [f"{kind}: nothing to report of {_runs(periods)}" for kind, periods in self.empty.items() if periods]

    def run(self, jobs: int, ended: Callable[[], object], scheduler: str = "") -> Iterator[Attempt]:
        """Make the reports, and give what became of each, in their order.

        Parameters
        ----------
        jobs
            How many are made at once, where they are made by processes beside this one.
        ended
            Is called whenever one has come to an end, in the order in which they do.
        scheduler
            The address of the scheduler of a Dask cluster that is to make them; blank for none. Its workers see the
            data folder under the same path.

        Raises
        ------
        WrongCall
            No such scheduler answers.
        """

        def placed(request: Request, result: Build | Refused | None) -> Attempt:
            attempt = _placed(request, self._checked(request, result) if scheduler else result, self.reports)
            ended()
            return attempt

        work = partial(_attempted, data=self.data.resolve())
        attempts = (
            spread_on(scheduler, work, self.waiting, placed) if scheduler else spread(work, self.waiting, jobs, placed)
        )
        for request in self.requests:
            yield Attempt(request, CURRENT) if request in self.current else next(attempts)

    def _checked(self, request: Request, result: Build | Refused | None) -> Build | Refused | None:
        """Refuse what a worker made by other code, in another environment or from other data than are here."""
        if isinstance(result, Build) and not self.drafted.stands(self.drafted.at_its_day(request), result.manifest):
            fix = "let every worker have this version, its lock and this data folder"
            return Refused([Error("", "a worker with the code, the environment and the data of here", fix=fix)])
        return result


def plan(span: Period, kinds: Sequence[Kind], data: Path, reports: Path) -> Batch:
    """Return the batch of a span of months, by period and then by kind.

    Raises
    ------
    Refused
        There is no data folder, or nothing to report of any period.
    """
    folder = DataFolder(data)
    requests: list[Request] = []
    empty: dict[str, list[Period]] = {}
    for kind in kinds:
        periods, empty[kind.name] = periods_to_report(folder, kind, span)
        requests += [Request(kind, period) for period in periods]
    if not requests:
        names = ", ".join(kind.name for kind in kinds)
        fix = "name other periods, or write and ingest what is to be told of these"
        raise Refused([Error(folder.root.name, f"something to report from {span}: {names}", found="none", fix=fix)])
    requests.sort(key=lambda request: (request.period.last, request.period.first))
    drafted = Drafted(data, reports)
    return Batch(
        data, reports, drafted, requests, [request for request in requests if drafted.is_current(request)], empty
    )


def _attempted(request: Request, data: Path) -> Build | Refused:
    """Return a report, or why there is none: whatever is wrong with one is no reason to stop another."""
    try:
        with reusing(build_folder(data)):
            return build(request, data)
    except Refused as refused:
        return refused
    except WrongCall as wrong:
        return Refused([str(wrong)])
    except Exception as error:
        return Refused([f"a fault of the program, not of your data: {type(error).__name__}: {one_line(error)}"])


def _placed(request: Request, result: Build | Refused | None, reports: Path) -> Attempt:
    try:
        if result is None:
            raise Refused([KILLED])
        if isinstance(result, Refused):
            raise result
        place_all([(reports / DRAFTS / request.path, {**result.files, MANIFEST: result.manifest.written()})])
    except Refused as refused:
        return Attempt(request, NOT_THERE, errors=tuple(refused.errors))
    return Attempt(request, NEW, result.summary)


def _runs(periods: Sequence[Period]) -> str:
    """Return periods in words, those that follow each other as one run: ``2011-12-Q1 to 2019-20-Q3``."""
    runs: list[list[Period]] = []
    for period in periods:
        if runs and runs[-1][-1] == period.before:
            runs[-1].append(period)
        else:
            runs.append([period])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
