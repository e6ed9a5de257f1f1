from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from conftest import DATA
from priority_two.files.data_folder import DataFolder
from priority_two.measures.effects import effects
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.revisions import revisions
from priority_two.returns.store import observations, read_returns

COLUMNS = "period,measure,area,breakdown,value,status,note\n"


def send(data, received, *rows, partner="police"):
    """Put a return into a data folder's store."""
    target = data / "returns" / f"{received}_{partner}"
    target.mkdir(parents=True)
    (target / "observations.csv").write_text(COLUMNS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    (target / "terms.yaml").write_text(
        f"partner: {partner}\nreceived: {received}\nextract_date:\nmonths: 2020-04..2021-03\nexplanation: made up\n"
        "permission: publish\ncontact_post: analyst\nsynthetic: true\n",
        encoding="utf-8",
    )


def history(data):
    return observations(read_returns(DataFolder(data)))


def said(found):
    return [(str(one.period), one.kind, one.old, one.new, one.difference) for one in found]


def test_a_changed_figure_is_a_revision_with_its_old_and_new_value_and_dates(tmp_path):
    send(tmp_path, "2021-04-20", "2021-02,POL01,,,400,,", "2021-03,POL01,,,410,,")
    send(tmp_path, "2021-05-20", "2021-02,POL01,,,403,,", "2021-03,POL01,,,410,,")
    (one,) = revisions(history(tmp_path))
    assert said([one]) == [("2021-02", "corrected", 400, 403, 3)]
    assert (one.measure, one.area, one.breakdown, one.partner) == ("POL01", "", "", "police")
    assert (one.first_received, one.received) == (dt.date(2021, 4, 20), dt.date(2021, 5, 20))
    assert (one.file.split("/")[-2], one.row) == ("2021-05-20_police", 2)


def test_a_change_of_a_provisional_figure_is_scheduled(tmp_path):
    send(tmp_path, "2021-04-20", "2021-03,POL01,,,400,p,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,403,p,")
    send(tmp_path, "2021-06-20", "2021-03,POL01,,,399,,")
    send(tmp_path, "2021-07-20", "2021-03,POL01,,,398,,")
    kinds = [("scheduled", 3), ("scheduled", -4), ("corrected", -1)]
    assert [(one.kind, one.difference) for one in revisions(history(tmp_path))] == kinds


def test_the_same_value_is_no_revision_whatever_its_status_or_form(tmp_path):
    send(tmp_path, "2021-04-20", "2021-03,POL01,,,400,p,", "2021-03,POL03,,,10,,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,400,,confirmed", "2021-03,POL03,,,10.0,,")
    assert revisions(history(tmp_path)) == []


def test_a_late_figure_is_no_revision_and_a_withdrawn_one_is(tmp_path):
    send(tmp_path, "2021-04-20", "2021-03,POL01,,,,x,", "2021-03,POL02,,,300,,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,400,,", "2021-03,POL02,,,,x,")
    send(tmp_path, "2021-06-20", "2021-03,POL01,,,400,,", "2021-03,POL02,,,305,,")
    found = revisions(history(tmp_path))
    assert said(found) == [("2021-03", "withdrawn", 300, None, None), ("2021-03", "restored", 300, 305, 5)]
    assert found[1].first_received == dt.date(2021, 4, 20)


def test_what_is_not_yet_known_at_the_date_or_was_shown_before_is_left_out(tmp_path):
    for day, value in (("2021-04-20", 400), ("2021-05-20", 401), ("2021-06-20", 403)):
        send(tmp_path, day, f"2021-03,POL01,,,{value},,")
    known = history(tmp_path)
    assert revisions(known, dt.date(2021, 5, 19)) == []
    assert [one.new for one in revisions(known, dt.date(2021, 5, 20))] == [401]
    assert [one.new for one in revisions(known, since=dt.date(2021, 5, 20))] == [403]


def test_figures_of_two_partners_are_not_revisions_of_each_other(tmp_path):
    send(tmp_path, "2021-04-20", "2020-21-Q4,HLT04,,gp,100,,", partner="sel-ccg")
    send(tmp_path, "2021-05-20", "2020-21-Q4,HLT04,,gp,20,,", partner="lbb")
    assert revisions(history(tmp_path)) == []


def test_the_effect_of_a_revision_is_shown_on_its_quarter_and_year(tmp_path):
    months = [f"2020-{n:02d},POL01,,,100,," for n in range(4, 13)] + [f"2021-0{n},POL01,,,100,," for n in (1, 2, 3)]
    send(tmp_path, "2021-04-20", *months)
    send(tmp_path, "2021-05-20", "2021-01,POL01,,,103,,", "2021-02,POL01,,,98,,")
    known, measures = history(tmp_path), load_catalogue(DataFolder(DATA)).measures
    first, second = revisions(known)
    found = [(str(e.period), e.before.value, e.after.value, e.difference) for e in effects(first, known, measures)]
    assert found == [("2020-21-Q4", 300, 303, 3), ("2020-21", 1200, 1203, 3)]
    found = [(str(e.period), e.before.value, e.after.value, e.difference) for e in effects(second, known, measures)]
    assert found == [("2020-21-Q4", 303, 301, -2), ("2020-21", 1203, 1201, -2)]


def test_a_revision_in_an_incomplete_quarter_has_no_effect_that_could_be_stated(tmp_path):
    send(tmp_path, "2021-04-20", "2021-01,POL01,,,100,,", "2021-02,POL01,,,100,,")
    send(tmp_path, "2021-05-20", "2021-01,POL01,,,103,,")
    known, measures = history(tmp_path), load_catalogue(DataFolder(DATA)).measures
    quarter, year = effects(revisions(known)[0], known, measures)
    assert (quarter.difference, quarter.after.reason) == (None, "2 of 3 months")
    assert (year.difference, year.after.reason) == (None, "2 of 12 months")


def test_a_revision_in_a_quarter_that_was_completed_later_shows_what_it_did_to_the_whole(tmp_path):
    send(tmp_path, "2021-03-20", "2021-01,POL01,,,100,,", "2021-02,POL01,,,100,,")
    send(tmp_path, "2021-03-25", "2021-01,POL01,,,103,,")
    send(tmp_path, "2021-04-20", "2021-02,POL01,,,90,,", "2021-03,POL01,,,50,,")
    send(tmp_path, "2021-05-20", "2021-03,POL01,,,55,,")
    known, measures = history(tmp_path), load_catalogue(DataFolder(DATA)).measures
    quarters = [effects(one, known, measures)[0] for one in revisions(known)]
    found = [(one.before.value, one.after.value) for one in quarters]
    assert found == [(250, 253), (253, 243), (243, 248)]  # each goes on from the one before


def test_a_revised_snapshot_changes_the_quarter_only_at_its_end(tmp_path):
    send(tmp_path, "2021-04-20", *(f"2021-0{n},DRV02,,,2{n},," for n in (1, 2, 3)), partner="drive")
    send(tmp_path, "2021-05-20", "2021-02,DRV02,,,25,,", "2021-03,DRV02,,,20,,", partner="drive")
    known, measures = history(tmp_path), load_catalogue(DataFolder(DATA)).measures
    assert [effects(one, known, measures)[0].difference for one in revisions(known)] == [0, -3]


def test_what_ships_has_a_history_that_can_be_compared():
    known = history(DATA)
    measures = load_catalogue(DataFolder(DATA)).measures
    for one in revisions(known):
        assert one.new != one.old
        assert effects(one, known, measures) is not None


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=8))
def test_the_differences_add_up_from_the_first_value_to_the_last(values):
    from priority_two.periods import parse
    from priority_two.returns.store import Observation, Terms

    known = []
    for n, value in enumerate(values):
        terms = Terms(
            partner="police",
            received=dt.date(2021, 4, 1) + dt.timedelta(days=n),
            extract_date=None,
            months="2021-03",
            explanation="",
            permission="publish",
            contact_post="",
            synthetic=True,
        )
        number = None if value is None else Decimal(value)
        status = "x" if value is None else ""
        known.append(Observation(parse("2021-03"), "POL01", "", "", number, status, "", terms, "a/b/c.csv", 2))
    figures = [value for value in values if value is not None]
    moved = sum(one.difference for one in revisions(known) if one.difference is not None)
    assert moved == (figures[-1] - figures[0] if figures else 0)
