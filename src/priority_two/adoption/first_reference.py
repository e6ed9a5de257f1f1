"""The reference data of a new partnership, from its answers: every file can be read, with gaps where one has to write.

What nobody was asked for stands in as words that begin with ``To fill in:`` (:mod:`priority_two.reference.gaps`), or as
an example that says that it is one. A table in which nothing has to stand has its heading row alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from priority_two.adoption.answers import SHAPES, PartnershipAnswers
from priority_two.adoption.tables import ROW_MODELS
from priority_two.files.yaml_text import scalar
from priority_two.periods import month_text
from priority_two.reference.gaps import TO_FILL_IN
from priority_two.reference.records import LONGEST_SHORT_NAME, TableRow

Cells = dict[str, str]

_COLOURS = ("#00703C", "#5F6B00", "#B85C00", "#9C4A00", "#B10E1E")
"""From the best rating to the worst, each dark enough on white. Words and shapes say the same."""
_NO_RANK = ("#505A5F", "#12436D", "#54319F", "#3D3D3D", "#00645A")
_DUE_DAY = 15
_PLACEHOLDERS = (
    ("to fill in", "Words that somebody has still to write"),
    ("to be confirmed", "A figure or a fact that somebody has still to give"),
    ("tbc", "To be confirmed"),
    ("to be decided", "A decision that somebody has still to take"),
    ("tbd", "To be decided or determined"),
    ("???", "An open question"),
)


def first_reference(answers: PartnershipAnswers) -> dict[str, bytes]:
    """Return the files of ``data/reference/`` by name."""
    rows: dict[str, list[Cells]] = {
        "partners": _partners(answers),
        "measures": _measures(answers),
        "area_types": _area_types(answers),
        "areas": _areas(answers),
        "sections": _titled("section", answers.sections.items()),
        "commitments": _commitments(answers),
        "calendar": _calendar(answers),
        "rag": _ratings(answers),
        "abbreviations": [{"abbreviation": answers.abbreviation, "expansion": answers.name}],
        "placeholders": [{"words": words, "lacks": "text", "note": note} for words, note in _PLACEHOLDERS],
    }
    files = {f"{name}.csv": _table(model, rows.get(name, [])) for name, model in ROW_MODELS.items()}
    return {"partnership.yaml": _partnership(answers).encode(), **files}


def _table(model: type[TableRow], rows: Iterable[Cells]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, model.columns(), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _gap(what: str) -> str:
    return f"{TO_FILL_IN}{what}"


def _titled(column: str, titles: Iterable[tuple[str, str]], title: str = "title") -> list[Cells]:
    """Return rows with an id, a title and a short name, which no two of them share."""
    rows, taken = [], set()
    for name, words in titles:
        short = "" if len(words) <= LONGEST_SHORT_NAME else _shortened(words, LONGEST_SHORT_NAME)
        if (short or words) in taken:
            short = f"{_shortened(words, LONGEST_SHORT_NAME - len(name) - 3)} ({name})"
        taken.add(short or words)
        rows.append({column: name, title: words, "short": short})
    return rows


def _shortened(words: str, longest: int) -> str:
    """Return as many whole words as there is room for."""
    if len(words) <= longest:
        return words
    start = words[:longest]
    return (start.rsplit(" ", 1)[0] if words[longest] != " " else start).rstrip(" ,;:-") or start


def _partners(answers: PartnershipAnswers) -> list[Cells]:
    rows = _titled("partner", answers.partners.items(), "name")
    first = month_text(answers.quarter.first)
    return [{**row, "sends": "M", "first_month": first} for row in rows]


def _measures(answers: PartnershipAnswers) -> list[Cells]:
    counted = answers.counted
    common = {
        "unit": "count",
        "frequency": "M",
        "aggregation": "sum",
        "direction": "neutral",
        "disclosure": "person",
        "data_sheet": "yes",
    }
    definition = _gap("what is counted, in which system, and what is left out")
    example = _gap("which figure this partner is asked for, with its own title; then what is counted, and how")
    titles = _titled("measure", ((measure.measure, measure.title) for measure in counted))
    return [
        {
            **common,
            **row,
            "partner": measure.partner,
            "definition": example if measure.example else definition,
            "source": answers.partners[measure.partner],
        }
        for row, measure in zip(titles, counted, strict=True)
    ]


def _area_types(answers: PartnershipAnswers) -> list[Cells]:
    plural = answers.area_types or f"{answers.area_type}s"
    return [{"type": answers.area_type, "word": answers.area_type, "plural": plural}]


def _areas(answers: PartnershipAnswers) -> list[Cells]:
    [(home, name)] = answers.home_area.items()
    parts = [
        {"area": code, "name": part, "type": answers.part_type or "", "parent": home}
        for code, part in answers.parts.items()
    ]
    return [{"area": home, "name": name, "type": answers.area_type}, *parts]


def _commitments(answers: PartnershipAnswers) -> list[Cells]:
    promised = answers.promised
    titles = _titled("commitment", ((promise.commitment, promise.title) for promise in promised))
    promise_in_full = _gap("the promise in full, as the strategy has it")
    return [
        {**row, "section": promise.section, "promise": promise_in_full, "rated": "yes"}
        for row, promise in zip(titles, promised, strict=True)
    ]


def _calendar(answers: PartnershipAnswers) -> list[Cells]:
    year = answers.quarter.financial_year
    rows = [
        {"period": str(period), "label": period.label if period in year.quarters() else str(period)}
        for period in [*(quarter for quarter in year.quarters() if quarter >= answers.quarter), year]
    ]
    rows[0]["board_date"] = answers.board_date
    if not answers.board_date:
        rows[0]["note"] = _gap("the Board's date, in the column board_date; then empty this cell")
    return rows


def _ratings(answers: PartnershipAnswers) -> list[Cells]:
    ranked, unranked = list(answers.ratings.items()), list(answers.unranked.items())
    last = max(len(ranked) - 1, 1)
    rows = [
        {
            "rating": name,
            "word": word,
            "shape": shape,
            "colour": _COLOURS[place * (len(_COLOURS) - 1) // last],
            "rank": str(place + 1),
            "needs_action": "no" if place == 0 else "yes",
            "meaning": _gap("when a commitment has this rating"),
        }
        for place, ((name, word), shape) in enumerate(zip(ranked, SHAPES, strict=False))
    ]
    rows += [
        {
            "rating": name,
            "word": word,
            "shape": shape,
            "colour": colour,
            "needs_action": "no",
            "meaning": _gap("when a commitment has this rating"),
        }
        for (name, word), shape, colour in zip(unranked, SHAPES[len(ranked) :], _NO_RANK, strict=False)
    ]
    return rows


def _partnership(answers: PartnershipAnswers) -> str:
    measures = [measure.measure for measure in answers.counted]
    worst = list(answers.ratings)[1:][::-1][:2]
    ratings = ", ".join(f"{scalar(name)}: {quarters}" for quarters, name in enumerate(worst, 1))
    board = f"{answers.name} Board"
    blocks = [
        "# Who publishes, what the priority is, and what stands on the front page. README.md explains each key.",
        f"name: {scalar(answers.name)}",
        f"abbreviation: {scalar(answers.abbreviation)}",
        f"board: {scalar(board)}",
        f"default_period: {answers.first_quarter}",
        "",
        "# A return is due on this day of the month after the month, or the quarter, that it is for.",
        f"returns_due_day: {_DUE_DAY}",
        "",
        "# What a message of `priority-two due` says: which post asks, and how a return is sent.",
        "asking_for_returns:",
        "  post: Partnership analyst",
        "  how_to_send: Reply to this message with the workbook attached, as .xlsx.",
        "",
        "# The area that a blank stands for in a return: all of it.",
        f"home_area: {scalar(next(iter(answers.home_area)))}",
        "",
        "# A GeoJSON file of this folder with the boundaries of the areas, or blank.",
        "boundaries:",
        "",
        "# The measures whose chart stands in the quarterly paper.",
        f"quarterly_charts: [{', '.join(map(scalar, measures[:1]))}]",
        "",
        "# What is brought before the Board: a rating that has stood for so many quarters running; and for each kind",
        "# of exception the post that owns it where the data name none, and what the Board is asked.",
        "exceptions:",
        f"  ratings: {{{ratings}}}",
        *_ask("rating", "Commitment lead", "Agree what is to be done, by whom and by when"),
        *_ask("milestone", "Commitment lead", "Ask for a new date and for what stands in the way"),
        *_ask("returns", "Partnership analyst", "Ask the partner to send its return, with permission to publish"),
        *_ask("signal", "Partnership analyst", "Ask the partner what lies behind the change"),
        *_ask("checks", "Partnership analyst", "Note what was flagged and ask for it to be put right"),
        "",
        "# A paper is filed once so many of these posts have approved it; a line a post.",
        "filing:",
        "  approvals: 1",
        "  posts:",
        "    - Chair of the Board",
        "",
        "priority:",
        f"  name: {scalar(answers.priority)}",
        f"  title: {scalar(answers.priority_title)}",
        f"  statement: {scalar(_gap('why this is a priority, in two or three sentences'))}",
        f"  aim: {scalar(_gap('what the partnership aims for, in a sentence'))}",
        "",
        "lead_partners:",
        *(f"  - {scalar(name)}" for name in answers.partners.values()),
        "",
        "objectives:",
        f"  - {scalar(_gap('what is to be better for whom; a line an objective'))}",
        "",
        "circulation:",
        f"  - {scalar(board)}",
        "",
        "# The tiles at the head of the quarterly paper, each with a label and a measure, and those of the year.",
        "headlines: []",
        "annual_headlines: []",
        "",
        "# Whom a reader can call. Add what there is locally.",
        "helplines:",
        "  - name: Police, in an emergency",
        '    number: "999"',
        "    note: If you or someone else is in danger now",
        "",
        "# Where a reader who is watched is taken at one touch; without these lines there is no such button.",
        "# quick_exit:",
        "#   label: Leave this page now",
        "#   address: https://www.example.org",
    ]
    return "\n".join(blocks) + "\n"


def _ask(kind: str, owner: str, ask: str) -> Sequence[str]:
    return (f"  {kind}:", f"    owner: {owner}", f"    ask: {ask}")
