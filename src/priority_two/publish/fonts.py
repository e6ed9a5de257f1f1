"""The typeface of the papers, carried inside each HTML file.

The faces come from a package, so no font of the machine takes part; each is cut down to the characters that the paper
uses and embedded as WOFF2. The PDF, made from the same HTML, embeds what it finds there.
"""

from __future__ import annotations

import base64
import contextlib
import io
import logging
import os
import string
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools import subset
from fontTools.ttLib import TTFont

from priority_two.locks import private_folder
from priority_two.typeface import font_file

FAMILY = "Paper Sans"
_MARKERS = "•–\xa0"  # of lists: no text holds them, and yet they are drawn
_STYLES = {"regular": ("400", "normal"), "bold": ("600", "normal"), "italic": ("400", "italic")}


@contextlib.contextmanager
def only_our_fonts() -> Iterator[None]:
    """Let fontconfig know the package's fonts alone: no font, setting or cache of the machine or of who uses it.

    A rule in somebody's own settings, such as a family to prefer to all others, would come before the paper's own.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with private_folder("priority-two-fonts-", Path(tempfile.gettempdir())) as folder:
        file, ours = folder / "fonts.conf", os.fspath(font_file("regular").parent)
        known = f"<dir>{escape(ours)}</dir><cachedir>{escape(os.fspath(folder))}</cachedir>"
        file.write_text(f'<?xml version="1.0"?>\n<fontconfig>{known}</fontconfig>\n', encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = os.fspath(file)
        try:
            yield
        finally:
            del os.environ["FONTCONFIG_FILE"]
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before


def font_css(text: str) -> str:
    """Return ``@font-face`` rules with the three faces, cut down to the characters of `text`."""
    characters = "".join(sorted(set(text) | set(string.printable) | set(_MARKERS)))
    return "\n".join(
        f"@font-face {{ font-family: '{FAMILY}'; font-weight: {weight}; font-style: {style}; "
        f"src: url(data:font/woff2;base64,{_cut(face, characters)}) format('woff2'); }}"
        for face, (weight, style) in _STYLES.items()
    )


def _cut(face: str, characters: str) -> str:
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # names and the licence
    options.notdef_outline = True
    options.recalc_timestamp = False
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with TTFont(font_file(face), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        buffer = io.BytesIO()
        subset.save_font(font, buffer, options)
    return base64.b64encode(buffer.getvalue()).decode()
