"""Blocks: what is written down is read back the same, nothing else is read, and nothing else is published."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from functools import cache
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from pydantic import TypeAdapter, ValidationError

from priority_two.blocks import (
    ALL,
    MIME_TYPE,
    SOME,
    Badge,
    Badges,
    Block,
    Cell,
    Chart,
    Citation,
    Code,
    Count,
    Details,
    Fact,
    Facts,
    Group,
    Heading,
    Listing,
    Paragraph,
    Prose,
    Quotation,
    Row,
    Rule,
    Section,
    ShownMilestone,
    ShownRating,
    Span,
    Table,
    Tile,
    Tiles,
    figure,
    figure_cell,
    heading,
    link,
    paragraph,
    plain,
    spans,
    walk,
)
from priority_two.errors import Refused
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.publish.notebook import ContentsEntry, read_paper
from priority_two.report.html import html
from priority_two.report.paper import Shown

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=20)
BLOCK: TypeAdapter[Block] = TypeAdapter(Block)

# Every kind of block -------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = st.from_regex(r"\A[A-Za-z0-9_.-]{0,8}\Z")
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
ADDRESSES = st.sampled_from(["", "#a-1", "https://example.org/a?b=1&c", "tel:08082000247"])
SYNTHETIC = st.sampled_from(["", ALL, SOME])
CITATIONS = st.builds(
    Citation,
    measure=st.just("POL01"),
    period=st.just("2020-21-Q4"),
    label=WORDS,
    value=st.just("") | NUMBERS.map(str),
    text=WORDS,
    unit=WORDS,
    anchor=NAMES,
    row=st.integers(0, 99),
    synthetic=st.booleans(),
)
RATINGS = st.builds(
    ShownRating,
    rank=st.integers(0, 9),
    **dict.fromkeys(("commitment", "title", "section", "rating", "word"), WORDS),
    **dict.fromkeys(("reason", "action", "owner", "due", "qualifier", "basis"), WORDS),
)
SHAPES = st.sampled_from(["circle", "triangle", "square", "diamond", "hexagon", "star", "cross", "wedge", "bar"])
BADGES = st.builds(Badge, word=WORDS, shape=SHAPES, colour=st.just("#00703C"), rating=st.none() | RATINGS)
SPANS = st.builds(
    Span,
    text=WORDS,
    href=ADDRESSES,
    style=st.sampled_from(["", "strong", "code", "figure"]),
    citation=st.none() | CITATIONS,
    badge=st.none() | BADGES,
)
LINES = st.lists(SPANS, max_size=3).map(tuple)
CELLS = st.builds(
    Cell,
    spans=LINES,
    lines=st.lists(LINES, max_size=2).map(tuple),
    value=st.none() | NUMBERS,
    synthetic=st.booleans(),
    words=st.booleans(),
    gap=st.booleans(),
)
MILESTONES = st.builds(
    ShownMilestone,
    **dict.fromkeys(("commitment", "id", "title", "baseline", "current", "met", "outcome", "basis"), WORDS),
)
CHARTS = st.builds(Chart, svg=st.just("<svg/>"), alt=WORDS, title=WORDS, synthetic=SYNTHETIC)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a table of one to three columns, with as many cells a row."""
    width = draw(st.integers(0, 2))
    cells = st.lists(CELLS, min_size=width, max_size=width).map(tuple)
    rows = st.builds(Row, heading=CELLS, cells=cells, name=NAMES, milestone=st.none() | MILESTONES)
    return Table(
        title=draw(WORDS),
        head=tuple(draw(st.lists(WORDS, min_size=width + 1, max_size=width + 1))),
        rows=tuple(draw(st.lists(rows, min_size=1, max_size=2))),
        definition=tuple(draw(st.lists(WORDS, max_size=1))),
        notes=tuple(draw(st.lists(WORDS, max_size=1))),
        chart=draw(st.none() | CHARTS),
        synthetic=draw(SYNTHETIC),
        illustrative=tuple(draw(st.lists(st.integers(0, width), max_size=1))),
        sheet=draw(st.sampled_from(["", "POL01"])),
        role=draw(st.sampled_from(["", "split", "stack", "scrolls", "small", "matrix"])),
    )


LEAVES = st.one_of(
    st.builds(Heading, level=st.integers(1, 6), spans=LINES, name=NAMES),
    st.builds(Paragraph, spans=LINES, role=st.sampled_from(["", "note", "notice gap"]), synthetic=st.booleans()),
    st.builds(Code, text=WORDS),
    st.just(Rule()),
    st.builds(Facts, facts=st.lists(st.builds(Fact, name=LINES, spans=LINES, place=NAMES), max_size=2).map(tuple)),
    st.builds(
        Badges,
        counts=st.lists(
            st.builds(Count, number=st.integers(0, 99), badge=st.none() | BADGES, words=WORDS), max_size=2
        ).map(tuple),
    ),
    st.builds(
        Tiles, tiles=st.lists(st.builds(Tile, label=WORDS, citation=st.none() | CITATIONS), max_size=2).map(tuple)
    ),
    CHARTS,
    tables(),
)


def around(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Return blocks that others stand in."""
    inner = st.lists(blocks, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Listing, items=st.lists(inner, max_size=2).map(tuple), ordered=st.booleans()),
        st.builds(Quotation, blocks=inner),
        st.builds(Prose, blocks=inner, element=WORDS, title=WORDS),
        st.builds(
            Group, blocks=inner, role=st.sampled_from(["", "commitment"]), name=NAMES, element=WORDS, entry=LINES
        ),
        st.builds(Details, summary=LINES, blocks=inner),
    )


BLOCKS = st.recursive(LEAVES, around, max_leaves=4)
SECTIONS = st.builds(Section, section=NAMES, blocks=st.lists(BLOCKS, max_size=3).map(tuple))


@STEADY
@given(SECTIONS)
def test_a_section_read_back_from_its_json_is_the_same(section: Section) -> None:
    written = section.written()
    again = Section.read(written)
    assert again == section
    assert again.written() == written
    assert Section.read(json.loads(written)) == section == Section.model_validate(section.model_dump(mode="json"))


@STEADY
@given(SECTIONS)
def test_whatever_a_section_says_its_html_says_too_and_as_words(section: Section) -> None:
    page = BeautifulSoup(html(section.blocks), "html.parser")
    allowed = {tag.name for tag in BeautifulSoup(html(_all_kinds()), "html.parser").find_all(True)}
    assert {tag.name for tag in page.find_all(True)} <= allowed | {f"h{level}" for level in range(1, 7)} | {"article"}
    shown = re.sub(r"\W", "", page.get_text())
    for block in walk(section.blocks):
        if isinstance(block, Heading | Paragraph):
            assert re.sub(r"\W", "", "".join(span.text for span in block.spans)) in shown


def _all_kinds() -> list[Block]:
    """Return blocks whose HTML has every element that a paper has."""
    badge = Badge(word="Green", shape="circle", colour="#00703C")
    styles = [Span(text="a/b", style=style) for style in ("", "strong", "em", "code", "s", "path", "note")]
    line = (*styles, Span(text="a", href="#a"), Span(text="a", badge=badge))
    cells = (Cell(spans=line), Cell(lines=(line,)), Cell(spans=line, synthetic=True))
    chart = Chart(svg="<svg/>", alt="a", title="a", synthetic=ALL)
    table = Table(
        title="a",
        head=("a", "b", "c", "d"),
        rows=(Row(heading=cells[0], cells=cells),),
        definition=("a",),
        notes=("a",),
        chart=chart,
        synthetic=SOME,
    )
    citation = Citation(measure="a", period="b", label="d", text="1", unit="count", anchor="c", synthetic=True)
    roles = ("masthead", "commitment", "measure", "appendix", "strategy-section", "part", "")
    leaves: list[Block] = [paragraph("a"), Code(text="a"), Rule(), table]
    return [
        *leaves,
        *(Group(role=role, blocks=(paragraph("a"),)) for role in roles),
        Listing(items=((paragraph("a"),), tuple(leaves))),
        Listing(items=((paragraph("a"),),), ordered=True),
        Quotation(blocks=(paragraph("a"),)),
        Facts(facts=(Fact(name=line, spans=line),)),
        Badges(counts=(Count(number=1, badge=badge),)),
        Tiles(tiles=(Tile(label="a", citation=citation), Tile(label="b", citation=None))),
        Details(summary=line, blocks=(paragraph("a"),)),
        Table(title="a", head=("a",), rows=()),
    ]


# What no block can be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", _all_kinds(), ids=lambda block: block.block)
def test_a_key_that_is_none_is_refused_in_every_part_of_every_block(block: Block) -> None:
    written = block.model_dump(mode="json")
    assert BLOCK.validate_python(written) == block
    count = 0
    for path in _objects(written):
        altered = copy.deepcopy(written)
        inner: Any = altered
        for key in path:
            inner = inner[key]
        inner["html"] = "<b>"
        with pytest.raises(ValidationError):
            BLOCK.validate_python(altered)
        count += 1
    assert count


def _objects(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every object within JSON."""
    places = [path] if isinstance(value, dict) else []
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return places + [place for key, inner in keys for place in _objects(inner, (*path, key))]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,a",
        "http://example.org/",
        "//example.org/",
        "/etc/hosts",
        "mailto:a@example.org",
        "tel:0808 2000 247",
        'https://example.org/"onclick="a',
        "https://example.org/<b>",
        "https://example.org/ a",
        " https://example.org/",
        "https://example.org/\n",
        "#a\n",
        "# a",
        "#",
        "https://" + "a" * 2_000,
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(href: str) -> None:
    with pytest.raises(ValidationError):
        Span(text="a", href=href)
    with pytest.raises(ValidationError):
        BLOCK.validate_python({"block": "paragraph", "spans": [{"text": "a", "href": href}]})


@pytest.mark.parametrize("href", ["", "#data-quality", "https://example.org/a_b?c=1&d=2", "tel:+448082000247"])
def test_an_address_that_a_paper_may_have_is_taken_and_escaped(href: str) -> None:
    page = BeautifulSoup(html([paragraph(Span(text="a", href=href))]), "html.parser")
    assert [link["href"] for link in page.find_all("a")] == ([href] if href else [])


HOSTILE = '<script>alert("1")</script>&amp;</table>\'<img src=x onerror=y>'


@pytest.mark.parametrize("block", _all_kinds(), ids=lambda block: block.block)
def test_markup_in_any_text_of_any_block_is_words(block: Block) -> None:
    """Put markup in place of each text that a block has, one after the other, wherever the model takes it."""
    written = block.model_dump(mode="json")
    elements = {tag.name for tag in BeautifulSoup(html(_all_kinds()), "html.parser").find_all(True)}
    for path in _texts(written):
        altered = copy.deepcopy(written)
        inner: Any = altered
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = HOSTILE
        try:
            hostile = BLOCK.validate_python(altered)
        except ValidationError:  # a name, a colour, a role, a number: it has a form of its own
            continue
        page = BeautifulSoup(html([hostile]), "html.parser")
        assert {tag.name for tag in page.find_all(True)} <= elements, path
        assert not any(key.startswith("on") for tag in page.find_all(True) for key in tag.attrs), path
        assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.find_all("img")), path


def _texts(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to every text within JSON."""
    if isinstance(value, str):
        return [path]
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in keys for place in _texts(inner, (*path, key))]


def test_words_may_be_stressed_within_a_link_and_a_list_begins_at_its_number() -> None:
    strong = Span(text="R & D", href="#x", style="figure em strong")
    block = Listing(items=((Paragraph(spans=(strong, Span(text=" b ", style="strong code"))),),), ordered=True, start=3)
    assert html([block]).split("\n") == [
        '<ol start="3" style="counter-reset: list-item 2">',
        '<li><a class="figure" href="#x"><em><strong>R &amp; D</strong></em></a><strong><code> b </code></strong></li>',
        "</ol>",
    ]


def test_the_markup_is_what_a_reader_sees() -> None:
    page = BeautifulSoup(html([paragraph(HOSTILE), heading(2, HOSTILE), Code(text=HOSTILE)]), "html.parser")
    assert [page.p.get_text(), page.h2.get_text(), page.code.get_text()] == [HOSTILE] * 3


@pytest.mark.parametrize(
    "block",
    [
        {"block": "heading", "level": 0, "spans": []},
        {"block": "heading", "level": 7, "spans": []},
        {"block": "heading", "level": 2.5, "spans": []},
        {"block": "heading", "level": 2, "spans": [], "name": 'a" onclick="b'},
        {"block": "paragraph", "spans": "words"},
        {"block": "paragraph", "spans": [], "role": 'a" onclick="b'},
        {"block": "paragraph", "spans": [{"text": None}]},
        {"block": "paragraph", "spans": [{"text": "a", "style": "a><b"}]},
        {"block": "listing", "items": [], "start": -1},
        {"block": "chart", "svg": "", "alt": "", "synthetic": "half"},
        {"block": "badges", "counts": [{"number": 1, "badge": {"word": "a", "shape": "circle", "colour": "red;x"}}]},
        {"block": "html", "html": "<b>"},
        {"block": "badges", "counts": [{"number": 1, "badge": {"word": "a", "shape": "", "colour": "#00703C"}}]},
        {"block": "chart", "svg": "<svg><script>a()</script></svg>", "alt": "a"},
        {"block": "chart", "svg": "<svg onload='a()'/>", "alt": "a"},
        {"block": "chart", "svg": "<svg><image href='https://example.invalid/a.png'/></svg>", "alt": "a"},
        {"block": "chart", "svg": "<svg><use xlink:href='other.svg#a'/></svg>", "alt": "a"},
        {"block": "chart", "svg": "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", "alt": "a"},
        {"block": "chart", "svg": "<p>words</p>", "alt": "a"},
        {"block": "table", "title": "a", "head": ["a"]},
        {"block": "table", "title": "a", "head": ["a", "b"], "rows": [{"heading": {}, "cells": []}]},
        {"spans": []},
        "words",
        None,
    ],
)  # fmt: skip
def test_what_is_no_block_is_refused(block: object) -> None:
    with pytest.raises(ValidationError):
        BLOCK.validate_python(block)


@pytest.mark.parametrize("value", ["1,240", "1e5", "NaN", "Infinity", "- 1", "1.", "٣", "1\n", "1" * 31])
def test_a_number_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        Citation(measure="POL01", period="2021-03", label="Incidents", text="a", unit="count", value=value)


def test_a_block_cannot_be_altered() -> None:
    with pytest.raises(ValidationError):
        paragraph("a").role = "note"  # type: ignore[misc]


# Notebooks -----------------------------------------------------------------------------------------------------

METADATA: dict[str, Any] = {
    "title": "Example paper",
    "running_header": "Example",
    "status": "Draft",
    "as_at": "2021-03-25",
    "helplines": [{"name": "Helpline", "number": "0808 2000 247", "note": ""}],
    "illustrative": False,
    "quick_exit": {"label": "Leave", "address": "https://example.org/"},
}
GREEN = Badge(word="Green", shape="circle", colour="#00703C")
CITATION = Citation(
    measure="POL01",
    period="2021-03",
    label="Incidents",
    value="1240",
    text="1,240",
    unit="count",
    anchor="source-1",
)
MASTHEAD = Section(
    section="masthead", blocks=(Group(role="masthead", blocks=(heading(1, "Example paper"), paragraph("Draft."))),)
)
RATED = Section(
    section="at_a_glance",
    blocks=(
        Group(
            role="commitment",
            blocks=(heading(3, "Plan communications"),),
            name="commitment-2a",
            entry=spans(Span(text="2a", badge=GREEN), " Communications"),
        ),
        paragraph("It was ", figure(CITATION), "."),
        Table(
            title="Incidents",
            head=("Month", "Number"),
            rows=(Row(heading=Cell(spans=spans("March")), cells=(figure_cell(CITATION),), name="source-1"),),
        ),
    ),
)


OTHER = Section(section="other", blocks=(paragraph("Other."),))


@cache
def _formatter() -> Any:
    return DisplayFormatter()


def display(value: object) -> nbformat.NotebookNode:
    """Return the output of a cell that shows a value, as a kernel writes it."""
    data, metadata = _formatter().format(value)
    return nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)


def code(*outputs: nbformat.NotebookNode, tags: tuple[str, ...] = (), id: str = "own") -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell("", outputs=list(outputs), metadata={"tags": list(tags)}, id=id)


def text(source: str, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)}, id="own")


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a run notebook of a masthead, cells, and a section under its heading."""
    shown = [
        code(id="parameters"),
        code(display(Shown(MASTHEAD, METADATA)), id="masthead"),
        *cells,
        nbformat.v4.new_markdown_cell("## At a glance", id="heading"),
        code(display(Shown(RATED)), id="glance"),
    ]
    return nbformat.v4.new_notebook(cells=shown)


def test_a_run_notebook_is_read_as_the_sections_that_it_holds() -> None:
    book = notebook()
    paper = read_paper(book)
    assert paper.metadata == METADATA
    assert paper.sections == [MASTHEAD, RATED]
    assert [chapter.heading for chapter in paper.chapters] == ["", "At a glance"]
    glance = ContentsEntry(
        "at-a-glance", spans("At a glance"), (ContentsEntry("commitment-2a", RATED.blocks[0].entry),)
    )
    assert paper.contents == [glance]
    assert read_paper(json.loads(nbformat.writes(book))) == paper


def test_it_holds_the_paper_as_data_that_is_read_without_the_package() -> None:
    cells = json.loads(nbformat.writes(notebook()))["cells"]
    (section,) = [json.loads(output["data"][MIME_TYPE]) for output in cells[-1]["outputs"]]
    assert section["section"] == "at_a_glance"
    assert [block["block"] for block in section["blocks"]] == ["group", "paragraph", "table"]
    assert section["blocks"][1]["spans"][1]["citation"]["value"] == "1240"
    (row,) = section["blocks"][2]["rows"]
    assert Decimal(row["cells"][0]["value"]) == 1240


def test_a_notebook_shows_a_section_in_its_own_looks() -> None:
    shown = display(Shown(RATED)).data["text/html"]
    assert shown.startswith("<style>") and shown.endswith(html(RATED.blocks))


ERROR = nbformat.v4.new_output("error", ename="KeyError", evalue="'POL99'", traceback=["KeyError: 'POL99'"])
FRAME = pd.DataFrame({"partner": ["police"], "value": [3]})


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (code(display(FRAME)), "expected a section of the paper and nothing else"),
        (code(display(3)), "found text/plain; expected a section of the paper and nothing else"),
        (code(nbformat.v4.new_output("display_data", {"text/html": "<b>a</b>"})), "expected a section of the paper"),
        (code(nbformat.v4.new_output("display_data", {"image/png": "aaaa"})), "found image/png; expected a section"),
        (code(nbformat.v4.new_output("stream", name="stdout", text="hello\n")), "found printed text; expected no"),
        (code(nbformat.v4.new_output("stream", name="stderr", text="A warning")), "found A warning; expected no"),
        (code(ERROR), "found KeyError: 'POL99'; expected cells that run"),
        (code(display(Shown(OTHER)), display(FRAME)), "expected a section of the paper and nothing else"),
        (text("Some words of an analyst."), "expected one heading"),
        (text("## Ratings\n\nand words"), "expected one heading, such as ## Ratings"),
        (text("# Ratings"), "expected one heading"),
        (text(""), "expected one heading"),
        (nbformat.v4.new_raw_cell("<b>words</b>", id="own"), "expected one heading"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_paper_is_refused_by_its_cell(cell: nbformat.NotebookNode, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_paper(notebook(cell), "notebooks/example.ipynb")
    (line,) = str(refused.value).splitlines()
    assert line.startswith("notebooks/example.ipynb, column cell own: ") and words in line
    assert "remove-cell" in line or (cell.cell_type == "code" and cell.outputs[0].output_type == "error")
    with pytest.raises(Refused):
        PaperHTMLExporter().from_notebook_node(notebook(cell))


def test_what_a_refused_cell_shows_is_not_repeated() -> None:
    printed = nbformat.v4.new_output("stream", name="stdout", text="police 3")
    with pytest.raises(Refused) as refused:
        read_paper(notebook(code(display(FRAME)), code(printed, id="printed")))
    assert "police" not in str(refused.value)


def test_a_section_that_is_missing_or_there_twice_is_refused() -> None:
    book = notebook()
    book.cells[-1].outputs = []
    with pytest.raises(Refused, match="cell heading: found At a glance; expected a section under each heading"):
        read_paper(book)
    with pytest.raises(Refused, match="found at_a_glance; expected each section once"):
        read_paper(notebook(code(display(Shown(RATED)))))


def test_a_link_that_leads_nowhere_is_refused() -> None:
    lost = Section(section="other", blocks=(paragraph(link("there", "nowhere")),))
    with pytest.raises(Refused, match="found nowhere; expected links that lead somewhere in the paper"):
        read_paper(notebook(code(display(Shown(lost)))))


@pytest.mark.parametrize(
    "altered",
    [
        {},
        {"quick_exit": {"label": "Leave", "address": "javascript:alert(1)"}},
        {"title": None},
        {"helplines": [{"name": "a"}]},
    ],
)
def test_a_masthead_that_somebody_altered_is_refused(altered: dict[str, Any]) -> None:
    book = notebook()
    output = book.cells[1].outputs[0]
    output.metadata["priority_two"] = {**METADATA, **altered} if altered else {}
    with pytest.raises(Refused, match="expected a masthead as the package writes it"):
        read_paper(book)


def test_what_a_notebook_keeps_of_a_section_beside_it_is_its_name() -> None:
    assert display(Shown(RATED, METADATA)).data["text/plain"] == "<section at_a_glance>"


def test_every_cell_that_is_no_part_of_a_paper_is_named_at_once() -> None:
    cells = [code(display(FRAME), id="first"), code(ERROR, id="second"), text("Words.")]
    with pytest.raises(Refused) as refused:
        read_paper(notebook(*cells), "a.ipynb")
    places = [line.split(":")[0] for line in str(refused.value).splitlines()]
    assert places == [f"a.ipynb, column cell {name}" for name in ("first", "second", "own")]


@pytest.mark.parametrize(
    "cell",
    [
        code(display(FRAME), tags=("remove-cell",)),
        code(nbformat.v4.new_output("stream", name="stdout", text="hello"), tags=("a", "remove-cell")),
        code(ERROR, tags=("remove-cell",)),
        code(display(Shown(RATED)), tags=("remove-cell",)),
        code(nbformat.v4.new_output("display_data", {MIME_TYPE: {"html": "<b>"}}), tags=("remove-cell",)),
        text("Some *words* of an analyst.", tags=("remove-cell",)),
        text("## A heading", tags=("remove-cell",)),
    ],
)  # fmt: skip
def test_a_cell_of_the_analysts_own_is_left_out_whatever_it_shows(cell: nbformat.NotebookNode) -> None:
    assert read_paper(notebook(cell)) == read_paper(notebook())
    page, _ = PaperHTMLExporter().from_notebook_node(notebook(cell))
    assert page == page_without_own_cells()


@cache
def page_without_own_cells() -> str:
    return str(PaperHTMLExporter().from_notebook_node(notebook())[0])


def test_a_notebook_that_has_not_been_run_makes_no_paper() -> None:
    book = notebook()
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    for cells in (book.cells, [], [book.cells[3], code(display(Shown(RATED)))]):
        with pytest.raises(Refused, match="expected a masthead"):
            read_paper(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize(
    "altered",
    [
        {"section": "at_a_glance", "blocks": [{"block": "html", "html": "<b>"}]},
        {"section": "at_a_glance", "blocks": [{"block": "paragraph", "spans": [], "html": "<b>"}]},
        {"section": 'a" onclick="b', "blocks": []},
        {"section": "at_a_glance", "blocks": [], "html": "<b>"},
        {"blocks": []},
        [],
        "words",
        None,
    ],
)  # fmt: skip
def test_a_section_that_somebody_wrote_by_hand_has_its_form_or_is_refused(altered: object) -> None:
    for written in (altered, json.dumps(altered)):
        output = nbformat.v4.new_output("display_data")
        output.data = {MIME_TYPE: written}
        with pytest.raises(Refused) as refused:
            read_paper(notebook(code(output)), "a.ipynb")
        assert str(refused.value).startswith("a.ipynb, column cell own: ")
        assert "expected a section as the package writes it" in str(refused.value)


def test_a_notebook_of_an_earlier_version_whose_sections_are_objects_is_the_same_paper() -> None:
    book = notebook()
    for output in [output for cell in book.cells for output in cell.get("outputs", [])]:
        output.data[MIME_TYPE] = json.loads(output.data[MIME_TYPE])
    assert read_paper(book) == read_paper(notebook())


def test_a_section_that_is_nested_without_end_is_refused() -> None:
    block: dict[str, Any] = {"block": "rule"}
    for _ in range(5_000):
        block = {"block": "quotation", "blocks": [block]}
    book = notebook(code())
    book.cells[2].outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {MIME_TYPE: {"section": "a", "blocks": [block]}}}
    ]
    with pytest.raises(Refused, match="a section as the package writes it"):
        read_paper(book)


def test_html_that_somebody_altered_in_a_run_notebook_is_not_what_is_published() -> None:
    book = notebook()
    for cell in book.cells:
        for output in cell.get("outputs", []):
            assert "1,240" in output.data["text/html"] or "Example paper" in output.data["text/html"]
            output.data["text/html"] = "<p>It was 9,999.</p>"
            output.data["text/plain"] = "9,999"
    assert read_paper(book) == read_paper(notebook())
    page, _ = PaperHTMLExporter().from_notebook_node(book)
    assert page == PaperHTMLExporter().from_notebook_node(notebook())[0]
    assert "9,999" not in page and "1,240" in BeautifulSoup(page, "html.parser").main.get_text()


def test_the_words_of_blocks_have_all_that_their_tables_say() -> None:
    assert plain(RATED.blocks) == ["Plan communications", "It was 1,240.", "Incidents", "Month; Number", "March; 1,240"]
