"""How one text became another, word by word.

Spaces between words do not count. A line feed counts as a word. ``word_changes("The work is late.", "The work is
done.")`` gives three pieces: ``The work is`` (kept), ``late.`` (removed) and ``done.`` (added).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, groupby, takewhile
from operator import itemgetter

UNCHANGED, REMOVED, ADDED = "kept", "removed", "added"

LARGEST_DIFFERENCE = 500_000
"""How many pairs of like words two texts may have between them; with more they are compared as wholes."""

ISLAND = 4
"""Up to so many words that two texts share, between two longer changes, are shared by chance."""

_Block = tuple[bool, list[str], list[str]]  # whether both texts have its words, those of the old text, those of the new


@dataclass(frozen=True)
class TextPiece:
    """Words of a text that were kept, removed or added; a line feed among them begins a new line."""

    op: str
    words: tuple[str, ...]


def word_changes(old: str, new: str) -> tuple[TextPiece, ...]:
    """Return how one text became another, word by word; spaces do not count, and lines do.

    Where comparing two texts would take too long, the whole of the old one is removed and that of the new one added.
    """
    before, after = words_of(old), words_of(new)
    start = shared(before, after)
    end = shared(before[start:][::-1], after[start:][::-1])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    blocks: list[_Block] = [(False, left, right)]
    counts = Counter(right)
    if sum(counts[word] for word in left) <= LARGEST_DIFFERENCE:
        opcodes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        blocks = _readable((op == "equal", left[a:b], right[c:d]) for op, a, b, c, d in opcodes)
    pieces: list[tuple[str, list[str]]] = [(UNCHANGED, before[:start])]
    for unchanged, removed, added in blocks:
        pieces += [(UNCHANGED, added)] if unchanged else [(REMOVED, removed), (ADDED, added)]
    pieces.append((UNCHANGED, before[len(before) - end :]))
    return tuple(
        TextPiece(op, tuple(chain.from_iterable(words for _, words in neighbours)))
        for op, neighbours in groupby((piece for piece in pieces if piece[1]), key=itemgetter(0))
    )


def text_of(words: Iterable[str]) -> str:
    """Return words as the text that they are."""
    return re.sub(" ?\n ?", "\n", " ".join(words))


def words_of(text: str) -> list[str]:
    """Return the words of a text, each line feed among them."""
    return re.findall(r"\n|[^\s]+", text)


def shared(before: Sequence[object], after: Sequence[object]) -> int:
    """Return with how many equal items two sequences begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _readable(blocks: Iterable[_Block]) -> list[_Block]:
    """Return blocks of words; a few words shared by chance between two rewritten passages are part of the change."""
    readable: list[_Block] = []
    for block in blocks:
        readable.append(block)
        while len(readable) > 2 and readable[-2][0] and not (readable[-1][0] or readable[-3][0]):
            before, between, after = readable[-3:]
            if len(between[1]) > min(ISLAND, *(max(len(side[1]), len(side[2])) - 1 for side in (before, after))):
                break
            readable[-3:] = [(False, before[1] + between[1] + after[1], before[2] + between[2] + after[2])]
    return readable
