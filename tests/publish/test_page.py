"""The page: whatever is written in the data, nothing leaves its page, its cell or its picture.

Positions are read back from the PDF itself, and from pictures of its pages; widths on a phone from a browser.
"""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from checkers import browser_page, marked, page_facts, pdf_structure, program
from conftest import lean_copy, run_here, whole_copy
from priority_two.blocks import Row, Table, number_cell
from priority_two.blocks import cell as text_cell
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence
from priority_two.periods import parse
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.publish.pdf import pdf_from_html
from priority_two.reference.catalogue import load_catalogue
from priority_two.report.columns import PAGE, Column, layout, widths
from priority_two.report.exhibits import exhibit
from priority_two.report.html import html as html_of
from priority_two.returns.store import latest, observations, read_returns

TOKEN = "https://example.invalid/" + "WMW" * 16
"""An address that is wider than a page, in the widest letters, with no place to break."""
EDGE = 16 / 25.4 * 72
"""The margin at the left and right of a page, in points."""
UNSEEN = re.compile(
    r"(\((illustrat|report)\w*\)?)+|(\(hollow )?points are illustra\S*|are illustra\w{0,2}"
    r"|((Coverage|Measures) )+A hatched"
)
"""What is said of an edge to whoever cannot see it, and the headings that captions stand for on a data sheet, which end
their page before its foot. They are clipped to nothing, and no paper shows the words."""
LINE = 15.1
"""How high a line of text of 12 points is in pdftotext's boxes."""


# Reading positions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """A word on a page: its page (the first is 1) and its box in points from the upper left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def words(pdf: Path) -> list[Word]:
    """Return every word of a PDF with its place, as it was set, but for those that are heard and not seen."""
    command = [program("pdftotext"), "-raw", "-bbox", str(pdf), "-"]
    page, shown = 0, list[Word]()
    for line in subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines():
        page += "<page " in line
        if "<word " in line:
            box = [float(number) for number in re.findall(r'M(?:in|ax)="([-\d.]+)"', line)]
            shown.append(Word(page, *box, re.search(r">(.*)</word>", line)[1]))
    texts = [one.text for one in shown]
    unseen = {
        n + more
        for n in range(len(texts))
        for length in (1, 2, 3, 4)
        if UNSEEN.fullmatch(" ".join(texts[n : n + length]))
        for more in range(length)
    }
    return [one for n, one in enumerate(shown) if n not in unseen]


def outside(shown: list[Word]) -> list[Word]:
    """Return the words that leave the text of the page at the sides, or the page at its head or foot."""
    width, height = 210 / 25.4 * 72, 297 / 25.4 * 72
    return [
        one
        for one in shown
        if one.left < EDGE - 0.5 or one.right > width - EDGE + 0.5 or one.top < 12 or one.bottom > height - 12
    ]


def overprinted(shown: list[Word]) -> list[tuple[Word, Word]]:
    """Return the words of a page that stand on one another."""
    return [
        (one, other)
        for one, other in combinations(shown, 2)
        if min(one.right, other.right) - max(one.left, other.left) > 1.5
        and min(one.bottom, other.bottom) - max(one.top, other.top) > 5
    ]


def overprinted_pages(shown: list[Word]) -> list[tuple[Word, Word]]:
    """Return the same of all pages."""
    return [pair for _, page in groupby(shown, lambda one: one.page) for pair in overprinted(list(page))]


HEADINGS = {"H1", "H2", "H3", "H4", "H5", "H6"}
Piece = tuple[list[tuple[str, Any]], int]


def pieces(pdf: pikepdf.Pdf) -> list[Piece]:
    """Return each piece of tagged content: the elements around it, by role and number, and its page."""
    number = {page.objgen: place for place, page in enumerate(pdf.pages, 1)}
    found: list[Piece] = []

    def walk(node: Any, around: list[tuple[str, Any]], page: Any) -> None:
        page, around = node.get("/Pg", page), [*around, (str(node.get("/S", ""))[1:], node.objgen)]
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                found.append((around, number[page.objgen]))
            elif kid.get("/Type") == "/MCR":
                found.append((around, number[kid.get("/Pg", page).objgen]))
            elif "/S" in kid:
                walk(kid, around, page)

    walk(pdf.Root.StructTreeRoot, [], None)
    return found


def alone(pdf_path: Path) -> list[tuple[int, Any]]:
    """Return each heading and caption whose page ends before what it stands over begins, with its page."""
    with pikepdf.open(pdf_path) as pdf:
        told = [(_heading(around), page) for around, page in pieces(pdf)]
    return [(page, one) for (one, page), (after, later) in pairwise(told) if one and after != one and later > page]


def _heading(around: list[tuple[str, Any]]) -> tuple[str, Any] | None:
    """Return the heading, or the caption of a table, in which a piece stands; a picture's caption is below it."""
    in_table = any(role == "Table" for role, _ in around)
    return next((one for one in around if one[0] in HEADINGS or (one[0] == "Caption" and in_table)), None)


def headless(pdf_path: Path) -> list[tuple[int, str]]:
    """Return the pieces of tables that stand under no heading row on their page: the page, and a heading."""
    tables = pdf_structure(pdf_path).find("Table")
    with pikepdf.open(pdf_path) as pdf:
        pages: dict[Any, set[int]] = {}
        for around, page in pieces(pdf):
            for role, element in around:
                if role == "Table":
                    pages.setdefault(element, set()).add(page)
        seen = ["".join(text for _, role, text in marked(page) if role == "Artifact") for page in pdf.pages]
    lacking = []
    for table, on in zip(tables, pages.values(), strict=True):
        heads = [re.sub(r"\s|\(illustrative\)", "", cell.text) for cell in table.find("THead")[0].find("TH")]
        lacking += [
            (page, head) for page in sorted(on)[1:] for head in heads if head not in re.sub(r"\s", "", seen[page - 1])
        ]
    return lacking


def blotted(pdf: Path, folder: Path) -> list[int]:
    """Return the pages of a PDF that have ink at their sides, or between their text and their foot.

    At the head of the first page the band with its title goes from side to side, and the contents below it.
    """
    command = [program("pdftotext", "pdftoppm"), "-r", "36", "-gray", str(pdf), str(folder / "page")]
    subprocess.run(command, check=True)
    found = []
    for number, file in enumerate(sorted(folder.glob("page*.pgm")), 1):
        page = Image.open(file)
        wide, high = page.size
        top = next((y for y in range(high) if page.getpixel((0, y)) == 255), 0) if number == 1 else 0
        side, foot = int(EDGE / 2) - 1, high - int((15 if number == 1 else 17) / 25.4 * 36)
        edges = [(0, top, side, high), (wide - side, top, wide, high), (0, foot + 1, wide, foot + 5)]
        if any(page.crop(edge).getextrema()[0] < 250 for edge in edges):
            found.append(number)
    return found


# Papers of hostile data ------------------------------------------------------------------------------------


def paper(kind: str, data: Path, **parameters: Any) -> str:
    """Return the HTML of a paper."""
    return PaperHTMLExporter().from_notebook_node(run_here(kind, data, **parameters))[0]


def lengthened(value: Any) -> Any:
    """Return words, or a list of them, with the long address behind."""
    return [lengthened(one) for one in value] if isinstance(value, list) else f"{value} {TOKEN}"


def rewrite_csv(file: Path, columns: set[str], keep: Callable[[dict[str, str]], bool] = lambda row: True) -> None:
    """Rewrite a table with the long address behind every text of some columns."""
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        head, rows = list(reader.fieldnames), [row for row in reader if keep(row)]
    for row in rows:
        if row.get("short") == "":  # the whole name will be too long to do for it
            row["short"] = row.get("title", row.get("name", ""))[:32]
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {key: lengthened(text) if key in columns and text else text for key, text in row.items()} for row in rows
        )


FRONT = {"qualifier", "reason", "action", "owner", "forward", "title", "note", "text", "subject", "recommendations"}
FRONT |= {"role", "post", "author", "state"}
BODY = f"""
{TOKEN}

- {TOKEN}
    - {TOKEN} and [{TOKEN}]({TOKEN})

> {TOKEN}

`{TOKEN}`

```
{TOKEN} {TOKEN}
```
"""


def rewrite_update(file: Path) -> None:
    """Rewrite an update, an appendix or a report with the long address in every text of its keys and its narrative."""
    _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)

    def walked(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walked(name, inner) for name, inner in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [walked(key, one) for one in value]
        return lengthened(value) if key in FRONT and value else value

    keys = walked("", yaml.safe_load(front))
    if "asks" in keys:
        row = {"action": TOKEN, "owner": TOKEN, "due": "2020-04", "state": TOKEN}
        keys["action_plan"] = [row]
        keys["asks"] = [{key: value for key, value in row.items() if key != "state"}]
    text = yaml.safe_dump(keys, allow_unicode=True, width=10**6, sort_keys=False)
    file.write_text(f"---\n{text}---\n{body}\n{BODY}", encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the long address wherever words can be written."""
    data = whole_copy(tmp_path_factory.mktemp("hostile"))
    reference = data / "reference"
    few = {"POL01", "POL02", "HLT01", "COM01", "HOU02"}
    for name, columns in {
        "measures": {"title", "definition", "source"},
        "partners": {"name", "role"},
        "breakdowns": {"series", "label"},
        "commitments": {"title", "promise"},
        "sections": {"title"},
        "rag": {"word", "meaning"},
        "abbreviations": {"expansion"},
        "provision": {"title", "note"},
        "breaks": {"title", "note"},
        "areas": {"name"},
        "calendar": {"label"},
    }.items():
        rewrite_csv(reference / f"{name}.csv", columns)
    with (reference / "measures.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row | {"data_sheet": "yes" if row["measure"] in few else "no"} for row in csv.DictReader(handle)]
    write_csv(reference / "measures.csv", rows)
    partnership = yaml.safe_load((reference / "partnership.yaml").read_text(encoding="utf-8"))
    for key in ("name", "board", "lead_partners", "objectives", "circulation"):
        partnership[key] = lengthened(partnership[key])
    partnership["priority"] = {key: lengthened(text) for key, text in partnership["priority"].items()}
    for key in ("headlines", "annual_headlines"):
        for one in partnership[key]:
            one["label"] = lengthened(one["label"])
    for one in partnership["helplines"]:
        one["name"] = lengthened(one["name"])
    (reference / "partnership.yaml").write_text(yaml.safe_dump(partnership, allow_unicode=True), encoding="utf-8")
    for file in (data / "updates").rglob("*.md"):
        rewrite_update(file)
    for folder in ("2021-03-25_lbb", "2021-03-25_sel-ccg", "2021-03-25_police"):
        terms = data / "returns" / folder / "terms.yaml"
        keys = yaml.safe_load(terms.read_text(encoding="utf-8"))
        for key in ("explanation", "contact_post"):
            keys[key] = lengthened(keys[key])
        terms.write_text(yaml.safe_dump(keys, allow_unicode=True, width=10**6), encoding="utf-8")
        rewrite_csv(terms.with_name("observations.csv"), {"note"})
    return data


FILING = {
    "version": 2,
    "approved_by": [f"Strategic Lead {TOKEN}", f"Chair {TOKEN}"],
    "corrects": {"version": 1, "reason": TOKEN},
}
KINDS = {
    "quarterly_progress": {"period": "2020-21-Q4", "filing": FILING},
    "annual_achievements": {"period": "2020-21", "filing": FILING},
    "data_sheet": {"period": "2021-03", "filing": FILING},
    "strategic_group": {"period": "2019-20-Q4", "filing": FILING},
    "board_briefing": {"period": "2020-21-Q4", "filing": FILING},
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_wider_than_the_page_leaves_no_page_no_cell_and_no_phone(
    hostile: Path, tmp_path: Path, kind: str
) -> None:
    html = paper(kind, hostile, **KINDS[kind])
    page, pdf = tmp_path / "paper.html", tmp_path / "paper.pdf"
    page.write_text(html, encoding="utf-8")
    assert html.count(TOKEN) > 20
    pdf.write_bytes(pdf_from_html(html))
    shown = words(pdf)
    assert outside(shown) == []
    assert overprinted_pages(shown) == []
    assert blotted(pdf, tmp_path) == []
    printed = "".join(tag.text for tag in pdf_structure(pdf).children)
    main = BeautifulSoup(html, "html.parser").main
    for folded in main.select("details"):  # on paper there is nothing of it
        folded.decompose()
    said = main.get_text()
    assert printed.count("W") >= said.count("W")
    assert page_facts(page, 320).overflow == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_in_a_browser_no_word_of_a_table_is_broken_that_has_room(drafts: Path, width: int) -> None:
    with browser_page(width) as page:
        page.goto((drafts / "2020-21-Q4" / "quarterly-progress-board.html").absolute().as_uri())
        broken = page.evaluate(BROKEN)
    assert broken == []


BROKEN = """() => {
  document.querySelectorAll('details').forEach(part => { part.open = true; });
  const clipped = element =>
    element && (getComputedStyle(element).clipPath !== 'none' || clipped(element.parentElement));
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT), broken = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.closest('td, th') || clipped(text.parentElement)) continue;
    for (const word of text.data.matchAll(/(?<![^\\s-])[^\\s\\/-]{1,22}(?=[\\s]|$)/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("name", ["2020-21-Q4/quarterly-progress", "2020-21/annual-achievements", "2021-03/data-sheet"])
def test_in_the_papers_that_ship_nothing_leaves_the_page_and_no_heading_stands_alone(
    drafts: Path, tmp_path: Path, name: str
) -> None:
    pdf = drafts / f"{name}-board.pdf"
    shown = words(pdf)
    assert outside(shown) == [] and overprinted_pages(shown) == []
    assert blotted(pdf, tmp_path) == [] and alone(pdf) == []
    assert headless(pdf) == []
    assert bare(pdf.with_suffix(".html").read_text(encoding="utf-8")) == []


# Tables ------------------------------------------------------------------------------------------------------

LENGTHS = st.floats(0.1, 400)
COLUMNS = st.lists(
    st.builds(
        lambda word, more, text, figure: Column(word, word + more, min(text, word + more), min(figure, word)),
        st.floats(0.1, 12.5), LENGTHS, LENGTHS, st.floats(0, 12),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(COLUMNS)
def test_columns_fill_the_page_and_no_more(columns: list[Column]) -> None:
    shared = widths(columns)
    assert sum(shared) == pytest.approx(PAGE)
    if sum(one.figure for one in columns) <= PAGE:  # a figure is broken only where all figures together do not fit
        assert all(width >= one.figure - 1e-6 for width, one in zip(shared, columns, strict=True))
    if sum(one.word for one in columns) <= PAGE:
        assert all(width >= one.word - 1e-6 for width, one in zip(shared, columns, strict=True))
    if sum(one.line for one in columns) <= PAGE:
        assert all(width >= one.line - 1e-6 for width, one in zip(shared, columns, strict=True))


def test_an_address_in_one_cell_takes_no_room_from_the_words_of_the_others() -> None:
    address, words_, rating = Column(12.5, 90, 20), Column(6, 60, 30), Column(3, 4, 3)
    shared = widths([rating, address, words_])
    assert shared[0] >= 3.5 and shared[1] == pytest.approx(shared[2] * (20 / 30) ** 0.5, rel=0.2)


def test_a_code_in_a_cell_of_figures_breaks_before_the_words_beside_it_do() -> None:
    """An address in one row, and a gap that names the figure which is lacking, in a column of figures."""
    gap = "IDV01[custody-suite-high-risk]: without permission"
    row = Row(heading=text_cell(TOKEN), cells=(number_cell("1,136"), number_cell(gap), text_cell("no comparison")))
    table = Table(title="Measures", head=("Measure", "Quarter Three", "Quarter Four", "Change"), rows=(row, row))
    shares = layout(table).shares
    assert shares[0] > 20 and shares[3] > 14, shares
    page = BeautifulSoup(html_of([table]), "html.parser")
    assert [column["style"] for column in page.find_all("col")] == [f"width: {share:.2f}%" for share in shares]


# Bars by part ------------------------------------------------------------------------------------------------


def with_parts(data: Path, months: Sequence[str], parts: Sequence[str]) -> Table:
    """Return the exhibit of a new measure of which these parts were sent for these periods, a bar a part."""
    measure = "CRD01"
    measures = data / "reference" / "measures.csv"
    with measures.open(encoding="utf-8", newline="") as handle:
        rows_ = list(csv.DictReader(handle))
    like = next(row for row in rows_ if row["measure"] == "COM02")
    write_csv(measures, [*rows_, like | {"measure": measure, "title": "Cards", "frequency": "M", "aggregation": "sum"}])
    with (data / "reference" / "breakdowns.csv").open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([measure, part.replace(" ", "-"), "", part] for part in parts)
    folder = data / "returns" / "2021-03-20_lbb"
    folder.mkdir()
    (folder / "terms.yaml").write_text(
        "partner: lbb\nreceived: 2021-03-20\nextract_date: 2021-03-20\nmonths: 2020-04..2021-03\n"
        "explanation: A test.\npermission: publish\ncontact_post: Strategic Lead\nsynthetic: true\n",
        encoding="utf-8",
    )
    rows = [
        f"{month},{measure},,{part.replace(' ', '-')},{10 * n + 1},,A test"
        for month in months
        for n, part in enumerate(parts)
    ]
    head = "period,measure,area,breakdown,value,status,note"
    (folder / "observations.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    source = DataFolder(data)
    catalogue = load_catalogue(source)
    received = read_returns(source, date(2021, 3, 25))
    table = exhibit(measure, "parts", Evidence(catalogue, latest(observations(received)), parse("2020-21-Q4")))
    assert table
    return table


@pytest.mark.parametrize(("months", "parts"), [(3, 3), (2, 5), (9, 3), (1, 21), (12, 12)])
def test_each_number_of_each_part_has_a_bar_as_long_as_the_number(data: Path, months: int, parts: int) -> None:
    names = [f"kind {chr(97 + n)}" for n in range(parts)]
    table = with_parts(data, [str(month) for month in parse("2020-04..2021-03").months()[:months]], names)
    cells = [each for row in table.rows for each in row.cells if each.value is not None]
    assert len(cells) == months * parts and len(table.head) - 1 <= 7
    longest = 10 * (parts - 1) + 1
    assert all(each.bar == pytest.approx(float(100 * each.value / longest), abs=0.1) for each in cells)
    assert max(each.bar for each in cells) == 100
    drawn = BeautifulSoup(html_of([table]), "html.parser").select("td.bar")
    assert [f"--bar: {each.bar:.1f}%" for each in cells] == [one["style"] for one in drawn]


def test_a_bar_says_its_period_and_its_part_however_long_their_names_are(data: Path) -> None:
    long = "kinds of cards that were handed out at each of the events of the campaign in the borough"
    names = [f"{long} {last}" for last in ("printed", "in stock")]
    table = with_parts(data, ["2020-10", "2020-11"], names)
    assert sorted([*(row.heading.text for row in table.rows), *table.head[1:]]) == sorted(
        # of the months that did not come the table says so
        [
            *(f"{month} 2020" for month in ("October", "November", "December")),
            *(f"{month} 2021" for month in ("January", "February", "March")),
            *names,
        ]
    )
    bars = {each.text: each.bar for row in table.rows for each in row.cells}
    assert bars == {"1": 9.1, "11": 100.0, "not received": 0}


# Nothing stands over nothing ---------------------------------------------------------------------------------


def bare(html: str) -> list[str]:
    """Return what stands over nothing in a paper: a heading, a list, a table, a term, a paragraph."""
    main = BeautifulSoup(html, "html.parser").main
    found = [f"{one.name} {one.get_text()[:40]!r}" for one in main.find_all(["p", "dt", "dd", "li"]) if not has(one)]
    found += [f"{one.name} without items" for one in main.find_all(["ul", "ol", "dl", "tbody"]) if not has(one)]
    headings = main.find_all(re.compile("^h[1-6]$"))
    found += [f"heading {one.get_text()!r}" for one in headings if not stands_over_something(one)]
    return found


def stands_over_something(heading: Tag) -> bool:
    """Whether words, a picture or a lower heading follow a heading before the next one."""
    for one in heading.next_elements:
        if isinstance(one, Tag):
            if re.fullmatch("h[1-6]", one.name):
                return one.name > heading.name
            if one.name == "img":
                return True
        elif one.strip() and heading not in one.parents:
            return True
    return False


def has(one: Tag) -> bool:
    """Whether an element shows anything."""
    return bool(one.get_text().strip() or one.find("img"))


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder in which everything is left out that may be left out."""
    data = lean_copy(tmp_path_factory.mktemp("emptied"))
    reference = data / "reference"
    for name in ("abbreviations", "provision", "breaks", "derived", "identities", "totals", "attributions", "names"):
        rewrite_csv(reference / f"{name}.csv", set(), lambda row: False)
    with (reference / "measures.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row | {"data_sheet": "no"} for row in csv.DictReader(handle)]
    write_csv(reference / "measures.csv", rows)
    with (reference / "commitments.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row | {"rated": "no", "promise": ""} for row in csv.DictReader(handle)]
    write_csv(reference / "commitments.csv", rows)
    file = reference / "partnership.yaml"
    keys = yaml.safe_load(file.read_text(encoding="utf-8"))
    lists = "lead_partners", "objectives", "circulation", "headlines", "annual_headlines", "quarterly_charts"
    file.write_text(yaml.safe_dump(keys | {key: [] for key in lists}, allow_unicode=True), encoding="utf-8")
    blank = dict.fromkeys(("rating", "qualifier", "reason", "action", "owner", "due"), "")
    blank |= {key: [] for key in ("milestones", "forward", "exhibits", "achievements")}
    for file in (data / "updates").rglob("*.md"):
        _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
        keys = yaml.safe_load(front)
        keys |= {key: empty for key, empty in blank.items() if key in keys}
        text = re.sub("(?m)(?<=:) (null|'')$", "", yaml.safe_dump(keys, allow_unicode=True, width=10**6))
        fixed = "briefing" in keys or "filed" in keys  # then the headings are the house's, and not the writer's
        told = "\n\n".join(re.findall("(?m)^# .*$", body)) if fixed else "Nothing to tell."
        file.write_text(f"---\n{text}---\n\n{told}\n", encoding="utf-8")
    return data


def write_csv(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_where_there_is_nothing_no_heading_no_caption_and_no_list_stands_over_it(emptied: Path, kind: str) -> None:
    assert bare(paper(kind, emptied, period=KINDS[kind]["period"])) == []
