"""Pieces of sentences that are worked out from data: numbers as words, lists, verbs that agree with what is counted.

Each is right for none, one, two and many.

Numbers up to twelve are written as words, as the Government style guide does in running text; larger ones as figures.

>>> f"{capital(number_word(11))} of the {number_word(15)} commitments are on plan."
'Eleven of the 15 commitments are on plan.'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from priority_two.blocks import Span

_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_word(number: int) -> str:
    """Return a count as it stands in a sentence: ``none``, ``one`` to ``twelve``, then ``13`` and so on."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def capital(sentence: str) -> str:
    """Return a sentence with a capital at its beginning; the rest is as it was."""
    return sentence[:1].upper() + sentence[1:]


def lowered(sentence: str) -> str:
    """Return words as they stand inside a sentence, without the capital at their beginning."""
    return sentence[:1].lower() + sentence[1:]


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list in a sentence: ``a``, ``a and b``, ``a, b and c``; nothing where there is none."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def listed_spans(pieces: Iterable[Sequence[str | Span]], last: str = "and") -> list[str | Span]:
    """Return pieces of a line, each of one span or several, as :func:`listed` lists words."""
    each = list(pieces)
    line: list[str | Span] = []
    for number, piece in enumerate(each):
        if number:
            line.append(f" {last} " if number == len(each) - 1 else ", ")
        line += piece
    return line


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number of things: ``no milestone``, ``one milestone``, ``two milestones``, ``13 milestones``."""
    return f"{number_word(number) if number else 'no'} {agreeing(number, noun, nouns or f'{noun}s')}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """Return the form of a word that agrees with a number; none is singular: ``none is``, ``no milestone is``."""
    return singular if number in (0, 1) else plural


def ordinal(number: int) -> str:
    """Return the place in a row in figures: ``1st``, ``2nd``, ``3rd``, ``11th``."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def share(number: int, total: int) -> str:
    """Return how many of how many: ``none of the two``, ``both``, ``all 15``, ``four of the 15``.

    What is counted follows the words: ``all 15 commitments``.
    """
    if total == number and total > 1:
        return "both" if total == 2 else f"all {number_word(total)}"
    return f"{number_word(number)} of the {number_word(total)}"


def lacking(things: Sequence[str]) -> str:
    """Return what is not there, after a form of *to have*: ``no owner``, ``neither an owner nor a due date``.

    Of three and more: ``no reason, action or owner``.
    """
    if len(things) == 2:
        first, second = map(_with_article, things)
        return f"neither {first} nor {second}"
    return f"no {listed(things, 'or')}"


def with_articles(things: Sequence[str]) -> str:
    """Return things with their articles: ``a reason, an action and an owner``."""
    return listed([_with_article(thing) for thing in things])


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
