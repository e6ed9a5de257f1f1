"""The workbook that a partner fills in, laid out so that nobody has to ask how.

It has six sheets, with one table each: how to fill it in; the terms; the figures; the figures by area, where the
partner reports them; the figures of last quarter, to read; and notes on blank cells, codes and measures. What a row is
about stays visible beside the months. The definition of a measure shows where its figure is typed, and in the notes.
Labels are protected (without a password: against slips, not against people); cells to fill in are not. Everything that
is needed to read the workbook again is visible, and nothing is hidden.

Everybody should be able to read it: the type is sans-serif and at least 12 points; no cells are merged; a table has no
blank cell that is not to be filled in; the headings stay in view; the title and the language are set; no colour carries
a meaning alone. The same call on the same data gives the same bytes.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.table import Table, TableStyleInfo

from priority_two.errors import Error, Refused
from priority_two.files.archive import settled
from priority_two.files.data_folder import DataFolder
from priority_two.periods import RANGE, Period, date_label, month_label, month_text
from priority_two.reference.catalogue import AreaWords, Catalogue, Measure
from priority_two.returns.store import Observation, latest, observations, read_returns
from priority_two.returns.submit import layout
from priority_two.returns.submit.layout import Form, Line, form
from priority_two.spellings import plain

FONT, SIZE = "Arial", 12
_FIRST_ROW = 3
_LINE = 17
_HEAD = PatternFill("solid", fgColor="12436D")
FILL_IN = PatternFill("solid", fgColor="FFF8D6")
_PLAIN = PatternFill("solid", fgColor="F3F2F1")
_STAMP = b"1980-01-01T00:00:00Z"
_EDGE = Border(*[Side("thin", color="505A5F")] * 4)
_TEXT_WIDTHS = {
    layout.MEASURE_CODE: 10,
    layout.BREAKDOWN_CODE: 13,
    layout.AREA_CODE: 12,
    layout.MEASURE: 32,
    layout.BREAKDOWN: 28,
    layout.UNIT: 11,
    layout.PROVISIONAL: 13,
    layout.NOTE: 34,
}
_PERIOD_WIDTH, _PLACE_WIDTH = 12, 24
_PERIODS = "month, quarter or year"
_MOST_A_PAGE = 8
"""How many periods go on a page: of more, the print is two pages wide, so that it can still be read."""


def template(folder: DataFolder, catalogue: Catalogue, partner: str, months: Period) -> bytes:
    """Return the workbook that a partner of the catalogue fills in for a run of months.

    The store of the data folder gives last quarter's figures and says which measures come by area.

    Raises
    ------
    Refused
        The catalogue asks the partner for nothing, or the areas or the store cannot be read.
    """
    returns, home = read_returns(folder), catalogue.partnership.home_area
    sent = [figure for figure in latest(observations(returns, home)) if figure.terms.partner == partner]
    words, by_area = catalogue.area_words, {figure.measure for figure in sent if figure.area in catalogue.parts_of_home}
    asked = form(catalogue, partner, months, by_area)
    if not asked.lines:
        actual = f"none for {partner} in {layout.months_text(months)}"
        fix = "name the partner in the column partner, or ask for the months in which its quarters end"
        raise Refused([Error(folder.shown("reference/measures.csv"), "a measure to ask for", found=actual, fix=fix)])
    title = f"Data return of {asked.name}, {_months(asked.months)}"
    book = new_workbook(title)
    book.properties.subject = f"Template version {layout.VERSION}"
    _start(book, asked, title, words)
    _terms(book, asked)
    _figures(book, layout.FIGURES, asked, asked.lines, words)
    if asked.areas:
        _figures(book, words.parts_head, asked, asked.areas, words, by_area=True)
    _last(book, asked, sent, words)
    _notes(book, asked, words)
    return saved(book)


def saved(book: Any) -> bytes:
    """Return a workbook's bytes without the time of day: the same workbook is the same bytes."""
    raw = io.BytesIO()
    book.save(raw)
    return settled(raw.getvalue(), lambda core: re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _STAMP, core))


def new_workbook(title: str) -> Any:
    """Return a workbook without a sheet, with what each of ours has: a title, the language, and a legible type."""
    book: Any = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.language, book.properties.creator = title, "en-GB", "Priority Two"
    normal = next(style for style in book._named_styles if style.name == "Normal")
    normal.font = Font(name=FONT, size=SIZE)
    return book


def _months(months: Period) -> str:
    first, last = month_label(months.first), month_label(months.last)
    return first if first == last else f"{first} to {last}"


def _sheet(book: Any, name: str, title: str, says: str, column: int = 1) -> Any:
    sheet = book.create_sheet(name)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False  # widths and heights may be changed
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "Page &P of &N"
    _put(sheet, 1, column, title, size=16, bold=True, wrap=False)
    _put(sheet, 2, column, says, wrap=False)
    for row, height in ((1, 24), (2, 20), (_FIRST_ROW, 20)):
        sheet.row_dimensions[row].height = height
    return sheet


def _put(
    sheet: Any,
    row: int,
    column: int,
    value: object,
    *,
    size: int = SIZE,
    bold: bool = False,
    colour: str = "0B0C0C",
    fill: PatternFill | None = None,
    wrap: bool = True,
    locked: bool = True,
) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"  # never a formula, whatever it begins with
    elif value is not None:
        cell.value = value
    cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=wrap)
    cell.protection = Protection(locked=locked)
    if fill is not None:
        cell.fill = fill


def _table(
    sheet: Any, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], codes: int = 0
) -> int:
    """Write a table below the sheet's two lines of text, and return its last row.

    The first columns, as many as there are ``codes``, are for programs to read. They do not wrap.
    """
    for column, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        _put(sheet, _FIRST_ROW, column, head, bold=True, colour="FFFFFF", fill=_HEAD)
        sheet.column_dimensions[get_column_letter(column)].width = width
    last = _FIRST_ROW
    for last, values in enumerate(rows, start=_FIRST_ROW + 1):
        for column, value in enumerate(values, start=1):
            _put(sheet, last, column, value or None, wrap=column > codes)
        # A height of its own: a program that opens the workbook need not work heights out, and not all do.
        needed = max(-(-len(value) // (width - 2)) for value, width in list(zip(values, widths, strict=True))[codes:])
        sheet.row_dimensions[last].height = _LINE * max(needed, 1)
    name = re.sub(r"\W", "_", sheet.title)
    marked = Table(displayName=f"{name}_table", ref=f"A{_FIRST_ROW}:{get_column_letter(len(heads))}{last}")
    marked.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(marked)
    sheet.auto_filter.ref = None
    marked.autoFilter = None
    sheet.print_title_rows = f"{_FIRST_ROW}:{_FIRST_ROW}"
    return last


def _start(book: Any, asked: Form, title: str, words: AreaWords) -> None:
    sheet = _sheet(book, layout.START, title, "Please fill in the sheets Terms and Figures; this page says how.")
    sheets = [
        (layout.TERMS, "To fill in: who sends the figures, what they are and how they may be used."),
        (layout.FIGURES, "To fill in: the figures, a row a measure and a column a month, quarter or year."),
        *([(words.parts_head, f"To fill in: the figures by {words.part}.")] if asked.areas else []),
        (layout.LAST, "To read: what you sent for the quarter before."),
        (layout.NOTES, "To read: what blank cells, codes, words and measures mean."),
    ]
    steps = (
        "Send counts only: no names, dates of birth, addresses, postcodes, telephone or NHS numbers.",
        "Send true counts, small ones too: they are hidden before anything is published.",
        "Fill in the pale yellow cells. Type plain numbers, no formulas. Write 0 only for a true nought.",
        "Leave a cell blank where you send no figure; write x where one is not available, z where none applies.",
        "Keep rows, columns and sheets as they are, and send the workbook back as .xlsx.",
    )
    rows = [(f"Step {number}", step) for number, step in enumerate(steps, start=1)]
    last = _table(
        sheet, ("Part", "What it is"), [*rows, *((f"Sheet {name}", what) for name, what in sheets)], (28, 110)
    )
    for offset, (name, _) in enumerate(sheets):
        cell = sheet.cell(last - len(sheets) + 1 + offset, 1)
        cell.hyperlink = f"#'{name}'!A1"
        cell.font = Font(name=FONT, size=SIZE, underline="single", color="1D4F91")
    sheet.freeze_panes = f"A{_FIRST_ROW + 1}"


def _terms(book: Any, asked: Form) -> None:
    sheet = _sheet(book, layout.TERMS, "Terms of this return", "Please fill in the pale yellow cells of column B.")
    given = {
        "partner_name": asked.name,
        "partner": asked.partner,
        "first": month_text(asked.months.first),
        "last": month_text(asked.months.last),
        "version": layout.VERSION,
    }
    rows = [(item.label, given.get(item.key, ""), item.meaning) for item in layout.QUESTIONS]
    _table(sheet, (layout.ITEM, layout.ANSWER, layout.MEANING), rows, (32, 60, 70))
    for row, item in enumerate(layout.QUESTIONS, start=_FIRST_ROW + 1):
        if not item.given:
            value = "no" if item.key == "synthetic" else None
            _put(sheet, row, 2, value, fill=FILL_IN, locked=False)
            sheet.cell(row, 2).number_format = "yyyy-mm-dd" if item.key == "extract_date" else "@"
        choices = {"permission": layout.PERMISSIONS, "synthetic": ("no", "yes")}.get(item.key)
        if choices:
            _choose(sheet, f"B{row}", choices, item.label, item.meaning)
    sheet.freeze_panes = f"B{_FIRST_ROW + 1}"


def _choose(sheet: Any, cells: str, choices: Iterable[str], title: str, prompt: str) -> None:
    error = f"Please choose {' or '.join(choices)}."
    _rule(sheet, [cells], title[:31], prompt[:250], error, type="list", formula1=f'"{",".join(choices)}"')


def _rule(sheet: Any, cells: Iterable[str], title: str, prompt: str, error: str, **rule: Any) -> None:
    """Let cells take only what a rule allows, with a prompt and an error message."""
    messages = {"promptTitle": title, "prompt": prompt, "errorTitle": title, "error": error, **rule}
    validation = DataValidation(**messages, allow_blank=True, showErrorMessage=True, showInputMessage=True)
    sheet.add_data_validation(validation)
    for cell in cells:
        validation.add(cell)


def _figures(
    book: Any, name: str, asked: Form, lines: Sequence[Line], words: AreaWords, *, by_area: bool = False
) -> None:
    title = f"Figures by {words.part}" if by_area else f"Figures for {words.whole}"
    says = "Please fill in the pale yellow cells. Blank: no figure sent. x: not available. z: not applicable."
    codes = [layout.MEASURE_CODE, *([layout.AREA_CODE] if by_area else []), layout.BREAKDOWN_CODE]
    labels = [layout.MEASURE, *([words.part_head] if by_area else []), layout.BREAKDOWN, layout.UNIT]
    sheet = _sheet(book, name, title, says, len(codes) + 1)
    heads = [*codes, *labels, *(period.label for period in asked.periods), layout.PROVISIONAL, layout.NOTE]
    texts = []
    for line in lines:
        measure = line.measure
        unit = layout.UNITS.get(measure.unit, measure.unit)
        row_codes = [measure.measure, *([line.area] if by_area else []), line.breakdown or layout.TOTAL]
        row_words = [measure.title, *([line.place] if by_area else []), line.label, unit]
        cells = ["" if period in line.periods else layout.NOT_ASKED for period in asked.periods]
        texts.append([*row_codes, *row_words, *cells, "", ""])
    widths = _TEXT_WIDTHS | {words.part_head: _PLACE_WIDTH}
    _table(sheet, heads, texts, [widths.get(head, _PERIOD_WIDTH) for head in heads], codes=len(codes))
    longest = max(len(period.label) for period in asked.periods)
    sheet.row_dimensions[_FIRST_ROW].height = _LINE * -(-longest // (_PERIOD_WIDTH - 4)) + 4
    first = len(codes) + len(labels) + 1
    last_row = _FIRST_ROW + len(lines)
    open_cells: dict[Measure, list[str]] = {}
    for row, line in enumerate(lines, start=_FIRST_ROW + 1):
        for column in range(1, len(heads) + 1):
            if column >= first and sheet.cell(row, column).value == layout.NOT_ASKED:
                _put(sheet, row, column, layout.NOT_ASKED, colour="505A5F", fill=_PLAIN)
            elif column >= first:
                _put(sheet, row, column, None, fill=FILL_IN, locked=False)
                if column < len(heads) - 1:
                    open_cells.setdefault(line.measure, []).append(f"{get_column_letter(column)}{row}")
            sheet.cell(row, column).border = _EDGE
    for measure, cells in open_cells.items():
        _numbers(sheet, cells, measure)
    letter = get_column_letter(len(heads) - 1)
    meaning = "Choose yes where the figures of this row may still change, no or nothing where they are final."
    _choose(sheet, f"{letter}{_FIRST_ROW + 1}:{letter}{last_row}", ("no", "yes"), layout.PROVISIONAL, meaning)
    prompt = "A word on this row, such as why a figure is missing. Nothing about a person."
    notes = f"{get_column_letter(len(heads))}{_FIRST_ROW + 1}:{get_column_letter(len(heads))}{last_row}"
    limit = {"type": "textLength", "operator": "lessThanOrEqual", "formula1": "500"}
    _rule(sheet, [notes], layout.NOTE, prompt, "Please keep to 500 characters.", **limit)
    sheet.freeze_panes = sheet.cell(_FIRST_ROW + 1, first)
    # On paper the codes say nothing; the words stand on every page.
    sheet.print_area = f"{get_column_letter(len(codes) + 1)}1:{get_column_letter(len(heads))}{last_row}"
    sheet.print_title_cols = f"{get_column_letter(len(codes) + 1)}:{get_column_letter(first - 1)}"
    sheet.page_setup.fitToWidth = 1 if len(asked.periods) <= _MOST_A_PAGE else 2


def _numbers(sheet: Any, cells: list[str], measure: Measure) -> None:
    """Let a measure's cells take a number that is not below nought, or x or z; the formula is written for the first."""
    first, whole = cells[0], measure.unit == "count"
    number = f"AND(ISNUMBER({first}),{first}>=0{f',{first}=INT({first})' if whole else ''})"
    formula = f'IF(ISNUMBER({first}),{number},OR({first}="x",{first}="z"))'
    what = "a whole number" if whole else "a number"
    prompt = textwrap.shorten(f"Type {what}, x or z. {measure.definition}", 250, placeholder=" …")
    error = f"Please type {what} that is not below 0, or x (not available) or z (not applicable)."
    title = textwrap.shorten(measure.title, 32, placeholder="…")
    _rule(sheet, cells, title, prompt, error, errorTitle="Figure", type="custom", formula1=formula)


def _last(book: Any, asked: Form, sent: list[Observation], words: AreaWords) -> None:
    before = asked.months.first - 1
    end = before - (before - 2) % 3  # the last month of the last quarter that had ended
    shown = [period for frequency in "MQ" for period in layout.asked_for(frequency, Period(end - 2, end, RANGE))]
    says = "What you sent for the quarter before, as it stands now; to read only."
    sheet = _sheet(book, layout.LAST, f"Last quarter: {shown[-1].label}", says)
    values = {(figure.measure, figure.area, figure.breakdown, figure.period): figure for figure in sent}
    rows = []
    for line in (*asked.lines, *asked.areas):
        figures = {period: values.get((*line.key, period)) for period in shown}
        days = [figure.terms.received for figure in figures.values() if figure]
        if days:
            measure = line.measure
            texts = [
                _shown(figure) if figure or period in layout.asked_for(measure.frequency, period) else layout.NOT_ASKED
                for period, figure in figures.items()
            ]
            about = [measure.measure, measure.title, line.label, line.place or f"Whole {words.home}"]
            rows.append([*about, *texts, date_label(max(days))])
    heads = [layout.MEASURE_CODE, layout.MEASURE, layout.BREAKDOWN, "Place", *(period.label for period in shown)]
    if not rows:
        rows.append(["none", "Nothing has been received for these months.", *["none"] * (len(heads) - 1)])
    widths = (16, 44, 40, 30, *[22] * len(shown), 22)
    _table(sheet, [*heads, "Received"], rows, widths)
    sheet.freeze_panes = f"B{_FIRST_ROW + 1}"


def _shown(figure: Observation | None) -> str:
    if figure is None:
        return "not sent"
    marks = {"p": " [p]", "r": " [r]"}
    return f"[{figure.status}]" if figure.value is None else f"{plain(figure.value)}{marks.get(figure.status, '')}"


def _notes(book: Any, asked: Form, words: AreaWords) -> None:
    sheet = _sheet(book, layout.NOTES, "Notes", "What blank cells, codes, words and measures mean in this workbook.")
    rows = [
        ("Blank cell", "A pale yellow cell that is left blank sends no figure. No other cell of a table is blank."),
        ("0", "A true nought: you looked, and there were none."),
        ("x", "Not available: there is a figure, or there should be, and you cannot send it."),
        ("z", "Not applicable: there can be no figure, for example while a service is suspended."),
        ("[p], [r]", "On the sheet Last quarter: provisional, and revised since it was first sent."),
        (
            layout.NOT_ASKED,
            f"The measure is not asked for by {_PERIODS} as the column is, or there is no such {words.part} then.",
        ),
        ("not sent", "On the sheet Last quarter: nothing was received for that month or quarter."),
        (layout.TOTAL, "All of the measure, whatever its parts. Leave it blank where the parts have no total."),
        (layout.PROVISIONAL, "Choose yes where the figures of the row may still change."),
        ("Whole and parts", "Where a total and all its parts are given, they have to agree."),
        ("Quarter", "Of the financial year: Quarter One is April to June, Quarter Four January to March."),
        *{f"{line.measure.measure}: {line.measure.title}": line.measure.definition for line in asked.lines}.items(),
        ("Permission", "; ".join(f"{name}: {means}" for name, means in layout.PERMISSIONS.items()) + "."),
    ]
    _table(sheet, ("Word", "What it means"), rows, (36, 102))
    sheet.freeze_panes = f"A{_FIRST_ROW + 1}"
