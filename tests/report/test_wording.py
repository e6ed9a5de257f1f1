"""Words as pages show them: no markup in a key, and every character with a glyph, else its file and line are named."""

from __future__ import annotations

import csv
import html as entities
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers import program
from conftest import DATA, ROOT, gather
from priority_two.charts.glyphs import glyphs, instead, named, without_glyph
from priority_two.checks import prose
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence
from priority_two.periods import parse
from priority_two.publish.fonts import FAMILY, font_css
from priority_two.publish.pdf import pdf_from_html
from priority_two.reference.catalogue import load_catalogue
from priority_two.report import open_report
from priority_two.report.html import html
from priority_two.report.kinds import KINDS
from priority_two.report.missing import unbound
from priority_two.updates.documents import Front, read_document
from priority_two.updates.markdown import word_errors
from priority_two.updates.narrative import blocks_of

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)
Q4 = "updates/2020-21-Q4"


def complaints(data: Path) -> tuple[list[str], list[str]]:
    """Return what stops the quarter's paper, and what is flagged about characters, as validate says it."""
    folder = DataFolder(data)
    material, judgements = gather(folder, parse("2020-21-Q4"), "2021-04-20", "board")
    flagged = [str(one.error) for judged in judgements if judged.dataset == "characters" for one in judged.findings]
    return [str(error) for error in unbound(KINDS["quarterly-progress"], material, judgements, folder.read)], flagged


def put(path: Path, old: str, new: str) -> int:
    """Swap a text of a file for another, and return the line on which it stands."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_what_ships_has_nothing_that_no_page_can_show(data: Path) -> None:
    assert complaints(data) == ([], [])


def test_markup_and_characters_are_named_by_file_line_and_key(data: Path) -> None:
    rows = {
        "qualifier": put(data / Q4 / "6b.md", "qualifier: Much", 'qualifier: <br>Much&nbsp;{{ value("HLT01") }}'),
        "forward": put(data / Q4 / "6b.md", "  - Some pharmacies", "  - **Some** ✔ pharmacies"),
        "narrative": put(data / Q4 / "6b.md", "A Domestic Abuse Health Forum", "A non\u2011drawn 😀 Forum"),
        "title": put(data / Q4 / "appendices/3.md", "title: ", "title: \u25cb "),
        "table": put(data / "reference/abbreviations.csv", "\n", "\nXYZ,A \u2610\u25a1 box\n") + 1,
    }
    sent = data / "returns/2021-03-25_sel-ccg/observations.csv"
    with sent.open(encoding="utf-8", newline="") as file:
        header, first, *others = csv.reader(file)
    with sent.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, [*first[:-1], f"{first[-1]} 4 \u2794 5"], *others])
    stopping, flagged = complaints(data)
    for place, words in [
        (f"data/{Q4}/6b.md, row {rows['qualifier']}, column qualifier", "found <br>; expected words without HTML"),
        (f"data/{Q4}/6b.md, row {rows['qualifier']}, column qualifier", "found &nbsp;; expected the character itself"),
        (f"data/{Q4}/6b.md, row {rows['qualifier']}, column qualifier", 'found {{ value("HLT01") }}; expected plain'),
        (f"data/{Q4}/6b.md, row {rows['forward']}, column forward", "found **Some**; expected plain words"),
        (f"data/{Q4}/6b.md, row {rows['forward']}, column forward", "found U+2714 heavy check mark; expected char"),
        (f"data/{Q4}/6b.md, row {rows['narrative']}, column narrative", "found U+2011 non-breaking hyphen; expected"),
        (f"data/{Q4}/6b.md, row {rows['narrative']}, column narrative", "found U+1F600 grinning face; expected"),
        (f"data/{Q4}/appendices/3.md, row {rows['title']}, column title", "found U+25CB white circle; expected"),
        (f"data/reference/abbreviations.csv, row {rows['table']}, column expansion", "found U+25A1 white square"),
    ]:
        assert any(line.startswith(f"{place}: {words}") for line in stopping), (place, words, stopping)
    assert any("write -" in line for line in stopping if "U+2011" in line)
    (line,) = flagged
    assert line.startswith(f"data/returns/{sent.parent.name}/observations.csv, row 2, column note: found U+2794 heavy")


@pytest.mark.parametrize(
    "words",
    [
        "fewer than <5", "R&D; M&S & Q&A", "a < b > c", "see https://example.org/a_b__c?x=1&lt;=2 for it",
        "[draft] to be agreed (later)", "2 * 3 ** 4", "the value (\"best\") of it", "#1: it's so", "snake_case__name",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_markup(words: str) -> None:
    assert word_errors(words) == []


@pytest.mark.parametrize(
    "words", ["<br>", "a</p>", "&nbsp;", "&#8211;", "{x}", "{{ value(1) }}", 'value("A")', "**a**", "[a](https://b.c)"]
)
def test_markup_in_words_is_found(words: str) -> None:
    assert word_errors(f"Some {words} here") and word_errors(words)


# Glyphs --------------------------------------------------------------------------------------------------------


def test_what_people_write_has_glyphs() -> None:
    text = "“Quotes” ‘and’ – dashes — £5 €6 ½ ≤ ≥ × é ŵ ŷ ł ș ğ ñ ß … • → ← ✓ "
    text += "a\u00a0b a\u2009b a\u202fb a\u200bb a\u00adb \ufb01"
    assert without_glyph(text) == []
    assert without_glyph(unicodedata.normalize("NFD", "é ŵ ș ğ ñ")) == []


@pytest.mark.parametrize("ch", "◦▪✔😀漢א\u2011\u2010①\u25cb\ufffd\u212b\ue000")
def test_what_no_face_has_is_told(ch: str) -> None:
    assert without_glyph(f"a{ch}b{ch}") == [ch]
    assert named(ch).startswith(f"U+{ord(ch):04X}") and named(ch).isprintable()


def test_something_like_it_is_proposed_where_there_is() -> None:
    assert [instead(ch) for ch in "\u2011\u2460\u212b"] == ["write -", "write 1", "write Å"]
    assert instead("😀") == "write it in words or in other characters"


@STEADY
@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_character_has_a_glyph_needs_none_or_is_told(text: str) -> None:
    lacking = set(without_glyph(text))
    assert lacking <= set(text) - glyphs()
    for ch in set(text) - glyphs() - lacking:
        assert unicodedata.category(ch) in ("Cf", "Zs", "Cc", "Mn", "Mc", "Me")


# Bullets -------------------------------------------------------------------------------------------------------

NESTED = "- first\n  - second\n    - third\n      - fourth\n\n7. fifth\n8. sixth\n   - seventh\n"


def test_bullets_and_numbers_of_lists_are_in_the_typeface_and_read_back_from_the_pdf(tmp_path: Path) -> None:
    evidence = Evidence(load_catalogue(DataFolder(DATA)), [], parse("2020-21-Q4"))
    lists = html(blocks_of(NESTED, "a.md", 1, evidence, set(), 3))
    css = (ROOT / "src/priority_two/publish/paper/paper.css").read_text(encoding="utf-8")
    for marker in re.findall(r'list-style-type: "([^"]*)"', css):
        drawn = entities.unescape(re.sub(r"\\([0-9a-f]+) ?", r"&#x\1;", marker))
        assert without_glyph(drawn) == []
    head = f"<head><meta charset=utf-8><title>t</title><style>{font_css(lists)}{css}</style></head>"
    page = f"<!doctype html><html lang=en>{head}<body><main><h1>t</h1>{lists}</main></body></html>"
    (tmp_path / "a.pdf").write_bytes(pdf_from_html(page))
    assert FAMILY in css
    reader = program("pdftotext")
    done = subprocess.run([reader, tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True)
    words = done.stdout.split()
    items = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    assert [words[words.index(item) - 1] for item in items] == ["•", "–", "–", "–", "7.", "8.", "–"]


# Addresses -----------------------------------------------------------------------------------------------------

ADDRESSES = [
    "https://example.sharepoint.com/:w:/s/Team/EbK3jd0aUo5KmP2v6x0Yb1MBq0wUuE6l5qkqVY3Q7zJvWA4c9dEfGhIjKlMn",
    "http://example.org/2021/12?id=345&n=67", "www.example.org/45/67", "<https://example.org/12>", "example.org/89/10",
    "ftp://example.org/12", "file://server/2021/12", r"\\server\share\45"
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("place", ["reason", "narrative"])
def test_the_digits_of_an_address_are_no_loose_figures(tmp_path: Path, address: str, place: str) -> None:
    keys = {
        "commitment": "6b",
        "rating": "amber",
        **dict.fromkeys(("qualifier", "reason", "action", "owner", "due"), ""),
    }
    keys |= {"written": "2021-03-25", "basis": "reported", place: f"See {address} for 77 cases"}
    words = keys.pop("narrative", "Text.")
    front = "".join(f"{key}: {text}\n" for key, text in keys.items())
    (tmp_path / "6b.md").write_text(f"---\n{front}---\n\n{words}\n", encoding="utf-8")
    document = read_document(DataFolder(tmp_path), "6b.md", Front)
    assert [one.text for one in prose.numerals(prose.passages(document), [])] == ["77"]


def test_what_only_looks_like_an_address_keeps_its_figures(tmp_path: Path) -> None:
    words = "On 12/45 it was 34.5 and/or 56 (e.g. 78/90), no.12/13"
    passage = prose.Passage("a.md", "narrative", prose._seen(words), ((0, 1),))
    assert {"34.5", "56", "78/90"} <= {one.text for one in prose.numerals([passage], [])}


# Headings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "period", "section", "key"),
    [
        ("quarterly-progress", "2020-21-Q4", "at_a_glance", "headlines"),
        ("annual-achievements", "2020-21", "year_at_a_glance", "annual_headlines"),
    ],
)
def test_no_heading_stands_over_tiles_that_are_none(data: Path, kind: str, period: str, section: str, key: str) -> None:
    assert "Headline figures" in html(open_report(kind, period, data=str(data)).section(section).blocks)
    file = data / "reference/partnership.yaml"
    keys = yaml.safe_load(file.read_text(encoding="utf-8")) | {key: []}
    file.write_text(yaml.safe_dump(keys, allow_unicode=True), encoding="utf-8")
    assert "Headline figures" not in html(open_report(kind, period, data=str(data)).section(section).blocks)
