"""What leads paste and no paper can print: HTML, and Markdown beyond what a narrative takes.

A narrative takes headings, paragraphs, lists, quotations, emphasis, links, code and bindings. Everything else that
looks like markup would stand in the paper as it was typed, so it is found here with its line and what to write in its
place. The words of the front matter take no markup at all. A ``<`` or an ``&`` in a sentence is none.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import islice

MOST_FOUND = 100
"""How many of a kind are named in one text."""

_FENCE = re.compile(r" {0,3}(?:>\s*)*(`{3,}|~{3,})")
BINDING = r"\{\{(?:(?!\{\{|\}\}).){0,200}\}\}"
"""What stands between two braces on each side."""
_HIDDEN = re.compile(
    rf"(?P<binding>{BINDING})"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>(?<!`)(?P<ticks>`{1,9})(?!`)(?:(?!\n[ \t]*\n).){1,500}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<led_to>(?<=\])\((?:[^()\s]|\([^()\s]{0,500}\)){0,500}(?:\s+\"[^\"]{0,200}\")?\))"
    r"|(?P<address><?\b(?:https?|ftp|mailto):[^\s<>]{1,500}>?)",
    re.DOTALL,
)
_NAMES = (
    "abbr|article|aside|audio|big|blockquote|body|br|button|caption|center|code|col|colgroup|dd|del|details|div|dl|dt"
    "|em|embed|figure|font|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|ins|kbd|label|li|link|main|mark"
    "|meta|nav|object|ol|option|pre|script|section|select|small|span|strike|strong|style|sub|summary|sup|svg|table"
    "|tbody|td|textarea|tfoot|th|thead|title|tr|tt|ul|var|video|wbr"
)
_TAG = (
    rf"</?(?:{_NAMES})(?![\w-])(?:(?!\n[ \t]*\n)[^<>]){{0,300}}>?"
    r"|</?[A-Za-z][\w:.-]*(?:\s(?:(?!\n[ \t]*\n)[^<>]){0,300})?/?>|<!--.{0,20}|<[!?][A-Za-z\[]"
)
_ENTITIES_CUT = "nbsp|amp|pound|quot|apos|lt|gt|copy|reg|euro|[mn]dash|hellip|bull|middot|[lr][sd]quo|[ae]acute"
_ENTITY = rf"&(?:\#\d{{1,7}}|\#[xX][0-9A-Fa-f]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});|&(?:{_ENTITIES_CUT})\b"
_CALL = r"[{\[(<]{0,3}[ \t]{0,3}\b(?:value|commitment)\([ \t]*[\"'\u2018-\u201d][^)\n]{0,80}\)?[ \t]{0,3}[}\])>]{0,3}"
_PARAGRAPH = "leave a blank line for a new paragraph"


@dataclass(frozen=True)
class Markup:
    """Markup that is not supported: its line (the first is 1), what was found, what was expected, how to mend it."""

    line: int
    found: str
    expected: str
    fix: str


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    expected: str
    fix: str


def _form(pattern: str, expected: str, fix: str, flags: int = 0) -> _Form:
    return _Form(re.compile(pattern, re.MULTILINE | flags), expected, fix)


_HTML = _form(_TAG, "words without HTML", f"take it out; {_PARAGRAPH}", re.IGNORECASE | re.DOTALL)
_ENTITIES = _form(_ENTITY, "the character itself", "")
_BINDING = _form(_CALL, "a binding between two braces on each side", 'write {{ value("HLT01") }}')
_BRACES = _form(
    r"[{}]{1,3}(?:[^{}\n]{0,60}\}{1,3})?", "no brace but those of a binding", 'write {{ value("HLT01") }}, or no brace'
)
_NARRATIVE = (
    _HTML,
    _ENTITIES,
    _BINDING,
    _BRACES,
    _form(
        r"^[ >]*+(?:[-*+] ++)?+(?:\|?[ \t]*+:?-++:?[ \t]*+\|[-:| \t]*|\|[^|\n]+\|.*)$",
        "no table in a narrative",
        "say it in sentences or a list; a table of figures comes by the key exhibits",
    ),
    _form(r"!\[[^\]\n]{0,80}\]?", "no image in a narrative", "take it out; say in words what it shows"),
    _form(r"\[\^[^\]\s]{1,40}\]:?|\^\[[^\]\n]{1,80}\]", "no footnote", "say it in the sentence, in brackets"),
    _form(
        r"^[ >]*+(?:[-*+]|\d{1,9}[.)]) ++\[[ xX]\](?= |$)", "no box to tick", "write a list item, and say what is done"
    ),
    _form(
        r"^[ >]*+(?:\[![A-Za-z]{1,20}\]|!!!(?= |$)|:::)[^\n]{0,60}",
        "no box for a note",
        "write it as a paragraph or a quotation",
    ),
    _form(r"~~[^~\n]{1,80}~~", "no text that is struck through", "take it out"),
    _form(r"==(?=[^=\s])[^=\n]{1,80}==", "no text that is marked", "write *words* to stress them"),
    _form(r"^ {0,3}\#{2,6}[^\s\#][^\n]{0,60}", "a space after the marks of a heading", "write ## and a space first"),
    _form(r"\\$(?=\n)", "no line that breaks by a backslash", _PARAGRAPH),
)
_WORDS = (
    _HTML,
    _ENTITIES,
    _form(
        r"\{\{[^{}\n]{0,200}\}\}|" + _CALL + r"|[{}]{1,3}(?:[^{}\n]{0,60}\}{1,3})?",
        "plain words: a key binds no figure",
        "bind it in the narrative",
    ),
    _form(r"!?\[[^\]\n]{1,80}\]\([^)\n]{1,300}\)", "plain words: no link stands here", "put it into the narrative"),
    _form(r"\*\*[^*\s][^*\n]{0,80}\*\*|__[^_\s][^_\n]{0,80}__", "plain words", "take the marks off"),
)


def in_narrative(markdown: str) -> list[Markup]:
    """Return the markup of a narrative that no paper can print, in its order."""
    return _search(_without_code(markdown), _NARRATIVE)


def in_words(text: str) -> list[Markup]:
    """Return the markup in words that take none, in their order."""
    return _search(re.sub(r"(?:https?|ftp|mailto):[^\s<>)]+", _blank, text), _WORDS)


def _search(text: str, forms: tuple[_Form, ...]) -> list[Markup]:
    said: list[tuple[int, Markup]] = []
    taken: list[tuple[int, int]] = []
    rows: set[tuple[str, int]] = set()
    for form in forms:
        for match in islice(form.pattern.finditer(text), MOST_FOUND):
            first, last = match.span()
            entity = form is _ENTITIES
            if (entity and len(_character(match[0])) > 2) or any(a < last and first < b for a, b in taken):
                continue
            taken.append((first, max(last, first + 1)))
            line = text.count("\n", 0, first) + 1
            if form.expected.startswith("no table"):
                rows.add((form.expected, line))
                if (form.expected, line - 1) in rows:  # one fault a table
                    continue
            said.append(
                (first, Markup(line, match[0].strip(), form.expected, _entity(match[0]) if entity else form.fix))
            )
    return [one for _, one in sorted(said, key=lambda item: item[0])]


def _character(entity: str) -> str:
    """Return the one or two characters that an entity stands for, with or without its semicolon; none: itself."""
    return html.unescape(f"{entity.rstrip(';')};")


def _entity(text: str) -> str:
    character = _character(text)
    return f"write {character}" if character.strip() else "write a plain space"


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _without_code(markdown: str) -> str:
    """Return a narrative with its code, bindings, escapes and addresses blotted out; each line keeps its place."""
    lines = markdown.split("\n")
    fence = ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if match and not fence:
            fence, lines[number] = match[1], ""
        elif fence:
            fence = "" if match and match[1].startswith(fence) else fence
            lines[number] = ""
    return _HIDDEN.sub(_blank, "\n".join(lines))
