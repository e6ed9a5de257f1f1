"""Every fault at once: what cannot be read, what fails a check and what is not there are said in the same round.

And none of them causes a second one in words: what rests on a part that is at fault is not judged by it.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.report import open_report

UPDATES = "updates/2020-21-Q4"


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} no longer stands in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def critical(data: Path, *arguments: str) -> list[str]:
    """Run ``validate`` and return what stops a paper, without the word that says so."""
    done = CliRunner().invoke(main, ["validate", "--data", str(data), *arguments])
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("warning: ", "known: "))]
    assert all(line.startswith("critical: ") for line in lines), done.stderr
    assert done.exit_code == (1 if lines else 0), done.output
    assert f" {len(lines)} critical, " in done.stdout
    return [line.removeprefix("critical: ") for line in lines]


def test_what_cannot_be_read_what_fails_and_what_is_not_there_are_said_in_one_round(data: Path) -> None:
    swap(data / "returns/2021-03-25_byc/terms.yaml", "permission: publish", "permission: [publish")
    swap(data / "returns/2021-03-25_lbb/observations.csv", "COM02", "COM99")
    swap(data / UPDATES / "7b.md", "basis: transcribed", "basis: [transcribed")
    swap(data / UPDATES / "4b.md", "written: 2021-03-25", "written:")
    swap(data / UPDATES / "6b.md", 'value("HLT03")', 'value("HLT03", "mobile")')
    swap(data / "reference/placeholders.csv", "tbc,text", "tbc,nothing")
    said = critical(data)
    for wanted in (
        r"data/returns/2021-03-25_byc/terms\.yaml, row \d+: found .*; expected plain YAML",
        r"data/returns/2021-03-25_lbb/observations\.csv, row \d+, column measure: found .*; expected a measure of",
        rf"data/{UPDATES}/7b\.md, row \d+: found .*; expected plain YAML",
        rf"data/{UPDATES}/4b\.md, row \d+: found still to write: written",
        rf"data/{UPDATES}/6b\.md, row 20, column value: found no observation of HLT03 mobile",
        r"data/reference/placeholders\.csv, row \d+, column lacks: found nothing; expected text or period",
    ):
        assert [line for line in said if re.match(wanted, line)], f"{wanted} is not among {said}"
    assert len(said) == 6, said


def test_opening_a_report_says_all_of_it_too(data: Path) -> None:
    swap(data / UPDATES / "7b.md", "basis: transcribed", "basis: [transcribed")
    (data / UPDATES / "4b.md").unlink()
    swap(data / UPDATES / "6b.md", 'value("HLT03")', 'value("HLT03", "mobile")')
    with pytest.raises(Refused) as refused:
        open_report("quarterly-progress", "2020-21-Q4", data=str(data))
    files = [str(error).split(",")[0].rsplit("/", 1)[-1] for error in refused.value.errors]
    assert sorted(files) == ["4b.md", "6b.md", "7b.md"]


def test_an_update_that_cannot_be_read_or_is_misnamed_is_not_also_missing(data: Path) -> None:
    (data / UPDATES / "3b.md").rename(data / UPDATES / "3c.md")
    (data / UPDATES / "4b.md").write_text("no front matter", encoding="utf-8")
    (data / UPDATES / "appendices/2.md").write_text("no front matter", encoding="utf-8")
    said = critical(data)
    files = sorted(line.split(",")[0] for line in said)
    assert files == [f"data/{UPDATES}/3c.md", f"data/{UPDATES}/4b.md", f"data/{UPDATES}/appendices/2.md"]


def test_a_return_that_cannot_be_used_makes_no_figure_missing(data: Path) -> None:
    # Bindings, a headline and an exhibit use what this partner sent; that they find nothing is not their fault.
    swap(data / "returns/2021-03-25_sel-ccg/observations.csv", "HLT01,,,38", "HLT01,,,thirty-eight")
    (data / "returns/2021-03-25_byc/observations.csv").write_bytes(b"period,measure\xff")
    said = critical(data)
    assert sorted({line.split(",")[0] for line in said}) == [
        "data/returns/2021-03-25_byc/observations.csv",
        "data/returns/2021-03-25_sel-ccg/observations.csv",
    ]
    assert len(said) == 2


def test_reference_files_that_are_not_there_are_named_together_with_all_else(data: Path) -> None:
    needed, optional = ["partners", "sections"], ["names", "derived", "briefing_sections"]
    for name in (*needed, *optional):
        (data / f"reference/{name}.csv").unlink()
    (data / "reference/partnership.yaml").unlink()
    swap(data / "reference/rag.csv", "#00703C", "green")
    swap(data / UPDATES / "7b.md", "basis: transcribed", "basis: [transcribed")
    said = critical(data)
    named = [line.split(":")[0] for line in said if ": found none; expected " in line]
    assert named == ["data/reference/partnership.yaml", *(f"data/reference/{name}.csv" for name in needed)]
    assert [line for line in said if line.startswith("data/reference/rag.csv, row 2, column colour: found green")]
    assert [line for line in said if line.startswith(f"data/{UPDATES}/7b.md, row ")]
    assert len(said) == len(needed) + 3, said


def test_a_quarter_without_any_update_is_one_line(data: Path) -> None:
    for period in ("2021-22-Q1", "2019-20-Q3"):
        (said,) = critical(data, "--period", period)
        assert said.startswith(f"data/updates/{period}: ") and f"priority-two new-period {period}" in said
    (data / "updates/2021-22-Q1").mkdir()
    assert len(critical(data, "--period", "2021-22-Q1")) == 1
    with pytest.raises(Refused) as refused:
        open_report("annual-achievements", "2021-22", data=str(data), as_at="2022-04-01")
    assert ["priority-two new-period 2021-22-Q4" in str(error) for error in refused.value.errors] == [True]


def test_a_partner_that_is_none_is_named_in_measures_and_nowhere_else(data: Path) -> None:
    lines = (data / "reference/measures.csv").read_text(encoding="utf-8").splitlines()
    row = next(number for number, line in enumerate(lines, 1) if line.startswith("HLT01,"))
    swap(data / "reference/measures.csv", lines[row - 1], lines[row - 1].replace(",sel-ccg,", ",sel-cgc,"))
    (said,) = critical(data)
    assert said.startswith(f"data/reference/measures.csv, row {row}, column partner: found sel-cgc; expected ")


def test_a_misspelt_partner_of_a_return_is_said_once(data: Path) -> None:
    swap(data / "returns/2021-03-25_byc/terms.yaml", "partner: byc", "partner: bcy")
    shutil.move(data / "returns/2021-03-25_byc", data / "returns/2021-03-25_bcy")
    (said,) = critical(data)
    assert said.startswith(
        "data/returns/2021-03-25_bcy/terms.yaml, row 1, column partner: found a value that is withheld here; expected "
    )


def test_a_folder_without_reference_data_or_returns_is_not_told_what_rests_on_them(data: Path) -> None:
    shutil.rmtree(data / "returns")
    (said,) = critical(data)
    assert said.startswith("data/returns: ")
    shutil.rmtree(data / "reference")
    shutil.rmtree(data / "updates")
    for command in ("validate", "report"):
        done = CliRunner().invoke(main, [command, "--data", str(data)])
        assert done.exit_code == 1
        assert done.stderr == "data/reference/partnership.yaml: found none; expected a file that can be read\n"


def test_a_misspelt_key_is_one_fault_that_says_which_was_meant(data: Path) -> None:
    swap(data / UPDATES / "6b.md", "rating: amber", "Rating: amber")
    swap(data / UPDATES / "7b.md", "owner:", "owners:")
    lines = critical(data)
    assert len(lines) == 2, lines
    assert lines[0].endswith("6b.md, row 3, column Rating: found Rating; expected the key rating; write rating")
    assert "7b.md, row 7, column owners: found owners; expected the key owner; write owner" in lines[1]


def test_a_breakdown_that_is_none_is_named_with_the_nearest_wherever_it_stands(data: Path) -> None:
    swap(data / UPDATES / "6b.md", "exhibits: [HLT01, HLT03]", 'exhibits: ["COM01[printd]", HLT99, "HLT01[gp]"]')
    swap(data / UPDATES / "7b.md", "- Partners", '- {{ value("HLT01", "gp") }} {{ value("DQ01") }} Partners')
    swap(data / UPDATES / "4b.md", 'value("DHR01")', 'value("DHR01", partner="police")')
    swap(data / "returns/2021-03-25_byc/observations.csv", ",COM03,,launch-posts,", ",COM03,,lunch-posts,")
    lines = critical(data)
    for file, words in (
        ("6b.md", "found COM01[printd]: write COM01[printed]; HLT99: write HLT04; HLT01[gp]: write HLT01; expected"),
        ("7b.md", "HLT01 has no breakdowns; expected a figure to bind to; take the breakdown out"),
        ("7b.md", "DQ01 is counted from the returns that came; expected a figure to bind to; take it out"),
        ("4b.md", "police does not report DHR01; expected a figure to bind to; name public-protection with partner="),
        (
            "byc/observations.csv",
            "found one that is none of them, and launch-posts is the nearest; expected a breakdown",
        ),
    ):
        assert any(file in line and words in line for line in lines), (file, words, lines)
