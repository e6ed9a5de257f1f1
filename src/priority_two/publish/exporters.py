"""Two nbconvert exporters, for the command and for JupyterLab's export menu: the paper as HTML and as PDF.

Both read the outputs that a notebook holds, and run it only where ``nbconvert --execute`` says so. A notebook that has
not been run, that raised, or that printed something besides its sections makes no paper.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

from priority_two.by_hand import STYLE
from priority_two.errors import Error, Refused
from priority_two.publish.columns import with_columns
from priority_two.publish.fonts import font_css
from priority_two.publish.pdf import pdf_from_html

HERE = Path(__file__).resolve().parent


class PaperHTMLExporter(HTMLExporter):
    """A paper as one HTML file that asks the network for nothing."""

    export_from_notebook = "Board paper (HTML)"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "paper"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(HERE)]

    @default("exclude_anchor_links")
    def _exclude_anchor_links_default(self) -> bool:
        return True

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a run notebook as HTML.

        Raises
        ------
        Refused
            The notebook makes no paper: a fault a reason.
        """
        given = dict(resources or {})
        given["paper_css"] = Markup((HERE / "paper" / "paper.css").read_text(encoding="utf-8"))  # noqa: S704 -- ours
        html, resources_out = super().from_notebook_node(nb, given, **kw)
        html = html.replace(STYLE, "")
        html = re.sub(r"<h2>(.*?)</h2>", _named_heading, html)
        soup = BeautifulSoup(html, "html.parser")
        html = with_columns(html, soup)
        html = html.replace("<!-- contents -->", _contents(soup), 1)
        return html.replace("<!-- fonts -->", font_css(soup.get_text()), 1), resources_out

    def _preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Read the masthead once the notebook has been run, where ``nbconvert --execute`` runs it."""
        run, given = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        given["paper"] = paper_metadata(run)
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
        html, resources_out = super().from_notebook_node(nb, resources, **kw)
        resources_out["output_extension"] = ".pdf"
        return pdf_from_html(html), resources_out


def paper_metadata(nb: NotebookNode, name: str = "notebook") -> dict[str, Any]:
    """Return what the masthead says of a run notebook's paper: title, status, inputs, checks.

    Raises
    ------
    Refused
        A cell raised or printed something, or no masthead is there: a fault each.
    """
    errors, found = [], None
    for cell in nb.cells:
        where = f"cell {cell.get('id', '')}"
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                error = Error(name, "cells that run", None, where, f"{output.ename}: {output.evalue}")
                errors.append(error)
            elif output.output_type == "stream":
                error = Error(name, "no printed text or warning", None, where, output.text)
                errors.append(error)
            found = output.get("metadata", {}).get("priority_two", found)
    if not errors and found is None:
        fix = "run all its cells first; the first of them opens the report and shows its masthead"
        errors.append(Error(name, "a masthead", fix=fix))
    if errors:
        raise Refused(errors)
    return dict(found or {})


def _named_heading(match: re.Match[str]) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", match[1].lower()).strip("-")
    return f'<h2 id="{name}">{match[1]}</h2>'


def _contents(soup: BeautifulSoup) -> str:
    """Return links to the headings that have a name, as nested lists."""
    items: list[str] = []
    inner = False
    for heading in soup.find_all(["h2", "h3"]):
        name, text = heading.get("id"), heading.get_text().strip()
        if not name:
            continue
        link = f'<a href="#{Markup.escape(str(name))}">{Markup.escape(text)}</a>'
        if heading.name == "h3":
            items.append(f"{'' if inner else '<ul>'}<li>{link}</li>")
            inner = True
        else:
            items.append(f"{'</ul>' if inner else ''}{'</li>' if items else ''}<li>{link}")
            inner = False
    end = f"{'</ul>' if inner else ''}{'</li>' if items else ''}"
    return f"<ul>{''.join(items)}{end}</ul>"
