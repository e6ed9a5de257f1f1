"""What changed between two papers: as data, in the quarterly paper, and by the command."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers import axe_core, looked_at, vnu
from conftest import DATA, WORKSPACE, gather, here, lean_copy, run
from priority_two.blocks import MIME_TYPE
from priority_two.comparison.reports import find, read_paper
from priority_two.content.diff import changes
from priority_two.content.model import Content
from priority_two.content.walk import tables
from priority_two.content.words import ADDED, REMOVED, UNCHANGED, TextPiece, text_of, word_changes
from priority_two.errors import Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.report.html import html
from priority_two.report.last_report import previous
from priority_two.report.opening import open_report
from priority_two.report.paper import Paper
from priority_two.report.sections.changes import in_short

QUARTERLY = "2020-21-Q4/quarterly-progress-board"


# Statements made by hand


def rated(commitment: str = "2a", rating: str = "green", rank: int = 0, **other: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("reason", "action", "owner", "due", "qualifier"), "")
    told = {"title": f"Promise {commitment}", "section": "2", "basis": "reported"}
    return {
        "commitment": commitment,
        "rating": rating,
        "word": rating.capitalize(),
        "rank": rank,
        **told,
        **blank,
        **other,
    }


def shown(place: str = "2a", period: str = "2020-21-Q4", value: str = "120", **other: Any) -> dict[str, Any]:
    flags = "".join(f" [{flag}]" for flag in other.get("status", ""))
    return {
        "element": f"{place}: COM01",
        "shown_in": "text",
        "label": "Cards",
        "measure": "COM01",
        "area": "",
        "breakdown": "",
        "period": period,
        "value": value,
        "text": (value or "not available") + flags,
        "unit": "count",
        "status": "",
        "partner": "lbb",
        "received": "2021-01-14",
        "file": "data/returns/2021-01-14_lbb/observations.csv",
        "row": 2,
        "synthetic": False,
        "record": "",
        **other,
    }


def promised(**other: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("baseline", "current", "met", "outcome"), "")
    return {"commitment": "2a", "id": "2a-review", "title": "Review done", "basis": "reported", **blank, **other}


def paper(period: str = "2020-21-Q4", as_at: str = "2021-03-25", **lists: Any) -> Content:
    blank: dict[str, Any] = {name: [] for name in ("ratings", "figures", "milestones", "texts", "elements", "breaks")}
    head = {"schema": "priority-two/content/1", "kind": "quarterly-progress", "title": "Progress", "edition": "board"}
    return Content.model_validate({**head, "period": period, "as_at": as_at, **blank, **lists})


def one_figure(
    before: dict[str, Any], after: dict[str, Any], periods: tuple[str, str] = ("2020-21-Q4",) * 2, **lists: Any
):
    old, new = (paper(period, figures=[one], **lists) for period, one in zip(periods, (before, after), strict=True))
    [found] = changes(old, new).figures
    return found


# Any statement


PLACES = st.sampled_from(["2a", "3b", "headlines", "data"])
PERIODS = st.sampled_from(["2020-21-Q3", "2020-21-Q4"])
VALUES = st.sampled_from(["", "0", "7", "20", "20.0", "333"])
TEXTS = st.lists(st.sampled_from(["cards", "were", "printed", "and", "sent", "\n", "by", "March"]), max_size=40).map(
    text_of
)


@st.composite
def statements(draw: st.DrawFn) -> Content:
    places = draw(st.lists(st.tuples(PLACES, st.booleans()), unique=True, max_size=6))
    figures = []
    for place, own in places:
        period = draw(PERIODS)
        one = shown(place, period, draw(VALUES), status=draw(st.sampled_from(["", "p"])))
        figures.append(one if own else {**one, "element": f"{one['element']} {period}"})
    names = draw(st.lists(st.sampled_from(["1a", "2a", "3b"]), unique=True))
    return paper(
        draw(PERIODS),
        figures=figures,
        ratings=[rated(name, draw(st.sampled_from("gar")), draw(st.integers(0, 2))) for name in names],
        milestones=[
            promised(
                commitment=name,
                current=draw(st.sampled_from(["", "2021-05", "2021-06-01"])),
                met=draw(st.sampled_from(["", "undated"])),
            )
            for name in names
        ],
        texts=[{"element": name, "title": name, "text": draw(TEXTS)} for name in names],
        elements=[{"id": name, "heading": name} for name in names],
    )


@given(statements())
@settings(max_examples=40, deadline=None)
def test_a_paper_has_not_changed_from_itself(one: Content) -> None:
    assert not changes(one, one)


@given(statements(), statements())
@settings(max_examples=50, deadline=None)
def test_the_other_way_round_the_changes_are_mirrored(old: Content, new: Content) -> None:
    there, back = changes(old, new), changes(new, old)
    turned = {"better": "worse", "worse": "better", "new": "no longer shown", "no longer shown": "new"}
    assert {(r.commitment, r.before, r.after, r.direction) for r in there.ratings} == {
        (r.commitment, r.after, r.before, turned.get(r.direction, r.direction)) for r in back.ratings
    }
    sizes = [
        sorted(
            (f.measure, f.before_period, f.before, f.after_period, f.after, str(f.difference), f.reason in turned)
            for f in found
        )
        for found in (
            there.figures,
            [
                replace(
                    f,
                    before=f.after,
                    after=f.before,
                    before_period=f.after_period,
                    after_period=f.before_period,
                    difference=None if f.difference is None else -f.difference + 0,
                )
                for f in back.figures
            ],
        )
    ]
    assert sizes[0] == sizes[1]
    assert {(e.id, e.state) for e in there.elements} == {(e.id, turned[e.state]) for e in back.elements}
    # What was met is not missed in a paper of another period, and is new the other way round.
    settled = {m.commitment for m in old.milestones if m.met} if old.period != new.period else set()
    came = {m.commitment for m in back.milestones if "new" in m.what}
    assert {m.commitment for m in there.milestones} | settled >= came
    assert there.same_texts == back.same_texts or set(there.same_texts) == set(back.same_texts)


@given(TEXTS, TEXTS)
@settings(max_examples=50, deadline=None)
def test_what_was_kept_and_added_is_the_new_text_and_what_was_kept_and_removed_the_old(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert words(pieces, UNCHANGED, ADDED) == re.findall(r"\n|\S+", new)
    assert words(pieces, UNCHANGED, REMOVED) == re.findall(r"\n|\S+", old)


def words(pieces: tuple[TextPiece, ...], *ops: str) -> list[str]:
    return [word for one in pieces if one.op in ops for word in one.words]


def test_words_that_stand_between_long_changes_by_chance_are_not_kept_and_a_short_change_is() -> None:
    assert word_changes("The cards were printed in May.", "The cards were printed in June.") == (
        TextPiece(UNCHANGED, ("The", "cards", "were", "printed", "in")),
        TextPiece(REMOVED, ("May.",)),
        TextPiece(ADDED, ("June.",)),
    )
    old, new = "one two three four of five six seven eight", "a b c d e of f g h i j"
    assert [one.op for one in word_changes(old, new)] == [REMOVED, ADDED]


def test_texts_that_would_take_long_to_tell_apart_are_one_removed_and_one_added() -> None:
    old, new = "x " + "a " * 5000, "y " + "a " * 4000 + "b"
    assert [one.op for one in word_changes(old, new)] == [REMOVED, ADDED]


# Figures


@pytest.mark.parametrize(
    ("before", "after", "reason", "words"),
    [
        (shown(value="120", status="p"), shown(value="126"), "revision", "up 6 (5.0%)"),
        (shown(value="120"), shown(value="114", status="r"), "correction", "down 6 (5.0%)"),
        (shown(value="120", status="p"), shown(value="114", record="C001"), "correction", "down 6 (5.0%)"),
        (shown(value="19"), shown(value="38"), "correction", "up 19"),
        (shown(value="120"), shown(value="", status="x"), "withdrawn", "no comparison"),
        (shown(value="", status="x"), shown(value="120"), "supplied", "no comparison"),
        (shown(value="120", status="p"), shown(value="120"), "status", "no change"),
        (shown(value="120", synthetic=True), shown(value="120"), "status", "no change"),
        (
            shown(value="8.5", unit="percent"),
            shown(value="9.5", unit="percent"),
            "correction",
            "up 1.0 percentage point",
        ),
    ],
)
def test_a_figure_of_the_same_period_says_by_how_much_and_why_it_differs(
    before: dict[str, Any], after: dict[str, Any], reason: str, words: str
) -> None:
    found = one_figure(before, after)
    assert (found.reason, found.words) == (reason, words)
    assert found.record == ("C001" if after["record"] else "")


def test_ten_and_ten_point_nought_are_the_same_figure() -> None:
    assert not changes(paper(figures=[shown(value="10", text="10")]), paper(figures=[shown(value="10.0", text="10")]))


def test_two_rates_differ_by_what_they_were_before_they_were_rounded() -> None:
    before = shown(value="15.4", unit="percent") | {"text": "15.4%", "unrounded": "15.44"}
    after = shown(value="15.6", unit="percent") | {"text": "15.6%", "unrounded": "15.55"}
    assert one_figure(before, after).words == "up 0.1 percentage points"
    for old in (before, after):
        old.pop("unrounded")  # as in a paper that was made before it was kept
    assert one_figure(before, after).words == "up 0.2 percentage points"


def test_a_figure_of_a_new_period_is_compared_unless_a_break_in_series_lies_between() -> None:
    periods = ("2020-21-Q3", "2020-21-Q4")
    before, after = (shown(period=period, value=value) for period, value in zip(periods, ("100", "150"), strict=True))
    found = one_figure(before, after, periods)
    assert (found.reason, found.words, found.percent) == ("new period", "up 50 (50.0%)", Decimal("50.0"))
    broken = [{"measure": "COM01", "first": "2021-01", "title": "other cards"}]
    found = one_figure(before, after, periods, breaks=broken)
    assert (found.difference, found.words) == (None, "no comparison: break in series in January 2021: other cards")


def test_the_quarter_of_the_last_paper_is_found_among_the_quarters_of_this_one() -> None:
    last = shown("data", "2020-21-Q3", "100", status="p", shown_in="table")
    again = {**shown("data", "2020-21-Q3", "104", shown_in="table"), "element": "data: COM01 2020-21-Q3"}
    now = shown("data", "2020-21-Q4", "90", shown_in="table")
    found = changes(paper("2020-21-Q3", figures=[last]), paper("2020-21-Q4", figures=[again, now])).figures
    assert [(one.reason, one.before, one.after) for one in found] == [
        ("revision", "100 [p]", "104"),
        ("new period", "100 [p]", "90"),
    ]


def test_a_table_that_moves_on_by_a_month_is_no_change_and_a_new_table_is_one() -> None:
    months = [
        {**shown("data", f"2021-0{month}", str(month), shown_in="table"), "element": f"data: COM01 2021-0{month}"}
        for month in (1, 2, 3)
    ]
    moved = changes(paper("2021-02", figures=months[:2]), paper("2021-03", figures=months[1:]))
    assert not moved
    table = [{"id": "2a: COM01", "heading": "Cards"}]
    found = changes(paper(), paper(figures=[shown(shown_in="table")], elements=table))
    assert (found.figures, [(one.id, one.state) for one in found.elements]) == ((), [("2a: COM01", "new")])


# Ratings and milestones


def test_a_rating_says_its_direction_in_words_and_what_changed_beside_it() -> None:
    old = paper(ratings=[rated("1a", "amber", 1, owner="Lead"), rated("1b"), rated("2a"), rated("7c")])
    new = paper(ratings=[rated("1a"), rated("1b", "red", 2), rated("2a", due="May 2021"), rated("3a")])
    assert [(one.commitment, one.before, one.after, one.direction) for one in changes(old, new).ratings] == [
        ("1a", "Amber", "Green", "better"),
        ("1b", "Green", "Red", "worse"),
        ("2a", "Green", "Green", "no change"),
        ("3a", "", "Green", "new"),
        ("7c", "Green", "", "no longer shown"),
    ]
    details = [[(each.name, each.before, each.after) for each in one.details] for one in changes(old, new).ratings]
    assert details == [[("owner", "Lead", "")], [], [("due", "", "May 2021")], [], []]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ({"baseline": "2021-01"}, {"baseline": "2021-01", "current": "2021-05"}, ("put back", "now overdue")),
        ({"current": "2021-05-31"}, {"current": "2021-04"}, ("brought forward", "now overdue")),
        ({"current": "2021-09"}, {"current": "2021-09-30"}, ("due date restated",)),
        ({"current": "2021-05"}, {"current": "2021-05", "met": "2021-04-30"}, ("met 30 April 2021",)),
        ({"current": "2021-05"}, {"current": "2021-05", "met": "undated"}, ("met, date not given",)),
        (
            {"baseline": "2020-08", "current": "2021-01"},
            {"baseline": "2020-08", "met": "2021-01"},
            ("met January 2021", "due date restated"),
        ),
        ({"met": "2021-04"}, {}, ("no longer met; it was met April 2021",)),
        ({}, {"baseline": "2021-09"}, ("a date given",)),
    ],
)
def test_a_milestone_says_what_became_of_it(
    before: dict[str, str], after: dict[str, str], what: tuple[str, ...]
) -> None:
    old = paper(as_at="2020-12-31", milestones=[promised(**before)])
    [found] = changes(old, paper(as_at="2021-06-30", milestones=[promised(**after)])).milestones
    assert found.what == what


def test_a_milestone_that_was_met_is_not_missed_in_a_later_period() -> None:
    done, open_ = promised(id="done", met="2021-03"), promised(id="open")
    old, new = paper(milestones=[done, open_]), paper(milestones=[]).model_copy(update={"period": "2021-22-Q1"})
    assert [(one.id, one.what) for one in changes(old, new).milestones] == [("open", ("no longer shown",))]
    again = changes(old, paper(milestones=[])).milestones  # another version of the same paper, which lost it
    assert {one.id for one in again} == {"done", "open"}


def test_papers_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(WrongCall, match="two papers of one kind"):
        changes(paper(), paper().model_copy(update={"kind": "data-sheet"}))


# What a paper says


def test_the_content_is_what_the_data_say(drafts: Path) -> None:
    content = read_paper(drafts / f"{QUARTERLY}.ipynb").content
    assert [one.commitment for one in content.ratings].count("3b") == 1 and len(content.ratings) == 15
    printed = BeautifulSoup((drafts / f"{QUARTERLY}.html").read_text("utf-8"), "html.parser").get_text(" ")
    checked = 0
    for one in content.figures:
        if one.file:
            with (WORKSPACE / one.file).open(encoding="utf-8", newline="") as handle:
                row = list(csv.DictReader(handle))[one.row - 2]
            about = row["period"], row["measure"], row["area"], row["breakdown"]
            assert about == (one.period, one.measure, one.area, one.breakdown)
            assert Decimal(row["value"] or 0) == Decimal(one.value or 0)
            checked += 1
        if one.shown_in != "table":
            assert one.text in printed
    assert checked > 200
    texts = " ".join(printed.split())
    assert all(line in texts for one in content.texts[:5] for line in one.text.split("\n")[:1])


def test_telling_the_content_adds_no_figure_to_the_sources(drafts: Path) -> None:
    soup = BeautifulSoup((drafts / f"{QUARTERLY}.html").read_text("utf-8"), "html.parser")
    listed = {str(row["id"]) for row in soup.select("table.sources tr[id]")}
    led_to = {str(link["href"])[1:] for link in soup.select('a[href^="#source-"]')}
    led_back = {str(row["id"]) for row in soup.select("table.sources tr[id]") if row.select('a[href^="#at-"]')}
    assert listed > led_to == led_back and len(led_to) > 50  # what a table shows without a link is listed as well


def test_tables_of_the_content_are_plain_csv_in_which_nothing_is_a_formula() -> None:
    told = paper(
        ratings=[rated(owner="=HYPERLINK(1)", reason='Said "no",\nagain', action=" @cmd", qualifier="-1+2")],
        figures=[shown(value="-5", text="-5", synthetic=True)],
    )
    made = tables(told)
    assert list(made) == ["ratings.csv", "figures.csv"]
    [row] = csv.DictReader(io.StringIO(made["ratings.csv"].decode("utf-8"), newline=""))
    assert (row["owner"], row["action"], row["qualifier"]) == ("'=HYPERLINK(1)", "' @cmd", "'-1+2")
    assert row["reason"] == 'Said "no",\nagain'
    [row] = csv.DictReader(io.StringIO(made["figures.csv"].decode("utf-8"), newline=""))
    assert (row["value"], row["synthetic"], row["row"]) == ("-5", "yes", "2")
    assert b"\r" not in made["figures.csv"] and not made["figures.csv"].startswith(b"\xef\xbb\xbf")


# In the quarterly paper


def test_the_paper_tells_what_changed_since_the_last_quarter_that_has_updates(drafts: Path) -> None:
    soup = BeautifulSoup((drafts / f"{QUARTERLY}.html").read_text("utf-8"), "html.parser")
    heading = soup.find(id="changes")
    assert heading is not None
    captions = {table.caption.find(string=True).strip(): table for table in heading.find_all_next("table", limit=3)}
    ratings = captions["Three ratings moved, all for the better; twelve stayed"]
    assert [row.get_text(" ").split()[0] for row in ratings.tbody.find_all("tr")] == ["1a", "2a", "7c"]
    assert not [caption for caption in captions if "of the last report changed" in caption]
    # Figures of a new period stand beside those of the quarter before, on the first page.
    cards = next(row for row in soup.select("table.headlines tbody tr") if "cards distributed" in row.th.get_text())
    values: dict[str, Decimal] = {}
    for name in ("2021-01-14_lbb", "2021-03-25_lbb"):
        with (DATA / "returns" / name / "observations.csv").open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if (row["measure"], row["breakdown"]) == ("COM01", "distributed"):
                    values[row["period"]] = Decimal(row["value"])
    old, new = values["2020-21-Q3"], values["2020-21-Q4"]
    assert [cell.get_text() for cell in cards.find_all("td")][1:] == [f"{old:,}", f"{new:,}", f"+{new - old:,}"]


def changed_section(old: Content, new: Content) -> str:
    catalogue = load_catalogue(DataFolder(DATA))
    return " ".join(BeautifulSoup(html(in_short(old, new, catalogue)), "html.parser").get_text(" ").split())


def test_an_update_that_nobody_touched_is_shown_as_a_finding() -> None:
    old, new = (
        paper(
            texts=[{"element": "1b", "title": "B", "text": "The same."}, {"element": "2a", "title": "A", "text": text}]
        )
        for text in ("Old.", "New.")
    )
    assert "One update was rewritten. 1b is word for word what it was in the last report." in changed_section(old, new)
    assert "none is word for word what it was in the last report" in changed_section(paper(), new)
    assert "No rating moved." in changed_section(old, new)


def test_the_section_shows_a_correction_and_leaves_the_partners_data_to_their_own_section() -> None:
    old, new = (
        paper(figures=[shown(value=value), shown("data", value=value, shown_in="table")]) for value in ("120", "114")
    )
    said = changed_section(old, new)
    assert "2a , data Cards 120 114 down 6 (5.0%) correction, Quarter Four 2020-21 " in said
    assert said.count("down 6") == 1


def test_a_quarter_of_which_nothing_was_written_is_no_last_report(tmp_path: Path) -> None:
    folder, later = DataFolder(lean_copy(tmp_path)), parse("2020-21-Q4")
    material, _ = gather(folder, later, "", "board")
    before, laid_out = parse("2020-21-Q2"), parse("2020-21-Q3")
    unwritten = {
        name: replace(one, front=one.front.model_copy(update={"written": None}))
        for name, one in material.earlier[laid_out].items()
    }
    earlier = {before: material.earlier[before], laid_out: unwritten}
    last = previous(folder, replace(material, earlier=earlier), [])
    assert last is not None and (last.quarter, len(last.updates)) == (before, 17)
    assert previous(folder, replace(material, earlier={laid_out: unwritten}), []) is None


def test_where_there_is_no_last_report_or_it_can_no_longer_be_told_the_section_says_so(tmp_path: Path) -> None:
    opened = open_report("quarterly-progress", "2020-21-Q4", data=str(lean_copy(tmp_path)))
    last = opened.material.last
    assert last is not None
    first = Paper(opened.kind, replace(opened.material, last=None), opened.judgements, opened.inputs)
    assert "no last report" in first.changes().html
    name, document = next((name, each) for name, each in last.updates.items() if "{{ value(" in each.narrative)
    lost = replace(document, narrative='Now {{ value("HLT04", period="1999-01") }}.')
    bent = replace(last, updates={**last.updates, name: lost})
    again = Paper(opened.kind, replace(opened.material, last=bent), opened.judgements, opened.inputs)
    assert "can no longer be told" in again.changes().html


def test_a_draft_is_compared_with_a_paper_that_was_filed_before_papers_were_blocks(drafts: Path) -> None:
    filed = WORKSPACE / "reports/filed" / QUARTERLY / "v1" / f"{QUARTERLY.split('/')[1]}.ipynb"
    done = here("compare", str(filed), str(drafts / f"{QUARTERLY}.ipynb"))
    assert (done.returncode, done.stderr) == (0, "")
    before, after = (read_paper(path).content for path in (filed, drafts / f"{QUARTERLY}.ipynb"))
    known = {figure.element: figure for figure in after.figures}
    assert all(figure.element in known for figure in before.figures if figure.shown_in != "table")
    assert {text.element for text in before.texts} == {text.element for text in after.texts}
    rated_before, rated_after = ([rating.commitment for rating in each.ratings] for each in (before, after))
    assert sorted(rated_before) == sorted(rated_after)  # each paper in its own order


# The command


Edit = Callable[[dict[str, Any], list[dict[str, Any]]], None]
"""What changes a notebook: the masthead's metadata, and the data of the outputs that are sections."""


def edited(source: Path, folder: Path, edit: Edit | None = None, *, sealed: bool = True) -> Path:
    """Copy a draft's notebook and manifest into a folder, edit what its paper says, and mend the manifest's hash."""
    folder.mkdir(parents=True)
    target = folder / source.name
    manifest = json.loads(source.with_name(source.stem + ".manifest.json").read_text("utf-8"))
    notebook = json.loads(source.read_text("utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    if edit:
        (metadata,) = [output["metadata"]["priority_two"] for output in outputs if output["metadata"]]
        for output in outputs:
            output["data"][MIME_TYPE] = json.loads(output["data"][MIME_TYPE])
        edit(metadata, [output["data"] for output in outputs])
    target.write_text(json.dumps(notebook), encoding="utf-8")
    if sealed:
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        manifest["outputs"][source.name] = {"sha256": digest, "size": target.stat().st_size}
    target.with_name(source.stem + ".manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return target


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Give every object in some JSON, the outer before the inner."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(inner)


def rewritten(metadata: dict[str, Any], bundles: list[dict[str, Any]]) -> None:
    everything = list(parts([bundle[MIME_TYPE] for bundle in bundles]))
    ratings = [part["rating"] for part in everything if isinstance(part.get("rating"), dict)]
    for rating in ratings:
        if rating["commitment"] == ratings[0]["commitment"]:
            rating |= {"rating": "red", "word": "Red", "rank": 2, "reason": "<b>late</b> & later"}
    text = next(part for part in everything if part.get("block") == "prose" and part["element"] == "2a")
    span = next(part for part in parts(text) if "newsletter" in part.get("text", ""))
    span["text"] = span["text"].replace("newsletter", "<i>bulletin</i>", 1)
    del [part for part in everything if part.get("block") == "table" and "element" in part][-1]["element"]
    table = next(part for part in everything if "headlines" in part.get("role", ""))
    figures = [part["citation"] for part in parts(table) if isinstance(part.get("citation"), dict)]
    [*_, headline] = [figure for figure in figures if figure["measure"] == "HLT01"]
    headline |= {"value": "41", "text": "41"}


def worse_rank(metadata: dict[str, Any], bundles: list[dict[str, Any]]) -> None:
    next(part["rating"] for part in parts(bundles) if isinstance(part.get("rating"), dict))["rank"] = -1


def with_controls(metadata: dict[str, Any], bundles: list[dict[str, Any]]) -> None:
    text = next(part for part in parts(bundles) if part.get("block") == "prose")
    next(part for part in parts(text) if "text" in part)["text"] = "a\x1b[2Jb"


def without_sections(metadata: dict[str, Any], bundles: list[dict[str, Any]]) -> None:
    for bundle in bundles:
        del bundle[MIME_TYPE]


def test_the_command_compares_two_reports_as_text_page_and_json(drafts: Path, tmp_path: Path) -> None:
    new = edited(drafts / f"{QUARTERLY}.ipynb", tmp_path / "reports/filed" / QUARTERLY / "v2", rewritten)
    edited(drafts / f"{QUARTERLY}.ipynb", tmp_path / "reports/filed" / QUARTERLY / "v1")
    page, data = tmp_path / "changes.html", tmp_path / "changes.json"
    done = here(
        *("compare", f"{QUARTERLY}@v1", str(new), "--reports", str(tmp_path / "reports")),
        *("--html", str(page), "--json", str(data)),
    )
    assert (done.returncode, done.stderr) == (0, "")
    sections = [line for line in done.stdout.splitlines() if re.fullmatch(r"[A-Z][a-z]+", line)]
    assert sections == ["Ratings", "Figures", "Updates", "Milestones", "Elements"]
    assert "Green to Red (worse)" in done.stdout and "[-newsletter" in done.stdout and "up 3 (7.9%)" in done.stdout
    told = json.loads(data.read_text("utf-8"))
    assert told["schema"] == "priority-two/changes/1"
    assert [one["direction"] for one in told["ratings"]] == ["worse"]
    assert [(one["difference"], one["reason"]) for one in told["figures"]] == [("3", "correction")]
    assert len(told["texts"]) == 1 and len(told["elements"]) == 1 and len(told["same_texts"]) > 10
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    assert soup.find("b") is None and soup.find("i") is None
    assert "Removed:" in soup.find("del").get_text() and "<i>bulletin</i>" in soup.find("ins").get_text()
    axe_core()  # where it is missing this says so
    assert vnu(page) == [] and [way for way in looked_at([page])[page].values() if way.faults] == []


def test_a_report_has_no_differences_from_itself(drafts: Path) -> None:
    name = str(drafts / f"{QUARTERLY}.pdf")
    done = here("compare", name, f"{QUARTERLY}@draft", "--reports", str(drafts.parent))
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.splitlines()[-1] == "No differences."


def test_a_cell_of_the_analysts_own_is_no_part_of_what_is_compared(drafts: Path, tmp_path: Path) -> None:
    source = drafts / f"{QUARTERLY}.ipynb"
    notebook = json.loads(source.read_text("utf-8"))
    again = [cell for cell in notebook["cells"] if "paper.commitments()" in cell["source"]]
    own = [{**cell, "id": "own", "metadata": {"tags": ["remove-cell"]}} for cell in again]
    notebook["cells"] += own
    folder = tmp_path / "own"
    folder.mkdir()
    target = folder / source.name
    target.write_text(json.dumps(notebook), encoding="utf-8")
    manifest = json.loads(source.with_name(source.stem + ".manifest.json").read_text("utf-8"))
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    manifest["outputs"][source.name] = {"sha256": digest, "size": target.stat().st_size}
    target.with_name(source.stem + ".manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert own and read_paper(target).content == read_paper(source).content


@pytest.mark.parametrize(
    ("edit", "sealed", "expected"),
    [
        (rewritten, False, "found another; expected the notebook that its manifest names by hash"),
        (without_sections, True, "made by an older version; make it again"),
        (worse_rank, True, "column content.blocks"),
        (with_controls, True, "text without control characters"),
        (lambda paper, _: paper["quick_exit"].update(address="javascript:alert(1)"), True, "begins with https://"),
        (lambda paper, _: paper.pop("breaks"), True, "within the bounds of what is kept of it as data"),
    ],
)
def test_a_notebook_that_is_not_what_it_should_be_is_refused_in_one_line(
    drafts: Path, tmp_path: Path, edit: Edit, sealed: bool, expected: str
) -> None:
    notebook = edited(drafts / f"{QUARTERLY}.ipynb", tmp_path / "made", edit, sealed=sealed)
    with pytest.raises(Refused) as refused:
        read_paper(notebook)
    [error] = refused.value.errors
    assert expected in str(error)
    assert "\n" not in str(error)


def test_what_is_no_notebook_is_refused(drafts: Path, tmp_path: Path) -> None:
    notebook = edited(drafts / f"{QUARTERLY}.ipynb", tmp_path / "made")
    for text, expected in (
        (b"{", "which is JSON"),
        (b"\xff\xfe", "which is JSON"),
        (b"[" * 200_000, "which is JSON"),
        (b'{"cells": NaN}', "which is JSON"),
        (b'{"cells": [1, {"outputs": {"a": 1}}, {"outputs": [null, {"metadata": 3}]}]}', "with the masthead"),
    ):
        notebook.write_bytes(text)
        manifest = notebook.with_name(notebook.stem + ".manifest.json")
        record = json.loads(manifest.read_text("utf-8"))
        record["outputs"][notebook.name] = {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)}
        manifest.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(Refused, match=expected):
            read_paper(notebook)


def test_a_report_is_found_by_file_stem_folder_and_name(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    stem = "quarterly-progress-board"
    made = {}
    for place in (f"drafts/2020-21-Q4/{stem}", *(f"filed/2020-21-Q4/{stem}/v{n}/{stem}" for n in (1, 2, 10))):
        made[place] = reports / f"{place}.ipynb"
        made[place].parent.mkdir(parents=True)
        made[place].touch()
    draft, first, _, tenth = made.values()
    for name, wanted in (
        (QUARTERLY, tenth),
        (f"{QUARTERLY}@v1", first),
        (f"{QUARTERLY}@draft", draft),
        (str(tenth.parent.parent), tenth),
        (str(first.parent), first),
        (str(first.with_suffix("")), first),
        (str(first.with_suffix(".manifest.json")), first),
    ):
        assert find(name, reports) == wanted
    shutil.copy(draft, draft.with_name("data-sheet-board.ipynb"))
    for name in (str(draft.parent), f"{QUARTERLY}@v3", "../x/y", "a\0b", "x" * 5000, f"{QUARTERLY}@v0"):
        with pytest.raises(WrongCall) as wrong:
            find(name, reports)
        assert "\n" not in str(wrong.value) and len(str(wrong.value)) < 500


def test_nothing_is_written_over_a_report_or_into_a_folder(drafts: Path, tmp_path: Path) -> None:
    new = edited(drafts / f"{QUARTERLY}.ipynb", tmp_path / "made")
    for target, expected in ((new.with_suffix(".html"), "a file of a report"), (tmp_path, "the folder")):
        done = run("compare", str(new), str(new), "--json", str(target))
        assert done.returncode == 2 and expected in done.stderr and len(done.stderr.splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"made"} and len(list((tmp_path / "made").iterdir())) == 2
