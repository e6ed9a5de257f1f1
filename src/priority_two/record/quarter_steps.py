"""The steps of a quarter, from asking partners to the audit: each is done, or open with a line of why.

==============  ======================================================================================================
step            done when
==============  ======================================================================================================
reference data  nothing in them is still to fill in
ask partners    everybody who owes a return has a workbook in ``templates/<quarter>/``, or nobody owes one
returns in      nobody owes a return, a figure or a permission
lay out         every commitment has its file
write           every file says on which day it was written
validate        nothing stops the paper
draft           there is a draft of each paper that the quarter asks for, made from what lies there now
file            each of these papers is filed
audit           what is filed is as it was sealed
==============  ======================================================================================================

What is filed was valid and drafted. A draft that was made from what lies there now was valid too. Only where neither is
known are the data judged, which takes seconds; and not before everything is written.
"""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from priority_two.errors import Refused, one_line
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import sha256_of
from priority_two.periods import Period, month_text, plural
from priority_two.record.drafts import DRAFTS, MANIFEST
from priority_two.record.manifest import Manifest
from priority_two.record.seal import Filed, all_filed
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.gaps import reference_gaps
from priority_two.report.kinds import due_papers
from priority_two.returns.due import PERMISSION, OwedReturn, debt_line, owed_returns
from priority_two.returns.store import Receipt, read_returns
from priority_two.sentences import listed
from priority_two.updates.documents import read_updates

EDITION = "board"
DEFINE, ASK, RECEIVE, WRITE = "reference data", "ask partners", "returns in", "write the updates"
_NAMED = 3  # of a longer list


@dataclass(frozen=True)
class Step:
    """A step of a quarter: whether it is done, why that is said, and the command that does it."""

    step: str
    done: bool
    why: str
    command: str


@dataclass(frozen=True)
class QuarterSteps:
    """The steps of a quarter in their order, as at a day, and which comes next: None where all are done."""

    period: Period
    as_at: dt.date
    steps: tuple[Step, ...]

    @property
    def next_step(self) -> Step | None:
        """The first step that is open. Returns that are still to come hold nothing up once the updates are written."""
        written = next(step.done for step in self.steps if step.step == WRITE)
        passed_over = (ASK, RECEIVE) if written else ()
        return next((step for step in self.steps if not step.done and step.step not in passed_over), None)

    def lines(self) -> list[str]:
        """Return a line a step, and one for what comes next."""
        lines = [f"{'done' if step.done else 'open'}: {step.step}: {step.why}" for step in self.steps]
        following = self.next_step
        return [*lines, f"next: {following.command}" if following else f"next: nothing more for {self.period}"]

    def as_json(self) -> str:
        """Return the same for scripts."""
        following = self.next_step
        record = {
            "period": str(self.period),
            "as_at": self.as_at.isoformat(),
            "steps": [asdict(step) for step in self.steps],
            "next": following.step if following else None,
            "command": following.command if following else None,
        }
        return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def quarter_steps(
    folder: DataFolder,
    catalogue: Catalogue,
    period: Period,
    as_at: dt.date,
    reports: Path,
    judge: Callable[[], tuple[bool, str]],
    verify: Callable[[str], tuple[bool, str]],
) -> QuarterSteps:
    """Return the steps of a quarter.

    Parameters
    ----------
    folder, catalogue, reports
        The data folder, what it means, and the folder of reports.
    period, as_at
        The quarter, and the day as at which returns are owed.
    judge
        Says whether nothing stops the paper, and why; called only where it is not known.
    verify
        Says whether a filing, by its name, is as it was sealed, and why.

    Raises
    ------
    Refused
        The store or an update cannot be read.
    """
    owed = owed_returns(read_returns(folder), catalogue, period, as_at)
    asked, received = _asked(folder, period, owed), _received(period, owed)
    laid, written = _updates(folder, catalogue, period)
    papers = [(kind.name, str(about)) for kind, about in due_papers(period)]
    filings = {filing.name.rsplit("/", 1)[0]: filing for filing in all_filed(reports)}  # the latest of each
    filed = {name: filings.get(f"{about}/{name}-{EDITION}") for name, about in papers}
    everything = all(filed.values())
    lacking = (
        {}
        if everything
        else {name: _lacking(folder, reports / DRAFTS / about / f"{name}-{EDITION}", period) for name, about in papers}
    )
    drafted = not any(lacking.values())
    if everything or drafted:
        valid, why = True, "what is filed was valid" if everything else "the draft was made from what lies there now"
    elif not (laid.done and written.done):
        valid, why = False, "once the updates are written; what else there is, it says at any time"
    else:
        valid, why = judge()
    states = "; ".join(dict.fromkeys(state for state in lacking.values() if state))
    return QuarterSteps(
        period,
        as_at,
        (
            _defined(folder, catalogue, period),
            asked,
            received,
            laid,
            written,
            Step("validate", valid, why, f"priority-two validate --period {period}"),
            Step("draft", drafted, states or ("filed since" if everything else _names(lacking)), _report(period)),
            _filing(catalogue, papers, filed),
            _audited(filed, verify),
        ),
    )


def _report(period: Period) -> str:
    return f"priority-two report --period {period}"


def _defined(folder: DataFolder, catalogue: Catalogue, period: Period) -> Step:
    gaps = reference_gaps(folder, catalogue)
    why = f"{plural(len(gaps), 'gap')}, such as {gaps[0]}" if gaps else "nothing in them is still to fill in"
    return Step(DEFINE, not gaps, why, f"priority-two validate --period {period}")


def _asked(folder: DataFolder, period: Period, owed: Mapping[str, list[OwedReturn]]) -> Step:
    """Whether everybody who owes figures was laid a workbook."""
    owes = [name for name, debts in owed.items() if any(debt.owed != PERMISSION for debt in debts)]
    place = f"templates/{period}"
    there = folder.root.parent / place
    without = [name for name in owes if not any(there.glob(f"{name}_*.xlsx"))]
    if not owes:
        why = "nobody owes a return"
    elif not without:
        why = f"{place} has a workbook for {_few(owes)}"
    else:
        why = f"{place} has no workbook for {_few(without)}"
    command = f"priority-two due --period {period} --out {place}"
    if there.is_dir() and any(there.iterdir()) and without:
        first, last = month_text(period.first), month_text(period.last)
        file = f"{place}/{without[0]}_{first}_{last}.xlsx"
        command = f"priority-two template {without[0]} --months {first}..{last} --out {file}"
    return Step(ASK, not without, why, command)


def _received(period: Period, owed: Mapping[str, list[OwedReturn]]) -> Step:
    lines = [debt_line(debt) for debts in owed.values() for debt in debts]
    why = f"{lines[0]}{_and_more(lines, 1)}" if lines else "everything that was asked for is in"
    return Step(RECEIVE, not lines, why, "priority-two ingest FILE --received DAY")


def _updates(folder: DataFolder, catalogue: Catalogue, period: Period) -> tuple[Step, Step]:
    """Whether every commitment has its file, and whether every file is written."""
    shown = folder.shown(f"updates/{period}")
    names = [promise.commitment for promise in catalogue.promises]
    there = {name.rsplit("/", 1)[1].removesuffix(".md") for name in folder.names(f"updates/{period}", "*.md")}
    without = [name for name in names if name not in there]
    why = f"no file for {_few(without)} in {shown}" if without else f"{plural(len(names), 'file')} in {shown}"
    option = " --missing" if there else ""
    laid = Step("lay out the updates", not without, why, f"priority-two new-period {period}{option}")
    command = f"priority-two validate --period {period}"
    if without:
        return laid, Step(WRITE, False, "once they are laid out", command)
    updates = read_updates(folder, period, dt.date.max, catalogue.rating_spellings)
    blank = [name for name in names if name not in updates or updates[name].front.written is None]
    why = f"still to write: {_few(blank)} in {shown}" if blank else f"every file in {shown} is written"
    return laid, Step(WRITE, not blank, why, command)


def _lacking(folder: DataFolder, stem: Path, period: Period) -> str:
    """Return why a draft is none that could be filed; blank where it is one, made from what lies there now."""
    name = stem.name.removesuffix(f"-{EDITION}")
    file = stem.with_name(stem.name + MANIFEST)
    if not file.is_file():
        return f"no draft of {name}"
    try:
        manifest, _ = Manifest.read(file, file.name)
    except Refused:
        return f"the draft of {name} cannot be read"
    if manifest.status != "draft":
        return f"the draft of {name} is a {manifest.status}"
    home = folder.root.parent
    changed = [path for path, entry in manifest.inputs.items() if sha256_of(home / path) != entry.sha256]
    known = {path.split("/")[2] for path in manifest.inputs if path.startswith(folder.shown("returns/"))}
    came = [name.removeprefix("returns/") for name in folder.names("returns", "*_*")]
    receipts = [(name, Receipt.of(name)) for name in came if name not in known]
    changed += [
        folder.shown(f"returns/{name}") for name, receipt in receipts if receipt.received.isoformat() <= manifest.as_at
    ]
    written = [folder.shown(path) for path in folder.names(f"updates/{period}", "*.md")]
    changed += [path for path in written if path not in manifest.inputs]
    return f"the draft of {name} is older than {_few(changed)}" if changed else ""


def _filing(catalogue: Catalogue, papers: list[tuple[str, str]], filed: Mapping[str, Filed | None]) -> Step:
    to_file = [(name, about) for name, about in papers if filed[name] is None]
    name, about = to_file[0] if to_file else papers[0]
    approvals = catalogue.partnership.filing
    posts = " ".join(f"--approved-by {_quoted(one_line(post))}" for post in approvals.posts[: approvals.approvals])
    why = f"not filed: {listed([name for name, _ in to_file])}" if to_file else f"filed: {_names(filed)}"
    command = f"priority-two file {name} --period {about} {posts}"
    return Step("approve and file", not to_file, f"{why}; {plural(approvals.approvals, 'approval')} each", command)


def _quoted(text: str) -> str:
    """Return text as one word of a command line, in which a shell finds nothing to run."""
    return shlex.quote(text) if set(text) & set('"$`\\!%') else f'"{text}"'


def _audited(filed: Mapping[str, Filed | None], verify: Callable[[str], tuple[bool, str]]) -> Step:
    there = [filing.name for filing in filed.values() if filing]
    command = "priority-two audit --fast"
    if not there or len(there) < len(filed):
        return Step("audit", False, "once it is filed", command)
    verdicts = [verify(name) for name in there]
    wrong = [why for sound, why in verdicts if not sound]
    return Step("audit", not wrong, wrong[0] if wrong else verdicts[0][1], command)


def _names(papers: Mapping[str, object]) -> str:
    return listed(list(papers))


def _few(names: list[str]) -> str:
    return f"{', '.join(one_line(name) for name in names[:_NAMED])}{_and_more(names, _NAMED)}"


def _and_more(names: list[str], shown: int) -> str:
    return f", and {len(names) - shown} more" if len(names) > shown else ""
