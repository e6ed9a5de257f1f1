"""Every figure that the other sections bind, by the return that it came in."""

from __future__ import annotations

from decimal import Decimal

from priority_two.blocks import (
    Block,
    Citation,
    Row,
    Span,
    Table,
    cell,
    citations,
    heading,
    joined,
    link,
    number_cell,
    paragraph,
    styled,
    walk,
)
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.periods import date_label
from priority_two.report.paper import Paper
from priority_two.returns.store import Observation


def sources(paper: Paper) -> list[Block]:
    """Return the sources annex of a paper."""
    figures = {citation.anchor: paper.evidence.cited(citation) for citation in _listed(paper)}
    worked_out = [figure for _, figure in sorted(figures.items()) if not isinstance(figure, Observation)]
    sent = [figure for figure in figures.values() if isinstance(figure, Observation)]
    sent += [source for figure in worked_out for source in figure.sources]
    observations = sorted(
        {observation.anchor: observation for observation in sent}.values(),
        key=lambda observation: (observation.file, observation.row),
    )
    borough = paper.catalogue.partnership.borough
    if observations:
        text = "Every figure in this paper, by the return that it came in. Where no area is named, the figure is for "
        text += f"the whole of {borough}, or for the wider area that its note or definition names."
    else:
        text = "This paper shows no figure that a partner sent."
    blocks: list[Block] = [paragraph(text)]
    by_file: dict[str, list[Observation]] = {}
    for observation in observations:
        by_file.setdefault(observation.file, []).append(observation)
    for file, group in by_file.items():
        blocks += _of_return(file, group, paper)
    return blocks + (_worked_out(worked_out, paper) if worked_out else [])


def _listed(paper: Paper) -> list[Citation]:
    """Return the figures of the paper that the annex lists."""
    sections = paper.sections("sources", "abbreviations", "masthead")
    blocks = [block for section in sections for block in walk(section.blocks)]
    return [citation for block in blocks for citation in citations(block) if citation.anchor]


def _of_return(file: str, observations: list[Observation], paper: Paper) -> list[Block]:
    terms = observations[0].terms
    about = f"{paper.catalogue.partners[terms.partner]}, received {date_label(terms.received)}"
    drawn = date_label(terms.extract_date) if terms.extract_date else "on a date not given"
    particulars = (
        f". Covers {terms.months}; extracted {drawn}; permission: {terms.permission}; ask: {terms.contact_post}."
    )
    note: list[str | Span] = [styled("path", file), particulars]
    if terms.synthetic:
        note += [" ", styled("illustrative", "Illustrative: these figures are made up.")]
    return [
        heading(3, about),
        paragraph(terms.explanation),
        paragraph(*note, role="note"),
        Table(
            title=f"Figures from {about}",
            head=("Figure", "Period", "Value", "Row", "Note"),
            rows=tuple(
                Row(
                    heading=cell(*_name(observation, paper)),
                    cells=(
                        cell(observation.period.label),
                        number_cell(paper.evidence.text(observation)),
                        number_cell(str(observation.row), Decimal(observation.row)),
                        cell(observation.note or "no note"),
                    ),
                    name=observation.anchor,
                )
                for observation in observations
            ),
            role="sources",
        ),
    ]


def _worked_out(figures: list[Figure | Rate], paper: Paper) -> list[Block]:
    title = "Figures worked out from several rows"
    return [
        heading(3, title),
        paragraph(
            "Months are added up to a quarter or a year, a stock is taken at its end, and rates are worked out, by the "
            "rules of the catalogue."
        ),
        Table(
            title=title,
            head=("Figure", "Period", "Value", "Made of"),
            rows=tuple(
                Row(
                    heading=cell(*_name(figure, paper)),
                    cells=(
                        cell(figure.period.label),
                        number_cell(paper.evidence.text(figure) + (" (illustrative)" if figure.synthetic else "")),
                        cell(*joined((_source(source) for source in figure.sources), "; ")),
                    ),
                    name=figure.anchor,
                )
                for figure in figures
            ),
            role="worked-out",
        ),
    ]


def _name(figure: Observation | Figure | Rate, paper: Paper) -> list[str | Span]:
    """Return how a figure is called: its measure, part and area."""
    catalogue = paper.catalogue
    part, area = "", catalogue.areas.get(figure.area, "")
    if figure.breakdown:
        meaning = catalogue.breakdowns[figure.measure, figure.breakdown]
        part = ", ".join(name for name in (meaning.series, meaning.label) if name)
    title = f" {catalogue.measures[figure.measure].title}"
    return [
        styled("id", figure.measure),
        title + (f": {part}" if part else "") + (f", {area}" if area else ""),
    ]


def _source(source: Observation) -> Span:
    part = f" {source.breakdown}" if source.breakdown else ""
    return link(f"{source.measure}{part}, {source.period.label}", source.anchor)
