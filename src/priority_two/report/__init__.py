"""The report: the one object that a notebook opens, with one call a section.

>>> from priority_two.report import open_report
>>> paper = open_report("quarterly-progress", period="2020-21-Q4")  # doctest: +SKIP
>>> paper.at_a_glance()  # doctest: +SKIP

Opening reads the data folder as at a date, has every expectation judged, and stops where a critical one fails. What
each section shows is then a pure function of what was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from priority_two.report.opening import open_report

__all__ = ["open_report"]


def __getattr__(name: str) -> object:
    """Import what opens a report only where it is asked for: it brings pandas and Great Expectations."""
    if name != "open_report":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from priority_two.report.opening import open_report

    return open_report
