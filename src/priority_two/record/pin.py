"""``priority-two.lock``: which code makes the papers of a workspace, in which environment, and where it can be had.

The workspace commits it. What is filed is made with this code and no other; an audit, years later, fetches the code of
then from the repository that is named here today, for repositories move.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from priority_two.errors import Error, Refused
from priority_two.files.reads import decode, read_bytes
from priority_two.files.yaml_mapping import load_yaml
from priority_two.paths import CHECKOUT, WORKSPACE_FILE
from priority_two.record.git import top_of
from priority_two.record.manifest import Sha256
from priority_two.record.release import NAME, Release, running_release
from priority_two.reference.records import Strict, validated

HERE = "."
"""A repository that holds data and code alike, as the one that ships: a commit of the data is one of the code."""

_ADDRESS = re.compile(r"\.|(https|ssh)://[!-~]+|git@[!-~]+:[!-~]+|(\.{1,2}/|/|[A-Za-z]:[\\/])[ -~]+")
_HEAD = """# Which code makes the papers of this workspace, and in which environment: `{name} lock` writes it.
# repository: where an audit finds the code of earlier commits: an https or ssh address, or a folder such as ../code.
"""


class Pin(Strict):
    """What ``priority-two.lock`` says.

    ``commit`` is blank where the repository of the workspace holds the code too.
    """

    schema_: Annotated[Literal["priority-two/lock/1"], Field(alias="schema")]
    version: Annotated[str, Field(min_length=1, max_length=100)]
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40,64})?$")]
    environment: Annotated[Sha256, Field(description="SHA-256 of the lock of the code, which pins every package")]
    repository: Annotated[str, Field(max_length=500)]


def read_pin(workspace: Path) -> Pin:
    """Return what the ``priority-two.lock`` of a workspace says.

    Raises
    ------
    Refused
        It is not there, or not as ``priority-two lock`` writes it.
    """
    content = read_bytes(workspace / WORKSPACE_FILE, WORKSPACE_FILE, fix=f"{NAME} lock writes it")
    mapping = load_yaml(decode(content, WORKSPACE_FILE), WORKSPACE_FILE)
    pin = validated(Pin, mapping)
    if pin.repository and not _ADDRESS.fullmatch(pin.repository):
        raise Refused([_no_address(pin.repository)])
    return pin


def _no_address(text: str) -> Error:
    expected = "an https or ssh address of a git repository, or a folder: ./…, ../… or a whole path"
    return Error(WORKSPACE_FILE, expected, None, "repository", text)


def pin_text(repository: str | None, workspace: Path) -> str:
    """Return what ``priority-two.lock`` is to say of the code that runs.

    Parameters
    ----------
    repository
        Where its repository is; None for what the workspace's file says so far, if it says anything.
    workspace
        The workspace.

    Raises
    ------
    Refused
        The commit of the code is not known, or the repository is none.
    """
    if repository is None:
        repository = read_pin(workspace).repository if (workspace / WORKSPACE_FILE).is_file() else ""
    if repository and not _ADDRESS.fullmatch(repository):
        raise Refused([_no_address(repository)])
    release = running_release()
    here = is_own_code(workspace)
    lines = {
        "schema": "priority-two/lock/1",
        "version": release.version,
        "commit": "" if here else release.commit,
        "environment": release.environment,
        "repository": HERE if here else repository,
    }
    return _HEAD.format(name=NAME) + "".join(f"{key}: {_quoted(text)}\n" for key, text in lines.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def is_own_code(folder: Path) -> bool:
    """Return whether a folder's repository holds the code that runs: then a commit of the data is one of the code."""
    return CHECKOUT is not None and top_of(folder) == CHECKOUT


def disagreements(pin: Pin, release: Release) -> list[Error]:
    """Return in what the code that runs is not what a workspace asks for."""
    pairs = [("version", pin.version, release.version), ("environment", pin.environment, release.environment)]
    if pin.commit:
        pairs.insert(1, ("commit", pin.commit, release.commit))
    fix = f"install that version; or, to move to the one that runs: {NAME} lock, and commit the file"
    return [
        Error(WORKSPACE_FILE, f"the {key} of the code that runs, {here[:12]}", None, key, wanted[:12], fix)
        for key, wanted, here in pairs
        if wanted != here
    ]
