"""Writes in one step, of a folder or a file: whoever looks sees all of the old or all of the new, and so does a crash.

A folder is never written into. A copy of it is made beside it under a hidden name, the copy is changed, and the two
change places. Linux and macOS do that in one step. Where that is not to be had (Windows, some network shares) it takes
two: the copy gets a name that says that it is whole, the old folder goes aside, and the copy takes its name. A process
that is killed between the two leaves a copy of which the next run knows that it is whole, and which it puts in place.

The copy shares its files with the original (they are hard links), so that it costs next to nothing; for the same reason
no file in it may be written over. :func:`put` makes a new file in the old one's place.

What a killed process leaves has a hidden name of one form, ``.<name>-<8 hexadecimal digits>.staging`` or ``.ready``,
and goes with the next change: no other hidden file or folder is touched.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from priority_two.errors import Error, Refused
from priority_two.files.locks import locked, unwritable, why

Change = Callable[[Path], None]

STAGING = ".staging"
READY = ".ready"
_LEFT = re.compile(r"\.(?P<name>.+)-[0-9a-f]{8}(?P<state>\.staging|\.ready)", re.DOTALL)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EFBIG)
_HERE = -100
_EXCHANGE = 2


def replace_folder(target: Path, change: Change) -> None:
    """Change a folder, or make one, in one step. Call it under :func:`locked` of the folder in which `target` lies.

    `change` is given a copy of the folder, or an empty one where there is none, and changes it: with :func:`put`, or by
    removing files. Where it raises, `target` stays as it is.

    Raises
    ------
    Refused
        `target` is no folder, cannot be written to, or there is no room; it stays as it is.
    """
    replace_folders([(target, change)])


def replace_folders(changes: Sequence[tuple[Path, Change]]) -> None:
    """Change several folders: each in one step, and none of them where one cannot be.

    What to do with each is as for :func:`replace_folder`.

    Raises
    ------
    Refused
        One of the folders is no folder, cannot be written to, or there is no room; all stay as they are.
    """
    parents = dict.fromkeys(target.parent for target, _ in changes)
    try:
        for parent in parents:
            with _faults(parent):
                parent.mkdir(parents=True, exist_ok=True)
                sweep(parent)
        staged = [(_staged(target, change), target) for target, change in changes]
        _swap_all(staged)
    finally:
        for parent in parents:
            with contextlib.suppress(OSError):
                sweep(parent)


def new_folder(target: Path, files: Mapping[str, bytes], check: Change | None = None) -> bool:
    """Make a folder that holds some files, in one step. Call it under :func:`locked` of the folder in which it lies.

    `check` is given the folder before it has its name; where it raises, there is none.

    Returns
    -------
    bool
        Whether the name was free; else what has it stays as it is. An empty folder has no name to lose.

    Raises
    ------
    OSError
        It cannot be written; nothing is left of it.
    """
    sweep(target.parent)
    staging = target.with_name(f".{target.name}-{secrets.token_hex(4)}{STAGING}")
    try:
        staging.mkdir()
        for name, content in files.items():
            put(staging / name, content)
        if check is not None:
            check(staging)
        _sync(staging)
        staging.rename(target)
    except OSError:
        if os.path.lexists(target):
            return False
        raise
    finally:
        _remove(staging)
    _sync(target.parent)
    return True


def write_file(target: Path, content: bytes) -> None:
    """Write a file, new or in place of the old one, in one step. What a killed process left goes before.

    Raises
    ------
    OSError
        It cannot be written, or something that is no file has its name.
    Refused
        The folder in which it lies cannot be locked.
    """
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if os.path.lexists(target) and not target.is_file():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    part = target.with_name(f".{target.name[:40]}.part")
    with locked(target.parent):
        try:
            put(part, content)
            part.replace(target)
            _sync(target.parent)
        finally:
            part.unlink(missing_ok=True)


def new_file(target: Path, content: bytes) -> bool:
    """Write a file under a name that is free, in one step, and say whether it was: nothing is ever written over.

    Raises
    ------
    OSError
        It cannot be written; nothing is left of it.
    """
    staging = target.with_name(f".{target.name[:40]}-{secrets.token_hex(4)}{STAGING}")
    try:
        put(staging, content)
        try:
            os.link(staging, target)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            if os.path.lexists(target):
                return False
            with target.open("xb") as handle:
                handle.write(content)
    finally:
        staging.unlink(missing_ok=True)
    _sync(target.parent)
    return True


def put(file: Path, content: bytes) -> None:
    """Put a file into a copy that is being changed. What another name of an old file holds stays as it is."""
    file.unlink(missing_ok=True)
    with file.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def sweep(parent: Path) -> None:
    """Finish a change that a killed process had almost done; remove what else it left. Call under :func:`locked`."""
    left = [(path, match) for path in sorted(parent.iterdir()) if (match := _LEFT.fullmatch(path.name))]
    folders = [(path, match) for path, match in left if path.is_dir() and not path.is_symlink()]
    for path, match in folders:
        if match["state"] == READY:
            with contextlib.suppress(OSError):
                _take_place(path, parent / match["name"])
    for path, match in folders:
        if match["state"] == STAGING and not path.with_suffix(READY).exists():
            _remove(path)


def _staged(target: Path, change: Change) -> Path:
    """Return a changed copy of a folder, all of it on the disk."""
    with _faults(target):
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            obstacle = "a link" if target.is_symlink() else "a file"
            raise Refused([Error(target.as_posix(), "a folder, or nothing", found=obstacle)])
        staging = target.with_name(f".{target.name}-{secrets.token_hex(4)}{STAGING}")
        staging.mkdir()
        if target.exists():
            _copy(target, staging)
        change(staging)
        _sync_all(staging)
    return staging


def _copy(source: Path, target: Path) -> None:
    for entry in sorted(source.iterdir()):
        to = target / entry.name
        if entry.is_symlink():
            shutil.copy2(entry, to, follow_symlinks=False)
        elif entry.is_dir():
            to.mkdir()
            _copy(entry, to)
        else:
            _link(entry, to)
    shutil.copystat(source, target)  # a folder that was made read-only is to stay so


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links, or somebody else's file
        shutil.copy2(source, target)


def _swap_all(staged: Sequence[tuple[Path, Path]]) -> None:
    done: list[tuple[Path, Path, bool]] = []
    try:
        for staging, target in staged:
            new = not target.exists()
            with _faults(target):
                _swap(staging, target)
            done.append((staging, target, new))
    except Refused:
        with contextlib.suppress(OSError):
            for staging, target, new in reversed(done):
                if new:
                    target.rename(staging)
                else:
                    _swap(staging, target)
        raise


def _swap(staging: Path, target: Path) -> None:
    """Put a copy in place. The old folder then has the copy's hidden name."""
    if not target.exists():
        staging.rename(target)
    elif not _exchange(staging, target):
        ready = staging.with_suffix(READY)
        staging.rename(ready)
        _sync(target.parent)
        _take_place(ready, target)
    _sync(target.parent)


def _take_place(ready: Path, target: Path) -> None:
    """Put a copy that is whole in place, in two steps. The old folder goes aside in between."""
    aside = ready.with_suffix(STAGING)
    if target.exists():
        try:
            target.rename(aside)
        except OSError as error:
            if error.errno != errno.EXDEV:
                ready.rename(aside)
                raise
            _remove(target)  # a container's own folder lies in a layer that lets it be removed but not renamed
    try:
        ready.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
            ready.rename(aside)
        raise


def _exchange(folder: Path, other: Path) -> bool:
    """Let two folders change names in one step, and say whether the operating system did.

    Whatever stood in the way, two plain renames find it too, and say what it was.
    """
    first, second = os.fsencode(folder), os.fsencode(other)
    try:
        import ctypes

        if sys.platform == "linux":
            return bool(ctypes.CDLL(None).renameat2(_HERE, first, _HERE, second, _EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(ctypes.CDLL(None).renamex_np(first, second, _EXCHANGE) == 0)
    except (ImportError, AttributeError, OSError):  # Python was built without, or the C library does not have it
        pass
    return False


def _remove(folder: Path) -> None:
    """Remove a folder that was a copy, also where it or a folder in it is read-only."""
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        for within, names, _ in os.walk(folder):
            for name in names:
                if not (Path(within) / name).is_symlink():
                    (Path(within) / name).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _sync_all(folder: Path) -> None:
    for within, _, _ in os.walk(folder):
        _sync(Path(within))


def _sync(folder: Path) -> None:
    """See to it that the names in a folder are on the disk. Windows does so by itself."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _faults(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Refused([Error(folder.as_posix(), "room for the files", found=why(error))]) from None
        raise Refused([unwritable(folder.as_posix(), error)]) from None
