"""The reference data explained: a table for each file, made from the models by which it is read.

A model says of each column what it holds and where that is used (``COLUMNS``, of a mapping ``KEYS``). Which values it
may have, and whether it may be blank, is asked of the model itself: so the page says what is checked::

    python -m priority_two.adoption.column_guide > docs/reference-data.md
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from priority_two.adoption.tables import ABOUT, EXAMPLES, ROW_MODELS
from priority_two.reference.catalogue import NAMED_BY
from priority_two.reference.partnership import (
    Approvals,
    AskingForReturns,
    Exceptions,
    Headline,
    Helpline,
    Partnership,
    Priority,
    QuickExit,
)
from priority_two.reference.records import Strict, TableRow, WordedCheck

_OPENING = """\
# Reference data

What words mean to one partnership stands in `data/reference/`: who its partners are, which figures they send, what was
promised, and how it is rated. Nothing of it stands in code.

`partnership.yaml` is a list of keys; everything else is a table: a CSV in UTF-8 whose first row names its columns, as a
spreadsheet program saves it. A day is written `2026-07-23`, a month `2026-07`, a quarter `2026-27-Q1`. A table that is
not needed may be absent, or hold its first row alone. The rows shown are examples, of a partnership that there is not.

A cell, or a value, that begins with `To fill in:` is still to be written: `priority-two validate` names it, and until
then no paper is made but a proof. How a partner's own export is read stands in `layouts/`, a YAML file each, and what
is wrong in a return that nobody can send again in `corrections.yaml`.
"""
_MAPPINGS: dict[str, tuple[type[Strict], str]] = {
    "priority": (Priority, ""),
    "headlines, annual_headlines": (Headline, "a list; of each"),
    "exceptions": (Exceptions, ""),
    "filing": (Approvals, ""),
    "asking_for_returns": (AskingForReturns, ""),
    "helplines": (Helpline, "a list; of each"),
    "quick_exit": (QuickExit, ""),
}
_HEAD = ("what it says, and where that is used", "values", "required")


def guide() -> str:
    """Return the page as Markdown."""
    return "\n".join([_OPENING, _partnership(), *(_table(name, model) for name, model in ROW_MODELS.items())])


def example(name: str) -> str:
    """Return the head of a table, and a row of an example, as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ROW_MODELS[name].columns(), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow(EXAMPLES[name])
    return text.getvalue()


def _table(name: str, model: type[TableRow]) -> str:
    required = _not_blank(model)
    rows = [
        (f"`{column}`", model.COLUMNS[column], _values(field), "yes" if column in required else "")
        for column, field in _fields(model).items()
    ]
    columns = _markdown(("column", *_HEAD), rows)
    return f"## {name}.csv\n\n{ABOUT[name]} {_need(name)}\n\n{columns}\n```csv\n{example(name)}```\n"


def _need(name: str) -> str:
    """Return when a table has to be there."""
    naming = [f"`{table}.csv` has a row with `{column}`" for table, column in NAMED_BY.get(name, ())]
    if name == "areas":
        return "Always needed: the home area stands in it."
    return f"Needed where {' or '.join(naming)}." if naming else "May be absent."


def _partnership() -> str:
    parts = ["## partnership.yaml\n", _keys(Partnership)]
    for keys, (model, form) in _MAPPINGS.items():
        names = ", ".join(f"`{key}`" for key in keys.split(", "))
        parts.append(f"### {names}\n\n" + (f"{form.capitalize()}:\n\n" if form else "") + _keys(model))
    return "\n".join(parts)


def _keys(model: Any) -> str:
    rows = [
        (f"`{key}`", model.KEYS[key], _values(field), "yes" if field.is_required() else "")
        for key, field in model.model_fields.items()
    ]
    return _markdown(("key", *_HEAD), rows)


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]
    return "\n".join(" ".join(line.split()) for line in lines) + "\n"


def _fields(model: type[TableRow]) -> dict[str, FieldInfo]:
    named = {str(field.validation_alias or name): field for name, field in model.model_fields.items()}
    return {column: named[column] for column in model.columns()}


class _NoCodes(dict[str, Any]):
    """What other tables hold, of which each is without a row."""

    def __bool__(self) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """Return the codes of a table: none."""
        return ()


def _not_blank(model: type[TableRow]) -> set[str]:
    """Return the columns that may not be blank: a row of blanks says which."""
    try:
        model.model_validate(dict.fromkeys(model.columns(), ""), context=_NoCodes())
    except ValidationError as error:
        return {str(problem["loc"][0]) for problem in error.errors(include_url=False) if problem["loc"]}
    return set()


def _values(field: FieldInfo) -> str:
    """Return in words which values a cell, or a key, may have."""
    if field.description:
        return field.description.split("; ")[0]
    for check in field.metadata:
        if isinstance(check, WordedCheck):
            return check.expected
    return _type(field.annotation)


_WORDS = {int: "a whole number", str: "text"}


def _type(annotation: Any) -> str:
    """Return a type in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" if value else "blank" for value in inner)
    if origin in (Union, UnionType):
        return _type(next(each for each in inner if each is not type(None)))
    if origin is list:
        return f"a list of {_type(inner[0])}" if inner[0] in _WORDS else "a list"
    if origin is dict:
        return f"{_type(inner[1])} by {_type(inner[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return "keys, as below"
    return _WORDS.get(annotation, "text")


def main() -> None:
    """Print the page."""
    sys.stdout.write(guide())


if __name__ == "__main__":
    main()
