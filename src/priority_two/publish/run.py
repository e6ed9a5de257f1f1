"""Running a report's notebook with papermill, and rendering what it shows to HTML and workbook. All in memory.

The kernel gets nothing of the person who runs it: no IPython profile, start-up script or history, no module that lies
in the working directory, no matplotlib settings. The notebook runs with the data folder as its working directory, so
that its ``data`` parameter is the same on every machine, and the same as by hand in JupyterLab.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from priority_two.by_hand import STYLE
from priority_two.environment import of_notebooks
from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.files.locks import private_folder, unwritable
from priority_two.files.reads import bounded
from priority_two.paths import GIVEN, JUDGED, NOT_SOUND, notebook_file
from priority_two.publish.native import missing
from priority_two.publish.notebook import PublishedPaper, read_paper
from priority_two.reference.boundaries import LARGEST_FILE
from priority_two.report.request import Request
from priority_two.startup import leave_out_grammars

_PRIVATE = "priority-two-run-"
_LONGEST = 24 * 3600
"""Seconds. The libraries want a limit to how long a kernel may take to start or to answer; no machine is as slow."""

CLIENT = {"shutdown_kernel": "immediate"}
"""A kernel that has shown everything is ended at once: asked to end, it may wait for itself for seconds."""

_QUIET = """import sys
sys.modules.setdefault("debugpy", None)
c = get_config()
c.Application.log_level = 'CRITICAL'
c.HistoryManager.enabled = False
c.InteractiveShellApp.exec_lines = [
    'import locale as _; _.setlocale(_.LC_ALL, "C")',
    'import gc as _; _.disable()',
    'from priority_two.font_list import import_matplotlib as _; _()',
    {enter!r},
    {alone!r},
    {without_html!r},
]
"""
"""What the kernel logs of its own life goes to nobody; what the notebook prints is an output, and is refused.

matplotlib reads settings from the working directory when it is imported: so it is, before that is entered. It also
measures text in the language of the locale, where a Turkish i is another glyph: so that is nobody's. A kernel lives
for one report, looks for no garbage, and has no debugger, which would take as long as the rest of it to start.
"""
_ALONE = """import os as _
try:
    _.kill({process}, 0)
except ProcessLookupError:
    _._exit(1)
"""
"""A kernel ends by itself when the process that started it does, unless that was while the kernel was starting."""


_WITHOUT_HTML = """get_ipython().display_formatter.formatters["text/html"].for_type_by_name(
    "priority_two.report.paper", "Shown", lambda _: None
)
"""
"""A kernel does not render the sections: their HTML is made once, with that of the paper, and put beside them."""


@dataclass(frozen=True)
class Rendered:
    """A report that has been run and rendered.

    ``files`` are bytes by ending: ``.ipynb``, ``.html``, and ``.xlsx`` where the kind has a workbook; of ``html`` the
    PDF is made.
    """

    files: dict[str, bytes]
    html: str
    paper: PublishedPaper
    parameters: dict[str, Any]


def render(request: Request, data: Path, judged: Future[bytes] | None = None) -> Rendered:
    """Run a report's notebook and render its outputs, all but the PDF.

    The notebook finds a copy of the boundaries, so that where they lay on this machine is in no parameter and no paper.
    `judged` is what was examined and judged for it (:mod:`priority_two.record.judging`), which is done once. It may
    still be under way: the notebook waits for it.

    Raises
    ------
    WrongCall
        The notebook knows no such parameter, or refuses a value's form.
    Refused
        A cell raised, or printed something; a check failed; a native library is missing. Nothing is left behind.
    """
    notebook = notebook_file(request.kind.notebook, data)
    parameters = request.parameters(data)
    check_parameters(notebook, parameters)
    if lacking := missing():
        raise Refused(lacking)
    named = [request.boundaries] if request.boundaries else []
    executed = _execute(notebook, parameters, data.resolve(), named, judged, workbook=request.kind.workbook)

    import nbformat

    from priority_two.publish.exporters import PaperHTMLExporter

    paper = read_paper(executed, f"notebooks/{notebook.name}")
    _without_inputs(executed)
    shown = {name: value for name, value in paper.metadata.items() if name != "inputs"}
    html, sections = PaperHTMLExporter().from_paper(replace(paper, metadata=shown))
    for chapter, section in zip(paper.chapters, sections, strict=True):
        chapter.output["data"]["text/html"] = STYLE + section
    files = {".ipynb": (nbformat.writes(executed) + "\n").encode(), ".html": html.encode()}
    if request.kind.workbook:
        from priority_two.publish.workbook import workbook

        files[".xlsx"] = workbook(paper.sections, paper.metadata)
    return Rendered(files, html, paper, parameters)


def check_parameters(notebook: Path, given: dict[str, Any]) -> None:
    """Refuse a parameter that the notebook's parameters cell does not name, before a kernel starts.

    Raises
    ------
    WrongCall
        With the names that there are.
    """
    leave_out_grammars()
    import papermill

    known = list(papermill.inspect_notebook(notebook))
    unknown = [name for name in given if name not in known]
    if unknown:
        raise WrongCall(f"parameter: found '{one_line(unknown[0])}', expected one of {', '.join(known)}")


def _execute(
    notebook: Path,
    parameters: dict[str, Any],
    folder: Path,
    files: Sequence[Path],
    judged: Future[bytes] | None,
    *,
    workbook: bool,
) -> Any:
    leave_out_grammars()
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from priority_two.publish.kernel import SilentKernelManager

    try:
        with _clean_environment(folder, files, judged) as private, ThreadPoolExecutor(1) as beside:
            if judged:
                judged.add_done_callback(lambda done: _look_ahead(beside, done.result(), workbook=workbook))
            # Sockets in a private folder in place of ports: parallel runs cannot collide, nothing can listen in.
            sockets = {"transport": "ipc", "ip": f"{private}/kernel"} if os.name == "posix" else {}
            executed = papermill.execute_notebook(
                notebook,
                None,
                parameters=parameters,
                cwd=private,
                kernel_name="python3",
                progress_bar=False,
                start_timeout=_LONGEST,
                iopub_timeout=_LONGEST,
                config=Config(
                    KernelManager=sockets, NotebookClient=CLIENT | {"kernel_manager_class": SilentKernelManager}
                ),
            )
    except PapermillExecutionError as error:
        lines = str(error.evalue).splitlines() or [""]
        if error.ename == Refused.__name__:
            raise Refused(lines) from None
        if error.ename == WrongCall.__name__:
            raise WrongCall(lines[0]) from None
        where = f"notebooks/{notebook.name}"
        raised, fix = f"{error.ename}: {lines[0]}", "run it in JupyterLab (make lab) to see where"
        raise Refused([Error(where, "cells that run", None, f"cell {error.cell_index}", raised, fix)]) from None
    except (DeadKernelError, RuntimeError) as error:
        raise Refused([Error(f"notebooks/{notebook.name}", "a kernel that lives", found=str(error))]) from None
    return _without_traces(executed)


def _look_ahead(beside: ThreadPoolExecutor, judged: bytes, *, workbook: bool) -> None:
    """Get ready what is wanted as soon as the kernel has run the notebook, where nothing stops the paper.

    This process only waits for the kernel. Before the data are judged it would be in the way of who judges them.
    """
    if judged != NOT_SOUND:
        with contextlib.suppress(RuntimeError):  # the kernel has ended before the judging
            beside.submit(_get_ready, workbook=workbook)


def _get_ready(*, workbook: bool) -> None:
    """Import and read what is the same whatever a paper says."""
    for name in ("priority_two.publish.exporters", *(["pandas"] if workbook else [])):
        import_module(name)
    for name in ("priority_two.report.html", "priority_two.publish.pdf"):
        import_module(name).get_ready()


@contextlib.contextmanager
def _clean_environment(data: Path, files: Sequence[Path], judged: Future[bytes] | None) -> Iterator[str]:
    before = dict(os.environ)
    # The path of a pipe may have some hundred characters only, which the usual temporary folder of macOS exceeds.
    short = Path("/tmp")  # noqa: S108 -- the folder made in it is private
    parent = short if short.is_dir() else Path(tempfile.gettempdir())
    with private_folder(_PRIVATE, parent) as private:
        folder = os.fspath(private)
        try:
            profile = private / "profile_default"
            profile.mkdir()
            enter = f"__import__('os').chdir({os.fspath(data)!r})"
            alone = _ALONE.format(process=os.getpid()) if os.name == "posix" else ""
            config = _QUIET.format(enter=enter, alone=alone, without_html=_WITHOUT_HTML)
            (profile / "ipython_kernel_config.py").write_text(config, encoding="utf-8")
            given = _copied(files, private / "given")
        except OSError as error:
            raise Refused([unwritable(parent.as_posix(), error)]) from None
        own = of_notebooks(before)
        os.environ.clear()
        os.environ.update(own, IPYTHONDIR=folder, JUPYTER_RUNTIME_DIR=folder)
        os.environ[GIVEN] = given
        os.environ[JUDGED] = os.fspath(private / "judged") if judged else ""
        if judged:
            judged.add_done_callback(lambda done: _hand_over(done.result(), private / "judged"))
        try:
            yield folder
        finally:
            os.environ.clear()
            os.environ.update(before)


def _hand_over(judgements: bytes, file: Path) -> None:
    """Put the judgements where the notebook looks for them, in one step."""
    with contextlib.suppress(OSError):  # the run has ended before them
        part = file.with_suffix(".part")
        part.write_bytes(judgements)
        part.replace(file)


def _copied(files: Sequence[Path], to: Path) -> str:
    to.mkdir()
    for file in files:
        try:
            content = bounded(file, LARGEST_FILE)  # whoever reads it says that it is too large
        except OSError:
            raise WrongCall(f"{one_line(file.name)}: a file that cannot be read") from None
        (to / file.name).write_bytes(content)
    return os.fspath(to)


def _without_traces(executed: Any) -> Any:
    """Take out of a run notebook what depends on the run and not on its inputs: times, durations, paths, random ids."""
    executed.metadata.pop("papermill", None)
    executed.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(executed.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-parameters-{number}"
    return executed


def _without_inputs(executed: Any) -> None:
    """Take the inputs' hashes out of a run notebook: the manifest has them.

    A file that was read and had no effect, such as a calendar with one more row, then changes no output.
    """
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            output.get("metadata", {}).get("priority_two", {}).pop("inputs", None)
