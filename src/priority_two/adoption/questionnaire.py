"""The questions of a new partnership, asked on a terminal, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from pydantic import ValidationError

from priority_two.adoption.answers import LISTS, REQUIRED, PartnershipAnswers, check_so_far, split_pairs, unanswered
from priority_two.errors import WrongCall, one_line


def ask(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that are given, and those of whoever sits at the terminal to what is not.

    A question is asked again until its answer can be used. A list ends with a blank line. Where every answer is given
    that has to be, nothing is asked.
    """
    answers = dict(given)
    if not unanswered(given):
        return answers
    for question, field in PartnershipAnswers.model_fields.items():
        if question == "part_type" and not answers.get("parts"):
            continue
        if answers.get(question) in (None, "", {}):
            needed = question in REQUIRED or question == "part_type"
            ask_for = _list if question in LISTS else _answer
            answers[question] = ask_for(question, str(field.title), needed, answers)
    return {question: answer for question, answer in answers.items() if answer or question in REQUIRED}


def _answer(question: str, title: str, needed: bool, so_far: Mapping[str, Any]) -> str:
    def check(text: str) -> str:
        if text or needed:
            _check(question, text, so_far)
        return text

    words = title if needed else f"{title} (Enter for none)"
    return str(click.prompt(words, default=None if needed else "", show_default=False, value_proc=check))


def _list(question: str, title: str, needed: bool, so_far: Mapping[str, Any]) -> dict[str, str]:
    """Return the answers to a question that has several, each by its id."""
    pairs: dict[str, str] = {}

    def check(text: str) -> dict[str, str]:
        if not text:
            return {}
        try:
            pair = split_pairs(question, [text])
        except WrongCall as wrong:
            raise click.UsageError(str(wrong)) from None
        _check(question, {**pairs, **pair}, so_far)
        return pair

    only = question == "home_area"
    while True:
        may_end = bool(pairs) or not needed
        words = title if not may_end else f"{title} (Enter when there is no more)"
        pair = click.prompt(words, default="" if may_end else None, show_default=False, value_proc=check)
        pairs.update(pair)
        if not pair or only:
            return pairs


def _check(question: str, answer: Any, so_far: Mapping[str, Any]) -> None:
    """Refuse an answer that cannot be used with those so far, so that the question is asked again."""
    try:
        PartnershipAnswers.model_validate({question: answer})
    except ValidationError as error:
        own = [problem["msg"] for problem in error.errors(include_url=False) if problem["loc"][0] == question]
        if own:
            raise click.UsageError(f"expected {one_line(own[0].removeprefix('Value error, '))}") from None
    try:
        check_so_far({**so_far, question: answer})
    except WrongCall as wrong:
        raise click.UsageError(str(wrong)) from None
