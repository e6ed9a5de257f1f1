"""Exceptions: what the subgroup has to bring before the Board, each with its owner and what the Board is asked.

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
from priority_two.reference.catalogue import Catalogue, Commitment, Rating
from priority_two.reference.partnership import Ask
from priority_two.report.data.measure_tables import (
    has_synthetic,
    latest_period,
    latest_signals,
    lead_series,
    shown_measures,
)
from priority_two.report.paper import Material
from priority_two.report.ratings import standing
from priority_two.returns.coverage import LATE, MISSING, WITHOUT_PERMISSION
from priority_two.updates.documents import Document


@dataclass(frozen=True)
class Matter:
    """One exception.

    Parameters
    ----------
    about, anchor
        What it is about, and where in the paper that stands.
    said
        What is the matter.
    owner, ask
        Whose it is, and what the Board is asked to do.
    """

    about: str
    anchor: str
    said: str
    owner: str
    ask: str


def ratings(
    rated: Iterable[tuple[Commitment, Document, Sequence[Rating | None]]], catalogue: Catalogue
) -> list[Matter]:
    """Return the commitments whose rating is an exception.

    Parameters
    ----------
    rated
        Each rated commitment with its update and the history of its ratings, the oldest first.
    catalogue
        The rating scale, and for how many quarters running each rating may stand.
    """
    wanted = catalogue.partnership.exceptions
    found = []
    for commitment, document, history in rated:
        front, count = document.front, standing(list(history))
        least = wanted.ratings.get(front.rating)
        if least is None or count < least:
            continue
        word = catalogue.ratings[front.rating].word
        said = f"{word} for {plural(count, 'quarter')} running" if count > 1 else word
        said += f". {front.reason}" if front.reason else ". No reason is given"
        said += f". Action: {front.action}" if front.action else ". No action is given"
        about = f"{commitment.commitment} {commitment.title}"
        owner = front.owner or f"{wanted.rating.owner} (none is named)"
        found.append(Matter(about, f"commitment-{commitment.commitment}", f"{said}.", owner, wanted.rating.ask))
    return found


def milestones(material: Material) -> list[Matter]:
    """Return the commitments with milestones that are overdue at the as-at date."""
    wanted = material.catalogue.partnership.exceptions.milestone
    found = []
    for name, commitment in material.catalogue.commitments.items():
        front = material.updates[name].front
        late = [
            f"{one.title}: {plural(days, 'day')} overdue, due {one.due.label}."
            for one in front.milestones
            if one.due and (days := one.overdue(material.as_at))
        ]
        if late:
            about, owner = f"{name} {commitment.title}", front.owner or f"{wanted.owner} (none is named)"
            found.append(Matter(about, f"commitment-{name}", " ".join(late), owner, wanted.ask))
    return found


def returns(material: Material) -> list[Matter]:
    """Return the partners whose returns for the quarter are missing, late or without permission."""
    wanted = material.catalogue.partnership.exceptions.returns
    states = (MISSING, LATE, WITHOUT_PERMISSION)
    found = []
    for name, sender in material.catalogue.senders.items():
        said = []
        for state in states:
            months = [
                one.month
                for one in material.covered
                if one.partner == name and one.state == state and material.quarter.contains(one.month)
            ]
            said += [f"{state.capitalize()} for {_listed(months)}."] if months else []
        if said:
            found.append(Matter(sender.name, "partners-data", " ".join(said), wanted.owner, wanted.ask))
    return _gathered(found, "partner")


def signals(material: Material) -> list[Matter]:
    """Return the measures whose chart shows a signal at the latest figure."""
    catalogue, wanted = material.catalogue, material.catalogue.partnership.exceptions.signal
    found = []
    for measure in shown_measures(catalogue):
        series = lead_series(material.book, catalogue, measure, material.period)
        said = latest_signals(series, material.period) if series else ()
        if series and said:
            latest = latest_period(series)
            about = f"{measure.measure} {measure.title}" + (f": {series.said}" if series.said else "")
            words = "; ".join(said)
            made_up = " Illustrative figures." if has_synthetic(series) else ""
            matter = f"{latest.label}: {words}.{made_up}"
            found.append(Matter(about, "partners-data", matter, wanted.owner, wanted.ask))
    return _gathered(found, "measure")


def checks(judgements: Iterable[Judgement], wanted: Ask) -> list[Matter]:
    """Return what the checks flagged and is not waived, all of it as one matter: the annex has it one by one."""
    new = {one.dataset: sum(not finding.waived for finding in one.findings) for one in judgements}
    counts = {name: count for name, count in new.items() if count}
    if not counts:
        return []
    said = ", ".join(f"{count} in {name}" for name, count in counts.items())
    total = plural(sum(counts.values()), "point")
    return [Matter("Data quality", "data-quality-annex", f"{total} flagged: {said}.", wanted.owner, wanted.ask)]


def _gathered(matters: Iterable[Matter], noun: str) -> list[Matter]:
    """Return matters of which the same is said as one, which names what it is about."""
    about: dict[Matter, list[str]] = {}
    for one in matters:
        about.setdefault(replace(one, about=""), []).append(one.about)
    return [
        replace(one, about=names[0])
        if len(names) == 1
        else replace(one, about=plural(len(names), noun), said=f"{one.said} {'; '.join(names)}.")
        for one, names in about.items()
    ]


def _listed(months: Sequence[Period]) -> str:
    labels = [one.label for one in months]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
