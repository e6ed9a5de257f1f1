"""Citations: what a figure in a paper is, and where it comes from, as data beside the words that are printed."""

from __future__ import annotations

import re
from decimal import Decimal

from priority_two.blocks import Citation
from priority_two.measures.evidence import printed
from priority_two.measures.exact import rounded
from priority_two.measures.rates import Rate
from priority_two.measures.rollup import Figure
from priority_two.reference.catalogue import Catalogue
from priority_two.returns.store import Observation

_MANY_PLACES = 12
_RECORD = re.compile(r"corrected by record ([A-Z][0-9]{1,6})")


def cite(
    figure: Observation | Figure | Rate,
    catalogue: Catalogue,
    *,
    label: str = "",
    partner: str = "",
    unit: str = "",
    listed: bool = False,
    places: int = 0,
) -> Citation:
    """Return what a figure is, what is printed of it, and where it comes from.

    By default its label is that of its measure and part, and its unit that of its measure. ``partner`` is whose figure
    was asked for, where several send it; ``listed`` says whether the evidence lists it; a share has at
    least so many ``places``.
    """
    sources = (figure,) if isinstance(figure, Observation) else figure.sources
    rate = figure.rate if isinstance(figure, Rate) else ""
    unit = unit or catalogue.measures[figure.measure].unit
    # The one row of a quarter is not where a year's figure stands, which more rows would make.
    single = sources[0] if len(sources) == 1 and sources[0].period == figure.period and not rate else None
    return Citation(
        measure=figure.measure,
        breakdown=figure.breakdown,
        area=figure.area,
        period=str(figure.period),
        rate=rate,
        asked_of=partner,
        label=label or _label(figure.measure, figure.breakdown, catalogue),
        value=exact(figure.value),
        unrounded=_unrounded(figure) if isinstance(figure, Rate) else "",
        text=printed(figure, unit, places),
        unit=unit,
        status=figure.status if isinstance(figure, Observation) else figure.flags,
        anchor=figure.anchor if listed else "",
        partner="; ".join(dict.fromkeys(source.terms.partner for source in sources)),
        received=max((source.terms.received.isoformat() for source in sources), default=""),
        file=single.file if single else "",
        row=single.row if single else 0,
        synthetic=figure.terms.synthetic if isinstance(figure, Observation) else figure.synthetic,
        record=next((match[1] for source in sources if (match := _RECORD.search(source.note))), ""),
    )


def _unrounded(rate: Rate) -> str:
    """Return a rate to many more places than are printed; blank where these say all of it."""
    if rate.exact is None or rate.exact == rate.value:
        return ""
    return exact(rounded(rate.exact, _MANY_PLACES))


def exact(value: Decimal | None) -> str:
    """Return a number as text, without rounding; blank for none."""
    return "" if value is None else f"{value + 0:f}"


def _label(measure: str, breakdown: str, catalogue: Catalogue) -> str:
    title = catalogue.measures[measure].title
    return f"{title}: {catalogue.breakdowns[measure, breakdown].title}" if breakdown else title
