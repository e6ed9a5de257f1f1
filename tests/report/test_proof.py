"""A proof: a half-written quarter to look at, with what is missing shown in its place; and never anything to file."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from conftest import lean_copy
from priority_two.blocks import plain
from priority_two.cli import main
from priority_two.errors import Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.report import open_report
from priority_two.report.examination import examine
from priority_two.report.html import html
from priority_two.report.paper import Paper
from priority_two.report.request import QUARTERLY, Request
from priority_two.report.sections.masthead import status
from priority_two.updates.new_period import lay_out

UPDATES = "updates/2020-21-Q4"
PROOF = "Proof, not complete: 7 missing"


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} no longer stands in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def half_written(data: Path) -> Path:
    """Take an update away, empty another, and have three figures and an appendix that are not there."""
    (data / UPDATES / "4b.md").unlink()
    (data / UPDATES / "appendices/2.md").unlink()
    text = (data / UPDATES / "3b.md").read_text(encoding="utf-8")
    front = re.sub(r"^(rating|written):.*$", r"\1:", text.split("---\n")[1], flags=re.MULTILINE)
    (data / UPDATES / "3b.md").write_text(f"---\n{front}---\n\nHalf of what is to be said.\n", encoding="utf-8")
    sent = data / "returns/2021-03-25_lbb/observations.csv"
    rows = sent.read_text(encoding="utf-8").splitlines(keepends=True)
    sent.write_text("".join(row for row in rows if ",GOV01," not in row and ",COM02," not in row), encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the stem of a proof that the command made of a half-written quarter."""
    folder = tmp_path_factory.mktemp("proof")
    data = half_written(lean_copy(folder))
    call = ["report", "quarterly-progress", "--period", "2020-21-Q4", "--data", str(data)]
    done = CliRunner().invoke(main, [*call, "--reports", str(folder / "reports"), "--proof"])
    assert done.exit_code == 0, done.output
    return folder / "reports/drafts/2020-21-Q4/quarterly-progress-board"


@pytest.fixture(scope="module")
def soup(made: Path) -> BeautifulSoup:
    return BeautifulSoup(made.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")


def words(element: object) -> str:
    assert element is not None
    return " ".join(element.get_text(" ").split())  # type: ignore[attr-defined]


def words_of(paper: Paper, section: str) -> str:
    """Return the words of a section."""
    return " ".join(plain(paper.section(section).blocks))


def test_masthead_header_and_manifest_say_that_it_is_a_proof_and_how_much_is_missing(
    made: Path, soup: BeautifulSoup
) -> None:
    assert PROOF.lower() in words(soup.find(class_="masthead"))
    assert soup.body is not None and PROOF.lower() in str(soup.body["data-status"])
    notice = words(soup.select_one(".notice.gap"))
    assert "Updates still to write: 3b, 4b." in notice and "GOV01" in notice and "appendix 2" in notice
    manifest = json.loads(made.with_name(made.name + ".manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "proof, not complete: 7 missing" and manifest["parameters"]["proof"] == "yes"


def test_what_is_still_to_write_is_said_in_its_place(soup: BeautifulSoup) -> None:
    whole, empty, half = (words(soup.find(id=f"commitment-{name}")) for name in ("4a", "4b", "3b"))
    assert "till to write" not in whole
    assert "Rating still to write" in empty and "Still to write." in empty
    assert "Rating still to write" in half and "Still to write: rating, written." in half and "Half of what" in half
    for gap in soup.select("p.gap a"):
        assert soup.find(id=str(gap["href"])[1:]) is not None
    unrated = [words(gap) for gap in soup.select("p.gap") if "the rating of 3b" in words(gap)]
    assert len(unrated) == 2 and all("; 4b " in gap for gap in unrated)  # at a glance, and beside the ratings


def test_what_was_not_received_is_said_in_its_place(soup: BeautifulSoup) -> None:
    headlines = [[words(cell) for cell in row.find_all("td")] for row in soup.select("table.headlines tbody tr")]
    assert sum(cells[2] == "not received" for cells in headlines) == 2
    assert [words(gap) for gap in soup.select("#commitment-2a strong.gap")].count("not received") >= 1
    assert "appendix 2: still to write" in words(soup.find("main"))
    assert not soup.select('a[href="#gap"]')


def test_its_gaps_are_flagged_in_its_evidence(soup: BeautifulSoup) -> None:
    assert "Updates: an update that is whole" in words(soup)
    assert "Updates: an update for every commitment" in words(soup)


def test_without_being_asked_for_no_paper_has_a_gap(tmp_path: Path) -> None:
    data = half_written(lean_copy(tmp_path))
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    assert len(refused.value.errors) >= 7


def test_a_proof_of_what_is_whole_is_the_draft_itself(data: Path) -> None:
    paper = open_report("quarterly-progress", "2020-21-Q4", data=str(data), proof="yes")
    assert (status(paper.material), paper.material.proof) == ("Draft", None)


def test_the_proof_of_a_quarter_that_was_laid_out_a_moment_ago_stops_at_nothing(data: Path) -> None:
    folder, quarter = DataFolder(data), parse("2021-22-Q1")
    lay_out(folder, load_catalogue(folder), quarter)
    examined = examine(folder, Request(QUARTERLY, quarter, dt.date(2021, 7, 20), proof=True))
    assert examined.stopping == []
    assert examined.sound.proof and {"COM01", "COM02", "GOV01"} <= set(examined.sound.proof.gaps)


def test_what_is_wrong_stops_a_proof_too(data: Path) -> None:
    half_written(data)
    swap(data / UPDATES / "6b.md", 'value("HLT01")', 'value("HLT99")')
    swap(data / UPDATES / "6a.md", "rating: amber", "rating: purple")
    swap(data / UPDATES / "5.md", "written: 2021-03-25", "written: some day")
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", data=str(data), proof="yes")
    files = sorted(str(error).split(",")[0].rsplit("/", 1)[-1] for error in refused.value.errors)
    assert files == ["5.md", "6a.md", "6b.md"]


def test_nothing_written_yet_and_the_year_can_be_looked_at(data: Path) -> None:
    for file in (data / UPDATES).glob("*.md"):
        text = file.read_text(encoding="utf-8")
        front = re.sub(r"^(rating|qualifier|written):.*$", r"\1:", text.split("---\n")[1], flags=re.MULTILINE)
        file.write_text(f"---\n{front}---\n", encoding="utf-8")
    paper = open_report("annual-achievements", "2020-21", data=str(data), proof="yes")
    assert "proof, not complete: 17 missing" in words_of(paper, "masthead")
    assert all(paper.show(section).html for section in paper.order)
    assert "Still to write: the rating of" in words_of(paper, "year_at_a_glance")
    before: set[str] = set()
    whole = "".join(html(paper.section(section).blocks, before) for section in paper.order)
    places = {section.replace("_", "-") for section in paper.order} | set(re.findall(r' id="([^"]+)"', whole))
    assert set(re.findall(r'href="#([^"]+)"', whole)) <= places
    quarterly = open_report("quarterly-progress", "2020-21-Q4", data=str(data), proof="yes")
    assert all(quarterly.show(section).html for section in quarterly.order)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("report", "data-sheet", "--period", "2021-03", "--proof"), "nothing is written for data-sheet"),
        (("report", "quarterly-progress", "--period", "2020-21-Q4", "--proof", "maybe"), "found 'maybe'"),
        (("file", "quarterly-progress", "--period", "2020-21-Q4", "--proof"), "--proof"),
    ],
)
def test_a_proof_that_cannot_be_is_a_wrong_call(call: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, [*call])
    assert done.exit_code == 2 or isinstance(done.exception, SystemExit), done.output
    assert said in done.stderr or said in str(done.exception)


def test_a_filing_is_never_a_proof(data: Path) -> None:
    filing = {"version": 1, "approved_by": ["Chair of the Board"], "corrects": None}
    with pytest.raises(WrongCall, match="what is filed is whole"):
        open_report("quarterly-progress", "2020-21-Q4", data=str(data), filing=filing, proof="yes")
