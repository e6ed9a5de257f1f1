"""What services were asked for and gave, and where there is a gap."""

from __future__ import annotations

from priority_two.blocks import Block
from priority_two.report.paper import Paper
from priority_two.report.tables.provision_table import provision


def provision_gaps(paper: Paper) -> list[Block]:
    """Return the gaps in provision in the quarter in which the month lies."""
    return [provision(paper.material.book, paper.catalogue, paper.material.period, "Provision")]
