"""What a partnership knows of its own words and figures, so that the papers can be held against it.

Six small tables of ``data/reference/``, each a rule a row; the code holds none of them:

====================  ================================================================================================
``names.csv``         texts whose digits are their own: an Act's year, a page of the strategy (``text,reason``)
``placeholders.csv``  words that keep a place for others: for ``text`` that is still to be written, or, in the note of
                      an observation, for the ``period`` that nobody stated (``words,lacks,note``)
``bodies.csv``        other names that a body goes by (``name,alias,note``)
``totals.csv``        a stated total, and what it must stand in relation to: the sum of other figures over a run of
                      periods, blank for the report's own (``total,title,stated,relation,of,periods``)
``attributions.csv``  to whom the papers credit a figure, blank for nobody, and where (``measure,credited_to,where``)
``related.csv``       commitments that wait for the same thing, so that one cannot be on course while the other is
                      held up (``commitment,related,reason``)
====================  ================================================================================================

Texts are taken as they stand and never as patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from priority_two.errors import Error, Refused, few
from priority_two.files.csv_table import Table
from priority_two.files.data_folder import DataFolder
from priority_two.measures.expressions import Term, parse_terms
from priority_two.periods import Period, try_parse
from priority_two.reference.catalogue import Catalogue

TABLES = ("names", "placeholders", "bodies", "totals", "attributions", "related")
RELATIONS = ("=", ">=", "<=")
LACKS = ("text", "period")
LONGEST_TEXT = 200

Check = tuple[str, str, Callable[[str], bool]]
"""A column, what is expected there in words, and whether a text is that."""


@dataclass(frozen=True)
class RuleRow:
    """A row of a table, with its place."""

    file: str
    row: int


@dataclass(frozen=True)
class Name(RuleRow):
    """A text whose digits are its own."""

    text: str
    reason: str


@dataclass(frozen=True)
class Placeholder(RuleRow):
    """Words that keep a place, and what they lack: ``text`` or ``period``."""

    words: str
    lacks: str
    note: str


@dataclass(frozen=True)
class Body(RuleRow):
    """A body's name, and another by which it goes."""

    name: str
    alias: str
    note: str


@dataclass(frozen=True)
class Total(RuleRow):
    """A stated total and the figures that it is of; `periods` is None for the report's own period."""

    total: str
    title: str
    stated: tuple[Term, ...]
    relation: str
    of: tuple[Term, ...]
    periods: Period | None


@dataclass(frozen=True)
class Attribution(RuleRow):
    """To whom the papers credit a measure, and where; blank where they credit it to nobody."""

    measure: str
    credited_to: str
    where: str


@dataclass(frozen=True)
class Related(RuleRow):
    """A commitment, one that waits for the same thing, and what that is."""

    commitment: str
    related: str
    reason: str


@dataclass(frozen=True)
class Rules:
    """All rules of a data folder."""

    names: tuple[Name, ...]
    placeholders: tuple[Placeholder, ...]
    bodies: tuple[Body, ...]
    totals: tuple[Total, ...]
    attributions: tuple[Attribution, ...]
    related: tuple[Related, ...]

    def lacking(self, what: str) -> list[str]:
        """Return the words that keep a place for ``text``, or for a ``period``."""
        return [one.words for one in self.placeholders if one.lacks == what]

    @property
    def aliases(self) -> dict[str, str]:
        """A body's own name by each other name."""
        return {one.alias: one.name for one in self.bodies}


def read_rules(folder: DataFolder, catalogue: Catalogue) -> Rules:
    """Return the rules of a data folder.

    Raises
    ------
    Refused
        A file cannot be read, or a row is no rule: every fault of every file.
    """
    known = set(catalogue.measures)
    codes = {f"{measure}[]" for measure in known} | {f"{one}[{part}]" for one, part in catalogue.breakdowns}
    figures = "a sum of figures such as COM03[posts] + COM03[launch-posts]"
    checks: dict[str, tuple[type[RuleRow], list[Check]]] = {
        "names": (Name, [_words("text"), _words("reason")]),
        "placeholders": (Placeholder, [_words("words"), ("lacks", "text or period", LACKS.__contains__)]),
        "bodies": (Body, [_words("name"), _words("alias")]),
        "totals": (
            Total,
            [
                _words("total"),
                _words("title"),
                ("stated", figures, lambda text: _figures(text, codes) is not None),
                ("relation", "=, >= or <=", RELATIONS.__contains__),
                ("of", figures, lambda text: _figures(text, codes) is not None),
                ("periods", "a period, or blank for the report's own", lambda text: not text or bool(try_parse(text))),
            ],
        ),
        "attributions": (
            Attribution,
            [("measure", "a measure of the catalogue", known.__contains__), _words("where")],
        ),
        "related": (
            Related,
            [
                ("commitment", "a commitment of the catalogue", catalogue.commitments.__contains__),
                ("related", "a commitment of the catalogue", catalogue.commitments.__contains__),
                _words("reason"),
            ],
        ),
    }
    errors: list[Error | str] = []
    made: dict[str, tuple[Any, ...]] = {}
    for name, (record, wanted) in checks.items():
        try:
            made[name] = tuple(_rows(folder.table(f"reference/{name}.csv"), record, wanted, codes))
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors)
    return Rules(**made)


def _rows(table: Table, record: type[RuleRow], wanted: Iterable[Check], codes: set[str]) -> list[RuleRow]:
    columns = [one.name for one in fields(record) if one.name not in ("file", "row")]
    if set(table.columns) != set(columns):
        raise Refused([Error(table.file, f"the columns {', '.join(columns)}", 1, found=", ".join(table.columns))])
    errors, made, seen = [], [], set()
    for row in table.rows:
        bad = [
            Error(table.file, expected, row["row"], column, row[column])
            for column, expected, good in wanted
            if not good(row[column])
        ]
        key = tuple(row[column] for column in columns[:2])
        if key in seen:
            bad.append(Error(table.file, "each rule once", row["row"], columns[0], row[columns[0]]))
        seen.add(key)
        errors += bad
        if not bad:
            values = {name: row[name] for name in ("file", "row", *columns)}
            if record is Total:
                values |= {name: _figures(values[name], codes) for name in ("stated", "of")}
                values["periods"] = try_parse(values["periods"])
            made.append(record(**values))
    if errors:
        raise Refused(few(table.file, errors))
    return made


def _words(column: str) -> Check:
    return column, f"some words, at most {LONGEST_TEXT} characters", lambda text: 0 < len(text) <= LONGEST_TEXT


def _figures(text: str, codes: set[str]) -> tuple[Term, ...] | None:
    """Return the terms of a sum of figures of the catalogue, or None where it is none."""
    try:
        terms = parse_terms(text)
    except ValueError:
        return None
    return terms if all(f"{term.measure}[{term.breakdown}]" in codes for term in terms) else None
