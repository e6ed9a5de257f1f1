"""The datasets of the figures that count: looking at what may differ alone says what looking at everything says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA
from priority_two.checks.datasets.counted_figures import agreement_dataset, figure_dataset
from priority_two.checks.identities import evaluate
from priority_two.files.data_folder import DataFolder
from priority_two.reference.catalogue import load_catalogue
from priority_two.returns.agreement import disagreements
from priority_two.returns.history import History
from priority_two.returns.ranges import out_of_range
from priority_two.returns.store import COLUMNS, Observation, Return
from sent_returns import return_terms, sent_return

CATALOGUE = load_catalogue(DataFolder(DATA))
AREAS = ["", "", *list(CATALOGUE.parts_of_home)[:2]]
PERIODS = ["2021-01", "2021-02", "2021-03", "2021-03", "2020-21-Q4"]
WHAT = [
    ("POL01", ""),
    ("POL02", ""),
    ("POL03", ""),
    ("MAR01", ""),
    ("MAR03", ""),
    ("IDV03", "eifs"),
    ("CRM02", ""),
    ("CRM02", ""),
]
WHAT += [("MAR04", code) for code in ("", *list(CATALOGUE.parts_of_measures["MAR04"])[:2])]
ROWS = st.tuples(
    st.sampled_from(PERIODS),
    st.sampled_from(WHAT),
    st.sampled_from(AREAS),
    st.sampled_from(["0", "1", "2", "5", "-1", "1.5", ""]),
)


@st.composite
def stores(draw: st.DrawFn) -> list[Return]:
    """Return what two partners sent, of which some contradicts itself or cannot be."""
    store = []
    for day, partner in draw(st.sets(st.tuples(st.integers(10, 13), st.sampled_from(["police", "marac"])), max_size=5)):
        sent = {row[:3]: row for row in draw(st.lists(ROWS, max_size=8))}.values()
        rows = [
            dict(zip(COLUMNS, (period, measure, area, code, value, "" if value else "x", ""), strict=True))
            for period, (measure, code), area, value in sent
        ]
        permission = draw(st.sampled_from(["publish", "board"]))
        store.append(sent_return(return_terms(f"2021-04-{day}", partner, permission), rows))
    return store


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(stores())
def test_what_differs_is_what_comparing_everything_says(store: list[Return]) -> None:
    as_sent = History.of(store)
    usable, _ = as_sent.in_force()
    counted = usable.latest()
    rows = [*counted]
    by_partner: dict[str, list[Observation]] = {}
    for row in rows:
        by_partner.setdefault(row.terms.partner, []).append(row)
    expected = [
        (each.whole.file, each.whole.row) for sent in by_partner.values() for each in disagreements(sent, CATALOGUE)
    ]
    for row in rows:
        measure = CATALOGUE.measures[row.measure]
        if row.value is not None and out_of_range(row.value, measure.unit, measure.is_change):
            expected.append((row.file, row.row))
    frame = agreement_dataset(counted, CATALOGUE, as_sent)["agreement"]
    assert [*zip(frame["file"], frame["row"], strict=True)] == expected


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(stores())
def test_identities_are_judged_as_by_everything(store: list[Return]) -> None:
    counted = History.of(store).in_force()[0].latest()
    expected = evaluate(CATALOGUE.identities, [*counted])
    frame = figure_dataset(counted, CATALOGUE)["figures"]
    columns = ["identity", "period", "area", "left", "right"]
    shown = frame[columns].astype(object).where(frame[columns].notna(), "").to_dict("records")
    assert shown == [{name: row[name] for name in columns} for row in expected]
