"""One filter of characters, whatever a text comes in: a table, YAML plain or by escape, a narrative, a return."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from priority_two.characters import UNSEEN
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import load_yaml
from priority_two.returns.submit.submission import note_flaw
from priority_two.updates.markdown import read

REFUSED = {
    "a control character": "\x07",
    "an escape": "\x1b",
    "a control character of the second set": "\x85",
    "an override of direction": "\u202e",
    "an isolate of direction": "\u2067",
    "a mark of direction": "\u200f",
    "an Arabic mark of direction": "\u061c",
    "a line separator": "\u2028",
    "a paragraph separator": "\u2029",
    "a surrogate": "\ud800",
    "no character": "\ufdd0",
    "no character, at the end of a plane": "\U0001fffe",
    "a byte order mark": "\ufeff",
    "an anchor of an annotation": "\ufff9",
    "a tag": "\U000e0041",
    "a filler that has the width of nothing": "\u3164",
    "half a filler": "\u115f",
    "a joiner of graphemes": "\u034f",
    "a sign that is not written": "\u2063",
    "a selector of another plane": "\U000e0101",
    "a control of shorthand": "\U0001bca0",
    "a blank of Braille": "\u2800",
    "a bullet of one typeface alone": "\uf0b7",
    "a character of private use in another plane": "\U000f0001",
}
TAKEN = "a\tb é ’ – £ 中 😀 a\u00a0b a\u00adb a\u200bb \ufffd"
"""What people write: accents, quotation marks, signs, other scripts, spaces and hyphens that do not show."""


@pytest.mark.parametrize("character", REFUSED.values(), ids=REFUSED)
def test_a_character_that_hides_is_refused_whatever_it_comes_in(tmp_path: Path, character: str) -> None:
    name = f"U+{ord(character):04X}"
    if character not in "\ud800":  # which no file can hold, but by an escape
        (tmp_path / "a.csv").write_text(f"a,b\n1,x{character}y\n", encoding="utf-8")
        with pytest.raises(Refused, match=f"row 2: found U\\{name[1:]}"):
            DataFolder(tmp_path).table("a.csv")
        with pytest.raises(Refused, match=f"row 2: found U\\{name[1:]}"):
            load_yaml(f"a: 1\nb: x{character}y\n", "a.yaml")
    escaped = f"\\U{ord(character):08X}"
    with pytest.raises(Refused, match=r"row 2") as refused:
        load_yaml(f'a: 1\nb: "x{escaped}y"\n', "a.yaml")
    assert name in str(refused.value) or character == "\ud800"
    flaw = note_flaw(f"x{character}y", "sheet", 2, 7)
    assert flaw is not None and flaw.found == name
    assert [error.row for error in read(f"One\n\ntwo{character}three", "a.md").errors] == [3]


def test_what_people_write_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"a,b\n1,{TAKEN}\n", encoding="utf-8")
    assert DataFolder(tmp_path).table("a.csv").rows[0]["b"] == TAKEN
    assert load_yaml(f"a: {json.dumps(TAKEN, ensure_ascii=False)}\n", "a.yaml").values == {"a": TAKEN}
    assert not UNSEEN.search(TAKEN)


@given(st.characters())
def test_what_the_filter_lets_through_yaml_writes_and_reads_back(character: str) -> None:
    if not UNSEEN.search(character):
        written = yaml.safe_dump({"a": f"x{character}y"}, allow_unicode=True, width=100)
        assert load_yaml(written, "a.yaml").values == {"a": f"x{character}y"}
