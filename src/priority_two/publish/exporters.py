"""Two nbconvert exporters, for the command and for JupyterLab's export menu: the paper as HTML and as PDF.

Both read the sections that a notebook holds (:mod:`priority_two.publish.notebook`), and run it only where ``nbconvert
--execute`` says so. A notebook that has not been run makes no paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import List, Unicode, default
from traitlets.config import Config

from priority_two.blocks import Block, Section, Span
from priority_two.periods import parse_date
from priority_two.publish.attachments import attachments
from priority_two.publish.canonical import canonical
from priority_two.publish.fonts import font_css
from priority_two.publish.notebook import MASTHEAD, PublishedPaper, read_paper
from priority_two.publish.pdf import pdf_from_html
from priority_two.publish.style_sheets import style_sheet
from priority_two.report.html import html, line_html

HERE = Path(__file__).resolve().parent


class PaperHTMLExporter(HTMLExporter):
    """A paper as one HTML file that asks the network for nothing; :class:`Refused` where the notebook makes none."""

    export_from_notebook = "Board paper (HTML)"

    template_paths = List(Unicode(), read_only=True)
    """Where templates are looked for: in the package, and nowhere in a home folder or among what is installed."""

    def __init__(self, config: Config | None = None, **kw: Any) -> None:
        # Of what a home folder says of exporters nothing counts, but whether the notebook is to be run.
        given = config or getattr(kw.pop("parent", None), "config", None) or Config()
        own = Config({name: given[name] for name in ("ExecutePreprocessor",) if name in given})
        self._paper: PublishedPaper | None = None
        super().__init__(config=own, **kw)  # type: ignore[no-untyped-call]

    def from_paper(self, paper: PublishedPaper) -> tuple[str, list[str]]:
        """Return a paper that was read from its notebook before: as HTML, and its sections alone, one a chapter."""
        self._paper = paper
        book = NotebookNode(cells=[], metadata={}, nbformat=4, nbformat_minor=5)
        page, resources = self.from_notebook_node(book)
        return page, ["\n".join(filter(None, parts)) for _, _, parts in resources["chapters"]]

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a run notebook as HTML.

        Raises
        ------
        Refused
            The notebook makes no paper.
        """
        # Not by way of HTMLExporter, which reads the whole page into a tree for what no paper has, and writes it again.
        page, given = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return canonical(page), given

    @default("template_paths")
    def _template_paths_default(self) -> list[str]:
        return [str(HERE / "paper")]

    @default("template_name")
    def _template_name_default(self) -> str:
        return "paper"

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Read the paper once the notebook has been run, where ``nbconvert --execute`` runs it."""
        run, given = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        paper = self._paper or read_paper(run)
        places: set[str] = set()
        chapters = [
            (
                chapter.section.place,
                chapter.heading,
                [Markup(html(blocks, places)) for blocks in _parts(chapter.section)],  # noqa: S704 -- escaped
            )
            for chapter in paper.chapters
        ]
        contents = [
            (entry.place, _line(entry.words), [(inner.place, _line(inner.words)) for inner in entry.below])
            for entry in paper.contents
        ]
        letters = "".join(
            [str(paper.metadata), str(contents), *(heading + "".join(bodies) for _, heading, bodies in chapters)]
        )
        given |= {
            "published": paper,
            "paper": paper.metadata,
            "chapters": chapters,
            "contents": contents,
            "fonts": Markup(font_css(letters)),  # noqa: S704 -- ours
            "paper_css": Markup(style_sheet("paper.css")),  # noqa: S704 -- ours
        }
        return run, given


class PaperPDFExporter(PaperHTMLExporter):
    """A paper as tagged PDF, made from the same HTML; it carries all that the command's does but the manifest."""

    export_from_notebook = "Board paper (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return a run notebook as PDF.

        Raises
        ------
        Refused
            The notebook makes no paper, or a native library is missing.
        """
        page, resources_out = super().from_notebook_node(nb, resources, **kw)
        resources_out["output_extension"] = ".pdf"
        paper = resources_out["published"]
        return pdf_from_html(page, attachments(paper), parse_date(paper.metadata["as_at"])), resources_out


def _parts(section: Section) -> tuple[Sequence[Block], Sequence[Block]]:
    """Return the blocks of a section in two parts: the band at the head of the paper, and all the others."""
    return (section.blocks[:1], section.blocks[1:]) if section.section == MASTHEAD else ((), section.blocks)


def _line(words: Iterable[Span]) -> Markup:
    return Markup(line_html(words))  # noqa: S704 -- escaped
