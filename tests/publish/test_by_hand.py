"""By hand: a real JupyterLab and its export menu, and plain papermill and nbconvert, from wherever people stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell

from checkers import browser_page
from conftest import ROOT, copy_of_the_project, lean_copy
from priority_two.blocks import Section, paragraph
from priority_two.by_hand import STYLE, beside
from priority_two.errors import Error, Refused, WrongCall
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.report.paper import Shown

TOKEN = "only-for-this-test"  # noqa: S105 -- of a server on loopback that lives as long as the test
GROUP = {"period": "2019-20-Q4", "as_at": "2020-03-06"}


# Papermill and nbconvert ------------------------------------------------------------------------------------------


def folder_with_a_notebook(folder: Path) -> Path:
    lean_copy(folder)
    (folder / "notebooks").mkdir()
    shutil.copy2(ROOT / "notebooks/strategic_group.ipynb", folder / "notebooks")
    return folder


def told(*command: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONWARNINGS": "default", **settings}
    given = {**{key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}, **settings}
    return subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, encoding="utf-8", check=False)


def papermill(notebook: str, out: str, cwd: Path, **parameters: str) -> subprocess.CompletedProcess[str]:
    pairs = [word for key, value in parameters.items() for word in ("-p", key, value)]
    return told(sys.executable, "-m", "papermill", "--no-progress-bar", notebook, out, *pairs, cwd=cwd)


@pytest.mark.slow
def test_papermill_and_nbconvert_find_the_data_from_the_root(tmp_path: Path) -> None:
    root = folder_with_a_notebook(tmp_path)
    done = papermill("notebooks/strategic_group.ipynb", "out.ipynb", root, **GROUP)
    assert done.returncode == 0, done.stderr
    html, _ = PaperHTMLExporter().from_filename(str(root / "out.ipynb"))
    assert "Updates</h2>" in html


@pytest.mark.slow
def test_nbconvert_runs_a_notebook_that_nobody_has_run_where_it_is_told_to(tmp_path: Path) -> None:
    root = folder_with_a_notebook(tmp_path)
    notebook = nbformat.read(root / "notebooks/strategic_group.ipynb", as_version=4)
    for key, value in GROUP.items():
        notebook.cells[0].source = notebook.cells[0].source.replace(f'{key} = ""', f'{key} = "{value}"')
    nbformat.write(notebook, root / "notebooks/own.ipynb")
    command = (sys.executable, "-m", "nbconvert", "--to", "priority_two_html", "notebooks/own.ipynb")
    done = told(*command, "--execute", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "Updates</h2>" in (root / "notebooks/own.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_from_the_notebooks_a_wrong_period_is_one_line_with_the_periods_that_the_data_have(tmp_path: Path) -> None:
    root = folder_with_a_notebook(tmp_path)
    done = papermill("strategic_group.ipynb", "../out.ipynb", root / "notebooks", period="2020")
    assert done.returncode != 0
    said = "period: found '2020', expected a financial quarter such as 2020-21-Q4 for strategic-group"
    said += "; there are 2019-20-Q4"
    (error,) = [
        output
        for cell in nbformat.read(root / "out.ipynb", as_version=4).cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert (error.traceback, error.evalue) == ([said], said)


@pytest.mark.parametrize(
    "error", [WrongCall("one line"), Refused([Error("a.md", "b", 1), Error("c.md", "d", 2)])], ids=["call", "data"]
)
def test_in_a_notebook_a_fault_is_said_without_a_traceback(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    shell: Any = InteractiveShell()
    shell.user_ns["error"] = error
    assert not shell.run_cell("raise error").success
    lines = re.sub(r"\x1b\[[0-9;]*m", "", "".join(capsys.readouterr())).strip().splitlines()
    assert lines == str(error).splitlines()


def test_the_data_lie_beside_the_notebook_wherever_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("work/notebooks", "work/data", "work/lab", "data"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "work/notebooks/a.ipynb").touch()
    for place in ("work", "work/notebooks", "work/lab"):
        monkeypatch.chdir(tmp_path / place)
        assert beside("../data", "a.ipynb").resolve() == tmp_path / "work/data"
    monkeypatch.chdir(tmp_path / "work")
    assert beside("data", "a.ipynb").resolve() == tmp_path / "work/data"
    assert beside(str(tmp_path / "data"), "a.ipynb").resolve() == tmp_path / "data"
    assert beside("../data", "b.ipynb").resolve() == tmp_path / "data"


# JupyterLab -------------------------------------------------------------------------------------------------------


def test_what_a_piece_needs_in_jupyterlab_is_no_part_of_the_paper() -> None:
    bundle, _ = DisplayFormatter().format(Shown(Section(section="masthead", blocks=(paragraph("A"),))))
    assert bundle["text/html"] == f"{STYLE}<p>A</p>" and len(STYLE) < 2_000
    said = {
        "title": "T",
        "running_header": "",
        "status": "",
        "as_at": "2021-03-25",
        "helplines": [],
        "quick_exit": {"address": "https://example.org/", "label": "Leave"},
    }
    output = nbformat.v4.new_output("display_data", bundle, metadata={"priority_two": said})
    html, _ = PaperHTMLExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    )
    assert "<p>A</p>" in html and "jp-Rendered" not in html


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that ``make lab`` started in a clone of the project."""

    folder: Path
    address: str


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    folder, settings = tmp_path / "clone", tmp_path / "settings"
    copy_of_the_project(folder)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    settings.mkdir()
    server = {"open_browser": False, "port": 0, "ip": "127.0.0.1", "allow_root": True}
    told_how = {"ServerApp": server, "IdentityProvider": {"token": TOKEN}}
    (settings / "jupyter_server_config.json").write_text(json.dumps(told_how), encoding="utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": settings,
        "JUPYTER_RUNTIME_DIR": tmp_path / "run",
        "JUPYTER_DATA_DIR": tmp_path / "data",
    }
    given = {**os.environ, **{key: str(value) for key, value in own.items()}}
    log = (tmp_path / "log").open("wb")
    command = ["make", "-o", ".venv/ready", "lab"]
    process = subprocess.Popen(command, cwd=folder, env=given, stdout=log, stderr=log, start_new_session=True)
    try:
        yield Lab(folder, address_of(tmp_path / "run", process, tmp_path / "log"))
    finally:
        for running in (tmp_path / "run").glob("jpserver-*.json"):
            os.kill(json.loads(running.read_text(encoding="utf-8"))["pid"], 15)
        process.terminate()
        process.wait()
        log.close()


def address_of(runtime: Path, process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address of the server once it answers, or fail with what it said where it ended."""
    while process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                address = str(json.loads(file.read_text(encoding="utf-8"))["url"])
                urllib.request.urlopen(f"{address}api/status?token={TOKEN}").close()  # noqa: S310
            except (ValueError, urllib.error.URLError):
                continue
            return address
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310
        return bytes(answer.read())


@pytest.mark.slow
def test_papers_are_exported_through_the_menu_of_a_real_jupyterlab(lab: Lab) -> None:
    there = json.loads(fetched(f"{lab.address}api/contents/notebooks?token={TOKEN}"))["content"]
    assert {each["name"] for each in there} >= {"quarterly_progress.ipynb", "annual_achievements.ipynb"}
    copy = lab.folder / "lab/strategic_group.ipynb"
    notebook = nbformat.read(copy, as_version=4)
    for key, value in GROUP.items():
        notebook.cells[0].source = notebook.cells[0].source.replace(f'{key} = ""', f'{key} = "{value}"')
    nbformat.write(notebook, copy)
    with browser_page(1280) as page:
        page.context.route(re.compile(f"^{re.escape(lab.address)}"), lambda route: route.continue_())  # this one only
        answers: list[tuple[int, str]] = []
        page.context.on(
            "response", lambda one: answers.append((one.status, one.url)) if "/nbconvert/" in one.url else None
        )
        page.goto(f"{lab.address}lab/tree/lab/strategic_group.ipynb?token={TOKEN}")
        page.wait_for_selector("text=(ipykernel) | Idle")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]"
        page.wait_for_function(f"{prompts}.length > 5 && {prompts}.every(one => /\\d/.test(one.textContent))")
        cell = page.locator(".jp-OutputArea-output td:not(.n)").first
        style = cell.evaluate("one => { const s = getComputedStyle(one); return [s.textAlign, s.fontWeight]; }")
        assert style == ["left", "400"]
        for number, name in enumerate(("Priority_two_html", "Priority_two_pdf"), 1):
            page.get_by_role("menuitem", name="File", exact=True).click()
            page.get_by_text("Save and Export Notebook As").hover()
            page.get_by_role("menuitem", name=name).click()
            while len(answers) < number:
                page.wait_for_timeout(100)
    assert [(status, re.findall(r"/nbconvert/(\w+)/", url)) for status, url in answers] == [
        (200, ["priority_two_html"]),
        (200, ["priority_two_pdf"]),
    ]
    html, pdf = (fetched(f"{url}&token={TOKEN}") for _, url in answers)
    assert b"Updates</h2>" in html and b"jp-Rendered" not in html and pdf.startswith(b"%PDF")
    saved = nbformat.read(copy, as_version=4)
    assert any(one.get("outputs") for one in saved.cells), "the export saves the notebook"
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=lab.folder, capture_output=True, text=True, check=True
    )
    assert changed.stdout == ""
