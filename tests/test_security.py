"""The table of what comes in and cannot do harm: each promise has tests that are there, and its numbers are theirs."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from test_personal import RATES

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|(.*)\|$", PAGE, flags=re.MULTILINE)


def test_each_of_the_ten_points_has_a_row() -> None:
    assert [int(number) for number, _ in ROWS] == [*range(1, 11)]


@pytest.mark.parametrize(("number", "row"), ROWS)
def test_the_tests_that_a_point_names_are_there(number: str, row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
    assert named, number
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"


@pytest.mark.parametrize("name", RATES)
def test_the_rates_are_those_that_are_measured(name: str) -> None:
    caught, about, refused, ordinary = RATES[name]["table"]
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}`")]
    assert row.endswith(f"| {caught} of {about} | {refused} of {ordinary} |")
