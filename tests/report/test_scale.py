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
    "four": {"1b": "worse: it was Done", "7c": "better: it was Behind", "6b": "worse: it was Behind"},
    "five": {"1b": "better: it was Green", "6a": "better: it was Amber", "6b": "worse: it was Amber"},
}
EXCEPTIONS = {
    "four": {"3b": "Behind for 4 quarters running", "6a": "Behind for 4 quarters running", "6b": "Off target"},
    "five": {"3b": "Amber for 4 quarters running", "6a": "Yellow", "6b": "Red", "7b": "Amber for 2 quarters running"},
}
LATE = "milestones:\n  - {id: late, title: Late promise, baseline: 2021-01-31, current:, met:, note:}\n"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return the shipped quarter's paper on a scale, opened once."""

    def opened(scale: str) -> Any:
        data = lean_copy(tmp_path_factory.mktemp(scale))
        (data / "reference/rag.csv").write_text("\n".join([HEAD, *SCALES[scale], ""]), encoding="utf-8")
        change(data / "reference/partnership.yaml", r"^  ratings: .*$", f"  ratings: {STANDS[scale]}")
        for name, rating in RATED[scale].items():
            change(data / f"updates/2020-21-Q4/{name}.md", r"^rating: .*$", f"rating: {rating}")
        change(data / "updates/2020-21-Q4/4c.md", r"^basis: .*\n", rf"\g<0>{LATE}")
        return open_report("quarterly-progress", "2020-21-Q4", data=str(data))

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
    (found,) = [one for one in page.find_all("table") if words(one.caption) == caption]
    told = [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")]
    return {row[0].split()[0]: row[1:] for row in told}


@pytest.mark.parametrize("scale", SCALES)
def test_a_paper_on_another_scale_has_its_words_its_order_and_its_meaning(
    papers: Callable[[str], Any], scale: str
) -> None:
    points = sorted((line.split(",") for line in SCALES[scale]), key=lambda point: int(point[4]))
    glance = soup(papers(scale).at_a_glance())
    assert [words(one) for one in glance.select(".legend dt")] == [point[1] for point in points]
    assert [words(one) for one in glance.select(".legend dd")] == [point[6] for point in points]
    counts = [words(one).split(" ", 1) for one in glance.select(".counts li")]
    assert [word for _, word in counts] == [point[1] for point in points]
    assert sum(int(number) for number, _ in counts) == 15
    by_word = {word: int(number) for number, word in counts}
    blue = next(point[1] for point in points if point[0] == "blue")
    assert by_word[blue] == sum(rating == "blue" for rating in RATED[scale].values()) == 3

    ratings = soup(papers(scale).ratings_by_commitment())
    told = rows(ratings, "Rating of each commitment")
    assert {name: told[name][1] for name in DIRECTIONS[scale]} == DIRECTIONS[scale]
    assert told["4c"][0] == blue
    shapes = {words(one): one["style"] for one in ratings.select("table .rating")}
    assert len(set(shapes.values())) == len(shapes) == len({word for word, number in by_word.items() if number})
    (history,) = [one["alt"] for one in ratings.find_all("img") if " ratings over " in one["alt"]]
    assert f", {blue}" in history

    commitments = soup(papers(scale).commitments())
    assert words(commitments.select_one("#commitment-1b .rating")) == blue


@pytest.mark.parametrize("scale", SCALES)
def test_the_scale_says_which_rating_needs_action_and_which_is_an_exception(
    papers: Callable[[str], Any], scale: str
) -> None:
    told = rows(soup(papers(scale).exceptions()), "Ratings")
    assert {name: cells[0].split(".")[0] for name, cells in told.items()} == EXCEPTIONS[scale]
    found = [finding for one in papers(scale).judgements for finding in one.findings]
    at = {
        name: {Path(finding.error.file).stem for finding in found if finding.expectation == name}
        for name in ("reason-given", "best-rating-no-overdue", "related-agree")
    }
    # 6a and 6b are worse than on course and say nothing; blue is on course, so that a milestone may not be late.
    assert at == {"reason-given": {"6a", "6b"}, "best-rating-no-overdue": {"4c"}, "related-agree": {"3a"}}
