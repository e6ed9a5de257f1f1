"""Great Expectations, without what a judgement never uses. Nothing else in the package imports it.

Importing it takes seconds, of which most go to libraries for statistics, drawing and rendering that no suite asks for.
So these are imported lazily, by the import system's own :class:`importlib.util.LazyLoader`: they are modules that load
themselves when something of them is first used. Whoever uses one, Great Expectations itself or anybody in this process,
has the whole of it. What somebody had imported before stays as it is, and what is imported afterwards is not touched.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

from priority_two.startup import leave_out_grammars, without_collection

UNUSED = frozenset({"altair", "jsonschema", "mistune", "scipy.stats", "tzlocal"})
"""What no suite uses: charts of divergence, JSON schemas, Markdown, tests of distributions, time zones."""


class _LazyFinder(MetaPathFinder):
    """Finds the unused libraries as everybody else does, and has them loaded when they are used."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an unused library; None for all else, and where it is not installed."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname in UNUSED else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextlib.contextmanager
def _lazily() -> Iterator[None]:
    finder = _LazyFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@cache
def great_expectations() -> Any:
    """Return Great Expectations, imported with its analytics off."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    leave_out_grammars()
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with _lazily(), without_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # our users cannot mend what its own imports warn of
        import great_expectations
    return great_expectations
