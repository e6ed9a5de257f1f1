"""What changed since the last report, in short: the two papers as data, compared, without the wording itself.

The command ``priority-two compare`` shows every word; the paper says which updates were rewritten and which are word
for word what they were, since an update that nobody touched may be one that nobody read. What partners' figures did is
no part of it: the section on their data shows that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from priority_two.blocks import Block, Row, Span, Table, cell, joined, link, number_cell, paragraph, styled
from priority_two.content.diff import GONE, LEVEL, NEW, NEW_PERIOD, REWRITTEN, Changes, FigureChange
from priority_two.content.diff import changes as changes_between
from priority_two.content.model import TABLE, Content
from priority_two.content.walk import HEADLINES, content
from priority_two.errors import Refused
from priority_two.periods import date_label
from priority_two.report.material import Material
from priority_two.report.metadata import metadata
from priority_two.report.paper import Paper

COMPARED = ("at_a_glance", "commitments", "appendices")
"""The sections that hold what was written."""

_EVERY_TIME = "qualifier"  # is written anew each time, and says little by having been


def changes(paper: Paper) -> list[Block]:
    """Return what changed since the last report: ratings, figures, milestones, updates, and what there is at all."""
    last = paper.material.last
    if not last:
        return [paragraph("No earlier quarter has updates: there is no last report to compare this one with.")]
    blocks: list[Block] = [_last_report(last)]
    try:
        old = written_content(type(paper)(paper.kind, last, [], paper.inputs))
    except Refused:  # a figure that its texts are bound to has gone since
        text = "It can no longer be told: a figure that its updates use is not there any more."
        return [*blocks, paragraph(text, role="notice")]
    return blocks + in_short(old, written_content(paper))


def written_content(paper: Paper) -> Content:
    """Return what was written for a paper, as data: headlines, ratings, updates and appendices.

    Raises
    ------
    Refused
        A figure that its texts are bound to is not there.
    """
    return content(metadata(paper), [paper.section(name) for name in COMPARED])


def in_short(old: Content, new: Content) -> list[Block]:
    """Return what changed from one paper to another, as blocks."""
    changed = changes_between(old, new)
    return [
        *_ratings(changed, len(new.ratings)),
        *_figures(changed),
        *_milestones(changed),
        _texts(changed),
        *_elements(changed),
    ]


def _last_report(last: Material) -> Block:
    bases = {document.front.basis for document in last.updates.values()}
    known = f"with what was known on {date_label(last.as_at)}, told again from the data."
    line: list[str | Span] = [f"The last report is taken to be that on {last.quarter.label} {known}"]
    if "illustrative" in bases:
        which = "Its" if bases == {"illustrative"} else "Some of its"
        line += [" ", styled("illustrative", f"{which} updates are illustrative.")]
    return paragraph(*line)


def _ratings(changed: Changes, count: int) -> list[Block]:
    moved = [change for change in changed.ratings if change.direction != LEVEL]
    level = count - sum(change.direction != GONE for change in moved)
    beside: list[list[str | Span]] = [
        [_place(change.commitment), f" ({', '.join(names)})"]
        for change in changed.ratings
        if change.direction == LEVEL
        and (names := [detail.name for detail in change.details if detail.name != _EVERY_TIME])
    ]
    line: list[str | Span] = [f"{'The other ratings' if moved else 'All ratings'} ({level}) stayed where they were."]
    if beside:
        line += [" Beside them something else changed on ", *_with_commas(beside), "."]
    blocks: list[Block] = []
    if moved:
        rows = tuple(
            Row(
                heading=cell(
                    link(change.commitment, f"commitment-{change.commitment}") if change.after else change.commitment,
                    f" {change.title}",
                ),
                cells=(
                    cell(change.before or "none on today’s scale"),
                    cell(change.after or "not rated"),
                    cell(change.direction),
                ),
            )
            for change in moved
        )
        head = ("Commitment", "Last report", "This report", "Direction")
        blocks.append(Table(title="Ratings that moved", head=head, rows=rows))
    return [*blocks, paragraph(*line)]


def _figures(changed: Changes) -> list[Block]:
    rows = tuple(_figure(each) for each in _same_change(changed.figures))
    in_words = [change for change in changed.figures if change.shown_in != TABLE]
    new, gone = (sum(change.reason == reason for change in in_words) for reason in (NEW, GONE))
    line = "" if rows else "No figure of the headlines and updates changed. "
    line += f"Figures shown for the first time, besides those of new tables: {new}. No longer shown: {gone}. "
    head = ("Figure", "Last report", "This report", "Change", "Why", "Shown in")
    title = "Headlines and figures of updates that changed"
    return [
        *([Table(title=title, head=head, rows=rows)] if rows else []),
        paragraph(f"{line}What partners revised stands under ", link("Partners’ data", "partners-data"), "."),
    ]


def _same_change(figures: Iterable[FigureChange]) -> list[list[FigureChange]]:
    """Return the figures that the section lists, each once with the changes of all its places."""
    listed: dict[tuple[str, ...], list[FigureChange]] = {}
    for change in figures:
        if (change.shown_in != TABLE or change.reason != NEW_PERIOD) and change.reason not in (NEW, GONE):
            periods = (change.before_period, change.after_period)
            key = (change.measure, change.breakdown, change.area, *periods, change.before, change.after)
            listed.setdefault(key, []).append(change)
    return list(listed.values())


def _figure(changes_of_figure: list[FigureChange]) -> Row:
    change = changes_of_figure[0]
    why = change.reason + (f" (record {change.record})" if change.record else "")
    why += "" if change.reason == NEW_PERIOD else f", {change.after_period}"
    places = dict.fromkeys(each.place for each in changes_of_figure)
    return Row(
        heading=cell(change.label),
        cells=(
            number_cell(change.before, synthetic=change.before_illustrative),
            number_cell(change.after, synthetic=change.after_illustrative),
            cell(change.words),
            cell(why),
            cell(*joined(map(_place, places))),
        ),
    )


def _milestones(changed: Changes) -> list[Block]:
    moved = [change for change in changed.milestones if change.what[0] != NEW]
    promised = Counter(change.commitment for change in changed.milestones if change.what[0] == NEW)
    blocks: list[Block] = []
    if moved:
        rows = tuple(
            Row(
                heading=cell(link(change.commitment, f"commitment-{change.commitment}"), f" {change.title}"),
                cells=(
                    cell("; ".join(change.what)),
                    cell(change.before_due or "no date given"),
                    cell(change.after_due or "no date given"),
                ),
            )
            for change in moved
        )
        head = ("Milestone", "What happened", "Due by the last report", "Due by this report")
        blocks.append(Table(title="Milestones that were met or moved", head=head, rows=rows))
    else:
        blocks.append(paragraph("No milestone of the last report was met or moved."))
    if promised:
        counts: list[list[str | Span]] = [[f"{count} of ", _place(name)] for name, count in promised.items()]
        blocks.append(paragraph("Milestones that the last report did not have: ", *_with_commas(counts), "."))
    return blocks


def _texts(changed: Changes) -> Block:
    same = [_place(element) for element, _ in changed.same_texts]
    rewritten = [_place(change.element) for change in changed.texts if change.state == REWRITTEN]
    line: list[str | Span] = ["No update is word for word the same as in the last report."]
    if same:
        line = [
            styled("strong", "Updates that are word for word the same as in the last report:"),
            " ",
            *joined(same),
            ".",
        ]
    return paragraph(*line, " Rewritten: ", *(joined(rewritten) or ["none"]), ".")


def _elements(changed: Changes) -> list[Block]:
    blocks: list[Block] = []
    for state, elements in groupby(sorted(changed.elements, key=lambda each: each.state), lambda each: each.state):
        which = "that are new" if state == NEW else "that are no longer there"
        headings = dict.fromkeys(element.heading for element in elements)
        blocks.append(paragraph(f"Appendices and tables {which}: {'; '.join(headings)}."))
    return blocks


def _with_commas(pieces: list[list[str | Span]]) -> list[str | Span]:
    return [part for number, piece in enumerate(pieces) for part in ([", "] if number else []) + piece]


def _place(element: str) -> Span:
    """Return the name of an element, which leads to where it stands."""
    if element == HEADLINES:
        return link("at a glance", "at-a-glance")
    if element.startswith("appendix "):
        return link(element, element.replace(" ", "-"))
    return link(element, f"commitment-{element}")
