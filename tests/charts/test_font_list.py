"""No chart waits for the fonts of the machine, and nobody reads how slow that is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# A machine on which everything takes longer than any library's patience: its timers are up as soon as they start.
SLOW = """
import threading
class Impatient(threading.Timer):
    def start(self):
        self.function(*self.args, **self.kwargs)
threading.Timer = Impatient
"""
READY = "from priority_two import font_list\nfrom pathlib import Path\nfont_list.READY = Path({ready!r})\n"
CHART = """
from priority_two.charts import canvas
figure = canvas.new_figure(216, 144)
figure.text(0.5, 0.5, "fi, £ and Ünïcode", fontweight="bold")
print(canvas.svg(figure))
"""


def drawn(home: Path, ready: Path, before: str = SLOW) -> str:
    """Draw a chart in a process of its own, which may say nothing but the chart."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-c", before + READY.format(ready=str(ready)) + CHART],
        env={**settings, "HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What set-up builds, by the command that it runs."""
    folder = tmp_path_factory.mktemp("ready")
    program = READY.format(ready=str(folder)) + "font_list.build()"
    done = subprocess.run([sys.executable, "-c", SLOW + program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    return folder


def test_whoever_draws_waits_for_no_fonts_and_leaves_nothing_at_home(ready: Path, tmp_path: Path) -> None:
    (listed,) = ready.iterdir()
    before = listed.read_bytes()
    assert drawn(tmp_path, ready).startswith("<svg")
    assert list(tmp_path.iterdir()) == []
    assert [file.read_bytes() for file in ready.iterdir()] == [before]


def test_a_home_that_cannot_be_written_to_is_no_hindrance(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert drawn(tmp_path / "file" / "home", ready) == drawn(tmp_path / "file" / "home", tmp_path / "no list")


def test_where_set_up_built_no_list_the_chart_is_the_same_and_nothing_is_said(ready: Path, tmp_path: Path) -> None:
    assert drawn(tmp_path, tmp_path / "no list") == drawn(tmp_path / "another", ready)


def test_nobodys_settings_of_charts_are_read(ready: Path, tmp_path: Path) -> None:
    settings = tmp_path / ".config" / "matplotlib" / "matplotlibrc"
    settings.parent.mkdir(parents=True)
    settings.write_text("no such setting: 1\n", encoding="utf-8")
    assert drawn(tmp_path, ready).startswith("<svg")


def test_a_list_that_is_damaged_is_built_again(ready: Path, tmp_path: Path) -> None:
    (listed,) = ready.iterdir()
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / listed.name).write_bytes(listed.read_bytes()[:100])
    assert drawn(tmp_path / "home", damaged) == drawn(tmp_path / "home", ready)
