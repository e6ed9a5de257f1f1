"""The audit: whether what is filed is still what was sealed, and whether making it again gives the same bytes.

A filing is first looked at as it lies there: hashes, seal and chain. Then it is made again by today's code from today's
data folder. Where that gives other bytes, the causes are named in this order: inputs, code, parameters, environment,
tampering. Code, lock and reference tables move on by commits; where they did, the report is made once more as it was
filed, and holds if that gives the same bytes. Returns and updates never change, and nothing changes without a commit:
such a change is never excused, whatever the bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from priority_two.faults import Refused, one_line
from priority_two.places import LOCK, ROOT
from priority_two.record.checkout import as_added, as_committed, is_shallow
from priority_two.record.drafts import MANIFEST
from priority_two.record.manifest import Manifest, entry, read_manifest
from priority_two.record.seal import FILED, SEAL, VERSION, Filed, Seal, all_filed, strays, tampering
from priority_two.workers import workers

MOST_LINES = 20
_AT_ONCE = os.cpu_count() or 1
_LARGEST_PAGE = 1 << 26  # bytes: who put a file of gigabytes in a page's place is not helped to fill the memory
_DEPTH = 3  # period, report, version
_MOVING = ("reference/",)
"""Folders of the data folder that grow by commits, as code does."""


@dataclass
class Verdict:
    """What an audit says of a filing.

    Parameters
    ----------
    name
        The filing.
    identical
        Whether it stands.
    remark
        What is worth knowing although it stands.
    causes
        Why it does not stand, in order; or what else the audit found out.
    tampering
        What is not as it was sealed.
    sound
        Whether seal and manifest are, so that they tell what it was made from.
    """

    name: str
    identical: bool = True
    remark: str = ""
    causes: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    sound: bool = True

    def lines(self) -> list[str]:
        """Return the verdict in lines: one, and one more a cause."""
        remark = f" ({self.remark})" if self.remark else ""
        causes = [*self.causes, *_most("tampering", [f"tampering: {what}" for what in self.tampering])]
        return [
            f"{'identical' if self.identical else 'not identical'}: {one_line(self.name, 300)}{remark}",
            *(f"  {one_line(cause, 300)}" for cause in causes),
        ]

    def fails(self, *causes: str) -> None:
        """Let it not stand, for these causes."""
        self.identical = False
        self.causes += causes


def audit(reports: Path, data: str, wanted: Callable[[str], bool], *, fast: bool) -> Iterator[Verdict]:
    """Audit what is filed, and give a verdict a filing.

    Parameters
    ----------
    reports
        Where reports lie.
    data
        The data folder to make them again from; blank for the one that each seal names.
    wanted
        Whether a filing is to be audited, by its name.
    fast
        Whether to verify hashes and chain alone.
    """
    filed = all_filed(reports)
    recorded, unknown = _recorded(reports)
    not_filed = dict.fromkeys(strays(reports), "it lies among what is filed, and is no version of a report")
    gone = recorded.keys() - {one.name for one in filed}
    not_filed |= dict.fromkeys(gone, "it was filed, by git's record, and is gone")
    for name, what in sorted(not_filed.items()):
        if wanted(name):
            yield Verdict(name, identical=False, tampering=[what])
    asked = [one for one in filed if wanted(one.name)]
    with workers(min(len(asked), _AT_ONCE)) if asked and not fast else contextlib.nullcontext() as pool:
        verdicts = [_looked_at(one, filed, recorded.get(one.name, []), unknown) for one in asked]
        again = [
            pool.submit(made_again, one, verdict, data) if pool and verdict.sound else verdict
            for one, verdict in zip(asked, verdicts, strict=True)
        ]
        for verdict in verdicts:
            if pool and not verdict.sound:
                verdict.fails("not made again: what it was made from cannot be told")
        for found in again:
            yield found if isinstance(found, Verdict) else found.result()


def _looked_at(one: Filed, filed: list[Filed], altered: list[str], unknown: str) -> Verdict:
    """Return what a filing's hashes, its seal, the chain and git's record say of it."""
    verdict = Verdict(one.name, remark=unknown)
    if any(other.version > one.version for other in filed if other.folder.parent == one.folder.parent):
        verdict.remark = "; ".join(filter(None, (f"superseded by version {one.version + 1}", unknown)))
    found = tampering(one, filed)
    told = [name for name in altered if not any(what.startswith(f"{name} ") for what in found)]
    found += [f"{name} is not what was first committed" for name in told]
    untrue = (SEAL, one.stem + MANIFEST)
    verdict.sound = one.seal is not None and not any(what.startswith(untrue) for what in found)
    verdict.identical = not found
    verdict.tampering = found
    return verdict


def _recorded(reports: Path) -> tuple[dict[str, list[str]], str]:
    """Return what git saw filed, with the names of files that are not as first committed, and what it cannot know."""
    try:
        root = (reports / FILED).resolve().relative_to(ROOT).as_posix()
        added, shallow = as_added(ROOT, root), is_shallow(ROOT)
    except ValueError:
        return {}, "outside the checkout, so without git's record"
    except Refused:
        return {}, "git tells nothing here, so without its record"
    found: dict[str, list[str]] = {}
    for path, as_then in added.items():
        *folders, name = path.removeprefix(f"{root}/").split("/")
        if len(folders) == _DEPTH and VERSION.fullmatch(folders[-1]):
            found.setdefault("/".join(folders), []).extend([] if as_then else [name])
    return found, "a shallow clone, so without git's earlier record" if shallow else ""


def made_again(one: Filed, verdict: Verdict, given: str) -> Verdict:
    """Make a filing again, and return its verdict with what that shows.

    Parameters
    ----------
    one
        The filing.
    verdict
        What was found so far.
    given
        The data folder; blank for the one that the seal names.
    """
    seal = one.seal
    if seal is None:
        return verdict
    manifest, _ = read_manifest(one.folder / (one.stem + MANIFEST), one.name)
    data = (Path(given) if given else ROOT / seal.data).resolve()
    if data.name != Path(seal.data).name:  # each input is told by a path that begins with the folder's name
        named = f"it was made from a data folder named {Path(seal.data).name}, and this one is named {data.name}"
        verdict.fails(f"not made again: {named}")
        return verdict
    files, now, refused = _made_today(manifest, data, one.stem)
    differing = differences(manifest, now) if now else _by_hash(manifest, data)
    other = _differing(manifest, files)
    moved = {path for path in differing.inputs if path.split("/", 1)[-1].startswith(_MOVING)}
    never = [path for path in differing.inputs if path not in moved]
    moved |= set(differing.code) | ({LOCK.name} if differing.lock else set())
    places = {path: data.parent / path for path in differing.inputs}
    places |= {path: ROOT / path for path in (*differing.code, LOCK.name)}
    unaccounted = _not_committed(places)
    said = differing.lines(unaccounted)
    if now and not other and (denied := contradictions(manifest, now)):
        verdict.fails()
        verdict.tampering += [f"{one.stem}{MANIFEST} says otherwise of {what} than the run" for what in denied]
    if never or moved & unaccounted:
        verdict.fails()
    if not other and verdict.identical:
        verdict.remark = "; ".join(filter(None, (verdict.remark, differing.remark())))
        return verdict
    verdict.causes += [*said, *refused, *(_other(one, files, name) for name in other if files)]
    if not other:
        verdict.causes += ["made again, it is what was sealed"] if verdict.tampering else []
        return verdict
    if never:
        verdict.fails()
    elif moved or refused or differing.environment:
        _as_filed(one, seal, manifest, verdict)
    else:
        verdict.fails("nothing that it was made from has changed, and this is not what comes of that")
    return verdict


def _made_today(manifest: Manifest, data: Path, stem: str) -> tuple[dict[str, bytes], Manifest | None, list[str]]:
    """Return the files that today's code makes, and their manifest; or neither, and why."""
    try:
        from priority_two.record.remake import remake

        made = remake(manifest, data, stem)
    except Refused as error:
        return {}, None, [f"cannot be made again: {fault}" for fault in error.faults[:MOST_LINES]]
    except Exception as error:  # code that was damaged or lost is a cause, which the hashes name
        return {}, None, [f"cannot be made again: today's code fails: {type(error).__name__}: {one_line(error)}"]
    return {stem + ending: content for ending, content in made.files.items()}, made.manifest, []


def _as_filed(one: Filed, seal: Seal, manifest: Manifest, verdict: Verdict) -> None:
    from priority_two.record.as_filed import as_filed

    how = f"as it was filed, with the code and the lock of commit {seal.commit[:12]}"
    try:
        files = as_filed(one, seal)
    except Refused as refused:
        verdict.fails(f"{how}: cannot be made again: {refused.faults[0]}")
        return
    other = _differing(manifest, files)
    if other:
        verdict.fails(*(f"{how}: {_other(one, files, name)}" for name in other))
    else:
        verdict.causes.append(f"{how}: identical")


@dataclass
class Differences:
    """In what two runs of a report differ, apart from what came out; words by path or name."""

    inputs: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    lock: bool = False

    def lines(self, unaccounted: set[str]) -> list[str]:
        """Return the causes in their order; `unaccounted` are the paths that no commit accounts for."""
        said = []
        for what, found in (("input", self.inputs), ("code", self.code)):
            told = [f"{what} {how}: {path}{_whether(path, unaccounted)}" for path, how in found.items()]
            said += _most(what, told)
        said += _most("parameters", [f"parameter {name}: {how}" for name, how in self.parameters.items()])
        if self.lock:
            said.append(f"environment: {LOCK.name} changed{_whether(LOCK.name, unaccounted)}")
        return said + _most("environment", [f"environment: {name} {how}" for name, how in self.environment.items()])

    def remark(self) -> str:
        """Return in few words what changed without effect."""
        parts = (
            ("inputs", len(self.inputs)),
            ("code", len(self.code)),
            ("lock", self.lock),
            ("environment", len(self.environment)),
        )
        changed = [name for name, count in parts if count]
        return f"{', '.join(changed)} changed since, without effect" if changed else ""


def differences(then: Manifest, now: Manifest) -> Differences:
    """Return in what two runs of a report differ, apart from what came out."""
    one, other = then.environment, now.environment
    environment = {"Python": (one.python, other.python)}
    environment |= {name: (found, other.libraries.get(name, "none")) for name, found in one.libraries.items()}
    environment |= {name: (found, other.native.get(name, "none")) for name, found in one.native.items()}
    return Differences(
        inputs=_changes(then.inputs, now.inputs),
        code=_changes(then.code, now.code),
        parameters=_changes(then.parameters, now.parameters),
        environment={name: f"{was} then, {is_now} now" for name, (was, is_now) in environment.items() if was != is_now},
        lock=one.lock != other.lock,
    )


def contradictions(sealed: Manifest, now: Manifest) -> list[str]:
    """Return of what a manifest says otherwise than a run that gave the same bytes, apart from what went into it."""
    told = ((name, getattr(sealed, name), getattr(now, name)) for name in ("status", "as_at", "checks"))
    return [name for name, then, is_now in told if then != is_now]


def _differing(manifest: Manifest, files: dict[str, bytes]) -> list[str]:
    """Return the outputs that are not what was sealed: other bytes, not made, or made and not sealed."""
    now = {name: entry(content) for name, content in files.items()}
    return sorted(name for name in {*manifest.outputs, *now} if now.get(name) != manifest.outputs.get(name))


def _most(what: str, told: list[str]) -> list[str]:
    """Return no more lines than people read, and how many there are beside."""
    return told if len(told) <= MOST_LINES else [*told[:MOST_LINES], f"{what}: and {len(told) - MOST_LINES} more"]


def _changes(then: Mapping[str, object], now: Mapping[str, object]) -> dict[str, str]:
    changes = {name: "gone" if name not in now else "changed" for name, was in then.items() if now.get(name) != was}
    changes |= {name: "added" for name in now if name not in then}
    return dict(sorted(changes.items()))


def _whether(path: str, unaccounted: set[str]) -> str:
    return " (not committed)" if path in unaccounted else ""


def _not_committed(places: dict[str, Path]) -> set[str]:
    """Return those of some files that are not as the commit which is checked out has them; all, if git knows none."""
    inside = {path: place.relative_to(ROOT).as_posix() for path, place in places.items() if place.is_relative_to(ROOT)}
    try:
        committed = as_committed(ROOT, inside.values())
    except Refused:
        return set(places)
    return {path for path in places if inside.get(path) not in committed}


def _by_hash(manifest: Manifest, data: Path) -> Differences:
    """Return which files changed or are gone, where no run tells: what was added cannot be told then."""
    lock = entry(LOCK.read_bytes()).sha256 if LOCK.is_file() else ""
    return Differences(
        inputs={
            path: how
            for path, sealed in manifest.inputs.items()
            if (how := _how(data.parent / path, data, sealed.sha256))
        },
        code={path: how for path, sealed in manifest.code.items() if (how := _how(ROOT / path, ROOT, sealed))},
        lock=lock != manifest.environment.lock,
    )


def _how(file: Path, within: Path, sha256: str) -> str:
    """Return whether a file changed or is gone, or nothing where it is as it was."""
    try:
        if not file.resolve().is_relative_to(within) or not file.is_file():
            return "gone"
        with file.open("rb") as handle:
            return "" if hashlib.file_digest(handle, "sha256").hexdigest() == sha256 else "changed"
    except OSError:
        return "gone"


def _other(one: Filed, files: dict[str, bytes], name: str) -> str:
    """Say of an output that it differs, and of a page whether it says the same."""
    if name not in files:
        return f"output gone: {name}"
    file = one.folder / name
    if name.endswith(".html") and file.is_file() and file.stat().st_size <= _LARGEST_PAGE:
        same = _words(file.read_bytes()) == _words(files[name])
        return f"output differs: {name}; text and figures are {'the same' if same else 'not the same'}"
    return f"output differs: {name}"


def _words(html: bytes) -> str:
    from bs4 import BeautifulSoup

    main = BeautifulSoup(html, "html.parser").find("main")
    return re.sub(r"\s+", " ", main.get_text(" ")) if main else ""
