"""The strategic group's report: what the published one states is there, and what it leaves empty says so.

The facts are literals, read from the published report by hand; nothing here asks the package what they should be.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from checkers import axe_core, looked_at, on_paper, outloud, pdf_structure, pdf_text, pdfua, vnu
from conftest import DATA, gather, here, lean_copy
from priority_two.checks.gate import Judgement
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.report.kinds import KINDS
from priority_two.report.missing import unbound
from priority_two.report.paper import Paper
from priority_two.updates.strategic_group import AskedAction, ReportPart, filed_on, read_group_report

PERIOD, FILED = "2019-20-Q4", "2020-03-06"
REPORT = f"updates/{PERIOD}/strategic-group/report.md"
STEM = f"{PERIOD}/strategic-group-board"
NOTHING = "Nothing was reported under this heading."

HEADINGS = [
    (3, "Operational update"),
    (4, "Services contract"),
    (4, "Best practice and related services"),
    (4, "Strategy"),
    (4, "Publicity"),
    (3, "Strategic Group update"),
    (4, "Forums"),
]

# What the published report states, by the heading under which it stands, in words that the paper must have.
FACTS = {
    "Services contract": [
        r"[Mm]eetings to monitor and review the contract", r"Women's Aid \(BCWA\)", r"reported in 2020-21",
        r"outcomes for service users and survivors",
    ],
    "Best practice and related services": [
        r"leads of other boroughs", r"model of good practice", r"outcomes for survivors", r"Croydon and Sutton",
        r"Borough Command Unit", r"the three should work in the same way", r"share resources", r"quarterly meeting",
        r"\(MOPAC\)", r"City Hall", r"learn with them", r"\(MARAC\) in Bromley is to be reviewed", r"South BCU",
        r"gaps", r"Housing is being consulted on a Sanctuary Scheme", r"Trading Standards and Community Safety",
        r"homicide reviews",
    ],
    "Strategy": [
        r"16 December 2019", r"Central Library", r"drew 13 people", r"colleagues and partners",
        r"writing that strategy", r"[Ss]ome of the feedback",
    ],
    "Publicity": [
        r"newsletter came out for the first time in February 2020", r"due at the end of March 2020", r"one a month",
        r"pack of 2015", r"folds out", r"pocket", r"easier to read", r"wallet or a card holder", r"approved",
        r"two-sided card", r"one cycle in a washing machine",
    ],
    "Forums": [
        r"[Tt]erms of reference", r"drafted by the Strategic Lead", r"22 April 2020", r"invited by e-?\s?mail",
        r"Assistant Director for Children's Services in the chair", r"first agenda", r"who the members are", r"MARAC",
        r"plans 3 meetings a year", r"capped at two hours", r"Civic Centre", r"joined-up approach of many agencies",
        r"supporting victims", r"doing nothing twice", r"learning jointly", r"larger operational forum",
        r"as a rule come before the strategic one", r"govern the operational forum", r"power and influence",
        r"wider effects on famil", r"worked out, tried and taken up", r"name suitable staff", r"commission",
        r"much the larger",
    ],
}  # fmt: skip


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip()


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the paper's HTML, made by the command as the report was filed; its other files lie beside it."""
    reports = tmp_path_factory.mktemp("group")
    done = here("report", "strategic-group", "--period", PERIOD, "--as-at", FILED, "--reports", str(reports))
    assert (done.returncode, done.stderr) == (0, "")
    *files, summary = done.stdout.splitlines()
    assert len(files) == 4
    assert re.fullmatch(rf"strategic-group {PERIOD}: \d+ datasets, .*: 0 critical, \d+ warnings, \d+ known", summary)
    return reports / "drafts" / f"{STEM}.html"


@pytest.fixture(scope="module")
def soup(paper: Path) -> BeautifulSoup:
    return BeautifulSoup(paper.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def report(data: Path) -> Path:
    """Return the report of a copy of the data, to be broken."""
    return data / REPORT


def swap(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def row_of(file: Path, start: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    (row,) = [number for number, line in enumerate(lines, 1) if line.startswith(start)]
    return row


def errors(data: Path) -> list[str]:
    """Return what the reader refuses of the report, without its path."""
    with pytest.raises(Refused) as refused:
        read_group_report(DataFolder(data), parse(PERIOD), parse(PERIOD).end)
    return [str(error).removeprefix(f"data/{REPORT}, ") for error in refused.value.errors]


def shown(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def under(soup: BeautifulSoup, title: str) -> str:
    """Return the text between a heading and the next one."""
    (heading,) = [one for one in soup.find_all(re.compile("^h[1-6]$")) if flat(one.get_text()) == title]
    text = ""
    for one in heading.next_elements:
        if getattr(one, "name", None) and re.fullmatch("h[1-6]", str(one.name)):
            break
        if isinstance(one, str) and one.parent is not heading:
            text += one
    return flat(text)


# The published report -----------------------------------------------------------------------------------------


def test_the_masthead_says_when_it_was_filed_when_the_group_last_met_and_who_wrote_it(
    soup: BeautifulSoup, paper: Path
) -> None:
    facts = {flat(one.dt.get_text()): flat(one.dd.get_text()) for one in soup.select(".masthead .facts > div")}
    wanted = {
        "Date report filed": "6 March 2020",
        "Date of last Strategic Group": "5 December 2019",
        "Author": "DVA VAWG Strategic Lead",
    }
    assert wanted.items() <= facts.items()
    assert soup.h1 is not None and soup.h1.get_text() == "Strategic Group report: Quarter Four 2019-20"
    text = flat(pdf_text(paper.with_suffix(".pdf")))
    assert all(one in text for pair in wanted.items() for one in pair)


def test_every_heading_stands_in_its_order(soup: BeautifulSoup, paper: Path) -> None:
    headings = "main :is(h1, h2, h3, h4, h5, h6)"
    main = [(int(one.name[1]), flat(one.get_text())) for one in soup.select(headings)]
    first, last = main.index((2, "Updates")), main.index((2, "Action plan"))
    assert main[first + 1 : last] == HEADINGS
    assert main.index((2, "Actions asked of the partnership")) == first - 1
    in_pdf = [(level, flat(text)) for level, text in pdf_structure(paper.with_suffix(".pdf")).headings()]
    printed = on_paper(str(soup)).select(headings)
    shown = [(int(one.name[1]), flat(one.get_text())) for one in printed]
    assert in_pdf == [(1, "Strategic Group report: Quarter Four 2019-20"), *shown]


@pytest.mark.parametrize("title", FACTS)
def test_every_fact_of_the_published_report_stands_under_its_heading(soup: BeautifulSoup, title: str) -> None:
    said = under(soup, title)
    assert [fact for fact in FACTS[title] if not re.search(fact, said)] == []


def test_every_fact_of_the_published_report_stands_in_the_pdf(paper: Path) -> None:
    text = flat(pdf_text(paper.with_suffix(".pdf")))
    assert [fact for facts in FACTS.values() for fact in facts if not re.search(fact, text)] == []


def test_the_headings_that_the_published_report_left_empty_say_so_and_are_flagged(
    soup: BeautifulSoup, paper: Path
) -> None:
    asked = "No action is asked of the partnership: nothing was reported under this heading."
    assert under(soup, "Actions asked of the partnership") == asked
    assert under(soup, "Action plan") == NOTHING
    assert "Nothing was reported under: Action plan; Actions asked of the partnership." in flat(soup.get_text())
    (row,) = [one for one in soup.select("tr") if "Headings: something reported under each heading" in one.get_text()]
    assert [flat(one.get_text()).split(" (")[0] for one in row.select("li")] == [
        "Action plan",
        "Actions asked of the partnership",
    ]
    assert flat(pdf_text(paper.with_suffix(".pdf"))).count(NOTHING) == 1


def test_no_person_and_no_address_of_one_is_named(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8") + (DATA / REPORT).read_text(encoding="utf-8")
    assert not re.search(r"\b(?:Rachel|Pankhurst|David|Dare)\b|@[a-z]", BeautifulSoup(text, "html.parser").get_text())


def test_no_figure_is_typed_and_each_leads_to_its_source(soup: BeautifulSoup) -> None:
    narrative = (DATA / REPORT).read_text(encoding="utf-8").split("---\n", 2)[2]
    unbound = re.sub(r"\{\{.*?\}\}", "", narrative)
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    dates = rf"(?:\d{{1,2}} )?(?:{months}) \d{{4}}|\d{{4}}-\d\d|of \d{{4}}"
    assert re.findall(r"\d+", re.sub(dates, "", unbound)) == []
    links = soup.select("main a.figure")
    assert [one.get_text() for one in links] == ["13", "3"]
    for one in links:
        row = soup.find(id=str(one["href"])[1:])
        assert row is not None and one.get_text() in [cell.get_text() for cell in row.find_all("td")]


def test_everybody_can_read_it(paper: Path) -> None:
    assert vnu(paper) == []
    axe_core()  # where it is missing this says so
    assert [way for way in looked_at([paper])[paper].values() if way.faults] == []
    assert pdfua(paper.with_suffix(".pdf")) == []
    told = outloud(paper.with_suffix(".pdf"))
    # See tests/publish/test_papers.py on the first three. The head of each page is an artifact, as it is to be.
    unlike = (
        r"error TBL-010|warning (PAG-001|ORD-001)|error TAG-002 .* every reader Strategic Group report: Quarter Four"
    )
    assert [one for one in told if not re.match(unlike, one)] == []


def test_its_manifest_names_the_report_and_the_list_of_headings_and_no_update(paper: Path) -> None:
    manifest = json.loads(paper.with_suffix(".manifest.json").read_text(encoding="utf-8"))
    assert manifest["as_at"] == FILED
    inputs = set(manifest["inputs"])
    assert {f"data/{REPORT}", "data/reference/group_sections.csv"} <= inputs
    assert [one for one in inputs if one.startswith("data/updates/")] == [f"data/{REPORT}"]
    assert not [one for one in inputs if one > "data/returns/2020-03-07" and one.startswith("data/returns/")]


# What is empty, missing or unknown ----------------------------------------------------------------------------

ODD = """\
---
filed: 2020-03-06
last_group: 2019-12-05
author: A post
basis: reported
action_plan:
  - {action: Review the conference, owner: A chair, due: 2020-09, state: not begun}
  - {action: Find <a> room, due: 2020-04-01}
asks:
  - {action: Name your members & come, owner: Every partner, due: 2020-04-22}
  - {action: Share your data}
---

Before any heading.

#   OPERATIONAL update:

What stands under a part itself.

## **publicity** ##

It drew {{ value("STR01", period="2019-12") }} people.

## Services contract

-
- *

## Weather

```
# no heading
Rain.
```

# Annex

## Letters

Two came.
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paper, list[Judgement]]:
    """Return a paper whose report has everything that a report should not, and what was said of it."""
    data = lean_copy(tmp_path_factory.mktemp("odd"))
    (data / REPORT).write_text(ODD, encoding="utf-8")
    folder = DataFolder(data)
    material, judgements = gather(folder, parse(PERIOD), "2021-03-25", "board", kind=KINDS["strategic-group"])
    return Paper(KINDS["strategic-group"], material, judgements, folder.read), judgements


def test_what_is_empty_or_missing_is_said_and_what_is_unknown_is_kept(odd: tuple[Paper, object]) -> None:
    page = shown(odd[0].group_updates().html)
    headings = [(int(one.name[1]), one.get_text()) for one in page.find_all(re.compile("^h[1-6]$"))]
    assert headings == [*HEADINGS[:5], (4, "Weather"), *HEADINGS[5:], (3, "Annex"), (4, "Letters")]
    assert flat(page.get_text()).startswith("Before any heading. Operational update What stands under a part itself.")
    told = {title: under(page, title) for _, title in headings}
    assert told["Publicity"] == "It drew 13 people."
    assert told["Weather"] == "# no heading Rain."
    assert (told["Annex"], told["Letters"]) == ("", "Two came.")
    for title in ("Services contract", "Best practice and related services", "Strategy", "Forums"):
        assert told[title] == NOTHING
    names = [one["id"] for one in page.find_all(id=True)]
    assert len(names) == len(set(names)) == 3


def test_each_that_is_empty_missing_or_unknown_is_flagged_at_its_line(odd: tuple[Paper, object]) -> None:
    found = {
        (one.expectation, str(one.error.found), one.error.row)
        for judgement in odd[0].judgements
        if judgement.dataset in ("group", "headings", "actions")
        for one in judgement.findings
    }
    part = "Operational update"
    line = {text: number for number, text in enumerate(ODD.splitlines(), 1)}
    assert found == {
        ("heading-known", f"{part}, Weather", line["## Weather"]),
        ("heading-known", "Annex", line["# Annex"]),
        ("heading-known", "Annex, Letters", line["## Letters"]),
        ("heading-there", f"{part}, Best practice and related services", 1),
        ("heading-there", f"{part}, Strategy", 1),
        ("heading-there", "Strategic Group update, Forums", 1),
        ("content-given", f"{part}, Services contract", line["## Services contract"]),
        ("owner-given", "Action plan: Find <a> room", line["action_plan:"]),
        ("state-given", "Action plan: Find <a> room", line["action_plan:"]),
        ("owner-given", "Actions asked of the partnership: Share your data", line["asks:"]),
        ("due-given", "Actions asked of the partnership: Share your data", line["asks:"]),
    }


def test_the_action_plan_and_what_is_asked_are_tables_without_a_blank_cell(odd: tuple[Paper, object]) -> None:
    def table(html: str) -> list[list[str]]:
        found = shown(html).find("table")
        assert found is not None and found.caption is not None
        assert [one["scope"] for one in found.select("thead th")] == ["col"] * len(found.select("thead th"))
        assert [one["scope"] for one in found.select("tbody th")] == ["row"] * 2
        return [[one.get_text() for one in row.find_all(["th", "td"])] for row in found.find_all("tr")]

    assert table(odd[0].action_plan().html) == [
        ["Action", "Owner", "Due", "State"],
        ["Review the conference", "A chair", "September 2020", "not begun"],
        ["Find <a> room", "not given", "1 April 2020", "not given"],
    ]
    assert table(odd[0].asks().html) == [
        ["Action", "Owner", "Due"],
        ["Name your members & come", "Every partner", "22 April 2020"],
        ["Share your data", "not given", "not given"],
    ]


@pytest.mark.parametrize(
    ("asks", "answer"),
    [
        ("[]", "No action is asked of the partnership: nothing was reported under this heading."),
        (
            "[{action: Come, owner: A post, due: 2020-04-22}]",
            "One action is asked of the partnership, due 22 April 2020.",
        ),
        ("[{action: Come}]", "One action is asked of the partnership, without an owner and without a due date."),
        (
            "[{action: Come, owner: A post, due: 2020-05}, {action: Go, owner: A post, due: 2020-04-22}]",
            "Two actions are asked of the partnership, the first due 22 April 2020.",
        ),
        (
            "[{action: Come, due: 2020-05}, {action: Go}, {action: Stay, owner: A post, due: 2020-06}]",
            (
                "Three actions are asked of the partnership, the first due May 2020, "
                "two without an owner and one without a due date."
            ),
        ),
        (
            "[{action: Come}, {action: Go}]",
            "Two actions are asked of the partnership, all without an owner and all without a due date.",
        ),
    ],
)
def test_what_is_asked_stands_first_in_a_sentence(odd: tuple[Paper, object], asks: str, answer: str) -> None:
    material = odd[0].material
    assert material.group is not None and material.group.document is not None
    given = [AskedAction.model_validate(each) for each in yaml.safe_load(asks)]
    document = material.group.document
    front = document.front.model_copy(update={"asks": given})
    group = replace(material.group, document=replace(document, front=front))
    page = shown(Paper(odd[0].kind, replace(material, group=group), [], {}).asks().html)
    assert flat(page.select_one("p.answer").get_text()) == answer
    assert bool(page.table) == bool(given)


def test_a_paper_made_later_says_that_its_figures_may_be_newer(odd: tuple[Paper, object]) -> None:
    notices = [flat(one.get_text()) for one in shown(odd[0].about().html).find_all("p")]
    assert any("filed on 6 March 2020. Its figures are as at 25 March 2021" in one for one in notices)
    assert not any("transcribed" in one for one in notices)
    assert (
        "Nothing was reported under: Services contract; Best practice and related services; Strategy; Forums."
    ) in notices


# Faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("filed", "after the meeting", "a date such as 2021-03-25"),
        ("filed", "", "a date such as 2021-03-25"),
        ("last_group", "31/11/2019", "a date such as 2021-03-25"),
        ("basis", "heard", "found heard; expected"),
        ("asks", "[{owner: A post}]", "column asks.0.action: "),
        ("asks", "[{action: Come, state: begun}]", "column asks.0.state: found asks.0.state; expected no such key"),
        ("action_plan", "[{action: Come, due: soon}]", "column action_plan.0.due: found soon; expected a date"),
    ],
)
def test_a_fault_of_the_front_matter_is_named_with_its_line(report: Path, key: str, value: str, said: str) -> None:
    row = row_of(report, f"{key}:")
    text = report.read_text(encoding="utf-8")
    report.write_text(re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", text), encoding="utf-8")
    (error,) = errors(report.parents[3])
    assert error.startswith(f"row {row}, column {key}") and said in error


@pytest.mark.parametrize("key", ["filed", "last_group", "author", "basis", "action_plan", "asks"])
def test_a_key_that_is_missing_is_named(report: Path, key: str) -> None:
    text = report.read_text(encoding="utf-8")
    report.write_text(re.sub(rf"(?m)^{key}:.*\n", "", text), encoding="utf-8")
    (error,) = errors(report.parents[3])
    assert f"column {key}: found none; expected this key" in error


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("## Forums", "### Forums", "### Forums", "found ### Forums; expected # for a part of the report and ##"),
        ("# Operational update\n", "\n", "## Services contract", "expected # for a part of the report"),
        ("## Strategy", "## publicity :", "## Publicity", "found ## Publicity; expected each heading once"),
        ("## Strategy", "##", "##\n", "expected a heading in plain words"),
        ("## Strategy", '## {{ value("STR01") }}', "## {{", "expected a heading in plain words"),
        ("## Strategy", "Strategy\n-----", "-----", "found -----; expected a heading that begins with #"),
        ("drew {{", 'drew {{ commitment("1a") }} {{', "- An event", "found commitment; expected only value(...)"),
        ("drew {{", "drew {{ appendix(1) }} {{", "- An event", "found appendix; expected only value(...)"),
    ],
)
def test_a_fault_of_the_narrative_is_named_with_its_line(report: Path, old: str, new: str, at: str, said: str) -> None:
    swap(report, old, new)
    lines = [*report.read_text(encoding="utf-8").splitlines(keepends=True)]
    row = next(number for number, line in enumerate(lines, 1) if line.startswith(at))
    found = errors(report.parents[3])
    assert any(one.startswith(f"row {row}, column narrative: ") and said in one for one in found), found


def test_every_binding_that_binds_nothing_is_named_at_once(report: Path, odd: tuple[Paper, list[Judgement]]) -> None:
    swap(report, 'value("STR01", period="2019-12")', 'value("STR01")')
    swap(report, 'value("GOV02", "strategic-board-planned", period="2020-21")', 'value("GOV99")')
    group = read_group_report(DataFolder(report.parents[3]), parse(PERIOD), parse(PERIOD).end)
    found = unbound(odd[0].kind, replace(odd[0].material, group=group), odd[1], {})
    rows = [row_of(report, "- An event"), row_of(report, "- The strategic forum plans")]
    assert [str(one).split(", column")[0] for one in found] == [f"data/{REPORT}, row {row}" for row in rows]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Forums,Twice,", "section"),
        ("forums,Twice,", "section"),
        ("other,forums:,strategic-group", "title"),
        ("other,,", "title"),
        ("other,Under nothing,weather", "parent"),
        ("other,Third level,forums", "parent"),
    ],
)
def test_a_fault_of_the_list_of_headings_is_named_with_its_row(data: Path, row: str, column: str) -> None:
    file = data / "reference/group_sections.csv"
    file.write_text(file.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_group_report(DataFolder(data), parse(PERIOD), parse(PERIOD).end)
    (error,) = refused.value.errors
    assert str(error).startswith(f"data/reference/group_sections.csv, row 9, column {column}: ")


def test_faults_of_the_report_and_of_the_list_are_named_together(report: Path) -> None:
    data = report.parents[3]
    (data / "reference/group_sections.csv").write_text("section,title\n", encoding="utf-8")
    swap(report, "basis: transcribed", "basis: heard")
    swap(report, "filed: 2020", "filled: 2020")
    table, basis, key = errors(data)  # a key that is misspelt is one error, which names the key that was meant
    assert "parent" in table and "heard" in basis and "filled" in key and "filed" in key.replace("filled", "")


def test_a_report_is_known_from_the_day_on_which_it_was_filed(data: Path) -> None:
    days = (parse(PERIOD).start, parse(PERIOD).end)
    known = [read_group_report(DataFolder(data), parse(PERIOD), day).document is not None for day in days]
    assert known == [False, True]
    assert read_group_report(DataFolder(data), parse("2020-21-Q4"), days[1]).document is None


def test_a_list_that_is_left_blank_is_empty(report: Path) -> None:
    swap(report, "asks: []", "asks:")
    swap(report, "action_plan: []", "action_plan:")
    assert read_group_report(DataFolder(report.parents[3]), parse(PERIOD), parse(PERIOD).end).actions == []


def test_the_day_of_filing_is_told_without_judging_the_report(report: Path) -> None:
    def day() -> str:
        return str(filed_on(DataFolder(report.parents[3]), parse(PERIOD)))

    assert (day(), str(filed_on(DataFolder(report.parents[3]), parse("2020-21-Q4")))) == (FILED, "None")
    swap(report, f"filed: {FILED}", "filed: 9999-03-06")
    assert day() == "None"
    swap(report, "filed: 9999-03-06", "filed: soon")
    assert day() == "None"


def test_other_headings_are_another_file_and_no_line_of_code(data: Path, report: Path) -> None:
    file = data / "reference/group_sections.csv"
    file.write_text("section,title,parent\nwork,Work done,\nplan,Next,\nsteps,Steps,plan\n", encoding="utf-8")
    front = report.read_text(encoding="utf-8").split("---\n")[1]
    report.write_text(f"---\n{front}---\n# Next\n## Steps\nOne.\n# Work done\nMuch.\n", encoding="utf-8")
    found = read_group_report(DataFolder(data), parse(PERIOD), parse(PERIOD).end)

    def outline(parts: tuple[ReportPart, ...]) -> list[object]:
        return [(one.title, one.passage.text.strip() if one.passage else "", outline(one.parts)) for one in parts]

    assert outline(found.parts) == [("Work done", "Much.", []), ("Next", "", [("Steps", "One.", [])])]


PIECES = st.lists(
    st.sampled_from(
        ["# A", "## B", "## C #", "#", "####### x", "```", "~~~~", "---", "", "- x", "Text.", "    # code"]
    ),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(PIECES)
def test_no_line_of_a_narrative_is_lost_or_told_twice(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    data = tmp_path_factory.mktemp("any") / "data"
    (data / REPORT).parent.mkdir(parents=True)
    (data / "reference").mkdir()
    (data / "reference/group_sections.csv").write_text("section,title,parent\na,A,\nb,B,a\n", encoding="utf-8")
    front = "filed: 2020-03-06\nlast_group: 2019-12-05\nauthor: A post\nbasis: reported\naction_plan: []\nasks: []\n"
    numbered = [f"{line} {number}" if line in ("- x", "Text.") else line for number, line in enumerate(lines)]
    (data / REPORT).write_text(f"---\n{front}---\n" + "\n".join(numbered), encoding="utf-8")
    try:
        found = read_group_report(DataFolder(data), parse(PERIOD), parse(PERIOD).end)
    except Refused as refused:
        assert all(len(str(one).splitlines()) == 1 for one in refused.errors)
        return
    kept = "\n".join(one.text for one in found.passages).split("\n")
    wanted = [line for line in numbered if line.startswith(("- x", "Text."))]
    assert sorted(line for line in kept if line.startswith(("- x", "Text."))) == sorted(wanted)
