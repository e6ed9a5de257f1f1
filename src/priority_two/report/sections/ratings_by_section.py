"""Ratings by section at the end of the year, as a chart and as the tables beneath it."""

from __future__ import annotations

from priority_two.blocks import Block, Row, Table, badge, cell, number_cell, paragraph, styled
from priority_two.report.paper import Paper
from priority_two.report.rated import commitment_badge, over_time, overview, rated, unrated_note


def ratings_by_section(paper: Paper) -> list[Block]:
    """Return the ratings at the end of the year."""
    material = paper.material
    tables = [_by_section(paper), _by_commitment(paper)] if rated(material) else []
    nothing = [] if tables else [paragraph("No commitment is rated.")]
    return [*unrated_note(material), *overview(material), *tables, *nothing, *over_time(material)]


def _by_section(paper: Paper) -> Table:
    catalogue = paper.catalogue
    ratings = {commitment.commitment: document.front.rating for commitment, document in rated(paper.material)}
    rows = []
    for section in catalogue.sections:
        names = [commitment.commitment for commitment in section.commitments if commitment.commitment in ratings]
        if names:
            counts = (sum(ratings[name] == rating for name in names) for rating in catalogue.ratings)
            cells = tuple(number_cell(str(count)) for count in (*counts, len(names)))
            rows.append(Row(heading=cell(f"{section.section}. {section.title}"), cells=cells))
    head = ("Section", *(point.word for point in catalogue.ratings.values()), "All")
    return Table(title="Ratings by section at the end of the year", head=head, rows=tuple(rows))


def _by_commitment(paper: Paper) -> Table:
    return Table(
        title="Rating of each commitment at the end of the year",
        head=("Commitment", "Rating", "Qualifier"),
        rows=tuple(
            Row(
                heading=cell(f"{commitment.commitment} {commitment.title}"),
                cells=(
                    cell(badge(commitment_badge(commitment, document, paper.catalogue))),
                    cell(document.front.qualifier or styled("em", "none given")),
                ),
            )
            for commitment, document in rated(paper.material)
        ),
    )
