"""The dataset of what partners sent: of each row it says what it would say if the row had come alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.checks.datasets.frame import CONTENT
from priority_two.checks.datasets.received_returns import return_datasets
from priority_two.files.csv_table import CsvTable
from priority_two.files.data_folder import DataFolder
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.store import Return, read_returns

FOLDER = DataFolder(DATA)
CATALOGUE = load_catalogue(FOLDER)
SHIPPED = read_returns(FOLDER)[::9]
WORDS = ["", "x", "HLT01", "POL01", "2021-03", "2021-01..2021-03", "-5", "1.55", "E09000006", "adults", "p", "?"]


@st.composite
def stores(draw: st.DrawFn) -> list[Return]:
    """Return returns with cells that belong elsewhere, each with some rows and, it may be, without a column."""
    store = []
    for sent in draw(st.lists(st.sampled_from(SHIPPED), max_size=3, unique_by=lambda each: each.name)):
        table = sent.observations
        left_out = draw(st.sampled_from(["", "", "note", "value", "period"]))
        names = [name for name in table.columns if name != left_out]
        rows = [dict(row) for row in draw(st.lists(st.sampled_from(table.rows), max_size=4))]
        for row in rows:
            row[draw(st.sampled_from(names))] = draw(st.sampled_from(WORDS))
        numbered = [{**row, "row": number} for number, row in enumerate(rows, 2)]
        store.append(replace(sent, observations=CsvTable.of_rows(table.file, names, numbered)))
    return store


def records(store: list[Return]) -> list[dict[str, object]]:
    frame = return_datasets(store, CATALOGUE, FOLDER.shown)["observations"]
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(stores(), stores())
def test_no_two_tables_that_differ_have_the_same_hash(store: list[Return], other: list[Return]) -> None:
    """A judgement is used again for the same hash: it must never be that of another table."""
    first, second = (return_datasets(each, CATALOGUE, FOLDER.shown)["observations"] for each in (store, other))
    again = return_datasets(store, CATALOGUE, FOLDER.shown)["observations"]
    assert first.attrs[CONTENT] == again.attrs[CONTENT]
    assert first.attrs[CONTENT] != second.attrs[CONTENT] or first.equals(second)
    for sent in store[:1]:
        rows = [dict(row) for row in sent.observations.rows]
        for row in rows[:1]:
            row["period"] = f"{row.get('period', '')}x"
            table = CsvTable.of_rows(sent.observations.file, [*sent.observations.columns], rows)
            changed = [replace(sent, observations=table), *store[1:]]
            hashed = return_datasets(changed, CATALOGUE, FOLDER.shown)["observations"].attrs[CONTENT]
            assert (hashed != first.attrs[CONTENT]) == ("period" in sent.observations.columns)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(stores())
def test_each_row_is_judged_as_if_it_had_come_alone(store: list[Return]) -> None:
    alone: list[dict[str, object]] = []
    for sent in store:
        table = sent.observations
        for row in table.rows:
            single = replace(sent, observations=CsvTable.of_rows(table.file, table.columns, [row]))
            alone += records([single])
    together = records(store)
    # A column counts as there only where every return has it.
    assert together == [{name: row[name] for name in whole} for whole, row in zip(together, alone, strict=True)]
