"""What a partner submitted, after reading and before it is judged: figures with their cells, and flaws.

People name a measure, a breakdown or an area in several ways. :class:`Words` finds the code in the catalogue, for the
workbook and the CSV alike: ``Northend District`` and its code are the same area, where areas are called districts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from priority_two.characters import UNSEEN, code_point
from priority_two.periods import Period
from priority_two.reference.catalogue import AreaWords, Catalogue, Measure
from priority_two.returns.encoding import spoilt
from priority_two.returns.store import SentFigure
from priority_two.returns.submit.layout import TOTAL
from priority_two.returns.submit.spreadsheet import Flaw
from priority_two.spellings import FORMULA_SIGNS

TOTAL_WORDS = {"total", "totals", "grand total", "sum", "subtotal", "sub-total", "overall"}
LONGEST_NOTE = 2000
OF_OTHERS = "a measure that this partner reports"
"""What is expected where a row is another partner's."""
TAKEN_OUT = "taken out: personal data"
"""What the marked copy says in place of personal data."""


@dataclass(frozen=True)
class SubmittedFigure(SentFigure):
    """A figure of a file that comes in, and the sheet, row and column in which it stands."""

    sheet: str
    row: int
    column: int

    @property
    def key(self) -> tuple[Period, str, str, str]:
        """Period, measure, area and breakdown: what it is about."""
        return self.period, self.measure, self.area, self.breakdown

    def flaw(self, expected: str, actual: str = "", fix: str = "") -> Flaw:
        """Return a flaw of the cell in which it stands."""
        return Flaw(expected, actual, fix, self.sheet, self.row, self.column)


@dataclass
class Submission:
    """Figures and flaws in the order of the file, and notices: what a person should know although it is no fault."""

    figures: list[SubmittedFigure] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def plainly(text: str) -> str:
    """Return words in the form in which they are compared: without case, apostrophes, dashes, spaces twice and "&"."""
    text = re.sub(r"['’‘`]", "", text.casefold()).replace("&", " and ")
    return " ".join("".join(" " if unicodedata.category(ch) == "Pd" or ch == "_" else ch for ch in text).split())


def partner_named(catalogue: Catalogue, text: str) -> str:
    """Return the partner that a text names by its code, its name or its abbreviation; blank where it names none."""
    if text in catalogue.partners:
        return text
    named = {
        row.partner
        for row in catalogue.senders.values()
        if plainly(text) in {plainly(name) for name in (row.partner, row.name, row.abbreviation) if name}
    }
    return named.pop() if len(named) == 1 else ""


@dataclass
class Words:
    """The words of the catalogue, as one partner may use them."""

    catalogue: Catalogue
    partner: str

    def measure(self, text: str, sheet: str, row: int, column: int) -> Measure | Flaw:
        """Return the measure that a cell names, or what is wrong with it."""
        if text.lower() in TOTAL_WORDS:
            fix = "take the row out; a total is sent with the measure's code"
            return Flaw("a row of figures", "a total row", fix, sheet, row, column)
        measure = self.catalogue.measures.get(text.upper())
        if measure is None:
            fix = "use the codes of the template, such as those of the sheet Figures"
            return Flaw("the code of a measure", "another word" if text else "none", fix, sheet, row, column)
        if measure.aggregation == "derived":
            fix = "take the row out: it is worked out from other figures"
            return Flaw("a measure that is reported", measure.measure, fix, sheet, row, column)
        if self.partner and self.partner not in measure.partners:
            fix = "take the row out: another partner reports it"
            return Flaw(OF_OTHERS, measure.measure, fix, sheet, row, column)
        return measure

    def breakdown(self, measure: Measure, text: str) -> str | None:
        """Return the code of a breakdown by its code or its label (blank for the total), or None."""
        written = plainly(text)
        parts = list(self.catalogue.parts_of_measures.get(measure.measure, {}).values())
        exact = [part.breakdown for part in parts if part.breakdown == text.lower()]
        named = [
            part.breakdown
            for part in parts
            if written in {plainly(name) for name in (part.breakdown, part.label, part.title)}
        ]
        if exact or len(named) == 1:
            return (exact or named)[0]
        return "" if written in ("", TOTAL, "all") else None

    @property
    def area_words(self) -> AreaWords:
        """What areas are called."""
        return self.catalogue.area_words

    def area(self, text: str, period: Period | None) -> str | None:
        """Return the code of an area by its code or its name (blank for the home area), or None.

        Of two areas of one name the one that is in force at the period's end is meant; of the home area itself its own
        code or name.
        """
        home, words = self.catalogue.home, self.catalogue.area_words
        written = plainly(text)
        if written in ("", plainly(home.name), plainly(words.whole), plainly(f"whole {words.home}")):
            return ""
        kind = rf"\(?\b{re.escape(words.part)}\)?\s*$"
        names = {written, plainly(re.sub(kind, "", text, flags=re.IGNORECASE))}
        rows = [
            row
            for row in self.catalogue.area_rows.values()
            if plainly(row.area) == written or plainly(row.name) in names
        ]
        if len(rows) > 1 and period is not None:
            there = [row for row in rows if row.in_force(period.end)]
            rows = [row for row in there if row.area in self.catalogue.parts_of_home] or there or rows
        codes = {self.catalogue.area_of_figures(row.area) for row in rows}
        return codes.pop() if len(codes) == 1 else None


def note_flaw(text: str, sheet: str, row: int, column: int) -> Flaw | None:
    """Return what is wrong with words that the store takes as they are, or None."""
    if text == TAKEN_OUT:
        return Flaw("words, or nothing", "what was taken out", "clear the cell, or write it anew", sheet, row, column)
    if text[:1] and text[0] in FORMULA_SIGNS:
        actual, fix = f"one that begins with {text[0]}", "begin it with a letter"
        return Flaw("words that no spreadsheet takes for a formula", actual, fix, sheet, row, column)
    if hidden := UNSEEN.search(text):
        fix = "type the text again"
        return Flaw("words without control characters", code_point(hidden[0]), fix, sheet, row, column)
    if spoilt(text):
        fix = "type the letter that was meant, and save the file as UTF-8"
        return Flaw("words as they were written", "letters of a wrong encoding, as Ã© for é", fix, sheet, row, column)
    if len(text) > LONGEST_NOTE:
        return Flaw(f"at most {LONGEST_NOTE} characters", "more", "shorten it", sheet, row, column)
    return None
