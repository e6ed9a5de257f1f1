"""A page in one way of writing it: that of nbconvert's own exporter, without its tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from conftest import WORKSPACE
from priority_two.publish.canonical import canonical

TEXT = st.text(alphabet=st.sampled_from("aé£–\u00a0 \n\t&;#x<>\"'/=-"), max_size=12)
BLANK = st.sampled_from(["", " ", "\n", "\n\n  \n", "\t ", "\u00a0"])
NAMES = st.sampled_from(["class", "id", "data-h", "style", "aria-label", "href", "hidden"])


def escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    )


@st.composite
def attributes(draw: st.DrawFn) -> str:
    pairs = draw(st.dictionaries(NAMES, TEXT, max_size=4))
    return "".join(f' {name}="{escaped(value)}"' if value != "-" else f" {name}" for name, value in pairs.items())


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    inner = "".join(draw(st.lists(elements(depth - 1), max_size=3))) if depth else ""
    before, after = draw(BLANK), escaped(draw(TEXT))
    kind = draw(st.sampled_from(["p", "span", "TD", "pre", "br", "img", "col", "style", "script", "comment"]))
    if kind == "comment":
        return f"{before}<!-- a <b> & -->{after}"
    if kind in ("br", "img", "col"):
        return f"{before}<{kind}{draw(attributes())}>{after}"
    if kind in ("style", "script"):
        return f"{before}<{kind}> a > b {{}}  &amp; '\n\n</{kind}>{after}"
    return f"{before}<{kind}{draw(attributes())}>{inner}{after}</{kind}>{draw(BLANK)}"


@given(st.lists(elements(), max_size=4))
def test_a_page_is_written_as_by_way_of_a_tree(pieces: list[str]) -> None:
    page = "<!DOCTYPE html>\n<html>" + "".join(pieces) + "</html>\n"
    written = canonical(page)
    assert written == str(BeautifulSoup(page, features="html.parser"))
    assert canonical(written.replace("<!DOCTYPE html>\n", "<!DOCTYPE html>", 1)) == written


@pytest.mark.parametrize(
    "paper", sorted((WORKSPACE / "reports/filed").rglob("*.html")), ids=lambda path: path.parent.name
)
def test_what_is_filed_is_written_so(paper: Path) -> None:
    page = paper.read_bytes().decode()
    assert canonical(re.sub(r"\A(<!DOCTYPE html>)\n", r"\1", page)) == page
