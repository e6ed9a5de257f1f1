"""Waivers: warnings that are known and stay, each with its reason, so that a new one is not lost among them.

``data/reference/waivers.csv`` has a row a waiver: ``check`` is a dataset and an expectation of its suite, such as
``terms.extract_date-given``; ``path`` a file of the data folder, in which ``*`` stands for anything; ``about`` words of
what was found, blank for whatever was found there; ``reason`` why it stays; ``until`` the last as-at date for which it
holds, blank for every one. What is waived is still counted and shown, apart and with its reason. What stops a paper
cannot be waived. A folder without the file waives nothing.

A second file of the same columns may be named to ``validate``: its waivers hold for that check, and in no paper.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar

import pandas as pd
from pydantic import AfterValidator, Field

from priority_two.checks.datasets.frame import framed, yes
from priority_two.checks.gate import WARNING, Finding, Judgement
from priority_two.errors import Error, one_line
from priority_two.files.csv_table import read_table
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import decode, read_bytes
from priority_two.paths import EXPECTATIONS
from priority_two.reference.records import Given, MaybeDay, TableRow, read_rows, table_rows

FILE = "reference/waivers.csv"


@cache
def _warnings() -> set[str]:
    """Return the checks whose failure is a warning."""
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EXPECTATIONS.glob("*.json"))]
    return {
        f"{suite['name']}.{expectation['meta']['id']}"
        for suite in suites
        for expectation in suite["expectations"]
        if expectation["severity"] == WARNING
    }


def _is_warning(check: str) -> str:
    if check not in _warnings():
        raise ValueError
    return check


class Waiver(TableRow):
    """A warning that is known and stays, and the row that says so."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "check": "the dataset and the expectation, with a dot between them, as `validate --json` names them",
        "path": "the file that it is about; a `*` stands for any words",
        "about": "words that the fault has to hold; blank for any",
        "reason": "why the warning stays; it is said with it",
        "until": "the last day on which it holds; blank for good",
    }

    check: Annotated[str, AfterValidator(_is_warning)] = Field(
        description="a check that warns, such as terms.extract_date-given"
    )
    path: Given = Field(description="a file of the data folder, such as returns/2021-03-25_helpline/terms.yaml")
    about: str
    reason: Given = Field(description="why it stays")
    until: MaybeDay = Field(description="a date such as 2021-12-31, or blank")

    def holds(self, day: dt.date) -> bool:
        """Whether it holds for an as-at date."""
        return self.until is None or day <= self.until

    def covers(self, check: str, error: Error, shown: Callable[[str], str]) -> bool:
        """Whether a fault is one that it knows."""
        return check == self.check and fnmatchcase(error.file, shown(self.path)) and self.about in error.found


def read_waivers(folder: DataFolder) -> list[Waiver]:
    """Return the waivers of a data folder.

    Raises
    ------
    Refused
        The file cannot be read, or a row waives nothing that can be waived: every fault.
    """
    return [*table_rows(folder, "waivers", Waiver)]


def further_waivers(file: Path) -> dict[str, Sequence[Waiver]]:
    """Return the waivers of a file that lies anywhere, by the name by which people are shown it.

    Raises
    ------
    Refused
        As :func:`read_waivers`, or the file is not there.
    """
    shown = one_line(file.as_posix(), 200)
    return {shown: read_rows(read_table(decode(read_bytes(file, shown), shown), shown), Waiver)}


def waive(
    judgements: Iterable[Judgement], waivers: Iterable[Waiver], day: dt.date, shown: Callable[[str], str]
) -> list[Judgement]:
    """Return judgements in which each warning that is known has the reason for which it stays."""
    holding = [waiver for waiver in waivers if waiver.holds(day)]

    def known(check: str, finding: Finding) -> Finding:
        reasons = (waiver.reason for waiver in holding if waiver.covers(check, finding.error, shown))
        return replace(finding, waived=next(reasons, "") if finding.severity == WARNING else "")

    waived = []
    for judgement in judgements:
        findings = tuple(known(f"{judgement.dataset}.{each.expectation}", each) for each in judgement.findings)
        waived.append(judgement if findings == judgement.findings else replace(judgement, findings=findings))
    return waived


def waiver_dataset(
    waivers: Mapping[str, Iterable[Waiver]],
    judgements: Iterable[Judgement],
    files: Mapping[str, set[str]],
    day: dt.date,
    folder: DataFolder,
) -> dict[str, pd.DataFrame]:
    """Return the dataset ``waivers``: a row a waiver, and whether there is still something for it to waive.

    `waivers` are by the file in which they stand; `files` are those that were judged, by dataset. A waiver is out of
    use only where what it is about was judged, or is gone.
    """
    findings = [
        (f"{each.dataset}.{finding.expectation}", finding.error) for each in judgements for finding in each.findings
    ]
    there = [folder.shown(path.relative_to(folder.root)) for path in folder.root.rglob("*")]
    rows = []
    for file, waiver in ((file, waiver) for file, rows_ in waivers.items() for waiver in rows_):
        pattern, dataset = folder.shown(waiver.path), waiver.check.partition(".")[0]
        used = any(waiver.covers(check, error, folder.shown) for check, error in findings)
        judged = any(fnmatchcase(path, pattern) for path in files.get(dataset, ()))
        gone = dataset in files and not any(fnmatchcase(path, pattern) for path in there)
        rows.append(
            {
                "check": waiver.check,
                "until": waiver.until.isoformat() if waiver.until else "",
                "_in_use": yes(used or not (judged or gone)),
                "_holds": yes(waiver.holds(day) or not used),
                "_subject": waiver.check,
                "file": file,
                "row": waiver.row,
            }
        )
    return {"waivers": framed(rows, ["check", "until", "_in_use", "_holds"])}
