"""The year on a page: how it ended in a sentence, how ratings moved, what was achieved in brief, headline figures."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import (
    Block,
    Row,
    Span,
    Table,
    badge,
    cell,
    joined,
    link,
    number_cell,
    paragraph,
)
from priority_two.reference.catalogue import BETTER, CHANGED, WORSE, Catalogue
from priority_two.report.headlines import headline_table
from priority_two.report.marks import marked_columns, marked_rows
from priority_two.report.material import Material
from priority_two.report.milestones_table import Promise
from priority_two.report.paper import Paper
from priority_two.report.rated import badge as rating_badge
from priority_two.report.rated import rated, rating_in, unrated_note
from priority_two.report.year import (
    SAME,
    WAYS,
    Achieved,
    Shift,
    achieved_in_year,
    are_illustrative,
    has_slipped,
    milestones_of_year,
    name_in_year,
    quarters_of_year,
    rating_at_end,
    shifts_of_year,
)
from priority_two.sentences import agreeing, capital, counted, listed, number_word, share
from priority_two.updates.documents import Update

MOST_NAMED = 3
"""As many milestones that slipped as the first sentence names each."""


def year_at_a_glance(paper: Paper) -> list[Block]:
    """Return the year on a page."""
    material = paper.material
    illustrative = are_illustrative(material.updates) or any(promise.marked for promise in _late(material))
    return [
        paragraph(f"{_end(material)}{_slips(material)}.", role="answer", synthetic=illustrative),
        *unrated_note(material, leads=False),  # in this paper only a rated commitment has a place
        *_shifts(material),
        *_in_brief(material),
        *headline_table(paper),
    ]


# The answer


def _end(material: Material) -> str:
    """Return how many commitments are on plan at the end of the year, and how many have each rating that is not.

    On plan is what has a rating that needs no action and has a rank.
    """
    scale = material.catalogue.ratings.values()
    ratings = [document.front.rating for _, document in rated(material)]
    total, on_plan = len(ratings), sum(ratings.count(each.rating) for each in scale if each.is_on_plan)
    if not total:
        return "No commitment is rated at the end of the year"
    if total == 1:
        how = "on plan" if on_plan else material.catalogue.ratings[ratings[0]].word
        return f"The one rated commitment ends the year {how}"
    if on_plan == total:
        return f"{capital(share(total, total))} commitments end the year on plan"
    off = [each for each in scale if each.needs_action == "yes" or (not each.is_on_plan and each.rating in ratings)]
    others = [f"{number_word(ratings.count(each.rating))} {each.word}" for each in off]
    ends = agreeing(on_plan, "ends", "end")
    some = f"{capital(number_word(on_plan))} of {number_word(total)} commitments {ends} the year on plan"
    return f"{some}, {listed(others)}"


def _late(material: Material) -> list[Promise]:
    """Return the milestones that slipped, the longest slip first."""
    as_at = material.as_at
    late = [promise for promise in milestones_of_year(material) if has_slipped(promise.milestone, as_at)]
    return sorted(late, key=lambda promise: -promise.milestone.months_late(as_at))


def _slips(material: Material) -> str:
    """Return of which commitments milestones slipped, and by how long; nothing where none has a date."""
    late = _late(material)
    if not late:
        dated = any(promise.milestone.due for promise in milestones_of_year(material))
        return "; no milestone slipped" if dated else ""
    months = [promise.milestone.months_late(material.as_at) for promise in late]
    names = [promise.commitment for promise in late]
    if len(late) == 1:
        return f"; a milestone of {names[0]} slipped by {_months(months[0])}"
    if len(late) > MOST_NAMED or len(set(names)) < len(names):
        return f"; {number_word(len(late))} milestones slipped, one of {names[0]} by {_months(months[0])}"
    plurals = min(months) > 1
    by = f"{listed(list(map(number_word, months)))} months" if plurals else listed(list(map(_months, months)))
    return f"; milestones of {listed(names)} slipped, by {by}"


def _months(count: int) -> str:
    """Return a slip in words: ``five months``."""
    return counted(count, "month") if count else "less than a month"


# How ratings moved


def _shifts(material: Material) -> list[Block]:
    """Return the commitments by the ratings with which they began and ended the year; nothing where none is rated."""
    shifts, quarters = shifts_of_year(material), quarters_of_year(material)
    if not shifts:
        return []
    last, _ = quarters[-1]
    columns = {"Start": quarters[0], "End": quarters[-1]} if len(quarters) > 1 else {"End": quarters[-1]}
    illustrative = [number for number, (_, updates) in enumerate(columns.values(), 1) if are_illustrative(updates)]
    totals = (cell(_counts(updates, material.catalogue)) for _, updates in columns.values())
    number = sum(len(shift.commitments) for shift in shifts)
    rows = [_shift(shift, len(columns) > 1) for shift in shifts]
    whole = Row(heading=cell("All"), cells=(*totals, cell(f"{number} rated"), number_cell(str(number))), new_group=True)
    table = Table(
        title=_moves(shifts) if len(columns) > 1 else f"Only {name_in_year(last)} has ratings to show",
        head=(
            "The year",
            *(f"{name} ({name_in_year(quarter)})" for name, (quarter, _) in columns.items()),
            "Commitments",
            "Number",
        ),
        rows=(*rows, whole),
        role="dense split",
    )
    return [marked_columns(table, illustrative, whole=len(illustrative) == len(columns))]


def _moves(shifts: Sequence[Shift]) -> str:
    """Return how many ratings ended better, the same and worse: ``Five ratings ended better and nine the same``."""
    counts = [(sum(len(shift.commitments) for shift in shifts if shift.way == way), way) for way in WAYS]
    (first, way), *others = [(count, way) for count, way in counts if count]
    begin = f"{capital(counted(first, 'rating'))} ended {way}"
    return listed([begin, *(f"{number_word(count)} {way}" for count, way in others)])


def _shift(shift: Shift, compared: bool) -> Row:
    start = [cell(badge(rating_badge(shift.start))) if shift.start else cell("not rated")] if compared else []
    names = joined((link(each.commitment, f"commitment-{each.commitment}") for each in shift.commitments), " ")
    cells = (*start, cell(badge(rating_badge(shift.end))), cell(*names), number_cell(str(len(shift.commitments))))
    return Row(heading=cell(_name(shift, compared)), cells=cells)


def _name(shift: Shift, compared: bool) -> str:
    """Return what a row of ratings is called: how they moved, and where they did not, whether they are on plan."""
    end = shift.end
    if end.needs_action == "yes":
        now, same = "Held up", "Still held up"
    elif end.is_on_plan:
        now, same = "On plan", "Kept on plan"
    else:
        now, same = end.word, f"Still {end.word}"
    if not compared:
        return now
    ways = {BETTER: "Better", SAME: same, WORSE: "Worse", CHANGED: "Changed"}
    return ways.get(shift.way, "First rated in the year")


def _counts(updates: dict[str, Update], catalogue: Catalogue) -> str:
    """Return how many of a quarter's commitments have each rating: ``11 Green, 4 Amber, 0 Red``."""
    ratings = [each.rating for name in updates if (each := rating_in(updates, name, catalogue.ratings))]
    return ", ".join(f"{ratings.count(each.rating)} {each.word}" for each in catalogue.ratings.values())


# What was achieved, and what became of milestones, in brief


def _in_brief(material: Material) -> list[Block]:
    """Return what the last quarter with achievements names, a line each, and where the rest of the year stands."""
    named = achieved_in_year(material)
    latest = [achieved for achieved in named if achieved.quarter == named[-1].quarter]
    more, line = len(named) - len(latest), list[str | Span]()
    if more:
        line += [f"{capital(number_word(more))} came earlier (", _page("achievements"), "). "]
    if milestones := _milestones(material):
        line += [milestones, " (", _page("milestones"), ")."]
    brief = [_achievements(latest, material)] if latest else [paragraph("No achievement was reported.")]
    return [*brief, *([paragraph(*line, role="note")] if line else [])]


def _achievements(latest: Sequence[Achieved], material: Material) -> Table:
    count, quarter = len(latest), name_in_year(latest[0].quarter)
    achievements, under = capital(counted(count, "achievement")), agreeing(count, "under", "each under")
    table = Table(
        title=f"{achievements} of {quarter}, {under} the commitment that it serves",
        head=("Achievement", "For", "Rated"),
        rows=tuple(_achieved(achieved, material) for achieved in latest),
        role="dense narrow",
    )
    return marked_rows(table)


def _milestones(material: Material) -> str:
    """Return how many milestones were met; nothing where there is none."""
    milestones = [promise.milestone for promise in milestones_of_year(material)]
    total, met = len(milestones), sum(milestone.met is not None for milestone in milestones)
    if total < 2:
        return f"The one milestone {'was met' if met else 'is open'}" if milestones else ""
    return f"Of {number_word(total)} milestones, {number_word(met)} {agreeing(met, 'was', 'were')} met"


def _page(section: str) -> Span:
    """Return a link to a section by its name, which in print names its page too."""
    return Span(text=section, href=f"#{section}", style="ref")


def _achieved(achieved: Achieved, material: Material) -> Row:
    name = achieved.achievement.commitment
    heading = cell(achieved.achievement.text, synthetic=achieved.illustrative)
    return Row(heading=heading, cells=(cell(link(name, f"achieved-{name}")), cell(rating_at_end(material, name))))
