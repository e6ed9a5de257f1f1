"""The ``priority-two`` command as a shell starts it: in an environment that is nobody's own.

A person's shell and home can change what any Python program does: modules that shadow others (``PYTHONPATH``, the
user's own site-packages), warnings that become errors, backends, fonts, templates, profiles. None of it may change a
byte of a paper, or stop one. So where a shell holds any such setting, the command starts once more without it, before
it has imported anything but this module and its environment.

Standard library only.
"""

from __future__ import annotations

import os
import site
import sys

from priority_two.environment import PERSONAL, impersonal

_START = "from priority_two.cli import main; main(prog_name='priority-two')"


def main() -> None:
    """Run the command, in an environment of its own."""
    personal = any(PERSONAL.fullmatch(name) for name in os.environ)
    if not sys.flags.isolated and (personal or site.ENABLE_USER_SITE):
        again = [sys.executable, "-I", "-c", _START, *sys.argv[1:]]
        if os.name == "posix":
            os.execve(sys.executable, again, impersonal(os.environ))  # noqa: S606 -- the same Python, without a shell
        import subprocess

        sys.exit(subprocess.run(again, env=impersonal(os.environ), check=False).returncode)
    own = impersonal(os.environ)
    os.environ.clear()
    os.environ.update(own)
    from priority_two.cli import main as command

    command()
