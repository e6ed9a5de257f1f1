"""The Board briefing as blocks: alone, and as an appendix of the quarterly paper, from the same pieces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from priority_two.blocks import Block, Fact, Facts, Group, Prose, facts, heading, paragraph, plain, spans
from priority_two.errors import Error, Refused, attempt
from priority_two.report.documents_shown import exhibits
from priority_two.report.paper import Paper
from priority_two.updates.briefing import RECOMMENDATIONS, Briefing, BriefingSection, Recommendation
from priority_two.updates.headings import says_something
from priority_two.updates.narrative import blocks_of

NOTHING = "Nothing was written here."


def briefing_blocks(paper: Paper, number: int, level: int = 4) -> list[Block]:
    """Return a briefing whole, its headings at a level: first what is recommended and whom to ask.

    Raises
    ------
    Refused
        Every error of its sections, recommendations and exhibits.
    """
    briefing = paper.material.briefings[number]
    errors: list[Error | str] = []
    sections = attempt(errors, [], partial(_sections, paper, number, level))
    tables = attempt(errors, [], partial(exhibits, paper, briefing.document, f"appendix {number}"))
    recommendations = attempt(errors, [], partial(_recommendations, paper, number))
    if errors:
        raise Refused(errors)
    return [
        Group(
            role="recommended",
            blocks=(
                heading(level, f"{len(briefing.sections) + 1}. {RECOMMENDATIONS}"),
                *recommendations,
            ),
        ),
        _contacts(briefing),
        *_joined(briefing, sections),
        *tables,
    ]


def _joined(briefing: Briefing, sections: Sequence[Sequence[Block]]) -> tuple[Block, ...]:
    return (_prose(briefing, [block for section in sections for block in section]),) if sections else ()


def particulars(briefing: Briefing) -> list[tuple[str, str]]:
    """Return what a briefing is about and, where it says so, for what."""
    rows = [("Subject", briefing.front.subject), ("Purpose", briefing.front.purpose)]
    return [(name, words) for name, words in rows if words]


def _contacts(briefing: Briefing) -> Prose:
    """Return whom to ask, by role and post."""
    rows = [(contact.role, contact.post) for contact in briefing.front.contacts]
    return _prose(briefing, [facts(rows, role="contacts")])


def _sections(paper: Paper, number: int, level: int) -> list[list[Block]]:
    """Return what a briefing says section by section, its headings at a level.

    Of the paper's briefings the first has the plain names for its places in the page, those after it the number of
    their appendix besides, so that a link is the same alone and as an appendix.

    Raises
    ------
    Refused
        Every error of a narrative.
    """
    briefing = paper.material.briefings[number]
    sections: list[list[Block]] = []
    errors: list[Error | str] = []
    for section in briefing.sections:
        name = f"{_begin(paper, number)}briefing-section-{section.number}"
        title = heading(level, f"{section.number}. {section.title}", name=name)
        body = attempt(errors, (), partial(_section, briefing, section, paper, level + 1))
        sections.append([title, *body])
    if errors:
        raise Refused(errors)
    return sections


def recommended(paper: Paper, number: int) -> list[Fact]:
    """Return what the Board is recommended in a briefing, each with its number as minutes cite it.

    Raises
    ------
    Refused
        A recommendation is more than a paragraph, or has an error.
    """
    briefing = paper.material.briefings[number]
    rows: list[Fact] = []
    errors: list[Error | str] = []
    for recommendation in briefing.recommendations:
        try:
            rows.append(_recommendation(briefing, recommendation, paper, _begin(paper, number)))
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors)
    return rows


def _recommendations(paper: Paper, number: int) -> list[Block]:
    """Return what the Board is recommended, under the words that say so.

    Raises
    ------
    Refused
        As :func:`recommended` says.
    """
    recommendations = Facts(facts=tuple(recommended(paper, number)), role="recommendations")
    board = paper.catalogue.partnership.board
    return [paragraph(f"The {board} is recommended:"), _prose(paper.material.briefings[number], [recommendations])]


def _prose(briefing: Briefing, blocks: Sequence[Block]) -> Prose:
    element, title = f"appendix {briefing.number}", briefing.document.front.title
    return Prose(element=element, title=title, blocks=tuple(blocks))


def _begin(paper: Paper, number: int) -> str:
    return "" if number == min(paper.material.briefings) else f"appendix-{number}-"


def _section(briefing: Briefing, section: BriefingSection, paper: Paper, level: int) -> tuple[Block, ...]:
    file, appendices = briefing.document.file, set[int]()
    blocks = blocks_of(section.text, file, section.row + 1, paper.evidence, appendices, level, under=1)
    return blocks if says_something(" ".join(plain(blocks))) else (paragraph(NOTHING, role="notice"),)


def _recommendation(briefing: Briefing, recommendation: Recommendation, paper: Paper, begin: str) -> Fact:
    file, appendices = briefing.document.file, set[int]()
    blocks = blocks_of(recommendation.text, file, recommendation.row, paper.evidence, appendices, level=6)
    if not blocks or blocks[0].block != "paragraph" or len(blocks) > 1:
        expected, fix = "a recommendation of one paragraph", "begin it with a word; take a mark such as # or - off"
        raise Refused([Error(file, expected, recommendation.row, "recommendations", recommendation.text, fix)])
    place = f"{begin}recommendation-{recommendation.number.replace('.', '-')}"
    return Fact(name=spans(recommendation.number), spans=blocks[0].spans, place=place)
