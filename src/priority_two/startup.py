"""What a library would load that nothing here uses, and that takes seconds at every start."""

from __future__ import annotations

import sys


def leave_out_grammars() -> None:
    """Keep ``rfc3987_syntax`` out: it compiles a grammar of web addresses when it is imported, for seconds.

    jsonschema, which papermill and Great Expectations bring, checks the form of addresses with it where it is there,
    and does without where it is not. No schema that is used here asks for it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
