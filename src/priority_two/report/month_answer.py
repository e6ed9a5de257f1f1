"""The month in a sentence: how many partners sent their return, and how many measures signal a change.

More reports or referrals can be good news, so that nothing is called better or worse but by the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from priority_two.measures.xmr import favour
from priority_two.periods import Period, month_label
from priority_two.report.tables.measure_tables import MeasureSection
from priority_two.sentences import capital, listed, number_word


def month_in_a_sentence(month: Period, counts: Mapping[str, int], sections: Sequence[MeasureSection]) -> str:
    """Return what a month's sheet says, in a sentence.

    Parameters
    ----------
    month
        The month.
    counts
        How many partners were ``expected`` to send a return, how many ``submitted`` one, and how many ``on_time``.
    sections
        The measures that have figures.
    """
    return f"{capital(_returns(month, counts))}; {_signals(sections)}."


def _returns(month: Period, counts: Mapping[str, int]) -> str:
    expected, sent, on_time = (counts[what] for what in ("expected", "submitted", "on_time"))
    name = month_label(month.first).split()[0]
    if not expected:
        return f"no return was expected for {name}"
    if not sent:
        partners = "the one partner has not" if expected == 1 else f"none of the {number_word(expected)} partners has"
        return f"{partners} sent {name}\u2019s return"
    if sent == expected:
        everyone = {1: "the one partner has", 2: "both partners have"}
        who = everyone.get(expected, f"all {number_word(expected)} partners have")
    else:
        who = f"{number_word(sent)} of {number_word(expected)} partners {'has' if sent == 1 else 'have'}"
    if sent == 1:
        time = "on time" if on_time else "late"
    elif on_time == sent:
        time = "both on time" if sent == 2 else "all on time"
    else:
        time = f"{number_word(on_time)} on time"
    return f"{who} sent {name}\u2019s return, {time}"


def _signals(sections: Sequence[MeasureSection]) -> str:
    signalling = [section for section in sections if section.signals]
    if not sections:
        return "no measure has figures"
    if len(sections) == 1:
        change = "a change" if signalling else "no change"
        return f"the one measure with figures signals {change}{_favours(signalling)}"
    if not signalling:
        return f"none of the {number_word(len(sections))} measures with figures signals a change"
    verb = "signals" if len(signalling) == 1 else "signal"
    share = f"{number_word(len(signalling))} of {number_word(len(sections))}"
    return f"{share} measures with figures {verb} a change{_favours(signalling)}"


def _favours(signalling: Sequence[MeasureSection]) -> str:
    """Return how many changes are for the better and for the worse; nothing where the catalogue says it of none."""
    verdicts = [
        {favour(signal, section.measure.direction) for signal in section.signals} - {""} for section in signalling
    ]
    counts = {word: sum(verdict == {word} for verdict in verdicts) for word in ("better", "worse")}
    parts = [f"{number_word(count)} for the {word}" for word, count in counts.items() if count]
    if not parts:
        return ""
    if len(signalling) == 1:
        return f", for the {next(word for word, count in counts.items() if count)}"
    if max(counts.values()) == len(signalling):
        return f", {'both' if len(signalling) == 2 else 'all'} for the {max(counts, key=lambda word: counts[word])}"
    return f", {listed(parts)}"
