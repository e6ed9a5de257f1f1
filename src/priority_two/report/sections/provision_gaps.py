"""What services were asked for and gave, and where there is a gap."""

from __future__ import annotations

from priority_two.blocks import Block, Details, paragraph, spans
from priority_two.report.paper import Paper
from priority_two.report.tables.provision_table import at_a_glance, provision


def provision_gaps(paper: Paper) -> list[Block]:
    """Return the gaps in provision in the quarter in which the month lies."""
    if not paper.material.book.services:
        return [paragraph("No services are named of which provision could be told.")]
    asked = (paper.material.book, paper.catalogue, paper.material.period)
    full = provision(*asked, "Provision")
    return [at_a_glance(*asked), Details(summary=spans("Provision and its gaps in full"), blocks=(full,))]
