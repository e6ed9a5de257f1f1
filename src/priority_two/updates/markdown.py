"""Markdown: the one reader of what leads write, whose words know their lines.

A narrative takes headings, paragraphs, lists, quotations, emphasis, code and links, and between double braces the
calls of :data:`FORMS`, such as ``{{ value("PRA01") }}``::

    >>> read('{{ value("PRA01") }} practices *ask*.').nodes[0].words[0]
    Binding(line=1, name='value', arguments={'measure': 'PRA01'})

Everything else that Markdown or HTML could say is no part of a paper: tables, pictures, footnotes, HTML, entities. It
is named with its line in :attr:`Narrative.errors`, because it would stand in the paper as it was typed, or vanish. A
``<`` or an ``&`` in a sentence is no markup. A call between braces is read as Python reads a call of constants, and is
never evaluated. The words of the front matter take no markup at all (:func:`word_errors`).

Deliberately absent: HTML. What comes out is data, and whoever shows it escapes it.
"""

from __future__ import annotations

import ast
import html
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, takewhile
from typing import Any, Literal
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_inline import StateInline, backtick, escape, image, link, newline
from markdown_it.token import Token

from priority_two.characters import UNSEEN
from priority_two.errors import Error

FORMS: dict[str, tuple[type, tuple[str, ...]]] = {
    "value": (str, ("measure", "breakdown", "period", "area", "partner")),
    "appendix": (int, ("number",)),
    "commitment": (str, ("name",)),
}
"""What may stand between braces: the type of the arguments, and their names in order; the first is required."""

DEEPEST = 8
"""So many lists and quotations may stand inside one another: the parser leaves out what is far deeper."""
LONGEST_ADDRESS = 2_000
LONGEST_BINDING = 200
MOST_FOUND = 100
"""How many of a kind are named in one text."""

# The host is plain letters: a percent sign or a letter of another script there, or an @ behind a name, shows one
# address and leads to another.
_ADDRESS = re.compile(r"#[A-Za-z0-9_.-]+|https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][^\s\"<>]*)?")
_FILE = "pdf|docx?|xlsx?|pptx?|csv|txt|html?|md|zip|png|jpe?g|svg|json"
_SHOWN_ADDRESS = re.compile(
    rf"(?:https?://)?(?<![\w-])(?:[\w-]{{1,63}}\.){{1,9}}(?!(?:{_FILE})\b)[^\W\d_]{{2,}}(?::\d+)?(?![\w@])(?:[/?#]\S*)?"
    r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])(?::\d+)?(?:[/?#]\S*)?|https?://\S*",
    re.I,
)
_DOTS = "\u3002\uff61"
"""What browsers take for the dot of a host, as IDNA says."""
_SAFE_IN_ADDRESS = ":/?#@!$&()*+,;=%"  # what has a meaning in an address (RFC 3986); "%" begins what is encoded
_SOURCE = "#source-"


@dataclass(frozen=True)
class Binding:
    """A call between braces: its line, the name, its arguments, and the style of the words in which it stands."""

    line: int
    name: str
    arguments: dict[str, Any] = field(hash=False)
    style: str = field(default="", repr=False)


@dataclass(frozen=True)
class PlainWords:
    """PlainWords in a line: `style` is blank, or ``strong``, ``em``, ``code`` or several; `href` is where they lead."""

    line: int
    text: str
    style: str = ""
    href: str = ""


@dataclass(frozen=True)
class Node:
    """A heading, paragraph, list, quotation, piece of code or rule of a narrative.

    ``words`` are what a heading, a paragraph or code says; ``items`` those of a list, each a row of nodes, or the only
    one of a quotation. ``level`` is how many marks a heading has; ``numbers`` are those of a list's items as they were
    written, none where it is not numbered.
    """

    kind: Literal["heading", "paragraph", "code", "listing", "quotation", "rule"]
    line: int
    words: tuple[PlainWords | Binding, ...] = ()
    items: tuple[tuple[Node, ...], ...] = ()
    level: int = 0
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Narrative:
    """A narrative as it was read: its nodes, and an error for whatever in it no paper can print, by line."""

    nodes: tuple[Node, ...]
    errors: tuple[Error, ...]

    @property
    def bindings(self) -> list[Binding]:
        """Its bindings, in order."""
        return [piece for node in walk(self.nodes) for piece in node.words if isinstance(piece, Binding)]


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes and those that stand in them, in order."""
    for node in nodes:
        yield node
        for item in node.items:
            yield from walk(item)


def read(markdown: str, file: str = "", line: int = 1) -> Narrative:
    """Return a narrative, with every error in the order of its lines.

    `line` is the line of the file on which the text begins.
    """
    reader = _MarkdownReader(file, line)
    nodes = reader.read(markdown)
    return Narrative(nodes, tuple(sorted(reader.errors, key=lambda error: error.row or 0)))


def word_errors(text: str, file: str = "", row: int | None = None, column: str = "") -> list[Error]:
    """Return an error for each piece of markup in words that take none, in their order.

    `file`, `row` and `column` say where the words stand.
    """
    return [
        Error(file, expected, row, column, markup, fix) for _, expected, markup, fix in _search(_plain(text), _IN_WORDS)
    ]


# What looks like markup in words, and is no part of a paper

_NAMES = (
    "abbr|article|aside|audio|big|blockquote|body|br|button|caption|center|code|col|colgroup|dd|del|details|div|dl|dt"
    "|em|embed|figure|font|footer|form|h[1-6]|head|header|hr|html|iframe|img|input|ins|kbd|label|li|link|main|mark"
    "|meta|nav|object|ol|option|pre|script|section|select|small|span|strike|strong|style|sub|summary|sup|svg|table"
    "|tbody|td|textarea|tfoot|th|thead|title|tr|tt|ul|var|video|wbr"
)
_TAG = (
    rf"</?(?:{_NAMES})(?![\w-])[^<>]{{0,300}}>?|</?[A-Za-z][\w:.-]*(?:\s[^<>]{{0,300}})?/?>|<!--.{{0,20}}"
    r"|<[!?][A-Za-z\[]"
)
_ENTITIES_CUT = "nbsp|amp|pound|quot|apos|lt|gt|copy|reg|euro|[mn]dash|hellip|bull|middot|[lr][sd]quo|[ae]acute"
_CALL = r"[{\[(<]{0,3}[ \t]{0,3}\b(?:value|commitment)\([ \t]*[\"'\u2018-\u201d][^)\n]{0,80}\)?[ \t]{0,3}[}\])>]{0,3}"
_BRACES = r"[{}]{1,3}(?:[^{}\n]{0,60}\}{1,3})?"
_PARAGRAPH = "leave a blank line for a new paragraph"
_CALLS = "only value(...), appendix(...) or commitment(...) with plain arguments between double braces"
_LINK = ("a link to https:// or within the paper", "write [words](https://...), or the words alone")
_NO_IMAGE = ("no image in a narrative", "take it out; say in words what it shows")


@dataclass(frozen=True)
class _Form:
    """What looks like markup: its pattern, what was expected in its place, and the fix."""

    pattern: re.Pattern[str]
    expected: str
    fix: str


def _form(pattern: str, expected: str, fix: str, flags: int = 0) -> _Form:
    return _Form(re.compile(pattern, re.MULTILINE | flags), expected, fix)


_HTML = _form(_TAG, "words without HTML", f"take it out; {_PARAGRAPH}", re.IGNORECASE | re.DOTALL)
_ENTITY = _form(
    rf"&(?:\#\d{{1,7}}|\#[xX][0-9A-Fa-f]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});|&(?:{_ENTITIES_CUT})\b",
    "the character itself",
    "",
)
_TABLE = _form(
    r"^(?:\|?[ \t]*+:?-++:?[ \t]*+\|[-:| \t]*|\|[^|\n]+\|.*)$",
    "no table in a narrative",
    "say it in sentences or a list; a table of figures comes by the key exhibits",
)
_BOX = _form(r"\A\[[ xX]\](?= |$)", "no box to tick", "write a list item, and say what is done")
_IN_NARRATIVE = (
    _HTML,
    _ENTITY,
    _form(_CALL, "a binding between two braces on each side", 'write {{ value("PRA01") }}'),
    _form(_BRACES, "no brace but those of a binding", 'write {{ value("PRA01") }}, or no brace'),
    _TABLE,
    _form(r"!\[[^\]\n]{0,80}\]?", *_NO_IMAGE),
    _form(r"\[\^[^\]\s]{1,40}\]:?|\^\[[^\]\n]{1,80}\]", "no footnote", "say it in the sentence, in brackets"),
    _form(
        r"^(?:\[![A-Za-z]{1,20}\]|!!!(?= |$)|:::)[^\n]{0,60}",
        "no box for a note",
        "write it as a paragraph or a quotation",
    ),
    _form(r"~~[^~\n]{1,80}~~", "no text that is struck through", "take it out"),
    _form(r"==(?=[^=\s])[^=\n]{1,80}==", "no text that is marked", "write *words* to stress them"),
    _form(r"\\$", "no line that breaks by a backslash", _PARAGRAPH),
    _form(r"(?<!!)\[[^\]\n]{0,80}\]\([^)\n]{0,200}\)?", *_LINK),
    _form(r"^\#{2,6}[^\s\#][^\n]{0,60}", "a space after the marks of a heading", "write ## and a space first"),
)
_IN_WORDS = (
    _HTML,
    _ENTITY,
    _form(
        rf"\{{\{{[^{{}}\n]{{0,200}}\}}\}}|{_CALL}|{_BRACES}",
        "plain words: a key binds no figure",
        "bind it in the narrative",
    ),
    _form(r"!?\[[^\]\n]{1,80}\]\([^)\n]{1,300}\)", "plain words: no link stands here", "put it into the narrative"),
    _form(r"\*\*[^*\s][^*\n]{0,80}\*\*|__[^_\s][^_\n]{0,80}__", "plain words", "take the marks off"),
)


def _search(text: str, forms: tuple[_Form, ...]) -> list[tuple[int, str, str, str]]:
    """Return what of some forms stands in a text: its place, what was expected, what was found, and the fix."""
    errors: list[tuple[int, str, str, str]] = []
    taken: list[tuple[int, int]] = []
    for form in forms:
        rows: set[int] = set()
        for match in islice(form.pattern.finditer(text), MOST_FOUND):
            first, last = match.span()
            fix = _character(match[0]) if form is _ENTITY else form.fix
            if not fix or any(start < last and first < end for start, end in taken):
                continue
            taken.append((first, max(last, first + 1)))
            rows.add(row := text.count("\n", 0, first))
            if form is not _TABLE or row - 1 not in rows:  # one error a table
                errors.append((first, form.expected, match[0].strip(), fix))
    return sorted(errors)


def _character(entity: str) -> str:
    """Return what to write in place of an entity; nothing where HTML has no such entity."""
    character = html.unescape(f"{entity.rstrip(';')};")
    return "" if len(character) > 2 else f"write {character}" if character.strip() else "write a plain space"


def _plain(text: str) -> str:
    """Return a text with its web addresses blotted out."""
    return re.sub(r"\b(?:https?|ftp|mailto):(?:[^\s<>()]|\([^\s<>()]{0,500}\)){1,2000}", " ", text)


# The calls between braces


def _call(state: StateInline, silent: bool) -> bool:
    """Read what stands between double braces, as a rule of the parser."""
    first = state.pos + 2
    if not state.src.startswith("{{", state.pos):
        return False
    last = state.src.find("}}", first, first + LONGEST_BINDING + 2)
    if last < 0 or "{{" in state.src[first:last]:
        return False
    if not silent:
        state.push("binding", "", 0).content = state.src[first:last]
    state.pos = last + 2
    return True


def _binding(text: str, line: int, style: str) -> Binding | None:
    """Return what stands between double braces as a binding, or None where it is of any other form.

    A word or a number is there as it is read: in one pair of quotes without escapes, and in decimal digits.
    """
    text = text.strip()
    try:
        with warnings.catch_warnings(action="error"):
            call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning):
        return None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in FORMS:
        return None
    form, names = FORMS[call.func.id]
    given = [*zip(names, call.args, strict=False), *((keyword.arg, keyword.value) for keyword in call.keywords)]
    arguments = {
        name: value.value
        for name, value in given
        if name in names and isinstance(value, ast.Constant)
        if ast.get_source_segment(text, value) in (f"{value.value!s}", f"'{value.value!s}'", f'"{value.value!s}"')
    }
    whole = len(arguments) == len(call.args) + len(call.keywords) and ast.get_source_segment(text, call) == text
    whole = whole and text.startswith(f"{call.func.id}(")
    if not whole or names[0] not in arguments or any(type(value) is not form for value in arguments.values()):
        return None
    return Binding(line, call.func.id, {str(name): value for name, value in arguments.items()}, style)


# The parser


class _Parser(MarkdownIt):
    """Plain Markdown, in which HTML and entities stay as they were typed, and every address is a link."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "store_labels": True})
        self.disable(["entity", "text_join"])
        self.block.ruler.at("reference", _definition)
        self.inline.ruler.before("text", "binding", _measured(_call))
        rules = {"newline": newline, "escape": escape, "backticks": backtick, "link": link, "image": image}
        for name, rule in rules.items():
            self.inline.ruler.at(name, _measured(rule))

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return quote(url, safe=_SAFE_IN_ADDRESS)

    def normalizeLinkText(self, url: str) -> str:
        return url


def _definition(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Read the definition of a link; a footnote is none, and stays as it was typed."""
    start = state.bMarks[first] + state.tShift[first]
    return not state.src.startswith("[^", start) and reference(state, first, last, silent)


def _measured(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Return a rule that notes with its last token where in the text it ends: the parser does not tell."""

    def measured(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        done = rule(state, silent)
        if len(state.tokens) > before:
            state.tokens[-1].meta |= {"start": start, "end": state.pos}
        return done

    return measured


_PARSER = _Parser()


class _MarkdownReader:
    """Turns the tokens of one narrative into nodes, and notes what no paper can print."""

    def __init__(self, file: str, first: int) -> None:
        self.file, self.first = file, first
        self.errors: list[Error] = []
        self.labels: set[str] = set()

    def error(self, line: int, expected: str, text: str = "", fix: str = "") -> None:
        self.errors.append(Error(self.file, expected, line, "", text, fix))

    def read(self, markdown: str) -> tuple[Node, ...]:
        """Return the nodes of a text."""
        rows = markdown.split("\n")
        for number, row in enumerate(rows, self.first):
            if UNSEEN.search(row):
                self.error(number, "no control character", fix="delete it and type the text again")
        definitions: dict[str, Any] = {}
        tokens = iter(_PARSER.parse(UNSEEN.sub(" ", markdown), definitions))
        nodes = tuple(self.nodes(tokens, 0))
        unused = (each for label, each in definitions.get("references", {}).items() if label not in self.labels)
        for definition in islice(chain(unused, definitions.get("duplicate_refs", ())), MOST_FOUND):
            place = definition["map"][0]
            self.error(self.first + place, "words that the paper prints", rows[place].strip(), _LINK[1])
        return nodes

    def nodes(self, tokens: Iterator[Token], depth: int) -> Iterator[Node]:
        """Yield the nodes up to the end of the list item or quotation in which they stand."""
        for token in tokens:
            line = self.first + (token.map[0] if token.map else 0)
            match token.type:
                case "bullet_list_open" | "ordered_list_open" | "blockquote_open" if depth == DEEPEST:
                    self.error(line, "lists and quotations that are nested less deeply", fix="begin a new paragraph")
                    next(other for other in tokens if other.level == token.level and other.nesting < 0)
                case "heading_open" | "paragraph_open":
                    words = self.words(next(tokens), line)
                    level = int(token.tag[1]) if token.tag != "p" else 0
                    yield Node("heading" if level else "paragraph", line, words, level=level)
                    next(tokens)
                case "bullet_list_open" | "ordered_list_open":
                    yield self.listing(tokens, line, depth + 1)
                case "blockquote_open":
                    yield Node("quotation", line, items=(tuple(self.nodes(tokens, depth + 1)),))
                case "fence" | "code_block":
                    yield self.code(token, line)
                case "hr":
                    yield Node("rule", line)
                case _:  # the end of that in which they stand
                    return

    def listing(self, tokens: Iterator[Token], line: int, depth: int) -> Node:
        """Return a list, and note a number that the paper, which counts the items, would not print."""
        items: list[tuple[Node, ...]] = []
        numbers: list[int] = []
        for token in takewhile(lambda token: token.type == "list_item_open", tokens):
            line_of_item = self.first + (token.map[0] if token.map else 0)
            if token.info:
                numbers.append(int(token.info))
                count = numbers[0] + len(items)
                if numbers[-1] not in (count, numbers[0]):
                    self.error(line_of_item, "the items of a list counted one by one", token.info, f"write {count}.")
            items.append(tuple(self.nodes(tokens, depth)))
            text = "".join(
                piece.text for node in items[-1][:1] for piece in node.words if isinstance(piece, PlainWords)
            )
            if box := _BOX.pattern.match(text):
                self.error(line_of_item, _BOX.expected, box[0], _BOX.fix)
        return Node("listing", line, items=tuple(items), numbers=tuple(numbers))

    def code(self, token: Token, line: int) -> Node:
        fenced = token.type == "fence"
        text = self.without_bindings(token.content, line + fenced)
        if not fenced:  # who indents a line seldom means code
            self.search(text, line)
        elif not re.fullmatch(r"[\w+-]*", token.info.strip()):
            fix = "begin it on the next line"
            self.error(line, "nothing behind the marks of code, which no paper prints", token.info.strip(), fix)
        return Node("code", line, (PlainWords(line + fenced, token.content.rstrip("\n"), "code"),))

    def without_bindings(self, code: str, line: int) -> str:
        """Return code with its bindings blotted out, each of which is noted."""
        bindings = re.compile(r"\{\{(?:.{0,200}?\}\}|[^\n]{0,200})", re.DOTALL)
        for match in islice(bindings.finditer(code), MOST_FOUND):
            row = line + code.count("\n", 0, match.start())
            self.error(row, "no binding within code", match[0], "take the marks of code off")
        return bindings.sub(lambda match: " " + "\n" * match[0].count("\n"), code)

    def search(self, text: str, line: int) -> None:
        """Note what looks like markup in the words of a node that begins on a line."""
        for place, expected, markup, fix in _search(_plain(text), _IN_NARRATIVE):
            self.error(line + text.count("\n", 0, place), expected, markup, fix)

    def words(self, inline: Token, line: int) -> tuple[PlainWords | Binding, ...]:
        """Return what a heading or a paragraph says, and note what in it no paper can print."""
        words: list[PlainWords | Binding] = []
        typed: list[str] = []  # as the paper would show it, a line each line
        styles: list[str] = []
        links: list[str] = []
        begun = 0  # the place of the first word of a link
        typed_links: list[tuple[list[PlainWords | Binding], str, int]] = []
        row, place = line, 0
        for token in inline.children or []:
            href = links[-1] if links else ""
            style = " ".join(dict.fromkeys(styles))
            end = token.meta.get("end", place)
            breaks = inline.content.count("\n", place, end)
            match token.type:
                case "text" if token.content:
                    typed.append(token.content)
                    words.append(PlainWords(row, token.content, style, href))
                case "text_special":  # a character after a backslash, which means itself
                    typed.append(" ")
                    words.append(PlainWords(row, token.content, style, href))
                case "softbreak" | "hardbreak":
                    typed.append("\\\n" if inline.content.startswith("\\", token.meta["start"]) else "\n")
                    words.append(PlainWords(row, "\n", style, href))
                case "code_inline":
                    self.without_bindings(inline.content[token.meta["start"] : token.meta["end"]], row)
                    words.append(PlainWords(row, token.content, f"{style} code".strip(), href))
                case "binding":
                    words += self.bound(token.content, row, style, within_link=bool(links))
                case "image":
                    self.labels.add(token.meta.get("label", ""))
                    self.error(row, _NO_IMAGE[0], f"![{token.content}]"[:60], _NO_IMAGE[1])
                case "link_open":
                    self.labels.add(token.meta.get("label", ""))
                    links.append(self.address(token, row))
                    begun = len(words)
                case "link_close":
                    typed_links += [] if token.info == "auto" else [(words[begun:], href, row)]
                    links.pop()
                case "em_open" | "strong_open":
                    styles.append(token.tag)
                case "em_close" | "strong_close":
                    styles.pop()
            if token.type in ("code_inline", "binding", "image", "link_close"):
                typed.append(" " + "\n" * breaks)
            row, place = row + breaks, end
        self.search("".join(typed), line)
        for pieces, href, row in typed_links:
            self.compare(pieces, href, row)
        return tuple(words)

    def bound(self, text: str, line: int, style: str, *, within_link: bool) -> list[Binding]:
        """Return what stands between double braces; nothing where that is noted as an error."""
        binding = _binding(text, line, style)
        if binding is None:
            self.error(line, _CALLS, f"{{{{{text}}}}}", 'write a binding such as {{ value("PRA01") }}')
        elif within_link:
            self.error(line, "no binding in the words of a link", f"{{{{{text}}}}}", "write it beside the link")
        else:
            return [binding]
        return []

    def address(self, opening: Token, line: int) -> str:
        """Return where a link leads; nothing where that is noted as an error."""
        href = str(opening.attrs.get("href", ""))
        if href.lower().startswith(_SOURCE):
            self.error(line, "a figure that is bound, not typed", href, "use {{ value(...) }}")
        elif re.search("%7B%7B|%7D%7D", href, re.IGNORECASE):
            self.error(line, "no binding in an address", href, "write it beside the link")
        elif not _ADDRESS.fullmatch(href) or len(href) > LONGEST_ADDRESS:
            self.error(line, _LINK[0], href or "an empty one", _LINK[1])
        elif title := str(opening.attrs.get("title", "")):
            self.error(line, "a link without a title, which no paper prints", title, "say it in the sentence")
        else:
            return href
        return ""

    def compare(self, pieces: Iterable[PlainWords | Binding], href: str, line: int) -> None:
        """Note a link whose words show another address than the one it leads to."""
        text = unicodedata.normalize("NFKC", "".join(piece.text for piece in pieces if isinstance(piece, PlainWords)))
        text = "".join("." if ch in _DOTS else ch for ch in text if unicodedata.category(ch) != "Cf")
        for shown in _SHOWN_ADDRESS.findall(text):
            if href and not _bare(href).startswith(_bare(shown.rstrip(".,;:!?)"))):
                self.error(line, "a link that leads where its words say", shown, "write its own address")


def _bare(address: str) -> str:
    """Return an address as it is compared: without its scheme, ``www.`` and the stroke at its end."""
    host, rest = re.findall(r"^(?:https?://)?(?:www\.)?([^/?#]*)/?(.*)", address, re.IGNORECASE | re.DOTALL)[0]
    return f"{host.lower()}/{rest.rstrip('/')}"
