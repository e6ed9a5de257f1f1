"""The tables of a paper as a workbook for analysts: a walk over the paper's blocks, as its HTML is.

The layout is that of the Government Statistical Service's guidance on spreadsheets, by way of gptables: a cover, linked
contents, notes, then one table a worksheet, marked up as a table, with no blank cell and no merged one. A table is for
the workbook where it names its sheet.

A cell that prints a number, and nothing else, becomes that number, shown as it was printed. A cell with words or with
shorthand stays the text that it is: ``1,240 [r]`` says more than 1240. A number of a cell that its text does not say is
an error, since it would be a figure that somebody meant to withhold.

Everything else is text, whatever it begins with: no formula and no link comes out of what a partner wrote. The same
blocks give the same bytes; nothing is fetched, and the clock is not asked.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import sys
import textwrap
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from priority_two.blocks import Block, Cell, Facts, Group, Paragraph, Row, Section, Table, walk, words
from priority_two.errors import Error, Refused, one_line
from priority_two.files.archive import settled
from priority_two.flags import FLAGS
from priority_two.periods import plural
from priority_two.report.marks import headed, marks

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
ONE_TABLE = "This worksheet contains one table."
SOME_ILLUSTRATIVE = "Some figures are illustrative"
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 200, 10_000, 100, 32_767

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,29}[A-Za-z0-9._-])?")
_TAKEN = {COVER.lower(), CONTENTS.lower(), NOTES.lower(), "history"}  # Excel keeps the last one for itself
_EXACT = re.compile(r"-?\d{1,15}(?:\.\d{1,40})?(?:E[+-]?\d{1,2})?")
_PRINTED = re.compile(r"([+\u2212-]?)(£?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,15}))?(%|bn\b|m\b)?")
_SCALES = {"bn": 9, "m": 6}
_SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number
_EXPLAINS = re.compile(rf"\[([{''.join(FLAGS)}])\]:? +(.+)")
_NARROWEST, _WIDEST, _WIDEST_HEAD = 10, 60, 20  # of columns, in letters
_COVER = 90
_FIT = 1.15  # of letters as they come, more go into a width than it has of the usual size
_LETTER, _LINE = 1.2, 16  # width of a letter of 12 points in those of the usual size; height of its line in points
_A4 = 9


@dataclass(frozen=True)
class SheetCell:
    """A cell: what the paper prints, the number where it prints nothing but one, and how to show that."""

    text: str
    number: Decimal | None = None
    shown: str = ""

    @property
    def value(self) -> str | int | float:
        """What is written: a number where there is one."""
        if self.number is None:
            return self.text
        return int(self.number) if self.number == self.number.to_integral_value() else float(self.number)


@dataclass(frozen=True)
class OutputSheet:
    """A table for the workbook.

    ``label`` is the name of its worksheet. ``definitions`` stand above the table and ``notes`` below; each row has as
    many cells as there are headings in ``head``, the first of them its own heading. ``right`` are the columns of
    figures, by number from 0; ``illustrative`` says whether anything in it is marked as made up.
    """

    label: str
    title: str
    definitions: list[str]
    head: list[str]
    rows: list[list[SheetCell]]
    right: list[int]
    notes: list[str]
    illustrative: bool

    @property
    def shorthand(self) -> list[str]:
        """The shorthand that the table uses, in the order of ``FLAGS``."""
        texts = [*self.head, *(cell.text for row in self.rows for cell in row)]
        return [mark for mark in FLAGS if any(f"[{mark}]" in text for text in texts)]


def workbook(sections: Iterable[Section], paper: dict[str, Any]) -> bytes:
    """Return the tables of a paper as an Excel workbook.

    `paper` is what the masthead says of it: ``title``, ``running_header``, ``status``, ``as_at``, ``helplines``.

    Raises
    ------
    Refused
        The paper holds no table for the workbook, or one that makes no accessible worksheet: an error a reason.
    """
    blocks = [block for section in sections for block in section.blocks]
    return _written(sheets_of(blocks), blocks, paper)


def sheets_of(blocks: Iterable[Block]) -> list[OutputSheet]:
    """Return the tables for the workbook, in the paper's order.

    Raises
    ------
    Refused
        There is none, or there are too many, or one makes no accessible worksheet: an error a reason.
    """
    tables = [block for block in walk(blocks) if isinstance(block, Table) and block.sheet]
    if not 0 < len(tables) <= MOST_SHEETS:
        expected = f"1 to {MOST_SHEETS} tables for the workbook"
        raise Refused([Error("workbook", expected, found=plural(len(tables), "table"))])
    errors: list[Error] = []
    sheets: list[OutputSheet] = []
    taken = set(_TAKEN)
    for number, table in enumerate(tables, start=1):
        label = table.sheet
        if not _LABEL.fullmatch(label):
            expected = "at most 31 letters, digits, spaces, full stops, hyphens and underscores as a worksheet's name"
            errors.append(Error("workbook", expected, column=f"table {number}", found=label))
        elif label.lower() in taken:
            errors.append(Error("workbook", "a worksheet's name that no other has", None, f"table {number}", label))
        taken.add(label.lower())
        sheet = _sheet(table, errors)
        if sheet:
            sheets.append(sheet)
    if errors:
        raise Refused(errors)
    return sheets


def _sheet(table: Table, errors: list[Error]) -> OutputSheet | None:
    """Read one table; what is wrong with it is added to `errors`."""
    file = f"workbook, worksheet {table.sheet}"
    before = len(errors)
    illustrative = _is_illustrative(table)
    title = _plain(table.title) + (f" ({marks(table.synthetic)})" if table.synthetic else "")
    if not _plain(table.title):
        errors.append(Error(file, "a caption", found="none"))
    if illustrative and "illustrative" not in title.lower():
        title += f" ({SOME_ILLUSTRATIVE})"
    head = [_plain(name) for name in headed(table)]
    if not head or len(head) > MOST_COLUMNS or len({name.lower() for name in head}) < len(head):
        errors.append(Error(file, f"1 to {MOST_COLUMNS} headings, no two the same", found=", ".join(head)))
        return None
    if not 0 < len(table.rows) <= MOST_ROWS:
        errors.append(Error(file, f"1 to {MOST_ROWS} rows", found=str(len(table.rows))))
        return None
    rows = [_row(row, head, file, number, errors) for number, row in enumerate(table.rows, start=1)]
    definitions, notes = [_plain(text) for text in table.definition], [_plain(text) for text in table.notes]
    texts = [title, *definitions, *head, *notes, *(cell.text for row in rows for cell in row)]
    if any(len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT for text in texts):
        errors.append(Error(file, f"at most {LONGEST_TEXT} characters in a cell"))
    # A cell of symbols alone is read out as nothing: gptables refuses it, in many more words.
    for text in [*head, *notes, *(cell.text for row in rows for cell in row)]:
        if not re.search(r"[A-Za-z0-9]", text):
            fix = "say in words or in shorthand why there is nothing"
            errors.append(Error(file, "letters or digits in every cell", found=text or "a blank cell", fix=fix))
    if len(errors) > before:
        return None
    right = [column for column in range(1, len(head)) if any(not row.cells[column - 1].words for row in table.rows)]
    return OutputSheet(table.sheet, title, definitions, head, rows, right, notes, illustrative)


def _is_illustrative(table: Table) -> bool:
    cells = (cell for row in table.rows for cell in (row.heading, *row.cells))
    return bool(table.synthetic) or any(cell.synthetic for cell in cells)


def _row(row: Row, head: Sequence[str], file: str, number: int, errors: list[Error]) -> list[SheetCell]:
    cells = (row.heading, *row.cells)
    if len(cells) != len(head):
        errors.append(Error(file, f"{plural(len(head), 'cell')}, as there are headings", number, found=str(len(cells))))
        return []
    entries = []
    for name, cell in zip(head, cells, strict=True):
        text = _text(cell)
        read = SheetCell(text) if cell.value is None else _figure(text, str(cell.value))
        if read is None:
            # The number is not repeated: it may be what the text withholds.
            errors.append(Error(file, "text that says the number of its cell", number, name, text))
        entries.append(read or SheetCell(text))
    return entries


def _text(cell: Cell) -> str:
    return _plain(f"{cell.text} illustrative" if cell.synthetic else cell.text)


def _figure(text: str, exact: str) -> SheetCell | None:
    """Return a cell that has an exact number behind it, or None where its text does not say that number."""
    if not _EXACT.fullmatch(exact):
        return None
    number = Decimal(exact)
    for match in _PRINTED.finditer(text):
        sign, pound, whole, fraction, suffix = match.groups(default="")
        digits = whole.replace(",", "")
        scale = _SCALES.get(suffix, 0)
        size, unit = Decimal(f"{digits}.{fraction}0").scaleb(scale), Decimal(1).scaleb(scale - len(fraction))
        printed = size if sign in ("", "+") else -size
        if abs(number - printed) > unit / 2:
            continue
        if match[0] != text or len((digits + fraction).lstrip("0")) > _SIGNIFICANT:
            return SheetCell(text)
        form = "0" if "," not in whole and len(whole) > 3 else "#,##0"
        form = ('"£"' if pound else "") + form + ("." + "0" * len(fraction) if fraction else "")
        form += "," * (scale // 3) + (f'"{suffix}"' if suffix else "")  # each comma at the end divides by a thousand
        # A spreadsheet rounds halves up and the paper may not: then the number is the one that was printed.
        same = (abs(number) / unit).quantize(Decimal(1), ROUND_HALF_UP) == size / unit
        return SheetCell(text, number if same else printed, f"+{form};-{form};{form}" if sign == "+" else form)
    return None


def _plain(text: object) -> str:
    """Return `text` as one line that gptables and Excel take for nothing but text.

    gptables reads ``[words](address)`` as a link and ``$$name$$`` as a reference, and Excel ``_x000A_`` as the
    character of that number; neither can be told not to. A space keeps each from being one.
    """
    line = one_line(" ".join(str(text).split()), sys.maxsize)
    return re.sub(r"\](?=\()|\$(?=\$)|_(?=x[0-9A-Fa-f]{4}_)", r"\g<0> ", line)


def _cover(sheets: Sequence[OutputSheet], blocks: Sequence[Block], paper: dict[str, Any]) -> dict[str, Any]:
    """Return what stands on the cover, taken from the paper's masthead."""
    masthead = [block for block in blocks if isinstance(block, Group) and block.role == "masthead"]
    facts, notices, named = [], [], []
    for block in walk(masthead):
        if isinstance(block, Paragraph):
            text = _plain(words(block.spans))
            named += [text] if block.role in ("publisher", "priority") else []
            notices += [text] if block.role.startswith("notice") else []
        elif isinstance(block, Facts):
            facts += [_plain(f"{words(fact.name)}: {words(fact.spans)}") for fact in block.facts]
    illustrative = sum(sheet.illustrative for sheet in sheets)
    if illustrative:
        share = f"{illustrative} of {len(sheets)}"
        notices.append(f"Tables with illustrative figures, which are made up: {share}. Their titles say so.")
    return {
        "title": _plain(paper["title"]),
        "intro": [
            *(named or [_plain(paper["running_header"])]),
            *(facts or [_plain(paper["status"])]),
            f"This workbook holds {plural(len(sheets), 'table')} of the paper of that name, to work with the figures.",
            "It is made from the paper and says what the paper says.",
        ],
        "about": [
            *notices,
            "Each worksheet holds one table, which begins in column A. No cell of a table is blank.",
            "Figures are numbers, but one that carries shorthand or words is text, as the paper prints it: 1,240 [r].",
            f"The worksheet {NOTES} explains shorthand and notes; the worksheet {CONTENTS} lists the tables.",
        ],
        "contact": [
            *(["Help for anyone who is affected:"] if paper["helplines"] else []),
            *(
                _plain(f"{line['name']}: {line['number']}" + (f" ({line['note']})" if line.get("note") else ""))
                for line in paper["helplines"]
            ),
        ],
    }


def _notes(sheets: Sequence[OutputSheet]) -> tuple[list[list[str]], dict[str, str], dict[str, str]]:
    """Return the rows of the notes, headings first, the meaning of each shorthand, and the marker of each note."""
    explained: dict[str, list[str]] = {mark: [] for mark in FLAGS}
    used: dict[str, list[str]] = {}
    for sheet in sheets:
        for note in dict.fromkeys(sheet.notes):
            match = _EXPLAINS.fullmatch(note)
            if not match:
                used.setdefault(note, []).append(sheet.label)
            elif (meaning := match[2][0].upper() + match[2][1:]) not in explained[match[1]]:
                explained[match[1]].append(meaning)
    meanings = {mark: " ".join(texts) or FLAGS[mark].capitalize() for mark, texts in explained.items()}
    markers = {note: f"[note {number}]" for number, note in enumerate(used, start=1)}
    rows = [["Marker", "Meaning", "Worksheets"]]
    rows += [
        [f"[{mark}]", meaning, ", ".join(sheet.label for sheet in sheets if mark in sheet.shorthand) or "Not used here"]
        for mark, meaning in meanings.items()
    ]
    rows += [[markers[note], note, ", ".join(labels)] for note, labels in used.items()]
    return rows, meanings, markers


def _written(sheets: Sequence[OutputSheet], blocks: Sequence[Block], paper: dict[str, Any]) -> bytes:
    with warnings.catch_warnings():
        # gptables leaves the file of its theme to the garbage collector, and calls pandas as pandas 4 will not have it.
        # Neither touches the workbook, and the lock holds pandas where it is.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"gptables\.")
        end = b"</cp:coreProperties>"
        language = b"<dc:language>en-GB</dc:language>"
        return settled(_built(sheets, blocks, paper), lambda properties: properties.replace(end, language + end))


def _built(sheets: Sequence[OutputSheet], blocks: Sequence[Block], paper: dict[str, Any]) -> bytes:
    from gptables import Cover, GPTable, GPWorkbook, gptheme
    from pandas import DataFrame

    (head, *rows), meanings, markers = _notes(sheets)
    notes = GPTable(
        table=DataFrame(rows, columns=head, dtype=object),
        table_name="notes_table",
        title="Notes",
        instructions=f"{ONE_TABLE} It explains the markers in square brackets.",
        index_columns={2: 0},
    )
    tables = {NOTES: notes}
    for number, sheet in enumerate(sheets, start=1):
        tables[sheet.label] = GPTable(
            table=DataFrame([[c.value for c in row] for row in sheet.rows], columns=sheet.head, dtype=object),
            # With a prefix, since INC01 by itself is the name of a cell.
            table_name=f"table_{number}_{re.sub('[^A-Za-z0-9]', '_', sheet.label)}",
            title=sheet.title,
            subtitles=sheet.definitions,
            instructions=_instructions(sheet, markers),
            legend=[f"[{mark}] {meanings[mark]}" for mark in sheet.shorthand],
            source=_plain(f"Source: {paper['running_header']}. {paper['status']}."),
            index_columns={2: 0},
            additional_formatting=_formats(sheet),
        )

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = GPWorkbook(out, options)
    theme = copy.deepcopy(gptheme)
    theme.update_subtitle_format({"font_size": 12})  # a definition is text to read, not a second title
    theme.update_index_2_format({"valign": "top"})
    theme.update_data_format({"valign": "top"})
    book.set_theme(theme)
    cover = _cover(sheets, blocks, paper)
    book.set_properties(
        {
            "title": cover["title"],
            "author": cover["intro"][0],
            "subject": _plain(paper["running_header"]),
            "created": dt.datetime.fromisoformat(paper["as_at"]),
        }
    )
    front = book.add_worksheet(COVER)
    front.write_cover(Cover(**cover, cover_label=COVER, width=_COVER * _LETTER))
    texts_of_cover = [
        cover["title"],
        "",
        *cover["intro"],
        "",
        *cover["about"],
        "",
        *cover["contact"],
    ]  # headings are short
    _heights(front, 0, [[text] for text in texts_of_cover], [_COVER])
    heads = ["Sheet name", "Table description"]
    contents = book.make_table_of_contents(
        tables, column_names=heads, instructions=f"{ONE_TABLE} Each name is a link to its worksheet."
    )
    texts = {CONTENTS: [heads, *([label, table.title] for label, table in tables.items())], NOTES: [head, *rows]}
    texts |= {sheet.label: [sheet.head, *([c.text for c in row] for row in sheet.rows)] for sheet in sheets}
    for label, table in {CONTENTS: contents, **tables}.items():
        page = book.add_worksheet(label)
        page.write_gptable(table, auto_width=False)
        _fit(page, table.data_range[0], texts[label])
    for page in book.worksheets():
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _instructions(sheet: OutputSheet, markers: dict[str, str]) -> str:
    noted = ", ".join(markers[note] for note in dict.fromkeys(sheet.notes) if note in markers)
    return f"{ONE_TABLE} On the worksheet {NOTES}, see {noted}." if noted else ONE_TABLE


def _formats(sheet: OutputSheet) -> list[dict[str, Any]]:
    """Return how cells look: columns of figures to the right, numbers as the paper prints them.

    Words beside figures do not touch the figure before them. What looks the same is said once: each look takes time.
    """
    beside = [column for column in range(1, len(sheet.head)) if column - 1 in sheet.right and column not in sheet.right]
    looks: list[dict[str, Any]] = [
        {"column": {"columns": columns, "format": look}}
        for columns, look in ((sheet.right, {"align": "right"}), (beside, {"indent": 1}))
        if columns
    ]
    return looks + [
        {"cell": {"cells": (number, column), "format": {"num_format": cell.shown}}}
        for number, row in enumerate(sheet.rows, start=1)  # row 0 is that of the headings
        for column, cell in enumerate(row)
        if cell.number is not None
    ]


def _fit(page: Any, first: int, rows: Sequence[Sequence[str]]) -> None:
    """Set the widths and heights of a table: a program that opens it need not work them out, and not all do.

    `first` is the row of the headings, from 0; `rows` is what the cells say, headings first.
    """
    widths = []
    for column, (head, *texts) in enumerate(zip(*rows, strict=True)):
        longest = max(min(len(head), _WIDEST_HEAD), *map(len, head.split()), *map(len, texts))
        widths.append(min(max(longest + 2, _NARROWEST), _WIDEST))
        page.set_column(column, column, widths[-1] * _LETTER)
    _heights(page, first, rows, widths)


def _heights(page: Any, first: int, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    for number, row in enumerate(rows, start=first):
        lines = max(len(textwrap.wrap(text, int(width * _FIT))) for text, width in zip(row, widths, strict=True))
        if lines > 1:  # the height of one line is left to follow the reader's own size of type
            page.set_row(number, _LINE * lines)
