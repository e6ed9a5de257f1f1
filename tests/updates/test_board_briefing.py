"""The Board briefing: the same alone and as an appendix, numbered for the minutes, and refused by line."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checkers import axe_core, looked_at, vnu
from conftest import DATA, ROOT, WORKSPACE, gather, lean_copy
from priority_two.checks.datasets.written_updates import appendix_datasets
from priority_two.checks.gate import Judgement, judge
from priority_two.checks.prose import UNBOUND, numerals, passages
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.publish.exporters import PaperHTMLExporter
from priority_two.reference.catalogue import load_catalogue
from priority_two.report import open_report
from priority_two.report.briefing_blocks import NOTHING, briefing_blocks
from priority_two.report.kinds import KINDS
from priority_two.report.missing import unbound
from priority_two.report.paper import Paper
from priority_two.updates.briefing import MOST_SECTIONS, Briefing, is_post, read_briefings
from priority_two.updates.documents import Contact, Document, read_appendices
from priority_two.updates.headings import SectionHeading, read_headings

QUARTER = parse("2020-21-Q4")
APPENDICES = "updates/2020-21-Q4/appendices"
DAY = dt.date(2021, 3, 25)
TITLES = [
    "Summary",
    "What has been achieved",
    "What more has to be done",
    "What partners are asked to do",
    "Other information",
]
"""The order in which the Board briefing of 25 March 2021 has its sections, before its recommendations."""

FRONT = """\
---
appendix: 4
title: A second briefing
owner:
written: 2021-03-25
basis: reported
briefing:
  subject: A matter
  purpose: To inform
  contacts:
    - role: Contact officer
      post: Lead for the matter
  recommendations:
    - To note it.
    - 'To thank the {{ value("GOV01") }} agencies.'
---

"""
NARRATIVE = (
    "# Summary\n\nWords.\n\n# What has been achieved\n\n## Part\n\nWords.\n\n# What more has to be done\n\n-\n\n"
)
NARRATIVE += "# What partners are asked to do\n\nWords.\n\n# Other information\n\nWords.\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the shipped data without the illustrative returns."""
    return lean_copy(tmp_path_factory.mktemp("briefing"))


@pytest.fixture(scope="module")
def papers(data: Path) -> tuple[Paper, Paper, list[Judgement]]:
    """Return the briefing alone, the quarterly paper, and what the gate said of the quarter."""
    folder = DataFolder(data)
    material, judgements = gather(folder, QUARTER, "", "board")
    assert unbound(KINDS["quarterly-progress"], material, judgements, folder.read) == []
    alone = Paper(KINDS["board-briefing"], material, judgements, folder.read)
    return alone, Paper(KINDS["quarterly-progress"], material, judgements, folder.read), judgements


@pytest.fixture(scope="module")
def soups(papers: tuple[Paper, Paper, list[Judgement]]) -> tuple[BeautifulSoup, BeautifulSoup]:
    """Return the briefing alone, masthead and sections, and as an appendix."""
    alone, quarterly, _ = papers
    pieces = (alone.masthead(), alone.briefing_sections())
    whole = BeautifulSoup("".join(one.html for one in pieces), "html.parser")
    appendix = BeautifulSoup(quarterly.appendices().html, "html.parser").find(id="appendix-1")
    return whole, appendix


def second(tmp_path: Path, front: str = FRONT, narrative: str = NARRATIVE) -> DataFolder:
    """Write a second briefing into a folder that holds the shipped list of sections and nothing else."""
    shutil.copytree(DATA / "reference", tmp_path / "data/reference", dirs_exist_ok=True)
    file = tmp_path / "data" / APPENDICES / "4.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(front + narrative, encoding="utf-8")
    return DataFolder(tmp_path / "data")


def read(folder: DataFolder) -> dict[int, Briefing]:
    return read_briefings(folder, read_appendices(folder, QUARTER, DAY))


def refusal(folder: DataFolder) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(folder)
    return [str(error) for error in refused.value.errors]


def swapped(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def line_of(text: str, begin: str) -> int:
    (found,) = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith(begin)]
    return found


# What the Board reads ---------------------------------------------------------------------------------------


def test_alone_and_as_an_appendix_it_says_the_same(soups: tuple[BeautifulSoup, BeautifulSoup]) -> None:
    alone, appendix = soups
    for name in ("contacts", "recommendations"):
        (one,), (other,) = alone.find_all("dl", class_=name), appendix.find_all("dl", class_=name)
        assert str(one) == str(other)
    subject = "An intergenerational Domestic Violence and Abuse Strategy 2021-2024: "
    assert all(f"Subject {subject}" in words(soup) for soup in soups)
    bodies = []
    for soup in soups:
        first = soup.select_one(".recommended")
        pieces = [first, *first.find_next_siblings()]
        shown = [one for piece in pieces for one in [piece, *piece.find_all(True)]]
        bodies.append([words(one) for one in shown if re.fullmatch("h[3-6]|p|li|dt|dd", one.name)])
    assert bodies[0] == bodies[1] and len(bodies[0]) > 30
    assert [one.get("href") for one in alone.find_all("a", class_="figure")] == [
        one.get("href") for one in appendix.find_all("a", class_="figure")
    ]


def test_contacts_are_roles_with_posts(soups: tuple[BeautifulSoup, BeautifulSoup]) -> None:
    for soup in soups:
        found = soup.find("dl", class_="contacts")
        assert [(words(one.dt), words(one.dd)) for one in found.find_all("div")] == [
            (
                "Contact officer",
                "Head of Service for Early Intervention and Family Support, Children's Social Care",
            ),
            ("Chief officer", "Director of Children's Services"),
        ]


def test_recommendations_have_the_numbers_that_minutes_cite(soups: tuple[BeautifulSoup, BeautifulSoup]) -> None:
    for soup in soups:
        for number, begins, ends in (("6.1", "To endorse", "promote it."), ("6.2", "To consider", "30 April 2021.")):
            one = soup.find(id=f"recommendation-{number.replace('.', '-')}")
            assert words(one.dt) == number
            assert words(one.dd).startswith(begins) and words(one.dd).endswith(ends)
        assert "The Safer Bromley Partnership Board is recommended:" in words(soup)
        assert [words(one) for one in soup.select(".recommended > :is(h3, h4)")] == ["6. Recommendations"]


def test_what_is_recommended_stands_first_then_whom_to_ask_then_the_sections(
    soups: tuple[BeautifulSoup, BeautifulSoup],
) -> None:
    for soup in soups:
        first = soup.select_one(".recommended")
        contacts = first.find_next_sibling()
        assert first.select(".recommendations") and contacts["class"] == ["contacts"]
        assert contacts.find_next_sibling()["id"] == "briefing-section-1"


def test_sections_stand_in_their_order_and_headings_skip_no_level(
    soups: tuple[BeautifulSoup, BeautifulSoup],
) -> None:
    numbered = [f"{number}. {title}" for number, title in enumerate(TITLES, 1)]
    for soup, level in zip(soups, (3, 4), strict=True):
        found = [soup.find(id=f"briefing-section-{number}") for number in range(1, 6)]
        assert [(one.name, words(one)) for one in found] == [(f"h{level}", title) for title in numbered]
        inner = [words(one) for one in soup.find_all(f"h{level + 1}")]
        assert inner == [
            "Commentary",
            "Business case in summary",
            "Stakeholder engagement",
            "Timescales and governance",
        ]


def test_an_empty_section_is_said_and_flagged(
    soups: tuple[BeautifulSoup, BeautifulSoup],
    papers: tuple[Paper, Paper, list[Judgement]],
) -> None:
    for soup in soups:
        assert words(soup.find(id="briefing-section-3").find_next_sibling()) == NOTHING
        assert words(soup).count(NOTHING) == 1
    about = BeautifulSoup(papers[0].about().html, "html.parser")
    assert "Nothing was written under: What more has to be done." in words(about)
    file = f"data/{APPENDICES}/1.md"
    flagged = [one.error for each in papers[2] for one in each.findings if one.expectation == "heading-told"]
    row = line_of((WORKSPACE / file).read_text(encoding="utf-8"), "# What more")
    assert [(one.file, one.row) for one in flagged if "appendices" in one.file] == [(file, row)]


def test_every_place_is_there_once_and_every_abbreviation_is_expanded(
    soups: tuple[BeautifulSoup, BeautifulSoup],
    papers: tuple[Paper, Paper, list[Judgement]],
) -> None:
    alone, quarterly, _ = papers
    whole = "".join(one().html for one in (quarterly.commitments, quarterly.appendices))
    names = re.findall(r'\bid="([^"]+)"', whole)
    assert len(names) == len(set(names)) > 20
    expanded = words(BeautifulSoup(alone.abbreviations().html, "html.parser"))
    assert all(short in expanded for short in ("BSAB", "DVA", "HWB", "PDS", "VAWG"))


def test_everybody_can_read_it(papers: tuple[Paper, Paper, list[Judgement]], tmp_path: Path) -> None:
    book = nbformat.read(ROOT / "notebooks" / papers[0].kind.notebook, as_version=4)
    for each in book.cells:
        if each.cell_type == "code" and each.source.startswith("paper."):
            shown = getattr(papers[0], each.source.removeprefix("paper.").removesuffix("()"))()
            bundle, metadata = shown._repr_mimebundle_()
            each.outputs = [nbformat.v4.new_output("display_data", bundle, metadata=metadata)]
    page = tmp_path / "briefing.html"
    page.write_text(PaperHTMLExporter().from_notebook_node(book)[0], encoding="utf-8")
    axe_core()  # where it is missing this says so
    assert vnu(page) == [] and [way for way in looked_at([page])[page].values() if way.faults] == []


def test_what_it_says_is_told_whole_to_a_comparison(
    papers: tuple[Paper, Paper, list[Judgement]],
) -> None:
    alone = papers[0].content().model_dump()
    (text,) = alone["texts"]
    assert text["element"] == "appendix 1"
    for said in (
        "Chief officer: Director",
        "3. What more has to be done\nNothing was written here.",
        "6.2: To consider",
    ):
        assert said in text["text"]
    assert any(one["element"] == "appendix 1: GOV01" and one["value"] == "3" for one in alone["figures"])
    assert text in papers[1].content().model_dump()["texts"]


def test_what_is_too_long_to_be_kept_as_data_is_refused_in_one_line(
    papers: tuple[Paper, Paper, list[Judgement]],
) -> None:
    material, one = papers[0].material, papers[0].material.briefings[1]
    front = one.document.front.model_copy(update={"title": "x" * 200_000})
    longer = replace(one, document=replace(one.document, front=front))
    with pytest.raises(Refused) as refused:
        Paper(KINDS["board-briefing"], replace(material, briefings={1: longer}), [], {}).content()
    (error,) = map(str, refused.value.errors)
    assert error.startswith(
        "column content.texts.0.title: found String should have at most 131072 characters; expected "
    )


# Several briefings, and none --------------------------------------------------------------------------------


def test_of_several_briefings_each_is_there_in_the_order_of_its_number(
    papers: tuple[Paper, Paper, list[Judgement]], tmp_path: Path
) -> None:
    material, judgements = papers[0].material, papers[2]
    more = read(second(tmp_path))
    both = {**material.briefings, **more}
    appendices = {**material.appendices, 4: more[4].document}
    material = replace(material, briefings=both, appendices=appendices)
    alone = Paper(KINDS["board-briefing"], material, judgements, {})
    soup = BeautifulSoup(alone.briefing_sections().html, "html.parser")
    titles = [words(one).split(":")[0] for one in soup.find_all("h3")]
    assert titles == ["Appendix 1", "Appendix 4"]
    assert words(soup.find(id="recommendation-6-1")).startswith("6.1 To endorse")
    assert words(soup.find(id="appendix-4-recommendation-6-2")) == "6.2 To thank the 3 agencies."
    assert ("Purpose of appendix 4", "To inform") in alone.kind.facts(material)
    assert alone.kind.notices(material) == [
        "Nothing was written under: What more has to be done; What more has to be done."
    ]
    quarterly = Paper(KINDS["quarterly-progress"], material, judgements, {})
    for one in (soup, BeautifulSoup(quarterly.appendices().html, "html.parser")):
        names = [tag["id"] for tag in one.find_all(id=True)]
        assert len(names) == len(set(names))
        assert one.find(id="appendix-4-recommendation-6-1")


@pytest.mark.parametrize(("period", "as_at"), [("2020-21-Q3", "2021-03-25"), ("2020-21-Q4", "2021-03-24")])
def test_a_quarter_without_a_briefing_is_refused_in_one_line(data: Path, period: str, as_at: str) -> None:
    with pytest.raises(Refused) as refused:
        open_report("board-briefing", period, as_at=as_at, data=str(data))
    (error,) = map(str, refused.value.errors)
    assert error.startswith(f"data/updates/{period}/appendices, column briefing: found none; expected a briefing")
    assert "add the key briefing to an appendix" in error and len(error.splitlines()) == 1


# What is refused, by line -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "begins", "said"),
    [
        ("# What has been achieved\n\n## Part\n\nWords.\n\n", "", "", "no # What has been achieved"),
        ("# Other information\n", "# Weather\n", "# Weather", "found # Weather; expected a section of briefing_sec"),
        ("# Other information\n", "# Summary\n", "", "each section once, in the order of the list"),
        ("# Summary\n", "Before.\n\n# Summary\n", "", "nothing before the first section's heading"),
        ("# Summary\n", "## Summary\n", "", "no # Summary"),
        ("## Part\n", "Part\n====\n", "====", "a heading that begins with #"),
        ("## Part\n", "See {{ appendix(2) }}.\n", "See {{", "found appendix; expected only value(...)"),
        ("## Part\n", 'See {{ commitment("3b") }}.\n', "See {{", "a briefing also stands alone"),
    ],
)
def test_sections_of_another_form_are_refused(tmp_path: Path, old: str, new: str, begins: str, said: str) -> None:
    folder = second(tmp_path, narrative=swapped(NARRATIVE, old, new))
    errors = refusal(folder)
    row = f"row {line_of(FRONT + swapped(NARRATIVE, old, new), begins)}, " if begins else "row "
    found = [one for one in errors if said in one]
    assert found and all(one.startswith(f"data/{APPENDICES}/4.md, {row}") for one in found)
    assert all(len(one.splitlines()) == 1 and "; " in one for one in errors)


@pytest.mark.parametrize(
    ("old", "new", "begins", "said"),
    [
        ("  purpose:", "  reason:", "  reason:", "column briefing.reason: found briefing.reason; expected no such key"),
        ("      post:", "      name:", "      name:", "column briefing.contacts.0.name: "),
        ("  subject: A matter\n", "", "briefing:", "column briefing.subject: found none; expected this key"),
        ("    - To note it.\n", "    - {words: To note it}\n", "    - {words", "expected text"),
    ],
)
def test_front_matter_of_another_form_is_refused(tmp_path: Path, old: str, new: str, begins: str, said: str) -> None:
    front = swapped(FRONT, old, new)
    errors = refusal(second(tmp_path, front=front))
    row = line_of(front, begins)
    assert any(one.startswith(f"data/{APPENDICES}/4.md, row {row}, ") and said in one for one in errors), errors


@pytest.mark.parametrize(
    ("old", "new", "begins", "said"),
    [
        ('value("GOV01")', 'value("HLT02")', "    - 'To thank", "no observation of HLT02"),
        ("'To thank the", "'# To thank the", "    - '# To", "a recommendation of one paragraph"),
        ("## Part\n", "### Part\n", "### Part", "headings that begin at ## and skip no level"),
        ("## Part\n", "> # Part\n", "", "headings that begin at ## and skip no level"),
        ("## Part\n", 'So {{ value("HLT02") }}.\n', "So {{", "no observation of HLT02"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    papers: tuple[Paper, Paper, list[Judgement]],
    tmp_path: Path,
    old: str,
    new: str,
    begins: str,
    said: str,
) -> None:
    text = swapped(FRONT + NARRATIVE, old, new)
    briefings = read(second(tmp_path, front=text, narrative=""))
    paper = Paper(KINDS["board-briefing"], replace(papers[0].material, briefings=briefings, appendices={}), [], {})
    with pytest.raises(Refused) as refused:
        briefing_blocks(paper, 4)
    (error,) = map(str, refused.value.errors)
    assert said in error
    assert error.startswith(f"data/{APPENDICES}/4.md, row {line_of(text, begins) if begins else ''}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("section,name\nsummary,Summary\n", "expected the columns section, title"),
        ("section,title\n", "from 1 to 50 sections"),
        ("section,title\nA b,Summary\n", "row 2, column section: found A b; expected a code"),
        ("section,title\na,Summary\na,Other\n", "row 3, column section: found a; expected each section once"),
        ("section,title\na,Summary\nb,summary:\n", "row 3, column title: found summary:; expected each title once"),
        ("section,title\na,-\n", "row 2, column title: found -; expected a title"),
    ],
)
def test_a_faulty_list_of_sections_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/briefing_sections.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_headings(DataFolder(tmp_path).table("reference/briefing_sections.csv"), SectionHeading, 1, MOST_SECTIONS)
    assert any(said in str(error) for error in refused.value.errors)


# What is flagged, by line -----------------------------------------------------------------------------------


def test_contacts_and_recommendations_are_judged_and_no_number_is_repeated(tmp_path: Path) -> None:
    front = swapped(FRONT, "post: Lead for the matter", "post: Lead, extension 460123")
    front = swapped(front, "    - To note it.\n", '    - ""\n')
    folder = second(tmp_path, front=front)
    catalogue = load_catalogue(folder)
    datasets = appendix_datasets(read_appendices(folder, QUARTER, DAY), read(folder), catalogue)
    found = [one for each in judge(datasets, {}) for one in each.findings]
    assert [(one.severity, one.expectation, one.error.row) for one in found] == [
        ("critical", "by-post", line_of(front, "    - role:")),
        ("critical", "recommendation-told", line_of(front, '    - ""')),
    ]
    said = "\n".join(str(one.error) for one in found)
    assert "460123" not in said and "found contact 1; expected a post, and no name" in said
    assert "write the post alone, such as post: Director of Children's Services" in said


def test_a_figure_that_is_bound_to_nothing_is_found_by_its_line(tmp_path: Path) -> None:
    front = swapped(FRONT, "subject: A matter", "subject: A matter of 77 people")
    front = swapped(front, "To note it.", "To note 78 of them on p.58 by 30 April 2021.")
    narrative = swapped(NARRATIVE, "# Summary\n\nWords.", "# Summary\n\nWords on 79.")
    (one,) = read(second(tmp_path, front, narrative)).values()
    unaccounted = [each for each in numerals(passages(one.document), ["p.58"]) if each.kind == UNBOUND]
    assert [(each.text, each.row) for each in unaccounted] == [
        ("77", line_of(front, "  subject:")),
        ("78", line_of(front, "    - To note")),
        ("79", line_of(front + narrative, "Words on")),
    ]
    assert [each.row for each in numerals(passages(one.document), []) if each.kind == "bound"] == [
        line_of(front, "    - 'To thank")
    ]


@pytest.mark.parametrize("role", ["Contact officer", "Ring 020 7946 0000", "a@example.org"])
@pytest.mark.parametrize(
    ("post", "good"),
    [
        ("Director of Children's Services", True),
        ("Detective Inspector, Borough Command Unit 2", True),
        ("", False),
        ("-", False),
        ("Lead, lead@example.org", False),
        ("Lead, lead\uff20example.org", False),
        ("Lead, 020 7946 0000", False),
        ("Lead, 7946 0000", False),
        ("Dr Example", False),
    ],
)
def test_a_contact_is_a_post_and_no_person_address_or_number(role: str, post: str, good: bool) -> None:
    assert is_post(Contact(role=role, post=post)) is (good and role == "Contact officer")


# Whatever is written ----------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [*(f"# {title}" for title in TITLES), "# Other", "## Part", "> # Quoted", "-", "Words.", "===", "```", "{{", ""]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, max_size=12))
@example([f"# {title}" for title in TITLES])
def test_a_narrative_is_read_whole_and_in_order_or_refused_by_line(lines: list[str]) -> None:
    shipped = DataFolder(DATA)
    front = read_appendices(shipped, QUARTER, DAY)[1]
    document: Document = replace(front, narrative="\n".join(lines), line=21)
    try:
        (one,) = read_briefings(shipped, {1: document}).values()
    except Refused as refused:
        assert all(error.row for error in refused.errors)
        return
    assert [section.title for section in one.sections] == TITLES
    rows = [section.row - 21 for section in one.sections]
    for section, row, end in zip(one.sections, rows, [*rows[1:], len(lines)], strict=True):
        assert lines[row] == f"# {section.title}" and section.text == "\n".join(lines[row + 1 : end])
