"""What is wrong with something that came from outside, said in one line.

A fault names the file, the row and the column where there is one, what was found, what was expected and how to
mend it. Code that reads collects every fault it can find and raises them together as :class:`Refused`, so that a
person mends a file once and not once a fault. What was found is shortened, and what cannot be seen in it is shown
escaped: a hostile cell cannot forge a second line or flood a log. A fault about a restricted row carries no value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from priority_two.characters import UNSEEN

LONGEST_FOUND = 120
MOST_ERRORS = 100
WITHHELD = "a value that is withheld here"


def printable(text: object) -> str:
    r"""Return a text in which each character that cannot be seen, or that moves others, is escaped: ``\n``, ``\x1b``.

    So it is one line on a terminal, which does with it nothing but show it.
    """
    return "".join(
        ch.encode("unicode_escape").decode("ascii")
        if unicodedata.category(ch) in _NOT_SHOWN or UNSEEN.match(ch)
        else ch
        for ch in str(text)
    )


_NOT_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(text: object, longest: int = LONGEST_FOUND) -> str:
    """Return `text` as one printable line of at most `longest` characters."""
    line = " ".join(printable(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


@dataclass(frozen=True)
class Error:
    """One thing that is wrong.

    Parameters
    ----------
    file
        The file, relative to the folder that holds the data folder; blank where there is none.
    expected
        What was expected, in words.
    row, column
        Line of the file (the first is 1) and column or key, where there are such.
    found
        What stood there.
    fix
        What to type or do instead.
    """

    file: str
    expected: str
    row: int | None = None
    column: str = ""
    found: str = ""
    fix: str = ""

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (
                one_line(self.file, 200),
                f"row {self.row}" if self.row is not None else "",
                f"column {one_line(self.column)}" if self.column else "",
            )
            if part
        )
        line = f"expected {one_line(self.expected, 300)}"
        if self.found:
            line = f"found {one_line(self.found)}; {line}"
        if self.fix:
            line = f"{line}; {one_line(self.fix, 300)}"
        return f"{where}: {line}" if where else line


class Refused(Exception):
    """The data, a check or an audit says no. Holds every fault that was found.

    Parameters
    ----------
    errors
        At least one fault, in the order in which a person would meet them; or its line, where it comes from
        another process.
    rest
        What could be read beside the faults, where whoever reads on can use it; it does not travel between processes.
    """

    def __init__(self, errors: Iterable[Error | str], rest: object = None) -> None:
        self.errors = tuple(errors)
        self.rest = rest
        super().__init__("\n".join(map(str, self.errors)))

    def _render_traceback_(self) -> list[str]:
        """Say in a notebook what is wrong, and not where in the code it was noticed."""
        return str(self).splitlines()

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Error | str, ...]]]:
        """Keep the faults when the exception comes back from another process."""
        return type(self), (self.errors,)


class WrongCall(Exception):
    """The call itself was wrong: an unknown kind, parameter or form of a period. One line."""

    def _render_traceback_(self) -> list[str]:
        """Say in a notebook what is wrong, and not where in the code it was noticed."""
        return [str(self)]


def few(shown: str, errors: list[Error]) -> list[Error]:
    """Return the faults of one file, at most :data:`MOST_ERRORS` of them, and then how many more there are."""
    more = len(errors) - MOST_ERRORS
    if more <= 0:
        return errors
    return [*errors[:MOST_ERRORS], Error(shown, "none", found=f"... and {more} more faults")]


def without_values(errors: Iterable[Error | str]) -> list[Error]:
    """Return the faults of a file that may hold anything, without what stood there: "another" in its place."""
    named = (error for error in errors if isinstance(error, Error))
    return [replace(error, found="another") if error.found not in ("", "none") else error for error in named]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another, whatever its case; blank where none is."""
    import difflib

    words = {text.lower(): text for text in known if text}
    near = difflib.get_close_matches(word.lower(), list(words), n=1)
    return words[near[0]] if near else ""


def attempt(errors: list[Error | str], otherwise: Any, read: Callable[[], Any]) -> Any:
    """Return what is read. Where it is refused, add why to `errors`, and return what could be read, or `otherwise`."""
    try:
        return read()
    except Refused as refused:
        errors += refused.errors
        return otherwise if refused.rest is None else refused.rest
