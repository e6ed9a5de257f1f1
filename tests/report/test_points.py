"""What the checks say in the order of what to do: a line a partner, and what is known apart, with its reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conftest import here, lean_copy, whole_copy
from priority_two.checks.gate import Finding, Judgement
from priority_two.checks.waivers import read_waivers, waive
from priority_two.cli import main
from priority_two.errors import Error, Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse_date

HEADER = "check,path,about,reason,until\n"
SLIPPED = "milestones.no-slip"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the shipped data in which two partners sent nothing for a quarter."""
    data = whole_copy(tmp_path_factory.mktemp("whole"))
    for partner in ("police", "marac"):
        for folder in (data / "returns").glob(f"2021-0[1-4]-*_{partner}"):
            if "synthetic: true" in (folder / "terms.yaml").read_text(encoding="utf-8"):
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()
    return data


@pytest.fixture(scope="module")
def said(whole: Path) -> tuple[list[str], str]:
    """Return the lines that ``validate`` says of it, and the summary."""
    done = CliRunner().invoke(main, ["validate", "--data", str(whole)])
    assert done.exit_code == 0
    return done.stderr.splitlines(), done.stdout


def of(lines: list[str], expected: str) -> list[str]:
    return [line for line in lines if f"expected {expected}" in line]


def test_the_same_of_several_returns_of_a_partner_is_one_line_that_names_each(said: tuple[list[str], str]) -> None:
    (line,) = of(said[0], "permission to use the figures")
    days = "2019-07-14,2019-10-14,2020-01-14,2020-04-14,2020-07-14,2020-10-14,2021-01-14,2021-04-14"
    assert line.startswith(
        f"warning: data/returns/{{{days}}}_victim-support/terms.yaml, row 7, column permission: 8 times: found none; "
    )
    (months,) = of(said[0], "permission to use what was sent for the month")
    assert "found Victim Support, January 2021; Victim Support, February 2021; Victim Support, March 2021; " in months


def test_what_nobody_sent_is_one_line_a_partner_and_comes_first(said: tuple[list[str], str]) -> None:
    missing = of(said[0], "a return for the month by the day on which it was due")
    assert len(missing) == 2 and said[0][:2] == missing
    police = next(line for line in missing if "Metropolitan Police Service" in line)
    assert "found Metropolitan Police Service, January 2021, due" in police and "Service, February 2021, due" in police


def test_each_update_keeps_its_own_line(said: tuple[list[str], str]) -> None:
    assert len(of(said[0], "an owning post, as the rating needs one")) == 4


def test_what_is_known_comes_last_with_its_reason_and_is_counted_apart(said: tuple[list[str], str]) -> None:
    lines, summary = said
    known = [line for line in lines if line.startswith("known: ")]
    assert lines[-len(known) :] == known
    assert all("column extract_date" in line and "(waived: Transcribed from the " in line for line in known)
    assert summary.endswith(f" warnings, {len(known)} known\n")


def test_validate_says_the_same_for_scripts(whole: Path, said: tuple[list[str], str], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["validate", "--data", str(whole), "--json"])
    assert (done.exit_code, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert record["summary"] + "\n" == said[1] and record["period"] == "2020-21-Q4"
    keys = {"severity", "check", "file", "row", "column", "found", "expected", "fix", "waived"}
    assert all(set(one) == keys for one in record["findings"])
    permission = [one for one in record["findings"] if one["check"] == "terms.permission-given"]
    assert len(permission) == 8 and {(one["row"], one["column"]) for one in permission} == {(7, "permission")}
    assert {one["severity"] for one in record["findings"] if one["waived"]} == {"known"}
    to_file = CliRunner().invoke(main, ["validate", "--data", str(whole), "--json", str(tmp_path / "said.json")])
    assert to_file.stdout == said[1] and to_file.stderr.splitlines() == said[0]
    assert (tmp_path / "said.json").read_text(encoding="utf-8") == done.stdout


def test_json_into_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    # It is said before anything is read: there are no data.
    done = here("validate", "--data", str(tmp_path / "nowhere"), "--json", str(tmp_path / "no" / "said.json"))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "json: found " in done.stderr


# Waivers ----------------------------------------------------------------------------------------------------


def waivers(data: Path, *rows: str) -> None:
    (data / "reference/waivers.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_a_waiver_that_waives_nothing_any_more_or_has_ended_is_said_itself(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    waivers(
        data,
        "updates.owner-given,updates/2020-21-Q4/3b.md,,The post is vacant,",
        "updates.owner-given,updates/2020-21-Q4/6a.md,,The post is vacant,2021-03-24",
        "updates.owner-given,updates/2020-21-Q4/1a.md,,The post was vacant,",
        "updates.owner-given,updates/2020-21-Q4/99.md,,Nobody remembers,",
        "updates.owner-given,updates/2020-21-Q3/7b.md,,Is of a quarter that is not judged,",
        "terms.extract_date-given,returns/2021-03-25_*/terms.yaml,,The paper gives none,",
        "milestones.no-slip,updates/2020-21-Q4/2a.md,Directory,It is known,",
    )
    done = CliRunner().invoke(main, ["validate", "--data", str(data)])
    lines = done.stderr.splitlines()
    (owner,) = [line for line in lines if "3b.md, row 7, column owner" in line]
    assert owner.startswith("known: ") and owner.endswith("(waived: The post is vacant)")
    (ended,) = [line for line in lines if "6a.md, row 7, column owner" in line]
    assert ended.startswith("warning: ")
    own = [line for line in lines if "data/reference/waivers.csv" in line]
    assert [
        re.match(r"warning: data/reference/waivers.csv, row (\d), column (\w+)", line).groups() for line in own
    ] == [
        ("4", "check"),
        ("5", "check"),
        ("3", "until"),
    ]
    assert sum(line.startswith("known: ") and "extract_date" in line for line in lines) == 8


def test_a_strict_check_stops_at_a_warning_that_no_waiver_knows(data: Path, tmp_path: Path) -> None:
    def checked(*options: str) -> tuple[int, dict[str, Any], str]:
        done = CliRunner().invoke(main, ["validate", "--data", str(data), "--json", *options])
        return done.exit_code, json.loads(done.stdout), done.stderr

    status, record, _ = checked()
    assert (status, record["stops"]) == (0, False)
    warnings = [finding for finding in record["findings"] if finding["severity"] == "warning"]
    assert warnings
    further = tmp_path / "further.csv"
    known = [f"{each['check']},{each['file'].removeprefix('data/')},,As it was published," for each in warnings]
    further.write_text(HEADER + "".join(f"{row}\n" for row in dict.fromkeys(known)), encoding="utf-8")
    assert checked("--strict")[::2] == (1, "") and checked("--strict")[1] == record | {"stops": True}
    status, record, _ = checked("--strict", "--waivers", str(further))
    assert (status, record["stops"]) == (0, False)
    assert {finding["severity"] for finding in record["findings"]} == {"known"}
    (data / "updates/2020-21-Q4/6a.md").unlink()  # its waivers waive nothing now, and that is a warning, of their file
    done = CliRunner().invoke(main, ["validate", "--data", str(data), "--strict", "--waivers", str(further)])
    assert done.exit_code == 1 and f"warning: {further.as_posix()}, row " in done.stderr


def test_waivers_that_are_not_there_are_a_line(data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["validate", "--data", str(data), "--waivers", str(tmp_path / "none.csv")])
    assert done.exit_code == 1 and len(done.stderr.splitlines()) == 1 and "none.csv: found none" in done.stderr


def test_what_stops_a_paper_cannot_be_waived(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    waivers(
        data,
        "updates.update-written,updates/2020-21-Q4/4b.md,,We would rather not,",
        "colours.green,updates/2020-21-Q4/4b.md,,There is no such check,",
        "updates.owner-given,,,,soon",
    )
    with pytest.raises(Refused) as refused:
        read_waivers(DataFolder(data))
    places = [(error.row, error.column) for error in refused.value.errors if isinstance(error, Error)]
    assert places == [(2, "check"), (3, "check"), (4, "path"), (4, "reason"), (4, "until")]
    finding = Finding("critical", "owner-given", Error("data/updates/2020-21-Q4/4b.md", "something"))
    waivers(data, "updates.owner-given,updates/*,,Whatever it is,")
    known = read_waivers(DataFolder(data))
    judgement = Judgement("updates", 1, 1, (finding,))
    assert waive([judgement], known, parse_date("2021-03-25"), DataFolder(data).shown) == [judgement]


def test_a_folder_without_waivers_waives_nothing(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    (data / "reference/waivers.csv").unlink()
    assert read_waivers(DataFolder(data)) == []
