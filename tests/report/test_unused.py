"""What a paper did not use reaches no byte of it: each table of the reference data may grow, and past papers stay.

A row that a paper has to answer, be it with "not received", is used by it; :data:`ASKED` says which those are and why.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import DATA, ROOT, whole_copy
from priority_two.errors import Refused
from priority_two.report import open_report

PAPERS = {
    "quarterly-progress": ("2020-21-Q4", "2021-03-25"),
    "annual-achievements": ("2020-21", "2021-03-25"),
    "data-sheet": ("2021-03", "2021-04-14"),
    "strategic-group": ("2019-20-Q4", "2020-03-06"),
    "board-briefing": ("2020-21-Q4", "2021-03-25"),
}
UNUSED = {
    "abbreviations": ["ZZQ,Zonal quota of zebras"],
    "areas": [
        "E05099999,A Ward of Later Years,ward,E09000006,2030-05-01,,90,90",
        "E09099999,A Borough of Later Years,borough,south-bcu,2030-05-01,,,",
    ],
    "area_types": ["unitary,unitary authority,unitary authorities"],
    "attributions": ["NEW01,Nobody,Elsewhere"],
    "bodies": ["A Body of Later Years,A Later Body,Not met yet"],
    "breakdowns": ["NEW01,part,,A part", "POL02,part-of-later-years,,A part of later years"],
    "breaks": ["POL01,2030-01,A change of rules,Counted otherwise from then on."],
    "calendar": ["2021-22-Q1,Quarter One 2021-22,2021-07-08,2021-07-20,", "2022-23-Q1,Quarter One 2022-23,,,"],
    "derived": ["new-rate,NEW01,A new rate,percent,NEW01,NEW02,,100,,1"],
    "identities": ["new-identity,The new are the new,NEW01,=,NEW02,warning"],
    "measures": [
        "NEW01,A new measure,,count,police,M,sum,neutral,person,What is counted anew.,Home Office,no,,",
        "NEW02,Another new measure,,count,newcomer,M,sum,neutral,person,What else is.,Home Office,no,,",
    ],
    "names": ["p.999,A page of another paper", "Act of 2030,An act of later years"],
    "partners": [
        "newcomer,A Partner of Later Years,,APL,Joins in 2030,M,2030-01,",
        "guest,A Guest,,,Has sent nothing,,,",
    ],
    "placeholders": ["zebra to follow,text,What nobody has written"],
    "populations": ["E09000006,aged-16-and-over,2030,270000,Mid-year estimates,2031-06-01,"],
    "sections": ["99,A section without commitments,"],
    "waivers": ["terms.extract_date-given,returns/2030-01-12_marac/terms.yaml,,The partner does not know it,"],
    "totals": ["new-total,The new in all are the new,NEW01,=,NEW02,2020-09..2021-02"],
}
"""Rows by table that no paper has to answer."""
ASKED = {
    "briefing_sections": (
        "board-briefing",
        "annex,What a briefing of later years adds",
        "a briefing has each section, be it empty, and one without is refused",
    ),
    "commitments": (
        "quarterly-progress",
        "9z,9,A new promise,,It is promised anew.,yes",
        "each commitment wants an update, and a quarter without it is refused",
    ),
    "group_sections": (
        "strategic-group",
        "later,What a report of later years adds,",
        "the report says of each heading that nothing was reported under it",
    ),
    "provision": (
        "data-sheet",
        "new-service,A New Service,police,NEW01,,,It is new.",
        "the sheet says of each service what it gave, or that this was not counted",
    ),
    "rag": (
        "annual-achievements",
        "blue,Blue,diamond,#1D4F91,4,yes,Not begun.",
        "a paper prints the whole rating scale, with how many commitments have each",
    ),
    "related": (
        "quarterly-progress",
        "1b,2b,both wait for the same thing",
        "the two ratings are held against each other, and the annex counts what was",
    ),
}
"""The paper that has to answer a row of a table, the row, and why."""


@dataclass(frozen=True)
class Shown:
    """What a paper shows: its sections' HTML, what it tells exporters, and the files that its PDF carries."""

    sections: list[str]
    metadata: dict[str, Any]


def shown(kind: str, data: Path) -> Shown:
    """Open a paper and call its sections as its notebook does, in this process."""
    from priority_two.report.kinds import KINDS

    period, as_at = PAPERS[kind]
    cells = json.loads((ROOT / "notebooks" / KINDS[kind].notebook).read_text(encoding="utf-8"))["cells"]
    paper = open_report(kind, period=period, as_at=as_at, data=str(data))
    called = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = [source[len("paper.") : -len("()")] for source in called if source.startswith("paper.")]
    assert names[0] == "masthead" and len(names) > 4
    made = [getattr(paper, name)() for name in names]
    metadata = dict(made[0].metadata)
    del metadata["inputs"]  # the manifest beside the paper has them, and nothing else
    return Shown([one.html for one in made], metadata)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the data in which every table has rows more, before all others, that no paper has to answer."""
    data = whole_copy(tmp_path_factory.mktemp("grown"))
    for table, rows in UNUSED.items():
        grow(data, table, rows)
    later = data / "returns" / "2030-01-12_marac"  # of which a waiver speaks; and no paper opens it
    later.mkdir()
    (later / "terms.yaml").write_text("not opened", encoding="utf-8")
    return data


def grow(data: Path, table: str, rows: list[str]) -> None:
    """Put rows before all others of a table, its last columns blank where a row does not fill them."""
    file = data / "reference" / f"{table}.csv"
    head, *others = file.read_text(encoding="utf-8").splitlines()
    filled = [row + "," * (head.count(",") - row.count(",")) for row in rows]
    file.write_text("\n".join([head, *filled, *others]) + "\n", encoding="utf-8")


def test_every_table_is_tried() -> None:
    tables = {file.stem for file in (DATA / "reference").glob("*.csv")}
    assert tables == UNUSED.keys() | ASKED.keys()


@pytest.mark.parametrize("kind", PAPERS)
def test_rows_that_no_paper_has_to_answer_reach_none(kind: str, grown: Path) -> None:
    before, after = shown(kind, DATA), shown(kind, grown)
    assert after.metadata == before.metadata
    assert after.sections == before.sections


@pytest.mark.parametrize("table", ASKED)
def test_a_row_that_a_paper_has_to_answer_reaches_it(table: str, tmp_path: Path) -> None:
    asking, row, why = ASKED[table]
    data = whole_copy(tmp_path)
    for needed in ("measures", "partners"):
        grow(data, needed, UNUSED[needed])
    grow(data, table, [row])
    if why.endswith("is refused"):
        with pytest.raises(Refused, match=row.split(",")[1 if table == "briefing_sections" else 0]):
            shown(asking, data)
    else:
        assert shown(asking, data) != shown(asking, DATA)
