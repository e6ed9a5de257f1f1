"""The check of native libraries: what it names when one is missing, and what it reports when all are
there."""

from __future__ import annotations

import ctypes
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from priority_two import machine
from priority_two.publish import native


class FakeLibrary:
    """Stands for an open library, with the version functions of all three."""

    def __init__(self, version: bytes, number: int = 0) -> None:
        self.pango_version_string = self.hb_version_string = lambda: version
        self.FcGetVersion = lambda: number


def without(*names: str) -> native.Opener:
    """Make a machine that lacks these libraries and has the others."""
    lacking = {file for library in native.LIBRARIES if library.name in names for file in library.files}

    def opener(name: str) -> ctypes.CDLL:
        if name in lacking:
            raise OSError(name)
        return FakeLibrary(b"1.2.3", 21401)  # type: ignore[return-value]

    return opener


def test_nothing_is_missing_where_all_are_there() -> None:
    assert native.missing(without()) == []


@pytest.mark.parametrize("library", native.LIBRARIES, ids=lambda library: library.name)
def test_a_missing_library_is_one_line_with_the_command_of_this_machine(library: native.Library) -> None:
    (line,) = native.missing(without(library.name))
    assert "\n" not in line
    assert line.startswith(f"{library.name} is missing: ")
    here = machine.find_manager()
    named = [known for known in machine.MANAGERS if here is None or known == here]
    assert all(f"{known.name} {' '.join(known.install)} {library.packages[known.name]}" in line for known in named)


def test_whoever_asks_what_is_missing_looks_where_package_managers_put_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(native, "prepare", lambda: asked.append("prepared"))

    def opener(name: str) -> ctypes.CDLL:
        asked.append(name)
        return without()(name)

    assert native.missing(opener) == []
    assert asked[0] == "prepared" and len(asked) > 1


def test_all_that_is_missing_is_one_line() -> None:
    (line,) = native.missing(without("Pango", "PangoFT2", "fontconfig"))
    assert line.startswith("Pango, PangoFT2, fontconfig are missing: ")


def test_every_manager_has_a_package_for_every_library() -> None:
    for library in native.LIBRARIES:
        assert set(library.packages) == {known.name for known in machine.MANAGERS}


def test_versions_come_from_the_libraries_and_leave_out_what_is_missing() -> None:
    assert native.versions(without()) == {"Pango": "1.2.3", "HarfBuzz": "1.2.3", "fontconfig": "2.14.1"}
    assert native.versions(without("Pango")) == {"HarfBuzz": "1.2.3", "fontconfig": "2.14.1"}


def test_status_is_1_with_the_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert native.main(without("Pango", "fontconfig")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.split(" are missing")[0] for line in said.err.splitlines()] == ["Pango, fontconfig"]


def test_status_is_0_with_the_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert native.main(without()) == 0
    assert capsys.readouterr().out == "native libraries: Pango 1.2.3, HarfBuzz 1.2.3, fontconfig 2.14.1\n"


def test_this_machine_has_them_all_and_the_module_runs_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "priority_two.publish.native"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(
        r"native libraries: Pango \d+\.\d+\.\d+, HarfBuzz \d+\.\d+\.\d+, fontconfig \d+\.\d+\.\d+\n",
        done.stdout,
    )


def test_the_real_opener_refuses_a_library_that_does_not_exist() -> None:
    for name in ("libpriority-two.so.0", "priority-two-no-such"):
        with pytest.raises(OSError, match="priority-two"):
            native.open_library(name)


def test_names_are_those_that_weasyprint_tries() -> None:
    from weasyprint.text import ffi

    source = inspect.getsource(ffi)
    calls = re.findall(r"_dlopen\(\s*ffi,(.*?)\)\n", source, re.DOTALL)
    tried = {frozenset(re.findall(r"'([^']+)'", call)) for call in calls}
    assert {frozenset(library.files) for library in native.LIBRARIES} <= tried
    # and the check leaves out nothing that WeasyPrint cannot do without
    needed = {frozenset(re.findall(r"'([^']+)'", call)) for call in calls if "allow_fail" not in call}
    assert needed <= {frozenset(library.files) for library in native.LIBRARIES}


def test_on_macos_the_homebrew_directory_is_searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOMEBREW_PREFIX", str(tmp_path))
    monkeypatch.delenv("DYLD_FALLBACK_LIBRARY_PATH", raising=False)
    native.prepare("darwin")
    native.prepare("darwin")
    assert os.environ["DYLD_FALLBACK_LIBRARY_PATH"] == str(tmp_path / "lib")


def test_on_windows_the_directories_of_weasyprint_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[str] = []
    monkeypatch.setattr(os, "add_dll_directory", added.append, raising=False)
    monkeypatch.setenv("WEASYPRINT_DLL_DIRECTORIES", r"C:\one;C:\two")
    native.prepare("win32")
    assert added == [r"C:\one", r"C:\two"]


# What lies in the wheels of gstreamer-libs 1.28.8 under ``gstreamer_libs/``, of the libraries that WeasyPrint opens.
IN_THE_WHEELS = {
    "win32": ("gobject-2.0-0", "pango-1.0-0", "pangoft2-1.0-0", "harfbuzz", "harfbuzz-subset", "fontconfig-1"),
    "darwin": ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig"),
}


@pytest.mark.parametrize("platform", IN_THE_WHEELS)
def test_the_wheel_holds_every_library_under_a_name_that_is_searched_for(platform: str) -> None:
    """Python's search tries ``NAME.dll`` in PATH on Windows, and ``libNAME.dylib`` in the fallback folders of macOS."""
    for library in native.LIBRARIES:
        assert len(set(library.files) & set(IN_THE_WHEELS[platform])) == 1, library.name


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    package = tmp_path / "gstreamer_libs"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return package


def test_on_macos_the_libraries_of_the_wheel_come_first(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEBREW_PREFIX", "/brew")
    monkeypatch.setenv("DYLD_FALLBACK_LIBRARY_PATH", "/mine")
    native.prepare("darwin")
    assert os.environ["DYLD_FALLBACK_LIBRARY_PATH"] == f"{wheel / 'lib'}:/mine:{Path('/brew/lib')}"


def test_on_windows_the_libraries_of_the_wheel_are_the_only_ones(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[str] = []
    monkeypatch.setattr(os, "add_dll_directory", added.append, raising=False)
    monkeypatch.setenv("PATH", f"a{os.pathsep}b")
    native.prepare("win32")
    native.prepare("win32")
    assert os.environ["PATH"].split(os.pathsep) == [str(wheel / "bin"), "a", "b"]
    assert set(added) == {str(wheel / "bin")}


def test_on_linux_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DYLD_FALLBACK_LIBRARY_PATH", raising=False)
    native.prepare("linux")
    assert "DYLD_FALLBACK_LIBRARY_PATH" not in os.environ
