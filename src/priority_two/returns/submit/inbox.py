"""An inbox: a folder of returns, taken in file by file in the order of their names.

Each file is accepted whole or refused whole, by the rules for a single file, and one that is refused stops no other.
What is no return is named and passed over, so that nobody takes it for accepted: a file of another kind, a folder in
the folder, terms without a CSV beside them. A link, a pipe or a device is never opened; where its name is that of a
return, it is refused.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.personal import personal
from priority_two.returns.submit.intake import TERMS_SUFFIX, Accepted, unmarked

MOST_FILES = 1000
FILE, FOLDER = "a file of another kind", "a folder"
_SPREADSHEETS = (".xlsx", ".csv", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv")
"""The endings of what is sent as a return; of these intake refuses the kinds that it cannot read, and says why."""


@dataclass(frozen=True)
class InboxFile:
    """A file of an inbox, as people see its name: accepted, refused, or passed over because it is no return."""

    name: str
    accepted: Accepted | None = None
    refused: Refused | None = None
    no_return: str = ""


def take_in(inbox: Path, ingest: Callable[[Path], Accepted]) -> Iterator[InboxFile]:
    """Yield what became of each file of a folder, in the order of their names, as it is taken in.

    ``ingest`` takes in a single file. Terms that lie beside their return are part of it. What is written into the
    folder meanwhile, such as a marked copy, is not looked at.

    Raises
    ------
    WrongCall
        The folder cannot be read, or holds more than :data:`MOST_FILES` files.
    """
    try:
        names = sorted(path.name for path in inbox.iterdir())
    except OSError:
        raise WrongCall(f"file: {one_line(inbox)} is no folder that can be read") from None
    if len(names) > MOST_FILES:
        raise WrongCall(f"file: {one_line(inbox)} holds more than {MOST_FILES} files; take them in by parts")
    stems = {stem for name in names if _sent_as_return(name) for stem in (Path(name).stem, unmarked(Path(name).stem))}
    beside = {name for name in names if name.endswith(TERMS_SUFFIX) and name.removesuffix(TERMS_SUFFIX) in stems}
    return (_taken(inbox / name, number, ingest) for number, name in enumerate(names, start=1) if name not in beside)


def _taken(file: Path, number: int, ingest: Callable[[Path], Accepted]) -> InboxFile:
    shown = f"file {number}, whose name is personal data" if personal(file.name) else one_line(file.name, 200)
    kind = _kind(file)
    if kind == FOLDER or not _sent_as_return(file.name):
        lonely = kind == FILE and file.name.endswith(TERMS_SUFFIX)
        return InboxFile(shown, no_return="terms without their return beside them" if lonely else kind or "gone by now")
    terms = _kind(file.with_name(unmarked(file.stem) + TERMS_SUFFIX))
    if kind != FILE or terms not in (FILE, ""):
        expected, what = ("a file", kind) if kind != FILE else ("terms that are a file", terms)
        fix = "put the file itself into the folder"
        return InboxFile(shown, refused=Refused([Error(shown, expected, found=what, fix=fix)]))
    try:
        return InboxFile(shown, accepted=ingest(file))
    except Refused as refused:
        return InboxFile(shown, refused=refused)
    except WrongCall as wrong:  # of this file: it can be read no more
        return InboxFile(shown, refused=Refused([str(wrong)]))


def _sent_as_return(name: str) -> bool:
    return Path(name).suffix.lower() in _SPREADSHEETS and not name.startswith(".")


def _kind(file: Path) -> str:
    """Return what stands under a name, without opening it and without following a link; blank where nothing does."""
    try:
        mode = file.lstat().st_mode
    except OSError:
        return ""
    kinds = ((FILE, stat.S_ISREG), (FOLDER, stat.S_ISDIR), ("a link", stat.S_ISLNK))
    return next((kind for kind, is_kind in kinds if is_kind(mode)), "a pipe or a device")
