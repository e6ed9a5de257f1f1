"""The terms of a return, as a partner writes them: on the terms sheet, or in a YAML file beside a CSV.

Figures without terms mean nothing and may be used for nothing, so every item has to be there and to make sense. What
stood in an item is never repeated in a fault, since it may be a name where a post was asked for.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

from priority_two.catalogue import Catalogue, validated
from priority_two.faults import Fault, Refused
from priority_two.folder import Mapping, load_yaml
from priority_two.periods import RANGE, Period, try_parse
from priority_two.returns import layout
from priority_two.returns.cells import Content, Unclear, read_date, read_period
from priority_two.returns.grid import Flaw, Sheet, flaw, tidy_text
from priority_two.returns.personal import personal
from priority_two.returns.store import TERMS_PROSE, Terms
from priority_two.returns.submission import note_flaw
from priority_two.returns.workbook import answers

LARGEST_TERMS = 64 * 1024
MOST_MONTHS = 60
_WRITE = "write it: partner, extract_date, months, explanation, permission, contact_post, synthetic"


@dataclass
class Read:
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
    faults: list[Fault] = field(default_factory=list)


def terms_of_template(shown: str, sheet: Sheet, catalogue: Catalogue, received: dt.date, partner: str) -> Read:
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
    read = Read(partner=partner)
    found = answers(sheet, read.flaws)
    flaws = read.flaws
    texts = {key: tidy_text(sheet.at(row, column)) for key, (_, row, column) in found.items()}

    def wrong(key: str, expected: str, was: str = "", mend: str = "") -> None:
        _, row, column = found[key]
        flaws.append(Flaw(expected, was or ("nothing" if not texts[key] else "another"), mend, sheet.name, row, column))

    def blank(key: str) -> bool:
        """Whether an item is there and its answer is not."""
        return key in found and not texts[key]

    if "version" in found and texts["version"] != layout.VERSION:
        wrong("version", f"template version {layout.VERSION}", mend="start from a fresh template")
    if "partner" in found and texts["partner"] not in catalogue.partners:
        wrong("partner", "a partner's code", mend="start from a fresh template")
    elif "partner" in found and partner and texts["partner"] != partner:
        wrong("partner", f"the partner that --partner names, {partner}", texts["partner"])
    elif "partner" in found:
        read.partner = texts["partner"]
    ends = []
    for key in ("first", "last"):
        if key in found:
            content, row, column = found[key]
            ends.append(_month(content, sheet.name, row, column, flaws))
    if len(ends) == 2 and ends[0] and ends[1]:
        if ends[1].last < ends[0].first or ends[1].last - ends[0].first >= MOST_MONTHS:
            wrong("last", "a last month no earlier than the first, and at most five years", mend="see both months")
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
            wrong(key, expected, mend="fill it in")
        elif key in found:
            problem = note_flaw(texts[key], sheet.name, *found[key][1:])
            flaws += [problem] if problem else []
    permission = texts.get("permission", "").lower()
    if "permission" in found and permission not in layout.PERMISSIONS:
        wrong("permission", " or ".join(layout.PERMISSIONS), mend="choose one")
    synthetic = {"no": False, "yes": True}.get(texts.get("synthetic", "").lower())
    if "synthetic" in found and synthetic is None:
        wrong("synthetic", "yes or no", mend="choose one")
    if flaws or read.months is None or len(found) < len(layout.QUESTIONS):
        return read
    values = {
        "partner": texts["partner"],
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


def terms_beside(path: Path, catalogue: Catalogue, received: dt.date, partner: str, helplines: frozenset[str]) -> Read:
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
    try:
        terms = _parsed(path, shown, received, partner, helplines)
    except Refused as refused:
        return Read(partner=partner, faults=_faults(refused))
    months = try_parse(terms.months)
    faults = _wrong(terms, shown, catalogue, partner)
    if faults or months is None:
        return Read(None, partner or terms.partner, months, faults=faults)
    return Read(terms.model_copy(update={"months": layout.months_text(months)}), terms.partner, months)


def _parsed(path: Path, shown: str, received: dt.date, partner: str, helplines: frozenset[str]) -> Terms:
    try:
        with path.open("rb") as handle:
            content = handle.read(LARGEST_TERMS + 1)
    except OSError:
        raise Refused([Fault(shown, "the terms of the return beside it", found="no such file", mend=_WRITE)]) from None
    if len(content) > LARGEST_TERMS:
        raise Refused([Fault(shown, f"at most {LARGEST_TERMS} bytes", found="a larger file")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([Fault(shown, "UTF-8 text", found="other bytes", mend="save the file as UTF-8")]) from None
    private = [
        Fault(shown, "nothing about a person", row, found=found, mend="name the post or team, and no person")
        for row, line in enumerate(text.splitlines(), start=1)
        if (found := personal(line, allowed=helplines))
        or (found := personal(line.partition(":")[2], allowed=helplines))
    ]
    if private:
        raise Refused(private)
    mapping = load_yaml(text, shown, prose=TERMS_PROSE)
    values = dict(mapping.values)
    said = values.setdefault("received", received)
    if partner:
        values.setdefault("partner", partner)
    faults = []
    if said != received:
        expected = f"the day that --received names, {received.isoformat()}, or nothing"
        faults.append(Fault(shown, expected, mapping.lines.get("received"), "received", "another day"))
        values["received"] = received
    if isinstance(values.get("extract_date"), str):
        try:
            values["extract_date"] = read_date(values["extract_date"])
        except Unclear as unclear:
            line = mapping.lines.get("extract_date")
            faults.append(Fault(shown, unclear.expected, line, "extract_date", unclear.found, unclear.mend))
            values["extract_date"] = None
    try:
        terms: Terms = validated(Terms, replace(mapping, values=values))
    except Refused as refused:
        # What stood there may be anything, and is not repeated.
        hushed = [replace(one, found="another") if one.found not in ("", "none") else one for one in _faults(refused)]
        raise Refused([*faults, *hushed]) from None
    if faults:
        raise Refused(faults)
    return terms


def _faults(refused: Refused) -> list[Fault]:
    return [fault for fault in refused.faults if isinstance(fault, Fault)]


def _wrong(terms: Terms, shown: str, catalogue: Catalogue, partner: str) -> list[Fault]:
    faults = []

    def wrong(key: str, expected: str, found: str, mend: str = "") -> None:
        faults.append(Fault(shown, expected, column=key, found=found, mend=mend))

    if terms.partner not in catalogue.partners:
        wrong("partner", "a partner's code", "another", f"the codes are {', '.join(catalogue.partners)}")
    elif partner and terms.partner != partner:
        wrong("partner", f"the partner that --partner names, {partner}", terms.partner)
    if try_parse(terms.months) is None:
        wrong("months", "months such as 2021-01..2021-03", "another", "write the first and the last month")
    for key in ("explanation", "contact_post"):
        if not getattr(terms, key):
            wrong(key, "a few words", "nothing", "fill it in")
    if terms.extract_date and terms.extract_date > terms.received:
        wrong("extract_date", "a day no later than that of receipt", "a later day", "mend the date")
    return faults
