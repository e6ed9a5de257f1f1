"""PDF from the HTML of a paper: tagged (PDF/UA-1), with bookmarks, page numbers and embedded fonts.

Nothing is fetched: every image and font stands in the HTML as a ``data:`` address, and any other address stops the
rendering. The file's identifier is derived from the HTML, and no clock is asked, so equal HTML gives equal bytes.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

from priority_two.faults import Fault, Refused
from priority_two.publish.native import missing, prepare
from priority_two.publish.tags import mend_tags

HERE = Path(__file__).resolve().parent


def pdf_from_html(html: str) -> bytes:
    """Return the PDF of a paper's HTML.

    Raises
    ------
    Refused
        A native library is missing, or the HTML asks for something that is not inside it.
    """
    if lacking := missing():
        raise Refused(lacking)
    prepare()
    from weasyprint import CSS, HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Refuse(URLFetcher):  # type: ignore[misc]
        """Fetches what stands in the address itself, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise FatalURLFetchingError(url)
            return super().fetch(url, headers)

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        page_style = CSS(filename=HERE / "paper" / "pages.css", url_fetcher=Refuse())
        written = HTML(string=html, url_fetcher=Refuse()).write_pdf(
            stylesheets=[page_style],
            finisher=mend_tags,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
        )
    except FatalURLFetchingError as error:
        raise Refused([Fault("", "a paper that holds all it shows", found=str(error))]) from None
    return bytes(written)
