"""Narrative: Markdown in which every figure is bound to an observation.

A narrative may hold three things between double braces, and nothing else::

    {{ value("HLT01") }}                                   a figure: measure, breakdown, period, area, partner
    {{ appendix(2) }}                                      a link to an appendix
    {{ commitment("3b") }}                                 a link to a commitment

A sandboxed Jinja environment parses what stands between two braces, each by itself so that none hides another, and that
is all it does: its syntax tree must be a call of one of these three names with plain constants, and this module answers
the calls itself. No expression, loop, filter or attribute is ever evaluated. The Markdown that comes out is rendered
with HTML escaped, with neither images nor links that could run or fetch something, and with no link to the sources
annex but those that a binding made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import mistune
from jinja2 import TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from priority_two.blocks import (
    Block,
    Citation,
    Code,
    Heading,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Span,
    figure,
    link,
    words,
)
from priority_two.errors import Error, Refused
from priority_two.measures.evidence import Evidence, Missing
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.updates.markdown import FORMS, Binding, Node, Words, read
from priority_two.updates.markup import BINDING, Markup, in_narrative

_WANTED = {
    "value": ("a figure to bind to", "{wanted}, or bind one that is there"),
    "appendix": ("an appendix of the period", "write it under appendices/, or name one that is there"),
    "commitment": ("a commitment of commitments.csv", "name one that is there"),
}
"""What a binding that binds nothing should have been, and how to mend it."""

_BINDING = re.compile(BINDING, re.DOTALL)
_SANDBOX = SandboxedEnvironment()
_SOURCE = "#source-"
GAP = "#gap"
"""Where a proof's gap leads within this module; a page shows the words alone."""


@dataclass
class _Place:
    """Where a narrative stands, and what is wrong with it so far."""

    file: str
    first: int
    errors: list[Error] = field(default_factory=list)

    def markup(self, unsupported: list[Markup]) -> None:
        """Note markup that is not supported."""
        for one in unsupported:
            self.error(one.line, one.expected, one.found, one.fix)

    def error(self, line: int, expected: str, found: str = "", fix: str = "", column: str = "") -> None:
        self.errors.append(Error(self.file, expected, self.first + line - 1, column, found, fix))


def bindings(markdown: str) -> list[Binding]:
    """Return the bindings of a narrative, in its order; those that are not allowed are left out."""
    return read(markdown).bindings


def render(
    markdown: str, file: str, line: int, evidence: Evidence, appendices: set[int], level: int, under: int = 0
) -> str:
    """Return a narrative as HTML.

    Parameters
    ----------
    markdown
        The narrative.
    file, line
        Where it stands, and the line of the file on which it begins.
    evidence
        What figures are bound to; each that is used is remembered there.
    appendices
        Numbers of the appendices that the paper has.
    level
        The level of the narrative's first headings in the paper.
    under
        How many marks the heading has under which the narrative stands; 0 where it begins with its own.

    Raises
    ------
    Refused
        Every binding that is not allowed or binds nothing, all markup that is not supported, headings that skip a
        level, unsafe links, and links to the sources annex that no binding made.
    """
    place = _Place(file, line)
    made: set[tuple[str, str]] = set()
    text = ""
    unsupported = in_narrative(markdown)
    for piece in _pieces(markdown, place):
        if isinstance(piece, str):
            text += piece
            continue
        try:
            label, address = _answer(piece, evidence, appendices)
        except Missing as missing:
            if label := _gap(piece, evidence):
                made.add((label, GAP))
                text += f"[{label}]({GAP})"
                continue
            expected, fix = _WANTED[piece.name]
            fix = fix.format(wanted=missing.fix)
            place.error(piece.line, expected, str(missing), fix, piece.name)
            continue
        made.add((mistune.escape(label), address))
        text += f"[{_escaped(label)}]({address})"
    place.markup(unsupported)
    shown = _Place(file, line)
    try:
        html = str(mistune.create_markdown(renderer=_Renderer(text, shown, level, made, under))(text))
    except RecursionError:
        raise Refused([Error(file, "lists and quotations that are nested less deeply", line)]) from None
    known = {(error.row, error.expected) for error in place.errors}
    place.errors += [error for error in shown.errors if (error.row, error.expected) not in known]
    if place.errors:
        place.errors.sort(key=lambda error: error.row or 0)
        raise Refused(place.errors)
    return html


def blocks_of(
    markdown: str, file: str, line: int, evidence: Evidence, appendices: set[int], level: int, under: int = 0
) -> tuple[Block, ...]:
    """Return a narrative as blocks, every binding answered.

    Parameters
    ----------
    markdown
        The narrative.
    file, line
        Where it stands, and the line of the file on which it begins.
    evidence
        What figures are bound to; each that is used is remembered there.
    appendices
        Numbers of the appendices that the paper has.
    level
        The level of the narrative's first headings in the paper.
    under
        How many marks the heading has under which the narrative stands; 0 where it begins with its own.

    Raises
    ------
    Refused
        Every binding that is not allowed or binds nothing, all markup that is not supported, headings that skip a
        level, unsafe links, and links to the sources annex that no binding made.
    """
    narrative = read(markdown, file, line)
    writer = _Writer(file, evidence, appendices, level, under)
    written = tuple(writer.block(node) for node in narrative.nodes)
    if errors := sorted([*writer.errors, *narrative.errors], key=lambda error: error.row or 0):
        raise Refused(errors)
    return written


def _cited(asked: Figure | Rate, evidence: Evidence, partner: str) -> Citation:
    measure = evidence.catalogue.measures[asked.measure]
    return Citation(
        measure=asked.measure,
        breakdown=asked.breakdown,
        area=asked.area,
        period=str(asked.period),
        partner=partner,
        label=measure.title,
        value=str(asked.value),
        text=evidence.text(asked),
        unit=measure.unit,
        anchor=asked.anchor,
        synthetic=asked.synthetic,
    )


@dataclass
class _Writer:
    """Turns the nodes of a narrative into blocks, and notes what binds nothing and the headings that skip a level."""

    file: str
    evidence: Evidence
    appendices: set[int]
    level: int
    under: int
    errors: list[Error] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.depth = self.under

    def block(self, node: Node) -> Block:
        match node.kind:
            case "heading":
                return self.heading(node)
            case "paragraph":
                return Paragraph(spans=self.spans(node))
            case "code":
                return Code(text=words(self.spans(node)))
            case "listing":
                items = tuple(tuple(self.block(each) for each in item) for item in node.items)
                return Listing(items=items, ordered=bool(node.numbers), start=node.numbers[0] if node.numbers else 1)
            case "quotation":
                return Quotation(blocks=tuple(self.block(each) for each in node.items[0]))
            case "rule":
                return Rule()

    def heading(self, node: Node) -> Heading:
        spans = self.spans(node)
        if not self.under < node.level <= self.depth + 1:
            text = words(spans)
            expected = f"headings that begin at {'#' * (self.under + 1)} and skip no level"
            fix = f"write {'#' * (self.depth + 1)} {text}"
            self.errors.append(Error(self.file, expected, node.line, "", f"{'#' * node.level} {text}", fix))
        self.depth = max(node.level, self.under)
        return Heading(level=min(max(node.level - self.under, 1) + self.level - 1, 6), spans=spans)

    def spans(self, node: Node) -> tuple[Span, ...]:
        """Return the words of a node; what follows in the same style is one span."""
        spans: list[Span] = []
        for look, run in groupby(node.words, _look):
            if look is None:
                spans += [span for piece in run if isinstance(piece, Binding) for span in self.answer(piece)]
            else:
                text = "".join(piece.text for piece in run if isinstance(piece, Words))
                spans.append(Span(text=text, style=look[0], href=look[1]))
        return tuple(spans)

    def answer(self, binding: Binding) -> list[Span]:
        """Return what a binding prints; nothing where it binds nothing, which is noted."""
        try:
            return [self.bound(binding)]
        except Missing as missing:
            if label := _gap(binding, self.evidence):
                return [Span(text=label, style="gap")]
            expected, fix = _WANTED[binding.name]
            fix = fix.format(wanted=missing.fix)
            self.errors.append(Error(self.file, expected, binding.line, binding.name, str(missing), fix))
            return []

    def bound(self, binding: Binding) -> Span:
        """Return what a binding prints, and where it leads.

        Raises
        ------
        Missing
            There is no such figure, appendix or commitment.
        """
        if binding.name == "value":
            asked = self.evidence.number(**binding.arguments)
            span = figure(_cited(asked, self.evidence, binding.arguments.get("partner", "")))
            return span.model_copy(update={"text": f"{span.text} (illustrative)"}) if asked.synthetic else span
        if binding.name == "appendix":
            number = binding.arguments["number"]
            if number not in self.appendices:
                raise Missing(f"the paper has no appendix {number}")
            return link(f"Appendix {number}", f"appendix-{number}")
        name = binding.arguments["name"]
        if name not in self.evidence.catalogue.commitments:
            raise Missing(f"the catalogue has no commitment {name}")
        return link(f"commitment {name}", f"commitment-{name}")


def _look(piece: Words | Binding) -> tuple[str, str] | None:
    return (piece.style, piece.href) if isinstance(piece, Words) else None


def _escaped(label: str) -> str:
    return label.replace("[", "\\[").replace("]", "\\]")


def _pieces(markdown: str, place: _Place) -> Iterator[str | Binding]:
    """Yield a narrative's text and bindings in order; what is not allowed is noted as a fault, each by itself."""
    for number, line in enumerate(markdown.split("\n"), 1):
        if any(unicodedata.category(character) == "Cc" and character != "\t" for character in line):
            place.error(number, "no control character", fix="delete it and type the text again")
    end = 0
    for match in _BINDING.finditer(markdown):
        yield markdown[end : match.start()]
        number, end = markdown.count("\n", 0, match.start()) + 1, match.end()
        if binding := _binding(match[0], number):
            yield binding
        else:
            expected = "only value(...), appendix(...) or commitment(...) with plain arguments between double braces"
            place.error(number, expected, match[0], 'write a binding such as {{ value("HLT01") }}')
    yield markdown[end:]


def _binding(text: str, line: int) -> Binding | None:
    """Return what stands between braces as a binding, or None where it is of any other form."""
    try:
        outputs = _SANDBOX.parse(text).body
    except (TemplateError, RecursionError, ValueError):
        return None
    node = outputs[0].nodes[0] if len(outputs) == 1 and isinstance(outputs[0], nodes.Output) else None
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name) or node.node.name not in FORMS:
        return None
    wanted, names = FORMS[node.node.name]
    given = [*zip(names, node.args, strict=False), *((keyword.key, keyword.value) for keyword in node.kwargs)]
    arguments = {key: value.value for key, value in given if isinstance(value, nodes.Const)}
    whole = len(arguments) == len(node.args) + len(node.kwargs) and set(arguments) <= set(names)
    plain = all(type(value) is wanted for value in arguments.values())
    if node.dyn_args or node.dyn_kwargs or not whole or not plain or names[0] not in arguments:
        return None
    return Binding(line, node.node.name, arguments)


def _gap(binding: Binding, evidence: Evidence) -> str:
    """Return what a proof shows in place of what is not there; nothing where the paper stops for it."""
    if binding.name == "value":
        return "not received" if evidence.gap(**binding.arguments) else ""
    if binding.name == "appendix" and evidence.gaps is not None:
        name = f"appendix {binding.arguments['number']}"
        evidence.gaps[name] = None
        return f"{name}: still to write"
    return ""


def _answer(binding: Binding, evidence: Evidence, appendices: set[int]) -> tuple[str, str]:
    """Return what a binding prints, and where it leads.

    Raises
    ------
    Missing
        There is no such figure, appendix or commitment.
    """
    if binding.name == "value":
        one = evidence.number(**binding.arguments)
        return evidence.text(one) + (" (illustrative)" if one.synthetic else ""), f"#{one.anchor}"
    if binding.name == "appendix":
        number = binding.arguments["number"]
        if number not in appendices:
            raise Missing(f"the paper has no appendix {number}")
        return f"Appendix {number}", f"#appendix-{number}"
    name = binding.arguments["name"]
    if name not in evidence.catalogue.commitments:
        raise Missing(f"the catalogue has no commitment {name}")
    return f"commitment {name}", f"#commitment-{name}"


class _Renderer(mistune.HTMLRenderer):
    """HTML as the paper needs it: headings shifted, figures marked, nothing that runs or fetches."""

    def __init__(self, text: str, place: _Place, level: int, made: set[tuple[str, str]], under: int) -> None:
        super().__init__(escape=True)
        self.markdown, self.place, self.level, self.made, self.under = text, place, level, made, under
        self.depth = under

    def _line(self, *words: str) -> int:
        """Return the line on which the first of some words that stand there stand first; mistune does not tell."""
        whole = f"\n{self.markdown}"
        place, each = next(((at, each) for each in words if each and (at := whole.find(each)) >= 0), (1, ""))
        return whole.count("\n", 0, place + each.startswith("\n"))

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        marks = "#" * level
        if not self.under < level <= self.depth + 1:
            line = self._line(f"\n{marks} {text}", text, f"\n{marks} ")
            fix = f"write {'#' * (self.depth + 1)} {text}"
            expected = f"headings that begin at {'#' * (self.under + 1)} and skip no level"
            self.place.error(line, expected, f"{marks} {text}", fix)
        self.depth = max(level, self.under)
        return super().heading(text, min(max(level - self.under, 1) + self.level - 1, 6), **attrs)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        self.place.error(self._line(url), "no image in a narrative", url, "take it out; say in words what it shows")
        return ""

    def inline_html(self, html: str) -> str:
        self.place.error(self._line(html), "words without HTML", html, "take it out")
        return ""

    def block_html(self, html: str) -> str:
        return self.inline_html(html)

    def linebreak(self) -> str:
        return self.softbreak()  # nobody can see the two spaces that would make one

    def codespan(self, text: str) -> str:
        if f"]({_SOURCE}" in text:
            self._code(text)
        return super().codespan(text)

    def block_code(self, code: str, info: str | None = None) -> str:
        if f"]({_SOURCE}" in code:
            self._code(code)
        return super().block_code(code, info)

    def _code(self, text: str) -> None:
        self.place.error(self._line(text[:40]), "no binding within code", fix="take the marks of code off")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith(_SOURCE):
            if (text, url) not in self.made:
                self.place.error(self._line(url), "a figure that is bound, not typed", url, "use {{ value(...) }}")
            return f'<a class="figure" href="{mistune.escape(url)}">{text}</a>'
        if (text, url) in self.made and url == GAP:
            return f'<strong class="gap">{text}</strong>'
        if not url.startswith(("#", "https://")):
            fix = "write [words](https://...), or the words alone"
            line = self._line(url, url.removeprefix("mailto:"), f"]({url})")
            self.place.error(line, "a link to https:// or within the paper", url or "an empty one", fix)
        return super().link(text, url, title)
