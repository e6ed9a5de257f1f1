"""The report: the one object that a notebook opens, with one call a section.

>>> from priority_two.report import open_report
>>> paper = open_report("quarterly-progress", period="2020-21-Q4")  # doctest: +SKIP
>>> paper.at_a_glance()  # doctest: +SKIP

Opening reads the data folder as at a date, has every expectation judged, and stops where a critical one fails. What
each section shows is then a pure function of what was read.
"""

from priority_two.report.opening import open_report

__all__ = ["open_report"]
