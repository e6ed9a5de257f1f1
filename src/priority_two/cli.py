"""The ``priority-two`` command. Each sub-command checks its call, does one thing, and says what it did.

Exit status: 0 done; 1 the data or a check says no; 2 the call was wrong. A fault is one line on standard error.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import wraps
from pathlib import Path
from typing import Any

import click

from priority_two import __version__
from priority_two.errors import Error, Refused, WrongCall, one_line

Made = tuple[Path, dict[str, bytes], str]

_reports = click.option("--reports", default="reports", show_default=True, help="Where reports lie.", metavar="DIR")
_data = click.option("--data", default="data", show_default=True, help="The data folder.", metavar="DIR")


def _says_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a command refuses into lines on standard error and an exit status."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Refused as refused:
            for error in refused.errors:
                click.echo(str(error), err=True)
            sys.exit(1)
        except WrongCall as wrong:
            click.echo(str(wrong), err=True)
            sys.exit(2)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):  # whoever reads may stop reading
            raise
        except Exception as error:
            if os.environ.get("PRIORITY_TWO_TRACEBACK"):
                raise
            said = f"a fault of the program, not of your data: {type(error).__name__}: {one_line(error)}"
            click.echo(f"{said}; set PRIORITY_TWO_TRACEBACK=1 to see where", err=True)
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
            click.echo(f"{one_line(error.format_message(), 300)} See priority-two --help.", err=True)
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
@_data
@_reports
@_says_faults
def report(
    kind: str | None, period: str | None, as_at: str, edition: str, boundaries: str, proof: str, data: str, reports: str
) -> None:
    """Make a report: KIND is quarterly-progress, annual-achievements, data-sheet, strategic-group or board-briefing.

    Without KIND, make every paper that the quarter asks for: its progress report and, after a Q4, the achievements of
    its year.
    """
    from priority_two.kinds import check_proof

    wanted = _papers(kind, period, as_at, edition, data)
    for paper, _ in wanted:
        check_proof(proof, paper)
    papers = [(paper.name, text) for paper, text in wanted]
    shapes = _shapes(boundaries, kind)
    from priority_two.record.drafts import place_all

    errors: list[Error | str] = []
    made: list[Made] = []
    with _workers(len(papers)) as submit:
        runs = [submit(_make, name, text, as_at, edition, shapes, proof, data, reports) for name, text in papers]
        for run in runs:
            try:
                made.append(run.result())
            except Refused as refused:
                errors += [error for error in refused.errors if error not in errors]
    if errors:  # then none of the papers is put in place, so that those of a quarter belong together
        raise Refused(errors)
    for path in place_all([(stem, files) for stem, files, _ in made]):
        click.echo(path.as_posix())
    for (name, text), (_, _, summary) in zip(papers, made, strict=True):
        click.echo(f"{name} {text}: {summary}")


@contextlib.contextmanager
def _workers(papers: int) -> Iterator[Callable[..., Future[Made]]]:
    """Give a function that starts a run: in this process where there is one paper, else in a process each."""
    if papers == 1:
        yield _now
        return
    from priority_two.workers import workers

    with workers(papers) as pool:
        yield pool.submit


def _now(function: Callable[..., Made], *arguments: Any) -> Future[Made]:
    future: Future[Made] = Future()
    try:
        future.set_result(function(*arguments))
    except Exception as error:
        future.set_exception(error)
    return future


def _papers(kind: str | None, period: str | None, as_at: str, edition: str, data: str) -> list[tuple[Any, str]]:
    """Return the kinds and periods to make, after checking the whole call."""
    from priority_two.kinds import KINDS, check_edition, check_period, due_papers
    from priority_two.periods import parse_date

    check_edition(edition)
    if kind is not None and kind not in KINDS:
        raise WrongCall(f"kind: found {kind!r}, expected {' or '.join(KINDS)}")
    try:
        if as_at:
            parse_date(as_at)
    except ValueError as error:
        raise WrongCall(f"as-at: found {as_at!r}, expected {error}") from None
    wanted = KINDS[kind or "quarterly-progress"]
    if period is None:
        from priority_two.files.data_folder import DataFolder
        from priority_two.kinds import default_period

        period = default_period(DataFolder(Path(data)), wanted)
    checked = check_period(wanted, period)
    if kind is not None:
        return [(wanted, str(checked))]
    return [(paper, str(when)) for paper, when in due_papers(checked)]


def _shapes(boundaries: str, kind: str | None) -> Path | None:
    """Return the boundary file that was named, after looking whether it is one."""
    if not boundaries:
        return None
    from priority_two.kinds import KINDS

    drawn = [name for name, one in KINDS.items() if one.maps]
    if kind not in drawn:
        raise WrongCall(f"boundaries: they are for maps; name the kind {' or '.join(drawn)}, or leave them out")
    if not Path(boundaries).is_file():
        raise WrongCall(f"boundaries: found {one_line(boundaries)!r}, expected a file")
    return Path(boundaries)


def _make(
    name: str, period: str, as_at: str, edition: str, shapes: Path | None, proof: str, data: str, reports: str
) -> Made:
    """Return where a report's files belong, the files by their endings, and in one line what the checks said."""
    from priority_two.files.data_folder import DataFolder
    from priority_two.kinds import KINDS, default_as_at
    from priority_two.periods import parse
    from priority_two.record.build import build
    from priority_two.record.drafts import MANIFEST, draft_stem

    kind, folder = KINDS[name], DataFolder(Path(data))
    day = as_at or default_as_at(folder, parse(period)).isoformat()  # written out: what is left out can change
    given = {"period": period, "as_at": day, "edition": edition}
    if kind.maps:
        given["boundaries"] = shapes.name if shapes else ""
    if proof:
        given["proof"] = proof
    stem = draft_stem(Path(reports), period, kind.name, edition)
    made = build(kind, given, folder.root, stem.name, [shapes] if shapes else [])
    return stem, {**made.files, MANIFEST: made.manifest.written()}, made.summary


@main.command("file")
@click.argument("kind")
@click.option("--period", required=True, help="2020-21-Q4, 2020-21 or 2021-03.")
@click.option("--approved-by", multiple=True, help="A post that approved it, of partnership.yaml.", metavar="POST")
@click.option("--corrects", default="", help="Why it is to take the place of the version before.", metavar="REASON")
@click.option("--as-at", default="", help="Knowledge cut-off, YYYY-MM-DD; the Board's date if left out.")
@click.option("--edition", default="board", show_default=True, help="board.")
@_data
@_reports
@_says_faults
def file_(
    kind: str,
    period: str,
    approved_by: tuple[str, ...],
    corrects: str,
    as_at: str,
    edition: str,
    data: str,
    reports: str,
) -> None:
    """File a report for ever: make it once more from a clean checkout, and seal it under reports/filed."""
    [(wanted, text)] = _papers(kind, period, as_at, edition, data)
    from priority_two.periods import parse
    from priority_two.record.filing import file_report

    folder = file_report(wanted, parse(text), as_at, edition, Path(data), Path(reports), approved_by, corrects)
    for path in sorted(folder.iterdir()):
        click.echo(path.as_posix())


@main.command()
@click.argument("kind", required=False)
@click.option("--period", default="", help="Only what is filed of this period.")
@click.option("--edition", default="", help="Only what is filed in this edition.")
@click.option("--fast", is_flag=True, help="Verify hashes and chain alone; make nothing again.")
@click.option("--data", default="", help="The data folder, if not the one that each filing names.", metavar="DIR")
@_reports
@_says_faults
def audit(kind: str | None, period: str, edition: str, fast: bool, data: str, reports: str) -> None:
    """Make again what is filed, and say whether it is identical, or what differs and why: a line a filing.

    KIND is as for report; without it, everything that is filed.
    """
    from priority_two.kinds import KINDS, check_edition, check_period
    from priority_two.record.audit import audit as audited

    if kind is not None and kind not in KINDS:
        raise WrongCall(f"kind: found {one_line(kind)!r}, expected {' or '.join(KINDS)}")
    if kind is not None and period:
        check_period(KINDS[kind], period)
    if edition:
        check_edition(edition)
    if reports != "reports" and not Path(reports).is_dir():  # a slip of the pen is not to pass for "nothing is filed"
        raise WrongCall(f"reports: found {one_line(reports)!r}, expected a folder")
    if data and not Path(data).is_dir():
        raise WrongCall(f"data: found {one_line(data)!r}, expected a folder")

    def wanted(name: str) -> bool:
        of_period, stem, *_ = [*name.split("/"), ""]
        of_kind, _, of_edition = stem.rpartition("-")
        asked = ((kind, of_kind), (period, of_period), (edition, of_edition))
        return all(not named or named == found for named, found in asked)

    standing = []
    for verdict in audited(Path(reports), data, wanted, fast=fast):
        for line in verdict.lines():
            click.echo(line)
        standing.append(verdict.identical)
    if not standing:
        click.echo("nothing of this is filed" if kind or period or edition else "nothing is filed yet")
    if not all(standing) or ((kind or period or edition) and not standing):
        sys.exit(1)


@main.command()
@_data
@click.option("--period", help="A quarter such as 2020-21-Q4; the default of partnership.yaml if left out.")
@click.option(
    "--json",
    "json_",
    is_flag=False,
    flag_value="-",
    default="",
    help="Write JSON instead; to standard output where no file is named.",
    metavar="[FILE]",
)
@_says_faults
def validate(data: str, period: str | None, json_: str) -> None:
    """Judge the data by every expectation suite, and say what failed by file, row and column.

    What stops a paper comes first, then warnings in the order in which they are dealt with, then those that
    waivers.csv knows.
    """
    from priority_two.files.data_folder import DataFolder
    from priority_two.kinds import KINDS, check_period

    kind = KINDS["quarterly-progress"]
    checked = check_period(kind, period) if period is not None else None
    if json_ not in ("", "-") and (not Path(json_).parent.is_dir() or Path(json_).is_dir()):
        raise WrongCall(f"json: found {one_line(json_)!r}, expected a file's name, in a folder that is there")
    folder = DataFolder(Path(data))

    from priority_two.report.opening import examine, latest_quarter, latest_word
    from priority_two.report.points import as_records, points, summary

    checked = checked or latest_quarter(folder)
    examined = examine(folder, checked, latest_word(folder, checked).isoformat(), "board")
    told = points(examined)
    if json_:
        record = {"period": str(checked), "summary": summary(examined, told), "findings": as_records(told)}
        _written(json_, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    if json_ != "-":
        for point in told:
            click.echo(str(point), err=True)
        click.echo(summary(examined, told))
    if examined.stopping:
        sys.exit(1)


def _written(target: str, text: str) -> None:
    if target == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except (OSError, ValueError):
        raise WrongCall(f"json: {one_line(target)} cannot be written") from None


@main.command("new-period")
@click.argument("period")
@_data
@_says_faults
def new_period(period: str, data: str) -> None:
    """Lay out the update files of PERIOD, a quarter such as 2020-21-Q4, from those of the last quarter.

    What a lead says anew each quarter is emptied; actions and open milestones are carried forward.
    """
    from priority_two.files.data_folder import DataFolder
    from priority_two.periods import QUARTER, try_parse
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.updates.new_period import lay_out

    quarter = try_parse(period)
    if quarter is None or quarter.kind != QUARTER:
        raise WrongCall(f"period: found {one_line(period)!r}, expected a financial quarter such as 2020-21-Q4")
    folder = DataFolder(Path(data))
    catalogue = load_catalogue(folder)
    laid = lay_out(folder, catalogue, quarter)
    for file in laid.files:
        click.echo(file)
    click.echo(f"laid out from {laid.source}; write each file: what stands in comments is from then, for you to answer")
    if laid.unwritten:
        click.echo(f"nothing was written in {laid.source} on {', '.join(laid.unwritten)}")
    if laid.dropped:
        click.echo(f"left out, for the catalogue no longer has them: {', '.join(map(one_line, laid.dropped))}")
    calendar = catalogue.tables["calendar"]
    known = [row.get("board_date") for row in calendar.rows if row.get("period") == str(quarter)]
    if not any(known):
        cells = {"period": str(quarter), "label": quarter.label, "board_date": "YYYY-MM-DD"}
        typed = "" if known else f", as a row {','.join(cells.get(name, '') for name in calendar.columns)}"
        click.echo(f"enter the Board's date for {quarter} in {calendar.file}, once it is known{typed}")
    where = "" if data == "data" else f" --data {one_line(data)}"
    click.echo(f"then see what is still to write: priority-two validate --period {quarter}{where}")


@main.command()
@click.argument("partner")
@click.option("--months", required=True, help="What the return is to cover: 2021-04..2021-06.", metavar="FIRST..LAST")
@click.option("--out", required=True, help="Where to write it; no file is overwritten.", metavar="FILE.xlsx")
@_data
@_says_faults
def template(partner: str, months: str, out: str, data: str) -> None:
    """Write the workbook that PARTNER fills in: its measures, the months, the terms, last quarter's figures."""
    from priority_two.files.data_folder import DataFolder
    from priority_two.periods import try_parse
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.returns.submit.submission import partner_named
    from priority_two.returns.submit.template import template as laid_out

    period, target = try_parse(months), Path(out)
    wanted = "expected at most a year's, such as 2021-04..2021-06"
    if period is None:
        first, _, last = months.partition("..")
        turned = try_parse(f"{last}..{first}") is not None
        found = f"{one_line(months)!r}{', whose last month comes before its first' if turned else ''}"
        raise WrongCall(f"months: found {found}, {wanted}")
    if period.last - period.first >= 12:
        raise WrongCall(f"months: found {one_line(months)!r}, {period.last - period.first + 1} months, {wanted}")
    if target.suffix.lower() != ".xlsx":
        raise WrongCall(f"out: found {one_line(out)!r}, expected a name that ends in .xlsx")
    if not target.parent.is_dir():
        raise WrongCall(f"out: found {one_line(out)!r}, whose folder is not there; make it, or name another")
    folder = DataFolder(Path(data))
    catalogue = load_catalogue(folder)
    if not (known := partner_named(catalogue, partner)):
        raise WrongCall(f"partner: found {one_line(partner)!r}, expected {', '.join(catalogue.partners)}")
    content = laid_out(folder, catalogue, known, period)
    try:
        with target.open("xb") as handle:
            handle.write(content)
    except FileExistsError:
        raise WrongCall(f"out: {one_line(out)} is there already, and may have been filled in; name another") from None
    except OSError:
        raise WrongCall(f"out: {one_line(out)} cannot be written") from None
    click.echo(target.as_posix())


@main.command()
@click.argument("file")
@click.option("--received", required=True, help="The day on which it came: 2021-07-12 or 12/07/2021.", metavar="D")
@click.option("--partner", default="", help="Whose it must be; the file says so itself if left out.", metavar="P")
@_data
@_says_faults
def ingest(file: str, received: str, partner: str, data: str) -> None:
    """Accept a return into the store whole, or refuse it whole with every fault listed.

    FILE is a filled-in template, or a CSV in the columns of observations.csv with its terms beside it (NAME.csv and
    NAME.terms.yaml). Where FILE is refused, a marked copy to send back is written beside it.
    """
    from priority_two.checks.identities import evaluate
    from priority_two.files.data_folder import DataFolder
    from priority_two.periods import plural
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.returns.submit.intake import Faulty
    from priority_two.returns.submit.intake import ingest as taken_in
    from priority_two.spellings import Unclear, read_date

    try:
        day = read_date(received)
    except Unclear as unclear:
        raise WrongCall(f"received: found {one_line(received)!r}, expected {unclear.expected}") from None
    folder = DataFolder(Path(data))
    try:
        accepted = taken_in(folder, load_catalogue(folder), Path(file), day, partner, evaluate)
    except Faulty as faulty:
        if faulty.marked is not None:
            click.echo(f"marked copy to send back: {faulty.marked.as_posix()}")
        raise
    for notice in accepted.notices:
        click.echo(notice)
    if accepted.stored.already:
        click.echo(f"accepted before, and left as it is: {accepted.stored.folder}")
    else:
        click.echo(f"accepted: {accepted.stored.folder}, {plural(accepted.figures, 'figure')}")


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--html", default="", help="Write a page; - for standard output.", metavar="FILE")
@click.option("--json", "json_", default="", help="Write JSON; - for standard output.", metavar="FILE")
@_reports
@_says_faults
def compare(old: str, new: str, html: str, json_: str, reports: str) -> None:
    """Say what changed from the report OLD to the report NEW: ratings, figures, updates, milestones, elements.

    OLD and NEW are each a file or the folder of a report, or a name such as 2020-21-Q4/quarterly-progress-board, which
    is the latest filed version or else the draft; @v1 or @draft after it says which.
    """
    from priority_two.comparison.diff import changes
    from priority_two.comparison.page import as_page
    from priority_two.comparison.reports import find, read_paper, write
    from priority_two.comparison.text import as_json, as_text

    if html == json_ == "-":
        raise WrongCall("html and json: found - for both, expected one of them on standard output")
    before, after = (read_paper(find(one, Path(reports))) for one in (old, new))
    for paper in (before, after):
        if paper.status not in ("draft", "filed"):
            file = one_line(paper.notebook.as_posix(), 200)
            click.echo(f"{file}: {paper.status}; its gaps are told as changes", err=True)
    found = changes(before.content, after.content)
    outputs = [(html, as_page(found, after) if html else b""), (json_, as_json(found) if json_ else b"")]
    for target, content in outputs:
        if target == "-":
            click.echo(content, nl=False)
        elif target:
            write(Path(target), content, (before, after))
    if "-" not in (html, json_):
        click.echo(as_text(found), nl=False)
