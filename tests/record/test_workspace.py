"""Workspaces: a partnership's data in a repository of its own, the code an installed package."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from conftest import COMMAND, ROOT, WORKSPACE, commit, copy_of_the_project, lean_copy
from priority_two import commands
from priority_two.errors import Refused, WrongCall
from priority_two.paths import LOCK, NOTEBOOKS, WORKSPACE_FILE, code_file, code_name, notebook_file
from priority_two.record.git import fetched, has_commit, top_of
from priority_two.record.pin import read_pin
from priority_two.record.rebuild_at_commit import code_and_data
from priority_two.record.release import other_libraries
from priority_two.record.seal import Seal
from priority_two.reference.partnership import FILE as PARTNERSHIP
from priority_two.report.kinds import KINDS
from priority_two.workspace import find_workspace, folders

KIND = ("strategic-group", "--period", "2019-20-Q4")
AS_AT = ("--as-at", "2020-03-06")
APPROVED = ("--approved-by", "Strategic Lead (illustrative)", "--approved-by", "Chair of the Board (illustrative)")
NAME = "2019-20-Q4/strategic-group-board/v1"


@dataclass(frozen=True)
class Elsewhere:
    """A workspace, the command of an installed package, and the repository of the code from which that was built."""

    folder: Path
    command: Path
    code: Path

    def run(self, *arguments: str, within: str = ".") -> tuple[int, list[str], list[str]]:
        done = subprocess.run(
            [self.command, *arguments], cwd=self.folder / within, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    @property
    def package(self) -> Path:
        [found] = (self.command.parents[1]).glob("lib/python*/site-packages/priority_two")
        return found


def head(folder: Path) -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """Return a workspace, and a package that was built from a commit and installed where there is no checkout.

    Its libraries are those of this environment, in which the project itself is not found: it is an editable install.
    """
    base = tmp_path_factory.mktemp("elsewhere")
    code, venv, workspace = base / "code", base / "venv", base / "workspace"
    copy_of_the_project(code)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", base],
        cwd=code,
        check=True,
        capture_output=True,
    )
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    [wheel], [site] = base.glob("*.whl"), venv.glob("lib/python*/site-packages")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*uv, "--python", venv / "bin" / "python", wheel], check=True)
    [libraries] = Path(sys.prefix).glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    workspace.mkdir()
    lean_copy(workspace)
    (workspace / ".gitignore").write_text("reports/drafts/\nbuild/\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=workspace, check=True)
    found = Elsewhere(workspace, venv / "bin" / "priority-two", code)
    assert found.run("lock", "--repository", "../code") == (0, [WORKSPACE_FILE], [])
    commit(workspace)
    return found


def test_an_installed_package_files_in_a_workspace_and_audits_there(elsewhere: Elsewhere) -> None:
    data = head(elsewhere.folder)
    status, written, complaints = elsewhere.run("file", *KIND, *AS_AT, *APPROVED, within="data/updates")
    assert (status, complaints) == (0, [])
    assert all(path.startswith(f"../../reports/filed/{NAME}/") for path in written)
    filed = elsewhere.folder / "reports" / "filed" / NAME
    seal, _ = Seal.read(filed / "seal.json", "seal.json")
    assert (seal.commit, seal.code.commit if seal.code else "") == (data, head(elsewhere.code))
    manifest = json.loads((filed / "strategic-group-board.manifest.json").read_text(encoding="utf-8"))
    assert {"notebooks/strategic_group.ipynb", "src/priority_two/report/paper.py"} <= manifest["code"].keys()
    assert not any(str(elsewhere.folder.parent) in path.read_text("utf-8", "replace") for path in filed.iterdir())
    commit(elsewhere.folder)
    partnership = elsewhere.folder / "data" / PARTNERSHIP
    text = partnership.read_text(encoding="utf-8")
    partnership.write_text(text.replace("title: Violence", "title: All violence"), "utf-8")
    commit(elsewhere.folder)
    status, lines, complaints = elsewhere.run("audit")
    assert (status, complaints) == (0, []), lines
    assert lines[0] == f"identical: {NAME} (as it was filed; code or tables of today make another paper)"
    with_code = f"with code and lock of commit {head(elsewhere.code)[:12]} and the inputs of commit {data[:12]}"
    assert lines[-1] == f"  as it was filed, {with_code}: identical"


def test_nothing_is_filed_with_other_code_than_the_workspace_asks_for(elsewhere: Elsewhere) -> None:
    lock = elsewhere.folder / WORKSPACE_FILE
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace(head(elsewhere.code), "0" * 40), encoding="utf-8")
    commit(elsewhere.folder)
    status, _, complaints = elsewhere.run("file", *KIND, *AS_AT, *APPROVED)
    assert status == 1
    assert [line.split(";")[0] for line in complaints] == ["priority-two.lock, column commit: found 000000000000"]
    lock.write_text(text, encoding="utf-8")
    commit(elsewhere.folder)


def test_nothing_is_filed_with_a_package_that_somebody_changed(elsewhere: Elsewhere) -> None:
    module = elsewhere.package / "sentences.py"
    before = module.read_bytes()
    module.write_bytes(before + b"\n")
    added = elsewhere.package / "report" / "more.py"
    added.write_text("", encoding="utf-8")
    status, _, complaints = elsewhere.run("file", *KIND, *AS_AT, *APPROVED)
    module.write_bytes(before)
    added.unlink()
    assert status == 1
    named = [line.split(":")[0] for line in complaints]
    assert named == ["src/priority_two/report/more.py", "src/priority_two/sentences.py"]
    assert all("expected code as it was released" in line for line in complaints)


def test_an_audit_lays_out_code_and_data_each_from_its_repository(elsewhere: Elsewhere, tmp_path: Path) -> None:
    data, code = head(elsewhere.folder), head(elsewhere.code)
    seal = Seal.model_validate(
        {
            "schema": "priority-two/seal/1",
            "kind": "k",
            "period": "p",
            "edition": "e",
            "version": 1,
            "data": "data",
            "commit": data,
            "code": {"version": "0.1.0", "commit": code},
            "approved_by": [],
            "corrects": None,
            "previous": [],
            "manifest": {"sha256": "0" * 64, "size": 1},
        }
    )
    with code_and_data(elsewhere.folder, seal, tmp_path) as (tree, place):
        assert tree and (tree / "tools" / "bootstrap.py").is_file() and not (place / "tools").exists()
        assert (place / "data" / PARTNERSHIP).is_file()
    assert not (tmp_path / "code").exists() and not (tmp_path / "tree").exists()
    lost = seal.model_copy(update={"code": seal.code.model_copy(update={"commit": "1" * 40})}) if seal.code else seal
    with pytest.raises(Refused, match=r"\.\./code: found none; expected commit 111111111111 of the code"):
        code_and_data(elsewhere.folder, lost, tmp_path).__enter__()


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


def test_the_lock_of_the_workspace_that_ships_is_that_of_its_code() -> None:
    pin = yaml.safe_load((ROOT / WORKSPACE_FILE).read_text(encoding="utf-8"))
    assert pin["environment"] == hashlib.sha256(LOCK.read_bytes()).hexdigest()
    assert (pin["commit"], pin["repository"]) == ("", ".")
    project = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert project and pin["version"] == project[1]
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
            [COMMAND, *arguments, "--workspace", tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
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
