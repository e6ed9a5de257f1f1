"""A stranger's workbook, read within bounded memory.

An ``.xlsx`` is a zip file of XML. Both can be made to explode: a zip of kilobytes that unpacks to gigabytes, an entity
that stands for a million others, one cell in the last corner of the sheet. So nothing is unpacked to disk or held
whole: each part is inflated in pieces, counted as it comes, and fed to a streaming parser that keeps cells and no
tree. What a workbook may hold besides cells and cannot be looked through here (macros, links to other workbooks,
embedded files, pictures, copies of data behind a pivot table) is refused by the name of its part.

openpyxl, which writes our workbooks, does not read a stranger's. Its read-only mode gives the cells of a sheet and not
what is hidden or merged in it, nor the texts outside the cells, which are searched for personal data: each part would
be parsed here all the same. It reads a workbook twice to tell a formula from its result, rounds numbers to floating
point, and takes some seventy times as long over a sheet of blank cells with a style (22 seconds for two million).
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from xml.parsers import expat

from priority_two.errors import Error, Refused
from priority_two.returns.submit.cell_styles import CellFormat, CellStyles, Font
from priority_two.returns.submit.number_format import HIDDEN, not_as_it_is
from priority_two.returns.submit.spreadsheet import InputCell, Sheet, Spreadsheet, letter, position
from priority_two.returns.submit.xml_reader import Attributes, XmlReader
from priority_two.spellings import Content

MOST_UNPACKED = 512 * 1024 * 1024
MOST_ELEMENTS = 2_000_000
HIGHEST_RATIO = 250
SMALL = 1024 * 1024
MOST_PARTS = 500
MOST_SHEETS = 30
MOST_CELLS = 60_000
MOST_ROWS = 60_000
MOST_STRINGS = 60_000
MOST_TEXT = 4_000_000
LONGEST_TEXT = 10_000
DEEPEST = 60
MOST_RUNS = 100
"""Pieces of a text with letters of their own."""
MOST_RULES = 500
LOWEST, NARROWEST = 6.0, 1.0
"""Points of a row, and characters of a column: in what is less nothing can be read."""
NO_VALUE = -1
"""The number of a rule that shows a bar or a sign in place of the value."""
LAST_COLUMN = 16_384
_PIECE = 64 * 1024
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_LAST_SERIAL = 2_958_465
_FORBIDDEN = (
    (re.compile(r"vba|macrosheets|activex|ctrlprops", re.I), "macros or controls", "save it as .xlsx without macros"),
    (re.compile(r"externallinks?|connections\.xml|querytables", re.I), "links to other files", "paste the values"),
    (re.compile(r"pivot|slicer", re.I), "a pivot table with a copy of its data", "paste the values, and take it out"),
    (re.compile(r"embeddings|oleobject", re.I), "an embedded file", "take it out"),
    (re.compile(r"media/", re.I), "a picture, which cannot be looked through", "take it out"),
)
_COPY = "copy the figures into a fresh template"
_DAMAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, LookupError, ValueError, EOFError, OSError, ArithmeticError)
_TYPES = "[content_types].xml"
_PROPERTIES = ("docprops/", "customxml/", "docmetadata/")
"""Where programs and servers write about the author and the file."""
_RELATED = r"(?:_rels/)?(?:{})\d*\.xml(?:\.rels)?"
_PLAIN_PARTS = re.compile(
    "|".join(
        (
            r"\[content_types\]\.xml|_rels/\.rels|docmetadata/labelinfo\.xml",
            r"docprops/(?:app|core|custom)\.xml|docprops/thumbnail\.(?:jpe?g|png|emf|wmf)",
            "customxml/" + _RELATED.format("item|itemprops"),
            "xl/" + _RELATED.format("workbook|styles|sharedstrings|calcchain|metadata|comments"),
            r"xl/comments/comment\d*\.xml|xl/persons/persons?\d*\.xml|xl/printersettings/printersettings\d*\.bin",
            "xl/theme/" + _RELATED.format("theme"),
            "xl/(?:worksheets|chartsheets)/" + _RELATED.format("sheet"),
            "xl/threadedcomments/" + _RELATED.format("threadedcomment"),
            "xl/drawings/" + _RELATED.format("drawing"),
            r"xl/drawings/(?:vmldrawing|commentsdrawing)\d*\.vml|xl/drawings/_rels/vmldrawing\d*\.vml\.rels",
            "xl/charts/" + _RELATED.format("chart|chartex|style|colors"),
            "xl/tables/" + _RELATED.format("table"),
            "xl/richdata/" + _RELATED.format("rdrichvalue(?:structure|types)?|richvaluerel|richstyles"),
            r"xl/featurepropertybag/featurepropertybag\d*\.xml|xl/namedsheetviews/namedsheetview\d*\.xml",
        )
    )
)
"""The parts that spreadsheet programs write for plain cells, by their names, which say nothing of their own."""
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class _Archive:
    """The parts of a workbook, within bounds that hold for all of them together."""

    def __init__(self, content: bytes, shown: str) -> None:
        self.shown = shown
        self.unpacked = self.elements = 0
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
            parts = self.zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise self.refused("an .xlsx workbook", "something else", "open it and save it as .xlsx") from None
        if len(parts) > MOST_PARTS or len({_place(part.filename) for part in parts}) < len(parts):
            raise self.refused(f"at most {MOST_PARTS} parts, each once", "more")
        if any(part.flag_bits & 1 for part in parts):
            raise self.refused("a workbook without a password", "an encrypted one", "save it without a password")
        for part in parts:
            if part.file_size > MOST_UNPACKED or (
                part.file_size > SMALL and part.file_size > HIGHEST_RATIO * max(part.compress_size, 1)
            ):
                raise self._too_large()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise self._too_large()
        self.parts = {_place(part.filename): part for part in parts if not part.filename.endswith(("/", "\\"))}

    def refused(self, expected: str, found: str = "", fix: str = "") -> Refused:
        """Return the refusal of the whole file."""
        return Refused([Error(self.shown, expected, found=found, fix=fix)])

    def _too_large(self) -> Refused:
        limit = f"at most {MOST_UNPACKED // 1024 // 1024} MB when unpacked, and {HIGHEST_RATIO} times the packed size"
        return self.refused(limit, "a zip bomb, or something like it", _COPY)

    def parse(self, name: str, reader: XmlReader) -> None:
        """Feed a part to a reader in pieces.

        Raises
        ------
        Refused
            The part is not there, not XML, has a document type, or goes beyond a bound.
        """
        size = self.parts[name].file_size if name in self.parts else 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = 0

        def started(element: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if depth > DEEPEST:
                raise self.refused(f"XML of at most {DEEPEST} levels", "more")
            if self.elements > MOST_ELEMENTS:
                raise self.refused(f"at most {MOST_ELEMENTS} elements of XML", "more", _COPY)
            names = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            reader.start(element.rpartition(" ")[2], names)

        def ended(element: str) -> None:
            nonlocal depth
            depth -= 1
            reader.end(element.rpartition(" ")[2])

        def document_type(*_: object) -> None:
            raise self.refused("XML without a document type or entities", "one with", "save it afresh as .xlsx")

        parser.StartElementHandler, parser.EndElementHandler = started, ended
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = document_type
        try:
            with self.zip.open(self.parts[name]) as part:
                rest = b""
                while piece := part.read(_PIECE):
                    self.unpacked += len(piece)
                    if self.unpacked > MOST_UNPACKED:
                        raise self._too_large()
                    if size > SMALL and isinstance(reader, _SheetReader):
                        piece, rest, blanks = _without_blanks(rest + piece)
                        reader.sheet.spread += blanks
                    parser.Parse(piece, False)
                parser.Parse(rest, True)
        except (expat.ExpatError, *_DAMAGE):
            fix = "open it in a spreadsheet program and save it as .xlsx"
            raise self.refused("a workbook that can be read", "a damaged part", fix) from None


def read_xlsx(content: bytes, shown: str) -> Spreadsheet:
    """Return the sheets of a workbook, whose bytes the caller has bounded.

    Raises
    ------
    Refused
        It is no ``.xlsx``, holds what a return must not hold, or goes beyond a bound.
    """
    archive = _Archive(content, shown)
    types = _Types()
    if _TYPES not in archive.parts:
        raise archive.refused("an .xlsx workbook", "something else", "open it and save it as .xlsx")
    archive.parse(_TYPES, types)
    main = next((target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), types.main)
    _refuse_parts(archive, types.of(main))
    outline = _Outline()
    archive.parse(main, outline)
    relations = _relations(archive, main)
    if not 1 <= len(outline.sheets) <= MOST_SHEETS:
        raise archive.refused(f"1 to {MOST_SHEETS} sheets", "another number", "take out the sheets that are no part")
    strings = _Strings(archive)
    styles = CellStyles()
    for kind, target in relations.values():
        if kind == "sharedStrings":
            archive.parse(target, strings)
        elif kind == "styles":
            archive.parse(target, styles)
        elif kind == "theme":
            archive.parse(target, styles.theme)
    if styles.tables_hide():
        raise archive.refused("tables whose styles show what they hold", "one that may hide it", _COPY)
    book = Spreadsheet(shown, [])
    owners: dict[str, Sheet] = {}
    room = _Room(archive)
    for number, (name, hidden, relation) in enumerate(outline.sheets, start=1):
        sheet = Sheet(name or f"number {number}", hidden=hidden)
        book.sheets.append(sheet)
        kind, target = relations.get(relation, ("", ""))
        if kind != "worksheet":
            continue
        reader = _SheetReader(sheet, room, strings, styles, outline.epoch)
        archive.parse(target, reader)
        reader.judge_rules()
        for part in (part for kind, part in _relations(archive, target).values() if kind == "drawing"):
            if part in archive.parts:
                drawing = _Drawing()
                archive.parse(part, drawing)
                reader.mark(drawing.areas, "that a drawing may cover")
        book.asides += [(sheet, place, text) for place, text in reader.asides]
        owners[target] = sheet
        for part in (target for _, target in _relations(archive, target).values() if target):
            owners[part] = sheet
    read = {target for kind, target in relations.values() if kind in ("worksheet", "sharedStrings")}
    for name in archive.parts:
        if name not in read and name.endswith((".xml", ".rels", ".vml")):
            if name.startswith(_PROPERTIES):
                properties = _Properties(room)
                archive.parse(name, properties)
                book.properties += properties.texts
                continue
            words = _Words(room)
            archive.parse(name, words)
            owner = owners.get(_owner(name), owners.get(name))
            book.asides += [(owner, place, text) for place, text in words.texts]
    book.asides += [(None, "a text that no cell shows", text) for text in strings.unused()]
    return book


def _refuse_parts(archive: _Archive, main_type: str) -> None:
    errors = []
    for pattern, content, fix in _FORBIDDEN:
        if any(pattern.search(name) for name in archive.parts):
            errors.append(Error(archive.shown, "a workbook of plain cells", found=content, fix=fix))
    if main_type.lower() != _WORKBOOK_TYPE and not errors:
        kind = "one with macros" if "macro" in main_type.lower() else "another kind of workbook"
        errors.append(Error(archive.shown, "an .xlsx workbook without macros", found=kind, fix="save it as .xlsx"))
    if not errors and not all(_PLAIN_PARTS.fullmatch(name) for name in archive.parts):
        errors.append(Error(archive.shown, "a workbook of plain cells", found="a part of another kind", fix=_COPY))
    if errors:
        raise Refused(errors)


def _relations(archive: _Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return kind and target of each relation of a part, by id; the target is blank where it lies outside."""
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{name}.rels").lower()
    if place not in archive.parts:
        return {}
    relations = _Relations(folder)
    archive.parse(place, relations)
    return relations.targets


def _place(name: str) -> str:
    """Return the name of a part as parts are known: without case, with slashes, none of them at its beginning."""
    return name.replace("\\", "/").lstrip("/").lower()


_BLANK = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?(?: t="[a-z]{1,3}")? ?/>')
_BLANK_ROW = re.compile(
    rb'<row r="\d{1,7}"(?: (?:spans="[\d: ]*"|s="\d{1,6}"|customFormat="1"|ht="[1-9][\d.]*"|customHeight="1"'
    rb'|x14ac:dyDescent="[\d.]*"|thick(?:Top|Bot)="1"))* ?(?:/>|></row>)'
)


def _without_blanks(piece: bytes) -> tuple[bytes, bytes, int]:
    """Return XML less the cells and rows in it that hold nothing, the unfinished rest of its end, and how many.

    A sheet that is styled to its end has a million of them. They are left out before they are parsed, which takes
    fifty times as long; what is not written exactly as spreadsheet programs write it is parsed.
    """
    end = piece.rfind(b"<row ")
    if end <= 0 or len(piece) - end > SMALL:
        return piece, b"", 0
    cells, blanks = _BLANK.subn(b"", piece[:end])
    filled, rows = _BLANK_ROW.subn(b"", cells)
    return filled, piece[end:], blanks + rows


def _owner(rels: str) -> str:
    """Return the part whose relations a ``.rels`` part holds."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _true(text: str | None) -> bool:
    return text in ("1", "true", "on")


class _Types(XmlReader):
    """``[Content_Types].xml``: which part is the workbook, and of what type."""

    def __init__(self) -> None:
        self.main = "xl/workbook.xml"
        self.parts: dict[str, str] = {}
        self.defaults: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "")
        if name == "Override":
            part = _place(attributes.get("PartName", ""))
            self.parts[part] = kind
            if re.search(r"sheet\.(?:binary\.\w+\.)?main|macroEnabled\.main", kind, re.IGNORECASE):
                self.main = part
        elif name == "Default":
            self.defaults[attributes.get("Extension", "").lower()] = kind

    def of(self, part: str) -> str:
        """Return the type of a part: its own, or else that of its extension."""
        return self.parts.get(part, self.defaults.get(part.rpartition(".")[2], ""))


class _Relations(XmlReader):
    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            inside = attributes.get("TargetMode", "") != "External"
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(self.folder, target)
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = (kind, posixpath.normpath(path).lower() if inside else "")


class _Outline(XmlReader):
    """``workbook.xml``: the sheets (name, hidden or not, relation) and the day from which days are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.epoch = _EPOCH

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", "")[:60], hidden, attributes.get("id", "")))
        elif name == "workbookPr" and _true(attributes.get("date1904")):
            self.epoch = _EPOCH_1904


class _Room:
    """How many cells, rows and characters there is still room for in all sheets together."""

    def __init__(self, archive: _Archive) -> None:
        self.archive = archive
        self.cells, self.rows, self.characters = MOST_CELLS, MOST_ROWS, MOST_TEXT

    def take(self, cells: int = 0, rows: int = 0, characters: int = 0) -> None:
        self.cells, self.rows, self.characters = self.cells - cells, self.rows - rows, self.characters - characters
        if min(self.cells, self.rows, self.characters) < 0:
            limit = f"at most {MOST_CELLS} cells and rows, and {MOST_TEXT} characters"
            raise self.archive.refused(limit, "more", _COPY)


class _Text:
    """Text that comes in pieces, of a bounded length."""

    def __init__(self, archive: _Archive) -> None:
        self.archive = archive
        self.clear()

    def clear(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, data: str) -> None:
        self.length += len(data)
        if self.length > LONGEST_TEXT:
            raise self.archive.refused(f"at most {LONGEST_TEXT} characters in a cell", "more", "shorten the text")
        self.pieces.append(data)

    def __str__(self) -> str:
        return "".join(self.pieces)


class _Runs:
    """The pieces of a text that have letters of their own; None for a piece that has those of its cell."""

    def __init__(self) -> None:
        self.fonts: list[Font | None] = []
        self.font: Font | None = None
        self.raised_digits = self.within = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Take in an element of a text."""
        if name == "r":
            self.font = None
        elif name == "rPr":
            self.font, self.within = Font(), True
        elif self.within and self.font is not None:
            self.font.take(name, attributes)

    def end(self, name: str) -> None:
        """Take in the end of an element of a text."""
        self.within = self.within and name != "rPr"

    def text(self, data: str) -> None:
        """Take in what a piece says."""
        if data.strip() and len(self.fonts) < MOST_RUNS and self.font not in self.fonts:
            self.fonts.append(self.font)
        if self.font is not None and self.font.raised and any(map(str.isdigit, data)):
            self.raised_digits = True


class _Strings(XmlReader):
    """``sharedStrings.xml``: the texts that cells point to by number."""

    def __init__(self, archive: _Archive) -> None:
        self.room = _Room(archive)
        self.room.cells = MOST_STRINGS
        self.current = _Text(archive)
        self.all: list[str] = []
        self.runs = _Runs()
        self.formatted: dict[int, _Runs] = {}
        self.shown: set[int] = set()
        self.strange: set[int] = set()
        self.collecting = self.phonetic = self.piece = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.current.clear()
            self.runs = _Runs()
        self.piece = self.piece or name == "r"
        if self.collecting or (name == "t" and not (self.piece or self.phonetic) and self.current.length):
            self.strange.add(len(self.all))  # of two texts, programs show whichever they like
        self.runs.start(name, attributes)
        self.phonetic = self.phonetic or name == "rPh"
        self.collecting = name == "t" and not self.phonetic

    def text(self, data: str) -> None:
        if self.collecting:
            self.current.add(data)
            self.runs.text(data)

    def end(self, name: str) -> None:
        self.runs.end(name)
        self.piece = self.piece and name != "r"
        if name == "rPh":
            self.phonetic = False
        if name == "t":
            self.collecting = False
        if name == "si":
            text = _unescaped(str(self.current))
            self.room.take(cells=1, characters=len(text))
            if any(font is not None for font in self.runs.fonts):
                self.formatted[len(self.all)] = self.runs
            self.all.append(text)

    def get(self, number: int) -> str:
        """Return a text and remember that a cell shows it."""
        if number < 0:
            raise ValueError("a text by its number")
        self.shown.add(number)
        return self.all[number]

    def unused(self) -> list[str]:
        """Return the texts that no cell shows: what was deleted may still be in the file."""
        return [text for number, text in enumerate(self.all) if number not in self.shown]


_FORMULAE = ("formula1", "formula2", "formula")
"""Of choices and of conditional formats."""
_ASIDES = {"f": "a formula"} | dict.fromkeys((*_FORMULAE, "dataValidation", "cfRule"), "a choice or rule of cells")
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
"""The words in a formula: cells and functions are nobody's."""


def _worded(attributes: Attributes) -> list[str]:
    """Return the attributes of an element that are words of a person: descriptions, names, addresses, prompts."""
    return [text for key, text in attributes.items() if _WORDED.fullmatch(key) or "@" in text]


_WORDED = re.compile(
    "alt|author|caption|comment|descr(iption)?|display(Name)?|error(Title)?|help|href|location|name|prompt(Title)?"
    "|statusBar|title|tooltip|totalsRowLabel|url|userId"
)


_KINDS = ("s", "str", "inlineStr", "b", "d", "n")
"""The kinds of cells that hold something; beside them there is ``e``, an error."""


class _SheetReader(XmlReader):
    """A worksheet: its cells, and what is hidden or merged in it."""

    def __init__(self, sheet: Sheet, room: _Room, strings: _Strings, styles: CellStyles, epoch: dt.date) -> None:
        self.sheet, self.room, self.strings, self.styles, self.epoch = sheet, room, strings, styles, epoch
        self.row = self.column = self.numbered = 0  # the last is the row's own number, where it has one
        self.kind, self.style = "n", "0"
        self.formula = self.inside = self.collecting = self.phonetic = self.strange = self.piece = False
        self.value = _Text(room.archive)
        self.runs = _Runs()
        self.flat = self.noughts_hidden = False  # rows without a height of their own have none; noughts are blank
        self.style_of: dict[tuple[int, int], str] = {}
        self.ruled: list[tuple[int, int, int, int]] = []  # the areas of the conditional format that is open
        self.rules: dict[tuple[tuple[int, int, int, int], int], None] = {}
        self.unplaced: list[int] = []  # rules whose areas are named behind them
        self.within_rule = 0  # so deep in a format that a rule has in itself
        self.scale = False
        self.narrow = False  # columns without a width of their own have none
        self.wide: list[tuple[int, int]] = []
        self.aside: _Text | None = None
        self.asides: dict[tuple[str, str], None] = {}  # each once: a column has one formula many times

    def start(self, name: str, attributes: Attributes) -> None:
        if self.within_rule or name == "dxf":
            self.within_rule += 1
            self.styles.start(name, attributes)
            return
        self.strange = self.strange or self.collecting or (name == "is" and self.value.length > 0)
        self.piece = self.piece or (name == "r" and self.inside)
        if name == "row":
            self.sheet.spread += 1
            self.row, self.numbered = int(attributes.get("r", self.row + 1)), int(attributes.get("r", "0"))
            self.column = 0
            position(f"A{self.row}")
            flat = _less(attributes["ht"], LOWEST) if "ht" in attributes else self.flat
            if _true(attributes.get("hidden")) or flat:
                self.room.take(rows=1)
                self.sheet.hidden_rows.add(self.row)
        elif name == "c":
            reference = attributes.get("r")
            self.row, self.column = position(reference) if reference else (max(self.row, 1), self.column + 1)
            if self.numbered not in (0, self.row):
                raise ValueError("a cell of its own row")
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
            self.formula, self.inside, self.strange = False, True, False
            self.value.clear()
            self.runs = _Runs()
        elif name == "f":
            self.formula, self.aside = True, _Text(self.room.archive)
        elif name == "rPh":
            self.phonetic = True
        elif name in ("v", "t") and self.inside and not self.phonetic:
            self.collecting = True
            # Of two values, or of one of another kind than the cell says, programs show whichever they like.
            twice = self.value.length > 0 and not self.piece
            self.strange = self.strange or (name == "t") != (self.kind == "inlineStr") or twice
        elif self.inside:
            self.runs.start(name, attributes)
        elif name == "sheetView":
            self.noughts_hidden = self.noughts_hidden or attributes.get("showZeros") in ("0", "false")
        elif name == "sheetFormatPr":
            self.flat = _less(attributes.get("defaultRowHeight"), LOWEST) and not _true(attributes.get("zeroHeight"))
            width = attributes.get("defaultColWidth", attributes.get("baseColWidth"))
            self.narrow = _less(width, NARROWEST)
        elif name == "sheetData":
            self._narrow_columns()
        elif name == "conditionalFormatting":
            self.unplaced = []
            self.ruled = [_area(reference) for reference in attributes.get("sqref", "").split()[:MOST_RULES]]
        elif name == "cfRule" and "dxfId" in attributes:
            self._rule(int(attributes["dxfId"]))
        elif name in ("dataBar", "iconSet") and attributes.get("showValue") in ("0", "false"):
            self._rule(NO_VALUE)
        elif name == "colorScale":
            self.scale = True
        elif name == "color" and self.scale:
            self._rule(self.styles.coloured(attributes))
        elif name == "col" and (_true(attributes.get("hidden")) or _less(attributes.get("width"), NARROWEST)):
            self.room.take(cells=1)
            self.sheet.hidden_columns.append((int(attributes.get("min", "1")), int(attributes.get("max", "1"))))
        elif name == "col" and self.narrow:
            self.room.take(cells=1)
            self.wide.append((int(attributes.get("min", "1")), int(attributes.get("max", "1"))))
        elif name == "mergeCell":
            self.room.take(cells=1)
            self.sheet.merged.append(_area(attributes.get("ref", "")))
            self.sheet.spread += _cells(self.sheet.merged[-1])
        elif name.endswith(("Header", "Footer")) or name in _FORMULAE or name == "sqref":
            self.aside = _Text(self.room.archive)
        if name == "hyperlink" and attributes.get("ref"):
            self.sheet.spread += _cells(_area(attributes["ref"]))
        if not self.inside:
            for text in _worded(attributes):
                self._aside(name, text[:LONGEST_TEXT])

    def text(self, data: str) -> None:
        if self.collecting:
            self.value.add(data)
            self.runs.text(data)
        elif self.aside is not None:
            self.aside.add(data)

    def end(self, name: str) -> None:
        if self.within_rule:
            self.within_rule -= 1
            self.styles.end(name)
            if not self.within_rule:
                self._rule(len(self.styles.rules) - 1)
            return
        self.piece, self.scale = self.piece and name != "r", self.scale and name != "colorScale"
        if self.inside:
            self.runs.end(name)
        if name in ("v", "t"):
            self.collecting = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "c":
            self.inside = False
            text = str(self.value)
            self.room.take(characters=len(text))
            self.sheet.spread += 1
            if text or self.formula:
                place = (self.row, self.column)
                if place in self.sheet.cells:
                    where = f"two of the address {letter(self.column)}{self.row}"
                    raise self.room.archive.refused("each cell of a sheet once", where, _COPY)
                self.room.take(cells=1)
                self.sheet.cells[place], self.style_of[place] = self._cell(text), self.style
        elif self.aside is not None and name == "f":
            self._aside(name, " ".join(_LITERAL.findall(str(self.aside))))
            self.aside = None
        elif self.aside is not None and name == "sqref":
            references, self.aside = str(self.aside).split()[:MOST_RULES], None
            self.ruled = [_area(reference) for reference in references]
            unplaced, self.unplaced = self.unplaced, []
            for number in unplaced:
                self._rule(number)
        elif self.aside is not None and (name.endswith(("Header", "Footer")) or name in _FORMULAE):
            self._aside(name, re.sub(r"&(?:[A-Z]|\"[^\"]*\"|\d+)", " ", str(self.aside)))
            self.aside = None

    def _aside(self, name: str, text: str) -> None:
        place = _ASIDES.get(name, "header, footer or link")
        if text.strip() and (place, text) not in self.asides:
            self.room.take(cells=1, characters=len(text))
            self.asides[place, text] = None

    def _narrow_columns(self) -> None:
        """Take the columns between those that have a width for hidden, where the others have none."""
        first = 1
        for low, high in [*sorted(self.wide), (LAST_COLUMN + 1, LAST_COLUMN + 1)] if self.narrow else ():
            if first < low:
                self.sheet.hidden_columns.append((first, low - 1))
            first = max(first, high + 1)

    def mark(self, areas: list[tuple[int, int, int, int]], unseen: str) -> None:
        """Note how what some areas hold is not seen."""
        for (row, column), cell in self.sheet.cells.items() if areas else ():
            if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in areas):
                self.sheet.cells[row, column] = replace(cell, unseen=unseen)

    def _rule(self, number: int) -> None:
        if not self.ruled and len(self.unplaced) < MOST_RULES:
            self.unplaced.append(number)
        for area in self.ruled:
            self.rules[area, number] = None
        if len(self.rules) > MOST_RULES:
            raise self.room.archive.refused(f"at most {MOST_RULES} rules that format cells", "more", _COPY)

    def judge_rules(self) -> None:
        """See which cells hold what a conditional format may hide."""
        hiding = {
            (style, number)
            for style in set(self.style_of.values())
            for number in {number for _, number in self.rules}
            if number == NO_VALUE or self.styles.rule_hides(style, number)
        }
        rules = [(area, number) for area, number in self.rules if any(number == other for _, other in hiding)]
        for (row, column), cell in self.sheet.cells.items() if rules else ():
            style = self.style_of[row, column]
            for (top, left, bottom, right), number in rules:
                if top <= row <= bottom and left <= column <= right and (style, number) in hiding:
                    self.sheet.cells[row, column] = replace(cell, unseen="that a rule may hide")

    def _cell(self, text: str) -> InputCell:
        form = self.styles.of(self.style)
        content = self._content(text, form.date)
        odd = self.kind == "s" and text != "" and int(text) in self.strings.strange
        error = self.strange or odd or self.kind not in _KINDS  # it says so itself, or nobody knows what it holds
        percent = form.percent and isinstance(content, Decimal)
        return InputCell(content, self.formula, error, percent, self._unseen(content, text, form))

    def _unseen(self, content: Content, text: str, form: CellFormat) -> str:
        """Return how a cell does not show what it holds, or nothing."""
        if content is None or content == "":
            return ""
        runs = self.strings.formatted.get(int(text)) if self.kind == "s" else self.runs
        fonts = runs.fonts if runs else []
        own = [font for font in fonts if font is not None]
        if own and (reason := self.styles.run_hides(self.style, own)):
            return reason
        if runs and runs.raised_digits:
            return "with digits above or below the line"
        if form.hides and (not fonts or None in fonts):
            return form.hides
        if self.noughts_hidden and isinstance(content, Decimal) and not content:
            return HIDDEN
        judged = (isinstance(content, Decimal) and not form.date) or isinstance(content, str)
        return not_as_it_is(form.code, content) if judged else ""  # type: ignore[arg-type]

    def _content(self, text: str, date: bool) -> Content:
        content: Content = None
        if self.kind == "s":
            content = self.strings.get(int(text)) if text else None
        elif self.kind in ("str", "inlineStr"):
            content = _unescaped(text)
        elif self.kind == "b":
            content = _true(text)
        elif self.kind == "d":
            content = _moment(dt.datetime.fromisoformat(text.strip().removesuffix("Z")))
        elif self.kind == "n" and text:
            content = self._number(text.strip(), date)
        return content

    def _number(self, text: str, date: bool) -> Content:
        if len(text) > 400 or not re.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d{1,4})?", text, re.ASCII):
            raise ValueError("a number")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError("a number") from None
        if date and 0 <= number <= _LAST_SERIAL:
            moment = dt.datetime.combine(self.epoch, dt.time()) + dt.timedelta(days=float(number))
            return _moment(moment + dt.timedelta(microseconds=500_000))
        return number


def _moment(moment: dt.datetime) -> dt.date:
    """Return a day, with its time of day where it has one of at least a second."""
    moment = moment.replace(microsecond=0)
    return moment if moment.time() != dt.time() else moment.date()


_PLACES = {
    "absPath": "the address at which it was saved",
    "cNvPr": "the description of a drawing",
    "definedName": "a defined name",
    "person": "the author of a comment",
}


class _Words(XmlReader):
    """All text of a part that is not read for cells (comments, text boxes, properties), and addresses of links."""

    def __init__(self, room: _Room) -> None:
        self.room = room
        self.texts: list[tuple[str, str]] = []
        self.place = ""
        self.block = _Text(room.archive)

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("comment", "threadedComment"):
            self._close()
            self.place = f"the comment on {attributes.get('ref', '?')[:10]}"
        for text in _worded(attributes) if name != "sheet" else ():  # a sheet's name is looked at with its cells
            self.room.take(characters=len(text))
            if len(text) > 4:  # nothing personal is shorter
                self.texts.append((_PLACES.get(name, "text outside the cells"), text[:LONGEST_TEXT]))
        if name == "Relationship" and attributes.get("TargetMode") == "External":
            self.room.take(cells=1, characters=len(attributes.get("Target", "")))
            self.texts.append(("a link", attributes.get("Target", "").removeprefix("mailto:")[:LONGEST_TEXT]))

    def text(self, data: str) -> None:
        self.block.add(data)

    def end(self, name: str) -> None:
        if name not in ("t", "r", "rPr", "phoneticPr"):  # a text may be cut into runs
            self._close()
        if name in ("comment", "threadedComment"):
            self.place = ""

    def _close(self) -> None:
        text = str(self.block).strip()
        if text:
            self.room.take(cells=1, characters=len(text))
            self.texts.append((self.place or "text outside the cells", text))
        self.block.clear()


def _area(reference: str) -> tuple[int, int, int, int]:
    """Return first row and column and last row and column of a reference such as ``A1:B2``."""
    first, _, last = reference.partition(":")
    return (*position(first), *position(last or first))


def _cells(area: tuple[int, int, int, int]) -> int:
    top, left, bottom, right = area
    return max(bottom - top + 1, 1) * max(right - left + 1, 1)


class _Drawing(XmlReader):
    """The areas of a sheet over which shapes lie, by the cells at their corners."""

    def __init__(self) -> None:
        self.areas: list[tuple[int, int, int, int]] = []
        self.corners: dict[tuple[str, str], int] = {}
        self.corner = self.field = self.number = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name.endswith("Anchor"):
            self.corners = {}
        elif name in ("from", "to"):
            self.corner = name
        elif name in ("col", "row") and self.corner:
            self.field, self.number = name, ""
        elif name == "pos":
            self._size("from", int(attributes.get("x", "0")), int(attributes.get("y", "0")))
        elif name == "ext" and "cx" in attributes and ("to", "col") not in self.corners:
            self._size("to", int(attributes["cx"]), int(attributes.get("cy", "0")))

    def _size(self, corner: str, right: int, down: int) -> None:
        """Take a corner that is given as a length, by the width and the height that cells usually have."""
        column, row = (self.corners.get(("from", key), 0) for key in ("col", "row"))
        self.corners[corner, "col"], self.corners[corner, "row"] = column + right // _WIDTH, row + down // _HEIGHT

    def text(self, data: str) -> None:
        if self.field:
            self.number += data[:20]

    def end(self, name: str) -> None:
        if name == self.field and self.field:
            self.corners[self.corner, name] = int(self.number)
            self.field = ""
        elif name == self.corner:
            self.corner = ""
        elif name.endswith("Anchor") and len(self.areas) < MOST_RULES:
            corners = [self.corners.get((corner, key), 0) + 1 for corner in ("from", "to") for key in ("row", "col")]
            self.areas.append((corners[0], corners[1], corners[2], corners[3]))


_WIDTH, _HEIGHT = 609_600, 190_500
"""Of a cell, in the unit of drawings: 64 and 20 pixels."""


class _Properties(XmlReader):
    """What stands in a part about the author and the file: each element's name, and its text."""

    def __init__(self, room: _Room) -> None:
        self.room = room
        self.texts: list[tuple[str, str]] = []
        self.value = _Text(room.archive)

    def start(self, name: str, attributes: Attributes) -> None:
        self.value.clear()
        self.texts += [(name, text[:LONGEST_TEXT]) for text in attributes.values() if "@" in text]

    def text(self, data: str) -> None:
        self.value.add(data)

    def end(self, name: str) -> None:
        if text := str(self.value).strip():
            self.room.take(cells=1, characters=len(text))
            self.texts.append((name, text))
        self.value.clear()


def _less(text: str | None, least: float) -> bool:
    """Whether a measure is given, and is less than what can be seen."""
    written = re.fullmatch(r"\d{1,9}(?:\.\d{0,20})?", text or "", re.ASCII)
    return written is not None and float(written[0]) < least


def _unescaped(text: str) -> str:
    """Return a text with what OOXML writes as ``_x0041_`` put back: the character of that number."""

    def put_back(match: re.Match[str]) -> str:
        number = int(match[1], 16)
        return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)

    return re.sub(r"_x([0-9A-Fa-f]{4})_", put_back, text)
