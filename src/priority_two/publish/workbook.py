"""The tables of a paper as a workbook for analysts, made from the paper's HTML, so that both say the same.

The layout is that of the Government Statistical Service's guidance on spreadsheets, by way of gptables: a cover, linked
contents, notes, then one table a worksheet, marked up as a table, with no blank cell and no merged one. A table is for
the workbook where its HTML stands like this::

    <div class="exhibit" data-sheet="POL01">
    <p class="definition">What is counted.</p>
    <table><caption>Title</caption>
    <thead><tr><th scope="col">Month</th><th scope="col" class="n">Number</th></tr></thead>
    <tbody><tr><th scope="row">April 2020</th><td class="n" data-value="1240">1,240</td></tr></tbody></table>
    <p class="note">[r] revised since first reported.</p>
    </div>

A cell that prints a number, and nothing else, becomes that number, shown as it was printed. A cell with words or with
shorthand stays the text that it is: ``1,240 [r]`` says more than 1240. A number in ``data-value`` that the text does
not say is a fault, since it would be a figure that somebody meant to withhold.

Everything else is text, whatever it begins with: no formula and no link comes out of what a partner wrote. The same
HTML gives the same bytes; nothing is fetched, and the clock is not asked.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import sys
import textwrap
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bs4 import BeautifulSoup, Tag

from priority_two.errors import Error, Refused, one_line
from priority_two.flags import FLAGS
from priority_two.periods import plural

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
_EPOCH = (1980, 1, 1, 0, 0, 0)


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

    Parameters
    ----------
    label
        Name of its worksheet.
    title
        The table's caption.
    definitions
        What stands above the table.
    head
        Column headings.
    rows
        As many cells each as there are headings; the first is the row's heading.
    right
        Columns of figures, by number from 0.
    notes
        What stands below the table.
    illustrative
        Whether anything in it is marked as made up.
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


def workbook_from_html(html: str, paper: dict[str, Any]) -> bytes:
    """Return the tables of a paper's HTML as an Excel workbook.

    Parameters
    ----------
    html
        The paper.
    paper
        What its masthead says of it: ``title``, ``running_header``, ``status``, ``as_at``, ``helplines``.

    Raises
    ------
    Refused
        The HTML holds no table for the workbook, or one that makes no accessible worksheet: a fault a reason.
    """
    soup = BeautifulSoup(html, "html.parser")
    for line_break in soup.find_all("br"):
        line_break.replace_with(" ")
    return _written(sheets_of(soup), soup, paper)


def sheets_of(soup: BeautifulSoup) -> list[OutputSheet]:
    """Return the tables for the workbook, in the paper's order.

    Raises
    ------
    Refused
        There is none, or there are too many, or one makes no accessible worksheet: a fault a reason.
    """
    found = soup.select("[data-sheet]")
    if not 0 < len(found) <= MOST_SHEETS:
        expected = f"1 to {MOST_SHEETS} tables for the workbook"
        raise Refused([Error("workbook", expected, found=plural(len(found), "table"))])
    errors: list[Error] = []
    sheets: list[OutputSheet] = []
    taken = set(_TAKEN)
    for number, exhibit in enumerate(found, start=1):
        label = str(exhibit["data-sheet"])
        if not _LABEL.fullmatch(label):
            expected = "at most 31 letters, digits, spaces, full stops, hyphens and underscores as a worksheet's name"
            errors.append(Error("workbook", expected, column=f"table {number}", found=label))
        elif label.lower() in taken:
            errors.append(Error("workbook", "a worksheet's name that no other has", None, f"table {number}", label))
        taken.add(label.lower())
        sheet = _sheet(exhibit, label, errors)
        if sheet:
            sheets.append(sheet)
    if errors:
        raise Refused(errors)
    return sheets


def _sheet(exhibit: Tag, label: str, errors: list[Error]) -> OutputSheet | None:
    """Read one table; what is wrong with it is added to `faults`."""
    file = f"workbook, worksheet {label}"
    before = len(errors)
    tables = exhibit.find_all("table")
    if len(tables) != 1 or exhibit.select("[data-sheet]"):
        errors.append(Error(file, "one table", found=plural(len(tables), "table")))
        return None
    table = tables[0]
    if table.select_one("[colspan], [rowspan]"):
        errors.append(Error(file, "no cell that spans several columns or rows"))
    illustrative = exhibit.select_one(".illustrative") is not None
    title = _caption(table)
    if not title:
        errors.append(Error(file, "a caption", found="none"))
    if illustrative and "illustrative" not in title.lower():
        title += f" ({SOME_ILLUSTRATIVE})"
    heads = [[_text(cell) for cell in row.find_all(["th", "td"])] for row in table.select("thead tr")]
    head = heads[0] if len(heads) == 1 else []
    if not head or len(head) > MOST_COLUMNS or len({name.lower() for name in head}) < len(head):
        expected = f"one row of 1 to {MOST_COLUMNS} headings, no two the same"
        errors.append(Error(file, expected, found=f"{plural(len(heads), 'row')}: {', '.join(head)}"))
        return None
    lines = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    if not 0 < len(lines) <= MOST_ROWS:
        errors.append(Error(file, f"1 to {MOST_ROWS} rows", found=str(len(lines))))
        return None
    rows = [_row(cells, head, file, number, errors) for number, cells in enumerate(lines, start=1)]
    definitions = [text for one in exhibit.select("p.definition") if (text := _text(one))]
    notes = [text for one in exhibit.select("p.note") if not one.find_parent("table") if (text := _text(one))]
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
    columns = range(len(head))
    right = [one for one in columns if any(_is_figure(cells[one]) for cells in lines)]
    return OutputSheet(label, title, definitions, head, rows, right, notes, illustrative)


def _row(cells: Sequence[Tag], head: Sequence[str], file: str, number: int, errors: list[Error]) -> list[SheetCell]:
    if len(cells) != len(head):
        errors.append(Error(file, f"{plural(len(head), 'cell')}, as there are headings", number, found=str(len(cells))))
        return []
    if cells[0].name != "th":
        errors.append(Error(file, "a heading (th) first in the row", number, head[0], _text(cells[0])))
    row = []
    for name, cell in zip(head, cells, strict=True):
        text, exact = _text(cell), cell.get("data-value")
        read = SheetCell(text) if exact is None else _figure(text, str(exact))
        if read is None:
            # What stands in data-value is not repeated: it may be what the text withholds.
            errors.append(Error(file, "text that says the number of its data-value", number, name, text))
        row.append(read or SheetCell(text))
    return row


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


def _is_figure(cell: Tag) -> bool:
    return "n" in (cell.get("class") or [])


def _caption(table: Tag) -> str:
    """Return the title of a table; what marks it as illustrative stands in brackets after it."""
    caption = table.find("caption")
    if caption is None:
        return ""
    marks = [_text(mark.extract()) for mark in caption.select(".illustrative")]
    return " ".join([_text(caption), *(f"({mark})" for mark in marks if mark)]).strip()


def _text(element: Tag) -> str:
    return _plain(element.get_text())


def _plain(text: object) -> str:
    """Return `text` as one line that gptables and Excel take for nothing but text.

    gptables reads ``[words](address)`` as a link and ``$$name$$`` as a reference, and Excel ``_x000A_`` as the
    character of that number; neither can be told not to. A space keeps each from being one.
    """
    return re.sub(r"\](?=\()|\$(?=\$)|_(?=x[0-9A-Fa-f]{4}_)", r"\g<0> ", one_line(text, sys.maxsize))


def _cover(sheets: Sequence[OutputSheet], soup: BeautifulSoup, paper: dict[str, Any]) -> dict[str, Any]:
    """Return what stands on the cover, taken from the paper's masthead."""
    masthead = soup.select_one(".masthead")
    facts, notices, named = [], [], []
    if masthead:
        named = [_text(one) for one in masthead.select(".publisher, .priority")]
        notices = [_text(one) for one in masthead.select(".notice")]
        for term in masthead.select(".facts dt"):
            meaning = term.find_next_sibling("dd")
            facts.append(f"{_text(term)}: {_text(meaning)}" if meaning else _text(term))
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
            "Help for anyone who is affected:",
            *(
                _plain(f"{one['name']}: {one['number']}" + (f" ({one['note']})" if one.get("note") else ""))
                for one in paper["helplines"]
            ),
        ],
    }


def _notes(sheets: Sequence[OutputSheet]) -> tuple[list[list[str]], dict[str, str], dict[str, str]]:
    """Return the rows of the notes, headings first, the meaning of each shorthand, and the marker of each note."""
    said: dict[str, list[str]] = {mark: [] for mark in FLAGS}
    used: dict[str, list[str]] = {}
    for sheet in sheets:
        for note in dict.fromkeys(sheet.notes):
            match = _EXPLAINS.fullmatch(note)
            if not match:
                used.setdefault(note, []).append(sheet.label)
            elif (meaning := match[2][0].upper() + match[2][1:]) not in said[match[1]]:
                said[match[1]].append(meaning)
    meanings = {mark: " ".join(texts) or FLAGS[mark].capitalize() for mark, texts in said.items()}
    markers = {note: f"[note {number}]" for number, note in enumerate(used, start=1)}
    rows = [["Marker", "Meaning", "Worksheets"]]
    rows += [
        [f"[{mark}]", meaning, ", ".join(one.label for one in sheets if mark in one.shorthand) or "Not used here"]
        for mark, meaning in meanings.items()
    ]
    rows += [[markers[note], note, ", ".join(labels)] for note, labels in used.items()]
    return rows, meanings, markers


def _written(sheets: Sequence[OutputSheet], soup: BeautifulSoup, paper: dict[str, Any]) -> bytes:
    with warnings.catch_warnings():
        # gptables leaves the file of its theme to the garbage collector, and calls pandas as pandas 4 will not have it.
        # Neither touches the workbook, and the lock holds pandas where it is.
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"gptables\.")
        return _settled(_made(sheets, soup, paper))


def _made(sheets: Sequence[OutputSheet], soup: BeautifulSoup, paper: dict[str, Any]) -> bytes:
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
            # With a prefix, since POL01 by itself is the name of a cell.
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
    cover = _cover(sheets, soup, paper)
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
    said = [cover["title"], "", *cover["intro"], "", *cover["about"], "", *cover["contact"]]  # headings are short
    _heights(front, 0, [[text] for text in said], [_COVER])
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
    """Return how cells look: columns of figures to the right, numbers as the paper prints them."""
    looks: list[dict[str, Any]] = []
    for number in range(1, len(sheet.head)):
        if number in sheet.right:
            looks.append({"column": {"columns": [number], "format": {"align": "right"}}})
        elif number - 1 in sheet.right:  # words are not to touch the figure before them
            looks.append({"column": {"columns": [number], "format": {"indent": 1}}})
    return looks + [
        {"cell": {"cells": (number, column), "format": {"num_format": cell.shown}}}
        for number, row in enumerate(sheet.rows, start=1)  # row 0 is that of the headings
        for column, cell in enumerate(row)
        if cell.number is not None
    ]


def _fit(page: Any, first: int, rows: Sequence[Sequence[str]]) -> None:
    """Set the widths and heights of a table: a program that opens it need not work them out, and not all do.

    Parameters
    ----------
    page
        The worksheet.
    first
        Row of the headings, from 0.
    rows
        What the cells say, headings first.
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


def _settled(raw: bytes) -> bytes:
    """Return a workbook with its language set, in an archive that is the same on every system."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                end = b"</cp:coreProperties>"
                content = content.replace(end, b"<dc:language>en-GB</dc:language>" + end)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            again.writestr(info, content)
    return out.getvalue()
