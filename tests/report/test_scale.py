"""The rating scale is data: whole papers on scales of four and of five points, and blue means one thing or another."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from conftest import lean_copy
from priority_two.report import open_report

HEAD = "rating,word,shape,colour,rank,needs_action,meaning"
SCALES = {
    # Blue is on target, and better than it is only green, which is done.
    "four": (
        "green,Done,circle,#00703C,1,no,Done.",
        "blue,On target,diamond,#12436D,2,no,Going to plan.",
        "amber,Behind,triangle,#B85C00,3,yes,Something is in the way.",
        "red,Off target,square,#B10E1E,4,yes,Needs help.",
    ),
    # Blue is complete, and the best.
    "five": (
        "red,Red,square,#B10E1E,5,yes,Needs help.",
        "amber,Amber,triangle,#B85C00,4,yes,Something is in the way.",
        "yellow,Yellow,hexagon,#6B5900,3,yes,Something may get in the way.",
        "green,Green,circle,#00703C,2,no,Going to plan.",
        "blue,Complete,diamond,#12436D,1,no,Complete.",
    ),
}
STANDS = {"four": "{red: 1, amber: 3}", "five": "{red: 1, amber: 2, yellow: 1}"}
RATED = {
    "four": {"1b": "blue", "2b": "blue", "4c": "blue", "6b": "red"},
    "five": {"1b": "blue", "2b": "blue", "4c": "blue", "6a": "yellow", "6b": "red"},
}
DIRECTIONS = {
    "four": {"1b": ["Done", "On target", "worse"], "7c": ["Behind", "Done", "better"]},
    "five": {"1b": ["Green", "Complete", "better"], "6a": ["Amber", "Yellow", "better"]},
}
EXCEPTIONS = {
    "four": {"3b": "Behind, 4th quarter", "6a": "Behind, 4th quarter", "6b": "Off target, 1st quarter"},
    "five": {
        "3b": "Amber, 4th quarter",
        "6a": "Yellow, 1st quarter",
        "6b": "Red, 1st quarter",
        "7b": "Amber, 2nd quarter",
    },
}
NO_EXCEPTIONS = {"four": {"7b": "Behind, 2nd quarter"}, "five": {}}
ANSWERS = {
    "four": "Eleven of the 15 commitments are on plan, three are Behind and one is Off target; the four that need "
    "action have neither an owner nor a due date.",
    "five": "Eleven of the 15 commitments are on plan, one is Yellow, two are Amber and one is Red; the four that need "
    "action have neither an owner nor a due date.",
}
YEARS = {
    "four": "Eleven of 15 commitments end the year on plan, three Behind and one Off target;",
    "five": "Eleven of 15 commitments end the year on plan, one Yellow, two Amber and one Red;",
}
MOVES = {
    "four": "Five ratings ended better, seven the same and three worse",
    "five": "Eight ratings ended better, six the same and one worse",
}
WORSE = {"four": ["Done", "Off target", "6b", "1"], "five": ["Green", "Red", "6b", "1"]}
COURSES = {
    "four": {"1b": ["Done", "On target", "worse"], "4c": ["Behind", "On target", "better"]},
    "five": {"1b": ["Green", "Complete", "better"], "6a": ["Amber", "Yellow", "better"]},
}
LATE = "milestones:\n  - {id: late, title: Late promise, baseline: 2021-01-31, current:, met:, note:}\n"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return the shipped quarter's paper on a scale, or the one of another kind and period, each opened once."""

    @cache
    def on(scale: str) -> Path:
        data = lean_copy(tmp_path_factory.mktemp(scale))
        (data / "reference/rag.csv").write_text("\n".join([HEAD, *SCALES[scale], ""]), encoding="utf-8")
        change(data / "reference/partnership.yaml", r"^  ratings: .*$", f"  ratings: {STANDS[scale]}")
        for name, rating in RATED[scale].items():
            change(data / f"updates/2020-21-Q4/{name}.md", r"^rating: .*$", f"rating: {rating}")
        change(data / "updates/2020-21-Q4/4c.md", r"^basis: .*\n", rf"\g<0>{LATE}")
        return data

    def opened(scale: str, kind: str = "quarterly-progress", period: str = "2020-21-Q4") -> Any:
        return open_report(kind, period, data=str(on(scale)))

    return cache(opened)


def change(file: Path, old: str, new: str) -> None:
    text, times = re.subn(old, new, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert times == 1, (file.name, old)
    file.write_text(text, encoding="utf-8")


def soup(fragment: Any) -> BeautifulSoup:
    return BeautifulSoup(fragment.html, "html.parser")


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()


def rows(page: BeautifulSoup, caption: str) -> dict[str, list[str]]:
    """Return the cells of a table's rows by the commitment that they are about."""
    (found,) = [one for one in page.find_all("table") if words(one.caption).startswith(caption)]
    told = [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")]
    return {row[0].split()[0]: row[1:] for row in told}


@pytest.mark.parametrize("scale", SCALES)
def test_a_paper_on_another_scale_has_its_words_its_order_and_its_meaning(
    papers: Callable[[str], Any], scale: str
) -> None:
    points = sorted((line.split(",") for line in SCALES[scale]), key=lambda point: int(point[4]))
    glance, ratings = soup(papers(scale).at_a_glance()), soup(papers(scale).ratings_by_commitment())
    assert words(glance.select_one(".answer")) == ANSWERS[scale]
    assert [words(one) for one in ratings.select(".legend dt")] == [point[1] for point in points]
    assert [words(one) for one in ratings.select(".legend dd")] == [point[6] for point in points]
    head = [words(one) for one in glance.find("table").select("thead th")]
    counts = [one.rsplit(": ", 1) for one in head[1:-1]]
    assert [word for word, _ in counts] == [point[1] for point in points]
    assert sum(int(number) for _, number in counts) == 15
    by_word = {word: int(number) for word, number in counts}
    blue = next(point[1] for point in points if point[0] == "blue")
    assert by_word[blue] == sum(rating == "blue" for rating in RATED[scale].values()) == 3

    told = rows(ratings, "Rating of each commitment, 2020-21")
    assert {name: told[name][2:] for name in DIRECTIONS[scale]} == DIRECTIONS[scale]
    assert told["4c"][3] == blue
    shapes = {words(one): one["style"] for one in ratings.select("table .rating")}
    assert len(set(shapes.values())) == len(shapes) == len({word for word, number in by_word.items() if number})
    ids = {words(one): one["style"] for one in glance.find("table").select(".rating")}
    assert len(ids) == 15 and ids["4c"] == shapes[blue]

    commitments = soup(papers(scale).commitments())
    assert words(commitments.select_one("#commitment-1b .rating")) == blue


@pytest.mark.parametrize("scale", SCALES)
def test_the_scale_says_which_rating_needs_action_and_which_is_an_exception(
    papers: Callable[[str], Any], scale: str
) -> None:
    page = soup(papers(scale).exceptions())
    told = [
        {words(row.th).split()[0]: words(row.select_one(".note")) for row in one.select("tbody tr")}
        for one in page.find_all("table")
    ]
    assert told == [EXCEPTIONS[scale], *([NO_EXCEPTIONS[scale]] if NO_EXCEPTIONS[scale] else [])]
    found = [finding for one in papers(scale).judgements for finding in one.findings]
    at = {
        name: {Path(finding.error.file).stem for finding in found if finding.expectation == name}
        for name in ("reason-given", "best-rating-no-overdue", "related-agree")
    }
    # 6a and 6b are worse than on course and say nothing; blue is on course, so that a milestone may not be late.
    assert at == {"reason-given": {"6a", "6b"}, "best-rating-no-overdue": {"4c"}, "related-agree": {"3a"}}


@pytest.mark.parametrize("scale", SCALES)
def test_a_year_on_another_scale_says_how_it_ended_and_how_ratings_moved(
    papers: Callable[..., Any], scale: str
) -> None:
    paper = papers(scale, "annual-achievements", "2020-21")
    page = soup(paper.year_at_a_glance())
    assert words(page.select_one(".answer")).startswith(YEARS[scale])
    table = rows(page, MOVES[scale])
    assert table["Worse"] == WORSE[scale]
    matrix = rows(soup(paper.ratings_of_year()), "Rating of each commitment, 2020-21")
    assert {name: [matrix[name][0], *matrix[name][3:]] for name in COURSES[scale]} == COURSES[scale]


def test_what_is_not_started_is_neither_on_plan_nor_off_it(tmp_path: Path) -> None:
    """A rating without a rank needs no action, and says nothing of the plan."""
    data = lean_copy(tmp_path)
    table = data / "reference/rag.csv"
    table.write_text(f"{table.read_text(encoding='utf-8')}none,Not started,hexagon,#3D3D3D,,no,Nothing yet.\n", "utf-8")
    for quarter in ("2020-21-Q1", "2020-21-Q4"):
        change(data / f"updates/{quarter}/2b.md", r"^rating: .*$", "rating: none")
    quarterly = open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    assert words(soup(quarterly.at_a_glance()).select_one(".answer")) == (
        "Ten of the 15 commitments are on plan, one is Not started and none is Red; the four that are Amber have "
        "neither an owner nor a due date."
    )
    assert "ten of 15 are now" in words(soup(quarterly.ratings_by_commitment()))
    annual = soup(open_report("annual-achievements", "2020-21", data=str(data)).year_at_a_glance())
    assert "Ten of 15 commitments end the year on plan, four Amber, none Red and one Not started" in words(annual)
    assert "Still Not started" in words(annual)
