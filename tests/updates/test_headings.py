"""Headings: a narrative is cut where the paper shows a heading, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priority_two.updates.headings import cut_at_headings, says_something

FIRST = 10
"""The line of the file on which each narrative begins."""


@pytest.mark.parametrize(
    ("markdown", "headings"),
    [
        ("# A\nWords.\n## B\n", [(1, "A", "", 10), (2, "B", "A", 12)]),
        ("## B\n# A :\n### C", [(2, "B", "", 10), (1, "A", "", 11), (3, "C", "A", 12)]),
        ("# *A* #\n   # B", [(1, "A", "", 10), (1, "B", "", 11)]),
        ("#\n#x\n\n    # code", [(1, "", "", 10)]),
        ("```\n# code\n```\n# A", [(1, "A", "", 13)]),
        ("- # in a list\n\n> # in a quotation", []),
        ('# {{ value("POL01") }}', [(1, "", "", 10)]),
    ],
)
def test_a_heading_is_what_the_paper_shows_as_one(markdown: str, headings: list[tuple[int, str, str, int]]) -> None:
    texts = cut_at_headings(markdown, FIRST)[1:]
    assert [(text.level, text.title, text.parent, text.row) for text in texts] == headings


@pytest.mark.parametrize(
    ("markdown", "underlines"),
    [
        ("A\nB\n===\n", [(12, "===")]),
        ("# A\nWords\n  ---", [(12, "---")]),
        ("- A point\n---\n", []),  # a rule below a list
        ("# A\n---\n\n---", []),
        ("```\nA\n---\n```", []),
    ],
)
def test_a_line_that_makes_a_heading_of_words_is_known_by_its_row(
    markdown: str, underlines: list[tuple[int, str]]
) -> None:
    assert [line for text in cut_at_headings(markdown, FIRST) for line in text.underlines] == underlines


LINES = st.sampled_from(["# A", "## B #", "### C", "#", "```", "~~~~", "---", "", "- x", "Words.", "> # x", "    # y"])


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=12), st.integers(1, 6))
def test_every_line_is_a_heading_or_in_the_text_under_one(lines: list[str], deepest: int) -> None:
    first, *texts = cut_at_headings("\n".join(lines), FIRST, deepest)
    written = [first.text, *(part for text in texts for part in (text.line, text.text))]
    assert [line.strip() for line in "\n".join(written).split("\n") if line.strip()] == [
        line.strip() for line in lines if line.strip()
    ]
    assert all(text.line == lines[text.row - FIRST].strip() and 1 <= text.level <= deepest for text in texts)


@pytest.mark.parametrize(("text", "something"), [("-", False), ("&nbsp;", False), ("&eacute;", True), ("- 1", True)])
def test_a_bullet_alone_says_nothing(text: str, something: bool) -> None:
    assert says_something(text) == something
