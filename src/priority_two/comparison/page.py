"""What changed from one paper to another, as one accessible page of HTML."""

from __future__ import annotations

from collections.abc import Iterable

from priority_two.comparison.reports import ComparedPaper
from priority_two.content.diff import Changes, date_words
from priority_two.content.words import REMOVED, TextPiece


def as_page(changes: Changes, paper: ComparedPaper) -> bytes:
    """Return changes as one page of HTML that asks the network for nothing.

    `paper` is the later one, whose helplines and quick exit the page has.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from priority_two.publish.fonts import font_css
    from priority_two.publish.style_sheets import style_sheet

    environment = Environment(
        loader=PackageLoader("priority_two", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = date_words
    html = environment.get_template("compare.html.j2").render(
        changes=changes,
        paper=paper,
        paper_css=Markup(style_sheet("paper.css")),  # noqa: S704 -- ours
        texts=[(change, _paragraphs(change.pieces)) for change in changes.texts],
    )
    return html.replace("<!-- fonts -->", font_css(html), 1).encode()


def _paragraphs(pieces: Iterable[TextPiece]) -> list[list[tuple[str, str]]]:
    """Return the pieces by paragraph, each with its words as text; what was removed joins the paragraph it stood by."""
    paragraphs: list[list[tuple[str, str]]] = [[]]
    for piece in pieces:
        words: list[str] = []
        for word in (*piece.words, ""):
            if word and (word != "\n" or piece.op == REMOVED):
                words.append(word)
                continue
            if text := " ".join(each for each in words if each != "\n"):
                paragraphs[-1].append((piece.op, text))
            if word:
                paragraphs.append([])
            words = []
    return [paragraph for paragraph in paragraphs if paragraph]
