"""Making again what a manifest describes: by today's code, or, started from another checkout, by the code there.

An audit starts this module in the checkout of the commit with which a report was filed, with the environment that was
rebuilt for it. So the call stays as it is: ``python -m priority_two.record.rebuild MANIFEST DATA OUT``.
"""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.record.build import Build, build
from priority_two.record.drafts import MANIFEST
from priority_two.record.manifest import Manifest
from priority_two.report.request import Request, read_requests


def rebuild(manifest: Manifest, data: Path) -> Build:
    """Make again what a manifest describes, in memory; the PDF carries that manifest.

    Raises
    ------
    Refused
        Today's code knows no such report, or no paper can be made of these data.
    """
    options = {name: text for name, text in manifest.parameters.items() if isinstance(text, str) and name != "data"}
    if options.get("boundaries"):
        raise Refused(
            [Error("", "a report of the data folder alone", column="boundaries", found="a file from elsewhere")]
        )
    if unknown := options.keys() - {option.name for option in fields(Request)}:
        raise Refused([Error("", "a parameter that there is", found=min(unknown))])
    try:
        [request] = read_requests(data, manifest.kind, filing=manifest.filing, **options)
        return build(request, data, evidence=manifest)
    except WrongCall as wrong:
        raise Refused([str(wrong)]) from None


def main(arguments: list[str]) -> int:
    """Make again what a manifest describes, into a folder. Return the exit status."""
    try:
        manifest, data, out = map(Path, arguments)
        stem = manifest.name.removesuffix(MANIFEST)
        for ending, content in rebuild(Manifest.read(manifest, manifest.name)[0], data).files.items():
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
