"""The gate: every expectation of every suite is shown failing, and no fault says what may not be said.

Each case breaks a copy of the shipped data folder through its files, as people break them. Cases that do not get in
each other's way are judged together, since Great Expectations takes a second or two a time.
"""

from __future__ import annotations

import ast
import csv
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import DATA, ROOT, WORKSPACE, gather, lean_copy, whole_copy
from priority_two import commands
from priority_two.checks.expectation_engine import great_expectations
from priority_two.checks.gate import Finding, Judgement, judge, judgements_to_share
from priority_two.checks.suite_words import suite_words
from priority_two.errors import WITHHELD, Error, Refused
from priority_two.files.data_folder import DataFolder
from priority_two.paths import JUDGED
from priority_two.periods import parse
from priority_two.record.build import build
from priority_two.reference.catalogue import load_catalogue
from priority_two.report.examination import Examined, examine
from priority_two.report.request import QUARTERLY, Request

SUITES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "expectations").glob("*.json")}
UPDATES = "updates/2020-21-Q4"
LBB = "returns/2021-03-25_lbb"
HEADER = "period,measure,area,breakdown,value,status,note\n"


# Breaking the data ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Append:
    """Add a line to the end of a file."""

    file: str
    line: str

    def __call__(self, data: Path) -> None:
        path = data / self.file
        path.write_text(path.read_text(encoding="utf-8") + self.line + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Swap:
    """Put something else in place of text that stands in a file once, or more often."""

    file: str
    old: str
    new: str

    def __call__(self, data: Path) -> None:
        path = data / self.file
        text = path.read_text(encoding="utf-8")
        assert self.old in text, f"{self.old!r} no longer stands in {self.file}"
        path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")


@dataclass(frozen=True)
class Write:
    """Write a whole file, its folder included."""

    file: str
    text: str

    def __call__(self, data: Path) -> None:
        path = data / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text, encoding="utf-8")


@dataclass(frozen=True)
class Remove:
    """Take a file or a folder away."""

    file: str

    def __call__(self, data: Path) -> None:
        path = data / self.file
        shutil.rmtree(path) if path.is_dir() else path.unlink()


Break = Callable[[Path], None]


def copy_of_the_data(folder: Path, *breaks: Break) -> Path:
    """Copy the shipped data without the illustrative returns, and break it."""
    data = lean_copy(folder)
    for one in breaks:
        one(data)
    return data


def update(commitment: str, narrative: str = "Some words.", more: str = "", **keys: str) -> Write:
    """Write a sound update of a commitment, with other keys."""
    front = {
        "commitment": f'"{commitment}"',
        "rating": "green",
        "qualifier": "Going well",
        "reason": "",
        "action": "",
        "owner": "",
        "due": "",
        "written": "2021-03-25",
        "basis": "transcribed",
        **keys,
    }
    lines = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in front.items())
    return Write(f"{UPDATES}/{commitment}.md", f"---\n{lines}{more}---\n\n{narrative}\n")


def appendix(number: str, text: str = "Some words.", title: str = "A paper", exhibits: str = "[]") -> Write:
    """Write a sound appendix, with other keys."""
    front = f'appendix: {number}\ntitle: "{title}"\nowner:\nwritten: 2021-03-25\nbasis: transcribed\n'
    return Write(f"{UPDATES}/appendices/{number}.md", f"---\n{front}exhibits: {exhibits}\n---\n\n{text}\n")


def briefing(number: str, subject: str, contacts: str, recommendations: str) -> Write:
    """Write a briefing with these parts of its front matter, and with every section."""
    with (DATA / "reference/briefing_sections.csv").open(encoding="utf-8", newline="") as handle:
        sections = "".join(f"# {row['title']}\n\nSome words.\n\n" for row in csv.DictReader(handle))
    front = f"appendix: {number}\ntitle: A briefing\nowner:\nwritten: 2021-03-25\nbasis: transcribed\nbriefing:\n"
    front += f"  subject: {subject}".rstrip() + f"\n  contacts:{contacts}\n  recommendations:{recommendations}\n"
    return Write(f"{UPDATES}/appendices/{number}.md", f"---\n{front}---\n\n{sections}")


def a_return(day: str, partner: str = "lbb", rows: str = "", **keys: str) -> list[Break]:
    """Write a sound return of a partner, with other terms."""
    terms = {
        "partner": partner,
        "received": day,
        "extract_date": day,
        "months": "2021-01..2021-03",
        "explanation": "What it is",
        "permission": "publish",
        "contact_post": "The post to ask",
        "synthetic": "false",
        **keys,
    }
    text = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in terms.items())
    folder = f"returns/{day}_{partner}"
    return [Write(f"{folder}/terms.yaml", text), Write(f"{folder}/observations.csv", HEADER + rows)]


def judged(data: Path, period: str = "2020-21-Q4") -> list[Judgement]:
    """Have a data folder judged."""
    return gather(DataFolder(data), parse(period), "", "board")[1]


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for one in judgements for finding in one.findings]


def stop_if_critical(judgements: list[Judgement]) -> None:
    """Stop where the program does, if nothing but these judgements stood against a paper."""
    Examined(None, judgements, [], []).stop()


def said_of(data: Path) -> list[str]:
    """Return every line that a person could be shown of a data folder: what failed, or what could not be read."""
    try:
        judgements = judged(data)
        said = [str(finding.error) for finding in findings(judgements)]
        stop_if_critical(judgements)
    except Refused as refused:
        said = [*(said if "judgements" in locals() else []), str(refused), *map(str, refused.errors)]
    return said


# Cases ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """How to break an expectation, and what must be said of it.

    ``at`` stands in the one line of the broken file that must be named; blank where the whole file is at fault, or
    where what is wrong stands on no line.
    """

    name: str
    severity: str
    file: str
    column: str
    at: str
    breaks: tuple[Break, ...]
    together: str = "rows"

    @property
    def dataset(self) -> str:
        return self.name.split(".")[0]

    @property
    def expectation(self) -> str:
        return self.name.split(".")[1]


COLUMNS = {
    "abbreviations": "abbreviation,expansion",
    "areas": "area,name,type,parent,valid_from,valid_to,tile_row,tile_column",
    "breakdowns": "measure,breakdown,series,label",
    "calendar": "period,label,board_date,returns_due,note",
    "commitments": "commitment,section,title,rated",
    "identities": "identity,title,left,relation,right,severity",
    "measures": "measure,title,unit,partner,frequency,aggregation,direction,disclosure,definition,source,data_sheet",
    "partners": "partner,name,abbreviation,role,sends,first_month,last_month",
    "rag": "rating,word,shape,colour,rank,needs_action,meaning",
    "sections": "section,title",
}
"""The columns in which the rows below are written. A table may have more of them, and in another order."""


def reference_row(table: str, text: str) -> Append:
    """Give a row written in these columns as the table has them; what is not said is blank."""
    file = f"reference/{table}.csv"
    (values,) = csv.reader([text])
    said = dict(zip(COLUMNS[table].split(","), values, strict=True))
    header = (DATA / file).read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(said) <= set(header)
    return Append(file, ",".join(said.get(name, "") for name in header))


def row(table: str, expectation: str, column: str, text: str) -> Case:
    """Break a reference table by a row at its end."""
    added = reference_row(table, text)
    return Case(f"{table}.{expectation}", "critical", added.file, column, added.line, (added,))


def head(table: str, column: str) -> Case:
    """Break a reference table by another name for a column."""
    file = f"reference/{table}.csv"
    header = (DATA / file).read_text(encoding="utf-8").splitlines()[0]
    assert column in header.split(",")
    other = ",".join("other" if name == column else name for name in header.split(","))
    return Case(f"{table}.columns", "critical", file, "", "", (Swap(file, header, other),), "heads")


def figure(expectation: str, severity: str, at: str, *breaks: Break) -> Case:
    """Break an identity between figures, which is judged only where nothing else is critical."""
    return Case(f"figures.{expectation}", severity, "reference/identities.csv", "identity", at, breaks, "figures")


def observed(expectation: str, column: str, line: str) -> Case:
    """Break a return by a row at its end."""
    file = f"{LBB}/observations.csv"
    return Case(f"observations.{expectation}", "critical", file, column, line, (Append(file, line),))


def term(expectation: str, severity: str, column: str, at: str, breaks: list[Break]) -> Case:
    """Break the terms of a return that is written for it."""
    first = breaks[0]
    assert isinstance(first, Write)
    return Case(f"terms.{expectation}", severity, first.file, column, at, tuple(breaks))


def measured(measure: str, **more: str) -> Append:
    """Give a row of measures.csv that is sound but for what is said of it."""
    said = {
        **{"measure": measure, "title": measure, "unit": "count", "partner": "lbb", "frequency": "Q"},
        **{"aggregation": "sum", "direction": "neutral", "disclosure": "person", "definition": "What it is"},
        **{"source": "We", "data_sheet": "no", **more},
    }
    with (DATA / "reference/measures.csv").open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    assert set(said) <= set(header)
    return Append("reference/measures.csv", ",".join(said.get(name, "") for name in header))


def undefined(expectation: str, severity: str, column: str, measure: str, **more: str) -> Case:
    """Break measures.csv by a row at its end."""
    added = measured(measure, **more)
    return Case(f"measures.{expectation}", severity, "reference/measures.csv", column, f"{measure},", (added,))


MONTHS = "".join(f"2020-{month:02d},POL01,,,40,,a month\n" for month in range(7, 13))
STATED = "2020-21-Q2,POL01,,,120,,stated\n2020-21-Q3,POL01,,,999,,stated\n"
POLICE = [
    *a_return("2021-03-22", "police", MONTHS + STATED),
    *a_return("2021-03-23", "police", "2020-09,POL01,,,55,r,counted anew\n"),
]
"""A third quarter that is not what its months come to, and a second of which a month was sent anew."""

CORRECTED = Write(
    "reference/corrections.yaml",
    "C001:\n  return: 2021-03-22_police\n  period: 2020-07\n  measure: POL01\n  area:\n  breakdown:\n  expected: 40\n"
    "  corrected: 40.5\n  reason: Half a case\n  reporter: Analyst\n  recorded: 2021-03-24\n  status: open\n"
    "  mended_in:\n",
)

BARE = briefing("5", subject="", contacts="", recommendations="")
FAULTY = briefing("6", "What it is", "\n    - {role: , post: Lead 460123}", '\n    - " "\n    - To go on')


def briefed(expectation: str, column: str, at: str, broken: Write) -> Case:
    """Break what makes an appendix a briefing."""
    return Case(f"briefings.{expectation}", "critical", broken.file, column, at, (broken,))


def waiver(expectation: str, column: str, row: str) -> Case:
    """Have a waiver at the end of waivers.csv."""
    added = Append("reference/waivers.csv", row)
    return Case(f"waivers.{expectation}", "warning", added.file, column, row, (added,))


def written(expectation: str, severity: str, column: str, at: str, *breaks: Write) -> Case:
    """Break an update or an appendix."""
    dataset = "appendices" if "appendices" in breaks[0].file else "updates"
    return Case(f"{dataset}.{expectation}", severity, breaks[0].file, column, at, breaks)


MILESTONES = update(
    "1b",
    more=textwrap.dedent(
        """\
        milestones:
          - {id: "", title: Without id, baseline: 2021-06}
          - {id: m2, title: "", baseline: 2021-06}
          - {id: m3, title: Three, baseline: 2021-06}
          - {id: m3, title: Three again, baseline: 2021-06}
          - {id: m4, title: Without date}
          - {id: m5, title: Met next year, met: 2022-01}
          - {id: m6, title: Overdue, baseline: 2021-01-31}
          - {id: m7, title: Put back, baseline: 2021-06, current: 2021-09}
        """
    ),
)


def milestone(expectation: str, severity: str, column: str) -> Case:
    return Case(f"milestones.{expectation}", severity, MILESTONES.file, column, "", (MILESTONES,))


def group_report(filed: str, last_group: str, author: str) -> Write:
    """Write a report of the group with a faulty list of each sort."""
    front = f"filed: {filed}\nlast_group: {last_group}\nauthor: {author}\nbasis: transcribed\n"
    lists = "action_plan: [{action: Go on, owner: A post, due: 2021-06}]\nasks: [{action: Help}]\n"
    text = "# Operational update\n\n## Publicity\n\n## Weather\n\nRain.\n"
    return Write(f"{UPDATES}/strategic-group/report.md", f"---\n{front}{lists}---\n\n{text}")


def reported(name: str, severity: str, column: str, at: str, together: str = "rows") -> Case:
    """Break the group's report: one filed before the group met, or one that had not been filed."""
    late = group_report("2021-12-01", "2021-03-01", "A post")
    broken = group_report("2021-03-01", "2021-03-02", "") if together == "rows" else late
    return Case(name, severity, broken.file, column, at, (broken,), together)


# Partners who send what nobody else sends, and one who sends nothing. What is judged is the quarter's months.
SENDERS = (
    reference_row("measures", "ZZC01,Made up,count,zz-late;zz-kept,M,sum,neutral,person,What it is,We,no"),
    reference_row("partners", "zz-missing,Nothing Sent,,Role,M,2021-01,2021-01"),
    reference_row("partners", "zz-late,Late Sender,,Role,M,2021-01,2021-01"),
    reference_row("partners", "zz-kept,Kept Back,,Role,M,2021-01,2021-01"),
    *a_return("2021-03-01", "zz-late", "2021-01,ZZC01,,,1,,\n", months="2021-01..2021-01"),
    *a_return("2021-02-15", "zz-kept", "2021-01,ZZC01,,,1,,\n", months="2021-01..2021-01", permission="none"),
)


def covered(expectation: str, file: str, column: str, at: str) -> Case:
    """Break what was agreed on returns: nothing critical may be wrong with the rest."""
    return Case(f"coverage.{expectation}", "warning", file, column, at, SENDERS, "figures")


PAPER = appendix(
    "4",
    text=textwrap.dedent(
        """\
        Figure: 38 practices took part.

        Placeholder: the date is tbc.

        # Heading without words

        # Heading with words

        Abbreviation: the XQZ met.

        Body: the Strategy Board met.

        Tense: it is due to begin in January 2021.

        Age: of all women, {{ value("CTX04", "women") }}.

        Span: {{ value("POL01", period="2019-06..2020-05") }} incidents.

        Base: up by {{ value("BYC07") }}.

        Unit: {{ value("IDV03", "bcwa") }} advocates.

        Credit: {{ value("CTX06", period="2018-19") }} incidents and crimes.
        """
    ),
)


def told(dataset: str, expectation: str, at: str) -> Case:
    """Break a paper by what stands in its words, which are judged only where nothing else is critical."""
    return Case(f"{dataset}.{expectation}", "warning", PAPER.file, "text", at, (PAPER,), "figures")


def claimed(expectation: str, file: str, column: str, at: str, *breaks: Break) -> Case:
    """Break what a paper claims."""
    return Case(f"claims.{expectation}", "warning", file, column, at, breaks, "figures")


CASES = [
    reported("actions.owner-given", "warning", "owner", "asks:"),
    reported("actions.due-given", "warning", "due", "asks:"),
    reported("actions.state-given", "warning", "state", "action_plan:"),
    reported("group.report-written", "critical", "filed", "", "heads"),
    reported("group.filed-after-group", "critical", "last_group", "last_group:"),
    reported("group.author-given", "critical", "author", "author:"),
    reported("headings.heading-known", "warning", "heading", "## Weather"),
    reported("headings.heading-there", "warning", "heading", ""),
    reported("headings.content-given", "warning", "heading", "## Publicity"),
    row("abbreviations", "abbreviation-unique", "abbreviation", "VAWG,said twice"),
    written("title-given", "critical", "title", 'title: ""', appendix("7", title="")),
    written("text-written", "critical", "narrative", "", appendix("8", text="")),
    written("exhibits-known", "critical", "exhibits", "exhibits: [ZZZ99]", appendix("9", exhibits="[ZZZ99]")),
    briefed("subject-given", "subject", "  subject:", BARE),
    briefed("contacts-given", "contacts", "  contacts:", BARE),
    briefed("role-given", "role", "    - {role:", FAULTY),
    briefed("by-post", "post", "    - {role:", FAULTY),
    briefed("recommendations-given", "recommendations", "  recommendations:", BARE),
    briefed("recommendation-told", "recommendations", '    - " "', FAULTY),
    row("areas", "area-unique", "area", "E05000106,Twice,ward,E09000006,,,,"),
    row("areas", "parent-known", "parent", "x5,Five,ward,atlantis,,,,"),
    row("areas", "tiles-unique", "tile_column", "x9,Nine,ward,E09000006,,,2,6"),
    row("breakdowns", "measure-known", "measure", "ZZZ99,part,,A part"),
    row("breakdowns", "unique", "breakdown", "COM01,printed,,Printed twice"),
    row("areas", "parts-alike", "type", "x6,Six,parish,E09000006,,,,"),
    row("calendar", "date-unique", "board_date", "2020-21-Q4,Twice,2021-03-25,,"),
    row("calendar", "period-agrees", "label", "2019-20-Q4,Twice,2021-04-01,,"),
    row("commitments", "commitment-unique", "commitment", "1a,1,Twice,no"),
    row("commitments", "short-unique", "short", "16,1,Map prevalence,no"),
    row("commitments", "section-known", "section", "10,99,Of no section,no"),
    covered("not-missing", "returns", "partner", ""),
    covered("not-late", "returns/2021-03-01_zz-late/terms.yaml", "received", "received:"),
    covered("with-permission", "returns/2021-02-15_zz-kept/terms.yaml", "permission", "permission:"),
    Case("agreement.agrees", "critical", "returns/2021-03-22_police/observations.csv", "value", "2020-21-Q3,POL01,",
         tuple(POLICE), "figures"),
    Case("agreement.parts-agree", "warning", "returns/2021-03-22_police/observations.csv", "value",
         "2020-21-Q2,POL01,", tuple(POLICE), "figures"),
    Case("agreement.corrected-range", "critical", "returns/2021-03-22_police/observations.csv", "value",
         "2020-07,POL01,", (*POLICE, CORRECTED), "figures"),
    figure("equal-critical", "critical", "cards-in-stock",
           Swap(f"{LBB}/observations.csv", "in-stock,700", "in-stock,701")),
    figure("at-least-critical", "critical", "monthly-impressions-cover-reach",
           Swap("returns/2021-03-25_byc/observations.csv", "reach,5512", "reach,8000")),
    figure("at-most-critical", "critical", "reviews-at-action-plan-within-open",
           Swap("returns/2021-03-25_public-protection/observations.csv", "at-action-plan,2", "at-action-plan,5")),
    figure("equal-warning", "warning", "w1,",
           reference_row("identities", "w1,One,COM01[printed],=,COM01[distributed],warning")),
    figure("at-least-warning", "warning", "w2,",
           reference_row("identities", "w2,Two,COM01[distributed],>=,COM01[printed],warning")),
    figure("at-most-warning", "warning", "w3,",
           reference_row("identities", "w3,Three,COM01[printed],<=,COM01[distributed],warning")),
    told("numerals", "accounted-for", "Figure: 38"),
    told("prose", "no-placeholder", "Placeholder:"),
    told("prose", "heading-told", "# Heading without"),
    told("prose", "abbreviation-expanded", "Abbreviation:"),
    told("prose", "one-name-a-body", "Body:"),
    told("prose", "not-overtaken", "Tense:"),
    told("statistics", "not-too-old", "Age:"),
    told("statistics", "period-comparable", "Span:"),
    told("statistics", "base-named", "Base:"),
    told("statistics", "unit-given", "Unit:"),
    told("statistics", "credited-to-source", "Credit:"),
    Case("totals.agrees", "warning", "reference/totals.csv", "title", "t1,",
         (Append("reference/totals.csv", "t1,One,COM01[printed],=,COM01[distributed],"),), "figures"),
    claimed("related-agree", f"{UPDATES}/1a.md", "rating", "rating: green",
            Append("reference/related.csv", "1a,6a,both wait for nothing")),
    claimed("achieved-is-met", f"{UPDATES}/9.md", "text", "  - text: The new strategy",
            Swap(f"{UPDATES}/9.md", "milestone: 1a-approved", "milestone: 1a-updated-version")),
    Case("characters.character-drawn", "warning", f"{LBB}/observations.csv", "note", "2018-19-Q4,COM02",
         (Append(f"{LBB}/observations.csv", "2018-19-Q4,COM02,,due,4,,As they said: \u6c9f\u901a"),), "figures"),
    claimed(
        "before-the-next",
        "reference/calendar.csv",
        "board_date",
        "2020-21-Q4,",
        reference_row("calendar", "2021-22-Q1,Quarter One 2021-22,2021-03-20,,"),
    ),
    claimed("period-closed", "reference/calendar.csv", "board_date", "2020-21-Q4,"),
    row("identities", "identity-unique", "identity", "cards-in-stock,Twice,COM02,=,COM02,warning"),
    row("identities", "readable", "left", "i8,Eight,COM02 plus COM02,=,COM02,warning"),
    row("measures", "measure-unique", "measure", "POL01,Twice,count,police,M,sum,neutral,person,What it is,We,no"),
    waiver("waiver-in-use", "check", "terms.extract_date-given,returns/2001-01-01_lbb/terms.yaml,,Long gone,"),
    waiver("waiver-holds", "until", "terms.extract_date-given,returns/2021-03-25_lbb/terms.yaml,,Ended,2021-01-31"),
    undefined("counts-unique", "critical", "counts", "ZZE06", counts="submitted"),
    undefined("short-unique", "critical", "short", "ZZE07", title="Newsletters of another kind", short="Newsletters"),
    undefined("partners-known", "critical", "partner", "ZZC06", partner="lbb;polcie"),
    undefined("definition-undated", "warning", "definition", "ZZC07", definition="Counted anew from June 2023"),
    milestone("milestone-given", "critical", "milestone"),
    milestone("title-given", "critical", "title"),
    milestone("unique", "critical", "milestone"),
    milestone("dated", "critical", "milestones"),
    milestone("not-met-in-future", "warning", "milestones"),
    milestone("best-rating-no-overdue", "warning", "milestones"),
    milestone("no-slip", "warning", "milestones"),
    Case("observations.columns", "critical", "returns/2021-03-19_lbb/observations.csv", "", "",
         (*a_return("2021-03-19"), Write("returns/2021-03-19_lbb/observations.csv", HEADER.replace("note", "remark"))),
         "heads"),
    observed("period-form", "period", "2020-21-Q9,COM02,,due,1,,of another form"),
    observed("measure-given", "measure", "2020-21-Q3,,,,1,,without measure"),
    observed("measure-known", "measure", "2020-21-Q3,ZZZ99,,,1,,of no measure"),
    observed("breakdown-known", "breakdown", "2020-21-Q3,COM02,,lost,1,,of no breakdown"),
    observed("area-known", "area", "2020-21-Q3,COM02,atlantis,due,1,,of no area"),
    observed("value-form", "value", "2020-21-Q3,COM02,,due,three,,in words"),
    observed("value-range", "value", "2020-21-Q3,COM02,,issued,-1,,below nought"),
    observed("total-meant", "breakdown", "2020-21-Q3,COM01,,,1,,the parts have no total"),
    observed("status-known", "status", "2020-21-Q3,COM04,,booked,1,q,of no status"),
    observed("value-agrees", "value", "2020-21-Q3,COM04,,delivered,1,x,both at once"),
    observed("partner-reports", "measure", "2020-21-Q3,HLT01,,,1,,of another partner"),
    observed("note-safe", "note", '2020-21-Q3,GOV01,,,1,,"=HYPERLINK(""https://example.org"")"'),
    observed("unique", "breakdown", "2020-21-Q4,GOV01,,,3,,twice"),
    row("partners", "partner-unique", "partner", "police,Twice,,Role,,,"),
    row("partners", "short-unique", "short", "zz-police,Police,,Role,,,"),
    row("rag", "rating-unique", "rating", "green,Word two,diamond,#00703C,12,no,Meaning"),
    row("rag", "word-unique", "word", "r4,Green,diamond,#00703C,14,no,Meaning"),
    row("rag", "shape-unique", "shape", "r7,Word seven,circle,#00703C,17,no,Meaning"),
    row("rag", "rank-unique", "rank", "r12,Word twelve,diamond,#00703C,1,no,Meaning"),
    row("sections", "section-unique", "section", "1,Twice"),
    row("sections", "short-unique", "short", "78,Communicate"),
    term("partner-known", "critical", "partner", "partner: nobody", a_return("2021-03-10", "nobody")),
    term("folder-name", "critical", "received", "received:", a_return("2021-03-11", received="2021-03-12")),
    term("months-form", "critical", "months", "months: soon", a_return("2021-03-13", months="soon")),
    term("extract-before-receipt", "critical", "extract_date", "extract_date:",
         a_return("2021-03-14", extract_date="2021-03-15")),
    term("explanation-given", "critical", "explanation", "explanation:", a_return("2021-03-16", explanation='""')),
    term("contact_post-given", "critical", "contact_post", "contact_post:", a_return("2021-03-17", contact_post='""')),
    term("permission-given", "warning", "permission", "permission:", a_return("2021-03-18", permission="none")),
    term("extract_date-given", "warning", "extract_date", "extract_date:", a_return("2021-03-20", extract_date="")),
    written("commitment-known", "critical", "commitment", "commitment:", update("77")),
    Case("updates.update-written", "critical", f"{UPDATES}/2b.md", "commitment", "", (Remove(f"{UPDATES}/2b.md"),)),
    written("all-written", "critical", "", "rating:", update("4c", rating="")),
    written("rating-known", "critical", "rating", "rating: blue", update("3b", rating="blue")),
    written("rating-not-given", "critical", "rating", "rating:", update("8", rating="green")),
    written("exhibits-known", "critical", "exhibits", "exhibits:", update("4a", more="exhibits: [ZZZ99]\n")),
    written("achievements-known", "critical", "achievements", "achievements:",
            update("9", rating="", more="achievements: [{text: Done, commitment: 99z}]\n")),
    written("qualifier-given", "warning", "qualifier", "qualifier:", update("5", qualifier="")),
    written("reason-given", "warning", "reason", "reason:", update("2a", rating="amber", action="A", owner="B")),
    written("action-given", "warning", "action", "action:", update("3a", rating="red", reason="A", owner="B")),
    written("owner-given", "warning", "owner", "owner:", update("4b", rating="amber", reason="A", action="B")),
    written("due-given", "warning", "due", "due:", update("7c", rating="red", reason="A", action="B", owner="C")),
]  # fmt: skip

OUT_OF_REACH = {
    "coverage.columns": "the table is laid out by the program: partners by month",
    "characters.columns": "the table is laid out by the program",
    "actions.columns": "the table is laid out by the program; a key too many is refused as the report is read",
    "briefings.columns": "the table is laid out by the program; a key too many is refused as the briefing is read",
    "group.columns": "the table is laid out by the program; a key too many is refused as the report is read",
    "headings.columns": "the table is laid out by the program",
    "figures.columns": "the table is laid out by the program: identities by period",
    "terms.columns": "the table is laid out by the program; a key too many or too few is refused as YAML is read",
    "milestones.columns": "the table is laid out by the program; a key too many is refused as the update is read",
    "appendices.columns": "the table is laid out by the program; a key too many is refused as the appendix is read",
    "updates.columns": "the table is laid out by the program; a key too many is refused as the update is read",
    "appendices.appendix-unique": "a file is named after its number, and a folder holds a name once",
}
"""Expectations that no file can break, each with the reason: they guard the program against itself."""


@cache
def _broken(together: str, folder: Path) -> tuple[Path, list[Judgement]]:
    breaks = list(dict.fromkeys(one for case in CASES if case.together == together for one in case.breaks))
    data = copy_of_the_data(folder, *breaks)
    return data, judged(data)


@pytest.fixture
def broken(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, list[Judgement]]]:
    """Return what is said of the data with all cases of a group, which are judged once."""
    return lambda together: _broken(together, tmp_path_factory.getbasetemp() / f"broken-{together}")


# Every expectation fails on data that is broken for it ------------------------------------------------------


def test_every_expectation_is_broken_by_a_case_or_says_why_none_can() -> None:
    asked = {f"{name}.{one['meta']['id']}" for name, suite in SUITES.items() for one in suite["expectations"]}
    cases = [case.name for case in CASES]
    assert len(cases) == len(set(cases))
    assert set(cases) & set(OUT_OF_REACH) == set()
    assert set(cases) | set(OUT_OF_REACH) == asked


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_expectation_fails_where_the_data_are_broken(
    case: Case, broken: Callable[[str], tuple[Path, list[Judgement]]]
) -> None:
    data, judgements = broken(case.together)
    found = [
        finding
        for one in judgements
        if one.dataset == case.dataset
        for finding in one.findings
        if finding.expectation == case.expectation
    ]
    assert found, f"{case.name} passes"
    assert {finding.severity for finding in found} == {case.severity}
    here = [finding.error for finding in found if finding.error.file == f"data/{case.file}"]
    assert here, f"only {found[0].error.file} is named"
    assert {error.column for error in here} == {case.column}
    if case.at:
        lines = (data / case.file).read_text(encoding="utf-8").splitlines()
        (line,) = [number for number, text in enumerate(lines, 1) if text.startswith(case.at)]
        assert line in [error.row for error in here]


def test_a_fault_says_what_was_expected_and_how_to_mend_it(
    broken: Callable[[str], tuple[Path, list[Judgement]]],
) -> None:
    said = {
        (name, one["meta"]["id"]): (one["severity"], one["meta"]["expected"], one["meta"]["mend"])
        for name, suite in SUITES.items()
        for one in suite["expectations"]
    }
    for together in ("rows", "heads", "figures"):
        for one in broken(together)[1]:
            for finding in one.findings:
                error = finding.error
                assert said[one.dataset, finding.expectation] == (finding.severity, error.expected, error.fix)
                assert len(str(error).splitlines()) == 1


def test_a_fault_of_a_table_names_one_of_its_columns(broken: Callable[[str], tuple[Path, list[Judgement]]]) -> None:
    data, judgements = broken("rows")
    for finding in findings(judgements):
        error = finding.error
        if error.file.endswith(".csv"):
            with (data.parent / error.file).open(encoding="utf-8", newline="") as handle:
                assert error.column in next(csv.reader(handle)), f"{finding.expectation} of {error.file}"


def test_a_fault_shows_what_was_found(broken: Callable[[str], tuple[Path, list[Judgement]]]) -> None:
    said = [str(finding.error) for together in ("rows", "figures") for finding in findings(broken(together)[1])]
    for part in (
        "reference/areas.csv, row 29, column parent: found atlantis; expected an area of this table",
        "column value: found three; expected a plain number",
        "column milestones: found Put back, 3 months later than first promised; expected no milestone later",
        "column milestones: found Overdue, 53 days overdue; expected no milestone overdue",
        "Cards printed less cards distributed are the cards in stock (2020-21-Q4): 700",
        "column partner: found Nothing Sent, January 2021, due 15 February 2021; expected a return for the month",
        "column received: found Late Sender, January 2021, 14 days late; expected a return by the day",
        "column permission: found Kept Back, January 2021; expected permission to use what was sent for the month",
    ):
        assert any(part in line for line in said), part


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("2020-21-Q4,BYC07,,,250,,\n", ""),  # a rise may be more than the whole
        ("2020-21-Q4,DHR02,,,105,,\n", "105, not a percentage from 0 to 100"),
        ("2020-21-Q4,DHR02,,,100,,\n", ""),
        ("2020-21-Q3,GOV01,,,2.5,,\n", "2.5, not a whole number"),
        ("2020-21-Q3,IDV03,,eifs,0.125,,\n", "0.125, not posts in hundredths at the most"),
        ("2016-17,CTX03,,,34015.505,,\n", "34015.505, not pounds and whole pence"),
    ],
)
def test_a_value_is_one_that_its_unit_can_have(tmp_path: Path, rows: str, found: str) -> None:
    measures = load_catalogue(DataFolder(DATA)).measures
    measure = measures[rows.split(",")[1]]
    partner = measure.partner.split(";")[0]
    data = copy_of_the_data(tmp_path, *a_return("2021-03-21", partner, rows))
    errors = [one.error for one in findings(judged(data)) if one.expectation == "value-range"]
    shown = found if measure.disclosure == "public_nonperson" else WITHHELD
    assert [(one.row, one.column, one.found) for one in errors] == ([(2, "value", shown)] if found else [])


def test_both_numbers_of_a_disagreement_are_given_or_where_they_stand(tmp_path: Path) -> None:
    parts = "".join(f"2020-21-Q3,HLT04,,{part},3,,\n" for part in ("gp", "nurse", "pharmacist", "other"))
    open_ = a_return("2021-03-21", "sel-ccg", f"2020-21-Q3,HLT04,,,9,,\n{parts}")
    data = copy_of_the_data(tmp_path, *open_, *POLICE)
    said = [str(one.error) for one in findings(judged(data)) if one.expectation in ("agrees", "parts-agree")]
    (shown,) = [line for line in said if "Professionals trained" in line or "HLT04" in line]
    assert "9, and its breakdowns come to 12; expected a whole that its parts come to" in shown
    (kept,) = [line for line in said if "POL01 2020-21-Q3" in line]
    assert "999" not in kept and "120" not in kept
    assert "POL01 2020-21-Q3, parts in row 5, 6, 7: a value that is withheld here" in kept


def test_a_critical_finding_stops_and_a_warning_does_not(
    broken: Callable[[str], tuple[Path, list[Judgement]]],
) -> None:
    _, judgements = broken("rows")
    with pytest.raises(Refused) as refused:
        stop_if_critical(judgements)
    critical = [finding.error for finding in findings(judgements) if finding.severity == "critical"]
    assert list(refused.value.errors) == list(dict.fromkeys(critical[:200]))
    warned = [
        Judgement(one.dataset, 1, 1, tuple(f for f in one.findings if f.severity == "warning")) for one in judgements
    ]
    assert len(findings(warned)) > 30
    stop_if_critical(warned)


# What the suites are ----------------------------------------------------------------------------------------


def test_each_suite_is_a_suite_of_great_expectations_that_says_what_it_wants_and_how_to_mend_it() -> None:
    assert SUITES
    for name, spec in SUITES.items():
        suite = great_expectations().ExpectationSuite(**spec)
        assert suite.name == name and suite.meta is not None and suite.meta["says"].endswith(".")
        assert len(suite.expectations) == len(spec["expectations"]) > 0
        ids = []
        for one in suite.expectations:
            assert str(getattr(one.severity, "value", one.severity)) in ("critical", "warning")
            assert one.meta is not None
            for key in ("id", "expected", "mend"):
                assert one.meta[key].strip() == one.meta[key] != "", f"{name} {one.meta}"
            ids.append(one.meta["id"])
        assert len(ids) == len(set(ids))


def test_each_warning_has_a_short_name_for_the_paper_that_flags_it() -> None:
    for name, spec in SUITES.items():
        flagging = [one["meta"] for one in spec["expectations"] if one["severity"] == "warning"]
        words = suite_words(name)
        assert not flagging or (spec["meta"]["kind"] == words.kind and spec["meta"]["remedy"] == words.remedy)
        assert len(words.kind) <= 20 and len(words.remedy) <= 24, name
        for meta in flagging:
            assert words.short[meta["id"]] == meta["short"] and 0 < len(meta["short"]) <= 40, f"{name} {meta}"


def test_a_severity_is_written_down_and_not_left_to_a_default() -> None:
    for suite in SUITES.values():
        assert {one["severity"] for one in suite["expectations"]} <= {"critical", "warning"}


def test_there_is_a_suite_for_each_dataset_and_a_dataset_for_each_suite(shipped: list[Judgement]) -> None:
    of_the_group = {"actions", "group", "headings"}  # judged where a period has a report of the group
    odd = {"characters"}  # judged where a character has no glyph
    assert {one.dataset for one in shipped} | of_the_group | odd == set(SUITES)
    for one in shipped:
        assert one.expectations == len(SUITES[one.dataset]["expectations"])
    rows = {one.dataset: one.rows for one in shipped}
    assert (rows["commitments"], rows["updates"], rows["appendices"], rows["rag"]) == (17, 17, 3, 3)


def test_what_has_not_changed_is_not_judged_again_and_all_else_is(tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path, Remove("reference/waivers.csv"))  # what is waived is another judgement
    before = {one.dataset: one for one in judged(data)}
    reference_row("abbreviations", "VAWG,said twice")(data)
    after = judged(data)
    anew = {one.dataset for one in after if one is not before[one.dataset]}
    assert anew == {"abbreviations", "figures"}  # figures are looked at where nothing is critical
    assert [one.expectation for one in findings(after) if one.severity == "critical"] == ["abbreviation-unique"] * 2
    # A partner that the catalogue no longer has: what is put to the same rows is another question.
    partners = data / "reference/partners.csv"
    kept = [line for line in partners.read_text(encoding="utf-8").splitlines() if not line.startswith("lbb,")]
    partners.write_text("\n".join(kept) + "\n", encoding="utf-8")
    unknown = [one for one in findings(judged(data)) if one.expectation == "partner-known"]
    assert unknown and all("_lbb/terms.yaml" in one.error.file for one in unknown)


def test_a_notebook_is_given_what_was_judged_before_it_and_does_not_judge_it_again(tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path)
    here = judged(data)
    (tmp_path / "judged.json").write_bytes(judgements_to_share())
    code = textwrap.dedent(
        """\
        import sys
        from pathlib import Path
        from test_gate import judged
        told = judged(Path(sys.argv[1]))
        print("great_expectations" in sys.modules, [*map(repr, told)])
        """
    )
    folders = map(str, (ROOT / "tests", Path(__file__).parent))
    there = subprocess.run(
        [sys.executable, "-c", code, data],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), JUDGED: str(tmp_path / "judged.json")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert there.stdout.strip() == f"False {[*map(repr, here)]}"


def test_a_judgement_is_used_again_from_run_to_run_only_where_that_is_allowed(tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path, reference_row("abbreviations", "VAWG,said twice"))
    without = commands.validate(data)
    assert without.stops and not (tmp_path / "build").exists()
    (tmp_path / ".git").mkdir()
    cache = tmp_path / "build" / "judgements"
    for _ in range(2):
        assert commands.validate(data).as_json() == without.as_json()
    stored = sorted(path for path in cache.iterdir() if path.name != ".gitignore")
    assert len(stored) > 10

    def rewritten(change: Callable[[bytes], bytes]) -> None:
        for path in stored:
            content = change(path.read_bytes()[64:])
            path.write_bytes(sha256(path.name.encode() + content).hexdigest().encode() + content)

    # Whoever can write there could as well change the data: but what is no judgement of these data is not believed.
    for change in (lambda content: content[:-1], lambda content: b"{}", lambda content: content + b"}"):
        rewritten(change)
        assert commands.validate(data).as_json() == without.as_json()
    silent = re.compile(rb'"findings":\[.*\]', re.DOTALL)
    rewritten(lambda content: silent.sub(b'"findings":[]', content))
    assert not commands.validate(data).stops  # so it is used again
    with pytest.raises(Refused):  # as file and audit make a report
        build(Request(QUARTERLY, parse("2020-21-Q4")), data)
    shutil.rmtree(tmp_path / "build")
    assert commands.validate(data).as_json() == without.as_json()


def test_no_filing_and_no_audit_uses_a_judgement_of_an_earlier_run() -> None:
    allowing = [
        path.relative_to(ROOT / "src/priority_two").as_posix()
        for path in sorted((ROOT / "src").rglob("*.py"))
        if re.search(r"\breusing\(", path.read_text(encoding="utf-8"))
    ]
    assert allowing == ["commands.py", "files/result_cache.py", "record/batch.py", "record/judging.py"]
    assert "_built" not in inspect.getsource(commands.file) + inspect.getsource(commands.audit)


def test_data_without_a_suite_are_not_waved_through() -> None:
    import pandas as pd

    with pytest.raises(OSError, match="inventories"):
        judge({"inventories": pd.DataFrame({"file": ["a"], "row": [1]})}, {})


# The shipped data -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> list[Judgement]:
    """Return what is said of the shipped data."""
    return judged(whole_copy(tmp_path_factory.mktemp("shipped")))


def test_the_shipped_data_have_no_critical_finding(shipped: list[Judgement]) -> None:
    stop_if_critical(shipped)
    assert [str(finding.error) for finding in findings(shipped) if finding.severity != "warning"] == []


@pytest.mark.parametrize(
    ("expectation", "commitments"),
    [
        ("qualifier-given", ["7c"]),
        ("reason-given", ["6a", "6b"]),
        ("action-given", ["6a", "6b"]),
        ("owner-given", ["3b", "6a", "6b", "7b"]),
        ("due-given", ["3b", "6a", "6b", "7b"]),
        ("no-slip", ["2a", "7c"]),
        ("best-rating-no-overdue", []),
        ("not-met-in-future", []),
    ],
)
def test_what_does_not_add_up_in_the_paper_is_flagged(
    shipped: list[Judgement], expectation: str, commitments: list[str]
) -> None:
    flagged = [finding for finding in findings(shipped) if finding.expectation == expectation]
    assert [finding.error.file for finding in flagged] == [f"data/{UPDATES}/{name}.md" for name in commitments]


def test_a_slip_is_told_in_months(shipped: list[Judgement]) -> None:
    said = {f.error.file[-5:]: f.error.found for f in findings(shipped) if f.expectation == "no-slip"}
    assert said == {
        "2a.md": "Directory of support reviewed, 4 months later than first promised",  # January to May 2021
        "7c.md": "Strategy updated, 5 months later than first promised",  # August 2020 to January 2021
    }


# What may not be said ---------------------------------------------------------------------------------------

# Each is broken in its own way, and each carries figures that stand nowhere else.
SECRETS = [
    "2020-21-Q4,{0},,{1},73301x,,in a word",
    "2020-21-Q4,{0},,{1},-73302,,below nought",
    "2020-21-Q4,{0},,{1},73303,q,of no status",
    "2020-21-Q4,{0},,{1},73304,x,both at once",
    "2020-21-Q4,{0},atlantis73305,{1},73305,,of no area",
    "2020-21-Q4,{0},,lost73306,73306,,of no breakdown",
    "2020-21-Q9,{0},,{1},73307,,of no period",
    "2020-21-Q4,{0},,{1},1,,=73308",
    "2021-01,{0},,{1},73309,,one",
    "2021-01,{0},,{1},73309,,two",
    "2020-21-Q4,ZZZ99,,,73310,,of no measure",
    "2020-21-Q4,{0},,{1},73311733117331173311,,too large by far",
]
SECRET = re.compile(r"733\d\d|=|atlantis|lost")


RESTRICTED = {
    "2021-03-20_police": ("POL01", "", "publish"),  # counts people
    "2021-03-20_public-protection": ("DHR01", "published", "publish"),  # of homicides
    "2021-03-20_lbb": ("COM01", "printed", "board"),  # cards, sent for the Board alone
    "2021-03-21_lbb": ("COM01", "printed", "none"),  # cards, sent without permission
}


@pytest.fixture(scope="module")
def said_of_restricted(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return every line that is said of returns that are restricted, each for a reason of its own."""
    breaks: list[Break] = []
    for name, (measure, breakdown, permission) in RESTRICTED.items():
        rows = "".join(line.format(measure, breakdown) + "\n" for line in SECRETS)
        day, partner = name.split("_")
        breaks += a_return(day, partner, rows, permission=permission)
    breaks += a_return("2021-03-22", "lbb", "2020-21-Q3,COM01,,printed,8x,,open to all\n")
    return said_of(copy_of_the_data(tmp_path_factory.mktemp("restricted"), *breaks))


@pytest.mark.parametrize("name", RESTRICTED)
def test_a_restricted_value_is_in_no_fault(name: str, said_of_restricted: list[str]) -> None:
    said = [line for line in said_of_restricted if f"data/returns/{name}/observations.csv" in line]
    for column in ("period", "measure", "area", "breakdown", "value", "status", "note"):
        assert any(f"column {column}:" in line for line in said), f"nothing is wrong with a {column}"
    assert any("found a value that is withheld here" in line for line in said)
    assert [line for line in said if SECRET.search(line)] == []


def test_an_open_value_is_shown_so_that_it_can_be_mended(said_of_restricted: list[str]) -> None:
    # Without this, withholding everything would pass.
    open_row = "data/returns/2021-03-22_lbb/observations.csv, row 2, column value: found 8x; expected a plain number"
    assert any(line.startswith(open_row) for line in said_of_restricted)


def test_a_restricted_value_is_not_said_where_figures_disagree(tmp_path: Path) -> None:
    # Reviews are restricted by their measure; cards are not, and here are by the terms that they came with.
    data = copy_of_the_data(
        tmp_path,
        Swap("returns/2021-03-25_public-protection/observations.csv", "at-action-plan,2", "at-action-plan,73313"),
        Swap(f"{LBB}/terms.yaml", "permission: publish", "permission: board"),
        Swap(f"{LBB}/observations.csv", "in-stock,700", "in-stock,73312"),
    )
    said = said_of(data)
    for title in ("Reviews at action plan stage are among", "Cards printed less cards distributed are"):
        assert any(title in line for line in said)
    assert [line for line in said if "73313" in line] == []
    assert [line for line in said if "73312" in line] == []


def test_a_restricted_row_without_a_header_is_not_said(tmp_path: Path) -> None:
    # A partner forgets the header: the first row stands where the names of columns should.
    row_ = "2020-21-Q4,DHR01,E09000006,published,73314,p,of one person\n"
    data = copy_of_the_data(tmp_path, *a_return("2021-03-20", "public-protection"))
    (data / "returns/2021-03-20_public-protection/observations.csv").write_text(row_ * 2, encoding="utf-8")
    said = said_of(data)
    assert any("2021-03-20_public-protection/observations.csv" in line for line in said)
    assert [line for line in said if "73314" in line or "of one person" in line] == []


@pytest.mark.parametrize(
    "content",
    [
        HEADER + "2020-21-Q4,DHR01,,published,73315,,note,one too many\n",
        HEADER + "2020-21-Q4,DHR01,,published\n73315\n",
        HEADER + '2020-21-Q4,DHR01,,published,"73315"3,,note\n',
        HEADER + '2020-21-Q4,DHR01,,published,"73315,,note\n',
        HEADER + "2020-21-Q4,DHR01,,published,73315,,note\n2020-21-Q4,DHR01,,published,73315,,not\n",
    ],
    ids=["too long", "too short", "quotes", "open quote", "twice"],
)
def test_a_restricted_value_is_not_said_where_a_file_cannot_be_read(content: str, tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path, *a_return("2021-03-20", "public-protection"))
    (data / "returns/2021-03-20_public-protection/observations.csv").write_text(content, encoding="utf-8")
    said = said_of(data)
    assert any("2021-03-20_public-protection/observations.csv" in line for line in said)
    assert [line for line in said if "73315" in line] == []


# Data that must not get through, or must not break the gate -------------------------------------------------


def critical_faults(data: Path) -> list[str]:
    try:
        return [str(finding.error) for finding in findings(judged(data)) if finding.severity == "critical"]
    except Refused as refused:
        return [str(error) for error in refused.errors]


def test_a_return_that_lacks_a_column_is_refused_though_others_have_it(tmp_path: Path) -> None:
    names = HEADER.strip().split(",")
    values = dict(zip(names, ["2020-21-Q3", "COM02", "", "due", "4", "", "note"], strict=True))
    data = copy_of_the_data(tmp_path)
    lacking = {"2021-03-20_lbb": "note", "2021-03-21_lbb": "status", "2021-03-22_lbb": "area"}
    for name, column in lacking.items():
        kept = [other for other in names if other != column]
        text = ",".join(kept) + "\n" + ",".join(values[other] for other in kept) + "\n"
        for one in (*a_return(name[:10]), Write(f"returns/{name}/observations.csv", text)):
            one(data)
    said = critical_faults(data)
    for name, column in lacking.items():
        assert any(f"{name}/observations.csv" in line and column in line for line in said), name


@pytest.mark.parametrize("column", ["left", "right"])
def test_identities_without_a_side_are_refused(column: str, tmp_path: Path) -> None:
    header = COLUMNS["identities"]
    data = copy_of_the_data(tmp_path, Swap("reference/identities.csv", header, header.replace(column, "other")))
    assert any(line.startswith("data/reference/identities.csv, row 1: ") for line in critical_faults(data))


def test_a_table_without_rows_is_named_where_its_header_is_wrong(tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path, Write("reference/abbreviations.csv", "short,long\n"))
    assert any(line.startswith("data/reference/abbreviations.csv") for line in critical_faults(data))


def test_where_there_are_no_returns_the_folder_is_named(tmp_path: Path) -> None:
    data = copy_of_the_data(tmp_path, Remove("returns"))
    lines = critical_faults(data)
    assert lines and all(line.startswith("data/") for line in lines)


UNREADABLE = [
    # The form is right and the day is not: what comes after the gate could not read it.
    (reference_row("calendar", "2018-19-Q1,One,2018-02-29,,"), "board_date"),
    (reference_row("calendar", "2018-19-Q2,Two,20\u0661\u0668-03-25,,"), "board_date"),
    (reference_row("calendar", "2018-19-Q3,Three,,2018-04-31,"), "returns_due"),
    (reference_row("areas", "x1,One,ward,E09000006,2014-02-30,2022-05-04,,"), "valid_from"),
    (reference_row("areas", "x2,Two,ward,E09000006,2014-05-22,2022-13-01,,"), "valid_to"),
    # A rank is a whole number, as it sorts the scale.
    (reference_row("rag", "r1,Word one,diamond,#00703C,1.5,no,Meaning"), "rank"),
    (reference_row("rag", "r2,Word two,hexagon,#00703C,inf,no,Meaning"), "rank"),
    # No chart can show it.
    (Append(f"{LBB}/observations.csv", f"2020-21-Q3,COM02,,due,{'9' * 400},,nines"), "value"),
    # An identity of figures that do not exist would never be put to any, and nobody would know.
    (reference_row("identities", "typo-1,Typo,COM01[printed],=,COM01[instock],critical"), "right"),
    (reference_row("identities", "typo-2,Typo,ZZZ99,=,COM01[printed],critical"), "left"),
]


@pytest.fixture(scope="module")
def unreadable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Error]]:
    """Return what stops a paper of data with all of these lines."""
    data = copy_of_the_data(tmp_path_factory.mktemp("unreadable"), *(added for added, _ in UNREADABLE))
    examined = examine(DataFolder(data), Request(QUARTERLY, parse("2020-21-Q4"), None, "board"), everything=True)
    unread = [error for error in examined.unreadable if isinstance(error, Error)]
    return data, unread + [one.error for one in findings(examined.judgements) if one.severity == "critical"]


@pytest.mark.parametrize(("added", "column"), UNREADABLE, ids=lambda part: str(getattr(part, "line", part))[:30])
def test_what_nothing_after_the_gate_could_use_does_not_pass_it(
    added: Append, column: str, unreadable: tuple[Path, list[Error]]
) -> None:
    data, errors = unreadable
    at = (data / added.file).read_text(encoding="utf-8").splitlines().index(added.line) + 1
    assert (f"data/{added.file}", at) in [(error.file, error.row) for error in errors], f"{column} passes"


def test_only_a_rating_that_needs_no_action_is_flagged_for_an_overdue_milestone(tmp_path: Path) -> None:
    # Green with an overdue milestone does not add up; amber with one is what amber is for.
    late = "milestones: [{id: m, title: Late, baseline: 2021-01-31}]\n"
    ratings = {"1b": "green", "3b": "amber", "4b": "red"}
    updates = (update(name, rating=rating, more=late) for name, rating in ratings.items())
    found = findings(judged(copy_of_the_data(tmp_path, *updates)))
    flagged = [finding.error.file for finding in found if finding.expectation == "best-rating-no-overdue"]
    assert flagged == [f"data/{UPDATES}/1b.md"]


# Great Expectations without what it does not use ------------------------------------------------------------


def judged_elsewhere(before: str, after: str, *folders: Path) -> list[str]:
    """Have data folders judged by a process of its own, with some code before and after; return what it prints."""
    code = f"""\
import sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
{before}
from test_gate import judged
for folder in map(Path, sys.argv[1:]):
    print([*map(repr, judged(folder))])
{after}
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *folders],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "tests", Path(__file__).parent)))},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_suite_says_the_same_where_great_expectations_was_imported_whole(
    tmp_path: Path, broken: Callable[[str], tuple[Path, list[Judgement]]]
) -> None:
    good = copy_of_the_data(tmp_path)
    judgements = {good: judged(good), **dict([broken("rows"), broken("figures")])}
    assert {one.dataset for each in judgements.values() for one in each} >= SUITES.keys() - {"characters"}
    assert all(findings(each) for each in judgements.values())
    whole = "import great_expectations, scipy.stats, altair, jsonschema, mistune, tzlocal"
    assert judged_elsewhere(whole, "", *judgements) == [str([*map(repr, each)]) for each in judgements.values()]


def test_what_no_suite_uses_is_not_loaded_and_is_whole_for_whoever_uses_it(tmp_path: Path) -> None:
    after = """\
print(sorted({"altair.vegalite", "scipy.stats._stats_py", "jsonschema.validators"} & sys.modules.keys()))
import pandas
pairs = pandas.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})
print(round(pairs.corr(method="kendall")["a"]["b"], 3))
from scipy import stats
print(round(stats.norm.cdf(0), 1), stats.distributions.norm is stats.norm)
import altair, jsonschema, mistune, tzlocal
print(altair.Chart(pairs).mark_point().to_dict()["mark"]["type"], mistune.html("*a*").strip())
print(jsonschema.Draft7Validator({"type": "string"}).is_valid(1), callable(tzlocal.get_localzone))
print(any("priority_two" in str(type(finder)) for finder in sys.meta_path))
"""
    (_, *lines) = judged_elsewhere("", after, copy_of_the_data(tmp_path))
    assert lines == ["[]", "0.667", "0.5 True", "point <p><em>a</em></p>", "False True", "False"]


def test_what_somebody_imported_before_stays_as_it_is() -> None:
    code = """\
import sys, scipy.stats
before = vars(scipy.stats).copy()
from priority_two.checks.expectation_engine import great_expectations
great_expectations()
print(type(scipy.stats).__name__, vars(scipy.stats) == before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "module True\n"


def test_a_single_module_imports_great_expectations() -> None:
    importing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("src", "tools", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts and "great_expectations" in imports_of(path)
    ]
    assert importing == ["src/priority_two/checks/expectation_engine.py"]
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        assert "great_expectations" not in notebook.read_text(encoding="utf-8")


def imports_of(path: Path) -> set[str]:
    """Return the top-level modules that a file imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


# Great Expectations keeps to itself -------------------------------------------------------------------------

# Runs before anything else in the process: notes what is asked of the network and refuses it, and what is set when
# Great Expectations is first imported. A library that binds to its own machine to see whether there is IPv6 may.
LISTENER = """
import os, sys

NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")

def listen(event, arguments):
    if event in NETWORK:
        note(event, *arguments[1:])
        raise OSError("there is no network")
    if event == "import" and arguments[0] == "great_expectations":
        note("import", os.environ.get("GX_ANALYTICS_ENABLED"))

def note(*what):
    with open(os.environ["LISTENER_LOG"], "a", encoding="utf-8") as log:
        print(*what, file=log)

sys.addaudithook(listen)
"""


def test_analytics_are_off_before_the_import_and_nothing_asks_the_network(tmp_path: Path) -> None:
    settings = {
        "LISTENER_LOG": str(tmp_path / "log"),
        "GX_ANALYTICS_ENABLED": "true",  # somebody's shell says otherwise
        "HOME": str(tmp_path / "home"),
    }
    start = f"{LISTENER}\nfrom priority_two.isolated import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", start, "validate", "--data", copy_of_the_data(tmp_path)],
        cwd=WORKSPACE,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "0 critical" in done.stdout
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines() == ["import false"]
    left = [str(path.relative_to(tmp_path)) for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert [path for path in left if "great" in path] == []
