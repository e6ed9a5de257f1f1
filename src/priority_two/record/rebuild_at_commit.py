"""Making a filed report again as it was made: with the code and the environment of the commit it was filed with.

The commit's files are laid out by git beside the checkout for as long as it takes. The environment is rebuilt from that
commit's own lock by its own set-up, and kept for the next audit under ``build/audit/<commit>/``, which may be removed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from priority_two.errors import Error, Refused, one_line
from priority_two.files.locks import locked
from priority_two.paths import ROOT
from priority_two.record.drafts import MANIFEST
from priority_two.record.git import tree_of
from priority_two.record.seal import Filed, Seal

REBUILT = ROOT / "build" / "audit"
_LONGEST_WAIT = 3600.0
"""Seconds, for filings of one commit that are made again one after the other, the first with a new environment."""


def rebuild_at_commit(filed: Filed, seal: Seal) -> dict[str, bytes]:
    """Return the files of a filing by name, made again with the code and the environment that it was filed with.

    The manifest that lies there is the one that was sealed.

    Raises
    ------
    Refused
        The commit is not in this clone, its environment cannot be rebuilt, or the run fails: why, in a line.
    """
    short = seal.commit[:12]
    folder = REBUILT / short
    with (
        locked(folder, _LONGEST_WAIT),
        tree_of(ROOT, seal.commit, folder / "tree") as tree,
        tempfile.TemporaryDirectory() as scratch,
    ):
        # A set-up locks the folder in which it makes an environment, and this audit holds the one above.
        environment = folder / "environment" / "venv"
        environment.parent.mkdir(exist_ok=True)
        set_up: list[str | Path] = [_python(), tree / "tools" / "bootstrap.py", "--venv", environment]
        _run(set_up, tree, f"the environment of commit {short}, rebuilt from its lock")
        python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        manifest = filed.folder.resolve() / (filed.stem + MANIFEST)
        again: list[str | Path] = [python, "-m", _module(tree), manifest, tree / seal.data, scratch]
        _run(again, tree, f"a run with the code of commit {short}")
        return {path.name: path.read_bytes() for path in sorted(Path(scratch).iterdir())}


def _module(tree: Path) -> str:
    """Return the module of a commit that makes a report again: older ones know it by another name."""
    name = "rebuild" if (tree / "src/priority_two/record/rebuild.py").is_file() else "remake"
    return f"priority_two.record.{name}"


def _python() -> str:
    """Return the Python of which this environment was made: an environment must not be rebuilt from another one."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _run(command: Sequence[str | Path], folder: Path, wanted: str) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    settings["SYSTEM"] = "no"  # an audit installs nothing on the machine
    try:
        run = subprocess.run(
            [os.fspath(part) for part in command],
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise Refused([Error("", wanted, found=error.strerror or "nothing")]) from None
    if run.returncode:
        lines = run.stderr.decode("utf-8", "replace").strip().splitlines() or ["it failed and said nothing"]
        raise Refused([Error("", wanted, found=one_line(lines[-1]))])
