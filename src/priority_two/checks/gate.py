"""The gate itself: each dataset is judged by its suite, with Great Expectations.

A suite is a JSON file of ``expectations/`` in Great Expectations' own form. Each expectation says in its ``meta`` what
is ``expected`` in words and how to ``mend`` a failure, and ``severity`` says what a failure does: ``critical`` stops
the report, ``warning`` is printed in its data-quality annex. Codes of the catalogue reach a suite by
``{"$PARAMETER": "measures"}``.

Importing Great Expectations takes seconds, so it happens here and nowhere else. Its analytics are off before that.
Judging takes seconds too: whoever opens a paper again in JupyterLab, after mending one file, waits for the datasets
that it changed and for no other. And a run is judged before its notebook starts, which is then given the judgements:
each holds only for the very table, suite and codes that it was made of.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import warnings
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from priority_two.errors import WITHHELD, Error, Refused
from priority_two.paths import EXPECTATIONS, JUDGED
from priority_two.periods import plural
from priority_two.startup import leave_out_grammars

CRITICAL, WARNING = "critical", "warning"
MOST_ERRORS = 200
MOST_KEPT = 100
_NAMED_BY = ["file", "row", "_subject", "_restricted"]


@dataclass(frozen=True)
class Finding:
    """A failed expectation at one place: how severe it is, which expectation it is, and the fault.

    ``waived`` is the reason for which a warning stays, where it is known (:mod:`priority_two.checks.waivers`).
    """

    severity: str
    expectation: str
    error: Error
    waived: str = ""


@dataclass(frozen=True)
class Judgement:
    """What a suite said of a dataset.

    Parameters
    ----------
    dataset
        Its name.
    rows
        How many rows were judged.
    expectations
        How many expectations were put to them.
    findings
        What failed, in the suite's order.
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
    """Have each dataset judged by its suite.

    Parameters
    ----------
    datasets
        Tables by name; each has the columns ``file``, ``row`` and ``_restricted``.
    parameters
        Codes of the catalogue, by the names that suites use. An expectation that wants others is not put.
    lines
        Where keys stand in files that are not tables.

    Returns
    -------
    list of Judgement
        One a dataset, in the given order.
    """
    return [_judge_one(name, frame, parameters, lines or {}) for name, frame in datasets.items()]


def stop_if_critical(judgements: list[Judgement]) -> None:
    """Stop the report where a critical expectation failed.

    Raises
    ------
    Refused
        With every critical finding.
    """
    if errors := [finding.error for finding in critical(judgements)]:
        raise Refused(errors[:MOST_ERRORS])


def critical(judgements: list[Judgement]) -> list[Finding]:
    """Return the critical findings."""
    return [finding for one in judgements for finding in one.findings if finding.severity == CRITICAL]


def suite_path(dataset: str) -> Path:
    """Return where the suite of a dataset stands."""
    return EXPECTATIONS / f"{dataset}.json"


@cache
def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    leave_out_grammars()
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its own imports warn of is nothing that our users can mend
        import great_expectations
    return great_expectations


@cache
def _batches() -> Any:
    """Give what takes a table in: one for all datasets, as each that is named would be written to the context."""
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("datasets").add_dataframe_asset("dataset")
    return asset.add_batch_definition_whole_dataframe("dataset")


_judged: dict[str, Judgement] = {}
"""The latest judgements of this process, by the hash of all that they follow from."""


def _judge_one(name: str, frame: pd.DataFrame, parameters: dict[str, list[Any]], lines: Lines) -> Judgement:
    suite = suite_path(name).read_text(encoding="utf-8")
    asked = {key: codes for key, codes in parameters.items() if key in suite}
    placed = {file: lines[file] for file in dict.fromkeys(frame["file"]) if file in lines}
    cells = (list(frame.columns), frame.dtypes.to_list(), frame.to_numpy().tolist(), frame.attrs)
    content = hashlib.sha256(repr((name, suite, cells, asked, placed)).encode()).hexdigest()
    if content not in _judged:
        if len(_judged) >= MOST_KEPT:
            del _judged[next(iter(_judged))]
        given = _given(os.environ.get(JUDGED, "")).get(content)
        _judged[content] = given or _put(name, json.loads(suite), frame, asked, placed)
    return _judged[content]


def judged() -> bytes:
    """Return the latest judgements of this process, to be given to a notebook that is to judge the same."""
    return json.dumps({content: asdict(one) for content, one in _judged.items()}).encode()


@cache
def _given(file: str) -> dict[str, Judgement]:
    """Return the judgements that lie in a file, by the hash of all that they follow from; none where there is none."""
    if not file:
        return {}
    records = json.loads(Path(file).read_bytes())
    return {
        content: Judgement(
            **{
                **record,
                "findings": tuple(Finding(**{**one, "error": Error(**one["error"])}) for one in record["findings"]),
            }
        )
        for content, record in records.items()
    }


def _put(
    name: str, spec: dict[str, Any], frame: pd.DataFrame, parameters: dict[str, list[Any]], lines: Lines
) -> Judgement:
    """Put the expectations of a suite to a dataset."""
    spec["expectations"] = [one for one in spec["expectations"] if _wanted(one) <= parameters.keys()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suite = _great_expectations().ExpectationSuite(**spec)
        batch = _batches().get_batch({"dataframe": frame})
        result = batch.validate(
            suite,
            expectation_parameters=parameters,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": _NAMED_BY},
        )
    order = {str(item["meta"]["id"]): n for n, item in enumerate(spec["expectations"])}
    failed = [one for one in result.results if not one.success]
    failed.sort(key=lambda one: order[one.expectation_config.meta["id"]])
    columns_failed = any(one.expectation_config.type.startswith("expect_table_columns") for one in failed)
    findings: list[Finding] = []
    for one in failed:
        if columns_failed and one.exception_info and _raised(one.exception_info):
            continue  # the column that is missing has been named already
        findings += _findings(one, frame, lines)
    return Judgement(name, len(frame), len(spec["expectations"]), tuple(findings))


def _wanted(expectation: Any) -> set[str]:
    """Return the names of the codes that an expectation wants."""
    if isinstance(expectation, dict):
        inner = [{value} if key == "$PARAMETER" else _wanted(value) for key, value in expectation.items()]
        return set().union(*inner)
    return set().union(*map(_wanted, expectation)) if isinstance(expectation, list) else set()


def _raised(info: dict[str, Any]) -> bool:
    return bool(info.get("raised_exception", True))


def _findings(result: Any, frame: pd.DataFrame, lines: Lines) -> list[Finding]:
    config = result.expectation_config
    meta, severity = config.meta, str(getattr(config.severity, "value", config.severity))
    column = str(meta.get("column", config.kwargs.get("column", ""))).lstrip("_")
    places = result.result.get("unexpected_index_list") or []
    if not places:
        file = str(frame["file"].iloc[0]) if len(frame) else frame.attrs.get("file", "")
        named = frame.attrs.get("headers") or {file: _table_found(result.result)}
        return [
            Finding(severity, meta["id"], Error(where, meta["expected"], None, column, found, meta["mend"]))
            for where, found in named.items()
        ]
    findings = []
    for place in places[:MOST_ERRORS]:
        shown = [_plain(value) for name, value in place.items() if name not in _NAMED_BY and value is not None]
        found = WITHHELD if str(place["_restricted"]) == "True" else " and ".join(shown)
        if str(config.kwargs.get("column", "")).startswith("_"):
            found = ""
        found = ": ".join(part for part in (str(place["_subject"] or ""), found) if part)
        row = lines.get(str(place["file"]), {}).get(column, None if place["row"] is None else int(place["row"]))
        error = Error(str(place["file"]), meta["expected"], row, column, found, meta["mend"])
        findings.append(Finding(severity, meta["id"], error))
    return findings


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _table_found(result: dict[str, Any]) -> str:
    """Say what is wrong with a whole table. Names that are not known are counted only: they may be somebody's data."""
    mismatched = (result.get("details") or {}).get("mismatched") or {}
    missing, unexpected = mismatched.get("missing") or [], mismatched.get("unexpected") or []
    parts = [f"no column {', '.join(map(str, missing))}"] if missing else []
    parts += [f"{plural(len(unexpected), 'unknown column')}"] if unexpected else []
    return " and ".join(parts)
