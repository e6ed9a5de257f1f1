"""Personal data: what must not be in a return. It is searched for before anything is stored.

A return holds counts. If a text looks as if it is about a person, the whole return is refused and the cell is named.
The text itself is never repeated: not in a fault, not in the marked copy, not in an exception::

    personal("01632 960123")             # "a telephone number"
    personal("Calls from Bickley")       # ""

These are recognised: NHS numbers (ten digits, of which the last is the check digit of the NHS Data Dictionary: weights
10 to 2, modulo 11), National Insurance numbers (two letters, six digits, a letter; HMRC's NIM39110 gives the letters),
full postcodes of the United Kingdom, e-mail addresses, British telephone numbers, dates of birth, a person's name after
a form of address, and the headings of columns that hold such things. A name without a form of address looks like other
words and is not recognised, but a column of names has a heading, which is.

The rules refuse in case of doubt: to mend a return takes a minute, and personal data in the store is a breach.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from priority_two.reference.catalogue import Catalogue
from priority_two.returns.submit.spreadsheet import NOTHING, Flaw, Spreadsheet, tidy_text
from priority_two.spellings import Content, Unclear, read_date, tidy

NHS_NUMBER = "an NHS number"
INSURANCE = "a National Insurance number"
POSTCODE = "a full postcode"
EMAIL = "an e-mail address"
TELEPHONE = "a telephone number"
BIRTH = "a date of birth"
NAME = "a person's name"
HEADING = "a heading for personal data"
BORN_SINCE = 1905
"""Nobody who lives was born earlier; a spreadsheet shows a small number as a day before, if its cell shows days."""

_NHS = re.compile(r"(?<!\d)(\d{3})[ .-]?(\d{3})[ .-]?(\d{4})(?!\d)")
_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(?:GIR[ -]?0AA|[A-PR-UWYZ](?:\d{1,2}|\d[A-Z]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[A-Z])[ -]?"
    r"\d[ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])"
)
_INSURANCE = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ .-]?\d\d){3}[ .-]?[A-D](?![A-Z0-9])"
)
_EMAIL = re.compile(r"[^\s@<>()]+ ?(?:@|\(at\)|\[at\]) ?[^\s@<>()]+\.[A-Za-z]{2,}")
_TELEPHONE = re.compile(r"(?<![\w.,])\(?(?:\+ ?44|0044|0)[\d ().-]{8,18}\d(?!\d)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}-\d\d-\d\d"
    r"|\d{1,2}(?:st|nd|rd|th)?[ -][A-Za-z]{3,9}[ -]\d{4})(?!\d)"
)
_BIRTH_WORD = re.compile(r"\b(?:d\.?o\.?b\b|date of birth|birth ?date|birthday|born)", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sgt|DC|PC|DS)\.? (?:[A-Z][a-z]+|[A-Z]\.? [A-Z][a-z]+)\b")
_WHO = (
    r"(?:client|victim|survivor|perpetrator|suspect|offender|patient|child|children|service user|person|staff|employee"
    r"|parent|mother|father|worker|user|contact|referrer|applicant|tenant|subject)"
)
_HEADING = re.compile(
    rf"(?:{_WHO}(?:'?s'?)? )?(?:(?:first|last|family|given|middle|full|maiden)? ?names?|forenames?|surnames?|initials"
    r"|d\.?o\.?b\.?|date of birth|birth ?date|(?:home |full |postal |street |current )?address(?: line \d)?|post ?code"
    r"|nhs (?:no\.?|num(?:ber)?|id)|e-?mail(?: address)?|(?:home |work |mobile )?(?:tele)?phone(?: (?:no\.?|number))?"
    r"|mobile(?: (?:no\.?|number))?|tel\.?(?: (?:no\.?|number))?|national insurance (?:no\.?|number)"
    r"|ni (?:no\.?|number))",
    re.IGNORECASE,
)


def personal(content: Content, born_by: int = 0, allowed: frozenset[str] = frozenset(), headings: bool = True) -> str:
    """Return what kind of personal data a cell's content looks like, or nothing.

    A full date in the year ``born_by`` or before is taken for a date of birth. ``allowed`` are telephone numbers, in
    digits only, that are public: helplines. ``headings`` says whether a heading such as "Surname" counts.
    """
    if isinstance(content, Decimal):
        return _number(content)
    if isinstance(content, dt.date):
        return BIRTH if BORN_SINCE <= content.year <= born_by else ""
    if not isinstance(content, str):
        return ""
    text = unicodedata.normalize("NFKC", content[:100_000])
    text = "".join("-" if unicodedata.category(ch) == "Pd" else ch for ch in text if unicodedata.category(ch) != "Cf")
    text = " ".join(text.split())
    if headings and _HEADING.fullmatch(text.strip(" :*?").replace("_", " ").replace("’", "'")):
        return HEADING
    if any(nhs_number("".join(match.groups())) for match in _NHS.finditer(text)):
        return NHS_NUMBER
    if _INSURANCE.search(text.upper()):
        return INSURANCE
    if _EMAIL.search(text):
        return EMAIL
    if _POSTCODE.search(text.upper()):
        return POSTCODE
    if any(_is_telephone(match[0], allowed) for match in _TELEPHONE.finditer(text)):
        return TELEPHONE
    dates = [match[0] for match in _DATE.finditer(text)]
    if dates and (_BIRTH_WORD.search(text) or any(_year(date) <= born_by for date in dates)):
        return BIRTH
    return NAME if _ADDRESSED.search(text) else ""


def nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: the last is 11 less the weighted sum of the others modulo 11.

    The weights run from 10 to 2; a remainder of 11 counts as 0, and 10 makes no number. Source: NHS Data Dictionary,
    NHS number.
    """
    if not re.fullmatch(r"\d{10}", digits, re.ASCII) or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def _number(number: Decimal) -> str:
    digits = format(number, "f") if number.is_finite() and number == number.to_integral_value() else ""
    digits = digits.partition(".")[0]
    if nhs_number(digits):
        return NHS_NUMBER
    if re.fullmatch(r"7\d{9}|447\d{9}", digits, re.ASCII):  # a mobile number whose first nought a spreadsheet took
        return TELEPHONE
    return ""


def _is_telephone(text: str, allowed: frozenset[str]) -> bool:
    if _DATE.match(text):
        return False
    digits = re.sub(r"\D", "", text)
    for prefix in ("0044", "44"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).removeprefix("0")
    return len(digits) in (10, 11) and digits[1] in "1235789" and digits not in allowed


def _year(text: str) -> int:
    try:
        return read_date(re.sub(r"(?<=\d)(st|nd|rd|th)", "", text)).year
    except Unclear:
        return 10_000


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
