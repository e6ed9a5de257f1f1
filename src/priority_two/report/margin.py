"""Text with a margin beside it: only so much of the text as the margin is high, and the rest below.

A page breaks between blocks, and not through two columns: what stands beside each other stays on one page. So it is
kept short. How high a margin is, and how much text fills that height, is estimated in lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from priority_two.blocks import Block, Group, Heading, Listing, Prose, Table, plain

TEXT_LINE, MARGIN_LINE = 62, 22
"""How many characters are on a line of the text and of the margin."""
CHART_LINES = 7
"""How many lines a small chart is high, with its name and its table."""
BETWEEN = 0.5
"""What stands between two blocks, in lines."""


def beside(text: Sequence[Block], margin: Sequence[Block]) -> list[Block]:
    """Return text with a margin beside its beginning; without a margin the text alone.

    Parameters
    ----------
    text
        What is written. Prose and lists may be parted between two items; what is one text remains one.
    margin
        Small charts and short texts.
    """
    if not margin:
        return [Group(role="text", blocks=tuple(text))] if text else []
    first, rest = _parted(text, _height(margin, MARGIN_LINE))
    parts = (Group(role="text", blocks=tuple(first)), Group(role="margin", blocks=tuple(margin)))
    return [Group(role="beside", blocks=parts), *([Group(role="text", blocks=tuple(rest))] if rest else [])]


def _height(blocks: Iterable[Block], line: int) -> float:
    """Return how many lines blocks are high, with so many characters to a line."""
    height = 0.0
    for block in blocks:
        if isinstance(block, Table):
            height += CHART_LINES
        else:
            height += sum(ceil(len(text) / line) + BETWEEN for text in plain([block]))
    return height


def _parted(blocks: Sequence[Block], lines: float) -> tuple[list[Block], list[Block]]:
    """Return the blocks that fill a height, and those after them; no heading is the last of the first."""
    first: list[Block] = []
    for number, block in enumerate(blocks):
        left = lines - _height(first, TEXT_LINE)
        if left <= 0 and not (first and isinstance(first[-1], Heading)):
            return first, list(blocks[number:])
        head, tail = _divided(block, left)
        first.append(head)
        if tail:
            return first, [tail, *blocks[number + 1 :]]
    return first, []


def _divided(block: Block, lines: float) -> tuple[Block, Block | None]:
    """Return a block in two, where it is longer than some lines and can be parted; else the whole of it."""
    if _height([block], TEXT_LINE) <= lines + 1:
        return block, None
    if isinstance(block, Prose):
        first, rest = _parted(block.blocks, lines)
        if first and rest:
            return _with(block, first), _with(block, rest)
    if isinstance(block, Listing):
        taken = 1
        while taken < len(block.items) and _height(_items(block, taken), TEXT_LINE) < lines:
            taken += 1
        if taken < len(block.items):
            head = block.model_copy(update={"items": block.items[:taken]})
            tail = {"items": block.items[taken:], "start": block.start + taken if block.ordered else 1}
            return head, block.model_copy(update=tail)
    return block, None


def _with(block: Prose, blocks: Sequence[Block]) -> Prose:
    return block.model_copy(update={"blocks": tuple(blocks)})


def _items(block: Listing, taken: int) -> list[Block]:
    return [inner for item in block.items[:taken] for inner in item]
