"""How the figures were made and checked: what a reader needs of it, and, on screen, the evidence of every figure."""

from __future__ import annotations

from priority_two.blocks import (
    Block,
    Details,
    Group,
    Span,
    heading,
    joined,
    listing,
    paragraph,
    spans,
    styled,
)
from priority_two.content.model import Content
from priority_two.content.walk import content
from priority_two.measures.rollup import quarter_of
from priority_two.periods import MONTH, Period, date_label, plural
from priority_two.report.flagged_points import FlaggedKind, by_kind, checked, flagged_kinds, in_full, known, summed_up
from priority_two.report.metadata import WITHOUT_FIGURES, metadata
from priority_two.report.paper import Paper
from priority_two.report.tables.evidence_tables import Rows, by_return, of_return, returns_behind, worked_out
from priority_two.sentences import capital, number_word, share

LIMITS = (
    "Limits are the mean ± 2.66 times the mean moving range, from the first 12 months and then held; under 12 points "
    "they are trial limits. Counts that average under five have a run chart."
)
SAME = " command: the same data give the same bytes."
IN_WORKBOOK = (
    "Every figure is bound to the return that brought it. The workbook has every measure’s parts, {areas} and "
    "definition; the PDF carries every figure with its return, file and row."
)
FOLLOW = "Follow any figure in the web page to its return."


def how_made(paper: Paper) -> list[Block]:
    """Return how the figures of a paper were made and checked."""
    says = content(metadata(paper), paper.sections(*WITHOUT_FIGURES))
    unsent = sum(not figure.received for figure in says.figures)
    kinds, staying = flagged_kinds(paper.judgements), known(paper.judgements)
    if paper.kind.workbook:
        return [*_in_short(kinds, staying, paper), *_evidence(paper)]
    carried = _carried(says, paper)
    return [
        paragraph(bound(len(says.figures), unsent)),
        *([by_return(paper.behind.rows, paper.catalogue, _within(paper))] if paper.behind.rows else []),
        by_kind(kinds, staying) if kinds else paragraph(f"Nothing was flagged. {staying}".strip()),
        Group(
            role="two",
            blocks=(
                Group(blocks=(heading(3, "To verify it"), listing(_steps(paper), ordered=True))),
                Group(blocks=(heading(3, "Attached to the PDF"), listing(carried))),
            ),
        ),
        *_evidence(paper),
    ]


def bound(figures: int, unsent: int) -> str:
    """Return how many figures are bound to a return; `unsent` of them are no partner's: counts, or that none came."""
    if figures == unsent:
        return "This paper shows no figure that a partner sent."
    if figures == 1:
        return "The one figure of this paper is attached to the PDF with the return that brought it, its file and row."
    counted = "counts returns or says that none came" if unsent == 1 else "count returns or say that none came"
    rest = f"; {number_word(unsent)} of them {counted}" if unsent else ""
    attached = f"{capital(share(figures, figures))} are attached to the PDF with return, file and row{rest}."
    return f"Every figure is bound to the return that brought it. {attached}"


def _within(paper: Paper) -> Period:
    """Return the period whose returns have a line each: the paper's own, of a month its quarter."""
    period = paper.material.period
    return quarter_of(period) if period.kind == MONTH else period


def _steps(paper: Paper) -> list[list[str | Span]]:
    audit: list[str | Span] = ["Make the paper again with the ", styled("em", "audit"), " command: it says"]
    audit.append(" “identical”, or names what changed.")
    if paper.material.filing:
        return [["Compare the file with its seal, which holds its SHA-256."], audit, [FOLLOW]]
    again: list[str | Span] = ["Make it again with the ", styled("em", "report"), SAME]
    return [["This is a draft; it gets a seal when it is filed."], again, [FOLLOW]]


def _carried(says: Content, paper: Paper) -> list[list[str | Span]]:
    """Return what the PDF carries, and for what."""
    points = sum(len(judgement.findings) for judgement in paper.judgements)
    lines = [
        (["figures.csv"] * bool(says.figures), "every figure"),
        (["sources.csv"] * bool(paper.behind.rows), "every row behind them"),
        (["ratings.csv"] * bool(says.ratings) + ["milestones.csv"] * bool(says.milestones), "the tables"),
        (["validation.json"], "what was flagged, point by point" if points else "that nothing was flagged"),
        (["manifest.json"], "what went in, by hash (report command)"),
    ]
    return [[*joined(styled("strong", name) for name in names), f": {words}"] for names, words in lines if names]


def _in_short(kinds: list[FlaggedKind], staying: str, paper: Paper) -> list[Block]:
    """Return the same in a few sentences, for a paper whose figures are in a workbook."""
    flagged: list[str | Span] = ["Nothing was flagged."]
    if kinds:
        lacking = "; ".join(f"{kind.kind.lower()} ({kind.points}): {kind.words}" for kind in kinds)
        flagged = [styled("strong", "What was flagged"), f": {summed_up(kinds)}. {capital(lacking)}."]
    flagged += [f" {staying}"] if staying else []
    verify: list[str | Span] = [styled("strong", "To verify it"), ", make it again with the "]
    left = (paragraph(IN_WORKBOOK.format(areas=paper.catalogue.area_words.parts)), paragraph(LIMITS))
    right = (paragraph(*flagged), paragraph(*verify, styled("em", "report"), SAME))
    return [Group(role="two", blocks=(Group(blocks=left), Group(blocks=right)))]


def _evidence(paper: Paper) -> list[Block]:
    """Return what proves it, for the screen alone: each row behind a figure, and each point that was flagged."""
    behind, home = paper.behind, paper.catalogue.home.name
    opened: list[Block] = []
    if behind.led_to:
        returns = returns_behind(behind.rows)
        opened.append(
            Details(
                summary=spans(f"All {plural(len(behind.rows), 'row')} behind the figures, by return"),
                blocks=(
                    paragraph(
                        f"Where no area is named, a figure is for the whole of {home}, or for the wider area that "
                        "its note or definition names."
                    ),
                    *(_of_return(file, rows, paper) for file, rows in returns),
                ),
            )
        )
    if behind.worked_out:
        opened.append(
            Details(
                summary=spans(f"{plural(len(behind.worked_out), 'figure')} worked out from several rows"),
                blocks=(
                    paragraph(
                        "Months are added up to a quarter or a year, a stock is taken at its end, and rates are worked "
                        "out, by the rules of the catalogue."
                    ),
                    worked_out(behind, paper.evidence),
                ),
            )
        )
    if points := sum(len(judgement.findings) for judgement in paper.judgements):
        summary = f"All {points} points flagged or known, one by one" if points > 1 else "The point that was flagged"
        opened.append(Details(summary=spans(summary), blocks=tuple(in_full(paper.judgements))))
    opened.append(
        Details(
            summary=spans(f"What was checked: {plural(len(paper.judgements), 'dataset')}"),
            blocks=(checked(paper.judgements),),
        )
    )
    follow = "Follow a figure to see the row of the return that it comes from."
    intro = [paragraph(follow)] if behind.led_to else []
    return [Group(role="evidence", blocks=(heading(3, "Evidence"), *intro, *opened))]


def _of_return(file: str, rows: Rows, paper: Paper) -> Details:
    terms = rows[0].terms
    whose = paper.catalogue.partners[terms.partner]
    drawn = date_label(terms.extract_date) if terms.extract_date else "on a day not given"
    particulars = f". Covers {terms.months}; drawn {drawn}; ask: {terms.contact_post}."
    return Details(
        summary=spans(f"{whose}, received {date_label(terms.received)}: {plural(len(rows), 'row')}"),
        blocks=(
            paragraph(terms.explanation),
            paragraph(styled("path", file), particulars, role="note"),
            of_return(rows, paper.behind, paper.evidence),
        ),
    )
