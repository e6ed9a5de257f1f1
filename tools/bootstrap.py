"""Set up everything that this project needs, in ``.venv``, from the lock and nothing else.

``make`` runs this when ``.venv/ready`` is older than what it is made from; by hand it is ``python3
tools/bootstrap.py``. It uses the standard library alone, since it runs before anything is installed, and
starts every program as a list of arguments, so that it works the same on Linux, macOS and Windows.

Steps:

1. look at what no wheel holds: the Python, its venv module, the native libraries that PDF needs. The machine's own
   package manager brings the last two where set-up may call it, as root or by ``sudo`` without a password, unless
   ``SYSTEM=no`` forbids it; else a line says which command does;
2. make ``.venv`` anew: a set-up that was interrupted, or one for another lock, is thrown away and not built
   upon;
3. let the environment's pip install ``uv`` at the version and hashes of the lock, and do nothing else;
4. let uv make the environment what the lock says, every file checked against its hash;
5. install the project itself, editable, with no further download;
6. build the caches that would else be built at the first use, by whoever comes first, with a notice on slow machines;
7. write ``.venv/ready``, last, so that its presence means that all the rest is there.

Deliberately absent: pip in uv's place, since uv has a wheel for each system for which the packages of the lock have
one; steps that mend an environment, since what a killed process left half-written looks whole; an index address. pip
and uv ask the index they are configured for; the hashes make sure that a mirror can only give the same files.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))  # for the two modules of the package that use the standard library alone

if TYPE_CHECKING:
    from priority_two.machine import SystemPart
LOWEST, BELOW = (3, 11), (3, 15)  # what pyproject.toml says in requires-python; a test compares
STAMP = "ready"
# Without a failure where the folder of the project may not be written to.
COMPILE = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2)"

# What pip and uv say when the index cannot be reached, as against when it has no such file.
_UNREACHABLE = re.compile(
    r"name resolution|getaddrinfo|nodename nor servname|dns error|NewConnectionError|ConnectTimeout"
    r"|Connection refused|Network is unreachable|No route to host|tcp connect error|error sending request"
    r"|Read timed out|operation timed out|ProxyError|Failed to establish a new connection"
    r"|client error \(Connect\)",
    re.IGNORECASE,
)
NOT_TRUSTED = (
    "the certificate of the package index is not trusted here, as where a network reads what passes through "
    "it: name a file of the certificates to trust in SSL_CERT_FILE and PIP_CERT, and run the same command again"
)


class SetUpError(Exception):
    """A reason why set-up cannot go on, said in one line."""


def fingerprint(root: Path = ROOT) -> str:
    """Hash what a set-up is made from, whatever the files' dates: lock, metadata, these steps, the Python."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update(str(root).encode())  # the editable install points here, so a moved project is set up again
    for name in ("requirements.lock", "tools/native.lock", "pyproject.toml", "tools/bootstrap.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def check_python(version: tuple[int | str, ...] = sys.version_info) -> None:
    """Refuse a Python that is too old or too new, with a :class:`SetUpError`."""
    if not LOWEST <= tuple(version[:2]) < BELOW:
        here = ".".join(str(part) for part in version[:3])
        lowest, highest = ".".join(map(str, LOWEST)), f"{BELOW[0]}.{BELOW[1] - 1}"
        raise SetUpError(
            f"Python {here} found, {lowest} to {highest} needed: install one and name it, for example "
            f"'make PYTHON=python{lowest} report'"
        )


def lacking() -> list[SystemPart]:
    """List what is not there and no wheel holds: Python's venv module, and the native libraries of PDF."""
    from priority_two.machine import SystemPart
    from priority_two.publish import native

    importlib.invalidate_caches()  # a package that was just installed is looked for once more
    has_venv = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    debian = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    venv = [] if has_venv else [SystemPart("Python's venv module", {"apt-get": debian})]
    return [*venv, *native.lacking()]


def prepare_machine(allowed: bool, platform: str = sys.platform) -> bool:
    """Install what is lacking with the machine's package manager where `allowed`, or say which command does.

    Return whether all is there. On Windows and macOS a wheel brings the native libraries that are not.

    Raises
    ------
    SetUpError
        One line: what is missing and the command that brings it, or the manager's last words.
    """
    from priority_two import machine
    from priority_two.publish.native import Library

    parts = lacking()
    manager = machine.find_manager()
    before = machine.prefix(manager) if parts and allowed and manager else None
    if manager and before is not None and machine.packages(parts, manager):
        packages = " ".join(machine.packages(parts, manager))
        say(f"{' '.join([*before, manager.name])} installs {packages} (SYSTEM=no forbids it)")
        try:
            machine.install(parts, manager, before)
        except machine.InstallError as error:
            raise SetUpError(f"{manager.name} could not do it ({error}); {machine.fix(parts, manager)}") from None
        parts = lacking()
    if parts and (platform not in ("win32", "darwin") or not all(isinstance(part, Library) for part in parts)):
        raise SetUpError(machine.fix(parts, manager))
    return not parts


def bring_native(directory: Path, root: Path) -> None:
    """Install the wheel that holds the native libraries on Windows and macOS, and see that it does.

    It is installed without what it depends on, of which nothing here is needed.

    Raises
    ------
    SetUpError
        There is no such wheel for this machine, or its libraries cannot be opened.
    """
    lock = root / "tools" / "native.lock"
    say("no native libraries on this machine: the wheel of tools/native.lock brings them")
    uv(directory, "install", "--no-deps", "--require-hashes", "-r", lock)
    run([python_of(directory), "-m", "priority_two.publish.native"])


def may_install(word: str) -> bool:
    """Return whether set-up may call the machine's package manager: yes, no or nothing, which is yes."""
    if word not in ("", "yes", "no"):
        raise SetUpError(f"SYSTEM={word}: expected yes or no: whether set-up may install packages of the system")
    return word != "no"


def quiet() -> dict[str, str]:
    """Return this process's environment variables without another project's Python settings."""
    foreign = ("PYTHONHOME", "PYTHONPATH", "PIP_USER")
    return {name: value for name, value in os.environ.items() if name not in foreign} | {"PYTHONUTF8": "1"}


def run(command: Sequence[str | Path]) -> None:
    """Run a program, silent unless it fails.

    Raises
    ------
    SetUpError
        With the program's own last words, or saying that the index cannot be reached.
    """
    argv = [str(part) for part in command]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=quiet(),
            check=False,
        )
    except OSError as error:
        raise SetUpError(f"{argv[0]} cannot be run: {error.strerror or error}") from error
    if done.returncode:
        raise SetUpError(explain(done.stdout))


def uv(directory: Path, *arguments: str | Path) -> None:
    """Let ``uv pip`` do something to an environment in which it is installed.

    uv knows certificates of its own. Where a network reads what passes through it, the index has one that only the
    system knows, as pip does from the start.

    Raises
    ------
    SetUpError
        It could not.
    """
    python = python_of(directory)
    command = [python, "-m", "uv", "pip", *arguments, "--quiet", "--python", python]
    try:
        run(command)
    except SetUpError as error:
        if str(error) != NOT_TRUSTED:
            raise
        run([*command, "--system-certs"])


def explain(output: str) -> str:
    """Make one line, the reason, of all that pip or uv printed when it failed."""
    if re.search(r"peer certificate|CERTIFICATE_VERIFY_FAILED", output):
        return NOT_TRUSTED
    if _UNREACHABLE.search(output):
        return (
            "no network: the package index cannot be reached. Set-up needs it once; connect, "
            "or point pip and uv to a mirror, and run the same command again"
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    # What a build inside pip or uv died of says more than pip's or uv's own summary of it.
    raised = [line for line in lines if re.match(r"\w+Error: ", line)]
    errors = [line for line in lines if re.search(r"^error: |×|╰", line, re.IGNORECASE)]
    return " ".join(raised[-1:] or (errors or lines or ["it failed and said nothing"])[:3])


def pinned(lock: str, name: str) -> str:
    """Return a package's lines, version and hashes, of the text of the lock; a SetUpError where it has none."""
    entry = re.search(rf"^{re.escape(name)}==.*\n(?: +--hash=.*\n)+", lock, re.MULTILINE)
    if entry is None:
        raise SetUpError(f"requirements.lock does not hold {name}: write it again with 'make lock'")
    return entry.group()


def python_of(directory: Path, windows: bool = os.name == "nt") -> Path:
    """Return the interpreter of an environment, which is laid out otherwise on Windows."""
    return directory / ("Scripts/python.exe" if windows else "bin/python")


def make_environment(directory: Path) -> None:
    """Make an empty environment with pip in it, in place of whatever set-up left there.

    Raises
    ------
    SetUpError
        The directory is neither new, empty nor an environment, or it is in use.
    """
    if Path(sys.prefix).resolve() == directory.resolve():
        raise SetUpError(f"{directory} is the environment that runs this: leave it ('deactivate') and run it again")
    if directory.exists():
        if any(directory.iterdir()) and not (directory / "pyvenv.cfg").exists():
            raise SetUpError(f"{directory} is no virtual environment: move it away and run this again")
        # The stamp goes first: if clearing stops half-way, what is left must not look ready.
        (directory / STAMP).unlink(missing_ok=True)
        try:
            shutil.rmtree(directory)
        except OSError as error:
            place, why = (
                error.filename or directory,
                error.strerror or error,
            )  # of a link no more than a sentence is said
            raise SetUpError(f"{place} cannot be removed ({why}): is it in use?") from error
    import venv  # here and not above: Debian leaves it out, and prepare_machine brings it

    try:
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt", prompt="priority-two").create(directory)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise SetUpError(
            "Python's venv module failed to install pip: install Python from python.org "
            f"({explain((error.output or b'').decode(errors='replace'))})"
        ) from error
    except OSError as error:
        raise SetUpError(f"{directory} cannot be made: {error.strerror or error}") from error


def install(directory: Path, root: Path) -> None:
    """Install uv, then the lock and the project, into an empty environment.

    Raises
    ------
    SetUpError
        There is no uv for this machine, it does not run, or it could not.
    """
    lock = root / "requirements.lock"
    by_pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r")
    with tempfile.TemporaryDirectory() as scratch:
        only = Path(scratch) / "uv.txt"
        only.write_text(pinned(lock.read_text(encoding="utf-8"), "uv"), encoding="utf-8")
        run([python_of(directory), *by_pip, only])
    uv(directory, "sync", "--require-hashes", "--compile-bytecode", lock)
    # hatchling, which builds the project, came with the lock: so no isolated build, and no download without a
    # hash.
    uv(directory, "install", "--no-deps", "--no-build-isolation", "-e", root)


def warm(directory: Path, root: Path) -> None:
    """Build what would else be built at the first use: the project's modules, and the list of fonts for charts.

    It lies in the environment, so that every user of it has it, also one who may not write there.
    """
    python = python_of(directory)
    run([python, "-c", COMPILE, root / "src"])
    run([python, "-m", "priority_two.font_list"])


def say(line: str) -> None:
    """Print a line of progress at once, even into a pipe."""
    print(f"set-up: {line}", flush=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one set-up at a time make an environment in a folder; the next one waits, also for one that is killed.

    Windows, which has no such lock, removes no file of an environment that is in use. Where the file system has none,
    set-up goes on without.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("another set-up is at work here; this one waits for its end")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_ready(stamp: Path, wanted: str) -> bool:
    """Return whether an environment is set up; where only dates changed, as after a checkout, tell make so."""
    if not stamp.exists() or stamp.read_text(encoding="utf-8").strip() != wanted:
        return False
    with contextlib.suppress(OSError):  # somebody else's environment is as ready as one's own
        stamp.touch()
    return True


def set_up(directory: Path, root: Path = ROOT, system: bool = True) -> None:
    """Do all the steps, or none where the environment is ready already.

    `system` says whether the machine's package manager may be called.

    Raises
    ------
    SetUpError
        Where a step cannot be done.
    """
    check_python()
    directory.parent.mkdir(parents=True, exist_ok=True)
    stamp, wanted = directory / STAMP, fingerprint(root)
    with alone(directory.parent):
        if is_ready(stamp, wanted):
            return
        start = time.monotonic()
        complete = prepare_machine(system)
        from priority_two.publish import native

        say(f"Python {sys.version.split()[0]}" + (f", {native.summary()}" if complete else ""))
        say(f"a new environment in {directory.name}")
        make_environment(directory)
        say("the packages of requirements.lock")
        install(directory, root)
        if not complete:
            bring_native(directory, root)
        say("the caches of its libraries")
        warm(directory, root)
        stamp.write_text(wanted + "\n", encoding="utf-8", newline="\n")
        say(f"ready in {time.monotonic() - start:.0f} s")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and set up; return the exit status, 0 when ready, else 1."""
    parser = argparse.ArgumentParser(description="Set up the project in a virtual environment, from its lock.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="where (default: .venv of the project)")
    options = parser.parse_args(arguments)
    try:
        system = may_install(os.environ.get("SYSTEM", ""))
        set_up(options.venv.absolute(), system=system)
    except SetUpError as error:
        for line in str(error).splitlines():
            print(f"set-up: {line}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"set-up: {error.filename}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("set-up: interrupted; the next call begins anew", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
