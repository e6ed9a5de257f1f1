"""Results that can be worked out again, in a folder that may be deleted at any time.

Each is a file of its own, named after a hash of all that it follows from, and begins with a hash of itself and of that
name: what was cut short, written over or put under another name is no result, and is worked out again. The folder holds
a bounded number of files; it says to git that it is to be ignored. Where it cannot be written, nothing is stored, and
nobody is troubled with it.

Nothing is used again but where :func:`reusing` allows it, as a draft and a validation do. A filing and an audit do not.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from priority_two.files.reads import bounded

_KEY = re.compile(r"[0-9a-f]{64}")
_DIGEST = 64
_IGNORED = ".gitignore"


@dataclass(frozen=True)
class ResultCache:
    """A folder of results.

    Parameters
    ----------
    folder
        Where it lies; it is made when something is stored.
    most
        How many results it holds at most; the oldest go first.
    largest
        How many bytes a result may have; a larger one is not stored, and not read.
    """

    folder: Path
    most: int = 1000
    largest: int = 8 * 1024 * 1024

    def get(self, key: str) -> bytes | None:
        """Return the result of a key, which is the SHA-256 of all that it follows from; None where there is none."""
        try:
            stored = bounded(self._file(key), self.largest + _DIGEST)
        except OSError:
            return None
        digest, content = stored[:_DIGEST], stored[_DIGEST:]
        return content if digest == _digest(key, content) else None

    def put(self, key: str, content: bytes) -> None:
        """Store a result, in one step."""
        if len(content) > self.largest:
            return
        file = self._file(key)
        with contextlib.suppress(OSError):
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True)
                (self.folder / _IGNORED).write_bytes(b"*\n")
            part = self.folder / f".{secrets.token_hex(8)}.part"
            try:
                part.write_bytes(_digest(key, content) + content)
                part.replace(file)
            finally:
                part.unlink(missing_ok=True)
            self._drop_oldest()

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("a key is a SHA-256")
        return self.folder / key

    def _drop_oldest(self) -> None:
        results = [path for path in self.folder.iterdir() if path.name != _IGNORED]
        if len(results) > self.most:
            results.sort(key=lambda path: path.stat().st_mtime_ns)
            for path in results[: len(results) - self.most]:
                path.unlink(missing_ok=True)


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).hexdigest().encode()


@dataclass(frozen=True, eq=False)
class Reuse:
    """That what lies in a folder may be used again, for the time being."""

    folder: Path


_ALLOWED: ContextVar[Reuse | None] = ContextVar("allowed", default=None)


@contextlib.contextmanager
def reusing(folder: Path | None) -> Iterator[None]:
    """Meanwhile, what an earlier run left in a folder may be used again, and what this one works out is left there.

    Where the folder is None, nothing may be.
    """
    token = _ALLOWED.set(Reuse(folder) if folder else None)
    try:
        yield
    finally:
        _ALLOWED.reset(token)


def allowed() -> Reuse | None:
    """Return what may be used again now; None where nothing may be."""
    return _ALLOWED.get()


def results(name: str) -> ResultCache | None:
    """Return the results of a name that may be used again now; None where nothing may be."""
    reuse = _ALLOWED.get()
    return ResultCache(reuse.folder / name) if reuse else None


def build_folder(data: Path) -> Path | None:
    """Return the folder for results of the workspace whose data folder this is: its ``build/``, which git ignores.

    A data folder that lies in no workspace, which is a git repository, has none.
    """
    workspace = data.resolve().parent
    return workspace / "build" if (workspace / ".git").exists() else None
