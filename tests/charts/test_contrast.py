"""Contrast by WCAG 2.2: against published values, against the formula worked out again, and at the gate."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import DATA, lean_copy
from priority_two.charts.style import INK, PALETTE, QUIET
from priority_two.cli import main
from priority_two.reference.catalogue import contrast

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)

# Ratios against white as the usual contrast checkers publish them, cut to two decimal places.
PUBLISHED = {
    "#FFFFFF": 1.00, "#000000": 21.00, "#767676": 4.54, "#777777": 4.47, "#808080": 3.94, "#949494": 3.03,
    "#959595": 2.99, "#FF0000": 3.99, "#00FF00": 1.37, "#0000FF": 8.59, "#FFFF00": 1.07,
}  # fmt: skip


def by_the_formula(red: int, green: int, blue: int) -> float:
    """The ratio against white, from the definition of relative luminance, channel by channel."""

    def linear(channel: int) -> float:
        share = channel / 255
        # The threshold as WCAG 2.0 printed it; no channel of eight bits lies between it and the corrected 0.04045.
        return share / 12.92 if share <= 0.03928 else pow((share + 0.055) / 1.055, 2.4)

    return (1.0 + 0.05) / (linear(red) * 0.2126 + linear(green) * 0.7152 + linear(blue) * 0.0722 + 0.05)


@pytest.mark.parametrize(("colour", "ratio"), PUBLISHED.items())
def test_published_ratios_come_out(colour: str, ratio: float) -> None:
    found = contrast(colour)
    assert found is not None
    assert ratio - 1e-9 <= found < ratio + 0.01 + 1e-9
    assert contrast(colour.lower()) == found


@STEADY
@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_every_colour_agrees_with_the_formula(red: int, green: int, blue: int) -> None:
    found = contrast(f"#{red:02x}{green:02X}{blue:02x}")
    assert found == pytest.approx(by_the_formula(red, green, blue), abs=1e-9)


NO_COLOURS = [
    "", "#", "#FFF", "FFFFFF", "#FFFFFFF", "#FFFFFF ", "#GGGGGG", "red", "#00703C;", "rgb(0,0,0)", "##FFFFF",
    "#0x0x0x", "#+f+f+f", "#-f-f-f", "# f f f", "#f f f ", "#٣٣٣٣٣٣",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_COLOURS)
def test_what_is_no_colour_has_no_contrast(text: str) -> None:
    assert contrast(text) is None


def test_text_and_graphics_of_the_house_stand_out_from_white() -> None:
    assert all((contrast(colour) or 0) >= 3 for colour in PALETTE)
    assert all((contrast(colour) or 0) >= 4.5 for colour in (INK, QUIET))
    with (DATA / "reference" / "rag.csv").open(encoding="utf-8", newline="") as handle:
        colours = {row["word"]: row["colour"] for row in csv.DictReader(handle)}
    assert set(colours) == {"Green", "Amber", "Red"}
    assert all((contrast(colour) or 0) >= 4.5 for colour in colours.values())


def test_a_rating_too_pale_to_read_is_refused_by_its_row(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    scale = data / "reference" / "rag.csv"
    text = scale.read_text(encoding="utf-8")
    assert "#B85C00" in text
    scale.write_text(text.replace("#B85C00", "#FFBF00"), encoding="utf-8")  # the amber of traffic lights: 1.6 to 1
    done = CliRunner().invoke(main, ["validate", "--data", str(data)])
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("critical")]
    assert line.startswith("critical: data/reference/rag.csv, row 3, column colour: ")
    assert "4.5" in line
    assert done.exit_code == 1
