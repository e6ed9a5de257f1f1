"""Datasets of what people wrote for a quarter: updates, appendices, briefings and the strategic group's report.

==============  =================================================
dataset         a row is
==============  =================================================
``updates``     a commitment of the catalogue, written on or not
``milestones``  a milestone of an update
``appendices``  an appendix
``briefings``   a part of a briefing, with what is asked of it
``group``       the group's report as a whole
``headings``    a heading that the group's report should have
``actions``     an item of its action plan, or an ask
==============  =================================================

What a report lacks has a row too, so that it can be named: the commitment ``3b`` without an update is a row whose
``_written`` is ``no``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping

import pandas as pd

from priority_two.checks.datasets.frame import Row, framed, yes
from priority_two.checks.datasets.reference_tables import breakdown_codes
from priority_two.errors import nearest
from priority_two.periods import Period, plural
from priority_two.reference.catalogue import Catalogue
from priority_two.updates.briefing import Briefing, is_post
from priority_two.updates.documents import Appendix, ExhibitRequest, Front, Milestone, Update, When
from priority_two.updates.headings import says_something
from priority_two.updates.strategic_group import ACTION_PLAN, ASKS, GroupReport, Planned


def update_datasets(
    period: Period,
    updates: dict[str, Update],
    catalogue: Catalogue,
    as_at: dt.date,
    shown: Callable[[str], str],
    unreadable: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``updates`` and ``milestones``.

    `unreadable` are files, as they are shown, that are there and cannot be read; they are not missing.
    """
    needs_action = {name: rating.needs_action for name, rating in catalogue.ratings.items()}
    commitments = {row.commitment: row.rated for row in catalogue.promises}
    codes = breakdown_codes(catalogue)
    rows = []
    for name, rated in commitments.items():
        file = shown(f"updates/{period}/{name}.md")
        row: Row = {"commitment": name, "rated": rated, "_written": yes(name in updates)}
        if name in updates:
            rows.append({**row, **_update(updates[name], rated, needs_action, codes, commitments)})
        elif file not in unreadable:
            rows.append({**row, "file": file})
    rows += [
        {"commitment": name, "_written": "yes", "file": document.file, "row": 1}
        for name, document in updates.items()
        if name not in commitments
    ]
    milestones = [
        _milestone(milestone, name, document, needs_action, as_at)
        for name, document in updates.items()
        for milestone in document.front.milestones
    ]
    return {"updates": framed(rows, _UPDATE), "milestones": framed(milestones, _MILESTONE)}


_UPDATE = (
    *("commitment", "rated", "rating", "qualifier", "reason", "action", "owner", "due", "basis"),
    *("_written", "_words", "to_write", "_needs_action", "unknown_exhibits", "_achievements_known"),
)
_MILESTONE = (
    *("commitment", "rating", "_needs_action", "milestone", "title"),
    *("_slip", "_days_overdue", "_dated", "_met_in_future"),
)


def _update(
    document: Update,
    rated: str | None,
    needs_action: Mapping[str, str],
    codes: dict[str, list[str]],
    commitments: Collection[str],
) -> Row:
    front: Front = document.front
    to_write = _to_write(document, rated, needs_action)
    return {
        **{name: getattr(front, name) for name in ("rating", "qualifier", "reason", "action", "owner", "basis")},
        "due": front.due.label if front.due else "",
        "_words": len(document.narrative.split()),
        # What is still to write is said once, and not again key by key.
        "to_write": f"still to write: {', '.join(to_write)}" if to_write else "",
        "_needs_action": needs_action.get(front.rating) if not to_write else "",
        "unknown_exhibits": _unknown_exhibits(front.exhibits, codes),
        "_achievements_known": yes(all(each.commitment in commitments for each in front.achievements)),
        "file": document.file,
        "row": next(iter(to_write.values()), 1),
    }


def _to_write(document: Update, rated: str | None, needs_action: Mapping[str, str]) -> dict[str, int]:
    """Return the keys that an update lacks, each with its line; none where a paper can be made.

    No paper does without a rating, a narrative and the day. Where one of them is missing, the keys that belong to the
    rating are named too, so that everything is said at once.
    """
    front, lines = document.front, document.lines
    wanted = ["written"] if rated == "no" else ["rating", "qualifier", "written"]
    if needs_action.get(front.rating) == "yes":
        wanted += ["reason", "action", "owner", "due"]
    lacking = {name: lines[name] for name in lines if name in wanted and not getattr(front, name)}
    if not document.narrative.split():
        lacking["narrative"] = document.line
    return lacking if lacking.keys() & {"rating", "written", "narrative"} else {}


def _unknown_exhibits(exhibits: list[ExhibitRequest], codes: dict[str, list[str]]) -> str:
    """Return the exhibits that the catalogue does not have, each with the nearest that it has."""
    unknown = []
    for exhibit in exhibits:
        charts = ["", "parts", *codes.get(exhibit.measure, ())]
        if exhibit.measure not in codes:
            unknown.append((exhibit.measure, nearest(exhibit.measure, codes)))
        elif exhibit.charted not in charts:
            near = nearest(exhibit.charted, charts)
            unknown.append((exhibit.code, f"{exhibit.measure}[{near}]" if near else exhibit.measure))
    return "; ".join(f"{code}: write {near}" if near else code for code, near in unknown)


def _milestone(
    milestone: Milestone, commitment: str, document: Update, needs_action: Mapping[str, str], as_at: dt.date
) -> Row:
    front: Front = document.front
    slip, overdue = milestone.slip or 0, milestone.overdue(as_at)
    words = (
        milestone.title,
        f"{plural(slip, 'month')} later than first promised" if slip > 0 else "",
        f"{plural(overdue, 'day')} overdue" if overdue else "",
    )
    met = milestone.met.day if isinstance(milestone.met, When) else as_at
    return {
        "commitment": commitment,
        "rating": front.rating,
        "_needs_action": needs_action.get(front.rating, "no"),
        "milestone": milestone.id,
        "title": milestone.title,
        "_slip": milestone.slip if front.written else None,  # whoever writes may yet change it
        "_days_overdue": overdue if front.written else None,
        "_dated": yes(milestone.due is not None or milestone.met is not None),
        "_met_in_future": yes((met.year, met.month) > (as_at.year, as_at.month)),
        "_subject": ", ".join(part for part in words if part),
        "file": document.file,
        "row": 1,
    }


def appendix_datasets(
    appendices: dict[int, Appendix], briefings: dict[int, Briefing], catalogue: Catalogue
) -> dict[str, pd.DataFrame]:
    """Return the dataset ``appendices`` and, where there are any briefings, ``briefings``."""
    codes = breakdown_codes(catalogue)
    rows = [
        {
            "appendix": number,
            "title": document.front.title,
            "_words": len(document.narrative.split()),
            "unknown_exhibits": _unknown_exhibits(document.front.exhibits, codes),
            "file": document.file,
            "row": 1,
        }
        for number, document in appendices.items()
    ]
    datasets = {"appendices": framed(rows, ["appendix", "title", "_words", "unknown_exhibits"])}
    if briefings:
        parts = [row for briefing in briefings.values() for row in _briefing_parts(briefing)]
        columns = ["_about", "_contacts", "_role", "_post", "_recommendations", "_words_given"]
        datasets["briefings"] = framed(parts, columns)
    return datasets


def _briefing_parts(briefing: Briefing) -> Iterator[Row]:
    """Yield a row a part of a briefing, with whether it is as it should be.

    What a contact says is repeated nowhere: where it should be a post, it may be a person's name or number.
    """

    def part(path: str, subject: str = "", **answers: bool) -> Row:
        answered = {f"_{name}": yes(good) for name, good in answers.items()}
        return {**answered, "_subject": subject, "file": briefing.document.file, "row": briefing.line(path)}

    front = briefing.front
    yield part("subject", about=says_something(front.subject))
    yield part("contacts", contacts=bool(front.contacts))
    yield part("recommendations", recommendations=bool(front.recommendations))
    for n, contact in enumerate(front.contacts):
        yield part(f"contacts.{n}", f"contact {n + 1}", role=says_something(contact.role), post=is_post(contact))
    for n, recommendation in enumerate(briefing.recommendations):
        words_given = says_something(recommendation.text)
        yield part(f"recommendations.{n}", recommendation.number, words_given=words_given)


def group_datasets(report: GroupReport) -> dict[str, pd.DataFrame]:
    """Return the datasets ``group``, ``headings`` and ``actions``."""
    document = report.document
    front = document.front if document else None
    lines, first = (document.lines, 1) if document else ({}, None)
    whole = {
        "author": front.author if front else "",
        "basis": front.basis if front else "",
        "_written": yes(front is not None),
        "_in_order": yes(front.last_group <= front.filed) if front else None,
        "file": report.file,
        "row": first,
    }
    headings: list[Row] = [
        {
            "heading": part.title,
            "_known": yes(bool(part.section) or not report.listed),
            "_there": yes(part.passage is not None),
            "_has_text": yes(part.has_text),
            "_subject": f"{parent}, {part.title}" if parent else part.title,
            "file": report.file,
            "row": part.passage.row if part.passage else first,
        }
        for parent, part in report.leaves
    ]
    actions = []
    for title, key in ((ACTION_PLAN, "action_plan"), (ASKS, "asks")) if document else ():
        items, place = getattr(front, key), {"file": report.file, "row": lines[key]}
        answers = {"_known": "yes", "_there": "yes", "_has_text": yes(bool(items))}
        headings.append({"heading": title, "_subject": title, **answers, **place})
        actions += [
            {
                "list": title,
                "owner": item.owner,
                "due": item.due.label if item.due else "",
                "state": item.state if isinstance(item, Planned) else "",
                "_subject": f"{title}: {item.action}",
                **place,
            }
            for item in items
        ]
    return {
        "group": framed([whole], ["author", "basis", "_written", "_in_order"]),
        "headings": framed(headings, ["heading", "_known", "_there", "_has_text"]),
        "actions": framed(actions, ["list", "owner", "due", "state"]),
    }
