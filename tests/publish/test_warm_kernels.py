"""Warm kernels: what a notebook sees, how they end, and what is done where none can be forked."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from checkers import FOREVER
from priority_two.environment import of_notebooks
from priority_two.errors import Refused
from priority_two.paths import KERNELS
from priority_two.periods import parse
from priority_two.publish import warm_kernels as warm
from priority_two.publish.kernel import PROVISIONER, SilentKernelManager, WarmProvisioner
from priority_two.publish.kernel_messages import OF_A_RUN, receive, send, stranger
from priority_two.publish.run import render
from priority_two.publish.warm_kernels import warm_kernels
from priority_two.report.kinds import Kind
from priority_two.report.request import Request

STOCK = "notebooks ran in kernels that were started anew: "
pytestmark = pytest.mark.skipif(not warm.POSSIBLE, reason="kernels are forked on Linux alone")

SEEN = """
import gc, json, locale, os, random, signal, stat, sys, time
import matplotlib, numpy, pandas
import priority_two.report.opening
seen = {
    "environment": dict(os.environ),
    "path": sys.path,
    "program": sys.argv[0],
    "arguments": len(sys.argv),
    "flags": list(sys.flags),
    "folder": os.getcwd(),
    "leads its session": os.getsid(0) == os.getpgid(0) == os.getpid(),
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "child": str(signal.getsignal(signal.SIGCHLD)),
    "woken by": signal.set_wakeup_fd(-1) == -1,
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "looks for garbage": gc.isenabled(),
    "mask of files": os.umask(0o22),
    "locale": locale.setlocale(locale.LC_ALL),
    "zone": time.tzname,
    "settings of charts": {name: repr(value) for name, value in matplotlib.rcParams.items()},
    "sockets": sum(stat.S_ISSOCK(os.fstat(int(n)).st_mode) for n in os.listdir("/proc/self/fd") if n.isdigit()
                   and os.path.exists("/proc/self/fd/" + n)),
    "hash": hash("priority-two"),
}
with open(FILE, "w") as file:
    json.dump({"seen": seen, "parent": os.getppid(), "chance": [random.random(), numpy.random.random()]}, file)
"""


def look(folder: Path) -> dict[str, Any]:
    """Return what a notebook sees that runs as those of papers do."""
    cells = ["", f"FILE = {str(folder / 'seen.json')!r}\n{SEEN}"]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    book.cells[0].source = "\n".join(f"{name} = ''" for name in ("period", "as_at", "edition", "data"))
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / "look.ipynb")
    (folder / "data").mkdir(exist_ok=True)
    kind = Kind()
    kind.name, kind.notebook = "look", str(folder / "look.ipynb")
    with contextlib.suppress(Refused):  # it shows no paper
        render(Request(kind, parse("2020-21-Q4")), folder / "data")
    return dict(json.loads((folder / "seen.json").read_text(encoding="utf-8")))


def test_a_notebook_sees_in_a_warm_kernel_what_it_sees_in_a_stock_one(tmp_path: Path) -> None:
    lines: list[str] = []
    with warm_kernels(lines.append):
        first, second = look(tmp_path), look(tmp_path)
    assert lines == []
    stock = look(tmp_path)
    assert first["parent"] == second["parent"] != stock["parent"] == os.getpid()
    assert not set(first["chance"]) & set(second["chance"])
    environments = [each["seen"].pop("environment") for each in (first, stock)]
    assert stranger(*environments) == ""
    assert environments[0]["IPYTHONDIR"] != environments[1]["IPYTHONDIR"]
    assert first["seen"] == stock["seen"]


def ended(*cells: str, **options: Any) -> tuple[str, str, int]:
    """Return how a notebook ends: the exception, what a cell raised, and how many cells were run."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    config = Config(NotebookClient={"kernel_manager_class": SilentKernelManager})
    client = NotebookClient(book, config=config, kernel_name="python3", **options)
    name, raised = "", ""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(of_notebooks(before))
    try:
        client.execute()
    except CellExecutionError as error:
        name, raised = "CellExecutionError", error.ename
    except (DeadKernelError, CellTimeoutError) as error:
        name = type(error).__name__
    finally:
        os.environ.clear()
        os.environ.update(before)
    outputs = [output.get("ename", output.output_type) for cell in book.cells for output in cell.outputs]
    return name, raised or " ".join(outputs), client.code_cells_executed


FOR_EVER = "while True: pass"
ENDS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "interrupted": ((FOR_EVER, "1"), {"timeout": 1, "interrupt_on_timeout": True, "allow_errors": True}),
    "out of time": ((FOR_EVER, "1"), {"timeout": 1}),
    "dead": (("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",), {}),
}


def test_a_warm_kernel_is_interrupted_dies_and_runs_out_of_time_as_a_stock_one() -> None:
    lines: list[str] = []
    with warm_kernels(lines.append):
        forked = {name: ended(*cells, **options) for name, (cells, options) in ENDS.items()}
    assert lines == []
    assert forked == {name: ended(*cells, **options) for name, (cells, options) in ENDS.items()}
    assert [name for name, *_ in forked.values()] == ["", "CellTimeoutError", "DeadKernelError"]
    assert forked["interrupted"][1:] == ("KeyboardInterrupt execute_result", 2)


async def answer(*arguments: str) -> None:
    """Start a kernel with more arguments, wait until it answers, and end it."""
    manager = SilentKernelManager()
    await manager.start_kernel(extra_arguments=list(arguments))
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready()
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("stock", [False, True])
def test_a_kernel_is_waited_for_until_it_answers_or_has_died(stock: bool) -> None:
    with warm_kernels(print, stock=stock):
        asyncio.run(answer())
        with pytest.raises(RuntimeError, match="died before it answered"):
            asyncio.run(answer("--IPKernelApp.transport=pigeon"))


def test_jupyter_knows_the_provisioner_by_its_name() -> None:
    (entry,) = entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER)
    assert entry.load() is WarmProvisioner


READ = """
import os
names = set()
class Watched(os._Environ):
    def __getitem__(self, name):
        names.add(name)
        return super().__getitem__(name)
os.environ.__class__ = Watched
from priority_two.publish.kernel_server import preload
print([preload(), sorted(names)])
"""


def test_no_library_reads_when_it_is_imported_what_differs_from_run_to_run() -> None:
    environment = of_notebooks(os.environ)
    done = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True)
    refusal, names = ast.literal_eval(done.stdout)
    assert refusal == ""
    assert "MPLBACKEND" in names
    assert OF_A_RUN & set(names) <= {"JPY_PARENT_PID"}  # of which the server tells each kernel


def test_what_was_imported_for_another_environment_or_installation_is_not_forked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    with warm_kernels(lines.append):
        environment = of_notebooks(os.environ)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.connect(os.environ[KERNELS])
            send(connection, {"arguments": [], "environment": environment, "folder": "/", "code": "another"})
            assert receive(connection) == {"refused": "the code of another installation asked for them"}
        monkeypatch.setenv("TZ", "Pacific/Kiritimati")
        there = look(tmp_path)
    assert there["parent"] == os.getpid() and there["seen"]["zone"] == ["+14", "+14"]
    assert lines[1:] == [f"{STOCK}the environment has changed since libraries were imported: TZ"]
    assert KERNELS not in os.environ


def test_without_its_server_a_kernel_ends_and_the_next_is_a_stock_one(tmp_path: Path) -> None:
    lines: list[str] = []
    with warm_kernels(lines.append):
        last = ended(
            f"import os, signal, time; assert os.getppid() != {os.getpid()}",
            "os.kill(os.getppid(), signal.SIGKILL); time.sleep(3600)",
        )
        assert last[0] == "DeadKernelError"
        assert look(tmp_path)["parent"] == os.getpid()
    assert lines == [f"{STOCK}the process that forks them ended by -9"]
    with warm_kernels(lines.append, stock=True):
        assert KERNELS not in os.environ


KILLED = """
import sys
from test_warm_kernels import ended
from priority_two.publish.warm_kernels import warm_kernels
with warm_kernels(print):
    ended(sys.argv[1])
"""
WAITS = """
import os, subprocess, time
child = subprocess.Popen(["sleep", "3600"])
with open(FILE + ".part", "w") as file:
    print(os.getppid(), os.getpid(), child.pid, file=file)
os.rename(FILE + ".part", FILE)
time.sleep(3600)
"""


def test_a_killed_run_leaves_neither_server_nor_kernel_nor_what_that_has_started(tmp_path: Path) -> None:
    told = tmp_path / "processes"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    run = subprocess.Popen([sys.executable, "-c", KILLED, f"FILE = {str(told)!r}{WAITS}"], env=environment)
    end = time.monotonic() + FOREVER
    while not told.exists():
        assert time.monotonic() < end and run.poll() is None, "no kernel was started"
        time.sleep(0.02)
    processes = told.read_text(encoding="utf-8").split()
    assert len(processes) == 3 and all(map(lives, processes))
    run.kill()
    run.wait()
    while any(map(lives, processes)):
        assert time.monotonic() < end, "a process is still there"
        time.sleep(0.02)


def lives(process: str) -> bool:
    with contextlib.suppress(OSError):
        return (Path("/proc") / process / "stat").read_text(encoding="utf-8").rpartition(") ")[2][0] != "Z"
    return False
