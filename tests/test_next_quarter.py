"""The quarter after those that ship, made as the README's list for the analyst says, and its paper."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from bs4 import BeautifulSoup
from click.testing import CliRunner

from checkers import pdf_text, pdfua
from conftest import lean_copy
from priority_two import commands
from priority_two.cli import main
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.partnership import Headline, load_partnership
from priority_two.report.request import read_requests

LAST, NEXT, MONTHS = "2020-21-Q4", "2021-22-Q1", "2021-04..2021-06"
BOARD = ("2021-07-22", "22 July 2021")
STEM = f"{NEXT}/quarterly-progress-board"
RATINGS = "Rating of each commitment, 2020-21 and 2021-22"

# What the leads write, where it is not what they wrote last: by commitment, keys of the front matter.
CHANGED: dict[str, dict[str, str]] = {
    "2a": {
        "rating": "amber",
        "reason": "The directory of support was put back once more",
        "action": "Have the directory reviewed by the new coordinator",
        "owner": "Communications lead",
        "due": "2021-09-30",
    },
    "3a": {"rating": "amber"},
    "3b": {"owner": "Strategic Lead", "due": "2021-09-30", "reason": "Three partners have yet to share their data"},
    "6a": {"rating": "green"},
}
NEEDED = {"reason": "Partners have yet to answer", "action": "Ask again", "owner": "Forum chair", "due": "2021-10-01"}
MILESTONES = {
    "1a": ("current:\n    met:\n", "current:\n    met: 2021-04-28\n"),
    "2a": ("current: 2021-05\n", "current: 2021-09\n"),
    "5": ("current:\n    met:\n", "current:\n    met: 2021-03-31\n"),
}
TOLD = {"6b": 'At the end of June {{ value("HLT01") }} practices were accredited.'}

# What partners send: by the code and breakdown of their workbook, or as rows.
WORKBOOKS: dict[str, dict[tuple[str, str], int]] = {
    "lbb": {
        **{("COM01", "printed"): 12000, ("COM01", "distributed"): 10400, ("COM01", "in-stock"): 1600},
        **{("COM02", "due"): 5, ("COM02", "issued"): 4, ("GOV01", "total"): 9, ("HLT04", "gp"): 3},
    },
    "sel-ccg": {("HLT01", "total"): 40, ("HLT03", "total"): 15, ("HLT04", "gp"): 20},
}
ROWS = {
    "bcwa": ["IDV03,,custody-suite,1,,", "IDV03,,eifs,1,,", "IDV03,,csc-asc,1,,", "IDV03,,bcwa,3,,"],
    "public-protection": ["DHR01,,,3,,", "DHR01,,panel,1,,"],
}
ANSWERS = {
    "Date the figures were drawn": "2021-07-08",
    "What the figures are": "Counts from the service's own log.",
    "Permission": "publish",
    "Post to ask": "Service manager",
    "Made-up figures": "yes",
}
TERMS = f"""partner: %s
extract_date: 2021-07-08
months: {MONTHS}
explanation: Counts from the service's own log.
permission: publish
contact_post: Service manager
synthetic: true
"""


def call(data: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the command on a data folder; give its exit status, what it said, and what it complained of."""
    done = CliRunner().invoke(main, [*arguments, "--data", str(data)])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout.splitlines(), done.stderr.splitlines()


def raw(file: Path) -> dict[str, Any]:
    """Return a file's front matter as a plain YAML reader sees it."""
    return dict(yaml.safe_load(file.read_text(encoding="utf-8").split("\n---\n")[0].removeprefix("---\n")))


def fill_in(file: Path) -> None:
    """Fill in an update from what stands there: what is not changed is rated as it was last quarter."""
    name, text = file.stem, file.read_text(encoding="utf-8")
    last = re.search(r"^# last quarter: (green|amber|red)$", text, re.MULTILINE)
    keys = {"written": "2021-07-15", "basis": "illustrative", **CHANGED.get(name, {})}
    if last:
        keys = {"rating": last[1], "qualifier": "What was planned for the quarter is under way", **keys}
        if keys["rating"] != "green":
            keys = {**NEEDED, **keys}
    for key, value in keys.items():
        text, times = re.subn(rf"^{key}:.*$", f"{key}: {value}", text, count=1, flags=re.MULTILINE)
        assert times == 1, (name, key)
    if name in MILESTONES:
        old, new = MILESTONES[name]
        assert old in text
        text = text.replace(old, new)
    file.write_text(text + TOLD.get(name, "What was planned for the quarter is under way.") + "\n", encoding="utf-8")


def workbook(data: Path, folder: Path, partner: str) -> Path:
    """Have a partner's workbook laid out, and fill it in."""
    file = folder / f"{partner}.xlsx"
    assert call(data, "template", partner, "--months", MONTHS, "--out", str(file)) == (0, [file.as_posix()], [])
    book = openpyxl.load_workbook(file)
    for row in book["Terms"].iter_rows(min_row=4):
        row[1].value = ANSWERS.get(row[0].value, row[1].value)
    sheet = book["Figures"]
    quarter = [cell.value for cell in sheet[3]].index("Quarter One 2021-22")
    rows = {(row[0].value, row[1].value): row for row in sheet.iter_rows(min_row=4)}
    for code, value in WORKBOOKS[partner].items():
        rows[code][quarter].value = value
    book.save(file)
    return file


def plain(folder: Path, partner: str) -> Path:
    """Write a partner's figures as a CSV with its terms beside it."""
    rows = "".join(f"{NEXT},{row}\n" for row in ROWS[partner])
    file = folder / f"{partner}.csv"
    file.write_text(f"period,measure,area,breakdown,value,status,note\n{rows}", encoding="utf-8")
    file.with_suffix(".terms.yaml").write_text(TERMS % partner, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return the data with every update of the next quarter written, and what was said when they were laid out."""
    data = lean_copy(tmp_path_factory.mktemp("next"))
    status, said, complaints = call(data, "new-period", NEXT)
    assert (status, complaints) == (0, [])
    for file in sorted((data / "updates" / NEXT).iterdir()):
        fill_in(file)
    return data, said


@pytest.fixture(scope="module")
def asked(written: tuple[Path, list[str]]) -> list[str]:
    """Return what `validate` finds critical before any partner has sent anything."""
    data, said = written
    (row,) = [line.split(" as a row ")[1] for line in said if line.startswith("enter the Board's date")]
    with (data / "reference/calendar.csv").open("a", encoding="utf-8") as calendar:
        calendar.write(row.replace("YYYY-MM-DD", BOARD[0]) + "\n")
    status, _, complaints = call(data, "validate", "--period", NEXT)
    assert status == 1
    return [line for line in complaints if line.startswith("critical: ")]


@pytest.fixture(scope="module")
def paper(
    written: tuple[Path, list[str]], asked: list[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, BeautifulSoup]:
    """Return the drafts with the quarter's paper, and its HTML, parsed."""
    data, folder = written[0], tmp_path_factory.mktemp("sent")
    files = [workbook(data, folder, name) for name in WORKBOOKS] + [plain(folder, name) for name in ROWS]
    for file in files:
        status, said, complaints = call(data, "ingest", str(file), "--received", "2021-07-12")
        assert (status, complaints) == (0, []) and said[-1].startswith("accepted: ")
    status, said, complaints = call(data, "validate", "--period", NEXT)
    assert (status, [line for line in complaints if line.startswith("critical")]) == (0, [])
    assert ": 0 critical, " in said[-1]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):  # without a terminal
        files, (summary,) = commands.report(read_requests(data, "quarterly-progress", NEXT), data, folder)
    assert {file.relative_to(folder / "drafts").as_posix() for file in files} == {
        f"{STEM}{ending}" for ending in (".html", ".ipynb", ".pdf", ".manifest.json")
    }
    assert summary.startswith(f"quarterly-progress {NEXT}: ") and output.getvalue() == ""
    return folder / "drafts", BeautifulSoup((folder / f"drafts/{STEM}.html").read_bytes(), "html.parser")


def cells(soup: BeautifulSoup, caption: str) -> list[list[str]]:
    """Return the cells of a table by its caption, which may go on to say what of it is illustrative."""
    (found,) = [one for one in soup.find_all("table") if words(one.caption).split(" Hatched ")[0] == caption]
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")]


def words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()


def test_the_boards_date_is_asked_for_as_the_row_to_type(written: tuple[Path, list[str]]) -> None:
    (line,) = [line for line in written[1] if line.startswith("enter")]
    assert line == (
        f"enter the Board's date for {NEXT} in data/reference/calendar.csv, once it is known, "
        f"as a row {NEXT},Quarter One 2021-22,YYYY-MM-DD,,"
    )


def test_what_nobody_sent_yet_is_asked_for_by_partner(asked: list[str]) -> None:
    headlines = [line for line in asked if "column headlines" in line]
    exhibits = [line for line in asked if "column exhibits" in line]
    (bound,) = [line for line in asked if "column value" in line]
    assert len(asked) == len(headlines) + len(exhibits) + 1
    senders = {
        "HLT01": "NHS South East London Clinical Commissioning Group (Bromley) (sel-ccg)",
        "COM01 distributed": "London Borough of Bromley (lbb)",
        "DHR01": "Bromley Public Protection (public-protection)",
    }
    for figure, sender in senders.items():
        (line,) = [line for line in headlines if f"no observation of {figure} {NEXT} had" in line]
        assert line.endswith(
            f"; have it in a return of {sender}, or add until: {LAST} to end the headline with that paper"
        )
    advocates = "Bromley and Croydon Women's Aid (bcwa) or Victim Support (victim-support)"
    assert any(line.endswith(f"have it in a return of {advocates}, or take the exhibit out") for line in exhibits)
    assert bound.startswith(f"critical: data/updates/{NEXT}/6b.md, row ")
    assert bound.endswith(f"have it in a return of {senders['HLT01']}, or bind one that is there")
    # Seven tiles of the quarter; the one whose period is over stands in the last paper only.
    assert len(headlines) == 7 and not any("POL01" in line for line in asked)


def test_the_paper_is_that_of_the_quarter_and_its_board(paper: tuple[Path, BeautifulSoup]) -> None:
    masthead = words(paper[1].find("header"))
    for said in (
        "Progress report: Quarter One 2021-22",
        f"For the meeting of{BOARD[1]}",
        "CoversApril to June 2021",
    ):
        assert said in masthead
    assert f"the meeting of the Safer Bromley Partnership Board on {BOARD[1]}" in words(paper[1])
    assert "A hatched edge marks figures that are illustrative: made up" in words(paper[1])
    told = words(paper[1].find(id="commitment-6b"))
    assert "At the end of June 40 (illustrative) practices were accredited." in told


def test_each_rating_says_which_way_it_went_since_the_last_year(
    paper: tuple[Path, BeautifulSoup], written: tuple[Path, list[str]]
) -> None:
    then, now = (
        {file.stem: raw(file)["rating"] for file in (written[0] / "updates" / period).glob("*.md")}
        for period in (LAST, NEXT)
    )
    rows = {row[0].split()[0]: row[4:] for row in cells(paper[1], RATINGS)[1:16]}
    assert len(rows) == 15
    assert rows["2a"] == rows["3a"] == ["Green", "Amber", "worse"]
    assert rows["6a"] == ["Amber", "Green", "better"]
    for name in rows.keys() - CHANGED.keys() | {"3b"}:
        assert then[name] == now[name]
        assert rows[name] == [then[name].capitalize(), now[name].capitalize(), "no change"]


def test_the_history_goes_across_the_year_and_says_what_is_illustrative(
    paper: tuple[Path, BeautifulSoup], written: tuple[Path, list[str]]
) -> None:
    head, *rows = cells(paper[1], RATINGS)
    assert head == [
        "Commitment",
        *(f"Q{n} 2020-21 (illustrative)" for n in (1, 2, 3)),
        "Q4 2020-21",
        "Q1 2021-22 (illustrative)",
        "Since Q4 2020-21",
    ]
    quarters = [f"2020-21-Q{n}" for n in (1, 2, 3, 4)] + [NEXT]
    for row in rows[:15]:
        files = [written[0] / "updates" / quarter / f"{row[0].split()[0]}.md" for quarter in quarters]
        assert row[1:6] == [raw(file)["rating"].capitalize() for file in files]
    for row in rows[15:]:  # the totals
        word = row[0].split(",")[0]
        assert row[1:6] == [str(sum(each[n] == word for each in rows[:15])) for n in range(1, 6)]


def test_every_headline_of_the_quarter_is_marked_illustrative(paper: tuple[Path, BeautifulSoup]) -> None:
    table = paper[1].select_one("table.headlines")
    heads = [words(cell) for cell in table.select("thead th")]
    rows = [[words(cell) for cell in row.find_all("td")] for row in table.select("tbody tr")]
    assert [row[2] for row in rows] == ["40", "15", "20", "10,400", "4", "9", "3"]
    assert heads[2:] == ["Last quarter", "This quarter (illustrative)", "Change (illustrative)"]
    assert [row[1] for row in rows][:4] == ["38", "12", "100", "9,300"]
    assert [row[3] for row in rows][:4] == ["+2", "+3", "−80", "+1,100"]


def test_milestones_slip_and_are_met_across_the_year(paper: tuple[Path, BeautifulSoup]) -> None:
    rows = {row[0]: row[1:] for row in cells(paper[1], "Milestones of 2a: one overdue, one put back")[1:]}
    assert rows["Directory of support reviewed"] == ["January 2021", "Put back to September 2021"]
    # The last day of March to 22 July, counted by hand: 30 + 31 + 30 + 22.
    assert next(row for name, row in rows.items() if name.startswith("Awareness"))[1] == "Overdue by 113 days"
    assert [row[2] for row in cells(paper[1], "Milestones of 5: two met")[1:]] == ["Met 31 March 2021"] * 2


def test_the_exceptions_stand_on_one_page_with_owner_and_ask(paper: tuple[Path, BeautifulSoup]) -> None:
    _, *rows = cells(paper[1], "The three have a reason, an action, an owner and a due date each")
    ratings = {row[0].split()[0]: row for row in rows}
    assert {name: row[0].split(" Amber, ")[1] for name, row in ratings.items()} == {
        "3b": "5th quarter",
        "6b": "3rd quarter",
        "7b": "3rd quarter",
    }
    assert ratings["3b"][3] == "Strategic Lead"
    (others,) = [one for one in paper[1].find_all("table") if "no exception yet" in words(one.caption)]
    assert [words(row.th).split()[0] for row in others.select("tbody tr")] == ["2a", "3a"]
    section = " ".join(words(each) for each in paper[1].find(id="exceptions").find_next_siblings(limit=8))
    late = section[section.index("Milestones overdue.") : section.index("Returns not in")]
    assert "booked, due March 2021, is 113 days overdue." in late and "Owner: Communications lead." in late
    returns = section[section.index("Returns not in") : section.index("Data quality.")]
    assert ": missing for April, May and June 2021." in returns
    partners = set(re.split(", | and ", returns.split(". ", 1)[1].split(":")[0]))
    assert {"DRIVE", "Victim Support", "Housing"} <= partners
    assert not {"Bromley council", "Public Protection"} & partners
    assert "Ask the partner to send its return" in returns
    assert returns.strip().endswith("Owner: Intelligence and Operations Lead.")
    assert re.search(r"Data quality\. \d+ points: flagged by the checks", section)
    pages = pdf_text(paper[0] / f"{STEM}.pdf").split("\f")
    (page,) = [one for one in pages if re.search(r"^Exceptions\s*$", one, re.MULTILINE)]
    for said in ("Milestones overdue.", "Returns not in, late or without permission.", "points: flagged", "put right"):
        assert said in " ".join(page.split())


def test_a_paper_with_few_figures_has_no_table_that_is_torn_from_its_caption(
    paper: tuple[Path, BeautifulSoup],
) -> None:
    # Few returns make tables that nearly fill a page, which the papers that ship do not have.
    assert pdfua(paper[0] / f"{STEM}.pdf") == []


# Headlines that come and go ---------------------------------------------------------------------------------


def test_a_headline_stands_from_its_first_paper_to_its_last() -> None:
    one = Headline(label="Tile", measure="HLT01", since="2020-21-Q2", until="2020-21-Q4")
    quarters = ["2020-21-Q1", "2020-21-Q2", "2020-21-Q4", "2021-22-Q1"]
    assert [one.stands_in(parse(quarter)) for quarter in quarters] == [False, True, True, False]
    always = Headline(label="Tile", measure="HLT01")
    assert all(always.stands_in(parse(quarter)) for quarter in quarters)
    # A year's paper is made at the end of the year.
    assert [one.stands_in(parse(year)) for year in ("2019-20", "2020-21", "2021-22")] == [False, True, False]


@pytest.mark.parametrize("end", ["soon", "2020-21-Q3"])  # the headline begins in the quarter after
def test_an_end_that_is_no_period_or_before_the_beginning_is_refused(tmp_path: Path, end: str) -> None:
    data = lean_copy(tmp_path)
    file = data / "reference/partnership.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    until: 2020-21-Q4\n", f"    until: {end}\n", 1), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_partnership(DataFolder(data))
    (error,) = map(str, refused.value.errors)
    assert re.match(rf"data/reference/partnership\.yaml, row \d+, column headlines: found {end}; expected ", error)
