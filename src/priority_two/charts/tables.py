"""Tables of a measure's observations, as a reader wants them: a row a period (or a part), a column a part (or one)."""

from __future__ import annotations

from priority_two.charts.charts import MOST_BARS, Bar, Chart, bar_chart
from priority_two.charts.exhibit import UNITS, Cell, Exhibit, Row, marked, notation
from priority_two.measures.evidence import Evidence
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.store import Observation

Rows = dict[str, dict[str, Observation]]

PARTS = "parts"
TOTAL = "Total"
MOST_PARTS = 4
"""As many parts as are drawn side by side over several periods, by the Government Analysis Function's guidance."""
MOST_COLUMNS = 7
"""As many columns of figures as fit a page."""
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
    rows: Rows = {}
    for one in found:
        series, label = _labels(one, catalogue)
        whose = catalogue.partners[one.terms.partner] if several else ""
        heading = ", ".join(part for part in (one.period.label if dated else "", series, whose) if part)
        rows.setdefault(heading or one.period.label, {})[label] = one
    title, chart, too_many = "", None, ""
    if charted:
        wanted = "" if charted == PARTS else catalogue.breakdowns[measure, charted].label
        title = wanted or meaning.title
        chart, too_many = _chart(title, _charted(rows, wanted), evidence)
    columns = list(dict.fromkeys(label for cells in rows.values() for label in cells))
    unit = UNITS.get(meaning.unit, "Number")
    if min(len(columns), len(rows)) > MOST_COLUMNS:
        rows = {f"{heading}, {label}": {unit: one} for heading, cells in rows.items() for label, one in cells.items()}
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
            notes=(*([too_many] if too_many else []), *notes, *([OVERLAP] if _overlaps(found) else [])),
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


def _charted(rows: Rows, wanted: str) -> Rows:
    """Return what a chart draws: the part that is wanted, or every part; a total only where there is no part."""
    parted = any(one.breakdown for cells in rows.values() for one in cells.values())
    return {
        heading: {
            label: one for label, one in cells.items() if (label == wanted if wanted else bool(one.breakdown) == parted)
        }
        for heading, cells in rows.items()
    }


def _chart(title: str, rows: Rows, evidence: Evidence) -> tuple[Chart | None, str]:
    """Return a chart with a bar a figure, or why there is none.

    A bar's label tells it from every other: by its period, by its part, or by both.
    """
    parts = {label for cells in rows.values() for label in cells}
    bars = [
        Bar(_bar_label(heading, label, len(rows), len(parts)), one.value, evidence.text(one))
        for heading, cells in rows.items()
        for label, one in cells.items()
    ]
    if len(bars) > MOST_BARS or (len(parts) > MOST_PARTS and len(rows) > 1):
        return None, f"Not charted: {len(bars)} bars are too many to read."
    return (bar_chart(title, bars) if bars else None), ""


def _bar_label(heading: str, label: str, rows: int, parts: int) -> str:
    if rows == 1:
        return label
    return f"{heading}, {label}" if parts > 1 else heading


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
