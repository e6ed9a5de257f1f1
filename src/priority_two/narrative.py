"""Narrative: Markdown in which every figure is bound to an observation.

A narrative may hold three things between double braces, and nothing else::

    {{ value("HLT01") }}                                   a figure: measure, breakdown, period, area, partner
    {{ appendix(2) }}                                      a link to an appendix
    {{ commitment("3b") }}                                 a link to a commitment

The text is parsed by a sandboxed Jinja environment and its syntax tree is held against that list before anything is
evaluated: no loops, filters, attributes or arithmetic. The Markdown that comes out is rendered with HTML escaped, and
with neither images nor links that could run or fetch something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mistune
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from priority_two.evidence import Evidence, Missing
from priority_two.faults import Fault, Refused

_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Call,
    nodes.Name,
    nodes.Const,
    nodes.Keyword,
)


def render(markdown: str, file: str, line: int, evidence: Evidence, appendices: set[int], level: int) -> str:
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

    Raises
    ------
    Refused
        Every binding that is not allowed or binds nothing, headings that skip a level, images and unsafe links.
    """
    names: dict[str, Callable[..., str]] = {
        "value": lambda *args, **kwargs: _value(evidence, *args, **kwargs),
        "appendix": lambda number: _appendix(number, appendices),
        "commitment": lambda name: _commitment(name, evidence),
    }
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        tree = environment.parse(markdown)
    except TemplateSyntaxError as error:
        raise Refused([_fault(file, line + error.lineno - 1, str(error.message))]) from None
    faults = [
        _fault(file, line + node.lineno - 1, type(node).__name__.lower())
        for node in tree.find_all(nodes.Node)
        if not isinstance(node, _PLAIN) or (isinstance(node, nodes.Name) and node.name not in names)
    ]
    if faults:
        raise Refused(faults[:1])
    for call_line, name, args, kwargs in _calls(tree):
        try:
            names[name](*args, **kwargs)
        except Missing as missing:
            mend = "send the figure in a return, or bind one that is there"
            faults.append(Fault(file, "a figure to bind to", line + call_line - 1, name, str(missing), mend))
        except TypeError:
            faults.append(_fault(file, line + call_line - 1, f"other arguments of {name}()"))
    if faults:
        raise Refused(faults)
    renderer = _Renderer(file, line, level)
    html = str(mistune.create_markdown(renderer=renderer)(environment.from_string(tree).render(names)))
    if renderer.faults:
        raise Refused(renderer.faults)
    return html


def _fault(file: str, row: int, found: str) -> Fault:
    expected = "only value(...), appendix(...) or commitment(...) between double braces"
    return Fault(file, expected, row, found=found, mend='write a binding such as {{ value("HLT01") }}')


def _calls(tree: nodes.Template) -> Iterator[tuple[int, str, list[Any], dict[str, Any]]]:
    for call in tree.find_all(nodes.Call):
        args = [node.as_const() for node in call.args]
        kwargs = {keyword.key: keyword.value.as_const() for keyword in call.kwargs}
        yield call.lineno, call.node.name, args, kwargs  # type: ignore[attr-defined]


def _value(evidence: Evidence, *args: str, **kwargs: str) -> str:
    one = evidence.figure(*args, **kwargs)
    return f"[{evidence.text(one).replace('[', '(').replace(']', ')')}](#{one.anchor})"


def _appendix(number: int, appendices: set[int]) -> str:
    if number not in appendices:
        raise Missing(f"the paper has no appendix {number}")
    return f"[Appendix {number}](#appendix-{number})"


def _commitment(name: str, evidence: Evidence) -> str:
    if name not in evidence.catalogue.commitments:
        raise Missing(f"the catalogue has no commitment {name}")
    return f"[commitment {name}](#commitment-{name})"


class _Renderer(mistune.HTMLRenderer):
    """HTML as the paper needs it: headings shifted, figures marked, nothing that runs or fetches."""

    def __init__(self, file: str, line: int, level: int) -> None:
        super().__init__(escape=True)
        self.file, self.line, self.level = file, line, level
        self.depth = 0
        self.faults: list[Fault] = []

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        if level > self.depth + 1:
            expected = "headings that begin at # and skip no level"
            self.faults.append(Fault(self.file, expected, self.line, found=f"{'#' * level} {text}"))
        self.depth = level
        return super().heading(text, min(level + self.level - 1, 6), **attrs)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        self.faults.append(Fault(self.file, "no image in a narrative", self.line, found=url))
        return ""

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#source-"):
            return f'<a class="figure" href="{mistune.escape(url)}">{text}</a>'
        if not url.startswith(("#", "https://")):
            self.faults.append(Fault(self.file, "a link to https:// or within the paper", self.line, found=url))
        return super().link(text, url, title)
