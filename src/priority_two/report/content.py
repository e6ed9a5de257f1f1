"""What a paper says, as data: made beside the paper, from the same material, and kept in its run notebook.

Each kind of paper tells its own content (:meth:`~priority_two.report.paper.Paper.tell`) to a :class:`Telling`, which
names each thing and drops what was told already. Telling leaves no trace in the paper: it looks figures up in an
evidence base of its own, so that the sources annex lists what sections show and nothing else.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from priority_two.comparison.content import (
    HEADLINE,
    SCHEMA,
    TABLE,
    TEXT,
    Content,
    Element,
    ShownBreak,
    ShownFigure,
    ShownMilestone,
    ShownRating,
    ShownText,
)
from priority_two.errors import Error, Refused
from priority_two.measures.evidence import Evidence, Missing, printed
from priority_two.measures.rates import Rate, rate_breaks
from priority_two.measures.rollup import Figure
from priority_two.periods import Period, date_label
from priority_two.reference.catalogue import Catalogue, Commitment
from priority_two.reference.partnership import Headline
from priority_two.report.data.area_tables import WARD, year_to
from priority_two.report.data.measure_tables import (
    compared,
    lead_series,
    lines_of,
    part_label,
    rates_of,
    shown_measures,
)
from priority_two.returns.coverage import CoveredMonth as Covered
from priority_two.returns.coverage import quality
from priority_two.returns.store import Observation
from priority_two.returns.submit.submission import FORMULA_SIGNS
from priority_two.updates.documents import Document, Milestone, When
from priority_two.updates.narrative import bindings

if TYPE_CHECKING:
    from priority_two.report.paper import Material, Paper

HEADLINES, DATA = "headlines", "data"
TABLES = ("ratings", "figures", "milestones")
"""The parts of a statement that are tables; its texts stand in the paper."""

_RECORD = re.compile(r"corrected by record ([A-Z][0-9]{1,6})")
_BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "tr", "dt", "dd"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def content(paper: Paper) -> dict[str, Any]:
    """Return what a paper says, as JSON can hold it.

    The keys are those of :class:`priority_two.comparison.content.Content`: ``schema``, ``kind``, ``title``, ``period``,
    ``as_at``, ``edition``, and the lists ``ratings``, ``figures``, ``milestones``, ``texts``, ``elements`` and
    ``breaks``, each empty where the kind has none.

    Raises
    ------
    Refused
        A narrative cannot be shown.
    """
    return statement(paper).model_dump(by_alias=True)


def statement(paper: Paper) -> Content:
    """Return what a paper says.

    Raises
    ------
    Refused
        A narrative cannot be shown, or there is more to say than a statement may hold.
    """
    try:
        return _stated(paper)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in (error.title.lower(), *first["loc"]))
        expected = "a paper within the bounds of what is kept of it as data"
        raise Refused([Error("", expected, None, where, first["msg"], "say it in fewer words")]) from None


def _stated(paper: Paper) -> Content:
    material = paper.material
    apart = replace(material, evidence=material.evidence.fresh())
    telling = Telling(apart)
    type(paper)(paper.kind, apart, paper.judgements, paper.inputs).tell(telling)
    return Content.model_validate(
        {
            "schema": SCHEMA,
            "kind": paper.kind.name,
            "title": paper.heading(),
            "period": str(material.period),
            "as_at": material.as_at.isoformat(),
            "edition": material.edition,
            "ratings": telling.ratings,
            "figures": list(telling.figures.values()),
            "milestones": telling.milestones,
            "texts": telling.texts,
            "elements": telling.elements,
            "breaks": telling.breaks,
        }
    )


def tables(content: dict[str, Any]) -> dict[str, bytes]:
    """Return the tables of a paper's content as CSV (RFC 4180, UTF-8, line feeds) by file name; none that is empty.

    A text that a spreadsheet would take for a formula has an apostrophe put before it.

    Parameters
    ----------
    content
        What :func:`content` returned.
    """
    made = {}
    for name in TABLES:
        rows = content.get(name, [])
        if rows:
            out = io.StringIO(newline="")
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(rows[0])
            writer.writerows([_harmless(value) for value in row.values()] for row in rows)
            made[f"{name}.csv"] = out.getvalue().encode()
    return made


class Telling:
    """What has been told of a paper so far.

    Parameters
    ----------
    material
        What the paper is made from, with an evidence base of its own.
    """

    def __init__(self, material: Material) -> None:
        self.material = material
        self.catalogue: Catalogue = material.catalogue
        self.evidence: Evidence = material.evidence
        self.ratings: list[ShownRating] = []
        self.figures: dict[str, ShownFigure] = {}
        self.milestones: list[ShownMilestone] = []
        self.texts: list[ShownText] = []
        self.elements: list[Element] = []

    @property
    def breaks(self) -> list[ShownBreak]:
        """The breaks in series of the measures that were told of, those that rates inherit among them."""
        book = self.material.book
        inherited = [one for definition in book.definitions.values() for one in rate_breaks(definition, book.breaks)]
        told = {one.measure for one in self.figures.values()}
        found = {(one.measure, str(one.first), one.title) for one in (*book.breaks, *inherited) if one.measure in told}
        return [ShownBreak(measure=measure, first=first, title=title) for measure, first, title in sorted(found)]

    # Ratings, milestones, texts, elements

    def rating(self, commitment: Commitment, document: Document) -> None:
        """Tell a commitment's rating."""
        front = document.front
        point = self.catalogue.ratings[front.rating]
        self.ratings.append(
            ShownRating(
                commitment=commitment.commitment,
                title=commitment.title,
                section=commitment.section,
                rating=point.rating,
                word=point.word,
                rank=list(self.catalogue.ratings).index(point.rating),
                reason=front.reason,
                action=front.action,
                owner=front.owner,
                due=front.due.label if front.due else "",
                qualifier=front.qualifier,
                basis=front.basis,
            )
        )

    def milestone(self, commitment: str, one: Milestone, outcome: str, basis: str) -> None:
        """Tell a milestone and what became of it."""
        self.milestones.append(
            ShownMilestone(
                commitment=commitment,
                id=one.id,
                title=one.title,
                baseline=_day(one.baseline),
                current=_day(one.current),
                met=one.met if isinstance(one.met, str) else _day(one.met),
                outcome=outcome,
                basis=basis,
            )
        )

    def element(self, name: str, heading: str) -> None:
        """Tell that the paper has something."""
        self.elements.append(Element(id=name, heading=heading))

    def text(self, element: str, title: str, pieces: Iterable[str]) -> None:
        """Tell a text: pieces of it, each a line or several; nothing where there is none."""
        said = [" ".join(line.split()) for piece in pieces for line in piece.splitlines()]
        if any(said):
            self.texts.append(ShownText(element=element, title=title, text="\n".join(line for line in said if line)))

    # Figures

    def headlines(self, wanted: Iterable[Headline]) -> None:
        """Tell the headline figures, as far as they are there."""
        for one in wanted:
            if not one.stands_in(self.material.period):
                continue
            try:
                found = self.evidence.figure(one.measure, one.breakdown, one.period, partner=one.partner)
            except Missing:
                continue
            self._measured(found, label=one.label, place=HEADLINES, shown_in=HEADLINE, own=found.period)

    def document(self, place: str, document: Document) -> None:
        """Tell the figures of an update or an appendix: those that its text is bound to, then those of its tables."""
        self.bound(place, document.narrative)
        for wanted in document.front.exhibits:
            if self.catalogue.measures[wanted.measure].aggregation == "derived":
                for rate in self.evidence.worked_out_of(wanted.measure):
                    self._measured(rate, place=place, own=self.evidence.period)
            found = self.evidence.of(wanted.measure, self.evidence.period.financial_year)
            if found:
                self.element(f"{place}: {wanted.measure}", self.catalogue.measures[wanted.measure].title)
            for one in found:
                self._observed(place, one)

    def bound(self, place: str, narrative: str) -> None:
        """Tell the figures that a text is bound to, as far as they are there."""
        for one in bindings(narrative):
            if one.name != "value":
                continue
            try:
                found = self.evidence.figure(**one.arguments)
            except Missing:
                continue
            partner, own = str(one.arguments.get("partner", "")), self.evidence.period
            self._measured(found, partner=partner, place=place, shown_in=TEXT, own=own)

    def overview(self) -> None:
        """Tell the table of all measures by quarter."""
        book, period = self.material.book, self.material.period
        for measure in shown_measures(self.catalogue):
            series = lead_series(book, self.catalogue, measure, period)
            if series is None:
                continue
            for column in compared(period):
                one = book.ledger.figure(measure.measure, column, breakdown=series.breakdown, partner=series.partner)
                self._measured(one, partner=series.partner)
        for definition in book.definitions.values():
            for column in compared(period):
                self._measured(book.rate(definition, column), label=definition.title)

    def charted(self, names: Iterable[str]) -> None:
        """Tell the months of the year to the period of measures' charts."""
        book, period = self.material.book, self.material.period
        year = year_to(period)
        for name in names:
            series = lead_series(book, self.catalogue, self.catalogue.measures[name], period)
            for one in series.figures if series else ():
                if series and year.contains(one.period):
                    self._measured(one, partner=series.partner)

    def measures(self) -> None:
        """Tell each measure of the data sheet: its months; quarters and year with its parts and rates; its wards."""
        book, period = self.material.book, self.material.period
        columns = (*(quarters := compared(period)), quarters[-1].financial_year)
        for measure in shown_measures(self.catalogue):
            before = len(self.figures)
            self.charted([measure.measure])
            for _, breakdown, partner in lines_of(book, self.catalogue, measure):
                found = [
                    book.ledger.figure(measure.measure, one, breakdown=breakdown, partner=partner) for one in columns
                ]
                if any(one.sources for one in found):
                    for one in found:
                        self._measured(one, partner=partner)
            for definition in rates_of(book, measure):
                for column in columns:
                    self._measured(book.rate(definition, column), label=definition.title)
            if len(self.figures) > before:
                self.element(f"measure {measure.measure}", measure.title)
            self._by_ward(measure.measure)

    def coverage(self, covered: Sequence[Covered], months: Iterable[Period]) -> None:
        """Tell how many partners sent their returns of some months, on time and with permission."""
        for month in months:
            counts = quality(covered, month)
            for what, measure in self.catalogue.counted.items():
                self._measured(Figure(measure, "", "", month, Decimal(counts[what])))

    def _by_ward(self, name: str) -> None:
        book, period = self.material.book, self.material.period
        areas = self.catalogue.areas_in_force(period, WARD)
        sent = set(book.ledger.areas(name))
        if not any(area.area in sent for area in areas):
            return
        for area in areas:
            for column in (period, year_to(period)):
                self._measured(book.ledger.figure(name, column, area=area.area))

    def _observed(self, place: str, one: Observation) -> None:
        """Tell an observation of a table; its period is part of its name where it is not the paper's own."""
        period = "" if one.period == self.evidence.period else str(one.period)
        record = _RECORD.search(one.note)
        self._keep(
            _element(place, one.measure, one.breakdown, one.area, "", period),
            shown_in=TABLE,
            label=self._label(one.measure, one.breakdown),
            measure=one.measure,
            area=one.area,
            breakdown=one.breakdown,
            period=str(one.period),
            value=_exact(one.value),
            text=self.evidence.text(one),
            unit=self.catalogue.measures[one.measure].unit,
            status=one.status,
            partner=one.terms.partner,
            received=one.terms.received.isoformat(),
            file=one.file,
            row=one.row,
            synthetic=one.terms.synthetic,
            record=record[1] if record else "",
        )

    def _measured(
        self,
        one: Figure | Rate,
        *,
        label: str = "",
        partner: str = "",
        place: str = DATA,
        shown_in: str = TABLE,
        own: Period | None = None,
    ) -> None:
        """Tell a figure as it was stated, rolled up or worked out.

        Its period is part of its name where it is not `own`, by default the paper's.
        """
        rate = one.rate if isinstance(one, Rate) else ""
        unit = self.material.book.definitions[rate].unit if rate else self.catalogue.measures[one.measure].unit
        records = [found[1] for source in one.sources if (found := _RECORD.search(source.note))]
        single = one.sources[0] if len(one.sources) == 1 and not rate else None
        period = "" if one.period == (own or self.material.period) else str(one.period)
        name = rate if rate and place == DATA else one.measure
        self._keep(
            _element(place, name, one.breakdown, one.area, partner, period),
            shown_in=shown_in,
            label=label or self._label(one.measure, one.breakdown),
            measure=one.measure,
            area=one.area,
            breakdown=one.breakdown,
            period=str(one.period),
            value=_exact(one.value),
            text=printed(one, unit),
            unit=unit,
            status=one.flags,
            partner="; ".join(dict.fromkeys(source.terms.partner for source in one.sources)),
            received=max((source.terms.received.isoformat() for source in one.sources), default=""),
            file=single.file if single else "",
            row=single.row if single else 0,
            synthetic=one.synthetic,
            record=records[0] if records else "",
        )

    def _keep(self, element: str, *, period: str, **values: Any) -> None:
        """Keep a figure once; one of another period that has the same name gets its period to tell them apart."""
        there = self.figures.get(element)
        if there and there.period != period:
            element = f"{element} {period}"
        if element not in self.figures:
            self.figures[element] = ShownFigure(element=element, period=period, **values)

    def _label(self, measure: str, breakdown: str) -> str:
        title = self.catalogue.measures[measure].title
        return f"{title}: {part_label(self.catalogue, measure, breakdown)}" if breakdown else title


def plain(html: str) -> str:
    """Return the words of a piece of HTML, a line a paragraph, heading or item."""
    reader = _HtmlWords()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\0"))
    return "\n".join(line for line in lines if line)


class _HtmlWords(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\0")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, ())

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def _element(place: str, name: str, breakdown: str, area: str, partner: str, period: str) -> str:
    made = f"{place}: {name}" + (f"[{breakdown}]" if breakdown else "")
    made += (f" in {area}" if area else "") + (f" from {partner}" if partner else "")
    return f"{made} {period}" if period else made


def _exact(value: Decimal | None) -> str:
    return "" if value is None else f"{value + 0:f}"


def _day(when: When | None) -> str:
    """Return a day as ``2021-05-31``, and a month as ``2021-05``."""
    if when is None:
        return ""
    return when.day.isoformat() if when.label == date_label(when.day) else f"{when.day:%Y-%m}"


def _harmless(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    formula = text.lstrip()[:1] in tuple(FORMULA_SIGNS) or text[:1] in ("\t", "\r")
    return f"'{text}" if formula and not _NUMBER.fullmatch(text) else text
