"""Filing a report: made once more from a clean checkout, approved, sealed, and never changed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.files.atomic import put, replace_folder
from priority_two.files.data_folder import DataFolder
from priority_two.files.locks import locked
from priority_two.imprint import LONGEST_LINE, Corrected, Filing
from priority_two.paths import LOCK, code_file
from priority_two.periods import plural
from priority_two.personal import personal
from priority_two.record.drafts import MANIFEST
from priority_two.record.git import commit_of, top_of, uncommitted
from priority_two.record.manifest import entry
from priority_two.record.pin import disagreements, is_own_code, read_pin
from priority_two.record.release import check_untouched, other_libraries, running_release, unaccounted
from priority_two.record.seal import (
    FILED,
    SEAL,
    SUPERSEDED,
    Filed,
    Link,
    Seal,
    SealedCode,
    all_filed,
    last_of_chain,
    superseded_by,
    tampering,
)
from priority_two.reference.partnership import Approvals, load_partnership
from priority_two.workspace import find_workspace

if TYPE_CHECKING:
    from priority_two.record.build import Build
    from priority_two.report.request import Request


def file_report(request: Request, data: Path, reports: Path, approved_by: Sequence[str], corrects: str) -> Path:
    """File a report, and return its folder.

    The data folder lies in a workspace, which is a checkout of git, and the reports lie in it too. `corrects` says why
    it corrects the version before; blank for the first.

    Raises
    ------
    WrongCall
        A post that approves nothing, one named twice, or a reason that is about a person or has nothing to correct.
    Refused
        Something is not committed, a check fails, the approvals are too few, the version before says otherwise.
    """
    reason = _reason(corrects)
    folder = DataFolder(data)
    _approve(load_partnership(folder).filing, approved_by, folder.shown("reference/partnership.yaml"))
    root = _workspace(folder.root, reports)
    commit, code = _clean(root, reports), _code(root, folder.root)
    target = reports / FILED / request.path
    filed = all_filed(reports)
    corrected = _corrected(target, filed, reason)
    _followed(filed)
    filing = Filing(
        version=corrected.version + 1 if corrected else 1, approved_by=list(approved_by), corrects=corrected
    )
    from priority_two.record.build import build

    report = build(replace(request, filing=filing), folder.root, beside=True)
    _committed(report, root, folder.root)
    if (_clean(root, reports), _code(root, folder.root)) != (commit, code):
        raise Refused([Error("", "the same commit at the end of the run as at its beginning", fix="file it again")])
    place = target / f"v{filing.version}"
    with locked(reports / FILED), locked(target.parent):
        filed = all_filed(reports)
        if _corrected(target, filed, reason) != corrected:
            raise Refused([Error(place.as_posix(), "no other filing meanwhile", fix="file it again")])
        seal = Seal(
            kind=request.kind.name,
            period=str(request.period),
            edition=request.edition,
            version=filing.version,
            data=folder.root.relative_to(root).as_posix(),
            commit=commit,
            code=code,
            approved_by=filing.approved_by,
            corrects=corrected,
            previous=_followed(filed),
            manifest=entry(report.manifest.written()),
        )
        replace_folder(target, lambda staged: _put(staged, request.stem, report, seal))
    return place


def _approve(wanted: Approvals, given: Sequence[str], file: str) -> None:
    for post in given:
        if post not in wanted.posts:  # it may be a person's name, which nothing repeats
            raise WrongCall(f"approved-by: found another word, expected {' or '.join(map(repr, wanted.posts))}")
        if list(given).count(post) > 1:
            raise WrongCall(f"approved-by: {post!r} approves it once, however often it is named")
    if len(given) < wanted.approvals:
        expected = f"{plural(wanted.approvals, 'approval')} of {', '.join(wanted.posts)}"
        fix = "name each post with --approved-by"
        raise Refused([Error(file, expected, None, "filing", plural(len(given), "approval"), fix)])


def _reason(text: str) -> str:
    """Return why a filing corrects another, in one line; it is printed in the paper, and filed for ever."""
    words = " ".join(text.split())
    if not words.isprintable() or len(words) > LONGEST_LINE:
        raise WrongCall(f"corrects: found another text, expected at most {LONGEST_LINE} printable characters")
    if kind := personal(words, headings=False):
        raise WrongCall(f"corrects: found {kind}, expected a reason that says nothing about a person")
    return words


def _workspace(data: Path, reports: Path) -> Path:
    """Return the root of the checkout in which data and reports lie."""
    root = top_of(data)
    if root is None:
        fix = "put it into the workspace and commit it: the commit then says what it held"
        raise Refused([Error(data.name, "a data folder inside a checkout of git", fix=fix)])
    if not reports.resolve().is_relative_to(root):
        raise Refused([Error(one_line(reports), "a folder of reports in the checkout that holds the data")])
    return root


def _clean(root: Path, reports: Path) -> str:
    """Return the commit, after looking that everything but the reports is as committed."""
    commit = commit_of(root)
    apart = reports.resolve()
    loose = [path for path in uncommitted(root) if not (root / path).is_relative_to(apart)]
    if loose:
        fix = "commit it, or take it away, and file again"
        raise Refused([Error(path, "nothing that is not committed", fix=fix) for path in loose[:50]])
    return commit


def _code(root: Path, data: Path) -> SealedCode | None:
    """Return which code runs, after looking that it is the workspace's; None where that is of the same commit."""
    if other := other_libraries():
        fix = "priority-two lock --requirements FILE writes them all; install those, and file again"
        raise Refused([Error(LOCK.name, "the libraries of the lock", found=line, fix=fix) for line in other[:50]])
    if is_own_code(root):
        return None
    pin, release = read_pin(find_workspace(data) or root), running_release()
    if errors := disagreements(pin, release):
        raise Refused(errors)
    check_untouched()
    return SealedCode(version=release.version, commit=release.commit)


def _committed(report: Build, root: Path, data: Path) -> None:
    """Refuse a report that was made from other bytes than the committed ones."""
    places = {path: data.parent / path for path in report.manifest.inputs}
    places |= {name: code_file(name, data) for name in (*report.manifest.code, LOCK.name)}
    if other := sorted(unaccounted(root, places)):
        fix = "commit it as it is, line ends and all; if git ignores it, take it out of .gitignore"
        raise Refused([Error(path, "the bytes that are committed", fix=fix) for path in other[:50]])


def _corrected(target: Path, filed: list[Filed], reason: str) -> Corrected | None:
    """Return what the next version corrects."""
    versions = [filing for filing in filed if filing.folder.parent == target]
    if not versions:
        if reason:
            raise WrongCall("corrects: nothing of this report is filed yet; leave it out")
        return None
    last = versions[-1]
    _untouched([last], filed)
    if not reason:
        fix = "what is filed never changes: say with --corrects why there is to be another version"
        raise Refused([Error(last.folder.as_posix(), "no filing of this report", found="one", fix=fix)])
    return Corrected(version=last.version, reason=reason)


def _followed(filed: list[Filed]) -> list[Link]:
    """Return what the next seal follows. That must be what was sealed, for the new seal vouches for it."""
    last = last_of_chain(filed)
    _untouched(last, filed)
    return [Link(filing=filing.name, seal=filing.digest) for filing in last]


def _untouched(filings: list[Filed], filed: list[Filed]) -> None:
    """Refuse filings that are not what was sealed."""
    errors = [
        Error(filing.folder.as_posix(), "what was sealed", found=fault)
        for filing in filings
        for fault in tampering(filing, filed)
    ]
    if errors:
        raise Refused(errors[:50])


def _put(staged: Path, stem: str, report: Build, seal: Seal) -> None:
    version = staged / f"v{seal.version}"
    version.mkdir()
    for ending, content in {**report.files, MANIFEST: report.manifest.written()}.items():
        put(version / (stem + ending), content)
    put(version / SEAL, seal.written())
    if seal.corrects:
        put(staged / f"v{seal.corrects.version}" / SUPERSEDED, superseded_by(seal))
