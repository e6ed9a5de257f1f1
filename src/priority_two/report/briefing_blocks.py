"""The Board briefing as blocks: alone, and as an appendix of the quarterly paper, from the same pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from priority_two.blocks import Block, Fact, Facts, Group, Prose, facts, heading, paragraph, plain, spans
from priority_two.errors import Error, Refused
from priority_two.report.documents_shown import exhibits
from priority_two.report.paper import Paper
from priority_two.updates.briefing import RECOMMENDATIONS, Briefing, BriefingSection, Recommendation
from priority_two.updates.headings import says_something
from priority_two.updates.narrative import blocks_of

NOTHING = "Nothing was written here."


def briefing_blocks(paper: Paper, number: int) -> list[Block]:
    """Return a briefing whole, as an appendix shows it.

    Raises
    ------
    Refused
        Every error of its sections, recommendations and exhibits.
    """
    briefing = paper.material.briefings[number]
    parts: list[list[Block]] = []
    errors: list[Error | str] = []
    for part in (sections_of, exhibits_of, recommendations_of):
        try:
            parts.append(part(paper, number))
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors)
    sections, tables, recommendations = parts
    return [
        facts(particulars(briefing)),
        heading(4, "Contacts"),
        contacts_of(briefing),
        *sections,
        *tables,
        heading(4, f"{len(briefing.sections) + 1}. {RECOMMENDATIONS}"),
        *recommendations,
    ]


def under_titles(paper: Paper, blocks: Mapping[int, Sequence[Block]]) -> list[Block]:
    """Return blocks of each briefing, under its title where there is more than one."""
    groups: list[Block] = []
    for number, part in blocks.items():
        title = paper.material.briefings[number].document.front.title
        groups += [heading(3, f"Appendix {number}: {title}")] if len(blocks) > 1 else []
        groups.append(Group(element=f"appendix {number}", title=title, blocks=tuple(part)))
    return groups


def particulars(briefing: Briefing) -> list[tuple[str, str]]:
    """Return what a briefing is about and, where it says so, for what."""
    rows = [("Subject", briefing.front.subject), ("Purpose", briefing.front.purpose)]
    return [(name, words) for name, words in rows if words]


def contacts_of(briefing: Briefing) -> Prose:
    """Return whom to ask, by role and post."""
    rows = [(contact.role, contact.post) for contact in briefing.front.contacts]
    return _prose(briefing, [facts(rows, role="contacts")])


def sections_of(paper: Paper, number: int, level: int = 4) -> list[Block]:
    """Return what a briefing says section by section, its headings at a level.

    Of the paper's briefings the first has the plain names for its places in the page, those after it the number of
    their appendix besides, so that a link is the same alone and as an appendix.

    Raises
    ------
    Refused
        Every error of a narrative.
    """
    briefing = paper.material.briefings[number]
    blocks: list[Block] = []
    errors: list[Error | str] = []
    for section in briefing.sections:
        name = f"{_begin(paper, number)}briefing-section-{section.number}"
        blocks.append(heading(level, f"{section.number}. {section.title}", name=name))
        try:
            blocks += _section(briefing, section, paper, level + 1)
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(errors)
    return [_prose(briefing, blocks)]


def exhibits_of(paper: Paper, number: int) -> list[Block]:
    """Return the tables and charts that stand under a briefing.

    Raises
    ------
    Refused
        A measure that is named there has no observation.
    """
    return [*exhibits(paper, paper.material.briefings[number].document, f"appendix {number}")]


def recommendations_of(paper: Paper, number: int) -> list[Block]:
    """Return what the Board is recommended, numbered as minutes cite it.

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
    board = paper.catalogue.partnership.board
    recommendations = Facts(facts=tuple(rows), role="recommendations")
    return [paragraph(f"The {board} is recommended:"), _prose(briefing, [recommendations])]


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
