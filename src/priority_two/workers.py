"""Work that is spread over processes beside this one, which end with it, however it ends.

A process does a bounded number of items and is then replaced, so that whatever a library holds on to does not add up:
memory stays flat however long the list is. Where a process is killed, its item alone comes to nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from typing import Generic, TypeVar

from priority_two.errors import Error

Item = TypeVar("Item")
Result = TypeVar("Result")
Outcome = TypeVar("Outcome")

AT_ONCE = os.cpu_count() or 1
ITEMS_OF_A_PROCESS = 16
KILLED = Error(
    "", "a process that lives", found="it was killed, perhaps for want of memory", fix="try again with fewer --jobs"
)
"""What stands for the result of an item whose process was killed."""


def workers(number: int) -> ProcessPoolExecutor:
    """Return a pool of processes. Where this process is killed, they do not stay behind and wait for work."""
    return ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), initializer=_watch_parent)


def spread(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    finish: Callable[[Item, Result | None], Outcome],
) -> Iterator[Outcome]:
    """Have work done on items, at most `jobs` at once, and give what comes of them in their order.

    Parameters
    ----------
    work
        Is called in a process of its own, and travels there with its items: a function of a module.
    items
        On what.
    jobs
        How many processes work at once.
    finish
        Is called in this process as soon as an item is done, with what `work` returned, or None where its process was
        killed. What it returns is given.
    """
    seats: SimpleQueue[_Seat[Item, Result]] = SimpleQueue()
    number = max(1, min(jobs, len(items)))
    everyone = [_Seat(work) for _ in range(number)]
    for seat in everyone:
        seats.put(seat)

    def done(item: Item) -> Outcome:
        seat = seats.get()
        try:
            return finish(item, seat.result(item))
        finally:
            seats.put(seat)

    hands = ThreadPoolExecutor(number)
    try:
        futures: list[Future[Outcome] | None] = [hands.submit(done, item) for item in items]
        for place, future in enumerate(futures):
            if future is not None:
                yield future.result()
                futures[place] = None
    finally:
        hands.shutdown(cancel_futures=True)
        for seat in everyone:
            seat.close()


class _Seat(Generic[Item, Result]):
    """Where one process at a time works. A thread of this process waits for it."""

    def __init__(self, work: Callable[[Item], Result]) -> None:
        self._work = work
        self._process: ProcessPoolExecutor | None = None
        self._left = 0

    def result(self, item: Item) -> Result | None:
        """Return what comes of an item; None where the process was killed."""
        if not self._left or self._process is None:
            self.close()
            self._process, self._left = workers(1), ITEMS_OF_A_PROCESS
        self._left -= 1
        try:
            return self._process.submit(self._work, item).result()
        except BrokenProcessPool:
            self._left = 0
            return None

    def close(self) -> None:
        """Let the process end."""
        if self._process is not None:
            self._process.shutdown()
            self._process = None


def _watch_parent() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
