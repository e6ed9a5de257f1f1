"""The gate itself: Great Expectations judges each dataset by its suite.

A suite is a JSON file of ``expectations/`` in the form of Great Expectations. The ``meta`` of an expectation says what
is ``expected`` in words and how to ``mend`` a failure. Its ``severity`` says what a failure does: ``critical`` stops
the paper, ``warning`` is flagged in it. ``{"$PARAMETER": "measures"}`` in a suite stands
for every code of ``measures.csv``::

    judge({"terms": frame}, {"measures": ["INC01", "INC04"]})  # -> [Judgement("terms", rows=122, expectations=9, …)]

Great Expectations takes seconds to import and to judge. So it is imported when the first dataset comes, and a judgement
is used again for the same table, suite and codes. A run is judged before its notebook is, or beside it; the
notebook is given the judgements in a file (:func:`judgements_to_share`), and judges only what has changed since.

From run to run a judgement is used again where that is allowed (:mod:`priority_two.files.result_cache`), and only for
the very same: table, suite, codes, versions of the libraries, and the code that reads it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from pydantic import TypeAdapter

from priority_two import errors
from priority_two.checks.datasets.frame import CONTENT
from priority_two.checks.expectation_engine import great_expectations
from priority_two.errors import WITHHELD, Error, Refused
from priority_two.files.result_cache import Reuse, allowed, results
from priority_two.paths import EXPECTATIONS, JUDGED, NOT_SOUND
from priority_two.periods import plural

CRITICAL, WARNING = "critical", "warning"
MOST_ERRORS = 200
MOST_JUDGEMENTS = 100
NOT_JUDGED = "the checks stop this paper"
_CACHE = "judgements"
_LOOK_AGAIN = 0.01
"""Seconds."""
_NAMED_BY = ["file", "row", "_subject", "_restricted"]


@dataclass(frozen=True)
class Finding:
    """A failed expectation at one place: how severe it is, which expectation it is, and the fault.

    ``waived`` is the reason why a known warning stays (:mod:`priority_two.checks.waivers`), or blank.
    """

    severity: str
    expectation: str
    error: Error
    waived: str = ""


@dataclass(frozen=True)
class Judgement:
    """What the suite of a dataset says of it.

    The findings stand in the suite's order.
    """

    dataset: str
    rows: int
    expectations: int
    findings: tuple[Finding, ...]


Lines = dict[str, dict[str, int]]
"""The line on which each key of a YAML file stands, by file."""


def judge(
    datasets: dict[str, pd.DataFrame], parameters: dict[str, list[Any]], lines: Lines | None = None
) -> list[Judgement]:
    """Have each dataset judged by its suite, in the given order.

    Each table has the columns ``file``, ``row`` and ``_restricted``. `parameters` are codes of the catalogue, by the
    names that suites use; an expectation whose codes are missing is left out. `lines` says on which line each key
    stands, for files that are not tables.
    """
    return [_judgement(name, frame, parameters, lines or {}) for name, frame in datasets.items()]


def critical(judgements: list[Judgement]) -> list[Finding]:
    """Return the critical findings."""
    return [finding for judgement in judgements for finding in judgement.findings if finding.severity == CRITICAL]


def suite_path(dataset: str) -> Path:
    """Return where the suite of a dataset stands."""
    return EXPECTATIONS / f"{dataset}.json"


@cache
def _batches() -> Any:
    """Return what takes a table in. All datasets share it: each name of its own would stay in the context."""
    context = great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("datasets").add_dataframe_asset("dataset")
    return asset.add_batch_definition_whole_dataframe("dataset")


_judgements: dict[str, Judgement] = {}
"""The latest judgements of this process, by a hash of everything that they follow from."""
_reused: WeakKeyDictionary[Reuse, dict[str, Judgement]] = WeakKeyDictionary()
"""The same, where those of earlier runs may be used again: some of them were not made by this process."""
_RECORD = TypeAdapter(Judgement)
_RECORDS = TypeAdapter(dict[str, Judgement])


def _judgement(name: str, frame: pd.DataFrame, parameters: dict[str, list[Any]], lines: Lines) -> Judgement:
    suite = suite_path(name).read_text(encoding="utf-8")
    codes = {key: values for key, values in parameters.items() if key in suite}
    places = {file: lines[file] for file in dict.fromkeys(frame["file"]) if file in lines}
    rows = () if CONTENT in frame.attrs else frame.to_numpy().tolist()
    cells = (list(frame.columns), frame.dtypes.to_list(), rows, frame.attrs)
    content = hashlib.sha256(repr((name, suite, cells, codes, places)).encode()).hexdigest()
    latest = _latest()
    if content in latest:
        latest[content] = latest.pop(content)  # the latest in use is the last to go
    else:
        if len(latest) >= MOST_JUDGEMENTS:
            del latest[next(iter(latest))]
        shared = _shared(handed_over()).get(content)
        latest[content] = shared or _from_earlier(
            content, name, len(frame), lambda: _put(name, json.loads(suite), frame, codes, places)
        )
    return latest[content]


def _latest() -> dict[str, Judgement]:
    reuse = allowed()
    return _reused.setdefault(reuse, {}) if reuse else _judgements


def _from_earlier(content: str, dataset: str, rows: int, judged: Callable[[], Judgement]) -> Judgement:
    """Return what an earlier run judged of the same, where that may be used; else what is judged now."""
    earlier = results(_CACHE)
    if earlier is None:
        return judged()
    key = hashlib.sha256(f"{content} {_judging()}".encode()).hexdigest()
    with contextlib.suppress(ValueError):
        judgement = _RECORD.validate_json(earlier.get(key) or b"")
        if (judgement.dataset, judgement.rows) == (dataset, rows):
            return judgement
    judgement = judged()
    earlier.put(key, _RECORD.dump_json(judgement))
    return judgement


@cache
def _judging() -> str:
    """Return with what a judgement is made: the versions of Python and the libraries, and the code that reads it."""
    versions = [f"{name} {version(name)}" for name in ("great-expectations", "pandas", "numpy")]
    code = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in (__file__, errors.__file__)]
    return repr([sys.version, *versions, *code])


def judgements_to_share() -> bytes:
    """Return the latest judgements of this process, for a notebook that is to judge the same."""
    return _RECORDS.dump_json(_latest())


def handed_over() -> bytes:
    """Return what was judged before this notebook started, or beside it; nothing where nobody judges for it.

    Raises
    ------
    Refused
        The process that judges says no.
    """
    return _handed_over(os.environ.get(JUDGED, ""))


@cache
def _handed_over(file: str) -> bytes:
    """Return what stands in a file that another process writes; nothing where there is to be no file.

    That process may still be judging: so the file is waited for, as long as its folder is there.
    """
    if not file:
        return b""
    path = Path(file)
    while not path.exists():
        if not path.parent.is_dir():
            raise Refused([NOT_JUDGED])
        time.sleep(_LOOK_AGAIN)
    content = path.read_bytes()
    if content == NOT_SOUND:
        raise Refused([NOT_JUDGED])
    return content


@cache
def _shared(content: bytes) -> dict[str, Judgement]:
    """Return the judgements that were handed over, where it was they that were."""
    return _RECORDS.validate_json(content) if content.startswith(b"{") else {}


def _put(
    name: str, spec: dict[str, Any], frame: pd.DataFrame, parameters: dict[str, list[Any]], lines: Lines
) -> Judgement:
    """Put the expectations of a suite to a dataset."""
    spec["expectations"] = [each for each in spec["expectations"] if _codes(each) <= parameters.keys()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suite = great_expectations().ExpectationSuite(**spec)
        batch = _batches().get_batch({"dataframe": frame})
        result = batch.validate(
            suite,
            expectation_parameters=parameters,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": _NAMED_BY},
        )
    order = {str(item["meta"]["id"]): n for n, item in enumerate(spec["expectations"])}
    failures = [outcome for outcome in result.results if not outcome.success]
    failures.sort(key=lambda failure: order[failure.expectation_config.meta["id"]])
    columns_failed = any(failure.expectation_config.type.startswith("expect_table_columns") for failure in failures)
    findings: list[Finding] = []
    for failure in failures:
        if columns_failed and failure.exception_info and failure.exception_info.get("raised_exception", True):
            continue  # the column that is missing has been named already
        findings += _findings(failure, frame, lines)
    return Judgement(name, len(frame), len(spec["expectations"]), tuple(findings))


def _codes(expectation: Any) -> set[str]:
    """Return the names of the codes that an expectation refers to."""
    if isinstance(expectation, dict):
        inner = [{value} if key == "$PARAMETER" else _codes(value) for key, value in expectation.items()]
        return set().union(*inner)
    return set().union(*map(_codes, expectation)) if isinstance(expectation, list) else set()


def _findings(result: Any, frame: pd.DataFrame, lines: Lines) -> list[Finding]:
    config = result.expectation_config
    meta, severity = config.meta, str(getattr(config.severity, "value", config.severity))
    column = str(meta.get("column", config.kwargs.get("column", ""))).lstrip("_")
    places = result.result.get("unexpected_index_list") or []
    if not places:
        file = str(frame["file"].iloc[0]) if len(frame) else frame.attrs.get("file", "")
        named = frame.attrs.get("headers") or {file: _column_errors(result.result)}
        return [
            Finding(severity, meta["id"], Error(where, meta["expected"], None, column, words, meta["mend"]))
            for where, words in named.items()
        ]
    findings = []
    for place in places[:MOST_ERRORS]:
        values = [_plain(value) for name, value in place.items() if name not in _NAMED_BY and value is not None]
        text = WITHHELD if str(place["_restricted"]) == "True" else " and ".join(values)
        if str(config.kwargs.get("column", "")).startswith("_"):
            text = ""  # a worked-out value says nothing to a person
        text = ": ".join(part for part in (str(place["_subject"] or ""), text) if part)
        row = lines.get(str(place["file"]), {}).get(column, None if place["row"] is None else int(place["row"]))
        error = Error(str(place["file"]), meta["expected"], row, column, text, meta["mend"])
        findings.append(Finding(severity, meta["id"], error))
    return findings


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _column_errors(result: dict[str, Any]) -> str:
    """Return what is wrong with the columns of a table. Unknown names are only counted: they may be somebody's data."""
    mismatched = (result.get("details") or {}).get("mismatched") or {}
    missing, unexpected = mismatched.get("missing") or [], mismatched.get("unexpected") or []
    parts = [f"no column {', '.join(map(str, missing))}"] if missing else []
    parts += [f"{plural(len(unexpected), 'unknown column')}"] if unexpected else []
    return " and ".join(parts)
