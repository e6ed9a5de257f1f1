"""The data sheet that ships: every figure worked out anew from the returns on disk, and the same in all its forms.

What the tables should say is worked out here with nothing but csv, yaml and decimal, row by row and the slow way.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from bs4 import BeautifulSoup, Tag

import checkers
from conftest import DATA

STEM = "2021-03/data-sheet-board"
AS_AT = "2021-04-14"
REFERENCE = DATA / "reference"
STEP = {"M": 1, "Q": 3, "A": 12}
MARK = ".unseen"  # what says in words that a figure, row or column is made up, beside the edge that shows it
GAPS = {"x": "not available", "z": "not applicable"}
ORDINAL = ("One", "Two", "Three", "Four")
Ends = tuple[int, int]


# The slow way -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """A row of a return; periods are the numbers of their first and last month, counted from the year 0."""

    partner: str
    received: str
    ends: Ends
    measure: str
    area: str
    part: str
    value: Decimal | None
    status: str
    synthetic: bool


@dataclass(frozen=True)
class Said:
    """A figure: its value and flags, or why there is none; whether it is made up; whether a row stands behind it."""

    value: Decimal | None
    flags: str = ""
    reason: str = ""
    synthetic: bool = False
    rows: bool = True
    months: int = 0
    exact: Fraction | None = None  # before it was rounded


def ends(period: str) -> Ends:
    if ".." in period:
        first, last = period.split("..")
        return ends(first)[0], ends(last)[1]
    if found := re.fullmatch(r"(\d{4})-(\d\d)-Q([1-4])", period):
        first_month = int(found[1]) * 12 + 3 + 3 * (int(found[3]) - 1)
        return first_month, first_month + 2
    year, month = (int(one) for one in period.split("-"))
    if month == (year + 1) % 100 and month > 12:
        return year * 12 + 3, year * 12 + 14
    return year * 12 + month - 1, year * 12 + month - 1


def month_name(month: int) -> str:
    return f"{calendar.month_name[month % 12 + 1]} {month // 12}"


def financial_year(month: int) -> str:
    year = (month - 3) // 12
    return f"{year}-{(year + 1) % 100:02}"


def label(span: Ends) -> str:
    first, last = span
    if first == last:
        return month_name(first)
    if last - first == 2:
        return f"Quarter {ORDINAL[(first - 3) % 12 // 3]} {financial_year(first)}"
    return f"Year {financial_year(first)}"


@cache
def table(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MEASURES = {row["measure"]: row for row in table("measures")}
PARTNERS = {row["partner"]: row["name"] for row in table("partners")}
AREAS = {row["area"]: row["name"] for row in table("areas")}
PARTS: dict[str, dict[str, str]] = {}
for _row in table("breakdowns"):
    _said = f"{_row['series']}: {_row['label']}" if _row["series"] else _row["label"]
    PARTS.setdefault(_row["measure"], {})[_row["breakdown"]] = _said
SHEET = [name for name, row in MEASURES.items() if row["data_sheet"] == "yes"]


@cache
def terms() -> list[tuple[str, dict[str, Any]]]:
    """Return the folder and the terms of every return that had come, in the order of receipt."""
    found = [
        (folder.name, yaml.safe_load((folder / "terms.yaml").read_text(encoding="utf-8")))
        for folder in (DATA / "returns").iterdir()
    ]
    return sorted((one for one in found if one[0][:10] <= AS_AT), key=lambda one: one[0])


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / "returns" / name / "observations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def history() -> list[Sent]:
    """Return every row that may be used and tells of nothing after the sheet's month."""
    found = []
    for name, one in terms():
        if one["permission"] == "none":
            continue
        for row in rows_of(name):
            if ends(row["period"])[1] > ends("2021-03")[1]:
                continue
            value = Decimal(row["value"]) if row["value"] else None
            key = (ends(row["period"]), row["measure"], row["area"], row["breakdown"])
            found.append(Sent(one["partner"], str(one["received"]), *key, value, row["status"], one["synthetic"]))
    return found


@cache
def known() -> dict[tuple[str, str, str], dict[Ends, dict[str, Sent]]]:
    """Return the row that counts by measure, part and area, period and partner: the last, marked where it moved."""
    found: dict[tuple[str, str, str], dict[Ends, dict[str, Sent]]] = {}
    valued: dict[tuple[object, ...], Sent] = {}
    for one in history():
        key = (one.measure, one.part, one.area, one.ends, one.partner)
        if one.value is not None:
            before = valued.get(key)
            moved = before is not None and (before.value != one.value or "r" in before.status)
            one = replace(one, status="p" * ("p" in one.status) + "r" * ("r" in one.status or moved))
            valued[key] = one
        found.setdefault((one.measure, one.part, one.area), {}).setdefault(one.ends, {})[one.partner] = one
    return found


def partners_of(measure: str) -> list[str]:
    return [name for name in MEASURES[measure]["partner"].split(";") if name]


def union(flags: Iterable[str]) -> str:
    seen = "".join(flags)
    return "".join(flag for flag in "pr" if flag in seen)


def figure(measure: str, span: Ends, part: str = "", area: str = "", partner: str = "") -> Said:
    """Return what a table should say of a measure's part and area over a period."""
    series = known().get((measure, part, area), {})
    asked = partners_of(measure)
    if partner:
        wanted = [partner]
    elif not part and len(asked) > 1:
        wanted = asked
    else:
        inside = {name for one, cell in series.items() if span[0] <= one[0] and one[1] <= span[1] for name in cell}
        wanted = sorted(inside) or asked[:1]

    def own(one: Ends) -> Said | None:
        cell = series.get(one, {})
        found = [cell[name] for name in wanted if name in cell]
        if not found:
            return None
        synthetic = any(row.synthetic for row in found)
        lacking = [name for name in wanted if name not in cell]
        if lacking:
            return Said(None, "", f"not from {', '.join(PARTNERS[name] for name in lacking)}", synthetic)
        marks = {row.status for row in found if row.value is None}
        valued = [row for row in found if row.value is not None]
        if "x" in marks or (marks and not valued):
            mark = "x" if "x" in marks else "z"
            return Said(None, mark, GAPS[mark], synthetic)
        total = sum((row.value for row in valued if row.value is not None), Decimal(0))
        flags = union(row.status for row in valued)
        return Said(total, flags, "", any(row.synthetic for row in valued), months=one[1] - one[0] + 1)

    def rolled(one: Ends, step: int) -> Said:
        size = one[1] - one[0] + 1
        if size == step:
            return own(one) or Said(None, "", "not received", rows=False)
        width = 3 if size > 3 else step
        parts = [rolled((first, first + width - 1), step) for first in range(one[0], one[1] + 1, width)]
        stated = own(one)
        there = [found for found in parts if found.value is not None]
        months = sum(found.months for found in parts)
        synthetic = any(found.synthetic for found in parts)
        rows = any(found.rows for found in parts)
        if len(there) == len(parts):
            values = [found.value for found in there if found.value is not None]
            value = values[-1] if MEASURES[measure]["aggregation"] == "last" else sum(values, Decimal(0))
            return Said(value, union(found.flags for found in parts), "", synthetic, months=months)
        if stated and stated.value is not None:
            return stated
        for mark, said in GAPS.items():
            if all(found.flags == mark and found.value is None for found in parts):
                return Said(None, mark, said, synthetic)
        reasons = {found.reason for found in parts}
        if not months and len(reasons) == 1 and all(found.rows for found in parts):
            return Said(None, "", reasons.pop(), synthetic)
        reason = f"{months} of {size} months" if step == 1 else f"{len(there)} of {len(parts)} quarters"
        return Said(None, "", reason, synthetic, rows, months)

    def permitted(said: Said) -> Said:
        """Return a figure that is not there with what came of it without permission."""
        if said.value is not None or said.flags:
            return said
        sent = {
            (name, one)
            for one, cell in series.items()
            for name in cell
            if name in wanted and span[0] <= one[0] and one[1] <= span[1]
        }
        kept = {
            (terms_of["partner"], ends(row["period"]))
            for name, terms_of in terms()
            if terms_of["permission"] == "none"
            for row in rows_of(name)
            if (row["measure"], row["breakdown"], row["area"]) == (measure, part, area)
        }
        if not any(span[0] <= one[0] and one[1] <= span[1] for name, one in kept if (name, one) not in sent):
            return said
        return replace(
            said, reason=f"{said.reason}, the rest without permission" if said.months else "without permission"
        )

    step = STEP[MEASURES[measure]["frequency"]]
    if MEASURES[measure]["aggregation"] != "none" or span[1] - span[0] + 1 <= step:
        return permitted(rolled(span, step))
    return permitted(own(span) or Said(None, "", "never added up", rows=False))


def exact(above: Decimal, below: Decimal, times: Decimal | int, places: str = "0.1") -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return (above * times / below).quantize(Decimal(places), ROUND_HALF_EVEN)


def rate(row: dict[str, str], span: Ends) -> Said:
    """Return a rate of derived.csv for a period."""
    window = (span[1] - int(row["window"]) + 1, span[1]) if row["window"] else span
    totals: dict[str, Decimal] = {}
    flags, synthetic = [], False
    for side in ("numerator", "denominator"):
        totals[side] = Decimal(0)
        for term in row[side].split(" + ") if row[side] else []:
            measure, _, part = term.removesuffix("]").partition("[")
            stock = MEASURES[measure]["aggregation"] == "last"
            one = figure(measure, (window[1] - 2, window[1]) if stock else window, part)
            if one.value is None:
                return Said(None, "", f"{term}: {one.reason}")
            totals[side] += one.value
            flags.append(one.flags)
            synthetic = synthetic or one.synthetic
    if row["population"]:
        june = (window[1] - 5) // 12  # the last year of which 30 June has been by the window's end
        people = {
            int(each["year"]): each
            for each in table("populations")
            if each["group"] == row["population"] and each["published"] <= AS_AT and int(each["year"]) <= june
        }
        if not people:
            return Said(None, "", "no population", synthetic)
        totals["denominator"] = Decimal(people[max(people)]["value"])
        synthetic = True  # every population that ships is made up
    above, below, times = totals["numerator"], totals["denominator"], Decimal(row["multiplier"])
    whole = Fraction(above) / Fraction(below) * Fraction(times)
    return Said(exact(above, below, times), union(flags), "", synthetic, exact=whole)


def places(numbers: Iterable[Decimal]) -> int:
    """Return the most decimal places that any of some numbers has."""
    return max((-int(number.normalize().as_tuple().exponent) for number in numbers), default=0)


@cache
def decimals(measure: str) -> int:
    """Return how many decimals the shares of a measure have: as many as the finest that was sent."""
    return max(0, places(one.value for one in history() if one.measure == measure and one.value is not None))


def plain(value: Decimal, unit: str, least: int = 0) -> str:
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if unit in ("percent", "rate", "ratio") and least:
        text = f"{value:,.{max(least, places([value]))}f}"
    return f"{text}%" if unit == "percent" else text


def printed(one: Said, unit: str, least: int = 0) -> str:
    if one.value is None:
        return one.reason + (f" [{one.flags}]" if one.flags else "")
    return plain(one.value, unit, 1 if one.exact is not None else least) + "".join(f" [{flag}]" for flag in one.flags)


def change(now: Said, before: Said, unit: str, least: int = 0) -> str:
    """Return how the later figure is said to differ; no break in series lies in the two years of the sheet."""
    if now.value is None or before.value is None:
        return "no comparison"
    apart = now.value - before.value
    if now.exact is not None and before.exact is not None:  # a rate, to a tenth
        apart, least = Decimal(round((now.exact - before.exact) * 10)) / 10, 1
    if apart == 0:
        return "no change"
    way, size = ("up" if apart > 0 else "down"), plain(abs(apart), "rate" if unit == "percent" else unit, least)
    if unit == "percent":
        return f"{way} {size} percentage point{'s' * (abs(apart) != 1)}"
    if before.value == 0 or (unit == "count" and abs(before.value) < 20):
        return f"{way} {size}"
    share = exact(apart, before.value, 100)
    if now.exact is not None and before.exact is not None:
        share = Decimal(round((now.exact - before.exact) / before.exact * 1000)) / 10
    return f"{way} {size} ({plain(abs(share), 'percent', 1)})"


# What the sheet says ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A cell as printed, without the mark that it is illustrative; whether it, its row, column or table has that."""

    text: str
    marked: bool
    number: str


@dataclass(frozen=True)
class Exhibit:
    """A table of the HTML."""

    title: str
    head: list[str]
    rows: dict[str, list[Shown]]
    notes: list[str]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def bare(element: Tag) -> str:
    marks = element.select(f"{MARK}, .key")
    return flat("".join(text for text in element.strings if not any(mark in text.parents for mark in marks)))


@pytest.fixture(scope="module")
def soup(drafts: Path) -> BeautifulSoup:
    return BeautifulSoup((drafts / f"{STEM}.html").read_text(encoding="utf-8"), "html.parser")


@dataclass(frozen=True)
class Pair:
    """A table of the sheet: its name in the workbook, its HTML, and the number behind each cell, or a blank."""

    name: str
    html: Tag
    numbers: list[list[str]]


def blocks_within(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every block of a paper's data, in its order."""
    if isinstance(value, dict) and "block" in value:
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from blocks_within(each)


@pytest.fixture(scope="module")
def pairs(drafts: Path, soup: BeautifulSoup) -> list[Pair]:
    """Return the tables that go into the workbook, as the page and the data of the run notebook have them."""
    cells = json.loads((drafts / f"{STEM}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output["data"] for cell in cells for output in cell.get("outputs", [])]
    data = [json.loads(data[kind]) for data in outputs for kind in data if kind.endswith(".blocks+json")]
    tables = [block for block in blocks_within(data) if block["block"] == "table"]
    pages = soup.select("div.exhibit")
    assert len(tables) == len(pages)
    numbers = [
        [[str(cell.get("value", "")) for cell in (row["heading"], *row["cells"])] for row in block["rows"]]
        for block in tables
    ]
    whole = zip(tables, pages, numbers, strict=True)
    return [Pair(block["sheet"], html, exact) for block, html, exact in whole if block.get("sheet")]


@pytest.fixture(scope="module")
def sheet(pairs: list[Pair]) -> dict[str, Exhibit]:
    """Return the tables of the sheet by the name that they have in the workbook."""
    found = {}
    for pair in pairs:
        one = pair.html
        caption = one.select_one("caption")
        assert caption is not None
        everything = caption.select_one(".key")
        whole = everything is not None and everything.get_text() == "Illustrative"
        head = [bare(cell) for cell in one.select("thead th")]
        columns = [cell.select_one(MARK) is not None for cell in one.select("thead th")]
        rows = {}
        for row, numbers in zip(one.select("tbody tr"), pair.numbers, strict=True):
            heading, *cells = row.find_all(["th", "td"])
            marked = whole or heading.select_one(MARK) is not None
            rows[bare(heading)] = [
                Shown(
                    bare(cell),
                    marked or in_column or cell.select_one(MARK) is not None,
                    number,
                )
                for in_column, cell, number in zip(columns[1:], cells, numbers[1:], strict=True)
            ]
        repeated = pair.name == "Returns of the quarter"  # a row a return, and a partner may send several
        assert repeated or len(rows) == len(one.select("tbody tr")), "no two rows with one heading"
        notes = [flat(note.get_text()) for note in one.select("p.note")]
        found[pair.name] = Exhibit(bare(caption), head, rows, notes)
    assert len(found) == len(pairs)
    return found


def same(cells: list[Shown], wanted: list[Said], unit: str, where: str, least: int = 0) -> None:
    """Check a row of figures: what is printed, the number behind it, and the mark that it is illustrative."""
    assert [cell.text for cell in cells] == [printed(one, unit, least) for one in wanted], where
    for cell, one in zip(cells, wanted, strict=True):
        assert (Decimal(cell.number) if cell.number else None) == one.value, where
        if one.value is not None:
            assert cell.marked == one.synthetic, where
        if one.flags and one.synthetic:
            assert cell.marked, where


QUARTERS = tuple(ends(one) for one in ("2019-20-Q4", "2020-21-Q3", "2020-21-Q4"))
COLUMNS = (*QUARTERS, ends("2020-21"))


def lines(measure: str) -> list[tuple[str, str, str]]:
    """Return heading, part and partner of every line that a measure's table by quarter could have."""
    several = [(f"From {PARTNERS[name]}", "", name) for name in partners_of(measure)] * (len(partners_of(measure)) > 1)
    return [("Total", "", ""), *several, *((said, part, "") for part, said in PARTS.get(measure, {}).items())]


@pytest.mark.parametrize("measure", SHEET)
def test_every_figure_by_quarter_and_year(sheet: dict[str, Exhibit], measure: str) -> None:
    unit = MEASURES[measure]["unit"]
    expected: dict[str, tuple[list[Said], str]] = {}
    if MEASURES[measure]["aggregation"] != "derived":
        for heading, part, partner in lines(measure):
            found = [figure(measure, span, part, partner=partner) for span in COLUMNS]
            if any(one.rows for one in found):
                expected[heading] = found, unit
    for row in table("derived"):
        if row["measure"] == measure:
            expected[row["title"]] = [rate(row, span) for span in COLUMNS], row["unit"]
    name = f"{measure} by quarter"
    if not expected:
        assert name not in sheet
        return
    assert sheet[name].title == f"{MEASURES[measure]['title']}, by quarter and year"
    assert sheet[name].head[1:] == [*(label(span) for span in COLUMNS), "Change, Q4 2020-21 on Q4 2019-20"]
    assert list(sheet[name].rows) == list(expected)
    for heading, (found, its_unit) in expected.items():
        *cells, difference = sheet[name].rows[heading]
        same(cells, found, its_unit, f"{measure}, {heading}", decimals(measure))
        assert difference.text == change(found[2], found[0], its_unit, decimals(measure)), heading


def lead(measure: str) -> tuple[str, str, str, list[tuple[Ends, Said]]] | None:
    """Return what a measure's table over time is of: a heading, part, partner, and its figures from the first on."""
    if MEASURES[measure]["aggregation"] == "derived":
        return None
    several = partners_of(measure) if len(partners_of(measure)) > 1 else []
    ways = [("", "", ""), *((f"{PARTNERS[name]} alone", "", name) for name in several)]
    ways += [(said, part, "") for part, said in PARTS.get(measure, {}).items()]
    step = STEP[MEASURES[measure]["frequency"]]
    for said, part, partner in ways:
        spans = [(first, first + step - 1) for first in range(ends("2018-04")[0], ends("2021-03")[1] + 1, step)]
        found = [(span, figure(measure, span, part, partner=partner)) for span in spans]
        while found and not found[0][1].rows:
            found = found[1:]
        if any(one.value is not None for _, one in found):
            return said, part, partner, found
    return None


@pytest.mark.parametrize("measure", SHEET)
def test_every_figure_over_time(sheet: dict[str, Exhibit], measure: str) -> None:
    name, found = f"{measure} over time", lead(measure)
    if found is None:
        assert name not in sheet
        return
    said, _, _, series = found
    monthly = MEASURES[measure]["frequency"] == "M"
    title = MEASURES[measure]["title"] + (f": {said}" if said else "")
    assert sheet[name].title == f"{title}, by {'month' if monthly else 'quarter'}"
    years = list(dict.fromkeys(financial_year(span[0]) for span, _ in series))
    assert sheet[name].head == ["Month" if monthly else "Quarter", *years]
    short = {span: label(span).rsplit(" ", 1)[0] for span, _ in series}
    headings = [short[span] for span, _ in sorted(series, key=lambda one: (one[0][0] - 3) % 12)]
    assert list(sheet[name].rows) == list(dict.fromkeys(headings))
    seen = 0
    for span, one in series:
        cell = sheet[name].rows[short[span]][years.index(financial_year(span[0]))]
        same([cell], [one], MEASURES[measure]["unit"], f"{measure}, {label(span)}")
        seen += 1
    blank = [cell.text for row in sheet[name].rows.values() for cell in row if cell.text == "not charted"]
    assert seen + len(blank) == len(years) * len(sheet[name].rows)


def test_shorthand_is_explained_where_it_stands_and_nowhere_else(sheet: dict[str, Exhibit]) -> None:
    for name, one in sheet.items():
        if not re.fullmatch(r".* (over time|by (quarter|ward|borough))", name):
            continue
        used = {mark for cells in one.rows.values() for cell in cells for mark in re.findall(r"\[(.)\]", cell.text)}
        assert used == {note[1] for note in one.notes if re.match(r"\[.\] ", note)}, name


# Charts -----------------------------------------------------------------------------------------------------


def close(text: str, value: Decimal) -> bool:
    """Tell whether a number is printed to at least three figures, or whole, and rightly rounded."""
    digits = text.replace(",", "").removesuffix("%")
    places = len(digits.partition(".")[2])
    return abs(Decimal(digits) - value) <= Decimal(5).scaleb(-places - 1)


def test_mean_and_limits_of_every_chart(sheet: dict[str, Exhibit]) -> None:
    counted = {"limits": 0, "trial limits": 0, "median": 0, "too few": 0}
    for measure in SHEET:
        found = lead(measure)
        if found is None:
            continue
        series, notes = [one.value for _, one in found[3]], sheet[f"{measure} over time"].notes
        values = [one for one in series if one is not None]
        if len(values) < 3:
            assert any("too few for a chart" in note for note in notes), measure
            counted["too few"] += 1
            continue
        base = values[:12]
        mean = sum(base) / len(base)
        if MEASURES[measure]["unit"] == "count" and mean < 5:
            middle = sorted(base)
            median = (middle[(len(base) - 1) // 2] + middle[len(base) // 2]) / 2
            assert notes[0].startswith("Run chart: counts average under 5, median "), measure
            assert close(notes[0].rsplit(" ", 1)[1].rstrip("."), median), measure
            counted["median"] += 1
            continue
        last = [place for place, one in enumerate(series) if one is not None][len(base) - 1]
        pairs = pairwise(series[: last + 1])
        ranges = [abs(b - a) for a, b in pairs if a is not None and b is not None]
        way = Decimal("2.66") * sum(ranges) / len(ranges)
        shares = r" of the quarters’ figures" if MEASURES[measure]["unit"] in ("percent", "ratio") else ""
        limits = re.match(
            rf"Mean{shares} (\S+), ((?:trial )?limits) (\S+) to (\S+), from (?:the first )?(\d+) ", notes[0]
        )
        assert limits, notes[0]
        assert close(limits[1], mean), measure
        assert close(limits[3], max(mean - way, Decimal(0))) and close(limits[4], mean + way), measure
        assert int(limits[5]) == len(base) and (limits[2] == "limits") == (len(base) == 12), measure
        counted[limits[2]] += 1
    assert min(counted.values()) > 0  # each kind of chart ships


def stretch(text: str) -> set[int]:
    """Return the months of ``May to July 2020``, ``December 2019 to May 2020`` or ``January 2021 and March 2021``."""
    months: set[int] = set()
    for part in re.split(r", | and ", text):
        ends_ = part.split(" to ")  # a year that both ends share stands once
        ends_ = [one if re.search(r"\d", one) else f"{one} {part[-4:]}" for one in ends_]
        dates = [dt.datetime.strptime(one, "%B %Y") for one in ends_]  # noqa: DTZ007 - names of months
        numbers = [one.year * 12 + one.month - 1 for one in dates]
        months |= set(range(numbers[0], numbers[-1] + 1))
    return months


def test_the_signals_of_incidents_are_those_that_a_naive_look_finds(sheet: dict[str, Exhibit]) -> None:
    found = lead("POL01")
    assert found
    months = [span[0] for span, _ in found[3]]
    values = [one.value for _, one in found[3] if one.value is not None]
    mean = sum(values[:12]) / 12
    way = Decimal("2.66") * sum(abs(b - a) for a, b in pairwise(values[:12])) / 11
    naive: dict[str, set[int]] = {}
    for sign, word, rise, limit in ((1, "above", "higher", "upper"), (-1, "below", "lower", "lower")):
        off = [sign * (value - mean) for value in values]
        naive[f"{word} the {limit} limit"] = {m for m, one in zip(months, off, strict=True) if one > way}
        seven = [range(n, n + 7) for n in range(len(values) - 6)]
        sides = [n for run in seven if all(off[one] > 0 for one in run) for n in run]
        naive[f"seven or more running {word} the mean"] = {months[n] for n in sides}
        trends = [
            n for run in seven if all(sign * (values[one + 1] - values[one]) > 0 for one in run[:-1]) for n in run
        ]
        naive[f"seven or more running, each {rise} than the last"] = {months[n] for n in trends}
        near = [one > way * 2 / 3 for one in off]
        threes = [range(n, n + 3) for n in range(len(values) - 2)]
        close_by = {n for three in threes if sum(near[one] for one in three) >= 2 for n in three if near[n]}
        naive[f"two of three running near the {limit} limit"] = {months[n] for n in close_by}
    said: dict[str, set[int]] = {}
    for note in sheet["POL01 over time"].notes:
        if match := re.fullmatch(r"(.* \d{4}): (.*)\.", note):
            said.setdefault(match[2], set()).update(stretch(match[1]))
    assert said == {name: places for name, places in naive.items() if places}
    assert len(said) == 5


def test_every_chart_says_what_it_shows_and_which_figures_are_made_up(soup: BeautifulSoup) -> None:
    cards = soup.select(".card")
    assert len(cards) > 30
    for card in cards:
        picture, title, edge = card.select_one("figure.chart img"), card.select_one("h3"), set(card["class"])
        assert picture is not None and title is not None
        alternative = str(picture["alt"])
        assert len(alternative) > 60 and bare(title) not in alternative
        made_up, some = "Illustrative figures." in alternative, "Hollow points are illustrative." in alternative
        assert (made_up, some) != (True, True)
        assert bool(edge & {"ill", "mixed"}) == (made_up or some) == (title.select_one(MARK) is not None)
        assert made_up <= ("ill" in edge)


# Areas, coverage, provision, revisions ----------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["POL01", "POL02"])
def test_wards_add_up_and_are_what_the_returns_say(sheet: dict[str, Exhibit], measure: str) -> None:
    columns = (ends("2021-03"), ends("2020-21"), ends("2019-20"))
    wards = {code: name for code, name in AREAS.items() if code.startswith("E05")}
    shown = sheet[f"{measure} by ward"]
    assert shown.head == ["Ward", "March 2021", "Year 2020-21", "Year 2019-20", "Change, 2020-21 on 2019-20"]
    assert list(shown.rows) == list(wards.values()) and len(wards) == 22
    for code, name in wards.items():
        found = [figure(measure, span, area=code) for span in columns]
        *cells, difference = shown.rows[name]
        same(cells, found, "count", name)
        assert difference.text == change(found[1], found[2], "count")
    for place, span in enumerate(columns):
        total = sum(Decimal(cells[place].number) for cells in shown.rows.values())
        assert total == figure(measure, span).value
    stated = plain(figure(measure, columns[1]).value or Decimal(0), "count")
    marks = union(figure(measure, columns[1], area=code).flags for code in wards)
    words = {"": "", "p": " (provisional)", "r": " (revised)", "pr": " (provisional and revised)"}[marks]
    assert shown.notes[0] == f"Over the twelve months the wards add up to {stated}{words}, the figure for Bromley."


@pytest.mark.parametrize("measure", ["POL01", "POL02"])
def test_the_borough_stands_beside_its_neighbours(sheet: dict[str, Exhibit], measure: str) -> None:
    shown = sheet[f"{measure} by borough"]
    assert shown.title == f"{MEASURES[measure]['title']} across the South Borough Command Unit"
    assert list(shown.rows) == ["Bromley", "Croydon", "Sutton"]
    for code, name in (("", "Bromley"), ("E09000008", "Croydon"), ("E09000029", "Sutton")):
        found = [figure(measure, span, area=code) for span in COLUMNS]
        *cells, difference = shown.rows[name]
        same(cells, found, "count", name)
        assert difference.text == change(found[2], found[0], "count")


def due(month: int) -> dt.date:
    """Return the fifteenth of the month after."""
    return dt.date((month + 1) // 12, (month + 1) % 12 + 1, 15)


def covered(partner: dict[str, str], month: int) -> tuple[str, dt.date, dt.date | None, str]:
    """Return a cell of the coverage, the day on which the return was due, when it came, and the permission."""
    first, last = (ends(partner[key])[0] if partner[key] else month for key in ("first_month", "last_month"))
    quarter = (month - month % 3, month - month % 3 + 2)
    spans = {(month, month)} | ({quarter} if partner["sends"] == "Q" else set())
    day = due(quarter[1] if partner["sends"] == "Q" else month)
    if not first <= month <= last:
        return "not expected", day, None, ""
    came = [
        (one["received"], one["permission"])
        for name, one in terms()
        if one["partner"] == partner["partner"] and spans & {ends(row["period"]) for row in rows_of(name)}
    ]
    if not came:
        return ("missing" if dt.date.fromisoformat(AS_AT) > day else "not due yet"), day, None, ""
    received = min(one for one, _ in came)
    late = max(0, (received - day).days)
    order = ("none", "board", "publish")
    by_measure: dict[tuple[str, Ends], list[int]] = {}
    for name, one in terms():
        if one["partner"] == partner["partner"]:
            for row in rows_of(name):
                if ends(row["period"]) in spans:
                    by_measure.setdefault((row["measure"], ends(row["period"])), []).append(
                        order.index(one["permission"])
                    )
    widest = order[min(max(found) for found in by_measure.values())]
    said = f"{late} days late" if late else "on time"
    if widest == "none":
        said = "without permission" + (f", {late} days late" if late else "")
    return said, day, received, widest


SENDERS = [row for row in table("partners") if row["sends"]]
MONTHS = range(ends("2020-04")[0], ends("2021-03")[0] + 1)


def test_coverage_is_what_terms_and_rows_say(sheet: dict[str, Exhibit]) -> None:
    first, second = sheet["Coverage 2020-04 to 2020-09"], sheet["Coverage 2020-10 to 2021-03"]
    assert [*first.head[1:], *second.head[1:]] == [month_name(month) for month in MONTHS]
    assert list(first.rows) == list(second.rows) == [row["name"] for row in SENDERS]
    for row in SENDERS:
        shown = [cell.text for cell in (*first.rows[row["name"]], *second.rows[row["name"]])]
        assert shown == [covered(row, month)[0] for month in MONTHS], row["name"]
    assert {cell.text for cell in first.rows["Domestic Violence Intervention Programme"]} == {"missing"}
    assert {cell.text for cell in first.rows["Victim Support"]} == {"without permission"}


def test_partners_are_counted_by_month(sheet: dict[str, Exhibit], soup: BeautifulSoup) -> None:
    shown = sheet["Returns by month"]
    for month in MONTHS:
        found = [one for row in SENDERS if (one := covered(row, month))[0] != "not expected"]
        counts = [
            len(found),
            sum(one[2] is not None for one in found),
            sum(one[2] is not None and one[2] <= one[1] for one in found),
            sum(one[3] == "publish" for one in found),
        ]
        shares = [plain(exact(Decimal(one), Decimal(counts[0]), 100), "percent", 1) for one in counts]
        expected = [str(counts[0]), *(text for n in (1, 2, 3) for text in (str(counts[n]), shares[n]))]
        assert [cell.text for cell in shown.rows[month_name(month)]] == expected
    below = {
        row.th.get_text(): row.find_all("td")[-1].get_text() for row in soup.select("table.coverage tbody tr") if row.th
    }
    rows = ("Expected", "Sent", "Sent on time", "With permission")
    assert [below[name] for name in rows] == [str(one) for one in counts]


def test_the_returns_of_the_month_say_when_they_were_due_and_came(sheet: dict[str, Exhibit]) -> None:
    shown = sheet["Returns for the month"]
    assert list(shown.rows) == [row["name"] for row in SENDERS]
    for row in SENDERS:
        state, day, received, _ = covered(row, ends("2021-03")[0])
        cells = [cell.text for cell in shown.rows[row["name"]]]
        came = f"{received.day} {received:%B %Y}" if received else "nothing received"
        assert cells[:3] == [state, f"{day.day} {day:%B %Y}", came]


def test_provision_and_its_gaps(sheet: dict[str, Exhibit]) -> None:
    quarter = ends("2020-21-Q4")
    shown = sheet["Provision"].rows
    assert len(shown) == len(table("provision"))
    for row, (heading, cells) in zip(table("provision"), shown.items(), strict=True):
        assert heading == f"{row['title']} ({PARTNERS[row['partner']]})"
        totals: list[Decimal | None] = []
        for side, cell in zip(("asked", "given"), cells[:2], strict=True):
            found = []
            for term in row[side].split(" + ") if row[side] else []:
                measure, _, part = term.removesuffix("]").partition("[")
                term_figure = figure(measure, quarter, part, partner=row["partner"])
                # What a marked one looks like is tried in test_odd_figures.py.
                assert term_figure.value is None or not term_figure.flags
                found.append(term_figure.value)
            known_all = bool(found) and None not in found
            totals.append(sum((one for one in found if one is not None), Decimal(0)) if known_all else None)
            otherwise = "incomplete" if row[side] else "not counted"
            assert cell.text == (plain(totals[-1], "count") if totals[-1] is not None else otherwise), heading
        asked, given = totals
        share = plain(exact(given, asked, 100), "percent", 1) if asked and given is not None else "not known"
        assert cells[2].text == share, heading
        if asked and given is not None and given < asked:
            assert cells[3].text.startswith(f"{asked - given} of {asked} asked for were not met."), heading
    said = {row["service"]: cells[3].text for row, cells in zip(table("provision"), shown.values(), strict=True)}
    assert [cells[2].text for cells in shown.values()].count("not known") == 7
    assert said["coda"].startswith("Not running: ")
    assert said["perpetrator-programme"].endswith("The contract ended on 31 March 2021.")


def test_revisions_are_what_two_returns_say_of_one_row(sheet: dict[str, Exhibit]) -> None:
    before: dict[tuple[object, ...], Sent] = {}
    expected = {}
    for one in history():
        key = (one.ends, one.measure, one.area, one.part, one.partner)
        old = before.get(key)
        if one.measure in SHEET and one.ends[0] >= ends("2019-04")[0] and old and old.value != one.value:
            assert old.value is not None and one.value is not None and "p" not in old.status
            names = (MEASURES[one.measure]["title"], PARTS.get(one.measure, {}).get(one.part, ""))
            about = [f"{one.measure} {names[0]}", names[1], AREAS.get(one.area, ""), label(one.ends)]
            effects = []
            for name in ("2020-21-Q3", "2020-21"):
                revised = figure(one.measure, ends(name), one.part, one.area)
                now = revised.value
                assert now is not None and revised.flags == "r"  # this one revision alone
                was = plain(now - one.value + old.value, "count")
                effects.append(f"{label(ends(name))}: {was} to {plain(now, 'count')} [r]")
            expected[", ".join(part for part in about if part)] = [
                "12 November 2020",
                "20 December 2020",
                plain(old.value, "count"),
                plain(one.value, "count"),
                "correction: it had not been provisional",
                "; ".join(effects),
            ]
        if one.value is not None:
            before[key] = one
    shown = {heading: [cell.text for cell in cells] for heading, cells in sheet["Revisions"].rows.items()}
    assert shown == expected
    assert shown["POL01 Domestic abuse incidents, October 2020"][2:4] == ["401", "403"]


def test_what_came_without_permission_stands_in_no_table(soup: BeautifulSoup, sheet: dict[str, Exhibit]) -> None:
    refused = {one["partner"] for _, one in terms() if one["permission"] == "none"}
    assert refused == {"victim-support"}
    assert not [name for name in sheet if name.startswith("HLT02")]
    sites = {said for part, said in PARTS["IDV01"].items() if part.startswith(("pruh", "iris", "other"))}
    assert not sites & set(sheet["IDV01 by quarter"].rows)
    assert "From Victim Support" not in sheet["IDV01 by quarter"].rows
    permissions = [cell.text for cell in sheet["Returns by partner"].rows["Victim Support"]]
    assert "none: used in no table; to use and publish" in permissions


def test_a_rate_over_a_population_is_shown_with_it_and_says_that_it_is_made_up(sheet: dict[str, Exhibit]) -> None:
    assert {row["synthetic"] for row in table("populations")} == {"yes"}
    for measure, group, times in (("POL06", "aged-16-and-over", 1000), ("MAR02", "women-aged-18-and-over", 10_000)):
        shown = sheet[f"{measure} by quarter"]
        ((*cells, difference),) = shown.rows.values()
        assert all(re.fullmatch(r"[0-9.]+( \[[pr]\])*", cell.text) and cell.marked for cell in cells)
        people = {int(row["year"]): int(row["value"]) for row in table("populations") if row["group"] == group}
        counted = figure("POL01" if measure == "POL06" else "MAR01", ends("2020-21")).value
        assert counted is not None
        assert Decimal(cells[-1].text.partition(" ")[0]) == exact(counted, Decimal(people[2020]), times)
        assert difference.text.startswith(("up ", "down "))
        words = f"{people[2019]:,} in mid-2019 (illustrative) and {people[2020]:,} in mid-2020 (illustrative)"
        assert f"Population: {words}." in shown.notes


# One sheet in four forms ------------------------------------------------------------------------------------


def texts(exhibit: Tag) -> list[list[str]]:
    return [[flat(cell.get_text()) for cell in row.find_all(["th", "td"])] for row in exhibit.select("tr")]


def unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_each_table_that_is_printed_says_in_the_pdf_what_it_says_in_the_html(
    drafts: Path, soup: BeautifulSoup, pairs: list[Pair]
) -> None:
    tree = checkers.pdf_structure(drafts / f"{STEM}.pdf")
    spoken = [
        (
            unspaced(one.find("Caption")[0].text),
            [[unspaced(cell.text) for cell in row.children] for row in one.find("TR")],
        )
        for one in tree.find("Table")
    ]
    printed_ones = [one for one in soup.select("div.exhibit") if one.find_parent("details") is None]
    assert len(printed_ones) > 8
    for one in printed_ones:
        assert one.caption is not None
        wanted = [[unspaced(cell) for cell in row] for row in texts(one)]
        assert (unspaced(one.caption.get_text()), wanted) in spoken, one.caption.get_text()
    # What the workbook has is one step away on a screen, and on no page.
    assert all(pair.html.find_parent("details") is not None for pair in pairs)
    captions = {caption for caption, _ in spoken}
    assert not [pair.name for pair in pairs if pair.html.caption and unspaced(pair.html.caption.get_text()) in captions]
    alternatives = [str(tag.attributes.get("Alt", "")) for tag in tree.find("Figure")]
    pictures = soup.select(".card figure.chart img, img.spark")
    assert len(pictures) > 60
    for picture in pictures:
        assert picture["alt"] in alternatives


@pytest.fixture(scope="module")
def book(drafts: Path) -> Any:
    return openpyxl.load_workbook(drafts / f"{STEM}.xlsx")


def worksheet(page: Any, head: list[str]) -> tuple[list[Any], list[list[Any]]]:
    """Return what stands above the table of a worksheet, and the cells of its rows."""
    rows = [[cell for cell in row if cell.value is not None] for row in page.iter_rows()]
    (place,) = [n for n, row in enumerate(rows) if [cell.value for cell in row] == head]
    return [cell.value for row in rows[:place] for cell in row], rows[place + 1 :]


def test_each_table_of_the_html_is_a_sheet_of_the_workbook_with_the_same_cells(book: Any, pairs: list[Pair]) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", *(pair.name for pair in pairs)]
    numbers = 0
    for pair in pairs:
        (head, *lines_), caption = texts(pair.html), pair.html.caption
        # In words alone a mark has no brackets, but in a heading.
        lines_ = [[text.replace(" (illustrative)", " illustrative") for text in row] for row in lines_]
        above, cells = worksheet(book[pair.name], head)
        assert caption is not None and above[0].startswith(bare(caption))
        assert (caption.select_one(".key") is not None) == ("illustrative" in above[0].lower())
        assert [len(row) for row in cells] == [len(row) for row in lines_], pair.name
        for row, wanted, exactly in zip(cells, lines_, pair.numbers, strict=True):
            for cell, text, number in zip(row, wanted, exactly, strict=True):
                if isinstance(cell.value, int | float):
                    assert Decimal(str(cell.value)) == Decimal(number), (pair.name, text)
                    assert re.fullmatch(r"[\d,.]+", text) or text.endswith("%")
                    numbers += 1
                else:
                    assert cell.value == text, pair.name
                    assert not re.fullmatch(r"[\d,.]+", text) or not number, "a number stays a number"
    assert numbers > 1000


def test_the_workbook_says_what_is_made_up(book: Any) -> None:
    cover = " ".join(str(cell.value) for row in book["Cover"].iter_rows() for cell in row if cell.value)
    assert re.search(r"Tables with illustrative figures, which are made up: \d+ of \d+\.", cover)


@pytest.mark.slow
def test_libreoffice_opens_the_workbook_and_reads_what_the_html_says(
    drafts: Path, pairs: list[Pair], tmp_path: Path
) -> None:
    soffice = checkers.program("soffice")
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
    command = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += [every_sheet, "--outdir", str(tmp_path), str(drafts / f"{STEM}.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=checkers.FOREVER)
    for pair in pairs:
        with (tmp_path / f"data-sheet-board-{pair.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        head, *lines_ = texts(pair.html)
        wanted = [head, *([text.replace(" (illustrative)", " illustrative") for text in row] for row in lines_)]
        assert rows[rows.index(head) :] == wanted, pair.name


def test_the_html_and_the_pdf_say_what_is_made_up(drafts: Path, soup: BeautifulSoup) -> None:
    notice = "A hatched edge marks figures that are illustrative: made up, about nobody and nothing that happened."
    assert notice in flat(soup.get_text(" "))
    text = flat(checkers.pdf_text(drafts / f"{STEM}.pdf"))
    assert notice in text
    pages = int(re.findall(r"Page \d+ of (\d+)", text)[-1])
    assert text.count("A hatched edge: illustrative, made up") == pages <= 14
    hatched = [one for one in soup.select("div.exhibit") if one.select_one("caption .key")]
    assert all(one.select_one("table.edged") for one in hatched)
    maps = [one.select_one("figure.chart figcaption .key") for one in hatched if one.select_one("figure.chart")]
    assert [flat(one.get_text()) for one in maps if one] == ["Illustrative figures"]
