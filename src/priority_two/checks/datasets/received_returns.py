"""Datasets of what partners sent: ``terms``, a row a return, and ``observations``, a row an observation."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from priority_two.checks.datasets.frame import Cells, Row, framed, framed_columns, yes
from priority_two.checks.datasets.reference_tables import breakdown_codes, months_in
from priority_two.errors import nearest
from priority_two.periods import try_parse
from priority_two.reference.catalogue import Catalogue, Measure
from priority_two.returns.ranges import out_of_range
from priority_two.returns.store import COLUMNS, Receipt, Return, Terms

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_WORKED_OUT = (
    "return",
    "_code",
    "_months",
    "_period",
    "_area",
    "range",
    "_value_agrees",
    "_partner_reports",
    "_total_meant",
)


def return_datasets(
    returns: list[Return], catalogue: Catalogue, shown: Callable[[str], str]
) -> dict[str, pd.DataFrame]:
    """Return the datasets ``terms`` and ``observations``.

    `shown` gives a path of the data folder as people are shown it.
    """
    partners = catalogue.partners
    columns = ["return", *Terms.model_fields, "_name_agrees", "_months", "_days_to_receipt"]
    terms = framed([_terms(sent, partners) for sent in returns], columns)
    codes = breakdown_codes(catalogue)
    sent = [_columns(received, catalogue, codes) for received in returns]
    # A column counts as there only where every return has it; each return that lacks one is named by the gate.
    headers = {received.observations.file: received.observations.columns for received in returns}
    columns = [
        name
        for name in dict.fromkeys(name for header in headers.values() for name in header)
        if name not in COLUMNS or all(name in header for header in headers.values())
    ]
    wanted = [*(columns or (() if headers else COLUMNS)), *_WORKED_OUT]
    rows = [len(received.observations.lines) for received in returns]
    observations = framed_columns(sent, rows, wanted)
    wrong = {file: _header_errors(header) for file, header in headers.items()}
    observations.attrs |= {"headers": {file: words for file, words in wrong.items() if words}, "file": shown("returns")}
    return {"terms": terms, "observations": observations}


def _terms(received: Return, partners: Collection[str]) -> Row:
    terms, receipt = received.terms, Receipt.of(received.name)
    return {
        "return": received.name,
        **{name: str(value or "") for name, value in terms.model_dump().items()},
        "_name_agrees": yes((receipt.received, receipt.partner) == (terms.received, terms.partner)),
        "_months": months_in(terms.months),
        "_restricted": terms.partner not in partners,  # what stands there in place of a partner may be anything
        "_days_to_receipt": (terms.received - terms.extract_date).days if terms.extract_date else None,
        "file": received.terms_file,
        "row": 1,
    }


def _columns(received: Return, catalogue: Catalogue, codes: dict[str, list[str]]) -> dict[str, Cells]:
    """Return the columns of a return, and what is worked out of them, which is done once of what is the same.

    Of an unknown measure nothing more is asked: it is named itself.
    """
    terms, table = received.terms, received.observations
    rows = len(table.lines)
    sent = {name: Cells(column.values, np.asarray(column.places)) for name, column in table.cells.items()}
    text = dict.fromkeys(COLUMNS, Cells.alike("", rows)) | sent
    measures = catalogue.measures

    def each(answer: Callable[..., Any], *names: str) -> Cells:
        columns = [text[name] for name in names]
        keys = np.zeros(rows, dtype=np.int64)
        for column in columns:
            keys = keys * len(column.values) + column.places
        _, first, places = np.unique(keys, return_index=True, return_inverse=True)
        asked = ([column.values[place] for place in column.places[first]] for column in columns)
        return Cells([answer(*cells) for cells in zip(*asked, strict=True)], places)

    def reports(name: str) -> str:
        """Return whether the partner reports a measure. An unknown partner is named where it is misspelt."""
        measure, partners = measures.get(name), catalogue.partners
        known = measure and terms.partner in partners and partners.keys() >= set(measure.partners)
        return yes(not (measure and known) or terms.partner in measure.partners)

    return {
        **sent,
        "return": Cells.alike(received.name, rows),
        "_code": each(lambda name, code: f"{name}[{code}]" if name in measures else "", "measure", "breakdown"),
        "_months": each(months_in, "period"),
        # Two spellings of one period, or of the home area, are the same figure twice.
        "_period": each(lambda period: str(known.plain) if (known := try_parse(period)) else period, "period"),
        "_area": each(catalogue.area_of_figures, "area"),
        "range": each(
            lambda name, value: _range(value, measures[name]) if name in measures else "", "measure", "value"
        ),
        "_value_agrees": each(lambda value, status: yes(bool(value) != (status in ("x", "z"))), "value", "status"),
        "_partner_reports": each(reports, "measure"),
        "_total_meant": each(
            lambda name, code: yes(bool(code) or name not in measures or measures[name].has_total),
            "measure",
            "breakdown",
        ),
        "_restricted": each(
            lambda name: (
                terms.permission != "publish" or name not in measures or measures[name].disclosure != "public_nonperson"
            ),
            "measure",
        ),
        "_subject": each(partial(_nearest_code, codes), "measure", "breakdown"),
        "file": Cells.alike(table.file, rows),
        "row": Cells(table.lines.tolist(), np.arange(rows)),
    }


def _nearest_code(codes: dict[str, list[str]], measure: str, code: str) -> str:
    """Return in words which breakdown of a measure is nearest to an unknown one; never what was written."""
    known = codes.get(measure, [])
    near = nearest(code, known) if code not in ("", *known) else ""
    return f"one that is none of them, and {near} is the nearest" if near else ""


def _range(text: str, measure: Measure | None) -> str:
    """Return a value that its measure's unit cannot have, with what it can; blank where the text is no number."""
    if measure is None or not _NUMBER.fullmatch(text):
        return ""
    expected = out_of_range(Decimal(text), measure.unit, measure.is_change)
    return f"{text}, not {expected}" if expected else ""


def _header_errors(header: list[str]) -> str:
    missing = [f"no column {name}" for name in COLUMNS if name not in header]
    return "; ".join(missing + ["an unknown column" for name in header if name not in COLUMNS])
