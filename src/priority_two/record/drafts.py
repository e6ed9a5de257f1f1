"""Drafts: where a run's files lie, and how they get there whole.

``reports/drafts/<period>/<kind>-<edition>`` with ``.html``, ``.pdf``, ``.ipynb`` and ``.manifest.json``, and ``.xlsx``
where the kind has a workbook. The files of a run take the place of those of the run before in one step: a run that
fails, or is killed, leaves what was there before.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from priority_two.errors import Error, Refused
from priority_two.files.atomic import Change, put, replace_folders
from priority_two.files.locks import locked

DRAFTS = "drafts"
MANIFEST = ".manifest.json"
ENDINGS = (".html", ".ipynb", ".pdf", ".xlsx", MANIFEST)

Draft = tuple[Path, dict[str, bytes]]
"""Where a draft's files lie, without their endings, and their bytes by ending."""


def place_all(drafts: Sequence[Draft]) -> list[Path]:
    """Put the files of drafts in their place: those of a period's folder in one step, and none where one cannot be.

    Files of an earlier run of the same draft that this one did not make go. Everything else in the folder stays.

    The drafts lie below one folder of reports.

    Returns
    -------
    list of Path
        The files, by draft, the manifest of each last.

    Raises
    ------
    Refused
        A folder cannot be written to.
    """
    if not drafts:
        return []
    folders: dict[Path, list[Draft]] = {}
    for stem, files in drafts:
        folders.setdefault(stem.parent, []).append((stem, files))
    with locked(drafts[0][0].parent.parent):
        replace_folders([(folder, _change(inside)) for folder, inside in folders.items()])
    return [_named(stem, ending) for stem, files in drafts for ending in _order(files)]


def _change(drafts: Sequence[Draft]) -> Change:
    def change(folder: Path) -> None:
        for stem, files in drafts:
            names = {ending: _named(folder / stem.name, ending) for ending in dict.fromkeys([*ENDINGS, *files])}
            blocked = [_named(stem, ending) for ending, path in names.items() if path.is_dir() and ending in files]
            if blocked:
                raise Refused([Error(path.as_posix(), "a file, or nothing", found="a folder") for path in blocked])
            for ending, path in names.items():
                if ending in files:
                    put(path, files[ending])
                elif not path.is_dir():
                    path.unlink(missing_ok=True)

    return change


def _named(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _order(files: dict[str, bytes]) -> list[str]:
    return sorted(files, key=lambda ending: (ending == MANIFEST, ending))
