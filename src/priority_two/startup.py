"""What would take seconds at every start, or of every run, and is of no use: libraries unused, garbage looked for."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator


def leave_out_grammars() -> None:
    """Keep ``rfc3987_syntax`` out: it compiles a grammar of web addresses when it is imported, for seconds.

    jsonschema, which papermill and Great Expectations bring, checks the form of addresses with it where it is there,
    and does without where it is not. No schema that is used here asks for it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Meanwhile, look for no garbage: an import or a report makes millions of objects, and few that are garbage.

    What an earlier report left is taken away before, so that memory stays flat over many; what the last one leaves goes
    with the process, and is looked for by nobody.
    """
    enabled = gc.isenabled()
    if enabled and gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.enable()
