"""The store of returns: what had been received by a date, what of it counts, and that nothing slips by unseen."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import lean_copy
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.returns.store import Observation, latest, latest_receipt, observations, read_returns

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=40)
HEADER = "period,measure,area,breakdown,value,status,note"
Row = tuple[str, str, str]  # period, value, status


def send(
    data: Path, partner: str, day: str, *rows: Row, measure: str = "POL01", name: str = "", terms: str = ""
) -> Path:
    """Put a return into a data folder, as a partner sent it on a day."""
    folder = data / "returns" / (name or f"{day}_{partner}")
    folder.mkdir(parents=True)
    lines = [HEADER, *(f"{period},{measure},,,{value},{status}," for period, value, status in rows)]
    (folder / "observations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plain = (
        f"partner: {partner}\nreceived: {day}\nextract_date: {day}\nmonths: 2020-04..2021-03\n"
        "explanation: Made up for a test.\npermission: publish\ncontact_post: Analyst\nsynthetic: true\n"
    )
    (folder / "terms.yaml").write_text(terms or plain, encoding="utf-8")
    return folder


def known(data: Path, as_at: str) -> list[Observation]:
    """Return what counts at a date."""
    return latest(observations(read_returns(DataFolder(data), dt.date.fromisoformat(as_at))))


def figures(data: Path, as_at: str) -> dict[str, tuple[str, str]]:
    """Return what counts at a date, by period, where there is one partner: value and status."""
    found = known(data, as_at)
    assert len({str(one.period) for one in found}) == len(found)
    return {str(one.period): ("" if one.value is None else str(one.value), one.status) for one in found}


def history(folder: Path, *values: tuple[str, str]) -> tuple[str, str]:
    """Send values (with status) for one month, a return a day, and say what counts after the last."""
    for number, (value, status) in enumerate(values, 1):
        send(folder, "police", f"2021-04-{number:02d}", ("2021-01", value, status))
    return figures(folder, "2021-12-31")["2021-01"]


def validate(data: Path) -> tuple[int, list[str]]:
    """Run the command on a data folder; give its exit status and what it found critical."""
    done = CliRunner().invoke(main, ["validate", "--data", str(data)])
    return done.exit_code, [line for line in done.stderr.splitlines() if not line.startswith(("warning: ", "known: "))]


# As at a date ------------------------------------------------------------------------------------------------


def three_returns(data: Path) -> None:
    send(data, "police", "2021-02-10", ("2020-12", "10", ""), ("2021-01", "20", ""))
    send(data, "police", "2021-03-10", ("2021-01", "21", ""), ("2021-02", "30", "p"))
    send(data, "police", "2021-04-10", ("2021-02", "33", ""), ("2021-03", "40", ""))


@pytest.mark.parametrize(
    ("as_at", "wanted"),
    [
        ("2021-02-09", {}),
        ("2021-02-10", {"2020-12": ("10", ""), "2021-01": ("20", "")}),
        ("2021-03-09", {"2020-12": ("10", ""), "2021-01": ("20", "")}),
        ("2021-03-10", {"2020-12": ("10", ""), "2021-01": ("21", "r"), "2021-02": ("30", "p")}),
        (
            "2021-04-10",
            {"2020-12": ("10", ""), "2021-01": ("21", "r"), "2021-02": ("33", "r"), "2021-03": ("40", "")},
        ),
        (
            "2099-12-31",
            {"2020-12": ("10", ""), "2021-01": ("21", "r"), "2021-02": ("33", "r"), "2021-03": ("40", "")},
        ),
    ],
)
def test_the_latest_return_received_by_the_date_wins_month_by_month(
    tmp_path: Path, as_at: str, wanted: dict[str, tuple[str, str]]
) -> None:
    three_returns(tmp_path)
    assert figures(tmp_path, as_at) == wanted


def test_a_figure_says_which_return_and_row_it_came_from(tmp_path: Path) -> None:
    three_returns(tmp_path)
    found = {str(one.period): (one.file, one.row, one.terms.received) for one in known(tmp_path, "2021-04-10")}
    first, second, third = (
        (f"{tmp_path.name}/returns/2021-{month:02d}-10_police/observations.csv", dt.date(2021, month, 10))
        for month in (2, 3, 4)
    )
    assert found == {
        "2020-12": (first[0], 2, first[1]),
        "2021-01": (second[0], 2, second[1]),
        "2021-02": (third[0], 2, third[1]),
        "2021-03": (third[0], 3, third[1]),
    }


sent = st.tuples(
    st.sampled_from(["police", "lbb"]), st.integers(1, 9), st.integers(1, 4), st.integers(0, 9)
)  # partner, day, month, value


@STEADY
@given(st.lists(sent, max_size=12, unique_by=lambda one: one[:3]), st.integers(0, 10))
def test_what_counts_is_what_a_search_through_all_returns_finds(
    history: list[tuple[str, int, int, int]], as_at: int
) -> None:
    wanted = {}
    for partner, day, month, value in sorted(history):  # by day within a partner: what is found later replaces
        if day <= as_at:
            wanted[partner, f"2021-{month:02d}"] = value
    with tempfile.TemporaryDirectory() as folder:
        for partner, day in {one[:2] for one in history}:
            rows = [(f"2021-{one[2]:02d}", str(one[3]), "") for one in history if one[:2] == (partner, day)]
            send(Path(folder), partner, f"2021-04-{day:02d}", *rows)
        found = known(Path(folder), f"2021-04-{as_at:02d}" if as_at else "2021-03-31")
    assert {(one.terms.partner, str(one.period)): one.value for one in found} == wanted
    assert len(found) == len(wanted)


def test_a_return_received_later_is_not_even_opened(tmp_path: Path) -> None:
    send(tmp_path, "police", "2021-03-25", ("2021-01", "20", ""))
    later = send(tmp_path, "police", "2021-03-26", ("2021-01", "99", ""))
    (later / "observations.csv").write_bytes(b"\xff\xff not a table")
    (later / "terms.yaml").write_text("a: [", encoding="utf-8")
    folder = DataFolder(tmp_path)
    (one,) = read_returns(folder, dt.date(2021, 3, 25))
    assert one.name == "2021-03-25_police"
    assert sorted(folder.read) == [
        f"{tmp_path.name}/returns/2021-03-25_police/{name}" for name in ("observations.csv", "terms.yaml")
    ]
    with pytest.raises(Refused, match="2021-03-26_police"):
        read_returns(folder, dt.date(2021, 3, 26))


def test_returns_come_in_the_order_of_receipt(tmp_path: Path) -> None:
    for partner, day in (("police", "2021-04-10"), ("lbb", "2021-04-09"), ("byc", "2021-04-10"), ("lbb", "2020-12-31")):
        send(tmp_path, partner, day, ("2021-01", "1", ""))
    assert [one.name for one in read_returns(DataFolder(tmp_path))] == [
        "2020-12-31_lbb",
        "2021-04-09_lbb",
        "2021-04-10_byc",
        "2021-04-10_police",
    ]
    assert latest_receipt(DataFolder(tmp_path)) == dt.date(2021, 4, 10)


def test_an_empty_store_has_no_returns(tmp_path: Path) -> None:
    assert read_returns(DataFolder(tmp_path)) == []
    assert latest_receipt(DataFolder(tmp_path)) is None


# Revisions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([("10", "")], ("10", "")),
        ([("10", ""), ("12", "")], ("12", "r")),
        ([("10", ""), ("10", "")], ("10", "")),
        ([("10", ""), ("10.0", "")], ("10.0", "")),  # another spelling is no revision
        ([("10", "p"), ("12", "")], ("12", "r")),
        ([("10", "p"), ("10", "")], ("10", "")),  # provisional, and confirmed
        ([("10", ""), ("12", "p")], ("12", "pr")),  # still provisional, and it moved
        ([("10", "p"), ("12", "p")], ("12", "pr")),
        ([("10", ""), ("", "x"), ("10", "")], ("10", "")),  # withdrawn, and given again
        ([("10", ""), ("", "x"), ("12", "")], ("12", "r")),
        ([("10", ""), ("10", "r")], ("10", "r")),  # the partner says so itself
        ([("10", ""), ("", "x")], ("", "x")),  # withdrawn
        ([("0", ""), ("1", "")], ("1", "r")),
        ([("10", ""), ("12", ""), ("13", "")], ("13", "r")),
    ],
)
def test_a_later_value_that_differs_is_marked_revised(
    tmp_path: Path, values: list[tuple[str, str]], wanted: tuple[str, str]
) -> None:
    assert history(tmp_path, *values) == wanted


@pytest.mark.parametrize(
    "values",
    [
        [("10", ""), ("12", ""), ("12", "")],
        [("10", ""), ("12", ""), ("12", ""), ("12", "")],
        [("10", ""), ("12", "p"), ("12", "")],
    ],
)
def test_a_revised_figure_that_is_sent_once_more_is_still_revised(
    tmp_path: Path, values: list[tuple[str, str]]
) -> None:
    # Partners send running months again and again. "[r]" is explained to readers as "revised since first reported".
    assert history(tmp_path, *values) == ("12", "r")


@pytest.mark.parametrize("gap", ["x", "z"])
def test_a_figure_that_was_not_there_before_is_reported_for_the_first_time_and_not_revised(
    tmp_path: Path, gap: str
) -> None:
    assert history(tmp_path, ("", gap), ("12", "")) == ("12", "")


def test_a_month_that_a_later_return_leaves_out_stays(tmp_path: Path) -> None:
    send(tmp_path, "police", "2021-02-10", ("2020-12", "10", ""), ("2021-01", "20", ""))
    send(tmp_path, "police", "2021-03-10", ("2021-02", "30", ""))
    assert figures(tmp_path, "2021-03-10") == {"2020-12": ("10", ""), "2021-01": ("20", ""), "2021-02": ("30", "")}


def test_a_nought_is_a_value_and_a_gap_is_none(tmp_path: Path) -> None:
    send(tmp_path, "police", "2021-03-10", ("2021-01", "0", ""), ("2021-02", "", "x"), ("2021-03", "", "z"))
    assert [one.value for one in known(tmp_path, "2021-03-10")] == [Decimal(0), None, None]


# Partners ----------------------------------------------------------------------------------------------------


def test_two_partners_are_kept_apart(tmp_path: Path) -> None:
    send(tmp_path, "lbb", "2021-03-10", ("2021-01", "5", ""), measure="HLT04")
    send(tmp_path, "sel-ccg", "2021-03-25", ("2021-01", "7", ""), measure="HLT04")
    found = {one.terms.partner: (one.value, one.status) for one in known(tmp_path, "2021-03-25")}
    assert found == {"lbb": (5, ""), "sel-ccg": (7, "")}


def test_two_returns_of_two_partners_on_one_day_both_count(tmp_path: Path) -> None:
    send(tmp_path, "police", "2021-03-25", ("2021-01", "5", ""))
    send(tmp_path, "lbb", "2021-03-25", ("2021-01", "7", ""), measure="HLT04")
    assert {(one.measure, one.value) for one in known(tmp_path, "2021-03-25")} == {("POL01", 5), ("HLT04", 7)}


def test_a_second_return_of_one_partner_on_one_day_is_refused(tmp_path: Path) -> None:
    # Which of the two would win is anybody's guess; a correction is a return of a later day.
    data = lean_copy(tmp_path)
    shutil.copytree(data / "returns" / "2021-03-25_police", data / "returns" / "2021-03-25_police-again")
    status, lines = validate(data)
    assert status == 1
    assert any("2021-03-25_police-again" in line and "<received>_<partner>" in line for line in lines)


# Nothing slips by --------------------------------------------------------------------------------------------


def test_a_return_whose_folder_is_misnamed_is_named_and_not_passed_over(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    good = data / "returns" / "2021-03-25_police"
    names = ["20210325_police", "2021-3-25_police", "police_2021-03-25", "Police", "25-03-2021_police"]
    for name in names:
        shutil.copytree(good, data / "returns" / name)
    shutil.rmtree(good)
    status, lines = validate(data)
    assert status == 1
    assert [name for name in names if not any(f"returns/{name}" in line for line in lines)] == []


def test_a_folder_with_another_day_than_its_terms_is_refused(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    (data / "returns" / "2021-03-25_police").rename(data / "returns" / "2021-03-24_police")
    status, lines = validate(data)
    assert status == 1
    assert any("2021-03-24_police/terms.yaml" in line and "<received>_<partner>" in line for line in lines)


@pytest.mark.parametrize("column", ["period", "measure", "area", "breakdown", "value", "status", "note"])
def test_a_return_without_a_column_is_refused_by_its_name_also_where_the_others_have_it(
    tmp_path: Path, column: str
) -> None:
    data = lean_copy(tmp_path)
    path = data / "returns" / "2021-03-25_police" / "observations.csv"
    place = HEADER.split(",").index(column)
    rows = [line.split(",") for line in [HEADER, "2020-21-Q4,POL01,,,5,,", "2020-21-Q4,POL02,,,4,,"]]
    rows = [row[:place] + row[place + 1 :] for row in rows]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    status, lines = validate(data)
    assert status == 1
    assert any("2021-03-25_police/observations.csv" in line and column in line for line in lines), lines


def test_every_return_that_cannot_be_read_is_named_and_not_only_the_first(tmp_path: Path) -> None:
    for partner in ("police", "lbb"):
        send(tmp_path, partner, "2021-03-25", terms="partner: police\n")
    (tmp_path / "returns" / "2021-03-25_byc").mkdir()
    with pytest.raises(Refused) as caught:
        read_returns(DataFolder(tmp_path))
    for partner in ("police", "lbb", "byc"):
        assert f"returns/2021-03-25_{partner}/" in str(caught.value)


def test_a_poisoned_return_is_named_with_how_to_take_it_out_and_the_others_stay(tmp_path: Path) -> None:
    send(tmp_path, "police", "2021-03-25", ("2021-03", "5", ""))
    poisoned = send(tmp_path, "lbb", "2021-03-26", ("2021-03", "7\x1b", ""))
    with pytest.raises(Refused) as caught:
        read_returns(DataFolder(tmp_path))
    (row,) = map(str, caught.value.errors)
    assert "returns/2021-03-26_lbb/observations.csv, row 2: found U+001B" in row
    assert "/returns/2021-03-26_lbb out of the store: the others stay" in row
    assert [one.name for one in caught.value.rest] == ["2021-03-25_police"]  # type: ignore[attr-defined]
    shutil.move(poisoned, tmp_path / "aside")
    assert [one.name for one in read_returns(DataFolder(tmp_path))] == ["2021-03-25_police"]


# Terms -------------------------------------------------------------------------------------------------------

TERMS = {
    "partner": "police",
    "received": "2021-03-25",
    "extract_date": "2021-03-20",
    "months": "2021-01..2021-03",
    "explanation": "Made up.",
    "permission": "publish",
    "contact_post": "Analyst",
    "synthetic": "true",
}


def terms_faults(data: Path, **changed: str | None) -> list[str]:
    """Send a return with these terms changed (or, for None, left out), and return the faults."""
    wanted = {key: value for key, value in {**TERMS, **changed}.items() if value is not None}
    send(data, "police", "2021-03-25", terms="".join(f"{key}: {value}\n" for key, value in wanted.items()))
    try:
        read_returns(DataFolder(data))
    except Refused as refused:
        *faults, last = map(str, refused.errors)
        fault, way, _ = last.partition("; or move ")
        assert way, last
        return [*faults, fault]
    return []


def test_terms_as_they_should_be_are_read(tmp_path: Path) -> None:
    assert terms_faults(tmp_path) == []
    (one,) = read_returns(DataFolder(tmp_path))
    assert (one.terms.received, one.terms.extract_date) == (dt.date(2021, 3, 25), dt.date(2021, 3, 20))
    assert (one.terms.synthetic, one.terms.permission) == (True, "publish")


def test_a_day_of_extract_may_be_left_blank(tmp_path: Path) -> None:
    assert terms_faults(tmp_path, extract_date="") == []


@pytest.mark.parametrize("key", TERMS)
def test_a_key_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    (error,) = terms_faults(tmp_path, **{key: None})
    assert error.startswith(f"{tmp_path.name}/returns/2021-03-25_police/terms.yaml, row 1, column {key}: ")


@pytest.mark.parametrize(
    ("key", "value", "row"),
    [
        ("partner", "12", 1), ("partner", "[police]", 1), ("received", "soon", 2), ("received", "2021-03", 2),
        ("received", "2021-03-25 10:00:00", 2), ("extract_date", "yesterday", 3), ("months", "202101", 4),
        ("explanation", "[]", 5), ("explanation", "", 5), ("permission", "yes", 6), ("permission", "everybody", 6),
        ("contact_post", "{a: b}", 7), ("synthetic", "perhaps", 8), ("synthetic", "", 8), ("synthetic", "2", 8),
    ],
)  # fmt: skip
def test_a_key_of_another_type_is_named_with_its_line(tmp_path: Path, key: str, value: str, row: int) -> None:
    (error,) = terms_faults(tmp_path, **{key: value})
    assert error.startswith(f"{tmp_path.name}/returns/2021-03-25_police/terms.yaml, row {row}, column {key}: ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("received", "1616630400"),  # 25 March 2021 in the seconds of Unix
        ("received", "'1616630400'"),
        ("received", "2021-03-25 00:00:00"),
        ("extract_date", "0"),
        ("synthetic", "'no'"),
        ("synthetic", "0"),
        ("synthetic", "'off'"),
    ],
)
def test_nothing_is_silently_turned_into_the_type_that_was_wanted(tmp_path: Path, key: str, value: str) -> None:
    (error,) = terms_faults(tmp_path, **{key: value})
    assert f"column {key}: " in error


def test_an_unknown_key_is_named_with_its_line_and_those_that_there_are(tmp_path: Path) -> None:
    (error,) = terms_faults(tmp_path, permision="publish")
    assert f"row {len(TERMS) + 1}, column permision: found another; expected no such key; the keys are " in error
    assert ", ".join(TERMS) in error


def test_every_fault_of_the_terms_is_named(tmp_path: Path) -> None:
    errors = terms_faults(tmp_path, partner="[]", received="soon", months=None, other="1")
    assert len(errors) == 4


def test_a_number_too_long_to_print_is_a_fault_of_the_data(tmp_path: Path) -> None:
    (error,) = terms_faults(tmp_path, partner="0x" + "f" * 6000)
    assert "row 1, column partner: " in error
