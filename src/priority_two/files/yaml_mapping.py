"""A YAML mapping: safe-loaded, bounded, and with the line of every key.

Anchors, aliases, merges and a key given twice are refused: an alias can explode, and of two values under one key one
would be lost. Words are taken as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from priority_two.characters import UNSEEN, code_point
from priority_two.errors import Error, Refused, few
from priority_two.files.as_written import ProseKeys, as_written
from priority_two.files.reads import line_feeds, unseen

LARGEST_YAML = 128 * 1024  # the parser is slow: eight mebibytes of it would take minutes
LARGEST_NUMBER = 10**18
NO_PROSE = ProseKeys()
_SHORT = 8192
_DEEPEST = 4  # the lists and mappings within each other whose lines are kept


@dataclass
class Mapping:
    """A YAML mapping: its values, and the line on which each key of the top level stands.

    ``inner`` has the lines of what stands under these keys, by its path, such as ``milestones.0.title``.
    """

    file: str
    values: dict[str, Any]
    lines: dict[str, int]
    inner: dict[str, int] = field(default_factory=dict)


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
        if isinstance(node, yaml.ScalarNode) and (hidden := UNSEEN.search(node.value)):
            raise _odd(f"{code_point(hidden[0])}, written as an escape", node)
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


def load_yaml(text: str, shown: str, first_line: int = 1, prose: ProseKeys = NO_PROSE) -> Mapping:
    """Return the mapping that a YAML text holds.

    The text begins on the line `first_line` of its file. The keys of `prose` have words, which are taken as they are
    written (:mod:`priority_two.files.as_written`).

    Raises
    ------
    Refused
        The text is not YAML, holds an alias, an anchor or a key twice, or is no mapping; with the line.
    """
    text = line_feeds(text)
    if len(text) > LARGEST_YAML:
        raise Refused([Error(shown, f"at most {LARGEST_YAML} characters of YAML", found="more")])
    if errors := unseen(text, shown, first_line):
        raise Refused(few(shown, errors))
    text, doubtful = as_written(text, prose)
    if doubtful:
        fix = "put quotes round the whole text, and none within it; write \\\\ for \\ in double quotes"
        where = [(doubt.line + first_line, doubt.problem) for doubt in doubtful]
        raise Refused(few(shown, [Error(shown, "plain YAML", row, found=problem, fix=fix) for row, problem in where]))
    node = None
    try:
        node = _short_node(text) if len(text) <= _SHORT else _node(text)
        values = _Loader("").construct_document(node) if node is not None else {}
    except (yaml.YAMLError, RecursionError, *_RAISED) as error:
        raise Refused([_yaml_fault(error, node, shown, first_line)]) from None
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise Refused([Error(shown, "a YAML mapping of names to values", first_line)])
    lines = {key.value: key.start_mark.line + first_line for key, _ in node.value} if node is not None else {}
    return Mapping(shown, values, lines, _inner(node, first_line))


def _node(text: str) -> yaml.Node | None:
    """Return what a text holds, with the place of each part."""
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


_short_node = lru_cache(maxsize=512)(_node)
"""The same of terms and front matter, which one process reads for each of its papers: the parser takes its time."""


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
    (r"written as an escape", "", "take it out: it cannot be seen", False),
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
