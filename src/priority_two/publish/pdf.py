"""PDF from the HTML of a paper: tagged (PDF/UA-1), with bookmarks, page numbers and embedded fonts.

Nothing is fetched: every image and font stands in the HTML as a ``data:`` address, and any other address stops the
rendering. The file's identifier is derived from the HTML, no clock is asked, and what versions of the native libraries
would do each in its own way is settled beforehand or mended afterwards, so equal HTML gives equal bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from priority_two.errors import Error, Refused
from priority_two.publish.fonts import name_fonts, only_our_fonts
from priority_two.publish.native import missing
from priority_two.publish.on_paper import on_paper
from priority_two.publish.outlines import remember_outlines
from priority_two.publish.style_sheets import on_pages, style_sheet
from priority_two.publish.tags import mend_tags
from priority_two.publish.together import together


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF: its name, its bytes, and what it is."""

    name: str
    content: bytes
    what: str


def get_ready() -> None:
    """Import WeasyPrint, and read the style sheets."""
    _log_errors_alone()
    for name in ("paper.css", "pages.css"):
        _compiled(name)


def _log_errors_alone() -> None:
    for library in ("fontTools", "weasyprint"):
        logging.getLogger(library).setLevel(logging.ERROR)


@cache
def _compiled(name: str) -> Any:
    """Return a style sheet as WeasyPrint wants it: read once a process."""
    from weasyprint import CSS

    return CSS(string=on_pages(style_sheet(name)), url_fetcher=_fetcher())


def _without_style(page: str) -> tuple[str, list[Any]]:
    """Return a page without the style sheet of all papers, and that by itself."""
    before, style, after = page.partition(style_sheet("paper.css"))
    return before + after, [_compiled("paper.css")] if style else []


@cache
def _fetcher() -> Any:
    """Return what fetches what stands in the address itself, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Refuse(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FatalURLFetchingError(url)
            return super().fetch(url, headers)

    return Refuse()


def _finish(document: object, pdf: Any) -> None:
    mend_tags(document, pdf)
    name_fonts(pdf)


@only_our_fonts()
def pdf_from_html(html: str, attached: Sequence[Attached] = (), day: dt.date = dt.date(1970, 1, 1)) -> bytes:
    """Return the PDF of a paper's HTML.

    The files that it carries bear a `day`, since a PDF wants one: the paper's as-at date, and no clock's.

    Raises
    ------
    Refused
        A native library is missing, or the HTML asks for something that is not inside it.
    """
    if lacking := missing():
        raise Refused(lacking)
    from weasyprint import HTML, Attachment
    from weasyprint.urls import FatalURLFetchingError

    remember_outlines()
    moment = dt.datetime.combine(day, dt.time())
    _log_errors_alone()
    try:
        page, styles = _without_style(on_paper(html))
        written = HTML(string=together(page), url_fetcher=_fetcher()).write_pdf(
            stylesheets=[*styles, _compiled("pages.css")],
            attachments=[
                Attachment(
                    file_obj=io.BytesIO(file.content),
                    name=file.name,
                    description=file.what,
                    created=moment,
                    modified=moment,
                )
                for file in attached
            ],
            finisher=_finish,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        )
    except FatalURLFetchingError as error:
        raise Refused([Error("", "a paper that holds all it shows", found=str(error))]) from None
    return bytes(written)
