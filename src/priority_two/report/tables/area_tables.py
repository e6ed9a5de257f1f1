"""Where: the wards as a map and a table, and the borough beside its neighbours."""

from __future__ import annotations

from decimal import Decimal

from priority_two.blocks import Chart, Row, Table, cell
from priority_two.charts import charts
from priority_two.charts.maps import MapTile, Outline, numbered, shape_map, tile_map
from priority_two.measures.book import Book
from priority_two.measures.evidence import number, printed
from priority_two.measures.rollup import Figure, year_before
from priority_two.periods import RANGE, Period
from priority_two.reference.boundaries import Boundaries, joined
from priority_two.reference.catalogue import WARD, Area, Catalogue, Measure
from priority_two.report.marks import marked, notation
from priority_two.report.tables.figure_cells import change_cell, figure_cell
from priority_two.report.tables.measure_tables import compared


def year_to(period: Period) -> Period:
    """Return the twelve months that end with a period."""
    return Period(period.last - 11, period.last, RANGE).plain


def by_area(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measure: Measure, period: Period
) -> Table | None:
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
        area.area: [book.ledger.figure(measure.measure, column, area=area.area) for column in columns] for area in areas
    }
    numbers = numbered(names) if boundaries else {}
    rows = tuple(
        Row(
            heading=cell(f"{numbers[code]} {names[code]}" if numbers else names[code]),
            cells=(
                *(figure_cell(figure, catalogue) for figure in in_area),
                change_cell(in_area[1], in_area[2], book.breaks, measure.unit),
            ),
        )
        for code, in_area in figures.items()
    )
    what = f"{measure.title} by ward, {year.label}"
    over_year = {code: in_area[1] for code, in_area in figures.items()}
    chart = _map(what, areas, over_year, boundaries, measure)
    whole = book.ledger.figure(measure.measure, year)
    return marked(
        Table(
            title=f"{measure.title} by ward",
            head=("Ward", *(column.label for column in columns), "Change on the year before"),
            rows=rows,
            notes=(
                _against_whole(list(over_year.values()), whole, measure, catalogue),
                *notation(figure.flags for in_area in figures.values() for figure in in_area),
            ),
            chart=Chart(svg=chart.svg, alt=chart.alt, title=what) if chart else None,
            sheet=f"{measure.measure} by ward",
        )
    )


def _map(
    what: str, areas: list[Area], figures: dict[str, Figure], boundaries: Boundaries | None, measure: Measure
) -> charts.Drawing | None:
    """Return the map by outlines where there are boundaries, else by tiles, else none: the table says it all."""
    synthetic = any(figure.synthetic for figure in figures.values())
    texts = {code: printed(figure, measure.unit) for code, figure in figures.items()}
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


def _against_whole(figures: list[Figure], whole: Figure, measure: Measure, catalogue: Catalogue) -> str:
    values = [figure.value for figure in figures if figure.value is not None]
    borough = catalogue.partnership.borough
    if len(values) < len(figures) or whole.value is None:
        return f"The wards cannot be added up to {borough}: not all of their figures are there."
    total = number(sum(values, Decimal(0)), measure.unit)
    if sum(values) == whole.value:
        return f"Over the twelve months the wards add up to {total}, the figure for {borough}."
    stated = number(whole.value, measure.unit)
    return f"Over the twelve months the wards add up to {total}, and the figure for {borough} is {stated}."


def by_borough(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Table | None:
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
        in_area = [book.ledger.figure(measure.measure, column, area=code) for column in columns]
        change = change_cell(in_area[2], in_area[0], book.breaks, measure.unit)
        cells = (*(figure_cell(figure, catalogue) for figure in in_area), change)
        rows.append(Row(heading=cell(area.name), cells=cells))
        flags += [figure.flags for figure in in_area]
    parent = catalogue.areas.get(home.parent, "")
    return marked(
        Table(
            title=f"{measure.title} across the {parent}" if parent else f"{measure.title}, neighbouring boroughs",
            head=("Borough", *(column.label for column in columns), "Change on the year before"),
            rows=tuple(rows),
            notes=(
                "Counts, not rates: the boroughs differ in size, so compare the changes.",
                *notation(flags),
            ),
            sheet=f"{measure.measure} by borough",
        )
    )
