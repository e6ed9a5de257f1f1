"""The history as columns: it says what looking at every observation says, and what the shipped store holds."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import load_yaml
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.corrections import Correction, correct, load_corrections, read_corrections
from priority_two.returns.history import History, SeriesIndex
from priority_two.returns.revisions import revisions
from priority_two.returns.store import (
    COLUMNS,
    NARROWEST_FIRST,
    Observation,
    Return,
    in_force,
    latest,
    observations,
    read_returns,
)
from sent_returns import return_terms, sent_return

HOME = "E09000006"
SHIPPED = load_catalogue(DataFolder(DATA))
VALUES = ["1", "1.0", "2", "-3", "0"]
CELLS = st.one_of(
    st.tuples(st.sampled_from(VALUES), st.sampled_from(["", "", "p", "r", "pr", "rp"])),
    st.tuples(st.just(""), st.sampled_from(["x", "z"])),
)
ROWS = st.tuples(
    st.sampled_from(["2021-01", "2021-02", "2020-21-Q4", "2021-01..2021-03"]),
    st.sampled_from(["POL01", "POL02"]),
    st.sampled_from(["", HOME, "E05000106"]),
    st.sampled_from(["", "", "a"]),
    CELLS,
)


def received(day: str, partner: str, permission: str, rows: list[tuple[str, str, str, str, tuple[str, str]]]) -> Return:
    """Return a return, of which each figure is sent once."""
    cells = {
        (str(parse(period).plain), measure, "" if area == HOME else area, breakdown): dict(
            zip(COLUMNS, (period, measure, area, breakdown, value, status, f"{value} sent"), strict=True)
        )
        for period, measure, area, breakdown, (value, status) in rows
    }
    return sent_return(return_terms(day, partner, permission), cells.values())


@st.composite
def stores(draw: st.DrawFn) -> list[Return]:
    """Return what two partners sent, in any order."""
    sent = {}
    for _ in range(draw(st.integers(0, 6))):
        day, partner = f"2021-04-{draw(st.integers(10, 17))}", draw(st.sampled_from(["police", "bcwa"]))
        permission = draw(st.sampled_from(["publish", "publish", "board", "none"]))
        sent[day, partner] = received(day, partner, permission, draw(st.lists(ROWS, max_size=6)))
    return list(sent.values())


def slowly_in_force(history: list[Observation]) -> list[tuple[str, int, str, dt.date | None]]:
    """Return file, row, permission and since when of each observation, looking at every later return for each anew."""
    verdicts = []
    for sent in history:
        later = [
            (NARROWEST_FIRST.index(other.terms.permission), other.terms.received)
            for other in history
            if other.terms.received > sent.terms.received
            and other.terms.partner == sent.terms.partner
            and other.measure == sent.measure
            and other.period.overlaps(sent.period)
        ]
        own = NARROWEST_FIRST.index(sent.terms.permission)
        rank, day = min([(rank, day) for rank, day in later if rank < own], default=(own, None))
        verdicts.append((sent.file, sent.row, NARROWEST_FIRST[rank], day))
    return verdicts


def slowly_latest(history: list[Observation]) -> list[tuple[str, int, Decimal | None, str]]:
    """Return file, row, value and status of what counts, looking at every earlier observation of each figure."""
    figures: dict[tuple[str, ...], list[Observation]] = {}
    for sent in history:
        figures.setdefault((*sent.key, sent.terms.partner), []).append(sent)
    counted = []
    for sent_for in figures.values():
        last, values = sent_for[-1], [sent for sent in sent_for if sent.value is not None]
        status = last.status
        if last.value is not None:
            revised = len({sent.value for sent in values}) > 1 or any("r" in sent.status for sent in values)
            status = "p" * ("p" in last.status) + "r" * revised
        counted.append((last.file, last.row, last.value, status))
    return counted


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(stores())
def test_what_counts_is_what_looking_at_every_observation_says(store: list[Return]) -> None:
    rows = observations(store, HOME)
    history = History.of(store, HOME)
    assert [*history] == rows and len(history) == len(rows)
    usable, withheld = History.of(store, HOME).in_force()
    verdicts = slowly_in_force(rows)
    permissions = {(each.file, each.row): (each.terms.permission, each.narrowed) for each in (*usable, *withheld)}
    assert permissions == {(file, row): (permission, day) for file, row, permission, day in verdicts}
    assert [each.row for each in withheld] == [row for _, row, permission, _ in verdicts if permission == "none"]
    counted = usable.latest()
    assert [(each.file, each.row, each.value, each.status) for each in counted] == slowly_latest([*usable])
    assert (list(usable), list(withheld)) == in_force(rows)  # the rules, an observation at a time
    assert [*counted] == latest([*usable])
    assert usable.revisions() == revisions([*usable])
    until = usable.where("period", lambda period: period.last <= parse("2021-02").last)
    assert [*until] == [each for each in usable if each.period.last <= parse("2021-02").last]
    assert [until[place] for place in range(len(until))] == until[:]
    assert until.revisions() == revisions([*until])
    assert [*until.latest()] == latest([*until])


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(stores(), st.sets(st.sampled_from(["POL01", "POL02", "POL03"])), st.sampled_from(VALUES))
def test_what_is_picked_out_is_what_looking_at_every_observation_picks_out(
    store: list[Return], measures: set[str], value: str
) -> None:
    known = records(record(**{"return": "2021-04-10_police", "corrected": 3}))
    corrected = History.of(store, HOME)
    with contextlib.suppress(Refused):
        corrected = corrected.corrected(known, dt.date(2021, 4, 20), HOME)
    usable, _ = corrected.in_force()
    for history in (usable, usable.latest()):
        rows = [*history]
        asked = history.of_measures(measures)
        assert [*asked] == [row for row in rows if row.measure in measures] and len(asked) == len([*asked])
        assert [*history.where("value", lambda each: each == Decimal(value))] == [
            row for row in rows if row.value == Decimal(value)
        ]
        assert [*history.where("note", bool)] == [row for row in rows if row.note]
        assert history.partners() == [*dict.fromkeys(row.terms.partner for row in rows)]
        assert {received.name for received in history.returns()} == {row.file.split("/")[-2] for row in rows}
        for column in ("measure", "period", "area", "breakdown", "value", "status"):
            assert history.distinct(column) == {getattr(row, column) for row in rows}


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(stores())
def test_a_series_of_the_columns_is_that_of_the_observations(store: list[Return]) -> None:
    counted = History.of(store, HOME).in_force()[0].latest()
    columns, rows = SeriesIndex.of(counted), SeriesIndex([*counted])
    for measure in ("POL01", "POL02", "POL03"):
        assert sorted(columns.of_measure(measure)) == sorted(rows.of_measure(measure))
        for column in ("value", "period"):
            assert columns.distinct(column, measure) == rows.distinct(column, measure)
        for area in ("", "E05000106", "E05000107"):
            assert sorted(columns.of_measure(measure, area)) == sorted(rows.of_measure(measure, area))
        for series in rows.of_measure(measure):
            assert columns.sent(series) == rows.sent(series) != []
    assert columns.sent(("POL03", "", "")) == []


def test_no_observation_is_made_that_nobody_asks_for() -> None:
    months = [f"{year}-{month:02d}" for year in range(2011, 2021) for month in range(1, 13)]
    store = [
        received(
            day,
            "police",
            permission,
            [(month, "POL01", f"E{n:03d}", "", ("7", "")) for month in months for n in range(20)],
        )
        for day, permission in (("2021-04-10", "publish"), ("2021-04-11", "publish"))
    ]
    before = number_of_observations()
    counted = History.of(store, HOME).in_force()[0].where("period", lambda month: month.last <= parse("2020-03").last)
    counted = counted.latest()
    assert len(counted) == 111 * 20
    ledger = Ledger({"POL01": SHIPPED.measures["POL01"]}, counted)
    assert ledger.figure("POL01", parse("2019-20-Q4"), area="E003").value == 21
    assert ledger.areas("POL01") == [f"E{n:03d}" for n in range(20)] and ledger.places("POL01") == 0
    assert number_of_observations() - before <= 111  # one area's


def number_of_observations() -> int:
    return sum(type(each) is Observation for each in gc.get_objects())


def record(**changed: object) -> str:
    """Return a record of a correction in YAML."""
    keys = {
        "return": "2021-04-10_police",
        "period": "2021-01",
        "measure": "POL01",
        "area": "",
        "breakdown": "",
        "expected": 1,
        "corrected": 2,
        "reason": "Digits",
        "reporter": "Lead",
        "recorded": "2021-04-11",
        "status": "open",
        "mended_in": "",
    }
    return "C001:\n" + "".join(f"  {key}: {value}\n" for key, value in (keys | changed).items())


def records(text: str) -> list[Correction]:
    return read_corrections(load_yaml(text, "data/reference/corrections.yaml"))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(stores(), st.sampled_from(["2021-01", "2020-21-Q4"]), st.sampled_from(["", HOME]), st.sampled_from(["3", ""]))
def test_a_corrected_history_is_what_correcting_every_observation_says(
    store: list[Return], period: str, area: str, corrected: str
) -> None:
    first = received("2021-04-01", "police", "publish", [(period, "POL01", area, "", ("1.0", ""))])
    store = [first, *store]
    known = records(record(**{"return": first.name, "period": period, "area": area, "corrected": corrected or "''"}))
    day = dt.date(2021, 4, 20)
    try:
        expected = correct(observations(store, HOME), known, day, HOME)
    except Refused as refused:
        with pytest.raises(Refused) as caught:
            History.of(store, HOME).corrected(known, day, HOME)
        assert caught.value.errors == refused.errors
        return
    history = History.of(store, HOME).corrected(known, day, HOME)
    assert [*history] == expected
    usable, withheld = history.in_force()
    assert (list(usable), list(withheld)) == in_force(expected)
    assert [*usable.latest()] == latest(in_force(expected)[0])
    assert usable.revisions() == revisions(in_force(expected)[0])


def test_the_shipped_store_counts_as_it_does_an_observation_at_a_time() -> None:
    folder = DataFolder(DATA)
    returns, known = read_returns(folder), load_corrections(folder)
    rows = correct(observations(returns, HOME), known, None, HOME)
    history = History.of(returns, HOME).corrected(known, None, HOME)
    usable, withheld = history.in_force()
    assert (list(usable), list(withheld)) == in_force(rows)
    assert [*usable.latest()] == latest([*usable]) and usable.revisions() == revisions([*usable])
