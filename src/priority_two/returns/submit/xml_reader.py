"""What a parser of XML tells a reader of a workbook's part."""

from __future__ import annotations

Attributes = dict[str, str]


class XmlReader:
    """What the parser tells: an element's start, its end, and text. Names are without their namespace."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text of the element that is open."""
