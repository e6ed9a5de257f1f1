"""Whether two PDFs of a paper say and show the same, where other native libraries made other bytes of one page.

Told are four things: the *text* in reading order, without running headers; the *tags*, which is how a screen reader
goes through the document; the *figures*, by the tables and records that the PDF carries; and the *page images*. A page
looks the same where the same things are drawn on it in the same order at the same places: that is read from what the
page draws (ISO 32000-1, 8 and 9), with fonts by their face and glyphs by their outlines, and nothing has to paint it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from priority_two.periods import plural

_MOST_PAGES = 5
_ENTRY = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")


@dataclass(frozen=True)
class Likeness:
    """In what two PDFs are the same.

    ``pages`` are the numbers, from 1, of those that look otherwise, of the ``count`` that the first has.
    """

    text: bool
    tags: bool
    figures: bool
    pages: list[int]
    count: int

    @property
    def same(self) -> bool:
        """Whether they say the same."""
        return self.text and self.tags and self.figures

    def __str__(self) -> str:
        """Return in words what is the same, and what is not."""
        parts = {"text": self.text, "tags": self.tags, "figures": self.figures, "page images": not self.pages}
        same = [name for name, true in parts.items() if true]
        other = [name for name, true in parts.items() if not true]
        phrases = [f"{_listed(same)} are the same"] if same else []
        phrases += [f"{_listed(other)} are not{'' if same else ' the same'}"] if other else []
        if self.pages:
            more = len(self.pages) - _MOST_PAGES
            named = ", ".join(map(str, self.pages[:_MOST_PAGES])) + (f" and {more} more" if more > 0 else "")
            phrases.append(f"another line or place on {plural(len(self.pages), 'page')} of {self.count}: {named}")
        return "; ".join(phrases)


def likeness(sealed: bytes, rebuilt: bytes) -> Likeness | None:
    """Return in what two PDFs are the same; None where nothing here can read a PDF, or one of them is none."""
    try:
        import pikepdf
    except ImportError:
        return None
    try:
        with pikepdf.open(io.BytesIO(sealed)) as first, pikepdf.open(io.BytesIO(rebuilt)) as second:
            pages = [_PageReader().pages(pdf) for pdf in (first, second)]
            text = ["".join(words for words, _ in document) for document in pages]
            drawn = [[digest for _, digest in document] for document in pages]
            longest = max(map(len, drawn))
            looks = [document + [""] * (longest - len(document)) for document in drawn]
            return Likeness(
                text=_words(text[0]) == _words(text[1]),
                tags=list(_tags(first.Root.StructTreeRoot)) == list(_tags(second.Root.StructTreeRoot)),
                figures=_carried(first) == _carried(second),
                pages=[number for number, (a, b) in enumerate(zip(*looks, strict=True), 1) if a != b],
                count=len(drawn[0]),
            )
    except (pikepdf.PdfError, AttributeError, KeyError, ValueError, RecursionError):
        return None


@dataclass
class _PageReader:
    """What stands on the pages of a PDF."""

    _fonts: dict[Any, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def pages(self, pdf: Any) -> list[tuple[str, str]]:
        """Return the text of each page, and a hash of what it draws."""
        pages = []
        for page in pdf.pages:
            digest, text = hashlib.sha256(), []
            for words, drawn in self._content(page, page.Resources):
                text.append(words)
                digest.update(drawn.encode())
            pages.append(("".join(text), digest.hexdigest()))
        return pages

    def _content(self, drawing: Any, resources: Any) -> Iterator[tuple[str, str]]:
        """Give the text and the drawing of each instruction of a page, or of what is drawn on it at once."""
        import pikepdf

        artifact, depth = 0, 0
        characters: dict[str, str] = {}
        for instruction in pikepdf.parse_content_stream(drawing):
            operands, name, words = list(instruction.operands), str(instruction.operator), ""
            shown = [str(operand) for operand in operands]
            if name in ("BMC", "BDC"):
                depth += 1
                if not artifact and shown[0] == "/Artifact":
                    artifact = depth
                continue  # the numbers of marked content say nothing of how a page looks
            if name == "EMC":
                artifact = 0 if artifact == depth else artifact
                depth -= 1
                continue
            if name == "Tf":
                face, characters = self._font(resources.Font[shown[0]])
                shown = [face, *shown[1:]]
            elif name == "TJ":
                pieces = operands[0]
                shown = [bytes(piece).hex() if isinstance(piece, pikepdf.String) else str(piece) for piece in pieces]
                codes = (bytes(piece).hex() for piece in pieces if isinstance(piece, pikepdf.String))
                glyphs = (code[n : n + 4] for code in codes for n in range(0, len(code), 4))
                words = "" if artifact else "".join(characters.get(glyph, "?") for glyph in glyphs)
            elif name == "Do":
                inner = resources.XObject[shown[0]]
                if inner.get("/Subtype") == "/Form":
                    yield from self._content(inner, inner.get("/Resources", resources))
                else:
                    shown = [hashlib.sha256(inner.read_raw_bytes()).hexdigest()]
            yield words, f"{' '.join(shown)} {name}\n"

    def _font(self, font: Any) -> tuple[str, dict[str, str]]:
        """Return a font as its face with the outlines of its glyphs, and its characters by glyph."""
        if font.objgen not in self._fonts:
            inner = font.DescendantFonts[0]
            face = str(inner.BaseFont).partition("+")[2]
            entries = _ENTRY.findall(font.ToUnicode.read_bytes())
            characters = {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in entries}
            descriptor = inner.FontDescriptor
            program = (descriptor.get("/FontFile2") or descriptor.FontFile3).read_bytes()
            self._fonts[font.objgen] = f"{face} {_outlines(program, sorted(characters))}", characters
        return self._fonts[font.objgen]


def _outlines(program: bytes, glyphs: list[str]) -> str:
    """Return a hash of the outlines of a font's glyphs: libraries write the same ones in other bytes."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(program), lazy=True)
    outlines, order, digest = font.getGlyphSet(), font.getGlyphOrder(), hashlib.sha256()
    for glyph in glyphs:
        pen = DecomposingRecordingPen(outlines)
        outlines[order[int(glyph, 16)]].draw(pen)
        digest.update(repr((glyph, pen.value)).encode())
    return digest.hexdigest()


def _words(text: str) -> str:
    return "".join(text.split())  # where a line ends no blank is drawn


def _tags(element: Any) -> Iterator[str]:
    """Give the tags of a tree from the top, each with what it says to a screen reader."""
    import pikepdf

    role, attributes = str(element.get("/S", "")), element.get("/A", {})
    parts = [str(element.get(name, "")) for name in ("/Alt", "/ActualText", "/Lang")]
    listed = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    parts += [str(entry.get("/Scope", "")) for entry in listed if isinstance(entry, pikepdf.Dictionary)]
    yield "|".join([role, *parts])
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _tags(kid)
    yield f"end of {role}"


def _carried(pdf: Any) -> dict[str, bytes]:
    """Return the files that a PDF carries, without what its manifest says of the machine."""
    files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    for name, content in files.items():
        if name == "manifest.json":
            manifest = json.loads(content)
            manifest.pop("environment", None)
            files[name] = json.dumps(manifest, sort_keys=True).encode()
    return files


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
