"""The first pages of the quarterly paper: the answer, the asks, the exceptions, what changed, the ratings.

Each sentence is worked out from data, and is right for none, one, two and many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.blocks import Table, plain, walk
from priority_two.files.csv_table import CsvTable
from priority_two.periods import parse
from priority_two.reference.catalogue import Catalogue
from priority_two.report import open_report
from priority_two.report.answer import answer, what_they_lack
from priority_two.report.board_asks import asked_of_the_board
from priority_two.report.due_next import due_next
from priority_two.report.material import Material, Proof
from priority_two.report.matters import Matter, MatterGroup
from priority_two.report.paper import Paper
from priority_two.report.rated import rated
from priority_two.report.ratings_matrix import quarters_shown, ratings_in_words, ratings_matrix
from priority_two.updates.documents import Update

ALL = {"reason": "Why", "action": "What", "owner": "Who", "due": None}
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def paper() -> Paper:
    """Return the shipped quarter's paper."""
    opened: Paper = open_report("quarterly-progress", "2020-21-Q4", data=str(DATA))
    return opened


@pytest.fixture(scope="module")
def material(paper: Paper) -> Material:
    return paper.material


def fronts(material: Material, changes: Callable[[str], dict[str, Any]]) -> Material:
    """Return material in which the front matter of the updates is changed, by commitment."""
    updates = {
        name: replace(document, front=document.front.model_copy(update=changes(name)))
        for name, document in material.updates.items()
    }
    return replace(material, updates=updates)


def rate(material: Material, **ratings: str) -> Material:
    """Return material in which everything is Green but for some, written as ``c3b="amber"``."""
    named = {name.removeprefix("c"): rating for name, rating in ratings.items()}
    return fronts(material, lambda name: {"rating": named.get(name, "green")})


def only(material: Material, names: Iterable[str]) -> Material:
    """Return material that has the updates of some commitments only."""
    return replace(material, updates={name: material.updates[name] for name in names})


def again(paper: Paper, material: Material) -> Paper:
    return Paper(paper.kind, material, paper.judgements, paper.inputs)


def words(paper: Paper, section: str) -> str:
    return " ".join(plain(paper.section(section).blocks))


def titles(paper: Paper, section: str) -> list[str]:
    return [block.title for block in walk(paper.section(section).blocks) if isinstance(block, Table)]


# The answer


def test_the_answer_of_the_shipped_quarter(material: Material) -> None:
    assert answer(material) == (
        "Eleven of the 15 commitments are on plan and none is Red; the four that are Amber have neither an owner nor a "
        "due date."
    )


NEITHER = "neither an owner nor a due date."


@pytest.mark.parametrize(
    ("ratings", "clauses"),
    [
        ({}, ["All 15 commitments are on plan."]),
        (
            {"c6a": "amber"},
            [
                "14 of the 15 commitments are on plan and none is Red",
                "the one that is Amber has no reason, action, owner ",
            ],
        ),
        (
            {"c3b": "amber", "c7b": "amber"},
            ["13 of the 15 commitments are on plan and none is Red", f"the two that are Amber have {NEITHER}"],
        ),
        ({"c3b": "red"}, ["14 of the 15 commitments are on plan", f"the one that is Red has {NEITHER}"]),
        (
            {"c3b": "amber", "c7b": "red"},
            [
                "13 of the 15 commitments are on plan, one is Amber and one is Red",
                f"the two that need action have {NEITHER}",
            ],
        ),
    ],
)
def test_the_answer_for_none_one_and_two(ratings: dict[str, str], clauses: list[str], material: Material) -> None:
    assert answer(rate(material, **ratings)).startswith("; ".join(clauses))


def test_the_answer_where_little_or_nothing_is_rated(material: Material) -> None:
    assert answer(replace(material, updates={})) == "No commitment is rated."
    proof = replace(material, proof=Proof({}, ()))
    assert answer(only(proof, ["1a"])) == (
        "The one commitment that is rated is on plan. 14 ratings are still to write."
    )
    assert answer(only(proof, ["6a"])).startswith(
        "The one commitment that is rated is not on plan and none is Red; the "
    )
    assert answer(only(proof, ["1a", "1b"])) == (
        "Both commitments that are rated are on plan. 13 ratings are still to write."
    )
    left_out = [name for name in proof.updates if name not in ("1a", "1b")]
    assert answer(only(proof, left_out)).startswith("Nine of the 13 commitments that are rated are on plan and none is")
    assert answer(only(proof, left_out)).endswith(" Two ratings are still to write.")


def test_what_commitments_lack_in_common_or_by_number(material: Material) -> None:
    front = material.updates["3b"].front

    def document(*lacks: str) -> Update:
        given = {name: "" if name in lacks else "given" for name in ("reason", "action", "owner")}
        due = None if "due" in lacks else front.milestones or "given"
        return replace(material.updates["3b"], front=front.model_copy(update={**given, "due": due}))

    whole, ownerless, dateless = document(), document("owner"), document("due")
    assert what_they_lack([whole]) == "has a reason, an action, an owner and a due date"
    assert what_they_lack([whole, whole]) == "have a reason, an action, an owner and a due date each"
    assert what_they_lack([ownerless]) == "has no owner"
    assert what_they_lack([ownerless, ownerless]) == "have no owner"
    assert what_they_lack([ownerless, whole]) == "are not all provided for: one has no owner"
    assert what_they_lack([ownerless, ownerless, dateless]) == (
        "are not all provided for: two have no owner and one has no due date"
    )
    assert what_they_lack([document("reason", "action", "owner")]) == "has no reason, action or owner"


@STEADY
@given(ratings=st.lists(st.sampled_from(["green", "amber", "red"]), min_size=15, max_size=15))
def test_the_answer_counts_every_commitment_whatever_its_rating(ratings: list[str], material: Material) -> None:
    names = [commitment.commitment for commitment, _ in rated(material)]
    text = answer(rate(material, **{f"c{name}": rating for name, rating in zip(names, ratings, strict=True)}))
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".") and "  " not in text and " ;" not in text
    wanting = 15 - ratings.count("green")
    assert ("; the " in text) == (wanting > 0)
    assert (" are on plan" in text) == (ratings.count("green") > 1)


# The first page


def test_the_board_is_asked_in_one_list_what_follows_from_exceptions_and_what_briefings_recommend(paper: Paper) -> None:
    blocks = paper.section("at_a_glance").blocks
    (asks,) = [block for block in blocks if block.block == "listing"]
    assert asks.ordered and asks.role == "asks"
    lines = [" ".join(plain(item)) for item in asks.items]
    assert lines[0] == "Agree what is to be done, by whom and by when: 3b, 6a, 6b and 7b (exceptions)."
    assert lines[1].startswith("Ask the partner what lies behind the change: ") and lines[1].endswith(" (exceptions).")
    assert lines[2].startswith("Endorse the new ") and lines[2].endswith(" (Appendix 1, 6.1).")
    assert lines[3].startswith("Consider, each member ") and lines[3].endswith(" (Appendix 1, 6.2).")
    assert re.fullmatch(r"Note what was flagged .*: \d+ points \(how made\)\.", lines[4])
    places = [span.href for item in asks.items for span in item[0].spans if span.style == "ref"]
    assert places[2:4] == ["#recommendation-6-1", "#recommendation-6-2"]


def test_an_ask_names_up_to_four_and_counts_more_and_says_each_name_as_it_is(paper: Paper) -> None:
    def asked(*names: str) -> str:
        matters = tuple(Matter((name,), "partners-data", "missing for March 2021", "Nobody") for name in names)
        group = MatterGroup("Returns", "partner", "Ask for them", matters)
        nothing = MatterGroup("Data quality", "point", "", ())
        quiet = Paper(paper.kind, replace(paper.material, briefings={}), [], paper.inputs)
        (asks,) = asked_of_the_board(quiet, [], [group, nothing])
        return " ".join(plain([asks]))

    assert asked("Police") == "Ask for them: Police (exceptions)."
    assert asked("Police", "Women's Aid") == "Ask for them: Police and Women's Aid (exceptions)."
    assert asked("DVIP", "Victim Support", "MARAC", "Social care").startswith(
        "Ask for them: DVIP, Victim Support, MARAC "
    )
    assert asked(*"abcdefghijklm") == "Ask for them: 13 partners (exceptions)."


def test_what_is_not_there_is_not_asked(paper: Paper) -> None:
    calm = Paper(paper.kind, replace(rate(paper.material), briefings={}), [], paper.inputs)
    text = words(calm, "at_a_glance")
    assert text.startswith("All 15 commitments are on plan.") and "No rating needs action" in text
    assert "Exceptions:" not in text and "Agree an action" not in text
    (asks,) = [block for block in calm.section("at_a_glance").blocks if block.block == "listing"]
    assert len(asks.items) == 1  # of the signal
    shut = replace(calm.material, catalogue=_without_measures(calm.material.catalogue))
    nothing = words(Paper(paper.kind, shut, [], paper.inputs), "exceptions")
    assert nothing == "There is no exception this quarter."


def _without_measures(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue in which no measure stands on the data sheet, so that none shows a signal."""
    table = catalogue.tables["measures"]
    rows = [{**row, "data_sheet": "no"} for row in table.rows]
    return replace(
        catalogue, tables={**catalogue.tables, "measures": CsvTable.of_rows(table.file, table.columns, rows)}
    )


@pytest.mark.parametrize(
    ("ratings", "caption"),
    [
        ({}, "No rating needs action"),
        ({"c3b": "amber"}, "The Amber rating lies in section 3"),
        ({"c3b": "amber", "c7b": "red"}, "Both ratings that need action lie in sections 3 and 7"),
        ({"c6a": "red", "c6b": "red", "c1a": "red"}, "All three Red ratings lie in sections 1 and 6"),
    ],
)
def test_the_table_of_sections_says_where_what_needs_action_lies(
    ratings: dict[str, str], caption: str, paper: Paper
) -> None:
    glance = again(paper, rate(paper.material, **ratings))
    assert titles(glance, "at_a_glance")[0] == caption


@pytest.mark.parametrize(
    ("ratings", "caption"),
    [
        ({"c3b": "amber"}, "Exceptions: one commitment, Amber for four quarters"),
        ({"c3b": "amber", "c6a": "amber"}, "Exceptions: two commitments, each of them Amber for four quarters"),
        ({"c3b": "amber", "c1a": "red"}, "Exceptions: two commitments, one of them Amber for four quarters"),
    ],
)
def test_the_exceptions_in_brief_say_which_has_stood_longest(
    ratings: dict[str, str], caption: str, paper: Paper
) -> None:
    assert titles(again(paper, rate(paper.material, **ratings)), "at_a_glance")[1] == caption


def test_headlines_stand_beside_those_of_the_quarter_before(paper: Paper) -> None:
    (table,) = [
        block
        for block in walk(paper.section("at_a_glance").blocks)
        if isinstance(block, Table) and "headlines" in block.role.split()
    ]
    rows = {row.heading.text: [cell.text for cell in row.cells] for row in table.rows}
    assert rows["Information cards distributed to date"][1:] == ["7,600", "9,300", "+1,700"]
    assert rows["Domestic homicide reviews in progress"][1:] == ["3", "3", "0"]
    assert rows["Pharmacies in the Ask for ANI scheme"][1:] == ["[z]", "12", "[z]"]
    assert rows["Incidents, June 2019 to May 2020"] == ["one period only", "[z]", "4,776", "[z]"]
    assert table.illustrative == (2, 4)
    headlines = [figure for figure in paper.content().figures if figure.shown_in == "headline"]
    assert {figure.measure: figure.text for figure in headlines}["COM01"] == "9,300" and len(headlines) == 8
    assert {figure.element for figure in headlines} >= {"headlines: HLT01", "headlines: COM01[distributed]"}


# Exceptions


def test_what_needs_action_and_is_no_exception_yet_stands_apart(paper: Paper) -> None:
    changed = again(paper, rate(paper.material, c3b="amber", c1b="amber"))
    assert titles(changed, "exceptions") == [
        "It has neither an owner nor a due date",
        "Needing action, and no exception yet: one that has no reason, action, owner or due date",
    ]
    assert words(changed, "exceptions").startswith(
        "One commitment has been Amber for two quarters or more. None is Red,"
    )


def test_where_there_is_no_exception_the_page_says_so(paper: Paper) -> None:
    quiet = Paper(paper.kind, rate(paper.material), [], paper.inputs)
    text = words(quiet, "exceptions")
    assert text.startswith(
        "No rating is an exception. None is Red, no milestone is overdue, "
        "no return of the quarter is overdue, late or held "
    )


def test_several_ratings_are_each_said_with_their_own_words(paper: Paper) -> None:
    text = words(again(paper, rate(paper.material, c3b="amber", c6a="amber", c1a="red")), "exceptions")
    assert text.startswith("One commitment is Red and two have been Amber for two quarters or more.")


# The ratings side by side


def test_the_ratings_say_how_many_are_on_plan_what_has_not_moved_and_what_has(material: Material) -> None:
    quarters = quarters_shown(material)
    assert ratings_in_words(material, quarters) == (
        "Seven of 15 commitments were on plan in Quarter One 2020-21, and eleven of 15 are now. 3b and 6a have been "
        "Amber throughout. 1a, 2a and 7c have risen since Quarter Three 2020-21, and none has fallen."
    )
    assert ratings_in_words(material, quarters[-1:]) == "Eleven of the 15 commitments are on plan."
    level = dict.fromkeys(material.earlier, material.updates)
    assert ratings_in_words(replace(material, earlier=level), quarters[-2:]) == (
        "Eleven of 15 commitments were on plan in Quarter Three 2020-21, and eleven of 15 are now. 3b, 6a, 6b and 7b "
        "have been Amber throughout. No rating has moved since Quarter Three 2020-21."
    )
    one = rate(material, c3b="amber")
    assert "3b has been Amber throughout." in ratings_in_words(one, quarters)
    fallen = rate(material, c3b="amber", c4a="red")
    assert " and 4a has fallen." in ratings_in_words(fallen, quarters)


def test_a_quarter_without_a_predecessor_has_one_column(material: Material) -> None:
    alone = replace(material, earlier={}, last=None)
    table = ratings_matrix(alone, quarters_shown(alone))
    assert table.head == ("Commitment", "Q4") and table.title == "Rating of each commitment, 2020-21"
    assert [row.cells[0].text for row in table.rows[-3:]] == ["11", "4", "0"]


def test_at_most_five_quarters_stand_side_by_side_with_their_years(material: Material) -> None:
    quarters = [f"{year}-Q{n}" for year in ("2018-19", "2019-20") for n in (1, 2, 3, 4)]
    long = replace(material, earlier={parse(quarter): material.updates for quarter in quarters} | material.earlier)
    table = ratings_matrix(long, quarters_shown(long))
    assert table.head == (
        *("Commitment", "Q4 2019-20", "Q1 2020-21", "Q2 2020-21", "Q3 2020-21", "Q4 2020-21"),
        "Since Q3 2020-21",
    )
    assert table.illustrative == (2, 3, 4)


# What is due next


def test_what_is_due_by_the_end_of_the_next_quarter_is_listed_by_its_day(material: Material) -> None:
    (table,) = due_next(material)
    assert table.title == "Eight milestones are due by the end of Quarter One 2021-22"
    assert [row.cells[0].text for row in table.rows] == [
        *["March 2021"] * 3,
        "31 March 2021",
        *["April 2021"] * 2,
        "30 April 2021",
        "May 2021",
    ]
    assert due_next(replace(material, updates={})) == []
    one = only(material, ["2a"])
    front = one.updates["2a"].front
    first = replace(one.updates["2a"], front=front.model_copy(update={"milestones": front.milestones[:1]}))
    (table,) = due_next(replace(one, updates={"2a": first}))
    assert table.title == "One milestone is due by the end of Quarter One 2021-22"
    assert table.rows[0].cells[0].text == "May 2021"
