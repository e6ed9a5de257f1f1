"""What the build of a package does besides: it says inside the package which commit it was built from.

An installed package has no git. By ``release.json`` it can say which code it is, so that a filing names it and an audit
finds it again. A build from files that are not committed has no commit, and nothing can be filed with it. An editable
install is a checkout, which git knows.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

RELEASE = "release.json"
_IN = {"wheel": f"priority_two/shipped/{RELEASE}", "sdist": RELEASE}


class ReleaseHook(BuildHookInterface[Any]):
    """Puts ``release.json`` into a wheel and into an archive of sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file that the build then takes in."""
        if version == "editable":
            return
        release = Path(self.root) / RELEASE  # where the sources are an archive, it stands there already
        if not release.is_file():
            release = Path(tempfile.mkdtemp()) / RELEASE
            release.write_text(json.dumps({"commit": _commit(Path(self.root))}) + "\n", encoding="utf-8")
        build_data["force_include"][str(release)] = _IN[self.target_name]


def _commit(root: Path) -> str:
    """Return the commit of a checkout; blank where something is not committed, or where it is none."""
    git = ["git", "-C", str(root)]
    try:
        top = subprocess.run([*git, "rev-parse", "--show-toplevel", "HEAD"], capture_output=True, text=True, check=True)
        status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    folder, commit = top.stdout.splitlines()
    return commit if Path(folder).resolve() == root.resolve() and not status.stdout.strip() else ""
