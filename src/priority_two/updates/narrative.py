"""Narrative: Markdown in which every figure is bound to an observation.

A narrative may hold three things between double braces, and nothing else::

    {{ value("PRA01") }}                                   a figure: measure, breakdown, period, area, partner
    {{ appendix(2) }}                                      a link to an appendix
    {{ commitment("3b") }}                                 a link to a commitment

Here the calls are answered (:mod:`priority_two.updates.markdown` reads them): a narrative becomes blocks, in which a
figure carries its citation, headings take their level in the paper, and nothing leads to the evidence but what a
binding made. Everything that is wrong with a narrative is named at once, by line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from priority_two.blocks import Block, Code, Heading, Listing, Paragraph, Quotation, Rule, Span, figure, link, words
from priority_two.errors import Error, Refused, few
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Evidence, Missing
from priority_two.updates.markdown import Binding, Node, PlainWords, read

_WANTED = {
    "value": ("a figure to bind to", "{wanted}, or bind one that is there"),
    "appendix": ("an appendix of the period", "write it under appendices/, or name one that is there"),
    "commitment": ("a commitment of commitments.csv", "name one that is there"),
}
"""What a binding that binds nothing should have been, and how to mend it."""


def blocks_of(
    markdown: str, file: str, line: int, evidence: Evidence, appendices: set[int], level: int, under: int = 0
) -> tuple[Block, ...]:
    """Return a narrative as blocks, every binding answered.

    `line` is the line of the file on which it begins. Each figure that is used is remembered in `evidence`. In the
    paper the first headings have the `level`; `under` is how many marks the heading has under which the narrative
    stands, 0 where it begins with its own.

    Raises
    ------
    Refused
        Every binding that is not allowed or binds nothing, all markup that is not supported, headings that skip a
        level, unsafe links, and links to the evidence that no binding made.
    """
    narrative = read(markdown, file, line)
    writer = _Writer(file, evidence, appendices, level, under)
    written = tuple(writer.block(node) for node in narrative.nodes)
    if errors := sorted([*writer.errors, *narrative.errors], key=lambda error: error.row or 0):
        raise Refused(few(file, errors))
    return written


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
                text = "".join(piece.text for piece in run if isinstance(piece, PlainWords))
                spans.append(Span(text=text, style=look[0], href=look[1]))
        return tuple(spans)

    def answer(self, binding: Binding) -> list[Span]:
        """Return what a binding prints; nothing where it binds nothing, which is noted."""
        try:
            return [_styled(self.bound(binding), binding)]
        except Missing as missing:
            if label := _gap(binding, self.evidence):
                return [_styled(Span(text=label, style="gap"), binding)]
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
            partner, unit = str(binding.arguments.get("partner", "")), self.evidence.unit(asked)
            span = figure(cite(asked, self.evidence.catalogue, partner=partner, unit=unit, listed=True))
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


def _styled(span: Span, binding: Binding) -> Span:
    return span.model_copy(update={"style": f"{span.style} {binding.style}".strip()})


def _look(piece: PlainWords | Binding) -> tuple[str, str] | None:
    return (piece.style, piece.href) if isinstance(piece, PlainWords) else None


def _gap(binding: Binding, evidence: Evidence) -> str:
    """Return what a proof shows in place of what is not there; nothing where the paper stops for it."""
    if binding.name == "value":
        return "not received" if evidence.gap(**binding.arguments) else ""
    if binding.name == "appendix" and evidence.gaps is not None:
        name = f"appendix {binding.arguments['number']}"
        evidence.gaps[name] = None
        return f"{name}: still to write"
    return ""
