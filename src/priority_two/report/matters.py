"""Matters that the subgroup has to bring before the Board, each with its owner and what the Board is asked.

Five kinds of matter come before the Board: a rating that has stood for as many quarters running as the data allow (one
for Red, two for Amber), a milestone that is overdue, a partner that did not submit, a measure whose chart shows a
signal, and what the checks flagged. For each kind ``partnership.yaml`` says what the Board is asked, and who owns it
where nobody closer is named.

All of it is to fit one page at the front of the paper. So a commitment's milestones are one matter, and so is what is
said alike of several partners or measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from priority_two.checks.gate import Judgement
from priority_two.periods import Period, plural
from priority_two.reference.partnership import Ask
from priority_two.report.material import Material
from priority_two.report.rated import history, rated, standing
from priority_two.report.tables.measure_tables import (
    has_synthetic,
    latest_period,
    latest_signals,
    lead_series,
    shown_measures,
)
from priority_two.returns.coverage import LATE, MISSING, WITHOUT_PERMISSION


@dataclass(frozen=True)
class Matter:
    """One exception.

    Parameters
    ----------
    about, anchor
        What it is about, and where in the paper that stands.
    words
        What is the matter.
    owner, ask
        Whose it is, and what the Board is asked to do.
    """

    about: str
    anchor: str
    words: str
    owner: str
    ask: str


def ratings(material: Material) -> list[Matter]:
    """Return the commitments whose rating is an exception: it has stood for as long as it may, or longer."""
    catalogue = material.catalogue
    wanted = catalogue.partnership.exceptions
    matters = []
    for commitment, document in rated(material):
        front, count = document.front, standing(history(material, commitment.commitment))
        least = wanted.ratings.get(front.rating)
        if least is None or count < least:
            continue
        word = catalogue.ratings[front.rating].word
        words = f"{word} for {plural(count, 'quarter')} running" if count > 1 else word
        words += f". {front.reason}" if front.reason else ". No reason is given"
        words += f". Action: {front.action}" if front.action else ". No action is given"
        about = f"{commitment.commitment} {commitment.title}"
        owner = front.owner or f"{wanted.rating.owner} (none is named)"
        matters.append(Matter(about, f"commitment-{commitment.commitment}", f"{words}.", owner, wanted.rating.ask))
    return matters


def milestones(material: Material) -> list[Matter]:
    """Return the commitments with milestones that are overdue at the as-at date."""
    wanted = material.catalogue.partnership.exceptions.milestone
    matters = []
    for name, commitment in material.catalogue.commitments.items():
        front = material.updates[name].front
        late = [
            f"{milestone.title}: {plural(days, 'day')} overdue, due {milestone.due.label}."
            for milestone in front.milestones
            if milestone.due and (days := milestone.overdue(material.as_at))
        ]
        if late:
            about, owner = f"{name} {commitment.title}", front.owner or f"{wanted.owner} (none is named)"
            matters.append(Matter(about, f"commitment-{name}", " ".join(late), owner, wanted.ask))
    return matters


def returns(material: Material) -> list[Matter]:
    """Return the partners whose returns for the quarter are missing, late or without permission."""
    wanted = material.catalogue.partnership.exceptions.returns
    matters = []
    for name, sender in material.catalogue.senders.items():
        sentences = []
        for state in (MISSING, LATE, WITHOUT_PERMISSION):
            months = [
                covered.month
                for covered in material.covered
                if covered.partner == name and covered.state == state and material.quarter.contains(covered.month)
            ]
            sentences += [f"{state.capitalize()} for {_listed(months)}."] if months else []
        if sentences:
            matters.append(Matter(sender.name, "partners-data", " ".join(sentences), wanted.owner, wanted.ask))
    return _gathered(matters, "partner")


def signals(material: Material) -> list[Matter]:
    """Return the measures whose chart shows a signal at the latest figure."""
    catalogue, wanted = material.catalogue, material.catalogue.partnership.exceptions.signal
    matters = []
    for measure in shown_measures(catalogue):
        series = lead_series(material.book, catalogue, measure, material.period)
        words = latest_signals(series, material.period) if series else ()
        if series and words:
            about = f"{measure.measure} {measure.title}" + (f": {series.label}" if series.label else "")
            illustrative = " Illustrative figures." if has_synthetic(series) else ""
            matter = f"{latest_period(series).label}: {'; '.join(words)}.{illustrative}"
            matters.append(Matter(about, "partners-data", matter, wanted.owner, wanted.ask))
    return _gathered(matters, "measure")


def checks(judgements: Iterable[Judgement], wanted: Ask) -> list[Matter]:
    """Return what the checks flagged and is not waived, all of it as one matter: the annex lists each."""
    flags = {each.dataset: sum(not finding.waived for finding in each.findings) for each in judgements}
    counts = {name: count for name, count in flags.items() if count}
    if not counts:
        return []
    words = ", ".join(f"{count} in {name}" for name, count in counts.items())
    total = plural(sum(counts.values()), "point")
    return [Matter("Data quality", "data-quality", f"{total} flagged: {words}.", wanted.owner, wanted.ask)]


def _gathered(matters: Iterable[Matter], noun: str) -> list[Matter]:
    """Return matters of the same words as one, which names what it is about."""
    about: dict[Matter, list[str]] = {}
    for matter in matters:
        about.setdefault(replace(matter, about=""), []).append(matter.about)
    return [
        replace(matter, about=names[0])
        if len(names) == 1
        else replace(matter, about=plural(len(names), noun), words=f"{matter.words} {'; '.join(names)}.")
        for matter, names in about.items()
    ]


def _listed(months: Sequence[Period]) -> str:
    labels = [month.label for month in months]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
