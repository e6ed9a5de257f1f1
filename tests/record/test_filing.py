"""Filing and auditing: what is sealed stays, whatever happens around it, and whoever meddles with it is named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checkers import program
from conftest import DATA, ROOT, Clone, commit
from priority_two.errors import Refused
from priority_two.paths import NOTEBOOKS, WORKSPACE_FILE, code_name
from priority_two.publish.pdf import pdf_from_html
from priority_two.record.altered import AlteredLine, alterations, guard
from priority_two.record.audit import Verdict, audit, contradictions, laid_out_otherwise, run_again
from priority_two.record.differences import Account, Differences, by_hash
from priority_two.record.git import as_added, as_committed, tree_of
from priority_two.record.manifest import Manifest, entry
from priority_two.record.provenance import took_part
from priority_two.record.seal import SEAL, SUPERSEDED, Seal, all_filed, tampering

KIND = ("strategic-group", "--period", "2019-20-Q4")
AS_AT = ("--as-at", "2020-03-06")
POSTS = ("Strategic Lead (illustrative)", "Chair of the Board (illustrative)")
APPROVED = ("--approved-by", POSTS[0], "--approved-by", POSTS[1])
NAME = "2019-20-Q4/strategic-group-board/v1"
STEM = "strategic-group-board"
RETURN = "data/returns/2020-03-06_lbb/observations.csv"
UPDATE = "data/updates/2019-20-Q4/strategic-group/report.md"


@dataclass(frozen=True)
class Project:
    """A clone of the project in which something can be filed."""

    folder: Path

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """Run the clone's own command there; return exit status and lines of standard output and error."""
        command = self.folder / ".venv" / "bin" / "priority-two"
        done = subprocess.run([command, *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    @property
    def filed(self) -> Path:
        return self.folder / "reports" / "filed" / NAME


@pytest.fixture(scope="module")
def filed(clone: Clone) -> Project:
    """Return a clone in which the Strategic Group's report is filed and committed."""
    project = Project(clone.folder)
    commit(project.folder)
    status, said, complained = project.run("file", *KIND, *AS_AT, *APPROVED)
    assert (status, complained) == (0, []), complained
    assert {Path(line).parent.as_posix() for line in said} == {f"reports/filed/{NAME}"}
    commit(project.folder)
    return project


@pytest.fixture
def project(filed: Project) -> Iterator[Project]:
    """Return the clone, and put it back afterwards."""
    base = filed.git("rev-parse", "HEAD")
    yield filed
    filed.git("reset", "-q", "--hard", base)
    filed.git("clean", "-fdq")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def changed(path: Path) -> None:
    """Change one byte of a file of text: a blank more at the end."""
    path.write_bytes(path.read_bytes() + b" ")


# What is filed


def test_the_lock_of_a_repository_that_holds_its_code_names_no_commit(project: Project) -> None:
    assert project.run("lock") == (0, [WORKSPACE_FILE], [])
    version = tomllib.loads((project.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert yaml.safe_load((project.folder / WORKSPACE_FILE).read_text(encoding="utf-8")) == {
        "schema": "priority-two/lock/1",
        "version": version,
        "commit": "",
        "environment": sha256(project.folder / "requirements.lock"),
        "repository": ".",
    }


def test_a_filing_holds_the_report_its_manifest_and_its_seal(filed: Project) -> None:
    names = {f"{STEM}{ending}" for ending in (".html", ".pdf", ".ipynb", ".manifest.json")}
    assert {path.name for path in filed.filed.iterdir()} == {*names, SEAL}
    seal = json.loads((filed.filed / SEAL).read_text(encoding="utf-8"))
    assert seal["commit"] == filed.git("rev-parse", "HEAD~1")
    assert (seal["version"], seal["approved_by"], seal["corrects"]) == (1, list(POSTS), None)
    assert seal["manifest"]["sha256"] == sha256(filed.filed / f"{STEM}.manifest.json")
    manifest = json.loads((filed.filed / f"{STEM}.manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "filed"
    assert {name: one["sha256"] for name, one in manifest["outputs"].items()} == {
        name: sha256(filed.filed / name) for name in names - {f"{STEM}.manifest.json"}
    }
    html = (filed.filed / f"{STEM}.html").read_text(encoding="utf-8")
    assert "Board (restricted), filed, version 1" in html and "; ".join(POSTS) in html and "Draft" not in html


def test_each_seal_follows_the_one_that_was_filed_before(filed: Project) -> None:
    every = {one.name: one.seal for one in all_filed(filed.folder / "reports")}
    links = [(link.filing, link.seal) for seal in every.values() if seal for link in seal.previous]
    assert len(links) == len(every) - 1 == len({name for name, _ in links})
    assert NAME not in {name for name, _ in links}  # it is the last
    for name, digest in links:
        assert sha256(filed.folder / "reports" / "filed" / name / SEAL) == digest


def test_the_pdf_carries_its_evidence_inside(filed: Project, tmp_path: Path) -> None:
    pdf = filed.filed / f"{STEM}.pdf"
    subprocess.run(
        [program("pdftotext", "pdfdetach"), "-saveall", "-o", tmp_path, pdf], check=True, capture_output=True
    )
    assert {path.name for path in tmp_path.iterdir()} >= {
        "manifest.json",
        "validation.json",
        "figures.csv",
        "sources.csv",
    }
    beside = json.loads((filed.filed / f"{STEM}.manifest.json").read_text(encoding="utf-8"))
    inside = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert f"{STEM}.pdf" in beside["outputs"] and f"{STEM}.pdf" not in inside["outputs"]
    del beside["outputs"][f"{STEM}.pdf"], beside["environment"]  # and nothing that moves on while no page does
    beside["inputs"] = {path: one for path, one in beside["inputs"].items() if "/reference/" not in path}
    assert inside == {**beside, "schema": "priority-two/manifest-inside/1"}
    assert RETURN in inside["inputs"] and UPDATE in inside["inputs"]
    validation = json.loads((tmp_path / "validation.json").read_text(encoding="utf-8"))
    assert validation["checks"] == beside["checks"]
    assert len(validation["findings"]) == sum(check["warnings"] for check in beside["checks"]) > 0


def test_what_cannot_be_filed_says_why(project: Project) -> None:
    def refused(*arguments: str) -> tuple[int, str]:
        status, said, complained = project.run("file", *KIND, *AS_AT, *arguments)
        assert said == [] and len(complained) == 1
        return status, complained[0]

    status, line = refused("--approved-by", POSTS[0])
    assert status == 1 and "found 1 approval; expected 2 approvals" in line
    assert refused()[0] == 1
    status, line = refused(*APPROVED, "--approved-by", "The mayor")
    assert status == 2 and "found another word" in line and "mayor" not in line
    status, line = refused(*APPROVED, "--approved-by", POSTS[0])
    assert status == 2 and "once" in line
    status, line = refused(*APPROVED)
    assert status == 1 and "--corrects" in line  # it is filed already
    for reason in ("It was \x1b[31mwrong", "wrong " * 500):
        status, line = refused(*APPROVED, "--corrects", reason)
        assert status == 2 and line.startswith("corrects: ") and "2000 printable characters" in line
    changed(project.folder / "README.md")
    (project.folder / "data" / "returns" / "new.txt").write_text("new", encoding="utf-8")
    status, _, complained = project.run("file", *KIND, *AS_AT, *APPROVED)
    assert status == 1 and [line.split(":")[0] for line in complained] == ["README.md", "data/returns/new.txt"]


def test_a_correction_is_a_new_version_the_old_one_says_so_and_what_it_was_made_from_is_excused(
    project: Project,
) -> None:
    before = {path.name: sha256(path) for path in project.filed.iterdir()}
    changed(project.folder / UPDATE)
    commit(project.folder)
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert (status, said[0]) == (1, f"not identical: {NAME}")
    why = "The date of the last meeting was wrong"
    status, _, complained = project.run("file", *KIND, *AS_AT, *APPROVED, "--corrects", why)
    assert (status, complained) == (0, [])
    later = project.filed.with_name("v2")
    seal = json.loads((later / SEAL).read_text(encoding="utf-8"))
    assert seal["corrects"] == {"version": 1, "reason": why}
    assert seal["previous"] == [{"filing": NAME, "seal": before[SEAL]}]
    assert why in (later / f"{STEM}.html").read_text(encoding="utf-8")
    assert why in (project.filed / SUPERSEDED).read_text(encoding="utf-8")
    assert {path.name: sha256(path) for path in project.filed.iterdir() if path.name != SUPERSEDED} == before
    commit(project.folder)
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert (status, len(said)) == (0, 2) and said[1] == f"identical: {NAME[:-1]}2"
    assert said[0].startswith(
        f"identical: {NAME} (superseded by version 2; as sealed; since then changed: inputs ({UPDATE})"
    )
    (project.filed / SUPERSEDED).write_text("Nothing to see\n", encoding="utf-8")
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert status == 1 and any(SUPERSEDED in line for line in said)
    project.git("checkout", "-q", "--", ".")
    changed(project.folder / UPDATE)  # what no version was made from is not excused
    commit(project.folder)
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert status == 1 and [line.split(" (")[0] for line in said if not line.startswith("  ")] == [
        f"not identical: {NAME}",
        f"not identical: {NAME[:-1]}2",
    ]


# The audit


def test_unrelated_data_and_later_returns_do_not_disturb_a_filed_report(project: Project) -> None:
    returns = project.folder / "data" / "returns"
    shutil.copytree(returns / "2020-03-06_lbb", returns / "2020-03-07_lbb")
    terms = returns / "2020-03-07_lbb" / "terms.yaml"
    terms.write_text(terms.read_text(encoding="utf-8").replace("received: 2020-03-06", "received: 2020-03-07"))
    shutil.copytree(
        project.folder / "data" / "updates" / "2020-21-Q4", project.folder / "data" / "updates" / "2021-22-Q1"
    )
    partnership = project.folder / "data" / "reference" / "partnership.yaml"
    partnership.write_text(partnership.read_text(encoding="utf-8") + "\n# A note to ourselves.\n", encoding="utf-8")
    commit(project.folder)
    calendar = project.folder / "data" / "reference" / "calendar.csv"  # a table may grow before it is committed
    calendar.write_text(calendar.read_text(encoding="utf-8") + "2021-22-Q1,Quarter One 2021-22,,,\n", encoding="utf-8")
    status, said, complained = project.run("audit", *KIND)
    assert (status, complained) == (0, [])
    since = "inputs changed since, without effect: data/reference/calendar.csv, data/reference/partnership.yaml"
    assert said == [f"identical: {NAME} ({since})"]


def test_everything_that_changed_is_named_in_order_of_cause(project: Project) -> None:
    gone = next(path for path in sorted((project.folder / "data" / "returns").iterdir()) if path.name < "2020-03")
    shutil.rmtree(gone)
    changed(project.folder / RETURN)
    update = "data/updates/2019-20-Q4/strategic-group/report.md"
    changed(project.folder / update)
    notebook = project.folder / "notebooks" / "strategic_group.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("## Action plan", "## The action plan"))
    changed(project.folder / "requirements.lock")
    changed(project.filed / f"{STEM}.html")
    status, (first, *causes), _ = project.run("audit", *KIND)
    assert (status, first) == (1, f"not identical: {NAME}")
    inputs = sorted(
        [f"data/returns/{gone.name}/observations.csv", f"data/returns/{gone.name}/terms.yaml", RETURN, update]
    )
    assert causes[:6] == [
        *(
            f"  input gone: {path} (not committed)"
            if gone.name in path
            else f"  input changed: {path} (not committed): only blanks, line ends, quotes or the order of columns"
            for path in inputs
        ),
        "  code changed: notebooks/strategic_group.ipynb (not committed)",
        "  environment: requirements.lock changed (not committed)",
    ]
    assert f"  output differs: {STEM}.html; text and figures are not the same" in causes
    assert causes[-1] == f"  tampering: {STEM}.html is not what was sealed"


def test_years_later_a_report_is_made_again_with_the_code_it_was_filed_with(project: Project) -> None:
    template = project.folder / "src" / "priority_two" / "report" / "sections" / "masthead.py"
    template.write_text(template.read_text(encoding="utf-8").replace("Data as at", "Figures as at"))
    commit(project.folder)
    filing = json.loads((project.filed / SEAL).read_text(encoding="utf-8"))["commit"]
    status, said, complained = project.run("audit", *KIND)
    assert (status, complained) == (0, []), said
    assert said[:2] == [
        f"identical: {NAME} (as it was filed; code or tables of today make another paper)",
        "  code changed: src/priority_two/report/sections/masthead.py",
    ]
    how = f"as it was filed, with the code, the lock and the inputs of commit {filing[:12]}"
    assert said[-1] == f"  {how}: identical"
    assert not (project.folder / "build" / "audit" / filing[:12] / "tree").exists()
    environment = project.folder / "build" / "audit" / filing[:12] / "environment"
    assert [path.name for path in environment.iterdir()] == ["lent"]  # the lock of then names the libraries of now
    assert len(project.git("worktree", "list").splitlines()) == 1


FILE_CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a return altered": (lambda data: _replaced(data.parent / RETURN, ",13,", ",31,"), f"input changed: {RETURN}"),
    "a blank in a return": (lambda data: changed(data.parent / RETURN), f"input changed: {RETURN}"),
    "a return deleted": (lambda data: shutil.rmtree((data.parent / RETURN).parent), f"input gone: {RETURN}"),
    "terms altered": (
        lambda data: _replaced((data.parent / RETURN).with_name("terms.yaml"), "publish", "board"),
        f"input changed: {RETURN.replace('observations.csv', 'terms.yaml')}",
    ),
    "a return back-dated": (
        lambda data: shutil.copytree((data.parent / RETURN).parent, data / "returns" / "2020-03-05_lbb"),
        "input added: data/returns/2020-03-05_lbb/observations.csv",
    ),
    "an update altered": (lambda data: changed(data.parent / UPDATE), f"input changed: {UPDATE}"),
    "an update deleted": (lambda data: (data.parent / UPDATE).unlink(), f"input gone: {UPDATE}"),
    "an update put beside": (
        lambda data: shutil.copy(data.parent / UPDATE, (data.parent / UPDATE).with_name("more.md")),
        f"input added: {UPDATE.replace('report.md', 'more.md')}",
    ),
}


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_change_that_shows_in_no_row_is_told_as_such(project: Project) -> None:
    update = project.folder / UPDATE
    update.write_bytes(update.read_bytes().replace(b"\n", b"\r\n"))
    commit(project.folder)
    status, lines, _ = project.run("audit", "--fast", *KIND)
    assert status == 1
    assert any(row.startswith(f"  input changed: {UPDATE} (commit ") and row.endswith(
        "): only blanks, line ends, quotes or the order of columns") for row in lines), lines  # fmt: skip


def test_an_appendix_that_a_run_would_read_is_found_and_no_other(filed: Project, tmp_path: Path) -> None:
    """Of the last quarter whose updates were read the appendices are read too."""
    manifest, _ = Manifest.read(filed.filed / f"{STEM}.manifest.json", "")
    data = tmp_path / "data"
    inputs = {}
    for quarter in ("2020-21-Q3", "2020-21-Q4"):
        update = data / "updates" / quarter / "1a.md"
        (update.parent / "appendices").mkdir(parents=True)
        update.write_text(quarter, encoding="utf-8")
        (update.parent / "appendices" / "1.md").write_text(quarter, encoding="utf-8")
        inputs[update.relative_to(tmp_path).as_posix()] = entry(update.read_bytes())
    came_in = by_hash(manifest.model_copy(update={"inputs": inputs}), data).inputs
    assert came_in == {"data/updates/2020-21-Q4/appendices/1.md": "added"}


def test_where_git_tells_nothing_no_file_is_called_not_committed(project: Project) -> None:
    _replaced(project.folder / RETURN, ",13,", ",31,")
    away = (project.folder / ".git").rename(project.folder.with_name("git-away"))
    try:
        status, lines, _ = project.run("audit", "--fast", *KIND)
    finally:
        away.rename(project.folder / ".git")
    assert status == 1
    assert "git tells nothing here, so without its record: fatal: " in lines[0]
    assert f"  input changed: {RETURN} (git tells nothing of it)" in lines
    assert not [row for row in lines if "not committed" in row]


def test_in_a_shallow_clone_an_altered_return_is_told_by_row_as_long_as_a_commit_holds_what_was_sealed(
    filed: Project, tmp_path: Path
) -> None:
    shallow = Project(tmp_path / "shallow")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{filed.folder}", shallow.folder], check=True)
    (shallow.folder / ".venv").symlink_to(filed.folder / ".venv")
    _replaced(shallow.folder / RETURN, ",13,", ",31,")
    code = "import sys; from priority_two.cli import main; sys.exit(main())"
    done = subprocess.run(
        [shallow.folder / ".venv" / "bin" / "python", "-c", code, "audit", "--fast", *KIND],
        cwd=shallow.folder,
        env={**os.environ, "PYTHONPATH": str(shallow.folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stderr
    assert any(row.endswith("column value: 13 when filed, 31 now") for row in lines), lines
    assert lines[-1].endswith(f"cannot be asked for {RETURN}: a shallow clone; git fetch --unshallow brings it")


@pytest.mark.parametrize("how", FILE_CHANGES)
@pytest.mark.parametrize("committed", [False, True])
def test_a_fast_audit_finds_what_never_changes_changed(project: Project, how: str, committed: bool) -> None:
    change, named = FILE_CHANGES[how]
    change(project.folder / "data")
    if committed:
        commit(project.folder)
    status, said, complained = project.run("audit", "--fast", *KIND)
    assert (status, complained, said[0]) == (1, [], f"not identical: {NAME}")
    by = f"(commit {project.git('rev-parse', 'HEAD')[:12]} of " if committed else "(not committed)"
    assert any(line.startswith(f"  {named} {by}") for line in said), said


def test_a_fast_audit_says_what_moved_on_by_commits_apart(project: Project) -> None:
    unchanged = [f"identical: {NAME}"]
    assert project.run("audit", "--fast", *KIND) == (0, unchanged, [])
    calendar = project.folder / "data" / "reference" / "calendar.csv"
    calendar.write_text(calendar.read_text(encoding="utf-8") + "2021-22-Q1,Quarter One 2021-22,,,\n", encoding="utf-8")
    changed(project.folder / "src" / "priority_two" / "report" / "sections" / "masthead.py")
    changed(project.folder / "requirements.lock")
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert (status, said[0]) == (1, f"not identical: {NAME}")
    assert "  environment: requirements.lock changed (not committed)" in said
    commit(project.folder)
    since = "as sealed; since then changed: inputs (data/reference/calendar.csv), code, lock; not made again"
    assert project.run("audit", "--fast", *KIND) == (0, [f"identical: {NAME} ({since})"], [])


def test_an_altered_return_is_named_by_row_value_and_commit(project: Project) -> None:
    filing = json.loads((project.filed / SEAL).read_text(encoding="utf-8"))["commit"][:12]
    guarded = "data/returns/2020-02-12_police/observations.csv"
    _replaced(project.folder / RETURN, ",13,", ",31,")
    row = 1 + [",31," in line for line in (project.folder / RETURN).read_text("utf-8").splitlines()].index(True)
    text = (project.folder / guarded).read_text(encoding="utf-8")
    value = text.splitlines()[1].split(",")[4]
    assert value.isdigit()
    (project.folder / guarded).write_text(text.replace(f",{value},", ",7654321,", 1), encoding="utf-8")
    commit(project.folder)
    status, said, complained = project.run("audit", "--fast", *KIND)
    assert (status, complained, said[0]) == (1, [], f"not identical: {NAME}")
    by = f"(commit {project.git('rev-parse', 'HEAD')[:12]} of {project.git('show', '-s', '--format=%cs')})"
    assert said[1:4] == [
        f"  input changed: {guarded} {by}: row 2, column value: it changed; the old value and the new are withheld",
        f"  input changed: {RETURN} {by}: row {row}, column value: 13 when filed, 31 now",
        f"  commit {filing}, with which it was filed, holds what was sealed: git show {filing}:PATH",
    ]
    assert not [line for line in said if "7654321" in line or f" {value} " in line]
    assert len(said) <= 9


def test_an_audit_gives_no_advice_on_how_to_edit_data_and_says_what_is_genuine(project: Project) -> None:
    filing = json.loads((project.filed / SEAL).read_text(encoding="utf-8"))["commit"][:12]
    shutil.rmtree((project.folder / RETURN).parent)
    status, said, _ = project.run("audit", *KIND)
    assert status == 1
    assert f"  input gone: {RETURN} (not committed)" in said
    refused = [line for line in said if line.startswith("  cannot be made again by today's code from today's data: ")]
    assert len(refused) == 1 and "fault" in refused[0]
    how = f"as it was filed, with the code, the lock and the inputs of commit {filing}"
    assert said[-1] == f"  {how}: identical; what is filed is genuine"
    for advice in ("expected", "mend", "send", "take ", "add ", "ingest"):
        assert not [line for line in said if advice in line], advice


# What changed in an input


CELLS = st.lists(st.lists(st.text('ab1 ,"', max_size=3), min_size=3, max_size=3), max_size=6)


def _csv(rows: list[list[str]], ends: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=ends).writerows([["one", "two", "three"], *rows])
    return text.getvalue().encode()


@given(CELLS, CELLS)
def test_rows_are_told_apart_exactly_where_what_they_hold_differs(old: list[list[str]], new: list[list[str]]) -> None:
    def held(rows: list[list[str]]) -> list[list[str]]:
        return [cells for row in rows if any(cells := [cell.strip() for cell in row])]

    places = alterations(_csv(old), _csv(new, "\r\n"), table=True, guarded=lambda line: False)
    assert (places == []) == (held(old) == held(new))
    withheld = alterations(_csv(old), _csv(new), table=True, guarded=lambda line: True)
    assert not [place for place in withheld if "when filed" in place]


def test_what_may_not_be_published_is_withheld_by_the_stricter_of_then_and_now() -> None:
    head, rows = b"period,measure,area,breakdown,value,status,note\n", (b"2021-01,A1,,,5,,\n", b"2021-01,A1,,,6,,\n")
    public, person = (b"measure,disclosure\nA1,%s\n" % policy for policy in (b"public_nonperson", b"person"))
    publish, none = b"permission: publish\n", b"permission: none\n"

    def places(terms: list[bytes], policies: list[bytes], path: str = "data/returns/x/observations.csv") -> list[str]:
        return alterations(head + rows[0], head + rows[1], table=True, guarded=guard(path, terms, policies))

    assert places([publish, publish], [public, public]) == ["row 2, column value: 5 when filed, 6 now"]
    withheld = ["row 2, column value: it changed; the old value and the new are withheld"]
    for terms, policies in (
        ([none, publish], [public, public]),
        ([publish, none], [public, public]),
        ([publish, publish], [person, public]),
        ([publish, publish], [public, person]),
        ([publish, b"]"], [public]),
        ([publish], [b"\0"]),
        ([publish], []),
        ([], [public]),
    ):
        assert places(terms, policies) == withheld, (terms, policies)
    assert guard("data/returns/x/notes.csv", [publish], [public])(AlteredLine(1, {"": "x"}))
    of_terms = guard("data/returns/x/terms.yaml", [none, publish], [])
    assert not of_terms(AlteredLine(1, {"": "permission: none"})) and of_terms(
        AlteredLine(2, {"": "explanation: who it was"})
    )


def test_columns_that_came_or_went_hide_no_row_and_what_cannot_be_seen_is_named() -> None:
    def places(then: str, now: str, *, guarded: bool = False) -> list[str]:
        return alterations(then.encode(), now.encode(), table=True, guarded=lambda line: guarded)

    assert places("a,b\n1,2\n3,4\n5,6\n", "a,b,c\n1,2,\n5,6,x\n") == [
        "columns were added: c",
        "row 3 as filed is gone: 3, 4",
    ]
    assert places("a,b\n1,2\n", "a\n1\n") == ["columns as filed are gone: b"]
    assert places("a,b\n1,2\n", "b,a\n2,1\n") == []
    assert places("a,b\n1,2\n", "a,b,b\n1,2,2\n") == ["columns were added: b"]
    assert places("a,b\n1,2\n", "a,b,Mrs Example\n1,2,\n", guarded=True) == ["columns were added: 1"]
    assert places("a\n1\n", "a\n1\u200b\n") == ["row 2, column a: 1 when filed, 1\\u200b (U+200B) now"]
    assert places("a\nPOL\n", "a\n\u0420OL\n") == ["row 2, column a: POL when filed, \u0420OL (U+0420) now"]


def test_what_stands_within_words_that_may_not_be_shown_is_no_open_term() -> None:
    then, now = b"permission: none\nexplanation: |\n  x\n", b"permission: none\nexplanation: |\n  received: by whom\n"
    withheld = guard("data/returns/x/terms.yaml", [then, now], [])
    places = alterations(then, now, table=False, guarded=withheld)
    assert places == ["row 3: it changed; the old value and the new are withheld"]


def test_a_return_that_changed_is_named_first_and_rows_of_another_file_do_not_hide_it() -> None:
    tables = [f"data/reference/table-{number}.csv" for number in range(30)]
    returns = [f"data/returns/2021-0{number}-12_police/observations.csv" for number in range(1, 10)]
    differing = Differences(inputs=dict.fromkeys([*tables, *returns], "changed"))
    details = {path: (" (commit c)", [f"row {number}" for number in range(5)]) for path in returns}
    lines = Account(differing, returns, set(tables), set(), details, "", "").lines()
    assert lines[:9] == [f"input changed: {path} (commit c): row 0; and 4 more" for path in returns]
    assert lines[-1] == "input: and 19 more"


def test_a_file_of_many_rows_is_compared_without_waiting_and_told_in_few_lines() -> None:
    old = _csv([[str(number), "a", "b"] for number in range(60_000)])
    new = _csv([[str(number), "c", "b"] for number in range(60_000)])
    places = alterations(old, new, table=True, guarded=lambda line: False)
    assert places[0] == "row 2, column two: a when filed, c now"
    assert places[-1] == "and 59995 more differences"


def test_a_pdf_that_other_libraries_lay_out_is_held_against_the_filed_one(filed: Project, tmp_path: Path) -> None:
    shutil.copytree(filed.folder / "reports" / "filed", tmp_path / "filed")
    [one] = [one for one in all_filed(tmp_path) if one.name == NAME]
    manifest, _ = Manifest.read(one.folder / f"{STEM}.manifest.json", "")
    pdf = one.folder / f"{STEM}.pdf"
    shorter = pdf_from_html(
        "<!DOCTYPE html><html lang='en-GB'><head><title>T</title></head><body><p>Words</p></body></html>"
    )

    def told(made: bytes) -> tuple[bool, str]:
        verdict = Verdict(NAME)
        laid_out_otherwise(one, manifest, made, verdict, "as it was filed: Pango 1.50 then, 1.56 now")
        assert verdict.causes[0] == f"as it was filed: Pango 1.50 then, 1.56 now; all but {pdf.name} is identical"
        return verdict.identical, verdict.causes[1]

    of_these = f"{pdf.name}, as these libraries lay it out"
    assert told(pdf.read_bytes()) == (True, f"{of_these}: text, tags, figures and page images are the same")
    stands, said = told(shorter)
    assert not stands and said.startswith(f"{of_these}: text, tags, figures and page images are not the same")
    pdf.write_bytes(shorter)
    assert told(shorter) == (False, f"{pdf.name} is not what was sealed, and cannot be compared")


def test_a_shallow_clone_is_told_what_to_do(filed: Project, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{filed.folder}", shallow], check=True)
    with (
        pytest.raises(Refused, match=r"found a shallow clone; .* git fetch --unshallow"),
        tree_of(shallow, filed.git("rev-parse", "HEAD~1"), tmp_path / "tree"),
    ):
        pass


def test_what_git_saw_filed_cannot_be_taken_away_or_signed_anew(project: Project) -> None:
    seal = project.filed / SEAL
    forged = seal.read_text(encoding="utf-8").replace(project.git("rev-parse", "HEAD~1"), "0" * 40)
    seal.write_text(forged, encoding="utf-8")
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert (status, said[-1]) == (1, f"  tampering: {SEAL} is not what was first committed")
    shutil.rmtree(project.filed)
    commit(project.folder)
    status, said, _ = project.run("audit", "--fast", *KIND)
    assert status == 1
    assert said == [f"not identical: {NAME}", "  tampering: it was filed, by git's record, and is gone"]


def test_what_is_written_beside_gits_history_does_not_hide_what_was_filed(project: Project) -> None:
    shutil.rmtree(project.filed)
    commit(project.folder)
    grafts = project.folder / ".git" / "info" / "grafts"
    grafts.write_text(project.git("rev-parse", "HEAD") + "\n", encoding="utf-8")
    project.git("config", "diff.orderFile", "no-such-file")
    try:
        status, lines, _ = project.run("audit", "--fast", *KIND)
    finally:
        grafts.unlink()
        project.git("config", "--unset", "diff.orderFile")
    assert status == 1
    assert lines == [f"not identical: {NAME}", "  tampering: it was filed, by git's record, and is gone"]


def test_bytes_that_git_does_not_look_at_are_not_taken_for_committed(project: Project) -> None:
    hidden, ends, untouched = "data/reference/areas.csv", "data/reference/rag.csv", "data/reference/names.csv"
    project.git("update-index", "--assume-unchanged", hidden)
    changed(project.folder / hidden)
    (project.folder / ends).write_bytes((project.folder / ends).read_bytes().replace(b"\n", b"\r\n"))
    assert hidden not in project.git("status", "--porcelain")
    assert as_committed(project.folder, [hidden, ends, untouched, "never/there"]) == {untouched, "never/there"}
    project.git("update-index", "--no-assume-unchanged", hidden)


def test_what_only_a_merge_brought_is_in_gits_record(project: Project) -> None:
    branch, start = project.git("branch", "--show-current"), project.git("rev-parse", "HEAD")
    project.git("checkout", "-q", "--detach")
    (project.folder / "aside").write_text("aside", encoding="utf-8")
    commit(project.folder)
    side = project.git("rev-parse", "HEAD")
    project.git("checkout", "-q", "--detach", start)
    commit(project.folder)
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
    project.git(*author, "merge", "-q", "--no-commit", "--no-ff", side)
    brought = project.folder / "reports" / "filed" / "2030-31" / "data-sheet-board" / "v1" / SEAL
    brought.parent.mkdir(parents=True)
    brought.write_text("brought", encoding="utf-8")
    project.git("add", "--all")
    project.git(*author, "commit", "-q", "-m", "Merge")
    brought.unlink()
    record = as_added(project.folder, "reports/filed")
    assert record.pop(brought.relative_to(project.folder).as_posix()) is False
    assert all(record.values())
    project.git("checkout", "-q", branch)


MEDDLING: dict[str, tuple[Callable[[Path], object], str]] = {
    "html": (lambda folder: changed(folder / f"{STEM}.html"), f"{STEM}.html is not what was sealed"),
    "manifest": (
        lambda folder: changed(folder / f"{STEM}.manifest.json"),
        f"{STEM}.manifest.json is not what was sealed",
    ),
    "seal": (lambda folder: changed(folder / SEAL), f"{SEAL} is not as it was written"),
    "no seal": (lambda folder: (folder / SEAL).unlink(), f"{SEAL} cannot be read, or is none"),
    "pdf": (lambda folder: (folder / f"{STEM}.pdf").unlink(), f"{STEM}.pdf is gone"),
    "added": (lambda folder: (folder / "evil.js").write_text("x"), "evil.js was added"),
    "moved": (lambda folder: folder.rename(folder.with_name("v7")), f"{SEAL} is of another report"),
    "approvals": (
        lambda folder: _resealed(folder, approved_by=["Nobody"]),
        f"{SEAL} tells of another filing than {STEM}.manifest.json",
    ),
    "chain": (
        lambda folder: _resealed(folder, previous=[{"filing": "2020-21-Q4/gone-board/v1", "seal": "0" * 64}]),
        "chain: 2020-21-Q4/gone-board/v1 is gone",
    ),
    "period": (
        lambda folder: (
            _resealed(folder, period="2021-22-Q4"),
            folder.parents[1].rename(folder.parents[2] / "2021-22-Q4"),
        ),
        f"{SEAL} tells of another filing than {STEM}.manifest.json",
    ),
    "link": (lambda folder: _elsewhere(folder / f"{STEM}.html"), f"{STEM}.html is a link"),
    "link to a folder": (lambda folder: _elsewhere(folder), "its folder is a link"),
    "pipe": (lambda folder: _piped(folder / f"{STEM}.html"), f"{STEM}.html is not what was sealed"),
    "pipe for a seal": (lambda folder: _piped(folder / SEAL), f"{SEAL} cannot be read, or is none"),
    "pipe for a manifest": (
        lambda folder: _piped(folder / f"{STEM}.manifest.json"),
        f"{STEM}.manifest.json is not what was sealed",
    ),
    "gigabytes": (lambda folder: _vast(folder / f"{STEM}.html"), f"{STEM}.html is not what was sealed"),
}


def _elsewhere(path: Path) -> None:
    there = path.rename(path.parents[4] / "elsewhere")
    path.symlink_to(there)


def _piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _vast(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(1 << 40)


def _resealed(folder: Path, **values: object) -> None:
    seal = json.loads((folder / SEAL).read_text(encoding="utf-8")) | values
    (folder / SEAL).write_bytes(Seal.model_validate_json(json.dumps(seal)).written())


@pytest.mark.parametrize("how", MEDDLING)
def test_each_kind_of_meddling_is_named(filed: Project, tmp_path: Path, how: str) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(filed.folder / "reports" / "filed", reports / "filed")
    assert [what for one in all_filed(reports) for what in tampering(one, all_filed(reports))] == []
    meddle, named = MEDDLING[how]
    meddle(reports / "filed" / NAME)
    found = all_filed(reports)
    assert named in [what for one in found for what in tampering(one, found)]


def test_a_seal_that_is_signed_anew_is_named_beside_the_one_that_follows_it(filed: Project, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(filed.filed, reports / "filed" / NAME)
    later = (reports / "filed" / NAME).with_name("v2")
    shutil.copytree(filed.filed, later)
    corrects, link = {"version": 1, "reason": "Wrong"}, {"filing": NAME, "seal": sha256(filed.filed / SEAL)}
    _resealed(later, version=2, corrects=corrects, previous=[link])
    _resealed(reports / "filed" / NAME, commit="0" * 40, previous=[])
    first, second = (tampering(one, all_filed(reports)) for one in all_filed(reports))
    assert f"chain: {NAME[:-1]}2 follows another seal than this" in first
    assert f"chain: the seal of {NAME} is not the one that this follows" in second


def said_of(reports: Path) -> list[str]:
    return [line for verdict in audit(reports, str(DATA), lambda name: True, fast=True) for line in verdict.lines()]


def test_what_git_knows_nothing_of_is_said_to_lack_its_record(filed: Project, tmp_path: Path) -> None:
    shutil.copytree(filed.folder / "reports" / "filed", tmp_path / "filed")
    assert f"identical: {NAME} (outside the checkout, so without git's record)" in said_of(tmp_path)


def test_hostile_names_forge_no_line_and_flood_no_screen(filed: Project, tmp_path: Path) -> None:
    shutil.copytree(filed.folder / "reports" / "filed", tmp_path / "filed")
    period = (tmp_path / "filed" / NAME).parents[1].rename(tmp_path / "filed" / "x\x1b[31m\nidentical: y")
    for number in range(500):
        (period / STEM / "v1" / f"more-{number}").touch()
    lines = said_of(tmp_path)
    assert [line for line in lines if not line.isprintable() or line.startswith("identical: y")] == []
    assert any(line.startswith(r"not identical: x\x1b[31m\nidentical: y/") for line in lines)
    assert len(lines) < 100


def test_what_lies_among_the_filed_and_is_no_version_is_named(filed: Project, tmp_path: Path) -> None:
    shutil.copytree(filed.folder / "reports" / "filed", tmp_path / "filed")
    folder = tmp_path / "filed" / NAME
    shutil.copytree(folder, folder.with_name("v01"))
    for place in (folder.parent, folder.parents[1], folder.parents[2]):  # a reader takes each for what was filed
        (place / "final.pdf").write_bytes(b"%PDF")
    lines = said_of(tmp_path)
    for name in (f"{NAME[:-2]}v01", f"{NAME[:-2]}final.pdf", f"{NAME.split('/')[0]}/final.pdf", "final.pdf"):
        assert "no version of a report" in lines[lines.index(f"not identical: {name}") + 1]


@pytest.mark.parametrize("asked", [(), ("--period", "2019-20-Q4")])
def test_a_file_beside_the_reports_of_a_period_fails_the_audit_of_that_period(
    project: Project, asked: tuple[str, ...]
) -> None:
    (project.filed.parents[1] / "final.pdf").write_bytes(b"%PDF")
    status, lines, errors = project.run("audit", "--fast", *asked)
    assert (status, errors) == (1, [])
    assert "not identical: 2019-20-Q4/final.pdf" in lines


def test_a_name_that_git_cannot_be_told_does_not_silence_its_record(project: Project) -> None:
    (project.filed.parents[2] / "a\nb").write_text("x", encoding="utf-8")
    commit(project.folder)
    changed(project.filed / f"{STEM}.html")
    added = as_added(project.folder, "reports/filed")
    assert [path for path, as_then in added.items() if not as_then] == [
        f"reports/filed/{NAME}/{STEM}.html",
        "reports/filed/a\nb",
    ]


def test_a_manifest_that_says_otherwise_than_the_run_is_contradicted(filed: Project) -> None:
    sealed, _ = Manifest.read(filed.filed / f"{STEM}.manifest.json", "")
    milder = [check.model_copy(update={"warnings": check.warnings + 1}) for check in sealed.checks]
    assert contradictions(sealed, sealed) == []
    assert contradictions(sealed.model_copy(update={"checks": milder}), sealed) == ["checks"]


def test_nothing_is_filed_behind_a_seal_that_cannot_be_read(project: Project) -> None:
    seal = project.filed.parents[2] / "2020-21-Q4" / "other-board" / "v1" / SEAL
    seal.parent.mkdir(parents=True)
    seal.write_text("{", encoding="utf-8")
    status, said, complained = project.run("file", *KIND, *AS_AT, *APPROVED, "--corrects", "It was wrong")
    assert (status, said) == (1, [])
    assert complained == [
        f"reports/filed/2020-21-Q4/other-board/v1: found {SEAL} cannot be read, or is none; expected what was sealed"
    ]


def test_an_audit_of_a_folder_that_is_not_there_is_a_wrong_call(filed: Project) -> None:
    for option in ("reports", "data"):
        status, said, complained = filed.run("audit", "--fast", f"--{option}", "none")
        assert (status, said) == (2, [])
        assert complained == [f"{option}: found 'none', expected a folder"]


def test_a_data_folder_of_another_name_is_told_rather_than_each_file_called_gone(filed: Project) -> None:
    one = next(one for one in all_filed(filed.folder / "reports") if one.name == NAME)
    verdict = run_again(one, Verdict(NAME), filed.folder, str(filed.folder / "expectations"))
    named = "it was made from a data folder named data, and this one is named expectations"
    assert verdict.lines() == [f"not identical: {NAME}", f"  not made again: {named}"]


def test_every_output_that_changes_by_a_byte_is_found(filed: Project, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(filed.folder / "reports" / "filed", reports / "filed")
    for path in sorted((reports / "filed").rglob("*.*")):
        if path.is_file():
            content = path.read_bytes()
            path.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
            found = all_filed(reports)
            assert [what for one in found for what in tampering(one, found)], path
            path.write_bytes(content)


# The manifest


def test_the_schemas_are_documented_and_what_is_read_is_held_against_them(filed: Project, tmp_path: Path) -> None:
    for name, model in (("manifest", Manifest), ("seal", Seal)):
        documented = json.loads((ROOT / "docs" / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert documented == model.model_json_schema(by_alias=True)
    manifest = json.loads((filed.filed / f"{STEM}.manifest.json").read_text(encoding="utf-8"))
    for wrong in (
        {**manifest, "schema": "priority-two/manifest/0"},
        {**manifest, "more": 1},
        {**manifest, "inputs": {"data/x": {"sha256": "0", "size": 1}}},
        {**manifest, "inputs": {"data/x\n": {"sha256": "0" * 64, "size": 1}}},
        {**manifest, "inputs": {"data/../../x": {"sha256": "0" * 64, "size": 1}}},
        {**manifest, "outputs": {"/etc/passwd": {"sha256": "0" * 64, "size": 1}}},
        {key: value for key, value in manifest.items() if key != "code"},
        [],
    ):
        file = tmp_path / "m.json"
        file.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(Refused) as refused:
            Manifest.read(file, "m.json")
        assert [str(error).startswith("m.json") for error in refused.value.errors] == [True]


def test_code_that_takes_no_part_is_in_no_manifest() -> None:
    files = {code_name(path) for path in took_part(NOTEBOOKS / "strategic_group.ipynb", ["figures"])}
    assert {"notebooks/strategic_group.ipynb", "expectations/figures.json"} <= files
    assert {"src/priority_two/report/opening.py", "src/priority_two/publish/paper/paper.css"} <= files
    package = "src/priority_two"
    submit = ("returns/submit/template.py", "returns/submit/intake.py")
    apart = ("cli.py", "updates/new_period.py", *submit, "record/audit.py", "record/filing.py")
    assert not files & {f"{package}/{name}" for name in apart}
    assert all((ROOT / f"{package}/{name}").is_file() for name in apart)
