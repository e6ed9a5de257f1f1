"""What a suite of expectations is about and what its failures are called, in the few words that a paper has room for.

They stand in the ``meta`` of a suite: ``kind`` and ``remedy`` of the whole, and ``short`` of an expectation. A suite in
which every failure stops the paper needs none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache

from priority_two.checks.gate import suite_path


@dataclass(frozen=True)
class SuiteWords:
    """What is said of a dataset's failures.

    Parameters
    ----------
    kind
        What they are, such as ``Terms of returns``.
    remedy
        What is to be done about most of them, such as ``ask the partner``.
    short
        What is lacking, by expectation.
    """

    kind: str
    remedy: str
    short: dict[str, str] = field(hash=False)


@cache
def suite_words(dataset: str) -> SuiteWords:
    """Return what is said of the failures of a dataset."""
    suite = json.loads(suite_path(dataset).read_text(encoding="utf-8"))
    short = {each["meta"]["id"]: each["meta"].get("short", each["meta"]["expected"]) for each in suite["expectations"]}
    return SuiteWords(suite["meta"].get("kind", dataset.capitalize()), suite["meta"].get("remedy", "mend it"), short)
