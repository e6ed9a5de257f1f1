"""Permission: what a partner lets the partnership use, and takes back, by the day on which each return came."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_coverage import COLUMNS, send, swap

from conftest import DATA, gather
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence, Missing
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.report.tables.coverage_tables import by_month
from priority_two.returns.corrections import correct, load_corrections
from priority_two.returns.coverage import coverage
from priority_two.returns.store import Observation, in_force, latest, observations, read_returns
from priority_two.returns.submit.intake import ingest

SHIPPED = load_catalogue(DataFolder(DATA))
JANUARY = "2021-01,POL01,,,400,,"


def kept(data: Path, as_at: str = "2021-12-31") -> tuple[list[Observation], list[Observation]]:
    """Return what may be used of a store as at a day, and what may not."""
    return in_force(observations(read_returns(DataFolder(data), dt.date.fromisoformat(as_at))))


def shown(rows: list[Observation]) -> list[tuple[str, str, str, int]]:
    return [(str(row.terms.received), str(row.period), row.measure, int(row.value or 0)) for row in rows]


def test_a_later_return_takes_permission_back_from_the_day_on_which_it_came(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", JANUARY, "2021-01,POL04,,,80,,")
    send(tmp_path, "2021-02-20", "police", JANUARY, permission="none")
    usable, withheld = kept(tmp_path, "2021-02-19")
    assert len(usable) == 2 and withheld == []  # what came since was not known then
    usable, withheld = kept(tmp_path, "2021-02-20")
    assert shown(usable) == [("2021-02-14", "2021-01", "POL04", 80)]  # of another measure nothing was said
    assert [(str(row.terms.received), row.terms.permission, row.narrowed) for row in withheld] == [
        ("2021-02-14", "none", dt.date(2021, 2, 20)),
        ("2021-02-20", "none", None),
    ]


def test_it_is_taken_back_for_parts_and_wholes_of_the_same_months_that_it_does_not_name(tmp_path: Path) -> None:
    # A quarter without one of its months, or a total without one of its parts, would give the month or part away.
    rows = ("2020-21-Q4,POL01,,,1200,,", "2021-02,POL01,,,410,,", "2021-01,POL01,E05000106,,9,,", "2020-12,POL01,,,7,,")
    send(tmp_path, "2021-04-14", "police", *rows)
    send(tmp_path, "2021-04-20", "police", JANUARY, permission="none")
    usable, _ = kept(tmp_path)
    assert [str(row.period) for row in usable] == ["2021-02", "2020-12"]
    send(tmp_path, "2021-04-21", "police", "2020-21-Q4,POL01,,,1200,,", permission="none")
    assert [str(row.period) for row in kept(tmp_path)[0]] == ["2020-12"]


def test_a_narrower_permission_guards_what_was_sent_before(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", JANUARY)
    send(tmp_path, "2021-02-20", "police", JANUARY, permission="board")
    usable, withheld = kept(tmp_path)
    assert [row.terms.permission for row in usable] == ["board", "board"] and withheld == []
    assert [row.narrowed for row in usable] == [dt.date(2021, 2, 20), None]


def test_what_is_allowed_again_is_what_is_sent_anew(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", JANUARY, "2021-01,POL01,E05000106,,9,,")
    send(tmp_path, "2021-02-20", "police", JANUARY, permission="none")
    send(tmp_path, "2021-02-25", "police", "2021-01,POL01,,,401,,")
    usable, withheld = kept(tmp_path)
    assert shown(usable) == [("2021-02-25", "2021-01", "POL01", 401)]
    assert {(row.area, row.narrowed) for row in withheld} == {
        ("", dt.date(2021, 2, 20)),
        ("E05000106", dt.date(2021, 2, 20)),
        ("", None),
    }


def test_two_returns_of_one_day_stand_in_their_order(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", JANUARY)
    send(tmp_path, "2021-02-13", "police", JANUARY, permission="none")
    (tmp_path / "returns" / "2021-02-13_police").rename(tmp_path / "returns" / "2021-02-14_police_2")
    assert kept(tmp_path)[0] == []


def test_the_permission_of_one_partner_says_nothing_of_another(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "bcwa", "2021-01,IDV01,,,30,,")
    send(tmp_path, "2021-02-20", "victim-support", "2021-01,IDV01,,,12,,", permission="none")
    assert [row.terms.partner for row in kept(tmp_path)[0]] == ["bcwa"]


RETURNS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "board", "none"]),
        st.sets(
            st.tuples(
                st.sampled_from(["2021-01", "2021-02", "2021-03", "2020-21-Q4", "2020-21", "2020-10..2021-01"]),
                st.sampled_from(["POL01", "POL04"]),
            ),
            min_size=1,
            max_size=4,
        ),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(RETURNS)
def test_every_permission_is_what_looking_at_every_later_row_finds(sent) -> None:
    order = ["none", "board", "publish"]
    with tempfile.TemporaryDirectory() as folder:
        for day, (permission, rows) in enumerate(sent, start=1):
            lines = (f"{period},{measure},,,1,," for period, measure in sorted(rows))
            send(Path(folder), f"2021-05-{day:02}", "police", *lines, permission=permission)
        usable, withheld = kept(Path(folder))
    holds = {(row.terms.received.day, str(row.period), row.measure): row.terms.permission for row in usable + withheld}
    wanted = {}
    for day, (permission, rows) in enumerate(sent, start=1):
        for period, measure in rows:
            later = [
                other
                for other, their_rows in sent[day:]
                for their_period, their_measure in their_rows
                if measure == their_measure
                if {str(month) for month in parse(period).months()}
                & {str(month) for month in parse(their_period).months()}
            ]
            wanted[day, str(parse(period)), measure] = min([permission, *later], key=order.index)
    assert holds == wanted
    assert all(row.terms.permission == "none" for row in withheld)
    assert not any(row.terms.permission == "none" for row in usable)


# What a paper says of it ------------------------------------------------------------------------------------


def test_the_matrix_of_returns_says_since_when_there_is_no_permission(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", JANUARY)
    send(tmp_path, "2021-02-18", "marac", "2021-01,MAR01,,,30,,")
    send(tmp_path, "2021-02-20", "police", JANUARY, permission="none")
    send(tmp_path, "2021-02-21", "marac", "2021-01,MAR01,,,30,,", permission="none")
    months = parse("2021-01").months()
    cells = coverage(read_returns(DataFolder(tmp_path)), SHIPPED, parse("2021-01"), dt.date(2021, 3, 25))
    rows = {row.heading.text: row.cells[0].text for row in by_month(cells, SHIPPED, months).rows}
    assert rows[SHIPPED.partners["police"]] == "without permission since 20 February 2021"
    assert rows[SHIPPED.partners["marac"]] == "without permission since 21 February 2021, 3 days late"


def test_a_figure_says_since_when_it_may_not_be_used(tmp_path: Path) -> None:
    send(tmp_path, "2021-04-14", "police", *(f"2021-0{month},POL01,,,400,," for month in (1, 2, 3)))
    send(tmp_path, "2021-04-20", "police", "2021-02,POL01,,,410,,", permission="none")
    usable, withheld = kept(tmp_path)
    ledger = Ledger(SHIPPED.measures, usable, withheld=withheld)
    assert ledger.figure("POL01", parse("2021-02")).reason == "without permission"  # the last return never had it
    taken_back = [row for row in withheld if row.narrowed]
    ledger = Ledger(SHIPPED.measures, usable, withheld=taken_back)
    assert ledger.figure("POL01", parse("2021-02")).reason == "without permission since 20 April 2021"
    whole = ledger.figure("POL01", parse("2020-21-Q4"))
    assert whole.value is None and whole.reason.endswith("the rest without permission since 20 April 2021")


def test_a_paper_uses_nothing_of_which_permission_was_taken_back(data: Path) -> None:
    again = data / "returns" / "2021-03-30_sel-ccg"
    shutil.copytree(data / "returns" / "2021-03-25_sel-ccg", again)
    for old, new in (("received: 2021-03-25", "received: 2021-03-30"), ("permission: publish", "permission: none")):
        swap(again / "terms.yaml", old, new)
    quarter = parse("2020-21-Q4")
    usable, _ = kept(data, "2021-03-29")
    assert Evidence(SHIPPED, latest(usable), quarter).number(measure="HLT01").value  # a report as at an earlier day
    paper, _ = gather(DataFolder(data), quarter, "2021-03-30", "board")
    assert "sel-ccg" not in {row.terms.partner for row in paper.book.history}
    with pytest.raises(Missing, match=r"HLT01 2020-21-Q4 by the as-at date: .*without permission"):
        paper.evidence.number(measure="HLT01")


def test_intake_says_of_how_many_figures_sent_before_permission_is_taken_back(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "drive.csv"
    terms = "partner: drive\nextract_date: 2021-07-01\nmonths: 2021-04..2021-06\nexplanation: An extract.\n"
    terms += "contact_post: Performance team\nsynthetic: no\npermission: "
    notices = []
    for day, permission, month in ((1, "publish", "2021-05"), (2, "none", "2021-06"), (3, "none", "2021-05")):
        file.write_text(COLUMNS + f"{month},DRV01,,,{day},,\n", encoding="utf-8")
        file.with_suffix(".terms.yaml").write_text(f"{terms}{permission}\n", encoding="utf-8")
        accepted = ingest(DataFolder(data), SHIPPED, file, dt.date(2021, 7, day))
        notices.append([notice for notice in accepted.notices if "permission" in notice])
    assert notices[:2] == [[], []]
    words = "the permission none is narrower than before, and holds from now on for 1 figure sent before"
    assert notices[2] == [f"drive.csv: {words}"]


def test_a_correction_of_a_figure_stands_when_its_permission_is_taken_back(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", "2021-01,POL01,,,412,,")
    send(tmp_path, "2021-03-20", "police", "2021-01,POL01,,,412,,", permission="none")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "corrections.yaml").write_text(
        "C001:\n  return: 2021-02-14_police\n  period: 2021-01\n  measure: POL01\n  area:\n  breakdown:\n"
        "  expected: 412\n  corrected: 421\n  reason: Two digits changed places.\n  reporter: DVA VAWG Strategic Lead\n"
        "  recorded: 2021-02-15\n  status: open\n  mended_in:\n",
        encoding="utf-8",
    )
    history = observations(read_returns(DataFolder(tmp_path)))
    records = load_corrections(DataFolder(tmp_path))
    assert in_force(correct(history, records))[0] == []
    earlier = observations(read_returns(DataFolder(tmp_path), dt.date(2021, 3, 1)))
    assert [row.value for row in in_force(correct(earlier, records))[0]] == [421]
    with pytest.raises(Refused):  # as it would be, were the figure simply not there
        correct([], records)
