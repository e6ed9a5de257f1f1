"""docs/adopt.md is followed as it stands, in a folder without a clone of the code: from nothing to a filed paper."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from conftest import ROOT, commit, copy_of_the_project
from priority_two.errors import Refused
from priority_two.paths import WORKSPACE_FILE
from priority_two.record.rebuild_at_commit import code_and_data
from priority_two.record.seal import Seal
from priority_two.reference.partnership import FILE as PARTNERSHIP

GUIDE = (ROOT / "docs/adopt.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(yaml|console|text)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
A_MINUTE = 200  # characters that somebody types who types 40 words a minute
GAP = "To fill in: "
FILING = "2026-27-Q1/quarterly-progress-board/v1"
FILE = ("file", "quarterly-progress", "--period", "2026-27-Q1", "--approved-by", "Chair of the Board")


def parts(block: str) -> list[tuple[str, list[str]]]:
    """Return the files of a block, each with the lines to type into it."""
    files: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if re.fullmatch(r"[\w./-]+\.(yaml|csv|md|xlsx)", line):
            files.append((line, []))
        else:
            files[-1][1].append(line)
    return files


def fill_in(file: Path, lines: list[str]) -> None:
    """Type lines into a file of the workspace, in place of what is to be filled in."""
    answers = dict(line.split(": ", 1) for line in lines if re.match(r"[\w. -]+: ", line))
    text = file.read_text(encoding="utf-8") if file.suffix != ".xlsx" else ""
    if file.suffix == ".yaml":
        for key, answer in answers.items():
            before = rf"(?m)^( *)- \"{GAP}.*$" if key.endswith(".0") else rf"(?m)^( *){key}: \"{GAP}.*$"
            after = f"- {answer}" if key.endswith(".0") else f"{key}: {answer}"
            text, times = re.subn(before, rf"\g<1>{after}", text)
            assert times == 1, key
        file.write_text(text, encoding="utf-8")
    elif file.suffix == ".csv":
        rows = list(csv.reader(text.splitlines()))
        assert {row[0] for row in rows[1:]} == answers.keys()
        rows = [[answers[row[0]] if cell.startswith(GAP) else cell for cell in row] for row in rows]
        with file.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    elif file.suffix == ".md":
        for key, answer in answers.items():
            text, times = re.subn(rf"(?m)^{key}:$", f"{key}: {answer}", text)
            assert times == 1, key
        file.write_text(f"{text}{lines[-1]}\n", encoding="utf-8")
    else:
        book = openpyxl.load_workbook(file)
        for row in book["Terms"].iter_rows():
            row[1].value = answers.get(row[0].value, row[1].value)
        for row in book["Figures"].iter_rows():
            for cell, figure in zip(row[5:8], answers.get(row[0].value, "").split(), strict=False):
                assert not cell.protection.locked
                cell.value = int(figure)
        book.save(file)


@dataclass(frozen=True)
class Adopted:
    """The workspace to which the guide leads, the installed command, and the repository from which that was built.

    ``ran`` has each command of the guide with its exit status, what it printed, what the guide says that it prints, and
    its complaints.
    """

    folder: Path
    command: Path
    code: Path
    ran: list[tuple[str, int, str, str, str]]

    def run(self, *arguments: str, within: str = ".") -> tuple[int, list[str], list[str]]:
        done = subprocess.run(
            [self.command, *arguments], cwd=self.folder / within, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    @property
    def package(self) -> Path:
        [found] = (self.command.parents[1]).glob("lib/python*/site-packages/priority_two")
        return found

    @property
    def filed(self) -> Path:
        return self.folder / "reports" / "filed" / FILING


def commit_of(folder: Path, name: str = "HEAD") -> str:
    done = subprocess.run(["git", "rev-parse", name], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def installed(base: Path) -> Path:
    """Return the command of a package that was built from a commit and installed where there is no checkout.

    Its libraries are those of this environment, in which the project itself is not found: it is an editable install.
    """
    code, venv = base / "code", base / "venv"
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
    return venv / "bin" / "priority-two"


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Adopted:
    """Return what comes of the guide, followed as it stands in an empty folder."""
    base = tmp_path_factory.mktemp("adopted")
    command, folder = installed(base), base / "desk"
    folder.mkdir()
    roles = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    surroundings = {**os.environ, **dict.fromkeys(roles, "analyst@example.invalid")}
    ran = []
    for kind, block in BLOCKS:
        if kind == "yaml":
            name, text = block.split("\n", 1)
            (folder / name.removeprefix("# ")).write_text(text, encoding="utf-8")
        elif kind == "text":
            for file, lines in parts(block):
                fill_in(folder / file, lines)
        else:
            for line, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
                program, *arguments = shlex.split(line)
                if program == "cd":
                    folder /= arguments[0]
                    continue
                done = subprocess.run(
                    [command if program == "priority-two" else program, *arguments],
                    cwd=folder,
                    env=surroundings,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                ran.append((line, done.returncode, done.stdout, output, done.stderr))
    return Adopted(folder, command, base / "code", ran)


def test_the_guide_leads_from_nothing_to_a_paper_that_is_filed_and_audited(adopted: Adopted) -> None:
    for line, status, printed, output, complaints in adopted.ran:
        assert (status, printed, complaints) == (0, output, ""), line
    assert adopted.ran[-1][0] == "priority-two audit"
    papers = {path.suffix: path.read_text("utf-8", "replace") for path in adopted.filed.iterdir()}
    assert "123" in papers[".html"] and "llustrative" in papers[".html"] and GAP not in papers[".html"]
    shipped = ("Bromley", "VAWG", "Women and Girls", "Croydon", "borough", "ward")
    leaked = {(word, end) for word in shipped for end, text in papers.items() if re.search(rf"\b{word}\b", text)}
    assert leaked == set()
    assert not any(str(adopted.folder.parent.parent) in text for text in papers.values())
    status, lines, _ = adopted.run("quarter", "2026-27-Q1", "--as-at", "2026-07-20")
    assert (status, [line for line in lines if line.startswith(("done: approve", "done: audit"))]) == (0, lines[-3:-1])


def test_an_installed_package_files_in_a_workspace_and_audits_there(adopted: Adopted) -> None:
    seal, _ = Seal.read(adopted.filed / "seal.json", "seal.json")
    data, code = commit_of(adopted.folder, "HEAD~1"), commit_of(adopted.code)
    assert (seal.commit, seal.code.commit if seal.code else "") == (data, code)
    manifest = json.loads((adopted.filed / "quarterly-progress-board.manifest.json").read_text(encoding="utf-8"))
    assert {"notebooks/quarterly_progress.ipynb", "src/priority_two/report/paper.py"} <= manifest["code"].keys()
    sent = adopted.folder / "data" / "returns" / "2026-07-10_police"
    aside = sent.rename(adopted.folder.parent / sent.name)
    status, lines, complaints = adopted.run("audit", within="data/updates")
    aside.rename(sent)
    assert (status, complaints, lines[0]) == (1, [], f"not identical: {FILING}"), lines
    assert f"  input gone: data/returns/{sent.name}/observations.csv (not committed)" in lines
    with_code = f"with code and lock of commit {code[:12]} and the inputs of commit {data[:12]}"
    assert lines[-1] == f"  as it was filed, {with_code}: identical; what is filed is genuine"


def test_nothing_is_filed_with_other_code_than_the_workspace_asks_for(adopted: Adopted) -> None:
    lock = adopted.folder / WORKSPACE_FILE
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace(commit_of(adopted.code), "0" * 40), encoding="utf-8")
    commit(adopted.folder)
    status, _, complaints = adopted.run(*FILE)
    assert status == 1
    assert [line.split(";")[0] for line in complaints] == ["priority-two.lock, column commit: found 000000000000"]
    lock.write_text(text, encoding="utf-8")
    commit(adopted.folder)


def test_nothing_is_filed_with_a_package_that_somebody_changed(adopted: Adopted) -> None:
    module = adopted.package / "sentences.py"
    before = module.read_bytes()
    module.write_bytes(before + b"\n")
    added = adopted.package / "report" / "more.py"
    added.write_text("", encoding="utf-8")
    status, _, complaints = adopted.run(*FILE)
    module.write_bytes(before)
    added.unlink()
    assert status == 1
    named = [line.split(":")[0] for line in complaints]
    assert named == ["src/priority_two/report/more.py", "src/priority_two/sentences.py"]
    assert all("expected code as it was released" in line for line in complaints)


def test_an_audit_lays_out_code_and_data_each_from_its_repository(adopted: Adopted, tmp_path: Path) -> None:
    assert adopted.run("lock", "--repository", "../../code") == (0, [WORKSPACE_FILE], [])
    commit(adopted.folder)
    seal, _ = Seal.read(adopted.filed / "seal.json", "seal.json")
    with code_and_data(adopted.folder, seal, tmp_path) as (tree, place):
        assert tree and (tree / "tools" / "bootstrap.py").is_file() and not (place / "tools").exists()
        assert (place / "data" / PARTNERSHIP).is_file()
    assert not (tmp_path / "code").exists() and not (tmp_path / "tree").exists()
    lost = seal.model_copy(update={"code": seal.code.model_copy(update={"commit": "1" * 40})}) if seal.code else seal
    with pytest.raises(Refused, match=r"\.\./code: found none; expected commit 111111111111 of the code"):
        code_and_data(adopted.folder, lost, tmp_path).__enter__()


def test_the_guide_says_how_long_the_typing_takes() -> None:
    typed = commands = 0
    for kind, block in BLOCKS:
        if kind == "console":
            lines = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
            commands += len(lines)
            typed += sum(len(line) + 1 for line in lines)
        elif kind == "yaml":
            typed += len(block.split("\n", 1)[1])
        else:
            answers = [line.split(": ", 1)[-1] for _, lines in parts(block) for line in lines]
            typed += sum(len(answer) + 1 for answer in answers)
    minutes = -(-typed // A_MINUTE)
    assert minutes <= 10
    assert f"{typed:,} characters and {commands} commands" in " ".join(GUIDE.split())
    assert f"{minutes} minutes of typing" in " ".join(GUIDE.split())


def test_the_readme_and_the_guide_lead_to_each_other() -> None:
    for page in ("reference-data.md", "collecting-returns.md", "writing-updates.md"):
        assert f"({page})" in GUIDE and (ROOT / "docs" / page).is_file()
