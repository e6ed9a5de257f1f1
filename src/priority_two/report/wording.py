"""Words that no page can show as they were meant: markup where none is read, and characters without a glyph.

What leads and the analyst write is refused by file and line. What partners sent is not theirs to change: a character
of a note, or of a return's terms, is flagged by file and row, in the dataset ``characters``.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from priority_two.charts.glyphs import instead, named, without_glyph
from priority_two.checks.datasets.frame import framed
from priority_two.errors import Error, few
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.history import History
from priority_two.returns.store import TERMS_PROSE, Return
from priority_two.updates.documents import AnyDocument, AppendixFront, line_of, words_of
from priority_two.updates.markdown import word_errors

_EXPECTED = "characters that the papers' typeface has"


def document_faults(document: AnyDocument) -> list[Error]:
    """Return what no page can show of a document: markup in the keys, characters in the keys and the narrative."""
    errors = []
    for path, text in words_of(document):
        row, key = line_of(document, path), path.split(".")[0]
        errors += word_errors(text, document.file, row, key)
        errors += _characters(document.file, row, key, text)
    for row, line in enumerate(document.narrative.split("\n"), document.line):
        errors += _characters(document.file, row, "narrative", line)
    briefing = document.front.briefing if isinstance(document.front, AppendixFront) else None
    for number, text in enumerate(briefing.recommendations if briefing else ()):
        row = line_of(document, f"briefing.recommendations.{number}")
        errors += _characters(document.file, row, "recommendations", text)
    return few(document.file, errors)


def reference_faults(catalogue: Catalogue) -> list[Error]:
    """Return the cells of the reference tables with a character that no page can show."""
    errors: list[Error] = []
    for table in catalogue.tables.values():
        cells = ((row, column) for row in table.rows for column in table.columns)
        if without_glyph("".join(str(row[column]) for row, column in cells)):
            here = [
                error
                for row in table.rows
                for column in table.columns
                for error in _characters(table.file, row["row"], column, str(row[column]))
            ]
            errors += few(table.file, here)
    return errors


def sent_dataset(returns: Iterable[Return], observations: History) -> dict[str, pd.DataFrame]:
    """Return the dataset ``characters``: a row a note, or an item of terms, that no page can show as it is.

    There is none where every character has a glyph.
    """
    texts = [(observation.file, observation.row, observation.note) for observation in observations.where("note", bool)]
    for sent in returns:
        keys = sorted(TERMS_PROSE.words)
        texts += [(sent.terms_file, sent.terms_lines.get(key, 1), getattr(sent.terms, key)) for key in keys]
    if not without_glyph("".join(text for *_, text in texts)):
        return {}
    rows = [
        {"character": "; ".join(map(named, lacking)), "file": file, "row": row}
        for file, row, text in texts
        if (lacking := without_glyph(text))
    ]
    return {"characters": framed(rows, ["character"])}


def _characters(file: str, row: int, column: str, text: str) -> list[Error]:
    return [Error(file, _EXPECTED, row, column, named(ch), instead(ch)) for ch in without_glyph(text)]
