"""Consistency: figures in words are accounted for, and what does not add up in the shipped paper is flagged.

The shipped quarter keeps the contradictions of the paper that it was transcribed from. ``TWELVE`` lists them point by
point: each is flagged, by which expectation and at which line, or ``UNSEEN`` says why no machine can tell.
"""

from __future__ import annotations

import datetime as dt
import re
import time
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from conftest import ROOT, gather, lean_copy
from priority_two.checks import prose
from priority_two.checks.consistency import baseless, consistency_datasets
from priority_two.checks.gate import Finding, judge
from priority_two.checks.prose import BOUND, DATE, LITERAL, NAME, UNBOUND
from priority_two.checks.rules import Rules, read_rules
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.periods import parse
from priority_two.reference.catalogue import Catalogue, load_catalogue
from priority_two.returns.store import Observation, latest, observations, permitted, read_returns
from priority_two.updates.documents import Document, read_appendices, read_updates

QUARTER = parse("2020-21-Q4")
BOARD = dt.date(2021, 3, 25)
UPDATES = "updates/2020-21-Q4"
APPENDIX_1, APPENDIX_2, APPENDIX_3 = (f"{UPDATES}/appendices/{number}.md" for number in (1, 2, 3))


# The twelve points ------------------------------------------------------------------------------------------

TWELVE = [
    ("1 end of year before the quarter closed", "period-closed", "reference/calendar.csv", "2020-21-Q4,"),
    ("1 no data cut-off", "extract_date-given", "returns/2021-03-25_lbb/terms.yaml", "extract_date:"),
    ("2 posts add up to 35, not to 34", "agrees", "reference/totals.csv", "campaign-posts,"),
    ("3 reach adds up to 18,507, not to 10,500", "agrees", "reference/totals.csv", "campaign-reach,"),
    ("4 reach of the paid posts matches no row", "agrees", "reference/totals.csv", "paid-posts-reach,"),
    ("4 impressions of the paid posts match no row", "agrees", "reference/totals.csv", "paid-posts-impressions,"),
    ("5 97% has no base", "base-named", APPENDIX_2, "October was the national month"),
    ("5 followers: the gain or the following", "no-placeholder", APPENDIX_2, "- In October BYC's following"),
    (
        "5 45 wore the shirts of 40",
        "at-most-warning",
        "reference/identities.csv",
        "t-shirt-wearers-within-campaigners,",
    ),
    ("6 to be confirmed", "no-placeholder", APPENDIX_2, "The table gives the launch post"),
    ("6 has gone, or will go", "no-placeholder", f"{UPDATES}/1a.md", "- A paper with the strategy goes"),
    ("6 a heading with nothing under it", "heading-told", APPENDIX_1, "# What more has to be done"),
    ("7 national figures credited to the Met", "credited-to-source", APPENDIX_1, "The briefing credits"),
    ("8 an old survey year", "not-too-old", APPENDIX_1, "Domestic abuse is thought to cost"),
    ("8 a cost without a source", "credited-to-source", APPENDIX_1, "Domestic abuse is thought to cost"),
    ("8 June to May is no financial year", "period-comparable", APPENDIX_1, "The briefing credits"),
    ("9 strategy due in August, approved in January", "no-slip", f"{UPDATES}/7c.md", "milestones:"),
    ("9 rated green without a word on it", "qualifier-given", f"{UPDATES}/7c.md", "qualifier:"),
    ("9 newsletters fewer than were due", "agrees", "reference/totals.csv", "newsletters,"),
    ("9 directory slipped, on schedule", "no-slip", f"{UPDATES}/2a.md", "milestones:"),
    ("10 3a on schedule, 3b and 7b not", "related-agree", f"{UPDATES}/3a.md", "rating:"),
    ("10 6a without a reason", "reason-given", f"{UPDATES}/6a.md", "reason:"),
    ("10 6a without a route to green", "action-given", f"{UPDATES}/6a.md", "action:"),
    ("10 6b without a reason", "reason-given", f"{UPDATES}/6b.md", "reason:"),
    ("10 7c without a qualifier", "qualifier-given", f"{UPDATES}/7c.md", "qualifier:"),
    ("11 DRIVE implemented, and still to go live", "achieved-is-met", f"{UPDATES}/9.md", "  - text: The DRIVE"),
    ("12 2.5 without a unit", "unit-given", APPENDIX_3, "The service has"),
    ("12 Strategic Forum", "one-name-a-body", APPENDIX_1, "The strategy reaches into every department"),
    ("12 Strategy Board", "one-name-a-body", APPENDIX_1, "The DVA VAWG Strategy Board"),
]

UNSEEN = {
    "8 3037 lacks its separator": "every figure is printed by the program, so that none can lack it",
    "9 the newsletter was promised monthly": "the promise is no figure; that fewer came out than were due is flagged",
    "11 CODA is providing, and has not been able to run": "two sentences that no word ties together",
    "11 DVIP is available, and ends": "both are so until 31 March 2021; from the next day its milestone is overdue",
    "12 rating words in mixed case": "a rating is a code, and its word is printed from the scale in one form",
}
"""What no expectation flags in the shipped paper, and why."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the shipped data without the illustrative returns."""
    return lean_copy(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def flagged(data: Path) -> list[Finding]:
    """Return what is flagged in the shipped quarter, as at the day of the Board."""
    return [finding for one in gather(DataFolder(data), QUARTER, "", "board")[1] for finding in one.findings]


@pytest.mark.parametrize(("point", "expectation", "file", "at"), TWELVE, ids=[point for point, *_ in TWELVE])
def test_what_does_not_add_up_in_the_paper_is_flagged_at_its_line(
    point: str, expectation: str, file: str, at: str, data: Path, flagged: list[Finding]
) -> None:
    lines = (data / file).read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if text.startswith(at)]
    places = [(f.error.file, f.error.row) for f in flagged if f.expectation == expectation]
    assert (f"data/{file}", line) in places
    assert {f.severity for f in flagged if f.expectation == expectation} == {"warning"}


def test_each_of_the_twelve_points_is_flagged_or_said_to_be_out_of_sight() -> None:
    assert {int(point.split()[0]) for point in [*(point for point, *_ in TWELVE), *UNSEEN]} == set(range(1, 13))


def test_every_figure_of_the_shipped_papers_is_accounted_for(flagged: list[Finding]) -> None:
    assert [str(finding.error) for finding in flagged if finding.expectation == "accounted-for"] == []


def test_a_stated_total_is_told_beside_what_its_parts_make(flagged: list[Finding]) -> None:
    said = {f.error.row: f.error.found.split(": ")[-1] for f in flagged if f.expectation == "agrees"}
    # 1 + 6 + 10 + 6 + 2 + 4 + 6 posts, and 203 + 1240 + 5512 + 10767 + 232 + 553 reached, by the paper's own table.
    assert [said[row] for row in sorted(said)] == [
        "34, where the parts make 35",
        "10,500, where the parts make 18,507",
        "15,500, where the parts make 5,512",
        "19,561, where the parts make 7,343",
        "3, where the parts make 4",
    ]


def test_what_is_flagged_is_said_in_one_line_and_in_words(flagged: list[Finding]) -> None:
    for finding in flagged:
        assert len(str(finding.error).splitlines()) == 1
        assert not re.search(r"nan|None|_accounted|<", finding.error.found)


def test_no_partnership_stands_in_the_code() -> None:
    for name in ("prose", "rules", "consistency"):
        code = (ROOT / f"src/priority_two/checks/{name}.py").read_text(encoding="utf-8")
        assert not re.search(r"Bromley|Strateg(?:y|ic) Board|Instagram|SafeLives|CTX\d|BYC\d|\b3a\b", code)


# Documents --------------------------------------------------------------------------------------------------


FRONT = """\
---
commitment: "5"
rating: green
qualifier: {qualifier}
reason:
action:
owner:
due:
written: 2021-03-25
basis: transcribed
{more}---
"""


def document(folder: Path, narrative: str, more: str = "", qualifier: str = "Well") -> Document:
    """Write an update, and read it back as the report does."""
    file = folder / "data" / UPDATES / "5.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FRONT.format(more=more, qualifier=qualifier) + narrative, encoding="utf-8")
    return read_updates(DataFolder(folder / "data"), QUARTER, BOARD)["5"]


def kinds(one: Document, names: tuple[str, ...] = (), literals: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = prose.numerals(prose.passages(one), names, literals)
    return [(numeral.kind, "" if numeral.kind == BOUND else numeral.text) for numeral in found]


# Figures in words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ("We trained 38 practices.", ["38"]),
        ("It cost £15.7bn, or 1,316,800 in all.", ["£15.7bn", "1,316,800"]),
        ("Up by 24% and by 3.5 per cent.", ["24%", "3.5"]),
        ("We trained thirty-eight practices, and a dozen more.", ["thirty-eight", "dozen"]),
        ("Two hundred people, or twenty people.", ["hundred", "twenty"]),
        ("We trained \uff13\uff18 practices, \u00bd of them \u0663 times.", ["38", "1", "2", "\u0663"]),
        ("We trained &#51;&#56; practices.", ["38"]),
        ("We trained 3**8** practices.", ["38"]),
        ("We trained 3\u200d8 practices.", ["38"]),
        ("We trained [38](https://example.org/2020) practices.", ["38"]),
        ("These are\n38. practices.", ["38"]),
        ("They came to 2021 people.", ["2021"]),
        ("We met 2000 to 2050 people.", ["2000", "2050"]),
        ("Ring 0808 1570 for help.", ["0808", "1570"]),
        ("The 40 March events.", ["40"]),
        ("```\n38 practices\n```", ["38"]),
        ("# 38 practices\n\nWords.", ["38"]),
        ("Version 6.1 of it.", ["6.1"]),
    ],
)
def test_a_figure_that_nothing_accounts_for_is_found(typed: str, figures: list[str], tmp_path: Path) -> None:
    assert kinds(document(tmp_path, f"{typed}\n")) == [(UNBOUND, figure) for figure in figures]


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("It met on 16 December 2019.", DATE, "16 December 2019"),
        ("It met on 8 October, in the hall.", DATE, "8 October"),
        ("It met on the 3rd of the month.", UNBOUND, "3rd"),
        ("It met on 2 and 3 March 2021.", DATE, "2 and 3 March 2021"),
        ("It met on 2021-03-25.", DATE, "2021-03-25"),
        ("It met on 11/09/20.", DATE, "11/09/20"),
        ("It met in Sept 2020.", DATE, "Sept 2020"),
        ("It covers 2016 to 2019.", DATE, "2016 to 2019"),
        ("It covers 2021-2024: all of it.", DATE, "2021-2024"),
        ("More to do in 2021-22.", DATE, "2021-22"),
        ("In 2016/17, it was so.", DATE, "2016/17"),
        ("It was so in 2020.", DATE, "2020"),
        ("In 2020 it was so.", DATE, "2020"),
        ("It was so in 2020 homes.", UNBOUND, "2020"),
        ("It is of 2020-21-Q4.", DATE, "2020-21-Q4"),
        ("It is told in Q2 and after.", DATE, "Q2"),
        ("Sign on p.58 of it.", NAME, "p.58"),
        ("In the COVID-19 lockdown.", NAME, "COVID-19"),
        ("For those aged 11 to 19.", LITERAL, "11 to 19"),
        ("For those aged 11 to 19,500.", UNBOUND, "11"),
        ("# 3. What is to be done\n\nWords.", NAME, "3."),
        ("See {{ value('HLT01') }}.", BOUND, ""),
        ("See {{ value(\n'HLT01') }}.", BOUND, ""),
    ],
)
def test_a_figure_is_accounted_for_by_what_it_is(typed: str, kind: str, text: str, tmp_path: Path) -> None:
    found = kinds(document(tmp_path, f"{typed}\n"), ("p.58", "COVID-19"), ("11 to 19",))
    assert found[0] == (kind, text)


@pytest.mark.parametrize(
    "typed",
    [
        "See {{ appendix(2) }} and {{ commitment('3b') }}.",
        "1. One thing.\n2. Another.\n\n- And more.\n\n1. Anew.",
        "[The site](https://example.org/2020/38).",
        "No figure, one of two or three, none at all.",
    ],
)
def test_what_is_no_figure_is_none(typed: str, tmp_path: Path) -> None:
    assert kinds(document(tmp_path, f"{typed}\n")) == []


def test_paragraphs_under_a_numbered_heading_have_its_number(tmp_path: Path) -> None:
    one = document(tmp_path, "6.1. Too early.\n\n# 6. Recommendations\n\n6.1. To endorse it.\n\n7.1. To sign it.\n")
    assert kinds(one) == [(UNBOUND, "6.1"), (NAME, "6."), (NAME, "6.1."), (UNBOUND, "7.1")]


def test_figures_are_looked_for_under_every_key_and_told_with_their_line(tmp_path: Path) -> None:
    more = (
        "milestones:\n  - id: m1\n    title: All 21 done\n    met: undated\n    note: 22 said so\n"
        "forward:\n  - Words.\n  - Do 23 more.\nachievements:\n  - {text: 24 done, commitment: 1a}\n"
    )
    one = document(tmp_path, "Words\nand 25 more,\n{{ value('HLT01') }} of them.\n", more, qualifier="20 done")
    lines = (tmp_path / "data" / UPDATES / "5.md").read_text(encoding="utf-8").splitlines()
    found = prose.numerals(prose.passages(one), ())
    assert [(n.text, n.column) for n in found[:5]] == [
        ("20", "qualifier"),
        ("21", "milestones"),
        ("22", "milestones"),
        ("23", "forward"),
        ("24", "achievements"),
    ]
    for numeral in found:
        assert (numeral.text if numeral.kind == UNBOUND else "value(") in lines[numeral.row - 1]
    assert found[-1].kind == BOUND and len(found) == 7


PIECES: dict[str, list[str]] = {
    UNBOUND: ["38", "1,316,800", "£66bn", "4.5%", "7", "twelve", "746,219", "0.5"],
    DATE: ["16 December 2019", "March 2021", "2016 to 2019", "8 October", "2021-22", "2021-03-25", "1 May 2020"],
    NAME: ["p.58", "COVID-19", "Act 1998"],
    LITERAL: ["aged 11 to 19"],
    BOUND: ['{{ value("HLT01") }}', '{{ value("COM01", "printed") }}'],
}
ORDERED = [(kind, piece) for kind, pieces in PIECES.items() for piece in pieces]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(ORDERED), st.sampled_from([" words,\n", " words and words ", ".\n\n", " (so)\n- "]))
    )
)
def test_numerals_are_those_that_were_put_in(
    tmp_path_factory: pytest.TempPathFactory, built: list[tuple[tuple[str, str], str]]
) -> None:
    text = "Words " + "".join(f"about {piece}{glue}about " for (_, piece), glue in built)
    one = document(tmp_path_factory.getbasetemp() / "built", text + "\n")
    names, literals = tuple(PIECES[NAME]), tuple(PIECES[LITERAL])
    assert kinds(one, names, literals) == [(kind, "" if kind == BOUND else piece) for (kind, piece), _ in built]


@settings(max_examples=50, deadline=None)
@given(st.text("0123456789,.:/-–£% \n*_()&abQMarch tofin\uff10\uff19\u00b2", max_size=120))
def test_no_digit_is_overlooked(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text = "".join(f"w {line}\n" for line in text.split("\n"))  # no line begins with a list's number
    try:
        update = document(tmp_path_factory.getbasetemp() / "digits", text)
    except Refused:
        reject()  # some digits read as the number of a person or a case, which no update may hold
    listed = "".join(text for _, text in kinds(update, ("Q4", "p.5")))
    digits = [ch for ch in unicodedata.normalize("NFKC", text) if ch.isdigit()]
    assert [ch for ch in listed if ch.isdigit()] == digits


# What is declared -------------------------------------------------------------------------------------------


def test_a_literal_is_declared_with_its_reason(tmp_path: Path) -> None:
    more = 'literals:\n  - {text: "16", reason: The age of consent}\n'
    one = document(tmp_path, "Those of 16 years, and 17.\n", more)
    assert [allowed.text for allowed in one.front.literals] == ["16"]
    assert kinds(one, (), ("16",)) == [(LITERAL, "16"), (UNBOUND, "17")]


@pytest.mark.parametrize(
    "literals",
    ['[{text: "16", reason: ""}]', '[{text: "16"}]', "[{text: 16, reason: Why}]", '[{text: "", reason: Why}]'],
)
def test_a_literal_without_text_or_reason_is_refused(literals: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        document(tmp_path, "Words.\n", f"literals: {literals}\n")
    (error,) = refused.value.errors
    assert "literals.0" in str(error) and f"data/{UPDATES}/5.md, row 11" in str(error)


# Words ------------------------------------------------------------------------------------------------------


def found(one: Document, key: str) -> list[tuple[int, str]]:
    aliases = {"Strategy Board": "Strategic Board", "Board": "Joint Board"}
    reading = {
        "placeholder": lambda passage: prose.placeholders(passage, ["tbc", "has been, or will be", "???"]),
        "body": lambda passage: prose.other_names(passage, aliases),
        "overtaken": lambda passage: prose.overtaken(passage, BOARD),
    }[key]
    return [(hit.row - one.line + 1, hit.words) for passage in prose.passages(one) for hit in reading(passage)]


def test_placeholders_are_whole_words_at_their_own_line(tmp_path: Path) -> None:
    one = document(tmp_path, "The date is\nTBC, it has been,\nor will be. Stbcs ???\n")
    assert found(one, "placeholder") == [(2, "“TBC”"), (2, "“has been, or will be”"), (3, "“???”")]


def test_a_body_goes_by_its_own_name(tmp_path: Path) -> None:
    one = document(tmp_path, "The Strategic Board, the Joint Board\nand the Strategy Board; a board.\n")
    assert found(one, "body") == [(2, "Strategy Board, elsewhere Strategic Board")]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("It is due to go live in February 2021.", "“is due”, in February 2021"),
        ("It is due to go live in March 2021.", ""),  # the month is not over
        ("It is due to go live on 24 March 2021.", "“is due”, on 24 March 2021"),
        ("It is due to go live on 25 March 2021.", ""),
        ("It was due in January 2021.", ""),
        ("It went live in January 2021. It will be reviewed.", ""),
        ("In January 2021 it was said that it will go on.", ""),
        ("It will be done, as the review of September 2020 asked.", ""),
        ("The ambition is to have it noted in January 2021, so that it can go on.", "“ambition is”, in January 2021"),
        ("It will be held on 31 February 2021.", ""),  # no day: nothing to compare
    ],
)
def test_what_is_told_as_still_to_come_has_its_day_to_come(sentence: str, said: str, tmp_path: Path) -> None:
    assert found(document(tmp_path, f"Words.\n\n{sentence}\n"), "overtaken") == ([(3, said)] if said else [])


def test_what_goes_forward_is_a_promise(tmp_path: Path) -> None:
    one = document(tmp_path, "Words.\n", "forward: [Finish it by January 2021., Print more by May 2021.]\n")
    assert [said for _, said in found(one, "overtaken")] == ["by January 2021"]


def test_an_abbreviation_is_known_or_expanded_where_it_stands(tmp_path: Path) -> None:
    text = (
        "The QAB met, and the Joint Board (JB) with it; the JB's\nmembers, ABC (Able Bodied Council), the KN-OWN,\n"
        "KNOWN units, QABs and part II of it.\n\nALL OF THIS IS SHOUTED\n"
    )
    one = document(tmp_path, text)
    hits = prose.unexpanded(prose.passages(one), {"KNOWN", "KN", "OWN"})
    assert [(hit.row - one.line + 1, hit.words) for _, hit in hits] == [(1, "QAB")]


@pytest.mark.parametrize("narrative", ["", "\n \n", "#\n", "{{", "{{ value( }}\n", "- \n", "===\n"])
def test_what_says_nothing_is_read_all_the_same(narrative: str, known: tuple, tmp_path: Path) -> None:
    catalogue, rules, counted, _, _ = known
    one = document(tmp_path, narrative)
    told = consistency_datasets(QUARTER, {"5": one}, [one], counted, catalogue, rules, BOARD)
    assert list(told["numerals"]["kind"]) == [] and list(told["statistics"]["measure"]) == []
    assert list(told["prose"]["heading"].dropna()) == (["no words"] if narrative == "#\n" else [])


def test_a_heading_has_words_or_a_lower_heading_under_it(tmp_path: Path) -> None:
    text = "# One\n\n## Two\n\nWords.\n\n## Three\n\n## Four\n\n- A thing.\n\nFive\n====\n\n# Six\n"
    one = document(tmp_path, text)
    empty = prose.empty_headings(prose.passages(one))
    assert [passage.text for passage in empty] == ["Three", "Five", "Six"]


@pytest.mark.parametrize(
    "piece",
    ["](", "{{", "{{ }}", "AA-AA-", "1 ", "1,", "tbc ", "May 2020 ", "a\n", "a\n\n", "- 1\n", "<https://", ". ", "(("],
)
def test_a_hostile_narrative_is_read_in_no_time(piece: str, tmp_path: Path) -> None:
    one = document(tmp_path, piece * (60_000 // len(piece)))
    begun = time.process_time()
    passages = prose.passages(one)
    hits = len(prose.numerals(passages, ("p.58",))) + len(prose.unexpanded(passages, ()))
    for passage in passages:
        hits += len(prose.placeholders(passage, ["tbc"])) + len(prose.overtaken(passage, BOARD))
    assert time.process_time() - begun < 5
    assert len(passages) <= prose.MOST_PASSAGES and hits <= prose.MOST_NUMERALS + prose.MOST_REMARKS + 2


# Rules ------------------------------------------------------------------------------------------------------


WRONG = [
    ("names", "p.59,", "reason"),
    ("placeholders", "who knows,somebody,", "lacks"),
    ("bodies", ",Other name,", "name"),
    ("totals", "t1,One,COM01[printed] plus 1,=,COM01[distributed],", "stated"),
    ("totals", "t2,Two,COM01[printed],~,COM01[distributed],", "relation"),
    ("totals", "t3,Three,COM01[printed],=,ZZZ99,", "of"),
    ("totals", "t4,Four,COM01[printed],=,7,", "of"),
    ("totals", "t5,Five,COM01[printed],=,COM01[distributed],soon", "periods"),
    ("attributions", "ZZZ99,Somebody,Somewhere", "measure"),
    ("attributions", "CTX01,Somebody,Again", ""),
    ("related", "1a,99z,Because", "related"),
    ("related", "3a,3b,Said twice", "commitment"),
]


def test_every_fault_of_every_rule_is_said_at_once(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    for table, line, _ in WRONG:
        file = data / f"reference/{table}.csv"
        file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    folder = DataFolder(data)
    with pytest.raises(Refused) as refused:
        read_rules(folder, load_catalogue(folder))
    said = [str(error) for error in refused.value.errors]
    for table, line, column in WRONG:
        if column:
            lines = (data / f"reference/{table}.csv").read_text(encoding="utf-8").splitlines()
            place = f"data/reference/{table}.csv, row {lines.index(line) + 1}, column {column}: "
            assert any(text.startswith(place) for text in said), line
    assert len(said) == len([column for *_, column in WRONG if column])


def test_rules_without_a_column_are_refused_and_without_a_file_there_are_none(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    (data / "reference/names.csv").write_text("text,why\n", encoding="utf-8")
    (data / "reference/bodies.csv").unlink()
    folder = DataFolder(data)
    with pytest.raises(Refused) as refused:
        read_rules(folder, load_catalogue(folder))
    [names] = map(str, refused.value.errors)
    assert names.startswith(
        "data/reference/names.csv, row 1: found no column reason and an unknown column why; "
        "expected the columns text, reason"
    )


# Figures ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known(data: Path) -> tuple[Catalogue, Rules, list[Observation], dict[str, Document], list[Document]]:
    """Return what the shipped quarter is judged by."""
    folder = DataFolder(data)
    catalogue = load_catalogue(folder)
    counted = latest(observations(permitted(read_returns(folder, BOARD))))
    updates = read_updates(folder, QUARTER, BOARD)
    written = [*updates.values(), *read_appendices(folder, QUARTER, BOARD).values()]
    return catalogue, read_rules(folder, catalogue), counted, updates, written


def test_a_restricted_total_is_withheld(known: tuple, tmp_path: Path) -> None:
    catalogue, rules, counted, updates, _ = known
    (total,) = [one for one in rules.totals if one.total == "newsletters"]
    terms = [replace(one, measure=measure) for one, measure in ((total.stated[0], "DHR01"), (total.of[0], "POL01"))]
    made = [replace(counted[0], period=QUARTER, area="", breakdown="", value=Decimal(73316))]
    made = [replace(made[0], measure="DHR01"), replace(made[0], measure="POL01", value=Decimal(73317))]
    terms = [replace(term, breakdown="") for term in terms]
    secret = replace(rules, totals=(total.model_copy(update={"stated": (terms[0],), "of": (terms[1],)}),))
    told = consistency_datasets(QUARTER, updates, [], made, catalogue, secret, BOARD)["totals"]
    (finding,) = judge({"totals": told}, {})[0].findings
    assert "withheld" in finding.error.found and "7331" not in str(finding.error)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"2021-01": 1, "2021-02": 2, "2021-03": 3}, "5, where the parts make 6"),
        ({"2021-01": 1, "2021-02": 2, "2021-03": 2}, None),
        ({"2021-01": 1, "2021-02": None, "2021-03": 3}, None),  # what is not there cannot be added up
        ({"2021-01": 9, "2021-02": 9, "2020-21-Q4": 7}, "5, where the parts make 7"),  # and no month counts twice
        ({"2020-12": 1}, None),
        ({"2021-01": 1, "2021-02": 2}, None),  # nothing of March: what came is not all
    ],
)
def test_a_total_is_held_against_the_months_or_against_the_whole(figures: dict, said: str | None, known: tuple) -> None:
    catalogue, rules, counted, updates, _ = known
    (total,) = [one for one in rules.totals if one.total == "newsletters"]
    stated = next(one for one in counted if (one.measure, one.breakdown) == ("COM02", "issued"))
    parts = [
        replace(stated, breakdown="due", period=parse(period), value=None if value is None else Decimal(value))
        for period, value in figures.items()
    ]
    made = [replace(stated, value=Decimal(5)), *parts]
    told = consistency_datasets(QUARTER, updates, [], made, catalogue, replace(rules, totals=(total,)), BOARD)["totals"]
    assert list(told["differs"].dropna()) == ([said] if said else [])


@pytest.mark.parametrize(
    ("as_at", "said"),
    [
        (dt.date(2022, 3, 31), None),
        (dt.date(2022, 4, 1), "3 years old, of Year 2018-19"),
        (dt.date(2024, 3, 30), "4 years old, of Year 2018-19"),
    ],
)
def test_a_statistic_is_too_old_on_the_day_after(
    as_at: dt.date, said: str | None, known: tuple, tmp_path: Path
) -> None:
    catalogue, rules, counted, _, _ = known
    one = document(tmp_path, 'So it was: {{ value("CTX06", period="2018-19") }}.\n')
    told = consistency_datasets(QUARTER, {}, [one], counted, catalogue, rules, as_at)["statistics"]
    assert list(told["age"]) == [said]


def test_a_number_of_posts_has_its_unit_in_the_sentence(known: tuple, tmp_path: Path) -> None:
    catalogue, rules, counted, _, _ = known
    bound = '{{ value("IDV03", "iris-idva-e") }}'
    for words, good in (
        ("{} FTE educators", 1),
        ("{} full-time advocates", 1),
        ("Posts: {}", 1),
        ("{} advocates. No post", 0),
    ):
        one = document(tmp_path, words.format(bound) + ".\n")
        told = consistency_datasets(QUARTER, {}, [one], counted, catalogue, rules, BOARD)["statistics"]
        assert list(told["unit"].isna()) == [bool(good)], words


def test_a_percentage_has_a_base_in_the_catalogue(known: tuple) -> None:
    catalogue = known[0]
    without = [name for name, measure in catalogue.measures.items() if baseless(measure)]
    assert without == ["BYC07", "CTX10"]
    assert not any(measure.base for measure in catalogue.measures.values() if measure.unit != "percent")


# Claims -----------------------------------------------------------------------------------------------------


def claims(known: tuple, as_at: dt.date = BOARD, **ratings: str) -> dict[str, list[str]]:
    catalogue, rules, counted, updates, written = known
    changed = {
        name: replace(one, front=one.front.model_copy(update={"rating": ratings.get(f"r{name}", one.front.rating)}))
        for name, one in updates.items()
    }
    told = consistency_datasets(QUARTER, changed, written, counted, catalogue, rules, as_at)["claims"]
    return {name: list(told[name].dropna()) for name in ("conflict", "unmet", "early", "late")}


def test_ratings_that_wait_for_the_same_thing_conflict_only_where_one_is_on_course(known: tuple) -> None:
    because = "both wait for partners to share their data"
    assert claims(known)["conflict"] == [f"3a is Green and {name} is Amber: {because}" for name in ("3b", "7b")]
    assert claims(known, r3a="red")["conflict"] == []
    assert claims(known, r3b="green")["conflict"] == [f"3a is Green and 7b is Amber: {because}"]
    assert claims(known, r3a="", r3b="blue")["conflict"] == []


def test_what_is_achieved_was_met(known: tuple) -> None:
    assert claims(known)["unmet"] == ["milestone not met: DRIVE live in Bromley"]


def test_a_paper_is_told_to_be_newer_than_the_next_quarters(known: tuple) -> None:
    assert claims(known, dt.date(2021, 6, 30))["late"] == []
    said = "1 July 2021, after Quarter One 2021-22 closed on 30 June 2021"
    assert claims(known, dt.date(2021, 7, 1))["late"] == [said]


def test_a_paper_is_told_to_be_older_than_its_period(known: tuple) -> None:
    said = "25 March 2021, before Quarter Four 2020-21 closed on 31 March 2021"
    assert claims(known)["early"] == claims(known, dt.date(2021, 4, 30))["early"] == [said]  # the Board's date stays
