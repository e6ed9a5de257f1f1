"""The data folder: the only door through which files come in.

Everything in it came from outside and is hostile until checked. A path stays inside the folder, also through links;
a file has a bounded size and is UTF-8; CSV is strict (a row with a field too many is a fault, not a guess); YAML is
safe-loaded, without aliases and without a key given twice. What was read is remembered by SHA-256 and size, so that
a manifest can say exactly what went into a report, and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from priority_two.faults import Fault, Refused

LARGEST_FILE = 8 * 1024 * 1024
MOST_ROWS = 200_000
LONGEST_FIELD = 10_000


@dataclass(frozen=True)
class Read:
    """What was read: SHA-256 (hexadecimal) and size (bytes)."""

    sha256: str
    size: int


@dataclass
class Table:
    """A CSV as it stands: its header, and its rows as text.

    Parameters
    ----------
    file
        Path to show to people.
    columns
        The header.
    rows
        One dict a row, with the file's line in ``row`` and the file in ``file``.
    """

    file: str
    columns: list[str]
    rows: list[dict[str, Any]]


@dataclass
class Mapping:
    """A YAML mapping: its values, and the line on which each key of the top level stands."""

    file: str
    values: dict[str, Any]
    lines: dict[str, int]


@dataclass
class DataFolder:
    """A partnership's data folder.

    Parameters
    ----------
    root
        The folder, which must be there.

    Attributes
    ----------
    read
        Every file read so far, by the path that people are shown.
    """

    root: Path
    read: dict[str, Read] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        if not self.root.is_dir():
            raise Refused([Fault(self.root.name, "a data folder; name it with --data, or run where it lies")])

    def shown(self, path: str | Path) -> str:
        """Return the path of a file of the folder as people are shown it: ``data/reference/areas.csv``."""
        return f"{self.root.name}/{Path(path).as_posix()}"

    def names(self, path: str, pattern: str) -> list[str]:
        """Return the sorted paths, relative to the folder, of what matches `pattern` in the sub-folder `path`."""
        found = (self.root / path).glob(pattern)
        return sorted(item.relative_to(self.root).as_posix() for item in found if not item.name.startswith("."))

    def text(self, path: str) -> str:
        """Return a file's text, line ends as line feeds.

        Raises
        ------
        Refused
            The file is not there, lies outside the folder, is too large or is not UTF-8.
        """
        file, shown = (self.root / path).resolve(), self.shown(path)
        if not file.is_relative_to(self.root):
            raise Refused([Fault(shown, "a file inside the data folder", mend="replace the link by the file itself")])
        try:
            with file.open("rb") as handle:
                content = handle.read(LARGEST_FILE + 1)
        except OSError:
            raise Refused([Fault(shown, "a file that can be read", found="none")]) from None
        if len(content) > LARGEST_FILE:
            raise Refused([Fault(shown, f"at most {LARGEST_FILE} bytes", found="a larger file")])
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = content[: error.start].count(b"\n") + 1
            raise Refused(
                [Fault(shown, "UTF-8 text", row, found="other bytes", mend="save the file as UTF-8")]
            ) from None
        self.read[shown] = Read(hashlib.sha256(content).hexdigest(), len(content))
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def table(self, path: str) -> Table:
        """Return a CSV as text.

        Raises
        ------
        Refused
            The file cannot be read, has no header, names a column twice, or has a row of another length.
        """
        text, shown = self.text(path), self.shown(path)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            faults = _header_faults(shown, header)
            rows: list[dict[str, Any]] = []
            for fields in reader:
                if len(rows) >= MOST_ROWS or any(len(value) > LONGEST_FIELD for value in fields):
                    limit = f"at most {MOST_ROWS} rows, and {LONGEST_FIELD} characters in a field"
                    raise Refused([Fault(shown, limit, reader.line_num, found="more")])
                if not any(value.strip() for value in fields):
                    continue
                if len(fields) != len(header):
                    expected = f"{len(header)} fields"
                    faults.append(Fault(shown, expected, reader.line_num, found=f"{len(fields)} fields"))
                    continue
                values = (value.strip() for value in fields)
                rows.append({**dict(zip(header, values, strict=True)), "file": shown, "row": reader.line_num})
        except csv.Error as error:
            raise Refused([Fault(shown, "well-formed CSV", reader.line_num, found=str(error))]) from None
        if faults:
            raise Refused(faults)
        return Table(shown, header, rows)

    def mapping(self, path: str) -> Mapping:
        """Return a YAML file's mapping.

        Raises
        ------
        Refused
            As :func:`load_yaml`, or the file cannot be read.
        """
        return load_yaml(self.text(path), self.shown(path))


def _header_faults(shown: str, header: list[str]) -> list[Fault]:
    if not any(header):
        return [Fault(shown, "a header row", 1, found="none")]
    twice = sorted({name for name in header if header.count(name) > 1})
    return [Fault(shown, "each column once", 1, name, "it twice") for name in twice]


class _Loader(yaml.SafeLoader):
    """YAML as people write it: no aliases (which can explode), no key twice (of which one would be lost)."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None,
                None,
                "an alias",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value} twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str, shown: str, first_line: int = 1) -> Mapping:
    """Return the mapping that a YAML text holds.

    Parameters
    ----------
    text
        The YAML.
    shown
        The file's path for people.
    first_line
        The line of the file on which `text` begins.

    Raises
    ------
    Refused
        The text is not YAML, holds an alias or a key twice, or is no mapping; with the line.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        values = loader.construct_document(node) if node is not None else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + first_line if mark else first_line
        problem = str(getattr(error, "problem", None) or "something else")
        mend = "put quotes round text that holds a colon, a # or a bracket, and indent with spaces"
        raise Refused([Fault(shown, "plain YAML", row, found=problem, mend=mend)]) from None
    finally:
        loader.dispose()
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise Refused([Fault(shown, "a YAML mapping of names to values", first_line)])
    lines = {key.value: key.start_mark.line + first_line for key, _ in node.value} if node is not None else {}
    return Mapping(shown, values, lines)
