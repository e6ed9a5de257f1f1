"""The illustrative returns: what is committed is what the generator writes, and what it arranges on purpose holds.

Everything is read with the csv and yaml modules alone, and added up again here.
"""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from priority_two.checks.identities import evaluate
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.store import observations, read_returns
from priority_two.returns.submit.submission import SubmittedFigure
from priority_two.returns.submit.totals import together

DATA = Path(__file__).resolve().parents[1]
STORE = DATA / "returns"
GENERATOR = DATA / "illustrative" / "generate.py"
MONTHS = [f"{year}-{month:02d}" for year in (2019, 2020, 2021) for month in range(1, 13)][3:27]
QUARTERS = [f"{year}-Q{number}" for year in ("2019-20", "2020-21") for number in (1, 2, 3, 4)]
STATED_MONTHS = MONTHS[2:14]
MADE_UP_BY_NOBODY = {"DQ01", "DQ02", "DQ03", "STR01", "COM03", "COM04", "HLT03", "PER01"}
"""Worked out by the program, about one event, transcribed alone, or of the partner that sends nothing."""


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def terms(folder: Path) -> dict[str, object]:
    return yaml.safe_load((folder / "terms.yaml").read_text(encoding="utf-8"))


def store(synthetic: bool) -> dict[Path, list[dict[str, str]]]:
    folders = [one for one in sorted(STORE.iterdir()) if terms(one)["synthetic"] is synthetic]
    return {one: table(one / "observations.csv") for one in folders}


@pytest.fixture(scope="module")
def made() -> dict[Path, list[dict[str, str]]]:
    return store(synthetic=True)


def keys(returns: dict[Path, list[dict[str, str]]]) -> set[tuple[object, ...]]:
    return {
        (terms(folder)["partner"], row["period"], row["measure"], row["area"], row["breakdown"])
        for folder, rows in returns.items()
        for row in rows
    }


def of(made: dict[Path, list[dict[str, str]]], partner: str) -> dict[Path, list[dict[str, str]]]:
    return {folder: rows for folder, rows in made.items() if terms(folder)["partner"] == partner}


def first_sent(made: dict[Path, list[dict[str, str]]], measure: str) -> dict[tuple[str, str, str], int]:
    """Return the police's first values by month, area and breakdown."""
    values: dict[tuple[str, str, str], int] = {}
    for rows in of(made, "police").values():
        for row in rows:
            if row["measure"] == measure:
                values.setdefault((row["period"], row["area"], row["breakdown"]), int(row["value"]))
    return values


def test_what_is_committed_is_what_the_generator_writes_and_no_more(tmp_path, made):
    done = subprocess.run(
        [sys.executable, "-I", GENERATOR, tmp_path], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    committed = {path.relative_to(STORE): path.read_bytes() for folder in made for path in folder.rglob("*")}
    assert written == committed
    assert done.stdout == f"{len(made)} illustrative returns in {tmp_path.name}/\n"


def test_every_return_and_every_row_says_that_it_is_illustrative(made):
    for folder, rows in made.items():
        assert terms(folder)["explanation"].startswith("Illustrative")
        assert rows
        assert all(row["note"].startswith("Illustrative") for row in rows), folder.name


@pytest.mark.parametrize(("measure", "stated"), [("POL01", 4776), ("POL02", 3037)])
def test_the_stated_totals_hold_by_month_and_by_ward(made, measure, stated):
    values = first_sent(made, measure)
    wards = {row["area"] for row in table(DATA / "reference/areas.csv") if row["type"] == "ward"}
    assert sum(values[month, "", ""] for month in STATED_MONTHS) == stated
    assert sum(values[month, ward, ""] for month in STATED_MONTHS for ward in wards) == stated
    for month in MONTHS:
        assert sum(values[month, ward, ""] for ward in wards) == values[month, "", ""], month
    transcribed = table(STORE / "2021-03-25_police" / "observations.csv")
    assert [row["value"] for row in transcribed if row["measure"] == measure] == [str(stated)]


def test_wards_have_small_numbers_and_the_other_boroughs_have_totals_of_a_like_scale(made):
    for measure in ("POL01", "POL02"):
        values = first_sent(made, measure)
        wards = [value for (_, area, _), value in values.items() if area.startswith("E05")]
        assert 0 in wards
        assert sum(0 < value < 8 for value in wards) > 20
        bromley = sum(values[month, "", ""] for month in MONTHS)
        for area, times in (("E09000008", 1.25), ("E09000029", 0.6)):
            assert sum(values[month, area, ""] for month in MONTHS) == pytest.approx(times * bromley, rel=0.05)
    areas = {row["area"] for rows in made.values() for row in rows}
    assert areas == {""} | {f"E05000{number}" for number in range(106, 128)} | {"E09000008", "E09000029"}


def test_every_measure_that_a_partner_is_asked_for_is_there_for_every_month_or_quarter(made):
    there = keys(made) | keys(store(synthetic=False))
    sent = {(partner, measure, period) for partner, period, measure, area, _ in there if not area}
    lacking = []
    for row in table(DATA / "reference/measures.csv"):
        measure = row["measure"]
        if row["aggregation"] == "derived" or measure[:3] in ("CTX", "BYC", "CRM") or measure in MADE_UP_BY_NOBODY:
            continue
        for partner in row["partner"].split(";"):
            periods = MONTHS if row["frequency"] == "M" else QUARTERS
            if partner == "drive":
                periods = periods[-1:]
            lacking += [(partner, measure, period) for period in periods if (partner, measure, period) not in sent]
    assert lacking == []
    assert {measure for _, _, measure, _, _ in keys(made)}.isdisjoint(MADE_UP_BY_NOBODY)


def test_what_a_transcribed_return_states_is_neither_repeated_nor_added_to(made):
    def about(returns):
        return {(partner, period, measure) for partner, period, measure, _, _ in keys(returns)}

    assert about(made) & about(store(synthetic=False)) == set()


def test_running_totals_lead_up_to_those_that_are_transcribed(made):
    rows = [row for one in (made, store(synthetic=False)) for rows in one.values() for row in rows]
    cases = [("COM01", "distributed"), ("COM01", "printed"), ("COM02", "due"), ("COM02", "issued"), ("HLT01", "")]
    for measure, breakdown in [*cases, ("GOV01", ""), ("GOV01", "sel-ccg")]:
        values = {
            row["period"]: int(row["value"])
            for row in rows
            if (row["measure"], row["breakdown"]) == (measure, breakdown) and row["value"]
        }
        run = [values[quarter] for quarter in QUARTERS[4:]]
        assert run == sorted(run), measure


def test_each_return_is_one_that_an_intake_would_accept(made):
    folder = DataFolder(DATA)
    catalogue = load_catalogue(folder)
    judged = 0
    for one in read_returns(folder):
        if not one.terms.synthetic:
            continue
        figures = [
            SubmittedFigure(
                seen.period, seen.measure, seen.area, seen.breakdown, seen.value, seen.status, seen.note, "", 1, 1
            )
            for seen in observations([one])
        ]
        months = parse(one.terms.months)
        assert together(figures, one.terms, months, catalogue, evaluate) == ([], []), one.name
        judged += 1
    assert judged == len(made)


def test_parts_in_words_of_their_own_add_up_too(made):
    """Wholes that the catalogue alone cannot tell: of series, of both providers, of reviews by stage."""
    for folder, rows in made.items():
        values = {
            (row["period"], row["measure"], row["breakdown"]): float(row["value"])
            for row in rows
            if row["value"] and not row["area"]
        }
        for (period, measure, breakdown), total in values.items():
            parts = {code: n for (when, what, code), n in values.items() if (when, what) == (period, measure) and code}
            if breakdown or measure not in ("IDV01", "HLT04", "GOV01", "DHR01"):
                continue
            if measure == "DHR01":
                parts = {code: parts[code] for code in ("notified", "panel", "at-action-plan")}
            assert sum(parts.values()) == total, (folder.name, period, measure)
        for period, measure, breakdown in values:
            if measure == "SUP03" and breakdown == "referrals":
                outcome = values[period, measure, "placements"] + values[period, measure, "declined"]
                assert values[period, measure, breakdown] == outcome


def quarter_end(months: str) -> dt.date:
    year, month = map(int, months.split("..")[1].split("-"))
    return dt.date(year + month // 12, month % 12 + 1, 1)


def test_returns_are_in_time_but_for_three_of_childrens_social_care(made):
    late = {}
    for folder in made:
        said = terms(folder)
        due = quarter_end(said["months"]) + dt.timedelta(days=14)
        assert said["extract_date"] <= said["received"]
        assert quarter_end(said["months"]) <= said["extract_date"]
        if said["received"] > due and folder.name != "2020-12-20_police":
            late[said["partner"], said["months"]] = (said["received"] - due).days
    assert late == {
        ("csc", "2019-07..2019-09"): 31,
        ("csc", "2020-04..2020-06"): 19,
        ("csc", "2020-10..2020-12"): 24,
    }


def test_one_police_month_is_revised_and_nothing_else_is_sent_twice(made):
    seen: dict[tuple[object, ...], tuple[str, str]] = {}
    changed = {}
    again = set()
    for folder, rows in made.items():
        for row in rows:
            key = (terms(folder)["partner"], row["period"], row["measure"], row["area"], row["breakdown"])
            if key in seen:
                again.add(folder.name)
                if seen[key][1] != row["value"]:
                    changed[key] = int(row["value"]) - int(seen[key][1])
            seen[key] = (folder.name, row["value"])
    assert again == {"2020-12-20_police"}
    month = ("police", "2020-10")
    assert changed == {
        (*month, "POL01", "", ""): 2,
        (*month, "POL01", "E05000109", ""): 2,
        (*month, "POL02", "", ""): 1,
        (*month, "POL02", "E05000109", ""): 1,
        (*month, "POL02", "", "violence-against-the-person"): 1,
    }


def test_one_partner_sends_nothing_and_one_gives_no_permission(made):
    permission = {(terms(folder)["partner"], terms(folder)["permission"]) for folder in made}
    partners = {row["partner"] for row in table(DATA / "reference/partners.csv") if row["sends"]}
    assert {partner for partner, given in permission if given == "none"} == {"victim-support"}
    assert {partner for partner, _ in permission} == partners - {"dvip"}
    assert len(permission) == len(partners) - 1


def test_a_figure_that_is_not_there_says_why_and_is_no_nought(made):
    marked = {
        (row["measure"], row["status"])
        for rows in made.values()
        for row in rows
        if row["status"] and row["status"] != "p"
    }
    assert marked == {
        *(("EIF02", "z"), ("HOU03", "z"), ("COM01", "z"), ("COM02", "z"), ("GOV01", "z"), ("DHR02", "z")),
        ("DRV03", "x"),
    }
    for rows in made.values():
        for row in rows:
            assert (row["value"] == "") == (row["status"] in ("x", "z"))
            assert row["value"] or "; " in row["note"]
    provisional = [row for rows in made.values() for row in rows if row["status"] == "p"]
    assert [(row["measure"], row["period"]) for row in provisional] == [("MAR03", "2021-03")]
