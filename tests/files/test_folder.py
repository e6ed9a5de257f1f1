"""The data folder: everything in it is hostile until checked, and every fault is one line that says where."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers import FOREVER
from conftest import lean_copy
from priority_two.cli import main
from priority_two.errors import Error, Refused, one_line
from priority_two.files.csv_table import CsvTable, read_table
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping, load_yaml
from priority_two.reference.catalogue import load_catalogue

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=100)
LARGEST = 8 * 1024 * 1024  # bytes, as the README of the data folder puts it: eight mebibytes

# Reads one file of a folder in a process of its own, so that one which never ends can be ended.
READER = """
import sys
from pathlib import Path
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
try:
    getattr(DataFolder(Path(sys.argv[1])), sys.argv[2])(sys.argv[3])
except Refused as refused:
    print("refused", len(refused.errors))
else:
    print("read")
"""


def table(folder: Path, content: str | bytes) -> CsvTable:
    """Read a CSV with this content."""
    (folder / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return DataFolder(folder).table("a.csv")


def mapping(folder: Path, content: str | bytes) -> Mapping:
    """Read a YAML file with this content."""
    (folder / "a.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return DataFolder(folder).mapping("a.yaml")


def refusal(folder: Path, content: str | bytes, how: object = table) -> list[str]:
    """Read what must be refused, and return the faults as they are shown."""
    with pytest.raises(Refused) as caught:
        how(folder, content)  # type: ignore[operator]
    return [str(error) for error in caught.value.errors]


def in_time(folder: Path, how: str, name: str) -> str:
    """Read a file in another process, and say what came of it."""
    command = [sys.executable, "-c", READER, str(folder), how, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=FOREVER)
    except subprocess.TimeoutExpired:
        pytest.fail(f"not done after {FOREVER} seconds", pytrace=False)
    assert done.stderr == ""
    return done.stdout.strip()


def validate(data: Path) -> tuple[int, list[str]]:
    """Run the command on a data folder; give its exit status and what it found critical."""
    done = CliRunner().invoke(main, ["validate", "--data", str(data)])
    return done.exit_code, [line for line in done.stderr.splitlines() if not line.startswith(("warning: ", "known: "))]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# A fault is one line ----------------------------------------------------------------------------------------


@STEADY
@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_whatever_was_found_a_fault_is_one_printable_line(file: str, column: str, found: str, fix: str) -> None:
    line = str(Error(file, "a number", 7, column, found, fix))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert len(line) < 1000
    assert "row 7" in line
    assert "expected a number" in line


def test_a_cell_can_neither_forge_a_second_line_nor_colour_the_terminal() -> None:
    found = "1\n2: all is well\r\x1b[31mred\x1b[0m\x00\x07\u2028next\u202eesrever\u200bx\x85y\x9b31m"
    line = str(Error("data/a.csv", "a number", 2, "value", found))
    seen = r"1\n2: all is well\r\x1b[31mred\x1b[0m\x00\x07\u2028next\u202eesrever\u200bx\x85y\x9b31m"
    assert line == f"data/a.csv, row 2, column value: found {seen}; expected a number"


def test_a_long_cell_is_cut_and_says_so() -> None:
    assert one_line("x" * 1000) == "x" * 119 + "…"
    assert one_line("x" * 120) == "x" * 120


def test_the_command_says_each_fault_of_a_hostile_file_in_one_line(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    scale = data / "reference" / "rag.csv"
    hostile = '"#00\u200b[2K\ncritical: nothing is wrong\u00a0\u200b1A"'
    replace(scale, "#00703C", hostile)
    replace(scale, ",circle,", ',"ci\u200bcle",')
    status, lines = validate(data)
    assert status == 1
    assert all(line.startswith("critical: data/reference/rag.csv, row ") and line.isprintable() for line in lines)
    assert not any(line.startswith("critical: nothing") for line in lines)
    assert {re.search(r"column (\w+)", line)[1] for line in lines} >= {"colour", "shape"}  # type: ignore[index]


def test_the_command_names_each_row_with_characters_that_cannot_be_seen(tmp_path: Path) -> None:
    # They never get as far as the gate: the file is not read at all.
    data = lean_copy(tmp_path)
    scale = data / "reference" / "rag.csv"
    replace(scale, "#00703C", '"#00\x1b[2K\ncritical: nothing is wrong\x9b1A"')
    replace(scale, ",square,", ",squ\u202eare,")
    replace(scale, ",triangle,", ",trian\u2028gle,")
    status, lines = validate(data)
    assert status == 1
    assert [re.search(r"data/reference/rag\.csv, row \d+: found (U\+\w+);", line)[1] for line in lines] == [  # type: ignore[index]
        "U+001B",
        "U+009B",
        "U+2028",
        "U+202E",
    ]
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("critical: nothing") for line in lines)


# What was read is remembered --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", b"\xef\xbb\xbfa,b\r\n1,2\r\n", b"a,b\r1,2\r", "a,b\n\u00e9,\U0001f6a8\n".encode()]
)
def test_what_was_read_is_remembered_by_the_hash_and_size_of_its_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "a.csv").write_bytes(content)
    folder = DataFolder(tmp_path)
    folder.table("reference/a.csv")
    ((name, read),) = folder.read.items()
    assert name == f"{tmp_path.name}/reference/a.csv"
    assert (read.sha256, read.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_known_hash_comes_out(tmp_path: Path) -> None:
    # SHA-256 of "abc", from FIPS 180-2.
    (tmp_path / "a.md").write_bytes(b"abc")
    folder = DataFolder(tmp_path)
    assert folder.text("a.md") == "abc"
    read = folder.read[f"{tmp_path.name}/a.md"]
    assert read.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert read.size == 3


def test_nothing_else_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n1\n")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe")
    folder = DataFolder(tmp_path)
    assert folder.names("", "*") == ["a.csv", "b.csv"]
    for name in ("b.csv", "c.csv"):
        with pytest.raises(Refused):
            folder.text(name)
    assert folder.read == {}
    folder.text("a.csv")
    assert list(folder.read) == [f"{tmp_path.name}/a.csv"]


# Text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_and_byte_order_marks_of_every_system_are_read_alike(tmp_path: Path, mark: bytes, end: bytes) -> None:
    read = table(tmp_path, mark + end.join([b"a,b", b'1,"two', b'lines"', b"3,4", b""]))
    assert read.columns == ["a", "b"]
    assert [(row["a"], row["b"]) for row in read.rows] == [("1", "two\nlines"), ("3", "4")]
    assert read.rows[1]["row"] == 4
    values = mapping(tmp_path, mark + end.join([b"a: 1", b"b: two", b""]))
    assert (values.values, values.lines) == ({"a": 1, "b": "two"}, {"a": 1, "b": 2})


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"a,b\n1,2\n3,caf\xe9\n", 3),
        (b"\xe9,b\n", 1),
        (b"a,b\n\xe9,2\n", 2),
        (b"a,b\r\n1,2\r\n\x93x\x94,4\r\n", 3),
        ("a,b\n1,2\n".encode("utf-16"), 1),
        (b"a,b\n1,\xed\xa0\x80\n", 2),  # half a surrogate pair
        (b"a,b\n1,\xc0\xaf\n", 2),  # an overlong slash
        (b"a,b\n1,\xe2\x82", 2),  # a file that was cut
    ],
)
def test_text_that_is_not_utf_8_is_refused_with_its_row(tmp_path: Path, content: bytes, row: int) -> None:
    (error,) = refusal(tmp_path, content)
    assert error.startswith(f"{tmp_path.name}/a.csv, row {row}: found other bytes; expected UTF-8 text; ")


def test_a_byte_order_mark_does_not_move_the_row_of_a_byte_that_is_not_utf_8(tmp_path: Path) -> None:
    (error,) = refusal(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n\xe9,3\n")
    assert "row 3:" in error


def test_the_row_of_a_byte_that_is_not_utf_8_is_counted_in_every_kind_of_line(tmp_path: Path) -> None:
    # "CSV (Macintosh)" of a spreadsheet is carriage returns and Mac Roman.
    (error,) = refusal(tmp_path, b"a,b\r1,2\r\x8e,3\r")
    assert "row 3:" in error


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x9b"])
def test_no_control_character_gets_past_a_table(tmp_path: Path, character: str) -> None:
    # HTML and PDF cannot hold them: either the file is refused, or they are gone from what was read.
    try:
        read = table(tmp_path, f"a,b\n1,x{character}y\n")
    except Refused as refused:
        assert "row 2" in str(refused)
    else:
        assert character not in read.rows[0]["b"]


# Sizes ------------------------------------------------------------------------------------------------------


def test_a_file_may_have_eight_mebibytes_and_no_byte_more(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * LARGEST)
    folder = DataFolder(tmp_path)
    assert len(folder.text("a.md")) == LARGEST
    (tmp_path / "a.md").write_bytes(b"x" * (LARGEST + 1))
    with pytest.raises(Refused, match=r"^\S+/a\.md: found a larger file; expected at most 8388608 bytes$"):
        folder.text("a.md")


def test_a_field_may_have_ten_thousand_characters_and_no_more(tmp_path: Path) -> None:
    assert len(table(tmp_path, f"a,b\n1,{'é' * 10_000}\n").rows[0]["b"]) == 10_000
    for length in (10_001, 200_000):
        (error,) = refusal(tmp_path, f"a,b\n1,2\n1,{'x' * length}\n")
        assert "row 3:" in error


def test_a_table_may_have_two_hundred_thousand_rows_and_no_more(tmp_path: Path) -> None:
    assert len(table(tmp_path, "a\n" + "1\n" * 200_000).rows) == 200_000
    (error,) = refusal(tmp_path, "a\n" + "1\n" * 200_001)
    assert "row 200002: found more; expected at most 200000 rows" in error


def test_a_file_of_nothing_but_faults_does_not_flood_the_screen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "1\n" * 400_000, encoding="utf-8")
    said, count = in_time(tmp_path, "table", "a.csv").split()
    assert said == "refused"
    assert int(count) <= 1000


def test_a_header_of_very_many_columns_is_dealt_with_in_time(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(f"c{n}" for n in range(100_000)) + "\n", encoding="utf-8")
    assert in_time(tmp_path, "table", "a.csv")


# Paths and links --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../secret.csv", "sub/../../secret.csv", "../data-of-another/secret.csv"])
def test_a_path_does_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    for place in ("data/sub", "data-of-another"):
        (tmp_path / place).mkdir(parents=True)
    for place in (".", "data-of-another"):
        (tmp_path / place / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(Refused, match="expected a file inside the data folder"):
        folder.text(name)
    with pytest.raises(Refused, match="expected a file inside the data folder"):
        folder.text(str(tmp_path / "secret.csv"))
    assert folder.read == {}


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
@pytest.mark.parametrize("target", ["../secret.csv", "../data-of-another/secret.csv", "/etc/hosts", "/dev/zero"])
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data-of-another").mkdir()  # its path begins as the folder's own does
    for place in (".", "data-of-another"):
        (tmp_path / place / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "data" / "a.csv").symlink_to(target)
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(Refused) as caught:
        folder.text("a.csv")
    assert str(caught.value).startswith("data/a.csv: expected a file inside the data folder; replace the link")
    assert folder.read == {}


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
def test_neither_is_one_of_a_folder_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "data" / "returns").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "observations.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "data" / "returns" / "2021-03-25_police").symlink_to("../../elsewhere")
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(Refused, match="expected a file inside the data folder"):
        folder.table("returns/2021-03-25_police/observations.csv")


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n", encoding="utf-8")
    (tmp_path / "b.csv").symlink_to("a.csv")
    assert DataFolder(tmp_path).table("b.csv").rows[0]["a"] == "1"


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
@pytest.mark.parametrize("target", ["a.csv", "b.csv"], ids=["to itself", "to each other"])
def test_a_link_that_goes_in_a_circle_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "a.csv").symlink_to(target)
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises(Refused):
        DataFolder(tmp_path).text("a.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert in_time(tmp_path, "text", "a.csv") == "refused 1"


def test_a_file_that_is_not_there_and_a_folder_in_its_place_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    for name in ("a.csv", "b.csv", "no/such/c.csv", "x" * 300):
        with pytest.raises(Refused) as caught:
            DataFolder(tmp_path).text(name)
        assert f"{tmp_path.name}/{name}"[:190] in str(caught.value)


def test_a_data_folder_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name in ("nothing", "file", "file/below"):
        with pytest.raises(Refused, match="expected a data folder; name it with --data"):
            DataFolder(tmp_path / name)


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
@pytest.mark.parametrize("name", ["circle", "x" * 5000], ids=["a link to itself", "a name too long"])
def test_so_is_one_that_cannot_even_be_looked_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(Refused, match="expected a data folder"):
        DataFolder(tmp_path / name)


def test_names_are_sorted_and_leave_hidden_files_out(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", "10.md", ".hidden.md", "c.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    folder = DataFolder(tmp_path)
    assert folder.names("", "*.md") == ["10.md", "a.md", "b.md"]
    assert folder.names("no/such/folder", "*") == []


# CSV --------------------------------------------------------------------------------------------------------


def test_every_row_with_fields_too_many_or_too_few_is_named(tmp_path: Path) -> None:
    errors = refusal(tmp_path, 'a,b\n1\n1,2\n\n1,2,3\n"1,2"\n , \n1,2,\n')
    name = f"{tmp_path.name}/a.csv"
    assert errors == [
        f"{name}, row 2: found 1 fields; expected 2 fields",
        f"{name}, row 5: found 3 fields; expected 2 fields",
        f"{name}, row 6: found 1 fields; expected 2 fields",
        f"{name}, row 8: found 3 fields; expected 2 fields",
    ]


def test_blank_rows_are_passed_over_and_counted(tmp_path: Path) -> None:
    rows = table(tmp_path, "a,b\n\n , \n,\n1,2\n\n").rows
    assert [(row["a"], row["b"], row["row"]) for row in rows] == [("1", "2", 5)]


def test_spaces_round_names_and_values_do_not_count(tmp_path: Path) -> None:
    read = table(tmp_path, " a ,b\t\n 1 ,\u00a02\u00a0\n")
    assert (read.columns, read.rows[0]["a"], read.rows[0]["b"]) == (["a", "b"], "1", "2")


def test_a_value_may_hold_a_comma_a_quote_and_a_line_end(tmp_path: Path) -> None:
    read = table(tmp_path, 'a,b\n"one, two","said ""no""\nand left"\n')
    assert (read.rows[0]["a"], read.rows[0]["b"]) == ("one, two", 'said "no"\nand left')


@pytest.mark.parametrize("content", ["", "\n", "\n\n", ",,\n1,2,3\n", "\ufeff", " \n"])
def test_a_table_without_a_header_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content)[0] == f"{tmp_path.name}/a.csv, row 1: found none; expected a header row"


def test_a_column_named_twice_is_refused_by_name(tmp_path: Path) -> None:
    errors = refusal(tmp_path, "a,b, a,c,b\n1,2,3,4,5\n")
    assert errors == [
        f"{tmp_path.name}/a.csv, row 1, column {name}: found it twice; expected each column once" for name in "ab"
    ]


@pytest.mark.parametrize("content", ['a,b\n1,"2"x\n', 'a,b\n1,"2', 'a,b\n1,"2\n'])
def test_quotes_that_do_not_close_are_refused(tmp_path: Path, content: str) -> None:
    (error,) = refusal(tmp_path, content)
    assert "expected well-formed CSV" in error


def test_a_quote_that_never_closes_is_named_by_the_row_in_which_it_opens(tmp_path: Path) -> None:
    (error,) = refusal(tmp_path, 'a,b\n1,2\n3,"4\n' + "5,6\n" * 40)
    assert "row 3:" in error


@pytest.mark.parametrize("name", ["row", "file", "_subject", "_number"])
def test_a_column_that_is_not_known_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    # The gate works with columns of its own beside those of the file; a file cannot bring them along.
    data = lean_copy(tmp_path)
    path = data / "returns" / "2021-03-25_police" / "observations.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},{name}", *(f"{row},1" for row in rows)]) + "\n", encoding="utf-8")
    status, lines = validate(data)
    assert status == 1
    assert any("2021-03-25_police/observations.csv" in line and name in line for line in lines), lines


# YAML -------------------------------------------------------------------------------------------------------


def test_a_mapping_comes_with_the_line_of_each_of_its_keys(tmp_path: Path) -> None:
    read = mapping(tmp_path, "# terms\na: 1\n\nb:\n  - c: 2\n  - d\n'e f': >-\n  folded\n  text\ng:\n")
    assert read.values == {"a": 1, "b": [{"c": 2}, "d"], "e f": "folded text", "g": None}
    assert read.lines == {"a": 2, "b": 4, "e f": 7, "g": 10}


def test_an_empty_mapping_is_one(tmp_path: Path) -> None:
    for content in ("", "# nothing\n", "{}"):
        assert mapping(tmp_path, content).values == {}


@pytest.mark.parametrize("content", ["- a\n", "text", "1", "~: x", "1: x\n", "true: x\n", "2021-03-25: x\n", "[a, b]"])
def test_yaml_that_maps_no_names_is_refused(tmp_path: Path, content: str) -> None:
    (error,) = refusal(tmp_path, content, mapping)
    assert "expected a YAML mapping of names to values" in error


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("a: 1\nb: 2\na: 3\n", 3),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 4),
        ("a:\n  - b: 1\n    b: 2\n", 3),
        ("a: {b: 1, b: 2}\n", 1),
        ("a: 1\n'a': 2\n", 2),
        ("<<: {a: 1}\n<<: {a: 2}\n", 2),
    ],
)
def test_a_key_given_twice_is_refused_with_its_line(tmp_path: Path, content: str, row: int) -> None:
    (error,) = refusal(tmp_path, content, mapping)
    assert f"row {row}: found the key " in error
    assert " twice; " in error


@pytest.mark.parametrize("content", ["<<: {a: 1}\na: 2\n", "a: 2\n<<: {a: 1}\n", "<<: [{a: 1}, {a: 2}]\n"])
def test_neither_can_a_key_be_given_twice_by_merging(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content, mapping)


@pytest.mark.parametrize(
    ("content", "row"),
    [("a: &x [1]\nb: *x\n", 2), ("a: &x {b: 1}\nc:\n  <<: *x\n", 3), ("a: &x [*x]\n", 1), ("a: *nothing\n", 1)],
)
def test_an_alias_is_refused_with_its_line(tmp_path: Path, content: str, row: int) -> None:
    (error,) = refusal(tmp_path, content, mapping)
    assert f"row {row}: found an alias; expected plain YAML; " in error


def test_a_bomb_of_aliases_never_goes_off(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    (error,) = refusal(tmp_path, "\n".join(lines), mapping)
    assert "row 2: found an alias" in error


@pytest.mark.parametrize(
    "content",
    [
        "a: " + "[" * 100_000,
        "a: " + "{" * 100_000,
        "a: " + "[" * 400 + "]" * 400,
        "{a: " * 50_000,
        "- " * 100_000,
        "? " * 100_000,
        "".join(" " * n + "a:\n" for n in range(2_000)),
        "a: " + ":".join(["1"] * 400_000),  # base sixty: each part makes the number longer
        "a: [" + "b," * (LARGEST // 2 - 4) + "]",  # as large as a file may be
    ],
    ids=["lists", "mappings", "closed lists", "flow", "dashes", "question marks", "indents", "base sixty", "largest"],
)
def test_a_bomb_is_dealt_with_in_time(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    assert in_time(tmp_path, "mapping", "a.yaml").startswith(("refused 1", "read"))


@pytest.mark.parametrize(
    "content",
    [
        "a: [1\n", "a: 'x\n", "a: b: c\n", "a:\n\tb: 1\n", "a: 1\n---\na: 2\n", "%YAML 3.0\n---\na: 1\n", "a: @x\n",
        "a: !!python/object/apply:os.system ['id']\n", "a: !!python/name:os.system\n", "a: !mine 1\n", "a: !!int x\n",
        "!!python/object/new:os.system [id]\n", "a: !!map 1\n", "a: !!omap x\n", "a: 9999-99-99\n", "a: " + "9" * 5000,
    ],
)  # fmt: skip
def test_yaml_that_is_broken_or_would_make_objects_is_refused(tmp_path: Path, content: str) -> None:
    (error,) = refusal(tmp_path, content, mapping)
    assert "expected plain YAML" in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    [
        "a: 1\n? [b]\n: c\n", "a: 1\n? {b: 1}\n: c\n", "a: {[b]: c}\n", "a: !!bool maybe\n", "a: !!int ''\n",
        "a: !!float ''\n", "a: !!timestamp soon\n", "a: " + ":".join(["1"] * 300) + ".5\n",
    ],
    ids=["list as key", "mapping as key", "flow as key", "bool", "int", "float", "timestamp", "base sixty"],
)  # fmt: skip
def test_a_value_that_its_tag_or_place_does_not_allow_is_refused_and_is_no_fault_of_the_program(
    tmp_path: Path, content: str
) -> None:
    (error,) = refusal(tmp_path, content, mapping)
    assert f"{tmp_path.name}/a.yaml, row " in error


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ufffe"])
def test_a_control_character_in_yaml_is_refused_with_its_line(tmp_path: Path, character: str) -> None:
    # A vertical tab is what a line break within a paragraph of a word processor becomes when it is pasted.
    (error,) = refusal(tmp_path, f"a: 1\nb: x{character}y\n", mapping)
    assert "row 2" in error


def test_a_day_that_no_calendar_has_is_refused_with_its_line(tmp_path: Path) -> None:
    (error,) = refusal(tmp_path, "partner: police\nreceived: 2021-02-30\n", mapping)
    assert "row 2" in error


def test_nothing_runs_while_yaml_is_read(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for tag in ("python/object/apply:os.mkdir", "python/object/new:os.mkdir"):
        assert refusal(tmp_path, f"a: !!{tag} ['{mark.as_posix()}']\n", mapping)
    assert not mark.exists()


@STEADY
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!?|>'\"#%@,\n \t~0"), max_size=40))
def test_any_text_is_a_mapping_or_refused(text: str) -> None:
    try:
        read = load_yaml(text, "a.yaml")
    except Refused as refused:
        assert all(str(error).isprintable() and str(error).startswith("a.yaml, row ") for error in refused.errors)
    else:
        assert set(read.lines) == set(read.values)


# However a CSV is written, the same stands in it -------------------------------------------------------------

CELL = st.one_of(st.sampled_from(["", " ", "2021-03", "7", " é ", "a"]), st.text('ab,"\n é', max_size=5))


def as_written(cell: str, quoted: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if quoted or set(cell) & set(',"\n') else cell


@STEADY
@given(
    st.lists(st.tuples(CELL, CELL, CELL, st.sampled_from([False, False, False, True])), max_size=8),
    st.lists(st.integers(0, 8), max_size=2),
    st.sampled_from(["", "\n", "\n\n", "\n , ,\n"]),
)
def test_a_table_has_what_was_written_and_the_lines_on_which_it_ends(
    records: list[tuple[str, str, str, bool]], blank_after: list[int], end: str
) -> None:
    text, expected = "a,b,c", []
    for number, (*cells, quoted) in enumerate(records):
        text += "\n" + "\n" * (number in blank_after) + ",".join(as_written(cell, quoted) for cell in cells)
        if any(cell.strip() for cell in cells):
            expected.append(
                {**dict(zip("abc", map(str.strip, cells), strict=True)), "file": "f", "row": text.count("\n") + 1}
            )
    read = read_table(text + end, "f")
    assert read.rows == expected
    assert [*read.lines] == [row["row"] for row in expected]
    for name in "abc":
        assert [*read.cells[name].cells(str)] == [row[name] for row in expected]
        assert read.cells[name].values == list(dict.fromkeys(row[name] for row in expected))


def test_a_fault_is_named_where_it_stands_among_very_many_plain_rows() -> None:
    rows = ["2021-03,INC01,7"] * 1000
    for wrong, message in (("2021-03,INC01", "2 fields"), ('2021-03,"INC01,7', "unexpected end of data")):
        with pytest.raises(Refused) as refused:
            read_table("\n".join(["a,b,c", *rows, wrong, *rows]), "f")
        assert f"f, row 1002: found {message}" in str(refused.value.errors[0])


# What passes the gate can be read by what stands behind it --------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row", "column", "value"),
    [
        ("rag.csv", 1, "rank", "1.5"),
        ("rag.csv", 3, "rank", "1e999"),
        ("calendar.csv", 3, "board_date", "2021-02-30"),
        ("calendar.csv", 1, "board_date", "2020-06-31"),
    ],
)
def test_what_the_gate_lets_through_the_catalogue_can_read(
    tmp_path: Path, name: str, row: int, column: str, value: str
) -> None:
    data = lean_copy(tmp_path)
    path = data / "reference" / name
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))
    rows[row][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    status, lines = validate(data)
    if status == 0:
        catalogue = load_catalogue(DataFolder(data))
        assert len(catalogue.ratings) + len(catalogue.calendar) > 0
    else:
        assert any(name in line and f"row {row + 1}" in line for line in lines)


def test_every_text_is_read_the_same_with_the_line_ends_of_any_machine(data: Path) -> None:
    def judged() -> tuple[int, str]:
        done = CliRunner().invoke(main, ["validate", "--data", str(data)])
        return done.exit_code, done.output

    before = judged()
    texts = [path for path in sorted(data.rglob("*")) if path.suffix in (".csv", ".yaml", ".md", ".geojson")]
    assert {path.suffix for path in texts} >= {".csv", ".yaml", ".md"}
    for number, path in enumerate(texts):
        content = path.read_bytes()
        assert b"\r" not in content
        path.write_bytes(content.replace(b"\n", b"\r" if number % 2 else b"\r\n"))
    assert judged() == before and before[0] == 0
