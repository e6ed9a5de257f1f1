"""Characters for which the papers' typeface has no glyph: a page would show a box in their place.

The three faces are those that a paper carries (:mod:`priority_two.publish.fonts`); no other font takes part. A space of
whatever width and a character that is never drawn need no glyph; a mark above or below a letter needs one of its own,
or one for the letter with its mark.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from priority_two.typeface import FACES, font_file

_NEVER_DRAWN = {"\n", "\t", "\u034f", *map(chr, range(0xFE00, 0xFE10))}  # the joiner, variation selectors
_HYPHENS = "\u2010\u2011\u2043\u2212\ufe63\uff0d"


@cache
def glyphs() -> frozenset[str]:
    """Return the characters that every face has."""
    known: list[set[int]] = []
    for face in FACES:
        with TTFont(font_file(face)) as font:
            known.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*known)))


def without_glyph(text: str) -> list[str]:
    """Return the characters of a text that no page can show, each once, in the text's order."""
    known, lacking = glyphs(), set(text) - glyphs() - _NEVER_DRAWN
    lacking = {ch for ch in lacking if unicodedata.category(ch) not in ("Cf", "Zs")}
    if not lacking:
        return []
    seen: dict[str, None] = {}
    for place, ch in enumerate(text):
        if ch in lacking:
            whole = unicodedata.normalize("NFC", text[place - 1 : place + 1]) if unicodedata.combining(ch) else ""
            if len(whole) != 1 or whole not in known:
                seen[ch] = None
    return list(seen)


def named(ch: str) -> str:
    """Return a character by its number and its name: ``U+2011 non-breaking hyphen``."""
    return f"U+{ord(ch):04X} {unicodedata.name(ch, '').lower()}".strip()


def instead(ch: str) -> str:
    """Say what to write in place of a character, where there is something like it."""
    plain = "-" if ch in _HYPHENS else unicodedata.normalize("NFKC", ch)
    if plain != ch and plain.strip() and not without_glyph(plain):
        return f"write {plain}"
    return "write it in words or in other characters"
