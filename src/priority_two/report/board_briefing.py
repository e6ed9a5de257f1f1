"""The Board briefing: alone, and as an appendix of the quarterly paper, from the same pieces."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from priority_two.charts.exhibit import Exhibit
from priority_two.errors import Error, Refused
from priority_two.measures.evidence import Evidence
from priority_two.periods import date_label
from priority_two.report.content import Telling, plain
from priority_two.report.fragments import Fragment, safe
from priority_two.report.paper import Paper
from priority_two.updates.briefing import Briefing, BriefingSection, Recommendation
from priority_two.updates.documents import Contact
from priority_two.updates.headings import says_something
from priority_two.updates.narrative import render

NOTHING = "Nothing was written here."


@dataclass(frozen=True)
class ShownSection:
    """A section as it is shown: `name` is its place in the page, `html` is blank where nothing was written."""

    name: str
    number: int
    title: str
    html: Markup


@dataclass(frozen=True)
class ShownRecommendation:
    """A recommendation as it is shown: `name` is its place in the page, to which minutes can link."""

    name: str
    number: str
    html: Markup


@dataclass(frozen=True)
class ShownBriefing:
    """A briefing as it is shown.

    Parameters
    ----------
    title
        Its title as an appendix.
    facts
        What it is about and, where it says so, for what, as names and words.
    contacts
        Whom to ask.
    sections
        Its sections.
    exhibits
        The tables and charts that stand under them.
    board
        Who is recommended something.
    place
        The number of the recommendations among the sections.
    recommendations
        What is recommended.
    """

    title: str
    facts: list[tuple[str, str]]
    contacts: list[Contact]
    sections: list[ShownSection]
    exhibits: list[Exhibit]
    board: str
    place: int
    recommendations: list[ShownRecommendation]


def told(paper: Paper, number: int, level: int = 5) -> ShownBriefing:
    """Return a briefing as it is shown.

    Parameters
    ----------
    paper
        The paper that shows it. Of its briefings the first has the plain names for its places in the page, those after
        it the number of their appendix besides, so that a link is the same alone and as an appendix.
    number
        Which of them, by the number of its appendix.
    level
        The level of the headings within a section.

    Raises
    ------
    Refused
        A binding that binds nothing, a recommendation that is more than one paragraph, an image, a link that could
        fetch something, an exhibit without figures: every fault.
    """
    briefings = paper.material.briefings
    one = briefings[number]
    begin = "" if number == min(briefings) else f"appendix-{number}-"
    errors: list[Error | str] = []
    sections, recommendations, exhibits = [], [], []
    for section in one.sections:
        try:
            sections.append(_section(one, section, paper.evidence, level, begin))
        except Refused as refused:
            errors += refused.errors
    for recommendation in one.recommendations:
        try:
            recommendations.append(_recommendation(one, recommendation, paper.evidence, begin))
        except Refused as refused:
            errors += refused.errors
    try:
        exhibits = paper.exhibits(one.document)
    except Refused as refused:
        errors += refused.errors
    if errors:
        raise Refused(errors)
    return ShownBriefing(
        title=f"Appendix {number}: {one.document.front.title}",
        facts=_facts(one),
        contacts=one.front.contacts,
        sections=sections,
        exhibits=exhibits,
        board=paper.catalogue.partnership.board,
        place=len(one.sections) + 1,
        recommendations=recommendations,
    )


def tell_briefing(telling: Telling, paper: Paper, number: int) -> None:
    """Tell a briefing: what it says from its subject to its recommendations, and its figures."""
    one, shown = paper.material.briefings[number], told(paper, number)
    said = [f"{name}: {words}" for name, words in shown.facts]
    said += [f"{contact.role}: {contact.post}" for contact in shown.contacts]
    for section in shown.sections:
        said += [f"{section.number}. {section.title}", plain(section.html) or NOTHING]
    said += [f"{each.number} {plain(each.html)}" for each in shown.recommendations]
    telling.text(f"appendix {number}", one.document.front.title, said)
    telling.document(f"appendix {number}", one.document)
    for recommendation in one.recommendations:
        telling.bound(f"appendix {number}", recommendation.text)


def _facts(one: Briefing) -> list[tuple[str, str]]:
    facts = [("Subject", one.front.subject), ("Purpose", one.front.purpose)]
    return [(name, words) for name, words in facts if words]


def _section(one: Briefing, section: BriefingSection, evidence: Evidence, level: int, begin: str) -> ShownSection:
    html = safe(render(section.text, one.document.file, section.row + 1, evidence, set(), level, under=1))
    shown = html if says_something(html.striptags()) else Markup("")
    return ShownSection(f"{begin}briefing-section-{section.number}", section.number, section.title, shown)


def _recommendation(one: Briefing, given: Recommendation, evidence: Evidence, begin: str) -> ShownRecommendation:
    html = render(given.text, one.document.file, given.row, evidence, set(), level=6)
    if not html.startswith("<p>"):
        expected, fix = "a recommendation of one paragraph", "begin it with a word; take a mark such as # or - off"
        raise Refused([Error(one.document.file, expected, given.row, "recommendations", given.text, fix)])
    return ShownRecommendation(f"{begin}recommendation-{given.number.replace('.', '-')}", given.number, safe(html))


class BoardBriefing(Paper):
    """What a quarter's briefings put before the Board, each whole, in the order of their appendices."""

    title = "Board briefing"
    transcribed = "Dates and figures"
    presents_priority = False

    def tell(self, telling: Telling) -> None:
        """Tell each briefing, under the name that it has as an appendix of the quarterly paper."""
        for number, one in self.material.briefings.items():
            telling.element(f"appendix {number}", one.document.front.title)
            tell_briefing(telling, self, number)

    # Sections

    def contacts(self) -> Fragment:
        """Whom to ask, by role and post."""
        return self.show("briefing_contacts", briefings=self.briefings())

    def sections(self) -> Fragment:
        """What each briefing says, section by section; of an empty one, that nothing was written."""
        several = len(self.material.briefings) > 1
        return self.show("briefing_sections", briefings=self.briefings(level=5 if several else 4), nothing=NOTHING)

    def recommendations(self) -> Fragment:
        """What the Board is recommended, numbered as minutes cite it."""
        return self.show("briefing_recommendations", briefings=self.briefings())

    # What the masthead says

    def facts(self) -> list[tuple[str, str]]:
        """Return what each briefing is about, and when it was written."""
        several = len(self.material.briefings) > 1
        return [
            (f"{name} of appendix {number}" if several else name, words)
            for number, one in self.material.briefings.items()
            for name, words in (*_facts(one), ("Written", date_label(one.document.front.written)))
        ]

    def notices(self) -> list[str]:
        """Return which sections are empty."""
        sections = [section for one in self.material.briefings.values() for section in one.sections]
        empty = [section.title for section in sections if not section.has_text]
        return [f"Nothing was written under: {'; '.join(empty)}."] if empty else []

    def bases(self) -> list[str]:
        """Return on what the briefings rest, each once."""
        return sorted({one.document.front.basis for one in self.material.briefings.values()})

    def illustrative(self) -> bool:
        """Whether any of the figures that the briefings use is made up."""
        self.briefings()
        return any(one.terms.synthetic for one in self.evidence.sources())

    # What sections are made of

    def briefings(self, level: int = 5) -> list[ShownBriefing]:
        """Return the quarter's briefings as they are shown, with the headings within a section at a level."""
        return [told(self, number, level) for number in self.material.briefings]
