"""``styles.xml``: what the formats of cells show, and what they do to hide it.

A text is not seen where its colour is that of the cell, where it is too small to read, where it is struck through,
which says that it does not count, or where its typeface has signs in place of digits. Colours come as such, by their
number in a palette, or from the workbook's theme.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass, field
from decimal import Decimal

from priority_two.returns.submit.number_format import not_as_it_is
from priority_two.returns.submit.xml_reader import Attributes, XmlReader

SMALLEST = 4.0
"""Points: what is smaller cannot be read."""
LEAST_CONTRAST = 1.15
"""Between a text and its cell, as WCAG measures it; the same colour has 1."""
MOST_FORMATS = 70_000
MOST_CODES = 5_000
COLOUR, SIZE, STRUCK = "hidden by its colour", "too small to read", "struck through"
SIGNS, PLACED = "written in signs", "shown otherwise by its alignment"
MOST_INDENT = 15
"""Steps by which a cell may push what it holds away from its edge."""

_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_BLACK, _WHITE = "000000", "FFFFFF"
_INK, _PAPER = 64, 65
"""The numbers in the palette that are the system's own colours."""
_SIGNS = re.compile(r"(?:wing|web)dings.*|symbol.*|marlett|mt extra|zapf ?dingbats.*|bookshelf symbol.*", re.IGNORECASE)
_SIGN_SET = "2"


@dataclass
class Font:
    """The letters of a text: colour (black where none is given), size in points, and whether they are struck through.

    ``raised`` says that they stand above or below the line, ``signs`` that they are none, but arrows and hands.
    """

    colour: Attributes | None = None
    size: float = 11.0
    struck: bool = False
    raised: bool = False
    signs: bool = False

    def take(self, name: str, attributes: Attributes) -> None:
        """Take in an element that describes letters."""
        value = attributes.get("val")
        if name == "color":
            self.colour = attributes
        elif name == "sz":
            self.size = _float(value, self.size)
        elif name == "strike":
            self.struck = value not in ("0", "false")
        elif name == "vertAlign":
            self.raised = value in ("superscript", "subscript")
        elif name in ("name", "rFont"):
            self.signs = self.signs or _SIGNS.fullmatch(value or "") is not None
        elif name == "charset":
            self.signs = self.signs or value == _SIGN_SET


@dataclass(frozen=True)
class CellFormat:
    """How a cell shows what it holds: as a date or a percentage, by which code; and what hides it, or nothing."""

    date: bool
    percent: bool
    code: str
    hides: str


@dataclass
class _Format:
    number: int
    font: int
    fill: int
    misplaced: bool = False


@dataclass
class _Fill:
    pattern: str = ""
    front: Attributes | None = None
    back: Attributes | None = None
    stops: list[Attributes] = field(default_factory=list)


@dataclass
class _Rule:
    """What a conditional format changes; None or blank where it changes nothing."""

    code: str | None = None
    font: Font | None = None
    fill: _Fill | None = None


class Theme(XmlReader):
    """``theme1.xml``: the colours that styles name by number."""

    def __init__(self) -> None:
        self.colours = {"lt1": _WHITE, "dk1": _BLACK}
        self.name = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        if name in _THEME:
            self.name = name
        elif self.name and name in ("srgbClr", "sysClr"):
            self.colours[self.name] = attributes.get("lastClr", attributes.get("val", ""))[-6:]

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name in _THEME:
            self.name = ""


@dataclass
class CellStyles(XmlReader):
    """The formats of cells, by number."""

    theme: Theme = field(default_factory=Theme)

    def __post_init__(self) -> None:
        self.codes: dict[int, str] = {9: "0%", 10: "0.00%"}
        self.formats: list[_Format] = []
        self.fonts: list[Font] = []
        self.fills: list[_Fill] = []
        self.rules: list[_Rule] = []
        self.palette: list[str] = []
        self.of_tables: list[int] = []
        self.within: list[str] = []
        self.known: dict[str, CellFormat] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in the beginning of an element."""
        parent = self.within[-1] if self.within else ""
        self.within.append(name)
        if len(self.formats) + len(self.fonts) + len(self.fills) + len(self.rules) + len(self.palette) > MOST_FORMATS:
            return
        if name == "numFmt" and len(self.codes) < MOST_CODES:
            code = attributes.get("formatCode", "")[:300]
            if parent == "dxf" and self.rules:
                self.rules[-1].code = code
            else:
                self.codes[int(attributes.get("numFmtId", "0"))] = code
        elif name == "xf" and parent == "cellXfs":
            number, font, fill = (int(attributes.get(key, "0")) for key in ("numFmtId", "fontId", "fillId"))
            self.formats.append(_Format(number, font, fill))
        elif name == "alignment" and self.within[-3:-1] == ["cellXfs", "xf"] and self.formats:
            indent = _float(attributes.get("indent"), 0.0)
            self.formats[-1].misplaced = attributes.get("horizontal") == "fill" or indent > MOST_INDENT
        elif name == "font":
            self._begin_font(parent)
        elif name == "fill":
            self._begin_fill(parent)
        elif name == "dxf":
            self.rules.append(_Rule())
        elif parent == "font":
            (self._rule.font or Font() if "dxf" in self.within else self.fonts[-1]).take(name, attributes)
        elif name == "patternFill":
            self._fill.pattern = attributes.get("patternType", "solid" if "dxf" in self.within else "")
        elif name in ("fgColor", "bgColor") and parent == "patternFill":
            setattr(self._fill, "front" if name == "fgColor" else "back", attributes)
        elif name == "gradientFill":
            self._fill.pattern = name
        elif name == "color" and parent == "stop":
            self._fill.stops.append(attributes)
        elif name == "tableStyleElement" and "dxfId" in attributes:
            self.of_tables.append(int(attributes["dxfId"]))
        elif name == "rgbColor":
            self.palette.append(attributes.get("rgb", "")[-6:])

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if self.within:
            self.within.pop()

    @property
    def _rule(self) -> _Rule:
        return self.rules[-1] if self.rules else _Rule()

    @property
    def _fill(self) -> _Fill:
        if "dxf" in self.within:
            return self._rule.fill or _Fill()
        return self.fills[-1] if self.fills else _Fill()

    def _begin_font(self, parent: str) -> None:
        if parent == "dxf":
            self._rule.font = Font()
        else:
            self.fonts.append(Font())

    def _begin_fill(self, parent: str) -> None:
        if parent == "dxf":
            self._rule.fill = _Fill()
        else:
            self.fills.append(_Fill())

    def of(self, style: str) -> CellFormat:
        """Return what the format of a number shows."""
        if style not in self.known:
            form = self._form(style)
            built_in = any(first <= form.number <= last for first, last in ((14, 22), (27, 36), (45, 47), (50, 58)))
            code = self.codes.get(form.number, "General")
            plain = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code).lower()
            date = built_in or ("general" not in plain and re.search(r"[dmyhs]", plain) is not None)
            hides = self._hides(self._font(form), self._grounds(form)) or (PLACED if form.misplaced else "")
            self.known[style] = CellFormat(date, "%" in plain, code, hides)
        return self.known[style]

    def run_hides(self, style: str, runs: list[Font]) -> str:
        """Return what hides a part of a text that has letters of its own, in a cell of a style; or nothing."""
        grounds = self._grounds(self._form(style))
        return next((reason for run in runs if (reason := self._hides(run, grounds))), "")

    def coloured(self, ground: Attributes) -> int:
        """Return the number of a new rule that gives cells a ground of a colour, as a scale of colours does."""
        self.rules.append(_Rule(fill=_Fill("solid", back=ground)))
        return len(self.rules) - 1

    def tables_hide(self) -> bool:
        """Whether a style of tables would hide what a plain cell holds."""
        return any(self.rule_hides("0", number) for number in self.of_tables)

    def rule_hides(self, style: str, number: int) -> bool:
        """Whether a conditional format would hide what a cell of a style holds."""
        rule = self.rules[number] if 0 <= number < len(self.rules) else _Rule()
        form = self._form(style)
        grounds = [self._colour(rule.fill.back or rule.fill.front, _WHITE)] if rule.fill else self._grounds(form)
        font = rule.font or Font()
        if font.colour is None:
            font = Font(self._font(form).colour, font.size, font.struck)
        otherwise = rule.code is not None and not_as_it_is(rule.code, Decimal(12)) != ""
        return otherwise or bool(self._hides(font, grounds))

    def _form(self, style: str) -> _Format:
        number = int(style)
        return self.formats[number] if 0 <= number < len(self.formats) else _Format(0, 0, 0)

    def _font(self, form: _Format) -> Font:
        return self.fonts[form.font] if 0 <= form.font < len(self.fonts) else Font()

    def _grounds(self, form: _Format) -> list[str]:
        """Return the colours on which the text of a cell may stand."""
        fill = self.fills[form.fill] if 0 <= form.fill < len(self.fills) else _Fill()
        if fill.pattern == "solid":
            return [self._colour(fill.front, _WHITE)]
        front, back = self._colour(fill.front, _BLACK), self._colour(fill.back, _WHITE)
        if fill.pattern.startswith(("dark", "medium")):
            return [front, back]
        if fill.pattern.startswith(("light", "gray")):
            return [back]
        return [self._colour(stop, _WHITE) for stop in fill.stops] or [_WHITE]

    def _hides(self, font: Font, grounds: list[str]) -> str:
        if font.struck:
            return STRUCK
        if font.size < SMALLEST:
            return SIZE
        if font.signs:
            return SIGNS
        colour = self._colour(font.colour, _BLACK)
        return COLOUR if any(contrast(colour, ground) < LEAST_CONTRAST for ground in grounds) else ""

    def _colour(self, given: Attributes | None, automatic: str) -> str:
        """Return a colour as six hexadecimal digits; the automatic one where none is given, or it cannot be known."""
        given = given or {}
        colour = given.get("rgb", "")[-6:]
        if number := given.get("indexed"):
            colour = self._of_palette(int(number), automatic)
        elif number := given.get("theme"):
            place = int(number)
            colour = self.theme.colours.get(_THEME[place], "") if 0 <= place < len(_THEME) else ""
        if not re.fullmatch("[0-9A-Fa-f]{6}", colour):
            return automatic
        return _tinted(colour, _float(given.get("tint"), 0.0))

    def _of_palette(self, number: int, automatic: str) -> str:
        from openpyxl.styles.colors import COLOR_INDEX

        if number in (_INK, _PAPER):
            return _BLACK if number == _INK else _WHITE
        palette = self.palette or COLOR_INDEX
        return palette[number][-6:] if 0 <= number < len(palette) else automatic


def contrast(colour: str, other: str) -> float:
    """Return the contrast of two colours of six hexadecimal digits, as WCAG 2 defines it: 1 to 21."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(colour))
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _tinted(colour: str, tint: float) -> str:
    """Return a colour made darker (a tint below nought) or lighter."""
    if not tint:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    tint = max(-1.0, min(tint, 1.0))
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    return "".join(f"{round(value * 255):02X}" for value in colorsys.hls_to_rgb(hue, lightness, saturation))


def _float(text: str | None, otherwise: float) -> float:
    number = re.fullmatch(r"-?\d{1,9}(?:\.\d{0,20})?(?:[eE]-?\d\d?)?", text or "", re.ASCII)
    return float(number[0]) if number else otherwise
