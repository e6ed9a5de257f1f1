"""Where lies what is code but not Python: the notebooks, the expectation suites, the lock.

In a checkout they stand at its root, and the package under ``src/``. In an installed package they lie inside it, under
``shipped/``. Whichever it is, people and manifests know a file of code by its path in a checkout:
``src/priority_two/cli.py``, ``notebooks/quarterly_progress.ipynb``.

A workspace may have notebooks of its own, which then take the place of those that ship.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
WORKSPACE_FILE = "priority-two.lock"
"""The file by which a workspace is known: which code makes its papers (:mod:`priority_two.workspace.pin`)."""

_ABOVE = PACKAGE.parents[1]
CHECKOUT: Path | None = _ABOVE if PACKAGE.parent.name == "src" and (_ABOVE / "pyproject.toml").is_file() else None
"""The root of the checkout from which the code runs; None where the package is installed."""

SHIPPED = CHECKOUT or PACKAGE / "shipped"
NOTEBOOKS = SHIPPED / "notebooks"
EXPECTATIONS = SHIPPED / "expectations"
LOCK = SHIPPED / "requirements.lock"
RELEASE = SHIPPED / "release.json"
"""Which commit an installed package was built from; a checkout has none, for git says it."""

GIVEN = "PRIORITY_TWO_GIVEN"
"""The variable that tells a running notebook where copies of files lie that were named from outside the data folder."""

JUDGED = "PRIORITY_TWO_JUDGED"
"""The variable that tells a running notebook where the judgements lie that were made before it started."""

NOT_SOUND = b"null"
"""What stands there where something stops the paper; whoever judged says what."""

KERNELS = "PRIORITY_TWO_KERNELS"
"""The variable that tells who runs a notebook where to ask for a warm kernel."""

_IN_PACKAGE = f"src/{PACKAGE.name}"


def notebook_file(name: str, data: Path) -> Path:
    """Return the notebook of a kind: the workspace's own where it has one, else the one that ships."""
    workspace = data.resolve().parent
    own = workspace / "notebooks" / name
    return own if (workspace / WORKSPACE_FILE).is_file() and own.is_file() else NOTEBOOKS / name


def code_name(path: Path) -> str:
    """Return the path by which people know a file of code: its path in a checkout, wherever it lies."""
    if path.is_relative_to(PACKAGE) and not (CHECKOUT is None and path.is_relative_to(SHIPPED)):
        return f"{_IN_PACKAGE}/{path.relative_to(PACKAGE).as_posix()}"
    if path.is_relative_to(SHIPPED):
        return path.relative_to(SHIPPED).as_posix()
    return f"notebooks/{path.name}"  # a workspace's own


def code_file(name: str, data: Path) -> Path:
    """Return where a file of code lies that people know by this path; it need not be there."""
    folder, _, below = name.partition("/")
    if folder == "notebooks":
        return notebook_file(below, data)
    inside = name.removeprefix(f"{_IN_PACKAGE}/")
    return PACKAGE / inside if inside != name else SHIPPED / name
