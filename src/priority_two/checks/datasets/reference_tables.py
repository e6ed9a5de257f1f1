"""Datasets of the reference tables, one a table, and the codes that the other datasets are judged by.

A suite reads a code by the name of its table: ``{"$PARAMETER": "measures"}`` stands for every measure of
``measures.csv``. Where a table is missing, whatever rests on its codes is not judged by them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import pandas as pd

from priority_two.checks.datasets.frame import Row, framed, yes
from priority_two.files.csv_table import CsvTable
from priority_two.measures.expressions import parse_terms
from priority_two.periods import try_parse
from priority_two.reference.catalogue import TABLES, Area, Catalogue
from priority_two.reference.records import sound_rows

WorkOut = Callable[[Row], Any]

_IDS = {
    "partners": "partner",
    "measures": "measure",
    "areas": "area",
    "sections": "section",
    "commitments": "commitment",
    "rag": "rating",
}
"""The column that holds the codes of a table."""
WORDS = "area_types"
"""The table that has words and no codes: its rows alone say whether they are right."""
_SHORTENED = {"partners": "name", "measures": "title", "sections": "title", "commitments": "title"}
"""The column whose text serves where a row has no short name of its own."""


def reference_datasets(tables: dict[str, CsvTable]) -> dict[str, pd.DataFrame]:
    """Return a dataset for each reference table that could be read."""
    codes = parameters(tables)
    shared = _shared_tiles(sound_rows(tables["areas"], Area)[0]) if "areas" in tables else set()
    partners = set(codes.get("partners", ()))
    unlike = _unlike_in_period(tables["calendar"].rows) if "calendar" in tables else set()
    parts = _parts_of_two_types(tables["areas"].rows) if "areas" in tables else set()
    worked_out: dict[str, dict[str, WorkOut]] = {
        "areas": {
            "_tile_free": lambda row: yes(row["row"] not in shared),
            "_of_one_type": lambda row: yes(row["row"] not in parts),
        },
        "calendar": {"_agrees": lambda row: yes(row["row"] not in unlike)},
        "identities": {"_readable": partial(_readable, codes=codes.get("codes"))},
        "measures": {"unknown_partner": lambda row: "; ".join(sorted(_partners(row) - partners if partners else ()))},
    }
    for name, column in _SHORTENED.items():
        worked_out.setdefault(name, {})["short_name"] = partial(_short_name, column)
    frames = {}
    for name in TABLES:
        if name in tables and name != WORDS:
            functions, table = worked_out.get(name, {}), tables[name]
            rows = [{**row, **{column: work(row) for column, work in functions.items()}} for row in table.rows]
            frames[name] = framed(rows, [*table.columns, *functions])
            frames[name].attrs = {"file": table.file}
    return frames


def parameters(tables: dict[str, CsvTable]) -> dict[str, list[Any]]:
    """Return the codes of the reference tables that there are, by the names that the suites use for them."""
    codes = {
        name: [row[column] for row in tables[name].rows if row[column]]
        for name, column in _IDS.items()
        if name in tables
    }
    if {"measures", "breakdowns"} <= tables.keys():
        codes["codes"] = [f"{measure}[]" for measure in codes["measures"]]
        codes["codes"] += [_code(row) for row in tables["breakdowns"].rows]
    return codes


def breakdown_codes(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the codes of each measure's breakdowns, by measure."""
    codes: dict[str, list[str]] = {row["measure"]: [] for row in catalogue.tables["measures"].rows}
    for row in catalogue.tables["breakdowns"].rows:
        codes.get(row["measure"], []).append(row["breakdown"])
    return codes


def months_in(text: str) -> int | None:
    """Return how many months a period has; None where the text is no period."""
    period = try_parse(text)
    return period.last - period.first + 1 if period else None


def _code(row: Row) -> str:
    return f"{row['measure']}[{row['breakdown']}]"


def _partners(row: Row) -> set[str]:
    return {name for name in row["partner"].split(";") if name}


def _short_name(column: str, row: Row) -> str:
    return str(row["short"] or row[column])


def _readable(row: Row, codes: Collection[str] | None) -> str:
    """Whether both sides of an identity are expressions of known figures."""
    try:
        terms = [*parse_terms(row["left"]), *parse_terms(row["right"])]
    except ValueError:
        return yes(codes is None)
    return yes(codes is None or all(f"{term.measure}[{term.breakdown}]" in codes for term in terms if term.measure))


def _unlike_in_period(rows: Iterable[Row]) -> set[int]:
    """Return the lines of the calendar with another label, or day for returns, than the first of their period."""
    first: dict[str, Row] = {}
    return {
        row["row"]
        for row in rows
        for begins in [first.setdefault(row["period"], row)]
        if (row["label"], row["returns_due"]) != (begins["label"], begins["returns_due"])
    }


def _parts_of_two_types(rows: Iterable[Row]) -> set[int]:
    """Return the lines of areas that lie in the same one as others and are of another type than the first of these."""
    first: dict[str, str] = {}
    return {row["row"] for row in rows if row["parent"] and first.setdefault(row["parent"], row["type"]) != row["type"]}


def _shared_tiles(areas: Iterable[Area]) -> set[int]:
    """Return the lines of areas that share a tile with another of their type while both are in force."""
    tiles: dict[tuple[object, ...], list[tuple[dt.date, dt.date, int]]] = {}
    for area in areas:
        if area.tile_row is not None:
            first, last = area.valid_from or dt.date.min, area.valid_to or dt.date.max
            tiles.setdefault((area.type, area.tile_row, area.tile_column), []).append((first, last, area.row))
    shared: set[int] = set()
    for spans in tiles.values():
        longest, holder = dt.date.min, 0
        for first, last, line in sorted(spans):
            if holder and first <= longest:
                shared |= {holder, line}
            if not holder or last > longest:
                longest, holder = last, line
    return shared
