"""The year in numbers: ratings at its end, milestones, headline figures."""

from __future__ import annotations

from priority_two.blocks import Badges, Block, Count, heading, paragraph
from priority_two.report.headlines import headline_figures
from priority_two.report.paper import Paper
from priority_two.report.rated import counts, legend, rated, unrated_note
from priority_two.report.year import milestones_of_year
from priority_two.updates.documents import When


def year_at_a_glance(paper: Paper) -> list[Block]:
    """Return the year at a glance."""
    material = paper.material
    year = material.period
    milestones = [promise.milestone for promise in milestones_of_year(material)]
    met = [each.met for each in milestones if isinstance(each.met, When)]
    numbers = {
        "met in the year": sum(year.start <= when.day <= year.end for when in met),
        "met, date not given": sum(each.met == "undated" for each in milestones),
        "still open": sum(each.met is None for each in milestones),
        "slipped": sum((each.slip or 0) > 0 or each.overdue(material.as_at) > 0 for each in milestones),
    }
    return [
        counts(material),
        *unrated_note(material),
        legend(paper.catalogue),
        heading(3, "Milestones"),
        Badges(counts=tuple(Count(number=number, words=words) for words, number in numbers.items())),
        paragraph(
            f"Ratings are those of {material.quarter.label}, for {len(rated(material))} rated commitments. A milestone "
            "has slipped when it was met, or is due now, later than first promised, or is overdue."
        ),
        *headline_figures(paper),
    ]
