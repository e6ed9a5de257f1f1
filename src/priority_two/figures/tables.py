"""Tables of a measure's observations, as a reader wants them: a row a period (or a part), a column a part (or one)."""

from __future__ import annotations

from dataclasses import dataclass

from priority_two.catalogue import Catalogue
from priority_two.evidence import Evidence
from priority_two.figures.charts import Bar, Chart, bar_chart
from priority_two.returns.store import Observation


@dataclass(frozen=True)
class Cell:
    """A cell: what it says, and the anchor of its source (blank where it has none)."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Exhibit:
    """A measure's table, with a chart where one was asked for.

    Parameters
    ----------
    title
        Caption of the table.
    head
        Column headings; the first heads the row headings.
    rows
        Row headings with their cells; no cell is blank.
    chart
        The chart, or None.
    synthetic
        Whether any figure is illustrative.
    notes
        What the notation in the table means.
    """

    title: str
    head: list[str]
    rows: list[tuple[str, list[Cell]]]
    chart: Chart | None
    synthetic: bool
    notes: list[str]


NOTATION = {
    "x": "[x] not available: the partner has not supplied the figure.",
    "z": "[z] not applicable.",
    "p": "[p] provisional.",
    "r": "[r] revised since first reported.",
}


def exhibit(measure: str, charted: str, evidence: Evidence) -> Exhibit | None:
    """Return a measure's table from the observations that lie within the report's financial year.

    Parameters
    ----------
    measure
        The measure's id.
    charted
        The breakdown to draw as bars, a bar a row; ``parts`` for a bar a part; blank for no chart.
    evidence
        Where the observations are; each that is shown is remembered as used.

    Returns
    -------
    Exhibit or None
        None where there is no observation to show.
    """
    catalogue = evidence.catalogue
    found = [evidence.use(one) for one in evidence.of(measure, evidence.period.financial_year)]
    if not found:
        return None
    labels = {one.key: _labels(one, catalogue) for one in found}
    columns = list(dict.fromkeys(label for _, label in labels.values()))
    rows: dict[str, dict[str, Observation]] = {}
    for one in found:
        series, label = labels[one.key]
        periods = len({other.period for other in found}) > 1
        heading = ", ".join(part for part in (one.period.label if periods else "", series) if part)
        rows.setdefault(heading or one.period.label, {})[label] = one
    meaning = catalogue.measures[measure]
    if len(rows) == 1 and len(columns) > 1:
        only = next(iter(rows.values()))
        rows, columns = {label: {"Number": one} for label, one in only.items()}, ["Number"]
        head = ["Part", "Number"]
    else:
        head = ["Period", *columns]
    body = [(heading, [_cell(cells.get(column), evidence) for column in columns]) for heading, cells in rows.items()]
    chart = None
    if charted:
        what = meaning.title if charted == "parts" else catalogue.breakdowns[measure, charted].label
        bars = [
            Bar(heading, one.value, evidence.text(one))
            for heading, cells in rows.items()
            for label, one in cells.items()
            if charted == "parts" or label == what
        ]
        chart = bar_chart(what[:1].lower() + what[1:], bars)
    flags = {one.status for one in found}
    return Exhibit(
        title=meaning.title,
        head=head,
        rows=body,
        chart=chart,
        synthetic=any(one.terms.synthetic for one in found),
        notes=[text for flag, text in NOTATION.items() if flag in flags],
    )


def _labels(one: Observation, catalogue: Catalogue) -> tuple[str, str]:
    breakdown = catalogue.breakdowns.get((one.measure, one.breakdown))
    return (breakdown.series, breakdown.label) if breakdown else ("", "Total")


def _cell(one: Observation | None, evidence: Evidence) -> Cell:
    return Cell(evidence.text(one), one.anchor) if one else Cell("none reported")
