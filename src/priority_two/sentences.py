"""Pieces of sentences that are worked out from data: numbers as words, lists with *and*, a capital at the beginning.

Numbers up to twelve are written as words, as the Government style guide does in running text; larger ones as figures.

>>> f"{capital(number_word(11))} of the {number_word(15)} commitments are on plan."
'Eleven of the 15 commitments are on plan.'
"""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_word(number: int) -> str:
    """Return a count as it stands in a sentence: ``none``, ``one`` to ``twelve``, then ``13`` and so on."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def capital(sentence: str) -> str:
    """Return a sentence with a capital at its beginning; the rest is as it was."""
    return sentence[:1].upper() + sentence[1:]


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list in a sentence: ``a``, ``a and b``, ``a, b and c``; nothing where there is none."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun as it stands in a sentence: ``no partner``, ``one partner``, ``13 partners``."""
    return f"{number_word(number) if number else 'no'} {noun}{'s' if number > 1 else ''}"


def agreeing(number: int, singular: str, plural: str) -> str:
    """Return the form of a word that agrees with a count; none is singular."""
    return singular if number in (0, 1) else plural
