"""The flags of figures: what ``[x]``, ``[z]``, ``[p]``, ``[r]``, ``[b]`` and ``[c]`` mean, in every paper and workbook.

A figure may carry several: ``1,240 [p][b]`` is provisional, and stands after a break in series. ``x`` and ``z`` stand
where there is no figure; a partner sends them as the ``status`` of an observation.
"""

from __future__ import annotations

UNAVAILABLE = {"x": "not available", "z": "not applicable"}
"""What is printed in place of a figure that a partner does not have."""

SHORTHAND = {**UNAVAILABLE, "p": "provisional", "r": "revised", "b": "break in series"}
"""The meaning of a flag in a word or two, where a table has many."""

FLAGS = {
    "x": f"{UNAVAILABLE['x']}: the partner has not supplied the figure.",
    "z": f"{UNAVAILABLE['z']}.",
    "p": "provisional.",
    "r": "revised since first reported.",
    "b": "a break in series: not to be compared with earlier figures.",
    "c": "confidential: the figure is withheld, because a small number could point to a person.",
}
"""The meaning of each flag, in the order in which a paper lists them."""


def behind(flags: str) -> str:
    """Return flags as they stand behind a number: `` [p] [r]``; nothing where there are none."""
    return "".join(f" [{flag}]" for flag in flags)


def in_a_sentence(flags: str) -> str:
    """Return flags as they stand in a sentence, behind what they are of: `` (provisional and revised)``."""
    words = [SHORTHAND[flag] for flag in flags]
    return f" ({' and '.join(filter(None, (', '.join(words[:-1]), words[-1])))})" if words else ""
