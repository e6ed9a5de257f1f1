"""The request: which report is asked for, and how. Its options are checked once, where they come in.

They come in from the command line, from a notebook that somebody runs by hand, and from a manifest by which a report is
made again. From there a :class:`Request` travels whole. Cheap to import, so that a wrong call is answered at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.errors import Refused, WrongCall, one_line
from priority_two.files.data_folder import DataFolder
from priority_two.periods import MONTH, QUARTER, YEAR, Period, parse, parse_date, try_parse
from priority_two.report.kinds import KINDS, due_papers
from priority_two.report.kinds.kind import Kind

if TYPE_CHECKING:
    from priority_two.imprint import Filing

QUARTERLY = KINDS["quarterly-progress"]
EDITIONS = ("board",)
"""Editions that can be made. The public edition waits for disclosure control: without it, it would leak."""
PROOF = "yes"
"""What asks for a proof. Blank asks for a whole paper."""

_EXAMPLES = {
    MONTH: "a month such as 2021-03",
    QUARTER: "a financial quarter such as 2020-21-Q4",
    YEAR: "a financial year such as 2020-21",
}


@dataclass(frozen=True)
class Request:
    """A report that is asked for.

    Parameters
    ----------
    kind
        The kind of report.
    period
        The period that it is about.
    as_at
        The knowledge cut-off. None for the Board's date in the calendar, else the latest receipt.
    edition
        The edition.
    boundaries
        A file of the areas' shapes. None for that of ``partnership.yaml``.
    proof
        Whether the draft shows in its place what is still to write and what was not received.
    filing
        What a filed paper says of its filing. None for a draft.
    """

    kind: Kind
    period: Period
    as_at: dt.date | None = None
    edition: str = "board"
    boundaries: Path | None = None
    proof: bool = False
    filing: Filing | None = None

    @property
    def stem(self) -> str:
        """The name of the report's files, without their endings."""
        return f"{self.kind.name}-{self.edition}"

    @property
    def path(self) -> Path:
        """Where the report stands among drafts and among filed reports: ``2020-21-Q4/quarterly-progress-board``."""
        return Path(str(self.period), self.stem)

    def parameters(self, data: Path) -> dict[str, Any]:
        """Return the parameters of the report's notebook, for a data folder. Of boundaries, only the file's name."""
        parameters: dict[str, Any] = {
            "period": str(self.period),
            "as_at": self.as_at.isoformat() if self.as_at else "",
            "edition": self.edition,
        }
        if self.kind.maps:
            parameters["boundaries"] = self.boundaries.name if self.boundaries else ""
        if self.filing:
            parameters["filing"] = self.filing.model_dump(mode="json")
        if self.proof:
            parameters["proof"] = PROOF
        return {**parameters, "data": f"../{data.resolve().name}"}


def read_requests(
    data: Path,
    kind: str | None,
    period: str | None = None,
    as_at: str = "",
    edition: str = "board",
    boundaries: str = "",
    proof: str = "",
    filing: Filing | None = None,
    shapes: str | Path = "",
) -> list[Request]:
    """Return what is asked for, after checking all of it. The data folder is opened last, and only where it must be.

    Parameters
    ----------
    data
        The data folder.
    kind
        The name of the kind of report. None for every paper that a quarter asks for.
    period, as_at, edition, boundaries, proof, filing
        What a :class:`Request` holds, in words. None or blank for the default.
    shapes
        The folder from which the path of the boundaries counts; the working directory if left out.

    Returns
    -------
    list of Request
        One, where a kind is named.

    Raises
    ------
    WrongCall
        An option is not what it may be: the first such.
    Refused
        The default period cannot be read.
    """
    lead = kind_named(kind) if kind is not None else QUARTERLY
    check_edition(edition)
    try:
        day = parse_date(as_at) if as_at else None
    except ValueError as error:
        raise WrongCall(f"as-at: found {as_at!r}, expected {error}") from None
    if proof not in ("", PROOF):
        raise WrongCall(f"proof: found {proof!r}, expected {PROOF}, or nothing for a whole paper")
    if proof and filing:
        raise WrongCall("proof: what is filed is whole; leave it out")
    if proof and not (lead.updates or lead.group or lead.briefing):
        raise WrongCall(f"proof: nothing is written for {lead.name}, which shows what was received; leave it out")
    file = Path(shapes, boundaries) if boundaries else None
    if file and not (kind and lead.maps):
        drawn = " or ".join(name for name, other in KINDS.items() if other.maps)
        raise WrongCall(f"boundaries: they are for maps; name the kind {drawn}, or leave them out")
    if file and not file.is_file():
        raise WrongCall(f"boundaries: found '{one_line(boundaries)}', expected a file")
    wanted = period_of(lead, default_period(DataFolder(data), lead) if period is None else period, data)
    papers = [(lead, wanted)] if kind is not None else due_papers(wanted)
    return [Request(paper, about, day, edition, file, bool(proof), filing) for paper, about in papers]


def kind_named(name: str) -> Kind:
    """Return a kind of report.

    Raises
    ------
    WrongCall
        There is none of this name.
    """
    if name not in KINDS:
        raise WrongCall(f"kind: found {one_line(repr(name))}, expected {' or '.join(KINDS)}")
    return KINDS[name]


def check_edition(edition: str) -> None:
    """Refuse an edition that there is not, or that cannot be made yet.

    Raises
    ------
    WrongCall
        With the editions that there are.
    """
    if edition == "public":
        raise WrongCall(
            "edition: the public edition is not made yet, because disclosure control is not; expected board"
        )
    if edition not in EDITIONS:
        raise WrongCall(f"edition: found {edition!r}, expected {' or '.join(EDITIONS)}")


def period_of(kind: Kind, text: str, data: Path) -> Period:
    """Return the period that a report of a kind is wanted for.

    Parameters
    ----------
    kind, text
        The kind, and the period as it was given.
    data
        The data folder, for a refusal to name the periods that it has.

    Raises
    ------
    WrongCall
        The text is no period, or one of another kind.
    """
    period = try_parse(text)
    if period is None or period.kind != kind.period_kind:
        there = _periods_there(data, kind)
        known = f"; there are {', '.join(there)}" if there else ""
        example = _EXAMPLES[kind.period_kind]
        raise WrongCall(f"period: found {one_line(repr(text))}, expected {example} for {kind.name}{known}")
    return period


def _periods_there(data: Path, kind: Kind) -> list[str]:
    """Return the periods of which something was written that a kind tells, the earliest first; of data sheets none."""
    if kind.period_kind == MONTH:
        return []
    file = "strategic-group/report.md" if kind.group else "appendices/*.md" if kind.briefing else "*.md"
    with contextlib.suppress(Refused):  # a folder that is not there has none, and is another fault
        quarters = sorted({name.split("/")[1] for name in DataFolder(data).names("updates", f"*/{file}")})
        if kind.period_kind == QUARTER:
            return quarters
        return [text.removesuffix("-Q4") for text in quarters if text.endswith("-Q4")]
    return []


def default_period(folder: DataFolder, kind: Kind) -> str:
    """Return the partnership's default quarter, or the financial year in which it lies, or its last month.

    Raises
    ------
    Refused
        It cannot be read: with every other fault of the reference data.
    """
    from priority_two.reference.catalogue import load_catalogue
    from priority_two.reference.partnership import load_partnership

    try:
        quarter = parse(load_partnership(folder).default_period)
    except Refused:
        load_catalogue(folder)
        raise
    by_kind = {MONTH: quarter.months()[-1], QUARTER: quarter, YEAR: quarter.financial_year}
    return str(by_kind[kind.period_kind])


def default_as_at(folder: DataFolder, period: Period) -> dt.date:
    """Return the Board's date on a period by the calendar, else the day of the latest receipt.

    Of several dates it is the one that :func:`priority_two.reference.catalogue.meeting` says: the first on or after the
    period's last day. A year without a date of its own has that of its last quarter, whose updates it tells.
    Before anything was received it is the last day of the period.

    Raises
    ------
    Refused
        What the calendar, or the store, has cannot be read.
    """
    from priority_two.reference.catalogue import Occasion, meeting
    from priority_two.reference.records import is_there, sound_rows
    from priority_two.returns.store import latest_receipt

    day = None
    if is_there(folder, "calendar"):
        calendar = folder.table("reference/calendar.csv")
        occasions, errors = sound_rows(calendar, Occasion)
        periods = [period, *([period.financial_year.quarters()[-1]] if period.kind == YEAR else [])]
        occasion = next(filter(None, (meeting(occasions, each) for each in periods)), None)
        names = [str(each) for each in periods]
        of_the_period = {1, *(row["row"] for row in calendar.rows if row.get("period") in names)}
        if own := [error for error in errors if error.row in of_the_period]:
            raise Refused(own)
        day = occasion.board_date if occasion else None
    return day or latest_receipt(folder) or period.end
