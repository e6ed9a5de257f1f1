"""A new workspace: a folder with everything that a partnership's first quarter takes, written whole or not at all.

It is a git repository in which nothing is committed yet: who looks at it first decides, and git needs a name for that.
"""

from __future__ import annotations

import os
from pathlib import Path

from priority_two import __version__
from priority_two.adoption.answers import PartnershipAnswers
from priority_two.adoption.column_guide import guide
from priority_two.adoption.first_reference import first_reference
from priority_two.errors import WrongCall, one_line
from priority_two.files.atomic import new_folder
from priority_two.files.data_folder import DataFolder
from priority_two.files.locks import locked
from priority_two.paths import WORKSPACE_FILE
from priority_two.periods import RANGE, Period, month_text
from priority_two.record.git import new_repository
from priority_two.record.pin import pin_text
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.returns.submit.template import template
from priority_two.updates.new_period import first_quarter

_IGNORED = """\
# What is made again from what is here.
reports/drafts/
build/
"""

_CHECKS = """\
#!/bin/sh
# What continuous integration checks of this workspace: the data, and that nothing that is filed has changed.
set -eu
priority-two validate --strict
priority-two audit --fast
"""

_WORKFLOW = f"""\
# An example for GitHub; elsewhere, let your own service run .ci/run.
name: checks
on: [push, pull_request]
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0  # filings are held against what was committed
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      # The version that priority-two.lock names, from wherever you have its wheel.
      - run: pip install priority-two=={__version__}
      - run: sh .ci/run
"""

_README = """\
# {name}: {title}

What partners send, what leads write, and the papers that are made of it. From this folder:

1. `priority-two quarter {quarter}` says at any time how far the quarter is, and what comes next.
2. `priority-two validate` says what is still to fill in. `data/reference/README.md` explains every column.
3. `priority-two due --period {quarter} --out templates/{quarter}` writes what to send to each partner: a workbook, as
   it already lies in `templates/` to look at, and a message. `priority-two ingest FILE --received DAY` takes it back.
4. Write `data/updates/{quarter}/`, a file a commitment.
5. `priority-two report --period {quarter} --proof` shows how far it is. Without `--proof`, it makes the paper.
"""


def new_workspace(target: Path, answers: PartnershipAnswers) -> list[str]:
    """Write a partnership's workspace into a folder that is new or empty, and return what to say of it, a line each.

    Raises
    ------
    WrongCall
        Something stands in the folder, or it cannot be written.
    Refused
        Git is not there, or the commit of the code that runs is not known.
    """
    name = one_line(target)
    check_new(target)
    try:
        with locked(target.absolute().parent):
            new = new_folder(target.absolute(), {}, lambda folder: _fill(folder, answers))
    except OSError:
        raise WrongCall(f"{name} cannot be written") from None
    if not new:
        raise WrongCall(f"{name} is there by now; name a new folder")
    return [
        f"{name}: a workspace for {answers.name}, from {answers.quarter.label} on",
        f"next: cd {name}",
        "next: priority-two validate, which says what is still to fill in",
        'next: git add --all, then git commit -m "A new workspace"',
    ]


def check_new(target: Path) -> None:
    """Refuse a folder in which something stands, or that cannot be made.

    Raises
    ------
    WrongCall
        With what is the matter.
    """
    name = one_line(target)
    try:
        taken = os.path.lexists(target) and (target.is_symlink() or not target.is_dir() or any(target.iterdir()))
        homeless = not target.absolute().parent.is_dir()
    except OSError:
        raise WrongCall(f"{name} cannot be looked into") from None
    if taken:
        raise WrongCall(f"{name} is there already, and nothing in it is written over; name a new folder")
    if homeless:
        raise WrongCall(f"found {name!r}, whose folder is not there; make it, or name another")


def _fill(folder: Path, answers: PartnershipAnswers) -> None:
    quarter = answers.quarter
    _write(folder / "data/reference", first_reference(answers))
    _write(folder / "data/reference", {"README.md": guide().encode()})
    _write(folder / "data/returns", {".gitkeep": b""})
    data = DataFolder(folder / "data")
    catalogue = load_catalogue(data)
    leads = {promise.commitment: promise.lead for promise in answers.promised}
    updates = first_quarter(data, catalogue, quarter, leads)
    _write(folder / f"data/updates/{quarter}", {name: text.encode() for name, text in updates.items()})
    _write(folder / "templates", _workbooks(data, catalogue, quarter))
    _write(folder / "reports", {".gitkeep": b""})
    title = one_line(answers.priority_title)
    readme = _README.format(name=one_line(answers.name), title=title, quarter=quarter)
    _write(folder, {"README.md": readme.encode(), ".gitignore": _IGNORED.encode()})
    _write(folder / ".ci", {"run": _CHECKS.encode()})
    _write(folder / ".github/workflows", {"checks.yml": _WORKFLOW.encode()})
    (folder / ".ci/run").chmod(0o755)
    new_repository(folder)
    _write(folder, {WORKSPACE_FILE: pin_text("", folder).encode()})


def _workbooks(data: DataFolder, catalogue: Catalogue, quarter: Period) -> dict[str, bytes]:
    """Return the workbook that each partner fills in for a quarter, by name."""
    months = Period(quarter.first, quarter.last, RANGE)
    ends = f"{month_text(quarter.first)}_{month_text(quarter.last)}"
    return {f"{partner}_{ends}.xlsx": template(data, catalogue, partner, months) for partner in catalogue.partners}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
