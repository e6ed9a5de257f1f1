"""A new period: the next quarter's files laid out whole or not at all, and what is still to write, a line a file."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import lean_copy
from priority_two.characters import UNSEEN
from priority_two.cli import main
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.personal import personal
from priority_two.updates.documents import Document, read_updates

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=30)
LAST, NEXT = "2020-21-Q4", "2021-22-Q1"
COMMITMENTS = ["1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "4c", "5", "6a", "6b", "7a", "7b", "7c", "8", "9"]


def call(data: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the command on a data folder; give its exit status, what it said, and what it complained of."""
    done = CliRunner().invoke(main, [*arguments, "--data", str(data)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def lay_out(data: Path, period: str = NEXT) -> list[str]:
    """Lay out a quarter, and return what the command said."""
    status, said, complaints = call(data, "new-period", period)
    assert (status, complaints) == (0, [])
    return said


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} no longer stands in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def raw(path: Path) -> dict[str, Any]:
    """Return a file's front matter as a plain YAML reader sees it."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0].removeprefix("---\n")))


def comments(path: Path) -> list[str]:
    return [line.removeprefix("# ") for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]


def documents(data: Path, period: str = NEXT) -> dict[str, Document]:
    return read_updates(DataFolder(data), parse(period), dt.date(2100, 1, 1))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, hidden ones included."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the shipped data with the updates of one quarter, to be broken."""
    return with_one_quarter(tmp_path)


def with_one_quarter(folder: Path) -> Path:
    """Copy the shipped data, and keep the updates of one quarter."""
    data = lean_copy(folder)
    for quarter in (data / "updates").iterdir():
        if quarter.name != LAST:
            shutil.rmtree(quarter)
    return data


def as_of(data: Path, period: str) -> Path:
    """Have the updates that ship be those of another quarter, and return its folder."""
    return (data / "updates" / LAST).rename(data / "updates" / period)


# What is laid out -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a data folder in which the next quarter is laid out, and what the command said."""
    data = with_one_quarter(tmp_path_factory.mktemp("laid"))
    return data, lay_out(data)


def test_a_file_a_commitment_is_laid_out_in_the_order_of_the_catalogue(laid: tuple[Path, list[str]]) -> None:
    data, said = laid
    assert said[:17] == [f"data/updates/{NEXT}/{name}.md" for name in COMMITMENTS]
    assert [line.split()[0] for line in said[17:]] == ["laid", "enter", "then"]
    assert f"laid out from {LAST};" in said[17] and f"priority-two validate --period {NEXT}" in said[-1]
    assert sorted(tree(data / "updates" / NEXT)) == sorted(f"{name}.md" for name in COMMITMENTS)
    assert sorted(path.name for path in (data / "updates").iterdir()) == [LAST, NEXT]
    assert list(documents(data)) == sorted(COMMITMENTS)


@pytest.mark.parametrize("name", COMMITMENTS)
def test_what_is_said_anew_is_empty_and_what_holds_is_carried(laid: tuple[Path, list[str]], name: str) -> None:
    last, file = (laid[0] / "updates" / period / f"{name}.md" for period in (LAST, NEXT))
    before, now, said = raw(last), raw(file), comments(file)
    assert now["commitment"] == before["commitment"] == name
    for key in ("rating", "qualifier", "reason", "written", "forward", "achievements"):
        assert now[key] is None
    for key in ("rating", "qualifier", "reason"):
        assert (f"last quarter: {before[key]}" in said) is bool(before[key])
    assert {key: now[key] for key in ("action", "owner", "due")} == {
        key: before[key] for key in ("action", "owner", "due")
    }
    assert now["exhibits"] == before.get("exhibits", []) and now["basis"] == "reported"
    promises = [line.removeprefix("promised last quarter: ") for line in said if line.startswith("promised")]
    assert promises == before.get("forward", [])
    # The year is over: what was met in it stays behind.
    assert (now["milestones"] or []) == [one for one in before.get("milestones", []) if one["met"] is None]
    assert documents(laid[0])[name].narrative.strip() == ""


def test_the_shipped_promises_are_there_to_be_answered(laid: tuple[Path, list[str]]) -> None:
    # Counted by hand in the files of the quarter before.
    folder = laid[0] / "updates" / NEXT
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))
    assert text.count("# promised last quarter: ") == 4 + 1 + 3 + 2 + 2 + 1 + 1 + 2 + 2
    assert text.count("# last quarter: amber\n") == 4 and text.count("# last quarter: green\n") == 11
    assert re.findall(r"  - id: (.*)", (folder / "5.md").read_text(encoding="utf-8")) == ["5-drive-live", "5-dvip-ends"]


def test_the_same_files_are_laid_out_again(laid: tuple[Path, list[str]], data: Path) -> None:
    lay_out(data)
    assert tree(data) == tree(laid[0])


def test_within_the_year_what_was_met_and_achieved_is_kept_for_its_summary(data: Path) -> None:
    last = as_of(data, "2020-21-Q3")
    lay_out(data, LAST)
    for name in ("4a", "7a", "9"):
        before, now = raw(last / f"{name}.md"), raw(data / "updates" / LAST / f"{name}.md")
        assert now["milestones"] == before.get("milestones") and now["achievements"] == before.get("achievements")
    assert len(raw(data / "updates" / LAST / "9.md")["achievements"]) == 5


def test_what_was_met_after_the_end_of_the_year_belongs_to_the_new_one(data: Path) -> None:
    swap(data / f"updates/{LAST}/4a.md", "met: 2020-10", "met: 2021-04-09")
    lay_out(data)
    (kept,) = raw(data / f"updates/{NEXT}/4a.md")["milestones"]
    assert (kept["id"], kept["met"]) == ("4a-review-feedback", dt.date(2021, 4, 9))


def test_after_a_gap_the_quarter_is_named(data: Path) -> None:
    as_of(data, "2020-21-Q2")
    assert any(line.startswith("laid out from 2020-21-Q2;") for line in lay_out(data, LAST))
    said = comments(data / f"updates/{LAST}/2a.md")
    assert "2020-21-Q2: green" in said and "promised in 2020-21-Q2: Publish the fourth newsletter." in said


def test_the_last_quarter_before_counts_and_not_a_later_one(data: Path) -> None:
    for period, qualifier in (("2019-20-Q4", "Older"), ("2021-22-Q2", "Later")):
        shutil.copytree(data / "updates" / LAST, data / "updates" / period)
        swap(data / f"updates/{period}/2b.md", "qualifier: Good", f"qualifier: {qualifier}")
    (data / "updates/2020-21-notes").mkdir()
    lay_out(data)
    assert any(line.startswith("last quarter: Good progress") for line in comments(data / f"updates/{NEXT}/2b.md"))


def test_the_catalogue_says_which_commitments_there_are(data: Path) -> None:
    commitments = data / "reference/commitments.csv"
    text = commitments.read_text(encoding="utf-8")
    kept = "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("7b,", "9,")))
    commitments.write_text(kept + "10,9,A new promise,,What is promised,yes\n", encoding="utf-8")
    (data / f"updates/{LAST}/2b.md").unlink()
    said = lay_out(data)
    files = [line.rsplit("/", 1)[1] for line in said if line.endswith(".md")]
    assert files == [f"{name}.md" for name in COMMITMENTS if name not in ("7b", "9")] + ["10.md"]
    assert f"nothing was written in {LAST} on 2b, 10" in said
    assert "left out, for the catalogue no longer has them: 7b, 9" in said
    assert not any("last quarter" in line for line in comments(data / f"updates/{NEXT}/10.md"))


def test_a_quarter_that_was_never_written_is_named(data: Path) -> None:
    lay_out(data)
    said = lay_out(data, "2021-22-Q2")
    assert f"nothing was written in {NEXT} on {', '.join(COMMITMENTS)}" in said


# Whatever the last files hold -------------------------------------------------------------------------------

ANY = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
TEXTS = ANY.filter(lambda text: not UNSEEN.search(text) and not personal(text, headings=False)) | st.sampled_from(
    [
        "a: b", "a # b", "# b", "- a", "---", "...", "*x", "&x y", "!x", "@x", "%x", "> x", "| x", "[a", "{a: 1}", "'",
        '"', "\\", "yes", "null", "~", "1", "1:30", "2021-03-25", "2021-13-99", "=", "<<", "key:", "? a",
        "a\n---\nrating: red", "a\n# b: c", "1e3", "0x1F", "{{ value(\"HLT01\") }}", "😀", "a\tb",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with two commitments, and one update to be written."""
    data = with_one_quarter(tmp_path_factory.mktemp("small"))
    rows = (data / "reference/commitments.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "reference/commitments.csv").write_text("".join(rows[:3]), encoding="utf-8")
    shutil.rmtree(data / "updates" / LAST)
    return data


@STEADY
@given(st.fixed_dictionaries(dict.fromkeys(("qualifier", "reason", "action", "owner", "title", "promise"), TEXTS)))
def test_text_that_is_carried_comes_through_and_can_do_nothing_else(small: Path, texts: dict[str, str]) -> None:
    words = {key: " ".join(text.split()) for key, text in texts.items()}
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        shutil.copytree(small / "reference", data / "reference")
        (data / f"updates/{LAST}").mkdir(parents=True)
        front = {
            **{key: texts[key] for key in ("qualifier", "reason", "action", "owner")},
            **{"commitment": "1a", "rating": "amber", "due": dt.date(2021, 5, 31), "basis": "reported"},
            "written": dt.date(2021, 3, 25),
            "milestones": [{"id": texts["title"], "title": texts["title"], "current": "2021-06"}],
            "forward": [texts["promise"]],
        }
        text = yaml.safe_dump(front, allow_unicode=True, width=10_000)
        (data / f"updates/{LAST}/1a.md").write_text(f"---\n{text}---\n", encoding="utf-8")
        lay_out(data)
        read = documents(data)
        file = data / f"updates/{NEXT}/1a.md"
        said = file.read_text(encoding="utf-8")
    (milestone,) = read["1a"].front.milestones
    carried = read["1a"].front
    assert (carried.action, carried.owner, milestone.id, milestone.title) == (
        words["action"],
        words["owner"],
        texts["title"],
        words["title"],
    )
    assert (carried.due.label, milestone.current.label) == ("31 May 2021", "June 2021")
    assert (carried.rating, carried.qualifier, carried.reason, carried.forward) == ("", "", "", [])
    assert read["1a"].narrative.strip() == "" and said.count("\n# promised last quarter:") == 1
    assert all(line == "" or line.isprintable() for line in said.split("\n"))


# What is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "period", ["2021-22", "2021-04", "2021-22-Q5", "2021-23-Q1", "soon", "", "../x", "2021-22-Q1\n"]
)
def test_a_period_that_is_no_quarter_is_a_wrong_call(data: Path, period: str) -> None:
    before = tree(data)
    status, said, complaints = call(data, "new-period", period)
    assert (status, said, len(complaints)) == (2, [], 1)
    assert "expected a financial quarter such as " in complaints[0]
    assert tree(data) == before


def refused(data: Path, period: str = NEXT) -> list[str]:
    """Have the command refuse, and return its complaints; it must leave all as it was."""
    before = tree(data)
    status, said, complaints = call(data, "new-period", period)
    assert (status, said) == (1, []) and complaints
    assert tree(data) == before
    return complaints


@pytest.mark.parametrize("content", [None, "words"])
def test_a_quarter_that_is_there_already_is_left_alone(data: Path, content: str | None) -> None:
    folder = data / "updates" / NEXT
    folder.mkdir()
    if content:
        (folder / "2a.md").write_text(content, encoding="utf-8")
    (complaint,) = refused(data)
    assert complaint.startswith(f"data/updates/{NEXT}: found one; expected no folder of this name; ")
    assert refused(data, LAST) != []


def test_files_of_commitments_that_came_later_are_added_and_no_other_is_touched(data: Path) -> None:
    assert call(data, "new-period", NEXT)[0] == 0
    folder = data / "updates" / NEXT
    whole = tree(folder)
    (folder / "6b.md").unlink()
    (folder / "2a.md").write_text("words", encoding="utf-8")
    before = tree(folder)
    status, said, complaints = call(data, "new-period", NEXT, "--missing")
    assert (status, complaints) == (0, []) and said[0] == f"data/updates/{NEXT}/6b.md"
    assert tree(folder) == {**before, "6b.md": whole["6b.md"]}
    assert call(data, "new-period", NEXT, "--missing")[0] == 1


def test_without_an_earlier_quarter_it_says_what_to_do(data: Path) -> None:
    (complaint,) = refused(data, "2020-21-Q3")
    assert complaint.startswith("data/updates: found none; expected updates of a quarter before 2020-21-Q3; write the ")
    assert "commitment, rating, qualifier, reason, action, owner, due, written, basis between two ---" in complaint


def test_a_faulty_file_of_the_last_quarter_is_named_and_nothing_is_laid_out(data: Path) -> None:
    swap(data / f"updates/{LAST}/7b.md", "rating: ", "rating: @")
    swap(data / f"updates/{LAST}/3b.md", "rating: amber", "rating amber")
    assert [line.split(":")[0] for line in refused(data)] == [
        f"data/updates/{LAST}/3b.md, row 3",
        f"data/updates/{LAST}/7b.md, row 3",
    ]


@pytest.mark.parametrize("name", ["../../reference/x", "..", "", "1a", "A/b", ".hidden", "x" * 300])
def test_an_id_that_can_be_no_file_is_refused(data: Path, name: str) -> None:
    with (data / "reference/commitments.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},9,A promise,,What is promised,yes\n")
    for complaint in refused(data):
        assert complaint.startswith("data/reference/commitments.csv, row ")
        assert ", column commitment: found " in complaint


def test_a_list_of_commitments_without_a_column_is_refused(data: Path) -> None:
    swap(data / "reference/commitments.csv", "title", "heading")
    (complaint,) = refused(data)
    assert complaint == (
        "data/reference/commitments.csv, row 1: found no column title and an unknown column heading; "
        "expected the columns commitment, section, title, short, promise, rated; restore the header row"
    )


def test_a_folder_of_updates_that_leads_elsewhere_is_refused(data: Path, tmp_path: Path) -> None:
    elsewhere = (data / "updates").rename(tmp_path / "elsewhere")
    try:
        (data / "updates").symlink_to(elsewhere)
    except OSError:
        pytest.skip("this system lets nobody make a link")
    assert any("expected a file inside the data folder" in line for line in refused(data))
    assert sorted(path.name for path in elsewhere.iterdir()) == [LAST]


# What is still to write -------------------------------------------------------------------------------------

STILL = "expected an update that is whole; fill in the keys, and write the narrative below the second line ---"


def test_validate_says_what_is_still_to_write_in_a_line_a_file(data: Path) -> None:
    lay_out(data)
    folder = data / "updates" / NEXT
    whole = {"rating:\n": "rating: green\n", "qualifier:\n": "qualifier: Going well\n"}
    for name in ("1b", "2b", "3b", "4c"):
        for old, new in whole.items():
            swap(folder / f"{name}.md", f"\n{old}", f"\n{new}")
        # Later than anything that was received: it counts all the same.
        swap(folder / f"{name}.md", "\nwritten:\n", "\nwritten: 2021-07-05\n")
    for name in ("1b", "2b", "8"):
        with (folder / f"{name}.md").open("a", encoding="utf-8") as handle:
            handle.write("What was done.\n")
    swap(folder / "2b.md", "rating: green", "rating:")
    swap(folder / "3b.md", "rating: green", "rating: amber")
    status, said, complaints = call(data, "validate", "--period", NEXT)
    stopping = [line for line in complaints if line.startswith("critical: ")]
    about = [line for line in stopping if "still to write" in line]
    expected = {
        **dict.fromkeys(COMMITMENTS, ("rating", "rating, qualifier, written, narrative")),
        "2b": ("rating", "rating"),
        "3b": ("reason", "reason, owner, due, narrative"),
        "4c": ("", "narrative"),
        "8": ("written", "written"),
        "9": ("written", "written, narrative"),
    }
    del expected["1b"]
    lines = {name: (folder / f"{name}.md").read_text(encoding="utf-8").split("\n") for name in expected}
    rows = {
        name: lines[name].index(key and f"{key}:", 0 if key else lines[name].index("---", 1)) + 1
        for name, (key, _) in expected.items()
    }
    assert about == [
        f"critical: data/updates/{NEXT}/{name}.md, row {rows[name]}: found still to write: {missing}; {STILL}"
        for name, (_, missing) in expected.items()
    ]
    assert status == 1 and f": {len(stopping)} critical, " in said[-1]
    # Figures that are not there do not wait until everything is written.
    assert [line for line in stopping if line.startswith("critical: data/reference/partnership.yaml, column headlines")]
    warned = {
        line.split("/")[3].split(".")[0]
        for line in complaints
        if re.search(r"data/updates/.*column (?!text|exhibits: found no observation)", line)
    }
    assert warned <= {"1b"}  # what the others are still to say is said once


# Faults of people who write ---------------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, str, int, str]] = {
    "1a": ("rating: green", "rating:\n\tgreen", 4, "found a tab; expected plain YAML; indent with spaces"),
    "1b": ("rating: green", "rating green", 3, "found a line without a colon; expected plain YAML; write a key"),
    "2a": ("reason:", "rating: red", 5, "found the key rating twice; expected plain YAML; keep one of them"),
    "2b": ("written: 2021-03-25", "written: in March", 9,
           "column written: found in March; expected a date such as 2021-03-25"),
    "3a": ("basis: transcribed", "basis: transcribed\nnotes: x", 11,
           "column notes: found notes; expected no such key; the keys are commitment, rating, "),
    "3b": ("rating: amber", "rating: amber: not yet", 3, "found a colon where none can stand; expected plain"),
    "4a": ("basis: transcribed", "basis: guess", 10,
           "column basis: found guess; expected 'transcribed', 'illustrative' or 'reported'"),
    "4b": ("exhibits: [DHR01]", "exhibits: DHR01", 14, "column exhibits: found DHR01; expected a list: a line an item"),
    "4c": ("qualifier: Good", 'qualifier: "Good"', 4, "found text after a quote that closed; expected plain YAML; put"),
    "5": ("    baseline: 2021-03\n", "    baseline: spring 2021\n", 20,
          "column milestones.1.baseline: found spring 2021; expected a date such as 2021-05-31, or a month such as"),
    "6a": ("qualifier: Much", 'qualifier: "Much', 4, "found a quote that does not close, or a \\ in quotes; expected "),
    "6b": ("[HLT01, HLT03]", "[HLT01, HLT03", 14, "found a bracket that does not close, or no comma between items; "),
    "7a": ("    title: Update for quarter two", "   title: Update", 13,
           "found a line that begins in another column than its neighbours; expected plain YAML; begin each key where"),
    "7b": ("basis: ", "basis: @", 10, "found a sign that no value may begin with; expected plain"),
    "7c": ("milestones:\n", "milestones:\n  - Strategy\n", 12,
           "column milestones.0: found Strategy; expected keys, each with a colon, a space and its value"),
    "8": ('"8"', "8", 2, "column commitment: found 8; expected text; put quotes round text that is only a number, "),
    "9": ("rating:", "rating: *new*", 3, "found a value that begins with * or &; expected plain YAML; put"),
}  # fmt: skip


def test_a_faulty_file_is_named_by_line_with_what_to_type_instead(data: Path) -> None:
    for name, (old, new, _, _) in FAULTS.items():
        swap(data / f"updates/{LAST}/{name}.md", old, new)
    status, _, complaints = call(data, "validate", "--period", LAST)
    stopping = [line for line in complaints if line.startswith("critical: ")]
    assert (status, len(stopping)) == (1, len(FAULTS))
    for (name, (_, _, row, words)), complaint in zip(FAULTS.items(), stopping, strict=True):
        place = f"critical: data/updates/{LAST}/{name}.md, row {row}"
        assert complaint.startswith((f"{place}: {words}", f"{place}, {words}")), complaint


def test_a_list_may_be_left_blank(data: Path) -> None:
    swap(data / f"updates/{LAST}/4b.md", "exhibits: [DHR01]", "exhibits:\nmilestones:\nachievements:")
    front = documents(data, LAST)["4b"].front
    assert (front.exhibits, front.milestones, front.achievements) == ([], [], [])
