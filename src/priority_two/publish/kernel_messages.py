"""What the server of warm kernels and those who ask it say to each other: a packet of JSON a message.

Standard library only.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Mapping
from typing import Any

from priority_two.paths import GIVEN, JUDGED, KERNELS, PACKAGE

LONGEST = 1 << 20
"""Bytes of a message: an environment may be long."""
OF_A_RUN = frozenset({"IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JPY_PARENT_PID", GIVEN, JUDGED, KERNELS})
"""Variables that differ from one run of a notebook to the next."""


def stranger(environment: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Return the name of a variable in which two environments differ apart from those of a run; blank if none does."""
    names = (environment.keys() | other.keys()) - OF_A_RUN
    return min((name for name in names if environment.get(name) != other.get(name)), default="")


def installed() -> str:
    """Return with which Python and from which files this process runs."""
    return f"{sys.executable}\n{PACKAGE}"


def receive(connection: socket.socket) -> dict[str, Any] | None:
    """Return a message; None where there will be no more, or it is none.

    Raises
    ------
    BlockingIOError
        There is none yet, and the connection does not wait.
    """
    try:
        return dict(json.loads(connection.recv(LONGEST)))
    except BlockingIOError:
        raise
    except (OSError, ValueError):
        return None


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send a message; whoever has gone hears nothing."""
    with contextlib.suppress(OSError):
        connection.sendall(json.dumps(message).encode())
