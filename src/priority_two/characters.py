"""The one filter of characters: what no text from outside may hold, whatever it comes in.

Refused is what nobody can see and what can change what is seen, or what no paper can hold:

- control characters but the tab and the line feed: neither HTML nor PDF can hold them;
- controls of the direction of text, plain or as marks, which show a text, or a number, in another order than it has;
- separators of lines and paragraphs, which end a line for some readers and not for others;
- surrogates, which no file can hold, and code points that Unicode says are no characters;
- byte order marks within a text, anchors of annotations and tags: traces of a broken conversion, or words in hiding;
- fillers, joiners and selectors that show nothing, and stand between letters that belong together;
- what is of private use: it shows in one typeface only, as the bullets of a word processor, and as a box in a paper.

The raw text of a file is judged by it, and so is what escapes stand for: in YAML, in a workbook, in a notebook's JSON.
"""

from __future__ import annotations

import re

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of text."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u2065\u2800\u3164\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\U000e0000-\U0010ffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xE0000, 0x10000))
    + "]"
)
"""What no text from outside may hold."""

ORDINARY = dict.fromkeys((0x09, 0x0A, *range(0x20, 0x7F)))
"""What ASCII has that may be held, as a table that takes it out: where nothing is left, nothing need be searched."""


def code_point(character: str) -> str:
    """Return a character as people can look it up: ``U+202E``."""
    return f"U+{ord(character):04X}"
