"""Returns as a store holds them, from rows: for tests that need no file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from priority_two.files.csv_table import CsvTable
from priority_two.returns.store import COLUMNS, Return, Terms


def return_terms(day: str, partner: str, permission: str = "publish") -> Terms:
    """Return the terms of an illustrative return that was received, and drawn, on a day."""
    on = dt.date.fromisoformat(day)
    return Terms(
        partner=partner,
        received=on,
        extract_date=on,
        months="2020-04..2021-03",
        explanation="Made up for a test.",
        permission=permission,
        contact_post="Analyst",
        synthetic=True,
    )


def sent_return(terms: Terms, rows: Iterable[Mapping[str, object]]) -> Return:
    """Return a return with these rows; one that does not say in which ``row`` it stands comes after the one before."""
    name = f"{terms.received}_{terms.partner}"
    numbered = [{"row": number, **row} for number, row in enumerate(rows, 2)]
    table = CsvTable.of_rows(f"data/returns/{name}/observations.csv", [*COLUMNS], numbered)
    return Return(name, terms, f"data/returns/{name}/terms.yaml", {}, table)
