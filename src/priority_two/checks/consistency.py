"""The tables by which a paper is held against the whole evidence base, not one file at a time.

As in :mod:`priority_two.checks.datasets`, the tables are laid out here and judged by their suites in
``expectations/``. A column that should be blank says in words what is wrong where it is not.

==============  =======================  ==============================================================================
dataset         a row is                 what is put to it
==============  =======================  ==============================================================================
``numerals``    a figure in words        something accounts for it: a binding, a date, a name or a declared literal
``prose``       a passage of words       no placeholder, empty heading, unexpanded abbreviation or second name of a
                                         body; nothing told as still to come after its day
``totals``      a stated total           it stands to its parts as ``totals.csv`` says
``statistics``  a figure in a narrative  it is not too old, its period is one that can be compared, a percentage has a
                                         base, posts have a unit, and it is credited to its source
``claims``      what the paper claims    ratings that wait for the same thing agree, what is achieved was met, and the
                                         paper is not older than its period's end, nor newer than the next quarter's
==============  =======================  ==============================================================================
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

import pandas as pd

from priority_two.checks import prose
from priority_two.checks.datasets.frame import Row, framed, yes
from priority_two.checks.rules import Attribution, Related, Rules, Total
from priority_two.measures.evidence import Evidence, Missing, number
from priority_two.measures.expressions import Term, total_of
from priority_two.measures.figures import Figures
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.periods import MONTH, QUARTER, RANGE, Period, date_label, parse_date, plural
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.returns.store import Observation
from priority_two.updates.documents import Achievement, Document, Front

_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
_SAID = {"=": "where the parts make", ">=": "which should be at least", "<=": "which should be at most"}
# A sentence that counts posts says so.
_POSTS = re.compile(r"\b(?:FTE|posts?|(?:full|part|whole)[- ]time)\b", re.I)


def consistency_datasets(
    period: Period,
    updates: dict[str, Document],
    written: Iterable[Document],
    found: list[Observation],
    catalogue: Catalogue,
    rules: Rules,
    as_at: dt.date,
    figures: Figures | None = None,
    reported: dt.date | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``numerals``, ``prose``, ``totals``, ``statistics`` and ``claims``.

    Parameters
    ----------
    period
        The quarter that is told.
    updates
        Its updates by commitment.
    written
        Everything that was written for the paper, the updates among it.
    found
        The observations that count.
    catalogue, rules
        What is known of words and figures.
    as_at
        The as-at date.
    figures
        The one look-up of figures; without one, that of the observations.
    reported
        The as-at date of the paper, where that is another: all that was sent may be judged, and a paper know less.
    """
    read = [(document, prose.passages(document)) for document in written]
    evidence = Evidence(catalogue, found, period, figures)
    return {
        "numerals": _numerals(read, catalogue, rules),
        "prose": _prose(read, catalogue, rules, as_at),
        "totals": _totals(period, found, catalogue, rules.totals),
        "statistics": _statistics(read, evidence, rules, as_at),
        "claims": _claims(period, updates, catalogue, rules, as_at, reported or as_at),
    }


Read = list[tuple[Document, list[prose.Passage]]]


def _numerals(read: Read, catalogue: Catalogue, rules: Rules) -> pd.DataFrame:
    names = [one.text for one in rules.names]
    names += [helpline.number for helpline in catalogue.partnership.helplines]
    names += [name for name in (*catalogue.abbreviations, *catalogue.measures) if any(map(str.isdigit, name))]
    names += [f"commitment {name}" for name in catalogue.commitments]
    rows = [
        {
            "kind": one.kind,
            "_accounted_for": yes(one.kind != prose.UNBOUND),
            "_subject": f"{one.text}, in “{one.about}”",
            "file": one.file,
            "row": one.row,
        }
        for document, passages in read
        for one in prose.numerals(passages, names, [one.text for one in getattr(document.front, "literals", ())])
    ]
    return framed(rows, ["kind", "_accounted_for"])


def _prose(read: Read, catalogue: Catalogue, rules: Rules, as_at: dt.date) -> pd.DataFrame:
    words = rules.lacking("text")
    names = (*catalogue.abbreviations, *catalogue.partners.values(), *(one.text for one in rules.names))
    known = {*catalogue.abbreviations, *catalogue.measures, *(word for name in names for word in name.split())}
    rows: list[Row] = []
    for document, passages in read:
        empty = {id(one) for one in prose.empty_headings(passages)}
        short: dict[int, list[prose.Remark]] = {}
        for passage, abbreviation in prose.unexpanded(passages, known):
            short.setdefault(id(passage), []).append(abbreviation)
        for one in passages:
            told = {
                "placeholder": prose.placeholders(one, words),
                "heading": [prose.Remark(one.line(0), one.text or "no words")] if id(one) in empty else [],
                "abbreviation": short.get(id(one), []),
                "body": prose.other_names(one, rules.aliases),
                "overtaken": prose.overtaken(one, as_at),
            }
            lines: dict[int, dict[str, list[str]]] = {one.line(0): {}}
            for key, some in told.items():
                for found in some:
                    lines.setdefault(found.row, {}).setdefault(key, []).append(found.words)
            for line, here in lines.items():
                rows.append({**{key: "; ".join(said) for key, said in here.items()}, "file": one.file, "row": line})
        if len(passages) == prose.MOST_PASSAGES:
            rows.append({**rows[-1], "placeholder": "more passages than are read", "file": document.file})
    return framed(rows, ["placeholder", "heading", "abbreviation", "body", "overtaken"])


def _totals(
    period: Period, found: Iterable[Observation], catalogue: Catalogue, totals: Iterable[Total]
) -> pd.DataFrame:
    known: dict[tuple[str, str], list[Observation]] = {}
    for one in found:
        if not one.area:
            known.setdefault((one.measure, one.breakdown), []).append(one)
    rows: list[Row] = []
    for total in totals:
        stated, parts = _sum(total.stated, period, known), _sum(total.of, total.periods or period, known)
        if stated is None or parts is None:
            continue  # a part that is missing leaves nothing to compare
        unit = catalogue.measures[total.stated[0].measure].unit
        said = f"{number(stated, unit)}, {_SAID[total.relation]} {number(parts, unit)}"
        measures = {term.measure for term in (*total.stated, *total.of)}
        rows.append(
            {
                "total": total.total,
                "differs": "" if _RELATIONS[total.relation](stated, parts) else said,
                "_subject": f"{total.title} ({(total.periods or period).label})",
                "_restricted": any(catalogue.measures[name].disclosure != "public_nonperson" for name in measures)
                or any(one.terms.permission != "publish" for one in found if one.measure in measures),
                "file": total.file,
                "row": total.row,
            }
        )
    return framed(rows, ["total", "differs"])


def _sum(terms: Iterable[Term], period: Period, known: dict[tuple[str, str], list[Observation]]) -> Decimal | None:
    """Return a sum of figures over a run of periods; None where one is missing, unavailable or sent by several."""

    def value_of(term: Term) -> Decimal | None:
        sent = known.get((term.measure, term.breakdown), [])
        inside = [observation for observation in sent if observation.period.plain == period.plain]
        inside = inside or [
            observation
            for observation in sent
            if observation.period.kind == MONTH and period.contains(observation.period)
        ]
        values = [observation.value for observation in inside if observation.value is not None]
        partners = {observation.terms.partner for observation in inside}
        return sum(values, Decimal(0)) if len(values) == len(inside) and len(partners) == 1 else None

    return total_of(terms, value_of)


def _statistics(read: Read, evidence: Evidence, rules: Rules, as_at: dt.date) -> pd.DataFrame:
    credited = {one.measure: one for one in rules.attributions}
    rows: list[Row] = []
    for document, passages in read:
        for passage in passages:
            told: set[tuple[str, str]] = set()  # a list of posts wants its unit once
            for sentence, binding in prose.used(passage):
                try:
                    one = evidence.figure(**binding.arguments)
                except Missing:
                    continue  # the paper is refused for it
                measure = evidence.catalogue.measures[one.measure]
                part = evidence.catalogue.breakdowns.get((one.measure, one.breakdown))
                rows.append(
                    {
                        "measure": one.measure,
                        "age": _age(measure, one, rules, as_at),
                        "span": one.period.label if one.period.plain.kind == RANGE else "",
                        "base": "a share of nothing that is named" if baseless(measure) else "",
                        "unit": "" if (sentence, one.measure) in told else _unit(measure, sentence),
                        "credit": _credit(measure, credited.get(one.measure)),
                        "_subject": measure.title + (f", {part.label}" if part else ""),
                        "file": document.file,
                        "row": binding.line,
                    }
                )
                told.add((sentence, one.measure))
    return framed(rows, ["measure", "age", "span", "base", "unit", "credit"])


def _age(measure: Measure, one: Figure | Rate, rules: Rules, as_at: dt.date) -> str:
    """Return in words how a figure is older than its measure may be, or that its age cannot be told."""
    if not measure.oldest_years:
        return ""
    notes = [source.note.lower() for source in one.sources]
    if any(words.lower() in note for words in rules.lacking("period") for note in notes):
        return "of an age that cannot be told: no period is stated"
    oldest, end = int(measure.oldest_years), one.period.end
    years = as_at.year - end.year - ((as_at.month, as_at.day) < (end.month, end.day))
    old = (as_at.year - oldest, as_at.month, as_at.day) > (end.year, end.month, end.day)
    return f"{plural(years, 'year')} old, of {one.period.label}" if old else ""


def baseless(measure: Measure) -> bool:
    """Whether a measure is a percentage of which nobody says what it is a share of."""
    return measure.unit == "percent" and measure.aggregation != "derived" and not measure.base


def _unit(measure: Measure, sentence: str) -> str:
    return "" if measure.unit != "fte" or _POSTS.search(sentence) else "a number of posts without a unit"


def _credit(measure: Measure, credit: Attribution | None) -> str:
    if credit is None or credit.credited_to == measure.source:
        return ""
    source = f"; the catalogue says {measure.source}" if credit.credited_to else ""
    return f"credited to {credit.credited_to or 'nobody'} ({credit.where}){source}"


def _claims(
    period: Period,
    updates: dict[str, Document],
    catalogue: Catalogue,
    rules: Rules,
    as_at: dt.date,
    reported: dt.date,
) -> pd.DataFrame:
    fronts = {name: document.front for name, document in updates.items() if isinstance(document.front, Front)}
    rows = [
        {
            "conflict": _conflict(fronts[one.commitment], fronts[one.related], one, catalogue),
            "file": updates[one.commitment].file,
            "row": updates[one.commitment].lines.get("rating", 1),
        }
        for one in rules.related
        if one.commitment in fronts and one.related in fronts
    ]
    rows += [
        {
            "unmet": _unmet(achievement, fronts),
            "_subject": achievement.text.rstrip("."),
            "file": updates[name].file,
            "row": updates[name].inner.get(f"achievements.{place}", updates[name].lines.get("achievements", 1)),
        }
        for name, front in fronts.items()
        for place, achievement in enumerate(front.achievements)
    ]
    if fronts:
        occasions = {row["period"]: row for row in catalogue.tables["calendar"].rows}
        occasion, then = occasions.get(str(period)), Period(period.first + 3, period.last + 3, QUARTER)
        met = occasions[str(then)]["board_date"] if str(then) in occasions else ""
        rows.append(
            {
                "early": _early(period, occasion["board_date"] if occasion else "", as_at),
                "late": _late(then, met, reported),
                "file": catalogue.tables["calendar"].file,
                "row": occasion["row"] if occasion else 1,
            }
        )
    return framed(rows, ["conflict", "unmet", "early", "late"])


def _conflict(one: Front, other: Front, why: Related, catalogue: Catalogue) -> str:
    rated = [catalogue.ratings.get(front.rating) for front in (one, other)]
    if not rated[0] or not rated[1] or rated[0].needs_action == "yes" or rated[1].needs_action != "yes":
        return ""
    return f"{why.commitment} is {rated[0].word} and {why.related} is {rated[1].word}: {why.reason}"


def _unmet(achievement: Achievement, fronts: dict[str, Front]) -> str:
    """Return the milestone that an achievement is tied to, where it is not met or not there."""
    if not achievement.milestone:
        return ""
    front = fronts.get(achievement.commitment)
    found = next((one for one in front.milestones if one.id == achievement.milestone), None) if front else None
    if found is None:
        return f"commitment {achievement.commitment} has no milestone {achievement.milestone}"
    return "" if found.met else f"milestone not met: {found.title}"


def _early(period: Period, board_date: str, as_at: dt.date) -> str:
    """Return the Board's date, or else the as-at date, where the period had not closed by then."""
    day = parse_date(board_date) if board_date else as_at
    return f"{date_label(day)}, before {period.label} closed on {date_label(period.end)}" if day < period.end else ""


def _late(then: Period, board_date: str, as_at: dt.date) -> str:
    """Return the as-at date where the next quarter was before the Board by then, or, of no known day, had closed."""
    if board_date:
        met = parse_date(board_date)
        return (
            f"{date_label(as_at)}, when the Board had met on {then.label} on {date_label(met)}" if as_at >= met else ""
        )
    return f"{date_label(as_at)}, after {then.label} closed on {date_label(then.end)}" if as_at > then.end else ""
