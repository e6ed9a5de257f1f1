"""The ratings quarter by quarter, as a table that is its own chart: a row a commitment, a column a quarter."""

from __future__ import annotations

from collections.abc import Sequence

from priority_two.blocks import Cell, Row, Table, cell, styled
from priority_two.blocks import badge as badge_span
from priority_two.periods import Period
from priority_two.reference.catalogue import BETTER, CHANGED, WORSE, Commitment, Rating
from priority_two.report.marks import marked_columns
from priority_two.report.material import Material
from priority_two.report.rated import badge, named, rated, rating_in, rating_span
from priority_two.sentences import agreeing, capital, listed, number_word, share
from priority_two.updates.documents import Update

MOST_QUARTERS = 5
"""Quarters that fit side by side: the paper's own, and a whole year before it."""

Course = dict[str, list[Rating | None]]
"""The ratings of each commitment over some quarters, the oldest first; None where there was none."""


def quarters_shown(material: Material) -> list[Period]:
    """Return the quarters that have updates, as many as fit, the oldest first."""
    return [*material.earlier, material.quarter][-MOST_QUARTERS:]


def course_of(material: Material, quarters: Sequence[Period]) -> Course:
    """Return the ratings of the commitments that are rated now, over some quarters."""
    updates = {**material.earlier, material.quarter: material.updates}
    scale = material.catalogue.ratings
    return {
        commitment.commitment: [rating_in(updates[quarter], commitment.commitment, scale) for quarter in quarters]
        for commitment, _ in rated(material)
    }


def ratings_matrix(material: Material, quarters: Sequence[Period], *, of_year: bool = False) -> Table:
    """Return the ratings of some quarters side by side, the report's own the last, and their totals.

    At least one commitment is rated. The last quarter is compared with the one before or, where the table is of a year,
    with the first; then a row is also the place to which the commitment's id leads, as the paper has no other.
    """
    course = course_of(material, quarters)
    names = _names(quarters)
    compares, since = len(quarters) > 1, 0 if of_year else -2
    rows = [
        Row(
            heading=cell(styled("id", commitment.commitment), f" {commitment.short}") if of_year else named(commitment),
            cells=_cells(commitment, document, course, material, since if compares else None),
            name=f"commitment-{commitment.commitment}" if of_year else "",
        )
        for commitment, document in rated(material)
    ]
    for number, point in enumerate(material.catalogue.ratings.values()):
        counts = [sum(ratings[place] == point for ratings in course.values()) for place in range(len(quarters))]
        cells = [cell(styled("strong", str(count))) for count in counts]
        cells += [cell(_step(counts[-1] - counts[since]))] if compares else []
        rows.append(Row(heading=cell(f"{point.word}, of {len(course)}"), cells=tuple(cells), new_group=not number))
    updates = {**material.earlier, material.quarter: material.updates}
    bases = [{document.front.basis for document in updates[quarter].values()} for quarter in quarters]
    marked = tuple(place for place, there in enumerate(bases, start=1) if "illustrative" in there)
    years = list(dict.fromkeys(str(quarter.financial_year) for quarter in quarters))
    table = Table(
        title=f"Rating of each commitment, {listed(years)}",
        head=("Commitment", *names, *([f"Since {names[since]}"] if compares else [])),
        rows=tuple(rows),
        role="matrix split",
    )
    return marked_columns(table, marked, whole=set().union(*bases) == {"illustrative"})


def ratings_in_words(material: Material, quarters: Sequence[Period], *, of_year: bool = False) -> str:
    """Return what the ratings of some quarters come to, in sentences; of a year, how it moved from first to last."""
    course = course_of(material, quarters)
    total, on = len(course), _on_plan(course, -1)
    if len(quarters) == 1:
        noun = agreeing(total, "commitment", "commitments")
        return f"{capital(share(on, total))} {noun} {agreeing(on, 'is', 'are')} on plan."
    then, rated_then = _on_plan(course, 0), sum(ratings[0] is not None for ratings in course.values())
    noun, now = agreeing(rated_then, "commitment", "commitments"), f"{number_word(on)} of {number_word(total)}"
    begun = f"{capital(number_word(then))} of {number_word(rated_then)} {noun} {agreeing(then, 'was', 'were')} on plan"
    sentences = [f"{begun} in {quarters[0].label}, and {now} {agreeing(on, 'is', 'are')} now"]
    for point in material.catalogue.ratings.values():
        names = [name for name, ratings in course.items() if set(ratings) == {point}]
        if names and point.needs_action == "yes":
            sentences.append(f"{listed(names)} {agreeing(len(names), 'has', 'have')} been {point.word} throughout")
    place = 0 if of_year else -2
    pairs = {name: (each[place], each[-1]) for name, each in course.items()}
    ways = {name: before.way_to(now) for name, (before, now) in pairs.items() if before and now}
    risen, fallen, changed = ([name for name in ways if ways[name] == way] for way in (BETTER, WORSE, CHANGED))
    since = f"since {quarters[place].label}"
    if risen or fallen:
        up, down = (f"{listed(names) or 'none'} {agreeing(len(names), 'has', 'have')}" for names in (risen, fallen))
        sentences.append(capital(f"{up} risen {since}, and {down} fallen"))
    if changed:
        have = agreeing(len(changed), "has", "have")
        sentences.append(f"{listed(changed)} {have} changed {since}, from or to a rating that is neither up nor down")
    if not (risen or fallen or changed):
        sentences.append(f"No rating has moved {since}")
    return " ".join(f"{sentence}." for sentence in sentences)


def _on_plan(course: Course, place: int) -> int:
    ratings = [each[place] for each in course.values()]
    return sum(rating is not None and rating.is_on_plan for rating in ratings)


def _names(quarters: Sequence[Period]) -> list[str]:
    """Return what the columns are called: ``Q1``, with the year where there is more than one."""
    parts = [str(quarter).rsplit("-", 1) for quarter in quarters]
    years = {year for year, _ in parts}
    return [name if len(years) == 1 else f"{name} {year}" for year, name in parts]


def _cells(
    commitment: Commitment, document: Update, course: Course, material: Material, since: int | None
) -> tuple[Cell, ...]:
    ratings = course[commitment.commitment]
    earlier = [cell(badge_span(badge(was)) if was else styled("quiet", "not rated")) for was in ratings[:-1]]
    now = cell(rating_span(commitment, document, material.catalogue))
    return (*earlier, now, *([_direction(ratings[since], ratings[-1])] if since is not None else []))


def _direction(before: Rating | None, now: Rating | None) -> Cell:
    """Return in words which way a rating went."""
    if before is None or now is None:
        return cell("newly rated")
    return cell(before.way_to(now) or styled("quiet", "no change"))


def _step(difference: int) -> str:
    return f"{'up' if difference > 0 else 'down'} {abs(difference)}" if difference else "no change"
