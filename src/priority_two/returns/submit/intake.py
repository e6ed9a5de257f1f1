"""Intake: a partner's file is accepted whole, or refused whole with everything that is wrong with it.

The order is that of trust. First the file itself: its size, its kind, and whether it can be unpacked and parsed within
bounds. Then personal data, in every cell and comment: what is found is named by its place, blanked, and looked at no
more. Then the terms, without which the figures mean nothing. Then each figure, and last what figures say together.
Only a file in which nothing is wrong reaches the store.

Accepted are the template as ``.xlsx``, and a CSV ``NAME.csv`` in the columns of ``observations.csv`` with its terms
beside it in ``NAME.terms.yaml``; a workbook with one sheet in those columns is read as that CSV would be. A marked copy
that was mended finds the terms of the file that it is a copy of. Beside what was read the store keeps ``original.csv``
as it came, or ``original.xlsx``, which is written anew with the values of the sheets that were read and nothing else:
no properties, comments, links or other sheets. ``original.sha256`` is of the file as it came. Reports read neither.

No message repeats a figure or a text of the file: it names the cell, and says of what kind its content was.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import yaml

from priority_two.errors import Error, Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import LARGEST_FILE
from priority_two.periods import RANGE, Period, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.store import COLUMNS, Observation, Terms, latest, observations, read_returns
from priority_two.returns.submit import layout
from priority_two.returns.submit.acceptance import OBSERVATIONS, TERMS, Kept, keep
from priority_two.returns.submit.completed_form import is_template, read_figures, sheets, unsafe
from priority_two.returns.submit.delimited import observations_sheet, read_csv, read_observations
from priority_two.returns.submit.personal_data import personal
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, Sheet, Spreadsheet, tidy_text
from priority_two.returns.submit.submission import OF_OTHERS, SubmittedFigure, Words, partner_named
from priority_two.returns.submit.terms import TermsReading, terms_beside, terms_of_template
from priority_two.returns.submit.totals import Identities, together
from priority_two.returns.submit.xlsx import read_xlsx
from priority_two.spellings import plain, tidy

MOST_ERRORS = 200
LARGEST_WORKBOOK = 32 * 1024 * 1024
"""Bytes: a sheet with a million rows that hold nothing but a colour has some ten millions."""
MOST_COPIES = 100
MOST_NAMED = 10
_AUTHORS, _OURS = ("creator", "lastModifiedBy", "Manager", "Company"), ("Priority Two", "openpyxl")
TERMS_SUFFIX = ".terms.yaml"
MARKED = "-to-mend"
_EVER = Period(0, 9999 * 12, RANGE)
BORN_YEARS_BEFORE = 5
"""A full date more than this many years before the day of receipt is taken for a date of birth."""

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = (".xlsx", ".csv")
_SAVE_AS = "save it as .xlsx without macros or password, or as CSV with its terms beside it"


@dataclass(frozen=True)
class Accepted:
    """A return that the store holds.

    Parameters
    ----------
    kept
        Where it lies, and whether it lay there before.
    figures
        How many figures it has.
    notices
        What a person should know all the same, a line each.
    """

    kept: Kept
    figures: int
    notices: tuple[str, ...]


class Faulty(Refused):
    """A return that is refused, with the marked copy that was written beside it, where one could be."""

    def __init__(self, errors: Iterable[Error | str], marked: Path | None) -> None:
        super().__init__(errors)
        self.marked = marked


@dataclass
class _Read:
    """What was read of a file before it is judged as a whole."""

    terms: TermsReading
    sheets: list[Sheet] = field(default_factory=list)
    figures: list[SubmittedFigure] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def ingest(
    folder: DataFolder,
    catalogue: Catalogue,
    file: Path,
    received: dt.date,
    partner: str = "",
    identities: Identities | None = None,
) -> Accepted:
    """Accept a partner's file into the store, or refuse it with everything that is wrong.

    Parameters
    ----------
    folder
        The data folder.
    catalogue
        What the words mean.
    file
        The file: a filled-in template, or a CSV with its terms beside it.
    received
        The day on which it came.
    partner
        Whose it must be; blank where the file says so itself.
    identities
        Works out the equations of ``identities.csv``; left out, they are not judged.

    Raises
    ------
    WrongCall
        There is no such file, or no such partner.
    Refused
        The file or the areas cannot be read at all, or the store has another return of the partner on that day.
    Faulty
        There are faults in it; a marked copy lies beside the file.
    """
    if partner and not (partner := partner_named(catalogue, partner)):
        raise WrongCall(f"partner: found another word, expected {', '.join(catalogue.partners)}")
    shown = "the file" if personal(file.name) else file.name
    content = _content(file, shown)
    kind = file.suffix.lower()
    layout.dated_areas(catalogue)
    helplines = frozenset(re.sub(r"\D", "", line.number) for line in catalogue.partnership.helplines)
    book = read_xlsx(content, shown) if kind == ".xlsx" else read_csv(content, shown)
    search = partial(_privacy, born_by=received.year - BORN_YEARS_BEFORE, helplines=helplines, catalogue=catalogue)
    private = search(book)
    _take_out(book, private)
    sheet = book.sheets[0] if kind == ".csv" else None if is_template(book) else observations_sheet(book)
    if sheet is None:
        read = _read_template(book, catalogue, received, partner)
    else:
        place = _terms_of(file, book)
        beside = terms_beside(place, catalogue, received, partner, helplines)
        read = _read_plain(sheet, catalogue, beside, shown)
        extra = [one for one in book.sheets if one is not sheet and one.name != layout.TO_MEND and one.by_row()]
        read.notices += [_passed_over(shown, len(extra))] if extra else []
        if place.name not in (file.stem + TERMS_SUFFIX, _unmarked(file.stem) + TERMS_SUFFIX):
            read.notices.append(f"{shown}: a mended copy, taken with the only terms beside it")
    terms, months = read.terms.terms, read.terms.months
    blanked = {(flaw.sheet, flaw.row, flaw.column) for flaw in private}
    others = [flaw for flaw in (*read.flaws, *read.terms.flaws) if (flaw.sheet, flaw.row, flaw.column) not in blanked]
    flaws = [*book.flaws, *private, *(others if read.figures else _of_another(others, read.terms.partner))]
    if not (read.figures or flaws):
        flaws.append(Flaw("at least one figure", "none", "write x where a figure is not available"))
    judged_by = terms or _unknown(read.terms.partner, received)
    before = _sent(folder, catalogue, judged_by.partner, received)
    wrong, notices = together(read.figures, judged_by, months or _EVER, catalogue, identities, before)
    flaws += wrong
    read.notices += [f"to look at: {notice.error(shown)}" for notice in notices]
    if flaws or read.terms.errors or terms is None:

        def mark(flaws: list[Flaw]) -> bytes:
            from priority_two.returns.submit.marked_copy import marked_csv, marked_workbook

            if kind == ".csv":
                return marked_csv(book, flaws)
            aside = partial(personal, allowed=helplines, headings=False)
            return marked_workbook(book, flaws, content, aside, lambda copy: not search(read_xlsx(copy, shown)))

        raise _refusal(book, flaws, read.terms.errors, file, mark)
    kept = keep(folder, received.isoformat(), terms.partner, _files(terms, read, content, kind))
    read.notices += _about(book, helplines, read.figures, before, kept.already)
    after = [one for one in _sent(folder, catalogue, terms.partner) if one.terms.received > received]
    if overtaken := _different(read.figures, after):
        read.notices.append(f"{shown}: {_counted(overtaken)} from a later return, which counts: {_listed(overtaken)}")
    return Accepted(kept, len(read.figures), tuple(read.notices))


def _of_another(flaws: list[Flaw], partner: str) -> list[Flaw]:
    """Return flaws with those of rows that other partners report as one: where no figure is the partner's own."""
    strange = [flaw for flaw in flaws if flaw.expected == OF_OTHERS]
    if len(strange) < 2:
        return flaws
    found = f"measures that other partners report, in {len(strange)} rows"
    fix = "see which partner the terms name; where it is right, start from its own template"
    whole = replace(strange[0], expected=f"measures that {partner} reports", found=found, fix=fix)
    return [whole, *(flaw for flaw in flaws if flaw.expected != OF_OTHERS)]


def _sent(folder: DataFolder, catalogue: Catalogue, partner: str, as_at: dt.date | None = None) -> list[Observation]:
    """Return what the partner had sent by a day; nothing where the store has yet to be mended."""
    try:
        sent = [one for one in read_returns(folder, as_at) if one.terms.partner == partner]
        return [one for one in latest(observations(sent)) if one.measure in catalogue.measures]
    except (Refused, KeyError, ValueError, ArithmeticError):  # the gate names what is wrong there
        return []


def _unknown(partner: str, received: dt.date) -> Terms:
    """Return terms that let nothing be shown, to judge figures by whose own terms cannot be read."""
    return Terms.model_construct(
        partner=partner,
        received=received,
        extract_date=None,
        months="",
        explanation="",
        permission="none",
        contact_post="",
        synthetic=True,
    )


def _content(file: Path, shown: str) -> bytes:
    """Return a file's bytes, after looking at its size and its kind."""
    if not file.is_file():
        raise WrongCall(f"file: {shown} is no file that can be read")
    if file.suffix.lower() not in _KINDS:
        raise Refused([Error(shown, "an .xlsx workbook or a .csv", found="another kind of file", fix=_SAVE_AS)])
    limit = LARGEST_WORKBOOK if file.suffix.lower() == ".xlsx" else LARGEST_FILE
    try:
        with file.open("rb") as handle:
            content = handle.read(limit + 1)
    except OSError:
        raise WrongCall(f"file: {shown} is no file that can be read") from None
    if len(content) > limit:
        fix = "copy the figures into a fresh template"
        raise Refused([Error(shown, f"at most {limit} bytes", found="a larger file", fix=fix)])
    if content.startswith(_OLD_WORKBOOK):
        found = "an encrypted workbook, or one of an older kind"
        raise Refused([Error(shown, "an .xlsx workbook or a .csv", found=found, fix=_SAVE_AS)])
    return content


def _privacy(book: Spreadsheet, born_by: int, helplines: frozenset[str], catalogue: Catalogue) -> list[Flaw]:
    """Return where personal data stands. The catalogue's own words are none, whatever they look like."""
    ours = {
        word.lower()
        for part in catalogue.breakdowns.values()
        for word in (part.breakdown, part.label, part.series, f"{part.series}: {part.label}")
    } | {word.lower() for one in catalogue.measures.values() for word in (one.title, one.definition)}
    named: set[str] = set()
    flaws, renamed = [], 0
    for number, sheet in enumerate(book.sheets, start=1):
        if personal(sheet.name, born_by, helplines):
            sheet.name, renamed = f"number {number}", renamed + 1
            flaws.append(_private("personal data in its name", sheet.name))
        for (row, column), cell in sorted(sheet.cells.items(), key=lambda item: item[0]):
            found = personal(cell.content, born_by, helplines)
            if found and tidy_text(cell).lower() not in ours:
                flaws.append(_private(found, sheet.name, row, column))
                named.add(tidy_text(cell))
    seen = set()
    for owner, where, text in book.asides:
        found = personal(text, allowed=helplines, headings=False)
        name = owner.name if owner else ""
        if found and (name, where, found) not in seen and tidy(text) not in named:  # as the names of a table's columns
            seen.add((name, where, found))
            flaws.append(_private(f"{found} in {where}", name))
    return flaws


def _private(found: str, sheet: str = "", row: int | None = None, column: int | None = None) -> Flaw:
    fix = "take it out, and see that no other cell holds anything about a person"
    if row is None:
        fix = "take it out (File, Info, Check for Issues, Inspect Document), or copy the figures into a fresh template"
    return Flaw("counts only, and nothing about a person", found, fix, sheet, row, column, taken_out=True)


def _take_out(book: Spreadsheet, private: Iterable[Flaw]) -> None:
    """Blank what is personal, so that no later stage can repeat it."""
    places = {(one.sheet, one.row, one.column) for one in private}
    for sheet in book.sheets:
        for row, column in list(sheet.cells):
            if (sheet.name, row, column) in places:
                sheet.cells[row, column] = NOTHING
                sheet.taken_out.add((row, column))


def _read_template(book: Spreadsheet, catalogue: Catalogue, received: dt.date, partner: str) -> _Read:
    read = _Read(TermsReading(partner=partner))
    ours, others = sheets(book, read.flaws)
    read.notices += [_passed_over(book.shown, len(others))] if others else []
    read.sheets = [ours[name] for name in (layout.TERMS, layout.FIGURES, layout.WARDS) if name in ours]
    for sheet in read.sheets:
        read.flaws += unsafe(sheet)
    if layout.TERMS in ours:
        read.terms = terms_of_template(book.shown, ours[layout.TERMS], catalogue, received, partner)
    words, months = Words(catalogue, read.terms.partner), read.terms.months
    form = layout.form(catalogue, words.partner, months) if words.partner and months else None
    for name in (layout.FIGURES, layout.WARDS):
        if name in ours:
            submission = read_figures(ours[name], words, form, name == layout.WARDS)
            read.figures += submission.figures
            read.flaws += submission.flaws
    return read


def _passed_over(shown: str, number: int) -> str:
    return f"{shown}: {plural(number, 'sheet')} not of the template: looked through for personal data, not read or kept"


def _terms_of(file: Path, book: Spreadsheet) -> Path:
    """Return where the terms of a file in the columns of ``observations.csv`` stand.

    A marked copy has those of the file that it is a copy of; where it bears another name by now, the only ones there.
    """
    own, original = (file.with_name(stem + TERMS_SUFFIX) for stem in (file.stem, _unmarked(file.stem)))
    there = own if own.is_file() else original
    if not there.is_file() and any(sheet.name == layout.TO_MEND for sheet in book.sheets):
        others = sorted(file.parent.glob(f"*{TERMS_SUFFIX}"))
        return others[0] if len(others) == 1 else there
    return there


def _unmarked(stem: str) -> str:
    """Return the name that a marked copy was made of."""
    return re.sub(rf"(?:{MARKED}(?:-\d+)?)+$", "", stem)


def _read_plain(sheet: Sheet, catalogue: Catalogue, terms: TermsReading, shown: str) -> _Read:
    submission = read_observations(sheet, Words(catalogue, terms.partner))
    notices = [f"{shown}: {notice}" for notice in submission.notices]
    return _Read(terms, [sheet], submission.figures, [*unsafe(sheet), *submission.flaws], notices)


def _refusal(
    book: Spreadsheet, flaws: Iterable[Flaw], terms: list[Error], file: Path, mark: Callable[[list[Flaw]], bytes]
) -> Faulty:
    order = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    sorted_flaws = sorted(
        dict.fromkeys(flaws), key=lambda one: (order.get(one.sheet, -1), one.row or 0, one.column or 0)
    )
    errors: list[Error | str] = [*terms, *(one.error(book.shown) for one in sorted_flaws)]
    if len(errors) > MOST_ERRORS:
        more = len(errors) - MOST_ERRORS
        errors[MOST_ERRORS:] = [f"{book.shown}: and {plural(more, 'fault')} more; the marked copy lists them all"]
    return Faulty(errors, _write_beside(file, mark(sorted_flaws)) if sorted_flaws else None)


def _write_beside(file: Path, content: bytes) -> Path | None:
    """Write the marked copy beside the file, whole or not at all, and return where; None where nothing can be written.

    No file is overwritten, since it may be a copy that somebody is mending: the next free number is taken. The same
    copy once more is left as it is.
    """
    stem = "return" if personal(file.name) else _unmarked(file.stem)
    part = file.with_name(f".{stem}{MARKED}.part")  # a name of its own, so that what a killed run left is replaced
    try:
        part.unlink(missing_ok=True)
        with part.open("xb") as handle:
            handle.write(content)
        for number in range(1, MOST_COPIES):
            target = file.with_name(f"{stem}{MARKED}{f'-{number}' if number > 1 else ''}{file.suffix.lower()}")
            try:
                with target.open("rb") as handle:
                    if handle.read(len(content) + 1) == content:
                        return target
            except FileNotFoundError:
                part.replace(target)
                return target
        return None
    except OSError:
        return None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _about(
    book: Spreadsheet,
    helplines: frozenset[str],
    figures: Iterable[SubmittedFigure],
    before: Iterable[Observation],
    already: bool,
) -> list[str]:
    """Return what the sender should know of a return that was accepted: what is not kept, and what it changes."""
    notices = []
    authors = [text for name, text in book.properties if name in _AUTHORS and text not in _OURS]
    if not already and (authors or any(personal(text, allowed=helplines) for _, text in book.properties)):
        notices.append(f"{book.shown}: the workbook's properties, which may name its author, are not kept")
    unmarked = [one for one in figures if already or "r" not in one.status]
    changed = _different(unmarked, [one for one in before if one.value is not None])
    if changed:
        how = "from what was sent before, to be shown as revised"
        if already:
            how = "from a later return, which counts (to send these anew, say so in the terms' explanation)"
        notices.append(f"{book.shown}: {_counted(changed)} {how}: {_listed(changed)}")
    return notices


def _different(figures: Sequence[SubmittedFigure], others: Iterable[Observation]) -> list[SubmittedFigure]:
    """Return the figures of which another return says something else."""
    sent = {one.key: one.value for one in others}
    keys = [(str(figure.period), *figure.key[1:]) for figure in figures]
    return [figure for figure, key in zip(figures, keys, strict=True) if sent.get(key, figure.value) != figure.value]


def _counted(figures: Sequence[SubmittedFigure]) -> str:
    return f"{plural(len(figures), 'figure')} {'differs' if len(figures) == 1 else 'differ'}"


def _listed(figures: Sequence[SubmittedFigure]) -> str:
    names = [" ".join(filter(None, (one.measure, one.breakdown, one.area, str(one.period)))) for one in figures]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _files(terms: Terms, read: _Read, content: bytes, kind: str) -> dict[str, bytes]:
    """Return what the store keeps of a return."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in read.figures:
        value = "" if one.value is None else plain(one.value)
        writer.writerow([str(one.period), one.measure, one.area, one.breakdown, value, one.status, one.note])
    said = yaml.safe_dump(terms.model_dump(), sort_keys=False, allow_unicode=True, width=100)
    files = {OBSERVATIONS: out.getvalue().encode(), TERMS: said.encode()}
    if kind == ".xlsx":
        from priority_two.returns.submit.marked_copy import values_only

        files["original.xlsx"] = values_only(read.sheets, f"Return of {terms.partner}, received on {terms.received}")
    else:
        files["original.csv"] = content
    return {**files, "original.sha256": f"{hashlib.sha256(content).hexdigest()}\n".encode()}
