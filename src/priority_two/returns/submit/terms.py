"""The terms of a return, as a partner writes them: on the terms sheet, or in a YAML file beside a CSV.

Terms say whose figures these are, what they count, and how they may be used. Without them the figures cannot be used.
So every item has to be there, with an answer that can be understood::

    partner: helpline
    extract_date: 2021-07-01
    months: 2021-04..2021-06
    explanation: An extract of the crime recording system.
    permission: publish
    contact_post: Performance team
    synthetic: no

No fault repeats what stands in an item, since a person's name may stand where a post was asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from priority_two.errors import Error, Refused, without_values
from priority_two.files.reads import read_bytes
from priority_two.files.yaml_mapping import Mapping, load_yaml
from priority_two.periods import RANGE, Period
from priority_two.personal import personal
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.personal_search import born_by, in_mapping
from priority_two.reference.records import validated
from priority_two.returns.encoding import decoded
from priority_two.returns.store import TERMS_PROSE, Terms
from priority_two.returns.submit import layout
from priority_two.returns.submit.completed_form import answers
from priority_two.returns.submit.spreadsheet import Flaw, Sheet, tidy_text
from priority_two.returns.submit.submission import note_flaw, partner_named
from priority_two.spellings import Content, Unclear, read_date, read_period

LARGEST_TERMS = 64 * 1024
MOST_MONTHS = 60
_YES_NO = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
_WRITE = "write it: partner, extract_date, months, explanation, permission, contact_post, synthetic"
_Wrong = Callable[[str, str, str, str], None]
"""Adds what is wrong with an item: its key, what was expected, what was found, and how to mend it."""


@dataclass
class TermsReading:
    """What could be read of the terms: they are None where something is wrong with them.

    Partner (blank where unknown) and months (None where unknown) are there so that the figures can be checked even if
    something else is wrong. A sheet has flaws, a file beside a CSV has errors.
    """

    terms: Terms | None = None
    partner: str = ""
    months: Period | None = None
    flaws: list[Flaw] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)


def terms_of_template(shown: str, sheet: Sheet, catalogue: Catalogue, received: dt.date, partner: str) -> TermsReading:
    """Return the terms that stand on the terms sheet of a template.

    ``partner`` is whose return it must be; blank where the sheet says so itself.
    """
    reading = TermsReading(partner=partner)
    places = answers(sheet, reading.flaws)
    texts = {key: tidy_text(sheet.at(*place)) for key, place in places.items()}

    def wrong(key: str, expected: str, actual: str, fix: str) -> None:
        actual = actual or ("another" if texts[key] else "nothing")
        reading.flaws.append(Flaw(expected, actual, fix, sheet.name, *places[key]))

    if texts.get("version", layout.VERSION) != layout.VERSION:
        wrong("version", f"template version {layout.VERSION}", "", _FRESH)
    if "partner" in texts:
        reading.partner = _partner(texts["partner"], catalogue, partner, wrong, _FRESH)
    ends = [_month(key, sheet.at(*places[key]).content, wrong) for key in ("first", "last") if key in places]
    if len(ends) == 2 and ends[0] and ends[1]:
        if ends[1].last < ends[0].first or ends[1].last - ends[0].first >= MOST_MONTHS:
            expected = "a last month no earlier than the first, and at most five years"
            wrong("last", expected, "", "see both months")
        else:
            reading.months = Period(ends[0].first, ends[1].last, RANGE)
    drawn = sheet.at(*places["extract_date"]).content if texts.get("extract_date") else None
    extract_date = _extract_date(drawn, received, wrong)
    for key, expected in (("explanation", "what the figures are"), ("contact_post", "the post to ask")):
        if key in texts:
            _check_words(key, texts[key], expected, wrong)
    for key, choices in (("permission", tuple(layout.PERMISSIONS)), ("synthetic", ("yes", "no"))):
        if texts.get(key, choices[0]).lower() not in choices:
            wrong(key, " or ".join(choices), "", "choose one")
    if reading.flaws or reading.months is None or len(places) < len(layout.QUESTIONS):
        return reading
    values = {
        "partner": reading.partner,
        "received": received,
        "extract_date": extract_date,
        "months": layout.months_text(reading.months),
        "explanation": texts["explanation"],
        "permission": texts["permission"].lower(),
        "contact_post": texts["contact_post"],
        "synthetic": texts["synthetic"].lower() == "yes",
    }
    reading.terms = validated(Terms, Mapping(shown, values, {}))
    return reading


_FRESH = "start from a fresh template"


def _month(key: str, content: Content, wrong: _Wrong) -> Period | None:
    expected = "a month such as 2021-03"
    period = _period(key, content, expected, "", wrong)
    if period and period.first != period.last:
        wrong(key, expected, "a longer period", "write one month")
        return None
    return period


def terms_beside(
    path: Path, catalogue: Catalogue, received: dt.date, partner: str, helplines: frozenset[str]
) -> TermsReading:
    """Return the terms that stand in a YAML file beside a CSV.

    Where the file names a day of receipt, it has to be the one that is given. ``partner`` is whose return it must be;
    blank where the file says so itself. The helplines are telephone numbers that are public, digits only.
    """
    shown = "the terms" if personal(path.name) else path.name
    reading = TermsReading(partner=partner)
    if not path.exists():
        reading.errors = [Error(shown, "the terms of the return beside it", found="no such file", fix=_WRITE)]
        return reading
    if path.is_symlink():
        fix = "put the file itself in its place"
        reading.errors = [Error(shown, "the terms of the return beside it", found="a link", fix=fix)]
        return reading
    try:
        text, odd = decoded(read_bytes(path, shown, LARGEST_TERMS))
    except Refused as refused:
        reading.errors = _errors(refused)
        return reading
    private: dict[int, str] = {}
    for row, line in enumerate(text.split("\n"), start=1):
        key, _, value = line.partition(":")
        kinds = (personal(text, allowed=helplines) for text in (line, key, value))
        if kind := next(filter(None, kinds), ""):
            private[row] = kind
    fix = "name the post or team, and no person"
    reading.errors = [Error(shown, "nothing about a person", row, "", kind, fix) for row, kind in private.items()]
    if odd:
        expected, fix = "text in one encoding", "type the line again, and save the file as UTF-8"
        reading.errors += [Error(shown, expected, row, "", "other bytes", fix) for row in odd if row not in private]
        return reading
    try:
        mapping = load_yaml(text, shown, prose=TERMS_PROSE)
    except Refused as refused:
        reading.errors += _errors(refused)
        return reading
    parsed = [error for error in in_mapping(mapping, helplines, born_by(received)) if error.row not in private]
    reading.errors += parsed
    private |= {error.row: error.found for error in parsed if error.row is not None}
    errors = _read_mapping(mapping, reading, catalogue, received, partner)
    reading.errors += [error for error in errors if error.row not in private]
    reading.errors.sort(key=lambda error: error.row or 0)
    if reading.errors:
        reading.terms = None
    return reading


def _read_mapping(
    mapping: Mapping, reading: TermsReading, catalogue: Catalogue, received: dt.date, partner: str
) -> list[Error]:
    """Read the terms of a YAML file, and return everything that is wrong with them."""
    values = dict(mapping.values)
    errors: list[Error] = []

    def wrong(key: str, expected: str, actual: str, fix: str) -> None:
        errors.append(Error(mapping.file, expected, mapping.lines.get(key), key, actual or "another", fix))

    if values.get("partner") is not None:
        fix = f"the codes are {', '.join(catalogue.partners)}"
        reading.partner = _partner(str(values["partner"]), catalogue, partner, wrong, fix)
    if reading.partner or values.get("partner") is not None:
        values["partner"] = reading.partner or "another"
    if _day("received", _spelt(values.get("received")), wrong) not in (received, None):
        wrong("received", f"the day that --received names, {received.isoformat()}, or nothing", "another day", "")
    values["received"] = received
    values["extract_date"] = _extract_date(_spelt(values.get("extract_date")), received, wrong)
    if values.get("months") is not None:
        reading.months = _months(_spelt(values["months"]), wrong)
        values["months"] = layout.months_text(reading.months) if reading.months else ""
    if isinstance(values.get("permission"), str):
        values["permission"] = values["permission"].strip().lower()
    if isinstance(values.get("synthetic"), str):  # in quotes, or with a dot behind it
        values["synthetic"] = _YES_NO.get(values["synthetic"].strip(" .").lower(), values["synthetic"])
    for key in ("explanation", "contact_post"):
        if isinstance(values.get(key), str):
            _check_words(key, " ".join(values[key].split()), "a few words", wrong)
    try:
        reading.terms = validated(Terms, replace(mapping, values=values))
    except Refused as refused:
        errors += without_values(refused.errors)
    return errors


def _spelt(value: Any) -> Content:
    """Return a value of YAML as the content of a cell: a day, a text or nothing."""
    return value if value is None or isinstance(value, dt.date) else str(value)


def _months(content: Content, wrong: _Wrong) -> Period | None:
    months = _period("months", content, "months such as 2021-01..2021-03", "write the first and the last month", wrong)
    if months and months.last - months.first >= MOST_MONTHS:
        wrong("months", "at most five years of months", "more", "see the first and the last month")
        return None
    return months and Period(months.first, months.last, RANGE)


# Items that are read in the same way from a sheet and from YAML


def _period(key: str, content: Content, expected: str, fix: str, wrong: _Wrong) -> Period | None:
    try:
        return read_period(content)
    except Unclear as unclear:
        wrong(key, expected, unclear.found, unclear.fix or fix)
        return None


def _partner(text: str, catalogue: Catalogue, partner: str, wrong: _Wrong, fix: str) -> str:
    """Return the partner that the terms name, by whose measures the figures are read; else the one of the call."""
    named = partner_named(catalogue, text)
    if not named:
        wrong("partner", "a partner's code", "", fix)
    elif partner and named != partner:
        wrong("partner", f"the partner that --partner names, {partner}", named, "")
    return named or partner


def _extract_date(content: Content, received: dt.date, wrong: _Wrong) -> dt.date | None:
    day = _day("extract_date", content, wrong)
    if day and day > received:
        wrong("extract_date", "a day no later than that of receipt", "a later day", "mend the date")
    return day


def _day(key: str, content: Content, wrong: _Wrong) -> dt.date | None:
    """Return the day of an item, or None where there is none; a text that is no day is a fault."""
    if content is None or content == "":
        return None
    try:
        return read_date(content)
    except Unclear as unclear:
        wrong(key, unclear.expected, unclear.found, unclear.fix)
        return None


def _check_words(key: str, text: str, expected: str, wrong: _Wrong) -> None:
    problem = note_flaw(text, "", 1, 1)
    if not text:
        wrong(key, expected, "nothing", "fill it in")
    elif problem:
        wrong(key, problem.expected, problem.found, problem.fix)


def _errors(refused: Refused) -> list[Error]:
    return [error for error in refused.errors if isinstance(error, Error)]
