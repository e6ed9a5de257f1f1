"""Where: the areas in the home area as a map and a table, and the home area beside its neighbours.

What areas are called (districts, LSOAs) the catalogue says. Where they change within the twelve months to a period's
end, each month is shown with the areas that it had: the tables are as many as there are runs of months with the same
areas, and no figure is compared across a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from priority_two.blocks import Cell, Chart, Row, Table, cell, styled
from priority_two.charts import charts
from priority_two.flags import in_a_sentence
from priority_two.measures.book import Book
from priority_two.measures.change import Change, compare
from priority_two.measures.evidence import number, printed
from priority_two.measures.rollup import Figure, merged, year_before
from priority_two.periods import MONTH, RANGE, Period, month_label, month_text
from priority_two.reference.boundaries import Boundaries, joined
from priority_two.reference.catalogue import Area, AreaWords, Catalogue, Measure
from priority_two.report.marks import marked, notation
from priority_two.report.tables.figure_cells import (
    change_cell,
    change_heading,
    figure_cell,
    percent_cell,
    short_cell,
    shorthand_note,
    signed_cell,
)
from priority_two.report.tables.glance_tables import short_period
from priority_two.report.tables.measure_tables import closed_quarter, compared
from priority_two.sentences import number_word

LONGEST_SHEET = 31
"""Characters of a worksheet's name."""


def year_to(period: Period) -> Period:
    """Return the twelve months that end with a period."""
    return Period(period.last - 11, period.last, RANGE).plain


def side_by_side(measures: Sequence[Measure]) -> list[Sequence[Measure]]:
    """Return measures in pairs: as many as have room beside each other on a page."""
    return [measures[place : place + 2] for place in range(0, len(measures), 2)]


@dataclass(frozen=True)
class Run:
    """Months in which the areas in the home area are the same; ``changes`` says that there are other such months."""

    months: Period
    areas: tuple[Area, ...]
    changes: bool

    @property
    def codes(self) -> set[str]:
        """The codes of the areas."""
        return {area.area for area in self.areas}


def runs(catalogue: Catalogue, months: Period) -> list[Run]:
    """Return the runs of months with the same areas, the latest first; months without any area are left out."""
    by_month = [(month, tuple(catalogue.parts_in_force(month))) for month in months.months()]
    groups = [(areas, [month for month, _ in group]) for areas, group in groupby(by_month, key=lambda pair: pair[1])]
    return [
        Run(Period(own[0].first, own[-1].last, RANGE).plain, areas, len(groups) > 1)
        for areas, own in reversed(groups)
        if areas
    ]


def by_area(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measure: Measure, period: Period
) -> list[Table]:
    """Return a measure by area: the month, and the twelve months to its end, because a month's counts are few.

    Where the areas changed within the twelve months there is a table a run of months, the latest first. None where no
    figure of any of them was sent.
    """
    if not is_sent_by_area(book, catalogue, measure, period):
        return []
    from priority_two.charts.maps import numbered  # and matplotlib, which only papers with maps want

    year, words = year_to(period), catalogue.area_words
    tables = []
    for place, run in enumerate(runs(catalogue, year)):
        columns = [*([period] if not place else []), run.months, *([] if run.changes else [year_before(year)])]
        columns = list(dict.fromkeys(columns))
        names = {area.area: area.name for area in run.areas}
        figures = {
            code: [book.ledger.figure(measure.measure, column, area=code) for column in columns] for code in names
        }
        numbers = numbered(names) if boundaries and not place else {}
        rows = tuple(
            Row(
                heading=cell(f"{numbers[code]} {names[code]}" if numbers else names[code]),
                cells=(
                    *(
                        figure_cell(figure, catalogue)
                        if _was_there(catalogue, code, figure)
                        else cell(styled("quiet", f"no such {words.part} then"))
                        for figure in in_area
                    ),
                    *([] if run.changes else [change_cell(in_area[-2], in_area[-1], book.breaks, measure.unit)]),
                ),
            )
            for code, in_area in figures.items()
        )
        over_months = [in_area[columns.index(run.months)] for in_area in figures.values()]
        whole = book.ledger.figure(measure.measure, run.months)
        until = f" until {month_label(run.months.last)}" if place else ""
        tables.append(
            marked(
                Table(
                    title=f"{measure.title} by {words.part}{until}",
                    head=(
                        words.part_head,
                        *(column.label for column in columns),
                        *([] if run.changes else [change_heading(year, year_before(year))]),
                    ),
                    rows=rows,
                    notes=(
                        *_change_of_areas(run, words),
                        _against_whole(over_months, whole, measure, catalogue, run),
                        *notation(figure.flags for in_area in figures.values() for figure in in_area),
                    ),
                    sheet=sheet_name(measure, words.part, f" to {month_text(run.months.last)}" if place else ""),
                )
            )
        )
    return tables


def sheet_name(measure: Measure, word: str, until: str = "") -> str:
    """Return the name of a worksheet of a measure by areas, in as many characters as a workbook allows."""
    begin = f"{measure.measure} by "
    return f"{begin}{word[: LONGEST_SHEET - len(begin) - len(until)].rstrip()}{until}"


def is_sent_by_area(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> bool:
    """Whether a figure was sent of a measure and any area in the home area that the twelve months have."""
    sent = set(book.ledger.areas(measure.measure))
    return any(sent & run.codes for run in runs(catalogue, year_to(period)))


def _was_there(catalogue: Catalogue, code: str, figure: Figure) -> bool:
    """Whether an area was one in any month of a figure's period, or something was sent of it all the same."""
    there = (catalogue.area_rows[code].in_force(month.end) for month in figure.period.months())
    return figure.value is not None or bool(figure.flags) or any(there)


def _change_of_areas(run: Run, words: AreaWords) -> list[str]:
    """Return that areas changed, where they did, and that figures of before and after are not compared."""
    if not run.changes:
        return []
    says = f"The {words.parts} changed within the twelve months. This table has those of {run.months.months_label} and "
    return [f"{says}their figures for these months alone; nothing is compared with what was before or after."]


def areas_side_by_side(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, measures: Sequence[Measure], period: Period
) -> list[Table]:
    """Return measures by area side by side over the twelve months to the period's end, with a map of the first.

    The areas stand in the order of the first measure, the highest figure first; the whole area stands last. Where the
    areas changed within the twelve months there is a table a run of months, the latest first and with the map.

    Parameters
    ----------
    book, catalogue
        What was measured, and what it means.
    boundaries
        The areas' shapes, or None where the map is one of tiles.
    measures
        At most two, since a page has room for no more; those that were not sent by area are left out.
    period
        The period of the paper.

    Raises
    ------
    Refused
        The boundaries are not those of the areas in force.
    """
    sent = [measure for measure in measures if is_sent_by_area(book, catalogue, measure, period)]
    if not sent:
        return []
    by_run = runs(catalogue, year_to(period))
    return [
        _side_by_side(book, catalogue, None if place else boundaries, sent, run, place)
        for place, run in enumerate(by_run)
    ]


def _side_by_side(
    book: Book, catalogue: Catalogue, boundaries: Boundaries | None, sent: Sequence[Measure], run: Run, place: int
) -> Table:
    """Return the table of one run of months: with the year before, but where the areas changed within the year."""
    from priority_two.charts.maps import numbered

    words, months = catalogue.area_words, run.months
    columns = (months,) if run.changes else (months, year_before(months))
    names = {area.area: area.name for area in run.areas}
    numbers = numbered(names) if boundaries else {}

    def figures(measure: Measure, code: str) -> list[Figure]:
        return [book.ledger.figure(measure.measure, each, area=code) for each in columns]

    lead = {code: figures(sent[0], code) for code in names}
    order = sorted(names, key=lambda code: (-(lead[code][0].value or -1), names[code]))
    rows = []
    for code in (*order, ""):
        cells: list[Cell] = []
        for measure in sent:
            now, *before = figures(measure, code)
            cells.append(short_cell(now, catalogue, style="strong"))
            for then in before:
                there = not code or _was_there(catalogue, code, then)
                cells += [
                    short_cell(then, catalogue) if there else cell(styled("quiet", "[z]")),
                    signed_cell(now, then, book.breaks, measure.unit),
                ]
        name = names.get(code, catalogue.home.name)
        rows.append(
            Row(
                heading=cell(f"{numbers[code]} {name}" if code in numbers else name),
                cells=tuple(cells),
                new_group=not code,
            )
        )
    parts = [short_label(columns[0]), *(text for each in columns[1:] for text in (short_label(each), "change"))]
    heads = [f"{measure.measure} {text}" for measure in sent for text in parts]
    shown = {code: each[0] for code, each in lead.items()}
    picture = None
    if not place:
        picture = _map(f"{sent[0].title} by {words.part}, {months.label}", run.areas, shown, boundaries, sent[0])
    changes: dict[str, Change] = {}
    if not run.changes:
        changes = {
            names[code]: compare(now, then, book.breaks, unit=sent[0].unit) for code, (now, then) in lead.items()
        }
    others = [f"{measure.measure}: {measure.short}." for measure in sent]
    counts = ["Counts, not rates."] if sent[0].unit == "count" else []
    shorthand = shorthand_note(each.text for row in rows for each in row.cells)
    note = " ".join([*_change_of_areas(run, words), *others, *counts, *shorthand])
    return marked(
        Table(
            title=_title(sent[0], short_label(months), changes, words.part, words.parts, by_share=False),
            head=(words.part_head, *heads),
            rows=tuple(rows),
            notes=(note,),
            chart=Chart(svg=picture.svg, alt=picture.alt, title=f"{sent[0].short} by {words.part}, {months.label}")
            if picture
            else None,
            role="dense narrow",
        )
    )


def _title(
    measure: Measure, period: str, changes: Mapping[str, Change], noun: str, nouns: str, *, by_share: bool
) -> str:
    known = rises(changes, noun, nouns, by_share=by_share)
    return f"{measure.short}, {period}: {known}" if known else f"{measure.short} by {noun}, {period}"


def rises(changes: Mapping[str, Change], noun: str, nouns: str, *, by_share: bool) -> str:
    """Return in how many places a figure rose, and where the most: ``up in 18 of the 22 districts, most in Northend``.

    Parameters
    ----------
    changes
        The change of each place, by its name.
    noun, nouns
        What the places are, one and several: ``district``, ``districts``.
    by_share
        Whether most is the largest share, where every change has one.

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
        return f"up in neither {noun}" if len(known) == 2 else f"up in none of the {number_word(len(known))} {nouns}"
    by_share = by_share and all(change.percent is not None for change in changes.values())
    size = {name: (changes[name].percent if by_share else changes[name].difference) or Decimal(0) for name in up}
    most = [name for name in up if size[name] == max(size.values())]
    if len(up) == len(known):
        where = {1: f"the one {noun}", 2: f"both {nouns}"}.get(len(up), f"all {number_word(len(up))} {nouns}")
    else:
        where = f"{number_word(len(up))} of the {number_word(len(known))} {nouns}"
    return f"up in {where}" + (f", most in {most[0]}" if len(most) == 1 and len(up) > 1 else "")


def short_label(period: Period) -> str:
    """Return a period as it stands in a heading: ``2020-21``, ``Nov 2019 to Oct 2020``."""
    if period.kind != RANGE:
        return short_period(period)
    first, last = (short_period(Period(month, month, MONTH)) for month in (period.first, period.last))
    return f"{first} to {last}"


def _map(
    what: str, areas: Sequence[Area], figures: dict[str, Figure], boundaries: Boundaries | None, measure: Measure
) -> charts.Drawing | None:
    """Return the map by outlines where there are boundaries, else by tiles, else none: the table says it all."""
    from priority_two.charts.maps import MapTile, Outline, shape_map, tile_map

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


def _against_whole(figures: list[Figure], whole: Figure, measure: Measure, catalogue: Catalogue, run: Run) -> str:
    values = [figure.value for figure in figures if figure.value is not None]
    home, parts = catalogue.home.name, catalogue.area_words.parts
    if not measure.adds_up:
        return f"The {parts} are not added up to {home}: the figure of each is a share or a rate of its own."
    if len(values) < len(figures) or whole.value is None:
        return f"The {parts} cannot be added up to {home}: not all of their figures are there."
    total = number(sum(values, Decimal(0)), measure.unit) + in_a_sentence(merged(each.flags for each in figures))
    span = "Over these months" if run.changes else "Over the twelve months"
    if sum(values) == whole.value:
        return f"{span} the {parts} add up to {total}, the figure for {home}."
    stated = number(whole.value, measure.unit) + in_a_sentence(whole.flags)
    return f"{span} the {parts} add up to {total}, and the figure for {home} is {stated}."


def neighbours_side_by_side(
    book: Book, catalogue: Catalogue, measures: Sequence[Measure], period: Period
) -> Table | None:
    """Return measures beside the neighbours: the last quarter that is over, and the year to the period.

    None where no neighbour has figures. Parameters are those of :func:`areas_side_by_side`.
    """
    sent = [measure for measure in measures if by_neighbour(book, catalogue, measure, period)]
    if not sent:
        return None
    words = catalogue.area_words
    quarter, year = closed_quarter(period), year_to(period)
    rows = []
    changes: dict[str, Change] = {}
    for area in catalogue.beside_home(period):
        code = "" if area.area == catalogue.partnership.home_area else area.area
        cells: list[Cell] = []
        for measure in sent:
            now, before, whole = (
                book.ledger.figure(measure.measure, each, area=code) for each in (quarter, year_before(quarter), year)
            )
            cells += [
                short_cell(now, catalogue, style="strong"),
                percent_cell(now, before, book.breaks, measure.unit),
                short_cell(whole, catalogue),
            ]
            changes.setdefault(area.name, compare(now, before, book.breaks, unit=measure.unit))
        rows.append(Row(heading=cell(area.name), cells=tuple(cells)))
    heads = [
        f"{measure.measure} {words}"
        for measure in sent
        for words in (short_period(quarter), f"on {short_period(year_before(quarter))}", short_label(year))
    ]
    others = [f"{measure.measure}: {measure.short}." for measure in sent]
    note = " ".join([*others, _counts(words), *shorthand_note(each.text for row in rows for each in row.cells)])
    title = _title(sent[0], short_period(quarter), changes, words.home, words.homes, by_share=True)
    return marked(
        Table(title=title, head=(words.home_head, *heads), rows=tuple(rows), notes=(note,), role="dense narrow")
    )


def _counts(words: AreaWords) -> str:
    return f"Counts, not rates: the {words.homes} differ in size, so compare the changes."


def by_neighbour(book: Book, catalogue: Catalogue, measure: Measure, period: Period) -> Table | None:
    """Return a measure beside the other areas like the home area, in the same parent; None where none has figures."""
    home, words = catalogue.home, catalogue.area_words
    others = catalogue.beside_home(period)
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
            title=f"{measure.title} across the {parent}" if parent else f"{measure.title}, neighbouring {words.homes}",
            head=(words.home_head, *(column.label for column in columns), change_heading(quarters[2], quarters[0])),
            rows=tuple(rows),
            notes=(_counts(words), *notation(flags)),
            sheet=sheet_name(measure, words.home),
        )
    )
