"""Reading two reports that are to be compared, as they lie on disk: drafts, filed versions, or one of each.

What a report says stands as data in its run notebook. Nothing is run or built again. Notebook and manifest came from
outside. So the notebook has a bounded size, it must be the one that its manifest names by hash, and its data must be in
the form of :mod:`priority_two.content.model`. Otherwise the report is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from priority_two.blocks import MIME_TYPE, Section
from priority_two.characters import UNSEEN
from priority_two.content.model import Content
from priority_two.content.walk import content as content_of
from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.files.atomic import write_file
from priority_two.files.reads import read_bytes
from priority_two.publish.notebook import OWN
from priority_two.record.drafts import ENDINGS, MANIFEST
from priority_two.record.manifest import Manifest
from priority_two.reference.partnership import Helpline, QuickExit

LARGEST_NOTEBOOK = 64 * 1024 * 1024
_NOTEBOOK = ".ipynb"
_SHORT = re.compile(r"([0-9A-Za-z.-]{1,40})/([a-z-]{1,80})(?:@(draft|v[1-9]\d{0,3}))?", re.ASCII)
_VERSION = re.compile(r"v([1-9]\d{0,3})", re.ASCII)


@dataclass(frozen=True)
class ComparedPaper:
    """A report that was read.

    ``notebook`` is its run notebook, ``status`` that of its manifest; ``helplines`` and ``quick_exit`` are what a page
    about it shows a reader at risk.
    """

    notebook: Path
    status: str
    content: Content
    helplines: tuple[Helpline, ...]
    quick_exit: QuickExit | None


# Finding and reading


def find(given: str, reports: Path) -> Path:
    """Return the run notebook of a report.

    `given` is a file of the report, its files' common name, its folder, or
    ``2020-21-Q4/quarterly-progress-board``, with ``@draft`` or ``@v1`` after it where not the latest filed version is
    meant, or else the draft.

    Raises
    ------
    WrongCall
        There is no such report, or more than one.
    """
    try:
        notebooks = _by_path(Path(given)) or _by_short_name(given, reports)
    except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
        notebooks = []
    if len(notebooks) == 1:
        return notebooks[0]
    if notebooks:
        names = ", ".join(one_line(path.as_posix()) for path in notebooks[:10])
        raise WrongCall(f"report: found several under '{one_line(given)}', expected one of {names}")
    expected = "a report's file or folder, or a name such as 2020-21-Q4/quarterly-progress-board@v1"
    raise WrongCall(f"report: found '{one_line(given)}', expected {expected}")


def _by_path(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob(f"*{_NOTEBOOK}")) or _latest(path)
    ending = next((end for end in ENDINGS if path.name.endswith(end)), "")
    stem = path.name.removesuffix(ending)
    notebook = path.with_name(stem + _NOTEBOOK) if stem else path
    return [notebook] if notebook.is_file() else []


def _by_short_name(given: str, reports: Path) -> list[Path]:
    match = _SHORT.fullmatch(given)
    if not match or ".." in match[1]:
        return []
    period, stem, which = match.groups()
    filed, draft = reports / "filed" / period / stem, reports / "drafts" / period / f"{stem}{_NOTEBOOK}"
    if which and which != "draft":
        wanted = [filed / which / f"{stem}{_NOTEBOOK}"]
    else:
        wanted = [*([] if which else _latest(filed)), draft]
    return [notebook for notebook in wanted if notebook.is_file()][:1]


def _latest(folder: Path) -> list[Path]:
    """Return the notebook of the latest of a report's filed versions."""
    versions = [
        (int(match[1]), version) for version in folder.glob("v*") if (match := _VERSION.fullmatch(version.name))
    ]
    return sorted(max(versions)[1].glob(f"*{_NOTEBOOK}")) if versions else []


def read_paper(notebook: Path) -> ComparedPaper:
    """Return a report by its run notebook.

    Raises
    ------
    Refused
        The notebook cannot be read, is not the one that its manifest names, or holds no content: one fault.
    """
    shown = one_line(notebook.as_posix(), 200)
    content = read_bytes(notebook, shown, LARGEST_NOTEBOOK)
    stem = notebook.name.removesuffix(_NOTEBOOK)
    beside = notebook.with_name(stem + MANIFEST)
    manifest, _ = Manifest.read(beside, one_line(beside.as_posix(), 200))
    named = manifest.outputs.get(notebook.name)
    if named is None or named.sha256 != hashlib.sha256(content).hexdigest():
        fix = "restore both from where they were kept, or make the report again"
        raise Refused([Error(shown, "the notebook that its manifest names by hash", found="another", fix=fix)])
    outputs = _outputs(_json(content, shown))
    metadata = _metadata(outputs, shown)
    return ComparedPaper(notebook, manifest.status, _content(metadata, outputs, shown), *_help(metadata, shown))


def _json(content: bytes, shown: str) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused([Error(shown, "a notebook, which is JSON", found="something else")]) from None


def _outputs(notebook: Any) -> list[dict[str, Any]]:
    """Return the outputs that the paper was made from: none of a cell of the analyst's own."""
    cells = [cell for cell in _list(notebook, "cells") if isinstance(cell, dict)]
    ours = [cell for cell in cells if OWN not in _list(cell.get("metadata"), "tags")]
    return [output for cell in ours for output in _list(cell, "outputs") if isinstance(output, dict)]


def _metadata(outputs: list[dict[str, Any]], shown: str) -> dict[str, Any]:
    """Return what the masthead says of the paper: the metadata that one output carries."""
    masthead: dict[str, Any] | None = None
    for output in outputs:
        metadata = output.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("priority_two"), dict):
            masthead = metadata["priority_two"]
    if masthead is None:
        raise Refused([Error(shown, "a notebook that has been run, with the masthead of a report", found="none")])
    return masthead


def _list(of: Any, key: str) -> list[Any]:
    value = of.get(key) if isinstance(of, dict) else None
    return value if isinstance(value, list) else []


def _content(metadata: dict[str, Any], outputs: list[dict[str, Any]], shown: str) -> Content:
    """Return what a paper says: by the blocks of its sections, or as an earlier version put it beside the masthead."""
    bundles = [output["data"] for output in outputs if isinstance(output.get("data"), dict)]
    sections = [bundle[MIME_TYPE] for bundle in bundles if MIME_TYPE in bundle]
    if not sections and "content" not in metadata:
        fix = "make it again: priority-two report"
        expected = "a report that holds what it says as data; this one was made by an older version"
        raise Refused([Error(shown, expected, fix=fix)])
    try:
        if not sections:
            content = Content.model_validate(metadata["content"])
        else:
            content = content_of(metadata, [Section.read(section) for section in sections])
    except ValidationError as error:
        raise Refused([_invalid(error, shown, "content")]) from None
    except RecursionError:
        raise Refused([Error(shown, "blocks that stand in one another less deeply")]) from None
    except Refused as refused:
        raise Refused([replace(each, file=shown) for each in refused.errors if isinstance(each, Error)]) from None
    lists = (content.ratings, content.figures, content.milestones, content.texts, content.elements)
    texts = [
        content.title,
        *(str(value) for entries in lists for entry in entries for value in entry.model_dump().values()),
    ]
    if any(UNSEEN.search(text) for text in texts):
        raise Refused([Error(shown, "text without control characters", column="content", found="one")])
    return content


def _help(metadata: dict[str, Any], shown: str) -> tuple[tuple[Helpline, ...], QuickExit | None]:
    """Return helplines and quick exit; an address that does not begin with https:// leads nowhere good."""
    try:
        helplines = TypeAdapter(list[Helpline]).validate_python(metadata.get("helplines"))
        quick_exit = TypeAdapter(QuickExit | None).validate_python(metadata.get("quick_exit"))
    except ValidationError as error:
        raise Refused([_invalid(error, shown, "masthead")]) from None
    if quick_exit and not re.fullmatch(r"https://[!-~]{1,500}", quick_exit.address):
        raise Refused([Error(shown, "a quick exit to an address that begins with https://", column="quick_exit")])
    return tuple(helplines), quick_exit


def _invalid(error: ValidationError, shown: str, what: str) -> Error:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join([what, *(str(part) for part in first["loc"])])
    return Error(shown, one_line(first["msg"]), column=where)


# Writing


def write(target: Path, content: bytes, papers: Iterable[ComparedPaper]) -> None:
    """Write a file whole or not at all; never over a file of the reports that are compared.

    Raises
    ------
    WrongCall
        The target is a folder, one of the reports' own files, or lies in no folder that can be written to.
    """
    name = one_line(target.as_posix())
    own = {
        paper.notebook.with_name(paper.notebook.name.removesuffix(_NOTEBOOK) + end)
        for paper in papers
        for end in ENDINGS
    }
    try:
        if target.resolve() in {path.resolve() for path in own}:
            raise WrongCall(f"out: {name} is a file of a report that is compared; name another")
        if target.is_dir():
            raise WrongCall(f"out: found the folder {name}, expected a file")
        write_file(target, content)
    except (OSError, RuntimeError, ValueError, Refused):
        raise WrongCall(f"out: {name} cannot be written") from None
