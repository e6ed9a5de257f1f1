"""Illustrative returns: two years of made-up data, for showing what the papers do with real ones.

    python data/illustrative/generate.py [FOLDER]

writes ``<received>_<partner>/`` folders for April 2019 to March 2021 into FOLDER (default: ``data/returns`` beside this
one). Every return says ``synthetic: true`` and every note begins with ``Illustrative``; nothing describes anybody or
anything that happened. Only the standard library takes part, a fixed seed a partner, and no function of ``random``
whose algorithm may change, so every Python writes the same bytes; what is committed is what this writes. It takes no
folder away: one that it no longer writes is to be deleted by hand.

It covers each measure that a partner is asked for, at its frequency. What is worked out (derived measures, DQ01 to
DQ03), what the papers quote about the country or one event, and the youth campaign are not made up.

What is arranged on purpose:

* The papers' stated totals hold: incidents and offences of June 2019 to May 2020 add up to them exactly, month by month
  and ward by ward.
* What a transcribed return states for Quarter Four 2020-21 is left to it, with all its parts: posts, practices,
  professionals trained by the health service, cards, newsletters, signatories, domestic homicide reviews and the reason
  why CODA has no figure. Earlier quarters lead up to it. Pharmacies (HLT03) are never made up: the scheme began that
  January.
* Parts add up to totals, and nothing is more than what it is part of.
* Wards have small numbers, as wards do. The police send borough totals for Croydon and Sutton too.
* Police, MARAC and DRIVE send each month, before it is due; the others each quarter, broken down by month.
* Three returns of Children's Social Care are late. One police month is revised by a later return.
* The perpetrator intervention programme sends nothing. Victim Support sends without permission to use what it sent.
* DRIVE went live in March 2021: it has one month, and no share of closures yet (``x``, and the note says why).
* CODA is suspended from April 2020, the Sanctuary Scheme begins in January 2021, cards and newsletters begin with
  2020-21: before or after, the measure does not apply (``z``, and the note says why), which is no nought.
* The repeat cases of the last month are provisional (``p``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import random
import sys
from collections.abc import Callable
from pathlib import Path

SEED = 20210325
FIRST, LAST = (2019, 4), (2021, 3)
COLUMNS = ("period", "measure", "area", "breakdown", "value", "status", "note")
NOTE = "Illustrative: made up by data/illustrative/generate.py"
STATED_FROM, STATED_TO = (2019, 6), (2020, 5)
STATED = {"POL01": 4776, "POL02": 3037}
"""Incidents and offences that the papers state for June 2019 to May 2020 (Board briefing, Appendix 1)."""

WARDS = [f"E05000{number}" for number in range(106, 128)]
NEIGHBOURS = {"E09000008": 1.25, "E09000029": 0.6}
"""The other boroughs of the Borough Command Unit (Croydon, Sutton), and how many times Bromley's counts theirs are."""
POSTS = {
    "police": "Borough Command Unit data lead",
    "marac": "MARAC chair",
    "drive": "DRIVE service manager",
    "bcwa": "Service manager",
    "victim-support": "Service manager",
    "housing": "Housing options lead",
    "csc": "Performance lead, Children's Social Care",
    "eifs": "Intelligence and Operations Lead",
    "sel-ccg": "Safeguarding team",
    "public-protection": "Public Protection lead",
    "lbb": "DVA VAWG Strategic Lead",
}
MONTHLY = ("police", "marac", "drive")
DUE_DAY = 15
LATE = {("csc", "2019-20-Q2"): 31, ("csc", "2020-21-Q1"): 19, ("csc", "2020-21-Q3"): 24}
"""Days after the due day on which a late return came."""
REVISED = ("2020-10", dt.date(2020, 12, 20))
"""The police month that is revised, and the day on which the revision came."""
CODA_SUSPENDED, SANCTUARY_LIVE, CARDS_FROM = (2020, 4), (2021, 1), (2020, 4)

Month = tuple[int, int]
Row = tuple[str, str, str, str, str, str, str]
Made = dict[Month, list[Row]]


def months(first: Month = FIRST, last: Month = LAST) -> list[Month]:
    """Return each month from the first to the last."""
    start, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return [(number // 12, number % 12 + 1) for number in range(start, end + 1)]


def name(month: Month) -> str:
    """Return ``2021-03``."""
    return f"{month[0]}-{month[1]:02d}"


def quarter(month: Month) -> str:
    """Return the financial quarter of a month: ``2020-21-Q4``."""
    year = month[0] if month[1] >= 4 else month[0] - 1
    return f"{year}-{(year + 1) % 100:02d}-Q{(month[1] - 4) % 12 // 3 + 1}"


def ends_quarter(month: Month) -> bool:
    """Whether the month is the last of a quarter, whose return then holds the quarter's own measures."""
    return month[1] % 3 == 0


QUARTERS = [quarter(month) for month in months() if ends_quarter(month)]
BEFORE = QUARTERS[:-1]
"""The quarters before the one for which transcribed returns have the last word."""

BCWA_POSTS = ("custody-suite", "eifs", "csc-asc")
HALF_POSTS = dict(
    zip(BEFORE, [(2, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 1), (2, 2, 2), (2, 2, 2), (2, 2, 2)], strict=True)
)
"""Advocate posts of the women's aid provider by site, in halves."""
IRIS_HALF_POSTS = dict(zip(BEFORE, [4, 4, 4, 4, 5, 5, 5], strict=True))
PRACTICES = dict(zip(BEFORE, [24, 26, 28, 30, 30, 33, 36], strict=True))
REVIEWS = {
    stage: dict(zip(BEFORE, counts, strict=True))
    for stage, counts in {
        "": [2, 2, 2, 2, 2, 3, 3],
        "notified": [1, 0, 0, 0, 0, 1, 0],
        "panel": [1, 2, 2, 1, 1, 0, 1],
        "at-action-plan": [0, 0, 0, 1, 1, 2, 2],
        "action-plan-live": [0, 0, 0, 1, 1, 2, 2],
        "action-plan-completed": [0, 0, 0, 0, 0, 0, 0],
        "with-home-office": [0, 0, 0, 0, 1, 1, 2],
        "ratified": [0, 0, 0, 0, 0, 0, 0],
        "published": [0, 0, 0, 0, 0, 0, 0],
    }.items()
}
"""Open domestic homicide reviews: those notified, at panel and at action plan are all of them."""
ACTIONS_COMPLETE = dict(zip(QUARTERS[3:], [10, 25, 30, 45, 60], strict=True))
CARDS = dict(zip(BEFORE[4:], [(5000, 1200), (10000, 4700), (10000, 7600)], strict=True))
"""Cards printed and distributed so far."""
NEWSLETTERS = dict(zip(BEFORE[4:], [(1, 0), (2, 1), (3, 2)], strict=True))
"""Newsletters due and issued so far."""
SIGNED = dict(zip(BEFORE[4:], [(0, 0, 0), (0, 0, 0), (1, 0, 0)], strict=True))
"""Signatories so far: the council, the police, the health service."""
FORUMS = {
    "strategic-board-planned": (0, 0, 0, 0, 1, 1, 1, 0),
    "strategic-board-held": (0, 0, 0, 0, 1, 1, 1, 0),
    "operational-forum-planned": (0, 0, 0, 0, 1, 1, 1, 0),
    "operational-forum-held": (0, 0, 0, 0, 0, 1, 1, 0),
}


class Numbers:
    """Made-up counts from one seeded stream."""

    def __init__(self, seed: int) -> None:
        self._stream = random.Random(seed)  # noqa: S311 -- nothing secret: the point is that it repeats

    def around(self, mean: float) -> int:
        """Return a count that varies about a mean as counts do (Poisson, by Knuth's product of uniform numbers)."""
        if mean > 60:  # the product would run out of digits; a sum of Poisson counts is a Poisson count
            return self.around(mean / 2) + self.around(mean / 2)
        limit, count, product = math.exp(-mean), 0, self._stream.random()
        while product > limit:
            count, product = count + 1, product * self._stream.random()
        return count

    def share(self, total: int, weights: list[float]) -> list[int]:
        """Return counts that add up to a total, each unit falling to a part by its weight."""
        counts, whole = [0] * len(weights), sum(weights)
        for _ in range(total):
            point = self._stream.random() * whole
            for place, weight in enumerate(weights):
                point -= weight
                if point < 0 or place == len(weights) - 1:
                    counts[place] += 1
                    break
        return counts

    def part(self, total: int, chance: float) -> int:
        """Return how many of a total fall to a part."""
        return self.share(total, [chance, 1 - chance])[0]

    def pick(self, cells: list[tuple[Month, int]], count: int) -> list[tuple[Month, int]]:
        """Return that many of the cells, each at most once (the first steps of a Fisher-Yates shuffle)."""
        cells = list(cells)
        for place in range(count):
            other = place + int(self._stream.random() * (len(cells) - place))
            cells[place], cells[other] = cells[other], cells[place]
        return cells[:count]


def level(month: Month) -> float:
    """Return how much above or below a usual month one is: summers are higher, as was the first lockdown's end."""
    season = 1 + 0.07 * math.cos((month[1] - 7) / 12 * 2 * math.pi)
    lockdown = {(2020, 4): 0.92, (2020, 5): 1.12, (2020, 6): 1.16, (2020, 7): 1.14, (2021, 1): 1.06}.get(month, 1.0)
    return season * lockdown * (1.0 if month < (2020, 4) else 1.03)


def row(
    period: str, measure: str, value: int | str, breakdown: str = "", *, area: str = "", status: str = "", why: str = ""
) -> Row:
    """Return one observation."""
    return (period, measure, area, breakdown, str(value), status, f"{NOTE}; {why}" if why else NOTE)


def parted(period: str, measure: str, parts: dict[str, int], whole: str = "") -> list[Row]:
    """Return a total and its parts: those of the measure, or of a breakdown that begins the codes of its parts."""
    codes = {f"{whole}-{code}" if whole else code: count for code, count in parts.items()}
    total = row(period, measure, sum(parts.values()), whole)
    return [total, *(row(period, measure, count, code) for code, count in codes.items())]


def incidents_and_offences(numbers: Numbers, weights: list[float]) -> dict[Month, tuple[list[int], list[int]]]:
    """Return each month's incidents and offences by ward; an offence is one of the incidents.

    Those of the stated window add up to what the papers state.
    """
    stated = months(STATED_FROM, STATED_TO)
    inside = dict(zip(stated, numbers.share(STATED["POL01"], [level(month) for month in stated]), strict=True))
    incidents = {
        month: numbers.share(inside[month] if month in inside else numbers.around(398 * level(month)), weights)
        for month in months()
    }
    cells = [(month, place) for month in stated for place, count in enumerate(incidents[month]) for _ in range(count)]
    offences = {month: [0] * len(weights) for month in months()}
    for month, place in numbers.pick(cells, STATED["POL02"]):
        offences[month][place] += 1
    for month in months():
        if month not in inside:
            offences[month] = [numbers.part(count, 0.636) for count in incidents[month]]
    return {month: (incidents[month], offences[month]) for month in months()}


def police(numbers: Numbers) -> Made:
    """Return the police's rows: incidents and offences by ward and borough, outcomes, and quarterly measures."""
    sizes = [0.4 + 1.6 * ((number * 7) % 22) / 22 for number in range(len(WARDS))]
    sizes[WARDS.index("E05000117")] = 0.04  # a rural ward with few homes: small numbers
    counts = incidents_and_offences(numbers, sizes)
    groups = {
        "violence-against-the-person": 0.71,
        "sexual-offences": 0.05,
        "criminal-damage-and-arson": 0.09,
        "public-order": 0.06,
        "theft": 0.04,
        "other": 0.05,
    }
    made: Made = {}
    for month in months():
        here = made[month] = []
        period, of = name(month), quarter(month)
        for measure, by_ward in zip(("POL01", "POL02"), counts[month], strict=True):
            here.append(row(period, measure, sum(by_ward)))
            here += [row(period, measure, n, area=ward) for ward, n in zip(WARDS, by_ward, strict=True)]
        offences = sum(counts[month][1])
        for group, count in zip(groups, numbers.share(offences, list(groups.values())), strict=True):
            here.append(row(period, "POL02", count, group))
        for borough, times in NEIGHBOURS.items():
            incidents = numbers.around(398 * level(month) * times)
            here.append(row(period, "POL01", incidents, area=borough))
            here.append(row(period, "POL02", numbers.part(incidents, 0.636), area=borough))
        here.append(row(period, "POL03", numbers.part(offences, 0.24)))
        here += parted(period, "POL04", {"charge": numbers.around(23), "other": numbers.around(9)})
        if ends_quarter(month):
            here.append(row(of, "POL07", 30 + numbers.around(4)))
            for kind in ("right-to-ask", "right-to-know"):
                asked = numbers.around(9)
                here.append(row(of, "POL08", asked, f"{kind}-applications"))
                here.append(row(of, "POL08", numbers.part(asked, 0.4), f"{kind}-disclosures"))
    return made


def marac(numbers: Numbers) -> Made:
    """Return MARAC's rows: cases, repeats, referrals by source, children; characteristics each quarter."""
    sources = {"police": 0.55, "idva": 0.15, "health": 0.08, "housing": 0.06, "csc": 0.09, "other": 0.07}
    traits = {"MAR06": 0.24, "MAR07": 0.06, "MAR08": 0.05, "MAR09": 0.02, "MAR10": 0.01}
    version = "a repeat has the same victim and perpetrator as a case within the twelve months before"
    made: Made = {}
    in_quarter = 0
    for month in months():
        period = name(month)
        cases = numbers.around(27 * level(month))
        in_quarter += cases
        status = "p" if month == LAST else ""
        here = made[month] = [row(period, "MAR01", cases)]
        here.append(row(period, "MAR03", numbers.part(cases, 0.27), status=status, why=version))
        by_source = numbers.share(cases, list(sources.values()))
        here += parted(period, "MAR04", dict(zip(sources, by_source, strict=True)))
        here.append(row(period, "MAR05", numbers.around(cases * 1.3)))
        if ends_quarter(month):
            here += [row(quarter(month), measure, numbers.part(in_quarter, part)) for measure, part in traits.items()]
            in_quarter = 0
    return made


def drive(numbers: Numbers) -> Made:
    """Return the rows of DRIVE's first month."""
    accepted, refused = 4, 1
    here = parted(name(LAST), "DRV01", {"accepted": accepted, "not-accepted": refused})
    here.append(row(name(LAST), "DRV02", accepted))
    why = "live for one month, in which no case was closed"
    here.append(row(quarter(LAST), "DRV03", "", status="x", why=why))
    return {LAST: here}


def bcwa(numbers: Numbers) -> Made:
    """Return the rows of the women's aid provider: advocates, One Stop Shop, Freedom Programme, refuge."""
    made: Made = {}
    for month in months():
        period, of, shift, virtual = name(month), quarter(month), level(month), month >= (2020, 4)
        referred = {
            f"{site}-{risk}": numbers.around(mean * shift)
            for site in BCWA_POSTS
            for risk, mean in (("high-risk", 9), ("other-risk", 5))
        }
        closed = numbers.around(36)
        here = made[month] = parted(period, "IDV01", referred)
        here.append(row(period, "IDV02", closed, "closed"))
        here.append(row(period, "IDV02", numbers.part(closed, 0.68), "engaged"))
        ways = (
            {"in-person": 0.0, "telephone": 24.0, "online": 8.0} if virtual else {"in-person": 30.0, "telephone": 3.0}
        )
        here += parted(
            period,
            "SUP01",
            {way: numbers.around(ways.get(way, 0) * shift) for way in ("in-person", "telephone", "online")},
        )
        asked = numbers.around(17)
        placed, full, need, other = numbers.share(asked, [0.4, 0.35, 0.15, 0.1])
        here += [row(period, "SUP03", asked, "referrals"), row(period, "SUP03", placed, "placements")]
        here += parted(period, "SUP03", {"no-space": full, "unmet-need": need, "other": other}, "declined")
        if ends_quarter(month):
            modes = (
                {"in-person": 0, "online": numbers.around(11)}
                if virtual
                else {"in-person": numbers.around(14), "online": 0}
            )
            finished = {mode: numbers.part(count, 0.7) for mode, count in modes.items()}
            here += parted(of, "SUP02", modes, "starts") + parted(of, "SUP02", finished, "completions")
        if ends_quarter(month) and of in HALF_POSTS:
            halves = HALF_POSTS[of]
            here += [row(of, "IDV03", posts(n), site) for site, n in zip(BCWA_POSTS, halves, strict=True)]
            here.append(row(of, "IDV03", posts(sum(halves)), "bcwa"))
    return made


def posts(halves: int) -> str:
    """Return full-time equivalents: ``2.5``."""
    return f"{halves // 2}.5" if halves % 2 else str(halves // 2)


def victim_support(numbers: Numbers) -> Made:
    """Return the rows of the hospital advocate and of IRIS."""
    made: Made = {}
    for month in months():
        period, of, shift = name(month), quarter(month), level(month)
        asked = numbers.around(11 * shift)
        high = numbers.part(asked, 0.3)
        referred = {f"pruh-{risk}": numbers.around(3 * shift) for risk in ("high-risk", "other-risk")}
        here = made[month] = [row(period, "HLT02", asked)]
        here += parted(period, "IDV01", {**referred, "iris-high-risk": high, "iris-other-risk": asked - high})
        if ends_quarter(month) and of in IRIS_HALF_POSTS:
            here.append(row(of, "IDV03", posts(2), "pruh"))
            here.append(row(of, "IDV03", posts(IRIS_HALF_POSTS[of]), "iris-idva-e"))
            here.append(row(of, "IDV03", posts(2), "iris-gp-clinical-lead"))
    return made


def housing(numbers: Numbers) -> Made:
    """Return the rows of the council's housing service: duties, priority need, Sanctuary Scheme."""
    tenures = {"social-rented": 0.45, "private-rented": 0.35, "owner-occupied": 0.15, "other": 0.05}
    made: Made = {}
    for month in months():
        period, shift = name(month), level(month)
        duties = {"prevention": numbers.around(9 * shift), "relief": numbers.around(13 * shift)}
        here = made[month] = parted(period, "HOU01", duties)
        if month >= SANCTUARY_LIVE:
            asked = dict(zip(tenures, numbers.share(numbers.around(6), list(tenures.values())), strict=True))
            fitted = {tenure: numbers.part(count, 0.6) for tenure, count in asked.items()}
            here += parted(period, "HOU03", asked, "referrals") + parted(period, "HOU03", fitted, "installations")
        else:
            why = "the Sanctuary Scheme was not live yet"
            here += [row(period, "HOU03", "", part, status="z", why=why) for part in ("referrals", "installations")]
        if ends_quarter(month):
            here.append(row(quarter(month), "HOU02", numbers.around(12)))
    return made


def csc(numbers: Numbers) -> Made:
    """Return the rows of Children's Social Care: contacts by source, and assessments."""
    sources = {
        "police": 0.52,
        "health": 0.1,
        "education": 0.14,
        "housing": 0.06,
        "family-or-public": 0.11,
        "other": 0.07,
    }
    made: Made = {}
    for month in months():
        contacts = numbers.share(numbers.around(148 * level(month)), list(sources.values()))
        made[month] = parted(name(month), "CSC01", dict(zip(sources, contacts, strict=True)))
        made[month].append(row(name(month), "CSC02", numbers.around(61 * level(month))))
    return made


def eifs(numbers: Numbers) -> Made:
    """Return the rows of early intervention: families by service, and CODA until it is suspended."""
    services = {"bromley-children-project": 19, "targeted-youth-support": 7, "other": 4}
    made: Made = {}
    for month in months():
        of, shift = quarter(month), level(month)
        found = {service: numbers.around(mean * shift) for service, mean in services.items()}
        here = made[month] = parted(name(month), "EIF01", found)
        if ends_quarter(month) and month < CODA_SUSPENDED:
            here.append(row(of, "EIF02", 8 + numbers.around(3)))
        elif ends_quarter(month) and of in BEFORE:
            here.append(row(of, "EIF02", "", status="z", why="suspended, as it is not licensed to run virtually"))
    return made


def sel_ccg(numbers: Numbers) -> Made:
    """Return the rows of the health service: accredited practices, and professionals trained by role."""
    made: Made = {}
    for month in months():
        of = quarter(month)
        if not ends_quarter(month) or of not in PRACTICES:
            continue
        open_again = of != quarter((2020, 4))
        means = {"gp": 6, "nurse": 8, "pharmacist": 3}
        trained = {role: numbers.around(mean) if open_again else 0 for role, mean in means.items()}
        made[month] = [row(of, "HLT01", PRACTICES[of]), *parted(of, "HLT04", trained)]
    return made


def public_protection(numbers: Numbers) -> Made:
    """Return the rows on domestic homicide reviews: how many are open, at which stage, and actions complete."""
    made: Made = {}
    for month in months():
        of = quarter(month)
        if not ends_quarter(month):
            continue
        here = made[month] = [row(of, "DHR01", by[of], stage) for stage, by in REVIEWS.items() if of in by]
        if of in ACTIONS_COMPLETE:
            here.append(row(of, "DHR02", ACTIONS_COMPLETE[of]))
        else:
            here.append(row(of, "DHR02", "", status="z", why="no review had an action plan yet"))
    return made


def lbb(numbers: Numbers) -> Made:
    """Return the council's rows: training, cards, newsletters, signatories and forums."""
    agencies = ("local-authority", "mps-south-bcu", "sel-ccg")
    made: Made = {}
    for month in months():
        of = quarter(month)
        if not ends_quarter(month):
            continue
        here = made[month] = parted(of, "HLT04", {"other": numbers.around(16 if month < (2020, 4) else 10)})
        if of in CARDS:
            printed, distributed = CARDS[of]
            cards = {"printed": printed, "distributed": distributed, "in-stock": printed - distributed}
            here += [row(of, "COM01", count, part) for part, count in cards.items()]
            due, issued = NEWSLETTERS[of]
            here += [row(of, "COM02", due, "due"), row(of, "COM02", issued, "issued")]
            here += parted(of, "GOV01", dict(zip(agencies, SIGNED[of], strict=True)))
        elif month < CARDS_FROM:
            parts = {"COM01": ("printed", "distributed", "in-stock"), "COM02": ("due", "issued"), "GOV01": ("",)}
            why = "no count was kept yet"
            here += [
                row(of, measure, "", part, status="z", why=why) for measure, codes in parts.items() for part in codes
            ]
        here += [row(of, "GOV02", held[QUARTERS.index(of)], forum) for forum, held in FORUMS.items()]
    return made


MAKERS: dict[str, Callable[[Numbers], Made]] = {
    "police": police,
    "marac": marac,
    "drive": drive,
    "bcwa": bcwa,
    "victim-support": victim_support,
    "housing": housing,
    "csc": csc,
    "eifs": eifs,
    "sel-ccg": sel_ccg,
    "public-protection": public_protection,
    "lbb": lbb,
}


def returns() -> dict[tuple[str, str], tuple[str, list[Row]]]:
    """Return the months covered and the rows of every return, by the day of receipt and the partner."""
    made: dict[tuple[str, str], tuple[str, list[Row]]] = {}
    for place, (partner, maker) in enumerate(MAKERS.items()):
        batches: dict[str, list[Month]] = {}
        for month in months():
            batches.setdefault(name(month) if partner in MONTHLY else quarter(month), []).append(month)
        sent = maker(Numbers(SEED + place))  # a stream each: a change to one partner leaves the others as they are
        for of, covered in batches.items():
            rows = [one for month in covered for one in sent.get(month, [])]
            if not rows:
                continue
            days = 12 if partner in MONTHLY else 14
            day = received(covered[-1], DUE_DAY + LATE[partner, of] if (partner, of) in LATE else days)
            made[day, partner] = (f"{name(covered[0])}..{name(covered[-1])}", rows)
            if (partner, of) == ("police", REVISED[0]):
                made[REVISED[1].isoformat(), partner] = (f"{of}..{of}", revised(rows))
    return made


def received(month: Month, days: int) -> str:
    """Return the day that many days into the month after."""
    after = dt.date(month[0] + month[1] // 12, month[1] % 12 + 1, 1)
    return (after + dt.timedelta(days=days - 1)).isoformat()


def revised(rows: list[Row]) -> list[Row]:
    """Return the rows of a later extract: two incidents and one offence more than the first, in one ward."""
    more = {"POL01": 2, "POL02": 1}
    changed = []
    for one in rows:
        if one[1] in more and one[2] in ("", WARDS[3]) and one[3] in ("", "violence-against-the-person"):
            one = (*one[:4], str(int(one[4]) + more[one[1]]), "", f"{NOTE}; a later extract")
        changed.append(one)
    return [one for one in changed if one[1] in more]


def write(folder: Path) -> int:
    """Write every return into a folder, and say how many there are."""
    made = returns()
    for (day, partner), (covered, rows) in made.items():
        place = folder / f"{day}_{partner}"
        place.mkdir(parents=True, exist_ok=True)
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
        (place / "observations.csv").write_bytes(buffer.getvalue().encode())
        (place / "terms.yaml").write_bytes(terms(day, partner, covered).encode())
    return len(made)


def terms(day: str, partner: str, covered: str) -> str:
    """Return a return's terms as YAML."""
    extract = dt.date.fromisoformat(day) - dt.timedelta(days=3)
    permission = "none" if partner == "victim-support" else "publish"
    return (
        f"partner: {partner}\nreceived: {day}\nextract_date: {extract.isoformat()}\nmonths: {covered}\n"
        "explanation: >-\n  Illustrative figures, made up to show what the papers do with a partner's return.\n"
        f"permission: {permission}\ncontact_post: {POSTS[partner]}\nsynthetic: true\n"
    )


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "returns"
    print(f"{write(target)} illustrative returns in {target.name}/")
