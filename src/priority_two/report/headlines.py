"""Headline figures: what a paper shows first."""

from __future__ import annotations

from dataclasses import dataclass

from priority_two.blocks import (
    Cell,
    Citation,
    Row,
    Table,
    cell,
    chart_cell,
    figure_cell,
    number_cell,
    styled,
)
from priority_two.charts.sparkline import SparkPoint, sparkline
from priority_two.errors import Error, Refused
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Missing, Several
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.periods import QUARTER, YEAR, Period
from priority_two.reference.partnership import Headline
from priority_two.report.marks import marked, notation
from priority_two.report.paper import Paper
from priority_two.report.tables.figure_cells import signed_cell
from priority_two.sentences import listed, number_word

QUARTERS = 4
"""How many quarters the course of a headline figure goes back, the paper's own included."""
_NOT_AVAILABLE, _NOT_APPLICABLE = "x", "z"


@dataclass(frozen=True)
class HeadlineFigure:
    """A headline with its figure and citation; None where a proof has not received it."""

    headline: Headline
    figure: Figure | Rate | None = None
    citation: Citation | None = None


@dataclass(frozen=True)
class Course:
    """The quarters over which headline figures are shown, the last being the paper's own.

    ``since`` is the one with which the last is compared, ``names`` head the three columns before the change, ``over``
    ends the caption.
    """

    quarters: tuple[Period, ...]
    since: Period
    names: tuple[str, str, str]
    over: str


def course_of_headlines(period: Period) -> Course:
    """Return over which quarters the headline figures of a quarter's or a year's paper are shown."""
    if period.kind == YEAR:
        quarters = period.quarters()
        return Course(tuple(quarters), quarters[0], ("Q1 to Q4", "Start of year", "End of year"), "in the year")
    back = [Period(period.first - 3 * n, period.last - 3 * n, QUARTER) for n in range(QUARTERS - 1, -1, -1)]
    names = ("Four quarters", "Last quarter", "This quarter")
    return Course(tuple(back), period.before, names, "since last quarter")


def headline_table(paper: Paper) -> list[Table]:
    """Return the headline figures of a paper beside those of an earlier quarter; nothing where it has none.

    Raises
    ------
    Refused
        As :func:`read_headlines` says.
    """
    headlines = read_headlines(paper)
    if not headlines:
        return []
    course = course_of_headlines(paper.material.period)
    flags: list[str] = []
    steps: list[int] = []
    points: list[SparkPoint] = []
    rows = []
    for each in headlines:
        drawn = _points(paper, each.headline, course)
        before = None if each.headline.period else _figure(paper, each.headline, course.since)
        change = _change(paper, each, before)
        steps += [] if change.value is None else [(change.value > 0) - (change.value < 0)]
        points += drawn
        earlier = _earlier(paper, each.headline, before, course.since)
        cells = (_drawn(drawn, each.headline), earlier, _now(each), change)
        flags += [text[1] for text in (cells[1].text, cells[3].text) if text in ("[x]", "[z]", "[b]")]
        flags += [figure.flags for figure in (each.figure, before) if figure]
        rows.append(Row(heading=cell(each.headline.label), cells=cells))
    hollow = ["Hollow points are illustrative, solid ones reported."] if any(each.synthetic for each in points) else []
    notes = (" ".join([*hollow, *notation(flags)]),) if hollow or flags else ()
    table = Table(
        title=_caption(steps, course.over),
        head=("Figure", *course.names, "Change"),
        rows=tuple(rows),
        notes=notes,
        role="headlines dense split",
    )
    return [marked(table)]


def read_headlines(paper: Paper) -> list[HeadlineFigure]:
    """Return the headline figures of a paper.

    Raises
    ------
    Refused
        A figure is missing: no paper appears with a hole on its front page.
    """
    figures, errors = [], []
    key = paper.kind.headlines
    headlines: list[Headline] = getattr(paper.catalogue.partnership, key) if key else []
    for headline in headlines:
        if not headline.stands_in(paper.material.period):
            continue
        asked = (headline.measure, headline.breakdown, headline.period)
        try:
            figure = paper.evidence.figure(*asked, partner=headline.partner)
            figures.append(HeadlineFigure(headline, figure, _cited(paper, headline, figure)))
        except Missing as missing:
            if paper.evidence.gap(*asked, partner=headline.partner):
                figures.append(HeadlineFigure(headline))
                continue
            file = next(path for path in paper.inputs if path.endswith("/partnership.yaml"))
            until = f"{missing.fix}, or add until: {paper.material.period.before} to end the headline with that paper"
            fix = "add the key partner" if isinstance(missing, Several) else until
            errors.append(Error(file, "a figure for each headline", column=key, found=str(missing), fix=fix))
    if errors:
        raise Refused(errors)
    return figures


def _cited(paper: Paper, headline: Headline, figure: Figure | Rate) -> Citation:
    unit = paper.evidence.unit(figure)
    return cite(figure, paper.catalogue, label=headline.label, partner=headline.partner, unit=unit, listed=True)


def _figure(paper: Paper, headline: Headline, quarter: Period) -> Figure | Rate | None:
    """Return what a headline was in another quarter; None where nothing of it had been received."""
    try:
        return paper.evidence.figure(headline.measure, headline.breakdown, str(quarter), partner=headline.partner)
    except Missing:
        return None


def _points(paper: Paper, headline: Headline, course: Course) -> list[SparkPoint]:
    """Return the figures of the quarters up to the paper's own; none where the headline has a period of its own."""
    if headline.period:
        return []
    figures = [_figure(paper, headline, quarter) for quarter in course.quarters]
    return [
        SparkPoint(figure.value, paper.evidence.text(figure), figure.synthetic)
        if figure
        else SparkPoint(None, "not available")
        for figure in figures
    ]


def _drawn(points: list[SparkPoint], headline: Headline) -> Cell:
    if headline.period:
        return cell(styled("quiet", "one period only"))
    if all(point.value is None for point in points):
        return cell(styled("quiet", "none"))
    drawing = sparkline(points, words=f"{headline.label}, the last four quarters")
    return chart_cell(drawing.svg, drawing.alt)


def _now(each: HeadlineFigure) -> Cell:
    if each.citation is None or each.figure is None:
        return number_cell("").model_copy(update={"spans": (styled("gap", "not received"),)})
    shown = figure_cell(each.citation, gap=each.figure.value is None)
    strong = tuple(span.model_copy(update={"style": f"{span.style} strong".strip()}) for span in shown.spans)
    return shown.model_copy(update={"spans": strong})


def _earlier(paper: Paper, headline: Headline, before: Figure | Rate | None, since: Period) -> Cell:
    if before:
        return figure_cell(_cited(paper, headline, before), gap=before.value is None)
    applies = not headline.period and headline.stands_in(since)
    return number_cell(f"[{_NOT_AVAILABLE if applies else _NOT_APPLICABLE}]")


def _change(paper: Paper, each: HeadlineFigure, before: Figure | Rate | None) -> Cell:
    """Return by how much a figure differs from that of the quarter before, with its sign."""
    if before is None or each.figure is None:
        return number_cell(f"[{_NOT_APPLICABLE}]")
    return signed_cell(each.figure, before, paper.material.book.breaks, paper.evidence.unit(each.figure))


def _caption(steps: list[int], over: str) -> str:
    """Return in words which way the figures went that can be compared: each step is 1, 0 or -1."""
    ways = [(words, steps.count(step)) for step, words in ((1, "rose"), (-1, "fell"), (0, "held"))]
    parts = [f"{number_word(count)} {words}" for words, count in ways if count]
    if not parts:
        return "Headline figures"
    return f"Headline figures: {listed(parts)} {over}"
