"""The manifest: what went in and what came out of a run, by SHA-256, with parameters and environment.

It holds no time, host name, user or absolute path, so the same inputs give the same manifest everywhere.
"""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from typing import Any

from priority_two.kinds import Kind
from priority_two.places import EXPECTATIONS, NOTEBOOKS, PACKAGE, ROOT
from priority_two.publish.native import versions
from priority_two.publish.run import Rendered

SCHEMA = "priority-two/manifest/1"
LIBRARIES = (
    "great-expectations",
    "pandas",
    "papermill",
    "nbconvert",
    "matplotlib",
    "weasyprint",
    "mistune",
    "fonttools",
    "font-source-sans-pro",
)
"""Libraries that can change a byte of a paper; the lock, by its hash, pins all of them."""


def manifest(kind: Kind, rendered: Rendered, names: dict[str, str]) -> bytes:
    """Return a run's manifest as JSON.

    Parameters
    ----------
    kind
        The kind of report.
    rendered
        What was run and rendered.
    names
        File name by file ending.
    """
    paper = rendered.paper
    record = {
        "schema": SCHEMA,
        "kind": kind.name,
        "status": "draft",
        "as_at": paper["as_at"],
        "parameters": rendered.parameters,
        "inputs": paper["inputs"],
        "code": _code(kind),
        "environment": {
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in LIBRARIES},
            "native": versions(),
        },
        "checks": paper["checks"],
        "outputs": {
            names[ending]: {"sha256": _sha256(content), "size": len(content)}
            for ending, content in sorted(rendered.files.items())
        },
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _code(kind: Kind) -> dict[str, str]:
    """Return the SHA-256 of every file of code that took part: package, templates, suites, notebook and lock."""
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files += [*EXPECTATIONS.glob("*.json"), NOTEBOOKS / kind.notebook, ROOT / "requirements.lock"]
    hashes: dict[str, Any] = {path.relative_to(ROOT).as_posix(): _sha256(path.read_bytes()) for path in files}
    return dict(sorted(hashes.items()))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
