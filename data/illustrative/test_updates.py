"""The updates of a year's quarters: three that are illustrative lead up to the one that was transcribed.

They are read with the program's own reader, and held against each other; the returns behind their figures are read
with the csv and yaml modules alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from priority_two.blocks import lines, walk
from priority_two.checks.datasets.written_updates import update_datasets
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence
from priority_two.periods import parse, try_parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.store import latest, observations, permitted, read_returns
from priority_two.updates.documents import Document, Front, Milestone, When, read_appendices, read_updates
from priority_two.updates.markdown import read
from priority_two.updates.narrative import blocks_of

DATA = Path(__file__).resolve().parents[1]
QUARTERS = ["2020-21-Q1", "2020-21-Q2", "2020-21-Q3", "2020-21-Q4"]
ILLUSTRATIVE = QUARTERS[:3]
COMMITMENTS = ["1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "4c", "5", "6a", "6b", "7a", "7b", "7c", "8", "9"]
NEVER = dt.date(2099, 12, 31)

RATINGS = """
1a green amber amber green
1b green amber green green
2a amber amber amber green
2b green green green green
3a amber amber green green
3b amber amber amber amber
4a amber green green green
4b green green green green
4c amber amber green green
5 amber amber green green
6a amber amber amber amber
6b green green amber amber
7a green green green green
7b amber green amber amber
7c green amber amber green
"""

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
A_DATE = re.compile(rf"\b(\d{{1,2}} ({MONTHS}) )?(19|20)\d\d(-\d\d)?\b")
IN_WORDS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "dozen",
    "hundred",
]
A_NUMBER = re.compile(rf"\d|%|£|\b({'|'.join(IN_WORDS)})\b", re.IGNORECASE)


@cache
def folder() -> DataFolder:
    return DataFolder(DATA)


@cache
def updates(quarter: str) -> dict[str, Document]:
    return read_updates(folder(), parse(quarter), NEVER)


def front(quarter: str, commitment: str) -> Front:
    return updates(quarter)[commitment].front


def through_the_year(milestone: str) -> list[Milestone]:
    """Return what each quarter says of a milestone, from the first that knows of it."""
    return [
        one
        for quarter in QUARTERS
        for document in updates(quarter).values()
        for one in document.front.milestones
        if one.id == milestone
    ]


def every_milestone() -> list[str]:
    every = [
        one.id for quarter in QUARTERS for document in updates(quarter).values() for one in document.front.milestones
    ]
    return list(dict.fromkeys(every))


def prose(document: Document) -> str:
    """Return everything that a reader sees of an update, but its bindings."""
    said = document.front
    parts = [document.narrative, said.qualifier, said.reason, said.action, said.owner, *said.forward]
    parts += [one.text for one in said.achievements]
    parts += [f"{one.title}. {one.note}" for one in said.milestones]
    return re.sub(r"\{\{.*?\}\}", "", "\n".join(parts))


@cache
def received() -> dict[tuple[str, str, str], set[tuple[str, str]]]:
    """Return who sent a figure for the borough on which day, with leave to use it: by period, measure and breakdown."""
    found: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    for terms in sorted((DATA / "returns").glob("*/terms.yaml")):
        said: dict[str, Any] = yaml.safe_load(terms.read_text(encoding="utf-8"))
        if said["permission"] == "none":
            continue
        with terms.with_name("observations.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["value"] and not row["area"]:
                    key = row["period"], row["measure"], row["breakdown"]
                    found.setdefault(key, set()).add((said["partner"], str(said["received"])))
    return found


# What there is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_quarter_has_an_update_for_every_commitment(quarter: str) -> None:
    assert sorted(path.stem for path in (DATA / "updates" / quarter).glob("*.md")) == COMMITMENTS
    assert sorted(updates(quarter)) == COMMITMENTS


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_what_nobody_transcribed_says_that_it_is_illustrative(quarter: str) -> None:
    assert {document.front.basis for document in updates(quarter).values()} == {"illustrative"}
    assert not read_appendices(folder(), parse(quarter), NEVER)


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_an_update_is_written_just_after_its_quarter_and_is_short(quarter: str) -> None:
    for name, document in updates(quarter).items():
        assert 0 < (document.front.written - parse(quarter).end).days <= 31, name
        words = re.sub(r"\{\{.*?\}\}", "figure", document.narrative).split()
        assert 60 <= len(words) <= 150, (name, len(words))
        assert len(document.front.forward) <= 3
        assert len(document.front.achievements) <= 3


def test_the_calendar_names_each_quarter_and_gives_no_date_that_is_not_known() -> None:
    calendar = load_catalogue(folder()).calendar
    labels = ["Quarter One 2020-21", "Quarter Two 2020-21", "Quarter Three 2020-21"]
    assert [calendar[quarter].label for quarter in ILLUSTRATIVE] == labels
    assert [bool(calendar[quarter].board_date) for quarter in QUARTERS] == [False, False, False, True]


# Figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_no_number_stands_outside_a_binding_or_a_date(quarter: str) -> None:
    for name, document in updates(quarter).items():
        text = re.sub(r"quarter (two|four)", "", A_DATE.sub("", prose(document)))
        assert not (found := A_NUMBER.search(text)), (
            f"{quarter} {name}: {found[0]!r} in {text[found.start() - 40 :][:80]!r}"
        )


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_a_figure_had_been_received_from_one_partner_when_the_update_was_written(quarter: str) -> None:
    figures = 0
    for name, document in updates(quarter).items():
        for binding in read(document.narrative).bindings:
            if binding.name != "value":
                continue
            asked = binding.arguments
            period = asked.get("period", quarter)
            senders = received().get((period, asked["measure"], asked.get("breakdown", "")), set())
            known = {partner for partner, day in senders if day <= document.front.written.isoformat()}
            assert len(known) == 1 or asked.get("partner") in known, (name, asked)
            stands_for = try_parse(period)
            assert stands_for is not None
            assert parse(quarter).contains(stands_for), (name, asked)
            figures += 1
    assert figures >= 20


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_every_narrative_can_be_read_as_at_its_own_day_and_at_any_later_one(quarter: str) -> None:
    catalogue = load_catalogue(folder())
    for day in (front(quarter, "1a").written, NEVER):
        counted = latest(observations(permitted(read_returns(folder(), day))))
        evidence = Evidence(catalogue, counted, parse(quarter))
        for document in updates(quarter).values():
            blocks = blocks_of(document.narrative, document.file, document.line, evidence, set(), 5)
            spans = [span for block in walk(blocks) for line in lines(block) for span in line]
            figures = [span.text for span in spans if span.citation and span.citation.synthetic and span.href]
            bound = [binding for binding in read(document.narrative).bindings if binding.name == "value"]
            assert len(figures) == len(bound), document.file
            assert all(text.endswith(" (illustrative)") for text in figures)


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_what_the_gate_would_stop_a_paper_for_is_in_order_then_and_later(quarter: str) -> None:
    """The columns that the critical expectations look at; the suites themselves take seconds to load."""
    catalogue = load_catalogue(folder())
    for day in (front(quarter, "1a").written, NEVER):
        told = update_datasets(parse(quarter), updates(quarter), catalogue, day, folder().shown)
        written, milestones = told["updates"], told["milestones"]
        assert written["commitment"].tolist() == COMMITMENTS
        for column in ("_written", "_achievements_known"):
            assert set(written[column]) == {"yes"}, column
        assert written["unknown_exhibits"].isna().all()
        assert (written["_words"] > 0).all()
        assert set(milestones["_dated"]) == {"yes"}
        assert set(milestones["_met_in_future"]) == {"no"}
        assert milestones["milestone"].is_unique


# Promises ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("milestone", every_milestone())
def test_a_milestone_keeps_its_name_and_the_date_first_promised(milestone: str) -> None:
    said = through_the_year(milestone)
    assert len({one.title for one in said}) == 1
    assert len({one.baseline for one in said}) == 1


@pytest.mark.parametrize("milestone", every_milestone())
def test_a_milestone_is_not_dropped_and_what_was_met_stays_met(milestone: str) -> None:
    there = [
        any(one.id == milestone for document in updates(quarter).values() for one in document.front.milestones)
        for quarter in QUARTERS
    ]
    assert there == sorted(there)
    met = [one.met for one in through_the_year(milestone)]
    since = next((number for number, one in enumerate(met) if one), len(met))
    assert len(set(met[since:])) <= 1


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_nothing_is_met_that_could_not_be_known_and_green_hides_nothing_overdue(quarter: str) -> None:
    for name, document in updates(quarter).items():
        for one in document.front.milestones:
            written = document.front.written
            assert not isinstance(one.met, When) or one.met.day <= written, (name, one.id)
            assert document.front.rating != "green" or not one.overdue(written), (name, one.id)


@pytest.mark.parametrize(
    ("milestone", "due", "slips"),
    [
        ("7c-strategy", ["August 2020", "December 2020", "January 2021", "August 2020"], [None, 4, 5, 5]),
        ("7c-protocol", ["August 2020", "December 2020", "December 2020", "August 2020"], [None, 4, None, None]),
        ("2a-directory-review", ["January 2021", "January 2021", "May 2021", "May 2021"], [None, None, 4, 4]),
    ],
)
def test_a_slip_can_be_followed_through_the_year(milestone: str, due: list[str], slips: list[int | None]) -> None:
    said = through_the_year(milestone)
    assert [one.due.label if one.due else "" for one in said] == due
    assert [one.slip for one in said] == slips


# Ratings -----------------------------------------------------------------------------------------------------


def test_ratings_lead_to_those_of_the_fourth_quarter() -> None:
    wanted = {name: ratings for name, *ratings in (line.split() for line in RATINGS.strip().split("\n"))}
    found = {name: [front(quarter, name).rating for quarter in QUARTERS] for name in COMMITMENTS}
    assert found == {**wanted, "8": [""] * 4, "9": [""] * 4}
    assert Counter(ratings[-1] for ratings in wanted.values()) == {"green": 11, "amber": 4}
    changes = {pair for ratings in wanted.values() for pair in pairwise(ratings)}
    assert changes == {("green", "green"), ("green", "amber"), ("amber", "green"), ("amber", "amber")}


@pytest.mark.parametrize("quarter", ILLUSTRATIVE)
def test_amber_gives_its_reason_and_action_and_mostly_an_owner_and_a_date(quarter: str) -> None:
    said = [document.front for document in updates(quarter).values()]
    amber = [one for one in said if one.rating == "amber"]
    assert all(one.qualifier for one in said if one.rating)
    assert all(one.reason and one.action for one in amber)
    assert sum(bool(one.owner and one.due) for one in amber) > len(amber) / 2
    assert all(one.due.day > one.written for one in amber if one.due)
    assert not any(one.reason or one.action or one.owner or one.due for one in said if one.rating != "amber")
