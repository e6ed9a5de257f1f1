"""What only the machine's own package manager can bring: which manager that is, and how it is called.

Set-up, a report and the tests use things that no wheel holds: native libraries, a browser, a checker. Each is a
:class:`SystemPart` that names its package for each manager, so that a person reads the one command of this machine, and
set-up can give it itself where it has the right to.

Standard library only: set-up asks this module before anything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SystemPart:
    """Something that a machine may lack.

    Attributes
    ----------
    name
        As people say it.
    packages
        The package that holds it, by the name of the manager; a manager that has none is left out.
    """

    name: str
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manager:
    """A package manager.

    Attributes
    ----------
    name
        The program, which is also its key in :attr:`SystemPart.packages`.
    where
        The systems on which people have it, as a person says them.
    install
        Arguments that install the packages which follow, without a question.
    refresh
        Arguments that fetch its lists of packages; empty where it does so by itself.
    rights
        Who may install: ``root``, ``anyone``, or ``nobody`` for set-up, where only a person calls it.
    """

    name: str
    where: str
    install: tuple[str, ...]
    refresh: tuple[str, ...] = ()
    rights: str = "root"


# In the order in which they are looked for: a conda environment has its own libraries, whatever the system has.
MANAGERS = (
    Manager("conda", "conda", ("install", "--yes", "--quiet", "--channel", "conda-forge"), rights="anyone"),
    Manager("brew", "macOS", ("install", "--quiet"), rights="anyone"),
    Manager(
        "apt-get",
        "Debian, Ubuntu",
        ("install", "-y", "--no-install-recommends"),
        ("update", "-o", "APT::Update::Error-Mode=any"),  # else no network would be a success
    ),
    Manager("dnf", "Fedora", ("install", "-y")),
    Manager("apk", "Alpine", ("add", "--no-cache")),
    Manager("pacman", "Windows, MSYS2", ("-S",), rights="nobody"),
)


class InstallError(Exception):
    """A package manager failed: its own last words, in one line."""


def find_manager(
    environment: Mapping[str, str] = os.environ,
    python: str = sys.base_prefix,
    which: Callable[[str], str | None] = shutil.which,
) -> Manager | None:
    """Return the first package manager that is there; conda where its environment is active and its Python runs."""
    for known in MANAGERS:
        active = known.name != "conda" or _same(environment.get("CONDA_PREFIX", ""), python)
        if active and known.rights != "nobody" and which(known.name):
            return known
    return None


def _same(path: str, other: str) -> bool:
    return bool(path) and Path(path).resolve() == Path(other).resolve()


def prefix(manager: Manager) -> list[str] | None:
    """Return what stands before the manager's call so that it may install; None where set-up has no right to.

    That is nothing as root or where anyone may install, and ``sudo -n`` where that asks for no password. Homebrew
    refuses root.
    """
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if manager.rights == "anyone":
        return None if root and manager.name == "brew" else []
    if manager.rights == "nobody":
        return None
    if root:
        return []
    return ["sudo", "-n"] if _succeeds(["sudo", "-n", "true"]) else None


def _succeeds(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def packages(parts: Sequence[SystemPart], manager: Manager) -> list[str]:
    """List the packages of these parts, each once, in the order of the parts."""
    return list(dict.fromkeys(part.packages[manager.name] for part in parts if manager.name in part.packages))


def shown(parts: Sequence[SystemPart], manager: Manager) -> str:
    """Return the command that installs these parts, as a person types it."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = "sudo " if manager.rights == "root" and not root else ""
    return f"{sudo}{' '.join([manager.name, *manager.install, *packages(parts, manager)])}"


def fix(parts: Sequence[SystemPart], manager: Manager | None) -> str:
    """Say in one line what is missing and which command brings it; without a manager, which command of each."""
    names = ", ".join(dict.fromkeys(part.name for part in parts))
    if manager is not None and all(manager.name in part.packages for part in parts):
        ways = shown(parts, manager)
    else:
        ways = "; ".join(f"{shown(parts, each)} ({each.where})" for each in MANAGERS if packages(parts, each))
    return f"{names} {'is' if ',' not in names else 'are'} missing: {ways}"


def install(parts: Sequence[SystemPart], manager: Manager, before: Sequence[str] = ()) -> None:
    """Install parts with the machine's package manager.

    Lists of packages are fetched only where the first attempt fails, as on a machine that never had any.

    Parameters
    ----------
    parts
        What is missing.
    manager
        The manager.
    before
        What :func:`prefix` gave.

    Raises
    ------
    InstallError
        With the manager's last words.
    """
    wanted = [*manager.install, *packages(parts, manager)]
    if manager.name == "conda":
        wanted += ["--prefix", os.environ["CONDA_PREFIX"]]
    words = _failure(manager, wanted, before)
    if words and manager.refresh:
        unreachable = _failure(manager, manager.refresh, before)
        again = _failure(manager, wanted, before)
        words = again and (unreachable or again)
    if words:
        raise InstallError(words)


def _failure(manager: Manager, arguments: Sequence[str], before: Sequence[str]) -> str:
    """Call a manager, and return its last words where it failed, else nothing."""
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"] if manager.rights == "root" else []
    try:
        done = subprocess.run(
            [*before, *quiet, manager.name, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return error.strerror or str(error)
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(E|error|fatal)\b", line, re.IGNORECASE)]
    return (errors or lines or ["it failed without a word"])[-1]
