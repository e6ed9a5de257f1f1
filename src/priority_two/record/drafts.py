"""Drafts: where a run's files lie, and how they get there whole.

``reports/drafts/<period>/<kind>-<edition>`` with ``.html``, ``.pdf``, ``.ipynb`` and ``.manifest.json``. A run writes
everything under a hidden name first and renames last, the manifest at the very end: a run that fails leaves what was
there before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from priority_two.faults import Fault, Refused

MANIFEST = ".manifest.json"


def draft_stem(reports: Path, period: str, kind: str, edition: str) -> Path:
    """Return the path of a draft's files, without their endings."""
    return reports / "drafts" / period / f"{kind}-{edition}"


def place(stem: Path, files: dict[str, bytes]) -> list[Path]:
    """Put a draft's files in their place.

    Parameters
    ----------
    stem
        From :func:`draft_stem`.
    files
        Bytes by file ending; the manifest is put last.

    Returns
    -------
    list of Path
        The files, in the order in which they were put.

    Raises
    ------
    Refused
        The folder cannot be written to.
    """
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{stem.name}-", dir=stem.parent))
    except OSError as error:
        raise Refused([Fault(stem.parent.as_posix(), "a folder that can be written to", found=_why(error))]) from None
    try:
        targets = {ending: stem.with_name(stem.name + ending) for ending in files}
        blocked = [target for target in targets.values() if target.is_dir()]
        if blocked:
            raise Refused([Fault(target.as_posix(), "a file, or nothing", found="a folder") for target in blocked])
        for ending, content in files.items():
            (staging / f"file{ending}").write_bytes(content)
        placed = []
        for ending in sorted(files, key=lambda ending: (ending == MANIFEST, ending)):
            os.replace(staging / f"file{ending}", targets[ending])  # noqa: PTH105 -- replaces on Windows too
            placed.append(targets[ending])
        return placed
    except OSError as error:
        raise Refused([Fault(stem.parent.as_posix(), "room for the files", found=_why(error))]) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
