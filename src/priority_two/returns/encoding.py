"""The encoding of a text file: UTF-8, UTF-16 with its mark, or cp1252, the old encoding of British machines.

A file has one encoding. A row in another encoding (two files pasted together, a row from an older system) would be read
as letters that nobody wrote, such as ``cafÃ©`` for ``café``. So :func:`decoded` names such a row, and the row is not
read. Where the same letters stand in a file of one encoding, they were wrong before it was saved: :func:`spoilt` finds
them.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import islice

from priority_two.files.reads import line_feeds

MOST_ODD = 10_000
_MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The marks with which a text in UTF-16 begins."""
_UNUSED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")  # by cp1252
# What reads as UTF-8 when it is written in cp1252 again. Of the letters that this gives, those that people who write
# English use: Latin letters and signs, dashes and quotation marks, the euro, the trade mark, a byte order mark.
_SUSPECT = re.compile("[\u00c2-\u00ef][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]{1,2}")
_PLAUSIBLE = re.compile("[\u00a0-\u017f\u2010-\u2044\u20ac\u2122\ufeff]")
_SPACE_LOST = re.compile("(?<![A-Z])[\u00c2\u00c3](?=\\s|$)")  # what is left of a no-break space, or of à


def decoded(content: bytes) -> tuple[str, list[int]]:
    """Return a text with line feeds at its line ends, and the lines (from 1) whose bytes are not of its encoding.

    Such a line stands in the text with replacement characters. Where UTF-8 and cp1252 meet, the encoding of most of
    the lines that show it is that of the file.
    """
    if content.startswith(UTF_16):
        text = line_feeds(content.decode("utf-16", errors="replace"))
        return text, [number for number, line in enumerate(io.StringIO(text), 1) if "\ufffd" in line]
    body = content.removeprefix(_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if _is_utf8(body):
        return body.decode(), []
    kinds = Counter(_is_utf8(line) for line in io.BytesIO(body) if not line.isascii())
    utf8 = content.startswith(_MARK) or kinds[True] >= kinds[False]
    odd = (
        number
        for number, line in enumerate(io.BytesIO(body), 1)
        if (not line.isascii() and _is_utf8(line) != utf8) or (not utf8 and _UNUSED.search(line))
    )
    return body.decode("utf-8" if utf8 else "cp1252", errors="replace"), list(islice(odd, MOST_ODD))


def spoilt(text: str) -> bool:
    """Whether a text shows what a wrong encoding left: ``Ã©`` for ``é``, ``â€™`` for an apostrophe, ``�``."""
    if "\ufffd" in text or _SPACE_LOST.search(text):
        return True
    for match in _SUSPECT.finditer(text):
        for length in range(2, len(match[0]) + 1):
            try:
                meant = b"".join(map(_byte, match[0][:length])).decode("utf-8")
            except UnicodeError:
                continue
            if _PLAUSIBLE.fullmatch(meant):
                return True
    return False


def _byte(character: str) -> bytes:
    """Return a character's byte in cp1252, which leaves five bytes to the control characters of Latin-1."""
    return character.encode("latin-1" if "\x80" <= character <= "\x9f" else "cp1252")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
