"""Judging what a report is made from: in this process, or in one of its own beside the kernel that runs the notebook.

The kernel takes its time to start and to read the data, and needs the judgements only then. So it may start while Great
Expectations works on another core; no report appears before both have said yes.

What was said of the very same data, request, code and libraries by an earlier run is said again where that is allowed
(:mod:`priority_two.files.result_cache`), and nothing is judged. Then the notebook reads the data itself, and takes of
the judgements those of the very tables that it has read; else it takes what was read for judging.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter

from priority_two.errors import Error, Refused, attempt
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import sha256_of
from priority_two.files.result_cache import ResultCache, allowed, results, reusing
from priority_two.paths import EXPECTATIONS, PACKAGE
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
        What the gate said of each table, for the next run.
    summary
        What the checks said, in a line.
    examined
        All that was examined, for the notebook; empty where an earlier run said all this.
    """

    faults: tuple[Error | str, ...]
    as_at: dt.date | None
    judgements: bytes
    summary: str
    examined: bytes = b""

    @property
    def given(self) -> bytes:
        """What the notebook is given."""
        return self.examined or self.judgements

    @classmethod
    def of(cls, request: Request, data: Path) -> Judging:
        """Judge what a report is made from; where nothing stops it, that is left for the next run."""
        from priority_two.checks.gate import judgements_to_share
        from priority_two.report.examination import examine
        from priority_two.report.handover import packed
        from priority_two.report.points import points, summary

        folder = DataFolder(data)
        examined = examine(folder, request)
        faults, flags = tuple(examined.stopping), points(examined)
        as_at = examined.material.as_at if examined.material else None
        given = b"" if faults else packed(replace(request, as_at=as_at), examined, folder)
        return cls(faults, as_at, judgements_to_share(), summary(examined, flags), given)

    def stop(self) -> None:
        """Stop the report where there is a fault.

        Raises
        ------
        Refused
            With every fault.
        """
        if self.faults:
            raise Refused(self.faults)


_RECORD = TypeAdapter(Judging)


def judging(request: Request, data: Path, folder: Path | None) -> Judging:
    """Return what is said of what a report is made from; `folder` is from where results may be used again."""
    with without_collection(), reusing(folder):
        return Judging.of(request, data)


@dataclass(frozen=True)
class Earlier:
    """What an earlier run said of the very same, where that may be said again.

    Parameters
    ----------
    results
        Where it stands; None where nothing may be used again.
    key
        Under which name.
    """

    results: ResultCache | None
    key: str

    @classmethod
    def of(cls, request: Request, data: Path) -> Earlier:
        """Return where it stands what was said of a request."""
        stored = results("examinations")
        return cls(stored, _key(request, data) if stored else "")

    def get(self) -> Judging | None:
        """Return it; None where there is nothing."""
        with contextlib.suppress(ValueError):
            return _RECORD.validate_json((self.results and self.results.get(self.key)) or b"")
        return None

    def put(self, judging: Judging) -> None:
        """Leave for the next run what is said, where nothing stops the report."""
        if self.results and not judging.faults:
            self.results.put(self.key, _RECORD.dump_json(replace(judging, examined=b"")))


def _key(request: Request, data: Path) -> str:
    """Return a hash of all that follows what is said of a report: its data, its request, the code, the libraries."""
    files = [path for path in data.rglob("*") if path.is_file()]
    given = sha256_of(request.boundaries) if request.boundaries else ""
    return _hash(request.kind.name, request.parameters(data), given, _digests(data, files), _code())


@cache
def _code() -> str:
    """Return a hash of the code that judges, and of the versions of what it uses."""
    versions = [version(name) for name in ("great-expectations", "pandas", "numpy", "pydantic")]
    modules, suites = _digests(PACKAGE, PACKAGE.rglob("*.py")), _digests(EXPECTATIONS, EXPECTATIONS.glob("*.json"))
    return _hash(sys.version, versions, modules, suites)


def _digests(folder: Path, files: Iterable[Path]) -> list[tuple[str, str]]:
    return sorted((path.relative_to(folder).as_posix(), sha256_of(path)) for path in files)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


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
    earlier = Earlier.of(request, data)
    known = earlier.get()
    day = request.as_at
    if beside and not known:
        day = day or attempt([], None, partial(default_as_at, DataFolder(data), request.period))
    if known or not beside or day is None:
        now: Future[Judging] = Future()
        now.set_result(known or Judging.of(request, data))
        now.result().stop()
        if not known:
            earlier.put(now.result())
        yield replace(request, as_at=now.result().as_at), now
        return
    reuse = allowed()
    with workers(1) as pool:
        later = pool.submit(judging, request, data, reuse.folder if reuse else None)
        try:
            yield replace(request, as_at=day), later
        finally:
            _result(later).stop()
        earlier.put(later.result())


def _result(later: Future[Judging]) -> Judging:
    try:
        return later.result()
    except BrokenProcessPool:
        fix = "try again; where it was for want of memory, with less beside it"
        raise Refused([Error("", "a process that judges to its end", found="it was killed", fix=fix)]) from None
