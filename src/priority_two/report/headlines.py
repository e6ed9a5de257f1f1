"""Headline figures: what a paper shows first."""

from __future__ import annotations

from priority_two.blocks import Block, Tile, Tiles, heading
from priority_two.errors import Error, Refused
from priority_two.measures.citations import cite
from priority_two.measures.evidence import Missing, Several
from priority_two.reference.partnership import Headline
from priority_two.report.paper import Paper


def headline_figures(paper: Paper) -> list[Block]:
    """Return the headline figures of a paper under their heading; nothing where it has none.

    Raises
    ------
    Refused
        A figure is missing: no paper appears with a hole on its front page.
    """
    tiles, errors = [], []
    key = paper.kind.headlines
    headlines: list[Headline] = getattr(paper.catalogue.partnership, key) if key else []
    for headline in headlines:
        if not headline.stands_in(paper.material.period):
            continue
        asked = (headline.measure, headline.breakdown, headline.period)
        try:
            figure = paper.evidence.figure(*asked, partner=headline.partner)
            citation = cite(
                figure,
                paper.catalogue,
                label=headline.label,
                partner=headline.partner,
                unit=paper.evidence.unit(figure),
                listed=True,
            )
            tiles.append(Tile(label=headline.label, citation=citation))
        except Missing as missing:
            if paper.evidence.gap(*asked, partner=headline.partner):
                tiles.append(Tile(label=headline.label, citation=None))
                continue
            file = next(path for path in paper.inputs if path.endswith("/partnership.yaml"))
            until = f"{missing.fix}, or add until: {paper.material.period.before} to end the headline with that paper"
            fix = "add the key partner" if isinstance(missing, Several) else until
            errors.append(Error(file, "a figure for each headline", column=key, found=str(missing), fix=fix))
    if errors:
        raise Refused(errors)
    return [heading(3, "Headline figures"), Tiles(tiles=tuple(tiles))] if tiles else []
