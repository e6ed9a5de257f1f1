"""Datasets of the reference tables, one a table, and the codes that the other datasets are judged by.

A suite reads a code by the name of its table: ``{"$PARAMETER": "measures"}`` stands for every measure of
``measures.csv``. Where a table is missing, whatever rests on its codes is not judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import pandas as pd

from priority_two.checks.datasets.frame import Row, framed, yes
from priority_two.files.csv_table import Table
from priority_two.measures.expressions import parse_terms
from priority_two.periods import MONTH, parse_date, try_parse
from priority_two.reference.catalogue import TABLES, Catalogue

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


def reference_datasets(tables: dict[str, Table]) -> dict[str, pd.DataFrame]:
    """Return a dataset for each reference table that could be read.

    Parameters
    ----------
    tables
        The tables by name.
    """
    codes = parameters(tables)
    shared = _shared_tiles(tables["areas"].rows) if "areas" in tables else set()
    worked_out: dict[str, dict[str, WorkOut]] = {
        **_WORKED_OUT,
        "areas": {**_WORKED_OUT["areas"], "_tile_free": lambda row: yes(row["row"] not in shared)},
        "identities": {"_readable": partial(_readable, codes=codes.get("codes"))},
        "measures": {
            **_WORKED_OUT["measures"],
            "unknown_partner": lambda row: "; ".join(unknown_partners(row, codes.get("partners"))),
        },
    }
    frames = {}
    for name in TABLES:
        if name in tables:
            functions, table = worked_out.get(name, {}), tables[name]
            rows = [{**row, **{column: work(row) for column, work in functions.items()}} for row in table.rows]
            frames[name] = framed(rows, [*table.columns, *functions])
            frames[name].attrs = {"file": table.file}
    return frames


def parameters(tables: dict[str, Table]) -> dict[str, list[Any]]:
    """Return the codes of the reference tables that there are, by the names that the suites use for them."""
    codes = {
        name: [row[column] for row in tables[name].rows if row.get(column)]
        for name, column in _IDS.items()
        if name in tables
    }
    if {"measures", "breakdowns"} <= tables.keys():
        codes["codes"] = [f"{measure}[]" for measure in codes["measures"]]
        codes["codes"] += [_code(row) for row in tables["breakdowns"].rows]
    return codes


def breakdown_codes(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the codes of each measure's breakdowns, by measure."""
    codes: dict[str, list[str]] = {row.get("measure", ""): [] for row in catalogue.tables["measures"].rows}
    for row in catalogue.tables["breakdowns"].rows:
        codes.get(row.get("measure", ""), []).append(row.get("breakdown", ""))
    return codes


def partners_of(measure: Row) -> set[str]:
    """Return the partners that a row of ``measures.csv`` names."""
    return {name for name in measure.get("partner", "").split(";") if name}


def unknown_partners(measure: Row, partners: Collection[str] | None) -> list[str]:
    """Return the partners that a row of ``measures.csv`` names and that do not exist; none where all are unknown."""
    return [] if partners is None else sorted(partners_of(measure).difference(partners))


def months_in(text: str) -> int | None:
    """Return how many months a period has; None where the text is no period."""
    period = try_parse(text)
    return period.last - period.first + 1 if period else None


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


def _code(row: Row) -> str:
    return f"{row.get('measure', '')}[{row.get('breakdown', '')}]"


def _readable(row: Row, codes: Collection[str] | None) -> str:
    """Whether both sides of an identity are expressions of known figures."""
    try:
        terms = [*parse_terms(row.get("left", "")), *parse_terms(row.get("right", ""))]
    except ValueError:
        return yes(codes is None)
    return yes(codes is None or all(f"{term.measure}[{term.breakdown}]" in codes for term in terms if term.measure))


def _is_day(text: str) -> bool:
    try:
        return not text or bool(parse_date(text))
    except ValueError:
        return False


def _is_month(text: str) -> bool:
    period = try_parse(text)
    return not text or (period is not None and period.kind == MONTH)


def _each(is_good: Callable[[str], bool], *columns: str) -> dict[str, WorkOut]:
    """Return for each column a worked-out one that says whether its text, which may be blank, is good."""

    def worked_out(name: str) -> WorkOut:
        return lambda row: yes(is_good(row.get(name, "")))

    return {f"_{name}": worked_out(name) for name in columns}


def _months_between(row: Row) -> int | None:
    first, last = try_parse(row.get("first_month", "")), try_parse(row.get("last_month", ""))
    return last.first - first.first if first and last else None


def _days_in_force(row: Row) -> int | None:
    try:
        return (parse_date(row.get("valid_to", "")) - parse_date(row.get("valid_from", ""))).days
    except ValueError:
        return None


def _shared_tiles(areas: list[Row]) -> set[int]:
    """Return the lines of areas that share a tile with another of their type while both are in force."""
    tiles: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    for row in areas:
        tile = row.get("type", ""), row.get("tile_row", ""), row.get("tile_column", "")
        if all(tile[1:]):
            # As text, days sort as they follow each other; open ends come first and last.
            first, last = row.get("valid_from", ""), row.get("valid_to", "") or "9999"
            tiles.setdefault(tile, []).append((first, last, row["row"]))
    shared: set[int] = set()
    for spans in tiles.values():
        longest, holder = "", 0
        for first, last, line in sorted(spans):
            if holder and first <= longest:
                shared |= {holder, line}
            if not holder or last > longest:
                longest, holder = last, line
    return shared


_WORKED_OUT: dict[str, dict[str, WorkOut]] = {
    "areas": {
        "_months": _days_in_force,
        **_each(_is_day, "valid_from", "valid_to"),
        "_tile_placed": lambda row: yes(bool(row.get("tile_row")) == bool(row.get("tile_column"))),
    },
    "breakdowns": {"_code": _code},
    "calendar": {
        "_months": lambda row: months_in(row.get("period", "")),
        **_each(_is_day, "board_date", "returns_due"),
    },
    "measures": {"_parts_of_total": lambda row: yes(row.get("total") != "none" or not row.get("parts"))},
    "partners": {**_each(_is_month, "first_month", "last_month"), "_months": _months_between},
    "rag": {
        "_contrast": lambda row: contrast(row.get("colour", "")),
        "rank": lambda row: row.get("rank", "") if re.fullmatch(r"[0-9]{1,3}", row.get("rank", ""), re.ASCII) else "",
    },
}
