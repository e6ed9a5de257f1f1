"""The annual summary's sentences and tables, for no, one, two and many of what they count."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from conftest import gather, lean_copy
from priority_two.checks.gate import Judgement
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.report.kinds import KINDS
from priority_two.report.material import Material
from priority_two.report.paper import Paper
from priority_two.report.year import has_slipped
from priority_two.updates.documents import Achievement, Milestone, Update, When

KIND = KINDS["annual-achievements"]
AS_AT = dt.date(2021, 3, 25)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """Return the shipped year's summary."""
    folder = DataFolder(lean_copy(tmp_path_factory.mktemp("year")))
    judgements: list[Judgement]
    material, judgements = gather(folder, parse("2020-21"), "2021-03-25", "board", kind=KIND)
    return Paper(KIND, material, judgements, folder.read)


@pytest.fixture
def of(opened: Paper) -> Callable[[Material], Paper]:
    """Return the paper of a changed material."""
    return lambda material: Paper(KIND, material, opened.judgements, opened.inputs)


def fronts(updates: dict[str, Update], **changes: object) -> dict[str, Update]:
    """Return updates with keys of their front matter changed."""
    return {
        name: replace(document, front=document.front.model_copy(update=changes)) for name, document in updates.items()
    }


def bare(material: Material) -> Material:
    """Return a year of one quarter in which nothing was achieved, promised or taken forward."""
    updates = fronts(material.updates, milestones=[], achievements=[], forward=[])
    return replace(material, updates=updates, earlier={})


def rated(material: Material, ratings: dict[str, str]) -> Material:
    """Return a year at whose end these commitments have these ratings, and the others have no update."""
    updates = {
        name: replace(document, front=document.front.model_copy(update={"rating": ratings[name]}))
        for name, document in material.updates.items()
        if name in ratings
    }
    return replace(material, updates=updates)


def promised(material: Material, **milestones: list[Milestone]) -> Material:
    """Return a bare year in which commitments have these milestones."""
    material = bare(material)
    updates = dict(material.updates)
    for name, each in milestones.items():
        key = name.removeprefix("c")
        updates[key] = replace(updates[key], front=updates[key].front.model_copy(update={"milestones": each}))
    return replace(material, updates=updates)


def month(text: str) -> When:
    return When(parse(text).end, parse(text).label)


def milestone(number: int, baseline: str = "", current: str = "", met: str = "") -> Milestone:
    when = "undated" if met == "undated" else month(met) if met else None
    dates = {"baseline": month(baseline) if baseline else None, "current": month(current) if current else None}
    return Milestone.model_construct(id=f"m{number}", title=f"Promise {number}", met=when, note="", **dates)


def soup(shown: object) -> BeautifulSoup:
    return BeautifulSoup(shown.html, "html.parser")  # type: ignore[attr-defined]


def words(element: object) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()  # type: ignore[attr-defined]


def answer(paper: Paper) -> str:
    return words(soup(paper.year_at_a_glance()).select_one(".answer"))


def rows(page: BeautifulSoup, caption: str) -> list[list[str]]:
    (table,) = [each for each in page.find_all("table") if words(each.caption).startswith(caption)]
    return [[words(cell) or cell.img["alt"] for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


# The first page ----------------------------------------------------------------------------------------------


def test_the_shipped_year_in_a_sentence(opened: Paper) -> None:
    assert answer(opened) == (
        "Eleven of 15 commitments end the year on plan, four Amber and none Red; "
        "milestones of 7c and 2a slipped, by five and four months."
    )


@pytest.mark.parametrize(
    ("ratings", "begins"),
    [
        ({}, "No commitment is rated at the end of the year."),
        ({"1a": "green"}, "The one rated commitment ends the year on plan."),
        ({"1a": "amber"}, "The one rated commitment ends the year Amber."),
        ({"1a": "green", "1b": "green"}, "Both commitments end the year on plan."),
        ({"1a": "green", "1b": "red"}, "One of two commitments ends the year on plan, none Amber and one Red."),
        ({"1a": "red", "1b": "red"}, "None of two commitments ends the year on plan, none Amber and two Red."),
        (dict.fromkeys(("1a", "1b", "2a"), "green"), "All three commitments end the year on plan."),
    ],
)
def test_the_end_of_the_year_is_said_for_any_number(
    opened: Paper, of: Callable[[Material], Paper], ratings: dict[str, str], begins: str
) -> None:
    assert answer(of(rated(bare(opened.material), ratings))) == begins


@pytest.mark.parametrize(
    ("milestones", "ends"),
    [
        ({}, "four Amber and none Red."),
        ({"c1a": [milestone(1, met="2020-06")]}, "none Red."),
        ({"c1a": [milestone(1, "2020-06", met="2020-06")]}, "; no milestone slipped."),
        ({"c5": [milestone(1, "2020-06", met="2020-07")]}, "; a milestone of 5 slipped by one month."),
        ({"c5": [milestone(1, "2021-02")]}, "; a milestone of 5 slipped by one month."),
        (
            {"c1a": [milestone(1, "2020-06", met="2020-07")], "c2a": [milestone(2, "2020-06", "2020-09")]},
            "; milestones of 2a and 1a slipped, by nine months and one month.",
        ),
        (
            {"c1a": [milestone(1, "2020-06", met="2020-07"), milestone(2, "2020-06", met="2020-08")]},
            "; two milestones slipped, one of 1a by two months.",
        ),
        (
            {f"c{name}": [milestone(1, "2020-06", met="2020-07")] for name in ("1a", "1b", "2a", "2b")},
            "; four milestones slipped, one of 1a by one month.",
        ),
    ],
)
def test_what_slipped_is_said_for_any_number(
    opened: Paper, of: Callable[[Material], Paper], milestones: dict[str, list[Milestone]], ends: str
) -> None:
    assert answer(of(promised(opened.material, **milestones))).endswith(ends)


def test_what_is_overdue_by_days_has_slipped_by_less_than_a_month() -> None:
    late = Milestone.model_construct(id="a", title="A", baseline=When(dt.date(2021, 3, 10), "10 March 2021"))
    assert has_slipped(late, AS_AT) and late.months_late(AS_AT) == 0
    assert not has_slipped(late, dt.date(2021, 3, 10))


def test_commitments_are_told_by_how_their_rating_moved(opened: Paper) -> None:
    page = soup(opened.year_at_a_glance())
    assert rows(page, "Five ratings ended better, nine the same and one worse") == [
        ["The year", "Start (Quarter One) (illustrative)", "End (Quarter Four)", "Commitments", "Number"],
        ["Better", "Amber", "Green", "2a 3a 4a 4c 5", "5"],
        ["Kept on plan", "Green", "Green", "1a 1b 2b 4b 7a 7c", "6"],
        ["Still held up", "Amber", "Amber", "3b 6a 7b", "3"],
        ["Worse", "Green", "Amber", "6b", "1"],
        ["All", "7 Green, 8 Amber, 0 Red", "11 Green, 4 Amber, 0 Red", "15 rated", "15"],
    ]


def test_a_year_of_one_quarter_compares_nothing(opened: Paper, of: Callable[[Material], Paper]) -> None:
    page = soup(of(bare(opened.material)).year_at_a_glance())
    table = rows(page, "Only Quarter Four has ratings to show")
    assert table[0] == ["The year", "End (Quarter Four)", "Commitments", "Number"]
    assert [row[0] for row in table[1:]] == ["On plan", "Held up", "All"]
    assert "No achievement was reported." in words(page) and "milestone" not in words(page)


def test_a_year_without_ratings_has_no_table_of_them(opened: Paper, of: Callable[[Material], Paper]) -> None:
    page = soup(of(rated(bare(opened.material), {})).year_at_a_glance())
    assert not [each for each in page.find_all("caption") if "rating" in words(each)]


def test_a_commitment_first_rated_in_the_year_is_not_said_to_have_moved(
    opened: Paper, of: Callable[[Material], Paper]
) -> None:
    material = opened.material
    first = min(material.earlier)
    earlier = {**material.earlier, first: {k: v for k, v in material.earlier[first].items() if k != "1a"}}
    page = soup(of(replace(material, earlier=earlier)).year_at_a_glance())
    table = rows(page, "Five ratings ended better, eight the same, one worse and one new")
    assert ["First rated in the year", "not rated", "Green", "1a", "1"] in table


def test_the_achievements_in_brief_are_those_of_the_last_quarter_that_names_any(
    opened: Paper, of: Callable[[Material], Paper]
) -> None:
    page = soup(opened.year_at_a_glance())
    brief = rows(page, "Five achievements of Quarter Four, each under the commitment that it serves")
    assert [row[1:] for row in brief[1:]] == [
        ["1a", "Green"], ["7b", "Amber"], ["2b", "Green"], ["4a", "Green"], ["5", "Green"],
    ]  # fmt: skip
    assert "Eight came earlier (achievements). Of 21 milestones, 13 were met (milestones)." in words(page)
    updates = fronts(opened.material.updates, achievements=[])
    page = soup(of(replace(opened.material, updates=updates)).year_at_a_glance())
    assert [row[1] for row in rows(page, "Three achievements of Quarter Three")[1:]] == ["1b", "4a", "3a"]
    (caption,) = [words(each) for each in page.find_all("caption") if "achievements" in words(each)]
    assert caption.endswith("Illustrative figures") or caption.endswith("Illustrative")


def test_headline_figures_are_compared_over_the_year(opened: Paper) -> None:
    page = soup(opened.year_at_a_glance())
    table = rows(page, "Headline figures")
    assert table[0][1] == "Q1 to Q4" and [re.sub(r" \(.*", "", head) for head in table[0][2:]] == [
        "Start of year", "End of year", "Change",
    ]  # fmt: skip
    assert {row[0]: row[3] for row in table[1:]} == {
        "IRIS-accredited general practices": "38",
        "Pharmacies in the Ask for ANI scheme": "12",
        "General practitioners trained (at least)": "100",
        "Information cards distributed": "9,300",
        "Agencies signed up to the commitment": "3",
        "Youth councillors": "58",
        "Schools engaged in the youth campaign": "6",
        "Offences, June 2019 to May 2020": "3,037",
    }


def test_the_ratings_of_the_year_stand_side_by_side_and_every_id_leads_to_its_row(opened: Paper) -> None:
    page = soup(opened.ratings_of_year())
    assert words(page.p) == (
        "Seven of 15 commitments were on plan in Quarter One 2020-21, and eleven of 15 are now. 3b and 6a have been "
        "Amber throughout. 2a, 3a, 4a, 4c and 5 have risen since Quarter One 2020-21, and 6b has fallen."
    )
    table = rows(page, "Rating of each commitment, 2020-21")
    assert [re.sub(r" \(.*", "", head) for head in table[0]] == ["Commitment", "Q1", "Q2", "Q3", "Q4", "Since Q1"]
    assert table[-3:] == [
        ["Green, of 15", "7", "6", "8", "11", "up 4"],
        ["Amber, of 15", "8", "9", "7", "4", "down 4"],
        ["Red, of 15", "0", "0", "0", "0", "no change"],
    ]
    assert ["6b Health", "Green", "Green", "Amber", "Amber", "worse"] in table
    names = {each["id"] for each in page.find_all(id=True)}
    ids = {link["href"][1:] for link in soup(opened.year_at_a_glance()).select('a[href^="#commitment-"]')}
    assert len(ids) == 15 and ids <= names


def test_a_year_of_one_quarter_has_one_column_of_ratings_and_none_without_ratings(
    opened: Paper, of: Callable[[Material], Paper]
) -> None:
    page = soup(of(bare(opened.material)).ratings_of_year())
    assert rows(page, "Rating of each commitment, 2020-21")[0] == ["Commitment", "Q4"]
    page = soup(of(rated(bare(opened.material), {})).ratings_of_year())
    assert words(page) == "No commitment is rated."


# Achievements ------------------------------------------------------------------------------------------------


def test_an_achievement_stands_under_its_commitment_with_its_quarter_edge_and_rating(opened: Paper) -> None:
    page = soup(opened.achievements())
    assert words(page.p) == (
        "13 achievements are named in the updates of the year, under eight commitments. A solid edge marks the five "
        "reported, a hatched edge the eight that are illustrative."
    )
    marac = page.find(id="achieved-4a").find_parent(class_="achieved-for")
    assert words(marac.select_one(".verdict")) == "Green"
    lines = [(words(line), line["class"]) for line in marac.select("p.achieved")]
    assert [text.split(" The ")[0].split(" Safe")[0][:13] for text, _ in lines] == [
        "Quarter One", "Quarter Two", "Quarter Three", "Quarter Four ",
    ]  # fmt: skip
    assert [("illustrative" in classes, "reported" in classes) for _, classes in lines] == [
        *[(True, False)] * 3,
        (False, True),
    ]
    assert all(text.endswith("(illustrative)") for text, _ in lines[:3])
    assert "Quarter One: Amber (illustrative)" in words(marac)


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "No achievement was reported."),
        (1, "One achievement is named in the updates of the year, under one commitment."),
        (2, "Two achievements are named in the updates of the year, under one commitment."),
    ],
)
def test_achievements_are_counted_for_any_number(
    opened: Paper, of: Callable[[Material], Paper], count: int, says: str
) -> None:
    material = bare(opened.material)
    achievements = [Achievement(text=f"Done {number}.", commitment="8") for number in range(count)]
    material.updates["9"] = replace(
        material.updates["9"], front=material.updates["9"].front.model_copy(update={"achievements": achievements})
    )
    page = soup(of(material).achievements())
    assert words(page.p) == says
    assert [words(each) for each in page.select(".verdict")] == ["not rated"] * min(count, 1)


# Milestones --------------------------------------------------------------------------------------------------


def test_milestones_with_a_date_promised_stand_by_that_date_with_what_became_of_them(opened: Paper) -> None:
    page = soup(opened.milestones())
    assert words(page.p) == (
        "Of 21, 13 were met: eight in the year, two before it and three with no day given. Eight are open."
    )
    table = rows(page, "Of 13 milestones with a date promised, two slipped, by up to five months")
    assert table[0] == ["Milestone", "Promised", "Aug 2020 to May 2021", "Now"]
    assert table[1] == [
        "7c Strategy updated",
        "Aug 2020",
        "Promised August 2020. Met January 2021. Slip: 5 months.",
        "Met Jan 2021, 5 months late",
    ]
    assert table[2][2:] == ["Promised August 2020. Met, date not given. Slip: cannot be told.", "Met, no date"]
    directory = next(row for row in table if row[0] == "2a Directory of support reviewed")
    assert (directory[1], directory[3]) == ("Jan 2021", "Due May 2021, 4 months late")
    assert table[-1][0].startswith("1a Last day for partners") and table[-1][3] == "Due"
    undated = rows(page, "Eight have no date promised, so that nobody can tell whether they slipped")
    assert ["Consultation event for the new strategy held", "1a", "Met 16 December 2019"] in undated
    assert len(table) == 14 and len(undated) == 9


@pytest.mark.parametrize(
    ("each", "now"),
    [
        (milestone(1, "2020-06", met="2020-06"), "Met June 2020"),
        (milestone(1, "2020-06", met="2020-07"), "Met July 2020, 1 month late"),
        (milestone(1, "2020-06", met="2020-04"), "Met Apr 2020, 2 months early"),
        (milestone(1, "2020-06", "2021-02"), "Overdue by 25 days, 9 months late so far"),
        (milestone(1, "2021-02"), "Overdue by 25 days, 1 month late so far"),
        (milestone(1, "2020-06", "2021-06"), "Due June 2021, 12 months late"),
        (milestone(1, "2021-06"), "Due"),
        (milestone(1, "2020-06", met="undated"), "Met, no date"),
    ],
)
def test_what_became_of_a_promise_is_said_with_its_slip(
    opened: Paper, of: Callable[[Material], Paper], each: Milestone, now: str
) -> None:
    page = soup(of(promised(opened.material, c1a=[each])).milestones())
    assert words(page.select("tbody td")[-1]) == now


@pytest.mark.parametrize(
    ("milestones", "summary", "captions"),
    [
        ([], "No milestone was reported.", []),
        (
            [milestone(1, "2020-06", met="2020-06")],
            "There is one milestone. It was met in the year.",
            ["The one milestone with a date promised did not slip"],
        ),
        (
            [milestone(1, "2020-06", met="2020-07")],
            "There is one milestone. It was met in the year.",
            ["The one milestone with a date promised slipped by one month"],
        ),
        (
            [milestone(1)],
            "There is one milestone. It is open.",
            ["One has no date promised, so that nobody can tell whether it slipped"],
        ),
        (
            [milestone(1, "2020-06", met="undated"), milestone(2, "2021-02")],
            "Of two, one was met with no day given. One is open.",
            ["Of two milestones with a date promised, one slipped, by one month"],
        ),
        (
            [milestone(1, "2021-06"), milestone(2, "2021-06")],
            "Of two, none was met. Two are open.",
            ["Of two milestones with a date promised, none slipped"],
        ),
    ],
)
def test_milestones_are_counted_for_any_number(
    opened: Paper,
    of: Callable[[Material], Paper],
    milestones: list[Milestone],
    summary: str,
    captions: list[str],
) -> None:
    page = soup(of(promised(opened.material, c1a=milestones)).milestones())
    assert words(page.p) == summary
    assert [words(each) for each in page.find_all("caption")] == captions


def test_what_only_an_illustrative_update_tells_of_is_marked_wherever_it_stands(
    opened: Paper, of: Callable[[Material], Paper]
) -> None:
    assert "illustrative" not in soup(opened.year_at_a_glance()).select_one(".answer")["class"]
    first = min(opened.material.earlier)
    updates = dict(opened.material.earlier[first])
    front = updates["3a"].front.model_copy(update={"milestones": [milestone(1, "2020-04", met="2020-06")]})
    updates["3a"] = replace(updates["3a"], front=front)
    paper = of(replace(opened.material, earlier={**opened.material.earlier, first: updates}))
    table = soup(paper.milestones()).table
    assert words(table.caption).endswith("Hatched rows and figures are illustrative")
    assert [words(row.th) for row in table.select("tr:has(th.ill)")] == ["3a Promise 1 (illustrative)"]
    line = soup(paper.year_at_a_glance()).select_one(".answer")
    assert "milestones of 7c, 2a and 3a slipped" in words(line) and "illustrative" in line["class"]


# What goes forward -------------------------------------------------------------------------------------------


def test_what_goes_forward_stands_by_commitment_and_who_names_nothing_is_said(opened: Paper) -> None:
    page = soup(opened.going_forward())
    table = rows(page, "Nine commitments take 18 steps into 2021-22")
    assert table[0] == ["Commitment", "Rated", "Into 2021-22"]
    assert table[1][:2] == ["2a Communications", "Green"] and "Publish the fourth newsletter." in table[1][2]
    assert words(page.select_one("p.note")) == "1a, 1b, 3b, 7a, 7b and 7c name no step."


@pytest.mark.parametrize(
    ("steps", "caption"), [(1, "One commitment takes one step into"), (2, "One commitment takes two steps into")]
)
def test_steps_are_counted_for_any_number(
    opened: Paper, of: Callable[[Material], Paper], steps: int, caption: str
) -> None:
    material = rated(bare(opened.material), {"1a": "green", "1b": "green"})
    assert words(soup(of(material).going_forward())) == "Nothing was carried forward."
    front = material.updates["1a"].front.model_copy(update={"forward": [f"Step {n}." for n in range(steps)]})
    material.updates["1a"] = replace(material.updates["1a"], front=front)
    page = soup(of(material).going_forward())
    assert words(page.caption).startswith(caption)
    assert words(page.select_one("p.note")) == "1b names no step."
