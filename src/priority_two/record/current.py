"""Whether the drafts that are there are what making them again would give: told by hashes, and never by times.

A draft is current where its manifest names the very data, parameters, code and environment of today, and its files are
those that the manifest names. What came in since counts as a change too, although no manifest names it: a return that
had been received by the as-at date, an update, an appendix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import inside, sha256_of
from priority_two.paths import notebook_file
from priority_two.record.build import PDF, code, environment
from priority_two.record.drafts import DRAFTS, MANIFEST
from priority_two.record.manifest import Entry, Manifest
from priority_two.report.named_inputs import named_inputs, names_itself
from priority_two.report.request import Request, default_as_at

_DRAFT = "draft"


class Drafted:
    """What lies among the drafts, held against what is there to make them from. Each file is read once.

    Parameters
    ----------
    data
        The data folder.
    reports
        The folder in which drafts lie.
    """

    def __init__(self, data: Path, reports: Path) -> None:
        self._folder = DataFolder(data)
        self._reports = reports
        self._environment = environment()
        self._code: Callable[[Path, tuple[str, ...]], dict[str, str]] = cache(code)
        self._sha256: Callable[[str], str] = cache(partial(_sha256, self._folder))

    def is_current(self, request: Request) -> bool:
        """Whether making a report again would give the draft that is there."""
        stem = self._reports / DRAFTS / request.path
        try:
            manifest, _ = Manifest.read(stem.with_name(stem.name + MANIFEST), stem.name)
            request = self.at_its_day(request)
            return self.stands(request, manifest) and _outputs_stand(request, manifest, stem.parent)
        except (Refused, OSError):  # making it again says what is wrong
            return False

    def stands(self, request: Request, manifest: Manifest) -> bool:
        """Whether a report, of which the as-at date is known, was made from what is there, by the code that is here."""
        return (
            self._is_of(request, manifest)
            and manifest.environment == self._environment
            and self._inputs_stand(request, manifest)
            and self._code_stands(request, manifest)
        )

    def at_its_day(self, request: Request) -> Request:
        """Return a request with its as-at date.

        Raises
        ------
        Refused
            None can be told.
        """
        return replace(request, as_at=request.as_at or default_as_at(self._folder, request.period))

    def _is_of(self, request: Request, manifest: Manifest) -> bool:
        asked = request.parameters(self._folder.root)
        return (manifest.kind, manifest.status, manifest.parameters) == (request.kind.name, _DRAFT, asked)

    def _inputs_stand(self, request: Request, manifest: Manifest) -> bool:
        if request.as_at is None:
            return False
        named = named_inputs(self._folder, request.kind, request.period, request.as_at)
        return named == set(filter(names_itself, manifest.inputs)) and all(
            self._sha256(path) == then.sha256 for path, then in manifest.inputs.items()
        )

    def _code_stands(self, request: Request, manifest: Manifest) -> bool:
        notebook = notebook_file(request.kind.notebook, self._folder.root)
        return self._code(notebook, tuple(check.dataset for check in manifest.checks)) == manifest.code


def _sha256(folder: DataFolder, path: str) -> str:
    """Return the hash of an input by the path that people are shown; blank where it is not there."""
    try:
        return sha256_of(inside(folder.root, folder.root.parent / path, path))
    except Refused:
        return ""


def _outputs_stand(request: Request, manifest: Manifest, folder: Path) -> bool:
    endings = {".html", ".ipynb", PDF, *([".xlsx"] if request.kind.workbook else [])}
    return manifest.outputs.keys() == {request.stem + ending for ending in endings} and all(
        _entry(folder / name) == then for name, then in manifest.outputs.items()
    )


def _entry(file: Path) -> Entry | None:
    return Entry(sha256=sha256_of(file), size=file.stat().st_size) if file.is_file() else None
