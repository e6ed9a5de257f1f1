"""The store takes a return: all of it at once, or none of it.

A return is written into a hidden folder beside the others and then renamed, which a file system does in one step: a
reader sees the whole return or none, also when the machine is switched off half-way (what is left is hidden, and no
report looks at it). The rename fails where the name is taken, so of two ingests at once of the same partner and day
one is told; of two partners both are kept. One ingest at a time looks at the store and adds to it, and first takes away
what a killed one left.

A return is known by its partner and the day it was received. The same file again, on whatever day, is a no-op; another
return of the partner on the same day is refused, since the store could not tell which of the two came later.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from priority_two.faults import Fault, Refused
from priority_two.folder import DataFolder
from priority_two.locks import locked, why

ORIGINAL = "original"
RECEIVED = "received"
STAGING = ".incoming-"


@dataclass(frozen=True)
class Kept:
    """Where a return lies, for people, and whether it lay there before."""

    folder: str
    already: bool


def keep(folder: DataFolder, received: str, partner: str, files: dict[str, bytes]) -> Kept:
    """Add a return to the store.

    Parameters
    ----------
    folder
        The data folder.
    received
        The day of receipt, ``YYYY-MM-DD``.
    partner
        The partner's id.
    files
        ``terms.yaml``, ``observations.csv`` and the original file, by name.

    Raises
    ------
    Refused
        The partner has another return on the same day, or the store cannot be written.
    """
    store = folder.root / "returns"
    try:
        store.mkdir(exist_ok=True)
    except OSError:
        raise _unwritable(folder) from None
    with locked(store):
        return _kept(folder, store, f"{received}_{partner}", partner, files)


def _kept(folder: DataFolder, store: Path, name: str, partner: str, files: dict[str, bytes]) -> Kept:
    for left in sorted(store.glob(f"{STAGING}????????")):
        shutil.rmtree(left, ignore_errors=True)
    try:
        before = _same(store, partner, files)
        if before is not None:
            return Kept(folder.shown(f"returns/{before}"), already=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=store))
    except OSError as error:
        raise _unwritable(folder, why(error)) from None
    try:
        for file, content in files.items():
            _write(staging / file, content)
        staging.chmod(0o755)
        placed = _place(staging, store / name)
    except OSError as error:
        raise _unwritable(folder, why(error)) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if placed:
        return Kept(folder.shown(f"returns/{name}"), already=False)
    if _same(store, partner, files) is not None:  # another ingest of the same file was quicker
        return Kept(folder.shown(f"returns/{name}"), already=True)
    mend = "receive a correction with a later --received; the return that is there is kept"
    raise Refused([Fault(folder.shown(f"returns/{name}"), "no other return of this partner on this day", mend=mend)])


def _unwritable(folder: DataFolder, found: str = "") -> Refused:
    return Refused([Fault(folder.shown("returns"), "a folder that can be written", found=found)])


def _same(store: Path, partner: str, files: dict[str, bytes]) -> str | None:
    """Return the name of the return of this partner that came from the same file on the same terms, or None."""
    wanted = _digest(files)
    for path in sorted(store.glob(f"*_{partner}")):
        if path.name.startswith(".") or path.name[11:] != partner:
            continue
        try:
            there = {name: (path / name).read_bytes() for name in files}
        except OSError:
            continue
        if _digest(there) == wanted:
            return path.name
    return None


def _digest(files: dict[str, bytes]) -> str:
    """Return one SHA-256 over the original and the terms, but for the day of receipt."""
    digest = hashlib.sha256()
    for name in sorted(name for name in files if name == "terms.yaml" or name.startswith(ORIGINAL)):
        lines = files[name].split(b"\n") if name == "terms.yaml" else [files[name]]
        kept = [line for line in lines if name != "terms.yaml" or not line.startswith(f"{RECEIVED}:".encode())]
        digest.update(hashlib.sha256(b"\n".join(kept)).digest() + name.encode())
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _place(staging: Path, target: Path) -> bool:
    """Rename the staged folder, and say whether the name was free.

    POSIX lets a folder take the place of an empty one; an empty folder holds no return, so nothing is lost by it.
    """
    try:
        staging.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    if hasattr(os, "O_DIRECTORY"):  # POSIX: the new name itself is on the disk
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return True
