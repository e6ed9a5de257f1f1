"""Where: the wards as a map and a table, and the borough beside its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from priority_two.blocks import Cell, Chart, Row, Table, cell
from priority_two.charts import charts
from priority_two.charts.maps import MapTile, Outline, numbered, shape_map, tile_map
from priority_two.measures.book import Book
from priority_two.measures.change import Change, compare
from priority_two.measures.evidence import number, printed
from priority_two.measures.rollup import Figure, year_before
from priority_two.periods import MONTH, RANGE, Period
from priority_two.reference.boundaries import Boundaries, joined
from priority_two.reference.catalogue import WARD, Area, Catalogue, Measure
from priority_two.report.marks import marked, notation
from priority_two.report.tables.figure_cells import (
    change_cell,
    figure_cell,
    percent_cell,
    short_cell,
    shorthand_note,
    signed_cell,
)
from priority_two.report.tables.glance_tables import short_period
from priority_two.report.tables.measure_tables import closed_quarter, compared
from priority_two.sentences import number_word


def year_to(period: Period) -> Period:
    """Return the twelve months that end with a period."""
    return Period(period.last - 11, period.last, RANGE).plain


def side_by_side(measures: Sequence[Measure]) -> list[Sequence[Measure]]:
    """Return measures in pairs: as many as have room beside each other on a page."""
    return [measures[place : place + 2] for place in range(0, len(measures), 2)]


def by_area(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measure: Measure, period: Period
) -> Table | None:
    """Return a measure by ward: the month, and the twelve months to its end, because a month's counts are few.

    None where no figure of a ward in force was sent.
    """
    if not is_sent_by_ward(book, catalogue, measure, period):
        return None
    areas = catalogue.areas_in_force(period, WARD)
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
    over_year = {code: in_area[1] for code, in_area in figures.items()}
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
            sheet=f"{measure.measure} by ward",
        )
    )


def is_sent_by_ward(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> bool:
    """Whether a figure of any ward in force was sent of a measure."""
    sent = set(book.ledger.areas(measure.measure))
    return any(area.area in sent for area in catalogue.areas_in_force(period, WARD))


def wards(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measures: Sequence[Measure], period: Period
) -> Table | None:
    """Return measures by ward side by side over the twelve months to the period's end, with a map of the first.

    The wards stand in the order of the first measure, the highest figure first; the whole area stands last.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    boundaries
        The wards' shapes, or None where the map is one of tiles.
    measures
        At most two, since a page has room for no more; those that were not sent by ward are left out.
    period
        The period of the paper.

    Raises
    ------
    Refused
        The boundaries are not those of the wards in force.
    """
    sent = [measure for measure in measures if is_sent_by_ward(book, catalogue, measure, period)]
    if not sent:
        return None
    areas = catalogue.areas_in_force(period, WARD)
    year = year_to(period)
    names = {area.area: area.name for area in areas}
    numbers = numbered(names) if boundaries else {}

    def pair(measure: Measure, code: str) -> tuple[Figure, Figure]:
        now, then = (book.ledger.figure(measure.measure, each, area=code) for each in (year, year_before(year)))
        return now, then

    lead = {code: pair(sent[0], code) for code in names}
    order = sorted(names, key=lambda code: (-(lead[code][0].value or -1), names[code]))
    rows = []
    for code in (*order, ""):
        cells: list[Cell] = []
        for measure in sent:
            now, then = pair(measure, code)
            cells += [
                short_cell(now, catalogue, style="strong"),
                short_cell(then, catalogue),
                signed_cell(now, then, book.breaks, measure.unit),
            ]
        name = names.get(code, catalogue.partnership.borough)
        rows.append(
            Row(
                heading=cell(f"{numbers[code]} {name}" if code in numbers else name),
                cells=tuple(cells),
                new_group=not code,
            )
        )
    heads = [
        f"{measure.measure} {words}"
        for measure in sent
        for words in (short_label(year), short_label(year_before(year)), "change")
    ]
    picture = _map(
        f"{sent[0].title} by ward, {year.label}", areas, {c: f[0] for c, f in lead.items()}, boundaries, sent[0]
    )
    changes = {names[code]: compare(now, then, book.breaks, unit=sent[0].unit) for code, (now, then) in lead.items()}
    others = [f"{measure.measure}: {measure.short}." for measure in sent]
    counts = ["Counts, not rates."] if sent[0].unit == "count" else []
    note = " ".join([*others, *counts, *shorthand_note(each.text for row in rows for each in row.cells)])
    return marked(
        Table(
            title=_title(sent[0], short_label(year), changes, "ward"),
            head=("Ward", *heads),
            rows=tuple(rows),
            notes=(note,),
            chart=Chart(svg=picture.svg, alt=picture.alt, title=f"{sent[0].short} by ward, {year.label}")
            if picture
            else None,
            role="dense narrow",
        )
    )


def _title(measure: Measure, period: str, changes: Mapping[str, Change], noun: str) -> str:
    known = rises(changes, noun)
    return f"{measure.short}, {period}: {known}" if known else f"{measure.short} by {noun}, {period}"


def rises(changes: Mapping[str, Change], noun: str) -> str:
    """Return in how many places a figure rose, and where the most: ``up in 18 of the 22 wards, most in Bickley``.

    Parameters
    ----------
    changes
        The change of each place, by its name; by share where every change has one.
    noun
        What the places are: ``ward``.

    Returns
    -------
    str
        Blank where a change is not known of every place.
    """
    known = {name: change.difference for name, change in changes.items() if change.difference is not None}
    if len(known) < len(changes) or not known:
        return ""
    up = [name for name, difference in known.items() if difference > 0]
    if not up:
        return f"up in neither {noun}" if len(known) == 2 else f"up in none of the {number_word(len(known))} {noun}s"
    by_share = noun != "ward" and all(change.percent is not None for change in changes.values())
    size = {name: (changes[name].percent if by_share else changes[name].difference) or Decimal(0) for name in up}
    most = [name for name in up if size[name] == max(size.values())]
    if len(up) == len(known):
        where = {1: f"the one {noun}", 2: f"both {noun}s"}.get(len(up), f"all {number_word(len(up))} {noun}s")
    else:
        where = f"{number_word(len(up))} of the {number_word(len(known))} {noun}s"
    return f"up in {where}" + (f", most in {most[0]}" if len(most) == 1 and len(up) > 1 else "")


def short_label(period: Period) -> str:
    """Return a period as it stands in a heading: ``2020-21``, ``Nov 2019 to Oct 2020``."""
    if period.kind != RANGE:
        return short_period(period)
    first, last = (short_period(Period(month, month, MONTH)) for month in (period.first, period.last))
    return f"{first} to {last}"


def _map(
    what: str, areas: list[Area], figures: dict[str, Figure], boundaries: Boundaries | None, measure: Measure
) -> charts.Drawing | None:
    """Return the map by outlines where there are boundaries, else by tiles, else none: the table says it all."""
    texts = {code: printed(figure, measure.unit) for code, figure in figures.items()}
    if boundaries is not None:
        shapes = joined(boundaries, {area.area: area.name for area in areas})
        outlines = [
            Outline(area.area, area.name, shapes[area.area], figures[area.area].value, texts[area.area])
            for area in areas
        ]
        return shape_map(what, outlines, unit=measure.unit)
    tiles = [
        MapTile(area.area, area.name, area.tile_row, area.tile_column, figures[area.area].value, texts[area.area])
        for area in areas
        if area.tile_row is not None and area.tile_column is not None
    ]
    return tile_map(what, tiles, unit=measure.unit) if len(tiles) == len(areas) else None


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


def boroughs(book: Book, catalogue: Catalogue, measures: Sequence[Measure], period: Period) -> Table | None:
    """Return measures of the borough beside its neighbours: the last quarter that is over, and the year to the period.

    None where no other borough has figures. Parameters are those of :func:`wards`.
    """
    sent = [measure for measure in measures if by_borough(book, catalogue, measure, period)]
    if not sent:
        return None
    quarter, year = closed_quarter(period), year_to(period)
    rows = []
    changes: dict[str, Change] = {}
    for area in _neighbours(catalogue, period):
        code = "" if area.area == catalogue.partnership.home_area else area.area
        cells: list[Cell] = []
        for measure in sent:
            now, before, whole = (
                book.ledger.figure(measure.measure, each, area=code) for each in (quarter, year_before(quarter), year)
            )
            cells += [
                short_cell(now, catalogue, style="strong"),
                short_cell(whole, catalogue),
                percent_cell(now, before, book.breaks, measure.unit),
            ]
            changes.setdefault(area.name, compare(now, before, book.breaks, unit=measure.unit))
        rows.append(Row(heading=cell(area.name), cells=tuple(cells)))
    heads = [
        f"{measure.measure} {words}"
        for measure in sent
        for words in (short_period(quarter), short_label(year), f"on {short_period(year_before(quarter))}")
    ]
    others = [f"{measure.measure}: {measure.short}." for measure in sent]
    counts = "Counts, not rates: the boroughs differ in size, so compare the changes."
    note = " ".join([*others, counts, *shorthand_note(each.text for row in rows for each in row.cells)])
    title = _title(sent[0], short_period(quarter), changes, "borough")
    return marked(Table(title=title, head=("Borough", *heads), rows=tuple(rows), notes=(note,), role="dense narrow"))


def _neighbours(catalogue: Catalogue, period: Period) -> list[Area]:
    """Return the borough and the others of its parent area."""
    home = catalogue.area_rows[catalogue.partnership.home_area]
    return [area for area in catalogue.areas_in_force(period, home.type) if area.parent == home.parent]


def by_borough(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Table | None:
    """Return a measure of the borough beside the other boroughs of its parent area; None where no other has figures."""
    home = catalogue.area_rows[catalogue.partnership.home_area]
    others = _neighbours(catalogue, period)
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
