"""The reference data explained: a table for each file, made from the models by which its rows are read.

A model says of each column what it holds and where it shows (``COLUMNS``); which values it may have, and whether it may
be blank, is asked of the model itself. So this page cannot say anything else than what is checked::

    python -m priority_two.adoption.column_guide > docs/reference-data.md
"""

from __future__ import annotations

import re
import sys
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from priority_two.adoption.tables import ROW_MODELS
from priority_two.reference.records import TableRow

_OPENING = """\
# Reference data

What the words mean to one partnership stands in `data/reference/`: who its partners are, which figures they send, what
was promised, and how it is rated. Nothing of it stands in code. A cell or a value that begins with `To fill in:` is
still to be written: `priority-two validate` names it, and no paper is made meanwhile, but a proof.

A table is a CSV in UTF-8, with the columns below as its heading row; a spreadsheet program can save one. Dates are
`2026-07-23`, months `2026-07`, quarters `2026-27-Q1`.
"""


def guide(*, examples: bool = False) -> str:
    """Return the page as Markdown."""
    parts = [_OPENING, _partnership()]
    parts += [_table(name, model) for name, model in ROW_MODELS.items()]
    return "\n".join(parts)


def _table(name: str, model: type[TableRow]) -> str:
    required = _required(model)
    lines = [f"## {name}.csv", "", _first_paragraph(model), ""]
    lines += ["| column | what it says, and where that is used | values | required |", "|---|---|---|---|"]
    for column, field in _fields(model).items():
        must = "yes" if column in required else ""
        lines.append(f"| `{column}` | {model.COLUMNS.get(column, '')} | {_values(field)} | {must} |")
    return "\n".join(lines) + "\n"


def _first_paragraph(model: type) -> str:
    text = (model.__doc__ or "").split("\n\n")[0]
    return re.sub(r"`{1,2}", "`", " ".join(text.split()))


def _fields(model: type[TableRow]) -> dict[str, FieldInfo]:
    named = {str(field.validation_alias or name): field for name, field in model.model_fields.items()}
    return {column: named[column] for column in model.columns()}


class _NoCodes(dict[str, Any]):
    """What other tables hold, of which each is without a row."""

    def __bool__(self) -> bool:
        return True

    def get(self, key: str, default: Any = None) -> Any:
        return ()


def _required(model: type[TableRow]) -> set[str]:
    """Return the columns that may not be blank: a row of blanks says which."""
    try:
        model.model_validate(dict.fromkeys(model.columns(), ""), context=_NoCodes())
    except ValidationError as error:
        return {str(problem["loc"][0]) for problem in error.errors(include_url=False) if problem["loc"]}
    return set()


def _values(field: FieldInfo) -> str:
    """Return in words which values a cell may have."""
    if field.description:
        return field.description.split("; ")[0]
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" if value else "blank" for value in get_args(field.annotation))
    return "text"


def _partnership() -> str:
    return ""


def main() -> None:
    """Print the page."""
    sys.stdout.write(guide())


if __name__ == "__main__":
    main()
