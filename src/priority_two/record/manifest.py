"""The manifest: what went into a run and what came out of it, by SHA-256, with parameters and environment.

It holds no time, host name, user or absolute path, so the same inputs give the same manifest everywhere. It is checked
against its schema when it is read, since by then it comes from outside; ``docs/manifest.schema.json`` is that schema.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from priority_two.errors import Error, Refused, one_line
from priority_two.files.json_text import json_bytes
from priority_two.files.reads import read_bytes
from priority_two.imprint import Filing, Line
from priority_two.reference.records import Strict


def _inside(path: str) -> str:
    """Refuse a path that leads out of the folder from which it is told."""
    parts = path.split("/")
    if not all(parts) or ".." in parts or "." in parts or ":" in parts[0]:
        raise ValueError("a path that stays inside its folder")
    return path


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PathName = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\\]+$"), AfterValidator(_inside)]


class Record(Strict):
    """What is written once, and read as something that comes from outside: a manifest, or a seal."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    def written(self) -> bytes:
        """Return the record as JSON for people and for hashing: indented, keys in the order of the schema."""
        return json_bytes(self.model_dump(mode="json", by_alias=True))

    @classmethod
    def read(cls, file: Path, shown: str) -> tuple[Self, bytes]:
        """Return a record, and the bytes in which it stands; `shown` is the path of its file for people.

        Raises
        ------
        Refused
            It cannot be read, is too large, or does not hold to the schema.
        """
        content = read_bytes(file, shown)
        try:
            return cls.model_validate_json(content), content
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise Refused([Error(shown, one_line(first["msg"]), None, one_line(where))]) from None


class Entry(Strict):
    """A file's bytes, told by their SHA-256 and their number."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0)]


class Check(Strict):
    """What the expectations of one dataset said: how many rows and expectations, and how many of them failed."""

    dataset: Line
    rows: Annotated[int | None, Field(ge=0, description="none for a reference table, which grows for later papers")]
    expectations: Annotated[int, Field(ge=0)]
    critical: Annotated[int, Field(ge=0)]
    warnings: Annotated[int, Field(ge=0)]


class Environment(Strict):
    """With what it was run: Python, the lock, and the libraries of Python and of the machine that can change a byte."""

    python: Line
    lock: Annotated[Sha256, Field(description="SHA-256 of requirements.lock, which pins every package")]
    libraries: dict[str, Line]
    native: dict[str, Line]


class Manifest(Record):
    """What went into a run and what came out of it."""

    schema_: Annotated[Literal["priority-two/manifest/1"], Field(alias="schema")] = "priority-two/manifest/1"
    kind: Line
    status: Annotated[str, Field(pattern=r"^(draft|filed|proof, not complete: [1-9][0-9]* missing)$")]
    as_at: Annotated[Line, Field(description="the knowledge cut-off, YYYY-MM-DD")]
    parameters: Annotated[dict[str, Line | Filing], Field(description="what the notebook was run with")]
    inputs: Annotated[dict[PathName, Entry], Field(description="every file of the data folder that was read")]
    code: Annotated[dict[PathName, Sha256], Field(description="notebook, modules, templates and suites that took part")]
    environment: Environment
    checks: list[Check]
    outputs: Annotated[dict[PathName, Entry], Field(description="every file that came out, but the manifest itself")]

    @property
    def filing(self) -> Filing | None:
        """What is said of its filing, or None in a draft."""
        filing = self.parameters.get("filing")
        return filing if isinstance(filing, Filing) else None


def entry(content: bytes) -> Entry:
    """Return the entry of a file's bytes."""
    return Entry(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
