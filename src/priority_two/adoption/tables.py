"""The tables of ``data/reference/``, each with the model of its rows, in the order in which one fills them in."""

from __future__ import annotations

from priority_two.checks.rules import Attribution, Body, Name, Placeholder, Related, Total
from priority_two.checks.waivers import Waiver
from priority_two.measures.breaks import Break
from priority_two.measures.provision import Service
from priority_two.measures.rates import Definition, Population
from priority_two.reference.catalogue import MODELS
from priority_two.reference.records import TableRow
from priority_two.updates.headings import ListedHeading, SectionHeading

ROW_MODELS: dict[str, type[TableRow]] = {
    **MODELS,
    "derived": Definition,
    "populations": Population,
    "breaks": Break,
    "provision": Service,
    "totals": Total,
    "related": Related,
    "names": Name,
    "bodies": Body,
    "placeholders": Placeholder,
    "attributions": Attribution,
    "waivers": Waiver,
    "briefing_sections": SectionHeading,
    "group_sections": ListedHeading,
}
"""What a row of each table is."""

ABOUT: dict[str, str] = {
    "partners": "Who sends returns, and when they are expected.",
    "measures": "Which figures are sent, how they add up, and what they mean.",
    "breakdowns": "The parts of a measure, such as kinds of offence.",
    "area_types": "What areas are called in a text. A type without a row is called as it is written, and with an s.",
    "areas": "The home area, those that lie in it, and those beside it.",
    "sections": "The sections of the strategy, in the paper's order.",
    "commitments": "What the strategy promises, in the paper's order. On each, its lead writes a file a quarter.",
    "calendar": "When the Board meets on a period, and when returns for it are due.",
    "rag": "The rating scale.",
    "abbreviations": "What abbreviations stand for.",
    "identities": "How figures stand to each other, which is checked of every return.",
    "derived": "Rates and ratios, which are worked out and not sent.",
    "populations": "Residents, for rates over a population.",
    "breaks": "Where a series changed its footing, so that before and after are not compared.",
    "provision": "Services of which it is counted how often they were asked for, given, or both.",
    "totals": "Figures that are stated in all, and what they are made of.",
    "related": "Commitments that wait for the same thing.",
    "names": "Words whose digits are no figures.",
    "bodies": "Bodies that go by several names.",
    "placeholders": "Words that keep a place in a text that is not finished.",
    "attributions": "Whom texts credit with a figure.",
    "waivers": "Warnings that are known and stay.",
    "briefing_sections": "The headings of a Board briefing, in their order.",
    "group_sections": "The headings of the group's report, in their order.",
}
"""What a table is for."""

EXAMPLES: dict[str, dict[str, str]] = {
    "partners": {"partner": "refuge", "name": "Anytown Refuge", "sends": "M", "first_month": "2026-04"},
    "measures": {
        "measure": "REF01",
        "title": "Referrals to the refuge",
        "unit": "count",
        "partner": "refuge",
        "frequency": "M",
        "aggregation": "sum",
        "direction": "neutral",
        "disclosure": "person",
        "definition": "People referred in the month, each referral once, whether or not there was a place.",
        "source": "Anytown Refuge",
        "data_sheet": "yes",
        "parts": "complete",
    },
    "breakdowns": {"measure": "REF01", "breakdown": "police", "label": "Referred by the police"},
    "area_types": {"type": "county", "word": "county", "plural": "counties"},
    "areas": {"area": "E07000999", "name": "Anytown", "type": "district"},
    "sections": {"section": "A", "title": "Prevent"},
    "commitments": {
        "commitment": "A1",
        "section": "A",
        "title": "Train every front-line team",
        "promise": "By March 2027 every front-line team will have been trained in asking about abuse.",
        "rated": "yes",
    },
    "calendar": {"period": "2026-27-Q1", "label": "Quarter One 2026-27", "board_date": "2026-07-23"},
    "rag": {
        "rating": "at-risk",
        "word": "At risk",
        "shape": "triangle",
        "colour": "#B85C00",
        "rank": "2",
        "needs_action": "yes",
        "meaning": "Something is in the way; it needs an action, an owner and a date.",
    },
    "abbreviations": {"abbreviation": "ACSP", "expansion": "Anytown Community Safety Partnership"},
    "identities": {
        "identity": "given-within-asked",
        "title": "No more places are given than were asked for",
        "left": "REF02",
        "relation": "<=",
        "right": "REF01",
        "severity": "warning",
    },
    "derived": {
        "rate": "place-rate",
        "measure": "REF03",
        "title": "Referrals that were given a place",
        "unit": "percent",
        "numerator": "REF02",
        "denominator": "REF01",
        "multiplier": "100",
        "places": "1",
    },
    "populations": {
        "group": "aged-16-and-over",
        "year": "2025",
        "value": "81200",
        "source": "Illustrative: not an estimate of anybody",
        "published": "2026-06-25",
        "synthetic": "yes",
    },
    "breaks": {
        "measure": "REF01",
        "from": "2026-10",
        "title": "Self-referral",
        "note": "From October 2026 people may refer themselves.",
    },
    "provision": {
        "service": "refuge",
        "title": "Refuge",
        "partner": "refuge",
        "asked": "REF01",
        "given": "REF02",
        "ends": "2027-03-31",
    },
    "totals": {
        "total": "referrals-of-the-year",
        "title": "Referrals stated for the year are those of its parts",
        "stated": "REF01",
        "relation": "=",
        "of": "REF01[police] + REF01[other]",
    },
    "related": {"commitment": "A1", "related": "B1", "reason": "both wait for the same post to be filled"},
    "names": {"text": "Domestic Abuse Act 2021", "reason": "The name of an Act"},
    "bodies": {"name": "Anytown Board", "alias": "The Partnership Board", "note": "Papers use both names"},
    "placeholders": {"words": "to be confirmed", "lacks": "text", "note": "Somebody has still to say"},
    "attributions": {"measure": "REF01", "credited_to": "Anytown Refuge", "where": "Board briefing"},
    "waivers": {
        "check": "terms.extract_date-given",
        "path": "returns/2026-07-10_refuge/terms.yaml",
        "reason": "The refuge does not know on which day its figures were drawn",
        "until": "2026-12-31",
    },
    "briefing_sections": {"section": "summary", "title": "Summary"},
    "group_sections": {"section": "operational", "title": "Operational update"},
}
"""A row of each table, of a partnership that there is not."""
