"""Documents: what each commitment's lead wrote this quarter, and the papers that go with it.

A document is a Markdown file: YAML front matter between two ``---`` lines, then the narrative. The update on commitment
``3b`` is ``data/updates/<period>/3b.md``; appendix 2 of the period is ``appendices/2.md`` beside it::

    read_updates(folder, parse("2020-21-Q4"), as_at)["3b"].front.rating  # "amber"

An update counts from the day on which it was written: a report as at an earlier date does not know it. Where
``written`` is blank, it is still being written, and no report is made with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field

from priority_two.errors import Error, Refused, few
from priority_two.files.as_written import ProseKeys
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import load_yaml
from priority_two.periods import MONTH, Period, date_label, plural
from priority_two.reference.catalogue import MEASURE_ID
from priority_two.reference.personal_search import born_by, in_lines, in_mapping, in_paragraphs, public_numbers
from priority_two.reference.records import Strict, Words, validated
from priority_two.spellings import Unclear, natural, read_date, read_period

PROSE = ProseKeys(
    words=frozenset(
        {"qualifier", "reason", "action", "owner", "title", "note", "text"}
        | {"subject", "purpose", "role", "post", "author", "state"}
    ),
    lists=frozenset({"forward", "recommendations"}),
)
"""The keys of a document's front matter, at whatever depth, whose values are words."""


@dataclass(frozen=True)
class When:
    """A day, or a month where there is no day; of a month the last day counts."""

    day: dt.date
    label: str


def _when(value: Any) -> When | None:
    if value is None or isinstance(value, When):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return When(value, date_label(value))
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if day := _read(read_date, text):
        return When(day, date_label(day))
    period = _read(read_period, text)
    if period is None or period.kind != MONTH:
        raise ValueError("a date such as 2021-05-31, or a month such as 2021-05")
    return When(period.end, period.label)


def _read(reader: Callable[[str], Any], text: str) -> Any:
    """Return what a reader of days or periods makes of a text, or None where the text is not clear."""
    try:
        return reader(text)
    except Unclear:
        return None


def _day(value: Any) -> Any:
    if isinstance(value, str) and (day := _read(read_date, value)) is None:
        raise ValueError("a date such as 2021-03-25")
    return day if isinstance(value, str) else value


def _met(value: Any) -> Any:
    return "undated" if isinstance(value, str) and value.strip().lower() == "undated" else _when(value)


Day = Annotated[dt.date, BeforeValidator(_day)]
MaybeDay = Annotated[dt.date | None, BeforeValidator(_day)]
MaybeWhen = Annotated[When | None, BeforeValidator(_when)]
MaybeWords = Annotated[Words, BeforeValidator(lambda value: "" if value is None else value)]
MaybeMany = BeforeValidator(lambda value: [] if value is None else value)
Basis = Literal["transcribed", "illustrative", "reported"]


@dataclass(frozen=True)
class ExhibitRequest:
    """A measure whose table stands under a narrative, and the breakdown to chart (``parts`` for a bar a part)."""

    measure: str
    charted: str

    @property
    def code(self) -> str:
        """The request as it is written: ``CNT03[reach]``."""
        return f"{self.measure}[{self.charted}]" if self.charted else self.measure


def _shown(value: Any) -> ExhibitRequest:
    match = re.fullmatch(rf"({MEASURE_ID})(?:\[([a-z0-9-]+)\])?", str(value), re.ASCII)
    if not match:
        raise ValueError("a measure such as CNT01, or with what to chart: CNT03[reach], CNT01[parts]")
    return ExhibitRequest(match[1], match[2] or "")


Exhibited = Annotated[ExhibitRequest, BeforeValidator(_shown)]


class Milestone(Strict):
    """A dated promise: when it was first due, when it is due now, and when it was met.

    ``met`` is a date, blank, or the word ``undated``: it was met, and nobody wrote down on which day.
    """

    id: str
    title: Words
    baseline: MaybeWhen = None
    current: MaybeWhen = None
    met: Annotated[When | Literal["undated"] | None, BeforeValidator(_met)] = None
    note: MaybeWords = ""

    @property
    def due(self) -> When | None:
        """When it is due now: the current date, or else the baseline."""
        return self.current or self.baseline

    @property
    def slip(self) -> int | None:
        """Whole months from the baseline to when it was met, or else is due now; None where a date is missing."""
        end = self.current if self.met is None else self.met
        if self.baseline is None or not isinstance(end, When):
            return None
        return _months_between(self.baseline.day, end.day)

    @property
    def slip_label(self) -> str:
        """The slip in words."""
        if self.slip is None:
            return "none" if self.baseline and not self.met else "cannot be told"
        if self.slip < 0:
            return f"{plural(-self.slip, 'month')} early"
        return plural(self.slip, "month") if self.slip else "none"

    def overdue(self, as_at: dt.date) -> int:
        """By how many days it is overdue at a date; 0 where it is met, undated or not yet due."""
        return 0 if self.met is not None or self.due is None else max((as_at - self.due.day).days, 0)

    def months_late(self, as_at: dt.date) -> int:
        """By how many whole months it has slipped at a date; what is overdue goes on slipping from when it was due."""
        first = self.baseline or self.current
        if first and self.overdue(as_at):
            return _months_between(first.day, as_at)
        return max(self.slip or 0, 0)

    def slip_by(self, as_at: dt.date) -> str:
        """The slip in words as at a date. What is overdue goes on slipping, from the day on which it was first due."""
        if not self.overdue(as_at):
            return self.slip_label
        months = self.months_late(as_at)
        return f"{plural(months, 'month') if months else 'less than a month'} so far"


def _months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


class Achievement(Strict):
    """Something achieved in the year, with the commitment that it serves and, where it is one, the milestone."""

    text: Words
    commitment: str
    milestone: MaybeWords = ""


def _some_words(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("some words, in quotes where they are a number")
    return " ".join(value.split())


class Allowed(Strict):
    """A figure that may stand in the words of a document without a binding, and the reason."""

    text: Annotated[str, BeforeValidator(_some_words)]
    reason: Annotated[str, BeforeValidator(_some_words)]


class Front(Strict):
    """The front matter of an update. ``written`` is blank as long as it is not written."""

    commitment: str
    rating: MaybeWords
    qualifier: MaybeWords
    reason: MaybeWords
    action: MaybeWords
    owner: MaybeWords
    due: MaybeWhen
    written: MaybeDay
    basis: Basis
    milestones: Annotated[list[Milestone], MaybeMany] = []
    forward: Annotated[list[Words], MaybeMany] = []
    exhibits: Annotated[list[Exhibited], MaybeMany] = []
    achievements: Annotated[list[Achievement], MaybeMany] = []
    literals: Annotated[list[Allowed], MaybeMany] = []


class Contact(Strict):
    """Whom to ask about a briefing: a role, and the post that has it; never a person."""

    role: MaybeWords
    post: MaybeWords


class BriefingFront(Strict):
    """What makes an appendix a briefing, which also stands alone (:mod:`priority_two.updates.briefing`)."""

    subject: MaybeWords
    purpose: MaybeWords = ""
    contacts: Annotated[list[Contact], MaybeMany]
    recommendations: Annotated[list[MaybeWords], MaybeMany]


class AppendixFront(Strict):
    """The front matter of an appendix; with the key ``briefing`` it is a briefing."""

    appendix: Annotated[int, Field(ge=1, le=999)]
    title: Words
    owner: MaybeWords
    written: Day
    basis: Basis
    briefing: BriefingFront | None = None
    exhibits: Annotated[list[Exhibited], MaybeMany] = []
    literals: Annotated[list[Allowed], MaybeMany] = []


FrontMatter = TypeVar("FrontMatter", bound=Strict, covariant=True)
AnyFront = TypeVar("AnyFront", bound=Strict)
OfAPeriod = TypeVar("OfAPeriod", Front, AppendixFront)
Identity = TypeVar("Identity", str, int)


@dataclass(frozen=True)
class Document(Generic[FrontMatter]):
    """A Markdown file with front matter.

    ``front`` is what its keys say, such as :class:`Front` or :class:`AppendixFront`. The narrative begins on the line
    ``line`` of the file. ``lines`` has the line of each key of the front matter, ``inner`` that of what stands under
    these keys, by its path: ``milestones.0.title``.
    """

    file: str
    front: FrontMatter
    narrative: str
    line: int
    lines: dict[str, int]
    inner: dict[str, int] = field(default_factory=dict)


Update = Document[Front]
Appendix = Document[AppendixFront]
AnyDocument = Document[Strict]


def words_of(document: AnyDocument) -> Iterator[tuple[str, str]]:
    """Yield the words of a document's front matter that a paper prints, each with its path: ``milestones.0.title``.

    The recommendations of a briefing are Markdown, and what a document declares as its literals is not printed.
    """

    def walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if isinstance(value, Strict):
            for key in type(value).model_fields:
                if key not in ("literals", "recommendations"):
                    yield from walk(getattr(value, key), (*path, key))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from walk(item, (*path, str(number)))
        elif isinstance(value, str) and (path[-1] in PROSE.words or (len(path) > 1 and path[-2] in PROSE.lists)):
            yield ".".join(path), value

    yield from walk(document.front, ())


def line_of(document: AnyDocument, path: str) -> int:
    """Return the line of a key or item of the front matter by its path, or else that of the key that holds it."""
    return document.inner.get(path, document.lines.get(path.split(".")[0], 1))


def read_document(
    folder: DataFolder, path: str, model: type[AnyFront], public: frozenset[str] | None = None
) -> Document[AnyFront]:
    """Return one Markdown file with its front matter; `public` are the numbers of helplines, if they are known.

    Raises
    ------
    Refused
        The file cannot be read, is about a person, has no front matter, or its front matter is refused.
    """
    text, shown = folder.text(path), folder.shown(path)
    public = public_numbers(folder) if public is None else public
    if private := in_lines(text, shown, public):
        raise Refused(private)
    lines = text.split("\n")
    if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
        fix = "begin the file with a line ---, then the keys, then a line ---"
        raise Refused([Error(shown, "YAML front matter between two lines ---", 1, fix=fix)])
    end = next(n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    mapping = load_yaml("\n".join(lines[1:end]), shown, first_line=2, prose=PROSE)
    narrative = "\n".join(lines[end + 1 :])
    born = born_by(mapping.values.get("written", mapping.values.get("filed")))
    if private := [*in_mapping(mapping, public, born), *in_paragraphs(narrative, shown, public, end + 2, born)]:
        raise Refused(few(shown, private))
    front = validated(model, mapping)
    return Document(shown, front, narrative, end + 2, mapping.lines, mapping.inner)


def blank_update(commitment: str, file: str) -> Update:
    """Return an update in which nothing is written. In a proof it takes the place of one that is missing."""
    front = Front.model_validate({**dict.fromkeys(Front.model_fields), "commitment": commitment, "basis": "reported"})
    return Document(file, front, "", 1, {}, {})


def read_updates(
    folder: DataFolder, period: Period, as_at: dt.date, ratings: Mapping[str, str] | None = None
) -> dict[str, Update]:
    """Return a period's updates by commitment, as far as they had been written by the as-at date.

    An update that is still to be written is among them at any date, so that the gate can say what it lacks.

    `ratings` has the code of a rating by each of its spellings
    (:attr:`priority_two.reference.catalogue.Catalogue.rating_spellings`); a rating that has none stays as it is, and
    the gate names it.

    Raises
    ------
    Refused
        Every fault of every file; also a file that is not named after its commitment. The rest is the updates that
        can be read, those with a wrong name among them.
    """
    return _read_folder(
        folder, f"updates/{period}", Front, "commitment", lambda front: front.commitment, as_at, ratings
    )


def read_appendices(folder: DataFolder, period: Period, as_at: dt.date) -> dict[int, Appendix]:
    """Return a period's appendices by number, as far as they had been written by the as-at date.

    Raises
    ------
    Refused
        Every fault of every file; also two of one number. The rest is the appendices that can be read, those with a
        wrong name among them.
    """
    return _read_folder(
        folder, f"updates/{period}/appendices", AppendixFront, "appendix", lambda front: front.appendix, as_at
    )


def _read_folder(
    folder: DataFolder,
    path: str,
    model: type[OfAPeriod],
    key: str,
    identity_of: Callable[[OfAPeriod], Identity],
    as_at: dt.date,
    ratings: Mapping[str, str] | None = None,
) -> dict[Identity, Document[OfAPeriod]]:
    """Return the documents of a folder by the key after which each file is named, in its order."""
    documents: dict[Identity, Document[OfAPeriod]] = {}
    errors: list[Error | str] = []
    public = public_numbers(folder)
    for name in folder.names(path, "*.md"):
        try:
            document = read_document(folder, name, model, public)
        except Refused as refused:
            errors += refused.errors
            continue
        front = document.front
        identity = identity_of(front)
        if name.rsplit("/", 1)[-1] != f"{identity}.md":
            expected = f"the file to be named after its {'number' if key == 'appendix' else key}"
            errors.append(Error(document.file, expected, document.lines[key], key, str(identity)))
        if isinstance(front, Front):  # a rating has one code, however it is written
            code = (ratings or {}).get(front.rating.casefold(), front.rating)
            document = replace(document, front=front.model_copy(update={"rating": code}))
        written: dt.date | None = front.written
        if written is None or written <= as_at:
            documents[identity] = document
    documents = dict(sorted(documents.items(), key=lambda item: natural(str(item[0]))))
    if errors:
        raise Refused(errors, documents)
    return documents


def latest_written(folder: DataFolder, period: Period) -> dt.date | None:
    """Return the day on which the last of a period's updates and appendices was written, or None."""
    days = [
        day_in(folder, name, Front, lambda front: front.written, period)
        for name in folder.names(f"updates/{period}", "*.md")
    ]
    days += [
        day_in(folder, name, AppendixFront, lambda front: front.written, period)
        for name in folder.names(f"updates/{period}/appendices", "*.md")
    ]
    return max((day for day in days if day), default=None)


def day_in(
    folder: DataFolder, path: str, model: type[AnyFront], day_of: Callable[[AnyFront], dt.date | None], period: Period
) -> dt.date | None:
    """Return a day of a document's front matter, or None where there is none.

    A day more than a year after the period is a mistake and does not count. Nor does a document with a fault: whoever
    reads it for the report will name the fault.
    """
    try:
        day = day_of(read_document(folder, path, model).front)
    except Refused:
        return None
    return day if day and (day - period.end).days <= 366 else None
