"""The data folder: the only door through which files come in.

Everything in it came from outside and is hostile until checked. A path stays inside the folder, and a file is bounded
(:mod:`priority_two.files.reads`); CSV and YAML are strict (:mod:`~priority_two.files.csv_table`,
:mod:`~priority_two.files.yaml_mapping`). What was read is remembered by SHA-256 and size, so that a manifest can say
exactly what went into a report, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from priority_two.characters import UNSEEN
from priority_two.errors import Error, Refused
from priority_two.files.as_written import ProseKeys
from priority_two.files.csv_table import CsvTable, read_table
from priority_two.files.reads import ReadFile, decode, inside, read_bytes
from priority_two.files.yaml_mapping import NO_PROSE, Mapping, load_yaml


@dataclass
class DataFolder:
    """A partnership's data folder.

    Parameters
    ----------
    root
        The folder, which must be there.

    Attributes
    ----------
    read
        Every file read so far, by the path that people are shown.
    """

    root: Path
    read: dict[str, ReadFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.root = self.root.resolve()
            there = self.root.is_dir()
        except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
            there = False
        if not there:
            expected = "a data folder; name it with --data (in a notebook: data), or run where it lies"
            raise Refused([Error(self.root.name, expected)])
        if UNSEEN.search(self.root.name) or any(sign in self.root.name for sign in "\n\t\\"):
            raise Refused([Error(self.root.name, "a data folder whose name a manifest can hold", fix="rename it")])

    def shown(self, path: str | Path) -> str:
        """Return the path of a file of the folder as people are shown it: ``data/reference/areas.csv``."""
        return f"{self.root.name}/{Path(path).as_posix()}"

    def names(self, path: str, pattern: str) -> list[str]:
        """Return the sorted paths, relative to the folder, of what matches `pattern` in the sub-folder `path`."""
        paths = (self.root / path).glob(pattern)
        return sorted(item.relative_to(self.root).as_posix() for item in paths if not item.name.startswith("."))

    def inside(self, path: str) -> Path:
        """Return where a file of the folder lies.

        Raises
        ------
        Refused
            The path leads out of the folder, or nowhere.
        """
        return inside(self.root, path, self.shown(path))

    def text(self, path: str) -> str:
        """Return a file's text, line ends as line feeds.

        Raises
        ------
        Refused
            The file is not there, lies outside the folder, is too large, is not UTF-8 or holds control characters.
        """
        shown = self.shown(path)
        content = read_bytes(self.inside(path), shown)
        text = decode(content, shown)
        self.read[shown] = ReadFile.of(content)
        return text

    def table(self, path: str) -> CsvTable:
        """Return a CSV as text.

        Raises
        ------
        Refused
            The file cannot be read, has no header, names a column twice or as no column may be named, or has a row
            of another length.
        """
        return read_table(self.text(path), self.shown(path), private=path.startswith("returns/"))

    def mapping(self, path: str, prose: ProseKeys = NO_PROSE) -> Mapping:
        """Return a YAML file's mapping; the keys of `prose` have words, which are taken as they are written.

        Raises
        ------
        Refused
            As :func:`load_yaml`, or the file cannot be read.
        """
        return load_yaml(self.text(path), self.shown(path), prose=prose)
