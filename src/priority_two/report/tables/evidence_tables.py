"""The returns behind the figures of a paper: a line each, and, as evidence, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from priority_two.blocks import (
    Cell,
    Row,
    Span,
    Table,
    cell,
    joined,
    link,
    number_cell,
    place_of,
    styled,
)
from priority_two.measures.evidence import Evidence
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.periods import Period, date_label, month_label, try_parse
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import marked
from priority_two.report.source_rows import Behind, label_of
from priority_two.report.tables.returns_tables import PERMISSIONS
from priority_two.returns.store import Observation, Terms
from priority_two.sentences import counted

Rows = list[Observation]


def returns_behind(rows: Iterable[Observation]) -> list[tuple[str, Rows]]:
    """Return rows by the return in which they came, told by its file."""
    return [(file, list(group)) for file, group in groupby(rows, key=lambda row: row.file)]


def by_return(rows: Iterable[Observation], catalogue: Catalogue, within: Period) -> Table:
    """Return a line for each return that is about some month of a period, and one for those before it."""
    order = list(catalogue.partner_short)
    returns = [group for _, group in returns_behind(rows)]
    own = [group for group in returns if _is_about(group[0].terms, within)]
    own.sort(key=lambda group: (order.index(group[0].terms.partner), group[0].terms.received))
    earlier = [group for group in returns if not _is_about(group[0].terms, within)]
    lines = [
        _line(catalogue.partner_short[group[0].terms.partner], _received(group), _covers(group), group) for group in own
    ]
    for synthetic in (False, True):
        rest = [row for group in earlier for row in group if row.terms.synthetic == synthetic]
        if rest:
            last = max(row.terms.received for row in rest)
            to = f"to {month_label(last.year * 12 + last.month - 1)}"
            lines.append(_line("Earlier returns", to, "earlier periods, for comparison", rest))
    partners = {group[0].terms.partner for group in returns}
    table = Table(
        title=f"Where they come from: {counted(len(returns), 'return')} of {counted(len(partners), 'partner')}",
        head=("Partner", "Received", "Covers", "Figures here"),
        rows=tuple(lines),
        role="dense split",
    )
    return marked(table)


def _line(partner: str, received: str, covers: str, rows: Rows) -> Row:
    synthetic = rows[0].terms.synthetic
    count = number_cell(f"{len(rows):,}", Decimal(len(rows)), synthetic=synthetic)
    return Row(heading=cell(partner), cells=(cell(received), cell(covers), count))


def _is_about(terms: Terms, within: Period) -> bool:
    months = try_parse(terms.months)
    return months is not None and months.first <= within.last and within.first <= months.last


def _received(rows: Rows) -> str:
    return date_label(rows[0].terms.received)


def _covers(rows: Rows) -> str:
    months = try_parse(rows[0].terms.months)
    return months.plain.label if months else rows[0].terms.months


def of_return(rows: Rows, behind: Behind, evidence: Evidence) -> Table:
    """Return the rows of a return that stand behind a figure, each at the place to which its figure leads."""
    catalogue, terms = evidence.catalogue, rows[0].terms
    whose = catalogue.partner_short[terms.partner]
    standing = f"{'Made up' if terms.synthetic else 'Reported'}; {PERMISSIONS[terms.permission]}"
    return marked(
        Table(
            title=f"Figures from {whose}, received {_received(rows)}",
            head=("Figure", "Value", "Period", "Sent by", "Standing", "Row", "Note", "In the paper"),
            rows=tuple(
                Row(
                    heading=cell(*named(row, catalogue)),
                    cells=(
                        number_cell(evidence.text(row), row.value, synthetic=terms.synthetic),
                        cell(row.period.label),
                        cell(f"{whose}, received {_received(rows)}"),
                        cell(standing),
                        number_cell(str(row.row)),
                        cell(row.note or "no note"),
                        _back(row.anchor, behind),
                    ),
                    name=row.anchor,
                )
                for row in rows
            ),
            role="sources",
        )
    )


def worked_out(behind: Behind, evidence: Evidence) -> Table:
    """Return the figures that are made of several rows, and the rows of which they are made."""
    return marked(
        Table(
            title="Figures worked out from several rows",
            head=("Figure", "Value", "Period", "Made of", "In the paper"),
            rows=tuple(
                Row(
                    heading=cell(*named(figure, evidence.catalogue)),
                    cells=(
                        number_cell(evidence.text(figure), figure.value, synthetic=figure.synthetic),
                        cell(figure.period.label),
                        cell(*joined((_source(source) for source in figure.sources), "; ")),
                        _back(figure.anchor, behind),
                    ),
                    name=figure.anchor,
                )
                for figure in behind.worked_out
            ),
            role="worked-out",
        )
    )


def named(figure: Observation | Figure | Rate, catalogue: Catalogue) -> Sequence[str | Span]:
    """Return how a figure is called, its id first."""
    return styled("id", figure.measure), f" {label_of(figure, catalogue)}"


def _source(source: Observation) -> Span:
    part = f" {source.breakdown}" if source.breakdown else ""
    return link(f"{source.measure}{part}, {source.period.label}", source.anchor)


def _back(anchor: str, behind: Behind) -> Cell:
    """Return the way back to where a figure stands; to a figure that does not lead here there is none."""
    return cell(link("Back to the figure", place_of(anchor)) if anchor in behind.led_to else "in a table or a sum")
