"""The tag tree of a PDF, which is what a screen reader walks through: what pages part is one element all the same."""

from __future__ import annotations

import base64
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup

from checkers import Tag, marked, outloud, pdf_structure, pdfua
from priority_two.publish.fonts import FAMILY, font_css
from priority_two.publish.pdf import pdf_from_html

ROLES = {"section": "Sect", "ul": "L", "ol": "L", "li": "LI", "p": "P", "blockquote": "BlockQuote"}
ROLES |= {name: name.upper() for name in ("td", "th", "tr", "h2", "h3")}
ROLES |= {"table": "Table", "thead": "THead", "tbody": "TBody", "caption": "Caption", "article": "Art", "a": "Link"}
"""What is written of an element of the HTML in the tag tree."""

HEAD = "<thead><tr><th scope='col'>Measure</th><th scope='col'>Month</th><th scope='col'>Count</th></tr></thead>"


def page(body: str, style: str = "") -> str:
    css = f"{font_css(BeautifulSoup(body, 'html.parser').get_text())} body {{ font-family: '{FAMILY}' }} {style}"
    head = f"<head><title>A paper</title><style>{css}</style></head>"
    running = 'data-running="Running words" data-status="Standing words"'
    return f'<!DOCTYPE html><html lang="en-GB">{head}<body {running}><main><h1>A paper</h1>{body}</main></body></html>'


def name(number: int) -> str:
    """Return a word of its own, since a checker takes equal words at the head of three pages for a running header."""
    return "".join("bcdfghjk"[number // 8**place % 8] + "aeiou"[number // 5**place % 5] for place in range(4))


def words(many: int, after: int = 0) -> str:
    return " ".join(map(name, range(after, after + many)))


def rows(first: int, last: int) -> str:
    cells = "<tr><th scope='row'>{0}</th><td>in {0}</td><td>{1}</td></tr>"
    return "<tbody>" + "".join(cells.format(name(number), number) for number in range(first, last + 1)) + "</tbody>"


def table(first: int = 1, last: int = 200) -> str:
    return f"<table><caption>Two hundred rows</caption>{HEAD}{rows(first, last)}</table>"


@dataclass(frozen=True)
class Tagged:
    """A PDF in which no checker finds a fault, and its tag tree."""

    file: Path
    tree: Tag


def tagged(file: Path, body: str, style: str = "", *, unlike: str = "ORD-001") -> Tagged:
    file.write_bytes(pdf_from_html(page(body, style)))
    assert pdfua(file) == []
    assert [finding for finding in outloud(file) if not re.search(unlike, finding)] == []
    return Tagged(file, pdf_structure(file))


@pytest.fixture(scope="module")
def long_table(tmp_path_factory: pytest.TempPathFactory) -> Tagged:
    """Return a table of 200 rows on many pages."""
    return tagged(tmp_path_factory.mktemp("tags") / "table.pdf", table())


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Tagged:
    """Return a paper that has each form of PARTED from the top of a page on."""
    forms = "".join(f"<section><h2>{form}</h2>{body}</section>" for form, body in PARTED.items())
    # The forms have words in common, which makes them look like running headers where they begin a page.
    return tagged(tmp_path_factory.mktemp("tags") / "parted.pdf", forms, STYLE, unlike="ORD-001|PAG-001")


def counts(tree: Tag) -> Counter[str]:
    return Counter(tag.role for tag in tree.walk() if tag.role in ROLES.values())


def written(body: str) -> Counter[str]:
    return Counter(ROLES[element.name] for element in BeautifulSoup(body, "html.parser").find_all(list(ROLES)))


def test_a_table_on_many_pages_is_one_table_with_one_heading_row(long_table: Tagged) -> None:
    (one,) = long_table.tree.find("Table")
    assert [child.role for child in one.children] == ["Caption", "THead", "TBody"]
    assert [[cell.text for cell in row.children] for row in one.find("TR")] == [
        ["Measure", "Month", "Count"],
        *([name(number), f"in {name(number)}", str(number)] for number in range(1, 201)),
    ]
    assert counts(long_table.tree) == written(table())


def test_every_cell_names_the_headings_that_stand_in_the_tree(long_table: Tagged) -> None:
    ids = {cell.attributes["ID"]: cell.text for cell in long_table.tree.find("TH")}
    assert len(ids) == len(long_table.tree.find("TH"))
    for number, row in enumerate(long_table.tree.find("TBody")[0].children, 1):
        cells = [[ids[key] for key in cell.attributes["Headers"]] for cell in row.find("TD")]
        assert cells == [[name(number), "Month"], [name(number), "Count"]]


def test_a_heading_row_is_repeated_on_each_page_for_the_eye_alone(long_table: Tagged) -> None:
    with pikepdf.open(long_table.file) as pdf:
        assert len(pdf.pages) > 4
        for number, sheet in enumerate(pdf.pages):
            artifacts = [text for _, role, text in marked(sheet) if role == "Artifact"]
            heads = [text for text in artifacts if text in ("Measure", "Month", "Count")]
            assert heads == (["Measure", "Month", "Count"] if number else [])
            assert ("Running words" in artifacts) == (number > 0)
            assert f"Page {number + 1} of {len(pdf.pages)}" in artifacts


def test_content_is_read_by_its_element_or_is_an_artifact(long_table: Tagged) -> None:
    with pikepdf.open(long_table.file) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tree: dict[int, Any] = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        for sheet in pdf.pages:
            parents = tree[int(sheet.obj.StructParents)]
            read = {number for number, role, _ in marked(sheet) if role != "Artifact"}
            assert read == {number for number, parent in enumerate(parents) if parent is not None}
            assert all("/S" in parents[number] for number in read)


PARTED = {
    "groups of rows": f"<table><caption>Groups</caption>{HEAD}{rows(1, 70)}{rows(71, 75)}{rows(76, 180)}</table>",
    "a table within groups": f"<section><h2>A</h2><article><h3>B</h3><div>{table(1, 90)}</div></article></section>",
    "two tables": f"<section><h2>A</h2>{table(1, 80)}{table(81, 160)}</section>",
    "a long list": "<ul>" + "".join(f"<li>{name(number)}</li>" for number in range(120)) + "</ul>",
    "a list in a list": "<ol><li>Outer<ul>" + "".join(f"<li>{name(number)}</li>" for number in range(90)) + "</ul></li>"
    "<li>Last</li></ol>",
    "a list without bullets": "<ul class='bare'>" + "".join(f"<li>{name(n)}</li>" for n in range(120)) + "</ul>",
    "items of paragraphs": "<ul>" + f"<li><p>{words(700)}</p><p>{words(700, 700)}</p></li>" * 2 + "</ul>",
    "a long paragraph": f"<p>{words(2_000)}</p>",
    "a long cell": f"<table><caption>C</caption>{HEAD}<tbody><tr><th scope='row'>{words(99)}</th>"
    f"<td>{words(1_000, 99)}</td><td>1</td></tr></tbody>{rows(1, 5)}</table>",
    "a quotation": f"<blockquote><p>{words(700)}</p><p>{words(700, 700)}</p></blockquote>",
    "words around a block": f"<div>{words(300)}<p>{words(300, 300)}</p>{words(600, 600)}</div>",
    "a link on two pages": f"<p>{words(500)} <a href='#there'>{words(400, 500)}</a>.</p><h3 id='there'>There</h3>",
    "columns": f"<div class='grid'><article><p>{words(600)}</p><p>{words(600, 600)}</p></article>"
    f"<article><p>{words(700, 1_200)}</p></article></div>",
}
STYLE = "section { break-before: page } .bare { list-style: none } .grid { display: grid; "
STYLE += "grid-template-columns: 2fr 1fr } .lead::after { content: ', page ' target-counter(attr(href), page) }"


@pytest.mark.parametrize("form", PARTED)
def test_what_pages_part_is_one_element_in_the_order_of_the_html(parted: Tagged, form: str) -> None:
    (one,) = [tag for tag in parted.tree.find("Sect") if tag.children[0].text == form]
    body = f"<section><h2>{form}</h2>{PARTED[form]}</section>"
    assert counts(one) == written(body)
    said = BeautifulSoup(body, "html.parser").get_text()
    assert re.sub(r"[\s•◦]|[12]\.", "", one.text) == re.sub(r"\s", "", said)


def test_each_form_is_parted(parted: Tagged) -> None:
    with pikepdf.open(parted.file) as pdf:
        assert len(pdf.pages) >= 2 * len(PARTED)


def test_words_that_the_style_sheet_puts_to_a_link_are_one_link_with_it(tmp_path: Path) -> None:
    body = "<p>See <a class='lead' href='#there'>there</a>.</p><h2 id='there'>There</h2>"
    (one,) = tagged(tmp_path / "link.pdf", body, STYLE).tree.find("Link")
    assert one.text == "there, page 1"


def test_what_stands_between_items_in_a_line_is_part_of_the_first(tmp_path: Path) -> None:
    body = "<dl class='line'><div><dt>A</dt> <dd>one</dd></div> <div><dt>B</dt> <dd>two</dd></div></dl>"
    (one,) = tagged(tmp_path / "line.pdf", body, ".line, .line * { display: inline }").tree.find("L")
    assert [item.role for item in one.children] == ["LI"] * 4
    assert [item.text.strip() for item in one.children] == ["A", "one", "B", "two"]


def test_a_link_with_a_shape_in_it_is_one_link(tmp_path: Path) -> None:
    body = "<p>See <a href='#there'><span class='shape'>green <b>1a</b></span></a>.</p><h2 id='there'>There</h2>"
    style = ".shape { display: inline-block } .shape::before { content: 'o ' }"
    (one,) = tagged(tmp_path / "link.pdf", body, style).tree.find("Link")
    assert one.text == "o green 1a"


def test_a_caption_with_a_picture_in_it_is_one_caption(tmp_path: Path) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9H0Z'/></svg>"
    address = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    image = f"<img style='display: block' alt='A picture of the months' src='{address}'>"
    body = f"<table><caption>Words{image}</caption>{HEAD}{rows(1, 9)}</table>"
    (one,) = tagged(tmp_path / "caption.pdf", body).tree.find("Caption")
    assert one.text == "Words" and len(one.find("Figure")) == 1


def test_the_same_page_has_the_same_tags() -> None:
    body = PARTED["a table within groups"]
    assert pdf_from_html(page(body)) == pdf_from_html(page(body))
