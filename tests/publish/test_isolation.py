"""Nothing that a shell or a home folder holds changes a byte of a paper: not in the kernel, nor in what starts it.

That bytes are the same is shown by ``tests/record/test_deterministic.py``.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from conftest import ROOT, commit, run
from own_settings import HOME, TEMPLATE, settings_of, write_all
from priority_two.environment import impersonal
from priority_two.publish.exporters import PaperHTMLExporter, PaperPDFExporter
from priority_two.record.git import as_added, as_committed, commit_of, tree_of, uncommitted


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_all(tmp_path / "home", HOME)
    return tmp_path / "home"


def test_the_command_starts_where_modules_are_shadowed_and_warnings_are_errors(home: Path) -> None:
    done = run("report", "newsletter", **settings_of(home))
    assert done.returncode == 2 and "newsletter" in done.stderr and len(done.stderr.splitlines()) == 1
    done = run("--help", **settings_of(home))
    assert done.returncode == 0 and done.stdout.startswith("Usage: priority-two ")


def test_an_environment_of_nobody_keeps_what_is_nobodys_own(home: Path) -> None:
    others = {"PATH": "/bin", "PYTHON": "python3", "PERIOD": "2020-21-Q4", "PRIORITY_TWO": "x"}
    left = impersonal({**settings_of(home), **others})
    own = {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TZ", "TMPDIR", "TERM"}
    own |= {"LANGUAGE", "LANG", "LC_ALL", "LC_NUMERIC", "COLUMNS", "NO_COLOR"}
    own |= {"GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_GLOBAL"}
    assert left.keys() == own | others.keys() | {"MATPLOTLIBRC"}
    assert left["MATPLOTLIBRC"] == os.devnull


@pytest.mark.parametrize("exporter", [PaperHTMLExporter, PaperPDFExporter])
def test_templates_and_settings_come_from_the_package_alone(
    exporter: type[PaperHTMLExporter], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_of(home).items():
        if name.startswith(("HOME", "XDG", "JUPYTER")):
            monkeypatch.setenv(name, value)
    config = Config()
    for name in ("TemplateExporter", "HTMLExporter", "PaperHTMLExporter", "PaperPDFExporter", "Exporter"):
        config[name].template_paths = [str(home / ".local/share/jupyter/nbconvert/templates/paper")]
        config[name].extra_template_paths = config[name].template_paths
        config[name].extra_template_basedirs = [str(home / ".local/share/jupyter/nbconvert/templates")]
        config[name].template_data_paths = config[name].extra_template_basedirs
        config[name].template_file = str(home / ".local/share/jupyter/nbconvert/templates/paper/index.html.j2")
        config[name].template_name = "base"
        config[name].raw_template = TEMPLATE
        config[name].filters = {"e": "builtins.repr"}
        config[name].preprocessors = ["nowhere.Nothing"]
        config[name].exclude_input = True
    for made in (exporter(config=config), exporter(parent=exporter(config=config))):
        assert made.template_paths == [str(ROOT / "src/priority_two/publish/paper")]
        assert Path(str(made.template.filename)) == ROOT / "src/priority_two/publish/paper/index.html.j2"
        assert made.filters == {} and made.preprocessors == [] and made.raw_template == ""


def test_git_answers_as_it_does_for_everybody(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.csv").write_bytes(b"a,b\n1,2\n")
    subprocess.run(["git", "init", "-q", project], check=True)
    commit(project)
    (project / "new.txt").write_bytes(b"new\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert uncommitted(project) == ["new.txt"] and as_committed(project, ["a.csv"]) == {"a.csv"}
    assert as_added(project, ".") == {"a.csv": True}
    with tree_of(project, commit_of(project), tmp_path / "tree") as tree:
        assert (tree / "a.csv").read_bytes() == b"a,b\n1,2\n"


def test_nbconvert_may_still_be_told_to_run_a_notebook() -> None:
    config = Config()
    config.ExecutePreprocessor.enabled = True
    exporter = PaperHTMLExporter(config=config)
    notebook = nbformat.v4.new_notebook()
    assert exporter.config.ExecutePreprocessor.enabled and notebook
