"""A second partnership, which shares no word with the one that ships. Everything in it is illustrative.

It has what a partnership cannot do without and nothing else: no file that may be left out, no helplines, no quick exit.
Its scale has five ratings, of which one has no rank; its ids are of another form; its areas are called otherwise; the
Board meets three times on its quarter. What it reports on is no crime, and nobody's data.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

QUARTER, YEAR, MONTH = "2023-24-Q4", "2023-24", "2024-03"
AS_AT = "2024-04-18"
PAPERS = {
    "quarterly-progress": QUARTER,
    "annual-achievements": YEAR,
    "data-sheet": MONTH,
    "strategic-group": QUARTER,
    "board-briefing": QUARTER,
}
"""Each kind of paper, and the period of which it is made here."""

PARTS = {"E01900001": "Fenmoor 001A", "E01900002": "Fenmoor 001B", "E01900003": "Fenmoor 002A"}
NEW_PARTS = {
    "E01900001": "Fenmoor 001A",
    "E01900002": "Fenmoor 001B",
    "E01900004": "Fenmoor 002A",
    "E01900005": "Fenmoor 002C",
}
"""The areas, and those from December 2023 where they are made to change: one keeps its name, and not its code."""
CHANGED = "2023-12"

_PARTNERSHIP = f"""\
name: Fenmoor Waterside Alliance
abbreviation: FWA
board: Waterside Assembly
strategic_group: Tide Circle
default_period: {QUARTER}
returns_due_day: 12
home_area: E10900001
exceptions:
  ratings: {{aground: 1, adrift: 2}}
  rating: {{owner: Goal keeper, ask: Agree what is to be done}}
  milestone: {{owner: Goal keeper, ask: Ask for a new date}}
  returns: {{owner: Figures desk, ask: Ask for the figures}}
  signal: {{owner: Figures desk, ask: Ask what lies behind it}}
  checks: {{owner: Figures desk, ask: Have it put right}}
filing:
  approvals: 1
  posts: [Goal keeper (illustrative)]
priority:
  name: Goal Heron
  title: Nobody drowns
  statement: People who live by the water or visit it come home.
  aim: Fewer accidents on and beside the water.
lead_partners: [Lifeboat crew]
objectives: [Teach people to swim, Watch the water]
circulation: [Waterside Assembly]
"""

_REFERENCE = {
    "partners": """\
partner,name,short,abbreviation,role,sends,first_month,last_month
lifeboat,Fenmoor Lifeboat,Lifeboat,,Goes out to people in the water,M,,
harbour,Harbour Trust,,,Gives lessons,Q,,
""",
    "areas": """\
area,name,type,parent,valid_from,valid_to,tile_row,tile_column
four-rivers,Four Rivers,region,,,,,
E10900001,Fenmoor,county,four-rivers,,,,
E10900002,Eastmarsh,county,four-rivers,,,,
E01900001,Fenmoor 001A,LSOA,E10900001,01/01/2011,,1,1
E01900002,Fenmoor 001B,LSOA,E10900001,2011-01-01,,1,2
E01900003,Fenmoor 002A,LSOA,E10900001,1 January 2011,,2,1
""",
    "area_types": "type,word,plural\ncounty,county,counties\n",
    "measures": (
        "measure,title,short,unit,partner,frequency,aggregation,direction,disclosure,definition,source,data_sheet,base,"
        "oldest_years,total,parts,areas,change,counts\n"
        "LB_1,Launches of the lifeboat,Launches,count,lifeboat,M,sum,neutral,public_nonperson,"
        "Times that a boat went out.,Lifeboat log,yes,,,,,complete,,\n"
        "LB_2,People brought ashore,,count,lifeboat,M,sum,neutral,public_nonperson,"
        "People whom a boat brought ashore.,Lifeboat log,yes,,,,,,,\n"
        "Lessons,Swimming lessons given,Lessons,count,harbour,Q,sum,higher,public_nonperson,"
        "Lessons that were given.,Harbour register,yes,,,,,,,\n"
    ),
    "sections": "section,title,short\nA,Teach,\nB,Watch,\n",
    "commitments": """\
commitment,section,title,short,promise,rated
A1,A,Give every child a lesson,Lessons for children,Every child is given a lesson in the water.,yes
A2,A,Put up signs,Signs,Signs stand where the water is deep.,yes
A10,A,Train instructors,Instructors,Instructors are trained each spring.,yes
B1,B,Keep a lookout,Lookout,A lookout is kept at the weir.,yes
""",
    "rag": """\
rating,word,shape,colour,rank,needs_action,meaning
ahead,Ahead,circle,#12436D,1,no,Before its time.
on-course,On course,triangle,#005EA5,2,no,As it was meant to be.
adrift,Adrift,diamond,#6B5900,3,yes,Late.
aground,Aground,square,#5A2D00,4,yes,Stuck.
not-started,Not started,hexagon,#505A5F,,no,Nothing was begun.
""",
    "calendar": """\
period,label,board_date,returns_due,note
2023-24-Q3,Quarter Three 2023-24,2024-01-17,,
2023-24-Q4,Quarter Four 2023-24,14/02/2024,,
2023-24-Q4,Quarter Four 2023-24,18 April 2024,,
2023-24-Q4,Quarter Four 2023-24,2024-06-20,,
""",
}

_RATINGS = {
    "2023-24-Q3": {"A1": "not-started", "A2": "on-course", "A10": "adrift", "B1": "ahead"},
    "2023-24-Q4": {"A1": "adrift", "A2": "not-started", "A10": "on-course", "B1": "aground"},
}
_WRITTEN = {"2023-24-Q3": "2024-01-15", "2023-24-Q4": "2024-04-16"}

_BRIEFING = """\
---
appendix: 1
title: Instructors for the spring
owner: Goal keeper
written: 2024-04-16
basis: illustrative
briefing:
  subject: Instructors for the spring
  contacts:
    - {role: To ask, post: Goal keeper}
  recommendations:
    - To train four instructors.
---

# Where it stands

The Harbour Trust gave {{ value("Lessons") }} lessons in the quarter.

# What it needs

Instructors.
"""

_GROUP = """\
---
filed: 2024-04-16
last_group: 2024-03-06
author: Goal keeper
basis: illustrative
action_plan:
  - {action: Order signs, owner: Harbour Trust, due: 2024-06-30, state: begun}
asks:
  - {action: Name an instructor, owner: Harbour Trust, due: 2024-05-31}
---

# On the water

The boat went out {{ value("LB_1") }} times.

# On land

Signs are drawn.
"""


def build(folder: Path, *, changing: bool = False) -> Path:
    """Write the partnership into a folder, and return its data folder; its areas may be changing within the year."""
    data = folder / "data"
    reference = data / "reference"
    _write(reference / "partnership.yaml", _PARTNERSHIP)
    for name, text in _REFERENCE.items():
        _write(reference / f"{name}.csv", text)
    for quarter, ratings in _RATINGS.items():
        for commitment, rating in ratings.items():
            _write(data / "updates" / quarter / f"{commitment}.md", _update(commitment, rating, _WRITTEN[quarter]))
    _write(data / "updates" / QUARTER / "appendices" / "1.md", _BRIEFING)
    _write(data / "updates" / QUARTER / "strategic-group" / "report.md", _GROUP)
    if changing:
        areas = (reference / "areas.csv").read_text(encoding="utf-8")
        areas = areas.replace("1 January 2011,,2,1", "1 January 2011,05/12/2023,2,1")
        for place, code in enumerate(sorted(NEW_PARTS.keys() - PARTS.keys()), 1):
            areas += f"{code},{NEW_PARTS[code]},LSOA,E10900001,6 December 2023,,2,{place}\n"
        _write(reference / "areas.csv", areas)
    months = [(2022 + (3 + number) // 12, (3 + number) % 12 + 1) for number in range(24)]
    for place, (year, month) in enumerate(months):
        rows = _launches(f"{year}-{month:02}", place, changing)
        _return(data, _due(year, month), "lifeboat", f"{year}-{month:02}", rows)
        if month % 3 == 0:
            quarter = f"{year - (month < 4)}-{(year + (month > 3)) % 100}-Q{(month - 1) // 3 or 4}"
            first = f"{year}-{month - 2:02}"
            rows = [f"{quarter},Lessons,,,{40 + place},,"]
            _return(data, _due(year, month), "harbour", f"{first}..{year}-{month:02}", rows)
    return data


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def _due(year: int, month: int) -> dt.date:
    """Return a day early in the month after."""
    return dt.date(year + month // 12, month % 12 + 1, 8)


def _update(commitment: str, rating: str, written: str) -> str:
    needs = rating in ("adrift", "aground")
    return f"""\
---
commitment: {commitment}
rating: {rating}
qualifier: Told by its keeper
reason: {"The weather was bad" if needs else ""}
action: {"Begin again" if needs else ""}
owner: {"Goal keeper" if needs else ""}
due: {"2024-07-31" if needs else ""}
written: {written}
basis: illustrative
milestones:
  - id: {commitment}-first
    title: First part of {commitment} done
    baseline: 2024-05
    current:
    met:
    note:
exhibits: [LB_1]
---

- The boat went out {{{{ value("LB_1") }}}} times.
"""


def _launches(month: str, place: int, changing: bool) -> list[str]:
    """Return a month's rows: the whole county, its areas, its neighbour, and people brought ashore."""
    codes = NEW_PARTS if changing and month >= CHANGED else PARTS
    parts = [7 + place % 3, 8 + place % 4, 9 + place % 5, 4][: len(codes)]
    rows = [f"{month},LB_1,,,{sum(parts)},,"]
    rows += [f"{month},LB_1,{code},,{count},," for code, count in zip(codes, parts, strict=True)]
    return [*rows, f"{month},LB_1,E10900002,,{20 + place % 7},,", f"{month},LB_2,,,{11 + place % 6},,"]


def _return(data: Path, received: dt.date, partner: str, months: str, rows: list[str]) -> None:
    folder = data / "returns" / f"{received.isoformat()}_{partner}"
    head = "period,measure,area,breakdown,value,status,note"
    _write(folder / "observations.csv", "\n".join([head, *rows, ""]))
    months = months if ".." in months else f"{months}..{months}"
    _write(
        folder / "terms.yaml",
        f"""\
partner: {partner}
received: {received.isoformat()}
extract_date: {received.isoformat()}
months: {months}
explanation: Made up for a partnership that there is not.
permission: publish
contact_post: Figures desk
synthetic: true
""",
    )
