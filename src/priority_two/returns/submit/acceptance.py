"""Adding a return to the store: all of it at once, or none of it.

A return comes into the store in one step (:func:`priority_two.files.atomic.new_folder`). A reader sees the whole return
or none, also when the machine is switched off half-way (what is left then is hidden, and no report reads it). Only one
ingest at a time reads the store and adds to it.

Before a return has its name, what was written is read back by the store's own reader. What that refuses, or reads as
anything else than was sent, is not accepted: a return in the store can stop no later run.

The name of a return is its day of receipt and its partner; from the second return of a day on it has a number too. If
the store has the same figures on the same terms already, whatever their day, nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from priority_two.errors import Error, Refused, attempt
from priority_two.files.atomic import new_folder
from priority_two.files.data_folder import DataFolder
from priority_two.files.locks import locked, why
from priority_two.files.reads import bounded
from priority_two.periods import parse_date
from priority_two.returns.store import Receipt, Return, read_return, store_of

OBSERVATIONS, TERMS = "observations.csv", "terms.yaml"
RECEIVED = "received"


@dataclass(frozen=True)
class Stored:
    """The folder of a return, as people see it, and whether the store had the return already."""

    folder: str
    already: bool


def store_return(
    folder: DataFolder, received: str, partner: str, files: dict[str, bytes], same: Callable[[Return], bool]
) -> Stored:
    """Add a return, received on a day ``YYYY-MM-DD``, to the store: its files by name, the original file among them.

    `same` says whether a return, as the store reads it, is what was sent.

    Raises
    ------
    Refused
        The store cannot be written, or would not read the return as it was sent.
    """
    store = store_of(folder)
    try:
        store.mkdir(exist_ok=True)
    except OSError:
        raise _unwritable(folder) from None
    with locked(store):
        return _stored(folder, store, Receipt(parse_date(received), partner), files, same)


def _stored(
    folder: DataFolder, store: Path, receipt: Receipt, files: dict[str, bytes], same: Callable[[Return], bool]
) -> Stored:
    def read_back(staging: Path) -> None:
        errors: list[Error | str] = []
        received = attempt(errors, None, lambda: read_return(folder, staging.name))
        if errors or not same(replace(received, name=str(receipt))):
            expected = "a return that the store reads as it was sent"
            fix = "nothing was accepted; ask whoever looks after the program to see this return"
            raise Refused([Error(folder.shown(f"returns/{receipt}"), expected, found="another", fix=fix)])

    try:
        before = _same(store, receipt.partner, files)
        if before is not None:
            return Stored(folder.shown(f"returns/{before}"), already=True)
        while not new_folder(store / str(receipt), files, read_back):
            receipt = replace(receipt, number=receipt.number + 1)
    except OSError as error:
        raise _unwritable(folder, why(error)) from None
    return Stored(folder.shown(f"returns/{receipt}"), already=False)


def _unwritable(folder: DataFolder, obstacle: str = "") -> Refused:
    return Refused([Error(folder.shown("returns"), "a folder that can be written", found=obstacle)])


def _same(store: Path, partner: str, files: dict[str, bytes]) -> str | None:
    """Return the name of the return of this partner that has the same figures on the same terms, or None."""
    wanted = _essence(files)
    for path in sorted(store.glob(f"*_{partner}*")):
        try:
            if Receipt.of(path.name).partner != partner:
                continue
            there = {name: bounded(path / name) for name in wanted}
        except (OSError, ValueError):
            continue
        if _essence(there) == wanted:
            return path.name
    return None


def _essence(files: dict[str, bytes]) -> dict[str, list[bytes]]:
    """Return the lines of figures and terms, but for the day of receipt."""
    day = f"{RECEIVED}:".encode()
    return {
        name: [line for line in content.splitlines() if not line.startswith(day)]
        for name, content in files.items()
        if name in (OBSERVATIONS, TERMS)
    }
