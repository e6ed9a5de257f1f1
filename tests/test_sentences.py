"""Sentences worked out from data are plain English for none, one, two and many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priority_two.blocks import link, words
from priority_two.blocks import spans as line_of
from priority_two.sentences import (
    agreeing,
    capital,
    counted,
    lacking,
    listed,
    listed_spans,
    number_word,
    ordinal,
    share,
    with_articles,
)


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "none"), (1, "one"), (2, "two"), (11, "eleven"), (12, "twelve"), (13, "13"), (1200, "1,200")],
)
def test_numbers_up_to_twelve_are_words(number: int, word: str) -> None:
    assert number_word(number) == word


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "no return is"), (1, "one return is"), (2, "two returns are"), (13, "13 returns are")],
)
def test_what_is_counted_agrees_with_its_verb(number: int, text: str) -> None:
    assert f"{counted(number, 'return')} {agreeing(number, 'is', 'are')}" == text


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert (counted(1, "appendix", "appendices"), counted(3, "appendix", "appendices")) == (
        "one appendix",
        "three appendices",
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


@pytest.mark.parametrize(
    ("items", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists(items: list[str], text: str) -> None:
    assert listed(items) == text
    line = line_of(*listed_spans([link(item, "x")] for item in items))
    assert words(line) == text and [span.text for span in line if span.href] == items


@given(st.lists(st.text("xyz ", min_size=1), min_size=1, max_size=9))
def test_a_list_holds_each_item_in_its_order_and_one_and(items: list[str]) -> None:
    text = listed(items)
    assert text.count(" and ") == (len(items) > 1)
    assert text.replace(" and ", ", ").split(", ") == items


@pytest.mark.parametrize(
    ("number", "total", "text"),
    [(0, 2, "none of the two"), (2, 2, "both"), (3, 3, "all three"), (4, 15, "four of the 15"), (15, 15, "all 15")],
)
def test_how_many_of_how_many(number: int, total: int, text: str) -> None:
    assert share(number, total) == text


@pytest.mark.parametrize(
    ("things", "text"),
    [
        (["owner"], "no owner"),
        (["owner", "due date"], "neither an owner nor a due date"),
        (["reason", "action", "owner"], "no reason, action or owner"),
    ],
)
def test_what_is_lacking(things: list[str], text: str) -> None:
    assert lacking(things) == text


def test_articles_and_capitals() -> None:
    assert with_articles(["reason", "action", "due date"]) == "a reason, an action and a due date"
    assert (capital("eleven of the IRIS"), capital("")) == ("Eleven of the IRIS", "")
