"""How wide the columns of a table are, worked out from what stands in them, so that no table is wider than a page.

A browser, and WeasyPrint with it, makes a column as wide as its longest word. One unbroken address then pushes the
other columns off the page, and what is off the page is lost. So each column has its share beforehand. Where words are
too long for the page, the longest break first; figures break last, since half a figure is another figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import add

from bs4 import BeautifulSoup
from bs4.element import Tag

from priority_two.charts.style import PAGE_WIDTH, SIZE, ems

PAGE = PAGE_WIDTH / SIZE
"""How wide the text of a page is, in ems."""
BETWEEN = 0.6
"""What stands between two columns, in ems, and a little, so that a word that just fits is not broken."""
AFTER_FIGURES = 0.8
"""What stands besides before a column of words that follows a column of figures: they meet without it."""
COMFORT = 13.0
"""How wide a column of prose is at least on a screen, in ems; where a screen is narrower the table scrolls."""
LONGEST = 12.0
"""How wide a word may be, in ems, that is not to break; what is wider, such as an address, is no word but a text."""
_SHAPE = 1.25
_PIECES = re.compile(r"\s+|(?<=[-/–])(?=[^\W\d])")
_FIGURE = re.compile(r"\W*\d[\d.,:/–-]*\D{0,4}")  # with a sign before it or a unit after it; a code is a word
_TABLE = re.compile(r"<table([^>]*)>(\s*<caption>.*?</caption>)", re.DOTALL)


def with_columns(html: str, soup: BeautifulSoup) -> str:
    """Return the HTML of a paper with the width of each column of each table.

    Parameters
    ----------
    html
        The paper. Its tables have a caption and no merged cells.
    soup
        The same, parsed.
    """
    tables: Iterator[Tag] = (table for table in soup.find_all("table") if table.caption)

    def measured(match: re.Match[str]) -> str:
        shares, least = _measured(next(tables))
        columns = "".join(f'<col style="width: {share:.2f}%">' for share in shares)
        return f'<table{match[1]} style="min-width: {least:.1f}em">{match[2]}<colgroup>{columns}</colgroup>'

    return _TABLE.sub(measured, html)


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
    """

    word: float
    line: float
    text: float
    figure: float = 0.0


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
    lines = [one.line for one in columns]
    if sum(lines) <= room:
        return [line * room / sum(lines) for line in lines]
    least = [one.word for one in columns]
    if sum(least) > room:
        figures = [one.figure for one in columns]
        if sum(figures) > room:
            return [figure * room / sum(figures) for figure in figures]
        return _level(lambda level: [max(one.figure, min(one.word, level)) for one in columns], room)
    return _level(lambda level: [max(one.word, min(one.line, level * sqrt(one.text))) for one in columns], room)


def _level(widths_at: Callable[[float], list[float]], room: float) -> list[float]:
    """Return the widths at the level at which they fill the room; they grow with the level."""
    low, high = 0.0, 1000.0 * room
    for _ in range(60):  # each halves the interval
        level = (low + high) / 2
        low, high = (level, high) if sum(widths_at(level)) <= room else (low, level)
    return widths_at(low)


def _measured(table: Tag) -> tuple[list[float], float]:
    """Return the widths of a table's columns in per cent, and how wide it is at least on a screen, in ems."""
    rows = [row.find_all(["th", "td"], recursive=False) for row in table.find_all("tr")]
    whole = list(zip(*rows, strict=True))
    columns = [
        _column(cells, AFTER_FIGURES if before and _has_figures(before) and not _has_figures(cells) else 0.0)
        for before, cells in zip([(), *whole], whole, strict=False)
    ]
    shares = [width / PAGE for width in widths(columns)]
    comfortable = sum(max(one.word, min(one.line, COMFORT)) for one in columns)
    whole_words = max(one.word / share for one, share in zip(columns, shares, strict=True))
    return [100 * share for share in shares], min(PAGE, max(comfortable, whole_words))


def _has_figures(cells: Sequence[Tag]) -> bool:
    return "n" in (cells[0].get("class") or "")


def _column(cells: Sequence[Tag], before: float) -> Column:
    texts = [" ".join(cell.get_text(" ").split()) for cell in cells]
    beside = [before + BETWEEN + (_SHAPE if cell.select_one(".shape") else 0.0) for cell in cells]
    words = [max(_wide(word) for word in _PIECES.split(text)) for text in texts]
    lines = [_wide(text) for text in texts]
    figures = [_wide(word) for cell in cells if "n" in (cell.get("class") or "") for word in _figures(cell)]
    return Column(
        word=max(map(add, (min(word, LONGEST) for word in words), beside)),
        line=max(map(add, lines, beside)),
        text=sum(lines) / len(lines) + BETWEEN,
        figure=BETWEEN + max(figures, default=0.0),
    )


def _wide(text: str) -> float:
    return ems(text, "bold")


def _figures(cell: Tag) -> list[str]:
    return [word for word in cell.get_text(" ").split() if _FIGURE.fullmatch(word)]
