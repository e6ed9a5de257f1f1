"""A partner's own export, taken in by a layout (:mod:`priority_two.reference.export_layouts`) through the same gate.

Its rows are read by :mod:`priority_two.returns.submit.export_rows`. The terms are those of the layout, and the months
those of the file.

What is kept of the file: of a table with a figure a row or a month a column, what is kept of any return, after the same
search for personal data. A file with a row an event may well be about persons. Nothing of it is kept but the counts and
its SHA-256; it is not searched, since columns that hold persons are not read, and no word of it is repeated. Nor is a
marked copy written of any export: a system wrote it, and what is to be mended is the layout, or the system.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from priority_two.errors import Error, Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.periods import RANGE, Period, parse
from priority_two.personal import BORN_YEARS_BEFORE, personal
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.export_layouts import EVENTS, FOLDER, ExportLayout
from priority_two.reference.personal_search import public_numbers
from priority_two.returns.encoding import UTF_16, decoded
from priority_two.returns.store import Terms
from priority_two.returns.submit.completed_form import unsafe
from priority_two.returns.submit.export_rows import MENDED, MOST_FLAWS, Export, Rows
from priority_two.returns.submit.intake import (
    Accepted,
    Reading,
    accept,
    judge,
    original_files,
    read_content,
    refusal,
)
from priority_two.returns.submit.layout import months_text
from priority_two.returns.submit.personal_data import find_personal
from priority_two.returns.submit.spreadsheet import Flaw, InputCell, Sheet, Spreadsheet
from priority_two.returns.submit.submission import SubmittedFigure, note_flaw, partner_named, plainly
from priority_two.returns.submit.terms import MOST_MONTHS, TermsReading
from priority_two.returns.submit.totals import Identities
from priority_two.returns.submit.xlsx import read_xlsx

LARGEST_CSV = 32 * 1024 * 1024
MOST_ROWS = 500_000
MOST_FIELDS = 1_000
MOST_TEXTS = 200_000


def ingest_export(
    folder: DataFolder,
    catalogue: Catalogue,
    layout: ExportLayout,
    name: str,
    file: Path,
    received: dt.date,
    partner: str = "",
    identities: Identities | None = None,
) -> Accepted:
    """Accept a partner's own export into the store by the layout of a name, or refuse it with everything that is wrong.

    ``partner`` is whose it must be; blank where the layout says so.

    Raises
    ------
    WrongCall
        There is no such file, or it is another partner's.
    Refused
        The file cannot be read at all, its layout has moved, or there are faults in it.
    """
    if partner and partner_named(catalogue, partner) != layout.partner:
        raise WrongCall(f"partner: the layout {name} is of {layout.partner}; leave it out, or name another layout")
    shown = "the file" if personal(file.name) else file.name
    place = folder.shown(f"{FOLDER}/{name}.yaml")
    _check_standing_terms(layout, place, public_numbers(folder))
    content, kind = read_content(file, shown, LARGEST_CSV), file.suffix.lower()
    if kind != {"csv": ".csv", "workbook": ".xlsx"}[layout.file]:
        expected = f"a {'.csv' if layout.file == 'csv' else 'workbook, .xlsx'}, as {place} says"
        raise Refused([Error(shown, expected, found="another kind of file")])
    book, table = _book(content, kind, shown, layout, place)
    sheet = book.sheets[0]
    export = Export(layout, catalogue, sheet.name, shown, place)
    export.read(table())
    flaws = [*book.flaws, *(unsafe(sheet) if kind == ".xlsx" else []), *export.flaws()]
    if layout.months != EVENTS:
        flaws += _private(book, table, catalogue, public_numbers(folder), received.year - BORN_YEARS_BEFORE)
    if not export.figures:
        fix = f"see rows, ignored and since in {place}"
        raise refusal(book, flaws or [Flaw("at least one figure", "none", fix, sheet.name)], [], file)
    terms = _terms(layout, export.figures, received, shown)
    standing = TermsReading(terms, layout.partner, parse(terms.months))
    ours = layout.sheet or "Export"
    reading = Reading(export.figures, [], export.notices(), standing, {ours: sheet})
    flaws += judge(folder, catalogue, reading, received, shown, identities)
    if flaws:
        raise refusal(book, flaws, [], file)
    original = original_files(terms, reading, content, kind, counts_only=layout.months == EVENTS)
    return accept(folder, catalogue, reading, terms, shown, original)


def _check_standing_terms(layout: ExportLayout, place: str, helplines: frozenset[str]) -> None:
    """Refuse a layout whose words may not stand in terms; helplines may be named."""
    errors = []
    for key in ("explanation", "contact_post"):
        text = getattr(layout, key)
        kind = personal(text, allowed=helplines)
        problem = note_flaw(text, "", 1, 1)
        if kind:
            errors.append(Error(place, "nothing about a person", None, key, kind, "name the post or team"))
        elif problem or not text:
            expected, fix = (problem.expected, problem.fix) if problem else ("a few words", "write them")
            errors.append(Error(place, expected, None, key, problem.found if problem else "nothing", fix))
    if errors:
        raise Refused(errors)


def _terms(layout: ExportLayout, figures: Iterable[SubmittedFigure], received: dt.date, shown: str) -> Terms:
    """Return the standing terms of a layout, for the months that the file has."""
    periods = [figure.period for figure in figures]
    months = Period(min(period.first for period in periods), max(period.last for period in periods), RANGE)
    if months.last - months.first >= MOST_MONTHS:
        fix = "say in the layout, as since, which month is the first to be read"
        raise Refused([Error(shown, f"at most {MOST_MONTHS} months", found="more", fix=fix)])
    return Terms(
        partner=layout.partner,
        received=received,
        extract_date=None,
        months=months_text(months),
        explanation=layout.explanation,
        permission=layout.permission,
        contact_post=layout.contact_post,
        synthetic=layout.synthetic,
    )


def _book(
    content: bytes, kind: str, shown: str, layout: ExportLayout, place: str
) -> tuple[Spreadsheet, Callable[[], Rows]]:
    """Return a file with only the sheet that is read, and what goes through its rows; those of a CSV are not held."""
    if kind == ".csv":
        text, odd = _text(content, shown)
        book = Spreadsheet(shown, [Sheet("")])
        book.flaws += [Flaw("text in the encoding of the other rows", "other bytes", "", "", row) for row in odd]
        return book, partial(_csv_rows, text, _delimiter(text, layout), shown)
    book = read_xlsx(content, shown)
    named = [sheet for sheet in book.sheets if plainly(sheet.name) == plainly(layout.sheet)]
    filled = [sheet for sheet in book.sheets if sheet.by_row()]
    sheets = named if layout.sheet else filled
    if len(sheets) != 1:
        expected = f"the sheet {layout.sheet}" if layout.sheet else "one sheet that holds something"
        raise Refused([Error(shown, f"{expected}, as {place} says", found=f"{len(sheets)}", fix=MENDED)])
    book.sheets = sheets
    return book, lambda: iter(sheets[0].by_row().items())


def _text(content: bytes, shown: str) -> tuple[str, list[int]]:
    if b"\0" in content and not content.startswith(UTF_16):
        raise Refused([Error(shown, "text", found="other bytes", fix="save it as CSV UTF-8")])
    return decoded(content)


def _delimiter(text: str, layout: ExportLayout) -> str:
    """Return what stands between the fields: what cuts a row of the head into most of the headings."""
    head = text[:100_000].split("\n")[: layout.header_row]
    headings = {heading.casefold() for heading in layout.columns}

    def known(sign: str) -> int:
        return max(sum(part.strip(' "').casefold() in headings for part in line.split(sign)) for line in head)

    return max(",;\t|", key=known)


def _csv_rows(text: str, delimiter: str, shown: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 0
    try:
        for number, fields in enumerate(reader, start=1):
            if number > MOST_ROWS or len(fields) > MOST_FIELDS:
                limit = f"at most {MOST_ROWS} rows, and {MOST_FIELDS} fields in a row"
                raise Refused([Error(shown, limit, number, found="more", fix="export fewer months at a time")])
            yield number, {column: InputCell(value) for column, value in enumerate(fields, 1) if value.strip()}
    except csv.Error:
        fix = "close every quotation mark, and save it as CSV again"
        raise Refused([Error(shown, "well-formed CSV", number + 1, fix=fix)]) from None


def _private(
    book: Spreadsheet, table: Callable[[], Rows], catalogue: Catalogue, helplines: frozenset[str], born_by: int
) -> list[Flaw]:
    """Return where personal data stands in a table whose original is kept, cell by cell as in any return."""
    looked: dict[str, bool] = {}
    suspects = Sheet(book.sheets[0].name)
    for row, cells in table():
        for column, cell in cells.items():
            text = f"{type(cell.content).__name__} {cell.content}"
            if text not in looked:
                if len(looked) == MOST_TEXTS:
                    expected = f"at most {MOST_TEXTS} different texts, all of which are looked through"
                    raise Refused([Error(book.shown, expected, row, found="more")])
                looked[text] = bool(personal(cell.content, born_by, helplines))
            if looked[text] and len(suspects.cells) < MOST_FLAWS:
                suspects.cells[row, column] = cell
    return find_personal(replace(book, sheets=[suspects]), born_by, helplines, catalogue)
