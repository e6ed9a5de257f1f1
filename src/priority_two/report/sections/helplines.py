"""Where to get help."""

from __future__ import annotations

import re

from priority_two.blocks import Block, Span, listing, styled
from priority_two.report.paper import Paper


def helplines(paper: Paper) -> list[Block]:
    """Return the public helplines that the partnership names; nothing where it names none."""
    lines: list[list[str | Span]] = [
        [
            styled("strong", helpline.name),
            ": ",
            Span(text=helpline.number, href=_telephone(helpline.number)),
            f". {helpline.note}" if helpline.note else "",
        ]
        for helpline in paper.catalogue.partnership.helplines
    ]
    return [listing(lines, role="helplines")] if lines else []


def _telephone(number: str) -> str:
    """Return where a number leads: to a telephone, or, where it has no digit, nowhere."""
    digits = re.sub(r"[^0-9+]", "", number)
    return f"tel:{digits}" if digits else ""
