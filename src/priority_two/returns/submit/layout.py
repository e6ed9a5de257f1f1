"""The form that a partner fills in: which figures it asks for, and where each of them stands.

The template is laid out by this form, and the file that comes back is read by it. A row is a measure with one of its
breakdowns, a column is a period, so that a partner types the months of a quarter from left to right.

- A monthly measure has a column for each month, a quarterly measure for each quarter, a yearly measure for each year. A
  quarter or a year is asked for in the return that holds its last month: ``asked_for("Q", months)`` of 2021-01..2021-03
  is 2020-21-Q4.
- Every breakdown of the catalogue has a row. A total has a row too, unless the parts of the measure have no total
  (``total`` is none) or may not be added up (``aggregation`` is none).
- A partner that has sent a measure by area before is asked for it by area again. The areas in the home area have a
  sheet of their own, which is named as they are called, with those in force at each month's end. A partner that sends
  areas for the first time sends a CSV.
- A measure that is worked out from other figures (``aggregation`` is derived) is asked of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from priority_two.periods import MONTH, QUARTER, RANGE, YEAR, Period
from priority_two.reference.catalogue import Catalogue, Measure

VERSION = "1"
"""Of the template's layout; a workbook of another version is refused."""

START, TERMS, FIGURES, AREAS, LAST, NOTES = "Start here", "Terms", "Figures", "Areas", "Last quarter", "Notes"
TO_MEND, TO_MEND_COLUMN = "What to mend", "to mend"
"""The sheet and the column that a marked copy adds; what comes back with them is read without them."""
TOTAL = "total"
NOT_ASKED = "not asked"
MEASURE_CODE, BREAKDOWN_CODE, AREA_CODE = "Measure code", "Breakdown code", "Area code"
MEASURE, BREAKDOWN, UNIT, DEFINITION = "Measure", "Breakdown", "Unit", "Definition"
PROVISIONAL, NOTE = "Provisional", "Note"
ITEM, ANSWER, MEANING = "Item", "Answer", "What to write"
PERMISSIONS = {
    "publish": "the figures may be published, after small numbers are hidden",
    "board": "the Board may see them, nobody else",
    "none": "they may not be used in a paper",
}
UNITS = {
    "count": "number",
    "percent": "per cent",
    "rate": "rate",
    "ratio": "ratio",
    "gbp": "pounds",
    "fte": "full-time equivalent",
}


@dataclass(frozen=True)
class Question:
    """A question of the terms sheet.

    ``key`` is the key of ``terms.yaml``, or partner_name, first, last or version for what the template fills in.
    """

    key: str
    label: str
    meaning: str
    given: bool = False


QUESTIONS = (
    Question("partner_name", "Partner", "Filled in; whose return this is.", given=True),
    Question("partner", "Partner code", "Filled in.", given=True),
    Question("first", "First month", "Filled in; the first month that this return covers.", given=True),
    Question("last", "Last month", "Filled in; the last month that this return covers.", given=True),
    Question("version", "Template version", "Filled in; leave it as it is.", given=True),
    Question(
        "extract_date",
        "Date the figures were drawn",
        "The day on which the figures were taken from your system: year, month, day or day, month, year. May be blank.",
    ),
    Question(
        "explanation",
        "What the figures are",
        "One to three sentences: where the figures come from, what they leave out, what has changed since last time.",
    ),
    Question(
        "permission",
        "Permission",
        "Choose: " + "; ".join(f"{name} means that {means}" for name, means in PERMISSIONS.items()) + ".",
    ),
    Question("contact_post", "Post to ask", "The post or team that can answer questions; no person and no address."),
    Question("synthetic", "Made-up figures", "Choose no for real figures, yes for figures made up to try this out."),
)


@dataclass(frozen=True)
class Line:
    """A row of the form: a measure, a breakdown (blank for the total), an area (blank for the home area).

    ``periods`` are the columns in which it is to be filled in.
    """

    measure: Measure
    breakdown: str
    label: str
    periods: tuple[Period, ...]
    area: str = ""
    place: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Measure, area and breakdown: what the row is about."""
        return self.measure.measure, self.area, self.breakdown


@dataclass(frozen=True)
class Form:
    """The form of one partner for the months that a return covers.

    The periods are the columns (months, then quarters, then years), the lines the rows for the whole home
    area, and ``areas`` those for the areas in it.
    """

    partner: str
    name: str
    months: Period
    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    areas: tuple[Line, ...]


def form(catalogue: Catalogue, partner: str, months: Period, by_area: Iterable[str] = ()) -> Form:
    """Return the form that a partner fills in; ``by_area`` are measures that it is asked for by area."""
    measures = [measure for measure in asked_of(catalogue, partner) if asked_for(measure.frequency, months)]
    wanted = set(by_area)
    return Form(
        partner,
        catalogue.partners[partner],
        months,
        tuple(
            period
            for frequency in "MQA"
            if any(measure.frequency == frequency for measure in measures)
            for period in asked_for(frequency, months)
        ),
        tuple(line for measure in measures for line in _lines(catalogue, measure, months)),
        tuple(
            in_area
            for measure in measures
            if measure.measure in wanted
            for line in _lines(catalogue, measure, months)
            if not line.breakdown
            for in_area in _by_area(catalogue, line)
        ),
    )


def _by_area(catalogue: Catalogue, line: Line) -> list[Line]:
    """Return a row for each area; where areas change within the months, one has those in which it is in force."""
    in_force = {period: {area.area: area.name for area in catalogue.parts_in_force(period)} for period in line.periods}
    names = {code: name for areas in in_force.values() for code, name in areas.items()}
    lines = []
    for code, name in names.items():
        own = tuple(period for period in line.periods if code in in_force[period])
        if own[0] != line.periods[0]:
            name = f"{name} (from {own[0].label})"
        elif own[-1] != line.periods[-1]:
            name = f"{name} (to {own[-1].label})"
        lines.append(replace(line, periods=own, area=code, place=name))
    return lines


def asked_of(catalogue: Catalogue, partner: str) -> list[Measure]:
    """Return the measures that a partner reports, in the catalogue's order."""
    return [
        measure
        for measure in catalogue.measures.values()
        if partner in measure.partners and measure.aggregation != "derived"
    ]


def asked_for(frequency: str, months: Period) -> list[Period]:
    """Return the periods of a frequency (``M``, ``Q`` or ``A``) whose last month lies in a run of months."""
    length, kind = {"M": (1, MONTH), "Q": (3, QUARTER), "A": (12, YEAR)}[frequency]
    ends = range(months.first, months.last + 1)
    return [Period(month - length + 1, month, kind) for month in ends if (month - 2) % length == 0]


def covers(months: Period, period: Period) -> bool:
    """Whether a return that covers these months may hold a figure for a period: its last month is among them.

    A month or a range lies in them whole; a quarter or a financial year only has to end in them, since a monthly
    return carries the quarter that it completes.
    """
    return months.contains(period) or (period.kind in (QUARTER, YEAR) and months.first <= period.last <= months.last)


def months_text(months: Period) -> str:
    """Return months as ``terms.yaml`` has them: ``2021-04..2021-06``, also where they are one, a quarter or a year."""
    return str(Period(months.first, months.last, RANGE))


def _lines(catalogue: Catalogue, measure: Measure, months: Period) -> list[Line]:
    periods = tuple(asked_for(measure.frequency, months))
    parts = list(catalogue.parts_of_measures.get(measure.measure, {}).values())
    lines = []
    if not parts or (measure.has_total and measure.aggregation != "none"):
        lines.append(Line(measure, "", "Total" if parts else "All", periods))
    for part in parts:
        lines.append(Line(measure, part.breakdown, part.title, periods))
    return lines
