"""Text written into YAML, so that it is read back as the same text, whatever it holds."""

from __future__ import annotations

import unicodedata

from priority_two.errors import Refused
from priority_two.files.yaml_mapping import load_yaml

LONGEST_PLAIN = 2_000  # what is longer goes into quotes, without asking YAML how it reads it


def scalar(text: str) -> str:
    """Return text as YAML reads it back: plain where it can be, else in quotes on one line."""
    return text if _is_plain(text) else '"' + "".join(map(_escaped, text)) + '"'


def _is_plain(text: str) -> bool:
    if len(text) > LONGEST_PLAIN or any(_escaped(character) != character for character in text if character != '"'):
        return False
    try:
        return load_yaml(f"key: {text}", "").values == {"key": text}
    except Refused:
        return False


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == " " or not unicodedata.category(character).startswith(("C", "Z")):
        return character
    return f"\\U{ord(character):08X}"
