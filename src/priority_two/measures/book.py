"""The book: everything that was measured, as at one date, ready to be shown over time.

A paper asks it for a figure (rolled up by the catalogue's rule), a rate, what a revision did, and what lies in the way
of a comparison. What the rates are made of, the populations, the breaks in series and the services stand in data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.breaks import Break
from priority_two.measures.effects import Effect, effects
from priority_two.measures.figures import Figures
from priority_two.measures.provision import Service
from priority_two.measures.rates import Definition, Population, Rate
from priority_two.measures.rollup import Ledger
from priority_two.periods import Period
from priority_two.reference.catalogue import Catalogue
from priority_two.reference.records import Known, Tables
from priority_two.returns.agreement import parts_of_breakdown
from priority_two.returns.history import History
from priority_two.returns.revisions import Revision


@dataclass(frozen=True)
class Definitions:
    """What the data folder says of figures: breaks in series, rates by id, populations, and services."""

    breaks: list[Break]
    rates: dict[str, Definition]
    populations: list[Population]
    services: list[Service]


def read_definitions(folder: DataFolder, known: Known | None = None) -> Definitions:
    """Return what ``breaks.csv``, ``derived.csv``, ``populations.csv`` and ``provision.csv`` say.

    Without `known`, nothing is judged by what the catalogue holds.

    Raises
    ------
    Refused
        Every fault of every file.
    """
    tables = Tables(folder, known)
    breaks = sorted(tables.rows("breaks", Break), key=lambda row: (row.measure, row.first))
    rates = {row.rate: row for row in tables.rows("derived", Definition)}
    populations = [*tables.rows("populations", Population)]
    services = [*tables.rows("provision", Service)]
    if tables.errors:
        raise Refused(tables.errors)
    return Definitions(breaks, rates, populations, services)


@dataclass(frozen=True)
class Book:
    """What was measured up to the end of a period, as at a date.

    ``definitions`` has the rates by id, in the order of ``derived.csv``, but those of whose measures nothing was sent.
    ``history`` has all observations in the order of receipt, known errors corrected.
    """

    ledger: Ledger
    definitions: dict[str, Definition]
    populations: list[Population]
    breaks: list[Break]
    services: list[Service]
    history: History
    revisions: list[Revision]
    as_at: dt.date

    @classmethod
    def empty(cls, as_at: dt.date) -> Book:
        """Return the book of a data folder that did not pass the gate: nothing in it can be relied on."""
        return cls(Ledger({}, ()), {}, [], [], [], History.of(()), [], as_at)

    @property
    def figures(self) -> Figures:
        """The one look-up of what is in the book."""
        return Figures(self.ledger, self.definitions, self.populations, self.as_at)

    def rate(self, definition: Definition, period: Period) -> Rate:
        """Return a rate of the home area for a period."""
        return self.figures.rate(definition, period)

    def effects(self, revision: Revision) -> list[Effect]:
        """Return what a revision did to the quarter and the year that contain it."""
        return effects(revision, self.history, self.ledger.measures)


def open_book(
    folder: DataFolder,
    catalogue: Catalogue,
    history: History,
    withheld: History,
    period: Period,
    as_at: dt.date,
) -> Book:
    """Return the book of a history, with the definitions that the data folder gives.

    What is about months after the period is left out, also where it had been received: a paper on February shows no
    March. The catalogue has passed the gate; ``history`` is in the order of receipt, known errors corrected, and
    ``withheld`` was sent without permission.

    Raises
    ------
    Refused
        A definition cannot be used: every fault of every file.
    """
    measures = catalogue.measures
    stated = read_definitions(folder, catalogue.known)
    known = history.where("period", lambda sent: sent.last <= period.last)
    # A paper knows of no later break.
    breaks = [series_break for series_break in stated.breaks if series_break.first.first <= period.last]
    sent = known.distinct("measure") | withheld.distinct("measure")
    definitions = {
        name: definition
        for name, definition in stated.rates.items()
        if sent & {term.measure for term in definition.terms}
    }
    parts = {
        name: parts_of_breakdown(catalogue, measure, "")
        for name, measure in measures.items()
        if measure.parts == "complete"
    }
    ledger = Ledger(measures, known.latest(), breaks, withheld, catalogue.partners, parts)
    return Book(ledger, definitions, stated.populations, breaks, stated.services, known, known.revisions(), as_at)
