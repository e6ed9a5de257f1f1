"""The environment of a process without what somebody has set for Python and its libraries.

Standard library only: the command looks at its environment before it imports anything else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

PERSONAL = re.compile(
    "(?:I?PYTHON|JUPYTER_|MPL|MATPLOTLIB|FONTCONFIG_|FC_|PANGO_|PAPERMILL_)[A-Z0-9_]+|SOURCE_DATE_EPOCH"
)
"""Variables by which somebody's settings or code would reach a paper. ``PYTHON`` alone is that of the Makefile."""


def impersonal(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the settings that whoever uses a shell may have made of Python and its libraries.

    matplotlib reads the settings of a home folder where it is given none: so it is given some, in which nothing stands.
    """
    own = {name: value for name, value in environment.items() if not PERSONAL.fullmatch(name)}
    return {**own, "MATPLOTLIBRC": os.devnull}
