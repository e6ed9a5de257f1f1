"""What a PDF carries inside it of its paper: what it says and what stands behind it, as tables and as data.

All of it follows from the run notebook, so that a PDF from JupyterLab's menu carries it as well.
"""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from priority_two.content.model import ShownCheck, ShownFlag, ShownSource
from priority_two.content.walk import as_csv, as_table, content, tables
from priority_two.errors import Error, Refused
from priority_two.files.json_text import json_bytes
from priority_two.publish.notebook import PublishedPaper
from priority_two.publish.pdf import Attached

_SAYS = {
    "ratings.csv": "Every rating that this paper shows",
    "figures.csv": "Every figure that this paper shows, and where it comes from",
    "milestones.csv": "Every milestone that this paper shows",
}
_CHECKS = TypeAdapter(list[ShownCheck])
_FLAGS = TypeAdapter(list[ShownFlag])
_SOURCES = TypeAdapter(list[ShownSource])


def attachments(paper: PublishedPaper) -> list[Attached]:
    """Return what the PDF of a paper carries; a table that would be empty is left out.

    Raises
    ------
    Refused
        The masthead does not say it as the package writes it.
    """
    says = tables(content(paper.metadata, paper.sections))
    try:
        checks = _CHECKS.validate_python(paper.metadata.get("checks", []))
        flags = _FLAGS.validate_python(paper.metadata.get("findings", []))
        head, *rows = paper.metadata.get("sources") or [[]]
        sources = _SOURCES.validate_python([dict(zip(head, row, strict=True)) for row in rows])
    except (ValidationError, TypeError, ValueError):
        raise Refused([Error("notebook", "a masthead as the package writes it", fix="run it again")]) from None
    validation = {"checks": _CHECKS.dump_python(checks), "findings": _FLAGS.dump_python(flags)}
    behind = as_csv(as_table(sources)) if sources else b""
    return [
        *(Attached(name, says[name], words) for name, words in _SAYS.items() if name in says),
        *([Attached("sources.csv", behind, "Every row of a return that stands behind a figure")] if behind else []),
        Attached("validation.json", json_bytes(validation), "What the checks flagged, point by point"),
    ]
