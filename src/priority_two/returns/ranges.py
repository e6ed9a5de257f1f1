"""What values a unit can have: one rule, for intake and for the gate.

==========  ============================================================================
unit        what a value can be
==========  ============================================================================
count       a whole number, not below nought
percent     from 0 to 100
gbp         pounds and whole pence, not below nought
fte         posts of full-time equivalent in hundredths, not below nought
rate, ratio  any number that is not below nought
==========  ============================================================================

A measure that is a change (``change`` is yes in ``measures.csv``) may be below nought and over 100 per cent.
"""

from __future__ import annotations

from decimal import Decimal

PLACES = {"count": 0, "gbp": 2, "fte": 2}
"""How many decimal places a value of a unit can have; of others, any number."""

_STEPS = {"count": "a whole number", "gbp": "pounds and whole pence", "fte": "posts in hundredths at the most"}
WHOLE = Decimal(100)


def out_of_range(value: Decimal, unit: str, change: bool = False) -> str:
    """Return what a value should have been, in words; blank where its unit can have it, or has no range."""
    places = PLACES.get(unit)
    if places is not None and value != round(value, places):
        return _STEPS[unit]
    if change:
        return ""
    if value < 0:
        return "a number that is not below nought"
    if unit == "percent" and value > WHOLE:
        return "a percentage from 0 to 100"
    return ""
