"""Layouts: how a partner's own export is read, one YAML file each in ``data/reference/layouts/``.

A layout says whose file it is and on which terms it comes, where its table stands, which headings that table has, and
what its rows are:

==========  ==========================================================================================
``months``  a row of the table is
==========  ==========================================================================================
across      a series: each column whose heading is a month holds that month's figure
down        a figure: one column holds its period, another its value
events      an event to be counted: one column holds its month or its day, and each row counts as 1
==========  ==========================================================================================

``rows`` says which rows are read at all, ``ignored`` which of these are known and not counted, and ``figures`` what the
others are counted as. A row can be counted as several figures. Words are compared without case, dashes and spaces that
stand there twice.
``docs/collecting-returns.md`` has all keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from priority_two.errors import Error, Refused, WrongCall, attempt, few, one_line
from priority_two.files.as_written import ProseKeys
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import MONTH, try_parse
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.personal_search import in_mapping, public_numbers
from priority_two.reference.records import Strict, Words, validated

FOLDER = "reference/layouts"
ACROSS, DOWN, EVENTS = "across", "down", "events"
_PROSE = ProseKeys(words=frozenset({"title", "explanation", "contact_post"}))

Heading = Annotated[str, Field(min_length=1, max_length=200)]


class Condition(Strict):
    """What a cell of a row has to say: one of some words, or words that begin with these."""

    column: Heading
    words: Annotated[list[str], Field(max_length=2000)] = []
    begins: str = ""


class CountedAs(Strict):
    """What a row is counted as, where all conditions hold: a measure and, blank for the total, a part of it."""

    measure: str
    breakdown: str = ""
    where: Annotated[list[Condition], Field(max_length=20)] = []


class AreaColumn(Strict):
    """The column that names the area, and what its words mean where they are no code or name of ``areas.csv``.

    ``whole_too`` counts each row for the whole home area as well. Blank stands for the whole home area.
    """

    column: Heading
    words: dict[str, str] = {}
    whole_too: bool = False


class ExportLayout(Strict):
    """A layout file.

    ``since`` is the first month that is read; ``noughts`` says that what the file does not have is nought. The columns
    are all headings in their order; of months across, those of the other columns.
    """

    title: Words
    partner: str
    explanation: Words
    permission: Literal["publish", "board", "none"]
    contact_post: Words
    synthetic: bool
    file: Literal["csv", "workbook"]
    sheet: str = ""
    header_row: Annotated[int, Field(ge=1, le=1000)] = 1
    columns: Annotated[list[Heading], Field(min_length=1, max_length=200)]
    months: Literal["across", "down", "events"]
    month: str = ""
    value: str = ""
    since: str = ""
    rows: Annotated[list[Condition], Field(max_length=20)] = []
    ignored: Annotated[list[Condition], Field(max_length=200)] = []
    areas: AreaColumn | None = None
    figures: Annotated[list[CountedAs], Field(min_length=1, max_length=500)]
    noughts: bool = False


def layout_names(folder: DataFolder) -> list[str]:
    """Return the names of the layouts that a data folder has."""
    return [Path(path).stem for path in folder.names(FOLDER, "*.yaml")]


def read_layout(folder: DataFolder, catalogue: Catalogue, name: str) -> ExportLayout:
    """Return a layout, by its name.

    Raises
    ------
    WrongCall
        There is none of that name.
    Refused
        The file cannot be read, or names a partner, a measure, a part, an area or a column that there is not.
    """
    names = layout_names(folder)
    if name not in names:
        known = ", ".join(names) or f"a file in {folder.shown(FOLDER)}, which has none"
        raise WrongCall(f"layout: found '{one_line(name)}', expected {known}")
    mapping = folder.mapping(f"{FOLDER}/{name}.yaml", _PROSE)
    if private := in_mapping(mapping, public_numbers(folder)):
        raise Refused(private)  # and nothing else of it is said
    layout = validated(ExportLayout, mapping)
    if errors := [_error(mapping, *problem) for problem in _problems(layout, catalogue)]:
        raise Refused(few(mapping.file, errors))
    return layout


def layout_faults(folder: DataFolder, catalogue: Catalogue) -> list[Error | str]:
    """Return what is wrong with the layouts of a data folder, file by file."""
    errors: list[Error | str] = []
    for name in layout_names(folder):
        attempt(errors, None, partial(read_layout, folder, catalogue, name))
    return errors


_Problem = tuple[str, str, str]
"""The key, what was expected, and what was found."""


def _problems(layout: ExportLayout, catalogue: Catalogue) -> Iterator[_Problem]:
    """Yield what is wrong with a layout that only the catalogue, or two of its keys together, can tell."""
    if layout.partner not in catalogue.partners:
        yield "partner", f"one of {', '.join(catalogue.partners)}", layout.partner
    for heading, times in Counter(layout.columns).items():
        if times > 1:
            yield "columns", "each heading once", heading
    if layout.since and ((since := try_parse(layout.since)) is None or since.kind != MONTH):
        yield "since", "a month such as 2021-03", layout.since
    needed = {"month": layout.months in (DOWN, EVENTS), "value": layout.months == DOWN}
    for key, need in needed.items():
        heading = getattr(layout, key)
        if need and heading not in layout.columns:
            yield key, "one of columns", heading or "nothing"
        if heading and not need:
            yield key, f"nothing, where months are {layout.months}", heading
    if layout.sheet and layout.file == "csv":
        yield "sheet", "nothing: a CSV has no sheet", layout.sheet
    for key, conditions in _conditions(layout):
        for number, condition in enumerate(conditions):
            place = f"{key}.{number}"
            if condition.column not in layout.columns:
                yield f"{place}.column", "one of columns", condition.column
            if bool(condition.words) == bool(condition.begins):
                yield place, "words, or begins", "both" if condition.words else "neither"
    if layout.areas:
        if layout.areas.column not in layout.columns:
            yield "areas.column", "one of columns", layout.areas.column
        for word, area in layout.areas.words.items():
            if area and area not in catalogue.areas:
                yield f"areas.words.{word}", "an area of areas.csv, or blank for the whole", area
    for number, counted in enumerate(layout.figures):
        yield from _figure_problems(f"figures.{number}", counted, layout, catalogue)


def _conditions(layout: ExportLayout) -> list[tuple[str, list[Condition]]]:
    figures = [(f"figures.{number}.where", counted.where) for number, counted in enumerate(layout.figures)]
    return [("rows", layout.rows), ("ignored", layout.ignored), *figures]


def _figure_problems(key: str, counted: CountedAs, layout: ExportLayout, catalogue: Catalogue) -> Iterator[_Problem]:
    measure = catalogue.measures.get(counted.measure)
    if measure is None:
        yield f"{key}.measure", "a measure of measures.csv", counted.measure
        return
    if layout.partner not in measure.partners or measure.aggregation == "derived":
        yield f"{key}.measure", f"a measure that {layout.partner} reports", counted.measure
    if layout.months != DOWN and measure.frequency != "M":
        yield f"{key}.measure", "a measure that is reported by month", counted.measure
    if layout.months == EVENTS and measure.unit != "count":
        yield f"{key}.measure", "a measure that is a count", counted.measure
    if counted.breakdown and (counted.measure, counted.breakdown) not in catalogue.breakdowns:
        yield f"{key}.breakdown", f"a breakdown of {counted.measure}", counted.breakdown
    if not counted.breakdown and not measure.has_total:
        yield f"{key}.breakdown", f"a part: the parts of {counted.measure} have no total", "none"


def _error(mapping: Mapping, key: str, expected: str, actual: str) -> Error:
    top, _, inner = key.partition(".")
    row = mapping.lines.get(top)
    parts = key.split(".")
    for length in range(len(parts), 1, -1):
        if inner and (place := ".".join(parts[:length])) in mapping.inner:
            row = mapping.inner[place]
            break
    return Error(mapping.file, expected, row, key, actual)
