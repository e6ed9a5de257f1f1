"""What the checks say, for whoever is to act on it: what stops a paper first, then what to do, then what is known.

Of warnings those come first that somebody outside must answer (whose return is missing, what lacks a permission), then
figures that do not agree, then what leads wrote, then the reference data. What is the same of several returns of one
partner is one line, which names each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from priority_two.checks.gate import CRITICAL, Finding
from priority_two.errors import Error, one_line
from priority_two.periods import plural
from priority_two.report.examination import Examined

KNOWN = "known"
_ORDER = ("coverage", "terms", "observations", "figures", "totals", "updates", "milestones", "claims", "prose")
"""Datasets in the order in which what they warn of is dealt with; the others follow as they were judged."""
_OF_A_PARTNER = ("coverage", "terms", "observations")
_RETURN = re.compile(r"(.*/)([0-9]{4}-[0-9]{2}-[0-9]{2})(_([a-z0-9-]+)(?:/.*)?)", re.ASCII)
LONGEST_LIST = 600


@dataclass(frozen=True)
class Flag:
    """What is said in one line.

    Parameters
    ----------
    severity
        ``critical``, ``warning`` or, of a warning that is waived, ``known``.
    check
        The dataset and the expectation, with a dot between them; blank where it is something else.
    errors
        What is at fault: one, or several of one partner of which the same is said.
    waived
        Why it stays, where it is known.
    """

    severity: str
    check: str
    errors: tuple[Error | str, ...]
    waived: str = ""

    def __str__(self) -> str:
        why = f" (waived: {one_line(self.waived, 300)})" if self.waived else ""
        return f"{self.severity}: {_together(self.errors)}{why}"


def unreadable(error: Error | str) -> Flag:
    """Return what is said of something that cannot be read."""
    return Flag(CRITICAL, "", (error,))


def points(examined: Examined) -> list[Flag]:
    """Return everything that the checks say of what a report is made from, in the order of what to do."""
    failed = [(judgement.dataset, finding) for judgement in examined.judgements for finding in judgement.findings]
    stopping = [unreadable(error) for error in examined.unreadable]
    stopping += [_point(*each) for each in failed if each[1].severity == CRITICAL]
    stopping += [Flag(CRITICAL, "", (error,)) for error in examined.unbound]
    names = examined.material.catalogue.partners if examined.material and not stopping else {}
    alike: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for number, (dataset, finding) in enumerate(failed):
        if finding.severity != CRITICAL:
            partner = _partner(finding.error, names) if dataset in _OF_A_PARTNER else ""
            key = (dataset, finding.expectation, finding.waived, partner or str(number))
            alike.setdefault(key, []).append((dataset, finding))
    warned = [
        Flag(_severity(many[0][1]), _check(*many[0]), tuple(each.error for _, each in many), many[0][1].waived)
        for many in alike.values()
    ]
    return stopping + sorted(warned, key=_place)


def summary(examined: Examined, flags: Iterable[Flag]) -> str:
    """Return in one line how much was judged, and how many points of each severity there are."""
    severities = [flag.severity for flag in flags]
    judgements = examined.judgements
    known = severities.count(KNOWN)
    rows, expectations = sum(each.rows for each in judgements), sum(each.expectations for each in judgements)
    return (
        f"{len(judgements)} datasets, {rows} rows, {expectations} expectations: {severities.count(CRITICAL)} critical, "
        f"{severities.count('warning')} warnings" + (f", {known} known" if known else "")
    )


def as_records(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    """Return points for scripts, a record a fault.

    Its keys are ``severity``, ``check``, ``file``, ``row``, ``column``, ``found``, ``expected``, ``fix``, ``waived``.
    """
    return [
        {"severity": flag.severity, "check": flag.check, **_record(error), "waived": flag.waived}
        for flag in flags
        for error in flag.errors
    ]


def _record(error: Error | str) -> dict[str, Any]:
    if isinstance(error, str):
        return {"file": "", "row": None, "column": "", "found": one_line(error), "expected": "", "fix": ""}
    return {
        "file": one_line(error.file, 200),
        "row": error.row,
        "column": one_line(error.column),
        "found": one_line(error.found),
        "expected": one_line(error.expected, 300),
        "fix": one_line(error.fix, 300),
    }


def _point(dataset: str, finding: Finding) -> Flag:
    return Flag(_severity(finding), _check(dataset, finding), (finding.error,), finding.waived)


def _severity(finding: Finding) -> str:
    return KNOWN if finding.waived else finding.severity


def _check(dataset: str, finding: Finding) -> str:
    return f"{dataset}.{finding.expectation}"


def _place(flag: Flag) -> tuple[bool, int]:
    dataset = flag.check.partition(".")[0]
    return flag.severity == KNOWN, _ORDER.index(dataset) if dataset in _ORDER else len(_ORDER)


def _partner(error: Error, names: dict[str, str]) -> str:
    """Return whose return a fault is about: by its folder, or, where nothing came, by the name that is said."""
    if match := _RETURN.fullmatch(error.file):
        return match[4]
    return next((partner for partner, name in names.items() if error.found.startswith(f"{name}, ")), "")


def _together(errors: tuple[Error | str, ...]) -> str:
    """Return faults of which the same is said as one line: every file and row, and everything that was found."""
    first = errors[0]
    if len(errors) == 1 or isinstance(first, str):
        return str(first)
    each = [error for error in errors if isinstance(error, Error)]
    rows = list(dict.fromkeys(error.row for error in each if error.row is not None))
    values = list(dict.fromkeys(one_line(error.found) for error in each if error.found))
    where = [
        one_line(_files(list(dict.fromkeys(error.file for error in each))), LONGEST_LIST),
        f"{'row' if len(rows) == 1 else 'rows'} {', '.join(map(str, rows))}" if rows else "",
        f"column {one_line(first.column)}" if first.column else "",
    ]
    met = f"found {one_line('; '.join(values), LONGEST_LIST)}; " if values else ""
    fix = f"; {one_line(first.fix, 300)}" if first.fix else ""
    times = plural(len(each), "time")
    return f"{', '.join(filter(None, where))}: {times}: {met}expected {one_line(first.expected, 300)}{fix}"


def _files(files: list[str]) -> str:
    """Return files as one text; those of a partner's returns by their days: ``{2021-04-14,2021-07-14}_helpline``."""
    matches = [_RETURN.fullmatch(file) for file in files]
    days = [match[2] for match in matches if match]
    if len(files) > 1 and len(days) == len(files) and len({(m[1], m[3]) for m in matches if m}) == 1:
        match = matches[0]
        return f"{match[1]}{{{','.join(days)}}}{match[3]}" if match else ""
    return ", ".join(files)
