"""The typeface of charts and papers: where its files lie, without whatever draws with them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

FACES = {"regular": "SourceSansPro-Regular", "bold": "SourceSansPro-Semibold", "italic": "SourceSansPro-It"}


def font_file(face: str) -> Path:
    """Return the TrueType file of a face: ``regular``, ``bold`` or ``italic``."""
    return Path(str(resources.files("font_source_sans_pro") / "files" / f"{FACES[face]}.ttf"))
