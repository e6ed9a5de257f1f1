"""How charts look: one typeface, one palette, and how wide text is.

The palette and the limit of four categories are those of the Government Analysis Function's guidance on colour in
charts. Text is drawn as outlines of the font that the package brings, so a chart needs no font of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from fontTools.ttLib import TTFont

from priority_two.typeface import font_file

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25")
SIZE = 12.0
"""How large text is in a chart and on paper, in points."""
LEADING = 14.0
"""How far apart the lines of a label are, in points (72 to the inch)."""
PAGE_WIDTH = 176 / 25.4 * 72
"""How wide the text of a page is, in points: A4 less its margins in ``pages.css``."""
WIDTH = PAGE_WIDTH
"""How wide a chart is: as wide as a page, so that its text is printed at its own size."""
INK, QUIET, RULE = "#0B0C0C", "#505A5F", "#B1B4B6"
_BETWEEN = 27.0
"""From a mark of a key to its label and from that to the next mark, in points, with a little to spare."""


@cache
def advances(face: str = "regular") -> dict[int, float]:
    """Return how far each character of a face moves on, in ems, by its code point."""
    with TTFont(font_file(face)) as font:
        em, wide = font["head"].unitsPerEm, font["hmtx"]
        return {code: wide[glyph][0] / em for code, glyph in font.getBestCmap().items()}


@lru_cache(4096)
def ems(text: str, face: str = "regular") -> float:
    """Return how wide a line of text is, in ems; a character that the face lacks counts as one em.

    The tables of a paper say the same words over and over: each is measured once.
    """
    known = advances(face)
    return sum(known.get(ord(character), 1.0) for character in text)


def text_width(text: str, face: str = "regular") -> float:
    """Return how wide a text is drawn, in points: its widest line."""
    return SIZE * max(ems(line, face) for line in text.split("\n"))


def key_columns(labels: Iterable[str], mark: float, room: float) -> int:
    """Return in how many columns the entries of a chart's key have room beside each other.

    Parameters
    ----------
    labels
        What the entries say; none makes a column all the same.
    mark
        How wide the mark before a label is, in points.
    room
        How wide the chart is, in points.
    """
    entries = [text_width(label) + mark + _BETWEEN for label in labels]
    return max(1, min(len(entries), int(room // max(entries, default=room))))


def known_characters(text: str) -> str:
    """Return a text with a question mark for each character that the font lacks."""
    known = advances()
    return "".join(character if ord(character) in known else "?" for character in text)


def wrapped(words: Sequence[str], room: float, size: float = SIZE) -> list[str]:
    """Return words in lines that are as full as they can be; a word wider than a line has a line of its own.

    Parameters
    ----------
    words
        The words.
    room, size
        How wide a line may be, and how large the text is, in points.
    """
    lines: list[str] = []
    for word in words:
        if lines and size * ems(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def drawable(label: str, room: float, lines: int = 3, size: float = SIZE) -> str:
    """Return a label as a chart can hold it: in lines that fit, not too many, and in characters of the font.

    The table beneath the chart has the label whole.

    Parameters
    ----------
    label
        The label.
    room, size
        How wide a line may be, and how large the text is, in points.
    lines
        How many lines there may be. Where that is too few, the last ends in an ellipsis.
    """
    pieces = [piece for word in known_characters(label).split() for piece in _pieces(word, room, size)]
    shown = wrapped(pieces, room, size)
    if len(shown) > lines:
        shown = [*shown[: lines - 1], _ended(shown[lines - 1], room, size)]
    return "\n".join(shown)


def line(text: str, room: float, size: float = SIZE) -> str:
    """Return a text that fits a line: whole, or its beginning with an ellipsis. Lengths are in points."""
    return text if size * ems(text) <= room else _ended(text, room, size)


def _ended(text: str, room: float, size: float) -> str:
    while text and size * ems(f"{text} …") > room:
        text = text[:-1].rstrip()
    return f"{text} …".strip()


def _pieces(word: str, room: float, size: float) -> Iterator[str]:
    """Yield a word whole, or where it is wider than a line, in pieces that are not."""
    while size * ems(word) > room and len(word) > 1:
        end = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or size * ems(word[:n]) <= room)
        yield word[:end]
        word = word[end:]
    yield word
