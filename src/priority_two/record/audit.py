"""The audit: whether what is filed is still what was sealed, and whether making it again gives the same bytes.

A filing is first looked at as it lies there: hashes, seal and chain. A fast audit then holds inputs, code and lock
against the hashes that were sealed, and ends there. A full one makes the report again by today's code from today's data
folder. What changed is named in this order: inputs, code, parameters, environment, outputs, tampering. Code, lock and
reference tables move on by commits. Returns and updates never change, unless a later version of the report was filed to
correct it and was made from what is there now; and nothing changes without a commit but a table that proves to have had
no effect. Any other change is never excused, whatever the bytes, in both kinds of audit.

Whatever differs, the report is also made as it was filed, with the code, the lock and the inputs of its commit: that
says whether what is filed is genuine.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

from markupsafe import Markup

from priority_two.errors import Error, Refused, attempt, one_line
from priority_two.files.reads import bounded, decode, read_bytes
from priority_two.files.yaml_mapping import load_yaml
from priority_two.paths import CHECKOUT
from priority_two.periods import plural
from priority_two.publish.native import versions
from priority_two.record.differences import account, by_hash, differences, hash_now, most
from priority_two.record.drafts import MANIFEST
from priority_two.record.git import as_added, as_first_committed, held, is_shallow, top_of
from priority_two.record.likeness import likeness
from priority_two.record.manifest import Manifest, entry
from priority_two.record.seal import FILED, SEAL, VERSION, Filed, Seal, all_filed, strays, tampering
from priority_two.reference.partnership import FILE as PARTNERSHIP
from priority_two.workers import AT_ONCE, KILLED, spread

_LARGEST_PAGE = 1 << 26  # bytes: who put a file of gigabytes in a page's place is not helped to fill the memory
PDF = ".pdf"
_DEPTH = 3  # period, report, version


@dataclass
class Verdict:
    """What an audit says of a filing.

    ``foreign`` says whose filing it was that git remembers and that is none of this workspace; blank otherwise.
    ``remark`` is worth knowing although it stands; ``causes`` say in order why it does not, or what else was seen;
    ``tampering`` is what is not as it was sealed; ``sound`` where seal and manifest are, so that they tell what it was
    made from.
    """

    name: str
    identical: bool = True
    remark: str = ""
    causes: list[str] = field(default_factory=list)
    tampering: list[str] = field(default_factory=list)
    sound: bool = True
    foreign: str = ""

    def lines(self) -> list[str]:
        """Return the verdict in lines: one, and one more a cause."""
        if self.foreign:
            return [f"not of this workspace: {one_line(self.name, 300)} (filed by {one_line(self.foreign, 200)})"]
        remark = f" ({self.remark})" if self.remark else ""
        causes = [*self.causes, *most("tampering", [f"tampering: {what}" for what in self.tampering])]
        return [
            f"{'identical' if self.identical else 'not identical'}: {one_line(self.name, 300)}{remark}",
            *(f"  {one_line(cause, 300)}" for cause in causes),
        ]

    def remarks(self, text: str) -> None:
        """Remark something besides."""
        self.remark = "; ".join(filter(None, (self.remark, text)))

    def fails(self, *causes: str) -> None:
        """Let it not stand, for these causes."""
        self.identical = False
        self.causes += causes


def audit(
    reports: Path, data: str, wanted: Callable[[str], bool], *, fast: bool, jobs: int = AT_ONCE
) -> Iterator[Verdict]:
    """Audit what is filed, and give a verdict a filing; at most `jobs` are made again at once.

    `data` is the data folder to make them again from, blank for the one that each seal names, from the root of the
    checkout in which the reports lie; `wanted` tells by its name whether a filing is asked for. A `fast` audit verifies
    hashes (of what was filed, and of what it was made from) and the chain, and makes nothing.
    """
    filed = all_filed(reports)
    root = top_of(reports) or top_of(Path()) or CHECKOUT or reports.resolve().parent
    recorded, unknown = _recorded(root, reports)
    not_filed = dict.fromkeys(strays(reports), "it lies among what is filed, and is no version of a report")
    gone = recorded.keys() - {filing.name for filing in filed}
    not_filed |= dict.fromkeys(gone, "it was filed, by git's record, and is gone")
    for name, what in sorted(not_filed.items()):
        if not wanted(name):
            continue
        if name in gone and (other := _other_partnership(root, reports, name, data)):
            yield Verdict(name, foreign=other)
        else:
            yield Verdict(name, identical=False, tampering=[what])
    asked = [filing for filing in filed if wanted(filing.name)]
    verdicts = [_looked_at(filing, filed, recorded.get(filing.name, []), unknown) for filing in asked]
    if fast:
        once = partial(as_it_lies, root=root, given=data, now=cache(hash_now))  # most filings read the same files
        yield from map(once, asked, verdicts)
    else:
        pairs = list(zip(asked, verdicts, strict=True))
        yield from spread(partial(_pair_run_again, root=root, given=data), pairs, jobs, _verdict)


def _pair_run_again(pair: tuple[Filed, Verdict], root: Path, given: str) -> Verdict:
    return run_again(*pair, root, given)


def _verdict(pair: tuple[Filed, Verdict], verdict: Verdict | None) -> Verdict:
    if verdict is None:
        verdict = pair[1]
        verdict.fails(f"not made again: {KILLED}")
    return verdict


def _looked_at(filing: Filed, filed: list[Filed], altered: list[str], unknown: str) -> Verdict:
    """Return what a filing's hashes, its seal, the chain and git's record say of it."""
    verdict = Verdict(filing.name)
    if any(other.version > filing.version for other in filed if other.folder.parent == filing.folder.parent):
        verdict.remarks(f"superseded by version {filing.version + 1}")
    verdict.remarks(unknown)
    signs = tampering(filing, filed)
    by_git = [name for name in altered if not any(what.startswith(f"{name} ") for what in signs)]
    signs += [f"{name} is not what was first committed" for name in by_git]
    untrue = (SEAL, filing.stem + MANIFEST)
    verdict.sound = filing.seal is not None and not any(what.startswith(untrue) for what in signs)
    verdict.identical = not signs
    verdict.tampering = signs
    return verdict


def _recorded(root: Path, reports: Path) -> tuple[dict[str, list[str]], str]:
    """Return what git saw filed, with the names of files that are not as first committed, and what it cannot know."""
    try:
        below = (reports / FILED).resolve().relative_to(root).as_posix()
        added, shallow = as_added(root, below), is_shallow(root)
    except ValueError:
        return {}, "outside the checkout, so without git's record"
    except Refused as refused:
        first = refused.errors[0]
        reason = first.found if isinstance(first, Error) else first
        return {}, f"git tells nothing here, so without its record: {reason}"
    filings: dict[str, list[str]] = {}
    for path, as_then in added.items():
        *folders, name = path.removeprefix(f"{below}/").split("/")
        if len(folders) == _DEPTH and VERSION.fullmatch(folders[-1]):
            filings.setdefault("/".join(folders), []).extend([] if as_then else [name])
    return filings, "a shallow clone, so without git's earlier record" if shallow else ""


def _other_partnership(root: Path, reports: Path, name: str, given: str) -> str:
    """Return whose filing is gone, where another partnership filed it: a fork keeps its history, and not its filings.

    Blank where it was this one, or where that cannot be told: then what is gone is missed.
    """

    def name_in(partnership: bytes) -> str:
        return str(load_yaml(decode(partnership, ""), "").values.get("name") or "")

    try:
        path = (reports / FILED / name / SEAL).resolve().relative_to(root).as_posix()
        seal = Seal.model_validate_json(as_first_committed(root, path) or b"")
        file = f"{seal.data}/{PARTNERSHIP}"
        then = name_in(held(root, seal.commit, file) or b"")
        now = name_in(read_bytes((Path(given) if given else root / seal.data) / PARTNERSHIP, PARTNERSHIP))
    except (Refused, ValueError):
        return ""
    return then if then and now and then != now else ""


def as_it_lies(
    filing: Filed, verdict: Verdict, root: Path, given: str, now: Callable[[Path, Path | None], str]
) -> Verdict:
    """Hold a filing's inputs, code and lock against the hashes that were sealed; otherwise as :func:`run_again`.

    `now` is :func:`priority_two.record.differences.hash_now`, or its like.
    """
    sources = _sources(filing, verdict, root, given)
    if sources is None:
        return verdict
    seal, manifest, data = sources
    causes = account(by_hash(manifest, data, now), manifest, seal, root, data, _later(filing))
    if not causes.excused():
        verdict.fails(*causes.lines())
    elif changed := causes.differing.in_short():
        if inputs := causes.differing.named_inputs():
            changed = changed.replace("inputs", f"inputs ({inputs})", 1)
        verdict.remarks(f"as sealed; since then changed: {changed}; not made again")
    return verdict


def run_again(filing: Filed, verdict: Verdict, root: Path, given: str) -> Verdict:
    """Make a filing again, and return its verdict with what that shows.

    `root` is the root of the workspace's checkout; `given` is the data folder; blank for the one that the seal names.
    """
    sources = _sources(filing, verdict, root, given)
    if sources is None:
        return verdict
    seal, manifest, data = sources
    files, now, refused = _rebuilt_today(manifest, data, filing.stem)
    differing = differences(manifest, now) if now else by_hash(manifest, data)
    causes = account(differing, manifest, seal, root, data, _later(filing))
    other = _differing(manifest, files)
    if now and not other and (denied := contradictions(manifest, now)):
        verdict.fails()
        verdict.tampering += [f"{filing.stem}{MANIFEST} says otherwise of {what} than the run" for what in denied]
    if not causes.excused(without_effect=bool(now) and not other):
        verdict.fails()
    if not other and verdict.identical:
        if changed := differing.in_short():
            inputs = differing.named_inputs()
            verdict.remarks(f"{changed} changed since, without effect{f': {inputs}' if inputs else ''}")
        return verdict
    verdict.causes += [*causes.lines(), *refused, *(_other(filing, files, name) for name in other if files)]
    if other and not (causes.never or causes.moved or refused or differing.environment):
        verdict.fails("nothing that it was made from has changed, and this is not what comes of that")
    if not other:
        verdict.causes.append("made again by today's code from today's data, it is what was sealed")
    _as_filed(filing, seal, manifest, verdict, root)
    if other and verdict.identical:
        verdict.remarks("as it was filed; code or tables of today make another paper")
    return verdict


def _later(filing: Filed) -> list[Manifest]:
    """Return the manifests of the later versions of a report, as far as they can be read; each has its own verdict."""
    manifests = []
    for folder in sorted(filing.folder.parent.iterdir()):
        if VERSION.fullmatch(folder.name) and int(folder.name[1:]) > filing.version:
            file = folder / (filing.stem + MANIFEST)
            manifest: Manifest | None = attempt([], None, partial(_manifest, file))
            manifests += [manifest] if manifest else []
    return manifests


def _manifest(file: Path) -> Manifest:
    manifest, _ = Manifest.read(file, file.name)
    return manifest


def _sources(filing: Filed, verdict: Verdict, root: Path, given: str) -> tuple[Seal, Manifest, Path] | None:
    """Return a filing's seal, its manifest and its data folder; or None, and let the verdict say why not."""
    if filing.seal is None or not verdict.sound:
        verdict.fails("not made again: what it was made from cannot be told")
        return None
    manifest, _ = Manifest.read(filing.folder / (filing.stem + MANIFEST), filing.name)
    data = (Path(given) if given else root / filing.seal.data).resolve()
    wanted = Path(filing.seal.data).name
    if data.name != wanted:  # each input is told by a path that begins with the folder's name
        verdict.fails(
            f"not made again: it was made from a data folder named {wanted}, and this one is named {data.name}"
        )
        return None
    return filing.seal, manifest, data


def _rebuilt_today(manifest: Manifest, data: Path, stem: str) -> tuple[dict[str, bytes], Manifest | None, list[str]]:
    """Return the files that today's code makes, and their manifest; or neither, and why.

    How to mend a fault is the analyst's business, and would have an auditor change what was filed: it is not said.
    """
    try:
        from priority_two.record.rebuild import rebuild

        built = rebuild(manifest, data)
    except Refused as error:
        first = str(error.errors[0]).split("; expected ")[0].split(": expected ")[0]
        count = plural(len(error.errors), "fault")
        return {}, None, [f"cannot be made again by today's code from today's data: {count}, the first: {first}"]
    except Exception as error:  # code that was damaged or lost is a cause, which the hashes name
        return {}, None, [f"cannot be made again: today's code fails: {type(error).__name__}: {one_line(error)}"]
    return {stem + ending: content for ending, content in built.files.items()}, built.manifest, []


def _as_filed(filing: Filed, seal: Seal, manifest: Manifest, verdict: Verdict, root: Path) -> None:
    """Say whether a filing is what its own commit gives: code, lock and inputs as they were then."""
    from priority_two.record.rebuild_at_commit import rebuild_at_commit

    commit = seal.commit[:12]
    how = f"as it was filed, with the code, the lock and the inputs of commit {commit}"
    if seal.code:
        how = f"as it was filed, with code and lock of commit {seal.code.commit[:12]} and the inputs of commit {commit}"
    try:
        files = rebuild_at_commit(root, filing, seal)
    except Refused as refused:
        verdict.fails(f"{how}: cannot be made again: {refused.errors[0]}")
        return
    other = _differing(manifest, files)
    if other == [filing.stem + PDF] and (libraries := _other_libraries(manifest)):
        laid_out_otherwise(filing, manifest, files[filing.stem + PDF], verdict, f"{how}: {libraries}")
    elif other:
        verdict.fails(*(f"{how}: {_other(filing, files, name)}" for name in other))
    elif verdict.identical:
        verdict.causes.append(f"{how}: identical")
    else:
        genuine = "what was sealed is genuine, and what is named as tampering is not" if verdict.tampering else ""
        verdict.causes.append(f"{how}: identical; {genuine or 'what is filed is genuine'}")


def _other_libraries(manifest: Manifest) -> str:
    """Return in words which native libraries are others than those with which a report was made; blank if none is."""
    now = versions()
    changed = [(name, was) for name, was in manifest.environment.native.items() if now.get(name) != was]
    return "; ".join(f"{name} {was} then, {now.get(name, 'none')} now" for name, was in changed)


def laid_out_otherwise(filing: Filed, manifest: Manifest, rebuilt: bytes, verdict: Verdict, how: str) -> None:
    """Say whether a PDF whose bytes differ by the native libraries alone is the same for whoever reads it.

    Those come from the operating system, and no set-up from a lock can bring the old ones.

    `how` says how `rebuilt`, the PDF of today, was made, and with which libraries. The verdict stands where the two say
    the same.
    """
    name = filing.stem + PDF
    verdict.causes.append(f"{how}; all but {name} is identical")
    try:
        filed = bounded(filing.folder / name, _LARGEST_PAGE)
    except OSError:
        filed = b""
    if entry(filed) != manifest.outputs.get(name):
        verdict.fails(f"{name} is not what was sealed, and cannot be compared")
    elif (like := likeness(filed, rebuilt)) is None:
        verdict.fails(
            f"{name} cannot be compared here: a PDF is read by pikepdf, which is not installed, or it is none"
        )
    elif like.same:
        verdict.causes.append(f"{name}, as these libraries lay it out: {like}")
    else:
        verdict.fails(f"{name}, as these libraries lay it out: {like}")


def contradictions(sealed: Manifest, now: Manifest) -> list[str]:
    """Return of what a manifest says otherwise than a run that gave the same bytes, apart from what went into it."""
    return [name for name in ("status", "as_at", "checks") if getattr(sealed, name) != getattr(now, name)]


def _differing(manifest: Manifest, files: dict[str, bytes]) -> list[str]:
    """Return the outputs that are not what was sealed: other bytes, not made, or made and not sealed."""
    now = {name: entry(content) for name, content in files.items()}
    return sorted(name for name in {*manifest.outputs, *now} if now.get(name) != manifest.outputs.get(name))


def _other(filing: Filed, files: dict[str, bytes], name: str) -> str:
    """Say of an output that it differs, and of a page whether it says the same."""
    if name not in files:
        return f"output gone: {name}"
    page = b""
    if name.endswith(".html"):
        with contextlib.suppress(OSError):
            page = bounded(filing.folder / name, _LARGEST_PAGE)
    if 0 < len(page) <= _LARGEST_PAGE:
        same = _words(page) == _words(files[name])
        return f"output differs: {name}; text and figures are {'the same' if same else 'not the same'}"
    return f"output differs: {name}"


def _words(html: bytes) -> str:
    """Return what a page says between ``<main>`` and its end; a page of another form says nothing."""
    _, _, main = html.decode("utf-8", "replace").partition("<main")
    return Markup(re.sub(r"<[^>]*>", " ", main.partition("</main>")[0])).striptags()  # noqa: S704 -- compared, not shown
