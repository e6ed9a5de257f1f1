"""Bounded reads: how a file from outside is read, wherever it lies.

A file is read up to a limit and no further; it is a regular file, since a pipe would be waited for; a path stays inside
its folder, also through links; text is UTF-8 without control characters. `shown` is everywhere the path for people.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from priority_two.characters import ORDINARY, UNSEEN, code_point
from priority_two.errors import Error, Refused, few

LARGEST_FILE = 8 * 1024 * 1024
UNREADABLE = "a file that can be read"

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ReadFile:
    """What was read: SHA-256 (hexadecimal) and size (bytes)."""

    sha256: str
    size: int

    @classmethod
    def of(cls, content: bytes) -> ReadFile:
        """Return what is remembered of these bytes."""
        return cls(hashlib.sha256(content).hexdigest(), len(content))


def inside(folder: Path, path: str | Path, shown: str) -> Path:
    """Return where a file of a folder, which is resolved, lies.

    Raises
    ------
    Refused
        The path leads out of the folder, or nowhere.
    """
    try:
        file = (folder / path).resolve()
    except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
        raise Refused([Error(shown, UNREADABLE, found="none")]) from None
    if not file.is_relative_to(folder):
        raise Refused([Error(shown, "a file inside the data folder", fix="replace the link by the file itself")])
    return file


def bounded(file: Path, limit: int = LARGEST_FILE) -> bytes:
    """Return what a file holds, and of a larger one than `limit` bytes the first `limit` and one more.

    Raises
    ------
    OSError
        It is not there, no regular file, or cannot be read.
    """
    try:
        if not file.is_file():  # a pipe would be waited for
            raise FileNotFoundError
        with file.open("rb") as handle:
            return handle.read(limit + 1)
    except ValueError:  # a name with a NUL
        raise FileNotFoundError from None


def read_bytes(file: Path, shown: str, limit: int = LARGEST_FILE, fix: str = "") -> bytes:
    """Return what a file holds.

    Raises
    ------
    Refused
        It is not there, no regular file, cannot be read, or holds more than `limit` bytes; `fix` mends that.
    """
    try:
        content = bounded(file, limit)
    except OSError:
        raise Refused([Error(shown, UNREADABLE, found="none")]) from None
    if len(content) > limit:
        raise Refused([Error(shown, f"at most {limit} bytes", found="a larger file", fix=fix)])
    return content


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file of any size, hexadecimal; blank where there is none that can be read."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def utf8(content: bytes, shown: str) -> str:
    """Return bytes as text, without the mark that some programs put before it.

    Raises
    ------
    Refused
        They are no UTF-8; names the line.
    """
    body = content.removeprefix(_MARK)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        row = line_feeds(body[: error.start].decode("latin-1")).count("\n") + 1
        raise Refused([Error(shown, "UTF-8 text", row, found="other bytes", fix="save the file as UTF-8")]) from None


def decode(content: bytes, shown: str) -> str:
    """Return bytes as text without control characters, line ends as line feeds.

    Raises
    ------
    Refused
        They are no UTF-8, or hold control characters.
    """
    text = line_feeds(utf8(content, shown))
    errors = unseen(text, shown)
    if errors:
        raise Refused(few(shown, errors))
    return text


def line_feeds(text: str) -> str:
    """Return a text whose lines end as on Linux, whatever system wrote it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unseen(text: str, shown: str, first_line: int = 1) -> list[Error]:
    """Return a fault for each line that holds a character which a file may not hold."""
    if (text.isascii() and not text.translate(ORDINARY)) or not UNSEEN.search(text):
        return []
    fix = "take it out: it cannot be seen, and comes from copying and pasting"
    return [
        Error(shown, "text without control characters", row, found=code_point(match[0]), fix=fix)
        for row, line in enumerate(text.split("\n"), first_line)
        if (match := UNSEEN.search(line))
    ]
