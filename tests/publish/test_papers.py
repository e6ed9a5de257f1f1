"""The papers as readers get them: every fact of the paper, in the HTML and in the PDF's text.

The facts are literals, read from the published paper by hand; nothing here asks the package what they should be.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag as Element

from checkers import (
    SCHEMES,
    WIDTHS,
    Looked,
    PageFacts,
    Tag,
    axe_core,
    looked_at,
    on_paper,
    outloud,
    pdf_fonts,
    pdf_structure,
    pdf_text,
    pdfua,
    vnu_of_each,
)
from conftest import DATA, ROOT, WORKSPACE, here

QUARTERLY = "2020-21-Q4/quarterly-progress-board"
ANNUAL = "2020-21/annual-achievements-board"
SHEET = "2021-03/data-sheet-board"
PAPERS = {"quarterly": QUARTERLY, "annual": ANNUAL, "sheet": SHEET}
EACH = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
BOTH = pytest.mark.parametrize("paper", [QUARTERLY, ANNUAL], ids=["quarterly", "annual"])
RUNNING = {
    QUARTERLY: "Progress report: Quarter Four 2020-21",
    ANNUAL: "Achievements of the year: 2020-21",
    SHEET: "Data sheet: March 2021",
}
STATUS = "Board edition (restricted), draft"
AS_AT = {QUARTERLY: "2021-03-25", ANNUAL: "2021-03-25", SHEET: "2021-04-14"}
LABELS = {"2021-03-25": "25 March 2021", "2021-04-14": "14 April 2021"}

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

RATINGS = {
    "1a": "Green", "1b": "Green", "2a": "Green", "2b": "Green", "3a": "Green", "3b": "Amber", "4a": "Green",
    "4b": "Green", "4c": "Green", "5": "Green", "6a": "Amber", "6b": "Amber", "7a": "Green", "7b": "Amber",
    "7c": "Green",
}  # fmt: skip

INSTAGRAM = [
    ("September 2020, Launch post, 11 September 2020", "1", "30", "203", "258"),
    ("September 2020, Monthly posts", "6", "165", "1,240", "1,473"),
    ("October 2020, Monthly posts", "10", "589", "5,512", "7,343"),
    ("November 2020, Monthly posts", "6", "264", "10,767", "15,424"),
    ("December 2020, Monthly posts", "2", "27", "232", "264"),
    ("January 2021, Monthly posts", "4", "44", "553", "628"),
    ("February 2021, Monthly posts", "6", "not available [x]", "not available [x]", "not available [x]"),
]

# What the paper states in numbers and dates, each with words that stand near it.
FIGURES = [
    r"10,000 printed", r"9,300 have gone", r"700 are in stock", r"3 have come out", r"Of 4 issues due",
    r"1 so far", r"4 booked", r"review was due in January 2021", r"finished by May 2021",
    r"16 December 2019", r"13 people", r"November (?:and|or|/) ?December 2020", r"January 2021", r"March 2021",
    r"April 2021", r"30 April 2021", r"p\.58", r"[Ff]ebruary 2020", r"September 2020", r"October 2020",
    r"in progress at present number 3", r"31 March 2021", r"2\.5", r"0808 2000 247",
    r"38 (?:general |GP |IRIS)", r"12 pharmacies", r"100 (?:Bromley )?(?:GPs|general practitioners)",
    r"£15\.7bn", r"£66bn", r"£34,015", r"8\.5%", r"4\.5%", r"1,316,800", r"746,219", r"24%", r"3%",
    r"4,776", r"3,037", r"58 youth councillors", r"6 schools", r"nearly 100", r"around 100 arrests a day",
    r"3 of 10 posts", r"July 2020", r"34 posts", r"20 (?:or more )?tweets", r"10,500", r"1,199", r"97%", r"15,500",
    r"19,561", r"2 women|two women",
    r"over five years|more than five years", r"vaccine", r"Freedom", r"One Stop Shop", r"Sanctuary",
]  # fmt: skip
CAMPAIGN = ["40", "10", "18", "3", "2", "45", "1", "8", "6", "26", "4", "15", "6"]


@pytest.fixture(scope="module")
def soups(drafts: Path) -> dict[str, BeautifulSoup]:
    """Return each paper's HTML, parsed."""
    return {paper: BeautifulSoup(html(drafts, paper), "html.parser") for paper in PAPERS.values()}


@pytest.fixture(scope="module")
def texts(drafts: Path) -> dict[str, str]:
    """Return each paper's PDF text, on one line each."""
    return {paper: flat(pdf_text(drafts / f"{paper}.pdf")) for paper in PAPERS.values()}


@pytest.fixture(scope="module")
def trees(drafts: Path) -> dict[str, Tag]:
    """Return the tag tree of each paper's PDF."""
    return {paper: pdf_structure(drafts / f"{paper}.pdf") for paper in PAPERS.values()}


@pytest.fixture(scope="module")
def browsed(drafts: Path) -> dict[str, dict[tuple[int, str], Looked]]:
    """Return what a browser saw of each paper in every way, every part that opens being open, and axe-core in it."""
    files = {drafts / f"{paper}.html": paper for paper in PAPERS.values()}
    return {files[file]: ways for file, ways in looked_at(list(files)).items()}


@pytest.fixture(scope="module")
def on_a_phone(browsed: dict[str, dict[tuple[int, str], Looked]]) -> dict[str, PageFacts]:
    """Return what a browser saw of each paper at the width of a phone."""
    return {paper: ways[320, "light"].facts for paper, ways in browsed.items()}


@pytest.fixture(scope="module")
def nu(drafts: Path) -> dict[str, list[str]]:
    """Return what the Nu HTML checker says of each paper."""
    files = {drafts / f"{paper}.html": paper for paper in PAPERS.values()}
    return {files[file]: said for file, said in vnu_of_each(list(files)).items()}


def html(drafts: Path, paper: str) -> str:
    return (drafts / f"{paper}.html").read_text(encoding="utf-8")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def table(soup: BeautifulSoup, caption: str) -> list[list[str]]:
    for found in soup.find_all("table"):
        if flat(found.caption.get_text()).strip().split(" Hatched ")[0] == caption:
            return [
                [flat(cell.get_text()).strip() for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")
            ]
    raise AssertionError(f"no table {caption}")


def test_a_run_makes_four_files_a_paper_a_workbook_of_the_data_sheet_and_nothing_else(drafts: Path) -> None:
    names = {path.relative_to(drafts).as_posix() for path in drafts.rglob("*") if path.is_file()}
    endings = (".html", ".pdf", ".ipynb", ".manifest.json")
    assert names == {paper + ending for paper in PAPERS.values() for ending in endings} | {f"{SHEET}.xlsx"}


def test_all_fifteen_ratings_stand_in_the_html(soups: dict[str, BeautifulSoup]) -> None:
    for commitment, word in RATINGS.items():
        article = soups[QUARTERLY].find(id=f"commitment-{commitment}")
        assert article.find(class_="rating").get_text() == word, commitment
    rows = table(soups[QUARTERLY], "Rating of each commitment, 2020-21")[1:]
    assert {row[0].split()[0]: row[4] for row in rows[:15]} == RATINGS
    assert [(row[0], row[4]) for row in rows[15:]] == [
        ("Green, of 15", "11"),
        ("Amber, of 15", "4"),
        ("Red, of 15", "0"),
    ]
    head, *sections = table(soups[QUARTERLY], "All four Amber ratings lie in sections 3, 6 and 7")
    assert head == ["Section", "Green: 11", "Amber: 4", "Red: 0", "Since last report"] and len(sections) == 7
    for place, word in enumerate(("Green", "Amber", "Red"), start=1):
        ids = {name for row in sections if row[place] != "none" for name in row[place].split()}
        assert ids == {name for name, rating in RATINGS.items() if rating == word}


def test_all_fifteen_ratings_stand_in_the_pdf(trees: dict[str, Tag]) -> None:
    rows = [row for found in trees[QUARTERLY].find("TR") for row in [found.text.split()]]
    for commitment, word in RATINGS.items():
        assert any(row[:1] == [commitment] and word in row for row in rows), commitment


def test_every_rating_has_its_qualifier_or_says_that_none_is_given(soups: dict[str, BeautifulSoup]) -> None:
    rows = {
        name: flat(soups[QUARTERLY].find(id=f"commitment-{name}").find(class_="qualifier").get_text())
        for name in RATINGS
    }
    assert rows.pop("7c") == "No word on the rating is given."
    assert all(len(qualifier) > 8 for qualifier in rows.values())
    for commitment, word in {"1a": "p.58", "2a": "2021-22", "3b": "share their data", "5": "early days"}.items():
        assert word in rows[commitment]


def test_every_figure_of_the_paper_stands_in_the_html(soups: dict[str, BeautifulSoup]) -> None:
    text = flat(soups[QUARTERLY].find("main").get_text())
    assert [figure for figure in FIGURES if not re.search(figure, text)] == []


def test_every_figure_of_the_paper_stands_in_the_pdf(texts: dict[str, str]) -> None:
    assert [figure for figure in FIGURES if not re.search(figure, texts[QUARTERLY])] == []


def test_the_instagram_table_has_its_seven_rows(soups: dict[str, BeautifulSoup], trees: dict[str, Tag]) -> None:
    rows = table(soups[QUARTERLY], "Youth campaign posts, likes, reach and impressions")
    assert rows[0] == ["Period", "Posts", "Likes", "People reached", "Impressions"]
    assert [tuple(row) for row in rows[1:]] == INSTAGRAM
    squeeze = re.compile(r"\s")
    in_pdf = {squeeze.sub("", row.text) for row in trees[QUARTERLY].find("TR")}
    assert [row for row in INSTAGRAM if squeeze.sub("", "".join(row)) not in in_pdf] == []


def test_the_thirteen_outputs_of_the_campaign_stand_in_order(soups: dict[str, BeautifulSoup]) -> None:
    rows = table(soups[QUARTERLY], "Youth councillors taking part, by campaign activity")[1:]
    assert [row[1] for row in rows] == CAMPAIGN


def test_nine_sections_three_appendices_and_their_cross_references(soups: dict[str, BeautifulSoup]) -> None:
    soup = soups[QUARTERLY]
    assert [heading["id"] for heading in soup.find_all("h3", id=re.compile("^section-"))] == [
        f"section-{number}" for number in range(1, 10)
    ]
    assert len(soup.select("article.commitment")) == 17
    for number, commitment in ((1, "1a"), (2, "6a"), (3, "6b")):
        assert soup.find(id=f"appendix-{number}")
        assert soup.find(id=f"commitment-{commitment}").find("a", href=f"#appendix-{number}")


@EACH
def test_every_link_within_a_paper_leads_somewhere(soups: dict[str, BeautifulSoup], paper: str) -> None:
    soup = soups[paper]
    names = {element["id"] for element in soup.find_all(id=True)}
    targets = {link["href"][1:] for link in soup.find_all("a", href=re.compile("^#"))}
    assert targets - names == set()
    assert len(names) == len(soup.find_all(id=True))


def said_to_be_made_up(figure: Element) -> bool:
    """Say whether a reader is told, where a figure stands, that it is illustrative: beside it, or over its table."""
    if "(illustrative)" in figure.get_text():
        return True
    row = figure.find_parent("tr")
    if row is None:
        return figure.find_parent(["li", "p", "article"], class_=["ill", "illustrative"]) is not None
    cells, grid = row.find_all(["th", "td"]), figure.find_parent("table")
    (column,) = [number for number, cell in enumerate(cells) if figure in cell.find_all("a")]
    told = ["(illustrative)" in one.get_text() for one in (cells[0], cells[column], grid.thead.find_all("th")[column])]
    return "all" in grid["class"] or any(told)


def test_every_figure_leads_to_its_source(soups: dict[str, BeautifulSoup]) -> None:
    origins = set()
    for soup in (soups[QUARTERLY], soups[ANNUAL]):
        figures, places = soup.select('a.figure[href^="#source-"]'), {tag["id"]: tag for tag in soup.select("[id]")}
        assert figures
        for figure in figures:
            row = places[figure["href"][1:]]
            said = {str(cell["data-h"]): flat(cell.get_text()).strip() for cell in row.find_all("td")}
            assert figure.get_text().removesuffix(" (illustrative)").strip() == said["Value"]
            assert said["Row"].isdigit()
            path = row.find_previous(class_="path").get_text()
            year, month, day = re.search(r"data/returns/(\d+)-(\d+)-(\d+)_", path).groups()
            assert f"received {int(day)} {MONTHS[int(month) - 1]} {year}" in said["Sent by"]
            origin = re.match(r"Transcribed|Illustrative", said["Note"])[0]
            assert (origin == "Illustrative") == said["Standing"].startswith("Made up")
            assert (origin == "Illustrative") == said_to_be_made_up(figure), said
            origins.add(origin)
    assert origins == {"Transcribed", "Illustrative"}


def test_the_evidence_agrees_with_the_returns_on_disk(soups: dict[str, BeautifulSoup]) -> None:
    for soup in (soups[QUARTERLY], soups[ANNUAL]):
        assert soup.select(".evidence table.sources")
        for body in soup.select("table.sources"):
            file = WORKSPACE / re.search(r"data/returns/\S+\.csv", body.find_previous(class_="path").get_text())[0]
            lines = file.read_text(encoding="utf-8").splitlines()
            for row in body.select("tbody tr"):
                said = {str(cell["data-h"]): flat(cell.get_text()).strip() for cell in row.find_all("td")}
                line = lines[int(said["Row"]) - 1]
                assert row.th.get_text().split()[0] in line
                plain = re.sub(r"[,£%]|bn$| \(illustrative\)| \[[a-z]\]", "", said["Value"])
                assert plain.startswith("not ") or plain.replace(".", "") in line.replace(".", "")


def test_the_annual_summary_ties_each_achievement_to_its_commitment(soups: dict[str, BeautifulSoup]) -> None:
    groups = soups[ANNUAL].select(".achieved-for")
    assert all(re.match(r"\d[a-c]? ", flat(group.h3.get_text())) and group.select("p.achieved") for group in groups)
    lines = [flat(line.get_text()) for line in soups[ANNUAL].select("p.achieved")]
    assert all(re.match("Quarter (One|Two|Three|Four) ", line) for line in lines)
    transcribed = [line for line in lines if "illustrative" not in line]
    assert len(transcribed) == 5 and all(line.startswith("Quarter Four") for line in transcribed)
    brief = table(soups[ANNUAL], "Five achievements of Quarter Four, each under the commitment that it serves")[1:]
    assert sorted(f"Quarter Four {row[0]}" for row in brief) == sorted(transcribed) and len(lines) > 5


def test_each_rating_says_which_way_it_went(soups: dict[str, BeautifulSoup]) -> None:
    scale = ("green", "amber", "red")
    rated = {}
    for quarter in ("2020-21-Q3", "2020-21-Q4"):
        files = (DATA / "updates" / quarter).glob("*.md")
        rated[quarter] = {
            one.stem: re.search(r"^rating:(.*)$", one.read_text("utf-8"), re.M)[1].strip() for one in files
        }
    rows = {row[0].split()[0]: row for row in table(soups[QUARTERLY], "Rating of each commitment, 2020-21")[1:16]}
    assert len(rows) == 15
    for name, row in rows.items():
        before, now = (rated[quarter][name] for quarter in ("2020-21-Q3", "2020-21-Q4"))
        step = scale.index(now) - scale.index(before)
        assert row[3:] == [
            before.capitalize(),
            now.capitalize(),
            "no change" if not step else "worse" if step > 0 else "better",
        ]


def test_the_exceptions_are_those_that_the_house_rules_name(soups: dict[str, BeautifulSoup]) -> None:
    head, *rows = table(soups[QUARTERLY], "The four have neither an owner nor a due date")
    assert head == ["Commitment", "Reason", "Action", "Owner", "Due"]
    assert {row[0].split()[0]: row[0].split(" Amber, ")[1] for row in rows} == {
        "3b": "4th quarter",
        "6a": "4th quarter",
        "6b": "2nd quarter",
        "7b": "2nd quarter",
    }
    told = {row[0].split()[0]: row[1:] for row in rows}
    assert told["6a"] == ["none given", "none given", "none", "none"]
    assert all(len(text) > 20 for name in ("3b", "7b") for text in told[name][:2])
    # In brief on the first page.
    _, *brief = table(soups[QUARTERLY], "Exceptions: four commitments, two of them Amber for four quarters")
    assert [row[0].split()[0] for row in brief] == list(told)
    assert [row[3] for row in brief] == ["owner, date", "action, owner, date", "action, owner, date", "owner, date"]


def test_the_exceptions_are_one_page_that_also_says_what_there_is_none_of(drafts: Path) -> None:
    pages = [flat(page) for page in pdf_text(drafts / f"{QUARTERLY}.pdf").split("\f")]
    (page,) = [page for page in pages if "Four commitments have been Amber for two quarters or more." in page]
    for said in (
        "None is Red, no milestone is overdue and no return of the quarter is overdue, late or held.",
        "Amber, 2nd quarter",
        "Agree what is to be done, by whom and by when.",
        "Statistical signals.",
        "60 points",
        "put right",
    ):
        assert said in page, said


def test_the_first_page_alone_tells_what_matters(drafts: Path) -> None:
    first, *others = [flat(page) for page in pdf_text(drafts / f"{QUARTERLY}.pdf").split("\f")]
    assert "Eleven of the 15 commitments are on plan and none is Red; the four that are Amber" in first
    for said in (
        "have neither an owner nor a due date.",
        "The Board is asked to",
        "Endorse the new intergenerational strategy",
        "Since last report",
        "two of them Amber for four quarters",
        "Headline figures: five rose and one held since last quarter",
        "4,776",
    ):
        assert said in first, said
    for place, number in re.findall(r"\((exceptions|how made|Appendix 1), (?:6\.\d, )?page (\d+)\)", first):
        heading = {"exceptions": "Exceptions", "how made": "made", "Appendix 1": "6.1"}[place]
        assert heading in others[int(number) - 2], place


def test_the_annual_summary_says_what_was_met_and_what_slipped(soups: dict[str, BeautifulSoup]) -> None:
    caption = "Of 13 milestones with a date promised, two slipped, by up to five months"
    rows = {row[0]: row for row in table(soups[ANNUAL], caption)[1:]}
    assert rows["2a Directory of support reviewed"][1:] == ["Jan 2021", "", "Due May 2021, 4 months late"]
    assert rows["7c Strategy updated"][1:] == ["Aug 2020", "", "Met Jan 2021, 5 months late"]
    text = flat(soups[ANNUAL].find("main").get_text())
    assert "13 were met: eight in the year, two before it and three with no day given. Eight are open." in text
    assert "milestones of 7c and 2a slipped, by five and four months" in text


def test_the_ratings_of_each_quarter_of_the_year_add_up_to_fifteen(soups: dict[str, BeautifulSoup]) -> None:
    (matrix,) = soups[ANNUAL].select("table.matrix")
    rows = [[flat(cell.get_text()).strip() for cell in row.find_all(["th", "td"])] for row in matrix.select("tr")]
    words = [row[1:5] for row in rows[1:16]]
    totals = {row[0]: [int(cell) for cell in row[1:5]] for row in rows[16:]}
    assert [totals[f"{word}, of 15"][3] for word in ("Green", "Amber", "Red")] == [11, 4, 0]
    for word in ("Green", "Amber", "Red"):
        assert totals[f"{word}, of 15"] == [sum(row[place] == word for row in words) for place in range(4)]


@EACH
def test_the_masthead_says_what_the_paper_is(soups: dict[str, BeautifulSoup], paper: str) -> None:
    masthead = flat(soups[paper].find("header").get_text())
    for words in ("Safer Bromley Partnership", LABELS[AS_AT[paper]], "Board (restricted), draft"):
        assert words in masthead


@EACH
def test_a_paper_says_what_its_figures_rest_on(soups: dict[str, BeautifulSoup], paper: str) -> None:
    about = flat(" ".join(each.get_text() for each in soups[paper].find(id="about").find_next_siblings("p")))
    assert "A hatched edge marks figures that are illustrative: made up" in about
    # The data sheet of March was made in April; it tells of no commitment, and transcribes nothing.
    assert ("before the period closed on 31 March 2021" in about) == (paper != SHEET)
    assert ("transcribed" in about) == (paper != SHEET)


@BOTH
def test_a_rating_is_a_word_with_a_shape(soups: dict[str, BeautifulSoup], paper: str) -> None:
    """A shape may also stand beside the id of the commitment, under the word at the head of its column."""
    ratings = soups[paper].select(".rating.shape")
    shapes = {
        rating.get_text(): rating["style"] for rating in ratings if rating.get_text() in ("Green", "Amber", "Red")
    }
    assert len(set(shapes.values())) == len(shapes) == 3
    assert {rating["style"] for rating in ratings} == set(shapes.values())
    assert all(re.match(r"(Green|Amber|Red)\b|\d[a-c]?$", rating.get_text()) for rating in ratings)
    assert soups[paper].select(".legend dd")


@EACH
def test_every_chart_says_what_it_shows_and_has_its_data_in_a_table(
    soups: dict[str, BeautifulSoup], paper: str
) -> None:
    charts = soups[paper].find("main").find_all("img")
    assert charts
    for chart in charts:
        assert re.search(r"\d", chart["alt"]) and len(chart["alt"]) > 30, chart["alt"]
        assert chart.find_parent("table") or chart.find_next("table")


def test_the_reach_of_posts_is_drawn_behind_its_numbers_as_long_as_they_are(soups: dict[str, BeautifulSoup]) -> None:
    (grid,) = [
        each
        for each in soups[QUARTERLY].find_all("table")
        if each.caption.get_text().startswith("Youth campaign posts")
    ]
    bars = {
        int(cell.get_text().replace(",", "")): float(re.fullmatch(r"--bar: ([\d.]+)%", cell["style"])[1])
        for cell in grid.select("td.bar")
    }
    most = max(bars)
    assert most == 10_767 and bars[most] == 100
    assert (
        bars == {number: pytest.approx(100 * number / most, abs=0.06) for number in bars} and len(bars) == 5
    )  # the launch post is another row


def rows_received_by(day: str) -> int:
    """Count the rows of every return that had come by a day, by the name of its folder."""
    count = 0
    for file in (DATA / "returns").glob("*/observations.csv"):
        if file.parent.name[:10] <= day:
            with file.open(encoding="utf-8", newline="") as handle:
                count += sum(1 for _ in csv.DictReader(handle))
    return count


def test_the_data_sheet_says_what_was_checked_and_names_each_return_without_permission(
    soups: dict[str, BeautifulSoup],
) -> None:
    checked = {row[0]: row for row in table(soups[SHEET], "What was checked")[1:]}
    assert checked["Observations"][1] == str(rows_received_by(AS_AT[SHEET]))
    assert "Updates" not in checked  # it tells of no commitment
    flagged, *_ = [row[1] for row in table(soups[SHEET], "What was flagged")[1:] if "permission to use" in row[0]]
    terms = sorted((DATA / "returns").glob("*/terms.yaml"))
    without = [one.parent.name for one in terms if "permission: none" in one.read_text(encoding="utf-8")]
    assert re.findall(r"returns/(\S+)/terms\.yaml", flagged) == without != []


@BOTH
def test_the_evidence_says_what_was_checked_and_flagged(soups: dict[str, BeautifulSoup], paper: str) -> None:
    checked = {row[0]: row for row in table(soups[paper], "What was checked")[1:]}
    assert checked["Observations"][1] == str(rows_received_by(AS_AT[paper])) and checked["Updates"][1] == "17"
    flagged = [" ".join(row) for row in table(soups[paper], "What was flagged")[1:]]
    assert any("7c.md" in row and "qualifier" in row for row in flagged)
    assert any("2a.md" in row and "4 months later" in row for row in flagged)
    assert sum("6a.md" in row for row in flagged) == 5  # reason, action, owner, due, and the unit of its posts
    known = [" ".join(row) for row in table(soups[paper], "What is known and stays")[1:]]
    assert sum("figures were drawn" in row for row in known) == 2  # a row for each reason of waivers.csv
    assert not any("drawn" in row for row in flagged)


@EACH
def test_no_placeholder_person_or_machine_stands_in_a_paper(
    drafts: Path, soups: dict[str, BeautifulSoup], paper: str
) -> None:
    text = soups[paper].get_text()
    assert not re.search(r"\b(Tbc|TBC|TODO|nan|None(?! (is|are|of)\b)|NaN|Undefined)\b", text)
    assert not re.search(r"\S@\S+\.\S", text)
    for ending in (".html", ".ipynb", ".manifest.json"):
        content = (drafts / (paper + ending)).read_text(encoding="utf-8")
        assert str(ROOT) not in content
        assert "/tmp/" not in content


@EACH
def test_the_html_has_no_error_of_the_nu_checker(nu: dict[str, list[str]], paper: str) -> None:
    assert nu[paper] == []


@EACH
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_violation(
    browsed: dict[str, dict[tuple[int, str], Looked]], paper: str, width: int, scheme: str
) -> None:
    axe_core()  # where it is missing this says so
    assert browsed[paper][width, scheme].faults == []


@EACH
def test_a_paper_asks_the_network_for_nothing(drafts: Path, on_a_phone: dict[str, PageFacts], paper: str) -> None:
    facts = on_a_phone[paper]
    assert facts.requests == () and facts.console == ()
    content = html(drafts, paper)
    assert "<script" not in content and "<link" not in content and "@import" not in content
    assert not re.search(r"""(?:src|url\()\s*=?\s*["']?(?!data:)(?:https?:)?//""", content)


@EACH
def test_a_phone_scrolls_one_way_only_and_targets_are_large_enough(
    on_a_phone: dict[str, PageFacts], paper: str
) -> None:
    facts = on_a_phone[paper]
    assert facts.overflow == 0
    small = [t for t in facts.targets if not t.inline and min(t.width, t.height) < 24]
    assert small == []


@EACH
def test_headings_skip_no_level_and_there_is_one_h1(soups: dict[str, BeautifulSoup], paper: str) -> None:
    soup = soups[paper]
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    assert soup.html["lang"] == "en-GB"
    assert soup.select_one("a.skip")["href"] == "#main"


@EACH
def test_tables_have_captions_scopes_and_no_blank_or_merged_cell(soups: dict[str, BeautifulSoup], paper: str) -> None:
    for found in soups[paper].find_all("table"):
        assert found.caption
        for cell in found.find_all(["th", "td"]):
            assert cell.get_text().strip() or cell.img["alt"], found.caption.get_text()
            assert not cell.has_attr("colspan") and not cell.has_attr("rowspan")
            assert cell.name == "td" or cell["scope"] in ("col", "row")


def is_repeated(finding: str, heads: list[str]) -> bool:
    """Whether a finding is about words that are not read, all of which stand in one of some heading rows."""
    match = re.match(r"error TAG-002 .* every reader (.*)", finding)
    words = re.sub(r"\(illustrative\)|[^\w() ]", " ", match[1]).split()[:-1] if match else []
    return bool(words) and any(all(word in head for word in words) for head in heads)


@EACH
def test_the_pdf_is_accessible(drafts: Path, trees: dict[str, Tag], paper: str) -> None:
    pdf = drafts / f"{paper}.pdf"
    assert pdfua(pdf) == []
    # TBL-010 takes a table of few rows, with its heading row and its row headings, for a shredded heading. Each table
    # here has one heading row, as the next test shows. TAG-002 is about a heading row of many words that is repeated on
    # the next page, and so not read a second time; PAG-001 about lines at the head of pages that are alike but for
    # their figures, such as those of charts; ORD-001 about the order in which a page is painted.
    unlike = r"error TBL-010|warning (PAG-001|ORD-001)"
    told = [finding for finding in outloud(pdf) if not re.match(unlike, finding)]
    heads = [re.sub(r"\s", "", head.text) for head in trees[paper].find("THead")]
    assert [finding for finding in told if not is_repeated(finding, heads)] == []
    assert pdf_fonts(pdf) and all(pdf_fonts(pdf).values())
    assert all("Paper-Sans" in name for name in pdf_fonts(pdf))


@EACH
def test_the_tag_tree_holds_headings_scopes_and_alternative_text(
    drafts: Path, trees: dict[str, Tag], paper: str
) -> None:
    tree, page = trees[paper], on_paper(html(drafts, paper))
    headings = [(level, flat(text).strip()) for level, text in tree.headings()]
    expected = [(int(h.name[1]), flat(h.get_text()).strip()) for h in page.find_all(re.compile("^h[1-6]$"))]
    squeeze = lambda pairs: [(level, re.sub(r"\s", "", text)) for level, text in pairs]  # noqa: E731
    assert squeeze(headings) == squeeze(expected)
    for head in tree.find("THead"):
        assert len([row for row in head.children if row.role == "TR"]) == 1
        assert {cell.attributes["Scope"] for cell in head.find("TH")} == {"Column"}
    for body in tree.find("TBody"):  # the table that a small chart stands on has one row, which its caption names
        assert {cell.attributes["Scope"] for cell in body.find("TH")} <= {"Row"}
    figures = [figure.attributes.get("Alt", "") for figure in tree.find("Figure")]
    assert figures == [image["alt"] for image in page.find_all("img")]


@EACH
def test_the_tag_tree_has_an_element_for_each_of_the_html_however_many_pages_it_is_on(
    drafts: Path, trees: dict[str, Tag], paper: str
) -> None:
    names = {"table": "Table", "thead": "THead", "tbody": "TBody", "tr": "TR", "th": "TH", "td": "TD", "article": "Art"}
    names |= {"section": "Sect", "caption": "Caption", "li": "LI", "dt": "LI", "dd": "LI", "figcaption": "Caption"}
    written = Counter(names[element.name] for element in on_paper(html(drafts, paper)).find_all(list(names)))
    assert Counter(tag.role for tag in trees[paper].walk() if tag.role in names.values()) == written


@EACH
def test_the_pdf_has_a_title_a_language_bookmarks_and_page_numbers(
    drafts: Path, texts: dict[str, str], paper: str
) -> None:
    import pikepdf

    with pikepdf.open(drafts / f"{paper}.pdf") as pdf:
        pages = len(pdf.pages)
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "Safer Bromley Partnership" in str(pdf.docinfo["/Title"])
        assert "/CreationDate" not in pdf.docinfo
        with pdf.open_outline() as outline:
            assert len(outline.root) == 1 and len(outline.root[0].children) >= 5
    assert f"Page 1 of {pages}" in texts[paper] and f"Page {pages} of {pages}" in texts[paper]
    # Each page but the first has a line at its head; the masthead says the same, with the day as at which data are.
    each = [flat(page) for page in pdf_text(drafts / f"{paper}.pdf").split("\f")[:pages]]
    assert [all(part in page for part in (RUNNING[paper], STATUS)) for page in each] == [False] + [True] * (pages - 1)
    assert texts[paper].count(STATUS) == pages - 1
    first = flat(pdf_text(drafts / f"{paper}.pdf").split("\f")[0])
    assert "Board (restricted), draft" in first and f"Data as at {LABELS[AS_AT[paper]]}" in first


def test_the_public_edition_is_refused(tmp_path: Path) -> None:
    done = here("report", "--period", "2020-21-Q4", "--edition", "public", "--reports", str(tmp_path / "r"))
    assert done.returncode == 2
    assert "disclosure control" in done.stderr and list(tmp_path.iterdir()) == []


@EACH
def test_the_notebook_that_was_run_holds_no_trace_of_the_run(drafts: Path, paper: str) -> None:
    notebook = json.loads((drafts / f"{paper}.ipynb").read_text(encoding="utf-8"))
    assert "papermill" not in notebook["metadata"]
    assert all("papermill" not in c["metadata"] and "execution" not in c["metadata"] for c in notebook["cells"])
    injected = [c for c in notebook["cells"] if "injected-parameters" in c["metadata"].get("tags", [])]
    assert len(injected) == 1
