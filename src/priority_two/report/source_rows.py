"""The rows of returns behind the figures of a paper: what its evidence lists, and its PDF carries as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from priority_two.blocks import Citation, Section, citations, walk
from priority_two.content.model import ShownSource
from priority_two.measures.citations import exact
from priority_two.measures.evidence import Evidence
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.store import Observation


@dataclass(frozen=True)
class Behind:
    """What stands behind the figures of a paper.

    Parameters
    ----------
    rows
        The rows of returns, by the return and the row.
    worked_out
        The figures made of several rows to whose evidence the paper leads, by their anchors.
    led_to
        The anchors of the figures to whose evidence the paper leads.
    """

    rows: list[Observation]
    worked_out: list[Figure | Rate]
    led_to: frozenset[str]


def behind(sections: Iterable[Section], evidence: Evidence) -> Behind:
    """Return what stands behind the figures of some sections."""
    cited: dict[Citation, Observation | Figure | Rate] = {}
    for section in sections:
        for block in walk(section.blocks):
            for citation in citations(block):
                if citation.received and citation not in cited:  # what is counted or was not received has no row
                    cited[citation] = evidence.cited(citation)
    rows = {row.anchor: row for figure in cited.values() for row in rows_of(figure)}
    led_to = {citation.anchor for citation in cited if citation.anchor}
    worked_out = {
        figure.anchor: figure
        for citation, figure in cited.items()
        if citation.anchor and not isinstance(figure, Observation)
    }
    return Behind(
        sorted(rows.values(), key=lambda row: (row.file, row.row)),
        [figure for _, figure in sorted(worked_out.items())],
        frozenset(led_to),
    )


def rows_of(figure: Observation | Figure | Rate) -> tuple[Observation, ...]:
    """Return the rows of which a figure is made."""
    return (figure,) if isinstance(figure, Observation) else figure.sources


def label_of(figure: Observation | Figure | Rate, catalogue: Catalogue) -> str:
    """Return how a figure is called: its measure, part and area."""
    part, area = "", catalogue.areas.get(figure.area, "")
    if figure.breakdown:
        meaning = catalogue.breakdowns[figure.measure, figure.breakdown]
        part = ", ".join(name for name in (meaning.series, meaning.label) if name)
    title = catalogue.measures[figure.measure].title
    return title + (f": {part}" if part else "") + (f", {area}" if area else "")


def as_shown(row: Observation, catalogue: Catalogue) -> ShownSource:
    """Return a row as the PDF carries it."""
    terms = row.terms
    return ShownSource(
        anchor=row.anchor,
        figure=label_of(row, catalogue),
        measure=row.measure,
        breakdown=row.breakdown,
        area=row.area,
        period=str(row.period),
        value=exact(row.value),
        unit=catalogue.measures[row.measure].unit,
        status=row.status,
        partner=terms.partner,
        received=terms.received.isoformat(),
        extract_date=terms.extract_date.isoformat() if terms.extract_date else "",
        file=row.file,
        row=row.row,
        permission=terms.permission,
        synthetic=terms.synthetic,
        note=row.note,
    )
