"""Where: the wards as a map and a table, and the borough beside its neighbours."""

from __future__ import annotations

from decimal import Decimal

from priority_two.charts.charts import Chart
from priority_two.charts.exhibit import Exhibit, Row, marked, notation
from priority_two.charts.maps import MapTile, Outline, numbered, shape_map, tile_map
from priority_two.measures.book import Book
from priority_two.measures.evidence import number
from priority_two.measures.rollup import Figure, year_before
from priority_two.periods import RANGE, Period
from priority_two.reference.boundaries import Boundaries, joined
from priority_two.reference.catalogue import Area, Catalogue, Measure
from priority_two.report.data.figure_cells import change_cell, figure_cell
from priority_two.report.data.measure_tables import compared

WARD = "ward"


def year_to(period: Period) -> Period:
    """Return the twelve months that end with a period."""
    return Period(period.last - 11, period.last, RANGE).plain


def by_area(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measure: Measure, period: Period
) -> Exhibit | None:
    """Return a measure by ward: a map of the twelve months to the period's end, and the table of what it shows.

    Twelve months, because a month's counts of a ward are few. None where no figure of a ward in force was sent.

    Raises
    ------
    Refused
        The boundaries are not those of the wards in force.
    """
    areas = catalogue.areas_in_force(period, WARD)
    sent = set(book.ledger.areas(measure.measure))
    if not any(area.area in sent for area in areas):
        return None
    year = year_to(period)
    columns = (period, year, year_before(year))
    names = {area.area: area.name for area in areas}
    figures = {
        area.area: [book.ledger.figure(measure.measure, one, area=area.area) for one in columns] for area in areas
    }
    numbers = numbered(names) if boundaries else {}
    rows = tuple(
        Row(
            f"{numbers[code]} {names[code]}" if numbers else names[code],
            (
                *(figure_cell(one, measure.unit) for one in found),
                change_cell(found[1], found[2], book.breaks, measure.unit),
            ),
        )
        for code, found in figures.items()
    )
    what = f"{measure.title} by ward, {year.label}"
    chart = _map(what, areas, {code: found[1] for code, found in figures.items()}, boundaries, measure)
    whole = book.ledger.figure(measure.measure, year)
    return marked(
        Exhibit(
            title=f"{measure.title} by ward",
            head=("Ward", *(one.label for one in columns), "Change on the year before"),
            rows=rows,
            notes=(
                _against_whole([found[1] for found in figures.values()], whole, measure, catalogue),
                *notation(one.flags for found in figures.values() for one in found),
            ),
            chart=chart,
            chart_title=what,
            sheet=f"{measure.measure} by ward",
        )
    )


def _map(
    what: str, areas: list[Area], figures: dict[str, Figure], boundaries: Boundaries | None, measure: Measure
) -> Chart | None:
    """Return the map by outlines where there are boundaries, else by tiles, else none: the table says it all."""
    synthetic = any(one.synthetic for one in figures.values())
    texts = {code: figure_cell(one, measure.unit).text for code, one in figures.items()}
    if boundaries is not None:
        shapes = joined(boundaries, {area.area: area.name for area in areas})
        outlines = [
            Outline(area.area, area.name, shapes[area.area], figures[area.area].value, texts[area.area])
            for area in areas
        ]
        return shape_map(what, outlines, unit=measure.unit, synthetic=synthetic)
    tiles = [
        MapTile(area.area, area.name, area.tile_row, area.tile_column, figures[area.area].value, texts[area.area])
        for area in areas
        if area.tile_row is not None and area.tile_column is not None
    ]
    return tile_map(what, tiles, unit=measure.unit, synthetic=synthetic) if len(tiles) == len(areas) else None


def _against_whole(found: list[Figure], whole: Figure, measure: Measure, catalogue: Catalogue) -> str:
    values = [one.value for one in found if one.value is not None]
    borough = catalogue.partnership.borough
    if len(values) < len(found) or whole.value is None:
        return f"The wards cannot be added up to {borough}: not all of their figures are there."
    total = number(sum(values, Decimal(0)), measure.unit)
    if sum(values) == whole.value:
        return f"Over the twelve months the wards add up to {total}, the figure for {borough}."
    stated = number(whole.value, measure.unit)
    return f"Over the twelve months the wards add up to {total}, and the figure for {borough} is {stated}."


def neighbours(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Exhibit | None:
    """Return a measure of the borough beside the other boroughs of its parent area; None where no other has figures."""
    home = catalogue.area_rows[catalogue.partnership.home_area]
    others = [area for area in catalogue.areas_in_force(period, home.type) if area.parent == home.parent]
    sent = set(book.ledger.areas(measure.measure))
    if not any(area.area in sent for area in others if area.area != home.area):
        return None
    quarters = compared(period)
    columns = (*quarters, year_to(period))
    rows, flags = [], []
    for area in others:
        code = "" if area.area == home.area else area.area
        figures = [book.ledger.figure(measure.measure, one, area=code) for one in columns]
        change = change_cell(figures[2], figures[0], book.breaks, measure.unit)
        rows.append(Row(area.name, (*(figure_cell(one, measure.unit) for one in figures), change)))
        flags += [one.flags for one in figures]
    parent = catalogue.areas.get(home.parent, "")
    return marked(
        Exhibit(
            title=f"{measure.title} across the {parent}" if parent else f"{measure.title}, neighbouring boroughs",
            head=("Borough", *(one.label for one in columns), "Change on the year before"),
            rows=tuple(rows),
            notes=(
                "Counts, not rates: the boroughs differ in size, so compare the changes.",
                *notation(flags),
            ),
            sheet=f"{measure.measure} by borough",
        )
    )
