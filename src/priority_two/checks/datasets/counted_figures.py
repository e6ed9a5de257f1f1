"""Datasets of the figures that count: what was received of them, and whether they agree with each other.

``coverage`` has a row for each partner and month for which a return was expected, ``figures`` a row for each identity
and period (:mod:`priority_two.checks.identities`), and ``agreement`` a row for each figure that contradicts its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import itemgetter

import numpy as np
import pandas as pd

from priority_two.checks.datasets.frame import Row, framed, yes
from priority_two.checks.identities import evaluate, measures_of
from priority_two.flags import UNAVAILABLE
from priority_two.measures.evidence import number
from priority_two.measures.rollup import STEPS
from priority_two.periods import MONTH, date_label, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.agreement import MONTHS, Disagreement, disagreements, has_parts, is_overtaken
from priority_two.returns.coverage import MISSING, NOT_EXPECTED, WITHOUT_PERMISSION, CoveredMonth
from priority_two.returns.history import History, SeriesIndex
from priority_two.returns.ranges import out_of_range
from priority_two.returns.store import Observation

MOST_PLACES = 4
"""How many rows are named as the parts of a figure."""


def coverage_dataset(
    months: Sequence[CoveredMonth], catalogue: Catalogue, shown: Callable[[str], str]
) -> dict[str, pd.DataFrame]:
    """Return the dataset ``coverage``: a row a partner and a month for which a return was expected."""
    rows = [
        {
            "partner": month.partner,
            "month": str(month.month),
            "state": month.state,
            "due": month.due.isoformat(),
            "received": month.received.isoformat() if month.received else "",
            "permission": month.permission,
            "_missing": yes(month.state == MISSING),
            "_late": yes(month.days_late > 0),
            "_permitted": yes(month.state != WITHOUT_PERMISSION),
            "_subject": _punctuality(month, catalogue),
            "file": shown(f"returns/{month.name}/terms.yaml" if month.name else "returns"),
            "row": 1 if month.name else None,
        }
        for month in months
        if month.state != NOT_EXPECTED
    ]
    columns = ["partner", "month", "state", "due", "received", "permission", "_missing", "_late", "_permitted"]
    frame = framed(rows, columns)
    frame.attrs = {"file": shown("returns")}
    return {"coverage": frame}


def _punctuality(month: CoveredMonth, catalogue: Catalogue) -> str:
    late = f"{plural(month.days_late, 'day')} late" if month.days_late else ""
    due = f"due {date_label(month.due)}" if month.state == MISSING else ""
    parts = (catalogue.partners.get(month.partner, month.partner), month.month.label, late, due)
    return ", ".join(part for part in parts if part)


def figure_dataset(observations: History, catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """Return the dataset ``figures``: each identity at each period, with its two sides."""
    named = [measures_of(identity) for identity in catalogue.identities]
    rows = evaluate(catalogue.identities, observations.of_measures(set().union(*named)) if all(named) else observations)
    compared = observations.of_measures({name for row in rows for name in row["measures"]})
    guarded = {observation.measure for observation in compared if observation.terms.permission != "publish"}
    for row in rows:
        row["_subject"] = f"{row['title']} ({row['period']})"
        row["_restricted"] = any(
            name in guarded or catalogue.measures[name].disclosure != "public_nonperson"
            for name in row["measures"]
            if name in catalogue.measures
        )
    columns = ["identity", "title", "severity", "relation", "period", "area", "left", "right"]
    return {"figures": framed(rows, columns, numbers=("left", "right"))}


def agreement_dataset(observations: History, catalogue: Catalogue, as_sent: History) -> dict[str, pd.DataFrame]:
    """Return the dataset ``agreement``: a row a figure that is not what its partner's own parts come to.

    ``differs`` says so of a quarter or year whose months come to something else, and always did. (Where a month was
    revised or corrected since they agreed ``as_sent``, the months are used instead.) ``apart`` says so of any other
    figure, such as a total after a correction. A value that its unit cannot have has a row too (``range``): the returns
    have been judged before, so only a correction can have brought it.
    """
    differing = _disagreements(observations, catalogue)
    rows = [_disagreement_row(disagreement, catalogue, as_sent.indexed) for disagreement in differing]
    for observation in observations.where("value", _odd(observations, catalogue)):
        measure = catalogue.measures[observation.measure]
        if expected := _out_of_range(observation.value, measure.unit, measure.is_change):
            subject, impossible = f"{observation.measure} {observation.period}", f"{observation.value}, not {expected}"
            rows.append({"range": impossible, **_agreement_row([observation], subject, catalogue)})
    return {"agreement": framed(rows, ["measure", "differs", "apart", "range"])}


def _disagreements(observations: History, catalogue: Catalogue) -> list[Disagreement[Observation]]:
    """Return each whole that disagrees with its parts, by partner and in the order of the wholes.

    One measure is looked at after the other, so that no more than its observations take up room.
    """
    partners = {partner: number for number, partner in enumerate(observations.partners())}
    ordered: list[tuple[int, int, Disagreement[Observation]]] = []
    for name in observations.indexed.by_measure:
        if not _has_wholes(name, observations.indexed, catalogue):
            continue
        places = np.sort(observations.indexed.places(name))
        sent = observations.at(places)
        by_partner: dict[str, list[Observation]] = {}
        for observation in sent:
            by_partner.setdefault(observation.terms.partner, []).append(observation)
        if differing := [each for own in by_partner.values() for each in disagreements(own, catalogue)]:
            place_of = {(each.file, each.row): place for each, place in zip(sent, places.tolist(), strict=True)}
            ordered += [
                (partners[each.whole.terms.partner], place_of[each.whole.file, each.whole.row], each)
                for each in differing
            ]
    return [each for *_, each in sorted(ordered, key=itemgetter(0, 1))]


def _has_wholes(name: str, sent: SeriesIndex, catalogue: Catalogue) -> bool:
    """Whether anything was sent of a measure that may have parts with which it disagrees."""
    long = any(period.kind != MONTH for period in sent.distinct("period", name))
    series = {(code, not area) for _, code, area in sent.of_measure(name)}
    return any(has_parts(catalogue, name, code, home, long) for code, home in series)


def _odd(observations: History, catalogue: Catalogue) -> Callable[[Decimal | None], bool]:
    """Return whether any of the measures that were sent cannot have a value."""
    sent = (catalogue.measures[name] for name in observations.distinct("measure"))
    units = {(measure.unit, measure.is_change) for measure in sent}
    return lambda value: any(_out_of_range(value, *unit) for unit in units)


def _out_of_range(value: Decimal | None, unit: str, change: bool) -> str:
    return "" if value is None else out_of_range(value, unit, change)


def _disagreement_row(disagreement: Disagreement[Observation], catalogue: Catalogue, as_sent: SeriesIndex) -> Row:
    whole, parts = disagreement.whole, disagreement.parts
    measure = catalogue.measures[whole.measure]
    stated = UNAVAILABLE[whole.status] if whole.value is None else number(whole.value, measure.unit)
    words = f"{stated}, and {disagreement.what} come to {number(disagreement.summed, measure.unit)}"
    last = max(part.terms.received for part in parts)
    months = whole.period.last - whole.period.first + 1
    is_record = disagreement.what == MONTHS and months <= STEPS[measure.frequency]  # the months are not used
    series = as_sent.sent((whole.measure, whole.breakdown, whole.area))
    sent = [observation for observation in series if observation.terms.partner == whole.terms.partner]
    months_used = disagreement.what == MONTHS and not is_record and is_overtaken(whole, sent, catalogue)
    unavailable = whole.value is None and last == whole.terms.received
    differs = unavailable or (disagreement.what == MONTHS and not months_used)
    here = [str(part.row) for part in parts if part.file == whole.file][:MOST_PLACES]
    elsewhere = dict.fromkeys(part.file.rsplit("/", 2)[-2] for part in parts if part.file != whole.file)
    where = "; ".join([*([f"row {', '.join(here)}"] if here else []), *elsewhere])
    about = " ".join(name for name in (whole.measure, whole.breakdown, whole.area, str(whole.period)) if name)
    row = _agreement_row([whole, *parts], f"{about}, parts in {where}", catalogue)
    return {"differs" if differs else "apart": words, **row}


def _agreement_row(observations: list[Observation], subject: str, catalogue: Catalogue) -> Row:
    """Return what a row says of the first of some observations, and whether any of them is restricted."""
    first = observations[0]
    return {
        "measure": first.measure,
        "_subject": subject,
        "_restricted": catalogue.measures[first.measure].disclosure != "public_nonperson"
        or any(observation.terms.permission != "publish" for observation in observations),
        "file": first.file,
        "row": first.row,
    }
