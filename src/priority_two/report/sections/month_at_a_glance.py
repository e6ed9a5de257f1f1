"""How many partners sent their return, and which measures say something that chance does not."""

from __future__ import annotations

from priority_two.blocks import Badges, Block, Count, Span, heading, link, listing, paragraph, styled
from priority_two.report.paper import Paper
from priority_two.report.sheet import without_figures
from priority_two.report.tables.measure_tables import MeasureSection
from priority_two.returns.coverage import quality


def month_at_a_glance(paper: Paper) -> list[Block]:
    """Return the month at a glance."""
    month = paper.material.period
    counts = quality(paper.material.covered, month)
    groups = paper.measures_by_partner
    sections = [section for _, group in groups for section in group]
    missing = without_figures(paper.material, groups)
    none = f", {len(missing)} have none" if missing else ""
    numbers = {
        f"partners expected to send for {month.label}": counts["expected"],
        "sent a return": counts["submitted"],
        "on time": counts["on_time"],
        "with permission to publish": counts["permitted"],
    }
    signals = [_signal(section) for section in sections if section.signals]
    return [
        Badges(counts=tuple(Count(number=number, words=words) for words, number in numbers.items())),
        paragraph(
            f"{len(sections)} measures have figures{none}. More reports or referrals can be good news: no signal below "
            "is good or bad by itself."
        ),
        heading(3, "What the charts say of the latest figures"),
        listing(signals)
        if signals
        else paragraph("No measure shows a signal: what moved did no more than chance does."),
    ]


def _signal(section: MeasureSection) -> list[str | Span]:
    measure = section.measure
    mark: list[str | Span] = [" ", styled("illustrative", "illustrative")] if section.synthetic else []
    name = link(f"{measure.measure} {measure.title}", f"measure-{measure.measure}")
    return [name, f", {section.when}: {'; '.join(section.signals)}", *mark]
