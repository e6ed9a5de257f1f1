"""A new period: the update files of the next quarter, laid out from those of the last one.

What a lead writes anew each quarter is empty, and a comment beside it says what the last quarter said: rating,
qualifier and reason, and each promise of the last "going forward", which this quarter's narrative is to answer::

    # last quarter: amber
    rating:

What holds until somebody changes it is carried forward: action, owner and due date, exhibits, and the milestones that
are not met. Within a financial year met milestones and achievements are carried too, because the annual summary is made
from the year's last quarter. Appendices belong to their quarter and are not carried.

In a new file ``written`` is blank. As long as it is, the gate refuses the file in one line that names what is missing.

Text of the last files goes into comments of one line, and into values: in quotes wherever YAML could read it as
anything else. Every file is read back before the folder gets its name, in one step.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from priority_two.errors import Error, Refused, few, one_line
from priority_two.files.atomic import new_folder, put, replace_folder
from priority_two.files.data_folder import DataFolder
from priority_two.files.locks import locked
from priority_two.files.yaml_mapping import load_yaml
from priority_two.files.yaml_text import scalar
from priority_two.periods import QUARTER, Period, date_label, month_text, try_parse
from priority_two.reference.catalogue import Catalogue, Commitment
from priority_two.reference.records import validated
from priority_two.updates.documents import PROSE, ExhibitRequest, Front, Milestone, Update, When, read_updates

LONGEST_COMMENT = 2_000


@dataclass(frozen=True)
class Laid:
    """What was laid out.

    ``source`` is the quarter that it was laid out from, None where there is none before; ``files`` are the new ones for
    people, in the order of the catalogue. On the commitments ``unwritten`` the source had nothing to carry: no file, or
    one that was never written; those ``dropped`` are no longer in the catalogue.
    """

    source: Period | None
    files: tuple[str, ...]
    unwritten: tuple[str, ...]
    dropped: tuple[str, ...]


def lay_out(folder: DataFolder, catalogue: Catalogue, period: Period, *, missing: bool = False) -> Laid:
    """Lay out the update files of a quarter, one a commitment of the catalogue: all of them or none.

    The period is a financial quarter that has no updates yet; with `missing`, one that has some, to which the files of
    the other commitments are added. What is there is not touched.

    Raises
    ------
    Refused
        The quarter has a folder already, or every file with `missing`; no earlier one has updates, a file of the last
        quarter or the list of commitments is faulty, or the folder cannot be written. Nothing was changed.
    """
    target, shown = folder.inside("updates") / str(period), folder.shown(f"updates/{period}")
    there = {path.name for path in target.iterdir()} if missing and target.is_dir() else set()
    if os.path.lexists(target) and not there:
        raise Refused([_taken(shown)])
    rows = tuple(row for row in _commitments(catalogue) if f"{row.commitment}.md" not in there)
    if not rows:
        raise Refused([Error(shown, "a commitment without a file", found="none", fix="go on writing there")])
    source = _source(folder, period, needed=not there)
    before = read_updates(folder, source, dt.date.max, catalogue.rating_spellings) if source else {}
    ratings = list(catalogue.ratings)
    files = {
        f"{row.commitment}.md": _read_back(_front(row, before.get(row.commitment), source, period, ratings), shown, row)
        for row in rows
    }
    if there:
        _add(target, files)
    else:
        _write(target, shown, files)
    names, known = [row.commitment for row in rows], catalogue.commitments
    return Laid(
        source=source,
        files=tuple(f"{shown}/{name}" for name in files),
        unwritten=tuple(name for name in names if name not in before or before[name].front.written is None),
        dropped=tuple(name for name in before if name not in known),
    )


def first_quarter(
    folder: DataFolder, catalogue: Catalogue, period: Period, owners: Mapping[str, str]
) -> dict[str, str]:
    """Return the update files of a partnership's first quarter, by name; `owners` are the posts of their leads.

    Raises
    ------
    Refused
        The list of commitments is faulty.
    """
    ratings, shown = list(catalogue.ratings), folder.shown(f"updates/{period}")
    return {
        f"{row.commitment}.md": _read_back(
            _front(row, None, None, period, ratings, owners.get(row.commitment, "")), shown, row
        )
        for row in _commitments(catalogue)
    }


def _read_back(front: str, shown: str, row: Commitment) -> str:
    """Return a file with this front matter, after reading it as it will be read."""
    validated(Front, load_yaml(front, f"{shown}/{row.commitment}.md", first_line=2, prose=PROSE))
    return f"---\n{front}---\n\n"


def _taken(shown: str) -> Error:
    return Error(shown, "no folder of this name", found="one", fix="go on writing there; nothing was changed")


def _commitments(catalogue: Catalogue) -> tuple[Commitment, ...]:
    """Return the rows of the commitments, each of which gives a file its name.

    Raises
    ------
    Refused
        There is none, or one is there twice. The gate says so too, but takes seconds to load.
    """
    rows, table = catalogue.promises, catalogue.tables["commitments"]
    counts = Counter(row.commitment for row in rows)
    errors = [
        Error(table.file, "an id such as 3b, once", row.row, "commitment", row.commitment)
        for row in rows
        if counts[row.commitment] > 1
    ]
    if errors or not rows:
        raise Refused(few(table.file, errors) or [Error(table.file, "a commitment at least", found="none")])
    return rows


def _source(folder: DataFolder, period: Period, *, needed: bool) -> Period | None:
    """Return the last quarter before a period that has updates; None where there is none and none is needed."""
    entries = (try_parse(path.removeprefix("updates/")) for path in folder.names("updates", "*"))
    quarters = [entry for entry in entries if entry and entry.kind == QUARTER and entry.first < period.first]
    for quarter in sorted(quarters, reverse=True):
        if folder.names(f"updates/{quarter}", "*.md"):
            return quarter
    if not needed:
        return None
    keys = ", ".join(name for name, key in Front.model_fields.items() if key.is_required())
    fix = f"write the first quarter by hand: a file a commitment, such as 3b.md, with the keys {keys} between two ---"
    raise Refused([Error(folder.shown("updates"), f"updates of a quarter before {period}", found="none", fix=fix)])


def _front(
    row: Commitment,
    before: Update | None,
    source: Period | None,
    period: Period,
    ratings: list[str],
    owner: str = "",
) -> str:
    """Return the front matter of a commitment's file; in a first quarter there is no source, and may be an owner."""
    adjacent = source is None or source.last + 1 == period.first
    last, promised = ("last quarter", "promised last quarter") if adjacent else (str(source), f"promised in {source}")
    front = before.front if before else None
    lines = [*_comment(row.title), f"commitment: {scalar(row.commitment)}"]
    if row.rated == "no":
        lines += [*_comment("not rated: leave it blank"), "rating:"]
    else:
        lines += [
            *_comment(f"one of {', '.join(ratings)}"),
            *_last_words(last, front.rating if front else ""),
            "rating:",
        ]
    qualifier, reason = (front.qualifier, front.reason) if front else ("", "")
    for key, text in (("qualifier", qualifier), ("reason", reason)):
        lines += [*_last_words(last, text), f"{key}:"]
    if front and (front.action or front.owner or front.due):
        lines += _comment("carried forward: change what no longer holds")
    lines += [
        _key("action", front.action if front else ""),
        _key("owner", front.owner if front else owner),
        f"due: {_when(front.due if front else None)}".rstrip(),
        *_comment(f"the day on which you write this, such as {month_text(period.last + 1)}-01"),
        "written:",
        "basis: reported",
        "milestones:",
    ]
    for milestone in _milestones(front, source, period):
        lines += [
            f"  - id: {scalar(milestone.id)}",
            f"    title: {scalar(milestone.title)}",
            f"    baseline: {_when(milestone.baseline)}".rstrip(),
            f"    current: {_when(milestone.current)}".rstrip(),
            f"    met: {_when(milestone.met)}".rstrip(),
            "    " + _key("note", milestone.note),
        ]
    for promise in front.forward if front else ():
        lines += _comment(f"{promised}: {promise}")
    lines += ["forward:", f"exhibits: [{', '.join(map(_exhibit, front.exhibits if front else ()))}]", "achievements:"]
    for achievement in front.achievements if front and _same_year(source, period) else ():
        lines += [f"  - text: {scalar(achievement.text)}", f"    commitment: {scalar(achievement.commitment)}"]
        lines += [f"    milestone: {scalar(achievement.milestone)}"] if achievement.milestone else []
    lines += _comment("below the next line, write what was done, and what came of each promise")
    return "".join(f"{line}\n" for line in lines)


def _same_year(source: Period | None, period: Period) -> bool:
    return source is not None and source.financial_year == period.financial_year


def _milestones(front: Front | None, source: Period | None, period: Period) -> list[Milestone]:
    """Return the milestones to carry forward: those that are open, and those that the year's summary still needs."""
    year = period.financial_year
    return [
        milestone
        for milestone in (front.milestones if front else ())
        if milestone.met is None
        or _same_year(source, period)
        or (isinstance(milestone.met, When) and year.start <= milestone.met.day <= year.end)
    ]


def _last_words(last: str, text: str) -> list[str]:
    return _comment(f"{last}: {text}") if text else []


def _comment(text: str) -> list[str]:
    """Return a comment of one line, whatever the text holds."""
    return [f"# {one_line(' '.join(text.split()), LONGEST_COMMENT)}"]


def _key(key: str, text: str) -> str:
    return f"{key}: {scalar(text)}" if text else f"{key}:"


def _when(value: When | str | None) -> str:
    """Return a day, a month or the word ``undated`` as it is written in front matter."""
    if not isinstance(value, When):
        return value or ""
    is_day = value.label == date_label(value.day)
    return value.day.isoformat() if is_day else month_text(value.day.year * 12 + value.day.month - 1)


def _exhibit(shown: ExhibitRequest) -> str:
    return f'"{shown.code}"' if shown.charted else shown.code


def _add(target: Path, files: dict[str, str]) -> None:
    """Add files to a folder, in one step."""

    def change(staged: Path) -> None:
        for name, text in files.items():
            put(staged / name, text.encode())

    with locked(target.parent):
        replace_folder(target, change)


def _write(target: Path, shown: str, files: dict[str, str]) -> None:
    """Write the files into a new folder, in one step."""
    with locked(target.parent):
        try:
            free = new_folder(target, {name: text.encode() for name, text in files.items()})
        except OSError:
            raise Refused([Error(shown, "a folder that can be written")]) from None
        if not free:
            raise Refused([_taken(shown)])
