"""The command in other surroundings, and what these looked like from inside: for the test that they change no byte.

Run as a program, this file moves to a user and a host of other names where the system lets it, runs the command as
``priority-two`` would, and writes to the file of its first argument what its own process and a notebook's kernel see.
"""

from __future__ import annotations

import ctypes
import getpass
import json
import locale
import multiprocessing
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

HOST, NUMBER = "a-host-by-another-name", 4321
_NEW_USERS, _NEW_HOST = 0x10000000, 0x04000000  # of Linux, in sched.h


def surroundings() -> dict[str, Any]:
    """Return what a program could see of where, when, how and by whom it is run."""
    umask = os.umask(0o022)
    os.umask(umask)
    before = locale.setlocale(locale.LC_ALL)
    named = locale.setlocale(locale.LC_ALL, "")
    month = time.strftime("%B", (2021, 11, 1, 0, 0, 0, 0, 305, 0))
    written = [named, locale.localeconv()["decimal_point"], month, locale.getencoding()]
    locale.setlocale(locale.LC_ALL, before)
    return {
        "directory": str(Path.cwd()),
        "home": str(Path.home()),
        "user name": getpass.getuser(),
        "user number": os.getuid() if hasattr(os, "getuid") else 0,
        "host name": socket.gethostname(),
        "system date": time.strftime("%Y-%m-%d", time.gmtime()),
        "time zone": time.strftime("%z"),
        "locale": written,
        "hash seed": hash("priority-two"),
        "umask": umask,
        "number of jobs": 1 if multiprocessing.parent_process() is None else 2,
        "width of the terminal": shutil.get_terminal_size().columns,
        "number of the process": os.getpid(),
        "settings of fonts": os.environ.get("FONTCONFIG_FILE"),
        "settings of charts": files_in(os.environ.get("MPLCONFIGDIR", "/nowhere")),
        "cache of bytecode": sys.pycache_prefix,
    }


def files_in(folder: str) -> list[str]:
    """Return the names of a folder's files."""
    return sorted(path.name for path in Path(folder).glob("*") if path.is_file())


def _move() -> None:
    """Become a user of another number on a host of another name: namespaces of Linux, of this process alone."""
    with suppress(AttributeError, OSError):
        was = os.getuid()
        if ctypes.CDLL(None).unshare(_NEW_USERS | _NEW_HOST) == 0:
            Path("/proc/self/uid_map").write_text(f"{NUMBER} {was} 1")
            socket.sethostname(HOST)


def _seen_by_a_kernel(folder: Path) -> dict[str, Any]:
    """Run a notebook as the command runs a report's, and return what it saw. It shows no paper, and is refused so."""
    from nbformat import v4, write

    from priority_two.errors import Refused
    from priority_two.periods import parse
    from priority_two.publish.run import render
    from priority_two.report.kinds import Kind
    from priority_two.report.request import Request

    told, notebook = folder / "kernel.json", folder / "surroundings.ipynb"
    look = f"json.dumps(runpy.run_path({__file__!r})['surroundings']())"
    cells = [
        v4.new_code_cell("period = ''\nas_at = ''\nedition = ''\ndata = ''", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(f"import json, pathlib, runpy\n_ = pathlib.Path({str(told)!r}).write_text({look})"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), notebook)
    with suppress(Refused):
        kind = Kind()
        kind.name, kind.notebook = "surroundings", str(notebook)
        render(Request(kind, parse("2020-21-Q4")), Path("data"))
    return dict(json.loads(told.read_text(encoding="utf-8")))


def _run(told: Path, arguments: Sequence[str]) -> int:
    _move()
    before = surroundings()
    from priority_two.cli import main

    sys.argv = ["priority-two", *arguments]
    status: Any = 1
    try:
        main()
    except SystemExit as ended:
        status = ended.code or 0
    if status == 0:
        seen = {"command": before, "kernel": _seen_by_a_kernel(told.parent)}
        told.write_text(json.dumps(seen), encoding="utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(_run(Path(sys.argv[1]), sys.argv[2:]))
