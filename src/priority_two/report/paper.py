"""The paper: a report that has passed the gate, whose sections a notebook calls one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from priority_two.blocks import MIME_TYPE, Block, Section
from priority_two.by_hand import STYLE
from priority_two.checks.gate import Judgement
from priority_two.content.model import Content
from priority_two.content.walk import as_table, content
from priority_two.errors import nearest
from priority_two.files.reads import ReadFile
from priority_two.report.frames import figure_frame, observation_frame, rating_frame
from priority_two.report.html import html
from priority_two.report.kinds.kind import Kind
from priority_two.report.material import Material
from priority_two.report.metadata import WITHOUT_FIGURES, is_illustrative, metadata
from priority_two.report.sheet import sections_by_partner
from priority_two.report.source_rows import Behind, as_shown, behind
from priority_two.report.tables.measure_tables import MeasureSection

if TYPE_CHECKING:
    import pandas as pd

_SECTIONS = "priority_two.report.sections"


@dataclass(frozen=True, repr=False)
class Shown:
    """A section as a notebook shows it.

    Parameters
    ----------
    section
        The section: what is published.
    metadata
        What the exporters must know of the paper; empty for all sections but the masthead.
    """

    section: Section
    metadata: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        # A notebook keeps this beside the section: all of it would be there twice, and the hashes of the inputs too.
        return f"<section {self.section.section}>"

    @property
    def html(self) -> str:
        """The section as HTML."""
        return html(self.section.blocks)

    def _repr_html_(self) -> str:
        # Not in the bundle below, so that a run whose HTML is made afterwards, with all of the paper, can leave it out.
        return STYLE + self.html

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return {MIME_TYPE: self.section.written()}, {"priority_two": self.metadata} if self.metadata else {}


class Paper:
    """A report that has passed the gate.

    A notebook calls a section by its name, ``paper.at_a_glance()``; each is a module of ``sections/``. A section is
    worked out once, whoever asks for it first and however often.

    Parameters
    ----------
    kind
        Its kind.
    material
        What it is made from.
    judgements
        What the expectations found.
    inputs
        The files that were read, with SHA-256 and size.
    data
        The data folder, whose workspace may have a notebook of its own; None for the notebook that ships.
    """

    def __init__(
        self,
        kind: Kind,
        material: Material,
        judgements: list[Judgement],
        inputs: dict[str, ReadFile],
        data: Path | None = None,
    ) -> None:
        self.kind = kind
        self.material = material
        self.judgements = judgements
        self.inputs = inputs
        self.order = kind.sections(data)
        self.catalogue = material.catalogue
        self.evidence = material.evidence
        self._sections: dict[str, Section] = {}

    def section(self, name: str) -> Section:
        """Return a section by the name of its module."""
        if name not in self._sections:
            module = import_module(f"{_SECTIONS}.{name}")
            blocks: Callable[[Paper], list[Block]] = getattr(module, name)
            headed: Callable[[Paper], str] = getattr(module, "headed", lambda _: "")
            self._sections[name] = Section(section=name, blocks=tuple(blocks(self)), heading=headed(self))
        return self._sections[name]

    def sections(self, *without: str) -> list[Section]:
        """Return the sections of the paper, in its order, but for some."""
        return [self.section(name) for name in self.order if name not in without]

    @cached_property
    def measures_by_partner(self) -> list[tuple[str, list[MeasureSection]]]:
        """The measures with something to show, by partner: worked out once, since each draws its chart."""
        return sections_by_partner(self.material)

    @cached_property
    def behind(self) -> Behind:
        """What stands behind the figures of the sections."""
        return behind(self.sections(*WITHOUT_FIGURES), self.evidence)

    def content(self) -> Content:
        """Return what the paper says, as data."""
        return content(metadata(self), self.sections())

    def observations(self) -> pd.DataFrame:
        """Return the observations that count: see :func:`priority_two.report.frames.observation_frame`."""
        return observation_frame(self.evidence.observations)

    def figures(self) -> pd.DataFrame:
        """Return the figures that the paper shows: see :func:`priority_two.report.frames.figure_frame`."""
        return figure_frame(self.content())

    def ratings(self) -> pd.DataFrame:
        """Return the ratings that the paper shows: see :func:`priority_two.report.frames.rating_frame`."""
        return rating_frame(self.content())

    def show(self, name: str) -> Shown:
        """Return a section as a notebook shows it; the masthead brings what the exporters must know of the paper."""
        if name != "masthead":
            return Shown(self.section(name))
        sources = [as_shown(row, self.catalogue) for row in self.behind.rows]
        more = {"sources": as_table(sources), "illustrative": is_illustrative(self)}
        return Shown(self.section(name), metadata(self) | more)

    def __getattr__(self, name: str) -> Callable[[], Shown]:
        """Return the call of a section."""
        if name.startswith("_") or find_spec(f"{_SECTIONS}.{name}") is None:
            raise AttributeError(f"a paper has no section {name}" + _instead(name, self.order))
        return partial(self.show, name)


def _instead(name: str, sections: tuple[str, ...]) -> str:
    near = nearest(name, list(sections))
    return f"; write {near}" if near else ""
