"""Exhibits: what was observed of a measure in the year, as a table, or as small charts beside the text.

In a table a row is a part of the measure and a column a quarter, or, where that reads better, the other way round. What
an update asks to have drawn has a bar behind its number: the table is the chart.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from priority_two.blocks import Cell, Chart, Row, Table, cell, figure_cell, number_cell
from priority_two.charts.sparkline import COLUMNS_WIDE, SparkPoint, columns
from priority_two.charts.style import text_width
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Evidence
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.periods import QUARTER, Period
from priority_two.reference.catalogue import Catalogue
from priority_two.report.marks import UNITS, marked, notation
from priority_two.returns.store import Observation

Rows = dict[str, dict[str, Observation]]

PARTS = "parts"
SMALL = "small"
"""The role of a table that a small chart stands on."""
TOTAL = "Total"
MOST_BESIDE = 3
"""As many parts of a measure as are drawn in the margin, one below the other."""
FEWEST_QUARTERS, MOST_QUARTERS = 2, 4
"""Of how many quarters a small chart beside the text can be."""
MOST_COLUMNS = 7
"""As many columns of figures as fit a page."""
NONE_REPORTED = "none reported"
"""Stands where a period has figures, and none of this part."""
OVERLAP = "The rows overlap: they do not add up to the total."


def exhibit(measure: str, charted: str, evidence: Evidence) -> Table | None:
    """Return a measure's table from the observations that lie within the report's financial year.

    Parameters
    ----------
    measure
        The measure's id.
    charted
        The breakdown whose numbers have bars behind them; ``parts`` for those of every part; blank for none.
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
    # Where several partners report the same thing a row says whose figures it holds, and where one's total is not that
    # of them all.
    totals = [observation for observation in observations if not observation.breakdown]
    alike = len({observation.key for observation in observations}) < len(observations)
    several = alike or bool(len(meaning.partners) > 1 and totals)
    gaps = evidence.lacking(measure, observations)
    periods_shown = sorted({observation.period for observation in observations} | gaps.keys())
    lacking = {period.label: reason for period, reason in gaps.items()}
    dated = len(periods_shown) > 1
    rows: Rows = {}
    for each in periods_shown:
        if each in gaps:
            rows[each.label] = {}
        for observation in observations:
            if observation.period != each:
                continue
            series, label = _labels(observation, catalogue)
            whose = catalogue.partners[observation.terms.partner] if several else ""
            heading = ", ".join(part for part in (each.label if dated else "", series, whose) if part)
            rows.setdefault(heading or each.label, {})[label] = observation
    parts = list(dict.fromkeys(label for cells in rows.values() for label in cells))
    unit, title = UNITS.get(meaning.unit, "Number"), meaning.title
    if min(len(parts), len(rows)) > MOST_COLUMNS:
        rows = {
            name: known
            for heading, cells in rows.items()
            for name, known in (
                [(heading, {})] if not cells else [(f"{heading}, {label}", {unit: cells[label]}) for label in cells]
            )
        }
        parts, head = [unit], ["Item", unit]
    elif len(parts) > len(rows) or _is_by_quarter(rows, observations):  # a part a row has room for its name
        periods = [unit] if len(rows) == 1 else list(rows)
        whole = [rows[heading] for heading in rows]
        rows = {
            label: {period: cells[label] for period, cells in zip(periods, whole, strict=True) if label in cells}
            for label in parts
        }
        labels = {period.label: period for period in periods_shown}
        by_quarter = len(periods) > 1 and all(p in labels and labels[p].kind == QUARTER for p in periods)
        parts, head = periods, ["Item", *(_quarter(labels[p]) if by_quarter else p for p in periods)]
        title = f"{title}, {evidence.period.financial_year}" if by_quarter else title
    else:
        head = ["Period", *(unit if part == TOTAL else part for part in parts)]
    drawn = _drawn(observations, charted)
    most = max((observation.value for observation in drawn if observation.value is not None), default=Decimal(0))
    body = [
        Row(
            heading=cell(heading),
            cells=tuple(
                _barred(
                    _cell(cells.get(part), evidence, lacking.get(heading) or lacking.get(part) or NONE_REPORTED),
                    cells.get(part),
                    drawn,
                    most,
                )
                for part in parts
            ),
        )
        for heading, cells in rows.items()
    ]
    notes = notation(observation.status for observation in observations)
    return marked(
        Table(
            title=title,
            head=tuple(head),
            rows=tuple(body),
            notes=(*notes, *([OVERLAP] if _overlaps(observations, catalogue) else [])),
            role="dense",
        )
    )


def beside(measure: str, evidence: Evidence) -> list[Table]:
    """Return small charts of a measure over the year's quarters for the margin of a page, each on its own small table.

    There is one a part, or, where the measure has no parts, one in all. There is none where they would be too many, or
    not all of them are of the same quarters, or several partners sent them, or a number is too wide: then a table reads
    better.
    """
    catalogue = evidence.catalogue
    meaning = catalogue.measures[measure]
    if meaning.aggregation == "derived":
        return []
    observations = evidence.of(measure, evidence.period.financial_year)
    series: dict[tuple[str, str], dict[Period, Observation]] = {}
    for observation in observations:
        series.setdefault((observation.breakdown, observation.area), {})[observation.period] = observation
    quarters = sorted({observation.period for observation in observations})
    if (
        len(series) > MOST_BESIDE
        or not FEWEST_QUARTERS <= len(quarters) <= MOST_QUARTERS
        or any(quarter.kind != QUARTER for quarter in quarters)
        or sum(map(len, series.values())) < len(observations)
        or any(len(known) < len(quarters) for known in series.values())
        or evidence.lacking(measure, observations)  # a table says what is lacking, and a small chart has no room for it
        or any(all(each.value is None for each in known.values()) for known in series.values())
    ):
        return []
    widest = max(text_width(evidence.text(each), "bold") for known in series.values() for each in known.values())
    if widest > COLUMNS_WIDE / len(quarters):
        return []
    return [_small(meaning.short, known, quarters, evidence) for known in series.values()]


def _small(name: str, known: dict[Period, Observation], quarters: list[Period], evidence: Evidence) -> Table:
    series, label = _labels(known[quarters[0]], evidence.catalogue)
    part = ", ".join(words for words in (series, label) if words and words != TOTAL)
    title = f"{name}: {part}" if part else name
    points = [
        SparkPoint(
            known[quarter].value,
            evidence.text(known[quarter]),
            synthetic=known[quarter].terms.synthetic,
            period=quarter.label.rpartition(" ")[0],
        )
        for quarter in quarters
    ]
    drawing = columns(points, words=f"{title}, {quarters[0].financial_year}")
    row = Row(heading=cell(title), cells=tuple(_cell(known[quarter], evidence) for quarter in quarters))
    head = ("Figure", *map(_quarter, quarters))
    chart = Chart(svg=drawing.svg, alt=drawing.alt)
    return marked(Table(title=title, head=head, rows=(row,), chart=chart, role=SMALL))


def _quarter(period: Period) -> str:
    """Return a quarter as the head of a column, ``Q1``: the caption says of which year."""
    return str(period).rpartition("-")[2]


def _is_by_quarter(rows: Rows, observations: Iterable[Observation]) -> bool:
    return len(rows) > 1 and all(observation.period.kind == QUARTER for observation in observations)


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


def _drawn(observations: list[Observation], charted: str) -> list[Observation]:
    """Return the observations that have a bar: of the part that is wanted, or of every part, and not of their total."""
    if not charted:
        return []
    parted = any(observation.breakdown for observation in observations)
    return [
        observation
        for observation in observations
        if (bool(observation.breakdown) == parted if charted == PARTS else observation.breakdown == charted)
    ]


def _barred(shown: Cell, figure: Observation | None, drawn: list[Observation], most: Decimal) -> Cell:
    """Return a cell with a bar behind its number, as long as the number is beside the largest."""
    if figure is None or figure not in drawn or figure.value is None or most <= 0:
        return shown
    return shown.model_copy(update={"bar": round(float(100 * max(Decimal(0), figure.value) / most), 1)})


def _overlaps(observations: list[Observation], catalogue: Catalogue) -> bool:
    """Tell whether a total stands above parts that do not add up to it: then a reader is told."""
    if not catalogue.measures[observations[0].measure].adds_up:
        return False
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


def _cell(figure: Observation | Figure | Rate | None, evidence: Evidence, otherwise: str = NONE_REPORTED) -> Cell:
    if figure is None:
        return number_cell(otherwise)
    observed = isinstance(figure, Observation)
    if figure.value is None and not observed:
        return number_cell(evidence.text(figure))
    places = evidence.places(figure.measure)
    citation = cite(figure, evidence.catalogue, unit=evidence.unit(figure), listed=True, places=places)
    return figure_cell(citation, gap=observed and figure.value is None)
