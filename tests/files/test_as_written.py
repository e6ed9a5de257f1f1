"""Words of front matter and of terms are taken as they were written: nothing of them is cut or turned by YAML."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from priority_two.characters import UNSEEN
from priority_two.errors import Refused
from priority_two.files.as_written import ProseKeys, as_written
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import load_yaml
from priority_two.returns.corrections import CORRECTIONS_PROSE
from priority_two.returns.store import TERMS_PROSE, Terms
from priority_two.updates.documents import PROSE, AppendixFront, Front, read_document
from priority_two.updates.strategic_group import GroupFront

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=300)
KEYS = ProseKeys(frozenset({"reason", "title"}), frozenset({"forward"}))

ODD = [
    "Set out in #safer, and #2 of the plan", "&more staff are needed", "*starred* words", "!important: hire",
    "%age of cases", "@home service", "`quoted` word", "Put off: the post is empty", "yes", "No", "on", "OFF", "1:30",
    "010", "1_000", "2021-03-25", "2021-13-99", "0x1F", "1e3", ".inf", "=", "<<", "? what then", "> 20 cases",
    "| a bar", "# a hash", "#1 priority", "a - b", "[Draft] to be agreed", "{{ value(\"HLT01\") }} practices",
    "the lead's own words: it's \"so\"", "key: value, other: value", "trailing colon:", "back\\slash", ">", "|", "---",
    "50% of #2: & * !", ": colon", "-dash", "-", "--", "<b", "a \"quoted\" end\"", "...", "x '", "it''s",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("reason: ", ("reason",)),
        ("reason:    ", ("reason",)),
        ("reason:\n  ", ("reason",)),
        ("rows:\n  - title: ", ("rows", 0, "title")),
        ("rows:\n- id: 1\n  title: ", ("rows", 0, "title")),
        ("forward:\n  - ", ("forward", 0)),
        ("forward:\n- ", ("forward", 0)),
    ],
)
def test_words_are_taken_as_they_are_written(before: str, path: tuple[Any, ...], text: str) -> None:
    if before.endswith("\n  ") and text.startswith("#"):
        return  # a line of its own below a key is a comment, as a reader expects
    read: Any = load_yaml(f"a: 1\n{before}{text}\nz: 2\n", "a.md", prose=KEYS).values
    assert (read["a"], read["z"]) == (1, 2)
    for part in path:
        read = read[part]
    assert read == text


SEEN = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")).filter(
    lambda character: not UNSEEN.search(character)
)
PLAIN = st.text(SEEN, min_size=1).map(lambda text: " ".join(text.split()))


@STEADY
@given(st.lists(PLAIN.filter(lambda text: text and text[0] not in "\"'[{" and text not in ("~", "null")), min_size=1))
def test_whatever_is_written_on_a_line_comes_through(texts: list[str]) -> None:
    items = "".join(f"  - {text}\n" for text in texts if not text.startswith(("- ", "#")) and text != "-")
    for text in texts:
        read = load_yaml(f"reason: {text}\nforward:\n{items}b: 1\n", "a.md", prose=KEYS)
        assert read.values["reason"] == text
        assert read.lines["reason"] == 1 and read.values["b"] == 1
    said = [text for text in texts if not text.startswith(("- ", "#")) and text != "-"]
    assert (read.values["forward"] or []) == said


@STEADY
@given(
    st.dictionaries(
        st.sampled_from(["reason", "title", "other"]),
        st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))).filter(
            lambda text: not UNSEEN.search(text)
        ),
    )
)
def test_what_yaml_itself_writes_is_read_back(values: dict[str, str]) -> None:
    values = {key: " ".join(text.split()) for key, text in values.items()}
    for width in (20, 100, 10_000):
        text = yaml.safe_dump({**values, "forward": list(values.values())}, allow_unicode=False, width=width)
        read = load_yaml(text, "a.md", prose=KEYS).values
        assert read == {**values, "forward": list(values.values())}


def test_what_is_meant_as_quotes_a_block_or_a_blank_is_one() -> None:
    text = "reason: 'It''s: so'\ntitle: \"A\\u2013b # c\"\nrows:\n  - title: |\n      action: hire # now\n"
    text += "  - title: >-\n      one\n      two\n  - title: ~\n  - title:\n  - title: null\nforward: []\n"
    read = load_yaml(text, "a.md", prose=KEYS).values
    assert (read["reason"], read["title"], read["forward"]) == ("It's: so", "A–b # c", [])
    assert [row["title"] for row in read["rows"]] == ["action: hire # now\n", "one two", None, None, None]


def test_a_text_goes_on_where_its_lines_are_indented_further() -> None:
    text = (
        "reason: One: it's\n  two # three\n\n  four\n# a comment\nforward:\n  # asked: x\n  - a: b\n    c #d\n  - e\n"
    )
    read = load_yaml(text, "a.md", prose=KEYS)
    assert read.values == {"reason": "One: it's two # three\nfour", "forward": ["a: b c #d", "e"]}
    assert (read.lines["forward"], read.inner["forward.1"]) == (6, 10)


def test_brackets_over_several_lines_and_a_hash_in_quotes_are_read() -> None:
    text = "rows: [{title: 'b # c',\n  a: 1}]\nother: [a,\n  b] # see [1\nreason: x # y\n"
    read = load_yaml(text, "a.md", prose=KEYS).values
    assert read == {"rows": [{"title": "b # c", "a": 1}], "other": ["a", "b"], "reason": "x # y"}


def test_windows_line_ends_are_no_part_of_the_words() -> None:
    read = load_yaml("reason: A # b\r\nforward:\r\n  - c: d\r\n", "a.md", prose=KEYS).values
    assert read == {"reason": "A # b", "forward": ["c: d"]}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('reason: "Quoted" and more', 1),
        ('reason: "Quoted" # and cut', 1),
        ("reason: 'tis the season", 1),
        ('a: 1\nreason: "not closed\nb: 2', 2),
        ("reason: Words\n  # cut?\n  more", 2),
        ("forward:\n  - a\n  - 'b' c", 3),
        ("reason: [a, b", 1),
        ("rows: [{title: b # c\n}]", 1),
        ("rows: [{a: 1,\n  title: b # c\n}]", 2),
        ("forward: [a\n  # b\n  ]", 2),
        ("rating: &amber", 1),
        ("rating: *amber", 1),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_its_line(text: str, row: int) -> None:
    with pytest.raises(Refused) as caught:
        load_yaml(text, "a.md", first_line=1, prose=KEYS)
    assert str(caught.value).startswith(f"a.md, row {row}") and "quotes round" in str(caught.value)


def test_every_doubtful_text_of_a_file_is_named() -> None:
    with pytest.raises(Refused) as caught:
        load_yaml("reason: 'a' b\ntitle: 'c\nforward:\n  - d\n    # e\n", "a.md", first_line=2, prose=KEYS)
    assert [str(error).split(":")[0] for error in caught.value.errors] == [
        "a.md, row 2",
        "a.md, row 3",
        "a.md, row 6",
    ]


# Which keys have words -----------------------------------------------------------------------------------------


def texts_of(model: type[BaseModel]) -> dict[str, bool]:
    """Return the keys at whatever depth that hold free text, and whether each is a list of it."""
    found: dict[str, bool] = {}
    for name, field in model.model_fields.items():
        for part, listed in parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= texts_of(part)
            elif part is str:
                found[name] = listed
    return found


def parts(annotation: Any, listed: bool = False) -> list[tuple[Any, bool]]:
    if get_origin(annotation) is Annotated:
        return parts(get_args(annotation)[0], listed)
    if get_origin(annotation) in (Union, UnionType):
        return [part for one in get_args(annotation) for part in parts(one, listed)]
    if get_origin(annotation) is list:
        return parts(get_args(annotation)[0], True)
    return [(annotation, listed)]


CODES = {"commitment", "rating", "id", "milestone", "partner", "months"}


@pytest.mark.parametrize(
    ("model", "prose"), [(Front, PROSE), (AppendixFront, PROSE), (GroupFront, PROSE), (Terms, TERMS_PROSE)]
)
def test_every_key_with_free_text_is_taken_as_written(model: type[BaseModel], prose: ProseKeys) -> None:
    texts = {name: listed for name, listed in texts_of(model).items() if name not in CODES}
    assert {name for name, listed in texts.items() if not listed} <= prose.words
    assert {name for name, listed in texts.items() if listed} <= prose.lists
    assert not CODES & (prose.words | prose.lists)


def test_so_is_the_reason_of_a_correction() -> None:
    assert "reason" in CORRECTIONS_PROSE.words


# In the files themselves -----------------------------------------------------------------------------------------


def test_the_words_of_an_update_reach_its_record_whole(tmp_path: Path) -> None:
    path = tmp_path / "2a.md"
    path.write_text(
        "---\ncommitment: 2a\nrating: amber\nqualifier: #1 risk: no lead\nreason: Two posts: & more\n"
        "action: @all leads\nowner: %age team\ndue: 2021-09-30 # a comment\nwritten: 2021-03-25\nbasis: reported\n"
        "milestones:\n"
        "  - id: 2a-x\n    title: Hub #2: open\n    note: *late*\nforward:\n  - Do: this #3\nachievements:\n"
        "  - text: yes\n    commitment: 2a\nliterals:\n  - text: 24/7\n    reason: a: b\n---\n\nText.\n",
        encoding="utf-8",
    )
    front = read_document(DataFolder(tmp_path), "2a.md", Front).front
    assert (front.qualifier, front.reason, front.action) == ("#1 risk: no lead", "Two posts: & more", "@all leads")
    assert (front.owner, front.due.day) == ("%age team", dt.date(2021, 9, 30))
    assert (front.milestones[0].title, front.milestones[0].note) == ("Hub #2: open", "*late*")
    assert (front.forward, front.achievements[0].text) == (["Do: this #3"], "yes")
    assert (front.literals[0].text, front.literals[0].reason) == ("24/7", "a: b")


def test_nothing_of_the_text_is_touched_where_no_key_has_words() -> None:
    text = "a: b # c\nd: &e f\n"
    assert as_written(text, ProseKeys()) == (text, [])
