"""The catalogue: what the words mean to one partnership.

Everything under ``data/reference/`` is read here: who the partners are, which measures exist and how they may be
added up, what was promised, the reporting calendar, the rating scale. Nothing about a place or a priority stands in
code; another partnership is another folder.

Tables are kept twice: as text, for the expectations to judge, and typed, for everything after the gate. Typed access
to a table that the gate would refuse raises ``KeyError``, so stages that come after the gate never meet it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from priority_two.errors import Error, Refused, few, nearest
from priority_two.files.csv_table import Table
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import QUARTER, Period, parse, parse_date

TABLES = (
    "partners",
    "measures",
    "breakdowns",
    "areas",
    "sections",
    "commitments",
    "calendar",
    "rag",
    "abbreviations",
    "identities",
)

_HEADLINES = ("headlines", "annual_headlines")
_PARTNERSHIP = "reference/partnership.yaml"
LATEST_DUE_DAY = 28  # the last day that every month has

Words = Annotated[str, BeforeValidator(lambda value: " ".join(value.split()) if isinstance(value, str) else value)]
MaybeBlank = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Strict(BaseModel):
    """A record from outside: no key but those named, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Priority(Strict):
    """The priority that the paper reports on."""

    name: Words
    title: Words
    statement: Words
    aim: Words


class Headline(Strict):
    """A figure for the front page; `period` is the report's own where it is left out.

    ``since`` names the first period whose paper has it, where there was nothing of the kind before, and ``until`` the
    last, where nobody sends it any more; ``partner`` says whose it is, where several send it.
    """

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

    name: Words
    number: str
    note: Words = ""


class QuickExit(Strict):
    """Where a reader at risk is taken at one touch."""

    label: Words
    address: str


class Ask(Strict):
    """What the Board is asked to do about an exception, and the post that owns it where the data name none."""

    owner: Words
    ask: Words


class Exceptions(Strict):
    """What the subgroup brings before the Board as an exception.

    ``ratings`` says by rating for how many quarters running it must have stood; the rest is what the Board is asked.
    """

    ratings: dict[str, int]
    rating: Ask
    milestone: Ask
    returns: Ask
    signal: Ask
    checks: Ask


class Approvals(Strict):
    """Who approves a paper before it is filed: how many of which posts."""

    approvals: Annotated[int, Field(ge=1, le=9)]
    posts: Annotated[list[Words], Field(min_length=1)]


class Partnership(Strict):
    """``partnership.yaml``: who publishes, what the priority is, what stands on the front page.

    ``returns_due_day`` is the day of the month after the month or the quarter that a return is for; ``home_area`` the
    area that a blank stands for; ``boundaries`` a GeoJSON file of the data folder, or blank; ``quarterly_charts`` the
    measures whose chart stands in the quarterly paper.
    """

    name: Words
    abbreviation: str
    board: Words
    borough: Words
    default_period: str
    returns_due_day: int
    home_area: str
    boundaries: MaybeBlank = ""
    quarterly_charts: list[str]
    exceptions: Exceptions
    filing: Approvals
    priority: Priority
    lead_partners: list[Words]
    objectives: list[Words]
    circulation: list[Words]
    headlines: list[Headline]
    annual_headlines: list[Headline]
    helplines: list[Helpline]
    quick_exit: QuickExit


@dataclass(frozen=True)
class Measure:
    """A row of ``measures.csv``.

    ``unit`` is count, percent, rate, ratio, gbp or fte; ``aggregation`` sum, last, none or derived; ``direction``
    says which way is better; ``disclosure`` is the policy under which a figure may be published; ``data_sheet`` (yes
    or no) says whether it stands on the data sheet. ``base`` says what a percentage is a share of;
    ``oldest_years`` is how many years old a figure may be when it is used, blank for any age.

    ``total`` is ``none`` where the parts have no total (starts and completions), else ``stated`` or blank. ``parts``
    says how the breakdowns stand to the total, and ``wards`` how the wards stand to the borough: ``complete`` where
    they add up to it, ``some`` where it may hold more, blank where nothing is said. ``change`` is ``yes`` where the
    figure is a change, which may be over 100 per cent and below nought.

    ``counts`` says what is counted for it from the returns themselves, where no partner sends it: partners that
    ``submitted`` a return for the month, did so ``on_time``, or ``permitted`` its use.
    """

    measure: str
    title: str
    unit: str
    partner: str
    frequency: str
    aggregation: str
    direction: str
    disclosure: str
    definition: str
    source: str
    data_sheet: str
    base: str = ""
    oldest_years: str = ""
    total: str = ""
    parts: str = ""
    wards: str = ""
    change: str = ""
    counts: str = ""

    @property
    def has_total(self) -> bool:
        """Whether a total can be sent: not where the parts have none."""
        return self.total != "none"

    @property
    def is_change(self) -> bool:
        """Whether the figure is a change from one period to another."""
        return self.change == "yes"


@dataclass(frozen=True)
class Breakdown:
    """A row of ``breakdowns.csv``: `label` heads a column, `series` groups codes that share a table row."""

    measure: str
    breakdown: str
    series: str
    label: str


@dataclass(frozen=True)
class Sender:
    """A row of ``partners.csv``: who sends returns, and when they are expected.

    ``sends`` is M (a return each month), Q (one each quarter, broken down by month) or blank (no regular return is
    agreed). ``first_month`` and ``last_month`` are None where returns were always expected, and where they go on.
    """

    partner: str
    name: str
    abbreviation: str
    role: str
    sends: str
    first_month: Period | None
    last_month: Period | None


@dataclass(frozen=True)
class Area:
    """A row of ``areas.csv``: an area, the one that it lies in, its first and last day, and its place on a tile map."""

    area: str
    name: str
    type: str
    parent: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    tile_row: int | None
    tile_column: int | None

    def in_force(self, day: dt.date) -> bool:
        """Whether the area is one on a day; its first and its last day count."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class Section:
    """A section of the strategy, with its commitments in the paper's order."""

    section: str
    title: str
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True)
class Commitment:
    """What the strategy promises: in short, and in full. `rated` is ``yes`` or ``no``."""

    commitment: str
    section: str
    title: str
    promise: str
    rated: str


@dataclass(frozen=True)
class Rating:
    """A point of the rating scale; `rank` 1 is best; `needs_action` is ``yes`` or ``no``."""

    rating: str
    word: str
    shape: str
    colour: str
    rank: int
    needs_action: str
    meaning: str


@dataclass(frozen=True)
class Occasion:
    """A row of the reporting calendar: how the period is called, when the Board meets on it, when returns are due."""

    period: str
    label: str
    board_date: dt.date | None
    returns_due: dt.date | None
    note: str


@dataclass(frozen=True)
class Catalogue:
    """The reference data of one partnership."""

    partnership: Partnership
    tables: dict[str, Table]

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Measures by id, in the catalogue's order."""
        return {row["measure"]: _typed(Measure, row) for row in self.tables["measures"].rows}

    @cached_property
    def counted(self) -> dict[str, str]:
        """The measures that are counted from the returns themselves, by what is counted."""
        return {row.counts: row.measure for row in self.measures.values() if row.counts}

    @cached_property
    def breakdowns(self) -> dict[tuple[str, str], Breakdown]:
        """Breakdowns by measure and code, in the catalogue's order."""
        rows = self.tables["breakdowns"].rows
        return {(row["measure"], row["breakdown"]): _typed(Breakdown, row) for row in rows}

    @cached_property
    def partners(self) -> dict[str, str]:
        """Partner names by id."""
        return {row["partner"]: row["name"] for row in self.tables["partners"].rows}

    @cached_property
    def senders(self) -> dict[str, Sender]:
        """Partners by id, with what is expected of them, in the catalogue's order."""
        rows = self.tables["partners"].rows
        return {row["partner"]: _typed(Sender, _read(row, parse, "first_month", "last_month")) for row in rows}

    @cached_property
    def areas(self) -> dict[str, str]:
        """Area names by code."""
        return {row["area"]: row["name"] for row in self.tables["areas"].rows}

    @cached_property
    def area_rows(self) -> dict[str, Area]:
        """Areas by code, in the catalogue's order."""
        dated = [_read(row, parse_date, "valid_from", "valid_to") for row in self.tables["areas"].rows]
        return {row["area"]: _typed(Area, _read(row, int, "tile_row", "tile_column")) for row in dated}

    def areas_in_force(self, period: Period, kind: str) -> list[Area]:
        """Return the areas of a type that are in force on a period's last day, in the catalogue's order.

        Parameters
        ----------
        period
            The period.
        kind
            ``ward``, ``borough`` or ``bcu``.
        """
        return [area for area in self.area_rows.values() if area.type == kind and area.in_force(period.end)]

    @cached_property
    def sections(self) -> list[Section]:
        """Sections that have commitments, with these, in the catalogue's order."""
        commitments = [_typed(Commitment, row) for row in self.tables["commitments"].rows]
        sections = [
            Section(row["section"], row["title"], tuple(c for c in commitments if c.section == row["section"]))
            for row in self.tables["sections"].rows
        ]
        return [section for section in sections if section.commitments]

    @cached_property
    def commitments(self) -> dict[str, Commitment]:
        """Commitments by id, in the catalogue's order."""
        return {c.commitment: c for section in self.sections for c in section.commitments}

    @cached_property
    def ratings(self) -> dict[str, Rating]:
        """The rating scale by id, best first."""
        rows = sorted(self.tables["rag"].rows, key=lambda row: int(row["rank"]))
        return {row["rating"]: _typed(Rating, {**row, "rank": int(row["rank"])}) for row in rows}

    @cached_property
    def rating_spellings(self) -> dict[str, str]:
        """The code of a rating by its word and its code, in small letters; a code comes before another's word."""
        rows = self.tables["rag"].rows
        words = {" ".join(row.get("word", "").split()).casefold(): row.get("rating", "") for row in rows}
        return {**words, **{row.get("rating", "").casefold(): row.get("rating", "") for row in rows}}

    @cached_property
    def calendar(self) -> dict[str, Occasion]:
        """The reporting calendar by period."""
        rows = self.tables["calendar"].rows
        return {row["period"]: _typed(Occasion, _read(row, parse_date, "board_date", "returns_due")) for row in rows}

    @cached_property
    def abbreviations(self) -> dict[str, str]:
        """Expansions by abbreviation, sorted."""
        rows = self.tables["abbreviations"].rows
        return dict(sorted((row["abbreviation"], row["expansion"]) for row in rows))


def _read(row: dict[str, Any], reader: Callable[[str], Any], *columns: str) -> dict[str, Any]:
    """Return a row with some of its columns read; a blank is None."""
    return {**row, **{name: reader(row[name]) if row[name] else None for name in columns}}


def _typed(record: type[Any], row: dict[str, Any]) -> Any:
    return record(**{name: row[name] for name in record.__dataclass_fields__})


def load_catalogue(folder: DataFolder) -> Catalogue:
    """Return the catalogue of a data folder.

    Raises
    ------
    Refused
        Every fault of every file: it cannot be read, or ``partnership.yaml`` lacks a key, has one too many or names an
        area or a measure that is none. The rest is the tables that can be read, by name.
    """
    errors: list[Error | str] = []
    mapping: Mapping | None = None
    partnership: Partnership | None = None
    tables: dict[str, Table] = {}
    try:
        mapping = folder.mapping(_PARTNERSHIP)
        partnership = _partnership(mapping)
    except Refused as refused:
        errors += refused.errors
    for name in TABLES:
        try:
            tables[name] = folder.table(f"reference/{name}.csv")
        except Refused as refused:
            errors += refused.errors
    if mapping and partnership:
        errors += few(mapping.file, _unknown(mapping, partnership, tables))
    if errors or partnership is None:
        raise Refused(errors, tables)
    return Catalogue(partnership, tables)


def _unknown(mapping: Mapping, partnership: Partnership, tables: dict[str, Table]) -> list[Error]:
    """Return a fault for each code of ``partnership.yaml`` that the tables do not have, or that it names twice."""
    named = [
        ("home_area", [partnership.home_area], "areas", "area", "an area of areas.csv"),
        ("quarterly_charts", partnership.quarterly_charts, "measures", "measure", "a measure of measures.csv"),
        ("exceptions", list(partnership.exceptions.ratings), "rag", "rating", "a rating of rag.csv"),
    ]
    errors = []
    for key, codes, table, column, expected in named:
        if table not in tables or column not in tables[table].columns:
            continue  # which is said of the table itself
        known = {row[column] for row in tables[table].rows if row[column]}
        line = mapping.lines[key]
        errors += [Error(mapping.file, expected, line, key, code or "nothing") for code in codes if code not in known]
        repeated = [code for code, times in Counter(codes).items() if times > 1]
        errors += [Error(mapping.file, "each of them once", line, key, code, "take it out once") for code in repeated]
    return errors


def load_partnership(folder: DataFolder) -> Partnership:
    """Return ``partnership.yaml``.

    Raises
    ------
    Refused
        It cannot be read, lacks a key, has one too many or names a default period that is none.
    """
    return _partnership(folder.mapping(_PARTNERSHIP))


def _partnership(mapping: Mapping) -> Partnership:
    partnership: Partnership = validated(Partnership, mapping)
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
        key, day = "returns_due_day", _printed(partnership.returns_due_day)
        expected = f"a day from 1 to {LATEST_DUE_DAY}, which every month has"
        errors.append(Error(mapping.file, expected, mapping.lines[key], key, day))
    if not partnership.quick_exit.address.startswith("https://"):
        line = mapping.lines["quick_exit"]
        errors.append(Error(mapping.file, "an https address", line, "quick_exit", partnership.quick_exit.address))
    if errors:
        raise Refused(errors)
    return partnership


_KINDS = {
    "date_type": "a date such as 2021-03-25, without quotes",
    "bool_type": "yes or no, without quotes",
    "int_type": "a whole number, without quotes",
    "string_type": "text; put quotes round text that is only a number, a date or yes or no",
    "list_type": "a list: a line an item below the key, with -, a space and then the item",
    "model_type": "keys, each with a colon, a space and its value",
}


def validated(model: type[BaseModel], mapping: Mapping) -> Any:
    """Return a YAML mapping as a record.

    Raises
    ------
    Refused
        One fault for each key that is missing, unknown, misspelt or of another type, with its line.
    """
    try:
        return model.model_validate(mapping.values)
    except ValidationError as error:
        errors = []
        problems = error.errors(include_url=False, include_context=False)
        meant = _meant(
            [one["loc"] for one in problems if one["type"] == "extra_forbidden"],
            [one["loc"] for one in problems if one["type"] == "missing"],
        )
        for problem in problems:
            if problem["loc"] in meant.values():
                continue  # it is there, and misspelt
            key = ".".join(str(part) for part in problem["loc"])
            row = _row(mapping, problem["loc"])
            kind, value = problem["type"], problem["input"]
            if near := meant.get(problem["loc"]):
                expected, value, fix = f"the key {near[-1]}", key, f"write {near[-1]}"
            elif kind == "missing":
                expected, value, fix = (
                    "this key",
                    "none",
                    "add it; leave it blank where there is nothing to say",
                )
            elif kind == "extra_forbidden":
                expected, value = "no such key", key
                fix = f"the keys are {', '.join(model.model_fields)}" if len(problem["loc"]) == 1 else "take it out"
            else:
                expected = _KINDS.get(
                    kind, problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
                )
                quoted = kind in ("date_type", "bool_type", "int_type") and isinstance(value, str)
                fix = "take the quotes off, if there are any" if quoted else ""
            errors.append(Error(mapping.file, expected, row, key, _printed(value), fix))
        raise Refused(few(mapping.file, errors)) from None


def _meant(
    unknown: Iterable[tuple[Any, ...]], missing: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return the missing key that is meant by each unknown one beside it, where one is near."""
    meant: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for path in unknown:
        beside = [one[-1] for one in missing if one[:-1] == path[:-1] and one not in meant.values()]
        if near := nearest(str(path[-1]), beside):
            meant[path] = (*path[:-1], near)
    return meant


def _row(mapping: Mapping, path: tuple[Any, ...]) -> int:
    """Return the line of a key or item by its path; where it has none, of what it should stand in."""
    for length in range(len(path), 1, -1):
        if (place := ".".join(map(str, path[:length]))) in mapping.inner:
            return mapping.inner[place]
    return mapping.lines.get(str(path[0]) if path else "", 1)


def _printed(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # a whole number of more digits than Python prints
        return "a very long number"
