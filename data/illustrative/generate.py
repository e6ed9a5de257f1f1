"""Illustrative returns: two years of made-up monthly data, for showing what the papers do with real ones.

    python data/illustrative/generate.py [FOLDER]

writes ``<received>_<partner>/`` folders for April 2019 to March 2021 into FOLDER (default: ``data/returns`` beside this
one). Every return says ``synthetic: true`` and every note begins with ``Illustrative``; nothing describes anybody or
anything that happened. Only the standard library takes part, one fixed seed, and no function of ``random`` whose
algorithm may change, so every Python writes the same bytes; what is committed is what this writes.

What is arranged on purpose:

* The papers' stated totals hold: incidents and offences of June 2019 to May 2020 add up to them exactly, month by month
  and ward by ward. Snapshots that the papers state (practices, pharmacies, signatories ...) are approached and never
  repeated: the transcribed returns have the last word on Quarter Four 2020-21.
* Wards have small numbers, as wards do.
* Police and MARAC send each month; the others each quarter, broken down by month.
* Three returns of Children's Social Care are late. One police month is revised by a later return.
* The perpetrator intervention programme sends nothing. Victim Support sends without permission to use what it sent.
* DRIVE went live in March 2021 and has one month.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path

SEED = 20210325
FIRST, LAST = (2019, 4), (2021, 3)
COLUMNS = ("period", "measure", "area", "breakdown", "value", "status", "note")
NOTE = "Illustrative: made up by data/illustrative/generate.py"
STATED_FROM, STATED_TO = (2019, 6), (2020, 5)
STATED = {"POL01": 4776, "POL02": 3037}
"""Incidents and offences that the papers state for June 2019 to May 2020 (Board briefing, Appendix 1)."""

WARDS = [f"E05000{number}" for number in range(106, 128)]
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
LATE = {("csc", "2019-20-Q2"): 31, ("csc", "2020-21-Q1"): 19, ("csc", "2020-21-Q3"): 24}
"""Days after the due day on which a late return came."""
REVISED = ("2020-10", dt.date(2020, 12, 20))
"""The police month that is revised, and the day on which the revision came."""
DUE_DAY = 15

Month = tuple[int, int]
Row = tuple[str, str, str, str, str, str, str]


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
            offences[month] = [numbers.share(count, [0.636, 0.364])[0] for count in incidents[month]]
    return {month: (incidents[month], offences[month]) for month in months()}


def police(numbers: Numbers) -> dict[Month, list[Row]]:
    """Return the police's rows a month: incidents and offences by ward, outcomes, and quarterly measures."""
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
    rows: dict[Month, list[Row]] = {}
    for month in months():
        here = rows[month] = []
        period = name(month)
        for measure, by_ward in zip(("POL01", "POL02"), counts[month], strict=True):
            here.append(row(period, measure, sum(by_ward)))
            here += [row(period, measure, n, area=ward) for ward, n in zip(WARDS, by_ward, strict=True)]
        offences = sum(counts[month][1])
        for group, count in zip(groups, numbers.share(offences, list(groups.values())), strict=True):
            here.append(row(period, "POL02", count, group))
        injury = numbers.share(offences, [0.24, 0.76])[0]
        here.append(row(period, "POL03", injury))
        charge, other = numbers.around(23), numbers.around(9)
        here += [row(period, "POL04", charge + other), row(period, "POL04", charge, "charge")]
        here.append(row(period, "POL04", other, "other"))
        if month[1] % 3 == 0:
            here.append(row(quarter(month), "POL07", 30 + numbers.around(4)))
            for kind in ("right-to-ask", "right-to-know"):
                asked = numbers.around(9)
                told = numbers.share(asked, [0.4, 0.6])[0]
                here.append(row(quarter(month), "POL08", asked, f"{kind}-applications"))
                here.append(row(quarter(month), "POL08", told, f"{kind}-disclosures"))
    return rows


def marac(numbers: Numbers) -> dict[Month, list[Row]]:
    """Return MARAC's rows a month: cases, repeats, referrals by source, children; characteristics each quarter."""
    sources = {"police": 0.55, "idva": 0.15, "health": 0.08, "housing": 0.06, "csc": 0.09, "other": 0.07}
    traits = {"MAR06": 0.24, "MAR07": 0.06, "MAR08": 0.05, "MAR09": 0.02, "MAR10": 0.01}
    rows: dict[Month, list[Row]] = {}
    in_quarter = 0
    for month in months():
        cases = numbers.around(27 * level(month))
        in_quarter += cases
        here = rows[month] = [row(name(month), "MAR01", cases)]
        here.append(row(name(month), "MAR03", numbers.share(cases, [0.27, 0.73])[0]))
        here.append(row(name(month), "MAR04", cases))
        for source, count in zip(sources, numbers.share(cases, list(sources.values())), strict=True):
            here.append(row(name(month), "MAR04", count, source))
        here.append(row(name(month), "MAR05", numbers.around(cases * 1.3)))
        if month[1] % 3 == 0:
            for measure, part in traits.items():
                here.append(row(quarter(month), measure, numbers.share(in_quarter, [part, 1 - part])[0]))
            in_quarter = 0
    return rows


def others(numbers: Numbers) -> Iterator[tuple[str, Month, list[Row]]]:
    """Yield partner, month and rows of those who send each quarter."""
    steps = {"2019-20": (26, 0), "2020-21": (31, 3)}
    for month in months():
        period, year, ends = name(month), quarter(month)[:7], month[1] % 3 == 0
        stated = quarter(month) == "2020-21-Q4"
        step = (int(quarter(month)[-1]) - 1, *steps[year])
        shift = level(month)
        yield "bcwa", month, bcwa(numbers, month, shift)
        yield (
            "victim-support",
            month,
            [row(period, "HLT02", numbers.around(11 * shift))]
            + [
                row(period, "IDV01", numbers.around(3), f"{site}-{risk}")
                for site in ("pruh",)
                for risk in ("high-risk", "other-risk")
            ],
        )
        yield "housing", month, housing(numbers, month, shift)
        sources = ("police", "health", "education", "housing", "family-or-public", "other")
        contacts = numbers.around(148 * shift)
        parts = numbers.share(contacts, [0.52, 0.1, 0.14, 0.06, 0.11, 0.07])
        yield (
            "csc",
            month,
            [
                row(period, "CSC01", contacts),
                *(row(period, "CSC01", count, source) for source, count in zip(sources, parts, strict=True)),
                row(period, "CSC02", numbers.around(61 * shift)),
            ],
        )
        found = [numbers.around(mean * shift) for mean in (19, 7, 4)]
        services = ("bromley-children-project", "targeted-youth-support", "other")
        eifs = [row(period, "EIF01", sum(found))]
        eifs += [row(period, "EIF01", count, service) for service, count in zip(services, found, strict=True)]
        if ends and month < (2020, 4):
            eifs.append(row(quarter(month), "EIF02", 8 + numbers.around(3)))
        elif ends and not stated:
            reason = f"{NOTE}; suspended, not licensed to run virtually"
            eifs.append((quarter(month), "EIF02", "", "", "", "z", reason))
        yield "eifs", month, eifs
        if ends and not stated:
            yield (
                "sel-ccg",
                month,
                [
                    row(quarter(month), "HLT01", step[1] + step[0] * 2),
                    row(quarter(month), "HLT04", numbers.around(6), "gp"),
                ],
            )
            yield "public-protection", month, [row(quarter(month), "DHR01", 2 if month < (2020, 7) else 3)]
            yield (
                "lbb",
                month,
                [
                    row(quarter(month), "GOV01", min(step[0], step[2])),
                    row(quarter(month), "GOV02", 1, "operational-forum-held"),
                    row(quarter(month), "GOV02", 1, "operational-forum-planned"),
                ],
            )
        if month == LAST:
            yield (
                "drive",
                month,
                [
                    row(period, "DRV01", 4, "accepted"),
                    row(period, "DRV01", 1, "not-accepted"),
                    row(period, "DRV01", 5),
                    row(period, "DRV02", 4),
                ],
            )


def bcwa(numbers: Numbers, month: Month, shift: float) -> list[Row]:
    """Return a month of the women's aid provider."""
    period, virtual = name(month), month >= (2020, 4)
    rows = [
        row(period, "IDV01", numbers.around(mean * shift), f"{site}-{risk}")
        for site in ("custody-suite", "eifs", "csc-asc")
        for risk, mean in (("high-risk", 9), ("other-risk", 5))
    ]
    closed = numbers.around(36)
    rows += [
        row(period, "IDV02", closed, "closed"),
        row(period, "IDV02", numbers.share(closed, [0.68, 0.32])[0], "engaged"),
    ]
    ways = {
        "in-person": 0.0 if virtual else 30.0,
        "telephone": 24.0 if virtual else 3.0,
        "online": 8.0 if virtual else 0.2,
    }
    counts = {way: numbers.around(mean * shift) if mean else 0 for way, mean in ways.items()}
    rows += [row(period, "SUP01", sum(counts.values())), *(row(period, "SUP01", n, way) for way, n in counts.items())]
    asked = numbers.around(17)
    placed, full, need, other = numbers.share(asked, [0.4, 0.35, 0.15, 0.1])
    rows += [row(period, "SUP03", asked, "referrals"), row(period, "SUP03", placed, "placements")]
    rows += [row(period, "SUP03", full + need + other, "declined"), row(period, "SUP03", full, "declined-no-space")]
    rows += [row(period, "SUP03", need, "declined-unmet-need"), row(period, "SUP03", other, "declined-other")]
    return rows


def housing(numbers: Numbers, month: Month, shift: float) -> list[Row]:
    """Return a month of the council's housing service."""
    period = name(month)
    prevention, relief = numbers.around(9 * shift), numbers.around(13 * shift)
    rows = [row(period, "HOU01", prevention + relief), row(period, "HOU01", prevention, "prevention")]
    rows.append(row(period, "HOU01", relief, "relief"))
    if month[1] % 3 == 0:
        rows.append(row(quarter(month), "HOU02", numbers.around(12)))
    if month >= (2021, 1):
        asked = numbers.around(6)
        rows.append(row(period, "HOU03", asked, "referrals"))
        rows.append(row(period, "HOU03", numbers.share(asked, [0.6, 0.4])[0], "installations"))
    return rows


def row(period: str, measure: str, value: int, breakdown: str = "", area: str = "") -> Row:
    """Return one observation."""
    return (period, measure, area, breakdown, str(value), "", NOTE)


def returns() -> dict[tuple[str, str], tuple[str, list[Row]]]:
    """Return the months covered and the rows of every return, by the day of receipt and the partner."""
    numbers = Numbers(SEED)
    made: dict[tuple[str, str], tuple[str, list[Row]]] = {}
    for partner, series in (("police", police(numbers)), ("marac", marac(numbers))):
        for month, rows in series.items():
            made[received(month, 12), partner] = (f"{name(month)}..{name(month)}", rows)
            if partner == "police" and name(month) == REVISED[0]:
                made[REVISED[1].isoformat(), partner] = (f"{name(month)}..{name(month)}", revised(rows))
    gathered: dict[tuple[str, str], tuple[list[Month], list[Row]]] = {}
    for partner, month, rows in others(numbers):
        covered, sofar = gathered.setdefault((partner, quarter(month)), ([], []))
        covered.append(month)
        sofar.extend(rows)
    for (partner, of), (covered, rows) in gathered.items():
        first = covered[0] if partner == "drive" else min(m for m in months() if quarter(m) == of)
        day = received(covered[-1], 14 if (partner, of) not in LATE else DUE_DAY + LATE[partner, of])
        made[day, partner] = (f"{name(first)}..{name(covered[-1])}", rows)
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
