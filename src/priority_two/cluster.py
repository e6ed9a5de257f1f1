"""Work that is spread over a Dask cluster that is there: the same as :func:`priority_two.workers.spread`, elsewhere.

The cluster does the work, and nothing else: what comes of an item comes back as bytes, and is used here, once. An item
whose worker dies is given to another by the scheduler. ``distributed`` is imported where a cluster is named, and comes
with the extra ``[cluster]``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from priority_two.errors import WrongCall, one_line

Item = TypeVar("Item")
Result = TypeVar("Result")
Outcome = TypeVar("Outcome")

_LONGEST_WAIT = 30
"""Seconds in which the scheduler has to answer."""
_ALONE = threading.Lock()
"""A notebook runs in the environment of its process: so one runs at a time, however many threads a worker has."""


def spread_on(
    address: str,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    finish: Callable[[Item, Result | None], Outcome],
) -> Iterator[Outcome]:
    """Have work done on items by the cluster whose scheduler has an address, and give what comes of them in order.

    `finish` is called in this process as soon as an item is done, with what `work` returned, or None where worker
    after worker died of it.

    Raises
    ------
    WrongCall
        ``distributed`` is not installed, no scheduler with a worker answers, or a worker lacks what the work takes.
    """
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise WrongCall("scheduler: found no distributed; install it: pip install 'priority-two[cluster]'") from None
    try:
        client: Any = Client(address, timeout=_LONGEST_WAIT)
        client.wait_for_workers(1, timeout=_LONGEST_WAIT)
    except (OSError, ValueError) as error:
        expected = "the address of a Dask scheduler that answers and has a worker, such as tcp://10.0.0.1:8786"
        raise WrongCall(f"scheduler: found '{one_line(address)}', expected {expected}: {one_line(error)}") from None
    with client:
        futures = [client.submit(_done, work, item, pure=False) for item in items]
        places = {future.key: place for place, future in enumerate(futures)}
        outcomes: dict[int, Outcome] = {}
        following = 0
        for future in as_completed(futures):
            place = places[future.key]
            try:
                result = future.result()
            except KilledWorker:
                result = None
            except Exception as error:
                expected = "workers with this package and its lock"
                fault = f"{type(error).__name__}: {one_line(error)}"
                raise WrongCall(f"scheduler: found '{one_line(fault)}', expected {expected}") from None
            outcomes[place] = finish(items[place], result)
            future.release()
            while following in outcomes:
                yield outcomes.pop(following)
                following += 1


def _done(work: Callable[[Item], Result], item: Item) -> Result:
    with _ALONE:
        return work(item)
