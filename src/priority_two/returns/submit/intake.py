"""Intake: a partner's file is accepted whole, or refused with a list of everything that is wrong with it.

The steps are in this order:

1. the file itself: its size, its kind, and whether it can be unpacked and parsed within bounds;
2. personal data, in every cell and comment. A cell with personal data is named and blanked, so that no later step can
   repeat what stood in it;
3. the terms, without which the figures mean nothing;
4. each figure;
5. the figures together: whether totals agree with their parts, for example.

Only a file without a fault reaches the store. Of any other file a marked copy is written for the partner to mend.

A file is the template as ``.xlsx``, or a CSV ``NAME.csv`` in the columns of ``observations.csv`` with its terms beside
it in ``NAME.terms.yaml``. A workbook with one sheet in those columns is read like that CSV. A marked copy takes the
terms of the file that it is a copy of. The store keeps the figures and the terms, and the file itself: a CSV as
``original.csv``, a workbook as ``original.xlsx``, which is written anew with only the values of the sheets that were
read (no properties, comments, links or other sheets). ``original.sha256`` is the hash of the file as it came. Reports
read neither.

No message repeats a figure or a text of the file. A message names the cell and the kind of its content.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import yaml

from priority_two.errors import Error, Refused, WrongCall, attempt
from priority_two.files.atomic import new_file
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import LARGEST_FILE, bounded
from priority_two.periods import RANGE, Period, plural
from priority_two.personal import BORN_YEARS_BEFORE, personal
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.personal_search import public_numbers
from priority_two.returns.store import (
    COLUMNS,
    NARROWEST_FIRST,
    Observation,
    Return,
    Terms,
    latest,
    observations,
    read_returns,
)
from priority_two.returns.submit import layout
from priority_two.returns.submit.acceptance import OBSERVATIONS, TERMS, Stored, store_return
from priority_two.returns.submit.completed_form import EntrySheet, is_template, sheets, unsafe
from priority_two.returns.submit.delimited import observations_sheet, read_csv, read_observations
from priority_two.returns.submit.personal_data import find_personal, take_out
from priority_two.returns.submit.spreadsheet import Flaw, Sheet, Spreadsheet
from priority_two.returns.submit.submission import OF_OTHERS, Submission, SubmittedFigure, Words, partner_named
from priority_two.returns.submit.terms import TermsReading, terms_beside, terms_of_template
from priority_two.returns.submit.totals import Identities, together
from priority_two.returns.submit.xlsx import read_xlsx
from priority_two.spellings import plain

MOST_ERRORS = 200
LARGEST_WORKBOOK = 32 * 1024 * 1024
"""Bytes: a sheet with a million rows that hold nothing but a colour has some ten millions."""
MOST_COPIES = 100
MOST_NAMED = 10
_AUTHORS, _OURS = ("creator", "lastModifiedBy", "Manager", "Company"), ("Priority Two", "openpyxl")
TERMS_SUFFIX = ".terms.yaml"
MARKED = "-to-mend"
_EVER = Period(0, 9999 * 12, RANGE)

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = (".xlsx", ".csv")
_SAVE_AS = "save it as .xlsx without macros or password, or as CSV with its terms beside it"


@dataclass(frozen=True)
class Accepted:
    """A return that the store holds: where, how many figures, and what a person should know all the same."""

    stored: Stored
    figures: int
    notices: tuple[str, ...]


class Faulty(Refused):
    """A return that is refused, with the marked copy that was written beside it, where one could be."""

    def __init__(self, errors: Iterable[Error | str], marked: Path | None) -> None:
        super().__init__(errors)
        self.marked = marked


@dataclass
class Reading(Submission):
    """What was read of a file before it is judged as a whole.

    ``history`` is all that the partner had sent before, in the order of receipt, and ``before`` what counted of it;
    ``if_new`` is said of a return that the store did not have.
    """

    terms: TermsReading = field(default_factory=TermsReading)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    history: list[Observation] = field(default_factory=list)
    before: list[Observation] = field(default_factory=list)
    if_new: list[str] = field(default_factory=list)


def ingest(
    folder: DataFolder,
    catalogue: Catalogue,
    file: Path,
    received: dt.date,
    partner: str = "",
    identities: Identities | None = None,
) -> Accepted:
    """Accept a partner's file into the store, or refuse it with everything that is wrong.

    ``partner`` is whose it must be; blank where the file says so itself. Without ``identities``, the equations of
    ``identities.csv`` are not judged.

    Raises
    ------
    WrongCall
        There is no such file, or no such partner.
    Refused
        The file cannot be read at all, or the store has another return of the partner on that day.
    Faulty
        There are faults in it; a marked copy lies beside the file.
    """
    if partner and not (partner := partner_named(catalogue, partner)):
        raise WrongCall(f"partner: found another word, expected {', '.join(catalogue.partners)}")
    shown = "the file" if personal(file.name) else file.name
    content = read_content(file, shown, LARGEST_FILE)
    kind = file.suffix.lower()
    helplines = public_numbers(folder)
    book = read_xlsx(content, shown) if kind == ".xlsx" else read_csv(content, shown)
    search = partial(find_personal, born_by=received.year - BORN_YEARS_BEFORE, helplines=helplines, catalogue=catalogue)
    private = search(book)
    take_out(book, private)
    sheet = book.sheets[0] if kind == ".csv" else None if is_template(book) else observations_sheet(book)
    if sheet is None:
        reading = _read_template(book, catalogue, received, partner)
    else:
        place = _terms_of(file, book)
        terms_reading = terms_beside(place, catalogue, received, partner, helplines)
        reading = _read_plain(book, sheet, catalogue, terms_reading)
        if place.name not in (file.stem + TERMS_SUFFIX, unmarked(file.stem) + TERMS_SUFFIX):
            reading.notices.append(f"{shown}: a mended copy, taken with the only terms beside it")
    terms = reading.terms.terms
    blanked = {(flaw.sheet, flaw.row, flaw.column) for flaw in private}
    others = [flaw for flaw in reading.flaws if (flaw.sheet, flaw.row, flaw.column) not in blanked]
    flaws = [*book.flaws, *private, *(others if reading.figures else _of_another(others, reading.terms.partner))]
    if not (reading.figures or flaws):
        flaws.append(Flaw("at least one figure", "none", "write x where a figure is not available"))
    flaws += judge(folder, catalogue, reading, received, shown, identities)
    if flaws or reading.terms.errors or terms is None:

        def mark(flaws: list[Flaw]) -> bytes:
            from priority_two.returns.submit.marked_copy import marked_csv, marked_workbook

            if kind == ".csv":
                return marked_csv(book, flaws)
            aside = partial(personal, allowed=helplines, headings=False)
            return marked_workbook(book, flaws, content, aside, lambda copy: not search(read_xlsx(copy, shown)))

        raise refusal(book, flaws, reading.terms.errors, file, mark)
    if _names_author(book, helplines):
        reading.if_new.append(f"{shown}: the workbook's properties, which may name its author, are not kept")
    return accept(folder, catalogue, reading, terms, shown, original_files(terms, reading, content, kind))


def judge(
    folder: DataFolder,
    catalogue: Catalogue,
    reading: Reading,
    received: dt.date,
    shown: str,
    identities: Identities | None,
) -> list[Flaw]:
    """Return what is wrong with the figures of a file together, and note what a person should look at all the same."""
    judged_by = reading.terms.terms or _unknown(reading.terms.partner, received)
    reading.history = _sent(folder, catalogue, judged_by.partner, received)
    reading.before = latest(reading.history)
    months = reading.terms.months or _EVER
    flaws, notices = together(reading.figures, judged_by, months, catalogue, identities, reading.history)
    reading.notices += [f"to look at: {notice.error(shown)}" for notice in notices]
    return flaws


def accept(
    folder: DataFolder, catalogue: Catalogue, reading: Reading, terms: Terms, shown: str, original: dict[str, bytes]
) -> Accepted:
    """Put a return without a fault into the store, with what is kept of the file itself, and say what it changes."""
    files, same = {**_figures(terms, reading), **original}, partial(_as_sent, terms, reading.figures)
    stored = store_return(folder, terms.received.isoformat(), terms.partner, files, same)
    if not stored.already:
        reading.notices += reading.if_new
    if stored.already:
        how = "from a later return, which counts (to send these anew, say so in the terms' explanation)"
    else:
        how = "from what was sent before, to be shown as revised"
    unmarked = [figure for figure in reading.figures if stored.already or "r" not in figure.status]
    valued = [observation for observation in reading.before if observation.value is not None]
    after = [sent for sent in latest(_sent(folder, catalogue, terms.partner)) if sent.terms.received > terms.received]
    reading.notices += _differences(shown, unmarked, valued, how)
    reading.notices += _differences(shown, reading.figures, after, "from a later return, which counts")
    reading.notices += _narrowed(shown, reading.figures, terms, reading.before)
    return Accepted(stored, len(reading.figures), tuple(reading.notices))


def _of_another(flaws: list[Flaw], partner: str) -> list[Flaw]:
    """Return flaws with one in place of those of all rows that other partners report.

    This is for a return in which no figure is the partner's own.
    """
    strange = [flaw for flaw in flaws if flaw.expected == OF_OTHERS]
    if len(strange) < 2:
        return flaws
    rows = f"measures that other partners report, in {len(strange)} rows"
    fix = "see which partner the terms name; where it is right, start from its own template"
    whole = replace(strange[0], expected=f"measures that {partner} reports", found=rows, fix=fix)
    return [whole, *(flaw for flaw in flaws if flaw.expected != OF_OTHERS)]


def _sent(folder: DataFolder, catalogue: Catalogue, partner: str, as_at: dt.date | None = None) -> list[Observation]:
    """Return all that the partner had sent by a day, as far as the store can be read: the gate names the rest."""
    returns: list[Return] = attempt([], [], lambda: read_returns(folder, as_at, partner)) if partner else []
    try:
        home = catalogue.partnership.home_area
        sent = [received for received in returns if received.terms.partner == partner]
        return [figure for figure in observations(sent, home) if figure.measure in catalogue.measures]
    except (KeyError, ValueError, ArithmeticError):
        return []


def _unknown(partner: str, received: dt.date) -> Terms:
    """Return terms under which no figure is shown. They stand in for terms that cannot be read."""
    answers = {"months": "", "explanation": "", "contact_post": "", "permission": "none"}
    return Terms.model_construct(None, partner=partner, received=received, extract_date=None, synthetic=True, **answers)


def read_content(file: Path, shown: str, largest_csv: int) -> bytes:
    """Return a file's bytes, after looking at its size and its kind."""
    if not file.is_file():
        raise WrongCall(f"file: {shown} is no file that can be read")
    if file.suffix.lower() not in _KINDS:
        raise Refused([Error(shown, "an .xlsx workbook or a .csv", found="another kind of file", fix=_SAVE_AS)])
    limit = LARGEST_WORKBOOK if file.suffix.lower() == ".xlsx" else largest_csv
    try:
        content = bounded(file, limit)
    except OSError:
        raise WrongCall(f"file: {shown} is no file that can be read") from None
    if len(content) > limit:
        fix = "copy the figures into a fresh template"
        raise Refused([Error(shown, f"at most {limit} bytes", found="a larger file", fix=fix)])
    if content.startswith(_OLD_WORKBOOK):
        other = "an encrypted workbook, or one of an older kind"
        raise Refused([Error(shown, "an .xlsx workbook or a .csv", found=other, fix=_SAVE_AS)])
    return content


def _read_template(book: Spreadsheet, catalogue: Catalogue, received: dt.date, partner: str) -> Reading:
    reading = Reading(terms=TermsReading(partner=partner))
    areas = catalogue.area_words.parts_head
    ours, others = sheets(book, reading.flaws, areas)
    reading.notices += _passed_over(book.shown, len(others))
    names = {layout.TERMS: layout.TERMS, layout.FIGURES: layout.FIGURES, layout.AREAS: areas}
    reading.sheets = {title: ours[name] for name, title in names.items() if name in ours}
    for sheet in reading.sheets.values():
        reading.flaws += unsafe(sheet)
    if layout.TERMS in ours:
        reading.terms = terms_of_template(book.shown, ours[layout.TERMS], catalogue, received, partner)
    words, months = Words(catalogue, reading.terms.partner), reading.terms.months
    form = layout.form(catalogue, words.partner, months) if words.partner and months else None
    for name in (layout.FIGURES, layout.AREAS):
        if name in ours:
            submission = EntrySheet(ours[name], words, form, name == layout.AREAS).read()
            reading.figures += submission.figures
            reading.flaws += submission.flaws
    reading.flaws += reading.terms.flaws
    return reading


def _read_plain(book: Spreadsheet, sheet: Sheet, catalogue: Catalogue, terms: TermsReading) -> Reading:
    submission = read_observations(sheet, Words(catalogue, terms.partner))
    notices = [f"{book.shown}: {notice}" for notice in submission.notices]
    others = [other for other in book.sheets if other is not sheet and other.name != layout.TO_MEND and other.by_row()]
    notices += _passed_over(book.shown, len(others))
    ours = {Path(OBSERVATIONS).stem: sheet}
    return Reading(submission.figures, [*unsafe(sheet), *submission.flaws], notices, terms, ours)


def _passed_over(shown: str, number: int) -> list[str]:
    what = "not of the template: looked through for personal data, not read or kept"
    return [f"{shown}: {plural(number, 'sheet')} {what}"] if number else []


def _terms_of(file: Path, book: Spreadsheet) -> Path:
    """Return where the terms of a file in the columns of ``observations.csv`` stand.

    A marked copy has those of the file that it is a copy of. If it was renamed, they are the only terms in the folder.
    """
    own, original = (file.with_name(stem + TERMS_SUFFIX) for stem in (file.stem, unmarked(file.stem)))
    there = own if own.is_file() else original
    if not there.is_file() and any(sheet.name == layout.TO_MEND for sheet in book.sheets):
        others = sorted(file.parent.glob(f"*{TERMS_SUFFIX}"))
        return others[0] if len(others) == 1 else there
    return there


def unmarked(stem: str) -> str:
    """Return the name of the file that a marked copy is of."""
    return re.sub(rf"(?:{MARKED}(?:-\d+)?)+$", "", stem)


def refusal(
    book: Spreadsheet,
    flaws: list[Flaw],
    terms: list[Error],
    file: Path,
    mark: Callable[[list[Flaw]], bytes] | None = None,
) -> Faulty:
    """Return why a file is refused, every fault in its order, with a marked copy written where it can be marked."""
    order = {sheet.name: number for number, sheet in enumerate(book.sheets)}
    flaws = sorted(dict.fromkeys(flaws), key=lambda flaw: (order.get(flaw.sheet, -1), flaw.row or 0, flaw.column or 0))
    errors: list[Error | str] = [*terms, *(flaw.error(book.shown) for flaw in flaws)]
    if len(errors) > MOST_ERRORS:
        more = len(errors) - MOST_ERRORS
        listed = "; the marked copy lists them all" if mark else ""
        errors[MOST_ERRORS:] = [f"{book.shown}: and {plural(more, 'fault')} more{listed}"]
    return Faulty(errors, _write_beside(file, mark(flaws)) if flaws and mark else None)


def _write_beside(file: Path, content: bytes) -> Path | None:
    """Write the marked copy beside the file, whole or not at all, and return where; None where nothing can be written.

    No file is overwritten, since it may be a copy that somebody is mending: the next free number is taken. A copy of
    the same content is not written again.
    """
    stem = "return" if personal(file.name) else unmarked(file.stem)
    try:
        for number in range(1, MOST_COPIES):
            target = file.with_name(f"{stem}{MARKED}{f'-{number}' if number > 1 else ''}{file.suffix.lower()}")
            if new_file(target, content) or _holds(target, content):
                return target
    except OSError:
        return None
    return None


def _holds(target: Path, content: bytes) -> bool:
    """Whether something that has a name is a file of this content, and no link, pipe or device."""
    try:
        return not target.is_symlink() and bounded(target, len(content)) == content
    except OSError:
        return False


def _names_author(book: Spreadsheet, helplines: frozenset[str]) -> bool:
    """Whether the properties of a workbook name its author, or anybody else."""
    authors = [text for name, text in book.properties if name in _AUTHORS and text not in _OURS]
    return bool(authors) or any(personal(text, allowed=helplines) for _, text in book.properties)


def _differences(shown: str, figures: Iterable[SubmittedFigure], others: Iterable[Observation], how: str) -> list[str]:
    """Return a notice that names the figures for which another return has another value, if there are any."""
    sent = {other.key: other.value for other in others}
    differing = [
        figure for figure in figures if sent.get((str(figure.period), *figure.key[1:]), figure.value) != figure.value
    ]
    if not differing:
        return []
    names = [
        " ".join(filter(None, (figure.measure, figure.breakdown, figure.area, str(figure.period))))
        for figure in differing
    ]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    count = f"{plural(len(names), 'figure')} {'differs' if len(names) == 1 else 'differ'}"
    return [f"{shown}: {count} {how}: {', '.join(names[:MOST_NAMED])}{more}"]


def _narrowed(shown: str, figures: Iterable[SubmittedFigure], terms: Terms, before: Iterable[Observation]) -> list[str]:
    """Return a notice that counts the figures sent before for which a narrower permission holds from now on."""
    about = {(figure.measure, figure.period) for figure in figures}
    rank = NARROWEST_FIRST.index(terms.permission)
    narrowed = [
        sent
        for sent in before
        if rank < NARROWEST_FIRST.index(sent.terms.permission)
        and any(measure == sent.measure and period.overlaps(sent.period) for measure, period in about)
    ]
    if not narrowed:
        return []
    words = f"narrower than before, and holds from now on for {plural(len(narrowed), 'figure')} sent before"
    return [f"{shown}: the permission {terms.permission} is {words}"]


def _as_sent(terms: Terms, figures: list[SubmittedFigure], received: Return) -> bool:
    """Whether a return, as the store reads it, has these terms and these figures, and no other."""
    try:
        stored = observations([received])
    except (KeyError, ValueError, ArithmeticError):
        return False
    sent = [(str(figure.period), *figure.key[1:], figure.value, figure.status, figure.note) for figure in figures]
    return received.terms == terms and sent == [(*row.key, row.value, row.status, row.note) for row in stored]


def _figures(terms: Terms, reading: Reading) -> dict[str, bytes]:
    """Return the figures and the terms of a return as the store has them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for figure in reading.figures:
        value = "" if figure.value is None else plain(figure.value)
        about = (str(figure.period), figure.measure, figure.area, figure.breakdown)
        writer.writerow([*about, value, figure.status, figure.note])
    terms_text = yaml.safe_dump(terms.model_dump(), sort_keys=False, allow_unicode=True, width=100)
    return {OBSERVATIONS: out.getvalue().encode(), TERMS: terms_text.encode()}


def original_files(
    terms: Terms, reading: Reading, content: bytes, kind: str, counts_only: bool = False
) -> dict[str, bytes]:
    """Return what the store keeps of the file itself: where it may keep the counts only, the hash and nothing else."""
    files = {"original.sha256": f"{hashlib.sha256(content).hexdigest()}\n".encode()}
    if counts_only:
        return files
    if kind != ".xlsx":
        return {"original.csv": content, **files}
    from priority_two.returns.submit.marked_copy import values_only

    title = f"Return of {terms.partner}, received on {terms.received}"
    return {"original.xlsx": values_only(reading.sheets, title), **files}
