"""The catalogue: what the words mean to one partnership.

Everything under ``data/reference/`` is read here: who the partners are, which measures exist and how they may be
added up, what was promised, the reporting calendar, the rating scale. Nothing about a place or a priority stands in
code; another partnership is another folder.

Each table has a model for its rows, which says what a cell may be. What rests on several rows or several tables the
expectations judge, on the tables as text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from priority_two.errors import Error, Refused, attempt, few
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import Period, parse
from priority_two.reference.partnership import FILE, Partnership, read_partnership
from priority_two.reference.personal_search import in_mapping, public_numbers
from priority_two.reference.records import (
    Code,
    Given,
    Known,
    MaybeDay,
    MaybeMonth,
    MaybeWhole,
    R,
    TableRow,
    column_errors,
    is_there,
    misfit,
    short_for,
    sound_rows,
)

AREA = "area"
"""What is called an area where none tells its type."""
YesNo = Literal["yes", "no"]
ID = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"
MEASURE_ID = r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*"
LONGEST_ID = 12
"""The id of a commitment, and that of a measure, which in an expression is neither a number nor a difference."""
LONGEST_WORD = 24
"""Characters of the word for a kind of area: it heads a column, and is the name of a sheet."""
AreaTypeName = Annotated[str, Field(pattern=rf"^[A-Za-z][A-Za-z -]{{0,{LONGEST_WORD - 1}}}$")]
ShortTitle = Annotated[str, short_for("title")]
"""How a row is called where there is no room for its title: the title itself where the cell is blank."""
_AN = re.compile(r"[aeio]|u(?!ni)|[AEFHILMNORSX](?=[A-Z])", re.ASCII)
"""What takes ``an``: a word that begins with a vowel, or an abbreviation whose first letter is said with one."""
BETTER, WORSE, CHANGED = "better", "worse", "changed"
SHARES = ("percent", "rate", "ratio")
"""Units of a share, a rate or a mean: two of them have no sum, and what they come to is worked out from what they are
made of."""
LEAST_CONTRAST = 4.5
"""Against white, of text that is not large: WCAG 2.2, section 1.4.3."""


class Measure(TableRow):
    """A row of ``measures.csv``.

    ``direction`` says which way is better; ``disclosure`` is the policy under which a figure may be published;
    ``data_sheet`` says whether it stands on the data sheet. ``base`` says what a percentage is a share of;
    ``oldest_years`` is how many years old a figure may be when it is used, None for any age.

    ``total`` is ``none`` where the parts have no total (starts and completions), else ``stated`` or blank. ``parts``
    says how the breakdowns stand to the total, and ``areas`` how the areas in the home area stand to it: ``complete``
    where they add up to it, ``some`` where it may hold more, blank where nothing is said. ``change`` is ``yes`` where
    the figure is a change, which may be over 100 per cent and below nought.

    ``counts`` says what is counted for it from the returns themselves, where no partner sends it: partners that
    ``submitted`` a return for the month, did so ``on_time``, or ``permitted`` its use.
    """

    COLUMNS: ClassVar[dict[str, str]] = {
        "measure": "its id, by which updates, charts and other tables name it",
        "title": "what it is called, in workbooks, tables and charts",
        "short": "the same where there is little room; blank where the title is short enough",
        "unit": "what it is counted in; a rate or a ratio is worked out by `derived.csv`",
        "partner": "who sends it: ids of `partners.csv`, with a semicolon between several; blank where nobody does",
        "frequency": "how often: each month, quarter or year",
        "aggregation": "how a quarter is made of its months: their sum, the last of them, not at all, or by "
        "`derived.csv`; shares and rates have no sum",
        "direction": "which way is better, for charts and for what has changed",
        "disclosure": "`public_nonperson` counts things; `person` counts people, whose values no fault repeats; "
        "`critical` the same, where harm is likely",
        "definition": "what is counted, in which system and without what; it stands in the workbook and on the data "
        "sheet",
        "source": "whose definition it is",
        "data_sheet": "whether partners are asked for it each time, and the data sheet shows it",
        "base": "what a percentage is a share of",
        "oldest_years": "how many years old a figure may be when a paper uses it, before that is flagged",
        "total": "`none` where its parts have no total, such as starts and completions",
        "parts": "whether its breakdowns add up to the total, which is checked when a return comes",
        "areas": "whether the areas in the home area add up to it, which is checked when a return comes",
        "change": "`yes` where the figure is itself a change, which may be over 100 per cent or below nought",
        "counts": "what is counted for it from the returns themselves, instead of being sent",
    }

    measure: str = Field(
        pattern=f"^{MEASURE_ID}$",
        max_length=LONGEST_ID,
        description=f"an id of at most {LONGEST_ID} letters, digits and _; begin it with a letter, such as INC01",
    )
    title: Given = Field(description="a title")
    short: ShortTitle = ""
    unit: Literal["count", "percent", "rate", "ratio", "gbp", "fte"]
    partner: str
    frequency: Literal["M", "Q", "A"]
    aggregation: Literal["sum", "last", "none", "derived"]
    direction: Literal["neutral", "higher", "lower"]
    disclosure: Literal["public_nonperson", "person", "critical"]
    definition: Given = Field(description="a definition")
    source: str
    data_sheet: YesNo
    base: str = ""
    oldest_years: MaybeWhole = Field(
        None, ge=0, le=99, description="a whole number of years, or blank for any age; write how old a figure may be"
    )
    total: Literal["stated", "none", ""] = Field(
        "", description="stated, none, or blank for stated; write none where the parts have no total"
    )
    parts: Literal["complete", "some", ""] = Field(
        "",
        description="complete, some, or blank where nothing is said; "
        "write complete where the parts add up to the total, some where it may hold more",
    )
    areas: Literal["complete", "some", ""] = Field(
        "",
        description="complete, some, or blank where nothing is said; "
        "write complete where the areas in the home area add up to it, some where it may hold more",
    )
    change: Literal["yes", ""] = Field(
        "", description="yes, or blank; write yes where the figure is a change, which may be over 100 per cent"
    )
    counts: Literal["submitted", "on_time", "permitted", ""] = Field(
        "",
        description="submitted, on_time, permitted, or blank; "
        "say what is counted from the returns, or leave it blank where a partner sends the figure",
    )

    @model_validator(mode="after")
    def _parts_of_a_total(self) -> Measure:
        if self.total == "none" and self.parts:
            raise misfit("parts", "no word on parts where there is no total", "leave parts blank, or mend total")
        return self

    @model_validator(mode="after")
    def _shares_have_no_sum(self) -> Measure:
        if self.adds_up:
            return self
        if self.aggregation == "sum":
            fix = "have what it is made of sent, and let derived.csv work it out"
            raise misfit("aggregation", f"last, none or derived where the unit is {self.unit}: it has no sum", fix)
        for column in ("parts", "areas"):
            if getattr(self, column):
                raise misfit(column, f"no word on what adds up where the unit is {self.unit}", "leave it blank")
        return self

    @property
    def adds_up(self) -> bool:
        """Whether its figures can be added up over partners, parts and areas: not those of a share."""
        return self.unit not in SHARES

    @property
    def partners(self) -> tuple[str, ...]:
        """The partners that report it."""
        return tuple(name for name in self.partner.split(";") if name)

    @property
    def has_total(self) -> bool:
        """Whether a total can be sent: not where the parts have none."""
        return self.total != "none"

    @property
    def is_change(self) -> bool:
        """Whether the figure is a change from one period to another."""
        return self.change == "yes"


class Breakdown(TableRow):
    """A row of ``breakdowns.csv``: `label` heads a column, `series` groups codes that share a table row."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "measure": "a measure of `measures.csv`",
        "breakdown": "the code of the part, by which returns and updates name it",
        "series": "what the part belongs to, where a measure is broken down in several ways",
        "label": "what the part is called, in workbooks and tables",
    }

    measure: Given = Field(description="a measure")
    breakdown: Code
    series: str
    label: Given = Field(description="a label")

    @property
    def title(self) -> str:
        """What the part is called: ``Right to ask: applications``."""
        return f"{self.series}: {self.label}" if self.series else self.label


class Sender(TableRow):
    """A row of ``partners.csv``: who sends returns, and when they are expected.

    ``sends`` is M (a return each month), Q (one each quarter, broken down by month) or blank (no regular return is
    agreed). ``first_month`` and ``last_month`` are None where returns were always expected, and where they go on.
    """

    COLUMNS: ClassVar[dict[str, str]] = {
        "partner": "its id, by which returns, commands and other tables name it",
        "name": "what it is called",
        "short": "the same where there is little room; blank where the name is short enough",
        "abbreviation": "its abbreviation, if it has one",
        "role": "what it does, for whoever keeps this table",
        "sends": "how often it sends a return: each month, each quarter, or nothing regular",
        "first_month": "the first month for which it owes a return",
        "last_month": "the last month for which it owes a return",
    }

    partner: Code = Field(description="an id of small letters, digits and hyphens; such as fire-service")
    name: Given = Field(description="a name")
    short: Annotated[str, short_for("name")] = ""
    abbreviation: str
    role: str
    sends: Literal["M", "Q", ""] = Field(
        description="M, Q or blank; "
        "write M for a return each month, Q for one each quarter, nothing where none is agreed"
    )
    first_month: MaybeMonth = Field(
        description="a month such as 2021-03, or blank; "
        "write year and month; leave it blank where returns were always expected"
    )
    last_month: MaybeMonth = Field(
        description="a month such as 2021-03, or blank; write year and month; leave it blank where returns go on"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Sender:
        if self.first_month and self.last_month and self.last_month.first < self.first_month.first:
            raise misfit("last_month", "a last month that is not before the first", "mend first_month or last_month")
        return self


class AreaType(TableRow):
    """A row of ``area_types.csv``: what areas of a type are called in a text, one of them and several.

    A type without a row is called as it is written, and with an s where there are several.
    """

    COLUMNS: ClassVar[dict[str, str]] = {
        "type": "a type of `areas.csv`",
        "word": "what one such area is called in a text",
        "plural": "what several are called",
    }

    KEY = ("type",)

    type: AreaTypeName = Field(description="a type of areas.csv")
    word: Given = Field(max_length=LONGEST_WORD, description=f"a word of at most {LONGEST_WORD} characters")
    plural: AreaTypeName = Field(description="the word for several; letters, spaces and hyphens")


class Area(TableRow):
    """A row of ``areas.csv``: an area, the one that it lies in, its first and last day, and its place on a tile map."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "area": "its code, as the statistics office has it, by which returns name it",
        "name": "what it is called",
        "type": "what kind of area it is; those that lie in the home area are all of one kind",
        "parent": "the area that it lies in; blank at the top",
        "valid_from": "its first day; blank where that was before everything here",
        "valid_to": "its last day, where a boundary review ended it; returns for months after it may not name it",
        "tile_row": "where it stands on the map of tiles, that is drawn where there are no boundaries",
        "tile_column": "the same across",
    }

    area: Given = Field(description="a code")
    name: Given = Field(description="a name")
    type: AreaTypeName = Field(description="a kind of area; write a word such as district")
    parent: str
    valid_from: MaybeDay = Field(description="a date such as 2022-05-05; write year, month and day")
    valid_to: MaybeDay = Field(description="a date such as 2022-05-04; write year, month and day")
    tile_row: MaybeWhole = Field(
        ge=1, le=99, description="a whole number from 1 to 99, or blank; count the rows of the tile map from the top"
    )
    tile_column: MaybeWhole = Field(
        ge=1,
        le=99,
        description="a whole number from 1 to 99, or blank; count the columns of the tile map from the left",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Area:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise misfit("valid_to", "an area that ends after it begins", "mend valid_from or valid_to")
        if (self.tile_row is None) != (self.tile_column is None):
            expected = "a row and a column of the tile map, or neither"
            raise misfit("tile_column", expected, "fill in both, or leave both blank")
        return self

    def in_force(self, day: dt.date) -> bool:
        """Whether the area is one on a day; its first and its last day count."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class SectionRow(TableRow):
    """A row of ``sections.csv``."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "section": "its id, by which commitments name it",
        "title": "what it is called, as a heading of the paper",
        "short": "the same where there is little room; blank where the title is short enough",
    }

    section: Given = Field(description="an id")
    title: Given = Field(description="a title")
    short: ShortTitle = ""


class Commitment(TableRow):
    """What the strategy promises: in two or three words (``short``), in a line (``title``), and in full."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "commitment": "its id, which is also the name of its file under `data/updates/`",
        "section": "the section of `sections.csv` that it stands in",
        "title": "what is promised, in a line",
        "short": "the same in two or three words; blank where the title is short enough",
        "promise": "the promise in full, as the strategy has it; required where it is rated",
        "rated": "whether its lead rates it each quarter",
    }

    commitment: str = Field(
        pattern=f"^{ID}$",
        max_length=LONGEST_ID,
        description=f"an id of at most {LONGEST_ID} letters, digits and hyphens; such as 3b or A1",
    )
    section: Given = Field(description="a section of sections.csv")
    title: Given = Field(description="a title")
    short: ShortTitle = ""
    promise: str
    rated: YesNo

    @model_validator(mode="after")
    def _promised(self) -> Commitment:
        if self.rated == "yes" and not self.promise:
            raise misfit("promise", "the promise in full, where a commitment is rated", "write it out")
        return self


@dataclass(frozen=True)
class StrategySection:
    """A section of the strategy, with its commitments in the paper's order."""

    section: str
    title: str
    short: str
    commitments: tuple[Commitment, ...]


def contrast(colour: str) -> float | None:
    """Return a colour's contrast against white by WCAG 2.2 (1 to 21), or None where it is no ``#RRGGBB``.

    The formula is that of relative luminance and contrast ratio in WCAG 2.2, section 1.4.3 and its glossary.
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour, re.ASCII):
        return None
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _dark_enough(colour: str) -> str:
    if (contrast(colour) or 0) < LEAST_CONTRAST:
        raise misfit("", "a contrast against white of at least 4.5 to 1", "choose a darker colour")
    return colour


class Rating(TableRow):
    """A point of the rating scale; `rank` 1 is best, None where it is neither better nor worse than any other."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "rating": "its id, by which updates name it",
        "word": "what it is called in the paper",
        "shape": "the shape that stands for it beside the word, each once",
        "colour": "its colour, dark enough on white",
        "rank": "its place, 1 for the best; blank where it is neither better nor worse than others",
        "needs_action": "whether an update with it has to say reason, action, owner and due date",
        "meaning": "when a commitment has it; it stands in the paper",
    }

    rating: Given = Field(description="an id")
    word: Given = Field(description="a word")
    shape: Literal["circle", "triangle", "square", "diamond", "hexagon", "star", "cross", "wedge", "bar"]
    colour: Annotated[str, AfterValidator(_dark_enough)] = Field(
        pattern="^#[0-9A-Fa-f]{6}$", description="a colour such as #00703C; write # and six digits"
    )
    rank: MaybeWhole = Field(
        description="a rank, or blank; write 1 for the best rating and count on, "
        "leave it blank where a rating is neither better nor worse, such as Not started"
    )
    needs_action: YesNo = Field(
        description="yes or no; say whether the rating needs a reason, action, owner and due date"
    )
    meaning: Given = Field(description="what the rating means")

    @property
    def is_on_plan(self) -> bool:
        """Whether what has it is on plan: it needs no action, and it says how far things are."""
        return self.needs_action == "no" and self.rank is not None

    def way_to(self, now: Rating) -> str:
        """Return which way a rating went: ``better``, ``worse``, ``changed`` where neither can be said, or blank.

        From or to a rating without a rank is neither better nor worse.
        """
        if self.rating == now.rating:
            return ""
        if self.rank is None or now.rank is None:
            return CHANGED
        return BETTER if now.rank < self.rank else WORSE


def _is_period(text: str) -> str:
    parse(text)
    return text


class Occasion(TableRow):
    """A row of the reporting calendar: how the period is called, when the Board meets on it, when returns are due."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "period": "a quarter, or a year",
        "label": "what it is called in the paper",
        "board_date": "the day on which the Board meets on it: a paper holds what was known by then",
        "returns_due": "the day on which returns for it are due, where it is not that of `partnership.yaml`",
        "note": "anything worth knowing, for whoever keeps this table",
    }

    period: Annotated[str, AfterValidator(_is_period)] = Field(description="a period such as 2020-21-Q4")
    label: Given = Field(description="a label")
    board_date: MaybeDay = Field(description="a date such as 2021-03-25; write year, month and day")
    returns_due: MaybeDay = Field(description="a date such as 2021-03-25; write year, month and day")
    note: str


def meeting(occasions: Iterable[Occasion], period: Period) -> Occasion | None:
    """Return the row with the date at which the Board meets on a period; None where the calendar names no date.

    A period may have several rows, one a date of the Board. It is the first date on or after the period's last day, by
    which the period's figures can be known; where all are earlier, the last of them. The other dates are reached by
    naming the as-at date.
    """
    dated = [row for row in occasions if row.period == str(period) and row.board_date]
    dated.sort(key=lambda row: row.board_date or dt.date.max)
    after = (row for row in dated if row.board_date and row.board_date >= period.end)
    return next(after, dated[-1] if dated else None)


class Abbreviation(TableRow):
    """A row of ``abbreviations.csv``."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "abbreviation": "an abbreviation that papers use",
        "expansion": "what it stands for; a paper lists those that stand in it",
    }

    abbreviation: Given = Field(description="an abbreviation")
    expansion: Given = Field(description="what it stands for")


class Identity(TableRow):
    """A row of ``identities.csv``: how two sums of figures stand to each other, and what it does where they do not."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "identity": "its id",
        "title": "what holds, in words, for whoever is told that it does not",
        "left": "a sum of figures, such as `CNT01[printed] - CNT01[distributed]`",
        "relation": "how the sides stand to each other",
        "right": "a sum of figures, or a number",
        "severity": "whether it stops the paper where it does not hold, or is flagged",
    }

    identity: Given = Field(description="an id")
    title: Given = Field(description="a title")
    left: str
    relation: Literal["=", ">=", "<="]
    right: str
    severity: Literal["critical", "warning"]


MODELS: dict[str, type[TableRow]] = {
    "partners": Sender,
    "measures": Measure,
    "breakdowns": Breakdown,
    "area_types": AreaType,
    "areas": Area,
    "sections": SectionRow,
    "commitments": Commitment,
    "calendar": Occasion,
    "rag": Rating,
    "abbreviations": Abbreviation,
    "identities": Identity,
}
"""What a row of each table of the catalogue is."""
TABLES = tuple(MODELS)


@dataclass(frozen=True)
class AreaWords:
    """What areas are called in a text: one in the home area and several, one like the home area and several."""

    part: str
    parts: str
    home: str
    homes: str

    @property
    def part_head(self) -> str:
        """The word for one in the home area as it heads a column: ``District``."""
        return self.part[:1].upper() + self.part[1:]

    @property
    def parts_head(self) -> str:
        """The word for several in the home area as it names a sheet: ``Districts``."""
        return self.parts[:1].upper() + self.parts[1:]

    @property
    def a_part(self) -> str:
        """One in the home area, with its article: ``a district``, ``an LSOA``."""
        return f"{'an' if _AN.match(self.part) else 'a'} {self.part}"

    @property
    def whole(self) -> str:
        """What the home area is called beside its parts: ``the whole county``."""
        return f"the whole {self.home}"

    @property
    def home_head(self) -> str:
        """The word for one like the home area as it heads a column."""
        return self.home[:1].upper() + self.home[1:]


@dataclass(frozen=True)
class Catalogue:
    """The reference data of one partnership: ``partnership.yaml``, and the tables as text."""

    partnership: Partnership
    tables: dict[str, CsvTable]

    def _rows(self, name: str, model: type[R]) -> tuple[R, ...]:
        return sound_rows(self.tables[name], model)[0]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Measures by id, in the catalogue's order."""
        return {row.measure: row for row in self._rows("measures", Measure)}

    @cached_property
    def counted(self) -> dict[str, str]:
        """The measures that are counted from the returns themselves, by what is counted."""
        return {row.counts: row.measure for row in self.measures.values() if row.counts}

    @cached_property
    def breakdowns(self) -> dict[tuple[str, str], Breakdown]:
        """Breakdowns by measure and code, in the catalogue's order."""
        return {(row.measure, row.breakdown): row for row in self._rows("breakdowns", Breakdown)}

    @cached_property
    def parts_of_measures(self) -> dict[str, dict[str, Breakdown]]:
        """Breakdowns by measure, and by code within it, in the catalogue's order; of measures that have any."""
        parts: dict[str, dict[str, Breakdown]] = {}
        for (measure, code), row in self.breakdowns.items():
            parts.setdefault(measure, {})[code] = row
        return parts

    @cached_property
    def known(self) -> Known:
        """What the rows of other tables may name, by the names that their models use."""
        codes = {f"{measure}[]" for measure in self.measures} | {f"{name}[{part}]" for name, part in self.breakdowns}
        return {
            "measures": self.measures,
            "codes": codes,
            "partners": self.partners,
            "areas": self.areas,
            "home_area": [self.partnership.home_area],
            "commitments": self.commitments,
        }

    @cached_property
    def partners(self) -> dict[str, str]:
        """Partner names by id."""
        return {name: row.name for name, row in self.senders.items()}

    @cached_property
    def partner_short(self) -> dict[str, str]:
        """Short names of partners by id."""
        return {name: row.short for name, row in self.senders.items()}

    @cached_property
    def senders(self) -> dict[str, Sender]:
        """Partners by id, with what is expected of them, in the catalogue's order."""
        return {row.partner: row for row in self._rows("partners", Sender)}

    @cached_property
    def areas(self) -> dict[str, str]:
        """Area names by code."""
        return {code: row.name for code, row in self.area_rows.items()}

    @cached_property
    def area_rows(self) -> dict[str, Area]:
        """Areas by code, in the catalogue's order."""
        return {row.area: row for row in self._rows("areas", Area)}

    def area_of_figures(self, code: str) -> str:
        """Return an area as figures have it: blank for the home area, whose own code means the whole of it."""
        return "" if code == self.partnership.home_area else code

    @property
    def home(self) -> Area:
        """The area that a blank stands for."""
        return self.area_rows[self.partnership.home_area]

    @cached_property
    def parts_of_home(self) -> dict[str, Area]:
        """The areas that lie in the home area, in force or not, by code; all are of one type."""
        return {code: area for code, area in self.area_rows.items() if area.parent == self.partnership.home_area}

    @cached_property
    def _parts_by_day(self) -> dict[dt.date, list[Area]]:
        return {}

    def parts_in_force(self, period: Period) -> list[Area]:
        """Return the areas in the home area that are in force on a period's last day, in the catalogue's order."""
        day = period.end
        if day not in self._parts_by_day:
            self._parts_by_day[day] = [area for area in self.parts_of_home.values() if area.in_force(day)]
        return [*self._parts_by_day[day]]

    def beside_home(self, period: Period) -> list[Area]:
        """Return the home area and the others of its type and parent that are in force on a period's last day."""
        home = self.home
        return [
            area
            for area in self.area_rows.values()
            if (area.type, area.parent) == (home.type, home.parent) and area.in_force(period.end)
        ]

    @cached_property
    def area_words(self) -> AreaWords:
        """What the home area and the areas in it are called in a text."""
        words = {row.type: (row.word, row.plural) for row in self._rows("area_types", AreaType)}
        part = next((area.type for area in self.parts_of_home.values()), AREA)
        whole = self.area_rows.get(self.partnership.home_area)
        home = whole.type if whole else AREA
        return AreaWords(*(word for kind in (part, home) for word in words.get(kind, (kind, f"{kind}s"))))

    @cached_property
    def promises(self) -> tuple[Commitment, ...]:
        """The rows of ``commitments.csv``, in its order."""
        return self._rows("commitments", Commitment)

    @cached_property
    def sections(self) -> list[StrategySection]:
        """Sections that have commitments, with these, in the catalogue's order."""
        promised: dict[str, list[Commitment]] = {}
        for commitment in self.promises:
            promised.setdefault(commitment.section, []).append(commitment)
        sections = [
            StrategySection(row.section, row.title, row.short, tuple(promised.get(row.section, ())))
            for row in self._rows("sections", SectionRow)
        ]
        return [section for section in sections if section.commitments]

    @cached_property
    def commitments(self) -> dict[str, Commitment]:
        """Commitments by id, in the catalogue's order."""
        return {c.commitment: c for section in self.sections for c in section.commitments}

    @cached_property
    def ratings(self) -> dict[str, Rating]:
        """The rating scale by id, best first; those without a rank stand last, in the catalogue's order."""
        rows = sorted(self._rows("rag", Rating), key=lambda row: (row.rank is None, row.rank or 0))
        return {row.rating: row for row in rows}

    @cached_property
    def rating_spellings(self) -> dict[str, str]:
        """The code of a rating by its word and its code, in small letters; a code comes before another's word."""
        rows = self._rows("rag", Rating)
        words = {" ".join(row.word.split()).casefold(): row.rating for row in rows}
        return {**words, **{row.rating.casefold(): row.rating for row in rows}}

    @cached_property
    def calendar(self) -> dict[str, Occasion]:
        """The reporting calendar by period; of several rows the one of the Board's date that :func:`meeting` says."""
        rows = self._rows("calendar", Occasion)
        return {row.period: meeting(rows, parse(row.period)) or row for row in rows}

    def board_date(self, period: Period, as_at: dt.date) -> dt.date | None:
        """Return the date of the meeting that a paper as at a date is for: the next one on the period.

        After the last one it is the date that :func:`meeting` says.
        """
        days = [row.board_date for row in self._rows("calendar", Occasion) if row.period == str(period)]
        coming = sorted(day for day in days if day and day >= as_at)
        occasion = self.calendar.get(str(period))
        return coming[0] if coming else occasion.board_date if occasion else None

    @cached_property
    def abbreviations(self) -> dict[str, str]:
        """Expansions by abbreviation, sorted."""
        return dict(sorted((row.abbreviation, row.expansion) for row in self._rows("abbreviations", Abbreviation)))

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """What is known of how figures stand to each other, in the catalogue's order."""
        return self._rows("identities", Identity)


def load_catalogue(folder: DataFolder) -> Catalogue:
    """Return the catalogue of a data folder.

    Raises
    ------
    Refused
        Every fault of every file: it cannot be read, a column is missing, a cell is not what its column holds or is
        about a person, or ``partnership.yaml`` lacks a key, has one too many, is about a person or names an area or a
        measure that is none. The rest is the catalogue with the rows in which nothing is wrong, where every file can
        be read; else the tables that can, by name.
    """
    errors: list[Error | str] = []
    tables: dict[str, CsvTable] = {}
    mapping: Mapping | None = attempt(errors, None, lambda: folder.mapping(FILE))
    partnership: Partnership | None = attempt(errors, None, lambda: read_partnership(mapping)) if mapping else None
    absent: list[str] = []
    for name, model in MODELS.items():
        if not is_there(folder, name):
            absent.append(name)
        elif table := attempt(errors, None, partial(folder.table, f"reference/{name}.csv")):
            errors += few(table.file, sound_rows(table, model)[1])
            if not column_errors(table, model):
                tables[name] = table
    errors += in_mapping(mapping, public_numbers(folder)) if mapping else []
    needed = _needed(folder, partnership, tables, absent)
    errors += needed.values()
    for name in absent:
        if name not in needed:
            tables[name] = CsvTable.of_rows(folder.shown(f"reference/{name}.csv"), MODELS[name].columns(), [])
    if mapping and partnership:
        errors += few(mapping.file, _unknown(mapping, partnership, tables))
    catalogue = Catalogue(partnership, tables) if partnership and len(tables) == len(MODELS) else None
    if errors or catalogue is None:
        raise Refused(errors, catalogue or tables)
    return catalogue


NAMED_BY: dict[str, tuple[tuple[str, str], ...]] = {
    "partners": (("measures", "partner"),),
    "measures": (("breakdowns", "measure"),),
    "sections": (("commitments", "section"),),
    "rag": (("commitments", "rated"),),
    "areas": (("area_types", "type"),),
}
"""The tables that name what another one holds, each with the column that does."""


def _needed(
    folder: DataFolder, partnership: Partnership | None, tables: dict[str, CsvTable], absent: list[str]
) -> dict[str, Error]:
    """Return a fault for each table that is not there although another file names what it would hold, by table.

    Else a table that is not there is one without a row.
    """
    by_partnership = {
        "areas": bool(partnership),
        "measures": bool(partnership and (partnership.quarterly_charts or partnership.all_headlines)),
        "rag": bool(partnership and partnership.exceptions.ratings),
    }
    errors = {}
    for name in absent:
        naming = [FILE] if by_partnership.get(name) else []
        naming += [
            f"reference/{table}.csv"
            for table, column in NAMED_BY.get(name, ())
            if table in tables and any(row[column] not in ("", "no") for row in tables[table].rows)
        ]
        if naming:
            fix = f"write it, with the columns {','.join(MODELS[name].columns())}"
            expected = f"this file, which {' and '.join(map(folder.shown, naming))} cannot do without"
            errors[name] = Error(folder.shown(f"reference/{name}.csv"), expected, found="none", fix=fix)
    return errors


def _unknown(mapping: Mapping, partnership: Partnership, tables: dict[str, CsvTable]) -> list[Error]:
    """Return a fault for each code of ``partnership.yaml`` that the tables do not have, or that it names twice."""
    named = [
        ("home_area", [partnership.home_area], "areas", "area", "an area of areas.csv"),
        ("quarterly_charts", partnership.quarterly_charts, "measures", "measure", "a measure of measures.csv"),
        ("exceptions", list(partnership.exceptions.ratings), "rag", "rating", "a rating of rag.csv"),
    ]
    errors = []
    for key, codes, table, column, expected in named:
        if table not in tables:
            continue  # which is said of the table itself
        known = {row[column] for row in tables[table].rows if row[column]}
        line = mapping.lines.get(key)
        errors += [Error(mapping.file, expected, line, key, code or "nothing") for code in codes if code not in known]
        repeated = [code for code, times in Counter(codes).items() if times > 1]
        errors += [Error(mapping.file, "each of them once", line, key, code, "take it out once") for code in repeated]
    return errors
