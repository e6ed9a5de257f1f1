"""Roll-ups: months to quarters, quarters to years, by the catalogue's rule.

A measure's ``aggregation`` says how: ``sum`` adds up, ``last`` takes the value at the end of the period (a caseload, a
stock, a running total), ``none`` is never added up (people reached; a share), ``derived`` is worked out from other
measures (:mod:`priority_two.measures.rates`). A roll-up is made for one measure, breakdown and area at a time; areas
are never added up to what they lie in nor parts to a total here, since what partners state as the total may hold more.
Only a total that is said not to be available, or not to be applicable, gives way to its parts: where the catalogue says
that they add up to it (``parts`` complete) and all of them are counted.

**Complete or nothing.** A roll-up has a value only when every month of the period is in, whatever the rule. Otherwise
it has none, says ``2 of 3 months``, and names the months that are there. A month that was sent as not available
(``x``) or not applicable (``z``) is a gap like one that was never sent; only a nought is a nought. A period of which
every part is ``x`` (or every part ``z``) is ``x`` (``z``) itself.

**Flags.** One provisional part makes the whole provisional (``p``), one revised part makes it revised (``r``), and it
can be both (``pr``). ``b`` stands where a break in series falls in the period.

**A period's own observation beside its months.** The catalogue's frequency says which is the record. Over periods
longer than the frequency the parts are: a quarter of a monthly measure is its three months, so that tables add up,
and the quarter that the partner stated is used only where a month is lacking. Over periods as long as the frequency
the partner's own observation is: a quarterly measure's quarter counts as stated, even if months were sent too. Where
both are there and differ, the figure lists a :class:`Conflict` with both.

**Several partners.** A total that the catalogue asks of several partners is the sum of theirs, and needs all of them;
one may send months and another the quarter. A breakdown needs each of them that reports it anywhere in the period, or
last reported it with a value in the twelve months before: without it, less would stand beside more. ``z`` from one
partner means "not ours" when another has a value: a service that changed hands is complete once the old provider says
so. Shares, rates, ratios and measures that are never added up are not added up over partners either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from priority_two.flags import UNAVAILABLE
from priority_two.measures.breaks import Break, within
from priority_two.measures.exact import decimals
from priority_two.periods import MONTH, QUARTER, YEAR, Period, date_label, parts_of
from priority_two.reference.catalogue import Measure
from priority_two.returns.history import Series, SeriesIndex
from priority_two.returns.store import Observation

NOT_RECEIVED = "not received"
NOT_YET = "not yet"
"""Stands in a table in place of a period that was not over at the as-at date, or comes after the paper's own."""
WITHOUT_PERMISSION = "without permission"
REPORTED_BY = "reported by "
NEVER_ADDED = "never added up"
DERIVED = "worked out from other measures"
NOT_DEFINED = "not defined in derived.csv"
STEPS = {"M": 1, "Q": 3, "A": 12}
"""How many months lie between two figures of a measure, by its frequency."""
_A_YEAR = 12


@dataclass(frozen=True)
class Conflict:
    """A period for which a partner's own figure (`stated`) is not what its parts come to (`rolled`)."""

    period: Period
    stated: Decimal
    rolled: Decimal


@dataclass(frozen=True)
class Figure:
    """One figure of a table, in the measure's unit; blank breakdown is the total, blank area the home area.

    Parameters
    ----------
    flags
        ``p``, ``r`` and ``b`` in that order, as they apply; without a value ``x``, ``z`` or nothing.
    reason
        Why there is no value: ``2 of 3 months``, ``not received``; blank where there is one.
    there
        The months that are in.
    sources
        The observations it is made of, or would be.
    places
        As many decimal places as any figure of its measure has, so that shares below each other have as many.
    """

    measure: str
    breakdown: str
    area: str
    period: Period
    value: Decimal | None
    flags: str = ""
    reason: str = ""
    there: tuple[Period, ...] = ()
    sources: tuple[Observation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    places: int = 0

    @property
    def exact(self) -> Fraction | None:
        """Its value as a fraction: nothing of it is rounded."""
        return None if self.value is None else Fraction(self.value)

    @property
    def window(self) -> Period:
        """The months that the figure covers: its period."""
        return self.period

    @property
    def synthetic(self) -> bool:
        """Whether any observation that it is made of is illustrative."""
        return any(source.terms.synthetic for source in self.sources)

    @property
    def anchor(self) -> str:
        """The name under which the evidence lists it: that of its one row, or its own."""
        if len(self.sources) == 1:
            return self.sources[0].anchor
        return worked_out_anchor(self.measure, self.breakdown, self.area, self.period, self.sources)


def worked_out_anchor(name: str, breakdown: str, area: str, period: Period, sources: Iterable[Observation]) -> str:
    """Return the name under which the evidence lists a figure that is made of several rows."""
    whose = sorted({source.terms.partner for source in sources})
    parts = ["source", *whose, name, breakdown, area, str(period).replace("..", "-to-"), "worked-out"]
    return "-".join(part.lower() for part in parts if part)


def merged(flags: Iterable[str]) -> str:
    """Return the flags of a whole made of parts with these flags: those of ``p``, ``r`` and ``b`` that any has."""
    seen = set("".join(flags))
    return "".join(flag for flag in "prb" if flag in seen)


def year_before(period: Period) -> Period:
    """Return the same period a year earlier."""
    return Period(period.first - 12, period.last - 12, period.kind)


def quarter_of(period: Period) -> Period:
    """Return the financial quarter in which a period ends."""
    first = period.last - period.last % 3
    return Period(first, first + 2, QUARTER)


class Ledger:
    """Observations, ready to be rolled up.

    Parameters
    ----------
    observations
        The observations that count (:func:`priority_two.returns.store.latest`): one a partner and key.
    withheld
        Observations that were sent without permission: of them it is known only that they came.
    names
        What partners are called in a reason; by default their ids.
    parts
        The breakdowns that add up to the total, by measure, where the catalogue says so.
    """

    def __init__(
        self,
        measures: Mapping[str, Measure],
        observations: Iterable[Observation],
        breaks: Sequence[Break] = (),
        withheld: Iterable[Observation] = (),
        names: Mapping[str, str] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.measures = measures
        self.parts = parts or {}
        self.breaks = tuple(breaks)
        self.names = names or {}
        self._withheld, self._sent = SeriesIndex.of(withheld), SeriesIndex.of(observations)
        self._cells: dict[Series, dict[tuple[int, int], dict[str, Observation]]] = {}
        self._places: dict[str, int] = {}
        self._known: dict[tuple[str, str, str, tuple[str, ...], Period], Figure] = {}

    def _of(self, series: Series) -> dict[tuple[int, int], dict[str, Observation]]:
        """Return what counts of a series, by period and partner.

        A range of months that happens to be a quarter is that quarter: periods are known by their ends alone.
        """
        if series not in self._cells:
            cells = self._cells[series] = dict[tuple[int, int], dict[str, Observation]]()
            for observation in self._sent.sent(series):
                cell = cells.setdefault((observation.period.first, observation.period.last), {})
                partner = observation.terms.partner
                cell[partner] = max(cell.get(partner, observation), observation, key=_precedence)
        return self._cells[series]

    def figure(self, measure: str, period: Period, *, breakdown: str = "", area: str = "", partner: str = "") -> Figure:
        """Return a measure's figure for a period, stated or rolled up.

        Parameters
        ----------
        measure, breakdown, area
            Codes of the catalogue; blank breakdown is the total, blank area the home area.
        partner
            Whose figure; blank for all partners together.

        Raises
        ------
        KeyError
            The catalogue has no such measure.
        """
        partners = (partner,) if partner else self._partners(measure, breakdown, area, period)
        wanted = _Wanted(self.measures[measure], breakdown, area, partners)
        if wanted.measure.aggregation == "derived":
            return wanted.none(period, DERIVED)
        figure = self._figure(wanted, period)
        if figure.value is None and len(partners) > 1:
            figure = self._over_partners(wanted, period) or figure
        figure = replace(figure, places=self.places(measure))
        if figure.value is None and not figure.flags:
            return replace(figure, reason=self._reason(wanted, period, figure))
        if figure.value is not None and within(self.breaks, measure, period):
            figure = replace(figure, flags=merged([figure.flags, "b"]))
        return figure

    def places(self, measure: str) -> int:
        """Return the most decimal places that any figure of a measure has."""
        if measure not in self._places:
            self._places[measure] = max(map(decimals, self._sent.distinct("value", measure) - {None}), default=0)
        return self._places[measure]

    def withheld(self, measure: str) -> bool:
        """Whether anything of a measure was sent without permission."""
        return bool(self._withheld.of_measure(measure))

    def _reason(self, wanted: _Wanted, period: Period, figure: Figure) -> str:
        """Return why there is no figure; where what is lacking came without permission, that."""
        there = {(observation.terms.partner, observation.period) for observation in figure.sources}
        without_permission = [
            observation
            for observation in self._withheld.sent((wanted.measure.measure, wanted.breakdown, wanted.area))
            if period.contains(observation.period) and (observation.terms.partner, observation.period) not in there
        ]
        if not without_permission:
            return figure.reason
        taken_back = [observation.narrowed for observation in without_permission if observation.narrowed]
        since = f" since {date_label(min(taken_back))}" if len(taken_back) == len(without_permission) else ""
        words = f"{WITHOUT_PERMISSION}{since}"
        return f"{figure.reason}, the rest {words}" if figure.there else words

    def series(
        self, measure: str, period: Period, *, breakdown: str = "", area: str = "", partner: str = ""
    ) -> list[Figure]:
        """Return a measure's figures at its own frequency, one after another, over a period.

        A quarter or financial year that only partly lies in the period is left out. Parameters and errors are those
        of :meth:`figure`.
        """
        steps = units(period, self.measures[measure].frequency)
        return [self.figure(measure, step, breakdown=breakdown, area=area, partner=partner) for step in steps]

    def known(self, measure: str, *, area: str = "") -> list[str]:
        """Return the breakdowns under which anything of a measure and area was sent, sorted; blank is the total."""
        return sorted({code for _, code, _ in self._sent.of_measure(measure, area)})

    def areas(self, measure: str) -> list[str]:
        """Return the areas for which anything of a measure was sent, sorted; blank is the home area."""
        return sorted({where for *_, where in self._sent.of_measure(measure)})

    def first(self, measure: str) -> Period | None:
        """Return the earliest month of a measure's own frequency for which anything was sent, or None."""
        step = STEPS[self.measures[measure].frequency]
        sent = self._sent.distinct("period", measure)
        months = [period.first for period in sent if period.last - period.first + 1 <= step]
        return Period(min(months), min(months), MONTH) if months else None

    def _partners(self, measure: str, breakdown: str, area: str, period: Period) -> tuple[str, ...]:
        named = self.measures[measure].partners
        if not breakdown and len(named) > 1:
            return named
        series = self._of((measure, breakdown, area))
        reporting = {
            name for ends, cell in series.items() if period.first <= ends[0] and ends[1] <= period.last for name in cell
        }
        before: dict[str, Observation] = {}
        for ends in sorted(series, key=lambda ends: ends[1]):
            if period.first - _A_YEAR <= ends[0] and ends[1] < period.first:
                before.update(series[ends])
        reporting |= {name for name, last in before.items() if last.value is not None and name in named}
        return tuple(sorted(reporting)) or named[:1]

    def _figure(self, wanted: _Wanted, period: Period) -> Figure:
        """Return a figure, which is worked out once: a month stands in its quarter, its year and every series."""
        asked = (wanted.measure.measure, wanted.breakdown, wanted.area, wanted.partners, period)
        if asked not in self._known:
            self._known[asked] = self._worked_out(wanted, period)
        return self._known[asked]

    def _worked_out(self, wanted: _Wanted, period: Period) -> Figure:
        stated = self._stated(wanted, period)
        long = period.last - period.first + 1 > STEPS[wanted.measure.frequency]
        parts = parts_of(period)
        if wanted.measure.aggregation == "none" or not parts:
            return stated or wanted.none(period, NEVER_ADDED if long and parts else NOT_RECEIVED)
        figures = [self._figure(wanted, part) for part in parts]
        rolled = _rolled(wanted, period, figures)
        if stated and stated.value is not None:
            conflicts = rolled.conflicts
            if rolled.value is not None and rolled.value != stated.value:
                conflicts = (*conflicts, Conflict(period, stated.value, rolled.value))
            chosen = rolled if long and rolled.value is not None else stated
            return replace(chosen, conflicts=conflicts)
        if rolled.sources:  # a part is there: how much of the whole says more than that the whole is not
            return rolled
        return stated or (rolled if long else wanted.none(period, NOT_RECEIVED))

    def _stated(self, wanted: _Wanted, period: Period) -> Figure | None:
        """Return what partners stated for exactly this period, added up over partners; None where none did."""
        series = self._of((wanted.measure.measure, wanted.breakdown, wanted.area))
        cell = series.get((period.first, period.last), {})
        observations = tuple(cell[name] for name in wanted.partners if name in cell)
        if not observations:
            return None
        valued = [observation for observation in observations if observation.value is not None]
        counted = (
            valued if valued and all(observation.status != "x" for observation in observations) else list(observations)
        )
        lacking = [name for name in wanted.partners if name not in cell]
        if lacking:
            partners = ", ".join(self.names.get(name, name) for name in lacking)
            return replace(wanted.none(period, f"not from {partners}"), sources=observations)
        gap = next((observation for observation in counted if observation.value is None), None)
        if gap and (whole := self._of_parts(wanted, period)):
            return whole
        if gap:
            status = "x" if any(observation.status == "x" for observation in observations) else gap.status
            return replace(wanted.none(period, UNAVAILABLE[status], status), sources=observations)
        if len(counted) > 1 and (not wanted.measure.adds_up or wanted.measure.aggregation == "none"):
            names = " and ".join(observation.terms.partner for observation in counted)
            return replace(wanted.none(period, f"{REPORTED_BY}{names}"), sources=observations)
        value = sum((observation.value for observation in counted if observation.value is not None), Decimal(0))
        flags = merged(observation.status for observation in counted)
        months = tuple(period.months())
        return replace(wanted.none(period, "", flags), value=value, there=months, sources=tuple(counted))

    def _over_partners(self, wanted: _Wanted, period: Period) -> Figure | None:
        """Return the sum of what each partner comes to by itself: by months, by a stated quarter, or by its parts.

        None where one has no figure of its own, or where figures have no sum.
        """
        if not wanted.measure.adds_up or wanted.measure.aggregation not in ("sum", "last"):
            return None
        figures = [self._figure(replace(wanted, partners=(name,)), period) for name in wanted.partners]
        valued = [figure for figure in figures if figure.value is not None]
        if not valued or any(figure.value is None and figure.flags != "z" for figure in figures):
            return None
        return replace(
            wanted.none(period, "", merged(figure.flags for figure in valued)),
            value=sum((figure.value for figure in valued if figure.value is not None), Decimal(0)),
            there=tuple(period.months()),
            sources=tuple(source for figure in valued for source in figure.sources),
            conflicts=tuple(conflict for figure in valued for conflict in figure.conflicts),
        )

    def _of_parts(self, wanted: _Wanted, period: Period) -> Figure | None:
        """Return the sum of all the parts, for a total that is not given; None where one part has no value."""
        codes = self.parts.get(wanted.measure.measure, ()) if not wanted.breakdown else ()
        sent = [self._stated(replace(wanted, breakdown=code), period) for code in codes]
        figures = [figure for figure in sent if figure is not None and figure.value is not None]
        if not figures or len(figures) < len(codes):
            return None
        value = sum((figure.value for figure in figures if figure.value is not None), Decimal(0))
        sources = tuple(source for figure in figures for source in figure.sources)
        flags = merged(figure.flags for figure in figures)
        return replace(wanted.none(period, "", flags), value=value, there=tuple(period.months()), sources=sources)


@dataclass(frozen=True)
class _Wanted:
    """The series that is asked for, and the partners that it takes."""

    measure: Measure
    breakdown: str
    area: str
    partners: tuple[str, ...]

    def none(self, period: Period, reason: str, flags: str = "") -> Figure:
        return Figure(self.measure.measure, self.breakdown, self.area, period, None, flags, reason)


def _precedence(observation: Observation) -> tuple[object, ...]:
    """Return the sort key among observations of the same months: the later received counts, then the short name."""
    return observation.terms.received, observation.period.kind in (MONTH, QUARTER, YEAR)


def _rolled(wanted: _Wanted, period: Period, parts: list[Figure]) -> Figure:
    there = tuple(month for part in parts for month in part.there)
    sources = tuple(source for part in parts for source in part.sources)
    conflicts = tuple(conflict for part in parts for conflict in part.conflicts)
    base = replace(wanted.none(period, ""), there=there, sources=sources, conflicts=conflicts)
    values = [part.value for part in parts if part.value is not None]
    if len(values) == len(parts):
        value = values[-1] if wanted.measure.aggregation == "last" else sum(values, Decimal(0))
        return replace(base, value=value, flags=merged(part.flags for part in parts))
    for status, reason in UNAVAILABLE.items():
        if all(part.flags == status for part in parts):
            return replace(base, flags=status, reason=reason)
    lacking = {part.reason for part in parts}
    if not there and len(lacking) == 1 and all(part.sources for part in parts):
        return replace(base, reason=lacking.pop())  # each month lacks the same partner, and not all of them
    if wanted.measure.frequency != "M" and all(part.period.kind == QUARTER for part in parts):
        return replace(base, reason=f"{len(values)} of {len(parts)} quarters")
    return replace(base, reason=f"{len(there)} of {len(period.months())} months")


def units(period: Period, frequency: str) -> list[Period]:
    """Return the months (``M``), financial quarters (``Q``) or financial years (``A``) that lie wholly in a period."""
    if frequency == "M":
        return period.months()
    length, kind = (3, QUARTER) if frequency == "Q" else (12, YEAR)
    first = period.first + (3 - period.first) % length
    return [Period(month, month + length - 1, kind) for month in range(first, period.last - length + 2, length)]
