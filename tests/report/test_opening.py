"""Opening a report: what it may know at its as-at date, and what it may use."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from conftest import gather
from priority_two.blocks import plain
from priority_two.errors import Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.report import open_report
from priority_two.report.request import default_as_at


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_as_at_date_is_the_boards_and_else_the_latest_receipt(data: Path) -> None:
    assert default_as_at(DataFolder(data), parse("2020-21-Q4")) == dt.date(2021, 3, 25)
    later = data / "returns" / "2021-04-12_police"
    later.mkdir()
    assert default_as_at(DataFolder(data), parse("2020-21-Q4")) == dt.date(2021, 3, 25)
    assert default_as_at(DataFolder(data), parse("2021-03")) == dt.date(2021, 4, 12)


def test_a_return_received_later_disturbs_nothing_however_broken(data: Path) -> None:
    later = data / "returns" / "2021-03-26_police"
    later.mkdir()
    (later / "terms.yaml").write_text("{{{", encoding="utf-8")
    folder = DataFolder(data)
    gather(folder, parse("2020-21-Q4"), "", "board")
    assert not [path for path in folder.read if "2021-03-26" in path]


def test_what_came_without_permission_stands_in_no_paper(data: Path) -> None:
    swap(data / "returns" / "2021-03-25_sel-ccg" / "terms.yaml", "permission: publish", "permission: none")
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    errors = [str(error) for error in refused.value.errors]
    assert any("updates/2020-21-Q4/6b.md" in error and "HLT01" in error for error in errors)
    assert not any("38" in error.split("found")[1] for error in errors)


def test_before_the_updates_were_written_each_one_missing_is_named(data: Path) -> None:
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", as_at="2021-03-24", data=str(data))
    named = [error for error in refused.value.errors if "an update for every commitment" in str(error)]
    assert len(named) == 17


def test_every_missing_figure_of_every_file_is_named_at_once(data: Path) -> None:
    updates = data / "updates" / "2020-21-Q4"
    swap(updates / "6b.md", 'value("HLT01")', 'value("HLT02")')
    swap(updates / "2a.md", 'value("COM01", "printed")', 'value("COM01", "thrown-away")')
    swap(updates / "appendices" / "1.md", 'value("CTX05")', 'value("CTX05", period="2019-20")')
    swap(data / "reference" / "partnership.yaml", "measure: HLT03", "measure: HLT02")
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    files = sorted({str(error).split(",")[0].rsplit("/", 1)[-1] for error in refused.value.errors})
    assert files == ["1.md", "2a.md", "6b.md", "partnership.yaml"]


@pytest.mark.parametrize("as_at", ["25/03/2021", "2021-3-25", "2021-02-30", "today", "2021-03-25 "])
def test_an_as_at_date_of_another_form_is_refused(data: Path, as_at: str) -> None:
    with pytest.raises(WrongCall, match="as-at"):
        open_report("quarterly-progress", "2020-21-Q4", as_at=as_at, data=str(data))


def test_what_is_flagged_is_one_number_wherever_the_paper_says_it(data: Path) -> None:
    paper = open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    counts = [
        re.search(rf"([0-9]+) points{words}", " ".join(plain(paper.section(section).blocks)))
        for section, words in (("at_a_glance", r" \(how made"), ("exceptions", ": flagged"))
    ]
    assert len({match[1] for match in counts if match}) == 1 and all(counts)
