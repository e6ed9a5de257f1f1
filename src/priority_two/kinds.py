"""The kinds of report: which notebook makes each, and for what kind of period. Cheap to import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from priority_two.errors import Error, Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.periods import MONTH, QUARTER, YEAR, Period, parse, parse_date

EDITIONS = ("board",)
"""Editions that can be made. The public edition waits for disclosure control: without it, it would leak."""


PROOF = "yes"
"""What asks for a proof: a draft that shows what is missing in its place. Blank asks for a whole paper."""


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Parameters
    ----------
    name
        As the command names it.
    notebook
        File name under ``notebooks/``.
    period_kind
        The kind of period it is made for.
    says
        What it is, in words.
    updates
        Whether it tells what was written of the commitments.
    group
        Whether it tells what the strategic group reports.
    briefing
        Whether it tells the quarter's briefings alone.
    changes
        Whether it tells what changed since the last report.
    maps
        Whether it draws maps, for which the caller can name boundaries.
    workbook
        Whether its tables also come as a workbook.
    """

    name: str
    notebook: str
    period_kind: str
    says: str
    updates: bool = True
    group: bool = False
    briefing: bool = False
    changes: bool = False
    maps: bool = False
    workbook: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "quarterly-progress",
            "quarterly_progress.ipynb",
            QUARTER,
            "a quarter's progress against the commitments",
            changes=True,
        ),
        Kind("annual-achievements", "annual_achievements.ipynb", YEAR, "what a financial year achieved"),
        Kind(
            "data-sheet",
            "data_sheet.ipynb",
            MONTH,
            "what partners sent by a month",
            updates=False,
            maps=True,
            workbook=True,
        ),
        Kind(
            "strategic-group",
            "strategic_group.ipynb",
            QUARTER,
            "what the strategic group reports in a quarter",
            updates=False,
            group=True,
        ),
        Kind(
            "board-briefing",
            "board_briefing.ipynb",
            QUARTER,
            "what a quarter's briefings put before the Board",
            updates=False,
            briefing=True,
        ),
    )
}

_EXAMPLES = {
    MONTH: "a month such as 2021-03",
    QUARTER: "a financial quarter such as 2020-21-Q4",
    YEAR: "a financial year such as 2020-21",
}


def check_period(kind: Kind, text: str, folder: DataFolder | None = None) -> Period:
    """Return the period that a report of a kind is wanted for.

    Parameters
    ----------
    kind, text
        The kind, and the period as it was given.
    folder
        The data folder, for a refusal to name the periods that it has.

    Raises
    ------
    WrongCall
        The text is no period, or one of another kind.
    """
    try:
        period = parse(text)
    except ValueError:
        period = None
    if period is None or period.kind != kind.period_kind:
        there = periods_there(folder, kind) if folder else []
        known = f"; there are {', '.join(there)}" if there else ""
        raise WrongCall(f"period: found {text!r}, expected {_EXAMPLES[kind.period_kind]} for {kind.name}{known}")
    return period


def periods_there(folder: DataFolder, kind: Kind) -> list[str]:
    """Return the periods of which something was written that a kind tells, the earliest first; of data sheets none."""
    if kind.period_kind == MONTH:
        return []
    file = "strategic-group/report.md" if kind.group else "appendices/*.md" if kind.briefing else "*.md"
    quarters = sorted({name.split("/")[1] for name in folder.names("updates", f"*/{file}")})
    if kind.period_kind == QUARTER:
        return quarters
    return [text.removesuffix("-Q4") for text in quarters if text.endswith("-Q4")]


def check_edition(edition: str) -> str:
    """Return the edition.

    Raises
    ------
    WrongCall
        There is no such edition, or it cannot be made yet.
    """
    if edition == "public":
        raise WrongCall(
            "edition: the public edition is not made yet, because disclosure control is not; expected board"
        )
    if edition not in EDITIONS:
        raise WrongCall(f"edition: found {edition!r}, expected {' or '.join(EDITIONS)}")
    return edition


def check_proof(proof: str, kind: Kind, filed: bool = False) -> bool:
    """Return whether a proof is asked for.

    Raises
    ------
    WrongCall
        The word is none, or there is no proof of such a paper.
    """
    if proof not in ("", PROOF):
        raise WrongCall(f"proof: found {proof!r}, expected {PROOF}, or nothing for a whole paper")
    if proof and filed:
        raise WrongCall("proof: what is filed is whole; leave it out")
    if proof and not (kind.updates or kind.group or kind.briefing):
        raise WrongCall(f"proof: nothing is written for {kind.name}, which shows what was received; leave it out")
    return bool(proof)


def due_papers(period: Period) -> list[tuple[Kind, Period]]:
    """Return the papers that a quarter asks for: its progress report and, after Q4, the year's achievements."""
    papers = [(KINDS["quarterly-progress"], period)]
    if period == period.financial_year.quarters()[-1]:
        papers.append((KINDS["annual-achievements"], period.financial_year))
    return papers


def default_period(folder: DataFolder, kind: Kind) -> str:
    """Return the partnership's default quarter, or the financial year in which it lies, or its last month.

    Raises
    ------
    Refused
        It cannot be read: with every other fault of the reference data.
    """
    from priority_two.reference.catalogue import load_catalogue, load_partnership

    try:
        quarter = parse(load_partnership(folder).default_period)
    except Refused:
        load_catalogue(folder)
        raise
    by_kind = {MONTH: quarter.months()[-1], QUARTER: quarter, YEAR: quarter.financial_year}
    return str(by_kind[kind.period_kind])


def default_as_at(folder: DataFolder, period: Period) -> dt.date:
    """Return the Board's date on a period by the calendar, else the day of the latest receipt.

    Raises
    ------
    Refused
        The calendar has none and nothing was received.
    """
    from priority_two.returns.store import latest_receipt

    calendar = folder.table("reference/calendar.csv")
    for row in calendar.rows:
        if row.get("period") == str(period) and row.get("board_date"):
            try:
                return parse_date(row["board_date"])
            except ValueError as error:
                raise Refused([Error(calendar.file, str(error), row["row"], "board_date", row["board_date"])]) from None
    day = latest_receipt(folder)
    if day is None:
        raise Refused([Error(folder.shown("returns"), "at least one return", fix="ingest one, or name --as-at")])
    return day
