"""How tables of figures look: what of them is marked as illustrative, and how wide their columns are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from priority_two.blocks import ALL, SOME, Row, Table, cell, number_cell
from priority_two.report.columns import PAGE, layout
from priority_two.report.html import html
from priority_two.report.marks import marked_but


def table(*rows: str, role: str = "") -> Table:
    """Return a table: ``i`` stands for an illustrative figure, ``r`` for a reported one, ``x`` for none."""
    cells = {
        "i": number_cell("5", Decimal(5), synthetic=True),
        "r": number_cell("7", Decimal(7)),
        "x": number_cell("[x]"),
    }
    return Table(
        title="Figures",
        head=("Measure", *(f"Q{n}" for n in range(1, len(rows[0]) + 1))),
        rows=tuple(
            Row(heading=cell(f"row {n}"), cells=tuple(cells[kind] for kind in row)) for n, row in enumerate(rows)
        ),
        role=role,
    )


def shown(block: Table) -> BeautifulSoup:
    return BeautifulSoup(html([block]), "html.parser")


def test_where_few_figures_are_reported_those_have_the_mark() -> None:
    made = marked_but(table("iiii", "iiir", "xiii"))
    assert made.synthetic == SOME
    page = shown(made)
    assert page.select_one(".key").get_text() == "Illustrative, but for figures with a solid bar"
    assert len(page.select("thead th.ill")) == 5  # the hatched edge goes all the way
    assert not page.select("td.ill") and not page.select("table.rows")
    (bar,) = page.select(".reported")
    assert bar.get_text() == "7" and bar.parent.get_text() == "7 (reported)"


@pytest.mark.parametrize(
    ("rows", "synthetic", "columns"),
    [
        (("iii", "iii"), ALL, ()),
        (("rrr", "rrr"), "", ()),
        (("iir", "iir"), SOME, (1, 2)),  # by column
        (("iri", "rir"), SOME, ()),  # as many of one as of the other: by row and figure
    ],
)
def test_else_tables_are_marked_as_all_are(rows: tuple[str, ...], synthetic: str, columns: tuple[int, ...]) -> None:
    made = marked_but(table(*rows))
    assert (made.synthetic, made.illustrative) == (synthetic, columns)
    assert not shown(made).select(".reported")


def test_columns_that_are_alike_are_as_wide_as_each_other() -> None:
    shares = layout(table("iiii", "rrrr", role="even")).shares
    assert len(set(shares[1:])) == 1 and sum(shares) == pytest.approx(100)


def test_narrow_columns_leave_their_room_to_the_first() -> None:
    words = "a name that is as long as a line of a page has room for beside four narrow columns of figures"
    wide = table("ri", role="narrow").model_copy(
        update={"rows": (Row(heading=cell(words), cells=table("ri").rows[0].cells),)}
    )
    shares = layout(wide).shares
    assert sum(shares) == pytest.approx(100) and shares[0] > 80
    # Where they cannot spare it, the widths are those of any table: no column is off the page.
    long = tuple(number_cell("1,234,567,890", Decimal(1_234_567_890)) for _ in range(7))
    crowded = Table(
        title="t", head=("Measure", *"abcdefg"), rows=(Row(heading=cell(words), cells=long),), role="narrow"
    )
    crowd = layout(crowded)
    shares, least = crowd.shares, crowd.least
    assert sum(shares) == pytest.approx(100) and min(shares) > 0 and least <= PAGE
