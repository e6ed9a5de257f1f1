"""What is worked out once for all PDFs, and what a longer paper costs more."""

from __future__ import annotations

import base64
import cProfile
import io
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from checkers import program
from priority_two.blocks import Row, Table, cell, number_cell
from priority_two.publish.fonts import font_css
from priority_two.publish.pdf import pdf_from_html
from priority_two.publish.style_sheets import style_sheet
from priority_two.report.html import html

OUTLINES = (
    "M1 2L3.5 4H9V8Z",
    "m1,2l3-4h-9v8z m1 1 2 2-3 3",
    "M0 0C1 1 2 2 3 3S5 5 6 6Q7 7 8 8T9 9",
    "m10 10c1 1 2 2 3 3s5 5 6 6q7 7 8 8t9 9z",
    "M10 10A5 8 30 0 1 20 20a5 5 0 1 0 9 9A0 4 0 0 0 1 1",
    "M.5.5 1e1-2",
    "L4 4",
    "",
)
MARKED = '<marker id="tip" markerWidth="4" markerHeight="4"><circle r="2"/></marker>'
READY = """
import sys
from priority_two.publish import pdf
from priority_two.report import html

html.get_ready()
pdf.get_ready()
sys.stdout.buffer.write(pdf.pdf_from_html(sys.stdin.buffer.read().decode()))
"""
STOCK = """
import sys
from weasyprint import HTML
sys.stdout.buffer.write(HTML(string=sys.stdin.read()).write_pdf(pdf_identifier=b"0" * 16))
"""


def drawing(outlines: tuple[str, ...]) -> str:
    ends = ("", ' marker-end="url(#tip)"')
    paths = "".join(f'<path d="{outline}" stroke="#123"{end}/>' for end in ends for outline in outlines)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">{MARKED}{paths}</svg>'
    return f'<p><img alt="A drawing" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"></p>'


def paper(rows: int) -> str:
    table = Table(
        title="A table",
        head=("Area", "What", "Count"),
        rows=tuple(
            Row(heading=cell(f"Area {row}"), cells=(cell("Incidents"), number_cell(str(row)))) for row in range(rows)
        ),
    )
    return page(html([table]))


def page(body: str) -> str:
    head = f"<title>A paper</title><style>{font_css('')}\n{style_sheet('paper.css')}</style>"
    main = f"<main><h1>A paper</h1>{body}</main>"
    return f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head><body>{main}</body></html>'


def test_an_outline_that_is_remembered_is_drawn_as_weasyprint_draws_it() -> None:
    drawn = page("".join(drawing((outline,)) for outline in OUTLINES) + drawing(OUTLINES) * 2)
    stock = subprocess.run([sys.executable, "-c", STOCK], input=drawn.encode(), capture_output=True, check=True).stdout
    pdf_from_html(drawn)

    from weasyprint import HTML

    assert HTML(string=drawn).write_pdf(pdf_identifier=b"0" * 16) == stock


def test_the_style_sheet_that_is_worked_out_beforehand_gives_the_pages_that_it_gives_as_it_stands() -> None:
    body = paper(40)
    as_it_stands = body.replace("/* print */", "/*  print  */")
    assert as_it_stands != body
    assert without_id(pdf_from_html(as_it_stands)) == without_id(pdf_from_html(body))


def without_id(pdf: bytes) -> bytes:
    """Return a PDF without its identifier, which follows from the bytes of the page."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        del book.trailer["/ID"]
        return b"".join(item.unparse() + (item.read_bytes() if is_stream(item) else b"") for item in book.objects)


def is_stream(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Stream)


def test_what_is_got_ready_before_there_is_a_paper_says_nothing_and_changes_no_byte() -> None:
    body = paper(3)
    run = subprocess.run([sys.executable, "-W", "error", "-c", READY], input=body.encode(), capture_output=True)
    assert (run.stdout, run.stderr) == (pdf_from_html(body), b"")


def test_a_paper_has_the_same_bytes_whichever_were_made_before_it() -> None:
    first = pdf_from_html(paper(30))
    pdf_from_html(paper(3))
    assert pdf_from_html(paper(30)) == first


def test_a_table_of_four_times_as_many_rows_costs_about_four_times_as_much() -> None:
    pdf_from_html(paper(1))
    calls = []
    for rows in (60, 240):
        profile = cProfile.Profile()
        profile.runcall(pdf_from_html, paper(rows))
        calls.append(sum(entry.callcount for entry in profile.getstats()))
    assert calls[1] < 4 * calls[0], calls


@pytest.mark.slow
def test_what_makes_a_paper_light_to_lay_out_moves_no_word_and_no_picture(drafts: Path, tmp_path: Path) -> None:
    light = (drafts / "2021-03" / "data-sheet-board.html").read_text(encoding="utf-8")
    assert light.count('class="card') > 20
    as_it_stands = light.replace("/* print */", "/*  print  */").replace('<div class="cards">', '<div class="cards" >')
    places = []
    for name, page_html in (("light", light), ("stands", as_it_stands)):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf_from_html(page_html))
        command = [program("pdftotext"), "-bbox", str(file), "-"]
        printed = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout
        subprocess.run([program("pdftoppm"), "-r", "30", str(file), str(tmp_path / name)], check=True)
        pictures = [path.read_bytes() for path in sorted(tmp_path.glob(f"{name}-*.ppm"))]
        places.append((re.findall("<(?:page|word) .*", printed), pictures))
    (words, pictures), (stock_words, stock_pictures) = places
    assert words == stock_words and len(words) > 2000
    assert pictures == stock_pictures and len(pictures) > 10
