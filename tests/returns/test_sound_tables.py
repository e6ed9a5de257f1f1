"""A large return's columns are kept for the next time, and say what its CSV says; nothing rests on them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.csv_table import CsvTable, read_table
from priority_two.files.data_folder import DataFolder
from priority_two.files.result_cache import ResultCache, reusing
from priority_two.returns.sound_tables import LARGE
from priority_two.returns.store import read_return, read_returns

NAME = "2021-04-20_police"
TERMS = (DATA / "returns" / "2021-03-25_sel-ccg" / "terms.yaml").read_text(encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with one return that is large, and one that is not."""
    rows = [f"2021-0{n % 3 + 1},POL01,E05{n:06d},,{n}.5,p,Note {n}" for n in range(8000)]
    for name, some in ((NAME, rows), ("2021-04-21_police", rows[:10])):
        folder = tmp_path / "data" / "returns" / name
        folder.mkdir(parents=True)
        (folder / "terms.yaml").write_text(TERMS, encoding="utf-8")
        text = "\n".join(["period,measure,area,breakdown,value,status,note", *some, ""])
        (folder / "observations.csv").write_text(text, encoding="utf-8")
        assert (len(text) >= LARGE) == (name == NAME)
    return tmp_path / "data"


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "returns").glob("*") if path.name != ".gitignore")


def read(data: Path, results: Path | None) -> list[CsvTable]:
    folder = DataFolder(data)
    with reusing(results):
        tables = [received.observations for received in read_returns(folder)]
    for table in tables:  # a manifest says what was read
        content, seen = (data.parent / table.file).read_bytes(), folder.read[table.file]
        assert (seen.sha256, seen.size) == (hashlib.sha256(content).hexdigest(), len(content))
    return tables


def test_what_is_kept_of_a_large_return_says_what_its_csv_says(data: Path, tmp_path: Path) -> None:
    results = tmp_path / "build"
    plain = read(data, None)
    assert not results.exists()
    assert read(data, results) == plain
    assert len(kept(results)) == 1  # of the large one
    again = read(data, results)
    assert again == plain and [table.rows for table in again] == [table.rows for table in plain]
    assert len(kept(results)) == 1


def test_each_new_byte_is_searched_whatever_was_kept(data: Path, tmp_path: Path) -> None:
    results = tmp_path / "build"
    read(data, results)
    file = data / "returns" / NAME / "observations.csv"
    text = file.read_text(encoding="utf-8")
    for old, new, place in (
        ("Note 77\n", "Mrs Bickley\n", "row 79, column number 7"),
        (",7.5,", ",07700 900123,", "row 9,"),
    ):
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(Refused) as refused:
            read(data, results)
        assert place in str(refused.value.errors[0])
        file.write_text(text, encoding="utf-8")
    assert len(kept(results)) == 1  # what is refused is not kept


def test_it_is_searched_again_where_another_number_is_a_helpline(data: Path, tmp_path: Path) -> None:
    results = tmp_path / "build"
    file = data / "returns" / NAME / "observations.csv"
    text = file.read_text(encoding="utf-8").replace("Note 77\n", "Call 020 7946 0123\n", 1)
    file.write_text(text, encoding="utf-8")
    (data / "reference").mkdir()
    settings = data / "reference" / "partnership.yaml"
    settings.write_text("helplines:\n  - number: 020 7946 0123\n", encoding="utf-8")
    read(data, results)
    settings.write_text("helplines: []\n", encoding="utf-8")
    with pytest.raises(Refused, match="row 79"):
        read(data, results)


def test_what_was_cut_short_or_is_of_another_form_is_read_from_the_csv(data: Path, tmp_path: Path) -> None:
    results = tmp_path / "build"
    plain = read(data, results)
    (file,) = kept(results)
    content = file.read_bytes()
    for wrong in (content[:-1], content[:200], b"", b"0" * 500):
        file.write_bytes(wrong)
        assert read(data, results) == plain
    for wrong in (b"", b"[]\n", b"{}\n", b'{"columns": ["a"], "rows": 1, "types": ["B"], "values": []}\n'):
        ResultCache(results / "returns").put(file.name, wrong)
        assert read(data, results) == plain


def test_where_nothing_may_be_used_again_the_csv_is_read(data: Path, tmp_path: Path) -> None:
    # So with a filing and an audit: whoever can write into the folder could write other figures there.
    results = tmp_path / "build"
    plain = read(data, results)
    (file,) = kept(results)
    forged = CsvTable.of_rows("x", plain[0].columns, [{**plain[0].rows[0], "value": "9"}])
    ResultCache(results / "returns").put(file.name, forged.packed())
    assert read(data, None) == plain
    assert read_return(DataFolder(data), NAME).observations == plain[0]


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.lists(st.text('ab ,"\n\u00e9\U0001f6a8', max_size=4), min_size=2, max_size=2), max_size=300))
def test_any_table_is_the_same_packed_and_unpacked(cells: list[list[str]]) -> None:
    lines = ["a,b", *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)]
    table = read_table("\n".join(lines), "f")
    again = CsvTable.unpacked(table.packed(), "f")
    assert again == table and again.rows == table.rows


def test_numbers_of_every_size_are_packed() -> None:
    for count in (256, 257, 65_536, 65_537):
        table = CsvTable.of_rows("f", ["a"], [{"a": str(n), "row": n + 2} for n in range(count)])
        assert CsvTable.unpacked(table.packed(), "f") == table
        assert [*table.cells["a"].cells(int)] == [*range(count)]
