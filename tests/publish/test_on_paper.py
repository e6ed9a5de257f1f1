"""What of a page is printed, and that nothing on paper depends on what is not."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from checkers import on_paper as looked_at_on_paper
from priority_two.publish.on_paper import on_paper

CASES = {
    "nothing to leave out": ("<div><p>a</p></div>", "<div><p>a</p></div>"),
    "evidence": ('<p>a</p><div class="evidence"><div>b<div>c</div></div></div><p>d</p>', "<p>a</p><p>d</p>"),
    "what is closed": ("<p>a</p><details><summary>s</summary><p>b</p></details><p>c</p>", "<p>a</p><p>c</p>"),
    "closed in closed": ("<details>a<details>b</details>c</details><p>d</p>", "<p>d</p>"),
    "open in closed": ('<details class="x">a<details open>b</details>c</details>d', "d"),
    "closed in open": ("<details open>a<details>b</details>c</details>d", "<details open>a<!---->c</details>d"),
    "what is open": ('<details class="x" open=""><p>a</p></details>', '<details class="x" open=""><p>a</p></details>'),
    "words about it": ("<p>&lt;details&gt; and a details</p>", "<p>&lt;details&gt; and a details</p>"),
    "two of each": ('<details>a</details>b<div class="evidence">c</div>d<details>e</details>f', "bdf"),
}
CARD = '<article id="{0}" class="card ill">{0}</article>'
PAIRS = {0: [], 1: ["0"], 2: ["01"], 3: ["01", "2"], 5: ["01", "23", "4"]}


@pytest.mark.parametrize("case", CASES)
def test_evidence_and_what_is_closed_are_not_printed(case: str) -> None:
    html, printed = CASES[case]
    assert on_paper(html) == printed.replace("<!---->", "")
    assert looked_at_on_paper(html).get_text() == looked_at_on_paper(printed).get_text()


@pytest.mark.parametrize("many", PAIRS)
def test_cards_stand_in_pairs(many: int) -> None:
    page = BeautifulSoup(on_paper(grid(many) + "<p>b</p>" + grid(many)), "html.parser")
    assert [cards.get_text() for cards in page.find_all(class_="cards")] == (PAIRS[many] or [""]) * 2


def grid(many: int) -> str:
    return f'<div class="cards">{"".join(map(CARD.format, range(many)))}</div>'
