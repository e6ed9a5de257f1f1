"""The data folder: the only door through which files come in.

Everything in it came from outside and is hostile until checked. A path stays inside the folder, also through links;
a file has a bounded size and is UTF-8 without control characters; CSV is strict (a row with a field too many is a
fault, not a guess); YAML is safe-loaded, without anchors and aliases, without merging and without a key given twice,
and words in it are taken as they are written. Of very many faults so many are named, and how many more there are. What
was read is remembered by SHA-256 and size, so that a manifest can say exactly what went into a report, and nothing
else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from priority_two.errors import Error, Refused
from priority_two.files.as_written import Prose, as_written
from priority_two.spellings import Unclear, read_date, read_period

DAYS = ("valid_from", "valid_to", "board_date", "returns_due", "published", "ends")
MONTHS = ("first_month", "last_month", "from")
"""Columns of reference tables that hold days, and those that hold months: a program that saves a CSV rewrites them."""
LARGEST_FILE = 8 * 1024 * 1024
MOST_ROWS = 200_000
LONGEST_FIELD = 10_000
MOST_COLUMNS = 200
MOST_ERRORS = 100
LARGEST_YAML = 128 * 1024  # the parser is slow: eight mebibytes of it would take minutes
LARGEST_NUMBER = 10**18
NO_PROSE = Prose()
_DEEPEST = 4  # the lists and mappings within each other whose lines are kept

# Neither HTML nor PDF can hold control characters; those that turn the direction of text hide what it says, and a byte
# order mark within it, or a code point that is none, is the trace of a broken conversion.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# To YAML these end a line; to whoever counts the lines of a file they do not.
_SEPARATOR = re.compile("[\u2028\u2029]")
_NAME = re.compile("[a-z_]+")
_OWN = ("row", "file")  # columns that reading adds
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class ReadFile:
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
    """A YAML mapping: its values, and the line on which each key of the top level stands.

    ``inner`` has the lines of what stands under these keys, by its path, such as ``milestones.0.title``.
    """

    file: str
    values: dict[str, Any]
    lines: dict[str, int]
    inner: dict[str, int] = field(default_factory=dict)


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
    read: dict[str, ReadFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.root = self.root.resolve()
            there = self.root.is_dir()
        except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
            there = False
        if not there:
            raise Refused(
                [
                    Error(
                        self.root.name,
                        "a data folder; name it with --data (in a notebook: data), or run where it lies",
                    )
                ]
            )

    def shown(self, path: str | Path) -> str:
        """Return the path of a file of the folder as people are shown it: ``data/reference/areas.csv``."""
        return f"{self.root.name}/{Path(path).as_posix()}"

    def names(self, path: str, pattern: str) -> list[str]:
        """Return the sorted paths, relative to the folder, of what matches `pattern` in the sub-folder `path`."""
        paths = (self.root / path).glob(pattern)
        return sorted(item.relative_to(self.root).as_posix() for item in paths if not item.name.startswith("."))

    def inside(self, path: str) -> Path:
        """Return where a file of the folder lies.

        Raises
        ------
        Refused
            The path leads out of the folder, or nowhere.
        """
        shown = self.shown(path)
        try:
            file = (self.root / path).resolve()
        except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
            raise Refused([Error(shown, "a file that can be read", found="none")]) from None
        if not file.is_relative_to(self.root):
            raise Refused([Error(shown, "a file inside the data folder", fix="replace the link by the file itself")])
        return file

    def text(self, path: str) -> str:
        """Return a file's text, line ends as line feeds.

        Raises
        ------
        Refused
            The file is not there, lies outside the folder, is too large, is not UTF-8 or holds control characters.
        """
        shown = self.shown(path)
        unreadable = Error(shown, "a file that can be read", found="none")
        file = self.inside(path)
        try:
            if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for
                raise Refused([unreadable])
            with file.open("rb") as handle:
                content = handle.read(LARGEST_FILE + 1)
        except OSError:
            raise Refused([unreadable]) from None
        if len(content) > LARGEST_FILE:
            raise Refused([Error(shown, f"at most {LARGEST_FILE} bytes", found="a larger file")])
        try:
            text = content.removeprefix(_MARK).decode("utf-8")
        except UnicodeDecodeError as error:
            before = content.removeprefix(_MARK)[: error.start]
            row = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
            raise Refused(
                [Error(shown, "UTF-8 text", row, found="other bytes", fix="save the file as UTF-8")]
            ) from None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        errors = _characters(text, shown, CONTROL, 1)
        if errors:
            raise Refused(few(shown, errors))
        self.read[shown] = ReadFile(hashlib.sha256(content).hexdigest(), len(content))
        return text

    def table(self, path: str) -> Table:
        """Return a CSV as text; days and months of a reference table as 2021-03-25 and 2021-03, where they are such.

        Raises
        ------
        Refused
            The file cannot be read, has no header, names a column twice or as no column may be named, or has a row
            of another length.
        """
        text, shown = self.text(path), self.shown(path)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        begins = 1  # the row in which the record that is being read begins
        errors: list[Error] = []
        rows: list[dict[str, Any]] = []
        try:
            header = [name.strip() for name in next(reader, [])]
            errors += _header_faults(shown, header, private=path.startswith("returns/"))
            if len(header) > MOST_COLUMNS:
                raise Refused(errors)
            begins = reader.line_num + 1
            for number, fields in enumerate(_filled(reader), 1):
                if number > MOST_ROWS or any(len(value) > LONGEST_FIELD for value in fields):
                    limit = f"at most {MOST_ROWS} rows, and {LONGEST_FIELD} characters in a field"
                    raise Refused([*few(shown, errors), Error(shown, limit, reader.line_num, found="more")])
                if len(fields) != len(header):
                    expected = f"{len(header)} fields"
                    errors.append(Error(shown, expected, reader.line_num, found=f"{len(fields)} fields"))
                else:
                    values = dict(zip(header, (value.strip() for value in fields), strict=True))
                    if path.startswith("reference/"):
                        values |= {name: _plain_day(values[name]) for name in DAYS if values.get(name)}
                        values |= {name: _plain_month(values[name]) for name in MONTHS if values.get(name)}
                    rows.append({**values, "file": shown, "row": reader.line_num})
                begins = reader.line_num + 1
        except csv.Error as error:
            row = _unclosed(text, begins)
            errors.append(Error(shown, "well-formed CSV", row, found=str(error), fix="see the quotes of the row"))
        if errors:
            raise Refused(few(shown, errors))
        return Table(shown, header, rows)

    def mapping(self, path: str, prose: Prose = NO_PROSE) -> Mapping:
        """Return a YAML file's mapping; the keys of `prose` have words, which are taken as they are written.

        Raises
        ------
        Refused
            As :func:`load_yaml`, or the file cannot be read.
        """
        return load_yaml(self.text(path), self.shown(path), prose=prose)


def _plain_day(text: str) -> str:
    """Return a day that a spreadsheet program wrote in another form in the form of ours; other text as it is."""
    try:
        return read_date(text).isoformat()
    except Unclear:
        return text


def _plain_month(text: str) -> str:
    try:
        return str(read_period(text))
    except Unclear:
        return text


def few(shown: str, errors: list[Error]) -> list[Error]:
    """Return the faults of one file, at most :data:`MOST_FAULTS` of them, and then how many more there are."""
    more = len(errors) - MOST_ERRORS
    if more <= 0:
        return errors
    return [*errors[:MOST_ERRORS], Error(shown, "none", found=f"... and {more} more faults")]


def _characters(text: str, shown: str, refused: re.Pattern[str], first_line: int) -> list[Error]:
    """Return a fault for each line that holds a character which a file may not hold."""
    if not refused.search(text):
        return []
    fix = "take it out: it cannot be seen, and comes from copying and pasting"
    return [
        Error(shown, "text without control characters", row, found=f"U+{ord(match[0]):04X}", fix=fix)
        for row, line in enumerate(text.split("\n"), first_line)
        if (match := refused.search(line))
    ]


def _filled(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """Pass the blank records over."""
    return (fields for fields in records if any(value.strip() for value in fields))


def _unclosed(text: str, begins: int) -> int:
    """Return the line on which a quote opens that never closes, in the record that begins on the line `begins`.

    A reader notices it at the end of the file, which helps nobody. The line `begins` where every quote closes.
    """
    record = text.split("\n", begins - 1)[-1]
    opened = record.find('"')
    while opened >= 0:
        closed = record.find('"', opened + 1)
        while closed >= 0 and record.startswith('""', closed):
            closed = record.find('"', closed + 2)
        if closed < 0:
            return begins + record.count("\n", 0, opened)
        if record[closed + 1 : closed + 2] not in ("", ",", "\n"):  # what the reader stumbles over
            return begins + record.count("\n", 0, opened)
        opened = record.find('"', closed + 1)
    return begins


def _header_faults(shown: str, header: list[str], *, private: bool) -> list[Error]:
    """Return what is wrong with a header.

    A private file may have been sent without its header; then what stands here is a row of figures and notes, which
    no fault repeats. Its columns go by their numbers. Only a name that reading or judging takes for itself is said,
    and only where every other is a name too, so that this is a header.
    """
    if not any(header):
        return [Error(shown, "a header row", 1, found="none")]
    if len(header) > MOST_COLUMNS:
        return [Error(shown, f"at most {MOST_COLUMNS} columns", 1, found=str(len(header)))]
    counts = Counter(header)
    named = all(map(_NAME.fullmatch, header))
    errors = []
    for name in sorted(name for name in counts if name and counts[name] > 1):
        column = f"number {header.index(name) + 1}" if private else name
        errors.append(Error(shown, "each column once", 1, column, "it twice"))
    for number, name in enumerate(header, 1):
        if name in _OWN or name.startswith("_"):
            column = name if named or not private else f"number {number}"
            errors.append(Error(shown, "no column of this name", 1, column, fix="take it out, or name it otherwise"))
        elif not _NAME.fullmatch(name):
            column = name if name and not private else f"number {number}"
            errors.append(Error(shown, "a column's name, of small letters and _", 1, column, "another" * bool(name)))
    return errors


class _Loader(yaml.SafeLoader):
    """YAML as people write it: no aliases (which can explode), no key twice (of which one would be lost)."""

    anchored: yaml.Mark | None = None

    def get_single_node(self) -> yaml.Node | None:
        node = super().get_single_node()
        if self.anchored:  # nothing refers to it, and it has taken a word away
            raise yaml.composer.ComposerError(None, None, "an anchor", self.anchored)
        return node

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None,
                None,
                "an alias",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):
            self.anchored = self.anchored or event.start_mark
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and any(
            unicodedata.category(ch) == "Cc" and ch not in "\t\n" for ch in node.value
        ):
            raise _odd("a control character, written as an escape", node)
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key, yaml.ScalarNode):
                raise _odd("a list or a mapping as a key", key)
            if key.value in seen:
                raise _odd(f"the key {key.value} twice", key)
            seen.add(key.value)
        for key, _ in node.value if seen else ():
            if key.tag == _TAG + "merge":
                raise _odd("a merge", key)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        number = node.tag in (_TAG + "int", _TAG + "float")
        if number and isinstance(node, yaml.ScalarNode) and ":" in node.value:
            raise _Value(None, None, "a number in base sixty, or a time without quotes", node.start_mark)
        try:
            value = super().construct_object(node, deep)
        except _RAISED:
            day = node.tag == _TAG + "timestamp"
            problem = "a day that is in no calendar" if day else "a value that its tag does not allow"
            raise _Value(None, None, problem, node.start_mark) from None
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            raise _Value(None, None, "a number that is too long", node.start_mark)
        return value


_TAG = "tag:yaml.org,2002:"
# What the constructors of the tags raise over a text that they were not made for.
_RAISED = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)


class _Value(yaml.constructor.ConstructorError):
    """A value that cannot be used, under a key that can be named."""


def _odd(problem: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def load_yaml(text: str, shown: str, first_line: int = 1, prose: Prose = NO_PROSE) -> Mapping:
    """Return the mapping that a YAML text holds.

    Parameters
    ----------
    text
        The YAML.
    shown
        The file's path for people.
    first_line
        The line of the file on which `text` begins.
    prose
        The keys that have words, which are taken as they are written (:mod:`priority_two.files.as_written`).

    Raises
    ------
    Refused
        The text is not YAML, holds an alias, an anchor or a key twice, or is no mapping; with the line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LARGEST_YAML:
        raise Refused([Error(shown, f"at most {LARGEST_YAML} characters of YAML", found="more")])
    errors = _characters(text, shown, CONTROL, first_line) or _characters(text, shown, _SEPARATOR, first_line)
    if errors:
        raise Refused(few(shown, errors))
    text, doubtful = as_written(text, prose)
    if doubtful:
        fix = "put quotes round the whole text, and none within it; write \\\\ for \\ in double quotes"
        where = [(doubt.line + first_line, doubt.problem) for doubt in doubtful]
        raise Refused(few(shown, [Error(shown, "plain YAML", row, found=problem, fix=fix) for row, problem in where]))
    loader, node = None, None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node is not None else {}
    except (yaml.YAMLError, RecursionError, *_RAISED) as error:
        raise Refused([_yaml_fault(error, node, shown, first_line)]) from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise Refused([Error(shown, "a YAML mapping of names to values", first_line)])
    lines = {key.value: key.start_mark.line + first_line for key, _ in node.value} if node is not None else {}
    return Mapping(shown, values, lines, _inner(node, first_line))


# What the parser complains of, what that is in words, and what to type instead. Of what does not close, the line on
# which it opened helps; the parser notices it later.
_COMPLAINTS = (
    (r"character '\\t'", "a tab", "indent with spaces", False),
    (r"could not find expected ':'", "a line without a colon", "write a key, a colon, a space and the value", True),
    (
        r"mapping values are not allowed",
        "a colon where none can stand",
        "put quotes round text that holds a colon, and begin each key where its neighbours begin",
        False,
    ),
    (r"the key .* twice", "", "keep one of them", False),
    (
        r"scanning a quoted scalar",
        "a quote that does not close, or a \\ in quotes",
        "close it; write \\\\ for \\",
        True,
    ),
    (
        r"parsing a flow",
        "a bracket that does not close, or no comma between items",
        "write a list as [one, two], or put quotes round the text",
        True,
    ),
    (r"character '[@`%]' that", "a sign that no value may begin with", "put quotes round the text", False),
    (r"scanning an a", "a value that begins with * or &", "put quotes round the text", False),
    (r"an alias", "", "put quotes round text that begins with *", False),
    (r"an anchor", "", "put quotes round text that begins with &", False),
    (r"\b(?:a|the) tag\b|undefined tag", "a value that begins with !", "put quotes round the text", False),
    (r"sequence entries are not", "an item where none can stand", "begin a list on the line below its key", False),
    (r"scanning a block scalar", "a value that begins with > or |", "put quotes round the text", False),
    (
        r"<block end>, but found '<scalar>'",
        "text after a quote that closed",
        "put quotes round the whole text, and none within it",
        False,
    ),
    (
        r"expected <block end>",
        "a line that begins in another column than its neighbours",
        "begin each key where the one above it begins, and each item of a list likewise",
        False,
    ),
)


def _yaml_fault(error: Exception, node: yaml.Node | None, shown: str, first_line: int) -> Error:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "something else")
    fix = "put quotes round text that holds a colon, a # or a bracket, and indent with spaces"
    column = ""
    if isinstance(error, _Value) and mark and isinstance(node, yaml.MappingNode):
        fix = "mend the value; put quotes round it if it is text"
        keys = [key for key, _ in node.value if key.start_mark.index <= mark.index]
        column = str(keys[-1].value) if keys and isinstance(keys[-1], yaml.ScalarNode) else ""
    else:
        complaint = f"{getattr(error, 'context', None) or ''}: {problem}"
        for pattern, words, advice, opened in _COMPLAINTS:
            if re.search(pattern, complaint):
                problem, fix = words or problem, advice
                mark = (getattr(error, "context_mark", None) if opened else None) or mark
                break
    row = mark.line + first_line if mark else first_line
    return Error(shown, "plain YAML", row, column, problem, fix)


def _inner(node: yaml.Node | None, first_line: int) -> dict[str, int]:
    """Return the line of each key and item below the top level by its path."""
    lines: dict[str, int] = {}
    top = node.value if isinstance(node, yaml.MappingNode) else []
    waiting: list[tuple[tuple[str, ...], yaml.Node]] = [((str(key.value),), value) for key, value in top]
    while waiting:
        path, parent = waiting.pop()
        inner: list[tuple[str, yaml.Node, yaml.Node]] = []
        if isinstance(parent, yaml.MappingNode):
            inner = [(str(key.value), key, value) for key, value in parent.value]
        elif isinstance(parent, yaml.SequenceNode):
            inner = [(str(number), item, item) for number, item in enumerate(parent.value)]
        for name, place, value in inner:
            lines[".".join((*path, name))] = place.start_mark.line + first_line
            if len(path) < _DEEPEST:
                waiting.append(((*path, name), value))
    return lines
