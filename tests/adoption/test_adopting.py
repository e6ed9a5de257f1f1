"""docs/adopt.md is followed as it stands, in a folder without a clone of the code: from nothing to a paper."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from conftest import ROOT
from priority_two.cli import main

GUIDE = (ROOT / "docs/adopt.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(yaml|console|text)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
A_MINUTE = 200  # characters that somebody types who types 40 words a minute
GAP = "To fill in: "


def parts(block: str) -> list[tuple[str, list[str]]]:
    """Return the files of a block, each with the lines to type into it."""
    files: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if re.fullmatch(r"[\w./-]+\.(yaml|csv|md|xlsx)", line):
            files.append((line, []))
        else:
            files[-1][1].append(line)
    return files


def fill_in(file: Path, lines: list[str]) -> None:
    """Type lines into a file of the workspace, in place of what is to be filled in."""
    answers = dict(line.split(": ", 1) for line in lines if re.match(r"[\w. -]+: ", line))
    text = file.read_text(encoding="utf-8") if file.suffix != ".xlsx" else ""
    if file.suffix == ".yaml":
        for key, answer in answers.items():
            before = rf"(?m)^( *)- \"{GAP}.*$" if key.endswith(".0") else rf"(?m)^( *){key}: \"{GAP}.*$"
            after = f"- {answer}" if key.endswith(".0") else f"{key}: {answer}"
            text, times = re.subn(before, rf"\g<1>{after}", text)
            assert times == 1, key
        file.write_text(text, encoding="utf-8")
    elif file.suffix == ".csv":
        rows = list(csv.reader(text.splitlines()))
        assert {row[0] for row in rows[1:]} == answers.keys()
        rows = [[answers[row[0]] if cell.startswith(GAP) else cell for cell in row] for row in rows]
        with file.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows)
    elif file.suffix == ".md":
        for key, answer in answers.items():
            text, times = re.subn(rf"(?m)^{key}:$", f"{key}: {answer}", text)
            assert times == 1, key
        file.write_text(f"{text}{lines[-1]}\n", encoding="utf-8")
    else:
        book = openpyxl.load_workbook(file)
        for row in book["Terms"].iter_rows():
            row[1].value = answers.get(row[0].value, row[1].value)
        for row in book["Figures"].iter_rows():
            for cell, figure in zip(row[5:8], answers.get(row[0].value, "").split(), strict=False):
                assert not cell.protection.locked
                cell.value = int(figure)
        book.save(file)


def test_the_guide_leads_from_nothing_to_a_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind, block in BLOCKS:
        if kind == "yaml":
            name, text = block.split("\n", 1)
            Path(name.removeprefix("# ")).write_text(text, encoding="utf-8")
        elif kind == "text":
            for file, lines in parts(block):
                fill_in(Path(file), lines)
        else:
            for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
                if command.startswith("cd "):
                    monkeypatch.chdir(command.removeprefix("cd "))
                    continue
                result = CliRunner().invoke(main, command.removeprefix("priority-two ").split())
                assert (result.exit_code, result.stderr, result.stdout) == (0, "", output), command
    paper = Path("reports/drafts/2026-27-Q1/quarterly-progress-board.html").read_text(encoding="utf-8")
    assert "123" in paper and "llustrative" in paper and GAP not in paper
    shipped = ("Bromley", "VAWG", "Women and Girls", "Croydon", "borough", "ward")
    assert [word for word in shipped if re.search(rf"\b{word}\b", paper)] == []
    status = CliRunner().invoke(main, ["quarter", "2026-27-Q1", "--as-at", "2026-07-20"])
    assert status.stdout.splitlines()[-1].startswith("next: priority-two file quarterly-progress --period 2026-27-Q1 ")


def test_the_guide_says_how_long_the_typing_takes() -> None:
    typed = commands = 0
    for kind, block in BLOCKS:
        if kind == "console":
            lines = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
            commands += len(lines)
            typed += sum(len(line) + 1 for line in lines)
        elif kind == "yaml":
            typed += len(block.split("\n", 1)[1])
        else:
            answers = [line.split(": ", 1)[-1] for _, lines in parts(block) for line in lines]
            typed += sum(len(answer) + 1 for answer in answers)
    minutes = -(-typed // A_MINUTE)
    assert minutes <= 10
    assert f"{typed:,} characters and {commands} commands" in " ".join(GUIDE.split())
    assert f"{minutes} minutes" in " ".join(GUIDE.split())


def test_the_readme_and_the_guide_lead_to_each_other() -> None:
    for page in ("reference-data.md", "collecting-returns.md", "writing-updates.md"):
        assert f"({page})" in GUIDE and (ROOT / "docs" / page).is_file()
