"""Making a report: judged, run, rendered, and recorded; the PDF carries the evidence of the paper inside it.

What stops a paper is said before a kernel starts, or while it does. The notebook opens the report again, as it does by
hand; what the gate said is given to it, so that it is asked once.

What the PDF carries are what follows from the manifest for its pages, the paper's figures and ratings as tables, and
what the checks said. A PDF cannot hold its own hash: so the manifest inside it names every output but the PDF, and the
manifest beside it names the PDF as well. Nor does the one inside name what may move on without a byte of a page: the
reference tables, which grow for later papers, and the environment. Both stand in the manifest beside, by which the
paper is sealed.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from priority_two.errors import Refused
from priority_two.files.json_text import json_bytes
from priority_two.paths import LOCK, NOT_SOUND, code_name, notebook_file
from priority_two.periods import parse_date
from priority_two.publish.attachments import attachments
from priority_two.publish.native import missing, versions
from priority_two.publish.notebook import PublishedPaper
from priority_two.publish.pdf import Attached, pdf_from_html
from priority_two.publish.run import render
from priority_two.record.judging import Judging, judged
from priority_two.record.manifest import Entry, Environment, Manifest, entry
from priority_two.record.provenance import took_part
from priority_two.report.request import Request
from priority_two.startup import without_collection

LIBRARIES = (
    "great-expectations",
    "pandas",
    "papermill",
    "nbconvert",
    "matplotlib",
    "weasyprint",
    "markdown-it-py",
    "fonttools",
    "font-source-sans-pro",
)
"""Libraries that can change a byte of a paper; the lock, by its hash, pins all of them."""
PDF = ".pdf"
CARRIED = "priority-two/manifest-inside/1"


@dataclass(frozen=True)
class Build:
    """A report's files by their endings, its manifest, and in one line what the checks said."""

    files: dict[str, bytes]
    manifest: Manifest
    summary: str


@without_collection()
def build(request: Request, data: Path, evidence: Manifest | None = None, *, beside: bool = False) -> Build:
    """Make a report, in memory.

    An as-at date that is left out is worked out here, and written out: what it rests on can change. `evidence` is a
    manifest for the PDF to carry in place of this run's own. With that of a filed report the PDF shows whether its
    pages are the same, although code that changed no page has another hash. `beside` has the data judged by a process
    of its own while the notebook runs, where there is another processor; for a run that is the only one.

    Raises
    ------
    WrongCall
        The notebook knows no such parameter, or refuses a value's form.
    Refused
        No paper can be made of these data: every fault.
    """
    if lacking := missing():
        raise Refused(lacking)
    with judged(request, data, beside=beside and (os.cpu_count() or 1) > 1) as (request, judging):
        rendered = render(request, data, _shared(judging))
    paper = rendered.paper.metadata
    manifest = Manifest(
        kind=request.kind.name,
        status=_status(request, paper),
        as_at=paper["as_at"],
        parameters=rendered.parameters,
        inputs={path: Entry(**file) for path, file in paper["inputs"].items()},
        code=code(notebook_file(request.kind.notebook, data), [check["dataset"] for check in paper["checks"]]),
        environment=environment(),
        checks=paper["checks"],
        outputs=_entries(request.stem, rendered.files),
    )
    carried = _carried(evidence or manifest, rendered.paper)
    files = {**rendered.files, PDF: pdf_from_html(rendered.html, carried, parse_date(paper["as_at"]))}
    outputs = _entries(request.stem, files)
    return Build(files, manifest.model_copy(update={"outputs": outputs}), judging.result().summary)


def _shared(judging: Future[Judging]) -> Future[bytes]:
    """Return what the notebook will be given of the judgements."""
    shared: Future[bytes] = Future()

    def share(done: Future[Judging]) -> None:
        failed = done.cancelled() or done.exception() or done.result().faults
        shared.set_result(NOT_SOUND if failed else done.result().given)

    judging.add_done_callback(share)
    return shared


def _status(request: Request, paper: dict[str, Any]) -> str:
    if paper.get("missing"):
        return f"proof, not complete: {paper['missing']} missing"
    return "filed" if request.filing else "draft"


def inside(manifest: Manifest) -> bytes:
    """Return what a PDF carries of its manifest, as JSON."""
    record = manifest.model_dump(mode="json", by_alias=True, exclude={"environment"})
    record["schema"] = CARRIED
    record["inputs"] = {path: file for path, file in record["inputs"].items() if path.split("/")[1:2] != ["reference"]}
    record["outputs"] = {name: file for name, file in record["outputs"].items() if not name.endswith(PDF)}
    return json_bytes(record)


def _entries(stem: str, files: dict[str, bytes]) -> dict[str, Entry]:
    return {stem + ending: entry(content) for ending, content in sorted(files.items())}


def code(notebook: Path, suites: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each file of code that a report is made with, by its notebook and the suites that judge."""
    return {code_name(path): entry(path.read_bytes()).sha256 for path in took_part(notebook, suites)}


def environment() -> Environment:
    """Return with what a report is made here."""
    return Environment(
        python=platform.python_version(),
        lock=entry(LOCK.read_bytes()).sha256,
        libraries={name: version(name) for name in LIBRARIES},
        native=versions(),
    )


def _carried(manifest: Manifest, paper: PublishedPaper) -> list[Attached]:
    return [*attachments(paper), Attached("manifest.json", inside(manifest), "What went into this paper, by SHA-256")]
