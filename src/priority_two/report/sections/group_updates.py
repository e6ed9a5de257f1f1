"""What the strategic group's report says under each of its headings; of an empty one, that nothing was reported."""

from __future__ import annotations

from priority_two.blocks import Block, Group, Prose, heading, paragraph, plain
from priority_two.report.paper import Paper
from priority_two.updates.headings import HeadedText, says_something
from priority_two.updates.narrative import blocks_of
from priority_two.updates.strategic_group import GroupReport, ReportPart

NOTHING = "Nothing was reported under this heading."


def group_updates(paper: Paper) -> list[Block]:
    """Return the report's introduction and its parts."""
    report = group_report(paper)
    introduction = [_passage(report.introduction, paper, level=3)] if report.introduction else []
    return [*introduction, *(_part(part, number, paper) for number, part in enumerate(report.parts, 1))]


def group_report(paper: Paper) -> GroupReport:
    """Return the group's report, with which such a paper is opened."""
    if paper.material.group is None:
        raise ValueError("this paper is opened with a report of the group")
    return paper.material.group


def _part(part: ReportPart, number: int, paper: Paper) -> Group:
    name = f"part-{part.section}" if part.section else f"other-part-{number}"
    blocks: list[Block] = [heading(3, part.title, name=name), *_under(part, paper, level=4)]
    for inner in part.parts:
        blocks += [heading(4, inner.title), *_under(inner, paper, level=5)]
    return Group(role="part", blocks=tuple(blocks))


def _under(part: ReportPart, paper: Paper, level: int) -> list[Block]:
    """Return what stands under a heading, or that nothing does, unless other headings do."""
    passage: list[Block] = [_passage(part.passage, paper, level)] if part.passage else []
    silent = not says_something(" ".join(plain(passage)))
    return passage + ([paragraph(NOTHING, role="notice")] if silent and not part.parts else [])


def _passage(passage: HeadedText, paper: Paper, level: int) -> Group:
    file, appendices = group_report(paper).file, set[int]()
    blocks = blocks_of(passage.text, file, passage.row + 1, paper.evidence, appendices, level)
    element = " / ".join(part for part in (passage.parent, passage.title) if part) or "introduction"
    title = passage.title or f"{paper.catalogue.partnership.strategic_group} report"
    return Group(element=element, title=title, blocks=(Prose(element=element, title=title, blocks=blocks),))
