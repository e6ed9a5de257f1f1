"""The native libraries that PDF needs, and which package gives each of them.

WeasyPrint lays out text with Pango, HarfBuzz and fontconfig, which come from the operating system and not
from PyPI. This module opens each of them under the names that WeasyPrint tries, before WeasyPrint is
imported, so that a machine without one gets a line to act on in place of a stack trace::

    $ python -m priority_two.publish.native
    native libraries: Pango 1.56.3, HarfBuzz 10.2.0, fontconfig 2.15.0

    $ python -m priority_two.publish.native      # where one is missing; exit status 1
    Pango is missing: sudo apt-get install -y --no-install-recommends libpango-1.0-0

Their versions belong in a report's manifest: another Pango may break a line elsewhere, and then the PDF's
bytes differ although nothing that went into it did.

Standard library only: set-up asks this module before anything is installed.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from priority_two.machine import SystemPart, find_manager, fix


@dataclass(frozen=True)
class Library(SystemPart):
    """A native library: what people call it, the package that gives it, and its file names.

    Attributes
    ----------
    files
        Names under which WeasyPrint looks for it on Linux, macOS and Windows.
    """

    files: tuple[str, ...] = ()


def _library(name: str, debian: str, elsewhere: str, names: str) -> Library:
    """Name the package of each manager. Alpine's answers to the file's name, whatever the package is called."""
    other, files = "glib2" if elsewhere == "glib" else elsewhere, tuple(names.split())
    packages = {
        "apt-get": debian,
        "dnf": other,
        "apk": "so:" + next(file for file in files if ".so." in file),
        "brew": elsewhere,
        "conda": elsewhere,
        "pacman": f"mingw-w64-ucrt-x86_64-{other}",
    }
    return Library(name, packages, files)


LIBRARIES = (
    _library(
        "GLib",
        "libglib2.0-0",
        "glib",
        "libgobject-2.0-0 gobject-2.0-0 gobject-2.0 libgobject-2.0.so.0 libgobject-2.0.0.dylib libgobject-2.0-0.dll",
    ),
    _library(
        "Pango",
        "libpango-1.0-0",
        "pango",
        "libpango-1.0-0 pango-1.0-0 pango-1.0 libpango-1.0.so.0 libpango-1.0.dylib libpango-1.0-0.dll",
    ),
    _library(
        "PangoFT2",
        "libpangoft2-1.0-0",
        "pango",
        "libpangoft2-1.0-0 pangoft2-1.0-0 pangoft2-1.0 "
        "libpangoft2-1.0.so.0 libpangoft2-1.0.dylib libpangoft2-1.0-0.dll",
    ),
    _library(
        "HarfBuzz",
        "libharfbuzz0b",
        "harfbuzz",
        "libharfbuzz-0 harfbuzz harfbuzz-0.0 libharfbuzz.so.0 libharfbuzz.0.dylib libharfbuzz-0.dll",
    ),
    # WeasyPrint can do without this one and then subsets fonts in another way: other bytes, so it is required here.
    _library(
        "HarfBuzz-subset",
        "libharfbuzz-subset0",
        "harfbuzz",
        "libharfbuzz-subset-0 harfbuzz-subset harfbuzz-subset-0.0 "
        "libharfbuzz-subset.so.0 libharfbuzz-subset.0.dylib libharfbuzz-subset-0.dll",
    ),
    _library(
        "fontconfig",
        "libfontconfig1",
        "fontconfig",
        "libfontconfig-1 fontconfig-1 fontconfig libfontconfig.so.1 libfontconfig.1.dylib libfontconfig-1.dll",
    ),
)

#: Opens a library by one of its names, or raises OSError; a test passes its own.
Opener = Callable[[str], ctypes.CDLL]

# Where WeasyPrint looks on Windows unless WEASYPRINT_DLL_DIRECTORIES says otherwise.
_WINDOWS_DIRECTORIES = r"C:\msys64\ucrt64\bin;C:\msys64\mingw64\bin;C:\Program Files\GTK3-Runtime Win64\bin"


def prepare(platform: str = sys.platform) -> None:
    """Let this process find libraries where macOS and Windows package managers put them, or a wheel does.

    :func:`lacking` calls it, before WeasyPrint is imported. Linux needs nothing. macOS forgets ``DYLD_*`` variables
    whenever a shell or make starts a program, so a user cannot set them for good; the Homebrew directory is added here,
    in the process.

    Where neither brings them, set-up installs the wheel ``gstreamer-libs`` (``tools/native.lock``), which holds them
    all and all that they need; where it is, its libraries come first, so that no two GLibs meet in one process. It is
    no extra of this package: it depends on another that, on macOS, runs code at every start of Python and fails there.

    `platform` is as ``sys.platform`` says it.
    """
    if platform == "darwin":
        brew = shutil.which("brew")
        prefix = os.environ.get("HOMEBREW_PREFIX") or (str(Path(brew).parent.parent) if brew else "")
        known = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "").split(":")
        wanted = [*_of_the_wheel("lib"), *known, *([str(Path(prefix) / "lib")] if prefix else [])]
        os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join(dict.fromkeys(path for path in wanted if path))
    elif platform == "win32":
        add = getattr(os, "add_dll_directory", None)
        wheel = _of_the_wheel("bin")
        # A name is searched for in PATH, and what the library found there needs in the directories that are added.
        known = os.environ.get("PATH", "").split(os.pathsep)
        os.environ["PATH"] = os.pathsep.join(dict.fromkeys([*wheel, *known]))
        others = os.environ.get("WEASYPRINT_DLL_DIRECTORIES", _WINDOWS_DIRECTORIES).split(";")
        for directory in wheel or others:
            with suppress(OSError):
                if add is not None:
                    add(directory)


def _of_the_wheel(folder: str) -> list[str]:
    """Return the folder of the wheel's libraries, in a list that is empty where the wheel is not installed."""
    package = importlib.util.find_spec("gstreamer_libs")
    places = package.submodule_search_locations if package is not None else None
    return [str(Path(place) / folder) for place in places or []]


def open_library(name: str) -> ctypes.CDLL:
    """Open a library as WeasyPrint's foreign-function layer does: directly, then by the system's search.

    Raises
    ------
    OSError
        There is none of that name.
    """
    if "." in name:
        with suppress(OSError):
            return ctypes.CDLL(name)
    path = ctypes.util.find_library(name)
    if path is None:
        raise OSError(f"no library {name}")
    return ctypes.CDLL(path)


def find(library: Library, opener: Opener = open_library) -> ctypes.CDLL | None:
    """Open a library under the first of its names that answers; None where none does."""
    # Names with a file ending answer at once on the system they belong to; the others may start ldconfig to
    # search.
    for name in sorted(library.files, key=lambda file: not file.endswith((".so.0", ".so.1", ".dylib", ".dll"))):
        with suppress(OSError):
            return opener(name)
    return None


def lacking(opener: Opener = open_library) -> list[Library]:
    """Return the libraries that PDF needs and this machine lacks, in the order of :data:`LIBRARIES`."""
    prepare()
    return [library for library in LIBRARIES if find(library, opener) is None]


def missing(opener: Opener = open_library) -> list[str]:
    """Return one line for all that is missing, with the command that brings it; none where nothing is."""
    parts = lacking(opener)
    return [fix(parts, find_manager())] if parts else []


def versions(opener: Opener = open_library) -> dict[str, str]:
    """Return the versions of Pango, HarfBuzz and fontconfig, in this order; one that is missing is left out."""
    known = {library.name: library for library in LIBRARIES}
    numbers: dict[str, str] = {}
    for name, function in (("Pango", "pango_version_string"), ("HarfBuzz", "hb_version_string")):
        library = find(known[name], opener)
        if library is not None:
            ask = getattr(library, function)
            ask.restype = ctypes.c_char_p
            numbers[name] = ask().decode("ascii")
    library = find(known["fontconfig"], opener)
    if library is not None:
        number = int(library.FcGetVersion())  # 21401 says 2.14.1
        numbers["fontconfig"] = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return numbers


def summary(opener: Opener = open_library) -> str:
    """Name the libraries with their versions in a line, as the module's own docstring shows it."""
    return "native libraries: " + ", ".join(f"{name} {version}" for name, version in versions(opener).items())


def main(opener: Opener = open_library) -> int:
    """Print the versions, or the line that says what is missing; return the exit status, 0 where all are there."""
    errors = missing(opener)
    for error in errors:
        print(error, file=sys.stderr)
    if errors:
        return 1
    print(summary(opener))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
