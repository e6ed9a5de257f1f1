"""The one look-up of figures: a sentence, a headline and a table of one paper say the same of one figure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import whole_copy
from priority_two.errors import Refused
from priority_two.report.opening import open_report
from priority_two.report.paper import Paper

QUARTER, AFTER_MARCH = "2020-21-Q4", "2021-04-20"
BOUND = 'Incidents {{ value("POL01") }}, rate {{ value("POL05") }}, a year {{ value("POL01", period="2020-21") }}.'
HEADLINE = "  - label: Incidents of the quarter\n    measure: POL01\n  - label: Outcome rate\n    measure: POL05\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped data, with a text and two headlines bound to a monthly measure's quarter and to a rate."""
    data = whole_copy(tmp_path_factory.mktemp("figures"))
    update = data / "updates" / QUARTER / "6b.md"
    update.write_text(f"{update.read_text(encoding='utf-8')}\n{BOUND}\n", encoding="utf-8")
    partnership = data / "reference" / "partnership.yaml"
    text = partnership.read_text(encoding="utf-8")
    partnership.write_text(text.replace("\nheadlines:\n", f"\nheadlines:\n{HEADLINE}", 1), encoding="utf-8")
    return data


def opened(data: Path, as_at: str) -> Paper:
    paper = open_report("quarterly-progress", QUARTER, as_at, data=str(data))
    return paper


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_a_sentence_a_headline_and_a_table_say_the_same_and_lead_to_every_row(whole: Path) -> None:
    paper = opened(whole, AFTER_MARCH)
    front, text, data = (
        soup(shown.html) for shown in (paper.at_a_glance(), paper.commitments(), paper.partners_data())
    )
    annex = soup(paper.how_made().html)
    tables = {row.th.get_text(): row.find_all("td") for row in data.select("tr") if row.th and row.td}
    quarters = {
        name: tables[name][4].get_text().split(" ")[0]
        for name in tables
        if name[:5] in ("POL01", "POL05") and "," not in name
    }
    assert len(quarters) == 2
    incidents, rate = (quarters[name] for name in sorted(quarters))
    paragraph = text.find(lambda tag: tag.name == "p" and tag.get_text().startswith("Incidents "))
    bound = paragraph.select("a.figure")
    headlines = [row.find_all("td")[2] for row in front.select("table.headlines tbody tr")]
    assert [one.get_text().split(" ")[0] for one in bound[:2]] == [incidents, rate]
    assert [one.get_text().split(" ")[0] for one in headlines[:2]] == [incidents, rate]
    assert "illustrative" in bound[0].get_text()
    for link, rows in zip(bound, (3, 6, 12), strict=True):
        made_of = annex.find(id=link["href"][1:])
        assert made_of.find_all(["th", "td"])[1].get_text().split(" ")[0] == link.get_text().split(" ")[0]
        *parts, back = made_of.select("a")
        assert back["href"] == f"#at-{made_of['id']}"
        sources = [annex.find(id=source["href"][1:]) for source in parts]
        assert len(sources) == rows
        assert all(source.find("td", attrs={"data-h": "Row"}).get_text().isdigit() for source in sources)
        if rows != 6:
            values = [int(source.find("td").get_text().replace(",", "").split(" ")[0]) for source in sources]
            assert sum(values) == int(link.get_text().split(" ")[0].replace(",", ""))


def test_what_the_paper_says_as_data_has_them_too(whole: Path) -> None:
    figures = {figure.element: figure for figure in opened(whole, AFTER_MARCH).content().figures}
    assert figures["6b: POL01"].value == figures["headlines: POL01"].value == figures["data: POL01"].value
    assert figures["6b: POL05"].value == figures["headlines: POL05"].value == figures["data: outcome-rate"].value


def test_before_the_last_month_is_in_each_is_named_with_what_is_lacking(whole: Path) -> None:
    with pytest.raises(Refused) as refused:
        opened(whole, "2021-03-25")
    said = [str(error) for error in refused.value.errors]
    lacking = "no figure of POL01 2020-21-Q4 by the as-at date: 2 of 3 months, without March 2021"
    assert sum(lacking in line for line in said) == 2  # the text and the headline
    assert any("6b.md" in line and "POL05" in line and "POL04: 2 of 3 months" in line for line in said)
    assert all(
        "have it in a return of Metropolitan Police Service (police)" in line for line in said if lacking in line
    )


def test_a_stated_quarter_that_its_months_do_not_come_to_makes_no_paper(whole: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(whole, data)
    there = data / "returns" / "2021-04-12_police"
    stated = data / "returns" / "2021-04-13_police"
    stated.mkdir()
    terms = (there / "terms.yaml").read_text(encoding="utf-8").replace("2021-04-12", "2021-04-13")
    (stated / "terms.yaml").write_text(terms, encoding="utf-8")
    rows = "period,measure,area,breakdown,value,status,note\n2020-21-Q4,POL01,,,999,,The quarter\n"
    (stated / "observations.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        opened(data, AFTER_MARCH)
    (line,) = [str(error) for error in refused.value.errors]
    assert "2021-04-13_police/observations.csv, row 2, column value" in line
    assert "a whole and parts that agree" in line and "999" not in line


def test_a_rate_can_stand_as_a_table_under_an_update(whole: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(whole, data)
    update = data / "updates" / QUARTER / "6b.md"
    text = update.read_text(encoding="utf-8")
    head, _, rest = text.partition("exhibits:")
    update.write_text(f"{head}exhibits: [POL05]{rest[rest.index(chr(10)) :]}", encoding="utf-8")
    told = soup(opened(data, AFTER_MARCH).commitments().html)
    (table,) = [one for one in told.select("caption") if one.get_text().startswith("Outcome rate")]
    rows = {row.th.get_text(): row.td.get_text() for row in table.find_parent("table").select("tbody tr")}
    assert list(rows) == ["Quarter One 2020-21", "Quarter Two 2020-21", "Quarter Three 2020-21", "Quarter Four 2020-21"]
    assert all("%" in value for value in rows.values())


def test_measures_whose_parts_have_no_total_show_none_and_draw_a_part(whole: Path) -> None:
    from priority_two.report.tables.measure_tables import by_quarter, lead_series, lines_of

    material = opened(whole, AFTER_MARCH).material
    for name in ("SUP03", "HOU03", "POL08", "PER01"):
        measure = material.catalogue.measures[name]
        assert not measure.has_total
        assert all(breakdown for _, breakdown, _ in lines_of(material.book, material.catalogue, measure))
        series = lead_series(material.book, material.catalogue, measure, material.period)
        assert series is None or series.breakdown
        exhibit = by_quarter(material.book, material.catalogue, measure, material.period)
        assert exhibit is None or "Total" not in [row.heading.text for row in exhibit.rows]
    total = material.catalogue.measures["MAR04"]
    assert lines_of(material.book, material.catalogue, total)[0] == ("Total", "", "")


def test_the_evidence_lists_what_the_sections_cite_each_once_whoever_ran_before(whole: Path) -> None:
    paper = opened(whole, AFTER_MARCH)
    first = soup(paper.how_made().html)
    listed = [str(row["id"]) for row in first.select("tr[id]")]
    pages = [soup(paper.show(name).html) for name in ("at_a_glance", "commitments")]
    cited = {str(link["href"])[1:] for page in pages for link in page.select('a[href^="#source-"]')}
    assert len(listed) == len(set(listed)) and cited <= set(listed)
    again = opened(whole, AFTER_MARCH)
    for name in reversed(again.order):
        again.section(name)
    assert again.sections() == paper.sections()
