"""What the sections of the data sheet have in common: which measures have something to show."""

from __future__ import annotations

from itertools import groupby

from priority_two.blocks import Block, Table, paragraph
from priority_two.measures.rollup import NOT_RECEIVED, WITHOUT_PERMISSION
from priority_two.periods import RANGE, Period
from priority_two.report.material import Material
from priority_two.report.tables.measure_tables import MeasureSection, measure_section, shown_measures


def sections_by_partner(material: Material) -> list[tuple[str, list[MeasureSection]]]:
    """Return the measures with something to show, by partner."""
    sections = [
        section
        for measure in shown_measures(material.catalogue)
        if (section := measure_section(material.book, material.catalogue, measure, material.period))
    ]
    grouped = groupby(sections, lambda section: _partners(section, material))
    return [(partners, list(group)) for partners, group in grouped]


def without_figures(material: Material, groups: list[tuple[str, list[MeasureSection]]]) -> dict[str, list[str]]:
    """Return the measures of the data sheet that have nothing to show, by the reason why."""
    shown = {section.measure.measure for _, sections in groups for section in sections}
    ledger = material.book.ledger
    reasons: dict[str, list[str]] = {}
    for measure in shown_measures(material.catalogue):
        if measure.measure not in shown:
            reason = WITHOUT_PERMISSION if ledger.withheld(measure.measure) else NOT_RECEIVED
            reasons.setdefault(reason, []).append(f"{measure.measure} {measure.short}")
    return reasons


def two_years(period: Period) -> Period:
    """Return the twenty-four months that end with a period."""
    return Period(period.last - 23, period.last, RANGE)


def tables_or(otherwise: str, *tables: Table | None) -> list[Block]:
    """Return tables, or words where there is none."""
    blocks: list[Block] = [table for table in tables if table]
    return blocks or [paragraph(otherwise)]


def _partners(section: MeasureSection, material: Material) -> str:
    """Return whose measure it is; of one that is worked out from others, those of the first of them."""
    catalogue, measure = material.catalogue, section.measure
    while not measure.partner and (terms := _terms(measure.measure, material)):
        measure = catalogue.measures[terms[0]]
    return " and ".join(catalogue.partners[name] for name in measure.partners)


def _terms(measure: str, material: Material) -> list[str]:
    definitions = (each for each in material.book.definitions.values() if each.measure == measure)
    return [term.measure for definition in definitions for term in definition.terms]
