"""What the command has examined, handed over to the notebook that it runs: read once, and judged once.

The notebook opens the report again, as it does by hand. Where it is asked for the very report that was examined, it
takes what was examined; else it examines the data itself. What is handed over lies in the private folder of a run, and
was written by the process that started it. It is never kept: a later run reads the data anew.
"""

from __future__ import annotations

import pickle
from pathlib import Path

from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import ReadFile
from priority_two.report.examination import Examined, examine
from priority_two.report.request import Request

Handed = tuple[tuple[str, str], Examined, dict[str, ReadFile]]
_BEGINS = b"\x80"
"""With what it begins, as no JSON does."""


def packed(request: Request, examined: Examined, folder: DataFolder) -> bytes:
    """Return what was examined for a report, as it is handed over."""
    handed: Handed = (_name(request, folder.root), examined, folder.read)
    return pickle.dumps(handed, protocol=5)


def examined_before(given: bytes, request: Request, folder: DataFolder) -> Examined:
    """Return what was examined for a report, where that was handed over, and else what is examined now.

    What was read for it is remembered by the data folder.
    """
    if given.startswith(_BEGINS):
        handed: Handed = pickle.loads(given)  # noqa: S301 -- by the process that started this one
        name, examined, read = handed
        if name == _name(request, folder.root):
            folder.read |= read
            return examined
    return examine(folder, request)


def _name(request: Request, data: Path) -> tuple[str, str]:
    return request.kind.name, repr(request.parameters(data))
