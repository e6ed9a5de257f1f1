"""Gaps in provision: what services were asked for, what they gave, and what lies between.

``data/reference/provision.csv`` has the columns

``service``
    Its id, such as ``refuge``.
``title``
    What a table calls it.
``partner``
    The partner that provides it; only that partner's figures count.
``asked``, ``given``
    Expressions (:mod:`priority_two.measures.expressions`) over counts that the partner reports. One of the two may be
    blank: then it is not counted, and no share can be known.
``ends``
    The last day of the contract, or blank.
``note``
    What a reader has to know of the two figures; it stands behind a demand that was not met.

A gap is said in words, since its kinds are unlike: a demand that was not met, a service that does not run (``z``), a
figure that cannot be had (``x``), one that did not come, a contract that ends. A service that does not run has met
nothing and failed nobody whom it was asked for: it has no share, not a share of nought.

What is said holds exact numbers and partners' notes: it is for the eyes of the partnership, and no table for the
public shows it before disclosure control has been at it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from priority_two.errors import one_line
from priority_two.flags import in_a_sentence
from priority_two.measures.evidence import number
from priority_two.measures.exact import ratio
from priority_two.measures.expressions import MaybeExpression, Term, are_figures, total_of
from priority_two.measures.rollup import Figure, Ledger, merged
from priority_two.periods import RANGE, Period, date_label
from priority_two.reference.catalogue import Measure
from priority_two.reference.records import Code, Given, MaybeDay, TableRow, misfit, one_of
from priority_two.returns.store import Observation

COUNTS = "nothing, or counts that this partner reports, such as SRV03[referrals]"
SOON = 3
"""A contract is spoken of when it ends no later than so many months after the period."""
PLACES = 1
LONGEST_NOTE = 200
_ORIGIN = re.compile(r"(?:Illustrative|Transcribed):[^;]*(?:;\s*|$)")
"""Where a note says that its figure comes from, before it says anything of the service."""


class Service(TableRow):
    """A row of ``provision.csv``; `asked` or `given` is empty where it is not counted, `ends` None without an end."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "service": "its id",
        "title": "what it is called in the table of gaps in provision",
        "partner": "who sends its figures: a partner of `partners.csv`",
        "asked": "a sum of figures: how often it was asked for",
        "given": "a sum of figures: how often it was given",
        "ends": "the last day of its contract; it is spoken of when that is near",
        "note": "what a reader has to know of the figures",
    }

    KEY = ("service",)

    service: Code = Field(description="a code such as refuge, once")
    title: Given = Field(description="a title")
    partner: Annotated[str, one_of("partners", "a partner of partners.csv")]
    asked: MaybeExpression = Field(description=COUNTS)
    given: MaybeExpression = Field(description=COUNTS)
    ends: MaybeDay = Field(description="a date such as 2021-03-31, or nothing")
    note: str

    @field_validator("asked", "given")
    @classmethod
    def _counted(cls, terms: tuple[Term, ...], info: ValidationInfo) -> tuple[Term, ...]:
        partner = info.data.get("partner")

        def is_count(measure: Measure) -> bool:
            reported = partner is None or partner in measure.partners
            return reported and measure.unit == "count" and measure.aggregation != "derived"

        if terms and not are_figures(terms, info, is_count):
            raise misfit("", COUNTS)
        return terms

    @model_validator(mode="after")
    def _has_a_side(self) -> Service:
        if not self.asked and not self.given:
            raise misfit("given", "what was asked for, what was given, or both")
        return self


@dataclass(frozen=True)
class Gap:
    """What lies between what a service was asked for and what it gave, over a period.

    ``asked`` and ``given`` are None where it is not counted or incomplete; their reasons say why, as in
    ``SRV03[referrals]: 2 of 3 months``, and are blank where there is one or it is not counted. ``share`` is what was
    given as a percentage of what was asked for, to one decimal, half to even: None unless both are complete and
    something was asked for, and over 100 where more was given than was asked for in those months. ``words`` say the gap
    in plain English. The flags of what was asked for and of what was given are those of their figures; ``flags`` has
    both. Flags, sources and synthetic are as of a :class:`~priority_two.measures.rollup.Figure`.
    """

    service: Service
    period: Period
    asked: Decimal | None
    given: Decimal | None
    asked_reason: str
    given_reason: str
    asked_flags: str
    given_flags: str
    share: Decimal | None
    flags: str
    words: str
    synthetic: bool
    sources: tuple[Observation, ...]


def gaps(services: Iterable[Service], ledger: Ledger, period: Period, as_at: dt.date) -> list[Gap]:
    """Return what lies between what each service was asked for and what it gave, in the order of the services.

    The as-at date decides whether a contract has ended or is about to.
    """
    return [_gap(service, ledger, period, as_at) for service in services]


@dataclass(frozen=True)
class _Side:
    """What was asked for, or what was given: the figures of an expression, and what they come to."""

    figures: tuple[Figure, ...]
    value: Decimal | None
    reason: str

    @property
    def flags(self) -> str:
        """The flags of the figures that have a value."""
        return merged(figure.flags for figure in self.figures if figure.value is not None)

    @property
    def lacking(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if figure.value is None)


def _gap(service: Service, ledger: Ledger, period: Period, as_at: dt.date) -> Gap:
    asked, given = (_total(terms, ledger, period, service.partner) for terms in (service.asked, service.given))
    figures = tuple(dict.fromkeys((*asked.figures, *given.figures)))
    sources = tuple(dict.fromkeys(source for figure in figures for source in figure.sources))
    share = None
    if asked.value and given.value is not None:
        share = ratio(given.value, asked.value, 100, PLACES)
    sentences = [*_sentences(asked, given), *_contract(service.ends, period, as_at)]
    if share is not None and share != 100 and service.note:
        sentences.insert(1, f"{one_line(service.note, LONGEST_NOTE).rstrip('.')}.")
    return Gap(
        service=service,
        period=period,
        asked=asked.value,
        given=given.value,
        asked_reason=asked.reason,
        given_reason=given.reason,
        asked_flags=asked.flags,
        given_flags=given.flags,
        share=share,
        flags=merged([asked.flags, given.flags]),
        words=" ".join(sentences),
        synthetic=any(source.terms.synthetic for source in sources),
        sources=sources,
    )


def _total(terms: tuple[Term, ...], ledger: Ledger, period: Period, partner: str) -> _Side:
    figures = {
        term: ledger.figure(term.measure, period, breakdown=term.breakdown, partner=partner)
        for term in terms
        if term.number is None
    }
    lacking = (f"{term.code}: {figure.reason}" for term, figure in figures.items() if figure.value is None)
    value = total_of(terms, lambda term: figures[term].value) if terms else None
    reason = "they come to less than nought" if value is not None and value < 0 else next(lacking, "")
    return _Side(tuple(figures.values()), None if reason else value, reason)


def _sentences(asked: _Side, given: _Side) -> list[str]:
    if asked.value is not None and given.value is not None:
        return [f"{_met(asked.value, given.value)}{in_a_sentence(merged([asked.flags, given.flags]))}."]
    sentences = []
    for side, what, other, others in ((asked, "asked for", given, "given"), (given, "given", asked, "asked for")):
        if side.value is not None:
            uncounted = "" if other.figures else f"; what was {others} is not counted"
            sentences.append(f"{_were(side.value, what)}{in_a_sentence(side.flags)}{uncounted}.")
    sides = [(side, what) for side, what in ((asked, "asked for"), (given, "given")) if side.reason]
    alike = {_lacks(side, "") for side, _ in sides}
    if len(alike) == 1 and not sentences:
        return list(alike)
    return list(dict.fromkeys([*sentences, *(_lacks(side, f" of what was {what}") for side, what in sides)]))


def _met(asked: Decimal, given: Decimal) -> str:
    if given > asked:
        return f"More were given ({_count(given)}) than were asked for ({_count(asked)})"
    if asked == 0:
        return "None were asked for"
    short = asked - given
    if short == 0:
        return "The one asked for was met" if asked == 1 else f"All {_count(asked)} asked for were met"
    return f"{_count(short)} of {_count(asked)} asked for {'was' if short == 1 else 'were'} not met"


def _were(value: Decimal, what: str) -> str:
    return f"{'None' if value == 0 else _count(value)} {'was' if value == 1 else 'were'} {what}"


def _count(value: Decimal) -> str:
    return number(value, "count")


def _lacks(side: _Side, what: str) -> str:
    """Return why a side has no figure, in words; `what` names the side where the other is unlike it."""
    idle = [source for figure in side.lacking for source in figure.sources if source.status == "z"]
    unknown = [source for figure in side.lacking for source in figure.sources if source.status == "x"]
    if side.lacking and all(figure.flags == "z" for figure in side.figures):
        return f"Not running{_notes(idle)}."
    if side.lacking and all(figure.flags == "x" for figure in side.figures):
        return f"No figures{what}: not available{_notes(unknown)}."
    reason = side.lacking[0].reason if side.lacking else side.reason
    there = bool(side.lacking) and any(figure.there for figure in side.figures)
    sentence = f"Figures{what} are not complete: {reason}." if there else f"No figures{what}: {reason}."
    if not idle:
        return sentence
    return f"{sentence} Not running in {_when(idle)}{_notes(idle)}."


def _when(observations: list[Observation]) -> str:
    """Return the months of observations in words, those that follow one another as one run."""
    runs: list[Period] = []
    for month in sorted({month for observation in observations for month in observation.period.months()}):
        if runs and runs[-1].last + 1 == month.first:
            runs[-1] = Period(runs[-1].first, month.last, RANGE)
        else:
            runs.append(month)
    return ", ".join(run.label for run in runs)


def _notes(observations: list[Observation]) -> str:
    """Return what the notes say of the service, each once, after a colon; nothing where they say nothing."""
    notes = [_ORIGIN.sub("", observation.note, count=1).strip().rstrip(".") for observation in observations]
    text = " ".join("; ".join(dict.fromkeys(note for note in notes if note)).split())
    return f": {one_line(text, LONGEST_NOTE)}" if text else ""


def _contract(ends: dt.date | None, period: Period, as_at: dt.date) -> list[str]:
    if ends is None or ends.year * 12 + ends.month - 1 > period.last + SOON:
        return []
    return [f"The contract {'ended' if ends < as_at else 'ends'} on {date_label(ends)}."]
