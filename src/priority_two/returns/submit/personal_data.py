"""Personal data in a partner's file: it is searched for before anything is stored.

If a cell, a sheet's name or a text aside looks as if it is about a person (:mod:`priority_two.personal`), the whole
return is refused and the place is named. The text itself is never repeated.
"""

from __future__ import annotations

from collections.abc import Iterable

from priority_two.personal import personal
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, Spreadsheet, tidy_text
from priority_two.spellings import tidy


def find_personal(book: Spreadsheet, born_by: int, helplines: frozenset[str], catalogue: Catalogue) -> list[Flaw]:
    """Return where personal data stands in a file. The catalogue's own words are none, whatever they look like.

    A sheet whose name is personal is renamed to its number, so that the name is not repeated either. ``born_by`` and
    the helplines are as of :func:`personal`.
    """
    ours = {
        word.lower()
        for part in catalogue.breakdowns.values()
        for word in (part.breakdown, part.label, part.series, part.title)
    } | {word.lower() for measure in catalogue.measures.values() for word in (measure.title, measure.definition)}
    named: set[str] = set()
    flaws = []
    for number, sheet in enumerate(book.sheets, start=1):
        if personal(sheet.name, born_by, helplines):
            sheet.name = f"number {number}"
            flaws.append(_private("personal data in its name", sheet.name))
        for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
            kind = personal(cell.content, born_by, helplines)
            if kind and tidy_text(cell).lower() not in ours:
                flaws.append(_private(kind, sheet.name, row, column))
                named.add(tidy_text(cell))
    for owner, where, text in book.asides:
        kind = personal(text, allowed=helplines, headings=False)
        if kind and tidy(text) not in named:  # as the names of a table's columns
            flaws.append(_private(f"{kind} in {where}", owner.name if owner else ""))
    return list(dict.fromkeys(flaws))


def _private(kind: str, sheet: str = "", row: int | None = None, column: int | None = None) -> Flaw:
    fix = "take it out, and see that no other cell holds anything about a person"
    if row is None:
        fix = "take it out (File, Info, Check for Issues, Inspect Document), or copy the figures into a fresh template"
    return Flaw("counts only, and nothing about a person", kind, fix, sheet, row, column, taken_out=True)


def take_out(book: Spreadsheet, private: Iterable[Flaw]) -> None:
    """Blank the cells that hold personal data, so that no later step can repeat it."""
    places = {(flaw.sheet, flaw.row, flaw.column) for flaw in private}
    for sheet in book.sheets:
        for row, column in list(sheet.cells):
            if (sheet.name, row, column) in places:
                sheet.cells[row, column] = NOTHING
                sheet.taken_out.add((row, column))
