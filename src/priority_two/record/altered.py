"""What an input held when a report was filed, and what it holds now: by row and column, the old value and the new.

Columns that came or went are named once, and rows are told apart by the others. A character that looks like another
one, or like none, is named by its code point.

What may not be published is not shown: of a row the values are withheld where the permission of its return, or the
policy of its measure, is another than to publish, whether that was so when the report was filed or is so now.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from priority_two.content.words import shared
from priority_two.errors import Refused, one_line
from priority_two.files.reads import line_feeds
from priority_two.files.yaml_mapping import load_yaml
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

    def key(self, left_out: Collection[str]) -> tuple[tuple[str, str], ...]:
        """What two lines have in common that say the same in other columns than some."""
        return tuple(sorted((name, value) for name, value in self.cells.items() if value and name not in left_out))


Guarded = Callable[[AlteredLine], bool]


def alterations(then: bytes, now: bytes, *, table: bool, guarded: Guarded) -> list[str]:
    """Return in words which rows of a file changed, were added or are gone, the first of them one by one.

    `then` are the file's bytes when the report was filed. `table` says whether it is a CSV file, `guarded` whether the
    values of a line are to be withheld.

    Returns
    -------
    list of str
        Nothing where only blanks, line ends, quotes or the order of columns differ.
    """
    (columns, old), (columns_now, new) = _lines(then, table=table), _lines(now, table=table)
    gone, added = list(Counter(columns) - Counter(columns_now)), list(Counter(columns_now) - Counter(columns))
    withheld = guarded(AlteredLine(1, {}))  # the name of a column that came may be anything
    places = [f"columns as filed are gone: {_listed(gone)}"] if gone else []
    places += [f"columns were added: {len(added) if withheld else _listed(added)}"] if added else []
    left_out = {*gone, *added}
    for before, after in _pairs(old, new, left_out):
        if before and after:
            places += _changed(before, after, left_out, withheld=guarded(before) or guarded(after))
        elif before:
            places.append(f"row {before.row} as filed is gone: {_shown(before, guarded)}")
        elif after:
            places.append(f"row {after.row} was added: {_shown(after, guarded)}")
    more = len(places) - MOST_ROWS
    return places if more <= 0 else [*places[:MOST_ROWS], f"and {plural(more, 'more difference')}"]


def guard(path: str, terms: list[bytes], policies: list[bytes]) -> Guarded:
    """Return what withholds the values of an input's lines.

    `terms` are those of the return that the input belongs to, when the report was filed and now, as far as there are
    any; `policies` is ``measures.csv``, likewise.
    """
    name, of_return = path.rsplit("/", 1)[-1], "/returns/" in path
    if not of_return:
        return lambda line: False
    published = bool(terms) and all(_permission(content) == "publish" for content in terms)
    if name == _TERMS:
        return lambda line: not published and "".join(line.cells.values()).partition(":")[0] not in _OPEN_TERMS
    if name != _OBSERVATIONS or not published or not policies:
        return lambda line: True
    tables = [_lines(content)[1] for content in policies]
    known = [{line.cells.get("measure"): line.cells.get("disclosure") for line in table} for table in tables]
    return lambda line: any(table.get(line.cells.get("measure")) != _PUBLISHED for table in known)


def _permission(terms: bytes) -> str:
    try:
        return str(load_yaml(terms.decode("utf-8", "replace"), "").values.get("permission", ""))
    except Refused:
        return ""


def _lines(content: bytes, *, table: bool = True) -> tuple[list[str], list[AlteredLine]]:
    """Return the columns, and the lines below that hold something; of a file that is no proper table, as text."""
    text = line_feeds(content.decode("utf-8-sig", "replace"))
    if table:
        try:
            return _rows(text)
        except csv.Error:
            pass
    return [""], [AlteredLine(row, {"": line.rstrip()}) for row, line in enumerate(text.split("\n"), 1) if line.strip()]


def _rows(text: str) -> tuple[list[str], list[AlteredLine]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    lines: list[AlteredLine] = []
    for fields in reader:
        cells = [field.strip() for field in fields]
        if not any(cells):
            continue
        if not header:
            header = cells
            continue
        names = [*header, *(f"number {n}" for n in range(len(header) + 1, len(cells) + 1))]
        lines.append(AlteredLine(reader.line_num, dict(zip(names, cells, strict=False))))
    return header, lines


def _pairs(
    old: list[AlteredLine], new: list[AlteredLine], left_out: Collection[str]
) -> Iterator[tuple[AlteredLine | None, AlteredLine | None]]:
    """Give the lines that differ in other columns than some: each with the one that took its place, or alone."""
    then, now = ([line.key(left_out) for line in lines] for lines in (old, new))
    first = shared(then, now)
    last = shared(then[first:][::-1], now[first:][::-1])
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    if len(before) * len(after) > _MOST_PAIRS:
        blocks = [("replace", 0, len(before), 0, len(after))]
    else:
        keys = then[first : len(old) - last], now[first : len(new) - last]
        blocks = list(SequenceMatcher(None, *keys, autojunk=False).get_opcodes())
    for tag, start, stop, start_now, stop_now in blocks:
        if tag != "equal":
            yield from zip_longest(before[start:stop], after[start_now:stop_now])


def _changed(before: AlteredLine, after: AlteredLine, left_out: Collection[str], *, withheld: bool) -> list[str]:
    then, now = (dict(line.key(left_out)) for line in (before, after))
    names = [name for name in {**before.cells, **after.cells} if then.get(name) != now.get(name)]
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
    return _listed([value for value in line.cells.values() if value])


def _listed(names: list[str]) -> str:
    return one_line(", ".join(names), 2 * LONGEST_VALUE)


def _apart(was: str, is_now: str) -> tuple[str, str]:
    """Return two values that differ as they are shown: of long ones the part where they begin to differ."""
    same = shared(was, is_now)
    begin = max(0, same - LONGEST_VALUE // 4) if max(len(was), len(is_now)) > LONGEST_VALUE else 0
    lead = "…" if begin else ""
    shown = (one_line(lead + text[begin:], LONGEST_VALUE) if text else "nothing" for text in (was, is_now))
    first, second = (
        f"{text}{_named(whole[same : same + 1])}" for text, whole in zip(shown, (was, is_now), strict=True)
    )
    return first, second


def _named(character: str) -> str:
    """Return the code point of a character that may look like another one, or like none."""
    return "" if not character or (character.isascii() and character.isprintable()) else f" (U+{ord(character):04X})"
