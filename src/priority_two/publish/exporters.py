"""Two nbconvert exporters, for the command and for JupyterLab's export menu: the paper as HTML and as PDF.

Both read the sections that a notebook holds (:mod:`priority_two.publish.notebook`), and run it only where ``nbconvert
--execute`` says so. A notebook that has not been run makes no paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import List, Unicode, default
from traitlets.config import Config

from priority_two.publish.fonts import font_css
from priority_two.publish.notebook import read_paper
from priority_two.publish.pdf import pdf_from_html
from priority_two.report.html import html

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
        super().__init__(config=own, **kw)  # type: ignore[no-untyped-call]

    @default("template_paths")
    def _template_paths_default(self) -> list[str]:
        return [str(HERE / "paper")]

    @default("template_name")
    def _template_name_default(self) -> str:
        return "paper"

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Read the paper once the notebook has been run, where ``nbconvert --execute`` runs it."""
        run, given = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        paper = read_paper(run)
        chapters = [
            (chapter.section.place, chapter.heading, Markup(html(chapter.section.blocks)))  # noqa: S704 -- escaped
            for chapter in paper.chapters
        ]
        letters = "".join([str(paper.metadata), *(heading + body for _, heading, body in chapters)])
        css = (HERE / "paper" / "paper.css").read_text(encoding="utf-8")
        given |= {
            "paper": paper.metadata,
            "chapters": chapters,
            "contents": _nested(paper.contents),
            "fonts": Markup(font_css(letters)),  # noqa: S704 -- ours
            "paper_css": Markup(css),  # noqa: S704 -- ours
        }
        return run, given


class PaperPDFExporter(PaperHTMLExporter):
    """A paper as tagged PDF, made from the same HTML."""

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
        return pdf_from_html(page), resources_out


def _nested(contents: Sequence[tuple[int, str, str]]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return headings of level 2, each with those of level 3 that follow it: place, words, the inner headings."""
    entries: list[tuple[str, str, list[tuple[str, str]]]] = []
    for level, place, words in contents:
        if level == 2:
            entries.append((place, words, []))
        elif entries:
            entries[-1][2].append((place, words))
    return entries
