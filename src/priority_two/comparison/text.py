"""What changed from one paper to another, as text for a terminal and as JSON.

The JSON is::

    {"schema": "priority-two/changes/1",
     "old": {"kind", "title", "period", "as_at", "edition", "illustrative"}, "new": the same,
     "ratings": [{"commitment", "title", "before", "after", "direction", "details": [{"name", "before", "after"}]}],
     "figures": [{"element", "shown_in", "label", "measure", "breakdown", "area", "before_period", "after_period",
                  "before", "after", "difference", "percent", "said", "reason", "record", "before_illustrative",
                  "after_illustrative"}],
     "texts": [{"element", "title", "state", "pieces": [{"op", "text"}]}],
     "milestones": [{"commitment", "id", "title", "what", "before_due", "after_due", "met"}],
     "elements": [{"id", "heading", "state"}],
     "same_texts": [{"element", "title"}], "same_figures": 0}

``difference`` and ``percent`` are exact numbers as text, or null. ``said`` is the difference in words. The module
:mod:`priority_two.content.diff` explains the other values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from priority_two.content.diff import REWRITTEN, Changes, FigureChange, Side, TextChange, date_words
from priority_two.content.words import ADDED, REMOVED, UNCHANGED, TextPiece, text_of
from priority_two.files.json_text import json_bytes
from priority_two.periods import plural

SCHEMA = "priority-two/changes/1"
CONTEXT = 6
"""How many unchanged words stand on each side of a change in the text."""


def as_text(changes: Changes) -> str:
    """Return changes as text, a section each for ratings, figures, updates, milestones and elements."""
    lines = [f"Old: {_side(changes.old)}", f"New: {_side(changes.new)}"]
    if not changes:
        return "\n".join([*lines, "", "No differences.", ""])
    for title, body in (
        ("Ratings", _rating_lines(changes)),
        ("Figures", _figure_lines(changes)),
        ("Updates", _text_lines(changes)),
        ("Milestones", _milestone_lines(changes)),
        ("Elements", [f"{element.id} {element.heading}: {element.state}" for element in changes.elements]),
    ):
        lines += ["", title, *(f"  {line}" for line in body or ["No differences."])]
    return "\n".join(lines) + "\n"


def _side(side: Side) -> str:
    invented = "; some of what was written for it is illustrative" if side.illustrative else ""
    return f"{side.title}, {side.edition} edition, as at {date_words(side.as_at)}{invented}"


def _rating_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.ratings:
        words = _from_to(change.before, change.after, "not rated")
        lines.append(f"{change.commitment} {change.title}: {words} ({change.direction})")
        lines += [f"    {each.name}: {_quoted(each.before)} to {_quoted(each.after)}" for each in change.details]
    return lines


def _from_to(before: str, after: str, nothing: str) -> str:
    return before if before == after else f"{before or nothing} to {after or nothing}"


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "nothing"


def _figure_lines(changes: Changes) -> list[str]:
    lines = [f"{change.element} {change.label}: {_figure(change)}" for change in changes.figures]
    if changes.same_figures:
        lines.append(f"{plural(changes.same_figures, 'figure')} of a new period as before")
    return lines


def _figure(change: FigureChange) -> str:
    sides = (
        (change.before, change.before_period, change.before_illustrative),
        (change.after, change.after_period, change.after_illustrative),
    )
    shown = [f"{text} ({period}{', illustrative' if invented else ''})" for text, period, invented in sides if period]
    reason = f"{change.reason} (record {change.record})" if change.record else change.reason
    return f"{' to '.join(shown)}, {change.words}: {reason}" if len(shown) == 2 else f"{shown[0]}: {reason}"


def _text_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.texts:
        lines.append(f"{change.element} {change.title}: {_extent(change)}")
        if change.state == REWRITTEN:
            lines += [f"    {line}" for line in _marked(change.pieces).split("\n") if line.strip()]
    if changes.same_texts:
        lines.append(f"word for word the same: {', '.join(element for element, _ in changes.same_texts)}")
    return lines


def _extent(change: TextChange) -> str:
    return f"{change.state}, {plural(change.removed, 'word')} removed, {plural(change.added, 'word')} added"


def _marked(pieces: Iterable[TextPiece]) -> str:
    marks = {REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
    shown = []
    for piece in _shortened(list(pieces)):
        before, after = marks.get(piece.op, ("", ""))
        shown.append(f"{before}{text_of(piece.words)}{after}")
    return "\n".join(line.strip() for line in " ".join(shown).split("\n"))


def _shortened(pieces: list[TextPiece]) -> Iterator[TextPiece]:
    """Yield the pieces with only those unchanged words that show where a change stands."""
    for place, piece in enumerate(pieces):
        before = () if place == 0 else piece.words[:CONTEXT]
        after = () if place == len(pieces) - 1 else piece.words[-CONTEXT:]
        if piece.op != UNCHANGED or len(piece.words) <= len(before) + len(after):
            yield piece
        else:
            yield TextPiece(UNCHANGED, (*before, "...", *after))


def _milestone_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.milestones:
        due = _from_to(change.before_due, change.after_due, "no date") or "no date"
        lines.append(f"{change.commitment} {change.title}: {'; '.join(change.what)} (due {due})")
    return lines


def as_json(changes: Changes) -> bytes:
    """Return changes as JSON; see the module for what it holds."""
    data = asdict(changes)
    exact = ("difference", "percent")
    # A field may be renamed in the code; what programs read as JSON keeps its keys.
    data["figures"] = [
        {
            {"words": "said"}.get(key, key): f"{value:f}" if key in exact and value is not None else value
            for key, value in figure.items()
        }
        for figure in data["figures"]
    ]
    for text in data["texts"]:
        text["pieces"] = [{"op": piece["op"], "text": text_of(piece["words"])} for piece in text["pieces"]]
    data["same_texts"] = [{"element": element, "title": title} for element, title in changes.same_texts]
    return json_bytes({"schema": SCHEMA, **data})
