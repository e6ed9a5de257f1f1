"""Datasets of what partners sent: ``terms``, a row a return, and ``observations``, a row an observation."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal

import pandas as pd

from priority_two.checks.datasets.frame import Row, framed, yes
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
    rows = [
        {**row, **_worked_out(row, received, catalogue), "_subject": _nearest_code(row, codes)}
        for received in returns
        for row in received.observations.rows
    ]
    # A column counts as there only where every return has it; each return that lacks one is named by the gate.
    headers = {received.observations.file: received.observations.columns for received in returns}
    columns = [
        name
        for name in dict.fromkeys(name for header in headers.values() for name in header)
        if name not in COLUMNS or all(name in header for header in headers.values())
    ]
    observations = framed(rows, [*(columns or (() if headers else COLUMNS)), *_WORKED_OUT])
    wrong = {file: _header_errors(header) for file, header in headers.items()}
    observations.attrs = {"headers": {file: words for file, words in wrong.items() if words}, "file": shown("returns")}
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


def _worked_out(row: Row, received: Return, catalogue: Catalogue) -> Row:
    """Return what is worked out of an observation. Of an unknown measure nothing more is asked: it is named itself."""
    terms, measure = received.terms, catalogue.measures.get(row.get("measure", ""))
    return {
        "return": received.name,
        "_code": f"{measure.measure}[{row.get('breakdown', '')}]" if measure else "",
        "_months": months_in(row.get("period", "")),
        # Two spellings of one period, or of the home area, are the same figure twice.
        "_period": str(period.plain) if (period := try_parse(row.get("period", ""))) else row.get("period", ""),
        "_area": catalogue.area_of_figures(row.get("area", "")),
        "range": _range(row.get("value", ""), measure) if measure else "",
        "_value_agrees": yes(bool(row.get("value")) != (row.get("status") in ("x", "z"))),
        # An unknown partner is named where it is misspelt: in the terms, or in measures.csv.
        "_partner_reports": yes(
            measure is None
            or terms.partner not in catalogue.partners
            or not catalogue.partners.keys() >= set(measure.partners)
            or terms.partner in measure.partners
        ),
        "_total_meant": yes(bool(row.get("breakdown")) or measure is None or measure.has_total),
        "_restricted": terms.permission != "publish" or measure is None or measure.disclosure != "public_nonperson",
    }


def _nearest_code(row: Row, codes: dict[str, list[str]]) -> str:
    """Return in words which breakdown of a measure is nearest to an unknown one; never what was written."""
    code, known = row.get("breakdown", ""), codes.get(row.get("measure", ""), [])
    near = nearest(code, known) if code not in ("", *known) else ""
    return f"one that is none of them, and {near} is the nearest" if near else ""


def _range(text: str, measure: Measure) -> str:
    """Return a value that its measure's unit cannot have, with what it can; blank where the text is no number."""
    if not _NUMBER.fullmatch(text):
        return ""
    expected = out_of_range(Decimal(text), measure.unit, measure.is_change)
    return f"{text}, not {expected}" if expected else ""


def _header_errors(header: list[str]) -> str:
    missing = [f"no column {name}" for name in COLUMNS if name not in header]
    return "; ".join(missing + ["an unknown column" for name in header if name not in COLUMNS])
