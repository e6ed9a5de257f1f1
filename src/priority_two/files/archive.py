"""A workbook is a zip archive. Written anew, it holds nothing that differs from day to day or from system to system."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

_EPOCH = (1980, 1, 1, 0, 0, 0)


def settled(workbook: bytes, altered: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook whose bytes follow from its content alone, with its properties (core.xml) altered."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in parts.namelist():
            content = parts.read(name)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            again.writestr(info, altered(content) if name == "docProps/core.xml" else content)
    return out.getvalue()
