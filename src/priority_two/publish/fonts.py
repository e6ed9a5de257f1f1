"""The typeface of the papers, carried inside each HTML file.

The faces come from a package, so no font of the machine takes part; each is cut down to the characters that the paper
uses and embedded as WOFF2. The PDF, made from the same HTML, embeds what it finds there.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import itertools
import logging
import os
import re
import string
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont
from pydyf import PDF, Dictionary, Stream

from priority_two.files.locks import private_folder
from priority_two.files.reads import sha256_of
from priority_two.files.result_cache import results
from priority_two.typeface import font_file

FAMILY = "Paper Sans"
_MARKERS = "•–\xa0"  # of lists: no text holds them, and yet they are drawn
_STYLES = {"regular": ("400", "normal"), "bold": ("600", "normal"), "italic": ("400", "italic")}
_NAME = re.compile(rb"/?(?P<tag>[A-Z]{6})\+(?P<face>\S+)")
_CHOSEN = re.compile(rb"\A/(?P<tag>[A-Z]{6}) \S+ Tf\Z")
_LONGEST_CHOICE = 60
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


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


@lru_cache(maxsize=16)
def _cut(face: str, characters: str) -> str:
    """Return a face that is cut down, as base64: the one of an earlier run where that may be used again."""
    earlier = results("fonts")
    if earlier is None:
        return _cut_now(face, characters)
    follows = (face, characters, sha256_of(font_file(face)), fontTools.version, sha256_of(Path(__file__)))
    key = hashlib.sha256(repr(follows).encode()).hexdigest()
    stored = earlier.get(key) or b""
    if _BASE64.fullmatch(stored):
        return stored.decode()
    cut = _cut_now(face, characters)
    earlier.put(key, cut.encode())
    return cut


def _cut_now(face: str, characters: str) -> str:
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


def name_fonts(pdf: PDF) -> None:
    """Give each font of a PDF the tag of six letters that follows from its face and its characters, in place.

    Such a tag tells the subset of a font from the whole of it (ISO 32000-1, 9.6.4), and pages choose fonts by it.
    WeasyPrint makes it from how Pango describes the font, in which each version of Pango says something else.
    """
    numbered = {item.number: item for item in pdf.objects}
    tags: dict[bytes, bytes] = {}
    for item in pdf.objects:
        if isinstance(item, Dictionary) and "ToUnicode" in item and (name := _NAME.fullmatch(_bytes(item["BaseFont"]))):
            characters = numbered[int(_bytes(item["ToUnicode"]).split()[0])].stream
            content = b"\n".join([name["face"], *map(_bytes, characters)])
            tags[name["tag"]] = next(tag for tag in _tags(content) if tag not in tags.values())

    def renamed(match: re.Match[bytes]) -> bytes:
        return match[0].replace(match["tag"], tags.get(match["tag"], match["tag"]), 1)

    for item in pdf.objects:
        if isinstance(item, Stream):
            item.stream[:] = [_CHOSEN.sub(renamed, part) if _is_short(part) else part for part in item.stream]
        elif isinstance(item, Dictionary):
            entries = [(tags.get(key.encode(), key.encode()).decode(), value) for key, value in item.items()]
            item.clear()
            for key, value in entries:
                item[key] = _NAME.sub(renamed, _bytes(value)) if key in ("BaseFont", "FontName") else value


def _tags(content: bytes) -> Iterator[bytes]:
    """Give tags that follow from a font's content, one after the other."""
    for number in itertools.count():
        digest = hashlib.sha256(b"%d\n%s" % (number, content)).digest()
        yield bytes(ord("A") + byte % 26 for byte in digest[:6])


def _is_short(part: object) -> bool:
    """Whether a part of a content stream can be one that chooses a font: those of text and of images are long."""
    return isinstance(part, bytes) and len(part) < _LONGEST_CHOICE


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
