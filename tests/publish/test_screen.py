"""The paper on a screen: contents in view, evidence at its place, phones, the dark, print, and no script for any of it.

The paper here has one of everything that the style sheet sets, and a browser shows it. The papers that ship are looked
at in the same ways by ``test_papers.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from checkers import SCHEMES, WIDTHS, axe_core, browser_page, look, pdf_text, vnu
from priority_two.blocks import (
    MIME_TYPE,
    Badge,
    Block,
    Cell,
    Chart,
    Citation,
    Details,
    Group,
    Row,
    Section,
    Span,
    Table,
    badge,
    cell,
    chart_cell,
    facts,
    figure,
    figure_cell,
    heading,
    link,
    listing,
    number_cell,
    paragraph,
    place_of,
    spans,
)
from priority_two.charts.sparkline import SparkPoint, sparkline
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.report.columns import FITS, NARROW, SCROLLS, SPLIT, STACK, layout
from priority_two.report.html import html
from priority_two.report.marks import marked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GREEN = Badge(word="Green", shape="circle", colour="#00703C")
AMBER = Badge(word="Amber", shape="triangle", colour="#B85C00")
PROSE = "What was written about this by the partner who leads it, in a sentence that goes on over several lines."
CARDS = Citation(
    measure="COM01", period="2020-21-Q4", label="Cards", value="9300", text="9,300", unit="count", anchor="source-1"
)
MADE_UP = CARDS.model_copy(update={"value": "7600", "text": "7,600", "anchor": "source-2", "synthetic": True})
METADATA = {
    "title": "Example paper",
    "running_header": "Example",
    "status": "Draft",
    "as_at": "2021-03-25",
    "illustrative": True,
    "helplines": [
        {"name": "National Domestic Abuse Helpline", "number": "0808 2000 247", "note": ""},
        {"name": "Police, in an emergency", "number": "999", "note": ""},
    ],
    "quick_exit": {"label": "Leave this page now", "address": "https://example.org/"},
}


# A paper with one of everything --------------------------------------------------------------------------------


def rows(*texts: tuple[str | Cell, ...], named: tuple[str, ...] = ()) -> tuple[Row, ...]:
    cells = [[each if isinstance(each, Cell) else cell(each) for each in row] for row in texts]
    names = named or [""] * len(cells)
    return tuple(Row(heading=row[0], cells=tuple(row[1:]), name=name) for row, name in zip(cells, names, strict=True))


def months(count: int) -> tuple[str, ...]:
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
    return tuple(f"{name} 2020" for name in names[:count])


TABLES = {
    FITS: Table(title="Two columns fit", head=("Month", "Number"), rows=rows(("March 2021", number_cell("9,300")))),
    SPLIT: Table(
        title="Short cells are split",
        head=("Commitment", "Quarter Two", "Quarter Three", "Quarter Four"),
        rows=rows(
            ("Map prevalence and respond where the need is", *[cell(badge(AMBER))] * 2, cell(badge(GREEN))),
            ("Refresh the strategy", *[cell(badge(GREEN))] * 3),
        ),
        role="matrix",
    ),
    STACK: Table(
        title="Prose is stacked",
        head=("Commitment", "Reason", "Owner", "Due"),
        rows=rows(("Map prevalence", PROSE, "not given", "not given"), ("Health", PROSE, PROSE, "May 2021")),
    ),
    SCROLLS: Table(
        title="Many columns scroll",
        head=("Partner", *months(10)),
        rows=rows(("London Borough of Bromley", *["received in time"] * 10), ("Police", *["without permission"] * 10)),
    ),
}
"""A table for each way in which one folds on a phone, none of which has a role that says so."""
YEAR = Table(
    title="Figures of a year scroll",
    head=("Measure", "Q1", "Q2", "Q3", "Q4"),
    rows=rows(
        ("Information cards that were handed out", *[number_cell("9,300")] * 4),
        ("Victims who gave notice", *[number_cell("12")] * 4),
    ),
    role=f"dense narrow {SCROLLS}",
)
"""The names of its rows are far wider than its figures."""


def illustrative(title: str, role: str, *made_up: tuple[bool, bool, bool]) -> Table:
    """Return a table of three figures a row, of which these are illustrative."""
    lines = [
        ("Information cards that were handed out", *(figure_cell(MADE_UP if each else CARDS) for each in row))
        for row in made_up
    ]
    return marked(Table(title=title, head=("Figure", "Q2", "Q3", "Q4"), rows=rows(*lines), role=role))


EDGED = [
    illustrative(f"{title}, {role}", role, *made_up)
    for role in (SPLIT, STACK, FITS)
    for title, made_up in {
        "All are made up": [(True, True, True)] * 2,
        "Columns are made up": [(True, True, False)] * 2,
        "A row is made up": [(True, True, True), (False, False, False)],
        "A figure is made up": [(True, False, False), (False, False, False)],
    }.items()
]

EVIDENCE = Details(
    role="evidence",
    summary=spans("Every figure and its source"),
    blocks=(
        Table(
            title="Figures received from the borough",
            head=("Figure", "Sent by", "Received", "Row", "Back"),
            rows=rows(
                *(
                    (
                        f"{each.text}: Cards",
                        "London Borough of Bromley",
                        "25 March 2021",
                        number_cell("3", Decimal(3)),
                        cell(link("Back to the figure", place_of(each.anchor))),
                    )
                    for each in (CARDS, MADE_UP)
                ),
                named=(CARDS.anchor, MADE_UP.anchor),
            ),
        ),
    ),
)


def commitment(number: str, rating: Badge, *blocks: Block) -> Group:
    head = Group(
        role="head",
        blocks=(heading(4, f"{number} Plan", name=f"title-{number}"), paragraph(badge(rating), role="verdict")),
    )
    shape = badge(rating).model_copy(update={"text": number})
    return Group(
        role="commitment",
        name=f"commitment-{number}",
        label=f"title-{number}",
        entry=spans(shape, f" Short name of {number}", Span(text=f" ({rating.word})", style="unseen")),
        blocks=(head, *blocks),
    )


COURSE = sparkline(
    [SparkPoint(Decimal(7600), "7,600", synthetic=True), SparkPoint(Decimal(9300), "9,300")], words="Cards"
)
SMALL = Table(
    title="Cards",
    head=("Figure", "Q3", "Q4"),
    rows=rows(("Cards", figure_cell(MADE_UP), figure_cell(CARDS))),
    chart=Chart(svg=COURSE.svg, alt=COURSE.alt),
    illustrative=(1,),
    synthetic="some",
    role="small",
)
LINE = chart_cell(COURSE.svg, COURSE.alt)
CHAPTERS: dict[str, tuple[Block, ...]] = {
    "": (paragraph("Eleven of 15 commitments are on plan.", role="answer"), listing([PROSE, PROSE], ordered=True)),
    "Figures": (
        paragraph("Of the cards ", figure(CARDS), " have gone, of which ", figure(MADE_UP), " before."),
        Table(title="Headlines", head=("Figure", "Course", "Now"), rows=rows(("Cards", LINE, figure_cell(CARDS)))),
        *TABLES.values(),
        YEAR,
        *EDGED,
    ),
    "Commitments": (
        Group(
            role="strategy-section",
            blocks=(
                heading(3, "1. Communicate"),
                commitment(
                    "2a",
                    GREEN,
                    Group(
                        role="beside",
                        blocks=(
                            Group(role="text", blocks=(paragraph(PROSE), facts([("Owner", "not given")]))),
                            Group(role="margin", blocks=(SMALL, SMALL)),
                        ),
                    ),
                    Details(summary=spans("Notes"), blocks=(paragraph(PROSE),)),
                ),
                commitment("2b", AMBER, paragraph(PROSE)),
            ),
        ),
    ),
    "How made": (paragraph("Each return in a line."), EVIDENCE),
    "Where to get help": (paragraph("Call."),),
}


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the HTML of the paper."""
    band = Group(role="masthead", blocks=(heading(1, "Example paper"), facts([("Data as at", "25 March 2021")])))
    cells = [nbformat.v4.new_code_cell("", outputs=[shown(Section(section="masthead", blocks=(band,)), METADATA)])]
    for number, (title, blocks) in enumerate(CHAPTERS.items()):
        cells += [nbformat.v4.new_markdown_cell(f"## {title}")] if title else []
        name = "helplines" if title == "Where to get help" else f"chapter_{number}"
        cells.append(nbformat.v4.new_code_cell("", outputs=[shown(Section(section=name, blocks=blocks))]))
    page = tmp_path_factory.mktemp("screen") / "paper.html"
    written, _ = PaperHTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    page.write_text(written, encoding="utf-8")
    return page


def shown(section: Section, metadata: dict[str, object] | None = None) -> nbformat.NotebookNode:
    """Return the output of a cell that shows a section."""
    bundle = {MIME_TYPE: json.loads(section.model_dump_json())}
    own = {"priority_two": metadata} if metadata else {}
    return nbformat.v4.new_output("display_data", bundle, metadata=own)


@pytest.fixture(scope="module")
def soup(paper: Path) -> BeautifulSoup:
    return BeautifulSoup(paper.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all these tests, none of which runs a notebook."""
    with browser_page() as page:
        assert page.context.browser
        yield page.context.browser


@pytest.fixture
def opened(paper: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return what opens the paper in a window of a size, in which no script of a page runs."""
    windows = []

    def window(width: int = 1280, height: int = 900) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
        windows.append(context)
        page = context.new_page()
        page.goto(paper.as_uri())
        return page

    yield window
    for context in windows:
        context.close()


# Everybody can read it -----------------------------------------------------------------------------------------


def test_with_every_part_open_light_and_dark_wide_and_narrow_it_has_no_fault(paper: Path, browser: Browser) -> None:
    axe_core()  # where it is missing this says so
    ways = look(browser.new_context().new_page(), paper)
    assert {way: looked.faults for way, looked in ways.items()} == {
        (width, scheme): [] for width in WIDTHS for scheme in SCHEMES
    }


def test_its_html_has_no_error_of_the_nu_checker(paper: Path) -> None:
    assert vnu(paper) == []


# Contents ------------------------------------------------------------------------------------------------------


def test_the_contents_name_each_commitment_with_the_shape_of_its_rating(soup: BeautifulSoup) -> None:
    entries = soup.select("nav.contents > ul > li")
    assert [entry.find("a").get_text() for entry in entries] == [title for title in CHAPTERS if title]
    below = entries[1].select(":scope > ul a")
    assert [entry.get_text() for entry in below] == ["2a Short name of 2a (Green)", "2b Short name of 2b (Amber)"]
    assert [entry["href"] for entry in below] == ["#commitment-2a", "#commitment-2b"]
    shapes = [entry.select_one(".rating.shape") for entry in below]
    assert [shape.get_text() for shape in shapes] == ["2a", "2b"]
    assert shapes[0]["style"] != shapes[1]["style"]
    assert [len(entry.select(":scope > ul")) for entry in entries] == [0, 1, 0, 0]


@pytest.mark.parametrize(("width", "stays"), [(1280, True), (1024, True), (1023, False)])
def test_the_contents_stay_in_view_where_there_is_room_beside_the_paper(
    opened: Callable[..., Page], width: int, stays: bool
) -> None:
    page = opened(width)
    page.mouse.wheel(0, 1200)
    page.wait_for_function("() => scrollY > 1000")
    inside = page.locator("nav.contents a[href='#helplines']").evaluate(
        "link => { const box = link.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    help_and_exit = page.locator(".safety").bounding_box()
    assert inside == stays
    assert help_and_exit and help_and_exit["y"] == 0  # this stays at every width


def test_a_phone_names_the_help_in_a_line_and_leads_to_it(opened: Callable[..., Page]) -> None:
    page = opened(320)
    bar = page.locator(".safety")
    box = bar.bounding_box()
    assert bar.inner_text().split("\n\n") == ["Where to get help", "Leave this page now"]
    assert box and box["height"] < 48
    page.locator(".where a").click()
    assert page.url.endswith("#helplines")
    page = opened()
    assert "0808 2000 247" in page.locator(".safety").inner_text()
    assert not page.locator(".where").is_visible()


# The evidence of a figure --------------------------------------------------------------------------------------

CARD = f".evidence tr#{CARDS.anchor}"


@pytest.mark.parametrize("width", [1280, 320])
def test_from_a_figure_to_its_source_and_back_by_keyboard_without_a_script(
    opened: Callable[..., Page], width: int
) -> None:
    page = opened(width, 700)
    assert not page.locator(CARD).is_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if _focused(page) == place_of(CARDS.anchor):
            break
    before = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    card = page.locator(CARD)
    box = card.bounding_box()
    assert card.is_visible() and box
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] >= 0 and box["y"] + box["height"] <= 700
    said = card.inner_text()
    assert all(word in said for word in ("9,300", "London Borough of Bromley", "25 March 2021"))
    assert page.evaluate("scrollY") == before  # the reader stays where the figure is
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Back to the figure"
    page.keyboard.press("Enter")
    assert _focused(page) == place_of(CARDS.anchor)
    assert not page.locator(".evidence tr:target").count()
    seen = page.locator(f"#{place_of(CARDS.anchor)}").bounding_box()
    assert seen and 40 <= seen["y"] <= 700  # in the window, and not below the bar


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_what_has_the_focus_is_outlined(opened: Callable[..., Page]) -> None:
    page = opened()
    for _ in range(8):
        page.keyboard.press("Tab")
        drawn = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert drawn != "none", _focused(page)


# Tables on a phone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fold", TABLES)
def test_a_table_folds_as_its_columns_ask(fold: str) -> None:
    assert layout(TABLES[fold]).fold == fold


@pytest.mark.parametrize("fold", [SPLIT, STACK, SCROLLS])
def test_a_role_says_how_a_table_folds(fold: str) -> None:
    assert layout(TABLES[FITS].model_copy(update={"role": f"dense {fold}"})).fold == fold


@pytest.mark.parametrize(("head", "fold"), [("Now", SPLIT), ("Commitments", STACK)])
def test_a_table_is_not_split_where_that_would_break_its_words(head: str, fold: str) -> None:
    table = Table(title="Any", head=("Name", *[head] * 4), rows=rows(("Name", *["1"] * 4)), role="dense split")
    assert layout(table).fold == fold
    (drawn,) = BeautifulSoup(html([table]), "html.parser").find_all("table")
    assert [name for name in drawn["class"] if name in (SPLIT, STACK)] == [fold]
    assert ("minmax(0, 25.00fr)" in drawn.get("style", "")) == (fold == SPLIT)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 40])
@pytest.mark.parametrize("words", ["1", "Amber", "not given", PROSE, "https://example.invalid/" + "WMW" * 16])
def test_every_table_folds_so_that_it_fits(count: int, words: str) -> None:
    table = Table(title="Any", head=("Name", *["Q1"] * count), rows=rows(("Name", *[words] * count)))
    folded = layout(table)
    assert folded.fold in (FITS, SPLIT, STACK, SCROLLS)
    assert sum(folded.narrow) == pytest.approx(100) and sum(folded.shares) == pytest.approx(100)
    assert (folded.fold == SCROLLS) <= (count > 8)
    assert folded.wide[1] == (words == PROSE or (len(words) > 40))
    assert NARROW < 20


def test_only_a_table_that_scrolls_is_a_stop_of_the_keyboard(soup: BeautifulSoup) -> None:
    stops = soup.select("main [tabindex]")
    scrolling = [TABLES[SCROLLS].title, YEAR.title]
    assert [stop.find("caption").get_text() for stop in stops] == scrolling
    assert {stop["role"] for stop in stops} == {"region"}
    assert [stop["aria-label"] for stop in stops] == [f"Table: {title}" for title in scrolling]


@pytest.mark.parametrize("table", [TABLES[SCROLLS], YEAR], ids=lambda table: table.title)
def test_a_table_that_scrolls_on_a_phone_keeps_its_names_and_shows_figures_beside_them(
    opened: Callable[..., Page], table: Table
) -> None:
    page = opened(320)
    region = page.get_by_role("region", name=f"Table: {table.title}")
    row = region.locator("tbody tr").first
    for column in (row.locator("td").first, row.locator("td").last):
        column.scroll_into_view_if_needed()
        name, cell_box = row.locator("th").bounding_box(), column.bounding_box()
        assert name and cell_box
        assert name["x"] >= 0 and name["width"] <= 320 / 2
        assert name["x"] + name["width"] <= cell_box["x"] + 1 and cell_box["x"] + cell_box["width"] <= 320


@pytest.mark.parametrize("title", ["Short cells are split", "Prose is stacked"])
def test_a_folded_table_is_a_table_for_who_hears_it(opened: Callable[..., Page], title: str) -> None:
    page = opened(320)
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    stacked = page.locator("table.stack").first
    head, name = stacked.locator("thead").bounding_box(), stacked.locator("td").first
    assert head and head["height"] <= 1  # each cell names it
    assert "Reason" in name.evaluate("cell => getComputedStyle(cell, '::before').content")
    known = {node["nodeId"]: node for node in nodes}
    (table,) = [node for node in nodes if _heard(node) == ("table", title)]

    def below(node: Any) -> Iterator[str]:
        yield node["role"]["value"]
        for child in node.get("childIds", []):
            yield from below(known[child])

    heard = Counter(below(table))
    columns = len(next(each for each in TABLES.values() if each.title == title).head)
    assert [heard[role] for role in ("row", "columnheader", "rowheader")] == [3, columns, 2]
    assert heard["cell"] + heard["gridcell"] == 2 * (columns - 1)


def _heard(node: Any) -> tuple[str, str]:
    return node["role"]["value"], node.get("name", {}).get("value", "")


@pytest.mark.parametrize("role", [SPLIT, STACK, FITS])
def test_on_a_phone_the_edge_still_says_what_is_made_up(opened: Callable[..., Page], role: str) -> None:
    page = opened(320)
    edges = {
        title: page.get_by_role("table", name=f"{title}, {role}").evaluate(
            """table => [...table.querySelectorAll('thead tr, thead th, tbody, tbody tr, tbody th, td')]
                .filter(element => (element.closest('thead') ?? table).getBoundingClientRect().width > 1
                    && decodeURIComponent(getComputedStyle(element).backgroundImage).includes('M0 6V4'))
                .map(element => element.tagName)"""
        )
        for title in ("All are made up", "Columns are made up", "A row is made up", "A figure is made up")
    }
    assert edges["All are made up"] == (["TBODY"] if role == STACK else ["TR"])
    assert edges["Columns are made up"] == (["TD"] * 4 if role == STACK else ["TH"] * 2)
    assert edges["A row is made up"] == (["TH"] if role == FITS else ["TR"])
    assert edges["A figure is made up"] == ["TD"]


# Dark, large, printed ------------------------------------------------------------------------------------------


def test_at_twice_its_size_no_line_is_cut_and_nothing_scrolls_sideways(opened: Callable[..., Page]) -> None:
    page = opened(640)  # a window of 1280 at 200%
    assert page.evaluate("document.documentElement.scrollWidth") == 640


def test_in_the_dark_a_rated_cell_is_dim_and_its_words_are_bright(opened: Callable[..., Page]) -> None:
    page = opened()
    looks = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        looks[scheme] = page.locator("td.tinted").first.evaluate(
            """cell => [getComputedStyle(cell).backgroundColor, getComputedStyle(cell).color].map(
                colour => colour.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"""
        )
    light, dark = looks["light"], looks["dark"]
    assert light[0] > 600 > 100 > light[1] and dark[0] < 250 and dark[1] > 700


def test_printed_from_a_browser_the_evidence_stays_folded_unless_it_is_open(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened()
    for name in ("folded", "open"):
        page.pdf(path=tmp_path / f"{name}.pdf", prefer_css_page_size=True)
        page.locator(".evidence summary").click()
    assert (tmp_path / "folded.pdf").stat().st_size < 300_000
    folded, unfolded = (pdf_text(tmp_path / f"{name}.pdf") for name in ("folded", "open"))
    for text in (folded, unfolded):
        assert all(title in text for title in CHAPTERS)
        assert "Leave this page now" not in text and "Many columns scroll" in text
        assert "9,300 have gone" in " ".join(text.split())
    assert "Figures received from the borough" not in folded and "Figures received from the borough" in unfolded
