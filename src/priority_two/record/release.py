"""Which code runs: its version and commit, whether its files are untouched, and whether its libraries are the lock's.

Code that runs from a checkout is known by git. An installed package carries the commit that it was built from, and the
hash of each of its files: the ``RECORD`` of its wheel.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from priority_two import __version__
from priority_two.errors import Error, Refused
from priority_two.files.reads import bounded, sha256_of
from priority_two.paths import CHECKOUT, LOCK, PACKAGE, RELEASE, code_name
from priority_two.record.git import as_committed, commit_of, uncommitted

NAME = "priority-two"
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Release:
    """The code that runs: its version, the commit it is of, and the SHA-256 of its lock."""

    version: str
    commit: str
    environment: str


def running_release() -> Release:
    """Return which code runs.

    Raises
    ------
    Refused
        No commit of it is known: a checkout without git, or a package that was built from uncommitted files.
    """
    return Release(__version__, _commit(), sha256_of(LOCK))


def _commit() -> str:
    if CHECKOUT:
        return commit_of(CHECKOUT)
    try:
        record = json.loads(bounded(RELEASE))
    except (OSError, ValueError):
        record = {}
    commit = record.get("commit", "") if isinstance(record, dict) else ""
    if not (isinstance(commit, str) and _COMMIT.fullmatch(commit)):
        fix = "install a package that was built from a clean checkout"
        raise Refused([Error(f"{NAME} {__version__}", "the commit that it was built from", found="none", fix=fix)])
    return commit


def check_untouched() -> None:
    """Refuse code that is not as its commit, or its release, has it."""
    loose = uncommitted(CHECKOUT) if CHECKOUT else sorted(map(code_name, altered(_installed())))
    if loose:
        where = "committed" if CHECKOUT else "released"
        fix = "commit it, or take it away, and file again" if CHECKOUT else "install the package again"
        raise Refused([Error(path, f"code as it was {where}", fix=fix) for path in loose[:50]])


def unaccounted(root: Path, places: Mapping[str, Path]) -> set[str]:
    """Return which of some files, by name, neither the workspace's commit nor the release of the code accounts for.

    `root` is the workspace's, `places` tells where each file lies.

    Raises
    ------
    Refused
        Git tells nothing of the workspace.
    """
    own = {name: place.relative_to(root).as_posix() for name, place in places.items() if place.is_relative_to(root)}
    committed = as_committed(root, own.values())
    code = {place for name, place in places.items() if name not in own and place.is_relative_to(CHECKOUT or PACKAGE)}
    changed = altered(code)
    return {
        name
        for name, place in places.items()
        if (own[name] not in committed if name in own else place not in code or place in changed)
    }


def altered(files: Iterable[Path]) -> set[Path]:
    """Return which files of code are not as they were committed, or released; those that are gone, too."""
    wanted = list(files)
    if CHECKOUT:
        names = {path: path.relative_to(CHECKOUT).as_posix() for path in wanted if path.is_relative_to(CHECKOUT)}
        committed = as_committed(CHECKOUT, names.values())
        return {path for path in wanted if names.get(path) not in committed}
    released = _released()
    return {path for path in wanted if path not in released or _hash(path) != released[path]}


def _installed() -> list[Path]:
    """Return the files of the installed package, and those that lie among them: what was added is code too."""
    there = {path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    return sorted({*_released(), *there})


@cache
def _released() -> dict[Path, str]:
    """Return the hash of every file of the installed package, as its wheel tells it; nothing where none is known."""
    package = _distribution(NAME)
    files = (package.files or []) if package else []
    paths = {Path(str(file.locate())).resolve(): file.hash for file in files}
    return {path: hashed.value for path, hashed in paths.items() if hashed and path.is_relative_to(PACKAGE)}


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file as a ``RECORD`` writes it; blank where it is gone."""
    try:
        return base64.urlsafe_b64encode(bytes.fromhex(sha256_of(path))).decode().rstrip("=")
    except Refused:
        return ""


def has_libraries_of(lock: Path) -> bool:
    """Whether the libraries that run are those of another lock too: it names what the own lock names."""
    return _pins(lock) == _pins(LOCK) and not other_libraries()


def _pins(lock: Path) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in _PIN.findall(lock.read_text(encoding="utf-8")):
        pins.setdefault(_plain(name), set()).add(version)
    return pins


def other_libraries() -> list[str]:
    """Return the libraries that are not those of the lock, in words: ``pandas 3.0.1, 3.0.2 in the lock``."""
    pins = _pins(LOCK)
    here = {name: library.version for name in sorted(_needed()) if (library := _distribution(name))}
    return [
        f"{name} {version}, {' or '.join(sorted(pins[name]))} in the lock"
        for name, version in here.items()
        if name in pins and version not in pins[name]
    ]


def _needed() -> set[str]:
    """Return the package's requirements and theirs, by name, whatever system they are for."""
    needed: set[str] = set()
    waiting = [NAME]
    while waiting:
        name = waiting.pop()
        library = None if name in needed else _distribution(name)
        needed.add(name)
        for line in (library.requires or []) if library else []:
            required = _REQUIRED.match(line)
            if required and "extra ==" not in line:
                waiting.append(_plain(required[0]))
    return needed


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _distribution(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
