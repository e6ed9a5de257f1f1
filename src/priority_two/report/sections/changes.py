"""What changed since the last report, in short: the two papers as data, compared, without the wording itself.

The command ``priority-two compare`` shows every word; the paper says which updates were rewritten and which are word
for word what they were, since an update that nobody touched may be one that nobody read. What partners' figures did is
no part of it: the section on their data shows that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from priority_two.blocks import (
    ALL,
    SOME,
    Badge,
    Block,
    Cell,
    Row,
    Span,
    Synthetic,
    Table,
    cell,
    joined,
    link,
    number_cell,
    paragraph,
    styled,
)
from priority_two.blocks import badge as badge_span
from priority_two.content.diff import (
    BETTER,
    CHANGED,
    GONE,
    LEVEL,
    NEW,
    NEW_PERIOD,
    REWRITTEN,
    WORSE,
    Changes,
    FigureChange,
    RatingChange,
)
from priority_two.content.diff import changes as changes_between
from priority_two.content.model import Content
from priority_two.content.walk import DATA, HEADLINES, content
from priority_two.errors import Refused
from priority_two.periods import date_label
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked_columns
from priority_two.report.material import Material
from priority_two.report.metadata import metadata
from priority_two.report.paper import Paper
from priority_two.report.rated import badge
from priority_two.sentences import agreeing, capital, counted, listed, listed_spans, number_word, share

COMPARED = ("at_a_glance", "commitments", "appendices")
"""The sections that hold what was written."""

_DETAILS = {"due": "due date"}
_EVERY_TIME = "qualifier"  # is written anew each time, and says little by having been


def changes(paper: Paper) -> list[Block]:
    """Return what changed since the last report."""
    last = paper.material.last
    if not last:
        text = "No earlier quarter has updates: there is no last report to compare this one with."
        return [paragraph(text)]
    blocks: list[Block] = [_last_report(last)]
    try:
        old = written_content(type(paper)(paper.kind, last, [], paper.inputs))
    except Refused:  # a figure that its texts are bound to has gone since
        text = "It can no longer be told: a figure that its updates use is not there any more."
        return [*blocks, paragraph(text, role="notice")]
    return [*blocks, *in_short(old, written_content(paper), paper.catalogue)]


def written_content(paper: Paper) -> Content:
    """Return what was written for a paper, as data: headlines, ratings, updates and appendices.

    Raises
    ------
    Refused
        A figure that its texts are bound to is not there.
    """
    return content(metadata(paper), [paper.section(name) for name in COMPARED])


def in_short(old: Content, new: Content, catalogue: Catalogue) -> list[Block]:
    """Return what changed from one paper to another, as blocks: only what changed."""
    changed = changes_between(old, new)
    return [
        *_ratings(changed, new, catalogue),
        *_figures(changed, catalogue),
        *_milestones(changed),
        *_elements(changed),
        _texts(changed),
    ]


def _last_report(last: Material) -> Block:
    bases = {document.front.basis for document in last.updates.values()}
    known = f"with what was known on {date_label(last.as_at)}, told again from the data."
    return paragraph(
        f"The last report is taken to be that on {last.quarter.label} {known} ",
        link("Headline figures", "at-a-glance"),
        " stand on the first page, beside those of the last quarter.",
        role="lead-in",
        synthetic="illustrative" in bases,
    )


def _ratings(changed: Changes, new: Content, catalogue: Catalogue) -> list[Block]:
    shorts = {name: commitment.short for name, commitment in catalogue.commitments.items()}
    badges = {point.word: badge(point) for point in catalogue.ratings.values()}
    moved = [change for change in changed.ratings if change.direction != LEVEL]
    level = len(new.ratings) - sum(change.direction != GONE for change in moved)
    blocks: list[Block] = []
    if moved:
        says = {rating.commitment: rating.qualifier for rating in new.ratings}
        rows = tuple(
            Row(
                heading=cell(
                    _place(change.commitment) if change.after else change.commitment,
                    f" {shorts.get(change.commitment, change.title)}",
                ),
                cells=(
                    _rating(change.before, "none on today’s scale", badges),
                    _rating(change.after, "not rated", badges),
                    cell(says.get(change.commitment) or styled("quiet", "nothing")),
                ),
            )
            for change in moved
        )
        head = ("Commitment", "Last report", "This report", "Its lead writes")
        sides = enumerate((changed.old, changed.new), start=1)
        columns = tuple(number for number, side in sides if side.illustrative)
        blocks.append(
            marked_columns(Table(title=_moves(moved, level), head=head, rows=rows, role="dense stack"), columns)
        )
    else:
        blocks.append(paragraph("No rating moved."))
    return blocks


def _rating(word: str, absent: str, badges: Mapping[str, Badge]) -> Cell:
    """Return a rating of either paper as it is shown, by its word."""
    if word in badges:
        return cell(badge_span(badges[word]))
    return cell(word or styled("quiet", absent))


def _moves(moved: Sequence[RatingChange], level: int) -> str:
    """Return how many ratings moved and which way: ``Three ratings moved, all for the better; twelve stayed``."""
    count = len(moved)
    ways = Counter(change.direction for change in moved)
    words = {BETTER: "for the better", WORSE: "for the worse", CHANGED: "neither for the better nor for the worse"}
    words |= {NEW: "newly rated", GONE: "no longer rated"}
    if len(ways) == 1:
        which = "all" if count > 2 else "both" if count == 2 else ""
        how = " ".join(filter(None, [which, words[moved[0].direction]]))
    else:
        how = listed([f"{number_word(ways[way])} {text}" for way, text in words.items() if ways[way]])
    return f"{capital(counted(count, 'rating'))} moved, {how}; {number_word(level)} stayed"


def _figures(changed: Changes, catalogue: Catalogue) -> list[Block]:
    figures = _same_change(changed.figures)
    if not figures:
        return []
    flags = [_illustrative(each[0]) for each in figures]
    columns = list(zip(*flags, strict=True))
    mixed = any(any(column) and not all(column) for column in columns)
    hatched = tuple(number for number, column in enumerate(columns, start=1) if all(column) and not mixed)
    synthetic: Synthetic = ALL if len(hatched) == len(columns) else SOME if hatched or mixed else ""
    return [
        Table(
            title=f"{capital(counted(len(figures), 'figure'))} of the last report changed",
            head=("Figure", "Last report", "This report", "Change", "Why"),
            rows=tuple(_figure(each, catalogue, mixed) for each in figures),
            synthetic=synthetic,
            illustrative=hatched if synthetic == SOME else (),
            role="dense stack",
        )
    ]


def _illustrative(change: FigureChange) -> tuple[bool, bool, bool]:
    """Return whether a figure was illustrative, whether it is, and whether their difference is."""
    before, after = change.before_illustrative, change.after_illustrative
    return before, after, before or after


def _same_change(figures: Iterable[FigureChange]) -> list[list[FigureChange]]:
    """Return the figures that are no longer what the last report had, each once with the changes of all its places.

    A figure of a new period stands beside those of the quarters before, on the first page or with its commitment.
    """
    gathered: dict[tuple[str, ...], list[FigureChange]] = {}
    for change in figures:
        if change.reason not in (NEW, GONE, NEW_PERIOD):
            periods = (change.before_period, change.after_period)
            key = (change.measure, change.breakdown, change.area, *periods, change.before, change.after)
            gathered.setdefault(key, []).append(change)
    return list(gathered.values())


def _figure(changes_of_figure: list[FigureChange], catalogue: Catalogue, marks: bool) -> Row:
    """Return the row of a figure; `marks` says whether its own cells are marked as illustrative."""
    change = changes_of_figure[0]
    why = change.reason + (f" (record {change.record})" if change.record else "")
    why += f", {change.after_period}"
    places = dict.fromkeys(each.place for each in changes_of_figure)
    before, after, difference = (marks and flag for flag in _illustrative(change))
    return Row(
        heading=cell(*joined(map(_place, places)), f" {_called(change, catalogue)}"),
        cells=(
            number_cell(change.before, synthetic=before),
            number_cell(change.after, synthetic=after),
            cell(change.words, synthetic=difference),
            cell(why),
        ),
    )


def _called(change: FigureChange, catalogue: Catalogue) -> str:
    """Return what a figure is called, with the short name of its measure in place of the whole one."""
    measure = catalogue.measures.get(change.measure)
    if measure and change.label.startswith(measure.title):
        return measure.short + change.label.removeprefix(measure.title)
    return change.label


def _milestones(changed: Changes) -> list[Block]:
    moved = [change for change in changed.milestones if change.what[0] != NEW]
    if not moved:
        return [paragraph("No milestone of the last report was met or given another date.")]
    rows = tuple(
        Row(
            heading=cell(_place(change.commitment), f" {change.title}"),
            cells=(
                cell("; ".join(change.what)),
                cell(change.before_due or "no date given"),
                cell(change.after_due or "no date given"),
            ),
        )
        for change in moved
    )
    title = f"{capital(counted(len(moved), 'milestone'))} {agreeing(len(moved), 'was', 'were')} met or changed"
    head = ("Milestone", "What happened", "Due, last report", "Due, this report")
    return [Table(title=title, head=head, rows=rows, role="dense stack")]


def _elements(changed: Changes) -> list[Block]:
    """Return what is new in the paper, and what is no longer in it: milestones, tables and appendices."""
    promised = Counter(change.commitment for change in changed.milestones if change.what[0] == NEW)
    blocks: list[Block] = []
    for state, words in ((NEW, "New in this paper:"), (GONE, "No longer in it:")):
        ids = [element.id for element in changed.elements if element.state == state]
        appendices = [name for name in ids if re.fullmatch(r"appendix \d+", name)]
        tables = Counter(name.partition(": ")[0] for name in ids if name.partition(": ")[0] not in appendices)
        parts: list[list[str | Span]] = []
        if state == NEW and promised:
            parts.append([counted(sum(promised.values()), "milestone"), *_under(promised)])
        if tables:
            parts.append([counted(sum(tables.values()), "table"), *_under(tables)])
        if appendices:
            noun = agreeing(len(appendices), "Appendix", "Appendices")
            numbers = [link(name.removeprefix("appendix "), name.replace(" ", "-")) for name in appendices]
            if state == GONE:
                numbers = [span.model_copy(update={"href": ""}) for span in numbers]
            parts.append([f"{noun} ", *listed_spans([span] for span in numbers)])
        if parts:
            blocks.append(paragraph(styled("strong", words), " ", *listed_spans(parts), "."))
    return blocks


def _under(places: Counter[str]) -> list[str | Span]:
    """Return of which commitments things are, and how many of each where there are several: `` (six of 1a)``."""
    several = len(places) > 1 and max(places.values()) > 1
    pieces: list[list[str | Span]] = [
        [f"{number_word(count)} of " if several else "", _place(name)] for name, count in places.items()
    ]
    return [" (" if several else " (of ", *listed_spans(pieces), ")"]


def _texts(changed: Changes) -> Block:
    """Return which updates were rewritten, and which are word for word what they were, which nobody may have read."""
    same = [[_place(element)] for element, _ in changed.same_texts]
    rewritten = sum(change.state == REWRITTEN for change in changed.texts)
    was = agreeing(rewritten, "was", "were")
    if not same:
        which = f"{share(rewritten, rewritten)} updates" if rewritten > 1 else counted(rewritten, "update")
        return paragraph(f"{capital(which)} {was} rewritten; none is word for word what it was in the last report.")
    verb, they = agreeing(len(same), "is", "are"), agreeing(len(same), "it was", "they were")
    return paragraph(
        f"{capital(counted(rewritten, 'update'))} {was} rewritten. ",
        *listed_spans(same),
        f" {verb} ",
        styled("strong", f"word for word what {they}"),
        " in the last report.",
    )


def _place(element: str) -> Span:
    """Return the name of an element, which leads to where it stands."""
    if element == HEADLINES:
        return link("at a glance", "at-a-glance")
    if element == DATA:
        return link(element, "partners-data")
    if element.startswith("appendix "):
        return link(element, element.replace(" ", "-"))
    return Span(text=element, href=f"#commitment-{element}", style="id")
