"""A second partnership, which shares no word with the one that ships: every paper of it, searched for words of ours."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import openpyxl
import pikepdf
import pytest
import yaml
from bs4 import BeautifulSoup

import second_partnership
from checkers import pdf_text
from conftest import DATA, ROOT, here, run_here
from priority_two.blocks import Badge as ShownBadge
from priority_two.charts.charts import shape_svg
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse, parse_date
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.reference.catalogue import Rating, load_catalogue
from priority_two.report.request import default_as_at
from priority_two.returns.submit.template import template
from priority_two.spellings import natural
from second_partnership import AS_AT, MONTH, PAPERS, PARTS, QUARTER, YEAR

REFERENCE = DATA / "reference"
OF_ANYBODY = {"PDF", "NHS", "Achievements of the year", "Partners submitting data"}
"""What ours has too and anybody may say: a kind of file, numbers not to send, a heading, what a paper counts itself."""
SUBJECT = (
    r"bromley|\bsbp\b|safer|vawg|violence|women|girls|boroughs?\b|\bwards?\b|sub-?group|marac|police|domestic abuse"
    r"|\bgreen\b|\bamber\b|perpetrat|victim|survivor|idva|home office|strategic group\b|mayor"
)
"""Words of the subject and of the place, in whatever spelling."""
TOOL = re.compile(r"priority[ _-]two", re.I)
"""The name of the tool, and of our priority: it may be said where a file says what made it, and nowhere else."""


def _table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _texts(value: object) -> Iterable[str]:
    """Give every text of settings, but for their keys."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield " ".join(value.split())


def _words() -> set[str]:
    """Return what our reference data call things: partners, areas, measures, promises, ratings, settings."""
    columns = {
        "partners": ("partner", "name", "short", "abbreviation", "role"),
        "areas": ("area", "name", "type"),
        "area_types": ("type", "word", "plural"),
        "measures": ("measure", "title", "short", "definition"),
        "commitments": ("title", "short", "promise"),
        "sections": ("title", "short"),
        "rag": ("rating", "word", "meaning"),
        "abbreviations": ("abbreviation", "expansion"),
        "group_sections": ("title",),
        "bodies": ("name", "alias"),
    }
    words = {row[column] for table, names in columns.items() for row in _table(table) for column in names}
    settings = yaml.safe_load((REFERENCE / "partnership.yaml").read_text(encoding="utf-8"))
    del settings["default_period"], settings["boundaries"], settings["asking_for_returns"]
    for key in ("headlines", "annual_headlines"):
        settings[key] = [headline["label"] for headline in settings[key]]
    words |= {text for text in _texts(settings) if text not in ("Freephone", "999")}
    return {word for word in words if len(word) > 1} - OF_ANYBODY


CODES = {row["partner"] for row in _table("partners")} | {row["rating"] for row in _table("rag")}
OURS = re.compile(
    r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, _words() - CODES), key=len, reverse=True)) + r")(?![\w-])"
)


def ours(text: str) -> list[str]:
    """Return the words of ours that stand in a text, each with what stands about it; the tool's own name is not one."""
    text = re.sub(r";base64,[A-Za-z0-9+/=\s]+", ";", text)  # in fonts and pictures any three letters stand somewhere
    places = [*OURS.finditer(text), *re.finditer(SUBJECT, text, re.I)]
    return [text[max(0, place.start() - 40) : place.end() + 40] for place in places]


def without_tool(text: str) -> str:
    """Return a text without the tool's name, where it stands as the name of a tool: in code, commands and imprints."""
    return re.sub(r"priority_two|priority-two|made (?:with|by) Priority Two|(?<=>)Priority Two(?=<)", "", text)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of the second partnership."""
    return second_partnership.build(tmp_path_factory.mktemp("second"))


@pytest.fixture(scope="module")
def pages(data: Path) -> dict[str, tuple[str, str]]:
    """Return the HTML of each kind of paper, and the notebook that it was made from, as JSON."""
    pages = {}
    for kind, period in PAPERS.items():
        notebook = run_here(kind.replace("-", "_"), data, period=period)
        html, _ = PaperHTMLExporter().from_notebook_node(notebook)
        pages[kind] = (html, json.dumps(notebook, ensure_ascii=False))
    return pages


def test_the_search_knows_our_words() -> None:
    for text in ("the Safer Bromley Partnership", "POL01", "by wards", "Copers Cope", "MARAC", "sub-group"):
        assert ours(text), text
    assert not ours("forward, afterwards, a reward; the Tide Circle")
    assert len(_words()) > 300


@pytest.mark.parametrize("kind", PAPERS)
def test_no_paper_has_a_word_of_ours(kind: str, pages: dict[str, tuple[str, str]]) -> None:
    html, notebook = pages[kind]
    assert ours(html) == [] and ours(notebook) == []
    assert TOOL.findall(without_tool(BeautifulSoup(html, "lxml").get_text(" "))) == []
    assert "Fenmoor Waterside Alliance" in html and "Goal Heron" in html


def test_ratings_without_a_rank_are_neither_better_nor_worse(pages: dict[str, tuple[str, str]]) -> None:
    quarterly, annual = (
        BeautifulSoup(pages[kind][0], "lxml") for kind in ("quarterly-progress", "annual-achievements")
    )
    texts = " ".join(quarterly.get_text(" ").split())
    assert "A1 changed from Not started; A2 changed from On course; A10 up from Adrift" in texts
    assert "B1 down from Ahead" in texts
    assert (
        "Four ratings moved, one for the better, one for the worse and two neither for the better nor for the worse"
        in texts
    )
    shifts = {row.th.get_text(): row.get_text(" ", strip=True) for row in annual.select("tr") if row.th}
    assert "Not started" in shifts["Changed"] and {"Better", "Worse", "Changed"} <= shifts.keys()
    assert "One rating ended better, one worse and two changed" in annual.get_text(" ")


def test_ids_stand_as_people_count(pages: dict[str, tuple[str, str]]) -> None:
    html = pages["quarterly-progress"][0]
    places = [html.index(f'id="commitment-{name}"') for name in ("A1", "A2", "A10", "B1")]
    assert places == sorted(places)
    ids = ["A10", "1a", "B1", "10a", "A2", "A1", "2b", "A10-b"]
    assert sorted(ids, key=natural) == ["1a", "2b", "10a", "A1", "A2", "A10", "A10-b", "B1"]


def test_areas_are_called_as_the_reference_data_call_them(pages: dict[str, tuple[str, str]]) -> None:
    sheet = BeautifulSoup(pages["data-sheet"][0], "lxml")
    headings = [heading.get_text() for heading in sheet.select("h2")]
    assert "LSOAs" in headings and "Wards" not in headings
    texts = sheet.get_text(" ")
    assert "Launches of the lifeboat by LSOA" in texts and "Launches of the lifeboat across the Four Rivers" in texts
    assert "the counties differ in size" in texts and "Over the twelve months the LSOAs add up to" in texts
    assert all(name in texts for name in PARTS.values())


def test_a_group_and_a_paper_without_help_are_what_the_settings_say(pages: dict[str, tuple[str, str]]) -> None:
    group = BeautifulSoup(pages["strategic-group"][0], "lxml")
    assert "Tide Circle report" in group.h1.get_text() and "Date of last Tide Circle" in group.get_text(" ")
    for html, _ in pages.values():
        soup = BeautifulSoup(html, "lxml")
        assert soup.select(".safety, .exit, #helplines") == [] and "Where to get help" not in soup.get_text()


def test_of_several_dates_of_the_board_the_first_after_the_period_counts(
    data: Path, pages: dict[str, tuple[str, str]]
) -> None:
    folder = DataFolder(data)
    assert default_as_at(folder, parse(QUARTER)).isoformat() == AS_AT
    assert default_as_at(folder, parse(YEAR)).isoformat() == AS_AT
    facts = BeautifulSoup(pages["quarterly-progress"][0], "lxml").select_one("dl.facts").get_text(" ", strip=True)
    assert "For the meeting of 18 April 2024" in facts and "Data as at 18 April 2024" in facts
    catalogue = load_catalogue(folder)
    for as_at, meeting in (("2024-02-14", "2024-02-14"), ("2024-05-01", "2024-06-20"), ("2024-07-01", "2024-04-18")):
        day = parse_date(as_at)
        assert str(catalogue.board_date(parse(QUARTER), day)) == meeting


def test_one_made_by_the_command_has_none_in_any_file(data: Path, tmp_path: Path) -> None:
    done = here("report", "data-sheet", "--data", str(data), "--reports", str(tmp_path))
    assert done.returncode == 0 and ours(done.stdout + done.stderr) == []
    files = {path.suffix: path for path in (tmp_path / "drafts" / MONTH).iterdir()}
    assert files.keys() == {".html", ".pdf", ".ipynb", ".xlsx", ".json"}
    for suffix in (".html", ".ipynb", ".json"):
        assert ours(files[suffix].read_text(encoding="utf-8")) == [], suffix
    assert ours(pdf_text(files[".pdf"])) == []
    with pikepdf.open(files[".pdf"]) as pdf:
        told = {str(key): str(value) for key, value in pdf.docinfo.items()}
        with pdf.open_metadata() as metadata:
            told |= {str(key): str(value) for key, value in metadata.items()}
        assert [text for key, text in told.items() if ours(text)] == []
        assert {key for key, text in told.items() if TOOL.search(text)} <= {"/Creator", "xmp:CreatorTool"}
        attached = {name: file.get_file().read_bytes().decode() for name, file in pdf.attachments.items()}
    assert attached and all(ours(name + text) == [] for name, text in attached.items())
    with zipfile.ZipFile(files[".xlsx"]) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert [name for name, text in parts.items() if ours(text)] == []
    assert {name for name, text in parts.items() if TOOL.search(text)} <= {"docProps/core.xml", "docProps/app.xml"}


@pytest.mark.parametrize("partner", ["lifeboat", "harbour"])
def test_no_template_has_one(data: Path, tmp_path: Path, partner: str) -> None:
    folder = DataFolder(data)
    out = tmp_path / "template.xlsx"
    out.write_bytes(template(folder, load_catalogue(folder), partner, parse("2024-04..2024-06")))
    with zipfile.ZipFile(out) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert {name: found for name, text in parts.items() if (found := ours(without_tool(text)))} == {}
    sheets = openpyxl.load_workbook(out).sheetnames
    assert sheets == [
        "Start here",
        "Terms",
        "Figures",
        *(["LSOAs"] if partner == "lifeboat" else []),
        "Last quarter",
        "Notes",
    ]


def test_neither_validation_nor_what_is_owed_says_one(data: Path, tmp_path: Path) -> None:
    done = here("validate", "--data", str(data), "--period", QUARTER)
    assert done.returncode == 0 and "0 critical, 0 warnings" in done.stdout
    assert ours(done.stdout + done.stderr) == []
    out = tmp_path / "owed"
    done = here("due", "--data", str(data), "--period", "2024-04", "--as-at", "2024-05-20", "--out", str(out))
    assert done.returncode in (0, 1) and ours(done.stdout + done.stderr) == []
    assert ours((out / "lifeboat.txt").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("row", "as_at"),
    [("2023-24,Year 2023-24,,,", AS_AT), ("2023-24,Year 2023-24,2024-05-16,,", "2024-05-16")],
)
def test_a_year_has_its_own_date_or_that_of_its_last_quarter(tmp_path: Path, row: str, as_at: str) -> None:
    data = second_partnership.build(tmp_path)
    with (data / "reference" / "calendar.csv").open("a", encoding="utf-8", newline="") as handle:
        handle.write(f"{row}\n")
    assert default_as_at(DataFolder(data), parse(YEAR)).isoformat() == as_at


def test_without_a_calendar_what_was_received_last_counts(tmp_path: Path) -> None:
    data = second_partnership.build(tmp_path)
    (data / "reference" / "calendar.csv").unlink()
    assert default_as_at(DataFolder(data), parse(QUARTER)).isoformat() == "2024-04-08"


# Files that are not there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("absent", "named_by"),
    [
        ("partners", ["measures.csv"]),
        ("sections", ["commitments.csv"]),
        ("rag", ["partnership.yaml", "commitments.csv"]),
        ("areas", ["partnership.yaml", "area_types.csv"]),
    ],
)
def test_a_file_that_is_needed_is_asked_for_in_one_line(tmp_path: Path, absent: str, named_by: list[str]) -> None:
    data = second_partnership.build(tmp_path)
    (data / "reference" / f"{absent}.csv").unlink()
    with pytest.raises(Refused) as refused:
        load_catalogue(DataFolder(data))
    (error,) = map(str, refused.value.errors)
    names = " and ".join(f"data/reference/{name}" for name in named_by)
    assert error.startswith(
        f"data/reference/{absent}.csv: found none; expected this file, which {names} cannot do without"
    )
    if absent == "sections":  # and the command says it once
        done = here("validate", "--data", str(data), "--period", QUARTER)
        assert done.returncode == 1
        assert [line for line in done.stderr.splitlines() if f"{absent}.csv" in line] == [f"critical: {error}"]


# Nothing of ours in code ----------------------------------------------------------------------------------------


def test_no_code_notebook_or_expectation_is_about_one_partnership() -> None:
    pattern = re.compile(r"bromley|vawg|borough|subgroup|sbp|marac|\bwards?\b", re.I)
    files = [path for folder in ("src", "notebooks", "expectations") for path in (ROOT / folder).rglob("*.*")]
    kinds = (".py", ".ipynb", ".json", ".j2", ".css", ".js")
    named = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}"
        for path in sorted(files)
        if path.suffix in kinds and "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    # A list of English words that are nobody's name behind a form of address has one of them.
    assert [line for line in named if not line.startswith("src/priority_two/personal.py")] == []
    codes = sorted(row["measure"] for row in _table("measures"))
    code = re.compile(rf"\b(?:{'|'.join(codes)})\b")
    assert [path.name for path in files if path.suffix in kinds and code.search(path.read_text(encoding="utf-8"))] == []


def test_each_shape_that_a_rating_may_have_is_drawn_otherwise() -> None:
    shapes = get_args(Rating.model_fields["shape"].annotation)
    drawn = {shape_svg(shape, "#12436D") for shape in shapes}
    assert len(drawn) == len(shapes) >= 9
    assert {ShownBadge(word="Adrift", shape=shape, colour="#12436D").shape for shape in shapes} == set(shapes)
