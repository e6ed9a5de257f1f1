"""The facts that a program can read out of the words of a document, and no judgement of them.

A document is taken apart into passages: a heading, a list item, a paragraph, or the words of a key of the front matter.
Each passage knows on which line each of its words stands. These facts are read out of passages:

==================  ==================================================================================================
numerals            every figure in digits or in words, and what accounts for it: a binding, a date, a name's own
                    digits, a literal that is declared with its reason, or nothing
words               placeholders, abbreviations that nobody expanded, and other names of a body that has a name
headings            those under which nothing stands
sentences           those that promise something for a day which is before the as-at date
==================  ==================================================================================================

For example, "We will ask 40 people by 3 May 2019" has the numeral ``40``, for which nothing accounts, and a promise for
a day that has passed.

Figures are read as a reader sees them: entities are resolved, and digits of other scripts count. A web address does
not count. English is read by its words and never understood: a sentence that contradicts another is not noticed.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, chain, islice, zip_longest

from priority_two.periods import month_label
from priority_two.spellings import Unclear, read_date, read_period
from priority_two.updates.documents import AnyDocument, AppendixFront, line_of, words_of
from priority_two.updates.markdown import Binding, Node, PlainWords, read

BOUND, DATE, NAME, LITERAL, UNBOUND = "bound", "date", "name", "literal", "unbound"
NARRATIVE = "narrative"
MOST_UNBOUND, MOST_NUMERALS, MOST_PASSAGES = 1_000, 20_000, 20_000
"""How much is read of a document. Where there is more, that is named, and not read."""
MOST_REMARKS = 200
"""How many placeholders, or second names, of a passage are named."""
LONGEST_SPAN = 20
"""How many years a run of years may cover; two counts of people can look like one."""
FAR = 8
"""How many words may stand between a promise and its day; a day that is further off belongs to something else."""

_BINDING = "\ufffc"  # stands in a passage where a binding stood
_WORDED = ("qualifier", "reason", "action", "title", "note", "text", "subject", "purpose")
"""The keys whose words are read, at whatever depth; beside them the owner, and what is to come."""
_MONTHS = [month_label(number).split()[0] for number in range(12)]
_MONTH = "|".join(sorted({*_MONTHS, *(name[:3] for name in _MONTHS), "Sept"}, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_AFTER_YEAR = "a|an|and|as|but|by|for|from|had|has|is|it|or|that|the|this|to|was|were|when|which|will"
_BEFORE_YEAR = "after|before|by|during|early|for|from|in|late|mid|of|since|through|until|year"

# What stands before and behind a year tells it from a count of people.
_DATES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?<![\w.,/-]){_YEAR}-\d\d-Q[1-4](?!\w)|(?<!\w)Q[1-4](?!\w)",
        rf"(?<![\w.,/-]){_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-])",
        rf"(?<![\w.,/-]){_DAY}[/.](?:0?[1-9]|1[0-2])[/.](?:{_YEAR}|\d\d)(?![\w-])",
        rf"(?<![\w.,£$€])(?:{_DAY}(?: ?(?:to|and|-|–) ?))?{_DAY} (?:{_MONTH})\b(?:,? {_YEAR}(?!\w|[.,]\d))?",
        rf"\b(?:{_MONTH}) {_DAY},? {_YEAR}(?!\w|[.,]\d)",
        rf"\b(?:{_MONTH}) {_YEAR}(?!\w|[.,]\d)",
    )
]
_SPAN = re.compile(
    rf"(?<![\w.,/£$€-])({_YEAR})(?: ?[-–/] ?(\d\d|{_YEAR})| (?:to|and|or) ({_YEAR}))(?!\w|[-/.,]\d)", re.ASCII
)
_BARE = re.compile(
    rf"\b(?:{_BEFORE_YEAR})[ -](?:the )?({_YEAR})(?=[^\w\s,.%/-]|[,.](?!\d)|\s*$| (?:{_AFTER_YEAR})\b|\s+[^\w\s])",
    re.ASCII | re.I,
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMERAL = re.compile(
    r"[£$€]?\d+(?:[,.:/]\d+)*(?:%|(?:bn|m|k|st|nd|rd|th)\b)?"
    rf"|\b(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:{_TENS})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|dozen|hundred|thousand|(?:m|b|tr)illion)\b",
    re.I,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:now )?(?:to|due|planned|expected|scheduled|booked|proposed)"
    r"|(?:ambition|aim|plan|proposal|intention|goal) is|(?:aim|plan|intend|hope|expect)s? to|should go)\b"
    r"|(?<!was )(?<!were )(?<!been )\b(?-i:due) (?=in |by |on )",
    re.I,
)
_BY = re.compile(
    rf"\b(?:in|by|on|from|before|until|during|the end of) (?:early |late |mid-)?"
    rf"(?:({_DAY}) )?({_MONTH}) ({_YEAR})(?!\w)",
    re.ASCII,
)
_CAPITALS = re.compile(r"(?<![\w-])([A-Z]{2}[A-Z0-9]*(?:-[A-Z0-9]+)*)(?=s?(?!\w))", re.ASCII)
_ROMAN = re.compile(r"[IVX]+", re.ASCII)
_SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)](?=\s|$)", re.ASCII)
_ADDRESS = re.compile(
    r"<?(?:\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|\bwww\.|\bmailto:|\\\\[a-z]|\\[a-z][a-z0-9.-]{0,60}\\|\b(?:[a-z][a-z0-9-]{0,60}\.){1,5}[a-z]{2,10}/)[^\s<>]{1,2000}>?",
    re.ASCII,
)
_EXPANDED = re.compile(r"\w \(([A-Z][\w&-]{1,40}?)s?\)|\b([A-Z]{2}[\w-]{0,40}?)s? \((?=[A-Za-z]+ [a-zA-Z])", re.ASCII)
_ENDS = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-Z\ufffc])")


@dataclass(frozen=True)
class Passage:
    """A run of text that reads on, with its line breaks as spaces.

    ``column`` is ``narrative``, or the key of the front matter. In the text, which is as a reader sees it, a binding is
    one character: ``bindings`` has what was bound, in order. ``begins`` says at which places of the text a line begins,
    and which line that is; ``level`` is a heading's, 0 for what is no heading.
    """

    file: str
    column: str
    text: str
    begins: tuple[tuple[int, int], ...]
    level: int = 0
    bindings: tuple[Binding, ...] = ()

    def line(self, place: int) -> int:
        """Return the line of the file on which a place of the text stands."""
        return self.begins[max(bisect_right(self.begins, (place, 1 << 60)) - 1, 0)][1]

    def sentences(self) -> list[tuple[int, str]]:
        """Return the sentences, each with its place in the text."""
        starts = [0, *(match.end() for match in _ENDS.finditer(self.text))]
        return [(first, self.text[first:last]) for first, last in zip(starts, [*starts[1:], None], strict=True)]


@dataclass(frozen=True)
class Numeral:
    """A figure in words or digits: where it stands, what accounts for it (``kind``) and the words about it."""

    file: str
    row: int
    column: str
    text: str
    kind: str
    about: str


@dataclass(frozen=True)
class Remark:
    """Something that was noticed in a passage: its line, and what it is in words."""

    row: int
    words: str


def passages(document: AnyDocument) -> list[Passage]:
    """Return a document's passages: the words of its front matter, key by key, and then its narrative."""
    narrative = _narrative(document.file, NARRATIVE, document.narrative, document.line)
    return list(islice(chain(_front(document), narrative), MOST_PASSAGES))


def numerals(passages: Iterable[Passage], names: Iterable[str], literals: Iterable[str] = ()) -> list[Numeral]:
    """Return the numerals of a document, in its order, each with what accounts for it.

    `names` are texts whose digits are their own, `literals` those that the document declares.
    """
    accounts = ((LITERAL, _any_of(tuple(literals))), (NAME, _any_of(tuple(names))))
    read_so_far: list[Numeral] = []
    section, unbound = "", 0
    for passage in passages:
        file, column, words = passage.file, passage.column, passage.text
        spans = [(place, place + 1, BOUND) for place, ch in enumerate(words) if ch == _BINDING]
        numbered = _SECTION.match(words)
        if numbered and (passage.level or (section and numbered[0].startswith(f"{section}."))):
            section = numbered[0].rstrip(".)") if passage.level else section
            spans.append((0, numbered.end(), NAME))
        text = _blotted(words, spans)
        for kind, pattern in accounts:
            more = [(m.start(), m.end(), kind) for m in pattern.finditer(text) if m[0]] if pattern else []
            text, spans = _blotted(text, more), spans + more
        dates = [(first, last, DATE) for first, last in _dated(text)]
        spans += dates + [(m.start(), m.end(), UNBOUND) for m in _NUMERAL.finditer(_blotted(text, dates))]
        bound = iter(passage.bindings)
        for first, last, kind in sorted(spans):
            binding = next(bound, None) if kind == BOUND else None
            if kind == BOUND and (binding is None or binding.name != "value"):
                continue
            if kind in (NAME, LITERAL) and not _NUMERAL.search(words, first, last):
                continue
            row = passage.line(first) if binding is None else binding.line
            read_so_far.append(Numeral(file, row, column, words[first:last], kind, _about(words, first, last)))
            unbound += kind == UNBOUND
            if unbound == MOST_UNBOUND or len(read_so_far) == MOST_NUMERALS:
                return [*read_so_far, Numeral(file, row, column, "more figures", UNBOUND, "the rest of the document")]
    return read_so_far


def placeholders(passage: Passage, words: Iterable[str]) -> list[Remark]:
    """Return the placeholders of a passage: words that keep a place for others."""
    return [Remark(passage.line(m.start()), f"“{m[0]}”") for m in _matches(_any_of(tuple(words)), passage.text)]


def other_names(passage: Passage, aliases: dict[str, str]) -> list[Remark]:
    """Return the places where a body goes by another name than its own.

    `aliases` has the body's name by each other name.
    """
    own = _any_of(tuple(name for name in aliases.values() if any(alias in name for alias in aliases)))
    text = own.sub(lambda match: " " * len(match[0]), passage.text) if own else passage.text
    return [
        Remark(passage.line(m.start()), f"{m[0]}, elsewhere {aliases[' '.join(m[0].split())]}")
        for m in _matches(_any_of(tuple(aliases), exact=True), text)
    ]


def unexpanded(passages: Sequence[Passage], known: Iterable[str]) -> list[tuple[Passage, Remark]]:
    """Return the abbreviations that nobody expanded, each at its first place in the document.

    An abbreviation is a run of capitals. It is expanded where the document has it in brackets after the words that it
    stands for, or has those in brackets after it.
    """
    expanded = {match[1] or match[2] for passage in passages for match in _EXPANDED.finditer(passage.text)} | set(known)
    seen = set(expanded)
    remarks = []
    for passage in passages:
        if not any(ch.islower() for ch in passage.text) and " " in passage.text.strip():
            continue  # a line in capitals throughout
        for match in _CAPITALS.finditer(passage.text):
            short = match[1]
            if short not in seen and not _ROMAN.fullmatch(short) and not set(short.split("-")) <= expanded:
                seen.add(short)
                remarks.append((passage, Remark(passage.line(match.start()), short)))
    return remarks


def empty_headings(passages: Iterable[Passage]) -> list[Passage]:
    """Return the headings under which nothing stands, neither words nor a heading of a lower level."""
    spoken = [passage for passage in passages if passage.column == NARRATIVE and _says_something(passage)]
    return [
        passage
        for passage, then in zip_longest(spoken, spoken[1:])
        if passage.level and (not then or 0 < then.level <= passage.level)
    ]


def _says_something(passage: Passage) -> bool:
    """Whether a passage is a heading or holds a letter, a digit or a binding: a bullet alone says nothing."""
    return bool(passage.level) or any(ch.isalnum() or ch == _BINDING for ch in passage.text)


def overtaken(passage: Passage, as_at: dt.date) -> list[Remark]:
    """Return the promises of a passage that it says are still to come, though their day is before the as-at date.

    A month counts by its last day. Under ``forward`` and ``action`` everything is a promise.
    """
    remarks = []
    for place, sentence in passage.sentences():
        ahead = re.match("", sentence) if passage.column in ("forward", "action") else _AHEAD.search(sentence)
        dated = _BY.search(sentence, ahead.end()) if ahead else None
        if ahead is None or dated is None or len(sentence[ahead.end() : dated.start()].split()) > FAR:
            continue
        day, month, year = dated.groups()
        try:
            last = read_date(f"{day} {month} {year}") if day else read_period(f"{month} {year}").end
        except Unclear:
            continue
        if last < as_at:
            words = f"“{ahead[0]}”, " if ahead[0] else ""
            remarks.append(Remark(passage.line(place + ahead.start()), f"{words}{dated[0]}"))
    return remarks


def used(passage: Passage) -> list[tuple[str, Binding]]:
    """Return the figures that a passage binds, in order, each with the sentence in which it stands."""
    sentences = [words for _, words in passage.sentences() for ch in words if ch == _BINDING]
    return [(words, call) for words, call in zip(sentences, passage.bindings, strict=True) if call.name == "value"]


def _front(document: AnyDocument) -> Iterator[Passage]:
    for path, words in words_of(document):
        key, last = path.split(".")[0], path.split(".")[-1]
        if words and (path == "owner" or key == "forward" or last in _WORDED):
            # Nothing is bound here: what looks like a binding is shown as it stands.
            yield Passage(document.file, key, _seen(words.replace(_BINDING, " ")), ((0, line_of(document, path)),))
    briefing = document.front.briefing if isinstance(document.front, AppendixFront) else None
    for place, words in enumerate(briefing.recommendations if briefing else ()):
        row = line_of(document, f"briefing.recommendations.{place}")
        yield from _narrative(document.file, "recommendations", words, row)


def _narrative(file: str, column: str, markdown: str, line: int) -> Iterator[Passage]:
    """Yield the passages of Markdown that begins on a line of a file."""
    counted = 0

    def passages(nodes: Iterable[Node]) -> Iterator[Passage]:
        nonlocal counted
        for node in nodes:
            if node.words or node.level:
                yield _passage(file, column, node)
            for place, item in enumerate(node.items):
                number = node.numbers[place] if node.numbers else 0
                if item and number not in (0, 1, counted + 1):  # it counts no items, so it is somebody's figure
                    first = replace(item[0], words=(PlainWords(item[0].line, f"{number}. "), *item[0].words))
                    yield from passages((first, *item[1:]))
                else:
                    counted = number
                    yield from passages(item)

    return passages(read(markdown, file, line).nodes)


def _passage(file: str, column: str, node: Node) -> Passage:
    rows: dict[int, str] = {} if node.words else {node.line: ""}
    for piece in node.words:
        text = piece.text.replace(_BINDING, " ") if isinstance(piece, PlainWords) else _BINDING
        for row, part in enumerate(text.split("\n"), piece.line):
            rows[row] = rows.get(row, "") + part
    seen = {row: _seen(text) for row, text in rows.items()}
    places = accumulate((len(text) + 1 for text in seen.values()), initial=0)
    begins = tuple(zip(places, seen, strict=False))
    bound = tuple(piece for piece in node.words if isinstance(piece, Binding))
    return Passage(file, column, " ".join(seen.values()), begins, node.level, bound)


def _seen(line: str) -> str:
    """Return a line as a reader sees it: entities resolved, digits of whatever form plain, no web address."""
    text = unicodedata.normalize("NFKC", html.unescape(_ADDRESS.sub(" ", line)))
    return "".join(" " if ch.isspace() else ch for ch in text if unicodedata.category(ch) != "Cf").strip()


def _blotted(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return a text in which some spans are blotted out, so that no later pattern reads them."""
    letters = list(text)
    for first, last, _ in spans:
        letters[first:last] = "\0" * (last - first)
    return "".join(letters)


def _dated(text: str) -> list[tuple[int, int]]:
    """Return where dates, runs of years and years stand in a text, each place once."""
    dates: list[tuple[int, int]] = []
    for pattern in (*_DATES, _SPAN, _BARE):
        for match in pattern.finditer(text):
            if pattern is not _SPAN or _runs_on(match):
                dates.append(match.span(1 if pattern is _BARE else 0))
        text = _blotted(text, [(first, last, DATE) for first, last in dates])
    return dates


def _runs_on(span: re.Match[str]) -> bool:
    """Whether two years follow each other, as those of a strategy do, or the second is a month."""
    first, last = int(span[1]), span[2] or span[3]
    until = int(last) if len(last) == 4 else int(span[1][:2] + last)
    return first < until <= first + LONGEST_SPAN or (len(last) == 2 and 1 <= int(last) <= 12)


@cache
def _any_of(texts: tuple[str, ...], exact: bool = False) -> re.Pattern[str] | None:
    """Return a pattern for any of some texts as whole words, the longest first; figures must be whole too."""
    ordered = sorted({" ".join(text.split()) for text in texts if text.strip()}, key=lambda text: (-len(text), text))
    if not ordered:
        return None
    choices = "|".join(re.escape(text).replace(r"\ ", r"\s+") for text in ordered)
    return re.compile(rf"(?<![\w£$€])(?<!\d[.,])(?:{choices})(?!\w|%|[.,]\d)", 0 if exact else re.I)


def _matches(pattern: re.Pattern[str] | None, text: str) -> Iterator[re.Match[str]]:
    return islice(pattern.finditer(text), MOST_REMARKS) if pattern else iter(())


def _about(text: str, first: int, last: int) -> str:
    """Return the words about a place of a text: a few before it, and a few after."""
    before, after = text[max(first - 60, 0) : first].split(" "), text[last : last + 60].split(" ")
    words = " ".join(before[-4:]) + text[first:last] + " ".join(after[:4])
    return " ".join(words.replace(_BINDING, "…").split())
