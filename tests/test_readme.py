"""The README: every command in it runs in a fresh copy of the project, and each promise has its test."""

from __future__ import annotations

import re
import subprocess

from conftest import ROOT, Clone, commands_of_the_clone, readme_commands

README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = ROOT / "CHANGELOG.md"


def test_every_command_of_the_readme_runs_in_a_fresh_clone(clone: Clone) -> None:
    assert [command for command, *_ in clone.ran] == commands_of_the_clone()
    by_ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in set(readme_commands()) - set(commands_of_the_clone()):
        assert re.search(rf"\b{'make test' if command == 'make test' else 'make audit'}\b", by_ci), command
    assert len(clone.ran) >= 6 and {"make report", "make data-sheet PERIOD=2021-03"} <= {one[0] for one in clone.ran}
    for command, status, said, complained in clone.ran:
        assert status == 0, f"{command}\n{said}\n{complained}"
        assert "Traceback" not in complained and "Warning" not in complained
        assert complained == "" or command.startswith("make validate"), complained
    drafts = clone.folder / "reports" / "drafts"
    papers = {path.with_suffix("") for path in drafts.rglob("*.html")}
    names = {"quarterly-progress-board", "annual-achievements-board", "data-sheet-board"}
    assert {path.name for path in papers} == names
    for ending in (".pdf", ".ipynb", ".manifest.json"):
        assert set(drafts.rglob(f"*{ending}")) == {path.with_name(path.name + ending) for path in papers}


def test_the_second_set_up_does_nothing(clone: Clone) -> None:
    fresh = clone.folder
    subprocess.run(["make", "setup"], cwd=fresh, check=True, capture_output=True)
    before = {path: path.stat().st_mtime_ns for path in (fresh / ".venv").iterdir()}
    done = subprocess.run(["make", "setup"], cwd=fresh, check=True, capture_output=True, text=True)
    assert "set-up" not in done.stdout + done.stderr
    assert {path: path.stat().st_mtime_ns for path in (fresh / ".venv").iterdir()} == before


def test_set_up_builds_the_caches_of_its_libraries(clone: Clone) -> None:
    """A second user, whose home is empty and who may write neither there nor in the environment, waits for none."""
    environment = clone.folder / ".venv"
    (fonts,) = (environment / "share" / "priority-two" / "charts").iterdir()
    assert fonts.name.startswith("fontlist-") and fonts.stat().st_size > 1000
    for module in ("matplotlib/text", "pandas/core/frame", "great_expectations/__init__", "IPython/core/shellapp"):
        (source,) = environment.glob(f"[lL]ib/**/site-packages/{module}.py")
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")), module


def test_each_promise_names_tests_that_exist() -> None:
    promises = README.split("## Promises", 1)[1]
    sections = re.split(r"^### ", promises, flags=re.MULTILINE)[1:]
    assert len(sections) >= 10
    for section in sections:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", section)
        assert named, section
        for file, test in named:
            assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), test


def test_the_readme_names_every_target_that_it_uses_and_its_picture_is_there() -> None:
    targets = set(re.findall(r"(?:^ *|`)make ([a-z-]+)", README, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
    assert (ROOT / re.search(r"!\[[^]]{40,}\]\(([^)]+)\)", README)[1]).stat().st_size > 10_000
    assert CHANGELOG.read_text(encoding="utf-8").startswith("# Changelog")
