from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping, load_yaml
from priority_two.returns.corrections import FILE, correct, load_corrections, read_corrections
from priority_two.returns.revisions import revisions
from priority_two.returns.store import latest, observations, read_returns

SECRET = "4017"  # noqa: S105 - a figure that no fault may say
RECORD = {
    "return": "2021-04-20_police",
    "period": "2021-03",
    "measure": "POL01",
    "area": "",
    "breakdown": "",
    "expected": SECRET,
    "corrected": "4071",
    "reason": "Two digits changed places.",
    "reporter": "DVA VAWG Strategic Lead",
    "recorded": "2021-05-04",
    "status": "open",
    "mended_in": "",
}


def send(data, received, *rows, partner="police"):
    target = data / "returns" / f"{received}_{partner}"
    target.mkdir(parents=True)
    header = "period,measure,area,breakdown,value,status,note\n"
    (target / "observations.csv").write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    (target / "terms.yaml").write_text(
        f"partner: {partner}\nreceived: {received}\nextract_date:\nmonths: 2020-04..2021-03\nexplanation: made up\n"
        "permission: board\ncontact_post: analyst\nsynthetic: true\n",
        encoding="utf-8",
    )


def record(data, **changes):
    """Write a record C001 into a data folder, with changed keys; None takes a key out."""
    keys = {key: value for key, value in {**RECORD, **changes}.items() if value is not None}
    file = data / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text("C001:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items()), encoding="utf-8")


def corrected(data, as_at=None):
    folder = DataFolder(data)
    day = dt.date.fromisoformat(as_at) if as_at else None
    return correct(observations(read_returns(folder, day)), load_corrections(folder), day)


def refused(data, as_at=None):
    with pytest.raises(Refused) as caught:
        corrected(data, as_at)
    assert SECRET not in str(caught.value)
    assert "4071" not in str(caught.value)
    return caught.value.errors


def test_no_file_and_an_empty_file_are_no_corrections(tmp_path):
    assert load_corrections(DataFolder(tmp_path)) == []
    (tmp_path / "reference").mkdir()
    (tmp_path / FILE).write_text("# none\n", encoding="utf-8")
    assert load_corrections(DataFolder(tmp_path)) == []
    load_corrections(DataFolder(DATA))


def test_a_corrected_figure_has_the_corrected_value_and_carries_the_records_id(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},p,as sent", "2021-03,POL02,,,3000,,")
    record(tmp_path)
    one, other = corrected(tmp_path)
    assert (one.value, one.status, one.note) == (4071, "p", "as sent; corrected by record C001")
    assert (other.value, other.note) == (3000, "")


def test_a_return_that_repeats_the_error_is_corrected_too(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    send(tmp_path, "2021-05-20", f"2021-03,POL01,,,{SECRET}.0,,")
    record(tmp_path)
    assert [one.value for one in corrected(tmp_path)] == [4071, 4071]


@pytest.mark.parametrize("value", ["4071", "4000"])
def test_it_fails_once_the_source_no_longer_shows_the_error(tmp_path, value):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    send(tmp_path, "2021-05-20", f"2021-03,POL01,,,{value},,")
    record(tmp_path)
    (error,) = refused(tmp_path)
    assert (error.row, error.column) == (1, "C001")
    assert error.fix == "set its status to mended and mended_in to 2021-05-20_police"
    assert corrected(tmp_path, "2021-05-19")[0].value == 4071


def test_it_fails_where_the_return_never_showed_the_error(tmp_path):
    send(tmp_path, "2021-04-20", "2021-03,POL01,,,4000,,")
    record(tmp_path)
    (error,) = refused(tmp_path)
    assert error.fix.startswith("look at both")


@pytest.mark.parametrize(
    "changes",
    [
        {"return": "2021-04-21_police"},
        {"return": "2021-04-20_housing"},
        {"period": "2021-02"},
        {"measure": "POL02"},
        {"area": "E05000106"},
        {"breakdown": "theft"},
    ],
)
def test_it_fails_where_it_matches_no_row(tmp_path, changes):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    record(tmp_path, **changes)
    (error,) = refused(tmp_path)
    assert "that the record matches" in error.expected


def test_a_mended_record_corrects_what_came_before_and_leaves_what_came_after(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,4071,,")
    send(tmp_path, "2021-06-20", "2021-03,POL01,,,4075,,")
    record(tmp_path, status="mended", mended_in="2021-05-20_police")
    found = corrected(tmp_path)
    assert [(one.value, one.note) for one in found] == [(4071, "corrected by record C001"), (4071, ""), (4075, "")]
    assert [one.old for one in revisions(found)] == [4071]  # the mended source is no revision of the corrected figure
    assert latest(corrected(tmp_path, "2021-05-10"))[0].value == 4071


def test_a_second_return_of_the_same_day_mends_the_first(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    send(tmp_path, "2021-04-20", "2021-03,POL01,,,4071,,", partner="police_2")
    terms = tmp_path / "returns" / "2021-04-20_police_2" / "terms.yaml"
    terms.write_text(terms.read_text(encoding="utf-8").replace("police_2", "police"), encoding="utf-8")
    record(tmp_path, status="mended", mended_in="2021-04-20_police_2")
    assert [one.value for one in corrected(tmp_path)] == [4071, 4071]
    record(tmp_path)
    (error,) = refused(tmp_path)
    assert error.fix == "set its status to mended and mended_in to 2021-04-20_police_2"
    record(tmp_path, status="mended", mended_in="2021-04-20_marac_2")
    assert "a return of the same partner" in str(refused(tmp_path)[0])


def test_it_fails_where_it_is_marked_as_mended_and_the_value_is_still_wrong(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    record(tmp_path, status="mended", mended_in="2021-05-20_police")
    assert refused(tmp_path)[0].fix.startswith("name the return that mended it")
    send(tmp_path, "2021-05-20", f"2021-03,POL01,,,{SECRET},,")
    assert refused(tmp_path)[0].fix == "reopen the record"


def test_it_fails_where_a_return_after_the_mending_brings_the_error_back(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,4071,,")
    send(tmp_path, "2021-06-20", f"2021-03,POL01,,,{SECRET},,")
    record(tmp_path, status="mended", mended_in="2021-05-20_police")
    assert "2021-06-20_police" in refused(tmp_path)[0].expected


def test_an_earlier_report_does_not_know_of_the_record_or_of_the_return(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    record(tmp_path)
    assert str(corrected(tmp_path, "2021-05-03")[0].value) == SECRET
    assert corrected(tmp_path, "2021-05-04")[0].value == 4071
    assert corrected(tmp_path, "2021-04-01") == []


def test_a_value_can_be_taken_away_or_given_where_there_was_none(tmp_path):
    send(tmp_path, "2021-04-20", f"2021-03,POL01,,,{SECRET},,")
    record(tmp_path, corrected="")
    (one,) = corrected(tmp_path)
    assert (one.value, one.status) == (None, "x")
    other = tmp_path / "other"
    send(other, "2021-04-20", "2021-03,POL01,,,,x,lost")
    record(other, expected="")
    (one,) = corrected(other)
    assert (one.value, one.status, one.note) == (4071, "", "lost; corrected by record C001")


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"return": "police"}, "C001.return"),
        ({"period": "2021-3"}, "C001.period"),
        ({"expected": f"about {SECRET}"}, "C001.expected"),
        ({"corrected": f"<{SECRET}"}, "C001.corrected"),
        ({"corrected": "yes"}, "C001.corrected"),
        ({"corrected": SECRET}, "C001"),
        ({"reason": '""'}, "C001.reason"),
        ({"reporter": "someone @ work"}, "C001.reporter"),
        ({"recorded": "soon"}, "C001.recorded"),
        ({"status": "closed"}, "C001.status"),
        ({"status": "mended"}, "C001"),
        ({"mended_in": "2021-05-20_police"}, "C001"),
        ({"status": "mended", "mended_in": "2021-03-20_police"}, "C001"),
        ({"status": "mended", "mended_in": "2021-05-20_housing"}, "C001"),
        ({"measure": None}, "C001.measure"),
        ({"vlaue": "1"}, "C001.vlaue"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused_by_key_and_without_its_figures(tmp_path, changes, column):
    record(tmp_path, **changes)
    (error,) = refused_reading(tmp_path)
    assert (error.file, error.row, error.column) == (f"{tmp_path.name}/{FILE}", 1, column)


def refused_reading(data):
    with pytest.raises(Refused) as caught:
        load_corrections(DataFolder(data))
    assert SECRET not in str(caught.value)
    return caught.value.errors


def test_ids_and_rows_stand_once_and_every_fault_is_listed(tmp_path):
    record(tmp_path)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text + text.replace("C001", "C002") + "wrong: {}\nC003: 4017\n", encoding="utf-8")
    assert [(one.row, one.column) for one in refused_reading(tmp_path)] == [(14, "C002"), (27, ""), (28, "C003")]
    (tmp_path / FILE).write_text(text + text, encoding="utf-8")
    assert "C001 twice" in str(refused_reading(tmp_path)[0])


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(RECORD)), inner, max_size=12)
            ),
            max_leaves=14,
        ),
        max_size=3,
    )
)
def test_whatever_a_file_holds_it_is_read_or_refused(values):
    try:
        read_corrections(Mapping("data/reference/corrections.yaml", values, {}))
    except Refused as caught:
        assert all("\n" not in str(error) for error in caught.errors)


def test_numbers_are_read_as_they_are_written():
    keys = {**RECORD, "expected": "1.10", "corrected": "2"}
    text = "C001:\n" + "".join(f"  {key}: {value}\n" for key, value in keys.items())
    (one,) = read_corrections(load_yaml(text, "corrections.yaml"))
    assert (str(one.expected), str(one.corrected)) == ("1.1", "2")
