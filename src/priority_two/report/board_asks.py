"""What the Board is asked, in one list: what follows from exceptions, what briefings recommend, and data quality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from priority_two.blocks import Listing, Span, link, listing
from priority_two.report.briefing_blocks import recommended
from priority_two.report.matters import MatterGroup, StandingRating
from priority_two.report.paper import Paper
from priority_two.sentences import capital, counted, listed_spans

MOST_NAMED = 4
"""As many things are named in an ask; of more it says how many there are."""

Line = list[str | Span]


def asked_of_the_board(paper: Paper, ratings: Iterable[StandingRating], groups: Iterable[MatterGroup]) -> list[Listing]:
    """Return what the Board is asked as a numbered list, each ask with the page on which more is said of it.

    Parameters
    ----------
    paper
        The paper.
    ratings
        The ratings that are exceptions.
    groups
        The other exceptions; what the checks flagged is the last of them.

    Raises
    ------
    Refused
        A briefing's recommendation has an error.
    """
    *others, checks = groups
    asks: list[Line] = []
    if about := [link(each.commitment.commitment, f"commitment-{each.commitment.commitment}") for each in ratings]:
        asks.append(_ask(paper.catalogue.partnership.exceptions.rating.ask, listed_spans([span] for span in about)))
    asks += [_ask(group.ask, _about(group)) for group in others if group.matters]
    asks += _recommended(paper)
    asks += [_ask(checks.ask, _about(checks), checks.matters[0].anchor, "how made") for _ in checks.matters[:1]]
    return [listing(asks, ordered=True, role="asks")] if asks else []


def _ask(ask: str, about: Line, anchor: str = "exceptions", place: str = "exceptions") -> Line:
    return [f"{ask}: ", *about, " (", leading(place, anchor), ")."]


def leading(words: str, anchor: str) -> Span:
    """Return words that lead to a place in the paper; on paper they have its page."""
    return Span(text=words, href=f"#{anchor}", style="ref")


def _about(group: MatterGroup) -> Line:
    names = list(dict.fromkeys(name for matter in group.matters for name in matter.about))
    if len(names) > MOST_NAMED:
        return [counted(len(names), group.noun)]
    return listed_spans([name] for name in names)


def _recommended(paper: Paper) -> Iterator[Line]:
    """Yield what the briefings recommend, as it is written, each with its number and where it stands."""
    for number in paper.material.briefings:
        for fact in recommended(paper, number):
            words = [Span(text=span.text, style=span.style) for span in fact.spans]
            words[0] = words[0].model_copy(update={"text": capital(re.sub(r"^[Tt]o ", "", words[0].text))})
            words[-1] = words[-1].model_copy(update={"text": words[-1].text.rstrip(". ")})
            where = f"Appendix {number}, {''.join(span.text for span in fact.name)}"
            yield [*words, " (", leading(where, fact.place), ")."]
