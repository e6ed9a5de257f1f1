"""Updates: front matter judged line by line, dates and slips, and what was known at a date."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.updates.documents import (
    AppendixFront,
    Document,
    Front,
    Milestone,
    read_appendices,
    read_document,
    read_updates,
)

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
QUARTER = parse("2020-21-Q4")
WRITTEN = dt.date(2021, 3, 25)

FRONT = {
    "commitment": "2a",
    "rating": "green",
    "qualifier": "On schedule",
    "reason": "",
    "action": "",
    "owner": "",
    "due": "",
    "written": "2021-03-25",
    "basis": "reported",
}
APPENDIX = {"appendix": "3", "title": "A paper", "owner": "", "written": "2021-03-25", "basis": "reported"}


def lines_of(keys: dict[str, str]) -> str:
    return "".join(f"{key}: {value}".rstrip() + "\n" for key, value in keys.items())


def put(data: Path, text: str, name: str = "2a.md") -> None:
    path = data / "updates" / "2020-21-Q4" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def update(**changed: str | None) -> str:
    """Write an update with these keys of its front matter changed, added or (for None) left out."""
    keys = {key: value for key, value in {**FRONT, **changed}.items() if value is not None}
    return f"---\n{lines_of(keys)}---\n\nText.\n"


def read(data: Path, text: str, name: str = "2a.md") -> Document:
    put(data, text, name)
    return read_document(DataFolder(data), f"updates/2020-21-Q4/{name}", Front)


def errors(data: Path, text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        read(data, text)
    found = [str(error) for error in caught.value.errors]
    assert all(line.startswith(f"{data.name}/updates/2020-21-Q4/2a.md, row ") for line in found)
    return [line.removeprefix(f"{data.name}/updates/2020-21-Q4/2a.md, ") for line in found]


# Front matter and narrative ----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_front_matter_and_narrative_are_told_apart_whatever_the_line_ends(tmp_path: Path, end: str, mark: str) -> None:
    text = f"---\n{lines_of(FRONT)}---\n\nFirst.\n\n---\n\nLast.\n"
    document = read(tmp_path, mark + text.replace("\n", end))
    assert (document.front.commitment, document.front.qualifier) == ("2a", "On schedule")
    assert document.narrative == "\nFirst.\n\n---\n\nLast.\n"
    assert document.line == 12  # ---, nine keys, ---, and the next
    assert text.split("\n")[document.line :][0] == "First."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Text.\n",
        "commitment: 2a\n---\nText.\n",
        "\n---\na: 1\n---\n",
        "---\n",
        "---\ncommitment: 2a\n",
        "----\n----\n",
    ],
)
def test_a_file_without_front_matter_is_refused(tmp_path: Path, text: str) -> None:
    (error,) = errors(tmp_path, text)
    assert error.startswith("row 1: expected YAML front matter between two lines ---; begin the file with a line ---")


@pytest.mark.parametrize(("key", "row"), [(key, row) for row, key in enumerate(FRONT, 2)])
def test_a_key_of_another_type_is_named_with_its_line_in_the_file(tmp_path: Path, key: str, row: int) -> None:
    (error,) = errors(tmp_path, update(**{key: "[a, b]"}))
    assert error.startswith(f"row {row}, column {key}: found ['a', 'b']; expected ")


@pytest.mark.parametrize("key", FRONT)
def test_a_key_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    (error,) = errors(tmp_path, update(**{key: None}))
    assert f"column {key}: found none; expected this key; add it; leave it blank where" in error


def test_an_unknown_key_is_named_with_its_line_and_those_that_there_are(tmp_path: Path) -> None:
    (error,) = errors(tmp_path, update(qualifer="On schedule"))
    assert error.startswith("row 11, column qualifer: found qualifer; expected no such key; the keys are commitment, ")


def test_every_fault_of_a_file_is_named(tmp_path: Path) -> None:
    found = errors(tmp_path, update(commitment="5", written="soon", basis="guessed", other="1", due=None))
    assert len(found) == 5
    assert {line.split("column ")[1].split(":")[0] for line in found} == {
        "commitment",
        "written",
        "basis",
        "other",
        "due",
    }


def test_broken_yaml_is_named_with_its_line_in_the_file(tmp_path: Path) -> None:
    (error,) = errors(tmp_path, update(rating="a: b"))
    assert error.startswith("row 3: found ")
    (error,) = errors(tmp_path, update(action="[a"))
    assert "expected plain YAML" in error
    (error,) = errors(tmp_path, "---\ncommitment: 2a\nrating: green\nrating: red\n---\n")
    assert error.startswith("row 4: found the key rating twice; ")


@pytest.mark.parametrize(
    ("key", "item", "column"),
    [
        ("milestones", "{id: a, title: A, baseline: soon}", "milestones.0.baseline"),
        ("milestones", "{id: a, title: A, baseline: 2020-21-Q4}", "milestones.0.baseline"),
        ("milestones", "{id: a, title: A, met: undate}", "milestones.0.met"),
        ("milestones", "{id: a}", "milestones.0.title"),
        ("milestones", "{id: a, title: A, tittle: B}", "milestones.0.tittle"),
        ("forward", "[a]", "forward.0"),
        ("exhibits", "COM 01", "exhibits.0"),
        ("exhibits", "'COM01[Parts]'", "exhibits.0"),
        ("exhibits", '"COM01\\n"', "exhibits.0"),
        ("exhibits", "'COM01[../x]'", "exhibits.0"),
        ("achievements", "{text: A}", "achievements.0.commitment"),
    ],
)
def test_a_fault_in_a_list_is_named_by_its_place(tmp_path: Path, key: str, item: str, column: str) -> None:
    (error,) = errors(tmp_path, update(**{key: f"[{item}]"}))
    assert error.startswith(f"row 11, column {column}: ")


def test_a_day_that_no_calendar_has_is_named_with_its_line(tmp_path: Path) -> None:
    (error,) = errors(tmp_path, update(due="2021-06-31"))
    assert error.startswith("row 8")


@pytest.mark.parametrize(
    "written",
    [
        "2021-05-31",
        "'2021-05-31'",
        '"2021-05-31"',
        "31/05/2021",
        "31.05.2021",
        "31-05-2021",
        "31 May 2021",
        "31st May 2021",
    ],
)
def test_a_day_is_read_as_it_is_in_a_return(tmp_path: Path, written: str) -> None:
    milestone = f"[{{id: a, title: A, baseline: {written}, current: {written}, met: {written}}}]"
    front = read(tmp_path, update(due=written, written=written, milestones=milestone)).front
    (one,) = front.milestones
    assert front.written == dt.date(2021, 5, 31)
    for when in (front.due, one.baseline, one.current, one.met):
        assert (when.day, when.label) == (dt.date(2021, 5, 31), "31 May 2021")
    put(tmp_path, f"---\n{lines_of({**APPENDIX, 'written': written})}---\n\nText.\n", "appendices/3.md")
    assert read_appendices(DataFolder(tmp_path), QUARTER, dt.date(2022, 1, 1))[3].front.written == front.written


@pytest.mark.parametrize("written", ["2021-05", "'2021-05'", "May 2021", "may-21", "05/2021"])
def test_a_month_is_read_as_it_is_in_a_return(tmp_path: Path, written: str) -> None:
    front = read(tmp_path, update(due=written)).front
    assert (front.due.day, front.due.label) == (dt.date(2021, 5, 31), "May 2021")


@pytest.mark.parametrize(
    "written", ["31/06/2021", "05/31/2021", "May", "Q4 2020-21", "2020-21", "31/05", "1621", "true"]
)
def test_what_names_no_day_or_two_is_refused(tmp_path: Path, written: str) -> None:
    (error,) = errors(tmp_path, update(due=written))
    assert error.startswith("row 8, column due: ")


@pytest.mark.parametrize("written", ["undated", "Undated", "UNDATED"])
def test_a_milestone_that_was_met_on_no_known_day_says_so(tmp_path: Path, written: str) -> None:
    (one,) = read(tmp_path, update(milestones=f"[{{id: a, title: A, met: {written}}}]")).front.milestones
    assert one.met == "undated"


@pytest.mark.parametrize("written", ["green", "Green", "GREEN", "on course", "On  Course"])
def test_a_rating_is_read_by_its_code_or_its_word_in_any_letters(tmp_path: Path, written: str) -> None:
    put(tmp_path, update(rating=written))
    spellings = {"green": "green", "on course": "green"}
    assert read_updates(DataFolder(tmp_path), QUARTER, WRITTEN, spellings)["2a"].front.rating == "green"
    put(tmp_path, update(rating="blue"))
    assert read_updates(DataFolder(tmp_path), QUARTER, WRITTEN, spellings)["2a"].front.rating == "blue"


def test_the_spellings_of_ratings_are_those_of_the_catalogue() -> None:
    spellings = load_catalogue(DataFolder(DATA)).rating_spellings
    assert spellings["green"] == "green" and set(spellings.values()) == {"green", "amber", "red"}


@pytest.mark.parametrize("value", ["1616630400", "'1616630400'", "2021-03-25 00:00:00", "0"])
def test_no_number_is_silently_turned_into_a_day(tmp_path: Path, value: str) -> None:
    (error,) = errors(tmp_path, update(written=value))
    assert error.startswith("row 9, column written: ")


@pytest.mark.parametrize("value", ["'3'", "3.0", "true", "'03'"])
def test_nothing_is_silently_turned_into_the_number_of_an_appendix(tmp_path: Path, value: str) -> None:
    put(tmp_path, f"---\n{lines_of({**APPENDIX, 'appendix': value})}---\n\nText.\n", "appendices/3.md")
    with pytest.raises(Refused) as caught:
        read_document(DataFolder(tmp_path), "updates/2020-21-Q4/appendices/3.md", AppendixFront)
    assert "row 2, column appendix: " in str(caught.value)


def test_an_appendix_whose_number_is_too_long_to_print_is_a_fault_of_the_data(tmp_path: Path) -> None:
    put(tmp_path, f"---\n{lines_of({**APPENDIX, 'appendix': '0x' + 'f' * 6000})}---\n\nText.\n", "appendices/3.md")
    with pytest.raises(Refused):
        read_appendices(DataFolder(tmp_path), QUARTER, WRITTEN)


def test_words_are_put_on_one_line_and_a_blank_is_no_text(tmp_path: Path) -> None:
    document = read(
        tmp_path, update(qualifier=">-\n  Good\n  progress", owner="null", milestones="[{id: a, title: ' A   b '}]")
    )
    assert (document.front.qualifier, document.front.owner, document.front.reason) == ("Good progress", "", "")
    assert document.front.milestones[0].title == "A b"


# Files and dates ---------------------------------------------------------------------------------------------


def test_updates_are_found_by_commitment(tmp_path: Path) -> None:
    for name in ("2a", "10b", "5x"):
        put(tmp_path, update(commitment=f"'{name}'"), f"{name}.md")
    put(tmp_path, "no front matter", "notes.txt")
    put(tmp_path, "no front matter", ".2b.md.swp")
    assert set(read_updates(DataFolder(tmp_path), QUARTER, WRITTEN)) == {"2a", "10b", "5x"}
    assert read_updates(DataFolder(tmp_path), parse("2020-21-Q3"), WRITTEN) == {}


@pytest.mark.parametrize("name", ["2b.md", "2A.md", "2a (1).md", "2a.MD.md"])
def test_a_file_named_otherwise_than_its_commitment_is_refused(tmp_path: Path, name: str) -> None:
    put(tmp_path, update(), name)
    with pytest.raises(Refused) as caught:
        read_updates(DataFolder(tmp_path), QUARTER, WRITTEN)
    (error,) = caught.value.errors
    said = str(error)
    assert said.startswith(f"{tmp_path.name}/updates/2020-21-Q4/{name}, row 2, column commitment: found 2a; expected ")


def test_an_appendix_named_otherwise_than_its_number_is_refused(tmp_path: Path) -> None:
    put(tmp_path, f"---\n{lines_of(APPENDIX)}---\n\nText.\n", "appendices/2.md")
    with pytest.raises(Refused, match=r"appendices/2\.md, row 2, column appendix: found 3; expected the file to be"):
        read_appendices(DataFolder(tmp_path), QUARTER, WRITTEN)


def test_the_row_of_a_commitment_that_does_not_fit_its_file_is_where_it_stands(tmp_path: Path) -> None:
    keys = {key: FRONT[key] for key in FRONT if key != "commitment"} | {"commitment": "2a"}
    put(tmp_path, f"---\n{lines_of(keys)}---\n\nText.\n", "2b.md")
    with pytest.raises(Refused, match="row 10, column commitment: found 2a"):
        read_updates(DataFolder(tmp_path), QUARTER, WRITTEN)


def test_appendices_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in ("10", "2", "1"):
        put(tmp_path, f"---\n{lines_of({**APPENDIX, 'appendix': number})}---\n\nText.\n", f"appendices/{number}.md")
    assert list(read_appendices(DataFolder(tmp_path), QUARTER, WRITTEN)) == [1, 2, 10]


def test_the_faults_of_all_files_are_named_and_not_only_those_of_the_first(tmp_path: Path) -> None:
    put(tmp_path, update(commitment="2a", written="soon"), "2a.md")
    put(tmp_path, "no front matter", "2b.md")
    put(tmp_path, update(commitment="3a", basis="guessed"), "3a.md")
    put(tmp_path, update(commitment="4a"), "4a.md")
    with pytest.raises(Refused) as caught:
        read_updates(DataFolder(tmp_path), QUARTER, WRITTEN)
    assert [str(error).split(",")[0].rsplit("/", 1)[1] for error in caught.value.errors] == ["2a.md", "2b.md", "3a.md"]


@STEADY
@given(st.integers(-40, 40))
def test_what_was_written_after_the_as_at_date_is_not_known(days: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        put(folder, update(), "2a.md")
        put(folder, f"---\n{lines_of(APPENDIX)}---\n\nText.\n", "appendices/3.md")
        as_at = WRITTEN + dt.timedelta(days=days)
        known = bool(read_updates(DataFolder(folder), QUARTER, as_at))
        assert known is bool(read_appendices(DataFolder(folder), QUARTER, as_at)) is (days >= 0)


# Milestones --------------------------------------------------------------------------------------------------


def milestone(**dates: Any) -> Milestone:
    return Milestone(id="a", title="A", **dates)


@pytest.mark.parametrize(
    ("baseline", "current", "met", "slip", "words"),
    [
        ("2021-01", "2021-05", None, 4, "4 months"),  # the directory of support
        ("2020-08", None, "2021-01", 5, "5 months"),  # the strategy
        ("2021-01", None, None, None, "none"),
        ("2021-01", "2021-01", None, 0, "none"),
        ("2021-01", "2021-02", None, 1, "1 month"),
        ("2020-12", "2021-01", None, 1, "1 month"),
        ("2020-01", "2021-03", None, 14, "14 months"),
        ("2021-05", None, "2021-03", -2, "2 months early"),
        ("2021-03", None, "2021-02", -1, "1 month early"),
        ("2021-01", "2021-05", "2021-03", 2, "2 months"),  # met before the date it was put back to
        ("2021-01", "2021-05", "undated", None, "cannot be told"),
        (None, "2021-05", None, None, "cannot be told"),
        (None, None, "undated", None, "cannot be told"),
        (None, None, "2021-03", None, "cannot be told"),
        (dt.date(2021, 1, 31), dt.date(2021, 5, 31), None, 4, "4 months"),
        (dt.date(2021, 1, 1), None, dt.date(2021, 1, 31), 0, "none"),
    ],
)
def test_a_slip_is_counted_in_months(baseline: Any, current: Any, met: Any, slip: int | None, words: str) -> None:
    one = milestone(baseline=baseline, current=current, met=met)
    assert (one.slip, one.slip_label) == (slip, words)


@pytest.mark.parametrize(
    ("baseline", "current", "met", "days", "words"),
    [
        ("2020-11", None, None, 115, "4 months so far"),
        ("2020-09", "2020-11", None, 115, "6 months so far"),
        (None, "2020-11", None, 115, "4 months so far"),
        (dt.date(2021, 3, 15), None, None, 10, "less than a month so far"),
        ("2021-03", None, None, 0, "none"),
        ("2020-09", "2021-05", None, 0, "8 months"),
        ("2020-11", None, "2020-12", 0, "1 month"),
        ("2020-11", None, "undated", 0, "cannot be told"),
        (None, None, None, 0, "cannot be told"),
    ],
)
def test_what_is_overdue_goes_on_slipping(baseline: Any, current: Any, met: Any, days: int, words: str) -> None:
    one = milestone(baseline=baseline, current=current, met=met)
    assert (one.overdue(WRITTEN), one.slip_by(WRITTEN)) == (days, words)


@STEADY
@given(st.integers(2000 * 12, 2090 * 12), st.integers(-30, 30))
def test_a_slip_between_months_is_how_often_the_month_changes(first: int, more: int) -> None:
    one, other = (f"{month // 12}-{month % 12 + 1:02d}" for month in (first, first + more))
    assert milestone(baseline=one, current=other).slip == more


@pytest.mark.parametrize(
    ("value", "day", "label"),
    [
        ("2021-05", dt.date(2021, 5, 31), "May 2021"),
        ("2020-02", dt.date(2020, 2, 29), "February 2020"),
        (dt.date(2021, 5, 4), dt.date(2021, 5, 4), "4 May 2021"),
    ],
)
def test_a_month_counts_by_its_last_day_and_is_said_as_a_month(value: Any, day: dt.date, label: str) -> None:
    one = milestone(baseline=value)
    assert one.due is not None
    assert (one.due.day, one.due.label) == (day, label)


def test_the_date_that_holds_is_the_current_one_and_else_the_first() -> None:
    due = milestone(baseline="2021-01", current="2021-05").due
    assert due is not None
    assert due.label == "May 2021"
    assert milestone().due is None
