"""Tables of a measure's observations, as a reader wants them: a row a period (or a part), a column a part (or one)."""

from __future__ import annotations

from priority_two.catalogue import Catalogue
from priority_two.evidence import Evidence
from priority_two.figures.charts import Bar, bar_chart
from priority_two.figures.exhibit import UNITS, Cell, Exhibit, Row, marked, notation
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.returns.store import Observation

PARTS = "parts"
TOTAL = "Total"
OVERLAP = "The rows overlap: they do not add up to the total."


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
    if catalogue.measures[measure].aggregation == "derived":
        return _worked_out(measure, evidence)
    found = [evidence.use(one) for one in evidence.of(measure, evidence.period.financial_year)]
    if not found:
        return None
    meaning = catalogue.measures[measure]
    several = len({one.key for one in found}) < len(found)  # then a row says whose figures it holds
    dated = len({one.period for one in found}) > 1
    rows: dict[str, dict[str, Observation]] = {}
    for one in found:
        series, label = _labels(one, catalogue)
        whose = catalogue.partners[one.terms.partner] if several else ""
        heading = ", ".join(part for part in (one.period.label if dated else "", series, whose) if part)
        rows.setdefault(heading or one.period.label, {})[label] = one
    title, chart = "", None
    if charted:
        wanted = "" if charted == PARTS else catalogue.breakdowns[measure, charted].label
        bars = [
            Bar(label if len(rows) == 1 else heading, one.value, evidence.text(one))
            for heading, cells in rows.items()
            for label, one in cells.items()
            if not wanted or label == wanted
        ]
        title = wanted or meaning.title
        chart = bar_chart(title, bars) if bars else None
    columns = list(dict.fromkeys(label for cells in rows.values() for label in cells))
    unit = UNITS.get(meaning.unit, "Number")
    if len(columns) > len(rows):  # a part a row is easier to read, and has room for its name
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
        Row(heading, tuple(_cell(cells.get(column), evidence) for column in columns)) for heading, cells in rows.items()
    ]
    notes = notation(one.status for one in found)
    return marked(
        Exhibit(
            title=meaning.title,
            head=tuple(head),
            rows=tuple(body),
            chart=chart,
            chart_title=title,
            notes=(*notes, OVERLAP) if _overlaps(found) else notes,
        )
    )


def _worked_out(measure: str, evidence: Evidence) -> Exhibit | None:
    """Return the table of a measure that is worked out from others: a row a period; None where none is complete."""
    figures = evidence.worked_out_of(measure)
    if not any(one.value is not None for one in figures):
        return None
    meaning = evidence.catalogue.measures[measure]
    for one in figures:
        if one.value is not None:
            evidence.use_all(one)
    rows = [Row(one.period.label, (_cell(one, evidence),)) for one in figures]
    head = ("Period", UNITS.get(meaning.unit, "Number"))
    return marked(Exhibit(meaning.title, head, tuple(rows), notes=notation(one.flags for one in figures)))


def _overlaps(found: list[Observation]) -> bool:
    """Tell whether a total stands above parts that do not add up to it: then a reader is told."""
    totals = [one.value for one in found if not one.breakdown and one.value is not None]
    parts = [one.value for one in found if one.breakdown and one.value is not None]
    return len(totals) == 1 and len(parts) > 1 and sum(parts) != totals[0]


def _labels(one: Observation, catalogue: Catalogue) -> tuple[str, str]:
    breakdown = catalogue.breakdowns.get((one.measure, one.breakdown))
    return (breakdown.series, breakdown.label) if breakdown else ("", TOTAL)


def _cell(one: Observation | Figure | Rate | None, evidence: Evidence) -> Cell:
    if one is None:
        return Cell("none reported")
    if isinstance(one, Observation):
        return Cell(evidence.text(one), one.value, one.anchor, one.terms.synthetic, gap=one.value is None)
    if one.value is None:
        return Cell(evidence.text(one))
    return Cell(evidence.text(one), one.value, one.anchor, one.synthetic)
