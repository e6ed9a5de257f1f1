"""What changed from one paper to another: ratings, figures, texts, milestones, and the elements of each.

The quarterly paper (its section on changes since the last report) and the command ``compare`` both use this module.
It is given the content of two papers (:mod:`priority_two.content.model`). It reads nothing else. If the older
paper shows ``2a: CNT01`` as 120 cards and the later paper as 114, there is one :class:`FigureChange` with the words
``down 6 (5.0%)``.

**Which figures belong together.** A figure is matched by its element. A figure that is left over is matched by its
series (place, measure, breakdown, area and partner) and its period, so that the quarter which was the paper's own
period last time is matched with one of the quarters before this time. In headlines and texts, a figure that is then
left over is matched with the only other one of its series that is left over. When the papers are of different periods
and both show a series in a table, a figure that came into the table or left it is no change, since every table moves on
with its period.

**Why a figure differs** is one of:

====================  ============================================================================================
new period            the figure of another period stands in its place
revision              same period; it was marked as provisional before, so it was allowed to change
correction            same period; it was not provisional, or a record of corrections changed it
withdrawn             there is no longer a value
supplied              there is a value where there was none
status                the value is the same, and its marks (provisional, revised, illustrative) are not
new, no longer shown  only one of the papers shows it
====================  ============================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from priority_two.blocks import ShownMilestone, ShownRating
from priority_two.content.model import TABLE, Content, ShownBreak, ShownFigure, ShownText
from priority_two.content.words import ADDED, REMOVED, TextPiece, word_changes, words_of
from priority_two.errors import WrongCall
from priority_two.measures.breaks import Break
from priority_two.measures.change import Change, compare, in_words
from priority_two.periods import Period, date_label, parse, parse_date, try_parse
from priority_two.reference.catalogue import SHARES

NEW, GONE = "new", "no longer shown"
NEW_PERIOD, REVISION, CORRECTION = "new period", "revision", "correction"
WITHDRAWN, SUPPLIED, STATUS = "withdrawn", "supplied", "status"
BETTER, WORSE, CHANGED, LEVEL = "better", "worse", "changed", "no change"
REWRITTEN = "rewritten"
_DECIMALS = re.compile(r"\d\.(\d+)", re.ASCII)
_DETAILS = ("qualifier", "reason", "action", "owner", "due")


@dataclass(frozen=True)
class Side:
    """One of the two papers; ``illustrative`` where any of its updates is an invented example."""

    kind: str
    title: str
    period: str
    as_at: str
    edition: str
    illustrative: bool


@dataclass(frozen=True)
class Detail:
    """A text beside a rating that changed: `name` is qualifier, reason, action, owner or due."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class RatingChange:
    """A rating that changed, or what stands beside it.

    ``before`` and ``after`` are the words, blank where there is no rating; ``direction`` is ``better``, ``worse``,
    ``changed`` (from or to a rating without a rank), ``no change``, ``new`` or ``no longer shown``.
    """

    commitment: str
    title: str
    before: str
    after: str
    direction: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class FigureChange:
    """A figure that is not what it was.

    Parameters
    ----------
    element, shown_in, label
        Where it stands, and what it is.
    measure, breakdown, area
        The same by the catalogue's codes.
    before_period, after_period
        The periods that it is for, as a reader says them; blank where only one paper shows it.
    before, after
        What is printed; blank where only one paper shows it.
    difference, percent
        The size: the later less the earlier, and that in per cent of the earlier (None where that is under 20, or a
        share); None where there is no comparison.
    words
        The size in words, or why there is none.
    reason
        Why it differs: see the module.
    record
        The record of corrections, or blank.
    before_illustrative, after_illustrative
        Whether it is an invented example.
    """

    element: str
    shown_in: str
    label: str
    measure: str
    breakdown: str
    area: str
    before_period: str
    after_period: str
    before: str
    after: str
    difference: Decimal | None
    percent: Decimal | None
    words: str
    reason: str
    record: str
    before_illustrative: bool
    after_illustrative: bool

    @property
    def place(self) -> str:
        """Where in the paper it stands: ``2a``, ``appendix 2``, ``headlines``, ``data``."""
        return self.element.partition(": ")[0]


@dataclass(frozen=True)
class TextChange:
    """A text that is not what it was: ``rewritten``, ``new`` or ``no longer shown``; and its words."""

    element: str
    title: str
    state: str
    pieces: tuple[TextPiece, ...]

    @property
    def removed(self) -> int:
        """How many words were removed."""
        return self._count(REMOVED)

    @property
    def added(self) -> int:
        """How many words were added."""
        return self._count(ADDED)

    def _count(self, op: str) -> int:
        return sum(word != "\n" for piece in self.pieces if piece.op == op for word in piece.words)


@dataclass(frozen=True)
class MilestoneChange:
    """A milestone that moved, was met, came or went: ``what`` says it in words; dates are as a reader says them."""

    commitment: str
    id: str
    title: str
    what: tuple[str, ...]
    before_due: str
    after_due: str
    met: str


@dataclass(frozen=True)
class ElementChange:
    """A commitment, an appendix or a table that only one of the papers has: ``new`` or ``no longer shown``."""

    id: str
    heading: str
    state: str


@dataclass(frozen=True)
class Changes:
    """What changed from one paper to another, in the order of the later paper.

    ``same_texts`` are the texts that are word for word the same, by element and title; ``same_figures`` is how many
    figures of a new period are what they were. Neither is a change.
    """

    old: Side
    new: Side
    ratings: tuple[RatingChange, ...]
    figures: tuple[FigureChange, ...]
    texts: tuple[TextChange, ...]
    milestones: tuple[MilestoneChange, ...]
    elements: tuple[ElementChange, ...]
    same_texts: tuple[tuple[str, str], ...] = ()
    same_figures: int = 0

    def __bool__(self) -> bool:
        return any((self.ratings, self.figures, self.texts, self.milestones, self.elements))


def changes(old: Content, new: Content) -> Changes:
    """Return what changed from one paper to another.

    Raises
    ------
    WrongCall
        The papers are of different kinds.
    """
    if old.kind != new.kind:
        raise WrongCall(f"compare: found {old.kind} and {new.kind}, expected two papers of one kind")
    figures, same_figures = _figures(old, new)
    return Changes(
        old=_side(old),
        new=_side(new),
        ratings=tuple(_ratings(old.ratings, new.ratings)),
        figures=tuple(figures),
        texts=tuple(_texts(old.texts, new.texts)),
        milestones=tuple(_milestones(old, new)),
        elements=tuple(_elements(old, new)),
        same_texts=tuple(
            (text.element, text.title)
            for text in new.texts
            if any(
                before.element == text.element and words_of(before.text) == words_of(text.text) for before in old.texts
            )
        ),
        same_figures=same_figures,
    )


def period_words(text: str) -> str:
    """Return a period as a reader says it."""
    period = try_parse(text)
    return period.label if period else text


def date_words(text: str) -> str:
    """Return a date or a month as a reader says it: ``31 May 2021``, ``May 2021``."""
    try:
        return date_label(parse_date(text))
    except ValueError:
        return period_words(text)


def _side(paper: Content) -> Side:
    illustrative = any(rated.basis == "illustrative" for rated in paper.ratings)
    return Side(paper.kind, paper.title, paper.period, paper.as_at, paper.edition, illustrative)


# Ratings


def _ratings(old: Sequence[ShownRating], new: Sequence[ShownRating]) -> Iterable[RatingChange]:
    before = {rating.commitment: rating for rating in old}
    for rating in new:
        was = before.pop(rating.commitment, None)
        if was is None:
            yield RatingChange(rating.commitment, rating.title, "", rating.word, NEW)
            continue
        texts = ((name, getattr(was, name), getattr(rating, name)) for name in _DETAILS)
        details = tuple(Detail(*text) for text in texts if text[1] != text[2])
        if details or was.rating != rating.rating:
            yield RatingChange(rating.commitment, rating.title, was.word, rating.word, _direction(was, rating), details)
    for rating in before.values():
        yield RatingChange(rating.commitment, rating.title, rating.word, "", GONE)


def _direction(was: ShownRating, now: ShownRating) -> str:
    if was.rating == now.rating:
        return LEVEL
    if was.rank is None or now.rank is None:
        return CHANGED
    if was.rank == now.rank:
        return LEVEL
    return BETTER if now.rank < was.rank else WORSE


# Figures


def _series(figure: ShownFigure) -> tuple[str, ...]:
    """Return what a figure is of, whatever the period: it has that in common with its neighbours in a table."""
    element = figure.element.removesuffix(f" {figure.period}")
    return (element, figure.measure, figure.breakdown, figure.area)


def _figures(old: Content, new: Content) -> tuple[list[FigureChange], int]:
    breaks = _breaks([*old.breaks, *new.breaks])
    pairs = _pairs(old, new)
    ids = [{element.id for element in side.elements} for side in (old, new)]
    unshared = ids[0] ^ ids[1]  # a table that only one paper has is one change: its figures are not listed too
    figure_changes, same = [], 0
    for before, after in pairs:
        change = _figure(before, after, breaks)
        if change and not (change.reason in (NEW, GONE) and unshared & _within(before or after)):
            figure_changes.append(change)
        elif before and after and before.period != after.period:
            same += 1
    return figure_changes, same


def _within(figure: ShownFigure | None) -> set[str]:
    """Return the elements of which a figure is part."""
    return {figure.place, f"{figure.place}: {figure.measure}", f"measure {figure.measure}"} if figure else set()


def _pairs(old: Content, new: Content) -> list[tuple[ShownFigure | None, ShownFigure | None]]:
    """Return the figures of two papers side by side, in the order of the later one; see the module."""
    before = {figure.element: figure for figure in old.figures}
    after = {figure.element: figure for figure in new.figures}
    by_period = [{(_series(figure), figure.period): figure for figure in side.figures} for side in (old, new)]
    of_series = [{_series(figure) for figure in side.figures} for side in (old, new)]
    left = [figure for figure in old.figures if figure.element not in after]
    right = [figure for figure in new.figures if figure.element not in before]
    alone = _alone(left, by_period[1]), _alone(right, by_period[0])
    lone = {alone[1][series].element: alone[0][series] for series in alone[0].keys() & alone[1].keys()}
    moved = old.period != new.period
    pairs: list[tuple[ShownFigure | None, ShownFigure | None]] = []
    for figure in new.figures:
        there = (
            before.get(figure.element) or by_period[0].get((_series(figure), figure.period)) or lone.get(figure.element)
        )
        if there or not (moved and _series(figure) in of_series[0]):
            pairs.append((there, figure))
    matched = {figure.element for figure, _ in pairs if figure}
    for figure in left:
        again = by_period[1].get((_series(figure), figure.period))
        if figure.element not in matched and (again or not (moved and _series(figure) in of_series[1])):
            pairs.append((figure, again))
    return pairs


def _alone(
    figures: Iterable[ShownFigure], others: dict[tuple[tuple[str, ...], str], ShownFigure]
) -> dict[tuple[str, ...], ShownFigure]:
    """Return by series, for headlines and texts, a figure that is the only one of its series without a match."""
    by_series: dict[tuple[str, ...], list[ShownFigure]] = {}
    for figure in figures:
        if figure.shown_in != TABLE and (_series(figure), figure.period) not in others:
            by_series.setdefault(_series(figure), []).append(figure)
    return {series: figures[0] for series, figures in by_series.items() if len(figures) == 1}


def _figure(before: ShownFigure | None, after: ShownFigure | None, breaks: Sequence[Break]) -> FigureChange | None:
    figure = after or before
    if figure is None:
        return None
    reason = GONE if after is None else NEW if before is None else _reason(before, after)
    if not reason:
        return None
    size, words = Change(None, None, ""), "no comparison"
    if before and after:
        size = compare(_comparable(after), _comparable(before), breaks if reason == NEW_PERIOD else (), unit=after.unit)
        if size.difference is not None:
            words = in_words(size, after.unit)
        elif size.reason.startswith("break in series"):
            words = f"no comparison: {size.reason}"
    return FigureChange(
        element=figure.element,
        shown_in=figure.shown_in,
        label=figure.label,
        measure=figure.measure,
        breakdown=figure.breakdown,
        area=figure.area,
        before_period=period_words(before.period) if before else "",
        after_period=period_words(after.period) if after else "",
        before=before.text if before else "",
        after=after.text if after else "",
        difference=size.difference,
        percent=size.percent,
        words=words,
        reason=reason,
        record=figure.record if reason == CORRECTION else "",
        before_illustrative=before is not None and before.synthetic,
        after_illustrative=after is not None and after.synthetic,
    )


@dataclass(frozen=True)
class _Comparable:
    """What a paper shows of a figure, so that it can be compared."""

    measure: str
    period: Period
    value: Decimal | None
    exact: Fraction | None
    places: int
    reason: str = "no figure"

    @property
    def window(self) -> Period:
        return self.period


def _comparable(figure: ShownFigure) -> _Comparable:
    never = "1900-01"  # a period that cannot be read has no break before it
    exact = None if figure.number is None else Fraction(figure.unrounded or figure.value)
    printed = _DECIMALS.search(figure.text) if figure.unit in SHARES else None
    places = len(printed[1]) if printed else 0
    return _Comparable(figure.measure, try_parse(figure.period) or parse(never), figure.number, exact, places)


def _reason(before: ShownFigure, after: ShownFigure) -> str:
    """Return why a figure differs, or nothing where it does not."""
    if before.period != after.period:
        none = before.number is None and before.text == after.text
        return "" if none or (before.number is not None and before.number == after.number) else NEW_PERIOD
    if before.number == after.number:
        sides = [(each.text if each.number is None else each.status, each.synthetic) for each in (before, after)]
        return "" if sides[0] == sides[1] else STATUS
    if after.number is None:
        return WITHDRAWN
    if before.number is None:
        return SUPPLIED
    if after.record and after.record != before.record:
        return CORRECTION
    return REVISION if "p" in before.status else CORRECTION


def _breaks(shown_breaks: Iterable[ShownBreak]) -> list[Break]:
    known = {(shown.measure, shown.first, shown.title) for shown in shown_breaks if try_parse(shown.first)}
    return [Break(measure=measure, first=parse(first), title=title) for measure, first, title in sorted(known)]


# Texts


def _texts(old: Sequence[ShownText], new: Sequence[ShownText]) -> Iterable[TextChange]:
    before = {text.element: text for text in old}
    for text in new:
        was = before.pop(text.element, None)
        if was is None:
            yield TextChange(text.element, text.title, NEW, word_changes("", text.text))
        elif words_of(was.text) != words_of(text.text):
            yield TextChange(text.element, text.title, REWRITTEN, word_changes(was.text, text.text))
    for text in before.values():
        yield TextChange(text.element, text.title, GONE, word_changes(text.text, ""))


# Milestones


def _milestones(old: Content, new: Content) -> Iterable[MilestoneChange]:
    before = {(milestone.commitment, milestone.id): milestone for milestone in old.milestones}
    for milestone in new.milestones:
        was = before.pop((milestone.commitment, milestone.id), None)
        met = [_met(milestone)] if milestone.met else []
        if what := [NEW, *met] if was is None else _moves(was, milestone, old.as_at, new.as_at):
            yield _milestone(milestone, what, was.due if was else "", milestone.due)
    for milestone in before.values():
        if not milestone.met or old.period == new.period:  # a later period does not repeat what is done
            yield _milestone(milestone, [GONE], milestone.due, "")


def _milestone(milestone: ShownMilestone, what: Sequence[str], before_due: str, after_due: str) -> MilestoneChange:
    due = date_words(before_due), date_words(after_due)
    return MilestoneChange(milestone.commitment, milestone.id, milestone.title, tuple(what), *due, _met(milestone))


def _moves(was: ShownMilestone, now: ShownMilestone, then: str, today: str) -> list[str]:
    """Return in words what became of a milestone."""
    moves = []
    if was.title != now.title:
        moves.append(f"called otherwise; it was: {was.title}")
    if was.met != now.met:
        moves.append(_met(now) if now.met else f"no longer met; it was {_met(was)}")
    if was.due != now.due:
        if not was.due or not now.due:
            moves.append("a date given" if now.due else "its date taken out")
        elif now.met or _end(was.due) == _end(now.due):  # what is done is not moved any more
            moves.append("due date restated")
        else:
            moves.append("put back" if _end(now.due) > _end(was.due) else "brought forward")
    late = [
        bool(milestone.due) and not milestone.met and _end(milestone.due) < day
        for milestone, day in ((was, then), (now, today))
    ]
    if late == [False, True]:
        moves.append("now overdue")
    return moves


def _met(milestone: ShownMilestone) -> str:
    if not milestone.met:
        return ""
    return "met, date not given" if milestone.met == "undated" else f"met {date_words(milestone.met)}"


def _end(text: str) -> str:
    """Return the last day that a date or a month can mean."""
    period = try_parse(text)
    return period.end.isoformat() if period else text


# Elements


def _elements(old: Content, new: Content) -> Iterable[ElementChange]:
    before, after = {element.id for element in old.elements}, {element.id for element in new.elements}
    yield from (ElementChange(element.id, element.heading, NEW) for element in new.elements if element.id not in before)
    yield from (ElementChange(element.id, element.heading, GONE) for element in old.elements if element.id not in after)
