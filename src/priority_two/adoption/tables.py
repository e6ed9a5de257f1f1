"""The tables of ``data/reference/``, each with the model of its rows, in the order in which one fills them in."""

from __future__ import annotations

from priority_two.checks.rules import Attribution, Body, Name, Placeholder, Related, Total
from priority_two.checks.waivers import Waiver
from priority_two.measures.breaks import Break
from priority_two.measures.provision import Service
from priority_two.measures.rates import Definition, Population
from priority_two.reference.catalogue import MODELS
from priority_two.reference.records import TableRow
from priority_two.updates.headings import ListedHeading, SectionHeading

ROW_MODELS: dict[str, type[TableRow]] = {
    **MODELS,
    "derived": Definition,
    "populations": Population,
    "breaks": Break,
    "provision": Service,
    "totals": Total,
    "related": Related,
    "names": Name,
    "bodies": Body,
    "placeholders": Placeholder,
    "attributions": Attribution,
    "waivers": Waiver,
    "briefing_sections": SectionHeading,
    "group_sections": ListedHeading,
}
"""What a row of each table is."""
