"""What a partnership knows of its own words and figures, so that the papers can be held against it.

Six small tables of ``data/reference/``, each a rule a row; the code holds none of them:

====================  ================================================================================================
``names.csv``         texts whose digits are their own: an Act's year, a page of the strategy (``text,reason``)
``placeholders.csv``  words that keep a place for others: for ``text`` that is still to be written, or, in the note of
                      an observation, for the ``period`` that nobody stated (``words,lacks,note``)
``bodies.csv``        other names that a body goes by (``name,alias,note``)
``totals.csv``        a stated total, and what it must stand in relation to: the sum of other figures over a run of
                      periods, blank for the report's own (``total,title,stated,relation,of,periods``)
``attributions.csv``  to whom the papers credit a figure, blank for nobody, and where (``measure,credited_to,where``)
``related.csv``       commitments that wait for the same thing, so that one cannot be on course while the other is
                      held up (``commitment,related,reason``)
====================  ================================================================================================

Texts are taken as they stand and never as patterns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.expressions import Expression, Term
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.records import MaybePeriod, TableRow, Tables, misfit, one_of

FIGURES = "a sum of figures such as CNT03[posts] + CNT03[launch-posts]"
LONGEST_TEXT = 200
Text = Annotated[
    str, Field(min_length=1, max_length=LONGEST_TEXT, description=f"some words, at most {LONGEST_TEXT} characters")
]


def _of_the_catalogue(terms: tuple[Term, ...], info: ValidationInfo) -> tuple[Term, ...]:
    codes = (info.context or {}).get("codes")
    if codes is not None and not all(f"{term.measure}[{term.breakdown}]" in codes for term in terms):
        raise misfit("", FIGURES)
    return terms


Sum = Annotated[Expression, AfterValidator(_of_the_catalogue), Field(description=FIGURES)]
Promise = Annotated[str, one_of("commitments", "a commitment of the catalogue")]


class Name(TableRow):
    """A text whose digits are its own."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "text": "words with digits that are no figure, such as the name of an Act",
        "reason": "why they may stand in a text without a binding",
    }

    KEY = ("reason", "text")

    text: Text
    reason: Text


class Placeholder(TableRow):
    """Words that keep a place, and what they lack."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "words": "words that keep a place; where they stand in a text, that is flagged",
        "lacks": "what is lacking: words, or the period of a figure",
        "note": "what they stand for",
    }

    KEY = ("lacks", "words")

    words: Text
    lacks: Literal["text", "period"]
    note: str


class Body(TableRow):
    """A body's name, and another by which it goes."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "name": "what a body is called",
        "alias": "what else it is called; where both stand in a paper, that is flagged",
        "note": "why the two are known",
    }

    KEY = ("alias", "name")

    name: Text
    alias: Text
    note: str


class Total(TableRow):
    """A stated total and the figures that it is of; `periods` is None for the report's own period."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "total": "its id",
        "title": "what holds, in words, for whoever is told that it does not",
        "stated": "the figure that was stated in all",
        "relation": "how it stands to the sum",
        "of": "the sum of the figures that it is made of",
        "periods": "the period for which they are added up",
    }

    KEY = ("title", "total")

    total: Text
    title: Text
    stated: Sum
    relation: Literal["=", ">=", "<="]
    of: Sum
    periods: MaybePeriod = Field(description="a period, or blank for the report's own")


class Attribution(TableRow):
    """To whom the papers credit a measure, and where; blank where they credit it to nobody."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "measure": "a measure of `measures.csv`",
        "credited_to": "whom a text credits it to; blank for nobody. Where that is not the `source` of the measure, it "
        "is flagged",
        "where": "in which text",
    }

    KEY = ("credited_to", "measure")

    measure: Annotated[str, one_of("measures", "a measure of the catalogue")]
    credited_to: str
    where: Text


class Related(TableRow):
    """A commitment, one that waits for the same thing, and what that is."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "commitment": "a commitment of `commitments.csv`",
        "related": "another that waits for the same thing",
        "reason": "what both wait for; the paper says it beside each",
    }

    KEY = ("related", "commitment")

    commitment: Promise
    related: Promise
    reason: Text


@dataclass(frozen=True)
class Rules:
    """All rules of a data folder."""

    names: tuple[Name, ...]
    placeholders: tuple[Placeholder, ...]
    bodies: tuple[Body, ...]
    totals: tuple[Total, ...]
    attributions: tuple[Attribution, ...]
    related: tuple[Related, ...]

    def lacking(self, what: str) -> list[str]:
        """Return the words that keep a place for ``text``, or for a ``period``."""
        return [row.words for row in self.placeholders if row.lacks == what]

    @property
    def aliases(self) -> dict[str, str]:
        """A body's own name by each other name."""
        return {body.alias: body.name for body in self.bodies}


def read_rules(folder: DataFolder, catalogue: Catalogue | None = None) -> Rules:
    """Return the rules of a data folder.

    Without a catalogue nothing is judged by measures, breakdowns and commitments.

    Raises
    ------
    Refused
        A file cannot be read, or a row is no rule: every fault of every file.
    """
    tables = Tables(folder, catalogue.known if catalogue else None)
    rules = Rules(
        names=tables.rows("names", Name),
        placeholders=tables.rows("placeholders", Placeholder),
        bodies=tables.rows("bodies", Body),
        totals=tables.rows("totals", Total),
        attributions=tables.rows("attributions", Attribution),
        related=tables.rows("related", Related),
    )
    if tables.errors:
        raise Refused(tables.errors)
    return rules
