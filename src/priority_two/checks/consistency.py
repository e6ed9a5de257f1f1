"""The datasets by which a paper is compared with the whole evidence base, and not with one file.

As those of :mod:`priority_two.checks.datasets`, they are judged by their suites in ``expectations/``. Most of their
columns should be blank; where one is not, it says in words what is wrong: ``age`` is "5 years old, of March 2016".

==============  =======================  ==============================================================================
dataset         a row is                 what is put to it
==============  =======================  ==============================================================================
``numerals``    a figure in words        something accounts for it: a binding, a date, a name or a declared literal
``prose``       a passage of words       no placeholder, empty heading, unexpanded abbreviation or second name of a
                                         body; no promise whose day has passed
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
from collections.abc import Callable, Iterable, Sequence
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
from priority_two.periods import MONTH, QUARTER, RANGE, Period, date_label, plural
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.returns.history import of_measures
from priority_two.returns.store import Observation
from priority_two.updates.documents import Achievement, AnyDocument, AppendixFront, Front, Update

_RELATIONS: dict[str, Callable[[Decimal, Decimal], bool]] = {"=": operator.eq, ">=": operator.ge, "<=": operator.le}
_RELATION_WORDS = {"=": "where the parts make", ">=": "which should be at least", "<=": "which should be at most"}
# A sentence that counts posts says so.
_POSTS = re.compile(r"\b(?:FTE|posts?|(?:full|part|whole)[- ]time)\b", re.I)


def consistency_datasets(
    period: Period,
    updates: dict[str, Update],
    written: Iterable[AnyDocument],
    observations: Sequence[Observation],
    catalogue: Catalogue,
    rules: Rules,
    as_at: dt.date,
    figures: Figures | None = None,
    reported: dt.date | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``numerals``, ``prose``, ``totals``, ``statistics`` and ``claims``.

    `written` is everything that was written for the paper, with the updates. Without `figures`, the one look-up of
    figures, that of the observations serves. `reported` is the as-at date of the paper, where that is another than
    `as_at`: more may be judged than the paper knows.
    """
    read = [(document, prose.passages(document)) for document in written]
    evidence = Evidence(catalogue, observations, period, figures)
    return {
        "numerals": _numerals(read, catalogue, rules),
        "prose": _prose(read, catalogue, rules, as_at),
        "totals": _totals(period, observations, catalogue, rules.totals),
        "statistics": _statistics(read, evidence, rules, as_at),
        "claims": _claims(period, updates, catalogue, rules, as_at, reported or as_at),
    }


Read = list[tuple[AnyDocument, list[prose.Passage]]]


def _numerals(read: Read, catalogue: Catalogue, rules: Rules) -> pd.DataFrame:
    names = [name.text for name in rules.names]
    names += [helpline.number for helpline in catalogue.partnership.helplines]
    codes = (*catalogue.abbreviations, *catalogue.measures, *filter(_begins_with_letter, catalogue.commitments))
    names += [name for name in codes if any(map(str.isdigit, name))]
    names += [f"commitment {name}" for name in catalogue.commitments]
    rows = [
        {
            "kind": numeral.kind,
            "_accounted_for": yes(numeral.kind != prose.UNBOUND),
            "_subject": f"{numeral.text}, in “{numeral.about}”",
            "file": numeral.file,
            "row": numeral.row,
        }
        for document, passages in read
        for numeral in prose.numerals(passages, names, _literals(document))
    ]
    return framed(rows, ["kind", "_accounted_for"])


def _begins_with_letter(code: str) -> bool:
    """Whether a code cannot be mistaken for a figure: ``A1``, and not ``3b``."""
    return code[:1].isalpha()


def _literals(document: AnyDocument) -> list[str]:
    front = document.front
    return [literal.text for literal in front.literals] if isinstance(front, Front | AppendixFront) else []


def _prose(read: Read, catalogue: Catalogue, rules: Rules, as_at: dt.date) -> pd.DataFrame:
    words = rules.lacking("text")
    names = (*catalogue.abbreviations, *catalogue.partners.values(), *(name.text for name in rules.names))
    known = {*catalogue.abbreviations, *catalogue.measures, *(word for name in names for word in name.split())}
    rows: list[Row] = []
    for document, passages in read:
        empty = {id(passage) for passage in prose.empty_headings(passages)}
        unexpanded: dict[int, list[prose.Remark]] = {}
        for passage, remark in prose.unexpanded(passages, known):
            unexpanded.setdefault(id(passage), []).append(remark)
        for passage in passages:
            heading = [prose.Remark(passage.line(0), passage.text or "no words")] if id(passage) in empty else []
            remarks = {
                "placeholder": prose.placeholders(passage, words),
                "heading": heading,
                "abbreviation": unexpanded.get(id(passage), []),
                "body": prose.other_names(passage, rules.aliases),
                "overtaken": prose.overtaken(passage, as_at),
            }
            lines: dict[int, dict[str, list[str]]] = {passage.line(0): {}}
            for column, some in remarks.items():
                for remark in some:
                    lines.setdefault(remark.row, {}).setdefault(column, []).append(remark.words)
            for line, texts in lines.items():
                row = {column: "; ".join(text) for column, text in texts.items()}
                rows.append({**row, "file": passage.file, "row": line})
        if len(passages) == prose.MOST_PASSAGES:
            rows.append({**rows[-1], "placeholder": "more passages than are read", "file": document.file})
    return framed(rows, ["placeholder", "heading", "abbreviation", "body", "overtaken"])


def _totals(
    period: Period, observations: Sequence[Observation], catalogue: Catalogue, totals: Sequence[Total]
) -> pd.DataFrame:
    known: dict[tuple[str, str], list[Observation]] = {}
    compared = of_measures(observations, {term.measure for total in totals for term in (*total.stated, *total.of)})
    for observation in compared:
        if not observation.area:
            known.setdefault((observation.measure, observation.breakdown), []).append(observation)
    guarded = {observation.measure for observation in compared if observation.terms.permission != "publish"}
    rows: list[Row] = []
    for total in totals:
        stated = _sum(total.stated, period, known, catalogue)
        parts = _sum(total.of, total.periods or period, known, catalogue)
        if stated is None or parts is None:
            continue  # a part that is missing leaves nothing to compare
        unit = catalogue.measures[total.stated[0].measure].unit
        words = f"{number(stated, unit)}, {_RELATION_WORDS[total.relation]} {number(parts, unit)}"
        measures = {term.measure for term in (*total.stated, *total.of)}
        rows.append(
            {
                "total": total.total,
                "differs": "" if _RELATIONS[total.relation](stated, parts) else words,
                "_subject": f"{total.title} ({(total.periods or period).label})",
                "_restricted": bool(measures & guarded)
                or any(catalogue.measures[name].disclosure != "public_nonperson" for name in measures),
                "file": total.file,
                "row": total.row,
            }
        )
    return framed(rows, ["total", "differs"])


def _sum(
    terms: Iterable[Term], period: Period, known: dict[tuple[str, str], list[Observation]], catalogue: Catalogue
) -> Decimal | None:
    """Return a sum of figures over a run of periods; None where one is missing, unavailable or sent by several.

    A part need not be there in each month, such as what was launched in one of them, but of its measure something is.
    """

    def is_month(observation: Observation) -> bool:
        return observation.period.kind == MONTH and period.contains(observation.period)

    def there(measure: str) -> set[Period]:
        return {
            observation.period
            for (name, _), sent in known.items()
            if name == measure
            for observation in sent
            if is_month(observation)
        }

    def value_of(term: Term) -> Decimal | None:
        sent = known.get((term.measure, term.breakdown), [])
        inside = [observation for observation in sent if observation.period.plain == period.plain]
        if not inside and catalogue.measures[term.measure].adds_up and there(term.measure) == set(period.months()):
            inside = [observation for observation in sent if is_month(observation)]
        values = [observation.value for observation in inside if observation.value is not None]
        partners = {observation.terms.partner for observation in inside}
        return sum(values, Decimal(0)) if len(values) == len(inside) and len(partners) == 1 else None

    return total_of(terms, value_of)


def _statistics(read: Read, evidence: Evidence, rules: Rules, as_at: dt.date) -> pd.DataFrame:
    credits = {attribution.measure: attribution for attribution in rules.attributions}
    rows: list[Row] = []
    for document, passages in read:
        for passage in passages:
            with_unit: set[tuple[str, str]] = set()  # a list of posts wants its unit once
            for sentence, binding in prose.used(passage):
                try:
                    figure = evidence.figure(**binding.arguments)
                except Missing:
                    continue  # the paper is refused for it
                measure = evidence.catalogue.measures[figure.measure]
                part = evidence.catalogue.breakdowns.get((figure.measure, figure.breakdown))
                rows.append(
                    {
                        "measure": figure.measure,
                        "age": _age(measure, figure, rules, as_at),
                        "span": figure.period.label if figure.period.plain.kind == RANGE else "",
                        "base": "a share of nothing that is named" if baseless(measure) else "",
                        "unit": "" if (sentence, figure.measure) in with_unit else _unit(measure, sentence),
                        "credit": _credit(measure, credits.get(figure.measure)),
                        "_subject": measure.title + (f", {part.label}" if part else ""),
                        "file": document.file,
                        "row": binding.line,
                    }
                )
                with_unit.add((sentence, figure.measure))
    return framed(rows, ["measure", "age", "span", "base", "unit", "credit"])


def _age(measure: Measure, figure: Figure | Rate, rules: Rules, as_at: dt.date) -> str:
    """Return in words that a figure is older than its measure may be, or that nobody states its period."""
    if not measure.oldest_years:
        return ""
    notes = [source.note.lower() for source in figure.sources]
    if any(words.lower() in note for words in rules.lacking("period") for note in notes):
        return "of an age that cannot be told: no period is stated"
    oldest, end = int(measure.oldest_years), figure.period.end
    years = as_at.year - end.year - ((as_at.month, as_at.day) < (end.month, end.day))
    old = (as_at.year - oldest, as_at.month, as_at.day) > (end.year, end.month, end.day)
    return f"{plural(years, 'year')} old, of {figure.period.label}" if old else ""


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
    period: Period, updates: dict[str, Update], catalogue: Catalogue, rules: Rules, as_at: dt.date, reported: dt.date
) -> pd.DataFrame:
    fronts = {name: document.front for name, document in updates.items()}
    rows = [
        {
            "conflict": _conflict(fronts[pair.commitment], fronts[pair.related], pair, catalogue),
            "file": updates[pair.commitment].file,
            "row": updates[pair.commitment].lines.get("rating", 1),
        }
        for pair in rules.related
        if pair.commitment in fronts and pair.related in fronts
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
        occasions = catalogue.calendar
        occasion, then = occasions.get(str(period)), Period(period.first + 3, period.last + 3, QUARTER)
        met = occasions[str(then)].board_date if str(then) in occasions else None
        rows.append(
            {
                "early": _early(period, occasion.board_date if occasion else None, as_at),
                "late": _late(then, met, reported),
                "file": catalogue.tables["calendar"].file,
                "row": occasion.row if occasion else 1,
            }
        )
    return framed(rows, ["conflict", "unmet", "early", "late"])


def _conflict(front: Front, related: Front, pair: Related, catalogue: Catalogue) -> str:
    """Return in words that a commitment is on course while one that waits for the same thing is not."""
    rating, other = catalogue.ratings.get(front.rating), catalogue.ratings.get(related.rating)
    if not rating or not other or rating.needs_action == "yes" or other.needs_action != "yes":
        return ""
    return f"{pair.commitment} is {rating.word} and {pair.related} is {other.word}: {pair.reason}"


def _unmet(achievement: Achievement, fronts: dict[str, Front]) -> str:
    """Return the milestone that an achievement is tied to, where it is not met or not there."""
    if not achievement.milestone:
        return ""
    front = fronts.get(achievement.commitment)
    milestones = {milestone.id: milestone for milestone in front.milestones} if front else {}
    milestone = milestones.get(achievement.milestone)
    if milestone is None:
        return f"commitment {achievement.commitment} has no milestone {achievement.milestone}"
    return "" if milestone.met else f"milestone not met: {milestone.title}"


def _early(period: Period, board_date: dt.date | None, as_at: dt.date) -> str:
    """Return the Board's date, or else the as-at date, where the period had not closed by then."""
    day = board_date or as_at
    return f"{date_label(day)}, before {period.label} closed on {date_label(period.end)}" if day < period.end else ""


def _late(then: Period, board_date: dt.date | None, as_at: dt.date) -> str:
    """Return the as-at date where the next quarter was before the Board by then, or, of no known day, had closed."""
    if board_date:
        met = f"{date_label(as_at)}, when the Board had met on {then.label} on {date_label(board_date)}"
        return met if as_at >= board_date else ""
    return f"{date_label(as_at)}, after {then.label} closed on {date_label(then.end)}" if as_at > then.end else ""
