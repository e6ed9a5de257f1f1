"""The server of warm kernels: a process that has imported what every notebook imports, and forks once a notebook.

It is started by :mod:`priority_two.publish.warm_kernels`, and speaks with those who run notebooks over a socket in a
private folder, a connection a kernel. A kernel lives no longer than its connection, and nothing lives longer than the
process that started the server, which holds the other end of its standard input.

A fork copies one thread. So this process has never more than one, and sees to it before it forks at all. Nor may a
kernel find anything that was worked out for another environment: the server forks for none but its own. The variables
that differ from run to run no library reads when it is imported, but for one, which is passed on by hand.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import importlib.util
import os
import pkgutil
import random
import selectors
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from priority_two.font_list import import_matplotlib
from priority_two.publish.kernel_messages import LONGEST, installed, receive, send, stranger
from priority_two.typeface import FACES

RUNNING = ("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell")
"""What a kernel imports before its notebook."""
OF_NOTEBOOKS = "priority_two.report.opening"
"""What every notebook imports, beside the sections of papers."""
SECTIONS = "priority_two.report.sections"

_BACKEND = "module://matplotlib_inline.backend_inline"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux, in sys/prctl.h


@dataclass(frozen=True)
class Job:
    """What a forked process is to do: be the kernel of these arguments, in an environment and a folder.

    ``code`` is where the Python and the package of whoever asks lie: those of another checkout are others.
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    code: str


def preload(*more: str) -> str:
    """Import what every notebook imports, and `more`, and read the typeface. Return why nothing may be forked then.

    A warning that a library gives when it is imported would stop a paper. Here nobody would see it.
    """
    # ipykernel sets it before a notebook's first import, so that matplotlib finds it.
    backend = os.environ.setdefault("MPLBACKEND", _BACKEND)
    for name in RUNNING:
        importlib.import_module(name)
    with warnings.catch_warnings(record=True) as caught:
        for name in (OF_NOTEBOOKS, *_sections(), *more):
            importlib.import_module(name)
        import_matplotlib()
        measure_typeface = importlib.import_module("priority_two.charts.style").advances
        for face in FACES:
            measure_typeface(face)
    if backend == _BACKEND:
        del os.environ["MPLBACKEND"]
    if caught:
        return f"a library warns when it is imported: {caught[0].message}"
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 -- no folder of ours
    return f"a library starts {threads - 1} threads when it is imported" if threads > 1 else ""


def _sections() -> Iterator[str]:
    package = importlib.import_module(SECTIONS)
    yield from (f"{SECTIONS}.{module.name}" for module in pkgutil.iter_modules(package.__path__))


class KernelServer:
    """Forks a kernel for each connection.

    Parameters
    ----------
    listener
        Where connections come in.
    refusal
        Why nothing is forked; blank where nothing is against it.
    """

    def __init__(self, listener: socket.socket, refusal: str) -> None:
        self._listener = listener
        self._refusal = refusal
        self._environment = dict(os.environ)
        self._kernels: dict[int, socket.socket] = {}
        self._asking: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        for end in (self._woken, self._wake, listener):
            end.setblocking(False)

    def serve(self) -> Job | None:
        """Answer until standard input ends; then None, in this process. In a forked one, what it is to do."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the descriptor below is written to
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for heard in (self._listener, self._woken, sys.stdin.buffer):
            self._selector.register(heard, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                source: Any = key.fileobj
                if source is sys.stdin.buffer:
                    self._end_all()
                    return None
                if source is self._listener:
                    self._accept()
                elif source is self._woken:
                    self._reap()
                elif isinstance(source, socket.socket) and (job := self._hear(source)):
                    return job

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            connection, _ = self._listener.accept()
            connection.setblocking(True)
            self._asking.add(connection)
            self._selector.register(connection, selectors.EVENT_READ)

    def _hear(self, connection: socket.socket) -> Job | None:
        """Do what a connection asks for. In a forked process, return what that is."""
        message = receive(connection)
        kernel = next((kernel for kernel, other in self._kernels.items() if other is connection), None)
        if kernel is not None:
            _signal(kernel, signal.SIGKILL if message is None else int(message["signal"]))
            if message is None:
                self._selector.unregister(connection)  # its process is waited for all the same
            return None
        if message is not None:
            return self._start(connection, message)
        self._close(connection)
        return None

    def _start(self, connection: socket.socket, message: dict[str, Any]) -> Job | None:
        job = Job(**message)
        refusal, forked = self._refusal, -1
        if not refusal and (name := stranger(job.environment, self._environment)):
            refusal = f"the environment has changed since libraries were imported: {name}"
        if not refusal and job.code != installed():
            refusal = "the code of another installation asked for them"
        if not refusal:
            try:
                forked = os.fork()
            except OSError as error:
                refusal = f"no process can be forked: {error.strerror}"
        if forked == 0:
            self._leave()
            return job
        if refusal:
            send(connection, {"refused": refusal})
            self._close(connection)
            _say(refusal)
        else:
            self._asking.discard(connection)
            self._kernels[forked] = connection
            send(connection, {"process": forked})
        return None

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(LONGEST)
        with contextlib.suppress(ChildProcessError):
            while True:
                process, status = os.waitpid(-1, os.WNOHANG)
                if not process:
                    return
                connection = self._kernels.pop(process)
                send(connection, {"status": os.waitstatus_to_exitcode(status)})
                self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        self._asking.discard(connection)
        with contextlib.suppress(KeyError):
            self._selector.unregister(connection)
        connection.close()

    def _end_all(self) -> None:
        for kernel in self._kernels:
            _signal(kernel, signal.SIGKILL)

    def _leave(self) -> None:
        """Let a forked process have nothing of the server: no descriptor, no handler."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for end in (*self._kernels.values(), *self._asking, self._listener, self._woken, self._wake):
            end.close()


def become_kernel(job: Job) -> None:
    """Be a kernel, from what a process that starts anew would have to what it ends with."""
    server = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != server:  # it died before that
        os._exit(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    os.chdir(job.folder)
    os.environ.clear()
    os.environ.update({**job.environment, "JPY_PARENT_PID": str(server)})
    gc.enable()
    random.seed()
    if legacy := sys.modules.get("numpy.random"):
        legacy.seed()
    from ipykernel.kernelapp import IPKernelApp

    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin or "" if launcher else "", *job.arguments]
    IPKernelApp.launch_instance(sys.argv[1:], parent_handle=server)


def _signal(kernel: int, number: int) -> None:
    """Send a signal to a kernel that has not been waited for, and to what it has started."""
    try:
        os.killpg(kernel, number)
    except OSError:  # it has not got so far as to lead a group of its own
        with contextlib.suppress(OSError):
            os.kill(kernel, number)


def _say(line: str) -> None:
    """Tell the process that started the server."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def main(descriptor: int, *more: str) -> None:
    """Serve on a socket that was inherited; return where that is at an end, or a kernel has been.

    `more` are modules that its kernels are to have, beside those that every notebook imports.
    """
    gc.disable()  # a fifth of the time that imports take goes into looking for garbage, of which they leave little
    refusal = preload(*more)
    gc.freeze()  # a fork then shares what will never be freed, instead of copying it to look at it
    with socket.socket(fileno=descriptor) as listener:
        job = KernelServer(listener, refusal).serve()
    if job is not None:
        become_kernel(job)


if __name__ == "__main__":
    from priority_two.publish import kernel_server  # under its own name, as whatever it has imported knows it

    kernel_server.main(int(sys.argv[1]), *sys.argv[2:])
