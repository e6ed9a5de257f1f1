"""What docs/collecting-returns.md says is so: its commands say what stands there, and its tables name every key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from conftest import DATA, ROOT, whole_copy
from priority_two.cli import main
from priority_two.reference.export_layouts import AreaColumn, Condition, CountedAs, ExportLayout
from priority_two.reference.partnership import AskingForReturns

GUIDE = (ROOT / "docs/collecting-returns.md").read_text(encoding="utf-8")


def test_the_commands_say_what_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_copy(tmp_path)
    shutil.copy2(ROOT / "tests/fixtures/exports/illustrative-ward-crime.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```console\n\$ priority-two (.*?)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    for command, output in blocks:
        result = CliRunner().invoke(main, command.split())
        assert (result.exit_code, result.stderr, result.stdout) == (0, "", output), command


def test_the_guide_names_every_key_of_a_layout_and_no_other() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", GUIDE, re.MULTILINE)
    assert [key for cell, _ in rows for key in re.findall(r"`(\w+)`", cell)] == list(ExportLayout.model_fields)
    meanings = dict(rows)
    for key, model in (("`areas`", AreaColumn), ("`figures`", CountedAs)):
        named = re.findall(r"`(\w+)`", meanings[key])
        assert [word for word in named if word in model.model_fields] == list(model.model_fields)
    condition = re.search(r"^A condition has .*$", GUIDE, re.MULTILINE)[0]
    assert re.findall(r"`(\w+)`", condition) == list(Condition.model_fields)


def test_the_examples_of_the_guide_are_read() -> None:
    asking, ignored = (yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.M))
    AskingForReturns.model_validate(asking["asking_for_returns"])
    assert [Condition.model_validate(each) for each in ignored["ignored"]]
    shipped = yaml.safe_load((DATA / "reference/partnership.yaml").read_text(encoding="utf-8"))
    assert shipped["asking_for_returns"] == asking["asking_for_returns"]
