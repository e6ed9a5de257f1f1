"""What a filed paper says of its filing: its version, who approved it, and what it corrects."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, ValidationError

from priority_two.errors import WrongCall
from priority_two.reference.records import Strict

LONGEST_LINE = 2000
Line = Annotated[str, Field(max_length=LONGEST_LINE, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Text of one line."""


class Corrected(Strict):
    """The version that a filing corrects, and why."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[Line, Field(min_length=1)]


class Filing(Strict):
    """A filing as the masthead of its paper tells it."""

    version: Annotated[int, Field(ge=1)]
    approved_by: Annotated[list[Line], Field(description="posts, never names")]
    corrects: Corrected | None = None


def filing_of(parameter: dict[str, Any] | None) -> Filing | None:
    """Return the filing that a notebook was given as a parameter, or None for a draft.

    Raises
    ------
    WrongCall
        The parameter is no filing.
    """
    try:
        return Filing.model_validate(parameter) if parameter else None
    except ValidationError:
        raise WrongCall("filing: expected nothing, or the version, the approvals and what is corrected") from None
