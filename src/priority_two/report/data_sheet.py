"""The monthly data sheet: everything that partners sent up to a month, measure by measure."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

from priority_two.charts.exhibit import Exhibit
from priority_two.measures.rollup import NOT_RECEIVED, WITHOUT_PERMISSION, quarter_of
from priority_two.periods import RANGE, Period
from priority_two.report.content import Telling
from priority_two.report.data.area_tables import by_area, neighbours, year_to
from priority_two.report.data.coverage_tables import by_month, of_month, over_months
from priority_two.report.data.measure_tables import MeasureSection, measure_section, shown_measures
from priority_two.report.data.provision_table import provision
from priority_two.report.data.returns_tables import by_partner, received
from priority_two.report.data.revisions_table import revised
from priority_two.report.fragments import Fragment
from priority_two.report.paper import Paper
from priority_two.returns.coverage import quality

MONTHS_SIDE_BY_SIDE = 6
"""As many months as a page holds as columns."""


class DataSheet(Paper):
    """A month's data sheet."""

    title = "Data sheet"

    def tell(self, telling: Telling) -> None:
        """Tell who sent returns, and every measure with its months, quarters and wards."""
        telling.coverage(self.material.covered, [self.material.period])
        telling.measures()

    def at_a_glance(self) -> Fragment:
        """How many partners sent their return, and which measures say something that chance does not."""
        month = self.material.period
        signals = [one for _, sections in self._sections for one in sections if one.signals]
        return self.show(
            "sheet_at_a_glance",
            month=month,
            quality=quality(self.material.covered, month),
            signals=signals,
            measures=sum(len(sections) for _, sections in self._sections),
            nothing=self._nothing,
        )

    def coverage(self) -> Fragment:
        """Who sent what by when."""
        covered, catalogue = self.material.covered, self.catalogue
        months = year_to(self.material.period).months()
        halves = months[:MONTHS_SIDE_BY_SIDE], months[MONTHS_SIDE_BY_SIDE:]
        return self._exhibits(
            of_month(covered, catalogue, self.material.period, "Returns for the month"),
            over_months(covered, catalogue, months, "Returns by month"),
            *(by_month(covered, catalogue, half, f"Coverage {half[0]} to {half[-1]}") for half in halves),
        )

    def measures(self) -> Fragment:
        """Each measure: its definition, source and date, its chart, and its tables."""
        return self.show("measures", groups=self._sections, nothing=self._nothing)

    def areas(self) -> Fragment:
        """Each measure that is known by ward, as a map and a table."""
        material = self.material
        made = [
            by_area(material.book, self.catalogue, material.boundaries, measure, material.period)
            for measure in shown_measures(self.catalogue)
        ]
        return self._exhibits(*made, otherwise="No figures by ward were received.")

    def provision(self) -> Fragment:
        """What services were asked for and gave, and where there is a gap."""
        return self._exhibits(provision(self.material.book, self.catalogue, self.material.period, "Provision"))

    def neighbours(self) -> Fragment:
        """The borough beside the others of its area, where there are figures."""
        material = self.material
        made = [
            neighbours(material.book, self.catalogue, measure, material.period)
            for measure in shown_measures(self.catalogue)
        ]
        return self._exhibits(*made, otherwise="No figures of neighbouring boroughs were received.")

    def revisions(self) -> Fragment:
        """What later returns changed in the figures that this sheet shows."""
        material = self.material
        shown = {one.measure for one in shown_measures(self.catalogue)}
        made = revised(material.book, self.catalogue, self._two_years, shown, "Revisions")
        return self._exhibits(made, otherwise="No figure was revised.")

    def returns(self) -> Fragment:
        """The returns that the figures came in: by partner over two years, and each of the quarter's."""
        quarter = quarter_of(self.material.period)
        return self._exhibits(
            by_partner(self.material.returns, self.catalogue, self._two_years, "Returns by partner"),
            received(self.material.returns, self.catalogue, quarter, "Returns of the quarter"),
        )

    @property
    def _two_years(self) -> Period:
        return Period(self.material.period.last - 23, self.material.period.last, RANGE)

    @cached_property
    def _sections(self) -> list[tuple[str, list[MeasureSection]]]:
        """Measures with something to show, by partner."""
        material = self.material
        made = [
            section
            for measure in shown_measures(self.catalogue)
            if (section := measure_section(material.book, self.catalogue, measure, material.period))
        ]
        return [(name, list(sections)) for name, sections in groupby(made, self._whose)]

    def _whose(self, section: MeasureSection) -> str:
        """Return whose measure it is; of one that is worked out from others, those of the first of them."""
        measure = section.measure
        while not measure.partner and (terms := self._terms(measure.measure)):
            measure = self.catalogue.measures[terms[0]]
        return " and ".join(self.catalogue.partners[name] for name in measure.partner.split(";") if name)

    def _terms(self, measure: str) -> list[str]:
        rates = (one for one in self.material.book.definitions.values() if one.measure == measure)
        return [term.measure for one in rates for term in one.terms]

    @property
    def _nothing(self) -> list[str]:
        """Measures of the data sheet that have nothing to show, and why."""
        there = {one.measure.measure for _, sections in self._sections for one in sections}
        ledger = self.material.book.ledger
        return [
            f"{one.measure} {one.title}: {WITHOUT_PERMISSION if ledger.withheld(one.measure) else NOT_RECEIVED}"
            for one in shown_measures(self.catalogue)
            if one.measure not in there
        ]

    def _exhibits(self, *made: Exhibit | None, otherwise: str = "") -> Fragment:
        return self.show("exhibits", exhibits=[one for one in made if one], otherwise=otherwise)
