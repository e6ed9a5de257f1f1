"""Programs that are killed, that run out of room or that run at once, for ``test_never_half.py``; no test in itself.

Killing and locking want processes of their own, and many of them. So each function below that is called from there is
run in a fresh process, which forks children that are killed: each at another event (Python tells of every file that is
opened, linked, renamed or removed), or at a random moment. A fault is an assertion that fails.
"""

from __future__ import annotations

import contextlib
import ctypes  # here, since who may not read the files of Python itself (a program below) could not import it later
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from priority_two.errors import Error, Refused
from priority_two.files import atomic as folders
from priority_two.files import locks
from priority_two.files.data_folder import DataFolder
from priority_two.record.drafts import MANIFEST, place_all
from priority_two.returns.submit import acceptance as append

PERIOD, KIND = "2020-21-Q4", "quarterly-progress"
FOREVER = 3600  # seconds after which what should have ended is taken to hang
RANDOM_KILLS = 70
MOST_EVENTS = 1000
NOBODY = 65534


def a_set(text: str, *, workbook: bool = False, size: int = 2000) -> dict[str, bytes]:
    """Return a small draft whose manifest names its files, as that of a report does."""
    files = {ending: f"{text}{ending}".encode() * size for ending in (".html", ".pdf", *[".xlsx"] * workbook)}
    outputs = {ending: hashlib.sha256(content).hexdigest() for ending, content in files.items()}
    return {**files, MANIFEST: json.dumps(outputs).encode()}


def stem_of(reports: Path, kind: str = KIND, period: str = PERIOD) -> Path:
    return reports / "drafts" / period / f"{kind}-board"


def place(stem: Path, files: dict[str, bytes]) -> list[Path]:
    return place_all([(stem, files)])


def set_in(stem: Path) -> dict[str, bytes]:
    """Return the draft that lies in a folder, by file ending."""
    if not stem.parent.is_dir():
        return {}
    names = [path.name for path in stem.parent.iterdir()]
    mine = [name.removeprefix(stem.name) for name in names if name.startswith(f"{stem.name}.")]
    return {ending: stem.with_name(stem.name + ending).read_bytes() for ending in mine}


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob(".*")) if folder.exists() else []


def whole(files: dict[str, bytes]) -> bool:
    """Say whether the files are those that the manifest among them names, to the byte."""
    if MANIFEST not in files:
        return not files
    said = {ending: hashlib.sha256(content).hexdigest() for ending, content in files.items() if ending != MANIFEST}
    return said == json.loads(files[MANIFEST])


def forked(work: Callable[[], object]) -> int:
    """Do a piece of work in a child, and return the child's id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return child


def killed(child: int) -> bool:
    """Wait for a child, and say whether it was killed; one that failed is a fault of the test."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    return status != 0


def killed_at(event: int, work: Callable[[], object]) -> bool:
    """Do a piece of work in a child that is killed at an event of its life, and say whether it lived to see it."""
    seen = 0

    def hook(name: str, _: object) -> None:
        nonlocal seen
        if name.split(".")[0] in ("open", "os", "shutil", "ctypes"):
            seen += 1
            if seen == event:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(hook)
        work()

    return killed(forked(watched))


def without_exchange() -> None:
    """Be like a system that cannot let two folders change names in one step."""
    folders._exchange = lambda one, other: False


def drafts_killed_at_every_event(base: Path, way: str) -> None:
    """Kill a run at each event of its life; then let another run in the same folder clean up."""
    if way == "two steps":
        without_exchange()
    stem, other = stem_of(base), stem_of(base, "data-sheet")
    sets = [a_set("even", workbook=True), a_set("odd")]
    left = gone = came = 0
    for event in range(MOST_EVENTS):
        old, new, further = set_in(stem), sets[event % 2], a_set(str(event))
        died = killed_at(event, lambda new=new: place(stem, new))
        found = set_in(stem)
        assert found in (old, new) or (way == "two steps" and not stem.parent.exists()), (event, list(found))
        left += bool(hidden(base))
        gone += not stem.parent.exists()
        place(other, further)
        assert hidden(base) == [], event
        assert set_in(stem) in (old, new) and set_in(other) == further, event
        came += died and set_in(stem) == new
        if event and not died:
            break
    assert event and not died and left > 10 and came > 2, (event, left, came)
    assert (gone > 0) == (way == "two steps"), gone


def drafts_killed_at_random(base: Path) -> None:
    chance = random.Random(5)
    stem, small = stem_of(base), stem_of(base, "data-sheet")
    sets = [a_set(str(number), workbook=number % 2 == 0) for number in range(2)]
    place(stem, sets[0])

    def again_and_again() -> None:
        while True:
            for one in sets:
                place(stem, one)

    begun = time.monotonic()
    place(small, sets[0])
    once = time.monotonic() - begun
    for _ in range(RANDOM_KILLS):
        child = forked(again_and_again)
        time.sleep(chance.uniform(0, 3 * once))
        os.kill(child, signal.SIGKILL)
        assert killed(child)
        assert set_in(stem) in sets
    place(small, sets[1])
    assert hidden(base) == [] and set_in(stem) in sets


def a_return() -> dict[str, bytes]:
    terms = "partner: police\nreceived: 2021-07-05\nextract_date:\nmonths: 2021-04..2021-06\nexplanation: Counts.\n"
    terms += "permission: board\ncontact_post: Analyst\nsynthetic: true\n"
    return {"observations.csv": b"period,measure\n", "terms.yaml": terms.encode(), "original.csv": b"x"}


def into_store(data: Path, partner: str, files: dict[str, bytes]) -> None:
    append.store_return(DataFolder(data), "2021-07-05", partner, files, lambda _: True)


def ingest_killed_at_every_event(base: Path) -> None:
    files = a_return()
    left = 0
    for event in range(1, MOST_EVENTS):
        data = base / str(event) / "data"
        data.mkdir(parents=True)
        died = killed_at(
            event,
            lambda data=data: into_store(data, "police", files),
        )
        store = data / "returns"
        seen = list(store.glob("[!.]*"))
        assert [{file.name: file.read_bytes() for file in path.iterdir()} for path in seen] in ([], [files]), event
        left += bool(hidden(data))
        into_store(data, "police", files)
        assert [path.name for path in store.iterdir()] == ["2021-07-05_police"], event
        shutil.rmtree(base / str(event))
        if not died:
            break
    assert not died and left > 3, (event, left)


def file_killed_at_every_event(base: Path) -> None:
    file, texts = base / "page.html", [b"even" * 5000, b"odd" * 5000]
    left = came = 0
    for event in range(1, MOST_EVENTS):
        old = file.read_bytes() if file.exists() else None
        new = texts[event % 2]
        died = killed_at(event, lambda new=new: folders.write_file(file, new))
        now = file.read_bytes() if file.exists() else None
        assert now in (old, new), event
        left += bool(hidden(base))
        came += died and now == new
        folders.write_file(file, b"further")
        assert hidden(base) == [] and file.read_bytes() == b"further", event
        if not died:
            break
    assert not died and left and came, (event, left, came)


def runs_at_once(base: Path, way: str) -> None:
    if way == "locked file":
        locks._locks = no_locks
    stem = stem_of(base)
    sets = [a_set(str(number), workbook=number % 2 == 0, size=20_000) for number in range(2)]
    place(stem, sets[0])

    def often(one: dict[str, bytes]) -> None:
        for _ in range(25):
            place(stem, one)

    children = [forked(lambda one=one: often(one)) for one in sets]
    reads = 0
    while not all(done(child) for child in children):
        with contextlib.suppress(FileNotFoundError):  # a folder that has just been replaced is being removed
            found = read_at_once(stem)
            assert found in sets
            reads += 1
    assert reads > 0 and set_in(stem) in sets and hidden(base) == []


def read_at_once(stem: Path) -> dict[str, bytes]:
    """Read a draft out of one folder, and not out of two that had its name one after the other."""
    handle = os.open(stem.parent, os.O_RDONLY)
    try:
        found = {}
        for name in os.listdir(handle):  # noqa: PTH208 -- of an open folder
            with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=handle), "rb") as file:
                found[name.removeprefix(stem.name)] = file.read()
        if MANIFEST not in found or set(json.loads(found[MANIFEST])) - set(found):
            os.stat(MANIFEST.join([stem.name, ""]), dir_fd=handle)
            raise FileNotFoundError
        return found
    finally:
        os.close(handle)


def done(child: int) -> bool:
    """Say whether a child has ended, and well."""
    with contextlib.suppress(ChildProcessError):
        ended, status = os.waitpid(child, os.WNOHANG)
        assert status == 0
        return bool(ended)
    return True


def sixteen_at_once(base: Path) -> None:
    """Sixteen runs of different reports at once, in two periods, one of them of a quarter's two papers."""
    plan = [(f"kind-{number}", (PERIOD, "2020-21-Q3")[number % 2]) for number in range(16)]
    stems = [stem_of(base, kind, period) for kind, period in plan]
    children = [forked(lambda stem=stem: place_all([(stem, a_set(stem.name))])) for stem in stems]
    assert [killed(child) for child in children] == [False] * 16
    assert [set_in(stem) for stem in stems] == [a_set(stem.name) for stem in stems]
    assert hidden(base) == []


def no_room_for_a_file(base: Path) -> None:
    import resource

    stem = stem_of(base)
    old = a_set("old", workbook=True)
    place(stem, old)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        year = stem_of(base, period="2020-21"), a_set("year")
        error = refusal(lambda: place_all([year, (stem, a_set("new", size=10_000))]))
        assert (error.expected, error.file) == ("room for the files", str(stem.parent))

    assert not killed(forked(limited))
    assert set_in(stem) == old and hidden(base) == []
    assert not (base / "drafts" / "2020-21").exists()


def no_room_on_the_disk(base: Path) -> None:
    """Fill a small disk bit by bit: whatever room there is, it is enough for a run, or the run is refused."""
    stem = stem_of(base / "reports")
    old = a_set("old", workbook=True)
    place(stem, old)
    files = {**a_return(), "observations.csv": b"a\n" + b"1\n" * 1500, "original.csv": b"x" * 5000}
    said, refused_returns = set(), 0
    for number in range(100):
        new = a_set(str(number), workbook=number % 2 == 0)
        before = set_in(stem)
        try:
            place(stem, new)
            assert set_in(stem) == new
        except Refused as refused:
            (error,) = refused.errors
            said.add(str(error).replace(str(base), ""))
            assert set_in(stem) == before
        (base / "data").mkdir(exist_ok=True)
        try:
            into_store(base / "data", f"p{number}", files)
        except Refused:
            refused_returns += 1
        returns = list((base / "data" / "returns").iterdir())
        assert all({file.name for file in path.iterdir()} == set(files) for path in returns)
        assert hidden(base) == []
        if said and refused_returns > 3:
            break
        with contextlib.suppress(OSError), (base / f"ballast-{number}").open("wb", buffering=0) as file:
            file.write(bytes(7000))
    assert said == {f"/reports/drafts/{PERIOD}: found {os.strerror(errno.ENOSPC)}; expected room for the files"}, said
    shutil.rmtree(base / "data")
    place(stem, old)
    assert set_in(stem) == old


def read_only(base: Path) -> None:
    """Run as somebody who may not write: first not into the period's folder, then not beside it."""
    stem = stem_of(base)
    old = a_set("old", workbook=True)
    place(stem, old)
    for folder in (base, stem.parent.parent, stem.parent):
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)

    def denied() -> None:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        for locked_up in (stem.parent, stem.parent.parent):
            mode = locked_up.stat().st_mode
            locked_up.chmod(0o555)
            year = stem_of(base, period="2020-21"), a_set("year")
            error = refusal(lambda year=year: place_all([year, (stem, a_set("new"))]))
            assert (error.expected, error.found) == ("a folder that can be written to", os.strerror(errno.EACCES))
            assert set_in(stem) == old and hidden(base) == []
            assert stem.parent.stat().st_mode & 0o777 == (0o555 if locked_up == stem.parent else 0o755)
            locked_up.chmod(mode)
            place(stem, a_set("new"))
            place(stem, old)

    assert not killed(forked(denied))
    assert sorted(path.name for path in (base / "drafts").iterdir()) == [PERIOD]


def refusal(work: Callable[[], object]) -> Error:
    try:
        work()
    except Refused as refused:
        (error,) = refused.errors
        assert isinstance(error, Error)
        return error
    raise AssertionError("it was not refused")


def no_locks(handle: int) -> bool:
    """Be like a file system on which a folder cannot be locked."""
    raise locks._NoLocks


def killed_with_the_lock(base: Path, way: str) -> None:
    if way == "locked file":
        locks._locks = no_locks
    told, tell = os.pipe()

    def hold() -> None:
        with locks.locked(base):
            os.write(tell, b"!")
            time.sleep(FOREVER)

    child = forked(hold)
    os.read(told, 1)
    error = refusal(lambda: locks.locked(base, 0.05).__enter__())
    assert error.expected == "a folder that no other run is changing"
    os.kill(child, signal.SIGKILL)
    assert killed(child)
    with locks.locked(base):
        pass
    assert hidden(base) == []


def killed_while_its_kernel_starts(base: Path) -> None:
    """Kill a run that works in a process of its own while the kernel there is starting, and wait for all to end.

    What loses its parent comes to this process, as on a desktop it comes to that of the person who is logged in.
    """
    become_subreaper = 36
    ctypes.CDLL(None).prctl(become_subreaper, 1, 0, 0, 0)
    run = subprocess.Popen([sys.executable, __file__, "run_in_a_worker", str(base)], stderr=subprocess.DEVNULL)
    end = time.monotonic() + FOREVER
    while not (started := kernels_of(run.pid)):
        assert time.monotonic() < end and run.poll() is None, "no kernel was started"
        time.sleep(0.01)
    (kernel,) = started
    settings = dict(one.split(b"=", 1) for one in (kernel / "environ").read_bytes().split(b"\0") if b"=" in one)
    private = Path(os.fsdecode(settings[b"IPYTHONDIR"]))
    assert private.name.startswith("priority-two-run-")
    run.kill()
    with contextlib.suppress(ChildProcessError):  # when there are no more
        while time.monotonic() < end:
            os.waitpid(-1, os.WNOHANG)
            time.sleep(0.02)
        raise AssertionError("the kernel or the worker is still there")
    with locks.private_folder("priority-two-run-", private.parent):
        assert not private.exists()


def kernels_of(run: int) -> list[Path]:
    """Return the kernels that workers of a run have started."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"ipykernel" in (process / "cmdline").read_bytes() and parent(Path("/proc") / parent(process)) == str(
                run
            ):
                found.append(process)
    return found


def parent(process: Path) -> str:
    return (process / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[1]


def run_in_a_worker(base: Path) -> None:
    from priority_two.workers import spread

    list(spread(empty_run, [base], 1, lambda _, result: result))


def empty_run(base: Path) -> None:
    from priority_two import paths
    from priority_two.periods import parse
    from priority_two.publish import run
    from priority_two.report.kinds import Kind
    from priority_two.report.request import Request

    paths.NOTEBOOKS = base
    empty = Kind()
    empty.name, empty.notebook = "empty", "empty.ipynb"
    run.render(Request(empty, parse("2020-21-Q4")), base / "data")


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
