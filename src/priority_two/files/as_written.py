"""Words as they were written: what stands under a key for prose takes none of YAML's meanings.

To YAML a ``#`` after a space begins a comment, and ``&``, ``*``, ``!``, ``%``, ``@``, a backquote, ``yes`` or ``1:30``
at the beginning, and a colon with a space within, each mean something. Whoever writes a sentence means none of it. So
the value of a key for prose, and an item of a list of prose, is put into quotes before YAML reads it: what stands from
the colon or the dash to the end of the line, and on the lines below that are indented further, is text. Lines keep
their numbers.

What still means something, because people write it on purpose:

===============================  =====================================================================
written                          read as
===============================  =====================================================================
``"…"``, ``'…'`` as a whole      the text between the quotes
``|`` or ``>`` alone             the lines below
nothing, ``~`` or ``null``       blank
``[…]``, ``{…}`` as a whole      a list or a mapping, which is refused where words are expected
===============================  =====================================================================

What could be read in two ways is a fault: words after a quote that closed, a quote that does not close, a line of the
words that begins with ``#``, and a ``#`` within brackets that go on over several lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = re.compile(r"((?: *- +)* *)([A-Za-z_]+) *:(?= |$) *")
_ITEM = re.compile(r" *- +(?=\S)")
_WHOLE = re.compile(r""" "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' """, re.VERBOSE | re.DOTALL)
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}")
_QUOTED = re.compile(r""" "(?:[^"\\]|\\.)*" | '[^']*' """, re.VERBOSE)
_CUT = re.compile(r"(?:^|\s)#")
_BLANK = ("~", "null", "Null", "NULL")


@dataclass(frozen=True)
class ProseKeys:
    """The keys of a file whose values are words, and those whose values are lists of words."""

    words: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Doubtful:
    """A value that can be read in two ways: its line (the first is 0), and why it is unclear."""

    line: int
    problem: str


def as_written(text: str, prose: ProseKeys) -> tuple[str, list[Doubtful]]:
    """Return YAML with the words of a file in quotes, and what is doubtful about them.

    The lines of the text end with line feeds.
    """
    lines = text.split("\n")
    doubtful: list[Doubtful] = []
    number, listed, brackets = 0, -1, 0
    while number < len(lines):
        line = lines[number]
        item = _ITEM.match(line) if listed >= 0 and _indent(line) >= listed else None
        match = _KEY.match(line)
        if brackets > 0 or not line.strip() or line.lstrip().startswith("#"):
            brackets += _opened(line) if brackets else 0
            if brackets > 0 and prose.words and _CUT.search(_QUOTED.sub("", line)):
                doubtful.append(Doubtful(number, "a # within brackets"))
            number += 1
        elif item:
            number = _put(lines, number, item.end(), _indent(line), doubtful)
        elif match and match[2] in prose.words:
            listed = -1
            number = _put(lines, number, match.end(), len(match[1]), doubtful)
        else:
            rest = line[match.end() :].strip() if match else line
            listed = len(match[1]) if match and match[2] in prose.lists and not rest else -1
            brackets = max(_opened(rest), 0) if rest.lstrip(" -").startswith(("[", "{")) else 0
            if brackets and prose.words and _CUT.search(_QUOTED.sub("", rest)):
                doubtful.append(Doubtful(number, "a # within brackets"))
            number = _extent(lines, number, len(match[1])) if match and _BLOCK.fullmatch(rest) else number + 1
    return "\n".join(lines), doubtful


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _opened(line: str) -> int:
    """Return how many brackets a line opens and does not close, quotes and a comment left out."""
    line = _CUT.split(_QUOTED.sub("", line))[0]
    return sum(line.count(sign) for sign in "[{") - sum(line.count(sign) for sign in "]}")


def _extent(lines: list[str], number: int, indent: int) -> int:
    """Return the line after a value that begins on a line: those indented further than `indent` belong to it."""
    end = last = number + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
        last = end if lines[end - 1].strip() else last
    return last


def _put(lines: list[str], number: int, start: int, indent: int, doubtful: list[Doubtful]) -> int:
    """Put the value that begins at a place of a line into quotes; return the line after it."""
    end = _extent(lines, number, indent)
    while not lines[number][start:].strip() or (start == _indent(lines[number]) and lines[number][start] == "#"):
        number += 1
        if number == end:
            return end
        start = _indent(lines[number])
    first = lines[number][start:].rstrip()
    value = "\n".join([first, *lines[number + 1 : end]]).strip()
    if value in _BLANK or (_BLOCK.fullmatch(first) and number + 1 < end) or _is_collection(value):
        return end
    if first.startswith("- ") and start == _indent(lines[number]):  # a list where words are expected
        return end
    if value[0] in "\"'":
        if not _WHOLE.fullmatch(value):
            closed = _WHOLE.match(value)
            problem = "text after a quote that closed" if closed else "a quote that does not close, or a \\ in quotes"
            doubtful.append(Doubtful(number, problem))
        return end
    for place in range(number + 1, end):
        if lines[place].lstrip().startswith("#"):
            doubtful.append(Doubtful(place, "a line that begins with # within a text"))
    lines[number] = lines[number][:start] + "'" + first.replace("'", "''")
    lines[number + 1 : end] = [line.replace("'", "''") for line in lines[number + 1 : end]]
    lines[end - 1] = lines[end - 1].rstrip() + "'"
    return end


def _is_collection(value: str) -> bool:
    """Whether a text is a list or a mapping in brackets as a whole, or one that does not close."""
    if value[0] not in "[{" or value.startswith("{{"):
        return False
    return value[-1] in "]}" or not any(sign in value for sign in "]}")
