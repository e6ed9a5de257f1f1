"""What a report is made from and what it says, as tidy tables, for an analyst who looks into it in a notebook."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from priority_two.content.model import Content
from priority_two.returns.store import Observation

OBSERVATION_COLUMNS = (
    "period",
    "measure",
    "area",
    "breakdown",
    "value",
    "status",
    "note",
    "partner",
    "received",
    "file",
    "row",
    "synthetic",
)


def observation_frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """Return the observations that count, a row each.

    Returns
    -------
    DataFrame
        With :data:`OBSERVATION_COLUMNS`: those of ``observations.csv``, then who sent it, the day on which it was
        received, where it stands, and whether it is illustrative. `value` is a float, missing where none was sent; the
        exact number stands in the paper.
    """
    rows = [
        (
            str(observation.period),
            observation.measure,
            observation.area,
            observation.breakdown,
            None if observation.value is None else float(observation.value),
            observation.status,
            observation.note,
            observation.terms.partner,
            observation.terms.received.isoformat(),
            observation.file,
            observation.row,
            observation.terms.synthetic,
        )
        for observation in observations
    ]
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS)).astype({"value": "float64"})


def figure_frame(paper: Content) -> pd.DataFrame:
    """Return the figures that a paper shows, a row each, with the keys of its content as columns.

    `value` is a float, missing where there is none; `text` is what is printed.
    """
    frame = pd.DataFrame([figure.model_dump() for figure in paper.figures])
    return frame.assign(value=pd.to_numeric(frame["value"], errors="coerce")) if len(frame) else frame


def rating_frame(paper: Content) -> pd.DataFrame:
    """Return the ratings that a paper shows, a row a commitment, with the keys of its content as columns."""
    return pd.DataFrame([rating.model_dump() for rating in paper.ratings])
