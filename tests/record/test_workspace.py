"""Workspaces: a partnership's data in a repository of its own, the code an installed package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import COMMAND, ROOT, WORKSPACE, commit, copy_of_the_project
from priority_two import commands
from priority_two.errors import Refused, WrongCall
from priority_two.paths import LOCK, NOTEBOOKS, WORKSPACE_FILE, code_file, code_name, notebook_file
from priority_two.record.git import fetched, has_commit, top_of
from priority_two.record.pin import read_pin
from priority_two.record.release import other_libraries
from priority_two.reference.partnership import FILE as PARTNERSHIP
from priority_two.report.kinds import KINDS
from priority_two.workspace import find_workspace, folders


def test_code_that_cannot_be_had_is_said_by_the_name_of_its_repository(tmp_path: Path) -> None:
    for address in ("ext::sh -c touch% /tmp/x", "nowhere"):
        with pytest.raises(Refused, match="expected the repository of the code"):
            fetched(address, tmp_path, tmp_path / "copy")
    assert not has_commit(tmp_path / "none", "0" * 40)


@pytest.mark.parametrize(
    "address", ["ext::sh -c id", "--upload-pack=id", "http://example.org", "code", "x\ny", "file:///x"]
)
def test_a_repository_that_is_none_is_refused_when_the_lock_is_written(tmp_path: Path, address: str) -> None:
    with pytest.raises(Refused):
        commands.lock(tmp_path, address)
    assert not (tmp_path / WORKSPACE_FILE).exists()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("commit: 'abc'", "commit"),
        ("environment: 'abc'", "environment"),
        ("repository: 'ext::sh'", "column repository"),
        ("more: 'x'", "more"),
        ("schema: '2'", "schema"),
    ],
)
def test_a_lock_that_is_not_as_it_was_written_is_refused_in_one_line(tmp_path: Path, line: str, complaint: str) -> None:
    commands.lock(tmp_path, "../code")
    file = tmp_path / WORKSPACE_FILE
    key = line.split(":")[0]
    rest = [each for each in file.read_text(encoding="utf-8").splitlines() if not each.startswith(f"{key}:")]
    file.write_text("\n".join([*rest, line]) + "\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_pin(tmp_path)
    assert len(refused.value.errors) == 1 and complaint in str(refused.value.errors[0])


def test_the_libraries_that_run_are_those_of_the_lock() -> None:
    assert other_libraries() == []


def test_the_libraries_of_the_lock_are_written_for_whoever_installs_a_wheel(tmp_path: Path) -> None:
    file = tmp_path / "requirements.lock"
    assert commands.requirements(file) == file
    assert file.read_bytes() == (ROOT / "requirements.lock").read_bytes()
    with pytest.raises(WrongCall, match="is there already"):
        commands.requirements(file)


def test_a_workspace_is_found_from_any_folder_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "w" / "data" / "updates"
    inner.mkdir(parents=True)
    (tmp_path / "w" / WORKSPACE_FILE).write_text("", encoding="utf-8")
    assert find_workspace(inner) == tmp_path / "w"
    assert find_workspace(tmp_path) is None
    monkeypatch.chdir(inner)
    assert folders("", None, None).data == "../../data"
    assert folders("", "other", None).data == "other"
    monkeypatch.chdir(tmp_path)
    assert folders("", None, None).data == "data"
    assert folders("w/data", None, None).reports == "w/reports"
    with pytest.raises(WrongCall, match=r"workspace: found '\.', expected a folder with priority-two\.lock"):
        folders(".", None, None)


def test_a_command_takes_the_workspace_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / WORKSPACE_FILE).write_text("", encoding="utf-8")
    for arguments in (["validate"], ["report"], ["due", "--period", "2021-03"], ["new-period", "2021-22-Q1"]):
        done = subprocess.run(
            [COMMAND, *arguments, "--workspace", tmp_path], cwd=WORKSPACE, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("data: expected a data folder"), done.stderr


def test_a_notebook_of_the_workspace_takes_the_place_of_the_one_that_ships(tmp_path: Path) -> None:
    kind, data = KINDS["strategic-group"], tmp_path / "data"
    own = tmp_path / "notebooks" / kind.notebook
    own.parent.mkdir()
    book = json.loads((NOTEBOOKS / kind.notebook).read_text(encoding="utf-8"))
    book["cells"].pop()
    own.write_text(json.dumps(book), encoding="utf-8")
    assert notebook_file(kind.notebook, data) == NOTEBOOKS / kind.notebook  # no workspace
    (tmp_path / WORKSPACE_FILE).write_text("", encoding="utf-8")
    assert notebook_file(kind.notebook, data) == own == code_file(code_name(own), data)
    assert len(kind.sections(data)) < len(kind.sections(None))


def test_every_file_of_code_has_a_name_by_which_it_is_found_again(tmp_path: Path) -> None:
    for file in (NOTEBOOKS / "data_sheet.ipynb", LOCK, Path(commands.__file__)):
        assert code_file(code_name(file), tmp_path / "data") == file


def test_a_fork_without_the_filings_of_the_partnership_before_it_audits_clean(tmp_path: Path) -> None:
    fork = tmp_path / "fork"
    copy_of_the_project(fork)
    filings = sorted(
        path.parent.relative_to(WORKSPACE / "reports" / "filed").as_posix()
        for path in (WORKSPACE / "reports" / "filed").glob("*/*/v*/seal.json")
    )
    shutil.rmtree(fork / "reports" / "filed")
    commit(fork)

    def audited() -> tuple[int, list[str]]:
        done = subprocess.run([COMMAND, "audit", "--fast"], cwd=fork, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    status, lines = audited()
    assert status == 1  # the same partnership: what it filed is missed
    assert lines[::2] == [f"not identical: {name}" for name in filings]
    partnership = fork / "data" / PARTNERSHIP
    own = re.sub(r"^name: .*", "name: Partnership of Elsewhere", partnership.read_text("utf-8"), flags=re.MULTILINE)
    partnership.write_text(own, encoding="utf-8")
    commit(fork)
    name = "Safer Bromley Partnership"
    assert audited() == (0, [f"not of this workspace: {filing} (filed by {name})" for filing in filings])
    assert top_of(fork) == fork
