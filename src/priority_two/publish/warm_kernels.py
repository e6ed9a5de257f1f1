"""Warm kernels: instead of starting anew for each notebook, a kernel is forked from a process that has all it imports.

A notebook's imports take longer than its cells do. :func:`warm_kernels` starts the server that has done them
(:mod:`priority_two.publish.kernel_server`), beside whatever this process does meanwhile, and says in the environment
where it is, for the processes that run notebooks. The provisioner of :mod:`priority_two.publish.kernel` asks it.

Where that cannot be, a notebook has a stock kernel, and gives the same bytes: on other systems than Linux, whose
libraries do not all survive a fork, and where the server forks nothing and says why. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from priority_two.environment import of_notebooks
from priority_two.errors import Refused, one_line
from priority_two.files.locks import private_folder, why
from priority_two.paths import KERNELS
from priority_two.publish.kernel_messages import LONGEST, installed, receive, send

OF_MAPS = "priority_two.charts.maps"
"""What notebooks of papers with maps import beside what all do; with matplotlib, it takes half as long again."""
POSSIBLE = sys.platform == "linux"
_LONGEST_WAIT = 300.0
"""Seconds, until the server has imported everything on the slowest machine."""
_PREFIX = "priority-two-kernels-"


@contextlib.contextmanager
def warm_kernels(tell: Callable[[str], object], *modules: str, stock: bool = False) -> Iterator[None]:
    """Have notebooks run in warm kernels, those of processes that are started meanwhile too.

    `modules` are what some of the notebooks import, beside what all of them do. With `stock`, and where that is not
    possible, nothing is started. At the end `tell` is called with a line each why a notebook had a stock kernel
    although a warm one was wanted.
    """
    before = os.environ.pop(KERNELS, None)
    faults: list[str] = []
    try:
        with contextlib.ExitStack() as opened:
            if POSSIBLE and not stock:
                try:
                    folder = opened.enter_context(private_folder(_PREFIX, Path(tempfile.gettempdir())))
                    address = os.fspath(folder / "asked")
                    opened.callback(lambda server: faults.extend(_ended(server)), _started(address, modules))
                    os.environ[KERNELS] = address
                except (OSError, Refused) as error:
                    faults.append(why(error) if isinstance(error, OSError) else str(error.errors[0]))
            yield
    finally:
        os.environ.pop(KERNELS, None)
        if before is not None:
            os.environ[KERNELS] = before
        for fault in faults:
            tell(f"notebooks ran in kernels that were started anew: {one_line(fault, 300)}")


def _started(address: str, modules: Iterable[str]) -> subprocess.Popen[bytes]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(64)
        return subprocess.Popen(
            [sys.executable, "-m", "priority_two.publish.kernel_server", str(listener.fileno()), *modules],
            env=of_notebooks(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # whoever interrupts this process does not interrupt that one
        )


def _ended(server: subprocess.Popen[bytes]) -> list[str]:
    """Let the server end, and return why it forked nothing, each reason once."""
    words, _ = server.communicate()
    faults = list(dict.fromkeys(words.decode("utf-8", "replace").splitlines()))
    return faults if server.returncode == 0 else [*faults, f"the process that forks them ended by {server.returncode}"]


class ForkedKernel:
    """A kernel's process, which is a child of the server: as much of :class:`subprocess.Popen` as a provisioner uses.

    Attributes
    ----------
    pid
        Its number.
    """

    stdin: IO[bytes] | None = None
    stdout: IO[bytes] | None = None
    stderr: IO[bytes] | None = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """Return its exit status, or None as long as it lives."""
        return self._heard(wait=False)

    def wait(self) -> int:
        """Wait for it, and return its exit status."""
        status = None
        while status is None:
            status = self._heard(wait=True)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal to it and to what it has started."""
        if self.poll() is None:
            self._connection.setblocking(True)
            send(self._connection, {"signal": int(number)})

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _heard(self, *, wait: bool) -> int | None:
        if self.returncode is None:
            self._connection.setblocking(wait)
            with contextlib.suppress(BlockingIOError):
                message = receive(self._connection)  # without the server, a kernel is killed
                self.returncode = -signal.SIGKILL if message is None else int(message["status"])
                self._connection.close()
        return self.returncode


def fork_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> ForkedKernel | None:
    """Return a kernel that the server has forked; None where there is no server, or it forks nothing.

    Parameters
    ----------
    arguments
        Those of ``ipykernel_launcher``.
    environment, folder
        Its environment and its working directory.
    """
    address = os.environ.get(KERNELS)
    if not address:
        return None
    job: dict[str, Any] = {"arguments": arguments, "environment": environment, "folder": folder, "code": installed()}
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(_LONGEST_WAIT)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST)
        connection.connect(address)
        send(connection, job)
        answer = receive(connection)
    except OSError:
        answer = None
    if answer is None or "process" not in answer:
        connection.close()
        return None
    return ForkedKernel(connection, int(answer["process"]))
