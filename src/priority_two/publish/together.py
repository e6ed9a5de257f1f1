"""What stays together on a line, so that every version of Pango breaks the lines of a PDF alike.

Pango breaks lines by Unicode's rules (UAX #14), which change, and it follows them from version to version. Between 1.50
and 1.56 it changed its mind on these places, found by asking both for every row of four characters of those that prose
is made of:

- after a full stop, comma, colon or semicolon that a figure follows and none precedes: ``p.58``;
- after a hyphen at the beginning of a word: ``-ish``;
- before a closing quotation mark, or an apostrophe, at the beginning of a word: ``’90s``;
- after an opening quotation mark that a space follows;
- between a closing quotation mark, or an apostrophe, and a bracket that opens: ``partners’ (see there)``.

No line is broken there: a word joiner (U+2060) says so to every version. It has no width, no glyph is drawn for it, and
the text of the PDF does not hold it. Text alone is looked at: a place that lies across two elements is left as it is.
"""

from __future__ import annotations

import re
from html import escape, unescape

_TAG = re.compile(r"""(<!--.*?-->|<(?:"[^"]*"|'[^']*'|[^'">])*>)""", re.DOTALL)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NO_PROSE = ("head", "script", "style", "svg", "title")
_JOINER = "\u2060"
_PLACES = re.compile(
    r"""
      (?<![0-9])[.,:;](?=[0-9])
    | \s(?=[.,:;][0-9])
    | (?<!\S)-(?=[^\s0-9])
    | \s(?=[’”])
    | (?<=[“‘])\s+
    | (?<=["'’”])\s+(?=[(\[])
    """,
    re.VERBOSE,
)


def together(html: str) -> str:
    """Return a page in which no line can be broken where versions of Pango disagree."""
    parts = _TAG.split(html)
    inside = ""  # the element without prose in which we are
    for number, part in enumerate(parts):
        if number % 2 == 0:
            parts[number] = part if inside else _unbroken(part)
        elif element := _ELEMENT.match(part):
            closing, name = element.groups()
            if not inside and not closing and name in _NO_PROSE and not part.endswith("/>"):
                inside = name
            elif inside == name and closing:
                inside = ""
    return "".join(parts)


def _unbroken(text: str) -> str:
    plain = unescape(text)
    joined = _PLACES.sub(lambda place: place[0] + _JOINER, plain)
    return text if joined == plain else escape(joined)
