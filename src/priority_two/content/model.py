"""What a paper says, as data: its ratings, figures, milestones and texts, without a layout.

A paper stores its content in its run notebook (``content`` of the masthead's metadata). Two papers can therefore be
compared years later without being built again, and the tables behind a paper can be published with it. Content that is
read from a notebook came from outside. It must have exactly these keys and keep within these bounds, or it is refused.

Each list is in the order of the paper. Each of its members has a name that stays the same from one paper to the next.
The name of a commitment or a milestone is its id. The name of a figure is its *element*, which says where in the paper
the figure stands and what it measures::

    2a: CNT01[printed]                    the figure of the paper's own period
    2a: CNT03[posts] 2020-10              a figure of another period, which is then part of the name
    data: INC01 in E09000011              a figure of an area
    data: SRV02[starts] from helper       a figure of a single partner
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from priority_two.blocks import ShownMilestone, ShownRating
from priority_two.files.yaml_mapping import LARGEST_YAML
from priority_two.reference.records import Strict

SCHEMA = "priority-two/content/1"
HEADLINE, TEXT, TABLE = "headline", "text", "table"
MOST_FIGURES, MOST_OTHERS = 20_000, 5_000

Line = Annotated[str, Field(max_length=LARGEST_YAML)]
Prose = Annotated[str, Field(max_length=1_000_000)]
Number = Annotated[str, Field(pattern=r"^(-?[0-9]{1,30}(\.[0-9]{1,30})?)?$")]


class ShownFigure(Strict):
    """A figure that the paper shows.

    ``shown_in`` says where: a headline, a text or a table. ``value`` is the exact number as text, blank where there is
    none; ``unrounded`` is the same before it was rounded, where it was. ``text`` is what is printed, which says why
    where there is no number. ``status`` holds ``p``, ``r``, ``b``, ``x`` and ``z`` as they apply. ``partner``,
    ``received``, ``file`` and ``row`` say where it comes from. A figure that is the sum of several has all their
    partners, the last day of receipt, a blank file and row 0. ``record`` is the correction that changed it, or blank.
    """

    element: Line
    shown_in: Literal["headline", "text", "table"]
    label: Line
    measure: Line
    area: Line
    breakdown: Line
    period: Line
    value: Number
    unrounded: Number = ""
    text: Line
    unit: Line
    status: Line
    partner: Line
    received: Line
    file: Line
    row: Annotated[int, Field(ge=0)]
    synthetic: bool
    record: Line

    @property
    def place(self) -> str:
        """Where in the paper it stands: ``2a``, ``appendix 2``, ``headlines``, ``data``."""
        return self.element.partition(": ")[0]

    @property
    def number(self) -> Decimal | None:
        """Its value, or None."""
        return Decimal(self.value) if self.value else None


class ShownSource(Strict):
    """A row of a return that stands behind a figure of the paper.

    ``figure`` is what it is called, ``anchor`` its place in the evidence of the paper as HTML. The other keys are those
    of the return and its terms; ``extract_date`` is blank where the partner did not say it.
    """

    anchor: Line
    figure: Line
    measure: Line
    breakdown: Line
    area: Line
    period: Line
    value: Number
    unit: Line
    status: Line
    partner: Line
    received: Line
    extract_date: Line
    file: Line
    row: Annotated[int, Field(ge=0)]
    permission: Line
    synthetic: bool
    note: Line


class ShownCheck(Strict):
    """What the checks said of one dataset; ``rows`` is None for a reference table, which grows for later papers."""

    dataset: Line
    rows: Annotated[int, Field(ge=0)] | None
    expectations: Annotated[int, Field(ge=0)]
    critical: Annotated[int, Field(ge=0)]
    warnings: Annotated[int, Field(ge=0)]


class ShownFlag(Strict):
    """A point that the checks flagged, in full.

    ``row`` is None where there is none; ``waived`` is the reason for which it is known and stays, or blank.
    """

    dataset: Line
    expectation: Line
    severity: Line
    file: Line
    row: int | None
    column: Line
    found: Line
    expected: Line
    fix: Line
    waived: Line


class ShownText(Strict):
    """A text as it is printed, without its layout: a line a paragraph or item."""

    element: Line
    title: Line
    text: Prose


class Element(Strict):
    """A part of the paper: a commitment, an appendix, a table."""

    id: Line
    heading: Line


class ShownBreak(Strict):
    """A break in the series of a measure: across the month ``first`` its figures do not compare."""

    measure: Line
    first: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    title: Line


class Content(Strict):
    """What a paper says.

    ``period`` is the paper's own, ``as_at`` its knowledge cut-off.
    """

    # ``schema`` is taken by pydantic for itself.
    form: Annotated[Literal["priority-two/content/1"], Field(alias="schema")]
    kind: Line
    title: Line
    period: Line
    as_at: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    edition: Line
    ratings: Annotated[list[ShownRating], Field(max_length=MOST_OTHERS)]
    figures: Annotated[list[ShownFigure], Field(max_length=MOST_FIGURES)]
    milestones: Annotated[list[ShownMilestone], Field(max_length=MOST_OTHERS)]
    texts: Annotated[list[ShownText], Field(max_length=MOST_OTHERS)]
    elements: Annotated[list[Element], Field(max_length=MOST_OTHERS)]
    breaks: Annotated[list[ShownBreak], Field(max_length=MOST_OTHERS)]
