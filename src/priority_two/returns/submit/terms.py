"""The terms of a return, as a partner writes them: on the terms sheet, or in a YAML file beside a CSV.

Figures without terms mean nothing and may be used for nothing, so every item has to be there and to make sense. What
stood in an item is never repeated in a fault, since it may be a name where a post was asked for.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

from priority_two.errors import Error, Refused
from priority_two.files.yaml_mapping import Mapping, load_yaml
from priority_two.periods import RANGE, Period
from priority_two.reference.catalogue import Catalogue, validated
from priority_two.returns.encoding import decoded
from priority_two.returns.store import TERMS_PROSE, Terms
from priority_two.returns.submit import layout
from priority_two.returns.submit.completed_form import answers
from priority_two.returns.submit.personal_data import personal
from priority_two.returns.submit.spreadsheet import Flaw, Sheet, flaw, tidy_text
from priority_two.returns.submit.submission import note_flaw, partner_named
from priority_two.spellings import Content, Unclear, read_date, read_period

LARGEST_TERMS = 64 * 1024
MOST_MONTHS = 60
_YES_NO = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
_WRITE = "write it: partner, extract_date, months, explanation, permission, contact_post, synthetic"


@dataclass
class TermsReading:
    """What could be read of the terms.

    Parameters
    ----------
    terms
        The terms, or None where something is wrong with them.
    partner, months
        The partner (blank) and the months (None) as far as they are known, so that figures can be looked at all the
        same.
    flaws, faults
        What is wrong: in a sheet, and in a file beside it.
    """

    terms: Terms | None = None
    partner: str = ""
    months: Period | None = None
    flaws: list[Flaw] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)


def terms_of_template(shown: str, sheet: Sheet, catalogue: Catalogue, received: dt.date, partner: str) -> TermsReading:
    """Return the terms that stand on the terms sheet of a template.

    Parameters
    ----------
    shown
        The file's name for people.
    sheet
        The sheet.
    catalogue
        The partners that there are.
    received
        The day of receipt.
    partner
        Whose return it must be; blank where the sheet says so itself.
    """
    read = TermsReading(partner=partner)
    found = answers(sheet, read.flaws)
    flaws = read.flaws
    texts = {key: tidy_text(sheet.at(row, column)) for key, (_, row, column) in found.items()}

    def wrong(key: str, expected: str, was: str = "", fix: str = "") -> None:
        _, row, column = found[key]
        flaws.append(Flaw(expected, was or ("nothing" if not texts[key] else "another"), fix, sheet.name, row, column))

    def blank(key: str) -> bool:
        """Whether an item is there and its answer is not."""
        return key in found and not texts[key]

    if "version" in found and texts["version"] != layout.VERSION:
        wrong("version", f"template version {layout.VERSION}", fix="start from a fresh template")
    named = partner_named(catalogue, texts.get("partner", ""))
    if "partner" in found and not named:
        wrong("partner", "a partner's code", fix="start from a fresh template")
    elif "partner" in found:
        read.partner = named  # the figures are judged as those of whom the sheet names
        if partner and named != partner:
            wrong("partner", f"the partner that --partner names, {partner}", named)
    ends = []
    for key in ("first", "last"):
        if key in found:
            content, row, column = found[key]
            ends.append(_month(content, sheet.name, row, column, flaws))
    if len(ends) == 2 and ends[0] and ends[1]:
        if ends[1].last < ends[0].first or ends[1].last - ends[0].first >= MOST_MONTHS:
            wrong("last", "a last month no earlier than the first, and at most five years", fix="see both months")
        else:
            read.months = Period(ends[0].first, ends[1].last, RANGE)
    extract = None
    if texts.get("extract_date"):
        content, row, column = found["extract_date"]
        try:
            extract = read_date(content)
        except Unclear as unclear:
            flaws.append(flaw(unclear, sheet.name, row, column))
        if extract and extract > received:
            wrong("extract_date", "a day no later than that of receipt", "a later day", "mend the date")
    for key, expected in (("explanation", "what the figures are"), ("contact_post", "the post to ask")):
        if blank(key):
            wrong(key, expected, fix="fill it in")
        elif key in found:
            problem = note_flaw(texts[key], sheet.name, *found[key][1:])
            flaws += [problem] if problem else []
    permission = texts.get("permission", "").lower()
    if "permission" in found and permission not in layout.PERMISSIONS:
        wrong("permission", " or ".join(layout.PERMISSIONS), fix="choose one")
    synthetic = {"no": False, "yes": True}.get(texts.get("synthetic", "").lower())
    if "synthetic" in found and synthetic is None:
        wrong("synthetic", "yes or no", fix="choose one")
    if flaws or read.months is None or len(found) < len(layout.QUESTIONS):
        return read
    values = {
        "partner": named,
        "received": received,
        "extract_date": extract,
        "months": layout.months_text(read.months),
        "explanation": texts["explanation"],
        "permission": permission,
        "contact_post": texts["contact_post"],
        "synthetic": synthetic,
    }
    read.terms = validated(Terms, Mapping(shown, values, {}))
    return read


def _month(content: Content, sheet: str, row: int, column: int, flaws: list[Flaw]) -> Period | None:
    try:
        period = read_period(content)
    except Unclear as unclear:
        flaws.append(replace(flaw(unclear, sheet, row, column), expected="a month such as 2021-03"))
        return None
    if period.first != period.last:
        flaws.append(Flaw("a month such as 2021-03", "a longer period", "write one month", sheet, row, column))
        return None
    return period


def terms_beside(
    path: Path, catalogue: Catalogue, received: dt.date, partner: str, helplines: frozenset[str]
) -> TermsReading:
    """Return the terms that stand in a YAML file beside a CSV.

    Parameters
    ----------
    path
        The file.
    catalogue
        The partners that there are.
    received
        The day of receipt; where the file names one, it has to be the same.
    partner
        Whose return it must be; blank where the file says so itself.
    helplines
        Telephone numbers that are public, digits only.
    """
    shown = "the terms" if personal(path.name) else path.name
    read = TermsReading(partner=partner)
    try:
        text, odd = _text(path, shown)
    except Refused as refused:
        read.errors = _faults(refused)
        return read
    private = {
        row: found
        for row, line in enumerate(text.split("\n"), start=1)
        if (found := personal(line, allowed=helplines))
        or (found := personal(line.partition(":")[2], allowed=helplines))
    }
    fix = "name the post or team, and no person"
    read.errors = [Error(shown, "nothing about a person", row, found=found, fix=fix) for row, found in private.items()]
    if odd:
        expected, fix = "text in one encoding", "type the line again, and save the file as UTF-8"
        read.errors += [Error(shown, expected, row, found="other bytes", fix=fix) for row in odd if row not in private]
        return read
    try:
        mapping = load_yaml(text, shown, prose=TERMS_PROSE)
    except Refused as refused:
        read.errors += _faults(refused)
        return read
    judged = _Judged(mapping)
    judged.read(read, catalogue, received, partner)
    read.errors = sorted(
        [*read.errors, *(error for error in judged.errors if error.row not in private)], key=lambda one: one.row or 0
    )
    if read.errors:
        read.terms = None
    return read


def _text(path: Path, shown: str) -> tuple[str, list[int]]:
    try:
        with path.open("rb") as handle:
            content = handle.read(LARGEST_TERMS + 1)
    except OSError:
        raise Refused([Error(shown, "the terms of the return beside it", found="no such file", fix=_WRITE)]) from None
    if len(content) > LARGEST_TERMS:
        raise Refused([Error(shown, f"at most {LARGEST_TERMS} bytes", found="a larger file")])
    return decoded(content)


class _Judged:
    """The keys of a YAML file, each read as a person writes it, and everything that is wrong with them."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping, self.values = mapping, dict(mapping.values)
        self.errors: list[Error] = []

    def wrong(self, key: str, expected: str, found: str, fix: str = "") -> None:
        """Add a fault of a key."""
        self.errors.append(Error(self.mapping.file, expected, self.mapping.lines.get(key), key, found, fix))

    def read(self, read: TermsReading, catalogue: Catalogue, received: dt.date, partner: str) -> None:
        """Read every key, and with them the terms."""
        values = self.values
        if partner and values.get("partner") is None:
            values["partner"] = partner
        elif values.get("partner") is not None:
            self._partner(read, catalogue, partner)
        expected = f"the day that --received names, {received.isoformat()}, or nothing"
        if values.get("received") is not None and self._day("received") not in (received, None):
            self.wrong("received", expected, "another day")
        values["received"] = received
        values.setdefault("extract_date", None)
        extract = self._day("extract_date")
        values["extract_date"] = extract
        if extract and extract > received:
            self.wrong("extract_date", "a day no later than that of receipt", "a later day", "mend the date")
        if values.get("months") is not None:
            self._months(read)
        if isinstance(values.get("permission"), str):
            values["permission"] = values["permission"].strip().lower()
        if isinstance(values.get("synthetic"), str):  # in quotes, or with a dot behind it
            values["synthetic"] = _YES_NO.get(values["synthetic"].strip(" .").lower(), values["synthetic"])
        for key in ("explanation", "contact_post"):
            if isinstance(values.get(key), str):
                self._words(key)
        try:
            read.terms = validated(Terms, replace(self.mapping, values=values))
        except Refused as refused:
            # What stood there may be anything, and is not repeated.
            self.errors += [
                replace(one, found="another") if one.found not in ("", "none") else one for one in _faults(refused)
            ]

    def _partner(self, read: TermsReading, catalogue: Catalogue, partner: str) -> None:
        named = partner_named(catalogue, str(self.values["partner"]))
        if not named:
            fix = f"the codes are {', '.join(catalogue.partners)}"
            self.wrong("partner", "a partner's code", "another", fix)
        elif partner and named != partner:
            self.wrong("partner", f"the partner that --partner names, {partner}", named)
        read.partner = named or partner
        self.values["partner"] = named or "another"

    def _day(self, key: str) -> dt.date | None:
        """Return the day of a key, or None where there is none; a text that names none is a fault."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        try:
            return read_date(value if isinstance(value, dt.date) else str(value))
        except Unclear as unclear:
            self.wrong(key, unclear.expected, unclear.found, unclear.fix)
            return None

    def _months(self, read: TermsReading) -> None:
        value, expected = self.values["months"], "months such as 2021-01..2021-03"
        self.values["months"] = ""
        try:
            months = read_period(value if isinstance(value, dt.date) else str(value))
        except Unclear as unclear:
            self.wrong("months", expected, unclear.found, unclear.fix or "write the first and the last month")
            return
        if months.last - months.first >= MOST_MONTHS:
            self.wrong("months", "at most five years of months", "more", "see the first and the last month")
            return
        read.months = Period(months.first, months.last, RANGE)
        self.values["months"] = layout.months_text(months)

    def _words(self, key: str) -> None:
        text = " ".join(self.values[key].split())
        flaw_of_words = note_flaw(text, "", 1, 1)
        if not text:
            self.wrong(key, "a few words", "nothing", "fill it in")
        elif flaw_of_words:
            self.wrong(key, flaw_of_words.expected, flaw_of_words.found, flaw_of_words.fix)


def _faults(refused: Refused) -> list[Error]:
    return [error for error in refused.errors if isinstance(error, Error)]
