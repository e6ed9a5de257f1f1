"""The code that takes part in a report: what its notebook and its rendering import, by following the imports.

The imports are read from the source and not from a running process, in which it would depend on what ran before. Those
inside functions count too. A module that none of them reaches, such as the ``audit`` command, can change and no report
is another for it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from priority_two.paths import EXPECTATIONS, PACKAGE
from priority_two.report.kinds.kind import called_section

_RENDERING = "priority_two.record.build"
_SECTIONS = "priority_two.report.sections"
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
    modules = _reached([_RENDERING, *_imported("\n".join(sources)), *sections])
    beside = {
        path
        for folder in {module.parent for module in modules} - {PACKAGE}
        for path in folder.rglob("*")
        if path.suffix in _BESIDE and path.is_file()
    }
    return sorted({notebook, *modules, *beside, *(EXPECTATIONS / f"{suite}.json" for suite in suites)})


def _reached(names: Iterable[str]) -> set[Path]:
    files: set[Path] = set()
    waiting = list(names)
    while waiting:
        for file in _files(waiting.pop()):
            if file not in files:
                files.add(file)
                waiting += _imported(file.read_text(encoding="utf-8"))
    return files


@cache
def _imported(source: str) -> tuple[str, ...]:
    """Return the dotted names of this package that a source imports; of ``from a import b``, both ``a`` and ``a.b``."""
    imported: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(name for name in imported if name.split(".")[0] == PACKAGE.name)


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
