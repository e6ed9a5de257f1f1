"""The code that takes part in a report: what its notebook and its rendering import, by following the imports.

The imports are read from the source and not from a running process, in which it would depend on what ran before. Those
inside functions count too. A module that none of them reaches, such as the ``audit`` command, can change and no report
is another for it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from priority_two.paths import EXPECTATIONS, PACKAGE
from priority_two.report.kinds.kind import called_section

_RENDERING = "priority_two.record.build"
_SECTIONS = "priority_two.report.sections"
_IMPORT = re.compile(
    rf"^ *(?:import {PACKAGE.name}\b[^\n]*|from {PACKAGE.name}\b[\w.]* import (?:\([^)]*\)|[^\n]*))", re.MULTILINE
)
_BESIDE = (".j2", ".css", ".json")
"""What is read beside modules: templates, styles, nbconvert's settings. An editor's backup is not."""


def took_part(notebook: Path, suites: Iterable[str]) -> list[Path]:
    """Return the files of code that a report is made with, sorted.

    `suites` are the expectation suites by which its data were judged.

    Returns
    -------
    list of Path
        The notebook, the suites, the modules that are reached, and the templates and styles that lie beside them.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    sections = [f"{_SECTIONS}.{name}" for name in map(called_section, sources) if name]
    modules = _reached([_RENDERING, *imports_in(*map(ast.parse, sources)), *sections])
    beside = {
        path
        for folder in {module.parent for module in modules} - {PACKAGE}
        for path in folder.rglob("*")
        if path.suffix in _BESIDE and path.is_file()
    }
    return sorted({notebook, *modules, *beside, *(EXPECTATIONS / f"{suite}.json" for suite in suites)})


def _reached(names: Iterable[str]) -> set[Path]:
    files: set[Path] = set()
    named = set(waiting := list(names))
    while waiting:
        for file in set(_files(waiting.pop())) - files:
            files.add(file)
            further = set(imports_of(file.read_text(encoding="utf-8"))) - named
            named |= further
            waiting += further
    return files


@cache
def imports_of(source: str) -> tuple[str, ...]:
    """Return what a module of this package imports of it: by its lines that begin as an import, which are all.

    To parse all of a module takes ten times as long, and there are two hundred.
    """
    return imports_in(*(ast.parse(match[0].strip()) for match in _IMPORT.finditer(source)))


def imports_in(*trees: ast.AST) -> tuple[str, ...]:
    """Return the dotted names of this package that code imports; of ``from a import b``, both ``a`` and ``a.b``."""
    names: list[str] = []
    for node in chain.from_iterable(map(ast.walk, trees)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.split(".")[0] == PACKAGE.name)


def _files(name: str) -> Iterator[Path]:
    """Give the files that importing a dotted name runs: the packages on the way, and the module."""
    folder = PACKAGE
    if (folder / "__init__.py").is_file():
        yield folder / "__init__.py"
    for part in name.split(".")[1:]:
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        folder /= part
        if not (folder / "__init__.py").is_file():
            return
        yield folder / "__init__.py"
