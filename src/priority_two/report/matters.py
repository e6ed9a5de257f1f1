"""Matters that have to be brought before the Board, each with its owner and what the Board is asked.

Five kinds of matter come before the Board: a rating that has stood for as many quarters running as the data allow (one
for Red, two for Amber), a milestone that is overdue, a partner that did not submit, a measure whose chart shows a
signal, and what the checks flagged. For each kind ``partnership.yaml`` says what the Board is asked, and who owns it
where nobody closer is named.

All of it is to fit one page at the front of the paper. So what is said alike of several partners or measures is one
matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from priority_two.checks.gate import Judgement
from priority_two.periods import Period, plural
from priority_two.reference.catalogue import Commitment, Rating
from priority_two.reference.partnership import Ask
from priority_two.report.material import Material
from priority_two.report.paper import Paper
from priority_two.report.rated import history, rated, standing
from priority_two.report.tables.measure_tables import (
    has_synthetic,
    latest_period,
    latest_signals,
    lead_series,
    shown_measures,
)
from priority_two.returns.coverage import LATE, MISSING, WITHOUT_PERMISSION
from priority_two.sentences import agreeing, capital, listed, number_word
from priority_two.updates.documents import Update


@dataclass(frozen=True)
class StandingRating:
    """A rating that needs action: the commitment, its update, the rating, and for how many quarters it has stood."""

    commitment: Commitment
    document: Update
    point: Rating
    quarters: int


@dataclass(frozen=True)
class Matter:
    """One exception that is no rating.

    Parameters
    ----------
    about, anchor
        What it is about, by short names, and where in the paper that stands.
    words
        What is the matter.
    owner
        Whose it is.
    synthetic
        Whether it rests on illustrative figures.
    """

    about: tuple[str, ...]
    anchor: str
    words: str
    owner: str
    synthetic: bool = False


@dataclass(frozen=True)
class MatterGroup:
    """The matters of a kind, of which there may be none.

    ``title`` is what they are called, ``noun`` what they are about, and ``ask`` what the Board is asked.
    """

    title: str
    noun: str
    ask: str
    matters: tuple[Matter, ...]


def standing_ratings(material: Material) -> list[StandingRating]:
    """Return the ratings that need action, or for which the data name a number of quarters, in the paper's order."""
    catalogue = material.catalogue
    wanted = catalogue.partnership.exceptions.ratings
    return [
        StandingRating(commitment, document, point, standing(history(material, commitment.commitment)))
        for commitment, document in rated(material)
        for point in [catalogue.ratings[document.front.rating]]
        if point.needs_action == "yes" or point.rating in wanted
    ]


def exceptional(ratings: Iterable[StandingRating], material: Material) -> list[StandingRating]:
    """Return those of the ratings that are exceptions: each has stood for as long as it may, or longer."""
    least = material.catalogue.partnership.exceptions.ratings
    return [each for each in ratings if each.quarters >= least.get(each.point.rating, each.quarters + 1)]


def other_matters(paper: Paper) -> list[MatterGroup]:
    """Return what comes before the Board besides ratings, a group a kind."""
    wanted = paper.catalogue.partnership.exceptions
    kinds = (
        ("Milestones overdue", "commitment", wanted.milestone, milestones(paper.material)),
        ("Returns not in, late or without permission", "partner", wanted.returns, returns(paper.material)),
        ("Statistical signals", "measure", wanted.signal, signals(paper.material)),
        ("Data quality", "point", wanted.checks, checks(paper.judgements, wanted.checks)),
    )
    return [MatterGroup(title, noun, ask.ask, tuple(matters)) for title, noun, ask, matters in kinds]


def milestones(material: Material) -> list[Matter]:
    """Return the milestones that are overdue at the as-at date."""
    wanted = material.catalogue.partnership.exceptions.milestone
    return [
        Matter(
            (name,),
            f"commitment-{name}",
            f"{milestone.title}, due {milestone.due.label}, is {plural(days, 'day')} overdue",
            front.owner or wanted.owner,
        )
        for name in material.catalogue.commitments
        if name in material.updates
        for front in [material.updates[name].front]
        for milestone in front.milestones
        if milestone.due and (days := milestone.overdue(material.as_at))
    ]


def returns(material: Material) -> list[Matter]:
    """Return the partners whose returns for the quarter are missing, late or without permission."""
    wanted = material.catalogue.partnership.exceptions.returns
    matters = []
    for name, short in material.catalogue.partner_short.items():
        clauses = []
        for state in (MISSING, LATE, WITHOUT_PERMISSION):
            months = [
                covered.month
                for covered in material.covered
                if covered.partner == name and covered.state == state and material.quarter.contains(covered.month)
            ]
            clauses += [f"{state} for {_months(months)}"] if months else []
        if clauses:
            matters.append(Matter((short,), "partners-data", listed(clauses), wanted.owner))
    return _gathered(matters)


def signals(material: Material) -> list[Matter]:
    """Return the measures whose chart shows a signal at the latest figure."""
    catalogue, wanted = material.catalogue, material.catalogue.partnership.exceptions.signal
    matters = []
    for measure in shown_measures(catalogue):
        series = lead_series(material.book, catalogue, measure, material.period)
        words = latest_signals(series, material.period) if series else ()
        if series and words:
            about = measure.short + (f", {series.label}" if series.label else "")
            matter = f"{listed(words)} in {latest_period(series).label}"
            matters.append(Matter((about,), "partners-data", matter, wanted.owner, has_synthetic(series)))
    return _gathered(matters)


def checks(judgements: Iterable[Judgement], wanted: Ask) -> list[Matter]:
    """Return what the checks flagged and is not waived, all of it as one matter: the evidence says what it is."""
    count = sum(not finding.waived for each in judgements for finding in each.findings)
    about = f"{capital(number_word(count))} {agreeing(count, 'point', 'points')}"
    words = "flagged by the checks, none of which stopped this paper"
    return [Matter((about,), "how-made", words, wanted.owner)] if count else []


def _gathered(matters: Iterable[Matter]) -> list[Matter]:
    """Return matters of the same words as one, which names what it is about."""
    about: dict[Matter, list[str]] = {}
    for matter in matters:
        about.setdefault(replace(matter, about=()), []).extend(matter.about)
    return [replace(matter, about=tuple(names)) for matter, names in about.items()]


def _months(months: list[Period]) -> str:
    """Return months as a sentence lists them, the year once where they share it: ``April, May and June 2021``."""
    labels = [month.label for month in months]
    years = {label.rsplit(" ", 1)[1] for label in labels}
    if len(years) > 1:
        return listed(labels)
    return f"{listed([label.rsplit(' ', 1)[0] for label in labels])} {years.pop()}"
