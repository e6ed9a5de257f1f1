"""The file ``data/reference/partnership.yaml``: who publishes, what the priority is, what stands on the front page."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from priority_two.errors import Error, Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import QUARTER, Period, parse
from priority_two.reference.records import MaybeBlank, Strict, Words, printed, validated

FILE = "reference/partnership.yaml"
LATEST_DUE_DAY = 28  # the last day that every month has
_HEADLINES = ("headlines", "annual_headlines")


class Priority(Strict):
    """The priority that the paper reports on."""

    KEYS: ClassVar[dict[str, str]] = {
        "name": "what it is called, such as Priority One",
        "title": "what it is about, in a few words",
        "statement": "why it is a priority, in a few sentences",
        "aim": "what the partnership aims for, in a sentence",
    }

    name: Words
    title: Words
    statement: Words
    aim: Words


class Headline(Strict):
    """A figure for the front page; `period` is the report's own where it is left out.

    ``since`` names the first period whose paper has it, where there was nothing of the kind before, and ``until`` the
    last, where nobody sends it any more; ``partner`` says whose it is, where several send it.
    """

    KEYS: ClassVar[dict[str, str]] = {
        "label": "the words beside the figure",
        "measure": "a measure of `measures.csv`",
        "breakdown": "one of its breakdowns; blank for the total",
        "period": "a period that is not the paper's own, which the label then says",
        "partner": "whose figure, where several send it",
        "since": "the first period whose paper has it",
        "until": "the last period whose paper has it",
    }

    label: Words
    measure: str
    breakdown: str = ""
    period: str = ""
    partner: str = ""
    since: str = ""
    until: str = ""

    def stands_in(self, period: Period) -> bool:
        """Whether the paper of a period has it."""
        begun = not self.since or period.last >= parse(self.since).first
        return begun and (not self.until or period.first <= parse(self.until).last)


class Helpline(Strict):
    """A public helpline."""

    KEYS: ClassVar[dict[str, str]] = {
        "name": "what it is called",
        "number": "its number, in quotes",
        "note": "a few words on it",
    }

    name: Words
    number: str
    note: Words = ""


class QuickExit(Strict):
    """Where a reader at risk is taken at one touch."""

    KEYS: ClassVar[dict[str, str]] = {
        "label": "the words of the button",
        "address": "where it leads: an https address",
    }

    label: Words
    address: str


class Ask(Strict):
    """What the Board is asked to do about an exception, and the post that owns it where the data name none."""

    owner: Words
    ask: Words


class Exceptions(Strict):
    """What is brought before the Board as an exception.

    ``ratings`` says by rating for how many quarters running it must have stood; the rest is what the Board is asked.
    """

    KEYS: ClassVar[dict[str, str]] = {
        "ratings": "by rating, for how many quarters running it must have stood",
        "rating": "of such a rating: `owner`, the post that owns it where the data name none, and `ask`, what the "
        "Board is asked",
        "milestone": "the same of a milestone that is overdue",
        "returns": "the same of a return that has not come",
        "signal": "the same of a figure that changed more than it does by chance",
        "checks": "the same of a check that failed",
    }

    ratings: dict[str, int]
    rating: Ask
    milestone: Ask
    returns: Ask
    signal: Ask
    checks: Ask


class Approvals(Strict):
    """Who approves a paper before it is filed: how many of which posts."""

    KEYS: ClassVar[dict[str, str]] = {
        "approvals": "how many posts approve a paper: 1 to 9",
        "posts": "which posts may",
    }

    approvals: Annotated[int, Field(ge=1, le=9)]
    posts: Annotated[list[Words], Field(min_length=1)]


class AskingForReturns(Strict):
    """What a message that asks a partner for its return says: which post asks, and how a return is sent.

    ``post`` is blank where it is the one that owns missing returns among the exceptions.
    """

    KEYS: ClassVar[dict[str, str]] = {
        "post": "which post asks; blank for the one of `exceptions.returns`",
        "how_to_send": "how a return is sent",
    }

    post: Words = ""
    how_to_send: Words = "Reply to this message with the workbook attached, as .xlsx."


class Partnership(Strict):
    """``partnership.yaml``: who publishes, what the priority is, what stands on the front page.

    ``strategic_group`` is what the group is called that reports to the partnership; ``returns_due_day`` the day of the
    month after the month or the quarter that a return is for; ``home_area`` the area that a blank stands for;
    ``boundaries`` a GeoJSON file of the data folder, or blank; ``quarterly_charts`` the measures whose chart stands in
    the quarterly paper. Lists of charts, headlines and helplines may be left out, and so may the quick exit.
    """

    KEYS: ClassVar[dict[str, str]] = {
        "name": "who publishes the papers",
        "abbreviation": "the same in short",
        "board": "what the Board is called",
        "strategic_group": "what the group is called that reports to the partnership",
        "default_period": "the quarter that commands take where none is named",
        "returns_due_day": "the day of the month after the month, or the quarter, on which a return is due: 1 to 28",
        "asking_for_returns": "what a message of `priority-two due` says",
        "home_area": "the area of `areas.csv` that a blank stands for in a return",
        "boundaries": "a GeoJSON file of the data folder with the shapes of the areas in it",
        "quarterly_charts": "measures whose chart stands in the quarterly paper",
        "exceptions": "what is brought before the Board as an exception",
        "filing": "who approves a paper before it is filed",
        "priority": "what the papers are about",
        "lead_partners": "who leads on it, at the head of the paper",
        "objectives": "what is to be reached, at the head of the paper",
        "circulation": "who gets the paper, at its head",
        "headlines": "the figures at the head of the quarterly paper",
        "annual_headlines": "the figures at the head of the summary of the year",
        "helplines": "whom a reader can call; they stand on the first page and the last",
        "quick_exit": "where a reader who is watched is taken at one touch",
    }

    name: Words
    abbreviation: str
    board: Words
    strategic_group: Words = "Strategic Group"
    default_period: str
    returns_due_day: int
    asking_for_returns: AskingForReturns = AskingForReturns()
    home_area: str
    boundaries: MaybeBlank = ""
    quarterly_charts: list[str] = []
    exceptions: Exceptions
    filing: Approvals
    priority: Priority
    lead_partners: list[Words]
    objectives: list[Words]
    circulation: list[Words]
    headlines: list[Headline] = []
    annual_headlines: list[Headline] = []
    helplines: list[Helpline] = []
    quick_exit: QuickExit | None = None

    @property
    def all_headlines(self) -> list[Headline]:
        """The figures of the front pages."""
        return [*self.headlines, *self.annual_headlines]


def load_partnership(folder: DataFolder) -> Partnership:
    """Return ``partnership.yaml``.

    Raises
    ------
    Refused
        It cannot be read, lacks a key, has one too many or names a default period that is none.
    """
    return read_partnership(folder.mapping(FILE))


def read_partnership(mapping: Mapping) -> Partnership:
    """Return the partnership of a mapping that has been read, as :func:`load_partnership` does."""
    partnership = validated(Partnership, mapping)
    periods = [("default_period", partnership.default_period)]
    for key in _HEADLINES:
        periods += [(key, text) for item in getattr(partnership, key) for text in (item.period, item.since, item.until)]
    errors = []
    for key, text in periods:
        try:
            if text:
                parse(text)
        except ValueError as error:
            errors.append(Error(mapping.file, str(error), mapping.lines[key], key, text))
    for key in _HEADLINES if not errors else ():
        for item in getattr(partnership, key):
            if item.since and item.until and parse(item.until).last < parse(item.since).first:
                expected = f"an until that is not before since, {item.since}"
                errors.append(Error(mapping.file, expected, mapping.lines[key], key, item.until))
    if not errors and parse(partnership.default_period).kind != QUARTER:
        expected, line = "a financial quarter such as 2020-21-Q4", mapping.lines["default_period"]
        errors.append(Error(mapping.file, expected, line, "default_period", partnership.default_period))
    if not 1 <= partnership.returns_due_day <= LATEST_DUE_DAY:
        key, day = "returns_due_day", printed(partnership.returns_due_day)
        expected = f"a day from 1 to {LATEST_DUE_DAY}, which every month has"
        errors.append(Error(mapping.file, expected, mapping.lines[key], key, day))
    if (leaving := partnership.quick_exit) and not leaving.address.startswith("https://"):
        line = mapping.lines["quick_exit"]
        errors.append(Error(mapping.file, "an https address", line, "quick_exit", leaving.address))
    if errors:
        raise Refused(errors)
    return partnership
