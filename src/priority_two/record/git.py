"""The checkout as git knows it: its commit, what is not committed, and another commit's files beside it.

Every function raises :class:`Refused` where the folder is no checkout of git, git is not there, or a commit that is
asked for is not in this clone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from priority_two.errors import Error, Refused, one_line

_OWN = (
    *("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null", "core.autocrlf=false"),
    *("diff.orderFile=/dev/null", "log.showSignature=false", "log.follow=false"),
)
_PLAIN = tuple(word for setting in _OWN for word in ("-c", setting))
"""Settings by which git answers alike for everybody, and runs nothing."""


def top_of(folder: Path) -> Path | None:
    """Return the root of the checkout in which a folder lies; None where it lies in none."""
    try:
        return Path(_output(folder, "rev-parse", "--show-toplevel").removesuffix("\n")).resolve()
    except Refused:
        return None


def commit_of(root: Path) -> str:
    """Return the commit that is checked out."""
    top = _output(root, "rev-parse", "--show-toplevel")
    if Path(top.strip()).resolve() != root.resolve():
        raise Refused([Error("", "a checkout of git at the project's root", fix="clone the project with git")])
    return _output(root, "rev-parse", "HEAD").strip()


def uncommitted(root: Path) -> list[str]:
    """Return the paths from the root that differ from what is committed, new files among them, sorted."""
    status = _output(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    return sorted(line[3:] for line in status.split("\0") if line)


def as_committed(root: Path, paths: Iterable[str]) -> set[str]:
    """Return those of the paths whose bytes are the committed ones, or that are gone from both.

    The bytes themselves are compared. What git calls unchanged can differ in line ends, or be kept out of its sight.
    """
    wanted = sorted(set(paths))
    if not wanted:
        return set()
    tree = dict(_blob(line) for line in _output(root, "ls-tree", "-r", "-z", "HEAD").split("\0") if line)
    now = _hashed(root, wanted)
    return {path for path in wanted if now.get(path) == tree.get(path)}


def as_added(root: Path, folder: str) -> dict[str, bool]:
    """Return the paths below a folder that a commit added, and whether each still holds the bytes that it held then."""
    first: dict[str, str] = {}
    log = ("log", "-m", "--reverse", "--no-renames", "--no-abbrev", "--diff-filter=A", "--raw", "--format=", "-z")
    fields = iter(_output(root, *log, "--", folder).split("\0"))
    for change, path in zip(fields, fields, strict=False):
        first.setdefault(path, change.split(" ")[3])
    asked = "".join(f"{blob}\n" for blob in first.values())
    sizes = _output(root, "cat-file", "--batch-check=%(objectsize)", given=asked).splitlines()
    as_long = [path for path, size in zip(first, sizes, strict=True) if _size(root / path) == size]
    now = _hashed(root, as_long)
    return {path: now.get(path) == blob for path, blob in sorted(first.items())}


def as_first_committed(root: Path, path: str) -> bytes | None:
    """Return the bytes that a path from the root held when a commit added it, or None where none did."""
    log = ("log", "-m", "--reverse", "--no-renames", "--diff-filter=A", "--format=%H", "--", path)
    commits = _output(root, *log).split()
    return held(root, commits[0], path) if commits else None


def held(root: Path, commit: str, path: str) -> bytes | None:
    """Return the bytes that a commit holds at a path from the root, or None where it has no such file."""
    listed = _output(root, "ls-tree", "-z", commit, "--", path).split("\0")
    blobs = [blob for name, blob in map(_blob, filter(None, listed)) if name == path]
    return _bytes(root, "cat-file", "blob", blobs[0]) if blobs else None


def last_change(root: Path, since: str, path: str) -> str:
    """Return which commit changed a path last after another one, and on which day; blank where none did."""
    log = _output(root, "log", "-1", "--format=%H %cs", f"{since}..HEAD", "--", path).split()
    return f"{log[0][:12]} of {log[1]}" if log else ""


def is_shallow(root: Path) -> bool:
    """Return whether the clone lacks earlier commits."""
    return _output(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def has_commit(root: Path, commit: str) -> bool:
    """Return whether a repository holds a commit; one that is not there holds none."""
    try:
        _output(root, "cat-file", "-e", f"{commit}^{{commit}}")
    except Refused:
        return False
    return True


def fetched(repository: str, base: Path, copy: Path) -> None:
    """Fetch all that a repository holds into a bare copy of it; a folder is named from `base`.

    Raises
    ------
    Refused
        It cannot be had.
    """
    source = repository if re.match(r"(https|ssh)://|git@", repository) else os.fspath(base / repository)
    copy.mkdir(parents=True, exist_ok=True)
    _output(copy, "init", "--quiet", "--bare")
    ways = ("protocol.allow=never", *(f"protocol.{name}.allow=always" for name in ("https", "ssh", "file")))
    allowed = [part for way in ways for part in ("-c", way)]
    try:
        _output(copy, *allowed, "fetch", "--quiet", "--prune", "--no-tags", "--", source, "+refs/*:refs/*")
    except Refused as refused:
        first = refused.errors[0]
        words = first.found if isinstance(first, Error) else first
        raise Refused([Error(one_line(repository), "the repository of the code", found=words)]) from None


@contextlib.contextmanager
def tree_of(root: Path, commit: str, folder: Path) -> Iterator[Path]:
    """Lay a commit's files out in a folder, and take them away at the end.

    The folder is not there, or is left from before.
    """
    if not has_commit(root, commit):
        shallow = is_shallow(root)
        state = "a shallow clone" if shallow else "none"
        fix = "git fetch --unshallow" if shallow else "git fetch the branch on which it was filed"
        raise Refused([Error("", f"commit {commit[:12]}", found=state, fix=fix)])
    _let_go(root, folder)
    _output(root, "worktree", "add", "--quiet", "--detach", "--force", "--force", os.fspath(folder), commit)
    try:
        yield folder
    finally:
        _let_go(root, folder)


def new_repository(root: Path) -> None:
    """Make a folder a repository of its own, in which nothing is committed."""
    _output(root, "-c", "init.defaultBranch=main", "init", "--quiet", "--template=", ".")


def _let_go(root: Path, folder: Path) -> None:
    if folder.exists():
        with contextlib.suppress(Refused):  # git does not know a folder that a killed run had only begun to lay out
            _output(root, "worktree", "remove", "--force", "--force", os.fspath(folder))
        shutil.rmtree(folder, ignore_errors=True)
    _output(root, "worktree", "prune")


def _size(file: Path) -> str:
    """Return how long a file is, as git tells it; blank where it is none."""
    return str(file.stat().st_size) if file.is_file() else ""


def _hashed(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return git's hash of the bytes of each path that is a file and can be read, unless its name has a line break."""
    files = [path for path in paths if "\n" not in path and (root / path).is_file()]
    there = [path for path in files if os.access(root / path, os.R_OK)]
    hashed = _output(root, "hash-object", "--no-filters", "--stdin-paths", given="".join(f"{path}\n" for path in there))
    return dict(zip(there, hashed.split(), strict=True))


def _blob(line: str) -> tuple[str, str]:
    """Return path and hash of a line of ``git ls-tree``: mode, kind, hash, tab, path."""
    listed, _, path = line.partition("\t")
    return path, listed.rsplit(" ", 1)[-1]


def _output(root: Path, *arguments: str, given: str = "") -> str:
    return _bytes(root, *arguments, given=given).decode("utf-8", "surrogateescape")


def _bytes(root: Path, *arguments: str, given: str = "") -> bytes:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
    settings["GIT_GRAFT_FILE"] = os.devnull  # nor does what somebody wrote beside the history change it
    try:
        done = subprocess.run(
            ["git", *_PLAIN, *arguments],
            cwd=root,
            env=settings,
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
    except OSError:
        raise Refused([Error("", "git, which knows what is committed", found="none", fix="install git")]) from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = next((line for line in words if line.startswith("fatal:")), words[-1] if words else "git says no")
        raise Refused([Error("", "a checkout of git", found=one_line(reason))])
    return done.stdout
