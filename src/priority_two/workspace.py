"""The workspace: the git repository in which a partnership's data, updates and reports lie.

It is known by its file ``priority-two.lock``. A command finds it as git finds a repository: in the folder where one
stands, or in one above. Code is an installed package and no part of it.

Cheap to import: the command asks it before anything else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from priority_two.errors import WrongCall, one_line
from priority_two.paths import WORKSPACE_FILE


@dataclass(frozen=True)
class Folders:
    """Where a command finds the data folder and the reports, as paths from the working directory where they can be."""

    data: str
    reports: str


def find_workspace(start: Path) -> Path | None:
    """Return the workspace in which a folder lies, or None."""
    try:
        folder = start.resolve()
        return next((each for each in (folder, *folder.parents) if (each / WORKSPACE_FILE).is_file()), None)
    except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
        return None


def folders(workspace: str, data: str | None, reports: str | None) -> Folders:
    """Return whose data and whose reports a command is about.

    Parameters
    ----------
    workspace
        A folder in a workspace; blank for the working directory, which need not lie in one.
    data, reports
        Folders that were named apart; None where they were not.

    Raises
    ------
    WrongCall
        A workspace was named, and there is none.
    """
    root = find_workspace(Path(workspace or "."))
    if workspace and root is None:
        expected = f"a folder with {WORKSPACE_FILE}, or one inside such a folder"
        raise WrongCall(f"workspace: found '{one_line(workspace)}', expected {expected}")
    home = from_here(root) if root else Path()
    return Folders(
        *(
            (home / name).as_posix() if given is None else given
            for name, given in (("data", data), ("reports", reports))
        )
    )


def from_here(folder: Path) -> Path:
    """Return the path of a folder from the working directory."""
    try:
        return Path(os.path.relpath(folder))
    except ValueError:  # on another drive of Windows
        return folder
