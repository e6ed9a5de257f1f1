"""Identities: read as they are written, worked out against an independent sum, and judged at the gate."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import lean_copy
from priority_two.checks.identities import evaluate
from priority_two.cli import main
from priority_two.measures.expressions import Term, parse_terms
from priority_two.periods import parse
from priority_two.reference.catalogue import Identity
from priority_two.returns.store import Observation, Terms

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=150)

FIGURES = [("COM01", "printed"), ("COM01", "in-stock"), ("COM01", ""), ("POL02", ""), ("DHR01", "with-home-office")]


def observed(
    measure: str,
    breakdown: str,
    value: Decimal | None,
    period: str = "2020-21-Q4",
    area: str = "",
    partner: str = "lbb",
) -> Observation:
    terms = Terms(
        partner=partner,
        received=dt.date(2021, 3, 25),
        extract_date=None,
        months="2021-01..2021-03",
        explanation="Made up for a test.",
        permission="publish",
        contact_post="Analyst",
        synthetic=True,
    )
    status = "x" if value is None else ""
    return Observation(parse(period), measure, area, breakdown, value, status, "", terms, "data/a.csv", 2)


def identity(left: str, right: str, relation: str = "=") -> Identity:
    return Identity.model_validate(
        {
            "identity": "one",
            "title": "One",
            "left": left,
            "relation": relation,
            "right": right,
            "severity": "critical",
            "file": "data/reference/identities.csv",
            "row": 2,
        }
    )


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def validate(data: Path) -> tuple[int, list[str]]:
    done = CliRunner().invoke(main, ["validate", "--data", str(data)])
    return done.exit_code, done.stderr.splitlines()


# A side is a sum of terms, made here as text and as what it means, each from the same choices.
numbers = st.decimals("0", "99999", places=2).map(lambda number: format(number, "f"))
terms_ = st.tuples(st.sampled_from([1, -1]), st.sampled_from(FIGURES) | numbers)
sides = st.lists(terms_, min_size=1, max_size=6)
spaces = st.lists(st.sampled_from(["", " ", "  ", "\t"]), min_size=30, max_size=30)
Choice = tuple[int, tuple[str, str] | str]


def written(side: list[Choice], space: list[str]) -> str:
    gaps = iter(space)
    text = next(gaps)
    for place, (sign, what) in enumerate(side):
        text += ("-" if sign < 0 else "+" if place else "") + next(gaps)
        text += what if isinstance(what, str) else what[0] + (f"[{what[1]}]" if what[1] else "")
        text += next(gaps)
    return text


def worked_out(side: list[Choice], values: dict[tuple[str, str], Decimal]) -> Fraction | None:
    """The value of a side by fractions, or None where a figure is missing."""
    known = {key: Fraction(value) for key, value in values.items()}
    parts = [Fraction(what) if isinstance(what, str) else known.get(what) for _, what in side]
    if None in parts:
        return None
    return sum((sign * part for (sign, _), part in zip(side, parts, strict=True) if part is not None), Fraction(0))


@STEADY
@given(sides, spaces)
def test_a_side_is_read_term_by_term_whatever_the_spacing(side: list[Choice], space: list[str]) -> None:
    assert list(parse_terms(written(side, space))) == [
        Term(sign, number=Decimal(what)) if isinstance(what, str) else Term(sign, what[0], what[1])
        for sign, what in side
    ]


@STEADY
@given(sides, sides, spaces, st.dictionaries(st.sampled_from(FIGURES), st.decimals("0", "9999", places=1)))
def test_both_sides_agree_with_an_independent_sum(
    left: list[Choice], right: list[Choice], space: list[str], values: dict[tuple[str, str], Decimal]
) -> None:
    found = [observed(measure, breakdown, value) for (measure, breakdown), value in values.items()]
    results = evaluate([identity(written(left, space), written(right, space))], found)
    wanted = worked_out(left, values), worked_out(right, values)
    if None in wanted or not values:
        assert results == []
    else:
        (result,) = results
        assert (Fraction(str(result["left"])), Fraction(str(result["right"]))) == wanted
        assert (result["period"], result["area"], result["relation"]) == ("2020-21-Q4", "", "=")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "COM01 COM02", "COM01 - ", "- ", "+", "COM01 -- COM02", "COM01 + - COM02", "COM01 * 2", "2 * COM01",
        "COM01 / COM02", "(COM01)", "COM01 - (COM02 + COM03)", "1COM", "_COM", "COM_",
        "COM01[", "COM01[]", "COM01]", "COM01[a", "COM01[A]", "COM01[a b]", "COM01[a_b]", "COM01 [printed]",
        "COM01[printed][x]", "COM01.value", "COM01['printed']", "1.", ".5", "1,000", "1e3", "1_000", "0x10", "1 2",
        "٣", "COM٠١", "５", "COM01 \u2212 COM02", "COM01 \u2013 COM02", "COM01 = COM02", "COM01; COM02",
        "__import__('os')", "COM01[printed]\x00", "COM01#", "COM01 - COM01[",
    ],
)  # fmt: skip
def test_nothing_else_is_a_side(text: str) -> None:
    with pytest.raises(ValueError, match=r"^terms such as CNT01\[printed\] - CNT01\[distributed\]$"):
        parse_terms(text)
    assert evaluate([identity(text, "COM01"), identity("COM01", text)], [observed("COM01", "", Decimal(1))]) == []


@pytest.mark.parametrize("text", ["com01", "C1", "a_1", "nan", "inf"])
def test_an_id_of_any_form_is_a_side_which_has_no_figure_where_nobody_sends_it(text: str) -> None:
    assert [term.measure for term in parse_terms(text)] == [text]
    assert evaluate([identity(text, "COM01"), identity("COM01", text)], [observed("COM01", "", Decimal(1))]) == []


@STEADY
@given(st.text(alphabet=st.sampled_from("COM01[a]-+ .5\n"), max_size=30))
def test_any_text_is_a_side_or_refused(text: str) -> None:
    try:
        terms = parse_terms(text)
    except ValueError:
        return
    assert terms
    assert len(terms) == 1 + len(re.findall(r"[\w\]]\s*[+-]", re.sub(r"\[[^]]*\]", "]", text)))


def test_a_long_side_is_read_at_once() -> None:
    assert len(parse_terms(" + ".join(["COM01[printed]"] * 100))) == 100
    with pytest.raises(ValueError, match="terms such as"):
        parse_terms("COM01 " + " " * 9_000 + "x")
    with pytest.raises(ValueError, match="terms such as"):
        parse_terms("+" + "1" * 9_000 + ".")


def test_tenths_add_up() -> None:
    found = [observed("IDV03", name, Decimal(value)) for name, value in (("a", "0.1"), ("b", "0.2"), ("c", "0.3"))]
    (result,) = evaluate([identity("IDV03[a] + IDV03[b]", "IDV03[c]")], found)
    assert result["left"] == result["right"] == 0.3


def test_an_identity_is_worked_out_for_each_period_and_area_that_has_all_its_figures() -> None:
    def three(period: str, area: str, printed: int, stock: int | None) -> list[Observation]:
        stocked = None if stock is None else Decimal(stock)
        return [
            observed("COM01", "printed", Decimal(printed), period, area),
            observed("COM01", "in-stock", stocked, period, area),
        ]

    found = [
        *three("2020-21-Q4", "", 10, 4),
        *three("2020-21-Q3", "", 9, None),  # not available: nothing can be said
        *three("2020-21-Q2", "", 8, 8),
        *three("2020-21-Q4", "E05000106", 7, 1),
        observed("COM01", "printed", Decimal(6), "2020-21-Q1"),  # its stock was never sent
        observed("COM01", "in-stock", Decimal(5), "2021-01..2021-03"),  # the same months under another name
    ]
    results = evaluate([identity("COM01[printed]", "COM01[in-stock]", ">=")], found)
    assert [(one["period"], one["area"], one["left"], one["right"]) for one in results] == [
        ("2020-21-Q2", "", 8, 8),
        ("2020-21-Q4", "", 10, 4),
        ("2020-21-Q4", "E05000106", 7, 1),
    ]


def test_the_fault_of_one_partner_is_not_covered_by_the_figures_of_another() -> None:
    wrong = [("custody-suite", 1), ("eifs", 1), ("csc-asc", 1), ("bcwa", 9)]
    right = [("custody-suite", 1), ("eifs", 1), ("csc-asc", 1), ("bcwa", 3)]
    row = identity("IDV03[custody-suite] + IDV03[eifs] + IDV03[csc-asc]", "IDV03[bcwa]")
    for order in (("bcwa", "victim-support"), ("victim-support", "bcwa")):
        sent = {
            "bcwa": [observed("IDV03", name, Decimal(value), partner="bcwa") for name, value in wrong],
            "victim-support": [
                observed("IDV03", name, Decimal(value), partner="victim-support") for name, value in right
            ],
        }
        results = evaluate([row], [one for partner in order for one in sent[partner]])
        assert any(one["left"] != one["right"] for one in results), order


def test_two_partners_whose_own_figures_add_up_are_not_added_to_each_other() -> None:
    first = [("custody-suite", 1), ("eifs", 1), ("csc-asc", 1), ("bcwa", 3)]
    second = [("custody-suite", 5), ("bcwa", 20)]  # says nothing of the other sites
    found = [observed("IDV03", name, Decimal(value), partner="bcwa") for name, value in first]
    found += [observed("IDV03", name, Decimal(value), partner="victim-support") for name, value in second]
    row = identity("IDV03[custody-suite] + IDV03[eifs] + IDV03[csc-asc]", "IDV03[bcwa]")
    assert [(one["left"], one["right"]) for one in evaluate([row], found)] == [(3, 3)]


# At the gate ------------------------------------------------------------------------------------------------


def test_what_does_not_add_up_stops_the_report_or_is_flagged_as_the_identity_says(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    lbb = data / "returns" / "2021-03-25_lbb" / "observations.csv"
    replace(lbb, "COM01,,in-stock,700,", "COM01,,in-stock,701,")  # = and critical: 10,000 - 9,300 is 700
    replace(lbb, "COM02,,issued,3,", "COM02,,issued,5,")  # <= and warning: four were due
    reviews = data / "returns" / "2021-03-25_public-protection" / "observations.csv"
    replace(reviews, "DHR01,,at-action-plan,2,", "DHR01,,at-action-plan,7,")  # <= and =, critical: three are open
    status, lines = validate(data)
    assert status == 1
    identities: dict[str, list[str]] = {"critical": [], "warning": []}
    for line in lines:
        if "identities.csv" in line:
            identities[line.split(":")[0]].append(line)
    assert len(identities["critical"]) == 3
    (cards,) = [line for line in identities["critical"] if "Cards printed less cards distributed" in line]
    assert cards.startswith("critical: data/reference/identities.csv, row 2")
    assert "2020-21-Q4" in cards
    assert "700" in cards
    assert "701" in cards
    newsletters, shirts = identities["warning"]
    assert "Youth councillors who wore the T-shirt" in shirts  # as the paper has it
    assert "No more newsletters are issued than were due (2020-21-Q4)" in newsletters
    plans = [line for line in identities["critical"] if "eviews at action plan stage" in line or "Each review" in line]
    assert len(plans) == 2
    for line in plans:  # domestic homicide reviews are published under no name and no number
        assert not re.search(r"\b[7]\b", line.partition("found")[2]), line


@pytest.mark.parametrize("column", ["left", "right", "identity"])
def test_identities_without_a_column_are_refused_by_its_name(tmp_path: Path, column: str) -> None:
    data = lean_copy(tmp_path)
    header = "identity,title,left,relation,right,severity"
    replace(data / "reference" / "identities.csv", f"{header}\n", header.replace(column, "other") + "\n")
    status, lines = validate(data)
    assert status == 1
    assert any("identities.csv" in line and re.search(rf"\b{column}\b", line) for line in lines), lines


def test_an_identity_over_a_figure_that_cannot_exist_is_refused(tmp_path: Path) -> None:
    # A slip of the pen here would switch a check off, and nobody would see it.
    data = lean_copy(tmp_path)
    path = data / "reference" / "identities.csv"
    replace(path, ",POL02,<=,POL01,", ",POL02,<=,POL91,")
    replace(path, ",HLT03[safe-spaces],<=,", ",HLT03[safe-space],<=,")
    status, lines = validate(data)
    assert status == 1
    errors = [line for line in lines if line.startswith("critical") and "identities.csv" in line]
    assert len(errors) == 2, lines


def test_an_identity_that_cannot_be_read_is_refused_by_its_row(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    replace(data / "reference" / "identities.csv", ",POL02,<=,POL01,", ",POL02 POL03,<=,POL01,")
    status, lines = validate(data)
    assert status == 1
    (error,) = [line for line in lines if line.startswith("critical")]
    row = (data / "reference" / "identities.csv").read_text(encoding="utf-8").split("POL02 POL03")[0].count("\n") + 1
    assert error.startswith(f"critical: data/reference/identities.csv, row {row}, column ")
