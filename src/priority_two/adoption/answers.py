"""The answers from which a partnership's workspace is laid out, from options, a YAML file or a terminal.

A question has one name: the key of the file, and the option that is called like it. What is on the command line goes
before what stands in the file. All of it is checked before anything is written::

    read_answers({"name": "Anytown Community Safety Partnership", "partners": {"police": "Police"}, ...})
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, Field, ValidationError

from priority_two.characters import UNSEEN
from priority_two.errors import Refused, WrongCall, one_line
from priority_two.files.reads import decode, read_bytes
from priority_two.files.yaml_mapping import load_yaml
from priority_two.periods import QUARTER, Period, parse, parse_date, try_parse
from priority_two.personal import personal
from priority_two.reference.catalogue import ID, LONGEST_ID, MEASURE_ID, Rating
from priority_two.reference.records import LONGEST_SHORT_NAME, Strict
from priority_two.spellings import FORMULA_SIGNS

LONGEST_TEXT = 160
MOST_ROWS = 60
MOST_PARTS = 1_000
BETWEEN = "|"
"""What stands between the parts of an answer such as ``A1=Title | section | lead``."""

PARTS_TO_COME = "area"
SHAPES: tuple[str, ...] = get_args(Rating.model_fields["shape"].annotation)
"""The shapes that ratings are told apart by."""

_NO_TEXT = "words on one line that no spreadsheet takes for a formula"


def _plain_words(text: str) -> str:
    words = " ".join(text.split())
    if UNSEEN.search(text) or "\n" in text or "\t" in text or not words or words[0] in FORMULA_SIGNS:
        raise ValueError(_NO_TEXT)
    if len(words) > LONGEST_TEXT:
        raise ValueError(f"at most {LONGEST_TEXT} characters")
    if what := personal(words):
        raise ValueError(f"a post or a body, and not {what}")
    return words


def _a_quarter(text: str) -> str:
    period = try_parse(text)
    if period is None or period.kind != QUARTER:
        raise ValueError("a financial quarter such as 2026-27-Q1")
    return text


def _a_day(text: str) -> str:
    if text:
        parse_date(text)
    return text


def _a_code(pattern: str, example: str, longest: int = LONGEST_TEXT) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII) or len(text) > longest:
            raise ValueError(example)
        return text

    return AfterValidator(check)


PlainWords = Annotated[str, AfterValidator(_plain_words)]
SmallCode = Annotated[str, _a_code(r"[a-z0-9]+(-[a-z0-9]+)*", "an id of small letters, digits and hyphens")]
Identifier = Annotated[
    str, _a_code(ID, f"an id of at most {LONGEST_ID} letters, digits and hyphens, such as A1", LONGEST_ID)
]
MeasureIdentifier = Annotated[
    str,
    _a_code(MEASURE_ID, f"an id of at most {LONGEST_ID} letters, digits and _, such as INC01", LONGEST_ID),
]
AreaCode = Annotated[str, _a_code(ID, "a code of letters and digits, such as E07000999")]
AreaWord = Annotated[str, _a_code(r"[A-Za-z][A-Za-z -]{0,23}", "a word of at most 24 letters, such as district")]
Many = Field(min_length=1, max_length=MOST_ROWS)
Labelled = Annotated[dict[SmallCode, PlainWords], Many]


class PartnershipAnswers(Strict):
    """What is asked of a partnership; of what has an id, the texts by id, in the order in which papers have them.

    The text of a commitment may have its section and its lead's post behind a bar, that of a measure its partner. What
    has a default need not be answered.
    """

    name: PlainWords = Field(title="Name of the partnership")
    abbreviation: PlainWords = Field(title="Its abbreviation")
    home_area: Annotated[dict[AreaCode, PlainWords], Field(min_length=1, max_length=1)] = Field(
        title="The area that it is for, as CODE=NAME with the statistics office's code"
    )
    area_type: AreaWord = Field(title="What kind of area that is, such as district")
    area_types: AreaWord | None = Field(None, title="The word for several of them")
    parts: Annotated[dict[AreaCode, PlainWords], Field(max_length=MOST_PARTS)] = Field(
        {}, title="An area in it that figures are sent for, as CODE=NAME"
    )
    part_type: AreaWord | None = Field(None, title="What kind of areas these are, such as district")
    priority: PlainWords = Field(title="Name of the priority, such as Priority One")
    priority_title: PlainWords = Field(title="What the priority is about, in a few words")
    first_quarter: Annotated[str, AfterValidator(_a_quarter)] = Field(
        title="The first quarter to report on, such as 2026-27-Q1"
    )
    board_date: Annotated[str, AfterValidator(_a_day)] = Field(
        "", title="The day on which the Board meets on it, such as 2026-07-23; blank where it is not known"
    )
    sections: Annotated[dict[Identifier, PlainWords], Many] = Field(title="A section of the strategy, as ID=TITLE")
    commitments: Annotated[dict[Identifier, PlainWords], Many] = Field(
        title="A commitment, as ID=TITLE | SECTION | POST THAT LEADS IT"
    )
    ratings: Labelled = Field(title="A rating, the best first, as ID=WORD")
    unranked: Annotated[dict[SmallCode, PlainWords], Field(max_length=MOST_ROWS)] = Field(
        {}, title="A rating that is neither better nor worse than others, as ID=WORD"
    )
    partners: Labelled = Field(title="A partner that sends figures, as ID=NAME")
    measures: Annotated[dict[MeasureIdentifier, PlainWords], Field(max_length=MOST_ROWS)] = Field(
        {}, title="A figure that a partner sends, as ID=TITLE | PARTNER"
    )

    @property
    def quarter(self) -> Period:
        """The first quarter."""
        return parse(self.first_quarter)

    @property
    def board_day(self) -> dt.date | None:
        """The day on which the Board meets on the first quarter; None where it is not known."""
        return parse_date(self.board_date) if self.board_date else None

    @property
    def promised(self) -> list[Promised]:
        """The commitments, with section and lead."""
        only = next(iter(self.sections)) if len(self.sections) == 1 else ""
        parts = {name: _parts(text, 3) for name, text in self.commitments.items()}
        return [Promised(name, title, section or only, lead) for name, (title, section, lead) in parts.items()]

    @property
    def counted(self) -> list[Counted]:
        """The measures that partners send: of a partner that is asked for none, an example."""
        only = next(iter(self.partners)) if len(self.partners) == 1 else ""
        parts = {name: _parts(text, 2) for name, text in self.measures.items()}
        named = [Counted(name, title, partner or only) for name, (title, partner) in parts.items()]
        asked, taken = {measure.partner for measure in named}, set(self.measures)
        free = (name for number in range(1, 100) if (name := f"EXA{number:02d}") not in taken)
        examples = [
            Counted(next(free), f"Example {number}, to be replaced", partner, example=True)
            for number, partner in enumerate((name for name in self.partners if name not in asked), 1)
        ]
        return named + examples


@dataclass(frozen=True)
class Promised:
    """A commitment, the section that it stands in, and the post that leads it; blank where none is named."""

    commitment: str
    title: str
    section: str
    lead: str


@dataclass(frozen=True)
class Counted:
    """A figure that a partner sends; ``example`` where it stands for those that are still to be named."""

    measure: str
    title: str
    partner: str
    example: bool = False


def _parts(text: str, number: int) -> list[str]:
    parts = [" ".join(part.split()) for part in text.split(BETWEEN, number - 1)]
    return [*parts, *[""] * (number - len(parts))]


REQUIRED = tuple(name for name, field in PartnershipAnswers.model_fields.items() if field.is_required())
"""The questions that have to be answered."""
LISTS = ("home_area", "parts", "sections", "commitments", "ratings", "unranked", "partners", "measures")
"""The questions that are answered by ids, each with a text."""
OPTIONS = {
    "home_area": "home-area",
    "parts": "part",
    "sections": "section",
    "commitments": "commitment",
    "ratings": "rating",
    "unranked": "unranked",
    "partners": "partner",
    "measures": "measure",
}
"""The option of each list, which is given once for each id; every other option is called like its question."""


def option_of(question: str) -> str:
    """Return the option that answers a question: ``--first-quarter``."""
    return f"--{OPTIONS.get(question, question.replace('_', '-'))}"


def unanswered(given: Mapping[str, Any]) -> list[str]:
    """Return the questions that have to be answered and are not."""
    return [question for question in REQUIRED if given.get(question) in (None, "", {})]


def split_pairs(question: str, texts: Iterable[str]) -> dict[str, str]:
    """Return answers ``ID=TEXT`` as texts by id.

    Raises
    ------
    WrongCall
        There is no id, or it is there twice.
    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, sign, words = text.partition("=")
        if not sign or not name.strip():
            example = PartnershipAnswers.model_fields[question].title
            raise WrongCall(f"{option_of(question)}: found '{one_line(text)}', expected an id, = and words: {example}")
        if name.strip() in pairs:
            raise WrongCall(f"{option_of(question)}: found '{one_line(name.strip())}' twice, expected each id once")
        pairs[name.strip()] = words
    return pairs


def answers_of_file(file: Path) -> dict[str, Any]:
    """Return the answers of a YAML file.

    Raises
    ------
    WrongCall
        It cannot be read, or has a key that is no question.
    """
    shown = one_line(file.name)
    try:
        values = load_yaml(decode(read_bytes(file, shown), shown), shown).values
    except Refused as refused:
        raise WrongCall(f"--answers: {refused.errors[0]}") from None
    unknown = [key for key in values if key not in PartnershipAnswers.model_fields]
    if unknown:
        expected = ", ".join(PartnershipAnswers.model_fields)
        raise WrongCall(f"--answers: found the key '{one_line(unknown[0])}', expected {expected}")
    for key in LISTS:
        if isinstance(values.get(key), dict):  # `9: Police` has a number for its id
            values[key] = {str(name): text for name, text in values[key].items()}
    if isinstance(values.get("board_date"), dt.date):
        values["board_date"] = values["board_date"].isoformat()
    return values


def read_answers(given: Mapping[str, Any]) -> PartnershipAnswers:
    """Return checked answers.

    Raises
    ------
    WrongCall
        One line, with everything that is missing, or else the first answer that is not what it may be.
    """
    if missing := list(map(option_of, unanswered(given))):
        raise WrongCall(f"not answered: {', '.join(missing)}; give them as options or in a file with --answers")
    try:
        answers = PartnershipAnswers.model_validate(dict(given))
    except ValidationError as error:
        raise WrongCall(_complaint(error)) from None
    _check_together(answers)
    return answers


_KINDS = {"dict_type": "ids, each with a colon, a space and its text", "string_type": "text, in quotes if need be"}
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE | re.ASCII)
"""What no file may be called on Windows."""


def _complaint(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    question, *inner = problem["loc"]
    value = inner[0] if inner and inner[-1] == "[key]" else problem["input"]
    shown = f"'{one_line(value)}'" if isinstance(value, str) else "something else"
    where = f" {one_line(inner[0])}" if inner and inner[-1] != "[key]" else ""
    words = problem["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = _KINDS.get(problem["type"], words)
    if problem["type"] == "too_long":
        expected, shown = expected.lower(), "more"
    return f"{option_of(str(question))}{where}: found {shown}, expected {expected}"


def check_so_far(given: Mapping[str, Any]) -> None:
    """Refuse answers, of which each can be used, that do not fit together; there may be more to come.

    Raises
    ------
    WrongCall
        The first that does not fit.
    """
    so_far: dict[str, Any] = {question: {} if question in LISTS else "" for question in PartnershipAnswers.model_fields}
    so_far |= {"part_type": PARTS_TO_COME, **given}
    for question, named in (("commitments", "sections"), ("measures", "partners")):
        so_far[question] = so_far[question] if so_far[named] else {}
    _check_together(PartnershipAnswers.model_construct(**so_far))


def _check_together(answers: PartnershipAnswers) -> None:
    """Refuse what names something that is not there, and what no table of a paper has room for."""
    short = f"at most {LONGEST_SHORT_NAME} characters"
    section = f"one of the sections {', '.join(answers.sections)} behind a bar: TITLE | SECTION"
    partner = f"one of the partners {', '.join(answers.partners)} behind a bar: TITLE | PARTNER"
    file = "an id that is the name of a file everywhere, and of no other commitment"
    checks: list[tuple[str, str, bool, str]] = [
        (question, value, len(value) <= LONGEST_SHORT_NAME, short)
        for question, value in (("abbreviation", answers.abbreviation), ("priority", answers.priority))
    ]
    checks += [
        ("parts", code, code not in answers.home_area, "another area than the home area") for code in answers.parts
    ]
    checks.append(("part_type", "", bool(answers.part_type) or not answers.parts, "what kind of areas the parts are"))
    ids = [name.casefold() for name in answers.commitments]
    for promise in answers.promised:
        name = promise.commitment
        checks += [
            ("commitments", name, ids.count(name.casefold()) == 1 and not _RESERVED.fullmatch(name), file),
            ("commitments", f"{name}={promise.title}", bool(promise.title), "a title"),
            (
                "commitments",
                f"{name}={promise.title} | {promise.section}",
                promise.section in answers.sections,
                section,
            ),
        ]
    for measure in answers.counted:
        name = measure.measure
        checks += [
            ("measures", f"{name}={measure.title}", bool(measure.title), "a title"),
            ("measures", f"{name}={measure.title} | {measure.partner}", measure.partner in answers.partners, partner),
        ]
    shapes = f"at most {len(SHAPES)} with those of {option_of('unranked')}, a shape for each"
    number = len(answers.ratings) + len(answers.unranked)
    checks.append(("ratings", str(number), number <= len(SHAPES), shapes))
    words = [word.casefold() for word in (*answers.ratings.values(), *answers.unranked.values())]
    checks += [
        ("ratings", word, words.count(word.casefold()) == 1, "each word once") for word in answers.ratings.values()
    ]
    checks += [("unranked", name, name not in answers.ratings, "an id of its own") for name in answers.unranked]
    for question, value, holds, expected in checks:
        if not holds:
            raise WrongCall(f"{option_of(question)}: found '{one_line(value)}', expected {expected}")
