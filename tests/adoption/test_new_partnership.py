"""A new partnership: what is asked, what is refused, and the workspace that comes of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

import second_partnership
from priority_two import commands
from priority_two.adoption.answers import PartnershipAnswers
from priority_two.adoption.tables import ROW_MODELS
from priority_two.cli import main
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.reference.records import read_rows
from priority_two.report.examination import examine
from priority_two.report.request import QUARTERLY, Request
from priority_two.updates.documents import read_updates
from priority_two.workspace import find_workspace

QUARTER = "2026-27-Q1"
ANSWERS = {
    "name": "Anytown Community Safety Partnership",
    "abbreviation": "ACSP",
    "home_area": {"E07000999": "Anytown"},
    "area_type": "district",
    "priority": "Priority One",
    "priority_title": "Domestic abuse",
    "first_quarter": QUARTER,
    "sections": {"A": "Prevent", "B": "Protect"},
    "commitments": {
        "A1": "Train every front-line team in asking about abuse, and in what to do next | A | Head of Training",
        "B1": "Offer an advocate within a day | B",
    },
    "ratings": {"done": "Done", "on-track": "On track", "at-risk": "At risk", "off-track": "Off track"},
    "unranked": {"not-started": "Not started"},
    "partners": {"police": "Anytown Police", "refuge": "Anytown Refuge"},
    "measures": {"POL01": "Incidents reported | police"},
}
OPTIONS = {
    **{key: f"--{key.replace('_', '-')}" for key in ANSWERS},
    "sections": "--section",
    "commitments": "--commitment",
    "ratings": "--rating",
    "unranked": "--unranked",
    "partners": "--partner",
    "measures": "--measure",
    "parts": "--part",
}
"""The options whose names are not those of their questions."""


def call(answers: dict[str, object]) -> list[str]:
    """Return the options that give answers."""
    words = []
    for key, answer in answers.items():
        each = [f"{name}={text}" for name, text in answer.items()] if isinstance(answer, dict) else [str(answer)]
        option = OPTIONS.get(key, f"--{key.replace('_', '-')}")
        words += [word for text in each for word in (option, text)]
    return words


def new_partnership(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["new-partnership", str(folder), *words])


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, but git's own and what a check keeps to be quicker the next time."""
    apart = {".git", "build"}
    files = (path for path in folder.rglob("*") if path.is_file() and not apart & {*path.relative_to(folder).parts})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adoption") / "anytown"
    result = new_partnership(folder, *call(ANSWERS))
    assert (result.exit_code, result.stderr) == (0, "")
    return folder


def test_a_workspace_holds_everything_that_a_first_quarter_takes(workspace: Path) -> None:
    files = set(contents(workspace))
    assert files >= {
        "README.md",
        ".gitignore",
        "priority-two.lock",
        ".ci/run",
        ".github/workflows/checks.yml",
        "data/returns/.gitkeep",
        "data/reference/README.md",
        "data/reference/partnership.yaml",
        f"data/updates/{QUARTER}/A1.md",
        f"data/updates/{QUARTER}/B1.md",
        "templates/police_2026-04_2026-06.xlsx",
        "templates/refuge_2026-04_2026-06.xlsx",
    }
    assert {f"data/reference/{name}.csv" for name in ROW_MODELS} <= files
    assert len((workspace / "README.md").read_text(encoding="utf-8").splitlines()) <= 16
    git = subprocess.run(["git", "status", "--porcelain"], cwd=workspace, capture_output=True, text=True, check=True)
    assert find_workspace(workspace / "data") == workspace.resolve()
    assert "?? data/" in git.stdout.splitlines()  # a repository of its own, in which nothing is committed


def test_every_file_is_read_by_its_own_reader(workspace: Path) -> None:
    folder = DataFolder(workspace / "data")
    catalogue = load_catalogue(folder)
    for name, model in ROW_MODELS.items():
        read_rows(folder.table(f"reference/{name}.csv"), model, catalogue.known)
    assert list(catalogue.partners) == ["police", "refuge"]
    assert [measure.partners for measure in catalogue.measures.values()] == [("police",), ("refuge",)]
    assert (catalogue.area_words.home, catalogue.area_words.whole) == ("district", "the whole district")
    assert catalogue.commitments["A1"].short == "Train every front-line team in"
    assert [rating.rank for rating in catalogue.ratings.values()] == [1, 2, 3, 4, None]
    assert list(catalogue.calendar) == [QUARTER, "2026-27-Q2", "2026-27-Q3", "2026-27-Q4", "2026-27"]
    updates = read_updates(folder, parse(QUARTER), parse(QUARTER).end, catalogue.rating_spellings)
    assert {name: update.front.owner for name, update in updates.items()} == {"A1": "Head of Training", "B1": ""}


def test_validate_lists_everything_to_fill_in_in_the_order_in_which_one_does_it(workspace: Path) -> None:
    validation = commands.validate(workspace / "data")
    files = [flag.errors[0].file for flag in validation.flags if flag.severity == "critical"]
    steps = ["data/reference/", "data/returns", "data/updates/"]
    places = [next(place for place, step in enumerate(steps) if file.startswith(step)) for file in files]
    assert places == sorted(places) and set(places) == {0, 1, 2}
    lines = "\n".join(map(str, validation.flags))
    assert "data/reference/commitments.csv, row 2, column promise" in lines
    assert "data/reference/partnership.yaml, row" in lines and "column priority.statement" in lines
    assert "the returns of Anytown Police and Anytown Refuge for April to June 2026" in lines
    assert f"data/updates/{QUARTER}/B1.md" in lines
    assert validation.stops


def test_a_proof_can_be_made_at_once_and_no_paper(workspace: Path) -> None:
    folder = DataFolder(workspace / "data")
    proof = examine(folder, Request(QUARTERLY, parse(QUARTER), proof=True))
    assert proof.stopping == [] and proof.sound.proof is not None
    assert len(examine(folder, Request(QUARTERLY, parse(QUARTER))).stopping) > 10


def test_the_same_answers_give_the_same_bytes_from_options_and_from_a_file(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump({**ANSWERS, "name": "Another"}, sort_keys=False), encoding="utf-8")
    result = new_partnership(tmp_path / "again", "--answers", str(file), *call({"name": ANSWERS["name"]}))
    assert (result.exit_code, result.stderr) == (0, "")
    assert contents(tmp_path / "again") == contents(workspace)


def test_the_areas_of_a_home_area_have_their_own_word(tmp_path: Path) -> None:
    parts = {f"E0190{number:04d}": f"Anytown {number:03d}A" for number in range(200)}
    words = [word for code, name in parts.items() for word in ("--part", f"{code}={name}")]
    result = new_partnership(tmp_path / "new", *call(ANSWERS), *words, "--part-type", "LSOA")
    assert (result.exit_code, result.stderr) == (0, "")
    catalogue = load_catalogue(DataFolder(tmp_path / "new/data"))
    assert list(catalogue.parts_of_home) == list(parts) and catalogue.area_words.a_part == "an LSOA"


def test_a_partnership_that_was_built_by_hand_can_be_laid_out_from_its_words(tmp_path: Path) -> None:
    built = load_catalogue(DataFolder(second_partnership.build(tmp_path / "by-hand")))
    partnership, words = built.partnership, built.area_words
    answers = {
        "name": partnership.name,
        "abbreviation": partnership.abbreviation,
        "home_area": {partnership.home_area: built.home.name},
        "area_type": words.home,
        "area_types": words.homes,
        "parts": {code: area.name for code, area in built.parts_of_home.items()},
        "part_type": words.part,
        "priority": partnership.priority.name,
        "priority_title": partnership.priority.title,
        "first_quarter": partnership.default_period,
        "sections": {section.section: section.title for section in built.sections},
        "commitments": {name: f"{row.title} | {row.section}" for name, row in built.commitments.items()},
        "ratings": {name: row.word for name, row in built.ratings.items() if row.rank},
        "unranked": {name: row.word for name, row in built.ratings.items() if not row.rank},
        "partners": built.partners,
        "measures": {name: f"{row.title} | {row.partner}" for name, row in built.measures.items()},
    }
    result = new_partnership(tmp_path / "new", *call(answers))
    assert (result.exit_code, result.stderr) == (0, "")
    laid = load_catalogue(DataFolder(tmp_path / "new/data"))
    for of in (
        lambda catalogue: catalogue.partners,
        lambda catalogue: catalogue.area_words,
        lambda catalogue: {code: area.name for code, area in catalogue.parts_of_home.items()},
        lambda catalogue: [(name, row.word, row.rank) for name, row in catalogue.ratings.items()],
        lambda catalogue: [(name, row.title, row.section) for name, row in catalogue.commitments.items()],
        lambda catalogue: [(name, row.title, row.partners) for name, row in catalogue.measures.items()],
        lambda catalogue: catalogue.partnership.priority.title,
    ):
        assert of(laid) == of(built)


def test_what_the_workspace_tells_one_to_do_can_be_done(workspace: Path) -> None:
    text = (workspace / "README.md").read_text(encoding="utf-8") + (workspace / ".ci/run").read_text(encoding="utf-8")
    commands_named = re.findall(r"priority-two ([a-z-]+)([^`\n]*)", text)
    assert {name for name, _ in commands_named} >= {"quarter", "validate", "due", "ingest", "report", "audit"}
    for name, rest in commands_named:
        options = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, name


def test_odd_words_come_back_as_they_were_given(tmp_path: Path) -> None:
    odd = 'Anytown: "Safe", #1 & {all} [of] it, *yes* | no %'
    given = {**ANSWERS, "name": odd, "partners": {"police": "no", "refuge": "1_000: null"}}
    result = new_partnership(tmp_path / "odd", *call(given))
    assert (result.exit_code, result.stderr) == (0, "")
    catalogue = load_catalogue(DataFolder(tmp_path / "odd/data"))
    assert catalogue.partnership.name == odd
    assert catalogue.partnership.lead_partners == ["no", "1_000: null"]


HOSTILE = {
    "a formula": {"name": "=HYPERLINK(1)"},
    "a control character": {"name": "Any\x1b[2Ktown"},
    "two lines": {"priority_title": "Abuse\nname: other"},
    "text in another direction": {"name": "Any\u202etown"},
    "a person's address": {"name": "Ask jo@example.org"},
    "very long words": {"name": "a" * 1000},
    "a path for an id": {"partners": {"../../etc": "Police"}},
    "a path for a commitment": {"commitments": {"../A1": "Train | A"}},
    "a path for a quarter": {"first_quarter": "../2026-27-Q1"},
    "a quarter that is none": {"first_quarter": "2026-27-Q5"},
    "a day that is none": {"board_date": "2026-02-30"},
    "the home area within itself": {"parts": {"E07000999": "Anytown"}},
    "a section that there is not": {"commitments": {"A1": "Train | 9"}},
    "a partner that there is not": {"measures": {"POL01": "Incidents | fire"}},
    "more ratings than can be shown": {"ratings": {f"r{number}": f"Word {number}" for number in range(9)}},
    "two files of one name": {"commitments": {"A1": "Train | A", "a1": "Teach | A"}},
    "a name that no file may have": {"commitments": {"nul": "Train | A"}},
    "two ratings of one word": {"unranked": {"other": "on track"}},
    "no words": {"partners": {"police": " "}},
    "very many partners": {"partners": {f"p{number}": "Name" for number in range(100)}},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_cannot_be_used_is_refused_in_one_line_and_nothing_is_written(case: str, tmp_path: Path) -> None:
    result = new_partnership(tmp_path / "new", *call({**ANSWERS, **HOSTILE[case]}))
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("--") and line.isprintable() and len(line) < 500
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_answered_is_named_at_once(tmp_path: Path) -> None:
    result = new_partnership(tmp_path / "new", *call({"name": "Anytown"}))
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    required = [key for key, field in PartnershipAnswers.model_fields.items() if field.is_required()]
    assert [option for option in OPTIONS.values() if f"{option}," in line or f"{option};" in line] == [
        OPTIONS[key] for key in ANSWERS if key in required and key != "name"
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nam: Anytown\n", "the key 'nam'"),
        ("name: [\n", "plain YAML"),
        ("name: &a Anytown\n", "anchor"),
        ("name: {a: b}\n", "not answered"),
        (yaml.safe_dump({**ANSWERS, "name": 7}), "--name: found something else, expected text"),
        (yaml.safe_dump({**ANSWERS, "partners": "police"}), "--partner: found 'police', expected ids, each with"),
        ("x" * 200_000, "characters"),
    ],
)
def test_a_file_of_answers_is_refused_in_one_line(text: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    result = new_partnership(tmp_path / "new", "--answers", str(tmp_path / "answers.yaml"))
    assert result.exit_code == 2 and part in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "mine.txt").write_text("mine", encoding="utf-8")
    result = new_partnership(tmp_path / "old", *call(ANSWERS))
    assert result.exit_code == 2 and "nothing in it is written over" in result.stderr
    assert contents(tmp_path) == {"old/mine.txt": b"mine"}
    (tmp_path / "empty").mkdir()
    assert new_partnership(tmp_path / "empty", *call(ANSWERS)).exit_code == 0


def test_without_git_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = new_partnership(tmp_path / "new", *call(ANSWERS))
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert "install git" in line and list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="a terminal of its own takes POSIX")
def test_on_a_terminal_what_is_not_answered_is_asked_and_asked_again(tmp_path: Path) -> None:
    import pty

    terminal, end = pty.openpty()
    given = {key: answer for key, answer in ANSWERS.items() if key not in ("abbreviation", "commitments", "partners")}
    typed = "=A1\nACSP\n\n\n\nA1=Train | Z\nA1=Train | A\n\npolice\npolice=Anytown Police\nPolice=Twice\n\n"
    os.write(terminal, typed.encode())
    command = [sys.executable, "-c", "from priority_two.cli import main; main()"]
    try:
        done = subprocess.run(
            [*command, "new-partnership", str(tmp_path / "new"), *call({**given, "measures": {"POL01": "Incidents"}})],
            stdin=end,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(end)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Its abbreviation" in done.stdout and done.stdout.count("Error: ") + done.stderr.count("Error: ") == 4
    catalogue = load_catalogue(DataFolder(tmp_path / "new/data"))
    assert catalogue.partnership.abbreviation == "ACSP" and list(catalogue.partners) == ["police"]
