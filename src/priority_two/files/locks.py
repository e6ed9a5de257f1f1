"""Locks: one process at a time, and none for ever.

The lock is the operating system's own, taken by :mod:`filelock` on an open folder. It ends with the process that holds
it, however that ends, and leaves nothing in the folder. Where a folder itself cannot be locked (on Windows, on some
network shares) a hidden file in it is locked instead, and taken away at the end.

What filelock does not do stands here. Its locks of a path make a file, which a folder that may only be read does not
let them; its lock of an open folder waits for ever, and does not see that another folder took the name meanwhile.

Every function here asks for the lock afresh, so a function that holds it must not call another that asks for it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from priority_two.errors import Error, Refused

LOCK_FILE = ".priority-two.lock"
LONGEST_WAIT = 300.0
"""Seconds. What is done under a lock takes less than one; only a process that was stopped half-way holds it longer."""

_EVERY = 0.02


@contextlib.contextmanager
def locked(folder: Path, longest: float = LONGEST_WAIT) -> Iterator[None]:
    """Keep every other process from changing what lies in a folder.

    The folder is made if it is not there. `longest` is how many seconds to wait for another process that changes it.

    Raises
    ------
    Refused
        The folder cannot be made or locked, or the other process does not end.
    """
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(_held(folder, longest))
        except TimeoutError:
            fix = "end that run, or try again when it has ended"
            raise Refused([Error(folder.as_posix(), "a folder that no other run is changing", fix=fix)]) from None
        except OSError as error:
            raise Refused([unwritable(folder.as_posix(), error)]) from None
        yield


@contextlib.contextmanager
def private_folder(prefix: str, parent: Path) -> Iterator[Path]:
    """Give a folder that nobody else may look into, and that goes when it is done with.

    Those that killed processes left go before it is made: a folder of the same owner on which no lock lies. Where
    folders cannot be locked they are left, since nobody could tell whether they are in use.

    No other program may make names with its `prefix`.
    """
    for path in sorted(parent.glob(f"{prefix}*")):
        _remove_if_left(path)
    folder, handle = _new_folder(prefix, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def unwritable(folder: str, error: OSError) -> Error:
    """Return the fault of a folder into which something cannot be put."""
    return Error(folder, "a folder that can be written to", found=why(error))


def why(error: OSError) -> str:
    """Return what the operating system says, without the path, which the fault names."""
    return error.strerror or type(error).__name__


class _NoLocks(Exception):
    """Folders cannot be locked here."""


@contextlib.contextmanager
def _held(folder: Path, longest: float) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        try:
            held.callback(os.close, _waited_for(folder, longest))
        except _NoLocks:
            held.enter_context(_file_held(folder, longest))
        yield


def _waited_for(folder: Path, longest: float) -> int:
    end = time.monotonic() + longest
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _attempt(folder)
        if handle is not None:
            return handle
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(_EVERY)


def _attempt(folder: Path) -> int | None:
    """Return the folder, open and locked, or None where another process holds it or has just removed it."""
    if os.name != "posix":
        raise _NoLocks
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    with contextlib.ExitStack() as opened:
        opened.callback(os.close, handle)
        if not _locks(handle) or not _is(handle, folder):
            return None
        opened.pop_all()
    return handle


def _locks(handle: int) -> bool:
    from filelock import lock_descriptor

    try:
        return lock_descriptor(handle, blocking=False)
    except OSError:
        raise _NoLocks from None


def _is(handle: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), folder.stat())
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _file_held(folder: Path, longest: float) -> Iterator[None]:
    from filelock import FileLock

    file = folder / LOCK_FILE
    with FileLock(file, timeout=longest):
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # Windows lets nobody remove what is open
                file.unlink()


def _new_folder(prefix: str, parent: Path) -> tuple[Path, int | None]:
    """Make a folder and lock it. Until it is locked, another process may take it for one that was left."""
    while True:
        try:
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        except OSError as error:
            raise Refused([unwritable(parent.as_posix(), error)]) from None
        try:
            handle = _attempt(folder)
        except _NoLocks:
            return folder, None
        if handle is not None:
            return folder, handle


def _remove_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError, _NoLocks):
        if folder.is_symlink() or (hasattr(os, "getuid") and folder.stat().st_uid != os.getuid()):
            return
        handle = _attempt(folder)
        if handle is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)
