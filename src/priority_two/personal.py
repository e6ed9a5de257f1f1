"""Personal data: what a text says about a person. It stands in nothing that comes in, and nothing repeats it.

A partnership's papers hold counts, and posts in place of people. So what partners send and what leads write is searched
for the kinds of text below, and whatever looks like one is refused by its place. The text itself is never repeated: not
in a fault, not in a marked copy, not in an exception::

    personal("01632 960123")             # "a telephone number"
    personal("Calls from Bickley")       # ""

These are recognised: NHS numbers (ten digits, of which the last is the check digit of the NHS Data Dictionary: weights
10 to 2, modulo 11), National Insurance numbers (two letters, six digits, a letter; HMRC's NIM39110 gives the letters),
full postcodes of the United Kingdom, e-mail addresses, telephone numbers, dates of birth, references of crimes, CADs
and cases, vehicle plates, street addresses, a person's name after a form of address, and the headings of columns that
hold such things. A name without a form of address looks like other words and is not recognised, but a column of names
has a heading, which is.

The rules refuse in case of doubt: to mend a text takes a minute, and personal data in the store is a breach. How much
they catch, and how much of what is ordinary they refuse, is measured on a labelled list (``tests/test_personal.py``).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from priority_two.characters import UNSEEN
from priority_two.spellings import MONTH_NAMES, Content

NHS_NUMBER = "an NHS number"
INSURANCE = "a National Insurance number"
POSTCODE = "a full postcode"
EMAIL = "an e-mail address"
TELEPHONE = "a telephone number"
BIRTH = "a date of birth"
REFERENCE = "a crime, CAD or unique reference number"
PLATE = "a vehicle plate"
ADDRESS = "a street address"
NAME = "a person's name"
HEADING = "a heading for personal data"
BORN_SINCE = 1905
"""Nobody who lives was born earlier; a spreadsheet shows a small number as a day before, if its cell shows days."""
BORN_YEARS_BEFORE = 5
"""A full date more than this many years before the day on which a text was written is taken for a date of birth."""
LONGEST_SEARCHED = 100_000
_AHEAD = 20
"""So many years after `born_by` a year of two digits is still one to come."""

_NHS = re.compile(r"(?<!\d)(?=((?:\d[ ./_-]?){9}\d)(?!\d))")
_NHS_WORD = re.compile(r"\b(?:nhs|patient)\b\D{0,20}$", re.IGNORECASE)
_AREAS = (
    "A[BL]|B[ABDHLNRSTX]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?"
    "|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE"
)
"""The letters with which a postcode begins: no other two are any (Office for National Statistics, postcode areas)."""
_POSTCODE = re.compile(
    rf"(?<![A-Z0-9])(?:GIR[ .-]?0AA|(?:{_AREAS})(?:\d[A-Z]|\d{{1,2}})[ .,/-]{{0,2}}\d[ABD-HJLNP-UW-Z]{{2}})(?![A-Z0-9])"
)
_SPACED_POSTCODE = re.compile(
    rf"(?<![A-Z0-9])(?:{_AREAS})(?: \d{{1,2}} ?\d|\d{{1,2}} ?\d )[ABD-HJLNP-UW-Z]{{2}}(?![A-Za-z0-9])"
)
"""With a space within a half of it; in capitals only, for else it may be a measure and its unit."""
# "W2 2ND week" counts weeks: what looks like the second half of a postcode is an ordinal there.
_ORDINAL = re.compile(
    r"[ .-](?:1ST|2ND|3RD|[4-9]TH) (?:HALF|WEEK|MONTH|QUARTER|YEAR|DAY|MEETING|PHASE|STAGE|SESSION|EDITION|REPORT|DRAFT"
    r"|VERSION|TRANCHE|COHORT|ROUND|WAVE|TERM|VISIT|TIME|FLOOR|SECTOR|PART(?:Y|IES)|RETURN|CONTACT|REFERRAL|READING|HEARING|LANE|LINE"
    r"|COURSE|GROUP)S?\b"
)
_SMALL_ORDINAL = re.compile(r"[A-Z]\d{1,2}[ .-](?:1st|2nd|3rd|[4-9]th)")
"""Nobody writes half of a postcode in capitals, and half of it not."""
_INSURANCE = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ ./-]?\d){6}[ ./-]?[A-D]"
    r"(?![A-Z0-9])"
)
_EMAIL = re.compile(
    r"[^\s@<>()] ?(?:@|[(\[{]at[)\]}]) ?[^\s@<>()]{1,200}(?:\.| ?[(\[{]dot[)\]}] ?)[A-Za-z]{2,}"
    r"|[\w.+-]@[A-Za-z][\w-]{2,}|\b\w+[._+]\w+ at (?:[\w-]{1,60}\.){1,4}[a-z]{2,}\b"
    r"|\w (?<!is )(?<!are )(?<!was )at [\w-]{1,60} dot (?:org|com|net|co|gov|uk|nhs|info)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?<![\w.,+])(?:\(?(?:\+ ?44|0044|0(?!\.\d))[\d ()./-]{8,20}\d|44[1-37]\d{9}|7\d{9}|\+\d[\d ()-]{8,18}\d)(?!\d)"
    r"|(?:\btel\.?|(?:tele)?phone|mobile|mob\.?|call(?:ed)?|ring|rang)(?: no\.?| num(?:ber)?)?[ :.]{1,3}"
    r"(?:[1-37][\d ]{8,12}\d)(?!\d)",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"\b(?:tel|(?:tele)?phone|mobile|mob|landline)(?: no| num(?:ber)?)?\.?(?:: ?| (?=\d{3,4} \d))"
    r"[2-9]\d{2}[ -]?\d{3,4}(?![\d,])",
    re.IGNORECASE,
)
"""A number as neighbours say it, without its code."""
# Freephone numbers and those that are charged like local ones are of services; 03 is for nobody else.
_SERVICE = re.compile(r"0(?:80|3\d|84|87|50)\d+")
_MONTH = "|".join(sorted(MONTH_NAMES, key=len, reverse=True))
_MONTH_WORD = rf"(?:{_MONTH})\.?"
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<day>\d{1,2})(?P<mark>[ ]?[/.\-_ ][ ]?)(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
    r"|(?P<first>\d{4})(?P<other>[/.\-_ ])\d{1,2}(?P=other)\d{1,2})(?![\d.]\d|\d)"
)
_WORDED = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ /-]{_MONTH_WORD},?[ /-](?P<last>\d{{4}}|['’]?\d\d)"
    rf"|\b{_MONTH_WORD} \d{{1,2}}(?:st|nd|rd|th)?,? (?P<then>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b(?:v|version|release|section|paragraph) ?$", re.IGNORECASE)
_BORN = r"\b(?:d\.? ?o\.? ?b\b\.?|date of birth|birth[ -]?dates?|birthday|born|b\.)"
_NO_YEAR = r"(?:d\.? ?o\.? ?b\b\.?|date of birth|birthday)[ :=-]{1,3}\d{1,2}[/.-]\d{1,2}(?![\d/.-])"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH_WORD}|{_MONTH_WORD} \d{{1,2}}(?:st|nd|rd|th)?)(?!\w)"
_BIRTH = re.compile(
    rf"{_BORN}[^.;!?\d]{{0,20}}(?:{_DAY}|\d{{6}}(?!\d)|\d{{8}}(?!\d)|\d{{1,4}}[/.\-_| ]\d{{1,2}}[/.\-_| ]\d{{1,4}})"
    rf"|\b{_NO_YEAR}|\b(?:aged?|age) \d{{1,2}}[ ,]{{0,2}}\(?\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}",
    re.IGNORECASE,
)
_BORN_IN = re.compile(
    rf"\b(?:born|y\.?o\.?b\.?|year of birth)(?: in)?[ :]{{1,2}}(?:the )?(?:{_MONTH_WORD} |\d\d?/)?"
    r"(?P<last>\d{4}|['’]\d\d|(?<=/)\d\d)(?!\d)",
    re.IGNORECASE,
)
"""The month or the year of a birth; of a year long past it is a person's, of this year it is a count's."""
_NUMBERED = r"(?: ?(?:no|nos|number|num|nr|ref|refs|reference|id|is)\b\.?)"
_GAP = r"[ :#.-]{0,3}"
_YEAR = r"(?:19|20)\d\d"
_CODE = r"(?=[A-Z/-]{0,4}\d)[A-Z\d][A-Z\d/-]"
_RECORD = r"(?:crime|case|incident|occurrence|custody|investigation|log|report)(?: record| report| log| file)?"
_REFERENCE = re.compile(
    r"(?<![\d/,.])(?:\d{6,7}/\d\d(?![\d/])|\d\d[A-Z]{2}/?\d{4,7}/?\d{2}(?![\dA-Z])"
    rf"|\d{{1,6}}/\d{{1,2}}(?:{_MONTH})(?:20)?\d\d(?!\d)|\d{{1,6}}/(?:[0-2]\d|3[01])(?:0\d|1[0-2])\d\d(?![\d/])"
    r"|\d\d(?:\d\d)?/\d{4,7}[A-Z](?![A-Z\d])|\d{4,6}/\d\d[A-Z](?![A-Z\d]))"
    rf"|\bCAD{_NUMBERED}{{0,2}}{_GAP}(?!{_YEAR}(?!/))\d{{2,6}}"
    rf"|\b(?:URN|UCRN?|CRIS|CRN|NICHE|MERLIN){_NUMBERED}{{0,2}}{_GAP}{_CODE}{{4,}}"
    rf"|\b(?:{_RECORD}{_NUMBERED}{{1,2}}|custody record{_NUMBERED}{{0,2}}){_GAP}(?!{_YEAR}(?:-\d\d)?(?![\d/]))"
    rf"{_CODE}{{2,}}"
    rf"|\b{_RECORD}[ :#]{{1,3}}\d{{8,}}|\bno\.? ?\d{{7,}}"
    rf"|\bURN{_NUMBERED}{{0,2}}{_GAP}\d\d [A-Z]{{2}} \d{{4,7}} \d\d(?!\d)"
    rf"|\b(?:refs?|reference|id){_NUMBERED}{{0,2}}\.?[ :#=]{{1,3}}(?!{_YEAR}(?:-\d\d)?(?![\d/]))"
    r"[A-Z]{0,4}[/-]?(?:\d[/-]?){5,}",
    re.IGNORECASE,
)
_LETTERS = "[A-HJ-PR-Z]{3}"
_PLATE = re.compile(
    rf"(?<![A-Z0-9])(?:(?!FY|IT|IN)[A-HJ-PR-Y]{{2}}(?:0[2-9]|[12]\d|5[1-9]|6\d|7\d)[ -]?{_LETTERS}"
    rf"|[A-HJ-NPR-TV-Y]\d{{3}} ?{_LETTERS}|{_LETTERS} ?\d{{3}}[A-HJ-NPR-TV-Y])(?![A-Z0-9])"
)
_PLATE_WORD = re.compile(
    r"\b(?:reg|registration|plate|vehicle|car|van|vrm|vrn|index)\b\.?[^.;\d]{0,14}?\b"
    r"((?!of|in|no|to|is|at)[a-z]{2} ?\d\d[ -]?[a-z]{3}|[a-z]\d{1,3}[ -]?[a-z]{3}|[a-z]{3}[ -]?\d{1,3}[a-z])\b"
    r"|\b([a-z]{2}\d\d[ -]?[a-z]{3}) (?:is|was) (?:the|his|her|their) (?:car|van|vehicle|reg|registration|plate)\b",
    re.IGNORECASE,
)
_COMMON = {"THE", "AND", "FOR", "WAS", "ARE", "ALL", "NOT", "OUT", "HAS", "HAD", "NEW", "PER", "BUT", "CSV", "PDF"}
_ROAD = (
    r"(?:Street|Road|Avenue|Ave|Lane|Close|Crescent|Cres|Gardens|Gdns|Terrace|Grove|Hill|Walk|Square|Mews|Way|Rise"
    r"|Parade)"
)
_NO_ROAD = r"(?!(?:Safe|One|Two|Family|Crown|County|Criminal|Youth|High Court|Red|Amber)\b)"
_SHORT_ROAD = r"(?:St|Rd|Ln|Cl|Sq|Dr|Drive|Court|Ct|Place|Pl|Green|Park|View|Row|Vale|Common)"
_VERB = r"(?:has|is|was|does|says|lives|stays|knows|wants|needs|calls|owns|rents)\b"
_TRADE = rf"(?! (?:[Bb]usiness|[Ss]hop|[Cc]ampaign|[Tt]rader|[Ss]tall|(?!{_VERB})[a-z]{{2,}}s\b))"
_MEASURED = (
    r"(?! (?:in|of|at|and|or|to|on|for|is|was|per|percent|points?|years?|months?|weeks?|days?|quarters?|rates?|trends?"
    r"|hours?|times?|steps?)\b)"
)
_NUMBER = r"\d{1,3}(?:[-/]\d{1,3})?[A-Za-z]?"
_ADDRESS = re.compile(
    rf"(?<![\d/.,:])(?:\b[Nn]o\.? ?)?\b{_NUMBER},? {_NO_ROAD}(?:[A-Z][\w.'’-]*,? ){{1,4}}"
    rf"(?:{_ROAD}\b|(?i:ROAD|STREET|AVENUE|LANE|CLOSE)\b|{_SHORT_ROAD}\b\.?(?=,|$|;| ?\))){_TRADE}"
    r"|(?i:\b(?:flat|apartment|apt\.?) \d{1,3}[a-z]?(?=,|$| [a-z\d]+ [a-z])"
    rf"{_MEASURED})|(?i:\b(?:flat|room) (?:\d{{1,3}}[a-z]?|[a-z]), )(?:\d|[A-Z]\w+ (?:House|Court|Hostel|Lodge)\b)"
    rf"|(?i:\b(?:at|address|lives?|living) (?:at )?\d{{1,3}}[a-z]? (?:[a-z'’-]+ ){{1,3}}{_ROAD}\b)"
    r"|^(?i:\d{1,3}[a-z]?,? (?:(?!on|in|of|the|a|to|by|and|high|new|main)[a-z'’-]+ ){1,2}"
    r"(?:road|street|avenue|lane|crescent|gardens|terrace|grove)(?:,|$))"
    rf"|\b[A-Z]\w+ (?:Cottages?|Farm|Lodge|Bungalow), (?:[A-Z][\w'’-]+ ){{1,3}}{_ROAD}\b"
)
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof(?:essor)?|Revd?|MR|MRS|MISS|MX|DR|PROF|REVD?|Mister|Missus|Master|Sir|Dame|Lady|Lord|Mme|Madame"
    r"|Señora?|Councillor|Cllr|Judge)"
)
_RANK = (
    r"(?:Sgt|SGT|Det|Insp|Supt|PC|WPC|DC|PS|DS|DI|DCI|PCSO|MS|(?:Detective|Police) (?:Constable|Sergeant|Inspector)"
    r"|Sergeant|Constable|Inspector)"
)
_PARTICLE = (
    r"(?:(?:van|von|de|der|den|da|di|du|do|dos|das|del|la|le|el|al|bin|ibn|bint|abu|ap|ten|ter|zu|af|Van|Von|De|El|Al|Ibn)"
    r" |d['’]|O['’]|Mc|Mac)"
)
_PROPER = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_ADDRESSED = re.compile(
    rf"\b{_TITLE}\.? (?:[A-Z]\.? ){{0,3}}{_PARTICLE}{{0,3}}({_PROPER})"
    rf"|\b{_RANK}\.? (?:(?:Con|Sgt|Insp|Supt)\.? )?(?:\d{{2,5}}[A-Z]{{0,2}} )?(?:[A-Z]\. ?)?"
    rf"{_PARTICLE}{{0,3}}({_PROPER})"
    rf"|\b(?:mr|mrs|(?:dr|ms|prof)(?=\.))\.? (?!and\b|or\b|are\b|is\b)([^\W\d_]{{2,}})"
)
_NO_NAME = re.compile(
    r"foster|comics|world|teams?|word|excel|office|outlook|access|project|society|powerpoint|windows|software|monitor"
    r"|based|posts?|units?|officers?|leads?|roles?|users|services?|mrs?|ms|miss|mx|dr|and|or|sql|azure|forms|sharepoint"
    r"|classe?s?|plans?|copy|copies|list|data|template|file|chancellor|mayor(?:ess)?|justice|advocate|led|jury|trainers?"
    r"|training|degree|public|safeguarding|specialist|crime|community|neighbourhood|borough|domestic|child|partnerships?"
    r"|for|south|north|east|west|in|of|on|at|with|portfolio|major|general|protection",
    re.IGNORECASE,
)
"""What is nobody's name behind a form of address, or behind letters that look like one: Dr Foster, DC Comics."""
_WHO = (
    r"(?:client|victim|survivor|perp(?:etrator)?|suspect|accused|offender|patient|child|children|service user|person"
    r"|staff|employee|parent|mother|father|carer|sibling|worker|social worker|key ?worker|gp|user|contact|referrer"
    r"|applicant|tenant|subject|defendant|complainant|witness|partner|people|family|household|caller)"
)
_NO = r"(?: (?:no\.?|num(?:ber)?|id))"
_THING = (
    r"(?:(?:first|last|family|given|middle|full|maiden)? ?names?|forenames?|surnames?|initials|alias(?:es)?|known as"
    r"|d\.?o\.?b\.?|y\.?o\.?b\.?|(?:dates?|year|place) of birth|birth ?dates?|house (?:no\.?|number|name)|next of kin"
    r"|(?:home |full |postal |street |current )?addr(?:\.|ess(?:es)?)?(?: (?:line )?\d)?|post ?codes?"
    rf"|nhs{_NO}|e-?mail(?: address(?:es)?)?|(?:home |work |mobile )?(?:tele)?phone{_NO}?|mobile{_NO}?|tel\.?{_NO}?"
    rf"|contact (?:no\.?|number|details)|emergency contact|landline{_NO}?|(?:case|client|person|child|victim){_NO}"
    rf"|(?:national insurance|ni){_NO}|nino|(?:crime|cad|cris|incident|custody)(?: ref(?:erence)?\.?|{_NO}){_NO}?|urn"
    rf"|unique ref(?:erence)?{_NO}?|(?:vehicle |car )(?:registration|reg)(?:{_NO}| plate)?|registration(?:{_NO}| plate)"
    rf"|number plate|vrm)"
)
_HEADING = re.compile(
    rf"(?:{_WHO}(?:'?s'?)?(?: \d)? )?{_THING}|{_THING} of (?:the |each )?{_WHO}s?|{_THING} {_WHO}s?", re.IGNORECASE
)
_NO_HEADINGS = {"partner name", "partner names", "name of partner", "name of the partner", "people names"}
"""What reads like such a heading, and is one of the catalogue's own."""


def personal(content: Content, born_by: int = 0, allowed: frozenset[str] = frozenset(), headings: bool = True) -> str:
    """Return what kind of personal data a content looks like, or nothing.

    A full date in the year ``born_by`` or before is taken for a date of birth. ``allowed`` are telephone numbers, in
    digits only, that are public: helplines. ``headings`` says whether a heading such as "Surname" counts, which it
    does not in running text; an old date that is written in words is none of birth there, unless it is said to be.
    """
    if isinstance(content, bool) or content is None:
        return ""
    if isinstance(content, Decimal):
        return _number(content)
    if isinstance(content, dt.date):
        return BIRTH if BORN_SINCE <= content.year <= born_by else ""
    return _of_text(content[:LONGEST_SEARCHED], born_by, allowed, headings)


@lru_cache(maxsize=4096)
def _of_text(content: str, born_by: int, allowed: frozenset[str], headings: bool) -> str:
    plain = content.isascii() and content.isprintable()
    text = content if plain else "".join(map(_plain, unicodedata.normalize("NFKC", content)))
    text = " ".join(text.split())
    if headings and _is_heading(text):
        return HEADING
    if _EMAIL.search(text):
        return EMAIL
    if any(ch.isdigit() for ch in text):
        upper = text.upper()
        if any(_is_nhs(text, match) for match in _NHS.finditer(text)):
            return NHS_NUMBER
        if _INSURANCE.search(upper):
            return INSURANCE
        if _BIRTH.search(text) or any(_born(year, born_by) <= born_by for year in _years(text, headings)):
            return BIRTH
        if _REFERENCE.search(text):
            return REFERENCE
        if _LOCAL.search(text) or any(_is_telephone(match[0], allowed) for match in _TELEPHONE.finditer(text)):
            return TELEPHONE
        if _SPACED_POSTCODE.search(text) or any(
            _is_postcode(text, upper, match) for match in _POSTCODE.finditer(upper)
        ):
            return POSTCODE
        plates = [match[0] for match in _PLATE.finditer(text)]
        plates += [(match[1] or match[2]).upper() for match in _PLATE_WORD.finditer(text)]
        if any(not _COMMON & set(re.findall("[A-Z]{3}", plate)) for plate in plates):
            return PLATE
    if _ADDRESS.search(text):
        return ADDRESS
    names = (next(filter(None, match.groups())) for match in _ADDRESSED.finditer(text))
    return NAME if any(not _NO_NAME.fullmatch(name) for name in names) else ""


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Return a character as it is searched: a dash of any kind as a hyphen, a digit of any script as ours.

    What shows nothing, or stands above or below a letter, is none.
    """
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    return "" if category in ("Cf", "Mn", "Me") or (UNSEEN.match(character) and not character.isspace()) else character


def nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: the last is 11 less the weighted sum of the others modulo 11.

    The weights run from 10 to 2; a remainder of 11 counts as 0, and 10 makes no number. Source: NHS Data Dictionary,
    NHS number.
    """
    if not re.fullmatch(r"\d{10}", digits, re.ASCII) or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


def _is_heading(text: str) -> bool:
    """Whether a text is the heading of a column for personal data, however its words are joined: ``nameOfVictim``."""
    if len(text) > 80:
        return False
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.strip(" :*?").replace("’", "'"))
    words = re.sub(r"[_-]", " ", apart.replace("(s)", "s")).lower().replace("e mail", "email")
    spellings = (words, re.sub(r"\([^()]*\)", " ", words), re.sub("[()]", " ", words), *words.split("/"))
    headings = (" ".join(spelling.split()) for spelling in spellings)
    return any(heading not in _NO_HEADINGS and _HEADING.fullmatch(heading) for heading in headings)


def _number(number: Decimal) -> str:
    digits = format(number, "f") if number.is_finite() and number == number.to_integral_value() else ""
    digits = digits.partition(".")[0]
    if nhs_number(digits):
        return NHS_NUMBER
    # A spreadsheet takes the first nought of a number: 07700 900123 is 7700900123 there.
    if re.fullmatch(r"[127]\d{9}|44[127]\d{9}", digits, re.ASCII) and not digits.endswith("00000"):
        return TELEPHONE
    return ""


def _is_nhs(text: str, match: re.Match[str]) -> bool:
    """Whether ten digits are an NHS number: in pieces of three and more, or behind its name in any."""
    pieces = re.split(r"\D", match[1])
    named = _NHS_WORD.search(text, max(match.start() - 30, 0), match.start())
    return nhs_number("".join(pieces)) and (min(map(len, pieces)) >= 3 or named is not None)


def _is_postcode(text: str, upper: str, match: re.Match[str]) -> bool:
    """Whether what looks like a postcode is one, and no ordinal behind the number of something."""
    small = len(text) == len(upper) and _SMALL_ORDINAL.search(text, max(match.start() - 1, 0), match.end())
    return not small and not _ORDINAL.match(upper, match.end() - 4)


def _is_telephone(text: str, allowed: frozenset[str]) -> bool:
    number = re.sub(r"^[^\d+(]+", "", text)
    if _DATE.match(number):
        return False
    digits = re.sub(r"\D", "", number)
    if number.lstrip("(").startswith("+") and not digits.startswith("44"):
        return len(digits) >= 9
    for prefix in ("0044", "44"):
        if digits.startswith(prefix):
            digits = "0" + digits.removeprefix(prefix).removeprefix("0")
    digits = digits if digits.startswith("0") else f"0{digits}"
    if len(re.findall(r"\d+", number)) > 5 and not re.fullmatch(r"(?:\d ?)+", number):
        return False
    return len(digits) in (10, 11) and digits[1] in "1257" and not _SERVICE.fullmatch(digits) and digits not in allowed


def _years(text: str, worded: bool) -> Iterator[str]:
    """Yield the year of each full date in a text; of one whose month is a word only where `worded`."""
    for match in _DATE.finditer(text):
        if _VERSION.search(text, max(match.start() - 9, 0), match.start()):
            continue
        if match["first"]:
            yield match["first"]
        elif 1 <= int(match["day"]) <= 31 and 1 <= int(match["month"]) <= 31:
            around = text[max(match.start() - 2, 0) : match.start()] + text[match.end() : match.end() + 2]
            if match["mark"].strip() or (len(match["year"]) == 4 and not any(ch.isdigit() for ch in around)):
                yield match["year"]
    for match in _WORDED.finditer(text):
        if worded or match[0].count("-") + match[0].count("/") == 2:  # 3-May-1984 is a record's day, 3 May an Act's
            yield match["last"] or match["then"]
    for match in _BORN_IN.finditer(text):
        yield match["last"]


def _born(text: str, born_by: int) -> int:
    """Return a year; one of two digits is of this century unless it lay far ahead, and one long ago is no birth's."""
    digits = re.sub(r"\D", "", text)
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year + 2000 <= born_by + _AHEAD else 1900
    return year if year >= BORN_SINCE else 10_000
