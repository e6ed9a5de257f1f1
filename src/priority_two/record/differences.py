"""In what two runs of a report differ apart from what came out, and whether commits account for it.

Code, lock and reference tables move on by commits, and a report that was filed before stands. Returns and updates
never change: such a change is not excused by a commit, and each is told by row and column, with the old value and the
new. One thing excuses it: a later version of the report that corrects it, and was made from what is there now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from priority_two.errors import Refused, attempt
from priority_two.files.reads import inside, read_bytes, sha256_of
from priority_two.paths import LOCK, code_file
from priority_two.record.altered import Guarded, alterations, guard
from priority_two.record.git import held, is_shallow, last_change
from priority_two.record.manifest import Manifest, entry
from priority_two.record.release import unaccounted
from priority_two.record.seal import Seal

MOST_LINES = 20
_MOVING = ("reference/",)
"""Folders of the data folder that grow by commits, as code does."""
_MOST_NAMED = 3
_NO_WORDS = "only blanks, line ends, quotes or the order of columns"


@dataclass
class Differences:
    """In what two runs of a report differ, apart from what came out; words by path or name."""

    inputs: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    lock: bool = False

    def in_short(self) -> str:
        """Return in few words what changed; of inputs, which."""
        parts = {"inputs": self.inputs, "code": self.code, "lock": self.lock, "environment": self.environment}
        return ", ".join(name for name, changed in parts.items() if changed)

    def named_inputs(self) -> str:
        """Return the inputs that changed, the first of them by name."""
        more = len(self.inputs) - _MOST_NAMED
        return ", ".join([*list(self.inputs)[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])


def differences(then: Manifest, now: Manifest) -> Differences:
    """Return in what two runs of a report differ, apart from what came out."""
    before, after = then.environment, now.environment
    environment = {"Python": (before.python, after.python)}
    environment |= {name: (was, after.libraries.get(name, "none")) for name, was in before.libraries.items()}
    environment |= {name: (was, after.native.get(name, "none")) for name, was in before.native.items()}
    return Differences(
        inputs=_changes(then.inputs, now.inputs),
        code=_changes(then.code, now.code),
        parameters=_changes(then.parameters, now.parameters),
        environment={name: f"{was} then, {is_now} now" for name, (was, is_now) in environment.items() if was != is_now},
        lock=before.lock != after.lock,
    )


def hash_now(file: Path, within: Path | None = None) -> str:
    """Return the SHA-256 of a file; blank where it is gone, cannot be read, or leads out of the folder `within`."""
    try:
        return sha256_of(inside(within, file, file.name) if within else file)
    except Refused:
        return ""


def by_hash(manifest: Manifest, data: Path, now: Callable[[Path, Path | None], str] = hash_now) -> Differences:
    """Return which files changed, are gone or came in since, where no run tells.

    `now` is :func:`hash_now`, or its like.

    Of what came in, those that a run would have read: returns that bear a day until the as-at date, and what lies
    beside an update that was read.
    """
    inputs = {path: (now(data.parent / path, data), sealed.sha256) for path, sealed in manifest.inputs.items()}
    code = {name: (now(code_file(name, data), None), sealed) for name, sealed in manifest.code.items()}
    changed = _unlike(inputs) | dict.fromkeys(_came_in(manifest, data), "added")
    return Differences(
        inputs=dict(sorted(changed.items())),
        code=_unlike(code),
        lock=now(LOCK, None) != manifest.environment.lock,
    )


def _unlike(hashes: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return of files, by their hashes of today and as sealed, those that changed or are gone, in words."""
    return {name: "changed" if now else "gone" for name, (now, sealed) in hashes.items() if now != sealed}


@dataclass(frozen=True)
class Account:
    """What changed since a report was filed, and what may not have.

    ``never`` are inputs that changed and never may, ``moved`` inputs, code and lock that changed as they may by
    commits; ``unaccounted`` is what of all that no commit accounts for, and ``why`` says why. ``details`` have, of
    inputs that are not excused, the commit that changed them, and which rows changed how. ``at_commit`` says whether
    the commit with which it was filed holds these inputs as they were sealed; blank where there are none.
    """

    differing: Differences
    never: list[str]
    moved: set[str]
    unaccounted: set[str]
    details: dict[str, tuple[str, list[str]]]
    at_commit: str
    why: str

    def excused(self, *, without_effect: bool = False) -> bool:
        """Whether everything that changed may have; a table that had no effect may also before it is committed."""
        moved = self.moved - self.differing.inputs.keys() if without_effect else self.moved
        return not self.never and not moved & self.unaccounted

    def lines(self) -> list[str]:
        """Return the causes in their order: inputs, code, parameters, environment."""
        differing = self.differing
        files = [self._input(path, how) for path, how in self._inputs()]
        if sum(map(len, files)) > MOST_LINES:  # rather every file than every row
            files = [[rows[0] + (f"; and {len(rows) - 1} more" if rows[1:] else "")] for rows in files]
        lines = most("input", [row for rows in files for row in rows])
        code = [f"code {how}: {path}{self._whether(path)}" for path, how in self._code()]
        lines += most("code", code, max(_MOST_NAMED, len(self.unaccounted & differing.code.keys())))
        lines += most("parameters", [f"parameter {name}: {how}" for name, how in differing.parameters.items()])
        if differing.lock:
            lines.append(f"environment: {LOCK.name} changed{self._whether(LOCK.name)}")
        versions = [f"environment: {name} {how}" for name, how in differing.environment.items()]
        return lines + most("environment", versions) + ([self.at_commit] if self.at_commit else [])

    def _inputs(self) -> list[tuple[str, str]]:
        """Return which inputs changed how: first what never may, then what no commit accounts for."""
        rank = dict.fromkeys(self.unaccounted, 1) | dict.fromkeys(self.never, 0)
        return sorted(self.differing.inputs.items(), key=lambda item: rank.get(item[0], 2))

    def _input(self, path: str, how: str) -> list[str]:
        commit, places = self.details.get(path, ("", []))
        start = f"input {how}: {path}{commit or self._whether(path)}"
        return [f"{start}: {place}" for place in places] or [start]

    def _code(self) -> list[tuple[str, str]]:
        """Return which code changed how, what no commit accounts for first."""
        return sorted(self.differing.code.items(), key=lambda item: (item[0] not in self.unaccounted, item[0]))

    def _whether(self, path: str) -> str:
        return f" ({self.why})" if path in self.unaccounted else ""


def account(
    differing: Differences, manifest: Manifest, seal: Seal, root: Path, data: Path, later: Iterable[Manifest] = ()
) -> Account:
    """Return what changed since a report was filed, held against what git knows and what later versions were made from.

    Parameters
    ----------
    differing
        What changed.
    manifest, seal
        Those of the filing.
    root, data
        The root of the workspace's checkout, and the data folder as it is now.
    later
        The manifests of the versions that were filed to correct it.
    """
    moved = {path for path in differing.inputs if path.split("/", 1)[-1].startswith(_MOVING)}
    moved |= {path for path in differing.inputs if _is_corrected(data.parent / path, data, path, later)}
    never = [path for path in differing.inputs if path not in moved]
    moved |= set(differing.code) | ({LOCK.name} if differing.lock else set())
    places = {path: data.parent / path for path in differing.inputs}
    places |= {name: code_file(name, data) for name in (*differing.code, LOCK.name)}
    loose, why = _unaccounted(root, places)
    of_filing = _Filing(manifest, seal, root, data)
    wanted = [path for path in differing.inputs if path in never or path in loose]
    details = {path: of_filing.alteration(path, why if path in loose else "") for path in wanted[:MOST_LINES]}
    return Account(differing, never, moved, loose, details, of_filing.at_commit(wanted), why)


def _is_corrected(file: Path, data: Path, path: str, later: Iterable[Manifest]) -> bool:
    """Whether what stands in a file is what a later version of the report was made from."""
    sealed = [manifest.inputs[path] for manifest in later if path in manifest.inputs]
    return bool(sealed) and hash_now(file, data) in {each.sha256 for each in sealed}


@dataclass(frozen=True)
class _Filing:
    """What a filing was made from, as its commit holds it."""

    manifest: Manifest
    seal: Seal
    root: Path
    data: Path

    def alteration(self, path: str, why: str) -> tuple[str, list[str]]:
        """Return which commit changed an input, or why none, in brackets, and which of its rows changed how."""
        then, now = self._then(path), self._now(path)
        commit = f" ({why})" if why else self._last_change(path)
        if then is None or now is None or then == now:
            return commit, []
        places = alterations(then, now, table=path.endswith(".csv"), guarded=self._guard(path))
        return commit, places or [_NO_WORDS]

    def at_commit(self, paths: list[str]) -> str:
        """Say whether the filing's commit holds some inputs as they were sealed."""
        sealed = [path for path in paths if path in self.manifest.inputs]
        commit = self.seal.commit[:12]
        for path in sealed:
            content = self._held(self.seal.commit, path)
            if content is None:
                return f"commit {commit}, with which it was filed, cannot be asked for {path}{_not_here(self.root)}"
            if entry(content) != self.manifest.inputs[path]:
                return f"commit {commit}, with which it was filed, holds another {path} than was sealed"
        words = f"commit {commit}, with which it was filed, holds what was sealed: git show {commit}:PATH"
        return words if sealed else ""

    def _guard(self, path: str) -> Guarded:
        terms = f"{path.rsplit('/', 1)[0]}/terms.yaml"
        measures = f"{self.data.name}/reference/measures.csv"
        # What cannot be had allows nothing.
        return guard(path, *([self._then(of) or b"", self._now(of) or b""] for of in (terms, measures)))

    def _then(self, path: str) -> bytes | None:
        """Return what was sealed: as the filing's commit holds it, or the one that is checked out."""
        sealed = self.manifest.inputs.get(path)
        versions = (self._held(commit, path) for commit in (self.seal.commit, "HEAD"))
        return next((content for content in versions if content is not None and entry(content) == sealed), None)

    def _held(self, commit: str, path: str) -> bytes | None:
        shown = (Path(self.seal.data).parent / path).as_posix()
        content: bytes | None = attempt([], None, lambda: held(self.root, commit, shown))
        return content

    def _now(self, path: str) -> bytes | None:
        file = self.data.parent / path
        now: bytes | None = attempt([], None, lambda: read_bytes(inside(self.data, file, path), path))
        return now

    def _last_change(self, path: str) -> str:
        try:
            place = (self.data.parent / path).relative_to(self.root).as_posix()
            changed = last_change(self.root, self.seal.commit, place)
        except (Refused, ValueError):
            return ""
        return f" (commit {changed})" if changed else ""


def _not_here(root: Path) -> str:
    shallow = attempt([], False, lambda: is_shallow(root))
    return ": a shallow clone; git fetch --unshallow brings it" if shallow else ""


def most(what: str, lines: list[str], longest: int = MOST_LINES) -> list[str]:
    """Return no more lines than people read, and how many there are beside."""
    longest = min(longest, MOST_LINES)
    return lines if len(lines) <= longest else [*lines[:longest], f"{what}: and {len(lines) - longest} more"]


def _changes(then: Mapping[str, object], now: Mapping[str, object]) -> dict[str, str]:
    changes = {name: "gone" if name not in now else "changed" for name, was in then.items() if now.get(name) != was}
    changes |= {name: "added" for name in now if name not in then}
    return dict(sorted(changes.items()))


def _came_in(manifest: Manifest, data: Path) -> list[str]:
    updates = {path.rsplit("/", 1)[0] for path in manifest.inputs if path.startswith(f"{data.name}/updates/")}
    beside = [path for folder in updates for path in (data.parent / folder).glob("*.md")]
    if any(path.startswith(f"{data.name}/returns/") for path in manifest.inputs):
        beside += [path for path in data.glob("returns/*/*") if path.parent.name[:10] <= manifest.as_at]
    read = {"observations.csv", "terms.yaml"}
    if updates:  # of the quarter itself a paper reads the appendices too
        beside += (data.parent / max(updates)).glob("appendices/*.md")
    names = [path.relative_to(data.parent).as_posix() for path in beside if path.suffix == ".md" or path.name in read]
    return [name for name in names if name not in manifest.inputs and "/." not in name]


def _unaccounted(root: Path, places: dict[str, Path]) -> tuple[set[str], str]:
    """Return which files neither a commit nor a release of the code accounts for, and why not."""
    try:
        return unaccounted(root, places), "not committed"
    except Refused:
        return set(places), "git tells nothing of it"
