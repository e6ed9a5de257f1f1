"""The same inputs give the same bytes, whatever surrounds a run.

Two papers that the README's commands made are made once more, both at once, with everything around them changed: a run
takes too long for one to each thing, and bytes that are the same after all changes at once hang on none of them. Each
thing has its own case, which first looks at what the command and its notebook's kernel saw of it, so that none passes
because nothing was changed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from elsewhere import HOST, NUMBER, files_in, surroundings

from checkers import unavailable
from conftest import ROOT, Clone, whole_copy
from own_settings import HOME, MODULES, settings_of, write_all

QUARTERLY = "2020-21-Q4/quarterly-progress-board"
SHEET = "2021-03/data-sheet-board"
ENDINGS = (".html", ".pdf", ".ipynb", ".manifest.json")
FILES = {QUARTERLY: ENDINGS, SHEET: (*ENDINGS, ".xlsx")}
DAYS = {QUARTERLY: "2039-05-17", SHEET: "1999-02-03"}  # after the seconds of 32 bits, and before all that is told
TURKISH = "tr_TR.ISO-8859-9"  # a comma in numbers, an i of its own, and no UTF-8
USER = "somebody-else"
OTHER_FONTS = """<?xml version="1.0"?>
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir><match target="pattern">
<edit name="family" mode="prepend" binding="strong"><string>DejaVu Sans</string></edit>
</match></fontconfig>
"""


@dataclass(frozen=True)
class Again:
    """What became of the two papers, and what they saw: by paper, then ``command`` and ``kernel``."""

    folder: Path
    said: list[tuple[str, str, int]]
    seen: dict[str, dict[str, dict[str, Any]]]
    data_before: dict[Path, int]
    data_after: dict[Path, int]
    charts_after: list[str]


@pytest.fixture(scope="module")
def there(clone: Clone) -> dict[str, Any]:
    """Return what surrounded the papers that the README's commands made."""
    printed = next(said for command, _, said, _ in clone.ran if command == "make report")
    papers = printed.count(".manifest.json")  # side by side, each in a process
    known = {"directory": str(clone.folder), "number of jobs": papers}
    return {**surroundings(), **known}


@pytest.fixture(scope="module")
def again(drafts: Path, there: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Again:
    """Make two papers once more. A run takes half a minute of a processor, so one pair shows all that it can."""
    base = tmp_path_factory.mktemp("again")
    folder = base / "a folder, é"
    data = whole_copy(folder)
    for place in (folder, data):  # modules and settings that would be somebody's own
        write_all(place, MODULES)
    before = times(data)
    both = {
        "HOME": str(base / "home"),
        "USER": USER,
        "LOGNAME": USER,
        "USERNAME": USER,
        "LOCPATH": str(base / "locales"),
    }
    settings = {
        QUARTERLY: {
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": TURKISH if localised(base / "locales") else "C",
            "PYTHONHASHSEED": "12345",
            "COLUMNS": "40",
            "MPLCONFIGDIR": str(other_charts(base)),
            "PYTHONPYCACHEPREFIX": str(base / "no bytecode yet"),
            "FONTCONFIG_FILE": str(other_fonts(base)),
        },
        SHEET: {
            "TZ": "America/St_Johns",
            "LC_ALL": "C.UTF-8" if there["locale"][0] == "C" else "C",
            "PYTHONHASHSEED": "54321",
            "COLUMNS": "500",
        },
    }
    runs = [
        subprocess.Popen(
            [*clock(paper), sys.executable, ROOT / "tests/record/elsewhere.py", told(base, paper), "report", *wanted],
            cwd=folder,
            env={**os.environ, **both, **settings[paper]},
            umask=umask if os.name == "posix" else -1,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for paper, umask, wanted in (
            (QUARTERLY, 0o077, ("quarterly-progress", "--period", "2020-21-Q4")),
            (SHEET, 0o000, ("data-sheet", "--period", "2021-03")),
        )
    ]
    said = [(*run.communicate(), run.returncode) for run in runs]
    assert [(complained, status) for _, complained, status in said] == [("", 0)] * 2
    seen = {paper: json.loads(told(base, paper).read_text(encoding="utf-8")) for paper in FILES}
    return Again(folder, said, seen, before, times(data), files_in(str(base / "charts")))


def told(base: Path, paper: str) -> Path:
    file = base / Path(paper).name / "seen.json"
    file.parent.mkdir(exist_ok=True)
    return file


def clock(paper: str) -> list[str]:
    found = shutil.which("datefudge")  # and not faketime, which bends waiting too: no kernel would ever answer
    return [found, f"{DAYS[paper]} 12:00 UTC"] if found else []


def localised(folder: Path) -> bool:
    """Compile the Turkish locale, of which few machines have the result and most the source."""
    folder.mkdir()
    language, charset = TURKISH.split(".")
    command = ["localedef", "--no-archive", "-i", language, "-f", charset, folder / TURKISH]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def other_fonts(base: Path) -> Path:
    """Write somebody's settings by which another family comes before each that is asked for."""
    import matplotlib

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    file = base / "fonts.conf"
    file.write_text(OTHER_FONTS.format(fonts=fonts, cache=base / "no fonts yet"), encoding="utf-8")
    return file


def other_charts(base: Path) -> Path:
    """Write somebody's settings by which charts are dark, and another library draws them."""
    folder = base / "charts"
    folder.mkdir()
    (folder / "matplotlibrc").write_text("axes.facecolor: black\nfont.size: 30\nbackend: pdf\n", encoding="utf-8")
    return folder


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


SEEN_BY_BOTH = (
    "home",
    "user name",
    "user number",
    "host name",
    "system date",
    "time zone",
    "locale",
    "umask",
    "width of the terminal",
)
SEEN_BY_THE_COMMAND = (
    "directory",
    "hash seed",
    "number of jobs",
    "number of the process",
    "settings of charts",
    "settings of fonts",
)
OF_ONE_PAPER = ("number of jobs", "settings of charts", "settings of fonts", "cache of bytecode")


@pytest.mark.parametrize("what", [*SEEN_BY_BOTH, *SEEN_BY_THE_COMMAND, "cache of bytecode"])
def test_the_same_inputs_give_the_same_bytes(what: str, drafts: Path, there: dict[str, Any], again: Again) -> None:
    possible(what, again)
    for paper in [QUARTERLY] if what in OF_ONE_PAPER else FILES:
        seen = again.seen[paper]
        assert seen["command"][what] != there[what]
        assert what not in SEEN_BY_BOTH or seen["kernel"][what] == seen["command"][what]
        for ending in FILES[paper]:
            made = again.folder / "reports" / "drafts" / (paper + ending)
            assert made.read_bytes() == (drafts / (paper + ending)).read_bytes(), paper + ending


def test_no_setting_of_a_home_or_a_shell_changes_a_byte_of_a_paper(drafts: Path, clone: Clone, again: Again) -> None:
    # The clone's data sheet was made by somebody who has set whatever can be set, and this one without any of it.
    left = {path.relative_to(clone.home).as_posix() for path in clone.home.rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith("compiled/")} == HOME.keys()
    assert not [name for name in left if "/pandas/" in name]  # before it began anew, without these settings
    assert len(settings_of(clone.home)) > 30
    for ending in FILES[SHEET]:
        made = again.folder / "reports" / "drafts" / (SHEET + ending)
        assert made.read_bytes() == (drafts / (SHEET + ending)).read_bytes(), ending


def test_modules_and_settings_in_the_data_folder_change_no_byte(drafts: Path, again: Again) -> None:
    assert all((again.folder / place / name).is_file() for name in MODULES for place in ("data", "."))
    for paper, endings in FILES.items():
        for ending in endings:
            made = again.folder / "reports" / "drafts" / (paper + ending)
            assert made.read_bytes() == (drafts / (paper + ending)).read_bytes(), paper + ending


def possible(what: str, again: Again) -> None:
    """Stop where the machine lets nobody change a thing, and say what would."""
    seen = again.seen[QUARTERLY]["command"][what]
    if what == "system date" and not clock(QUARTERLY):
        unavailable("datefudge")
    if what == "locale" and seen[0] != TURKISH:
        unavailable("locales")
    if (what == "user number" and seen != NUMBER) or (what == "host name" and seen != HOST):
        pytest.skip("this system gives a process no users and no host name of its own")


def test_the_surroundings_are_those_that_were_meant(there: dict[str, Any], again: Again) -> None:
    for paper, day in DAYS.items():
        seen = again.seen[paper]
        assert seen["command"]["user name"] == seen["kernel"]["user name"] == USER
        assert seen["kernel"]["system date"] == (day if clock(paper) else there["system date"])
        assert Path(seen["kernel"]["directory"]).name == "data"
    first, second = (again.seen[paper] for paper in FILES)
    assert first["command"]["hash seed"] != second["command"]["hash seed"]
    assert first["kernel"]["hash seed"] == second["kernel"]["hash seed"]  # settled for what a notebook does
    assert (first["command"]["time zone"], second["command"]["time zone"]) in (("+1400", "-0330"), ("+1400", "-0230"))
    assert (first["command"]["umask"], second["command"]["umask"]) == (0o077, 0)
    assert first["command"]["settings of charts"] == ["matplotlibrc"]
    assert Path(first["command"]["settings of fonts"]).name == "fonts.conf"
    assert first["kernel"]["settings of fonts"] is None  # a notebook runs without what somebody has set
    assert again.charts_after == ["matplotlibrc"]  # what matplotlib finds out of the machine's fonts, set-up has kept


def test_runs_at_once_neither_collide_nor_leave_anything_but_their_papers(again: Again) -> None:
    assert again.data_after == again.data_before
    assert {path.name for path in again.folder.iterdir()} == {"data", "reports", *(Path(n).parts[0] for n in MODULES)}
    made = {path.relative_to(again.folder).as_posix() for path in (again.folder / "reports").rglob("*.*")}
    said = [line for stdout, _, _ in again.said for line in stdout.splitlines()]
    assert made == {line for line in said if "expectations: 0 critical, " not in line}
    assert made == {f"reports/drafts/{paper}{ending}" for paper, endings in FILES.items() for ending in endings}


def test_nothing_that_is_hashed_tells_of_the_run(clone: Clone, there: dict[str, Any], again: Again) -> None:
    days = {there["system date"], *DAYS.values()}
    telling = {HOST, USER, *days, *(day.replace("-", "") for day in days)}  # the latter as a PDF has them
    telling |= {str(folder) for folder in (again.folder.parent, clone.folder, ROOT)}
    telling |= {"/tmp/tmp", "/tmp/p2-", "/tmp/priority-two", "/tmp/weasyprint"}
    for paper, endings in FILES.items():
        for ending in endings:
            for part, content in parts(again.folder / "reports" / "drafts" / (paper + ending)):
                found = sorted(text for text in telling if text.encode() in content)
                assert found == [], f"{paper}{ending} {part}"


def parts(file: Path) -> list[tuple[str, bytes]]:
    """Return what stands in a file, uncompressed."""
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            return [(name, archive.read(name)) for name in archive.namelist()]
    if file.suffix == ".pdf":
        with pikepdf.open(file) as pdf:
            assert "/CreationDate" not in pdf.docinfo and "/ModDate" not in pdf.docinfo
            streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
            return [("itself", file.read_bytes()), *((str(one.objgen), one.read_bytes()) for one in streams)]
    return [("itself", file.read_bytes())]


def test_a_run_notebook_holds_no_time_no_duration_and_no_random_id(again: Again) -> None:
    for paper, name in ((QUARTERLY, "quarterly_progress"), (SHEET, "data_sheet")):
        source = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
        run = json.loads((again.folder / "reports" / "drafts" / f"{paper}.ipynb").read_text(encoding="utf-8"))
        assert set(run["metadata"]) <= {"kernelspec", "language_info"}
        assert "version" not in run["metadata"]["language_info"]
        assert all(set(cell["metadata"]) <= {"tags"} for cell in run["cells"])
        ids = [cell["id"] for cell in run["cells"]]
        injected = [one for one in ids if one not in {cell["id"] for cell in source["cells"]}]
        assert injected == [one for one in ids if re.fullmatch(r"injected-parameters-\d+", one)] and len(injected) == 1
