"""Records as JSON for people and for hashing."""

from __future__ import annotations

import json
from typing import Any


def json_bytes(record: Any) -> bytes:
    """Return a record as JSON: indented, keys in the order in which they come."""
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()
