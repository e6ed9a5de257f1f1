"""Records from outside: a row of a CSV and a mapping of YAML, each read by a model of pydantic.

A model says what each column or key is. This module turns what does not fit into faults, all of a file at once, each
with the file, the row, the column, what was found, what was expected and how to mend it.

A **table** has a model for its rows (:class:`TableRow`), which is read by :func:`read_rows`. A field's ``description``
says in words what is expected and, after a semicolon, how to mend it. What only other tables can tell, such as whether
a measure is in the catalogue, is asked of what the caller gives as known (:func:`one_of`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from priority_two.errors import Error, Refused, attempt, few, nearest
from priority_two.files import yaml_mapping
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.periods import MONTH, Period, parse, parse_date
from priority_two.personal import personal
from priority_two.spellings import FORMULA_SIGNS, Unclear, read_date, read_period

Model = TypeVar("Model", bound=BaseModel)
Known = Mapping[str, Collection[str]]
"""What other tables hold, by the names that models use: ``measures``, ``partners``."""

_CODE = 3
"""Characters: nothing that is about a person is as short."""
LONGEST_SHORT_NAME = 32
"""Characters: as many as fit on a line beside three more columns of a page at 12 points."""

Words = Annotated[str, BeforeValidator(lambda value: " ".join(value.split()) if isinstance(value, str) else value)]
MaybeBlank = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Strict(BaseModel):
    """A record from outside: no key but those named, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TableRow(BaseModel):
    """A row of a table, with the file and the line in which it stands.

    ``KEY`` names the columns that no two rows have in common; blank where the expectations see to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    KEY: ClassVar[tuple[str, ...]] = ()
    COLUMNS: ClassVar[dict[str, str]] = {}

    file: str = ""
    row: int = 0

    @classmethod
    def columns(cls) -> list[str]:
        """Return the columns of the table, in the order in which they are listed."""
        fields = [(name, field.validation_alias) for name, field in cls.model_fields.items()]
        return [str(alias or name) for name, alias in fields if name not in TableRow.model_fields]


R = TypeVar("R", bound=TableRow)


# Cells ------------------------------------------------------------------------------------------------------


def misfit(column: str, expected: str, fix: str = "") -> PydanticCustomError:
    """Return what a validator raises over a row, or a cell, of which more is wrong than its form."""
    return PydanticCustomError("misfit", "{expected}", {"column": column, "expected": expected, "fix": fix})


@dataclass(frozen=True)
class WordedCheck(AfterValidator):
    """A check that says in words what it expects, for whoever explains a column."""

    expected: str = ""


def one_of(table: str, expected: str, *, or_blank: bool = False) -> AfterValidator:
    """Return what sees that a code is one of a table, where the caller knows the table."""

    def check(code: str, info: ValidationInfo) -> str:
        codes: Collection[str] | None = (info.context or {}).get(table)
        if codes is None or code in codes or (or_blank and not code):
            return code
        near = nearest(code, codes)
        raise misfit("", expected, f"write {near}" if near else "")

    return WordedCheck(check, expected)


def short_for(column: str) -> AfterValidator:
    """Return what a short name is: what the column says, or the whole name where that is short enough itself.

    The whole name stands in another `column` of the row, before this one.
    """

    def check(short: str, info: ValidationInfo) -> str:
        whole = str(info.data.get(column, ""))
        if len(short or whole) > LONGEST_SHORT_NAME:
            expected = f"a short name of at most {LONGEST_SHORT_NAME} characters"
            raise misfit("", expected, f"shorten it; blank does where the {column} is no longer than that")
        if short[:1] in tuple(FORMULA_SIGNS):
            raise misfit("", "words that no spreadsheet takes for a formula", "begin with a letter or a figure")
        return short or whole

    return WordedCheck(check, f"at most {LONGEST_SHORT_NAME} characters, or blank")


def _day(text: str) -> dt.date:
    """Return a day, also where a spreadsheet program that saved the table wrote it in another form."""
    try:
        return read_date(text)
    except Unclear:
        return parse_date(text)


def _month(text: str) -> Period:
    """Return a month, also where a spreadsheet program that saved the table wrote it in another form."""
    try:
        period = read_period(text)
    except Unclear:
        period = None
    if period is None or period.kind != MONTH:
        raise ValueError("a month such as 2021-03")
    return period


def _whole(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"0|[1-9]\d{0,8}", text, re.ASCII):
        raise ValueError("a whole number")
    return text


def _number(text: object) -> object:
    if isinstance(text, str) and not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII):
        raise ValueError("a plain number")
    return text


def _blank(read: Callable[[str], object]) -> PlainValidator:
    """Return what reads a cell that may be blank; a value that is no text, as code gives it, is taken as it is."""
    return PlainValidator(lambda value: read(value) if value and isinstance(value, str) else value or None)


CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Given = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=CODE, description="a code of small letters, digits and hyphens")]
Day = Annotated[dt.date, PlainValidator(lambda value: _day(value) if isinstance(value, str) else value)]
MaybeDay = Annotated[dt.date | None, _blank(_day)]
Month = Annotated[Period, PlainValidator(lambda value: _month(value) if isinstance(value, str) else value)]
MaybeMonth = Annotated[Period | None, _blank(_month)]
MaybePeriod = Annotated[Period | None, _blank(parse)]
WHOLE = BeforeValidator(_whole)
Whole = Annotated[int, WHOLE]
MaybeWhole = Annotated[Whole | None, BeforeValidator(lambda value: None if value == "" else value)]
Number = Annotated[Decimal, BeforeValidator(_number)]


# Tables -----------------------------------------------------------------------------------------------------


def read_rows(table: CsvTable, model: type[R], known: Known | None = None) -> tuple[R, ...]:
    """Return the rows of a table, in its order.

    What rests on a table that is not among the `known` is not judged.

    Raises
    ------
    Refused
        As :func:`sound_rows` says: every fault.
    """
    rows, errors = sound_rows(table, model, known)
    if errors:
        raise Refused(few(table.file, errors))
    return rows


def table_rows(folder: DataFolder, name: str, model: type[R], known: Known | None = None) -> tuple[R, ...]:
    """Return the rows of the table ``data/reference/<name>.csv``, as :func:`read_rows` does; none without the file.

    Raises
    ------
    Refused
        The file cannot be read, or there is a fault in it.
    """
    return read_rows(folder.table(f"reference/{name}.csv"), model, known) if is_there(folder, name) else ()


def is_there(folder: DataFolder, name: str) -> bool:
    """Whether a partnership has the table ``data/reference/<name>.csv``: one that is not needed may be left out."""
    return bool(folder.names("reference", f"{name}.csv"))


def sound_rows(table: CsvTable, model: type[R], known: Known | None = None) -> tuple[tuple[R, ...], list[Error]]:
    """Return the rows that fit their model, and a fault for each cell that does not.

    A row that is there twice is a fault too, where the model has a key. The parameters are those of
    :func:`read_rows`. Where the header is another one, no row is read.
    """
    if errors := column_errors(table, model):
        return (), errors
    rows, seen = [], set()
    for cells in table.rows:
        if private := _private(table, cells):
            errors += private  # and nothing else is said of the row, so that nothing of it is repeated
            continue
        read: R | None = None
        try:
            read = model.model_validate(cells, context=dict(known or {}))
            rows.append(read)
        except ValidationError as error:
            problems = error.errors(include_url=False)
            errors += [_cell_error(model, cells, problem) for problem in problems]
        # As it was read, so that two spellings of one day, or of one area, are the same.
        key = tuple(getattr(read, column) if read else cells[column] for column in model.KEY)
        if any(key) and key in seen:
            column = model.KEY[-1]
            expected = f"each {' and '.join(model.KEY)} once"
            errors.append(Error(table.file, expected, cells["row"], column, cells[column], "take out one of them"))
        seen.add(key)
    return tuple(rows), errors


def _private(table: CsvTable, cells: dict[str, Any]) -> list[Error]:
    """Return a fault for each cell of a row that is about a person; a service's telephone number is about nobody."""
    fix = "take it out; name a post or a number of people, and no person"
    words = ((column, cells[column]) for column in table.columns if len(cells[column]) > _CODE)
    kinds = ((column, personal(text, headings=False)) for column, text in words)
    return [
        Error(table.file, "nothing about a person", cells["row"], column, kind, fix) for column, kind in kinds if kind
    ]


@dataclass
class Tables:
    """Tables of ``data/reference/`` that are read one after the other, with the faults of all of them."""

    folder: DataFolder
    known: Known | None = None
    errors: list[Error | str] = field(default_factory=list)

    def rows(self, name: str, model: type[R]) -> tuple[R, ...]:
        """Return the rows of a table; of one with a fault none, and its faults are remembered."""
        rows: tuple[R, ...] = attempt(self.errors, (), lambda: table_rows(self.folder, name, model, self.known))
        return rows


def column_errors(table: CsvTable, model: type[TableRow]) -> list[Error]:
    """Return a fault where a table has not just the columns of its rows; it names those that are missing or unknown."""
    wanted = model.columns()
    missing = [f"no column {name}" for name in wanted if name not in table.columns]
    unknown = [f"an unknown column {name}" for name in table.columns if name not in wanted]
    if not missing and not unknown:
        return []
    expected, fix = f"the columns {', '.join(wanted)}", "restore the header row"
    return [Error(table.file, expected, 1, found=" and ".join((*missing, *unknown)), fix=fix)]


def _cell_error(model: type[TableRow], cells: dict[str, Any], problem: ErrorDetails) -> Error:
    given = problem.get("ctx", {})
    misfitting = problem["type"] == "misfit"
    column = str(given.get("column") or problem["loc"][0])
    about = next(about for name, about in model.model_fields.items() if column in (name, about.validation_alias))
    expected, _, fix = (about.description or "").partition("; ")
    if misfitting:
        expected, fix = given["expected"], given["fix"]
    elif not expected:
        expected = "a text" if problem["type"] == "string_too_short" else _words(problem)
    if not misfitting and not cells[column]:
        fix = "fill it in"
    return Error(cells["file"], expected, cells["row"], column, cells[column] or "nothing", fix)


def _words(problem: ErrorDetails) -> str:
    """Return in words what pydantic expected: ``yes, no or blank``."""
    text = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return text.replace("''", "blank").replace("'", "")


# Mappings ---------------------------------------------------------------------------------------------------


Path = tuple[int | str, ...]
"""The keys and places in lists that lead to a value."""
_KINDS = {
    "date_type": "a date such as 2021-03-25, without quotes",
    "bool_type": "yes or no, without quotes",
    "int_type": "a whole number, without quotes",
    "string_type": "text; put quotes round text that is only a number, a date or yes or no",
    "list_type": "a list: a line an item below the key, with -, a space and then the item",
    "model_type": "keys, each with a colon, a space and its value",
}


def validated(model: type[Model], mapping: yaml_mapping.Mapping) -> Model:
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
            [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"],
            [problem["loc"] for problem in problems if problem["type"] == "missing"],
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
                expected, value, fix = ("this key", "none", "add it; leave it blank where there is nothing to say")
            elif kind == "extra_forbidden":
                expected, value = "no such key", key
                fix = f"the keys are {', '.join(model.model_fields)}" if len(problem["loc"]) == 1 else "take it out"
            else:
                expected = _KINDS.get(
                    kind, problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
                )
                quoted = kind in ("date_type", "bool_type", "int_type") and isinstance(value, str)
                fix = "take the quotes off, if there are any" if quoted else ""
            errors.append(Error(mapping.file, expected, row, key, printed(value), fix))
        raise Refused(few(mapping.file, errors)) from None


def _meant(unknown: Iterable[Path], missing: list[Path]) -> dict[Path, Path]:
    """Return the missing key that is meant by each unknown one beside it, where one is near."""
    meant: dict[Path, Path] = {}
    for path in unknown:
        beside = [str(other[-1]) for other in missing if other[:-1] == path[:-1] and other not in meant.values()]
        if near := nearest(str(path[-1]), beside):
            meant[path] = (*path[:-1], near)
    return meant


def _row(mapping: yaml_mapping.Mapping, path: Path) -> int:
    """Return the line of a key or item by its path; where it has none, of what it should stand in."""
    for length in range(len(path), 1, -1):
        if (place := ".".join(map(str, path[:length]))) in mapping.inner:
            return mapping.inner[place]
    return mapping.lines.get(str(path[0]) if path else "", 1)


def printed(value: object) -> str:
    """Return a value as a fault prints it."""
    try:
        return str(value)
    except ValueError:  # a whole number of more digits than Python prints
        return "a very long number"
