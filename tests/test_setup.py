"""Set-up: one lock behind three ways in, a front door that runs nothing it was not asked to, and errors one
can act on."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import second_partnership
from checkers import FOREVER
from conftest import COMMAND
from priority_two import __version__
from priority_two.publish import native

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def bootstrap() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


def direct(project: dict[str, Any]) -> list[Requirement]:
    """All that pyproject.toml asks for: to run, to develop, to build."""
    table = project["project"]
    lines = table["dependencies"] + table["optional-dependencies"]["dev"] + project["build-system"]["requires"]
    return [Requirement(line) for line in lines]


def entries(lock: str) -> list[tuple[Requirement, int]]:
    """Each package of the lock, with the number of its hashes."""
    logical = re.sub(r"\\\n\s*", " ", lock)
    found = []
    for line in logical.splitlines():
        if line and not line.lstrip().startswith("#"):
            words = line.split(" --hash=")
            found.append(
                (
                    Requirement(words[0]),
                    len([word for word in words[1:] if re.match(r"sha256:[0-9a-f]{64}", word)]),
                )
            )
    return found


# One lock ---------------------------------------------------------------------------------------------------


def test_every_direct_dependency_is_in_the_lock_at_a_version_it_admits(project: dict[str, Any], lock: str) -> None:
    locked: dict[str, list[Version]] = {}
    for entry, _ in entries(lock):
        (pin,) = entry.specifier
        assert pin.operator == "==", entry
        locked.setdefault(entry.name, []).append(Version(pin.version))
    for requirement in direct(project):
        name = requirement.name.lower().replace("_", "-")
        assert name in locked, f"{name} is not in requirements.lock: make lock"
        for version in locked[name]:
            assert version in requirement.specifier, f"{name} {version} is not {requirement.specifier}: make lock"


def test_every_entry_of_the_lock_has_a_hash(lock: str) -> None:
    assert len(entries(lock)) > 100
    assert [entry.name for entry, hashes in entries(lock) if hashes == 0] == []


def test_the_lock_names_no_index_and_no_place_on_a_machine(lock: str) -> None:
    assert re.findall(r"https?:|file:|--index|--extra-index|--find-links|--trusted|(?:^|\s)/\w+/.*", lock) == []
    assert "make lock" in lock.splitlines()[1]


def test_the_lock_of_the_native_libraries_holds_one_wheel_by_hash_and_nothing_that_it_depends_on(
    project: dict[str, Any],
) -> None:
    text = (ROOT / "tools" / "native.lock").read_text(encoding="utf-8")
    (entry, hashes) = entries(text)[0]
    (wanted,) = [Requirement(line) for line in project["dependency-groups"]["native"]]
    (pin,) = entry.specifier
    assert len(entries(text)) == 1 and hashes >= 2 and entry.name == wanted.name
    assert Version(pin.version) in wanted.specifier
    for marks in ({"sys_platform": "linux"}, {"sys_platform": "win32", "platform_machine": "x86"}):
        assert entry.marker is not None and not entry.marker.evaluate(marks)


def test_the_lock_of_the_html_checkers_names_no_registry_and_has_hashes() -> None:
    text = (ROOT / "tests" / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/') > 1


def test_conda_installs_the_same_lock(project: dict[str, Any]) -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (pip,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    assert pip == ["-r requirements.lock"]
    packages = [part for part in environment["dependencies"] if isinstance(part, str)]
    names = {re.split("[=<>]", part)[0] for part in packages}
    assert {library.packages["conda"] for library in native.LIBRARIES} <= names
    assert {"python", "pip", "make"} <= names
    # No Python package comes from conda at a version of its own.
    assert names & {requirement.name for requirement in direct(project)} == set()


def test_the_versions_of_python_agree(project: dict[str, Any], lock: str, bootstrap: ModuleType) -> None:
    lowest = ".".join(map(str, bootstrap.LOWEST))
    admitted = SpecifierSet(project["project"]["requires-python"])
    assert admitted == SpecifierSet(f">={lowest},<{'.'.join(map(str, bootstrap.BELOW))}")
    assert f"--python-version {lowest} " in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert project["tool"]["mypy"]["python_version"] == lowest
    assert project["tool"]["ruff"]["target-version"] == "py" + lowest.replace(".", "")
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert f"python={lowest}" in environment["dependencies"]
    assert f"Programming Language :: Python :: {lowest}" in project["project"]["classifiers"]


def test_every_dependency_says_why_it_is_there(project: dict[str, Any]) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]:
        (line,) = [line for line in text.splitlines() if line.strip().startswith(f'"{requirement}"')]
        reason = line.partition("#")[2].strip()
        assert len(reason.split()) >= 3, f"{requirement}: no reason"


def test_the_version_stands_once_in_each_place_it_is_read_from(project: dict[str, Any]) -> None:
    assert project["project"]["version"] == __version__


def test_set_up_finds_uv_in_the_lock(bootstrap: ModuleType, lock: str) -> None:
    entry = bootstrap.pinned(lock, "uv")
    assert entry.startswith("uv==")
    assert entry.count("--hash=sha256:") > 5
    assert len([line for line in entry.splitlines() if "==" in line]) == 1
    with pytest.raises(bootstrap.SetUpError, match="does not hold nothing-like-it"):
        bootstrap.pinned(lock, "nothing-like-it")


# The front door ---------------------------------------------------------------------------------------------

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not there")


@pytest.fixture
def door(tmp_path: Path) -> Path:
    """The Makefile beside a `priority-two` that only repeats its arguments, a line each; set-up is done."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "tools").mkdir()
    for name in ("requirements.lock", "tools/native.lock", "pyproject.toml", "tools/bootstrap.py"):
        (tmp_path / name).write_text("raise SystemExit('set-up ran')\n", encoding="utf-8")
        os.utime(tmp_path / name, (1, 1))
    command = tmp_path / ".venv" / "bin" / "priority-two"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\nfor word in "$@"; do printf "[%s]\\n" "$word"; done\n', encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    (tmp_path / ".venv" / "ready").touch()
    return tmp_path


def make(where: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call make as a person does, whatever make these tests were started from."""
    own = ("MAKE", "MFLAGS", "PERIOD", "EDITION", "AS_AT", "SYSTEM", "DATA", "PROOF")
    env = {name: value for name, value in os.environ.items() if not name.startswith(own)} | variables
    return subprocess.run(
        ["make", *words],
        cwd=where,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@needs_make
def test_make_alone_lists_every_target(door: Path) -> None:
    done = make(door)
    phony = re.search(r"^\.PHONY: (.*)$", (door / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert sorted(listed) == sorted(phony[1].split())
    assert {"help", "report", "test", "lab", "lint", "lock", "clean", "distclean", "setup"} <= set(listed)
    assert done.stdout == make(door, "help").stdout


@needs_make
def test_report_is_one_command_with_what_was_given(door: Path) -> None:
    assert make(door, "report").stdout.splitlines() == ["[report]"]
    done = make(door, "report", "PERIOD=2020-21-Q4", "EDITION=public", "AS_AT=2021-03-25")
    assert "".join(done.stdout.splitlines()) == (
        "[report][--period][2020-21-Q4][--edition][public][--as-at][2021-03-25]"
    )
    assert "".join(make(door, "report", "PROOF=yes").stdout.splitlines()) == "[report][--proof][yes]"
    assert make(door, "validate", PERIOD="2020-21-Q4").stdout.split() == [
        "[validate]",
        "[--period]",
        "[2020-21-Q4]",
    ]


@needs_make
@pytest.mark.parametrize("word", ["PEROID=2020-21-Q4", "period=2020-21-Q4", "BIN=x", "VENV=x", "READY:=x"])
def test_an_unknown_variable_is_refused_in_one_line(door: Path, word: str) -> None:
    done = make(door, "report", word)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    name = re.split("[:=]", word)[0]
    assert f"unknown variable {name}: make takes PERIOD EDITION AS_AT PYTHON SYSTEM" in line


HOSTILE = [
    "x; touch gone",
    "x && touch gone",
    "$(touch gone)",
    "$(shell touch gone)",
    "$${IFS}$(shell touch gone)",
    "`touch gone`",
    '"; touch gone; "',
    "'; touch gone; '",
    "x | touch gone",
    "--help\\",
    "a  b",
    "*",
]


@needs_make
@pytest.mark.parametrize("way", ["argument", "environment"])
@pytest.mark.parametrize("period", HOSTILE)
def test_a_period_is_a_word_and_never_a_command(door: Path, period: str, way: str) -> None:
    before = sorted(door.rglob("*"))
    done = make(door, "report", f"PERIOD={period}") if way == "argument" else make(door, "report", PERIOD=period)
    assert done.stdout == f"[report]\n[--period]\n[{period}]\n"
    assert sorted(door.rglob("*")) == before


TARGETS = {
    "report": ["report"],
    "data-sheet": ["report", "data-sheet"],
    "validate": ["validate"],
    "audit": ["audit"],
}
ODD = "Ann's own data"


@needs_make
@pytest.mark.parametrize("folder", [ODD, "$(shell touch gone)", "'; touch gone; '"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_workspace_elsewhere_is_a_word_for_each_target_that_takes_one(door: Path, target: str, folder: str) -> None:
    before = sorted(door.rglob("*"))
    done = make(door, target, f"DATA={folder}")
    assert done.stdout.splitlines() == [f"[{word}]" for word in (*TARGETS[target], "--workspace", folder)]
    assert sorted(door.rglob("*")) == before
    assert make(door, target, DATA=folder).stdout == done.stdout


@needs_make
def test_the_list_says_which_targets_take_a_workspace(door: Path) -> None:
    takes = [line.split()[1] for line in make(door).stdout.splitlines() if "[DATA=WORKSPACE]" in line]
    assert sorted(takes) == sorted(TARGETS)


@pytest.fixture
def open_door(door: Path) -> Path:
    """The same, with the command itself behind it."""
    command = door / ".venv" / "bin" / "priority-two"
    command.write_text(f'#!/bin/sh\nexec "{COMMAND}" "$@"\n', encoding="utf-8")
    return door


@needs_make
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("folder", [ODD, "not there", "a file"])
def test_a_folder_that_is_no_workspace_is_refused_in_a_line(open_door: Path, target: str, folder: str) -> None:
    (open_door / ODD).mkdir()
    (open_door / "a file").touch()
    before = sorted(open_door.rglob("*"))
    done = make(open_door, target, f"DATA={folder}")
    line, of_make = done.stderr.splitlines()
    assert line == (
        f"workspace: found '{folder}', expected a folder with priority-two.lock, or one inside such a folder"
    )
    assert of_make.startswith("make: ***") and of_make.endswith("Error 2")
    assert (done.returncode, done.stdout) == (2, "")
    assert sorted(open_door.rglob("*")) == before


@needs_make
def test_a_workspace_elsewhere_is_validated_from_here(open_door: Path) -> None:
    place = open_door / ODD
    second_partnership.build(place)
    (place / "priority-two.lock").write_text("", encoding="utf-8")
    done = make(open_door, "validate", f"DATA={ODD}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "critical" in done.stdout and "Bromley" not in done.stdout
    (place / "data" / "reference" / "partners.csv").unlink()
    done = make(open_door, "validate", f"DATA={ODD}")
    assert done.returncode == 2  # as make says of whatever a command refuses
    line, of_make = done.stderr.splitlines()
    assert line.startswith("critical: data/reference/partners.csv: found none; expected this file")
    assert of_make.endswith("Error 1")


@needs_make
def test_a_line_break_in_a_period_starts_no_second_command(door: Path) -> None:
    make(door, "-i", "report", PERIOD="x\ntouch gone")
    make(door, "-i", "report", "PERIOD=x\ntouch gone")
    assert not (door / "gone").exists()


@needs_make
def test_a_second_call_does_no_set_up_and_a_changed_lock_does(door: Path) -> None:
    assert make(door, "report").returncode == 0
    os.utime(door / "requirements.lock")
    os.utime(door / ".venv" / "ready", (1, 1))
    done = make(door, "report", f"PYTHON={sys.executable}")
    assert done.returncode == 2
    assert "set-up ran" in done.stderr


@needs_make
def test_clean_keeps_the_environment_and_what_is_filed(door: Path) -> None:
    for name in (
        "reports/drafts/a.html",
        "reports/filed/b.html",
        "src/__pycache__/c.pyc",
        ".venv/lib/__pycache__/d.pyc",
    ):
        (door / name).parent.mkdir(parents=True, exist_ok=True)
        (door / name).touch()
    assert make(door, "clean").returncode == 0
    left = {path.relative_to(door).as_posix() for path in door.rglob("*") if path.is_file()}
    assert {"reports/filed/b.html", ".venv/lib/__pycache__/d.pyc", ".venv/ready"} <= left
    assert not left & {"reports/drafts/a.html", "src/__pycache__/c.pyc"}
    make(door, "distclean")
    assert not (door / ".venv").exists()


@needs_make
def test_on_windows_programs_are_looked_for_where_they_are(door: Path) -> None:
    assert ".venv/Scripts/priority-two report" in make(door, "-n", "report", OS="Windows_NT").stdout


# Errors one can act on --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 10, 12), (3, 9, 1), (2, 7, 18), (3, 15, 0), (4, 0, 0)])
def test_a_python_that_will_not_do_is_refused_by_name(bootstrap: ModuleType, version: tuple[int, int, int]) -> None:
    with pytest.raises(bootstrap.SetUpError) as caught:
        bootstrap.check_python(version)
    found = ".".join(map(str, version))
    assert str(caught.value) == (
        f"Python {found} found, 3.11 to 3.14 needed: install one and name it, "
        "for example 'make PYTHON=python3.11 report'"
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 14, 1)])
def test_a_python_that_will_do_is_taken(bootstrap: ModuleType, version: tuple[int, int, int]) -> None:
    bootstrap.check_python(version)


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying: NewConnectionError: Failed to establish a new connection: [Errno 111] refused",
        "error: Request failed after 3 retries\n  Caused by: error sending request\n  Caused by: dns error",
        "Temporary failure in name resolution",
        "[Errno 11001] getaddrinfo failed",
    ],
)
def test_no_network_is_said_in_one_line(bootstrap: ModuleType, output: str) -> None:
    line = bootstrap.explain(output)
    assert line.startswith("no network: the package index cannot be reached")
    assert "\n" not in line


@pytest.mark.parametrize(
    "output",
    [
        "error: Failed to fetch\n  cause: client error (Connect)\n  cause: invalid peer certificate: UnknownIssuer",
        "WARNING: Retrying: SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
    ],
)
def test_a_certificate_that_is_not_trusted_is_not_called_no_network(bootstrap: ModuleType, output: str) -> None:
    assert bootstrap.explain(output).startswith("the certificate of the package index is not trusted here")


def test_another_failure_is_said_in_the_installers_words(bootstrap: ModuleType) -> None:
    said = bootstrap.explain("Collecting x\nERROR: No matching distribution found for x==1\n")
    assert said == "ERROR: No matching distribution found for x==1"
    assert bootstrap.explain("  note\n  ModuleNotFoundError: No module named 'y'\nerror: z") == (
        "ModuleNotFoundError: No module named 'y'"
    )
    assert bootstrap.explain("") == "it failed and said nothing"


def test_a_directory_that_is_no_environment_is_left_alone(bootstrap: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(bootstrap.SetUpError, match="is no virtual environment: move"):
        bootstrap.make_environment(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_the_environment_that_runs_set_up_is_not_pulled_from_under_it(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.SetUpError, match="leave it"):
        bootstrap.make_environment(Path(sys.prefix))


def test_what_the_system_does_not_allow_is_one_line(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "make_environment", lambda directory: directory.mkdir())
    monkeypatch.setattr(bootstrap, "install", lambda directory, root: None)
    monkeypatch.setattr(bootstrap, "warm", lambda directory, root: (directory / "ready").mkdir())
    assert bootstrap.main(["--venv", str(tmp_path / "environment")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"set-up: {tmp_path / 'environment' / 'ready'}: ")


def test_an_interrupted_set_up_is_redone(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def make_environment(directory: Path) -> None:
        done.append("made")
        directory.mkdir(exist_ok=True)

    def install(directory: Path, root: Path) -> None:
        done.append("installed")
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "make_environment", make_environment)
    monkeypatch.setattr(bootstrap, "install", install)
    monkeypatch.setattr(bootstrap, "warm", lambda directory, root: None)
    directory = tmp_path / "environment"
    assert bootstrap.main(["--venv", str(directory)]) == 1
    assert not (directory / "ready").exists()
    assert bootstrap.main(["--venv", str(directory)]) == 0
    assert done == ["made", "installed", "made", "installed"]
    assert bootstrap.main(["--venv", str(directory)]) == 0  # ready: nothing is done
    assert len(done) == 4


@pytest.mark.skipif(os.name != "posix", reason="Windows lets no file of an environment that is in use be removed")
def test_of_two_set_ups_at_once_the_second_waits_and_has_nothing_to_do(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installs, inside, go_on = [], threading.Event(), threading.Event()

    def install(directory: Path, root: Path) -> None:
        installs.append(directory)
        inside.set()
        assert go_on.wait(FOREVER)

    monkeypatch.setattr(bootstrap, "make_environment", lambda directory: directory.mkdir())
    monkeypatch.setattr(bootstrap, "install", install)
    monkeypatch.setattr(bootstrap, "warm", lambda directory, root: None)
    waits = threading.Event()
    monkeypatch.setattr(bootstrap, "say", lambda line: waits.set() if "another set-up is at work" in line else None)
    arguments = ["--venv", str(tmp_path / "environment")]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(bootstrap.main, arguments)
        assert inside.wait(FOREVER)
        second = pool.submit(bootstrap.main, arguments)
        try:
            while not waits.wait(0.05):
                assert not second.done() and len(installs) == 1
        finally:
            go_on.set()
        assert (first.result(FOREVER), second.result(FOREVER)) == (0, 0)
    assert len(installs) == 1


def test_where_uv_cannot_be_had_one_line_says_so_and_pip_installs_nothing_else(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[Any]) -> None:
        commands.append([str(word) for word in command])
        raise bootstrap.SetUpError("ERROR: No matching distribution found for uv")

    monkeypatch.setattr(bootstrap, "run", run)
    with pytest.raises(bootstrap.SetUpError, match="No matching distribution found for uv"):
        bootstrap.install(tmp_path, ROOT)
    (command,) = commands
    assert command[1:4] == ["-m", "pip", "install"] and command[-1].endswith("uv.txt")


def test_every_package_comes_by_uv_and_by_its_hash(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", lambda command: commands.append([str(word) for word in command]))
    bootstrap.install(tmp_path, ROOT)
    by_pip, locked, project = commands
    assert "--require-hashes" in by_pip and by_pip[-1].endswith("uv.txt")
    assert locked[1:5] == ["-m", "uv", "pip", "sync"]
    assert {"--require-hashes", str(ROOT / "requirements.lock")} <= set(locked)
    assert project[1:5] == ["-m", "uv", "pip", "install"]
    assert {"--no-deps", "--no-build-isolation", str(ROOT)} <= set(project)


@pytest.mark.parametrize("store", [True, False])
def test_where_uv_does_not_trust_the_index_the_certificates_of_the_system_are_asked(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: bool
) -> None:
    commands: list[list[str]] = []

    def run(command: list[Any]) -> None:
        commands.append([str(word) for word in command])
        if "--system-certs" not in command or not store:
            raise bootstrap.SetUpError(bootstrap.explain("cause: invalid peer certificate: UnknownIssuer"))

    monkeypatch.setattr(bootstrap, "run", run)
    if store:
        bootstrap.uv(tmp_path, "sync", "requirements.lock")
    else:
        with pytest.raises(bootstrap.SetUpError, match="certificate of the package index is not trusted here"):
            bootstrap.uv(tmp_path, "sync", "requirements.lock")
    assert commands[1] == [*commands[0], "--system-certs"] and len(commands) == 2


def test_without_a_network_nothing_more_is_tried(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    def run(command: list[Any]) -> None:
        calls.append(command)
        raise bootstrap.SetUpError(bootstrap.explain("dns error"))

    monkeypatch.setattr(bootstrap, "run", run)
    with pytest.raises(bootstrap.SetUpError, match=r"^no network: "):
        bootstrap.install(tmp_path, ROOT)
    assert len(calls) == 1


def test_set_up_imports_nothing_but_the_standard_library() -> None:
    program = (
        "import runpy, sys; before = set(sys.modules);"
        f"runpy.run_path({str(ROOT / 'tools' / 'bootstrap.py')!r})['lacking']();"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['priority_two']"


# What no wheel holds ----------------------------------------------------------------------------------------

posix = pytest.mark.skipif(os.name != "posix", reason="the managers here are scripts of a POSIX shell")

APT = """#!/bin/sh
echo "$@" >>"$CALLS"
case "$1" in
update) {update} ;;
*) [ -e "$CALLS.lists" ] || {{ echo "Reading package lists..."; echo "E: Unable to locate package"; exit 100; }} ;;
esac
{then}
"""
FETCHES, NO_NETWORK = 'touch "$CALLS.lists"; exit 0', 'echo "E: Could not resolve the host"; exit 100'
INSTALLS = 'touch "$CALLS.installed"'
LOCKED = 'echo "E: Could not get lock"; echo "E: Is another process using it?"; exit 100'

MACHINE = """
import runpy, sys
from pathlib import Path
space = runpy.run_path({bootstrap!r})
from priority_two import machine
from priority_two.publish import native
installed = Path({calls!r} + ".installed")
native.lacking = lambda: [] if installed.exists() else list(native.LIBRARIES)
sys.argv = ["bootstrap.py", "--venv", {venv!r}]
space["set_up"].__globals__.update(make_environment=space["say"], install=lambda *a: "uv", warm=lambda *a: None)
Path({venv!r}).mkdir(exist_ok=True)
sys.exit(space["main"]())
"""


@pytest.fixture
def bare(tmp_path: Path) -> Any:
    """A machine whose PATH holds programs of our own, and which lacks all native libraries until one installs them."""

    def set_up(programs: dict[str, str], **variables: str) -> tuple[int, str, str, list[str]]:
        calls, folder = tmp_path / "calls", tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for name in ("env", "touch", "sh"):
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(str(shutil.which(name)))
        for name, script in programs.items():
            (folder / name).write_text(script, encoding="utf-8")
            (folder / name).chmod(0o755)
        program = MACHINE.format(
            bootstrap=str(ROOT / "tools" / "bootstrap.py"), calls=str(calls), venv=str(tmp_path / "environment")
        )
        done = subprocess.run(
            [sys._base_executable, "-c", program],
            env={"PATH": str(folder), "CALLS": str(calls), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        asked = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        return done.returncode, done.stdout, done.stderr, asked

    return set_up


def as_root() -> bool:
    return os.geteuid() == 0


def apt(update: str = FETCHES, then: str = INSTALLS) -> dict[str, str]:
    """An apt-get without lists of packages, and a sudo that asks for no password."""
    return {
        "apt-get": APT.format(update=update, then=then),
        "sudo": '#!/bin/sh\n[ "$1" = -n ] || exit 1\nshift\n[ "$1" = true ] || exec "$@"\n',
    }


DEBIAN = "libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1"


@posix
def test_set_up_installs_what_is_missing_with_the_machines_own_manager_and_says_so_in_a_line(bare: Any) -> None:
    status, printed, complaints, asked = bare(apt())
    assert (status, complaints) == (0, "")
    install = f"install -y --no-install-recommends {DEBIAN}"
    assert [line.partition(" -o")[0] for line in asked] == [install, "update", install]  # it had no lists
    sudo = "" if as_root() else "sudo -n "
    assert f"set-up: {sudo}apt-get installs {DEBIAN} (SYSTEM=no forbids it)" in printed.splitlines()


@posix
def test_system_no_forbids_it_and_one_line_says_what_is_missing(bare: Any) -> None:
    status, printed, complaints, asked = bare(apt(), SYSTEM="no")
    assert (status, printed, asked) == (1, "", [])
    sudo = "" if as_root() else "sudo "
    assert complaints == (
        "set-up: GLib, Pango, PangoFT2, HarfBuzz, HarfBuzz-subset, fontconfig are missing: "
        f"{sudo}apt-get install -y --no-install-recommends {DEBIAN}\n"
    )


@posix
def test_another_word_for_system_is_refused(bare: Any) -> None:
    status, printed, complaints, asked = bare(apt(), SYSTEM="No")
    assert (status, printed, asked) == (1, "", [])
    assert complaints == "set-up: SYSTEM=No: expected yes or no: whether set-up may install packages of the system\n"


@posix
@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (apt(then=LOCKED), "E: Is another process using it?"),
        (apt(update=NO_NETWORK), "E: Could not resolve the host"),
        ({**apt(), "apt-get": "#!/bin/sh\nexit 1\n"}, "it failed without a word"),
        ({**apt(), "apt-get": "#!/bin/sh\necho half a word; kill -9 $$\n"}, "half a word"),
        ({"sudo": apt()["sudo"], "dnf": "#!/bin/sh\necho 'Error: Failed to download'; exit 1\n"}, "Failed to download"),
    ],
)
def test_a_manager_that_fails_gives_one_line_with_its_own_last_words(
    bare: Any, machine: dict[str, str], words: str
) -> None:
    status, printed, complaints, _ = bare(machine)
    assert status == 1 and len(printed.splitlines()) == 1
    (line,) = complaints.splitlines()
    assert words in line and "are missing: " in line


@posix
def test_what_a_manager_did_not_bring_is_still_missing(bare: Any) -> None:
    status, _, complaints, _ = bare(apt(then="exit 0"))
    assert status == 1
    assert complaints.startswith("set-up: GLib, Pango") and len(complaints.splitlines()) == 1


@posix
def test_without_a_manager_the_line_names_the_command_of_each_system(bare: Any) -> None:
    status, printed, complaints, _ = bare({})
    assert (status, printed) == (1, "")
    (line,) = complaints.splitlines()
    for way in ("(Debian, Ubuntu)", "(Fedora)", "(Alpine)", "(macOS)", "(conda)", "(Windows, MSYS2)"):
        assert way in line


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_on_windows_and_macos_a_wheel_brings_what_nobody_else_does(
    bootstrap: ModuleType, platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", lambda command: commands.append([str(word) for word in command]))
    monkeypatch.setattr(bootstrap, "lacking", lambda: list(native.LIBRARIES))
    assert not bootstrap.prepare_machine(False, platform)
    bootstrap.bring_native(tmp_path, ROOT)
    wheel = ["-m", "uv", "pip", "install", "--no-deps", "--require-hashes", "-r", str(ROOT / "tools" / "native.lock")]
    assert commands[0][1:9] == wheel
    assert commands[1][-2:] == ["-m", "priority_two.publish.native"]
    with pytest.raises(bootstrap.SetUpError, match="are missing"):
        bootstrap.prepare_machine(False, "linux")


@posix
def test_in_a_conda_environment_conda_brings_them_into_it(bare: Any) -> None:
    conda = {"conda": '#!/bin/sh\necho "$@" >>"$CALLS"\ntouch "$CALLS.installed"\n'}
    status, _, _, asked = bare({**apt(), **conda}, CONDA_PREFIX=sys.base_prefix)
    assert status == 0
    channel = "install --yes --quiet --channel conda-forge"
    assert asked == [f"{channel} glib pango harfbuzz fontconfig --prefix {sys.base_prefix}"]


@posix
def test_conda_takes_no_part_where_another_python_runs(bare: Any, tmp_path: Path) -> None:
    conda = {"conda": "#!/bin/sh\nexit 1\n"}
    assert bare({**apt(), **conda}, CONDA_PREFIX=str(tmp_path))[0] == 0


@posix
def test_without_the_right_to_install_nothing_is_tried(bare: Any, tmp_path: Path) -> None:
    """Homebrew refuses root; apt-get refuses anyone else whose sudo asks for a password."""
    machine = {"brew": APT.format(update="", then="")} if as_root() else {**apt(), "sudo": "#!/bin/sh\nexit 1\n"}
    status, printed, complaints, asked = bare(machine)
    assert (status, printed, asked) == (1, "", [])
    assert ("brew install" if as_root() else "sudo apt-get install") in complaints


def test_a_python_without_ensurepip_names_the_package_of_its_version(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    (venv,) = [part for part in bootstrap.lacking() if "venv" in part.name]
    assert venv.packages == {"apt-get": f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"}
