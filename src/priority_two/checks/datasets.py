"""The tables that the expectations judge, one a dataset, as text with a few columns worked out beside it.

A worked-out column (its name begins with an underscore) says what a suite alone could not know: whether a period is
one, how many days lie between two dates, what a colour's contrast is. Every table has the columns ``file`` and
``row``, by which a failure is named (no row where nothing was sent or written), ``_subject``, which says what the row
is about where the row alone does not, and ``_restricted``, which withholds what was found.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from priority_two.checks.identities import evaluate
from priority_two.errors import nearest
from priority_two.files.csv_table import Table
from priority_two.flags import UNAVAILABLE
from priority_two.measures.evidence import number
from priority_two.measures.expressions import parse_terms
from priority_two.measures.rollup import STEPS
from priority_two.periods import MONTH, Period, date_label, parse_date, plural, try_parse
from priority_two.reference.catalogue import TABLES, Catalogue
from priority_two.returns.agreement import MONTHS, disagreements
from priority_two.returns.coverage import MISSING, NOT_EXPECTED, WITHOUT_PERMISSION, CoveredMonth
from priority_two.returns.ranges import out_of_range
from priority_two.returns.store import COLUMNS, Observation, Receipt, Return, Terms
from priority_two.updates.briefing import Briefing, is_post
from priority_two.updates.documents import Document, Milestone, When
from priority_two.updates.strategic_group import ACTION_PLAN, ASKS, GroupReport, Planned, says_something

MOST_PLACES = 4
Row = dict[str, Any]
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_ALWAYS = {"_subject": "", "_restricted": False}


def reference_datasets(tables: dict[str, Table]) -> dict[str, pd.DataFrame]:
    """Return a dataset a reference table, of those that can be read.

    Parameters
    ----------
    tables
        The tables by name. Where one is missing, what rests on its codes is not judged by them.
    """
    known = parameters(tables)
    codes = set(known["codes"]) if "codes" in known else None
    partners = set(known["partners"]) if "partners" in known else None
    taken = _taken_tiles(tables["areas"].rows) if "areas" in tables else set()
    extra = {
        **_EXTRA,
        "areas": {**_EXTRA["areas"], "_tile_free": lambda row: yes(row["row"] not in taken)},
        "identities": {"_readable": lambda row: yes(codes is None or _side_ok(row, codes))},
        "measures": {**_EXTRA["measures"], "unknown_partner": lambda row: "; ".join(_unknown(row, partners))},
    }
    frames = {
        name: framed(tables[name].rows, tables[name].columns, extra.get(name, {})) for name in TABLES if name in tables
    }
    for name, frame in frames.items():
        frame.attrs = {"file": tables[name].file}
    return frames


def _unknown(measure: Row, partners: Collection[str] | None) -> list[str]:
    """Return the partners that a row of ``measures.csv`` names and that are none."""
    return sorted(one for one in _partners(measure) if partners is not None and one not in partners)


def return_datasets(
    returns: list[Return], catalogue: Catalogue, shown: Callable[[str], str]
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``terms`` (a row a return) and ``observations`` (a row an observation)."""
    terms = [
        {
            "return": one.name,
            **{name: str(value or "") for name, value in one.terms.model_dump().items()},
            "_name_agrees": yes(_agrees(one)),
            "_months": _months(one.terms.months),
            "_days_to_receipt": (one.terms.received - one.terms.extract_date).days if one.terms.extract_date else None,
            "file": one.terms_file,
            "row": 1,
        }
        for one in returns
    ]
    measures = {row.get("measure"): row for row in catalogue.tables["measures"].rows}
    codes = _codes(catalogue)
    nothing: Row = {}
    senders = {row.get("partner", "") for row in catalogue.tables["partners"].rows}
    rows = [
        {
            **row,
            "return": one.name,
            # Of a measure that is none nothing more is asked: it has been named.
            "_subject": _nearest_code(row, codes),
            "_code": f"{row.get('measure', '')}[{row.get('breakdown', '')}]" if row.get("measure") in measures else "",
            "_months": _months(row.get("period", "")),
            "range": _range(row.get("value", ""), measures.get(row.get("measure"), nothing)),
            "_value_agrees": yes(bool(row.get("value")) != (row.get("status") in ("x", "z"))),
            # A measure or a partner that is none has been named where it is misspelt.
            "_partner_reports": yes(
                one.terms.partner not in senders
                or row.get("measure") not in measures
                or bool(_unknown(measures[row["measure"]], senders))
                or one.terms.partner in _partners(measures[row["measure"]])
            ),
            "_total_meant": yes(
                bool(row.get("breakdown")) or measures.get(row.get("measure"), nothing).get("total") != "none"
            ),
            "_restricted": one.terms.permission != "publish"
            or measures.get(row.get("measure"), nothing).get("disclosure") != "public_nonperson",
        }
        for one in returns
        for row in one.observations.rows
    ]
    # A column counts as there only where every return has it; each return that lacks one is named by the gate.
    headers = {
        one.observations.file: "; ".join(
            [f"no column {name}" for name in COLUMNS if name not in one.observations.columns]
            + ["an unknown column" for name in one.observations.columns if name not in COLUMNS]
        )
        for one in returns
    }
    everywhere = [set(one.observations.columns) for one in returns]
    columns = [
        name
        for name in dict.fromkeys(name for one in returns for name in one.observations.columns)
        if name not in COLUMNS or all(name in header for header in everywhere)
    ]
    extra = ["return", "_code", "_months", "range", "_value_agrees", "_partner_reports", "_total_meant"]
    observations = framed(rows, [*columns, *extra], {})
    observations.attrs = {"headers": {file: said for file, said in headers.items() if said}, "file": shown("returns")}
    received = framed(terms, ["return", *Terms.model_fields, "_name_agrees", "_months", "_days_to_receipt"], {})
    return {"terms": received, "observations": observations}


def _nearest_code(row: Row, codes: dict[str, list[str]]) -> str:
    """Return in words which breakdown of a measure is the nearest to one that is none, and never what was written."""
    code, known = row.get("breakdown", ""), codes.get(row.get("measure", ""), [])
    near = nearest(code, known) if code not in ("", *known) else ""
    return f"one that is none of them, and {near} is the nearest" if near else ""


def _agrees(one: Return) -> bool:
    """Whether a return's name says whose it is and when it came, as its terms do."""
    receipt = Receipt.of(one.name)
    return (receipt.received, receipt.partner) == (one.terms.received, one.terms.partner)


def coverage_dataset(
    cells: Sequence[CoveredMonth], catalogue: Catalogue, shown: Callable[[str], str]
) -> dict[str, pd.DataFrame]:
    """Return the dataset ``coverage``: a row a partner and a month for which a return was expected.

    Parameters
    ----------
    cells
        Who sent what by when (:func:`priority_two.returns.coverage.coverage`).
    catalogue
        The partners' names.
    shown
        How a path of the data folder is shown to people.
    """
    rows = [
        {
            "partner": one.partner,
            "month": str(one.month),
            "state": one.state,
            "due": one.due.isoformat(),
            "received": one.received.isoformat() if one.received else "",
            "permission": one.permission,
            "_missing": yes(one.state == MISSING),
            "_late": yes(one.days_late > 0),
            "_permitted": yes(one.state != WITHOUT_PERMISSION),
            "_subject": _punctuality(one, catalogue),
            "file": shown(f"returns/{one.name}/terms.yaml" if one.name else "returns"),
            "row": 1 if one.name else None,
        }
        for one in cells
        if one.state != NOT_EXPECTED
    ]
    columns = ["partner", "month", "state", "due", "received", "permission", "_missing", "_late", "_permitted"]
    frame = framed(rows, columns, {})
    frame.attrs = {"file": shown("returns")}
    return {"coverage": frame}


def figure_dataset(found: list[Observation], catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """Return the dataset ``figures``: each identity at each period, with its two sides."""
    results = evaluate(catalogue.tables["identities"].rows, found)
    guarded = {one.measure for one in found if one.terms.permission != "publish"}
    for row in results:
        row["_subject"] = f"{row['title']} ({row['period']})"
        row["_restricted"] = any(
            name in guarded or catalogue.measures[name].disclosure != "public_nonperson"
            for name in row.pop("measures")
            if name in catalogue.measures
        )
    columns = ["identity", "title", "severity", "relation", "period", "area", "left", "right"]
    return {"figures": framed(results, columns, {})}


def agreement_dataset(found: Sequence[Observation], catalogue: Catalogue) -> dict[str, pd.DataFrame]:
    """Return the dataset ``agreement``: a row a whole that its partner's own parts do not come to, with both numbers.

    A row too has each value that its unit cannot have: the returns have been judged, so that a correction brought it.

    A quarter that is not what its months come to would be printed in two versions (``differs``), but where the months
    came later: they are used. A total that is not what its parts come to, after a correction or in a later return, is
    flagged (``apart``).

    Parameters
    ----------
    found
        The observations that count.
    catalogue
        What the words mean.
    """
    theirs: dict[str, list[Observation]] = {}
    for one in found:
        theirs.setdefault(one.terms.partner, []).append(one)
    rows = []
    for broken in (one for sent in theirs.values() for one in disagreements(sent, catalogue)):
        whole = broken.whole
        measure = catalogue.measures[whole.measure]
        stated = UNAVAILABLE[whole.status] if whole.value is None else number(whole.value, measure.unit)
        told = f"{stated}, and {broken.what} come to {number(broken.summed, measure.unit)}"
        last = max(part.terms.received for part in broken.parts)
        months = whole.period.last - whole.period.first + 1
        own_step = broken.what == MONTHS and months <= STEPS[measure.frequency]  # there the whole is the record
        later = last > whole.terms.received and not own_step
        two_versions = broken.what == MONTHS and not later
        impossible = whole.value is None and last == whole.terms.received
        differs = two_versions or impossible
        about = (whole.measure, whole.breakdown, whole.area, str(whole.period))
        rows_here = [str(each.row) for each in broken.parts if each.file == whole.file][:MOST_PLACES]
        other = dict.fromkeys(each.file.rsplit("/", 2)[-2] for each in broken.parts if each.file != whole.file)
        where = [f"row {', '.join(rows_here)}"] if rows_here else []
        rows.append(
            {
                "measure": whole.measure,
                "differs": told if differs else "",
                "apart": "" if differs else told,
                "_subject": f"{' '.join(name for name in about if name)}, parts in {'; '.join([*where, *other])}",
                "_restricted": measure.disclosure != "public_nonperson"
                or any(one.terms.permission != "publish" for one in (whole, *broken.parts)),
                "file": whole.file,
                "row": whole.row,
            }
        )
    for one in found:
        measure = catalogue.measures[one.measure]
        wanted = "" if one.value is None else out_of_range(one.value, measure.unit, measure.is_change)
        if wanted:
            rows.append(
                {
                    "measure": one.measure,
                    "range": f"{one.value}, not {wanted}",
                    "_subject": f"{one.measure} {one.period}",
                    "_restricted": measure.disclosure != "public_nonperson" or one.terms.permission != "publish",
                    "file": one.file,
                    "row": one.row,
                }
            )
    return {"agreement": framed(rows, ["measure", "differs", "apart", "range"], {})}


def update_datasets(
    period: Period,
    updates: dict[str, Document],
    catalogue: Catalogue,
    as_at: dt.date,
    shown: Callable[[str], str],
    unreadable: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``updates`` (a row a commitment of the catalogue) and ``milestones``.

    Parameters
    ----------
    period, as_at
        The report's period and as-at date.
    updates
        What has been written.
    catalogue
        The commitments that want an update, and the rating scale.
    shown
        How a path of the data folder is shown to people.
    unreadable
        Files, as they are shown, that are there and cannot be read, so that they are not missed.
    """
    needs = {row.get("rating"): row.get("needs_action") for row in catalogue.tables["rag"].rows}
    rows = []
    for commitment in catalogue.tables["commitments"].rows:
        name = commitment.get("commitment", "")
        document = updates.get(name)
        if document is None and shown(f"updates/{period}/{name}.md") in unreadable:
            continue
        front = document.front if document else None
        lacking = _to_write(document, commitment.get("rated"), needs) if document else {}
        rows.append(
            {
                "commitment": name,
                "rated": commitment.get("rated"),
                "rating": front.rating if front else "",
                **{key: str(getattr(front, key) or "") if front else "" for key in ("qualifier", "reason", "action")},
                "owner": front.owner if front else "",
                "due": front.due.label if front and front.due else "",
                "basis": front.basis if front else "",
                "_written": yes(front is not None),
                "_words": len(document.narrative.split()) if document else None,
                # What is said once as still to write is not said again, key by key.
                "to_write": f"still to write: {', '.join(lacking)}" if lacking else "",
                "_needs_action": needs.get(front.rating, "") if front and not lacking else "",
                "unknown_exhibits": _unknown_exhibits(front, catalogue) if front else "",
                "_achievements_known": _achievements(front, catalogue) if front else None,
                "file": document.file if document else shown(f"updates/{period}/{name}.md"),
                "row": next(iter(lacking.values()), 1 if document else None),
            }
        )
    rows += [
        {"commitment": name, "_written": "yes", "file": document.file, "row": 1}
        for name, document in updates.items()
        if name not in {row.get("commitment") for row in catalogue.tables["commitments"].rows}
    ]
    milestones = [
        {
            "commitment": name,
            "rating": document.front.rating,
            "_needs_action": needs.get(document.front.rating, "no"),
            "milestone": milestone.id,
            "title": milestone.title,
            "_slip": milestone.slip if document.front.written else None,  # whoever writes may yet change it
            "_days_overdue": overdue(milestone, as_at) if document.front.written else None,
            "_dated": yes(milestone.due is not None or milestone.met is not None),
            "_met_in_future": yes(isinstance(milestone.met, When) and milestone.met.day > _month_end(as_at)),
            "_subject": _timing(milestone, as_at),
            "file": document.file,
            "row": 1,
        }
        for name, document in updates.items()
        for milestone in document.front.milestones
    ]
    return {
        "updates": framed(rows, list(_UPDATED), {}),
        "milestones": framed(
            milestones,
            [
                "commitment",
                "rating",
                "_needs_action",
                "milestone",
                "title",
                "_slip",
                "_days_overdue",
                "_dated",
                "_met_in_future",
            ],
            {},
        ),
    }


_UPDATED = (
    *("commitment", "rated", "rating", "qualifier", "reason", "action", "owner", "due", "basis"),
    *("_written", "_words", "to_write", "_needs_action", "unknown_exhibits", "_achievements_known"),
)


def appendix_datasets(
    appendices: dict[int, Document], briefings: dict[int, Briefing], catalogue: Catalogue
) -> dict[str, pd.DataFrame]:
    """Return the dataset ``appendices`` and, where there are any briefings, ``briefings`` (a row a part of one).

    Parameters
    ----------
    appendices, briefings
        What has been written, by number.
    catalogue
        The measures that an exhibit can show.
    """
    extras = [
        {
            "appendix": number,
            "title": document.front.title,
            "_words": len(document.narrative.split()),
            "unknown_exhibits": _unknown_exhibits(document.front, catalogue),
            "file": document.file,
            "row": 1,
        }
        for number, document in appendices.items()
    ]
    told = {"appendices": framed(extras, ["appendix", "title", "_words", "unknown_exhibits"], {})}
    if briefings:
        rows = [row for one in briefings.values() for row in _parts(one)]
        told["briefings"] = framed(rows, list(_BRIEFED), {})
    return told


_BRIEFED = ("_about", "_contacts", "_role", "_post", "_recommendations", "_words_given")


def _parts(one: Briefing) -> list[Row]:
    """Return a row a part of a briefing, of which each says of the part what is put to it.

    What a contact says is repeated nowhere: where it should be a post, it may be a person's name or number.
    """
    front = one.front
    rows = [
        (one.line("subject"), "", {"_about": says_something(front.subject)}),
        (one.line("contacts"), "", {"_contacts": bool(front.contacts)}),
        (one.line("recommendations"), "", {"_recommendations": bool(front.recommendations)}),
    ]
    for n, contact in enumerate(front.contacts):
        said = {"_role": says_something(contact.role), "_post": is_post(contact)}
        rows.append((one.line(f"contacts.{n}"), f"contact {n + 1}", said))
    for n, words in enumerate(front.recommendations):
        said = {"_words_given": says_something(words)}
        rows.append((one.line(f"recommendations.{n}"), one.recommendations[n].number, said))
    return [
        {**{name: yes(good) for name, good in said.items()}, "_subject": subject, "file": one.document.file, "row": row}
        for row, subject, said in rows
    ]


def _to_write(document: Document, rated: str | None, needs: dict[Any, Any]) -> dict[str, int]:
    """Return what an update lacks, by key, with the line on which it belongs; nothing where a paper can be made.

    A rating, a narrative and the day are what no paper does without. Where one of them is missing, what belongs to the
    rating is named too, so that everything is said at once.
    """
    front, lines = document.front, document.lines
    wanted = ["written"] if rated == "no" else ["rating", "qualifier", "written"]
    if needs.get(front.rating) == "yes":
        wanted += ["reason", "action", "owner", "due"]
    lacking = {name: lines[name] for name in lines if name in wanted and not getattr(front, name)}
    if not document.narrative.split():
        lacking["narrative"] = document.line
    return lacking if lacking.keys() & {"rating", "written", "narrative"} else {}


def group_datasets(report: GroupReport) -> dict[str, pd.DataFrame]:
    """Return the datasets ``group`` (the report, in a row), ``headings`` (a row a heading) and ``actions``.

    Parameters
    ----------
    report
        The group's report of the period, with the headings that are wanted of it.
    """
    front = report.document.front if report.document else None
    lines = report.document.lines if report.document else {}
    top = 1 if report.document else None
    whole = {
        "author": front.author if front else "",
        "basis": front.basis if front else "",
        "_written": yes(front is not None),
        "_in_order": yes(front.last_group <= front.filed) if front else None,
        "file": report.file,
        "row": top,
    }
    headings = [
        {
            "heading": part.title,
            "_known": yes(bool(part.section)),
            "_there": yes(part.passage is not None),
            "_told": yes(part.told),
            "_subject": f"{of}, {part.title}" if of else part.title,
            "file": report.file,
            "row": part.passage.row if part.passage else top,
        }
        for of, part in report.leaves
    ]
    for key, title in (("action_plan", ACTION_PLAN), ("asks", ASKS)) if front else ():
        told = {"_known": "yes", "_there": "yes", "_told": yes(bool(getattr(front, key))), "_subject": title}
        headings.append({"heading": title, **told, "file": report.file, "row": lines[key]})
    actions = [
        {
            "list": title,
            "owner": one.owner,
            "due": one.due.label if one.due else "",
            "state": one.state if isinstance(one, Planned) else "",
            "_subject": f"{title}: {one.action}",
            "file": report.file,
            "row": lines["action_plan" if isinstance(one, Planned) else "asks"],
        }
        for title, one in report.actions
    ]
    return {
        "group": framed([whole], ["author", "basis", "_written", "_in_order"], {}),
        "headings": framed(headings, ["heading", "_known", "_there", "_told"], {}),
        "actions": framed(actions, ["list", "owner", "due", "state"], {}),
    }


def parameters(tables: dict[str, Table]) -> dict[str, list[Any]]:
    """Return the codes of the reference tables that there are, by the names that the suites use for them."""
    ids = {
        "partners": "partner",
        "measures": "measure",
        "areas": "area",
        "sections": "section",
        "commitments": "commitment",
        "rag": "rating",
    }
    codes = {
        name: [row[column] for row in tables[name].rows if row.get(column)]
        for name, column in ids.items()
        if name in tables
    }
    if not {"measures", "breakdowns"} <= tables.keys():
        return codes
    totals = [f"{measure}[]" for measure in codes["measures"]]
    parts = [f"{row.get('measure', '')}[{row.get('breakdown', '')}]" for row in tables["breakdowns"].rows]
    return {**codes, "codes": totals + parts}


def overdue(milestone: Milestone, as_at: dt.date) -> int:
    """Return by how many days a milestone is overdue at the as-at date; 0 where it is met, undated or not yet due."""
    return milestone.overdue(as_at)


def _timing(milestone: Milestone, as_at: dt.date) -> str:
    slip, late = milestone.slip or 0, overdue(milestone, as_at)
    parts = [
        f"{plural(slip, 'month')} later than first promised" if slip > 0 else "",
        f"{plural(late, 'day')} overdue" if late else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{milestone.title}, {said}" if said else milestone.title


def _punctuality(one: CoveredMonth, catalogue: Catalogue) -> str:
    late = f"{plural(one.days_late, 'day')} late" if one.days_late else ""
    due = f"due {date_label(one.due)}" if one.state == MISSING else ""
    said = (catalogue.partners.get(one.partner, one.partner), one.month.label, late, due)
    return ", ".join(part for part in said if part)


def contrast(colour: str) -> float | None:
    """Return a colour's contrast against white by WCAG 2.2 (1 to 21), or None where it is no ``#RRGGBB``.

    The formula is that of relative luminance and contrast ratio in WCAG 2.2, section 1.4.3 and its glossary.
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour, re.ASCII):
        return None
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def framed(rows: Iterable[Row], columns: list[str], extra: dict[str, Callable[[Row], Any]]) -> pd.DataFrame:
    """Return rows as a table that can be judged: these columns and those worked out, blank where nothing is said."""
    filled = [
        {
            **row,
            **{name: work(row) for name, work in extra.items()},
            **{name: row.get(name, blank) for name, blank in _ALWAYS.items()},
        }
        for row in rows
    ]
    frame = pd.DataFrame(filled, columns=list(dict.fromkeys([*columns, *extra, "file", "row", *_ALWAYS])), dtype=object)
    frame = frame.where(frame.notna() & (frame != ""), None)
    for name in frame.columns:
        if name in (
            "_slip",
            "_days_overdue",
            "_days_to_receipt",
            "_months",
            "_words",
            "_contrast",
            "rank",
        ):
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    for name in ("left", "right") if "relation" in columns and "period" in columns else ():
        frame[name] = pd.to_numeric(frame[name])
    return frame


def yes(true: bool) -> str:
    """Return a truth as the suites read it."""
    return "yes" if true else "no"


def _months(text: str) -> int | None:
    period = try_parse(text)
    return period.last - period.first + 1 if period else None


def _range(text: str, measure: Row) -> str:
    """Return in words how a value is none that its measure's unit can have; nothing where it is no number at all."""
    if not _NUMBER.fullmatch(text):
        return ""
    wanted = out_of_range(Decimal(text), measure.get("unit", ""), measure.get("change") == "yes")
    return f"{text}, not {wanted}" if wanted else ""


def _partners(measure: Row) -> set[str]:
    return {name for name in measure.get("partner", "").split(";") if name}


def _unknown_exhibits(front: Any, catalogue: Catalogue) -> str:
    """Return the exhibits that the catalogue does not have, each with the nearest that it has."""
    measures = [row.get("measure", "") for row in catalogue.tables["measures"].rows]
    codes = _codes(catalogue)
    told = []
    for shown in front.exhibits:
        known = ["", "parts", *codes.get(shown.measure, ())]
        if shown.measure not in measures:
            told.append((shown.measure, nearest(shown.measure, measures)))
        elif shown.charted not in known:
            near = nearest(shown.charted, known)
            mended = f"{shown.measure}[{near}]" if near else shown.measure
            told.append((f"{shown.measure}[{shown.charted}]", mended))
    return "; ".join(f"{found}: write {near}" if near else found for found, near in told)


def _codes(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return the codes of each measure's breakdowns."""
    codes: dict[str, list[str]] = {}
    for row in catalogue.tables["breakdowns"].rows:
        codes.setdefault(row.get("measure", ""), []).append(row.get("breakdown", ""))
    return codes


def _achievements(front: Any, catalogue: Catalogue) -> str:
    commitments = {row.get("commitment") for row in catalogue.tables["commitments"].rows}
    return yes({achievement.commitment for achievement in front.achievements} <= commitments)


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def _side_ok(row: Row, codes: set[Any]) -> bool:
    try:
        terms = [*parse_terms(row.get("left", "")), *parse_terms(row.get("right", ""))]
    except ValueError:
        return False
    return all(f"{term.measure}[{term.breakdown}]" in codes for term in terms if term.measure)


def _day(text: str) -> str:
    try:
        return yes(not text or bool(parse_date(text)))
    except ValueError:
        return "no"


def _month_or_blank(text: str) -> str:
    period = try_parse(text)
    return yes(not text or (period is not None and period.kind == MONTH))


def _span(row: Row) -> int | None:
    first, last = try_parse(row.get("first_month", "")), try_parse(row.get("last_month", ""))
    return last.first - first.first if first and last else None


def _taken_tiles(rows: list[Row]) -> set[int]:
    """Return the lines of areas that share a tile with another of their type while both are in force."""
    placed: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    for row in rows:
        tile = row.get("type", ""), row.get("tile_row", ""), row.get("tile_column", "")
        if all(tile[1:]):
            # As text, days sort as they follow each other; open ends come first and last.
            first, last = row.get("valid_from", ""), row.get("valid_to", "") or "9999"
            placed.setdefault(tile, []).append((first, last, row["row"]))
    taken: set[int] = set()
    for spans in placed.values():
        longest, holder = "", 0
        for first, last, line in sorted(spans):
            if holder and first <= longest:
                taken |= {holder, line}
            if not holder or last > longest:
                longest, holder = last, line
    return taken


def _valid_days(row: Row) -> int | None:
    try:
        return (parse_date(row.get("valid_to", "")) - parse_date(row.get("valid_from", ""))).days
    except ValueError:
        return None


_EXTRA: dict[str, dict[str, Callable[[Row], Any]]] = {
    "areas": {
        "_months": _valid_days,
        "_valid_from": lambda row: _day(row.get("valid_from", "")),
        "_valid_to": lambda row: _day(row.get("valid_to", "")),
        "_tile_placed": lambda row: yes(bool(row.get("tile_row")) == bool(row.get("tile_column"))),
    },
    "breakdowns": {"_code": lambda row: f"{row.get('measure', '')}[{row.get('breakdown', '')}]"},
    "calendar": {
        "_months": lambda row: _months(row.get("period", "")),
        "_board_date": lambda row: _day(row.get("board_date", "")),
        "_returns_due": lambda row: _day(row.get("returns_due", "")),
    },
    "measures": {"_parts_of_total": lambda row: yes(row.get("total") != "none" or not row.get("parts"))},
    "partners": {
        "_first_month": lambda row: _month_or_blank(row.get("first_month", "")),
        "_last_month": lambda row: _month_or_blank(row.get("last_month", "")),
        "_months": _span,
    },
    "rag": {
        "_contrast": lambda row: contrast(row.get("colour", "")),
        "rank": lambda row: row.get("rank", "") if re.fullmatch(r"[0-9]{1,3}", row.get("rank", ""), re.ASCII) else "",
    },
}
