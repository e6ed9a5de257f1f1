"""The monthly data sheet."""

from __future__ import annotations

from priority_two.periods import MONTH
from priority_two.report.kinds.kind import Kind


class DataSheet(Kind):
    """What partners sent by a month, measure by measure."""

    name = "data-sheet"
    notebook = "data_sheet.ipynb"
    period_kind = MONTH
    description = "what partners sent by a month"
    title = "Data sheet"
    maps = True
    workbook = True
