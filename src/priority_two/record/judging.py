"""Judging what a report is made from: in this process, or in one of its own beside the kernel that runs the notebook.

The kernel takes its time to start and to read the data, and needs the judgements only then. So it may start while Great
Expectations works on another core; no report appears before both have said yes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from priority_two.checks.gate import judgements_to_share
from priority_two.errors import Error, Refused, attempt
from priority_two.files.data_folder import DataFolder
from priority_two.files.result_cache import allowed, reusing
from priority_two.report.examination import examine
from priority_two.report.points import points, summary
from priority_two.report.request import Request, default_as_at
from priority_two.startup import without_collection
from priority_two.workers import workers


@dataclass(frozen=True)
class Judging:
    """What is said of what a report is made from: its faults, and where there are none, what its notebook is given.

    Parameters
    ----------
    faults
        What stops the report.
    as_at
        The knowledge cut-off; None where the reference data cannot be read.
    judgements
        For the notebook.
    summary
        What the checks said, in a line.
    """

    faults: tuple[Error | str, ...]
    as_at: dt.date | None
    judgements: bytes
    summary: str

    def stop(self) -> None:
        """Stop the report where there is a fault.

        Raises
        ------
        Refused
            With every fault.
        """
        if self.faults:
            raise Refused(self.faults)


def judging(request: Request, data: Path, results: Path | None) -> Judging:
    """Return what is said of what a report is made from; `results` is from where results may be used again."""
    with without_collection(), reusing(results):
        return _judging(request, data)


def _judging(request: Request, data: Path) -> Judging:
    examined = examine(DataFolder(data), request)
    flags = points(examined)
    as_at = examined.material.as_at if examined.material else None
    return Judging(tuple(examined.stopping), as_at, judgements_to_share(), summary(examined, flags))


@contextlib.contextmanager
def judged(request: Request, data: Path, *, beside: bool) -> Iterator[tuple[Request, Future[Judging]]]:
    """Have a report judged, and give it with its as-at date, and what will be said of it.

    Parameters
    ----------
    beside
        Whether a process of its own judges meanwhile; else it has been judged by now, and nothing stops it.

    Raises
    ------
    Refused
        With every fault: at once, or where there are any, in place of what else went wrong meanwhile.
    """
    day = attempt([], None, partial(default_as_at, DataFolder(data), request.period))
    if not beside or (day is None and request.as_at is None):
        now: Future[Judging] = Future()
        now.set_result(_judging(request, data))
        now.result().stop()
        yield replace(request, as_at=now.result().as_at), now
        return
    reuse = allowed()
    with workers(1) as pool:
        later = pool.submit(judging, request, data, reuse.folder if reuse else None)
        try:
            yield replace(request, as_at=request.as_at or day), later
        finally:
            _result(later).stop()


def _result(later: Future[Judging]) -> Judging:
    try:
        return later.result()
    except BrokenProcessPool:
        fix = "try again; where it was for want of memory, with less beside it"
        raise Refused([Error("", "a process that judges to its end", found="it was killed", fix=fix)]) from None
