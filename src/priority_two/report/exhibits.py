"""Exhibits: tables of a measure's observations, a row a period (or a part), and a column a part (or a period)."""

from __future__ import annotations

from priority_two.blocks import Cell, Chart, Row, Table, cell, figure_cell, number_cell
from priority_two.charts.charts import MOST_BARS, Bar, are_distinct, bar_chart
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Evidence
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import UNITS, marked, notation
from priority_two.returns.store import Observation

Rows = dict[str, dict[str, Observation]]

PARTS = "parts"
TOTAL = "Total"
MOST_PARTS = 4
"""As many parts as are drawn side by side over several periods, by the Government Analysis Function's guidance."""
MOST_COLUMNS = 7
"""As many columns of figures as fit a page."""
OVERLAP = "The rows overlap: they do not add up to the total."


def exhibit(measure: str, charted: str, evidence: Evidence) -> Table | None:
    """Return a measure's table from the observations that lie within the report's financial year.

    Parameters
    ----------
    measure
        The measure's id.
    charted
        The breakdown to draw as bars, a bar a row; ``parts`` for a bar a part; blank for no chart.
    evidence
        Where the observations are.

    Returns
    -------
    Table or None
        None where there is no observation to show.
    """
    catalogue = evidence.catalogue
    if catalogue.measures[measure].aggregation == "derived":
        return _worked_out(measure, evidence)
    observations = evidence.of(measure, evidence.period.financial_year)
    if not observations:
        return None
    meaning = catalogue.measures[measure]
    # Where several partners report the same thing, a row says whose figures it holds.
    several = len({observation.key for observation in observations}) < len(observations)
    dated = len({observation.period for observation in observations}) > 1
    rows: Rows = {}
    for observation in observations:
        series, label = _labels(observation, catalogue)
        whose = catalogue.partners[observation.terms.partner] if several else ""
        heading = ", ".join(part for part in (observation.period.label if dated else "", series, whose) if part)
        rows.setdefault(heading or observation.period.label, {})[label] = observation
    title, chart, too_many = "", None, ""
    if charted:
        wanted = "" if charted == PARTS else catalogue.breakdowns[measure, charted].label
        title = wanted or meaning.title
        chart, too_many = _chart(title, _charted(rows, wanted), evidence)
    columns = list(dict.fromkeys(label for cells in rows.values() for label in cells))
    unit = UNITS.get(meaning.unit, "Number")
    if min(len(columns), len(rows)) > MOST_COLUMNS:
        rows = {
            f"{heading}, {label}": {unit: observation}
            for heading, cells in rows.items()
            for label, observation in cells.items()
        }
        columns, head = [unit], ["Item", unit]
    elif len(columns) > len(rows):  # a part a row is easier to read, and has room for its name
        periods = [unit] if len(rows) == 1 else list(rows)
        whole = [rows[heading] for heading in rows]
        rows = {
            label: {period: cells[label] for period, cells in zip(periods, whole, strict=True) if label in cells}
            for label in columns
        }
        columns, head = periods, ["Item", *periods]
    else:
        head = ["Period", *(unit if column == TOTAL else column for column in columns)]
    body = [
        Row(heading=cell(heading), cells=tuple(_cell(cells.get(column), evidence) for column in columns))
        for heading, cells in rows.items()
    ]
    notes = notation(observation.status for observation in observations)
    return marked(
        Table(
            title=meaning.title,
            head=tuple(head),
            rows=tuple(body),
            chart=chart,
            notes=(*([too_many] if too_many else []), *notes, *([OVERLAP] if _overlaps(observations) else [])),
        )
    )


def _worked_out(measure: str, evidence: Evidence) -> Table | None:
    """Return the table of a measure that is worked out from others: a row a period; None where none is complete."""
    figures = evidence.worked_out_of(measure)
    if not any(figure.value is not None for figure in figures):
        return None
    meaning = evidence.catalogue.measures[measure]
    rows = tuple(Row(heading=cell(figure.period.label), cells=(_cell(figure, evidence),)) for figure in figures)
    head = ("Period", UNITS.get(meaning.unit, "Number"))
    notes = notation(figure.flags for figure in figures)
    return marked(Table(title=meaning.title, head=head, rows=rows, notes=notes))


def _charted(rows: Rows, wanted: str) -> Rows:
    """Return what a chart draws: the part that is wanted, or every part; a total only where there is no part."""
    parted = any(observation.breakdown for cells in rows.values() for observation in cells.values())
    return {
        heading: {
            label: observation
            for label, observation in cells.items()
            if (label == wanted if wanted else bool(observation.breakdown) == parted)
        }
        for heading, cells in rows.items()
    }


def _chart(title: str, rows: Rows, evidence: Evidence) -> tuple[Chart | None, str]:
    """Return a chart with a bar a figure, or why there is none.

    A bar's label tells it from every other: by its period, by its part, or by both.
    """
    parts = {label for cells in rows.values() for label in cells}
    bars = [
        Bar(_bar_label(heading, label, len(rows), len(parts)), observation.value, evidence.text(observation))
        for heading, cells in rows.items()
        for label, observation in cells.items()
    ]
    if len(bars) > MOST_BARS or (len(parts) > MOST_PARTS and len(rows) > 1):
        return None, f"Not charted: {len(bars)} bars are too many to read."
    if bars and not are_distinct([bar.label for bar in bars]):
        return None, "Not charted: the names are too long to tell the bars apart."
    if not bars:
        return None, ""
    drawing = bar_chart(title, bars)
    return Chart(svg=drawing.svg, alt=drawing.alt, title=title), ""


def _bar_label(heading: str, label: str, rows: int, parts: int) -> str:
    if rows == 1:
        return label
    return f"{heading}, {label}" if parts > 1 else heading


def _overlaps(observations: list[Observation]) -> bool:
    """Tell whether a total stands above parts that do not add up to it: then a reader is told."""
    totals = [
        observation.value for observation in observations if not observation.breakdown and observation.value is not None
    ]
    parts = [
        observation.value for observation in observations if observation.breakdown and observation.value is not None
    ]
    return len(totals) == 1 and len(parts) > 1 and sum(parts) != totals[0]


def _labels(observation: Observation, catalogue: Catalogue) -> tuple[str, str]:
    breakdown = catalogue.breakdowns.get((observation.measure, observation.breakdown))
    return (breakdown.series, breakdown.label) if breakdown else ("", TOTAL)


def _cell(figure: Observation | Figure | Rate | None, evidence: Evidence) -> Cell:
    if figure is None:
        return number_cell("none reported")
    observed = isinstance(figure, Observation)
    if figure.value is None and not observed:
        return number_cell(evidence.text(figure))
    citation = cite(figure, evidence.catalogue, unit=evidence.unit(figure), listed=True)
    return figure_cell(citation, gap=observed and figure.value is None)
