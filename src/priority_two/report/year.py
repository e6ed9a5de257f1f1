"""A financial year as its quarters' updates have it."""

from __future__ import annotations

from priority_two.periods import Period
from priority_two.report.material import Material
from priority_two.report.milestones_table import Promise
from priority_two.updates.documents import Milestone, Update


def quarters_of_year(material: Material) -> list[tuple[Period, dict[str, Update]]]:
    """Return the year's quarters that have updates, with these, the last quarter last."""
    updates = {**material.earlier, material.quarter: material.updates}
    return [(quarter, written) for quarter, written in updates.items() if material.period.contains(quarter)]


def milestones_of_year(material: Material) -> list[Promise]:
    """Return the year's milestones by commitment, each as last reported and with the date that was promised first.

    Its basis is ``illustrative``, and its row marked, where only an illustrative update tells of it.
    """
    milestones: dict[tuple[str, str], tuple[bool, Milestone]] = {}
    for _, updates in quarters_of_year(material):
        for name, document in updates.items():
            for milestone in document.front.milestones:
                _, before = milestones.get((name, milestone.id), (True, milestone))
                first = milestone.model_copy(update={"baseline": before.baseline or milestone.baseline})
                milestones[name, milestone.id] = document.front.basis == "illustrative", first
    order = list(material.catalogue.commitments)
    return [
        Promise(name, milestone, "illustrative" if illustrative else "", marked=illustrative)
        for (name, _), (illustrative, milestone) in sorted(milestones.items(), key=lambda item: order.index(item[0][0]))
    ]
