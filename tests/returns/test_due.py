"""Due: who owes which months by when, and what is written to ask for them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_coverage import send
from test_intake import fill, ingest

from conftest import DATA
from priority_two.cli import main
from priority_two.files.data_folder import DataFolder
from priority_two.periods import MONTH, Period, parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.due import FIGURES, THE_RETURN, OwedReturn, months_to_send, owed_returns
from priority_two.returns.store import read_returns
from priority_two.returns.submit.reminder import message


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder of two partners: the police send each month, housing each quarter; nothing has come."""
    shutil.copytree(DATA / "reference", tmp_path / "data" / "reference")
    (tmp_path / "data" / "returns").mkdir()
    agree(tmp_path / "data", police="M", housing="Q")
    return tmp_path / "data"


def agree(data: Path, **sends: str) -> None:
    """Let these partners send returns, each M or Q, and no other."""
    file = data / "reference" / "partners.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "sends": sends.get(row["partner"], "")} for row in rows)
    file.write_text(out.getvalue(), encoding="utf-8")


def due(data: Path, *more: str, period: str = "2020-21-Q4", as_at: str = "2021-04-30") -> tuple[int, list[str], str]:
    """Call the command; return its status, the lines it printed and what it complained of."""
    result = CliRunner().invoke(main, ["due", "--period", period, "--as-at", as_at, "--data", str(data), *more])
    assert "a fault of the program" not in result.stderr
    return result.exit_code, result.stdout.splitlines(), result.stderr


# Who owes what ----------------------------------------------------------------------------------------------


def test_a_month_is_owed_by_its_due_day_and_a_quarter_by_its_own(data: Path) -> None:
    assert due(data) == (
        0,
        [
            "police 2021-01: nothing received; due 2021-02-15, 74 days late",
            "police 2021-02: nothing received; due 2021-03-15, 46 days late",
            "police 2021-03: nothing received; due 2021-04-15, 15 days late",
            "housing 2021-01..2021-03: nothing received; due 2021-04-15, 15 days late",
            "2 partners owe something for 2020-21-Q4 as at 2021-04-30",
        ],
        "",
    )
    assert due(data, period="2021-02", as_at="2021-03-15")[1][0] == "police 2021-02: nothing received; due 2021-03-15"


def test_the_calendar_names_another_day(data: Path) -> None:
    calendar = data / "reference" / "calendar.csv"
    text = calendar.read_text(encoding="utf-8")
    row = '2020-21-Q4,"Quarter Four 2020-21, End of Year",2021-03-25,,'
    assert row in text
    calendar.write_text(text.replace(row, f"{row[:-1]}2021-04-29,"), encoding="utf-8")
    assert "housing 2021-01..2021-03: nothing received; due 2021-04-29, 1 day late" in due(data)[1]


def test_what_has_come_is_not_owed_and_what_was_not_in_it_is(data: Path) -> None:
    send(data, "2021-02-10", "police", *(f"2021-01,POL0{number},,,4,," for number in range(1, 5)))
    send(data, "2021-03-10", "police", "2021-02,POL01,,,4,,", "2021-02,POL02,,,4,,")
    rows = [f"2021-0{month},HOU0{number},,,4,," for month in (1, 2, 3) for number in (1, 3)]
    send(data, "2021-04-10", "housing", *rows)
    assert due(data, as_at="2021-04-11")[1][:-1] == [
        "police 2021-03: nothing received; due 2021-04-15",
        "police 2021-02: received without POL03, POL04; due 2021-03-15, 27 days late",
        "housing 2021-03: received without HOU02; due 2021-04-15",
    ]


def test_what_came_after_the_as_at_date_had_not_come(data: Path) -> None:
    send(data, "2021-02-10", "police", *(f"2021-01,POL0{number},,,4,," for number in range(1, 5)))
    assert due(data, period="2021-01", as_at="2021-02-09")[1][0] == "police 2021-01: nothing received; due 2021-02-15"
    assert not [line for line in due(data, period="2021-01", as_at="2021-02-10")[1] if line.startswith("police")]


def test_a_month_alone_does_not_ask_for_the_figures_of_a_quarter(data: Path) -> None:
    agree(data, dvip="Q")
    assert not [line for line in due(data, period="2021-01")[1] if line.startswith("dvip")]
    assert [line for line in due(data)[1] if line.startswith("dvip")] == [
        "dvip 2021-01..2021-03: nothing received; due 2021-04-15, 15 days late"
    ]


def test_a_return_without_permission_is_owed_its_permission(data: Path) -> None:
    rows = [f"2021-01,POL0{number},,,4,," for number in range(1, 5)]
    send(data, "2021-02-10", "police", *rows, permission="none")
    said = due(data, period="2021-01")[1]
    assert said[0] == "police 2021-01: received without permission to use it"


def test_nothing_owed_is_a_line(data: Path, tmp_path: Path) -> None:
    rows = [f"2021-01,POL0{number},,,4,," for number in range(1, 5)]
    send(data, "2021-02-10", "police", *rows)
    send(data, "2021-02-10", "housing", "2021-01,HOU01,,,4,,", "2021-01,HOU03,,,4,,")
    status, said, _ = due(data, "--out", str(tmp_path / "out"), period="2021-01")
    assert (status, said) == (0, ["nothing is owed for 2021-01 as at 2021-04-30"])
    assert not (tmp_path / "out").exists()


def test_the_list_for_scripts(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "due.json"
    assert due(data, "--json", str(file), period="2021-03")[1][-1].startswith("2 partners owe")
    record = json.loads(file.read_text(encoding="utf-8"))
    assert (record["period"], record["as_at"], record["files"]) == ("2021-03", "2021-04-30", [])
    housing = next(owes for owes in record["owed"] if owes["partner"] == "housing")
    assert housing == {
        "partner": "housing",
        "name": "Bromley Housing",
        "months": ["2021-03"],
        "due": "2021-04-15",
        "days_late": 15,
        "owed": "return",
        "figures": [
            {"measure": "HOU01", "period": "2021-03"},
            {"measure": "HOU02", "period": "2020-21-Q4"},
            {"measure": "HOU03", "period": "2021-03"},
        ],
    }
    assert json.loads("\n".join(due(data, "--json", period="2021-03")[1])) == record


def test_today_is_the_day_where_none_is_named(data: Path) -> None:
    result = CliRunner().invoke(main, ["due", "--period", "2020-21-Q4", "--data", str(data)])
    assert result.exit_code == 0 and "2021-01: nothing received; due 2021-02-15, " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--period", "2020-21"], "period: found '2020-21'"),
        (["--period", "2020-21-Q4", "--as-at", "soon"], "as-at: found 'soon'"),
        (["--period", "2020-21-Q4", "--out", "no/such/folder"], "out: found 'no/such/folder'"),
        (["--period", "2020-21-Q4", "--json", "no/such/file"], "json: found 'no/such/file'"),
    ],
)
def test_a_wrong_call_is_a_line(data: Path, arguments: list[str], word: str) -> None:
    result = CliRunner().invoke(main, ["due", *arguments, "--data", str(data)])
    assert result.exit_code == 2 and result.stderr.startswith(word) and result.stderr.count("\n") == 1


@given(st.sets(st.integers(24240, 24263)))
def test_workbooks_are_for_exactly_the_months_that_are_owed(months: set[int]) -> None:
    owed = [OwedReturn("a", Period(m, m, MONTH), parse("2021-01").end, THE_RETURN, 0) for m in months]
    runs = months_to_send(owed)
    assert {month for run in runs for month in range(run.first, run.last + 1)} == months
    assert all(after.first > before.last + 1 for before, after in pairwise(runs))


# What is written --------------------------------------------------------------------------------------------


def test_each_partner_gets_a_message_and_a_workbook_for_exactly_the_missing_months(data: Path, tmp_path: Path) -> None:
    rows = [f"2021-02,POL0{number},,,4,," for number in range(1, 5)]
    send(data, "2021-03-10", "police", *rows)
    out = tmp_path / "to send"
    status, said, complained = due(data, "--out", str(out))
    assert (status, complained) == (0, "")
    names = ["police.txt", "police_2021-01.xlsx", "police_2021-03.xlsx", "housing.txt", "housing_2021-01_2021-03.xlsx"]
    assert said[3:-1] == [(out / name).as_posix() for name in names]
    assert {path.name for path in out.iterdir()} == set(names)
    book = openpyxl.load_workbook(out / "police_2021-03.xlsx")
    headings = [cell.value for cell in book["Figures"][3]]
    assert headings[5:7] == ["March 2021", "Quarter Four 2020-21"] and "January 2021" not in headings
    text = (out / "police.txt").read_text(encoding="utf-8")
    assert text.startswith("Subject: Data return of Metropolitan Police Service\n\nTo: analyst, Metropolitan Police")
    assert "From: Intelligence and Operations Lead, Safer Bromley Partnership" in text
    flowing = " ".join(text.split())
    assert "nothing had been received for January 2021. These figures were due by 15 February 2021:" in flowing
    assert "- POL01 Domestic abuse incidents: January 2021\n" in text
    assert "police_2021-01.xlsx and police_2021-03.xlsx" in flowing
    assert "Reply to this message with the workbook attached, as .xlsx." in text
    assert max(map(len, text.splitlines())) <= 88


def test_a_workbook_that_was_written_and_filled_in_is_accepted_and_nothing_is_owed(data: Path, tmp_path: Path) -> None:
    due(data, "--out", str(tmp_path / "out"))
    file = tmp_path / "out" / "housing_2021-01_2021-03.xlsx"
    book = openpyxl.load_workbook(file)
    fill(book)
    book.save(file)
    done = ingest(file, data, received="2021-07-05")
    assert (done.returncode, done.stderr) == (0, "")
    assert not [line for line in due(data, as_at="2021-07-05")[1] if line.startswith("housing")]


def test_what_is_there_is_never_written_over(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert due(data, "--out", str(out))[0] == 0  # an empty folder has nothing to lose
    before = {path: path.read_bytes() for path in out.iterdir()}
    status, said, complained = due(data, "--out", str(out), as_at="2021-05-01")
    assert (status, said) == (2, [])
    assert complained == f"out: {out} is there already, and nothing in it is written over; name a new folder\n"
    assert {path: path.read_bytes() for path in out.iterdir()} == before
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    assert due(data, "--out", str(link))[0] == 2 and not (tmp_path / "elsewhere").exists()


def test_the_same_call_writes_the_same_bytes(data: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        due(data, "--out", str(tmp_path / name), period="2021-03")
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files and all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_the_wording_that_is_a_partnerships_own_comes_from_its_data(data: Path) -> None:
    file = data / "reference" / "partnership.yaml"
    text = file.read_text(encoding="utf-8")
    start = text.index("asking_for_returns:")
    own = "asking_for_returns: {post: Returns desk, how_to_send: Put it into the shared folder.}\n"
    file.write_text(text[:start] + own + text[text.index("\n\n", start) :], encoding="utf-8")
    said = _message(data)
    assert "From: Returns desk, Safer Bromley Partnership" in said and "Put it into the shared folder." in said
    file.write_text(text[:start] + text[text.index("\n\n", start) :], encoding="utf-8")  # and it may be left out
    said = _message(data)
    assert "From: Intelligence and Operations Lead," in said and "Reply to this message" in said


def _message(data: Path) -> str:
    folder = DataFolder(data)
    catalogue, period = load_catalogue(folder), parse("2020-21-Q4")
    owed = owed_returns(read_returns(folder), catalogue, period, parse("2021-04").end)
    return message(catalogue, "police", owed["police"], ["police_2021-01_2021-03.xlsx"], "", parse("2021-04").end)


def test_a_message_names_no_person(data: Path, tmp_path: Path) -> None:
    send(data, "2021-02-10", "police", "2021-01,POL01,,,4,,")
    terms = data / "returns" / "2021-02-10_police" / "terms.yaml"
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("contact_post: analyst", "contact_post: Mrs Smith, 020 8461 7777"), encoding="utf-8")
    due(data, "--out", str(tmp_path / "out"), period="2021-01")
    assert not (tmp_path / "out").exists()  # a return that names one is refused, and nothing is written from it


def test_no_cell_of_the_reference_tables_adds_a_line_to_the_head_of_a_message(data: Path) -> None:
    partners = data / "reference" / "partners.csv"
    text = partners.read_text(encoding="utf-8")
    partners.write_text(text.replace("Metropolitan Police Service", '"Police\nBcc: all"', 1), encoding="utf-8")
    assert _message(data).startswith(
        "Subject: Data return of Police\\nBcc: all\n\nTo: Whoever sends the data return, Po"
    )


def test_what_has_come_need_not_be_sent_again(data: Path) -> None:
    send(data, "2021-02-10", "police", "2021-01,POL01,,,4,,")
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    owed = owed_returns(read_returns(folder), catalogue, parse("2021-01"), dt.date(2021, 2, 12))["police"]
    assert [owes.owed for owes in owed] == [FIGURES]
    said = message(catalogue, "police", owed, ["police_2021-01.xlsx"], "Analyst", dt.date(2021, 2, 12))
    assert "did not have these figures, which are due by 15 February 2021: - POL02 " in " ".join(said.split())
    assert "POL01" not in said and "Leave blank what you have sent before." in " ".join(said.split())
