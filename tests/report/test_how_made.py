"""How figures were made and checked: what is printed of it, and the evidence that the screen has besides."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest

from conftest import DATA, WORKSPACE
from priority_two.blocks import Block, Details, Group, Table, lines, plain, walk
from priority_two.checks.gate import Finding, Judgement
from priority_two.checks.suite_words import suite_words
from priority_two.errors import Error
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.report import open_report
from priority_two.report.examination import examine
from priority_two.report.flagged_points import FlaggedKind, by_kind, flagged_kinds, known, summed_up
from priority_two.report.html import html
from priority_two.report.kinds import KINDS
from priority_two.report.paper import Paper
from priority_two.report.points import as_records, points
from priority_two.report.request import Request
from priority_two.report.sections.how_made import bound
from priority_two.sentences import number_word

PERIODS = {
    "quarterly-progress": "2020-21-Q4",
    "annual-achievements": "2020-21",
    "data-sheet": "2021-03",
    "strategic-group": "2019-20-Q4",
    "board-briefing": "2020-21-Q4",
}


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    data = str(DATA)
    return {kind: open_report(kind, period=period, data=data) for kind, period in PERIODS.items()}


def parted(paper: Paper) -> tuple[list[Block], list[Block]]:
    """Return what is printed of the section, and what is evidence for the screen."""
    blocks = paper.section("how_made").blocks
    is_evidence = [isinstance(block, Group) and block.role == "evidence" for block in blocks]
    assert is_evidence.count(True) == 1 and is_evidence[-1]
    return list(blocks[:-1]), list(blocks[-1:])


def table(blocks: list[Block], title: str) -> Table:
    (found,) = [block for block in walk(blocks) if isinstance(block, Table) and block.title.startswith(title)]
    return found


EACH = pytest.mark.parametrize("kind", PERIODS)


@EACH
def test_no_path_and_no_row_number_is_printed(papers: dict[str, Paper], kind: str) -> None:
    text = "\n".join(plain(parted(papers[kind])[0]))
    assert not re.search(r"data/|/[a-z]|\.(yaml|md)|\brow [0-9]", text)
    assert text


@EACH
def test_evidence_is_closed_until_a_reader_opens_it(papers: dict[str, Paper], kind: str) -> None:
    (group,) = parted(papers[kind])[1]
    assert isinstance(group, Group)
    tables = [block for block in group.blocks if isinstance(block, Table)]
    assert tables == [] and any(isinstance(block, Details) for block in group.blocks)
    assert "<details open" not in html([group])


@EACH
def test_what_is_flagged_is_what_validate_says(papers: dict[str, Paper], kind: str) -> None:
    paper = papers[kind]
    examined = examine(DataFolder(DATA), Request(KINDS[kind], parse(PERIODS[kind])))
    records = as_records(points(examined))
    flagged = Counter(record["check"].partition(".")[0] for record in records if record["severity"] == "warning")
    kinds = flagged_kinds(paper.judgements)
    assert {each.kind: each.points for each in kinds} == {
        suite_words(dataset).kind: count for dataset, count in flagged.items()
    }
    text = "\n".join(plain(parted(paper)[0]))
    assert summed_up(kinds) in text and all(each.words in text for each in kinds)
    assert "Nine points are known and stay: day drawn not given." in text
    assert Counter(record["severity"] for record in records) == {"warning": flagged.total(), "known": 9}
    evidence = html(parted(paper)[1])
    for record in records:
        assert record["file"].rpartition("/")[2] in evidence


def test_the_counts_of_the_flagged_table_are_those_of_its_caption(papers: dict[str, Paper]) -> None:
    flagged = table(parted(papers["quarterly-progress"])[0], "What was flagged")
    counts = [int(row.cells[0].text) for row in flagged.rows]
    assert flagged.title == f"What was flagged: {sum(counts)} points in eight kinds, none of which stopped the paper"
    assert len(counts) == 8 and counts == sorted(counts, reverse=True)


def test_each_return_has_a_line_and_those_before_the_period_have_one_together(papers: dict[str, Paper]) -> None:
    paper = papers["quarterly-progress"]
    table_ = table(parted(paper)[0], "Where they come from")
    returns = {row.file: row for row in paper.behind.rows}
    partners = {row.terms.partner for row in paper.behind.rows}
    assert table_.title == f"Where they come from: {len(returns)} returns of {number_word(len(partners))} partners"
    assert sum(row.cells[-1].value or 0 for row in table_.rows) == len(paper.behind.rows)
    earlier = [row for row in table_.rows if row.heading.text == "Earlier returns"]
    assert [row.heading.synthetic for row in earlier] == [False, True]
    assert {row.heading.text for row in table_.rows} - {"Earlier returns"} < set(paper.catalogue.partner_short.values())
    months = [str(row.terms.months) for row in returns.values()]
    own = [months for months in months if re.search(r"2021-0[1-3]$", months) or months.startswith("2020-21-Q4")]
    assert len(table_.rows) - len(earlier) == len(own)


def test_every_row_of_the_evidence_is_a_row_of_a_return(papers: dict[str, Paper]) -> None:
    paper = papers["quarterly-progress"]
    rows = [
        row
        for block in walk(parted(paper)[1])
        if isinstance(block, Table) and block.role == "sources"
        for row in block.rows
    ]
    assert [row.name for row in rows] == [row.anchor for row in paper.behind.rows] and len(rows) > 400
    on_disk: dict[str, list[dict[str, str]]] = {}
    for shown, source in zip(rows, paper.behind.rows, strict=True):
        if source.file not in on_disk:
            with (WORKSPACE / source.file).open(encoding="utf-8", newline="") as handle:
                on_disk[source.file] = list(csv.DictReader(handle))
        row = on_disk[source.file][source.row - 2]
        assert row["measure"] in shown.heading.text
        assert shown.cells[0].value == (Decimal(row["value"]) if row["value"] else None)
        assert (shown.cells[4].text, shown.cells[5].text) == (str(source.row), row["note"] or "no note")


@EACH
def test_a_figure_leads_to_its_row_and_its_row_back_to_the_figure(papers: dict[str, Paper], kind: str) -> None:
    paper = papers[kind]
    places: set[str] = set()
    page = "".join(html(paper.section(name).blocks, places) for name in paper.order)
    led_to = set(re.findall(r'href="#(source-[^"]+)"', page))
    back = set(re.findall(r'href="#at-(source-[^"]+)"', page))
    assert all(f'id="{anchor}"' in page and f'id="at-{anchor}"' in page for anchor in led_to | back)
    assert {anchor for anchor in led_to if f'class="figure" href="#{anchor}"' in page} <= back
    assert back == paper.behind.led_to


def test_no_cell_of_the_evidence_is_blank(papers: dict[str, Paper]) -> None:
    for paper in papers.values():
        for block in walk(paper.section("how_made").blocks):
            if isinstance(block, Table):
                assert all(cell.text.strip() for row in block.rows for cell in (row.heading, *row.cells))


def test_a_draft_has_no_seal_yet_and_says_how_it_is_made_again(papers: dict[str, Paper]) -> None:
    text = "\n".join(plain(parted(papers["quarterly-progress"])[0]))
    assert "it gets a seal when it is filed" in text and "the same data give the same bytes" in text
    for name in ("figures.csv", "sources.csv", "ratings.csv", "milestones.csv", "validation.json", "manifest.json"):
        assert name in text
    assert "ratings.csv" not in "\n".join(plain(parted(papers["board-briefing"])[0]))


def test_a_cited_rate_is_looked_up_by_its_own_rule(papers: dict[str, Paper]) -> None:
    rates = {
        span.citation
        for section in papers["data-sheet"].sections("how_made", "abbreviations", "masthead", "about")
        for block in walk(section.blocks)
        for line in lines(block)
        for span in line
        if span.citation and span.citation.rate and span.citation.value
    }
    assert {each.rate for each in rates} > {"marac-repeat-share", "idva-engaged-share"}
    for citation in rates:
        assert papers["data-sheet"].evidence.cited(citation).value == Decimal(citation.value)


# Sentences --------------------------------------------------------------------------------------------------

NONE = "This paper shows no figure that a partner sent."
ONE = "The one figure of this paper is attached to the PDF with the return that brought it, its file and row."
EVERY = "Every figure is bound to the return that brought it. "


@pytest.mark.parametrize(
    ("figures", "unsent", "words"),
    [
        (0, 0, NONE),
        (3, 3, NONE),
        (
            1,
            0,
            "The one figure of this paper is attached to the PDF with the return that brought it, its file and row.",
        ),
        (2, 0, EVERY + "Both are attached to the PDF with return, file and row."),
        (
            2,
            1,
            EVERY + "Both are attached to the PDF with return, file and row; one of them counts returns or says that "
            "none came.",
        ),
        (12, 0, EVERY + "All twelve are attached to the PDF with return, file and row."),
        (
            350,
            35,
            EVERY + "All 350 are attached to the PDF with return, file and row; 35 of them count returns or say that "
            "none came.",
        ),
    ],
)
def test_the_figures_that_are_bound_are_counted_in_words(figures: int, unsent: int, words: str) -> None:
    assert bound(figures, unsent) == words


def kinds_of(*counts: int) -> list[FlaggedKind]:
    return [
        FlaggedKind(f"Kind {number}", count, (("lacking", count),), "mend it") for number, count in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((1,), "one point, which did not stop the paper"),
        ((2,), "two points of one kind, neither of which stopped the paper"),
        ((1, 1), "two points in two kinds, neither of which stopped the paper"),
        ((3,), "three points of one kind, none of which stopped the paper"),
        ((60, 4), "64 points in two kinds, none of which stopped the paper"),
    ],
)
def test_what_was_flagged_is_summed_up_in_words(counts: tuple[int, ...], words: str) -> None:
    assert summed_up(kinds_of(*counts)) == words


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ((("no unit", 1),), "no unit"),
        ((("no unit", 3), ("no base", 2)), "no unit (3), no base (2)"),
        ((("no unit", 3), ("no base", 2), ("old", 1)), "no unit (3), no base (2) and one other"),
        ((("no unit", 3), ("no base", 2), ("old", 2), ("odd", 2)), "no unit (3), no base (2) and four others"),
    ],
)
def test_what_is_lacking_is_named_the_most_frequent_first(lacking: tuple[tuple[str, int], ...], words: str) -> None:
    assert FlaggedKind("Statistics", sum(count for _, count in lacking), lacking, "mend it").words == words


def test_what_is_known_is_counted_apart() -> None:
    error = Error("data/returns/a/terms.yaml", "the date", row=3)
    stays, open_ = Finding("warning", "extract_date-given", error, "why"), Finding("warning", "permission-given", error)
    judgements = [Judgement("terms", 9, 9, (stays, open_)), Judgement("figures", 1, 1, ())]
    (kind,) = flagged_kinds(judgements)
    (row,) = by_kind([kind], known(judgements)).rows
    assert [row.heading.text, *(cell.text for cell in row.cells)] == [
        "Terms of returns",
        "1",
        "permission not given",
        "ask the partner",
    ]
    assert known(judgements) == "One point is known and stays: day drawn not given."
    assert known([Judgement("terms", 9, 9, (stays, stays))]) == "Two points are known and stay: day drawn not given."
    assert known([Judgement("terms", 9, 9, (open_,))]) == ""


def test_a_suite_without_words_is_called_as_its_dataset() -> None:
    words = suite_words("sections")
    assert words.kind == "Sections" and words.remedy == "mend it"


def test_a_filed_paper_says_how_it_is_verified() -> None:
    filing = {"version": 1, "approved_by": ["Chair of the group"]}
    paper = open_report("strategic-group", period="2019-20-Q4", data=str(DATA), filing=filing)
    text = "\n".join(plain(parted(paper)[0]))
    assert "Compare the file with its seal, which holds its SHA-256." in text
    assert "Make the paper again with the audit command: it says “identical”, or names what changed." in text
    assert "draft" not in text
