"""Fragments: pieces of HTML that a notebook shows, made from the templates in ``sections/`` with escaping on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from priority_two.by_hand import STYLE
from priority_two.periods import date_label


@dataclass(frozen=True)
class Fragment:
    """A piece of the paper.

    Parameters
    ----------
    html
        The piece.
    metadata
        What the exporters must know of the paper; empty for all pieces but the masthead.
    """

    html: str = field(
        repr=False
    )  # a notebook keeps the text of an output beside its HTML, which would be all of it twice
    metadata: dict[str, Any] = field(default_factory=dict, repr=False)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/html": STYLE + self.html}, {"priority_two": self.metadata} if self.metadata else {}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("priority_two.report", "sections"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["date"] = date_label
    environment.filters["path"] = _breakable
    return environment


def _breakable(path: str) -> Markup:
    """Return a path that may break after each slash, so that it fits a phone."""
    return Markup("/<wbr>").join(path.split("/"))


def fragment(template: str, metadata: dict[str, Any] | None = None, **values: Any) -> Fragment:
    """Return a section rendered from ``sections/<template>.html.j2``."""
    html = _environment().get_template(f"{template}.html.j2").render(**values)
    return Fragment(html, metadata or {})


def safe(html: str) -> Markup:
    """Mark HTML that this package has made and escaped itself as safe."""
    return Markup(html)  # noqa: S704 -- only ever given the output of narrative.render and of the charts
