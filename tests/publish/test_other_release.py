"""The same PDF with other versions of the native libraries, and what is said where it is not."""

from __future__ import annotations

import html as markup
import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from pydyf import PDF, Dictionary, Stream

from checkers import program
from priority_two.publish.fonts import FAMILY, font_css, name_fonts
from priority_two.publish.pdf import Attached, pdf_from_html
from priority_two.publish.together import together
from priority_two.record.likeness import likeness

# Lines


def page(body: str, style: str = "") -> str:
    text = BeautifulSoup(body, "html.parser").get_text()
    css = f"{font_css(text)} body {{ font-family: '{FAMILY}'; width: 300px }} {style}"
    head = f"<head><title>A page</title><style>{css}</style></head>"
    return f'<!DOCTYPE html><html lang="en-GB">{head}<body>{body}</body></html>'


PLACES = {
    "a page": ("as p.58 says", "as p.|58 says"),
    "a version": ("v.1.2, s.12(3)", "v.|1.2, s.|12(3)"),
    "a section": ("rule no:7", "rule no:|7"),
    "a fraction": ("at .5 or so", "at |.|5 or so"),
    "a suffix": ("green -ish", "green -|ish"),
    "a decade": ("the ’90s", "the |’90s"),
    "a bracket": ("partners’ (see there)", "partners’ |(see there)"),
    "a quotation": ("“so” [sic]", "“so” |[sic]"),
    "one after the other": ("“ -ish", "“ |-|ish"),
    "quotes as references": ("it&#39;s &quot;so&quot; (and no more)", "it's &quot;so&quot; |(and no more)"),
    "a figure": ("1,234.5 at 10:30", None),
    "a range": ("2020-21, 5-10, well-known, a/b", None),
    "words": ("Nothing here. 12 there: 13; (see) “so”", None),
    "an ampersand": ("this &amp;5 &#x2019;tis", "this &amp;5 |’tis"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_where_versions_of_pango_disagree_is_kept_together_and_no_other(place: str) -> None:
    text, kept = PLACES[place]
    made = together(f"<p>{text}</p>").replace("\u2060", "|")
    assert markup.unescape(made) == markup.unescape(f"<p>{kept or text}</p>")


@given(st.lists(st.sampled_from(["p", "1", ".", ",", ";", " ", "-", "(", "”", "’", "“", "<b>", "</b>", "&amp;", '"'])))
def test_no_text_changes_by_being_kept_together(parts: list[str]) -> None:
    body = "<p>" + "".join(parts) + "</p>"
    before, after = BeautifulSoup(body, "html.parser"), BeautifulSoup(together(body), "html.parser")
    assert after.get_text().replace("\u2060", "") == before.get_text()
    assert len(after.find_all("b")) == len(before.find_all("b"))


def test_what_is_no_prose_is_left_as_it_is() -> None:
    text = "p.58"
    for element in ("style", "script", "svg", "title", "head"):
        inside = f'<{element} class="p.58">{text}<i>{text}</i></{element}>'
        assert together(inside) == inside
    assert together(f'<a title="a > {text}">b</a><!-- {text} -->') == f'<a title="a > {text}">b</a><!-- {text} -->'


def test_no_line_ends_within_a_place_that_is_kept_together(tmp_path: Path) -> None:
    words = "see p.58 or no:7 "
    lines = page("".join(f'<p style="width: {width}px">{words * 6}</p>' for width in range(60, 240, 7)))
    file = tmp_path / "lines.pdf"
    file.write_bytes(pdf_from_html(lines))
    told = subprocess.run([program("pdftotext"), "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    drawn = [line.rstrip() for line in told.splitlines() if line.strip()]
    assert len(drawn) > 100
    assert not [line for line in drawn if line.endswith(("p.", "no:"))]
    assert "\u2060" not in told and "see p.58 or no:7" in " ".join(told.split())


# Fonts


def test_a_font_is_called_by_its_face_and_characters_whatever_the_library_calls_it() -> None:
    made = []
    for tags in (("ABCDEF", "GHIJKL"), ("ZYXWVU", "QQQQQQ")):
        pdf = PDF()
        for tag in tags:
            characters = Stream([b"begincmap", f"<0001> <{ord('a') + tags.index(tag):04x}>".encode()])
            pdf.add_object(characters)
            name = f"/{tag}+Paper-Sans"
            pdf.add_object(Dictionary({"FontName": name}))
            font = {"Type": "/Font", "BaseFont": name.encode(), "ToUnicode": characters.reference}
            pdf.add_object(Dictionary(font))
        pdf.add_object(Dictionary({tag: f"{number} 0 R" for number, tag in enumerate(tags)}))
        pdf.add_object(Stream([b"BT", *(f"/{tag} 12 Tf".encode() for tag in tags), b"[<0001>] TJ", "ET"]))
        name_fonts(pdf)
        made.append([one.data for one in pdf.objects if one.number])
    assert made[0] == made[1]
    assert not [data for data in made[0] for tag in (b"ABCDEF", b"GHIJKL", b"ZYXWVU", b"QQQQQQ") if tag in data]


def test_pages_choose_fonts_that_the_document_has() -> None:
    made = pdf_from_html(page("<p>One <b>two</b> <i>three</i></p>"))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        [one] = pdf.pages
        fonts = {name: str(font.BaseFont)[:7] for name, font in one.Resources.Font.items()}
        chosen = {str(done.operands[0]) for done in pikepdf.parse_content_stream(one) if str(done.operator) == "Tf"}
    assert chosen == fonts.keys() == set(fonts.values()) and len(fonts) == 3


# Where the bytes do differ


WORDS = "<h1>Title</h1><p>There were 12 cases.</p><table><tr><th scope='col'>A</th></tr><tr><td>1</td></tr></table>"


@pytest.mark.parametrize(
    ("body", "style", "table", "said"),
    [
        (WORDS, "", "1", "text, tags, figures and page images are the same"),
        (
            WORDS,
            "p { margin-left: 9px }",
            "1",
            "text, tags and figures are the same; page images are not; another line or place on 1 page of 1: 1",
        ),
        (
            WORDS.replace("12", "21"),
            "",
            "1",
            "tags and figures are the same; text and page images are not; another line or place on 1 page of 1: 1",
        ),
        (WORDS, "", "2", "text, tags and page images are the same; figures are not"),
        (WORDS.replace("h1", "h2"), "h2 { font-size: 2em; margin: .67em 0 }", "1", "not"),
    ],
)
def test_two_pdfs_are_told_apart_by_text_tags_figures_and_page_images(
    body: str, style: str, table: str, said: str
) -> None:
    def carried(value: str, python: str) -> list[Attached]:
        manifest = f'{{"kind": "x", "environment": {{"python": "{python}"}}}}'.encode()
        return [Attached("figures.csv", value.encode(), "figures"), Attached("manifest.json", manifest, "manifest")]

    first = pdf_from_html(page(WORDS), carried("1", "3.11"))
    like = likeness(first, pdf_from_html(page(body, style), carried(table, "3.13")))
    assert like is not None and said in str(like)
    assert like.same == (said.startswith("text, tags") and "figures are not" not in said)
    assert like.tags == ("h2" not in body)


def test_what_is_no_pdf_cannot_be_compared() -> None:
    made = pdf_from_html(page(WORDS))
    assert likeness(made, b"%PDF-1.7 broken") is None
    assert likeness(b"", made) is None
