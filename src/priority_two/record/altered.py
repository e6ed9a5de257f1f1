"""What an input held when a report was filed, and what it holds now: by row and column, the old value and the new.

What may not be published is not shown: of a row the values are withheld where the permission of its return, or the
policy of its measure, is another than to publish, whether that was so when the report was filed or is so now.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from priority_two.errors import Refused, one_line
from priority_two.files.data_folder import load_yaml
from priority_two.periods import plural

MOST_ROWS = 5
LONGEST_VALUE = 60
_MOST_PAIRS = 1_000_000  # lines of one text times lines of the other: more are not matched with each other
_OBSERVATIONS, _TERMS = "observations.csv", "terms.yaml"
_PUBLISHED = "public_nonperson"
_OPEN_TERMS = ("partner", "received", "extract_date", "months", "permission", "synthetic")
"""The terms that say when and how a return came, and of nobody anything."""


@dataclass(frozen=True)
class AlteredLine:
    """A line of a file: its number, and its cells by column; a text has one cell, of no name."""

    row: int
    cells: Mapping[str, str]

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """What two lines have in common that say the same."""
        return tuple(self.cells.items())


Guarded = Callable[[AlteredLine], bool]


def alterations(then: bytes, now: bytes, *, table: bool, guarded: Guarded) -> list[str]:
    """Return in words which rows of a file changed, were added or are gone, the first of them one by one.

    Parameters
    ----------
    then, now
        The file's bytes when the report was filed, and now.
    table
        Whether it is a CSV file.
    guarded
        Whether the values of a line are to be withheld.

    Returns
    -------
    list of str
        Nothing where only blanks or line ends differ.
    """
    old, new = _lines(then, table=table), _lines(now, table=table)
    places: list[str] = []
    for before, after in _pairs(old, new):
        if before and after:
            places += _changed(before, after, withheld=guarded(before) or guarded(after))
        elif before:
            places.append(f"row {before.row} as filed is gone: {_shown(before, guarded)}")
        elif after:
            places.append(f"row {after.row} was added: {_shown(after, guarded)}")
    more = len(places) - MOST_ROWS
    return places if more <= 0 else [*places[:MOST_ROWS], f"and {plural(more, 'more difference')}"]


def guard(path: str, terms: list[bytes], policies: list[bytes]) -> Guarded:
    """Return what withholds the values of an input's lines.

    Parameters
    ----------
    path
        The input.
    terms
        The terms of the return that it belongs to, when the report was filed and now, as far as there are any.
    policies
        ``measures.csv``, likewise.
    """
    name, of_return = path.rsplit("/", 1)[-1], "/returns/" in path
    if not of_return:
        return lambda line: False
    published = bool(terms) and all(_permission(one) == "publish" for one in terms)
    if name == _TERMS:
        return lambda line: not published and "".join(line.cells.values()).partition(":")[0] not in _OPEN_TERMS
    if name != _OBSERVATIONS or not published or not policies:
        return lambda line: True
    known = [{line.cells.get("measure"): line.cells.get("disclosure") for line in _lines(one)} for one in policies]
    return lambda line: any(table.get(line.cells.get("measure")) != _PUBLISHED for table in known)


def _permission(terms: bytes) -> str:
    try:
        return str(load_yaml(terms.decode("utf-8", "replace"), "").values.get("permission", ""))
    except Refused:
        return ""


def _lines(content: bytes, *, table: bool = True) -> list[AlteredLine]:
    """Return the lines that hold something; of a file that is no proper table, as text."""
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if table:
        try:
            return list(_rows(text))
        except csv.Error:
            pass
    return [AlteredLine(row, {"": line.strip()}) for row, line in enumerate(text.split("\n"), 1) if line.strip()]


def _rows(text: str) -> Iterator[AlteredLine]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    for fields in reader:
        cells = [field.strip() for field in fields]
        if not any(cells):
            continue
        if header is None:
            header = cells
            yield AlteredLine(reader.line_num, {"": ",".join(cells)})
            continue
        names = [*header, *(f"number {n}" for n in range(len(header) + 1, len(cells) + 1))]
        yield AlteredLine(reader.line_num, dict(zip(names, cells, strict=False)))


def _pairs(old: list[AlteredLine], new: list[AlteredLine]) -> Iterator[tuple[AlteredLine | None, AlteredLine | None]]:
    """Give the lines that differ: each with the one that took its place, or alone."""
    first = 0
    while first < min(len(old), len(new)) and old[first].key == new[first].key:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last].key == new[-1 - last].key:
        last += 1
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    if len(before) * len(after) > _MOST_PAIRS:
        blocks = [("replace", 0, len(before), 0, len(after))]
    else:
        keys = [line.key for line in before], [line.key for line in after]
        blocks = list(SequenceMatcher(None, *keys, autojunk=False).get_opcodes())
    for tag, one, two, three, four in blocks:
        if tag != "equal":
            left, right = before[one:two], after[three:four]
            both = min(len(left), len(right))
            yield from zip(left[:both], right[:both], strict=True)
            yield from ((line, None) for line in left[both:])
            yield from ((None, line) for line in right[both:])


def _changed(before: AlteredLine, after: AlteredLine, *, withheld: bool) -> list[str]:
    names = [name for name in {**before.cells, **after.cells} if before.cells.get(name) != after.cells.get(name)]
    moved = "" if before.row == after.row else f" (row {before.row} as filed)"
    where = f"row {after.row}{moved}"
    if withheld:
        known = ", ".join(name for name in names if name and name in before.cells)  # a new name may be anything
        return [f"{where}{f', column {known}' if known else ''}: it changed; the old value and the new are withheld"]
    places = []
    for name in names:
        was, is_now = _apart(before.cells.get(name, ""), after.cells.get(name, ""))
        column = f", column {one_line(name, LONGEST_VALUE)}" if name else ""
        places.append(f"{where}{column}: {was} when filed, {is_now} now")
    return places


def _shown(line: AlteredLine, guarded: Guarded) -> str:
    if guarded(line):
        return "withheld"
    return one_line(", ".join(value for value in line.cells.values() if value), 2 * LONGEST_VALUE)


def _apart(was: str, is_now: str) -> tuple[str, str]:
    """Return two values that differ as they are shown: of long ones the part where they begin to differ."""
    same = next((n for n, (one, other) in enumerate(zip(was, is_now, strict=False)) if one != other), None)
    same = min(len(was), len(is_now)) if same is None else same
    begin = max(0, same - LONGEST_VALUE // 4) if max(len(was), len(is_now)) > LONGEST_VALUE else 0
    lead = "…" if begin else ""
    first, second = (one_line(lead + text[begin:], LONGEST_VALUE) if text else "" for text in (was, is_now))
    return first or "nothing", second or "nothing"
