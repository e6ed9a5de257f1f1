"""Guidance for authors: what docs/writing-updates.md says of keys, bindings and rule tables is so."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import DATA, ROOT, WORKSPACE
from priority_two.checks import rules
from priority_two.checks.prose import LITERAL, UNBOUND, numerals, passages
from priority_two.files.data_folder import DataFolder
from priority_two.reference.catalogue import load_catalogue
from priority_two.updates.documents import (
    Achievement,
    Allowed,
    AppendixFront,
    BriefingFront,
    Contact,
    Document,
    Front,
    Milestone,
    read_document,
)
from priority_two.updates.markdown import FORMS, read

GUIDE = (ROOT / "docs/writing-updates.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"^```markdown\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)[1]


def example(folder: Path) -> Document:
    """Read the guide's example as an update."""
    file = folder / "updates/2021-22-Q1/6b.md"
    file.parent.mkdir(parents=True)
    file.write_text(EXAMPLE, encoding="utf-8")
    return read_document(DataFolder(folder), "updates/2021-22-Q1/6b.md", Front)


def table(heading: str) -> list[list[str]]:
    """Return the code words of the first cells of a section's table, and the rest of each row."""
    section = GUIDE.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    assert rows
    return rows


def test_the_guide_names_every_key_of_an_update_and_no_other() -> None:
    named = [key for row in table("The keys") for key in re.findall(r"`(\w+)`", row[0])]
    assert named == list(Front.model_fields)
    required = [key for key, field in Front.model_fields.items() if field.is_required()]
    assert required == named[: named.index("basis") + 1]  # all keys down to basis stand in every file


def test_the_example_of_the_guide_is_an_update_that_has_every_key(tmp_path: Path) -> None:
    document = example(tmp_path)
    assert set(document.lines) == set(Front.model_fields)
    (milestone,), (achievement,) = document.front.milestones, document.front.achievements
    assert set(Milestone.model_fields) == {
        path.split(".")[2] for path in document.inner if path.startswith("milestones.0.")
    }
    assert (milestone.slip_label, achievement.milestone) == ("2 months", milestone.id)
    assert set(Achievement.model_fields) == {"text", "commitment", "milestone"}
    assert set(Allowed.model_fields) == {"text", "reason"}
    kinds = [one.kind for one in numerals(passages(document), (), [one.text for one in document.front.literals])]
    assert LITERAL in kinds and UNBOUND not in kinds


def test_the_example_binds_what_can_be_bound(tmp_path: Path) -> None:
    document, catalogue = example(tmp_path), load_catalogue(DataFolder(DATA))
    bound = read(document.narrative).bindings
    assert {one.name for one in bound} == set(FORMS) == set(re.findall(r"\{\{ (\w+)\(", GUIDE))
    assert len(bound) == EXAMPLE.count("{{")
    for one in [*bound, *read("\n".join(re.findall(r"`(\{\{.*?\}\})`", GUIDE))).bindings]:
        if one.name == "value":
            code = one.arguments["measure"], one.arguments.get("breakdown", "")
            assert code[0] in catalogue.measures and (not code[1] or code in catalogue.breakdowns)
    keywords = set(re.findall(r"`(\w+)=`", GUIDE))
    assert keywords <= set(FORMS["value"][1]) and len(keywords) == 3
    assert document.front.commitment in catalogue.commitments and document.front.rating in catalogue.ratings


def test_the_guide_names_every_key_of_a_briefing_and_no_other() -> None:
    section = GUIDE.split("## A Board briefing\n", 1)[1].split("\n## ")[0]
    appendix = [key for key, one in AppendixFront.model_fields.items() if one.is_required()]
    briefing = [*BriefingFront.model_fields]
    contact = briefing.index("contacts") + 1
    assert re.findall(r"`(\w+)`", section) == [
        *appendix,
        "briefing",
        *briefing[:contact],
        *Contact.model_fields,
        *briefing[contact:],
    ]
    assert "`purpose` (may be left out)" in section
    assert [key for key, one in BriefingFront.model_fields.items() if not one.is_required()] == ["purpose"]


def test_the_guide_gives_the_columns_of_every_rule_table() -> None:
    records = {
        "names": rules.Name,
        "bodies": rules.Body,
        "placeholders": rules.Placeholder,
        "totals": rules.Total,
        "attributions": rules.Attribution,
        "related": rules.Related,
    }
    rows = {row[0].strip("`"): row[1].strip("`").split(",") for row in table("The rules that words are held against")}
    assert set(rows) == {f"{name}.csv" for name in records}
    for name, record in records.items():
        head = (DATA / f"reference/{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        assert rows[f"{name}.csv"] == head == record.columns()


def test_every_file_that_the_guide_names_is_there() -> None:
    files = set(re.findall(r"`((?:data|docs|src)/[\w./-]+)`", GUIDE))
    assert files >= {"data/reference/rag.csv"}
    assert [
        file for file in sorted(files) if not ((WORKSPACE if file.startswith("data/") else ROOT) / file).exists()
    ] == []
    assert "(docs/writing-updates.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
