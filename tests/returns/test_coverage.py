"""Coverage: who sent what by when, against returns on disk and against a slower way of working it out."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.checks.datasets.counted_figures import coverage_dataset
from priority_two.checks.datasets.reference_tables import reference_datasets
from priority_two.errors import Refused
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence, Missing
from priority_two.periods import parse
from priority_two.reference.catalogue import Area, Catalogue, load_catalogue
from priority_two.report.tables.coverage_tables import over_months
from priority_two.returns.coverage import CoveredMonth, coverage, due_date, quality
from priority_two.returns.store import read_returns

COLUMNS = "period,measure,area,breakdown,value,status,note\n"
PARTNERS = "partner,name,abbreviation,role,sends,first_month,last_month\n"
SHIPPED = load_catalogue(DataFolder(DATA))


def send(data: Path, received: str, partner: str, *rows: str, permission: str = "publish") -> None:
    """Put a return into a data folder's store."""
    target = data / "returns" / f"{received}_{partner}"
    target.mkdir(parents=True)
    lines = "".join(f"{row}\n" for row in rows)
    (target / "observations.csv").write_text(COLUMNS + lines, encoding="utf-8")
    (target / "terms.yaml").write_text(
        f"partner: {partner}\nreceived: {received}\nextract_date:\nmonths: 2020-04..2021-03\nexplanation: made up\n"
        f"permission: {permission}\ncontact_post: analyst\nsynthetic: true\n",
        encoding="utf-8",
    )


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def cells(data: Path, months: str, as_at: str, catalogue: Catalogue = SHIPPED) -> dict[tuple[str, str], CoveredMonth]:
    """Return the coverage of a store by partner and month."""
    found = coverage(read_returns(DataFolder(data)), catalogue, parse(months), dt.date.fromisoformat(as_at))
    return {(one.partner, str(one.month)): one for one in found}


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """Return a data folder with the shipped reference tables and nothing else."""
    shutil.copytree(DATA / "reference", tmp_path / "data" / "reference")
    return tmp_path / "data"


# States -----------------------------------------------------------------------------------------------------


def test_a_return_is_on_time_until_the_due_day_and_late_after_it(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-15", "police", "2021-01,POL01,,,400,,")
    send(tmp_path, "2021-02-16", "marac", "2021-01,MAR01,,,30,,")
    found = cells(tmp_path, "2021-01", "2021-03-25")
    police, marac = found["police", "2021-01"], found["marac", "2021-01"]
    assert (police.state, police.days_late, police.due) == ("on time", 0, dt.date(2021, 2, 15))
    assert (police.received, police.permission, police.name) == (dt.date(2021, 2, 15), "publish", "2021-02-15_police")
    assert (marac.state, marac.days_late) == ("late", 1)


def test_nothing_is_missing_before_the_due_day_has_passed(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-17", "police", "2021-01,POL01,,,400,,")
    states = [cells(tmp_path, "2021-01", f"2021-02-{day}")["police", "2021-01"].state for day in (15, 16, 17)]
    assert states == ["not due yet", "missing", "late"]


def test_who_sends_each_quarter_has_until_the_quarter_is_due(tmp_path: Path) -> None:
    send(tmp_path, "2021-04-15", "housing", "2021-01,HOU01,,,9,,", "2020-21-Q4,HOU02,,,4,,")
    send(tmp_path, "2021-04-20", "csc", "2021-01,CSC01,,,9,,", "2021-02,CSC01,,,9,,")
    found = cells(tmp_path, "2020-21-Q4", "2021-04-30")
    assert {one.due for (name, _), one in found.items() if name == "housing"} == {dt.date(2021, 4, 15)}
    assert [found["housing", f"2021-0{n}"].state for n in (1, 2, 3)] == ["on time"] * 3  # by the quarter's row
    assert [found["csc", f"2021-0{n}"].state for n in (1, 2, 3)] == ["late", "late", "missing"]
    assert found["csc", "2021-01"].days_late == 5


def test_rows_of_other_periods_do_not_cover_a_month(tmp_path: Path) -> None:
    send(
        tmp_path,
        "2021-02-01",
        "police",
        "2020-21-Q4,POL07,,,8,,",  # of one who sends each month
        "2020-21,POL01,,,5000,,",
        "2020-12..2021-02,POL01,,,1200,,",
        "2021-01..2021-01,POL01,,,400,,",
    )
    send(tmp_path, "2021-04-01", "housing", "2020-21,HOU01,,,90,,", "2021-01..2021-03,HOU01,,,27,,")
    found = cells(tmp_path, "2020-21-Q4", "2021-05-01")
    assert {one.state for (name, _), one in found.items() if name in ("police", "housing")} == {"missing"}


def test_the_first_return_decides_and_a_later_one_can_bring_permission(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-14", "police", "2021-01,POL01,,,400,,", permission="none")
    send(tmp_path, "2021-02-18", "marac", "2021-01,MAR01,,,30,,", permission="none")
    before = cells(tmp_path, "2021-01", "2021-03-25")
    assert (before["police", "2021-01"].state, before["police", "2021-01"].days_late) == ("without permission", 0)
    assert (before["marac", "2021-01"].state, before["marac", "2021-01"].days_late) == ("without permission", 3)
    assert before["marac", "2021-01"].received == dt.date(2021, 2, 18)
    send(tmp_path, "2021-02-20", "police", "2021-01,POL01,,,400,,", permission="board")
    send(tmp_path, "2021-02-21", "marac", "2021-01,MAR01,,,30,,", permission="publish")
    after = cells(tmp_path, "2021-01", "2021-03-25")
    police, marac = after["police", "2021-01"], after["marac", "2021-01"]
    assert (police.state, police.permission, police.name) == ("on time", "board", "2021-02-14_police")
    assert (marac.state, marac.permission, marac.days_late) == ("late", "publish", 3)
    assert before == cells(tmp_path, "2021-01", "2021-02-19")  # what came since was not known then


def test_returns_are_expected_between_the_first_and_the_last_month_that_were_agreed(tmp_path: Path) -> None:
    send(tmp_path, "2021-03-01", "drive", "2021-02,DRV01,,,3,,")  # before it went live
    found = cells(tmp_path, "2021-02..2021-04", "2021-12-31")
    assert [found["drive", f"2021-0{n}"].state for n in (2, 3, 4)] == ["not expected", "missing", "missing"]
    assert [found["dvip", f"2021-0{n}"].state for n in (2, 3, 4)] == ["missing", "missing", "not expected"]
    assert found["drive", "2021-02"].received is None and found["drive", "2021-02"].lacking == ()
    assert not any(partner == "byc" for partner, _ in found)  # no regular return was agreed


def test_cells_stand_in_the_order_of_the_catalogue_and_of_the_months(tmp_path: Path) -> None:
    found = list(cells(tmp_path, "2021-02..2021-03", "2021-03-25"))
    partners = [name for name, sender in SHIPPED.senders.items() if sender.sends]
    assert found == [(name, month) for name in partners for month in ("2021-02", "2021-03")]


def test_the_calendar_overrides_the_day_for_exactly_its_period(reference: Path) -> None:
    calendar = reference / "reference" / "calendar.csv"
    extra = "2021-01,January,,2021-02-26,\n2020-21-Q3,Quarter Three,,2021-01-29,\n"
    calendar.write_text(calendar.read_text(encoding="utf-8") + extra, encoding="utf-8")
    swap(reference / "reference" / "partnership.yaml", "returns_due_day: 15", "returns_due_day: 28")
    catalogue = load_catalogue(DataFolder(reference))
    wanted = {"2021-01": "2021-02-26", "2021-02": "2021-03-28", "2020-21-Q3": "2021-01-29", "2020-21-Q4": "2021-04-28"}
    for period, day in {**wanted, "2020-12": "2021-01-28"}.items():
        assert due_date(catalogue, parse(period)) == dt.date.fromisoformat(day), period
    send(reference, "2021-02-26", "police", "2021-01,POL01,,,400,,")
    assert cells(reference, "2021-01", "2021-03-25", catalogue)["police", "2021-01"].state == "on time"


# What is lacking --------------------------------------------------------------------------------------------


def test_what_was_asked_for_and_did_not_come_is_lacking(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-10", "police", "2021-01,POL01,,,400,,", "2021-01,POL03,E05000106,,5,,")
    send(tmp_path, "2021-04-10", "police", "2021-03,POL01,,,400,,", "2020-21-Q4,POL07,,,,x,the system is down")
    send(tmp_path, "2021-04-10", "bcwa", "2021-02,IDV01,,,20,,", "2020-21-Q4,IDV02,,,20,,", "2020-21-Q4,IDV03,,,3,,")
    found = cells(tmp_path, "2020-21-Q4", "2021-04-30")
    assert found["police", "2021-01"].lacking == ("POL02", "POL04")  # a quarter's measures come with its last month
    assert found["police", "2021-02"].lacking == ("POL01", "POL02", "POL03", "POL04")
    assert found["police", "2021-03"].lacking == ("POL02", "POL03", "POL04", "POL08")
    # A monthly measure is asked for month by month, also of one who sends each quarter.
    assert found["bcwa", "2021-02"].lacking == ("IDV02", "SUP01", "SUP02", "SUP03")
    assert found["bcwa", "2021-03"].lacking == ("IDV01", "IDV02", "SUP01", "SUP02", "SUP03")


def test_what_is_worked_out_or_stands_on_no_data_sheet_is_lacking_nowhere(tmp_path: Path) -> None:
    lacking = {measure for one in cells(tmp_path, "2020-21", "2021-12-31").values() for measure in one.lacking}
    assert lacking
    for measure in lacking:
        assert SHIPPED.measures[measure].data_sheet == "yes" and SHIPPED.measures[measure].aggregation != "derived"


# Counts -----------------------------------------------------------------------------------------------------


def test_counts_of_partners_for_a_month(tmp_path: Path) -> None:
    send(tmp_path, "2021-02-10", "police", "2021-01,POL01,,,400,,")
    send(tmp_path, "2021-02-20", "marac", "2021-01,MAR01,,,30,,")
    send(tmp_path, "2021-03-10", "csc", "2021-01,CSC01,,,30,,", permission="none")
    send(tmp_path, "2021-03-10", "eifs", "2021-01,EIF01,,,30,,", permission="board")
    found = list(cells(tmp_path, "2020-12..2021-01", "2021-03-25").values())
    # Twelve partners send; in January one of them (DRIVE) did not yet. Seven of the rest have until 15 April.
    assert quality(found, parse("2021-01")) == {"expected": 11, "submitted": 4, "on_time": 3, "permitted": 2}
    assert quality(found, parse("2020-12")) == {"expected": 11, "submitted": 0, "on_time": 0, "permitted": 0}
    states = {
        month: Counter(cell.state for cell in found if str(cell.month) == month) for month in ("2020-12", "2021-01")
    }
    assert states["2020-12"] == {"missing": 11, "not expected": 1}
    assert states["2021-01"] == {
        "on time": 2,
        "late": 1,
        "without permission": 1,
        "not due yet": 7,
        "not expected": 1,
    }
    assert quality(found, parse("2019-01")) == {"expected": 0, "submitted": 0, "on_time": 0, "permitted": 0}


def test_what_is_counted_from_returns_goes_by_the_name_that_a_partnership_gives_it(reference: Path) -> None:
    for table in ("measures", "breakdowns"):
        path = reference / "reference" / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("DQ02", "PUN07"), encoding="utf-8")
    swap(reference / "reference" / "measures.csv", ",submitted\n", ",\n")  # counted under no measure
    catalogue, month = load_catalogue(DataFolder(reference)), parse("2021-01")
    send(reference, "2021-02-10", "police", "2021-01,POL01,,,400,,")
    sent = list(cells(reference, "2021-01", "2021-03-25", catalogue).values())
    table = over_months(sent, catalogue, [month])
    assert table.head[2::2] == ("Submitting", "On time (PUN07)", "With permission (DQ03)")
    assert [note.split()[0] for note in table.notes] == ["PUN07", "DQ03"]
    evidence = Evidence(catalogue, [], parse("2020-21-Q4"))
    with pytest.raises(Missing, match="PUN07 is counted from the returns"):
        evidence.figure("PUN07")
    with pytest.raises(Missing, match="no observation of DQ01"):
        evidence.figure("DQ01")


def test_the_dataset_tells_what_was_expected_and_names_the_terms_or_the_store(tmp_path: Path) -> None:
    data = tmp_path / "data"
    send(data, "2020-08-03", "csc", "2020-04,CSC01,,,30,,")
    found = list(cells(data, "2020-04", "2020-12-31").values())
    frame = coverage_dataset(found, SHIPPED, DataFolder(data).shown)["coverage"]
    assert set(frame["partner"]) == {name for name, sender in SHIPPED.senders.items() if sender.sends} - {"drive"}
    (late,) = frame[frame["partner"] == "csc"].to_dict("records")
    assert late["_subject"] == "Children's Social Care, April 2020, 19 days late"
    assert (late["_late"], late["_missing"], late["_permitted"]) == ("yes", "no", "yes")
    assert late["file"] == "data/returns/2020-08-03_csc/terms.yaml"
    (missing,) = frame[frame["partner"] == "lbb"].to_dict("records")
    assert missing["_subject"] == "London Borough of Bromley, April 2020, due 15 July 2020"
    assert (missing["_missing"], missing["file"], missing["row"]) == ("yes", "data/returns", None)
    empty = coverage_dataset([], SHIPPED, str)["coverage"]
    assert list(empty.columns) == list(frame.columns) and len(empty) == 0


# A slower way -----------------------------------------------------------------------------------------------

QUARTERS = {
    "2020-10": "2020-21-Q3",
    "2020-11": "2020-21-Q3",
    "2020-12": "2020-21-Q3",
    "2021-01": "2020-21-Q4",
    "2021-02": "2020-21-Q4",
    "2021-03": "2020-21-Q4",
}
DUE = {
    "2020-10": "2020-11-15",
    "2020-11": "2020-12-15",
    "2020-12": "2021-01-15",
    "2021-01": "2021-02-15",
    "2021-02": "2021-03-15",
    "2021-03": "2021-04-15",
    "2020-21-Q3": "2021-01-15",
    "2020-21-Q4": "2021-04-15",
}
PERIODS = [*QUARTERS, "2020-21-Q3", "2020-21-Q4", "2020-21", "2020-10..2020-12", "2021-02..2021-02"]
DAYS = st.integers(0, 250).map(lambda days: (dt.date(2020, 10, 1) + dt.timedelta(days)).isoformat())
MEASURES = {"police": ["POL01", "POL02", "POL07"], "bcwa": ["IDV01", "SUP02", "IDV03"], "byc": ["COM03"]}


@st.composite
def stores(draw: st.DrawFn) -> list[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
    """Return what came: day, partner, permission, and the period and measure of each row."""
    sent = {}
    for _ in range(draw(st.integers(0, 6))):
        partner, day = draw(st.sampled_from(list(MEASURES))), draw(DAYS)
        rows = draw(st.sets(st.tuples(st.sampled_from(PERIODS), st.sampled_from(MEASURES[partner])), max_size=5))
        sent[day, partner] = draw(st.sampled_from(["publish", "board", "none"])), tuple(sorted(rows))
    return [(day, partner, *rest) for (day, partner), rest in sent.items()]


def slowly(store, partner, sends, first, last, month, as_at):
    """Return state, first receipt, days late and permission, looking at each row for each cell anew."""
    if (first and month < first) or (last and month > last):
        return "not expected", None, 0, ""
    due = DUE[month if sends == "M" else QUARTERS[month]]
    good = [month] if sends == "M" else [month, QUARTERS[month]]
    came = [one for one in store if one[1] == partner and one[0] <= as_at and any(row[0] in good for row in one[3])]
    if not came:
        return "missing" if as_at > due else "not due yet", None, 0, ""
    day = min(one[0] for one in came)
    late = max(0, (dt.date.fromisoformat(day) - dt.date.fromisoformat(due)).days)
    order = ["none", "board", "publish"]
    last_of = {}
    for one in sorted(came):
        for row in one[3]:
            if row[0] in good:
                last_of[row[1]] = order.index(one[2])
    permission = order[min(last_of.values())]
    state = "without permission" if permission == "none" else "late" if late else "on time"
    return state, dt.date.fromisoformat(day), late, permission


ENDS = st.sampled_from(["", *QUARTERS])


@settings(max_examples=50, deadline=None)
@given(stores(), DAYS, st.sampled_from("MQ"), st.sampled_from("MQ"), ENDS, ENDS)
def test_every_cell_is_what_looking_at_every_row_finds(store, as_at, police, bcwa, first, last) -> None:
    table = SHIPPED.tables["partners"]
    if last and first > last:  # of which no catalogue can be made
        first, last = last, first
    agreed = {"police": (police, first, last), "bcwa": (bcwa, "", ""), "byc": ("", "", "")}
    rows = [
        {**row, **dict(zip(("sends", "first_month", "last_month"), agreed[row["partner"]], strict=True))}
        for row in table.rows
        if row["partner"] in agreed
    ]
    partners = CsvTable.of_rows(table.file, table.columns, rows)
    catalogue = Catalogue(SHIPPED.partnership, {**SHIPPED.tables, "partners": partners})
    with tempfile.TemporaryDirectory() as folder:
        for day, partner, permission, lines in store:
            send(Path(folder), day, partner, *(f"{a},{b},,,1,," for a, b in lines), permission=permission)
        found = cells(Path(folder), "2020-10..2021-03", as_at, catalogue)
    wanted = {
        (partner, month): slowly(store, partner, *agreed[partner], month, as_at)
        for partner in ("police", "bcwa")
        for month in QUARTERS
    }
    assert {key: (one.state, one.received, one.days_late, one.permission) for key, one in found.items()} == wanted
    for month in QUARTERS:
        own = [cell for (_, name), cell in wanted.items() if name == month and cell[0] != "not expected"]
        came = [
            (days_late, permission)
            for state, _, days_late, permission in own
            if state not in ("missing", "not due yet")
        ]
        assert quality(found.values(), parse(month)) == {
            "expected": len(own),
            "submitted": len(came),
            "on_time": sum(days_late == 0 for days_late, _ in came),
            "permitted": sum(permission == "publish" for _, permission in came),
        }


# What the reference tables say of it ------------------------------------------------------------------------


def test_senders_and_areas_are_typed() -> None:
    assert {name for name, sender in SHIPPED.senders.items() if sender.sends == "M"} == {"police", "marac", "drive"}
    assert (SHIPPED.senders["byc"].sends, SHIPPED.senders["byc"].first_month) == ("", None)
    assert SHIPPED.senders["drive"].first_month == SHIPPED.senders["dvip"].last_month == parse("2021-03")
    assert SHIPPED.partnership.home_area in SHIPPED.areas
    assert list(SHIPPED.senders) == list(SHIPPED.partners) and list(SHIPPED.area_rows) == list(SHIPPED.areas)


def test_the_areas_in_force_are_those_of_a_periods_last_day() -> None:
    wards = SHIPPED.parts_in_force(parse("2020-21-Q4"))
    assert len(wards) == 22 and all(isinstance(one, Area) and one.parent == "E09000006" for one in wards)
    assert wards[0] == Area(
        area="E05000106",
        name="Bickley",
        type="ward",
        parent="E09000006",
        valid_from=dt.date(2014, 5, 22),
        valid_to=dt.date(2022, 5, 4),
        tile_row=2,
        tile_column=6,
        file=wards[0].file,
        row=wards[0].row,
    )
    assert [one.name for one in SHIPPED.beside_home(parse("2020-21"))] == ["Bromley", "Croydon", "Sutton"]
    old = {one.area for one in wards}
    assert old & {one.area for one in SHIPPED.parts_in_force(parse("2022-05"))} == set()
    assert wards[0].in_force(dt.date(2014, 5, 22)) and wards[0].in_force(dt.date(2022, 5, 4))
    assert not wards[0].in_force(dt.date(2014, 5, 21)) and not wards[0].in_force(dt.date(2022, 5, 5))


@pytest.mark.parametrize(
    ("old", "new", "found", "expected"),
    [
        ("home_area: E09000006", "home_area: E0", "found E0", "an area of areas.csv"),
        ("home_area: E09000006", 'home_area: ""', "found nothing", "an area of areas.csv"),
        ("quarterly_charts: [POL01,", "quarterly_charts: [ZZZ99,", "found ZZZ99", "a measure of measures.csv"),
        ("quarterly_charts: [POL01,", "quarterly_charts: [POL02,", "found POL02", "each of them once"),
        ("returns_due_day: 15", "returns_due_day: 29", "found 29", "a day from 1 to 28"),
        ("returns_due_day: 15", "returns_due_day: 0", "found 0", "a day from 1 to 28"),
        ("returns_due_day: 15", "returns_due_day: soon", "found soon", "a whole number"),
    ],
)
def test_a_partnership_that_names_what_is_not_there_is_refused(
    reference: Path, old: str, new: str, found: str, expected: str
) -> None:
    file = reference / "reference" / "partnership.yaml"
    swap(file, old, new)
    key = old.split(":")[0]
    (line,) = [n for n, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if text.startswith(key)]
    with pytest.raises(Refused) as refused:
        load_catalogue(DataFolder(reference))
    (error,) = refused.value.errors
    assert str(error).startswith(
        f"data/reference/partnership.yaml, row {line}, column {key}: {found}; expected {expected}"
    )


def test_boundaries_may_be_left_blank_or_out_or_named(reference: Path) -> None:
    file = reference / "reference" / "partnership.yaml"
    assert load_catalogue(DataFolder(reference)).partnership.boundaries == ""
    swap(file, "\nboundaries:\n", "\nboundaries: reference/wards.geojson\n")
    assert load_catalogue(DataFolder(reference)).partnership.boundaries == "reference/wards.geojson"
    swap(file, "\nboundaries: reference/wards.geojson\n", "\n")
    assert load_catalogue(DataFolder(reference)).partnership.boundaries == ""


def test_a_tile_is_taken_only_by_another_area_of_its_type_at_the_same_time(reference: Path) -> None:
    file = reference / "reference" / "areas.csv"
    header = "area,name,type,parent,valid_from,valid_to,tile_row,tile_column\n"
    rows = {
        "old": "ward,,2014-05-22,2022-05-04,1,1",
        "new": "ward,,2022-05-05,,1,1",  # from the day after
        "E09000006": "borough,,,,1,1",  # of another type
        "long": "ward,,,,2,2",  # always, and so with both of the next
        "early": "ward,,2000-01-01,2001-01-01,2,2",
        "later": "ward,,2010-01-01,,2,2",
        "ends": "ward,,2014-05-22,2022-05-04,3,3",
        "begins": "ward,,2022-05-04,,3,3",  # on the last day of the other
        "alone": "ward,,2014-05-22,2022-05-04,4,4",
        "nowhere": "ward,,,,,",
        "neither": "ward,,,,,",
    }
    file.write_text(header + "".join(f"{name},{name},{rest}\n" for name, rest in rows.items()), encoding="utf-8")
    frame = reference_datasets(load_catalogue(DataFolder(reference)).tables)["areas"]
    taken = set(frame.loc[frame["_tile_free"] == "no", "area"])
    assert taken == {"long", "early", "later", "ends", "begins"}
