"""The reference data explained: the page is made from the models, and is as they are."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import DATA, ROOT
from priority_two.adoption.column_guide import example, guide
from priority_two.adoption.tables import ABOUT, EXAMPLES, ROW_MODELS
from priority_two.files.csv_table import read_table
from priority_two.reference import partnership
from priority_two.reference.records import Strict, read_rows, sound_rows

EMPTY = dict.fromkeys(("measures", "codes", "partners", "areas", "commitments"), ())
PAGE = ROOT / "docs/reference-data.md"


def test_the_page_is_what_the_models_say_today() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "priority_two.adoption.column_guide"], capture_output=True, check=True
    )
    assert printed.stdout.decode() == guide() == PAGE.read_text(encoding="utf-8")


def test_every_file_that_ships_is_explained_with_every_column() -> None:
    shipped = {file.stem: file for file in (DATA / "reference").glob("*.csv")}
    assert shipped.keys() <= ROW_MODELS.keys() == ABOUT.keys() == EXAMPLES.keys()
    for name, model in ROW_MODELS.items():
        assert list(model.COLUMNS)[: len(model.columns())] == model.columns(), name
        section = guide().split(f"## {name}.csv\n", 1)[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \| \S", section, re.MULTILINE) == model.columns(), name
    for name, file in shipped.items():
        assert sorted(file.read_text(encoding="utf-8").splitlines()[0].split(",")) == sorted(ROW_MODELS[name].columns())


def test_every_key_of_partnership_yaml_is_explained() -> None:
    section = guide().split("## partnership.yaml\n", 1)[1].split("\n## ")[0]
    keys = re.findall(r"^\| `(\w+)` \| \S", section, re.MULTILINE)
    models = [each for each in vars(partnership).values() if isinstance(each, type) and issubclass(each, Strict)]
    for model in models:
        if hasattr(model, "KEYS"):
            assert list(model.KEYS) == list(model.model_fields)
            assert set(model.model_fields) <= set(keys), model
    assert {model.__name__ for model in models if not hasattr(model, "KEYS")} == {"Strict", "Ask"}


@pytest.mark.parametrize("name", ROW_MODELS)
def test_the_example_of_a_table_is_a_row_of_it(name: str) -> None:
    (row,) = read_rows(read_table(example(name), f"{name}.csv"), ROW_MODELS[name])
    assert row.row == 2


CONDITIONAL = {"promise", "population", "denominator", "asked", "given"}
"""Columns of which one, or the other, has to be filled in, or only in some rows."""


@pytest.mark.parametrize("name", ROW_MODELS)
def test_what_is_called_required_may_not_be_blank_and_what_is_not_may(name: str) -> None:
    section = guide().split(f"## {name}.csv\n", 1)[1].split("\n## ")[0]
    required = dict(re.findall(r"^\| `(\w+)` \| .* \|(?: (yes))? \|$", section, re.MULTILINE))
    assert list(required) == ROW_MODELS[name].columns()
    (row,) = read_table(example(name), f"{name}.csv").rows
    for column in required.keys() - CONDITIONAL:
        cells = read_table(example(name), f"{name}.csv")
        cells.rows = [{**row, column: ""}]
        errors = sound_rows(cells, ROW_MODELS[name], EMPTY)[1]
        blank = [error for error in errors if error.column == column and error.found == "nothing"]
        assert bool(blank) == bool(required[column]), column
