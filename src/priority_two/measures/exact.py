"""Division without error: rational arithmetic, rounded once, half to even.

Half to even (2.25 to 2.2, 2.35 to 2.4) leans neither up nor down over many figures. Rounding happens on the exact
quotient, so that no earlier rounding can make or break a tie.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

_WIDE = Context(prec=200)


def rounded(number: Fraction, places: int) -> Decimal:
    """Return an exact number to so many decimal places, half to even.

    ``round`` of a :class:`~fractions.Fraction` to a whole number is half to even by definition.
    """
    return Decimal(round(number * 10**places)).scaleb(-places, _WIDE)


def decimals(number: Decimal) -> int:
    """Return how many decimal places a number has, noughts at its end not counted."""
    return max(0, -int(number.normalize(_WIDE).as_tuple().exponent))


def ratio(numerator: Decimal, denominator: Decimal, multiplier: Decimal | int, places: int) -> Decimal:
    """Return numerator ÷ denominator x multiplier to so many decimal places, half to even.

    Raises
    ------
    ZeroDivisionError
        The denominator is nought.
    """
    return rounded(Fraction(numerator) / Fraction(denominator) * Fraction(multiplier), places)
