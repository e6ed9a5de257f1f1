"""The seal: what makes a report a filed one, and whether what is filed is still what was sealed.

``reports/filed/<period>/<kind>-<edition>/v<N>/`` holds a report's files, its manifest, and ``seal.json``. The manifest
names every other file by its hash; the seal names the manifest by its hash, the commit and the approvals; and each seal
names by its hash the seal before it, whatever report that was of. So one changed byte anywhere shows, and a filing
cannot be taken out or put in between without every later seal showing it. The last seal of all has none after it: of
that one git knows that it was committed.

A filing never changes. A correction is the next version, which names what it corrects and why; the earlier then has
``superseded.txt`` beside it, whose words follow from the later one's seal.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from priority_two.errors import Refused
from priority_two.files.reads import sha256_of
from priority_two.imprint import Corrected, Filing, Line
from priority_two.record.drafts import MANIFEST
from priority_two.record.manifest import Entry, Manifest, PathName, Record, Sha256, entry
from priority_two.reference.records import Strict

FILED = "filed"
SEAL = "seal.json"
SUPERSEDED = "superseded.txt"
COMMIT = r"^[0-9a-f]{40,64}$"
VERSION = re.compile(r"v[1-9][0-9]{0,3}")


class Link(Strict):
    """A filing, by its name under ``reports/filed/``, and the hash of its seal."""

    filing: PathName
    seal: Sha256


class SealedCode(Strict):
    """The code with which a report was filed, where it lies in another repository than the data."""

    version: Annotated[Line, Field(min_length=1)]
    commit: Annotated[str, Field(pattern=COMMIT)]


class Seal(Record):
    """The record by which a report is filed.

    ``commit`` is one of the repository that holds the data. ``code`` is left out where that holds the code too.
    """

    schema_: Annotated[Literal["priority-two/seal/1"], Field(alias="schema")] = "priority-two/seal/1"
    kind: Line
    period: Line
    edition: Line
    version: Annotated[int, Field(ge=1)]
    data: Annotated[PathName, Field(description="the data folder, from the root of the checkout")]
    commit: Annotated[str, Field(pattern=COMMIT, description="the commit that it was made with")]
    code: Annotated[SealedCode | None, Field(description="left out where the same commit holds the code")] = None
    approved_by: Annotated[list[Line], Field(description="posts, never names")]
    corrects: Corrected | None
    previous: Annotated[list[Link], Field(description="the latest filing before this; several after a merge")]
    manifest: Entry

    @model_serializer(mode="wrap")
    def _without_blank(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # A seal is verified by its bytes: those from before there was another repository have no such key.
        record: dict[str, Any] = write(self)
        return {key: value for key, value in record.items() if key != "code" or value is not None}

    @property
    def filing(self) -> Filing:
        """What the paper's masthead says of it."""
        return Filing(version=self.version, approved_by=self.approved_by, corrects=self.corrects)


@dataclass(frozen=True)
class Filed:
    """A filing.

    ``name`` is such as ``2020-21-Q4/quarterly-progress-board/v1``; ``seal`` is None where it cannot be read, and
    ``digest``, its hash, then blank.
    """

    folder: Path
    name: str
    version: int
    seal: Seal | None
    digest: str

    @property
    def stem(self) -> str:
        """The name that its files have in common."""
        return self.folder.parent.name


def all_filed(reports: Path) -> list[Filed]:
    """Return everything that is filed: by period, kind and edition, the first version first."""
    filings = []
    for folder in sorted((reports / FILED).glob("*/*/v*"), key=_order):
        if not VERSION.fullmatch(folder.name) or folder.parent.name.startswith("."):
            continue
        seal, digest = None, ""
        try:
            seal, content = Seal.read(folder / SEAL, SEAL)
            digest = hashlib.sha256(content).hexdigest()
        except Refused:
            pass
        name = "/".join(folder.parts[-3:])
        filings.append(Filed(folder, name, int(folder.name[1:]), seal, digest))
    return filings


def strays(reports: Path) -> list[str]:
    """Return what lies beside filed reports and their versions and is none, by name; hidden names are left out."""
    filed = reports / FILED
    paths = [path for path in filed.glob("*/*/*") if not VERSION.fullmatch(path.name)]
    paths += [path for pattern in ("*", "*/*") for path in filed.glob(pattern) if not path.is_dir()]
    names = [path.relative_to(filed).parts for path in paths]
    return sorted("/".join(parts) for parts in names if not any(part.startswith(".") for part in parts))


def _order(folder: Path) -> tuple[str, ...]:
    return (*folder.parts[-3:-1], folder.name.rjust(8))


def last_of_chain(filed: list[Filed]) -> list[Filed]:
    """Return the filings that none comes after: one, none at the very beginning, or several after a merge."""
    followed = {link.filing for filing in filed if filing.seal for link in filing.seal.previous}
    return [filing for filing in filed if filing.name not in followed]


def superseded_by(later: Seal) -> bytes:
    """Return what stands beside the version that a later one corrects."""
    reason = later.corrects.reason if later.corrects else ""
    return f"Superseded by version {later.version}. Why: {reason}\n".encode()


def tampering(filing: Filed, filed: list[Filed]) -> list[str]:
    """Return what is not as it was sealed, in words; nothing where everything is."""
    if filing.seal is None:
        return [f"{SEAL} cannot be read, or is none"]
    lines = _chain(filing, filing.seal, filed)
    manifest_name = filing.stem + MANIFEST
    try:
        manifest, content = Manifest.read(filing.folder / manifest_name, manifest_name)
        changed = entry(content) != filing.seal.manifest
    except Refused:
        manifest, changed = None, True
    if changed or manifest is None:
        return [*lines, f"{manifest_name} is not what was sealed"]
    period, edition = (manifest.parameters.get(name) for name in ("period", "edition"))
    sealed_as = (filing.seal.kind, filing.seal.period, filing.seal.edition, filing.seal.filing)
    if (manifest.kind, period, edition, manifest.filing) != sealed_as:
        lines.append(f"{SEAL} tells of another filing than {manifest_name}")
    wanted = {SEAL, manifest_name, *manifest.outputs}
    wanted |= {SUPERSEDED} if any(_versions(filing, filed, later=True)) else set()
    there = {path.name for path in filing.folder.iterdir()}
    lines += [f"{name} was added" for name in sorted(there - wanted)]
    lines += [f"{name} is gone" for name in sorted(wanted - there)]
    lines += _links(filing, wanted)
    for name, sealed in manifest.outputs.items():
        if name in there and not _holds(filing.folder / name, sealed):
            lines.append(f"{name} is not what was sealed")
    for later in _versions(filing, filed, later=True):
        if later.version == filing.version + 1 and later.seal and SUPERSEDED in there:
            holds = _holds(filing.folder / SUPERSEDED, entry(superseded_by(later.seal)))
            lines += [] if holds else [f"{SUPERSEDED} is not what {later.name} says"]
    return lines


def _links(filing: Filed, names: Iterable[str]) -> list[str]:
    """Say whether its folder or one of its files is a link: what a link leads to can change, and is not filed."""
    way = (filing.folder, filing.folder.parent, filing.folder.parents[1])
    lines = ["its folder is a link"] if any(folder.is_symlink() for folder in way) else []
    return lines + [f"{name} is a link" for name in sorted(names) if (filing.folder / name).is_symlink()]


def _chain(filing: Filed, seal: Seal, filed: list[Filed]) -> list[str]:
    lines = []
    if filing.digest != hashlib.sha256(seal.written()).hexdigest():
        lines.append(f"{SEAL} is not as it was written")
    if filing.name != f"{seal.period}/{seal.kind}-{seal.edition}/v{seal.version}":
        lines.append(f"{SEAL} is of another report")
    if seal.version > 1 and (not seal.corrects or seal.corrects.version != seal.version - 1):
        lines.append(f"{SEAL} does not say what it corrects")
    if seal.version > 1 and not any(other.version == seal.version - 1 for other in _versions(filing, filed)):
        lines.append(f"chain: version {seal.version - 1} is gone")
    digests = {other.name: other.digest for other in filed}
    for link in seal.previous:
        if link.filing not in digests:
            lines.append(f"chain: {link.filing} is gone")
        elif digests[link.filing] != link.seal:
            lines.append(f"chain: the seal of {link.filing} is not the one that this follows")
    links = [(other.name, link) for other in filed if other.seal for link in other.seal.previous]
    for follower, link in links:
        if link.filing == filing.name and link.seal != filing.digest:
            lines.append(f"chain: {follower} follows another seal than this")
    if not seal.previous and [other.name for other in filed if other.seal and not other.seal.previous] != [filing.name]:
        lines.append("chain: it begins more than once")
    return lines


def _versions(filing: Filed, filed: list[Filed], *, later: bool = False) -> list[Filed]:
    return [
        other
        for other in filed
        if other.folder.parent == filing.folder.parent and (other.version > filing.version or not later)
    ]


def _holds(file: Path, sealed: Entry) -> bool:
    """Return whether a file holds the bytes that were sealed; it is read only where it is as long."""
    with contextlib.suppress(OSError):
        return file.stat().st_size == sealed.size and sha256_of(file) == sealed.sha256
    return False
