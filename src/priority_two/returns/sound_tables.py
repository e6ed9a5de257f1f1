"""The rows of a return, searched for personal data; those of a large one are kept as columns for the next time.

The CSV is the source of truth. It is read whole and hashed each time; where the very same bytes were sound before, by
the same code and the same helplines, its columns need not be parsed and searched again. What is kept lies beside the
other results of the workspace, may be deleted at any time, and is used only where such results may be
(:mod:`priority_two.files.result_cache`): a filing and an audit read the CSV itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
import unicodedata
from functools import cache
from pathlib import Path

from priority_two import characters, personal
from priority_two.errors import Refused
from priority_two.files import csv_table, reads
from priority_two.files.csv_table import CsvTable, read_table
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import ReadFile, decode, read_bytes
from priority_two.files.result_cache import results
from priority_two.reference import personal_search

LARGE = 256 * 1024
"""From so many bytes on, a file's columns are read sooner than the file is parsed."""
_KEPT = "returns"


def sound_table(folder: DataFolder, path: str, public: frozenset[str], born: int) -> CsvTable:
    """Return a CSV of the data folder that is about no person.

    Parameters
    ----------
    folder, path
        The data folder, and the path of the file in it.
    public
        Telephone numbers that may stand there.
    born
        By which year a date is one of birth.

    Raises
    ------
    Refused
        It cannot be read, or is about a person: every fault.
    """
    shown = folder.shown(path)
    content = read_bytes(folder.inside(path), shown)
    read = ReadFile.of(content)
    earlier = results(_KEPT) if read.size >= LARGE else None
    key = hashlib.sha256(repr((read.sha256, sorted(public), born, _reading())).encode()).hexdigest() if earlier else ""
    table: CsvTable | None = None
    if earlier and (packed := earlier.get(key)):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            table = CsvTable.unpacked(packed, shown)
    if table is None:
        table = read_table(decode(content, shown), shown, private=True)
        if private := personal_search.in_table(table, public, born):
            raise Refused(private)
        if earlier:
            earlier.put(key, table.packed())
    folder.read[shown] = read
    return table


@cache
def _reading() -> str:
    """Return with what a table is read and searched: the code, Python and its Unicode, and how it holds numbers."""
    modules = (__file__, *(module.__file__ for module in (characters, csv_table, personal, personal_search, reads)))
    code = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in modules if file]
    return repr([sys.version, unicodedata.unidata_version, sys.byteorder, *code])
