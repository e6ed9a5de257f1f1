"""What a report is made from: everything that was read for it and has passed the gate."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from priority_two.imprint import Filing
from priority_two.measures.book import Book
from priority_two.measures.evidence import Evidence
from priority_two.periods import Period
from priority_two.reference.boundaries import Boundaries
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.coverage import CoveredMonth
from priority_two.returns.store import Return
from priority_two.updates.briefing import Briefing
from priority_two.updates.documents import Appendix, Update
from priority_two.updates.strategic_group import GroupReport


@dataclass(frozen=True)
class Proof:
    """What a proof lacks: a draft that shows its gaps, for whoever writes it.

    Parameters
    ----------
    to_write
        What is still to write of a commitment in words, by commitment.
    gaps
        Figures that were not received, and appendices that are not there.
    """

    to_write: dict[str, str]
    gaps: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many parts are missing."""
        return len(self.to_write) + len(self.gaps)


@dataclass(frozen=True)
class Material:
    """What a report is made from.

    Parameters
    ----------
    catalogue
        The reference data.
    period
        The report's period.
    quarter
        The quarter whose updates it shows: the period itself, or a year's last.
    as_at
        The knowledge cut-off.
    edition
        The edition.
    evidence
        The observations that count.
    updates
        The quarter's updates by commitment.
    appendices
        The quarter's appendices by number.
    briefings
        Those of them that are briefings, by number.
    earlier
        The updates of the quarters before, by quarter, the oldest first; quarters without any are left out.
    group
        The group's report of the quarter, or None where the paper does not show it.
    returns
        Every return that had been received, those without permission among them.
    covered
        Who sent what by when, over the year to the period's end.
    book
        What was measured.
    boundaries
        The areas' shapes, or None where the map is one of tiles.
    filing
        What the paper says of its filing, or None in a draft.
    proof
        What is missing in a proof; None where nothing is.
    last
        What the last report was made from, or None where there was none or the paper does not show what changed.
    """

    catalogue: Catalogue
    period: Period
    quarter: Period
    as_at: dt.date
    edition: str
    evidence: Evidence
    updates: dict[str, Update]
    appendices: dict[int, Appendix]
    briefings: dict[int, Briefing]
    earlier: dict[Period, dict[str, Update]]
    group: GroupReport | None
    returns: list[Return]
    covered: list[CoveredMonth]
    book: Book
    boundaries: Boundaries | None = None
    filing: Filing | None = None
    proof: Proof | None = None
    last: Material | None = None
