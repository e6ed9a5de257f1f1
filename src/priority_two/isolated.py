"""The ``priority-two`` command as a shell starts it: in an environment that is nobody's own.

A person's shell and home can change what any Python program does: modules that shadow others (``PYTHONPATH``, the
user's own site-packages), warnings that become errors, backends, fonts, templates, profiles. None of it may change a
byte of a paper, or stop one. So where a shell holds any such setting, the command starts once more without it, before
it has imported anything but this module.

Standard library only.
"""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
from collections.abc import Mapping

_PERSONAL = re.compile(
    "(?:I?PYTHON|JUPYTER_|MPL|MATPLOTLIB|FONTCONFIG_|FC_|PANGO_|PAPERMILL_)[A-Z0-9_]+|SOURCE_DATE_EPOCH"
)
"""Variables by which somebody's settings or code would reach a paper. ``PYTHON`` alone is that of the Makefile."""
_START = "from priority_two.cli import main; main(prog_name='priority-two')"


def impersonal(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the settings that whoever uses a shell may have made of Python and its libraries.

    matplotlib reads the settings of a home folder where it is given none: so it is given some, in which nothing stands.
    """
    own = {name: value for name, value in environment.items() if not _PERSONAL.fullmatch(name)}
    return {**own, "MATPLOTLIBRC": os.devnull}


def main() -> None:
    """Run the command, in an environment of its own."""
    personal = any(_PERSONAL.fullmatch(name) for name in os.environ)
    if not sys.flags.isolated and (personal or site.ENABLE_USER_SITE):
        again = [sys.executable, "-I", "-c", _START, *sys.argv[1:]]
        if os.name == "posix":
            os.execve(sys.executable, again, impersonal(os.environ))  # noqa: S606 -- the same Python, without a shell
        sys.exit(subprocess.run(again, env=impersonal(os.environ), check=False).returncode)
    own = impersonal(os.environ)
    os.environ.clear()
    os.environ.update(own)
    from priority_two.cli import main as command

    command()
