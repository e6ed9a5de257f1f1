"""The ``priority-two`` command. Each sub-command checks its call, does one thing, and says what it did.

Exit status: 0 done; 1 the data or a check says no; 2 the call was wrong. A fault is one line on standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from priority_two import __version__
from priority_two.characters import UNSEEN
from priority_two.errors import Refused, WrongCall, one_line, printable
from priority_two.on_use import on_use
from priority_two.workspace import folders

if TYPE_CHECKING:
    from priority_two import commands
    from priority_two.report import request
    from priority_two.report.kinds.kind import Kind
    from priority_two.returns.submit.intake import Accepted
else:  # help, the version, a wrong call and completion need nothing of them, and are answered at once
    commands = on_use("priority_two.commands")
    request = on_use("priority_two.report.request")

_reports = click.option("--reports", help="Where reports lie; those of the workspace if left out.", metavar="DIR")
_workspace = click.option("--workspace", default="", help="Whose; where one stands if left out.", metavar="DIR")
_json = click.option(
    "--json",
    "json_",
    is_flag=False,
    flag_value="-",
    default="",
    help="Write JSON instead; to standard output where no file is named.",
    metavar="[FILE]",
)
_data = click.option("--data", help="The data folder; that of the workspace if left out.", metavar="DIR")


_jobs = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=lambda: os.cpu_count() or 1,
    show_default="a processor each",
    help="How many reports are made at once.",
    metavar="N",
)

_stock = click.option(
    "--stock-kernels", "stock", is_flag=True, help="Start the kernel of each notebook anew, and fork none."
)


_PATHS = (
    "workspace",
    "data",
    "reports",
    "boundaries",
    "file",
    "folder",
    "repository",
    "requirements",
    "out",
    "html",
    "json_",
    "waivers",
    "old",
    "new",
    "directory",
    "answers",
)


def _check_paths(given: dict[str, Any]) -> None:
    """Refuse a path that no manifest and no message of one line could hold, before any work is done."""
    for name in _PATHS:
        path = given.get(name) or ""
        if UNSEEN.search(path) or "\n" in path or "\t" in path:
            expected = "a path without line ends and control characters"
            raise WrongCall(f"{name.strip('_')}: found '{one_line(path)}', expected {expected}")


def _find_folders(given: dict[str, Any]) -> None:
    """Put in the data folder and the reports of the workspace where they were not named."""
    places = folders(given.pop("workspace"), given.get("data"), given.get("reports"))
    given.update({name: getattr(places, name) for name in ("data", "reports") if name in given})


def _say(line: object, err: bool = False) -> None:
    """Print one line, as one line: what a terminal would obey, or show nowhere, is shown escaped."""
    click.echo(printable(line), err=err)


def _kernels(stock: bool, kinds: Iterable[Kind] | None = None) -> AbstractContextManager[None]:
    """Have notebooks of these kinds, or of any, run in warm kernels meanwhile, and say where and why they did not."""
    from priority_two.publish.warm_kernels import OF_MAPS, warm_kernels

    modules = [OF_MAPS] if kinds is None or any(kind.maps for kind in kinds) else []
    return warm_kernels(lambda line: _say(line, err=True), *modules, stock=stock)


def _plain_json(text: str) -> str:
    """Return JSON in which what a terminal would obey is escaped; it says the same."""
    import json

    return "".join(ch if ch == "\n" or printable(ch) == ch else json.dumps(ch)[1:-1] for ch in text)


def _says_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a command refuses into lines on standard error and an exit status."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            _check_paths(kwargs)
            if "workspace" in kwargs:
                _find_folders(kwargs)
            return command(*args, **kwargs)
        except Refused as refused:
            for error in refused.errors:
                _say(str(error), err=True)
            sys.exit(1)
        except WrongCall as wrong:
            _say(str(wrong), err=True)
            sys.exit(2)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):  # whoever reads may stop reading
            raise
        except Exception as error:
            if os.environ.get("PRIORITY_TWO_TRACEBACK"):
                raise
            fault = f"a fault of the program, not of your data: {type(error).__name__}: {one_line(error)}"
            _say(f"{fault}; set PRIORITY_TWO_TRACEBACK=1 to see where", err=True)
            sys.exit(1)

    return wrapped


class _OneLine(click.Group):
    """A group of commands whose complaint of a wrong call is one line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, and exit."""
        try:
            sys.exit(super().main(*args, **{**kwargs, "standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.ClickException as error:
            _say(f"{one_line(error.format_message(), 300)} See priority-two --help.", err=True)
            sys.exit(2)
        except click.exceptions.Abort:
            sys.exit(1)


@click.group(cls=_OneLine, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="priority-two")
def main() -> None:
    """Papers that a Community Safety Partnership's Board reads, from what its partners send."""


@main.command()
@click.argument("kind", required=False)
@click.option("--period", help="2020-21-Q4, 2020-21 or 2021-03; by default that of partnership.yaml.")
@click.option("--as-at", default="", help="Knowledge cut-off, YYYY-MM-DD; the Board's date if left out.")
@click.option("--edition", default="board", show_default=True, help="board.")
@click.option("--boundaries", default="", help="Shapes of the areas for the data sheet's maps.", metavar="FILE.geojson")
@click.option(
    "--proof",
    is_flag=False,
    flag_value="yes",
    default="",
    help="A proof: shows in its place what is still to write and what was not received.",
    metavar="[yes]",
)
@_stock
@_data
@_reports
@_workspace
@_says_faults
def report(
    kind: str | None,
    period: str | None,
    as_at: str,
    edition: str,
    boundaries: str,
    proof: str,
    stock: bool,
    data: str,
    reports: str,
) -> None:
    """Make a report: KIND is quarterly-progress, annual-achievements, data-sheet, strategic-group or board-briefing.

    Without KIND, make every paper that the quarter asks for: its progress report and, after a Q4, the achievements of
    its year.
    """
    requests = request.read_requests(Path(data), kind, period, as_at, edition, boundaries, proof)
    with _kernels(stock, [each.kind for each in requests]):
        files, summaries = commands.report(requests, Path(data), Path(reports))
    for line in [*(path.as_posix() for path in files), *summaries]:
        _say(line)


@main.command()
@click.option("--from", "first", required=True, help="The first period: 2011-12-Q1, 2012-13 or 2021-03.", metavar="P")
@click.option("--to", "last", required=True, help="The last period.", metavar="P")
@click.option("--kind", "kinds", multiple=True, help="A kind of report; every kind if left out.", metavar="KIND")
@_jobs
@click.option("--scheduler", default="", help="Of a Dask cluster that is to make them: tcp://…", metavar="ADDRESS")
@_stock
@_data
@_reports
@_workspace
@_says_faults
def batch(
    first: str, last: str, kinds: tuple[str, ...], jobs: int, scheduler: str, stock: bool, data: str, reports: str
) -> None:
    """Make every report of a span of periods that is not current: a line a report.

    A draft is current where data, parameters, code and environment are by their hashes what it was made from. A report
    that cannot be made stops no other, and is named at the end with its faults.
    """
    work = commands.batch(first, last, kinds, Path(data), Path(reports))
    for line in work.passed_over():
        _say(line)
    from tqdm import tqdm

    failed = []
    counted: dict[str, int] = {}
    quiet = None if work.waiting else True  # None: where it is no terminal
    bar = tqdm(total=len(work.waiting), unit="report", disable=quiet, file=sys.stderr)
    with _kernels(stock or not work.waiting or bool(scheduler), [each.kind for each in work.waiting]), bar:
        for attempt in work.run(jobs, bar.update, scheduler):
            with bar.external_write_mode(file=sys.stderr):
                _say(attempt)
            counted[attempt.state] = counted.get(attempt.state, 0) + 1
            failed += [attempt] if attempt.errors else []
    _say(", ".join(f"{number} {state}" for state, number in counted.items()))
    for line in dict.fromkeys(str(error) for attempt in failed for error in attempt.errors):
        _say(line, err=True)
    for attempt in failed:
        _say(attempt, err=True)
    if failed:
        sys.exit(1)


@main.command("file")
@click.argument("kind")
@click.option("--period", required=True, help="2020-21-Q4, 2020-21 or 2021-03.")
@click.option("--approved-by", multiple=True, help="A post that approved it, of partnership.yaml.", metavar="POST")
@click.option("--corrects", default="", help="Why it is to take the place of the version before.", metavar="REASON")
@click.option("--as-at", default="", help="Knowledge cut-off, YYYY-MM-DD; the Board's date if left out.")
@click.option("--edition", default="board", show_default=True, help="board.")
@_stock
@_data
@_reports
@_workspace
@_says_faults
def file_(
    kind: str,
    period: str,
    approved_by: tuple[str, ...],
    corrects: str,
    as_at: str,
    edition: str,
    stock: bool,
    data: str,
    reports: str,
) -> None:
    """File a report for ever: make it once more from a clean checkout, and seal it under reports/filed."""
    [asked] = request.read_requests(Path(data), kind, period, as_at, edition)
    with _kernels(stock, [asked.kind]):
        files = commands.file(asked, Path(data), Path(reports), approved_by, corrects)
    for path in files:
        _say(path.as_posix())


@main.command()
@click.argument("kind", required=False)
@click.option("--period", default="", help="Only what is filed of this period.")
@click.option("--edition", default="", help="Only what is filed in this edition.")
@click.option("--fast", is_flag=True, help="Verify hashes and chain alone; make nothing again.")
@_jobs
@_stock
@click.option("--data", default="", help="The data folder, if not the one that each filing names.", metavar="DIR")
@_reports
@_workspace
@_says_faults
def audit(
    kind: str | None, period: str, edition: str, fast: bool, jobs: int, stock: bool, data: str, reports: str
) -> None:
    """Make again what is filed, and say whether it is identical, or what differs and why: a line a filing.

    KIND is as for report; without it, everything that is filed.
    """
    standing = []
    verdicts = commands.audit(Path(reports), data, kind, period, edition, fast=fast, jobs=jobs)
    with _kernels(stock or fast):
        for verdict in verdicts:
            for line in verdict.lines():
                _say(line)
            standing.append(verdict.identical)
    if not standing:
        _say("nothing of this is filed" if kind or period or edition else "nothing is filed yet")
    if not all(standing) or ((kind or period or edition) and not standing):
        sys.exit(1)


@main.command()
@_data
@_workspace
@click.option("--period", help="A quarter such as 2020-21-Q4; the default of partnership.yaml if left out.")
@click.option("--strict", is_flag=True, help="Warnings that no waiver knows are a no too: exit status 1.")
@click.option("--waivers", default="", help="Waivers besides those of the data, for this check alone.", metavar="FILE")
@_json
@_says_faults
def validate(data: str, period: str | None, strict: bool, waivers: str, json_: str) -> None:
    """Judge the data by every expectation suite, and say what failed by file, row and column.

    What stops a paper comes first, and what cannot be read first of all, before anything is judged. Then come
    warnings in the order in which they are dealt with, then those that waivers.csv knows.
    """
    quarter = request.period_of(request.QUARTERLY, period, Path(data)) if period is not None else None
    _check_json(json_)
    already: list[object] = []

    def first(flag: object) -> None:
        _say(flag, err=True)
        already.append(flag)

    further = Path(waivers) if waivers else None
    says = first if json_ != "-" else None
    validation = commands.validate(Path(data), quarter, says, strict=strict, waivers=further)
    if json_:
        _written(json_, validation.as_json())
    if json_ != "-":
        for flag in validation.flags[len(already) :]:
            _say(str(flag), err=True)
        _say(validation.summary)
    if validation.stops:
        sys.exit(1)


def _check_json(target: str) -> None:
    if target not in ("", "-") and (not Path(target).parent.is_dir() or Path(target).is_dir()):
        raise WrongCall(f"json: found '{one_line(target)}', expected a file's name, in a folder that is there")


def _written(target: str, text: str) -> None:
    if target == "-":
        click.echo(_plain_json(text), nl=False)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except (OSError, ValueError):
        raise WrongCall(f"json: {one_line(target)} cannot be written") from None


@main.command("new-period")
@click.argument("period")
@click.option("--missing", is_flag=True, help="Add the files of commitments that have none to a quarter that is there.")
@_data
@_workspace
@_says_faults
def new_period(period: str, missing: bool, data: str) -> None:
    """Lay out the update files of PERIOD, a quarter such as 2020-21-Q4, from those of the last quarter.

    What a lead says anew each quarter is emptied; actions and open milestones are carried forward.
    """
    for line in commands.new_period(period, Path(data), missing=missing):
        _say(line)


@main.command()
@click.argument("period")
@click.option("--as-at", default="", help="Who owes what as at a day, YYYY-MM-DD; today if left out.", metavar="D")
@_json
@_data
@_reports
@_workspace
@_says_faults
def quarter(period: str, as_at: str, json_: str, data: str, reports: str) -> None:
    """Say how far the quarter PERIOD is: which steps are done, which are open and why, and which comes next."""
    _check_json(json_)
    steps = commands.quarter(period, as_at, Path(data), Path(reports))
    if json_:
        _written(json_, steps.as_json())
    if json_ != "-":
        for line in steps.lines():
            _say(line)


_ANSWERS = {
    "name": "Name of the partnership.",
    "abbreviation": "Its abbreviation.",
    "home-area": "The area that it is for.  [CODE=NAME]",
    "area-type": "What kind of area that is: district.",
    "area-types": "The word for several of them, if it is not the same with an s.",
    "part-type": "What kind of areas lie in it: district.",
    "priority": "Name of the priority: Priority One.",
    "priority-title": "What it is about, in a few words.",
    "first-quarter": "The first quarter to report on: 2026-27-Q1.",
    "board-date": "The day on which the Board meets on it, if that is known.",
}
_ANSWERS_OF_LISTS = {
    "parts": ("part", "An area in it that figures are sent for.", "CODE=NAME"),
    "sections": ("section", "A section of the strategy.", "ID=TITLE"),
    "commitments": ("commitment", "A commitment.", "ID='TITLE | SECTION | LEAD'"),
    "ratings": ("rating", "A rating, the best first.", "ID=WORD"),
    "unranked": ("unranked", "A rating that is neither better nor worse.", "ID=WORD"),
    "partners": ("partner", "A partner that sends figures.", "ID=NAME"),
    "measures": ("measure", "A figure that a partner sends.", "ID='TITLE | PARTNER'"),
}


def _questions(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each question that a new partnership answers."""
    for question, (option, words, form) in reversed(_ANSWERS_OF_LISTS.items()):
        command = click.option(f"--{option}", question, multiple=True, help=f"{words} Once for each.", metavar=form)(
            command
        )
    for option, words in reversed(_ANSWERS.items()):
        command = click.option(f"--{option}", default="", help=words, metavar="TEXT")(command)
    return command


@main.command("new-partnership")
@click.argument("directory", metavar="DIR")
@click.option("--answers", default="", help="A YAML file with the answers, by the same names.", metavar="FILE")
@_questions
@_says_faults
def new_partnership(directory: str, answers: str, **options: Any) -> None:
    """Lay out a workspace for another partnership in DIR, which is new or empty: all of it, or nothing.

    What is not answered by an option or in the file is asked on the terminal.
    """
    from priority_two.adoption.questionnaire import ask

    given = commands.given_answers(Path(directory), options, Path(answers) if answers else None)
    if sys.stdin.isatty():
        given = ask(given)
    for line in commands.new_partnership(Path(directory), given):
        _say(line)


@main.command()
@click.argument("partner")
@click.option("--months", required=True, help="What the return is to cover: 2021-04..2021-06.", metavar="FIRST..LAST")
@click.option("--out", required=True, help="Where to write it; no file is overwritten.", metavar="FILE.xlsx")
@_data
@_workspace
@_says_faults
def template(partner: str, months: str, out: str, data: str) -> None:
    """Write the workbook that PARTNER fills in: its measures, the months, the terms, last quarter's figures."""
    _say(commands.template(partner, months, Path(out), Path(data)).as_posix())


@main.command()
@click.argument("file")
@click.option("--received", required=True, help="The day on which it came: 2021-07-12 or 12/07/2021.", metavar="D")
@click.option("--partner", default="", help="Whose it must be; the file says so itself if left out.", metavar="P")
@click.option("--layout", default="", help="By which layout to read a partner's own export.", metavar="L")
@_data
@_workspace
@_says_faults
def ingest(file: str, received: str, partner: str, layout: str, data: str) -> None:
    """Accept a return into the store whole, or refuse it whole with every fault listed.

    FILE is a filled-in template, or a CSV in the columns of observations.csv with its terms beside it (NAME.csv and
    NAME.terms.yaml). Where FILE is refused, a marked copy to send back is written beside it.

    With --layout, FILE is what the partner's own system exports, read as data/reference/layouts/L.yaml says.

    Where FILE is a folder, each return in it is accepted or refused by itself, in the order of their names.
    """
    if Path(file).is_dir():
        _ingest_folder(Path(file), received, partner, Path(data), layout)
        return
    try:
        accepted = commands.ingest(Path(file), received, partner, Path(data), layout)
    except Refused as refused:
        if marked := _marked(refused):
            _say(f"marked copy to send back: {marked.as_posix()}")
        raise
    for line in [*accepted.notices, _accepted(accepted)]:
        _say(line)


def _ingest_folder(folder: Path, received: str, partner: str, data: Path, layout: str) -> None:
    from priority_two.periods import plural

    counted = {"accepted": 0, "refused": 0, "passed over": 0}
    for file in commands.ingest_folder(folder, received, partner, data, layout):
        if file.accepted:
            outcome, lines = "accepted", [*file.accepted.notices, f"{file.name}: {_accepted(file.accepted)}"]
        elif file.refused:
            marked = _marked(file.refused)
            copy = f"; marked copy to send back: {one_line(marked.as_posix(), 400)}" if marked else ""
            outcome, lines = "refused", [f"{file.name}: refused, {plural(len(file.refused.errors), 'fault')}{copy}"]
            for error in file.refused.errors:
                _say(str(error), err=True)
        else:
            outcome, lines = "passed over", [f"{file.name}: no return, passed over: {file.no_return}"]
        counted[outcome] += 1
        for line in lines:
            _say(line)
    _say(", ".join(f"{number} {outcome}" for outcome, number in counted.items()))
    if counted["refused"]:
        sys.exit(1)


def _accepted(accepted: Accepted) -> str:
    from priority_two.periods import plural

    if accepted.stored.already:
        return f"accepted before, and left as it is: {accepted.stored.folder}"
    return f"accepted: {accepted.stored.folder}, {plural(accepted.figures, 'figure')}"


def _marked(refused: Refused) -> Path | None:
    from priority_two.returns.submit.intake import Faulty

    return refused.marked if isinstance(refused, Faulty) else None


@main.command()
@click.option("--period", required=True, help="A month such as 2021-03, or a quarter such as 2020-21-Q4.", metavar="P")
@click.option("--as-at", default="", help="As it was on a day, YYYY-MM-DD; today if left out.", metavar="D")
@click.option("--out", default="", help="Write a message and workbooks for each partner; a new folder.", metavar="DIR")
@_json
@_data
@_workspace
@_says_faults
def due(period: str, as_at: str, out: str, json_: str, data: str) -> None:
    """List who owes which months of a period by when: returns, figures that were not in them, and permission.

    With --out, write for each partner a short message to send, PARTNER.txt, and a workbook for exactly the months that
    are missing, PARTNER_FIRST_LAST.xlsx.
    """
    _check_json(json_)
    owed = commands.due(period, as_at, Path(out) if out else None, Path(data))
    if json_:
        _written(json_, owed.as_json())
    if json_ != "-":
        for line in owed.lines():
            _say(line)


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--html", default="", help="Write a page; - for standard output.", metavar="FILE")
@click.option("--json", "json_", default="", help="Write JSON; - for standard output.", metavar="FILE")
@_reports
@_workspace
@_says_faults
def compare(old: str, new: str, html: str, json_: str, reports: str) -> None:
    """Say what changed from the report OLD to the report NEW: ratings, figures, updates, milestones, elements.

    OLD and NEW are each a file or the folder of a report, or a name such as 2020-21-Q4/quarterly-progress-board, which
    is the latest filed version or else the draft; @v1 or @draft after it says which.
    """
    from priority_two.comparison.page import as_page
    from priority_two.comparison.reports import write
    from priority_two.comparison.text import as_json, as_text

    if html == json_ == "-":
        raise WrongCall("html and json: found - for both, expected one of them on standard output")
    before, after, changes = commands.compare(old, new, Path(reports))
    for paper in (before, after):
        if paper.status not in ("draft", "filed"):
            notebook = one_line(paper.notebook.as_posix(), 200)
            _say(f"{notebook}: {paper.status}; its gaps are told as changes", err=True)
    outputs = [(html, as_page(changes, after) if html else b""), (json_, as_json(changes) if json_ else b"")]
    for target, content in outputs:
        if target == "-":
            click.echo(content if target == html else _plain_json(content.decode()), nl=False)
        elif target:
            write(Path(target), content, (before, after))
    if "-" not in (html, json_):
        for line in as_text(changes).removesuffix("\n").split("\n"):
            _say(line)


@main.command()
@click.option(
    "--repository", help="Where an audit finds the code of earlier commits; as before if left out.", metavar="ADDRESS"
)
@click.option("--requirements", default="", help="Write every library with its hashes, for pip or uv.", metavar="FILE")
@click.option("--workspace", "folder", default="", help="Whose; where one stands if left out.", metavar="DIR")
@_says_faults
def lock(repository: str | None, requirements: str, folder: str) -> None:
    """Write priority-two.lock: which code makes the papers of this workspace, and in which environment.

    To move on to a later version, install that, run this, and commit the file. With --requirements, write instead a
    new file of the libraries that this version is meant to run with, by which pip and uv install just those.
    """
    if requirements:
        _say(commands.requirements(Path(requirements)).as_posix())
    else:
        _say(commands.lock(Path(folder), repository).as_posix())
