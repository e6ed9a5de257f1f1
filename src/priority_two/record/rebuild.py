"""Making again what a manifest describes: by today's code, or, started from another checkout, by the code there.

An audit starts this module in the checkout of the commit with which a report was filed, with the environment that was
rebuilt for it. So the call stays as it is: ``python -m priority_two.record.rebuild MANIFEST DATA OUT``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.imprint import Filing
from priority_two.kinds import KINDS
from priority_two.record.build import Build, build
from priority_two.record.drafts import MANIFEST
from priority_two.record.manifest import Manifest, read_manifest


def rebuild(manifest: Manifest, data: Path, stem: str) -> Build:
    """Make again what a manifest describes, in memory; the PDF carries that manifest.

    Parameters
    ----------
    manifest
        What was made.
    data
        The data folder.
    stem
        The files' name without their endings.

    Raises
    ------
    Refused
        There is no such kind now, or no paper can be made of these data.
    """
    kind = KINDS.get(manifest.kind)
    if kind is None:
        raise Refused([Error("", f"a kind of report that there is: {', '.join(KINDS)}", found=manifest.kind)])
    given: dict[str, Any] = {
        name: one.model_dump(mode="json") if isinstance(one, Filing) else one
        for name, one in manifest.parameters.items()
        if name != "data"
    }
    if given.get("boundaries"):
        raise Refused(
            [Error("", "a report of the data folder alone", column="boundaries", found="a file from elsewhere")]
        )
    try:
        return build(kind, given, data, stem, evidence=manifest)
    except WrongCall as wrong:
        raise Refused([str(wrong)]) from None


def main(arguments: list[str]) -> int:
    """Make again what a manifest describes, into a folder. Return the exit status."""
    try:
        manifest, data, out = (Path(one) for one in arguments)
        stem = manifest.name.removesuffix(MANIFEST)
        made = rebuild(read_manifest(manifest, manifest.name)[0], data, stem)
        for ending, content in made.files.items():
            (out / (stem + ending)).write_bytes(content)
    except Refused as refused:
        print(*refused.errors, sep="\n", file=sys.stderr)
        return 1
    except ValueError:
        print("expected MANIFEST DATA OUT", file=sys.stderr)
        return 2
    except OSError as error:
        print(one_line(error.strerror or error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
