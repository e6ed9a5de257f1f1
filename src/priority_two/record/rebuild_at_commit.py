"""Making a filed report again as it was made: with the code and the environment of the commit it was filed with.

Git lays the data of that commit out, and the code of its commit beside them: that of the same commit, or of the code's
own repository. The environment is rebuilt from that code's own lock by its own set-up, and kept for the next audit
under ``build/audit/<commit>/`` of the workspace, which may be removed. Where that lock names the very libraries that
run, it takes no set-up: they are lent to an environment that has nothing else but the code of the commit. Where the
code that runs is an installed release of the very commit, it needs no repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from priority_two.errors import Error, Refused, one_line
from priority_two.files.locks import locked
from priority_two.paths import CHECKOUT, KERNELS
from priority_two.record.drafts import MANIFEST
from priority_two.record.git import fetched, has_commit, tree_of
from priority_two.record.pin import HERE, read_pin
from priority_two.record.release import check_untouched, has_libraries_of, other_libraries, running_release
from priority_two.record.seal import Filed, Seal
from priority_two.workspace import find_workspace

REBUILT = Path("build", "audit")
_LONGEST_WAIT = 3600.0
"""Seconds, for filings of one commit that are made again one after the other, the first with a new environment."""


def rebuild_at_commit(root: Path, filed: Filed, seal: Seal) -> dict[str, bytes]:
    """Return the files of a filing by name, made again with the code and the environment that it was filed with.

    The manifest that lies there is the one that was sealed. `root` is the root of the workspace's checkout.

    Raises
    ------
    Refused
        A commit cannot be had, its environment cannot be rebuilt, or the run fails: why, in a line.
    """
    code = seal.code.commit if seal.code else seal.commit
    folder = root / REBUILT / code[:12]
    with (
        locked(folder, _LONGEST_WAIT),
        code_and_data(root, seal, folder) as (tree, data),
        tempfile.TemporaryDirectory() as scratch,
    ):
        manifest = filed.folder.resolve() / (filed.stem + MANIFEST)
        python, module, place = sys.executable, "priority_two.record.rebuild", data
        if tree:
            # A set-up locks the folder in which it makes an environment, and this audit holds the one above.
            environment = folder / "environment"
            environment.mkdir(exist_ok=True)
            if not (lent := has_libraries_of(tree / "requirements.lock") and lend(tree, environment / "lent")):
                set_up: list[str | Path] = [_python(), tree / "tools" / "bootstrap.py", "--venv", environment / "venv"]
                _run(set_up, tree, f"the environment of commit {code[:12]}, rebuilt from its lock")
            venv = environment / ("lent" if lent else "venv")
            python = os.fspath(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
            module, place = _module(tree), tree
        again: list[str | Path] = [python, "-m", module, manifest, data / seal.data, scratch]
        _run(again, place, f"a run with the code of commit {code[:12]}")
        return {path.name: path.read_bytes() for path in sorted(Path(scratch).iterdir())}


def lend(tree: Path, environment: Path) -> bool:
    """Make an environment that has the libraries of this one, and the code of a tree; return whether it could be done.

    What libraries keep beside their modules is lent by a link, which not every system makes.
    """
    try:
        from venv import EnvBuilder  # here and not above: Debian leaves it out

        EnvBuilder(clear=True, symlinks=os.name != "nt").create(environment)
        modules = Path(sysconfig.get_path("purelib", "venv", {"base": os.fspath(environment)}))
        lent = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
        paths = "".join(f"{path}\n" for path in (tree.resolve() / "src", *lent))
        (modules / "lent.pth").write_text(paths, encoding="utf-8")  # in this order; what they name in turn is not read
        (environment / "share").symlink_to(Path(sys.prefix) / "share", target_is_directory=True)
    except (ImportError, OSError):
        return False
    return True


@contextmanager
def code_and_data(root: Path, seal: Seal, folder: Path) -> Iterator[tuple[Path | None, Path]]:
    """Lay out code and data of their commits; no code where the release that runs is of the very commit."""
    with tree_of(root, seal.commit, folder / "tree") as data:
        if seal.code is None:
            yield data, data
        elif _is_running(seal.code.commit):
            yield None, data
        else:
            repository = _repository(root, data.parent, seal.code.commit, seal)
            with tree_of(repository, seal.code.commit, folder / "code") as tree:
                yield tree, data


def _is_running(commit: str) -> bool:
    """Whether the installed release that runs is of this commit, untouched, with the libraries of its lock."""
    if CHECKOUT:
        return False
    try:
        check_untouched()
        return running_release().commit == commit and not other_libraries()
    except Refused:
        return False


def _repository(root: Path, folder: Path, commit: str, seal: Seal) -> Path:
    """Return a repository that has a commit of the code: this checkout, or what the workspace names, fetched.

    Raises
    ------
    Refused
        None has it.
    """
    if CHECKOUT and has_commit(CHECKOUT, commit):
        return CHECKOUT
    workspace = find_workspace(root / seal.data) or root
    pin = read_pin(workspace)
    fix = "name the repository of the code in it, or install the release of that commit and audit with it"
    if not pin.repository or pin.repository == HERE:
        raise Refused([Error("priority-two.lock", f"where the code of commit {commit[:12]} is", fix=fix)])
    copy = folder / "code.git"
    if not has_commit(copy, commit):
        fetched(pin.repository, workspace, copy)
    if not has_commit(copy, commit):
        raise Refused([Error(one_line(pin.repository), f"commit {commit[:12]} of the code", found="none", fix=fix)])
    return copy


def _module(tree: Path) -> str:
    """Return the module of a commit that makes a report again: older ones know it by another name."""
    name = "rebuild" if (tree / "src/priority_two/record/rebuild.py").is_file() else "remake"
    return f"priority_two.record.{name}"


def _python() -> str:
    """Return the Python of which this environment was made: an environment must not be rebuilt from another one."""
    return str(getattr(sys, "_base_executable", sys.executable))


def _run(command: Sequence[str | Path], folder: Path, wanted: str) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and name != KERNELS}
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
