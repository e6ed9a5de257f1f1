"""One figure, one value: a stated period beside its months, and the home area under its code, wherever they enter."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA, lean_copy
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.report.opening import open_report
from priority_two.returns.agreement import disagreements
from priority_two.returns.corrections import correct, load_corrections
from priority_two.returns.store import Observation, Terms, latest, observations, read_returns

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=150)
COLUMNS = "period,measure,area,breakdown,value,status,note\n"
HOME = "E09000006"
MONTHS = [f"2021-0{month},POL01,,,{count},," for month, count in ((1, 30), (2, 40), (3, 50))]
QUARTER = "2020-21-Q4,POL01,,,{},,"


def terms(partner: str = "police", received: str = "") -> str:
    day = f"received: {received}\n" if received else ""
    return (
        f"partner: {partner}\n{day}extract_date: 2021-04-01\nmonths: 2020-04..2021-03\n"
        "explanation: Made up for a test.\npermission: publish\ncontact_post: Analyst\nsynthetic: true\n"
    )


def stored(data: Path, day: str, *rows: str, partner: str = "police") -> None:
    """Write a return into a store by hand."""
    folder = data / "returns" / f"{day}_{partner}"
    folder.mkdir(parents=True)
    (folder / "terms.yaml").write_text(terms(partner, day), encoding="utf-8")
    (folder / "observations.csv").write_text(COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")


def sent(data: Path, tmp_path: Path, day: str, *rows: str) -> Result:
    """Send a return through the gate of the command."""
    file = tmp_path / "police.csv"
    file.write_text(COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "police.terms.yaml").write_text(terms(), encoding="utf-8")
    return CliRunner().invoke(main, ["ingest", str(file), "--received", day, "--data", str(data)])


def faults(data: Path, as_at: str = "2021-04-20") -> list[str]:
    """Return what stops a data sheet of the quarter's last month."""
    try:
        open_report("data-sheet", "2021-03", as_at, data=str(data))
    except Refused as refused:
        return [str(error) for error in refused.errors]
    return []


# A stated period beside its months ------------------------------------------------------------------------------


def test_of_a_quarter_and_its_months_in_one_return_both_cells_are_named(data: Path, tmp_path: Path) -> None:
    done = sent(data, tmp_path, "2021-04-05", *MONTHS, QUARTER.format(121))
    assert done.exit_code == 1
    assert "row 5, column E" in done.stderr and "(row 2, 3, 4)" in done.stderr
    assert sent(data, tmp_path, "2021-04-05", *MONTHS, QUARTER.format(120)).exit_code == 0


def test_months_that_come_after_their_quarter_have_to_come_to_it(data: Path, tmp_path: Path) -> None:
    assert sent(data, tmp_path, "2021-04-05", QUARTER.format(121)).exit_code == 0
    done = sent(data, tmp_path, "2021-04-06", *MONTHS)
    assert done.exit_code == 1
    (line,) = [line for line in done.stderr.splitlines() if "column E" in line]
    assert "row 2, column E" in line and "mend them (row 2, 3, 4)" in line
    assert "row 2 of " in line and "2021-04-05_police/observations.csv" in line
    assert "121" not in line and "120" not in line
    assert sent(data, tmp_path, "2021-04-06", *MONTHS, QUARTER.format(120)).exit_code == 0


def test_two_months_are_no_more_than_their_quarter(data: Path, tmp_path: Path) -> None:
    done = sent(data, tmp_path, "2021-04-05", *MONTHS[1:], QUARTER.format(89))
    assert done.exit_code == 1 and "a figure that is not below the sum of its months" in done.stderr
    assert sent(data, tmp_path, "2021-04-05", *MONTHS[1:], QUARTER.format(90)).exit_code == 0
    late = sent(data, tmp_path, "2021-04-06", "2021-01,POL01,,,1,,")
    assert late.exit_code == 1 and "months that fit the figure stated for 2020-21-Q4" in late.stderr


def test_a_month_that_is_revised_overtakes_a_quarter_that_had_agreed(data: Path, tmp_path: Path) -> None:
    assert sent(data, tmp_path, "2021-04-05", *MONTHS, QUARTER.format(120)).exit_code == 0
    done = sent(data, tmp_path, "2021-04-06", "2021-02,POL01,,,41,,")
    assert done.exit_code == 0 and "have the whole and its parts sent anew together" in done.stdout + done.stderr
    assert not faults(data)


@pytest.mark.parametrize("order", [("2021-04-05", "2021-04-06"), ("2021-04-06", "2021-04-05")])
def test_a_store_written_by_hand_is_compared_in_whichever_order_they_came(data: Path, order: tuple[str, str]) -> None:
    stored(data, order[0], *MONTHS)
    stored(data, order[1], QUARTER.format(121))
    (line,) = faults(data)
    assert f"{order[1]}_police/observations.csv, row 2, column value" in line
    assert "a whole and parts that agree" in line and f"{order[0]}_police" in line
    checked = CliRunner().invoke(main, ["validate", "--data", str(data), "--period", "2020-21-Q4"])
    assert checked.exit_code == 1 and "a whole and parts that agree" in checked.stdout + checked.stderr


def test_a_stated_year_and_a_quarters_end_are_compared_too(data: Path) -> None:
    quarters = [f"2020-21-Q{n},POL08,,right-to-ask-applications,{n},," for n in (1, 2, 3, 4)]
    stored(data, "2021-04-05", *quarters, "2020-21,POL08,,right-to-ask-applications,11,,")
    stored(data, "2021-04-07", "2021-03,DRV02,,,38,,", "2020-21-Q4,DRV02,,,40,,", partner="drive")
    assert sorted(line.partition("_")[2].partition("/")[0] for line in faults(data)) == ["drive", "police"]


@pytest.mark.parametrize("measure", ["EIF02", "DRV03", "POL07"])
def test_what_is_never_added_up_is_compared_with_no_sum(measure: str) -> None:
    catalogue = known()
    figures = [figure("2020-21", 10, measure), *(figure(f"2020-21-Q{n}", 9, measure) for n in (1, 2, 3, 4))]
    assert disagreements(figures, catalogue) == []


@STEADY
@given(st.lists(st.none() | st.integers(0, 40), min_size=12, max_size=12), st.integers(0, 480), st.booleans())
def test_a_year_is_what_counting_by_hand_gives_or_disagrees(counts: list[int | None], year: int, stock: bool) -> None:
    measure = "DRV02" if stock else "POL01"
    months = parse("2020-21").months()
    sent_ = [figure(str(month), n, measure) for month, n in zip(months, counts, strict=True) if n is not None]
    found = disagreements([*sent_, figure("2020-21", year, measure)], known())
    there = [n for n in counts if n is not None]
    if stock:
        expected = counts[-1] is not None and counts[-1] != year
    else:
        expected = sum(there) != year if len(there) == 12 else sum(there) > year
    assert bool(found) == expected
    if not found:  # then the paper has one value: the roll-up, or what was stated where that is all there is
        ledger = Ledger(known().measures, [*sent_, figure("2020-21", year, measure)])
        assert ledger.figure(measure, parse("2020-21")).value == year


def test_a_range_that_is_a_quarter_is_that_quarter_and_stands_once(data: Path, tmp_path: Path) -> None:
    done = sent(data, tmp_path, "2021-04-05", QUARTER.format(5), "2021-01..2021-03,POL01,,,6,,")
    assert done.exit_code == 1 and "expected each period, measure, area and breakdown once" in done.stderr
    stored(data, "2021-04-05", QUARTER.format(5), "2021-01..2021-03,POL01,,,6,,")
    assert any("one row for each period, measure, area and breakdown" in line for line in faults(data))


# The home area under its code -----------------------------------------------------------------------------------


def test_the_home_area_s_code_is_the_whole_area_at_intake(data: Path, tmp_path: Path) -> None:
    coded = [row.replace("POL01,,", f"POL01,{HOME},") for row in MONTHS]
    done = sent(data, tmp_path, "2021-04-05", *MONTHS, coded[1])
    assert done.exit_code == 1
    assert "row 5, column E" in done.stderr and "the other is row 3" in done.stderr
    assert sent(data, tmp_path, "2021-04-05", *coded).exit_code == 0
    assert "accepted before" in sent(data, tmp_path, "2021-04-06", *MONTHS).stdout


def test_it_is_so_whatever_the_borough_and_the_area_are_called(data: Path, tmp_path: Path) -> None:
    areas = data / "reference" / "areas.csv"
    text = areas.read_text(encoding="utf-8")
    areas.write_text(text.replace(f"{HOME},Bromley,", f"{HOME},The London Borough,"), encoding="utf-8")
    for day, name in (("2021-04-05", HOME), ("2021-04-06", "the London borough"), ("2021-04-07", "Whole borough")):
        assert sent(data, tmp_path, day, f"2021-03,POL01,{name},,50,,").exit_code == 0
    assert [path.name for path in (data / "returns").glob("2021-04-0*_police")] == ["2021-04-05_police"]


def test_it_is_so_in_a_store_written_by_hand_and_both_in_one_return_stop_the_paper(data: Path) -> None:
    stored(data, "2021-04-05", "2021-03,POL01,,,50,,", f"2021-03,POL01,{HOME},,51,,")
    assert {line.partition(", column")[0][-5:] for line in faults(data)} == {"row 2", "row 3"}
    assert all("one row for each period, measure, area and breakdown" in line for line in faults(data))


def test_a_paper_is_the_same_whichever_of_the_two_was_written(tmp_path: Path) -> None:
    said = []
    for name, area in (("blank", ""), ("coded", HOME)):
        data = lean_copy(tmp_path, name)
        stored(data, "2021-04-05", *(row.replace("POL01,,", f"POL01,{area},") for row in MONTHS))
        stored(data, "2021-04-06", f"2021-02,POL01,{HOME if not area else ''},,44,,")
        write_population(data, area)
        paper = open_report("data-sheet", "2021-03", "2021-04-20", data=str(data))
        material = paper.material
        quarter = material.book.ledger.figure("POL01", parse("2020-21-Q4"))
        assert (quarter.value, quarter.flags) == (124, "r")
        assert material.evidence.figure("POL01", area=HOME) == material.evidence.figure("POL01") == quarter
        rate = material.book.rate(material.book.definitions["incident-rate"], parse("2020-21"))
        assert rate.denominator == 250_000
        said.append((paper.measure_by_measure().html, paper.areas().html))
    assert said[0] == said[1]


def test_a_correction_finds_its_row_under_either(data: Path) -> None:
    stored(data, "2021-04-05", f"2021-03,POL01,{HOME},,50,,")
    record = (
        "{}:\n  return: 2021-04-05_police\n  period: 2021-03\n  measure: POL01\n  area: {}\n  breakdown:\n"
        "  expected: 50\n  corrected: 5{}\n  reason: Counted twice\n  reporter: Analyst\n  recorded: 2021-04-06\n"
        "  status: open\n  mended_in:\n"
    )
    file, folder = data / "reference" / "corrections.yaml", DataFolder(data)
    for area in ("", HOME):
        file.write_text(record.format("C001", area, 1), encoding="utf-8")
        history = observations(read_returns(DataFolder(data)), HOME)
        (row,) = [each for each in latest(correct(history, load_corrections(DataFolder(data)), None, HOME))
                  if each.terms.received == dt.date(2021, 4, 5)]  # fmt: skip
        assert (row.area, row.value) == ("", 51)
    file.write_text(record.format("C001", "", 1) + record.format("C002", HOME, 2), encoding="utf-8")
    with pytest.raises(Refused, match="one record a row of a return"):
        correct(observations(read_returns(folder), HOME), load_corrections(folder), None, HOME)


def test_two_populations_of_one_area_are_refused(data: Path) -> None:
    write_population(data, "", HOME)
    assert any("each area and group and published and year once" in line for line in faults(data))


def write_population(data: Path, *areas: str) -> None:
    file = data / "reference" / "populations.csv"
    head = file.read_text(encoding="utf-8").splitlines()[0]
    rest = "," * (len(head.split(",")) - 6)
    rows = [f"{area},aged-16-and-over,2019,250000,An office,2020-06-24{rest}" for area in areas]
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


@cache
def known() -> Catalogue:
    return load_catalogue(DataFolder(DATA))


def figure(period: str, value: int, measure: str) -> Observation:
    partner = known().measures[measure].partners[0]
    whose = Terms.model_validate(
        {
            "partner": partner,
            "received": dt.date(2021, 4, 5),
            "extract_date": None,
            "months": "2020-04..2021-03",
            "explanation": "",
            "permission": "publish",
            "contact_post": "",
            "synthetic": True,
        }
    )
    return Observation(parse(period), measure, "", "", Decimal(value), "", "", whose, "data/returns/a/o.csv", 2)
