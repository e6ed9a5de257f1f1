"""Processes that work beside this one, and end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor


def workers(number: int) -> ProcessPoolExecutor:
    """Return a pool of processes. Where this process is killed, they do not stay behind and wait for work."""
    return ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=_watch_parent)


def _watch_parent() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
