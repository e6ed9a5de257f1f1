"""The data sheet and the quarterly paper's figures as they change: by date, by return, by correction, by boundary file.

Each data folder is a copy of the shipped one with few returns, so that a paper opens in seconds, and each paper is
opened once. What the tables should say is read from the returns by csv, or typed by hand.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from conftest import DATA, here
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.report import open_report
from priority_two.report.paper import Paper

OCTOBER = "2020-10"
BEFORE, AFTER = "2020-12-19", "2020-12-20"
HEAD = 3
Table = dict[str, list[str]]


def few(target: Path, *partners: str) -> Path:
    """Copy the shipped data, with the illustrative returns of these partners only."""

    def others(folder: str, names: list[str]) -> list[str]:
        terms = {name: Path(folder) / name / "terms.yaml" for name in names if name.partition("_")[2] not in partners}
        return [name for name, file in terms.items() if file.is_file() and "synthetic: true" in file.read_text("utf-8")]

    return Path(shutil.copytree(DATA, target, ignore=others))


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    write(file, text.replace(old, new))


def sent(data: Path, measure: str, month: str, before: str, area: str = "") -> int:
    """Return what the police last sent of a measure for a month, before a day."""
    found = []
    for folder in sorted((data / "returns").glob("*_police")):
        with (folder / "observations.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                about = (row["period"], row["measure"], row["area"], row["breakdown"])
                if folder.name[:10] < before and about == (month, measure, area, ""):
                    found.append(int(row["value"]))
    return found[-1]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def tables(html: str) -> dict[str, Table]:
    """Return the tables of a section by caption, each as its cells by row heading; the headings stand under ''."""
    found = {}
    for one in BeautifulSoup(html, "html.parser").find_all("table"):
        for mark in one.select(".key, .unseen"):
            mark.extract()
        head, *rows = [[flat(cell.get_text()) for cell in row.find_all(["th", "td"])] for row in one.find_all("tr")]
        found[flat(one.caption.get_text())] = {"": head[1:]} | {row[0]: row[1:] for row in rows}
    return found


def cell(table: Table, row: str, column: str) -> str:
    return table[row][table[""].index(column)]


def data_sheet(data: Path, period: str, as_at: str, boundaries: str = "") -> Paper:
    paper = open_report("data-sheet", period, as_at=as_at, data=str(data), boundaries=boundaries)
    return paper


def quarterly(data: Path, as_at: str) -> dict[str, Table]:
    paper = open_report("quarterly-progress", "2020-21-Q4", as_at=as_at, data=str(data))
    return tables(paper.partners_data().html)


@pytest.fixture(scope="module")
def police(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the illustrative returns of the police, and a made-up population."""
    data = few(tmp_path_factory.mktemp("police") / "data", "police")
    with (data / "reference" / "populations.csv").open("a", encoding="utf-8") as file:
        file.write(",aged-16-and-over,2020,250000,made up,2020-06-24,yes\n")
    return data


# As at two dates --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before(police: Path) -> Paper:
    return data_sheet(police, OCTOBER, BEFORE)


@pytest.fixture(scope="module")
def after(police: Path) -> Paper:
    return data_sheet(police, OCTOBER, AFTER)


def test_a_later_return_changes_the_figure_from_its_receipt_on(police: Path, before: Paper, after: Paper) -> None:
    for measure, title in (("POL01", "Domestic abuse incidents"), ("POL02", "Domestic abuse offences")):
        old, new = (sent(police, measure, OCTOBER, day) for day in (AFTER, "2020-12-21"))
        assert old != new
        first, then = (tables(paper.measure_by_measure().html)[f"{title}, by month"] for paper in (before, after))
        assert cell(first, "October", "2020-21") == str(old)
        assert cell(then, "October", "2020-21") == f"{new} [r]"
        first["October"] = then["October"] = []
        assert first == then  # and no other figure moved
    assert not re.search(r"\[r\]", before.measure_by_measure().html)
    assert "[r] revised since first reported." in after.measure_by_measure().html


def test_the_revision_is_told_with_what_it_did(before: Paper, after: Paper) -> None:
    assert "No figure was revised." in before.revised_figures().html
    short, shown = tables(after.revised_figures().html).values()
    assert list(tables(after.revised_figures().html)) == [
        "Five figures were revised",
        "Revisions of figures already received",
    ]
    assert short["POL01 Domestic abuse incidents, Oct 2020"] == ["401", "403", "none that is complete"]
    assert len(short) == len(shown)
    assert len(shown) - 1 == 5  # incidents and offences, each with a ward, and a kind of offence
    row = shown["POL01 Domestic abuse incidents, October 2020"]
    assert row[:5] == [
        "12 November 2020",
        "20 December 2020",
        "401",
        "403",
        "correction: it had not been provisional",
    ]
    # In October the quarter is not complete, so that there is no roll-up to change: the effect says so.
    assert row[5] == "Quarter Three 2020-21: 1 of 3 months; Year 2020-21: 7 of 12 months"


def test_the_returns_that_are_listed_are_those_that_had_come(before: Paper, after: Paper) -> None:
    def kept(paper: Paper) -> list[str]:
        shown = BeautifulSoup(paper.returns_received().html, "html.parser").find_all("table")[1]
        names = [row.find_all("td")[-1].get_text() for row in shown.select("tbody tr")]
        return [name for name in names if name.endswith("_police")]

    assert kept(before) == ["2020-11-12_police", "2020-12-12_police"]
    assert kept(after) == ["2020-11-12_police", "2020-12-12_police", "2020-12-20_police"]


def test_months_after_the_sheets_own_are_not_shown_though_they_had_come(police: Path, after: Paper) -> None:
    assert sent(police, "POL01", "2020-11", AFTER) > 0
    shown = tables(after.measure_by_measure().html)
    months = shown["Domestic abuse incidents, by month"]
    assert [cell(months, name, "2020-21") for name in ("November", "December", "March")] == ["not yet"] * 3
    quarters = shown["Domestic abuse incidents, by quarter and year"]
    assert cell(quarters, "Total", "Quarter Three 2020-21") == "1 of 3 months"
    assert cell(quarters, "Total", "Year 2020-21") == "7 of 12 months"
    assert cell(quarters, "Total", "Change, Q3 2020-21 on Q3 2019-20") == "no comparison"
    for html in (
        after.measure_by_measure().html,
        after.areas().html,
        after.partner_coverage().html,
        after.revised_figures().html,
    ):
        assert not re.search(r"(?<!\d )November 2020|2020-11(?!-\d)", html)  # days of receipt may stand there


def test_a_rate_over_a_population_takes_the_estimate_that_was_known(police: Path, after: Paper) -> None:
    ((heading, row),) = [
        (name, cells)
        for name, cells in tables(after.measure_by_measure().html)["Incident rate, by quarter and year"].items()
        if name
    ]
    assert heading == "Incidents per 1,000 residents aged 16 and over"
    months = [f"2019-{n}" for n in (10, 11, 12)] + [f"2020-0{n}" for n in range(1, 10)]
    total = sum(sent(police, "POL01", month, "2020-12-21") for month in months)
    rate = (Decimal(total) * 1000 / 250000).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    assert row[1] == f"{rate:f}"
    assert row[2] == "POL01: 10 of 12 months"


def test_twelve_months_of_a_ward_run_to_the_sheets_month(police: Path, after: Paper) -> None:
    shown = tables(after.areas().html)["Domestic abuse incidents by ward"]
    assert shown[""] == [
        "October 2020",
        "November 2019 to October 2020",
        "November 2018 to October 2019",
        "Change, Nov 2019 to Oct 2020 on Nov 2018 to Oct 2019",
    ]
    months = ["2019-11", "2019-12", *(f"2020-{n:02}" for n in range(1, 11))]
    wards = {}
    with (police / "reference" / "areas.csv").open(encoding="utf-8", newline="") as file:
        wards = {row["name"]: row["area"] for row in csv.DictReader(file) if row["type"] == "ward"}
    assert list(shown)[1:] == list(wards)
    for name, code in wards.items():
        month, year = (
            sum(sent(police, "POL01", one, "2020-12-21", code) for one in span) for span in ([OCTOBER], months)
        )
        assert [int(text.removesuffix(" [r]").replace(",", "")) for text in shown[name][:2]] == [month, year]
        assert shown[name][2] == "7 of 12 months"  # the returns begin with April 2019


# At a glance ------------------------------------------------------------------------------------------------


def test_a_row_a_measure_gives_the_month_the_year_before_the_course_and_the_signal(police: Path, after: Paper) -> None:
    shown = tables(after.measures_at_a_glance().html)
    (monthly,) = [table for caption, table in shown.items() if caption.startswith("Each month: ")]
    assert monthly[""] == ["Oct 2020", "Oct 2019", "24 months", "Signal"]
    now, then = (sent(police, "POL01", month, "2020-12-21") for month in (OCTOBER, "2019-10"))
    assert monthly["POL01 Domestic abuse incidents"][:2] == [f"{now} [r]", str(then)]
    html = BeautifulSoup(after.measures_at_a_glance().html, "html.parser")
    (picture,) = [one for one in html.select("img.spark") if one["alt"].startswith("Domestic abuse incidents, ")]
    assert f"April 2019 to October 2020: latest {now} [r], lowest " in picture["alt"] and ". Mean " in picture["alt"]
    # October does not end its quarter: what is counted by quarter is shown up to September.
    (quarterly,) = [table for caption, table in shown.items() if caption.startswith("Each quarter: ")]
    assert quarterly[""][:2] == ["Q2 20-21", "Q2 19-20"]
    assert quarterly["POL07 Arrests per 100 offences"][0].isdigit()
    assert "[p] provisional" not in html.get_text() and "[r] revised" in html.get_text()
    (note,) = html.select("p.note")
    (names,) = html.select("details")
    assert re.search(r" Not received: \d\d measures\.", flat(note.get_text()))  # so many are named one step away
    assert "MAR01 MARAC cases discussed" in [flat(one.get_text()) for one in names.select("li")]


def test_a_card_shows_the_latest_figure_what_the_chart_says_and_every_figure_one_step_away(after: Paper) -> None:
    html = BeautifulSoup(after.measure_by_measure().html, "html.parser")
    card = html.select_one("#measure-POL01")
    assert card is not None and card.name == "article"
    assert flat(card.select_one("h3").get_text()) == "POL01 Domestic abuse incidents (illustrative)"
    assert flat(card.select_one(".value").get_text()) == "403 [r]"
    assert flat(card.select_one(".reading").get_text()).startswith("In a run above the mean. Earlier: above the upper")
    assert flat(card.select(".quiet")[-1].get_text()) == "Police. October 2019: 426."
    assert card.select_one("img")["alt"].startswith("Control chart: Domestic abuse incidents, 19 months")
    (evidence,) = card.select("details")
    assert not evidence.has_attr("open")
    assert [flat(one.find(string=True)) for one in evidence.select("caption")] == [
        "Domestic abuse incidents, by month",
        "Domestic abuse incidents, by quarter and year",
    ]
    # A measure with too few figures to draw has no card; what leads to it leads to its figures.
    assert html.select_one("details#measure-POL05") and not html.select_one("article#measure-POL05")


def test_months_and_quarters_side_by_side_say_what_is_still_to_come(police: Path, after: Paper) -> None:
    shown = tables(after.figures_by_period().html)
    (months,) = [table for caption, table in shown.items() if caption.startswith("By month")]
    assert months[""] == [*["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"], "Year"]
    row = months["POL01 2020-21"]
    assert row[6] == str(sent(police, "POL01", OCTOBER, "2020-12-21")) and row[7:] == ["[z]"] * 5 + ["7 of 12"]
    notes = flat(BeautifulSoup(after.figures_by_period().html, "html.parser").get_text(" "))
    assert "Revised: POL01 and POL02 for October 2020." in notes
    assert shown["By quarter"][""][-1] == "Q2 20-21" and len(shown["By quarter"][""]) == 8


def test_coverage_at_a_glance_has_a_word_a_month_and_counts_below(after: Paper) -> None:
    (glance, *_) = tables(after.partner_coverage().html).values()
    full = tables(after.partner_coverage().html)
    assert glance[""] == ["Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct"]
    words = {"on time": "in", "missing": "no", "not due yet": "due", "not expected": "[z]"}
    halves = [table for caption, table in full.items() if caption.startswith("Returns by partner, ")]
    for name, short in (("Metropolitan Police Service", "Police"), ("DRIVE programme", "DRIVE")):
        assert glance.get(short, ["[z]"] * 12) == [
            words[state] for half in halves for state in half.get(name, ["not expected"] * 6)
        ]
    counted = full["Partners submitting data, by month"]
    for place, month in enumerate(list(counted)[1:]):
        assert glance["Sent"][place] == cell(counted, month, "Submitting (DQ01)")
        assert glance["Expected"][place] == cell(counted, month, "Partners expected")
    key = flat(BeautifulSoup(after.partner_coverage().html, "html.parser").select_one(".legend").get_text(" "))
    assert "in received on time" in key and "held" not in key  # no state is explained that does not stand there


# A correction, a refusal and boundaries ---------------------------------------------------------------------

RECORD = """C001:
  return: 2020-10-12_police
  period: 2020-09
  measure: POL01
  area:
  breakdown:
  expected: {expected}
  corrected: {corrected}
  reason: Two digits changed places.
  reporter: DVA VAWG Strategic Lead
  recorded: 2020-11-02
  status: open
  mended_in:
"""


def squares(data: Path, **changed: str) -> str:
    """Return boundaries of the wards, each a square in a row of them; a code can be changed for another."""
    with (data / "reference" / "areas.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["area"] for row in csv.DictReader(file) if row["type"] == "ward"]
    features = [
        {
            "type": "Feature",
            "properties": {"WD20CD": changed.get(code, code)},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for x, code in ((1000 + 2 * n, code) for n, code in enumerate(codes))
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture(scope="module")
def bent(police: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the police with a record of an error, a month without permission, and boundaries."""
    data = Path(shutil.copytree(police, tmp_path_factory.mktemp("bent") / "data"))
    wrong = sent(data, "POL01", "2020-09", "2020-10-13")
    write(data / "reference" / "corrections.yaml", RECORD.format(expected=wrong, corrected=wrong + 90))
    swap(data / "returns" / "2020-09-12_police" / "terms.yaml", "permission: publish", "permission: none")
    write(data / "reference" / "wards.geojson", squares(data))
    write(data / "reference" / "others.geojson", squares(data, E05000106="E05009999"))  # gives way to the one named
    swap(data / "reference" / "partnership.yaml", "\nboundaries:\n", "\nboundaries: reference/others.geojson\n")
    return data


@pytest.fixture(scope="module")
def mended(bent: Path) -> Paper:
    return data_sheet(bent, OCTOBER, AFTER, boundaries="reference/wards.geojson")


def test_a_record_that_fits_changes_the_figure(police: Path, before: Paper, mended: Paper) -> None:
    wrong = sent(police, "POL01", "2020-09", "2020-10-13")
    shown = [tables(one.measure_by_measure().html)["Domestic abuse incidents, by month"] for one in (before, mended)]
    assert [cell(one, "September", "2020-21") for one in shown] == [str(wrong), str(wrong + 90)]
    assert any("reference/corrections.yaml" in path for path in mended.inputs)
    # It changes what a return says and is no revision by a later one.
    assert not [row for row in next(iter(tables(mended.revised_figures().html).values())) if "September" in row]


@pytest.mark.parametrize(("expected", "measure"), [("399999", "POL01"), ("399999", "POL08")])
def test_a_record_that_does_not_fit_stops_the_report_by_name(
    police: Path, tmp_path: Path, expected: str, measure: str
) -> None:
    data = Path(shutil.copytree(police, tmp_path / "data"))
    text = RECORD.format(expected=expected, corrected="399998").replace("measure: POL01", f"measure: {measure}")
    write(data / "reference" / "corrections.yaml", text)
    with pytest.raises(Refused) as refused:
        data_sheet(data, OCTOBER, AFTER)
    (error,) = [str(one) for one in refused.value.errors]
    assert error.startswith("data/reference/corrections.yaml, row 1, column C001")
    assert "39999" not in error


def test_a_month_without_permission_stands_in_no_table(police: Path, mended: Paper) -> None:
    hidden = sent(police, "POL01", "2020-08", "2020-09-13")
    shown = tables(mended.measure_by_measure().html)
    assert not re.search(r"\d", cell(shown["Domestic abuse incidents, by month"], "August", "2020-21"))
    for quarters in (shown[f"{name}, by quarter and year"] for name in ("Domestic abuse incidents", "Outcome rate")):
        (row,) = [cells for heading, cells in quarters.items() if heading]
        assert row[quarters[""].index("Quarter Two 2020-21")].endswith("2 of 3 months, the rest without permission")
    everything = "".join(
        section().html
        for section in (
            mended.month_at_a_glance,
            mended.measure_by_measure,
            mended.areas,
            mended.neighbours,
            mended.revised_figures,
        )
    )
    assert not re.search(rf"(?<![\d,]){hidden}(?![\d,%])", BeautifulSoup(everything, "html.parser").get_text(" "))
    coverage = tables(mended.partner_coverage().html)["Returns by partner, May 2020 to October 2020"]
    assert cell(coverage, "Metropolitan Police Service", "August 2020") == "without permission"
    counts = tables(mended.partner_coverage().html)["Partners submitting data, by month"]
    assert cell(counts, "August 2020", "With permission (DQ03)") == "0"
    assert cell(counts, "August 2020", "Submitting (DQ01)") == "1"
    kept = tables(mended.returns_received().html)["Returns by partner on November 2018 to October 2020"]
    assert "none: used in no table" in cell(kept, "Metropolitan Police Service", "Permission")


def test_boundaries_make_the_map_and_stand_among_the_inputs(
    police: Path, bent: Path, after: Paper, mended: Paper
) -> None:
    tiles, shapes = (BeautifulSoup(one.areas().html, "html.parser") for one in (after, mended))
    pictures = [one.select("figure.chart img") for one in (tiles, shapes)]
    assert [len(one) for one in pictures] == [1, 1]
    assert pictures[0][0]["src"] != pictures[1][0]["src"]
    (path,) = [path for path in mended.inputs if path.endswith(".geojson")]
    assert path == "boundaries/wards.geojson"
    content = (bent / "reference" / "wards.geojson").read_bytes()
    assert mended.inputs[path].sha256 == hashlib.sha256(content).hexdigest()
    assert not [path for path in after.inputs if path.endswith(".geojson")]
    # Where wards are too small for names the map has numbers, and the table has them too.
    first = list(tables(str(shapes))["Domestic abuse incidents by ward"])
    assert first[1:3] == ["1 Bickley", "2 Biggin Hill"] and first[-1] == "22 West Wickham"


def test_boundaries_of_other_areas_are_refused_with_both_lists_and_nothing_is_written(
    police: Path, tmp_path: Path
) -> None:
    write(tmp_path / "wards.geojson", squares(police, E05000106="E05009999"))
    call = ["report", "data-sheet", "--period", OCTOBER, "--as-at", AFTER, "--data", str(police)]
    done = here(*call, "--boundaries", str(tmp_path / "wards.geojson"), "--reports", str(tmp_path / "reports"))
    assert done.returncode == 1 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2 and all("wards.geojson" in line and "column WD20CD" in line for line in lines)
    assert "E05000106 Bickley" in lines[0] and "E05009999" in lines[1]
    # It is known by its name: where it lay on this machine is said nowhere.
    assert all(line.startswith("boundaries/wards.geojson, ") for line in lines) and str(tmp_path) not in done.stderr
    assert not (tmp_path / "reports").exists()


def test_boundaries_are_for_the_data_sheet_only(tmp_path: Path) -> None:
    write(tmp_path / "wards.geojson", squares(DATA))
    for kind in (["quarterly-progress"], ["annual-achievements"], []):
        call = ["report", *kind, "--boundaries", str(tmp_path / "wards.geojson"), "--reports", str(tmp_path / "out")]
        done = command(*call)
        assert done.exit_code == 2 and "boundaries" in done.stderr
    done = command("report", "data-sheet", "--period", "2021-03", "--boundaries", str(tmp_path / "none.geojson"))
    assert done.exit_code == 2 and "expected a file" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["../wards.geojson", "reference/../../wards.geojson", "reference/link.geojson"])
def test_boundaries_that_the_data_name_lie_inside_the_data(data: Path, tmp_path: Path, path: str) -> None:
    write(tmp_path / "wards.geojson", squares(data))
    (data / "reference" / "link.geojson").symlink_to(tmp_path / "wards.geojson")
    swap(data / "reference" / "partnership.yaml", "\nboundaries:\n", f"\nboundaries: {path}\n")
    with pytest.raises(Refused) as refused:
        data_sheet(data, "2021-03", "2021-04-14")
    assert any(path in str(error) for error in refused.value.errors)


# Ingested, then shown ---------------------------------------------------------------------------------------

ANSWERS = {
    "Date the figures were drawn": "01/07/2021",
    "What the figures are": "Counts from the service's own log.",
    "Permission": "publish",
    "Post to ask": "Service manager",
}
FIGURES = {
    ("HOU01", "total"): (23, 31, 1240),
    ("HOU01", "prevention"): (10, 12, 240),
    ("HOU01", "relief"): (13, 19, 1000),
}


def command(*arguments: str) -> Result:
    result = CliRunner().invoke(main, [*arguments])
    assert "Traceback" not in result.stderr and "a fault of the program" not in result.stderr
    return result


def fill(file: Path, drawn: str) -> Any:
    """Fill in a template as a partner would: every cell that is not locked, nought where no figure is given."""
    book = openpyxl.load_workbook(file)
    for row in book["Terms"].iter_rows(min_row=HEAD + 1):
        if row[0].value in ANSWERS:
            row[1].value = {**ANSWERS, "Date the figures were drawn": drawn}[row[0].value]
    figures = book["Figures"]
    for row in figures.iter_rows(min_row=HEAD + 1, max_col=figures.max_column - 2):
        wanted = FIGURES.get((row[0].value, row[1].value))
        for place, one in enumerate(one for one in row if not one.protection.locked):
            one.value = wanted[place] if wanted else 5 if row[0].value == "HOU02" else 0
    return book


def ask(data: Path, months: str, target: Path) -> Path:
    done = command("template", "housing", "--months", months, "--out", str(target), "--data", str(data))
    assert done.exit_code == 0, done.stderr
    return target


def snapshot(data: Path) -> dict[str, str]:
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file()
    }


def test_a_template_filled_in_and_ingested_is_in_the_data_sheet(data: Path, tmp_path: Path) -> None:
    file = ask(data, "2021-04..2021-06", tmp_path / "housing.xlsx")
    fill(file, "01/07/2021").save(file)
    done = command("ingest", str(file), "--received", "2021-07-10", "--data", str(data))
    assert done.exit_code == 0, done.stderr
    paper = data_sheet(data, "2021-06", "2021-07-10")
    shown = tables(paper.measure_by_measure().html)
    months = shown["Homelessness duties with domestic abuse as the main reason, by month"]
    assert [cell(months, name, "2021-22") for name in ("April", "May", "June")] == ["23", "31", "1,240"]
    quarters = shown["Homelessness duties with domestic abuse as the main reason, by quarter and year"]
    wanted = {"Total": "1,294", "Prevention duty": "262", "Relief duty": "1,032"}
    for heading, total in wanted.items():
        assert cell(quarters, heading, "Quarter One 2021-22") == total
        assert cell(quarters, heading, "Year 2021-22") == "3 of 12 months"
        assert cell(quarters, heading, "Quarter One 2020-21") == "0 of 3 months"
    priority = shown["Priority need because of domestic abuse, by quarter and year"]
    assert cell(priority, "Total", "Quarter One 2021-22") == "5"
    assert "illustrative" not in paper.measure_by_measure().html.lower()
    coverage = tables(paper.partner_coverage().html)
    assert coverage["Returns for June 2021"]["Bromley Housing"] == [
        "on time",
        "15 July 2021",
        "10 July 2021",
        "to use and publish",
        "none",
    ]
    halves = coverage["Returns by partner, January 2021 to June 2021"]
    assert halves["Bromley Housing"] == ["missing"] * 3 + ["on time"] * 3
    assert halves["Domestic Violence Intervention Programme"] == ["missing"] * 3 + ["not expected"] * 3
    received = tables(paper.returns_received().html)["Returns on Quarter One 2021-22"]
    assert received["Bromley Housing"] == [
        "10 July 2021",
        "Quarter One 2021-22",
        "1 July 2021",
        "to use and publish",
        "as sent",
        "2021-07-10_housing",
    ]


def test_a_faulty_copy_is_refused_with_every_fault_and_nothing_changes(data: Path, tmp_path: Path) -> None:
    file = ask(data, "2021-04..2021-06", tmp_path / "housing.xlsx")
    book = fill(file, "01/07/2021")
    for row in book["Terms"].iter_rows(min_row=HEAD + 1):
        if row[0].value == "Permission":
            row[1].value, permission = "if you must", row[1].coordinate
    sheet = book["Figures"]
    places = {
        (row[0].value, row[1].value): [one for one in row if not one.protection.locked]
        for row in sheet.iter_rows(min_row=HEAD + 1, max_col=sheet.max_column - 2)
    }
    wrong = [places["HOU01", "total"][0], places["HOU01", "prevention"][1], places["HOU02", "total"][0]]
    wrong[0].value, wrong[1].value, wrong[2].value = "about thirty", -7, 2.5
    book.save(file)
    before = snapshot(data)
    done = command("ingest", str(file), "--received", "2021-07-10", "--data", str(data))
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 4
    for place in (permission, *(one.coordinate for one in wrong)):
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()  # type: ignore[union-attr]
        assert any(f"row {number}" in line and f"column {letters}" in line for line in lines), (place, lines)
    assert not any("about thirty" in line or "if you must" in line for line in lines)
    assert snapshot(data) == before


def test_a_total_that_its_parts_do_not_come_to_is_refused(data: Path, tmp_path: Path) -> None:
    file = ask(data, "2021-04..2021-06", tmp_path / "housing.xlsx")
    book = fill(file, "01/07/2021")
    (total,) = [row for row in book["Figures"].iter_rows() if (row[0].value, row[1].value) == ("HOU01", "total")]
    june = [one for one in total if not one.protection.locked][2]
    june.value = 1250
    book.save(file)
    before = snapshot(data)
    done = command("ingest", str(file), "--received", "2021-07-10", "--data", str(data))
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert f"row {june.row}, column {june.column_letter}:" in line and "the sum of its breakdowns" in line
    assert "1250" not in line and "1240" not in line
    assert snapshot(data) == before


@pytest.fixture(scope="module")
def quarter(police: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which housing sent its quarter early, and the police sent March with a new January."""
    folder = tmp_path_factory.mktemp("quarter")
    data = Path(shutil.copytree(police, folder / "data"))
    shutil.rmtree(data / "returns" / "2021-04-12_police")
    file = ask(data, "2021-01..2021-03", folder / "housing.xlsx")
    fill(file, "23/03/2021").save(file)
    done = command("ingest", str(file), "--received", "2021-03-24", "--data", str(data))
    assert done.exit_code == 0, done.stderr
    january = sent(data, "POL01", "2021-01", "2021-03-25")
    later = data / "returns" / "2021-04-05_police"
    rows = f"2021-01,POL01,,,{january + 7},,\n2021-03,POL01,,,1000,p,\n"
    write(later / "observations.csv", f"period,measure,area,breakdown,value,status,note\n{rows}")
    terms = (data / "returns" / "2021-03-12_police" / "terms.yaml").read_text(encoding="utf-8")
    terms = re.sub(r"received: .*", "received: 2021-04-05", terms)
    terms = re.sub(r"extract_date: .*", "extract_date: 2021-04-01", terms)
    write(later / "terms.yaml", re.sub(r"months: .*", "months: 2021-01..2021-03", terms))
    return data


@pytest.fixture(scope="module")
def then(quarter: Path) -> dict[str, Table]:
    return quarterly(quarter, "2021-03-25")


def test_an_ingested_return_is_in_the_quarterly_paper(then: dict[str, Table]) -> None:
    (shown,) = [one for caption, one in then.items() if caption.startswith("Measures, Quarter Four 2020-21: ")]
    assert cell(shown, "HOU01 Homelessness duties", "Q4 20-21") == "1,294"
    assert cell(shown, "HOU01 Homelessness duties", "Q3 20-21") == "[x]"
    full = then["Homelessness duties with domestic abuse as the main reason, by quarter and year"]
    assert cell(full, "Total", "Quarter Three 2020-21") == "0 of 3 months"
    (coverage,) = [one for caption, one in then.items() if caption.startswith("Returns, April 2020 to March 2021: ")]
    assert coverage["Housing"][-3:] == ["in"] * 3
    behind = then["Returns behind the figures, by the name under which they are kept"]
    assert cell(behind, "Bromley Housing", "Quarter Four 2020-21") == "2021-03-24_housing"


def test_the_quarterly_paper_as_at_two_dates(quarter: Path, then: dict[str, Table]) -> None:
    now = quarterly(quarter, "2021-04-05")
    january, february = (sent(quarter, "POL01", f"2021-0{n}", "2021-03-25") for n in (1, 2))
    total = f"{january + 7 + february + 1000:,} [p] [r]"
    for found, short, full in ((then, "2 of 3", "2 of 3 months"), (now, total, total)):
        (shown,) = [one for caption, one in found.items() if caption.startswith("Measures, Quarter Four 2020-21: ")]
        assert cell(shown, "POL01 Domestic abuse incidents", "Q4 20-21") == short
        assert cell(found["Domestic abuse incidents, by quarter and year"], "Total", "Quarter Four 2020-21") == full
    months = [found["Domestic abuse incidents, by month"] for found in (then, now)]
    assert [cell(one, "January", "2020-21") for one in months] == [str(january), f"{january + 7} [r]"]
    assert [cell(one, "March", "2020-21") for one in months] == ["not received", "1,000 [p]"]
    row = "POL01 Domestic abuse incidents, January 2021"
    revised = [found["Revisions of figures already received"] for found in (then, now)]
    assert row not in revised[0]
    assert revised[1][row][2:4] == [str(january), str(january + 7)]
    quarter_total = january + february + 1000
    assert f"Quarter Four 2020-21: {quarter_total:,} [p] to {quarter_total + 7:,} [p] [r]" in revised[1][row][5]
    coverage = [
        one for found in (then, now) for caption, one in found.items() if caption.startswith("Returns, April 2020")
    ]
    assert [cell(one, "Police", "Mar") for one in coverage] == ["due", "in"]
