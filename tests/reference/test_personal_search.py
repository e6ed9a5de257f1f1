"""Personal data in a data folder: refused by line, key or row wherever people write, and repeated nowhere."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import here
from priority_two.checks.waivers import read_waivers
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.reference.export_layouts import read_layout
from priority_two.returns.corrections import load_corrections
from priority_two.returns.store import read_returns
from priority_two.returns.submit.terms import terms_beside
from priority_two.updates.documents import read_appendices, read_updates
from priority_two.updates.strategic_group import read_group_report

QUARTER, DAY = parse("2020-21-Q4"), dt.date(2021, 12, 31)
UPDATE, APPENDIX = "updates/2020-21-Q4/2a.md", "updates/2020-21-Q4/appendices/1.md"
GROUP = "updates/2020-21-Q4/strategic-group/report.md"
CANARY = "Qwertz"
"""What no fault may repeat; it stands in each text that is hidden."""


def refusal(read: Callable[[], object]) -> list[str]:
    with pytest.raises(Refused) as caught:
        read()
    lines = [str(error) for error in caught.value.errors]
    assert CANARY not in " ".join(lines)
    return lines


def put(file: Path, old: str, new: str) -> int:
    """Put a text into a file, and return the line on which it begins."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    place = text.index(old)
    file.write_text(text[:place] + new + text[place + len(old) :], encoding="utf-8")
    return text.count("\n", 0, place) + 1


HIDDEN = {
    "plain": (f"qualifier: seen by Mrs {CANARY}", "a person's name"),
    "folded": (f"qualifier: >-\n  seen by Mrs\n  {CANARY}", "a person's name"),
    "folded in quotes": (f'qualifier: "seen by Mrs\n  {CANARY}"', "a person's name"),
    "escaped": (f'qualifier: "seen by \\x4drs {CANARY}"', "a person's name"),
    "escaped digits": (f'qualifier: "{CANARY} \\u0039434765919"', "an NHS number"),
    "a number": ("qualifier: 9434765919", "an NHS number"),
    "a telephone number as a number": ("qualifier: 7700900123", "a telephone number"),
    "marked": (f"qualifier: Mrs *{CANARY}*", "a person's name"),
    "an old day": ("qualifier: 1984-05-03", "a date of birth"),
    "a key": (f"name_of_victim: {CANARY}\nqualifier:", "a heading for personal data"),
    "a list": (f'qualifier: [a, "{CANARY}@example.org"]', "an e-mail address"),
}


@pytest.mark.parametrize(("written", "kind"), HIDDEN.values(), ids=HIDDEN)
def test_the_front_matter_of_an_update_is_searched_as_it_is_parsed(data: Path, written: str, kind: str) -> None:
    line = next(
        text for text in (data / UPDATE).read_text(encoding="utf-8").splitlines() if text.startswith("qualifier:")
    )
    row = put(data / UPDATE, line, written)
    errors = refusal(lambda: read_updates(DataFolder(data), QUARTER, DAY))
    assert [error.partition(": found ")[0].split(", column")[0] for error in errors] == [f"data/{UPDATE}, row {row}"]
    assert errors[0].partition(": found ")[2].startswith(f"{kind}; expected nothing about a person")


NARRATIVE = {
    "a line": (f"\nMs {CANARY} (943 476 5919) of ZE9 9ZZ was seen.\n", "an NHS number", 1),
    "two lines": (f"\nSeen was Mrs\n{CANARY} in March.\n", "a person's name", 1),
    "stressed": (f"\n- Seen was Mrs **{CANARY}**.\n", "a person's name", 1),
    "escaped": (f"\n{CANARY}\\@example.org\n", "an e-mail address", 1),
    "code": (f"\n```\n{CANARY}\n07700 900123\n```\n", "a telephone number", 3),
    "a link": (f"\n[words](https://example.org/{CANARY}@example.org)\n", "an e-mail address", 1),
    "born": (f"\n{CANARY} was born on 3 May 1984.\n", "a date of birth", 1),
    "a date of birth in figures": (f"\n{CANARY} (03/05/1984)\n", "a date of birth", 1),
}


@pytest.mark.parametrize(("text", "kind", "below"), NARRATIVE.values(), ids=NARRATIVE)
@pytest.mark.parametrize("file", [UPDATE, APPENDIX, GROUP])
def test_a_narrative_is_searched_by_line(data: Path, file: str, text: str, kind: str, below: int) -> None:
    before = "---\nfiled: 2021-04-20\n---\n" if file == GROUP else (data / file).read_text(encoding="utf-8")
    (data / file).parent.mkdir(exist_ok=True)
    (data / file).write_text(before + text, encoding="utf-8")
    folder = DataFolder(data)
    read = {
        UPDATE: lambda: read_updates(folder, QUARTER, DAY),
        APPENDIX: lambda: read_appendices(folder, QUARTER, DAY),
        GROUP: lambda: read_group_report(folder, QUARTER, DAY),
    }
    errors = refusal(read[file])
    row = before.count("\n") + below + 1
    assert errors[0].startswith(f"data/{file}, row {row}: found {kind}; expected nothing about a person; take it out")


def test_nothing_else_of_a_document_is_said_where_it_is_about_a_person(data: Path) -> None:
    put(data / UPDATE, "rating: ", f"rating: {CANARY} ")
    put(data / UPDATE, "qualifier:", f"qualifier: 07700 900123\nreason_{CANARY.lower()}:")
    errors = refusal(lambda: read_updates(DataFolder(data), QUARTER, DAY))
    assert len(errors) == 1 and "found a telephone number" in errors[0]
    done = here("validate", "--data", str(data), "--period", "2020-21-Q4")
    assert done.returncode == 1 and "found a telephone number" in done.stderr
    assert CANARY.lower() not in (done.stdout + done.stderr).lower()


def test_helplines_and_services_may_be_named(data: Path) -> None:
    put(data / "reference" / "partnership.yaml", 'number: "999"', "number: 020 7946 0123")
    (data / UPDATE).write_text(
        (data / UPDATE).read_text(encoding="utf-8") + "\nCall 020 7946 0123, 0808 2000 247 or 0300 123 4567.\n",
        encoding="utf-8",
    )
    assert read_updates(DataFolder(data), QUARTER, DAY)["2a"]


def test_a_correction_is_searched(data: Path) -> None:
    file = data / "reference" / "corrections.yaml"
    record = (
        "C001:\n  return: 2021-03-25_sel-ccg\n  period: 2020-21-Q4\n  measure: HLT01\n  area:\n  breakdown:\n"
        "  expected: 38\n  corrected: 39\n  reason: >\n    Told by Mrs\n    {canary} of a practice.\n"
        "  reporter: {reporter}\n  recorded: 2021-05-04\n  status: open\n  mended_in:\n"
    )
    file.write_text(record.format(canary=CANARY, reporter="An analyst"), encoding="utf-8")
    (error,) = refusal(lambda: load_corrections(DataFolder(data)))
    assert error.startswith(
        "data/reference/corrections.yaml, row 9, column C001: found a person's name; expected nothing"
    )
    file.write_text(record.format(canary="them", reporter=f"Dr {CANARY}"), encoding="utf-8")
    (error,) = refusal(lambda: load_corrections(DataFolder(data)))
    assert error.startswith("data/reference/corrections.yaml, row 12, column C001: found a person's name")


@pytest.mark.parametrize(
    ("file", "old", "new", "column"),
    [
        ("waivers.csv", "Transcribed", f"As Mrs {CANARY} says: transcribed", "reason"),
        ("partners.csv", "Metropolitan", f"Mr {CANARY} of the Metropolitan", "name"),
        ("commitments.csv", "The strategy", f"The strategy of Dr {CANARY}", "promise"),
        ("abbreviations.csv", "Adult", f"{CANARY}@example.org Adult", "expansion"),
        ("calendar.csv", "Quarter", f"{CANARY} 943 476 5919 Quarter", "label"),
        ("partnership.yaml", "board: ", f"board: Mrs {CANARY} of the ", "board"),
        ("partnership.yaml", "    - Chair", f"    - Mrs {CANARY} and the Chair", "filing"),
    ],
)
def test_reference_tables_are_searched(data: Path, file: str, old: str, new: str, column: str) -> None:
    put(data / "reference" / file, old, new)

    def read() -> None:
        read_waivers(DataFolder(data))
        load_catalogue(DataFolder(data))

    (line,) = refusal(read)
    assert line.startswith(f"data/reference/{file}, row ") and f", column {column}: found " in line
    assert "expected nothing about a person" in line


@pytest.mark.parametrize("key", ["explanation", "contact_post", "title"])
def test_a_layout_is_searched(data: Path, key: str) -> None:
    put(data / "reference" / "layouts" / "police-uk-street.yaml", f"{key}: ", f"{key}: Told by Mrs {CANARY} that ")
    lines = refusal(lambda: read_layout(DataFolder(data), load_catalogue(DataFolder(data)), "police-uk-street"))
    assert len(lines) == 1 and f"column {key}: found a person's name" in lines[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "kind"),
    [
        ("observations.csv", ',38,,"', f',38,,"of {CANARY} and 9434765919 ', "row 2, column number 7", "an NHS number"),
        ("observations.csv", "HLT01", f"Mrs {CANARY}", "row 2, column number 2", "a person's name"),
        ("observations.csv", ",note", ",name_of_victim", "row 1, column number 7", "a heading for personal data"),
        ("observations.csv", ",38,", ",7700900123,", "row 2, column number 5", "a telephone number"),
        ("terms.yaml", "contact_post:", f"contact_post: >\n  Mrs\n  {CANARY}\nold:", "", "a person's name"),
        ("terms.yaml", "permission: publish", f"permission: Mr {CANARY}", "", "a person's name"),
        ("terms.yaml", "explanation:", f'explanation: "\\x4drs {CANARY}"\nold:', "", "a person's name"),
    ],
)
def test_a_return_put_into_the_store_by_hand_is_searched(
    data: Path, file: str, old: str, new: str, row: str, kind: str
) -> None:
    target = data / "returns" / "2021-05-01_sel-ccg"
    shutil.copytree(data / "returns" / "2021-03-25_sel-ccg", target)
    put(target / file, old, new)
    errors = refusal(lambda: read_returns(DataFolder(data)))
    assert errors[0].startswith(f"data/returns/2021-05-01_sel-ccg/{file}, {row}")
    assert f": found {kind}; expected nothing about a person" in errors[0]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (f"explanation: >-\n  An extract that Mrs\n  {CANARY} drew.", "a person's name"),
        (f'contact_post: "\\x4drs {CANARY}"', "a person's name"),
        ("contact_post: 7700900123", "a telephone number"),
        (f"contact_post:\n  name_of_lead: {CANARY}\n  victim_name: x", "a heading for personal data"),
    ],
)
def test_terms_beside_a_csv_are_searched_as_they_are_parsed(data: Path, tmp_path: Path, item: str, kind: str) -> None:
    file = tmp_path / "police.terms.yaml"
    keys = {
        "partner": "partner: police",
        "extract_date": "extract_date: 2021-07-01",
        "months": "months: 2021-04..2021-06",
        "explanation": "explanation: An extract.",
        "permission": "permission: publish",
        "contact_post": "contact_post: Performance team",
        "synthetic": "synthetic: no",
    }
    file.write_text("\n".join((keys | {item.partition(":")[0]: item}).values()) + "\n", encoding="utf-8")
    reading = terms_beside(file, load_catalogue(DataFolder(data)), dt.date(2021, 7, 12), "", frozenset())
    lines = [str(error) for error in reading.errors]
    assert reading.terms is None and CANARY not in " ".join(lines)
    assert any(f"found {kind}; expected nothing about a person" in line for line in lines), lines
