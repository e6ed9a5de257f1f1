"""How wide the columns of a table are, worked out from what stands in them, so that no table is wider than a page.

A browser, and WeasyPrint with it, makes a column as wide as its longest word. One unbroken address then pushes the
other columns off the page, and what is off the page is lost. So each column has its share beforehand. Where words are
too long for the page, the longest break first; figures break last, since half a figure is another figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from operator import add

from priority_two.blocks import Cell, Table
from priority_two.charts.charts import drawn_width
from priority_two.charts.style import PAGE_WIDTH, SIZE, ems

PAGE = PAGE_WIDTH / SIZE
"""How wide the text of a page is, in ems."""
BETWEEN = 0.6
"""What stands between two columns, in ems, and a little, so that a word that just fits is not broken."""
AFTER_FIGURES = 0.8
"""What stands besides before a column of words that follows a column of figures: they meet without it."""
COMFORT = 13.0
"""How wide a column of prose is at least, in ems, in a table that scrolls."""
NARROW = 18.0
"""How wide the text is on the narrowest screen, 320 px, in ems."""
FITS, SPLIT, STACK, SCROLLS = "fits", "split", "stack", "scrolls"
"""What becomes of a table on a phone: it fits as it is; the name of each row stands on a line of its own above its
cells; each cell stands on a line of its own with the heading of its column; or it scrolls in its own window."""
MOST_SPLIT, MOST_STACKED = 6, 8
"""How many columns beside the first there are at most in a table that is split, and in one that is stacked."""
LINES = 2.5
"""Over how many lines a cell may go at most, about, in a table that is split."""
LONGEST = 12.0
"""How wide a word may be, in ems, that is not to break; what is wider, such as an address, is no word but a text."""
MOST_OF_FIRST = 0.4
"""How much of a table of columns that are alike its first column takes at most."""
LEAST_OF_FIRST = 0.18
"""How much of a table of narrow columns its first column takes at least."""
AFTER_DRAWING = 0.9
"""What stands behind a small drawing, in ems: it has no room about it of its own."""
FLAG = 1.5
"""How much room shorthand behind the numbers of the last column has, in ems; behind others it lies over the gap."""
_ROLES = {SPLIT: SPLIT, STACK: STACK, SCROLLS: SCROLLS, "small": FITS}
_SHAPE, _EDGE = 1.25, 0.8
_PIECES = re.compile(r"[^\S\xa0]+|(?<=[-/–])(?=[^\W\d])")
_FIGURE = re.compile(r"\W*\d[\d.,:/–-]*\D{0,4}")  # with a sign before it or a unit after it; a code is a word


@dataclass(frozen=True)
class Column:
    """What a column holds, in ems.

    Parameters
    ----------
    word
        How wide its longest word is that is not to break.
    line
        How wide its longest cell is on one line; not less than its longest word.
    text
        How long its cells are on average.
    figure
        How wide its longest figure is, which is not to break; nought where there is none.
    cell
        How wide its longest cell is on one line, but for its heading.
    """

    word: float
    line: float
    text: float
    figure: float = 0.0
    cell: float = 0.0


@dataclass(frozen=True)
class Layout:
    """How the columns of a table stand, and what becomes of them on a phone.

    Parameters
    ----------
    shares
        How wide each column is, in per cent of the table.
    narrow
        The same on a phone, where the table keeps its columns; of one that is split, without the first.
    least
        How wide the table is at least where it scrolls, in ems.
    fold
        :data:`FITS`, :data:`SPLIT`, :data:`STACK` or :data:`SCROLLS`.
    wide
        Which columns hold prose, and have the width of a phone to themselves where the table is stacked.
    flagged
        Whether shorthand hangs out of its last column, which leaves room for it.
    """

    shares: list[float]
    narrow: list[float]
    least: float
    fold: str
    wide: list[bool]
    flagged: bool


def widths(columns: Sequence[Column], room: float = PAGE) -> list[float]:
    """Return how wide each column is, so that together they fill the room.

    A column is as wide as its longest word, or wider, and no wider than its longest line while another wraps. Between
    the two its width goes with the square root of its text: what is divided so has the fewest lines in all, since the
    lines of a column are its text over its width.

    Where there is no room for all the longest words, the widest give way first, down to what their figures need.

    Parameters
    ----------
    columns
        What the columns hold.
    room
        How wide the table is, in ems.
    """
    lines = [column.line for column in columns]
    if sum(lines) <= room:
        return [line * room / sum(lines) for line in lines]
    least = [column.word for column in columns]
    if sum(least) > room:
        figures = [column.figure for column in columns]
        if sum(figures) > room:
            return [figure * room / sum(figures) for figure in figures]
        return _level(lambda level: [max(column.figure, min(column.word, level)) for column in columns], room)
    return _level(
        lambda level: [max(column.word, min(column.line, level * sqrt(column.text))) for column in columns], room
    )


def even(columns: Sequence[Column], room: float = PAGE) -> list[float]:
    """Return the widths of a table whose columns are alike: the first as its text asks, all the others the same.

    Parameters are those of :func:`widths`.
    """
    first = min(columns[0].line, MOST_OF_FIRST * room)
    return [first, *[(room - first) / (len(columns) - 1)] * (len(columns) - 1)]


def narrow(columns: Sequence[Column], room: float = PAGE) -> list[float]:
    """Return the widths of a table of which the first column has all the room that the others can spare.

    The others wrap their headings but no cell. Where they leave too little, the widths are those of any table.
    Parameters are those of :func:`widths`.
    """
    others = [max(column.word, column.cell) for column in columns[1:]]
    rest = room - sum(others)
    return [rest, *others] if rest >= max(columns[0].word, LEAST_OF_FIRST * room) else widths(columns, room)


def _of_role(role: Sequence[str], columns: Sequence[Column]) -> list[float]:
    return even(columns) if "even" in role else narrow(columns) if "narrow" in role else widths(columns)


def _level(widths_at: Callable[[float], list[float]], room: float) -> list[float]:
    """Return the widths at the level at which they fill the room; they grow with the level."""
    low, high = 0.0, 1000.0 * room
    for _ in range(60):  # each halves the interval
        level = (low + high) / 2
        low, high = (level, high) if sum(widths_at(level)) <= room else (low, level)
    return widths_at(low)


def layout(table: Table) -> Layout:
    """Return how the columns of a table stand on a page, and what becomes of them on a phone."""
    figures = [False, *(not cell.words for cell in table.rows[0].cells)]
    whole = list(zip(*([row.heading, *row.cells] for row in table.rows), strict=True))
    columns = [
        _column(head, cells, is_figures, AFTER_FIGURES if after_figures and not is_figures else 0.0)
        for head, cells, is_figures, after_figures in zip(table.head, whole, figures, [False, *figures], strict=False)
    ]
    flagged = any(span.style == "flag" for cell in whole[-1] for span in cell.spans)
    if flagged:
        last = columns[-1]
        columns[-1] = replace(last, **{name: getattr(last, name) + FLAG for name in ("word", "line", "figure", "cell")})
    shares = [width / PAGE for width in _of_role(table.role.split(), columns)]
    comfortable = sum(max(column.word, min(column.line, COMFORT)) for column in columns)
    whole_words = max(column.word / share for column, share in zip(columns, shares, strict=True))
    fold = _fold(columns, table.role.split())
    on_phone = columns[1:] if fold == SPLIT else columns
    return Layout(
        shares=[100 * share for share in shares],
        narrow=[100 * width / NARROW for width in widths(on_phone, NARROW)],
        least=min(PAGE, max(comfortable, whole_words)),
        fold=fold,
        wide=[column.line > NARROW for column in columns],
        flagged=flagged,
    )


def _fold(columns: Sequence[Column], roles: Sequence[str]) -> str:
    """Return how the columns of a table fold on a phone: as its role says, and else as their words have room."""
    asked = next((fold for role, fold in _ROLES.items() if role in roles), "")
    _, *beside = columns
    room = sum(column.word for column in beside) <= NARROW or "matrix" in roles
    if asked:
        return asked if asked != SPLIT or room else STACK
    if sum(column.word for column in columns) <= NARROW:
        return FITS
    lines = zip(beside, widths(beside, NARROW), strict=True)
    if room and len(beside) <= MOST_SPLIT and all(column.line <= LINES * width for column, width in lines):
        return SPLIT
    return STACK if len(beside) <= MOST_STACKED else SCROLLS


def _column(head: str, cells: Sequence[Cell], is_figures: bool, before: float) -> Column:
    texts = [" ".join(text.replace("\xa0", "\0").split()).replace("\0", "\xa0") for text in (head, *map(_shown, cells))]
    drawn = max((drawn_width(cell.chart.svg) / SIZE + AFTER_DRAWING for cell in cells if cell.chart), default=0.0)
    beside = [before + BETWEEN, *(before + BETWEEN + _beside(cell) for cell in cells)]
    words = [max(_wide(word) for word in _PIECES.split(text)) for text in texts]
    lines = [_wide(text) for text in texts]
    figures = [_wide(word) for text in texts if is_figures for word in text.split() if _FIGURE.fullmatch(word)]
    return Column(
        word=max(drawn, *map(add, (min(word, LONGEST) for word in words), beside)),
        line=max(drawn, *map(add, lines, beside)),
        text=max(drawn, sum(lines) / len(lines)) + BETWEEN,
        figure=BETWEEN + max(drawn, *figures, 0.0),
        cell=max(drawn, *map(add, lines[1:], beside[1:])),
    )


def _shown(cell: Cell) -> str:
    """Return what takes room in a cell: not a drawing, nor words that are only heard, nor shorthand without a width."""
    seen = [span for span in cell.spans if not span.style or not {"unseen", "flag"} & set(span.style.split())]
    if len(seen) < len(cell.spans):
        cell = cell.model_copy(update={"spans": tuple(seen)})
    return "" if cell.chart else cell.text


def _beside(cell: Cell) -> float:
    """Return how much room shapes before words and the edge of an illustrative figure take in a cell."""
    shapes = sum(span.badge is not None or "state" in span.style.split() for span in cell.spans)
    return _SHAPE * shapes + (_EDGE if cell.synthetic else 0.0)


def _wide(text: str) -> float:
    return ems(text, "bold")
